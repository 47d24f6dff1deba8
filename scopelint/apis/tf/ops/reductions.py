"""Ranges, reductions and what is counted along axes."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.conversion import none_if_default
from scopelint.apis.tf.framework.operations import constant, convert, gen, scope
from scopelint.apis.tf.framework.python_values import as_dtype, base, list_shape
from scopelint.apis.tf.ops.array import rank_of, renamed_argument, reshape_to, shape_of
from scopelint.apis.tf.ops.casts import cast
from scopelint.apis.tf.ops.fills import filled, zeros_like_of
from scopelint.values.base import AnyValue
from scopelint.values.tensors import INT32, INT64, DType, SparseTensor, Tensor, Variable

api = Namespace("tf")
math = Namespace("tf.math")


@api.function(name="range")
def range_(call: Call, start: AnyValue, limit: AnyValue, delta: AnyValue, dtype: AnyValue, name: AnyValue) -> Any:
    return range_of(call, start, none_if_default(limit), delta, as_dtype(call, dtype), name)


ORDER = ("int32", "int64", "float32", "float64")


def range_of(
    call: Call,
    start: AnyValue,
    limit: AnyValue = None,
    delta: AnyValue = 1,
    dtype: AnyValue = None,
    name: AnyValue = "range",
) -> Any:
    """TF: math_ops.range."""
    if limit is None:
        start, limit = 0, start
    with scope(call, name, "Range") as inner:
        tensors = [
            convert(call, value, dtype, key) for value, key in ((start, "start"), (limit, "limit"), (delta, "delta"))
        ]
        kinds = [base(t.dtype) for t in tensors]
        if dtype is None and any(isinstance(k, DType) and k.name not in ORDER for k in kinds):
            # An assertion of TF's own, without a word.
            call.raise_("AssertionError", "", kind="argument")
        if dtype is None and all(isinstance(k, DType) and k.name in ORDER for k in kinds):
            best = max(kinds, key=lambda k: ORDER.index(k.name))
            tensors = [cast(call, t, best) for t in tensors]
        elif dtype is None:
            # One that is not known decides, as the others do, to what all of them are cast.
            kind = call.unknown("the dtype of a range, one of whose bounds is not known")
            tensors = [Tensor(t.op_name, t.index, "", t.shape, kind, t.graph, t.deps, t.const) for t in tensors]
        return gen(call, "Range", inner, start=tensors[0], limit=tensors[1], delta=tensors[2])


@api.function(name="lin_space")
def linspace(call: Call, start: AnyValue, stop: AnyValue, num: AnyValue, name: AnyValue) -> Any:
    return gen(call, "LinSpace", name, start=start, stop=stop, num=num)


def all_dimensions(call: Call, x: AnyValue) -> Any:
    """TF: _ReductionDims without an axis: a constant of its own at the caller's level."""
    shape = x.shape if isinstance(x, (Tensor, Variable)) else convert_shape(x)
    if isinstance(x, SparseTensor):
        shape = x.shape
    if isinstance(shape, tuple):
        return constant(call, tuple(range(len(shape))), INT32, (len(shape),))
    return range_of(call, 0, rank_of(call, x))


def convert_shape(x: AnyValue) -> Any:
    return list_shape(x)


def reduce_of(
    call: Call,
    kind: str,
    input_tensor: AnyValue,
    axis: AnyValue = None,
    keepdims: AnyValue = False,
    name: AnyValue = None,
) -> Any:
    """TF: reduce_sum and its kin."""
    keep = False if keepdims is None else keepdims
    scalar = axis is None
    if axis is None:
        # TF: common_shapes.rank looks at tensors only; what is none has to ask at run time.
        if isinstance(input_tensor, (Tensor, Variable, SparseTensor)):
            axis = all_dimensions(call, input_tensor)
        else:
            axis = range_of(call, 0, rank_of(call, input_tensor))
    result = gen(call, kind, name, input=input_tensor, reduction_indices=axis, keep_dims=keep)
    if scalar and keep is False and isinstance(result, Tensor):
        result.shape = ()
    return result


def _declare_reductions() -> None:
    def reduction(kind: str) -> Any:
        def impl(
            call: Call,
            input_tensor: AnyValue,
            axis: AnyValue,
            keepdims: AnyValue,
            name: AnyValue,
            reduction_indices: AnyValue,
            keep_dims: AnyValue,
        ) -> Any:
            axis = renamed_argument(call, "axis", axis, "reduction_indices", reduction_indices)
            keep = renamed_argument(call, "keepdims", keepdims, "keep_dims", keep_dims)
            return reduce_of(call, kind, input_tensor, axis, keep, name)

        return impl

    for name, kind in (
        ("sum", "Sum"),
        ("mean", "Mean"),
        ("prod", "Prod"),
        ("max", "Max"),
        ("min", "Min"),
        ("all", "All"),
        ("any", "Any"),
    ):
        api.function(reduction(kind), name=f"reduce_{name}")


