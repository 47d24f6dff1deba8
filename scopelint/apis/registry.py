"""Where summaries are declared and found: namespaces, native classes, behaviours of types.

How to write a summary (the whole contract; `call` is `apis.call.Call`, all that a summary may do):

    api = Namespace("tf.layers")

    @api.function
    def dense(call, inputs, units, use_bias, name): ...

The parameters after `call` are TF's own names, any subset in any order: the call layer binds the program's arguments by
TF's recorded signature (`apis.tables`), defaults included, and hands over those listed. `args` and `kwargs` receive
what goes to TF's own `*args` and `**kwargs`. Where TF's tables hold no signature (Python's library), the summary's own
Python signature binds. A default that is no constant arrives as `DEFAULT`. `raw=True` summaries take
`(call, args, kwargs)` unbound, `args` a tuple and `kwargs` a dict.

    layer = api.type("Layer", bases=("tf.keras.layers.Layer",))

    @layer.method
    def add_weight(call, self, name, shape): ...

    @layer.property
    def name(call, self): ...

A native class is a `ClassValue`: programs derive from it, override and call `super()`. Its instances are
`InstanceValue`s; `__init__` is a method like others. Keep state in `self.attrs` through `self.set(name, value)`.

A known constant arrives as the Python object (tuple: Python tuple; list, dict: `ListValue`, `DictValue`), all else as a
`Value`. `if use_bias:` on an Unknown raises `Undecided`, which replays the summary once for each answer and joins.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from scopelint.apis.tables.lines import Lines
from scopelint.values.base import Value
from scopelint.values.objects import (
    MISSING,
    ClassMethod,
    ClassValue,
    NativeFunction,
    PropertyValue,
    StaticMethod,
)

if TYPE_CHECKING:
    from scopelint.apis.call import Call

Impl = TypeVar("Impl", bound=Callable[..., Any])
"""What a decorator here takes and gives back as it is."""


class Default(Value):
    """A parameter that was not given and whose default in TF is an object that the tables cannot hold."""

    __slots__ = ("text",)

    def __init__(self, text: str = "") -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"Default({self.text!r})"


DEFAULT = Default()

ENTRIES: dict[str, Any] = {}
"""Canonical name -> NativeFunction, ClassValue or constant. Filled by the modules of `apis` as they are imported."""

TABLE = Lines("entries.txt")
"""Canonical name -> the modules below `scopelint.apis` that declare it; written by `tools/record_entries.py`."""

ON_OPEN_STARS: dict[str, Callable[..., Any]] = {}
"""Canonical name -> what answers `f(*args)` where only some of the args are known: takes `(call, args, rest)`."""

Resolver = Callable[[str, Any], Any]
"""Takes a canonical name and the engine; gives what stands for a name that no module declares, or MISSING."""

RESOLVERS: dict[str, Resolver] = {}
"""By the root of the names that they answer for: `tf`."""


def find(canonical: str) -> Any:
    """The summary of a canonical name, or MISSING. Imports the modules that declare it, and no others."""
    if canonical not in _WHOLE:
        modules = ["scopelint.apis." + module for module in TABLE.find(canonical) or ()]
        if canonical not in ENTRIES or not any(map(_is_loading, modules)):
            for module in modules:
                importlib.import_module(module)
            if canonical in ENTRIES:
                _WHOLE.add(canonical)
    return ENTRIES.get(canonical, MISSING)


_WHOLE: set[str] = set()
"""The names that all modules which declare them, a class and more of its methods, are imported for."""


def _is_loading(module: str) -> bool:
    """Is it being imported this very moment? What it and its like say of a class comes with it."""
    return bool(getattr(getattr(sys.modules.get(module), "__spec__", None), "_initializing", False))


def resolve(canonical: str, engine: Any) -> Any:
    """As `find`; where no module declares the name, what the resolver of its root makes of it."""
    found = find(canonical)
    if found is MISSING:
        resolver = RESOLVERS.get(canonical.partition(".")[0])
        if resolver is not None:
            found = resolver(canonical, engine)
    return found


def declare(canonical: str, entry: Any) -> None:
    if canonical in ENTRIES:
        raise ValueError(f"{canonical} is declared twice")
    ENTRIES[canonical] = entry


class TypeBuilder:
    """Declares a native class member by member."""

    def __init__(self, cls: ClassValue) -> None:
        self.cls = cls

    @overload
    def method(self, impl: Impl, *, name: str = "", raw: bool = False) -> Impl: ...

    @overload
    def method(self, impl: None = None, *, name: str = "", raw: bool = False) -> Callable[[Impl], Impl]: ...

    def method(self, impl: Any = None, *, name: str = "", raw: bool = False) -> Any:
        if impl is None:
            return lambda f: self.method(f, name=name, raw=raw)
        called = name or impl.__name__
        self.cls.attrs[called] = NativeFunction(called, impl, f"{self.cls.canonical}.{called}", raw)
        return impl

    @overload
    def classmethod(self, impl: Impl, *, raw: bool = False) -> Impl: ...

    @overload
    def classmethod(self, impl: None = None, *, raw: bool = False) -> Callable[[Impl], Impl]: ...

    def classmethod(self, impl: Any = None, *, raw: bool = False) -> Any:
        if impl is None:
            return lambda f: self.classmethod(f, raw=raw)
        called = impl.__name__
        self.cls.attrs[called] = ClassMethod(NativeFunction(called, impl, f"{self.cls.canonical}.{called}", raw))
        return impl

    def staticmethod(self, impl: Impl) -> Impl:
        called = impl.__name__
        self.cls.attrs[called] = StaticMethod(NativeFunction(called, impl, f"{self.cls.canonical}.{called}"))
        return impl

    def property(self, impl: Impl) -> Impl:
        called = impl.__name__
        self.cls.attrs[called] = PropertyValue(NativeFunction(called, impl, f"{self.cls.canonical}.{called}"))
        return impl

    def setter(self, impl: Impl) -> Impl:
        called = impl.__name__
        self.cls.attrs[called].setter = NativeFunction(called, impl, f"{self.cls.canonical}.{called}")
        return impl

    def constant(self, name: str, value: Any) -> None:
        self.cls.attrs[name] = value


class Namespace:
    """One namespace of canonical names, `tf.layers`; summaries are declared through it."""

    def __init__(self, path: str) -> None:
        self.path = path

    @overload
    def function(self, impl: Impl, *, name: str = "", raw: bool = False, also: Iterable[str] = ()) -> Impl: ...

    @overload
    def function(
        self, impl: None = None, *, name: str = "", raw: bool = False, also: Iterable[str] = ()
    ) -> Callable[[Impl], Impl]: ...

    def function(self, impl: Any = None, *, name: str = "", raw: bool = False, also: Iterable[str] = ()) -> Any:
        """Declares `path.name`. `also` lists further canonical names that do the same."""
        if impl is None:
            return lambda f: self.function(f, name=name, raw=raw, also=also)
        called = name or impl.__name__.rstrip("_")
        canonical = f"{self.path}.{called}"
        declare(canonical, NativeFunction(called, impl, canonical, raw))
        for other in also:
            declare(other, NativeFunction(other.rpartition(".")[2], impl, other, raw))
        return impl

    def type(self, name: str, bases: Iterable[str | ClassValue] = (), canonical: str = "") -> TypeBuilder:
        """Declares a native class. Bases are ClassValues or canonical names, found at once."""
        classes = []
        for base in bases:
            cls = find(base) if isinstance(base, str) else base
            if not isinstance(cls, ClassValue):
                raise ValueError(f"{self.path}.{name}: base {base} is not declared")
            classes.append(cls)
        canonical = canonical or f"{self.path}.{name}"
        cls = ClassValue(name, tuple(classes), {"__module__": self.path}, canonical, self.path)
        declare(canonical, cls)
        return TypeBuilder(cls)

    def constant(self, name: str, value: Any) -> None:
        declare(f"{self.path}.{name}", value)


class Behaviour:
    """How values of one Python type answer Python's operators. The interpreter asks `BEHAVIOURS[type(value)]`.

    Each method may raise `Raised` through `call.raise_`. MISSING or NotImplemented means: not answered here.
    """

    python_class = ""
    """Canonical name of the class that `type(value)` gives: `builtins.list`."""

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        return MISSING

    def setattr(self, call: Call, value: Any, name: str, new: Any) -> bool:
        """Sets it; False where the type has no such attribute to set."""
        return False

    def delattr(self, call: Call, value: Any, name: str) -> bool:
        """`del value.name`; False where the attribute is an ordinary one."""
        return False

    def binary(self, call: Call, sign: str, left: Any, right: Any) -> Any:
        """`left sign right` where either operand is of this type; `sign` is `+`, `//`, `@`, `<<`..."""
        return NotImplemented

    def unary(self, call: Call, sign: str, value: Any) -> Any:
        """`-`, `+`, `~`."""
        return NotImplemented

    def compare(self, call: Call, sign: str, left: Any, right: Any) -> Any:
        """`==`, `!=`, `<`, `<=`, `>`, `>=`; `in` and identity are not asked here."""
        return NotImplemented

    def contains(self, call: Call, value: Any, member: Any) -> Any:
        return NotImplemented

    def getitem(self, call: Call, value: Any, key: Any) -> Any:
        """`key` may be a Python `slice` of values, or a tuple of those."""
        return NotImplemented

    def setitem(self, call: Call, value: Any, key: Any, new: Any) -> bool:
        return False

    def delitem(self, call: Call, value: Any, key: Any) -> bool:
        return False

    def iterate(self, call: Call, value: Any) -> Any:
        """An iterable of the members (Python iterator or list), an Unknown where they are not known, or
        NotImplemented."""
        return NotImplemented

    def length(self, call: Call, value: Any) -> Any:
        return NotImplemented

    def truth(self, call: Call, value: Any) -> Any:
        """True, False, or an Unknown."""
        return True

    def invoke(self, call: Call, value: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return NotImplemented

    def enter(self, call: Call, value: Any) -> Any:
        """`__enter__` of a `with`; NotImplemented where the value is no context manager."""
        return NotImplemented

    def exit(self, call: Call, value: Any, error: Any) -> Any:
        """`__exit__`; `error` is the exception's value or None. True suppresses it."""
        return False


