"""One source file: decoding, lines, and its `ast`, which tells where the definitions lie."""

from __future__ import annotations

import ast
import io
import warnings
from typing import Any

from scopelint import later, limits
from scopelint.site import Site


class SyntaxProblem(Exception):
    """The file cannot be read as Python. `message` is one line."""

    def __init__(self, site: Site, message: str) -> None:
        super().__init__(f"{site}: {message}")
        self.site = site
        self.message = message


NO_SOURCE = frozenset({"punycode", "idna", "undefined"})
"""Codecs that Python would take and that no source is written in: one is quadratic, they fail in ways of their own."""

_NEWLINES = later.pattern(r"\r\n?")


def _encoding(data: bytes) -> str:
    first = data.find(b"\n") + 1
    head = data[: data.find(b"\n", first) + 1 if first else 0]
    if head and head.isascii() and b"coding" not in head:
        return "utf-8"
    import tokenize  # 2 ms, for files that name their encoding

    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]


def decode(path: str, data: bytes) -> str:
    """The text, by its coding cookie or BOM, with `\\n` for every line end. Raises SyntaxProblem."""
    if len(data) > limits.SOURCE_BYTES:
        raise SyntaxProblem(Site(path, 1), f"the file is larger than {limits.SOURCE_BYTES} bytes")
    try:
        encoding = _encoding(data)
        if encoding in NO_SOURCE:
            raise LookupError(encoding)
        text = data.decode(encoding)
    except (SyntaxError, LookupError) as problem:
        raise SyntaxProblem(Site(path, 1), f"unknown encoding: {problem}") from None
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise SyntaxProblem(Site(path, line), f"the bytes are not {problem.encoding}") from None
    except ValueError as problem:
        raise SyntaxProblem(Site(path, 1), f"the bytes are not {encoding}: {problem}") from None
    if text.startswith("\ufeff"):
        text = text[1:]
    return _NEWLINES.sub("\n", text) if "\r" in text else text


class Source:
    """A file's text and its `ast`; LibCST reads those parts of it that are entered (syntax/tree.py)."""

    __slots__ = ("kept", "lines", "offset", "path", "python2", "text", "tree")

    def __init__(self, path: str, text: str, python2: bool | None = None, most: float = limits.WORDS) -> None:
        """`python2`: what the source is, None to find out. `most`: the words that are read. Raises SyntaxProblem."""
        self.path = path
        self.kept: dict[str, Any] | None = None
        """Parts read by LibCST, by their text, where analyses follow each other (shelf.py)."""
        self.offset = 0
        """What is added to the lines of all that is read from here, where a run has another text of the file besides
        (interp/stops.py)."""
        self.python2 = bool(python2)
        try:
            self.tree = parse_ast(path, text, most)
        except SyntaxProblem as problem:
            if python2 is False or words(text) > most:
                raise
            self.tree, text = _parse_python2(path, text, problem)
            self.python2 = True
        self.text = text
        self.lines = text.split("\n")


def _parse_python2(path: str, text: str, problem: SyntaxProblem) -> tuple[ast.Module, str]:
    """The source read as Python 2; where it is not that either, the problem that Python 3 has with it stands."""
    from scopelint.syntax.python2 import convert  # an extra, for Python 2 alone

    converted = convert(text)
    if converted is None:
        raise problem
    try:
        return parse_ast(path, converted), converted
    except SyntaxProblem:
        raise problem from None


_WORD = later.pattern(r"\w+")
_SMALL = 200_000
"""Characters of a text that cannot have too many words."""


def words(text: str) -> int:
    """How many words and numbers stand in a text, as what its tree takes goes with that. Short ones are not counted."""
    return _WORD.subn("", text)[1] if len(text) > _SMALL else 0


def parse_ast(path: str, text: str, most: float = limits.WORDS) -> ast.Module:
    """`ast.parse` with every way it can fail as a SyntaxProblem."""
    if words(text) > most:
        raise SyntaxProblem(Site(path, 1), f"the file has more than {int(most)} words, which is more than is read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as problem:
        site = Site(path, problem.lineno or 1, max(0, (problem.offset or 1) - 1))
        raise SyntaxProblem(site, problem.msg or "invalid syntax") from None
    except ValueError as problem:
        raise SyntaxProblem(Site(path, 1), str(problem)) from None
    except (RecursionError, MemoryError):
        raise SyntaxProblem(Site(path, 1), "the code is nested too deeply") from None
