"""tf.contrib.layers' own feature columns, older than tf.feature_column, and the layers that they feed."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
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
from scopelint.values.tensors import FLOAT32, Tensor
from scopelint.values.text import from_template, hole

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
    names = sorted(column_name(member) for member in members) if isinstance(members, list) else [hole("columns")]
    return column("_CrossedColumn", from_template("_X_".join(names)), length=given["hash_bucket_size"])


def _embedding(call: Call, given: dict[str, Any]) -> Any:
    source = given["sparse_id_column"]
    return column(
        "_EmbeddingColumn",
        from_template(column_name(source) + "_embedding"),
        source=source,
        width=given["dimension"],
        initializer=given.get("initializer"),
    )


def _shared(call: Call, given: dict[str, Any]) -> Any:
    members = call.members(given["sparse_id_columns"])
    if isinstance(members, Unknown):
        return ListValue((), members)
    shared = given.get("shared_embedding_name")
    if not shared:
        names = [column_name(member) for member in members]
        shared = from_template("_".join(sorted(names)[:3]) + "_shared_embedding")
    return ListValue(
        [
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
    )


declare(
    "real_valued_column",
    lambda call, g: column(
        "_RealValuedColumn", g["column_name"], width=1 if g["dimension"] is None else g["dimension"]
    ),
)
declare(
    "bucketized_column",
    lambda call, g: column(
        "_BucketizedColumn",
        from_template(column_name(g["source_column"]) + "_bucketized"),
        width=call.binary("+", _count(call, g["boundaries"], "boundaries"), 1),
    ),
)
declare(
    "sparse_column_with_hash_bucket",
    lambda call, g: column("_SparseColumnHashed", g["column_name"], length=g["hash_bucket_size"]),
)
declare(
    "sparse_column_with_integerized_feature",
    lambda call, g: column("_SparseColumnIntegerized", g["column_name"], length=g["bucket_size"]),
)
declare(
    "sparse_column_with_keys",
    lambda call, g: column("_SparseColumnKeys", g["column_name"], length=_count(call, g["keys"], "keys")),
)
declare(
    "sparse_column_with_vocabulary_file",
    lambda call, g: column(
        "_SparseColumnVocabulary",
        g["column_name"],
        length=call.binary("+", g["vocab_size"], g["num_oov_buckets"]) if g["vocab_size"] is not None else None,
    ),
)
declare(
    "weighted_sparse_column",
    lambda call, g: column(
        "_WeightedSparseColumn",
        from_template(f"{column_name(g['sparse_id_column'])}_weighted_by_{graph_name(g['weight_column_name'])}"),
        length=length_of(call, g["sparse_id_column"]),
    ),
)
declare("crossed_column", _crossed)
declare("embedding_column", _embedding)
declare("shared_embedding_columns", _shared)
declare(
    "one_hot_column",
    lambda call, g: column(
        "_OneHotColumn",
        from_template(column_name(g["sparse_id_column"]) + "_one_hot"),
        width=length_of(call, g["sparse_id_column"]),
    ),
)
declare(
    "scattered_embedding_column",
    lambda call, g: column(
        "_ScatteredEmbeddingColumn",
        from_template(f"{graph_name(g['column_name'])}_scattered_embedding"),
        width=g["dimension"],
        scattered=g["size"],
    ),
)


def sorted_columns(call: Call, feature_columns: AnyValue) -> Members:
    """The columns that are known, by name, and why there may be others."""
    listed, rest = known_members(call, feature_columns)
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
    with scopes.variable_scope(state, graph_name(scope), "input_from_feature_columns"):
        columns = sorted_columns(call, feature_columns)
        deps, width = (0, 0) if columns.rest is None else (-1, columns.rest.derive("width"))
        for each in columns:
            held = each.attrs
            with scopes.variable_scope(state, None, column_name(each)):
                if "source" in held:
                    start = graph_initializer(call, held.get("initializer")) or initial.TRUNCATED_NORMAL
                    made = made_in(call, "weights", (length_of(call, held["source"]), held["width"]), own, start)
                    deps |= of_rows(made.deps)
                elif "scattered" in held:
                    made = made_in(call, "weights", (held["scattered"],), own, initial.TRUNCATED_NORMAL)
                    deps |= of_rows(made.deps)
                make(call, "Reshape", "Reshape")
            found = held.get("width")
            width = call.binary("+", width, call.unknown("width of a column", "width") if found is None else found)
        return make(call, "ConcatV2", "concat", (first_of(features), width), FLOAT32, deps)


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
    with scopes.variable_scope(state, graph_name(scope), default):
        for each in sorted_columns(call, feature_columns):
            held = each.attrs
            with scopes.variable_scope(state, None, column_name(each)):
                whole = "width" in held and "source" not in held
                if whole:
                    made = made_in(call, "weight", (held["width"], outputs), own, initial.ZEROS)
                else:
                    made = made_in(call, "weights", (length_of(call, each), outputs), own, initial.ZEROS)
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