class Behaviours(dict[type, Any]):
    """The behaviour of a type; the module that declares it is imported when the first value of the type is asked. None
    for a type that has none."""

    def __missing__(self, kind: type) -> Behaviour | None:
        for module in TABLE.find(f"type:{kind.__module__}.{kind.__qualname__}") or ():
            importlib.import_module("scopelint.apis." + module)
        if kind not in self:
            self[kind] = None
        found: Behaviour | None = self[kind]
        return found


BEHAVIOURS = Behaviours()
OBJECT_BEHAVIOURS: dict[str, Behaviour] = {}
"""For `NativeObject`s, by kind."""


def behaves(*types: type) -> Callable[[type[Behaviour]], type[Behaviour]]:
    """Class decorator: this behaviour answers for values of these Python types."""

    def register(cls: type[Behaviour]) -> type[Behaviour]:
        made = cls()
        for t in types:
            BEHAVIOURS[t] = made
        return cls

    return register


def object_behaves(*kinds: str) -> Callable[[type[Behaviour]], type[Behaviour]]:
    """Class decorator: this behaviour answers for `NativeObject`s of these kinds."""

    def register(cls: type[Behaviour]) -> type[Behaviour]:
        made = cls()
        for kind in kinds:
            OBJECT_BEHAVIOURS[kind] = made
        return cls

    return register
