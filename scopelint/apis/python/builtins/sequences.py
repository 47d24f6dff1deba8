"""How tuples, lists, ranges and iterators answer Python's operators and their methods."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.indices import index_of, integer, pick, plain_slice
from scopelint.apis.python.builtins.numbers import compare_constants, operator_methods, unknown_compare
from scopelint.apis.python.support import (
    MethodTable,
    all_equal,
    all_plain,
    bare,
    class_name,
    derived,
    equal,
    first_unknown,
    guarded,
    is_plain,
    members,
    negate,
    too_large,
)
from scopelint.apis.registry import BEHAVIOURS
from scopelint.limits import INTEGER_BITS, ITEMS
from scopelint.values.base import AnyValue, Unknown, Value, first_doubt
from scopelint.values.containers import ListValue, OpenTuple, weaker
from scopelint.values.numbers import NumpyScalar
from scopelint.values.objects import MISSING, InstanceValue, IteratorValue
from scopelint.values.seen import add_behind, is_unseen, length_of, seen_members


class DequeValue(ListValue):
    """`collections.deque`."""

    __slots__ = ("maxlen",)
    maxlen: int | None


def compare_items(call: Call, sign: str, a: Any, b: Any, doubt: Unknown | None = None) -> Any:
    """A comparison of two sequences, member by member."""
    if sign in ("==", "!="):
        if len(a) != len(b):
            return (sign == "!=") if doubt is None else doubt.derive("")
        same = all_equal(call, a, b)
        if same is True and doubt is not None:
            same = doubt.derive("")
        return same if sign == "==" else negate(same)
    if doubt is not None:
        return doubt.derive("")
    for x, y in zip(a, b, strict=False):
        same = equal(call, x, y)
        if isinstance(same, Unknown):
            return same
        if not same:
            return call.compare(sign, x, y)
    return compare_constants(call, sign, len(a), len(b))


def holds(call: Call, items: Any, member: Any, rest: Unknown | None = None) -> bool | Unknown:
    """`member in items`, with three truths."""
    doubt = rest
    if not isinstance(member, Value) and type(member) is not tuple and all_plain(items):
        try:
            if member in items:
                return True
        except TypeError:
            pass
        return False if rest is None else rest.derive("")
    for item in items:
        same = equal(call, item, member)
        if same is True:
            return True
        if same is not False:
            doubt = first_doubt(doubt, same)
    return False if doubt is None else doubt.derive("")


class TupleBehaviour(MethodTable):
    """Tuples are Python tuples of values."""

    def binary(self, call: Call, sign: str, left: Any, right: Any) -> Any:
        left, right = bare(left), bare(right)
        if sign == "+":
            if type(left) is tuple and type(right) is tuple:
                return left + right if len(left) + len(right) <= ITEMS else too_large(call, "a tuple")
            if isinstance(left, Unknown) or isinstance(right, Unknown):
                return derived(left if isinstance(left, Unknown) else right)
            if isinstance(right, OpenTuple):
                return NotImplemented
            alone = not isinstance(right, (Value, NumpyScalar))
            if type(left) is tuple and (isinstance(right, ListValue) or alone):
                call.raise_("TypeError", f'can only concatenate tuple (not "{class_name(call, right)}") to tuple')
        if sign == "*":
            items, count = (left, right) if type(left) is tuple else (right, left)
            count = index_of(call, count)
            if isinstance(count, Unknown):
                return count.derive("")
            if count is MISSING:
                return NotImplemented
            return items * count if len(items) * count <= ITEMS else too_large(call, "a tuple")
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return derived(left if isinstance(left, Unknown) else right)
        return NotImplemented

    def compare(self, call: Call, sign: str, left: Any, right: Any) -> Any:
        left, right = bare(left), bare(right)
        if type(left) is tuple and type(right) is tuple:
            return compare_items(call, sign, left, right)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return unknown_compare(sign, left, right)
        if (
            isinstance(left, ListValue)
            or isinstance(right, ListValue)
            or (not isinstance(left, Value) and not isinstance(right, Value))
        ):
            if sign in ("==", "!="):
                return sign == "!="
            call.raise_(
                "TypeError",
                f"'{sign}' not supported between instances of "
                f"'{class_name(call, left)}' and '{class_name(call, right)}'",
            )
        return NotImplemented

    def contains(self, call: Call, value: Any, member: Any) -> Any:
        return holds(call, value, member)

    def getitem(self, call: Call, value: Any, key: Any) -> Any:
        return pick(call, value, key, "tuple")

    def iterate(self, call: Call, value: Any) -> Any:
        return iter(value)

    def length(self, call: Call, value: Any) -> Any:
        return len(value)

    def truth(self, call: Call, value: Any) -> Any:
        return bool(value)


def _whole(item: object) -> int:
    """The integer that is equal to it. For anything else CPython goes over a range from end to end, to find nothing:
    a number far out of it."""
    if isinstance(item, complex) and not item.imag:
        item = item.real
    if isinstance(item, float) and item.is_integer():
        return int(item)
    return item if isinstance(item, int) else _NOWHERE


_NOWHERE = 1 << INTEGER_BITS


def _range_position(call: Call, self: range, item: AnyValue) -> Any:
    if not is_plain(item):
        return derived(item)
    number = _whole(item)
    if number not in self:
        said = f"{item} is not in range" if isinstance(item, int) else "sequence.index(x): x not in sequence"
        call.raise_("ValueError", said)
    return self.index(number)


class RangeBehaviour(MethodTable):
    def getattr(self, call: Call, value: AnyValue, name: str) -> Any:
        if name in ("start", "stop", "step"):
            return getattr(value, name)
        return super().getattr(call, value, name)

    def compare(self, call: Call, sign: str, left: Any, right: Any) -> Any:
        if type(left) is range and type(right) is range:
            return compare_constants(call, sign, left, right)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return unknown_compare(sign, left, right)
        return (sign == "!=") if sign in ("==", "!=") else NotImplemented

    def contains(self, call: Call, value: Any, member: Any) -> Any:
        if isinstance(member, Unknown):
            return member.derive("")
        return not isinstance(member, Value) and _whole(member) in value

    def getitem(self, call: Call, value: Any, key: Any) -> Any:
        return pick(call, value, key, "range")

    def iterate(self, call: Call, value: Any) -> Any:
        return iter(value)

    def length(self, call: Call, value: Any) -> Any:
        return guarded(call, len, value)

    def truth(self, call: Call, value: Any) -> Any:
        return bool(value)


def walk(value: ListValue) -> Iterator[Any]:
    """The members as they stand at each turn: a fork's undo puts another Python list in place."""
    at = 0
    while at < len(value.items):
        yield value.items[at]
        at += 1


