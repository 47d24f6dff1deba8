"""Which of the program's flags decide branches, and what else they may be: found in the source, nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from scopelint.graph.modes import Mode
from scopelint.site import Site
from scopelint.syntax.positions import node_fields
from scopelint.syntax.source import Source

_OTHERS = 3
"""Of one flag, so many values besides its own are named."""


class Flag:
    """A flag that the program defines: what it is worth in this run, and the choices that it names itself."""

    __slots__ = ("choices", "site", "value")

    def __init__(self, value: Any, choices: Iterable[Any], site: Site) -> None:
        self.value = value
        self.choices = tuple(choice for choice in choices if isinstance(choice, (str, int)))
        self.site = site

    @property
    def lacks_value(self) -> bool:
        return self.value is None or (isinstance(self.value, str) and not self.value)


def deciding(flags: dict[str, Flag], sources: Iterable[Source]) -> tuple[Mode, ...]:
    """The flags that decide a branch with calls on it, the weightiest first. A name or an attribute that is called
    like a flag counts as the flag: programs hand their flags on under their own names."""
    wanted = {name: flag for name, flag in flags.items() if isinstance(flag.value, (bool, str)) or flag.choices}
    if not wanted:
        return ()
    weights: dict[str, int] = dict.fromkeys(wanted, 0)
    compared: dict[str, dict[str, None]] = {name: {} for name in wanted}
    for source in sources:
        if any(name in source.text for name in wanted):
            _look(source.tree, wanted, weights, compared)
    modes = []
    for name, flag in wanted.items():
        if isinstance(flag.value, bool):
            others = [str(not flag.value)]
        else:
            given = flag.choices or compared[name]
            others = [str(choice) for choice in given if str(choice) != str(flag.value)]
        if weights[name] and others:
            modes.append(Mode(name, str(flag.value), tuple(others[:_OTHERS]), weights[name], flag.site))
    return tuple(sorted(modes, key=lambda mode: -mode.weight))


def _look(
    tree: ast.AST, wanted: dict[str, Flag], weights: dict[str, int], compared: dict[str, dict[str, None]]
) -> None:
    stack: list[Any] = [tree]
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is ast.If or kind is ast.IfExp:
            named = _asked(node.test, wanted, compared)
            if named:
                sides = [*node.body, *node.orelse] if kind is ast.If else [node.body, node.orelse]
                calls = sum(type(inner) is ast.Call for side in sides for inner in ast.walk(side))
                for name in named:
                    weights[name] += calls
        for field in node_fields(kind):
            value = getattr(node, field, None)
            if type(value) is list:
                stack += [member for member in value if isinstance(member, ast.AST)]
            elif isinstance(value, ast.AST):
                stack.append(value)


def _asked(test: ast.expr, wanted: dict[str, Flag], compared: dict[str, dict[str, None]]) -> set[str]:
    """The flags that a test asks for, and what it compares them with."""
    found = set()
    for node in ast.walk(test):
        name = _name(node)
        if name in wanted:
            found.add(name)
        elif isinstance(node, ast.Compare) and _name(node.left) in wanted:
            for operator, other in zip(node.ops, node.comparators, strict=True):
                if isinstance(operator, (ast.Eq, ast.NotEq, ast.In, ast.NotIn)):
                    for constant in ast.walk(other):
                        if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                            compared[_name(node.left)].setdefault(constant.value)
    return found


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return node.slice.value
    return node.id if isinstance(node, ast.Name) else ""
