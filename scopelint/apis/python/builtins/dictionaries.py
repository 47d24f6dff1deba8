"""How dicts, their views and sets answer Python's operators and their methods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scopelint.apis.call import Call, Raised
from scopelint.apis.python.builtins.numbers import operator_methods, unknown_compare
from scopelint.apis.python.builtins.sequences import ACCESS, CHANGE
from scopelint.apis.python.support import (
    MethodTable,
    all_plain,
    bare,
    check_items,
    class_name,
    derived,
    equal,
    is_plain,
    members,
    negate,
    too_large,
)
from scopelint.apis.registry import BEHAVIOURS
from scopelint.limits import ITEMS
from scopelint.values.base import AnyValue, Undecided, Unknown, Value, Why, first_doubt, label_of
from scopelint.values.containers import DictValue, ListValue, OwnDict, SetValue, ViewValue, closed
from scopelint.values.join import join_values
from scopelint.values.objects import MISSING, FunctionValue, InstanceValue, IteratorValue, NativeObject
from scopelint.values.seen import is_unseen, length_of, seen_members
from scopelint.values.text import Text
from scopelint.values.trail import TRAIL


class OrderedDictValue(DictValue):
    """`collections.OrderedDict`."""

    __slots__ = ()


class DefaultDictValue(DictValue):
    """`collections.defaultdict`."""

    __slots__ = ()


class CounterValue(DictValue):
    """`collections.Counter`."""

    __slots__ = ()


def find_key(call: Call, items: dict[Any, Any], key: AnyValue) -> Any:
    """The key of `items` that equals `key`; MISSING where none does, an Unknown where that is not known."""
    key = closed(key)
    if isinstance(key, (ListValue, DictValue)) or (isinstance(key, SetValue) and not key.frozen):
        call.raise_("TypeError", f"unhashable type: '{class_name(call, key)}'")
    if isinstance(key, Unknown):
        # Found by its address; where another key's hash is that very number, its equality would be asked.
        try:
            if key in items:
                return key
            doubtful = any(isinstance(other, Unknown) and not other.is_address for other in items)
            return MISSING if not items or (key.is_address and not doubtful) else key.derive("")
        except Undecided:
            return key.derive("")
    if isinstance(key, Text):
        doubt: Any = MISSING
        for other in items:
            if isinstance(other, (str, Text, Unknown)):
                same = equal(call, key, other)
                if same is True:
                    return other
                if same is not False:
                    doubt = same
        return doubt
    if type(key) is InstanceValue or (type(key) is tuple and not is_plain(key)):
        if type(key) is tuple and any(isinstance(k, (Unknown, Text)) for k in key):
            return _find_by_equality(call, items, key)
        if key in items:
            return key
        if type(key) is InstanceValue and key.payload is None and key.cls.find("__eq__") is MISSING:
            return MISSING
        return _find_by_equality(call, items, key)
    try:
        return key if key in items else _other_match(call, items, key)
    except TypeError as error:
        call.raise_("TypeError", str(error))


def _find_by_equality(call: Call, items: dict[Any, Any], key: AnyValue) -> Any:
    doubt: Any = MISSING
    for other in items:
        if type(other) is type(key) or type(other) is tuple or not isinstance(other, Value):
            same = _equal_keys(call, key, other)
            if same is True:
                return other
            if same is not False:
                doubt = same
    return doubt


def _equal_keys(call: Call, key: AnyValue, other: AnyValue) -> Any:
    """Python compares keys of one hash alone, so an `__eq__` that fails on a key of another kind is not asked."""
    kinds = [each.cls if type(each) is InstanceValue else type(each) for each in (key, other)]
    if kinds[0] is kinds[1]:
        return equal(call, key, other)
    try:
        return equal(call, key, other)
    except Raised:
        return False


def _other_match(call: Call, items: dict[Any, Any], key: AnyValue) -> Any:
    """A known key is not there as such: does one that is known in part, or a str subclass's instance, equal it?"""
    doubt: Any = MISSING
    if _are_plain(call, items):
        return doubt
    for other in items:
        if isinstance(other, Unknown):
            doubt = other
        elif isinstance(other, Text):
            if isinstance(key, str) and other.may_equal(key):
                doubt = other.unknown
        elif type(other) is InstanceValue and _equals_plain(call, other, key):
            return other
    return doubt.derive("") if doubt is not MISSING else MISSING


