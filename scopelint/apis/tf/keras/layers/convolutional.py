"""tf.keras.layers: convolutions, pooling, padding, cropping, up-sampling, locally connected layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import TypeBuilder
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.bare_op import make, op_like
from scopelint.apis.tf.framework.dims import dimension, dims_of
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.operations import check_allowed
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras.base_layer import weight
from scopelint.apis.tf.keras.input_spec import spec
from scopelint.apis.tf.keras.layers.core import bias_add, method, read
from scopelint.apis.tf.nn.conv import check_steps
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import DType, TensorShape, Variable

Dim = Any
FLOATS = ("float16", "bfloat16", "float32", "float64")
NO_CHANNELS = "The channel dimension of the inputs should be defined. Found `None`."


def conv_length(size: Dim, kernel: Dim, padding: AnyValue, stride: Dim, dilation: Dim = 1) -> Dim:
    """TF: conv_utils.conv_output_length."""
    if size is None:
        return None
    if isinstance(padding, Unknown):
        return Unknown("the padding is not known", "size")
    if stride == 0:
        return Unknown("a stride of 0")
    if padding in ("same", "causal"):
        return (size + stride - 1) // stride
    effective = (kernel - 1) * dilation + 1
    # The operation subtracts the two before it divides, and refuses what is then negative.
    return (size - effective + stride) // stride if not (are_known(size, effective) and size < effective) else -1


def are_known(*sizes: Dim) -> bool:
    return all(isinstance(size, int) for size in sizes)


def deconv_length(
    size: Dim, kernel: Dim, padding: AnyValue, output_padding: Dim, stride: Dim, dilation: Dim = 1
) -> Dim:
    """TF: conv_utils.deconv_output_length."""
    if size is None:
        return None
    kernel = kernel + (kernel - 1) * (dilation - 1)
    if output_padding is None:
        if padding == "same":
            return size * stride
        # The larger of kernel - stride and 0.
        more = kernel - stride
        return size * stride + (more if isinstance(more, Unknown) or more > 0 else 0)
    if padding == "same":
        return (size - 1) * stride + kernel - 2 * (kernel // 2) + output_padding
    return (size - 1) * stride + kernel + output_padding


def split_shape(shape: AnyValue, rank: int, first: bool) -> tuple[Dim, tuple[Dim, ...], Dim] | None:
    """Batch, spatial dimensions and channels of an image's shape; None where its rank is not known."""
    if not isinstance(shape, tuple) or len(shape) != rank + 2:
        return None
    return (shape[0], shape[2:], shape[1]) if first else (shape[0], shape[1:-1], shape[-1])


def join_shape(batch: Dim, space: Any, channels: Dim, first: bool) -> tuple[Dim, ...]:
    return (batch, channels, *space) if first else (batch, *space, channels)


def is_first(self: InstanceValue) -> bool:
    return self.attrs.get("data_format") == "channels_first"


# convolutions


def _conv_spec(call: Call, self: InstanceValue) -> None:
    rank = self.cls.find("<rank>")
    self.set("rank", rank)
    self.set("_input_spec", spec(ndim=rank + 2))


conv = types.layer_type("Conv", canonical="tensorflow.python.keras.layers.convolutional.Conv", prepare=_conv_spec)
conv.cls.attrs["<first>"] = types.is_looked_up


