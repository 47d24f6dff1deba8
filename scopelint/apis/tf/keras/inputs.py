"""tf.keras.Input, and the layer that it makes."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.conversion import graph_name, is_blank
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.python_values import as_dtype, dtype_of
from scopelint.apis.tf.framework.structures import sizes_of
from scopelint.apis.tf.keras import base_layer
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras.nodes import note_node
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import Tensor
from scopelint.values.truth import is_on

tf_keras = Namespace("tf.keras")


input_layer = types.layer_type("InputLayer")


@input_layer.method(name="__init__", raw=True)
def input_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: keras.layers.InputLayer.__init__."""
    self = args[0]
    given, extra = bind(call, "tf.keras.layers.InputLayer", args[1:], kwargs)
    shape = given["input_shape"]
    batch = given["batch_size"]
    whole = extra.pop("batch_input_shape", None)
    if whole is not None:
        sizes = sizes_of(whole)
        batch, shape = (sizes[0], sizes[1:]) if isinstance(sizes, tuple) and sizes else (None, sizes)
    name, dtype, tensor = given["name"], given["dtype"], given["input_tensor"]
    if is_blank(name):
        key = "uid:input"
        counts = call.graph.layer_names
        number = counts.items.get(key, 0)
        number = number + 1 if isinstance(number, int) else 1
        counts.set(key, number)
        name = f"input_{number}"
    if dtype is None:
        dtype = keras(call).floatx if tensor is None else dtype_of(tensor)
    base_layer.init_layer(call, self, name=name, dtype=dtype)
    self.set("built", True)
    self.set("supports_masking", True)
    self.set("sparse", given["sparse"])
    self.set("batch_size", batch)
    state = keras(call)
    if tensor is None:
        if shape is not None:
            dims = (shape,) if isinstance(shape, int) else sizes_of(shape)
            full = (batch, *dims) if isinstance(dims, tuple) else dims
        else:
            full = None
        former, call.state.user_depth = call.state.user_depth, 0
        try:
            if is_on(given["sparse"]):
                tensor = call.new("tf.sparse_placeholder", dtype, shape=full, name=name)
            else:
                tensor = call.new("tf.placeholder", dtype, shape=full, name=name)
        finally:
            call.state.user_depth = former
        self.set("is_placeholder", True)
        self.set("_batch_input_shape", full)
        if isinstance(tensor, Unknown):
            tensor = Tensor(graph_name(name), 0, "Placeholder", full, as_dtype(call, dtype), call.graph)
    else:
        self.set("is_placeholder", False)
        self.set("_batch_input_shape", dims_of(tensor))
    state.put("inputs made", call.graph.index, True)
    state.set_history(tensor, self, 0, 0)
    note_node(self, ListValue([tensor]), ListValue([tensor]))


def make_input(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: keras.Input."""
    given, extra = bind(call, "tf.keras.Input", args, kwargs)
    whole = extra.pop("batch_input_shape", extra.pop("batch_shape", None))
    shape = given["shape"]
    options = {
        "name": given["name"],
        "dtype": given["dtype"],
        "sparse": given["sparse"],
        "input_tensor": given["tensor"],
    }
    if extra:
        call.raise_("ValueError", f"('Unrecognized keyword arguments:', dict_keys({list(extra)}))", "argument")
    both = isinstance(shape, (int, tuple, ListValue)) and isinstance(whole, (tuple, ListValue))
    # An empty one counts as none.
    if both and (shape if isinstance(shape, int) else sizes_of(shape)) and sizes_of(whole):
        said = "Only provide the `shape` OR `batch_input_shape` argument to Input, not both at the same time."
        call.raise_("ValueError", said, "argument")
    if whole is not None:
        options["batch_input_shape"] = whole
    else:
        options.update(batch_size=given["batch_size"], input_shape=shape)
        if shape is None and given["tensor"] is None:
            call.raise_(
                "ValueError",
                "Please provide to Input either a `shape` or a `tensor` argument. Note that "
                "`shape` does not include the batch dimension.",
                "argument",
            )
    made = call.invoke(input_layer.cls, **options)
    return made.attrs["_inbound_nodes"].items[0].attrs["output_tensors"].items[0]


tf_keras.function(make_input, name="Input", raw=True)
