"""enum: a class body's names become members when the class is made."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.classes import CLASSES, OBJECT, TYPE
from scopelint.apis.python.builtins.dictionaries import OrderedDictValue
from scopelint.apis.python.builtins.formatting import represent
from scopelint.apis.python.support import bare, equal, members
from scopelint.apis.registry import Namespace
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import (
    MISSING,
    ClassMethod,
    ClassValue,
    FunctionValue,
    InstanceValue,
    IteratorValue,
    NativeFunction,
    NativeObject,
    PropertyValue,
    StaticMethod,
)
from scopelint.values.text import text

api = Namespace("enum")

META = api.type("EnumMeta", bases=(TYPE.cls,))
ENUM = api.type("Enum", bases=(OBJECT.cls,))
ENUM.cls.metaclass = META.cls
AUTO = "enum.auto"
_NOT_MEMBERS = (FunctionValue, NativeFunction, PropertyValue, ClassMethod, StaticMethod, ClassValue)


@api.function
def auto(call: Call) -> Any:
    return NativeObject(AUTO)


@api.function
def unique(call: Call, enumeration: AnyValue) -> Any:
    return enumeration


def all_members(cls: ClassValue) -> dict[str, Any]:
    found = cls.attrs.get("<members>") if isinstance(cls, ClassValue) else None
    return found if isinstance(found, dict) else {}


def make_members(call: Call, cls: ClassValue, named: dict[str, Any]) -> None:
    """Each name of the body becomes the one instance of its value; equal values share a member."""
    found: dict[str, Any] = {}
    plain = next(
        (c for c in cls.mro if c.canonical in ("builtins.int", "builtins.str", "builtins.float", "builtins.tuple")),
        None,
    )
    init = next((c.attrs["<init>"] for c in cls.mro if "<init>" in c.attrs), None)
    new = next((c.attrs["<new>"] for c in cls.mro if "<new>" in c.attrs), None)
    flag = any(c.canonical in ("enum.Flag", "enum.IntFlag") for c in cls.mro)
    last: Any = 0
    for name, value in named.items():
        if isinstance(value, NativeObject) and value.kind == AUTO:
            hook = cls.find("_generate_next_value_")
            if isinstance(hook, (FunctionValue, StaticMethod)):
                value = call.invoke(
                    getattr(hook, "function", hook),
                    name,
                    1,
                    len(found),
                    ListValue([m.attrs["_value_"] for m in found.values()]),
                )
            elif flag:
                value = 1 << len(found)
            else:
                value = last + 1 if isinstance(last, int) else len(found) + 1
        last = value
        same = next((m for m in found.values() if equal(call, m.attrs["_value_"], value) is True), None)
        if same is not None:
            found[name] = same
            continue
        args = value if type(value) is tuple else (value,)
        if new is not None:
            member = call.invoke(new, cls, *args)
            if not isinstance(member, InstanceValue):
                continue
            member.attrs.setdefault("_value_", value)
        else:
            payload = None if plain is None else value
            if isinstance(value, InstanceValue) and plain is not None:
                payload = value.payload
            member = InstanceValue(cls, {"_value_": value}, payload)
        member.attrs["_name_"] = name
        if init is not None:
            call.invoke(init, member, *args)
        found[name] = member
    cls.attrs["<members>"] = found
    cls.attrs.update(found)


def _created(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    cls = args[0]
    new = cls.attrs.get("__new__")
    if isinstance(new, (FunctionValue, StaticMethod)):
        cls.attrs["<new>"] = getattr(new, "function", new)
        del cls.attrs["__new__"]
    if isinstance(cls.attrs.get("__init__"), FunctionValue):
        # It runs once for each member as that is made, never when one is looked up by its value.
        cls.attrs["<init>"] = cls.attrs["__init__"]
        cls.attrs["__init__"] = ENUM.cls.attrs["__init__"]
    # Before those of str or int, from which members may derive as well.
    cls.attrs["__new__"] = ENUM.cls.attrs["__new__"]
    for name in ("__str__", "__repr__"):
        if isinstance(cls.find(name), NativeFunction):
            cls.attrs[name] = ENUM.cls.attrs[name]
    if cls.metaclass is None:
        cls.metaclass = META.cls
    ignored = cls.attrs.get("_ignore_")
    left_out = members(call, ignored) if isinstance(ignored, (ListValue, tuple)) else []
    named = {
        k: v
        for k, v in cls.attrs.items()
        if not k.startswith("_")
        and "<" not in k
        and not isinstance(v, _NOT_MEMBERS)
        and not (isinstance(v, InstanceValue) and v.cls.find("__get__") is not MISSING)
        and not (isinstance(left_out, list) and k in left_out)
    }
    make_members(call, cls, named)
    return None


ENUM.cls.attrs["<class created>"] = NativeFunction("<class created>", _created, raw=True)


def _look_up(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`Color(1)`, or the functional `Enum("Color", "RED GREEN")`."""
    cls, *given = args
    if not all_members(cls) and (len(given) > 1 or "names" in kwargs):
        return _functional(call, cls, given[0], given[1] if len(given) > 1 else kwargs["names"])
    value = given[0] if given else None
    if isinstance(value, InstanceValue) and value.cls is cls:
        return value
    doubt: Any = None
    for member in all_members(cls).values():
        same = equal(call, member.attrs["_value_"], value)
        if same is True:
            return member
        if isinstance(same, Unknown):
            doubt = same
    if doubt is not None:
        return doubt.derive("")
    hook = cls.find("_missing_")
    if isinstance(hook, ClassMethod):
        found = call.invoke(hook.function, cls, value)
        if found is not None:
            return found
    if any(c.canonical in ("enum.Flag", "enum.IntFlag") for c in cls.mro) and isinstance(value, int):
        return InstanceValue(cls, {"_value_": value, "_name_": None}, value)
    call.raise_("ValueError", text([represent(call, value), f" is not a valid {cls.name}"]))


