"""TF's inner helpers that libraries' own layers and copies of `dynamic_rnn` call: sizes, arguments, shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.helpers import ask
from scopelint.apis.tf.framework.layer_helpers import integer
from scopelint.apis.tf.framework.operations import convert
from scopelint.apis.tf.keras.layers.convolutional import deconv_length
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import NativeFunction
from scopelint.values.tensors import NOT_CONSTANT, Dimension, Tensor, TensorShape

HOMES = (Namespace("tensorflow.python.keras.utils.conv_utils"), Namespace("tensorflow.python.layers.utils"))


def declare(summary: Callable[..., Any], name: str = "") -> Callable[..., Any]:
    """TF has these functions twice."""
    for home in HOMES:
        home.function(summary, name=name or summary.__name__)
    return summary


@declare
def conv_output_length(
    call: Call, input_length: Any, filter_size: Any, padding: Any, stride: Any, dilation: Any = 1
) -> Any:
    """TF: conv_utils.conv_output_length."""
    size, kernel, stride, dilation = (integer(v) for v in (input_length, filter_size, stride, dilation))
    if size is None or isinstance(padding, Unknown):
        return size if size is None else padding.derive("")
    length = size
    if padding in ("valid", "full"):
        reach = (kernel - 1) * dilation
        length = size - reach if padding == "valid" else size + reach
    return (length + stride - 1) // stride


@declare
def conv_input_length(call: Call, output_length: Any, filter_size: Any, padding: Any, stride: Any) -> Any:
    """TF: conv_utils.conv_input_length."""
    size, kernel, stride = (integer(v) for v in (output_length, filter_size, stride))
    if size is None or isinstance(padding, Unknown):
        return size if size is None else padding.derive("")
    pad = {"same": kernel // 2, "valid": 0}.get(padding, kernel - 1)
    return (size - 1) * stride - 2 * pad + kernel


@HOMES[0].function
def deconv_output_length(
    call: Call,
    input_length: AnyValue,
    filter_size: AnyValue,
    padding: AnyValue,
    output_padding: AnyValue = None,
    stride: AnyValue = 0,
    dilation: AnyValue = 1,
) -> Any:
    """TF: conv_utils.deconv_output_length."""
    size, kernel, stride, dilation = (integer(v) for v in (input_length, filter_size, stride, dilation))
    return deconv_length(size, kernel, padding, output_padding, stride, dilation)


@HOMES[1].function(name="deconv_output_length")
def older_deconv_output_length(
    call: Call, input_length: AnyValue, filter_size: AnyValue, padding: AnyValue, stride: AnyValue
) -> Any:
    """TF: layers/utils.deconv_output_length, which knows neither output padding nor dilation."""
    return deconv_length(integer(input_length), integer(filter_size), padding, None, integer(stride), 1)


@declare
def normalize_tuple(call: Call, value: Any, n: Any, name: Any) -> Any:
    """TF: conv_utils.normalize_tuple."""
    if isinstance(value, int):
        return (value,) * n
    if isinstance(value, Unknown):
        return (value,) * n if isinstance(n, int) else value
    members = tuple(value.items) if isinstance(value, ListValue) else value
    if not isinstance(members, tuple) or len(members) != n:
        call.raise_(
            "ValueError",
            f"The `{name}` argument must be a tuple of {n} integers. Received: {call.to_string(value)}",
            "argument",
        )
    return members


def _one_of(name: str, allowed: tuple[str, ...], otherwise: str) -> None:
    def summary(call: Call, value: AnyValue) -> Any:
        given = otherwise if value is None else value
        if not isinstance(given, str):
            return given
        if given.lower() not in allowed:
            call.raise_(
                "ValueError", f"The `{name[10:]}` argument must be one of {allowed}. Received: {given}", "argument"
            )
        return given.lower()

    declare(summary, name)


_one_of("normalize_data_format", ("channels_first", "channels_last"), "channels_last")
_one_of("normalize_padding", ("valid", "same", "causal"), "valid")


@declare
def convert_data_format(call: Call, data_format: AnyValue, ndim: Any) -> Any:
    """TF: conv_utils.convert_data_format."""
    if isinstance(data_format, Unknown) or isinstance(ndim, Unknown):
        return data_format if isinstance(data_format, Unknown) else ndim
    space = {3: "W", 4: "HW", 5: "DHW"}.get(ndim, "")
    return f"N{space}C" if data_format == "channels_last" else f"NC{space}"


cells = Namespace("tensorflow.python.ops.rnn_cell_impl")


@cells.function(name="_concat")
def concat_shapes(call: Call, prefix: AnyValue, suffix: AnyValue, static: AnyValue = False) -> Any:
    """TF: rnn_cell_impl._concat."""
    if static is True:
        dims: list[Any] = []
        for part in (prefix, suffix):
            known = _dims(call, part)
            if not isinstance(known, tuple):
                return known
            dims.extend(known)
        return ListValue(dims)
    parts = []
    for part in (prefix, suffix):
        if not isinstance(part, Tensor):
            known = _dims(call, part)
            part = convert(call, ListValue(list(known)) if isinstance(known, tuple) else known, None, "Const")
        elif part.shape == ():
            part = ask(call, "tf.expand_dims", part, axis=0)
        parts.append(part)
    return ask(call, "tf.concat", ListValue(parts), 0, name="concat")


def _dims(call: Call, value: AnyValue) -> Any:
    """The dimensions that a number, a shape or a constant tensor gives; None where the rank is not known."""
    if isinstance(value, Tensor):
        known = value.const
        if known is NOT_CONSTANT:
            return (None,) if value.shape == () else None
        return _dims(call, known)
    if isinstance(value, (int, Dimension)):
        return (integer(value),)
    return call.new("tf.TensorShape", value).dims


tf_utils = Namespace("tensorflow.python.keras.utils.tf_utils")


def converted(shapes: AnyValue, to_tuples: bool) -> Any:
    """TF: tf_utils.convert_shapes: of one shape, or of a list of them."""
    if isinstance(shapes, Unknown):
        return shapes
    if not isinstance(shapes, TensorShape):
        held = list(shapes.items) if isinstance(shapes, ListValue) else list(shapes) if type(shapes) is tuple else None
        if held is None:
            return shapes
        if not all(each is None or isinstance(each, (int, Dimension, Unknown)) for each in held):
            return ListValue([converted(each, to_tuples) for each in held])
        shapes = TensorShape(tuple(integer(each) for each in held))
    return shapes.dims if to_tuples and isinstance(shapes.dims, tuple) else shapes


@tf_utils.function
def convert_shapes(call: Call, input_shape: AnyValue, to_tuples: AnyValue = True) -> Any:
    return converted(input_shape, to_tuples is not False)


@tf_utils.function
def shape_type_conversion(call: Call, fn: AnyValue) -> Any:
    """A decorator: the method sees tuples, its caller a TensorShape."""

    def wrapper(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        instance, shape = (*args, *kwargs.values())
        made = call.invoke(fn, instance, shape if shape is None else converted(shape, True))
        return made if made is None else converted(made, False)

    return NativeFunction("wrapper", wrapper, "tensorflow.python.keras.utils.tf_utils.wrapper", raw=True)
