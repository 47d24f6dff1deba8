"""What the Python summaries share: guarded calls of CPython's own functions, native methods, values made plain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

from scopelint.apis.call import Call
from scopelint.apis.registry import Behaviour, find
from scopelint.limits import INTEGER_BITS, ITEMS, STRING
from scopelint.values.base import AnyValue, Unknown, Value, first_doubt
from scopelint.values.containers import Container, DictValue, ListValue, SetValue
from scopelint.values.numbers import FLOATS, INTEGERS
from scopelint.values.objects import MISSING, BoundMethod, ClassValue, InstanceValue, IteratorValue, NativeFunction

ERRORS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
"""What CPython's own functions raise on a program's constants."""

NUMBERS = frozenset({bool, int, float, complex, *FLOATS.values(), *INTEGERS.values()})


class NotPlain(Exception):
    """A value that is not known down to its members, where CPython's own function was to be asked."""

    def __init__(self, unknown: Unknown | None = None) -> None:
        super().__init__(unknown)
        self.unknown = unknown


def is_plain(value: Any) -> bool:
    """Is this a Python object that CPython may be asked about: no abstract value anywhere in it?"""
    kind = type(value)
    if kind is tuple:
        return all(is_plain(member) for member in value)
    if kind is slice:
        return is_plain((value.start, value.stop, value.step))
    return not isinstance(value, Value)


def all_plain(args: Iterable[Any], kwargs: dict[str, Any] | None = None) -> bool:
    return all(is_plain(a) for a in args) and (not kwargs or all(is_plain(v) for v in kwargs.values()))


def first_unknown(*values: Any) -> Unknown | None:
    """The first Unknown among the values, members of tuples and containers included: why a result is not known."""
    for value in values:
        if isinstance(value, Unknown):
            return value
        found: Unknown | None = None
        if type(value) is tuple:
            found = first_unknown(*value)
        elif isinstance(value, (ListValue, SetValue)):
            found = first_doubt(value.rest, next((v for v in value.items if isinstance(v, Unknown)), None))
        elif isinstance(value, DictValue):
            found = first_doubt(value.rest, next((v for v in value.items.values() if isinstance(v, Unknown)), None))
        else:
            hole = getattr(value, "unknown", None)
            found = hole if isinstance(hole, Unknown) else None
        if found is not None:
            return found
    return None


def derived(*values: Any, label: str = "", reason: str = "computed from a value that is not known") -> Unknown:
    """The Unknown that a computation over these gives."""
    unknown = first_unknown(*values)
    return unknown.derive(label) if unknown is not None else Unknown(reason, label)


def bare(value: AnyValue) -> Any:
    """The payload of an instance of a user's subclass of list, dict, str...; else the value itself."""
    if type(value) is InstanceValue and value.payload is not None:
        return value.payload
    return value


def lift(value: Any) -> Any:
    """A Python object as a value: lists, dicts and sets become abstract containers."""
    kind = type(value)
    if kind is list:
        return ListValue([lift(v) for v in value])
    if kind is dict:
        return DictValue({lift(k): lift(v) for k, v in value.items()})
    if kind is tuple:
        return tuple([lift(v) for v in value])
    if kind is set or kind is frozenset:
        return SetValue([lift(v) for v in value], frozen=kind is frozenset)
    return value


def lower(value: Any, depth: int = 0) -> Any:
    """A value as a plain Python object, containers copied; raises NotPlain where anything in it is not known."""
    kind = type(value)
    if kind is InstanceValue and value.payload is not None:
        return lower(value.payload, depth)
    if depth > 50:
        raise NotPlain
    if kind is tuple:
        return tuple([lower(v, depth + 1) for v in value])
    if not isinstance(value, Value):
        return value
    if isinstance(value, (ListValue, DictValue, SetValue)):
        if value.rest is not None:
            raise NotPlain(value.rest)
        if isinstance(value, ListValue):
            return [lower(v, depth + 1) for v in value.items]
        if isinstance(value, DictValue):
            return {lower(k, depth + 1): lower(v, depth + 1) for k, v in value.items.items()}
        return (frozenset if value.frozen else set)(lower(v, depth + 1) for v in value.items)
    raise NotPlain(value if isinstance(value, Unknown) else None)


def reraise(call: Call, error: BaseException) -> NoReturn:
    """An exception of CPython's own, as the program's."""
    if len(error.args) == 1 and isinstance(error, KeyError):
        call.raise_("KeyError", error.args[0])
    # Of a library's own class the nearest one that has a summary.
    names = (f"{cls.__module__}.{cls.__qualname__}" for cls in type(error).__mro__)
    call.raise_(next(name for name in names if find(name) is not MISSING), str(error))
    raise AssertionError


def class_asked(call: Call, args: tuple[Any, ...], name: str) -> ClassValue:
    """The class that the `__new__` of a builtin one is asked for an object of."""
    if not args:
        call.raise_("TypeError", f"{name}.__new__(): not enough arguments")
    cls = args[0]
    if isinstance(cls, Unknown):
        raise call.engine.UnknownTurns(cls.derive(""))
    if not isinstance(cls, ClassValue):
        call.raise_("TypeError", f"{name}.__new__(X): X is not a type object ({class_name(call, cls)})")
    return cls


