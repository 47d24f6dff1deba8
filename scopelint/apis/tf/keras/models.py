"""tf.keras.Model and the Network below it: networks of layers, functional and subclassed."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.conversion import is_blank
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.restoring import Saved, path_of, restored, saved
from scopelint.apis.tf.framework.restoring import by_name as by_name_of
from scopelint.apis.tf.framework.structures import flatten, items_of, mapped, unsettled
from scopelint.apis.tf.keras import base_layer
from scopelint.apis.tf.keras.base_layer import BETWEEN, LAYER, gather, more_layers, nested_layers, own, together
from scopelint.apis.tf.keras.base_layer_attributes import MAY_BE_BUILT
from scopelint.apis.tf.keras.inputs import tf_keras
from scopelint.apis.tf.keras.network import disconnected, lengthened, looked_through, map_network
from scopelint.apis.tf.keras.nodes import node_inputs, note_node
from scopelint.apis.tf.keras.operation_layers import add_histories
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import FunctionValue, InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import Tensor, TensorShape
from scopelint.values.truth import is_on

network = Namespace("tensorflow.python.keras.engine.network").type("Network", bases=("tf.keras.layers.Layer",))
NETWORK = network.cls
model = tf_keras.type("Model", bases=(NETWORK,))
MODEL = model.cls


@network.method(name="__init__", raw=True)
def network_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: Network.__init__."""
    self, given = args[0], args[1:]
    if len(given) == 2 or (len(given) == 1 and "outputs" in kwargs) or ("inputs" in kwargs and "outputs" in kwargs):
        inputs = given[0] if given else kwargs["inputs"]
        outputs = given[1] if len(given) > 1 else kwargs["outputs"]
        rest = {k: v for k, v in kwargs.items() if k not in ("inputs", "outputs")}
        init_graph_network(call, self, inputs, outputs, **rest)
        refuse_legacy(call, nested_layers(self))
        return
    base_init(call, self, **{k: v for k, v in kwargs.items() if k != "inputs"})
    self.set("_is_graph_network", False)
    self.set("outputs", ListValue())
    self.set("inputs", None)
    self.set("built", False)


def base_init(
    call: Call,
    self: InstanceValue,
    name: AnyValue = None,
    trainable: AnyValue = True,
    dtype: AnyValue = None,
    dynamic: AnyValue = False,
    **rest: Any,
) -> None:
    """TF: Network._base_init."""
    for key in rest:
        if key != "autocast":
            call.raise_("TypeError", f"('Keyword argument not understood:', '{key}')", "argument")
    held = {
        key: self.attrs[key]
        for key in ("_trainable_weights", "_non_trainable_weights", "_inbound_nodes", "_outbound_nodes")
        if key in self.attrs
    }
    base_layer.init_layer(call, self, trainable, name, dtype, dynamic)
    for key in ("_trainable_weights", "_non_trainable_weights"):
        if key in held:
            self.set(key, held[key])
    self.set("_layers", ListValue())
    self.set("_is_compiled", False)
    if "optimizer" not in self.attrs:
        self.set("optimizer", None)


