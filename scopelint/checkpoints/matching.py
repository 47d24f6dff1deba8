"""Which tensor of a checkpoint belongs to which variable, where the names do not say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from scopelint.checkpoints.assigning import aligned_by_order, assign
from scopelint.checkpoints.companions import AVERAGE, Companion, companions
from scopelint.checkpoints.renames import Rename, applied, lone_parts
from scopelint.checkpoints.shifts import Shift, find_shifts
from scopelint.checkpoints.voting import Accepted, vote

_MOST_ROUNDS = 3
"""Renames that may lie in one name, one beside the other."""

Shape = tuple[int | None, ...] | None
How = Literal["name", "rule", "order", "shape", "shift", "average", "follows"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A tensor or a variable. `order`: its place in the order of creation, None where nothing tells it."""

    name: str
    shape: Shape
    dtype: str = ""
    order: int | None = None
    is_slot: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """`held` in the checkpoint is `wanted` in the program."""

    held: str
    wanted: str
    certain: bool
    how: How
    rename: Rename | None = None


@dataclass(frozen=True)
class Matching:
    """`pairs`: all that differ in name. `same`: names that both have and whose shapes fit. `misfits`: names that both
    have, whose shapes or dtypes do not. `missing`: what the file lacks by name, whatever the pairs say.
    `unused`: what is left over of it when all pairs are made."""

    pairs: tuple[Pair, ...]
    same: frozenset[str]
    misfits: tuple[str, ...]
    missing: tuple[str, ...]
    unused: tuple[str, ...]
    rules: tuple[Accepted, ...]
    shifts: tuple[Shift, ...]
    held_companions: dict[str, Companion] = field(repr=False)
    wanted_companions: dict[str, Companion] = field(repr=False)

    def partner(self) -> dict[str, Pair]:
        """The pair of each wanted name that has one."""
        return {pair.wanted: pair for pair in self.pairs}


def fits(one: Shape, two: Shape) -> bool:
    """May these be the shapes of one tensor? What is not known fits all."""
    if one is None or two is None:
        return True
    return len(one) == len(two) and all(a is None or b is None or a == b for a, b in zip(one, two, strict=True))


def match(held: Sequence[Entry], wanted: Sequence[Entry]) -> Matching:
    """Compares both sides. Certain are only pairs to which there is no rival of equal standing."""
    held_by, wanted_by = {e.name: e for e in held}, {e.name: e for e in wanted}
    held_companions = companions(held_by, {e.name: e.shape for e in held}, frozenset(e.name for e in held if e.is_slot))
    slots = frozenset(e.name for e in wanted if e.is_slot)
    wanted_companions = companions(wanted_by, {e.name: e.shape for e in wanted}, slots)
    same, misfits = set(), []
    for name, entry in wanted_by.items():
        other = held_by.get(name)
        if other is None:
            continue
        if fits(entry.shape, other.shape) and (not entry.dtype or not other.dtype or entry.dtype == other.dtype):
            same.add(name)
        else:
            misfits.append(name)
    averages = any(c.kind == "average" for c in wanted_companions.values())
    mains_held, keys = _mains_held(held, {} if averages else held_companions, held_companions)
    mains_wanted = [e for e in wanted if e.name not in wanted_companions]
    shifts = find_shifts(mains_held, mains_wanted, same)
    shifted = {name for shift in shifts for name in (*shift.pairs, *shift.pairs.values())}
    pairs = _raw_for_averages(keys, wanted_by, held_by)
    raw = {p.wanted for p in pairs}
    averaged = len(raw)
    step = _global_step(mains_held, mains_wanted, same)
    raw |= {name for p in step for name in (p.held, p.wanted)}
    free_held = [e for e in mains_held if e.name not in same and e.name not in shifted and e.name not in raw]
    free_wanted = [e for e in mains_wanted if e.name not in same and e.name not in shifted and e.name not in raw]
    # What both have under one name is an anchor: it bears witness that the rest is about the same network.
    anchors = sum(1 for e in mains_wanted if e.name in same) + averaged
    lone = lone_parts((e.name for e in mains_held), (e.name for e in mains_wanted))
    accepted = _rounds(free_held, free_wanted, anchors, len(mains_wanted), lone)
    by_order = aligned_by_order(mains_held, mains_wanted, {n: n for n in same if n not in shifted})
    if by_order:
        accepted = _ordered(accepted, by_order)
    # That a graph has but one step tells nothing about whose graph it is.
    known = anchors > 0 or any(rule.certain for rule in accepted)
    pairs += [Pair(p.held, p.wanted, known, p.how) for p in step]
    for rule in accepted:
        pairs += [Pair(h, w, rule.certain, "rule", rule.rename) for h, w in rule.pairs]
    for shift in shifts:
        pairs += [Pair(h, w, shift.certain, "shift") for h, w in shift.pairs.items() if h != w]
    done_held, done_wanted = {p.held for p in pairs}, {p.wanted for p in pairs}
    left_held = [e for e in free_held if e.name not in done_held]
    left_wanted = [e for e in free_wanted if e.name not in done_wanted]
    if all(by_order.get(p.held, p.wanted) == p.wanted for p in pairs):
        pairs += [Pair(e.name, by_order[e.name], True, "order") for e in left_held if by_order.get(e.name)]
    done_held, done_wanted = {p.held for p in pairs}, {p.wanted for p in pairs}
    left_held = [e for e in left_held if e.name not in done_held]
    left_wanted = [e for e in left_wanted if e.name not in done_wanted]
    # A name that both have is a witness too where its shape differs: numbers of unnamed variables change places.
    witnesses = anchors + len(pairs) + len(misfits)
    pairs += [Pair(h, w, False, "shape") for h, w in assign(left_held, left_wanted, witnesses, len(mains_wanted))]
    pairs = [_with_key(p, keys) for p in pairs]
    mains = {p.held: p for p in pairs} | {n: Pair(n, n, True, "name") for n in same if n not in shifted}
    pairs += _following(mains, held_companions, wanted_companions, same, len(mains_wanted))
    pairs += _by_rule(accepted, pairs, held_companions, wanted_companions, held_by, wanted_by)
    order = {e.name: number for number, e in enumerate(wanted)}
    pairs.sort(key=lambda p: order[p.wanted])
    used = same | set(misfits) | {p.held for p in pairs}
    return Matching(
        tuple(pairs),
        frozenset(same),
        tuple(misfits),
        tuple(n for n in wanted_by if n not in held_by),
        tuple(n for n in held_by if n not in used),
        tuple(accepted),
        tuple(shifts),
        held_companions,
        wanted_companions,
    )


