"""tf.keras.applications: the ready-made networks, layer by layer as Keras builds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import op_like
from scopelint.apis.tf.framework.dims import dimension, dims_of
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.structures import items_of
from scopelint.apis.tf.keras import training  # noqa: F401  (the models that are made can be trained)
from scopelint.apis.tf.keras.inputs import make_input
from scopelint.values.base import AnyValue
from scopelint.values.containers import ListValue
from scopelint.values.objects import NativeFunction
from scopelint.values.tensors import TensorShape

applications = Namespace("tf.keras.applications")


class Net:
    """What a network is written with: each method makes a layer and applies it."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self.axis = 1 if keras(call).image_data_format == "channels_first" else 3

    def layer(self, cls: str, x: AnyValue, *args: Any, **options: Any) -> Any:
        call = self._call
        return call.invoke(call.new("tf.keras.layers." + cls, *args, **options), x)

    def conv(self, x: AnyValue, filters: int, kernel: AnyValue, name: str | None = None, **options: Any) -> Any:
        return self.layer("Conv2D", x, filters, kernel, name=name, **options)

    def norm(self, x: AnyValue, name: str | None = None, **options: Any) -> Any:
        return self.layer("BatchNormalization", x, axis=self.axis, name=name, **options)

    def relu(self, x: AnyValue, name: str | None = None) -> Any:
        return self.layer("Activation", x, "relu", name=name)

    def relu6(self, x: AnyValue, name: str) -> Any:
        return self.layer("ReLU", x, 6.0, name=name)

    def pad(self, x: AnyValue, size: AnyValue, name: str | None = None) -> Any:
        return self.layer("ZeroPadding2D", x, padding=size, name=name)

    def join(self, xs: list[Any], name: str | None = None) -> Any:
        return self.layer("Concatenate", ListValue(xs), axis=self.axis, name=name)

    def add(self, xs: list[Any], name: str | None = None) -> Any:
        return self.layer("Add", ListValue(xs), name=name)

    def channels(self, x: AnyValue) -> Any:
        return dimension(dims_of(x), self.axis)

    def conv_norm(self, x: AnyValue, filters: int, kernel: AnyValue, stride: int = 1, padding: str = "same") -> Any:
        """Convolution without bias, normalisation without scale, relu; nothing named."""
        x = self.conv(x, filters, kernel, strides=stride, padding=padding, use_bias=False)
        return self.relu(self.norm(x, scale=False))

    def chain(self, x: AnyValue, steps: tuple[tuple[Any, ...], ...]) -> Any:
        for step in steps:
            x = self.conv_norm(x, *step)
        return x


def _application(
    name: str,
    default_size: int,
    model_name: Any,
    body: Callable[..., Any],
    top: Callable[..., Any],
    named_pools: bool = False,
) -> None:
    """Declares a network: its input, its body, its top or pooling, the model around them."""

    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        g, _ = bind(call, f"tf.keras.applications.{name}", args, kwargs)
        for key, value in {"include_top": True, "weights": "imagenet", "input_tensor": None, "input_shape": None,
                           "pooling": None, "classes": 1000, "alpha": 1.0, "depth_multiplier": 1,
                           "dropout": 1e-3}.items():  # fmt: skip
            g.setdefault(key, kwargs.get(key, value))
        others = getattr(kwargs, "rest", None)
        if others is not None:
            g.update({key: others.derive(key) for key in ("include_top", "pooling", "classes") if key not in kwargs})
        net = Net(call)
        tensor, shape = g["input_tensor"], g["input_shape"]
        if _is_default(call, shape):
            side: Any = default_size if g["include_top"] else None
            side = side if others is None else others.derive("side")
            shape = (3, side, side) if net.axis == 1 else (side, side, 3)
        if tensor is None:
            x = make_input(call, (), {"shape": shape})
        elif keras(call).history(tensor) is None:
            x = make_input(call, (), {"tensor": tensor, "shape": shape})
        else:
            x = tensor
        outputs = body(net, x, g)
        if g["include_top"]:
            outputs = top(net, outputs, g)
        elif g["pooling"] in ("avg", "max"):
            kind = "Average" if g["pooling"] == "avg" else "Max"
            pool = {"name": f"{g['pooling']}_pool"} if named_pools else {}
            outputs = net.layer(f"Global{kind}Pooling2D", outputs, **pool)
        inputs = x if tensor is None else call.new("tf.keras.utils.get_source_inputs", tensor)
        called = model_name(g, items_of(shape)) if callable(model_name) else model_name
        return call.new("tf.keras.Model", inputs, outputs, name=called)

    applications.function(impl, name=name, raw=True)


