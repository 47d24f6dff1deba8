"""tf.contrib.tensor_forest: the variables that a forest's trees are placed with. The trees themselves are resources
of their own kind, which are no variables."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.ops import variables
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import FLOAT32, STRING, Tensor

api = Namespace("tensorflow.contrib.tensor_forest.python.tensor_forest")

params = api.type("ForestHParams")


@params.method(name="__init__", raw=True)
def params_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    given, more = bind(call, f"{api.path}.ForestHParams", args[1:], kwargs)
    for key, value in {**given, **more}.items():
        args[0].set(key, value)


@params.method
def values(call: Call, self: InstanceValue) -> Any:
    return call.getattr(self, "__dict__")


@params.method
def fill(call: Call, self: InstanceValue) -> InstanceValue:
    """TF: ForestHParams.fill. How many classes and features there are has to be said."""
    for needed in ("num_classes", "num_features"):
        if needed not in self.attrs:
            message = f"'ForestHParams' object has no attribute '{needed}'"
            call.raise_("AttributeError", message, kind="argument")
    regression = self.attrs.setdefault("regression", False)
    self.set("num_outputs", self.attrs["num_classes"] if regression is True else 1)
    self.set("num_output_columns", call.binary("+", self.attrs["num_classes"], 1))
    return self


forest = api.type("ForestVariables")


@forest.method(name="__init__", raw=True)
def forest_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: ForestVariables.__init__. One variable without members for each tree."""
    given, _ = bind(call, f"{api.path}.ForestVariables", args[1:], kwargs)
    count = call.getattr(given["params"], "num_trees")
    made: list[Any] = []
    if isinstance(count, int):
        for number in range(min(count, 10_000)):
            made.append(variables.get(call, f"device_dummy_{number}", shape=0))
    else:
        made.append(variables.get(call, call.unknown("how many trees there are", "device_dummy"), shape=0))
    args[0].set("device_dummies", ListValue(made))
    args[0].set("variables", ListValue((), Unknown("the trees of a forest")))


graphs = api.type("RandomForestGraphs")


@graphs.method(name="__init__", raw=True)
def graphs_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    given, _ = bind(call, f"{api.path}.RandomForestGraphs", args[1:], kwargs)
    self = args[0]
    self.set("params", given["params"])
    held = given["variables"]
    if held is None:
        held = call.invoke(forest.cls, given["params"], given["device_assigner"], training=given["training"])
    self.set("variables", held)
    self.set("trees", ListValue((), Unknown("the trees of a forest")))


@graphs.method(raw=True)
def training_graph(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return make_op(call, "NoOp", "train")


@graphs.method(raw=True)
def inference_graph(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any, Any]:
    """TF: RandomForestGraphs.inference_graph: probabilities, the trees' paths, the variance."""
    data = args[1] if len(args) > 1 else kwargs.get("input_data")
    shape = data.shape if isinstance(data, Tensor) else None
    batch = shape[0] if isinstance(shape, tuple) and shape else None
    width = call.unknown("how many outputs a forest has")
    probabilities = make(call, "RealDiv", "probabilities", (batch, width), FLOAT32)
    paths = make(call, "Pack", "stack", None, STRING)
    return probabilities, paths, make(call, "Maximum", "Maximum", (batch, width), FLOAT32)


def _average(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor:
    return make(call, "Neg", "training_loss", (), FLOAT32)


for _name in ("training_loss", "validation_loss", "average_size", "average_impurity"):
    graphs.method(_average, name=_name, raw=True)
graphs.method(lambda call, args, kwargs: call.unknown("how much features count"), name="feature_importances", raw=True)
