"""tf.contrib.slim.nets.inception: versions 1, 2 and 3, from tables of their branches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.contrib.slim.nets import (
    AVERAGE,
    CONV,
    DROPOUT,
    NORM,
    POOL,
    ROOT,
    SEPARABLE,
    defaults,
    pair,
    regularized,
    stddev,
)
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.arguments import bind, opaque
from scopelint.apis.tf.framework.dims import dimension, dims_of
from scopelint.values.base import AnyValue
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.truth import is_not_off

TABLES = {
    1: """
Conv2d_1a_7x7: c64 7x7 /2
MaxPool_2a_3x3: m 3x3 /2
Conv2d_2b_1x1: c64 1x1
Conv2d_2c_3x3: c192 3x3
MaxPool_3a_3x3: m 3x3 /2
Mixed_3b: c64 1x1 | c96 1x1, c128 3x3 | c16 1x1, c32 3x3 | m 3x3, c32 1x1
Mixed_3c: c128 1x1 | c128 1x1, c192 3x3 | c32 1x1, c96 3x3 | m 3x3, c64 1x1
MaxPool_4a_3x3: m 3x3 /2
Mixed_4b: c192 1x1 | c96 1x1, c208 3x3 | c16 1x1, c48 3x3 | m 3x3, c64 1x1
Mixed_4c: c160 1x1 | c112 1x1, c224 3x3 | c24 1x1, c64 3x3 | m 3x3, c64 1x1
Mixed_4d: c128 1x1 | c128 1x1, c256 3x3 | c24 1x1, c64 3x3 | m 3x3, c64 1x1
Mixed_4e: c112 1x1 | c144 1x1, c288 3x3 | c32 1x1, c64 3x3 | m 3x3, c64 1x1
Mixed_4f: c256 1x1 | c160 1x1, c320 3x3 | c32 1x1, c128 3x3 | m 3x3, c128 1x1
MaxPool_5a_2x2: m 2x2 /2
Mixed_5b: c256 1x1 | c160 1x1, c320 3x3 | c32 1x1, c128 3x3 =Conv2d_0a_3x3 | m 3x3, c128 1x1
Mixed_5c: c384 1x1 | c192 1x1, c384 3x3 | c48 1x1, c128 3x3 | m 3x3, c128 1x1
""",
    2: """
Conv2d_1a_7x7: s64 7x7 /2
MaxPool_2a_3x3: m 3x3 /2
Conv2d_2b_1x1: c64 1x1
Conv2d_2c_3x3: c192 3x3
MaxPool_3a_3x3: m 3x3 /2
Mixed_3b: c64 1x1 | c64 1x1, c64 3x3 | c64 1x1, c96 3x3, c96 3x3 | a 3x3, c32 1x1
Mixed_3c: c64 1x1 | c64 1x1, c96 3x3 | c64 1x1, c96 3x3, c96 3x3 | a 3x3, c64 1x1
Mixed_4a: c128 1x1, c160 3x3 /2 | c64 1x1, c96 3x3, c96 3x3 /2 | m 3x3 /2
Mixed_4b: c224 1x1 | c64 1x1, c96 3x3 | c96 1x1, c128 3x3, c128 3x3 | a 3x3, c128 1x1
Mixed_4c: c192 1x1 | c96 1x1, c128 3x3 | c96 1x1, c128 3x3, c128 3x3 | a 3x3, c128 1x1
Mixed_4d: c160 1x1 | c128 1x1, c160 3x3 | c128 1x1, c160 3x3, c160 3x3 | a 3x3, c96 1x1
Mixed_4e: c96 1x1 | c128 1x1, c192 3x3 | c160 1x1, c192 3x3, c192 3x3 | a 3x3, c96 1x1
Mixed_5a: c128 1x1, c192 3x3 /2 | c192 1x1, c256 3x3, c256 3x3 /2 | m 3x3 /2
Mixed_5b: c352 1x1 | c192 1x1, c320 3x3 | c160 1x1, c224 3x3, c224 3x3 | a 3x3, c128 1x1
Mixed_5c: c352 1x1 | c192 1x1, c320 3x3 | c192 1x1, c224 3x3, c224 3x3 | m 3x3, c128 1x1
""",
    3: """