def _is_default(call: Call, shape: AnyValue) -> bool:
    """TF: imagenet_utils.obtain_input_shape. Is no input shape given, or none that is true?"""
    if isinstance(shape, TensorShape):
        shape = shape.dims
    elif isinstance(shape, ListValue):
        shape = tuple(shape.items) if shape.rest is None else shape.rest
    if isinstance(shape, tuple) and len(shape) not in (0, 3):
        call.raise_("ValueError", "`input_shape` must be a tuple of three integers.", "argument")
    return shape is None or shape == ()


def _pool_and_predict(name: str) -> Callable[..., Any]:
    def top(net: Net, x: AnyValue, g: dict[str, Any]) -> Any:
        x = net.layer("GlobalAveragePooling2D", x, name="avg_pool")
        return net.layer("Dense", x, g["classes"], activation="softmax", name=name)

    return top


# VGG


def _vgg(counts: tuple[int, ...]) -> Callable[..., Any]:
    def body(net: Net, x: AnyValue, g: dict[str, Any]) -> Any:
        for block, count in enumerate(counts, 1):
            for at in range(1, count + 1):
                x = net.conv(
                    x, min(64 << (block - 1), 512), (3, 3), f"block{block}_conv{at}", activation="relu", padding="same"
                )
            x = net.layer("MaxPooling2D", x, (2, 2), strides=(2, 2), name=f"block{block}_pool")
        return x

    return body


def _vgg_top(net: Net, x: AnyValue, g: dict[str, Any]) -> Any:
    x = net.layer("Flatten", x, name="flatten")
    for name in ("fc1", "fc2"):
        x = net.layer("Dense", x, 4096, activation="relu", name=name)
    return net.layer("Dense", x, g["classes"], activation="softmax", name="predictions")


_application("VGG16", 224, "vgg16", _vgg((2, 2, 3, 3, 3)), _vgg_top)
_application("VGG19", 224, "vgg19", _vgg((2, 2, 4, 4, 4)), _vgg_top)


# ResNet

_EPSILON = 1.001e-5


def _block1(net: Net, x: AnyValue, filters: int, stride: int, shortcut: bool, name: str) -> Any:
    short = x
    if shortcut:
        short = net.norm(net.conv(x, 4 * filters, 1, name + "_0_conv", strides=stride), name + "_0_bn")
    x = net.relu(net.norm(net.conv(x, filters, 1, name + "_1_conv", strides=stride), name + "_1_bn"), name + "_1_relu")
    x = net.relu(net.norm(net.conv(x, filters, 3, name + "_2_conv", padding="same"), name + "_2_bn"), name + "_2_relu")
    x = net.norm(net.conv(x, 4 * filters, 1, name + "_3_conv"), name + "_3_bn")
    return net.relu(net.add([short, x], name + "_add"), name + "_out")


def _block2(net: Net, x: AnyValue, filters: int, stride: int, shortcut: bool, name: str) -> Any:
    before = net.relu(net.norm(x, name + "_preact_bn"), name + "_preact_relu")
    if shortcut:
        short = net.conv(before, 4 * filters, 1, name + "_0_conv", strides=stride)
    else:
        short = net.layer("MaxPooling2D", x, 1, strides=stride) if stride > 1 else x
    x = net.norm(net.conv(before, filters, 1, name + "_1_conv", use_bias=False), name + "_1_bn")
    x = net.pad(net.relu(x, name + "_1_relu"), 1, name + "_2_pad")
    x = net.norm(net.conv(x, filters, 3, name + "_2_conv", strides=stride, use_bias=False), name + "_2_bn")
    x = net.conv(net.relu(x, name + "_2_relu"), 4 * filters, 1, name + "_3_conv")
    return net.add([short, x], name + "_out")


