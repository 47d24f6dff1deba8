"""tf.keras.layers.BatchNormalization (the one of 1.x) and LayerNormalization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make, op_like
from scopelint.apis.tf.framework.dims import dimension, dims_of, rank_of
from scopelint.apis.tf.framework.keras_state import training_of
from scopelint.apis.tf.framework.op_inputs import deps_of, of_batch_norm
from scopelint.apis.tf.framework.python_values import dtype_of, is_tensor
from scopelint.apis.tf.framework.structures import items_of
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras.base_layer import weight
from scopelint.apis.tf.keras.input_spec import spec
from scopelint.apis.tf.keras.layers.core import method
from scopelint.apis.tf.nn import normalizing
from scopelint.graph.releases import BATCH_NORM_ORDER, RENORM
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import FunctionValue, InstanceValue, NativeFunction
from scopelint.values.tensors import DTYPES, DType, Tensor, Variable
from scopelint.values.truth import is_on

_CLIPPED = ("rmax", "rmin", "dmax")


def _batch_init(call: Call, self: InstanceValue) -> None:
    """TF: BatchNormalizationBase.__init__, from where the base's constructor is done."""
    attrs = self.attrs
    self.set("supports_masking", True)
    if attrs.get("fused") is None:
        self.set("fused", True)
    self.set("_bessels_correction_test_only", True)
    axis = attrs.get("axis")
    if isinstance(axis, ListValue):
        self.set("axis", ListValue(axis.items))
    elif not isinstance(axis, (int, Unknown)):
        said = f"axis must be int or list, type given: {call.to_string(call.class_of(axis))}"
        call.raise_("TypeError", said, kind="argument")
    clipping = attrs.get("renorm_clipping")
    if is_on(attrs.get("renorm")) and isinstance(clipping, DictValue):
        others = [key for key in clipping.items if isinstance(key, str) and key not in _CLIPPED]
        if others:
            shown = call.to_string(clipping)
            said = f"renorm_clipping {shown} contains keys not in ['rmax', 'rmin', 'dmax']"
            call.raise_("ValueError", said, kind="argument")


batch_norm = types.layer_type("BatchNormalization", prepare=_batch_init)


@batch_norm.method(name="__init__", raw=True)
def batch_norm_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self = args[0]
    bound, _ = bind(call, "tf.keras.layers.BatchNormalization", args[1:], kwargs)
    types.construct(call, self, batch_norm.cls, batch_norm.cls, args[1:], kwargs)
    # The base is not told: whatever it was, BatchNormalization sets its own.
    self.set("_trainable", bound["trainable"])


def _can_fuse(self: InstanceValue, axes: list[Any]) -> bool:
    """TF: BatchNormalizationBase._raise_if_fused_cannot_be_used, once `axes` are counted from the front."""
    attrs = self.attrs
    return (
        attrs.get("renorm") in (False, None)
        and len(axes) == 1
        and (not isinstance(axes[0], int) or axes[0] in (-3, -1, 1, 3))
        and attrs.get("virtual_batch_size") is None
        and attrs.get("adjustment") is None
    )


def param_dtype(self: InstanceValue) -> Any:
    dtype = self.attrs.get("<dtype>")
    if isinstance(dtype, DType) and dtype.name in ("float16", "bfloat16"):
        return DTYPES["float32"]
    return DTYPES["float32"] if dtype is None else dtype


def _check_virtual(call: Call, self: InstanceValue, axes: list[Any]) -> None:
    """TF: BatchNormalizationBase.build, what batches within the batch ask for."""
    size = self.attrs.get("virtual_batch_size")
    if size is None or isinstance(size, Unknown):
        return
    if isinstance(size, int) and size <= 0:
        call.raise_(
            "ValueError",
            "virtual_batch_size must be a positive integer that divides the true batch size of the input Tensor",
            "argument",
        )
    if 0 in axes:
        call.raise_(
            "ValueError",
            "When using virtual_batch_size, the batch dimension must be 0 and thus axis cannot include 0",
            "argument",
        )
    if self.attrs.get("adjustment") is not None:
        call.raise_("ValueError", "When using virtual_batch_size, adjustment cannot be specified", "argument")


