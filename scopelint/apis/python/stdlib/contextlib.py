"""contextlib: managers made of generators, ExitStack, suppress and their kin."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from scopelint.apis.call import Call, Raised
from scopelint.apis.python.builtins.isinstance import exception_matches
from scopelint.apis.python.stdlib.functools import copy_metadata
from scopelint.apis.registry import Behaviour, Namespace, object_behaves
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import (
    MISSING,
    BoundMethod,
    ClassValue,
    InstanceValue,
    IteratorValue,
    NativeFunction,
    NativeObject,
)

api = Namespace("contextlib")

FACTORY = "contextlib.<factory>"
MANAGER = "contextlib.<manager>"


@api.function
def contextmanager(call: Call, func: AnyValue) -> Any:
    return copy_metadata(call, NativeObject(FACTORY, func), func)


def enter_generator(call: Call, generator: Any) -> Any:
    """contextlib's `__enter__`: the generator runs to its `yield`."""
    if not isinstance(generator, IteratorValue):
        return call.method(generator, "__next__")
    try:
        return next(generator.iterator)
    except StopIteration:
        call.raise_("RuntimeError", "generator didn't yield")


def exit_generator(call: Call, generator: Any, error: Any) -> bool:
    """contextlib's `__exit__`: the generator runs to its end, or the exception is raised within it."""
    if not isinstance(generator, IteratorValue):
        return False
    if error is None:
        # One that cannot be followed to its end is taken to be a good manager.
        with suppress(call.engine.UnknownTurns):
            for _ in generator.iterator:
                call.raise_("RuntimeError", "generator didn't stop")
        return False
    throw = getattr(generator.iterator, "throw", None)
    if throw is None:
        return False
    try:
        throw(Raised(error))
    except (StopIteration, call.engine.UnknownTurns):
        return True
    except Raised as problem:
        if problem.value is error:
            return False
        raise
    call.raise_("RuntimeError", "generator didn't stop after throw()")


