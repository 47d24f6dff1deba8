"""One operation whose gradient is made, and the table of the functions that make one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.control_flow_contexts import waiting
from scopelint.values.containers import ListValue
from scopelint.values.tensors import Tensor, broadcast_shapes


class Step:
    """One operation whose gradient is made: what it took and gave, the gradients that came in, its attributes."""

    def __init__(
        self,
        call: Call,
        kind: str,
        inputs: list[Tensor],
        outputs: list[Tensor],
        grads: list[Any],
        attrs: dict[str, Any],
        in_loop: bool = False,
    ) -> None:
        self.call = call
        self.type = kind
        self.inputs = inputs
        self.outputs = outputs
        self.grads = grads
        self.attrs = attrs
        self.in_loop = in_loop

    @property
    def grad(self) -> Any:
        return self.grads[0]

    def gen(self, kind: str, name: str | None = None, /, **given: Any) -> Any:
        return operations.gen(self.call, kind, name, **given)

    def new(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        return self.call.new(name, *args, **kwargs)

    def binary(self, sign: str, left: Any, right: Any) -> Any:
        return self.call.binary(sign, left, right)

    def after_grad(self, work: Callable[[], Any]) -> Any:
        """TF: with ops.control_dependencies([grad])."""
        with waiting(self.call, [self.grad]):
            return work()

    def same(self, **attributes: Any) -> dict[str, Any]:
        """The attributes of a convolution or a pool, handed on."""
        names = ("strides", "padding", "data_format", "dilations", "ksize", "explicit_paddings", "use_cudnn_on_gpu")
        return {name: self.attrs[name] for name in names if name in self.attrs} | attributes

    def shape_or_none(self, tensor: Tensor) -> tuple[int, ...] | None:
        """TF: Tensor._shape_tuple, where all of it is known."""
        shape = tensor.shape
        return shape if isinstance(shape, tuple) and all(isinstance(d, int) for d in shape) else None

    def broadcast(self) -> list[tuple[Any, Any, bool]]:
        """TF: SmartBroadcastGradientArgs: for both inputs the shape, the axes to sum over, and whether it must."""
        x, y = self.inputs[:2]
        a, b = self.shape_or_none(x), self.shape_or_none(y)
        if a is None or b is None:
            sx, sy = self.gen("Shape", input=x), self.gen("Shape", input=y)
            return self.axes_of(sx, sy)
        drawing = self.call.graph.drawing
        assert drawing is not None
        if ("broadcast", a, b) not in drawing.worked_out:
            drawing.worked_out.add(("broadcast", a, b))
            self.gen("BroadcastGradientArgs", s0=ListValue(a), s1=ListValue(b))
        whole, _ = broadcast_shapes(a, b)
        came = self.shape_or_none(self.grad)
        return [(ListValue(each), ListValue(_summed(each, whole)), each != came) for each in (a, b)]

    def axes_of(self, sx: Any, sy: Any) -> list[tuple[Any, Any, bool]]:
        axes = self.gen("BroadcastGradientArgs", s0=sx, s1=sy).payload
        return [(sx, axes[0], True), (sy, axes[1], True)]

    def plain_broadcast(self) -> list[tuple[Any, Any, bool]]:
        """As above, for the functions that do without the short cut."""
        x, y = self.inputs[:2]
        return self.axes_of(self.new("tf.shape", x), self.new("tf.shape", y))

    def reduced(self, value: Any, part: tuple[Any, Any, bool]) -> Any:
        shape, axes, _ = part
        return self.new("tf.reshape", self.new("tf.reduce_sum", value, axes), shape)

    def all_equal(self) -> bool:
        """TF: _ShapesFullySpecifiedAndEqual."""
        shapes = [self.shape_or_none(each) for each in (*self.inputs[:2], self.grad)]
        return shapes[0] is not None and shapes[0] == shapes[1] == shapes[2]

    def reshaped(self) -> Any:
        """TF: _ReshapeToInput."""
        return self.new("tf.reshape", self.grad, self.new("tf.shape", self.inputs[0]))


def _summed(own: tuple[int, ...], whole: Any) -> list[int]:
    """The axes along which a shape was broadcast."""
    off = len(whole) - len(own)
    return [i for i in range(len(whole)) if i < off or (own[i - off] == 1 and whole[i] != 1)]


Gradient = Callable[[Step], "list[Any] | tuple[Any, ...]"]
GRADIENTS: dict[str, Gradient] = {}


def gradient(*kinds: str) -> Callable[[Gradient], Gradient]:
    def declare(function: Gradient) -> Gradient:
        GRADIENTS.update(dict.fromkeys(kinds, function))
        return function

    return declare
