"""What a function of the program changes outside of itself, where somebody may call it whom nobody follows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from scopelint.values.base import AnyValue
from scopelint.values.containers import Container
from scopelint.values.objects import MISSING, FunctionValue, InstanceValue, ModuleValue

CHANGING = frozenset(
    ("add", "append", "appendleft", "clear", "extend", "insert", "pop", "popitem", "popleft", "remove", "setdefault",
     "sort", "reverse", "update")
)  # fmt: skip
"""Methods by which lists, sets and dictionaries change."""


def changed_by(function: FunctionValue) -> Iterator[tuple[str, Any]]:
    """Names with the frame, module or object that they are set in, and containers without a name: what its text sets
    or changes of what lies around it. What the functions do that it calls in turn is not looked at."""
    definition: ast.AST = function.code.definition
    own = set(function.code.parameters.all_names)
    declared: set[str] = set()
    nodes = list(ast.walk(definition))
    for node in nodes:
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            declared.update(node.names)
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    own |= stored - declared
    for name in stored & declared:
        holder = _holder(function, name)
        if holder is not None:
            yield name, holder
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            holder = _value(function, node.value, own)
            if isinstance(holder, ModuleValue) or (isinstance(holder, InstanceValue) and not holder.cls.canonical):
                yield node.attr, holder
            continue
        changed: ast.expr | None = None
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            changed = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
            changed = node.func.value
        container = None if changed is None else _value(function, changed, own)
        if isinstance(container, Container):
            yield "", container


def _holder(function: FunctionValue, name: str) -> Any:
    """The frame or module in which a name of the code around stands."""
    frame = function.closure
    while frame is not None:
        if name in frame.attrs:
            return frame
        frame = frame.closure
    return function.module if name in function.module.attrs else None


def _value(function: FunctionValue, node: ast.expr, own: set[str]) -> AnyValue:
    """What `name` or `name.attribute` is worth where the function was made."""
    if isinstance(node, ast.Name) and node.id not in own:
        holder = _holder(function, node.id)
        return None if holder is None else holder.attrs[node.id]
    if isinstance(node, ast.Attribute):
        of = _value(function, node.value, own)
        if isinstance(of, (InstanceValue, ModuleValue)):
            found = of.attrs.get(node.attr, MISSING)
            return None if found is MISSING else found
    return None
