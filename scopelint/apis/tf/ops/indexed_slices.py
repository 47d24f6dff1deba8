"""tf.IndexedSlices: attributes, and the one operator that TF gives it."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace, behaves
from scopelint.apis.tf.framework.graph_values import ClassBehaviour
from scopelint.apis.tf.framework.python_values import base, list_dtype
from scopelint.apis.tf.ops.tensors import property_of
from scopelint.values.containers import ListValue
from scopelint.values.tensors import IndexedSlices
from scopelint.values.text import from_template

api = Namespace("tf")
slices = api.type("IndexedSlices")


@slices.method(name="__new__", raw=True)
def new_slices(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    given = dict(zip(("values", "indices", "dense_shape"), args[1:], strict=False), **kwargs)
    return IndexedSlices(given.get("values"), given.get("indices"), given.get("dense_shape"))


property_of(slices, "values", lambda call, self: self.values)
property_of(slices, "indices", lambda call, self: self.indices)
property_of(slices, "dense_shape", lambda call, self: self.dense_shape)
property_of(slices, "dtype", lambda call, self: base(list_dtype(self.values)))
property_of(slices, "op", lambda call, self: call.getattr(self.values, "op"))
property_of(slices, "name", lambda call, self: call.getattr(self.values, "name"))
property_of(slices, "graph", lambda call, self: call.getattr(self.values, "graph"))
property_of(slices, "device", lambda call, self: call.getattr(self.values, "device"))


@slices.method(name="consumers")
def consumers(call: Call, self: IndexedSlices) -> Any:
    """TF: CompositeTensor._consumers, of all its parts."""
    return ListValue((), call.unknown("the operations that take a sparse gradient"))


@behaves(IndexedSlices)
class SlicesBehaviour(ClassBehaviour):
    python_class = "tf.IndexedSlices"

    def unary(self, call: Call, sign: str, value: IndexedSlices) -> Any:
        """TF: IndexedSlices.__neg__; there is no other operator."""
        if sign != "-":
            return NotImplemented
        return IndexedSlices(call.engine.unary("-", value.values), value.indices, value.dense_shape)

    def to_string(self, call: Call, value: IndexedSlices) -> Any:
        """TF: IndexedSlices.__str__."""
        shape = f", dense_shape={value.dense_shape}" if value.dense_shape is not None else ""
        return from_template(f"IndexedSlices(indices={value.indices}, values={value.values}{shape})")