def _from_the_front(call: Call, axes: list[Any], rank: int, shown: Callable[[list[Any]], AnyValue]) -> list[Any]:
    """TF: build, of both: axes below zero count from the end, each names a dimension, none is named twice. `shown`:
    what TF prints them as."""
    axes = [rank + a if isinstance(a, int) and a < 0 else a for a in axes]
    known = [axis for axis in axes if isinstance(axis, int)]
    for axis in known:
        if not 0 <= axis < rank:
            call.raise_("ValueError", f"Invalid axis: {axis}", "argument")
    if len(known) != len(set(known)):
        call.raise_("ValueError", f"Duplicate axis: {call.to_string(shown(axes))}", "argument")
    return axes


@batch_norm.method(name="build")
def batch_norm_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: BatchNormalizationBase.build."""
    types.one_shape(call, input_shape)
    attrs = self.attrs
    shape = dims_of(input_shape)
    if shape is None or shape == ():
        call.raise_("ValueError", "('Input has undefined rank:', TensorShape(None))", "shape")
    axes = [tools.integer(a) for a in items_of(attrs["axis"])]
    if isinstance(shape, tuple):
        rank = len(shape)
        axes = _from_the_front(call, axes, rank, ListValue)
        _check_virtual(call, self, axes)
        dims = {a: dimension(shape, a) for a in axes}
        if any(d is None for d in dims.values()):
            call.raise_(
                "ValueError",
                f"('Input has undefined `axis` dimension. Input shape: ', {call.to_string(input_shape)})",
                "shape",
            )
        fused = attrs.get("fused") is not False and rank == 4 and _can_fuse(self, axes)
        self.set("_input_spec", spec(ndim=rank, axes={a: d for a, d in dims.items() if isinstance(a, int)}))
        virtual = attrs.get("virtual_batch_size")
        if isinstance(virtual, Unknown) or not all(isinstance(axis, int) for axis in axes):
            params: Any = Unknown("which axes are normalized is not known")
        elif len(axes) == 1 and virtual is None:
            params = (dims[axes[0]],)
        else:
            params = [dims.get(i, 1) for i in range(rank)]
            if isinstance(virtual, int):
                params.insert(1, 1)
                axes = [a + 1 for a in axes]
            params = tuple(params)
    else:
        fused = attrs.get("fused") is not False and _can_fuse(self, axes)
        params = (Unknown("the number of channels is not known", "channels"),)
    self.set("fused", fused)
    self.set("axis", ListValue(axes))
    dtype = param_dtype(self)
    for name in BATCH_NORM_ORDER.at(call.state.release):
        flag = "scale" if name == "gamma" else "center"
        made = weight(call, self, name, params, when=attrs[flag], dtype=dtype)
        if made is None and fused:
            self.set(f"_{name}_const", make(call, "Const", None, params, dtype))
    scope: Any = attrs.get("_scope")
    partitioner = getattr(scope, "partitioner", None)
    if partitioner is not None:
        scope.set_partitioner(None)
    try:
        for name in ("moving_mean", "moving_variance"):
            weight(call, self, name, params, trainable=False, dtype=dtype)
        if attrs.get("renorm"):

            def stddev(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
                value = call.invoke(attrs["moving_variance_initializer"], *args, **kwargs)
                return op_like(call, value, "Sqrt") if isinstance(value, Tensor) else value

            initial = NativeFunction("moving_stddev_initializer", stddev, "", raw=True)
            for name in RENORM.at(call.state.release):
                given = attrs["moving_mean_initializer"] if name == "renorm_mean" else initial
                size: Any = () if name.endswith("_weight") else params
                weight(call, self, name, size, trainable=False, dtype=dtype, initializer=given)
    finally:
        if partitioner is not None:
            scope.set_partitioner(partitioner)
    self.set("built", True)


_MOVING = (("sub/x", "Const"), ("sub", "Sub"), ("ReadVariableOp", "ReadVariableOp"), ("sub_1", "Sub"), ("mul", "Mul"))


def moving_average(call: Call, variable: AnyValue) -> Any:
    """TF: BatchNormalizationBase._assign_moving_average. What goes to the updates."""
    resource = getattr(variable, "is_resource", False) is True
    if resource:
        inner = (
            ("decay", "Const"),
            ("ReadVariableOp", "ReadVariableOp"),
            ("sub", "Sub"),
            ("mul", "Mul"),
            ("AssignSubVariableOp", "AssignSubVariableOp"),
            ("ReadVariableOp_1", "ReadVariableOp"),
        )
        full = call.graph.op("AssignMovingAvg", "AssignMovingAvg", inner=inner)
        return Tensor(
            f"{full}/ReadVariableOp_1",
            0,
            "ReadVariableOp",
            dims_of(variable),
            dtype_of(variable),
            call.graph,
            0,
        ).op
    full = call.graph.op("AssignSub", "AssignMovingAvg", inner=(("decay", "Const"), ("sub", "Sub"), ("mul", "Mul")))
    return Tensor(full, 0, "AssignSub", dims_of(variable), dtype_of(variable), call.graph, 0)


@batch_norm.method(name="call")
def batch_norm_call(call: Call, self: InstanceValue, inputs: AnyValue, training: AnyValue) -> Any:
    """TF: BatchNormalizationBase.call. With a training flag that is not known the graph of training is taken, since
    no variable depends on it."""
    attrs = self.attrs
    training = training_of(call, training)
    inputs = tools.as_tensor(call, inputs)
    symbolic = is_tensor(training)
    deps = deps_of(inputs, attrs.get("gamma"), attrs.get("beta"))
    graph = call.graph
    virtual, whole = attrs.get("virtual_batch_size"), dims_of(inputs)
    virtual = None if isinstance(virtual, Unknown) else virtual
    if virtual is not None and isinstance(whole, tuple) and all(isinstance(size, int) for size in whole[1:]):
        call.new("tf.reshape", inputs, ListValue([virtual, -1, *whole[1:]]))
    elif virtual is not None:
        graph.op("Reshape", inner=(("shape", "Const"),))
    if attrs.get("fused") is True:
        outputs = _fused(call, self, inputs, training, symbolic, deps)
    else:
        outputs = _plain(call, self, inputs, training, symbolic, deps)
    if isinstance(attrs.get("virtual_batch_size"), int):
        outputs = op_like(call, outputs, "Reshape", inner=(("shape", "Const"),))
    return outputs


@batch_norm.method(name="_moments")
def batch_norm_moments(
    call: Call, self: InstanceValue, inputs: AnyValue, reduction_axes: AnyValue, keep_dims: AnyValue
) -> Any:
    """TF: BatchNormalizationBase._moments, off replicas."""
    return call.new("tf.nn.moments", inputs, reduction_axes, keep_dims=keep_dims)


def _has_own_moments(self: InstanceValue) -> bool:
    """Does the program take the moments itself: over replicas, as layers for TPUs do?"""
    return isinstance(self.cls.find("_moments"), FunctionValue)


def _own_moments(call: Call, self: InstanceValue, inputs: AnyValue, axes: list[Any], rank: Any) -> tuple[Any, Any]:
    """TF: BatchNormalizationBase.call: mean and variance as the program's own method takes them."""
    over: Any = Unknown("which axes are normalized is not known")
    if isinstance(rank, int) and all(isinstance(axis, int) for axis in axes):
        over = ListValue([axis for axis in range(rank) if axis not in axes])
    keeps = self.attrs.get("virtual_batch_size") is not None or len(axes) > 1
    found = call.members(call.method(self, "_moments", inputs, over, keep_dims=keeps))
    return (
        (found[0], found[1]) if isinstance(found, list) and len(found) == 2 else (Unknown("mean"), Unknown("variance"))
    )


