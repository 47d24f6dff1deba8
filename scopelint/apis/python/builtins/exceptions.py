"""The hierarchy of Python's own exceptions as native classes, which programs raise, catch and derive from."""

from __future__ import annotations

import builtins
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.classes import OBJECT
from scopelint.apis.python.builtins.formatting import represent, to_string
from scopelint.apis.python.support import class_asked
from scopelint.apis.registry import ENTRIES, Namespace, declare
from scopelint.values.base import AnyValue
from scopelint.values.objects import ClassValue, InstanceValue
from scopelint.values.text import text

api = Namespace("builtins")

BASE = api.type("BaseException", bases=(OBJECT.cls,))


@BASE.method(name="__new__", raw=True)
def new(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    made = InstanceValue(
        class_asked(call, args, "BaseException"),
        {"args": tuple(args[1:]), "__cause__": None, "__context__": None, "__traceback__": None},
    )
    _fields(made, args[1:])
    return made


@BASE.method(name="__init__", raw=True)
def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    if isinstance(args[0], InstanceValue):
        args[0].set("args", tuple(args[1:]))
        _fields(args[0], args[1:])


def _fields(error: InstanceValue, args: tuple[Any, ...]) -> None:
    """What some classes make of their arguments."""
    if error.cls.derives_from("builtins.OSError") and 2 <= len(args) <= 5:
        error.set("errno", args[0])
        error.set("strerror", args[1])
        error.set("filename", args[2] if len(args) > 2 else None)
    elif error.cls.derives_from("builtins.SystemExit"):
        error.set("code", args[0] if args else None)
    elif error.cls.derives_from("builtins.StopIteration"):
        error.set("value", args[0] if args else None)


@BASE.method(name="__str__")
def as_text(call: Call, self: InstanceValue) -> Any:
    args = self.attrs.get("args", ())
    if self.cls.derives_from("builtins.OSError") and "errno" in self.attrs:
        return text(["[Errno ", to_string(call, self.attrs["errno"]), "] ", to_string(call, self.attrs["strerror"])])
    if not args:
        return ""
    if len(args) == 1:
        return represent(call, args[0]) if self.cls.derives_from("builtins.KeyError") else call.to_string(args[0])
    return represent(call, args)


@BASE.method(name="__repr__")
def shown(call: Call, self: InstanceValue) -> Any:
    args = self.attrs.get("args", ())
    inner = represent(call, args)
    return text([self.cls.name, "(", represent(call, args[0]), ")"] if len(args) == 1 else [self.cls.name, inner])


@BASE.method
def with_traceback(call: Call, self: InstanceValue, tb: AnyValue) -> Any:
    return self


def _declare_all() -> None:
    found = [c for c in vars(builtins).values() if isinstance(c, type) and issubclass(c, BaseException)]
    for cls in sorted(set(found), key=lambda c: len(c.__mro__)):
        _declare(cls)
    for name, cls in vars(builtins).items():
        if isinstance(cls, type) and issubclass(cls, BaseException) and name != cls.__name__:
            declare("builtins." + name, ENTRIES["builtins." + cls.__name__])


def _declare(cls: type[BaseException]) -> ClassValue:
    canonical = "builtins." + cls.__name__
    if canonical not in ENTRIES:
        bases = tuple(_declare(b) if b is not object else OBJECT.cls for b in cls.__bases__)
        declare(canonical, ClassValue(cls.__name__, bases, {"__module__": "builtins"}, canonical, "builtins"))
    entry: ClassValue = ENTRIES[canonical]
    return entry


_declare_all()
