"""tf.nest: what programs ask of it. What a structure is, structures.py knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.structures import known_leaves, leaves, mapped, pack, parts, rebuild, unsettled
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue

api = Namespace("tf.nest")
private = Namespace("tensorflow.python.util.nest")


@api.function
def flatten(call: Call, structure: AnyValue) -> Any:
    if isinstance(structure, Unknown):
        return structure.derive("")
    return known_leaves(structure)


@api.function(raw=True)
def map_structure(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if not args:
        call.raise_("TypeError", "map_structure() missing 1 required positional argument: 'func'", "argument")
    function, *structures = args
    if not structures:
        call.raise_("ValueError", "Must provide at least one structure", "argument")

    def each(*given: Any) -> Any:
        shaped = next((one for one in given if parts(one) is not None), None)
        if shaped is not None and any(isinstance(one, Unknown) for one in given):
            # What is not known is of the form of the others.
            return mapped(
                lambda leaf, *members: each(*members),
                shaped,
                *(
                    mapped(lambda leaf, one=one: one.derive(""), shaped) if isinstance(one, Unknown) else one
                    for one in given
                ),
            )
        result = call.invoke(function, *given)
        # What is not known may be a structure itself: the answer is one of that form, not one of a leaf's.
        unknown = next((leaf for leaf in given if isinstance(leaf, Unknown) and leaf.number is None), None)
        return result if unknown is None or isinstance(result, Unknown) else unknown.derive("")

    return mapped(each, *structures)


@api.function
def pack_sequence_as(call: Call, structure: Any, flat_sequence: Any) -> Any:
    flat = call.members(flat_sequence)
    if isinstance(flat, Unknown):
        # Up to the first leaf that may be a structure itself each takes its own.
        supply = iter(flat_sequence.placed if isinstance(flat_sequence, ListValue) else ())
        return mapped(lambda leaf: next(iter(()) if _ends(leaf, supply) else supply, flat.derive("")), structure)
    if isinstance(structure, Unknown):
        return structure.derive("")
    if parts(structure) is None:
        return flat[0] if flat else structure
    wanted = sum(1 for _ in leaves(structure))
    unknown = unsettled(structure)
    if unknown is not None:
        # A leaf that is not known may be a structure, and takes as many of the leaves as that has.
        return mapped(
            lambda leaf, packed: leaf.derive("") if isinstance(leaf, Unknown) else packed,
            structure,
            pack(structure, flat) if wanted == len(flat) else mapped(lambda leaf: unknown.derive(""), structure),
        )
    if wanted != len(flat):
        call.raise_(
            "ValueError",
            f"Could not pack sequence. Structure had {wanted} elements, but flat_sequence had "
            f"{len(flat)} elements.  Structure: {structure}, flat_sequence: {flat}.",
        )
    return pack(structure, flat)


def _ends(leaf: AnyValue, supply: Iterator[Any]) -> bool:
    """Is it not known how many a leaf takes? Then nothing is left for those behind it."""
    if unsettled(leaf) is None:
        return False
    for _ in supply:
        pass
    return True


@api.function(raw=True)
def assert_same_structure(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


private.function(assert_same_structure, name="assert_shallow_structure", raw=True)


@api.function(
    also=("tensorflow.python.util.nest.is_sequence", "tensorflow.python.util.nest.is_sequence_or_composite"), raw=True
)
def is_nested(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    (value,) = args or kwargs.values()
    return value.derive("") if isinstance(value, Unknown) else parts(value) is not None


@private.function(raw=True)
def map_structure_up_to(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    shallow, function, *structures = args

    def walk(top: Any, *below: Any) -> Any:
        members = parts(top)
        if members is None:
            return call.invoke(function, *below)
        columns = [column(b, len(members)) for b in below]
        return rebuild(top, [walk(member, *[c[at] for c in columns]) for at, member in enumerate(members)])

    def column(below: Any, count: int) -> list[Any]:
        found = parts(below) or [below] * count
        if len(found) == count:
            return found
        rest = getattr(below, "rest", None)
        if isinstance(rest, Unknown):
            return [*found, *[rest.derive("")] * count][:count]
        call.raise_(
            "ValueError",
            "The two structures don't have the same sequence length. Input structure has length "
            f"{len(found)}, while shallow structure has length {count}.",
            kind="argument",
        )

    return walk(shallow, *structures)


@private.function
def flatten_up_to(call: Call, shallow_tree: AnyValue, input_tree: AnyValue) -> Any:
    def walk(top: Any, below: AnyValue) -> Iterator[Any]:
        members = parts(top)
        if members is None:
            yield below
            return
        for member, inner in zip(members, parts(below) or [], strict=False):
            yield from walk(member, inner)

    return ListValue(walk(shallow_tree, input_tree))


@private.function
def flatten_dict_items(call: Call, dictionary: AnyValue) -> Any:
    """TF: each key may be a structure, and its value one like it."""
    if not isinstance(dictionary, DictValue):
        return call.unknown("flatten_dict_items of what is not known")
    made: dict[Any, Any] = {}
    for key, value in dictionary.items.items():
        made.update(zip(leaves(key), leaves(value), strict=False))
    return DictValue(made)
