"""What `scopelint port` says: the table of keys and tensors, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from scopelint.escapes import printable
from scopelint.porting.recipes import Recipe
from scopelint.porting.safetensors import Held
from scopelint.porting.table import Row, Status, Table
from scopelint.reports.comparisons import about

SCHEMA = 1
_MANY = 8
_WIDEST = 64
_BOLD, _DIM, _RED, _END = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[0m"


def write_text(found: Table, stream: TextIO, color: bool = False, whole: bool = False) -> None:
    """The mapped keys line by line; those left out told together by their reasons, unless the `whole` is asked for."""

    def paint(code: str, text: str) -> str:
        return f"{code}{text}{_END}" if color else text

    stream.write(f"{about(found.checkpoint)} -> {'PyTorch' if found.style == 'torch' else 'Keras'}\n")
    cells = [cell for row in found.of("mapped") for cell in _mapped(row)]
    widths = [min(max((len(cell[at]) for cell in cells), default=0), _WIDEST) for at in range(3)]
    for cell in cells:
        line = "  ".join(text.ljust(width) for text, width in zip(cell, [*widths, 0], strict=True))
        stream.write(f"  {line.rstrip()}\n")
    for recipe in found.made:
        if not recipe.keys:
            stream.write(f"  {paint(_DIM, '(made)')}  {recipe.name} {_shape(recipe.shape)}: {recipe.note}\n")
    for row in found.of("unmatched"):
        name = f"{printable(row.name)} {_shape(row.shape)}"
        stream.write(f"  {paint(_RED, 'unmatched')}  {name}: {printable(row.why)}\n")
    out = found.of("left out")
    for why, rows in _by_reason(out) if not whole else [(row.why, [row]) for row in out]:
        names = ", ".join(printable(row.name) for row in rows[:2]) + (", ..." if len(rows) > 2 else "")
        sure = "" if all(row.certain for row in rows) else ", by its name alone"
        stream.write(f"  {paint(_DIM, 'left out')}  {len(rows)}: {printable(why)}{sure} ({names})\n")
    counters, empty = _counters(found), [held for held in found.empty if not is_counter(held)]
    for held in empty[:_MANY]:
        stream.write(f"  {paint(_DIM, 'not filled')}  {printable(held.name)} {_shape(held.shape)}\n")
    if len(empty) > _MANY:
        stream.write(f"  {paint(_DIM, 'not filled')}  and {len(empty) - _MANY} more\n")
    if counters:
        said = f"{counters} whole number{'s' * (counters != 1)}, counters that the target starts itself"
        stream.write(f"  {paint(_DIM, 'not filled')}  {said}\n")
    for name in found.twice:
        stream.write(f"  {paint(_RED, 'twice')}  {printable(name)}: two tensors would have this name\n")
    for note in found.notes:
        stream.write(f"  {paint(_DIM, 'note')}  {printable(note)}\n")
    stream.write(f"{summary(found)}\n")
    if found.suggested:
        stream.write("\nas rules:\n")
        for line in found.suggested:
            stream.write(f"{printable(line)}\n")


def summary(found: Table) -> str:
    """`124 keys: 41 mapped (1 not certain), 83 left out, 0 unmatched`"""
    counts = {status: len(found.of(status)) for status in _STATUSES}
    unsure = sum(not row.certain for row in found.of("mapped"))
    mapped = f"{counts['mapped']} mapped" + (f" ({unsure} not certain)" if unsure else "")
    said = f"{len(found.rows)} keys: {mapped}, {counts['left out']} left out, {counts['unmatched']} unmatched"
    empty = len(found.empty) - _counters(found)
    return said + (f"; {empty} of the target not filled" if empty else "")


def is_counter(held: Held) -> bool:
    """As `num_batches_tracked` of torch is."""
    return held.shape == () and held.dtype.startswith("int")


def _counters(found: Table) -> int:
    return sum(map(is_counter, found.empty))


_STATUSES: tuple[Status, ...] = ("mapped", "left out", "unmatched")


def _mapped(row: Row) -> Iterator[tuple[str, str, str, str]]:
    notes = [row.why] * bool(row.why) + ["not certain"] * (not row.certain)
    for number, recipe in enumerate(row.targets):
        left = f"{printable(row.name)} {_shape(row.shape)}" if not number else ""
        layout = "" if recipe.layout == "same" else recipe.layout
        said = "; ".join(notes) if not number else ""
        yield left, f"{printable(recipe.name)} {_shape(recipe.shape)}", layout, printable(said)


def _by_reason(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.why, []).append(row)
    return list(groups.items())


def _shape(shape: Sequence[int] | None) -> str:
    return "[?]" if shape is None else "[" + ",".join(map(str, shape)) + "]"


def data(found: Table) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "checkpoint": found.checkpoint.prefix,
        "names": found.style,
        "keys": len(found.rows),
        "mapped": len(found.of("mapped")),
        "left_out": len(found.of("left out")),
        "unmatched": len(found.of("unmatched")),
        "rows": [_row_data(row) for row in found.rows],
        "tensors": [_tensor_data(recipe) for recipe in found.made],
        "not_filled": [{"name": h.name, "shape": list(h.shape), "dtype": h.dtype} for h in found.empty],
        "twice": list(found.twice),
        "rules": list(found.suggested),
        "notes": list(found.notes),
    }


def _row_data(row: Row) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "shape": None if row.shape is None else list(row.shape),
        "dtype": row.dtype,
        "status": row.status,
        "targets": [recipe.name for recipe in row.targets],
        "why": row.why or None,
        "of": row.of or None,
        "evidence": row.evidence or None,
        "rule": row.rule or None,
        "certain": row.certain,
    }


def _tensor_data(recipe: Recipe) -> dict[str, Any]:
    return {
        "name": recipe.name,
        "shape": list(recipe.shape),
        "dtype": recipe.dtype,
        "layout": recipe.layout,
        "keys": list(recipe.keys),
        "certain": recipe.certain,
        "note": recipe.note or None,
    }


def write_json(found: Table, stream: TextIO) -> None:
    json.dump(data(found), stream, indent=1, ensure_ascii=False)
    stream.write("\n")
