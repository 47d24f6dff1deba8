"""tf.layers: functions and classes."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.keras.base_layer import tf_layers
from scopelint.apis.tf.keras.declaring import legacy_type
from scopelint.apis.tf.keras.layers import (
    convolutional,  # noqa: F401  (keras's classes are the first bases)
    noise,  # noqa: F401  (keras's classes are the first bases)
    normalization,  # noqa: F401  (keras's classes are the first bases)
    pooling,  # noqa: F401  (keras's classes are the first bases)
)
from scopelint.values.base import AnyValue
from scopelint.values.objects import InstanceValue, NativeFunction

_CLASSES = (
    "Dense", "Dropout", "Flatten", "Conv1D", "Conv2D", "Conv3D", "SeparableConv1D", "SeparableConv2D",
    "Conv2DTranspose", "Conv3DTranspose", "BatchNormalization", "AveragePooling1D", "MaxPooling1D", "AveragePooling2D",
    "MaxPooling2D", "AveragePooling3D", "MaxPooling3D",
)  # fmt: skip
_MADE = {name: legacy_type(name) for name in _CLASSES}


def _trains_when_told(name: str) -> None:
    """tf.layers' own `call` trains where told so, and never by the learning phase."""
    made = _MADE[name]
    base = made.cls.bases[0].find("call").impl

    def call_(call: Call, self: InstanceValue, inputs: AnyValue, training: AnyValue = False) -> Any:
        return base(call, self, inputs, False if training is None else training)

    made.cls.attrs["call"] = NativeFunction("call", call_, f"{made.cls.canonical}.call")


_trains_when_told("Dropout")
_trains_when_told("BatchNormalization")


def _function(name: str, cls: str, scoped: bool = True, trains: bool = False) -> None:
    """A function of tf.layers: makes a layer, and applies it. Those that make no variables take no scope."""

    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound, _ = bind(call, f"tf.layers.{name}", args, kwargs)
        inputs = bound.pop("inputs")
        given = {}
        if scoped:
            given = {"_scope": bound["name"], "_reuse": bound.pop("reuse")}
        options = {"training": bound.pop("training")} if trains else {}
        layer = call.invoke(_MADE[cls].cls, **bound, **given)
        return call.method(layer, "apply", inputs, **options)

    tf_layers.function(impl, name=name, raw=True)


_function("dense", "Dense")
_function("dropout", "Dropout", scoped=False, trains=True)
_function("flatten", "Flatten", scoped=False)
_function("batch_normalization", "BatchNormalization", trains=True)
for _name, _cls in (
    ("conv1d", "Conv1D"),
    ("conv2d", "Conv2D"),
    ("conv3d", "Conv3D"),
    ("separable_conv1d", "SeparableConv1D"),
    ("separable_conv2d", "SeparableConv2D"),
    ("conv2d_transpose", "Conv2DTranspose"),
    ("conv3d_transpose", "Conv3DTranspose"),
):
    _function(_name, _cls)
for _kind in ("average", "max"):
    for _rank in (1, 2, 3):
        _function(f"{_kind}_pooling{_rank}d", f"{_kind.capitalize()}Pooling{_rank}D", scoped=False)
