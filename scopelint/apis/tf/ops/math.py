"""Mathematics: reductions, products, ranges, clips, checks and what else math_ops does in Python."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import python_values
from scopelint.apis.tf.framework.conversion import none_if_default
from scopelint.apis.tf.framework.operations import convert, gen, scope
from scopelint.apis.tf.framework.python_values import as_dtype, base, int_list, is_list, members
from scopelint.apis.tf.framework.recorded import declare_shaped
from scopelint.apis.tf.ops.array import renamed_argument, reshape_to, shape_of, transpose_of
from scopelint.apis.tf.ops.casts import cast
from scopelint.apis.tf.ops.reductions import reduce_of
from scopelint.graph.releases import PRODUCTS_ARE_STATIC
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import (
    DTYPES,
    INT32,
    DType,
    IndexedSlices,
    Tensor,
)
from scopelint.values.truth import is_not_off, is_on

api = Namespace("tf")
math = Namespace("tf.math")
linalg = Namespace("tf.linalg")


# Element by element


def _declare_binary() -> None:
    """Functions that are the generated operation under another name."""

    def two(kind: str) -> Any:
        def impl(call: Call, x: AnyValue, y: AnyValue, name: AnyValue) -> Any:
            return gen(call, kind, name, x=x, y=y)

        return impl

    for name, kind in (("multiply", "Mul"), ("subtract", "Sub")):
        api.function(two(kind), name=name)


_declare_binary()


@api.function(name="abs")
def abs_(call: Call, x: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "Abs") as inner:
        x = convert(call, x, None, "x")
        complex_ = isinstance(x.dtype, DType) and x.dtype.is_complex
        return gen(call, "ComplexAbs" if complex_ else "Abs", inner, x=x)


@api.function(name="pow")
def pow_(call: Call, x: AnyValue, y: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "Pow") as inner:
        return gen(call, "Pow", inner, x=x, y=y)


TRUEDIV = {
    "uint8": "float32",
    "int8": "float32",
    "uint16": "float32",
    "int16": "float32",
    "int32": "float64",
    "int64": "float64",
}


@api.function
def sigmoid(call: Call, x: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "Sigmoid") as inner:
        return gen(call, "Sigmoid", inner, x=convert(call, x, None, "x"))


@api.function
def log_sigmoid(call: Call, x: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "LogSigmoid") as inner:
        x = convert(call, x, None, "x")
        soft = gen(call, "Softplus", None, features=gen(call, "Neg", None, x=x))
        return gen(call, "Neg", inner, x=soft)


@api.function
def divide(call: Call, x: AnyValue, y: AnyValue, name: AnyValue) -> Any:
    """TF: divide. Without a name it is Python's `/`, with one it is truediv."""
    if name is None:
        return call.binary("/", x, y)
    return truediv(call, x, y, name)


@api.function
def truediv(call: Call, x: AnyValue, y: AnyValue, name: AnyValue) -> Any:
    """TF: _truediv_python3. Whole numbers become floats first."""
    with scope(call, name, "truediv") as inner:
        x = convert(call, x, None, "x")
        y = convert(call, y, None, "y")
        one, two = base(x.dtype), base(y.dtype)
        if isinstance(one, DType) and isinstance(two, DType) and one is not two:
            call.raise_("TypeError", f"x and y must have the same dtype, got {one!r} != {two!r}", kind="argument")
        # Of two that TF takes each tells the dtype.
        known = one if isinstance(one, DType) else two
        target = TRUEDIV.get(known.name) if isinstance(known, DType) else None
        if target is not None:
            x, y = cast(call, x, target), cast(call, y, target)
        return gen(call, "RealDiv", inner, x=x, y=y)


@api.function
def div(call: Call, x: AnyValue, y: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "div") as inner:
        x = convert(call, x, None, "x")
        y = convert(call, y, base(x.dtype), "y")
        whole = isinstance(x.dtype, DType) and x.dtype.is_integer
        return gen(call, "FloorDiv" if whole else "RealDiv", inner, x=x, y=y)


