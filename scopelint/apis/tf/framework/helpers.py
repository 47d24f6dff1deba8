"""What the summaries of training share: other summaries asked, collections, checks of numbers."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import MISSING


def ask(call: Call, canonical: str, /, *args: Any, **kwargs: Any) -> Any:
    """Calls another summary by its canonical name; an Unknown where there is none."""
    found = call.find(canonical)
    if found is MISSING:
        return call.unknown(f"{canonical} is not modelled")
    return call.invoke(found, *args, **kwargs)


def add_to(call: Call, collections: AnyValue, item: AnyValue) -> None:
    """TF: add_to_collections, for what a program gave; None means none."""
    if collections is None or isinstance(collections, Unknown):
        return
    names = call.members(collections) if not isinstance(collections, str) else [collections]
    if isinstance(names, Unknown):
        return
    for name in dict.fromkeys(names):
        call.graph.add_to_collection(name, item)


def not_negative(call: Call, value: AnyValue, message: str) -> None:
    """Refuses a known number below zero."""
    if isinstance(value, (int, float)) and value < 0:
        call.raise_("ValueError", message, kind="argument")


def known_members(call: Call, value: AnyValue) -> tuple[list[Any], Unknown | None]:
    """The members of an iterable as far as they are known, and why there may be others."""
    if isinstance(value, Unknown):
        return [], value
    if isinstance(value, ListValue) and value.rest is not None:
        return value.items, value.rest
    found = call.members(value)
    return ([], found) if isinstance(found, Unknown) else (found, None)


def needs(call: Call, value: AnyValue, attribute: str) -> None:
    """What Python raises where TF reads an attribute of tensors, and a program gave a list or a number."""
    if isinstance(value, (bool, int, float, str, tuple, ListValue)):
        kind = call.class_of(value).name
        call.raise_("AttributeError", f"'{kind}' object has no attribute '{attribute}'", kind="argument")
