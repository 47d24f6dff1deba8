"""The operations of gradients, as TF makes them: the walk back from the ys, and what it leaves for each operation."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call, Raised
from scopelint.apis.picture.gradients import GRADIENTS, Step
from scopelint.apis.picture.loops import LoopBack, inside, piece, second, zeros_for_exit
from scopelint.apis.picture.nodes import Writer, events_of
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.control_flow_contexts import waiting
from scopelint.apis.tf.framework.op_defs import op_def
from scopelint.apis.tf.framework.op_gradients import CUTS
from scopelint.graph.drawing import Context
from scopelint.graph.events import Refused
from scopelint.graph.refusals import TFError
from scopelint.tuples import NamedTuple
from scopelint.values.base import Undecided, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import DType, IndexedSlices, Tensor, Variable

Key = tuple[str, int]
_PASSED_ON = frozenset({"Identity", "ReadVariableOp", "PreventGradient"})


_FLOW = frozenset({"Enter", "RefEnter", "Exit", "Merge", "NextIteration", "Switch", "RefSwitch"})
_SHAPELESS = _PASSED_ON | _FLOW | frozenset({
    "TensorArrayGatherV3", "TensorArrayReadV3", "TensorArrayScatterV3", "TensorArrayWriteV3",
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


class Gradients:
    """What has come for the outputs of operations so far: lists, or what was summed up of them already."""

    def __init__(self) -> None:
        self.held: dict[str, dict[int, Any]] = {}

    def add(self, tensor: Tensor, gradient: Any) -> None:
        """TF: _SetGrad. What was summed up already, of a loop's Switch, is replaced."""
        of = self.held.setdefault(tensor.op_name, {})
        if isinstance(of.get(tensor.index), list):
            of[tensor.index].append(gradient)
        else:
            of[tensor.index] = gradient if tensor.index in of else [gradient]

    def has(self, name: str) -> bool:
        """TF: _HasAnyNotNoneGrads."""
        return any(not isinstance(each, list) or each for each in self.held.get(name, {}).values())

    def sum(self, name: str, summed: Callable[[list[Any]], Any]) -> dict[int, Any]:
        """TF: _AggregatedGrads."""
        of = self.held.get(name, {})
        for index in sorted(of):
            if isinstance(of[index], list):
                of[index] = summed(of[index])
        return dict(sorted(of.items()))


