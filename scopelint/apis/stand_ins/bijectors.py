"""tf.contrib.distributions: transformations of what is distributed, and distributions of what is transformed."""

import contextlib
import re

import tensorflow as tf


class Bijector:
    def __init__(
        self,
        graph_parents=None,
        is_constant_jacobian=False,
        validate_args=False,
        dtype=None,
        forward_min_event_ndims=None,
        inverse_min_event_ndims=None,
        name=None,
    ):
        self._graph_parents = graph_parents or []
        there, back = forward_min_event_ndims, inverse_min_event_ndims
        if there is None and back is None:
            raise ValueError("Must specify at least one of `forward_min_event_ndims` and `inverse_min_event_ndims`.")
        self._forward_min_event_ndims = back if there is None else there
        self._inverse_min_event_ndims = there if back is None else back
        self._is_constant_jacobian, self._validate_args, self._dtype = is_constant_jacobian, validate_args, dtype
        self._pairs = []
        words = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", type(self).__name__.lstrip("_"))
        self._name = name or re.sub("([a-z0-9])([A-Z])", r"\1_\2", words).lower()

    graph_parents = property(lambda self: self._graph_parents)
    forward_min_event_ndims = property(lambda self: self._forward_min_event_ndims)
    inverse_min_event_ndims = property(lambda self: self._inverse_min_event_ndims)
    is_constant_jacobian = property(lambda self: self._is_constant_jacobian)
    validate_args = property(lambda self: self._validate_args)
    dtype = property(lambda self: self._dtype)
    name = property(lambda self: self._name)

    @contextlib.contextmanager
    def _name_scope(self, name=None, values=None):
        with tf.name_scope(self.name), tf.name_scope(name) as scope:
            yield scope

    def forward_event_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def inverse_event_shape(self, output_shape):
        return tf.TensorShape(output_shape)

    def _forward(self, x):
        raise NotImplementedError("forward not implemented")

    def _inverse(self, y):
        raise NotImplementedError("inverse not implemented")

    def _inverse_log_det_jacobian(self, y):
        raise NotImplementedError("inverse_log_det_jacobian not implemented.")

    def _forward_log_det_jacobian(self, x):
        raise NotImplementedError("forward_log_det_jacobian not implemented.")

    def forward(self, x, name="forward", **kwargs):
        with self._name_scope(name):
            x = tf.convert_to_tensor(x, name="x")
            for one, other in self._pairs:
                if one is x:
                    return other
            y = self._forward(x, **kwargs)
            self._pairs.append((x, y))
            return y

    def inverse(self, y, name="inverse", **kwargs):
        with self._name_scope(name):
            y = tf.convert_to_tensor(y, name="y")
            for one, other in self._pairs:
                if other is y:
                    return one
            x = self._inverse(y, **kwargs)
            self._pairs.append((x, y))
            return x

    def _of_event(self, value, found, least, event_ndims):
        if isinstance(event_ndims, int) and event_ndims > least:
            found = tf.reduce_sum(found * tf.ones_like(value), axis=list(range(least - event_ndims, 0)))
        return found

    def inverse_log_det_jacobian(self, y, event_ndims, name="inverse_log_det_jacobian", **kwargs):
        with self._name_scope(name):
            y = tf.convert_to_tensor(y, name="y")
            try:
                found = self._inverse_log_det_jacobian(y, **kwargs)
            except NotImplementedError:
                found = -self._forward_log_det_jacobian(self._inverse(y, **kwargs), **kwargs)
            return self._of_event(y, found, self.inverse_min_event_ndims, event_ndims)

    def forward_log_det_jacobian(self, x, event_ndims, name="forward_log_det_jacobian", **kwargs):
        with self._name_scope(name):
            x = tf.convert_to_tensor(x, name="x")
            try:
                found = self._forward_log_det_jacobian(x, **kwargs)
            except NotImplementedError:
                found = -self._inverse_log_det_jacobian(self._forward(x, **kwargs), **kwargs)
            return self._of_event(x, found, self.forward_min_event_ndims, event_ndims)


