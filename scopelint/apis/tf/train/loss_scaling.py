"""Optimizers that scale the loss, or sum gradients over shards: tf.train.experimental, contrib, tf.tpu."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.apis.tf.ops.slot_creator import make_variable
from scopelint.apis.tf.train.optimizer import is_callable, optimizer, pairs_of
from scopelint.apis.tf.train.optimizers import init_base, subclass
from scopelint.apis.tf.train.sync_replicas import delegates
from scopelint.values.base import AnyValue
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import DTYPES, FLOAT32, INT64, IndexedSlices

experimental = Namespace("tf.train.experimental")
contrib = Namespace("tf.contrib.mixed_precision")

# scales

loss_scale = experimental.type("LossScale")
fixed = experimental.type("FixedLossScale", bases=(loss_scale.cls,))
dynamic = experimental.type("DynamicLossScale", bases=(loss_scale.cls,))


@fixed.method(name="__init__")
def _fixed(call: Call, self: InstanceValue, loss_scale_value: AnyValue) -> None:
    if isinstance(loss_scale_value, (int, float)) and loss_scale_value < 1:
        call.raise_("ValueError", "loss_scale_value must be at least 1.", kind="argument")
    self.set("_loss_scale_value", loss_scale_value)


@fixed.method(name="__call__")
def _fixed_value(call: Call, self: InstanceValue) -> Any:
    return make(call, "Const", "Const")


@dynamic.method(name="__init__")
def _dynamic(
    call: Call, self: InstanceValue, initial_loss_scale: AnyValue, increment_period: AnyValue, multiplier: AnyValue
) -> None:
    for name, value in (
        ("_initial_loss_scale", initial_loss_scale),
        ("_increment_period", increment_period),
        ("_multiplier", multiplier),
    ):
        self.set(name, value)
    self.set("_current_loss_scale", make_variable(call, 0.0, "current_loss_scale", True, dtype=FLOAT32))
    self.set("_num_good_steps", make_variable(call, 0, "good_steps", True, dtype=INT64))


@dynamic.method(name="__call__")
def _dynamic_value(call: Call, self: InstanceValue) -> Any:
    return make(call, "ReadVariableOp")


def scale_of(call: Call, value: AnyValue) -> Any:
    """TF: loss_scale.get."""
    if isinstance(value, (int, float)):
        return call.new("tf.train.experimental.FixedLossScale", value)
    if value == "dynamic":
        return call.new("tf.train.experimental.DynamicLossScale")
    return value


# optimizers

mixed = subclass("MixedPrecisionLossScaleOptimizer", None, experimental)


@mixed.method(name="__init__")
def _mixed(call: Call, self: InstanceValue, opt: Any, loss_scale: AnyValue) -> None:
    if isinstance(opt, InstanceValue) and not opt.cls.derives_from(optimizer.cls):
        call.raise_("ValueError", f'"opt" must be an instance of Optimizer, but got: {opt.cls.name}', kind="argument")
    init_base(call, self, False, call.getattr(opt, "_name"), None, optimizer=opt)
    self.set("_loss_scale", scale_of(call, loss_scale))


delegates(mixed, "_optimizer", "get_slot", "get_slot_names", "variables")


def scaled(call: Call, opt: AnyValue, loss: AnyValue, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The gradients of a loss times a scale, divided by it again."""
    if is_callable(loss):
        loss = call.invoke(loss)
    times = make(call, "Mul", "mul", shape_of(loss), dtype_of(loss), deps_of(loss))
    found = call.method(opt, "compute_gradients", times, *args, **kwargs)
    make(call, "RealDiv", "truediv")
    pairs, rest = pairs_of(call, found)
    out = []
    for gradient, variable in pairs:
        if gradient is not None and not isinstance(gradient, IndexedSlices):
            gradient = make(call, "Mul", "mul", shape_of(gradient), dtype_of(gradient), deps_of(gradient))
        out.append((gradient, variable))
    return ListValue(out, rest)


