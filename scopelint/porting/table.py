"""The table: every key of a checkpoint mapped, left out with its reason, or unmatched; and what is not filled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from scopelint.checkpoints.records import Checkpoint
from scopelint.porting.against import Fitted, fit
from scopelint.porting.layers import Layers, layers
from scopelint.porting.left_out import Known, Reason, averages, left_out
from scopelint.porting.naming import Style
from scopelint.porting.recipes import Recipe
from scopelint.porting.rules import Rules
from scopelint.porting.safetensors import Held, twice

Status = Literal["mapped", "left out", "unmatched"]


@dataclass(frozen=True)
class Row:
    """One key. `targets`: the tensors it goes into. `certain`: name, layout and, for one left out, the reason are
    known; `why`: what is odd about it, or why it has no place; `of`: the variable that one left out is kept for."""

    key: str
    name: str
    shape: tuple[int, ...] | None
    dtype: str
    status: Status
    targets: tuple[Recipe, ...] = ()
    why: str = ""
    evidence: str = ""
    certain: bool = True
    rule: int = 0
    of: str = ""


@dataclass(frozen=True)
class Table:
    """`rows`: in the order of the file, every key once. `made`: all tensors of the target, also those of no key.
    `empty`: tensors of the target that nothing fills. `suggested`: rules that say what the matcher found."""

    checkpoint: Checkpoint
    style: Style
    rows: tuple[Row, ...]
    made: tuple[Recipe, ...]
    empty: tuple[Held, ...] = ()
    suggested: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    twice: tuple[str, ...] = field(default=())
    """Names of the target that more than one tensor would have: such a table cannot be written."""

    def of(self, status: Status) -> list[Row]:
        return [row for row in self.rows if row.status == status]

    @property
    def is_whole(self) -> bool:
        """Is every weight mapped, and can the target be written?"""
        return not self.of("unmatched") and not self.twice


def table(
    checkpoint: Checkpoint,
    style: Style = "torch",
    rules: Rules | None = None,
    known: Known | None = None,
    target: Sequence[Held] | None = None,
    uncertain: bool = False,
    averaged: bool = False,
) -> Table:
    """`target`: what the header of the target's own file holds. `uncertain`: may likely pairs be taken? `averaged`: do
    moving averages take the place of their variables?"""
    rules = rules or Rules()
    known = known or Known()
    reasons = left_out(checkpoint, known)
    stand_ins = _stand_ins(checkpoint, reasons, averaged)
    weights = [
        replace(tensor, full_name=stand_ins[tensor.key]) if tensor.key in stand_ins else tensor
        for tensor in checkpoint.tensors
        if tensor.key not in reasons
    ]
    found = layers(weights, style, rules, known)
    reasons |= found.left
    fitted: Fitted | None = None
    made = list(found.recipes)
    unmatched = dict(found.unfit)
    notes: list[str] = []
    if target is not None:
        fitted = fit(made, target, found.by_rule)
        for recipe, why in (*fitted.clashes, *fitted.lost):
            for key in recipe.keys:
                unmatched.setdefault(key, f"{recipe.name}: {why}")
        made = [recipe for recipe in fitted.recipes if uncertain or recipe.name not in fitted.unsure]
        for recipe in fitted.recipes:
            if recipe.name in fitted.unsure and not uncertain:
                for key in recipe.keys:
                    unmatched.setdefault(key, f"likely {recipe.name}, not certain: --uncertain takes it, or a rule")
    by_key: dict[str, list[Recipe]] = {}
    for recipe in made:
        for key in recipe.keys:
            by_key.setdefault(key, []).append(recipe)
    rows = []
    for tensor in checkpoint.tensors:
        key = tensor.key
        head = (key, tensor.name, tensor.shape, tensor.dtype)
        reason = reasons.get(key)
        if reason is not None:
            rows.append(Row(*head, "left out", (), reason.text, reason.evidence, reason.certain, of=reason.of))
        elif key in unmatched or key not in by_key:
            rows.append(Row(*head, "unmatched", (), unmatched.get(key, "nothing is made of it"), certain=False))
        else:
            row = _mapped(head, by_key[key], found, fitted)
            if key in stand_ins:
                said = "the average is taken for the variable" + ("" if averaged else ", which is not in the file")
                row = replace(row, why=f"{said}; {row.why}" if row.why else said)
            rows.append(row)
    double = tuple(twice(recipe.name for recipe in made))
    for line in rules.idle():
        notes.append(f"line {line} of {rules.path} speaks of no key")
    empty = tuple(fitted.empty) if fitted is not None else ()
    suggested = tuple(_suggested(rows, fitted)) if fitted is not None else ()
    return Table(checkpoint, style, tuple(rows), tuple(made), empty, suggested, tuple(notes), double)


def _stand_ins(checkpoint: Checkpoint, reasons: dict[str, Reason], averaged: bool) -> dict[str, str]:
    """By key of an average the name of the variable in whose place it is carried: where the file has no other value of
    it, or where averages are asked for. What it takes the place of is left out."""
    held = {tensor.name: tensor.key for tensor in checkpoint.tensors}
    found = averages(checkpoint)
    if not averaged:
        return {key: name for key, name in found.items() if key not in reasons and name not in held}
    for key, name in found.items():
        reasons.pop(key, None)
        if name in held:
            reasons[held[name]] = Reason("its average is taken instead", "form")
    return found


def _mapped(
    head: tuple[str, str, tuple[int, ...] | None, str], made: Sequence[Recipe], found: Layers, fitted: Fitted | None
) -> Row:
    notes = "; ".join(dict.fromkeys(recipe.note for recipe in made if recipe.note))
    lines = [found.by_rule[name] for recipe in made for name in [_own_name(recipe, fitted)] if name in found.by_rule]
    unsure = fitted is not None and any(recipe.name in fitted.unsure for recipe in made)
    certain = all(recipe.certain for recipe in made) and not unsure
    evidence = "rule" if lines else "target" if fitted is not None else "convention"
    return Row(*head, "mapped", tuple(made), notes, evidence, certain, lines[0] if lines else 0)


def _own_name(recipe: Recipe, fitted: Fitted | None) -> str:
    return fitted.paired.get(recipe.name, recipe.name) if fitted is not None else recipe.name


def _suggested(rows: Sequence[Row], fitted: Fitted) -> list[str]:
    """Rules that say what the matcher found, families of numbers in one line each."""
    lines: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if row.status != "mapped" or len(row.targets) != 1 or row.rule:
            continue
        recipe = row.targets[0]
        if (
            recipe.name not in fitted.paired
            or len(recipe.keys) != 1
            or recipe.layout not in ("same", "T", "conv", "depthwise")
        ):
            continue
        lines.setdefault(_line(row.name, recipe), []).append((row.name, recipe.name))
    return list(lines)


def _line(name: str, recipe: Recipe) -> str:
    numbers = re.findall(r"\d+", name)
    pattern = re.sub(r"\\?\d+", lambda _: r"(\d+)", re.escape(name).replace("\\/", "/").replace("\\-", "-"))
    parts = re.split(r"(\d+)", recipe.name)
    left = list(enumerate(numbers, 1))
    out = []
    for part in parts:
        at = next((each for each in left if part.isdigit() and each[1] == part), None)
        if at is not None:
            left.remove(at)
            part = f"${at[0]}"
        out.append(part)
    if left and any(part.isdigit() for part in parts if part):
        # A number that is not that of the key: no family can be told from one pair.
        return f"{re.escape(name)} -> {recipe.name} {recipe.layout}"
    return f"{pattern} -> {''.join(out)} {recipe.layout}"
