"""tf.contrib.opt: the optimizers that stand on those of tf.train, and what wraps them."""

from __future__ import annotations

from typing import Any

from scopelint.apis import tables
from scopelint.apis.registry import Namespace, find
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.helpers import ask
from scopelint.apis.tf.framework.op_inputs import op_name
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.apis.tf.ops.gradients import gradients_of
from scopelint.apis.tf.ops.variable_options import asked_getter
from scopelint.apis.tf.train.optimizer import is_callable, optimizer, pairs_of, remember, to_tensor, trainable_variables
from scopelint.apis.tf.train.optimizers import (
    ADAM_HYPERS,
    adagrad,
    adam,
    applies,
    delegates,
    init_base,
    keeps_zeros,
    momentum,
    powers,
    prepares,
    subclass,
    zeros,
)
from scopelint.apis.tf.train.slots import initialized_value, make_slot_from_tensor, make_variable
from scopelint.graph import initial, store
from scopelint.graph.events import SessionRun
from scopelint.values.base import Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import BoundMethod, ClassValue, InstanceValue
from scopelint.values.tensors import DTYPES, Variable, num_elements

api = Namespace("tf.contrib.opt")


def init_of(builder: Any) -> Any:
    return builder.cls.attrs["__init__"]


# Adam's kin

ada_max = subclass("AdaMaxOptimizer", (adam.cls,), api)


@ada_max.method(name="__init__")
def _ada_max(
    call: Any, self: Any, learning_rate: Any, beta1: Any, beta2: Any, epsilon: Any, use_locking: Any, name: Any
) -> None:
    call.invoke(init_of(adam), self, learning_rate, beta1, beta2, epsilon, use_locking, name)


@ada_max.method(name="_create_slots")
def _ada_max_slots(call: Any, self: Any, var_list: Any) -> None:
    powers(call, self, var_list, "beta1_power")
    for v in var_list.items:
        zeros(call, self, v, "m")
        zeros(call, self, v, "v")


applies(ada_max, "AdaMax")
lazy_adam = subclass("LazyAdamOptimizer", (adam.cls,), api)
nadam = subclass("NadamOptimizer", (adam.cls,), api)

adam_gs = subclass("AdamGSOptimizer", None, api)


@adam_gs.method(name="__init__")
def _adam_gs(
    call: Any,
    self: Any,
    global_step: Any,
    learning_rate: Any,
    beta1: Any,
    beta2: Any,
    epsilon: Any,
    use_locking: Any,
    name: Any,
) -> None:
    init_base(
        call,
        self,
        use_locking,
        name,
        None,
        lr=learning_rate,
        beta1=beta1,
        beta2=beta2,
        epsilon=epsilon,
        global_step=global_step,
    )


keeps_zeros(adam_gs, "m", "v")
prepares(adam_gs, ADAM_HYPERS)
applies(adam_gs, "Adam")
lazy_adam_gs = subclass("LazyAdamGSOptimizer", (adam_gs.cls,), api)

# signs, LARS, regularised Adagrad

for _name, _op, _label, _numbers in (
    ("AddSignOptimizer", "AddSign", "alpha", ("alpha",)), ("PowerSignOptimizer", "PowerSign", "logbase", ("base",)),
):  # fmt: skip
    _sign = subclass(_name, None, api)

    def _sign_init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any], name: str = _name) -> None:
        given = bind(call, f"tf.contrib.opt.{name}", args[1:], kwargs)[0]
        init_base(
            call,
            args[0],
            given["use_locking"],
            given["name"],
            None,
            lr=given["learning_rate"],
            beta=given["beta"],
            alpha=given.get("alpha", 1.0),
            logbase=1.0,
            sign_decay_fn=given["sign_decay_fn"],
        )

    _sign.method(_sign_init, name="__init__", raw=True)
    keeps_zeros(_sign, "m")
    prepares(
        _sign, (("_lr", "_lr_t", "learning_rate"), ("_beta", "_beta_t", "beta"), (f"_{_label}", f"_{_label}_t", _label))
    )
    applies(_sign, _op)

