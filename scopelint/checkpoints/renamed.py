"""Causes that say where a tensor went: rules, averages, copies, moved numbers, guesses."""

from __future__ import annotations

from collections import defaultdict

from scopelint.checkpoints.assigning import natural
from scopelint.checkpoints.case import Case, Cause, concerns, count, place_of, settle, several
from scopelint.checkpoints.companions import AVERAGE, without_number
from scopelint.checkpoints.comparing import Want
from scopelint.checkpoints.demands import Place
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
                fix=_as_map(case, where, before, after),
            )
        )
    return found


def _as_map(case: Case, where: str, before: str, after: str) -> tuple[str, ...]:
    """A scope for a scope is an assignment map of one entry, if all of the scope is in the file."""
    if where != "front" or case.found.demand.kind != "init":
        return ()
    return (f"{{{before or '/'!r}: {after or '/'!r}}}   if every variable there is in the checkpoint",)


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
    """One copy in the file and several in the program, or the other way round: names cannot say which is which."""
    found = []
    told_of: set[str] = set()
    for rule in case.found.matching.rules:
        all_of_them = (rule.rename, *rule.rivals)
        copies = sorted({r.after for r in all_of_them if r.before == rule.rename.before}, key=natural)
        sources = sorted({r.before for r in all_of_them if r.after == rule.rename.after}, key=natural)
        if len(copies) > 1 and len({_without_digits(each) for each in copies}) == 1 and not told_of & set(copies):
            told_of |= set(copies)
            wants = [w for w in case.missing.values() if any(_within(w.name, scope) for scope in copies)]
            case.take([want.key for want in wants])
            found.append(
                Cause(
                    "one-to-many",
                    "copies",
                    f"{several(copies)}: {len(copies)} copies here of what the checkpoint holds once"
                    + (f", {rule.rename.before}" if rule.rename.before else ""),
                    tuple(want.name for want in wants),
                    place=_first_place(wants),
                    certain=False,
                    fix=("share the variables between the copies (reuse=tf.AUTO_REUSE), or each is trained alone",),
                )
            )
        elif len(sources) > 1 and len({_without_digits(each) for each in sources}) == 1 and not told_of & set(sources):
            told_of |= set(sources)
            after = rule.rename.after
            wants = (
                [w for w in case.missing.values() if _within(w.name, after)] if after else list(case.missing.values())
            )
            case.take([want.key for want in wants])
            case.paired_keys |= {t.key for t in case.found.unread if any(_within(t.key, scope) for scope in sources)}
            found.append(
                Cause(
                    "many-to-one",
                    "copies",
                    f"{several(sources)}: {len(sources)} copies in the checkpoint of what is made once here; which of "
                    "them to load is for you to say",
                    tuple(want.name for want in wants),
                    place=_first_place(wants),
                    certain=False,
                    fix=(f"{sources[0]} for one, by --write-map saver --uncertain",),
                )
            )
    return found


def _within(name: str, scope: str) -> bool:
    return f"/{scope.strip('/')}/" in f"/{name}/"


def _first_place(wants: list[Want]) -> Place:
    return next((want.variable.place for want in wants if want.variable), Place())


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
        case.swapped |= {want.key for want in case.found.wants if want.name in names}
        why = "both sides make them in this order" if shift.certain else "their shapes agree; that alone proves nothing"
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
    for how, sure, word, said in (
        ("order", True, "order", "made in the same order, with the same shapes"),
        ("shape", True, "moved", "the only one on both sides"),
        ("shape", False, "likely", "by shape and likeness of names"),
    ):
        pairs = [p for p in case.found.matching.pairs if (p.how, p.certain) == (how, sure) and concerns(case, p)]
        slots = {p.wanted for p in case.found.matching.pairs if p.how == "follows" and p.rename is None}
        swap = {p.held for p in pairs} == {p.wanted for p in pairs} and len(pairs) > 1
        if not pairs:
            continue
        for pair in case.found.matching.pairs:
            if pair in pairs or pair.wanted in slots:
                settle(case, pair)
        shown = [f"{p.held} -> {p.wanted}" for p in pairs]
        if swap:
            case.swapped |= {p.wanted for p in pairs}
            found.append(
                Cause(
                    "swap",
                    "swapped",
                    f"{several(shown)}: unnamed variables are numbered in the order in which they are made, and that "
                    "order has changed",
                    tuple(p.wanted for p in pairs),
                    tuple(p.held for p in pairs),
                    place_of(case, pairs[0].wanted),
                    sure,
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
                sure,
            )
        )
    return found
