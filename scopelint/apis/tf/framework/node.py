"""One operation that is being made: its name, inputs and outputs."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import NOT_CONSTANT, dims_compatible
from scopelint.values.truth import NO


class Node:
    """An operation in the making, as shape functions see it: inputs (tensors, or lists of them) and attributes."""

    __slots__ = ("attrs", "call", "ins", "name", "type")

    def __init__(self, call: Call, type_: str, name: str, ins: dict[str, Any], attrs: dict[str, Any]) -> None:
        self.call = call
        self.type = type_
        self.name = name
        self.ins = ins
        self.attrs = attrs

    def shape(self, name: str) -> Any:
        return self.ins[name].shape

    def const(self, name: str) -> Any:
        """The constant value of an input, NOT_CONSTANT where there is none."""
        return self.ins[name].const

    def refuse(self, message: str, computed: str = "", partial: str = "") -> None:
        """TF: what shape inference in C++ raises, with its account of the inputs. `computed`: the input whose value
        it looked at, `partial`: the one that it took for a shape."""
        tensors = [t for held in self.ins.values() for t in (held if isinstance(held, list) else (held,))]
        if any(not isinstance(t.shape, tuple) and t.shape is not None for t in tensors):
            return
        shapes = ", ".join(brief(t.shape) for t in tensors)
        if computed and self.const(computed) is not NOT_CONSTANT:
            value = _spelt(self.const(computed))
            shapes += f" and with computed input tensors: input[{self._place(computed)}] = <{value}>"
        if partial and isinstance(self.const(partial), tuple):
            shape = brief(tuple(None if isinstance(d, int) and d < 0 else d for d in self.const(partial)))
            shapes += f" and with input tensors computed as partial shapes: input[{self._place(partial)}] = {shape}"
        self.call.raise_(
            "ValueError", f"{message} for '{self.name}' (op: '{self.type}') with input shapes: {shapes}.", kind="shape"
        )

    def doubt(self) -> Unknown | None:
        """Why the rank of an input is not known."""
        for held in self.ins.values():
            for tensor in held if isinstance(held, list) else (held,):
                if isinstance(tensor.shape, Unknown):
                    return tensor.shape
        return None

    def _place(self, name: str) -> int:
        at = 0
        for key, held in self.ins.items():
            if key == name:
                break
            at += len(held) if isinstance(held, list) else 1
        return at


def _spelt(value: AnyValue) -> str:
    """TF: Tensor::SummarizeValue: `1 2 3`."""
    if isinstance(value, tuple):
        return " ".join(_spelt(member) if not isinstance(member, tuple) else f"[{_spelt(member)}]" for member in value)
    return "?" if value is None or isinstance(value, Unknown) else str(value)


def brief(shape: AnyValue) -> str:
    """TF: PartialTensorShape in C++: `[2,?]`."""
    if not isinstance(shape, tuple):
        return "<unknown>"
    return "[" + ",".join("?" if d is None or isinstance(d, Unknown) else str(d) for d in shape) + "]"


def unequal(one: Any, two: Any) -> str:
    """TF: what InferenceContext::Merge says of two shapes that differ."""
    if len(one) != len(two):
        return f"Shapes must be equal rank, but are {len(one)} and {len(two)}"
    i = next(i for i, (a, b) in enumerate(zip(one, two, strict=True)) if dims_compatible(a, b) is NO)
    return (
        f"Dimension {i} in both shapes must be equal, but are {one[i]} and {two[i]}. Shapes are {brief(one)} and "
        f"{brief(two)}."
    )