class ListBehaviour(MethodTable):
    def binary(self, call: Call, sign: str, left: Any, right: Any) -> Any:
        left, right = bare(left), bare(right)
        if sign == "+":
            if isinstance(left, ListValue) and isinstance(right, ListValue):
                if len(left.items) + len(right.items) > ITEMS:
                    return too_large(call, "a list")
                if left.rest is not None:
                    out = _copy(call, left)
                    extend(call, out, right)
                    return out
                out = _copy(call, right)
                out.touch()
                out.items = left.items + out.items
                out.firm = None if out.firm is None else out.firm + len(left.items)
                return out if type(out) is type(left) else _as_list(out)
            if isinstance(left, ListValue) and isinstance(right, Unknown):
                return ListValue(left.items, first_doubt(left.rest, right))
            if isinstance(left, Unknown):
                return ListValue([], left)
            alone = not isinstance(right, (Value, NumpyScalar))
            if isinstance(left, ListValue) and (type(right) is tuple or alone):
                call.raise_("TypeError", f'can only concatenate list (not "{class_name(call, right)}") to list')
        if sign == "*":
            items, count = (left, right) if isinstance(left, ListValue) else (right, left)
            count = index_of(call, count)
            if isinstance(count, Unknown):
                return ListValue([], count)
            if count is MISSING:
                return NotImplemented
            if len(items.items) * count > ITEMS:
                return too_large(call, "a list")
            if items.rest is not None:
                return ListValue(items.placed if count > 0 else [], items.rest if count > 0 else None)
            return ListValue(items.items * count)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return derived(left if isinstance(left, Unknown) else right)
        return NotImplemented

    def compare(self, call: Call, sign: str, left: Any, right: Any) -> Any:
        left, right = bare(left), bare(right)
        if isinstance(left, ListValue) and isinstance(right, ListValue):
            return compare_items(call, sign, left.placed, right.placed, first_doubt(left.rest, right.rest))
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return unknown_compare(sign, left, right)
        if not isinstance(left, Value) or not isinstance(right, Value):
            if sign in ("==", "!="):
                return sign == "!="
            call.raise_(
                "TypeError",
                f"'{sign}' not supported between instances of "
                f"'{class_name(call, left)}' and '{class_name(call, right)}'",
            )
        return NotImplemented

    def contains(self, call: Call, value: Any, member: Any) -> Any:
        return holds(call, value.items, member, value.rest)

    def getitem(self, call: Call, value: Any, key: Any) -> Any:
        if type(key) is slice:
            if value.rest is not None:
                return _open_slice(call, value, key)
            found = pick(call, value.items, key, "list")
            return ListValue(found) if type(found) is list else ListValue([], found)
        # Who asks for what may be there counts on its being there.
        maybe = value.maybe if value.firm is None else ()
        return pick(call, value.placed, key, "list", value.rest, None if value.maybe else value.items, maybe)

    def setitem(self, call: Call, value: Any, key: Any, new: Any) -> bool:
        value.touch()
        if type(key) is slice:
            bounds, added = plain_slice(call, key), members(call, new)
            if isinstance(bounds, Unknown) or isinstance(added, Unknown):
                value.lose(derived(bounds, added))
            elif value.rest is not None:
                value.lose(value.rest)
            elif len(value.items) + len(added) > ITEMS:
                value.lose(too_large(call, "a list"))
            else:
                guarded(call, value.items.__setitem__, bounds, added)
            return True
        index = index_of(call, key)
        if isinstance(index, Unknown):
            value.items = [index.derive("")] * len(value.items)
            value.maybe = []
        elif index is MISSING:
            call.raise_("TypeError", f"list indices must be integers or slices, not {class_name(call, key)}")
        elif value.rest is not None and not 0 <= index < len(value.placed):
            # It may be any of those whose place is not known.
            firm = len(value.placed) if index >= 0 else 0
            value.items = [*value.items[:firm], *(value.rest.derive("") for _ in value.items[firm:])]
            value.maybe = []
        elif -len(value.items) <= index < len(value.items):
            value.items[index] = new
        elif value.rest is None:
            call.raise_("IndexError", "list assignment index out of range")
        return True

    def delitem(self, call: Call, value: Any, key: Any) -> bool:
        value.touch()
        where = plain_slice(call, key) if type(key) is slice else index_of(call, key)
        if isinstance(where, Unknown):
            value.lose(where.derive(""))
        elif where is MISSING:
            call.raise_("TypeError", f"list indices must be integers or slices, not {class_name(call, key)}")
        elif value.rest is not None and (type(where) is slice or not 0 <= where < len(value.placed)):
            value.lose(value.rest)
        elif type(where) is slice or -len(value.items) <= where < len(value.items):
            guarded(call, value.items.__delitem__, where)
        elif value.rest is None:
            call.raise_("IndexError", "list assignment index out of range")
        return True

    def iterate(self, call: Call, value: Any) -> Any:
        return walk(value) if value.rest is None else value.rest

    def length(self, call: Call, value: Any) -> Any:
        return len(value.items) if value.rest is None else length_of(len(value.items), value.rest)

    def truth(self, call: Call, value: Any) -> Any:
        return True if value.items else False if value.rest is None else value.rest


