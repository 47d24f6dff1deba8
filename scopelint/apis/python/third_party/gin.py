"""gin: functions and classes that take arguments from a configuration where their callers give none."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.files import file_data
from scopelint.apis.python.stdlib.functools import copy_metadata
from scopelint.apis.python.stdlib.inspect import Shape, shape_of
from scopelint.apis.python.stdlib.system import nothings, unknowns
from scopelint.apis.python.support import derived, lift, lower, run_store
from scopelint.apis.python.third_party import gin_text
from scopelint.apis.registry import Behaviour, Namespace, object_behaves
from scopelint.graph.conditions import assumption
from scopelint.graph.events import NotKnown
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import (
    MISSING,
    SUPPLIES,
    Attributed,
    BoundMethod,
    ClassValue,
    FunctionValue,
    ModuleValue,
    NativeFunction,
    NativeObject,
)

api = Namespace("gin")
api.constant("REQUIRED", NativeObject("gin.REQUIRED"))

SCOPE = "gin.<scope>"
VALUE = "gin.<value>"
"""A value of the configuration's own: a tree that may hold references, read anew at each call."""


# What is configured


def _store(call: Call, what: str) -> DictValue:
    return run_store(call, f"gin {what}")


def _put(store: DictValue, key: Any, value: object) -> None:
    store.touch()
    store.items[key] = value


def scopes(call: Call) -> tuple[str, ...]:
    """The scopes of the configuration that are open, outermost first."""
    found: tuple[str, ...] = _store(call, "scope").items.get("open", ())
    return found


def _matching(names: Any, selector: str) -> list[str]:
    """The full names that a selector may mean: it gives their end."""
    return [selector] if selector in names else [n for n in names if n.endswith("." + selector)]


def find_configurable(call: Call, selector: str) -> Any:
    """What goes by that name; MISSING where nothing does."""
    known = _store(call, "configurables").items
    found = _matching(known, selector)
    if found:
        return known[found[0]]
    if selector.startswith("tf."):
        # gin.tf registers TensorFlow's own by these names.
        return call.find(selector)
    return MISSING


def full_name(call: Call, selector: str) -> str:
    found = _matching(_store(call, "configurables").items, selector)
    return found[0] if found else selector


def bindings(call: Call, selector: str) -> dict[str, Any]:
    """gin: _get_bindings. What an inner scope binds beats what an outer one does."""
    out: dict[str, Any] = {}
    held = _store(call, "bindings").items
    opened = scopes(call)
    for depth in range(len(opened) + 1):
        found = held.get(("/".join(opened[:depth]), selector))
        if isinstance(found, DictValue):
            out.update(found.items)
    return out


def check_lock(call: Call) -> None:
    """gin: a configuration that is finalized is not added to."""
    if _store(call, "lock").items.get("is on"):
        call.raise_("RuntimeError", "Attempted to modify locked Gin config.")


def bind(call: Call, scope: str, selector: str, parameter: str, value: object) -> None:
    """gin: bind_parameter."""
    check_lock(call)
    target = find_configurable(call, selector)
    is_sure = not _store(call, "unread").items and not call.engine.modules.missing
    if target is MISSING:
        if is_sure:
            call.raise_("ValueError", f"No configurable matching '{selector}'.")
    else:
        shape = parameters(call, target)
        if (
            is_sure
            and shape is not None
            and not shape.stars
            and parameter not in (*shape.positional, *shape.named_only)
        ):
            call.raise_("ValueError", f"Configurable '{selector}' doesn't have a parameter named '{parameter}'.")
    held, key = _store(call, "bindings"), (scope, full_name(call, selector))
    before = held.items.get(key)
    _put(held, key, DictValue({**(before.items if isinstance(before, DictValue) else {}), parameter: value}))


# Values


def evaluate(call: Call, value: Any) -> Any:
    """A configuration's value as a value of the program: references are followed each time it is asked for."""
    return _tree(call, value.payload) if isinstance(value, NativeObject) and value.kind == VALUE else value


