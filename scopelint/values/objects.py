"""Functions, classes, instances and modules of the program under analysis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scopelint.values.base import Undecided, Unknown, Value
from scopelint.values.containers import Join
from scopelint.values.trail import TRAIL, Mutable


class Missing:
    """The answer of a look-up that finds nothing; no value of a program."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING = Missing()


def join_attributes(a: dict[str, Any], b: dict[str, Any], join: Join) -> dict[str, Any]:
    """The attributes of one object after a fork: what one side alone set stays, as maybe unset."""
    out: dict[str, Any] = {}
    for key in {**a, **b}:
        if key in a and key in b:
            out[key] = a[key] if a[key] is b[key] else join(a[key], b[key])
        else:
            # Set on one side only: a program that reads it later has, as a rule, come by that side.
            out[key] = a[key] if key in a else b[key]
    return out


class Attributed(Mutable, Value):
    """Anything with a `__dict__`."""

    __slots__ = ("attrs",)

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        self.epoch = TRAIL.epoch
        self.attrs: dict[str, Any] = {} if attrs is None else attrs

    def set(self, name: str, value: object) -> None:
        if self.epoch != TRAIL.epoch:
            TRAIL.save(self)
        self.attrs[name] = value

    def save(self) -> Any:
        return self.attrs.copy()

    def restore(self, state: dict[str, Any]) -> None:
        # In place, for a frame's names and a module's globals are referred to by this very dictionary.
        self.attrs.clear()
        self.attrs.update(state)

    def join_states(self, a: dict[str, Any], b: dict[str, Any], join: Join) -> Any:
        return join_attributes(a, b, join)


class ModuleValue(Attributed):
    """A module. `load` is called at the first look-up of a name that is not there yet (native modules). `hidden`: of
    ours, written as a program (apis/stand_ins): what happens there happens where the program called it."""

    __slots__ = ("hidden", "load", "name", "path")

    def __init__(self, name: str, path: str = "", load: Callable[[str], Any] | None = None) -> None:
        super().__init__({"__name__": name})
        self.hidden = False
        self.name = name
        self.path = path
        self.load = load

    def __repr__(self) -> str:
        return f"<module {self.name}>"


class ClassValue(Attributed):
    """A class, of the program or native. `canonical` is a native class's full name (`tf.layers.Dense`, `builtins.int`).

    Native classes are classes whose methods are `NativeFunction`s, so a program's class may derive from them.
    """

    __slots__ = ("bases", "canonical", "interceptor", "metaclass", "module", "mro", "name", "subclasses")

    def __init__(
        self,
        name: str,
        bases: tuple[ClassValue, ...] = (),
        attrs: dict[str, Any] | None = None,
        canonical: str = "",
        module: str = "",
        metaclass: ClassValue | None = None,
    ) -> None:
        super().__init__(attrs)
        self.name = name
        self.bases = bases
        self.canonical = canonical
        self.module = module
        self.metaclass = metaclass
        self.mro: tuple[ClassValue, ...] = linearize(self)
        self.subclasses: list[ClassValue] = []
        # The program's own `__getattribute__`, which comes before all else; almost no class has one.
        hook = self.attrs.get("__getattribute__")
        self.interceptor: FunctionValue | None = (
            hook
            if isinstance(hook, FunctionValue)
            else next((base.interceptor for base in bases if base.interceptor is not None), None)
        )

    def __repr__(self) -> str:
        return f"<class {self.canonical or self.name}>"

    def find(self, name: str) -> Any:
        """The attribute as it stands in the first class of the MRO that has it, else MISSING."""
        for cls in self.mro:
            if name in cls.attrs:
                return cls.attrs[name]
        return MISSING

    def derives_from(self, other: ClassValue | str) -> bool:
        if isinstance(other, str):
            return any(cls.canonical == other for cls in self.mro)
        return other in self.mro

    @property
    def unknown_base(self) -> Unknown | None:
        """Where a base is not known, attributes that are not found may come from there."""
        for cls in self.mro:
            unknown = cls.attrs.get("<unknown base>")
            if unknown is not None:
                return unknown  # type: ignore[no-any-return]
        return None


