"""tf.train.init_from_checkpoint and warm_start: variables whose start values are read from a checkpoint."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.graphs import collection
from scopelint.apis.tf.framework.restoring import Saved, by_name, flat, restored, saved
from scopelint.graph.variable_store import MaybeEntry
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import PartitionedVariable, Variable
from scopelint.values.text import hole

train = Namespace("tf.train")


def are_variables(value: AnyValue) -> bool:
    """TF: checkpoint_utils._is_variable, or a list of what is."""
    if isinstance(value, (ListValue, tuple)):
        return all(isinstance(each, Variable) for each in flat(value))
    return isinstance(value, (Variable, PartitionedVariable))


def shown(value: AnyValue) -> str:
    """A value of the map as records write it."""
    held = flat(value)
    if isinstance(value, str) or not held or not isinstance(held[0], Variable):
        return str(value) if not isinstance(value, Unknown) else hole(value.label)
    return held[0].slice_info[0] if held[0].slice_info else held[0].name


def in_store(call: Call, name: str) -> tuple[Any, bool]:
    """What `get_variable` knows under this name, a whole of parts too; and whether it is certain to be there."""
    store = call.graph.store
    found = store.vars.get(name)
    if found is None:
        found = store.partitioned.get(name)
    maybe = isinstance(found, MaybeEntry)
    return (found.variable if maybe else found), not maybe


def names_below(call: Call, target: str) -> list[str]:
    """TF: _init_from_checkpoint: the names in the variable store that a target which is no variable stands for."""
    scopes = target[: target.rindex("/")] if "/" in target else ""
    names: dict[str, None] = {}
    for name in call.graph.store.vars:
        if isinstance(name, str) and (not scopes or name.startswith(scopes + "/")):
            names[name.partition("/part_")[0]] = None
    return sorted(names)


def key_for(key: str, target: str, name: str) -> str:
    """TF: _init_from_checkpoint: the checkpoint's key for a variable of a scope. A target without its slash costs the
    name its first letter."""
    scopes = target[: target.rindex("/")] if "/" in target else ""
    rest = name[len(scopes) :]
    if target != "/":
        rest = rest[1:]
    if key != "/":
        rest = key + rest
    return rest.removesuffix("/")


class Mapped:
    """An assignment map as far as it is read: names to variables, for `saved`."""

    def __init__(self) -> None:
        self.names: dict[str, list[Any]] = {}
        self.entries: list[tuple[str, str]] = []
        self.certain = True

    def add(self, key: str, value: AnyValue) -> None:
        self.names.setdefault(key, []).extend(flat(value))


def record(call: Call, mapped: Mapped, path: AnyValue, what: str, kind: str, options: tuple[str, ...] = ()) -> None:
    held = saved(call, mapped.names, mapped.certain, made_at=None)
    restored(call, kind, what, held, path, assignment_map=tuple(mapped.entries), options=options)


def init(call: Call, path: AnyValue, assignment_map: AnyValue, what: str, kind: str) -> None:
    """TF: _init_from_checkpoint. The names in the checkpoint are not known here; the record says which it needs."""
    mapped = Mapped()
    if not isinstance(assignment_map, DictValue):
        mapped.certain = False
        record(call, mapped, path, what, kind)
        return
    mapped.certain = call.sees_all() and assignment_map.rest is None
    items = assignment_map.items
    for key in sorted(items, key=str):
        value = items[key]
        mapped.entries.append((shown(key), shown(value)))
        if not isinstance(key, str) or isinstance(value, Unknown):
            mapped.certain = False
        elif are_variables(value):
            mapped.add(key, value)
        elif isinstance(value, str):
            refusal = map_by_name(call, mapped, key, value)
            if refusal:
                record(call, mapped, path, what, kind)
                call.raise_("ValueError", refusal, kind="assignment_map", key=key, target=value)
        else:
            mapped.certain = False
    record(call, mapped, path, what, kind)


def map_by_name(call: Call, mapped: Mapped, key: str, target: str) -> str:
    """One entry whose variable is given by name; what TF refuses it with, where that is certain."""
    found, sure = in_store(call, target)
    if found is not None:
        mapped.certain = mapped.certain and sure
        mapped.add(key, found)
        return ""
    scopes = target[: target.rindex("/")] if "/" in target else ""
    if not key.endswith("/"):
        # In a graph without variables a function of a library may have been entered before its caller built the net.
        built = bool(call.graph.get_collection("variables"))
        if target.endswith("/") or (call.sees_all() and built and mapped.certain):
            return (
                f"Assignment map with scope only name {scopes} should map to scope only {key}. "
                "Should be 'scope/': 'other_scope/'."
            )
        mapped.certain = False
        return ""
    for name in names_below(call, target):
        variable, sure = in_store(call, name)
        mapped.certain = mapped.certain and sure
        mapped.add(key_for(key, target, name), variable)
    return ""


@train.function
def init_from_checkpoint(call: Call, ckpt_dir_or_file: AnyValue, assignment_map: AnyValue) -> None:
    """TF: checkpoint_utils.init_from_checkpoint: replaces initializers, names nothing at the user's level."""
    init(call, ckpt_dir_or_file, assignment_map, "init_from_checkpoint", "init")


