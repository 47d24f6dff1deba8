"""Assertions on tensors: TF: check_ops.py. On text and int32 alone an Assert stands by itself, else in a cond."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.python_values import base
from scopelint.apis.tf.framework.recorded import recorded
from scopelint.values.base import AnyValue
from scopelint.values.objects import NativeFunction
from scopelint.values.tensors import INT32, STRING, Operation, Tensor, Variable, broadcast_shapes

api = Namespace("tf")

BINARY = {
    "assert_equal": "Equal",
    "assert_none_equal": "NotEqual",
    "assert_less": "Less",
    "assert_less_equal": "LessEqual",
    "assert_greater": "Greater",
    "assert_greater_equal": "GreaterEqual",
}


def is_int32(value: AnyValue) -> bool:
    if isinstance(value, (Tensor, Variable)):
        return base(value.dtype) is INT32
    return isinstance(value, int) and not isinstance(value, bool)


def asserted(call: Call, condition: Tensor, data: list[Tensor | None]) -> Operation:
    """TF: control_flow_ops.Assert. Of the data each None is a text."""
    graph = call.graph
    with operations.scope(call, "Assert"):
        for _ in range(data.count(None)):
            make(call, "Const", "Const", (), STRING)
        texts = [f"data_{at}" for at, each in enumerate(data) if each is None]
        full = graph.op("Assert", "Assert", inner=tuple((text, "Const") for text in texts))
        given = [f"{full}/data_{at}" if each is None else each for at, each in enumerate(data)]
        graph.draw(full, condition, *given)
    return Operation(full, "Assert", graph)


def compared(call: Call, kind: str, x: Tensor, y: Tensor, data: list[Tensor | None]) -> Operation:
    """TF: _binary_assert, in its scope."""
    test = operations.gen(call, kind, None, x=x, y=y)
    test.shape = broadcast_shapes(x.shape, y.shape)[0]
    return asserted(call, call.new("tf.reduce_all", test), data)


def _binary(name: str, kind: str) -> None:
    former = recorded(f"tf.{name}")

    def check(
        call: Call, x: AnyValue, y: AnyValue, data: AnyValue, summarize: AnyValue, message: AnyValue, name: AnyValue
    ) -> Any:
        if not (is_int32(x) and is_int32(y)) or data is not None:
            return call.invoke(former, x, y, data=data, summarize=summarize, message=message, name=name)
        if asked == "assert_equal":
            # It asks once more for its name, to see whether both are one.
            with operations.scope(call, name, asked):
                if x is y:
                    return Operation(call.graph.op("NoOp", "NoOp"), "NoOp", call.graph)
        with operations.scope(call, name, asked):
            one, two = operations.convert(call, x, None, "x"), operations.convert(call, y, None, "y")
            texts: list[Tensor | None] = [None] if message is not None else []
            return compared(call, kind, one, two, [*texts, None, None, one, None, two])

    asked = name
    if former is not None:
        api.function(check, name=name)


for _name, _kind in BINARY.items():
    _binary(_name, _kind)

_POSITIVE: NativeFunction | None = recorded("tf.assert_positive")


@api.function
def assert_positive(
    call: Call, x: AnyValue, data: AnyValue, summarize: AnyValue, message: AnyValue, name: AnyValue
) -> Any:
    if not is_int32(x) or data is not None:
        return call.invoke(_POSITIVE, x, data=data, summarize=summarize, message=message, name=name)
    with operations.scope(call, name, "assert_positive"):
        tensor = operations.convert(call, x, None, "x")
        zero = make(call, "Const", "Const", (), INT32, const=0)
        with operations.scope(call, None, "assert_less"):
            return compared(call, "Less", zero, tensor, [None, None, None, tensor])
