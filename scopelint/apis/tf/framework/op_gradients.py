"""Which operations pass a gradient, to which of their inputs."""

from __future__ import annotations

CUTS = frozenset({
    "Ceil", "Floor", "FloorDiv", "PreventGradient", "Rint", "Round", "SparseSparseMaximum", "SparseSparseMinimum",
    "StopGradient", "TruncateDiv", "ZerosLike",
})  # fmt: skip
"""Types whose registered gradient gives None though their result is a float."""


UNPASSED: dict[str, tuple[str, ...]] = {
    "Betainc": ("a", "b"), "FusedBatchNorm": ("mean", "variance"), "FusedBatchNormV2": ("mean", "variance"),
    "FusedBatchNormV3": ("mean", "variance"), "ImageProjectiveTransform": ("transforms",),
    "ImageProjectiveTransformV2": ("transforms",), "MatrixSolveLs": ("l2_regularizer",),
    "PadV2": ("constant_values",), "Polygamma": ("a",), "Print": ("data",),
    "QuantizeAndDequantizeV2": ("input_min", "input_max"), "QuantizeAndDequantizeV3": ("input_min", "input_max"),
    "ScaleAndTranslate": ("scale", "translation"), "SparseAdd": ("thresh",), "Zeta": ("x",),
}  # fmt: skip
"""Type -> those of its inputs, floats, for which its registered gradient gives None."""


LINEAR = frozenset({
    "Add", "AddN", "AddV2", "AvgPool", "AvgPool3D", "BatchToSpaceND", "BiasAdd", "BiasAddV1", "BroadcastTo", "Cast",
    "Concat", "ConcatV2", "Cumsum", "DepthToSpace", "Diag", "DiagPart", "DynamicPartition", "DynamicStitch", "Enter",
    "Exit", "ExpandDims", "ExtractImagePatches", "Fill", "Gather", "GatherNd", "GatherV2", "Identity", "IdentityN",
    "Imag", "MatrixBandPart", "MatrixDiag", "MatrixDiagPart", "MatrixSetDiag", "MatrixTranspose", "Max", "Maximum",
    "Mean", "Merge", "Min", "Minimum", "MirrorPad", "Neg", "NextIteration", "Pack", "Pad", "PadV2",
    "ParallelDynamicStitch", "Real", "ReadVariableOp", "RefIdentity", "Reshape", "ResizeBilinear",
    "ResizeNearestNeighbor", "ResourceGather", "Reverse", "ReverseSequence", "ReverseV2", "ScatterNd", "SegmentMean",
    "SegmentSum", "Select", "SelectV2", "Slice", "SpaceToBatchND", "SpaceToDepth", "SparseSegmentMean",
    "SparseSegmentSum", "Split", "SplitV", "Squeeze", "StridedSlice", "Sub", "Sum", "Switch", "Tile", "TopK",
    "TopKV2", "Transpose", "Unpack", "UnsortedSegmentSum",
})  # fmt: skip
"""Types whose gradient uses none of what they took, or only shapes, indices and comparisons of it."""


CROSSED = frozenset({
    "BatchMatMul", "BatchMatMulV2", "Conv2D", "Conv2DBackpropInput", "Conv3D", "Conv3DBackpropInputV2",
    "DepthwiseConv2dNative", "MatMul", "Mul", "SparseMatMul", "SparseTensorDenseMatMul",
})  # fmt: skip
"""Types whose gradient for one input uses the others and not that input itself."""


PLAIN = frozenset({
    "Add", "AddV2", "BiasAdd", "ConcatV2", "Conv2D", "Conv3D", "DepthwiseConv2dNative", "FusedBatchNormV3", "MatMul",
    "Mul", "Pack", "Sub",
})  # fmt: skip
"""Types of several inputs that a layer's summary makes as they are; any other may stand for a whole group."""


GATHERS = frozenset({"Gather", "GatherV2", "GatherNd", "ResourceGather"})
"""Types whose gradient for what they gather from may be an `IndexedSlices`."""


REGISTERED = "registered gradients"
"""Where the graph's state keeps the types for which the program registers a gradient; None where not all are known."""