class _OfNumbers(Bijector):
    def __init__(self, validate_args=False, name=None):
        super().__init__(forward_min_event_ndims=0, validate_args=validate_args, name=name)


class Identity(Bijector):
    def __init__(self, validate_args=False, name="identity"):
        super().__init__(forward_min_event_ndims=0, is_constant_jacobian=True, name=name)

    def _forward(self, x):
        return x

    def _inverse(self, y):
        return y

    def _inverse_log_det_jacobian(self, y):
        return tf.constant(0.0, dtype=y.dtype)

    _forward_log_det_jacobian = _inverse_log_det_jacobian


class Exp(_OfNumbers):
    def __init__(self, validate_args=False, name="exp"):
        super().__init__(validate_args, name)

    def _forward(self, x):
        return tf.exp(x)

    def _inverse(self, y):
        return tf.log(y)

    def _inverse_log_det_jacobian(self, y):
        return -tf.log(y)


class Sigmoid(_OfNumbers):
    def __init__(self, validate_args=False, name="sigmoid"):
        super().__init__(validate_args, name)

    def _forward(self, x):
        return tf.sigmoid(x)

    def _inverse(self, y):
        return tf.log(y) - tf.log1p(-y)

    def _inverse_log_det_jacobian(self, y):
        return -tf.log1p(-y) - tf.log(y)


class Softplus(_OfNumbers):
    def __init__(self, hinge_softness=None, validate_args=False, name="softplus"):
        with tf.name_scope(name):
            self.hinge_softness = None if hinge_softness is None else tf.convert_to_tensor(hinge_softness)
        super().__init__(validate_args, name)

    def _scale(self):
        return 1.0 if self.hinge_softness is None else self.hinge_softness

    def _forward(self, x):
        return self._scale() * tf.nn.softplus(x / self._scale())

    def _inverse(self, y):
        return self._scale() * tf.contrib.distributions.softplus_inverse(y / self._scale())

    def _inverse_log_det_jacobian(self, y):
        return -tf.log(-tf.expm1(-(y / self._scale())))


class Affine(Bijector):
    def __init__(
        self,
        shift=None,
        scale_identity_multiplier=None,
        scale_diag=None,
        scale_tril=None,
        scale_perturb_factor=None,
        scale_perturb_diag=None,
        validate_args=False,
        name="affine",
    ):
        given = (scale_identity_multiplier, scale_diag, scale_tril, scale_perturb_factor, scale_perturb_diag)
        if scale_perturb_diag is not None and scale_perturb_factor is None:
            raise ValueError("When scale_perturb_diag is specified, scale_perturb_factor must be specified.")
        with tf.name_scope(name):
            self.shift = None if shift is None else tf.convert_to_tensor(shift, name="shift")
            self._parts = [tf.convert_to_tensor(each) for each in given if each is not None]
        super().__init__(forward_min_event_ndims=1, is_constant_jacobian=True, name=name)

    def _scaled(self, x):
        for part in self._parts:
            x = x * tf.reduce_mean(part)
        return x

    def _forward(self, x):
        x = self._scaled(x)
        return x if self.shift is None else x + self.shift

    def _inverse(self, y):
        return self._scaled(y if self.shift is None else y - self.shift)

    def _inverse_log_det_jacobian(self, y):
        return self._scaled(tf.constant(0.0, dtype=y.dtype))


class AffineScalar(Bijector):
    def __init__(self, shift=None, scale=None, validate_args=False, name="affine_scalar"):
        with tf.name_scope(name):
            self.shift = None if shift is None else tf.convert_to_tensor(shift, name="shift")
            self.scale = None if scale is None else tf.convert_to_tensor(scale, name="scale")
        super().__init__(forward_min_event_ndims=0, is_constant_jacobian=True, name=name)

    def _forward(self, x):
        x = x if self.scale is None else x * self.scale
        return x if self.shift is None else x + self.shift

    def _inverse(self, y):
        y = y if self.shift is None else y - self.shift
        return y if self.scale is None else y / self.scale

    def _inverse_log_det_jacobian(self, y):
        return tf.constant(0.0, dtype=y.dtype) if self.scale is None else -tf.log(tf.abs(self.scale))


