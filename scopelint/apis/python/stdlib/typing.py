"""typing, abc, types, numbers: annotations mean nothing at run time, abstract classes little."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.classes import CLASSES, OBJECT, TYPE
from scopelint.apis.python.support import derived
from scopelint.apis.registry import Behaviour, Namespace, behaves, declare, find, object_behaves
from scopelint.values.base import AnyValue
from scopelint.values.containers import DictValue
from scopelint.values.objects import (
    MISSING,
    BoundMethod,
    ClassMethod,
    ClassValue,
    FunctionValue,
    ModuleValue,
    NativeFunction,
    NativeObject,
    PropertyValue,
    StaticMethod,
)

api = Namespace("typing")

FORM = "typing.<form>"


def union(members: tuple[Any, ...]) -> NativeObject:
    """`Union[A, B]` and `A | B`. The payload are its classes, as `isinstance` asks for them; None where one of its
    members is none that we know."""
    args: list[Any] = []
    for member in members:
        of_form = member.attrs.get("__args__") if isinstance(member, NativeObject) and member.kind == FORM else None
        args += of_form if of_form is not None else (find("builtins.NoneType") if member is None else member,)
    whole = all(isinstance(member, ClassValue) for member in args)
    return NativeObject(FORM, tuple(args) if whole else None, {"__args__": tuple(args)})


def unite(sign: str, left: AnyValue, right: AnyValue) -> Any:
    """`int | None`, which classes understand since Python 3.10: a program that says so is meant for one of those."""
    sides = (left, right)
    if sign != "|" or not all(
        side is None or isinstance(side, ClassValue) or (isinstance(side, NativeObject) and side.kind == FORM)
        for side in sides
    ):
        return NotImplemented
    return union(sides)


@behaves(ClassValue)
class ClassBehaviour(Behaviour):
    """Classes as operands."""

    python_class = "builtins.type"

    def binary(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        return unite(sign, left, right)


@object_behaves(FORM)
class FormBehaviour(Behaviour):
    """`List[int]`, `Optional[X]`: a subscript gives the thing itself; as a base it counts for nothing."""

    python_class = "builtins.object"

    def getitem(self, call: Call, value: Any, key: Any) -> Any:
        if value.attrs.get("name") in ("Union", "Optional"):
            members = key if type(key) is tuple else (key,)
            if value.attrs["name"] == "Optional":
                members = (*members, None)
            return union(members)
        return value

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        if name == "__mro_entries__":
            return NativeFunction(name, lambda call, bases: (), static=True)
        return value.attrs.get(name, MISSING)

    def binary(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        return unite(sign, left, right)

    def invoke(self, call: Call, value: AnyValue, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return args[0] if args else None


for _name in [
    "Any",
    "Union",
    "Optional",
    "ClassVar",
    "Final",
    "Literal",
    "Annotated",
    "NoReturn",
    "Type",
    "Protocol",
    "Concatenate",
    "ParamSpec",
    "TypeAlias",
    "Required",
    "NotRequired",
    "Self",
    "Never",
    "Unpack",
    "AnyStr",
    "Text",
    "SupportsInt",
    "SupportsFloat",
    "SupportsAbs",
    "SupportsRound",
    "ContextManager",
    "IO",
    "TextIO",
    "BinaryIO",
    "Pattern",
    "Match",
    "Awaitable",
    "Coroutine",
    "AsyncIterator",
    "AsyncIterable",
    "Deque",
]:
    api.constant(_name, NativeObject(FORM, None, {"name": _name}))

# Those that also stand for a class: `isinstance(x, typing.Callable)`, `class C(Dict[str, int])`.
for _name, _of in {
    "List": "builtins.list",
    "Dict": "builtins.dict",
    "Tuple": "builtins.tuple",
    "Set": "builtins.set",
    "FrozenSet": "builtins.frozenset",
    "DefaultDict": "collections.defaultdict",
    "OrderedDict": "collections.OrderedDict",
    "Counter": "collections.Counter",
}.items():
    declare("typing." + _name, find(_of))
for _name in (
    "Callable",
    "Iterable",
    "Iterator",
    "Generator",
    "Sequence",
    "MutableSequence",
    "Mapping",
    "MutableMapping",
    "Hashable",
    "Sized",
    "Container",
    "Collection",
    "KeysView",
    "ValuesView",
    "ItemsView",
):
    declare("typing." + _name, find("collections.abc." + _name))

GENERIC = api.type("Generic", bases=(OBJECT.cls,))
api.constant("TYPE_CHECKING", False)


@api.function(raw=True)
def TypeVar(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return NativeObject(FORM, None, {"name": "TypeVar"})


@api.function
def NewType(call: Call, name: AnyValue, tp: AnyValue) -> Any:
    return NativeFunction("NewType", lambda call, value: value, static=True)


@api.function
def cast(call: Call, typ: AnyValue, val: AnyValue) -> Any:
    return val


@api.function
def get_type_hints(call: Call, obj: AnyValue, *args: Any, **kwargs: Any) -> Any:
    return DictValue({}, call.unknown("annotations are not evaluated"))


def _same(call: Call, value: AnyValue) -> Any:
    return value


for _name in ("overload", "no_type_check", "final", "runtime_checkable", "runtime"):
    api.function(_same, name=_name)


@api.function(name="TypedDict", raw=True)
def typed_dict(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return find("builtins.dict")


# abc

abstract = Namespace("abc")
ABC_META = abstract.type("ABCMeta", bases=(TYPE.cls,))


@ABC_META.method
def register(call: Call, cls: ClassValue, subclass: AnyValue) -> Any:
    known = cls.attrs.get("<registered>", ())
    cls.set("<registered>", (*known, subclass))
    return subclass


ABC = abstract.type("ABC", bases=(OBJECT.cls,))
ABC.cls.metaclass = ABC_META.cls


@abstract.function
def abstractmethod(call: Call, funcobj: AnyValue) -> Any:
    return funcobj


@abstract.function
def abstractproperty(
    call: Call, fget: AnyValue = None, fset: AnyValue = None, fdel: AnyValue = None, doc: AnyValue = None
) -> Any:
    return PropertyValue(fget, fset, fdel)


@abstract.function
def abstractclassmethod(call: Call, function: AnyValue) -> Any:
    return ClassMethod(function)


@abstract.function
def abstractstaticmethod(call: Call, function: AnyValue) -> Any:
    return StaticMethod(function)


# types

kinds = Namespace("types")
for _name, _class in {
    "FunctionType": "function",
    "MethodType": "method",
    "ModuleType": "module",
    "BuiltinFunctionType": "builtin_function_or_method",
    "GeneratorType": "generator",
    "CodeType": "code",
    "TracebackType": "traceback",
    "MappingProxyType": "mappingproxy",
}.items():
    kinds.constant(_name, ClassValue(_class, (OBJECT.cls,), {"__module__": "builtins"}, f"types.{_name}", "builtins"))
declare("types.LambdaType", find("types.FunctionType"))
declare("types.BuiltinMethodType", find("types.BuiltinFunctionType"))


def _function_of_code(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`FunctionType(f.__code__, f.__globals__, ...)`, the way to copy a function: the copy closes over what f does."""
    given = dict(zip(("code", "globals", "name", "argdefs", "closure"), args[1:], strict=False)) | kwargs
    code = given.get("code")
    function = code.payload if isinstance(code, NativeObject) else None
    if not isinstance(function, FunctionValue):
        return derived(code, reason="a function made of code that is not known")
    defaults = given.get("argdefs", ())
    name = given.get("name")
    made = FunctionValue(
        name if isinstance(name, str) else function.name,
        function.code,
        defaults if isinstance(defaults, tuple) else (),
        {},
        function.closure,
        function.module,
    )
    made.owner = function.owner
    return made