def _updates(call: Call, self: InstanceValue, names: tuple[str, ...], symbolic: bool) -> None:
    for name in names:
        variable = self.attrs.get(name)
        update = NativeFunction("update", lambda call, args, kwargs, v=variable: moving_average(call, v), "", raw=True)
        if symbolic and self.attrs.get("fused") is not True:
            update = NativeFunction(
                "update", lambda call, args, kwargs: make(call, "Merge", "cond/Merge", shape=None), "", raw=True
            )
        call.method(self, "add_update", update)


def _draws(call: Call, self: InstanceValue) -> bool:
    """A layer whose `build` was not followed to its end has no variables to draw."""
    return normalizing.draws(call) and "moving_mean" in self.attrs and "moving_variance" in self.attrs


def _fused(call: Call, self: InstanceValue, inputs: AnyValue, training: AnyValue, symbolic: bool, deps: int) -> Any:
    """TF: BatchNormalizationBase._fused_batch_norm."""
    attrs, graph = self.attrs, call.graph
    if _draws(call, self) and (symbolic or isinstance(training, (bool, int))):
        return _fused_drawn(call, self, inputs, training if symbolic else bool(training))
    if symbolic:
        # `tf.cond` around the two forms, and one more for the momentum.
        outputs = op_like(call, inputs, "Merge", "cond/Merge", deps=deps)
        graph.op("Merge", "cond/Merge_1")
        graph.op("Merge", "cond/Merge_2")
        graph.op("Merge", "cond_1/Merge")
    else:
        inner: tuple[tuple[str, str], ...] = ()
        if attrs.get("gamma") is not None and getattr(attrs["gamma"], "is_resource", False) is True:
            graph.op("ReadVariableOp")
        if attrs.get("beta") is not None and getattr(attrs["beta"], "is_resource", False) is True:
            graph.op("ReadVariableOp")
        if training is not False:
            graph.op("Const")
            graph.op("Const")
        elif getattr(attrs.get("moving_mean"), "is_resource", False) is True:
            inner = (("ReadVariableOp", "ReadVariableOp"), ("ReadVariableOp_1", "ReadVariableOp"))
        deps = of_batch_norm(deps, inputs, attrs.get("gamma"), attrs.get("beta"))
        outputs = op_like(call, inputs, "FusedBatchNormV3", deps=deps, inner=inner)
        graph.op("Const")
    if training is not False:
        _updates(call, self, ("moving_mean", "moving_variance"), symbolic)
    return outputs


