"""functools and operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.numbers import BINARY, COMPARE
from scopelint.apis.python.support import derived, is_plain
from scopelint.apis.registry import Behaviour, Namespace, declare, object_behaves
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue
from scopelint.values.objects import (
    MISSING,
    Attributed,
    BoundMethod,
    ClassValue,
    InstanceValue,
    NativeFunction,
    NativeObject,
)

api = Namespace("functools")

PARTIAL = "functools.partial"


@api.function(raw=True)
def partial(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if not args:
        call.raise_("TypeError", "type 'partial' takes at least one argument")
    function, *given = args
    if isinstance(function, NativeObject) and function.kind == PARTIAL:
        inner, first, named = function.payload
        return NativeObject(PARTIAL, (inner, (*first, *given), {**named, **kwargs}))
    return NativeObject(PARTIAL, (function, tuple(given), dict(kwargs)))


@api.function(raw=True)
def partialmethod(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    made = partial(call, args, kwargs)
    made.set("<method>", True)
    return made


@object_behaves(PARTIAL)
class PartialBehaviour(Behaviour):
    python_class = "functools.<partial class>"

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        function, args, kwargs = value.payload
        if name == "func":
            return function
        if name == "args":
            return args
        if name == "keywords":
            return DictValue(dict(kwargs))
        if name == "__call__":
            return value
        return value.attrs.get(name, MISSING)

    def invoke(self, call: Call, value: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        function, first, named = value.payload
        return call.engine.invoke(function, (*first, *args), {**named, **kwargs})

    def bind(self, call: Call, value: Any, receiver: Any, cls: Any) -> Any:
        """Found in a class: only `partialmethod` binds."""
        if receiver is None or "<method>" not in value.attrs:
            return value
        function, first, named = value.payload
        return NativeObject(PARTIAL, (function, (receiver, *first), named))


WRAPPED = ("__module__", "__name__", "__qualname__", "__doc__", "__annotations__")


def copy_metadata(call: Call, wrapper: AnyValue, wrapped: Any) -> Any:
    """`update_wrapper`: names, `__dict__`, `__wrapped__`."""
    if not isinstance(wrapper, Attributed) or isinstance(wrapper, ClassValue):
        return wrapper
    target = wrapped.function if isinstance(wrapped, BoundMethod) else wrapped
    for name in WRAPPED[:4]:
        if not isinstance(wrapped, Unknown):
            found = call.getattr(wrapped, name, MISSING)
            if found is not MISSING:
                wrapper.set(name, found)
    if isinstance(target, Attributed) and not isinstance(target, ClassValue):
        for name, value in list(target.attrs.items()):
            if not name.startswith("<"):
                wrapper.set(name, value)
    wrapper.set("__wrapped__", wrapped)
    return wrapper


@api.function
def update_wrapper(
    call: Call, wrapper: AnyValue, wrapped: AnyValue, assigned: AnyValue = None, updated: AnyValue = None
) -> Any:
    return copy_metadata(call, wrapper, wrapped)


@api.function
def wraps(call: Call, wrapped: Any, assigned: AnyValue = None, updated: AnyValue = None) -> Any:
    return NativeFunction("wraps", lambda call, wrapper: copy_metadata(call, wrapper, wrapped), static=True)


declare("six.wraps", NativeFunction("wraps", wraps, "six.wraps"))

CACHED = "functools.cached"


def cached(function: AnyValue) -> NativeObject:
    return NativeObject(CACHED, function, {"__wrapped__": function, "<answers>": DictValue()})


@api.function(raw=True, also=("functools.cache",))
def lru_cache(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if args and not is_plain(args[0]) and not isinstance(args[0], Unknown):
        return copy_metadata(call, cached(args[0]), args[0])
    return NativeFunction(
        "lru_cache", lambda call, function: copy_metadata(call, cached(function), function), static=True
    )


@object_behaves(CACHED)
class CachedBehaviour(Behaviour):
    """A function that remembers: two calls with the same arguments run it once, so it makes its variables once."""

    python_class = "types.FunctionType"

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        if name in ("cache_clear", "cache_info"):
            return NativeFunction(name, lambda call: value.set("<answers>", DictValue()), static=True)
        return value.attrs.get(name, MISSING)

    def invoke(self, call: Call, value: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        answers = value.attrs["<answers>"]
        key = (args, tuple(sorted(kwargs.items(), key=lambda pair: pair[0]))) if kwargs else args
        known = is_plain(args) and is_plain(tuple(kwargs.values()))
        if not known:
            # Objects are compared by identity, as their hash is.
            key = tuple([a if is_plain(a) else id(a) for a in (*args, *kwargs.values())]) + tuple(kwargs)
        if key in answers.items:
            return answers.items[key]
        made = call.engine.invoke(value.payload, args, kwargs)
        answers.touch()
        answers.items[key] = made
        return made

    def bind(self, call: Call, value: Any, receiver: Any, cls: Any) -> Any:
        return value if receiver is None else BoundMethod(value, receiver)


CACHED_PROPERTY = "functools.cached_property"


@api.function
def cached_property(call: Call, func: AnyValue) -> Any:
    name = call.getattr(func, "__name__", "") if not isinstance(func, Unknown) else ""
    return NativeObject(CACHED_PROPERTY, func, {"attrname": name})


@object_behaves(CACHED_PROPERTY)
class CachedPropertyBehaviour(Behaviour):
    python_class = "builtins.property"

    def bind(self, call: Call, value: Any, receiver: Any, cls: Any) -> Any:
        if receiver is None:
            return value
        made = call.invoke(value.payload, receiver)
        name = value.attrs["attrname"]
        if isinstance(receiver, InstanceValue) and isinstance(name, str):
            receiver.set(name, made)
        return made


@api.function
def total_ordering(call: Call, cls: ClassValue) -> Any:
    if not isinstance(cls, ClassValue):
        return cls

    def derive(first: str, negated: bool, or_equal: bool) -> Callable[..., Any]:
        def method(call: Call, self: InstanceValue, other: Any) -> Any:
            answer = call.invoke(cls.find(first), self, other)
            if answer is NotImplemented or isinstance(answer, Unknown):
                return answer
            answer = call.truth(answer)
            if negated:
                answer = not answer
            same = call.compare("==", self, other)
            if isinstance(same, Unknown):
                return same
            return (answer or same) if or_equal else (answer and not same)

        return method

    if cls.find("__lt__") is not MISSING:
        plan = {"__gt__": ("__lt__", True, False), "__le__": ("__lt__", False, True), "__ge__": ("__lt__", True, True)}
    elif cls.find("__gt__") is not MISSING:
        plan = {"__lt__": ("__gt__", True, False), "__ge__": ("__gt__", False, True), "__le__": ("__gt__", True, True)}
    else:
        return cls
    for name, how in plan.items():
        if cls.find(name) is MISSING:
            cls.set(name, NativeFunction(name, derive(*how)))
    return cls


@api.function
def cmp_to_key(call: Call, mycmp: Any) -> Any:
    cls = ClassValue("K", ())

    def less(call: Call, self: Any, other: Any) -> Any:
        return call.compare("<", call.invoke(mycmp, self.attrs["obj"], other.attrs["obj"]), 0)

    cls.attrs["__lt__"] = NativeFunction("__lt__", less)
    return NativeFunction("cmp_to_key", lambda call, value: InstanceValue(cls, {"obj": value}), static=True)


DISPATCH = "functools.singledispatch"


@api.function
def singledispatch(call: Call, func: AnyValue) -> Any:
    return copy_metadata(call, NativeObject(DISPATCH, func, {"<registry>": DictValue()}), func)


@object_behaves(DISPATCH)
class DispatchBehaviour(Behaviour):
    """A function chosen by the class of its first argument."""

    python_class = "types.FunctionType"

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        registry = value.attrs["<registry>"]
        if name == "register":

            def put(cls: ClassValue, function: Any) -> Any:
                registry.touch()
                registry.items[cls] = function
                return function

            def register(call: Call, cls: ClassValue, *function: Any) -> Any:
                if function:
                    return put(cls, function[0])
                return NativeFunction("register", lambda call, function: put(cls, function), static=True)

            return NativeFunction("register", register, static=True)
        if name == "dispatch":
            return NativeFunction("dispatch", lambda call, cls: self.choose(value, cls), static=True)
        return value.attrs.get(name, MISSING)

    def choose(self, value: Any, cls: Any) -> Any:
        registry = value.attrs["<registry>"].items
        for each in getattr(cls, "mro", ()):
            if each in registry:
                return registry[each]
        return value.payload

    def invoke(self, call: Call, value: AnyValue, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not args or isinstance(args[0], Unknown):
            return derived(*args, reason="a function chosen by a class that is not known")
        return call.engine.invoke(self.choose(value, call.class_of(args[0])), args, kwargs)


# operator

operators = Namespace("operator")


def _operator(name: str, sign: str, kind: str) -> None:
    def summary(call: Call, a: AnyValue, b: AnyValue) -> Any:
        return getattr(call, kind)(sign, a, b)

    operators.function(summary, name=name)


for _name, _function in {
    **{f.__name__.rstrip("_"): (s, "binary") for s, f in BINARY.items()},
    **{f.__name__.rstrip("_"): (s, "compare") for s, f in COMPARE.items()},
}.items():
    _operator(_name if _name not in ("and", "or") else _name + "_", *_function)
for _name, _sign in {"iadd": "+", "isub": "-", "imul": "*"}.items():
    _operator(_name, _sign, "binary")


@operators.function
def neg(call: Call, a: AnyValue) -> Any:
    return call.unary("-", a)


@operators.function(name="not_")
def not_(call: Call, a: AnyValue) -> Any:
    return not call.truth(a)


@operators.function
def truth(call: Call, a: AnyValue) -> Any:
    return call.truth(a)


@operators.function
def contains(call: Call, a: AnyValue, b: AnyValue) -> Any:
    return call.contains(a, b)


@operators.function
def getitem(call: Call, a: AnyValue, b: AnyValue) -> Any:
    return call.getitem(a, b)


@operators.function
def setitem(call: Call, a: AnyValue, b: AnyValue, c: AnyValue) -> None:
    call.setitem(a, b, c)


def _getter(name: str, get: Callable[..., Any]) -> None:
    def summary(call: Call, *keys: Any) -> Any:
        def read(call: Call, value: AnyValue) -> Any:
            found = [get(call, value, key) for key in keys]
            return found[0] if len(found) == 1 else tuple(found)

        return NativeFunction(name, read, static=True)

    operators.function(summary, name=name)


def _attribute(call: Call, value: AnyValue, path: AnyValue) -> Any:
    if not isinstance(path, str):
        return derived(path, value)
    for name in path.split("."):
        value = call.getattr(value, name)
    return value


_getter("itemgetter", lambda call, value, key: call.getitem(value, key))
_getter("attrgetter", _attribute)


@operators.function(raw=True)
def methodcaller(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    name, *given = args
    return NativeFunction(
        "methodcaller",
        lambda call, value: call.engine.invoke(
            call.getattr(value, name) if isinstance(name, str) else derived(name, value), tuple(given), kwargs
        ),
        static=True,
    )