@api.function
def div_no_nan(call: Call, x: AnyValue, y: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "div_no_nan") as inner:
        x = convert(call, x, None, "x")
        return gen(call, "DivNoNan", inner, x=x, y=convert(call, y, base(x.dtype), "y"))


@math.function
def multiply_no_nan(call: Call, x: AnyValue, y: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "multiply_no_nan") as inner:
        x = convert(call, x, None, "x")
        return gen(call, "MulNoNan", inner, x=x, y=convert(call, y, base(x.dtype), "y"))


@api.function
def floordiv(call: Call, x: AnyValue, y: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "floordiv") as inner:
        return gen(call, "FloorDiv", inner, x=x, y=y)


@api.function(name="round")
def round_(call: Call, x: AnyValue, name: AnyValue) -> Any:
    x = convert(call, x, None, "x")
    return x if isinstance(x.dtype, DType) and x.dtype.is_integer else gen(call, "Round", name, x=x)


@api.function
def scalar_mul(call: Call, scalar: AnyValue, x: AnyValue, name: AnyValue) -> Any:
    held = x.values if isinstance(x, IndexedSlices) else x
    scalar = convert(call, scalar, base(getattr(held, "dtype", None)), "scalar")
    made = gen(call, "Mul", name, x=scalar, y=held)
    return IndexedSlices(made, x.indices, x.dense_shape) if isinstance(x, IndexedSlices) else made


@api.function
def logical_xor(call: Call, x: AnyValue, y: AnyValue, name: AnyValue) -> Any:
    one = gen(call, "LogicalOr", None, x=x, y=y)
    both = gen(call, "LogicalAnd", None, x=x, y=y)
    return gen(call, "LogicalAnd", name, x=one, y=gen(call, "LogicalNot", None, x=both))


@api.function(name="complex")
def complex_(call: Call, real: AnyValue, imag: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "Complex") as inner:
        real, imag = convert(call, real, None, "real"), convert(call, imag, None, "imag")
        double = isinstance(real.dtype, DType) and real.dtype.name == "float64"
        return gen(call, "Complex", inner, real=real, imag=imag, Tout=DTYPES["complex128" if double else "complex64"])


def _part(kind: str) -> Any:
    def impl(call: Call, input: AnyValue, name: AnyValue) -> Any:
        with scope(call, name, kind) as inner:
            if isinstance(input, Tensor) and isinstance(input.dtype, DType) and not input.dtype.is_complex:
                return input
            tensor = convert(call, input, None, "input")
            double = isinstance(tensor.dtype, DType) and tensor.dtype.name == "complex128"
            return gen(call, kind, inner, input=tensor, Tout=DTYPES["float64" if double else "float32"])

    return impl


for _name, _kind in (("real", "Real"), ("imag", "Imag"), ("angle", "Angle")):
    api.function(_part(_kind), name=_name)


# Ranges and reductions


def add_n_of(call: Call, inputs: AnyValue, name: AnyValue = None) -> Any:
    """TF: math_ops.add_n. Of one tensor it is that tensor."""
    if isinstance(inputs, ListValue) and inputs.rest is not None:
        return gen(call, "AddN", name, inputs=inputs)
    held = (members(inputs) if is_list(inputs) else None) or []
    if not held:
        if isinstance(inputs, Unknown):
            return gen(call, "AddN", name, inputs=ListValue([inputs], inputs))
        if not call.sees_all():
            rest = Unknown("what was called before may have made more of them")
            return gen(call, "AddN", name, inputs=ListValue([rest], rest))
        call.raise_(
            "ValueError",
            "inputs must be a list of at least one Tensor/IndexedSlices with the same dtype and shape",
            kind="argument",
        )
    if len(held) == 1:
        value = held[0] if isinstance(held[0], Tensor) else convert(call, held[0])
        return gen(call, "Identity", name, input=value) if name else value
    return gen(
        call, "AddN", name, inputs=tuple(t.values if isinstance(t, IndexedSlices) else convert(call, t) for t in held)
    )


@api.function
def add_n(call: Call, inputs: AnyValue, name: AnyValue) -> Any:
    return add_n_of(call, inputs, name)


