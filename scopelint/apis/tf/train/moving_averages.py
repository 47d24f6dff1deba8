"""tf.train.ExponentialMovingAverage and assign_moving_average."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.op_inputs import deps_of, op_name
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.apis.tf.ops.slot_creator import draw_guard, initialized_value, make_slot_from_tensor, make_zeros_slot
from scopelint.apis.tf.train.optimizer import to_tensor
from scopelint.graph import initial, scopes, store
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, OwnDict
from scopelint.values.objects import InstanceValue
from scopelint.values.seen import is_unseen
from scopelint.values.tensors import FLOAT32, DType, PartitionedVariable, Tensor, Variable
from scopelint.values.text import from_template

api = Namespace("tf.train")
private = Namespace("tensorflow.python.training.moving_averages")

average = api.type("ExponentialMovingAverage")


@average.method
def __init__(
    call: Call, self: InstanceValue, decay: AnyValue, num_updates: AnyValue, zero_debias: AnyValue, name: AnyValue
) -> None:
    self.set("_decay", decay)
    self.set("_num_updates", num_updates)
    self.set("_zero_debias", zero_debias)
    self.set("_name", name)
    self.set("_averages", OwnDict())


@average.property
def name(call: Call, self: InstanceValue) -> Any:
    return self.attrs["_name"]


@average.method
def apply(call: Call, self: InstanceValue, var_list: AnyValue) -> Any:
    """TF: ExponentialMovingAverage.apply."""
    own = graph_name(self.attrs["_name"], "")
    if var_list is None:
        variables: Any = list(call.graph.get_collection("trainable_variables"))
    else:
        variables = var_list if isinstance(var_list, Unknown) else call.members(var_list)
    rest = getattr(var_list, "rest", None)
    if isinstance(variables, Unknown) or (rest is not None and not is_unseen(rest)):
        why = call.cannot_know("which variables have a moving average is not known", may_make=True)
        variables = [] if isinstance(variables, Unknown) else variables
        self.attrs["_averages"].touch()
        self.attrs["_averages"].rest = why
    averages = self.attrs["_averages"]
    debiased: list[Any] = []
    for var in variables:
        if isinstance(var, PartitionedVariable):
            message = "'PartitionedVariable' object has no attribute 'experimental_ref'"
            call.raise_("AttributeError", message, kind="argument")
        dtype = dtype_of(var)
        if isinstance(dtype, DType) and not dtype.is_floating:
            call.raise_("TypeError", f"The variables must be half, float, or double: {op_name(var)}:0", kind="argument")
        if var in averages.items:
            continue
        if isinstance(var, Variable):
            start = initialized_value(call, var)
            with call.state.on_behalf("average"):
                made = make_slot_from_tensor(call, var, start, own)
            draw_guard(call, made, var, start)
            call.graph.add_to_collection("moving_average_variables", var)
        else:
            with call.state.on_behalf("average"):
                made = make_zeros_slot(call, var, own)
            if self.attrs["_zero_debias"]:
                debiased.append(made)
        averages.touch()
        averages.items[var] = made
    with call.graph.name_scope(own) as scope:
        decay = to_tensor(call, self.attrs["_decay"], "decay")
        if self.attrs["_num_updates"] is not None:
            updates = self.attrs["_num_updates"]
            inner = () if isinstance(updates, (Tensor, Variable)) else (("x", "Const"),)
            graph, own_decay = call.graph, decay
            number = make(call, "Cast", "num_updates", inner=inner)
            one = make(call, "AddV2", "add", inner=(("x", "Const"),))
            ten = make(call, "AddV2", "add", inner=(("x", "Const"),))
            share = make(call, "RealDiv", "truediv")
            decay = make(call, "Minimum", "Minimum")
            graph.draw(number.op_name, f"{number.op_name}/x" if inner else updates)
            for each in (one, ten):
                graph.draw(each.op_name, f"{each.op_name}/x", number)
            graph.draw(share.op_name, one, ten)
            graph.draw(decay.op_name, own_decay, share)
        updated: list[Any] = []
        for var in variables:
            held = averages.items[var]
            updated.append(assign(call, held, var, decay, any(held is each for each in debiased), None))
        done = make_op(call, "NoOp", scope)
        call.graph.draw_after(done.name, updated)
        return done


@average.method(name="average")
def _average(call: Call, self: InstanceValue, var: AnyValue) -> Any:
    if isinstance(var, Unknown):
        return call.unknown("the average of a variable that is not known")
    held = self.attrs["_averages"]
    if var in held.items:
        return held.items[var]
    other = next((key for key in held.items if isinstance(key, Unknown)), held.rest)
    return None if other is None else other.derive("")


@average.method
def average_name(call: Call, self: InstanceValue, var: AnyValue) -> Any:
    held = self.attrs["_averages"].items.get(var)
    if held is not None:
        return from_template(op_name(held))
    return from_template(
        call.graph.unique_name(f"{op_name(var)}/{graph_name(self.attrs['_name'])}", mark_as_used=False)
    )


@average.method
def variables_to_restore(call: Call, self: InstanceValue, moving_avg_variables: AnyValue) -> Any:
    """TF: ExponentialMovingAverage.variables_to_restore. The order is a set's, which nobody may rely on."""
    graph = call.graph
    if moving_avg_variables is None:
        averaged: Any = graph.get_collection("trainable_variables") + graph.get_collection("moving_average_variables")
    else:
        averaged = call.members(moving_avg_variables)
    if isinstance(averaged, Unknown):
        return averaged
    out = DictValue(rest=self.attrs["_averages"].rest)
    for var in dict.fromkeys(averaged):
        out.items[average_name(call, self, var)] = var
    names = {op_name(var) for var in averaged}
    for var in graph.get_collection("variables"):
        if op_name(var) not in names and op_name(var) not in out.items:
            out.items[op_name(var)] = var
    return out


