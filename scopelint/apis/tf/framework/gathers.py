"""Which gradients come by rows: what gathers rows of a tensor, and which operations hand an `IndexedSlices` on."""

from __future__ import annotations

from typing import Any

from scopelint.apis.tf.framework.node import Node
from scopelint.apis.tf.framework.op_inputs import takes
from scopelint.values.dependences import of_either, of_rows
from scopelint.values.tensors import RESOURCE, DType, PartitionedVariable, Tensor, Variable

PASSING = frozenset({
    "AddN", "Cast", "Concat", "ConcatV2", "Enter", "Exit", "Identity", "IdentityN", "Merge", "Neg", "NextIteration",
    "Print", "PrintV2", "ReadVariableOp", "RefEnter", "RefIdentity", "RefSwitch", "Switch",
})  # fmt: skip
"""Types whose gradient function hands an `IndexedSlices` on as one; all others turn it into a tensor."""

_DEEP = 50
"""More operations than this between a variable and what gathers from it are not gone through."""


def gathered(node: Node) -> int:
    """What the output of an operation of GATHERS depends on. TF: _GatherGrad, _GatherV2Grad, _GatherNdGrad."""
    table = node.ins.get("resource" if node.type == "ResourceGather" else "params")
    own = getattr(table, "deps", 0)
    found = rows_of(table)
    if node.type == "GatherNd":
        shape = getattr(node.ins.get("indices"), "shape", None)
        if not isinstance(shape, tuple):
            return own if shape is None else of_either(own)
        last = shape[-1] if shape else None
        if len(shape) != 2 or not isinstance(last, int):
            return own if len(shape) != 2 or last is None else of_either(own)
        return found if last == 1 else own
    if node.type == "GatherV2":
        axis, dims = getattr(node.ins.get("axis"), "const", None), node.attrs.get("batch_dims")
        if not isinstance(axis, int) or not isinstance(dims, int):
            return of_either(own)
        return found if axis == 0 and dims == 0 else own
    return found


def rows_of(value: Any, depth: int = 0) -> int:
    """What depends on rows gathered of this value: its variables come by rows where no operation between makes a
    tensor of the gradient."""
    deps: int = getattr(value, "deps", 0)
    if deps <= 0:
        return deps
    if isinstance(value, (Variable, PartitionedVariable)):
        return of_rows(deps)
    if not isinstance(value, Tensor) or value.dtype is RESOURCE:
        # What passes on a handle passes on its gradient.
        return of_rows(deps)
    if value.op_name.endswith("/read") or value.op_type in ("ReadVariableOp", "VariableV2"):
        return of_rows(deps)
    if value.is_stand_in or "{" in value.op_type:
        return of_either(deps)
    if value.op_type not in PASSING:
        return deps
    held = takes(value.graph, value.op_name, value.op_type)
    if held is None or depth > _DEEP:
        return of_either(deps)
    bits = 0
    for each in held:
        if not isinstance(each.dtype, DType) or each.dtype.kind in "fcrv":
            bits |= rows_of(each, depth + 1)
    return bits
