"""The functions of a file, with the lines of their calls and which of those call TensorFlow: from the text alone."""

from __future__ import annotations

import ast
from typing import Any

from scopelint.tuples import NamedTuple

_ROOTS = ("tensorflow", "tensorflow_core", "tf_slim")


class Function(NamedTuple):
    """A function of a file, or the file itself: the lines of its calls, inner functions' apart."""

    name: str
    node: Any
    calls: set[int]
    tensorflow: set[int]


def _aliases(tree: ast.Module) -> set[str]:
    """The names by which a file speaks of TensorFlow's modules and of what they hold."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] in _ROOTS:
                    names.add(alias.asname or alias.name.partition(".")[0])
        elif isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").partition(".")[0] in _ROOTS:
            names.update(alias.asname or alias.name for alias in node.names)
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute) and _root(node.value) in names:
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return names


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def functions(tree: ast.Module) -> list[Function]:
    """All functions of a file, the file itself first, each with the calls that are its own."""
    names = _aliases(tree)
    out = [Function("", tree, set(), set())]

    def walk(node: ast.AST, inside: Function, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                made = Function(prefix + child.name, child, set(), set())
                out.append(made)
                for outer in (*child.decorator_list, child.args):
                    walk(outer, inside, prefix)
                for statement in child.body:
                    note(statement, made)
                    walk(statement, made, prefix + child.name + ".")
                continue
            note(child, inside)
            walk(child, inside, prefix + child.name + "." if isinstance(child, ast.ClassDef) else prefix)

    def note(node: ast.AST, inside: Function) -> None:
        if isinstance(node, ast.Call):
            inside.calls.add(node.lineno)
            if _root(node.func) in names:
                inside.tensorflow.add(node.lineno)

    walk(tree, out[0], "")
    return out
