"""collections, collections.abc and the named tuples of typing."""

from __future__ import annotations

import keyword
from typing import Any

from scopelint.apis.call import Call, Raised
from scopelint.apis.python.builtins.classes import CLASSES, OBJECT, container_class
from scopelint.apis.python.builtins.dictionaries import (
    COUNTER_METHODS,
    DICT_METHODS,
    ORDERED_METHODS,
    CounterValue,
    DefaultDictValue,
    OrderedDictValue,
    count_members,
    update,
)
from scopelint.apis.python.builtins.formatting import represent
from scopelint.apis.python.builtins.iterators import DEQUE_METHODS
from scopelint.apis.python.builtins.sequences import DequeValue, extend
from scopelint.apis.python.support import bare, derived, members
from scopelint.apis.registry import Namespace
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import (
    MISSING,
    ClassMethod,
    ClassValue,
    InstanceValue,
    NativeFunction,
    PropertyValue,
)
from scopelint.values.text import text

api = Namespace("collections")
abstract = Namespace("collections.abc")

_DICT = (CLASSES["dict"],)
container_class("OrderedDict", OrderedDictValue, update, ORDERED_METHODS, "collections.OrderedDict", _DICT)


def fill_default(call: Call, self: Any, *args: Any, **kwargs: Any) -> None:
    if args:
        self.factory = args[0]
    update(call, self, *args[1:], **kwargs)


def fill_deque(call: Call, self: Any, iterable: Any = (), maxlen: Any = None) -> None:
    self.maxlen = maxlen if isinstance(maxlen, int) else None
    extend(call, self, iterable)
    if self.maxlen is not None and len(self.items) > self.maxlen:
        self.items = self.items[-self.maxlen :]


container_class("defaultdict", DefaultDictValue, fill_default, DICT_METHODS, "collections.defaultdict", _DICT)
container_class("Counter", CounterValue, count_members, COUNTER_METHODS, "collections.Counter", _DICT)
container_class("deque", DequeValue, fill_deque, DEQUE_METHODS, "collections.deque")