find("types.FunctionType").attrs["__new__"] = NativeFunction(
    "__new__", _function_of_code, "types.FunctionType.__new__", raw=True
)
find("types.MethodType").attrs["__new__"] = NativeFunction(
    "__new__", lambda call, args, kwargs: BoundMethod(args[1], args[2]), "types.MethodType.__new__", raw=True
)
find("types.MappingProxyType").attrs["__new__"] = NativeFunction(
    "__new__", lambda call, args, kwargs: args[1], "types.MappingProxyType.__new__", raw=True
)


def _new_module(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    name = args[1] if len(args) > 1 and isinstance(args[1], str) else "module"
    return ModuleValue(name)


find("types.ModuleType").attrs["__new__"] = NativeFunction("__new__", _new_module, "types.ModuleType.__new__", raw=True)

SIMPLE = kinds.type("SimpleNamespace", bases=(OBJECT.cls,))


@SIMPLE.method(name="__init__", raw=True)
def simple_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    for key, value in kwargs.items():
        args[0].set(key, value)


@kinds.function
def new_class(
    call: Call, name: AnyValue, bases: AnyValue = (), kwds: AnyValue = None, exec_body: AnyValue = None
) -> Any:
    return call.invoke(CLASSES["type"], name, bases, DictValue())


# numbers

tower = Namespace("numbers")
_base: tuple[ClassValue, ...] = (OBJECT.cls,)
for _name in ("Number", "Complex", "Real", "Rational", "Integral"):
    _cls = ClassValue(_name, _base, {"__module__": "numbers"}, f"numbers.{_name}", "numbers")
    tower.constant(_name, _cls)
    _base = (_cls,)
