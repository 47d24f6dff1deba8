"""What a module defines and nothing in it calls: the functions, methods and tests at which `check` enters it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from scopelint.syntax.positions import node_fields
from scopelint.values.base import plain
from scopelint.values.objects import ClassMethod, ClassValue, FunctionValue, NativeFunction, PropertyValue, StaticMethod


def is_unread(value: object) -> bool:
    """Is it a function whose body nobody has needed so far?"""
    value = plain(value)
    if isinstance(value, (StaticMethod, ClassMethod)):
        value = plain(value.function)
    elif isinstance(value, PropertyValue):
        value = plain(value.getter)
    return isinstance(value, FunctionValue) and value.code.body is None


def public_methods(node: ast.ClassDef) -> list[str]:
    """The methods of a class that its users call."""
    return [
        m.name
        for m in node.body
        if isinstance(m, ast.FunctionDef)
        and (not m.name.startswith("_") or m.name == "__call__")
        and not any(isinstance(d, ast.Name) and d.id in ("property", "staticmethod") for d in m.decorator_list)
    ]


def methods_of(node: ast.ClassDef) -> list[str]:
    """All methods of a class but those that Python itself calls with an object that is not made yet."""
    return [m.name for m in node.body if isinstance(m, ast.FunctionDef) and m.name not in ("__new__", "__init__")]


def is_test_case(value: object) -> bool:
    return isinstance(value, ClassValue) and value.derives_from("unittest.TestCase")


def tests_of(cls: ClassValue) -> list[str]:
    """The tests of a test case, its own and those of its bases in this program, as its runner finds them."""
    found: dict[str, None] = {}
    for each in cls.mro:
        if not each.canonical:
            for name, value in each.attrs.items():
                if name.startswith("test") and isinstance(plain(value), (FunctionValue, NativeFunction)):
                    found[name] = None
    return list(found)


def _named(tree: ast.Module) -> set[str]:
    """Every name and attribute in a module, but for what is asked of a module that it imports."""
    imported: set[str] = set()
    named: set[str] = set()
    asked: list[tuple[str, str]] = []
    # `ast.walk` takes four times as long.
    stack: list[Any] = [tree]
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is ast.Name:
            named.add(node.id)
        elif kind is ast.Attribute and type(node.value) is ast.Name:
            named.add(node.value.id)
            asked.append((node.value.id, node.attr))
        elif kind is ast.Import:
            imported.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif kind is not ast.Constant:
            if kind is ast.Attribute:
                named.add(node.attr)
            for field in node_fields(kind):
                value = getattr(node, field, None)
                if type(value) is list:
                    stack += [member for member in value if isinstance(member, ast.AST)]
                elif isinstance(value, ast.AST):
                    stack.append(value)
    named.update(attribute for name, attribute in asked if name not in imported)
    return named


def uncalled(tree: ast.Module) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The functions and classes of a module that nothing in it names, and of such classes the methods likewise:
    what a user of the module would call. `tf.train` does not name a function `train` of this file."""
    named = _named(tree)
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name not in named:
            yield node.name, ()
        elif isinstance(node, ast.ClassDef) and node.name not in named:
            yield (
                node.name,
                tuple(name for name in public_methods(node) if name not in named),
            )
