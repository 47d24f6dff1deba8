"""FtrlOptimizer and the proximal optimizers."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.ops.slot_creator import make_slot_from_tensor
from scopelint.apis.tf.train.optimizer import remember
from scopelint.apis.tf.train.optimizers import (
    LEARNING_RATE,
    Hyper,
    applies,
    constant,
    init_base,
    must_be_positive,
    prepares,
    subclass,
    zeros,
)
from scopelint.values.objects import InstanceValue

ftrl = subclass("FtrlOptimizer")


@ftrl.method(name="__init__")
def _ftrl(
    call: Call,
    self: InstanceValue,
    learning_rate: Any,
    learning_rate_power: Any,
    initial_accumulator_value: Any,
    l1_regularization_strength: Any,
    l2_regularization_strength: Any,
    use_locking: Any,
    name: Any,
    accum_name: Any,
    linear_name: Any,
    l2_shrinkage_regularization_strength: Any,
) -> None:
    init_base(
        call,
        self,
        use_locking,
        name,
        None,
        learning_rate=learning_rate,
        learning_rate_power=learning_rate_power,
        initial_accumulator_value=initial_accumulator_value,
        l1_regularization_strength=l1_regularization_strength,
        l2_regularization_strength=l2_regularization_strength,
        l2_shrinkage_regularization_strength=l2_shrinkage_regularization_strength,
        accum_name=accum_name,
        linear_name=linear_name,
    )
    for value, what, sign in (
        (initial_accumulator_value, "initial_accumulator_value", 1),
        (learning_rate_power, "learning_rate_power", -1),
        (l1_regularization_strength, "l1_regularization_strength", 1),
        (l2_regularization_strength, "l2_regularization_strength", 1),
        (l2_shrinkage_regularization_strength, "l2_shrinkage_regularization_strength", 1),
    ):
        if isinstance(value, (int, float)) and value * sign < 0.0:
            kind = "positive" if sign > 0 else "negative"
            call.raise_("ValueError", f"{what} {value:f} needs to be {kind} or zero", kind="argument")


@ftrl.method(name="_create_slots")
def _ftrl_slots(call: Call, self: InstanceValue, var_list: Any) -> None:
    own = call.getattr(self, "_name")
    accum, linear = call.getattr(self, "_accum_name") or own, call.getattr(self, "_linear_name") or own
    for v in var_list.items:
        start = constant(call, 0.1, v)
        remember(call, self, v, "accum", lambda v=v, t=start: make_slot_from_tensor(call, v, t, graph_name(accum, "")))
        zeros(call, self, v, "linear", linear)


prepares(
    ftrl,
    (
        LEARNING_RATE,
        ("_l1_regularization_strength", "_l1_regularization_strength_tensor", "l1_regularization_strength"),
        ("_l2_regularization_strength", "_l2_regularization_strength_tensor", "l2_regularization_strength"),
        (
            "_l2_shrinkage_regularization_strength",
            "_l2_shrinkage_regularization_strength_tensor",
            "l2_shrinkage_regularization_strength",
        ),
        ("_learning_rate_power", "_learning_rate_power_tensor", "learning_rate_power"),
    ),
)


applies(ftrl, "Ftrl")


REGULARIZERS: tuple[Hyper, ...] = (
    LEARNING_RATE,
    ("_l1_regularization_strength", "_l1_regularization_strength_tensor", "l1_regularization_strength"),
    ("_l2_regularization_strength", "_l2_regularization_strength_tensor", "l2_regularization_strength"),
)


proximal_adagrad = subclass("ProximalAdagradOptimizer")


@proximal_adagrad.method(name="__init__")
def _proximal_adagrad(
    call: Call,
    self: InstanceValue,
    learning_rate: Any,
    initial_accumulator_value: Any,
    l1_regularization_strength: Any,
    l2_regularization_strength: Any,
    use_locking: Any,
    name: Any,
) -> None:
    must_be_positive(call, initial_accumulator_value, "initial_accumulator_value")
    init_base(
        call,
        self,
        use_locking,
        name,
        None,
        learning_rate=learning_rate,
        initial_accumulator_value=initial_accumulator_value,
        l1_regularization_strength=l1_regularization_strength,
        l2_regularization_strength=l2_regularization_strength,
    )


@proximal_adagrad.method(name="_create_slots")
def _proximal_adagrad_slots(call: Call, self: InstanceValue, var_list: Any) -> None:
    own = graph_name(call.getattr(self, "_name"), "")
    for v in var_list.items:
        start = constant(call, 0.1, v)
        remember(call, self, v, "accumulator", lambda v=v, t=start: make_slot_from_tensor(call, v, t, own))


prepares(proximal_adagrad, REGULARIZERS)


applies(proximal_adagrad, "ProximalAdagrad", casts=False)


proximal_descent = subclass("ProximalGradientDescentOptimizer")


@proximal_descent.method(name="__init__")
def _proximal_descent(
    call: Call,
    self: InstanceValue,
    learning_rate: Any,
    l1_regularization_strength: Any,
    l2_regularization_strength: Any,
    use_locking: Any,
    name: Any,
) -> None:
    init_base(
        call,
        self,
        use_locking,
        name,
        None,
        learning_rate=learning_rate,
        l1_regularization_strength=l1_regularization_strength,
        l2_regularization_strength=l2_regularization_strength,
    )


prepares(proximal_descent, REGULARIZERS)


applies(proximal_descent, "ProximalGradientDescent", casts=False)
