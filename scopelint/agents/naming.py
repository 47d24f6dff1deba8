"""What a program's variables are called, where a name comes from, and what an edit would make of the names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from scopelint import disk
from scopelint.agents.answers import SIZE, fitted, paged, shortened
from scopelint.agents.checking import finding_row
from scopelint.agents.roots import Refused
from scopelint.agents.workspace import Workspace, left_over
from scopelint.lock.comparing import Change, Comparison, compare
from scopelint.lock.leftovers import by_names
from scopelint.lock.origins import How
from scopelint.lock.pairing import meet
from scopelint.lock.variables import Made, Place, collect
from scopelint.project.check import Report, check_source, failures
from scopelint.project.diffing import line_map
from scopelint.project.origins import origin
from scopelint.project.sources import decode
from scopelint.record.view import written
from scopelint.reports import changes
from scopelint.reports.names import merged
from scopelint.reports.whys import why_data
from scopelint.rules.findings import Finding
from scopelint.tuples import NamedTuple

_RANK = {"breaking": 0, "warning": 1, "note": 2}
_GAPS = 5
_ENTRIES = 12


class Edit(NamedTuple):
    """`old` stands once in the file and is replaced by `new`; an empty `old`: the file becomes `new`. `path`: of the
    file, where it is another than the one whose names are asked for."""

    new: str
    old: str = ""
    path: str = ""


def variable_names(
    space: Workspace,
    path: str,
    call: str = "",
    prefix: str = "",
    tf: str = "",
    limit: int | None = None,
    offset: int = 0,
) -> dict[str, Any]:
    place = space.roots.existing(path)
    config = space.config([place], **({"call": [call]} if call else {}), **({"tf": tf} if tf else {}))
    report = space.analyse([place], config, "names")
    data = merged([data for _, data in report.names])
    several = len({row["entry"] for row in data["variables"]}) > 1 or len({r["graph"] for r in data["variables"]}) > 1
    rows = [_row(row, several) for row in data["variables"] if row["name"].startswith(prefix)]
    head: dict[str, Any] = {"path": path, **_completeness(data)}
    head |= left_over(report)
    releases = list(dict.fromkeys((row["version"], row["said"]) for row in data.get("tensorflow", ())))
    if releases:
        head["tensorflow"] = [f"{version}: {shortened(said, 120)}" if said else version for version, said in releases]
    if not data["variables"] and not call and not report.left:
        head["entries"] = _enterable(report, place)
        head["hint"] = "makes no variable by itself; `call` enters it, such as Model(784, is_training=False)"
    return paged(head, "variables", rows, offset, limit)


def _row(row: Mapping[str, Any], several: bool) -> dict[str, Any]:
    out: dict[str, Any] = {
        "name": row["name"],
        "shape": row["shape"],
        "dtype": row["dtype"],
        "at": f"{row['file']}:{row['line']}",
        "certain": row["certain"],
    }
    if row["trainable"] is not True:
        out["trainable"] = row["trainable"]
    if row["by"] == "slot":
        out["slot"] = True
    if row["when"]:
        out["when"] = [shortened(each, 120) for each in row["when"]]
    if several:
        out["entry"], out["graph"] = row["entry"], row["graph"]
    return out


def _completeness(data: Mapping[str, Any]) -> dict[str, Any]:
    """Is that all, and what keeps it from being so."""
    gaps = [row for row in data.get("entries", ()) if not row["complete"]]
    out: dict[str, Any] = {"complete": not gaps}
    if gaps:
        out["incomplete"] = [
            {"at": f"{row['file']}:{row['line']}", "reason": shortened(row["reason"], 200), "things": row["gaps"]}
            for row in gaps[:_GAPS]
        ]
    if data.get("stopped"):
        out["stopped"] = [
            {
                "at": f"{row['file']}:{row['line']}",
                "error": f"{row['error']}: {shortened(row['message'], 200)}",
                "certain": not row["when"],
            }
            for row in data["stopped"][:_GAPS]
        ]
    return out


def _enterable(report: Report, place: str) -> list[str]:
    """What a module that makes nothing by itself could be entered at, as it defines it."""
    if len(report.names) != 1:
        return []
    text = report.sources.text(report.names[0][0])
    return [" ".join(line.split()) for line in re.findall(r"^(?:def|class)\s+(.*?):?\s*$", text, re.M)][:_ENTRIES]


def why(space: Workspace, path: str, name: str) -> dict[str, Any]:
    place = space.roots.existing(path)
    if not name.strip():
        raise Refused("name: the full name of a variable, or the line of an error that holds one")
    with space.patience() as shelf:
        found, report = origin(name, [place], space.config([place]), shelf=shelf)
    bad = failures(report)
    if bad and not found.makings:
        raise Refused("; ".join(bad[:3]))
    data = why_data(found, report.sources.line)
    del data["schema"]
    data = _compact(data)
    for variable in data["variables"]:
        variable.update(fitted(variable, ("shared", "restored", "slots", "calls", "scopes"), SIZE * 3 // 4))
    return fitted({**data, **left_over(report)}, ("incomplete", "near", "variables"))


def _compact(value: Any) -> Any:  # noqa: ANN401
    """Places in one word, and without what is empty."""
    if isinstance(value, list):
        return [_compact(each) for each in value]
    if not isinstance(value, dict):
        return value
    out: dict[str, Any] = {}
    for key, each in value.items():
        if key == "file":
            cell = f" cell {value['cell']}" if "cell" in value else ""
            out["at"] = f"{each}{cell}:{value['line']}"
        elif key not in ("line", "column", "cell") and (each not in ("", [], None) or key in ("variables", "shape")):
            out[key] = _compact(each)
    return out


def what_if(
    space: Workspace,
    path: str,
    edits: Sequence[Edit],
    call: str = "",
    limit: int | None = None,
) -> dict[str, Any]:
    place = space.roots.existing(path)
    if not edits:
        raise Refused("edits: at least one is expected, each with `old`, which stands once in the file, and `new`")
    if not place.endswith((".py", ".pyw")):
        raise Refused(f"{path}: a Python file is expected; name the program whose names the edit may change")
    config = space.config([place], **({"call": [call]} if call else {}))
    before = space.analyse([place], config, "names")
    texts, olds = _edited(space, place, edits)
    # What is handed out from memory was read from the disk.
    space.shelf.texts = {file: text for file, text in texts.items() if file != place}
    try:
        after = check_source(place, texts.get(place, before.sources.data(place)), config, kind="names",
                             shelf=space.shelf)  # fmt: skip
    finally:
        space.shelf.texts = {}
    bad = failures(after)
    if bad:
        raise Refused(f"after the edits: {'; '.join(bad[:3])}")
    folder = space.roots.folders[0]
    maps = {file: line_map(olds[file], texts[file]) for file in texts}

    def lines(each: Place) -> tuple[Place, How] | None:
        known = maps.get(each.path)
        if known is None:
            return each, "kept"
        found = known[each.line - 1] if 0 < each.line <= len(known) else None
        return None if found is None else (each._replace(line=found[0], column=0, path="", function=""), found[1])

    sides = [_made(report, folder) for report in (before, after)]
    comparisons = [_compared(old, new, lines) for old, new, _ in meet(*sides)]
    records = [merged([data for _, data in report.names]) for report in (before, after)]
    out: dict[str, Any] = {
        "path": path,
        "edited": [space.shown(file) for file in texts],
        "variables_before": len(records[0].get("variables", ())),
        "variables_after": len(records[1].get("variables", ())),
        "breaks_checkpoints": any(each.of("breaking") for each in comparisons),
        **_completeness(records[1]),
    }
    lost, come = _findings(before.findings, after.findings)
    if lost:
        out["findings_gone"] = [finding_row(each, brief=True) for each in lost]
    if come:
        out["findings_new"] = [finding_row(each, brief=True) for each in come]
    return with_changes(fitted(out, ("findings_gone", "findings_new"), SIZE // 3), comparisons, 0, limit)


def _edited(space: Workspace, main: str, edits: Sequence[Edit]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The files as they would be, and as they are."""
    news: dict[str, str] = {}
    olds: dict[str, bytes] = {}
    for edit in edits:
        place = space.roots.existing(edit.path) if edit.path else main
        if place not in news:
            try:
                olds[place] = disk.read(place)
            except OSError as problem:
                raise Refused(f"{space.shown(place)}: {problem.strerror or problem}") from None
            news[place] = decode(olds[place])
        news[place] = _replaced(space.shown(place), news[place], edit)
    return {place: text.encode("utf-8", "surrogatepass") for place, text in news.items()}, olds