Conv2d_1a_3x3: c32 3x3 /2 <valid>
Conv2d_2a_3x3: c32 3x3 <valid>
Conv2d_2b_3x3: c64 3x3 same <valid>
MaxPool_3a_3x3: m 3x3 /2 <valid>
Conv2d_3b_1x1: c80 1x1 <valid>
Conv2d_4a_3x3: c192 3x3 <valid>
MaxPool_5a_3x3: m 3x3 /2 <valid>
Mixed_5b: c64 1x1 | c48 1x1, c64 5x5 | c64 1x1, c96 3x3, c96 3x3 | a 3x3, c32 1x1
Mixed_5c: c64 1x1 | c48 1x1 =Conv2d_0b_1x1, c64 5x5 =Conv_1_0c_5x5 | c64 1x1, c96 3x3, c96 3x3 | a 3x3, c64 1x1
Mixed_5d: c64 1x1 | c48 1x1, c64 5x5 | c64 1x1, c96 3x3, c96 3x3 | a 3x3, c64 1x1
Mixed_6a: c384 3x3 /2 valid =Conv2d_1a_1x1 | c64 1x1, c96 3x3, c96 3x3 /2 valid =Conv2d_1a_1x1 | m 3x3 /2 valid
Mixed_6b: c192 1x1 | c128 1x1, c128 1x7, c192 7x1 | c128 1x1, c128 7x1, c128 1x7, c128 7x1, c192 1x7 |
    a 3x3, c192 1x1
Mixed_6c: c192 1x1 | c160 1x1, c160 1x7, c192 7x1 | c160 1x1, c160 7x1, c160 1x7, c160 7x1, c192 1x7 |
    a 3x3, c192 1x1
Mixed_6d: c192 1x1 | c160 1x1, c160 1x7, c192 7x1 | c160 1x1, c160 7x1, c160 1x7, c160 7x1, c192 1x7 |
    a 3x3, c192 1x1
Mixed_6e: c192 1x1 | c192 1x1, c192 1x7, c192 7x1 | c192 1x1, c192 7x1, c192 1x7, c192 7x1, c192 1x7 |
    a 3x3, c192 1x1
Mixed_7a: c192 1x1, c320 3x3 /2 valid | c192 1x1, c192 1x7, c192 7x1, c192 3x3 /2 valid | m 3x3 /2 valid
Mixed_7b: c320 1x1 | c384 1x1, (c384 1x3 & c384 3x1 =Conv2d_0b_3x1) |
    c448 1x1, c384 3x3, (c384 1x3 & c384 3x1) | a 3x3, c192 1x1
Mixed_7c: c320 1x1 | c384 1x1, (c384 1x3 & c384 3x1) | c448 1x1, c384 3x3, (c384 1x3 & c384 3x1) |
    a 3x3, c192 1x1
""",
}
"""An end point and its branches: `c64 3x3 /2 valid =NAME` is a convolution of 64 filters with stride 2, `s` a
separable one, `m` and `a` pools; `( & )` joins two. Without a name a step is called by its kind, its place in the
branch and its kernel. `<valid>`: of the scope's padding, else it is `same`."""

WORDS = {"c": "Conv2d", "s": "Conv2d", "m": "MaxPool", "a": "AvgPool"}


