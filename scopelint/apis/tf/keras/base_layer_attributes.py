"""What programs ask of a keras layer: its weights, losses, updates, shapes; and what they add to it."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.python_values import as_dtype, is_tensor
from scopelint.apis.tf.framework.structures import flatten, items_of, mapped, unsettled
from scopelint.apis.tf.keras.base_layer_weights import LAYER, layer
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import ClassValue, InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import DType, Tensor


def nested_layers(self: InstanceValue) -> list[InstanceValue]:
    """TF: filter_empty_layer_containers."""
    return _layers_in(self.attrs.get("_layers"))


def _layers_in(held: AnyValue) -> list[InstanceValue]:
    out: list[InstanceValue] = []

    def walk(value: Any) -> None:
        if isinstance(value, InstanceValue) and value.cls.derives_from(LAYER):
            if not any(value is known for known in out):
                out.append(value)
        elif isinstance(value, ListValue):
            for member in value.items:
                walk(member)
        elif isinstance(value, DictValue):
            for member in value.items.values():
                walk(member)

    walk(held)
    return out


def own(self: InstanceValue, name: str) -> list[Any]:
    held = self.attrs.get(name)
    return list(held.items) if isinstance(held, ListValue) else []


BETWEEN = "<between>"
"""Why a network may have layers that are not known: Keras makes some of the operations between those that are."""


MAY_BE_BUILT = "<its first layer is not known>"
"""The attribute of a model that may have been built, by an input that its first layer says, or not."""

OTHERS = "<other layers>"
"""The attribute of a layer that says why it may hold layers that are not seen: an object of what is not known."""


def more_layers(self: InstanceValue) -> Unknown | None:
    """Why a layer may have more layers than those known, if it may."""
    if MAY_BE_BUILT in self.attrs:
        return Unknown("whether a model was built whose first layer is not known")
    found = unsettled(self.attrs.get("_layers"))
    others = self.attrs.get(OTHERS)
    return found if found is not None or not isinstance(others, Unknown) else others


def gather(call: Call, self: InstanceValue, attribute: str) -> ListValue:
    """TF: Layer._gather_children_attribute. A list or dictionary of layers has weights as a layer has: first those of
    all its layers that are trained."""
    found = []
    seen: list[InstanceValue] = []
    held = self.attrs.get("_layers")
    for each in held.items if isinstance(held, ListValue) else []:
        own_layers = [child for child in _layers_in(each) if not any(child is other for other in seen)]
        seen += own_layers
        kinds: tuple[str, ...] = (attribute,)
        if attribute == "weights" and not isinstance(each, InstanceValue):
            kinds = ("trainable_weights", "non_trainable_weights")
        found += [call.getattr(child, kind) for kind in kinds for child in own_layers]
    return together(*found, more_layers(self))


def together(*lists: AnyValue) -> ListValue:
    """One list of the members of several, where there are any; where there may be more, none has a known place. An
    Unknown is why there may be."""
    items: list[Any] = []
    rest = None
    for each in lists:
        if isinstance(each, Unknown):
            rest = each if rest is None else rest
            continue
        if isinstance(each, ListValue) and each.rest is not None and rest is None:
            rest = each.rest
        items += items_of(each) if each is not None else []
    known = [item for item in items if not isinstance(item, Unknown)]
    if rest is None and len(known) != len(items):
        rest = next(item for item in items if isinstance(item, Unknown))
    out = ListValue(known, rest)
    if rest is not None:
        out.firm = 0
    return out


def is_trainable(call: Call, self: InstanceValue) -> bool:
    return call.getattr(self, "trainable") is not False


@layer.property
def trainable_weights(call: Call, self: InstanceValue) -> Any:
    doubt = self.attrs.get("_trainable")
    if isinstance(doubt, Unknown):
        return ListValue((), doubt.derive(""))
    if not is_trainable(call, self):
        return ListValue()
    return together(self.attrs.get("_trainable_weights"), gather(call, self, "trainable_weights"))


@layer.property
def non_trainable_weights(call: Call, self: InstanceValue) -> Any:
    if is_trainable(call, self):
        return together(self.attrs.get("_non_trainable_weights"), gather(call, self, "non_trainable_weights"))
    return together(
        self.attrs.get("_trainable_weights"),
        self.attrs.get("_non_trainable_weights"),
        gather(call, self, "weights"),
    )


@layer.property
def weights(call: Call, self: InstanceValue) -> Any:
    if isinstance(self.attrs.get("_trainable"), Unknown):
        return together(
            self.attrs.get("_trainable_weights"),
            self.attrs.get("_non_trainable_weights"),
            gather(call, self, "weights"),
        )
    return together(call.getattr(self, "trainable_weights"), call.getattr(self, "non_trainable_weights"))


def _alias(name: str, of: str) -> None:
    layer.cls.attrs[name] = PropertyValue(
        NativeFunction(name, lambda call, self: call.getattr(self, of), f"tf.keras.layers.Layer.{name}")
    )


_alias("variables", "weights")
_alias("trainable_variables", "trainable_weights")
_alias("non_trainable_variables", "non_trainable_weights")


@layer.property
def trainable(call: Call, self: InstanceValue) -> Any:
    return self.attrs.get("_trainable", True)


def set_trainable(call: Call, self: InstanceValue, value: AnyValue) -> None:
    self.set("_trainable", value)
    for child in nested_layers(self):
        call.setattr(child, "trainable", value)


LAYER.attrs["trainable"].setter = NativeFunction("trainable", set_trainable, "tf.keras.layers.Layer.trainable.setter")


@layer.property
def dtype(call: Call, self: InstanceValue) -> Any:
    held = self.attrs.get("<dtype>")
    return held.name if isinstance(held, DType) else held


LAYER.attrs["_dtype"] = PropertyValue(
    NativeFunction("_dtype", dtype, "tf.keras.layers.Layer._dtype"),
    NativeFunction(
        "_dtype",
        lambda call, self, value: self.set("<dtype>", as_dtype(call, value)),
        "tf.keras.layers.Layer._dtype.setter",
    ),
)
LAYER.attrs["_compute_dtype"] = PropertyValue(NativeFunction("_compute_dtype", dtype, "tf.keras.layers.Layer.dtype"))


def _plain_property(name: str, held: str, settable: bool = True) -> None:
    LAYER.attrs[name] = PropertyValue(
        NativeFunction(name, lambda call, self: self.attrs.get(held), f"tf.keras.layers.Layer.{name}"),
        NativeFunction(name, lambda call, self, value: self.set(held, value), f"tf.keras.layers.Layer.{name}.setter")
        if settable
        else None,
    )


_plain_property("dynamic", "_dynamic", False)
_plain_property("activity_regularizer", "_activity_regularizer")
_plain_property("input_spec", "_input_spec")
_plain_property("inbound_nodes", "_inbound_nodes", False)
_plain_property("outbound_nodes", "_outbound_nodes", False)


@layer.property
def updates(call: Call, self: InstanceValue) -> Any:
    if not is_trainable(call, self) and self.attrs.get("stateful") in (False, None):
        return ListValue()
    return together(self.attrs.get("_updates"), gather(call, self, "updates"))


@layer.property
def losses(call: Call, self: InstanceValue) -> Any:
    out = own(self, "_losses")
    for loss in own(self, "_callable_losses"):
        value = call.invoke(loss)
        if value is not None:
            out.append(value)
    return together(ListValue(out), gather(call, self, "losses"))


@layer.property
def metrics(call: Call, self: InstanceValue) -> Any:
    return together(self.attrs.get("_metrics"), gather(call, self, "metrics"))


def is_callable(value: AnyValue) -> bool:
    return not is_tensor(value) and not isinstance(value, (int, float, Unknown)) and value is not None


@layer.method
def add_loss(call: Call, self: InstanceValue, losses: AnyValue, inputs: AnyValue) -> None:
    """TF: Layer.add_loss."""
    for loss in flatten(losses):
        if loss is not None:
            tools.append(self, "_callable_losses" if is_callable(loss) else "_losses", loss)


@layer.method
def add_update(call: Call, self: InstanceValue, updates: AnyValue, inputs: AnyValue) -> None:
    """TF: Layer.add_update. In graph mode a callable is called at once."""
    for update in items_of(updates) if isinstance(updates, (ListValue, tuple)) else [updates]:
        while is_callable(update) and not hasattr(update, "tf_name"):
            update = call.invoke(update)
        if isinstance(update, Tensor):
            update = update.op
        if update is not None:
            tools.append(self, "_updates", update)


@layer.method(raw=True)
def add_metric(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """The metric's own variables are made where the metric is."""
    given, _ = bind(call, "tf.keras.layers.Layer.add_metric", args[1:], kwargs)
    if given["aggregation"] == "mean" and isinstance(given["name"], str):
        metric = call.new("tf.keras.metrics.Mean", name=given["name"])
        if not isinstance(metric, Unknown):
            call.invoke(metric, given["value"])
            tools.append(args[0], "_metrics", metric)


