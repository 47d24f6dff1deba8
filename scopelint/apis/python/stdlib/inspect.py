"""inspect and importlib."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.dictionaries import OrderedDictValue
from scopelint.apis.python.stdlib.collections import tuple_class
from scopelint.apis.python.support import derived
from scopelint.apis.registry import ENTRIES, Behaviour, Namespace, object_behaves
from scopelint.values.base import AnyValue, Unknown, without_summary
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import (
    MISSING,
    Attributed,
    BoundMethod,
    ClassValue,
    FunctionValue,
    InstanceValue,
    IteratorValue,
    ModuleValue,
    NativeFunction,
    NativeObject,
)

api = Namespace("inspect")


class Shape:
    """A function's parameters as `inspect` tells them."""

    __slots__ = ("defaults", "named_defaults", "named_only", "positional", "star", "stars")

    def __init__(
        self,
        positional: list[str],
        named_only: list[str],
        star: str,
        stars: str,
        defaults: tuple[Any, ...],
        named_defaults: dict[str, Any],
    ) -> None:
        self.positional = positional
        self.named_only = named_only
        self.star = star
        self.stars = stars
        self.defaults = defaults
        self.named_defaults = named_defaults


def shape_of(call: Call, function: AnyValue) -> Shape | None:
    """The parameters of a callable; None where they are not known."""
    bound = 0
    for _ in range(20):
        if isinstance(function, BoundMethod):
            function, bound = function.function, 1
        elif isinstance(function, ClassValue):
            init = function.find("__init__")
            if not isinstance(init, FunctionValue):
                return None
            function, bound = init, 1
        elif isinstance(function, InstanceValue):
            method = function.cls.find("__call__")
            if not isinstance(method, FunctionValue):
                return None
            function, bound = method, 1
        elif isinstance(function, Attributed) and "__wrapped__" in function.attrs:
            function = function.attrs["__wrapped__"]
        elif isinstance(function, NativeObject) and function.kind == "functools.partial":
            return _shape_of_partial(call, function)
        else:
            break
    if isinstance(function, FunctionValue):
        p = function.code.parameters
        return Shape(
            list(p.positional)[bound:],
            list(p.named_only),
            p.star,
            p.stars,
            function.defaults,
            function.keyword_defaults,
        )
    return _shape_of_native(call, function) if isinstance(function, NativeFunction) else None


def _shape_of_native(call: Call, function: NativeFunction) -> Shape | None:
    parameters = call.engine.signature(function)
    if not parameters:
        return None
    named = {name: default for name, kind, default in parameters if kind == "named"}
    return Shape(
        [name for name, kind, _ in parameters if kind == "plain"],
        list(named),
        next((name for name, kind, _ in parameters if kind == "star"), ""),
        next((name for name, kind, _ in parameters if kind == "stars"), ""),
        tuple(d for _, kind, d in parameters if kind == "plain" and d is not MISSING),
        {name: default for name, default in named.items() if default is not MISSING},
    )


def _shape_of_partial(call: Call, value: NativeObject) -> Shape | None:
    function, args, kwargs = value.payload
    found = shape_of(call, function)
    if found is None:
        return None
    names = [n for n in found.positional[len(args) :] if n not in kwargs]
    return Shape(
        names,
        found.named_only,
        found.star,
        found.stars,
        found.defaults[-len(names) :] if names else (),
        found.named_defaults,
    )


_ARG_SPECS: dict[str, ClassValue] = {}


def _spec(call: Call, name: str, fields: list[str], values: list[Any]) -> Any:
    cls = _ARG_SPECS.get(name)
    if cls is None:
        cls = _ARG_SPECS[name] = tuple_class(call, name, fields, {}, "inspect")
    return InstanceValue(cls, payload=tuple(values))


