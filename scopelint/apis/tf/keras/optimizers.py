"""tf.keras.optimizers: their hyper-parameters are variables too, and all stand below the optimizer's name."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace, TypeBuilder
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.framework.conversion import graph_dtype, graph_name, graph_shape
from scopelint.apis.tf.framework.helpers import ask
from scopelint.apis.tf.framework.op_inputs import op_name
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.apis.tf.framework.replicas import outside
from scopelint.apis.tf.framework.structures import flatten
from scopelint.apis.tf.keras.optimizers_unnamed import are_unnamed, make_numbers, updates
from scopelint.apis.tf.ops.gradients import gradients_of
from scopelint.apis.tf.ops.slot_creator import initializer_of, primary_of
from scopelint.apis.tf.train.optimizer import is_callable, pairs_of, var_key
from scopelint.graph import initial, store
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue, OwnDict
from scopelint.values.objects import MISSING, InstanceValue
from scopelint.values.seen import is_unseen
from scopelint.values.tensors import FLOAT32, INT64, Tensor, Variable

api = Namespace("tf.keras.optimizers")
private = Namespace("tensorflow.python.keras.optimizers")

optimizer = api.type("Optimizer")


def set_up(call: Call, self: InstanceValue, name: AnyValue, kwargs: dict[str, Any]) -> None:
    """TF: OptimizerV2.__init__."""
    for key, value in kwargs.items():
        if key not in ("clipnorm", "clipvalue", "lr", "decay", "schedule_decay"):
            call.raise_("TypeError", f"Unexpected keyword argument passed to optimizer: {key}", kind="argument")
        if isinstance(value, (int, float)) and value < 0:
            call.raise_("ValueError", f"Expected {key} >= 0, received: {value}", kind="argument")
    for key, value in (
        ("_use_locking", True), ("_name", name), ("_hyper", DictValue()), ("_slots", OwnDict()),
        ("_slot_names", ListValue()), ("_weights", ListValue()), ("_iterations", None), ("_hypers_created", False),
        ("_initial_decay", kwargs.get("decay", 0.0)),
    ):  # fmt: skip
        self.set(key, value)
    for key in ("clipnorm", "clipvalue"):
        if key in kwargs:
            self.set(key, kwargs[key])


@optimizer.method(name="__init__", raw=True)
def _init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    given = dict(kwargs)
    name = args[1] if len(args) > 1 else given.pop("name", None)
    set_up(call, args[0], name, given)


def put(call: Call, self: InstanceValue, name: str, value: AnyValue) -> None:
    held = self.attrs["_hyper"]
    held.touch()
    held.items[name] = value


@optimizer.method
def _set_hyper(call: Call, self: InstanceValue, name: Any, value: Any) -> None:
    put(call, self, name, value)


@optimizer.method
def _get_hyper(call: Call, self: InstanceValue, name: AnyValue, dtype: AnyValue) -> Any:
    if not self.attrs.get("_hypers_created"):
        create_hypers(call, self)
    value = self.attrs["_hyper"].items.get(name)
    if is_callable(value):
        value = call.invoke(value)
    return ask(call, "tf.cast", value, dtype) if dtype is not None else value


@optimizer.method(name="__getattr__")
def _getattr(call: Call, self: Any, name: Any) -> Any:
    held = self.attrs.get("_hyper")
    name = "learning_rate" if name == "lr" else name
    if isinstance(held, DictValue) and name in held.items:
        if not self.attrs.get("_hypers_created"):
            create_hypers(call, self)
        return held.items[name]
    return call.raise_("AttributeError", f"'{self.cls.name}' object has no attribute '{name}'")


@optimizer.method
def add_weight(
    call: Call,
    self: InstanceValue,
    name: AnyValue,
    shape: AnyValue,
    dtype: AnyValue,
    initializer: AnyValue,
    trainable: AnyValue,
) -> Any:
    """TF: OptimizerV2.add_weight. A resource variable, named by the name scope."""

    kind = FLOAT32 if dtype is None else graph_dtype(call, dtype)
    dims = graph_shape(call, shape)
    made = store.variable(
        call.state,
        started(call, initializer, dims, kind),
        trainable=bool(trainable),
        name=graph_name(name, ""),
        dtype=kind,
        use_resource=True,
        by="slot",
    )
    return made


def started(call: Call, initializer: Any, dims: AnyValue, kind: Any) -> initial.Initializer:
    """An initializer, called with the shape that it is for; its operations stand below `Initializer`."""
    if isinstance(initializer, (int, float)):
        return initial.of_value((), kind, initializer)
    if isinstance(initializer, str) and initializer in ("zeros", "ones", "Const"):
        steps = (("Const", "Const"),) if initializer == "Const" else initial.fill_ops(initializer, dims)
        name, type = steps[-1]

        def fill(shape: AnyValue, dtype: AnyValue, info: AnyValue) -> Any:
            below = tuple((relative.removeprefix(f"{name}/"), each) for relative, each in steps[:-1])
            return make(call, type, name, dims, kind, inner=below)

        return initial.of_function(fill, takes_shape=False, label=initializer)
    if isinstance(initializer, str):
        initializer = call.new("tf.keras.initializers.get", initializer)

    if not is_callable(initializer) and not (
        isinstance(initializer, InstanceValue) and initializer.cls.find("__call__")
    ):
        return initializer_of(call, initializer)

    def run(shape: AnyValue, dtype: AnyValue, info: AnyValue) -> Any:
        found = call.invoke(initializer, shape=ListValue(dims) if isinstance(dims, tuple) else dims, dtype=kind)
        return found if isinstance(found, Tensor) else make(call, "Const", "Const", dims, kind)

    return initial.of_function(run, takes_shape=False)


@optimizer.property
def iterations(call: Call, self: InstanceValue) -> Any:
    if self.attrs.get("_iterations") is None:
        made = add_weight(call, self, "iter", ListValue(), INT64, "zeros", False)
        self.set("_iterations", made)
        keep_weight(self, made)
    return self.attrs["_iterations"]


def keep_weight(self: InstanceValue, made: AnyValue) -> None:
    weights = self.attrs["_weights"]
    weights.touch()
    weights.items.append(made)


def create_hypers(call: Call, self: InstanceValue) -> None:
    """TF: OptimizerV2._create_hypers. In the order of their names."""
    if self.attrs.get("_hypers_created"):
        return
    held = self.attrs["_hyper"]
    for name in sorted(held.items):
        value = held.items[name]
        if (
            isinstance(value, (Tensor, Variable))
            or (isinstance(value, InstanceValue) and value.cls.find("__call__") is not MISSING)
            or is_callable(value)
        ):
            continue
        made = add_weight(call, self, name, ListValue(), None, value, False)
        put(call, self, name, made)
    self.set("_hypers_created", True)


@optimizer.method
def _create_hypers(call: Call, self: InstanceValue) -> None:
    create_hypers(call, self)


@optimizer.method
def add_slot(call: Call, self: InstanceValue, var: AnyValue, slot_name: AnyValue, initializer: AnyValue) -> Any:
    """TF: OptimizerV2.add_slot. A plain variable, called after the other one's full name."""
    names = self.attrs["_slot_names"]
    if slot_name not in names.items:
        names.touch()
        names.items.append(slot_name)
    slots = self.attrs["_slots"]
    key = var_key(var)
    own = slots.items.get(key)
    if own is None:
        own = OwnDict()
        slots.touch()
        slots.items[key] = own
    if slot_name not in own.items:
        primary = primary_of(call, var)
        _refuse_ref(call, primary, op_name(primary), initializer)
        made = store.variable(
            call.state,
            started(call, initializer, primary.shape, dtype_of(primary)),
            trainable=False,
            name=f"{op_name(primary)}/{graph_name(slot_name)}",
            dtype=dtype_of(primary),
            use_resource=True,
            by="slot",
        )
        own.touch()
        own.items[slot_name] = made
        keep_weight(self, made)
    return own.items[slot_name]


