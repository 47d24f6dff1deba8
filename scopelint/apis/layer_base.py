"""`tf.Module`, `tf.keras.layers.Layer` and `tf.layers.Layer`: how a layer is named, built, called and asked."""

from __future__ import annotations

from typing import Any

from scopelint.apis import layer_tools as tools
from scopelint.apis import variables as variables_
from scopelint.apis.keras_state import keras
from scopelint.apis.registry import Namespace
from scopelint.values.base import Unknown, Value
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import MISSING, InstanceValue, NativeFunction, NativeObject, PropertyValue
from scopelint.values.tensors import (
    NO,
    DType,
    PartitionedVariable,
    Tensor,
    TensorShape,
    Variable,

    shapes_compatible,
)
from scopelint.values.text import from_template

tf = Namespace("tf")
keras_layers = Namespace("tf.keras.layers")
tf_layers = Namespace("tf.layers")

module = tf.type("Module")
layer = keras_layers.type("Layer", bases=("tf.Module",))
LAYER = layer.cls


# tf.Module


@module.method(name="__init__", raw=True)
def module_init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self = args[0]
    name = kwargs.get("name", args[1] if len(args) > 1 else None)
    if name is None:
        name = tools.snake_case(self.cls.name)
    self.set("_name", name)
    with tools.name_scope(call, name) as scope:
        self.set("_scope_name", scope)


@module.property
def name_scope(call: Any, self: InstanceValue) -> Any:
    return call.new("tf.name_scope", self.attrs.get("_scope_name"))


def module_variables(self: InstanceValue) -> list[Any]:
    """TF: Module._flatten. Attributes by name, through lists, dictionaries and other modules."""
    found: dict[int, Any] = {}

    def walk(value: Any, seen: set[int]) -> None:
        if isinstance(value, Variable):
            found.setdefault(id(value), value)
        elif isinstance(value, InstanceValue) and value.cls.derives_from("tf.Module"):
            if id(value) not in seen:
                seen.add(id(value))
                for key in sorted(k for k in value.attrs if isinstance(k, str)):
                    walk(value.attrs[key], seen)
        elif isinstance(value, (ListValue, DictValue, tuple)):
            for leaf in tools.flatten(value):
                walk(leaf, seen)

    walk(self, set())
    return list(found.values())


@module.property
def variables(call: Any, self: InstanceValue) -> Any:
    return tuple(module_variables(self))


@module.property
def trainable_variables(call: Any, self: InstanceValue) -> Any:
    return tuple(v for v in module_variables(self) if v.trainable is not False)


@module.property
def name(call: Any, self: InstanceValue) -> Any:
    return self.attrs.get("_name")


# keras's Layer: construction


@layer.method(name="__init__")
def layer_init(call: Any, self: InstanceValue, trainable: Any, name: Any, dtype: Any, dynamic: Any,
               kwargs: dict[str, Any]) -> None:
    """TF: base_layer.Layer.__init__."""
    init_layer(call, self, trainable, name, dtype, dynamic, kwargs)


_ALLOWED = frozenset({"input_shape", "batch_input_shape", "batch_size", "weights", "activity_regularizer", "autocast"})


def init_layer(call: Any, self: InstanceValue, trainable: Any = True, name: Any = None, dtype: Any = None,
               dynamic: Any = False, kwargs: dict[str, Any] | None = None) -> None:
    kwargs = kwargs or {}
    for key in kwargs:
        if key not in _ALLOWED:
            call.raise_("TypeError", f"('Keyword argument not understood:', '{key}')", "argument")
    attrs = self.attrs
    self.touch()
    attrs["_trainable"] = trainable
    attrs["stateful"] = False
    attrs["built"] = False
    attrs["_input_spec"] = None
    attrs["supports_masking"] = False
    set_name(call, self, name)
    attrs["_activity_regularizer"] = kwargs.get("activity_regularizer")
    for key in ("_trainable_weights", "_non_trainable_weights", "_layers"):
        if key not in attrs:
            attrs[key] = ListValue()
    for key in ("_updates", "_losses", "_callable_losses", "_metrics", "_inbound_nodes", "_outbound_nodes"):
        attrs[key] = ListValue()
    attrs["<dtype>"] = tools.to_dtype(dtype)
    attrs["_dynamic"] = dynamic
    shape = kwargs.get("batch_input_shape")
    if shape is not None:
        attrs["_batch_input_shape"] = tuple(tools.items_of(shape))
    elif kwargs.get("input_shape") is not None:
        attrs["_batch_input_shape"] = (kwargs.get("batch_size"), *tools.items_of(kwargs["input_shape"]))


def set_name(call: Any, self: InstanceValue, name: Any) -> None:
    """TF: Layer._init_set_name, keras's and tf.layers' own."""
    legacy = self.cls.derives_from("tf.layers.Layer")
    scope_name = getattr(name, "original_name_scope", None) is not None and not isinstance(name, InstanceValue)
    if name is not None and name != "" and not scope_name:
        self.set("_name", name)
        if legacy:
            self.set("_base_name", name)
        return
    base = tools.snake_case(self.cls.name)
    override = self.cls.find("_make_unique_name")
    if legacy and override is not MISSING and not isinstance(override, NativeFunction):
        made = tools.items_of(call.method(self, "_make_unique_name"))
        own, base = (made[0], made[1]) if len(made) == 2 else (base, base)
    else:
        own = from_template(tools.unique_object_name(call.graph, base, zero_based=not legacy))
    self.set("_name", own)
    if legacy:
        self.set("_base_name", name.name if scope_name else base)


