"""Answers about checkpoints, for a person, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TextIO

from scopelint.checkpoints.answers import Answer
from scopelint.checkpoints.case import Cause, count
from scopelint.checkpoints.demands import Place
from scopelint.checkpoints.records import Checkpoint
from scopelint.escapes import dump, printable
from scopelint.rules.findings import Finding
from scopelint.site import Site

SCHEMA = 1
CODE = "TFS400"
_WORD = 12
_RED, _YELLOW, _GREEN, _BOLD, _DIM, _END = "\x1b[31m", "\x1b[33m", "\x1b[32m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


class _Paint:
    def __init__(self, on: bool) -> None:
        self._on = on

    def __call__(self, code: str, text: str) -> str:
        return f"{code}{text}{_END}" if self._on and text else text


def about(checkpoint: Checkpoint) -> str:
    """`model.ckpt (V2, saved by TF 1.15.5, 14 keys)`."""
    parts: list[str] = [checkpoint.kind]
    if checkpoint.tensorflow_version:
        parts.append(f"saved by TF {printable(checkpoint.tensorflow_version)}")
    parts.append(count(len(checkpoint.tensors), "key"))
    return f"{printable(checkpoint.prefix)} ({', '.join(parts)})"


def verdict(answer: Answer) -> str:
    if not answer.loads:
        return "would fail"
    if not answer.is_well:
        return "TF says nothing, but it does not load what it should"
    return "loads"


def write_text(answers: Sequence[Answer], stream: TextIO, hints: Sequence[str] = (), color: bool = False) -> None:
    """One paragraph for each line that loads: the verdict, the causes, TF's first error, how to load it."""
    paint = _Paint(color)
    for number, each in enumerate(answers):
        if number:
            stream.write("\n")
        for line in _paragraph(each, paint):
            stream.write(line.rstrip() + "\n")
    for hint in hints:
        stream.write(f"  {paint(_DIM, printable(hint))}\n")


def heading(answer: Answer, paint: _Paint | None = None) -> str:
    paint = paint or _Paint(False)
    demand = answer.demand
    number = count(len(demand.pairs), "variable")
    said = verdict(answer)
    hue = _RED if not answer.loads else _GREEN if answer.is_well else _YELLOW
    where = f"{paint(_BOLD, printable(str(demand.place)))} " if demand.place and demand.kind != "all" else ""
    what = printable(demand.what)
    if demand.kind == "all":
        start = (
            f"all {number} of {demand.place.file}, compared with"
            if demand.place
            else f"{what}, {number}, compared with"
        )
    elif demand.kind == "init" and not demand.certain and not demand.pairs:
        start = f"{what} reads what the program chooses while it runs from"
    else:
        of = f" of line {demand.made_at.line}" if demand.made_at and demand.made_at != demand.place else ""
        start = f"{what}{of} restores {number} from"
    return f"{where}{start} {about(answer.found.checkpoint)}: {paint(hue, said)}"


def _paragraph(answer: Answer, paint: _Paint) -> list[str]:
    lines = [heading(answer, paint)]
    before: tuple[str, ...] = ()
    for cause in answer.causes:
        lines += _cause(cause, paint, () if cause.more == before else cause.more)
        before = cause.more
    if answer.error is not None:
        first = "first error TF would give" if answer.error.exact else "an error that TF would give"
        lines.append(f"  {first}: {printable(answer.error.type)}: " + _several_lines(answer.error.message))
    for note in answer.demand.stops:
        lines.append("  " + paint(_DIM, "note".ljust(_WORD) + printable(note)))
    return lines


def _several_lines(text: str) -> str:
    return "\n      ".join(printable(line) for line in text.split("\n") if line.strip())


def _cause(cause: Cause, paint: _Paint, more: tuple[str, ...]) -> list[str]:
    hue = _DIM if not cause.serious else _RED if cause.certain else _YELLOW
    sure = ""
    if cause.kind in _SURE:
        sure = "   " + ("certain" if cause.certain else "likely, not certain")
    indent = " " * (_WORD + 2)
    lines = [f"  {paint(hue, cause.word.ljust(_WORD))}{printable(cause.said)}{paint(_DIM, sure)}"]
    lines += [f"{indent}{printable(each)}" for each in more]
    lines += [f"{indent}{'-> ' if number == 0 else '   '}{printable(fix)}" for number, fix in enumerate(cause.fix)]
    return lines


