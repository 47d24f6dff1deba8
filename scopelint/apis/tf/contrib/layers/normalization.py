"""tf.contrib.layers: batch_norm in its three forms, layer_norm, instance_norm, group_norm."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.contrib.arg_scope import ScopedArguments, scoped_whole
from scopelint.apis.tf.contrib.layers.layers import (
    add_to_collections,
    add_variable,
    base_dtype,
    check_format,
    collect,
    contrib,
    model_variable,
    variable_collections,
    variable_getter,
)
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import op_like
from scopelint.apis.tf.framework.control_flow_contexts import waiting
from scopelint.apis.tf.framework.dims import dimension, dims_of, rank_of
from scopelint.apis.tf.framework.op_inputs import deps_of, of_batch_norm
from scopelint.apis.tf.framework.python_values import dtype_of, is_tensor
from scopelint.apis.tf.nn import normalizing
from scopelint.graph.releases import FUSED_GAMMA
from scopelint.graph.scopes import get_variable_scope
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.tensors import DTYPES, NOT_CONSTANT, Tensor, shape_text
from scopelint.values.text import from_template, hole
from scopelint.values.truth import is_not_off, is_on

MOVING_AVERAGE = "tensorflow.python.training.moving_averages.assign_moving_average"


def param(params: AnyValue, name: str) -> Any:
    """`param_initializers.get(name)`."""
    return params.items.get(name) if isinstance(params, DictValue) else None


def initial(call: Call, params: AnyValue, name: str) -> Any:
    found = param(params, name)
    if found is not None:
        return found
    return call.new("tf.ones_initializer" if name in ("gamma", "moving_variance") else "tf.zeros_initializer")


def constant_flag(value: AnyValue) -> Any:
    """TF: utils.constant_value: True, False, or None for a tensor that is no constant."""
    if isinstance(value, Tensor):
        return bool(value.const) if value.const is not NOT_CONSTANT and isinstance(value.const, (int, bool)) else None
    return None if is_tensor(value) else value


def moving_variables(call: Call, g: dict[str, Any], shape: AnyValue, dtype: AnyValue) -> list[Any]:
    """TF: the moving mean and variance, which no partitioner touches."""
    made = []
    with tools.variable_scope(call, get_variable_scope(call.state)) as local:
        local.set_partitioner(None)
        for name in ("moving_mean", "moving_variance"):
            made.append(
                model_variable(
                    call,
                    name,
                    shape,
                    dtype,
                    initializer=initial(call, g["param_initializers"], name),
                    trainable=False,
                    collections=variable_collections(g["variables_collections"], name),
                )
            )
    return made


def make_updates(call: Call, g: dict[str, Any], moving: list[Any], flag: AnyValue) -> None:
    """TF: _force_updates, _delay_updates. With a tensor for `is_training` they are made inside of a `cond`."""
    updates = []
    scope = "cond" if flag is None else None
    context = call.graph.name_scope(scope) if scope else None
    if context is not None:
        context.enter()
    try:
        for variable, debias in zip(moving, (g["zero_debias_moving_mean"], False), strict=True):
            value = Tensor(hole("moment"), 0, "", dims_of(variable), dtype_of(variable), call.graph)
            updates.append(call.new(MOVING_AVERAGE, variable, value, g["decay"], zero_debias=debias))
    finally:
        if context is not None:
            context.exit()
    if g["updates_collections"] is not None:
        for update in updates:
            if flag is None and is_tensor(update):
                update = op_like(call, update, "Merge", "cond/Merge", deps=0)
            add_to_collections(call, g["updates_collections"], update)


def _fused_batch_norm(call: Call, g: dict[str, Any], inputs: Any) -> Any:
    """TF: contrib.layers._fused_batch_norm."""
    check_format(call, g["data_format"])
    with tools.variable_scope(call, g["scope"], "BatchNorm", [inputs], reuse=g["reuse"]) as sc:
        shape = dims_of(inputs)
        rank = len(shape) if isinstance(shape, tuple) else 4
        channels = dimension(shape, 1 if g["data_format"] == "NCHW" and rank == 4 else -1)
        name = inputs.tf_name if isinstance(inputs, Tensor) else ""
        if channels is None:
            call.raise_(
                "ValueError",
                "`C` dimension must be known but is None"
                if rank == 2
                else f"Inputs {name} has undefined `C` dimension {shape_text((None,))}.",
                "shape",
            )
        original = inputs
        if rank == 2 and normalizing.draws(call):
            sizes = [-1, channels, 1, 1] if g["data_format"] == "NCHW" else [-1, 1, 1, channels]
            inputs = call.new("tf.reshape", inputs, ListValue(sizes))
        elif rank == 2:
            call.graph.op("Reshape", inner=(("shape", "Const"),))
        dtype, params = DTYPES["float32"], (channels,)
        made: dict[str, Any] = {}
        absent: dict[str, Any] = {}
        always = FUSED_GAMMA.at(call.state.release)
        for leaf, flag in (("beta", g["center"]), ("gamma", always or g["scale"])):
            if flag is None or flag is False:
                absent[leaf] = Tensor(call.graph.op("Const"), 0, "Const", params, dtype, call.graph)
                continue
            made[leaf] = model_variable(
                call,
                leaf,
                params,
                dtype,
                initializer=initial(call, g["param_initializers"], leaf),
                regularizer=param(g["param_regularizers"], leaf),
                trainable=g["trainable"] if leaf == "beta" or g["scale"] else False,
                collections=variable_collections(g["variables_collections"], leaf),
            )
        moving = moving_variables(call, g, params, dtype)
        training = constant_flag(g["is_training"])
        deps = deps_of(inputs, list(made.values()))
        moments_of: tuple[Any, Any] = (None, None)
        drawn = normalizing.draws(call) and rank in (2, 4)
        if drawn:
            test = g["is_training"] if training is None else training is not False
            beta, gamma = (made[leaf] if leaf in made else absent[leaf] for leaf in ("beta", "gamma"))
            outputs, *held = normalizing.fused(
                call, test, inputs, gamma, beta, (moving[0], moving[1]), g["epsilon"], g["data_format"]
            )
            moments_of = held[0], held[1]
        elif training is None:
            outputs = op_like(call, inputs, "Merge", "cond/Merge", deps=deps)
        else:
            if training is not False:
                call.graph.op("Const")
                call.graph.op("Const")
            beta, gamma = made.get("beta"), made.get("gamma")
            outputs = op_like(call, inputs, "FusedBatchNormV3", deps=of_batch_norm(deps, inputs, gamma, beta))
        if training is not False:
            if drawn:
                outputs = _updated(call, g, moving, moments_of, test, outputs)
            else:
                make_updates(call, g, moving, training)
            if g["updates_collections"] is None and not drawn:
                outputs = op_like(call, outputs, "Identity", "cond_1/Merge" if training is None else None)
        if rank == 2 and drawn:
            outputs = call.new("tf.reshape", outputs, call.new("tf.shape", original))
        elif rank == 2:
            call.graph.op("Shape")
            outputs = op_like(call, outputs, "Reshape")
        outputs = tools.activate(call, g["activation_fn"], outputs)
        return collect(call, g["outputs_collections"], sc.name, outputs)


def _updated(
    call: Call, g: dict[str, Any], moving: list[Any], values: tuple[Any, Any], test: AnyValue, outputs: Any
) -> Any:
    """TF: _force_updates or _delay_updates, operation by operation."""

    def update() -> list[Any]:
        debias = g["zero_debias_moving_mean"], False
        return [
            call.new(MOVING_AVERAGE, variable, value, g["decay"], zero_debias=each)
            for variable, value, each in zip(moving, values, debias, strict=True)
        ]

    if g["updates_collections"] is None:

        def forced() -> Any:
            with waiting(call, update()):
                return call.new("tf.identity", outputs)

        return normalizing.choice(call, test, forced, lambda: outputs)
    made = normalizing.choice(call, test, lambda: ListValue(update()), lambda: ListValue(moving))
    for each in made.items if isinstance(made, ListValue) else made:
        add_to_collections(call, g["updates_collections"], each)
    return outputs


@scoped_whole(contrib)
def batch_norm(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.batch_norm."""
    if g.fused is None:
        g.fused = not FUSED_GAMMA.at(call.state.release)
    g.inputs = tools.as_tensor(call, g.inputs)
    rank = rank_of(g.inputs)
    usual = g.updates_collections == "update_ops"
    debias = is_on(g.zero_debias_moving_mean)
    if (
        g.fused is not False
        and g.batch_weights is None
        and g.renorm in (False, None)
        and rank in (2, 4)
        and g.adjustment is None
        and (debias or rank == 2 or not usual or FUSED_GAMMA.at(call.state.release))
    ):
        return _fused_batch_norm(call, g, g.inputs)
    check_format(call, g.data_format)
    with tools.variable_scope(
        call, g.scope, "BatchNorm", [g.inputs], reuse=g.reuse, custom_getter=variable_getter(call, {})
    ) as sc:
        if g.batch_weights is None and usual and not debias:
            layer = call.new(
                "tf.layers.BatchNormalization",
                axis=1 if g.data_format == "NCHW" else -1,
                momentum=g.decay,
                epsilon=g.epsilon,
                center=g.center,
                scale=g.scale,
                trainable=g.trainable,
                renorm=g.renorm,
                renorm_clipping=g.renorm_clipping,
                renorm_momentum=g.renorm_decay,
                adjustment=g.adjustment,
                name=from_template(sc.name),
                _scope=sc,
                _reuse=g.reuse,
                fused=g.fused,
                beta_regularizer=param(g.param_regularizers, "beta"),
                gamma_regularizer=param(g.param_regularizers, "gamma"),
                **{
                    f"{name}_initializer": initial(call, g.param_initializers, name)
                    for name in ("beta", "gamma", "moving_mean", "moving_variance")
                },
            )
            outputs = call.method(layer, "apply", g.inputs, training=g.is_training)
            for name in ("moving_mean", "moving_variance", "beta", "gamma"):
                if layer.attrs.get(name) is not None:
                    add_variable(call, layer.attrs[name], g.variables_collections, name)
            outputs = tools.activate(call, g.activation_fn, outputs)
            return collect(call, g.outputs_collections, sc.name, outputs)
        if is_on(g.renorm):
            call.raise_(
                "ValueError",
                "renorm is not supported with batch_weights, updates_collections or zero_debias_moving_mean",
                "argument",
            )
        return _by_hand(call, g, g.inputs, sc)