def init_graph_network(
    call: Call,
    self: InstanceValue,
    inputs: AnyValue,
    outputs: AnyValue,
    name: AnyValue = None,
    trainable: AnyValue = True,
) -> None:
    """TF: Network._init_graph_network."""
    state = keras(call)

    def single(value: AnyValue) -> Any:
        leaves = flatten(value)
        return leaves[0] if isinstance(value, ListValue) and value.rest is None and len(leaves) == 1 else value

    inputs, outputs = single(inputs), single(outputs)
    unsettled_inputs, unsettled_outputs = unsettled(inputs), unsettled(outputs)
    flat_inputs = [x for x in flatten(inputs) if isinstance(x, Tensor)]
    flat_outputs = [x for x in flatten(outputs) if isinstance(x, Tensor)]
    add_histories(call, flat_outputs, always=True)
    held = self.attrs.get("_layers")
    former = (list(held.items), self.attrs.get("<nodes>", ())) if isinstance(held, ListValue) else None
    base_init(call, self, name=name, trainable=trainable)
    for x in flat_inputs:
        if state.history(x) is None:
            call.raise_(
                "ValueError",
                f"Input tensors to a {self.cls.name} must come from `tf.keras.Input`. Received: "
                f"{x} (missing previous layer metadata).",
                "layer",
            )
    for x in flat_outputs:
        if state.history(x) is None:
            call.raise_(
                "ValueError",
                f"Output tensors to a {self.cls.name} must be the output of a TensorFlow `Layer` "
                f"(thus holding past layer metadata). Found: {x}",
                "layer",
            )
    self.set("_nested_inputs", inputs)
    self.set("_nested_outputs", outputs)
    self.set("inputs", _listed(flat_inputs, unsettled_inputs))
    self.set("outputs", _listed(flat_outputs, unsettled_outputs))
    self.set("built", True)
    self.set("_compute_output_and_mask_jointly", True)
    self.set("_is_graph_network", True)
    longer = lengthened(state, *former, flat_outputs[0]) if former and len(flat_outputs) == 1 else None
    layers, nodes, problem = (*longer, "") if longer else map_network(state, flat_inputs, flat_outputs)
    # Another input may be what a tensor comes from.
    if not longer and unsettled_inputs is None and all(isinstance(x, Tensor) for x in flatten(inputs)):
        problem = disconnected(state, flat_inputs, nodes) or problem
    if problem:
        call.raise_("ValueError", problem, "layer")
    # Of a model that grew by a layer what came before was looked at then.
    new = nodes[-1:] if longer else nodes
    between = looked_through(state, flat_outputs, new)
    doubtful = unsettled(inputs, outputs, *(node.attrs["input_tensors"] for node in new))
    if longer and doubtful is None and isinstance(held, ListValue):
        doubtful = held.rest
    if doubtful is None and any(x.deps < 0 or "{" in x.op_name for x in between):
        doubtful = call.unknown("layers of a model that are not known")
    self.set("_layers", ListValue(layers, doubtful))
    before = self.attrs.get(BETWEEN) if longer else None
    self.set(BETWEEN, call.unknown("operations of which Keras makes layers") if between else before)
    self.set("<nodes>", tuple(nodes))
    self.set("_inbound_nodes", ListValue())
    note_node(self, inputs, outputs)
    self.set("output_names", _listed(unique([_layer_name(call, x) for x in flat_outputs]), unsettled_outputs))
    self.set("input_names", _listed([_layer_name(call, x) for x in flat_inputs], unsettled_inputs))


def _listed(values: list[Any], unsettled: Unknown | None) -> ListValue:
    """A list for each of the tensors that a network was given; where there may be others, none has a known place."""
    return ListValue(values) if unsettled is None else ListValue((), unsettled)


def _layer_name(call: Call, x: Tensor) -> Any:
    history = keras(call).history(x)
    if history is None or not isinstance(history[0], InstanceValue):
        return call.unknown("the name of the layer of an operation")
    return call.getattr(history[0], "name", None)


def unique(names: list[Any]) -> list[Any]:
    """TF: Network._set_output_names."""
    out: list[Any] = []
    for name in names:
        proposal, count = name, 1
        while any(proposal is n or (isinstance(n, str) and n == proposal) for n in out) and isinstance(name, str):
            proposal = f"{name}_{count}"
            count += 1
        out.append(proposal)
    return out


def is_graph(self: InstanceValue) -> bool:
    return self.attrs.get("_is_graph_network") is True


