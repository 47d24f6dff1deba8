"""Large displays of constants (tables, vocabularies): taken from `ast`, which holds them in a tenth of the memory."""

from __future__ import annotations

import ast
from typing import Any

from scopelint.interp.frame import Frame
from scopelint.interp.unit import Unit
from scopelint.values.containers import DictValue, ListValue, SetValue

_LINES = 200
_CHARACTERS = 10_000
"""A display that takes less is read as all else is."""


class _NotConstant(Exception):
    """Something in it has to be evaluated."""


def constant_display(unit: Unit, node: ast.stmt, put: Any) -> Any:
    """The step of `name = [...]` where that is large and made of constants alone, else None. `put(name)` gives what
    binds the name."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
        return None
    value = node.value
    if not isinstance(value, (ast.List, ast.Tuple, ast.Set, ast.Dict)):
        return None
    last = node.end_lineno or node.lineno
    if last - node.lineno < _LINES and (node.end_col_offset or 0) < _CHARACTERS:
        return None
    try:
        _made(value)
    except (_NotConstant, TypeError):
        return None
    bind, site = put(node.targets[0].id), unit.sites.site(node)

    def execute(frame: Frame) -> Any:
        frame.site = site
        bind(frame, _made(value))

    return execute


def _made(node: ast.expr) -> Any:
    """The value of a display; a new one each time, as lists can be changed."""
    kind = type(node)
    if kind is ast.Constant:
        return node.value  # type: ignore[attr-defined]
    if kind is ast.List:
        return ListValue([_made(each) for each in node.elts])  # type: ignore[attr-defined]
    if kind is ast.Tuple:
        return tuple([_made(each) for each in node.elts])  # type: ignore[attr-defined]
    if kind is ast.Set:
        return SetValue([_key(each) for each in node.elts])  # type: ignore[attr-defined]
    if isinstance(node, ast.Dict):
        if any(key is None for key in node.keys):
            raise _NotConstant
        pairs = zip(node.keys, node.values, strict=True)
        return DictValue({_key(key): _made(value) for key, value in pairs if key is not None})
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        number = node.operand.value
        if type(number) in (int, float):
            return -number  # type: ignore[operator]
    raise _NotConstant


def _key(node: ast.expr) -> Any:
    """Constants alone: what a list as a key gives is for the interpreter to say."""
    if type(node) is ast.Constant:
        return node.value
    if type(node) is ast.Tuple:
        return tuple([_key(each) for each in node.elts])
    raise _NotConstant