def _full(call: Call, func: AnyValue) -> Any:
    shape = shape_of_unbound(call, func)
    if shape is None:
        return derived(func, reason="the parameters of a function that is not known")
    return _spec(
        call,
        "FullArgSpec",
        ["args", "varargs", "varkw", "defaults", "kwonlyargs", "kwonlydefaults", "annotations"],
        [
            ListValue(shape.positional),
            shape.star or None,
            shape.stars or None,
            shape.defaults or None,
            ListValue(shape.named_only),
            DictValue(dict(shape.named_defaults)) if shape.named_defaults else None,
            DictValue(),
        ],
    )


def shape_of_unbound(call: Call, func: AnyValue) -> Shape | None:
    """As `getargspec` has it: a bound method's `self` is listed."""
    if isinstance(func, BoundMethod):
        found = shape_of(call, func.function)
        return found
    if isinstance(func, ClassValue):
        init = func.find("__init__")
        return shape_of(call, init) if isinstance(init, FunctionValue) else None
    return shape_of(call, func)


@api.function
def getfullargspec(call: Call, func: AnyValue) -> Any:
    return _full(call, func)


@api.function
def getargspec(call: Call, func: AnyValue) -> Any:
    shape = shape_of_unbound(call, func)
    if shape is None:
        return derived(func, reason="the parameters of a function that is not known")
    return _spec(
        call,
        "ArgSpec",
        ["args", "varargs", "keywords", "defaults"],
        [ListValue(shape.positional), shape.star or None, shape.stars or None, shape.defaults or None],
    )


EMPTY = NativeObject("inspect._empty")
_KINDS = {"positional": 1, "star": 2, "named": 3, "stars": 4}
PARAMETER = api.type("Parameter", bases=("builtins.object",))
for _name, _value in {
    "empty": EMPTY,
    "POSITIONAL_ONLY": 0,
    "POSITIONAL_OR_KEYWORD": 1,
    "VAR_POSITIONAL": 2,
    "KEYWORD_ONLY": 3,
    "VAR_KEYWORD": 4,
}.items():
    PARAMETER.constant(_name, _value)
api.constant("_empty", EMPTY)
SIGNATURE = "inspect.Signature"


def _parameter(name: str, kind: str, default: AnyValue = EMPTY) -> InstanceValue:
    return InstanceValue(PARAMETER.cls, {"name": name, "kind": _KINDS[kind], "default": default, "annotation": EMPTY})


@api.function
def signature(call: Call, callable: AnyValue, **kwargs: Any) -> Any:
    shape = shape_of(call, callable)
    if shape is None:
        return derived(callable, reason="the parameters of a function that is not known")
    found: dict[Any, Any] = {}
    without = len(shape.positional) - len(shape.defaults)
    for at, name in enumerate(shape.positional):
        found[name] = _parameter(name, "positional", shape.defaults[at - without] if at >= without else EMPTY)
    if shape.star:
        found[shape.star] = _parameter(shape.star, "star")
    for name in shape.named_only:
        found[name] = _parameter(name, "named", shape.named_defaults.get(name, EMPTY))
    if shape.stars:
        found[shape.stars] = _parameter(shape.stars, "stars")
    return NativeObject(SIGNATURE, shape, {"parameters": OrderedDictValue(found), "return_annotation": EMPTY})


