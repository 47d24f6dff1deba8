"""Names of weights in the files of Keras 2.12 and later, which number them: from the configuration of the model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_DENSE = (("kernel", ""), ("bias", "use_bias"))
_DEPTHWISE = (("depthwise_kernel", ""), ("bias", "use_bias"))
_SEPARABLE = (("depthwise_kernel", ""), ("pointwise_kernel", ""), ("bias", "use_bias"))
_SCALED = (("gamma", "scale"), ("beta", "center"))
_RECURRENT = (("kernel", ""), ("recurrent_kernel", ""), ("bias", "use_bias"))

WEIGHTS: dict[str, tuple[tuple[str, str], ...]] = {
    "Dense": _DENSE,
    "Conv1D": _DENSE,
    "Conv2D": _DENSE,
    "Conv3D": _DENSE,
    "Conv1DTranspose": _DENSE,
    "Conv2DTranspose": _DENSE,
    "Conv3DTranspose": _DENSE,
    "DepthwiseConv1D": _DEPTHWISE,
    "DepthwiseConv2D": _DEPTHWISE,
    "SeparableConv1D": _SEPARABLE,
    "SeparableConv2D": _SEPARABLE,
    "Embedding": (("embeddings", ""),),
    "PReLU": (("alpha", ""),),
    "LayerNormalization": _SCALED,
    "GroupNormalization": _SCALED,
    "BatchNormalization": (*_SCALED, ("moving_mean", ""), ("moving_variance", "")),
    "LSTM": _RECURRENT,
    "GRU": _RECURRENT,
    "SimpleRNN": _RECURRENT,
}
"""Of each class its weights in the order in which they are numbered, and the option without which one is not made."""

_RECURRENT_CLASSES = ("LSTM", "GRU", "SimpleRNN")
_DEEPEST = 20
"""Models within models."""


def weight_names(config: Any, places: set[str]) -> dict[str, tuple[str, str]]:
    """Of each place that is understood the variable's name and its layer's."""
    found: dict[str, tuple[str, str]] = {}
    for place, name, kind, settings in _layers(config, "", 0):
        expected = [leaf for leaf, option in WEIGHTS.get(kind, ()) if not option or settings.get(option, True)]
        inner, scope = "", name
        if kind in _RECURRENT_CLASSES:
            inner, scope = "cell/", f"{name}/{_snake(kind)}_cell"
        stem = f"{place}{inner}vars/"
        there = [each for each in places if each.startswith(stem)]
        if len(there) == len(expected):
            found |= {f"{stem}{number}": (f"{scope}/{leaf}", name) for number, leaf in enumerate(expected)}
    return {place: names for place, names in found.items() if place in places}


def _layers(config: Any, place: str, depth: int) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Keras: saving_lib.py, _save_container_state: a group is called by the class, and numbered from the second on."""
    if not isinstance(config, dict) or depth > _DEEPEST or not isinstance(config.get("config"), dict):
        return
    layers = config["config"].get("layers")
    used: dict[str, int] = {}
    for layer in layers if isinstance(layers, list) else []:
        if not isinstance(layer, dict) or not isinstance(layer.get("config"), dict):
            continue
        kind = str(layer.get("class_name"))
        group = _snake(kind)
        used[group] = used.get(group, -1) + 1
        if used[group]:
            group += f"_{used[group]}"
        inside = f"{place}layers/{group}/"
        yield inside, str(layer["config"].get("name", "")), kind, layer["config"]
        yield from _layers(layer, inside, depth + 1)


def _snake(name: str) -> str:
    """Keras: naming.py, to_snake_case."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