def _global_step(held: Sequence[Entry], wanted: Sequence[Entry], same: Iterable[str]) -> list[Pair]:
    """The only step of each side, in whatever scope: a graph has one, and its name is TF's own."""
    kept = set(same)
    steps = [[e for e in side if e.name.rpartition("/")[2] == "global_step"] for side in (held, wanted)]
    if any(len(side) != 1 or side[0].shape != () for side in steps):
        return []
    one, two = steps[0][0], steps[1][0]
    if one.name == two.name or one.dtype != two.dtype or {one.name, two.name} & kept:
        return []
    return [Pair(one.name, two.name, True, "shape")]


def _rounds(held: list[Entry], wanted: list[Entry], anchors: int, size: int, lone: frozenset[str]) -> list[Accepted]:
    """The rules, found in turns: what one rule renames may differ from the program's name in one place more."""
    accepted: list[Accepted] = []
    origin = {e.name: e.name for e in held}
    for _ in range(_MOST_ROUNDS):
        found = vote(held, wanted, anchors, size, lone)
        new = [
            Accepted(r.rename, tuple((origin[h], w) for h, w in r.pairs), r.certain, r.rivals, r.against) for r in found
        ]
        renames = [r.rename for r in new if r.certain and r.rename.where != "leaf"]
        used = {h for r in new if r.certain for h, _ in r.pairs}
        rewritten: dict[str, str] = {}
        left = []
        goals = {e.name: e for e in wanted}
        whole: dict[Rename, list[tuple[str, str]]] = {}
        for entry in held:
            if origin[entry.name] in used:
                continue
            name, last = entry.name, None
            for rename in renames:
                made = applied((rename,), name)
                if made is not None and made != name:
                    name, last = made, rename
            if name in rewritten:
                return accepted + new
            rewritten[name] = origin[entry.name]
            goal = goals.get(name)
            if last is not None and goal is not None and goal.shape == entry.shape and goal.dtype == entry.dtype:
                # Several rules together make it the program's own name.
                whole.setdefault(last, []).append((origin[entry.name], name))
                continue
            left.append(Entry(name, entry.shape, entry.dtype, entry.order))
        new += [Accepted(rename, tuple(pairs), True) for rename, pairs in whole.items()]
        if not left or all(name == old for name, old in rewritten.items()):
            return accepted + new
        # Guesses wait for the last turn: with more renamed they may be no guesses.
        accepted += [r for r in new if r.certain]
        done = {w for r in accepted for _, w in r.pairs}
        wanted = [e for e in wanted if e.name not in done]
        anchors += sum(len(r.pairs) for r in new if r.certain)
        held, origin = left, rewritten
    return accepted


