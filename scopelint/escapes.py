"""What a terminal, a log or a parser could mistake for its own: control characters of names, sources and paths."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TextIO

from scopelint import later

_UNSEEN = later.pattern(r"[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]")
"""What JSON leaves as it is beyond ASCII's own control characters: those of C1, of direction, lone surrogates."""

_COLOURS = later.pattern(r"(\x1b\[[0-9;]{1,8}m)")


def printable(text: str) -> str:
    """A name may hold anything, also line ends and what moves a terminal's cursor."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def printable_lines(text: str) -> str:
    """The same, tabs and line ends left as they are."""
    if text.isprintable():
        return text
    lines = text.split("\n")
    return text if all(map(str.isprintable, lines)) else "\n".join(map(_printable_line, lines))


def _printable_line(line: str) -> str:
    return "\t".join(map(printable, line.split("\t")))


def say(text: str) -> None:
    """One line on the standard error."""
    sys.stderr.write(f"scopelint: {printable(text)}\n")


def dump(data: Any, stream: TextIO) -> None:  # noqa: ANN401
    """JSON that a person can read and that is safe to print."""
    stream.write(dumped(data, 1) + "\n")


def dumped(data: Any, indent: int | None = None) -> str:  # noqa: ANN401
    """JSON as a text, without spaces where there is no indent."""
    import json  # not at the top: flake8 loads this module at each start

    try:
        text = _indented(data, "\n", json.encoder.encode_basestring, {}) if indent == 1 else ""
    except TypeError:
        text = ""
    text = text or json.dumps(data, indent=indent, ensure_ascii=False, separators=None if indent else (",", ":"))
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _indented(data: Any, end: str, quoted: Callable[[str], str], known: dict[tuple[int, str], str]) -> str:  # noqa: ANN401
    """As json writes it with an indent of one, which it does in Python. `known`: rows that stand there
    more than once. TypeError where something is in it that is seldom in a report."""
    kind = type(data)
    inner = end + " "
    if kind is dict:
        if not data:
            return "{}"
        text = known.get((id(data), end))
        if text is None:
            parts = [
                f"{quoted(key)}: {quoted(value) if type(value) is str else _indented(value, inner, quoted, known)}"
                for key, value in data.items()
            ]
            text = known[id(data), end] = "{" + inner + f",{inner}".join(parts) + end + "}"
        return text
    if kind is list or kind is tuple:
        parts = [quoted(value) if type(value) is str else _indented(value, inner, quoted, known) for value in data]
        return "[" + inner + f",{inner}".join(parts) + end + "]" if parts else "[]"
    if kind is int:
        return str(data)
    if data is None or kind is bool:
        return _WORDS[data]
    raise TypeError(kind)


_WORDS = {True: "true", False: "false", None: "null"}


class Guarded:
    """A stream of text for people, where nothing comes through but text, line ends, tabs and, where wanted, colours."""

    def __init__(self, stream: TextIO, colours: bool = False) -> None:
        self._stream = stream
        self._colours = colours

    def write(self, text: str) -> int:
        if text.isprintable():
            return self._stream.write(text)
        if not self._colours or "\x1b" not in text:
            return self._stream.write(printable_lines(text))
        pieces = _COLOURS.split(text)
        pieces[::2] = map(printable_lines, pieces[::2])
        return self._stream.write("".join(pieces))

    def writelines(self, lines: Any) -> None:  # noqa: ANN401
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._stream, name)
