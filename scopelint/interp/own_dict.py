"""An object whose `__dict__` was replaced: `self.__dict__ = self`, `self.__dict__ = shared`."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.dictionaries import store
from scopelint.apis.python.support import bare
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue
from scopelint.values.objects import MISSING, InstanceValue


def replace_dict(value: InstanceValue, new: AnyValue) -> None:
    """`value.__dict__ = new`: what `new` holds, now and later, are the attributes, and no others are left."""
    if isinstance(new, Unknown):
        value.open(new)
        return
    value.touch()
    for name in [name for name in value.attrs if not name.startswith("<")]:
        del value.attrs[name]
    value.attrs["__dict__"] = new


def _held(value: InstanceValue) -> Any:
    return bare(value.attrs.get("__dict__"))


def in_own_dict(value: InstanceValue, name: str) -> Any:
    """An attribute there; MISSING where there is none."""
    held = _held(value)
    if not isinstance(held, DictValue):
        return MISSING
    found = held.items.get(name, MISSING)
    return held.rest.derive(name) if found is MISSING and held.rest is not None else found


def set_in_dict(call: Call, value: InstanceValue, name: str, new: AnyValue) -> None:
    held = _held(value)
    if isinstance(held, DictValue):
        store(call, held, name, new)


def delete_in_dict(value: InstanceValue, name: str) -> None:
    held = _held(value)
    if isinstance(held, DictValue) and name in held.items:
        held.touch()
        del held.items[name]
