"""`arg_scope`: defaults for the arguments of decorated functions, TF's own and the program's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis import tables
from scopelint.apis.call import Call
from scopelint.apis.registry import Behaviour, Namespace, object_behaves
from scopelint.apis.tf.framework.arguments import bind, opaque
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.structures import items_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import (
    MISSING,
    BoundMethod,
    ClassValue,
    FunctionValue,
    InstanceValue,
    NativeFunction,
    NativeObject,
)

framework = Namespace("tf.contrib.framework")

DECORATED: set[str] = set()
"""Canonical names of TF's own functions that are decorated; `scoped` adds to it."""

_OTHERS = frozenset(
    {
        "tf.contrib.framework.local_variable",
        "tf.contrib.framework.global_variable",
        "tf.contrib.framework.variable",
        "tf.contrib.framework.model_variable",
    }
)
"""Decorated functions that other modules declare; they ask `with_defaults`."""


def key_of(function: AnyValue) -> str | None:
    """TF: arg_scope_func_key; None for what is not known."""
    while isinstance(function, BoundMethod):
        function = function.function
    if isinstance(function, (NativeFunction, FunctionValue, InstanceValue, ClassValue)):
        key = function.attrs.get("_key_op")
        if isinstance(key, str):
            return key
    if isinstance(function, NativeFunction):
        return function.canonical
    if isinstance(function, FunctionValue):
        return f"<function {function.name} at {id(function):#x}>"
    return None if isinstance(function, Unknown) else repr(function)


def is_decorated(key: str) -> bool:
    return key in DECORATED or key in _OTHERS or key.startswith("<scoped ")


TF_SLIM = "tf_slim"
"""The package of contrib.slim on its own: it has a stack of scopes of its own, and decorates functions of its own."""

_PACKAGE = "<package>"


def _stack(call: Call) -> str:
    """Under which key the stack stands of the package that is running."""
    return "arg scopes of tf_slim" if keras(call).get(_PACKAGE) == TF_SLIM else "arg scopes"


class package:
    """While a function of this package runs. A class, for it is entered at each call."""

    __slots__ = ("call", "former", "name")

    def __init__(self, call: Call, name: Any) -> None:
        self.call = call
        self.name = name

    def __enter__(self) -> None:
        self.former = keras(self.call).get(_PACKAGE)
        if self.former != self.name:
            keras(self.call).put(_PACKAGE, self.name)

    def __exit__(self, *problem: object) -> None:
        if self.former != self.name:
            keras(self.call).put(_PACKAGE, self.former)


OF_TF_SLIM: dict[str, NativeFunction] = {}


