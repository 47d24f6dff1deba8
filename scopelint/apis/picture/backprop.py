"""The operations of gradients, as TF makes them: the walk back from the ys, and what it leaves for each operation."""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

from scopelint.apis.call import Call, Raised
from scopelint.apis.picture.gradients import GRADIENTS, Step
from scopelint.apis.picture.nodes import Writer, events_of
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.control_flow_contexts import waiting
from scopelint.apis.tf.framework.op_defs import op_def
from scopelint.apis.tf.framework.op_gradients import CUTS
from scopelint.graph.events import Refused
from scopelint.graph.refusals import TFError
from scopelint.values.base import Undecided, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import DType, IndexedSlices, Tensor, Variable

Key = tuple[str, int]
_PASSED_ON = frozenset({"Identity", "ReadVariableOp", "PreventGradient"})


_SHAPELESS = _PASSED_ON | frozenset({
    "AddN", "BiasAdd", "Conv2D", "Conv2DBackpropInput", "Elu", "Exp", "FusedBatchNormV3", "L2Loss", "LeakyRelu", "Log",
    "LogSoftmax", "MatMul", "MaxPool", "Neg", "Relu", "Relu6", "Rsqrt", "Selu", "Sigmoid", "Softmax", "Softplus",
    "Sqrt", "Square", "Tanh", "TanhGrad", "Select", "Cast",
})  # fmt: skip
"""Types whose gradient functions make the same operations whatever the shapes."""


class Op(NamedTuple):
    """An operation of the graph so far."""

    name: str
    type: str
    inputs: list[Tensor]


class NotRestated(Exception):
    """Something on the way is not known, or has a gradient function that is not restated."""


def backprop(call: Call, ys: list[Any], xs: list[Any], starts: list[Any], gated: bool) -> dict[Key, Any] | None:
    """TF: _GradientsHelper, in the scope of the gradients. The gradient for each x by its operation and index; None,
    and nothing is made, where the way leads through what is not restated."""
    graph = call.graph
    if not all(isinstance(y, Tensor) and y.graph is graph for y in ys) or not xs:
        return None
    keys = {_key(x) for x in xs if isinstance(x, (Tensor, Variable))}
    walk = _Walk(call)
    try:
        between = walk.between([y.op_name for y in ys], {name for name, _ in keys})
    except NotRestated:
        return None
    events, mark = call.state.events, len(call.state.events.items)
    try:
        return walk.run(ys, starts, between, keys, gated)
    except (Raised, TFError, Undecided):
        # A gradient that cannot be drawn says nothing of the program.
        events.items[mark:] = [each for each in events.items[mark:] if not isinstance(each, Refused)]
        return None


def _key(x: Any) -> Key:
    return (x.op_name, x.index) if isinstance(x, Tensor) else (x.name, 0)


