"""Train operations made by contrib: slim.learning, tf.contrib.training, tf.contrib.layers.optimize_loss."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Default, Namespace, find
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.framework.callables import is_callable
from scopelint.apis.tf.framework.conversion import graph_name, is_set
from scopelint.apis.tf.framework.helpers import add_to, ask
from scopelint.apis.tf.framework.op_inputs import deps_of, op_name
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.apis.tf.framework.restoring import everything
from scopelint.apis.tf.train.monitored import scaffold_restores
from scopelint.apis.tf.train.optimizer import optimizer as base_optimizer
from scopelint.apis.tf.train.optimizer import pairs_of, trainable_variables
from scopelint.apis.tf.train.optimizers import momentum
from scopelint.graph import initial, scopes, store
from scopelint.graph.events import SessionRun
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import ClassValue, InstanceValue, NativeFunction
from scopelint.values.tensors import FLOAT32, IndexedSlices, Tensor, Variable, shape_text

api = Namespace("tf.contrib.training")
slim = Namespace("tensorflow.contrib.slim.python.slim.learning")
slim_evaluation = Namespace("tensorflow.contrib.slim.python.slim.evaluation")
layers = Namespace("tf.contrib.layers")

USE_GLOBAL_STEP = 0
"""What contrib's `global_step` defaults to: the graph's own, while None means none."""


def with_dependencies(call: Call, tensor: AnyValue) -> Any:
    """TF: control_flow_ops.with_dependencies."""
    return make(call, "Identity", "control_dependency", shape_of(tensor), dtype_of(tensor), deps_of(tensor))


def histogram_and_norm(call: Call, pairs: list[tuple[Any, Any]], between: str) -> ListValue:
    made = []
    for gradient, variable in pairs:
        if gradient is None:
            continue
        values = gradient.values if isinstance(gradient, IndexedSlices) else gradient
        name = op_name(variable)
        made.append(ask(call, "tf.summary.histogram", f"{name}{between}gradient", values))
        norm = ask(call, "tf.global_norm", ListValue([values]))
        made.append(ask(call, "tf.summary.scalar", f"{name}{between}gradient_norm", norm))
    return ListValue(made)


def clipped(call: Call, gradients_to_variables: AnyValue, max_norm: AnyValue) -> Any:
    """TF: clip_gradient_norms. Each gradient by itself."""
    pairs, rest = pairs_of(call, gradients_to_variables)
    out = []
    for gradient, variable in pairs:
        if isinstance(gradient, IndexedSlices):
            values = ask(call, "tf.clip_by_norm", gradient.values, max_norm)
            gradient = IndexedSlices(values, gradient.indices, gradient.dense_shape)
        elif gradient is not None:
            gradient = ask(call, "tf.clip_by_norm", gradient, max_norm)
        out.append((gradient, variable))
    return ListValue(out, rest)


def multiplied(call: Call, grads_and_vars: AnyValue, multipliers: AnyValue) -> Any:
    """TF: multiply_gradients."""
    pairs, rest = pairs_of(call, grads_and_vars)
    if not isinstance(multipliers, DictValue):
        return grads_and_vars
    out = []
    for gradient, variable in pairs:
        if variable in multipliers.items or op_name(variable) in multipliers.items:
            if gradient is None:
                call.raise_("ValueError", "Requested multiple of `None` gradient.", kind="argument")
            make(call, "Const", "Const")
            gradient = make(call, "Mul", "mul", shape_of(gradient), dtype_of(gradient), deps_of(gradient))
        out.append((gradient, variable))
    return ListValue(out, rest)


def _assert_trained(call: Call, variables: AnyValue) -> None:
    """TF's two assertions on what the program names: each is trainable, and there is one."""
    members = call.members(variables)
    if isinstance(members, Unknown):
        return
    held = trainable_variables(call)
    is_known = held.rest is None and not held.unsure
    for variable in members:
        if not isinstance(variable, Variable) or variable.trainable is not False or not is_known:
            continue
        if not any(each is variable for each in held):
            call.raise_(
                "AssertionError",
                f"assert v.trainable or v in trainable_variables(), v is {op_name(variable)}",
                kind="argument",
            )
    if not members:
        call.raise_("AssertionError", "assert variables_to_train", kind="argument")


