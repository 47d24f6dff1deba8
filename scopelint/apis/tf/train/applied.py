"""What the operations of an optimizer take, for the picture: variable, slots, numbers and gradient by their names."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework.control_flow_contexts import waiting
from scopelint.apis.tf.framework.op_defs import op_def
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.apis.tf.train.optimizer import var_key
from scopelint.values.containers import DictValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import IndexedSlices, Operation, Variable

_SLOTS = {
    "m": ("m",), "v": ("v",), "accum": ("momentum", "accumulator", "accum", "accum_update"), "ms": ("rms",),
    "mom": ("momentum",), "mg": ("mg",), "linear": ("linear",), "accum_update": ("accum_update",),
    "gradient_accumulator": ("gradient_accumulator",),
    "gradient_squared_accumulator": ("gradient_squared_accumulator",),
}  # fmt: skip
"""Input -> what the optimizer calls that slot."""

_NUMBERS = {
    "lr": ("_learning_rate_tensor", "_lr_t"), "alpha": ("_learning_rate_tensor",), "beta1": ("_beta1_t",),
    "beta2": ("_beta2_t",), "epsilon": ("_epsilon_t", "_epsilon_tensor"), "momentum": ("_momentum_tensor",),
    "rho": ("_decay_tensor", "_rho_t"), "l1": ("_l1_regularization_strength_tensor",),
    "l2": ("_l2_regularization_strength_tensor",), "lr_power": ("_learning_rate_power_tensor",),
}  # fmt: skip
"""Input -> where the optimizer keeps that number as a tensor."""


def draw_applied(call: Call, self: InstanceValue, made: Operation, var: Any, grad: Any) -> None:
    """Notes the inputs of an Apply operation, in the order of its definition."""
    definition = op_def(made.type)
    if call.graph.drawing is None or definition is None:
        return
    slots: Any = self.attrs.get("_slots")
    named = slots.items if isinstance(slots, DictValue) else {}
    attrs: Any = self.attrs
    powers = {str(key[0] if isinstance(key, tuple) else key): value for key, value in _powers(self).items()}
    reads = iter(range(len(powers)))
    out: list[Any] = []
    for argument in definition.inputs:
        name = argument.name
        if name == "var":
            out.append(var)
        elif name in ("grad", "delta"):
            out.append(grad.values if isinstance(grad, IndexedSlices) else grad)
        elif name == "indices":
            out.append(grad.indices if isinstance(grad, IndexedSlices) else None)
        elif name in powers:
            turn = next(reads)
            power = powers[name]
            read = f"{made.name}/ReadVariableOp" + (f"_{turn}" if turn else "")
            out.append(read if isinstance(power, Variable) and power.is_resource is True else power)
        elif name in _SLOTS:
            held = [
                named[slot].items.get(var_key(var)) for slot in _SLOTS[name] if isinstance(named.get(slot), DictValue)
            ]
            out.append(held[0] if held else None)
        else:
            found = [attrs.get(each) for each in _NUMBERS.get(name, ())]
            out.append(next((each for each in found if each is not None), None))
    call.graph.draw(made.name, *out)
    for turn, power in enumerate(powers.values()):
        call.graph.draw(f"{made.name}/ReadVariableOp" + (f"_{turn}" if turn else ""), power)


def _powers(self: InstanceValue) -> dict[Any, Any]:
    held: Any = self.attrs.get("_non_slot_dict")
    return held.items if isinstance(held, DictValue) else {}


def adam_sparse(call: Call, self: InstanceValue, grad: IndexedSlices, var: Any) -> Any:
    """TF: AdamOptimizer._apply_sparse_shared: there is no one operation for it. All numbers are cast to the variable's
    dtype first, so that a rate of another one is taken."""
    powers = {str(key[0] if isinstance(key, tuple) else key): value for key, value in _powers(self).items()}
    attrs: Any = self.attrs
    held = [powers.get("beta1_power"), powers.get("beta2_power")]
    held += [attrs.get(name) for name in ("_lr_t", "_beta1_t", "_beta2_t", "_epsilon_t")]
    power1, power2, learning, beta1, beta2, epsilon = (call.new("tf.cast", each, dtype_of(var)) for each in held)
    values, both = grad.values, [(beta1, power1), (beta2, power2)]
    root = call.new("tf.sqrt", call.binary("-", 1, power2))
    rate = call.binary("/", call.binary("*", learning, root), call.binary("-", 1, power1))
    kept = []
    for slot, (beta, _) in zip(("m", "v"), both, strict=True):
        own = call.method(self, "get_slot", var, slot)
        scaled = values if slot == "m" else call.binary("*", values, values)
        scaled = call.binary("*", scaled, call.binary("-", 1, beta))
        with waiting(call, [call.new("tf.assign", own, call.binary("*", own, beta))]):
            kept.append(call.new("tf.scatter_add", own, grad.indices, scaled))
    below = call.binary("+", call.new("tf.sqrt", kept[1]), epsilon)
    update = call.new("tf.assign_sub", var, call.binary("/", call.binary("*", rate, kept[0]), below))
    return call.new("tf.group", update, *kept)