@api.function
def accumulate_n(call: Call, inputs: AnyValue, shape: AnyValue, tensor_dtype: AnyValue, name: AnyValue) -> Any:
    held = members(inputs) or []
    if len(held) == 1:
        tensor = convert(call, held[0])
        return tensor if name is None else gen(call, "Identity", name, input=tensor)
    return gen(call, "AccumulateNV2", name, inputs=inputs, shape=shape)


# Products


def matmul_of(
    call: Call,
    a: AnyValue,
    b: AnyValue,
    name: AnyValue = None,
    transpose_a: AnyValue = False,
    transpose_b: AnyValue = False,
    adjoint_a: AnyValue = False,
    adjoint_b: AnyValue = False,
    sparse: bool = False,
) -> Any:
    """TF: math_ops.matmul. More than two dimensions make it a product of batches."""
    with scope(call, name, "MatMul") as inner:
        a, b = convert(call, a, None, "a"), convert(call, b, None, "b")
        ranks = [len(t.shape) if isinstance(t.shape, tuple) else t.shape for t in (a, b)]
        if not sparse and any(r is None or (isinstance(r, int) and r > 2) for r in ranks):
            return gen(
                call, "BatchMatMulV2", inner, x=a, y=b, adj_x=transpose_a or adjoint_a, adj_y=transpose_b or adjoint_b
            )
        if any(isinstance(r, Unknown) for r in ranks):
            full = call.graph.op("MatMul", inner)
            rank = next((r for r in ranks if isinstance(r, int)), None)
            shape: Any = Unknown("the shape of a product")
            if isinstance(b.shape, tuple) and len(b.shape) == 2:
                # A matrix of weights: in all likelihood the other is a matrix, too.
                shape = (Unknown("batch"), b.shape[-2 if transpose_b else -1] if rank is not None else Unknown("n"))
            return Tensor(full, 0, "MatMul", shape, base(a.dtype), call.graph, a.deps | b.deps)
        if sparse:
            return gen(call, "SparseMatMul", inner, a=a, b=b, transpose_a=transpose_a, transpose_b=transpose_b)
        return gen(
            call, "MatMul", inner, a=a, b=b, transpose_a=transpose_a or adjoint_a, transpose_b=transpose_b or adjoint_b
        )


@api.function
def matmul(
    call: Call,
    a: AnyValue,
    b: AnyValue,
    transpose_a: AnyValue,
    transpose_b: AnyValue,
    adjoint_a: AnyValue,
    adjoint_b: AnyValue,
    a_is_sparse: AnyValue,
    b_is_sparse: AnyValue,
    name: AnyValue,
) -> Any:
    return matmul_of(
        call, a, b, name, transpose_a, transpose_b, adjoint_a, adjoint_b, is_on(a_is_sparse) or is_on(b_is_sparse)
    )


@linalg.function
def matvec(call: Call, a: AnyValue, b: AnyValue, transpose_a: AnyValue, adjoint_a: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "MatVec"):
        column = gen(call, "ExpandDims", None, input=b, dim=-1)
        output = matmul_of(call, a, column, None, transpose_a, False, adjoint_a)
        return gen(call, "Squeeze", None, input=output, squeeze_dims=(-1,))


def tensordot_of(call: Call, a: AnyValue, b: AnyValue, axes: AnyValue, name: AnyValue = None) -> Any:
    """TF: math_ops.tensordot: transpose, reshape, multiply, reshape back."""
    with scope(call, name, "Tensordot") as inner:
        a, b = convert(call, a, None, "a"), convert(call, b, None, "b")
        a_axes, b_axes = _dot_axes(call, a, axes)
        one, free_a, lazy_a = _dot_side(call, a, a_axes, False)
        two, free_b, lazy_b = _dot_side(call, b, b_axes, True)
        product = matmul_of(call, one, two)
        if free_a is None or free_b is None:
            result = reshape_to(call, product, Unknown("shape of a product"), inner)
        elif lazy_a is None and lazy_b is None:
            result = reshape_to(call, product, tuple(free_a) + tuple(free_b), inner)
        else:
            joined = gen(
                call,
                "ConcatV2",
                "concat",
                values=tuple(
                    convert(call, tuple(free), INT32) if lazy is None else lazy
                    for lazy, free in ((lazy_a, free_a), (lazy_b, free_b))
                ),
                axis=0,
            )
            result = reshape_to(call, product, joined, inner)
        if not PRODUCTS_ARE_STATIC.at(call.state.release):
            result.shape = None
        elif free_a is not None and free_b is not None:
            result.shape = (*free_a, *free_b)
        else:
            result.shape = None if a.shape is None or b.shape is None else Unknown("the shape of a product")
        return result