def _tree(call: Call, tree: Any) -> Any:
    if isinstance(tree, gin_text.Reference):
        return _macro(call, tree) if tree.is_macro else _referred(call, tree)
    if isinstance(tree, list):
        return ListValue([_tree(call, each) for each in tree])
    if isinstance(tree, dict):
        return DictValue({_tree(call, key): _tree(call, each) for key, each in tree.items()})
    if isinstance(tree, tuple):
        return tuple([_tree(call, each) for each in tree])
    return lift(tree)


def _macro(call: Call, reference: gin_text.Reference) -> Any:
    constants = _store(call, "constants").items
    found = _matching(constants, reference.name)
    if found:
        return constants[found[0]]
    held = _store(call, "bindings").items.get((reference.name, "gin.macro"))
    if isinstance(held, DictValue):
        return evaluate(call, held.items["value"])
    return call.unknown(f"gin's %{reference.name}", reference.selector)


def _referred(call: Call, reference: gin_text.Reference) -> Any:
    target = find_configurable(call, reference.selector)
    if target is MISSING:
        return call.unknown(f"gin's @{reference.name}", reference.selector)
    inner = (*scopes(call), *reference.scopes)
    if reference.is_called:
        return _within(call, inner, target, (), {})
    if not reference.scopes:
        return target

    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return _within(call, (*scopes(call), *reference.scopes), target, args, kwargs)

    made = NativeFunction(reference.selector, impl, raw=True, static=True)
    return made if isinstance(target, ClassValue) else copy_metadata(call, made, target)