def _replaced(name: str, text: str, edit: Edit) -> str:
    if not edit.old:
        return edit.new
    old = edit.old.replace("\r\n", "\n")
    count = text.count(old)
    if count == 1:
        return text.replace(old, edit.new.replace("\r\n", "\n"))
    if count:
        lines = [str(text[: found.start()].count("\n") + 1) for found in re.finditer(re.escape(old), text)]
        raise Refused(
            f"{name}: `old` stands there {count} times, at lines {', '.join(lines[:8])}: give more of the text"
        )
    first = next((line.strip() for line in old.split("\n") if line.strip()), "")
    near = [str(number) for number, line in enumerate(text.split("\n"), 1) if first and first in line]
    hint = f"; its first line stands at {', '.join(near[:5])}, what follows differs" if near else ""
    raise Refused(f"{name}: `old` does not stand there{hint}: quote the file as it is on the disk")


def _made(report: Report, folder: str) -> list[Made]:
    return [made for path, data in report.names if data for made in collect(data, space_name(path, folder), folder)]


def space_name(path: str, folder: str) -> str:
    return path.removeprefix(folder.rstrip("/") + "/")


def _compared(old: Made | None, new: Made | None, lines: Any) -> Comparison:  # noqa: ANN401
    if old is None:
        assert new is not None
        return compare(Made(new.entry), new)
    return compare(old, new if new is not None else Made(old.entry), lines=lines, rest=by_names)


