"""Which shape function an operation has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint.apis.tf.framework.shapes.array import SHAPES_ARRAY
from scopelint.apis.tf.framework.shapes.common import (
    ShapeFunction,
    _none,
    assign,
    first,
    fixed,
    from_vector,
    given_shape,
    same,
    with_default,
)
from scopelint.apis.tf.framework.shapes.math import (
    add_n,
    arg_reduce,
    batch_matmul,
    bitcast,
    broadcast,
    eigen,
    fft,
    in_top_k,
    linear_solve,
    linspace,
    matmul,
    multinomial,
    qr,
    range_,
    reduction,
    scatter,
    segment,
    select,
    select_v2,
    sparse_product,
    square,
    svd,
    unravelled,
    unsorted_segment,
)
from scopelint.apis.tf.framework.shapes.nn import SHAPES_NN
from scopelint.values.tensors import NOT_CONSTANT, merge_shapes

if TYPE_CHECKING:
    from scopelint.apis.tf.framework.node import Node


def shape_function(type_: str) -> ShapeFunction | None:
    found = SHAPES.get(type_)
    if found is None:
        found = SHAPES_ARRAY.get(type_)
    if found is None:
        found = SHAPES_NN.get(type_)
    return found


UNARY = (
    "Abs Acos Acosh Asin Asinh Atan Atanh BesselI0e BesselI1e Cast Ceil CheckNumerics ComplexAbs Conj Cos Cosh "
    "Digamma Elu Erf Erfc Exp Expm1 Floor Identity Imag Inv Invert IsFinite IsInf IsNan LeakyRelu Lgamma Log Log1p "
    "LogicalNot LogSoftmax Neg OnesLike PreventGradient Real Reciprocal Relu Relu6 Rint Round Rsqrt Selu Sigmoid Sign "
    "Sin Sinh Snapshot Softmax Softplus Softsign Sqrt Square StopGradient Tan Tanh ZerosLike Angle RefIdentity Print "
    "AsString StringToNumber StringLength StringLower StringUpper StringStrip EncodeBase64 DecodeBase64 "
    "StringToHashBucketFast StringToHashBucket StringToHashBucketStrong RegexReplace StaticRegexReplace "
    "RegexFullMatch StaticRegexFullMatch Cumsum Cumprod ReverseV2 Reverse Roll MatrixBandPart "
    "MatrixSetDiag MatrixDeterminantX ClipByValue FakeQuantWithMinMaxArgs "
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
    "Bitcast": bitcast, "BroadcastArgs": lambda n: (None,),
    "EnsureShape": lambda n: merge_shapes( n.shape("input"), given_shape(n)),
    "IdentityN": lambda n: [t.shape for t in n.ins["input"]], "InTopK": in_top_k, "InTopKV2": in_top_k,
    "MatrixInverse": square, "Cholesky": square,
    "InvertPermutation": same("x"), "IRFFT": fft, "RFFT": fft, "LinSpace": linspace, "ListDiff": fixed(None),
    "MatMul": matmul, "SparseMatMul": matmul,
    "MatrixDeterminant": lambda n: ( n.shape("input")[:-2] if isinstance(n.shape("input"), tuple) else None),
    "MatrixSolve": linear_solve, "MatrixTriangularSolve": linear_solve,
    "Multinomial": multinomial,
    "Placeholder": given_shape, "PlaceholderWithDefault": with_default, "Qr": qr, "RandomGamma": lambda n: _gamma(n),
    "RandomPoissonV2": lambda n: _gamma(n, "rate"), "Range": range_, "ScatterUpdate": scatter,
    "ScatterAdd": scatter, "ScatterSub": scatter, "ScatterNdUpdate": same("ref"), "ScatterNdAdd": same("ref"),
    "SegmentSum": segment, "SegmentMean": segment, "SegmentMax": segment, "SegmentMin": segment,
    "SegmentProd": segment, "Select": select, "SelectV2": select_v2,
    "SelfAdjointEigV2": eigen,
    "BroadcastGradientArgs": lambda n: [(None,), (None,)], "ConcatOffset": lambda n: [t.shape for t in n.ins["shape"]],
    "StringJoin": lambda n: _join(n), "Svd": svd, "Unique": lambda n: [(None,), n.shape("x")],
    "UniqueWithCounts": lambda n: [(None,), n.shape("x"), (None,)], "UnravelIndex": unravelled,
    "UnsortedSegmentMax": unsorted_segment, "UnsortedSegmentMin": unsorted_segment,
    "UnsortedSegmentProd": unsorted_segment, "UnsortedSegmentSum": unsorted_segment,
    "Switch": lambda n: [n.shape("data")] * 2, "VariableV2": given_shape, "VarHandleOp": fixed(),
    "SparseReshape": lambda n: [(None, None), (None,)],
    "SparseTensorDenseMatMul": sparse_product,
    "RandomCrop": _none, "Bucketize": same("input"), "Cross": same("a"),
    "HistogramFixedWidth": lambda n: ( None if n.const("nbins") is NOT_CONSTANT else n.const("nbins"),),
    "MatchingFiles": fixed(None),
    "DecodeCSV": lambda n: n.shape("records"),
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


def _gamma(node: Node, name: str = "alpha") -> Any:
    shape, alpha = from_vector(node.ins["shape"]), node.shape(name)
    return (*shape, *alpha) if isinstance(shape, tuple) and isinstance(alpha, tuple) else None


def _join(node: Node) -> Any:
    return next((t.shape for t in node.ins["inputs"] if t.shape != ()), ())