def train_op(
    call: Call,
    total_loss: Any,
    optimizer: Any,
    global_step: Any,
    update_ops: Any,
    variables_to_train: Any,
    transform: Any,
    summarize: Any,
    gate_gradients: Any,
    check_numerics: Any,
) -> Any:
    """TF: tf.contrib.training.create_train_op."""
    graph = call.graph
    own = isinstance(global_step, int) and global_step == USE_GLOBAL_STEP
    if global_step is not None and (own or not is_set(global_step)):
        global_step = ask(call, "tf.train.get_or_create_global_step")
    held = graph.get_collection("update_ops")
    wanted = held if update_ops is None else call.members(update_ops)
    if isinstance(wanted, Unknown) or wanted:
        make_op(call, "NoOp", "update_barrier")
        total_loss = with_dependencies(call, total_loss)
    variables = variables_to_train
    if variables is None:
        variables = ListValue(trainable_variables(call))
    else:
        _assert_trained(call, variables)
    more = {} if not is_set(gate_gradients) else {"gate_gradients": gate_gradients}
    grads = call.method(optimizer, "compute_gradients", total_loss, variables, **more)
    grads = transform(grads)
    if summarize:
        with graph.name_scope("summarize_grads"):
            histogram_and_norm(call, pairs_of(call, grads)[0], "_")
    call.method(optimizer, "apply_gradients", grads, global_step=global_step)
    with graph.name_scope("train_op"):
        if check_numerics:
            make(call, "CheckNumerics", "CheckNumerics", shape_of(total_loss), dtype_of(total_loss))
        done = with_dependencies(call, total_loss)
    add_to(call, "train_op", done)
    return done


@api.function
def create_train_op(
    call: Call,
    total_loss: Any,
    optimizer: Any,
    global_step: Any,
    update_ops: Any,
    variables_to_train: Any,
    transform_grads_fn: Any,
    summarize_gradients: Any,
    gate_gradients: Any,
    check_numerics: Any,
) -> Any:
    def transform(grads: Any) -> Any:
        return call.invoke(transform_grads_fn, grads) if transform_grads_fn is not None else grads

    return train_op(
        call,
        total_loss,
        optimizer,
        global_step,
        update_ops,
        variables_to_train,
        transform,
        summarize_gradients,
        gate_gradients,
        check_numerics,
    )


@slim.function(name="create_train_op")
def slim_train_op(
    call: Call,
    total_loss: Any,
    optimizer: Any,
    global_step: Any,
    update_ops: Any,
    variables_to_train: Any,
    clip_gradient_norm: Any,
    summarize_gradients: Any,
    gate_gradients: Any,
    gradient_multipliers: Any,
    check_numerics: Any,
) -> Any:
    def transform(grads: Any) -> Any:
        if gradient_multipliers is not None:
            with call.graph.name_scope("multiply_grads"):
                grads = multiplied(call, grads, gradient_multipliers)
        if clip_gradient_norm > 0:
            with call.graph.name_scope("clip_grads"):
                grads = clipped(call, grads, clip_gradient_norm)
        return grads

    return train_op(
        call,
        total_loss,
        optimizer,
        global_step,
        update_ops,
        variables_to_train,
        transform,
        summarize_gradients,
        gate_gradients,
        check_numerics,
    )