def _open_slice(call: Call, value: ListValue, key: slice) -> Any:
    """A slice of a list of which only the first members are known."""
    assert value.rest is not None
    bounds = plain_slice(call, key)
    if isinstance(bounds, Unknown) or bounds.step not in (None, 1):
        return ListValue([], value.rest)
    low = bounds.start or 0
    if low < 0:
        return ListValue([], value.rest)
    if bounds.stop is not None and 0 <= bounds.stop <= len(value.placed):
        return ListValue(value.items[low : bounds.stop])
    return ListValue(value.placed[low:], value.rest)


# Methods. `self` is a ListValue or a tuple.


def _append(call: Call, self: ListValue, item: AnyValue) -> None:
    self.touch()
    if self.rest is not None:
        # It is there; at which place is not known.
        if len(self.items) < ITEMS:
            add_behind(self, [item])
    else:
        self.items.append(item)
        if type(self) is DequeValue and self.maxlen is not None and len(self.items) > self.maxlen:
            del self.items[0]
        if not len(self.items) & 4095 and len(self.items) > ITEMS:
            self.lose(too_large(call, "a list"))


def extend(call: Call, self: ListValue, iterable: AnyValue) -> None:
    given = bare(iterable)
    seen = seen_members(given)
    if seen is not None and (self.rest is None or is_unseen(self.rest)):
        self.touch()
        add_behind(self, seen.members)
        self.rest = first_doubt(self.rest, seen.rest)
        return
    added = members(call, given)
    self.touch()
    if self.rest is not None:
        more = given.items[:] if isinstance(given, ListValue) else added if isinstance(added, list) else []
        if len(self.items) + len(more) <= ITEMS:
            add_behind(self, more)
        self.maybe += given.maybe if isinstance(given, ListValue) else []
        self.rest = weaker(self.rest, added) if isinstance(added, Unknown) else self.rest
        return
    if isinstance(added, Unknown):
        if isinstance(given, ListValue):
            self.firm = None if given.firm is None else len(self.items) + given.firm
            self.items.extend(given.items)
            self.maybe = given.maybe[:]
        self.rest = added
    elif len(self.items) + len(added) > ITEMS:
        self.rest = too_large(call, "a list")
    else:
        self.items.extend(added)


