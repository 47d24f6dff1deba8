"""The layers that columns feed: input_layer, linear_model, and what DenseFeatures shares with them."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.feature_column import checks
from scopelint.apis.tf.feature_column.columns import (
    KINDS,
    buckets_of,
    categorical,
    columns_of,
    dense,
    name_of_column,
    no_attribute,
    plus,
)
from scopelint.apis.tf.feature_column.feeding import NO_DICT, Fed, check_combiner, first_size, same_number
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.conversion import dimension, graph_name
from scopelint.apis.tf.framework.node import brief
from scopelint.apis.tf.framework.op_inputs import ALL_DEPS, deps_of
from scopelint.apis.tf.framework.python_values import left_open, shape_of
from scopelint.apis.tf.ops.variable_options import graph_initializer
from scopelint.graph import initial, scopes, store
from scopelint.graph.collected import Members
from scopelint.graph.layers import unique_object_name
from scopelint.graph.state import GraphState
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.dependences import of_rows
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import FLOAT32, SparseTensor, Tensor, num_elements, shape_text, shapes_compatible
from scopelint.values.truth import NO

api = Namespace("tf.feature_column")


def first_of(features: AnyValue) -> Any:
    """The batch dimension of the features."""
    if not isinstance(features, DictValue):
        return left_open(features)
    shapes = [shape_of(value) for value in features.items.values()]
    for shape in shapes:
        if isinstance(shape, tuple) and shape:
            return shape[0]
    return left_open(features.rest, *shapes)


def table(call: Call, each: InstanceValue, scope_collections: Any, trainable: Any, by: str = "get_variable") -> Any:
    """The embedding of a column, in the scope that is open."""
    held = each.attrs
    found = graph_initializer(call, held.get("initializer")) or initial.TRUNCATED_NORMAL
    buckets, width = buckets_of(call, held["categorical_column"]), dimension(call, held["dimension"])
    wanted = held.get("trainable") is not False and trainable
    return store.get_variable(
        call.state,
        "embedding_weights",
        shape=(buckets, width),
        dtype=FLOAT32,
        initializer=found,
        trainable=wanted,
        collections=scope_collections,
        by=by,
    )


def wide(call: Call, columns: Members) -> Any:
    """How many values the columns have together."""
    total: Any = 0 if columns.rest is None else columns.rest.derive("width")
    for each in columns:
        width = each.attrs.get("width")
        total = plus(call, total, call.unknown("width of a column", "width") if width is None else width)
    return total


def dense_only(call: Call, columns: list[InstanceValue]) -> None:
    for each in columns:
        if each.cls.canonical and not each.cls.derives_from(dense.cls):
            call.raise_(
                "ValueError",
                "Items of feature_columns must be a _DenseColumn. You can wrap a categorical "
                "column with an embedding_column or indicator_column. Given: "
                f"{each.cls.name}(key='{name_of_column(each)}')",
                kind="argument",
            )


@api.function
def input_layer(
    call: Call,
    features: AnyValue,
    feature_columns: AnyValue,
    weight_collections: AnyValue,
    trainable: AnyValue,
    cols_to_vars: AnyValue,
    cols_to_output_tensors: AnyValue,
) -> Any:
    return feature_layer(
        call,
        features,
        feature_columns,
        weight_collections,
        trainable,
        "input_layer",
        ("variables", "model_variables"),
        cols_to_vars,
        cols_to_output_tensors,
    )


def feature_layer(
    call: Call,
    features: AnyValue,
    feature_columns: AnyValue,
    weight_collections: AnyValue,
    trainable: AnyValue,
    default: str,
    collections: tuple[str, ...],
    cols_to_vars: AnyValue = None,
    cols_to_output_tensors: AnyValue = None,
    built: bool = False,
) -> Tensor:
    """TF: _internal_input_layer. One scope for each column, in the order of their names. `built`: as a layer does it,
    which makes all variables before it looks at the features."""
    columns = columns_of(call, feature_columns)
    dense_only(call, columns)
    more = call.members(weight_collections) if weight_collections is not None else []
    own = list(dict.fromkeys([*([] if isinstance(more, Unknown) else more), *collections]))
    state = call.state
    deps = 0
    if isinstance(features, SparseTensor):
        checks.refuse(call, "TypeError", "'Tensor' object is not callable")
    if isinstance(features, NO_DICT):
        checks.refuse(call, "AttributeError", no_attribute(call, features, "values"))
    fed = Fed(call, features)
    ordered = sorted(columns, key=name_of_column)
    sizes = []
    with scopes.variable_scope(state, None, default):
        shared: dict[str, Any] = {}
        for each in ordered:
            held = each.attrs
            scope = graph_name(held["shared"], "") if "shared" in held else name_of_column(each)
            with scopes.variable_scope(state, None, scope):
                rows = None if built else fed.rows(each)
                if isinstance(cols_to_vars, DictValue):
                    cols_to_vars.touch()
                    cols_to_vars.items[each] = ListValue()
                if "dimension" in held:
                    made = shared.get(scope)
                    if made is None and "shared" in held:
                        made = shared_table(call, each, scope)
                    if made is None:
                        made = table(call, each, [*own, scope] if "shared" in held else own, trainable)
                    if "shared" in held:
                        shared[scope] = made
                    deps |= of_rows(made.deps)
                    if not built:
                        check_combiner(call, held.get("combiner"))
                    if isinstance(cols_to_vars, DictValue):
                        cols_to_vars.touch()
                        cols_to_vars.items[each] = ListValue([made])
                if "state" in held:
                    call.invoke(held["state"], trainable)
                deps |= feature_deps(features, each)
                if built:
                    continue
                made = flattened(call, rows, each)
                sizes.append(first_size(made.shape))
                if isinstance(cols_to_output_tensors, DictValue):
                    cols_to_output_tensors.touch()
                    cols_to_output_tensors.items[each] = made
        for each in ordered if built else ():
            with call.graph.name_scope(name_of_column(each)):
                sizes.append(first_size(flattened(call, fed.rows(each), each).shape))
                check_combiner(call, each.attrs.get("combiner"))
        return joined_columns(call, columns, ordered, sizes, features, deps)


def joined_columns(
    call: Call, columns: Members, ordered: list[InstanceValue], sizes: list[Any], features: AnyValue, deps: int
) -> Tensor:
    """TF: the columns side by side; one alone is left as it is, below the scope that concat opens."""
    batch = same_number(call, [name_of_column(each) for each in ordered], sizes)
    width = wide(call, columns) if columns.rest is None else columns.rest.derive("")
    shape = (batch if columns.rest is None else first_of(features), width)
    if columns.rest is None and len(ordered) == 1:
        with call.graph.name_scope("concat"):
            return make(call, "Identity", "concat", shape, FLOAT32, deps)
    return make(call, "ConcatV2", "concat", shape, FLOAT32, deps, inner=(("axis", "Const"),))


def flattened(call: Call, shape: Any, each: InstanceValue) -> Tensor:
    """TF: _process_dense_tensor. A row of values for each example: the feature has as many as its column says."""
    width = each.attrs.get("width")
    total = num_elements(shape) if isinstance(shape, tuple) and shape else None
    if isinstance(total, int) and isinstance(width, int) and total != shape[0] * width:
        asked, given = (shape[0], width), shape if len(shape) > 1 else (*shape, 1)
        call.raise_(
            "ValueError",
            f"Cannot reshape a tensor with {total} elements to shape {brief(asked)} ({shape[0] * width} elements) "
            f"for '{call.graph.get_name_scope()}/Reshape' (op: 'Reshape') with input shapes: {brief(given)}, [2] "
            f"and with input tensors computed as partial shapes: input[1] = {brief(asked)}.",
            kind="shape",
        )
    first = shape[0] if isinstance(shape, tuple) and shape else shape if isinstance(shape, Unknown) else None
    return make(call, "Reshape", "Reshape", (first, width))


def fed_categorical(call: Call, fed: Fed, each: InstanceValue, combiner: AnyValue = "sum") -> Any:
    """TF: _create_categorical_column_weighted_sum."""
    size = fed.ids(each)
    source = each.attrs.get("source_column")
    if each.cls is KINDS["BucketizedColumn"] and isinstance(source, InstanceValue):
        shape, own = fed.of_source(each), source.attrs.get("shape")
        total = num_elements(shape) if isinstance(shape, tuple) else None
        if isinstance(total, int) and isinstance(own, tuple) and own and isinstance(own[0], int):
            wanted = shape[0] * own[0]
            if total != wanted and 1 not in (total, wanted):
                said = f"Dimensions must be equal, but are {total} and {wanted} for '"
                call.raise_("ValueError", f"{said}{call.graph.get_name_scope()}/add' (op: 'AddV2')", kind="shape")
    check_combiner(call, combiner)
    return size


def shared_table(call: Call, each: InstanceValue, name: str) -> Any:
    """TF: _SharedEmbeddingColumn. The table that columns sharing one made before, kept in a collection of its own name,
    has the size that this one says."""
    found = call.graph.get_collection(name)
    if not found:
        return None
    wanted = (buckets_of(call, each.attrs["categorical_column"]), each.attrs["dimension"])
    if shapes_compatible(found[0].shape, wanted) is NO:
        call.raise_(
            "ValueError",
            f"Shared embedding collection {name} contains variable {found[0].tf_name} of unexpected shape "
            f"{shape_text(found[0].shape)}. Expected shape is {shape_text(wanted)}. Suggested fix A: Choose a unique "
            "name for this collection. Suggested fix B: Do not add any variables to this collection. The "
            "feature_column library already adds a variable under the hood.",
            kind="shape",
        )
    return found[0]


def feature_deps(features: AnyValue, each: InstanceValue) -> int:
    """The variables that the column's own feature depends on."""
    key = each.attrs.get("key")
    if isinstance(features, DictValue) and isinstance(key, str):
        return deps_of(features.items.get(key, 0))
    return ALL_DEPS if isinstance(features, Unknown) else 0