class Permute(Bijector):
    def __init__(self, permutation, validate_args=False, name=None):
        with tf.name_scope(name, "permute"):
            self._permutation = tf.convert_to_tensor(permutation, name="permutation")
            if not self._permutation.dtype.is_integer:
                kind = self._permutation.dtype.name
                raise TypeError(f"permutation.dtype ({kind}) should be `int`-like.")
            super().__init__(forward_min_event_ndims=1, is_constant_jacobian=True, name=name or "permute")

    permutation = property(lambda self: self._permutation)

    def _forward(self, x):
        return tf.gather(x, self._permutation, axis=-1)

    def _inverse(self, y):
        return tf.gather(y, tf.invert_permutation(self._permutation), axis=-1)

    def _inverse_log_det_jacobian(self, y):
        return tf.constant(0.0, dtype=y.dtype)


class Invert(Bijector):
    def __init__(self, bijector, validate_args=False, name=None):
        self._bijector = bijector
        super().__init__(
            forward_min_event_ndims=bijector.inverse_min_event_ndims,
            inverse_min_event_ndims=bijector.forward_min_event_ndims,
            is_constant_jacobian=bijector.is_constant_jacobian,
            dtype=bijector.dtype,
            name=name or "_".join(["invert", bijector.name]),
        )

    bijector = property(lambda self: self._bijector)

    def _forward(self, x, **kwargs):
        return self._bijector._inverse(x, **kwargs)

    def _inverse(self, y, **kwargs):
        return self._bijector._forward(y, **kwargs)

    def _inverse_log_det_jacobian(self, y, **kwargs):
        return self._bijector._forward_log_det_jacobian(y, **kwargs)

    def _forward_log_det_jacobian(self, x, **kwargs):
        return self._bijector._inverse_log_det_jacobian(x, **kwargs)


class Chain(Bijector):
    def __init__(self, bijectors=None, validate_args=False, name=None):
        self._bijectors = () if bijectors is None else bijectors
        least = max([each.forward_min_event_ndims for each in self._bijectors] or [0])
        names = "_of_".join(["chain"] + [each.name for each in self._bijectors])
        super().__init__(
            forward_min_event_ndims=least,
            is_constant_jacobian=all(each.is_constant_jacobian for each in self._bijectors),
            name=name or (names if self._bijectors else "identity"),
        )

    bijectors = property(lambda self: self._bijectors)

    def _forward(self, x, **kwargs):
        for each in reversed(self._bijectors):
            x = each.forward(x, **kwargs.get(each.name, {}))
        return x

    def _inverse(self, y, **kwargs):
        for each in self._bijectors:
            y = each.inverse(y, **kwargs.get(each.name, {}))
        return y

    def _inverse_log_det_jacobian(self, y, **kwargs):
        found = tf.cast(0.0, dtype=y.dtype)
        for each in self._bijectors:
            more = kwargs.get(each.name, {})
            found += each.inverse_log_det_jacobian(y, event_ndims=self.inverse_min_event_ndims, **more)
            y = each.inverse(y, **more)
        return found

    def _forward_log_det_jacobian(self, x, **kwargs):
        found = tf.cast(0.0, dtype=x.dtype)
        for each in reversed(self._bijectors):
            more = kwargs.get(each.name, {})
            found += each.forward_log_det_jacobian(x, event_ndims=self.forward_min_event_ndims, **more)
            x = each.forward(x, **more)
        return found


