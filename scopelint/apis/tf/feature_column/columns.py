"""tf.feature_column: the columns, and what an example of them looks like."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Default, Namespace
from scopelint.apis.tf.framework.conversion import graph_dtype, graph_name, graph_shape
from scopelint.apis.tf.framework.helpers import known_members
from scopelint.graph.collected import Members
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import ClassValue, InstanceValue
from scopelint.values.tensors import FLOAT32, INT64, STRING, Tensor, num_elements
from scopelint.values.text import from_template, hole, text

api = Namespace("tf.feature_column")
private = Namespace("tensorflow.python.feature_column.feature_column_v2")

base = private.type("FeatureColumn")
dense = private.type("DenseColumn", bases=(base.cls,))
categorical = private.type("CategoricalColumn", bases=(base.cls,))
sequence_dense = private.type("SequenceDenseColumn", bases=(base.cls,))

KINDS: dict[str, ClassValue] = {}
for _name, _bases in (
    ("NumericColumn", (dense.cls,)), ("BucketizedColumn", (dense.cls, categorical.cls)),
    ("EmbeddingColumn", (dense.cls, sequence_dense.cls)), ("SharedEmbeddingColumn", (dense.cls, sequence_dense.cls)),
    ("IndicatorColumn", (dense.cls, sequence_dense.cls)), ("HashedCategoricalColumn", (categorical.cls,)),
    ("VocabularyListCategoricalColumn", (categorical.cls,)), ("VocabularyFileCategoricalColumn", (categorical.cls,)),
    ("IdentityCategoricalColumn", (categorical.cls,)), ("WeightedCategoricalColumn", (categorical.cls,)),
    ("CrossedColumn", (categorical.cls,)), ("SequenceCategoricalColumn", (categorical.cls,)),
    ("SequenceNumericColumn", (sequence_dense.cls,)),
):  # fmt: skip
    KINDS[_name] = private.type(_name, bases=_bases).cls


def column(kind: str, name: AnyValue, **attributes: Any) -> InstanceValue:
    """A column. `width` is the number of values of a dense one, `num_buckets` the size of a categorical one."""
    return InstanceValue(KINDS[kind], {"name": name, **attributes})


def name_of_column(value: AnyValue) -> str:
    return str(graph_name(value.attrs.get("name") if isinstance(value, InstanceValue) else value, ""))


def joined(value: AnyValue, suffix: str) -> Any:
    return text([from_template(name_of_column(value)), suffix])


def plus(call: Call, one: AnyValue, two: AnyValue) -> Any:
    return call.binary("+", one, two)


# columns


@api.function
def numeric_column(
    call: Call, key: AnyValue, shape: AnyValue, default_value: AnyValue, dtype: AnyValue, normalizer_fn: AnyValue
) -> Any:
    if isinstance(key, (bool, int, float, Tensor)):
        kind = call.engine.class_of(key).name
        said = f"key must be a string. Got: type <class '{kind}'>. Given key: {call.to_string(key)}."
        call.raise_("ValueError", said, kind="argument")
    dims = graph_shape(call, shape)
    for d in dims if isinstance(dims, tuple) else ():
        if isinstance(d, int) and d <= 0:
            call.raise_(
                "ValueError",
                f"shape dimensions must be greater than 0. shape: {tuple(dims)}, key: {graph_name(key)}",
                kind="argument",
            )
    return column(
        "NumericColumn",
        key,
        key=key,
        shape=dims,
        width=num_elements(dims),
        default_value=default_value,
        dtype=FLOAT32 if isinstance(dtype, Default) else graph_dtype(call, dtype),
        normalizer_fn=normalizer_fn,
    )


@api.function
def bucketized_column(call: Call, source_column: AnyValue, boundaries: AnyValue) -> Any:
    if isinstance(source_column, InstanceValue) and source_column.cls is not KINDS["NumericColumn"]:
        call.raise_(
            "ValueError",
            f"source_column must be a column generated with numeric_column(). Given: {name_of_column(source_column)}",
            kind="argument",
        )
    listed = call.members(boundaries)
    if (
        isinstance(listed, list)
        and all(isinstance(each, (int, float)) for each in listed)
        and (any(one >= two for one, two in pairwise(listed)))
    ):
        call.raise_("ValueError", "boundaries must be a sorted list.", kind="argument")
    count: Any = listed.derive("boundaries") if isinstance(listed, Unknown) else len(listed) + 1
    width = source_column.attrs.get("width", 1) if isinstance(source_column, InstanceValue) else 1
    return column(
        "BucketizedColumn",
        joined(source_column, "_bucketized"),
        source_column=source_column,
        boundaries=boundaries,
        width=count * width,
        num_buckets=count * width,
    )


def sized(kind: str, key: AnyValue, size: AnyValue, **more: Any) -> InstanceValue:
    return column(kind, key, key=key, num_buckets=size, **more)


@api.function
def categorical_column_with_identity(call: Call, key: AnyValue, num_buckets: AnyValue, default_value: AnyValue) -> Any:
    if isinstance(num_buckets, int) and num_buckets < 1:
        call.raise_("ValueError", f"num_buckets {num_buckets} < 1, column_name {graph_name(key)}", kind="argument")
    return sized("IdentityCategoricalColumn", key, num_buckets, dtype=INT64)


@api.function
def categorical_column_with_hash_bucket(call: Call, key: AnyValue, hash_bucket_size: AnyValue, dtype: AnyValue) -> Any:
    if hash_bucket_size is None:
        call.raise_("ValueError", f"hash_bucket_size must be set. key: {graph_name(key)}", kind="argument")
    if isinstance(hash_bucket_size, int) and hash_bucket_size < 1:
        call.raise_(
            "ValueError",
            f"hash_bucket_size must be at least 1. hash_bucket_size: {hash_bucket_size}, key: {graph_name(key)}",
            kind="argument",
        )
    return sized(
        "HashedCategoricalColumn",
        key,
        hash_bucket_size,
        hash_bucket_size=hash_bucket_size,
        dtype=STRING if isinstance(dtype, Default) else graph_dtype(call, dtype),
    )


@api.function
def categorical_column_with_vocabulary_list(
    call: Call,
    key: AnyValue,
    vocabulary_list: AnyValue,
    dtype: AnyValue,
    default_value: AnyValue,
    num_oov_buckets: AnyValue,
) -> Any:
    listed = vocabulary_list if isinstance(vocabulary_list, Unknown) else call.members(vocabulary_list)
    if isinstance(listed, list) and not listed:
        call.raise_(
            "ValueError", f"vocabulary_list [] must be non-empty, column_name: {graph_name(key)}", kind="argument"
        )
    count: Any = listed.derive("vocabulary") if isinstance(listed, Unknown) else len(listed)
    kind = STRING if isinstance(listed, Unknown) or isinstance(listed[0], (str, bytes)) else INT64
    return sized(
        "VocabularyListCategoricalColumn",
        key,
        count + (num_oov_buckets or 0),
        vocabulary_list=vocabulary_list,
        dtype=kind if dtype is None else graph_dtype(call, dtype),
    )


@api.function
def categorical_column_with_vocabulary_file(
    call: Call, key: Any, vocabulary_file: Any, vocabulary_size: Any, num_oov_buckets: Any, dtype: Any
) -> Any:
    size = vocabulary_size
    if size is None:
        found = call.engine.read_file(vocabulary_file) if isinstance(vocabulary_file, str) else None
        size = (
            found.count(b"\n") + (not found.endswith(b"\n"))
            if found
            else call.unknown("number of lines of a vocabulary file", "vocabulary_size")
        )
    return sized("VocabularyFileCategoricalColumn", key, size + (num_oov_buckets or 0), dtype=STRING)


def _leaf_names(value: AnyValue) -> list[str]:
    """TF: _collect_leaf_level_keys, each by the name that it goes by in a cross."""
    if isinstance(value, InstanceValue) and value.cls is KINDS["CrossedColumn"]:
        return [name for key in value.attrs["keys"] for name in _leaf_names(key)]
    return [name_of_column(value)]


@api.function
def crossed_column(call: Call, keys: AnyValue, hash_bucket_size: AnyValue) -> Any:
    if isinstance(hash_bucket_size, int) and hash_bucket_size < 1:
        call.raise_(
            "ValueError", f"hash_bucket_size must be > 1. hash_bucket_size: {hash_bucket_size}", kind="argument"
        )
    listed = keys if isinstance(keys, Unknown) else call.members(keys)
    if isinstance(listed, Unknown):
        return column("CrossedColumn", listed, keys=[], num_buckets=hash_bucket_size)
    if len(listed) < 2:
        call.raise_(
            "ValueError",
            f"keys must be a list with length > 1. Given: {[name_of_column(key) for key in listed]}",
            kind="argument",
        )
    names = sorted(name for key in listed for name in _leaf_names(key))
    if any("{" in name for name in names):
        # In what order they stand is not known.
        unordered = call.unknown("the name of a crossed column")
        return column("CrossedColumn", unordered, keys=listed, num_buckets=hash_bucket_size)
    return column(
        "CrossedColumn",
        from_template("_X_".join(names)),
        keys=listed,
        num_buckets=hash_bucket_size,
        hash_bucket_size=hash_bucket_size,
    )


@api.function
def weighted_categorical_column(call: Call, categorical_column: AnyValue, weight_feature_key: AnyValue) -> Any:
    name = text([joined(categorical_column, "_weighted_by_"), from_template(graph_name(weight_feature_key, ""))])
    return column(
        "WeightedCategoricalColumn",
        name,
        categorical_column=categorical_column,
        num_buckets=buckets_of(call, categorical_column),
    )


def buckets_of(call: Call, value: AnyValue) -> Any:
    if isinstance(value, InstanceValue):
        found = value.attrs.get("num_buckets")
        if found is not None:
            return found
    return call.unknown("size of a categorical column", "num_buckets")


@api.function
def embedding_column(
    call: Call,
    categorical_column: AnyValue,
    dimension: AnyValue,
    combiner: AnyValue,
    initializer: AnyValue,
    trainable: AnyValue,
) -> Any:
    if isinstance(dimension, int) and dimension < 1:
        call.raise_("ValueError", f"Invalid dimension {dimension}.", kind="argument")
    return column(
        "EmbeddingColumn",
        joined(categorical_column, "_embedding"),
        categorical_column=categorical_column,
        dimension=dimension,
        initializer=initializer,
        trainable=trainable,
        width=dimension,
        combiner=combiner,
    )


@api.function(also=("tf.feature_column.shared_embeddings",))
def shared_embedding_columns(
    call: Call,
    categorical_columns: AnyValue,
    dimension: AnyValue,
    initializer: AnyValue,
    shared_embedding_collection_name: AnyValue,
    trainable: AnyValue,
) -> Any:
    """TF: shared_embedding_columns. One table, whose scope is called after all columns."""
    listed = call.members(categorical_columns)
    if isinstance(listed, Unknown):
        return ListValue((), listed)
    shared = shared_embedding_collection_name
    if not shared:
        names = sorted(name_of_column(c) for c in listed)
        # Where one is not known, neither is their order.
        in_part = any("{" in name for name in names)
        shared = text([hole("columns") if in_part else "_".join(names), "_shared_embedding"])
    return ListValue(
        [
            column(
                "SharedEmbeddingColumn",
                joined(c, "_shared_embedding"),
                categorical_column=c,
                dimension=dimension,
                initializer=initializer,
                shared=shared,
                trainable=trainable,
                width=dimension,
            )
            for c in listed
        ]
    )


@api.function
def indicator_column(call: Call, categorical_column: AnyValue) -> Any:
    return column(
        "IndicatorColumn",
        joined(categorical_column, "_indicator"),
        categorical_column=categorical_column,
        width=buckets_of(call, categorical_column),
    )


def _sequence(name: str, inner: Any) -> None:
    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        found = call.new(f"tf.feature_column.{inner}", *args, **kwargs)
        return column(
            "SequenceCategoricalColumn",
            found.attrs["name"],
            categorical_column=found,
            num_buckets=found.attrs["num_buckets"],
        )

    api.function(summary, name=name, raw=True)


for _leaf in ("identity", "hash_bucket", "vocabulary_list", "vocabulary_file"):
    _sequence(f"sequence_categorical_column_with_{_leaf}", f"categorical_column_with_{_leaf}")


@api.function
def sequence_numeric_column(call: Call, key: AnyValue, shape: AnyValue, dtype: AnyValue) -> Any:
    dims = graph_shape(call, shape)
    return column("SequenceNumericColumn", key, key=key, shape=dims, width=num_elements(dims), dtype=FLOAT32)


# what examples have to hold


def parse_spec(call: Call, value: AnyValue, out: DictValue) -> None:
    if not isinstance(value, InstanceValue):
        out.rest = out.rest or call.unknown("columns that are not known")
        return
    held = value.attrs
    for inner in ("categorical_column", "source_column"):
        if inner in held:
            parse_spec(call, held[inner], out)
            return
    if "keys" in held:
        for key in held["keys"]:
            if isinstance(key, InstanceValue):
                parse_spec(call, key, out)
            else:
                out.items[key] = call.new("tf.VarLenFeature", STRING)
        return
    if value.cls is KINDS["NumericColumn"]:
        out.items[held["key"]] = call.new("tf.FixedLenFeature", ListValue(held["shape"]), held["dtype"])
    else:
        out.items[held.get("key")] = call.new("tf.VarLenFeature", held.get("dtype", STRING))


@api.function
def make_parse_example_spec(call: Call, feature_columns: AnyValue) -> Any:
    columns = columns_of(call, feature_columns)
    out = DictValue(rest=columns.rest)
    for each in columns:
        parse_spec(call, each, out)
    return out


def columns_of(call: Call, feature_columns: AnyValue) -> Members:
    """TF: _normalize_feature_columns."""
    if isinstance(feature_columns, InstanceValue) and feature_columns.cls.derives_from(base.cls):
        return Members([feature_columns])
    if isinstance(feature_columns, DictValue):
        call.raise_("ValueError", "Expected feature_columns to be iterable, found dict.", kind="argument")
    listed, rest = known_members(call, feature_columns)
    if not listed and rest is None:
        call.raise_("ValueError", "feature_columns must not be empty.", kind="argument")
    seen: set[str] = set()
    for each in listed:
        name = name_of_column(each)
        if name in seen and "{" not in name:
            call.raise_(
                "ValueError",
                f"Duplicate feature column name found for columns: {name}. This usually means "
                "that these columns refer to same base feature.",
                kind="argument",
            )
        seen.add(name)
    known = [each for each in listed if isinstance(each, InstanceValue)]
    if len(known) < len(listed) and rest is None:
        rest = call.unknown("a feature column that is not known")
    if rest is not None:
        call.cannot_know("which feature columns there are is not known", may_make=True)
    return Members(known, rest, 0)
