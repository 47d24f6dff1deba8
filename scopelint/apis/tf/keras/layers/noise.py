"""tf.keras.layers: what is dropped, and what noise is added, where a model trains."""

from __future__ import annotations

from types import NoneType
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.bare_op import make, op_like
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.keras_state import training_of
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.operations import scope
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.apis.tf.framework.structures import items_of
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras.input_spec import spec
from scopelint.apis.tf.keras.layers.core import method, supports_masking
from scopelint.apis.tf.nn import normalizing
from scopelint.values.base import AnyValue
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import DType, Tensor, Variable

# Dropout


def check_training(call: Call, training: AnyValue) -> None:
    """TF: smart_cond.smart_cond."""
    if isinstance(training, (str, ListValue, tuple)) or (isinstance(training, (int, float)) and training not in (0, 1)):
        kind = call.to_string(call.class_of(training))
        said = f"`pred` must be a Tensor, or a Python bool, or 1 or 0. Found instead: {kind}"
        call.raise_("TypeError", said, "argument")


def check_dropped(call: Call, inputs: AnyValue, rate: AnyValue, noise: AnyValue) -> None:
    """TF: Dropout._get_noise_shape, nn_ops.dropout_v2. What is refused before anything is drawn by lot."""
    if noise is not None and isinstance(noise, (int, float)):
        call.raise_("TypeError", f"'{call.class_of(noise).name}' object is not iterable", "argument")
    if rate is None:
        call.raise_("ValueError", "You must provide a rate to dropout.", "argument")
    dtype = dtype_of(inputs)
    if isinstance(dtype, DType) and not dtype.is_floating:
        said = "x has to be a floating point tensor since it's going to be scaled. Got a "
        call.raise_("ValueError", f"{said}<dtype: '{dtype.name}'> tensor instead.", "argument")
    if isinstance(rate, (int, float)) and not 0 <= rate < 1:
        said = f"rate must be a scalar tensor or a float in the range [0, 1), got {rate:g}"
        call.raise_("ValueError", said, "argument")
    if isinstance(rate, str):
        call.raise_("TypeError", f"Expected float32, got {rate!r} of type 'str' instead.", "argument")
    if isinstance(rate, (ListValue, tuple)):
        call.raise_("ValueError", f"Shape ({len(items_of(rate))},) must have rank 0", "argument")
    shape = dims_of(inputs)
    if isinstance(noise, (ListValue, tuple)) and getattr(noise, "rest", None) is None and isinstance(shape, tuple):
        drawn = items_of(noise)
        for one, two in zip(reversed(shape), reversed(drawn), strict=False):
            if isinstance(one, int) and isinstance(two, int) and one != two and 1 not in (one, two):
                said = f"Dimensions must be equal, but are {one} and {two}"
                at = f"{call.graph.get_name_scope()}/dropout/mul_1"
                call.raise_("ValueError", f"{said} for '{at}' (op: 'Mul')", "shape")


def dropout_call(call: Call, self: InstanceValue, inputs: AnyValue, training: AnyValue) -> Any:
    """TF: keras.layers.Dropout.call."""
    training = training_of(call, training)
    inputs = tools.as_tensor(call, inputs)
    check_training(call, training)
    if training is False:
        return op_like(call, inputs, "Identity")
    rate, noise = self.attrs.get("rate"), self.attrs.get("noise_shape")
    if training is True or isinstance(training, (Tensor, Variable)):
        check_dropped(call, inputs, rate, noise)
        if normalizing.draws(call):
            return normalizing.choice(
                call, training, lambda: call.new("tf.nn.dropout", inputs, noise_shape=noise, rate=rate),
                lambda: call.new("tf.identity", inputs),
            )  # fmt: skip
    if isinstance(training, (Tensor, Variable)):
        return make(call, "Merge", "cond/Merge", dims_of(inputs), dtype_of(inputs), deps_of(inputs))
    with scope(call, "dropout"):
        if training is True and isinstance(rate, (int, float)) and rate == 0:
            return inputs
        for type, name in _DROPOUT:
            call.graph.op(type, name)
        return op_like(call, inputs, "Mul", "mul_1")


_DROPOUT = (
    ("Const", "rate"),
    ("Shape", "Shape"),
    ("Const", "random_uniform/min"),
    ("Const", "random_uniform/max"),
    ("RandomUniform", "random_uniform/RandomUniform"),
    ("Sub", "random_uniform/sub"),
    ("Mul", "random_uniform/mul"),
    ("Add", "random_uniform"),
    ("Const", "sub/x"),
    ("Sub", "sub"),
    ("Const", "truediv/x"),
    ("RealDiv", "truediv"),
    ("GreaterEqual", "GreaterEqual"),
    ("Mul", "mul"),
    ("Cast", "Cast"),
)


dropout = types.layer_type("Dropout", prepare=supports_masking)
method(dropout, "call", dropout_call)
method(dropout, "compute_output_shape", types.like_input)


def _spatial(name: str, ndim: int) -> None:
    def prepare(call: Call, self: InstanceValue) -> None:
        self.set("supports_masking", True)
        self.set("_input_spec", spec(ndim=ndim))

    types.layer_type(name, "tf.keras.layers.Dropout", after=dropout.cls, prepare=prepare)


_spatial("SpatialDropout1D", 3)
_spatial("SpatialDropout2D", 4)
_spatial("SpatialDropout3D", 5)


# noise


def compares(call: Call, rate: AnyValue) -> None:
    if isinstance(rate, (str, NoneType)):
        kind = call.class_of(rate).name
        call.raise_("TypeError", f"'<' not supported between instances of 'int' and '{kind}'", "argument")


def _noise(name: str, type: str) -> None:
    def call_(call: Call, self: InstanceValue, inputs: AnyValue, training: AnyValue) -> Any:
        if name != "GaussianNoise":
            rate = self.attrs.get("rate")
            compares(call, rate)
            if isinstance(rate, (int, float)) and not 0 < rate < 1:
                return inputs
        training = training_of(call, training)
        inputs = tools.as_tensor(call, inputs)
        if training is False:
            return op_like(call, inputs, "Identity")
        width = self.attrs.get("stddev")
        if isinstance(width, str):
            call.raise_("TypeError", f"Expected float32, got {width!r} of type 'str' instead.", "argument")
        if isinstance(training, Tensor):
            return op_like(call, inputs, "Merge", "cond/Merge")
        dtype = dtype_of(inputs)
        if isinstance(dtype, DType) and dtype.base_name != "float32" and name != "AlphaDropout":
            said = f"Input 'y' of '{type}' Op has type float32 that does not match type {dtype.base_name} of argument "
            call.raise_("TypeError", said + "'x'.", "argument")
        if name == "AlphaDropout":
            call.graph.op(type, "add")
        return op_like(call, inputs, type, "mul" if type == "Mul" else "add")

    made = types.layer_type(name, prepare=supports_masking)
    method(made, "call", call_)
    method(made, "compute_output_shape", types.like_input)


_noise("GaussianNoise", "AddV2")
_noise("GaussianDropout", "Mul")
_noise("AlphaDropout", "AddV2")