_SURE = frozenset(
    (
        "scope-added",
        "scope-removed",
        "scope-renamed",
        "renamed-leaf",
        "renamed-part",
        "index-shift",
        "reordered",
        "swap",
    )
)


def write_json(checkpoint: Checkpoint, answers: Sequence[Answer], stream: TextIO, nearest: Sequence[str] = ()) -> None:
    dump(data(checkpoint, answers, nearest), stream)


def data(checkpoint: Checkpoint, answers: Sequence[Answer], nearest: Sequence[str] = ()) -> dict[str, Any]:
    """`loads`, `map` and `causes` of all lines together, then each line by itself."""
    pairs: dict[tuple[str, str], bool] = {}
    for each in answers:
        for pair in each.pairs:
            known = pairs.get((pair.held, pair.wanted), True)
            pairs[pair.held, pair.wanted] = known and pair.certain
    return {
        "schema": SCHEMA,
        "checkpoint": {
            "path": checkpoint.path,
            "prefix": checkpoint.prefix,
            "kind": checkpoint.kind,
            "keys": len(checkpoint.tensors),
            "tensorflow": checkpoint.tensorflow_version,
        },
        "loads": all(each.loads for each in answers),
        "complete": all(each.is_well for each in answers),
        "map": [{"key": key, "variable": name, "certain": sure} for (key, name), sure in pairs.items()],
        "causes": [_cause_data(cause) for each in answers for cause in each.causes],
        "sites": [_site_data(each) for each in answers],
        "nearest": list(nearest),
    }


def _place_data(place: Place) -> dict[str, Any] | None:
    return {"file": place.file, "line": place.line} if place else None


def _cause_data(cause: Cause) -> dict[str, Any]:
    return {
        "kind": cause.kind,
        "message": f"{cause.word}: {cause.said}",
        "certain": cause.certain,
        "serious": cause.serious,
        "variables": list(cause.names),
        "keys": list(cause.keys),
        "place": _place_data(cause.place),
        "more": list(cause.more),
        "fix": list(cause.fix),
    }


def _site_data(answer: Answer) -> dict[str, Any]:
    demand, found = answer.demand, answer.found
    error = answer.error
    return {
        "place": _place_data(demand.place),
        "made_at": _place_data(demand.made_at),
        "kind": demand.kind,
        "what": demand.what,
        "certain": demand.certain,
        "loads": answer.loads,
        "complete": answer.is_well,
        "variables": len(demand.pairs),
        "found": found.found,
        "missing": [want.key for want in found.missing],
        "shapes": [
            {"key": want.key, "checkpoint": _shape(tensor.shape), "program": _shape(want.shape)}
            for want, tensor in found.shapes
        ],
        "dtypes": [
            {"key": want.key, "checkpoint": tensor.dtype, "program": want.dtype} for want, tensor in found.dtypes
        ],
        "unread": [tensor.key for tensor in found.unread],
        "left_out": [variable.name for variable in found.silent],
        "error": error and {"type": error.type, "message": error.message, "exact": error.exact},
        "causes": [_cause_data(cause) for cause in answer.causes],
        "notes": list(demand.stops),
    }


def _shape(shape: Sequence[int | None] | None) -> list[int | None] | None:
    return None if shape is None else list(shape)


def findings(answers: Sequence[Answer]) -> list[Finding]:
    """The serious causes as findings at the line that loads, for the reports that know findings."""
    found = []
    for each in answers:
        if each.is_well:
            continue
        place = each.demand.place or next((cause.place for cause in each.causes if cause.place), Place())
        for cause in each.causes:
            if not cause.serious:
                continue
            site = Site(place.file, place.line, 0, place.line, 0)
            said = " ".join(cause.said.split())
            message = f"{each.demand.what} from {each.found.checkpoint.prefix}: {cause.word}: {said}"
            found.append(
                Finding(
                    CODE,
                    "checkpoint-does-not-fit",
                    "{said}",
                    "error" if not each.loads else "warning",
                    site,
                    full_name=cause.names[0] if len(cause.names) == 1 else "",
                    tensorflow=str(each.error) if each.error else "",
                    certain=cause.certain,
                    parts=(("said", message),),
                )
            )
    return found
