"""Shape functions of operations, by type: what TF's C++ shape inference gives. Convolutions and their like are in
`shapes_nn`.

A shape function takes the `ops.Node` and gives one shape, or a list with one for each output.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.values.base import Unknown
from scopelint.values.tensors import (
    NOT_CONSTANT,
    Tensor,
    TensorShape,
    broadcast_shapes,
    dims_compatible,
    merge_shapes,
    shapes_compatible,
)
from scopelint.values.truth import NO

ShapeFunction = Callable[[Any], Any]


def unknown(reason: str = "shape is not known") -> Unknown:
    return Unknown(reason)


def shape_function(type_: str) -> ShapeFunction | None:
    found = SHAPES.get(type_)
    if found is None:
        from scopelint.apis.tf.framework.shapes.array import SHAPES_ARRAY

        found = SHAPES_ARRAY.get(type_)
    if found is None:
        from scopelint.apis.tf.framework.shapes.nn import SHAPES_NN

        found = SHAPES_NN.get(type_)
    return found


# Dimensions: an int, None where TF does not know, an Unknown where we do not


def add(a: Any, b: Any) -> Any:
    return None if a is None or b is None else a + b


def sub(a: Any, b: Any) -> Any:
    return None if a is None or b is None else a - b


def mul(a: Any, b: Any) -> Any:
    return None if a is None or b is None else a * b


def floordiv(a: Any, b: Any) -> Any:
    return None if a is None or b is None else a // b


def product(dims: Any) -> Any:
    out: Any = 1
    for dim in dims:
        out = mul(out, dim)
    return out


def from_const(value: Any) -> Any:
    """TF: constant_value_as_shape: a vector of sizes as a shape; -1 stands for a size that is not known."""
    if value is NOT_CONSTANT or isinstance(value, Unknown):
        return unknown() if isinstance(value, Unknown) else None
    if not isinstance(value, tuple):
        return None
    return tuple(None if isinstance(d, int) and d < 0 else _dim(d) for d in value)


def _dim(value: Any) -> Any:
    if value is None or isinstance(value, Unknown):
        return value
    return int(value) if isinstance(value, (int, float)) else unknown()


def from_vector(tensor: Tensor) -> Any:
    """The shape that a tensor of sizes describes; of its rank where no more is known."""
    found = from_const(tensor.const)
    if found is not None:
        return found
    if isinstance(tensor.shape, tuple) and len(tensor.shape) == 1 and isinstance(tensor.shape[0], int):
        return (None,) * min(tensor.shape[0], 16)
    return unknown() if isinstance(tensor.shape, Unknown) else None


def normal_axis(axis: Any, rank: int) -> int | None:
    """An axis as a place from the front; None where it is not known or does not exist."""
    if isinstance(axis, tuple) and len(axis) == 1:
        axis = axis[0]
    if isinstance(axis, int) and -rank <= axis < rank:
        return axis % rank
    return None


# General rules


def same(name: str) -> ShapeFunction:
    return lambda node: node.shape(name)


def first(node: Any) -> Any:
    """As the first input."""
    held = next(iter(node.ins.values()))
    return held.shape if not isinstance(held, list) else held[0].shape


def fixed(*shape: Any) -> ShapeFunction:
    return lambda node: shape


def given_shape(node: Any) -> Any:
    """The attribute `shape`, as programs write it."""
    from scopelint.apis.tf.ops.variable_options import graph_shape

    value = node.attrs.get("shape")
    return graph_shape(node.call, value.dims if isinstance(value, TensorShape) else value)


def broadcast(node: Any) -> Any:
    """TF: BroadcastBinaryOpShapeFn."""
    x, y = list(node.ins.values())[:2]
    for one, two in ((x.shape, y.shape), (y.shape, x.shape)):
        if isinstance(one, Unknown) and isinstance(two, tuple) and two:
            # A factor that is not known, as a rule a number, leaves every dimension but those of 1 as it is.
            return tuple(d if d is None or isinstance(d, Unknown) or d != 1 else one.derive("") for d in two)
    shape, fits = broadcast_shapes(x.shape, y.shape)
    if fits is NO:
        a, b = x.shape, y.shape
        width = min(len(a), len(b))
        for m, n in zip(a[len(a) - width :], b[len(b) - width :], strict=True):
            if isinstance(m, int) and isinstance(n, int) and m != n and 1 not in (m, n):
                node.refuse(f"Dimensions must be equal, but are {m} and {n}")
        return None
    return shape


def reduction(node: Any) -> Any:
    """TF: ReductionShape."""
    shape, axes = node.shape("input"), node.const(next(k for k in node.ins if k != "input"))
    keep = node.attrs.get("keep_dims")
    if not isinstance(shape, tuple):
        return shape
    rank = len(shape)
    if isinstance(axes, int):
        axes = (axes,)
    wrong = (
        next((a for a in axes if isinstance(a, int) and not -rank <= a < rank), None)
        if isinstance(axes, tuple)
        else None
    )
    if wrong is not None:
        node.refuse(
            f"Invalid reduction dimension {wrong} for input with {rank} dimensions.",
            computed=next(k for k in node.ins if k != "input"),
        )
    if isinstance(keep, Unknown) or not isinstance(axes, tuple) or any(normal_axis(a, rank) is None for a in axes):
        if keep is True:
            return (None,) * rank if axes is NOT_CONSTANT else (unknown(),) * rank
        count = node.ins[next(k for k in node.ins if k != "input")].shape
        if axes is NOT_CONSTANT and count == ():
            return (None,) * (rank - 1)
        return None if axes is NOT_CONSTANT else unknown()
    gone = {normal_axis(a, rank) for a in axes}
    if keep:
        return tuple(1 if i in gone else d for i, d in enumerate(shape))
    return tuple(d for i, d in enumerate(shape) if i not in gone)


# Mathematics


def matmul(node: Any) -> Any:
    """TF: MatMulShape."""
    a, b = node.shape("a"), node.shape("b")
    for shape in (a, b):
        if isinstance(shape, tuple) and len(shape) != 2:
            node.refuse(f"Shape must be rank 2 but is rank {len(shape)}")
            return (None, None)
    rows, inner_a = _pair(a, node.attrs.get("transpose_a"))
    inner_b, columns = _pair(b, node.attrs.get("transpose_b"))
    if dims_compatible(inner_a, inner_b) is NO:
        node.refuse(f"Dimensions must be equal, but are {inner_a} and {inner_b}")
    return (rows, columns)


def _pair(shape: Any, swapped: Any) -> tuple[Any, Any]:
    if isinstance(shape, Unknown) or isinstance(swapped, Unknown):
        return unknown(), unknown()
    if shape is None or len(shape) < 2:
        return None, None
    return (shape[-1], shape[-2]) if swapped else (shape[-2], shape[-1])


def batch_matmul(node: Any) -> Any:
    """TF: BatchMatMulV2Shape."""
    x, y = node.shape("x"), node.shape("y")
    for shape in (x, y):
        if not isinstance(shape, tuple):
            return shape
        if len(shape) < 2:
            node.refuse("Shape must be at least rank 2 but is rank " + str(len(shape)))
            return None
    rows, inner_x = _pair(x, node.attrs.get("adj_x"))
    inner_y, columns = _pair(y, node.attrs.get("adj_y"))
    if dims_compatible(inner_x, inner_y) is NO:
        node.refuse(f"Dimensions must be equal, but are {inner_x} and {inner_y}")
    batch, fits = broadcast_shapes(x[:-2], y[:-2])
    if fits is NO or not isinstance(batch, tuple):
        return None
    return (*batch, rows, columns)


def add_n(node: Any) -> Any:
    shape: Any = None
    for tensor in node.ins["inputs"]:
        if shapes_compatible(shape, tensor.shape) is NO:
            return None
        shape = merge_shapes(shape, tensor.shape)
    return shape


def select(node: Any) -> Any:
    return merge_shapes(node.shape("t"), node.shape("e")) if "t" in node.ins else node.shape("x")


def arg_reduce(node: Any) -> Any:
    shape = node.shape("input")
    if not isinstance(shape, tuple):
        return shape
    axis = node.const("dimension")
    if axis is NOT_CONSTANT:
        return (None,) * max(len(shape) - 1, 0)
    place = normal_axis(axis, len(shape))
    if place is None:
        return (unknown(),) * max(len(shape) - 1, 0)
    return shape[:place] + shape[place + 1 :]


def range_(node: Any) -> Any:
    start, limit, delta = (node.const(key) for key in ("start", "limit", "delta"))
    if start is NOT_CONSTANT or limit is NOT_CONSTANT or delta is NOT_CONSTANT:
        return (None,)
    if start is None or limit is None or delta is None:
        return (None,)
    for value in (start, limit, delta):
        if isinstance(value, Unknown):
            return (unknown("the length of a range is not known"),)
    if not delta:
        return (None,)
    count = (limit - start) / delta
    return (max(0, int(count) + (1 if count > int(count) else 0)),)


def linspace(node: Any) -> Any:
    count = node.const("num")
    return (None if count is NOT_CONSTANT else count,)


def segment(node: Any) -> Any:
    """TF: SegmentReductionShapeFn."""
    data, ids = node.shape("data"), node.shape("segment_ids")
    if not isinstance(data, tuple) or not isinstance(ids, tuple):
        return None
    return (None, *data[len(ids) :])


def unsorted_segment(node: Any) -> Any:
    data, ids = node.shape("data"), node.shape("segment_ids")
    if not isinstance(data, tuple) or not isinstance(ids, tuple):
        return None
    count = node.const("num_segments")
    return (None if count is NOT_CONSTANT else count, *data[len(ids) :])


def linear_solve(node: Any) -> Any:
    return node.shape("rhs")


def svd(node: Any) -> Any:
    shape = node.shape("input")
    if not isinstance(shape, tuple) or len(shape) < 2:
        return [None, None, None]
    *batch, rows, columns = shape
    low = min(rows, columns) if isinstance(rows, int) and isinstance(columns, int) else None
    if node.attrs.get("full_matrices"):
        return [(*batch, low), (*batch, rows, rows), (*batch, columns, columns)]
    return [(*batch, low), (*batch, rows, low), (*batch, columns, low)]


def qr(node: Any) -> Any:
    shape = node.shape("input")
    if not isinstance(shape, tuple) or len(shape) < 2:
        return [None, None]
    *batch, rows, columns = shape
    if node.attrs.get("full_matrices"):
        return [(*batch, rows, rows), (*batch, rows, columns)]
    low = min(rows, columns) if isinstance(rows, int) and isinstance(columns, int) else None
    return [(*batch, rows, low), (*batch, low, columns)]


def fft(node: Any) -> Any:
    shape, length = node.shape("input"), node.const("fft_length")
    if not isinstance(shape, tuple) or not isinstance(length, tuple):
        return (*shape[:-1], None) if isinstance(shape, tuple) else shape
    last = length[-1]
    if node.type.startswith("RFFT"):
        last = add(floordiv(last, 2), 1)
    return (*shape[: len(shape) - len(length)], *length[:-1], last)


def _none(node: Any) -> Any:
    return None


def multinomial(node: Any) -> Any:
    logits, count = node.shape("logits"), node.const("num_samples")
    return (logits[0] if isinstance(logits, tuple) else None, None if count is NOT_CONSTANT else count)


def eigen(node: Any) -> Any:
    shape = node.shape("input")
    return [shape[:-1] if isinstance(shape, tuple) else shape, shape]


def sparse_product(node: Any) -> Any:
    b = node.shape("b")
    return (None, b[-2 if node.attrs.get("adjoint_b") else -1] if isinstance(b, tuple) else None)


def assign(node: Any) -> Any:
    return merge_shapes(node.shape("ref"), node.shape("value")) if "value" in node.ins else node.shape("ref")


UNARY = (
    "Abs Acos Acosh Asin Asinh Atan Atanh BesselI0e BesselI1e Bitcast Cast Ceil CheckNumerics ComplexAbs Conj Cos Cosh "
    "Digamma Elu Erf Erfc Exp Expm1 Floor Identity Imag Inv Invert IsFinite IsInf IsNan LeakyRelu Lgamma Log Log1p "
    "LogicalNot LogSoftmax Neg OnesLike PreventGradient Real Reciprocal Relu Relu6 Rint Round Rsqrt Selu Sigmoid Sign "
    "Sin Sinh Snapshot Softmax Softplus Softsign Sqrt Square StopGradient Tan Tanh ZerosLike Angle RefIdentity Print "
    "AsString StringToNumber StringLength StringLower StringUpper StringStrip EncodeBase64 DecodeBase64 "
    "StringToHashBucketFast StringToHashBucket StringToHashBucketStrong RegexReplace StaticRegexReplace "
    "RegexFullMatch StaticRegexFullMatch Cumsum Cumprod ReverseV2 Reverse Roll MatrixBandPart "
    "MatrixSetDiag MatrixInverse MatrixDeterminantX Cholesky ClipByValue FakeQuantWithMinMaxArgs "
    "FakeQuantWithMinMaxVars QuantizeAndDequantizeV2 QuantizeAndDequantizeV3 RandomShuffle AdjustContrast "
    "AdjustContrastv2 AdjustHue AdjustSaturation RGBToHSV HSVToRGB TensorScatterUpdate TensorScatterAdd "
    "TensorScatterSub SeluGrad FFT IFFT FFT2D IFFT2D FFT3D IFFT3D DebugIdentity Enter RefEnter Exit LoopCond "
    "NextIteration ReadFile MatrixExponential MatrixSquareRoot CumulativeLogsumexp PlaceholderV2X SerializeTensorX "
    "DeepCopy EnsureShapeX InvertPermutation Fingerprint2 NdtrI"
)

BINARY = (
    "Add AddV2 Sub Mul MulNoNan Div DivNoNan RealDiv FloorDiv TruncateDiv FloorMod Mod TruncateMod Pow Maximum Minimum "
    "SquaredDifference Atan2 Igamma Igammac Zeta Polygamma Xdivy Xlogy Complex Greater GreaterEqual Less LessEqual "
    "Equal NotEqual ApproximateEqual LogicalAnd LogicalOr BitwiseAnd BitwiseOr BitwiseXor LeftShift RightShift "
    "NextAfter"
)

REDUCTIONS = "Sum Mean Prod Max Min All Any EuclideanNorm ReduceJoin"

SCALARS = (
    "L2Loss Rank Size TFRecordReader TFRecordReaderV2 TextLineReader TextLineReaderV2 WholeFileReader "
    "WholeFileReaderV2 FIFOQueue FIFOQueueV2 RandomShuffleQueueV2 PaddingFIFOQueueV2 QueueSizeV2 HashTable HashTableV2 "
    "MutableHashTableV2 LookupTableSizeV2 IteratorV2 OneShotIterator MergeSummary ScalarSummary HistogramSummary "
    "ImageSummary AudioSummaryV2 TensorSummaryV2 TensorSummary EncodeJpeg EncodePng QueueIsClosedV2 TensorArraySizeV3 "
    "IteratorToStringHandle DecodeWavX SerializeTensor MatchingFilesX ReaderNumRecordsProducedV2 VarIsInitializedOp "
    "IsVariableInitialized Timestamp ShardedFilename"
)

SHAPES: dict[str, ShapeFunction] = {
    **dict.fromkeys(UNARY.split(), first), **dict.fromkeys(BINARY.split(), broadcast),
    **dict.fromkeys(REDUCTIONS.split(), reduction),
    **dict.fromkeys(SCALARS.split(), fixed()), "AccumulateNV2": add_n, "AddN": add_n, "ArgMax": arg_reduce,
    "ArgMin": arg_reduce, "Assign": assign, "AssignAdd": assign, "AssignSub": assign, "BatchMatMul": batch_matmul,
    "BatchMatMulV2": batch_matmul,
    "Bincount": lambda n: (n.const("size") if n.const("size") is not NOT_CONSTANT else None,),
    "BroadcastArgs": lambda n: (None,), "EnsureShape": lambda n: merge_shapes( n.shape("input"), given_shape(n)),
    "IdentityN": lambda n: [t.shape for t in n.ins["input"]], "InTopK": same("targets"), "InTopKV2": same("targets"),
    "InvertPermutation": same("x"), "IRFFT": fft, "RFFT": fft, "LinSpace": linspace, "ListDiff": fixed(None),
    "MatMul": matmul, "SparseMatMul": matmul,
    "MatrixDeterminant": lambda n: ( n.shape("input")[:-2] if isinstance(n.shape("input"), tuple) else None),
    "MatrixSolve": linear_solve, "MatrixTriangularSolve": linear_solve,
    "Multinomial": multinomial,
    "Placeholder": given_shape, "PlaceholderWithDefault": given_shape, "Qr": qr, "RandomGamma": lambda n: _gamma(n),
    "RandomPoissonV2": lambda n: _gamma(n, "rate"), "Range": range_, "ScatterUpdate": same("ref"),
    "ScatterAdd": same("ref"), "ScatterSub": same("ref"), "ScatterNdUpdate": same("ref"), "ScatterNdAdd": same("ref"),
    "SegmentSum": segment, "SegmentMean": segment, "SegmentMax": segment, "SegmentMin": segment,
    "SegmentProd": segment, "Select": select, "SelectV2": select,
    "SelfAdjointEigV2": eigen,
    "StringJoin": lambda n: _join(n), "Svd": svd, "Unique": lambda n: [(None,), n.shape("x")],
    "UniqueWithCounts": lambda n: [(None,), n.shape("x"), (None,)], "UnravelIndex": _none,
    "UnsortedSegmentMax": unsorted_segment, "UnsortedSegmentMin": unsorted_segment,
    "UnsortedSegmentProd": unsorted_segment, "UnsortedSegmentSum": unsorted_segment,
    "Switch": lambda n: [n.shape("data")] * 2, "VariableV2": given_shape, "VarHandleOp": fixed(),
    "SparseReshape": lambda n: [(None, None), (None,)],
    "SparseTensorDenseMatMul": sparse_product,
    "RandomCrop": _none, "Bucketize": same("input"), "Cross": same("a"),
    "HistogramFixedWidth": lambda n: ( None if n.const("nbins") is NOT_CONSTANT else n.const("nbins"),),
    "MatchingFiles": fixed(None),
    "DecodeRaw": lambda n: (*n.shape("bytes"), None) if isinstance(n.shape("bytes"), tuple) else None,
    "ReaderReadV2": fixed(), "ReaderReadUpToV2": fixed(None), "StringSplit": lambda n: [(None, 2), (None,), (2,)],
    "StringSplitV2": lambda n: [(None, 2), (None,), (2,)], "Substr": same("input"), "PyFunc": _none,
    "PyFuncStateless": _none, "EagerPyFunc": _none, "QueueDequeueV2": _none, "QueueDequeueManyV2": _none,
    "LookupTableFindV2": same("keys"), "LookupTableFind": same("keys"), "EditDistance": _none,
    "NthElement": lambda n: n.shape("input")[:-1] if isinstance(n.shape("input"), tuple) else None,
    "SparseFillEmptyRows": lambda n: [(None, None), (None,), (None,), (None,)], "SparseReduceSum": _none,
    "SparseReduceMax": _none, "SparseAdd": lambda n: [(None, None), (None,), (None,)],
    "SparseConcat": lambda n: [(None, None), (None,), (None,)],
    "SparseSlice": lambda n: [(None, None), (None,), (None,)],
    "SparseReorder": lambda n: [ n.shape("input_indices"), n.shape("input_values")],
    "SparseSoftmax": same("sp_values"), "SparseDenseCwiseMul": same("sp_values"),
    "SparseDenseCwiseDiv": same("sp_values"), "SparseDenseCwiseAdd": same("sp_values"),
    "SparseTensorDenseAdd": same("b"), "ReadVariableOp": _none, "GuaranteeConst": first, "DynamicUpdateSlice": first,
    "Betainc": first,
}  # fmt: skip


def _gamma(node: Any, name: str = "alpha") -> Any:
    shape, alpha = from_vector(node.ins["shape"]), node.shape(name)
    return (*shape, *alpha) if isinstance(shape, tuple) and isinstance(alpha, tuple) else None


def _join(node: Any) -> Any:
    return next((t.shape for t in node.ins["inputs"] if t.shape != ()), ())
