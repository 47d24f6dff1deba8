"""`NamedTuple` as `typing` has it, without what makes that dear at import.

Python compiles a function for each such class, a quarter of a millisecond, and a short run imports forty of them. Here
those of few fields share the code of one function each, under other names of its parameters; those of many have a
general one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    from _collections import _tuplegetter
    from types import FunctionType

    _new = tuple.__new__
    _SHARED = (
        None,
        lambda cls, a: _new(cls, (a,)),
        lambda cls, a, b: _new(cls, (a, b)),
        lambda cls, a, b, c: _new(cls, (a, b, c)),
        lambda cls, a, b, c, d: _new(cls, (a, b, c, d)),
        lambda cls, a, b, c, d, e: _new(cls, (a, b, c, d, e)),
        lambda cls, a, b, c, d, e, f: _new(cls, (a, b, c, d, e, f)),
    )

    def _general(cls, *args, **given):
        """For classes of many fields, of which few objects are made."""
        fields = cls._fields
        if len(args) == len(fields) and not given:
            return _new(cls, args)
        if len(args) > len(fields):
            raise TypeError(f"{cls.__name__}() takes {len(fields)} fields but {len(args)} were given")
        placed = dict(zip(fields, args, strict=False))
        for name in given:
            if name in placed or name not in fields:
                what = "multiple values for" if name in placed else "an unexpected"
                raise TypeError(f"{cls.__name__}() got {what} field {name!r}")
        known = {**cls._field_defaults, **placed, **given}
        missing = [name for name in fields if name not in known]
        if missing:
            raise TypeError(f"{cls.__name__}() is missing {', '.join(missing)}")
        return _new(cls, [known[name] for name in fields])

    def _maker(name, fields, defaults):
        if len(fields) >= len(_SHARED):
            return _general
        code = _SHARED[len(fields)].__code__.replace(co_varnames=("_cls", *fields), co_name="__new__")
        made = FunctionType(code, globals(), "__new__", tuple(defaults.values()))
        made.__qualname__ = f"{name}.__new__"
        return made

    class _Methods:
        """What such a tuple can do beside being one; by its own class, where that has none of its own."""

        __slots__ = ()

        @classmethod
        def _make(cls, members):
            made = _new(cls, members)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, **changes):
            made = self._make(map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"Got unexpected field names: {list(changes)!r}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            fields = ", ".join([f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True)])
            return f"{type(self).__name__}({fields})"

        def __getnewargs__(self):
            return tuple(self)

    _SHARED_METHODS = {name: value for name, value in vars(_Methods).items() if name not in ("__module__", "__doc__")}

    class _Kind(type):
        def __new__(mcs, name, bases, given):
            if not bases:
                return super().__new__(mcs, name, bases, given)
            fields = tuple(given["__annotations__"])
            defaults = {field: given[field] for field in fields if field in given}
            if tuple(defaults) != fields[len(fields) - len(defaults) :]:
                raise TypeError(f"{name}: a field without a default follows one that has it")
            # A class of the ordinary kind, with nothing between it and `tuple`.
            return type(
                name,
                (tuple,),
                {
                    **_SHARED_METHODS,
                    **given,
                    **{field: _tuplegetter(at, "") for at, field in enumerate(fields)},
                    "__slots__": (),
                    "__match_args__": fields,
                    "__new__": _maker(name, fields, defaults),
                    "_field_defaults": defaults,
                    "_fields": fields,
                },
            )

    class NamedTuple(metaclass=_Kind):
        """The base of such classes."""
