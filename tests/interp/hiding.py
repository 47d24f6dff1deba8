"""Programs with a part of them hidden: asked of a module that is not there, or one of two values, or put under a test
that is not known."""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

DTYPES = {"P": "float32", "I": "int32", "L": "int64"}
MODULES = frozenset(
    [
        "tf",
        "np",
        "os",
        "re",
        "sys",
        "json",
        "math",
        "collections",
        "functools",
        "itertools",
        "argparse",
        "contextlib",
        "dataclasses",
        "random",
    ]
)
UNSEEN = "from _hidden_ import hidden\n"
"""Of a module that is not there: it may make anything."""
DATA = "from cv2 import hidden\n"
"""Of a library that has nothing to do with TensorFlow: what it gives makes nothing."""
BEFORE = "import numpy as np\nimport tensorflow as tf\n"


@dataclass(frozen=True)
class Place:
    """Where a node stands: a field of its parent, and which of a list."""

    parent: ast.AST
    field: str
    index: int | None

    @property
    def node(self) -> Any:
        held = getattr(self.parent, self.field)
        return held if self.index is None else held[self.index]

    def put(self, node: Any) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


@dataclass(frozen=True)
class Change:
    """What stands at a place instead; `makes_nothing`: is what stood there a plain constant?"""

    place: Place
    instead: Any
    makes_nothing: bool


def parsed(line: str) -> ast.Module:
    """A line or a block as a program; of an expression the value is named `answer`."""
    tree = ast.parse(line)
    if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
        return ast.parse("answer = " + line)
    return tree


def is_placeholder(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DTYPES


class _Written(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if not is_placeholder(node):
            return node
        dtype = DTYPES[node.func.id]  # type: ignore[attr-defined]
        return _call(f"tf.placeholder(tf.{dtype}, 0)", [ast.List(elts=node.args, ctx=ast.Load())])


def _expression(text: str) -> Any:
    return ast.parse(text, mode="eval").body


def _call(text: str, last: list[ast.expr]) -> Any:
    node = _expression(text)
    node.args[-1:] = last
    return node


def written(tree: ast.Module, source: str = UNSEEN) -> str:
    """The program with placeholders as TensorFlow writes them."""
    return BEFORE + source + ast.unparse(_Written().visit(copy.deepcopy(tree)))


def is_module(node: ast.AST) -> bool:
    """Is it a module, or what stands in one: `tf.nn.relu`?"""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in MODULES


def objects(tree: ast.Module) -> frozenset[str]:
    """The names of what the program changes: all that it binds but its functions and classes. Nothing of another module
    is one of these, unless it is handed it."""
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return frozenset(bound | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} | {"super"})


def root(node: ast.AST) -> str:
    """The name that an expression begins with."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def calls_one(node: ast.AST, own: frozenset[str]) -> bool:
    """Is one of the program's objects called in it, and so may be changed by it?"""
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    return any(root(each.func) in own and root(each.func) != "super" for each in calls)


def places(node: ast.AST, own: frozenset[str], changes_it: bool = False) -> Iterator[Place]:
    """All expressions and statements below a node that something else can stand in the place of. `own`: the program's
    own objects; where one is called or set, `changes_it`, nothing else does what that does to it."""
    for field, held in ast.iter_fields(node):
        for index, child in enumerate(held) if isinstance(held, list) else [(None, held)]:
            if not isinstance(child, ast.AST):
                continue
            place = Place(node, field, index)
            if isinstance(child, ast.FormattedValue):
                yield from places(child, own)
                continue
            if isinstance(node, ast.JoinedStr) or field in ("format_spec", "annotation", "returns"):
                continue
            is_set = isinstance(getattr(node, "ctx", None), ast.Store)
            receives = (isinstance(node, ast.Call) and field == "func") or (field == "value" and (changes_it or is_set))
            is_whole = isinstance(node, (ast.Assign, ast.Expr)) and field == "value"
            if isinstance(child, ast.expr) and isinstance(getattr(child, "ctx", ast.Load()), ast.Load):
                stays = isinstance(child, ast.Name) and child.id in (*MODULES, *DTYPES)
                stays = stays or isinstance(child, ast.Starred) or (receives and root(child) in own)
                if not stays and not is_whole and not calls_one(child, own):
                    yield place
            elif isinstance(child, ast.stmt):
                yield place
            if not (isinstance(child, ast.Attribute) and is_module(child)):
                yield from places(child, own, receives)


def is_constant(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) or (
        isinstance(node, (ast.List, ast.Tuple)) and all(is_constant(each) for each in node.elts)
    )


def other(node: ast.AST) -> Any:
    """Another value of the same kind; None where there is none at hand."""
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, bool):
            return ast.Constant(not value)
        if isinstance(value, (int, float)):
            return ast.Constant(value + 1)
        return ast.Constant(value + "x") if isinstance(value, str) else None
    if is_placeholder(node):
        return ast.Call(func=node.func, args=[ast.Constant(2), *node.args], keywords=[])  # type: ignore[attr-defined]
    if isinstance(node, (ast.List, ast.Tuple)) and node.elts:
        return type(node)(elts=[*node.elts, node.elts[-1]], ctx=ast.Load())
    return None


