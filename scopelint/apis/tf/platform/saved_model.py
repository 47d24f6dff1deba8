"""tf.saved_model: what writes a model leaves operations to save, what loads one makes variables from a file."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.sessions import not_known, nothing
from scopelint.graph.names import Graph
from scopelint.values.objects import InstanceValue

api = Namespace("tf.saved_model")
private = Namespace("tensorflow.python.saved_model.builder_impl")

builder = private.type("_SavedModelBuilder")
builder.method(nothing, name="__init__", raw=True)


def saved(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: SavedModelBuilder._maybe_create_saver. A saver's operations stand in a scope of their own."""
    with call.graph.name_scope("save"):
        call.graph.op("Const", "Const")


for _name in ("add_meta_graph_and_variables", "add_meta_graph"):
    builder.method(saved, name=_name, raw=True)
builder.method(not_known("path of a saved model"), name="save", raw=True)
api.type("Builder", bases=(builder.cls,))


@api.function(raw=True)
def simple_save(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    saved(call, args, kwargs)


def loaded(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: loader.load imports into the graph of the session; load_v2 into the one that is open."""
    given = args[0] if args else kwargs.get("sess")
    graph = call.getattr(given, "graph", None) if isinstance(given, InstanceValue) else None
    call.state.push_graph(graph if isinstance(graph, Graph) else call.graph)
    try:
        return call.cannot_know("the variables of a model that is loaded", may_make=True)
    finally:
        call.state.pop_graph()


for _name in ("load", "load_v2"):
    api.function(loaded, name=_name, raw=True)
for _name in (
    "build_signature_def",
    "build_tensor_info",
    "classification_signature_def",
    "predict_signature_def",
    "regression_signature_def",
    "get_tensor_from_tensor_info",
    "is_valid_signature",
    "main_op_with_restore",
    "maybe_saved_model_directory",
    "save",
):
    api.function(not_known(f"tf.saved_model.{_name}"), name=_name, raw=True)
