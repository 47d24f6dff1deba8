"""Partitioned variables: `w/part_0`, `w/part_1`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from scopelint.graph import refusals
from scopelint.graph.access import Access, emit_refused, emit_reused
from scopelint.graph.conditions import added
from scopelint.graph.initial import Initializer, PartitionInfo, default_initializer
from scopelint.graph.scopes import graph_of
from scopelint.graph.variable_store import MaybeEntry
from scopelint.values.base import Unknown, is_known
from scopelint.values.tensors import (
    Dims,
    DType,
    PartitionedVariable,
    Tensor,
    TensorShape,
    Variable,
    as_shape,
    is_fully_defined,
    merge_shapes,
    shape_text,
    shapes_compatible,
)
from scopelint.values.text import hole
from scopelint.values.truth import NO

if TYPE_CHECKING:
    from scopelint.graph.state import GraphState
    from scopelint.graph.variable_store import VariableStore


def call_partitioner(name: str, partitioner: Callable[..., Any], shape: Dims, dtype: object) -> Any:
    """TF: _call_partitioner. How many slices on each axis; an Unknown where that is not known."""
    text = shape_text(shape)
    if is_fully_defined(shape) is NO:
        raise refusals.partitioner_refused(
            name, f"Shape of a new partitioned variable must be fully defined, but instead was {text}."
        )
    if isinstance(shape, Unknown):
        return shape
    if len(shape) < 1:
        raise refusals.partitioner_refused(name, f"A partitioned Variable must have rank at least 1, shape: {text}")
    slicing = partitioner(shape=TensorShape(shape), dtype=dtype)
    if isinstance(slicing, Unknown):
        return slicing
    if not isinstance(slicing, (list, tuple)):
        raise refusals.partitioner_refused(name, f"Partitioner must return a sequence, but saw: {slicing}")
    if len(slicing) != len(shape):
        raise refusals.partitioner_refused(
            name,
            f"Partitioner returned a partition list that does not match the Variable's rank: {slicing} vs. {text}",
        )
    if not is_known(tuple(slicing)):
        return Unknown("how a variable is partitioned is not known")
    if any(p < 1 for p in slicing):
        raise refusals.partitioner_refused(name, f"Partitioner returned zero partitions for some axes: {slicing}")
    if sum(p > 1 for p in slicing) > 1:
        raise refusals.partitioner_refused(
            name, f"Can only slice a variable along one dimension: shape: {text}, partitioning: {slicing}"
        )
    return list(slicing)


def slice_axis(slicing: list[int]) -> tuple[int, int]:
    """TF: _get_slice_dim_and_num_slices."""
    for axis, count in enumerate(slicing):
        if count > 1:
            return axis, count
    return 0, 1


def iter_slices(shape: tuple[Any, ...], count: int, axis: int) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """TF: _iter_slices. Offset and shape of each slice; the first ones take what is left over."""
    size = shape[axis]
    offset: Any = 0
    for number in range(count):
        length = size // count
        if isinstance(size, int) and number < size % count:
            length += 1
        yield (
            tuple(offset if a == axis else 0 for a in range(len(shape))),
            (*shape[:axis], length, *shape[axis + 1 :]),
        )
        offset = offset + length


def make_partitioned(
    state: GraphState,
    store: VariableStore,
    access: Access,
    name: str,
    partitioner: Callable[..., Any] | None,
    given: dict[str, Any],
    get_single: Callable[..., Variable],
) -> Any:
    """TF: _VariableStore._get_partitioned_variable. `get_single` makes or finds one part."""
    initializer, reuse, dtype = given["initializer"], given["reuse"], given["dtype"]
    whole = store.vars.get(name)
    if isinstance(whole, Variable):
        raise refusals.found_unpartitioned(name, whole)
    shape = as_shape(given["shape"])
    is_value = isinstance(initializer, Initializer) and initializer.is_value
    if is_value and initializer.tensor is not None:
        if shapes_compatible(shape, initializer.shape) is NO:
            raise refusals.shapes_not_compatible(name, shape, initializer.shape)
        shape = merge_shapes(shape, initializer.shape)
    slicing: Any = None
    if partitioner is not None:
        asked = dtype if access.dtype_given is None else access.dtype_given
        slicing = call_partitioner(name, partitioner, shape, asked)
    found = store.partitioned.get(name)
    if isinstance(found, MaybeEntry):
        return found.variable
    if found is not None:
        _check_found(name, found, shape, dtype, slicing, reuse)
        if access.dtype_given is not None:
            raise refusals.dtype_not_converted(name, access.dtype_given, "is_compatible_with")
        for part in found.parts:
            emit_reused(state, access, part, part.key)
        return found
    if reuse is True:
        why = store.graph.others
        if why is None:
            raise refusals.partitioned_missing(name)
        # What was not followed may have made it: else TF refuses, and there is nothing to go on with.
        emit_refused(
            state, access, refusals.partitioned_missing(name), name, added(state.conditions, store.graph.assumed)
        )
        return why.derive("")
    if isinstance(slicing, Unknown) or isinstance(shape, Unknown):
        shape_of_part = Unknown("how a variable is partitioned is not known")
        part = get_single(state, store, access, f"{name}/part_{hole('i')}", None, {**given, "shape": shape_of_part})
        return PartitionedVariable(name, shape, dtype, [part], (1,), store.graph)
    axis, count = slice_axis(slicing)
    _check_parts(store, name, count)
    parts = []
    graph = store.graph
    for number, (offset, part_shape) in enumerate(iter_slices(shape, count, axis)):
        part_name = f"{name}/part_{number}"
        part_given: dict[str, Any] = {**given, "shape": part_shape}
        state.user_depth += 1
        try:
            with graph.name_scope(f"{part_name}/PartitionedInitializer"):
                if initializer is None:
                    if access.dtype_given is not None:
                        raise refusals.dtype_not_converted(name, access.dtype_given, "is_floating")
                    part_given["initializer"] = default_initializer(name, dtype)
                elif is_value:
                    part_given["initializer"] = _slice(state, initializer, dtype, part_shape)
                    part_given["shape"] = None
                    part_given["dtype"] = dtype = part_given["initializer"].dtype
        finally:
            state.user_depth -= 1
        with graph.name_scope(None):
            info = PartitionInfo(shape, offset)
            _check_info(name, info)
            part = get_single(state, store, access, part_name, info, part_given)
        part.slice_info = (name, offset)
        parts.append(part)
    made = PartitionedVariable(name, shape, dtype, parts, tuple(slicing), graph)
    store.partitioned.set(name, made)
    return made


def _check_info(name: str, info: PartitionInfo) -> None:
    """TF: _PartitionInfo.__init__. More parts than the dimension has rows begin beyond its end."""
    offset, whole = list(info.var_offset), list(info.full_shape)
    for at, size in zip(offset, whole, strict=False):
        if is_known(at) and is_known(size) and at >= size:
            raise refusals.partitioner_refused(
                name,
                f"Expected 0 <= offset < shape but found offset={at}, shape={size} for var_offset={offset}, "
                f"full_shape={whole}",
            )


def _slice(state: GraphState, initializer: Initializer, dtype: object, shape: tuple[Any, ...]) -> Initializer:
    """TF: a value is cut with array_ops.slice, a Python one after it was made a constant."""
    graph = state.default if initializer.tensor is None else graph_of(state, (initializer.tensor,))
    found: Any = initializer.dtype if initializer.tensor is not None else dtype
    if initializer.tensor is None:
        graph.op("Const", "Const")
    whole = initializer.shape
    if isinstance(whole, tuple) and len(whole) != len(shape):
        # Which operation refuses is the slice itself: its two constants are there by then.
        with graph.name_scope("Slice") as scope:
            graph.take_inner(scope[:-1], (("begin", "Const"), ("size", "Const")))
        raise refusals.slice_rank(scope[:-1], whole, len(shape))
    name = graph.op("Slice", "Slice", inner=(("begin", "Const"), ("size", "Const")))
    base = found.base_dtype if isinstance(found, DType) else found
    return Initializer("tensor", shape=shape, dtype=base, tensor=Tensor(name, 0, "Slice", shape, base, graph))


def _check_found(
    name: str, found: PartitionedVariable, shape: Dims, dtype: object, slicing: object, reuse: object
) -> None:
    first = found.parts[0]
    if "{" in name:
        # Of a name that is known in part nobody knows whether it is the same.
        return
    if reuse is False:
        raise refusals.partitioned_exists(name, first)
    if shapes_compatible(shape, found.shape) is NO:
        raise refusals.partitioned_differs("shape", name, shape_text(shape), shape_text(found.shape), first)
    if isinstance(dtype, DType) and isinstance(found.dtype, DType) and not dtype.is_compatible_with(found.dtype):
        raise refusals.partitioned_differs("dtype", name, dtype.name, found.dtype.name, first)
    if isinstance(slicing, list) and list(found.partitions) != slicing:
        raise refusals.partitioned_differs("partitions", name, str(slicing), str(list(found.partitions)), first)


def _check_parts(store: VariableStore, name: str, count: int) -> None:
    """TF: parts that were made one by one have to be as many as the partitioner asks for."""
    if f"{name}/part_0" not in store.vars:
        return
    start = "Partitioner returned a different partitioning than what was already found.  "
    if f"{name}/part_{count - 1}" not in store.vars:
        raise refusals.partitioner_refused(
            name,
            f"{start}Partitioner returned {count} shards, and shard {name}/part_0 was found, but "
            f"{name}/part_{count - 1} was not.",
        )
    if f"{name}/part_{count}" in store.vars:
        raise refusals.partitioner_refused(
            name,
            f"{start}Partitioner returned {count} shards, and shard {name}/part_0 was found, but so was the extra "
            f"shard {name}/part_{count}.",
        )