def _resnet(counts: tuple[int, ...], second: bool) -> Callable[..., Any]:
    def body(net: Net, x: AnyValue, g: dict[str, Any]) -> Any:
        x = net.conv(net.pad(x, 3, "conv1_pad"), 64, 7, "conv1_conv", strides=2)
        if not second:
            x = net.relu(net.norm(x, "conv1_bn"), "conv1_relu")
        x = net.layer("MaxPooling2D", net.pad(x, 1, "pool1_pad"), 3, strides=2, name="pool1_pool")
        for stack, count in enumerate(counts):
            name, filters = f"conv{stack + 2}", 64 << stack
            for at in range(1, count + 1):
                if second:
                    stride = 2 if at == count and stack < 3 else 1
                    x = _block2(net, x, filters, stride, at == 1, f"{name}_block{at}")
                else:
                    stride = 2 if at == 1 and stack else 1
                    x = _block1(net, x, filters, stride, at == 1, f"{name}_block{at}")
        return net.relu(net.norm(x, "post_bn"), "post_relu") if second else x

    return body


for _depth, _counts in (("50", (3, 4, 6, 3)), ("101", (3, 4, 23, 3)), ("152", (3, 8, 36, 3))):
    _application(f"ResNet{_depth}", 224, f"resnet{_depth}", _resnet(_counts, False), _pool_and_predict("probs"), True)
    _application(
        f"ResNet{_depth}V2", 224, f"resnet{_depth}v2", _resnet(_counts, True), _pool_and_predict("probs"), True
    )


# MobileNet


def _mobilenet(net: Net, x: AnyValue, g: dict[str, Any]) -> Any:
    alpha = g["alpha"]
    x = net.conv(
        net.pad(x, ((0, 1), (0, 1)), "conv1_pad"), int(32 * alpha), (3, 3), "conv1", strides=(2, 2), use_bias=False
    )
    x = net.relu6(net.norm(x, "conv1_bn"), "conv1_relu")
    widths = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
    for block, width in enumerate(widths, 1):
        stride = 2 if block in (2, 4, 6, 12) else 1
        if stride == 2:
            x = net.pad(x, ((0, 1), (0, 1)), f"conv_pad_{block}")
        x = net.layer(
            "DepthwiseConv2D",
            x,
            (3, 3),
            padding="same" if stride == 1 else "valid",
            strides=stride,
            depth_multiplier=g["depth_multiplier"],
            use_bias=False,
            name=f"conv_dw_{block}",
        )
        x = net.relu6(net.norm(x, f"conv_dw_{block}_bn"), f"conv_dw_{block}_relu")
        x = net.conv(x, int(width * alpha), (1, 1), f"conv_pw_{block}", padding="same", use_bias=False)
        x = net.relu6(net.norm(x, f"conv_pw_{block}_bn"), f"conv_pw_{block}_relu")
    return x


def _mobilenet_top(net: Net, x: AnyValue, g: dict[str, Any]) -> Any:
    width = int(1024 * g["alpha"])
    x = net.layer("GlobalAveragePooling2D", x)
    x = net.layer("Reshape", x, (width, 1, 1) if net.axis == 1 else (1, 1, width), name="reshape_1")
    x = net.layer("Dropout", x, g["dropout"], name="dropout")
    x = net.conv(x, g["classes"], (1, 1), "conv_preds", padding="same")
    x = net.layer("Reshape", x, (g["classes"],), name="reshape_2")
    return net.layer("Activation", x, "softmax", name="act_softmax")


def _sized(word: str) -> Callable[..., str]:
    return lambda g, shape: f"{word}_{g['alpha']:0.2f}_{shape[0] if g['weights'] != 'imagenet' else 224}"


_application("MobileNet", 224, _sized("mobilenet"), _mobilenet, _mobilenet_top)


