"""What a checkpoint holds for a line that loads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scopelint.graph.events import RestoreSite, VariableMade
from scopelint.rules.base import Record
from scopelint.rules.restores import before, loads, notes, order
from scopelint.tuples import NamedTuple

if TYPE_CHECKING:
    from scopelint.checkpoints.records import Checkpoint, CheckpointTensor

Dims = tuple[int, ...]


class Wanted(NamedTuple):
    """One variable that a line reads: under which key, and what the checkpoint has there. `shape`: the variable's, of a
    part the whole's; None where it is not known in full."""

    key: str
    name: str
    shape: Dims | None
    made: VariableMade | None
    tensor: CheckpointTensor | None

    @property
    def differs(self) -> bool:
        """Has the checkpoint another shape, for certain?"""
        held = self.tensor.shape if self.tensor is not None else None
        return held is not None and self.shape is not None and held != self.shape


SAVING = ("Estimator.train", "MonitoredTrainingSession", "Supervisor")
"""What writes checkpoints to the folder that it restores from."""


def with_checkpoint(outcome: Record, *kinds: str, certain: bool = True) -> Iterator[tuple[RestoreSite, Checkpoint]]:
    """The lines that load a checkpoint that is there. What the program itself may have written by then is another one
    than that which lies there now. `certain`: those alone of which it is known what they ask for."""
    for site in loads(outcome, *kinds, certain=certain):
        checkpoint = outcome.checkpoints.get(site.path)
        if checkpoint is not None and not _is_written(outcome, site):
            yield site, checkpoint


def _is_written(outcome: Record, site: RestoreSite) -> bool:
    at = order(outcome, site)
    paths = [str(note.fact("checkpoint")) for note in notes(outcome, "checkpoint_written") if order(outcome, note) < at]
    for other in outcome.of(RestoreSite):
        if other.what in SAVING and order(outcome, other) < at:
            paths.append(other.path)
    return any(not path or site.path.startswith(path) or path.startswith(site.path) for path in paths)


def wanted(outcome: Record, site: RestoreSite, checkpoint: Checkpoint) -> list[Wanted]:
    """What the line asks for and what it gets. TF: a Saver finds what is object-based by the variables' names."""
    table = dict(checkpoint.by_key)
    if site.kind == "saver" and not checkpoint.is_name_based:
        table = {tensor.name: tensor for tensor in checkpoint.tensors}
    wholes = {name: whole for name, whole, _ in site.slices}
    made = {each.name: each for each in before(outcome, site)}
    out = []
    for key, name in site.pairs:
        variable = made.get(name)
        shape = wholes.get(name) if name in wholes else variable.shape if variable and variable.shape_known else None
        known = isinstance(shape, tuple) and all(type(d) is int for d in shape)
        out.append(Wanted(key, name, tuple(shape) if known and shape is not None else None, variable, table.get(key)))
    return out


def written(shape: Dims | None) -> str:
    return "[?]" if shape is None else "[" + ",".join(map(str, shape)) + "]"


def size(shape: Dims) -> int:
    count = 1
    for d in shape:
        count *= d
    return count


def file_name(checkpoint: Checkpoint) -> str:
    """The checkpoint as messages call it."""
    return checkpoint.prefix.replace("\\", "/").rstrip("/").rpartition("/")[2] or checkpoint.prefix
