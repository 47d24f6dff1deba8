"""The edges of the graph: what an operation takes, who takes a tensor, and what a gradient depends on.

Inputs are noted where operations are made (`ops.gen`, the helpers of layers); all else is worked out when a program
asks. An operation whose inputs are not noted is opaque: it may take anything.
"""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.packages import is_no_tensor
from scopelint.apis.tf.framework.op_defs import op_def
from scopelint.apis.tf.framework.op_gradients import CROSSED, CUTS, GATHERS, LINEAR, PLAIN, UNPASSED
from scopelint.apis.tf.framework.python_values import base
from scopelint.apis.tf.framework.structures import flatten
from scopelint.graph.names import Graph
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import ListValue
from scopelint.values.dependences import certain_deps
from scopelint.values.tensors import (
    UNKNOWN_TYPE,
    DType,
    IndexedSlices,
    Operation,
    PartitionedVariable,
    SparseTensor,
    Tensor,
    Variable,
)
from scopelint.values.text import hole

EXACT = 8
"""For more tensors than this the gradients of one call share one bound of what they depend on."""


class Reach(int):
    """Bits of variables, and the tensors that they are of: what an operation with these bits takes."""

    taken: tuple[Any, ...]

    @classmethod
    def of(cls, bits: int, taken: tuple[Any, ...]) -> Reach:
        made = cls(bits)
        made.taken = taken
        return made


def of_batch_norm(deps: int, inputs: AnyValue, gamma: AnyValue, beta: AnyValue) -> int:
    """What a fused batch normalisation takes, in its order: its gradients use the first two alone."""
    if not isinstance(inputs, Tensor):
        return deps
    own = (Tensor, Variable, PartitionedVariable)
    return Reach.of(
        deps, (inputs, gamma if isinstance(gamma, own) else inputs, *((beta,) if isinstance(beta, own) else ()))
    )


def note(graph: Any, full: str, op_type: str, deps: int, inner: tuple[tuple[str, str], ...]) -> None:
    """Notes what an operation takes that a summary makes by its type alone, where it stands for itself alone."""
    if graph.drawing is not None and type(deps) is Reach:
        graph.drawing.inputs[full] = deps.taken
    if (
        type(deps) is Reach
        and (len(deps.taken) == 1 or op_type in PLAIN)
        and all(kind in ("Const", "ReadVariableOp") for _, kind in inner)
        and _is_whole(op_type, len(deps.taken), sum(kind == "Const" for _, kind in inner))
    ):
        graph.inputs[full] = deps.taken


def _is_whole(op_type: str, tensors: int, constants: int) -> bool:
    """Are these tensors, with the constants made for it, all that an operation takes whose gradient asks for each?"""
    definition = op_def(op_type)
    if op_type not in PLAIN or op_type == "FusedBatchNormV3" or definition is None:
        return True
    if any(each.number_attr or each.list_attr for each in definition.inputs):
        return True
    return tensors <= len(definition.inputs) <= tensors + constants


def takes(graph: Graph | None, op_name: str, op_type: str) -> list[Any] | None:
    """The tensors and variables that an operation takes; None where that is not noted."""
    held = graph.inputs.get(op_name) if graph is not None else None
    if held is None:
        definition = op_def(op_type)
        return [] if definition is not None and not definition.inputs else None
    found = []
    for each in held.values() if isinstance(held, dict) else held:
        if isinstance(each, list):
            found += each
        elif each is not None:
            found.append(each)
    return found if all(isinstance(each, (Tensor, Variable, PartitionedVariable)) for each in found) else None


def _passed(tensor: Tensor, inputs: list[Any]) -> list[Any]:
    """Those of its inputs to which a gradient is passed."""
    held = tensor.graph.inputs.get(tensor.op_name)
    if not isinstance(held, dict):
        return inputs
    unpassed = [id(each) for name in UNPASSED[tensor.op_type] for each in _listed(held.get(name))]
    return [each for each in inputs if id(each) not in unpassed]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def known_inputs(tensor: Tensor) -> list[Any] | None:
    """Those of the tensors and variables it takes that are known, where others are not."""
    held = tensor.graph.inputs.get(tensor.op_name) if tensor.graph is not None else None
    if held is None:
        return None
    found: list[Any] = []
    for each in held.values() if isinstance(held, dict) else held:
        found += each if isinstance(each, list) else [each]
    return [each for each in found if isinstance(each, (Tensor, Variable, PartitionedVariable))]