@layer.method
def count_params(call: Call, self: InstanceValue) -> Any:
    if self.attrs.get("built") in (False, None) and MAY_BE_BUILT in self.attrs:
        return call.unknown("how many numbers a model holds whose first layer is not known")
    if self.attrs.get("built") in (False, None):
        name = self.attrs.get("_name")
        call.raise_(
            "ValueError",
            f"You tried to call `count_params` on {name}, but the layer isn't built. You can "
            f"build it manually via: `{name}.build(batch_input_shape)`.",
            "layer",
        )
    total: Any = 0
    for variable in items_of(call.getattr(self, "weights")):
        shape = dims_of(variable)
        count: Any = 1
        for size in shape if isinstance(shape, tuple) else (Unknown("size is not known"),):
            count = count * (size if size is not None else Unknown("size is not known"))
        total = total + count
    return total


@layer.method
def get_weights(call: Call, self: InstanceValue) -> Any:
    held = call.getattr(self, "weights")
    values = [call.unknown("a weight's value is known when the graph runs only", "weight") for _ in items_of(held)]
    return held.like(values) if isinstance(held, ListValue) else ListValue(values)


@layer.method
def set_weights(call: Call, self: InstanceValue, weights: AnyValue) -> None:
    """TF: Layer.set_weights, as far as the number of arrays and their shapes go."""
    held = call.getattr(self, "weights")
    if not isinstance(held, ListValue) or held.rest is not None:
        return
    count: Any = None
    if isinstance(weights, ListValue) and weights.rest is None:
        count = len(weights.items)
    elif not isinstance(weights, (ListValue, Unknown)):
        # An array is as long as it has rows.
        rows = call.getattr(weights, "shape", None)
        count = rows[0] if isinstance(rows, tuple) and rows else None
    if isinstance(count, int) and count != len(held.items):
        call.raise_(
            "ValueError",
            f'You called `set_weights(weights)` on layer "{self.attrs.get("_name")}" with a  weight list of length '
            f"{count}, but the layer was expecting {len(held.items)} weights.",
            "argument",
        )
    given = weights.items if isinstance(weights, ListValue) and weights.rest is None else []
    for variable, value in zip(held.items, given, strict=False):
        if isinstance(value, (bool, int, float, str, ListValue)):
            call.raise_("AttributeError", f"'{call.class_of(value).name}' object has no attribute 'shape'", "argument")
        wanted, found = dims_of(variable), call.getattr(value, "shape", None)
        if is_whole(wanted) and is_whole(found) and wanted != found:
            shown = call.to_string(wanted), call.to_string(found)
            said = f"Layer weight shape {shown[0]} not compatible with provided weight shape {shown[1]}"
            call.raise_("ValueError", said, "argument")