class _Walk:
    """One walk back over the graph as it is."""

    def __init__(self, call: Call) -> None:
        self.call = call
        graph = call.graph
        listed, variables = events_of(call.state.events.items)
        self.writer = Writer(call, graph, listed.get(graph.index, {}), variables.get(graph.index, {}))
        self.taken = self.writer.resolved()
        self.ops: dict[str, Op] = {}
        drawing = graph.drawing
        self.leaves: dict[str, Context] = {
            name: loop for loop in (drawing.loops if drawing is not None else ()) for name in loop.exits
        }
        """The loop that each Exit leaves."""
        self.loops: dict[Context, LoopBack] = {}

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
        found += self.other_exits(found)
        for op in found:
            if op.name not in ends and op.type not in GRADIENTS and op.type not in _PASSED_ON and op.type not in _FLOW:
                raise NotRestated(op.type)
            self.check_context(op)
            if op.type not in _SHAPELESS and any(
                _is_open(each) for each in (*op.inputs, *self.writer.outputs(op.name))
            ):
                # Whether TF makes a constant of a size hangs on whether it knows it, which is not known here.
                raise NotRestated(f"a shape at {op.name}")
        return found

    # contexts

    def other_exits(self, found: list[Op]) -> list[Op]:
        """TF: _ControlFlowState.AddWhileContext: of a loop that is gone back over, all that leaves it counts."""
        names = {op.name for op in found}
        loops = dict.fromkeys(self.leaves[op.name] for op in found if op.name in self.leaves)
        return [self.op(name) for loop in loops for name in loop.exits if name not in names]

    def loop_of(self, op: Op) -> Context | None:
        """TF: GetWhileContext."""
        context: Context | None = self.leaves.get(op.name) or self.writer.contexts.context_of(op.name)
        return context.loop if context is not None else None

    def check_context(self, op: Op) -> None:
        drawing = self.call.graph.drawing
        context = self.leaves.get(op.name) or self.writer.contexts.context_of(op.name)
        if context is None:
            return
        if drawing is None or drawing.context is not None:
            raise NotRestated("gradients that are asked for within a cond or a loop")
        loop = context.loop
        if loop is not None and (loop.outer is not None or loop.back is not None):
            raise NotRestated("a gradient through a loop that lies within a cond or a loop")

    def run(
        self, ys: list[Any], starts: list[Any], between: list[Op], ends: set[Key], gated: bool
    ) -> dict[Key, Tensor]:
        by_name = {op.name: op for op in between}
        for op in between:
            if op.name in self.leaves and self.leaves[op.name] not in self.loops:
                self.loops[self.leaves[op.name]] = LoopBack(self.call, self.leaves[op.name])
        pending: dict[str, int] = {}
        for op in between:
            for each in op.inputs:
                if each.op_name in by_name:
                    pending[each.op_name] = pending.get(each.op_name, 0) + 1
        for loop in self.loops:
            # TF: ProcessUnusedLoopExits: what comes in ends the way back, wherever it comes from.
            for name in loop.enters:
                if not pending.get(name):
                    by_name.setdefault(name, self.op(name))
                    pending[name] = 1
        grads = Gradients()
        for y, start in zip(ys, starts, strict=True):
            grads.add(y, start)
        queue = deque(dict.fromkeys(y.op_name for y in ys if y.op_name in by_name and not pending.get(y.op_name)))
        self.add_unused(grads, queue, pending)
        found: dict[Key, Any] = {}
        while queue:
            op = by_name[queue.popleft()]
            of = self.loop_of(op)
            back = self.loops.get(of) if of is not None else None
            is_exit = op.name in self.leaves
            context = back.context if back is not None else None
            with inside(self.call, None if is_exit else context):
                incoming = grads.sum(op.name, self.summed)
            for index, each in incoming.items():
                if (op.name, index) in ends and each is not None:
                    found[op.name, index] = each
            with inside(self.call, context):
                made: list[Any] = [None] * len(op.inputs)
                if op.inputs and any(each is not None for each in incoming.values()):
                    made = self.one(op, incoming, gated, back)
            for each, gradient in zip(op.inputs, made, strict=False):
                if gradient is not None:
                    grads.add(each, gradient)
            for each in op.inputs:
                self.settle(each.op_name, by_name, pending, grads, queue)
        for back in self.loops.values():
            back.finish()
        return found

    def add_unused(self, grads: Gradients, queue: deque[str], pending: dict[str, int]) -> None:
        """TF: ProcessUnusedLoopExits: what leaves a loop and leads nowhere."""
        asked = set(queue)
        for back in self.loops.values():
            ready: list[str] = []
            for name in back.exits:
                if not pending.get(name):
                    back.awaited -= 1
                    if name not in asked:
                        back.unused.append(name)
                    if not back.awaited:
                        ready += back.unused
            self.with_zeros(ready, grads, queue)

    def with_zeros(self, exits: list[str], grads: Gradients, queue: deque[str]) -> None:
        for name in exits:
            value = self.writer.outputs(name)[0]
            if _trains(value):
                grads.add(value, zeros_for_exit(self.call, value))
            queue.append(name)

    def settle(
        self, name: str, by_name: dict[str, Op], pending: dict[str, int], grads: Gradients, queue: deque[str]
    ) -> None:
        """TF: _UpdatePendingAndEnqueueReady."""
        if name not in by_name:
            return
        pending[name] -= 1
        if pending[name] and not (self.loops and pending[name] > 0 and self.is_loop_switch(by_name[name])):
            return
        loop = self.leaves.get(name)
        if loop is None:
            queue.append(name)
            return
        back = self.loops[loop]
        back.deferred.append(name)
        back.awaited -= 1
        if back.awaited:
            return
        used = [each for each in back.deferred if grads.has(each)]
        back.unused += [each for each in back.deferred if each not in used]
        queue.extend(used)
        if used:
            self.with_zeros(back.unused, grads, queue)
        else:
            queue.extend(back.unused)

    def is_loop_switch(self, op: Op) -> bool:
        """TF: IsLoopSwitch: one of the loop's own, not of a cond in it."""
        context = self.writer.contexts.context_of(op.name)
        return op.type in ("Switch", "RefSwitch") and context is not None and context.kind == "while"

    def flow(self, op: Op, given: list[Any], back: LoopBack | None) -> list[Any]:
        """TF: control_flow_grad.py."""
        if not all(each is None or isinstance(each, Tensor) for each in given):
            raise NotRestated("slices that leave a loop")
        contexts, call = self.writer.contexts, self.call
        context = contexts.context_of(op.name)
        if op.type == "NextIteration":
            return given[:1]
        if op.type == "Exit" and back is not None:
            return back.enter(given[0])
        if op.type in ("Enter", "RefEnter") and back is not None:
            return (
                back.accumulate(op.inputs[0], given[0]) if contexts.is_constant_enter(op.name) else back.leave(given[0])
            )
        if op.type in ("Switch", "RefSwitch") and context is not None:
            if context.kind == "while" and back is not None:
                return back.switch(op.name, given)
            if context.kind == "cond" and None not in given:
                return [piece(call, "Merge", "cond_grad", op.inputs[0], *given), None]
        if op.type == "Merge":
            source = contexts.context_of(op.inputs[0].op_name)
            if source is not None and source.kind == "while" and back is not None:
                return back.merge(given[0])
            if source is not None and source.kind == "cond":
                scope = call.graph.get_name_scope()
                made = piece(call, "Switch", "cond_grad", given[0], given[0], source.pred)
                if back is not None and call.graph.drawing is not None:
                    call.graph.drawing.under[made.op_name] = scope
                return [made, second(made)]
        raise NotRestated(f"{op.type} of nothing that is known")

    def zero(self, op: Op, output: Tensor, back: LoopBack | None) -> Any:
        """TF: _ControlFlowState.ZerosLike, ZerosLikeOutsideLoop."""
        call = self.call
        context = self.writer.contexts.context_of(op.name)
        if back is not None:
            if self.is_loop_switch(op):
                return None
            shape = output.shape
            if not isinstance(shape, tuple) or not all(isinstance(size, int) for size in shape):
                raise NotRestated("zeros of a shape that is not known")
            made: Any = back.zeros(shape, output)
            if op.type == "Switch" and context is not None:
                guard = piece(call, "Switch", "Switch", made, made, context.pred)
                made = guard if context.branch else second(guard)
            return made
        if op.type in ("Switch", "RefSwitch") and context is not None:
            switch = piece(call, "Switch", "Switch", op.inputs[0], op.inputs[0], context.pred)
            value = switch if context.branch else second(switch)
            pivot = piece(call, "Identity", "Identity", value, value)
            sizes = operations.gen(call, "Shape", "Shape", input=value)
            with waiting(call, [pivot]):
                return call.new("tf.zeros", sizes, output.dtype)
        return operations.gen(call, "ZerosLike", "zeros_like", x=output)

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

    def one(self, op: Op, incoming: dict[int, Any], gated: bool, back: LoopBack | None) -> list[Any]:
        """One operation's gradient function, in its scope, and the gate behind it."""
        call = self.call
        outputs = self.writer.outputs(op.name)
        given = [incoming.get(at) for at in range(max(len(outputs), 1))]
        if len(given) > 1:
            given = [
                self.zero(op, outputs[at], back) if each is None and _trains(outputs[at]) else each
                for at, each in enumerate(given)
            ]
        with operations.scope(call, op.name + "_grad"):
            if op.type in _FLOW:
                made = self.flow(op, given, back)
            elif op.type in _PASSED_ON:
                made = given[:1]
            else:
                drawing = call.graph.drawing
                attrs = drawing.attrs.get(op.name, {}) if drawing is not None else {}
                step = Step(call, op.type, op.inputs, outputs, given, attrs, back is not None)
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