def _equals_plain(call: Call, held: InstanceValue, key: AnyValue) -> bool:
    if held.payload is not None and is_plain(held.payload) and held.payload == key:
        return True
    return isinstance(held.cls.find("__hash__"), FunctionValue) and _equal_keys(call, key, held) is True


def _are_plain(call: Call, items: dict[Any, Any]) -> bool:
    """Are all keys plain Python objects? A vocabulary of many thousands is filled key by key, each time with a look
    whether the key is there: only what has come since is looked at then."""
    if not items:
        return True
    held = vars(call.engine)
    known = held.get("plain keys")
    count = len(items)
    if known is not None and known[0] is items and known[2] == TRAIL.epoch and 0 <= count - known[1] <= 1:
        plain = not isinstance(next(reversed(items)), Value)
    else:
        plain = not any(isinstance(key, Value) for key in items)
    held["plain keys"] = (items, count, TRAIL.epoch) if plain else None
    return plain


def look_up(call: Call, value: DictValue, key: AnyValue) -> Any:
    """`value[key]`, or MISSING, or an Unknown."""
    if type(key) is str and key in value.items:
        return value.items[key]
    found = find_key(call, value.items, key)
    if found is not MISSING:
        if isinstance(found, Unknown) and found is not key:
            return _one_of(value, found)
        return value.items[found] if not isinstance(found, Unknown) else _by_identity(value.items, key)
    if value.rest is not None:
        # Who asks for what may be there counts on its being there.
        found = perhaps(value, key)
        return value.rest.derive(f"[{key}]" if isinstance(key, str) else "") if found is MISSING else found
    return MISSING


def _one_of(value: DictValue, key: Unknown) -> Unknown:
    """A member, by a key that is not known: of functions and classes it is one, and no data as the key may be."""
    if key.cause.why is Why.LIBRARY and any(isinstance(held, Value) for held in value.items.values()):
        return Unknown(key.reason, key.label, key.site)
    return key


def perhaps(value: DictValue, key: AnyValue) -> Any:
    """What one side of a branch put under this key, or MISSING."""
    return value.maybe.get(key, MISSING) if value.maybe and is_plain(key) and not isinstance(key, Value) else MISSING


def _by_identity(items: dict[Any, Any], key: AnyValue) -> Any:
    return next(v for k, v in items.items() if k is key)


def _store_somewhere(value: DictValue, key: AnyValue, new: AnyValue, why: Unknown) -> None:
    """`value[key] = new` by a key that is not known: each member that is there may be the one that is replaced."""
    for other, old in list(value.items.items()):
        if not isinstance(key, Text) or not isinstance(other, str) or key.may_equal(other):
            joined = join_values(old, new)
            value.items[other] = joined.derive(label_of(other)) if isinstance(joined, Unknown) else joined
    value.rest = first_doubt(value.rest, why)
    value.maybe = {}


def forget_members(value: DictValue, why: Unknown) -> None:
    """Each member may have been replaced, and others put beside them."""
    value.touch()
    for key in value.items:
        if not (isinstance(key, str) and key.startswith("<")):
            value.items[key] = why.derive(label_of(key))
    value.rest = why
    value.maybe = {}


