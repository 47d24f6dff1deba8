"""`frozen`: a class of fields that nobody changes. Type checkers hold that, so that no run pays for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

C = TypeVar("C")

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform

    @dataclass_transform(frozen_default=True, eq_default=False)
    def frozen(cls: type[C]) -> type[C]:
        """A class of slots whose annotations are its fields, as `dataclass` makes one; equal to itself alone.

        `dataclass` imports `inspect` and compiles functions for each class at import. This writes one, `__init__`, when
        the first object is made; most classes of events have none in a run.
        """
        return cls
else:

    def frozen(cls):
        own = cls.__annotations__
        inherited = {} if cls.__base__ is object else cls.__base__._fields
        given = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__", *own)}
        given["__slots__"] = tuple(name for name in own if name not in inherited)
        defaults = {name: vars(cls)[name] for name in own if name in vars(cls)}
        made = type(cls)(cls.__name__, cls.__bases__, given)
        made.__qualname__ = cls.__qualname__
        made._fields = (*inherited, *given["__slots__"])
        made._defaults = {**({} if cls.__base__ is object else cls.__base__._defaults), **defaults}

        def __init__(self, *args, **kwargs):
            made.__init__ = _initializer(made)
            self.__init__(*args, **kwargs)

        made.__init__ = __init__
        return made

    def _initializer(cls):
        words = [f"{name}=_defaults[{name!r}]" if name in cls._defaults else name for name in cls._fields]
        lines = "; ".join(f"self.{name} = {name}" for name in cls._fields)
        space = {"_defaults": cls._defaults}
        exec(f"def __init__(self, {', '.join(words)}): {lines}", space)
        return space["__init__"]


def replace(record: C, **changes: Any) -> C:
    """The same with other values of these fields."""
    values = {name: getattr(record, name) for name in fields(record)}
    return type(record)(**{**values, **changes})


def fields(record: object) -> tuple[str, ...]:
    """The names of a frozen record's fields."""
    names: tuple[str, ...] = type(record)._fields  # type: ignore[attr-defined]
    return names


def values(record: object) -> tuple[Any, ...]:
    """What its fields hold, as tuples where those are records."""
    held = [getattr(record, name) for name in fields(record)]
    return tuple([values(each) if hasattr(type(each), "_defaults") else each for each in held])
