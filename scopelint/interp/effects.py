"""What a call may do that nobody can follow: what of the program's own it may have changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scopelint.apis.python import BUILDS_WHEN_HANDED
from scopelint.apis.tables import makes_variables
from scopelint.graph.conditions import When, assumption
from scopelint.graph.names import Graph
from scopelint.graph.scopes import get_variable_scope
from scopelint.interp.reached import changed_by
from scopelint.values.base import AnyValue, Unknown, Value, Why, plain
from scopelint.values.containers import Container, DictValue, ListValue, SetValue
from scopelint.values.objects import MISSING, ON_ESCAPE, BoundMethod, ClassValue, FunctionValue, InstanceValue
from scopelint.values.tensors import DType, Tensor, TensorShape
from scopelint.values.text import Text

_DEPTH = 8
"""Objects within objects that are looked through; what lies deeper is rarely what a name is made of."""

PLAIN_METHODS = frozenset(
    name
    for kind in (str, bytes, int, float, complex, list, tuple, dict, set, range, slice)
    for name in dir(kind)
    if not name.startswith("_")
) | {
    "astype", "close", "flatten", "flush", "has_key", "iteritems", "iterkeys", "itervalues", "max", "mean", "min",
    "namelist", "num_elements", "read", "readline", "readlines", "reshape", "sum", "tell", "tobytes", "tolist", "write",
}  # fmt: skip
"""Methods of Python's own types, of files and arrays: what is called by such a name, and handed nothing that has to do
with a graph, is taken for one of them."""


def makes_nothing(function: Unknown, arguments: list[Any]) -> bool:
    """Is this a call of something that has nothing to do with TensorFlow?"""
    if function.cause.why is Why.LIBRARY:
        return function.attribute != WRAPPED and not hands_code(arguments)
    if function.cause.why is Why.TENSORFLOW:
        # What is left without a summary are tools of TF's own; code of the program may still be run by them.
        makes = makes_variables(function.cause.subject) is True and any(touches_graph(each) for each in arguments)
        return not makes and not any(is_code(argument) for argument in arguments)
    plain = function.attribute in PLAIN_METHODS
    # An object that was computed of what is not known is, as a rule, data: it makes something of what it is handed,
    # unless it is put into a list.
    of_data = function.cause.why in (Why.COMPUTED, Why.ADDRESS)
    if plain and of_data:
        return True
    named_so = plain or (of_data and function.attribute) or root_of(function) in BUILDS_WHEN_HANDED
    return bool(named_so) and not any(touches_graph(argument) for argument in arguments)


WRAPPED = "__wrapped__"
"""The attribute of what a library gives back that was handed code of the program: a call of it may run that."""


def hands_code(arguments: list[Any]) -> bool:
    """Is code of the program among the arguments, as it is, in a dictionary, or wrapped by a library before?"""
    for argument in arguments:
        if is_code(argument) or (isinstance(argument, Unknown) and argument.attribute == WRAPPED):
            return True
        if isinstance(argument, DictValue) and any(map(is_code, argument.items.values())):
            return True
    return False


def makes_something(canonical: str) -> bool:
    """May this function of TF's or of Python's make variables?"""
    return canonical.startswith("t") and makes_variables(canonical) is not False


def root_of(value: Unknown) -> str:
    """The package that was not found, or of which there is no summary."""
    return value.cause.subject.partition(".")[0]


def is_code(value: AnyValue) -> bool:
    """A function or class of the program, which whoever is given it may call."""
    target = plain(value.function if isinstance(value, BoundMethod) else value)
    return isinstance(target, FunctionValue) or (isinstance(target, ClassValue) and not target.canonical)


def touches_graph(value: AnyValue) -> bool:
    """Is this something that a function would make variables with: a tensor, a function, an object?"""
    value = plain(value)
    if isinstance(value, tuple):
        return any(touches_graph(member) for member in value)
    if isinstance(value, InstanceValue):
        # An object of a class of the library's, such as a handler of messages, is none.
        return any(cls.canonical.startswith("t") or not cls.canonical for cls in value.cls.mro)
    return isinstance(value, Value) and not isinstance(value, (Unknown, Container, DType, TensorShape, Text))


def escape(run: Any, why: Unknown, values: Iterable[Any]) -> None:
    """After a call that is not followed nothing is known any more of what it was handed, and of what can be reached
    from there: members, attributes, and the shapes of tensors that TF did not know yet."""
    seen: set[int] = set()
    for value in values:
        _forget(why, value, seen, 0)


def escape_arrays(values: Iterable[Any]) -> None:
    """A library that has nothing to do with TensorFlow writes into arrays that it is handed, also within lists, which
    may hold themselves, or one list many times."""
    waiting, seen = [*values], set[int]()
    while waiting:
        value = waiting.pop()
        if isinstance(value, (ListValue, tuple)):
            if id(value) not in seen:
                seen.add(id(value))
                waiting += value.items if isinstance(value, ListValue) else value
        elif hasattr(value, "lose_members"):
            value.lose_members()


def opening(manager: Unknown) -> When:
    """What all names within `with manager` hang on."""
    if makes_nothing(manager, []):
        return ()
    return (assumption(f"{manager.label or 'what is entered'} opens no scope"),)


def release_scope(run: Any, why: Unknown) -> None:
    """The scope that is open can be had by anybody, and made to share."""
    scope = get_variable_scope(run.state)
    if scope.reuse is False:
        scope.touch()
        scope.reuse = why.derive("reuse")


def enter_unknown(run: Any, why: Unknown) -> None:
    """A context that is not known is entered: it may share what its scope has, and override gradients."""
    release_scope(run, why)
    graph = run.call.graph
    run.entered.append((why, graph, graph.overrides))
    graph.overrides = {**graph.overrides, "": None}


def leave_unknown(run: Any, why: AnyValue) -> None:
    for at in reversed(range(len(run.entered))):
        entered, graph, overrides = run.entered[at]
        if entered is why:
            graph.overrides = overrides
            del run.entered[at]
            return


def _forget(why: Unknown, value: AnyValue, seen: set[int], depth: int) -> None:
    value = plain(value)
    if not isinstance(value, (Value, tuple)) or id(value) in seen or depth > _DEPTH:
        return
    seen.add(id(value))
    if isinstance(value, Tensor):
        shape = _loosened(why, value.shape)
        if shape is not value.shape:
            value.touch()
            value.shape = shape
    elif isinstance(value, tuple):
        for member in value:
            _forget(why, member, seen, depth + 1)
    elif isinstance(value, (ListValue, SetValue)):
        for member in list(value.items):
            _forget(why, member, seen, depth + 1)
        if isinstance(value, ListValue) or not value.frozen:
            value.touch()
            value.items = type(value.items)()
            value.rest = why.derive("")
    elif isinstance(value, DictValue):
        for member in list(value.items.values()):
            _forget(why, member, seen, depth + 1)
        value.touch()
        value.items.clear()
        value.rest = why.derive("")
    elif isinstance(value, Graph):
        value.doubt(why.reason, assumption(f"{why.label or 'what is called'} makes no variable"), why)
    elif isinstance(value, FunctionValue):
        for name, holder in changed_by(value):
            if isinstance(holder, Container):
                _forget(why, holder, seen, depth + 1)
            else:
                holder.set(name, why.derive(name))
    elif hasattr(value, "lose_members"):
        value.lose_members()
    elif isinstance(value, BoundMethod):
        _forget(why, value.receiver, seen, depth + 1)
    elif isinstance(value, InstanceValue) and value.cls.find(ON_ESCAPE) is not MISSING:
        value.cls.find(ON_ESCAPE)(value, why)
    elif isinstance(value, InstanceValue) and not value.cls.canonical:
        _forget(why, value.payload, seen, depth + 1)
        for member in list(value.attrs.values()):
            _forget(why, member, seen, depth + 1)
        value.open(why)


def _loosened(why: Unknown, shape: AnyValue) -> Any:
    if shape is None:
        return why.derive("")
    if isinstance(shape, tuple) and any(dimension is None for dimension in shape):
        return tuple(why.derive("") if dimension is None else dimension for dimension in shape)
    return shape
