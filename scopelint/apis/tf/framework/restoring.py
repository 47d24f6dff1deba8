"""What a line that loads a checkpoint would read into which variable: the records that loaders leave behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scopelint.apis.call import Call
from scopelint.frozen import frozen, values
from scopelint.graph.events import RestoreSite, Shape
from scopelint.site import Site
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue, NativeFunction
from scopelint.values.tensors import Operation, PartitionedVariable, Variable
from scopelint.values.text import hole

Pairs = tuple[tuple[str, str], ...]

SAVEABLES = "saveable_objects"
TABLE_KEYS = ("-keys", "-values")
"""TF: MutableHashTable._Saveable, DenseHashTable._Saveable: a table is saved as two tensors called after it."""


LATEST = "the latest checkpoint in "
"""How the reason of a path begins that only a run can tell, in a folder that is known."""


def latest(call: Call, folder: AnyValue) -> Unknown:
    """The path of the newest checkpoint of a folder. What is computed from it keeps its reason, and so the folder."""
    return call.unknown(LATEST + folder if isinstance(folder, str) else "the latest checkpoint")


def path_of(value: AnyValue) -> str:
    """The checkpoint as the program spells it: a literal path, or the folder whose latest it is; else empty."""
    if isinstance(value, str):
        return value
    if isinstance(value, Unknown) and value.reason.startswith(LATEST):
        return value.reason.removeprefix(LATEST)
    return ""


@frozen
class Saved:
    """What a Saver saves and restores. `certain`: these and no others."""

    pairs: Pairs
    slices: tuple[tuple[str, Shape, tuple[int, ...]], ...] = ()
    certain: bool = True
    given: str = ""
    made_at: Site | None = None
    reshape: bool = False

    def __eq__(self, other: object) -> bool:
        return type(other) is Saved and values(self) == values(other)

    def __hash__(self) -> int:
        return hash(values(self))

    @property
    def what(self) -> str:
        return f"Saver({self.given})"


def flat(value: AnyValue) -> list[Any]:
    """The variables that stand under one key: a variable, its parts, a list of parts."""
    if isinstance(value, PartitionedVariable):
        return list(value.parts)
    if isinstance(value, ListValue):
        return [each for member in value.items for each in flat(member)] + ([value.rest] if value.rest else [])
    if isinstance(value, (tuple, list)):
        return [each for member in value for each in flat(member)]
    return [value]


def is_certain(call: Call, variable: Variable) -> bool:
    """Is it there whatever an undecided branch does, and its name known?"""
    return "{" not in variable.name and set(variable.when) <= set(call.state.conditions)


def saved(call: Call, names: Mapping[Any, Any] | Unknown, certain: bool = True, **more: Any) -> Saved:
    """The record of what is saved under these names of a checkpoint."""
    if isinstance(names, Unknown):
        return Saved((), certain=False, **more)
    pairs: list[tuple[str, str]] = []
    slices: list[tuple[str, Shape, tuple[int, ...]]] = []
    for key, value in names.items():
        certain = certain and isinstance(key, str) and "{" not in key
        for member in flat(value):
            if isinstance(member, Variable):
                pairs.append((str(key), member.name))
                certain = certain and is_certain(call, member)
                if member.slice_info:
                    full_name, offset = member.slice_info
                    whole = member.graph.store.partitioned.get(full_name)
                    whole = getattr(whole, "variable", whole)
                    slices.append((member.name, getattr(whole, "shape", None), offset))
            elif is_table(member):
                pairs += ((f"{key}{end}", f"{member.attrs['_saved_as']}{end}") for end in TABLE_KEYS)
            else:
                certain = False
    return Saved(tuple(pairs), tuple(slices), certain, **more)


def is_table(value: AnyValue) -> bool:
    return isinstance(value, InstanceValue) and isinstance(value.attrs.get("_saved_as"), str)


def restored(call: Call, kind: str, what: str, saved: Saved, path: AnyValue = None, **more: Any) -> None:
    """Leaves the record of a line that loads."""
    options = tuple(dict.fromkeys((*more.pop("options", ()), *(("reshape",) if saved.reshape else ()))))
    call.state.emit(
        RestoreSite,
        kind=kind,
        what=what,
        pairs=saved.pairs,
        slices=saved.slices,
        certain=saved.certain,
        path=path_of(path),
        made_at=saved.made_at,
        options=options,
        **more,
    )


def restored_by_saver(call: Call, saver: AnyValue, path: AnyValue, what: str = "") -> None:
    """A Saver restores, called by the program or by a session, an estimator, on its behalf."""
    held = saver.attrs.get("_saved") if isinstance(saver, InstanceValue) else None
    if not isinstance(held, Saved):
        held = Saved((), certain=False)
    late = made_since(call, held) if not held.given else ()
    restored(call, "saver", what or held.what, held, path, after=late)


def made_since(call: Call, held: Saved) -> tuple[str, ...]:
    """The global variables of the graph that a Saver of all variables was made too early for."""
    names = {name for _, name in held.pairs}
    members = call.graph.get_collection("variables")
    return tuple(v.name for v in members if isinstance(v, Variable) and v.name not in names)


def everything(call: Call, what: str, path: AnyValue, saver: AnyValue = None) -> None:
    """TF: Scaffold.finalize, Supervisor: the Saver that is given or in its collection, else one of all variables."""
    if saver is None:
        held = call.graph.get_collection("savers")
        saver = held[0] if held else None
    if isinstance(saver, InstanceValue):
        restored_by_saver(call, saver, path, what)
        return
    if isinstance(saver, Unknown):
        restored(call, "saver", what, Saved((), certain=False), path)
        return
    graph = call.graph
    members = [*graph.get_collection("variables"), *graph.get_collection(SAVEABLES)]
    restored(call, "saver", what, saved(call, by_name(members), call.sees_all()), path)


def by_name(members: Iterable[Any]) -> dict[str, Any]:
    """Variables under their own names, parts of one under the whole's."""
    out: dict[str, Any] = {}
    for member in members:
        if isinstance(member, Variable) and member.slice_info:
            out.setdefault(member.slice_info[0], []).append(member)
        elif isinstance(member, (Variable, PartitionedVariable)):
            out[member.name] = member
        elif is_table(member):
            out[member.attrs["_saved_as"]] = member
        elif isinstance(member, Unknown):
            out[hole(member.label or "variable")] = member
    return out


