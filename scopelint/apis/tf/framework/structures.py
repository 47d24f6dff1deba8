"""Structures of tensors taken apart and put together again, as tf.nest does.

The one place that knows what TF takes for a structure: lists, tuples, namedtuples, dictionaries by sorted key. A
structure whose length is not known is not known as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import Tensor, TensorShape


def parts(value: AnyValue) -> list[Any] | None:
    """The members of a structure in TF's order; None for a leaf."""
    if type(value) is Tensor:
        return None
    if isinstance(value, InstanceValue) and value.payload is not None and not isinstance(value.payload, TensorShape):
        value = value.payload
    if isinstance(value, ListValue):
        return value.items
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, DictValue):
        return [value.items[key] for key in keys_of(value)]
    return None


def keys_of(value: DictValue) -> list[Any]:
    try:
        return sorted(value.items)
    except Exception:  # keys of several kinds keep their order, where TF would raise
        return list(value.items)


def leaves(value: AnyValue) -> Iterator[Any]:
    """TF: nest.flatten."""
    members = parts(value)
    if members is None:
        yield value
        return
    for member in members:
        yield from leaves(member)


def flatten(value: Any) -> list[Any]:
    """TF: nest.flatten, as a list."""
    if type(value) is Tensor:
        return [value]
    return list(leaves(value))


def unsettled(*values: Any) -> Unknown | None:
    """Why it is not known how many leaves structures have, if it is not: a leaf that may be a structure itself, or a
    list or dictionary that may have more members than those seen."""
    for value in values:
        if isinstance(value, Unknown):
            return value
        if isinstance(value, Tensor) and value.is_stand_in:
            return Unknown("a tensor that is not known")
        held = _held(value)
        if isinstance(held, (ListValue, DictValue)) and held.rest is not None:
            return held.rest
        found = unsettled(*(parts(value) or ()))
        if found is not None:
            return found
    return None


def known_leaves(structure: AnyValue) -> ListValue:
    """The leaves that are there for certain. Behind one that may be a structure itself, and behind a list or dictionary
    that may hold more, they have no certain place."""
    made = ListValue()

    def opens(why: Unknown) -> None:
        if made.rest is None:
            made.rest, made.firm = why, len(made.items)

    def gather(value: AnyValue) -> None:
        held = _held(value)
        members = parts(held)
        if members is None:
            if isinstance(held, Unknown) and held.number is None:
                opens(held)
            elif isinstance(held, Tensor) and held.is_stand_in:
                opens(Unknown("a tensor that is not known"))
            else:
                made.items.append(value)
            return
        rest = held.rest if isinstance(held, (ListValue, DictValue)) else None
        firm = len(members) if rest is None else len(held.placed) if isinstance(held, ListValue) else 0
        for at, member in enumerate(members):
            if at == firm and rest is not None:
                opens(rest)
            gather(member)
        if rest is not None:
            opens(rest)

    gather(structure)
    return made


def other_members(value: AnyValue) -> Unknown | None:
    """Why a list or dictionary, or one within it, may have more members than those seen."""
    held = _held(value)
    if isinstance(held, (ListValue, DictValue)) and held.rest is not None:
        return held.rest
    return next((found for found in map(other_members, parts(held) or ()) if found is not None), None)


def differ(one: AnyValue, two: AnyValue) -> str:
    """TF: nest.assert_same_structure, its error; empty where they are alike, or where it cannot be told."""
    if unsettled(one, two) is not None:
        return ""
    members, others = parts(one), parts(two)
    if members is None or others is None:
        return "" if members is others else "ValueError"
    if _kind(one) != _kind(two):
        return "TypeError"
    keys, other_keys = (keys_of(each) if isinstance(each, DictValue) else [] for each in (_held(one), _held(two)))
    if keys != other_keys:
        return "ValueError"
    for member, other in zip(members, others, strict=False):
        found = differ(member, other)
        if found:
            return found
    return "" if len(members) == len(others) else "ValueError"


def _held(value: AnyValue) -> AnyValue:
    return value.payload if isinstance(value, InstanceValue) else value


def _kind(value: AnyValue) -> object:
    """The type that must be alike: lists are, and dictionaries; a namedtuple has the name of its class."""
    held = _held(value)
    return (type(held), value.cls.name if isinstance(value, InstanceValue) and isinstance(held, tuple) else "")


def standing_for(tensor: Any, value: Any) -> Any:
    """What became of a value in place of which a tensor was taken: a stand-in where the value is not known."""
    return tensor.stands_for(value) if isinstance(tensor, Tensor) else tensor


def rebuild(value: Any, members: list[Any]) -> Any:
    """A structure like `value` of other members. TF: nest._sequence_like."""
    if isinstance(value, InstanceValue) and value.payload is not None:
        return InstanceValue(value.cls, dict(value.attrs), rebuild(value.payload, members))
    if isinstance(value, ListValue):
        return value.like(members)
    if isinstance(value, tuple):
        return tuple(members)
    given = dict(zip(keys_of(value), members, strict=True))
    return DictValue({key: given[key] for key in value.items}, value.rest)


def mapped(function: Callable[..., Any], *structures: Any) -> Any:
    """TF: nest.map_structure."""
    first = structures[0]
    members = parts(first)
    if members is None:
        return function(*structures)
    others = [parts(other) for other in structures[1:]]
    columns = zip(
        members,
        *[
            o if o is not None and len(o) == len(members) else [other] * len(members)
            for o, other in zip(others, structures[1:], strict=True)
        ],
        strict=True,
    )
    return rebuild(first, [mapped(function, *column) for column in columns])


def refill(structure: Any, supply: Iterator[Any]) -> Any:
    """TF: nest.pack_sequence_as: the structure with other leaves. Raises StopIteration where there are too few."""
    return mapped(lambda leaf: next(supply), structure)


def pack(structure: AnyValue, flat: list[Any]) -> Any:
    """The same with as many leaves as there are."""
    supply = iter(flat)
    return mapped(lambda leaf: next(supply, Unknown("fewer leaves than the structure has")), structure)


def is_sequence(value: AnyValue) -> bool:
    return isinstance(value, (ListValue, tuple)) or (
        isinstance(value, InstanceValue) and isinstance(value.payload, tuple)
    )


def sizes_of(shape: AnyValue) -> Any:
    """The sizes that a program gives as a shape, as a tuple; an Unknown where it is not known how many there are."""
    if isinstance(shape, Unknown):
        return shape.derive("")
    if isinstance(shape, ListValue) and shape.rest is not None:
        return shape.rest
    if isinstance(shape, TensorShape) and not isinstance(shape.dims, tuple):
        return Unknown("a shape of unknown rank")
    return tuple(items_of(shape))


def items_of(value: AnyValue) -> list[Any]:
    """The members known of a list, a tuple or a named tuple."""
    if isinstance(value, ListValue):
        return value.items
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, InstanceValue) and isinstance(value.payload, (tuple, ListValue)):
        return items_of(value.payload)
    if isinstance(value, TensorShape):
        return list(value.dims) if isinstance(value.dims, tuple) else []
    return [value]
