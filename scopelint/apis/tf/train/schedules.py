"""Learning rates that follow the step: tf.train.*_decay and the schedule objects of Keras."""

from __future__ import annotations

from typing import Any

from scopelint.apis import tables
from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import ListValue
from scopelint.values.tensors import DTYPES, FLOAT32, Tensor

api = Namespace("tf.train")
keras = Namespace("tf.keras.optimizers.schedules")

Inner = tuple[tuple[str, str], ...]


def _rows(text: str) -> Inner:
    """`name:Type` cells, apart by spaces; without a type the name says it (`Cast_2` is a Cast, `x` a Const)."""
    out = []
    for cell in text.split():
        name, _, type = cell.partition(":")
        out.append((name, type or name.rpartition("/")[2].partition("_")[0]))
    return tuple(out)


_START = "initial_learning_rate:Const "
_EXPONENTIAL = _rows(_START + "Cast/x:Const Cast Cast_1/x:Const Cast_2 truediv:RealDiv Pow")
_STAIRCASE = _rows(_START + "Cast/x:Const Cast Cast_1/x:Const Cast_2 truediv:RealDiv Floor Pow")
_POLYNOMIAL = _rows(
    _START + "Cast/x:Const Cast_1/x:Const Cast_2 Cast_3/x:Const Cast_3 Minimum/y:Const Minimum truediv:RealDiv sub:Sub "
    "sub_1/x:Const sub_1:Sub Pow Mul"
)
_POLYNOMIAL_CYCLE = _rows(
    _START + "Cast/x:Const Cast_1/x:Const Cast_2 Cast_3/x:Const Cast_3 Equal/y:Const Equal cond/Switch "
    "cond/switch_t:Identity cond/switch_f:Identity cond/pred_id:Identity cond/Const cond/truediv/y:Const "
    "cond/truediv:RealDiv cond/truediv/Switch cond/Ceil cond/Merge Mul truediv:RealDiv sub:Sub sub_1/x:Const sub_1:Sub "
    "Pow Mul_1"
)
_INVERSE = _rows(_START + "Cast/x:Const Cast Cast_1/x:Const Cast_2 truediv:RealDiv Const Cast_3 Mul Add")
_COSINE = _rows(
    _START + "Cast/x:Const Cast Cast_1 Minimum truediv:RealDiv Const mul:Mul Cos add/x:Const add:AddV2 mul_1/x:Const "
    "mul_1:Mul mul_2/x:Const mul_2:Mul add_1/y:Const add_1:AddV2 Mul_3"
)
_RESTARTS = _rows(
    _START + "Cast/x:Const Cast Cast_1/x:Const Cast_2/x:Const Cast_3/x:Const Cast_4 truediv:RealDiv Equal/y:Const "
    "Equal cond/Switch cond/Merge cond/Merge_1 pow:Pow mul/x:Const mul:Mul Const mul_1:Mul Cos add/x:Const add:AddV2 "
    "mul_2:Mul sub/x:Const sub:Sub mul_3:Mul add_1:AddV2"
)
_LINEAR_COSINE = _rows(
    _START + "Cast/x:Const Cast Cast_1/x:Const Cast_2/x:Const Cast_3/x:Const Cast_4 Minimum sub:Sub truediv:RealDiv "
    "truediv_1:RealDiv mul/x:Const mul:Mul mul_1:Mul Const mul_2:Mul Cos add/x:Const add:AddV2 mul_3/x:Const mul_3:Mul "
    "add_1:AddV2 mul_4:Mul add_2:AddV2"
)
_PIECEWISE = _rows(
    "case/preds_c:Pack case/Cast case/Const case/num_true_conds:Sum case/n_true_conds:Const case/LessEqual"
)


def _decayed(call: Call, default: str, name: AnyValue, type: str, inner: Inner, rate: AnyValue) -> Tensor:
    """One scope whose own name is its last operation's."""
    text = graph_name(name, default)
    dtype = dtype_of(rate)
    if isinstance(rate, Tensor):
        inner = tuple(row for row in inner if row[0] != "initial_learning_rate")
    return make(call, type, text, (), FLOAT32 if isinstance(dtype, Unknown) else dtype, inner=inner)


def _exponential(call: Call, rate: AnyValue, staircase: AnyValue, name: AnyValue) -> Tensor:
    return _decayed(call, "ExponentialDecay", name, "Mul", _STAIRCASE if staircase else _EXPONENTIAL, rate)


def _cosine(call: Call, rate: AnyValue, name: AnyValue) -> Tensor:
    """TF: CosineDecay.__call__. Alone among these it does not give its scope's name to its result."""
    with call.graph.name_scope(graph_name(name, "CosineDecay")) as scope:
        for inner, type in _COSINE[:-1]:
            call.graph.op(type, f"{scope}{inner}/")
        return make(call, "Mul", scope + "Mul_3/")


def _need(call: Call, *values: AnyValue) -> None:
    """`get_global_step()` where nobody made one gives None, as does a setting that nobody set; it becomes no tensor."""
    if None in [each for each in values if not isinstance(each, Value)]:
        call.raise_("ValueError", "None values not supported.", kind="argument")


@api.function
def exponential_decay(
    call: Call,
    learning_rate: AnyValue,
    global_step: AnyValue,
    decay_steps: AnyValue,
    decay_rate: AnyValue,
    staircase: AnyValue,
    name: AnyValue,
) -> Any:
    _need(call, learning_rate, global_step, decay_steps, decay_rate)
    return _exponential(call, learning_rate, staircase, name)


