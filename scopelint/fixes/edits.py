"""What the fixes share: a parsed file with positions, and a candidate, one way to mend one finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, TypeVar

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from scopelint.rules.findings import Finding
from scopelint.rules.registry import rule
from scopelint.tuples import NamedTuple

N = TypeVar("N", bound=cst.CSTNode)


class Candidate(NamedTuple):
    """`safe`: no name and no sharing changes. `renames`: may names of variables change? They are shown, then."""

    source: str
    what: str
    safe: bool
    renames: bool = False


class Document:
    """A file as LibCST reads it."""

    def __init__(self, source: str) -> None:
        self.source = source
        wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
        self.module = wrapper.module
        self._positions: Any = wrapper.resolve(PositionProvider)
        self._parents: dict[cst.CSTNode, cst.CSTNode] = {}

    def range(self, node: cst.CSTNode) -> CodeRange:
        found: CodeRange = self._positions[node]
        return found

    def all(self, kind: type[N], under: cst.CSTNode | None = None) -> Iterator[N]:
        """All nodes of a kind, in the order of the tree."""
        waiting: list[cst.CSTNode] = [under or self.module]
        while waiting:
            node = waiting.pop()
            if isinstance(node, kind):
                yield node
            children = list(node.children)
            for child in children:
                self._parents[child] = node
            waiting.extend(reversed(children))

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        if not self._parents:
            for _ in self.all(cst.Module):
                pass
        return self._parents.get(node)

    def at(self, kind: type[N], line: int, column: int) -> N | None:
        """The outermost node of a kind that begins there."""
        for node in self.all(kind):
            start = self.range(node).start
            if (start.line, start.column) == (line, column):
                return node
        return None

    def around(self, kind: type[N], line: int, column: int) -> list[N]:
        """The nodes of a kind that hold that place, innermost first."""
        found = []
        for node in self.all(kind):
            where = self.range(node)
            if (where.start.line, where.start.column) <= (line, column) < (where.end.line, where.end.column):
                found.append(node)
        return found[::-1]

    def replaced(self, old: cst.CSTNode, new: cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[Any]) -> str:
        """The source with one node exchanged; nothing else changes by a character."""

        class Exchange(cst.CSTTransformer):
            def on_leave(self, original_node: object, updated_node: object) -> Any:  # noqa: ANN401
                return new if original_node is old else updated_node

        changed = self.module.visit(Exchange())
        return changed.code


def candidates(source: str, finding: Finding) -> Iterator[Candidate]:
    """The ways to mend a finding, the better first. The caller tries them."""
    modules = rule(finding.code).fixes
    if not modules:
        return
    try:
        document = Document(source)
    except cst.ParserSyntaxError:
        return
    for name in modules:
        yield from import_module(f"scopelint.fixes.{name}").candidates(document, finding)


def base_of(call: cst.Call) -> cst.BaseExpression | None:
    """What a function is an attribute of: the `tf` of `tf.variable_scope(...)`."""
    return call.func.value if isinstance(call.func, cst.Attribute) else None


def function_name(call: cst.Call) -> str:
    """The last part of the function's name."""
    if isinstance(call.func, cst.Attribute):
        return call.func.attr.value
    return call.func.value if isinstance(call.func, cst.Name) else ""


def argument(call: cst.Call, name: str, position: int) -> cst.Arg | None:
    """The argument of a parameter, by keyword or by position."""
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == name:
            return arg
    plain = [arg for arg in call.args if arg.keyword is None and not arg.star]
    return plain[position] if position < len(plain) and not any(arg.star for arg in call.args) else None


def keyword(name: str, value: cst.BaseExpression) -> cst.Arg:
    """`name=value` as PEP 8 writes it."""
    no_space = cst.SimpleWhitespace("")
    return cst.Arg(value, cst.Name(name), equal=cst.AssignEqual(no_space, no_space))


def quoted(old: cst.SimpleString, text: str) -> cst.SimpleString:
    """A string literal with another text, in the quotes that it has."""
    return old.with_changes(value=f"{old.prefix}{old.quote}{text}{old.quote}")


def with_arguments(call: cst.Call, args: Sequence[cst.Arg]) -> cst.Call:
    """The call with these arguments, commas between them."""
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    fresh = []
    for number, arg in enumerate(args):
        last = number == len(args) - 1
        kept = arg.comma if isinstance(arg.comma, cst.Comma) else comma
        fresh.append(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT if last else kept))
    return call.with_changes(args=fresh)


def tensorflow_alias(document: Document) -> str:
    """What the file calls TensorFlow."""
    for statement in document.all(cst.Import):
        for name in statement.names:
            if name.evaluated_name.split(".")[0] == "tensorflow":
                return name.evaluated_alias or (name.evaluated_name if "." not in name.evaluated_name else "")
    return ""
