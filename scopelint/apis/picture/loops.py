"""The loop that TF makes for the gradients of another one: it runs back over the turns of that, and sums up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make
from scopelint.graph.drawing import Back, Context
from scopelint.values.containers import ListValue
from scopelint.values.tensors import BOOL, INT32, Tensor


@contextmanager
def inside(call: Call, context: Context | None) -> Iterator[None]:
    """TF: ControlFlowContext.Enter and Exit, for the picture alone."""
    drawing = call.graph.drawing
    assert drawing is not None
    former, drawing.context = drawing.context, context
    try:
        yield
    finally:
        drawing.context = former


def piece(call: Call, kind: str, name: str, like: Tensor, *inputs: Any) -> Tensor:
    """One operation of a loop, whose output is as a tensor is."""
    made = make(call, kind, name, like.shape, like.dtype)
    call.graph.draw(made.op_name, *inputs)
    return made


def second(tensor: Tensor) -> Tensor:
    """The other output of a Switch."""
    return Tensor(tensor.op_name, 1, tensor.op_type, tensor.shape, tensor.dtype, tensor.graph)


def left(call: Call, context: Context, name: str, value: Tensor) -> Tensor:
    """TF: exit, ExitResult: what leaves a loop lies outside of it."""
    with inside(call, context.outer):
        return piece(call, "Exit", name, value, value)


class LoopBack:
    """TF: _GradLoopState, with the counters of both loops; made in the scope of the gradients."""

    def __init__(self, call: Call, forward: Context) -> None:
        self.call = call
        self.forward = forward
        self.exits = list(forward.exits)
        self.awaited = len(self.exits)
        self.unused: list[str] = []
        self.deferred: list[str] = []
        self.switches: dict[str, tuple[Tensor, Tensor]] = {}
        """Of each Switch of the forward loop, once it was met: the Merge of its gradient, and what comes into that."""
        self.turned: set[str] = set()
        """Those that were met a second time."""
        zero = make(call, "Const", "f_count", (), INT32)
        with inside(call, forward):
            entered = piece(call, "Enter", "f_count", zero, zero)
            merge = make(call, "Merge", "Merge", (), INT32)
            switch = piece(call, "Switch", "Switch", zero, merge, forward.pred)
            turn = operations.gen(call, "Add", None, x=second(switch), y=1)
            index = piece(call, "NextIteration", "NextIteration", zero, turn)
            call.graph.draw(merge.op_name, entered, index)
        count = left(call, forward, "f_count", switch)
        one = make(call, "Const", "b_count", (), INT32)
        context = self.context = Context("while", "", forward.outer)
        with inside(call, context):
            entered = piece(call, "Enter", "b_count", count, count)
            merge = make(call, "Merge", "Merge", (), INT32)
            context.pivot = merge.op_name
            goes_on = make(call, "GreaterEqual", "GreaterEqual", (), BOOL)
            call.graph.draw(goes_on.op_name, merge, one)
            self.test = piece(call, "LoopCond", "b_count", goes_on, goes_on)
            context.pred = self.test.op_name
            switch = piece(call, "Switch", "Switch", count, merge, self.test)
            less = make(call, "Sub", "Sub", (), INT32)
            call.graph.draw(less.op_name, second(switch), one)
            context.pivot = less.op_name
            back = piece(call, "NextIteration", "NextIteration", count, less)
            call.graph.draw(merge.op_name, entered, back)
        left(call, context, "b_count", switch)
        context.back = Back(forward, turn.op_name, index.op_name, back.op_name)

    def enter(self, gradient: Tensor) -> list[Any]:
        """TF: _ExitGrad."""
        return [piece(self.call, "Enter", "b_exit", gradient, gradient)]

    def switch(self, name: str, gradients: list[Any]) -> list[Any]:
        """TF: _SwitchGrad, for one of the loop's own. It is met twice: from the exit, and from the body."""
        met = self.switches.get(name)
        if met is not None:
            if gradients[1] is not None:
                back = piece(self.call, "NextIteration", "NextIteration", gradients[1], gradients[1])
                self.call.graph.draw(met[0].op_name, met[1], back)
                self.turned.add(name)
            return [None, None]
        if gradients[0] is None:
            return [None, None]
        merge = piece(self.call, "Merge", "b_switch", gradients[0], gradients[0], gradients[0])
        self.switches[name] = merge, gradients[0]
        return [merge, None]

    def merge(self, gradient: Tensor) -> list[Any]:
        """TF: _MergeGrad, for one of the loop's own."""
        made = piece(self.call, "Switch", "Switch", gradient, gradient, self.test)
        return [made, second(made)]

    def leave(self, gradient: Tensor) -> list[Any]:
        """TF: _EnterGrad, for a variable of the loop."""
        return [left(self.call, self.context, "Exit", gradient)]

    def accumulate(self, source: Tensor, gradient: Tensor) -> list[Any]:
        """TF: AddBackpropAccumulator: the gradients of what is the same at every turn are summed up."""
        call, context = self.call, self.context
        with inside(call, context.outer):
            shape = gradient.shape
            if isinstance(shape, tuple) and all(isinstance(size, int) for size in shape):
                start: Any = make(call, "Const", "b_acc", shape, gradient.dtype)
            else:
                sizes = operations.gen(call, "Shape", "Shape", input=source)
                start = call.new("tf.zeros", sizes, gradient.dtype)
        entered = piece(call, "Enter", "b_acc", gradient, start)
        merge = make(call, "Merge", "b_acc", gradient.shape, gradient.dtype)
        switch = piece(call, "Switch", "Switch", gradient, merge, self.test)
        total = operations.gen(call, "Add", None, x=second(switch), y=gradient)
        back = piece(call, "NextIteration", "NextIteration", gradient, total)
        call.graph.draw(merge.op_name, entered, back)
        return [left(call, context, "b_acc", switch)]

    def finish(self) -> None:
        """TF: PostProcessing: what does not hang on its value of the turn before has no gradient from there."""
        call = self.call
        for name, (merge, start) in self.switches.items():
            if name in self.turned:
                continue
            shape = start.shape
            if isinstance(shape, tuple) and all(isinstance(size, int) for size in shape):
                with inside(call, self.context):
                    zero: Any = make(call, "Const", "Const", shape, start.dtype)
                    back = piece(call, "NextIteration", "NextIteration", start, zero)
            else:
                with inside(call, self.context.outer):
                    came = call.graph.drawing.inputs[start.op_name][0] if call.graph.drawing is not None else start
                    zero = call.new("tf.zeros", operations.gen(call, "Shape", "Shape", input=came))
                with inside(call, self.context):
                    back = piece(call, "NextIteration", "NextIteration", start, zero)
            call.graph.draw(merge.op_name, start, back)

    def zeros(self, shape: tuple[int, ...], like: Tensor) -> Tensor:
        """TF: _ControlFlowState.ZerosLike, of a shape that is known."""
        return make(self.call, "Const", "Const", shape, like.dtype)


def zeros_for_exit(call: Call, value: Tensor) -> Any:
    """TF: ZerosLikeForExit, of a loop in no other."""
    shape = value.shape
    if isinstance(shape, tuple) and all(isinstance(size, int) for size in shape):
        return call.new("tf.zeros", ListValue(shape), value.dtype)
    return operations.gen(call, "ZerosLike", "zeros_like", x=value)