def is_whole(shape: AnyValue) -> bool:
    return isinstance(shape, tuple) and all(isinstance(size, int) for size in shape)


@layer.method
def get_config(call: Call, self: InstanceValue) -> Any:
    """What the constructor was given, as native layers keep it."""
    out: dict[Any, Any] = {
        "name": call.getattr(self, "name"),
        "trainable": call.getattr(self, "trainable"),
        "dtype": call.getattr(self, "dtype"),
    }
    for parameter in self.attrs.get("<parameters>", ()):
        if parameter in self.attrs:
            out[parameter] = self.attrs[parameter]
    if "_batch_input_shape" in self.attrs:
        out["batch_input_shape"] = self.attrs["_batch_input_shape"]
    return DictValue(out)


@layer.classmethod
def from_config(call: Call, cls: ClassValue, config: AnyValue) -> Any:
    if not isinstance(config, DictValue) or config.rest is not None:
        return call.unknown("a layer from a configuration that is not known")
    return call.invoke(cls, **config.items)


@layer.method
def compute_output_shape(call: Call, self: InstanceValue, input_shape: AnyValue) -> Any:
    call.raise_("NotImplementedError", "")


@layer.method
def compute_mask(call: Call, self: InstanceValue, inputs: AnyValue, mask: AnyValue) -> Any:
    return mask if self.attrs.get("supports_masking") is True else None


