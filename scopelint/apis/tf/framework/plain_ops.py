"""Operations of tensors of the default graph, of variables and of numbers, whose output is one: the short way of `gen`.

What such an operation's definition says is worked out once for its type. Whatever is not so simple, or would be
refused, is left to the way that restates all of op_def_library.apply_op (`framework/operations.py`).
"""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework.constant_folding import fold
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.gathers import gathered
from scopelint.apis.tf.framework.node import Node
from scopelint.apis.tf.framework.op_defs import Attribute, OpDef, op_def
from scopelint.apis.tf.framework.op_gradients import CUTS, GATHERS, UNPASSED
from scopelint.apis.tf.framework.op_inputs import snapshot
from scopelint.apis.tf.framework.op_outputs import shape_of_one
from scopelint.apis.tf.framework.ranks import bounds, check_ranks
from scopelint.apis.tf.framework.shapes.table import shape_function
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import FLOAT32, INT32, INT64, DType, Tensor, Variable

_PLAIN = frozenset({bool, int, float, str, DType, type(None)})


class Plan:
    """What there is to do for one operation of a type."""

    __slots__ = ("attributes", "bounded", "cuts", "dtype", "gathers", "inputs", "kind", "shape", "type")

    def __init__(self, definition: OpDef) -> None:
        output = definition.outputs[0]
        inferred = {argument.type_attr for argument in definition.inputs}
        self.type = definition.type
        # Of each input its name, the attribute that is its dtype, or that dtype; which the attribute may be, and is
        # where nothing else says.
        self.inputs = tuple(
            (
                argument.name,
                argument.type_attr,
                argument.dtype,
                frozenset(definition.attributes[argument.type_attr].allowed) if argument.type_attr else frozenset(),
                definition.attributes[argument.type_attr].default if argument.type_attr else None,
            )
            for argument in definition.inputs
        )
        self.attributes: tuple[tuple[str, str, Attribute], ...] = tuple(
            (key, key + "_", attribute) for key, attribute in definition.attributes.items() if key not in inferred
        )
        self.dtype = output.dtype
        self.kind = output.type_attr
        self.bounded = bool(bounds(definition.type))
        self.shape = shape_function(definition.type)
        self.cuts = definition.gradient == "none" or definition.type in CUTS
        self.gathers = definition.type in GATHERS


def _planned(definition: OpDef) -> Plan | None:
    for argument in (*definition.inputs, *definition.outputs):
        if argument.number_attr or argument.list_attr or argument.is_ref:
            return None
    if len(definition.outputs) != 1 or not definition.inputs or "padding" in definition.attributes:
        return None
    return None if definition.type in UNPASSED else Plan(definition)


def _made(call: Call, type_: str, asked: str) -> str:
    """Makes the node. One that has its scope's own name is what was asked for where the scope was opened."""
    state = call.state
    full: str
    if asked[-1:] == "/" and state.user_depth:
        state.user_depth -= 1
        try:
            full = call.graph.op(type_, asked)
        finally:
            state.user_depth += 1
    else:
        full = call.graph.op(type_, asked)
    return full


def _made_of_numbers(call: Call, plan: Plan, asked: str, ins: dict[str, Any], attrs: dict[str, Any]) -> str:
    """Makes the node in a scope of its own, within which its numbers become constants first."""
    state, graph = call.state, call.graph
    outer = graph.name_stack
    entered = graph.enter_scope(asked)
    state.user_depth += 1
    try:
        for key, type_attr, fixed, _, _ in plan.inputs:
            value = ins[key]
            if type(value) is float or type(value) is int:
                ins[key] = number(call, value, attrs[type_attr] if fixed is None else fixed, key)
        return _made(call, plan.type, entered or asked)
    finally:
        state.user_depth -= 1
        graph.leave_scope(outer)


def _dtype_of_number(value: float, wanted: DType | None, preferred: Any) -> DType | None:
    """The dtype that one of Python's ints or floats gets where that one is wanted; None where it may not have it."""
    if wanted is None and preferred is None:
        return FLOAT32 if type(value) is float else INT32 if -(1 << 31) <= value < 1 << 31 else INT64
    if wanted is None or wanted.kind not in ("fc" if type(value) is float else "iufc"):
        return None
    return wanted


PLANS: dict[str, Plan | None] = {}


def plan_of(type_: str) -> Plan | None:
    """None for a type of which no operation is that simple."""
    try:
        return PLANS[type_]
    except KeyError:
        definition = op_def(type_)
        found = PLANS[type_] = None if definition is None else _planned(definition)
        return found


def number(call: Call, value: float, dtype: AnyValue, name: AnyValue) -> Tensor | None:
    """The constant of one of Python's ints or floats; None for a dtype that may not take it."""
    own = None if dtype is not None and type(dtype) is not DType else _dtype_of_number(value, dtype, None)
    if own is None:
        return None
    graph = call.graph
    full = graph.op("Const", "Const" if name is None else graph_name(name))
    return Tensor(full, 0, "Const", (), own, graph, 0, value)


def make_plain(call: Call, plan: Plan, name: AnyValue, given: dict[str, Any]) -> Tensor | None:
    """Makes the operation and gives its output; None where it is not that simple, and nothing was done."""
    graph = call.graph
    asked = plan.type if name is None else graph_name(name)
    if graph.building_function or graph.overrides or type(asked) is not str:
        return None
    ins: dict[str, Any] = {}
    attrs: dict[str, Any] = {}
    numbers = False
    for key, type_attr, fixed, allowed, preferred in plan.inputs:
        value: Any = given.get(key)
        kind = type(value)
        wanted = attrs.get(type_attr) if fixed is None else fixed
        if kind is float or kind is int:
            numbers = True
            own = _dtype_of_number(value, wanted, preferred)
        elif (kind is Tensor or (kind is Variable and value.is_resource is False)) and value.graph is graph:
            own = value.dtype
        else:
            return None
        if type(own) is not DType:
            return None
        own = own.base_dtype
        if wanted is None:
            if allowed and own.name not in allowed:
                return None
            attrs[type_attr] = own
        elif own is not wanted:
            return None
        ins[key] = value
    if len(given) > len(ins):
        for key, value in given.items():
            if type(value) not in _PLAIN and key not in ins:
                return None
    for key, other, attribute in plan.attributes:
        value = given[key] if key in given else given.get(other)
        if value is None and attribute.has_default:
            value = attribute.default
        elif attribute.kind == "type" and value is not None:
            if type(value) is not DType:
                return None
            value = value.base_dtype
        attrs[key] = value
    type_ = plan.type
    full = _made_of_numbers(call, plan, asked, ins, attrs) if numbers else _made(call, type_, asked)
    deps = 0
    for key, value in ins.items():
        if type(value) is Variable:
            value = ins[key] = snapshot(call, value)
        deps |= value.deps
    node = Node(call, type_, full, ins, attrs)
    if plan.bounded:
        check_ranks(node)
    graph.inputs[full] = ins
    if graph.drawing is not None:
        graph.draw_attrs(full, attrs)
    dtype: Any = plan.dtype or attrs.get(plan.kind)
    if dtype is None:
        dtype = Unknown("dtype is not known")
    shape = shape_of_one(node, plan.shape)
    if plan.cuts or (type(dtype) is DType and dtype.kind not in "fcrv"):
        deps = 0
    elif plan.gathers:
        deps = gathered(node)
    made = Tensor(full, 0, type_, shape, dtype, graph, deps)
    if not deps:
        made.const = fold(node)
    return made