def consumers_of(graph: Graph, tensor: Tensor) -> list[str]:
    """TF: Tensor.consumers, by name, in the order in which they were made."""
    version = (len(graph.ops.items), len(graph.inputs))
    if graph.consumers[0] != version:
        found: dict[Any, list[str]] = {}
        for op_name in graph.ops.items:
            for each in takes(graph, op_name, "") or () if op_name in graph.inputs else ():
                for key in _keys(each, op_name):
                    users = found.setdefault(key, [])
                    if not users or users[-1] != op_name:
                        users.append(op_name)
        graph.consumers = (version, found)
    return graph.consumers[1].get((tensor.op_name, tensor.index), [])


def _keys(value: AnyValue, user: str) -> list[tuple[str, int]]:
    if isinstance(value, Tensor):
        return [(value.op_name, value.index)]
    if isinstance(value, PartitionedVariable):
        return [key for part in value.parts for key in _keys(part, user)]
    if not isinstance(value, Variable):
        return []
    # A variable of the old kind is read once, below its own name, and all others take what was read.
    read = f"{value.name}/read"
    return [(value.name if value.is_resource is True or user == read else read, 0)]


# Gradients


def flows(tensor: AnyValue) -> bool:
    """Could a gradient pass from this tensor to what its operation took?"""
    if not isinstance(tensor, Tensor):
        return False
    if tensor.graph is None or tensor.op_name not in tensor.graph.overridden:
        if tensor.op_type in CUTS:
            return False
        definition = op_def(tensor.op_type) if tensor.op_type else None
        if definition is not None and definition.gradient == "none":
            return False
    return not isinstance(tensor.dtype, DType) or tensor.dtype.kind in "fcrv"


def gradient_inputs(op_type: str, inputs: list[Any], which: int) -> int:
    """The variables that the gradient of an operation for one of its inputs depends on itself."""
    if op_type in LINEAR:
        return 0
    bits = 0
    for i, each in enumerate(inputs):
        if i == which and op_type in CROSSED:
            continue
        if i > 1 and op_type.startswith("FusedBatchNorm"):
            break
        bits |= each.deps
    return bits


class Walk:
    """The way back from `ys`: the operations that a gradient passes, each after those that it takes from. `whole`: of
    what gathers rows it is known what it depends on, and nothing behind it is gone through."""

    def __init__(self, ys: list[Any], stop: Any = None, whole: bool = False) -> None:
        self.order: list[tuple[Tensor, list[Any] | None]] = []
        stack: list[tuple[Any, Any]] = [(y, None) for y in ys if flows(y)]
        seen: set[tuple[str, int]] = set()
        while stack:
            tensor, inputs = stack.pop()
            if inputs is not None:
                self.order.append((tensor, inputs))
                continue
            key = (tensor.op_name, tensor.index)
            if key in seen:
                continue
            seen.add(key)
            if stop is not None and _same(tensor, stop):
                continue
            inputs = takes(tensor.graph, tensor.op_name, tensor.op_type) if tensor.op_type else None
            if inputs and tensor.op_type in UNPASSED and tensor.op_name not in tensor.graph.overridden:
                inputs = _passed(tensor, inputs)
            if whole and tensor.op_type in GATHERS and tensor.deps >= 0:
                self.order.append((tensor, None))
                continue
            if inputs is None and tensor.deps < 0:
                # What is known of its inputs is gone through; what else it takes is not.
                self.order.append((tensor, None))
                inputs = known_inputs(tensor)
            if inputs is None:
                self.order.append((tensor, None))
                continue
            stack.append((tensor, inputs))
            stack += [(each, None) for each in inputs if flows(each)]

    def bound(self) -> int:
        """What the gradient for anything at all may depend on."""
        bits = 0
        for tensor, inputs in self.order:
            if inputs is None:
                bits |= tensor.deps
            elif tensor.op_type not in LINEAR:
                for i in range(len(inputs)):
                    bits |= gradient_inputs(tensor.op_type, inputs, i)
        return bits

    def certain(self) -> int:
        """What a gradient certainly arrives at."""
        bits = 0
        for tensor, inputs in self.order:
            if inputs is None:
                bits |= certain_deps(tensor.deps)
            else:
                for each in inputs:
                    if not isinstance(each, Tensor):
                        bits |= certain_deps(each.deps)
        return bits

    def meets(self, ys: list[Any], x: Any) -> bool:
        """Does a way that is known lead to x? An operation of TF's whose inputs are not noted takes what is given where
        it is made; of what is no operation for certain nothing is known."""
        return any(_same(y, x) for y in ys) or any(
            (tensor.op_type not in ("", UNKNOWN_TYPE) and tensor.deps >= 0)
            if inputs is None
            else any(_same(each, x) for each in inputs)
            for tensor, inputs in self.order
        )

    def gradient(self, ys: list[Any], x: Any) -> int | None:
        """What the gradient for x depends on; None where no path leads there."""
        bits, met = 0, any(_same(y, x) for y in ys)
        reaching: set[tuple[str, int]] = set()
        for tensor, inputs in self.order:
            if inputs is None:
                # Of an opaque operation all may be used, and x may be below it unless it is a variable that is not.
                if isinstance(x, Tensor) or tensor.deps & x.any_deps:
                    reaching.add((tensor.op_name, tensor.index))
                    bits |= tensor.deps
                continue
            for i, each in enumerate(inputs):
                if _same(each, x) or (isinstance(each, Tensor) and (each.op_name, each.index) in reaching):
                    reaching.add((tensor.op_name, tensor.index))
                    bits |= gradient_inputs(tensor.op_type, inputs, i)
        return bits if met or any((y.op_name, y.index) in reaching for y in ys if isinstance(y, Tensor)) else None