def _refuse_ref(call: Call, primary: Any, name: str, initializer: AnyValue) -> None:
    """The start value of a slot is asked for in the variable's dtype, which no tensor has where it is a reference."""
    if isinstance(primary, Variable) and primary.is_resource is False and isinstance(initializer, str):
        dtype = primary.dtype
        call.raise_(
            "ValueError",
            f"Tensor conversion requested dtype {dtype}_ref for Tensor with dtype {dtype}: the start of a slot of "
            f"{name}",
            "argument",
        )


@optimizer.method
def get_slot(call: Call, self: InstanceValue, var: AnyValue, slot_name: AnyValue) -> Any:
    own = self.attrs["_slots"].items.get(var_key(var))
    return own.items.get(slot_name) if isinstance(own, DictValue) else call.unknown("a slot that is not known")


@optimizer.method
def get_slot_names(call: Call, self: InstanceValue) -> Any:
    return self.attrs["_slot_names"]


@optimizer.method
def variables(call: Call, self: InstanceValue) -> Any:
    return self.attrs["_weights"]


@optimizer.property
def weights(call: Call, self: InstanceValue) -> Any:
    return self.attrs["_weights"]


@optimizer.method
def minimize(
    call: Call, self: InstanceValue, loss: AnyValue, var_list: AnyValue, grad_loss: AnyValue, name: AnyValue
) -> Any:
    """TF: OptimizerV2.minimize. The loss has to be a function here, whatever is executed."""
    if isinstance(loss, (Tensor, Variable)):
        call.raise_(
            "TypeError",
            f"'{'Tensor' if isinstance(loss, Tensor) else 'RefVariable'}' object is not callable",
            kind="argument",
        )
    value = call.invoke(loss)
    listed = call.invoke(var_list) if is_callable(var_list) else var_list
    variables = flatten(listed)
    with call.graph.name_scope(f"{graph_name(self.attrs['_name'])}/gradients"):
        found = gradients_of(call, value, variables, None, grad_loss)
    pairs = ListValue(list(zip(found, variables, strict=True)))
    return call.method(self, "apply_gradients", pairs, name=name)


