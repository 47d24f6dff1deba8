"""Calls of which a part is not known: what is said of their results must hold for the part that stood there.

Each call of `hidden_calls.txt` is made as it stands, and once for each of its constants, lists and tensors with that
part asked of a module that is not there; a tensor also with its shape asked. `P(3, 5)` there is a placeholder of that
shape, `I` and `L` are such of int32 and int64. Neither may the call then be refused, nor a shape, a dtype or a variable
be said that is not that of the call as it stands, nor its number of results.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scopelint.graph.events import VariableMade
from scopelint.record.completeness import is_template
from scopelint.values.base import Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.tensors import Tensor
from tests.python.engine import Ran

CALLS = [line for line in (Path(__file__).parent / "hidden_calls.txt").read_text().splitlines() if line]
TOGETHER = 25
DTYPES = {"P": "float32", "I": "int32", "L": "int64"}
BEFORE = "import numpy as np\nimport tensorflow as tf\nfrom _hidden_ import hidden\nanswer = "


def placeholder(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DTYPES


def parts(call: str) -> list[ast.expr]:
    kinds = (ast.Constant, ast.List, ast.Tuple, ast.Dict)
    return [node for node in ast.walk(ast.parse(call)) if isinstance(node, kinds) or placeholder(node)]  # type: ignore[misc]


class Hiding(ast.NodeTransformer):
    """Puts a text in the place of one part, or of all placeholders."""

    def __init__(self, part: ast.expr | None, text: str) -> None:
        self.part = part
        self.text = text

    def visit(self, node: ast.AST) -> Any:
        place = self.part and (self.part.lineno, self.part.col_offset, self.part.end_col_offset)
        if (
            placeholder(node)
            if self.part is None
            else type(node) is type(self.part) and (node.lineno, node.col_offset, node.end_col_offset) == place  # type: ignore[attr-defined]
        ):
            return ast.parse(self.text, mode="eval").body
        return self.generic_visit(node)


class Written(ast.NodeTransformer):
    """Placeholders as TensorFlow writes them."""

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if not placeholder(node):
            return node
        shape = ", ".join(ast.unparse(each) for each in node.args)
        dtype = DTYPES[node.func.id]  # type: ignore[attr-defined]
        return ast.parse(f"tf.placeholder(tf.{dtype}, [{shape}])", mode="eval").body


def written(call: str) -> str:
    return ast.unparse(Written().visit(ast.parse(call)))


def hidden(call: str) -> Iterator[str]:
    """The call with one part after the other hidden."""
    texts = {}
    for part in parts(call):
        instead = ["hidden()"]
        if placeholder(part):
            instead.append(f"tf.placeholder(tf.{DTYPES[part.func.id]}, hidden())")  # type: ignore[attr-defined]
        for text in instead:
            texts[ast.unparse(Hiding(part, text).visit(ast.parse(call)))] = None
    texts[ast.unparse(Hiding(None, "hidden()").visit(ast.parse(call)))] = None
    yield from (written(text) for text in texts if text != ast.unparse(ast.parse(call)))


def leaves(value: Any) -> Iterator[Any]:
    """Tensors and other values in a result; None for those of which not even the number is known."""
    if isinstance(value, (ListValue, DictValue)):
        held = value.items.values() if isinstance(value, DictValue) else value.items
        for each in held:
            yield from leaves(each)
        if value.rest is not None:
            yield None
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from leaves(each)
    elif isinstance(value, dict):
        yield from leaves(tuple(value.values()))
    elif isinstance(value, Unknown) or (isinstance(value, Tensor) and value.is_stand_in):
        yield None
    else:
        yield value


def differs(said: Any, real: Any) -> bool:
    """Is a shape another than that which is so for certain?"""
    if isinstance(said, Unknown) or isinstance(real, Unknown):
        return False
    if said is None or real is None:
        return said is not real
    known = [
        (a, b) for a, b in zip(said, real, strict=False) if not isinstance(a, Unknown) and not isinstance(b, Unknown)
    ]
    return len(said) != len(real) or any(a is not b if a is None or b is None else a != b for a, b in known)


def made(ran: Ran) -> dict[str, VariableMade]:
    return {event.name: event for event in ran.events if isinstance(event, VariableMade)}


def wrong(said: Ran, real: Ran) -> str:
    """What is said of a call with a hidden part that is not so; empty where nothing is."""
    if said.failures:
        return f"scopelint itself failed: {said.failures}"
    if said.error is not None:
        return f"refused: {said.error_name()}"
    own, theirs = list(leaves(said.names.get("answer"))), list(leaves(real.names.get("answer")))
    if None not in own and None not in theirs:
        if len(own) != len(theirs):
            return f"{len(own)} results, not {len(theirs)}"
        for one, two in zip(own, theirs, strict=True):
            if isinstance(one, Tensor) and isinstance(two, Tensor) and differs(one.shape, two.shape):
                return f"shape {one.shape}, not {two.shape}"
            if isinstance(one, Tensor) and isinstance(two, Tensor) and differs((one.dtype,), (two.dtype,)):
                return f"dtype {one.dtype}, not {two.dtype}"
    variables = made(real)
    for name, event in made(said).items():
        if event.when or is_template(name):
            continue
        if name not in variables:
            return f"makes {name}, not of {sorted(variables)}"
        if event.shape_known and differs(event.shape, variables[name].shape):
            return f"{name} of shape {event.shape}, not {variables[name].shape}"
    return ""


@pytest.mark.parametrize("at", range(0, len(CALLS), TOGETHER))
def test_holds_for_what_stood_there(at: int) -> None:
    told = []
    for call in CALLS[at : at + TOGETHER]:
        real = Ran(BEFORE + written(call))
        assert real.error is None and not real.failures, call
        for text in hidden(call):
            problem = wrong(Ran(BEFORE + text), real)
            if problem:
                told.append(f"{text}: {problem}")
    assert not told, "\n".join(told)
