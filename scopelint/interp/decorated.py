"""What a decorator gives of which nothing is known: as a rule what it decorates, and that is an assumption.

It is not known, so that nothing is refused for what it is. Where it is called, or looked at, it is taken for what was
decorated: names that are made then hang on that, and so does what is refused from there on. Of decorators that are
TensorFlow's, or of libraries that have nothing to do with it, it is taken for granted.
"""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Raised
from scopelint.apis.registry import find
from scopelint.graph.conditions import assumption
from scopelint.graph.events import NotKnown
from scopelint.interp.binding import Keywords
from scopelint.interp.effects import root_of
from scopelint.interp.functions import bind
from scopelint.interp.trials import may_raise
from scopelint.values.base import AnyValue, Likely, Unknown, Why, plain
from scopelint.values.objects import (
    BoundMethod,
    ClassValue,
    FunctionValue,
    InstanceValue,
    IteratorValue,
    NativeObject,
    PropertyValue,
)

_FOR_ALL = frozenset((Why.LIBRARY, Why.TENSORFLOW))
"""What is written for everybody leaves the names as they are; what a project has for itself may open scopes."""

KEEPS_DECORATED = frozenset(("builtins.classmethod", "builtins.property", "builtins.staticmethod"))
"""What is handed a function and does not look at it."""


def decorated(run: Any, why: Unknown, made: Any) -> Any:
    """What a decorator makes of a function or class, where what it gives is not known."""
    target = plain(made)
    name = getattr(getattr(target, "getter", target), "name", "") or "a function"
    word = (why.label or why.cause.subject).removesuffix("()")
    said_by_name = _NAMED_SO.get(word.rpartition(".")[2].lower().replace("_", ""))
    if said_by_name is not None and isinstance(target, FunctionValue):
        made = run.invoke(find(said_by_name), (made,), {})
        said = f"{word} is a {said_by_name.rpartition('.')[2]}"
    elif why.cause.why is Why.MODULE:
        said = f"what {root_of(why)} decorates is left as it is"
    else:
        said = f"what decorates {name} leaves it as it is"
    found = Unknown(f"what decorates {name}: {why.reason}", name, why.site, why.cause)
    found.likely = Likely(made, "" if why.cause.why in _FOR_ALL else assumption(said))
    return found


_NAMED_SO = {
    "abstractproperty": "builtins.property",
    "cachedproperty": "functools.cached_property",
    "contextmanager": "contextlib.contextmanager",
    "lazyproperty": "functools.cached_property",
    "memoizedproperty": "functools.cached_property",
    "property": "builtins.property",
}
"""Decorators that say what they are: Python's own, written again."""


def _as(unknown: Unknown, likely: Likely, value: AnyValue) -> Unknown:
    """The same doubt about another value: a method that is bound."""
    found = unknown.derive(unknown.label)
    found.likely = likely._replace(value=value)
    return found


def take(run: Any, value: Any) -> Any:
    """What this is taken for where it is looked at; all that follows hangs on it."""
    while isinstance(value, Unknown) and value.likely is not None:
        if value.likely.assuming:
            run.state.take(value.likely.assuming)
        value = value.likely.value
    return value


def call_decorated(run: Any, unknown: Unknown, likely: Likely, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Calls what was decorated, as if it were left as it is. What it gives is a value like any other, of which nobody
    can tell later what it hung on: so all hangs on that from then on, unless it gives nothing."""
    state, assuming = run.state, likely.assuming
    fitting = _fitting(run, likely.value, args, kwargs, unknown)
    if fitting is None:
        return run.call_unknown(unknown.derive(unknown.label), args, kwargs)
    if not assuming:
        return _may_manage(run.invoke(likely.value, args, fitting))
    if run.trials:
        may_raise(run, None, f"{unknown.label} raises")
    state.take_as_reached(assuming)
    if not state.doubts(assuming):
        state.emit(NotKnown, reason=unknown.reason, may_make=True, about=assuming, assuming=assuming)
    try:
        with state.under((assuming,)):
            result = run.invoke(likely.value, args, fitting)
    except Raised:
        # Whether there is anything to be caught hangs on it, too.
        state.take(assuming)
        raise
    if result is not None:
        state.take(assuming)
    return _may_manage(result)


def _may_manage(made: Any) -> Any:
    """A generator that is entered as a context was made one by its decorator."""
    if isinstance(made, IteratorValue):
        made.decorated = True
    return made


def _fitting(
    run: Any, value: Any, args: tuple[Any, ...], kwargs: dict[str, Any], why: Unknown
) -> dict[str, Any] | None:
    """The keywords of a call whose arguments a decorator may add to: as they are where they fit what it decorates, else
    open. None where they are too many for it."""
    own = (value.receiver,) if isinstance(value, BoundMethod) else ()
    function = value.function if isinstance(value, BoundMethod) else value
    if isinstance(value, ClassValue):
        function, own = value.find("__init__"), (None,)
        if getattr(function, "canonical", "") == "builtins.object.__init__" and (args or kwargs):
            # As a class of data it is given a constructor by what decorates it.
            return None
    if not isinstance(function, FunctionValue) or isinstance(kwargs, Keywords):
        return kwargs
    for given in (kwargs, Keywords(kwargs, why.derive(""), True)):
        try:
            bind(run, function, (*own, *args), given)
        except Raised:
            continue
        return given
    return None


def bind_decorated(run: Any, unknown: Unknown, likely: Likely, receiver: Any, cls: ClassValue) -> Any:
    """What was decorated in a class, read through an object."""
    if isinstance(plain(likely.value), (PropertyValue, InstanceValue, NativeObject)):
        return run.bind_attribute(take(run, unknown), receiver, cls)
    found = run.bind_attribute(likely.value, receiver, cls)
    return unknown if found is likely.value else _as(unknown, likely, found)