def _insert(call: Call, self: ListValue, index: AnyValue, item: AnyValue) -> None:
    at = integer(call, index)
    self.touch()
    if isinstance(at, Unknown):
        self.lose(at.derive(""))
    elif self.rest is None:
        self.items.insert(at, item)
    elif 0 <= at <= len(self.placed):
        self.items.insert(at, item)
        self.firm = None if self.firm is None else self.firm + 1
    elif at < 0:
        self.lose(self.rest)


def pop_item(call: Call, self: ListValue, index: AnyValue = -1) -> Any:
    at = integer(call, index)
    self.touch()
    if isinstance(at, Unknown):
        self.lose(at.derive(""))
        return self.rest
    if self.rest is not None:
        if 0 <= at < len(self.placed):
            self.firm = None if self.firm is None else self.firm - 1
            return self.items.pop(at)
        self.lose(self.rest)
        return self.rest
    if not self.items:
        call.raise_("IndexError", "pop from empty list" if type(self) is not DequeValue else "pop from an empty deque")
    if not -len(self.items) <= at < len(self.items):
        call.raise_("IndexError", "pop index out of range")
    return self.items.pop(at)


def _position(call: Call, self: Any, item: AnyValue, low: AnyValue = 0, high: AnyValue = None) -> Any:
    items = self if type(self) is tuple else self.placed
    bounds = guarded(call, slice(low, high).indices, len(items)) if all_plain((low, high)) else (0, len(items), 1)
    for at in range(bounds[0], bounds[1]):
        same = equal(call, items[at], item)
        if isinstance(same, Unknown):
            return same.derive("")
        if same:
            return at
    if isinstance(self, ListValue) and self.rest is not None:
        return self.rest.derive("")
    kind = "list" if isinstance(self, ListValue) else "tuple"
    call.raise_("ValueError", f"{_shown(item)} is not in list" if kind == "list" else "tuple.index(x): x not in tuple")


def _shown(item: AnyValue) -> str:
    return repr(item) if is_plain(item) else "value"


def _count(call: Call, self: Any, item: AnyValue) -> Any:
    items, total = (self if type(self) is tuple else self.items), 0
    for member in items:
        same = equal(call, member, item)
        if isinstance(same, Unknown):
            return same.derive("")
        total += same
    rest = self.rest if isinstance(self, ListValue) else None
    return total if rest is None else rest.derive("")


def _remove(call: Call, self: ListValue, item: AnyValue) -> None:
    for at, member in enumerate(self.items):
        same = equal(call, member, item)
        if same is False:
            continue
        self.touch()
        if isinstance(same, Unknown):
            self.items, self.maybe, self.rest = self.items[:at], [], same.derive("")
        else:
            del self.items[at]
        if self.firm is not None:
            self.firm = min(self.firm, at)
        return
    if self.rest is None:
        call.raise_("ValueError", "list.remove(x): x not in list")


def _clear(call: Call, self: ListValue) -> None:
    self.touch()
    self.items, self.maybe, self.rest, self.firm = [], [], None, None


