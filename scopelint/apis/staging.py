"""tf.contrib.staging: areas where tensors wait between two steps."""

from __future__ import annotations

from typing import Any

from scopelint.apis import layer_tools as tools
from scopelint.apis import ops
from scopelint.apis.adapters import graph_dtype, graph_name, graph_shape, is_set
from scopelint.apis.registry import Namespace
from scopelint.values.base import Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import INT32, Operation, Tensor
from scopelint.values.text import from_template

area = Namespace("tf.contrib.staging").type("StagingArea")


@area.method(name="__init__", raw=True)
def init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: BaseStagingArea.__init__."""
    self, *rest = args
    bound = {**dict(zip(("dtypes", "shapes", "names", "shared_name"), rest, strict=False)), **kwargs}
    shared = bound.get("shared_name")
    name = graph_name(shared) if is_set(shared) else call.graph.unique_name(self.cls.name)
    self.set("_name", name)
    kinds = call.members(bound.get("dtypes"))
    self.set("_dtypes", kinds if isinstance(kinds, Unknown) else tuple(graph_dtype(call, kind) for kind in kinds))
    shapes = bound.get("shapes")
    held = call.members(shapes) if is_set(shapes) else None
    self.set("_shapes", tuple(graph_shape(call, s) for s in held) if isinstance(held, list) else None)
    self.set("_names", bound.get("names"))
    with ops.scope(call, f"{name}_root"):
        call.graph.op("NoOp", "NoOp")


@area.property
def name(call: Any, self: InstanceValue) -> Any:
    return from_template(self.attrs["_name"])


def asked(self: InstanceValue, name: Any, what: str) -> Any:
    return graph_name(name) if is_set(name) else f"{self.attrs['_name']}_{what}"


@area.method(raw=True)
def put(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    full = call.graph.op("Stage", asked(self, args[2] if len(args) > 2 else kwargs.get("name"), "put"))
    return Operation(full, "Stage", call.graph)


@area.method(raw=True)
def get(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: StagingArea.get. No gradient passes the area."""
    self = args[0]
    full = call.graph.op("Unstage", asked(self, args[1] if len(args) > 1 else kwargs.get("name"), "get"))
    kinds, shapes = self.attrs["_dtypes"], self.attrs["_shapes"]
    if isinstance(kinds, Unknown):
        return ListValue([], kinds)
    made = [Tensor(full, at, "Unstage", shapes[at] if shapes else None, kind, call.graph)
            for at, kind in enumerate(kinds)]
    names = self.attrs["_names"]
    if is_set(names):
        return DictValue(dict(zip(tools.items_of(names), made, strict=False)))
    return ListValue(made)


area.cls.attrs["peek"] = area.cls.attrs["get"]


@area.method(raw=True)
def size(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    full = call.graph.op("StageSize", asked(args[0], args[1] if len(args) > 1 else kwargs.get("name"), "size"))
    return Tensor(full, 0, "StageSize", (), INT32, call.graph)


@area.method(raw=True)
def clear(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    full = call.graph.op("StageClear", asked(args[0], args[1] if len(args) > 1 else kwargs.get("name"), "clear"))
    return Operation(full, "StageClear", call.graph)