def with_changes(
    head: dict[str, Any], comparisons: Sequence[Comparison], offset: int, limit: int | None
) -> dict[str, Any]:
    """The changes: first told together, a renamed scope in one row, then name by name as far as there is room."""
    rows = []
    for comparison in comparisons:
        for row in changes.rows(comparison):
            told = {"kind": row.kind, "level": row.level, "what": row.what, "at": row.place, "note": row.note}
            whose = {"file": comparison.entry.file, "entry": comparison.entry.entry}
            rows.append({name: each for name, each in {**told, **whose}.items() if each})
    rows.sort(key=lambda row: _RANK[row["level"]])
    if not offset:
        head = fitted({**head, "changes": rows}, ("changes",), SIZE * 2 // 3)
    names = [(_RANK[row["level"]], row) for each in comparisons for row in _change_rows(each)]
    return paged(head, "names", [row for _, row in sorted(names, key=lambda each: each[0])], offset, limit)


def _change_rows(comparison: Comparison) -> list[dict[str, Any]]:
    """The changes of one entry, slots last."""
    ranked = sorted(comparison.changes, key=lambda change: change.variable.slot)
    return [_change_row(change, comparison) for change in ranked]


def _change_row(change: Change, comparison: Comparison) -> dict[str, Any]:
    old, new = change.old, change.new
    out: dict[str, Any] = {"kind": change.kind, "level": change.level}
    if old is not None:
        out["old"] = old.name
        if old.place is not None and new is None:
            out["was_at"] = str(old.place)
    if new is not None:
        if old is None or new.name != old.name:
            out["new"] = new.name
        if new.place is not None:
            out["at"] = str(new.place)
    if change.kind in ("shape", "dtype") and old is not None and new is not None:
        out["from"], out["to"] = str(old.form), str(new.form)
    elif old is None and new is not None:
        out["shape"] = written(new.form.shape)
    if change.variable.slot:
        out["slot"] = True
    out["certain"] = change.certain and change.variable.certain
    if change.why:
        out["why"] = shortened(change.why, 200)
    if comparison.entry.entry:
        out["entry"] = comparison.entry.entry
    return out


def _findings(before: Sequence[Finding], after: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Those that go and those that come; lines shift, so that they are counted by code and what they say."""

    def key(finding: Finding) -> tuple[str, str, str]:
        return finding.code, finding.full_name, finding.site.path

    olds, news = Counter(map(key, before)), Counter(map(key, after))
    lost, come = olds - news, news - olds
    return _first_of(before, lost, key), _first_of(after, come, key)


def _first_of(findings: Sequence[Finding], wanted: Counter[tuple[str, str, str]], key: Any) -> list[Finding]:  # noqa: ANN401
    left, out = Counter(wanted), []
    for finding in findings:
        if left[key(finding)] > 0:
            left[key(finding)] -= 1
            out.append(finding)
    return out
