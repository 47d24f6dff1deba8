"""tf.contrib.slim.nets: the networks that TF ships. Where TF's source is on the search path, that is read instead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.contrib import arg_scope as scopes
from scopelint.apis.tf.contrib.arg_scope import ScopedArguments
from scopelint.apis.tf.contrib.layers import (
    compose,  # noqa: F401  (what the networks call)
    normalization,  # noqa: F401  (what the networks call)
    pooling_and_shape,  # noqa: F401  (what the networks call)
)
from scopelint.apis.tf.contrib.layers.layers import collect, known_dimension
from scopelint.apis.tf.contrib.layers.utils import convert_collection_to_dict
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.structures import items_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.text import from_template, text
from scopelint.values.truth import is_not_off

ROOT = "tensorflow.contrib.slim.python.slim.nets"
vgg = Namespace(ROOT + ".vgg")
alexnet = Namespace(ROOT + ".alexnet")
overfeat = Namespace(ROOT + ".overfeat")
resnet_utils = Namespace(ROOT + ".resnet_utils")

CONV, POOL, AVERAGE = "tf.contrib.layers.conv2d", "tf.contrib.layers.max_pool2d", "tf.contrib.layers.avg_pool2d"
DENSE, NORM, DROPOUT = "tf.contrib.layers.fully_connected", "tf.contrib.layers.batch_norm", "tf.contrib.layers.dropout"
SEPARABLE = "tf.contrib.layers.separable_conv2d"


def pair(one: AnyValue, two: AnyValue) -> ListValue:
    return ListValue([one, two])


@contextmanager
def defaults(call: Call, functions: tuple[str, ...], **kwargs: Any) -> Iterator[DictValue]:
    """`arg_scope([...], ...)`."""
    held = scopes.enter_scope(call, ListValue([call.find(name) for name in functions]), kwargs)
    try:
        yield held
    finally:
        scopes.close_scope(call)


def stddev(call: Call, value: float) -> Any:
    return call.new("tf.truncated_normal_initializer", 0.0, value)


def regularized(call: Call, weight_decay: AnyValue, **more: Any) -> Any:
    return defaults(
        call, (CONV, DENSE), weights_regularizer=call.new("tf.contrib.layers.l2_regularizer", weight_decay), **more
    )


def end_points_of(call: Call, sc: Any, scoped_name: bool) -> Any:
    return from_template((sc.original_name_scope if scoped_name else sc.name) + "_end_points")


def classify(call: Call, net: AnyValue, g: dict[str, Any], width: int, side: int, **last: Any) -> Any:
    """fc6 to fc8 as convolutions."""
    net = call.new(CONV, net, width, pair(side, side), padding="VALID", scope="fc6")
    net = call.new(DROPOUT, net, g["dropout_keep_prob"], is_training=g["is_training"], scope="dropout6")
    net = call.new(CONV, net, 4096, pair(1, 1), scope="fc7")
    net = call.new(DROPOUT, net, g["dropout_keep_prob"], is_training=g["is_training"], scope="dropout7")
    return call.new(
        CONV, net, g["num_classes"], pair(1, 1), activation_fn=None, normalizer_fn=None, scope="fc8", **last
    )


def squeezed(call: Call, net: Any, g: dict[str, Any], sc: Any, collection: Any) -> Any:
    ends = convert_collection_to_dict(call, collection, False)
    if is_not_off(g["spatial_squeeze"]):
        net = call.new("tf.squeeze", net, pair(1, 2), name="fc8/squeezed")
        call.setitem(ends, text([from_template(sc.name), "/fc8"]), net)
    return net, ends


# VGG, AlexNet, OverFeat


def _vgg(name: str, counts: tuple[int, ...], scoped_name: bool = True) -> None:
    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        g, _ = bind(call, f"{vgg.path}.{name}", args, kwargs)
        with tools.variable_scope(call, g["scope"], name, [g["inputs"]]) as sc:
            collection = end_points_of(call, sc, scoped_name)
            functions = (CONV, POOL) if name == "vgg_a" else (CONV, DENSE, POOL)
            with defaults(call, functions, outputs_collections=collection):
                net = g["inputs"]
                for block, count in enumerate(counts, 1):
                    net = call.new(
                        "tf.contrib.layers.repeat",
                        net,
                        count,
                        call.find(CONV),
                        min(32 << block, 512),
                        pair(3, 3),
                        scope=f"conv{block}",
                    )
                    net = call.new(POOL, net, pair(2, 2), scope=f"pool{block}")
                net = classify(call, net, g, 4096, 7)
                return squeezed(call, net, g, sc, collection)

    vgg.function(impl, name=name, raw=True)


_vgg("vgg_a", (1, 1, 2, 2, 2))
_vgg("vgg_16", (2, 2, 3, 3, 3))
_vgg("vgg_19", (2, 2, 4, 4, 4), False)


@vgg.function
def vgg_arg_scope(call: Call, weight_decay: AnyValue) -> Any:
    with regularized(call, weight_decay, activation_fn=call.find("tf.nn.relu"),
                     biases_initializer=call.new("tf.zeros_initializer")), \
            defaults(call, (CONV,), padding="SAME") as held:  # fmt: skip
        return held


def _plain(namespace: Namespace, name: str, steps: tuple[Any, ...], width: int, side: int, scoped_name: bool) -> None:
    """`steps`: convolutions as (filters, kernel, stride, padding), pools as (kernel, stride)."""

    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        g, _ = bind(call, f"{namespace.path}.{name}", args, kwargs)
        with tools.variable_scope(call, g["scope"], name, [g["inputs"]]) as sc:
            collection = end_points_of(call, sc, scoped_name)
            with defaults(call, (CONV, DENSE, POOL), outputs_collections=collection):
                net, number = g["inputs"], 0
                for step in steps:
                    if len(step) == 2:
                        net = call.new(POOL, net, pair(step[0], step[0]), step[1], scope=f"pool{number}")
                        continue
                    number += 1
                    filters, kernel, stride, padding = step
                    given = {"padding": padding} if padding else {}
                    if stride != 1:
                        given["stride"] = stride
                    net = call.new(CONV, net, filters, pair(kernel, kernel), scope=f"conv{number}", **given)
                with defaults(
                    call,
                    (CONV,),
                    weights_initializer=stddev(call, 0.005),
                    biases_initializer=call.new("tf.constant_initializer", 0.1),
                ):
                    net = classify(call, net, g, width, side, biases_initializer=call.new("tf.zeros_initializer"))
                return squeezed(call, net, g, sc, collection)

    def held(call: Call, weight_decay: AnyValue) -> Any:
        bias = call.new("tf.constant_initializer", 0.1) if name == "alexnet_v2" else call.new("tf.zeros_initializer")
        with regularized(call, weight_decay, activation_fn=call.find("tf.nn.relu"), biases_initializer=bias), \
                defaults(call, (CONV,), padding="SAME"), defaults(call, (POOL,), padding="VALID") as scope:  # fmt: skip
            return scope

    namespace.function(impl, name=name, raw=True)
    namespace.function(held, name=f"{name}_arg_scope")


_plain(
    alexnet,
    "alexnet_v2",
    ((64, 11, 4, "VALID"), (3, 2), (192, 5, 1, ""), (3, 2), (384, 3, 1, ""), (384, 3, 1, ""), (256, 3, 1, ""), (3, 2)),
    4096,
    5,
    True,
)
_plain(
    overfeat,
    "overfeat",
    (
        (64, 11, 4, "VALID"),
        (2, 2),
        (256, 5, 1, "VALID"),
        (2, 2),
        (512, 3, 1, ""),
        (1024, 3, 1, ""),
        (1024, 3, 1, ""),
        (2, 2),
    ),
    3072,
    6,
    False,
)


# ResNet


@resnet_utils.function
def subsample(call: Call, inputs: AnyValue, factor: AnyValue, scope: AnyValue) -> Any:
    return inputs if factor == 1 else call.new(POOL, inputs, pair(1, 1), stride=factor, scope=scope)


@resnet_utils.function
def conv2d_same(call: Call, inputs: Any, num_outputs: Any, kernel_size: Any, stride: Any, rate: Any, scope: Any) -> Any:
    """TF: resnet_utils.conv2d_same. Padded by hand where it strides."""
    if stride == 1:
        return call.new(CONV, inputs, num_outputs, kernel_size, stride=1, rate=rate, padding="SAME", scope=scope)
    total = kernel_size + (kernel_size - 1) * (rate - 1) - 1
    edges = pair(total // 2, total - total // 2)
    none = pair(0, 0)
    padded = call.new("tf.pad", inputs, ListValue([none, edges, edges, none]))
    return call.new(CONV, padded, num_outputs, kernel_size, stride=stride, rate=rate, padding="VALID", scope=scope)


block_class = resnet_utils.type("Block")


@block_class.method(name="__init__", raw=True)
def block_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    for name, value in {**dict(zip(("scope", "unit_fn", "args"), args[1:], strict=False)), **kwargs}.items():
        args[0].set(name, value)


@resnet_utils.function
def resnet_arg_scope(
    call: Call,
    weight_decay: AnyValue,
    batch_norm_decay: AnyValue,
    batch_norm_epsilon: AnyValue,
    batch_norm_scale: AnyValue,
) -> Any:
    """TF: resnet_utils.resnet_arg_scope."""
    params = {
        "decay": batch_norm_decay,
        "epsilon": batch_norm_epsilon,
        "scale": batch_norm_scale,
        "updates_collections": "update_ops",
    }
    with defaults(call, (CONV,), weights_regularizer=call.new("tf.contrib.layers.l2_regularizer", weight_decay),
                  weights_initializer=call.new("tf.contrib.layers.variance_scaling_initializer"),
                  activation_fn=call.find("tf.nn.relu"), normalizer_fn=call.find(NORM),
                  normalizer_params=DictValue(dict(params))), \
            defaults(call, (NORM,), **params), defaults(call, (POOL,), padding="SAME") as held:  # fmt: skip
        return held


@scopes.scoped_whole(resnet_utils)
def stack_blocks_dense(call: Call, g: ScopedArguments) -> Any:
    """TF: resnet_utils.stack_blocks_dense."""
    current, rate = 1, 1
    for block in items_of(g.blocks):
        with tools.variable_scope(call, call.getattr(block, "scope"), "block", [g.net]) as sc:
            function = call.getattr(block, "unit_fn")
            for at, unit in enumerate(items_of(call.getattr(block, "args")), 1):
                if g.output_stride is not None and current > g.output_stride:
                    call.raise_("ValueError", "The target output_stride cannot be reached.", "argument")
                given = {k: v for k, v in unit.items.items() if isinstance(k, str)}
                with tools.variable_scope(call, f"unit_{at}"):
                    if g.output_stride is not None and current == g.output_stride:
                        g.net = call.invoke(function, g.net, rate=rate, **{**given, "stride": 1})
                        rate *= given.get("stride", 1)
                    else:
                        g.net = call.invoke(function, g.net, rate=1, **given)
                        current *= given.get("stride", 1)
            g.net = collect(call, g.outputs_collections, sc.name, g.net)
    if g.output_stride is not None and current != g.output_stride:
        call.raise_("ValueError", "The target output_stride cannot be reached.", "argument")
    return g.net


def _resnet(version: int) -> None:
    name = f"resnet_v{version}"
    home = Namespace(f"{ROOT}.{name}")
    second = version == 2

    def bottleneck(call: Call, g: ScopedArguments) -> Any:
        """TF: resnet_v1.bottleneck, resnet_v2.bottleneck."""
        quiet: dict[str, Any] = {"activation_fn": None}
        if second:
            quiet["normalizer_fn"] = None
        with tools.variable_scope(call, g.scope, f"bottleneck_v{version}", [g.inputs]) as sc:
            depth_in = known_dimension(call, g.inputs, -1, 4)
            before = g.inputs
            if second:
                before = call.new(NORM, g.inputs, activation_fn=call.find("tf.nn.relu"), scope="preact")
            if g.depth == depth_in:
                short = subsample(call, g.inputs, g.stride, "shortcut")
            else:
                short = call.new(CONV, before, g.depth, pair(1, 1), stride=g.stride, scope="shortcut", **quiet)
            net = call.new(CONV, before, g.depth_bottleneck, pair(1, 1), stride=1, scope="conv1")
            net = conv2d_same(call, net, g.depth_bottleneck, 3, g.stride, g.rate, "conv2")
            net = call.new(CONV, net, g.depth, pair(1, 1), stride=1, scope="conv3", **quiet)
            net = call.binary("+", short, net)
            if not second:
                net = call.new("tf.nn.relu", net)
            return collect(call, g.outputs_collections, sc.name, net)

    scopes.scoped_whole(home)(bottleneck)

    def network(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        g, _ = bind(call, f"{home.path}.{name}", args, kwargs)
        return build(call, g)

    def build(call: Call, g: dict[str, Any]) -> Any:
        """TF: resnet_v1.resnet_v1, resnet_v2.resnet_v2."""
        with tools.variable_scope(call, g["scope"], name, [g["inputs"]], reuse=g["reuse"]) as sc:
            collection = end_points_of(call, sc, True)
            own = (CONV, f"{home.path}.bottleneck", f"{resnet_utils.path}.stack_blocks_dense")
            with defaults(call, own, outputs_collections=collection), \
                    defaults(call, (NORM,), is_training=g["is_training"]):  # fmt: skip
                net, stride = g["inputs"], g["output_stride"]
                if is_not_off(g["include_root_block"]):
                    if isinstance(stride, int):
                        if stride % 4:
                            call.raise_("ValueError", "The output_stride needs to be a multiple of 4.", "argument")
                        stride = stride / 4
                    plain = {"activation_fn": None, "normalizer_fn": None} if second else {}
                    with defaults(call, (CONV,), **plain):
                        net = conv2d_same(call, net, 64, 7, 2, 1, "conv1")
                    net = call.new(POOL, net, pair(3, 3), stride=2, scope="pool1")
                net = call.new(f"{resnet_utils.path}.stack_blocks_dense", net, g["blocks"], stride)
                if second:
                    net = call.new(NORM, net, activation_fn=call.find("tf.nn.relu"), scope="postnorm")
                if is_not_off(g["global_pool"]):
                    net = call.new("tf.reduce_mean", net, pair(1, 2), name="pool5", keepdims=True)
                if g["num_classes"] is not None:
                    net = call.new(
                        CONV, net, g["num_classes"], pair(1, 1), activation_fn=None, normalizer_fn=None, scope="logits"
                    )
                ends = convert_collection_to_dict(call, collection, False)
                if g["num_classes"] is not None:
                    call.setitem(ends, "predictions", call.new("tf.contrib.layers.softmax", net, scope="predictions"))
                return net, ends

    home.function(network, name=name, raw=True)

    def block(call: Call, scope: Any, base_depth: Any, num_units: Any, stride: Any) -> Any:
        """TF: resnet_v1_block, resnet_v2_block."""
        if not isinstance(num_units, int):
            return Unknown("how many units a block has is not known")
        units = [
            DictValue({"depth": base_depth * 4, "depth_bottleneck": base_depth, "stride": 1})
            for _ in range(num_units - 1)
        ]
        units.append(DictValue({"depth": base_depth * 4, "depth_bottleneck": base_depth, "stride": stride}))
        return InstanceValue(
            block_class.cls, {"scope": scope, "unit_fn": call.find(f"{home.path}.bottleneck"), "args": ListValue(units)}
        )

    home.function(block, name=f"{name}_block")

    def sized(depth: int, counts: tuple[int, ...]) -> None:
        def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            g, _ = bind(call, f"{home.path}.{name}_{depth}", args, kwargs)
            blocks = [
                block(call, f"block{at + 1}", 64 << at, count, 2 if at < 3 else 1) for at, count in enumerate(counts)
            ]
            return build(call, {**g, "blocks": ListValue(blocks), "include_root_block": True})

        home.function(impl, name=f"{name}_{depth}", raw=True)

    sized(50, (3, 4, 6, 3))
    sized(101, (3, 4, 23, 3))
    sized(152, (3, 8, 36, 3))
    sized(200, (3, 24, 36, 3))


_resnet(1)
_resnet(2)
