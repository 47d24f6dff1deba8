"""What became of names, of a lock or between two revisions: as text, as data, and as Markdown for a pull request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TextIO

from scopelint.lock.compare import Change, Comparison
from scopelint.lock.variables import Place, Variable
from scopelint.reports.to_json import SCHEMA

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
    """The changes of an entry in lines: renames by their rules, slots together, the rest name by name."""
    out: list[Row] = []
    renamed: dict[object, list[Change]] = {}
    slots: dict[str, list[Change]] = {}
    for change in comparison.changes:
        if change.variable.slot:
            slots.setdefault(change.kind, []).append(change)
        elif change.kind == "renamed":
            renamed.setdefault((str(change.rule or id(change)), change.certain), []).append(change)
    done: set[object] = set()
    for change in comparison.changes:
        if change.variable.slot:
            continue
        if change.kind == "renamed":
            key = (str(change.rule or id(change)), change.certain)
            if key not in done:
                done.add(key)
                out.append(_renamed(renamed[key]))
        else:
            out.append(_single(change))
    if slots:
        said = ", ".join(f"{len(found)} {_SLOTS.get(kind, kind)}" for kind, found in slots.items())
        first = next(iter(slots.values()))[0]
        levels = {change.level for found in slots.values() for change in found}
        out.append(Row("slots", said, "", _place(first.variable), "warning" if "warning" in levels else "note"))
    return out


_SLOTS = {"renamed": "renamed with their variables", "shape": "of another shape", "dtype": "of another dtype"}


def _renamed(changes: Sequence[Change]) -> Row:
    first = changes[0]
    assert first.old is not None and first.new is not None
    count = f"{len(changes)} variable{'s' * (len(changes) != 1)}"
    if first.rule is not None:
        what = f"{first.rule.old} -> {first.rule.new}"
    else:
        what = f"{first.old.name} -> {first.new.name}"
    return Row("renamed", what, count if first.certain else f"{count}, not certain", _place(first.new), "breaking")


def _single(change: Change) -> Row:
    old, new = change.old, change.new
    what = f"{change.variable.name} {change.variable.form}"
    note = change.why
    if change.kind in ("shape", "dtype") and old is not None and new is not None:
        what = f"{new.name} {old.form} -> {new.form}"
    elif change.kind == "order":
        what, note = change.variable.name, "made at another place in the order"
    return Row(change.kind, what, note if change.certain else f"{note}, not certain".lstrip(", "),
               _place(change.variable), change.level)  # fmt: skip


def _place(variable: Variable) -> str:
    return str(variable.place) if variable.place is not None else ""


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
                "incomplete": list(comparison.gaps),
                "changes": [change_data(change) for change in comparison.changes],
                "pairs": [[pair.old.name, pair.new.name, pair.certain] for pair in comparison.pairs],
            }
            for comparison in comparisons
        ],
    }


def write_json(comparisons: Sequence[Comparison], stream: TextIO, **head: Any) -> None:
    json.dump(changes_data(comparisons, **head), stream, indent=1, ensure_ascii=False)
    stream.write("\n")


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
                         f"{_code(gap)}\n")  # fmt: skip
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
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}".replace("|", "\\|").replace("\n", " ")


def _escaped(text: str) -> str:
    for sign in "\\`*_<>|[]":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", " ")


__all__ = ["Place", "Row", "change_data", "changes_data", "heading", "rows", "totals", "write_json", "write_markdown",
           "write_text"]  # fmt: skip
