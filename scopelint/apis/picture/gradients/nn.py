"""TF: nn_grad.py, as far as models that are trained need it."""

from __future__ import annotations

from typing import Any

from scopelint.apis.picture.gradients.step import GRADIENTS, Gradient, Step, gradient


@gradient("BiasAdd")
def bias_add(s: Step) -> Any:
    return s.grad, s.gen("BiasAddGrad", out_backprop=s.grad, data_format=s.attrs.get("data_format", "NHWC"))


def _activation(kind: str, first: str, second: str, of_output: bool) -> Gradient:
    def made(s: Step) -> Any:
        taken = s.outputs[0] if of_output else s.inputs[0]
        extra = {"alpha": s.attrs["alpha"]} if "alpha" in s.attrs else {}
        return [s.gen(kind, **{first: s.grad, second: taken}, **extra)]

    return made


GRADIENTS.update(
    Relu=_activation("ReluGrad", "gradients", "features", True),
    Relu6=_activation("Relu6Grad", "gradients", "features", True),
    LeakyRelu=_activation("LeakyReluGrad", "gradients", "features", False),
    Elu=_activation("EluGrad", "gradients", "outputs", True),
    Selu=_activation("SeluGrad", "gradients", "outputs", True),
)  # fmt: skip


@gradient("ReluGrad", "LeakyReluGrad")
def relu_grad(s: Step) -> Any:
    x = s.inputs[1]
    extra = {"alpha": s.attrs["alpha"]} if "alpha" in s.attrs else {}
    first = s.gen(s.type, gradients=s.grad, features=x, **extra)
    return first, s.new("tf.zeros", shape=s.new("tf.shape", x), dtype=x.dtype)


@gradient("Softplus")
def softplus(s: Step) -> Any:
    return [s.binary("*", s.grad, s.new("tf.sigmoid", s.inputs[0]))]


@gradient("Softmax")
def softmax(s: Step) -> Any:
    out = s.outputs[0]
    along = s.new("tf.reduce_sum", s.binary("*", s.grad, out), -1, keepdims=True)
    return [s.binary("*", s.binary("-", s.grad, along), out)]


@gradient("LogSoftmax")
def log_softmax(s: Step) -> Any:
    whole = s.new("tf.exp", s.outputs[0])
    return [s.binary("-", s.grad, s.binary("*", s.new("tf.reduce_sum", s.grad, -1, keepdims=True), whole))]


def _times(s: Step, vector: Any, matrix: Any) -> Any:
    """TF: _BroadcastMul."""
    return s.binary("*", s.new("tf.expand_dims", vector, -1), matrix)


@gradient("SoftmaxCrossEntropyWithLogits")
def cross_entropy(s: Step) -> Any:
    made = _times(s, s.grad, s.outputs[1])
    return made, _times(s, s.grad, s.call.unary("-", s.new("tf.nn.log_softmax", s.inputs[0])))


@gradient("SparseSoftmaxCrossEntropyWithLogits")
def sparse_cross_entropy(s: Step) -> Any:
    kept = s.gen("PreventGradient", input=s.outputs[1])
    return _times(s, s.grad, kept), None


@gradient("Conv2D")
def conv(s: Step) -> Any:
    x, kernel = s.inputs
    one, two = s.gen("ShapeN", input=[x, kernel]).items
    return (
        s.gen("Conv2DBackpropInput", input_sizes=one, filter=kernel, out_backprop=s.grad, **s.same()),
        s.gen("Conv2DBackpropFilter", input=x, filter_sizes=two, out_backprop=s.grad, **s.same()),
    )


@gradient("Conv2DBackpropInput")
def transposed_conv(s: Step) -> Any:
    _, kernel, x = s.inputs
    sizes = s.new("tf.shape", kernel)
    of_kernel = s.gen("Conv2DBackpropFilter", input=s.grad, filter_sizes=sizes, out_backprop=x, **s.same())
    of_input = s.gen("Conv2D", input=s.grad, filter=kernel, **s.same())
    # A layer does not say its strides.
    of_input.shape = x.shape
    return None, of_kernel, of_input


@gradient("DepthwiseConv2dNative")
def depthwise(s: Step) -> Any:
    x, kernel = s.inputs
    first = s.gen(
        "DepthwiseConv2dNativeBackpropInput", input_sizes=s.new("tf.shape", x), filter=kernel, out_backprop=s.grad,
        **s.same(),
    )  # fmt: skip
    return first, s.gen(
        "DepthwiseConv2dNativeBackpropFilter", input=x, filter_sizes=s.new("tf.shape", kernel), out_backprop=s.grad,
        **s.same(),
    )  # fmt: skip


@gradient("MaxPool")
def max_pool(s: Step) -> Any:
    return [s.gen("MaxPoolGrad", orig_input=s.inputs[0], orig_output=s.outputs[0], grad=s.grad, **s.same())]


@gradient("AvgPool")
def avg_pool(s: Step) -> Any:
    return [s.gen("AvgPoolGrad", orig_input_shape=s.new("tf.shape", s.inputs[0]), grad=s.grad, **s.same())]


@gradient("FusedBatchNormV3")
def fused_batch_norm(s: Step) -> Any:
    x, scale = s.inputs[:2]
    training = s.attrs.get("is_training", True) is not False
    saved = s.outputs[3:5] if training else s.inputs[3:5]
    made = s.gen(
        "FusedBatchNormGradV3", y_backprop=s.grad, x=x, scale=scale, reserve_space_1=saved[0], reserve_space_2=saved[1],
        reserve_space_3=s.outputs[5], is_training=training,
    ).payload  # fmt: skip
    # While training TF hands on all five, and the last two are empty.
    return made if training else (*made[:3], None, None)


@gradient("L2Loss")
def l2_loss(s: Step) -> Any:
    return [s.binary("*", s.inputs[0], s.grad)]