def _dot_axes(call: Call, a: Tensor, axes: AnyValue) -> tuple[Any, Any]:
    if isinstance(axes, int):
        if not isinstance(a.shape, tuple):
            return None, tuple(range(axes))
        rank = len(a.shape)
        return tuple(range(rank - axes, rank)), tuple(range(axes))
    held = members(axes)
    if held is None or len(held) != 2:
        return None, None
    pair = [int_list(h) for h in held]
    return tuple(pair[0]) if pair[0] is not None else None, tuple(pair[1]) if pair[1] is not None else None


def _dot_side(call: Call, tensor: Tensor, axes: Any, flipped: bool) -> tuple[Any, Any, Any]:
    """TF: _tensordot_reshape. Gives the matrix, the free dimensions, and the tensor that holds them where they are
    not all known."""
    shape = tensor.shape
    if not isinstance(shape, tuple) or not shape or axes is None or not all(isinstance(i, int) for i in axes):
        return reshape_to(call, tensor, (Unknown("rows"), Unknown("columns"))), None, None
    places = [i % len(shape) for i in axes]
    free = [i for i in range(len(shape)) if i not in places]
    free_dims = [shape[i] for i in free]
    order = places + free if flipped else free + places
    if all(d is not None for d in shape):
        rows: Any = 1
        inner: Any = 1
        for i in free:
            rows = rows * shape[i]
        for i in places:
            inner = inner * shape[i]
        moved = transpose_of(call, tensor, tuple(order))
        return reshape_to(call, moved, (inner, rows) if flipped else (rows, inner)), free_dims, None
    axes_tensor = convert(call, tuple(places), INT32, "axes")
    free_tensor = convert(call, tuple(free), INT32, "free")
    sizes = shape_of(call, tensor)
    free_sizes = gen(call, "GatherV2", None, params=sizes, indices=free_tensor, axis=0)
    axes_sizes = gen(call, "GatherV2", None, params=sizes, indices=axes_tensor, axis=0)
    many = [reduce_of(call, "Prod", sizes_) for sizes_ in (free_sizes, axes_sizes)]
    pair = (axes_tensor, free_tensor) if flipped else (free_tensor, axes_tensor)
    perm = gen(call, "ConcatV2", "concat", values=pair, axis=0)
    new_shape = convert(call, (many[1], many[0]) if flipped else (many[0], many[1]), None, "stack")
    moved = transpose_of(call, tensor, perm)
    return reshape_to(call, moved, new_shape), free_dims, free_sizes


@api.function
def tensordot(call: Call, a: AnyValue, b: AnyValue, axes: AnyValue, name: AnyValue) -> Any:
    return tensordot_of(call, a, b, axes, name)


@api.function
def trace(call: Call, x: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "Trace") as inner:
        x = convert(call, x, None, "x")
        return reduce_of(call, "Sum", gen(call, "MatrixDiagPart", None, input=x), (-1,), False, inner)


@api.function
def norm(
    call: Call, tensor: AnyValue, ord: AnyValue, axis: AnyValue, keepdims: AnyValue, name: AnyValue, keep_dims: AnyValue
) -> Any:
    keep = renamed_argument(call, "keepdims", keepdims, "keep_dims", keep_dims) is True
    place = none_if_default(axis)
    if isinstance(place, int):
        place = (place,)
    with scope(call, name, "norm"):
        tensor = convert(call, tensor)
        if ord in ("fro", "euclidean", 2):
            squares = call.binary("*", tensor, tensor)
            result = gen(call, "Sqrt", None, x=reduce_of(call, "Sum", squares, place, True))
        else:
            kind = "Max" if isinstance(ord, float) and ord == float("inf") else "Sum"
            result = reduce_of(call, kind, gen(call, "Abs", None, x=tensor), place, True)
        return result if keep else gen(call, "Squeeze", None, input=result, squeeze_dims=place)


