"""How keras's and tf.layers' own classes are declared: constructors by TF's signature, arguments made canonical."""

from __future__ import annotations

from typing import Any

from scopelint.apis import tables
from scopelint.apis.call import Call
from scopelint.apis.registry import TypeBuilder, declare
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.arguments import bind, opaque
from scopelint.apis.tf.framework.conversion import require_finite
from scopelint.apis.tf.framework.dims import dimension, dims_of
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.structures import flatten, items_of
from scopelint.apis.tf.keras import base_layer
from scopelint.apis.tf.keras.by_name import activation, constraint, initializer, regularizer
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import MISSING, ClassValue, InstanceValue, NativeFunction
from scopelint.values.tensors import Dimension, TensorShape

_BASE = ("trainable", "name", "dtype", "dynamic", "activity_regularizer")
_TUPLES = frozenset({"kernel_size", "strides", "dilation_rate", "pool_size", "output_padding", "size"})
_MAY_BE_NONE = frozenset({"output_padding"})
_PLAIN_TUPLES = frozenset({"target_shape", "dims"})


def convert(call: Call, cls: ClassValue, name: str, value: AnyValue) -> Any:
    """What a keras constructor makes of one argument."""
    if name.endswith("_initializer"):
        return initializer(call, value)
    if name.endswith("_regularizer"):
        return regularizer(call, value)
    if name.endswith("_constraint"):
        return constraint(call, value)
    if name in ("activation", "recurrent_activation"):
        return activation(call, value)
    if name == "size" and cls.find("<rank>") == 1:
        return tools.integer(as_int(call, value))
    if name in _TUPLES and (value is not None or name not in _MAY_BE_NONE):
        rank = cls.find("<rank>")
        return tools.integers(call, value, rank, name) if isinstance(rank, int) else value
    if name == "padding" and ("Conv" in cls.name or "Pooling" in cls.name):
        lowered(call, value)
    if name == "padding" and isinstance(value, str):
        return _padding(call, cls, value.lower())
    if name == "data_format":
        if value is None:
            return keras(call).image_data_format
        lowered(call, value)
        if isinstance(value, str) and value.lower() not in ("channels_first", "channels_last"):
            call.raise_(
                "ValueError",
                f'The `data_format` argument must be one of "channels_first", "channels_last". Received: {value}',
                "argument",
            )
        return value.lower() if isinstance(value, str) else value
    if name == "interpolation" and not isinstance(value, Unknown) and value not in ("nearest", "bilinear"):
        call.raise_(
            "ValueError", '`interpolation` argument should be one of `"nearest"` or `"bilinear"`.', kind="argument"
        )
    if (name == "units" and cls.name == "Dense") or isinstance(value, Dimension):
        require_finite(call, value)
        value = as_int(call, value)
        return tools.integer(value)
    if name in _PLAIN_TUPLES and not isinstance(value, Unknown):
        if value is None or isinstance(value, (bool, int, float)):
            call.raise_("TypeError", f"'{call.class_of(value).name}' object is not iterable", "argument")
        return tuple(value) if isinstance(value, str) else tuple(items_of(value))
    return opaque(call, value) if isinstance(value, tables.Opaque) else value


def lowered(call: Call, value: AnyValue) -> None:
    """TF: conv_utils.normalize_padding, normalize_data_format. A word is asked for in small letters."""
    if value is None or isinstance(value, (bool, int, float)):
        call.raise_("AttributeError", f"'{call.class_of(value).name}' object has no attribute 'lower'", "argument")


def as_int(call: Call, value: AnyValue) -> Any:
    """Python: what `int` says of a value that is no number."""
    if isinstance(value, str):
        if not value.strip().lstrip("+-").isdigit():
            call.raise_("ValueError", f"invalid literal for int() with base 10: {value!r}", kind="argument")
        return int(value)
    if value is None or type(value) in (ListValue, DictValue, TensorShape, tuple):
        kind = "NoneType" if value is None else call.class_of(value).name
        said = f"int() argument must be a string, a bytes-like object or a number, not '{kind}'"
        call.raise_("TypeError", said, kind="argument")
    return value


def _padding(call: Call, cls: ClassValue, padding: str) -> str:
    """TF: conv_utils.normalize_padding, and what _Conv makes of "causal"."""
    if isinstance(cls.find("<rank>"), int) and not cls.name.startswith(("ZeroPadding", "Cropping")):
        if padding not in ("valid", "same", "causal"):
            said = '"valid", "same" (or "causal", only for `Conv1D). Received: ' + padding
            said = f"The `padding` argument must be a list/tuple or one of {said}"
            call.raise_("ValueError", said, kind="argument")
        if padding == "causal" and "Conv" in cls.name and not cls.name.endswith("1D"):
            said = "Causal padding is only supported for `Conv1D`and ``SeparableConv1D`."
            call.raise_("ValueError", said, kind="argument")
    return padding


