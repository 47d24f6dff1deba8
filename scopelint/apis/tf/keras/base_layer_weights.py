"""`tf.keras.layers.Layer`: how a layer is named, and how it makes its weights."""

from __future__ import annotations

from typing import Any, NoReturn

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.conversion import dimension, graph_name, is_blank
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.python_values import as_dtype
from scopelint.apis.tf.framework.structures import items_of, sizes_of
from scopelint.apis.tf.keras import by_name
from scopelint.apis.tf.keras.module import module
from scopelint.apis.tf.keras.variable_scopes import has_own_scope, within_own_scope
from scopelint.apis.tf.ops import variables as variables_
from scopelint.graph.releases import KERAS_BATCH_NORM
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import ListValue
from scopelint.values.objects import MISSING, InstanceValue, NativeFunction
from scopelint.values.tensors import (
    DType,
    PartitionedVariable,
    Tensor,
    TensorShape,
    shapes_compatible,
)
from scopelint.values.text import from_template, hole
from scopelint.values.truth import NO

keras_layers = Namespace("tf.keras.layers")
tf_layers = Namespace("tf.layers")

layer = keras_layers.type("Layer", bases=(module.cls,))
LAYER = layer.cls


# keras's Layer: construction


@layer.method(name="__init__")
def layer_init(
    call: Call,
    self: InstanceValue,
    trainable: AnyValue,
    name: AnyValue,
    dtype: AnyValue,
    dynamic: AnyValue,
    kwargs: dict[str, Any],
) -> None:
    """TF: base_layer.Layer.__init__."""
    init_layer(call, self, trainable, name, dtype, dynamic, kwargs)


_ALLOWED = frozenset({"input_shape", "batch_input_shape", "batch_size", "weights", "activity_regularizer", "autocast"})


def init_layer(
    call: Call,
    self: InstanceValue,
    trainable: AnyValue = True,
    name: AnyValue = None,
    dtype: AnyValue = None,
    dynamic: AnyValue = False,
    kwargs: dict[str, Any] | None = None,
) -> None:
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
    attrs["<dtype>"] = as_dtype(call, dtype)
    attrs["_dynamic"] = dynamic
    attrs["_initial_weights"] = kwargs.get("weights")
    shape = kwargs.get("batch_input_shape")
    for given in (shape, kwargs.get("input_shape") if shape is None else None):
        if isinstance(given, (bool, int, float)):
            call.raise_("TypeError", f"'{call.class_of(given).name}' object is not iterable", "argument")
    if shape is not None:
        attrs["_batch_input_shape"] = sizes_of(shape)
    elif kwargs.get("input_shape") is not None:
        sizes = sizes_of(kwargs["input_shape"])
        attrs["_batch_input_shape"] = (kwargs.get("batch_size"), *sizes) if isinstance(sizes, tuple) else sizes


def set_name(call: Call, self: InstanceValue, name: Any) -> None:
    """TF: Layer._init_set_name, keras's and tf.layers' own."""
    legacy = self.cls.derives_from("tf.layers.Layer")
    scope_name = getattr(name, "original_name_scope", None) is not None and not isinstance(name, InstanceValue)
    if not is_blank(name) and not scope_name:
        self.set("_name", name)
        if legacy or has_own_scope(call, self):
            self.set("_base_name", name)
        return
    base = tools.snake_case(self.cls.name)
    if self.cls.canonical == "tf.keras.layers.BatchNormalization":
        base = KERAS_BATCH_NORM.at(call.state.release)
    override = self.cls.find("_make_unique_name")
    if legacy and override is not MISSING and not isinstance(override, NativeFunction):
        made = items_of(call.method(self, "_make_unique_name"))
        own, base = (made[0], made[1]) if len(made) == 2 else (base, base)
    else:
        own = from_template(tools.unique_object_name(call.graph, base, zero_based=not legacy))
        if not legacy and own != base:
            call.note("layer_counted", name=str(own))
    self.set("_name", own)
    if legacy or has_own_scope(call, self):
        self.set("_base_name", name.name if scope_name else base)


@layer.method
def build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    self.set("built", True)


