"""What became of each name: two lists of variables paired, and every difference told once, with its weight."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Literal

from scopelint.graph.conditions import phrase
from scopelint.lock.file import Entry, Rename
from scopelint.lock.origins import Lines, by_lines, in_order, same_leaf, without_idle_swaps
from scopelint.lock.renames import became, rename_rules
from scopelint.lock.variables import UNTOLD, Gap, Made, Variable
from scopelint.tuples import NamedTuple

Kind = Literal["gone", "renamed", "shape", "dtype", "new", "unsure", "order", "stale"]
Level = Literal["breaking", "warning", "note"]

_LEVELS: dict[Kind, Level] = {
    "gone": "breaking",
    "renamed": "breaking",
    "shape": "breaking",
    "dtype": "breaking",
    # A Saver made without a list asks an old checkpoint for it; every other loader passes it over.
    "new": "warning",
    "unsure": "note",
    "order": "note",
    "stale": "note",
}

Rest = Callable[[Sequence[Variable], Sequence[Variable], Sequence["Pair"], bool], list["Pair"]]
"""Pairs by names and shapes what has no pair yet; told whether both sides are in order of creation."""


class Pair(NamedTuple):
    """One variable before and after. `certain`: is it sure that they are the same one?"""

    old: Variable
    new: Variable
    certain: bool = True


class Change(NamedTuple):
    """One difference. `old` is None for a new name, `new` for one that is gone. `rule`: of which rename it is part.
    `why`: what it hangs on, for a name that is not sure to be gone."""

    kind: Kind
    level: Level
    old: Variable | None
    new: Variable | None
    rule: Rename | None = None
    certain: bool = True
    why: str = ""

    @property
    def variable(self) -> Variable:
        """The one that is there now, if any."""
        found = self.new or self.old
        assert found is not None
        return found


class Comparison(NamedTuple):
    """One entry before and after. `old` or `new` is None where the entry itself is gone or new. `gaps`: what of the
    new one is not known, so that it may make more names than these."""

    old: Entry | None
    new: Entry | None
    changes: tuple[Change, ...]
    pairs: tuple[Pair, ...]
    gaps: tuple[Gap, ...] = ()

    @property
    def entry(self) -> Entry:
        found = self.new or self.old
        assert found is not None
        return found

    def of(self, *levels: Level) -> list[Change]:
        return [change for change in self.changes if change.level in levels]


class Excuses(NamedTuple):
    """What is not known on one side alone. `now`: so that a name may be made all the same; `before`: where the old side
    ended early, so that it may have been made. `ordered`: do both sides have the order of creation?"""

    now: tuple[Gap, ...]
    before: tuple[Gap, ...]
    ordered: bool


def _unheard(gaps: Sequence[Gap], others: Sequence[Gap]) -> tuple[Gap, ...]:
    """The gaps whose reason the other side does not have. A lock knows that there was one, not which."""
    known = {_cause(gap) for gap in others}
    return () if UNTOLD in known else tuple(gap for gap in gaps if _cause(gap) not in known)


def _cause(gap: Gap) -> str:
    """Why it is not known, without the expression that came upon it: `call of net.get_shape: what a parameter is`."""
    return gap.reason.rpartition(": ")[2]


def _no_more(old: Sequence[Variable], new: Sequence[Variable], pairs: Sequence[Pair], ordered: bool) -> list[Pair]:
    return []


def compare(
    old: Made,
    new: Made,
    renames: Sequence[Rename] = (),
    lines: Lines | None = None,
    rest: Rest = _no_more,
    history: Sequence[Rename] = (),
) -> Comparison:
    """Pairs the variables of one entry and tells what differs.

    `renames`: those accepted before, so that a line which a merge brought back is known as stale. `history`: the same
    where the old side is no lock but something saved long ago, whose names they turn into today's. `lines`: where lines
    of the old sources stand in the new ones. What is not known on one side alone may make what seems to be missing
    there, so that it is not sure to be gone, or to be new.
    """
    slots = [v for v in old.variables if v.slot], [v for v in new.variables if v.slot]
    olds, news = [v for v in old.variables if not v.slot], [v for v in new.variables if not v.slot]
    before = [gap for gap in _unheard(old.gaps, new.gaps) if gap.cut]
    excuses = Excuses(_unheard(new.gaps, old.gaps), tuple(before), old.ordered)
    pairs = _paired(olds, news, old.ordered and new.ordered, lines, rest, history)
    changes = _changes(olds, news, pairs, renames, excuses)
    if old.ordered and new.ordered:
        changes += _reordered(olds, news, pairs)
    slot_pairs = _slot_pairs(*slots, pairs, history)
    # What becomes of slots matters to whoever goes on training alone.
    changes += [
        change._replace(level="warning" if change.level == "breaking" else change.level)
        for change in _changes(*slots, slot_pairs, renames, excuses)
    ]
    return Comparison(old.entry, new.entry, tuple(changes), (*pairs, *slot_pairs), new.gaps)


def _paired(
    old: Sequence[Variable],
    new: Sequence[Variable],
    ordered: bool,
    lines: Lines | None,
    rest: Rest,
    history: Sequence[Rename],
) -> list[Pair]:
    pairs: list[Pair] = []

    def left() -> tuple[list[Variable], list[Variable]]:
        taken_old = {id(pair.old) for pair in pairs}
        taken_new = {id(pair.new) for pair in pairs}
        return [v for v in old if id(v) not in taken_old], [v for v in new if id(v) not in taken_new]

    def put(found: Iterable[tuple[Variable, Variable]], certain: bool = True) -> None:
        taken_old = {id(pair.old) for pair in pairs}
        taken_new = {id(pair.new) for pair in pairs}
        for one, other in found:
            if id(one) not in taken_old and id(other) not in taken_new:
                taken_old.add(id(one))
                taken_new.add(id(other))
                pairs.append(Pair(one, other, certain))

    if ordered and lines is not None:
        found = by_lines(old, new, lines, ["kept"])
        put(found)
        found += by_lines(*left(), lines, ["kept", "moved"])
        pairs = []
        put(without_idle_swaps(found, new))
    put(_same_names(*left()))
    if history:
        olds, news = left()
        today = {variable.name: variable for variable in news}
        told = ((variable, became(history, variable.name)) for variable in olds)
        put([(variable, today[name]) for variable, name in told if name in today])
    if ordered and lines is not None:
        rewritten = by_lines(*left(), lines, ["kept", "moved", "rewritten"])
        put([pair for pair in rewritten if same_leaf(*pair)])
        put([pair for pair in rewritten if not same_leaf(*pair)], False)
    if ordered:
        olds, news = left()
        found = in_order(olds, news)
        # A scope renamed and nothing else: what is left agrees from end to end.
        if found and len(found) == len(olds) == len(news) and _is_one_rename(found):
            put(found)
    pairs += _sure(rest(old, new, pairs, ordered), *left())
    if ordered:
        olds, news = left()
        put(in_order(olds, news), False)
    return pairs


def _sure(found: list[Pair], old: Sequence[Variable], new: Sequence[Variable]) -> list[Pair]:
    """Likely pairs are certain where one scope that was renamed explains everything: what is gone, and what is new."""
    if not len(found) == len(old) == len(new) or not all(pair.old.form == pair.new.form for pair in found):
        return found
    rules = rename_rules([(pair.old.name, pair.new.name) for pair in found])
    if len(rules) != 1 or not rules[0][0].old.endswith("/") or rules[0][0].old.startswith("*"):
        return found
    return [pair._replace(certain=True) for pair in found]


def _is_one_rename(found: Sequence[tuple[Variable, Variable]]) -> bool:
    names = [(old.name, new.name) for old, new in found]
    return len(rename_rules(names)) == 1


def _same_names(old: Sequence[Variable], new: Sequence[Variable]) -> list[tuple[Variable, Variable]]:
    named = {variable.name: variable for variable in new}
    # A merge may have left two forms of one name: the one that the program gives counts.
    ranked = sorted(
        (variable for variable in old if variable.name in named),
        key=lambda variable: not variable.form.fits(named[variable.name].form),
    )
    return [(variable, named[variable.name]) for variable in ranked]


def _slot_pairs(
    old: Sequence[Variable], new: Sequence[Variable], pairs: Sequence[Pair], history: Sequence[Rename]
) -> list[Pair]:
    """Slots follow their variables: `a/w/Adam` goes where `a/w` goes, and so does `a/a/w/Adam`, made in a scope `a`.
    What belongs to no variable, `a/beta1_power`, goes where its scope goes."""
    found = [Pair(*pair) for pair in _same_names(old, new)]
    taken = {id(pair.new) for pair in found}
    done = {id(pair.old) for pair in found}
    named = {variable.name: variable for variable in new if id(variable) not in taken}
    moved = {pair.old.name: pair for pair in pairs if pair.old.name != pair.new.name}
    if not moved or not named:
        return found
    rules = [rule for rule, _ in rename_rules([(old, pair.new.name) for old, pair in moved.items()])]
    scopes = {(old, new) for pair in moved.values() for old, new in _scopes(pair)}
    for slot in old:
        if id(slot) in done:
            continue
        scope, _, leaf = slot.name.rpartition("/")
        goals = [*_followed(slot.name, moved), became(history, slot.name), *(rule.apply(slot.name) for rule in rules)]
        goals += [f"{new}/{leaf}" for old, new in scopes if old == scope]
        for name in goals:
            if name is not None and name in named:
                found.append(Pair(slot, named.pop(name)))
                break
    return found


def _scopes(pair: Pair) -> Iterable[tuple[str, str]]:
    """The scopes around a variable before and after, as deep as both go."""
    olds, news = pair.old.name.split("/")[:-1], pair.new.name.split("/")[:-1]
    if len(olds) == len(news):
        for depth in range(1, len(olds) + 1):
            yield "/".join(olds[:depth]), "/".join(news[:depth])


def _followed(slot: str, moved: dict[str, Pair]) -> Iterable[str]:
    parts = slot.split("/")
    for first in range(len(parts)):
        for last in range(len(parts), first, -1):
            pair = moved.get("/".join(parts[first:last]))
            if pair is None:
                continue
            front, behind = parts[:first], parts[last:]
            yield "/".join([*front, pair.new.name, *behind])
            # The scope in front is the one around the optimizer, which may have been renamed along with it.
            olds, news = pair.old.name.split("/"), pair.new.name.split("/")
            if front and front == olds[: len(front)]:
                yield "/".join([*news[: len(front) + len(news) - len(olds)], pair.new.name, *behind])


def _changes(
    old: Sequence[Variable],
    new: Sequence[Variable],
    pairs: Sequence[Pair],
    renames: Sequence[Rename],
    excuses: Excuses,
) -> list[Change]:
    """The differences in the order of the new program, then those that are gone."""
    after = {id(pair.old): pair for pair in pairs}
    before = {id(pair.new): pair for pair in pairs}
    names = {variable.name for variable in new}
    changed = [(p.old.name, p.new.name) for p in pairs if p.old.name != p.new.name]
    kept = [v.name for v in old if id(v) not in after or after[id(v)].new.name == v.name]
    rules = {pair: rule for rule, group in rename_rules(changed, kept) for pair in group}
    changes: list[Change] = []
    for variable in new:
        pair = before.get(id(variable))
        if pair is None:
            if variable.firm and excuses.before:
                changes.append(_change("unsure", None, variable, f"may have been there before: {excuses.before[0]}"))
            elif variable.firm:
                changes.append(_change("new", None, variable))
            continue
        changes += _of_pair(pair, rules)
    for variable in old:
        if id(variable) in after:
            continue
        today = became(renames, variable.name)
        if today != variable.name and today in names:
            changes.append(_change("stale", variable, None, f"renamed to {today}"))
        elif variable.name in names and not excuses.ordered:
            # A second form of one name, which a merge left.
            changes.append(_change("stale", variable, None, "another line has this name"))
        elif not variable.firm:
            continue
        elif excuses.now and variable.name not in names:
            changes.append(_change("unsure", variable, None, f"may still be made: {excuses.now[0]}"))
        else:
            why = "its name is another's now" if variable.name in names else ""
            changes.append(_change("gone", variable, None, why))
    return changes


def _change(kind: Kind, old: Variable | None, new: Variable | None, why: str = "") -> Change:
    return Change(kind, _LEVELS[kind], old, new, why=why)


def _of_pair(pair: Pair, rules: dict[tuple[str, str], Rename]) -> Iterable[Change]:
    old, new = pair.old, pair.new
    sure = pair.certain and old.firm and new.firm
    if old.name != new.name:
        yield Change("renamed", "breaking", old, new, rules.get((old.name, new.name)), sure)
    elif old.firm and not new.firm:
        yield Change("unsure", "note", old, new, why=phrase(new.when))
    if not old.form.fits(new.form):
        same = not old.form._replace(dtype="").fits(new.form)
        yield Change("shape" if same else "dtype", "breaking", old, new, certain=sure)


def _reordered(old: Sequence[Variable], new: Sequence[Variable], pairs: Sequence[Pair]) -> list[Change]:
    """Names that stay and are made in another order: loaders that go by position give them each other's values."""
    place = {id(variable): number for number, variable in enumerate(new)}
    stays = {id(pair.old): pair for pair in pairs}
    sequence = [(place[id(stays[id(v)].new)], stays[id(v)]) for v in old if id(v) in stays]
    if all(a[0] < b[0] for a, b in pairwise(sequence)):
        return []
    # The fewest that have to be moved: all but the longest run that ascends.
    steady = set(_ascending([number for number, _ in sequence]))
    return [
        Change("order", "note", pair.old, pair.new, certain=pair.certain)
        for number, pair in sequence
        if number not in steady
    ]


def _ascending(numbers: Sequence[int]) -> list[int]:
    """The longest ascending run in them."""
    tails: list[int] = []
    tail_at: list[int] = []
    before = [-1] * len(numbers)
    for at, number in enumerate(numbers):
        spot = bisect_left(tails, number)
        before[at] = tail_at[spot - 1] if spot else -1
        tails[spot : spot + 1] = [number]
        tail_at[spot : spot + 1] = [at]
    out: list[int] = []
    at = tail_at[-1] if tail_at else -1
    while at >= 0:
        out.append(numbers[at])
        at = before[at]
    return out
