"""Causes that say where a tensor went: rules, averages, copies, moved numbers, guesses."""

from __future__ import annotations

from collections import defaultdict

from scopelint.checkpoints.assigning import natural
from scopelint.checkpoints.case import Case, Cause, concerns, count, place_of, settle, several
from scopelint.checkpoints.companions import AVERAGE, without_number
from scopelint.checkpoints.matching import Pair
from scopelint.checkpoints.versions import release_of, told


def by_rules(case: Case) -> list[Cause]:
    """Renames, each with all that it accounts for."""
    groups: dict[tuple[str, str, str, bool], list[Pair]] = defaultdict(list)
    for pair in case.found.matching.pairs:
        if pair.rename is not None and pair.how in ("rule", "follows", "average"):
            key = (pair.rename.where, pair.rename.before, pair.rename.after, pair.certain)
            groups[key].append(pair)
    found = []
    for (where, before, after, certain), pairs in groups.items():
        if not any(concerns(case, pair) for pair in pairs):
            continue
        for pair in pairs:
            settle(case, pair)
        word = "renamed" if where == "leaf" or (before and after and where == "inside") else "moved"
        main = [pair for pair in pairs if pair.how != "follows"]
        slots = len(pairs) - len(main)
        said = _rule_text(where, before, after, pairs)
        how_many = count(len(main), "variable") + (f" and {count(slots, 'slot')}" if slots else "")
        release = release_of(pairs[0].held, pairs[0].wanted)
        more = (told(release, case.found.checkpoint.tensorflow_version),) if release else ()
        kinds = {"front": "scope-added" if not before else "scope-removed" if not after else "scope-renamed"}
        found.append(
            Cause(
                kinds.get(where, "renamed-leaf" if where == "leaf" else "renamed-part"),
                word,
                f"{said}   {how_many}, same shapes",
                tuple(pair.wanted for pair in pairs),
                tuple(pair.held for pair in pairs),
                place_of(case, pairs[0].wanted),
                certain,
                more=more,
            )
        )
    return found


def _rule_text(where: str, before: str, after: str, pairs: list[Pair]) -> str:
    """A rule as a reader sees it. Where a scope came or went alone, the part behind it stands beside it."""
    if before and after:
        return f"{before} -> {after}"
    if where == "front":
        behind = {pair.held.removeprefix(before).partition("/")[0] for pair in pairs}
        if len(behind) == 1 and all("/" in pair.held.removeprefix(before) for pair in pairs):
            part = behind.pop()
            return f"{before}{part}/ -> {after}{part}/"
        return (
            f"{before} in front in the checkpoint, not here"
            if before
            else f"{after} in front here, not in the checkpoint"
        )
    return (
        f"/{before}/ between in the checkpoint, not here"
        if before
        else f"/{after}/ between here, not in the checkpoint"
    )


def averages(case: Case) -> list[Cause]:
    """Averages read into the variables, or wanted and never made."""
    raw = [pair for pair in case.found.matching.pairs if pair.how == "average" and pair.rename is None]
    raw = [pair for pair in raw if concerns(case, pair)]
    found = []
    if raw:
        for pair in raw:
            settle(case, pair)
        found.append(
            Cause(
                "averages-for-raw",
                "averages",
                f"{count(len(raw), 'variable')} {'are' if len(raw) != 1 else 'is'} in it as moving averages alone "
                f"({raw[0].held})",
                tuple(pair.wanted for pair in raw),
                tuple(pair.held for pair in raw),
                certain=True,
                fix=("saver = tf.train.Saver(tf.train.ExponentialMovingAverage(decay).variables_to_restore())",),
            )
        )
    wanted = [key for key in case.missing if without_number(key.rpartition("/")[2]) == AVERAGE]
    if wanted:
        wants = case.take(wanted)
        there = [want for want in wants if want.key.rpartition("/")[0] in case.found.keys]
        found.append(
            Cause(
                "averages-missing",
                "averages",
                f"{count(len(wants), 'moving average')} not in it ({wants[0].key}): training never made them"
                + (", though the variables themselves are there" if there else ""),
                tuple(want.name for want in wants),
                tuple(want.key for want in wants),
                case.found.demand.made_at,
                fix=("saver = tf.train.Saver()   restores the variables as they are",) if there else (),
            )
        )
    return found