def _same(one: AnyValue, two: AnyValue) -> bool:
    if isinstance(one, Tensor) and isinstance(two, Tensor):
        return one.op_name == two.op_name and one.index == two.index and one.graph is two.graph
    if isinstance(one, Tensor) and isinstance(two, Variable):
        return one.op_type in ("VariableV2", "VarHandleOp") and one.deps == two.deps
    if isinstance(one, PartitionedVariable) and isinstance(two, Variable):
        return any(_same(part, two) for part in one.parts)
    return one is two or (isinstance(one, Variable) and isinstance(two, Variable) and one.deps == two.deps)


def gradient_deps(ys: list[Any], xs: list[Any]) -> list[int | None]:
    """For each x what the gradient of all ys for it depends on; None where no path leads from it to a y."""
    if any(not isinstance(y, Tensor) for y in ys):
        reach = 0
        for y in ys:
            reach |= y.deps if isinstance(y, (Tensor, Variable, PartitionedVariable)) else -1
        return [reach] * len(xs)
    if len(xs) > EXACT:
        return [Walk(ys).bound()] * len(xs)
    found = []
    for x in xs:
        if isinstance(x, (Tensor, Variable)) and not (isinstance(x, Tensor) and not x.op_type):
            found.append(Walk(ys, x).gradient(ys, x))
        else:
            found.append(Walk(ys).bound())
    return found


def as_list(call: Call, graph: Graph, op_name: str, op_type: str) -> Any:
    """TF: Operation.inputs."""
    held = takes(graph, op_name, op_type)
    if held is None:
        return ListValue([], call.unknown("the inputs of an operation"))

    out: list[Any] = []
    for each in held:
        if isinstance(each, Variable):
            # Read operations take the variable itself, all others what was read.
            each = (reference if op_name == f"{each.name}/read" else snapshot)(call, each)
        out.append(each if isinstance(each, Tensor) else call.unknown("an input of an operation"))
    return ListValue(out)


def snapshot(call: Call, variable: Variable) -> Tensor:
    graph, name = variable.graph or call.graph, variable.name + "/read"
    graph.inputs[name] = (variable,)
    return Tensor(name, 0, "Identity", variable.shape, base(variable.dtype), graph, variable.deps)


def reference(call: Call, variable: Variable) -> Tensor:
    """TF: Variable._ref."""
    return Tensor(
        variable.name, 0, "VariableV2", variable.shape, variable.dtype, variable.graph or call.graph, variable.deps
    )


ALL_DEPS = -1
"""Depends on any variable there may be: what is not known may."""


def op_name(value: AnyValue) -> str:
    """`value.op.name`, as the graph takes it."""
    if isinstance(value, Variable):
        return value.name
    if isinstance(value, Tensor):
        return value.op_name
    if isinstance(value, (PartitionedVariable, Operation)):
        return value.name
    if isinstance(value, (IndexedSlices, SparseTensor)):
        return op_name(value.values)
    return hole(getattr(value, "label", "") or "variable")


def deps_of(*values: Any) -> int:
    """The bits of the variables that values depend on, with the tensors among them (`walks.Reach`)."""
    bits = 0
    taken: list[Any] | None = []
    for value in values:
        for leaf in flatten(tuple(value) if type(value) is list else value):
            if isinstance(leaf, SparseTensor):
                leaf = leaf.values
            if isinstance(leaf, Unknown) and (is_no_tensor(leaf) or leaf.number is not None):
                continue
            # What is not known may depend on any variable.
            bits |= -1 if isinstance(leaf, Unknown) else getattr(leaf, "deps", 0) or 0
            if not isinstance(leaf, (Tensor, Variable, PartitionedVariable)):
                taken = None if isinstance(leaf, Value) else taken
            elif taken is not None:
                taken.append(leaf)
    return bits if taken is None else Reach.of(bits, tuple(taken))
