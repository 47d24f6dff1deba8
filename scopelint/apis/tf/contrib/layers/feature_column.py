"""tf.contrib.layers' own feature columns, older than tf.feature_column, and the layers that they feed."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.contrib.layers import column_checks as checks
from scopelint.apis.tf.feature_column.checks import refuse, shown
from scopelint.apis.tf.feature_column.layers import first_of
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.helpers import known_members
from scopelint.apis.tf.ops.variable_options import graph_initializer
from scopelint.graph import initial, scopes, store
from scopelint.graph.collected import Members
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.dependences import of_rows
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import FLOAT32, Tensor, num_elements, shapes_compatible
from scopelint.values.text import from_template, hole
from scopelint.values.truth import NO

api = Namespace("tf.contrib.layers")
private = Namespace("tensorflow.contrib.layers.python.layers.feature_column")

base = private.type("_FeatureColumn")

# Columns are used in the order of their keys, which begin with the name of their class.
KINDS = {name: private.type(name, bases=(base.cls,)).cls for name in (
    "_BucketizedColumn", "_CrossedColumn", "_EmbeddingColumn", "_OneHotColumn", "_RealValuedColumn",
    "_ScatteredEmbeddingColumn", "_SparseColumnHashed", "_SparseColumnIntegerized", "_SparseColumnKeys",
    "_SparseColumnVocabulary", "_WeightedSparseColumn",
)}  # fmt: skip


def column(kind: str, name: AnyValue, **attributes: Any) -> InstanceValue:
    return InstanceValue(KINDS[kind], {"name": name, **attributes})


def column_name(value: AnyValue) -> str:
    return str(graph_name(value.attrs.get("name") if isinstance(value, InstanceValue) else value, ""))


def length_of(call: Call, value: AnyValue) -> Any:
    """How many ids a sparse column has."""
    found = value.attrs.get("length") if isinstance(value, InstanceValue) else None
    return found if found is not None else call.unknown("length of a column", "length")


def declare(name: str, build: Any) -> None:
    canonical = f"tf.contrib.layers.{name}"

    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return build(call, bind(call, canonical, args, kwargs)[0])

    api.function(summary, name=name, raw=True)


def _count(call: Call, value: AnyValue, label: str) -> Any:
    members = value if isinstance(value, Unknown) else call.members(value)
    return members.derive(label) if isinstance(members, Unknown) else len(members)


def _crossed(call: Call, given: dict[str, Any]) -> Any:
    members = call.members(given["columns"])
    checks.crossed(call, given, members)
    names = sorted(column_name(member) for member in members) if isinstance(members, list) else [hole("columns")]
    return column("_CrossedColumn", from_template("_X_".join(names)), length=given["hash_bucket_size"])


def _embedding(call: Call, given: dict[str, Any]) -> Any:
    source = given["sparse_id_column"]
    checks.embedding(call, given, column_name(source))
    return column(
        "_EmbeddingColumn",
        from_template(column_name(source) + "_embedding"),
        source=source,
        width=given["dimension"],
        initializer=given.get("initializer"),
    )


def shared_name(members: list[Any]) -> Any:
    """TF: shared_embedding_columns. Three names of the columns, weighted ones last, and how many others there are."""
    weighted = [checks.kind_of(member) == "_WeightedSparseColumn" for member in members]
    pairs = sorted(zip(weighted, map(column_name, members), strict=True))
    names = "_".join(name for _, name in pairs[:3])
    more = f"_plus_{len(pairs) - 3}_others" if len(pairs) > 3 else ""
    return from_template(f"{names}{more}_shared_embedding")


def _shared(call: Call, given: dict[str, Any]) -> Any:
    listed = given["sparse_id_columns"]
    if isinstance(listed, str):
        said = "sparse_id_columns must be a non-string sequence (ex: list or tuple) instead of type <class 'str'>."
        refuse(call, "TypeError", said)
    members = (
        [each.attrs.get("name") for each in [listed]] if isinstance(listed, InstanceValue) else call.members(listed)
    )
    if isinstance(members, Unknown):
        return ListValue((), members)
    lengths = [member.attrs.get("length") if isinstance(member, InstanceValue) else None for member in members]
    checks.shared(call, members, lengths)
    for member in members:
        checks.embedding(call, given, column_name(member))
    shared = given.get("shared_embedding_name")
    if not shared and len(members) == 1:
        return ListValue([_embedding(call, {**given, "sparse_id_column": members[0]})])
    if not shared:
        shared = shared_name(members)
    made = [
        column(
            "_EmbeddingColumn",
            from_template(column_name(member) + "_shared_embedding"),
            source=member,
            width=given["dimension"],
            initializer=given.get("initializer"),
            shared=shared,
        )
        for member in members
    ]
    return ListValue(made) if len(members) == 1 else tuple(made)


def _real_valued(call: Call, given: dict[str, Any]) -> Any:
    checks.real_valued(call, given)
    return column("_RealValuedColumn", given["column_name"], key=given["column_name"], width=given["dimension"])


def _bucketized(call: Call, given: dict[str, Any]) -> Any:
    found, source = checks.boundaries(call, given), given["source_column"]
    count = found.derive("boundaries") if isinstance(found, Unknown) else len(found) + 1
    width = call.binary("*", count, source.attrs["width"]) if isinstance(source, InstanceValue) else Unknown("a width")
    name = from_template(column_name(source) + "_bucketized")
    key = source.attrs.get("key") if isinstance(source, InstanceValue) else None
    return column("_BucketizedColumn", name, key=key, width=width)


def _sparse(kind: str, size: Any, whole: bool = False, listed: bool = False) -> Any:
    """A column of words or numbers; `size` gives how many there are."""

    def build(call: Call, given: dict[str, Any]) -> Any:
        count = size(call, given)
        checks.sparse(call, given, count, whole, listed)
        return column(kind, given["column_name"], key=given["column_name"], length=count)

    return build


def _words(call: Call, given: dict[str, Any]) -> Any:
    if given["vocab_size"] is None:
        told = shown(call, given["column_name"])
        refuse(call, "ValueError", f"vocab_size should be defined. column_name: {told}")
    return call.binary("+", given["vocab_size"], given["num_oov_buckets"])


def _weighted(call: Call, given: dict[str, Any]) -> Any:
    checks.weighted(call, given)
    source = given["sparse_id_column"]
    name = from_template(f"{column_name(source)}_weighted_by_{graph_name(given['weight_column_name'])}")
    return column("_WeightedSparseColumn", name, length=length_of(call, source))


def _one_hot(call: Call, given: dict[str, Any]) -> Any:
    source = given["sparse_id_column"]
    name = from_template(column_name(source) + "_one_hot")
    return column("_OneHotColumn", name, width=length_of(call, source))


def _scattered(call: Call, given: dict[str, Any]) -> Any:
    checks.scattered(call, given)
    name = from_template(f"{graph_name(given['column_name'])}_scattered_embedding")
    return column("_ScatteredEmbeddingColumn", name, width=given["dimension"], scattered=given["size"])


for _name, _build in {
    "real_valued_column": _real_valued,
    "bucketized_column": _bucketized,
    "sparse_column_with_hash_bucket": _sparse("_SparseColumnHashed", lambda call, given: given["hash_bucket_size"]),
    "sparse_column_with_integerized_feature": _sparse(
        "_SparseColumnIntegerized", lambda call, given: given["bucket_size"], whole=True
    ),
    "sparse_column_with_keys": _sparse(
        "_SparseColumnKeys", lambda call, given: _count(call, given["keys"], "keys"), listed=True
    ),
    "sparse_column_with_vocabulary_file": _sparse("_SparseColumnVocabulary", _words, listed=True),
    "weighted_sparse_column": _weighted,
    "crossed_column": _crossed,
    "embedding_column": _embedding,
    "shared_embedding_columns": _shared,
    "one_hot_column": _one_hot,
    "scattered_embedding_column": _scattered,
}.items():
    declare(_name, _build)


def check_columns(call: Call, columns: Members) -> None:
    """TF: check_feature_columns."""
    seen: set[str] = set()
    for each in columns:
        key = f"{each.cls.name} {column_name(each)}"
        if key in seen and "{" not in key:
            said = f"Duplicate feature column key found for column: {column_name(each)}. This usually means that the "
            said += "column is almost identical to another column, and one must be discarded."
            refuse(call, "ValueError", said)
        seen.add(key)


def check_read(call: Call, each: InstanceValue, features: AnyValue) -> None:
    """TF: _Transformer.transform. What a column reads is in the dictionary."""
    read = each.attrs.get("key")
    if not isinstance(features, DictValue) or features.rest is not None or not isinstance(read, str) or "{" in read:
        return
    if not any(given == read or not isinstance(given, str) or "{" in given for given in features.items):
        refuse(call, "KeyError", repr(read))


def sorted_columns(call: Call, feature_columns: AnyValue) -> Members:
    """The columns that are known, by name, and why there may be others."""
    listed, rest = known_members(call, feature_columns)
    for member in listed:
        if isinstance(member, (bool, int, float, str, tuple, type(None))):
            kind = "NoneType" if member is None else call.class_of(member).name
            refuse(call, "AttributeError", f"'{kind}' object has no attribute 'key'")
    known = [member for member in listed if isinstance(member, InstanceValue)]
    if len(known) < len(listed) and rest is None:
        rest = call.unknown("a feature column that is not known")
    if rest is not None:
        call.cannot_know("which feature columns there are is not known", may_make=True)
    return Members(sorted(known, key=lambda member: (member.cls.name, column_name(member))), rest, 0)


def made_in(call: Call, name: str, shape: Any, collections: list[Any], start: Any) -> Any:
    return store.get_variable(
        call.state, name, shape=shape, dtype=FLOAT32, initializer=start, trainable=True, collections=collections
    )


def collections_of(call: Call, weight_collections: AnyValue) -> list[Any]:
    more = call.members(weight_collections) if weight_collections is not None else []
    return list(dict.fromkeys([*([] if isinstance(more, Unknown) else more), "variables", "model_variables"]))


def table(call: Call, shared: str, rows: tuple[Any, ...], own: list[Any], start: Any) -> Any:
    """TF: _embeddings_from_arguments. One that columns share is called so, and kept in a collection of its own."""
    if not shared:
        return made_in(call, "weights", rows, own, start)
    held = call.graph.get_collection_ref(f"SHARED_EMBEDDING_COLLECTION_{shared.upper()}")
    if held.items:
        made = held.items[0]
        if shapes_compatible(made.shape, rows) is NO:
            said = f"The embedding variable with name {shared} already exists, but its shape does not match required "
            refuse(call, "ValueError", said + "embedding shape here.")
        return made
    made = made_in(call, shared, rows, own, start)
    held.append(made)
    return made


def input_from(
    call: Call,
    features: AnyValue,
    feature_columns: AnyValue,
    weight_collections: AnyValue = None,
    scope: AnyValue = None,
) -> Tensor:
    """TF: _input_from_feature_columns."""
    own = collections_of(call, weight_collections)
    state = call.state
    if isinstance(features, (Tensor, int, float, str, tuple, type(None))):
        kind = "NoneType" if features is None else call.class_of(features).name
        refuse(call, "AttributeError", f"'{kind}' object has no attribute 'copy'")
    if isinstance(feature_columns, InstanceValue) and feature_columns.cls.derives_from(base.cls):
        # A named tuple, of its own fields.
        refuse(call, "AttributeError", "'str' object has no attribute 'key'")
    columns = sorted_columns(call, feature_columns)
    check_columns(call, columns)
    with scopes.variable_scope(state, graph_name(scope), "input_from_feature_columns"):
        deps, width = (0, 0) if columns.rest is None else (-1, columns.rest.derive("width"))
        for each in columns:
            held = each.attrs
            with scopes.variable_scope(state, None, column_name(each)):
                check_read(call, each, features)
                if each.cls.name in (*checks.SPARSE, "_WeightedSparseColumn", "_CrossedColumn"):
                    said = f"Error creating input layer for column: {column_name(each)}.\n"
                    refuse(call, "ValueError", said)
                if "source" in held:
                    start = graph_initializer(call, held.get("initializer")) or initial.TRUNCATED_NORMAL
                    rows = (length_of(call, held["source"]), held["width"])
                    made = table(call, graph_name(held["shared"]) if "shared" in held else "", rows, own, start)
                    deps |= of_rows(made.deps)
                elif "scattered" in held:
                    made = made_in(call, "weights", (held["scattered"],), own, initial.TRUNCATED_NORMAL)
                    deps |= of_rows(made.deps)
                make(call, "Reshape", "Reshape")
            found = own_width(features, each)
            width = call.binary("+", width, call.unknown("width of a column", "width") if found is None else found)
        if columns.rest is None and not list(columns):
            said = "List argument 'values' to 'ConcatV2' Op with length 0 shorter than minimum length 2."
            refuse(call, "ValueError", said)
        if columns.rest is None and len(list(columns)) == 1:
            with call.graph.name_scope("concat"):
                return make(call, "Identity", "concat", (first_of(features), width), FLOAT32, deps)
        return make(call, "ConcatV2", "concat", (first_of(features), width), FLOAT32, deps)


def own_width(features: AnyValue, each: InstanceValue) -> Any:
    """How many values a column gives: a real one all that its feature has."""
    given = features.items.get(each.attrs.get("key")) if isinstance(features, DictValue) else None
    shape = given.shape if isinstance(given, Tensor) and each.cls.name == "_RealValuedColumn" else None
    total = num_elements(shape[1:]) if isinstance(shape, tuple) and shape else None
    return total if isinstance(total, int) else each.attrs.get("width")


@api.function
def input_from_feature_columns(
    call: Call, columns_to_tensors: AnyValue, feature_columns: AnyValue, weight_collections: AnyValue, scope: AnyValue
) -> Any:
    return input_from(call, columns_to_tensors, feature_columns, weight_collections, scope)


def weighted_sum(
    call: Call,
    features: AnyValue,
    feature_columns: AnyValue,
    outputs: AnyValue,
    weight_collections: AnyValue = None,
    scope: AnyValue = None,
    default: str = "weighted_sum_from_feature_columns",
) -> Any:
    """TF: weighted_sum_from_feature_columns."""
    own = collections_of(call, weight_collections)
    state = call.state
    deps = 0
    by_column = DictValue()
    columns = sorted_columns(call, feature_columns)
    check_columns(call, columns)
    with scopes.variable_scope(state, graph_name(scope), default):
        if columns.rest is None and not list(columns):
            said = "inputs must be a list of at least one Tensor/IndexedSlices with the same dtype and shape"
            refuse(call, "ValueError", said)
        for each in columns:
            held = each.attrs
            with scopes.variable_scope(state, None, column_name(each)):
                check_read(call, each, features)
                if each.cls.name == "_EmbeddingColumn":
                    said = f"Error creating weighted sum for column: {column_name(each)}.\n"
                    refuse(call, "ValueError", said)
                whole = each.cls.name in ("_RealValuedColumn", "_OneHotColumn")
                rows = own_width(features, each) if "width" in held else length_of(call, each)
                made = made_in(call, "weight" if whole else "weights", (rows, outputs), own, initial.ZEROS)
                deps |= made.deps if whole else of_rows(made.deps)
                by_column.items[each] = ListValue([made])
        bias = made_in(call, "bias_weight", (outputs,), own, initial.ZEROS)
        total = make(call, "BiasAdd", "BiasAdd", (first_of(features), outputs), FLOAT32, deps | bias.deps)
    return total, by_column, bias


@api.function
def weighted_sum_from_feature_columns(
    call: Call,
    columns_to_tensors: AnyValue,
    feature_columns: AnyValue,
    num_outputs: AnyValue,
    weight_collections: AnyValue,
    scope: AnyValue,
) -> Any:
    return weighted_sum(call, columns_to_tensors, feature_columns, num_outputs, weight_collections, scope)


@api.function
def joint_weighted_sum_from_feature_columns(
    call: Call,
    columns_to_tensors: AnyValue,
    feature_columns: AnyValue,
    num_outputs: AnyValue,
    weight_collections: AnyValue,
    scope: AnyValue,
) -> Any:
    """TF: joint_weighted_sum_from_feature_columns. One table for all columns."""
    own = collections_of(call, weight_collections)
    state = call.state
    columns = sorted_columns(call, feature_columns)
    check_columns(call, columns)
    if any(each.cls.name == "_RealValuedColumn" for each in columns):
        said = (
            "Real-valued columns are not supported. Use weighted_sum_from_feature_columns instead, or bucketize these "
        )
        refuse(call, "NotImplementedError", said + "columns.")
    total = 0 if columns.rest is None else columns.rest.derive("rows")
    asked = graph_name(scope)
    with scopes.variable_scope(state, asked, "joint_weighted_sum_from_feature_columns"):
        for each in columns:
            total = call.binary("+", total, length_of(call, each))
        with scopes.variable_scope(state, None, "linear_weights"):
            made = made_in(call, "weights", (total, num_outputs), own, initial.ZEROS)
        bias = made_in(call, "bias_weight", (num_outputs,), own, initial.ZEROS)
        out = make(
            call, "BiasAdd", "BiasAdd", (first_of(columns_to_tensors), num_outputs), FLOAT32, made.deps | bias.deps
        )
    return out, DictValue(dict.fromkeys(columns, made)), bias


@api.function(raw=True)
def create_feature_spec_for_parsing(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("a specification of features")