@optimizer.method
def get_gradients(call: Call, self: InstanceValue, loss: AnyValue, params: AnyValue) -> Any:
    variables = flatten(params)
    with call.graph.name_scope(f"{graph_name(self.attrs['_name'])}/gradients"):
        return ListValue(gradients_of(call, loss, variables))


@optimizer.method
def get_updates(call: Call, self: InstanceValue, loss: AnyValue, params: AnyValue) -> Any:
    if are_unnamed(call):
        return updates(call, self, loss, params)
    variables = flatten(params)
    found = call.method(self, "get_gradients", loss, params)
    gradients = call.members(found)
    if isinstance(gradients, Unknown):
        return ListValue((), gradients)
    pairs = ListValue(list(zip(gradients, variables, strict=False)))
    return ListValue([call.method(self, "apply_gradients", pairs)])


@optimizer.method
def apply_gradients(call: Call, self: InstanceValue, grads_and_vars: AnyValue, name: AnyValue) -> Any:
    """TF: OptimizerV2.apply_gradients."""
    pairs, rest = pairs_of(call, grads_and_vars)
    trained = [(g, v) for g, v in pairs if g is not None]
    if pairs and not trained and rest is None:
        listed = [f"{op_name(v)}:0" for _, v in pairs]
        call.raise_("ValueError", f"No gradients provided for any variable: {listed}.", kind="argument")
    if rest is not None and not is_unseen(rest):
        call.cannot_know("which variables are trained is not known", may_make=True)
    own = graph_name(self.attrs["_name"], "")
    with call.graph.name_scope(own):
        call.getattr(self, "iterations")
        call.method(self, "_create_hypers")
        call.method(self, "_create_slots", ListValue([v for _, v in trained]))
        call.method(self, "_prepare", ListValue([v for _, v in trained]))
        with call.graph.name_scope(graph_name(name, "") if name else own):
            for gradient, variable in trained:
                with call.graph.name_scope("update_" + op_name(variable)):
                    if self.cls.canonical and isinstance(variable, Variable) and variable.is_resource is False:
                        call.raise_("AttributeError", "'RefVariable' object has no attribute 'handle'", kind="argument")
                    call.method(self, "_resource_apply_dense", gradient, variable)
            make(call, "Const", "Const", (), INT64)
            return make_op(call, "AssignAddVariableOp")


