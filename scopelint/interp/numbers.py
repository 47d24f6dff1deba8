"""Calls and comprehensions of numbers alone, which give the same whenever they are given the same: evaluated once.

A table of positions has a power for each of its members, `[[p / np.power(10000, i / n) for i in range(n)] for p in
range(length)]`, and is made anew for each layer that asks for it.
"""

from __future__ import annotations

from typing import Any

from scopelint.apis.python.support import NUMBERS
from scopelint.interp.frame import Frame
from scopelint.interp.unit import Evaluate, Unit
from scopelint.syntax import nodes as cst
from scopelint.values.containers import ListValue
from scopelint.values.objects import ClassValue, NativeFunction

_KEPT = 300_000
"""Numbers that one expression may keep."""

_MODULES = frozenset({"np", "numpy", "math"})

_OF_MODULES = frozenset(
    {"abs", "absolute", "add", "arctan", "ceil", "cos", "divide", "exp", "expm1", "fabs", "float32", "float64"}
    | {"float_power", "floor", "int32", "int64", "log", "log10", "log1p", "log2", "maximum", "minimum", "mod"}
    | {"multiply", "pow", "power", "sin", "sqrt", "square", "subtract", "tan", "tanh"}
)
"""Functions that give a number of numbers, wherever they are called."""

_BUILTINS = frozenset({"range", "float", "int", "abs", "min", "max", "round", "pow"})

_CANONICAL = frozenset(f"{module}.{name}" for module in ("numpy", "math") for name in _OF_MODULES) | frozenset(
    f"builtins.{name}" for name in _BUILTINS
)


class _Other(Exception):
    """There is something in it that may be no number, or do something."""


def keep_for_numbers(unit: Unit, node: cst.Call | cst.ListComp, evaluate: Evaluate) -> Evaluate:
    """`evaluate`, or what looks first whether it was evaluated for the same numbers before."""
    names: dict[str, None] = {}
    functions: dict[tuple[str, ...], Any] = {}
    try:
        _gather(node, names, functions, frozenset())
    except _Other:
        return evaluate
    if not any(len(written) == 2 for written in functions):
        # Python's own operators cost less than looking.
        return evaluate
    called = [unit.visit(function) for function in functions.values()]
    free = [unit.visit(cst.Name(value=name)) for name in names]
    answers: dict[tuple[Any, ...], Any] = {}
    size = 0

    def once(frame: Frame) -> Any:
        nonlocal size
        for function in called:
            found = function(frame)
            kind = type(found)
            if (kind is not NativeFunction and kind is not ClassValue) or found.canonical not in _CANONICAL:
                return evaluate(frame)
        given = [value(frame) for value in free]
        kinds = [type(value) for value in given]
        for each in kinds:
            if each not in NUMBERS:
                return evaluate(frame)
        # 1 and 1.0 are equal and give different numbers; so may 0.0 and -0.0.
        key = (*given, *kinds) if 0.0 not in given else (*map(repr, given), *kinds)
        answer = answers.get(key)
        if answer is not None:
            return answer if type(answer) is not tuple else _thawed(answer)
        made = evaluate(frame)
        if size < _KEPT and (answer := _frozen(made)) is not None:
            size += _weight(answer)
            answers[key] = answer
        return made

    return once


def _gather(node: Any, names: dict[str, None], functions: dict[tuple[str, ...], Any], own: frozenset[str]) -> None:
    """The free names of an expression, and the functions that it calls. `own`: what its comprehensions bind."""
    kind = type(node)
    if kind is cst.Name:
        if node.value not in own:
            names[node.value] = None
    elif kind is cst.BinaryOperation:
        _gather(node.left, names, functions, own)
        _gather(node.right, names, functions, own)
    elif kind is cst.UnaryOperation:
        _gather(node.expression, names, functions, own)
    elif kind is cst.Call:
        written = _function(node.func)
        if written[0] in own or any(each.star or each.keyword is not None for each in node.args):
            raise _Other
        functions[written] = node.func
        for each in node.args:
            _gather(each.value, names, functions, own)
    elif kind is cst.ListComp:
        clause = node.for_in
        while clause is not None:
            if type(clause.target) is not cst.Name or clause.asynchronous is not None:
                raise _Other
            _gather(clause.iter, names, functions, own)
            own |= {clause.target.value}
            for test in clause.ifs:
                _gather(test.test, names, functions, own)
            clause = clause.inner_for_in
        _gather(node.elt, names, functions, own)
    elif kind is not cst.Integer and kind is not cst.Float:
        raise _Other


def _function(node: Any) -> tuple[str, ...]:
    if type(node) is cst.Name and node.value in _BUILTINS:
        return (node.value,)
    if type(node) is not cst.Attribute or type(node.value) is not cst.Name:
        raise _Other
    module, name = node.value.value, node.attr.value
    if module not in _MODULES or name not in _OF_MODULES:
        raise _Other
    return module, name


def _frozen(value: Any) -> Any:
    """A number as it is, a list of them as a tuple; None for anything else."""
    if type(value) in NUMBERS:
        return value
    if type(value) is ListValue and value.rest is None and not value.maybe and value.firm is None:
        items = tuple(map(_frozen, value.items))
        return None if None in items else items
    return None


def _thawed(items: tuple[Any, ...]) -> ListValue:
    return ListValue([item if type(item) is not tuple else _thawed(item) for item in items])


def _weight(value: Any) -> int:
    return sum(map(_weight, value)) if type(value) is tuple else 1