# What a session does with values: initializers run and checkpoints read, in their order.


def remember_initializer(call: Call, operation: AnyValue, variables: Iterable[Any]) -> None:
    """This operation gives these variables, or those of these names, their start values."""
    names = tuple(v if isinstance(v, str) else v.name for v in variables if isinstance(v, (str, Variable)))
    if isinstance(operation, Operation) and names:
        stack = call.state.stack("initializers")
        stack.touch()
        stack.items.append((call.graph.index, operation.name, names))


def initialized_by(call: Call, fetches: AnyValue) -> tuple[str, ...]:
    """The variables that a fetch of these resets."""
    if isinstance(fetches, Operation):
        index = getattr(fetches.graph, "index", None)
        for graph, name, names in call.state.stack("initializers").items:
            if graph == index and name == fetches.name:
                return names  # type: ignore[no-any-return]
        return ()
    if isinstance(fetches, ListValue):
        fetches = tuple(fetches.items)
    if isinstance(fetches, tuple):
        return tuple(name for each in fetches for name in initialized_by(call, each))
    return ()


def session_number(call: Call, session: AnyValue) -> int:
    """Which of the run's sessions: values live in one. 0 where that is not known."""
    if not isinstance(session, InstanceValue):
        return 0
    number = session.attrs.get("_number")
    if not isinstance(number, int):
        number = call.state.next_bit() + 1
        session.set("_number", number)
    return number


def note_values(call: Call, kind: str, session: AnyValue, names: Iterable[str]) -> None:
    """`kind`: "values_initialized" or "values_restored"."""
    names = tuple(names)
    if names:
        call.note(kind, session=session_number(call, session), names=names)


def callback(held: Saved) -> NativeFunction:
    """TF: assign_from_checkpoint_fn: what it returns restores in the session that it is given."""

    def restore(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        note_values(call, "values_restored", args[0] if args else None, [name for _, name in held.pairs])

    return NativeFunction("callback", restore, raw=True)