@mixed.method(name="compute_gradients", raw=True)
def _mixed_gradients(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    given = dict(kwargs)
    loss = args[1] if len(args) > 1 else given.pop("loss")
    if call.getattr(args[0], "_loss_scale") is not None:
        call.invoke(call.getattr(args[0], "_loss_scale"))
    return scaled(call, call.getattr(args[0], "_optimizer"), loss, args[2:], given)


@mixed.method(name="apply_gradients")
def _mixed_apply(
    call: Call, self: InstanceValue, grads_and_vars: AnyValue, global_step: AnyValue, name: AnyValue
) -> Any:
    """TF: MixedPrecisionLossScaleOptimizer.apply_gradients. A scale that moves is moved first, in a cond of its own,
    and applies the gradients in the next: what the optimizer names by name scope takes that scope."""
    scale = self.attrs["_loss_scale"]
    moving = isinstance(scale, InstanceValue) and scale.cls.derives_from(dynamic.cls)
    own = call.getattr(self, "_optimizer")
    if not moving:
        make_op(call, "NoOp", "NoOp")
        call.method(own, "apply_gradients", grads_and_vars, global_step=global_step, name=name)
        return make_op(call, "NoOp", "group_deps")
    with call.graph.name_scope("cond"):
        pass
    with call.graph.name_scope("cond"):
        call.method(own, "apply_gradients", grads_and_vars, global_step=global_step, name=name)
    return make_op(call, "NoOp", "group_deps")


@experimental.function
def enable_mixed_precision_graph_rewrite(call: Call, opt: AnyValue, loss_scale: AnyValue) -> Any:
    canonical = "tf.train.experimental.MixedPrecisionLossScaleOptimizer"
    if isinstance(opt, InstanceValue) and not opt.cls.derives_from(optimizer.cls):
        return opt
    return call.new(canonical, opt, loss_scale)


@experimental.function
def disable_mixed_precision_graph_rewrite(call: Call) -> None:
    return None


# contrib

manager = contrib.type("LossScaleManager")
fixed_manager = contrib.type("FixedLossScaleManager", bases=(manager.cls,))
moving_manager = contrib.type("ExponentialUpdateLossScaleManager", bases=(manager.cls,))


@fixed_manager.method(name="__init__")
def _fixed_manager(call: Call, self: InstanceValue, loss_scale: AnyValue) -> None:
    self.set("_loss_scale", make(call, "Const", "Const"))


@moving_manager.method(name="__init__")
def _moving_manager(call: Call, self: InstanceValue, init_loss_scale: AnyValue) -> None:
    for name, dtype in (("loss_scale", FLOAT32), ("good_steps", DTYPES["int32"]), ("bad_steps", DTYPES["int32"])):
        value: Any = 1.0 if dtype is FLOAT32 else 0
        self.set(f"_{name}", make_variable(call, value, name, dtype=dtype))


@manager.method
def get_loss_scale(call: Call, self: InstanceValue) -> Any:
    return self.attrs.get("_loss_scale")


@manager.method(raw=True)
def update_loss_scale(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return make_op(call, "NoOp", "NoOp")


@moving_manager.method(name="update_loss_scale", raw=True)
def _update_scale(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    with call.graph.name_scope("cond") as inside:
        return make_op(call, "Merge", inside + "Merge/")


scaling = subclass("LossScaleOptimizer", None, contrib)


@scaling.method(name="__init__")
def _scaling(call: Call, self: InstanceValue, opt: AnyValue, loss_scale_manager: AnyValue) -> None:
    self.set("_opt", opt)
    self.set("_loss_scale_manager", loss_scale_manager)


delegates(scaling, "_opt", "get_slot", "get_slot_names", "variables", "get_name")


@scaling.method(name="compute_gradients", raw=True)
def _scaling_gradients(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    given = dict(kwargs)
    loss = args[1] if len(args) > 1 else given.pop("loss")
    call.method(args[0].attrs["_loss_scale_manager"], "get_loss_scale")
    return scaled(call, args[0].attrs["_opt"], loss, args[2:], given)


@scaling.method(name="apply_gradients")
def _scaling_apply(
    call: Call, self: InstanceValue, grads_and_vars: AnyValue, global_step: AnyValue, name: AnyValue
) -> Any:
    """TF: LossScaleOptimizer.apply_gradients. The gradients are applied inside of a cond."""
    pairs, _ = pairs_of(call, grads_and_vars)
    for _pair in pairs:
        make(call, "IsFinite")
        make(call, "All")
    make(call, "All")
    with call.graph.name_scope("cond"):
        call.method(self.attrs["_opt"], "apply_gradients", grads_and_vars, global_step, name)
    call.method(self.attrs["_loss_scale_manager"], "update_loss_scale", None)
    return make_op(call, "NoOp", "group_deps")


# shards of a TPU

shards = subclass("CrossShardOptimizer", None, Namespace("tf.tpu"))


@shards.method(name="__init__")
def _shards(call: Call, self: InstanceValue, opt: Any, reduction: Any, name: Any) -> None:
    if isinstance(opt, InstanceValue) and not opt.cls.derives_from(optimizer.cls):
        call.raise_(
            "TypeError",
            "CrossShardOptimizer only works with tf.training.Optimizer and not Optimizer_v2. If "
            "you are using TPUStrategy, OptimizerV2 will sum gradients across replicas.",
            kind="argument",
        )
    init_base(call, self, False, name, None, opt=opt, reduction=reduction)


delegates(shards, "_opt", "get_slot", "get_slot_names", "variables")


@shards.method(name="compute_gradients", raw=True)
def _shard_gradients(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.method(args[0].attrs["_opt"], "compute_gradients", *args[1:], **kwargs)


@shards.method(name="apply_gradients")
def _shard_apply(
    call: Call, self: InstanceValue, grads_and_vars: AnyValue, global_step: AnyValue, name: AnyValue
) -> Any:
    pairs, rest = pairs_of(call, grads_and_vars)
    summed = []
    for gradient, variable in pairs:
        if gradient is not None:
            gradient = make(call, "CrossReplicaSum", None, shape_of(gradient), dtype_of(gradient), deps_of(gradient))
        summed.append((gradient, variable))
    return call.method(self.attrs["_opt"], "apply_gradients", ListValue(summed, rest), global_step, name)
