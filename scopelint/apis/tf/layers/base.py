"""`tf.layers.Layer`: layers whose variables go through `tf.get_variable`, in a variable scope of their own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from operator import is_
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.copy import Memo, deep
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.context_managers import as_context
from scopelint.apis.tf.framework.conversion import is_blank
from scopelint.apis.tf.framework.keras_state import KerasState, keras
from scopelint.apis.tf.framework.structures import flatten, items_of
from scopelint.apis.tf.keras import by_name
from scopelint.apis.tf.keras.base_layer_attributes import is_callable
from scopelint.apis.tf.keras.base_layer_call import call_layer, call_parameters, plain_set, scope_of
from scopelint.apis.tf.keras.base_layer_weights import (
    LAYER,
    init_layer,
    keras_weight,
    on_read,
    refuse_trained_on_read,
    regularize_weight,
    tf_layers,
)
from scopelint.apis.tf.keras.variable_scopes import set_scope
from scopelint.values.base import AnyValue, Value
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import PartitionedVariable, Tensor, Variable
from scopelint.values.text import from_template

legacy = tf_layers.type("Layer", bases=("tf.keras.layers.Layer",))
LEGACY = legacy.cls


@legacy.method(name="__init__")
def legacy_init(
    call: Call, self: InstanceValue, trainable: AnyValue, name: AnyValue, dtype: AnyValue, kwargs: dict[str, Any]
) -> None:
    """TF: layers.base.Layer.__init__."""
    kwargs = dict(kwargs)
    self.set("_use_resource_variables", False)
    scope = kwargs.pop("_scope", None)
    reuse = kwargs.pop("_reuse", None)
    self.set("_reuse", reuse)
    self.set("_trainable_weights", ListValue())
    self.set("built", False)
    kwargs.pop("autocast", None)
    dynamic = kwargs.pop("dynamic", False)
    init_layer(call, self, trainable, name, dtype, dynamic, kwargs)
    style = keras(call).get("keras_style", default=False)
    if style:
        for said, value in (("scope", scope), ("reuse", reuse)):
            if value is not None:
                call.raise_(
                    "ValueError",
                    f"{said} argument not allowed when keras style layers are enabled, "
                    f"but saw: {call.to_string(value)}",
                    "layer",
                )
    self.set("_keras_style", style)
    self.set("_scope", None)
    self.set("_current_scope", None)
    if not is_blank(scope):
        with tools.variable_scope(call, scope) as captured:
            self.set("_scope", captured)


@legacy.method(name="__setattr__", raw=True)
def legacy_set_attribute(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: layers.base.Layer.__setattr__: nothing is tracked."""
    plain_set(call, *args)


@legacy.method
def _make_unique_name(call: Call, self: InstanceValue) -> Any:
    base = tools.snake_case(self.cls.name)
    return from_template(tools.unique_object_name(call.graph, base)), base


@legacy.property
def scope_name(call: Call, self: InstanceValue) -> Any:
    scope: Any = self.attrs.get("_scope")
    if scope is None:
        name = self.attrs.get("_name")
        call.raise_(
            "ValueError",
            f'No name available for layer scope because the layer "{name}" has '
            "not been used yet. The scope name  is determined the first time the layer instance is called. You "
            "must therefore call the layer before querying `scope_name`.",
            "layer",
        )
    return from_template(scope.name)


@legacy.property
def graph(call: Call, self: InstanceValue) -> Any:
    return None


@legacy.method
def add_loss(call: Call, self: InstanceValue, losses: AnyValue, inputs: AnyValue) -> None:
    """TF: layers.base.Layer.add_loss. Losses go to a collection, those of regularizers are made at once."""
    for loss in flatten(losses):
        if is_callable(loss):
            tools.append(self, "_callable_losses", loss)
            loss = call.invoke(loss)
        elif loss is not None:
            tools.append(self, "_losses", loss)
        if loss is not None:
            add_to_collection(call, "regularization_losses", loss)


def add_to_collection(call: Call, name: str, item: AnyValue) -> None:
    """TF: _add_elements_to_collection: once only."""
    held = call.graph.get_collection_ref(name)
    if not any(map(partial(is_, item), held.items)):
        held.append(item)


@legacy.method(name="_set_scope")
def legacy_set_scope(call: Call, self: InstanceValue, scope: AnyValue = None) -> None:
    set_scope(call, self, scope)


def _both(one: AnyValue, two: AnyValue) -> Any:
    """Python's `one and two` of flags that may not be known."""
    if one is False or two is False:
        return False
    return two if one is True else one


