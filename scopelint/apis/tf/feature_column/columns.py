"""tf.feature_column: the columns, and what an example of them looks like."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.feature_column import checks
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.helpers import known_members
from scopelint.graph.collected import Members
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import ClassValue, InstanceValue
from scopelint.values.tensors import FLOAT32, INT64, STRING, DType, Tensor, num_elements
from scopelint.values.text import Text, from_template, hole, text

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
    """TF: numeric_column."""
    dims = checks.check_shape(call, shape, key)
    dtype = checks.dtype_of_column(call, dtype)
    checks.check_number(call, dtype, key)
    checks.check_default(call, dims, default_value, dtype, key)
    checks.check_function(call, normalizer_fn)
    checks.check_key(call, key)
    return column(
        "NumericColumn",
        key,
        key=key,
        shape=dims,
        width=num_elements(dims),
        default_value=default_value,
        dtype=dtype,
        normalizer_fn=normalizer_fn,
    )


def is_column(value: AnyValue) -> bool:
    return isinstance(value, InstanceValue) and value.cls.derives_from(base.cls)


@api.function
def bucketized_column(call: Call, source_column: AnyValue, boundaries: AnyValue) -> Any:
    """TF: bucketized_column."""
    numeric = isinstance(source_column, InstanceValue) and source_column.cls is KINDS["NumericColumn"]
    if not numeric and not isinstance(source_column, Unknown):
        given = name_of_column(source_column) if is_column(source_column) else checks.shown(call, source_column)
        said = f"source_column must be a column generated with numeric_column(). Given: {given}"
        checks.refuse(call, "ValueError", said)
    shape = source_column.attrs.get("shape") if isinstance(source_column, InstanceValue) else None
    if isinstance(shape, tuple) and len(shape) > 1:
        said = f"source_column must be one-dimensional column. Given: {name_of_column(source_column)}"
        checks.refuse(call, "ValueError", said)
    checks.check_boundaries(call, boundaries)
    listed = call.members(boundaries)
    count: Any = listed.derive("boundaries") if isinstance(listed, Unknown) else len(listed) + 1
    width = source_column.attrs.get("width", 1) if isinstance(source_column, InstanceValue) else 1
    return column(
        "BucketizedColumn",
        joined(source_column, "_bucketized"),
        source_column=source_column,
        boundaries=boundaries,
        each=count,
        width=count * width,
        # TF counts those of the first size only.
        num_buckets=count * (shape[0] if isinstance(shape, tuple) and shape else width),
    )


def sized(kind: str, key: AnyValue, size: AnyValue, **more: Any) -> InstanceValue:
    return column(kind, key, key=key, num_buckets=size, **more)


@api.function
def categorical_column_with_identity(call: Call, key: AnyValue, num_buckets: AnyValue, default_value: AnyValue) -> Any:
    """TF: categorical_column_with_identity."""
    told = f"column_name {checks.shown(call, key)}"
    if checks.below(call, num_buckets, 1):
        checks.refuse(call, "ValueError", f"num_buckets {checks.shown(call, num_buckets)} < 1, {told}")
    beyond = default_value is not None and (
        checks.below(call, default_value, 0) or call.compare(">=", default_value, num_buckets) is True
    )
    if beyond:
        limits = f"{checks.shown(call, default_value)} not in range [0, {checks.shown(call, num_buckets)})"
        checks.refuse(call, "ValueError", f"default_value {limits}, {told}")
    checks.check_key(call, key)
    return sized("IdentityCategoricalColumn", key, num_buckets, dtype=INT64)


@api.function
def categorical_column_with_hash_bucket(call: Call, key: AnyValue, hash_bucket_size: AnyValue, dtype: AnyValue) -> Any:
    """TF: categorical_column_with_hash_bucket."""
    told = f"key: {checks.shown(call, key)}"
    if hash_bucket_size is None:
        checks.refuse(call, "ValueError", f"hash_bucket_size must be set. {told}")
    if checks.below(call, hash_bucket_size, 1):
        size = f"hash_bucket_size: {checks.shown(call, hash_bucket_size)}"
        checks.refuse(call, "ValueError", f"hash_bucket_size must be at least 1. {size}, {told}")
    checks.check_key(call, key)
    dtype = checks.string_or_int(call, dtype, f"column_name: {checks.shown(call, key)}", STRING)
    return sized("HashedCategoricalColumn", key, hash_bucket_size, hash_bucket_size=hash_bucket_size, dtype=dtype)


def _check_unknown_words(call: Call, more: AnyValue, key: AnyValue, default: AnyValue, none: AnyValue) -> Any:
    """TF: both columns with a vocabulary. The number of buckets for words that are not in it."""
    told = checks.shown(call, key)
    if isinstance(more, (int, float, str)) and more:
        if not isinstance(default, Unknown) and default != none:
            said = f"Can't specify both num_oov_buckets and default_value in {told}."
            checks.refuse(call, "ValueError", said)
        if checks.below(call, more, 0):
            checks.refuse(call, "ValueError", f"Invalid num_oov_buckets {more} in {told}.")
    return more or 0


@api.function
def categorical_column_with_vocabulary_list(
    call: Call,
    key: AnyValue,
    vocabulary_list: AnyValue,
    dtype: AnyValue,
    default_value: AnyValue,
    num_oov_buckets: AnyValue,
) -> Any:
    """TF: categorical_column_with_vocabulary_list."""
    listed = checks.vocabulary(call, vocabulary_list, key)
    own = checks.vocabulary_dtype(listed)
    more = _check_unknown_words(call, num_oov_buckets, key, default_value, -1)
    told = f"column_name: {checks.shown(call, key)}"
    checks.check_string_or_int(call, own, f"{told} vocabulary")
    asked = own if dtype is None else checks.dtype_of_column(call, dtype)
    if isinstance(asked, DType) and isinstance(own, DType) and asked.is_integer != own.is_integer:
        kinds = f"dtype {checks.told(asked)} and vocabulary dtype {checks.told(own)}"
        checks.refuse(call, "ValueError", f"{kinds} do not match, {told}")
    checks.check_string_or_int(call, asked, told)
    checks.check_key(call, key)
    count: Any = listed.derive("vocabulary") if isinstance(listed, Unknown) else len(listed)
    return sized("VocabularyListCategoricalColumn", key, count + more, vocabulary_list=vocabulary_list, dtype=asked)


@api.function
def categorical_column_with_vocabulary_file(
    call: Call,
    key: Any,
    vocabulary_file: Any,
    vocabulary_size: Any,
    num_oov_buckets: Any,
    default_value: Any,
    dtype: Any,
) -> Any:
    """TF: categorical_column_with_vocabulary_file. A file that is not there is taken to come."""
    told = checks.shown(call, key)
    if vocabulary_file is None or vocabulary_file == "":
        checks.refuse(call, "ValueError", f"Missing vocabulary_file in {told}.")
    size = vocabulary_size
    if size is None:
        found = call.engine.read_file(vocabulary_file) if isinstance(vocabulary_file, str) else None
        size = (
            found.count(b"\n") + (not found.endswith(b"\n"))
            if found
            else call.unknown("number of lines of a vocabulary file", "vocabulary_size")
        )
    if checks.below(call, size, 1):
        checks.refuse(call, "ValueError", f"Invalid vocabulary_size in {told}.")
    more = _check_unknown_words(call, num_oov_buckets, key, default_value, None)
    dtype = checks.string_or_int(call, dtype, f"column_name: {told}", STRING)
    checks.check_key(call, key)
    return sized("VocabularyFileCategoricalColumn", key, size + more, dtype=dtype)


def _leaf_names(value: AnyValue) -> list[str]:
    """TF: _collect_leaf_level_keys, each by the name that it goes by in a cross."""
    if isinstance(value, InstanceValue) and value.cls is KINDS["CrossedColumn"]:
        return [name for key in value.attrs["keys"] for name in _leaf_names(key)]
    return [name_of_column(value)]


@api.function
def crossed_column(call: Call, keys: AnyValue, hash_bucket_size: AnyValue) -> Any:
    """TF: crossed_column."""
    if hash_bucket_size is None or checks.below(call, hash_bucket_size, 1):
        said = f"hash_bucket_size must be > 1. hash_bucket_size: {checks.shown(call, hash_bucket_size)}"
        checks.refuse(call, "ValueError", said)
    if isinstance(keys, (int, float)) and keys:
        checks.refuse(call, "TypeError", f"object of type '{call.class_of(keys).name}' has no len()")
    listed = [] if keys is None else keys if isinstance(keys, Unknown) else call.members(keys)
    if isinstance(listed, Unknown):
        return column("CrossedColumn", listed, keys=[], num_buckets=hash_bucket_size)
    if len(listed) < 2:
        names = [name_of_column(key) for key in listed]
        checks.refuse(call, "ValueError", f"keys must be a list with length > 1. Given: {names}")
    for key in listed:
        if not isinstance(key, (str, Text, Unknown)) and not (is_column(key) and key.cls.derives_from(categorical.cls)):
            said = "Unsupported key type. All keys must be either string, or categorical column except "
            given = name_of_column(key) if is_column(key) else checks.shown(call, key)
            checks.refuse(call, "ValueError", f"{said}HashedCategoricalColumn. Given: {given}")
        if isinstance(key, InstanceValue) and key.cls is KINDS["HashedCategoricalColumn"]:
            said = "categorical_column_with_hash_bucket is not supported for crossing. Hashing before crossing will "
            said += "increase probability of collision. Instead, use the feature name as a string. Given: "
            checks.refuse(call, "ValueError", said + name_of_column(key))
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
def weighted_categorical_column(
    call: Call, categorical_column: AnyValue, weight_feature_key: AnyValue, dtype: AnyValue
) -> Any:
    """TF: weighted_categorical_column."""
    if dtype is None:
        checks.refuse(call, "ValueError", "dtype None is not convertible to float.")
    dtype = checks.dtype_of_column(call, dtype)
    if isinstance(dtype, DType) and not (dtype.is_integer or dtype.is_floating):
        checks.refuse(call, "ValueError", f"dtype {checks.told(dtype)} is not convertible to float.")
    named = isinstance(weight_feature_key, (str, Text, Unknown))
    key = graph_name(weight_feature_key, "") if named else checks.shown(call, weight_feature_key)
    name = text([joined(categorical_column, "_weighted_by_"), from_template(key)])
    return column(
        "WeightedCategoricalColumn",
        name,
        categorical_column=categorical_column,
        weight_feature_key=weight_feature_key,
        dtype=dtype,
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
    ckpt_to_load_from: AnyValue,
    tensor_name_in_ckpt: AnyValue,
    trainable: AnyValue,
) -> Any:
    """TF: embedding_column."""
    if checks.check_embedding(call, dimension, initializer, ckpt_to_load_from, tensor_name_in_ckpt):
        if not is_column(categorical_column):
            checks.refuse(call, "AttributeError", no_attribute(call, categorical_column, "name"))
        said = "initializer must be callable if specified. Embedding of column_name: "
        checks.refuse(call, "ValueError", said + name_of_column(categorical_column))
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


def no_attribute(call: Call, value: AnyValue, name: str) -> str:
    kind = "NoneType" if value is None else call.class_of(value).name
    return f"'{kind}' object has no attribute '{name}'"


def _check_shared(call: Call, listed: list[Any]) -> None:
    """TF: shared_embedding_columns. Columns of one kind and one number of buckets."""
    for each in listed:
        if not is_column(each) and not isinstance(each, Unknown):
            checks.refuse(call, "AttributeError", no_attribute(call, each, "name"))
    if not listed:
        checks.refuse(call, "IndexError", "list index out of range")
    if any(not isinstance(each, InstanceValue) or "{" in name_of_column(each) for each in listed):
        return
    ordered = sorted(listed, key=name_of_column)
    first = ordered[0]
    if not first.cls.derives_from(categorical.cls):
        checks.refuse(call, "AttributeError", no_attribute(call, first, "_num_buckets"))
    buckets = buckets_of(call, first)
    bare = [
        each.attrs["categorical_column"] if each.cls is KINDS["WeightedCategoricalColumn"] else each for each in ordered
    ]
    for each in bare[1:]:
        if isinstance(bare[0], InstanceValue) and isinstance(each, InstanceValue) and each.cls is not bare[0].cls:
            said = "To use shared_embedding_column, all categorical_columns must have the same type, or be "
            said += f"weighted_categorical_column of the same type. Given column: {name_of_column(bare[0])} of type: "
            kinds = checks.shown(call, bare[0].cls), checks.shown(call, each.cls)
            said += f"{kinds[0]} does not match given column: {name_of_column(each)} of type: {kinds[1]}"
            checks.refuse(call, "ValueError", said)
        others = buckets_of(call, each)
        if isinstance(buckets, int) and isinstance(others, int) and buckets != others:
            said = (
                "To use shared_embedding_column, all categorical_columns must have the same number of buckets. Given "
            )
            said += f"column: {name_of_column(bare[0])} with buckets: {buckets} does  not match column: "
            checks.refuse(call, "ValueError", f"{said}{name_of_column(each)} with buckets: {others}")


@api.function(also=("tf.compat.v2.feature_column.shared_embeddings",))
def shared_embedding_columns(
    call: Call,
    categorical_columns: AnyValue,
    dimension: AnyValue,
    initializer: AnyValue,
    shared_embedding_collection_name: AnyValue,
    ckpt_to_load_from: AnyValue,
    tensor_name_in_ckpt: AnyValue,
    trainable: AnyValue,
) -> Any:
    """TF: shared_embedding_columns. One table, whose scope is called after all columns."""
    if checks.check_embedding(call, dimension, initializer, ckpt_to_load_from, tensor_name_in_ckpt):
        checks.refuse(call, "ValueError", "initializer must be callable if specified.")
    if is_column(categorical_columns):
        # A named tuple, of its own fields.
        checks.refuse(call, "AttributeError", "'str' object has no attribute 'name'")
    listed = call.members(categorical_columns)
    if isinstance(listed, Unknown):
        return ListValue((), listed)
    _check_shared(call, listed)
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
def sequence_numeric_column(
    call: Call, key: AnyValue, shape: AnyValue, dtype: AnyValue, normalizer_fn: AnyValue
) -> Any:
    """TF: sequence_numeric_column."""
    dims = checks.check_shape(call, shape, key)
    dtype = checks.dtype_of_column(call, dtype)
    checks.check_number(call, dtype, key)
    checks.check_function(call, normalizer_fn)
    return column("SequenceNumericColumn", key, key=key, shape=dims, width=num_elements(dims), dtype=FLOAT32)


# what examples have to hold


def parse_spec(call: Call, value: AnyValue, out: dict[Any, tuple[Any, ...]]) -> bool:
    """What a column reads of an example, by key: of a fixed shape, or of any length. False where that is not known."""
    if not isinstance(value, InstanceValue):
        return False
    held, found = value.attrs, True
    if "weight_feature_key" in held:
        found = note_spec(call, out, held["weight_feature_key"], ("var", held["dtype"]))
    for inner in ("categorical_column", "source_column"):
        if inner in held:
            return parse_spec(call, held[inner], out) and found
    if "keys" in held:
        for key in held["keys"]:
            if isinstance(key, InstanceValue):
                found = parse_spec(call, key, out) and found
            else:
                found = note_spec(call, out, key, ("var", STRING)) and found
        return found
    if value.cls is KINDS["NumericColumn"]:
        return note_spec(call, out, held["key"], ("fixed", held["shape"], held["dtype"], held["default_value"]))
    return note_spec(call, out, held.get("key"), ("var", held.get("dtype", STRING)))


def note_spec(call: Call, out: dict[Any, tuple[Any, ...]], key: AnyValue, spec: tuple[Any, ...]) -> bool:
    former = out.get(key) if isinstance(key, (str, Text)) else None
    plain = (str, int, float, tuple, DType, type(None))
    if former is not None and all(isinstance(part, plain) for part in (*former, *spec)) and former != spec:
        said = f"feature_columns contain different parse_spec for key {checks.shown(call, key)}."
        checks.refuse(call, "ValueError", said)
    if isinstance(key, (str, Text)):
        out[key] = spec
    return isinstance(key, (str, Text))


@api.function
def make_parse_example_spec(call: Call, feature_columns: AnyValue) -> Any:
    """TF: make_parse_example_spec. Any number of columns, which may read the same."""
    if is_column(feature_columns):
        # A named tuple, of its own fields.
        checks.refuse(call, "ValueError", "All feature_columns must be _FeatureColumn instances. Given: its fields")
    listed, rest = known_members(call, feature_columns)
    found: dict[Any, tuple[Any, ...]] = {}
    for each in listed:
        if isinstance(each, (str, int, float, type(None), ListValue, tuple)):
            given = checks.shown(call, each)
            checks.refuse(call, "ValueError", f"All feature_columns must be _FeatureColumn instances. Given: {given}")
        if not parse_spec(call, each, found):
            rest = rest or call.unknown("columns that are not known")
    out = DictValue(rest=rest)
    for key, (kind, *parts) in found.items():
        if kind == "var":
            out.items[key] = call.new("tf.VarLenFeature", parts[-1])
        else:
            shape = ListValue(parts[0]) if isinstance(parts[0], tuple) else parts[0]
            out.items[key] = call.new("tf.FixedLenFeature", shape, parts[1])
    return out


NO_COLUMNS = (bool, int, float, str, tuple, type(None))


def is_native(value: AnyValue) -> bool:
    return isinstance(value, InstanceValue) and bool(value.cls.canonical)


def columns_of(call: Call, feature_columns: AnyValue) -> Members:
    """TF: _normalize_feature_columns."""
    if isinstance(feature_columns, InstanceValue) and feature_columns.cls.derives_from(base.cls):
        return Members([feature_columns])
    if isinstance(feature_columns, DictValue):
        call.raise_("ValueError", "Expected feature_columns to be iterable, found dict.", kind="argument")
    listed, rest = known_members(call, feature_columns)
    if not listed and rest is None:
        call.raise_("ValueError", "feature_columns must not be empty.", kind="argument")
    for each in listed:
        if isinstance(each, (*NO_COLUMNS, ListValue, Tensor)) or (is_native(each) and not is_column(each)):
            kind = checks.shown(call, call.class_of(each))
            said = (
                f"Items of feature_columns must be a _FeatureColumn. Given (type {kind}): {checks.shown(call, each)}."
            )
            call.raise_("ValueError", said, kind="argument")
        inner = each.attrs.get("categorical_column", base) if isinstance(each, InstanceValue) else base
        if isinstance(inner, NO_COLUMNS):
            # TF asks for the names.
            checks.refuse(call, "AttributeError", no_attribute(call, inner, "name"))
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