def _divisible(value: float, divisor: int = 8) -> int:
    """TF: mobilenet_v2._make_divisible."""
    new = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return new + divisor if new < 0.9 * value else new


def _mobilenet_v2(net: Net, x: AnyValue, g: dict[str, Any]) -> Any:
    alpha = g["alpha"]

    def norm(x: AnyValue, name: str) -> Any:
        return net.norm(x, name, epsilon=1e-3, momentum=0.999)

    x = net.conv(
        net.pad(x, ((0, 1), (0, 1)), "Conv1_pad"), _divisible(32 * alpha), 3, "Conv1", strides=(2, 2), use_bias=False
    )
    x = net.relu6(norm(x, "bn_Conv1"), "Conv1_relu")
    widths = ((16, 1), (24, 2), (32, 3), (64, 4), (96, 3), (160, 3), (320, 1))
    block = 0
    for width, count in widths:
        for at in range(count):
            stride = 2 if at == 0 and width in (24, 32, 64, 160) else 1
            inputs, before = x, net.channels(x)
            prefix = f"block_{block}_" if block else "expanded_conv_"
            if block:
                x = net.conv(x, 6 * before, 1, prefix + "expand", padding="same", use_bias=False)
                x = net.relu6(norm(x, prefix + "expand_BN"), prefix + "expand_relu")
            if stride == 2:
                x = net.pad(x, ((0, 1), (0, 1)), prefix + "pad")
            x = net.layer(
                "DepthwiseConv2D",
                x,
                3,
                strides=stride,
                use_bias=False,
                padding="same" if stride == 1 else "valid",
                name=prefix + "depthwise",
            )
            x = net.relu6(norm(x, prefix + "depthwise_BN"), prefix + "depthwise_relu")
            filters = _divisible(int(width * alpha))
            x = norm(net.conv(x, filters, 1, prefix + "project", padding="same", use_bias=False), prefix + "project_BN")
            if before == filters and stride == 1:
                x = net.add([inputs, x], prefix + "add")
            block += 1
    x = net.conv(x, _divisible(1280 * alpha) if alpha > 1.0 else 1280, 1, "Conv_1", use_bias=False)
    return net.relu6(norm(x, "Conv_1_bn"), "out_relu")


def _logits(net: Net, x: AnyValue, g: dict[str, Any]) -> Any:
    x = net.layer("GlobalAveragePooling2D", x)
    return net.layer("Dense", x, g["classes"], activation="softmax", name="Logits")


_application("MobileNetV2", 224, _sized("mobilenetv2"), _mobilenet_v2, _logits)


# Inception


def _average(net: Net, x: AnyValue) -> Any:
    return net.layer("AveragePooling2D", x, (3, 3), strides=(1, 1), padding="same")


def _largest(net: Net, x: AnyValue) -> Any:
    return net.layer("MaxPooling2D", x, (3, 3), strides=(2, 2))


def _stem(net: Net, x: AnyValue) -> Any:
    x = net.conv_norm(x, 32, (3, 3), 2, "valid")
    x = net.conv_norm(x, 32, (3, 3), 1, "valid")
    x = _largest(net, net.conv_norm(x, 64, (3, 3)))
    x = net.conv_norm(x, 80, (1, 1), 1, "valid")
    return _largest(net, net.conv_norm(x, 192, (3, 3), 1, "valid"))