@conv.method(name="build")
def conv_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: convolutional.Conv.build."""
    attrs = self.attrs
    axis = types.channel_axis(self)
    channels = types.input_dim(call, input_shape, axis, NO_CHANNELS)
    weight(call, self, "kernel", (*attrs["kernel_size"], channels, attrs["filters"]), dtype=attrs.get("<dtype>"))
    weight(call, self, "bias", (attrs["filters"],), when=attrs["use_bias"], dtype=attrs.get("<dtype>"))
    self.set("_input_spec", spec(ndim=attrs["rank"] + 2, axes={axis: channels}))
    check_steps(call, attrs["strides"], attrs["dilation_rate"])
    self.set("built", True)


def whole(filters: AnyValue) -> Any:
    """Python's division leaves 64.0 filters, which TF's Dimension takes for 64."""
    return int(filters) if isinstance(filters, float) and filters.is_integer() else filters


def convolved_shape(self: InstanceValue, shape: Any, filters: Dim) -> Any:
    """TF: Conv.compute_output_shape."""
    attrs, first = self.attrs, is_first(self)
    rank = attrs["rank"]
    if not isinstance(attrs.get("data_format"), str):
        return tuple(Unknown("the data format is not known") for _ in range(rank + 2))
    parts = split_shape(shape, rank, first)
    if parts is None:
        if isinstance(shape, Unknown):
            return join_shape(
                Unknown("batch is not known", "batch"),
                [Unknown("size is not known", "size") for _ in range(rank)],
                filters,
                first,
            )
        return join_shape(None, [None] * rank, filters, first)
    batch, space, _ = parts
    sizes = zip(space, attrs["kernel_size"], attrs["strides"], attrs["dilation_rate"], strict=True)
    out = [conv_length(size, kernel, attrs["padding"], stride, dilation) for size, kernel, stride, dilation in sizes]
    return join_shape(batch, out, filters, first)


def output_shape(made: TypeBuilder, shape_of: Callable[[InstanceValue, Any], Any]) -> None:
    """Declares `compute_output_shape` of a layer by what its shape comes to."""
    method(
        made,
        "compute_output_shape",
        lambda call, self, input_shape: TensorShape(shape_of(self, dims_of(input_shape))),
    )


def check_kernel(call: Call, inputs: AnyValue, kernel: AnyValue, kind: str) -> None:
    one, two = dtype_of(inputs), dtype_of(kernel)
    if isinstance(one, DType) and isinstance(two, DType) and one.base_name != two.base_name:
        said = f"Input 'filter' of '{kind}' Op has type {two.base_name} that does not match type {one.base_name} of "
        call.raise_("TypeError", said + "argument 'input'.", "argument")


def check_output_padding(call: Call, self: InstanceValue) -> None:
    """TF: Conv2DTranspose.__init__. What is added behind is less than a step."""
    strides, more = self.attrs.get("strides"), self.attrs.get("output_padding")
    pairs = zip(strides, more, strict=True) if isinstance(strides, tuple) and isinstance(more, tuple) else ()
    if any(isinstance(step, int) and isinstance(added, int) and added >= step for step, added in pairs):
        said = f"Stride {call.to_string(strides)} must be greater than output padding {call.to_string(more)}"
        call.raise_("ValueError", said, "argument")


def check_size(call: Call, shape: AnyValue, kind: str) -> None:
    """The op refuses an output that would be empty."""
    for size in shape if isinstance(shape, tuple) else ():
        if isinstance(size, int) and size < 0:
            call.raise_(
                "ValueError",
                f"Negative dimension size caused by subtracting the kernel from the input for '{kind}' (op: '{kind}')",
                "shape",
            )


def add_bias_and_activate(call: Call, self: InstanceValue, outputs: AnyValue) -> Any:
    bias = self.attrs.get("bias")
    if bias is not None:
        if self.attrs["rank"] == 1 and is_first(self):
            call.graph.op("Reshape")
            outputs = op_like(call, outputs, "AddV2", "add", deps=deps_of(outputs, bias))
        else:
            outputs = bias_add(call, outputs, bias)
    return tools.activate(call, self.attrs.get("activation"), outputs)


def dilated(self: InstanceValue) -> bool:
    return any(d != 1 for d in self.attrs.get("dilation_rate") or () if isinstance(d, int))


@conv.method(name="call")
def conv_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    """TF: convolutional.Conv.call."""
    attrs = self.attrs
    inputs = tools.as_tensor(call, inputs)
    kernel, rank = attrs.get("kernel"), attrs["rank"]
    shape = convolved_shape(self, dims_of(inputs), whole(attrs["filters"]))
    check_allowed(call, "input", dtype_of(inputs), FLOATS)
    check_kernel(call, inputs, kernel, "Conv3D" if rank == 3 else "Conv2D")
    check_size(call, shape, "Conv2D")
    deps, dtype = deps_of(inputs, kernel), tools.first(attrs.get("<dtype>"), dtype_of(inputs))
    if attrs.get("padding") == "causal":
        call.graph.op("Pad", inner=(("paddings", "Const"),))
    graph = call.graph
    graph.op("Const", "dilation_rate")
    if dilated(self):
        graph.op("Const", "required_space_to_batch_paddings/input_shape")
        for name in ("base_paddings", "paddings", "crops"):
            graph.op("Const", f"required_space_to_batch_paddings/{name}")
        graph.op("SpaceToBatchND", inner=(("block_shape", "Const"), ("paddings", "Const")))
    if rank == 1:
        inner = (
            ("ExpandDims/dim", "Const"),
            ("ExpandDims", "ExpandDims"),
            ("ExpandDims_1/dim", "Const"),
            ("ExpandDims_1", "ExpandDims"),
            *((("ExpandDims_1/ReadVariableOp", "ReadVariableOp"),) if read(kernel) else ()),
        )
        whole_op = graph.op("Conv2D", "conv1d", inner=inner)
        outputs = make(call, "Squeeze", "conv1d/Squeeze", shape, dtype, deps)
        if graph.drawing is not None:
            rows, columns = f"{whole_op}/ExpandDims", f"{whole_op}/ExpandDims_1"
            graph.draw(rows, inputs, f"{rows}/dim")
            graph.draw(columns, f"{columns}/ReadVariableOp" if read(kernel) else kernel, f"{columns}/dim")
            graph.draw(f"{columns}/ReadVariableOp", kernel)
            graph.draw(whole_op, rows, columns)
            graph.draw(outputs.op_name, whole_op)
    else:
        outputs = make(call, "Conv3D" if rank == 3 else "Conv2D", None, shape, dtype, deps, inner=read(kernel))
    if dilated(self):
        outputs = make(
            call, "BatchToSpaceND", None, shape, dtype, deps, inner=(("block_shape", "Const"), ("crops", "Const"))
        )
    return add_bias_and_activate(call, self, outputs)


@conv.method(name="compute_output_shape")
def conv_shape(call: Call, self: InstanceValue, input_shape: AnyValue) -> Any:
    return TensorShape(convolved_shape(self, dims_of(input_shape), whole(self.attrs["filters"])))


for _rank, _name in ((1, "Conv1D"), (2, "Conv2D"), (3, "Conv3D")):
    types.layer_type(_name, conv.cls, rank=_rank, after=conv.cls)


def _transpose(name: str, rank: int) -> None:
    def prepare(call: Call, self: InstanceValue) -> None:
        check_output_padding(call, self)
        _conv_spec(call, self)

    made = types.layer_type(name, f"tf.keras.layers.Conv{rank}D", rank=rank, after=conv.cls, prepare=prepare)

    def build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
        """TF: Conv2DTranspose.build, Conv3DTranspose.build."""
        attrs = self.attrs
        shape = dims_of(input_shape)
        if isinstance(shape, tuple) and len(shape) != rank + 2:
            call.raise_("ValueError", f"Inputs should have rank {rank + 2}. Received input shape: {shape}", "shape")
        axis = types.channel_axis(self)
        channels = types.input_dim(call, input_shape, axis, NO_CHANNELS)
        self.set("_input_spec", spec(ndim=rank + 2, axes={axis: channels}))
        weight(call, self, "kernel", (*attrs["kernel_size"], attrs["filters"], channels), dtype=attrs.get("<dtype>"))
        weight(call, self, "bias", (attrs["filters"],), when=attrs["use_bias"], dtype=attrs.get("<dtype>"))
        self.set("built", True)

    def shape_of(self: InstanceValue, shape: Any) -> Any:
        attrs, first = self.attrs, is_first(self)
        parts = split_shape(shape, rank, first)
        if parts is None:
            blank = Unknown("shape is not known") if isinstance(shape, Unknown) else None
            return join_shape(blank, [blank] * rank, whole(attrs["filters"]), first)
        padding = attrs.get("output_padding") or (None,) * rank
        dilations = attrs.get("dilation_rate") or (1,) * rank
        space = [
            deconv_length(
                parts[1][i], attrs["kernel_size"][i], attrs["padding"], padding[i], attrs["strides"][i], dilations[i]
            )
            for i in range(rank)
        ]
        return join_shape(parts[0], space, whole(attrs["filters"]), first)

    def call_(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
        attrs = self.attrs
        inputs = tools.as_tensor(call, inputs)
        graph = call.graph
        known = isinstance(whole_shape := dims_of(inputs), tuple) and all(isinstance(d, int) for d in whole_shape)
        all_sizes = graph.op("Const" if known and graph.drawing is not None else "Shape", "Shape")
        graph.draw(all_sizes, inputs)
        slices = (("stack", "Const"), ("stack_1", "Const"), ("stack_2", "Const"))

        def sliced(of: str) -> str:
            made: str = graph.op("StridedSlice", "strided_slice", inner=slices)
            graph.draw(made, of, *(f"{made}/{corner}" for corner, _ in slices))
            return made

        sizes = [sliced(all_sizes) for _ in range(rank + 1)]
        for at in range(1, rank + 1):
            times = graph.op("Mul", "mul", inner=(("y", "Const"),))
            graph.draw(times, sizes[at], f"{times}/y")
            sizes[at] = times
            if attrs["padding"] == "valid" or attrs.get("output_padding") is not None:
                more = graph.op("AddV2", "add", inner=(("y", "Const"),))
                graph.draw(more, times, f"{more}/y")
                sizes[at] = more
        packed = graph.op("Pack", "stack", inner=((f"{rank + 1}", "Const"),))
        graph.draw(packed, *sizes, f"{packed}/{rank + 1}")
        sliced(packed)
        kernel = attrs.get("kernel")
        outputs = make(
            call,
            "Conv2DBackpropInput" if rank == 2 else "Conv3DBackpropInputV2",
            f"conv{rank}d_transpose",
            shape_of(self, dims_of(inputs)),
            tools.first(attrs.get("<dtype>"), dtype_of(inputs)),
            deps_of(inputs, kernel),
            inner=read(kernel),
        )
        if isinstance(kernel, Variable) and kernel.is_resource is not True:
            graph.draw(outputs.op_name, packed, kernel, inputs)
        bias = attrs.get("bias")
        if bias is not None:
            outputs = bias_add(call, outputs, bias)
        return tools.activate(call, attrs.get("activation"), outputs)

    method(made, "build", build)
    method(made, "call", call_)
    output_shape(made, shape_of)


_transpose("Conv2DTranspose", 2)
_transpose("Conv3DTranspose", 3)


# separable and depthwise

separable = types.layer_type(
    "SeparableConv", conv.cls, after=conv.cls, canonical="tensorflow.python.keras.layers.convolutional.SeparableConv"
)


@separable.method(name="build")
def separable_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: convolutional.SeparableConv.build."""
    attrs = self.attrs
    axis = types.channel_axis(self)
    channels = types.input_dim(call, input_shape, axis, NO_CHANNELS)
    multiplier, rank = attrs["depth_multiplier"], attrs["rank"]
    self.set("_input_spec", spec(ndim=rank + 2, axes={axis: channels}))
    weight(
        call,
        self,
        "depthwise_kernel",
        (*attrs["kernel_size"], channels, multiplier),
        prefix="depthwise",
        dtype=attrs.get("<dtype>"),
    )
    weight(
        call,
        self,
        "pointwise_kernel",
        (*(1,) * rank, multiplier * channels, attrs["filters"]),
        prefix="pointwise",
        dtype=attrs.get("<dtype>"),
    )
    weight(call, self, "bias", (attrs["filters"],), when=attrs["use_bias"], dtype=attrs.get("<dtype>"))
    self.set("built", True)


