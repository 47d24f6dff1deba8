"""re on strings that are known, also in part; patterns that could run for ever are not asked."""

from __future__ import annotations

import re
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.formatting import HOLE
from scopelint.apis.python.builtins.indices import index_of
from scopelint.apis.python.builtins.strings import unwrap
from scopelint.apis.python.support import derived, guarded, lift, too_large
from scopelint.apis.registry import Behaviour, Namespace, object_behaves
from scopelint.limits import STRING
from scopelint.patterns import may_run_for_ever
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import MISSING, BoundMethod, IteratorValue, NativeFunction, NativeObject
from scopelint.values.text import Text, text

api = Namespace("re")

PATTERN = "re.Pattern"
MATCH = "re.Match"

PATTERN_LENGTH = 2_000
"""Longer patterns are generated; none decides a name."""

for _name in (
    "IGNORECASE",
    "I",
    "MULTILINE",
    "M",
    "DOTALL",
    "S",
    "VERBOSE",
    "X",
    "UNICODE",
    "U",
    "ASCII",
    "A",
    "LOCALE",
    "L",
):
    api.constant(_name, int(getattr(re, _name)))

api.type("error", bases=("builtins.Exception",))


def compiled(call: Call, pattern: AnyValue, flags: AnyValue = 0) -> Any:
    """A pattern as CPython's own, or an Unknown."""
    if isinstance(pattern, NativeObject) and pattern.kind == PATTERN:
        return pattern.payload
    pattern = unwrap(pattern)
    if not isinstance(pattern, (str, bytes)) or not isinstance(flags, int):
        return derived(pattern, flags, reason="a pattern that is not known")
    if len(pattern) > PATTERN_LENGTH:
        return too_large(call, "a regular expression")
    try:
        return re.compile(pattern, flags)
    except re.error as problem:
        call.raise_("re.error", str(problem))
    except (RecursionError, OverflowError, ValueError) as problem:
        call.raise_(type(problem).__name__, str(problem))


@api.function
def compile(call: Call, pattern: AnyValue, flags: AnyValue = 0) -> Any:
    found = compiled(call, pattern, flags)
    return found if isinstance(found, Unknown) else NativeObject(PATTERN, found)


@api.function
def escape(call: Call, pattern: AnyValue) -> Any:
    pattern = unwrap(pattern)
    if isinstance(pattern, Text):
        return text([re.escape(p) if isinstance(p, str) else p for p in pattern.parts])
    if isinstance(pattern, bytes):
        return re.escape(pattern)
    return re.escape(pattern) if isinstance(pattern, str) else derived(pattern)


@api.function
def purge(call: Call) -> None:
    return None


