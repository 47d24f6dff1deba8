"""tf.contrib.staging: StagingArea, a queue between devices."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.conversion import graph_shape
from scopelint.apis.tf.framework.operations import gen, scope
from scopelint.apis.tf.framework.python_values import as_dtype, is_list, members
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import INT32, Operation, Tensor

base_area = Namespace("tensorflow.python.ops.data_flow_ops").type("BaseStagingArea")
area = Namespace("tf.contrib.staging").type("StagingArea", bases=(base_area.cls,))


@area.method
def __init__(
    call: Call, self: InstanceValue, dtypes: AnyValue, shapes: AnyValue, names: AnyValue, shared_name: AnyValue
) -> None:
    """TF: BaseStagingArea.__init__."""
    graph = call.graph
    name = graph.unique_name("StagingArea") if shared_name is None else str(shared_name)
    self.set("_name", name)
    self.set("_dtypes", dtypes)
    self.set("_shapes", shapes)
    self.set("_names", names)
    with scope(call, name + "_root"):
        graph.op("NoOp", "NoOp")


@area.method
def put(call: Call, self: InstanceValue, values: Any, name: AnyValue) -> Any:
    with scope(call, name, self.attrs["_name"] + "_put") as inner:
        if isinstance(values, DictValue):
            values = tuple(values.items.values())
        elif not is_list(values):
            values = (values,)
        made = gen(call, "Stage", inner, values=values)
        return made if isinstance(made, Operation) else Operation(inner.removesuffix("/"), "Stage", call.graph)


@area.method
def get(call: Call, self: InstanceValue, name: Any) -> Any:
    kinds = members(self.attrs["_dtypes"])
    full = call.graph.op("Unstage", self.attrs["_name"] + "_get" if name is None else name)
    if kinds is None:
        return call.unknown("what a staging area holds")
    shapes = members(self.attrs["_shapes"]) or [None] * len(kinds)
    tensors = [
        Tensor(full, i, "Unstage", graph_shape(call, shape), as_dtype(call, kind), call.graph)
        for i, (kind, shape) in enumerate(zip(kinds, shapes, strict=False))
    ]
    names = members(self.attrs["_names"])
    return DictValue(dict(zip(names, tensors, strict=False))) if names else ListValue(tensors)


@area.method
def size(call: Call, self: InstanceValue, name: AnyValue) -> Any:
    full = call.graph.op("StageSize", self.attrs["_name"] + "_size" if name is None else name)
    return Tensor(full, 0, "StageSize", (), INT32, call.graph)


@area.method
def clear(call: Call, self: InstanceValue, name: AnyValue) -> Any:
    return Operation(
        call.graph.op("StageClear", self.attrs["_name"] + "_clear" if name is None else name), "StageClear", call.graph
    )


@base_area.property
def name(call: Call, self: InstanceValue) -> Any:
    return self.attrs.get("_name", Unknown("the name of a staging area"))


@base_area.property
def dtypes(call: Call, self: InstanceValue) -> Any:
    return self.attrs.get("_dtypes")


@base_area.property
def shapes(call: Call, self: InstanceValue) -> Any:
    return self.attrs.get("_shapes")