@legacy.method(name="add_weight", raw=True)
def legacy_add_weight(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: layers.base.Layer.add_weight."""
    self = args[0]
    given, extra = bind(call, "tf.layers.Layer.add_weight", args[1:], kwargs)
    for key in extra:
        if key != "experimental_autocast":
            call.raise_("TypeError", f"('Unknown keyword argument:', '{key}')", "argument")
    if self.attrs.get("_keras_style"):
        return LAYER.attrs["add_weight"].impl(call, args, kwargs)
    if on_read(given["synchronization"]):
        if given["trainable"] is True:
            refuse_trained_on_read(call)
        given["trainable"] = given["trainable"] or False
    elif given["trainable"] is None:
        given["trainable"] = True
    if given["dtype"] is None:
        given["dtype"] = tools.first(self.attrs.get("<dtype>"), keras(call).float_dtype)
    regularizer = by_name.regularizer(call, given["regularizer"])
    graph = call.graph
    known = graph.get_collection_ref("variables").items if regularizer is not None else ()
    before = len(known)
    set_scope(call, self)
    built, reuse = self.attrs.get("built"), self.attrs.get("_reuse")
    reuse = True if built is True else reuse
    asked_trainable = given["trainable"]
    with tools.variable_scope(call, self.attrs["_scope"], reuse=reuse, auxiliary_name_scope=False) as scope:
        self.set("_current_scope", scope)
        with operations.scope(call, scope_of(call, self)):
            if given["use_resource"] is None or given["use_resource"] is False:
                given["use_resource"] = self.attrs.get("_use_resource_variables") is True or scope.use_resource
            if given["initializer"] is None:
                given["initializer"] = program_value(scope.initializer)
            given["trainable"] = _both(asked_trainable, call.getattr(self, "trainable"))
            given["synchronization"] = None
            variable = keras_weight(call, self, given, {}, getter="tf.get_variable")
            if regularizer is not None and not any(among(part, known, before) for part in parts_of(variable)):
                regularize_weight(call, self, given["name"], variable, regularizer)
            if given["trainable"] is not False and isinstance(variable, Variable) and variable.trainable is False:
                # A variable that was shared is trainable only if it was made so.
                held = self.attrs["_trainable_weights"]
                held.touch()
                held.items.remove(variable)
                tools.append(self, "_non_trainable_weights", variable)
    return variable


def among(variable: AnyValue, variables: Sequence[Any], first: int) -> bool:
    """Whether it is one of the first of them. Mostly it has just been made, so the last are looked at before them."""
    same = partial(is_, variable)
    return not any(map(same, variables[first:])) and any(map(same, variables[:first]))


def parts_of(variable: AnyValue) -> tuple[Any, ...]:
    return variable.parts if isinstance(variable, PartitionedVariable) else (variable,)


def program_value(held: AnyValue) -> Any:
    """The program's own object behind what the graph layer keeps of it."""
    return getattr(held, "value", held) if held is not None and not isinstance(held, Value) else held


@legacy.method(name="__call__", raw=True)
def legacy_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: layers.base.Layer.__call__."""
    self, kwargs = args[0], dict(kwargs)
    scope = kwargs.pop("scope", None)
    inputs, rest = (args[1], args[2:]) if len(args) > 1 else (kwargs.pop("inputs", None), ())
    if self.attrs.get("_keras_style"):
        if scope is not None:
            call.raise_(
                "ValueError",
                f"scope argument not allowed when keras style layers are enabled, but saw: {call.to_string(scope)}",
                "layer",
            )
        return call_layer(call, self, inputs, rest, kwargs)
    set_scope(call, self, scope)
    reuse = True if self.attrs.get("built") is True else self.attrs.get("_reuse")
    with tools.variable_scope(call, self.attrs["_scope"], reuse=reuse, auxiliary_name_scope=False) as entered:
        self.set("_current_scope", entered)
        if "scope" in call_parameters(call, self)[0]:
            kwargs["scope"] = entered
        outputs = call_layer(call, self, inputs, rest, kwargs)
    for update in items_of(call.getattr(self, "updates")):
        add_to_collection(call, "update_ops", update)
    return outputs


@legacy.method(name="__deepcopy__")
def legacy_deepcopy(call: Call, self: InstanceValue, memo: Any) -> Any:
    """TF: layers.base.Layer.__deepcopy__. Variables and tensors are shared; one in a list can't be copied, and so a
    layer that has made its own can't be."""
    made = InstanceValue(self.cls, {}, self.payload)
    seen = memo.seen if isinstance(memo, Memo) else {}
    seen[id(self)] = made
    for key, value in self.attrs.items():
        shared = key in ("_graph", "_scope") or isinstance(value, (Tensor, Variable))
        made.attrs[key] = value if shared else deep(call, value, seen, memo)
    return made


experimental = Namespace("tf.layers.experimental")


@experimental.function
def set_keras_style(call: Call) -> None:
    keras(call).put("keras_style", True)


class KerasStyle:
    """TF: keras_style_scope, entered."""

    __slots__ = ("_stack", "_state")

    def __init__(self, state: KerasState) -> None:
        self._state = state
        self._stack: list[Any] = []

    def enter(self) -> None:
        self._stack.append(self._state.get("keras_style", default=False))
        self._state.put("keras_style", True)

    def exit(self) -> None:
        self._state.put("keras_style", self._stack.pop())


@experimental.function
def keras_style_scope(call: Call) -> Any:
    return as_context(KerasStyle(keras(call)), lambda: KerasStyle(keras(call)))