def _by_hand(call: Call, g: dict[str, Any], inputs: Any, sc: Any) -> Any:
    """TF: contrib.layers.batch_norm, where neither tf.layers nor the fused op can do it."""
    shape = dims_of(inputs)
    if shape is None:
        call.raise_("ValueError", f"Inputs {getattr(inputs, 'tf_name', '')} has undefined rank.", "shape")
    channels = dimension(shape, 1 if g["data_format"] == "NCHW" else -1)
    if channels is None:
        call.raise_(
            "ValueError",
            f"Inputs {getattr(inputs, 'tf_name', '')} has undefined channels dimension {shape_text((None,))}.",
            "shape",
        )
    dtype = base_dtype(inputs)
    held = []
    for leaf, flag in (("beta", g["center"]), ("gamma", g["scale"])):
        if flag is not None and flag is not False:
            held.append(
                model_variable(
                    call,
                    leaf,
                    (channels,),
                    dtype,
                    initializer=initial(call, g["param_initializers"], leaf),
                    trainable=g["trainable"],
                    collections=variable_collections(g["variables_collections"], leaf),
                )
            )
    moving = moving_variables(call, g, (channels,), dtype)
    training = constant_flag(g["is_training"])
    if training is not False:
        moments(call)
        make_updates(call, g, moving, training)
    outputs = normalized(call, inputs, held, "batchnorm")
    outputs = tools.activate(call, g["activation_fn"], outputs)
    return collect(call, g["outputs_collections"], sc.name, outputs)


