"""Optimizers around another: averages, clipping, dropped gradients, averages over workers."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.helpers import ask
from scopelint.apis.tf.framework.op_inputs import op_name
from scopelint.apis.tf.ops.slot_creator import initialized_value, make_variable
from scopelint.apis.tf.ops.variable_options import asked_getter
from scopelint.apis.tf.train.optimizer import optimizer, pairs_of
from scopelint.apis.tf.train.optimizers import init_base, subclass
from scopelint.apis.tf.train.sync_replicas import delegates
from scopelint.graph import initial, store
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import DTYPES, Variable

api = Namespace("tf.contrib.opt")


averaging = subclass("MovingAverageOptimizer", None, api)


@averaging.method(name="__init__")
def _averaging(
    call: Call,
    self: InstanceValue,
    opt: AnyValue,
    average_decay: AnyValue,
    num_updates: AnyValue,
    sequential_update: AnyValue,
) -> None:
    self.set("_optimizer", opt)
    self.set("_ema", call.new("tf.train.ExponentialMovingAverage", average_decay, num_updates=num_updates))
    self.set("_swapped_variable_name_map", None)


# TF: its own constructor leaves the base's out, so what the base keeps is not there.
delegates(averaging, "_optimizer", "compute_gradients")


@averaging.method(name="apply_gradients")
def _averaging_apply(
    call: Call, self: InstanceValue, grads_and_vars: AnyValue, global_step: AnyValue, name: AnyValue
) -> Any:
    call.method(self.attrs["_optimizer"], "apply_gradients", grads_and_vars, global_step=global_step, name=name)
    # An iterator has been used up by now.
    pairs, rest = pairs_of(call, grads_and_vars)
    trained = [v for g, v in pairs if g is not None]
    call.method(self.attrs["_ema"], "apply", ListValue(trained, rest))
    self.set("_swapped_variable_name_map", DictValue())
    return make_op(call, "NoOp", "train_with_avg")


@averaging.method
def swapping_saver(call: Call, self: InstanceValue, var_list: AnyValue, name: AnyValue) -> Any:
    if self.attrs.get("_swapped_variable_name_map") is None:
        call.raise_(
            "RuntimeError", "Must call apply_gradients or minimize before creating the swapping_saver", kind="argument"
        )
    return ask(call, "tf.train.Saver", name=name)


clipping = subclass("VariableClippingOptimizer", None, api)


@clipping.method(name="__init__")
def _clipping(
    call: Call, self: InstanceValue, opt: Any, vars_to_clip_dims: Any, max_norm: Any, use_locking: Any, name: Any
) -> None:
    init_base(call, self, use_locking, name, None, opt=opt, vars_to_clip_dims=vars_to_clip_dims, max_norm=max_norm)


delegates(clipping, "_opt", "compute_gradients", "get_slot", "get_slot_names")


@clipping.method(name="apply_gradients")
def _clipping_apply(
    call: Call, self: InstanceValue, grads_and_vars: AnyValue, global_step: AnyValue, name: AnyValue
) -> Any:
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
def _dropping(call: Call, self: InstanceValue, opt: Any, staleness: Any, use_locking: Any, name: Any) -> None:
    init_base(call, self, use_locking, name, None, opt=opt, staleness=staleness)


delegates(dropping, "_opt", "get_slot", "get_slot_names")


@dropping.method(name="compute_gradients", raw=True)
def _dropping_compute(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, loss = args[0], args[1] if len(args) > 1 else kwargs.pop("loss")
    self.set("_local_step", make(call, "AddV2", "add", (), DTYPES["int64"], inner=(("y", "Const"),)))
    loss = ask(call, "tf.identity", loss)
    return call.method(self.attrs["_opt"], "compute_gradients", loss, *args[2:], **kwargs)


@dropping.method(name="apply_gradients")
def _dropping_apply(
    call: Call, self: InstanceValue, grads_and_vars: AnyValue, global_step: AnyValue, name: AnyValue
) -> Any:
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
def _multitask(call: Call, self: InstanceValue, opt: AnyValue) -> None:
    if isinstance(opt, InstanceValue) and not opt.cls.derives_from(optimizer.cls):
        call.raise_("TypeError", "Supplied optimizer must be an instance of tf.train.Optimizer", kind="argument")
    self.set("_opt", opt)


@multitask.method(name="__getattr__")
def _multitask_getattr(call: Call, self: Any, name: Any) -> Any:
    return call.new("builtins.getattr", self.attrs["_opt"], name)


@api.function
def clip_gradients_by_global_norm(call: Call, gradients_variables: AnyValue, clip_norm: AnyValue) -> Any:
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


GLOBAL_CENTER = "global_center_variable"


def center_getter(name: str, maps: tuple[str, ...], centers: tuple[tuple[str, str], ...]) -> None:
    """TF: ElasticAverageCustomGetter and AGNCustomGetter. `centers`: prefix and collection of what is made besides."""
    made = api.type(name)

    def init(call: Call, self: InstanceValue, worker_device: AnyValue) -> None:
        self.set("_worker_device", worker_device)
        for attribute in maps:
            self.set(attribute, DictValue())

    def invoke(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
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
def _model_getter(call: Call, self: InstanceValue, worker_device: AnyValue) -> None:
    self.set("_worker_device", worker_device)
    self.set("_local_2_global", DictValue())


@model_getter.method(name="__call__", raw=True)
def _model_get(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
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

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
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

    def apply(call: Call, self: InstanceValue, grads_and_vars: AnyValue, global_step: AnyValue, name: AnyValue) -> Any:
        call.method(self.attrs["_opt"], "apply_gradients", grads_and_vars)
        make(call, "AssignAdd", "local_step_update", (), DTYPES["int32"])
        make(call, "FloorMod", "FloorMod", (), DTYPES["int32"])
        make(call, "Equal", "Equal", (), DTYPES["bool"])
        with call.graph.name_scope("cond"):
            return make(call, "Merge", "Merge").op

    def session_hook(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call.unknown("a session hook")

    made.method(init, name="__init__", raw=True)
    made.method(apply, name="apply_gradients")
    made.method(session_hook, name="make_session_run_hook", raw=True)
    delegates(made, "_opt", "compute_gradients")


worker_average("ModelAverageOptimizer", "ma_custom_getter", ("_local_2_global",))


worker_average("ElasticAverageOptimizer", "ea_custom_getter", ("_global_map", "_local_map"))


worker_average("AGNOptimizer", "custom_getter", ("_global_map", "_grad_map"))
