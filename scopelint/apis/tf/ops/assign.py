"""Changing variables: assign, assign_add, scatter_update and their like."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace, TypeBuilder
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.node import brief, unequal
from scopelint.apis.tf.framework.op_defs import op_def
from scopelint.apis.tf.framework.python_values import base
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import (
    DType,
    Operation,
    PartitionedVariable,
    Tensor,
    Variable,
    shape_text,
    shapes_compatible,
)
from scopelint.values.truth import NO, is_on

api = Namespace("tf")


def check_assigned(call: Call, ref: Any, value: Any, kind: str, name: str) -> None:
    """TF: the shape function of Assign and its kin."""
    wanted: Any = ref.shape
    found: Any = getattr(value, "shape", None)
    if shapes_compatible(wanted, found) is not NO:
        return
    shown = f"input shapes: {brief(wanted)}, {brief(found)}."
    call.raise_("ValueError", f"{unequal(wanted, found)} for '{name}' (op: '{kind}') with {shown}", kind="shape")


def assign_to(
    call: Call,
    ref: AnyValue,
    value: AnyValue,
    kind: str,
    name: AnyValue,
    read_value: AnyValue = True,
    validate_shape: AnyValue = True,
) -> Any:
    """TF: state_ops.assign, Variable.assign. `kind`: "Assign", "AssignAdd", "AssignSub"."""
    graph = call.graph
    if isinstance(ref, Tensor) and ref.op_type in ("Variable", "VariableV2", "Assign", "AssignAdd", "AssignSub"):
        # The output of an assignment is the variable itself, to be assigned to again.
        held = next((v for v in graph.get_collection("variables") if getattr(v, "deps", 0) == ref.deps != 0), None)
        ref = held or ref
    if isinstance(ref, PartitionedVariable):
        return call.unknown("an assignment to a partitioned variable")
    if not isinstance(ref, Variable):
        if isinstance(ref, Tensor) and not isinstance(ref.dtype, Unknown) and not ref.dtype.is_ref:
            if kind == "Assign" and ref.op_type == "StridedSlice":
                # A part of a variable knows how it is assigned to.
                return call.invoke(call.getattr(ref, "assign"), value, name=name)
            call.raise_(
                "AttributeError",
                "'Tensor' object has no attribute '"
                + {"Assign": "assign", "AssignAdd": "assign_add", "AssignSub": "assign_sub"}[kind]
                + "'",
            )
        made = operations.gen(call, kind, name, ref=ref, value=value)
        if isinstance(ref, Unknown) and isinstance(made, Tensor):
            # A reference to a variable, or what is read of a resource.
            made.dtype = ref.derive("")
        return made
    dtype = base(ref.dtype)
    if ref.is_resource is True:
        tensor = operations.convert(call, value, dtype)
        if kind == "Assign" and shapes_compatible(ref.shape, tensor.shape) is NO:
            call.raise_(
                "ValueError",
                f"Shapes {shape_text(ref.shape)} and {shape_text(tensor.shape)} are incompatible",
                kind="shape",
            )
        own = "AssignVariableOp" if kind == "Assign" else kind + "VariableOp"
        made = graph.op(own, own if name is None else graph_name(name))
        graph.draw(made, ref, tensor)
        if read_value is False:
            return Operation(made, own, graph)
        return operations.read(call, ref)
    asked = kind if name is None else graph_name(name)
    definition: Any = op_def(kind)
    allowed = definition.attributes["T"].allowed
    if allowed and isinstance(dtype, DType) and dtype.name not in allowed:
        with operations.scope(call, asked):
            operations.check_allowed(call, "ref", dtype, allowed)
    if isinstance(value, Tensor):
        checked, full = value, ""
        if is_on(validate_shape) and shapes_compatible(ref.shape, value.shape) is NO:
            check_assigned(call, ref, checked, kind, graph.unique_name(asked, False))
        full = graph.op(kind, asked)
    else:
        with operations.scope(call, asked) as inner:
            checked = operations.convert_input(call, definition, definition.inputs[1], value, dtype)
            if is_on(validate_shape):
                check_assigned(call, ref, checked, kind, (inner or asked).rstrip("/"))
            call.state.user_depth -= 1
            try:
                full = graph.op(kind, inner or asked)
            finally:
                call.state.user_depth += 1
    graph.draw(full, ref, checked)
    if isinstance(checked.dtype, DType) and isinstance(dtype, DType) and checked.dtype.base_dtype is not dtype:
        call.raise_(
            "TypeError",
            f"Input 'value' of '{kind}' Op has type {checked.dtype.base_dtype.name} that does not "
            f"match type {dtype.name} of argument 'ref'.",
            kind="argument",
        )
    if read_value is False:
        return Operation(full, kind, graph)
    return Tensor(full, 0, kind, ref.shape, dtype.ref if isinstance(dtype, DType) else dtype, graph, ref.deps)


def count_up_to(call: Call, ref: AnyValue, limit: AnyValue, name: AnyValue = None) -> Any:
    """TF: state_ops.count_up_to, Variable.count_up_to."""
    if isinstance(ref, Variable) and ref.is_resource is not True:
        made = operations.gen(call, "CountUpTo", name, ref=ref, limit=limit)
        made.shape = ()
        return made
    dtype = base(getattr(ref, "dtype", Unknown("dtype is not known")))
    operations.check_allowed(call, "T", dtype, ("int32", "int64"))
    return make(call, "ResourceCountUpTo", graph_name(name, "ResourceCountUpTo"), dtype=dtype)


def declare_assigns(variable: TypeBuilder) -> None:
    """Declares tf.assign and its kin, and the methods of `variable`."""
    variable.method(lambda call, self, limit: count_up_to(call, self, limit), name="count_up_to")
    api.function(count_up_to)
    for name, kind, parameter in (
        ("assign", "Assign", "value"),
        ("assign_add", "AssignAdd", "delta"),
        ("assign_sub", "AssignSub", "delta"),
    ):
        variable.method(_assign_method(kind, parameter), name=name, raw=True)
        api.function(_assign_function(kind), name=name, raw=True)


def _assign_method(kind: str, parameter: str) -> Any:
    def method(call: Call, args: tuple[Any, ...], kwargs: Any) -> Any:
        self, *rest = args
        bound = dict(zip((parameter, "use_locking", "name", "read_value"), rest, strict=False))
        bound.update(kwargs)
        return assign_to(call, self, bound.get(parameter), kind, bound.get("name"), bound.get("read_value", True))

    return method


def _assign_function(kind: str) -> Any:
    names = (
        ("ref", "value", "validate_shape", "use_locking", "name")
        if kind == "Assign"
        else ("ref", "value", "use_locking", "name")
    )

    def function(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound = dict(zip(names, args, strict=False))
        bound.update(kwargs)
        return assign_to(
            call, bound.get("ref"), bound.get("value"), kind, bound.get("name"), True, bound.get("validate_shape", True)
        )

    return function


_SCATTERS = {
    "scatter_add": "ScatterAdd",
    "scatter_sub": "ScatterSub",
    "scatter_update": "ScatterUpdate",
    "scatter_mul": "ScatterMul",
    "scatter_div": "ScatterDiv",
    "scatter_max": "ScatterMax",
    "scatter_min": "ScatterMin",
}


def scatter(call: Call, ref: AnyValue, indices: AnyValue, updates: AnyValue, kind: str, name: AnyValue) -> Any:
    if isinstance(ref, Variable) and ref.is_resource is True:
        operations.convert(call, indices, None, "indices")
        operations.convert(call, updates, base(ref.dtype), "updates")
        call.graph.op("Resource" + kind, "Resource" + kind if name is None else graph_name(name))
        return operations.read(call, ref)
    return operations.gen(call, kind, name, ref=ref, indices=indices, updates=updates)


def declare_scatters(variable: TypeBuilder) -> None:
    """Declares tf.scatter_add and its kin, and the methods of `variable`."""
    for name, kind in _SCATTERS.items():

        def function(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], kind: str = kind) -> Any:
            bound = dict(zip(("ref", "indices", "updates", "use_locking", "name"), args, strict=False))
            bound.update(kwargs)
            return scatter(call, bound.get("ref"), bound.get("indices"), bound.get("updates"), kind, bound.get("name"))

        def method(call: Call, args: tuple[Any, ...], kwargs: Any, kind: str = kind) -> Any:
            slices = args[1] if len(args) > 1 else kwargs.get("sparse_delta")
            return scatter(
                call,
                args[0],
                getattr(slices, "indices", slices),
                getattr(slices, "values", slices),
                kind,
                kwargs.get("name"),
            )

        api.function(function, name=name, raw=True)
        variable.method(method, name=name, raw=True)
