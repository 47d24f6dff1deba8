"""tf.vectorized_map: a function that is traced once, in `loop_body`, and turned into operations on all rows."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.operations import convert, opaque_tensor, scope
from scopelint.apis.tf.framework.structures import flatten, mapped
from scopelint.apis.tf.ops.array import placeholder, shape_of
from scopelint.apis.tf.ops.slices import gather_of, slice_helper
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import INT32, UNKNOWN_TYPE, IndexedSlices, Operation, SparseTensor, Tensor
from scopelint.values.text import hole

api = Namespace("tf")
inside = Namespace("tensorflow.python.ops.parallel_for.control_flow_ops")


@api.function
def vectorized_map(call: Call, fn: Any, elems: Any) -> Any:
    """TF: parallel_for.control_flow_ops.vectorized_map."""
    if isinstance(elems, Unknown):
        elems = opaque_tensor(call, elems)

    def loop_fn(index: Any) -> Any:
        return call.invoke(fn, mapped(lambda each: gather_of(call, each, index), elems))

    first = flatten(elems)
    if first:
        slice_helper(call, shape_of(call, first[0]), 0)
    return _all_rows(call, loop_fn)


@inside.function
def pfor(call: Call, loop_fn: Any, iters: Any, parallel_iterations: Any) -> Any:
    """TF: parallel_for.control_flow_ops.pfor."""
    if parallel_iterations is not None:
        return call.cannot_know("rows in several rounds", may_make=True)
    return _all_rows(call, lambda index: call.invoke(loop_fn, index), iters)


def _all_rows(call: Call, loop_fn: Any, iters: AnyValue = None) -> Any:
    """TF: _pfor_impl. Of the operations that rows become neither the names nor how much of the shapes is known here."""
    with scope(call, None, "loop_body"):
        made = loop_fn(placeholder(call, INT32, (), None))
        if isinstance(made, Unknown):
            return made.derive("")
        made = mapped(lambda each: each if each is None else _tensor(call, each), made)
    if iters is not None:
        convert(call, iters)
    with scope(call, None, "pfor"):

        def rows(value: Any) -> Any:
            if not isinstance(value, Tensor):
                return value if value is None or isinstance(value, Operation) else call.unknown("rows of no tensor")
            # In a scope below the operation's own, or the operation itself where it is the same for all rows.
            name = hole(f"rows of {value.op_name}")
            shape = Unknown("the shape of rows that are worked out at once")
            return Tensor(name, 0, UNKNOWN_TYPE, shape, value.dtype, call.graph, value.deps).stands_for(value)

        return mapped(rows, made)


def _tensor(call: Call, value: Any) -> Any:
    if isinstance(value, (Tensor, Operation, SparseTensor)):
        return value
    return convert(call, value.values if isinstance(value, IndexedSlices) else value)