@layer.method
def build(call: Any, self: InstanceValue, input_shape: Any) -> None:
    self.set("built", True)


@layer.method(name="call", raw=True)
def call_(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[1] if len(args) > 1 else kwargs.get("inputs")


DEFAULT_BUILDS: set[Any] = {build}
"""TF: base_layer_utils.default. `build` methods that are not called, since they make nothing."""


# weights


@layer.method(raw=True)
def add_weight(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: base_layer.Layer.add_weight."""
    self = args[0]
    given, extra = tools.bind(call, "tf.keras.layers.Layer.add_weight", args[1:], kwargs)
    variable = keras_weight(call, self, given, extra)
    if given["regularizer"] is not None:
        regularize_weight(call, self, variable.tf_name.partition(":")[0], variable,
                          tools.regularizer(call, given["regularizer"]))
    return variable


def on_read(value: Any) -> bool:
    return "ON_READ" in (value if isinstance(value, str) else str(getattr(value, "name", "") or
                                                                    getattr(value, "payload", "") or value))


def keras_weight(call: Any, self: InstanceValue, given: dict[str, Any], extra: dict[str, Any],
                 getter: Any = None) -> Any:
    """Makes the variable and notes it as the layer's own; `getter` is "tf.get_variable" for tf.layers."""
    shape = given["shape"]
    if shape is None:
        shape = ()
    for key in extra:
        if key not in ("getter", "collections", "experimental_autocast"):
            call.raise_("TypeError", f"('Unknown keyword argument:', '{key}')", "argument")
    dtype = given["dtype"]
    if dtype is None:
        dtype = self.attrs.get("<dtype>")
    dtype = keras(call).float_dtype if dtype is None else tools.to_dtype(dtype)
    if self.attrs.get("<dtype>") is None:
        self.set("<dtype>", dtype)
    trainable = given["trainable"]
    if on_read(given["synchronization"]):
        if trainable is True:
            call.raise_("ValueError", "Synchronization value can be set to VariableSynchronization.ON_READ only for "
                        "non-trainable variables. You have specified trainable=True and "
                        "synchronization=VariableSynchronization.ON_READ.", "argument")
        trainable = False
    elif trainable is None:
        trainable = True
    initializer = tools.initializer(call, given["initializer"])
    if initializer is None:
        if isinstance(dtype, DType) and dtype.is_floating or isinstance(dtype, Unknown):
            initializer = call.new("tf.glorot_uniform_initializer")
        elif isinstance(dtype, DType) and (dtype.is_integer or dtype.is_bool):
            initializer = call.new("tf.zeros_initializer")
        else:
            call.raise_("ValueError", f"An initializer for variable {given['name']} of type "
                        f"{dtype!s} is required for layer {self.attrs.get('_name')}", "argument")
    options: dict[str, Any] = {"trainable": trainable}
    if given.get("use_resource") is not None:
        options["use_resource"] = given["use_resource"]
    if given.get("constraint") is not None:
        options["constraint"] = given["constraint"]
    if extra.get("collections") is not None:
        options["collections"] = extra["collections"]
    getter = extra.get("getter", getter)
    if getter is None:
        variable = make_variable(call, given["name"], shape, dtype, initializer, options)
    elif getter == "tf.get_variable":
        if given.get("partitioner") is not None:
            options["partitioner"] = given["partitioner"]
        variable = variables_.get(call, given["name"], by="layer", shape=shape, dtype=dtype, initializer=initializer,
                                  **options)
    else:
        variable = call.invoke(getter, name=given["name"], shape=shape, dtype=dtype, initializer=initializer,
                               partitioner=given.get("partitioner"), **options)
    tools.append(self, "_non_trainable_weights" if trainable is False else "_trainable_weights", variable)
    return variable


def make_variable(call: Any, name: Any, shape: Any, dtype: Any, initializer: Any, options: dict[str, Any]) -> Any:
    """TF: base_layer_utils.make_variable. Keras's variables are resources unless told otherwise."""
    options.setdefault("use_resource", True)
    if isinstance(initializer, (Tensor, int, float, tuple, ListValue)):
        return variables_.make(call, initializer, by="layer", name=name, **options)

    def initial_value(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        made = call.invoke(initializer, shape, dtype=dtype)
        if isinstance(made, Unknown):
            return Tensor("{initial_value}", 0, "", tools.shape_of(shape), dtype, call.graph)
        return made

    value = NativeFunction("<lambda>", initial_value, "", raw=True)
    return variables_.make(call, value, by="layer", name=name, dtype=dtype, **options)


def regularize_weight(call: Any, self: InstanceValue, name: Any, variable: Any, regularizer: Any) -> None:
    """TF: Layer._handle_weight_regularization."""
    for part in variable.parts if isinstance(variable, PartitionedVariable) else (variable,):

        def loss(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any], part: Any = part) -> Any:
            with tools.name_scope(call, tools.name_of(name) + "/Regularizer"):
                return tools.activate(call, regularizer, part)

        call.method(self, "add_loss", NativeFunction("_loss_for_variable", loss, "", raw=True))


@layer.method(raw=True)
def add_variable(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.method(args[0], "add_weight", *args[1:], **kwargs)


def weight(call: Any, self: InstanceValue, name: str, shape: Any, *, when: Any = True, prefix: str = "",
           **options: Any) -> Any:
    """One weight of a native layer, with the initializer and so on that its constructor was given."""
    if when is None or when is False or (not isinstance(when, Value) and not when) or (
            isinstance(when, Unknown) and not when):
        self.set(name, None)
        return None
    attrs = self.attrs
    prefix = prefix or name
    given = {"trainable": True}
    for option in ("initializer", "regularizer", "constraint"):
        if attrs.get(f"{prefix}_{option}") is not None:
            given[option] = attrs[f"{prefix}_{option}"]
    given.update(options)
    variable = call.method(self, "add_weight", name=name, shape=shape, **given)
    self.set(name, variable)
    return variable


# what a layer is asked


def nested_layers(self: InstanceValue) -> list[InstanceValue]:
    """TF: filter_empty_layer_containers."""
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

    walk(self.attrs.get("_layers"))
    return out


def own(self: InstanceValue, name: str) -> list[Any]:
    held = self.attrs.get(name)
    return list(held.items) if isinstance(held, ListValue) else []


def gather(call: Any, self: InstanceValue, attribute: str) -> list[Any]:
    """TF: Layer._gather_children_attribute."""
    out: list[Any] = []
    for child in nested_layers(self):
        out += tools.items_of(call.getattr(child, attribute)) if attribute in child.attrs or True else []
    return [item for item in out if not isinstance(item, Unknown)]


def is_trainable(call: Any, self: InstanceValue) -> bool:
    return call.getattr(self, "trainable") is not False


@layer.property
def trainable_weights(call: Any, self: InstanceValue) -> Any:
    if not is_trainable(call, self):
        return ListValue()
    return ListValue(own(self, "_trainable_weights") + gather(call, self, "trainable_weights"))


@layer.property
def non_trainable_weights(call: Any, self: InstanceValue) -> Any:
    if is_trainable(call, self):
        return ListValue(own(self, "_non_trainable_weights") + gather(call, self, "non_trainable_weights"))
    return ListValue(own(self, "_trainable_weights") + own(self, "_non_trainable_weights")
                     + gather(call, self, "weights"))


@layer.property
def weights(call: Any, self: InstanceValue) -> Any:
    return ListValue(tools.items_of(call.getattr(self, "trainable_weights"))
                     + tools.items_of(call.getattr(self, "non_trainable_weights")))


def _alias(name: str, of: str) -> None:
    layer.cls.attrs[name] = PropertyValue(NativeFunction(
        name, lambda call, self: call.getattr(self, of), f"tf.keras.layers.Layer.{name}"))


_alias("variables", "weights")
_alias("trainable_variables", "trainable_weights")
_alias("non_trainable_variables", "non_trainable_weights")


@layer.property
def trainable(call: Any, self: InstanceValue) -> Any:
    return self.attrs.get("_trainable", True)


def set_trainable(call: Any, self: InstanceValue, value: Any) -> None:
    self.set("_trainable", value)
    for child in nested_layers(self):
        call.setattr(child, "trainable", value)


LAYER.attrs["trainable"].setter = NativeFunction("trainable", set_trainable, "tf.keras.layers.Layer.trainable.setter")


@layer.property
def dtype(call: Any, self: InstanceValue) -> Any:
    held = self.attrs.get("<dtype>")
    return held.name if isinstance(held, DType) else held


LAYER.attrs["_dtype"] = PropertyValue(
    NativeFunction("_dtype", dtype, "tf.keras.layers.Layer._dtype"),
    NativeFunction("_dtype", lambda call, self, value: self.set("<dtype>", tools.to_dtype(value)),
                   "tf.keras.layers.Layer._dtype.setter"),
)
LAYER.attrs["_compute_dtype"] = PropertyValue(NativeFunction("_compute_dtype", dtype, "tf.keras.layers.Layer.dtype"))


def _plain_property(name: str, held: str, settable: bool = True) -> None:
    LAYER.attrs[name] = PropertyValue(
        NativeFunction(name, lambda call, self: self.attrs.get(held), f"tf.keras.layers.Layer.{name}"),
        NativeFunction(name, lambda call, self, value: self.set(held, value), f"tf.keras.layers.Layer.{name}.setter")
        if settable else None,
    )


_plain_property("dynamic", "_dynamic", False)
_plain_property("activity_regularizer", "_activity_regularizer")
_plain_property("input_spec", "_input_spec")
_plain_property("inbound_nodes", "_inbound_nodes", False)
_plain_property("outbound_nodes", "_outbound_nodes", False)


@layer.property
def updates(call: Any, self: InstanceValue) -> Any:
    if not is_trainable(call, self) and self.attrs.get("stateful") in (False, None):
        return ListValue()
    return ListValue(own(self, "_updates") + gather(call, self, "updates"))


@layer.property
def losses(call: Any, self: InstanceValue) -> Any:
    out = own(self, "_losses")
    for loss in own(self, "_callable_losses"):
        value = call.invoke(loss)
        if value is not None:
            out.append(value)
    return ListValue(out + gather(call, self, "losses"))


@layer.property
def metrics(call: Any, self: InstanceValue) -> Any:
    return ListValue(own(self, "_metrics") + gather(call, self, "metrics"))


def is_callable(value: Any) -> bool:
    return not tools.is_tensor(value) and not isinstance(value, (int, float, Unknown)) and value is not None


@layer.method
def add_loss(call: Any, self: InstanceValue, losses: Any, inputs: Any) -> None:
    """TF: Layer.add_loss."""
    for loss in tools.flatten(losses):
        if loss is not None:
            tools.append(self, "_callable_losses" if is_callable(loss) else "_losses", loss)


@layer.method
def add_update(call: Any, self: InstanceValue, updates: Any, inputs: Any) -> None:
    """TF: Layer.add_update. In graph mode a callable is called at once."""
    for update in tools.items_of(updates) if isinstance(updates, (ListValue, tuple)) else [updates]:
        while is_callable(update) and not hasattr(update, "tf_name"):
            update = call.invoke(update)
        if isinstance(update, Tensor):
            update = update.op
        if update is not None:
            tools.append(self, "_updates", update)


@layer.method(raw=True)
def add_metric(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """The metric's own variables are made where the metric is."""
    given, _ = tools.bind(call, "tf.keras.layers.Layer.add_metric", args[1:], kwargs)
    if given["aggregation"] == "mean" and isinstance(given["name"], str):
        metric = call.new("tf.keras.metrics.Mean", name=given["name"])
        if not isinstance(metric, Unknown):
            call.invoke(metric, given["value"])
            tools.append(args[0], "_metrics", metric)


@layer.method
def count_params(call: Any, self: InstanceValue) -> Any:
    if self.attrs.get("built") in (False, None):
        name = self.attrs.get("_name")
        call.raise_("ValueError", f"You tried to call `count_params` on {name}, but the layer isn't built. You can "
                    f"build it manually via: `{name}.build(batch_input_shape)`.", "layer")
    total: Any = 0
    for variable in tools.items_of(call.getattr(self, "weights")):
        shape = tools.shape_of(variable)
        count: Any = 1
        for size in shape if isinstance(shape, tuple) else (Unknown("size is not known"),):
            count = count * (size if size is not None else Unknown("size is not known"))
        total = total + count
    return total


@layer.method
def get_weights(call: Any, self: InstanceValue) -> Any:
    held = tools.items_of(call.getattr(self, "weights"))
    return ListValue([call.unknown("a weight's value is known when the graph runs only", "weight") for _ in held])


@layer.method
def set_weights(call: Any, self: InstanceValue, weights: Any) -> None:
    return None


@layer.method
def get_config(call: Any, self: InstanceValue) -> Any:
    """What the constructor was given, as native layers keep it."""
    out: dict[Any, Any] = {"name": call.getattr(self, "name"), "trainable": call.getattr(self, "trainable"),
                           "dtype": call.getattr(self, "dtype")}
    for parameter in self.attrs.get("<parameters>", ()):
        if parameter in self.attrs:
            out[parameter] = self.attrs[parameter]
    if "_batch_input_shape" in self.attrs:
        out["batch_input_shape"] = self.attrs["_batch_input_shape"]
    return DictValue(out)


@layer.classmethod
def from_config(call: Any, cls: Any, config: Any) -> Any:
    if not isinstance(config, DictValue) or config.rest is not None:
        return call.unknown("a layer from a configuration that is not known")
    return call.invoke(cls, **config.items)


@layer.method
def compute_output_shape(call: Any, self: InstanceValue, input_shape: Any) -> Any:
    call.raise_("NotImplementedError", "")


@layer.method
def compute_mask(call: Any, self: InstanceValue, inputs: Any, mask: Any) -> Any:
    return mask if self.attrs.get("supports_masking") is True else None


@layer.method
def get_updates_for(call: Any, self: InstanceValue, inputs: Any) -> Any:
    return ListValue() if inputs is None else call.getattr(self, "updates")


@layer.method
def get_losses_for(call: Any, self: InstanceValue, inputs: Any) -> Any:
    return call.getattr(self, "losses") if inputs is None else ListValue()


# calling


@layer.method(raw=True, name="__call__")
def layer_call(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    if len(args) > 1:
        return call_layer(call, self, args[1], args[2:], kwargs)
    rest = dict(kwargs)
    if "inputs" not in rest:
        call.raise_("TypeError", "__call__() missing 1 required positional argument: 'inputs'")
    return call_layer(call, self, rest.pop("inputs"), (), rest)


@layer.method(raw=True)
def apply(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.method(args[0], "__call__", *args[1:], **kwargs)


def call_parameters(call: Any, self: InstanceValue) -> tuple[list[str], bool]:
    """TF: Layer._call_fn_args."""
    function = self.attrs.get("call", MISSING)
    if function is MISSING:
        function = self.cls.find("call")
        if function is BASE_CALL:
            return ["inputs"], True
        return tools.parameter_names(call, tools.BoundMethod(function, self))
    return tools.parameter_names(call, function)


BASE_CALL = LAYER.attrs["call"]


def call_layer(call: Any, self: InstanceValue, inputs: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: base_layer.Layer.__call__."""
    state = keras(call)
    kwargs = dict(kwargs)
    leaves = tools.flatten(inputs)
    if any(isinstance(x, (int, float)) or type(x).__name__ == "ArrayValue" for x in leaves):
        inputs = tools.map_structure(lambda x: x if tools.is_tensor(x) or x is None else tools.as_tensor(call, x), inputs)
        leaves = tools.flatten(inputs)
    parameters, stars = call_parameters(call, self)
    positional = parameters[1:1 + len(args)]
    masks = [state.mask(x) for x in leaves] if self.cls.find("compute_mask") is not MISSING else []
    mask_given = False
    if ("mask" in parameters or stars) and any(m is not None for m in masks) and "mask" not in kwargs and \
            "mask" not in positional:
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
        for x in leaves:
            adopt(call, x)
    state.put("training", training)
    state.put("in_call", True)
    try:
        check_input(call, self, leaves)
        with tools.name_scope(call, scope_of(call, self)):
            maybe_build(call, self, inputs, leaves)
            outputs = call.method(self, "call", inputs, *args, **kwargs)
            if outputs is None:
                call.raise_("ValueError", "A layer's `call` method should return a Tensor or a list of Tensors, not None "
                            f"(layer: {self.attrs.get('_name')}).", "layer")
            if leaves and all(state.history(x) is not None for x in leaves):
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
                    call.invoke(tools.BoundMethod(set_inputs, self), inputs, outputs)
    finally:
        state.put("training", former[0])
        state.put("in_call", former[1])
    return outputs


def scope_of(call: Any, self: InstanceValue) -> Any:
    """TF: Layer._name_scope, keras's and that of tf.layers."""
    current = self.attrs.get("_current_scope")
    if current is not None and self.cls.derives_from("tf.layers.Layer") and not self.attrs.get("_keras_style"):
        return current.original_name_scope
    override = self.cls.find("_name_scope")
    if override is not MISSING and not isinstance(override, NativeFunction):
        return call.method(self, "_name_scope")
    return call.getattr(self, "name")


def maybe_build(call: Any, self: InstanceValue, inputs: Any, leaves: list[Any]) -> None:
    """TF: Layer._maybe_build."""
    built = self.attrs.get("built", False)
    if built is True or isinstance(built, Unknown):
        return
    if leaves and self.attrs.get("<dtype>") is None and tools.is_tensor(leaves[0]):
        self.set("<dtype>", tools.dtype_of(leaves[0]))
    method = self.cls.find("build")
    if getattr(method, "impl", None) not in DEFAULT_BUILDS or "build" in self.attrs:
        shapes = None
        if all(tools.is_tensor(x) or isinstance(x, (Unknown, TensorShape)) for x in leaves):
            shapes = tools.map_structure(lambda x: x if isinstance(x, Unknown) and not leaves else
                                         TensorShape(tools.shape_of(x)), inputs)
        call.method(self, "build", shapes)
    self.set("built", True)


def check_input(call: Any, self: InstanceValue, leaves: list[Any]) -> None:
    """TF: input_spec.assert_input_compatibility."""
    specs = self.attrs.get("_input_spec")
    if specs is None or isinstance(specs, Unknown):
        return
    specs = tools.items_of(specs) if isinstance(specs, (ListValue, tuple)) else [specs]
    name = self.attrs.get("_name")
    if len(leaves) != len(specs):
        call.raise_("ValueError", f"Layer {name} expects {len(specs)} inputs, but it received {len(leaves)} input "
                    "tensors.", "layer")
    for at, (x, spec) in enumerate(zip(leaves, specs, strict=True)):
        if isinstance(spec, InstanceValue) and tools.is_tensor(x):
            problem = misfit(spec.attrs, tools.shape_of(x))
            if problem:
                call.raise_("ValueError", f"Input {at} of layer {name} is incompatible with the layer: {problem}",
                            "shape")


def misfit(spec: dict[str, Any], shape: Any) -> str:
    """How a shape fails an InputSpec; empty where it does not, or where that is not known."""
    ndim, least, most = spec.get("ndim"), spec.get("min_ndim"), spec.get("max_ndim")
    axes = spec.get("axes")
    if shape is None and (ndim is not None or least is not None or most is not None
                          or (isinstance(axes, DictValue) and axes.items)):
        return "its rank is undefined, but the layer requires a defined rank."
    if not isinstance(shape, tuple):
        return ""
    listed = [dim if not isinstance(dim, Unknown) else "{" + (dim.label or "?") + "}" for dim in shape]
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
                return f"expected axis {axis} of input shape to have value {value} but received input with shape {whole}"
    wanted = spec.get("shape")
    if isinstance(wanted, tuple) and shapes_compatible(wanted, shape) is NO:
        return f"expected shape={wanted}, found shape={whole}"
    return ""


def adopt(call: Any, x: Any) -> None:
    """TF: create_keras_history, for a tensor that plain operations made of keras's: it gets a layer of its own that
    knows what it depends on."""
    state = keras(call)
    if not isinstance(x, Tensor) or state.history(x) is not None or x.op_type in ("Placeholder", "Const", ""):
        return
    made = NativeObject("keras op layer", x, {"_name": x.op_name})
    state.set_history(x, made, 0, 0)


def connect(call: Any, self: InstanceValue, inputs: Any, leaves: list[Any], outputs: Any, kwargs: Any) -> Any:
    """TF: Layer._set_connectivity_metadata_."""
    given = {id(x) for x in leaves}

    def fresh(x: Any) -> Any:
        if id(x) in given and isinstance(x, Tensor):
            with tools.name_scope(call, call.getattr(self, "name")):
                return call.new("tf.identity", x)
        return x

    outputs = tools.map_structure(fresh, outputs)
    add_node(call, self, inputs, outputs, kwargs)
    return outputs


def add_node(call: Any, self: InstanceValue, inputs: Any, outputs: Any, arguments: Any = None) -> None:
    """TF: Layer._add_inbound_node."""
    state = keras(call)
    held = self.attrs.get("_inbound_nodes")
    number = len(held.items) if isinstance(held, ListValue) else 0
    node = NativeObject("keras node", None, {
        "input_tensors": inputs, "output_tensors": outputs,
        "inbound_layers": [(state.history(x) or (None, 0, 0)) for x in tools.flatten(inputs)], "outbound_layer": self,
        "arguments": arguments,
    })
    tools.append(self, "_inbound_nodes", node)
    for producer, _, _ in node.attrs["inbound_layers"]:
        if isinstance(producer, InstanceValue):
            tools.append(producer, "_outbound_nodes", node)
    for at, tensor in enumerate(tools.flatten(outputs)):
        state.set_history(tensor, self, number, at)


def regularize_activity(call: Any, self: InstanceValue, outputs: Any) -> None:
    """TF: Layer._handle_activity_regularization."""
    regularizer = self.attrs.get("_activity_regularizer")
    if regularizer is None:
        return
    with tools.name_scope(call, "ActivityRegularizer"):
        for output in tools.flatten(outputs):
            loss = tools.activate(call, regularizer, output)
            batch = call.getitem(call.new("tf.shape", output), 0)
            call.method(self, "add_loss", call.binary("/", loss, call.new("tf.cast", batch, tools.dtype_of(loss))))


def set_masks(call: Any, self: InstanceValue, inputs: Any, outputs: Any, masks: list[Any]) -> None:
    """TF: Layer._set_mask_metadata."""
    state = keras(call)
    leaves = tools.flatten(outputs)
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
    for x, mask in zip(leaves, tools.flatten(computed), strict=False):
        if isinstance(x, Tensor) and mask is not None:
            state.set_mask(x, mask)


# nodes


def _node_value(call: Any, self: InstanceValue, index: Any, which: str, said: str) -> Any:
    nodes = own(self, "_inbound_nodes")
    if not nodes:
        call.raise_("RuntimeError", f"The layer has never been called and thus has no defined {said}.", "layer")
    if isinstance(index, int) and index >= len(nodes):
        call.raise_("ValueError", f"Asked to get {said} at node {index}, but the layer has only {len(nodes)} inbound "
                    "nodes.", "layer")
    node = nodes[index if isinstance(index, int) else 0]
    value = node.attrs["input_tensors" if which.startswith("input") else "output_tensors"]
    if isinstance(value, ListValue) and len(value.items) == 1:
        value = value.items[0]
    if not which.endswith("shapes"):
        return value
    return tools.map_structure(lambda x: _tuple_shape(x), value)


def _tuple_shape(x: Any) -> Any:
    shape = tools.shape_of(x)
    return shape if isinstance(shape, tuple) else (None if shape is None else Unknown("shape is not known"))


def _at(name: str, which: str, said: str) -> None:
    LAYER.attrs[name] = NativeFunction(
        name, lambda call, self, node_index: _node_value(call, self, node_index, which, said),
        f"tf.keras.layers.Layer.{name}")


_at("get_input_at", "input_tensors", "input")
_at("get_output_at", "output_tensors", "output")
_at("get_input_shape_at", "input_shapes", "input shape")
_at("get_output_shape_at", "output_shapes", "output shape")


def _first(name: str, which: str, said: str, refusal: str) -> None:
    def read(call: Any, self: InstanceValue) -> Any:
        if not own(self, "_inbound_nodes"):
            call.raise_("AttributeError", refusal.format(name=self.attrs.get("_name")), "layer")
        return _node_value(call, self, 0, which, said)

    LAYER.attrs[name] = PropertyValue(NativeFunction(name, read, f"tf.keras.layers.Layer.{name}"))


_first("input", "input_tensors", "input", "Layer {name} is not connected, no input to return.")
_first("output", "output_tensors", "output", "Layer {name} has no inbound nodes.")
_first("input_shape", "input_shapes", "input shape",
       "The layer has never been called and thus has no defined input shape.")
_first("output_shape", "output_shapes", "output shape",
       "The layer has never been called and thus has no defined output shape.")


def _mask_property(name: str, of: str) -> None:
    LAYER.attrs[name] = PropertyValue(NativeFunction(
        name, lambda call, self: tools.map_structure(keras(call).mask, call.getattr(self, of)),
        f"tf.keras.layers.Layer.{name}"))


_mask_property("input_mask", "input")
_mask_property("output_mask", "output")


# attributes that are tracked


@layer.method(name="__setattr__", raw=True)
def set_attribute(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: Layer.__setattr__. Layers and variables set on a layer become its own."""
    self, name, value = args
    if plain_set(call, self, name, value):
        return
    if self.cls.derives_from("tf.layers.Layer") or self.attrs.get("_is_graph_network") is True or \
            self.attrs.get("_self_setattr_tracking") is False:
        return
    if self.cls.name != "Sequential" and (
            isinstance(value, (ListValue, DictValue)) or
            (isinstance(value, InstanceValue) and value.cls.derives_from(LAYER))) and not name.startswith("_<"):
        held = self.attrs.get("_layers")
        if name in _BOOKKEEPING:
            return
        if not isinstance(held, ListValue) or not any(member is value for member in held.items):
            tools.append(self, "_layers", value)
            if isinstance(value, InstanceValue) and "_use_resource_variables" in value.attrs:
                value.set("_use_resource_variables", True)
    for leaf in tools.flatten(value):
        if isinstance(leaf, Variable):
            which = "_non_trainable_weights" if leaf.trainable is False else "_trainable_weights"
            if not any(leaf is known for known in own(self, which)):
                tools.append(self, which, leaf)


_BOOKKEEPING = frozenset({
    "_layers", "_trainable_weights", "_non_trainable_weights", "_updates", "_losses", "_callable_losses", "_metrics",
    "_inbound_nodes", "_outbound_nodes", "_input_spec",
})


def plain_set(call: Any, self: InstanceValue, name: str, value: Any) -> bool:
    """Sets an attribute as `object` does. Says whether a property took it."""
    declared = self.cls.find(name)
    if isinstance(declared, PropertyValue):
        if declared.setter is None:
            call.raise_("AttributeError", f'Can\'t set the attribute "{name}", likely because it conflicts with an '
                        "existing read-only @property of the object. Please choose a different name.")
        call.invoke(tools.BoundMethod(declared.setter, self), value)
        return True
    self.set(name, value)
    return declared is not MISSING


# tf.layers.Layer


legacy = tf_layers.type("Layer", bases=("tf.keras.layers.Layer",))
LEGACY = legacy.cls


@legacy.method(name="__init__")
def legacy_init(call: Any, self: InstanceValue, trainable: Any, name: Any, dtype: Any, kwargs: dict[str, Any]) -> None:
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
                call.raise_("ValueError", f"{said} argument not allowed when keras style layers are enabled, "
                            f"but saw: {call.to_string(value)}", "layer")
    self.set("_keras_style", style)
    self.set("_scope", None)
    self.set("_current_scope", None)
    if scope is not None and scope != "":
        with tools.variable_scope(call, scope) as captured:
            self.set("_scope", captured)


@legacy.method(name="__setattr__", raw=True)
def legacy_set_attribute(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: layers.base.Layer.__setattr__: nothing is tracked."""
    plain_set(call, *args)


@legacy.method
def _make_unique_name(call: Any, self: InstanceValue) -> Any:
    base = tools.snake_case(self.cls.name)
    return from_template(tools.unique_object_name(call.graph, base)), base


@legacy.property
def scope_name(call: Any, self: InstanceValue) -> Any:
    scope = self.attrs.get("_scope")
    if scope is None:
        call.raise_("ValueError", f'No name available for layer scope because the layer "{self.attrs.get("_name")}" has '
                    "not been used yet. The scope name  is determined the first time the layer instance is called. You "
                    "must therefore call the layer before querying `scope_name`.", "layer")
    return from_template(scope.name)


@legacy.property
def graph(call: Any, self: InstanceValue) -> Any:
    return None


@legacy.method
def add_loss(call: Any, self: InstanceValue, losses: Any, inputs: Any) -> None:  # noqa: F811
    """TF: layers.base.Layer.add_loss. Losses go to a collection, those of regularizers are made at once."""
    for loss in tools.flatten(losses):
        if is_callable(loss):
            tools.append(self, "_callable_losses", loss)
            loss = call.invoke(loss)
        elif loss is not None:
            tools.append(self, "_losses", loss)
        if loss is not None:
            add_to_collection(call, "regularization_losses", loss)


def add_to_collection(call: Any, name: str, item: Any) -> None:
    """TF: _add_elements_to_collection: once only."""
    held = call.graph.get_collection_ref(name)
    if not any(known is item for known in held.items):
        held.append(item)


def set_scope(call: Any, self: InstanceValue, scope: Any = None) -> None:
    """TF: layers.base.Layer._set_scope."""
    if self.attrs.get("_scope") is not None:
        return
    base = tools.name_of(self.attrs.get("_base_name"))
    reuse = self.attrs.get("_reuse")
    if not isinstance(reuse, Unknown) and reuse:
        with tools.variable_scope(call, base if scope is None else scope) as captured:
            self.set("_scope", captured)
    else:
        with tools.variable_scope(call, scope, default_name=base) as captured:
            self.set("_scope", captured)


@legacy.method(name="_set_scope")
def legacy_set_scope(call: Any, self: InstanceValue, scope: Any = None) -> None:
    set_scope(call, self, scope)


def _both(one: Any, two: Any) -> Any:
    """Python's `one and two` of flags that may not be known."""
    if one is False or two is False:
        return False
    return two if one is True else one


@legacy.method(name="add_weight", raw=True)
def legacy_add_weight(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: layers.base.Layer.add_weight."""
    self = args[0]
    given, extra = tools.bind(call, "tf.layers.Layer.add_weight", args[1:], kwargs)
    for key in extra:
        if key != "experimental_autocast":
            call.raise_("TypeError", f"('Unknown keyword argument:', '{key}')", "argument")
    if self.attrs.get("_keras_style"):
        return LAYER.attrs["add_weight"].impl(call, args, kwargs)
    if on_read(given["synchronization"]):
        given["trainable"] = given["trainable"] or False
    elif given["trainable"] is None:
        given["trainable"] = True
    if given["dtype"] is None:
        given["dtype"] = tools.first(self.attrs.get("<dtype>"), keras(call).float_dtype)
    regularizer = tools.regularizer(call, given["regularizer"])
    graph = call.graph
    known = {id(v) for v in graph.get_collection("variables")} if regularizer is not None else set()
    set_scope(call, self)
    built, reuse = self.attrs.get("built"), self.attrs.get("_reuse")
    reuse = True if built is True else reuse
    asked_trainable = given["trainable"]
    with tools.variable_scope(call, self.attrs["_scope"], reuse=reuse, auxiliary_name_scope=False) as scope:
        self.set("_current_scope", scope)
        with tools.name_scope(call, scope_of(call, self)):
            if given["use_resource"] is None or given["use_resource"] is False:
                given["use_resource"] = self.attrs.get("_use_resource_variables") is True or scope.use_resource
            if given["initializer"] is None:
                given["initializer"] = program_value(scope.initializer)
            given["trainable"] = _both(asked_trainable, call.getattr(self, "trainable"))
            given["synchronization"] = None
            variable = keras_weight(call, self, given, {}, getter="tf.get_variable")
            if regularizer is not None and not any(id(part) in known for part in parts_of(variable)):
                regularize_weight(call, self, given["name"], variable, regularizer)
            if given["trainable"] is not False and isinstance(variable, Variable) and variable.trainable is False:
                # A variable that was shared is trainable only if it was made so.
                held = self.attrs["_trainable_weights"]
                held.touch()
                held.items.remove(variable)
                tools.append(self, "_non_trainable_weights", variable)
    return variable


def parts_of(variable: Any) -> tuple[Any, ...]:
    return variable.parts if isinstance(variable, PartitionedVariable) else (variable,)


def program_value(held: Any) -> Any:
    """The program's own object behind what the graph layer keeps of it."""
    return getattr(held, "value", held) if held is not None and not isinstance(held, Value) else held


@legacy.method(name="__call__", raw=True)
def legacy_call(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: layers.base.Layer.__call__."""
    self, kwargs = args[0], dict(kwargs)
    scope = kwargs.pop("scope", None)
    inputs, rest = (args[1], args[2:]) if len(args) > 1 else (kwargs.pop("inputs", None), ())
    if self.attrs.get("_keras_style"):
        if scope is not None:
            call.raise_("ValueError", "scope argument not allowed when keras style layers are enabled, but saw: "
                        f"{call.to_string(scope)}", "layer")
        return call_layer(call, self, inputs, rest, kwargs)
    set_scope(call, self, scope)
    reuse = True if self.attrs.get("built") is True else self.attrs.get("_reuse")
    with tools.variable_scope(call, self.attrs["_scope"], reuse=reuse, auxiliary_name_scope=False) as entered:
        self.set("_current_scope", entered)
        if "scope" in call_parameters(call, self)[0]:
            kwargs["scope"] = entered
        outputs = call_layer(call, self, inputs, rest, kwargs)
    for update in tools.items_of(call.getattr(self, "updates")):
        add_to_collection(call, "update_ops", update)
    return outputs


@legacy.method(name="__deepcopy__")
def legacy_deepcopy(call: Any, self: InstanceValue, memo: Any) -> Any:
    """TF: layers.base.Layer.__deepcopy__. Variables and tensors are shared, lists are the copy's own."""
    made = InstanceValue(self.cls, {}, self.payload)
    for key, value in self.attrs.items():
        made.attrs[key] = ListValue(value.items, value.rest) if isinstance(value, ListValue) else value
    return made


# InputSpec


input_spec = tf_layers.type("InputSpec")


@input_spec.method(name="__init__", raw=True)
def input_spec_init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: input_spec.InputSpec."""
    self = args[0]
    given, _ = tools.bind(call, "tf.layers.InputSpec", args[1:], kwargs)
    shape = given["shape"]
    if shape is not None:
        shape = tools.shape_of(shape)
        given["ndim"] = len(shape) if isinstance(shape, tuple) else None
    given["shape"] = shape
    if given["axes"] is None:
        given["axes"] = DictValue()
    for key, value in given.items():
        self.set(key, value)


def spec(**given: Any) -> InstanceValue:
    """An InputSpec that a native layer sets."""
    axes = given.pop("axes", None) or {}
    attrs = {"dtype": None, "shape": None, "ndim": None, "max_ndim": None, "min_ndim": None, "axes": DictValue(axes)}
    attrs.update(given)
    return InstanceValue(input_spec.cls, attrs)


experimental = Namespace("tf.layers.experimental")


@experimental.function
def set_keras_style(call: Any) -> None:
    keras(call).put("keras_style", True)


@experimental.function(raw=True)
def keras_style_scope(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return NativeObject("keras style scope")