def _functional(call: Call, cls: ClassValue, name: AnyValue, names: AnyValue) -> Any:
    made = ClassValue(name if isinstance(name, str) else "Enum", (cls,), {"__module__": ""}, metaclass=META.cls)
    given = bare(names)
    if isinstance(given, str):
        found: Any = given.replace(",", " ").split()
    elif isinstance(given, DictValue):
        found = list(given.items.items())
    else:
        found = members(call, given)
    if isinstance(found, Unknown):
        return found
    named = {}
    for at, one in enumerate(found):
        pair: Any = (one, at + 1) if isinstance(one, str) else members(call, one)
        if isinstance(pair, Unknown) or len(pair) != 2:
            continue
        key, value = pair
        if isinstance(key, str):
            named[key] = value
    make_members(call, made, named)
    return made


ENUM.cls.attrs["__new__"] = NativeFunction("__new__", _look_up, "enum.Enum.__new__", raw=True)


@META.method(name="__iter__")
def iterate(call: Call, cls: ClassValue) -> Any:
    return IteratorValue(iter(list(dict.fromkeys(all_members(cls).values()))))


@META.method(name="__len__")
def length(call: Call, cls: ClassValue) -> Any:
    return len(set(map(id, all_members(cls).values())))


@META.method(name="__getitem__")
def get_item(call: Call, cls: ClassValue, name: AnyValue) -> Any:
    if not isinstance(name, str):
        return bare(name).derive("") if isinstance(bare(name), Unknown) else call.raise_("KeyError", name)
    if name not in all_members(cls):
        call.raise_("KeyError", name)
    return all_members(cls)[name]


@META.method(name="__contains__")
def contains(call: Call, cls: ClassValue, member: AnyValue) -> Any:
    return any(m is member for m in all_members(cls).values())


@META.property
def __members__(call: Call, cls: ClassValue) -> Any:
    return OrderedDictValue(dict(all_members(cls)))


for _name, _slot in {"name": "_name_", "value": "_value_"}.items():
    ENUM.cls.attrs[_name] = PropertyValue(NativeFunction(_name, lambda call, self, slot=_slot: self.attrs.get(slot)))


@ENUM.method(name="__init__", raw=True)
def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


@ENUM.method(name="__str__")
def as_text(call: Call, self: InstanceValue) -> Any:
    return f"{self.cls.name}.{self.attrs.get('_name_')}"


@ENUM.method(name="__repr__")
def shown(call: Call, self: InstanceValue) -> Any:
    return text([f"<{self.cls.name}.{self.attrs.get('_name_')}: ", represent(call, self.attrs.get("_value_")), ">"])


def _combine(sign: str) -> Any:
    def method(call: Call, self: InstanceValue, other: Any) -> Any:
        value = call.binary(
            sign,
            self.attrs["_value_"],
            other.attrs["_value_"] if isinstance(other, InstanceValue) and "_value_" in other.attrs else other,
        )
        return call.invoke(self.cls, value)

    return method


for _name, _bases in {
    "IntEnum": (CLASSES["int"], ENUM.cls),
    "Flag": (ENUM.cls,),
    "IntFlag": (CLASSES["int"], ENUM.cls),
    "StrEnum": (CLASSES["str"], ENUM.cls),
}.items():
    _cls = ClassValue(
        _name,
        _bases,
        {"__module__": "enum", "__new__": ENUM.cls.attrs["__new__"], "__init__": ENUM.cls.attrs["__init__"]},
        "enum." + _name,
        "enum",
    )
    _cls.metaclass = META.cls
    for _method in ("__str__", "__repr__", "<class created>"):
        _cls.attrs[_method] = ENUM.cls.attrs[_method]
    if "Flag" in _name:
        _cls.attrs["__or__"] = NativeFunction("__or__", _combine("|"))
        _cls.attrs["__and__"] = NativeFunction("__and__", _combine("&"))
    api.constant(_name, _cls)
