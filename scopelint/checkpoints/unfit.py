"""Causes of what is there and does not fit: shapes by axis, dtypes."""

from __future__ import annotations

from scopelint.checkpoints.case import Case, Cause, several
from scopelint.checkpoints.comparing import Want
from scopelint.checkpoints.demands import Place
from scopelint.checkpoints.first_error import shape_text
from scopelint.checkpoints.records import CheckpointTensor

_TOLD = 3
"""Shapes that one line tells before it counts the rest."""


def shapes(case: Case) -> list[Cause]:
    """Grouped by what differs: another number of classes is one cause, whatever it changes."""
    groups: dict[str, list[tuple[Want, CheckpointTensor, int | None]]] = {}
    for want, tensor in case.found.shapes:
        if want.key not in case.swapped:
            axis, what = _axis(want, tensor.shape)
            groups.setdefault(what, []).append((want, tensor, axis))
    found = []
    for what, members in groups.items():
        shown = [_difference(want, tensor) for want, tensor, _ in members[:_TOLD]]
        if len(members) > _TOLD:
            shown.append(f"and {len(members) - _TOLD} more")
        first = members[0][0]
        place = first.variable.place if first.variable else Place()
        found.append(
            Cause(
                "shape",
                "shape",
                shown[0] + (f" ({what})" if what else ""),
                tuple(want.name for want, _, _ in members),
                tuple(want.key for want, _, _ in members),
                place,
                more=tuple(shown[1:]),
            )
        )
    return found


def _difference(want: Want, tensor: CheckpointTensor) -> str:
    at = f"at {want.variable.place}" if want.variable and want.variable.place else "here"
    return f"{want.key}   {shape_text(tensor.shape)} in the checkpoint, {shape_text(want.shape)} {at}"


def _axis(want: Want, held: tuple[int | None, ...] | None) -> tuple[int | None, str]:
    """Which axis differs, and what it is for a layer of this rank."""
    if want.shape is None or held is None:
        return None, ""
    if len(want.shape) != len(held):
        return None, f"rank {len(held)} against {len(want.shape)}"
    differ = [axis for axis, (a, b) in enumerate(zip(want.shape, held, strict=True)) if a != b]
    rank, leaf = len(held), want.name.rpartition("/")[2].lower()
    if len(differ) > 1:
        if rank == 4 and set(differ) <= {0, 1}:
            return None, "kernel size"
        same = sorted(str(s) for s in want.shape) == sorted(str(s) for s in held)
        return None, "axes in another order" if same else "several axes"
    axis = differ[0]
    if rank == 1:
        return axis, "last axis: units, classes"
    if "embed" in want.name.lower() or "lookup" in leaf or "table" in leaf:
        return axis, "first axis: vocabulary" if axis == 0 else "last axis: width"
    if axis == rank - 1:
        return axis, "last axis: units, classes"
    if rank == 4:
        return axis, "kernel size" if axis < 2 else "third axis: input channels"
    if axis == rank - 2:
        return axis, "input width" if rank > 2 else "first axis: input width"
    return axis, ""


def dtypes(case: Case) -> list[Cause]:
    found = []
    for want, tensor in case.found.dtypes:
        place = want.variable.place if want.variable else Place()
        found.append(
            Cause(
                "dtype",
                "dtype",
                f"{want.key}   {tensor.dtype} in the checkpoint, {want.dtype}" + (f" at {place}" if place else " here"),
                (want.name,),
                (want.key,),
                place,
            )
        )
    return found


def taken(case: Case) -> list[Cause]:
    if not case.found.taken:
        return []
    shown = [
        f"{want.key} {shape_text(tensor.shape)} into {shape_text(want.shape)}" for want, tensor in case.found.taken
    ]
    first = case.found.taken[0][0]
    return [
        Cause(
            "shape-in-silence",
            "shape",
            f"{several(shown)}: resource variables take a value of any shape, TF says nothing, and what is computed "
            "with them fails later or is wrong",
            tuple(want.name for want, _ in case.found.taken),
            tuple(want.key for want, _ in case.found.taken),
            first.variable.place if first.variable else Place(),
        )
    ]
