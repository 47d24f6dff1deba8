"""tf.keras.layers: Dense, Dropout, Flatten, Reshape and the other plain ones; merging; embeddings; attention."""

from __future__ import annotations

from types import NoneType
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import TypeBuilder
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import structures
from scopelint.apis.tf.framework.bare_op import make, op_like
from scopelint.apis.tf.framework.callables import parameter_names
from scopelint.apis.tf.framework.dims import dimension, dims_of
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.operations import check_allowed, opaque_tensor
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.apis.tf.framework.structures import items_of
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras.base_layer import weight
from scopelint.apis.tf.keras.input_spec import spec
from scopelint.apis.tf.ops.creators import CreatorScope
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue, NativeFunction
from scopelint.values.tensors import FLOAT32, DType, SparseTensor, Tensor, TensorShape, Variable, num_elements
from scopelint.values.text import hole

# Dense


def _dense_spec(call: Call, self: InstanceValue) -> None:
    self.set("supports_masking", True)
    self.set("_input_spec", spec(min_ndim=2))


dense = types.layer_type("Dense", prepare=_dense_spec)


def dense_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: keras.layers.Dense.build."""
    dtype = tools.first(self.attrs.get("<dtype>"), keras(call).float_dtype)
    if isinstance(dtype, DType) and not (dtype.is_floating or dtype.is_complex):
        call.raise_(
            "TypeError", f"Unable to build `Dense` layer with non-floating point dtype {dtype!s}", "layer_input"
        )
    last = types.input_dim(
        call, input_shape, -1, "The last dimension of the inputs to `Dense` should be defined. Found `None`."
    )
    units = self.attrs["units"]
    self.set("_input_spec", spec(min_ndim=2, axes={-1: last}))
    weight(call, self, "kernel", ListValue([last, units]), dtype=self.attrs.get("<dtype>"))
    weight(call, self, "bias", ListValue([units]), when=self.attrs["use_bias"], dtype=self.attrs.get("<dtype>"))
    self.set("built", True)


def read(variable: AnyValue) -> tuple[tuple[str, str], ...]:
    """The operation that reads a resource variable, below the one that uses it."""
    return (("ReadVariableOp", "ReadVariableOp"),) if getattr(variable, "is_resource", False) is True else ()


def bias_add(call: Call, value: AnyValue, bias: AnyValue) -> Any:
    return op_like(call, value, "BiasAdd", deps=deps_of(value, bias), inner=read(bias))


def dense_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    """TF: keras.layers.Dense.call."""
    inputs = tools.as_tensor(call, inputs)
    kernel, units = self.attrs.get("kernel"), self.attrs.get("units")
    shape = dims_of(inputs)
    deps = deps_of(inputs, kernel)
    dtype = tools.first(self.attrs.get("<dtype>"), dtype_of(inputs))
    if isinstance(shape, tuple) and len(shape) > 2:
        out = (*shape[:-1], units)
        outputs = call.new("tf.tensordot", inputs, kernel, ListValue([ListValue([len(shape) - 1]), ListValue([0])]))
        if isinstance(outputs, Tensor):
            outputs.set_shape(out)
        else:
            outputs = make(call, "Reshape", "Tensordot", out, dtype, deps)
    elif isinstance(inputs, SparseTensor):
        outputs = make(
            call,
            "SparseTensorDenseMatMul",
            "SparseTensorDenseMatMul/SparseTensorDenseMatMul",
            (dimension(shape, 0, "batch"), units),
            dtype,
            deps,
        )
    else:
        out = (shape[0] if isinstance(shape, tuple) and shape else Unknown("batch is not known", "batch"), units)
        outputs = make(
            call, "MatMul", None, out if isinstance(shape, tuple) else shape, dtype, deps, inner=read(kernel)
        )
    bias = self.attrs.get("bias")
    if bias is not None:
        outputs = bias_add(call, outputs, bias)
    return tools.activate(call, self.attrs.get("activation"), outputs)


def method(made: TypeBuilder, name: str, impl: Any) -> None:
    made.cls.attrs[name] = NativeFunction(name, impl, f"{made.cls.canonical}.{name}")


method(dense, "build", dense_build)
method(dense, "call", dense_call)


@dense.method
def compute_output_shape(call: Call, self: InstanceValue, input_shape: AnyValue) -> Any:
    """TF: Dense.compute_output_shape."""
    shape = dims_of(input_shape)
    if isinstance(shape, tuple) and len(shape) < 2:
        call.raise_("ValueError", f"Shape {call.to_string(shape)} must have rank at least 2", "shape")
    if isinstance(shape, tuple) and shape[-1] is None:
        said = "The innermost dimension of input_shape must be defined, but saw: "
        call.raise_("ValueError", said + str(call.to_string(TensorShape(shape))), "shape")
    return TensorShape((*shape[:-1], self.attrs["units"]) if isinstance(shape, tuple) else shape)


def supports_masking(call: Call, self: InstanceValue) -> None:
    self.set("supports_masking", True)


# Activations


def _activation_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    return tools.activate(call, self.attrs.get("activation"), tools.as_tensor(call, inputs))


activation = types.layer_type("Activation", prepare=supports_masking)
method(activation, "call", _activation_call)
method(activation, "compute_output_shape", types.like_input)


def refuse_no_float(call: Call, value: AnyValue) -> None:
    """TF: backend.cast_to_floatx, of what a layer keeps as a number."""
    if isinstance(value, str):
        call.raise_("ValueError", f"could not convert string to float: {value!r}", "argument")


def _advanced(name: str, parameter: str, run: Any) -> None:
    def prepare(call: Call, self: InstanceValue) -> None:
        supports_masking(call, self)
        refuse_no_float(call, self.attrs.get(parameter))

    made = types.layer_type(name, prepare=prepare)

    def call_(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
        return run(call, tools.as_tensor(call, inputs), self.attrs.get(parameter))

    method(made, "call", call_)
    method(made, "compute_output_shape", types.like_input)


def elu(call: Call, inputs: AnyValue, alpha: AnyValue) -> Any:
    """TF: backend.elu."""
    made = call.new("tf.nn.elu", inputs)
    if isinstance(alpha, (int, float)) and alpha == 1:
        return made
    if alpha is None:
        return op_like(call, made, "Select", hole("elu"))
    return call.new("tf.where", call.compare(">", inputs, 0), made, call.binary("*", alpha, made))


def above(call: Call, inputs: AnyValue, theta: AnyValue) -> Any:
    """TF: ThresholdedReLU.call."""
    larger = call.new("tf.greater", inputs, theta)
    return call.binary("*", inputs, call.new("tf.cast", larger, keras(call).float_dtype))


_advanced("LeakyReLU", "alpha", lambda call, x, alpha: call.new("tf.keras.backend.relu", x, alpha=alpha))
_advanced("ELU", "alpha", elu)
_advanced("ThresholdedReLU", "theta", above)
softmax = types.layer_type("Softmax", prepare=supports_masking)
method(softmax, "compute_output_shape", types.like_input)


@softmax.method(name="call")
def softmax_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    return call.new("tf.nn.softmax", inputs, axis=self.attrs.get("axis"))


def _relu_limits(call: Call, self: InstanceValue) -> None:
    """TF: ReLU.__init__."""
    supports_masking(call, self)
    for name in ("max_value", "negative_slope", "threshold"):
        value = self.attrs.get(name)
        if name != "threshold" and not (name == "max_value" and value is None):
            if isinstance(value, (str, NoneType)):
                kind = call.class_of(value).name
                said = f"'<' not supported between instances of '{kind}' and 'float'"
                call.raise_("TypeError", said, "argument")
            if isinstance(value, (int, float)) and value < 0:
                said = f"{name} of Relu layer cannot be negative value: {value}"
                call.raise_("ValueError", said, "argument")
        refuse_no_float(call, value)


def relu_layer_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    """TF: keras.layers.ReLU.call, through backend.relu."""
    attrs = self.attrs
    return call.new(
        "tf.keras.backend.relu",
        inputs,
        alpha=attrs["negative_slope"],
        max_value=attrs["max_value"],
        threshold=attrs["threshold"],
    )


relu = types.layer_type("ReLU", prepare=_relu_limits)
method(relu, "call", relu_layer_call)
method(relu, "compute_output_shape", types.like_input)

prelu = types.layer_type("PReLU", prepare=supports_masking)


@prelu.method(name="build")
def prelu_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: keras.layers.PReLU.build."""
    types.as_list(call, input_shape)
    shape = dims_of(input_shape)
    if not isinstance(shape, tuple):
        weight(call, self, "alpha", Unknown("shape is not known"))
        return
    dims = list(shape[1:])
    given = self.attrs.get("shared_axes")
    shared = [] if given is None else items_of(given) if isinstance(given, (ListValue, tuple)) else [given]
    for axis in shared:
        if isinstance(axis, (str, float)):
            said = f"unsupported operand type(s) for -: '{call.class_of(axis).name}' and 'int'"
            said = said if isinstance(axis, str) else "list indices must be integers or slices, not float"
            call.raise_("TypeError", said, "argument")
        if isinstance(axis, int):
            if not -len(dims) <= axis - 1 < len(dims):
                call.raise_("IndexError", "list assignment index out of range", "shape")
            dims[axis - 1] = 1
    weight(call, self, "alpha", ListValue(dims))
    own = {at: size for at, size in enumerate(shape) if at and at not in shared} if shared else {}
    self.set("_input_spec", spec(ndim=len(shape), axes=own))
    self.set("built", True)