@separable.method(name="call")
def separable_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    """TF: SeparableConv1D.call, SeparableConv2D.call."""
    attrs, rank = self.attrs, self.attrs["rank"]
    inputs = tools.as_tensor(call, inputs)
    shape = convolved_shape(self, dims_of(inputs), whole(attrs["filters"]))
    check_size(call, shape, "DepthwiseConv2dNative")
    graph = call.graph
    if rank == 1:
        for _ in range(3):
            graph.op("ExpandDims", inner=(("dim", "Const"),))
    outputs = make(
        call,
        "Conv2D",
        "separable_conv2d",
        shape,
        tools.first(attrs.get("<dtype>"), dtype_of(inputs)),
        deps_of(inputs, attrs.get("depthwise_kernel"), attrs.get("pointwise_kernel")),
        inner=(("Shape", "Const"), ("dilation_rate", "Const"), ("depthwise", "DepthwiseConv2dNative")),
    )
    bias = attrs.get("bias")
    if bias is not None:
        outputs = bias_add(call, outputs, bias)
    if rank == 1:
        outputs = op_like(call, outputs, "Squeeze")
    return tools.activate(call, attrs.get("activation"), outputs)


_OF_KERNELS = ("kernel_initializer", "kernel_regularizer", "kernel_constraint")
separable.cls.attrs["<passed>"] = _OF_KERNELS
for _rank, _name in ((1, "SeparableConv1D"), (2, "SeparableConv2D")):
    types.layer_type(_name, separable.cls, rank=_rank, after=conv.cls)