@api.function(raw=True)
def ChainMap(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    made = DictValue()
    for one in reversed(args):
        update(call, made, one)
    return made


# Wrappers that a program derives from: the container is `self.data` there, our payload here.
for _name, _base in {"UserDict": "dict", "UserList": "list", "UserString": "str"}.items():
    _cls = ClassValue(_name, (CLASSES[_base],), {"__module__": "collections"}, f"collections.{_name}", "collections")
    _cls.attrs["data"] = PropertyValue(NativeFunction("data", lambda call, self: bare(self)))
    api.constant(_name, _cls)


# Abstract classes: methods that they add are those that programs rely on.


def _abstract(name: str, *bases: ClassValue) -> ClassValue:
    cls = ClassValue(
        name, bases or (OBJECT.cls,), {"__module__": "collections.abc"}, f"collections.abc.{name}", "collections.abc"
    )
    abstract.constant(name, cls)
    api.constant(name, cls)
    return cls


_abstract("Hashable")
_abstract("Callable")
_iterable = _abstract("Iterable")
_iterator = _abstract("Iterator", _iterable)
_abstract("Generator", _iterator)
_sized = _abstract("Sized")
_container = _abstract("Container")
_collection = _abstract("Collection", _sized, _iterable, _container)
_sequence = _abstract("Sequence", _collection)
_mutable_sequence = _abstract("MutableSequence", _sequence)
_set = _abstract("Set", _collection)
_abstract("MutableSet", _set)
_mapping = _abstract("Mapping", _collection)
_mutable_mapping = _abstract("MutableMapping", _mapping)
for _name in (
    "KeysView",
    "ValuesView",
    "ItemsView",
    "MappingView",
    "ByteString",
    "Awaitable",
    "Coroutine",
    "AsyncIterable",
    "AsyncIterator",
    "Reversible",
):
    _abstract(_name, _collection)


def _mixin(cls: ClassValue, name: str, impl: Any) -> None:
    cls.attrs[name] = NativeFunction(name, impl, f"{cls.canonical}.{name}")


def _keys(call: Call, self: InstanceValue) -> Any:
    found = members(call, self)
    return found if isinstance(found, Unknown) else ListValue(found)


def _items(call: Call, self: InstanceValue) -> Any:
    found = members(call, self)
    return found if isinstance(found, Unknown) else ListValue([(k, call.getitem(self, k)) for k in found])


def _values(call: Call, self: AnyValue) -> Any:
    found = members(call, self)
    return found if isinstance(found, Unknown) else ListValue([call.getitem(self, k) for k in found])


def _get(call: Call, self: InstanceValue, key: AnyValue, default: Any = None) -> Any:
    try:
        return call.getitem(self, key)
    except Raised as problem:
        if call.is_instance(problem.value, "builtins.KeyError"):
            return default
        raise


def _holds(call: Call, self: InstanceValue, key: AnyValue) -> Any:
    missing = object()
    return _get(call, self, key, missing) is not missing


def _update(call: Call, self: InstanceValue, *args: Any, **kwargs: Any) -> None:
    made = DictValue()
    update(call, made, *args, **kwargs)
    for key, value in made.items.items():
        call.setitem(self, key, value)


def _setdefault(call: Call, self: InstanceValue, key: Any, default: AnyValue = None) -> Any:
    missing = object()
    found = _get(call, self, key, missing)
    if found is missing:
        call.setitem(self, key, default)
        return default
    return found


for _name, _impl in {"keys": _keys, "items": _items, "values": _values, "get": _get, "__contains__": _holds}.items():
    _mixin(_mapping, _name, _impl)
for _name, _impl in {"update": _update, "setdefault": _setdefault}.items():
    _mixin(_mutable_mapping, _name, _impl)


def _sequence_members(call: Call, self: InstanceValue) -> Any:
    length = call.length(self)
    if not isinstance(length, int):
        return derived(length)
    return ListValue([call.getitem(self, at) for at in range(length)])


_mixin(_sequence, "__iter__", _sequence_members)
_mixin(_mutable_sequence, "append", lambda call, self, value: call.method(self, "insert", call.length(self), value))


# Named tuples


def tuple_class(call: Any, name: str, fields: list[str], defaults: dict[str, Any], module: str = "") -> ClassValue:
    """A class of tuples whose members have names."""
    cls = ClassValue(name, (CLASSES["tuple"],), {"__module__": module}, "", module)

    def new(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        made_of, *given = args
        if len(given) > len(fields):
            call.raise_(
                "TypeError", f"__new__() takes {len(fields) + 1} positional arguments but {len(args)} were given"
            )
        named = dict(zip(fields, given, strict=False))
        for key, value in kwargs.items():
            if key not in fields:
                call.raise_("TypeError", f"__new__() got an unexpected keyword argument '{key}'")
            if key in named:
                call.raise_("TypeError", f"__new__() got multiple values for argument '{key}'")
            named[key] = value
        current = _defaults_now(cls, fields, defaults)
        absent = [f for f in fields if f not in named and f not in current]
        if absent:
            call.raise_(
                "TypeError",
                f"__new__() missing {len(absent)} required positional argument"
                f"{'s' if len(absent) > 1 else ''}: {' and '.join(map(repr, absent))}",
            )
        return InstanceValue(made_of, payload=tuple([named.get(f, current.get(f)) for f in fields]))

    new_function = NativeFunction("__new__", new, "", raw=True)
    cls.attrs["__new__"] = new_function
    cls.attrs["__init__"] = NativeFunction("__init__", lambda call, args, kwargs: None, "", raw=True)
    cls.attrs["_fields"] = tuple(fields)
    cls.attrs["_field_defaults"] = DictValue(dict(defaults))
    for at, field in enumerate(fields):
        cls.attrs[field] = PropertyValue(NativeFunction(field, lambda call, self, at=at: bare(self)[at]))
    cls.attrs["_make"] = ClassMethod(NativeFunction("_make", _make))
    cls.attrs["_replace"] = NativeFunction("_replace", _replace)
    cls.attrs["_asdict"] = NativeFunction(
        "_asdict", lambda call, self: OrderedDictValue(dict(zip(fields, bare(self), strict=True)))
    )
    cls.attrs["__repr__"] = NativeFunction("__repr__", _shown)
    cls.attrs["__getnewargs__"] = NativeFunction("__getnewargs__", lambda call, self: bare(self))
    return cls


def _defaults_now(cls: ClassValue, fields: list[str], defaults: dict[str, Any]) -> dict[str, Any]:
    """Old programs set `T.__new__.__defaults__ = (None,) * n`."""
    own = cls.attrs["__new__"]
    given = own.attrs.get("__defaults__") if isinstance(own, NativeFunction) else None
    if type(given) is tuple and given:
        return dict(zip(fields[-len(given) :], given, strict=False))
    return defaults


def _make(call: Call, cls: ClassValue, iterable: AnyValue) -> Any:
    found = members(call, iterable)
    return found if isinstance(found, Unknown) else call.invoke(cls, *found)


def _replace(call: Call, self: InstanceValue, **kwargs: Any) -> Any:
    fields = self.cls.find("_fields")
    for key in kwargs:
        if key not in fields:
            call.raise_("ValueError", f"Got unexpected field names: [{key!r}]")
    return InstanceValue(self.cls, payload=tuple([kwargs.get(f, v) for f, v in zip(fields, bare(self), strict=True)]))


def _shown(call: Call, self: InstanceValue) -> Any:
    parts: list[Any] = [self.cls.name, "("]
    for at, (field, value) in enumerate(zip(self.cls.find("_fields"), bare(self), strict=True)):
        parts += [", " if at else "", field, "=", represent(call, value)]
    return text([*parts, ")"])


@api.function
def namedtuple(
    call: Call,
    typename: AnyValue,
    field_names: AnyValue,
    *,
    rename: AnyValue = False,
    defaults: AnyValue = None,
    module: AnyValue = None,
    verbose: AnyValue = False,
) -> Any:
    if isinstance(field_names, str):
        names: Any = field_names.replace(",", " ").split()
    else:
        names = members(call, field_names)
    if isinstance(names, Unknown) or not all(isinstance(n, str) for n in names):
        return derived(names, reason="a named tuple of unknown fields")
    for name in names:
        if not rename and (not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_")):
            call.raise_("ValueError", f"Type names and field names must be valid identifiers: {name!r}")
    if rename:
        names = [
            n if n.isidentifier() and not keyword.iskeyword(n) and not n.startswith("_") else f"_{i}"
            for i, n in enumerate(names)
        ]
    if len(set(names)) != len(names):
        call.raise_("ValueError", f"Encountered duplicate field name: {next(n for n in names if names.count(n) > 1)!r}")
    given = [] if defaults is None else members(call, defaults)
    known = dict(zip(names[len(names) - len(given) :], given, strict=False)) if isinstance(given, list) else {}
    return tuple_class(call, typename if isinstance(typename, str) else "namedtuple", list(names), known)


def _typed_tuple(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`class Point(NamedTuple): x: int = 0`: the fields are the class's annotations."""
    (made,) = args
    if made.canonical or any(base.find("_fields") is not MISSING for base in made.bases if base.canonical == ""):
        return made
    notes = made.attrs.get("__annotations__")
    names = [n for n in notes.items if isinstance(n, str)] if isinstance(notes, DictValue) else []
    defaults = {n: made.attrs[n] for n in names if n in made.attrs}
    cls = tuple_class(call, made.name, names, defaults, made.module)
    for name, value in made.attrs.items():
        if name not in defaults and name not in ("__module__", "__qualname__", "__annotations__", "__dict__"):
            cls.attrs[name] = value
    return cls


NAMED_TUPLE = ClassValue("NamedTuple", (CLASSES["tuple"],), {"__module__": "typing"}, "typing.NamedTuple", "typing")
NAMED_TUPLE.attrs["<class created>"] = NativeFunction("<class created>", _typed_tuple, raw=True)


def _named_tuple_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`NamedTuple("Point", [("x", int)])`."""
    _, name, *rest = args
    pairs = members(call, rest[0]) if rest else [*kwargs.items()]
    if isinstance(pairs, Unknown):
        return pairs
    return tuple_class(call, name, [bare(p)[0] for p in pairs], {})


NAMED_TUPLE.attrs["__new__"] = NativeFunction("__new__", _named_tuple_call, "typing.NamedTuple.__new__", raw=True)
Namespace("typing").constant("NamedTuple", NAMED_TUPLE)