class _Walk:
    """One walk back over the graph as it is."""

    def __init__(self, call: Call) -> None:
        self.call = call
        graph = call.graph
        listed, variables = events_of(call.state.events.items)
        self.writer = Writer(call, graph, listed.get(graph.index, {}), variables.get(graph.index, {}))
        self.taken = self.writer.resolved()
        self.ops: dict[str, Op] = {}

    def op(self, name: str) -> Op:
        found = self.ops.get(name)
        if found is None:
            taken = self.taken.get(name)
            tensors = [self.writer.inferred.tensor(each) for each in taken or ()]
            if taken is None or any(each is None for each in tensors):
                raise NotRestated(name)
            found = self.ops[name] = Op(name, self.writer.known[name], [each for each in tensors if each is not None])
        return found

    def between(self, starts: list[str], ends: set[str]) -> list[Op]:
        """TF: _PendingCount: the operations that lie between, in the order in which they are met from the ys."""
        seen: dict[str, Op] = {}
        users: dict[str, list[str]] = {}
        queue = deque(starts)
        while queue:
            name = queue.popleft()
            if name in seen:
                continue
            if name not in self.writer.known:
                raise NotRestated(name)
            kind = self.writer.known[name]
            definition = op_def(kind)
            cut = kind in CUTS or (definition is not None and definition.gradient == "none")
            if cut or name in ends:
                # Nothing passes through; what lies behind is none of ours.
                seen[name] = Op(name, kind, [])
                continue
            op = seen[name] = self.op(name)
            for each in op.inputs:
                if _trains(each):
                    users.setdefault(each.op_name, []).append(name)
                    queue.append(each.op_name)
        reached: set[str] = set()
        left = [name for name in ends if name in seen]
        while left:
            name = left.pop()
            if name not in reached:
                reached.add(name)
                left += users.get(name, ())
        found = [op for name, op in seen.items() if name in reached]
        for op in found:
            if op.name not in ends and op.type not in GRADIENTS and op.type not in _PASSED_ON:
                raise NotRestated(op.type)
            place = self.writer.place(op.name, self.writer.listed[op.name].owner)
            if place.context is not None:
                raise NotRestated("a gradient through a cond or a loop")
            if op.type not in _SHAPELESS and any(
                _is_open(each) for each in (*op.inputs, *self.writer.outputs(op.name))
            ):
                # Whether TF makes a constant of a size hangs on whether it knows it, which is not known here.
                raise NotRestated(f"a shape at {op.name}")
        return found

    def run(
        self, ys: list[Any], starts: list[Any], between: list[Op], ends: set[Key], gated: bool
    ) -> dict[Key, Tensor]:
        names = {op.name for op in between}
        by_name = {op.name: op for op in between}
        pending: dict[str, int] = {}
        for op in between:
            for each in op.inputs:
                if each.op_name in names:
                    pending[each.op_name] = pending.get(each.op_name, 0) + 1
        grads: dict[str, dict[int, list[Any]]] = {}
        for y, start in zip(ys, starts, strict=True):
            grads.setdefault(y.op_name, {}).setdefault(y.index, []).append(start)
        queue = deque(dict.fromkeys(y.op_name for y in ys if y.op_name in names and not pending.get(y.op_name)))
        found: dict[Key, Any] = {}
        while queue:
            op = by_name[queue.popleft()]
            incoming = {index: self.summed(each) for index, each in sorted(grads.pop(op.name, {}).items())}
            for index, each in incoming.items():
                if (op.name, index) in ends and each is not None:
                    found[op.name, index] = each
            made: list[Any] = [None] * len(op.inputs)
            if op.inputs and any(each is not None for each in incoming.values()):
                made = self.one(op, incoming, gated)
            for each, gradient in zip(op.inputs, made, strict=False):
                if gradient is not None:
                    grads.setdefault(each.op_name, {}).setdefault(each.index, []).append(gradient)
            for each in op.inputs:
                if each.op_name in names:
                    pending[each.op_name] -= 1
                    if not pending[each.op_name]:
                        queue.append(each.op_name)
        return found

    def summed(self, gradients: list[Any]) -> Any:
        """TF: _AggregatedGrads."""
        if len(gradients) < 2:
            return gradients[0]
        if all(isinstance(each, Tensor) for each in gradients):
            return operations.gen(self.call, "AddN", None, inputs=gradients)
        if not all(isinstance(each, IndexedSlices) for each in gradients):
            gradients = [operations.convert(self.call, each) for each in gradients]
            return operations.gen(self.call, "AddN", None, inputs=gradients)
        joined = [
            self.call.new("tf.concat", ListValue([getattr(each, part) for each in gradients]), 0)
            for part in ("values", "indices")
        ]
        return IndexedSlices(joined[0], joined[1], gradients[0].dense_shape)

    def one(self, op: Op, incoming: dict[int, Any], gated: bool) -> list[Any]:
        """One operation's gradient function, in its scope, and the gate behind it."""
        call = self.call
        outputs = self.writer.outputs(op.name)
        given = [incoming.get(at) for at in range(max(len(outputs), 1))]
        if len(given) > 1:
            given = [
                operations.gen(call, "ZerosLike", "zeros_like", x=outputs[at]) if each is None and _trains(outputs[at])
                else each
                for at, each in enumerate(given)
            ]  # fmt: skip
        with operations.scope(call, op.name + "_grad"):
            if op.type in _PASSED_ON:
                made = given[:1]
            else:
                drawing = call.graph.drawing
                attrs = drawing.attrs.get(op.name, {}) if drawing is not None else {}
                step = Step(call, op.type, op.inputs, outputs, given, attrs)
                made = list(GRADIENTS[op.type](step))
            made += [None] * (len(op.inputs) - len(made))
            for each, source in zip(made, op.inputs, strict=False):
                # TF: in_grad.set_shape(t_in.get_shape()); what C++ infers of most is the same.
                if isinstance(each, Tensor) and each is not source and not _is_known(each.shape):
                    each.shape = source.shape
            if gated and sum(each is not None for each in made) > 1:
                made = self.gate(made)
        return made

    def gate(self, made: list[Any]) -> list[Any]:
        """TF: control_flow_ops.tuple: none is given before all are there."""
        call = self.call
        with operations.scope(call, None, "tuple"):
            waits = [each.values if isinstance(each, IndexedSlices) else each for each in made if each is not None]
            with waiting(call, waits):
                first = make(call, "NoOp", "group_deps")
            out: list[Any] = []
            for each in made:
                if each is None:
                    out.append(None)
                    continue
                value = each.values if isinstance(each, IndexedSlices) else each
                with waiting(call, [first]):
                    passed = operations.gen(call, "Identity", "control_dependency", input=value)
                out.append(
                    IndexedSlices(passed, each.indices, each.dense_shape) if isinstance(each, IndexedSlices) else passed
                )
        return out


def _is_known(shape: Any) -> bool:
    return isinstance(shape, tuple) and all(isinstance(size, int) for size in shape)


def _is_open(tensor: Tensor) -> bool:
    """Does TF perhaps know more of its shape?"""
    shape = tensor.shape
    return isinstance(shape, Unknown) or (isinstance(shape, tuple) and any(isinstance(d, Unknown) for d in shape))


def _trains(tensor: Tensor) -> bool:
    """TF: _IsTrainable, _IsBackpropagatable."""
    dtype = tensor.dtype
    return not isinstance(dtype, DType) or dtype.kind in "fcrv"