@layer.method
def get_updates_for(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    return ListValue() if inputs is None else call.getattr(self, "updates")


@layer.method
def get_losses_for(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    return call.getattr(self, "losses") if inputs is None else ListValue()


# nodes


def _node_value(call: Call, self: InstanceValue, index: AnyValue, which: str, said: str) -> Any:
    nodes = own(self, "_inbound_nodes")
    if not nodes and MAY_BE_BUILT in self.attrs:
        return call.unknown(f"the {said} of a model whose first layer is not known")
    if not nodes:
        call.raise_("RuntimeError", f"The layer has never been called and thus has no defined {said}.", "layer")
    if isinstance(index, int) and index >= len(nodes):
        call.raise_(
            "ValueError",
            f"Asked to get {said} at node {index}, but the layer has only {len(nodes)} inbound nodes.",
            "layer",
        )
    node = nodes[index if isinstance(index, int) else 0]
    value = node.attrs["input_tensors" if which.startswith("input") else "output_tensors"]
    if isinstance(value, ListValue) and value.rest is not None:
        return value.rest.derive("")
    if isinstance(value, ListValue) and len(value.items) == 1:
        value = value.items[0]
    if not which.endswith("shapes"):
        return value
    return mapped(lambda x: _tuple_shape(x), value)


def _tuple_shape(x: AnyValue) -> Any:
    shape = dims_of(x)
    return shape if isinstance(shape, tuple) else (None if shape is None else Unknown("shape is not known"))


def _at(name: str, which: str, said: str) -> None:
    LAYER.attrs[name] = NativeFunction(
        name,
        lambda call, self, node_index: _node_value(call, self, node_index, which, said),
        f"tf.keras.layers.Layer.{name}",
    )


_at("get_input_at", "input_tensors", "input")
_at("get_output_at", "output_tensors", "output")
_at("get_input_shape_at", "input_shapes", "input shape")
_at("get_output_shape_at", "output_shapes", "output shape")


def _first(name: str, which: str, said: str, refusal: str) -> None:
    def read(call: Call, self: InstanceValue) -> Any:
        if not own(self, "_inbound_nodes") and MAY_BE_BUILT not in self.attrs:
            call.raise_("AttributeError", refusal.format(name=self.attrs.get("_name")), "layer")
        found = _node_value(call, self, 0, which, said)
        # The node of an input holds lists, which only the methods that are asked for one of them take apart.
        listed = which.endswith("shapes") and self.cls.derives_from("tf.keras.layers.InputLayer")
        return ListValue([found]) if listed else found

    LAYER.attrs[name] = PropertyValue(NativeFunction(name, read, f"tf.keras.layers.Layer.{name}"))


_first("input", "input_tensors", "input", "Layer {name} is not connected, no input to return.")
_first("output", "output_tensors", "output", "Layer {name} has no inbound nodes.")
_first(
    "input_shape", "input_shapes", "input shape", "The layer has never been called and thus has no defined input shape."
)
_first(
    "output_shape",
    "output_shapes",
    "output shape",
    "The layer has never been called and thus has no defined output shape.",
)


def _mask_property(name: str, of: str) -> None:
    LAYER.attrs[name] = PropertyValue(
        NativeFunction(
            name,
            lambda call, self: mapped(keras(call).mask, call.getattr(self, of)),
            f"tf.keras.layers.Layer.{name}",
        )
    )


_mask_property("input_mask", "input")
_mask_property("output_mask", "output")