def changes(place: Place) -> Iterator[Change]:
    """All that may stand at a place instead."""
    node = place.node
    ask = _expression("hidden()")
    if isinstance(node, ast.stmt):
        if not isinstance(node, (ast.Import, ast.ImportFrom, ast.Return)) and isinstance(place.parent, ast.Module):
            yield Change(place, ast.If(test=ask, body=[node], orelse=[]), False)
        return
    plain = is_constant(node)
    yield Change(place, ask, plain)
    if isinstance(node, ast.Slice):
        return
    second = other(node)
    if second is not None:
        yield Change(place, ast.IfExp(test=ask, body=node, orelse=second), plain)
        yield Change(place, ast.IfExp(test=ask, body=second, orelse=node), plain)
    star = ast.Starred(value=ask, ctx=ast.Load())
    if isinstance(place.parent, ast.Subscript) and place.field == "slice":
        # Python before 3.11 takes no star there.
        return
    if is_placeholder(node):
        dtype = DTYPES[node.func.id]
        yield Change(place, _expression(f"tf.placeholder(tf.{dtype}, hidden())"), True)
    elif isinstance(node, (ast.List, ast.Tuple)) and node.elts:
        kind = "list" if isinstance(node, ast.List) else "tuple"
        yield Change(place, _expression(f"{kind}(hidden())"), plain)
        yield Change(place, type(node)(elts=[star, node.elts[-1]], ctx=ast.Load()), plain)
        yield Change(place, type(node)(elts=[node.elts[0], star], ctx=ast.Load()), plain)
        if len({ast.dump(each) for each in node.elts}) == 1:
            some = type(node)(elts=[node.elts[0]], ctx=ast.Load())
            yield Change(place, ast.BinOp(left=some, op=ast.Mult(), right=ask), plain)
    elif isinstance(node, ast.Dict) and node.keys:
        yield Change(place, _expression("dict(hidden())"), False)
        yield Change(place, ast.Dict(keys=[None, node.keys[-1]], values=[ask, node.values[-1]]), False)
    elif isinstance(node, ast.Call):
        if node.args:
            yield Change(place, ast.Call(node.func, [star], node.keywords), all(map(is_constant, node.args)))
        if len(node.args) > 1:
            yield Change(place, ast.Call(node.func, [node.args[0], star], node.keywords), False)
        mapping = ast.keyword(arg=None, value=ask)
        if node.keywords:
            held = all(is_constant(each.value) for each in node.keywords)
            yield Change(place, ast.Call(node.func, node.args, [mapping]), held)
        if len(node.keywords) > 1:
            yield Change(place, ast.Call(node.func, node.args, [node.keywords[0], mapping]), False)


def changed(tree: ast.Module, made: list[Change]) -> str:
    """The program with these changes in it."""
    kept = [change.place.node for change in made]
    for change in made:
        change.place.put(change.instead)
    text = written(tree, DATA if all(change.makes_nothing for change in made) else UNSEEN)
    for change, node in zip(made, kept, strict=True):
        change.place.put(node)
    return text


class _Asked(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> Any:
        return _expression("hidden()") if is_placeholder(node) else self.generic_visit(node)


def variants(line: str, count: int | None = None) -> list[str]:
    """The program with one part after the other hidden, and with pairs of them; so many of them, or all."""
    tree = parsed(line)
    draw = random.Random(line)
    found = [change for place in places(tree, objects(tree)) for change in changes(place)]
    texts = dict.fromkeys(changed(tree, [change]) for change in found)
    texts.update(
        dict.fromkeys(changed(tree, [change]).replace(DATA, UNSEEN) for change in found if change.makes_nothing)
    )
    texts[written(_Asked().visit(copy.deepcopy(tree)))] = None
    for _ in range(len(found) // 2):
        one, two = draw.choice(found), draw.choice(found)
        if not (_holds(one.place.node, two.place.node) or _holds(two.place.node, one.place.node)):
            texts[changed(tree, [one, two])] = None
    texts.pop(written(tree), None)
    every = list(texts)
    return every if count is None or len(every) <= count else draw.sample(every, count)


def _holds(one: ast.AST, two: ast.AST) -> bool:
    return any(each is two for each in ast.walk(one))
