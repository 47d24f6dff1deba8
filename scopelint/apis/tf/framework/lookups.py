"""Operations and tensors looked up by name: found, certainly absent, or not known."""

from __future__ import annotations

import re
from typing import Any

from scopelint import later
from scopelint.apis.call import Call
from scopelint.apis.tf.framework.op_defs import op_def
from scopelint.graph.function_graph import FunctionGraph
from scopelint.graph.names import Graph
from scopelint.patterns import fits
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import Operation, Tensor, Variable

IMPORTED = ("imported",)
"""The key of a collection that tells of a graph read from elsewhere, whose operations have no scope of their own."""

FORM = 'Tensor names must be of the form "<op_name>:<output_index>".'
"""What TF adds where a tensor was asked for by what is no tensor's name."""

_INDEX = later.pattern(r"\d+\Z")


def is_absent(graph: Graph, name: str) -> bool:
    """Is it certain that the graph has no operation of that name? Not all that TF leaves below its own scopes is
    restated, so that much is certain only of a name that nothing was called by or below, or that was a scope's."""
    if (
        graph.state.is_callers(graph)
        or graph.doubts
        or isinstance(graph, FunctionGraph)
        or graph.collections.get(IMPORTED) is not None
    ):
        return False
    if name in graph.ops.items or any("{" in other and _may_be(other, name) for other in graph.names_in_use.items):
        return False
    used = graph.names_in_use.items
    first, slash, _ = name.partition("/")
    # TF compares names as they are written, and numbers them by their small letters.
    if name.lower() in used:
        return not any(other.lower() == name.lower() for other in graph.ops.items)
    return first.lower() not in used if slash else True


def _may_be(template: str, name: str) -> bool:
    # Only how the name begins is held against it.
    return fits([*re.split(r"\{[^{}]*\}", template.lower()), ""], name.lower())


def nearest(graph: Graph, name: str) -> str:
    """The operation that was most likely meant: one that ends so, one below it, or one of nearly that name."""
    names: list[str] = [other for other in graph.ops.items if "{" not in other]
    ending = [other for other in names if other.endswith("/" + name)]
    if ending:
        return min(ending, key=len)
    below = [other for other in names if other.startswith(name + "/")]
    import difflib  # 1 ms, for a message that few programs meet

    close = difflib.get_close_matches(name, names, 1, 0.6)
    if below and not close:
        # What a layer gives comes last.
        own = [other for other in below if "/" not in other[len(name) + 1 :]]
        return (own or below)[-1]
    return close[0] if close else (below[-1] if below else "")


def _hint(graph: Graph, name: str, suffix: str = "") -> str:
    found = nearest(graph, name)
    return f" The nearest name is {found + suffix!r}." if found else ""


def operation_named(call: Call, graph: Graph, name: AnyValue) -> Any:
    """TF: Graph.get_operation_by_name."""
    if isinstance(name, str):
        if ":" in name:
            message = f"Name {name!r} appears to refer to a Tensor, not a Operation."
            call.raise_("ValueError", message, kind="argument")
        kind = graph.ops.items.get(name)
        if kind is not None:
            return Operation(name, kind, graph)
        if is_absent(graph, name):
            message = f"The name {name!r} refers to an Operation not in the graph.{_hint(graph, name)}"
            call.raise_("KeyError", message, kind="argument")
    refuse_type(call, name, "Operation")
    return call.unknown("an operation that is not known")


def refuse_type(call: Call, name: AnyValue, what: str) -> None:
    if name is None or isinstance(name, (bool, int, float)):
        kind = call.class_of(name).name
        call.raise_("TypeError", f"{what} names are strings (or similar), not {kind}.", kind="argument")


def outputs_of(kind: str) -> int | None:
    """How many outputs an operation of that type has; None where that hangs on its attributes."""
    definition = op_def(kind)
    if definition is None or any(each.list_attr or each.number_attr for each in definition.outputs):
        return None
    return len(definition.outputs)


def variable_behind(graph: Graph, op_name: str) -> Variable | None:
    """The variable that an operation keeps."""
    held = graph.get_collection("variables")
    return next((each for each in held if isinstance(each, Variable) and each.name == op_name), None)


def tensor_named(call: Call, graph: Graph, name: AnyValue) -> Any:
    """TF: Graph.get_tensor_by_name."""
    refuse_type(call, name, "Tensor")
    if not isinstance(name, str):
        return call.unknown("a tensor whose name is not known")
    if ":" not in name:
        said = "looks like an (invalid) Operation name" if is_absent(graph, name) else "refers to an Operation"
        call.raise_("ValueError", f"The name {name!r} {said}, not a Tensor. {FORM}", kind="argument")
    op_name, _, index = name.partition(":")
    if not _INDEX.match(index):
        message = f"The name {name!r} looks a like a Tensor name, but is not a valid one. {FORM}"
        call.raise_("ValueError", message, kind="argument")
    place = int(index)
    kind = graph.ops.items.get(op_name)
    if kind is None:
        if is_absent(graph, op_name):
            call.raise_("KeyError", told_missing(graph, name), kind="argument")
        return call.unknown("a tensor found by its name")
    count = outputs_of(kind)
    if count is not None and place >= count:
        message = f"The operation, {op_name!r}, exists but only has {count} outputs."
        message = f"The name {name!r} refers to a Tensor which does not exist. {message}"
        call.raise_("KeyError", message, kind="argument")
    variable = variable_behind(graph, op_name)
    if variable is not None:
        kind = "VarHandleOp" if variable.is_resource is True else "VariableV2"
        return Tensor(op_name, 0, kind, variable.shape, variable.tf_dtype, graph, variable.deps)
    known = graph.tensors.get(op_name, {})
    if place in known:
        return known[place]
    unknown = call.unknown("a tensor found by its name")
    return Tensor(op_name, place, kind, unknown, unknown, graph)


def element_named(call: Call, graph: Graph, name: str) -> Any:
    """TF: Graph.as_graph_element, of a name."""
    return tensor_named(call, graph, name) if ":" in name else operation_named(call, graph, name)


def is_missing(graph: Graph, name: AnyValue) -> bool:
    """Would TF find nothing under this name of a tensor or operation, for certain?"""
    if not isinstance(graph, Graph) or not isinstance(name, str) or isinstance(name, Unknown):
        return False
    return is_absent(graph, name.partition(":")[0])


def told_missing(graph: Graph, name: str) -> str:
    """What TF says of such a name, with what it may have meant."""
    op_name, colon, index = name.partition(":")
    if colon:
        return (
            f"The name {name!r} refers to a Tensor which does not exist. The operation, {op_name!r}, does not exist in "
            f"the graph.{_hint(graph, op_name, colon + index)}"
        )
    return f"The name {name!r} refers to an Operation not in the graph.{_hint(graph, op_name)}"