class Subject:
    """What is searched: a string, or a text whose holes are stood for by characters of no alphabet."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.holes: list[Unknown] = []
        if isinstance(value, Text):
            self.holes = [p for p in value.parts if isinstance(p, Unknown)]
            self.string: Any = "".join(p if isinstance(p, str) else HOLE for p in value.parts)
        else:
            self.string = value

    def lifted(self, piece: Any, start: int) -> Any:
        """A part of the subject with its holes again; `start` is where it begins."""
        if piece is None or not self.holes:
            return piece
        first = self.string.count(HOLE, 0, start)
        out: list[Any] = []
        for at, literal in enumerate(piece.split(HOLE)):
            out += [self.holes[first + at - 1], literal] if at else [literal]
        return text(out)


def subject_of(call: Call, value: AnyValue) -> Subject | Unknown:
    value = unwrap(value)
    if isinstance(value, (str, bytes, Text)):
        return Subject(value)
    if isinstance(value, Unknown):
        return value
    call.raise_("TypeError", "expected string or bytes-like object")
    raise AssertionError


_END = 1 << 60
"""Where a search ends that was not bounded."""


def _bounds(call: Call, pos: AnyValue, endpos: AnyValue) -> tuple[int, int] | Unknown:
    begin, end = index_of(call, pos), index_of(call, endpos)
    if isinstance(begin, Unknown) or isinstance(end, Unknown):
        return derived(begin, end)
    return begin, end


def _found(call: Call, pattern: Any, string: Any, how: str, pos: AnyValue = 0, endpos: AnyValue = _END) -> Any:
    """match, search or fullmatch."""
    subject = subject_of(call, string)
    bounds = _bounds(call, pos, endpos)
    if isinstance(bounds, Unknown):
        return bounds
    if isinstance(pattern, Unknown) or isinstance(subject, Unknown):
        return derived(pattern, subject if isinstance(subject, Unknown) else None)
    if may_run_for_ever(pattern, subject.string):
        return too_large(call, "the cost of a regular expression")
    found = guarded(call, getattr(pattern, how), subject.string, *bounds)
    if found is None:
        # A hole may hold what the pattern asks for.
        return None if not subject.holes else subject.holes[0].derive("")
    return NativeObject(MATCH, (found, subject))


def _replaced(call: Call, pattern: Any, repl: Any, string: Any, count: Any = 0) -> Any:
    subject = subject_of(call, string)
    repl = unwrap(repl)
    if isinstance(pattern, Unknown) or isinstance(subject, Unknown) or isinstance(count, Unknown):
        return derived(pattern, count, subject if isinstance(subject, Unknown) else None)
    if may_run_for_ever(pattern, subject.string):
        return too_large(call, "the cost of a regular expression")
    if isinstance(repl, (Unknown, Text)) and not isinstance(subject.string, str):
        return derived(repl)
    out: list[Any] = []
    end = size = 0
    for made, match in enumerate(pattern.finditer(subject.string)):
        if count and made >= count:
            break
        out.append(subject.lifted(subject.string[end : match.start()], end))
        if isinstance(repl, (str, bytes)):
            piece = guarded(call, match.expand, repl)
            out.append(
                subject.lifted(piece, match.start()) if HOLE in str(piece) and len(subject.holes) == 1 else piece
            )
            size += len(piece)
            if size > STRING:
                return too_large(call, "a string")
        elif isinstance(repl, (Unknown, Text)):
            out.append(repl)
        else:
            out.append(call.to_string(call.invoke(repl, NativeObject(MATCH, (match, subject)))))
        end = match.end()
    out.append(subject.lifted(subject.string[end:], end))
    return b"".join(out) if isinstance(subject.string, bytes) else text(out)


def _split(call: Call, pattern: Any, string: Any, maxsplit: Any = 0) -> Any:
    subject = subject_of(call, string)
    if isinstance(pattern, Unknown) or isinstance(subject, Unknown):
        return derived(pattern, subject if isinstance(subject, Unknown) else None)
    if may_run_for_ever(pattern, subject.string):
        return too_large(call, "the cost of a regular expression")
    out: list[Any] = []
    end = 0
    for match in pattern.finditer(subject.string):
        if maxsplit and len(out) >= maxsplit * (1 + pattern.groups):
            break
        out.append(subject.lifted(subject.string[end : match.start()], end))
        out += [subject.lifted(match.group(g), match.start(g)) for g in range(1, pattern.groups + 1)]
        end = match.end()
    out.append(subject.lifted(subject.string[end:], end))
    return ListValue(out)


def _all(call: Call, pattern: Any, string: Any, matches: bool, pos: Any = 0, endpos: Any = _END) -> Any:
    subject = subject_of(call, string)
    bounds = _bounds(call, pos, endpos)
    if isinstance(bounds, Unknown):
        return bounds
    if isinstance(pattern, Unknown) or isinstance(subject, Unknown):
        return derived(pattern, subject if isinstance(subject, Unknown) else None)
    if may_run_for_ever(pattern, subject.string):
        return too_large(call, "the cost of a regular expression")
    found = list(pattern.finditer(subject.string, *bounds))
    if matches:
        return IteratorValue(iter([NativeObject(MATCH, (m, subject)) for m in found]))
    if pattern.groups > 1:
        return ListValue(
            [tuple([subject.lifted(m.group(g), m.start(g)) or "" for g in range(1, pattern.groups + 1)]) for m in found]
        )
    group = 1 if pattern.groups else 0
    return ListValue([subject.lifted(m.group(group), m.start(group)) for m in found])


METHODS: dict[str, Any] = {
    "match": lambda call, p, string, pos=0, endpos=_END: _found(call, p, string, "match", pos, endpos),
    "search": lambda call, p, string, pos=0, endpos=_END: _found(call, p, string, "search", pos, endpos),
    "fullmatch": lambda call, p, string, pos=0, endpos=_END: _found(call, p, string, "fullmatch", pos, endpos),
    "sub": lambda call, p, repl, string, count=0: _replaced(call, p, repl, string, count),
    "split": lambda call, p, string, maxsplit=0: _split(call, p, string, maxsplit),
    "findall": lambda call, p, string, pos=0, endpos=_END: _all(call, p, string, False, pos, endpos),
    "finditer": lambda call, p, string, pos=0, endpos=_END: _all(call, p, string, True, pos, endpos),
}


def _functions() -> None:
    def declare(name: str) -> None:
        method = METHODS[name]
        if name == "sub":

            def substitute(
                call: Call,
                pattern: AnyValue,
                repl: AnyValue,
                string: AnyValue,
                count: AnyValue = 0,
                flags: AnyValue = 0,
            ) -> Any:
                return method(call, compiled(call, pattern, flags), repl, string, count)

            api.function(substitute, name=name)
        elif name == "split":

            def split(
                call: Call, pattern: AnyValue, string: AnyValue, maxsplit: AnyValue = 0, flags: AnyValue = 0
            ) -> Any:
                return method(call, compiled(call, pattern, flags), string, maxsplit)

            api.function(split, name=name)
        else:

            def search(call: Call, pattern: AnyValue, string: AnyValue, flags: AnyValue = 0) -> Any:
                return method(call, compiled(call, pattern, flags), string)

            api.function(search, name=name)

    for name in METHODS:
        declare(name)


_functions()


def _pattern_method(name: str) -> NativeFunction:
    method = METHODS[name]
    return NativeFunction(
        name, lambda call, self, *args, **kwargs: method(call, self.payload, *args, **kwargs), f"re.Pattern.{name}"
    )


_PATTERN_NATIVES = {name: _pattern_method(name) for name in METHODS}


@object_behaves(PATTERN)
class PatternBehaviour(Behaviour):
    python_class = "builtins.object"

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        native = _PATTERN_NATIVES.get(name)
        if native is not None:
            return BoundMethod(native, value)
        if name in ("pattern", "flags", "groups"):
            return getattr(value.payload, name)
        return lift(dict(value.payload.groupindex)) if name == "groupindex" else MISSING


def _group(call: Call, self: NativeObject, *groups: Any) -> Any:
    match, subject = self.payload
    found: list[Any] = []
    for group in groups or (0,):
        number = group if isinstance(group, str) else index_of(call, group)
        if isinstance(number, Unknown):
            return number.derive("")
        piece = guarded(call, match.group, number)
        found.append(subject.lifted(piece, match.start(number)))
    return found[0] if len(found) == 1 else tuple(found)


def _groups(call: Call, self: NativeObject, default: AnyValue = None) -> Any:
    match, subject = self.payload
    return tuple(
        [
            default if match.group(g) is None else subject.lifted(match.group(g), match.start(g))
            for g in range(1, match.re.groups + 1)
        ]
    )


def _groupdict(call: Call, self: NativeObject, default: AnyValue = None) -> Any:
    match, subject = self.payload
    return DictValue(
        {
            n: default if match.group(n) is None else subject.lifted(match.group(n), match.start(n))
            for n in match.re.groupindex
        }
    )


def _position(which: str) -> Any:
    def method(call: Call, self: NativeObject, group: Any = 0) -> Any:
        match, subject = self.payload
        if subject.holes:
            return subject.holes[0].derive("")
        return guarded(call, getattr(match, which), group)

    return method


_MATCH_NATIVES = {
    name: NativeFunction(name, impl, f"re.Match.{name}")
    for name, impl in {
        "group": _group,
        "groups": _groups,
        "groupdict": _groupdict,
        "start": _position("start"),
        "end": _position("end"),
        "span": _position("span"),
        "__getitem__": _group,
    }.items()
}


@object_behaves(MATCH)
class MatchBehaviour(Behaviour):
    python_class = "builtins.object"

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        native = _MATCH_NATIVES.get(name)
        if native is not None:
            return BoundMethod(native, value)
        return value.payload[1].value if name == "string" else MISSING

    def getitem(self, call: Call, value: Any, key: Any) -> Any:
        return _group(call, value, key)