@prelu.method(name="call")
def prelu_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    """TF: PReLU.call."""
    positive = call.new("tf.nn.relu", inputs)
    slope = call.unary("-", self.attrs.get("alpha"))
    negative = call.binary("*", slope, call.new("tf.nn.relu", call.unary("-", inputs)))
    return call.binary("+", positive, negative)


# Shapes


def _flatten_spec(call: Call, self: InstanceValue) -> None:
    self.set("_input_spec", spec(min_ndim=1))


flatten = types.layer_type("Flatten", prepare=_flatten_spec)


def flat_shape(shape: AnyValue) -> Any:
    """TF: Flatten.compute_output_shape."""
    if not isinstance(shape, tuple):
        return shape if isinstance(shape, Unknown) else (None, None)
    if not shape:
        return (1,)
    return (shape[0], num_elements(shape[1:]))


@flatten.method(name="call")
def flatten_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    """TF: keras.layers.Flatten.call."""
    if isinstance(inputs, (ListValue, tuple)):
        said = f"'{call.class_of(inputs).name}' object has no attribute 'shape'"
        call.raise_("AttributeError", said, "argument")
    inputs = tools.as_tensor(call, inputs)
    shape = dims_of(inputs)
    if self.attrs.get("data_format") == "channels_first" and isinstance(shape, tuple) and len(shape) > 1:
        shape = (shape[0], *shape[2:], shape[1])
        inputs = op_like(call, inputs, "Transpose", "transpose", shape=shape)
    outer = dimension(shape, 0)
    inner: tuple[tuple[str, str], ...] = (("shape", "Const"),)
    if not isinstance(outer, int) or outer == 0:
        sizes = call.graph.op("Shape", inner=())
        first = call.graph.op(
            "StridedSlice", "strided_slice", inner=(("stack", "Const"), ("stack_1", "Const"), ("stack_2", "Const"))
        )
        call.graph.draw(sizes, inputs)
        call.graph.draw(first, sizes, *(f"{first}/{corner}" for corner in ("stack", "stack_1", "stack_2")))
        inner = (("shape/1", "Const"), ("shape", "Pack"))
    made = op_like(call, inputs, "Reshape", shape=flat_shape(shape), inner=inner)
    if len(inner) > 1:
        call.graph.draw(f"{made.op_name}/shape", first, f"{made.op_name}/shape/1")
        call.graph.draw(made.op_name, inputs, f"{made.op_name}/shape")
    return made


