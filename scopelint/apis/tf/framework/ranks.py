"""Which ranks TF's shape functions take of the inputs of an operation, as recorded (`tools/record_ranks.py`)."""

from __future__ import annotations

from functools import cache

from scopelint.apis.tables.lines import Lines
from scopelint.apis.tf.framework.node import Node
from scopelint.tuples import NamedTuple
from scopelint.values.tensors import Tensor

_RANKS = Lines("ranks.txt")


class Bound(NamedTuple):
    """Of one input; `most` is infinite where any rank from `least` on is taken."""

    input: str
    least: int
    most: float

    def refusal(self, rank: int) -> str:
        """What TF says (InferenceContext::WithRank, WithRankAtLeast, WithRankAtMost)."""
        if self.least == self.most:
            return f"Shape must be rank {self.least} but is rank {rank}"
        if rank < self.least:
            return f"Shape must be at least rank {self.least} but is rank {rank}"
        return f"Shape must be at most rank {self.most} but is rank {rank}"


@cache
def bounds(type_: str) -> tuple[Bound, ...]:
    """Those of an operation's inputs of which TF does not take every rank."""
    row = _RANKS.find(type_)
    out = []
    for cell in row[0].split() if row else ():
        name, _, span = cell.partition("=")
        least, _, most = span.partition("..")
        out.append(Bound(name, int(least), int(most) if most else float("inf")))
    return tuple(out)


def check_ranks(node: Node) -> None:
    """Raises what TF does where an input's rank is known and is none that the shape function takes."""
    for bound in bounds(node.type):
        tensor = node.ins.get(bound.input)
        if not isinstance(tensor, Tensor) or not isinstance(tensor.shape, tuple):
            continue
        rank = len(tensor.shape)
        if not bound.least <= rank <= bound.most:
            node.refuse(bound.refusal(rank))