def linearize(cls: ClassValue) -> tuple[ClassValue, ...]:
    """The C3 order of a class and its bases; where there is none, depth first."""
    lists = [list(base.mro) for base in cls.bases] + [list(cls.bases)]
    out = [cls]
    while True:
        lists = [entries for entries in lists if entries]
        if not lists:
            # Native classes leave `object` out of their bases, and it is the last of all the same.
            return tuple(sorted(out, key=lambda c: c.canonical == "builtins.object"))
        for entries in lists:
            head = entries[0]
            if not any(head in other[1:] for other in lists):
                break
        else:
            flat = [c for base in cls.bases for c in base.mro]
            return (cls, *dict.fromkeys(flat))
        out.append(head)
        for entries in lists:
            if entries[0] is head:
                del entries[0]


OPEN_KEYWORDS = "<open keywords>"
"""The attribute of an object that says why not all keywords of its constructor are known."""


ON_ESCAPE = "<on escape>"
"""The attribute of a native class that says what becomes of an object of it that something which is not followed is
handed: takes the object and why."""


class InstanceValue(Attributed):
    """An object of a class. `payload` holds the container or constant where the class derives from list, dict, str,
    tuple...; a native class keeps its own state there, or in attributes as TF itself does. `rest`: why it may have
    attributes that nobody saw set. `begun`: has a native constructor run for it?"""

    __slots__ = ("begun", "cls", "payload", "rest")

    def __init__(self, cls: ClassValue, attrs: dict[str, Any] | None = None, payload: object = None) -> None:
        self.epoch = TRAIL.epoch
        self.attrs = {} if attrs is None else attrs
        self.cls = cls
        self.payload: Any = payload
        self.rest: Unknown | None = None
        self.begun = False

    def __repr__(self) -> str:
        return f"<{self.cls.name} object>"

    def open(self, why: Unknown) -> None:
        """Any attribute may have been set from here on, to what is not known."""
        self.touch()
        for name in self.attrs:
            if isinstance(name, str) and not name.startswith("<"):
                self.attrs[name] = why.derive(name)
        self.rest = why


SUPPLIES = "<supplies>"
"""The attribute of a function of the program under which a library keeps what gives its calls more arguments."""


class FunctionValue(Attributed):
    """A function of the program: its code (opaque here), defaults, and the frame that it closes over."""

    __slots__ = ("closure", "code", "defaults", "keyword_defaults", "module", "name", "owner")

    def __init__(
        self,
        name: str,
        code: object,
        defaults: tuple[Any, ...],
        keyword_defaults: dict[str, Any],
        closure: object,
        module: object,
    ) -> None:
        super().__init__()
        self.name = name
        self.code: Any = code
        self.defaults = defaults
        self.keyword_defaults = keyword_defaults
        self.closure: Any = closure
        self.module: Any = module
        # Of a method: the one-member list that its class fills when it is made (what `super()` looks up).
        self.owner: list[Any] | None = None

    def __repr__(self) -> str:
        return f"<function {self.name}>"


class NativeFunction(Attributed):
    """A summary: `impl(call, ...)` answers calls. `canonical` is its full name, for look-up of TF's signature.

    `bind` says how arguments reach `impl`: see apis/registry.py. `raw` summaries take `(call, args, kwargs)`.
    A native function found in a class binds like a method unless `static`.
    """

    __slots__ = ("binder", "canonical", "impl", "name", "raw", "static")

    def __init__(
        self, name: str, impl: Callable[..., Any], canonical: str = "", raw: bool = False, static: bool = False
    ) -> None:
        super().__init__()
        self.name = name
        self.impl = impl
        self.canonical = canonical or name
        self.raw = raw
        self.static = static
        self.binder: Any = None

    def __repr__(self) -> str:
        return f"<native {self.canonical}>"