lars = subclass("LARSOptimizer", None, api)


@lars.method(name="__init__")
def _lars(
    call: Any,
    self: Any,
    learning_rate: Any,
    momentum: Any,
    weight_decay: Any,
    eeta: Any,
    epsilon: Any,
    name: Any,
    skip_list: Any,
    use_nesterov: Any,
) -> None:
    for value, what in ((momentum, "momentum"), (weight_decay, "weight_decay")):
        if isinstance(value, (int, float)) and value < 0.0:
            call.raise_("ValueError", f"{what} should be positive: {value}", kind="argument")
    init_base(
        call,
        self,
        False,
        name,
        None,
        learning_rate=learning_rate,
        momentum=momentum,
        weight_decay=weight_decay,
        eeta=eeta,
        epsilon=epsilon,
        skip_list=skip_list,
        use_nesterov=use_nesterov,
    )


keeps_zeros(lars, "momentum")
prepares(
    lars, (("_learning_rate", "_learning_rate_tensor", "learning_rate"), ("_momentum", "_momentum_tensor", "momentum"))
)
applies(lars, "Momentum")

reg_adagrad = subclass("RegAdagradOptimizer", (adagrad.cls,), api)


@reg_adagrad.method(name="__init__")
def _reg_adagrad(
    call: Any, self: Any, learning_rate: Any, initial_accumulator_value: Any, use_locking: Any, name: Any
) -> None:
    call.invoke(init_of(adagrad), self, learning_rate, initial_accumulator_value, use_locking, name)


# Shampoo

shampoo = subclass("ShampooOptimizer", None, api)


@shampoo.method(name="__init__")
def _shampoo(
    call: Any,
    self: Any,
    global_step: Any,
    max_matrix_size: Any,
    gbar_decay: Any,
    learning_rate: Any,
    svd_interval: Any,
    use_locking: Any,
    name: Any,
) -> None:
    if isinstance(global_step, int):
        make(call, "Const", "Cast/x")
    else:
        make(call, "Cast", "Cast")
    init_base(
        call,
        self,
        use_locking,
        name,
        None,
        global_step=global_step,
        max_matrix_size=max_matrix_size,
        learning_rate=learning_rate,
        svd_interval=svd_interval,
        gbar_decay=gbar_decay,
    )


@shampoo.method(name="_create_slots")
def _shampoo_slots(call: Any, self: Any, var_list: Any) -> None:
    own = graph_name(call.getattr(self, "_name"), "")
    largest, interval = call.getattr(self, "_max_matrix_size"), call.getattr(self, "_svd_interval")
    for v in var_list.items:
        zeros(call, self, v, "gbar")
        shape = shape_of(v)
        if not isinstance(shape, tuple):
            continue
        for i, d in enumerate(shape):
            make(call, "Const", "Const", (), DTYPES["int32"])
            square = (d, d) if not isinstance(d, int) or not isinstance(largest, int) or d <= largest else (d,)
            if len(square) == 2:
                with call.graph.name_scope("eye"):
                    pass
                start = make(call, "Const", "zeros_like", square)
                if isinstance(interval, int) and interval > 1:
                    eye = make(call, "MatrixDiag", "eye/diag", square)
                    remember(call, self, v, f"H_{i}", lambda v=v, t=eye: make_slot_from_tensor(call, v, t, own))
            else:
                start = make(call, "Fill", "zeros", square)
            remember(call, self, v, f"Gbar_{i}", lambda v=v, t=start: make_slot_from_tensor(call, v, t, own))


applies(shampoo, "Shampoo")

# decoupled weight decay: a mixin that comes before an optimizer among the bases

decay = api.type("DecoupledWeightDecayExtension")


def next_method(call: Any, self: InstanceValue, name: str, /, *args: Any, **kwargs: Any) -> Any:
    """`super(DecoupledWeightDecayExtension, self).name(...)`."""
    mro = self.cls.mro
    for cls in mro[mro.index(decay.cls) + 1 :]:
        if name in cls.attrs:
            return call.invoke(BoundMethod(cls.attrs[name], self), *args, **kwargs)
    return None


