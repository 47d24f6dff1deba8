"""tf.contrib.distributions: networks that bijectors are made of, and running moments."""

import tensorflow as tf


def real_nvp_default_template(hidden_layers, shift_only=False, activation=tf.nn.relu, name=None, *args, **kwargs):
    with tf.name_scope(name, "real_nvp_default_template"):

        def network(x, output_units):
            for units in hidden_layers:
                x = tf.layers.dense(inputs=x, units=units, activation=activation, *args, **kwargs)
            width = (1 if shift_only else 2) * output_units
            x = tf.layers.dense(inputs=x, units=width, activation=None, *args, **kwargs)
            if shift_only:
                return x, None
            shift, log_scale = tf.split(x, 2, axis=-1)
            return shift, log_scale

        return tf.make_template("real_nvp_default_template", network)


def masked_dense(
    inputs, units, num_blocks=None, exclusive=False, kernel_initializer=None, reuse=None, name=None, *args, **kwargs
):
    if inputs.shape.with_rank_at_least(1)[-1].value is None:
        raise NotImplementedError("Rightmost dimension must be known prior to graph execution.")
    if kernel_initializer is None:
        kernel_initializer = tf.glorot_normal_initializer()
    with tf.name_scope(name, "masked_dense", [inputs]):
        layer = tf.layers.Dense(
            units,
            kernel_initializer=kernel_initializer,
            name=name,
            dtype=inputs.dtype.base_dtype,
            _scope=name,
            _reuse=reuse,
            *args,
            **kwargs,
        )
        return layer.apply(inputs)


def masked_autoregressive_default_template(
    hidden_layers,
    shift_only=False,
    activation=tf.nn.relu,
    log_scale_min_clip=-5.0,
    log_scale_max_clip=3.0,
    log_scale_clip_gradient=False,
    name=None,
    *args,
    **kwargs,
):
    name = name or "masked_autoregressive_default_template"
    with tf.name_scope(name):

        def network(x):
            depth = x.shape.with_rank_at_least(1)[-1].value
            if depth is None:
                raise NotImplementedError("Rightmost dimension must be known prior to graph execution.")
            shape = x.shape.as_list() if x.shape.is_fully_defined() else tf.shape(x)
            for i, units in enumerate(hidden_layers):
                x = masked_dense(
                    inputs=x, units=units, num_blocks=depth, exclusive=i == 0, activation=activation, *args, **kwargs
                )
            x = masked_dense(
                inputs=x, units=(1 if shift_only else 2) * depth, num_blocks=depth, activation=None, *args, **kwargs
            )
            if shift_only:
                return tf.reshape(x, shape=shape), None
            x = tf.reshape(x, shape=tf.concat([shape, [2]], axis=0))
            shift, log_scale = tf.unstack(x, num=2, axis=-1)
            return shift, tf.clip_by_value(log_scale, log_scale_min_clip, log_scale_max_clip)

        return tf.make_template(name, network)


def moving_mean_variance(value, decay, collections=None, name=None):
    if collections is None:
        collections = [tf.GraphKeys.GLOBAL_VARIABLES]
    with tf.variable_scope(name, "moving_mean_variance", [value, decay]):
        value = tf.convert_to_tensor(value, name="value")
        if not value.dtype.base_dtype.is_floating:
            raise TypeError(f"value.base_dtype({value.dtype.base_dtype.name}) does not have float type `dtype`.")
        found = [
            tf.get_variable(
                leaf,
                shape=value.shape,
                dtype=value.dtype,
                initializer=tf.zeros_initializer(),
                trainable=False,
                collections=collections,
            )
            for leaf in ("moving_variance", "moving_mean")
        ]
        with tf.name_scope("assign_moving_mean_variance"):
            return tf.assign_add(found[1], value - found[1]), tf.assign_sub(found[0], found[0])
