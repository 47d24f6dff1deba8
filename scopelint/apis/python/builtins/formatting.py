"""`%`, `str.format` and f-strings, with holes where a part is not known; `str()` and `repr()` of values."""

from __future__ import annotations

import re
from _string import formatter_field_name_split, formatter_parser  # type: ignore[import-not-found]
from collections.abc import Iterator
from typing import Any

from scopelint import later
from scopelint.apis.call import Call, Raised
from scopelint.apis.python.support import (
    NUMBERS,
    all_plain,
    bare,
    bounded_string,
    class_name,
    derived,
    guarded,
    is_plain,
    reraise,
    too_large,
)
from scopelint.apis.registry import BEHAVIOURS
from scopelint.limits import EXPONENT_DIGITS, STRING
from scopelint.values.base import AnyValue, Cause, Unknown, Value, Why
from scopelint.values.containers import DictValue, ListValue, OpenTuple, SetValue, closed
from scopelint.values.objects import MISSING, ClassValue, FunctionValue, InstanceValue, ModuleValue
from scopelint.values.text import Text, text

HOLE = "\ue000"
"""Stands for a hole while a template is read; no program's string has it."""
_SPEC = later.pattern(rf"%(?:\(([^()]*)\))?([#0\- +]*)(\*|[\d{HOLE}]+)?(?:\.(\*|[\d{HOLE}]*))?[hlL]?(.)", re.DOTALL)
_WIDE = later.pattern(r"\d{5,}")
_DEPTH = 12


def represent(call: Call, value: AnyValue, depth: int = 0) -> Any:
    """`repr(value)`: a str, a Text, or an Unknown."""
    if not isinstance(value, Value) and type(value) is not tuple:
        if type(value) is slice and not is_plain(value):
            return derived(value.start, value.stop, value.step)
        return bounded_text(call, value, repr)
    if isinstance(value, (Unknown, Text)):
        return text(["'", value, "'"]) if isinstance(value, Text) else value
    if depth > _DEPTH:
        return "..."
    if type(value) is tuple:
        inner = [represent(call, v, depth + 1) for v in value]
        return _bracketed(call, "(", inner, ",)" if len(inner) == 1 else ")")
    if isinstance(value, ListValue):
        return _bracketed(call, "[", [represent(call, v, depth + 1) for v in value.items], "]", value.rest)
    if isinstance(value, DictValue):
        pairs = [
            text([represent(call, k, depth + 1), ": ", represent(call, v, depth + 1)]) for k, v in value.items.items()
        ]
        return _bracketed(call, "{", pairs, "}", value.rest)
    if isinstance(value, SetValue):
        if len(value.items) > 1:
            return derived(value, reason="the order of a set is not known")
        if not value.items and value.rest is None:
            return "frozenset()" if value.frozen else "set()"
        inner = [represent(call, v, depth + 1) for v in value.items]
        ends = ("frozenset({", "})") if value.frozen else ("{", "}")
        return _bracketed(call, ends[0], inner, ends[1], value.rest)
    own = getattr(BEHAVIOURS[type(value)], "represent", None)
    if own is not None:
        return own(call, value)
    if isinstance(value, InstanceValue):
        method = value.cls.find("__repr__")
        if method is not MISSING and not getattr(method, "canonical", "").startswith("builtins.object."):
            return call.method(value, "__repr__")
        if value.payload is not None:
            return represent(call, value.payload, depth + 1)
    return describe(call, value)


def describe(call: Call, value: AnyValue) -> Any:
    """`object.__repr__`, without the address that no run repeats."""
    if isinstance(value, ClassValue):
        if value.module == "numpy":
            # The class of a number stands for its dtype too, which is written otherwise.
            return Unknown("the text of a dtype or of its class", value.name)
        return f"<class '{value.name if value.module in ('', 'builtins') else value.module + '.' + value.name}'>"
    if isinstance(value, ModuleValue):
        return f"<module '{value.name}'>"
    address = address_of(call, value)
    if isinstance(value, FunctionValue):
        return text([f"<function {value.name} at ", address, ">"])
    if isinstance(value, InstanceValue):
        module = value.cls.module
        return text(
            [f"<{module}.{value.cls.name} object at " if module else f"<{value.cls.name} object at ", address, ">"]
        )
    return Unknown("the text of this object")


def address_of(call: Call, value: AnyValue) -> Unknown:
    """The address of an object: not known, but one and the same for one object in one run."""
    known: dict[int, tuple[Any, Unknown]] = call.engine.__dict__.setdefault("addresses", {})
    found = known.get(id(value))
    if found is None:
        # The object is kept with it, so that no other gets its number.
        found = known[id(value)] = (value, Unknown("the address of an object", "address", cause=Cause(Why.ADDRESS)))
    return found[1]