@object_behaves(FACTORY)
class FactoryBehaviour(Behaviour):
    """What `@contextmanager` makes of a generator function: each call gives a manager."""

    python_class = "types.FunctionType"

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        if name == "__call__":
            return value
        return value.attrs.get(name, MISSING)

    def invoke(self, call: Call, value: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        # Python calls the generator function at once, so arguments that do not fit are refused here.
        made = call.engine.invoke(value.payload, args, kwargs)
        if isinstance(made, Unknown):
            return made
        return NativeObject(MANAGER, value.payload, {"<args>": args, "<kwargs>": kwargs, "<generator>": made})

    def bind(self, call: Call, value: Any, receiver: Any, cls: ClassValue) -> Any:
        return value if receiver is None else BoundMethod(value, receiver)


@object_behaves(MANAGER)
class ManagerBehaviour(Behaviour):
    python_class = "builtins.object"

    def getattr(self, call: Call, value: AnyValue, name: str) -> Any:
        return manager_method(self, value, name)

    def enter(self, call: Call, value: Any) -> Any:
        return enter_generator(call, value.attrs["<generator>"])

    def exit(self, call: Call, value: Any, error: Any) -> Any:
        return exit_generator(call, value.attrs["<generator>"], error)

    def invoke(self, call: Call, value: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A manager is a decorator too: each call of what it decorates runs in a manager of its own."""
        if len(args) != 1:
            return NotImplemented
        function, factory = args[0], value

        def wrapper(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            again = NativeObject(
                MANAGER,
                factory.payload,
                {
                    "<args>": factory.attrs["<args>"],
                    "<kwargs>": factory.attrs["<kwargs>"],
                    "<generator>": call.engine.invoke(
                        factory.payload, factory.attrs["<args>"], factory.attrs["<kwargs>"]
                    ),
                },
            )
            return run_within(call, again, function, args, kwargs)

        return copy_metadata(call, NativeFunction("wrapper", wrapper, raw=True), function)


def manager_method(behaviour: Behaviour, value: Any, name: str) -> Any:
    """`__enter__` and `__exit__` by name, for programs that call them."""
    if name == "__enter__":
        return NativeFunction(name, lambda call: behaviour.enter(call, value), static=True)
    if name == "__exit__":
        return NativeFunction(
            name, lambda call, kind=None, error=None, trace=None: behaviour.exit(call, value, error), static=True
        )
    return value.attrs.get(name, MISSING)


def run_within(call: Call, manager: AnyValue, function: AnyValue, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`with manager: return function(*args, **kwargs)`."""

    call.engine.enter(manager)
    try:
        result = call.engine.invoke(function, args, kwargs)
    except Raised as problem:
        if call.engine.exit(manager, problem.value):
            return None
        raise
    call.engine.exit(manager, None)
    return result


DECORATOR = api.type("ContextDecorator", bases=("builtins.object",))


@DECORATOR.method(name="__call__")
def decorate(call: Call, self: InstanceValue, func: AnyValue) -> Any:
    def wrapper(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return run_within(call, self, func, args, kwargs)

    return copy_metadata(call, NativeFunction("wrapper", wrapper, raw=True), func)


ABSTRACT = api.type("AbstractContextManager", bases=("builtins.object",))


@ABSTRACT.method(name="__enter__")
def abstract_enter(call: Call, self: InstanceValue) -> Any:
    return self


@ABSTRACT.method(name="__exit__", raw=True)
def abstract_exit(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


SIMPLE = "contextlib.<simple>"


@object_behaves(SIMPLE)
class SimpleBehaviour(Behaviour):
    """nullcontext, closing, suppress, redirect_stdout and Python 2's nested: `payload` is (kind, what it was given)."""

    python_class = "builtins.object"

    def getattr(self, call: Call, value: AnyValue, name: str) -> Any:
        return manager_method(self, value, name)

    def enter(self, call: Call, value: Any) -> Any:
        kind, given = value.payload
        if kind == "nested":
            return tuple([call.engine.enter(manager) for manager in given])
        return given if kind in ("nullcontext", "closing", "redirect") else None

    def exit(self, call: Call, value: Any, error: Any) -> Any:
        kind, given = value.payload
        if kind == "nested":
            taken = False
            for manager in reversed(given):
                if call.engine.exit(manager, None if taken else error) and error is not None:
                    taken = True
            return taken
        if kind == "closing":
            call.method(given, "close")
        if kind == "suppress" and error is not None:
            return exception_matches(call, error, given) is True
        return False


def _simple(name: str, kind: str) -> None:
    def summary(call: Call, *given: Any, **kwargs: Any) -> Any:
        one = given[0] if given else kwargs.get("enter_result")
        return NativeObject(SIMPLE, (kind, tuple(given) if kind in ("suppress", "nested") else one))

    api.function(summary, name=name)


for _name in ("nullcontext", "closing", "suppress", "nested"):
    _simple(_name, _name)
for _name in ("redirect_stdout", "redirect_stderr", "chdir"):
    _simple(_name, "redirect")

STACK = api.type("ExitStack", bases=("builtins.object",))


def _entries(self: InstanceValue) -> Any:
    """A ListValue; an Unknown where branches that were joined left different ones."""
    found = self.attrs.get("<entries>")
    if found is None:
        found = ListValue()
        self.set("<entries>", found)
    return found


def _push(self: InstanceValue, entry: AnyValue) -> None:
    entries = _entries(self)
    entries.touch()
    entries.items.append(entry)


@STACK.method(name="__init__")
def stack_init(call: Call, self: InstanceValue) -> None:
    _entries(self)


@STACK.method(name="__enter__")
def stack_enter(call: Call, self: InstanceValue) -> Any:
    return self


@STACK.method
def enter_context(call: Call, self: InstanceValue, cm: AnyValue) -> Any:
    result = call.engine.enter(cm)
    _push(self, ("exit", cm))
    return result


@STACK.method
def push(call: Call, self: InstanceValue, exit: AnyValue) -> Any:
    _push(self, ("exit", exit))
    return exit


@STACK.method(raw=True)
def callback(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, function, *rest = args
    _push(self, ("call", function, tuple(rest), kwargs))
    return function


@STACK.method
def pop_all(call: Call, self: InstanceValue) -> Any:
    made = call.invoke(self.cls)
    made.set("<entries>", _entries(self))
    self.set("<entries>", ListValue())
    return made


def _unwind(call: Call, self: InstanceValue, error: AnyValue) -> bool:
    entries = _entries(self)
    if not isinstance(entries, ListValue):
        call.engine.cannot_know("the contexts of an ExitStack", may_make=True)
        return False
    suppressed = False
    while entries.items:
        entries.touch()
        kind, *what = entries.items.pop()
        if kind == "call":
            call.engine.invoke(what[0], what[1], what[2])
        elif call.engine.exit(what[0], error) and error is not None:
            suppressed, error = True, None
    return suppressed


@STACK.method
def close(call: Call, self: InstanceValue) -> None:
    _unwind(call, self, None)


@STACK.method(name="__exit__")
def stack_exit(
    call: Call, self: InstanceValue, kind: AnyValue = None, error: AnyValue = None, trace: AnyValue = None
) -> Any:
    return _unwind(call, self, error)