def moments(call: Call) -> None:
    """TF: nn.moments, as far as its own operations."""
    for type, name in (("Mean", "mean"), ("StopGradient", "StopGradient"), ("SquaredDifference", "SquaredDifference"),
                       ("Mean", "variance")):  # fmt: skip
        inner = (("reduction_indices", "Const"),) if type == "Mean" else ()
        call.graph.op(type, f"moments/{name}", inner=inner)


def normalized(call: Call, inputs: AnyValue, held: list[Any], name: str) -> Any:
    """TF: nn.batch_normalization."""
    inner = [
        ("add/y", "Const"),
        ("add", "AddV2"),
        ("Rsqrt", "Rsqrt"),
        ("mul", "Mul"),
        ("mul_1", "Mul"),
        ("mul_2", "Mul"),
        ("sub", "Sub"),
    ]
    graph = call.graph
    normalizing.refuse_integers(call, inputs)
    with operations.scope(call, name):
        for relative, type in inner:
            graph.op(type, relative)
        return op_like(call, inputs, "AddV2", "add_1", deps=deps_of(inputs, held))


@scoped_whole(contrib)
def layer_norm(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.layer_norm."""
    with tools.variable_scope(call, g.scope, "LayerNorm", [g.inputs], reuse=g.reuse) as sc:
        g.inputs = tools.as_tensor(call, g.inputs)
        shape = dims_of(g.inputs)
        name = getattr(g.inputs, "tf_name", "")
        if shape is None:
            call.raise_("ValueError", f"Inputs {name} has undefined rank.", "shape")
        params: Any
        if isinstance(shape, tuple):
            rank = len(shape)
            if isinstance(g.begin_norm_axis, int) and isinstance(g.begin_params_axis, int):
                norm = rank + g.begin_norm_axis if g.begin_norm_axis < 0 else g.begin_norm_axis
                if g.begin_params_axis >= rank or norm >= rank:
                    call.raise_(
                        "ValueError",
                        f"begin_params_axis ({g.begin_params_axis}) and begin_norm_axis ({norm}) must "
                        f"be < rank(inputs) ({rank})",
                        "argument",
                    )
                params = shape[g.begin_params_axis :]
            else:
                params = Unknown("the axes are not known")
        elif g.begin_params_axis == -1:
            params = (Unknown("the last dimension is not known", "channels"),)
        else:
            params = Unknown("shape is not known")
        if isinstance(params, tuple) and None in [None if d is None else 0 for d in params]:
            call.raise_(
                "ValueError",
                f"Inputs {name}: shape(inputs)[{g.begin_params_axis}:] is not fully defined: {shape_text(shape)}",
                "shape",
            )
        dtype = base_dtype(g.inputs)
        held = _beta_and_gamma(call, g, params, dtype)
        first = g.begin_norm_axis
        if normalizing.draws(call) and isinstance(shape, tuple) and isinstance(first, int):
            axes = list(range(first + len(shape) if first < 0 else first, len(shape)))
            mean, variance = normalizing.moments(call, g.inputs, axes, True)
            places = iter(held)
            beta, gamma = (
                None if flag is False or flag is None else next(places, None) for flag in (g.center, g.scale)
            )
            epsilon = 1e-3 if getattr(dtype, "name", "") == "float16" else 1e-12
            outputs = normalizing.plain(call, g.inputs, mean, variance, beta, gamma, epsilon)
        else:
            moments(call)
            outputs = normalized(call, g.inputs, held, "batchnorm")
        outputs = tools.activate(call, g.activation_fn, outputs)
        return collect(call, g.outputs_collections, sc.name, outputs)


def _beta_and_gamma(call: Call, g: dict[str, Any], params: AnyValue, dtype: AnyValue) -> list[Any]:
    held = []
    for leaf, flag in (("beta", g["center"]), ("gamma", g["scale"])):
        if isinstance(flag, Unknown) and not flag:
            continue
        if isinstance(flag, Unknown) or flag:
            held.append(
                model_variable(
                    call,
                    leaf,
                    params,
                    dtype,
                    initializer=initial(call, g.get("param_initializers"), leaf),
                    trainable=g["trainable"],
                    collections=variable_collections(g["variables_collections"], leaf),
                )
            )
    return held


@scoped_whole(contrib)
def instance_norm(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.instance_norm."""
    g.inputs = tools.as_tensor(call, g.inputs)
    shape = dims_of(g.inputs)
    name = getattr(g.inputs, "tf_name", "")
    if shape is None:
        call.raise_("ValueError", f"Inputs {name} has undefined rank.", "shape")
    check_format(call, g.data_format)
    with tools.variable_scope(call, g.scope, "InstanceNorm", [g.inputs], reuse=g.reuse) as sc:
        channels = dimension(shape, 1 if g.data_format == "NCHW" else -1)
        if channels is None:
            call.raise_("ValueError", f"Inputs {name} has undefined channels dimension {shape_text((None,))}.", "shape")
        held = _beta_and_gamma(call, g, (channels,), base_dtype(g.inputs))
        moments(call)
        outputs = normalized(call, g.inputs, held, "instancenorm")
        outputs = tools.activate(call, g.activation_fn, outputs)
        return collect(call, g.outputs_collections, sc.name, outputs)


def _listed(shape: AnyValue) -> tuple[tuple[str, str], ...]:
    """What `reshape` makes of a list of sizes: one constant, or a Pack of the constants and what the shape tells."""
    if not isinstance(shape, tuple) or None not in shape:
        return (("shape", "Const"),)
    return (*((f"shape/{i}", "Const") for i, size in enumerate(shape) if size is not None), ("shape", "Pack"))


@scoped_whole(contrib)
def group_norm(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.group_norm."""
    g.inputs = tools.as_tensor(call, g.inputs)
    shape = dims_of(g.inputs)
    name = getattr(g.inputs, "tf_name", "")
    if shape is None:
        call.raise_("ValueError", f"Inputs {name} has undefined rank.", "shape")
    call.graph.op("Shape")
    channels = dimension(shape, g.channels_axis)
    if channels is None:
        call.raise_("ValueError", f"Inputs {name} has undefined channel dimension: {g.channels_axis}.", "shape")
    if isinstance(channels, int) and isinstance(g.groups, int):
        if g.groups > channels:
            call.raise_("ValueError", f"Invalid groups {g.groups} for {channels} channels.", "argument")
        if channels % g.groups:
            call.raise_("ValueError", f"{channels} channels is not commensurate with {g.groups} groups.", "argument")
    for size in shape if isinstance(shape, tuple) else ():
        if size is None:
            call.graph.op(
                "StridedSlice", "strided_slice", inner=(("stack", "Const"), ("stack_1", "Const"), ("stack_2", "Const"))
            )
    axis = g.channels_axis
    grouped = (*shape[:axis], g.groups, *shape[axis:]) if isinstance(shape, tuple) and isinstance(axis, int) else ()
    call.graph.op("Reshape", inner=_listed(grouped))
    with tools.variable_scope(call, g.scope, "GroupNorm", [g.inputs], reuse=g.reuse) as sc:
        held = _beta_and_gamma(call, g, (channels,), base_dtype(g.inputs))
        for _ in held:
            call.graph.op("Reshape", inner=(("shape", "Const"),))
        moments(call)
        call.graph.op("AddV2", "add", inner=(("y", "Const"),))
        scaled = 2 if held and is_not_off(g.scale) else 0
        for type, relative in (
            ("Rsqrt", "Rsqrt"),
            ("Neg", "Neg"),
            ("Mul", "mul"),
            *((("Mul", "mul"),) * scaled),
            *((("AddV2", "add"),) if held and is_not_off(g.center) else ()),
            ("Mul", "mul"),
            ("AddV2", "add"),
        ):
            call.graph.op(type, relative)
        outputs = op_like(call, g.inputs, "Reshape", inner=_listed(shape), deps=deps_of(g.inputs, held))
        outputs = tools.activate(call, g.activation_fn, outputs)
        return collect(call, g.outputs_collections, sc.name, outputs)