@object_behaves(SIGNATURE)
class SignatureBehaviour(Behaviour):
    python_class = "builtins.object"

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        if name in ("bind", "bind_partial"):
            return NativeFunction(
                name,
                lambda call, args, kwargs: self.bound(call, value, args, kwargs, name == "bind_partial"),
                static=True,
                raw=True,
            )
        return value.attrs.get(name, MISSING)

    def bound(self, call: Call, value: Any, args: tuple[Any, ...], kwargs: dict[str, Any], partly: bool) -> Any:
        shape = value.payload
        named: dict[Any, Any] = dict(zip(shape.positional, args, strict=False))
        if len(args) > len(shape.positional):
            if not shape.star:
                call.raise_("TypeError", "too many positional arguments")
            named[shape.star] = args[len(shape.positional) :]
        extra: dict[Any, Any] = {}
        for key, one in kwargs.items():
            if key in shape.positional or key in shape.named_only:
                named[key] = one
            elif shape.stars:
                extra[key] = one
            else:
                call.raise_("TypeError", f"got an unexpected keyword argument {key!r}")
        if extra:
            named[shape.stars] = DictValue(extra)
        arguments = OrderedDictValue(named)

        def apply_defaults(call: Call) -> None:
            arguments.touch()
            full: dict[Any, Any] = {}
            for name, parameter in value.attrs["parameters"].items.items():
                if name in arguments.items:
                    full[name] = arguments.items[name]
                elif parameter.attrs["default"] is not EMPTY:
                    full[name] = parameter.attrs["default"]
                elif name == shape.star:
                    full[name] = ()
                elif name == shape.stars:
                    full[name] = DictValue()
            arguments.items = full

        return NativeObject(
            "inspect.BoundArguments",
            None,
            {
                "arguments": arguments,
                "args": args,
                "kwargs": DictValue(dict(kwargs)),
                "apply_defaults": NativeFunction("apply_defaults", apply_defaults, static=True),
            },
        )


@object_behaves("inspect.BoundArguments", "inspect._empty")
class PlainBehaviour(Behaviour):
    python_class = "builtins.object"

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        return value.attrs.get(name, MISSING)


def _test(name: str, *kinds: type) -> None:
    def summary(call: Call, value: AnyValue) -> Any:
        return value.derive("") if isinstance(value, Unknown) else isinstance(value, kinds)

    api.function(summary, name=name)


_test("isclass", ClassValue)
_test("isfunction", FunctionValue)
_test("ismethod", BoundMethod)
_test("ismodule", ModuleValue)
_test("isbuiltin", NativeFunction)
_test("isroutine", FunctionValue, BoundMethod, NativeFunction)
_test("isgenerator", IteratorValue)


@api.function
def isgeneratorfunction(call: Call, object: AnyValue) -> Any:
    if isinstance(object, FunctionValue):
        code = object.code
        if code.body is None:
            code.visit()
        return bool(code.is_generator)
    return derived(object) if isinstance(object, Unknown) else False


@api.function
def isabstract(call: Call, object: AnyValue) -> Any:
    return False


@api.function
def getmro(call: Call, cls: ClassValue) -> Any:
    return cls.mro if isinstance(cls, ClassValue) else derived(cls)


@api.function
def getmembers(call: Call, object: AnyValue, predicate: AnyValue = None) -> Any:
    if not isinstance(object, Attributed) or (isinstance(object, ModuleValue) and object.load is not None):
        return ListValue([], derived(object, reason="the members of a value"))
    names = set(object.attrs)
    for cls in (
        object.mro if isinstance(object, ClassValue) else object.cls.mro if isinstance(object, InstanceValue) else ()
    ):
        names.update(cls.attrs)
    found = [(n, call.getattr(object, n, None)) for n in sorted(names) if not n.startswith("<")]
    if predicate is not None:
        found = [pair for pair in found if call.truth(call.invoke(predicate, pair[1]))]
    return ListValue(found)


@api.function
def unwrap(call: Call, func: AnyValue, **kwargs: Any) -> Any:
    for _ in range(100):
        if not isinstance(func, Attributed) or "__wrapped__" not in func.attrs:
            break
        func = func.attrs["__wrapped__"]
    return func


@api.function
def getdoc(call: Call, object: AnyValue) -> Any:
    return call.getattr(object, "__doc__", None)


@api.function
def getmodule(call: Call, object: AnyValue, *args: Any) -> Any:
    return object.module if isinstance(object, FunctionValue) else derived(object, reason="the module of a value")


@api.function
def getmodulename(call: Call, path: AnyValue) -> Any:
    return path.rpartition("/")[2].partition(".")[0] if isinstance(path, str) else derived(path)