@optimizer.method(raw=True)
def _resource_apply_dense(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return make_op(call, "ResourceApply" + graph_name(args[0].attrs.get("_name", ""), "Gradient"))


@optimizer.method(raw=True)
def _create_slots(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


@optimizer.method(raw=True)
def _prepare(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return DictValue()


@optimizer.method
def _decayed_lr(call: Call, self: InstanceValue, var_dtype: AnyValue) -> Any:
    return call.unknown("a decayed learning rate")


def _not_known(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("state of an optimizer")


for _name in ("get_config", "get_weights", "set_weights", "_serialize_hyperparameter", "_call_if_callable"):
    optimizer.method(_not_known, name=_name, raw=True)


def declare(name: str, hypers: tuple[str, ...], slots: Any, plain: tuple[str, ...] = ()) -> TypeBuilder:
    """One optimizer: which of its arguments are hyper-parameters, and the slots it keeps: a list of names, each made
    for all variables before the next, or a function."""
    made = api.type(name, bases=(optimizer.cls,))
    canonical = made.cls.canonical

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self = args[0]
        given = bind(call, canonical, args[1:], kwargs)[0]
        if are_unnamed(call):
            make_numbers(call, self)
            self.set("amsgrad", given.get("amsgrad", False))
            return
        rest = {key: value for key, value in kwargs.items() if key not in given}
        set_up(call, self, given["name"], rest)
        put(call, self, "learning_rate", rest.get("lr", given["learning_rate"]))
        put(call, self, "decay", self.attrs["_initial_decay"])
        for hyper in hypers:
            put(call, self, hyper, given[hyper])
        for attribute in plain:
            self.set(attribute, given[attribute])
        if "momentum" in given:
            momentum = given["momentum"]
            if isinstance(momentum, (int, float)) and not 0 <= momentum <= 1:
                call.raise_("ValueError", "`momentum` must be between [0, 1].", kind="argument")
            self.set("_momentum", not isinstance(momentum, (int, float)) or momentum > 0)

    def create(call: Call, self: InstanceValue, var_list: Any) -> None:
        names = slots(self) if callable(slots) else slots
        for slot in names:
            for var in var_list.items:
                call.method(self, "add_slot", var, slot)

    made.method(init, name="__init__", raw=True)
    made.method(create, name="_create_slots")
    return made


def _rms_slots(self: InstanceValue) -> list[str]:
    return [
        "rms",
        *(["momentum"] if self.attrs.get("_momentum") else []),
        *(["mg"] if self.attrs.get("centered") else []),
    ]


declare("SGD", ("momentum",), lambda self: ["momentum"] if self.attrs.get("_momentum") else [], ("nesterov",))
declare(
    "Adam",
    ("beta_1", "beta_2"),
    lambda self: ["m", "v", *(["vhat"] if self.attrs.get("amsgrad") else [])],
    ("epsilon", "amsgrad"),
)
declare("RMSprop", ("rho", "momentum"), _rms_slots, ("epsilon", "centered"))
declare("Adadelta", ("rho",), ("accum_grad", "accum_var"), ("epsilon",))
declare("Adamax", ("beta_1", "beta_2"), ("m", "v"), ("epsilon",))
adagrad = declare("Adagrad", (), (), ("epsilon",))
ftrl = declare("Ftrl", ("learning_rate_power", "l1_regularization_strength", "l2_regularization_strength"), ())
nadam = declare("Nadam", ("beta_1", "beta_2"), (), ("epsilon",))


@adagrad.method(name="_create_slots")
def _adagrad_slots(call: Call, self: InstanceValue, var_list: Any) -> None:
    for var in var_list.items:
        call.method(self, "add_slot", var, "accumulator", "Const")


@ftrl.method(name="_create_slots")
def _ftrl_slots(call: Call, self: InstanceValue, var_list: Any) -> None:
    for var in var_list.items:
        call.method(self, "add_slot", var, "accumulator", "Const")
        call.method(self, "add_slot", var, "linear")


@nadam.method(name="_create_slots")
def _nadam_slots(call: Call, self: InstanceValue, var_list: Any) -> None:
    if self.attrs.get("_m_cache") is None:
        made = add_weight(call, self, "momentum_cache", ListValue(), dtype_of(var_list.items[0]), "ones", False)
        self.set("_m_cache", made)
    for slot in ("m", "v"):
        for var in var_list.items:
            call.method(self, "add_slot", var, slot)


# an optimizer of tf.train in Keras's clothes

wrapped = private.type("TFOptimizer")


@wrapped.method(name="__init__")
def _wrapped(call: Call, self: InstanceValue, optimizer: AnyValue, iterations: AnyValue) -> None:
    self.set("optimizer", optimizer)
    if iterations is None:
        with call.graph.name_scope("TFOptimizer"):
            iterations = store.variable(
                call.state, initial.of_value((), INT64, 0), name="iterations", dtype=INT64, use_resource=True, by="slot"
            )
    self.set("iterations", iterations)


@wrapped.method(name="get_updates")
def _wrapped_updates(call: Call, self: InstanceValue, loss: AnyValue, params: AnyValue) -> Any:
    own = self.attrs["optimizer"]
    # What Keras does in a strategy's scope it does in each replica by itself.
    with outside(call.state):
        grads = call.method(own, "compute_gradients", loss, params)
        done = call.method(own, "apply_gradients", grads, global_step=self.attrs["iterations"])
    return ListValue([done])


@wrapped.method(name="get_grads")
def _wrapped_grads(call: Call, self: InstanceValue, loss: AnyValue, params: AnyValue) -> Any:
    return call.method(self.attrs["optimizer"], "compute_gradients", loss, params)


_BY_NAME = {
    "adadelta": "Adadelta",
    "adagrad": "Adagrad",
    "adam": "Adam",
    "adamax": "Adamax",
    "nadam": "Nadam",
    "rmsprop": "RMSprop",
    "sgd": "SGD",
    "ftrl": "Ftrl",
}


@api.function
def get(call: Call, identifier: Any) -> Any:
    """TF: optimizers.get."""
    if isinstance(identifier, InstanceValue):
        if identifier.cls.derives_from("tf.train.Optimizer"):
            return call.new("tensorflow.python.keras.optimizers.TFOptimizer", identifier)
        return identifier
    if isinstance(identifier, str):
        found = _BY_NAME.get(identifier.lower())
        if found is None:
            call.raise_("ValueError", f"Unknown optimizer: {identifier}", kind="argument")
        return call.new(f"tf.keras.optimizers.{found}")
    if isinstance(identifier, DictValue):
        return deserialized(call, identifier)
    return call.unknown("an optimizer that is not known")


def deserialized(call: Call, config: DictValue) -> Any:
    found = _BY_NAME.get(str(config.items.get("class_name", "")).lower())
    given = config.items.get("config")
    if found is None or not isinstance(given, DictValue):
        return call.unknown("an optimizer that is not known")
    return call.new(f"tf.keras.optimizers.{found}", **{k: v for k, v in given.items.items() if isinstance(k, str)})


@api.function
def deserialize(call: Call, config: AnyValue) -> Any:
    return deserialized(call, config) if isinstance(config, DictValue) else call.unknown("an optimizer")


@api.function
def serialize(call: Call, optimizer: AnyValue) -> Any:
    return call.unknown("the configuration of an optimizer")