def store(call: Call, value: DictValue, key: AnyValue, new: AnyValue) -> None:
    """`value[key] = new`."""
    value.touch()
    if type(key) is not str:
        if isinstance(key, Value):
            vars(call.engine)["plain keys"] = None
        found = find_key(call, value.items, key)
        if isinstance(found, Unknown) and found is not key:
            _store_somewhere(value, key, new, found)
        elif found is not MISSING:
            key = found
        if value.of_names and isinstance(key, (Unknown, Text)):
            # Which attribute that is, is not known.
            value.rest = first_doubt(value.rest, key if isinstance(key, Unknown) else key.unknown)
            return
    if value.maybe and perhaps(value, key) is not MISSING:
        del value.maybe[key]
    try:
        value.items[key] = new
    except Undecided as doubt:
        # Two texts of one template: whether they are one key is not known.
        value.rest = first_doubt(value.rest, derived(doubt.value, key))
    if not len(value.items) & 4095 and len(value.items) > ITEMS:
        value.rest = too_large(call, "a dict")


class DictBehaviour(MethodTable):
    def getattr(self, call: Call, value: Any, name: str) -> Any:
        if name == "default_factory":
            return value.factory
        return super().getattr(call, value, name)

    def binary(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        left, right = bare(left), bare(right)
        if sign == "|" and isinstance(left, DictValue) and isinstance(right, DictValue):
            return DictValue({**left.items, **right.items}, first_doubt(left.rest, right.rest))
        if type(left) is CounterValue and type(right) is CounterValue and sign in "+-":
            both = {
                k: call.binary(sign, left.items.get(k, 0), right.items.get(k, 0)) for k in (*left.items, *right.items)
            }
            return CounterValue({k: v for k, v in both.items() if call.truth(call.compare(">", v, 0))})
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return derived(left if isinstance(left, Unknown) else right)
        return NotImplemented

    def compare(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        left, right = bare(left), bare(right)
        if isinstance(left, DictValue) and isinstance(right, DictValue) and sign in ("==", "!="):
            same = equal_dicts(call, left, right)
            return same if sign == "==" else negate(same)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return unknown_compare(sign, left, right)
        return (sign == "!=") if sign in ("==", "!=") else NotImplemented

    def contains(self, call: Call, value: Any, member: Any) -> Any:
        if type(member) is str and member in value.items:
            return True
        found = find_key(call, value.items, member)
        if found is not MISSING:
            return True if found is member or not isinstance(found, Unknown) else found
        return False if value.rest is None else value.rest.derive("")

    def getitem(self, call: Call, value: Any, key: Any) -> Any:
        found = look_up(call, value, key)
        if found is not MISSING:
            return found
        if type(value) is CounterValue:
            return 0
        if value.factory is not None:
            made = call.invoke(value.factory)
            store(call, value, key, made)
            return made
        call.raise_("KeyError", key)

    def setitem(self, call: Call, value: Any, key: Any, new: Any) -> bool:
        store(call, value, key, new)
        return True

    def delitem(self, call: Call, value: Any, key: Any) -> bool:
        remove(call, value, key)
        return True

    def iterate(self, call: Call, value: Any) -> Any:
        return iter(list(value.items)) if value.rest is None else value.rest

    def length(self, call: Call, value: Any) -> Any:
        return len(value.items) if value.rest is None else length_of(len(value.items), value.rest)

    def truth(self, call: Call, value: Any) -> Any:
        return True if value.items else False if value.rest is None else value.rest


def equal_dicts(call: Call, left: DictValue, right: DictValue) -> bool | Unknown:
    doubt = first_doubt(left.rest, right.rest)
    if doubt is None and len(left.items) != len(right.items):
        return False
    for key, value in left.items.items():
        other = look_up(call, right, key)
        if other is MISSING:
            return False
        same = equal(call, value, other)
        if same is False:
            return False
        doubt = first_doubt(doubt, same if isinstance(same, Unknown) else None)
    return True if doubt is None else doubt.derive("")


def remove(call: Call, value: DictValue, key: AnyValue, *default: Any) -> Any:
    """`value.pop(key, default)`."""
    found = find_key(call, value.items, key)
    value.touch()
    if isinstance(found, Unknown) and found is not key:
        value.items, value.maybe, value.rest = {}, {}, found.derive("")
        return value.rest
    if found is not MISSING:
        return value.items.pop(found)
    if value.rest is not None:
        if (held := perhaps(value, key)) is not MISSING:
            del value.maybe[key]
            return join_values(held, default[0]) if default else held
        return value.rest.derive("")
    if default:
        return default[0]
    call.raise_("KeyError", key)


# Methods. `self` is a DictValue.


def _get(call: Call, self: DictValue, key: AnyValue, default: Any = None) -> Any:
    found = look_up(call, self, key)
    if found is MISSING:
        return default
    return join_values(found, default) if self.rest is not None and perhaps(self, key) is found else found


def _setdefault(call: Call, self: DictValue, key: AnyValue, default: AnyValue = None) -> Any:
    found = look_up(call, self, key)
    if self.rest is not None and found is not MISSING and perhaps(self, key) is found:
        found = join_values(found, default)
        store(call, self, key, found)
        return found
    if found is MISSING:
        store(call, self, key, default)
        return default
    return found


def _popitem(call: Call, self: DictValue, last: AnyValue = True) -> Any:
    self.touch()
    if self.rest is not None:
        self.items, self.maybe = {}, {}
        return (self.rest.derive(""), self.rest.derive(""))
    if not self.items:
        call.raise_("KeyError", "popitem(): dictionary is empty")
    key = next(reversed(self.items)) if call.truth(last) else next(iter(self.items))
    return (key, self.items.pop(key))


def update(call: Call, self: DictValue, *args: Any, **kwargs: Any) -> None:
    """`self.update(...)`, also what `dict(...)` takes."""
    if len(args) > 1:
        call.raise_("TypeError", f"update expected at most 1 argument, got {len(args)}")
    for given in args:
        given = bare(given)
        if isinstance(given, NativeObject) and call.getattr(given, "copy", None) is not None:
            # The environment: a mapping that is no dictionary.
            given = call.method(given, "copy")
        if isinstance(given, DictValue):
            self.touch()
            if given.rest is not None and is_unseen(given.rest):
                self.rest = first_doubt(self.rest, given.rest)
            elif given.rest is not None:
                forget_members(self, given.rest)
                self.maybe = given.maybe.copy()
            if all_plain(given.items) and all_plain(self.items):
                self.items.update(given.items)
            else:
                for key, value in given.items.items():
                    store(call, self, key, value)
            continue
        if isinstance(given, Unknown):
            forget_members(self, given)
            continue
        if given is None:
            call.raise_("TypeError", "'NoneType' object is not iterable")
        if isinstance(given, InstanceValue) and call.getattr(given, "keys", None) is not None:
            keys = members(call, call.method(given, "keys"))
            pairs: Any = keys if isinstance(keys, Unknown) else [(k, call.getitem(given, k)) for k in keys]
        else:
            seen = seen_members(given)
            pairs = members(call, given) if seen is None else seen.members
            if seen is not None:
                self.touch()
                self.rest = first_doubt(self.rest, seen.rest)
        if isinstance(pairs, Unknown):
            forget_members(self, pairs)
            continue
        for at, pair in enumerate(pairs):
            parts = members(call, pair)
            if isinstance(parts, Unknown):
                forget_members(self, parts)
                continue
            if len(parts) != 2:
                call.raise_(
                    "ValueError", f"dictionary update sequence element #{at} has length {len(parts)}; 2 is required"
                )
            store(call, self, parts[0], parts[1])
    if kwargs:
        self.touch()
        self.items.update(kwargs)


def clear_items(call: Call, self: Any) -> None:
    self.touch()
    self.items, self.rest = {}, None
    if isinstance(self, DictValue):
        self.maybe = {}


def _copy(call: Call, self: DictValue) -> DictValue:
    out = DictValue(self.items.copy(), self.rest, self.factory)
    out.maybe = self.maybe.copy()
    return out


def _move_to_end(call: Call, self: DictValue, key: AnyValue, last: AnyValue = True) -> None:
    self.touch()
    if key not in self.items:
        if self.rest is None:
            call.raise_("KeyError", key)
        return
    value = self.items.pop(key)
    self.items = {**self.items, key: value} if call.truth(last) else {key: value, **self.items}


def view(kind: str) -> Callable[..., Any]:
    def method(call: Call, self: DictValue) -> ViewValue:
        return ViewValue(self, kind)

    return method


def _view_iterator(kind: str) -> Callable[..., Any]:
    def method(call: Call, self: DictValue) -> Any:
        return self.rest if self.rest is not None else IteratorValue(iter(ViewValue(self, kind).members()))

    return method


def fromkeys(call: Call, keys: AnyValue, value: AnyValue = None) -> Any:
    found = members(call, keys)
    if isinstance(found, Unknown):
        return DictValue({}, found)
    out = DictValue()
    for key in found:
        store(call, out, key, value)
    return out


def _ior(call: Call, self: DictValue, other: AnyValue) -> DictValue:
    update(call, self, other)
    return self


DICT_METHODS: dict[str, Callable[..., Any]] = {
    **operator_methods(dict),
    **ACCESS,
    **CHANGE,
    "get": _get,
    "setdefault": _setdefault,
    "pop": remove,
    "popitem": _popitem,
    "update": update,
    "clear": clear_items,
    "copy": _copy,
    "__copy__": _copy,
    "keys": view("keys"),
    "values": view("values"),
    "items": view("items"),
    "fromkeys": lambda call, self, keys, value=None: fromkeys(call, keys, value),
    "__ior__": _ior,
    # Python 2 alone has these; programs ask for them behind a test of the version.
    "iteritems": _view_iterator("items"),
    "itervalues": _view_iterator("values"),
    "iterkeys": _view_iterator("keys"),
    "has_key": ACCESS["__contains__"],
}
del DICT_METHODS["__hash__"]

ORDERED_METHODS = {**DICT_METHODS, "move_to_end": _move_to_end}


def _most_common(call: Call, self: DictValue, count: Any = None) -> Any:
    if self.rest is not None or not all_plain(self.items.values()) or isinstance(count, Value):
        return derived(self, count)
    return ListValue(sorted(self.items.items(), key=lambda pair: -pair[1])[:count])


def _elements(call: Call, self: DictValue) -> Any:
    if self.rest is not None or not all_plain(self.items.values()):
        return derived(self)
    total = check_items(call, sum(self.items.values()))
    if total is not None:
        return total
    return IteratorValue(iter([k for k, n in self.items.items() for _ in range(n)]))


def count_members(call: Call, self: DictValue, *args: Any, **kwargs: Any) -> None:
    """`Counter(...)` and `Counter.update`."""
    for given in args:
        given = bare(given)
        pairs = given.items.items() if isinstance(given, DictValue) else None
        if pairs is None:
            found = members(call, given) if given is not None else []
            if isinstance(found, Unknown):
                self.touch()
                self.rest = found
                return
            pairs = ((member, 1) for member in found)  # type: ignore[assignment]
        for key, count in pairs:  # type: ignore[union-attr]
            before = look_up(call, self, key)
            store(call, self, key, count if before is MISSING else call.binary("+", before, count))
    for key, count in kwargs.items():
        store(call, self, key, call.binary("+", self.items.get(key, 0), count))


COUNTER_METHODS = {**DICT_METHODS, "most_common": _most_common, "elements": _elements, "update": count_members}


def reversed_keys(value: DictValue) -> Iterator[Any]:
    return iter(list(value.items)[::-1])


BEHAVIOURS.update(
    {
        DictValue: DictBehaviour("builtins.dict", DICT_METHODS),
        OrderedDictValue: DictBehaviour("collections.OrderedDict", ORDERED_METHODS),
        DefaultDictValue: DictBehaviour("collections.defaultdict", DICT_METHODS),
        CounterValue: DictBehaviour("collections.Counter", COUNTER_METHODS),
        OwnDict: DictBehaviour("builtins.dict", DICT_METHODS),
    }
)