method(
    flatten,
    "compute_output_shape",
    lambda call, self, input_shape: TensorShape(flat_shape(dims_of(input_shape))),
)

reshape = types.layer_type("Reshape")


def reshaped(call: Call, self: InstanceValue, shape: AnyValue) -> Any:
    """TF: keras.layers.Reshape.compute_output_shape."""
    target = self.attrs.get("target_shape")
    if not isinstance(target, tuple) or not isinstance(shape, tuple):
        return Unknown("the new shape is not known")
    known: Any = 1
    for dim in target:
        if not (isinstance(dim, int) and dim < 0):
            known = known * dim
    if not shape:
        call.raise_("ValueError", "slice index 0 of dimension 0 out of bounds", "shape")
    holes = sum(1 for d in target if isinstance(d, int) and d < 0)
    if holes > 1:
        call.raise_("ValueError", "Can only specify one unknown dimension.", "shape")
    total = num_elements(shape[1:])
    if total is None:
        return (shape[0], *(None if isinstance(d, int) and d == -1 else d for d in target))
    unlike = isinstance(total, int) and isinstance(known, int)
    if unlike and ((holes and (known == 0 or total % known)) or (not holes and total != known)):
        call.raise_("ValueError", "total size of new array must be unchanged", "shape")
    return (shape[0], *(total // known if isinstance(d, int) and d < 0 else d for d in target))


@reshape.method(name="call")
def reshape_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    inputs = tools.as_tensor(call, inputs)
    call.graph.op("Shape")
    call.graph.op(
        "StridedSlice", "strided_slice", inner=(("stack", "Const"), ("stack_1", "Const"), ("stack_2", "Const"))
    )
    shape, target = dims_of(inputs), self.attrs.get("target_shape")
    wrong = next((d for d in target if isinstance(d, (str, float, NoneType))), 0) if isinstance(target, tuple) else 0
    if wrong is None:
        said = "Tried to convert 'shape' to a tensor and failed. Error: None values not supported."
        call.raise_("ValueError", said, "argument")
    if isinstance(wrong, (str, float)):
        said = f"Expected int32, got {wrong!r} of type '{call.class_of(wrong).name}' instead."
        call.raise_("TypeError", said, "argument")
    if shape is None and isinstance(target, tuple):
        out: Any = (None, *(None if isinstance(d, int) and d < 0 else d for d in target))
    elif isinstance(shape, tuple) and shape and not isinstance(shape[0], int) and isinstance(target, tuple):
        # What a dimension is that is to follow from the others the graph does not know without the batch.
        left = None if shape[0] is None else Unknown("what is left for a dimension")
        out = (shape[0], *(left if isinstance(d, int) and d < 0 else d for d in target))
    else:
        out = reshaped(call, self, shape)
    return op_like(call, inputs, "Reshape", shape=out, inner=(("shape", "Pack"),))


@reshape.method(name="compute_output_shape")
def reshape_shape(call: Call, self: InstanceValue, input_shape: AnyValue) -> Any:
    return TensorShape(reshaped(call, self, dims_of(input_shape)))


def _permute_spec(call: Call, self: InstanceValue) -> None:
    dims: Any = self.attrs.get("dims")
    numbers = isinstance(dims, tuple) and all(isinstance(d, (int, float)) for d in dims)
    if numbers and sorted(dims) != list(range(1, len(dims) + 1)):
        said = f"Invalid permutation `dims` for Permute Layer: {call.to_string(dims)}. The set of indices in "
        call.raise_("ValueError", said + "`dims` must be consecutive and start from 1.", "argument")
    self.set("_input_spec", spec(ndim=len(dims) + 1) if isinstance(dims, tuple) else None)


permute = types.layer_type("Permute", prepare=_permute_spec)


@permute.method(name="call")
def permute_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    shape, dims = dims_of(inputs), self.attrs.get("dims")
    if isinstance(dims, tuple) and any(isinstance(d, float) for d in dims):
        check_allowed(call, "perm", FLOAT32, ("int32", "int64"))
    out: Any = Unknown("the order of dimensions is not known")
    if isinstance(shape, tuple) and isinstance(dims, tuple) and all(isinstance(d, int) for d in dims):
        out = (*shape[:1], *(dimension(shape, d) for d in dims))
    return op_like(call, inputs, "Transpose", "transpose", shape=out, inner=(("perm", "Const"),))


def _repeat_spec(call: Call, self: InstanceValue) -> None:
    self.set("_input_spec", spec(ndim=2))


repeat_vector = types.layer_type("RepeatVector", prepare=_repeat_spec)


@repeat_vector.method(name="call")
def repeat_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    shape = dims_of(inputs)
    count = self.attrs.get("n")
    if isinstance(count, float):
        check_allowed(call, "multiples", FLOAT32, ("int32", "int64"))
    if isinstance(count, (str, NoneType)):
        kind = "string" if isinstance(count, str) else "<NOT CONVERTIBLE TO TENSOR>"
        said = (
            f"Tensors in list passed to 'values' of 'Pack' Op have types [int32, {kind}, int32] that don't all match."
        )
        call.raise_("TypeError", said, "argument")
    count = None if isinstance(count, int) and count < 0 else count
    out = (*shape[:1], count, *shape[1:]) if isinstance(shape, tuple) else shape
    call.graph.op("ExpandDims", "ExpandDims", inner=(("dim", "Const"),))
    call.graph.op("Const", "stack")
    return op_like(call, inputs, "Tile", shape=out)


masking = types.layer_type("Masking", prepare=supports_masking)


@masking.method(name="call")
def masking_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    """TF: keras.layers.Masking.call."""
    other = call.new("tf.not_equal", inputs, self.attrs.get("mask_value"))
    seen = call.new("tf.reduce_any", other, axis=-1, keepdims=True)
    made = call.binary("*", inputs, call.new("tf.cast", seen, dtype_of(inputs)))
    mask = call.new("tf.squeeze", seen, axis=-1)
    keras(call).set_mask(made, mask)
    return made


regularization = types.layer_type("ActivityRegularization")


@regularization.method(name="__init__")
def regularization_init(call: Call, self: InstanceValue, l1: AnyValue, l2: AnyValue, kwargs: dict[str, Any]) -> None:
    penalty = call.new("tf.keras.regularizers.L1L2", l1=l1, l2=l2)
    call.invoke(tools.super_method(self, regularization.cls, "__init__"), activity_regularizer=penalty, **kwargs)
    self.set("supports_masking", True)
    self.set("l1", l1)
    self.set("l2", l2)


# Lambda


lambda_ = types.layer_type(
    "Lambda", prepare=lambda call, self: self.set("supports_masking", self.attrs.get("mask") is not None)
)


def _variable_creator(self: InstanceValue) -> Any:
    def create(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        held = self.attrs.get("_variable_dict")
        if not isinstance(held, DictValue):
            held = DictValue()
            self.set("_variable_dict", held)
        name = kwargs.get("name")
        if isinstance(name, (str, type(None))) and name in held.items:
            return held.items[name]
        made = call.invoke(args[0], **kwargs)
        if isinstance(name, (str, type(None))):
            held.touch()
            held.items[name] = made
        if isinstance(made, Variable):
            tools.append(self, "_trainable_weights" if made.trainable is not False else "_non_trainable_weights", made)
        return made

    return create


@lambda_.method(name="call")
def lambda_call(call: Call, self: InstanceValue, inputs: AnyValue, mask: AnyValue, training: AnyValue) -> Any:
    """TF: keras.layers.Lambda.call."""
    function = self.attrs.get("function")
    held: Any = self.attrs.get("arguments")
    given = {k: v for k, v in held.items.items() if isinstance(k, str)} if hasattr(held, "items") else {}
    names = parameter_names(call, function)[0]
    if "mask" in names:
        given["mask"] = mask
    if "training" in names:
        given["training"] = training
    others = held if isinstance(held, Unknown) else getattr(held, "rest", None)
    # TF: Lambda._variable_creator. What the function makes is the layer's, and is shared by name at the next call.
    creator = CreatorScope(call, NativeFunction("_variable_creator", _variable_creator(self), raw=True))
    creator.enter()
    try:
        if others is None:
            made = call.invoke(function, inputs, **given)
        else:
            made = call.engine.invoke(function, (inputs,), call.engine.open_keywords(given, others))
    finally:
        creator.exit()
    if isinstance(made, Unknown):
        shape = self.attrs.get("output_shape")
        if shape is not None and not hasattr(shape, "code"):
            first = structures.flatten(inputs)[0]
            batch = dimension(dims_of(first), 0)
            return op_like(call, first, "", hole("lambda"), shape=(batch, *items_of(shape)))
        return opaque_tensor(call, made)
    return made