_declare_reductions()


@api.function
def reduce_logsumexp(
    call: Call,
    input_tensor: AnyValue,
    axis: AnyValue,
    keepdims: AnyValue,
    name: AnyValue,
    reduction_indices: AnyValue,
    keep_dims: AnyValue,
) -> Any:
    axis = renamed_argument(call, "axis", axis, "reduction_indices", reduction_indices)
    keep = renamed_argument(call, "keepdims", keepdims, "keep_dims", keep_dims) is True
    tensor = convert(call, input_tensor)
    with scope(call, name, "ReduceLogSumExp"):
        raw = reduce_of(call, "Max", tensor, axis, True)
        finite = gen(call, "IsFinite", None, x=raw)
        top = gen(
            call,
            "StopGradient",
            None,
            input=gen(call, "Select", None, condition=finite, t=raw, e=zeros_like_of(call, raw)),
        )
        total = reduce_of(call, "Sum", gen(call, "Exp", None, x=gen(call, "Sub", None, x=tensor, y=top)), axis, keep)
        result = gen(call, "Log", None, x=total)
        if not keep:
            top = reshape_to(call, top, shape_of(call, result))
        made = gen(call, "Add", None, x=result, y=top)
        made.shape = total.shape
        return made


def variance_of(call: Call, x: AnyValue, axis: AnyValue, keep: AnyValue, name: AnyValue) -> Any:
    with scope(call, name or "reduce_variance"):
        means = reduce_of(call, "Mean", x, axis, True)
        squares = gen(call, "Square", None, x=call.binary("-", convert(call, x), means))
        return reduce_of(call, "Mean", squares, axis, keep)


@math.function
def reduce_variance(call: Call, input_tensor: AnyValue, axis: AnyValue, keepdims: AnyValue, name: AnyValue) -> Any:
    return variance_of(call, input_tensor, none_if_default(axis), keepdims, name)


@math.function
def reduce_std(call: Call, input_tensor: AnyValue, axis: AnyValue, keepdims: AnyValue, name: AnyValue) -> Any:
    with scope(call, name or "reduce_std"):
        return gen(call, "Sqrt", None, x=variance_of(call, input_tensor, none_if_default(axis), keepdims, None))


@api.function
def count_nonzero(
    call: Call,
    input_tensor: AnyValue,
    axis: AnyValue,
    keepdims: AnyValue,
    dtype: AnyValue,
    name: AnyValue,
    reduction_indices: AnyValue,
    keep_dims: AnyValue,
    input: AnyValue,
) -> Any:
    tensor = renamed_argument(call, "input_tensor", input_tensor, "input", input)
    axis = renamed_argument(call, "axis", axis, "reduction_indices", reduction_indices)
    keep = renamed_argument(call, "keepdims", keepdims, "keep_dims", keep_dims)
    with scope(call, name, "count_nonzero"):
        tensor = convert(call, tensor, None, "input")
        nonzero = gen(call, "NotEqual", None, x=tensor, y=filled(call, (), base(tensor.dtype), None, "zeros", 0))
        total = reduce_of(call, "Sum", gen(call, "Cast", None, x=nonzero, DstT=INT64), axis, keep)
        return cast(call, total, as_dtype(call, dtype, INT64))


def _declare_arg() -> None:
    def arg(kind: str) -> Any:
        def impl(
            call: Call, input: AnyValue, axis: AnyValue, name: AnyValue, dimension: AnyValue, output_type: AnyValue
        ) -> Any:
            axis = renamed_argument(call, "axis", axis, "dimension", dimension)
            return gen(
                call,
                kind,
                name,
                input=input,
                dimension=0 if axis is None else axis,
                output_type=as_dtype(call, output_type, INT64),
            )

        return impl

    for name, kind in (("argmax", "ArgMax"), ("argmin", "ArgMin")):
        api.function(arg(kind), name=name)


_declare_arg()


def _declare_cumulative() -> None:
    def cumulative(kind: str) -> Any:
        def impl(
            call: Call, x: AnyValue, axis: AnyValue, exclusive: AnyValue, reverse: AnyValue, name: AnyValue
        ) -> Any:
            with scope(call, name, kind) as inner:
                return gen(
                    call, kind, inner, x=convert(call, x, None, "x"), axis=axis, exclusive=exclusive, reverse=reverse
                )

        return impl

    api.function(cumulative("Cumsum"), name="cumsum")
    api.function(cumulative("Cumprod"), name="cumprod")


_declare_cumulative()