def of_tf_slim(function: NativeFunction) -> NativeFunction:
    """A function of contrib's as tf_slim has it."""
    made = OF_TF_SLIM.get(function.canonical)
    if made is None:

        def run(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            with package(call, TF_SLIM):
                return call.engine.invoke(function, args, kwargs)

        made = OF_TF_SLIM[function.canonical] = NativeFunction(function.name, run, function.canonical, raw=True)
        made.attrs.update(function.attrs)
        made.attrs[_PACKAGE] = TF_SLIM
    return made


def current(call: Call) -> DictValue:
    """TF: current_arg_scope."""
    stack = keras(call).get(_stack(call))
    return stack[-1] if isinstance(stack, tuple) and stack else DictValue()


def with_defaults(call: Call, key: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    """A decorated function's keyword arguments, completed from the scope that is open."""
    stack = keras(call).get(_stack(call))
    if not isinstance(stack, tuple) or not stack:
        return kwargs
    held, others = stack[-1].items.get(key), stack[-1].items.get(_OPEN)
    known = {k: v for k, v in held.items.items() if isinstance(k, str)} if isinstance(held, DictValue) else {}
    if isinstance(others, DictValue):
        # What else is set there, or set otherwise, for which of the functions, is not known.
        own = [parameter.name for parameter in tables.signature(key) or ()]
        known.update({k: v for k, v in others.items.items() if k in own})
    return {**known, **kwargs}


_OPEN = "<open>"
"""What stands beside the functions of a scope: what a scope that is not known in whole is likely to set, and decides
which variables there are. It is one value for all, so that it is asked once."""


def _open(why: Unknown) -> dict[Any, Any]:
    return {_OPEN: DictValue({name: why.derive(name) for name in ("normalizer_fn", "normalizer_params")})}


def open_scope(call: Call, scope: DictValue) -> None:
    key = _stack(call)
    keras(call).put(key, (*(keras(call).get(key) or ()), scope))


def close_scope(call: Call) -> None:
    key = _stack(call)
    keras(call).put(key, (keras(call).get(key) or ())[:-1])


@framework.function
def current_arg_scope(call: Call) -> DictValue:
    return current(call)


@framework.function
def arg_scope_func_key(call: Call, op: AnyValue) -> Any:
    return key_of(op) or call.unknown("a function that is not known")


@framework.function
def has_arg_scope(call: Call, func: AnyValue) -> Any:
    key = key_of(func)
    return call.unknown("a function that is not known") if key is None else is_decorated(key)


@framework.function
def arg_scoped_arguments(call: Call, func: AnyValue) -> Any:
    return call.unknown("the names of a function's defaults")


@framework.function(raw=True)
def arg_scope(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> NativeObject:
    """TF: arg_scope. A context manager; what it holds is worked out when it is entered."""
    kwargs = dict(kwargs)
    given = args[0] if args else kwargs.pop("list_ops_or_scope", None)
    return NativeObject("arg scope", (given, kwargs, keras(call).get(_PACKAGE)))


def _of_package(function: AnyValue, name: AnyValue) -> bool:
    while isinstance(function, BoundMethod):
        function = function.function
    return not isinstance(function, NativeFunction) or function.attrs.get(_PACKAGE) == name


def enter_scope(call: Call, given: AnyValue, kwargs: dict[str, Any], asked: bool = False) -> DictValue:
    """`asked`: by the program, which may name a function of the other package."""
    if isinstance(given, DictValue):
        if kwargs:
            call.raise_(
                "ValueError",
                "When attempting to re-use a scope by suppling adictionary, kwargs must be empty.",
                "argument",
            )
        scope = DictValue(dict(given.items), given.rest)
    elif isinstance(given, Unknown):
        scope = DictValue({**current(call).items, **_open(given)})
    elif isinstance(given, (ListValue, tuple)):
        scope = DictValue(dict(current(call).items))
        others = given.rest if isinstance(given, ListValue) else None
        for function in items_of(given):
            key = key_of(function)
            if key is None:
                others = function if isinstance(function, Unknown) else others
                continue
            if not is_decorated(key) or (asked and not _of_package(function, keras(call).get(_PACKAGE))):
                name = getattr(function, "name", "")
                call.raise_("ValueError", f"('%s is not decorated with @add_arg_scope', ('', '{name}'))", "argument")
            held = scope.items.get(key)
            scope.items[key] = DictValue({**(held.items if isinstance(held, DictValue) else {}), **kwargs})
        if others is not None and "normalizer_fn" in kwargs:
            scope.items.update(_open(others))
    else:
        call.raise_(
            "TypeError", "list_ops_or_scope must either be a list/tuple or reused scope (i.e. dict)", "argument"
        )
    open_scope(call, scope)
    return scope


@object_behaves("keras style scope")
class NoScope(Behaviour):
    """A `with` that changes nothing here."""

    def enter(self, call: Call, value: Any) -> Any:
        return value

    def exit(self, call: Call, value: Any, error: Any) -> bool:
        return False


@object_behaves("arg scope")
class ArgScopeBehaviour(Behaviour):
    """`with arg_scope(...) as scope`; also a decorator, as all of contextlib's managers are."""

    def enter(self, call: Call, value: Any) -> Any:
        given, kwargs, name = value.payload
        with package(call, name):
            return enter_scope(call, given, kwargs, asked=True)

    def exit(self, call: Call, value: Any, error: Any) -> bool:
        with package(call, value.payload[2]):
            close_scope(call)
        return False

    def getattr(self, call: Call, value: AnyValue, name: str) -> Any:
        if name == "__enter__":
            return NativeFunction(name, lambda call, args, kwargs: self.enter(call, value), "", raw=True)
        if name == "__exit__":
            return NativeFunction(name, lambda call, args, kwargs: self.exit(call, value, None), "", raw=True)
        return MISSING

    def invoke(self, call: Call, value: AnyValue, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if len(args) != 1:
            return NotImplemented
        function = args[0]

        def inner(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            self.enter(call, value)
            try:
                return call.invoke(function, *args, **kwargs)
            finally:
                self.exit(call, value, None)

        return NativeFunction(getattr(function, "name", "inner"), inner, "", raw=True)


@framework.function
def add_arg_scope(call: Call, func: AnyValue) -> Any:
    """TF: add_arg_scope. The wrapper keeps the function's name and can be asked for it."""
    if isinstance(func, Unknown):
        return func
    name = getattr(func, "name", "func_with_args")
    key = f"<scoped {name} at {id(func):#x}>"

    home = keras(call).get(_PACKAGE)

    def func_with_args(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with package(call, home):
            kwargs = with_defaults(call, key, kwargs)
        return call.invoke(func, *args, **kwargs)

    made = NativeFunction(name, func_with_args, name, raw=True)
    made.attrs.update({"_key_op": key, "__name__": name, "__wrapped__": func, _PACKAGE: home})
    for held in ("__doc__", "__module__"):
        if isinstance(func, FunctionValue) and held in func.attrs:
            made.attrs[held] = func.attrs[held]
    return made


class ScopedArguments(dict[str, Any]):
    """The arguments of a decorated function of TF's, by their names there, defaults filled in."""

    def __getattr__(self, name: str) -> Any:
        return self[name]

    def __setattr__(self, name: str, value: AnyValue) -> None:
        self[name] = value


def scoped(namespace: Namespace, name: str = "", also: tuple[str, ...] = ()) -> Callable[[Any], Any]:
    """Declares a decorated function of TF's. The summary lists the parameters that it reads, by TF's names."""

    def declare(impl: Any) -> Any:
        wanted = impl.__code__.co_varnames[1 : impl.__code__.co_argcount]

        def given(call: Call, g: ScopedArguments) -> Any:
            return impl(call, **{key: g[key] for key in wanted})

        scoped_whole(namespace, name or impl.__name__.rstrip("_"), also)(given)
        return impl

    return declare


def scoped_whole(namespace: Namespace, name: str = "", also: tuple[str, ...] = ()) -> Callable[[Any], Any]:
    """Declares a decorated function of TF's whose summary takes `(call, given)`: some have twenty parameters."""

    def declare(impl: Any) -> Any:
        called = name or impl.__name__.rstrip("_")
        canonical = f"{namespace.path}.{called}"
        DECORATED.add(canonical)

        def raw(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            whole = with_defaults(call, canonical, kwargs)
            if any(isinstance(value, Unknown) and key not in kwargs for key, value in whole.items()):
                # As its own, what a scope sets is asked as arguments are that are not known.
                return call.engine.invoke(call.find(canonical), args, whole)
            bound, _ = bind(call, canonical, args, whole)
            return impl(call, ScopedArguments((key, opaque(call, value)) for key, value in bound.items()))

        namespace.function(raw, name=called, raw=True, also=also)
        return impl

    return declare
