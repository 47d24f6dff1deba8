"""What `object` gives every class of a program: how attributes are set, read and deleted."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.descriptors import set_by_descriptor
from scopelint.values.base import without_summary
from scopelint.values.objects import MISSING, Attributed, InstanceValue, NativeFunction
from scopelint.values.truth import NO


def _set(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    value, name, new = args
    if isinstance(value, InstanceValue) and set_by_descriptor(call, value, name, new, value.cls.find(name)):
        return
    value.set(name, new)


def _get(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    value, name = args
    if isinstance(value, InstanceValue):
        found = call.engine.plain_attribute(value, name)
    else:
        found = value.attrs.get(name, MISSING) if isinstance(value, Attributed) else MISSING
    if found is not MISSING:
        return found
    if call.engine.has_besides(value, name) is not NO:
        return without_summary(f"{call.class_of(value).name}.{name}", name)
    call.raise_("AttributeError", f"object has no attribute '{name}'")


def _delete(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    call.engine.delete_name(args[0], args[1])


def _nothing(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


OBJECT_DEFAULTS = {
    "__setattr__": NativeFunction("__setattr__", _set, "builtins.object.__setattr__", raw=True),
    "__getattribute__": NativeFunction("__getattribute__", _get, "builtins.object.__getattribute__", raw=True),
    "__delattr__": NativeFunction("__delattr__", _delete, "builtins.object.__delattr__", raw=True),
    "__init__": NativeFunction("__init__", _nothing, "builtins.object.__init__", raw=True),
    "__init_subclass__": NativeFunction("__init_subclass__", _nothing, "builtins.object.__init_subclass__", raw=True),
    "__enter__": NativeFunction("__enter__", lambda call, args, kwargs: args[0], "builtins.object.__enter__", raw=True),
}
"""What `object` gives every class; found when nothing in the MRO says otherwise."""
