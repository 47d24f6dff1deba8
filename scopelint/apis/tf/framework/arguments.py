"""A raw summary's arguments, bound by TensorFlow's recorded signature."""

from __future__ import annotations

from typing import Any

from scopelint.apis import tables
from scopelint.apis.call import Call
from scopelint.apis.registry import Default
from scopelint.values.base import AnyValue, without_summary
from scopelint.values.calling import too_many
from scopelint.values.objects import MISSING
from scopelint.values.tensors import DTYPES

Bound = dict[str, Any]


def bind(call: Call, canonical: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Bound, Bound]:
    """Arguments by TF's recorded signature, defaults filled in, and what went to its `**kwargs`."""
    signature = tables.signature(canonical) or ()
    bound: Bound = {}
    extra = dict(kwargs)
    at, count = 0, len(args)
    takes_more = False
    for name, kind, has_default, default in signature:
        if kind == "stars":
            takes_more = True
            continue
        if kind == "star":
            bound[name] = args[at:]
            at = count
            continue
        if kind == "plain" and at < count:
            if name in extra:
                call.raise_("TypeError", f"{_short(canonical)}() got multiple values for argument '{name}'", "argument")
            bound[name] = args[at]
            at += 1
        elif name in extra:
            bound[name] = extra.pop(name)
        elif has_default:
            bound[name] = default
        else:
            call.raise_(
                "TypeError", f"{_short(canonical)}() missing 1 required positional argument: '{name}'", "argument"
            )
    if at < count:
        call.raise_(
            "TypeError",
            too_many(_short(canonical), sum(kind == "plain" for _, kind, *_ in signature) + 1, len(args) + 1),
            "argument",
        )
    if extra and not takes_more:
        call.raise_(
            "TypeError", f"{_short(canonical)}() got an unexpected keyword argument '{next(iter(extra))}'", "argument"
        )
    return bound, extra


def _short(canonical: str) -> str:
    return "__init__" if tables.is_class(canonical) else canonical.rpartition(".")[2]


_XAVIER = "py:tensorflow.contrib.layers.python.layers.initializers.variance_scaling_initializer.<locals>._initializer"


def opaque(call: Call, value: AnyValue) -> Any:
    """A recorded default that is no literal, as the object that TF has there."""
    if isinstance(value, tables.Opaque):
        name = value.name
        if name == _XAVIER:
            return call.new("tf.contrib.layers.xavier_initializer")
        if name.endswith("()"):
            cls = call.find(name[:-2])
            return without_summary(name) if cls is MISSING else call.invoke(cls)
        if name.startswith("tf.") and name[3:] in DTYPES:
            return DTYPES[name[3:]]
        found = call.find(name)
        return without_summary(name, name.rpartition(".")[2]) if found is MISSING else found
    if isinstance(value, Default):
        return opaque(call, tables.Opaque(f"<{value.text}>"))
    return value