def guarded(call: Call, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """CPython's own function on constants; what it raises, the program raises."""
    try:
        return function(*args, **kwargs)
    except ERRORS as error:
        reraise(call, error)


def too_large(call: Call, what: str, size: AnyValue = None) -> Unknown:
    """The answer past a bound of limits.py."""
    unknown: Unknown = call.cannot_know(f"{what} is larger than the analysis allows")
    return unknown


def check_items(call: Call, count: int, what: str = "a container") -> Unknown | None:
    return too_large(call, what) if count > ITEMS else None


def bounded_string(call: Call, value: AnyValue) -> Any:
    return too_large(call, "a string") if isinstance(value, str) and len(value) > STRING else value


def check_bits(call: Call, bits: float, what: str = "an integer") -> Unknown | None:
    return too_large(call, what) if bits > INTEGER_BITS else None


def class_name(call: Call, value: AnyValue) -> str:
    """The name of a value's class, as error messages of Python have it."""
    if type(value) is InstanceValue:
        return value.cls.name
    cls = call.class_of(value)
    return getattr(cls, "name", "object")


def members(call: Call, value: Any) -> list[Any] | Unknown:
    """All members of an iterable, bounded; Unknown where they are not known."""
    if type(value) is ListValue and value.rest is None:
        return value.items[:]
    if type(value) is tuple:
        return list(value)
    if type(value) in (range, str, bytes):
        try:
            return list(value) if len(value) <= ITEMS else too_large(call, "an iterable")
        except OverflowError:
            return too_large(call, "an iterable")
    found = iterate(call, value)
    if isinstance(found, Unknown):
        return found
    return drain(call, found)


def iterate(call: Call, value: AnyValue) -> Iterator[Any] | Unknown:
    """`call.iterate`, but Unknown already where some members are not known: a loop goes over those that are known,
    a function that needs all of them cannot."""
    if isinstance(value, (Container, IteratorValue)) and value.rest is not None:  # type: ignore[union-attr]
        rest: Unknown = value.rest  # type: ignore[union-attr]
        return rest
    found: Iterator[Any] | Unknown = call.iterate(value)
    return found


def drain(call: Call, iterator: Iterator[Any]) -> list[Any] | Unknown:
    """All that an iterator yields, bounded in number; `tick` bounds it in time."""
    out: list[Any] = []
    for member in iterator:
        out.append(member)
        if not len(out) & 1023:
            call.tick(1024)
            if len(out) > ITEMS:
                return too_large(call, "an iterable")
    return out


def maybe(call: Call, result: AnyValue) -> bool | Unknown:
    """The answer of a comparison as yes, no, or an Unknown."""
    if isinstance(result, (bool, Unknown)):
        return result
    return bool(call.truth(result))


def equal(call: Call, a: AnyValue, b: AnyValue) -> bool | Unknown:
    """`a == b` with three truths; identity is equality, as containers of Python have it."""
    if a is b:
        return True
    if not isinstance(a, Value) and not isinstance(b, Value) and is_plain(a) and is_plain(b):
        return bool(a == b)
    return maybe(call, call.compare("==", a, b))


def all_equal(call: Call, a: Iterable[Any], b: Iterable[Any]) -> bool | Unknown:
    """Member by member; a certain no beats a doubt."""
    doubt: Unknown | None = None
    for x, y in zip(a, b, strict=False):
        same = equal(call, x, y)
        if same is False:
            return False
        if same is not True:
            doubt = first_doubt(doubt, same)
    return True if doubt is None else doubt


def negate(result: AnyValue) -> Any:
    return (not result) if isinstance(result, bool) else result


def arity_is_wrong(error: BaseException, depth: int = 1) -> bool:
    """Was this TypeError raised by the call of a summary itself, its arguments not fitting, rather than within it?"""
    trace = error.__traceback__
    for _ in range(depth):
        trace = trace.tb_next if trace is not None else None
    return trace is None


class MethodTable(Behaviour):
    """A behaviour whose `methods` are the type's own, by name: `impl(call, self, ...)`.

    Each is one NativeFunction, made when first asked for; the native class of the type carries the same methods for
    programs that derive from it or say `str.lower`.
    """

    def __init__(self, python_class: str, methods: dict[str, Callable[..., Any]]) -> None:
        self.python_class = python_class
        self.methods = methods
        self._natives: dict[str, NativeFunction] = {}

    def native(self, name: str) -> NativeFunction | None:
        found = self._natives.get(name)
        if found is None:
            impl = self.methods.get(name)
            if impl is None:
                return None
            found = self._natives[name] = NativeFunction(name, as_method(impl), f"{self.python_class}.{name}", raw=True)
        return found

    def getattr(self, call: Call, value: AnyValue, name: str) -> Any:
        native = self.native(name)
        if native is not None:
            return BoundMethod(native, value)
        if name == "__class__":
            return find(self.python_class)
        return MISSING


def as_method(impl: Callable[..., Any]) -> Callable[..., Any]:
    """A raw summary of a method: unwraps instances of a user's subclass, and says a wrong number of arguments."""

    def method(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            if type(args[0]) is InstanceValue:
                return impl(call, bare(args[0]), *args[1:], **kwargs)
            return impl(call, *args, **kwargs)
        except (TypeError, IndexError) as error:
            if isinstance(error, IndexError) and args:
                raise
            if arity_is_wrong(error):
                call.raise_("TypeError", str(error).replace("_method", "").replace("(call, ", "("))
            raise

    return method


def run_store(call: Call, name: str, start: Iterable[tuple[Any, Any]] = ()) -> DictValue:
    """What a library keeps in this run of the program, by name; `start` is what it begins with."""
    stores: dict[str, DictValue] = call.engine.__dict__.setdefault("library", {})
    found = stores.get(name)
    if found is None:
        found = stores[name] = DictValue(dict(start))
        found.epoch = -1  # Made within a fork or not, it is as old as the run.
    return found
