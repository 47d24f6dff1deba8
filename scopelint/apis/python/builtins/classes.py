"""The builtin classes: object, type, int, str, list, dict..., with the `__new__` that makes their values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins import dictionaries, numbers, sequences, sets, strings
from scopelint.apis.python.builtins.descriptors import set_by_descriptor
from scopelint.apis.python.builtins.dictionaries import fromkeys, look_up, update
from scopelint.apis.python.builtins.formatting import describe, represent
from scopelint.apis.python.builtins.indices import index_of
from scopelint.apis.python.builtins.sequences import extend
from scopelint.apis.python.support import (
    NUMBERS,
    MethodTable,
    all_plain,
    arity_is_wrong,
    bare,
    class_asked,
    class_name,
    derived,
    guarded,
    is_plain,
    lift,
    members,
    too_large,
)
from scopelint.apis.registry import BEHAVIOURS, ENTRIES, Behaviour, Namespace, TypeBuilder
from scopelint.limits import EXPONENT_DIGITS, STRING
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import DictValue, ListValue, SetValue
from scopelint.values.objects import (
    MISSING,
    Attributed,
    BoundMethod,
    ClassMethod,
    ClassValue,
    FunctionValue,
    InstanceValue,
    NativeFunction,
    PropertyValue,
    StaticMethod,
)
from scopelint.values.tensors import Tensor
from scopelint.values.text import Text, hole

api = Namespace("builtins")

OBJECT = api.type("object")


@OBJECT.method(name="__init__", raw=True)
def object_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    if (len(args) > 1 or kwargs) and type(args[0]) is InstanceValue:
        cls = args[0].cls
        made = cls.find("__new__")
        if cls.unknown_base is None and getattr(made, "canonical", "") == "builtins.object.__new__":
            own = cls.find("__init__")
            call.raise_(
                "TypeError",
                "object.__init__() takes exactly one argument (the instance to initialize)"
                if isinstance(own, FunctionValue)
                else f"{cls.name}() takes no arguments",
            )


@OBJECT.method(name="__new__", raw=True)
def object_new(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return InstanceValue(class_asked(call, args, "object"))


@OBJECT.method(name="__setattr__")
def object_setattr(call: Call, self: InstanceValue, name: AnyValue, value: AnyValue) -> None:
    """The plain way, past a class's own `__setattr__`; properties and other descriptors are still asked."""
    if not isinstance(name, str) or not isinstance(self, Attributed):
        return
    if isinstance(self, InstanceValue) and set_by_descriptor(call, self, name, value, self.cls.find(name)):
        return
    self.set(name, value)


@OBJECT.method(name="__delattr__")
def object_delattr(call: Call, self: InstanceValue, name: AnyValue) -> None:
    if isinstance(self, Attributed) and isinstance(name, str):
        if name not in self.attrs:
            call.raise_("AttributeError", name)
        self.touch()
        del self.attrs[name]


@OBJECT.method(name="__getattribute__")
def object_getattribute(call: Call, self: InstanceValue, name: AnyValue) -> Any:
    """The plain way, past a class's own `__getattribute__` and `__getattr__`."""
    if not isinstance(self, InstanceValue) or not isinstance(name, str):
        return derived(self, name)
    found = call.engine.plain_attribute(self, name)
    if found is not MISSING:
        return found
    call.raise_("AttributeError", f"'{self.cls.name}' object has no attribute '{name}'")


@OBJECT.method(name="__repr__")
def object_repr(call: Call, self: InstanceValue) -> Any:
    return describe(call, self)


@OBJECT.method(name="__str__")
def object_str(call: Call, self: InstanceValue) -> Any:
    return represent(call, self)