def assign(
    call: Call, variable: AnyValue, value: AnyValue, decay: AnyValue, zero_debias: AnyValue, name: AnyValue
) -> Any:
    """TF: assign_moving_average."""
    graph = call.graph
    shape, dtype, deps = shape_of(variable), dtype_of(variable), 0
    resource = isinstance(variable, Variable) and variable.is_resource is True
    with operations.scope(call, name, "AssignMovingAvg") as scope:
        if isinstance(decay, (int, float)):
            share = graph.op("Const", "decay")
        else:
            share = make(call, "Sub", "sub", inner=(("x", "Const"),)).op_name
            graph.draw(share, f"{share}/x", decay)
        if zero_debias:
            unbiased = debias(call, variable, shape, dtype, value, share)
            made = make(call, "Assign", (graph.get_name_scope() or "AssignMovingAvg") + "/", shape, dtype)
            graph.draw(made.op_name, variable, unbiased)
            return made
        if resource:
            make(call, "ReadVariableOp")
            make(call, "Sub", "sub", inner=(("ReadVariableOp", "ReadVariableOp"),))
            make(call, "Mul", "mul")
            make_op(call, "AssignSubVariableOp")
            return make(call, "ReadVariableOp", None, shape, dtype, deps)
        difference = make(call, "Sub", "sub", shape, dtype)
        graph.draw(difference.op_name, variable, value)
        delta = make(call, "Mul", "mul", shape, dtype)
        graph.draw(delta.op_name, difference, share)
        made = make(call, "AssignSub", scope, shape, dtype, deps_of(variable))
        graph.draw(made.op_name, variable, delta)
        return made


def debias(
    call: Call, variable: AnyValue, shape: AnyValue, dtype: AnyValue, value: AnyValue = None, share: AnyValue = None
) -> Tensor:
    """TF: _zero_debias. Keeps the biased value and the step beside the variable. `share`: one less the decay."""
    state = call.state
    variables: list[Any] = []
    with scopes.variable_scope(state, op_name(variable)) as scope:
        for leaf, kept in (("biased", shape), ("local_step", ())):
            name = leaf
            if not scope.reuse:
                held = {op_name(v) for v in call.graph.get_collection("variables")}
                number = 0
                while f"{scope.name}/{name}" in held:
                    number += 1
                    name = f"{leaf}_{number}"
            made = store.get_variable(
                state, name, shape=kept, dtype=dtype, initializer=initial.ZEROS, trainable=False, by="average"
            )
            variables.append(made)
    graph, (biased, step) = call.graph, variables
    difference = make(call, "Sub", "sub", shape, dtype)
    graph.draw(difference.op_name, biased, value)
    delta = make(call, "Mul", "mul", shape, dtype)
    graph.draw(delta.op_name, difference, share)
    updated = make(call, "AssignSub", None, shape, dtype)
    graph.draw(updated.op_name, biased, delta)
    counted = make(call, "AssignAdd", None, (), dtype, inner=(("value", "Const"),))
    graph.draw(counted.op_name, step, f"{counted.op_name}/value")
    kept_share = make(call, "Sub", "sub", inner=(("x", "Const"),))
    graph.draw(kept_share.op_name, f"{kept_share.op_name}/x", share)
    power = make(call, "Pow", "Pow")
    graph.draw(power.op_name, kept_share, counted)
    factor = make(call, "Sub", "sub", inner=(("x", "Const"),))
    graph.draw(factor.op_name, f"{factor.op_name}/x", power)
    made = make(call, "RealDiv", "truediv", shape, dtype)
    graph.draw(made.op_name, updated, factor)
    return made


@private.function
def assign_moving_average(
    call: Call, variable: AnyValue, value: AnyValue, decay: AnyValue, zero_debias: AnyValue, name: AnyValue
) -> Any:
    return assign(call, variable, value, decay, zero_debias, name)


@private.function
def weighted_moving_average(
    call: Call,
    value: AnyValue,
    decay: AnyValue,
    weight: AnyValue,
    truediv: AnyValue,
    collections: AnyValue,
    name: AnyValue,
) -> Any:
    """TF: weighted_moving_average."""
    state = call.state
    given = ["variables"] if collections is None else call.members(collections)
    with scopes.variable_scope(state, graph_name(name), "WeightedMovingAvg") as scope:
        kept = [
            store.get_variable(
                state,
                leaf,
                shape=shape_of(of),
                dtype=dtype_of(of),
                initializer=initial.ZEROS,
                trainable=False,
                collections=given,
                by="average",
            )
            for leaf, of in (("value_x_weight", value), ("weight", weight))
        ]
        make(call, "Mul", "mul")
        assign(call, kept[0], value, decay, False, None)
        assign(call, kept[1], weight, decay, False, None)
        return make(call, "RealDiv" if truediv else "Div", scope.name, shape_of(value), dtype_of(value, FLOAT32))