def _fused_drawn(call: Call, self: InstanceValue, inputs: AnyValue, training: Any) -> Any:
    """TF: BatchNormalizationBase._fused_batch_norm, operation by operation."""
    attrs = self.attrs
    scale, offset = (attrs[n] if attrs.get(n) is not None else attrs.get(f"_{n}_const") for n in ("gamma", "beta"))
    axes = items_of(attrs["axis"])
    moving = attrs["moving_mean"], attrs["moving_variance"]
    layout = "NCHW" if axes == [1] else "NHWC"
    outputs, mean, variance = normalizing.fused(
        call, training, inputs, scale, offset, moving, attrs.get("epsilon"), layout
    )
    given: Any = attrs.get("momentum")
    if isinstance(training, bool):
        momentum = operations.convert(call, given)
    else:
        momentum = normalizing.choice(call, training, lambda: given, lambda: 1.0)
    for variable, value in zip(moving, (mean, variance), strict=True) if training is not False else ():
        update = NativeFunction(
            "update", lambda call, args, kwargs, v=variable, x=value: normalizing.average(call, v, x, momentum), "",
            raw=True,
        )  # fmt: skip
        call.method(self, "add_update", update)
    return outputs


def _plain(call: Call, self: InstanceValue, inputs: AnyValue, training: AnyValue, symbolic: bool, deps: int) -> Any:
    """TF: BatchNormalizationBase.call, past the fused form."""
    attrs, graph = self.attrs, call.graph
    axes = items_of(attrs["axis"])
    rank = rank_of(inputs)
    last = isinstance(rank, int) and axes == [rank - 1]
    if _draws(call, self) and last and not is_on(attrs.get("renorm")) and attrs.get("virtual_batch_size") is None:
        return _plain_drawn(call, self, inputs, training if symbolic else bool(training), rank)
    if isinstance(rank, int) and not last and len(axes) == 1:
        for name in ("gamma", "beta"):
            if attrs.get(name) is not None:
                graph.op("Reshape", inner=(("shape", "Const"),))
    if training is not False:
        if _has_own_moments(self):
            _own_moments(call, self, inputs, axes, rank)
        else:
            graph.op("Mean", "moments/mean", inner=(("reduction_indices", "Const"),))
            graph.op("StopGradient", "moments/StopGradient")
            graph.op("SquaredDifference", "moments/SquaredDifference")
            graph.op("Mean", "moments/variance", inner=(("reduction_indices", "Const"),))
            graph.op("Squeeze", "moments/Squeeze")
            graph.op("Squeeze", "moments/Squeeze_1")
        if symbolic:
            graph.op("Merge", "cond/Merge")
            graph.op("Merge", "cond_1/Merge")
        if is_on(attrs.get("renorm")):
            for name in ("add", "Sqrt", "Sqrt_1", "Maximum", "truediv", "sub", "truediv_1", "Identity", "Identity_1"):
                graph.op("Identity" if name.startswith("Identity") else name, name.partition("_")[0])
        _updates(call, self, ("moving_mean", "moving_variance"), symbolic)
    normalizing.refuse_integers(call, inputs)
    inner: list[tuple[str, str]] = [("add/y", "Const"), ("add", "AddV2"), ("Rsqrt", "Rsqrt")]
    count = 0
    if attrs.get("gamma") is not None:
        inner.append(("mul", "Mul"))
        count = 1
    inner.append((f"mul_{count}" if count else "mul", "Mul"))
    inner.append((f"mul_{count + 1}", "Mul"))
    if attrs.get("beta") is not None:
        inner.append(("sub", "Sub"))
    from_moments = graph.name_scope("batchnorm")
    scope = from_moments.enter()
    try:
        for name, type in inner:
            graph.op(type, name)
        # The last addition has a minus in it where there is no offset.
        return op_like(call, inputs, "AddV2", "add_1", deps=deps)
    finally:
        from_moments.exit()
        del scope


