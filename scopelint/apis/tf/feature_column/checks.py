"""What tf.feature_column's constructors refuse of their arguments."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Default
from scopelint.apis.tf.framework.callables import is_callable
from scopelint.apis.tf.framework.structures import flatten
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import ClassValue
from scopelint.values.tensors import BOOL, DTYPES, FLOAT32, INT64, STRING, DType, TensorShape
from scopelint.values.text import Text


def shown(call: Call, value: AnyValue) -> str:
    found = call.to_string(value)
    return "..." if isinstance(found, Unknown) else str(found)


def told(dtype: AnyValue) -> str:
    return f"<dtype: '{dtype.name}'>" if isinstance(dtype, DType) else "..."


def refuse(call: Call, error: str, said: str) -> None:
    call.raise_(error, said, kind="argument")


def below(call: Call, value: AnyValue, least: int) -> bool:
    """Python's `value < least`, with what it refuses of what is no number."""
    return call.compare("<", value, least) is True


def check_key(call: Call, key: AnyValue) -> None:
    """TF: assert_key_is_string."""
    if not isinstance(key, (str, Text, Unknown)):
        kind = shown(call, call.class_of(key))
        refuse(call, "ValueError", f"key must be a string. Got: type {kind}. Given key: {shown(call, key)}.")


def check_shape(call: Call, shape: AnyValue, key: AnyValue) -> Any:
    """TF: _check_shape. A tuple of whole numbers of at least 1."""
    if shape is None:
        refuse(call, "AssertionError", "")
    if isinstance(shape, Unknown) or (isinstance(shape, ListValue) and shape.rest is not None):
        return Unknown("the shape of a column")
    sizes = tuple(flatten(shape)) if isinstance(shape, (tuple, ListValue, DictValue)) else (shape,)
    told = f"shape: {shown(call, sizes)}, key: {shown(call, key)}"
    for size in sizes:
        if isinstance(size, (float, str, type(None), TensorShape)) or type(size).__name__ == "ArrayValue":
            refuse(call, "TypeError", f"shape dimensions must be integer. {told}")
        if isinstance(size, int) and size < 1:
            refuse(call, "ValueError", f"shape dimensions must be greater than 0. {told}")
    return tuple(int(size) if isinstance(size, bool) else size for size in sizes)


def dtype_of_column(call: Call, dtype: AnyValue, default: DType = FLOAT32) -> Any:
    """A dtype as it is given: TF asks it what it is without making one of it first."""
    if isinstance(dtype, Default):
        return default
    if isinstance(dtype, ClassValue):
        refuse(call, "AttributeError", f"type object '{dtype.canonical}' has no attribute 'is_integer'")
    if dtype is None or isinstance(dtype, (str, int, float)):
        kind = call.class_of(dtype).name
        refuse(call, "AttributeError", f"'{kind}' object has no attribute 'is_integer'")
    return dtype


def check_number(call: Call, dtype: AnyValue, key: AnyValue) -> None:
    if isinstance(dtype, DType) and not (dtype.is_integer or dtype.is_floating):
        said = f"dtype must be convertible to float. dtype: {told(dtype)}, key: {shown(call, key)}"
        refuse(call, "ValueError", said)


def check_string_or_int(call: Call, dtype: AnyValue, prefix: str) -> None:
    """TF: assert_string_or_int."""
    if isinstance(dtype, DType) and dtype != STRING and not dtype.is_integer:
        refuse(call, "ValueError", f"{prefix} dtype must be string or integer. dtype: {told(dtype)}.")


def string_or_int(call: Call, dtype: AnyValue, prefix: str, default: DType) -> Any:
    """TF: assert_string_or_int, of a dtype as it is given. Strings are equal to what is called so."""
    if isinstance(dtype, str) and dtype == "string":
        return STRING
    dtype = dtype_of_column(call, dtype, default)
    check_string_or_int(call, dtype, prefix)
    return dtype


def check_function(call: Call, function: AnyValue) -> None:
    if function is not None and not isinstance(function, Unknown) and not is_callable(function):
        refuse(call, "TypeError", f"normalizer_fn must be a callable. Given: {shown(call, function)}")


def _fits(value: AnyValue, shape: tuple[Any, ...]) -> bool:
    """TF: _is_shape_and_default_value_compatible."""
    listed = value.items if isinstance(value, ListValue) else value
    if isinstance(listed, (list, tuple)) != bool(shape):
        return False
    if not shape:
        return True
    return len(listed) == shape[0] and all(_fits(one, shape[1:]) for one in listed)  # type: ignore[arg-type, union-attr]


