"""tf.contrib.model_pruning: weights that are multiplied by a mask before they are used."""

import tensorflow as tf

RENAMED = {"kernel": "weights", "bias": "biases"}


def _masked(kernel, mask, threshold):
    product = tf.multiply(mask, kernel, "weights/masked_weight")
    if mask not in tf.get_collection_ref("masks"):
        tf.add_to_collection("thresholds", threshold)
        tf.add_to_collection("masks", mask)
        tf.add_to_collection("masked_weights", product)
        tf.add_to_collection("kernel", kernel)
    return product


def apply_mask(x, scope=""):
    with tf.variable_scope(scope):
        mask = tf.get_variable("mask", x.get_shape(), initializer=tf.ones_initializer(), trainable=False, dtype=x.dtype)
    with tf.variable_scope(scope):
        threshold = tf.get_variable("threshold", [], initializer=tf.zeros_initializer(), trainable=False, dtype=x.dtype)
    return _masked(x, mask, threshold)


def get_masked_weights():
    return tf.get_collection("masked_weights")


def get_masks():
    return tf.get_collection("masks")


def get_thresholds():
    return tf.get_collection("thresholds")


def get_weights():
    return tf.get_collection("kernel")


def get_weight_sparsity():
    return [tf.nn.zero_fraction(mask) for mask in get_masks()]


def get_pruning_hparams():
    return tf.contrib.training.HParams(
        name="model_pruning",
        begin_pruning_step=0,
        end_pruning_step=-1,
        weight_sparsity_map=[""],
        block_dims_map=[""],
        threshold_decay=0.0,
        pruning_frequency=10,
        nbins=256,
        block_height=1,
        block_width=1,
        block_pooling_function="AVG",
        initial_sparsity=0.0,
        target_sparsity=0.5,
        sparsity_function_begin_step=0,
        sparsity_function_end_step=100,
        sparsity_function_exponent=3.0,
        use_tpu=False,
    )


class Pruning:
    def __init__(self, spec=None, global_step=None, sparsity=None):
        self._spec = spec if spec else get_pruning_hparams()
        self._global_step = tf.cast(tf.train.get_global_step() if global_step is None else global_step, tf.int32)
        self._sparsity = sparsity if sparsity is not None else self._setup_sparsity()
        self._last_update_step = self._setup_last_update_step()

    def _setup_sparsity(self):
        spec = self._spec
        with tf.name_scope(spec.name):
            done = tf.cast(self._global_step - spec.sparsity_function_begin_step, tf.float32)
            span = spec.sparsity_function_end_step - spec.sparsity_function_begin_step
            part = tf.minimum(1.0, tf.maximum(0.0, tf.div(done, span)))
            rest = tf.pow(1 - part, spec.sparsity_function_exponent)
            return tf.add(
                tf.multiply(spec.initial_sparsity - spec.target_sparsity, rest), spec.target_sparsity, name="sparsity"
            )

    def _setup_last_update_step(self):
        with tf.variable_scope(self._spec.name, use_resource=self._spec.use_tpu) as scope:
            try:
                return tf.get_variable(
                    "last_mask_update_step", [], initializer=tf.zeros_initializer(), trainable=False, dtype=tf.int32
                )
            except ValueError:
                scope.reuse_variables()
                return tf.get_variable("last_mask_update_step", dtype=tf.int32)

    def mask_update_op(self):
        with tf.name_scope(self._spec.name):
            return tf.group(*[tf.assign(mask, mask) for mask in get_masks()])

    def conditional_mask_update_op(self):
        with tf.name_scope(self._spec.name):
            return tf.no_op()

    def add_pruning_summaries(self):
        with tf.name_scope(self._spec.name + "_summaries"):
            tf.summary.scalar("sparsity", self._sparsity)

    def print_hparams(self):
        pass


def _renaming(getter, name, *args, **kwargs):
    head, slash, leaf = name.rpartition("/")
    kept = (
        "shape",
        "dtype",
        "initializer",
        "regularizer",
        "trainable",
        "collections",
        "caching_device",
        "partitioner",
        "use_resource",
    )
    return tf.contrib.framework.model_variable(
        head + slash + RENAMED.get(leaf, leaf), custom_getter=getter, **{key: kwargs.get(key) for key in kept}
    )


class _Weighted(tf.layers.Layer):
    """What the two kinds of masked layers have in common."""

    def __init__(self, units, size, stride, padding, rate, use_bias, kernel, bias, **kwargs):
        super().__init__(**kwargs)
        self.units, self.size, self.stride, self.padding, self.rate = units, size, stride, padding, rate
        self.use_bias = use_bias
        self._kernel_options, self._bias_options = kernel, bias

    def _constant(self, name, shape, initializer):
        return self.add_variable(name=name, shape=shape, initializer=initializer, trainable=False, dtype=self.dtype)

    def build(self, input_shape):
        depth = input_shape[-1].value
        if depth is None:
            raise ValueError("The last dimension of the inputs should be defined. Found `None`.")
        shape = (self.size or ()) + (depth, self.units)
        if self.size:
            self.mask = self._constant("mask", shape, tf.ones_initializer())
        self.kernel = self.add_variable(
            name="kernel", shape=shape, trainable=True, dtype=self.dtype, **self._kernel_options
        )
        if not self.size:
            self.mask = self._constant("mask", shape, tf.ones_initializer())
        self.threshold = self._constant("threshold", [], tf.zeros_initializer())
        self.masked_kernel = _masked(self.kernel, self.mask, self.threshold)
        if self.use_bias:
            self.bias = self.add_variable(
                name="bias", shape=(self.units,), trainable=True, dtype=self.dtype, **self._bias_options
            )
        self.built = True

    def call(self, inputs):
        if self.size:
            outputs = tf.nn.convolution(inputs, self.masked_kernel, self.padding, self.stride, self.rate)
        elif inputs.shape.ndims > 2:
            outputs = tf.tensordot(inputs, self.masked_kernel, [[inputs.shape.ndims - 1], [0]])
        else:
            outputs = tf.matmul(inputs, self.masked_kernel)
        return tf.nn.bias_add(outputs, self.bias) if self.use_bias else outputs


