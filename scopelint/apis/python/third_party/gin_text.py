"""gin's configuration language: its text as statements, values as trees of constants and references."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from typing import Any

from scopelint.tuples import NamedTuple

_LINE_ENDS = (tokenize.NEWLINE, tokenize.ENDMARKER)
_LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)


class Reference(NamedTuple):
    """`@scope/name`, `@name()`, `%name`."""

    name: str
    is_called: bool = False
    is_macro: bool = False

    @property
    def scopes(self) -> tuple[str, ...]:
        return tuple(self.name.split("/")[:-1])

    @property
    def selector(self) -> str:
        return self.name.rpartition("/")[2]


class Binding(NamedTuple):
    """`scope/name.parameter = value`; a macro's has no parameter."""

    scope: str
    selector: str
    parameter: str
    value: Any
    line: int


class Import(NamedTuple):
    module: str
    line: int


class Include(NamedTuple):
    path: str
    line: int


class GinError(Exception):
    """A text that gin does not read."""


def split_key(key: str) -> tuple[str, str, str]:
    """The scope, the configurable and the parameter of `a/b/module.name.parameter`."""
    scope, _, rest = key.rpartition("/")
    selector, _, parameter = rest.rpartition(".")
    return (scope, selector, parameter) if selector else (scope, rest, "")


def read(text: str) -> Iterator[Binding | Import | Include]:
    """The statements of a configuration, in order."""
    block = ""
    for words, indented in _lines(text):
        texts = [word.string for word in words]
        line = words[0].start[0]
        if not indented:
            block = ""
        if texts[0] == "include" and len(words) == 2:
            yield Include(str(ast.literal_eval(texts[1])), line)
        elif texts[0] == "import":
            yield Import("".join(texts[1:]).partition(" ")[0], line)
        elif texts[0] == "from" and "import" in texts:
            at = texts.index("import")
            package = "".join(texts[1:at])
            if package != "__gin__":
                yield Import(f"{package}.{texts[at + 1]}", line)
        elif texts[-1] == ":" and "=" not in texts:
            block = "".join(texts[:-1])
        elif "=" in texts:
            at = texts.index("=")
            key = "".join(texts[:at])
            scope, selector, parameter = split_key(f"{block}.{key}" if indented and block else key)
            yield Binding(scope, selector, parameter, value(words[at + 1 :]), line)
        else:
            raise GinError(f"line {line}: {' '.join(texts)}")


def _lines(text: str) -> Iterator[tuple[list[tokenize.TokenInfo], bool]]:
    """The words of each logical line, and whether it is indented."""
    words: list[tokenize.TokenInfo] = []
    depth = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.INDENT:
                depth += 1
            elif token.type == tokenize.DEDENT:
                depth -= 1
            elif token.type in _LINE_ENDS:
                if words:
                    yield words, depth > 0
                words = []
            elif token.type not in _LAYOUT:
                words.append(token)
    except (tokenize.TokenError, SyntaxError) as problem:
        raise GinError(str(problem)) from None


def value(words: list[tokenize.TokenInfo]) -> Any:
    """The tree of a value: references are written as calls of a name that Python's own parser reads."""
    pieces: list[str] = []
    found: list[Reference] = []
    at = 0
    while at < len(words):
        sign = words[at].string
        if sign in ("@", "%"):
            end = at + 1
            while end < len(words) and (words[end].type == tokenize.NAME or words[end].string in (".", "/")):
                if words[end].type == tokenize.NAME and words[end - 1].type == tokenize.NAME:
                    break
                end += 1
            called = [word.string for word in words[end : end + 2]] == ["(", ")"]
            found.append(Reference("".join(word.string for word in words[at + 1 : end]), called, sign == "%"))
            pieces.append(f"_[{len(found) - 1}]")
            at = end + 2 * called
        else:
            pieces.append(sign)
            at += 1
    try:
        return _tree(ast.parse(" ".join(pieces).strip(), mode="eval").body, found)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise GinError(str(problem)) from None


def _tree(node: ast.expr, found: list[Reference]) -> Any:
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and isinstance(node.slice, ast.Constant):
        return found[int(str(node.slice.value))]
    if isinstance(node, ast.List):
        return [_tree(each, found) for each in node.elts]
    if isinstance(node, ast.Tuple):
        return tuple([_tree(each, found) for each in node.elts])
    if isinstance(node, ast.Dict):
        return {_tree(k, found): _tree(v, found) for k, v in zip(node.keys, node.values, strict=True) if k is not None}
    return ast.literal_eval(node)
