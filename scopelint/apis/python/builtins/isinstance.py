"""isinstance and issubclass, abstract base classes included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.classes import class_of
from scopelint.apis.python.packages import THIRD_PARTY
from scopelint.apis.python.support import bare, derived, members
from scopelint.apis.registry import BEHAVIOURS, Behaviour, Namespace, find
from scopelint.values.base import AnyValue, Unknown, Value, Why
from scopelint.values.containers import DictValue, ListValue, OpenTuple, SetValue, ViewValue
from scopelint.values.objects import (
    MISSING,
    BoundMethod,
    ClassValue,
    FunctionValue,
    InstanceValue,
    IteratorValue,
    NativeFunction,
    NativeObject,
)
from scopelint.values.tensors import Tensor
from scopelint.values.text import Text

api = Namespace("builtins")


def has_method(*names: str) -> Callable[[Any, Any], bool | Unknown]:
    """The test of an abstract class that asks for methods alone."""

    def test(call: Call, value: AnyValue) -> bool | Unknown:
        if isinstance(value, InstanceValue):
            if all(value.cls.find(name) is not MISSING for name in names):
                return True
            return False if value.cls.unknown_base is None else value.cls.unknown_base
        behaviour = BEHAVIOURS[type(value)]
        if behaviour is None or names == ("__call__",):
            return is_callable(call, value) if names == ("__call__",) else False
        kinds = {"__iter__": "iterate", "__len__": "length", "__contains__": "contains", "__getitem__": "getitem"}
        return all(
            getattr(type(behaviour), kinds[name]) is not getattr(Behaviour, kinds[name])
            if name in kinds
            else name in getattr(behaviour, "methods", ())
            for name in names
        )

    return test


def of_types(*types: type) -> Callable[[Any, Any], bool]:
    def test(call: Call, value: AnyValue) -> bool:
        return isinstance(bare(value), types)

    return test


def hashable(call: Call, value: AnyValue) -> bool:
    inner = bare(value)
    if isinstance(inner, OpenTuple):
        return True
    return not isinstance(inner, (ListValue, DictValue)) and not (isinstance(inner, SetValue) and not inner.frozen)


_SEQUENCE = of_types(str, bytes, tuple, range, ListValue, Text)
_MAPPING = of_types(DictValue)

VIRTUAL: dict[str, Callable[[Any, Any], bool | Unknown]] = {
    "collections.abc.Iterable": has_method("__iter__"),
    "collections.abc.Container": has_method("__contains__"),
    "collections.abc.Sized": has_method("__len__"),
    "collections.abc.Collection": has_method("__len__", "__iter__"),
    "collections.abc.Callable": has_method("__call__"),
    "collections.abc.Hashable": hashable,
    "collections.abc.Iterator": has_method("__next__"),
    "collections.abc.Generator": of_types(IteratorValue),
    "collections.abc.Sequence": _SEQUENCE,
    "collections.abc.MutableSequence": of_types(ListValue),
    "collections.abc.Mapping": _MAPPING,
    "collections.abc.MutableMapping": _MAPPING,
    "collections.abc.Set": of_types(SetValue),
    "collections.abc.MutableSet": of_types(SetValue),
    "collections.abc.KeysView": of_types(ViewValue),
    "numbers.Number": of_types(int, float, complex),
    "numbers.Complex": of_types(int, float, complex),
    "numbers.Real": of_types(int, float),
    "numbers.Rational": of_types(int),
    "numbers.Integral": of_types(int),
    "types.FunctionType": of_types(FunctionValue),
    "types.BuiltinFunctionType": of_types(NativeFunction),
    "types.MethodType": of_types(BoundMethod),
    "types.GeneratorType": of_types(IteratorValue),
}
"""Classes that say for themselves what their instances are, by canonical name."""


_NUMPY_ABSTRACT: dict[str, tuple[type, ...]] = {
    "numpy.integer": (int,),
    "numpy.signedinteger": (int,),
    "numpy.floating": (float,),
    "numpy.inexact": (float,),
    "numpy.number": (int, float),
    "numpy.generic": (int, float),
}


def is_callable(call: Call, value: Any) -> bool | Unknown:
    """`callable(value)`."""
    if isinstance(value, Unknown):
        return value.derive("")
    if isinstance(value, InstanceValue):
        if value.cls.find("__call__") is not MISSING:
            return True
        return False if value.cls.unknown_base is None else value.cls.unknown_base
    if isinstance(value, (FunctionValue, NativeFunction, BoundMethod, ClassValue)):
        return True
    behaviour = BEHAVIOURS[type(value)]
    if behaviour is not None:
        return type(behaviour).invoke is not Behaviour.invoke
    return isinstance(value, Value) and call.getattr(value, "__call__", MISSING) is not MISSING


def is_instance(call: Call, value: AnyValue, cls: AnyValue) -> bool | Unknown:
    """`isinstance(value, cls)`."""
    if type(cls) is tuple:
        doubt: bool | Unknown = False
        for one in cls:
            answer = is_instance(call, value, one)
            if answer is True:
                return True
            doubt = doubt if answer is False else answer
        return doubt
    if isinstance(value, Unknown):
        return derived(value)
    if isinstance(value, Tensor) and value.is_stand_in:
        return Unknown("what a value is that is not known")
    if isinstance(cls, Unknown):
        own = class_of(call, value)
        known = isinstance(own, ClassValue) and own.unknown_base is None
        return False if known and is_foreign_class(cls) else derived(cls)
    if not isinstance(cls, ClassValue):
        if cls is None or not isinstance(cls, Value):
            call.raise_("TypeError", "isinstance() arg 2 must be a type or tuple of types")
        members_of_union = getattr(cls, "payload", None)
        if type(members_of_union) is tuple:
            return is_instance(call, value, members_of_union)
        if isinstance(cls, NativeFunction) and cls.canonical in _MAKERS:
            own = class_of(call, value)
            if isinstance(value, NativeObject) and value.kind == cls.canonical:
                return True
            return own.unknown_base if isinstance(own, ClassValue) and own.unknown_base is not None else False
        return Unknown("whether it is an instance of what is no class here")
    virtual = VIRTUAL.get(cls.canonical)
    if virtual is not None:
        answer = virtual(call, value)
        return True if answer is False and _derives(class_of(call, value), cls) is True else answer
    metaclass = cls.metaclass
    if metaclass is not None:
        check = metaclass.find("__instancecheck__")
        if isinstance(check, FunctionValue):
            return truth_or_unknown(call, call.invoke(check, cls, value))
    if cls.canonical in _NUMPY_ABSTRACT and isinstance(bare(value), _NUMPY_ABSTRACT[cls.canonical]):
        # numpy's scalars are plain numbers here, and it is of those that a program asks this.
        return True
    return _derives(class_of(call, value), cls, value)


_MAKERS = frozenset({"functools.partial"})
"""Classes of Python's that are functions here; what they make is an object of a kind of the same name."""

