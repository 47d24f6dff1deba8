"""dataclasses and attrs: classes whose fields make their `__init__`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.classes import class_of
from scopelint.apis.python.builtins.dictionaries import OrderedDictValue
from scopelint.apis.python.builtins.formatting import represent
from scopelint.apis.python.stdlib.copy import deepcopy
from scopelint.apis.python.support import bare, derived, members
from scopelint.apis.registry import Namespace, declare
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import MISSING, ClassValue, InstanceValue, NativeFunction, NativeObject
from scopelint.values.text import text

api = Namespace("dataclasses")
attrs_api = Namespace("attr")

FIELD = "dataclasses.field"
FIELDS = "<dataclass fields>"
NO_DEFAULT = NativeObject("dataclasses.MISSING")
api.constant("MISSING", NO_DEFAULT)
attrs_api.constant("NOTHING", NO_DEFAULT)


class Field:
    """One field of such a class."""

    __slots__ = ("converter", "default", "factory", "given_self", "init", "keyword_only", "name")

    def __init__(
        self,
        name: str,
        default: Any = NO_DEFAULT,
        factory: Any = None,
        init: bool = True,
        converter: Any = None,
        keyword_only: bool = False,
        given_self: bool = False,
    ) -> None:
        self.name = name
        self.default = default
        self.factory = factory
        self.init = init
        self.converter = converter
        self.keyword_only = keyword_only
        self.given_self = given_self


@api.function(raw=True)
def field(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return NativeObject(FIELD, dict(kwargs), {"metadata": kwargs.get("metadata", DictValue())})


@attrs_api.function(raw=True, also=("attr.attrib", "attr.field", "attrs.field"))
def ib(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    given = dict(kwargs)
    if args:
        given["default"] = args[0]
    default = given.get("default")
    if isinstance(default, NativeObject) and default.kind == "attr.Factory":
        del given["default"]
        given["default_factory"], given["takes_self"] = default.payload
    if "factory" in given:
        given["default_factory"] = given["factory"]
    made = NativeObject(FIELD, given)

    def set_default(call: Call, method: AnyValue) -> Any:
        given["default_factory"], given["takes_self"] = method, True
        return method

    made.attrs["default"] = NativeFunction("default", set_default, static=True)
    made.attrs["validator"] = NativeFunction("validator", lambda call, method: method, static=True)
    return made


@attrs_api.function(also=("attrs.Factory",))
def Factory(call: Call, factory: AnyValue, takes_self: AnyValue = False) -> Any:
    return NativeObject("attr.Factory", (factory, takes_self is True))


def fields_of(cls: ClassValue) -> dict[str, Field]:
    out: dict[str, Field] = {}
    for each in reversed(cls.mro):
        own = each.attrs.get(FIELDS)
        if isinstance(own, dict):
            out.update(own)
    return out


def _made(name: str, value: Any, keyword_only: bool) -> Field:
    if isinstance(value, NativeObject) and value.kind == FIELD:
        given = value.payload
        return Field(
            name,
            given.get("default", NO_DEFAULT),
            given.get("default_factory"),
            given.get("init", True) is not False,
            given.get("converter"),
            given.get("kw_only", keyword_only) is True,
            given.get("takes_self", False) is True,
        )
    return Field(name, NO_DEFAULT if value is MISSING else value, keyword_only=keyword_only)


def equip(call: Call, cls: ClassValue, options: dict[str, Any], post_init: str, annotated: bool) -> Any:
    """Gives a class the fields, the `__init__`, `__repr__` and `__eq__` that the decorator makes."""
    if not isinstance(cls, ClassValue):
        return cls
    notes = cls.attrs.get("__annotations__")
    names = [n for n in notes.items if isinstance(n, str)] if isinstance(notes, DictValue) and annotated else []
    declared = [n for n, v in cls.attrs.items() if isinstance(v, NativeObject) and v.kind == FIELD]
    keyword_only = options.get("kw_only") is True
    own = {
        n: _made(n, cls.attrs.get(n, MISSING), keyword_only) for n in [*names, *(d for d in declared if d not in names)]
    }
    cls.touch()
    cls.attrs[FIELDS] = own
    for name, one in own.items():
        if isinstance(cls.attrs.get(name), NativeObject) and cls.attrs[name].kind == FIELD:
            if one.default is NO_DEFAULT:
                del cls.attrs[name]
            else:
                cls.attrs[name] = one.default
    every = fields_of(cls)

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self, *given = args
        taking = [f for f in every.values() if f.init and not f.keyword_only]
        if len(given) > len(taking):
            call.raise_(
                "TypeError", f"__init__() takes {len(taking) + 1} positional arguments but {len(args)} were given"
            )
        named = {f.name: value for f, value in zip(taking, given, strict=False)}
        for key, value in kwargs.items():
            public = key if key in every else "_" + key
            if public not in every:
                call.raise_("TypeError", f"__init__() got an unexpected keyword argument '{key}'")
            named[public] = value
        for one in every.values():
            if one.name in named:
                value = named[one.name]
            elif one.factory is not None:
                value = call.invoke(one.factory, *((self,) if one.given_self else ()))
            elif one.default is not NO_DEFAULT:
                value = one.default
            elif not one.init:
                continue
            else:
                call.raise_("TypeError", f"__init__() missing 1 required positional argument: '{one.name}'")
            if one.converter is not None:
                value = call.invoke(one.converter, value)
            self.set(one.name, value)
        hook = self.cls.find(post_init)
        if hook is not MISSING:
            call.invoke(hook, self)

    if options.get("init", True) is not False and ("__init__" not in cls.attrs or annotated):
        cls.attrs["__init__"] = NativeFunction("__init__", init, raw=True)
    cls.attrs.setdefault("__repr__", NativeFunction("__repr__", _shown))
    if options.get("eq", True) is not False:
        cls.attrs.setdefault("__eq__", NativeFunction("__eq__", _equal))
    return cls


def _values(self: InstanceValue) -> tuple[Any, ...]:
    return tuple([self.attrs.get(name) for name in fields_of(self.cls)])


def _shown(call: Call, self: InstanceValue) -> Any:
    parts: list[Any] = [self.cls.name, "("]
    for at, name in enumerate(fields_of(self.cls)):
        parts += [", " if at else "", name, "=", represent(call, self.attrs.get(name))]
    return text([*parts, ")"])


def _equal(call: Call, self: InstanceValue, other: AnyValue) -> Any:
    if not isinstance(other, InstanceValue) or other.cls is not self.cls:
        return NotImplemented
    return call.compare("==", _values(self), _values(other))


def _decorator(space: Namespace, name: str, post_init: str, annotated: bool, also: tuple[str, ...] = ()) -> None:
    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if args and args[0] is not None:
            return equip(call, args[0], kwargs, post_init, annotated or kwargs.get("auto_attribs") is True)
        return NativeFunction(
            name,
            lambda call, cls: equip(call, cls, kwargs, post_init, annotated or kwargs.get("auto_attribs") is True),
            static=True,
        )

    space.function(summary, name=name, raw=True, also=also)


_decorator(api, "dataclass", "__post_init__", True)
_decorator(attrs_api, "s", "__attrs_post_init__", False, ("attr.attrs", "attr.attributes"))
_decorator(
    attrs_api,
    "dataclass",
    "__attrs_post_init__",
    True,
    ("attr.define", "attr.frozen", "attr.mutable", "attrs.define", "attrs.frozen", "attrs.mutable"),
)


@attrs_api.function
def evolve(call: Call, inst: AnyValue, **changes: Any) -> Any:
    return replace(call, inst, **changes)


@api.function
def replace(call: Call, obj: AnyValue, **changes: Any) -> Any:
    if not isinstance(obj, InstanceValue):
        return derived(obj)
    given = {name: changes.get(name, obj.attrs.get(name)) for name, one in fields_of(obj.cls).items() if one.init}
    return call.invoke(obj.cls, **given)


@api.function
def fields(call: Call, class_or_instance: AnyValue) -> Any:
    cls = class_or_instance if isinstance(class_or_instance, ClassValue) else class_of(call, class_or_instance)
    if not isinstance(cls, ClassValue):
        return derived(class_or_instance)
    return tuple(
        [
            NativeObject(
                "dataclasses.<field>",
                None,
                {
                    "name": one.name,
                    "default": one.default,
                    "init": one.init,
                    "type": Unknown("annotations are not evaluated"),
                    "metadata": DictValue(),
                },
            )
            for one in fields_of(cls).values()
        ]
    )


declare("attr.fields", NativeFunction("fields", fields, "attr.fields"))


def _as_dict(call: Call, value: AnyValue, leaf: Callable[[Call, AnyValue], Any]) -> Any:
    if isinstance(value, InstanceValue) and fields_of(value.cls):
        return OrderedDictValue({n: _as_dict(call, value.attrs.get(n), leaf) for n in fields_of(value.cls)})
    if type(value) is ListValue:
        return ListValue([_as_dict(call, v, leaf) for v in value.items], value.rest)
    if type(value) is DictValue:
        return DictValue({k: _as_dict(call, v, leaf) for k, v in value.items.items()}, value.rest)
    return tuple([_as_dict(call, v, leaf) for v in value]) if type(value) is tuple else leaf(call, value)


@api.function
def asdict(call: Call, obj: AnyValue, *args: Any, **kwargs: Any) -> Any:
    return DictValue(_as_dict(call, obj, deepcopy).items) if isinstance(obj, InstanceValue) else derived(obj)


@attrs_api.function(name="asdict")
def attrs_as_dict(call: Call, inst: AnyValue, *args: Any, **kwargs: Any) -> Any:
    """attr: what is no structure is handed on as it is."""
    made = _as_dict(call, inst, lambda call, value: value)
    return DictValue(made.items) if isinstance(inst, InstanceValue) else derived(inst)


@api.function(also=("attr.astuple",))
def astuple(call: Call, obj: AnyValue, *args: Any, **kwargs: Any) -> Any:
    return _values(obj) if isinstance(obj, InstanceValue) else derived(obj)


@api.function(also=("attr.has",))
def is_dataclass(call: Call, obj: AnyValue) -> Any:
    cls = obj if isinstance(obj, ClassValue) else class_of(call, obj)
    return bool(fields_of(cls)) if isinstance(cls, ClassValue) else derived(obj)


@api.function
def make_dataclass(call: Call, cls_name: AnyValue, fields: AnyValue, bases: AnyValue = (), **kwargs: Any) -> Any:
    found = members(call, fields)
    if isinstance(found, Unknown) or not isinstance(cls_name, str):
        return derived(found, cls_name)
    names = [f if isinstance(f, str) else bare(f)[0] for f in found]
    cls = call.engine.build_class(cls_name, bases, {"__annotations__": DictValue(dict.fromkeys(names))})
    return equip(call, cls, kwargs, "__post_init__", True)


for _name in ("validators", "converters"):
    attrs_api.constant(_name, Unknown(f"attr.{_name}"))
