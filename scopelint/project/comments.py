"""The comments of a source, each with the lines of the statement that it belongs to."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from scopelint import later

_WORDS = later.pattern(r"#|'''|\"\"\"|'|\"|[\[\](){}]|\n(?:[ \t\f]*\n)*")
"""What tells where a comment, a string, a bracket or a line begins or ends."""

_CLOSING = {
    "'": later.pattern(r"\\.|'|\n", re.DOTALL),
    '"': later.pattern(r'\\.|"|\n', re.DOTALL),
    "'''": later.pattern(r"\\.|'''", re.DOTALL),
    '"""': later.pattern(r'\\.|"""', re.DOTALL),
}

_FORMATTED = later.pattern(r"(?<!\w)(?:[ft]r?|r[ft])\Z", re.IGNORECASE)
_IN_TEXT = later.pattern(r"\\.|\{\{|\}\}|[{}]|'''|\"\"\"|'|\"|\n", re.DOTALL)
_IN_FIELD = later.pattern(r"'''|\"\"\"|'|\"|[\[\](){}:#\n]")
_NESTED = sys.version_info >= (3, 12)
"""May the strings within an f-string have its own quotes?"""

Comment = tuple[int, int, str, int, int]


class Broken(Exception):
    """A string or a bracket without an end."""


def comments(source: str) -> Iterator[Comment]:
    """Each comment: its line and column, its text, and the lines of the statement it belongs to.

    A statement of many lines is one line to flake8's noqa, and so it is here. `tokenize` says the same and takes ten
    times as long, which is what one can feel in a file of ten thousand lines."""
    told: list[Comment] = []
    try:
        for comment in _whole(source):
            told.append(comment)
            yield comment
    except Broken:
        # Python 2, or no Python at all: what each line says for itself.
        done = {comment[0] for comment in told}
        for number, text in enumerate(source.splitlines(), 1):
            at = text.find("#")
            if at >= 0 and number not in done:
                yield number, at, text[at:], number, number


def _whole(source: str) -> Iterator[Comment]:
    """`first` is where the statement begins that is gone through now, 0 where none has begun."""
    waiting: list[tuple[int, int, str]] = []
    line, begins, at, depth, first = 1, 0, 0, 0, 0
    search = _WORDS.search
    while (found := search(source, at)) is not None:
        here, word = found.start(), found[0]
        if not first and (word[0] not in "#\n" or _is_more(source, at, here)):
            first = line
        at = found.end()
        if word[0] == "\n":
            if source.endswith("\\", begins, here):
                # An empty line behind it ends the statement.
                line, begins, at = line + 1, here + 1, here + 1
                continue
            if first and not depth:
                for comment in waiting:
                    yield (*comment, first, line)
                waiting, first = [], 0
            line, begins = line + len(word.split("\n")) - 1, at
        elif word == "#":
            at = source.find("\n", here)
            at = len(source) if at < 0 else at
            comment = line, here - begins, source[here:at]
            if first:
                waiting.append(comment)
            else:
                # A comment on a line of its own before a statement is not part of it.
                yield (*comment, line, line)
        elif word in "([{":
            depth += 1
        elif word in ")]}":
            depth = max(0, depth - 1)
        else:
            at = _behind(source, here, at, word)
            lines = source.count("\n", here, at)
            if lines:
                line, begins = line + lines, source.rfind("\n", here, at) + 1
    if depth:
        raise Broken
    for comment in waiting:
        yield (*comment, first, line)


def _is_more(source: str, start: int, end: int) -> bool:
    return start < end and not source[start:end].isspace()


def _behind(source: str, start: int, at: int, quote: str) -> int:
    """Where a string ends whose quote stands from `start` to `at`. One that has no end on its line is none, nor is its
    quote then."""
    if _NESTED and _FORMATTED.search(source, max(0, start - 3), start):
        return _behind_formatted(source, at, quote)
    closing = _CLOSING[quote].search
    end = at
    while (found := closing(source, end)) is not None:
        if found[0] == quote:
            return found.end()
        if found[0] == "\n":
            return at
        end = found.end()
    if len(quote) == 3:
        raise Broken
    return at


def _behind_formatted(source: str, at: int, quote: str) -> int:
    """The same of an f-string, from Python 3.12 on: fields hold strings of any quotes."""
    end = at
    while (found := _IN_TEXT.search(source, end)) is not None:
        word, end = found[0], found.end()
        if word.startswith(quote) and len(quote) <= len(word):
            return found.start() + len(quote)
        if word == "{":
            end = _behind_field(source, end)
        elif word == "\n" and len(quote) == 1:
            return at
        elif len(word) == 3:
            end = found.start() + 1
    raise Broken


def _behind_field(source: str, at: int) -> int:
    """Where a field of an f-string ends, whose brace stands before `at`; what its format says may hold others."""
    depth, end = 0, at
    while (found := _IN_FIELD.search(source, end)) is not None:
        word, end = found[0], found.end()
        if word in "([{":
            depth += 1
        elif word == "}" and not depth:
            return end
        elif word in ")]}":
            depth -= 1
        elif word == ":" and not depth:
            return _behind_format(source, end)
        elif word == "#":
            end = source.find("\n", end)
            if end < 0:
                raise Broken
        elif word != "\n" and word != ":":
            end = _behind(source, found.start(), end, word)
    raise Broken


def _behind_format(source: str, at: int) -> int:
    while True:
        opens, closes = source.find("{", at), source.find("}", at)
        if closes < 0:
            raise Broken
        if not 0 <= opens < closes:
            return closes + 1
        at = _behind_field(source, opens + 1)
