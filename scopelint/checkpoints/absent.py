"""Causes that say why a key is not in the file: other files and kinds, optimizers, second copies, more layers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

from scopelint.checkpoints.case import Case, Cause, count, optimizers_of, several, with_shape
from scopelint.checkpoints.companions import Companion, without_number
from scopelint.checkpoints.comparing import Want
from scopelint.checkpoints.demands import Place, Variable
from scopelint.checkpoints.renames import likeness
from scopelint.checkpoints.shifts import numbered

_CLOSE = 0.6
"""Likeness, as difflib measures it, from which on a name is taken for one mistyped."""
_LOOKED_AT, _NEAREST = 4, 3
"""Missing keys of which the nearest are told, and how many of them."""


def another_kind(case: Case) -> list[Cause]:
    found = case.found
    if found.demand.kind == "checkpoint" and found.checkpoint.is_name_based:
        case.missing.clear()
        case.is_other = True
        return [
            Cause(
                "name-based-for-object-restore",
                "other kind",
                f"{found.demand.what} looks for objects; this file was written by a Saver and holds names of "
                "variables: nothing is restored, and only assert_consumed() or run_restore_ops() says so",
                place=found.demand.place,
                fix=(f"tf.train.Saver().restore(session, {found.demand.path or found.checkpoint.prefix!r})",),
            )
        ]
    if found.checkpoint.kind == "object-based" and found.demand.kind in ("saver", "all") and found.missing:
        return [
            Cause(
                "object-based-for-saver",
                "other kind",
                "written by tf.train.Checkpoint or save_weights; a Saver finds its tensors by the names that their "
                "variables had",
                serious=False,
            )
        ]
    return []


def another_file(case: Case) -> list[Cause]:
    """Not one key in common, and no rule that would explain it."""
    found = case.found
    if not found.wants or found.found or found.matching.pairs or not found.missing:
        return []
    if any(want.name in found.matching.same for want in found.wants):
        return []
    keys = [tensor.name for tensor in found.checkpoint.tensors if tensor.is_variable]
    wanted = list(case.missing)
    case.missing.clear()
    case.is_other = True
    return [
        Cause(
            "no-key-in-common",
            "other file",
            f"not one of the {count(len(wanted), 'key')} wanted is in it: is it the right checkpoint?",
            tuple(wanted),
            place=found.demand.place,
            more=(f"wanted: {several(wanted)}", f"in the file: {several(keys)}"),
        )
    ]


def mistyped(case: Case) -> list[Cause]:
    """Names as TF writes tensors, and entries of an assignment map that name nothing."""
    demand, held = case.found.demand, case.found.keys
    colon = [want for want in case.missing.values() if want.key.endswith(":0") and want.key[:-2] in held]
    found = []
    if colon:
        case.take([want.key for want in colon])
        found.append(
            Cause(
                "colon-zero",
                "mistyped",
                f"{several([want.key for want in colon])}: `:0` belongs to a tensor of the graph; the key is "
                f"{colon[0].key[:-2]}",
                tuple(want.name for want in colon),
                tuple(want.key for want in colon),
                demand.place,
            )
        )
    if demand.kind != "init":
        return found
    scopes = {key[: at + 1] for key in held for at, letter in enumerate(key) if letter == "/"}
    stores = {variable.store for variable in demand.variables if variable.store}
    targets = {name[: at + 1] for name in stores for at, letter in enumerate(name) if letter == "/"}
    for key, target in demand.assignment_map:
        if key.endswith("/") and key != "/" and key not in scopes:
            near = get_close_matches(key, sorted(scopes), 1, _CLOSE)
            said = f"{key!r}: no key of the checkpoint begins so" + (f"; {near[0]!r} is there" if near else "")
            found.append(Cause("map-key", "mistyped", said, keys=(key,), place=demand.place))
        if target.endswith(":0") and target[:-2] in stores:
            said = f"{target!r}: `:0` belongs to a tensor; the variable is {target[:-2]!r}"
            found.append(Cause("colon-zero", "mistyped", said, (target[:-2],), place=demand.place))
        elif "{" not in target and target != "/" and target not in stores and not _is_scope(target, targets):
            near = get_close_matches(target, sorted(targets | stores), 1, _CLOSE)
            said = f"{target!r}: no scope and no variable of get_variable here" + (f"; {near[0]!r} is" if near else "")
            found.append(Cause("map-target", "mistyped", said, place=demand.place))
        elif not key.endswith("/") and target not in stores and target + "/" in targets:
            said = f"{key!r}: {target!r} -> {key + '/'!r}: {target + '/'!r}: scopes end in a slash on both sides"
            found.append(Cause("map-slash", "mistyped", said, place=demand.place))
    return found


def _is_scope(target: str, targets: set[str]) -> bool:
    return target in targets or target + "/" in targets


def slots(case: Case) -> list[Cause]:
    """What optimizers made: absent from the file."""
    companions = case.found.matching.wanted_companions
    groups: dict[tuple[str, Place], list[Want]] = defaultdict(list)
    for want in case.missing.values():
        companion = companions.get(want.name)
        if companion is not None and companion.kind in ("slot", "scalar"):
            place = want.variable.place if want.variable else Place()
            groups[companion.optimizer, place].append(want)
    found = []
    for (optimizer, place), wants in groups.items():
        case.take([want.key for want in wants])
        others = optimizers_of(case.found.matching.held_companions)
        more: list[str] = []
        if others and optimizer not in others:
            reason = f"the file was trained with {' and '.join(sorted(others))}"
        elif others:
            reason = "the file has those of one optimizer, the program makes another"
            if any(without_number(c.role) == c.role for c in _of(wants, companions)):
                reason = "the file has some of them only"
        else:
            reason = "saved without training it, or stripped for release"
        where = f" (made at {place})" if place else ""
        names = tuple(want.name for want in wants)
        found.append(
            Cause(
                "slots-missing",
                "slots",
                f"{len(wants)} of {optimizer or 'an optimizer'} not in the checkpoint{where}: {reason}",
                names,
                tuple(want.key for want in wants),
                place,
                more=(*more, several(names)),
                fix=_without_slots(case),
            )
        )
    return found


def _of(wants: Iterable[Want], companions: dict[str, Companion]) -> list[Companion]:
    return [companions[want.name] for want in wants if want.name in companions and companions[want.name].base]


def _without_slots(case: Case) -> tuple[str, ...]:
    if case.found.demand.kind not in ("saver", "all"):
        return ()
    return (
        "make the Saver before minimize(), or leave the optimizer's variables out:",
        "tf.train.Saver([v for v in tf.global_variables() if v not in optimizer.variables()])",
    )


def built_twice(case: Case) -> list[Cause]:
    """One line made a variable that is missing and, called from elsewhere before, one that is there or meant to be: the
    second copy was never saved."""
    copies: dict[tuple[Place, str], dict[tuple[Place, ...], list[Variable]]] = defaultdict(dict)
    for variable in case.found.demand.variables:
        line = copies[variable.place, variable.name.rpartition("/")[2].rstrip("_0123456789")]
        line.setdefault(variable.calls, []).append(variable)
    groups: dict[tuple[Place, Place], list[tuple[Want, Variable]]] = defaultdict(list)
    for want in case.missing.values():
        second = want.variable
        if second is None or second.is_slot:
            continue
        line = copies[second.place, second.name.rpartition("/")[2].rstrip("_0123456789")]
        first = next(iter(line.values()))
        at = next((n for n, v in enumerate(line[second.calls]) if v is second), len(first))
        if first is line[second.calls] or at >= len(first) or first[at].shape != second.shape:
            continue
        if _stem(first[at].name) == _stem(second.name):
            groups[_parting(first[at], second)].append((want, first[at]))
    found = []
    for (first_call, second_call), members in groups.items():
        case.take([want.key for want, _ in members])
        names = tuple(want.name for want, _ in members)
        found.append(
            Cause(
                "built-twice",
                "built twice",
                f"{several(names)}: made by a second call at {second_call}; the first, at {first_call}, made "
                f"{several(tuple(v.name for _, v in members))}, and the file has one copy",
                names,
                tuple(want.key for want, _ in members),
                second_call,
                fix=(
                    "share them: with tf.variable_scope(..., reuse=tf.AUTO_REUSE), or one layer object for both calls",
                ),
            )
        )
    return found


def _stem(name: str) -> str:
    """The name without the numbers that TF appends: equal for what one line makes twice."""
    return "/".join(re.sub(r"_\d+$", "", part) for part in name.split("/"))


def _parting(one: Variable, two: Variable) -> tuple[Place, Place]:
    """The calls by which two chains part."""
    a, b = (*one.calls, one.place), (*two.calls, two.place)
    for first, second in zip(a, b, strict=False):
        if first != second:
            return first, second
    return one.place, two.place


def depth(case: Case) -> list[Cause]:
    """Numbered layers that go on where the file's end."""
    held: dict[str, int] = {}
    for name in case.found.matching.same:
        for family, number in numbered(name):
            held[family] = max(held.get(family, -1), number)
    beyond: dict[str, tuple[Want, int, int]] = {}
    for want in case.missing.values():
        for family, number in numbered(want.name):
            if family in held and number > held[family]:
                beyond[want.key] = (want, held[family], number)
                break
    if not beyond:
        return []
    wants = case.take(beyond)
    ends = Counter((end, max(n for _, e, n in beyond.values() if e == end)) for _, end, _ in beyond.values())
    (end, last), _ = ends.most_common(1)[0]
    place = wants[0].variable.place if wants[0].variable else Place()
    return [
        Cause(
            "depth",
            "missing",
            f"{several([with_shape(want) for want in wants], 2)}: the checkpoint's numbered layers end at {end}, the "
            f"program's at {last}" + (f" ({place})" if place else ""),
            tuple(want.name for want in wants),
            tuple(want.key for want in wants),
            place,
        )
    ]