# warm_start


def to_warm(call: Call, chosen: AnyValue) -> tuple[list[Any], bool]:
    """TF: warm_starting_util._get_grouped_variables: the variables, and whether these are all."""
    if chosen is None or isinstance(chosen, str):
        held = collection(call, call.graph, "trainable_variables", chosen)
        return (held.items, held.rest is None) if isinstance(held, ListValue) else ([], False)
    members = call.members(chosen) if isinstance(chosen, (ListValue, tuple)) else None
    if members is None or isinstance(members, Unknown) or any(isinstance(each, Unknown) for each in members):
        return [], False
    if not all(isinstance(each, str) for each in members):
        return members, True
    out: list[Any] = []
    certain = True
    for scope in members:
        held = collection(call, call.graph, "variables", scope)
        if isinstance(held, ListValue):
            out += held.items
        certain = certain and isinstance(held, ListValue) and held.rest is None
    return out, certain


def warm(call: Call, path: AnyValue, chosen: AnyValue, vocabularies: AnyValue, previous: AnyValue, what: str) -> None:
    """TF: warm_starting_util.warm_start. What a vocabulary remaps is read from the same key."""
    mapped = Mapped()
    variables, certain = to_warm(call, chosen)
    mapped.certain = certain and call.sees_all()
    renames = previous.items if isinstance(previous, DictValue) else {}
    remapped = vocabularies.items if isinstance(vocabularies, DictValue) else {}
    if any(given is not None and getattr(given, "rest", given) is not None for given in (previous, vocabularies)):
        mapped.certain = False
    grouped = by_name(variables)
    for name, variable in grouped.items():
        if chosen is None and name not in remapped:
            continue
        key = renames.get(name) or name
        if isinstance(key, str):
            mapped.add(key, variable)
            mapped.entries.append((key, name))
        else:
            mapped.certain = False
    mapped.entries[:0] = [(chosen, "")] if isinstance(chosen, str) else []
    record(call, mapped, path, what, "warm_start")
    unused = [name for name in renames if name not in grouped]
    if unused and mapped.certain and len(call.graph.store.vars):
        call.raise_(
            "ValueError",
            f"You provided the following variables in var_name_to_prev_var_name that were not used: {set(unused)}.  "
            f"Perhaps you misspelled them?  Here is the list of viable variable names: dict_keys({list(grouped)})",
            kind="assignment_map",
            key=renames[unused[0]],
            target=unused[0],
        )


@train.function
def warm_start(
    call: Call,
    ckpt_to_initialize_from: AnyValue,
    vars_to_warm_start: AnyValue,
    var_name_to_vocab_info: AnyValue,
    var_name_to_prev_var_name: AnyValue,
) -> None:
    warm(
        call,
        ckpt_to_initialize_from,
        vars_to_warm_start,
        var_name_to_vocab_info,
        var_name_to_prev_var_name,
        "warm_start",
    )


def warm_with(call: Call, settings: AnyValue, what: str) -> None:
    """An estimator's `warm_start_from`: settings, or a path."""
    if isinstance(settings, InstanceValue):
        warm(
            call,
            settings.attrs.get("ckpt_to_initialize_from"),
            settings.attrs.get("vars_to_warm_start"),
            settings.attrs.get("var_name_to_vocab_info"),
            settings.attrs.get("var_name_to_prev_var_name"),
            what,
        )
    elif isinstance(settings, str):
        warm(call, settings, ".*", None, None, what)
    elif settings is not None:
        restored(call, "warm_start", what, Saved((), certain=False), settings)