def _within(
    call: Call, opened: tuple[str, ...], target: AnyValue, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    store, before = _store(call, "scope"), scopes(call)
    _put(store, "open", opened)
    try:
        return call.engine.invoke(target, args, kwargs)
    finally:
        _put(store, "open", before)


# Configurables


def parameters(call: Call, target: AnyValue) -> Shape | None:
    """The parameters of a configurable, without the receiver; None where they are not known."""
    if isinstance(target, ClassValue):
        init = target.find("__init__")
        found = shape_of(call, BoundMethod(init, target)) if isinstance(init, FunctionValue) else None
        return found if found is not None else _native_parameters(call, target)
    return shape_of(call, target)


def _native_parameters(call: Call, target: ClassValue) -> Shape | None:
    listed = [(n, kind, d) for n, kind, d in call.engine.signature(target) if n != "self"]
    if not listed:
        return None
    return Shape(
        [n for n, kind, _ in listed if kind == "plain"],
        [n for n, kind, _ in listed if kind == "named"],
        next((n for n, kind, _ in listed if kind == "star"), ""),
        next((n for n, kind, _ in listed if kind == "stars"), ""),
        (),
        {},
    )


class Supplied:
    """gin: _make_gin_wrapper: the arguments that a call of one configurable really has."""

    __slots__ = ("receivers", "selector", "shape")

    def __init__(self, selector: str, shape: Shape | None, receivers: int = 0) -> None:
        self.selector = selector
        self.shape = shape
        self.receivers = receivers

    def __call__(
        self, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        bound = bindings(call, self.selector)
        shape, receivers = self.shape, self.receivers
        named = shape.positional[: len(args) - receivers] if shape is not None else []
        needed = [n for n, v in zip(named, args[receivers:], strict=False) if is_required(v)]
        needed += [n for n, v in kwargs.items() if is_required(v)]
        for name in named:
            if name not in needed:
                bound.pop(name, None)
        given = {*named, *kwargs} - set(needed)
        if shape is not None:
            defaults = dict(
                zip(shape.positional[len(shape.positional) - len(shape.defaults) :], shape.defaults, strict=False)
            )
            needed += [n for n, d in {**defaults, **shape.named_defaults}.items() if is_required(d) and n not in given]
        lacking = [name for name in dict.fromkeys(needed) if name not in bound]
        if lacking:
            # Of what nobody in the file calls, nobody in the file knows the configuration.
            if not _store(call, "unread").items and not call.state.entered:
                name = self.selector.rpartition(".")[2]
                call.raise_("RuntimeError", f"Required bindings for `{name}` not provided in config: {lacking}")
            bound.update({name: call.unknown("a gin configuration", name) for name in lacking})
        if not bound:
            return args, kwargs
        values = {name: evaluate(call, v) for name, v in bound.items() if name not in kwargs or name in needed}
        passed = list(args)
        for at, name in enumerate(named, receivers):
            if name in needed:
                passed[at] = values.pop(name)
        # What carries keywords that are not known stays what it is.
        more = kwargs.copy()
        more.update(values)
        return tuple(passed), more


def is_required(value: AnyValue) -> bool:
    return isinstance(value, NativeObject) and value.kind == "gin.REQUIRED"


def _copy(function: FunctionValue) -> FunctionValue:
    made = FunctionValue(
        function.name,
        function.code,
        function.defaults,
        function.keyword_defaults,
        function.closure,
        function.module,
    )
    made.owner = function.owner
    made.attrs.update(function.attrs)
    return made


def configured(call: Call, target: Any, name: str, module: str, keeps: bool) -> Any:
    """gin: _make_configurable. `keeps`: the class or function itself is not changed."""
    selector = f"{module}.{name}" if module else name
    shape = parameters(call, target)
    made: Any = target
    if isinstance(target, FunctionValue):
        made = _copy(target) if keeps else target
        made.set(SUPPLIES, Supplied(selector, shape))
    elif isinstance(target, ClassValue):
        if keeps or target.canonical:
            made = call.engine.make_class(target.name, (target,), {})
            if not isinstance(made, ClassValue):
                return target
        _configure_class(call, made, target, Supplied(selector, shape, 1))
    elif isinstance(target, (Attributed, BoundMethod)):
        supplied = Supplied(selector, shape)

        def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            args, kwargs = supplied(call, args, kwargs)
            return call.engine.invoke(target, args, kwargs)

        made = copy_metadata(call, NativeFunction(name, impl, raw=True), target)
    _put(_store(call, "configurables"), selector, made)
    return made


def _configure_class(call: Call, made: ClassValue, target: ClassValue, supplied: Supplied) -> None:
    init = target.find("__init__")
    if isinstance(init, FunctionValue):
        own: Any = init if made.attrs.get("__init__") is init else _copy(init)
        own.set(SUPPLIES, supplied)
        made.set("__init__", own)
    elif isinstance(init, NativeFunction):

        def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            args, kwargs = supplied(call, args, kwargs)
            return call.engine.invoke(init, args, kwargs)

        made.set("__init__", NativeFunction("__init__", impl, init.canonical, raw=True))


def _module_of(call: Call, target: AnyValue) -> str:
    module = target.module if isinstance(target, (FunctionValue, ClassValue)) else ""
    named = module.name if isinstance(module, ModuleValue) else module
    return named if isinstance(named, str) else ""


def _configurable(call: Call, name: AnyValue, module: AnyValue, keeps: bool) -> Any:
    def decorate(call: Call, target: AnyValue) -> Any:
        if isinstance(target, Unknown) or isinstance(name, Unknown) or isinstance(module, Unknown):
            return target
        own = getattr(target, "name", "") or "configurable"
        given = name if isinstance(name, str) else own
        if "." in given and module is None:
            home, _, given = given.rpartition(".")
        else:
            home = module if isinstance(module, str) else _module_of(call, target)
        return configured(call, target, given, home, keeps)

    if name is not None and not isinstance(name, (str, Unknown)):
        target, name = name, None
        return decorate(call, target)
    return NativeFunction("configurable", decorate, static=True)


@api.function
def configurable(call: Call, name_or_fn: AnyValue = None, module: AnyValue = None, *args: Any, **kwargs: Any) -> Any:
    return _configurable(call, name_or_fn, module, False)


@api.function
def register(call: Call, name_or_fn: AnyValue = None, module: AnyValue = None, *args: Any, **kwargs: Any) -> Any:
    """The decorated one stays as it is; references reach the configured one."""

    def decorate(call: Call, target: AnyValue) -> Any:
        made = _configurable(call, name_or_fn if isinstance(name_or_fn, str) else None, module, True)
        call.invoke(made, target)
        return target

    if name_or_fn is not None and not isinstance(name_or_fn, (str, Unknown)):
        return decorate(call, name_or_fn)
    return NativeFunction("register", decorate, static=True)


@api.function
def external_configurable(
    call: Call, fn_or_cls: AnyValue, name: AnyValue = None, module: AnyValue = None, *args: Any, **kwargs: Any
) -> Any:
    return call.invoke(
        _configurable(call, name, module, True) if name is not None else _named_so(call, module), fn_or_cls
    )


def _named_so(call: Call, module: AnyValue) -> NativeFunction:
    def decorate(call: Call, target: AnyValue) -> Any:
        own = getattr(target, "name", "") or "configurable"
        return call.invoke(
            _configurable(call, own, module if module is not None else _module_of(call, target), True), target
        )

    return NativeFunction("external_configurable", decorate, static=True)


# Reading


def _read(call: Call, text: AnyValue, where: str) -> None:
    if not isinstance(text, str):
        return unread(call, where, derived(text))
    try:
        for statement in gin_text.read(text):
            if isinstance(statement, gin_text.Include):
                _read_file(call, statement.path)
            elif isinstance(statement, gin_text.Import):
                call.engine.find_module(statement.module)
            elif statement.parameter:
                value = NativeObject(VALUE, statement.value)
                bind(call, statement.scope, statement.selector, statement.parameter, value)
            else:
                check_lock(call)
                key = f"{statement.scope}/{statement.selector}" if statement.scope else statement.selector
                _put(
                    _store(call, "bindings"),
                    (key, "gin.macro"),
                    DictValue({"value": NativeObject(VALUE, statement.value)}),
                )
    except gin_text.GinError as problem:
        call.raise_("SyntaxError", str(problem))


def unread(call: Call, where: str, why: Unknown) -> None:
    """A configuration that is not there to be read: what it may bind, every configurable hangs on."""
    _put(_store(call, "unread"), where, why)
    taken = f"{where} binds nothing that decides names"
    if not call.state.doubts(where):
        call.state.emit(
            NotKnown,
            reason=f"{where} is not known",
            may_make=True,
            about=where,
            assuming=assumption(taken),
        )


def _read_file(call: Call, path: AnyValue) -> None:
    data = file_data(call, path)
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    _read(call, text, f"gin's {path}" if isinstance(path, str) else "a gin configuration")


def _each(call: Call, value: AnyValue) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, (ListValue, tuple)):
        found = call.members(value)
        rest = getattr(value, "rest", None)
        return [*found, *([rest] if rest is not None else [])] if isinstance(found, list) else [found]
    return [value]


def _text_of(call: Call, given: AnyValue) -> Any:
    if isinstance(given, (ListValue, tuple)):
        lines = _each(call, given)
        return "\n".join(lines) if all(isinstance(line, str) for line in lines) else derived(*lines)
    return given


@api.function
def parse_config(call: Call, bindings: AnyValue, skip_unknown: AnyValue = False, **kwargs: Any) -> Any:
    _read(call, _text_of(call, bindings), "a gin configuration")
    return (ListValue([]), ListValue([]))


@api.function
def parse_config_file(call: Call, config_file: AnyValue, skip_unknown: AnyValue = False, **kwargs: Any) -> Any:
    _read_file(call, config_file)
    return (ListValue([]), ListValue([]))


@api.function
def parse_config_files_and_bindings(
    call: Call,
    config_files: AnyValue,
    bindings: AnyValue,
    finalize_config: AnyValue = True,
    skip_unknown: AnyValue = False,
    **kwargs: Any,
) -> Any:
    for path in _each(call, config_files):
        _read_file(call, path)
    if bindings is not None:
        _read(call, _text_of(call, bindings), "a gin configuration")
    if finalize_config is True:
        finalize(call)
    return ListValue([])


@api.function
def finalize(call: Call) -> None:
    _put(_store(call, "lock"), "is on", True)


@api.function
def bind_parameter(call: Call, binding_key: AnyValue, value: AnyValue) -> None:
    if not isinstance(binding_key, str):
        unread(call, "a gin configuration", derived(binding_key))
        return
    bind(call, *gin_text.split_key(binding_key), value)


@api.function
def query_parameter(call: Call, binding_key: AnyValue) -> Any:
    if isinstance(binding_key, str) and binding_key.startswith("%"):
        return _macro(call, gin_text.Reference(binding_key[1:], is_macro=True))
    if isinstance(binding_key, str):
        scope, selector, parameter = gin_text.split_key(binding_key)
        if not parameter:
            return _macro(call, gin_text.Reference(selector, is_macro=True))
        held = _store(call, "bindings").items.get((scope, full_name(call, selector)))
        if isinstance(held, DictValue) and parameter in held.items:
            return evaluate(call, held.items[parameter])
        if not _store(call, "unread").items:
            call.raise_("ValueError", f"Parameter '{parameter}' is not set in the current config scope.")
    return call.unknown("a gin configuration")


@api.function
def constant(call: Call, name: AnyValue, value: AnyValue) -> None:
    if isinstance(name, str):
        _put(_store(call, "constants"), name, value)


@api.function
def constants_from_enum(call: Call, cls: AnyValue = None, module: AnyValue = None) -> Any:
    def decorate(call: Call, cls: AnyValue) -> Any:
        members = call.getattr(cls, "__members__", MISSING)
        home = module if isinstance(module, str) else _module_of(call, cls)
        if isinstance(members, DictValue):
            for name, member in members.items.items():
                _put(_store(call, "constants"), f"{home}.{getattr(cls, 'name', '')}.{name}", member)
        return cls

    return NativeFunction("constants_from_enum", decorate, static=True) if cls is None else decorate(call, cls)


@api.function
def clear_config(call: Call, clear_constants: AnyValue = False) -> None:
    held = _store(call, "bindings")
    held.touch()
    held.items.clear()
    _put(_store(call, "lock"), "is on", False)


# Scopes


@api.function
def config_scope(call: Call, name_or_scope: AnyValue) -> Any:
    return NativeObject(SCOPE, name_or_scope)


@object_behaves(SCOPE)
class ScopeBehaviour(Behaviour):
    python_class = "builtins.object"

    def enter(self, call: Call, value: Any) -> Any:
        name, store = value.payload, _store(call, "scope")
        value.attrs["<before>"] = before = scopes(call)
        opened = before
        if isinstance(name, str) and name:
            opened = (*before, *name.split("/"))
        elif name is None or name == "":
            opened = ()
        elif isinstance(name, ListValue):
            opened = tuple(lower(name))
        _put(store, "open", opened)
        return ListValue(list(opened))

    def exit(self, call: Call, value: Any, error: Any) -> Any:
        _put(_store(call, "scope"), "open", value.attrs["<before>"])
        return False


UNLOCKED = "gin.<unlocked>"


@api.function
def unlock_config(call: Call) -> Any:
    return NativeObject(UNLOCKED)


@object_behaves(UNLOCKED)
class UnlockedBehaviour(Behaviour):
    python_class = "builtins.object"

    def enter(self, call: Call, value: Any) -> Any:
        value.attrs["<before>"] = _store(call, "lock").items.get("is on")
        _put(_store(call, "lock"), "is on", False)
        return None

    def exit(self, call: Call, value: Any, error: Any) -> Any:
        _put(_store(call, "lock"), "is on", value.attrs["<before>"])
        return False


@api.function
def current_scope(call: Call) -> Any:
    return ListValue(list(scopes(call)))


@api.function
def current_scope_str(call: Call) -> Any:
    return "/".join(scopes(call))


@api.function
def get_configurable(call: Call, fn_or_cls_or_selector: AnyValue) -> Any:
    if isinstance(fn_or_cls_or_selector, str):
        found = find_configurable(call, fn_or_cls_or_selector)
        return call.unknown("a gin configurable") if found is MISSING else found
    return fn_or_cls_or_selector


nothings("gin", "add_config_file_search_path enter_interactive_mode exit_interactive_mode")
unknowns("gin", "operative_config_str config_str", "a gin configuration")