def l2_normalize_of(
    call: Call, x: AnyValue, axis: AnyValue = None, epsilon: AnyValue = 1e-12, name: AnyValue = None
) -> Any:
    """TF: nn_impl.l2_normalize_v2."""
    with scope(call, name, "l2_normalize") as inner:
        x = convert(call, x, None, "x")
        total = reduce_of(call, "Sum", gen(call, "Square", None, x=x), axis, True)
        inverse = gen(call, "Rsqrt", None, x=gen(call, "Maximum", None, x=total, y=epsilon))
        return gen(call, "Mul", inner, x=x, y=inverse)


@linalg.function
def l2_normalize(call: Call, x: AnyValue, axis: AnyValue, epsilon: AnyValue, name: AnyValue, dim: AnyValue) -> Any:
    return l2_normalize_of(call, x, renamed_argument(call, "axis", axis, "dim", dim), epsilon, name)


@math.function
def top_k(call: Call, input: AnyValue, k: AnyValue, sorted: AnyValue, name: AnyValue) -> Any:
    return gen(call, "TopKV2", name, input=input, k=k, sorted=sorted)


# Confusion, bins


def _matrix_of_classes(bound: dict[str, Any]) -> Any:
    count = bound.get("num_classes")
    size = count if isinstance(count, (int, Unknown)) and not isinstance(count, bool) else None
    return size, size


declare_shaped(
    api, "tf.confusion_matrix", _matrix_of_classes, lambda call, bound: as_dtype(call, bound.get("dtype"), INT32)
)


def _gathered_per_batch(bound: dict[str, Any]) -> Any:
    """TF: batch_gather: all axes of the indices but the last are axes of both."""
    params, indices = python_values.shape_of(bound["params"]), python_values.shape_of(bound["indices"])
    if not isinstance(params, tuple) or not isinstance(indices, tuple):
        return python_values.left_open(params, indices)
    return (*indices, *params[len(indices) :])


declare_shaped(api, "tf.batch_gather", _gathered_per_batch)


def _sorted(bound: dict[str, Any]) -> Any:
    """TF: sort_ops._descending_sort. As many along the axis as there were, by a count that is taken as it runs."""
    shape, axis = python_values.shape_of(bound["values"]), bound.get("axis")
    if not isinstance(shape, tuple) or not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
        return Unknown("shape of what is sorted")
    return tuple(
        Unknown("a size that is asked for as the graph runs") if d is None and i == axis % len(shape) else d
        for i, d in enumerate(shape)
    )


for _name in ("argsort", "sort"):
    declare_shaped(api, f"tf.{_name}", _sorted)


@math.function
def polyval(call: Call, coeffs: AnyValue, x: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "polyval"):
        x = convert(call, x, None, "x")
        held = members(coeffs) or []
        tensors = [convert(call, c, None, f"coeff_{i}") for i, c in enumerate(held)]
        if not tensors:
            return x
        p = tensors[0]
        for c in tensors[1:]:
            p = call.binary("+", c, call.binary("*", p, x))
        return p


@api.function
def svd(call: Call, tensor: AnyValue, full_matrices: AnyValue, compute_uv: AnyValue, name: AnyValue) -> Any:
    """TF: linalg_ops.svd. Without u and v it gives the singular values alone."""
    made = members(gen(call, "Svd", name, input=tensor, compute_uv=compute_uv, full_matrices=full_matrices)) or [None]
    return tuple(made) if is_not_off(compute_uv) else made[0]


declare_shaped(api, "tf.searchsorted", lambda bound: python_values.shape_of(bound["values"]))


def _of_matrices(bound: dict[str, Any]) -> Any:
    shape = python_values.shape_of(bound["matrix"])
    return shape[:-2] if isinstance(shape, tuple) and len(shape) >= 2 else python_values.left_open(shape)


declare_shaped(Namespace("tf.linalg"), "tf.linalg.logdet", _of_matrices)