@network.method(name="__setattr__", raw=True)
def network_setattr(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: Network.__setattr__."""
    self, _, value = args
    leaves = flatten(value)
    is_started = "_is_graph_network" in self.attrs or self.rest is not None
    if not is_started and any(isinstance(v, InstanceValue) and v.cls.derives_from(LAYER) for v in leaves):
        call.raise_(
            "RuntimeError",
            "It looks like you are subclassing `Model` and you forgot to call "
            "`super(YourClass, self).__init__()`. Always start with this line.",
            "layer",
        )
    LAYER.attrs["__setattr__"].impl(call, args, kwargs)


@network.method(name="build", raw=True)
def network_build(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: Network.build. A subclassed model is called on placeholders, outside of its own name scope."""
    self = args[0]
    shape = args[1] if len(args) > 1 else kwargs.get("input_shape")
    if is_graph(self):
        self.set("built", True)
        return
    if shape is None:
        call.raise_(
            "ValueError", "Input shape must be defined when calling build on a model subclass network.", "argument"
        )
    if self.attrs.get("inputs") is None and not isinstance(shape, Unknown):

        def placeholder(dims: AnyValue) -> Any:
            return call.new("tf.placeholder", keras(call).floatx, shape=dims)

        if isinstance(shape, ListValue) and any(isinstance(m, (tuple, ListValue, TensorShape)) for m in shape.items):
            x: Any = ListValue([placeholder(m) for m in shape.items])
        else:
            x = placeholder(shape)
        call.method(self, "call", x, **_asked_by_build(call, self))
    self.set("built", True)


def _asked_by_build(call: Call, self: InstanceValue) -> dict[str, Any]:
    """TF: Network.build, of what a subclass's `call` needs besides its inputs."""
    function = self.cls.find("call")
    if not isinstance(function, FunctionValue):
        return {}
    positional = function.code.parameters.positional
    if len(positional) < 2 and function.code.parameters.star is None:
        call.raise_(
            "ValueError",
            "You can only call `build` on a model if its `call` method accepts an `inputs` argument.",
            "argument",
        )
    needed = positional[2 : len(positional) - len(function.defaults)]
    if any(name != "training" for name in needed):
        call.raise_(
            "ValueError",
            "Currently, you cannot build your model if it has positional or keyword arguments that are not inputs to "
            "the model, but are required for its `call` method. Instead, in order to instantiate and build your model, "
            "`call` your model on real tensor data with all expected call arguments.",
            "argument",
        )
    return dict.fromkeys(needed, False)


@network.method(name="call")
def network_call(call: Call, self: InstanceValue, inputs: AnyValue, training: AnyValue, mask: AnyValue) -> Any:
    """TF: Network.call."""
    if not is_graph(self):
        call.raise_("NotImplementedError", "When subclassing the `Model` class, you should implement a `call` method.")
    return run_internal_graph(call, self, inputs, training)


def run_internal_graph(call: Call, self: InstanceValue, inputs: AnyValue, training: AnyValue) -> Any:
    """TF: Network._run_internal_graph: the layers once more, on other inputs."""
    known: dict[int, Any] = {}
    for old, new in zip(own(self, "inputs"), flatten(inputs), strict=False):
        known[id(old)] = new
    for node in self.attrs.get("<nodes>", ()):
        layer, tensors = node.attrs["outbound_layer"], flatten(node.attrs["input_tensors"])
        if not node.attrs["inbound_layers"] or not all(id(x) in known for x in tensors):
            for x in node_inputs(node):
                if id(x) not in known and isinstance(x, Tensor):
                    known[id(x)] = x
            if not node.attrs["inbound_layers"] or not all(id(x) in known for x in tensors):
                continue
        given = dict(node.attrs.get("arguments") or {})
        if "training" in base_layer.call_parameters(call, layer)[0]:
            given.setdefault("training", training)
        made = call.invoke(layer, mapped(lambda x: known.get(id(x), x), node.attrs["input_tensors"]), **given)
        for old, new in zip(flatten(node.attrs["output_tensors"]), flatten(made), strict=False):
            known[id(old)] = new
    return mapped(lambda x: known.get(id(x), x), self.attrs.get("_nested_outputs"))


def _created(call: Call, self: InstanceValue) -> None:
    """TF: Network._assert_weights_created: of classes that build by themselves, and have not yet."""
    attrs = self.attrs
    if MAY_BE_BUILT in attrs:
        return
    if attrs.get("_is_graph_network") is False and attrs.get("built") is False and "build" in self.cls.attrs:
        call.raise_(
            "ValueError",
            f"Weights for model {attrs.get('_name')} have not yet been created. Weights are "
            "created when the Model is first called on inputs or `build()` is called with an "
            "`input_shape`.",
            "layer",
        )


@network.property
def trainable_weights(call: Call, self: InstanceValue) -> Any:
    """TF: gather_trainable_weights. A network's layers come before its own variables."""
    _created(call, self)
    if not base_layer.is_trainable(call, self):
        return ListValue()
    return together(gather(call, self, "trainable_weights"), self.attrs.get("_trainable_weights"))


@network.property
def non_trainable_weights(call: Call, self: InstanceValue) -> Any:
    """TF: gather_non_trainable_weights."""
    _created(call, self)
    if not base_layer.is_trainable(call, self):
        return _all_weights(call, self)
    return together(gather(call, self, "non_trainable_weights"), self.attrs.get("_non_trainable_weights"))


@network.property
def weights(call: Call, self: InstanceValue) -> Any:
    _created(call, self)
    return _all_weights(call, self)


def _all_weights(call: Call, self: InstanceValue) -> ListValue:
    return together(
        gather(call, self, "weights"),
        self.attrs.get("_trainable_weights"),
        self.attrs.get("_non_trainable_weights"),
    )


@network.property
def layers(call: Call, self: InstanceValue) -> Any:
    return known_layers(self, nested_layers(self))


def known_layers(self: InstanceValue, layers: list[Any]) -> ListValue:
    return together(ListValue(layers), self.attrs.get(BETWEEN), more_layers(self))


def refuse_legacy(call: Call, layers: list[Any]) -> None:
    """TF: tf_utils.assert_no_legacy_layers."""
    legacy = [each for each in layers if isinstance(each, InstanceValue) and each.cls.derives_from("tf.layers.Layer")]
    if legacy:
        call.raise_(
            "TypeError",
            "The following are legacy tf.layers.Layers:\n"
            + "\n".join(f"  {call.to_string(each)}" for each in legacy)
            + "\nTo use keras as a framework (for instance using the Network, Model, or Sequential classes), please "
            "use the tf.keras.layers implementation instead. (Or, if writing custom layers, subclass from "
            "tf.keras.layers rather than tf.layers)",
            "layer",
        )


def _adds(name: str, layer: str) -> None:
    """TF: Network._graph_network_add_loss and _graph_network_add_metric: what is added to a functional model becomes
    layers of it."""
    plain = LAYER.attrs[name]

    def add(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self, value = args[0], args[1] if len(args) > 1 else kwargs.get("losses", kwargs.get("value"))
        state = keras(call)
        if not is_graph(self) or state.get("in_call") or not isinstance(value, Tensor):
            return call.invoke(plain, *args, **kwargs)
        given = bind(call, "tf.keras.layers.Layer.add_metric", args[1:], kwargs)[0] if name == "add_metric" else {}
        own_arguments = (given["aggregation"], given["name"]) if given else ()
        made = call.new(f"tensorflow.python.keras.engine.base_layer.{layer}", *own_arguments)
        call.invoke(made, value)
        held = self.attrs["_layers"]
        found, _, _ = map_network(state, [], [value])
        for each in (*found, made):
            if not any(each is other for other in held.items):
                tools.append(self, "_layers", each)
        if looked_through(state, [value], []):
            self.set(BETWEEN, call.unknown("operations of which Keras makes layers"))
        return None

    network.method(add, name=name, raw=True)


_adds("add_loss", "AddLoss")
_adds("add_metric", "AddMetric")


@network.property
def input_spec(call: Call, self: InstanceValue) -> Any:
    return None


@network.property
def stateful(call: Call, self: InstanceValue) -> Any:
    return any(is_on(child.attrs.get("stateful")) for child in nested_layers(self))


NETWORK.attrs["stateful"].setter = NativeFunction("stateful", lambda call, self, value: None, "")


@network.method
def get_layer(call: Call, self: InstanceValue, name: AnyValue, index: AnyValue) -> Any:
    """TF: Network.get_layer."""
    held = items_of(call.getattr(self, "layers"))
    if isinstance(index, int):
        if len(held) <= index:
            call.raise_(
                "ValueError",
                f"Was asked to retrieve layer at index {index} but model only has {len(held)} layers.",
                "argument",
            )
        return held[index]
    if is_blank(name):
        call.raise_("ValueError", "Provide either a layer name or layer index.", "argument")
    for child in held:
        if call.compare("==", call.getattr(child, "name"), name) is True:
            return child
    if isinstance(name, str):
        call.raise_("ValueError", f"No such layer: {name}", "argument")
    return call.unknown("which layer is meant is not known")


def _quiet(*names: str) -> None:
    """What reads or writes files, or prints."""
    for name in names:
        NETWORK.attrs[name] = NativeFunction(
            name, lambda call, args, kwargs: None, f"{NETWORK.canonical}.{name}", raw=True
        )


_quiet("reset_states")


def _written(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: Network.save, save_weights."""
    call.note("checkpoint_written", checkpoint=path_of(args[1] if len(args) > 1 else kwargs.get("filepath")))


for _name in ("save", "save_weights"):
    NETWORK.attrs[_name] = NativeFunction(_name, _written, f"{NETWORK.canonical}.{_name}", raw=True)


@network.method
def load_weights(call: Call, self: InstanceValue, filepath: AnyValue, by_name: AnyValue) -> Any:
    """TF: Network.load_weights. By name, layers that agree give their weights; else the order alone counts."""
    if call.getattr(self, "built", True) is False:
        # TF: weights of an HDF5 file can only be loaded where they are; others wait for theirs.
        restored(call, "load_weights", "load_weights", Saved((), certain=False), filepath)
        return None
    weights = call.getattr(self, "weights", None)
    known = isinstance(weights, ListValue) and weights.rest is None
    held = saved(call, by_name_of(weights.items) if known else Unknown("the weights of a model"))
    restored(call, "load_weights", "load_weights", held, filepath, options=("by_name",) if by_name is True else ())
    return None


@network.method(raw=True)
def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: Network.summary prints, where there is something to print."""
    if args[0].attrs.get("built") is False:
        call.raise_(
            "ValueError",
            "This model has not yet been built. Build the model first by calling `build()` or "
            "calling `fit()` with some data, or specify an `input_shape` argument in the first "
            "layer(s) for automatic build.",
            "layer",
        )


@network.method(raw=True)
def to_json(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("a model's configuration is not kept")


NETWORK.attrs["to_yaml"] = NativeFunction("to_yaml", to_json, f"{NETWORK.canonical}.to_yaml", raw=True)


@network.method(name="compute_mask")
def network_mask(call: Call, self: InstanceValue, inputs: AnyValue, mask: AnyValue) -> Any:
    return None


@network.method(name="compute_output_shape")
def network_shape(call: Call, self: InstanceValue, input_shape: AnyValue) -> Any:
    """TF: Network.compute_output_shape, layer by layer."""
    if not is_graph(self):
        call.raise_("NotImplementedError", "")
    known: dict[int, Any] = {}
    shapes = [input_shape] if len(own(self, "inputs")) == 1 else items_of(input_shape)
    for x, shape in zip(own(self, "inputs"), shapes, strict=False):
        known[id(x)] = TensorShape(dims_of(shape))
    for node in self.attrs.get("<nodes>", ()):
        tensors = flatten(node.attrs["input_tensors"])
        if not node.attrs["inbound_layers"] or not all(id(x) in known for x in tensors):
            continue
        given = mapped(lambda x: known[id(x)], node.attrs["input_tensors"])
        made = call.method(node.attrs["outbound_layer"], "compute_output_shape", given)
        for x, shape in zip(
            flatten(node.attrs["output_tensors"]),
            [made] if isinstance(made, TensorShape) else items_of(made),
            strict=False,
        ):
            known[id(x)] = shape
    return mapped(lambda x: known.get(id(x), TensorShape(dims_of(x))), self.attrs.get("_nested_outputs"))


@model.property
def metrics(call: Call, self: InstanceValue) -> Any:
    """TF: Model.metrics. Those that `compile` makes are not kept one by one."""
    made = call.unknown("the metrics of a compiled model") if self.attrs.get("_is_compiled") is True else None
    return together(self.attrs.get("_metrics"), gather(call, self, "metrics"), made)


@model.method(name="_set_inputs", raw=True)
def set_inputs(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: Model._set_inputs."""
    self, inputs = args[0], args[1]
    outputs = args[2] if len(args) > 2 else kwargs.get("outputs")
    if outputs is None:
        outputs = call.invoke(self, inputs)
    self.set("inputs", ListValue(flatten(inputs)))
    self.set("outputs", ListValue(flatten(outputs)))
    self.set("built", True)
    count = len(flatten(outputs))
    self.set("output_names", ListValue([f"output_{i + 1}" for i in range(count)]))
    self.set("input_names", ListValue([f"input_{i + 1}" for i in range(len(flatten(inputs)))]))


for _made in (network, model):
    for _attribute in ("input", "output"):

        def _whole(call: Call, self: InstanceValue, which: str = _attribute) -> Any:
            held = own(self, which + "s")
            if not held and MAY_BE_BUILT in self.attrs:
                return call.unknown(f"the {which} of a model whose first layer is not known")
            if not held:
                call.raise_(
                    "AttributeError",
                    f"Layer {self.attrs.get('_name')} is not connected, no input to return."
                    if which == "input"
                    else f"Layer {self.attrs.get('_name')} has no inbound nodes.",
                    "layer",
                )
            return held[0] if len(held) == 1 else ListValue(held)

        _made.cls.attrs[_attribute] = PropertyValue(
            NativeFunction(_attribute, (lambda f: lambda call, args, kwargs: f(call, args[0]))(_whole), "", raw=True)
        )