def _init_subclass(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


OBJECT.cls.attrs["__init_subclass__"] = ClassMethod(
    NativeFunction("__init_subclass__", _init_subclass, "builtins.object.__init_subclass__", raw=True)
)
OBJECT.cls.attrs["__doc__"] = None


def instantiate(call: Call, cls: ClassValue, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`type.__call__`: `__new__`, then `__init__` where an instance of the class came out."""
    new = cls.find("__new__")
    new = new.function if isinstance(new, StaticMethod) else new
    made = InstanceValue(cls) if new is MISSING else call.engine.invoke(new, (cls, *args), kwargs)
    if isinstance(made, InstanceValue) and made.cls.derives_from(cls):
        init = made.cls.find("__init__")
        if init is not MISSING:
            call.engine.invoke(init, (made, *args), kwargs)
    return made


TYPE = api.type("type", bases=(OBJECT.cls,))


@TYPE.method(name="__new__", raw=True)
def type_new(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    cls, *rest = class_asked(call, args, "type"), *args[1:]
    if len(rest) == 1:
        if isinstance(rest[0], Tensor) and rest[0].is_stand_in:
            return call.unknown("the type of a value that is not known")
        return class_of(call, rest[0])
    if len(rest) != 3:
        call.raise_("TypeError", "type() takes 1 or 3 arguments")
    name, bases, attrs = rest
    if not isinstance(name, str):
        name = str(name) if isinstance(name, Text) else hole("class")
    found = members(call, bases)
    known = [b for b in ([] if isinstance(found, Unknown) else found) if isinstance(b, ClassValue)]
    body = bare(attrs)
    namespace = dict(body.items) if isinstance(body, DictValue) else {}
    if cls is TYPE.cls:
        return call.engine.build_class(name, found if isinstance(found, list) else [found], namespace)
    if not isinstance(found, list) or len(known) < len(found):
        namespace["<unknown base>"] = derived(
            found, *(found if isinstance(found, list) else ()), reason=f"a base of class {name} is not known"
        )
    made = call.engine.make_class(name, known, namespace)
    if isinstance(made, ClassValue):
        made.metaclass = cls
    return made


@TYPE.method(name="__init__", raw=True)
def type_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


@TYPE.method(name="__call__", raw=True)
def type_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return instantiate(call, args[0], args[1:], kwargs) if isinstance(args[0], ClassValue) else derived(args[0])


@TYPE.method
def mro(call: Call, self: InstanceValue) -> Any:
    return ListValue(self.mro) if isinstance(self, ClassValue) else derived(self)


@TYPE.method(name="__subclasses__")
def subclasses(call: Call, self: InstanceValue) -> Any:
    return ListValue([], call.unknown("the subclasses of a class"))


@TYPE.classmethod(raw=True)
def __prepare__(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return DictValue()


@TYPE.method(name="__instancecheck__")
def instancecheck(call: Call, self: Any, value: Any) -> Any:
    found = class_of(call, value)
    return derived(found) if not isinstance(found, ClassValue) else found.derives_from(self)


@TYPE.method(name="__subclasscheck__")
def subclasscheck(call: Call, self: Any, cls: Any) -> Any:
    return derived(cls) if not isinstance(cls, ClassValue) else cls.derives_from(self)


def class_of(call: Call, value: AnyValue) -> Any:
    """`type(value)`; an Unknown for an Unknown."""
    if isinstance(value, Unknown):
        return value.derive(f"type({value.label})" if value.label else "")
    if type(value) is InstanceValue:
        return value.cls
    if isinstance(value, SetValue) and value.frozen:
        return CLASSES["frozenset"]
    return call.class_of(value)


def class_methods(builder: TypeBuilder, names: Iterable[str]) -> None:
    """The methods of a type as attributes of its class: for `str.lower` and for programs' own subclasses."""
    for name in names:
        builder.cls.attrs[name] = NativeFunction(
            name, _dispatch(name, builder.cls), f"{builder.cls.canonical}.{name}", raw=True
        )


def _dispatch(name: str, cls: ClassValue) -> Callable[..., Any]:
    def method(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not args:
            call.raise_("TypeError", f"unbound method {cls.name}.{name}() needs an argument")
        self = bare(args[0])
        table = BEHAVIOURS[type(self)]
        native: Any = table.native(name) if isinstance(table, MethodTable) else None
        if native is None:
            if isinstance(self, Unknown):
                return derived(self)
            call.raise_(
                "TypeError",
                f"descriptor '{name}' for '{cls.name}' objects doesn't apply to a '{class_name(call, self)}' object",
            )
        if name == "__getitem__" and self is not args[0] and isinstance(self, DictValue):
            return _item_or_missing(call, args[0], self, args[1])
        answer = native.impl(call, (self, *args[1:]), kwargs)
        # `x += y` gives the object itself, not the list within it.
        return args[0] if answer is self and isinstance(answer, Value) else answer

    return method


def _item_or_missing(call: Call, instance: InstanceValue, payload: DictValue, key: AnyValue) -> Any:
    """`dict.__getitem__` on an instance of a subclass: its `__missing__` is asked where the key is not there."""
    found = look_up(call, payload, key)
    if found is not MISSING:
        return found
    hook = instance.cls.find("__missing__")
    if hook is not MISSING:
        return call.invoke(hook, instance, key)
    return BEHAVIOURS[type(payload)].getitem(call, payload, key)


Convert = Callable[..., Any]


def constant_class(name: str, methods: Iterable[str], bases: Iterable[ClassValue] = ()) -> Callable[[Convert], Convert]:
    """Declares a builtin class of immutable values: `convert(call, *args)` makes the value."""

    def declare(convert: Convert) -> Convert:
        builder = api.type(name, bases=tuple(bases) or (OBJECT.cls,))

        def new(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            cls = class_asked(call, args, name)
            try:
                value = convert(call, *args[1:], **kwargs)
            except TypeError as problem:
                if not arity_is_wrong(problem):
                    raise
                call.raise_("TypeError", f"{name}() was given arguments that it does not take")
            if cls is builder.cls or isinstance(value, Unknown):
                return value
            return InstanceValue(cls, payload=value)

        builder.cls.attrs["__new__"] = NativeFunction("__new__", new, f"builtins.{name}.__new__", raw=True)
        builder.cls.attrs["__init__"] = NativeFunction("__init__", _nothing, f"builtins.{name}.__init__", raw=True)
        class_methods(builder, methods)
        CLASSES[name] = builder.cls
        return convert

    return declare


def _nothing(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


CLASSES: dict[str, ClassValue] = {"object": OBJECT.cls, "type": TYPE.cls}


def as_number(call: Call, value: Any, special: str) -> Any:
    """A value as a Python number through `__int__`, `__index__`, `__float__`; MISSING where it has none."""
    value = bare(value)
    if type(value) in NUMBERS or isinstance(value, (Unknown, str, bytes, Text)):
        return value
    own = getattr(BEHAVIOURS[type(value)], "as_number", None)
    if own is not None:
        return own(call, value)
    if isinstance(value, Value):
        for name in (special, "__index__", "__int__"):
            method = call.getattr(value, name, MISSING)
            if method is not MISSING:
                return call.invoke(method)
    return MISSING


@constant_class("int", numbers.INT.methods)
def to_int(call: Call, x: Any = 0, base: Any = MISSING) -> Any:
    value = as_number(call, x, "__int__")
    if value is MISSING:
        call.raise_(
            "TypeError",
            f"int() argument must be a string, a bytes-like object or a number, not '{class_name(call, x)}'",
        )
    if isinstance(value, Unknown):
        return value.derive(value.label)
    if isinstance(value, Text) or isinstance(base, Value):
        return derived(value, base, label=str(value)[1:-1] if isinstance(value, Text) and len(value.parts) == 1 else "")
    if isinstance(value, (str, bytes)) and len(value) > EXPONENT_DIGITS:
        return too_large(call, "the text of an integer")
    return guarded(call, int, value) if base is MISSING else guarded(call, int, value, base)


@constant_class("bool", numbers.BOOL.methods, bases=(CLASSES["int"],))
def to_bool(call: Call, x: AnyValue = False) -> Any:
    return truth_of(call, x)


def truth_of(call: Call, value: AnyValue) -> bool | Unknown:
    """`bool(value)` with three truths."""
    if isinstance(value, Unknown):
        return value.derive(value.label)
    behaviour = BEHAVIOURS[type(value)]
    if behaviour is not None:
        found = behaviour.truth(call, value)
        if isinstance(found, (bool, Unknown)):
            return found
    return bool(call.truth(value))


@constant_class("float", numbers.FLOAT.methods)
def to_float(call: Call, x: AnyValue = 0.0) -> Any:
    value = as_number(call, x, "__float__")
    if value is MISSING:
        call.raise_("TypeError", f"float() argument must be a string or a number, not '{class_name(call, x)}'")
    if isinstance(value, Value):
        return derived(value, label=value.label if isinstance(value, Unknown) else "")
    return guarded(call, float, value)


@constant_class("complex", numbers.COMPLEX.methods)
def to_complex(call: Call, real: AnyValue = 0, imag: AnyValue = 0) -> Any:
    return guarded(call, complex, real, imag) if all_plain((real, imag)) else derived(real, imag)


@constant_class("str", strings.STR_METHODS)
def to_str(call: Call, object: AnyValue = "", encoding: AnyValue = None, errors: AnyValue = None) -> Any:
    if isinstance(object, bytes) and encoding is not None:
        return guarded(call, object.decode, encoding) if isinstance(encoding, str) else derived(encoding)
    return call.to_string(object)


@constant_class("bytes", strings.BYTES_METHODS)
def to_bytes(call: Call, source: Any = b"", encoding: AnyValue = None, errors: AnyValue = None) -> Any:
    source = bare(source)
    if type(source) is int and source > STRING:
        return too_large(call, "a bytes object")
    if isinstance(source, Value):
        found = members(call, source)
        if isinstance(found, Unknown) or not all_plain(found):
            return derived(source)
        source = found
    if encoding is not None:
        return guarded(call, bytes, source, encoding) if all_plain((source, encoding)) else derived(encoding)
    return guarded(call, bytes, source) if is_plain(source) or type(source) is list else derived(source)


@constant_class("tuple", sequences.TUPLE_METHODS)
def to_tuple(call: Call, iterable: AnyValue = ()) -> Any:
    found = members(call, bare(iterable) if type(bare(iterable)) is tuple else iterable)
    return found.derive(found.label) if isinstance(found, Unknown) else tuple(found)


@constant_class("range", sequences.BEHAVIOURS[range].methods)  # type: ignore[attr-defined]
def to_range(call: Call, *bounds: Any) -> Any:
    ends = [index_of(call, b) for b in bounds]
    for end, given in zip(ends, bounds, strict=True):
        if isinstance(end, Unknown):
            if end.at_least is not None and (len(ends) == 1 or (ends[0] == 0 and len(ends) == 2)):
                return ListValue(range(end.at_least), end.derive(""))
            return end.derive(f"range({end.label})" if end.label else "")
        if end is MISSING:
            call.raise_("TypeError", f"'{class_name(call, given)}' object cannot be interpreted as an integer")
    return guarded(call, range, *ends)


@constant_class("slice", ("indices",))
def to_slice(call: Call, *bounds: Any) -> Any:
    return guarded(call, slice, *bounds)


def container_class(
    name: str,
    empty: Callable[[], Any],
    fill: Callable[..., None],
    methods: Iterable[str],
    canonical: str = "",
    bases: Iterable[ClassValue] = (),
) -> TypeBuilder:
    """Declares a builtin class of mutable containers: `fill(call, container, *args)` is its `__init__`."""
    builder = api.type(name, bases=tuple(bases) or (OBJECT.cls,), canonical=canonical)

    def new(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        cls = class_asked(call, args, name)
        if cls is builder.cls:
            made = empty()
            fill(call, made, *args[1:], **kwargs)
            return made
        return InstanceValue(cls, payload=empty())

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        container = bare(args[0])
        if isinstance(container, (ListValue, DictValue, SetValue)):
            fill(call, container, *args[1:], **kwargs)

    path = builder.cls.canonical
    builder.cls.attrs["__new__"] = NativeFunction("__new__", new, f"{path}.__new__", raw=True)
    builder.cls.attrs["__init__"] = NativeFunction("__init__", init, f"{path}.__init__", raw=True)
    class_methods(builder, methods)
    CLASSES[name] = builder.cls
    return builder


def fill_list(call: Call, self: ListValue, *iterable: Any) -> None:
    if len(iterable) > 1:
        call.raise_("TypeError", f"list expected at most 1 argument, got {len(iterable)}")
    for source in iterable:
        extend(call, self, source)


def fill_set(call: Call, self: SetValue, *iterable: Any) -> None:
    for source in iterable:
        sets.SET_METHODS["update"](call, self, source)


def to_list(call: Call, iterable: AnyValue) -> ListValue:
    out = ListValue()
    extend(call, out, iterable)
    return out


container_class("list", ListValue, fill_list, sequences.LIST_METHODS)
DICT = container_class("dict", DictValue, update, dictionaries.DICT_METHODS)
container_class("set", SetValue, fill_set, sets.SET_METHODS)
container_class("frozenset", lambda: SetValue(frozen=True), fill_set, sets.SET_METHODS)


def _fromkeys(call: Call, cls: ClassValue, iterable: AnyValue, value: AnyValue = None) -> Any:
    made = fromkeys(call, iterable, value)
    if cls is DICT.cls or cls.canonical:
        return made
    out = call.invoke(cls)
    for key, one in made.items.items():
        call.setitem(out, key, one)
    return out


DICT.cls.attrs["fromkeys"] = ClassMethod(NativeFunction("fromkeys", _fromkeys, "builtins.dict.fromkeys"))


def _maketrans(call: Call, *args: Any) -> Any:
    plain = [dict(a.items) if isinstance(a, DictValue) else a for a in args]
    return lift(guarded(call, str.maketrans, *plain)) if all_plain(args[1:]) else derived(*args)


CLASSES["str"].attrs["maketrans"] = StaticMethod(NativeFunction("maketrans", _maketrans, "builtins.str.maketrans"))


def _from_bytes(call: Call, cls: ClassValue, data: AnyValue, byteorder: AnyValue, **kwargs: Any) -> Any:
    return guarded(call, int.from_bytes, data, byteorder, **kwargs) if all_plain((data, byteorder)) else derived(data)


CLASSES["int"].attrs["from_bytes"] = ClassMethod(NativeFunction("from_bytes", _from_bytes, "builtins.int.from_bytes"))

# Classes that a program meets through `type(x)` alone.
for _name in (
    "NoneType",
    "ellipsis",
    "NotImplementedType",
    "function",
    "builtin_function_or_method",
    "method",
    "module",
    "generator",
    "dict_keys",
    "cell",
    "code",
    "traceback",
    "mappingproxy",
):
    CLASSES[_name] = api.type(_name, bases=(OBJECT.cls,)).cls


# Descriptors


def descriptor(name: str, make: Callable[..., Value]) -> None:
    builder = api.type(name, bases=(OBJECT.cls,))

    def new(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        cls = class_asked(call, args, name)
        made = make(*args[1:], **{k: v for k, v in kwargs.items() if k != "doc"})
        return made if cls is builder.cls else InstanceValue(cls, payload=make())

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if type(args[0]) is InstanceValue:
            args[0].payload = make(*args[1:], **{k: v for k, v in kwargs.items() if k != "doc"})

    builder.cls.attrs["__new__"] = NativeFunction("__new__", new, f"builtins.{name}.__new__", raw=True)
    builder.cls.attrs["__init__"] = NativeFunction("__init__", init, f"builtins.{name}.__init__", raw=True)


def make_property(
    fget: AnyValue = None, fset: AnyValue = None, fdel: AnyValue = None, doc: AnyValue = None
) -> PropertyValue:
    return PropertyValue(fget, fset, fdel)


descriptor("property", make_property)
descriptor("staticmethod", lambda function=None: StaticMethod(function))
descriptor("classmethod", lambda function=None: ClassMethod(function))


def _property_get(call: Call, self: InstanceValue, instance: AnyValue, owner: AnyValue = None) -> Any:
    inner = bare(self)
    if instance is None:
        return self
    if inner.getter is None:
        call.raise_("AttributeError", "unreadable attribute")
    return call.invoke(inner.getter, instance)


def _property_set(call: Call, self: InstanceValue, instance: AnyValue, value: AnyValue) -> None:
    inner = bare(self)
    if inner.setter is None:
        call.raise_("AttributeError", "can't set attribute")
    call.invoke(inner.setter, instance, value)


def _classmethod_get(call: Call, self: InstanceValue, instance: AnyValue, owner: AnyValue = None) -> Any:
    return BoundMethod(bare(self).function, class_of(call, instance) if owner is None else owner)


for _cls, _attribute, _impl in (
    ("property", "__get__", _property_get),
    ("property", "__set__", _property_set),
    ("staticmethod", "__get__", lambda call, self, *where: bare(self).function),
    ("classmethod", "__get__", _classmethod_get),
):
    _owner = ENTRIES["builtins." + _cls]
    _owner.attrs[_attribute] = NativeFunction(_attribute, _impl, f"builtins.{_cls}.{_attribute}")


class DescriptorBehaviour(Behaviour):
    """property, staticmethod, classmethod as values; the interpreter binds them."""

    def __init__(self, python_class: str) -> None:
        self.python_class = python_class

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        if name in ("__func__", "__wrapped__") and not isinstance(value, PropertyValue):
            return value.function
        return MISSING


BEHAVIOURS.update(
    {
        PropertyValue: DescriptorBehaviour("builtins.property"),
        StaticMethod: DescriptorBehaviour("builtins.staticmethod"),
        ClassMethod: DescriptorBehaviour("builtins.classmethod"),
    }
)
