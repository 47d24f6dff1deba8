"""How a keras layer is called: its name scope, when it is built, what is kept of the call."""

from __future__ import annotations

from types import NoneType
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.descriptors import set_by_descriptor
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.callables import parameter_names
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.operations import scope
from scopelint.apis.tf.framework.python_values import dtype_of, is_tensor
from scopelint.apis.tf.framework.structures import flatten, items_of, mapped, unsettled
from scopelint.apis.tf.keras.base_layer_attributes import OTHERS, own
from scopelint.apis.tf.keras.base_layer_weights import DEFAULT_BUILDS, LAYER, layer
from scopelint.apis.tf.keras.nodes import add_node
from scopelint.apis.tf.keras.operation_layers import add_histories
from scopelint.apis.tf.keras.variable_scopes import has_own_scope, within_own_scope
from scopelint.graph.releases import SELF_BY_NAME
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import (
    MISSING,
    BoundMethod,
    FunctionValue,
    InstanceValue,
    NativeFunction,
    PropertyValue,
)
from scopelint.values.seen import may_be_object, unseen
from scopelint.values.tensors import Tensor, TensorShape, Variable, shapes_compatible
from scopelint.values.text import Text, hole
from scopelint.values.truth import NO


@layer.method(raw=True, name="__call__")
def layer_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    if len(args) > 1:
        return call_layer(call, self, args[1], args[2:], kwargs)
    rest = dict(kwargs)
    if "inputs" not in rest:
        call.raise_("TypeError", "__call__() missing 1 required positional argument: 'inputs'")
    return call_layer(call, self, rest.pop("inputs"), (), rest)


