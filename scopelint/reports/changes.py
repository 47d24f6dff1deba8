"""What became of names, of a lock or between two revisions: as text, as data, and as Markdown for a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

from scopelint.escapes import dump, printable
from scopelint.lock.comparing import Change, Comparison, Pair
from scopelint.lock.variables import Place, Variable
from scopelint.reports.to_json import SCHEMA
from scopelint.tuples import NamedTuple

_MANY = 12
"""Lines of one kind in one entry that text shows; JSON has them all."""


class Totals(NamedTuple):
    """How many changes of each weight."""

    breaking: int
    warnings: int
    notes: int

    def __str__(self) -> str:
        said = [f"{self.breaking} breaking"] * bool(self.breaking)
        said += [f"{self.warnings} warning{'s' * (self.warnings != 1)}"] * bool(self.warnings)
        said += [f"{self.notes} note{'s' * (self.notes != 1)}"] * bool(self.notes)
        return ", ".join(said) or "nothing changed"


def totals(comparisons: Iterable[Comparison]) -> Totals:
    levels = [change.level for comparison in comparisons for change in comparison.changes]
    return Totals(levels.count("breaking"), levels.count("warning"), levels.count("note"))


class Row(NamedTuple):
    """One line of a report: changes that are one thing said together."""

    kind: str
    what: str
    note: str
    place: str
    level: str


def rows(comparison: Comparison) -> list[Row]:
    """The changes of an entry in lines, what breaks first: renames by their rules, slots together, the rest name by
    name, those as one that differ in nothing but their numbers."""
    if comparison.old is None or comparison.new is None:
        return _whole(comparison)
    groups: dict[object, list[Change]] = {}
    slots: dict[str, list[Change]] = {}
    for change in comparison.changes:
        if change.variable.slot:
            slots.setdefault(change.kind, []).append(change)
        else:
            groups.setdefault(_family(change), []).append(change)
    out = [_row(group) for group in groups.values()]
    if slots:
        said = ", ".join(f"{len(found)} {_SLOTS.get(kind, kind)}" for kind, found in slots.items())
        first = next(iter(slots.values()))[0]
        levels = {change.level for found in slots.values() for change in found}
        out.append(Row("slots", said, "", _place(first), "warning" if "warning" in levels else "note"))
    return sorted(out, key=lambda row: _RANK[row.level])


_RANK = {"breaking": 0, "warning": 1, "note": 2}


def _whole(comparison: Comparison) -> list[Row]:
    """An entry that is there on one side alone."""
    found = comparison.changes
    if not found:
        return []
    variables = sum(not change.variable.slot for change in found)
    said = f"{variables} variable{'s' * (variables != 1)}"
    if variables < len(found):
        said += f", {len(found) - variables} slots"
    return [
        Row(found[0].kind, said, "", _place(found[0]), min((c.level for c in found), key=lambda level: _RANK[level]))
    ]


def _family(change: Change) -> object:
    """What changes have in common that are told in one line."""
    if change.kind == "renamed" and change.rule is not None and change.rule.old.endswith("/"):
        return str(change.rule), change.certain
    forms = tuple(str(variable.form) for variable in (change.old, change.new) if variable is not None)
    return change.kind, change.level, _pattern(change), forms, change.certain, change.why, _place(change)


def _pattern(change: Change) -> object:
    """The names with their numbers left open; where they differ, those of the scopes that they share."""
    old, new = change.old, change.new
    if old is None or new is None or old.name == new.name:
        return _open(change.variable.name)
    olds, news = old.name.split("/"), new.name.split("/")
    shared = 0
    while shared < min(len(olds), len(news)) - 1 and olds[shared] == news[shared]:
        shared += 1
    return _open("/".join(olds[:shared])), tuple(olds[shared:]), tuple(news[shared:])


def _open(name: str) -> str:
    return re.sub(r"[0-9]+", "#", name)


def _spread(names: Sequence[str]) -> str:
    """`block_{0..5}/w` for names that differ in their numbers alone."""
    pieces = [re.split(r"([0-9]+)", name) for name in names]
    out = ""
    for at, first in enumerate(pieces[0]):
        found = sorted({int(each[at]) for each in pieces}) if at % 2 else []
        if len(found) < 2:
            out += first
        elif found == list(range(found[0], found[-1] + 1)):
            out += f"{{{found[0]}..{found[-1]}}}"
        else:
            out += "{" + ",".join(map(str, found[:4])) + (",..." if len(found) > 4 else "") + "}"
    return out


_SLOTS = {"renamed": "renamed with their variables", "shape": "of another shape", "dtype": "of another dtype"}


def _row(group: Sequence[Change]) -> Row:
    first = group[0]
    old, new = first.old, first.new
    olds = _spread([change.old.name for change in group if change.old is not None]) if old is not None else ""
    news = _spread([change.new.name for change in group if change.new is not None]) if new is not None else ""
    notes = [f"{len(group)} variables"] * (len(group) > 1)
    form = str(first.variable.form)
    what = f"{news or olds} {form}"
    if first.kind == "renamed" and old is not None and new is not None:
        if first.rule is not None and first.rule.old.endswith("/"):
            what, notes = f"{first.rule.old} -> {first.rule.new}", [f"{len(group)} variable{'s' * (len(group) != 1)}"]
        else:
            what = f"{olds} -> {news}"
    elif first.kind in ("shape", "dtype") and old is not None and new is not None:
        what = f"{news} {old.form} -> {new.form}"
    elif first.kind == "order":
        what = news
        notes.append("made at another place in the order")
    notes += [first.why] * bool(first.why) + ["not certain"] * (not first.certain)
    return Row(first.kind, what, ", ".join(notes), _place(first), first.level)


def _place(change: Change) -> str:
    variable = change.variable
    if variable.place is None:
        return ""
    # The line of a name that is gone lies in the source as it was; in a lock, where it is written.
    return f"{variable.place} before" if change.new is None and variable.calls else str(variable.place)


def heading(comparison: Comparison) -> str:
    """`train.py main`, and whether the entry itself is new or gone."""
    if comparison.old is None and comparison.new is not None:
        return f"{comparison.entry} (not there before)"
    return f"{comparison.entry} (no longer there)" if comparison.new is None else str(comparison.entry)


def write_text(comparisons: Iterable[Comparison], stream: TextIO, quiet: bool = False) -> None:
    """One block an entry, entries without a change left out. `quiet`: without those that have notes alone."""
    for comparison in comparisons:
        found = rows(comparison)
        if quiet:
            found = [row for row in found if row.level != "note"]
        if not found:
            continue
        stream.write(f"{heading(comparison)}: {totals([comparison])}\n")
        for line in _columns(_few(found)):
            stream.write(f"  {line}\n")
        for gap in comparison.gaps[:1]:
            stream.write(f"  incomplete, {len(comparison.gaps)} of what may make names is not known, first {gap}\n")


def _few(found: Sequence[Row]) -> Iterator[Row]:
    counts: dict[str, int] = {}
    for row in found:
        counts[row.kind] = counts.get(row.kind, 0) + 1
        if counts[row.kind] <= _MANY:
            yield row
    for kind, count in counts.items():
        if count > _MANY:
            yield Row(kind, f"and {count - _MANY} more", "", "", "note")


def _columns(found: Iterable[Row]) -> Iterator[str]:
    cells = [(row.kind, row.what, row.place, row.note) for row in found]
    widths = [min(max(len(row[at]) for row in cells), 72) for at in range(3)]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)).rstrip()


def _variable_data(variable: Variable | None) -> dict[str, Any] | None:
    if variable is None:
        return None
    shape = variable.form.shape
    data: dict[str, Any] = {
        "name": variable.name,
        "shape": None if shape is None else list(shape),
        "dtype": variable.form.dtype or None,
        "slot": variable.slot,
        "certain": variable.certain,
        "when": list(variable.when),
    }
    if variable.place is not None:
        data |= {"file": variable.place.file, "line": variable.place.line}
    return data


def change_data(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "level": change.level,
        "certain": change.certain,
        "rule": f"{change.rule.old} -> {change.rule.new}" if change.rule is not None else None,
        "old": _variable_data(change.old),
        "new": _variable_data(change.new),
        "why": change.why or None,
    }


def _pair_data(pair: Pair) -> dict[str, Any]:
    sides = (pair.old, pair.new)
    before, after = (str(side.place) if side.place is not None else None for side in sides)
    return {
        "old": pair.old.name,
        "new": pair.new.name,
        "certain": pair.certain and pair.old.firm and pair.new.firm,
        "old_at": before,
        "new_at": after,
    }


def changes_data(comparisons: Sequence[Comparison], **head: Any) -> dict[str, Any]:
    """All as JSON has it. `pairs`: every variable that is there on both sides, renamed or not."""
    count = totals(comparisons)
    return {
        "schema": SCHEMA,
        **head,
        "breaking": count.breaking,
        "warnings": count.warnings,
        "notes": count.notes,
        "entries": [
            {
                "file": comparison.entry.file,
                "entry": comparison.entry.entry,
                "graph": comparison.entry.graph,
                "before": comparison.old is not None,
                "after": comparison.new is not None,
                "incomplete": [str(gap) for gap in comparison.gaps],
                "changes": [change_data(change) for change in comparison.changes],
                "pairs": [_pair_data(pair) for pair in comparison.pairs],
            }
            for comparison in comparisons
        ],
    }


def write_json(comparisons: Sequence[Comparison], stream: TextIO, **head: Any) -> None:
    dump(changes_data(comparisons, **head), stream)


def write_markdown(comparisons: Sequence[Comparison], stream: TextIO, title: str, footer: str = "") -> None:
    """For a comment on a pull request: what breaks first, what only adds folded away."""
    count = totals(comparisons)
    stream.write(f"### Variable names: {count}\n\n{title}\n")
    if count.breaking:
        stream.write("\nA checkpoint saved before does not load into this, or loads other values.\n")
    for comparison in comparisons:
        found = rows(comparison)
        if not found:
            continue
        stream.write(f"\n**{_escaped(heading(comparison))}**\n")
        loud = [row for row in found if row.level == "breaking"]
        quiet = [row for row in found if row.level != "breaking"]
        _table(loud, stream)
        if quiet:
            said = ", ".join(dict.fromkeys(row.kind for row in quiet))
            stream.write(f"\n<details><summary>{len(quiet)} more: {said}</summary>\n")
            _table(quiet, stream)
            stream.write("\n</details>\n")
        for gap in comparison.gaps[:1]:
            stream.write(f"\nIncomplete: {len(comparison.gaps)} of what may make names is not known, first "
                         f"{_code(str(gap))}\n")  # fmt: skip
    if footer:
        stream.write(f"\n{footer}\n")


def _table(found: Sequence[Row], stream: TextIO) -> None:
    if not found:
        return
    stream.write("\n| | name | made at | |\n|---|---|---|---|\n")
    for row in _few(found):
        place = _code(row.place) if row.place else ""
        stream.write(f"| {row.kind} | {_code(row.what)} | {place} | {_escaped(row.note)} |\n")


def _code(text: str) -> str:
    text = printable(text)
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}".replace("|", "\\|").replace("\n", " ")


def _escaped(text: str) -> str:
    text = "\n".join(map(printable, text.split("\n")))
    for sign in "\\`*_<>|[]":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", " ")


__all__ = ["Place", "Row", "change_data", "changes_data", "heading", "rows", "totals", "write_json", "write_markdown",
           "write_text"]  # fmt: skip