def _plain_drawn(call: Call, self: InstanceValue, inputs: AnyValue, training: Any, rank: int) -> Any:
    """TF: BatchNormalizationBase.call past the fused form, operation by operation, along the last axis."""
    attrs = self.attrs
    moving: tuple[Any, Any] = attrs["moving_mean"], attrs["moving_variance"]
    mean, variance = moving
    if training is not False:
        of_batch = (
            _own_moments(call, self, inputs, [rank - 1], rank)
            if _has_own_moments(self)
            else normalizing.moments(call, inputs, list(range(rank - 1)), False)
        )
        mean, variance = (
            normalizing.choice(call, training, lambda x=own: x, lambda x=kept: operations.convert(call, x))  # type: ignore[misc]
            for own, kept in zip(of_batch, moving, strict=True)
        )
        for kept, value in zip(moving, (mean, variance), strict=True):

            def update(call: Call, args: Any, kwargs: Any, kept: Any = kept, value: Any = value) -> Any:
                momentum = attrs.get("momentum")
                one = lambda: normalizing.average(call, kept, value, momentum)  # noqa: E731
                return normalizing.choice(call, training, one, lambda: kept)

            call.method(self, "add_update", NativeFunction("update", update, "", raw=True))
    outputs = normalizing.plain(
        call, inputs, mean, variance, attrs.get("beta"), attrs.get("gamma"), attrs.get("epsilon")
    )
    if isinstance(outputs, Tensor):
        outputs.set_shape(dims_of(inputs))
    return outputs


method(batch_norm, "compute_output_shape", types.like_input)


# LayerNormalization


