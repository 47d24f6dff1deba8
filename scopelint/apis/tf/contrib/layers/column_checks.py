"""What the constructors of tf.contrib.layers' own columns refuse of their arguments."""

from __future__ import annotations

from typing import Any

from scopelint.apis import tables
from scopelint.apis.call import Call
from scopelint.apis.tf.feature_column.checks import below, dtype_of_column, refuse, shown, told
from scopelint.apis.tf.framework.arguments import opaque
from scopelint.apis.tf.framework.callables import is_callable
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import STRING, DType

SPARSE = ("_SparseColumnHashed", "_SparseColumnIntegerized", "_SparseColumnKeys", "_SparseColumnVocabulary")


def kind_of(value: AnyValue) -> str:
    return value.cls.name if isinstance(value, InstanceValue) else ""


def asked_dtype(call: Call, given: dict[str, Any]) -> Any:
    value = given["dtype"]
    return dtype_of_column(call, opaque(call, value) if isinstance(value, tables.Opaque) else value)


def real_valued(call: Call, given: dict[str, Any]) -> None:
    """TF: real_valued_column."""
    size, told_name = given["dimension"], f"column_name: {shown(call, given['column_name'])}"
    if size is None or isinstance(size, (float, str, tuple, ListValue)):
        refuse(call, "TypeError", f"dimension must be an integer. dimension: {shown(call, size)}, {told_name}")
    if below(call, size, 1):
        refuse(call, "ValueError", f"dimension must be greater than 0. dimension: {size}, {told_name}")
    dtype = asked_dtype(call, given)
    if not isinstance(dtype, DType):
        return
    if not (dtype.is_integer or dtype.is_floating):
        refuse(call, "ValueError", f"dtype must be convertible to float. dtype: {told(dtype)}, {told_name}")
    default = given["default_value"]
    values = [default]
    if isinstance(default, ListValue):
        if default.rest is not None:
            return
        values = default.items
        if isinstance(size, int) and len(values) != size:
            said = f"default_value: {shown(call, default)}, dimension: {size}, {told_name}"
            refuse(call, "ValueError", f"The length of default_value must be equal to dimension. {said}")
    fits = (int, float) if dtype.is_floating else int
    if default is not None and not all(isinstance(value, (fits, Unknown)) for value in values):
        said = f"default_value: {shown(call, default)}, dtype: {told(dtype)}, {told_name}"
        refuse(call, "TypeError", f"default_value must be compatible with dtype. {said}")


def boundaries(call: Call, given: dict[str, Any]) -> list[Any] | Unknown:
    """TF: _BucketizedColumn.__new__. Those that are not the same as the next."""
    source, listed = given["source_column"], given["boundaries"]
    if not isinstance(source, Unknown) and kind_of(source) != "_RealValuedColumn":
        said = f"source_column must be an instance of _RealValuedColumn. source_column: {shown(call, source)}"
        refuse(call, "TypeError", said)
    if isinstance(listed, Unknown):
        return listed
    found = call.members(listed) if isinstance(listed, (ListValue, tuple)) else []
    if isinstance(found, list) and not found:
        said = f"boundaries must be a non-empty list or tuple. boundaries: {shown(call, listed)}"
        refuse(call, "ValueError", said)
    if isinstance(found, Unknown) or not all(isinstance(one, (int, float, str)) for one in found):
        return Unknown("boundaries", "boundaries")
    kept = []
    for one, two in zip(found, [*found[1:], None], strict=True):
        if two is None or call.compare("<", one, two) is True:
            kept.append(one)
        elif one != two:
            refuse(call, "ValueError", f"boundaries must be a sorted list. boundaries: {shown(call, listed)}")
    return kept