ALIASES = frozenset({"numpy", "six", "past", "future", "typing_extensions", "attr", "attrs", "torch"})
"""Libraries some of whose names stand for Python's own classes."""


def is_foreign_class(cls: Unknown) -> bool:
    """A class of a library that is not read, by the look of its name: what is known to be made by Python, numpy, TF or
    the program itself is none of its instances (`isinstance(x, pandas.DataFrame)`)."""

    root = cls.cause.subject.partition(".")[0]
    leaf = cls.label.rpartition(".")[2]
    return (
        cls.cause.why is Why.LIBRARY
        and root in THIRD_PARTY
        and root not in ALIASES
        and (leaf[:1].isupper() or leaf == "spmatrix")
    )


def truth_or_unknown(call: Call, value: AnyValue) -> bool | Unknown:
    return value if isinstance(value, (bool, Unknown)) else bool(call.truth(value))


def _derives(found: AnyValue, cls: ClassValue, value: AnyValue = None) -> bool | Unknown:
    if not isinstance(found, ClassValue):
        return derived(found)
    if found is cls or cls in found.mro or cls.canonical == "builtins.object":
        return True
    if cls.canonical and any(cls.canonical == c.canonical for c in found.mro):
        return True
    registered = cls.attrs.get("<registered>")
    if registered is not None and any(c in registered for c in found.mro):
        return True
    unknown = found.unknown_base
    return False if unknown is None else unknown.derive("")


def is_subclass(call: Call, cls: ClassValue, of: AnyValue) -> bool | Unknown:
    """`issubclass(cls, of)`."""
    if type(of) is tuple:
        answers = [is_subclass(call, cls, one) for one in of]
        return True if True in [a is True for a in answers] else next((a for a in answers if a is not False), False)
    if not isinstance(cls, ClassValue):
        if isinstance(cls, Unknown) or (not isinstance(cls, FunctionValue) and isinstance(cls, Value)):
            return derived(cls)
        call.raise_("TypeError", "issubclass() arg 1 must be a class")
    if not isinstance(of, ClassValue):
        return derived(of)
    if of.canonical in VIRTUAL and cls.canonical.startswith("builtins."):
        abstract = of.canonical.rpartition(".")[2]
        return cls.name in ABSTRACT_OF.get(abstract, ())
    return _derives(cls, of)


ABSTRACT_OF = {
    "Iterable": ("str", "bytes", "list", "tuple", "dict", "set", "frozenset", "range"),
    "Sequence": ("str", "bytes", "list", "tuple", "range"),
    "MutableSequence": ("list",),
    "Mapping": ("dict",),
    "MutableMapping": ("dict",),
    "Set": ("set", "frozenset"),
    "Number": ("int", "bool", "float", "complex"),
    "Real": ("int", "bool", "float"),
    "Integral": ("int", "bool"),
    "Hashable": ("str", "int", "tuple", "bytes"),
}


@api.function(name="isinstance")
def isinstance_(call: Call, value: AnyValue, cls: ClassValue) -> Any:
    if isinstance(cls, ListValue):
        call.raise_("TypeError", "isinstance() arg 2 must be a type or tuple of types")
    return is_instance(call, value, cls)


@api.function(name="issubclass")
def issubclass_(call: Call, cls: ClassValue, of: AnyValue) -> Any:
    return is_subclass(call, cls, of)


@api.function(name="callable")
def callable_(call: Call, value: AnyValue) -> Any:
    return is_callable(call, value)


def exception_matches(call: Call, error: AnyValue, cls: AnyValue) -> bool | Unknown:
    """Does `except cls` catch this exception?"""
    if isinstance(cls, ListValue):
        found = members(call, cls)
        cls = found if isinstance(found, Unknown) else tuple(found)
    if type(cls) is tuple:
        answers = [exception_matches(call, error, one) for one in cls]
        return True if any(a is True for a in answers) else next((a for a in answers if a is not False), False)
    if not isinstance(cls, ClassValue):
        return derived(cls)
    return _derives(class_of(call, error), cls)


def native_class(canonical: str) -> ClassValue:
    """A native class that must be declared."""
    cls = find(canonical)
    assert isinstance(cls, ClassValue), canonical
    return cls