def to_string(call: Call, value: Any) -> Any:
    """`str(value)`: a str, a Text, or an Unknown."""
    kind = type(value)
    if kind is str or isinstance(value, (Unknown, Text)):
        return value
    if not isinstance(value, Value) and kind is not tuple and kind is not slice:
        return bounded_text(call, value, str)
    if kind is InstanceValue:
        method = value.cls.find("__str__")
        if method is not MISSING and not getattr(method, "canonical", "").startswith("builtins.object."):
            return call.method(value, "__str__")
        method = value.cls.find("__repr__")
        if method is not MISSING and not getattr(method, "canonical", "").startswith("builtins.object."):
            return call.method(value, "__repr__")
        if isinstance(value.payload, (str, Text)):
            return value.payload
        if value.payload is not None:
            return to_string(call, value.payload)
        return describe(call, value)
    own = getattr(BEHAVIOURS[kind], "to_string", None)
    if own is not None:
        return own(call, value)
    return represent(call, value)


def bounded_text(call: Call, value: Any, function: Any) -> Any:
    if type(value) is int and value.bit_length() > 4 * EXPONENT_DIGITS:
        return too_large(call, "the text of an integer")
    return guarded(call, function, value)


def _bracketed(call: Call, start: str, inner: list[Any], end: str, rest: Unknown | None = None) -> Any:
    parts: list[Any] = [start]
    for i, piece in enumerate(inner):
        if i:
            parts.append(", ")
        parts.append(piece)
    if rest is not None:
        parts += [", " if inner else "", rest]
    parts.append(end)
    if sum(len(p) for p in parts if isinstance(p, str)) > STRING:
        return too_large(call, "a string")
    return text(parts)


def format_value(call: Call, value: AnyValue, conversion: str = "", spec: AnyValue = "") -> Any:
    """`format(value, spec)` after `!r`, `!s` or `!a`: what a field of `.format` or of an f-string becomes."""
    if conversion == "r" or conversion == "a":
        value = represent(call, value)
    elif conversion == "s":
        value = to_string(call, value)
    if isinstance(value, Unknown):
        return value
    if isinstance(spec, Value):
        return derived(spec, value)
    if not isinstance(spec, str):
        call.raise_("TypeError", f"format() argument 2 must be str, not {class_name(call, spec)}")
    if type(value) is InstanceValue:
        method = value.cls.find("__format__")
        if method is not MISSING and not getattr(method, "canonical", "").startswith("builtins."):
            return call.method(value, "__format__", spec)
        value = bare(value) if type(bare(value)) in NUMBERS and value.cls.find("__str__") is MISSING else value
    if isinstance(value, Value) or type(value) is tuple:
        value = to_string(call, value)
        if not isinstance(value, str):
            return value
    if not spec:
        return value if type(value) is str else to_string(call, value)
    if _is_wide(spec):
        return too_large(call, "the width of a field")
    return guarded(call, format, value, spec)


def _is_wide(spec: str) -> bool:
    return any(int(digits) > STRING if len(digits) < 20 else True for digits in _WIDE.findall(spec))


def percent(call: Call, template: str | Text, args: Any) -> Any:
    """`template % args`."""
    args = bare(args)
    if type(template) is str and (type(args) is tuple or not isinstance(args, Value)) and is_plain(args):
        if _is_wide(template) or ("*" in template and _has_wide(args)):
            return too_large(call, "the width of a field")
        try:
            return template % args
        except (TypeError, ValueError, KeyError, OverflowError) as error:
            reraise(call, error)
    fields = Arguments(args)
    out: list[Any] = []
    string, holes = (template, []) if type(template) is str else _with_holes(template)
    left = iter(holes)
    end = 0
    for match in _SPEC.finditer(string):
        _literal(out, string[end : match.start()], left)
        within = match.group().count(HOLE)
        if within:
            # The width is not known, so neither is what the field becomes.
            fields.take(call, match[1])
            unknown = next(left)
            for _ in range(within - 1):
                next(left)
            out.append(unknown.derive(""))
        else:
            out.append(_percent_field(call, match, fields))
        end = match.end()
    _literal(out, string[end:], left)
    if type(template) is str:
        # A hole in the template may hold fields of its own.
        fields.finish(call)
    result = text(out)
    return bounded_string(call, result)


def _literal(out: list[Any], piece: str, holes: Iterator[Unknown]) -> None:
    """Adds literal text, its holes back in their places."""
    for at, part in enumerate(piece.split(HOLE)):
        out += [next(holes), part] if at else [part]


def _has_wide(args: tuple[Any, ...]) -> bool:
    return any(type(a) is int and abs(a) > STRING for a in (args if type(args) is tuple else (args,)))


_NO_MAPPING = (type(None), bool, int, float, complex, str, Text, tuple, FunctionValue)