def missing(case: Case) -> list[Cause]:
    """What nothing explains, each with the nearest keys of its shape."""
    if not case.missing:
        return []
    wants = list(case.missing.values())
    free = [t for t in case.found.unread if t.is_variable and t.key not in case.paired_keys]
    more = []
    for want in wants[:_LOOKED_AT]:
        near = sorted(
            (t for t in free if t.shape == want.shape),
            key=lambda t, w=want: -likeness(t.name, w.key),  # type: ignore[misc]
        )
        near = [t for t in near if likeness(t.name, want.key) >= 0.3][:_NEAREST]
        if near:
            more.append(f"nearest to {want.key} of its shape: {', '.join(t.key for t in near)}")
    groups: dict[str, list[Want]] = defaultdict(list)
    begun = {name.partition("/")[0] for name in case.found.keys if "/" in name}
    for want in wants:
        scope, mark, _ = want.key.partition("/")
        groups[scope + "/" if mark and scope not in begun else ""].append(want)
    found = []
    for scope, members in groups.items():
        place = members[0].variable.place if members[0].variable else Place()
        made = f" (made at {place})" if place else ""
        whole = f"all of {scope}, {count(len(members), 'variable')}: " if scope and len(members) > 1 else ""
        found.append(
            Cause(
                "missing",
                "missing",
                whole + several([with_shape(want) for want in members]) + made,
                tuple(want.name for want in members),
                tuple(want.key for want in members),
                place,
                more=tuple(more) if members is groups[next(iter(groups))] else (),
            )
        )
    case.missing.clear()
    return found
