"""tf.TensorSpec and its like: shapes and dtypes without tensors."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace, TypeBuilder
from scopelint.apis.tf.framework.arguments import bind, opaque
from scopelint.apis.tf.framework.conversion import graph_dtype, graph_shape
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import FLOAT32, TensorShape, shapes_compatible
from scopelint.values.truth import NO

api = Namespace("tf")
type_spec = api.type("TypeSpec")
batchable = Namespace("tensorflow.python.framework.type_spec").type("BatchableTypeSpec", bases=(type_spec.cls,))


def declare(namespace: Namespace, name: str, base: Any) -> TypeBuilder:
    made = namespace.type(name, bases=(base,))
    canonical = f"{namespace.path}.{name}"

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self, *rest = args
        bound, _ = bind(call, canonical, tuple(rest), kwargs)
        for key, value in bound.items():
            self.set("_" + key, opaque(call, value))
        self.set("_shape", graph_shape(call, bound.get("shape")))
        self.set("_dtype", graph_dtype(call, opaque(call, bound.get("dtype"))) or FLOAT32)

    made.method(init, name="__init__", raw=True)
    made.cls.attrs["shape"] = PropertyValue(
        NativeFunction("shape", lambda call, self: TensorShape(self.attrs["_shape"]), f"{canonical}.shape")
    )
    made.cls.attrs["dtype"] = PropertyValue(
        NativeFunction("dtype", lambda call, self: self.attrs["_dtype"], f"{canonical}.dtype")
    )
    return made


def field(made: Any, name: str) -> None:
    made.cls.attrs[name] = PropertyValue(
        NativeFunction(name, lambda call, self: self.attrs.get("_" + name), f"{made.cls.canonical}.{name}")
    )


tensor_spec = declare(api, "TensorSpec", batchable.cls)
field(tensor_spec, "name")
bounded = declare(Namespace("tf.contrib.framework"), "BoundedTensorSpec", tensor_spec.cls)
field(bounded, "minimum")
field(bounded, "maximum")
declare(api, "SparseTensorSpec", batchable.cls)
declare(api, "RaggedTensorSpec", batchable.cls)


@tensor_spec.method
def is_compatible_with(call: Call, self: InstanceValue, spec_or_tensor: AnyValue) -> Any:
    other = spec_or_tensor.attrs["_shape"] if isinstance(spec_or_tensor, InstanceValue) else dims_of(spec_or_tensor)
    if isinstance(other, Unknown):
        return other
    return shapes_compatible(self.attrs["_shape"], other) is not NO


def from_parts(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: from_spec and from_tensor."""
    cls, source = args[0], args[1] if len(args) > 1 else next(iter(kwargs.values()))
    if isinstance(source, Unknown):
        return source
    name = args[2] if len(args) > 2 else kwargs.get("name")
    if isinstance(source, InstanceValue):
        given = {
            "shape": TensorShape(source.attrs.get("_shape")),
            "dtype": source.attrs.get("_dtype"),
            "name": name if name is not None else source.attrs.get("_name"),
        }
        for key in ("minimum", "maximum"):
            if cls.derives_from("tf.contrib.framework.BoundedTensorSpec"):
                given[key] = source.attrs.get("_" + key, Unknown("a bound"))
        return call.invoke(cls, **given)
    return call.invoke(cls, TensorShape(dims_of(source)), dtype_of(source), name)


tensor_spec.classmethod(from_parts, raw=True)
tensor_spec.cls.attrs["from_spec"] = tensor_spec.cls.attrs["from_tensor"] = tensor_spec.cls.attrs.pop("from_parts")
