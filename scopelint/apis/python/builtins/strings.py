"""How str, bytes and Text (a string with holes) answer Python's operators and their methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.formatting import format_string, format_value, percent
from scopelint.apis.python.builtins.indices import plain_slice
from scopelint.apis.python.builtins.numbers import (
    compare_constants,
    operator_methods,
    plain_method,
    unknown_compare,
)
from scopelint.apis.python.support import (
    MethodTable,
    all_plain,
    bare,
    class_name,
    derived,
    guarded,
    is_plain,
    lift,
    members,
    too_large,
)
from scopelint.apis.registry import BEHAVIOURS
from scopelint.limits import ITEMS, STRING
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.text import Text, text


def unwrap(value: AnyValue) -> Any:
    """The text of an instance of a user's str subclass."""
    if type(value) is InstanceValue and isinstance(value.payload, (str, bytes, Text)):
        return value.payload
    return value


class StringBehaviour(MethodTable):
    """str and bytes."""

    def binary(self, call: Call, sign: str, left: Any, right: Any) -> Any:
        if sign == "%" and type(left) is not InstanceValue:
            if type(left) is str:
                return percent(call, left, right)
            if isinstance(left, bytes):
                return guarded(call, left.__mod__, right) if is_plain(right) else derived(right)
            return NotImplemented
        left, right = unwrap(left), unwrap(right)
        if type(left) is str and sign == "%":
            return percent(call, left, right)
        if sign == "+":
            if type(left) is type(right):
                return left + right if len(left) + len(right) <= STRING else too_large(call, "a string")
            if isinstance(left, (str, Text, Unknown)) and isinstance(right, (str, Text, Unknown)):
                return text([left, right])
            if isinstance(left, Unknown) or isinstance(right, Unknown):
                return derived(left, right)
            if type(left) is str and not isinstance(right, Value):
                call.raise_("TypeError", f'can only concatenate str (not "{class_name(call, right)}") to str')
            return NotImplemented
        if sign == "*":
            return repeat(call, left, right)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return derived(left, right)
        return NotImplemented

    def compare(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        left, right = unwrap(left), unwrap(right)
        if isinstance(left, Text) or isinstance(right, Text):
            return compare_texts(sign, left, right)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return unknown_compare(sign, left, right)
        if isinstance(left, Value) or isinstance(right, Value):
            return NotImplemented
        if sign in ("==", "!=") and (type(left) is tuple or type(right) is tuple):
            return sign == "!="
        return compare_constants(call, sign, left, right)

    def contains(self, call: Call, value: Any, member: Any) -> Any:
        member = unwrap(member)
        if isinstance(member, Unknown):
            return member.derive("")
        if isinstance(member, Text):
            known = [p for p in member.parts if isinstance(p, str)]
            return member.unknown.derive("") if all(p in value for p in known) else False
        if isinstance(member, Value) or type(member) is tuple:
            call.raise_("TypeError", f"'in <string>' requires string as left operand, not {class_name(call, member)}")
        return guarded(call, value.__contains__, member)

    def getitem(self, call: Call, value: Any, key: Any) -> Any:
        if type(key) is int or is_plain(key):
            return guarded(call, value.__getitem__, key)
        return derived(key)

    def iterate(self, call: Call, value: Any) -> Any:
        return iter(value)

    def length(self, call: Call, value: Any) -> Any:
        return len(value)

    def truth(self, call: Call, value: Any) -> Any:
        return bool(value)


class TextBehaviour(MethodTable):
    """A string of which some parts are not known."""

    def binary(self, call: Call, sign: str, left: Any, right: Any) -> Any:
        left, right = unwrap(left), unwrap(right)
        if sign == "%":
            return percent(call, left, right) if isinstance(left, (str, Text)) else derived(left, right)
        if sign == "+" and isinstance(left, (str, Text, Unknown)) and isinstance(right, (str, Text, Unknown)):
            return text([left, right])
        if sign == "*":
            return repeat(call, left, right)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return derived(left, right)
        return NotImplemented

    def compare(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        return compare_texts(sign, unwrap(left), unwrap(right))

    def contains(self, call: Call, value: Any, member: Any) -> Any:
        member = unwrap(member)
        if isinstance(member, str) and any(member in p for p in value.parts if isinstance(p, str)):
            return True
        return derived(value, member)

    def getitem(self, call: Call, value: Any, key: Any) -> Any:
        bounds = plain_slice(call, key) if type(key) is slice else key
        return bounds.derive("") if isinstance(bounds, Unknown) else slice_text(value, bounds)

    def iterate(self, call: Call, value: Any) -> Any:
        return value.unknown.derive("")

    def length(self, call: Call, value: Any) -> Any:
        return value.unknown.derive(f"len({value.unknown.label})" if value.unknown.label else "")

    def truth(self, call: Call, value: Any) -> Any:
        return True if any(isinstance(p, str) for p in value.parts) else value.unknown


def repeat(call: Call, left: Any, right: Any) -> Any:
    """`"ab" * 3`, either way round."""
    value, count = (left, right) if isinstance(left, (str, bytes, Text)) else (right, left)
    count = bare(count)
    if isinstance(count, Unknown):
        return derived(count, value)
    if type(count) not in (int, bool):
        return (
            NotImplemented
            if isinstance(count, Value)
            else call.raise_("TypeError", f"can't multiply sequence by non-int of type '{class_name(call, count)}'")
        )
    length = sum(len(p) if isinstance(p, str) else 1 for p in value.parts) if isinstance(value, Text) else len(value)
    if length * count > STRING:
        return too_large(call, "a string")
    return text(value.parts * count) if isinstance(value, Text) else value * count


def compare_texts(sign: str, left: AnyValue, right: AnyValue) -> Any:
    """Texts are equal, not equal, or it is not known; their order is not known."""
    if sign in ("==", "!="):
        if not isinstance(left, Text):
            left, right = right, left
        if not isinstance(right, (str, Text, Unknown)):
            return NotImplemented if isinstance(right, Value) else sign == "!="
        answer = left == right
        return answer if sign == "==" or not isinstance(answer, bool) else not answer
    return derived(left, right)


def slice_text(value: Text, key: AnyValue) -> Any:
    """An index or a slice that touches only what is known of a text, else Unknown."""
    first, last = value.parts[0], value.parts[-1]
    start, end = (first if isinstance(first, str) else ""), (last if isinstance(last, str) else "")
    label = value.unknown.label
    if type(key) is int:
        if 0 <= key < len(start):
            return start[key]
        if -len(end) <= key < 0:
            return end[key]
    elif type(key) is slice and is_plain(key) and key.step in (None, 1):
        low, high = key.start, key.stop
        parts: list[Any] = list(value.parts)
        if low is not None and low < 0 and -low <= len(end):
            if high is None:
                return end[low:]
            return end[low:high] if high < 0 else derived(value)
        if high is not None and 0 <= high <= len(start) and (low is None or low >= 0):
            return start[low:high]
        if low is None or 0 <= low <= len(start):
            if low:
                parts[0] = start[low:]
            if high is None:
                return text(parts)
            if high < 0 and -high <= len(end):
                parts[-1] = end[:high] if len(parts) > 1 or not low else parts[-1][:high]
                return text(parts)
    return value.unknown.derive(label)


# Methods that keep holes. `self` is str or Text, arguments may hold anything.


def _each_literal(change: str) -> Callable[..., Any]:
    def method(call: Call, self: Text) -> Any:
        return text([getattr(p, change)() if isinstance(p, str) else p for p in self.parts])

    return method


def _strip(left: bool, right: bool) -> Callable[..., Any]:
    def method(call: Call, self: Text, chars: Any = None) -> Any:
        if isinstance(chars, Value):
            return derived(self, chars)
        parts: list[Any] = list(self.parts)
        if left and isinstance(parts[0], str):
            parts[0] = parts[0].lstrip(chars)
        if right and isinstance(parts[-1], str):
            parts[-1] = parts[-1].rstrip(chars)
        return text(parts)

    return method


def _replace(call: Call, self: Any, old: Any, new: Any, count: Any = -1) -> Any:
    old, new = unwrap(old), unwrap(new)
    if isinstance(old, Value) or isinstance(count, Value):
        return derived(self, old, count)
    if isinstance(new, Value):
        if not isinstance(new, (Text, Unknown)) or not old:
            return derived(self, new)
    elif not isinstance(self, Text):
        text_like = isinstance(new, (str, bytes)) and isinstance(old, type(new)) and isinstance(self, type(new))
        if text_like and len(new) > 1 and (self.count(old) if old else len(self) + 1) * len(new) > STRING:
            return too_large(call, "a string")
        return guarded(call, self.replace, old, new, count)
    out: list[Any] = []
    for part in self.parts if isinstance(self, Text) else (self,):
        if not isinstance(part, str):
            out.append(part)
            continue
        pieces = part.split(old, count) if old else [part]
        if count > 0:
            count = max(0, count - len(pieces) + 1)
        for i, piece in enumerate(pieces):
            out += [new, piece] if i else [piece]
    return text(out)


def _split(reverse: bool) -> Callable[..., Any]:
    def method(call: Call, self: Text, sep: Any = None, maxsplit: Any = -1) -> Any:
        """A hole is taken to hold no separator: it stands, as a rule, for an index or for one name."""
        sep = unwrap(sep)
        if isinstance(sep, Value) or isinstance(maxsplit, Value):
            return derived(self, sep, maxsplit)
        if not isinstance(sep, (str, type(None))) or not isinstance(maxsplit, int):
            call.raise_("TypeError", f"must be str or None, not {class_name(call, sep)}")
        if sep == "":
            call.raise_("ValueError", "empty separator")
        pieces: list[Any] = [[]]
        for part in self.parts:
            if not isinstance(part, str):
                pieces[-1].append(part)
                continue
            split = part.split(sep) if sep is not None else _split_blank(part)
            for i, piece in enumerate(split):
                if i:
                    pieces.append([])
                pieces[-1].append(piece)
        joint = " " if sep is None else sep
        if 0 <= maxsplit < len(pieces) - 1:
            cut = len(pieces) - maxsplit if reverse else maxsplit
            kept, merged = (pieces[cut:], pieces[:cut]) if reverse else (pieces[:cut], pieces[cut:])
            flat: list[Any] = []
            for i, piece in enumerate(merged):
                flat += [joint, *piece] if i else piece
            pieces = [flat, *kept] if reverse else [*kept, flat]
        found: list[Any] = [text(p) for p in pieces]
        if sep is None:
            found = [p for p in found if not (isinstance(p, str) and not p)]
        return ListValue(found)

    return method


def _split_blank(part: str) -> list[str]:
    out = part.split()
    if part[:1].isspace():
        out.insert(0, "")
    if part[-1:].isspace() and part.strip():
        out.append("")
    return out or ["", ""]


def _partition(reverse: bool) -> Callable[..., Any]:
    def method(call: Call, self: Text, sep: Any) -> Any:
        sep = unwrap(sep)
        if not isinstance(sep, str):
            return (derived(self, sep),) * 3
        numbers = range(len(self.parts))
        for i in reversed(numbers) if reverse else numbers:
            part = self.parts[i]
            if isinstance(part, str) and sep in part:
                before, _, after = part.rpartition(sep) if reverse else part.partition(sep)
                return (text([*self.parts[:i], before]), sep, text([after, *self.parts[i + 1 :]]))
        return ("", "", self) if reverse else (self, "", "")

    return method


def _starts(end: bool) -> Callable[..., Any]:
    def method(call: Call, self: str | Text, prefix: Any, *bounds: Any) -> Any:
        if type(prefix) is tuple:
            doubt: Any = None
            for one in prefix:
                answer = method(call, self, one, *bounds)
                if answer is True:
                    return True
                doubt = doubt if answer is False else answer
            return False if doubt is None else doubt
        prefix = unwrap(prefix)
        if bounds or isinstance(prefix, Unknown) or not isinstance(prefix, (str, Text)):
            if isinstance(prefix, Value) or isinstance(self, Text):
                return derived(self, prefix, *bounds)
            return guarded(call, self.endswith if end else self.startswith, prefix, *bounds)
        mine = self.parts[-1 if end else 0] if isinstance(self, Text) else self
        other = prefix.parts[-1 if end else 0] if isinstance(prefix, Text) else prefix
        if not isinstance(mine, str) or not isinstance(other, str):
            return derived(self, prefix)
        whole_other = other is prefix
        fits = mine.endswith(other) if end else mine.startswith(other)
        if fits:
            return True if whole_other else derived(prefix)
        may = other.endswith(mine) if end else other.startswith(mine)
        return derived(self, prefix) if may and mine is not self else False

    return method


def _join(call: Call, self: InstanceValue, iterable: AnyValue) -> Any:
    pieces = members(call, bare(iterable))
    if isinstance(pieces, Unknown):
        return pieces.derive(pieces.label)
    out: list[Any] = []
    size = 0
    for i, piece in enumerate(pieces):
        piece = unwrap(piece)
        if i and (isinstance(self, Text) or self):
            out.append(self)
        if type(piece) is str:
            size += len(piece) + 1
            if size > STRING:
                return too_large(call, "a string")
        elif not isinstance(piece, (Unknown, Text)):
            if isinstance(self, bytes) and isinstance(piece, bytes):
                total = sum(len(p) for p in pieces if isinstance(p, bytes)) + len(self) * len(pieces)
                if total > STRING:
                    return too_large(call, "a string")
                return guarded(call, self.join, pieces) if all_plain(pieces) else derived(*pieces)
            call.raise_("TypeError", f"sequence item {i}: expected str instance, {class_name(call, piece)} found")
        out.append(piece)
    if isinstance(self, bytes):
        return guarded(call, self.join, pieces)
    if isinstance(self, str) and len(self) * len(pieces) > STRING:
        return too_large(call, "a string")
    return text(out)


def _format(call: Call, self: Any, *args: Any, **kwargs: Any) -> Any:
    return format_string(call, self, args, kwargs)


def _format_map(call: Call, self: Any, mapping: Any) -> Any:
    items = bare(mapping)
    known = getattr(items, "items", None)
    if isinstance(items, Unknown) or not isinstance(known, dict):
        return derived(mapping)
    return format_string(call, self, (), known)


def _find(call: Call, self: str | Text, part: AnyValue, *bounds: Any) -> Any:
    first = self.parts[0] if isinstance(self, Text) else self
    if isinstance(first, str) and isinstance(part, str) and not bounds and first.find(part) >= 0:
        return first.find(part)
    return derived(self, part, *bounds)


def _padded(name: str) -> Callable[..., Any]:
    function = getattr(str, name)

    def method(call: Call, self: InstanceValue, width: Any, *fill: Any) -> Any:
        if type(width) is int and width > STRING:
            return too_large(call, "a string")
        if isinstance(self, Value) or not all_plain((width, *fill)):
            return self if isinstance(self, (Text, Unknown)) else derived(width, *fill)
        return guarded(call, function, self, width, *fill)

    return method


def _expandtabs(call: Call, self: Any, tabsize: AnyValue = 8) -> Any:
    if not all_plain((self, tabsize)):
        return derived(self, tabsize)
    if type(tabsize) is int and self.count("\t") * abs(tabsize) > STRING:
        return too_large(call, "a string")
    return guarded(call, self.expandtabs, tabsize)


def _translate(call: Call, self: InstanceValue, table: AnyValue, *rest: Any) -> Any:
    table = bare(table)
    items = getattr(table, "items", table)
    if not isinstance(self, str) or not isinstance(items, (dict, str)) or not all_plain(items):
        return derived(self, table)
    longest = max((len(v) for v in items.values() if isinstance(v, str)), default=1) if isinstance(items, dict) else 1
    if longest * len(self) > STRING:
        return too_large(call, "a string")
    return guarded(call, self.translate, items)


def _encode(call: Call, self: InstanceValue, *args: Any, **kwargs: Any) -> Any:
    return self if isinstance(self, Text) else derived(self)


def _splitlines(call: Call, self: str, keepends: AnyValue = False) -> Any:
    if self.count("\n") > ITEMS:
        return too_large(call, "a list")
    return lift(guarded(call, self.splitlines, keepends))


def _same(call: Call, self: InstanceValue) -> Any:
    return self


_PLAIN = """capitalize casefold lower upper title swapcase strip lstrip rstrip split rsplit partition rpartition find
rfind index rindex count isalnum isalpha isdecimal isdigit isidentifier islower isnumeric isspace isupper istitle
isprintable isascii encode __getitem__ __len__ __contains__ removeprefix removesuffix __str__ __repr__"""


def _from_behind(kind: type, name: str) -> Callable[..., Any]:
    """CPython looks for a part from behind in quadratic time."""
    plain = plain_method(kind, name)

    def method(call: Call, self: Any, part: Any = None, *rest: Any, **named: Any) -> Any:
        if isinstance(part, (str, bytes)) and len(part) * len(self) > _COMPARISONS:
            return too_large(call, "a search")
        return plain(call, self, part, *rest, **named)

    return method


_COMPARISONS = 1_000_000_000
"""Of characters, at worst, in one search from behind: a second."""
_BEHIND = ("rfind", "rindex", "rsplit", "rpartition")

STR_METHODS: dict[str, Callable[..., Any]] = {name: plain_method(str, name) for name in _PLAIN.split()}
STR_METHODS.update({name: _from_behind(str, name) for name in _BEHIND})
STR_METHODS.update(operator_methods(str))
STR_METHODS.update(
    join=_join,
    format=_format,
    format_map=_format_map,
    replace=_replace,
    startswith=_starts(False),
    endswith=_starts(True),
    splitlines=_splitlines,
    translate=_translate,
    expandtabs=_expandtabs,
    ljust=_padded("ljust"),
    rjust=_padded("rjust"),
    center=_padded("center"),
    zfill=_padded("zfill"),
    __format__=lambda call, self, spec="": format_value(call, self, "", spec),
)

TEXT_METHODS: dict[str, Callable[..., Any]] = {
    **STR_METHODS,
    **{name: _each_literal(name) for name in ("lower", "upper", "casefold", "swapcase")},
    "strip": _strip(True, True),
    "lstrip": _strip(True, False),
    "rstrip": _strip(False, True),
    "split": _split(False),
    "rsplit": _split(True),
    "partition": _partition(False),
    "rpartition": _partition(True),
    "find": _find,
    "index": _find,
    "encode": _encode,
    "splitlines": lambda call, self, keepends=False: derived(self),
    "__len__": lambda call, self: derived(self),
    "__str__": _same,
    "__contains__": lambda call, self, member: BEHAVIOURS[Text].contains(call, self, member),
    "__getitem__": lambda call, self, key: BEHAVIOURS[Text].getitem(call, self, key),
}


def _decode(call: Call, self: bytes, *args: Any, **kwargs: Any) -> Any:
    return guarded(call, self.decode, *args, **kwargs) if all_plain(args, kwargs) else derived(*args)


_BYTES = """capitalize lower upper title strip lstrip rstrip split rsplit partition rpartition find rfind index count
startswith endswith isalnum isalpha isdigit islower isspace isupper hex splitlines __getitem__ __len__
__contains__"""

BYTES_METHODS: dict[str, Callable[..., Any]] = {name: plain_method(bytes, name) for name in _BYTES.split()}
BYTES_METHODS.update({name: _from_behind(bytes, name) for name in _BEHIND})
BYTES_METHODS.update(operator_methods(bytes))
BYTES_METHODS.update(join=_join, decode=_decode, replace=_replace)

BEHAVIOURS.update(
    {
        str: StringBehaviour("builtins.str", STR_METHODS),
        bytes: StringBehaviour("builtins.bytes", BYTES_METHODS),
        Text: TextBehaviour("builtins.str", TEXT_METHODS),
    }
)