class Arguments:
    """The right side of `%`, taken one by one."""

    def __init__(self, args: Any) -> None:
        self.mapping = args
        self.named = False
        self.items: list[Any] = list(args) if type(args) is tuple else [args]
        if isinstance(args, OpenTuple):
            self.items = list(args.placed)
        self.taken = 0

    def take(self, call: Call, name: str | None) -> Any:
        if name is not None:
            self.named = True
            return call.getitem(self.mapping, name)
        if self.taken >= len(self.items):
            more = closed(self.mapping)
            if isinstance(more, Unknown):
                return more.derive("")
            call.raise_("TypeError", "not enough arguments for format string")
        self.taken += 1
        return self.items[self.taken - 1]

    def finish(self, call: Call) -> None:
        # What can be subscripted is taken for a mapping, of which nothing needs to be used: lists, arrays, tensors too.
        if not self.named and self.taken < len(self.items) and isinstance(self.mapping, _NO_MAPPING):
            call.raise_("TypeError", "not all arguments converted during string formatting")


def _percent_field(call: Call, match: re.Match[str], fields: Arguments) -> Any:
    name, flags, width, precision, kind = match.groups()
    if kind == "%":
        return "%"
    if width == "*":
        width = fields.take(call, None)
    if precision == "*":
        precision = fields.take(call, None)
    value = fields.take(call, name)
    if isinstance(width, Value) or isinstance(precision, Value):
        return derived(width, precision, value)
    if kind in "sra":
        value = to_string(call, value) if kind == "s" else represent(call, value)
        kind = "s"
    elif type(value) is InstanceValue and type(value.payload) in NUMBERS:
        value = value.payload
    if isinstance(value, (Unknown, Text)):
        return value
    if isinstance(value, Value):
        own = getattr(BEHAVIOURS[type(value)], "as_number", None)
        if own is not None:
            value = own(call, value)
            if isinstance(value, Unknown):
                return value
        elif isinstance(value, (DictValue, ListValue, SetValue)):
            call.raise_("TypeError", f"%{kind} format: a number is required, not {class_name(call, value)}")
        else:
            return derived(value, reason="an object formatted as a number")
    spec = "%" + (flags or "") + ("" if width is None else str(width))
    spec += ("" if precision is None else "." + str(precision)) + kind
    if _is_wide(spec):
        return too_large(call, "the width of a field")
    return guarded(call, spec.__mod__, (value,))


def format_string(call: Call, template: str | Text, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`template.format(*args, **kwargs)`."""
    if type(template) is str and all_plain(args, kwargs):
        if _is_wide(template) or any(type(a) is int and abs(a) > 10_000 for a in (*args, *kwargs.values())):
            pass
        else:
            return guarded(call, template.format, *args, **kwargs)
    string, holes = (template, []) if type(template) is str else _with_holes(template)
    try:
        result = text(_fields(call, string, args, kwargs, [0], 0, iter(holes)))
    except Raised:
        if holes:
            # The hole may well stand for what is missed here.
            return derived(template)
        raise
    return bounded_string(call, result)


def _with_holes(template: Any) -> tuple[str, list[Unknown]]:
    return (
        "".join(p if isinstance(p, str) else HOLE for p in template.parts),
        [p for p in template.parts if isinstance(p, Unknown)],
    )


def _fields(
    call: Call,
    template: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    numbering: list[int],
    depth: int,
    holes: Iterator[Unknown],
) -> list[Any]:
    out: list[Any] = []
    if depth > 1:
        call.raise_("ValueError", "Max string recursion exceeded")
    for literal, field, spec, conversion in guarded(call, lambda: list(formatter_parser(template))):
        _literal(out, literal, holes)
        if field is None:
            continue
        within = [next(holes) for _ in range(field.count(HOLE) + (spec or "").count(HOLE))]
        if within:
            numbering[0] += not field
            out.append(within[0].derive(""))
            continue
        first, rest = guarded(call, lambda name=field: _split(formatter_field_name_split, name))
        if first == "":
            first = numbering[0]
            numbering[0] += 1
        if isinstance(first, int):
            if first >= len(args):
                call.raise_("IndexError", f"Replacement index {first} out of range for positional args tuple")
            value = args[first]
        elif first in kwargs:
            value = kwargs[first]
        else:
            call.raise_("KeyError", first)
        for is_attribute, key in rest:
            value = call.getattr(value, key) if is_attribute else call.getitem(value, key)
        if spec and "{" in spec:
            spec = text(_fields(call, spec, args, kwargs, numbering, depth + 1, holes))
        out.append(format_value(call, value, conversion or "", spec or ""))
    return out


def _split(split: Any, name: str) -> tuple[Any, list[Any]]:
    first, rest = split(name)
    return first, list(rest)
