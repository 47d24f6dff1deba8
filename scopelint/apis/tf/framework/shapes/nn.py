"""Shape functions of convolutions, pooling, losses, images, recurrent kernels and parsing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint.apis.tf.framework.conversion import graph_shape
from scopelint.apis.tf.framework.python_values import int_list, left_open, members, plain
from scopelint.apis.tf.framework.shapes.common import (
    ShapeFunction,
    add,
    first,
    fixed,
    floordiv,
    from_vector,
    given_shape,
    same,
    size_at,
    unknown,
)
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import NOT_CONSTANT, dims_compatible, merge_dims
from scopelint.values.truth import NO

if TYPE_CHECKING:
    from scopelint.apis.tf.framework.node import Node


def window(size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any = 1, pads: Any = None) -> Any:
    """TF: GetWindowedOutputSizeFromDims."""
    if size is None or kernel is None or stride is None:
        return None
    if isinstance(padding, Unknown) or padding is None:
        return unknown("padding is not known")
    if isinstance(size, Unknown) or isinstance(kernel, Unknown) or isinstance(stride, Unknown):
        if padding == "SAME" and isinstance(stride, int) and stride == 1:
            return size
        return unknown("a size that is not known")
    if stride == 0:
        return None
    if padding == "SAME":
        return -(-size // stride)
    effective = (kernel - 1) * dilation + 1
    if padding == "EXPLICIT" and pads is not None:
        size = size + pads[0] + pads[1]
    # Where the window is larger than what it slides over, TF has a negative size in between.
    return (size - effective + stride) // stride if size >= effective else -1


def _padding(value: AnyValue) -> Any:
    if isinstance(value, bytes):
        value = value.decode("latin1")
    return value.upper() if isinstance(value, str) else ("EXPLICIT" if not isinstance(value, Unknown) else value)


def _places(format_: AnyValue, rank: int) -> tuple[list[int], int]:
    """Where the spatial dimensions and the channels are."""
    if isinstance(format_, str) and format_.startswith("NC"):
        return list(range(2, rank)), 1
    return list(range(1, rank - 1)), rank - 1


def _ints(value: AnyValue, count: int, default: int = 1) -> list[Any]:
    found = int_list(value) if value is not None else None
    if found is None or len(found) not in (1, count):
        return [unknown()] * count if value is not None else [default] * count
    return found * count if len(found) == 1 else found


def _windows(value: AnyValue, rank: int, data_format: AnyValue) -> list[Any]:
    """As `_ints`, where fewer numbers than dimensions are those of the spatial ones."""
    found = int_list(value) if value is not None else None
    if found is None or len(found) == rank:
        return _ints(value, rank)
    spatial, _ = _places(data_format, rank)
    sizes = found * len(spatial) if len(found) == 1 else found
    return [sizes[spatial.index(i)] if i in spatial and spatial.index(i) < len(sizes) else 1 for i in range(rank)]


def conv(node: Any) -> Any:
    """TF: Conv2DShape and Conv3DShape."""
    rank = 5 if node.type == "Conv3D" else 4
    shape, kernel = node.shape("input"), node.shape("filter")
    for given in (shape, kernel):
        if isinstance(given, tuple) and len(given) != rank:
            node.refuse(f"Shape must be rank {rank} but is rank {len(given)}")
            return None
    if isinstance(node.attrs.get("data_format"), Unknown):
        return (unknown(),) * rank
    spatial, channel = _places(node.attrs.get("data_format"), rank)
    if not isinstance(shape, tuple):
        shape = (unknown() if isinstance(shape, Unknown) else None,) * rank
    if not isinstance(kernel, tuple):
        kernel = (unknown() if isinstance(kernel, Unknown) else None,) * rank
    strides, dilations = _ints(node.attrs.get("strides"), rank), _ints(node.attrs.get("dilations"), rank)
    padding = _padding(node.attrs.get("padding"))
    ins, taken = shape[channel], kernel[-2]
    if isinstance(ins, int) and isinstance(taken, int) and (taken == 0 or ins % taken):
        node.refuse(
            f"Dimensions must be equal, but are {ins} and {taken}"
            if rank == 5
            else f"Depth of input ({ins}) is not a multiple of input depth of filter ({taken})"
        )
    out = list(shape)
    pads = int_list(node.attrs.get("explicit_paddings")) or [] if padding == "EXPLICIT" else []
    for i, place in enumerate(spatial):
        pair = pads[2 * place : 2 * place + 2]
        out[place] = window(
            shape[place], kernel[i], strides[place], padding, dilations[place], pair if len(pair) == 2 else None
        )
        if isinstance(out[place], int) and out[place] < 0:
            node.refuse(f"Negative dimension size caused by subtracting {kernel[i]} from {shape[place]}")
    out[channel] = kernel[-1]
    return tuple(out)


def depthwise(node: Node) -> Any:
    shape, kernel = node.shape("input"), node.shape("filter")
    if isinstance(node.attrs.get("data_format"), Unknown):
        return (unknown(),) * 4
    spatial, channel = _places(node.attrs.get("data_format"), 4)
    if not isinstance(shape, tuple) or not isinstance(kernel, tuple) or len(shape) != 4 or len(kernel) != 4:
        return (None,) * 4 if shape is None or kernel is None else (unknown(),) * 4
    strides, dilations = _ints(node.attrs.get("strides"), 4), _ints(node.attrs.get("dilations"), 4)
    padding = _padding(node.attrs.get("padding"))
    out = list(shape)
    for i, place in enumerate(spatial):
        out[place] = window(shape[place], kernel[i], strides[place], padding, dilations[place])
    depth = merge_dims(shape[channel], kernel[2])
    if dims_compatible(shape[channel], kernel[2]) is NO:
        node.refuse(f"Dimensions must be equal, but are {shape[channel]} and {kernel[2]}")
    out[channel] = None if depth is None or kernel[3] is None else depth * kernel[3]
    return tuple(out)


def pool(node: Node) -> Any:
    """TF: MaxPoolShape, AvgPoolShape, Pool3DShape."""
    shape = node.shape("input" if "input" in node.ins else "value")
    rank = 5 if node.type.endswith("3D") else 4
    if not isinstance(shape, tuple):
        return (unknown() if isinstance(shape, Unknown) else None,) * rank
    if len(shape) != rank:
        node.refuse(f"Shape must be rank {rank} but is rank {len(shape)}")
        return None
    layout = node.attrs.get("data_format")
    if isinstance(layout, Unknown):
        return (unknown(),) * rank
    sizes, strides = (_windows(node.attrs.get(key), rank, layout) for key in ("ksize", "strides"))
    padding = _padding(node.attrs.get("padding"))
    if any(type(step) is int and step <= 0 for step in strides):
        node.refuse(f"Stride must be > 0, but got {next(s for s in strides if type(s) is int and s <= 0)}")
    out = []
    for i, dim in enumerate(shape):
        size = dim if sizes[i] == 1 and strides[i] == 1 else window(dim, sizes[i], strides[i], padding)
        if isinstance(size, int) and isinstance(dim, int) and size < 0:
            node.refuse(f"Negative dimension size caused by subtracting {sizes[i]} from {dim}")
        out.append(size)
    return tuple(out)


def pool_with_argmax(node: Node) -> Any:
    return [pool(node)] * 2


def backprop_input(node: Node) -> Any:
    return from_vector(node.ins["input_sizes"])


def backprop_filter(node: Node) -> Any:
    return from_vector(node.ins["filter_sizes"])


def bias_add(node: Node) -> Any:
    shape, bias = node.shape("value"), node.shape("bias")
    if isinstance(bias, tuple) and len(bias) != 1:
        node.refuse(f"Shape must be rank 1 but is rank {len(bias)}")
        return shape
    if not isinstance(shape, tuple) or not shape:
        return shape
    place = 1 if node.attrs.get("data_format") == "NCHW" else len(shape) - 1
    if isinstance(bias, tuple) and dims_compatible(shape[place], bias[0]) is NO:
        node.refuse(f"Dimensions must be equal, but are {shape[place]} and {bias[0]}")
    depth = merge_dims(shape[place], bias[0]) if isinstance(bias, tuple) else shape[place]
    return (*shape[:place], depth, *shape[place + 1 :])


def lrn(node: Node) -> Any:
    shape = node.shape("input")
    if isinstance(shape, tuple) and len(shape) != 4:
        node.refuse(f"Shape must be rank 4 but is rank {len(shape)}")
    return shape


def batch_norm(node: Node) -> Any:
    shape, scale = node.shape("x"), node.shape("scale")
    vector = scale if isinstance(scale, tuple) else (None,)
    count = 6 if node.type == "FusedBatchNormV3" else 5
    return [shape] + [vector] * (count - 1)


def cross_entropy(node: Node) -> Any:
    shape = node.shape("features")
    labels = node.shape("labels")
    if not isinstance(shape, tuple):
        return [labels[:1] if isinstance(labels, tuple) else (None,), shape]
    if node.type == "SoftmaxCrossEntropyWithLogits" and isinstance(labels, tuple) and len(labels) == len(shape):
        # The two may be broadcast.
        for one, two in zip(shape, labels, strict=True):
            if type(one) is int and type(two) is int and one != two and 1 not in (one, two):
                node.refuse(f"Dimensions must be equal, but are {one} and {two}")
    return [(merge_dims(shape[0], labels[0]) if isinstance(labels, tuple) and labels else shape[0],), shape]


def top_k(node: Node) -> Any:
    shape, k = node.shape("input"), node.const("k") if "k" in node.ins else node.attrs.get("k")
    size = None if k is NOT_CONSTANT else k
    last = shape[-1] if isinstance(shape, tuple) and shape else None
    if isinstance(last, int) and isinstance(k, int) and last < k:
        said = f"input must have last dimension >= k = {k} but is {last}"
        node.refuse(said, computed="k" if "k" in node.ins else "")
    out = (*shape[:-1], size) if isinstance(shape, tuple) and shape else shape
    return [out, out]


def resize(node: Node) -> Any:
    shape, size = node.shape("images"), node.const("size")
    if isinstance(size, tuple) and len(size) == 2:
        height, width = size
    else:
        height = width = None if size is NOT_CONSTANT else unknown()
    if any(d is None for d in (height, width)):
        # A size of which TF knows one half only is not looked at.
        height = width = None
    if not isinstance(shape, tuple) or len(shape) != 4:
        return (None, height, width, None) if shape is None else (unknown(), height, width, unknown())
    return (shape[0], height, width, shape[3])


def crop_and_resize(node: Node) -> Any:
    boxes, size, image = node.shape("boxes"), node.const("crop_size"), node.shape("image")
    height, width = size if isinstance(size, tuple) and len(size) == 2 else (None, None)
    return (
        boxes[0] if isinstance(boxes, tuple) else None,
        height,
        width,
        image[3] if isinstance(image, tuple) and len(image) == 4 else None,
    )


def decode_image(node: Node) -> Any:
    channels = node.attrs.get("channels")
    return (None, None, channels or None)


def non_max(node: Node) -> Any:
    return (None,)


def extract_patches(node: Node) -> Any:
    shape = node.shape("images")
    if not isinstance(shape, tuple) or len(shape) != 4:
        return (None,) * 4
    sizes, strides, rates = (_ints(node.attrs.get(key), 4) for key in ("ksizes", "strides", "rates"))
    padding = _padding(node.attrs.get("padding"))
    rows = window(shape[1], sizes[1], strides[1], padding, rates[1])
    columns = window(shape[2], sizes[2], strides[2], padding, rates[2])
    depth = None if shape[3] is None else shape[3] * sizes[1] * sizes[2]
    return (shape[0], rows, columns, depth)


def dilation2d(node: Node) -> Any:
    shape, kernel = node.shape("input"), node.shape("filter")
    if not isinstance(shape, tuple) or not isinstance(kernel, tuple):
        return (None,) * 4
    strides, rates = _ints(node.attrs.get("strides"), 4), _ints(node.attrs.get("rates"), 4)
    padding = _padding(node.attrs.get("padding"))
    return (
        shape[0],
        window(shape[1], kernel[0], strides[1], padding, rates[1]),
        window(shape[2], kernel[1], strides[2], padding, rates[2]),
        shape[3],
    )


def candidates(node: Node) -> Any:
    true, count = node.shape("true_classes"), node.attrs.get("num_sampled")
    return [(count,), true, (count,)]


def ctc_greedy(node: Node) -> Any:
    return [(None, 2), (None,), (2,), (size_at(node.shape("inputs"), 1), 1)]


def ctc_loss(node: Node) -> Any:
    shape = node.shape("inputs")
    return [(size_at(shape, 1),), shape]


def lstm_block_cell(node: Node) -> Any:
    shape = node.shape("cs_prev")
    return [shape] * 7


def lstm_block(node: Node) -> Any:
    x, cell = node.shape("x"), node.shape("cs_prev")
    if not isinstance(x, tuple) or not isinstance(cell, tuple):
        return [next((each for each in (x, cell) if isinstance(each, Unknown)), None)] * 7
    return [(*x[:2], cell[1])] * 7


def gru_block_cell(node: Node) -> Any:
    return [node.shape("h_prev")] * 4


def cudnn_rnn(node: Node) -> Any:
    """TF: the shape functions of CudnnRNN, V2 and V3: output, output_h, output_c, workspace..."""
    shape, state, cell = node.shape("input"), node.shape("input_h"), node.shape("input_c")
    if not isinstance(shape, tuple) or not isinstance(state, tuple):
        return [None, state, cell, None, None]
    units = state[2]
    if node.attrs.get("direction") == "bidirectional":
        units = None if units is None else units * 2
    return [(shape[0], shape[1], units), state, cell if node.attrs.get("rnn_mode") == "lstm" else (), None, None]


def cudnn_params_size(node: Node) -> Any:
    return (1,)


def iterator_next(node: Node) -> Any:
    shapes = node.attrs.get("output_shapes")
    held = shapes if isinstance(shapes, list) else members(shapes)
    return [graph_shape(node.call, shape) for shape in held] if held is not None else None


def attention_window(node: Node) -> Any:
    shape, size = node.shape("input"), node.const("size")
    if not isinstance(shape, tuple) or not isinstance(size, tuple):
        return (None,) * 4
    return (shape[0], size[0], size[1], shape[3])


def mfcc(node: Node) -> Any:
    shape = node.shape("spectrogram")
    return (*shape[:2], node.attrs.get("dct_coefficient_count")) if isinstance(shape, tuple) else None


def spectrogram(node: Node) -> Any:
    shape = node.shape("input")
    size, stride = node.attrs.get("window_size"), node.attrs.get("stride")
    if not isinstance(shape, tuple) or not isinstance(size, int) or not isinstance(stride, int):
        return (None, None, None)
    length = None if not isinstance(shape[0], int) else 1 + (shape[0] - size) // stride
    bins = 1
    while bins < size:
        bins *= 2
    return (shape[1], length, bins // 2 + 1)


def max_pool_v2(node: Node) -> Any:
    for key in ("ksize", "strides"):
        if key in node.ins:
            node.attrs[key] = node.const(key) if node.const(key) is not NOT_CONSTANT else None
    return pool(node)


def fractional_pool(node: Node) -> Any:
    shape, ratio = node.shape("value"), node.attrs.get("pooling_ratio")
    if not isinstance(shape, tuple):
        return [left_open(shape), (None,), (None,)]

    ratios = plain(ratio)
    out = (
        tuple(
            int(d / r) if isinstance(d, int) and isinstance(r, (int, float)) else left_open(d, r)
            for d, r in zip(shape, ratios, strict=True)
        )
        if isinstance(ratios, tuple)
        else (left_open(ratio),) * 4
    )
    return [out, (None,), (None,)]


def audio(node: Node) -> Any:
    samples, channels = node.attrs.get("desired_samples"), node.attrs.get("desired_channels")
    return [
        (
            samples if isinstance(samples, int) and samples >= 0 else None,
            channels if isinstance(channels, int) and channels >= 0 else None,
        ),
        (),
    ]


def upsampled(node: Node) -> Any:
    return floordiv(add(1, 1), 1)


SHAPES_NN: dict[str, ShapeFunction] = {
    "Conv2D": conv, "Conv3D": conv, "DepthwiseConv2dNative": depthwise, "Conv2DBackpropInput": backprop_input,
    "Conv3DBackpropInputV2": backprop_input, "Conv2DBackpropFilter": backprop_filter,
    "Conv3DBackpropFilterV2": backprop_filter, "DepthwiseConv2dNativeBackpropInput": backprop_input,
    "MaxPool": pool, "AvgPool": pool, "MaxPool3D": pool, "AvgPool3D": pool, "MaxPoolV2": max_pool_v2,
    "MaxPoolWithArgmax": pool_with_argmax, "BiasAdd": bias_add, "LRN": lrn, "BiasAddV1": bias_add,
    "FusedBatchNorm": batch_norm,
    "FusedBatchNormV2": batch_norm, "FusedBatchNormV3": batch_norm,
    "SoftmaxCrossEntropyWithLogits": cross_entropy, "SparseSoftmaxCrossEntropyWithLogits": cross_entropy,
    "TopKV2": top_k, "TopK": top_k, "ResizeBilinear": resize, "ResizeNearestNeighbor": resize, "ResizeBicubic": resize,
    "ResizeArea": resize, "CropAndResize": crop_and_resize, "DecodeJpeg": decode_image, "DecodePng": decode_image,
    "DecodeBmp": decode_image, "DecodeAndCropJpeg": decode_image, "DecodeGif": fixed(None, None, None, 3),
    "NonMaxSuppression": non_max, "NonMaxSuppressionV2": non_max, "NonMaxSuppressionV3": non_max,
    "NonMaxSuppressionV4": lambda n: [(None,), ()], "NonMaxSuppressionV5": lambda n: [(None,), (None,), ()],
    "ExtractImagePatches": extract_patches, "Dilation2D": dilation2d, "Erosion2D": dilation2d,
    "UniformCandidateSampler": candidates, "LogUniformCandidateSampler": candidates,
    "LearnedUnigramCandidateSampler": candidates, "FixedUnigramCandidateSampler": candidates,
    "AllCandidateSampler": candidates, "ComputeAccidentalHits": lambda n: [(None,), (None,), (None,)],
    "CTCGreedyDecoder": ctc_greedy, "CTCLoss": ctc_loss, "LSTMBlockCell": lstm_block_cell, "BlockLSTM": lstm_block,
    "GRUBlockCell": gru_block_cell, "CudnnRNN": cudnn_rnn, "CudnnRNNV2": cudnn_rnn, "CudnnRNNV3": cudnn_rnn,
    "CudnnRNNParamsSize": cudnn_params_size, "IteratorGetNext": iterator_next, "ExtractGlimpse": attention_window,
    "Mfcc": mfcc, "AudioSpectrogram": spectrogram, "DecodeWav": audio, "FractionalMaxPool": fractional_pool,
    "FractionalAvgPool": fractional_pool, "DrawBoundingBoxes": same("images"), "DrawBoundingBoxesV2": same("images"),
    "SampleDistortedBoundingBoxV2": lambda n: [(3,), (3,), (1, 1, 4)],
    "SampleDistortedBoundingBox": lambda n: [(3,), (3,), (1, 1, 4)], "EncodeWav": fixed(),
    "DecodeCSV": lambda n: [n.shape("records")] * 64, "ParseTensor": lambda n: None,
    "Relu6Grad": first, "LRNGrad": first, "PlaceholderV2": given_shape, "TensorArrayReadV3": lambda n: None,
    "TensorArrayV3": lambda n: [(2,), ()], "TensorArrayGatherV3": lambda n: None, "TensorArrayWriteV3": fixed(),
    "TensorArrayScatterV3": fixed(), "TensorArrayConcatV3": lambda n: [None, (None,)],
}  # fmt: skip