@api.function
def natural_exp_decay(
    call: Call,
    learning_rate: AnyValue,
    global_step: AnyValue,
    decay_steps: AnyValue,
    decay_rate: AnyValue,
    staircase: AnyValue,
    name: AnyValue,
) -> Any:
    _need(call, learning_rate, global_step, decay_steps, decay_rate)
    make(call, "Neg", "Neg", inner=(("x", "Const"),))
    make(call, "Exp", "Exp")
    return _exponential(call, learning_rate, staircase, name)


@api.function
def polynomial_decay(
    call: Call, learning_rate: AnyValue, global_step: AnyValue, decay_steps: AnyValue, cycle: AnyValue, name: AnyValue
) -> Any:
    _need(call, learning_rate, global_step, decay_steps)
    return _decayed(call, "PolynomialDecay", name, "Add", _POLYNOMIAL_CYCLE if cycle else _POLYNOMIAL, learning_rate)


@api.function
def inverse_time_decay(
    call: Call,
    learning_rate: AnyValue,
    global_step: AnyValue,
    decay_steps: AnyValue,
    decay_rate: AnyValue,
    name: AnyValue,
) -> Any:
    _need(call, learning_rate, global_step, decay_steps, decay_rate)
    return _decayed(call, "InverseTimeDecay", name, "RealDiv", _INVERSE, learning_rate)


@api.function
def cosine_decay(
    call: Call, learning_rate: AnyValue, global_step: AnyValue, decay_steps: AnyValue, name: AnyValue
) -> Any:
    _need(call, learning_rate, global_step, decay_steps)
    return _cosine(call, learning_rate, name)


@api.function
def cosine_decay_restarts(
    call: Call, learning_rate: AnyValue, global_step: AnyValue, first_decay_steps: AnyValue, name: AnyValue
) -> Any:
    _need(call, learning_rate, global_step, first_decay_steps)
    return _decayed(call, "SGDRDecay", name, "Mul", _RESTARTS, learning_rate)


@api.function
def linear_cosine_decay(
    call: Call, learning_rate: AnyValue, global_step: AnyValue, decay_steps: AnyValue, name: AnyValue
) -> Any:
    _need(call, learning_rate, global_step, decay_steps)
    return _decayed(call, "LinearCosineDecay", name, "Mul", _LINEAR_COSINE, learning_rate)


@api.function
def noisy_linear_cosine_decay(
    call: Call, learning_rate: AnyValue, global_step: AnyValue, decay_steps: AnyValue, name: AnyValue
) -> Any:
    _need(call, learning_rate, global_step, decay_steps)
    return _decayed(call, "NoisyLinearCosineDecay", name, "Mul", _LINEAR_COSINE, learning_rate)


def _constants(call: Call, values: AnyValue) -> int:
    """TF: convert_n_to_tensor, without names: each number becomes a `Const` of its own."""
    members = values if isinstance(values, Unknown) else call.members(values)
    if isinstance(members, Unknown):
        return 0
    _need(call, *members)
    for member in members:
        if isinstance(member, (bool, int, float)):
            make(call, "Const", "Const", (), DTYPES["int32"] if isinstance(member, int) else FLOAT32)
    return len(members)


def _piecewise(call: Call, name: AnyValue, dtype: AnyValue) -> Tensor:
    with call.graph.name_scope(graph_name(name, "PiecewiseConstant")) as scope:
        for inner, type in _PIECEWISE:
            call.graph.op(type, f"{scope}{inner}/")
        return make(call, "Merge", scope + "case/cond/Merge/", (), dtype)


@api.function
def piecewise_constant(call: Call, x: AnyValue, boundaries: AnyValue, values: AnyValue, name: AnyValue) -> Any:
    """TF: piecewise_constant. Its numbers become constants outside of its scope."""
    _need(call, x)
    limits = _constants(call, boundaries)
    rates = _constants(call, values)
    if limits and rates and limits != rates - 1:
        call.raise_(
            "ValueError", "The length of boundaries should be 1 less than the length of values", kind="argument"
        )
    if dtype_of(x) is DTYPES["int64"] and isinstance(boundaries, (ListValue, tuple)):
        first = boundaries.items if isinstance(boundaries, ListValue) else boundaries
        for member in first:
            if type(member) is int:
                make(call, "Cast")
    listed = values.items if isinstance(values, ListValue) else values
    dtype = dtype_of(listed[0]) if isinstance(listed, (list, tuple)) and listed else FLOAT32
    return _piecewise(call, name, dtype)


schedule = keras.type("LearningRateSchedule")


@schedule.method(raw=True)
def get_config(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("the configuration of a schedule")


def _schedule(name: str, apply: Any) -> None:
    made = keras.type(name, bases=(schedule.cls,))

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self, given = args[0], dict(kwargs)
        listed = tables.signature(f"tf.keras.optimizers.schedules.{name}") or ()
        given.update(zip((p.name for p in listed), args[1:], strict=False))
        for parameter in listed:
            value = given.get(parameter.name, parameter.default)
            self.set(parameter.name, value)

    def invoke(call: Call, self: Any, step: Any) -> Any:
        return apply(call, self.attrs.get("initial_learning_rate"), self.attrs)

    made.method(init, name="__init__", raw=True)
    made.method(invoke, name="__call__")


_schedule("ExponentialDecay", lambda call, rate, own: _exponential(call, rate, own.get("staircase"), own.get("name")))
_schedule(
    "PolynomialDecay",
    lambda call, rate, own: _decayed(
        call, "PolynomialDecay", own.get("name"), "Add", _POLYNOMIAL_CYCLE if own.get("cycle") else _POLYNOMIAL, rate
    ),
)
_schedule(
    "InverseTimeDecay",
    lambda call, rate, own: _decayed(call, "InverseTimeDecay", own.get("name"), "RealDiv", _INVERSE, rate),
)
_schedule("PiecewiseConstantDecay", lambda call, rate, own: _piecewise(call, own.get("name"), FLOAT32))
