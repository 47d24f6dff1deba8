"""InputSpec: what inputs a layer takes."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.keras.base_layer_weights import tf_layers
from scopelint.values.containers import DictValue
from scopelint.values.objects import InstanceValue

input_spec = tf_layers.type("InputSpec")


@input_spec.method(name="__init__", raw=True)
def input_spec_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: input_spec.InputSpec."""
    self = args[0]
    given, _ = bind(call, "tf.layers.InputSpec", args[1:], kwargs)
    shape = given["shape"]
    if shape is not None:
        shape = dims_of(shape)
        given["ndim"] = len(shape) if isinstance(shape, tuple) else None
    given["shape"] = shape
    if given["axes"] is None:
        given["axes"] = DictValue()
    for key, value in given.items():
        self.set(key, value)


def spec(**given: Any) -> InstanceValue:
    """An InputSpec that a native layer sets."""
    axes = given.pop("axes", None) or {}
    attrs = {"dtype": None, "shape": None, "ndim": None, "max_ndim": None, "min_ndim": None, "axes": DictValue(axes)}
    attrs.update(given)
    return InstanceValue(input_spec.cls, attrs)