def towers(case: Case) -> list[Cause]:
    """One copy in the file, several in the program, or the other way round."""
    found = []
    matching = case.found.matching
    for rule in matching.rules:
        rivals = [r for r in rule.rivals if r.before == rule.rename.before or r.after == rule.rename.after]
        if not rivals:
            continue
        to_many = [r for r in (rule.rename, *rivals) if r.before == rule.rename.before]
        from_many = [r for r in (rule.rename, *rivals) if r.after == rule.rename.after]
        if len(to_many) > 1 and len({_without_digits(r.after) for r in to_many}) == 1:
            scopes = [r.after for r in to_many]
            wants = [w for w in case.missing.values() if any(w.name.startswith(scope) for scope in scopes)]
            case.take([w.key for w in wants])
            found.append(
                Cause(
                    "one-to-many",
                    "copies",
                    f"{several(sorted(scopes, key=natural))} are {len(scopes)} copies of what the file holds once"
                    + (f" ({rule.rename.before})" if rule.rename.before else ""),
                    tuple(w.name for w in wants),
                    place=place_of(case, rule.pairs[0][1]),
                    certain=False,
                    fix=("share the variables between the copies (reuse=tf.AUTO_REUSE), or each is trained alone",),
                )
            )
        elif len(from_many) > 1 and len({_without_digits(r.before) for r in from_many}) == 1:
            scopes = [r.before for r in from_many]
            wanted = {w for _, w in rule.pairs}
            case.take([w.key for w in case.missing.values() if w.name in wanted])
            found.append(
                Cause(
                    "many-to-one",
                    "copies",
                    f"the file holds {len(scopes)} copies, {several(sorted(scopes, key=natural))}, of what the program "
                    "makes once: load one of them",
                    tuple(sorted(wanted)),
                    place=place_of(case, rule.pairs[0][1]),
                    certain=False,
                )
            )
    return found


def _without_digits(text: str) -> str:
    return "".join(char for char in text if not char.isdigit())


def shifted(case: Case) -> list[Cause]:
    found = []
    for shift in case.found.matching.shifts:
        names = tuple(shift.pairs.values())
        if not any(name in case.by_variable for name in names):
            continue
        for held, name in shift.pairs.items():
            case.paired_keys.add(held)
            want = case.by_variable.get(name)
            if want is not None:
                case.missing.pop(want.key, None)
        low, high = shift.first_held, shift.last_held
        said = f"{shift.family}: {low} to {high} in the checkpoint, {low + shift.by} to {high + shift.by} here"
        why = "and both sides make them in this order" if shift.certain else "names and shapes alone do not prove it"
        found.append(
            Cause(
                "index-shift",
                "numbers",
                f"{said}; {why}",
                names,
                tuple(shift.pairs),
                place_of(case, names[0]),
                shift.certain,
            )
        )
    return found


def by_shape(case: Case) -> list[Cause]:
    """Guesses of shape and likeness, and what the order of creation tells."""
    found = []
    for how, word, said in (
        ("order", "order", "made in the same order, with the same shapes"),
        ("shape", "likely", "by shape and likeness of names"),
    ):
        pairs = [p for p in case.found.matching.pairs if p.how == how and concerns(case, p)]
        slots = {p.wanted for p in case.found.matching.pairs if p.how == "follows" and p.rename is None}
        swap = {p.held for p in pairs} == {p.wanted for p in pairs} and len(pairs) > 1
        if not pairs:
            continue
        for pair in case.found.matching.pairs:
            if pair in pairs or pair.wanted in slots:
                settle(case, pair)
        shown = [f"{p.held} -> {p.wanted}" for p in pairs]
        if swap:
            found.append(
                Cause(
                    "swap",
                    "swapped",
                    f"{several(shown)}: unnamed variables are numbered in the order in which they are made, and that "
                    "order has changed",
                    tuple(p.wanted for p in pairs),
                    tuple(p.held for p in pairs),
                    place_of(case, pairs[0].wanted),
                    how == "order",
                    fix=("give them names: tf.Variable(..., name=...)",),
                )
            )
            continue
        found.append(
            Cause(
                "reordered" if how == "order" else "likely",
                word,
                f"{several(shown)}   {count(len(pairs), 'variable')}, {said}",
                tuple(p.wanted for p in pairs),
                tuple(p.held for p in pairs),
                place_of(case, pairs[0].wanted),
                how == "order",
            )
        )
    return found