def _inception_v3(net: Net, x: AnyValue, g: dict[str, Any]) -> Any:
    x = _stem(net, x)
    for at, width in enumerate((32, 64, 64)):
        x = net.join(
            [
                net.chain(x, ((64, (1, 1)),)),
                net.chain(x, ((48, (1, 1)), (64, (5, 5)))),
                net.chain(x, ((64, (1, 1)), (96, (3, 3)), (96, (3, 3)))),
                net.chain(_average(net, x), ((width, (1, 1)),)),
            ],
            f"mixed{at}",
        )
    x = net.join(
        [
            net.chain(x, ((384, (3, 3), 2, "valid"),)),
            net.chain(x, ((64, (1, 1)), (96, (3, 3)), (96, (3, 3), 2, "valid"))),
            _largest(net, x),
        ],
        "mixed3",
    )
    for at, width in ((4, 128), (5, 160), (6, 160), (7, 192)):
        x = net.join(
            [
                net.chain(x, ((192, (1, 1)),)),
                net.chain(x, ((width, (1, 1)), (width, (1, 7)), (192, (7, 1)))),
                net.chain(x, ((width, (1, 1)), (width, (7, 1)), (width, (1, 7)), (width, (7, 1)), (192, (1, 7)))),
                net.chain(_average(net, x), ((192, (1, 1)),)),
            ],
            f"mixed{at}",
        )
    x = net.join(
        [
            net.chain(x, ((192, (1, 1)), (320, (3, 3), 2, "valid"))),
            net.chain(x, ((192, (1, 1)), (192, (1, 7)), (192, (7, 1)), (192, (3, 3), 2, "valid"))),
            _largest(net, x),
        ],
        "mixed8",
    )
    for at in range(2):
        one = net.chain(x, ((320, (1, 1)),))
        two = net.chain(x, ((384, (1, 1)),))
        two = net.join([net.conv_norm(two, 384, (1, 3)), net.conv_norm(two, 384, (3, 1))], f"mixed9_{at}")
        three = net.chain(x, ((448, (1, 1)), (384, (3, 3))))
        three = net.join([net.conv_norm(three, 384, (1, 3)), net.conv_norm(three, 384, (3, 1))])
        x = net.join([one, two, three, net.chain(_average(net, x), ((192, (1, 1)),))], f"mixed{9 + at}")
    return x


_application("InceptionV3", 299, "inception_v3", _inception_v3, _pool_and_predict("predictions"))

_RESIDUAL = {
    "block35": (((32, 1),), ((32, 1), (32, 3)), ((32, 1), (48, 3), (64, 3))),
    "block17": (((192, 1),), ((128, 1), (160, (1, 7)), (192, (7, 1)))),
    "block8": (((192, 1),), ((192, 1), (224, (1, 3)), (256, (3, 1)))),
}


def _inception_resnet_v2(net: Net, x: AnyValue, g: dict[str, Any]) -> Any:
    def residual(x: AnyValue, kind: str, number: int, activate: bool = True) -> Any:
        name = f"{kind}_{number}"
        mixed = net.join([net.chain(x, steps) for steps in _RESIDUAL[kind]], name + "_mixed")
        up = net.conv(mixed, net.channels(x), 1, name + "_conv", padding="same")
        scaled = NativeFunction(
            "<lambda>",
            lambda call, args, kwargs: op_like(call, items_of(args[0])[0], "AddV2", "add", deps=deps_of(args[0])),
            "",
            raw=True,
        )
        x = net.layer("Lambda", ListValue([x, up]), scaled, name=name)
        return net.relu(x, name + "_ac") if activate else x

    x = _stem(net, x)
    x = net.join(
        [
            net.chain(x, ((96, 1),)),
            net.chain(x, ((48, 1), (64, 5))),
            net.chain(x, ((64, 1), (96, 3), (96, 3))),
            net.chain(net.layer("AveragePooling2D", x, 3, strides=1, padding="same"), ((64, 1),)),
        ],
        "mixed_5b",
    )
    for number in range(1, 11):
        x = residual(x, "block35", number)
    x = net.join(
        [
            net.chain(x, ((384, 3, 2, "valid"),)),
            net.chain(x, ((256, 1), (256, 3), (384, 3, 2, "valid"))),
            _largest(net, x),
        ],
        "mixed_6a",
    )
    for number in range(1, 21):
        x = residual(x, "block17", number)
    x = net.join(
        [
            net.chain(x, ((256, 1), (384, 3, 2, "valid"))),
            net.chain(x, ((256, 1), (288, 3, 2, "valid"))),
            net.chain(x, ((256, 1), (288, 3), (320, 3, 2, "valid"))),
            _largest(net, x),
        ],
        "mixed_7a",
    )
    for number in range(1, 11):
        x = residual(x, "block8", number, number < 10)
    x = net.conv(x, 1536, 1, "conv_7b", padding="same", use_bias=False)
    return net.relu(net.norm(x, "conv_7b_bn", scale=False), "conv_7b_ac")


