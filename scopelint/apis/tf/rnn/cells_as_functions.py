"""RNN cells before they became layers: each call opens the cell's scope and asks for its variables anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.conversion import is_set
from scopelint.graph.layers import to_snake_case
from scopelint.graph.releases import BLOCK_CELLS, CELL_SCOPES, CELL_WEIGHTS, CELLS
from scopelint.values.base import AnyValue
from scopelint.values.objects import InstanceValue, NativeFunction
from scopelint.values.tensors import TensorShape

_BLOCK_CELLS = ("tf.contrib.rnn.LSTMBlockCell", "tf.contrib.rnn.GRUBlockCell")
_OPEN_THEMSELVES = ("EmbeddingWrapper", "InputProjectionWrapper", "OutputProjectionWrapper")


def are_functions(call: Call) -> bool:
    return CELLS.at(call.state.release) != "layer"


def is_function(call: Call, self: InstanceValue) -> bool:
    """Is this cell one that opens its scope at each call?"""
    if are_functions(call):
        return True
    return BLOCK_CELLS.at(call.state.release) == "function" and self.cls.canonical in _BLOCK_CELLS


def leaf_name(call: Call, name: str) -> str:
    """The name of a cell's variable in this release: `gates/kernel` or `gates/weights`."""
    head, slash, last = name.rpartition("/")
    return head + slash + CELL_WEIGHTS.at(call.state.release).get(last, last)


def scope_name(call: Call, self: InstanceValue) -> str:
    name = next((cls.name for cls in self.cls.mro if cls.canonical), self.cls.name)
    return CELL_SCOPES.at(call.state.release).get(name, to_snake_case(name))


@contextmanager
def own_scope(call: Call, self: InstanceValue, scope: AnyValue = None) -> Iterator[None]:
    """TF: _checked_scope of 1.1, and the plain variable_scope of 1.0."""
    given = scope if is_set(scope) else scope_name(call, self)
    reuse = self.attrs.get("_reuse")
    options = {"reuse": reuse} if is_set(reuse) else {}
    if is_set(self.attrs.get("_initializer")):
        options["initializer"] = self.attrs["_initializer"]
    with tools.variable_scope(call, given, **options) as opened:
        if CELLS.at(call.state.release) == "checked":
            _check(call, self, opened)
        yield


def _check(call: Call, self: InstanceValue, opened: Any) -> None:
    """TF: _checked_scope: one scope for a cell's whole life, and none that has weights of another cell's."""
    first = self.attrs.get("_scope")
    shown = call.to_string(self)
    if first is not None:
        if first.name != opened.name:
            call.raise_(
                "ValueError",
                f"Attempt to reuse RNNCell {shown} with a different variable scope than its first use.  First use of "
                f"cell was with scope '{first.name}', this attempt is with scope '{opened.name}'.",
                "argument",
            )
        return
    found = call.graph.store.find(f"{opened.name}/weights" if opened.name else "weights")
    if found is not None and not is_set(self.attrs.get("_reuse")):
        call.raise_(
            "ValueError",
            "Attempt to have a second RNNCell use the weights of a variable scope that already has weights: "
            f"'{opened.name}'; and the cell was not constructed as {self.cls.name}(..., reuse=True).",
            "argument",
        )
    self.set("_scope", opened)


def call_as_function(call: Call, self: InstanceValue, inputs: AnyValue, state: Any, scope: AnyValue) -> Any:
    """A cell's `__call__`."""
    step = self.cls.find("call")
    if not isinstance(step, NativeFunction):
        # A program's own class has its own `__call__` there.
        call.raise_("NotImplementedError", "Abstract method")
    if self.cls.name in _OPEN_THEMSELVES:
        return call.invoke(step, self, inputs, state)
    with own_scope(call, self, scope):
        build = self.cls.find("build")
        if isinstance(build, NativeFunction) and build.canonical != "tf.nn.rnn_cell.RNNCell.build":
            call.invoke(build, self, TensorShape(getattr(inputs, "shape", None)))
        return call.invoke(step, self, inputs, state)