@api.function
def linear_model(
    call: Call,
    features: AnyValue,
    feature_columns: AnyValue,
    units: AnyValue,
    sparse_combiner: AnyValue,
    weight_collections: AnyValue,
    trainable: Any,
    cols_to_vars: AnyValue,
) -> Any:
    """TF: linear_model, _LinearModel, _FCLinearWrapper. Each column's layer is called after a scope that is opened for
    its name alone where the model is made, and then opens one of that name in the model's scope."""
    state, graph = call.state, call.graph
    more = call.members(weight_collections) if weight_collections is not None else []
    collections = list(dict.fromkeys([*([] if isinstance(more, Unknown) else more), "variables", "model_variables"]))
    with scopes.variable_scope(state, None, "linear_model") as outer:
        name = outer.name.rpartition("/")[2]
    layers = []
    columns = columns_of(call, feature_columns)
    for each in columns:
        if each.cls is KINDS["SequenceNumericColumn"]:
            said = f"Items of feature_columns must be a _FeatureColumn. Given: {name_of_column(each)}"
            checks.refuse(call, "ValueError", said)
    for each in sorted(columns, key=name_of_column):
        with scopes.variable_scope(state, None, name_of_column(each)) as opened:
            layers.append((opened.name.rpartition("/")[2], each))
    deps = 0

    def weight(leaf: str, rows: tuple[Any, ...]) -> Any:
        return store.get_variable(
            state,
            leaf,
            shape=rows,
            dtype=FLOAT32,
            initializer=initial.ZEROS,
            trainable=trainable,
            collections=collections,
        )

    def keep(key: AnyValue, made: list[Any]) -> None:
        if isinstance(cols_to_vars, DictValue):
            cols_to_vars.touch()
            cols_to_vars.items[key] = ListValue(made)

    sizes, names = [], []
    with graph.name_scope(name), scopes.variable_scope(state, name):
        if isinstance(features, NO_DICT) and not isinstance(features, ListValue):
            checks.refuse(call, "AttributeError", no_attribute(call, features, "copy"))
        fed = Fed(call, features)
        units = dimension(call, units)
        for scope, each in sorted(layers, key=lambda pair: pair[0]):
            held = each.attrs
            with scopes.variable_scope(state, None, scope):
                sparse = each.cls.derives_from(categorical.cls)
                rows = held["num_buckets"] if sparse else held.get("width")
                own = [weight("weights", (rows, units))]
                if "state" in held:
                    call.invoke(held["state"], trainable)
                rows = fed_categorical(call, fed, each, sparse_combiner) if sparse else fed.rows(each)
                if "dimension" in held:
                    own.append(table(call, each, collections, trainable))
                    check_combiner(call, held.get("combiner"))
                sizes.append(rows if sparse else first_size(flattened(call, rows, each).shape))
                names.append(name_of_column(each))
                for i, made in enumerate(own):
                    deps |= of_rows(made.deps) if sparse or i else made.deps
                deps |= feature_deps(features, each)
                make(call, "MatMul", "weighted_sum")
            keep(each, own)
        batch = same_number(call, names, sizes) if columns.rest is None else first_of(features)
        bias = weight("bias_weights", (units,))
        keep("bias", [bias])
        make(call, "AddN" if len(layers) > 1 else "Identity", "weighted_sum_no_bias")
        return make(call, "BiasAdd", "weighted_sum", (batch, units), FLOAT32, deps | bias.deps)