class MaskedAutoregressiveFlow(Bijector):
    def __init__(
        self, shift_and_log_scale_fn, is_constant_jacobian=False, validate_args=False, unroll_loop=False, name=None
    ):
        self._shift_and_log_scale_fn, self._unroll_loop = shift_and_log_scale_fn, unroll_loop
        name = name or "masked_autoregressive_flow"
        super().__init__(forward_min_event_ndims=1, is_constant_jacobian=is_constant_jacobian, name=name)

    def _moved(self, x, y):
        shift, log_scale = self._shift_and_log_scale_fn(y)
        out = x if log_scale is None else x * tf.exp(log_scale)
        return out if shift is None else out + shift

    def _forward(self, x):
        size = x.shape.with_rank_at_least(1)[-1].value
        if self._unroll_loop:
            if size is None:
                raise ValueError("The final dimension of `x` must be known at graph construction time.")
            y = tf.zeros_like(x, name="y0")
            for _ in range(size):
                y = self._moved(x, y)
            return y
        count = tf.shape(x)[-1]
        start = tf.zeros_like(x, name="y0")
        self._shift_and_log_scale_fn(start)
        return tf.while_loop(
            lambda index, _: index < count,
            lambda index, y: (index + 1, self._moved(x, y)),
            (0, start),
            maximum_iterations=size,
        )[1]

    def _inverse(self, y):
        shift, log_scale = self._shift_and_log_scale_fn(y)
        x = y if shift is None else y - shift
        return x if log_scale is None else x * tf.exp(-log_scale)

    def _inverse_log_det_jacobian(self, y):
        log_scale = self._shift_and_log_scale_fn(y)[1]
        return tf.constant(0.0, dtype=y.dtype) if log_scale is None else -tf.reduce_sum(log_scale, axis=-1)


class RealNVP(Bijector):
    def __init__(self, num_masked, shift_and_log_scale_fn, is_constant_jacobian=False, validate_args=False, name=None):
        if num_masked <= 0:
            raise ValueError("num_masked must be a positive integer.")
        self._num_masked, self._shift_and_log_scale_fn = num_masked, shift_and_log_scale_fn
        super().__init__(forward_min_event_ndims=1, is_constant_jacobian=is_constant_jacobian, name=name or "real_nvp")

    def _asked(self, x):
        depth = x.shape.with_rank_at_least(1)[-1].value
        if depth is None:
            raise NotImplementedError("Rightmost dimension must be known prior to graph execution.")
        if self._num_masked >= depth:
            raise ValueError("Number of masked units must be smaller than the event size.")
        first, rest = x[:, : self._num_masked], x[:, self._num_masked :]
        return first, rest, self._shift_and_log_scale_fn(first, depth - self._num_masked)

    def _forward(self, x):
        first, rest, (shift, log_scale) = self._asked(x)
        rest = rest if log_scale is None else rest * tf.exp(log_scale)
        rest = rest if shift is None else rest + shift
        return tf.concat([first, rest], axis=-1)

    def _inverse(self, y):
        first, rest, (shift, log_scale) = self._asked(y)
        rest = rest if shift is None else rest - shift
        rest = rest if log_scale is None else rest * tf.exp(-log_scale)
        return tf.concat([first, rest], axis=-1)

    def _inverse_log_det_jacobian(self, y):
        log_scale = self._asked(y)[2][1]
        return tf.constant(0.0, dtype=y.dtype) if log_scale is None else -tf.reduce_sum(log_scale, axis=-1)

    def _forward_log_det_jacobian(self, x):
        log_scale = self._asked(x)[2][1]
        return tf.constant(0.0, dtype=x.dtype) if log_scale is None else tf.reduce_sum(log_scale, axis=-1)