def sparse(call: Call, given: dict[str, Any], size: AnyValue, whole: bool = False, listed: bool = False) -> None:
    """TF: _SparseColumn.__new__. `whole`: of numbers as they are; `listed`: of words that are looked up."""
    told_name = f"column_name: {shown(call, given['column_name'])}"
    if whole and size is None:
        refuse(call, "ValueError", f"bucket_size must be set if is_integerized is True. {told_name}")
    dtype = asked_dtype(call, given)
    if isinstance(dtype, DType) and not dtype.is_integer and (whole or dtype != STRING):
        said = "an integer if is_integerized is True" if whole else "string or integer"
        refuse(call, "ValueError", f"dtype must be {said}. dtype: {told(dtype)}, {told_name}")
    if not listed:
        if size is None:
            refuse(call, "ValueError", f"one of bucket_size or lookup_config must be set. {told_name}")
        if below(call, size, 1):
            refuse(call, "ValueError", f"bucket_size must be at least 1. bucket_size: {shown(call, size)}, {told_name}")


def weighted(call: Call, given: dict[str, Any]) -> None:
    dtype = asked_dtype(call, given)
    if isinstance(dtype, DType) and not (dtype.is_integer or dtype.is_floating):
        refuse(call, "ValueError", f"dtype is not convertible to float. Given {told(dtype)}")


def crossed(call: Call, given: dict[str, Any], members: list[Any] | Unknown) -> None:
    """TF: _CrossedColumn.__new__."""
    for member in members if isinstance(members, list) else []:
        if not isinstance(member, Unknown) and kind_of(member) not in (*SPARSE, "_CrossedColumn", "_BucketizedColumn"):
            said = "columns must be a set of _SparseColumn, _CrossedColumn, or _BucketizedColumn instances. (column "
            refuse(call, "TypeError", f"{said}{shown(call, member)} is a {call.class_of(member).name})")
    if isinstance(members, list) and len(members) < 2:
        refuse(call, "ValueError", "columns must contain at least 2 elements.")
    size = given["hash_bucket_size"]
    if below(call, size, 2):
        refuse(call, "ValueError", f"hash_bucket_size must be at least 2. hash_bucket_size: {shown(call, size)}")


def embedding(call: Call, given: dict[str, Any], name: str) -> None:
    """TF: _EmbeddingColumn.__new__, which asks for the number of ids where it needs an initializer of its own."""
    start = given.get("initializer")
    source = kind_of(given.get("sparse_id_column", ""))
    if start is None and source in ("_RealValuedColumn", "_EmbeddingColumn"):
        refuse(call, "AttributeError", f"'{source}' object has no attribute 'length'")
    if start is not None and not isinstance(start, Unknown) and not is_callable(start):
        said = f"initializer must be callable if specified. Embedding of column_name: {name}"
        refuse(call, "ValueError", said)
    pair = given.get("ckpt_to_load_from"), given.get("tensor_name_in_ckpt")
    if not any(isinstance(one, Unknown) for one in pair) and (pair[0] is None) != (pair[1] is None):
        refuse(call, "ValueError", "Must specify both `ckpt_to_load_from` and `tensor_name_in_ckpt` or none of them.")


def shared(call: Call, members: list[Any], lengths: list[Any]) -> None:
    """TF: shared_embedding_columns."""
    if not members:
        refuse(call, "ValueError", "The input sparse_id_columns should have at least one element.")
    for member in members:
        if not isinstance(member, Unknown) and kind_of(member) not in (*SPARSE, "_WeightedSparseColumn"):
            said = "Elements of sparse_id_columns must be _SparseColumn or _WeightedSparseColumn, but "
            refuse(call, "TypeError", f"{said}{shown(call, member)} is not.")
    sizes = {size for size in lengths if isinstance(size, int)}
    if len(sizes) > 1:
        refuse(call, "ValueError", "The input sparse id columns are not compatible.")


def scattered(call: Call, given: dict[str, Any]) -> None:
    """TF: scattered_embedding_column."""
    size, width, name = given["size"], given["dimension"], shown(call, given["column_name"])
    if below(call, width, 1) or below(call, size, 1):
        said = f"dimension: {shown(call, width)}, size: {shown(call, size)}, column_name: {name}"
        refuse(call, "ValueError", f"Dimension and size must be greater than 0. {said}")
    combiner = given["combiner"]
    if isinstance(combiner, str) and combiner not in ("mean", "sqrtn", "sum"):
        said = f"Combiner must be one of 'mean', 'sqrtn' or 'sum'. combiner: {combiner}, column_name: {name}"
        refuse(call, "ValueError", said)
