"""Operations made by their type alone, where the summary knows what comes out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.op_inputs import deps_of, note
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.values.base import AnyValue
from scopelint.values.tensors import FLOAT32, NOT_CONSTANT, Operation, Tensor


def make(
    call: Call,
    type: str,
    name: str | None = None,
    shape: Any = (),
    dtype: Any = FLOAT32,
    deps: int = 0,
    inner: Iterable[tuple[str, str]] = (),
    const: Any = NOT_CONSTANT,
    index: int = 0,
) -> Tensor:
    """An operation and its output `index`. `inner`: names and types of what TF makes below its name first."""
    graph = call.graph
    inner = tuple(inner)
    full = graph.op(type, name, inner=inner)
    note(graph, full, type, deps, inner)
    return Tensor(full, index, type, shape, FLOAT32 if dtype is None else dtype, graph, deps, const)


def make_op(call: Call, type: str, name: str | None = None, inner: Iterable[tuple[str, str]] = ()) -> Operation:
    """An operation without outputs that matter."""
    return Operation(call.graph.op(type, name, inner=inner), type, call.graph)


def op_like(call: Call, source: AnyValue, type: str, name: str | None = None, **changes: Any) -> Tensor:
    """An operation whose output is as its input."""
    given = {"shape": dims_of(source), "dtype": dtype_of(source), "deps": deps_of(source), **changes}
    return make(call, type, name, **given)
