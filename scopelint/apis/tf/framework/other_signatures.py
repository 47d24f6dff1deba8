"""Arguments meant for another release of TF: bound as that release binds them, handed on as 1.15 takes them."""

from __future__ import annotations

import ast
from typing import Any

from scopelint.apis import tables
from scopelint.apis.call import Call
from scopelint.apis.tables import surface
from scopelint.values.calling import too_many
from scopelint.values.objects import InstanceValue, NativeFunction

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


def fitted(call: Call, native: NativeFunction, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """The arguments of a call by the program. Raises its TypeError where this release takes them otherwise."""
    canonical = native.canonical
    is_class = native.name == "__init__"
    if is_class:
        receiver = args[0] if args else None
        lineage = receiver.cls.mro if isinstance(receiver, InstanceValue) else ()
        # A class of the program's hands on to the first of TF's that it is derived from.
        canonical = next((cls.canonical for cls in lineage if cls.canonical), canonical.removesuffix(".__init__"))
    theirs = surface.parameters(canonical, call.state.release)
    if theirs is None:
        return args, kwargs
    own, given = (args[:1], args[1:]) if is_class else ((), args)
    plain = [each for each in theirs if each.kind == "plain"]
    named = {each.name: each for each in theirs if each.kind in ("plain", "named")}
    kinds = {each.kind for each in theirs}
    if len(given) > len(plain) and "star" not in kinds:
        count, shift = len(given), 1 if is_class else 0
        _refuse(call, native, too_many("", len(plain) + shift, count + shift)[3:])
    bound = {each.name: value for each, value in zip(plain, given, strict=False)}
    for name, value in kwargs.items():
        if name in bound:
            _refuse(call, native, f"got multiple values for argument '{name}'")
        if name not in named and "stars" not in kinds:
            _refuse(call, native, f"got an unexpected keyword argument '{name}'")
        bound[name] = value
    missing = [each.name for each in named.values() if not each.has_default and each.name not in bound]
    if missing and type(kwargs) is dict:
        told = ", ".join(f"'{name}'" for name in missing[:-1]) + (" and " if missing[1:] else "") + f"'{missing[-1]}'"
        plural = "s" if missing[1:] else ""
        _refuse(call, native, f"missing {len(missing)} required positional argument{plural}: {told}")
    return _as_ours(canonical, plain, named, own, given, kwargs)


def _as_ours(
    canonical: str,
    plain: list[surface.Given],
    named: dict[str, surface.Given],
    receiver: tuple[Any, ...],
    given: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Arguments:
    ours = tables.signature(canonical) or ()
    order = [each.name for each in ours if each.kind == "plain"]
    known = {each.name: each for each in ours}
    takes_all = any(each.kind == "stars" for each in ours)
    taken = {name: value for name, value in kwargs.items() if name in known or name not in named}
    same = 0
    while same < len(given) and same < len(plain) and same < len(order) and plain[same].name == order[same]:
        same += 1
    # From the first parameter on that stands elsewhere, by name; what 1.15 no longer knows decides nothing there.
    if len(given) > same and len(given) <= len(plain):
        moved = zip(plain[same:], given[same:], strict=False)
        taken.update({each.name: value for each, value in moved if takes_all or each.name in known})
        given = given[:same]
    for each in named.values():
        if each.default and each.name in known and each.name not in taken and each.name not in order[: len(given)]:
            value = ast.literal_eval(each.default)
            if value != known[each.name].default:
                taken[each.name] = value
    if type(kwargs) is not dict:
        # Keywords that are not known are among them.
        kwargs.update(taken)
        return (*receiver, *given), kwargs
    return (*receiver, *given), taken


def _refuse(call: Call, native: NativeFunction, what: str) -> None:
    call.raise_("TypeError", f"{native.name}() {what}", "argument")