_application("InceptionResNetV2", 299, "inception_resnet_v2", _inception_resnet_v2, _pool_and_predict("predictions"))


# Xception


def _xception(net: Net, x: AnyValue, g: dict[str, Any]) -> Any:
    def separable(x: AnyValue, filters: int, name: str) -> Any:
        x = net.layer("SeparableConv2D", x, filters, (3, 3), padding="same", use_bias=False, name=name)
        return net.norm(x, name + "_bn")

    def shortcut(x: AnyValue, filters: int) -> Any:
        return net.norm(net.conv(x, filters, (1, 1), strides=(2, 2), padding="same", use_bias=False))

    x = net.conv(x, 32, (3, 3), "block1_conv1", strides=(2, 2), use_bias=False)
    x = net.relu(net.norm(x, "block1_conv1_bn"), "block1_conv1_act")
    x = net.conv(x, 64, (3, 3), "block1_conv2", use_bias=False)
    x = net.relu(net.norm(x, "block1_conv2_bn"), "block1_conv2_act")
    for block, one, two in ((2, 128, 128), (3, 256, 256), (4, 728, 728), (13, 728, 1024)):
        if block == 13:
            for middle in range(5, 13):
                before = x
                for at in range(1, 4):
                    x = net.relu(x, f"block{middle}_sepconv{at}_act")
                    x = separable(x, 728, f"block{middle}_sepconv{at}")
                x = net.add([x, before])
        residual = shortcut(x, two)
        if block != 2:
            x = net.relu(x, f"block{block}_sepconv1_act")
        x = separable(x, one, f"block{block}_sepconv1")
        x = net.relu(x, f"block{block}_sepconv2_act")
        x = separable(x, two, f"block{block}_sepconv2")
        x = net.layer("MaxPooling2D", x, (3, 3), strides=(2, 2), padding="same", name=f"block{block}_pool")
        x = net.add([x, residual])
    for at, width in ((1, 1536), (2, 2048)):
        x = net.relu(separable(x, width, f"block14_sepconv{at}"), f"block14_sepconv{at}_act")
    return x


_application("Xception", 299, "xception", _xception, _pool_and_predict("predictions"))


# DenseNet


def _densenet(blocks: tuple[int, ...]) -> Callable[..., Any]:
    def body(net: Net, x: AnyValue, g: dict[str, Any]) -> Any:
        x = net.conv(net.pad(x, 3), 64, 7, "conv1/conv", strides=2, use_bias=False)
        x = net.relu(net.norm(x, "conv1/bn"), "conv1/relu")
        x = net.layer("MaxPooling2D", net.pad(x, 1), 3, strides=2, name="pool1")
        for stack, count in enumerate(blocks, 2):
            for at in range(1, count + 1):
                name = f"conv{stack}_block{at}"
                y = net.relu(net.norm(x, name + "_0_bn"), name + "_0_relu")
                y = net.norm(net.conv(y, 128, 1, name + "_1_conv", use_bias=False), name + "_1_bn")
                y = net.conv(net.relu(y, name + "_1_relu"), 32, 3, name + "_2_conv", padding="same", use_bias=False)
                x = net.join([x, y], name + "_concat")
            if stack < 5:
                name = f"pool{stack}"
                x = net.relu(net.norm(x, name + "_bn"), name + "_relu")
                x = net.conv(x, net.channels(x) // 2, 1, name + "_conv", use_bias=False)
                x = net.layer("AveragePooling2D", x, 2, strides=2, name=name + "_pool")
        return net.relu(net.norm(x, "bn"), "relu")

    return body


for _depth, _counts in (("121", (6, 12, 24, 16)), ("169", (6, 12, 32, 32)), ("201", (6, 12, 48, 32))):
    _application(f"DenseNet{_depth}", 224, f"densenet{_depth}", _densenet(_counts), _pool_and_predict("fc1000"), True)