def linear(
    call: Call, features: Any, feature_columns: Any, units: Any, collections: tuple[str, ...], trainable: Any = True
) -> Tensor:
    """TF: LinearModel, as estimators make it in a graph of their own. A layer for each column, and a bias."""
    state, graph = call.state, call.graph
    columns = sorted(columns_of(call, feature_columns), key=name_of_column)
    with scopes.variable_scope(state, None, "linear_model") as outer:
        name = outer.name
    namespace = scopes.get_variable_scope(state).name
    layers = [(each, unique_object_name(graph, name_of_column(each), True, namespace)) for each in columns]
    deps = 0
    with scopes.variable_scope(state, scope_again(state, name)), graph.name_scope("linear_model"):
        for each, scope in layers:
            held = each.attrs
            with scopes.variable_scope(state, scope):
                sparse = each.cls.derives_from(categorical.cls)
                rows = held["num_buckets"] if sparse else held.get("width")
                if "state" in held:
                    call.invoke(held["state"], trainable)
                if "dimension" in held:
                    deps |= of_rows(table(call, each, list(collections), trainable).deps)
                made = store.get_variable(
                    state,
                    "weights",
                    shape=(rows, units),
                    dtype=FLOAT32,
                    initializer=initial.ZEROS,
                    trainable=trainable,
                    collections=list(collections),
                )
                deps |= (of_rows(made.deps) if sparse else made.deps) | feature_deps(features, each)
                make(call, "MatMul", "weighted_sum")
        bias = store.get_variable(
            state,
            "bias_weights",
            shape=(units,),
            dtype=FLOAT32,
            initializer=initial.ZEROS,
            trainable=trainable,
            collections=list(collections),
        )
        if isinstance(features, NO_DICT):
            said = f"We expected a dictionary here. Instead we got: {checks.shown(call, features)}"
            checks.refuse(call, "ValueError", said)
        fed = Fed(call, features, "get_sparse_tensors")
        for each, _ in layers:
            with graph.name_scope(name_of_column(each)):
                if each.cls.derives_from(categorical.cls):
                    fed_categorical(call, fed, each)
                else:
                    flattened(call, fed.rows(each), each)
        make(call, "AddN" if len(layers) > 1 else "Identity", "weighted_sum_no_bias")
        return make(call, "BiasAdd", "weighted_sum", (first_of(features), units), FLOAT32, deps | bias.deps)


def scope_again(state: GraphState, name: str) -> str:
    """A scope's full name, relative to the scope that is open."""
    own = scopes.get_variable_scope(state).name
    return name[len(own) + 1 :] if own and name.startswith(own + "/") else name