def check_default(call: Call, shape: Any, value: AnyValue, dtype: AnyValue, key: AnyValue) -> None:
    """TF: check_default_value. One number for all, or a list of the column's shape, of a kind that the dtype takes."""
    floats = not isinstance(dtype, DType) or dtype.is_floating
    if value is None or isinstance(value, (int, Unknown)) or (isinstance(value, float) and floats):
        return
    if type(value).__name__ == "ArrayValue":
        value = call.method(value, "tolist")
    leaves = flatten(value)
    if any(isinstance(leaf, Unknown) for leaf in leaves) or getattr(value, "rest", None) is not None:
        return
    if isinstance(value, (tuple, ListValue, DictValue)):
        if (
            isinstance(shape, tuple)
            and not any(isinstance(size, Unknown) for size in shape)
            and not _fits(value, shape)
        ):
            said = "The shape of default_value must be equal to given shape. default_value: "
            refuse(
                call, "ValueError", f"{said}{shown(call, value)}, shape: {shown(call, shape)}, key: {shown(call, key)}"
            )
        if all(isinstance(leaf, int) for leaf in leaves) or (
            floats and any(isinstance(leaf, float) for leaf in leaves)
        ):
            return
    said = f"default_value must be compatible with dtype. default_value: {shown(call, value)}, dtype: "
    refuse(call, "TypeError", f"{said}{told(dtype)}, key: {shown(call, key)}")


SIZED = (list, dict, tuple, str, int, float)


def check_boundaries(call: Call, boundaries: AnyValue) -> None:
    """TF: bucketized_column."""
    if isinstance(boundaries, Unknown):
        return
    held = boundaries.items if isinstance(boundaries, (ListValue, DictValue)) else boundaries
    if type(held).__name__ == "ArrayValue":
        said = "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()"
        refuse(call, "ValueError", said)
    if getattr(boundaries, "rest", None) is None and (held is None or isinstance(held, SIZED)) and not held:
        refuse(call, "ValueError", "boundaries must not be empty.")
    if not isinstance(boundaries, (tuple, ListValue)):
        refuse(call, "ValueError", "boundaries must be a sorted list.")
    listed = call.members(boundaries)
    for one, two in pairwise(listed if isinstance(listed, list) else []):
        if call.compare(">=", one, two) is True:
            refuse(call, "ValueError", "boundaries must be a sorted list.")


def vocabulary(call: Call, words: AnyValue, key: AnyValue) -> list[Any] | Unknown:
    """TF: categorical_column_with_vocabulary_list. The words, of which none may come twice."""
    if isinstance(words, (bool, int, float)):
        refuse(call, "TypeError", f"object of type '{call.class_of(words).name}' has no len()")
    listed = [] if words is None else words if isinstance(words, Unknown) else call.members(words)
    if isinstance(listed, list) and not listed:
        said = f"vocabulary_list {shown(call, words)} must be non-empty, column_name: {shown(call, key)}"
        refuse(call, "ValueError", said)
    plain = listed if isinstance(listed, list) else []
    for word in plain:
        if isinstance(word, (ListValue, DictValue)):
            refuse(call, "TypeError", f"unhashable type: '{call.class_of(word).name}'")
    known = all(isinstance(word, (str, bytes, int, float, type(None))) for word in plain)
    if known and len(set(plain)) != len(plain):
        said = f"Duplicate keys in vocabulary_list {shown(call, words)}, column_name: {shown(call, key)}"
        refuse(call, "ValueError", said)
    return listed


def vocabulary_dtype(listed: list[Any] | Unknown) -> Any:
    """TF: dtypes.as_dtype(np.array(vocabulary_list).dtype)."""
    kinds = {type(word) for word in listed} if isinstance(listed, list) else set()
    if not kinds or not kinds <= {str, bytes, int, float, bool, type(None)}:
        return Unknown("the dtype of a vocabulary")
    if kinds & {str, bytes, type(None)}:
        return STRING
    return DTYPES["float64"] if float in kinds else INT64 if int in kinds else BOOL


def check_embedding(
    call: Call, dimension: AnyValue, initializer: AnyValue, checkpoint: AnyValue, tensor: AnyValue
) -> bool:
    """TF: embedding_column, shared_embedding_columns. Says whether the initializer is none."""
    if dimension is None or below(call, dimension, 1):
        refuse(call, "ValueError", f"Invalid dimension {shown(call, dimension)}.")
    if (
        not isinstance(checkpoint, Unknown)
        and not isinstance(tensor, Unknown)
        and (checkpoint is None) != (tensor is None)
    ):
        refuse(call, "ValueError", "Must specify both `ckpt_to_load_from` and `tensor_name_in_ckpt` or none of them.")
    given = initializer is not None and not isinstance(initializer, (Unknown, Default))
    return given and not is_callable(initializer)