depthwise = types.layer_type("DepthwiseConv2D", "tf.keras.layers.Conv2D", rank=2, after=conv.cls)
depthwise.cls.attrs["<first>"] = lambda name: (
    types.is_looked_up(name) and name != "bias_initializer" and not name.startswith("depthwise")
)
depthwise.cls.attrs["<passed>"] = (*_OF_KERNELS, "dilation_rate")


@depthwise.method(name="__init__", raw=True)
def depthwise_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    types.construct(call, args[0], depthwise.cls, conv.cls, args[1:], kwargs)
    args[0].set("filters", None)
    if "dilation_rate" not in kwargs:
        args[0].set("dilation_rate", (1, 1))


@depthwise.method(name="build")
def depthwise_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: DepthwiseConv2D.build."""
    attrs = self.attrs
    axis = 1 if is_first(self) else 3
    channels = types.input_dim(
        call,
        input_shape,
        axis,
        "The channel dimension of the inputs to `DepthwiseConv2D` should be defined. Found `None`.",
    )
    weight(
        call, self, "depthwise_kernel", (*attrs["kernel_size"], channels, attrs["depth_multiplier"]), prefix="depthwise"
    )
    weight(call, self, "bias", (channels * attrs["depth_multiplier"],), when=attrs["use_bias"])
    self.set("_input_spec", spec(ndim=4, axes={axis: channels}))
    self.set("built", True)


def _depthwise_shape(self: InstanceValue, shape: AnyValue) -> Any:
    channels = dimension(shape, 1 if is_first(self) else 3)
    return convolved_shape(self, shape, None if channels is None else channels * self.attrs["depth_multiplier"])


@depthwise.method(name="call")
def depthwise_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    """TF: DepthwiseConv2D.call."""
    inputs = tools.as_tensor(call, inputs)
    kernel = self.attrs.get("depthwise_kernel")
    outputs = make(
        call,
        "DepthwiseConv2dNative",
        "depthwise",
        _depthwise_shape(self, dims_of(inputs)),
        dtype_of(inputs),
        deps_of(inputs, kernel),
        inner=(*read(kernel), ("Shape", "Const"), ("dilation_rate", "Const")),
    )
    bias = self.attrs.get("bias")
    if bias is not None:
        outputs = bias_add(call, outputs, bias)
    return tools.activate(call, self.attrs.get("activation"), outputs)


@depthwise.method(name="compute_output_shape")
def depthwise_shape(call: Call, self: InstanceValue, input_shape: AnyValue) -> Any:
    return TensorShape(_depthwise_shape(self, dims_of(input_shape)))
