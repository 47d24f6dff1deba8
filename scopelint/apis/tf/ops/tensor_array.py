"""tf.TensorArray: what loops read and write."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.conversion import graph_dtype, graph_name, graph_shape, is_set, none_if_default
from scopelint.apis.tf.framework.python_values import base, left_open
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import (
    FLOAT32,
    INT32,
    RESOURCE,
    Operation,
    Tensor,
    merge_shapes,
    shape_text,
    shapes_compatible,
)
from scopelint.values.truth import NO

api = Namespace("tf")

CORNERS = (("stack", "Const"), ("stack_1", "Const"), ("stack_2", "Const"))
SPAN = (("start", "Const"), ("delta", "Const"))
array_class = api.type("TensorArray")


def is_array(value: AnyValue) -> bool:
    return isinstance(value, InstanceValue) and value.cls.canonical == "tf.TensorArray"


def array_like(array: InstanceValue, flow: AnyValue, **changes: Any) -> InstanceValue:
    """TF: TensorArray writes give a new object over the same handle."""
    return InstanceValue(array_class.cls, {**array.attrs, "flow": flow, **changes})


def new_array(
    call: Call, dtype: AnyValue, size: AnyValue, name: AnyValue = None, element_shape: AnyValue = None
) -> InstanceValue:
    """TF: _GraphTensorArray.__init__."""
    inner = () if isinstance(size, (Tensor, Unknown)) or size is None else (("size", "Const"),)
    full = call.graph.op("TensorArrayV3", "TensorArray" if name is None else graph_name(name), inner=inner)
    call.graph.draw(full, f"{full}/size" if inner else size)
    flow = Tensor(full, 1, "TensorArrayV3", (), FLOAT32, call.graph)
    handle = Tensor(full, 0, "TensorArrayV3", (2,), RESOURCE, call.graph)
    return InstanceValue(array_class.cls, {"flow": flow, "handle": handle, "dtype": dtype, "_element": element_shape})


@array_class.method
def __init__(
    call: Call,
    self: InstanceValue,
    dtype: AnyValue,
    size: AnyValue,
    handle: AnyValue,
    flow: AnyValue,
    tensor_array_name: AnyValue,
    infer_shape: AnyValue,
    element_shape: AnyValue,
    name: AnyValue,
) -> None:
    if handle is not None and is_set(handle) and size is not None and is_set(size):
        call.raise_("ValueError", "Cannot provide both a handle and size at the same time", kind="argument")
    made = new_array(
        call,
        graph_dtype(call, dtype),
        size,
        none_if_default(name),
        graph_shape(call, element_shape) if is_set(element_shape) else None,
    )
    for key, value in made.attrs.items():
        self.set(key, value)
    self.set("_infers", infer_shape is not False)


def check_element(call: Call, array: InstanceValue, shape: AnyValue) -> None:
    """TF: _check_element_shape."""
    if shapes_compatible(shape, element(array)) is NO:
        call.raise_(
            "ValueError",
            f"Inconsistent shapes: saw {shape_text(shape)} but expected {shape_text(element(array))} ",
            kind="shape",
        )


def element(array: InstanceValue) -> Any:
    return array.attrs.get("_element")


def element_shape_after(array: InstanceValue, shape: AnyValue) -> Any:
    """The shape of the members after one more was written."""
    own = element(array)
    if array.attrs.get("_infers") is False:
        return own
    return shape if own is None else merge_shapes(own, shape)


def with_first(size: AnyValue, shape: AnyValue) -> Any:
    return (size, *shape) if isinstance(shape, tuple) else shape


def flow_after(call: Call, array: InstanceValue, op_name: str, kind: str, deps: int) -> Tensor:
    return Tensor(op_name, 0, kind, (), FLOAT32, call.graph, array.attrs["flow"].deps | deps)


def unstack_array(call: Call, self: InstanceValue, value: AnyValue, name: AnyValue = None) -> InstanceValue:
    """TF: TensorArray.unstack."""
    with operations.scope(call, name, "TensorArrayUnstack"):
        tensor = operations.convert(call, value, None, "value")
        graph = call.graph
        known = isinstance(tensor.shape, tuple) and all(isinstance(d, int) for d in tensor.shape)
        rank: Any = len(tensor.shape) if isinstance(tensor.shape, tuple) else left_open(tensor.shape)
        sizes = make(call, "Const" if known else "Shape", "Shape", (rank,), INT32).op_name
        count = make(call, "StridedSlice", "strided_slice", (), INT32, inner=CORNERS).op_name
        first = tensor.shape[0] if known and tensor.shape else None if isinstance(tensor.shape, tuple) else rank
        places = make(call, "Range", "range", (first,), INT32, inner=SPAN).op_name
        with operations.scope(call, "TensorArrayScatter"):
            full = graph.op("TensorArrayScatterV3", "TensorArrayScatterV3")
        graph.draw(sizes, tensor)
        graph.draw(count, sizes, *(f"{count}/{corner}" for corner, _ in CORNERS))
        graph.draw(places, f"{places}/start", count, f"{places}/delta")
        graph.draw(full, self.attrs.get("handle"), places, tensor, self.attrs["flow"])
    shape = tensor.shape[1:] if isinstance(tensor.shape, tuple) and tensor.shape else tensor.shape
    return array_like(
        self,
        flow_after(call, self, full, "TensorArrayScatterV3", tensor.deps),
        _element=element_shape_after(self, shape),
        dtype=base(tensor.dtype),
    )


def index_const(index: AnyValue, name: str = "index") -> tuple[tuple[str, str], ...]:
    return () if isinstance(index, (Tensor, Unknown)) else ((name, "Const"),)


def read_array(call: Call, self: InstanceValue, index: AnyValue, name: AnyValue = None) -> Tensor:
    full = call.graph.op(
        "TensorArrayReadV3", "TensorArrayReadV3" if name is None else graph_name(name), inner=index_const(index)
    )
    place = f"{full}/index" if index_const(index) else index
    call.graph.draw(full, self.attrs.get("handle"), place, self.attrs["flow"])
    return Tensor(full, 0, "TensorArrayReadV3", element(self), self.attrs["dtype"], call.graph, self.attrs["flow"].deps)


def write_array(
    call: Call, self: InstanceValue, index: AnyValue, value: AnyValue, name: AnyValue = None
) -> InstanceValue:
    with operations.scope(call, name, "TensorArrayWrite"):
        tensor = operations.convert(call, value, self.attrs["dtype"], "value")
        check_element(call, self, tensor.shape)
        full = call.graph.op("TensorArrayWriteV3", "TensorArrayWriteV3", inner=index_const(index))
        place = f"{full}/index" if index_const(index) else index
        call.graph.draw(full, self.attrs.get("handle"), place, tensor, self.attrs["flow"])
    return array_like(
        self,
        flow_after(call, self, full, "TensorArrayWriteV3", tensor.deps),
        _element=element_shape_after(self, tensor.shape),
    )


def stack_array(call: Call, self: InstanceValue, name: AnyValue = None) -> Tensor:
    with operations.scope(call, name, "TensorArrayStack"):
        graph = call.graph
        count = make(call, "TensorArraySizeV3", "TensorArraySizeV3", (), INT32).op_name
        places = make(call, "Range", "range", (None,), INT32, inner=SPAN).op_name
        full = graph.op("TensorArrayGatherV3", "TensorArrayGatherV3")
        handle, flow = self.attrs.get("handle"), self.attrs["flow"]
        graph.draw(count, handle, flow)
        graph.draw(places, f"{places}/start", count, f"{places}/delta")
        graph.draw(full, handle, places, flow)
    return Tensor(
        full,
        0,
        "TensorArrayGatherV3",
        with_first(None, element(self)),
        self.attrs["dtype"],
        graph,
        self.attrs["flow"].deps,
    )


array_class.method(
    lambda call, self, value, name: unstack_array(call, self, value, none_if_default(name)), name="unstack"
)
array_class.method(lambda call, self, index, name: read_array(call, self, index, none_if_default(name)), name="read")
array_class.method(
    lambda call, self, index, value, name: write_array(call, self, index, value, none_if_default(name)), name="write"
)
array_class.method(lambda call, self, name: stack_array(call, self, none_if_default(name)), name="stack")


@array_class.method
def gather(call: Call, self: InstanceValue, indices: AnyValue, name: AnyValue) -> Tensor:
    full = call.graph.op(
        "TensorArrayGatherV3",
        "TensorArrayGatherV3" if name is None else graph_name(name),
        inner=index_const(indices, "indices"),
    )
    return Tensor(
        full,
        0,
        "TensorArrayGatherV3",
        with_first(None, element(self)),
        self.attrs["dtype"],
        call.graph,
        self.attrs["flow"].deps,
    )


@array_class.method
def concat(call: Call, self: InstanceValue, name: AnyValue) -> Tensor:
    full = call.graph.op("TensorArrayConcatV3", "TensorArrayConcatV3" if name is None else graph_name(name))
    own = element(self)
    return Tensor(
        full,
        0,
        "TensorArrayConcatV3",
        (None, *own[1:]) if isinstance(own, tuple) else own,
        self.attrs["dtype"],
        call.graph,
        self.attrs["flow"].deps,
    )


@array_class.method
def scatter(call: Call, self: InstanceValue, indices: AnyValue, value: AnyValue, name: AnyValue) -> InstanceValue:
    with operations.scope(call, name, "TensorArrayScatter"):
        tensor = operations.convert(call, value, self.attrs["dtype"], "value")
        full = call.graph.op("TensorArrayScatterV3", "TensorArrayScatterV3", inner=index_const(indices, "indices"))
    shape = tensor.shape[1:] if isinstance(tensor.shape, tuple) and tensor.shape else tensor.shape
    return array_like(
        self,
        flow_after(call, self, full, "TensorArrayScatterV3", tensor.deps),
        _element=element_shape_after(self, shape),
    )


@array_class.method
def split(call: Call, self: InstanceValue, value: AnyValue, lengths: AnyValue, name: AnyValue) -> InstanceValue:
    with operations.scope(call, name, "TensorArraySplit"):
        tensor = operations.convert(call, value, self.attrs["dtype"], "value")
        full = call.graph.op("TensorArraySplitV3", "TensorArraySplitV3")
    return array_like(self, flow_after(call, self, full, "TensorArraySplitV3", tensor.deps))


@array_class.method
def size(call: Call, self: InstanceValue, name: AnyValue) -> Tensor:
    return make(call, "TensorArraySizeV3", None if name is None else graph_name(name), (), INT32)


@array_class.method
def identity(call: Call, self: InstanceValue) -> InstanceValue:
    flow = self.attrs["flow"]
    return array_like(self, make(call, "Identity", "Identity", flow.shape, flow.dtype, flow.deps))


@array_class.method
def close(call: Call, self: InstanceValue, name: AnyValue) -> Operation:
    return Operation(
        call.graph.op("TensorArrayCloseV3", None if name is None else graph_name(name)),
        "TensorArrayCloseV3",
        call.graph,
    )
