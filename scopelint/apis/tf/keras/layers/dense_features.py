"""tf.keras.layers.DenseFeatures: feature columns as a layer."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.formatting import represent
from scopelint.apis.registry import Namespace, find
from scopelint.apis.tf.feature_column.checks import refuse
from scopelint.apis.tf.feature_column.columns import (
    buckets_of,
    categorical,
    columns_of,
    is_column,
    name_of_column,
    no_attribute,
)
from scopelint.apis.tf.feature_column.feeding import Fed, check_combiner, first_size
from scopelint.apis.tf.feature_column.layers import dense_only, feature_deps, flattened, joined_columns
from scopelint.apis.tf.framework.conversion import dimension, graph_name
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.graph.collected import Members
from scopelint.graph.scopes import PureScope
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import FLOAT32

layer = find("tf.keras.layers.Layer")
made = Namespace("tf.keras.layers").type("DenseFeatures", bases=(layer,))


@made.method(name="__init__", raw=True)
def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    given = dict(kwargs)
    self, listed = args[0], args[1] if len(args) > 1 else given.pop("feature_columns")
    given.setdefault("name", args[3] if len(args) > 3 else None)
    given.setdefault("trainable", args[2] if len(args) > 2 else True)
    call.invoke(layer.find("__init__"), self, **given)
    columns = columns_of(call, listed)
    dense_only(call, columns)
    self.set("_feature_columns", ListValue(sorted(columns, key=name_of_column), columns.rest))


@made.method(name="build", raw=True)
def build(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: _BaseFeaturesLayer.build. The variables go through get_variable, below scopes of the layer's and column's."""
    self = args[0]
    for each in self.attrs["_feature_columns"].items:
        with pure_scope(call, self.attrs["_name"]), pure_scope(call, name_of_column(each)):
            if "state" in each.attrs:
                call.invoke(each.attrs["state"], self.attrs.get("trainable", True))
            if "dimension" in each.attrs:
                inner = each.attrs["categorical_column"]
                if is_column(inner) and not inner.cls.derives_from(categorical.cls):
                    refuse(call, "AttributeError", no_attribute(call, inner, "_num_buckets"))
                buckets = buckets_of(call, each.attrs["categorical_column"])
                found = each.attrs.get("initializer")
                call.method(
                    self,
                    "add_weight",
                    name="embedding_weights",
                    shape=ListValue([buckets, dimension(call, each.attrs["dimension"])]),
                    dtype=FLOAT32,
                    initializer=found if found is not None else "truncated_normal",
                    use_resource=True,
                    getter=call.find("tf.get_variable"),
                )
    self.set("built", True)


def pure_scope(call: Call, name: AnyValue) -> PureScope:
    """TF: _pure_variable_scope, of a name."""
    return PureScope(call.graph, graph_name(name), None, {"dtype": FLOAT32}, None, call.state.site())


@made.method(name="call", raw=True)
def run(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, features = args[0], args[1] if len(args) > 1 else kwargs.get("features")
    held = self.attrs["_feature_columns"]
    columns = Members(held.items, held.rest)
    weights = call.getattr(self, "trainable_weights")
    deps = deps_of(weights)
    if not isinstance(features, (Unknown, DictValue, InstanceValue)):
        said = f"('We expected a dictionary here. Instead we got: ', {represent(call, features)})"
        call.raise_("ValueError", said, kind="argument")
    fed, sizes = Fed(call, features, "get_sparse_tensors"), []
    for each in columns:
        deps |= feature_deps(features, each)
        with call.graph.name_scope(name_of_column(each)):
            rows = fed.rows(each)
            check_combiner(call, each.attrs.get("combiner"))
            sizes.append(first_size(flattened(call, rows, each).shape))
    return joined_columns(call, columns, list(columns), sizes, features, deps)