def _runs(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    call.state.emit(SessionRun, what="train")
    return call.unknown("what training ends in")


def _loop(namespace: Namespace, name: str, folder: str, what: str) -> None:
    """A loop of sessions that begins with what lies in a folder. `folder`: the parameter that names it."""
    canonical = f"{namespace.path}.{name}"

    def run(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = bind(call, canonical, args, kwargs)[0]
        chosen = given.get("variables_to_restore")
        saver = given.get("saver")
        if chosen is not None and not isinstance(chosen, Default):
            saver = ask(call, "tf.train.Saver", chosen)
        if saver is None and "scaffold" in given:
            scaffold_restores(call, given["scaffold"], given.get(folder), what)
        elif given.get(folder) is not None:
            everything(call, what, given[folder], saver)
        return _runs(call, args, kwargs)

    namespace.function(run, name=name, raw=True)


slim.function(_runs, name="train_step", raw=True)
_loop(slim, "train", "logdir", "slim.learning.train")
_loop(slim_evaluation, "evaluate_once", "checkpoint_path", "slim.evaluation.evaluate_once")
_loop(slim_evaluation, "evaluation_loop", "checkpoint_dir", "slim.evaluation.evaluation_loop")
_loop(api, "train", "logdir", "tf.contrib.training.train")
_loop(api, "evaluate_once", "checkpoint_path", "tf.contrib.training.evaluate_once")
_loop(api, "evaluate_repeatedly", "checkpoint_dir", "tf.contrib.training.evaluate_repeatedly")


for _space, _between in ((api, "_"), (slim, "/")):

    def _norms(call: Call, gradients_to_variables: AnyValue, max_norm: AnyValue) -> Any:
        return clipped(call, gradients_to_variables, max_norm)

    def _times(call: Call, grads_and_vars: AnyValue, gradient_multipliers: AnyValue) -> Any:
        return multiplied(call, grads_and_vars, gradient_multipliers)

    def _told(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], between: str = _between) -> Any:
        return histogram_and_norm(call, pairs_of(call, (*args, *kwargs.values())[0])[0], between)

    _space.function(_norms, name="clip_gradient_norms")
    _space.function(_times, name="multiply_gradients")
    _space.function(_told, name="add_gradients_summaries", raw=True)


@api.function
def clip_gradient_norms_fn(call: Call, max_norm: AnyValue) -> Any:
    return NativeFunction("clip_norms", lambda call, args, kwargs: clipped(call, args[0], max_norm), raw=True)


@api.function
def get_or_create_eval_step(call: Call) -> Any:
    """TF: evaluation._get_or_create_eval_step."""
    held = call.graph.get_collection("eval_step")
    if held:
        return held[0]
    return store.get_variable(
        call.state,
        "eval_step",
        shape=(),
        dtype="int64",
        initializer=initial.ZEROS,
        trainable=False,
        collections=["local_variables", "eval_step"],
    )


# tf.contrib.layers.optimize_loss

BY_NAME = {
    "Adagrad": "AdagradOptimizer", "Adam": "AdamOptimizer", "Ftrl": "FtrlOptimizer", "Momentum": "",
    "RMSProp": "RMSPropOptimizer", "SGD": "GradientDescentOptimizer",
}  # fmt: skip


def _classes() -> DictValue:
    def with_momentum(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call.invoke(momentum.cls, *args, **{"momentum": 0.9, **kwargs})

    return DictValue(
        {
            name: find(f"tf.train.{cls}") if cls else NativeFunction("MomentumOptimizer", with_momentum, raw=True)
            for name, cls in BY_NAME.items()
        }
    )


layers.constant("OPTIMIZER_CLS_NAMES", _classes())
layers.constant(
    "OPTIMIZER_SUMMARIES", ListValue(["learning_rate", "loss", "gradients", "gradient_norm", "global_gradient_norm"])
)


def found_optimizer(call: Call, optimizer: AnyValue, rate: AnyValue, learning_rate: AnyValue) -> Any:
    """The optimizer that a name, a class, an object or a function stands for."""
    if isinstance(optimizer, Unknown):
        call.cannot_know("which optimizer it is is not known", may_make=True)
    if isinstance(optimizer, str):
        if rate is None:
            call.raise_(
                "ValueError",
                f"Learning rate is None, but should be specified if optimizer is string ({optimizer}).",
                kind="argument",
            )
        if optimizer not in BY_NAME:
            call.raise_(
                "ValueError",
                f"Optimizer name should be one of [{', '.join(BY_NAME)}], you provided {optimizer}.",
                kind="argument",
            )
        if optimizer == "Momentum":
            return call.new("tf.train.MomentumOptimizer", rate, momentum=0.9)
        return call.new(f"tf.train.{BY_NAME[optimizer]}", learning_rate=rate)
    if isinstance(optimizer, ClassValue):
        return call.invoke(optimizer, learning_rate=rate)
    if isinstance(optimizer, InstanceValue) and optimizer.cls.derives_from(base_optimizer.cls):
        return optimizer
    if is_callable(optimizer):
        return call.invoke(optimizer, rate) if learning_rate is not None else call.invoke(optimizer)
    return optimizer


@layers.function
def optimize_loss(
    call: Call,
    loss: AnyValue,
    global_step: AnyValue,
    learning_rate: Any,
    optimizer: AnyValue,
    gradient_noise_scale: AnyValue,
    gradient_multipliers: AnyValue,
    clip_gradients: AnyValue,
    learning_rate_decay_fn: AnyValue,
    update_ops: AnyValue,
    variables: AnyValue,
    name: AnyValue,
    summaries: AnyValue,
    increment_global_step: AnyValue,
) -> Any:
    """TF: optimize_loss. The learning rate becomes a variable of its scope."""
    graph = call.graph
    if isinstance(loss, Tensor) and not isinstance(loss.shape, Unknown) and loss.shape != ():
        # TF: assert_scalar, which takes no shape for granted either.
        found = f"Expected scalar shape for {loss.tf_name}, saw shape: {shape_text(loss.shape)}."
        call.raise_("ValueError", found, kind="shape")
    if global_step is None:
        global_step = ask(call, "tf.train.get_global_step")
    with scopes.variable_scope(call.state, graph_name(name), "OptimizeLoss"):
        held = graph.get_collection("update_ops") if update_ops is None else call.members(update_ops)
        if isinstance(held, Unknown) or held:
            loss = with_dependencies(call, loss)
        rate = learning_rate
        if isinstance(learning_rate, float) or (
            isinstance(learning_rate, Unknown) and learning_rate.derive("learning_rate is a float")
        ):
            if isinstance(learning_rate, float) and learning_rate < 0.0:
                call.raise_("ValueError", f"Invalid learning_rate {learning_rate}.", kind="argument")
            rate = store.get_variable(
                call.state, "learning_rate", shape=(), initializer=initial.CONSTANT, trainable=False
            )
        elif learning_rate is not None and not isinstance(learning_rate, (Tensor, Variable, Unknown)):
            call.raise_(
                "ValueError",
                f"Learning rate should be 0d Tensor or float. Got {learning_rate} of type {type(learning_rate)}",
                kind="argument",
            )
        told = ["loss", "learning_rate", "global_gradient_norm"] if summaries is None else call.members(summaries)
        told = [] if isinstance(told, Unknown) else told
        if learning_rate is not None and learning_rate_decay_fn is not None:
            rate = call.invoke(learning_rate_decay_fn, rate, global_step)
            if "learning_rate" in told:
                ask(call, "tf.summary.scalar", "learning_rate", rate)
        opt = found_optimizer(call, optimizer, rate, learning_rate)
        listed = ListValue(trainable_variables(call)) if variables is None else variables
        grads = call.method(opt, "compute_gradients", loss, listed)
        if gradient_multipliers is not None:
            grads = multiplied(call, grads, gradient_multipliers)
        pairs, rest = pairs_of(call, grads)
        if "global_gradient_norm" in told or "gradient_norm" in told:
            norm_summary(call, pairs, "global_norm/gradient_norm")
        if isinstance(clip_gradients, float):
            both = ask(call, "tf.clip_by_global_norm", ListValue([g for g, _ in pairs]), clip_gradients)
            first = call.members(both)
            parts = first if isinstance(first, Unknown) else call.members(first[0])
            if not isinstance(parts, Unknown):
                grads = ListValue(list(zip(parts, [v for _, v in pairs], strict=False)), rest)
        elif is_callable(clip_gradients):
            grads = call.invoke(clip_gradients, grads)
        if "loss" in told:
            ask(call, "tf.summary.scalar", "loss", loss)
        if clip_gradients is not None and ("global_gradient_norm" in told or "gradient_norm" in told):
            norm_summary(call, pairs, "global_norm/clipped_gradient_norm")
        call.method(
            opt, "apply_gradients", grads, global_step=global_step if increment_global_step else None, name="train"
        )
        return with_dependencies(call, loss)


def norm_summary(call: Call, pairs: list[tuple[Any, Any]], tag: str) -> None:
    norm = ask(call, "tf.global_norm", ListValue([g for g, _ in pairs]))
    ask(call, "tf.summary.scalar", tag, norm)


@Namespace("tf.contrib.slim").function
def adaptive_clipping_fn(call: Call, global_step: AnyValue, name: AnyValue) -> Any:
    """TF: adaptive_clipping_fn. The function that it gives makes two averages when it is called."""

    def clip(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        pairs, rest = pairs_of(call, args[0])
        ask(call, "tf.global_norm", ListValue([g for g, _ in pairs]))
        with scopes.variable_scope(call.state, graph_name(name), "AdaptiveMaxNorm"):
            for leaf in ("mean", "sq_mean"):
                store.get_variable(
                    call.state, leaf, shape=(), dtype=FLOAT32, initializer=initial.ZEROS, trainable=False
                )
                with call.graph.name_scope("AssignMovingAvg"):
                    pass
        return ListValue(pairs, rest)

    return NativeFunction("gradient_clipping", clip, raw=True)