@layer.method(name="call", raw=True)
def call_(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[1] if len(args) > 1 else kwargs.get("inputs")


DEFAULT_BUILDS: set[Any] = {build}
"""TF: base_layer_utils.default. `build` methods that are not called, since they make nothing."""


# weights


@layer.method(raw=True)
def add_weight(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: base_layer.Layer.add_weight."""
    self = args[0]
    given, extra = bind(call, "tf.keras.layers.Layer.add_weight", args[1:], kwargs)
    given["regularizer"] = by_name.regularizer(call, given["regularizer"])
    if has_own_scope(call, self):
        with within_own_scope(call, self):
            variable = keras_weight(call, self, given, extra, "tf.get_variable")
    else:
        variable = keras_weight(call, self, given, extra)
    if given["regularizer"] is not None:
        regularize_weight(
            call, self, variable.tf_name.partition(":")[0], variable, by_name.regularizer(call, given["regularizer"])
        )
    return variable


def on_read(value: AnyValue) -> bool:
    return "ON_READ" in (
        value if isinstance(value, str) else str(getattr(value, "name", "") or getattr(value, "payload", "") or value)
    )


def refuse_trained_on_read(call: Call) -> NoReturn:
    call.raise_(
        "ValueError",
        "Synchronization value can be set to VariableSynchronization.ON_READ only for non-trainable variables. "
        "You have specified trainable=True and synchronization=VariableSynchronization.ON_READ.",
        "argument",
    )
    raise AssertionError


def keras_weight(
    call: Call, self: InstanceValue, given: dict[str, Any], extra: dict[str, Any], getter: AnyValue = None
) -> Any:
    """Makes the variable and notes it as the layer's own; `getter` is "tf.get_variable" for tf.layers."""
    shape = given["shape"]
    if shape is None:
        shape = ()
    sizes = sizes_of(shape)
    for size in sizes if isinstance(sizes, tuple) else ():
        dimension(call, size)
    for key in extra:
        if key not in ("getter", "collections", "experimental_autocast"):
            call.raise_("TypeError", f"('Unknown keyword argument:', '{key}')", "argument")
    dtype = given["dtype"]
    if dtype is None:
        dtype = self.attrs.get("<dtype>")
    dtype = keras(call).float_dtype if dtype is None else as_dtype(call, dtype)
    if self.attrs.get("<dtype>") is None:
        self.set("<dtype>", dtype)
    trainable = given["trainable"]
    if on_read(given["synchronization"]):
        if trainable is True:
            refuse_trained_on_read(call)
        trainable = False
    elif trainable is None:
        trainable = True
    initializer = by_name.initializer(call, given["initializer"])
    if initializer is None:
        if (isinstance(dtype, DType) and dtype.is_floating) or isinstance(dtype, Unknown):
            initializer = call.new("tf.glorot_uniform_initializer")
        elif isinstance(dtype, DType) and (dtype.is_integer or dtype.is_bool):
            initializer = call.new("tf.zeros_initializer")
        else:
            call.raise_(
                "ValueError",
                f"An initializer for variable {given['name']} of type "
                f"{dtype!s} is required for layer {self.attrs.get('_name')}",
                "argument",
            )
    if extra.get("getter", getter) is None:
        check_sizes(call, shape, sizes, initializer)
    options: dict[str, Any] = {"trainable": trainable}
    if given.get("use_resource") is not None:
        options["use_resource"] = given["use_resource"]
    if given.get("constraint") is not None:
        # TF: constraints.get: by name, by configuration or as it is.
        options["constraint"] = call.invoke(call.find("tf.keras.constraints.get"), given["constraint"])
    if extra.get("collections") is not None:
        options["collections"] = extra["collections"]
    getter = extra.get("getter", getter)
    if getter is None:
        variable = make_variable(call, given["name"], shape, dtype, initializer, options)
    elif getter == "tf.get_variable":
        if given.get("partitioner") is not None:
            options["partitioner"] = given["partitioner"]
        variable = variables_.get(
            call, given["name"], by="layer", shape=shape, dtype=dtype, initializer=initializer, **options
        )
    else:
        variable = call.invoke(
            getter,
            name=given["name"],
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            partitioner=given.get("partitioner"),
            **options,
        )
    if variable is None:
        # TF: backend.track_variable, of what a custom getter gave.
        call.raise_("TypeError", "cannot create weak reference to 'NoneType' object", "argument")
    tools.append(self, "_non_trainable_weights" if trainable is False else "_trainable_weights", variable)
    return variable


def check_sizes(call: Call, shape: AnyValue, sizes: Any, initializer: AnyValue) -> None:
    """TF: the operation that draws the first value takes the shape as it is given, while zeros and ones take it as a
    TensorShape."""
    name = initializer.cls.canonical.rpartition(".")[2] if isinstance(initializer, InstanceValue) else ""
    if not isinstance(sizes, tuple) or isinstance(shape, TensorShape) or not name.endswith(_DRAWN + _FILLED):
        return
    plain = name.endswith(_FILLED)
    if any(size is None for size in sizes) or (not plain and any(isinstance(size, str) for size in sizes)):
        kind = "list" if isinstance(shape, ListValue) else "tuple"
        said = f"Failed to convert object of type <class '{kind}'> to Tensor. Contents: {call.to_string(shape)}. "
        said += "Consider casting elements to a supported type."
        call.raise_("TypeError", "Expected int32, got None of type 'NoneType' instead." if plain else said, "argument")
    if not plain and any(isinstance(size, float) for size in sizes):
        said = "Value passed to parameter 'shape' has DataType float32 not in list of allowed values: int32, int64"
        call.raise_("TypeError", said, "argument")


_FILLED = ("zeros_initializer", "ones_initializer")
_DRAWN = (
    "glorot_normal_initializer", "glorot_uniform_initializer", "he_normal", "he_uniform", "lecun_normal",
    "lecun_uniform", "RandomUniform", "RandomNormal", "TruncatedNormal", "variance_scaling_initializer",
    "random_normal_initializer", "random_uniform_initializer", "truncated_normal_initializer",
)  # fmt: skip


def make_variable(
    call: Call, name: AnyValue, shape: Any, dtype: Any, initializer: AnyValue, options: dict[str, Any]
) -> Any:
    """TF: base_layer_utils.make_variable. Keras's variables are resources unless told otherwise."""
    options.setdefault("use_resource", True)
    if isinstance(initializer, (Tensor, int, float, tuple, ListValue)):
        return variables_.make(call, initializer, by="layer", name=name, **options)

    def initial_value(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        made = call.invoke(initializer, shape, dtype=dtype)
        check_made(call, made, shape)
        if isinstance(made, Unknown):
            return Tensor(hole("initial_value"), 0, "", dims_of(shape), dtype, call.graph)
        return made

    value = NativeFunction("<lambda>", initial_value, "", raw=True)
    return variables_.make(call, value, by="layer", name=name, dtype=dtype, **options)


def check_made(call: Call, made: AnyValue, shape: Any) -> None:
    """TF: ResourceVariable._init_from_args, of a value that a function of the program's gave for a weight."""
    if made is None:
        call.raise_("ValueError", "None values not supported.", "argument")
    found = () if isinstance(made, (bool, int, float)) else made.shape if isinstance(made, Tensor) else None
    wanted = dims_of(shape) if isinstance(shape, (tuple, ListValue, TensorShape)) else None
    if isinstance(found, tuple) and isinstance(wanted, tuple) and shapes_compatible(found, wanted) is NO:
        said = f"The initial value's shape ({call.to_string(found)}) is not compatible with the explicitly supplied "
        call.raise_("ValueError", f"{said}`shape` argument ({call.to_string(wanted)}).", "shape")


def regularize_weight(
    call: Call, self: InstanceValue, name: AnyValue, variable: AnyValue, regularizer: AnyValue
) -> None:
    """TF: Layer._handle_weight_regularization."""
    for part in variable.parts if isinstance(variable, PartitionedVariable) else (variable,):

        def loss(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], part: AnyValue = part) -> Any:
            with operations.scope(call, graph_name(name) + "/Regularizer"):
                return tools.activate(call, regularizer, part)

        call.method(self, "add_loss", NativeFunction("_loss_for_variable", loss, "", raw=True))


@layer.method(raw=True)
def add_variable(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.method(args[0], "add_weight", *args[1:], **kwargs)


def weight(
    call: Call,
    self: InstanceValue,
    name: str,
    shape: AnyValue,
    *,
    when: AnyValue = True,
    prefix: str = "",
    **options: Any,
) -> Any:
    """One weight of a native layer, with the initializer and so on that its constructor was given."""
    if (
        when is None
        or when is False
        or (not isinstance(when, Value) and not when)
        or (isinstance(when, Unknown) and not when)
    ):
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