class BoundMethod(Value):
    """A function and the object or class that it is bound to. Two of the same are equal, as in Python."""

    __slots__ = ("function", "receiver")

    def __init__(self, function: object, receiver: object) -> None:
        self.function: Any = function
        self.receiver: Any = receiver

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BoundMethod) and other.function is self.function and other.receiver is self.receiver

    def __hash__(self) -> int:
        return hash((id(self.function), id(self.receiver)))

    def __repr__(self) -> str:
        return f"<bound {self.function!r}>"


class PropertyValue(Value):
    """`property`, with whichever of the three functions it has."""

    __slots__ = ("deleter", "getter", "setter")

    def __init__(self, getter: object = None, setter: object = None, deleter: object = None) -> None:
        self.getter: Any = getter
        self.setter: Any = setter
        self.deleter: Any = deleter


class StaticMethod(Value):
    __slots__ = ("function",)

    def __init__(self, function: object) -> None:
        self.function: Any = function


class ClassMethod(Value):
    __slots__ = ("function",)

    def __init__(self, function: object) -> None:
        self.function: Any = function


class SuperValue(Value):
    """`super(cls, receiver)`: looks up past `cls` in the receiver's MRO."""

    __slots__ = ("cls", "receiver")

    def __init__(self, cls: ClassValue, receiver: object) -> None:
        self.cls = cls
        self.receiver: Any = receiver


_ANYWHERE = -1
"""The place of an iterator that one side of a fork has drawn more from than the other."""


class IteratorValue(Value, Mutable):
    """An iterator or generator: wraps a Python iterator of values that the interpreter drives.

    Python's iterators cannot be taken back. What is drawn while a fork is under way is kept in `made`, and `at` says
    how much of that is used up, so that the other side of the fork, or the next trial of a summary, draws the same.
    `rest`: why others may come after, where only something that was not followed can have made them.
    `decorated`: a decorator that is not known may have made a context manager of it.
    """

    __slots__ = ("at", "broken", "close", "decorated", "iterator", "made", "name", "rest", "send")

    def __init__(
        self,
        iterator: Iterator[Any],
        name: str = "iterator",
        send: Callable[[Any], Any] | None = None,
        rest: Unknown | None = None,
    ) -> None:
        self.rest = rest
        self.epoch = TRAIL.epoch
        self.iterator = iterator
        self.name = name
        self.send = send
        self.close: Callable[[], Any] | None = None
        self.made: list[Any] = []
        self.at = 0
        self.broken: Undecided | None = None
        self.decorated = False

    def members(self) -> Iterator[Any]:
        """What is left of it, as a Python iterator."""
        if not self.made and not TRAIL.forked:
            return self.iterator
        return self._rest()

    def draw(self) -> Any:
        """The next member; raises Python's StopIteration at the end."""
        if not self.made and not TRAIL.forked:
            return next(self.iterator)
        if self.at < 0:
            raise Undecided(Unknown("which member of an iterator is the next"))
        if self.broken is not None:
            raise self.broken
        if self.at == len(self.made):
            try:
                self.made.append(next(self.iterator))
            except Undecided as doubt:
                # The generator has ended with this, so what would have followed cannot be had any more.
                self.broken = doubt
                raise
        self.touch()
        self.at += 1
        return self.made[self.at - 1]

    def _rest(self) -> Iterator[Any]:
        while True:
            try:
                member = self.draw()
            except StopIteration:
                return
            yield member

    def save(self) -> Any:
        return self.at

    def restore(self, state: int) -> None:
        self.at = state

    def join_states(self, a: int, b: int, join: Callable[[Any, Any], Any]) -> Any:
        return a if a == b else _ANYWHERE


class NativeObject(Attributed):
    """A small native thing that is not worth a class: `kind` names its behaviour in apis/registry.BEHAVIOURS."""

    __slots__ = ("kind", "payload")

    def __init__(self, kind: str, payload: object = None, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.kind = kind
        self.payload: Any = payload

    def __repr__(self) -> str:
        return f"<{self.kind}>"