@layer.method(raw=True)
def apply(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.method(args[0], "__call__", *args[1:], **kwargs)


def call_parameters(call: Call, self: InstanceValue) -> tuple[list[str], bool]:
    """TF: Layer._call_fn_args."""
    function = self.attrs.get("call", MISSING)
    if function is MISSING:
        function = self.cls.find("call")
        if function is BASE_CALL:
            return ["inputs"], True
        return parameter_names(call, BoundMethod(function, self))
    return parameter_names(call, function)


BASE_CALL = LAYER.attrs["call"]


def call_layer(call: Call, self: InstanceValue, inputs: AnyValue, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: base_layer.Layer.__call__."""
    state = keras(call)
    kwargs = dict(kwargs)
    if SELF_BY_NAME.at(call.state.release):
        _check_self(call, self)
    leaves = flatten(inputs)
    if any(isinstance(x, (int, float)) or type(x).__name__ == "ArrayValue" for x in leaves):
        inputs = mapped(lambda x: x if is_tensor(x) or x is None else tools.as_tensor(call, x), inputs)
        leaves = flatten(inputs)
    parameters, stars = call_parameters(call, self)
    positional = parameters[1 : 1 + len(args)]
    masks = [state.mask(x) for x in leaves] if self.cls.find("compute_mask") is not MISSING else []
    mask_given = False
    if (
        ("mask" in parameters or stars)
        and any(m is not None for m in masks)
        and "mask" not in kwargs
        and "mask" not in positional
    ):
        kwargs["mask"] = masks[0] if len(masks) == 1 else ListValue(masks)
        mask_given = True
    expects_training = "training" in parameters or stars
    if "training" in kwargs or "training" in positional:
        training = kwargs["training"] if "training" in kwargs else args[positional.index("training")]
        if not expects_training:
            kwargs.pop("training", None)
        training_given = False
    else:
        training = state.get("training")
        training_given = expects_training and training is not None
        if training_given:
            kwargs["training"] = training
    former = state.get("training"), state.get("in_call")
    needs_history = not former[1] and state.get("inputs made", call.graph.index)
    if needs_history:
        add_histories(call, leaves)
    state.put("training", training)
    state.put("in_call", True)
    try:
        check_input(call, self, leaves)
        with within_own_scope(call, self) if has_own_scope(call, self) else scope(call, scope_of(call, self)):
            maybe_build(call, self, inputs, leaves)
            outputs = call.method(self, "call", inputs, *args, **kwargs)
            if outputs is None:
                call.raise_(
                    "ValueError",
                    "A layer's `call` method should return a Tensor or a list of Tensors, not "
                    f"None (layer: {self.attrs.get('_name')}).",
                    "layer",
                )
            # Of what is not known TF makes layers of its own, if it has none.
            if leaves and all(state.history(x) is not None or unsettled(x) is not None for x in leaves):
                if training_given:
                    kwargs.pop("training", None)
                if mask_given:
                    kwargs.pop("mask", None)
                kwargs.update(zip(positional, args, strict=False))
                outputs = connect(call, self, inputs, leaves, outputs, kwargs)
            regularize_activity(call, self, outputs)
            set_masks(call, self, inputs, outputs, masks)
            if self.cls.derives_from("tf.keras.Model") and self.attrs.get("inputs") is None:
                set_inputs = self.cls.find("_set_inputs")
                if set_inputs is not MISSING:
                    call.invoke(BoundMethod(set_inputs, self), inputs, outputs)
    finally:
        state.put("training", former[0])
        state.put("in_call", former[1])
    return outputs


def _check_self(call: Call, self: InstanceValue) -> None:
    """TF: function_utils.fn_args, which takes `self` out of the list of parameters."""
    step = self.cls.find("call")
    if isinstance(step, FunctionValue) and "self" not in step.code.parameters.positional:
        call.raise_("ValueError", "list.remove(x): x not in list", "argument")


def scope_of(call: Call, self: InstanceValue) -> Any:
    """TF: Layer._name_scope, keras's and that of tf.layers."""
    current = self.attrs.get("_current_scope")
    if current is not None and self.cls.derives_from("tf.layers.Layer") and not self.attrs.get("_keras_style"):
        return current.original_name_scope
    override = self.cls.find("_name_scope")
    if override is not MISSING and not isinstance(override, NativeFunction):
        return call.method(self, "_name_scope")
    return call.getattr(self, "name")


def maybe_build(call: Call, self: InstanceValue, inputs: AnyValue, leaves: list[Any]) -> None:
    """TF: Layer._maybe_build."""
    built = self.attrs.get("built", False)
    if built is True or isinstance(built, Unknown):
        return
    if leaves and self.attrs.get("<dtype>") is None and is_tensor(leaves[0]):
        self.set("<dtype>", dtype_of(leaves[0]))
    method = self.cls.find("build")
    if getattr(method, "impl", None) not in DEFAULT_BUILDS or "build" in self.attrs:
        shapes = None
        own = {id(x): call.getattr(x, "shape", MISSING) for x in leaves if isinstance(x, InstanceValue)}
        if all(
            is_tensor(x) or isinstance(x, (Unknown, TensorShape)) or own.get(id(x), MISSING) is not MISSING
            for x in leaves
        ):
            # What has a shape is asked for it, whatever it is.
            shapes = mapped(
                lambda x: own[id(x)] if id(x) in own else x if not leaves else TensorShape(dims_of(x)), inputs
            )
        call.method(self, "build", shapes)
    self.set("built", True)
    initial = self.attrs.get("_initial_weights")
    if initial is not None:
        call.method(self, "set_weights", initial)
        self.set("_initial_weights", None)


def check_input(call: Call, self: InstanceValue, leaves: list[Any]) -> None:
    """TF: input_spec.assert_input_compatibility."""
    specs = self.attrs.get("_input_spec")
    if specs is None or isinstance(specs, Unknown):
        return
    specs = items_of(specs) if isinstance(specs, (ListValue, tuple)) else [specs]
    name = self.attrs.get("_name")
    if len(leaves) != len(specs) and unsettled(*leaves) is None:
        call.raise_(
            "ValueError",
            f"Layer {name} expects {len(specs)} inputs, but it received {len(leaves)} input tensors.",
            "layer_input",
        )
    for at, (x, spec) in enumerate(zip(leaves, specs, strict=False)):
        if isinstance(spec, InstanceValue) and is_tensor(x):
            problem = misfit(spec.attrs, dims_of(x))
            if problem:
                call.raise_(
                    "ValueError", f"Input {at} of layer {name} is incompatible with the layer: {problem}", "layer_input"
                )
        elif isinstance(spec, InstanceValue) and isinstance(x, NOT_CONVERTED) and _asks_for_rank(spec.attrs):
            # Numbers are made tensors before, strings are not.
            kind = "NoneType" if x is None else "bytes" if isinstance(x, bytes) else "str"
            call.raise_("AttributeError", f"'{kind}' object has no attribute 'shape'")


NOT_CONVERTED = (str, bytes, Text, NoneType)


def _asks_for_rank(spec: dict[str, Any]) -> bool:
    return any(spec.get(key) is not None for key in ("ndim", "min_ndim", "max_ndim"))


def misfit(spec: dict[str, Any], shape: AnyValue) -> str:
    """How a shape fails an InputSpec; empty where it does not, or where that is not known."""
    ndim, least, most = spec.get("ndim"), spec.get("min_ndim"), spec.get("max_ndim")
    axes = spec.get("axes")
    if shape is None and (
        ndim is not None or least is not None or most is not None or (isinstance(axes, DictValue) and axes.items)
    ):
        return "its rank is undefined, but the layer requires a defined rank."
    if not isinstance(shape, tuple):
        return ""
    listed = [dim if not isinstance(dim, Unknown) else hole(dim.label) for dim in shape]
    whole = "[" + ", ".join(str(dim) for dim in listed) + "]"
    if isinstance(ndim, int) and len(shape) != ndim:
        return f"expected ndim={ndim}, found ndim={len(shape)}. Full shape received: {whole}"
    if isinstance(most, int) and len(shape) > most:
        return f"expected max_ndim={most}, found ndim={len(shape)}"
    if isinstance(least, int) and len(shape) < least:
        return f": expected min_ndim={least}, found ndim={len(shape)}. Full shape received: {whole}"
    for axis, value in axes.items.items() if isinstance(axes, DictValue) else ():
        if isinstance(axis, int) and isinstance(value, int) and -len(shape) <= axis < len(shape):
            found = shape[axis]
            if isinstance(found, int) and found != value:
                return (
                    f"expected axis {axis} of input shape to have value {value} but received input with shape {whole}"
                )
    wanted = spec.get("shape")
    if isinstance(wanted, tuple) and shapes_compatible(wanted, shape) is NO:
        return f"expected shape={wanted}, found shape={whole}"
    return ""


def connect(
    call: Call, self: InstanceValue, inputs: AnyValue, leaves: list[Any], outputs: AnyValue, kwargs: dict[str, Any]
) -> Any:
    """TF: Layer._set_connectivity_metadata_."""
    given = {id(x) for x in leaves}

    def fresh(x: AnyValue) -> Any:
        if id(x) in given and isinstance(x, Tensor):
            with scope(call, call.getattr(self, "name")):
                return call.new("tf.identity", x)
        return x

    outputs = mapped(fresh, outputs)
    add_node(call, self, inputs, outputs, kwargs)
    return outputs


def regularize_activity(call: Call, self: InstanceValue, outputs: AnyValue) -> None:
    """TF: Layer._handle_activity_regularization."""
    regularizer = self.attrs.get("_activity_regularizer")
    if regularizer is None:
        return
    with scope(call, "ActivityRegularizer"):
        for output in flatten(outputs):
            loss = tools.activate(call, regularizer, output)
            batch = call.getitem(call.new("tf.shape", output), 0)
            call.method(self, "add_loss", call.binary("/", loss, call.new("tf.cast", batch, dtype_of(loss))))


def set_masks(call: Call, self: InstanceValue, inputs: AnyValue, outputs: AnyValue, masks: list[Any]) -> None:
    """TF: Layer._set_mask_metadata."""
    state = keras(call)
    leaves = flatten(outputs)
    override = self.cls.find("compute_mask")
    if self.attrs.get("_compute_output_and_mask_jointly") is True or all(state.mask(x) is not None for x in leaves):
        return
    default = override is LAYER.attrs["compute_mask"]
    if default and not (self.attrs.get("supports_masking") is True and any(m is not None for m in masks)):
        return
    previous = masks[0] if len(masks) == 1 else (ListValue(masks) if any(m is not None for m in masks) else None)
    computed = call.method(self, "compute_mask", inputs, previous)
    if computed is None:
        return
    for x, mask in zip(leaves, flatten(computed), strict=False):
        if isinstance(x, Tensor) and mask is not None:
            state.set_mask(x, mask)


# attributes that are tracked


@layer.method(name="__setattr__", raw=True)
def set_attribute(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: Layer.__setattr__. Layers and variables set on a layer become its own."""
    self, name, value = args
    if plain_set(call, self, name, value):
        return
    if (
        self.cls.derives_from("tf.layers.Layer")
        or self.attrs.get("_is_graph_network") is True
        or self.attrs.get("_self_setattr_tracking") is False
    ):
        return
    if may_be_object(value):
        self.set(OTHERS, unseen(value))
    if (
        self.cls.name != "Sequential"
        and (
            isinstance(value, (ListValue, DictValue))
            or (isinstance(value, InstanceValue) and value.cls.derives_from(LAYER))
        )
        and not name.startswith("_<")
    ):
        held = self.attrs.get("_layers")
        if name in _BOOKKEEPING:
            return
        if not isinstance(held, ListValue) or not any(member is value for member in held.items):
            tools.append(self, "_layers", value)
            if isinstance(value, InstanceValue) and "_use_resource_variables" in value.attrs:
                value.set("_use_resource_variables", True)
    for leaf in flatten(value):
        if isinstance(leaf, Variable):
            which = "_non_trainable_weights" if leaf.trainable is False else "_trainable_weights"
            if not any(leaf is known for known in own(self, which)):
                tools.append(self, which, leaf)


_BOOKKEEPING = frozenset(
    {
        "_layers",
        "_trainable_weights",
        "_non_trainable_weights",
        "_updates",
        "_losses",
        "_callable_losses",
        "_metrics",
        "_inbound_nodes",
        "_outbound_nodes",
        "_input_spec",
    }
)


def plain_set(call: Call, self: InstanceValue, name: str, value: AnyValue) -> bool:
    """Sets an attribute as `object` does. Says whether a property took it."""
    declared = self.cls.find(name)
    if isinstance(declared, PropertyValue) and declared.setter is None:
        call.raise_(
            "AttributeError",
            f'Can\'t set the attribute "{name}", likely because it conflicts with an '
            "existing read-only @property of the object. Please choose a different name.",
        )
    if set_by_descriptor(call, self, name, value, declared):
        return True
    self.set(name, value)
    return declared is not MISSING
