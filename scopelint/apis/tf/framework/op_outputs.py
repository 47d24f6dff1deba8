"""What an operation gives: the dtypes, shapes and values of its outputs, and what they depend on."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework.constant_folding import fold
from scopelint.apis.tf.framework.gathers import gathered
from scopelint.apis.tf.framework.gradient_overrides import overridden_deps
from scopelint.apis.tf.framework.node import Node
from scopelint.apis.tf.framework.op_defs import OpDef
from scopelint.apis.tf.framework.op_gradients import CUTS, GATHERS, UNPASSED
from scopelint.apis.tf.framework.python_values import as_dtype, members
from scopelint.apis.tf.framework.ranks import check_ranks
from scopelint.apis.tf.framework.shapes.common import ShapeFunction
from scopelint.apis.tf.framework.shapes.table import shape_function
from scopelint.values.base import Undecided, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import ClassValue, InstanceValue
from scopelint.values.tensors import DType, Operation, Tensor


def outputs(call: Call, definition: OpDef, node: Node) -> Any:
    """The tensor that an operation gives, a tuple of them, a list for an output that is one, or the Operation."""
    check_ranks(node)
    declared = definition.outputs
    graph = call.graph
    graph.inputs[node.name] = node.ins
    graph.draw_attrs(node.name, node.attrs)
    if not declared:
        return Operation(node.name, node.type, graph)
    dtypes: list[Any] = []
    structure: list[Any] = []
    for argument in declared:
        if argument.list_attr:
            kinds = node.attrs.get(argument.list_attr)
            if isinstance(kinds, Unknown):
                return ListValue([], Unknown("the number of outputs is not known"))
            held = members(kinds) if not isinstance(kinds, list) else kinds
            own = [as_dtype(call, kind) for kind in held] if held is not None else []
        else:
            kind = argument.dtype or node.attrs.get(argument.type_attr)
            if kind is None:
                kind = Unknown("dtype is not known")
            own = [kind]
            if argument.number_attr:
                count = node.attrs.get(argument.number_attr)
                if not isinstance(count, int) or count > 100_000:
                    return ListValue([], Unknown("the number of outputs is not known"))
                own = own * count
        structure.append(len(own) if argument.list_attr or argument.number_attr else None)
        dtypes += own
    if not dtypes:
        return Operation(node.name, node.type, graph)
    shapes = shapes_of(node, len(dtypes))
    deps = 0
    cuts = definition.gradient == "none" or node.type in CUTS
    if graph.overrides or not cuts:
        if node.type in GATHERS:
            deps = gathered(node)
        else:
            unpassed = UNPASSED.get(node.type, ()) if node.type not in graph.overrides else ()
            for name, held in node.ins.items():
                if name in unpassed:
                    continue
                for tensor in held if isinstance(held, list) else (held,):
                    deps |= tensor.deps
        if graph.overrides:
            other = overridden_deps(graph, node.type, node.name, deps, cuts)
            deps = other if other is not None else 0 if cuts else deps
    tensors = []
    for i, (dtype, shape) in enumerate(zip(dtypes, shapes, strict=True)):
        flows = not isinstance(dtype, DType) or dtype.kind in "fcrv"
        tensors.append(Tensor(node.name, i, node.type, shape, dtype, graph, deps if flows else 0))
    if len(tensors) == 1 and tensors[0].deps == 0:
        tensors[0].const = fold(node)
    if len(declared) == 1:
        return tensors[0] if structure[0] is None else ListValue(tensors)
    out: list[Any] = []
    for count in structure:
        out.append(tensors.pop(0) if count is None else ListValue([tensors.pop(0) for _ in range(count)]))
    return result_tuple(node.type, tuple(a.name for a in declared), out)


_UNKNOWN_SIZES = (Undecided, TypeError, ValueError, IndexError, ArithmeticError)
"""What a shape function raises where a size or an axis is not known that arithmetic needs."""


def _found(node: Node, function: ShapeFunction | None) -> Any:
    try:
        return function(node) if function is not None else Unknown(f"the shape of {node.type} is not modelled")
    except _UNKNOWN_SIZES:
        return Unknown(f"the shape of {node.type} is not known")


def shapes_of(node: Node, count: int) -> list[Any]:
    """The shapes of an operation's outputs: of `count` tensors."""
    found = _found(node, shape_function(node.type))
    if isinstance(found, list):
        found = found[:count]
        found += [Unknown("shape is not known")] * (count - len(found))
    else:
        found = [found] * count
    return [
        _doubted(node, shape) if shape is None or (type(shape) is tuple and _is_open(shape)) else shape
        for shape in found
    ]


def shape_of_one(node: Node, function: ShapeFunction | None) -> Any:
    """The shape of an operation's only output."""
    shape = _found(node, function)
    if type(shape) is list:
        shape = shape[0] if shape else Unknown("shape is not known")
    return _doubted(node, shape) if shape is None or (type(shape) is tuple and _is_open(shape)) else shape


def _doubted(node: Node, shape: Any) -> Any:
    """What TF does not know of a shape it may know here: of what we do not know ourselves nothing follows."""
    doubt = node.doubt()
    if doubt is None:
        return shape
    return doubt.derive("") if shape is None else tuple(doubt.derive("") if d is None else d for d in shape)


def _is_open(shape: tuple[Any, ...]) -> bool:
    # No `None in shape`: a dimension that is not known would be asked whether it equals None.
    for dim in shape:  # noqa: SIM110  a generator takes thrice as long, for each operation
        if dim is None:
            return True
    return False


_RESULTS: dict[str, ClassValue] = {}


def result_tuple(type_: str, names: tuple[str, ...], values: list[Any]) -> InstanceValue:
    """What an operation of several outputs gives: a named tuple."""
    cls = _RESULTS.get(type_)
    if cls is None:
        cls = _RESULTS[type_] = ClassValue(type_, (), {"_fields": names}, f"tf.{type_}")
    return InstanceValue(cls, dict(zip(names, values, strict=True)), tuple(values))
