"""tf.nest: structures of tensors taken apart and put together again.

The one place that knows what TF takes for a structure: lists, tuples, namedtuples, dictionaries by sorted key. A
structure whose length is not known is not known as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scopelint.apis.registry import Namespace
from scopelint.values.base import Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import TensorShape

api = Namespace("tf.nest")
private = Namespace("tensorflow.python.util.nest")


def parts(value: Any) -> list[Any] | None:
    """The members of a structure in TF's order; None for a leaf."""
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


def leaves(value: Any) -> Iterator[Any]:
    """TF: nest.flatten."""
    members = parts(value)
    if members is None:
        yield value
        return
    for member in members:
        yield from leaves(member)


def rebuild(value: Any, members: list[Any]) -> Any:
    """A structure like `value` of other members. TF: nest._sequence_like."""
    if isinstance(value, InstanceValue) and value.payload is not None:
        return InstanceValue(value.cls, dict(value.attrs), rebuild(value.payload, members))
    if isinstance(value, ListValue):
        return ListValue(members, value.rest)
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
    columns = zip(members, *[o if o is not None and len(o) == len(members) else [other] * len(members)
                             for o, other in zip(others, structures[1:], strict=True)], strict=True)
    return rebuild(first, [mapped(function, *column) for column in columns])


def pack(structure: Any, flat: list[Any]) -> Any:
    """TF: nest.pack_sequence_as."""
    supply = iter(flat)
    return mapped(lambda leaf: next(supply, Unknown("fewer leaves than the structure has")), structure)


@api.function
def flatten(call: Any, structure: Any) -> Any:
    if isinstance(structure, Unknown):
        return structure.derive("")
    rest = structure.rest if isinstance(structure, (ListValue, DictValue)) else None
    return ListValue(leaves(structure), rest)


@api.function(raw=True)
def map_structure(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    function, *structures = args
    return mapped(lambda *given: call.invoke(function, *given), *structures)


@api.function
def pack_sequence_as(call: Any, structure: Any, flat_sequence: Any) -> Any:
    flat = call.members(flat_sequence)
    if isinstance(flat, Unknown):
        return mapped(lambda leaf: flat.derive(""), structure)
    if parts(structure) is None:
        return flat[0] if flat else structure
    wanted = sum(1 for _ in leaves(structure))
    if wanted != len(flat):
        call.raise_("ValueError", f"Could not pack sequence. Structure had {wanted} elements, but flat_sequence had "
                                  f"{len(flat)} elements.  Structure: {structure}, flat_sequence: {flat}.")
    return pack(structure, flat)


@api.function(raw=True)
def assert_same_structure(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


private.function(assert_same_structure, name="assert_shallow_structure", raw=True)


@api.function(also=("tensorflow.python.util.nest.is_sequence", "tensorflow.python.util.nest.is_sequence_or_composite"),
              raw=True)
def is_nested(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    (value,) = args or kwargs.values()
    return value.derive("") if isinstance(value, Unknown) else parts(value) is not None


@private.function(raw=True)
def map_structure_up_to(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    shallow, function, *structures = args

    def walk(top: Any, *below: Any) -> Any:
        members = parts(top)
        if members is None:
            return call.invoke(function, *below)
        columns = [parts(b) or [b] * len(members) for b in below]
        return rebuild(top, [walk(member, *[c[at] for c in columns]) for at, member in enumerate(members)])

    return walk(shallow, *structures)


@private.function
def flatten_up_to(call: Any, shallow_tree: Any, input_tree: Any) -> Any:
    def walk(top: Any, below: Any) -> Iterator[Any]:
        members = parts(top)
        if members is None:
            yield below
            return
        for member, inner in zip(members, parts(below) or [], strict=False):
            yield from walk(member, inner)

    return ListValue(walk(shallow_tree, input_tree))


@private.function
def flatten_dict_items(call: Any, dictionary: Any) -> Any:
    """TF: each key may be a structure, and its value one like it."""
    if not isinstance(dictionary, DictValue):
        return call.unknown("flatten_dict_items of what is not known")
    made: dict[Any, Any] = {}
    for key, value in dictionary.items.items():
        made.update(zip(leaves(key), leaves(value), strict=False))
    return DictValue(made)