class BatchNormalization(Bijector):
    def __init__(self, batchnorm_layer=None, training=True, validate_args=False, name="batch_normalization"):
        self.batchnorm = batchnorm_layer or tf.layers.BatchNormalization(
            gamma_constraint=lambda x: tf.nn.relu(x) + 1e-6
        )
        if not isinstance(self.batchnorm, tf.layers.BatchNormalization):
            raise ValueError("batchnorm_layer must be an instance of BatchNormalization layer.")
        self._training = training
        super().__init__(forward_min_event_ndims=1, name=name)

    def _built(self, x):
        if not self.batchnorm.built:
            self.batchnorm.build(x.get_shape())
        return self.batchnorm

    def _forward(self, x):
        layer = self._built(x)
        spread = tf.sqrt(layer.moving_variance + layer.epsilon) / layer.gamma
        return (x - layer.beta) * spread + layer.moving_mean

    def _inverse(self, y):
        return self.batchnorm.apply(y, training=self._training)

    def _inverse_log_det_jacobian(self, y, use_saved_statistics=False):
        layer = self._built(y)
        if use_saved_statistics or not self._training:
            variance = layer.moving_variance
        else:
            variance = tf.nn.moments(y, axes=list(range(y.shape.ndims - 1)), keep_dims=True)[1]
        scale = tf.reduce_sum(tf.log(layer.gamma))
        return scale - 0.5 * tf.reduce_sum(tf.log(variance + layer.epsilon))

    def _forward_log_det_jacobian(self, x):
        return -self._inverse_log_det_jacobian(x, use_saved_statistics=True)


class TransformedDistribution(tf.distributions.Distribution):
    def __init__(self, distribution, bijector=None, batch_shape=None, event_shape=None, validate_args=False, name=None):
        bijector = Identity() if bijector is None else bijector
        self._distribution, self._bijector = distribution, bijector
        self._own_batch, self._own_event = batch_shape, event_shape
        super().__init__(
            dtype=distribution.dtype,
            reparameterization_type=distribution.reparameterization_type,
            validate_args=validate_args,
            allow_nan_stats=distribution.allow_nan_stats,
            name=name or (bijector.name + distribution.name),
        )

    distribution = property(lambda self: self._distribution)
    bijector = property(lambda self: self._bijector)

    @property
    def event_shape(self):
        own = self._distribution.event_shape if self._own_event is None else tf.TensorShape(self._own_event)
        return self._bijector.forward_event_shape(own)

    @property
    def batch_shape(self):
        return self._distribution.batch_shape if self._own_batch is None else tf.TensorShape(self._own_batch)

    def sample(self, sample_shape=(), seed=None, name="sample", **kwargs):
        with tf.name_scope(self.name), tf.name_scope(name):
            shape = sample_shape
            if self._own_batch is not None or self._own_event is not None:
                is_one = isinstance(shape, int) or (isinstance(shape, tf.Tensor) and shape.shape.ndims == 0)
                shape = [shape] if is_one else tf.unstack(shape) if isinstance(shape, tf.Tensor) else list(shape)
                for more in (self._own_batch, self._own_event):
                    shape += [] if more is None else list(more)
            return self._bijector.forward(self._distribution.sample(shape, seed=seed), **kwargs)

    def _finish(self, method, y, **kwargs):
        x = self._bijector.inverse(y, **kwargs)
        change = self._bijector.inverse_log_det_jacobian(y, event_ndims=self.event_shape.ndims, **kwargs)
        found = getattr(self._distribution, method)(x)
        if self._own_event is not None:
            found = tf.reduce_sum(found, axis=-1)
        return found, change

    def _log_prob(self, y, **kwargs):
        found, change = self._finish("log_prob", y, **kwargs)
        return found + change

    def _prob(self, y, **kwargs):
        found, change = self._finish("prob", y, **kwargs)
        return found * tf.exp(change)

    def _log_cdf(self, y):
        return self._distribution.log_cdf(self._bijector.inverse(y))

    def _cdf(self, y):
        return self._distribution.cdf(self._bijector.inverse(y))

    def _entropy(self):
        zeros = tf.zeros(self.batch_shape.concatenate(self.event_shape), dtype=self.dtype)
        change = self._bijector.inverse_log_det_jacobian(zeros, event_ndims=self.event_shape.ndims)
        return self._distribution.entropy() - change
