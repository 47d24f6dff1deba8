"""tf.map_fn, tf.scan, tf.foldl, tf.foldr: loops over a tensor's elements."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import operations, python_values
from scopelint.apis.tf.framework.bare_op import make as node
from scopelint.apis.tf.framework.callables import is_callable
from scopelint.apis.tf.framework.conversion import graph_dtype, is_set, none_if_default
from scopelint.apis.tf.framework.structures import flatten, refill, standing_for, unsettled
from scopelint.apis.tf.ops.tensor_array import (
    CORNERS,
    array_like,
    element,
    new_array,
    read_array,
    stack_array,
    unstack_array,
    with_first,
    write_array,
)
from scopelint.apis.tf.ops.while_loop import bounded, repack, turns_test
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import INT32, Tensor
from scopelint.values.truth import is_on

api = Namespace("tf")


def elements(call: Call, elems: AnyValue) -> tuple[list[Tensor], Any]:
    """`elems` as tensors, and their number, static or a tensor."""
    tensors = [operations.convert(call, leaf, None, "elem") for leaf in flatten(elems)]
    shape = tensors[0].shape if tensors else None
    first: Any = None
    if isinstance(shape, tuple):
        if not shape:
            text = (
                "elems must be a 1+ dimensional Tensor, not a scalar"
                if len(tensors) == 1
                else "elements in elems must be 1+ dimensional Tensors, not scalars"
            )
            call.raise_("ValueError", text, kind="shape")
        first = shape[0]
    if isinstance(first, int) and first:
        return tensors, first
    if isinstance(first, Unknown) or isinstance(shape, Unknown):
        return tensors, Unknown("number of elements is not known")
    graph = call.graph
    graph.op("Shape", "Shape")
    full = graph.op("StridedSlice", "strided_slice", inner=CORNERS)
    return tensors, Tensor(full, 0, "StridedSlice", (), INT32, graph)


def arrays_of(call: Call, tensors: list[Tensor], n: AnyValue, each: bool = False) -> list[InstanceValue]:
    """TensorArrays with the elements. map_fn and scan make all of them first, foldl one after the other."""
    if each:
        return [unstack_array(call, new_array(call, t.dtype, n), t) for t in tensors]
    made = [new_array(call, tensor.dtype, n) for tensor in tensors]
    return [unstack_array(call, array, tensor) for array, tensor in zip(made, tensors, strict=True)]


def members_at(call: Call, arrays: list[InstanceValue], tensors: list[Tensor], index: AnyValue) -> list[Tensor]:
    """What a turn reads of each array of elements."""
    return [standing_for(read_array(call, array, index), leaf) for array, leaf in zip(arrays, tensors, strict=True)]


def first_dimension(tensors: list[Tensor]) -> Any:
    shape = tensors[0].shape if tensors else None
    return shape[0] if isinstance(shape, tuple) and shape else (shape if isinstance(shape, Unknown) else None)


def next_index(call: Call, index: AnyValue, kind: str = "AddV2", name: str = "add") -> Tensor:
    full = call.graph.op(kind, name, inner=(("y", "Const"),))
    call.graph.draw(full, index, f"{full}/y")
    return Tensor(full, 0, kind, (), INT32, call.graph)


def check_function(call: Call, fn: AnyValue) -> None:
    if not isinstance(fn, Unknown) and not is_callable(fn):
        call.raise_("TypeError", "fn must be callable.", kind="argument")


@api.function
def map_fn(call: Call, fn: Any, elems: Any, dtype: Any, name: Any) -> Any:
    """TF: functional_ops.map_fn. The function is traced once, in `map/while`."""
    check_function(call, fn)
    with operations.scope(call, name, "map"):
        if isinstance(elems, Unknown):
            elems = operations.opaque_tensor(call, elems)
        tensors, n = elements(call, elems)
        wanted = dtype if is_set(dtype) else refill(elems, iter([None] * len(flatten(elems))))
        given_dtypes = flatten(wanted)
        dtypes = [
            graph_dtype(call, each) if each is not None else python_values.base(tensors[min(i, len(tensors) - 1)].dtype)
            for i, each in enumerate(given_dtypes)
        ]
        inputs = arrays_of(call, tensors, n)
        start = node(call, "Const", "Const", (), INT32)
        outputs = [new_array(call, each, n) for each in dtypes]

        def compute(i: AnyValue, arrays: Any) -> Any:
            values = iter(members_at(call, inputs, tensors, i))
            result = call.invoke(fn, refill(elems, values))
            leaves = flatten(result)
            if len(leaves) != len(dtypes):
                unknown = unsettled(result, dtype if is_set(dtype) else elems)
                if unknown is None:
                    call.raise_(
                        "ValueError", "The two structures don't have the same nested structure.", kind="argument"
                    )
                leaves = [operations.opaque_tensor(call, unknown) for _ in dtypes]
            written = [write_array(call, array, i, leaf) for array, leaf in zip(arrays.items, leaves, strict=True)]
            return (next_index(call, i), ListValue(written))

        with operations.scope(call, "while"):
            result, exits = bounded(call, turns_test(call, "Less", n), compute, (start, ListValue(outputs)), n)
        arrays = [array_like(array, flow) for array, flow in zip(result[1].items, exits[1:], strict=True)]
        made = _stacked(call, arrays, first_dimension(tensors))
        sources = given_dtypes if is_set(dtype) else tensors
        return refill(wanted, iter([standing_for(each, leaf) for each, leaf in zip(made, sources, strict=True)]))


def _stacked(call: Call, arrays: list[InstanceValue], count: AnyValue) -> list[Tensor]:
    out = []
    for array in arrays:
        tensor = stack_array(call, array)
        tensor.shape = with_first(count, element(array))
        out.append(tensor)
    return out


@api.function
def scan(call: Call, fn: Any, elems: Any, initializer: Any, reverse: Any, name: Any) -> Any:
    """TF: functional_ops.scan."""
    check_function(call, fn)
    with operations.scope(call, name, "scan"):
        if isinstance(elems, Unknown):
            elems = operations.opaque_tensor(call, elems)
        tensors, n = elements(call, elems)
        inputs = arrays_of(call, tensors, n)
        if not is_set(initializer):
            state: Any = elems
            values = members_at(call, inputs, tensors, 0)
        else:
            state = initializer
            values = [operations.convert(call, leaf) for leaf in flatten(initializer)]
        outputs = [new_array(call, python_values.base(value.dtype), n, None, value.shape) for value in values]
        if not is_set(initializer):
            outputs = [write_array(call, array, 0, value) for array, value in zip(outputs, values, strict=True)]

        def compute(i: Any, held: Any, arrays: Any) -> Any:
            read = iter(members_at(call, inputs, tensors, i))
            element_ = refill(elems, read)
            own = iter(held.items)
            result = call.invoke(fn, refill(state, own), element_)
            leaves = flatten(result)
            if len(leaves) != len(values):
                unknown = unsettled(result, state)
                if unknown is None:
                    call.raise_(
                        "ValueError", "The two structures don't have the same nested structure.", kind="argument"
                    )
                leaves = [operations.opaque_tensor(call, unknown) for _ in values]
            leaves = [leaf if isinstance(leaf, Tensor) else operations.convert(call, leaf) for leaf in leaves]
            written = [write_array(call, array, i, leaf) for array, leaf in zip(arrays.items, leaves, strict=True)]
            return (
                next_index(call, i, *(("Sub", "sub") if is_on(reverse) else ())),
                ListValue(leaves),
                ListValue(written),
            )

        loop_vars = (0, ListValue(values), ListValue(outputs))
        with operations.scope(call, "while"):
            kind = "GreaterEqual" if is_on(reverse) else "Less"
            result, exits = bounded(call, turns_test(call, kind, 0 if is_on(reverse) else n), compute, loop_vars, n)
        count = len(values)
        arrays = [array_like(array, flow) for array, flow in zip(result[2].items, exits[1 + count :], strict=True)]
        made = _stacked(call, arrays, first_dimension(tensors))
        return refill(state, iter([standing_for(each, leaf) for each, leaf in zip(made, values, strict=True)]))


def fold(call: Call, fn: Any, elems: Any, initializer: Any, name: Any, base: str) -> Any:
    """TF: functional_ops.foldl and foldr."""
    backwards = base == "foldr"
    check_function(call, fn)
    with operations.scope(call, name, base):
        if isinstance(elems, Unknown):
            elems = operations.opaque_tensor(call, elems)
        tensors, n = elements(call, elems)
        inputs = arrays_of(call, tensors, n, each=True)
        if not is_set(initializer):
            read = iter(members_at(call, inputs, tensors, 0))
            state: Any = refill(elems, read)
        else:
            state = initializer
        start: Any = 0 if backwards else node(call, "Const", "Const", (), INT32)

        def compute(i: AnyValue, held: AnyValue) -> Any:
            index = next_index(call, i, "Sub", "sub") if backwards else None
            read = iter(members_at(call, inputs, tensors, i))
            result = call.invoke(fn, held, refill(elems, read))
            return ListValue([index if index is not None else next_index(call, i), result])

        with operations.scope(call, "while"):
            test = turns_test(call, "Greater") if backwards else turns_test(call, "Less", n)
            result, exits = bounded(call, test, compute, ListValue([start, state]), n)
        return repack(call, result.items[1], exits[1:])


@api.function
def foldl(call: Call, fn: AnyValue, elems: AnyValue, initializer: AnyValue, name: AnyValue) -> Any:
    return fold(call, fn, elems, initializer, none_if_default(name), "foldl")


@api.function
def foldr(call: Call, fn: AnyValue, elems: AnyValue, initializer: AnyValue, name: AnyValue) -> Any:
    return fold(call, fn, elems, initializer, none_if_default(name), "foldr")
