"""Lists of plain data that are known in part, as TensorFlow's functions are handed them."""

from __future__ import annotations

from typing import Any

from scopelint.interp.effects import is_code
from scopelint.values.base import Unknown, Value, Why
from scopelint.values.containers import ListValue
from scopelint.values.objects import NativeFunction
from scopelint.values.tensors import Dimension, DType

_DEPTH = 4
"""Lists within lists that are looked through: data of more dimensions is rarely given by hand."""
_SEEN = 16
"""Members of a list that are looked at: those of longer ones are alike."""

_KEPT = frozenset(
    ("__call__", "__setattr__", "HParams", "add_hparam", "add_to_collection", "add_to_collections", "arg_scope")
)
"""What hands its arguments on to the program's own code, which may go over what is known of a list, or keeps them."""

_TOLD = (Why.UNSEEN, Why.HIDDEN, Why.BRANCH)
"""Causes that say of a list what else may be in it."""


def is_open(value: Any, depth: int = 0) -> bool:
    """Is it a list, or does it hold one, that may have other members of which nothing is known?"""
    if type(value) is not ListValue:
        return False
    if value.rest is not None and value.rest.cause.why not in _TOLD:
        return True
    return depth < _DEPTH and any(is_open(member, depth + 1) for member in value.items[:_SEEN])


def settled(
    native: NativeFunction, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What a summary of TF's is handed. A list of sizes, numbers or names that may have others is not known as a whole:
    what comes of all of them is another thing than what comes of some."""
    if native.name in _KEPT or any(map(is_code, (*args, *kwargs.values()))):
        return args, kwargs
    for key, value in kwargs.items():
        # In their place: what else the keywords say, that there may be more of them, stays.
        if is_open(value):
            kwargs = kwargs | {key: _whole(value)} if type(kwargs) is dict else kwargs
    return tuple([_whole(value) for value in args]), kwargs


def _whole(value: Any, depth: int = 0) -> Any:
    if not is_open(value) or depth > _DEPTH or not all(map(_is_data, value.items[:_SEEN])):
        return value
    if value.rest is not None:
        return value.rest.derive("")
    return ListValue([_whole(member, depth + 1) for member in value.items])


def _is_data(value: Any) -> bool:
    if isinstance(value, ListValue):
        return all(map(_is_data, value.items[:_SEEN]))
    if isinstance(value, tuple):
        return all(map(_is_data, value))
    return not isinstance(value, Value) or isinstance(value, (Unknown, Dimension, DType))