def _layer_init(call: Call, self: InstanceValue) -> None:
    """TF: LayerNormalization.__init__, from where the base's constructor is done."""
    axis = self.attrs.get("axis")
    if not isinstance(axis, (int, tuple, ListValue, Unknown)):
        said = "Expected an int or a list/tuple of ints for the argument 'axis', but received instead: "
        call.raise_("ValueError", said + call.to_string(axis), kind="argument")
    self.set("supports_masking", True)


layer_norm = types.layer_type("LayerNormalization", prepare=_layer_init)


@layer_norm.method(name="build")
def layer_norm_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: LayerNormalization.build."""
    attrs = self.attrs
    shape = dims_of(input_shape)
    if shape is None:
        call.raise_("ValueError", f"Input shape {call.to_string(input_shape)} has undefined rank.", "shape")
    if isinstance(attrs["axis"], tuple) and any(isinstance(a, int) and a < 0 for a in attrs["axis"]):
        # TF counts them from the front in place.
        call.raise_("TypeError", "'tuple' object does not support item assignment", kind="argument")
    axes = [tools.integer(a) for a in items_of(attrs["axis"])]
    if isinstance(shape, tuple):
        rank = len(shape)
        axes = _from_the_front(call, axes, rank, tuple)
        params: Any = tuple(dimension(shape, a) for a in axes)
        if not all(isinstance(axis, int) for axis in axes):
            params = Unknown("which axes are normalized is not known")
    else:
        params = tuple(Unknown("size is not known", "channels") for _ in axes)
    self.set("axis", ListValue(axes))
    weight(call, self, "gamma", params, when=attrs["scale"])
    weight(call, self, "beta", params, when=attrs["center"])
    self.set("built", True)


def _same_sizes(call: Call, self: InstanceValue, shape: Any) -> None:
    """A later call's inputs fit the scale and the offset that the first one asked for."""
    held = next((v for v in (self.attrs.get("gamma"), self.attrs.get("beta")) if isinstance(v, Variable)), None)
    own = held.shape if held is not None else None
    for axis, size in zip(items_of(self.attrs["axis"]), own if isinstance(own, tuple) else (), strict=False):
        found = dimension(shape, axis)
        if isinstance(found, int) and isinstance(size, int) and found != size and 1 not in (found, size):
            said = f"Dimensions must be equal, but are {found} and {size} for '{call.graph.get_name_scope()}"
            call.raise_("ValueError", f"{said}/batchnorm/mul_1' (op: 'Mul')", "shape")


@layer_norm.method(name="call")
def layer_norm_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    """TF: LayerNormalization.call."""
    attrs, graph = self.attrs, call.graph
    inputs = tools.as_tensor(call, inputs)
    _same_sizes(call, self, dims_of(inputs))
    graph.op("Mean", "moments/mean", inner=(("reduction_indices", "Const"),))
    graph.op("StopGradient", "moments/StopGradient")
    graph.op("SquaredDifference", "moments/SquaredDifference")
    graph.op("Mean", "moments/variance", inner=(("reduction_indices", "Const"),))
    rank = rank_of(inputs)
    held = [name for name in ("gamma", "beta") if attrs.get(name) is not None]
    if items_of(attrs["axis"]) != [rank - 1 if isinstance(rank, int) else -1]:
        for _ in held:
            graph.op("Reshape", inner=(("shape", "Const"),))
    normalizing.refuse_integers(call, inputs)
    with operations.scope(call, "batchnorm"):
        graph.op("AddV2", "add", inner=(("y", "Const"),))
        for type, name in (("Rsqrt", None), *((("Mul", "mul"),) if "gamma" in held else ()), ("Mul", "mul")):
            graph.op(type, name)
        graph.op("Mul", "mul")
        if "beta" in held:
            graph.op("Sub", "sub")
        deps = deps_of(inputs, attrs.get("gamma"), attrs.get("beta"))
        return op_like(call, inputs, "AddV2", "add" if "beta" in held else "sub", deps=deps)


method(layer_norm, "compute_output_shape", types.like_input)
