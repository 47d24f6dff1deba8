"""copy, easydict, addict."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.classes import CLASSES
from scopelint.apis.python.builtins.dictionaries import update
from scopelint.apis.registry import Namespace
from scopelint.values.base import AnyValue, Value
from scopelint.values.containers import DictValue, ListValue, SetValue
from scopelint.values.objects import (
    MISSING,
    ClassValue,
    FunctionValue,
    InstanceValue,
    NativeFunction,
    NativeObject,
)
from scopelint.values.tensors import Tensor, Variable

api = Namespace("copy")


@api.function
def copy(call: Call, x: Any) -> Any:
    kind = type(x)
    if isinstance(x, ListValue):
        made: Any = kind(x.items, x.rest)
        if hasattr(x, "maxlen"):
            made.maxlen = x.maxlen
        return made
    if isinstance(x, DictValue):
        return (
            kind(dict(x.items), x.rest, x.factory)
            if kind.__init__ is DictValue.__init__
            else DictValue(dict(x.items), x.rest)
        )
    if isinstance(x, SetValue):
        return SetValue(x.items, x.rest, x.frozen)
    if kind is InstanceValue:
        method = x.cls.find("__copy__")
        if isinstance(method, FunctionValue):
            return call.invoke(method, x)
        return InstanceValue(x.cls, dict(x.attrs), copy(call, x.payload))
    if kind is NativeObject:
        return NativeObject(x.kind, x.payload, dict(x.attrs))
    return x


class Memo(DictValue):
    """What `__deepcopy__` is handed, so that what it copies in its turn knows what has been copied already."""

    __slots__ = ("seen",)

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[int, Any] = {}


@api.function
def deepcopy(call: Call, x: AnyValue, memo: AnyValue = None) -> Any:
    memo = memo if isinstance(memo, Memo) else Memo()
    return deep(call, x, memo.seen, memo)


def deep(call: Call, x: AnyValue, seen: dict[int, Any], memo: DictValue) -> Any:
    """`seen`: what has been copied already, so that shared and circular parts stay so."""
    if not isinstance(x, Value):
        return tuple([deep(call, v, seen, memo) for v in x]) if type(x) is tuple else x
    if isinstance(x, (ClassValue, FunctionValue, NativeFunction)):
        return x
    done = seen.get(id(x))
    if done is not None:
        return done
    call.tick()
    made: Any
    if isinstance(x, ListValue):
        made = seen[id(x)] = type(x)([], x.rest)
        if hasattr(x, "maxlen"):
            made.maxlen = x.maxlen
        made.items = [deep(call, v, seen, memo) for v in x.items]
        return made
    if isinstance(x, DictValue):
        made = seen[id(x)] = (
            type(x)({}, x.rest, x.factory) if type(x).__init__ is DictValue.__init__ else DictValue({}, x.rest)
        )
        made.items = {
            deep(call, k, seen, memo) if type(k) is tuple else k: deep(call, v, seen, memo) for k, v in x.items.items()
        }
        return made
    if isinstance(x, SetValue):
        return SetValue(x.items, x.rest, x.frozen)
    if isinstance(x, (Tensor, Variable)):
        # Both hold their graph, and that holds a lock: why a cell that was called can't be copied.
        call.raise_("TypeError", "can't pickle _thread.RLock objects", "layer")
    if type(x) is InstanceValue:
        method = x.cls.find("__deepcopy__")
        if method is not MISSING:
            made = seen[id(x)] = call.invoke(method, x, memo)
            return made
        made = seen[id(x)] = InstanceValue(x.cls)
        made.payload = deep(call, x.payload, seen, memo) if x.payload is not None else None
        made.attrs.update({k: deep(call, v, seen, memo) for k, v in x.attrs.items()})
        return made
    if type(x) is NativeObject:
        made = seen[id(x)] = NativeObject(x.kind, x.payload, {})
        made.attrs.update({k: deep(call, v, seen, memo) for k, v in x.attrs.items()})
        return made
    return x


# A dict whose keys are attributes too


def attribute_dict(module: str, name: str, missing_makes: bool) -> ClassValue:
    cls = ClassValue(name, (CLASSES["dict"],), {"__module__": module}, f"{module}.{name}", module)

    def wrapped(value: AnyValue) -> Any:
        """Dicts within become of this class too, lists of them as well."""
        if type(value) is DictValue:
            made = InstanceValue(cls, payload=DictValue({}, value.rest))
            made.payload.items = {k: wrapped(v) for k, v in value.items.items()}
            return made
        if type(value) is ListValue:
            return ListValue([wrapped(v) for v in value.items], value.rest)
        return tuple([wrapped(v) for v in value]) if type(value) is tuple else value

    def put_all(call: Call, self: InstanceValue, *args: Any, **kwargs: Any) -> None:
        given = DictValue()
        update(call, given, *[a for a in args if a is not None], **kwargs)
        self.payload.touch()
        self.payload.items.update({k: wrapped(v) for k, v in given.items.items()})
        if given.rest is not None:
            self.payload.rest = given.rest

    def put(call: Call, self: AnyValue, key: Any, value: AnyValue) -> None:
        call.find("builtins.dict").attrs["__setitem__"].impl(call, (self, key, wrapped(value)), {})

    def get(call: Call, self: InstanceValue, name: Any) -> Any:
        found = self.payload.items.get(name, MISSING) if isinstance(name, str) else MISSING
        if found is not MISSING:
            return found
        if self.payload.rest is not None:
            return self.payload.rest.derive(name if isinstance(name, str) else "")
        if missing_makes and isinstance(name, str) and not name.startswith("__"):
            made = InstanceValue(cls, payload=DictValue())
            put(call, self, name, made)
            return made
        call.raise_("AttributeError", f"'{cls.name}' object has no attribute '{name}'")

    def take(call: Call, self: Any, name: AnyValue) -> None:
        call.method(self, "pop", name)

    own: dict[str, Any] = {
        "__init__": put_all,
        "update": put_all,
        "__getattr__": get,
        "__setattr__": put,
        "__setitem__": put,
        "__delattr__": take,
    }
    for attribute, impl in own.items():
        cls.attrs[attribute] = NativeFunction(attribute, impl, f"{module}.{name}.{attribute}")
    if missing_makes:
        cls.attrs["__missing__"] = NativeFunction("__missing__", get, f"{module}.{name}.__missing__")
    cls.attrs["to_dict"] = NativeFunction("to_dict", lambda call, self: self.payload, f"{module}.{name}.to_dict")
    return cls


Namespace("easydict").constant("EasyDict", attribute_dict("easydict", "EasyDict", False))
Namespace("addict").constant("Dict", attribute_dict("addict", "Dict", True))
