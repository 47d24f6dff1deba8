"""Regularizers: the penalties that variables are given, and the operations that they leave."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.operations import convert
from scopelint.apis.tf.framework.python_values import shape_of
from scopelint.apis.tf.ops.initializers import by_name, get_config, plain_init, refuse_uncallable
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import ClassValue, InstanceValue
from scopelint.values.tensors import FLOAT32, DType, PartitionedVariable, Tensor

api = Namespace("tf")
contrib = Namespace("tf.contrib.layers")

_L2 = ("L2Loss",)
_L1 = ("Abs", "Const", "Sum")


def regularizer_function(kind: str) -> ClassValue:
    """A class for what `l2_regularizer(...)` returns: in TF a function that is applied to the weights."""
    made = Namespace("scopelint").type(kind)
    made.method(lambda call, self, weights: apply_to(call, self, weights), name="__call__")
    return made.cls


REGULARIZER = regularizer_function("contrib_regularizer")
NO_LOSS = Namespace("scopelint").type("no_regularizer")
NO_LOSS.method(lambda call, args, kwargs: None, name="__call__", raw=True)


def weights_deps(weights: AnyValue) -> tuple[int, Any]:
    """What a penalty depends on, and its dtype."""
    dtype = getattr(weights, "dtype", FLOAT32)
    return getattr(weights, "deps", 0), dtype.base_dtype if isinstance(dtype, DType) else dtype


def apply_to(call: Call, self: InstanceValue, weights: AnyValue) -> Any:
    kind, scope = self.attrs["kind"], self.attrs["scope"]
    deps, dtype = weights_deps(weights)
    if isinstance(weights, PartitionedVariable):
        # A partitioned variable is made one tensor first, below its own name.
        weights = call.method(weights, "as_tensor")
    asked = scope if isinstance(scope, str) else ("sum_regularizer" if kind == "sum" else f"{kind}_regularizer")
    with call.graph.name_scope(asked) as name:
        if kind in ("l1", "l2"):
            graph, chain = call.graph, weights
            # A variable of integers, a counter made under the scope's regularizer, has no such penalty.
            scale = convert(call, self.attrs["scale"], dtype, "scale")
            for below in _L2 if kind == "l2" else _L1:
                full = graph.op(below)
                if below != "Const":
                    graph.inputs[full] = (chain,)
                    shape = shape_of(weights) if below == "Abs" else ()
                    chain = Tensor(full, 0, below, shape, dtype, graph, deps)
            made = graph.op("Mul", name)
            graph.inputs[made] = (scale, chain)
            return Tensor(made, 0, "Mul", (), dtype, call.graph, deps)
        parts = [call.invoke(part, weights) for part in self.attrs["parts"]]
        parts = [part for part in parts if part is not None]
        if not parts:
            return None
        made = call.graph.op("AddN", name)
        call.graph.inputs[made] = tuple(parts)
        return Tensor(made, 0, "AddN", (), dtype, call.graph, deps)


def check_scale(call: Call, scale: AnyValue) -> None:
    if isinstance(scale, int) and not isinstance(scale, bool):
        call.raise_("ValueError", f"scale cannot be an integer: {scale}", kind="argument")
    if isinstance(scale, float) and scale < 0.0:
        call.raise_("ValueError", f"Setting a scale less than 0 on a regularizer: {scale}.", kind="argument")


def one_regularizer(kind: str) -> Any:
    def make(call: Call, scale: AnyValue, scope: AnyValue) -> Any:
        """TF: l1_regularizer, l2_regularizer. A scale of 0.0 gives a function that gives None."""
        check_scale(call, scale)
        if isinstance(scale, float) and scale == 0.0:
            return InstanceValue(NO_LOSS.cls)
        return InstanceValue(REGULARIZER, {"kind": kind, "scope": scope, "parts": (), "scale": scale})

    return make


contrib.function(one_regularizer("l1"), name="l1_regularizer")
contrib.function(one_regularizer("l2"), name="l2_regularizer")


@contrib.function
def l1_l2_regularizer(call: Call, scale_l1: AnyValue, scale_l2: AnyValue, scope: AnyValue) -> Any:
    """TF: l1_l2_regularizer."""
    for scale in (scale_l1, scale_l2):
        if isinstance(scale, int) and not isinstance(scale, bool):
            call.raise_("ValueError", f"scale_l1 cannot be an integer: {scale}", kind="argument")
    scope = scope if scope else "l1_l2_regularizer"
    zero = [isinstance(scale, float) and scale == 0.0 for scale in (scale_l1, scale_l2)]
    if zero[0]:
        return one_regularizer("l2")(call, scale_l2, scope)
    if zero[1]:
        return one_regularizer("l1")(call, scale_l1, scope)
    parts = tuple(
        InstanceValue(REGULARIZER, {"kind": kind, "scope": None, "parts": (), "scale": scale})
        for kind, scale in (("l1", scale_l1), ("l2", scale_l2))
    )
    return InstanceValue(REGULARIZER, {"kind": "sum", "scope": scope, "parts": parts})


@contrib.function
def sum_regularizer(call: Call, regularizer_list: AnyValue, scope: AnyValue) -> Any:
    """TF: sum_regularizer. One that is None is left out; of none at all, None."""
    members = call.members(regularizer_list)
    if isinstance(members, Unknown):
        return members
    parts = tuple(member for member in members if member is not None)
    return InstanceValue(REGULARIZER, {"kind": "sum", "scope": scope, "parts": parts}) if parts else None


@contrib.function
def apply_regularization(call: Call, regularizer: AnyValue, weights_list: AnyValue) -> Any:
    """TF: apply_regularization."""
    if (
        weights_list is None
        or (isinstance(weights_list, ListValue) and weights_list.rest is None and not weights_list.items)
        or (type(weights_list) is tuple and not weights_list)
    ):
        weights_list = ListValue(call.graph.get_collection("weights"))
    members = call.members(weights_list)
    if isinstance(members, Unknown):
        return members
    if not members:
        call.raise_("ValueError", "No weights to regularize.", kind="argument")
    with call.graph.name_scope("get_regularization_penalty") as name:
        penalties = [call.invoke(regularizer, weights) for weights in members]
        penalties = [p if p is not None else call.new("tf.constant", 0.0) for p in penalties]
        made = call.graph.op("AddN", name)
    deps = 0
    for penalty in penalties:
        deps |= getattr(penalty, "deps", 0)
        call.graph.add_to_collection("regularization_losses", penalty)
    return Tensor(made, 0, "AddN", (), FLOAT32, call.graph, deps)


@api.function
def no_regularizer(call: Call) -> None:
    return None


# Regularizers of Keras

keras_regularizers = Namespace("tf.keras.regularizers")
regularizer_base = keras_regularizers.type("Regularizer")
regularizer_base.method(plain_init, name="__init__", raw=True)
regularizer_base.method(get_config, name="get_config")


@regularizer_base.method(name="__call__", raw=True)
def no_penalty(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return 0.0


l1l2 = keras_regularizers.type("L1L2", bases=(regularizer_base.cls,))


@l1l2.method(name="__init__")
def l1l2_init(call: Call, self: InstanceValue, l1: AnyValue, l2: AnyValue) -> None:
    for strength in (l1, l2):
        if isinstance(strength, str):
            call.raise_("ValueError", f"could not convert string to float: {strength!r}", kind="argument")
    self.set("l1", l1)
    self.set("l2", l2)


@l1l2.method(name="__call__")
def l1l2_call(call: Call, self: InstanceValue, x: AnyValue) -> Any:
    """TF: keras.regularizers.L1L2.__call__. The sum starts from a constant 0."""
    total: Any = None
    for factor, function in ((self.attrs["l1"], "tf.abs"), (self.attrs["l2"], "tf.square")):
        if bool(factor):
            penalty = call.binary("*", factor, call.new("tf.reduce_sum", call.new(function, x)))
            total = call.binary("+", 0.0 if total is None else total, penalty)
    return call.new("tf.constant", 0.0) if total is None else total


@keras_regularizers.function(name="l1")
def keras_l1(call: Call, l: AnyValue) -> Any:  # noqa: E741
    return call.new("tf.keras.regularizers.L1L2", l1=l)


@keras_regularizers.function(name="l2")
def keras_l2(call: Call, l: AnyValue) -> Any:  # noqa: E741
    return call.new("tf.keras.regularizers.L1L2", l2=l)


# Classes in TF 2, called alike.
for _name, _strength in (("L1", "l1"), ("L2", "l2")):

    def _of_one(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], strength: str = _strength) -> Any:
        given = args[0] if args else kwargs.get(strength, 0.01)
        return call.new("tf.keras.regularizers.L1L2", **{strength: given})

    keras_regularizers.function(_of_one, name=_name, raw=True)


@keras_regularizers.function(name="l1_l2")
def keras_l1_l2(call: Call, l1: AnyValue, l2: AnyValue) -> Any:
    return call.new("tf.keras.regularizers.L1L2", l1=l1, l2=l2)


REGULARIZER_NAMES = {
    "l1": "tf.keras.regularizers.l1", "l2": "tf.keras.regularizers.l2", "l1_l2": "tf.keras.regularizers.l1_l2",
    "L1L2": "tf.keras.regularizers.L1L2",
}  # fmt: skip


@keras_regularizers.function(name="get")
def get_regularizer(call: Call, identifier: AnyValue) -> Any:
    """TF: keras.regularizers.get. A name gives the function itself, which then meets the weights as its factor."""
    if isinstance(identifier, str) and identifier in REGULARIZER_NAMES:
        return call.new(REGULARIZER_NAMES[identifier])
    refuse_uncallable(call, identifier, "regularizer")
    return by_name(call, identifier, REGULARIZER_NAMES, "regularizer")