@api.function(also=("inspect.getsourcefile", "inspect.getabsfile"))
def getfile(call: Call, object: AnyValue) -> Any:
    """Where a function, class or module of the program stands."""
    if isinstance(object, BoundMethod):
        object = object.function
    module = object if isinstance(object, ModuleValue) else getattr(object, "module", None)
    if isinstance(module, str):
        module = call.engine.modules.loaded.get(module)
    path = module.path if isinstance(module, ModuleValue) else ""
    return path or derived(object, reason="where the source of a value stands")


for _name in ("getsource", "getsourcelines", "getouterframes", "getframeinfo", "trace"):
    api.function(lambda call, *args, **kwargs: call.unknown("a frame or source text of the interpreter"), name=_name)


@api.function(raw=True)
def getcallargs(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    function, *given = args
    shape = shape_of_unbound(call, function)
    if shape is None:
        return derived(function, reason="the parameters of a function that is not known")
    if isinstance(function, BoundMethod):
        given = [function.receiver, *given]
    bound = BEHAVIOUR.bound(
        call,
        NativeObject(SIGNATURE, shape, signature(call, getattr(function, "function", function)).attrs),
        tuple(given),
        kwargs,
        False,
    )
    call.invoke(bound.attrs["apply_defaults"])
    return DictValue(bound.attrs["arguments"].items)


BEHAVIOUR = SignatureBehaviour()

# TF's copies of these look through its own decorators, which leave functions as they are here.
for _key, _entry in list(ENTRIES.items()):
    if _key.startswith("inspect."):
        ENTRIES.setdefault("tensorflow.python.util.tf_inspect." + _key[len("inspect.") :], _entry)


# pydoc, importlib


@Namespace("pydoc").function
def locate(call: Call, path: Any, forceload: Any = 0) -> Any:
    """The object of a dotted name, importing what it needs; None where there is none."""
    if not isinstance(path, str):
        return call.cannot_know("an object whose dotted name is not known", may_make=True)
    parts = [p for p in path.split(".") if p]
    if not parts:
        return None
    engine = call.engine
    builtin = call.find("builtins." + parts[0])
    if builtin is not MISSING and len(parts) == 1:
        return builtin
    if (
        engine.modules.locate(parts[0]) is None
        and engine.native_module(parts[0], engine.modules.locate) is None
        and parts[0] not in engine.modules.loaded
    ):
        return None
    found = engine.find_module(parts[0])
    name = parts[0]
    for part in parts[1:]:
        name += "." + part
        if isinstance(found, Unknown):
            return found
        inner = call.getattr(found, part, MISSING)
        if inner is MISSING and isinstance(found, ModuleValue) and engine.modules.locate(name) is not None:
            inner = engine.find_module(name)
        if inner is MISSING:
            return None
        found = inner
    return found


modules = Namespace("importlib")


@modules.function
def import_module(call: Call, name: AnyValue, package: AnyValue = None) -> Any:
    if not isinstance(name, str):
        return call.cannot_know("an import whose name is not known", may_make=True)
    if name.startswith("."):
        if not isinstance(package, str):
            return call.cannot_know("an import relative to a package that is not known", may_make=True)
        level = len(name) - len(name.lstrip("."))
        parts = package.split(".")
        name = ".".join([*parts[: len(parts) - level + 1], name.lstrip(".")])
    return call.engine.find_module(name)


@Namespace("imp").function
def load_dynamic(call: Call, name: AnyValue, path: AnyValue, file: AnyValue = None) -> Any:
    """A compiled module takes the place of the one that says so, as the loaders do that setuptools writes."""
    why = without_summary(name if isinstance(name, str) else "a compiled module")
    found = call.engine.modules.loaded.get(name) if isinstance(name, str) else None
    if isinstance(found, ModuleValue):
        found.set("<unknown star>", why)
        return found
    return why


@modules.function(also=("imp.reload", "python2.reload", "six.moves.reload_module"))
def reload(call: Call, module: AnyValue) -> Any:
    return call.engine.reload(module) if isinstance(module, ModuleValue) else module