def _reverse(call: Call, self: ListValue) -> None:
    self.touch()
    if self.rest is not None:
        self.lose(self.rest)
    self.items.reverse()


def sort_items(call: Call, items: list[Any], key: AnyValue, reverse: AnyValue) -> list[Any] | Unknown:
    """`sorted(items, key=key, reverse=reverse)`."""
    down = call.truth(reverse)
    keys = items if key is None else [call.invoke(key, item) for item in items]
    if all_plain(keys):
        order = guarded(call, sorted, range(len(items)), key=keys.__getitem__, reverse=down)
        return [items[i] for i in order]
    unknown = first_unknown(*keys)
    if unknown is not None and len(items) > 1:
        return unknown

    def ascend(i: int, j: int) -> int:
        if call.truth(call.compare("<", keys[i], keys[j])):
            return -1
        return 1 if call.truth(call.compare("<", keys[j], keys[i])) else 0

    return [items[i] for i in sorted(range(len(items)), key=functools.cmp_to_key(ascend), reverse=down)]


def _sort(call: Call, self: ListValue, *, key: AnyValue = None, reverse: AnyValue = False) -> None:
    self.touch()
    if self.rest is not None:
        self.lose(self.rest)
        return
    found = sort_items(call, self.items[:], key, reverse)
    self.touch()
    if isinstance(found, Unknown):
        self.items = [found.derive("") for _ in self.items]
    else:
        self.items = found


def _copy(call: Call, self: ListValue) -> ListValue:
    out = (DequeValue if isinstance(self, DequeValue) else ListValue)(self.items, self.rest)
    out.firm, out.maybe = self.firm, self.maybe[:]
    if isinstance(self, DequeValue):
        out.maxlen = self.maxlen  # type: ignore[attr-defined]
    return out


def _as_list(value: ListValue) -> ListValue:
    out = ListValue(value.items, value.rest)
    out.firm, out.maybe = value.firm, value.maybe[:]
    return out


def _iadd(call: Call, self: ListValue, other: AnyValue) -> ListValue:
    extend(call, self, other)
    return self


def through(name: str) -> Callable[..., Any]:
    """A `__getitem__` and the like, answered by the behaviour of the payload itself, never by a user's override."""
    count = {"setitem": 2, "length": 0}.get(name, 1)

    def method(call: Call, self: InstanceValue, *args: Any) -> Any:
        if len(args) != count:
            call.raise_("TypeError", f"expected {count} arguments, got {len(args)}")
        answer = getattr(BEHAVIOURS[type(self)], name)(call, self, *args)
        return None if name in ("setitem", "delitem") else answer

    return method


def iterator(call: Call, self: InstanceValue) -> Any:
    found = BEHAVIOURS[type(self)].iterate(call, self)
    return found if isinstance(found, Unknown) else IteratorValue(iter(found))


ACCESS: dict[str, Callable[..., Any]] = {
    "__getitem__": through("getitem"),
    "__len__": through("length"),
    "__contains__": through("contains"),
    "__iter__": iterator,
}
CHANGE: dict[str, Callable[..., Any]] = {"__setitem__": through("setitem"), "__delitem__": through("delitem")}

TUPLE_METHODS = {**operator_methods(tuple), **ACCESS, "index": _position, "count": _count}
LIST_METHODS: dict[str, Callable[..., Any]] = {
    **operator_methods(list),
    **ACCESS,
    **CHANGE,
    "append": _append,
    "extend": extend,
    "insert": _insert,
    "pop": pop_item,
    "remove": _remove,
    "clear": _clear,
    "index": _position,
    "count": _count,
    "sort": _sort,
    "reverse": _reverse,
    "copy": _copy,
    "__iadd__": _iadd,
    "__copy__": _copy,
}
del LIST_METHODS["__hash__"]


BEHAVIOURS.update(
    {
        tuple: TupleBehaviour("builtins.tuple", TUPLE_METHODS),
        range: RangeBehaviour(
            "builtins.range",
            {
                **ACCESS,
                "index": _range_position,
                "count": lambda call, self, item: self.count(_whole(item)) if is_plain(item) else derived(item),
            },
        ),
        ListValue: ListBehaviour("builtins.list", LIST_METHODS),
    }
)
