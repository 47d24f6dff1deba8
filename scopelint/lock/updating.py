"""A lock brought up to date: what is not breaking is taken, what is breaking only where it was accepted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scopelint.lock.comparing import Change, Comparison, Pair, Rest, compare
from scopelint.lock.file import Entry, Lock, LockError, Rename, Section
from scopelint.lock.pairing import meet
from scopelint.lock.renames import add, read_rule, rename_rules
from scopelint.lock.variables import Made, Variable, locked, section_of
from scopelint.tuples import NamedTuple


class Accepted(NamedTuple):
    """What the user takes. `rules`: renames. `prefixes`: names, or prefixes that end in `/`, whose other changes are
    taken. `everything`: all of them; `gone`: names and entries that are no longer there."""

    rules: tuple[Rename, ...] = ()
    prefixes: tuple[str, ...] = ()
    everything: bool = False
    gone: bool = False
    since: str = ""


class Update(NamedTuple):
    """`refused`: what has to be accepted first; where there is any, the lock is not to be written."""

    lock: Lock
    comparisons: tuple[Comparison, ...]
    refused: tuple[tuple[Entry, Change], ...]


def read_accepted(words: Iterable[str], everything: bool, gone: bool, since: str) -> Accepted:
    """What `--accept` was given: `old/ -> new/`, or a name or prefix alone."""
    rules, prefixes = [], []
    for word in words:
        if "->" in word:
            rules.append(read_rule(word))
        else:
            prefixes.append(word.strip())
    return Accepted(tuple(rules), tuple(prefixes), everything, gone, since)


def update(
    lock: Lock, path: str, made: Sequence[Made], covered: Iterable[str], accepted: Accepted, rest: Rest
) -> Update:
    """The lock after a run over the files `covered`; sections of other files stay as they are."""
    covered = set(covered)
    sections = dict(lock.sections)
    used: set[str] = set()
    for rule in accepted.rules:
        for entry in [entry for entry in sections if entry.file == rule.old]:
            # A file that moved is renamed like a name; what it makes stays what it was.
            sections[entry._replace(file=rule.new)] = sections.pop(entry)
            used.add(str(rule))
    out = {entry: section for entry, section in sections.items() if entry.file not in covered}
    comparisons: list[Comparison] = []
    refused: list[tuple[Entry, Change]] = []
    before = [locked(entry, section, lock.lines, path) for entry, section in sections.items() if entry.file in covered]
    for old, new, again in meet(before, made):
        if new is None:
            assert old is not None
            comparison = compare(old, Made(old.entry))._replace(new=None)
            if accepted.gone or accepted.everything:
                comparison = comparison._replace(changes=())
            else:
                out[old.entry] = sections[old.entry]
        elif old is None:
            comparison = compare(Made(new.entry, ordered=False), new)._replace(old=None)
            _put(out, new.entry, section_of(new))
        else:
            known = sections[old.entry]
            comparison, section = _entry(old, new, known, accepted, rest, used)
            if again:
                comparison = other_graph(comparison)
            _put(out, new.entry, section)
        comparisons.append(comparison)
        refused += [(comparison.entry, change) for change in comparison.of("breaking")]
    for rule in accepted.rules:
        if str(rule) not in used:
            raise LockError(f"{path}: no locked name that the program no longer gives is one of '{_plain(rule)}'")
    return Update(Lock(out), tuple(comparisons), tuple(refused))


def _put(out: dict[Entry, Section], entry: Entry, section: Section) -> None:
    if section.variables or section.slots or section.renames:
        out[entry] = section


def _plain(rule: Rename) -> str:
    return f"{rule.old} -> {rule.new}"


def other_graph(comparison: Comparison) -> Comparison:
    """A second graph of an entry that was locked with fewer: what it does not hold is not gone."""
    kept = tuple(change for change in comparison.changes if change.kind not in ("gone", "unsure", "stale"))
    return comparison._replace(old=None, changes=kept)


def _entry(
    old: Made, new: Made, known: Section, accepted: Accepted, rest: Rest, used: set[str]
) -> tuple[Comparison, Section]:
    """One entry: the changes that are left, and the section as it is to be written."""
    by_rule = _pairs_by_rule(old, new, accepted.rules, used)
    given = {pair.old.name for pair in by_rule}
    renamed = Made(
        old.entry,
        [v for v in old.variables if v.name not in given],
        old.gaps,
        old.ordered,
    )
    taken = {pair.new.name for pair in by_rule}
    fresh = Made(new.entry, [v for v in new.variables if v.name not in taken], new.gaps, new.ordered)
    comparison = compare(renamed, fresh, known.renames, rest=rest)
    section = section_of(new)
    renames = [pair for pair in by_rule if not pair.old.slot]
    kept: list[Change] = []
    for change in comparison.changes:
        if change.level == "breaking" and not _is_accepted(change, accepted):
            kept.append(change)
        elif change.level == "breaking" and change.kind == "renamed" and change.certain:
            assert change.old is not None and change.new is not None
            renames.append(Pair(change.old, change.new))
        elif change.kind == "unsure" and change.old is not None and not accepted.gone:
            # It may be there, or be there where more is known: what was locked stays locked.
            section.put(change.old.name, change.old.form, change.old.slot)
            kept.append(change)
        elif change.level != "breaking":
            kept.append(change)
    section.renames = add(known.renames, _rules_of(renames, old, accepted.since))
    return comparison._replace(changes=tuple(kept), pairs=(*by_rule, *comparison.pairs)), section


def _pairs_by_rule(old: Made, new: Made, rules: Sequence[Rename], used: set[str]) -> list[Pair]:
    there = {variable.name: variable for variable in new.variables}
    pairs: list[Pair] = []
    for variable in old.variables:
        if variable.name in there:
            continue
        for rule in rules:
            name = rule.apply(variable.name)
            if name is None and variable.slot:
                name = _inside(rule, variable.name)
            if name is not None and name in there:
                pairs.append(Pair(variable, there[name]))
                used.add(str(rule))
                break
    return pairs


def _inside(rule: Rename, name: str) -> str | None:
    """A slot made inside a scope carries the scope twice: `a/a/w/Adam` of `a/w`."""
    if not rule.old.endswith("/") or rule.old == "/" or rule.new == "/":
        return None
    return f"/{name}".replace(f"/{rule.old}", f"/{rule.new}")[1:] if f"/{rule.old}" in f"/{name}" else None


def _rules_of(pairs: Sequence[Pair], old: Made, since: str) -> list[Rename]:
    if not pairs:
        return []
    named = [(pair.old.name, pair.new.name) for pair in pairs]
    renamed = {name for name, _ in named}
    kept = [v.name for v in old.variables if not v.slot and v.name not in renamed]
    return [rule._replace(since=since) for rule, _ in rename_rules(named, kept)]


def _is_accepted(change: Change, accepted: Accepted) -> bool:
    if accepted.everything or (accepted.gone and change.kind == "gone"):
        return True
    return any(_speaks_of(prefix, variable) for prefix in accepted.prefixes for variable in (change.old, change.new))


def _speaks_of(prefix: str, variable: Variable | None) -> bool:
    if variable is None:
        return False
    return variable.name == prefix or (prefix.endswith("/") and variable.name.startswith(prefix))


def acceptance(change: Change) -> str:
    """What `scopelint lock --accept` has to be given; empty where no more than `scopelint lock` is needed."""
    if change.level != "breaking":
        return ""
    if change.kind == "renamed" and change.old is not None and change.new is not None:
        rename = change.rule or Rename(change.old.name, change.new.name)
        return f"{rename.old} -> {rename.new}"
    return change.variable.name


def take(lock: Lock, path: str, made: Sequence[Made], word: str, since: str, rest: Rest) -> Lock:
    """The lock with one thing taken of what these entries differ in, all else as it was: what `acceptance` gives as
    `word`, or, where that is empty, all names that are new."""
    out = Lock(dict(lock.sections))
    covered = {entry.file for entry in (each.entry for each in made)}
    before = [locked(entry, section, lock.lines, path) for entry, section in lock.sections.items()
              if entry.file in covered]  # fmt: skip
    for old, new, again in meet(before, made):
        if old is None or new is None or again:
            continue
        known = lock.sections[old.entry]
        section = Section(dict(known.variables), dict(known.slots), list(known.renames), known.incomplete)
        pairs: list[Pair] = []
        for change in compare(old, new, known.renames, rest=rest).changes:
            if (word and not _is_said(change, word)) or (not word and change.kind != "new"):
                continue
            held = section.slots if change.variable.slot else section.variables
            if change.old is not None:
                held.pop(change.old.name, None)
            if change.new is not None:
                held[change.new.name] = (change.new.form,)
            if change.kind == "renamed" and not change.variable.slot:
                assert change.old is not None and change.new is not None
                pairs.append(Pair(change.old, change.new))
        section.renames = add(known.renames, _rules_of(pairs, old, since))
        out.sections[old.entry] = section
    return out


def _is_said(change: Change, word: str) -> bool:
    """Is it what was accepted, or a slot that goes with it?"""
    if not change.variable.slot:
        return acceptance(change) == word
    if "->" in word:
        rule = read_rule(word)
        name = change.old.name if change.kind == "renamed" and change.old is not None else ""
        found = {rule.apply(name), _inside(rule, name)} if name else set()
        return change.new is not None and change.new.name in found
    return f"/{word}/" in f"/{change.variable.name}/"