def construct(
    call: Call, self: InstanceValue, cls: ClassValue, after: ClassValue, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    """`cls.__init__`: the base's constructor, then one attribute for each parameter."""
    bound, extra = bind(call, cls.canonical, args, kwargs)
    if "input_dim" in extra and cls.derives_from("tf.keras.layers.Dense"):
        width = extra.pop("input_dim")
        if extra.get("input_shape") is None:
            extra["input_shape"] = (width,)
    if "pool_size" in bound and bound["strides"] is None:
        bound["strides"] = bound["pool_size"]
    passed = self.cls.find("<passed>")
    # What the constructor of TF's own base takes, by way of its **kwargs.
    bound.update({key: extra.pop(key) for key in (passed if isinstance(passed, tuple) else ()) if key in extra})
    base = {key: bound.pop(key) for key in _BASE if key in bound}
    base.update(extra)
    later = cls.find("<late activity>") is True
    late = base.pop("activity_regularizer", None) if later else None
    if base.get("activity_regularizer", 0) is None:
        del base["activity_regularizer"]
    elif "activity_regularizer" in base:
        base["activity_regularizer"] = regularizer(call, base["activity_regularizer"])
    first = cls.find("<first>")
    # What is refused before the base's constructor counts no name.
    ready = {name for name in bound if first is not MISSING and first(name)}
    bound.update({name: convert(call, cls, name, bound[name]) for name in bound if name in ready})
    above = tools.super_method(self, after, "__init__")
    call.invoke(above, **base)
    for name, value in bound.items():
        self.set(name, value if name in ready else convert(call, cls, name, value))
    if late is not None:
        self.set("_activity_regularizer", regularizer(call, late))
    self.set("<parameters>", tuple(bound))
    prepare = self.cls.find("<prepare>")
    if callable(prepare):
        prepare(call, self)


def layer_type(
    name: str,
    *bases: str | ClassValue,
    canonical: str = "",
    rank: int | None = None,
    after: ClassValue | None = None,
    namespace: Any = base_layer.keras_layers,
    prepare: Any = None,
    also: tuple[str, ...] = (),
) -> TypeBuilder:
    """Declares a keras layer. `after`: the last class of its family, past which its constructor goes on. `prepare`
    is run at the end of construction, of subclasses too."""
    made: TypeBuilder = namespace.type(name, bases=bases or ("tf.keras.layers.Layer",), canonical=canonical)
    cls = made.cls
    if rank is not None:
        cls.attrs["<rank>"] = rank
    if prepare is not None:
        cls.attrs["<prepare>"] = prepare
    past = cls if after is None else after

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        construct(call, args[0], cls, past, args[1:], kwargs)

    cls.attrs["__init__"] = NativeFunction("__init__", init, f"{cls.canonical}.__init__", raw=True)
    for other in also:
        declare(other, cls)
    return made


def legacy_type(name: str, keras_name: str = "") -> TypeBuilder:
    """Declares a class of tf.layers: keras's class of that name, and `tf.layers.Layer`."""
    made = base_layer.tf_layers.type(name, bases=("tf.keras.layers." + (keras_name or name), "tf.layers.Layer"))
    cls = made.cls

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        bound, extra = bind(call, cls.canonical, args[1:], kwargs)
        if "pool_size" in bound and bound["strides"] is None:
            call.raise_("ValueError", "Argument `strides` must not be None.", "argument")
        call.invoke(tools.super_method(args[0], cls, "__init__"), **bound, **extra)

    cls.attrs["__init__"] = NativeFunction("__init__", init, f"{cls.canonical}.__init__", raw=True)
    return made


def input_dim(call: Call, shape: AnyValue, axis: int, message: str) -> Any:
    """A dimension that a weight's shape needs; TF refuses one that it does not know itself."""
    if isinstance(shape, int) or shape is None:
        # A layer that is built by hand, with what TensorShape takes.
        shape = shape if shape is None else (shape,)
    else:
        one_shape(call, shape)
        shape = dims_of(shape)
    found = dimension(shape, axis)
    if found is None:
        call.raise_("ValueError", message, "input_not_defined")
    return found


def one_shape(call: Call, shape: AnyValue) -> None:
    """TF: TensorShape, of the shapes of several inputs, whose sizes are none."""
    inner = next((one for one in items_of(shape) if isinstance(one, (TensorShape, ListValue, tuple))), None)
    if inner is not None or isinstance(shape, DictValue):
        as_int(call, next(iter(shape.items), "") if isinstance(shape, DictValue) and shape.items else inner)


def as_list(call: Call, shape: AnyValue) -> None:
    """TF: tf_utils.shape_type_conversion. A layer that asks for a list of sizes takes no shape of unknown rank."""
    if any(isinstance(one, TensorShape) and one.dims is None for one in flatten(shape)):
        call.raise_("ValueError", "as_list() is not defined on an unknown TensorShape.", "shape")


def channel_axis(self: InstanceValue) -> int:
    return 1 if self.attrs.get("data_format") == "channels_first" else -1


def is_looked_up(name: str) -> bool:
    """What `get` of initializers, regularizers, constraints and activations finds by a parameter's name."""
    return name == "activation" or name.endswith(("_initializer", "_regularizer", "_constraint"))


def like_input(call: Call, self: InstanceValue, input_shape: AnyValue) -> Any:
    """compute_output_shape of a layer that keeps its input's shape."""
    return input_shape