@decay.method(name="__init__", raw=True)
def _decay(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self, rest = args[0], args[1:]
    given = dict(kwargs)
    weight_decay = rest[0] if rest else given.pop("weight_decay", None)
    self.set("_decay_var_list", None)
    self.set("_weight_decay", weight_decay)
    self.set("_weight_decay_tensor", None)
    next_method(call, self, "__init__", *rest[1:], **given)


def without_decay_list(method: str) -> Any:
    def forward(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = dict(kwargs)
        listed = given.pop("decay_var_list", None)
        args[0].set("_decay_var_list", listed)
        return next_method(call, args[0], method, *args[1:], **given)

    return forward


decay.method(without_decay_list("minimize"), name="minimize", raw=True)
decay.method(without_decay_list("apply_gradients"), name="apply_gradients", raw=True)


@decay.method(name="_prepare")
def _decay_prepare(call: Any, self: Any) -> None:
    value = call.getattr(self, "_weight_decay")
    value = call.invoke(value) if is_callable(value) else value
    self.set("_weight_decay_tensor", to_tensor(call, value, "weight_decay"))
    next_method(call, self, "_prepare")


def _decayed(method: str) -> Any:
    def forward(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        make(call, "Mul", "mul", inner=(("x", "Const"),))
        make_op(call, "AssignSub")
        return next_method(call, args[0], method, *args[1:], **kwargs)

    return forward


for _name in ("_apply_dense", "_resource_apply_dense", "_apply_sparse", "_resource_apply_sparse"):
    decay.method(_decayed(_name), name=_name, raw=True)

for _name, _base, _default in (
    ("AdamWOptimizer", adam, "AdamW"),
    ("MomentumWOptimizer", momentum, "MomentumW"),
    ("ShampooWOptimizer", shampoo, "ShampooW"),
):
    _canonical = (
        ""
        if _name != "ShampooWOptimizer"
        else ("tensorflow.contrib.opt.python.training.weight_decay_optimizers.ShampooWOptimizer")
    )
    _decaying = subclass(_name, (decay.cls, _base.cls), api, _canonical)

    def _decaying_init(
        call: Any,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        name: str = _name,
        default: str = _default,
        cls: ClassValue = _base.cls,
    ) -> None:
        given = dict(kwargs)
        rest = args[1:]
        weight_decay = rest[0] if rest else given.pop("weight_decay", None)
        given.setdefault("name", default)

        plain = [p.name for p in tables.signature(cls.canonical) or ()]
        for key, value in zip(plain, rest[1:], strict=False):
            given[key] = value
        init_decay = decay.cls.attrs["__init__"]
        call.invoke(init_decay, args[0], weight_decay, **given)

    _decaying.method(_decaying_init, name="__init__", raw=True)


@api.function
def extend_with_decoupled_weight_decay(call: Any, base_optimizer: Any) -> Any:
    """TF: extend_with_decoupled_weight_decay. A class made for the occasion."""
    if not isinstance(base_optimizer, ClassValue):
        return call.unknown("an optimizer class that is not known")
    bases = (decay.cls, base_optimizer)
    return ClassValue("OptimizerWithDecoupledWeightDecay", bases, {"__module__": "tf.contrib.opt"})


# wrappers

averaging = subclass("MovingAverageOptimizer", None, api)


@averaging.method(name="__init__")
def _averaging(call: Any, self: Any, opt: Any, average_decay: Any, num_updates: Any, sequential_update: Any) -> None:
    self.set("_optimizer", opt)
    self.set("_ema", call.new("tf.train.ExponentialMovingAverage", average_decay, num_updates=num_updates))
    self.set("_swapped_variable_name_map", None)


# TF: its own constructor leaves the base's out, so what the base keeps is not there.
delegates(averaging, "_optimizer", "compute_gradients")


@averaging.method(name="apply_gradients")
def _averaging_apply(call: Any, self: Any, grads_and_vars: Any, global_step: Any, name: Any) -> Any:
    call.method(self.attrs["_optimizer"], "apply_gradients", grads_and_vars, global_step=global_step, name=name)
    # An iterator has been used up by now.
    pairs, rest = pairs_of(call, grads_and_vars)
    trained = [v for g, v in pairs if g is not None]
    call.method(self.attrs["_ema"], "apply", ListValue(trained, rest))
    self.set("_swapped_variable_name_map", DictValue())
    return make_op(call, "NoOp", "train_with_avg")


@averaging.method
def swapping_saver(call: Any, self: Any, var_list: Any, name: Any) -> Any:
    if self.attrs.get("_swapped_variable_name_map") is None:
        call.raise_(
            "RuntimeError", "Must call apply_gradients or minimize before creating the swapping_saver", kind="argument"
        )
    return ask(call, "tf.train.Saver", name=name)


clipping = subclass("VariableClippingOptimizer", None, api)


@clipping.method(name="__init__")
def _clipping(
    call: Any, self: Any, opt: Any, vars_to_clip_dims: Any, max_norm: Any, use_locking: Any, name: Any
) -> None:
    init_base(call, self, use_locking, name, None, opt=opt, vars_to_clip_dims=vars_to_clip_dims, max_norm=max_norm)


delegates(clipping, "_opt", "compute_gradients", "get_slot", "get_slot_names")


@clipping.method(name="apply_gradients")
def _clipping_apply(call: Any, self: Any, grads_and_vars: Any, global_step: Any, name: Any) -> Any:
    pairs, _ = pairs_of(call, grads_and_vars)
    own = graph_name(name if name is not None else self.attrs["_name"], "")
    with call.graph.name_scope(own) as scope:
        call.method(self.attrs["_opt"], "apply_gradients", grads_and_vars, global_step=global_step)
        dims = self.attrs["_vars_to_clip_dims"]
        for gradient, variable in pairs:
            if gradient is not None and isinstance(dims, DictValue) and variable in dims.items:
                with call.graph.name_scope("clip_" + op_name(variable)):
                    make(call, "AssignSub")
        return make_op(call, "NoOp", scope)


dropping = subclass("DropStaleGradientOptimizer", None, api)


@dropping.method(name="__init__")
def _dropping(call: Any, self: Any, opt: Any, staleness: Any, use_locking: Any, name: Any) -> None:
    init_base(call, self, use_locking, name, None, opt=opt, staleness=staleness)


delegates(dropping, "_opt", "get_slot", "get_slot_names")


@dropping.method(name="compute_gradients", raw=True)
def _dropping_compute(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, loss = args[0], args[1] if len(args) > 1 else kwargs.pop("loss")
    self.set("_local_step", make(call, "AddV2", "add", (), DTYPES["int64"], inner=(("y", "Const"),)))
    loss = ask(call, "tf.identity", loss)
    return call.method(self.attrs["_opt"], "compute_gradients", loss, *args[2:], **kwargs)


@dropping.method(name="apply_gradients")
def _dropping_apply(call: Any, self: Any, grads_and_vars: Any, global_step: Any, name: Any) -> Any:
    store.get_variable(call.state, "stale_counter", shape=(), initializer=initial.ZEROS, trainable=False, by="slot")
    make(call, "Sub", "sub", (), DTYPES["int64"])
    make(call, "Reshape", "Reshape", (), DTYPES["int64"], inner=(("shape", "Const"),))
    make(call, "LessEqual", "LessEqual", inner=(("y", "Const"),))
    with call.graph.name_scope("cond"):
        call.method(self.attrs["_opt"], "apply_gradients", grads_and_vars, global_step=global_step, name=name)
    done = make(call, "AssignAdd")
    make(call, "RealDiv", "truediv")
    ask(call, "tf.summary.scalar", "Gradient staleness percentage", done)
    return done


multitask = api.type("MultitaskOptimizerWrapper")


@multitask.method(name="__init__")
def _multitask(call: Any, self: Any, opt: Any) -> None:
    if isinstance(opt, InstanceValue) and not opt.cls.derives_from(optimizer.cls):
        call.raise_("TypeError", "Supplied optimizer must be an instance of tf.train.Optimizer", kind="argument")
    self.set("_opt", opt)


@multitask.method(name="__getattr__")
def _multitask_getattr(call: Any, self: Any, name: Any) -> Any:
    return call.getattr(self.attrs["_opt"], name)


@api.function
def clip_gradients_by_global_norm(call: Any, gradients_variables: Any, clip_norm: Any) -> Any:
    pairs, rest = pairs_of(call, gradients_variables)
    found = [(gradient, variable) for gradient, variable in pairs]
    clipped = ask(call, "tf.clip_by_global_norm", ListValue([g for g, _ in found]), clip_norm)
    members = call.members(clipped) if not isinstance(clipped, Unknown) else clipped
    if isinstance(members, Unknown):
        return ListValue(found, rest), call.unknown("a norm")
    gradients = call.members(members[0])
    if isinstance(gradients, Unknown):
        return ListValue(found, rest), members[1]
    return ListValue([(g, v) for g, (_, v) in zip(gradients, found, strict=False)], rest), members[1]


# averaging over workers: custom getters that make a second variable beside each

GLOBAL_CENTER = "global_center_variable"


def center_getter(name: str, maps: tuple[str, ...], centers: tuple[tuple[str, str], ...]) -> None:
    """TF: ElasticAverageCustomGetter and AGNCustomGetter. `centers`: prefix and collection of what is made besides."""
    made = api.type(name)

    def init(call: Any, self: Any, worker_device: Any) -> None:
        self.set("_worker_device", worker_device)
        for attribute in maps:
            self.set(attribute, DictValue())

    def invoke(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self = args[0]
        getter, full, given = asked_getter(args[1:], kwargs)
        trainable = given.pop("trainable", True)
        collections = given.pop("collections", None)
        if not trainable:
            return call.invoke(getter, full, trainable=trainable, collections=collections, **given)
        local = call.invoke(getter, full, trainable=True, collections=ListValue(["local_variables"]), **given)
        if given.get("reuse") is True:
            return local
        for attribute, (prefix, collection) in zip(maps, centers, strict=True):
            center = call.invoke(
                getter, f"{prefix}/{graph_name(full)}", trainable=False, collections=ListValue([collection]), **given
            )
            held = self.attrs[attribute]
            held.touch()
            held.items[local] = center
        return local

    made.method(init, name="__init__")
    made.method(invoke, name="__call__", raw=True)


center_getter(
    "ElasticAverageCustomGetter",
    ("_global_map", "_local_map"),
    ((GLOBAL_CENTER, "variables"), ("local_center_variable", "local_variables")),
)
center_getter(
    "AGNCustomGetter",
    ("_global_map", "_grad_map"),
    ((GLOBAL_CENTER, "variables"), ("grad_variable", "local_variables")),
)

model_getter = api.type("ModelAverageCustomGetter")


@model_getter.method(name="__init__")
def _model_getter(call: Any, self: Any, worker_device: Any) -> None:
    self.set("_worker_device", worker_device)
    self.set("_local_2_global", DictValue())


@model_getter.method(name="__call__", raw=True)
def _model_get(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    getter, full, given = asked_getter(args[1:], kwargs)
    trainable = given.pop("trainable", True)
    collections = given.pop("collections", None)
    if not trainable:
        return call.invoke(getter, full, trainable=trainable, collections=collections, **given)
    local = call.invoke(getter, full, trainable=True, collections=ListValue(["local_variables"]), **given)

    start = initialized_value(call, local) if isinstance(local, Variable) else local
    center = make_variable(call, start, f"{GLOBAL_CENTER}/{graph_name(full)}", by="Variable")
    held = self.attrs["_local_2_global"]
    held.touch()
    held.items[local] = center
    return local


def worker_average(name: str, getter: str, kept: tuple[str, ...]) -> None:
    """TF: ModelAverageOptimizer and its kin: a local step, made when the object is."""
    made = subclass(name, None, api)
    canonical = f"tf.contrib.opt.{name}"

    def init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = bind(call, canonical, args[1:], kwargs)[0]
        self = args[0]
        opt = given.get("opt", given.get("optimizer"))
        init_base(call, self, given["use_locking"], given["name"], None, opt=opt)
        for attribute in kept:
            self.set(attribute, call.getattr(given[getter], attribute))
        step = store.get_variable(
            call.state,
            "local_step",
            initializer=initial.of_value((), DTYPES["int32"], 0),
            trainable=False,
            collections=["local_variables"],
            by="get_variable",
        )
        self.set("_local_step", step)
        call.method(opt, "_prepare")

    def apply(call: Any, self: Any, grads_and_vars: Any, global_step: Any, name: Any) -> Any:
        call.method(self.attrs["_opt"], "apply_gradients", grads_and_vars)
        make(call, "AssignAdd", "local_step_update", (), DTYPES["int32"])
        make(call, "FloorMod", "FloorMod", (), DTYPES["int32"])
        make(call, "Equal", "Equal", (), DTYPES["bool"])
        with call.graph.name_scope("cond"):
            return make(call, "Merge", "Merge").op

    def session_hook(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call.unknown("a session hook")

    made.method(init, name="__init__", raw=True)
    made.method(apply, name="apply_gradients")
    made.method(session_hook, name="make_session_run_hook", raw=True)
    delegates(made, "_opt", "compute_gradients")


worker_average("ModelAverageOptimizer", "ma_custom_getter", ("_local_2_global",))
worker_average("ElasticAverageOptimizer", "ea_custom_getter", ("_global_map", "_local_map"))
worker_average("AGNOptimizer", "custom_getter", ("_global_map", "_grad_map"))

# second versions that keep the names of the first

second = Namespace("tf.contrib.optimizer_v2")
for _name in (
    "GradientDescentOptimizer",
    "MomentumOptimizer",
    "AdamOptimizer",
    "AdagradOptimizer",
    "AdadeltaOptimizer",
    "RMSPropOptimizer",
):
    subclass(_name, (find(f"tf.train.{_name}"),), second)

ggt = subclass("GGTOptimizer", None, api)


@ggt.method(name="__init__")
def _ggt(call: Any, self: Any, learning_rate: Any, beta1: Any, use_locking: Any, name: Any, window: Any) -> None:
    init_base(call, self, use_locking, name, None, lr=learning_rate, beta1=beta1, window=window)


@ggt.method(name="_create_slots")
def _ggt_variables(call: Any, self: Any, var_list: Any) -> None:
    """TF: GGTOptimizer._create_vars. All variables together have one buffer."""
    total: Any = 0
    for v in var_list.items:
        size = num_elements(shape_of(v))
        total = total + (Unknown("size of a variable", "size") if size is None else size)
    dtype = dtype_of(var_list.items[0])
    for name, dims in (
        ("global_step", ()),
        ("grad_buffer", (self.attrs["_window"], total)),
        ("moment1", (total,)),
        ("flat_grad", (total,)),
    ):
        start = make(call, "Const" if not dims else "Fill", "zeros" if dims else "Const", dims, dtype)
        make_variable(call, start, name, dtype=dtype)


@ggt.method(name="_prepare")
def _ggt_prepare(call: Any, self: Any) -> None:
    return None


applies(ggt, "GGT")

# what runs outside of the graph

external = api.type("ExternalOptimizerInterface")


@external.method(name="__init__", raw=True)
def _external(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: ExternalOptimizerInterface.__init__. Placeholders for the updates, and gradients."""

    given = bind(call, "tf.contrib.opt.ExternalOptimizerInterface", args[1:], kwargs)[0]
    listed = given.get("var_list")
    variables = trainable_variables(call) if listed is None else call.members(listed)
    if isinstance(variables, Unknown):
        return
    gradients_of(call, given.get("loss"), variables)
    for _ in variables:
        make(call, "Placeholder", "Placeholder", Unknown("update"))
    for variable in variables:
        if isinstance(variable, Variable):
            make(call, "Assign", None, shape_of(variable), dtype_of(variable))


@external.method(raw=True)
def minimize(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    call.state.emit(SessionRun, what="minimize")


scipy = api.type("ScipyOptimizerInterface", bases=(external.cls,))
