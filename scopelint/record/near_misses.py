"""What stands near a name that no variable has, and why it is not that name: the strongest reason first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scopelint.checkpoints.companions import AVERAGE, SLOT_LEAVES, Companion, without_number
from scopelint.checkpoints.renames import is_other_word, likeness, signature
from scopelint.graph.reasons import first_sentence
from scopelint.record.completeness import is_template
from scopelint.record.making import companions_of
from scopelint.record.view import Variable, View, written
from scopelint.site import Site
from scopelint.tuples import NamedTuple

_LIKE, _NEAR = 0.45, 0.55
"""Likeness from which on a name is told, and from which on one rename is taken for the reason."""
_SHOWN, _RESEMBLING = 5, 3
_NUMBER = re.compile(r"_\d+(?=/|$)")
_DIGITS = re.compile(r"\d+")


class NearMiss(NamedTuple):
    """`name`: of what is there, empty where it is no variable. `sure`: it explains the name whole, and does not merely
    resemble it."""

    name: str
    reason: str
    site: Site
    sure: bool = True


def under_key(view: View, name: str) -> list[NearMiss]:
    """The variables that are saved under this key though it is not their name."""
    found = _Once()
    for load in view.loads:
        for key, read in load.pairs:
            if key == name and read != name:
                found.put(NearMiss(read, f"{load.what} looks for it under this key", load.site))
    if not found.found:
        parts = [row for row in view.variables if re.fullmatch(re.escape(name) + r"/part_\d+", row.name)]
        for row in parts:
            found.put(NearMiss(row.name, "a part of it: a partitioned variable is saved under one key", row.site))
    return found.found


def near_misses(view: View, name: str) -> list[NearMiss]:
    """At most a few, each with the reason. A reason that explains the name whole leaves mere likeness out."""
    sure = _Once()
    for refusal in view.refusals:
        if refusal.variable and refusal.name == name:
            ends = "" if refusal.caught else "; the program ends there"
            said = first_sentence(refusal.message)
            sure.put(NearMiss(name, f"TensorFlow refuses it: {said}{ends}", refusal.site))
    sure.extend(_scope(view, name))
    rows = list({(row.name, row.site, row.graph): row for row in view.variables}.values())
    for row in rows:
        if is_template(row.name) and _template(row.name).fullmatch(name):
            sure.put(NearMiss(row.name, "one of these: the part in braces is not known", row.site))
    sure.extend(_below(rows, name))
    sure.extend(_by_name_scope(rows, name))
    sure.extend(_renumbered(view, rows, name))
    if sure.found:
        return sure.found[:_SHOWN]
    return _alike(rows, name)


class _Once:
    def __init__(self) -> None:
        self.found: list[NearMiss] = []

    def put(self, miss: NearMiss) -> None:
        if miss not in self.found:
            self.found.append(miss)

    def extend(self, misses: Iterator[NearMiss]) -> None:
        for miss in misses:
            self.put(miss)


def _template(name: str) -> re.Pattern[str]:
    pieces = re.split(r"\{[^{}]*\}", name)
    return re.compile("[^/]*".join(re.escape(piece) for piece in pieces))


def _scope(view: View, name: str) -> Iterator[NearMiss]:
    """A prefix of variables."""
    inside = [row for row in view.variables if row.name.startswith(name + "/")]
    if not inside:
        return
    site = next((scope.site for scope in view.scopes if scope.prefix.rstrip("/") == name), inside[0].site)
    companions = companions_of(view.variables)
    if any(row.name in companions and companions[row.name].base == name for row in inside):
        # The slots of a variable that itself is not there: nothing that a scope made.
        return
    count = len({row.name for row in inside})
    yield NearMiss(inside[0].name, f"a scope, no variable: {count} stand{'s' * (count == 1)} in it", site)


def _below(rows: Sequence[Variable], name: str) -> Iterator[NearMiss]:
    """What TF makes under a variable's own name: slots, averages, its operations."""
    for row in rows:
        if not name.startswith(row.name + "/"):
            continue
        rest = name[len(row.name) + 1 :]
        word = without_number(rest.partition("/")[0])
        if word == AVERAGE:
            yield NearMiss(row.name, "no ExponentialMovingAverage of it is made", row.site)
        elif rest.partition("/")[0] in SLOT_LEAVES or word in SLOT_LEAVES:
            yield NearMiss(row.name, _no_slot(rows, row, SLOT_LEAVES.get(word, rest)), row.site)
        else:
            yield NearMiss(row.name, f"no variable: {rest} is made of operations under this variable's name", row.site)