def _ordered(accepted: Sequence[Accepted], by_order: Mapping[str, str]) -> list[Accepted]:
    """Rules under the order of creation: what it confirms is certain, a guess that it contradicts is dropped."""
    kept = []
    for rule in accepted:
        confirmed = all(by_order.get(h) == w for h, w in rule.pairs)
        if confirmed and rule.pairs:
            kept.append(Accepted(rule.rename, rule.pairs, True, (), rule.against))
        elif rule.certain:
            kept.append(rule)
    return kept


def _mains_held(
    held: Sequence[Entry], may_stand_in: dict[str, Companion], known: dict[str, Companion]
) -> tuple[list[Entry], dict[str, str]]:
    """The tensors that are no companions. An average whose variable was not saved may stand in for it."""
    mains = [e for e in held if e.name not in known]
    names = {e.name for e in mains}
    keys: dict[str, str] = {}
    for entry in held:
        companion = may_stand_in.get(entry.name)
        if (
            companion is None
            or companion.kind != "average"
            or not companion.role.startswith(AVERAGE)
            or "/" in companion.role
        ):
            continue
        if companion.base not in names and companion.base not in keys:
            keys[companion.base] = entry.name
            mains.append(Entry(companion.base, entry.shape, entry.dtype, entry.order))
    return mains, keys


def _with_key(pair: Pair, keys: dict[str, str]) -> Pair:
    if pair.held not in keys:
        return pair
    return Pair(keys[pair.held], pair.wanted, pair.certain, "average", pair.rename)


def _raw_for_averages(keys: dict[str, str], wanted: dict[str, Entry], held: dict[str, Entry]) -> list[Pair]:
    """A file of averages alone, read into the variables themselves."""
    return [
        Pair(key, name, True, "average")
        for name, key in keys.items()
        if name in wanted and fits(wanted[name].shape, held[key].shape)
    ]


def _following(
    mains: dict[str, Pair],
    held: dict[str, Companion],
    wanted: dict[str, Companion],
    same: Iterable[str],
    size: int,
) -> list[Pair]:
    """Slots and averages go where their variable goes, an optimizer's scalar to the only one of its word."""
    is_the_network = 2 * sum(p.certain for p in mains.values()) >= size
    there: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, companion in wanted.items():
        there[companion.base, companion.role].append(name)
    here: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, companion in held.items():
        here[companion.base, companion.role].append(name)
    kept = set(same)
    taken = {p.held for p in mains.values()}
    pairs = []
    for name, companion in held.items():
        if name in kept or name in taken:
            continue
        main = mains.get(companion.base)
        if companion.base and main is None:
            continue
        goal = main.wanted if main is not None else ""
        if len(here[companion.base, companion.role]) != 1:
            continue
        goals = [n for n in there.get((goal, companion.role), ()) if n not in kept]
        if len(goals) == 1 and goals[0] != name:
            certain = main.certain if main is not None else companion.kind == "scalar" and is_the_network
            pairs.append(Pair(name, goals[0], certain, "follows", main.rename if main is not None else None))
    return pairs


def _by_rule(
    accepted: Sequence[Accepted],
    pairs: Sequence[Pair],
    held: dict[str, Companion],
    wanted: dict[str, Companion],
    held_by: dict[str, Entry],
    wanted_by: dict[str, Entry],
) -> list[Pair]:
    """Companions whose variable the file does not hold: the rules found for the others rename them too."""
    done = {p.held for p in pairs} | set(wanted_by)
    taken = {p.wanted for p in pairs} | set(held_by)
    found = []
    for name in held:
        if name in done:
            continue
        for rule in accepted:
            made = applied((rule.rename,), name) if rule.rename.where != "leaf" else None
            if made in wanted and made not in taken and fits(held_by[name].shape, wanted_by[made].shape):
                taken.add(made)
                found.append(Pair(name, made, rule.certain, "rule", rule.rename))
                break
    return found
