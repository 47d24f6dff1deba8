"""Indices and slices, as Python takes them of what may not be known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.support import all_plain, bare, class_name, guarded
from scopelint.apis.registry import BEHAVIOURS
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import MISSING, InstanceValue
from scopelint.values.seen import is_unseen


def index_of(call: Call, key: Any) -> Any:
    """An index as an int; Unknown where it is not known; MISSING where it is no integer."""
    if type(key) is int:
        return key
    key = bare(key)
    if isinstance(key, int):
        return int(key)
    if isinstance(key, Unknown):
        return key
    if isinstance(key, InstanceValue) and key.cls.find("__index__") is not MISSING:
        return call.method(key, "__index__")
    own = getattr(BEHAVIOURS[type(key)], "as_number", None)
    return own(call, key) if own is not None else MISSING


def integer(call: Call, key: AnyValue) -> Any:
    """As `index_of`, but what is no integer is refused."""
    found = index_of(call, key)
    if found is MISSING:
        call.raise_("TypeError", f"'{class_name(call, key)}' object cannot be interpreted as an integer")
    return found


def plain_slice(call: Call, key: slice) -> slice | Unknown:
    """A slice whose ends are plain, else the Unknown that one of them is."""
    if all_plain((key.start, key.stop, key.step)) and type(key.start) is not InstanceValue:
        for end in (key.start, key.stop, key.step):
            if end is not None and not hasattr(end, "__index__"):
                call.raise_("TypeError", "slice indices must be integers or None or have an __index__ method")
        return key
    ends = [None if end is None else index_of(call, end) for end in (key.start, key.stop, key.step)]
    for end in ends:
        if isinstance(end, Unknown):
            return end
        if end is MISSING:
            return Unknown("a slice by what is no integer")
    return slice(*ends)


def pick(
    call: Call,
    items: Any,
    key: Any,
    kind: str,
    rest: Unknown | None = None,
    whole: list[Any] | None = None,
    maybe: Sequence[Any] = (),
) -> Any:
    """`items[key]` of a list or tuple. `items` are those of which the index is known, `whole` are all that are, `maybe`
    those that follow if they are there at all."""
    if type(key) is slice:
        bounds = plain_slice(call, key)
        if isinstance(bounds, Unknown):
            return bounds.derive("")
        return guarded(call, items.__getitem__, bounds)
    index = index_of(call, key)
    if isinstance(index, Unknown):
        return index.derive(f"[{index.label}]" if index.label else "")
    if index is MISSING:
        call.raise_("TypeError", f"{kind} indices must be integers or slices, not {class_name(call, key)}")
    size = len(items)
    if rest is not None and not 0 <= index < size:
        if whole is not None and is_unseen(rest) and -len(whole) <= index < len(whole):
            call.state.take_as_whole()
            return whole[index]
        return maybe[index - size] if size <= index < size + len(maybe) else rest
    if not -size <= index < size:
        call.raise_("IndexError", f"{kind} index out of range")
    return items[index]