def _no_slot(rows: Sequence[Variable], row: Variable, optimizer: str) -> str:
    made: dict[str, Companion] = companions_of(each for each in rows if each.graph == row.graph)
    others = sorted({each.optimizer for each in made.values() if each.kind == "slot" and each.optimizer})
    if row.trainable is False:
        return f"it has no slot of {optimizer}: it is not trainable"
    if not others:
        return f"it has no slot of {optimizer}: no optimizer in the program makes any"
    if optimizer in others:
        has = any(each.base == row.name and each.optimizer == optimizer for each in made.values())
        why = "it keeps fewer" if has else "what is minimized does not depend on it, or its var_list leaves it out"
        return f"{optimizer} makes no such slot of it: {why}"
    return f"it has no slot of {optimizer}: the program trains with {' and '.join(others)}"


def _by_name_scope(rows: Sequence[Variable], name: str) -> Iterator[NearMiss]:
    """TF: get_variable heeds variable scopes alone, tf.Variable the name scope."""
    for row in rows:
        scope, name_scope = _slashed(row.scope), _slashed(row.name_scope)
        if scope == name_scope or not row.name.startswith(scope):
            continue
        if row.by == "Variable" and scope + row.name.removeprefix(name_scope) == name:
            yield NearMiss(row.name, f"tf.Variable takes the name scope, which is {name_scope} here", row.site)
        elif row.by != "slot" and name_scope + row.name[len(scope) :] == name:
            yield NearMiss(
                row.name, f"variables of get_variable heed no name scope ({name_scope} here); its scope is "
                f"{scope or '(root)'}", row.site,
            )  # fmt: skip


def _slashed(scope: str) -> str:
    return scope.rstrip("/") + "/" if scope.strip("/") else ""


def _renumbered(view: View, rows: Sequence[Variable], name: str) -> Iterator[NearMiss]:
    """The same but for numbers that TF appends where a name is taken."""
    stem = _NUMBER.sub("", name)
    same = [row for row in rows if row.name != name and _NUMBER.sub("", row.name) == stem]
    last = _last_of_family(rows, name)
    if last is not None:
        yield NearMiss(last.name, "numbered layers end here", last.site)
        return
    for row in same:
        theirs, asked = _numbers(row.name), _numbers(name)
        shared = any(each.name == row.name and each.graph == row.graph for each in view.sharings)
        if theirs and asked:
            said = "the same with another number"
        elif theirs:
            said = "numbered: the name without a number was taken before"
        elif shared:
            said = "made once and shared after that, so that none is numbered"
        else:
            said = "made once only: TensorFlow numbers the second of a name"
        yield NearMiss(row.name, said, row.site)


def _numbers(name: str) -> list[str]:
    return _NUMBER.findall(name)


def _alike(rows: Sequence[Variable], name: str) -> list[NearMiss]:
    """Names that one rename would turn into it, and those that resemble it."""
    found: dict[str, tuple[int, float, NearMiss]] = {}
    for row in rows:
        like = likeness(row.name, name)
        renames = signature(row.name, name)
        if renames is not None and like >= _LIKE:
            said = "other words for the same" if all(map(is_other_word, renames)) else "one rename away"
            reason = f"{said}: {', '.join(rename.shown() for rename in renames)}"
            rank = len(renames)
            if len(renames) == 1 and renames[0].where == "leaf" and not is_other_word(renames[0]):
                reason, rank = "another one of its scope", 4
            elif like < _NEAR or any(_DIGITS.findall(each.before) != _DIGITS.findall(each.after) for each in renames):
                rank = 3
        elif like >= _LIKE:
            reason, rank = f"resembles it, {written(row.shape)}", 3
        else:
            continue
        miss = NearMiss(row.name, reason, row.site, rank < 3)
        if row.name not in found or (rank, -like) < found[row.name][:2]:
            found[row.name] = rank, -like, miss
    ranked = sorted(found.values(), key=lambda each: (each[0], each[1], each[2].name))
    sure = [miss for _, _, miss in ranked if miss.sure]
    return sure[:_SHOWN] or [miss for _, _, miss in ranked[:_RESEMBLING]]


def _last_of_family(rows: Sequence[Variable], name: str) -> Variable | None:
    """The last of the numbered ones to which the asked one would belong, where that stands beyond them."""
    shape, asked = _DIGITS.sub("#", name), [int(digits) for digits in _DIGITS.findall(name)]
    family = [row for row in rows if _DIGITS.sub("#", row.name) == shape and not is_template(row.name)]
    for at, number in enumerate(asked):
        beside: list[tuple[int, Variable]] = []
        for row in family:
            own = [int(digits) for digits in _DIGITS.findall(row.name)]
            if own[:at] == asked[:at] and own[at + 1 :] == asked[at + 1 :]:
                beside.append((own[at], row))
        last = max(beside, key=lambda each: each[0], default=None)
        if last is not None and last[0] < number:
            return last[1]
    return None