class Builder:
    """Builds from a table under one scope, up to an end point."""

    def __init__(self, call: Call, depth: Any) -> None:
        self._call = call
        self._depth = depth

    def step(self, net: AnyValue, text: str, at: int, name: str = "") -> Any:
        call = self._call
        if text.startswith("("):
            parts = [self.step(net, part, at + i) for i, part in enumerate(text[1:-1].split(" & "))]
            return call.new("tf.concat", ListValue(parts), 3)
        kind, kernel, *rest = text.split()
        height, width = (int(size) for size in kernel.split("x"))
        options: dict[str, Any] = {}
        scope = ""
        for word in rest:
            if word.startswith("/"):
                options["stride"] = int(word[1:])
            elif word.startswith("="):
                scope = word[1:]
            else:
                options["padding"] = word.upper()
        place = "1a" if options.get("stride", 1) != 1 else f"0{'abcdefgh'[at]}"
        options["scope"] = scope or name or f"{WORDS[kind[0]]}_{place}_{kernel}"
        size = pair(height, width)
        if kind[0] in "ma":
            return call.new(POOL if kind[0] == "m" else AVERAGE, net, size, **options)
        filters = self._depth(int(kind[1:]))
        if kind[0] == "s":
            return call.new(
                SEPARABLE,
                net,
                filters,
                size,
                depth_multiplier=min(filters // 3, 8),
                weights_initializer=stddev(call, 1.0),
                **options,
            )
        return call.new(CONV, net, filters, size, **options)

    def build(self, net: AnyValue, version: int, final: Any) -> Iterator[tuple[str, Any]]:
        call = self._call
        for line in TABLES[version].replace("\n    ", " ").strip().splitlines():
            end_point, _, branches = line.partition(": ")
            valid = branches.endswith(" <valid>")
            branches = branches.removesuffix(" <valid>")
            with defaults(call, (CONV, POOL, AVERAGE, SEPARABLE), stride=1, padding="VALID" if valid else "SAME"):
                if not end_point.startswith("Mixed"):
                    net = self.step(net, branches, 0, end_point)
                else:
                    net = self.mixed(net, end_point, branches.split(" | "))
            yield end_point, net
            if end_point == final:
                return
        call.raise_("ValueError", f"Unknown final endpoint {final}", "argument")

    def mixed(self, net: AnyValue, name: str, branches: list[str]) -> Any:
        call = self._call
        made = []
        with tools.variable_scope(call, name):
            for number, branch in enumerate(branches):
                with tools.variable_scope(call, f"Branch_{number}"):
                    branch_net = net
                    for at, step in enumerate(re.split(r", (?![^(]*\))", branch)):
                        branch_net = self.step(branch_net, step, at)
                    made.append(branch_net)
            return call.new("tf.concat", ListValue(made), 3)


def depth_of(call: Call, g: dict[str, Any]) -> Any:
    multiplier, least = g.get("depth_multiplier", 1.0), g.get("min_depth", 16)
    if isinstance(multiplier, (int, float)) and multiplier <= 0:
        call.raise_("ValueError", "depth_multiplier is not greater than zero.", "argument")
    if "depth_multiplier" not in g or multiplier == 1:
        return lambda width: max(width, least) if "min_depth" in g else width
    return lambda width: max(int(width * multiplier), least)


def base(call: Call, version: int, g: dict[str, Any], scope: Any) -> tuple[Any, DictValue]:
    """TF: inception_v1_base and its like."""
    ends = DictValue()
    net = g["inputs"]
    with tools.variable_scope(call, scope, f"InceptionV{version}", [net]):
        options = {"weights_initializer": stddev(call, 0.01)} if version == 1 else {}
        with defaults(call, (CONV,), **options):
            final = g.get("final_endpoint", "Mixed_7c" if version == 3 else "Mixed_5c")
            for name, made in Builder(call, depth_of(call, g)).build(net, version, final):
                ends.items[name] = net = made
    return net, ends


def small_kernel(net: AnyValue, side: int) -> tuple[Any, Any]:
    """TF: _reduced_kernel_size_for_small_input."""
    shape = dims_of(net)
    height, width = dimension(shape, 1), dimension(shape, 2)
    if not isinstance(height, int) or not isinstance(width, int):
        return side, side
    return min(height, side), min(width, side)


def auxiliary(call: Call, g: dict[str, Any], ends: DictValue) -> None:
    """The side head of version 3."""
    depth = depth_of(call, g)
    with defaults(call, (CONV, POOL, AVERAGE), stride=1, padding="SAME"), \
            tools.variable_scope(call, "AuxLogits"):  # fmt: skip
        net = call.new(AVERAGE, ends.items["Mixed_6e"], pair(5, 5), stride=3, padding="VALID", scope="AvgPool_1a_5x5")
        net = call.new(CONV, net, depth(128), pair(1, 1), scope="Conv2d_1b_1x1")
        kernel = small_kernel(net, 5)
        net = call.new(
            CONV,
            net,
            depth(768),
            pair(*kernel),
            weights_initializer=stddev(call, 0.01),
            padding="VALID",
            scope=f"Conv2d_2a_{kernel[0]}x{kernel[1]}",
        )
        net = call.new(
            CONV,
            net,
            g["num_classes"],
            pair(1, 1),
            activation_fn=None,
            normalizer_fn=None,
            weights_initializer=stddev(call, 0.001),
            scope="Conv2d_2b_1x1",
        )
        if is_not_off(g["spatial_squeeze"]):
            net = call.new("tf.squeeze", net, pair(1, 2), name="SpatialSqueeze")
        ends.items["AuxLogits"] = net


def network(call: Call, version: int, g: dict[str, Any]) -> Any:
    """TF: inception_v1, inception_v2, inception_v3."""
    with tools.variable_scope(call, g["scope"], f"InceptionV{version}", [g["inputs"]], reuse=g["reuse"]) as sc, \
            defaults(call, (NORM, DROPOUT), is_training=g["is_training"]):  # fmt: skip
        net, ends = base(call, version, {k: v for k, v in g.items() if k != "final_endpoint"}, sc)
        if version == 3:
            auxiliary(call, g, ends)
        with tools.variable_scope(call, "Logits"):
            if version == 1:
                net = call.new(AVERAGE, net, pair(7, 7), stride=1, scope="MaxPool_0a_7x7")
                names = "Dropout_0b", "Conv2d_0c_1x1"
            else:
                kernel = small_kernel(net, 8 if version == 3 else 7)
                net = call.new(
                    AVERAGE, net, pair(*kernel), padding="VALID", scope=f"AvgPool_1a_{kernel[0]}x{kernel[1]}"
                )
                names = "Dropout_1b", "Conv2d_1c_1x1"
            net = call.new(DROPOUT, net, g["dropout_keep_prob"], scope=names[0])
            if version == 3:
                ends.items["PreLogits"] = net
            logits = call.new(
                CONV, net, g["num_classes"], pair(1, 1), activation_fn=None, normalizer_fn=None, scope=names[1]
            )
            if is_not_off(g["spatial_squeeze"]):
                logits = call.new("tf.squeeze", logits, pair(1, 2), name="SpatialSqueeze")
        ends.items["Logits"] = logits
        ends.items["Predictions"] = call.invoke(opaque(call, g["prediction_fn"]), logits, scope="Predictions")
    return logits, ends


def _declare(version: int) -> None:
    name = f"inception_v{version}"
    home = Namespace(f"{ROOT}.{name}")

    def whole(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        g, _ = bind(call, f"{home.path}.{name}", args, kwargs)
        return network(call, version, g)

    def only_base(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        g, _ = bind(call, f"{home.path}.{name}_base", args, kwargs)
        return base(call, version, g, g["scope"])

    def held(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """TF: inception_v1_arg_scope and its like."""
        g, _ = bind(call, f"{home.path}.{name}_arg_scope", args, kwargs)
        moving = ListValue([g["batch_norm_var_collection"]])
        params = {
            "decay": g.get("batch_norm_decay", 0.9997),
            "epsilon": g.get("batch_norm_epsilon", 0.001),
            "updates_collections": g.get("updates_collections", "update_ops"),
            "variables_collections": DictValue(
                {"beta": None, "gamma": None, "moving_mean": moving, "moving_variance": moving}
            ),
        }
        if "use_fused_batchnorm" in g:
            params["fused"] = g["use_fused_batchnorm"]
        normal = is_not_off(g.get("use_batch_norm", True))
        with regularized(call, g["weight_decay"]), \
                defaults(call, (CONV,), activation_fn=call.find("tf.nn.relu"),
                         weights_initializer=call.new("tf.contrib.layers.variance_scaling_initializer"),
                         normalizer_fn=call.find(NORM) if normal else None,
                         normalizer_params=DictValue(params if normal else {})) as scope:  # fmt: skip
            return scope

    home.function(whole, name=name, raw=True)
    home.function(only_base, name=f"{name}_base", raw=True)
    home.function(held, name=f"{name}_arg_scope", raw=True)


for _version in (1, 2, 3):
    _declare(_version)
