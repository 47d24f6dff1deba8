"""Descriptors that a class has for its objects: properties, and objects with a `__set__`."""

from __future__ import annotations

from scopelint.apis.call import Call
from scopelint.values.base import AnyValue
from scopelint.values.objects import MISSING, InstanceValue, PropertyValue


def set_by_descriptor(call: Call, value: InstanceValue, name: str, new: AnyValue, in_class: AnyValue) -> bool:
    """Hands `value.name = new` to what the class has under that name. Says whether it was one that takes it."""
    if isinstance(in_class, PropertyValue):
        if in_class.setter is None:
            call.raise_("AttributeError", "can't set attribute")
        call.invoke(in_class.setter, value, new)
        return True
    if isinstance(in_class, InstanceValue):
        setter = in_class.cls.find("__set__")
        if setter is not MISSING:
            call.invoke(setter, in_class, value, new)
            return True
    return False