def _applied(
    default,
    inputs,
    units,
    size,
    stride,
    padding,
    rate,
    activation_fn,
    normalizer_fn,
    normalizer_params,
    weights_initializer,
    weights_regularizer,
    biases_initializer,
    biases_regularizer,
    reuse,
    variables_collections,
    outputs_collections,
    trainable,
    scope,
):
    with tf.variable_scope(scope, default, [inputs], reuse=reuse, custom_getter=_renaming) as sc:
        inputs = tf.convert_to_tensor(inputs)
        layer = _Weighted(
            units,
            size,
            stride,
            padding,
            rate,
            not normalizer_fn and biases_initializer,
            {"initializer": weights_initializer, "regularizer": weights_regularizer},
            {"initializer": biases_initializer, "regularizer": biases_regularizer},
            trainable=trainable,
            name=sc.name,
            dtype=inputs.dtype.base_dtype,
            _scope=sc,
            _reuse=reuse,
        )
        outputs = layer.apply(inputs)
        for kind, variable in (("weights", layer.kernel), ("biases", layer.bias if layer.use_bias else None)):
            named = variables_collections
            if hasattr(named, "get"):
                named = named.get(kind)
            for collection in named or [] if variable is not None else []:
                if variable not in tf.get_collection(collection):
                    tf.add_to_collection(collection, variable)
        if normalizer_fn is not None:
            outputs = normalizer_fn(outputs, **(normalizer_params or {}))
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        if outputs_collections:
            tf.add_to_collections(outputs_collections, outputs)
        return outputs


@tf.contrib.framework.add_arg_scope
def masked_convolution(
    inputs,
    num_outputs,
    kernel_size,
    stride=1,
    padding="SAME",
    data_format=None,
    rate=1,
    activation_fn=tf.nn.relu,
    normalizer_fn=None,
    normalizer_params=None,
    weights_initializer=tf.contrib.layers.xavier_initializer(),
    weights_regularizer=None,
    biases_initializer=tf.zeros_initializer(),
    biases_regularizer=None,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    scope=None,
):
    def pair(value):
        return (value, value) if isinstance(value, int) else tuple(value)

    return _applied(
        "Conv",
        inputs,
        num_outputs,
        pair(kernel_size),
        pair(stride),
        padding,
        pair(rate),
        activation_fn,
        normalizer_fn,
        normalizer_params,
        weights_initializer,
        weights_regularizer,
        biases_initializer,
        biases_regularizer,
        reuse,
        variables_collections,
        outputs_collections,
        trainable,
        scope,
    )


masked_conv2d = masked_convolution


@tf.contrib.framework.add_arg_scope
def masked_fully_connected(
    inputs,
    num_outputs,
    activation_fn=tf.nn.relu,
    normalizer_fn=None,
    normalizer_params=None,
    weights_initializer=tf.contrib.layers.xavier_initializer(),
    weights_regularizer=None,
    biases_initializer=tf.zeros_initializer(),
    biases_regularizer=None,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    scope=None,
):
    return _applied(
        "fully_connected",
        inputs,
        num_outputs,
        None,
        None,
        None,
        None,
        activation_fn,
        normalizer_fn,
        normalizer_params,
        weights_initializer,
        weights_regularizer,
        biases_initializer,
        biases_regularizer,
        reuse,
        variables_collections,
        outputs_collections,
        trainable,
        scope,
    )


class _MaskedKernel:
    def build(self, inputs_shape):
        super().build(inputs_shape)
        self.built = False
        self._mask = self.add_variable(
            name="mask", shape=self._kernel.shape, initializer=tf.ones_initializer(), trainable=False, dtype=self.dtype
        )
        self._threshold = self.add_variable(
            name="threshold", shape=[], initializer=tf.zeros_initializer(), trainable=False, dtype=self.dtype
        )
        self._masked_kernel = _masked(self._kernel, self._mask, self._threshold)
        self.built = True


class MaskedBasicLSTMCell(_MaskedKernel, tf.nn.rnn_cell.BasicLSTMCell):
    def __init__(self, num_units, forget_bias=1.0, state_is_tuple=True, activation=None, reuse=None, name=None):
        super().__init__(
            num_units,
            forget_bias=forget_bias,
            state_is_tuple=state_is_tuple,
            activation=activation,
            reuse=reuse,
            name=name,
        )


class MaskedLSTMCell(_MaskedKernel, tf.nn.rnn_cell.LSTMCell):
    def __init__(
        self,
        num_units,
        use_peepholes=False,
        cell_clip=None,
        initializer=None,
        num_proj=None,
        proj_clip=None,
        num_unit_shards=None,
        num_proj_shards=None,
        forget_bias=1.0,
        state_is_tuple=True,
        activation=None,
        reuse=None,
    ):
        super().__init__(
            num_units,
            use_peepholes=use_peepholes,
            cell_clip=cell_clip,
            initializer=initializer,
            num_proj=num_proj,
            proj_clip=proj_clip,
            num_unit_shards=num_unit_shards,
            num_proj_shards=num_proj_shards,
            forget_bias=forget_bias,
            state_is_tuple=state_is_tuple,
            activation=activation,
            reuse=reuse,
        )
