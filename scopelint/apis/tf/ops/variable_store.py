"""The variable store as programs ask for it themselves: by keys, without a scope."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.ops.variable_options import graph_options
from scopelint.graph import store
from scopelint.graph.variable_store import MaybeEntry
from scopelint.values.containers import DictValue
from scopelint.values.objects import InstanceValue

private = Namespace("tensorflow.python.ops.variable_scope")
held = private.type("_VariableStore", bases=("builtins.object",))


@private.function
def _get_default_variable_store(call: Call) -> Any:
    """TF: _get_default_variable_store. One for a graph."""
    return InstanceValue(held.cls, {"<graph>": call.graph})


@held.method(raw=True)
def get_variable(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    given, _ = bind(call, "tensorflow.python.ops.variable_scope._VariableStore.get_variable", args[1:], kwargs)
    # Defaults that are objects stand in the tables as text; the store has them too.
    made = graph_options(call, {k: v for k, v in given.items() if not (isinstance(v, str) and v.startswith("<"))})
    return store.get_by_key(call.state, made.pop("name"), **made)


@held.property
def _vars(call: Call, self: InstanceValue) -> Any:
    table = self.attrs["<graph>"].store.vars
    return DictValue({key: v for key, v in table.items.items() if not isinstance(v, MaybeEntry)})
