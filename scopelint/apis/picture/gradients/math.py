"""TF: math_grad.py, as far as models that are trained need it."""

from __future__ import annotations

from typing import Any

from scopelint.apis.picture.gradients.step import GRADIENTS, Gradient, Step, gradient
from scopelint.apis.tf.framework import operations
from scopelint.values.containers import ListValue
from scopelint.values.tensors import DTYPES, DType


@gradient("Add", "AddV2")
def add(s: Step) -> Any:
    if s.all_equal():
        return s.grad, s.grad
    return [s.reduced(s.grad, part) if part[2] else s.grad for part in s.broadcast()]


@gradient("Sub")
def sub(s: Step) -> Any:
    if s.all_equal():
        return s.grad, s.call.unary("-", s.grad)
    one, two = s.broadcast()
    first = s.reduced(s.grad, one) if one[2] else s.grad
    turned = s.call.unary("-", s.grad)
    return first, s.reduced(turned, two) if two[2] else turned


@gradient("Mul")
def mul(s: Step) -> Any:
    x, y = s.inputs
    if s.all_equal() and s.grad.dtype in (DTYPES["float32"], DTYPES["int32"]):
        return s.gen("Mul", x=s.grad, y=y), s.gen("Mul", x=s.grad, y=x)
    one, two = s.broadcast()
    first = s.gen("Mul", x=s.grad, y=y)
    first = s.reduced(first, one) if one[2] else first
    second = s.gen("Mul", x=x, y=s.grad)
    return first, s.reduced(second, two) if two[2] else second


@gradient("RealDiv", "DivNoNan", "Div")
def divide(s: Step) -> Any:
    x, y = s.inputs
    kind = "tf.math.divide_no_nan" if s.type == "DivNoNan" else "tf.realdiv"
    one, two = s.plain_broadcast()
    first = s.reduced(s.new(kind, s.grad, y), one)
    twice = s.new(kind, s.new(kind, s.call.unary("-", x), y), y)
    return first, s.reduced(s.binary("*", s.grad, twice), two)


@gradient("Maximum", "Minimum")
def maximum(s: Step) -> Any:
    x, y = s.inputs
    sx, sy = s.new("tf.shape", x), s.new("tf.shape", y)
    zeros = s.new("tf.zeros", s.new("tf.shape", s.grad), s.grad.dtype)
    mask = s.new("tf.greater_equal" if s.type == "Maximum" else "tf.less_equal", x, y)
    one, two = s.axes_of(sx, sy)
    first = s.reduced(s.new("tf.where", mask, s.grad, zeros), one)
    return first, s.reduced(s.new("tf.where", mask, zeros, s.grad), two)


@gradient("SquaredDifference")
def squared_difference(s: Step) -> Any:
    x, y = s.inputs

    def first() -> Any:
        return s.binary("*", s.new("tf.math.scalar_mul", 2.0, s.grad), s.binary("-", x, y))

    whole = s.after_grad(first)
    if s.all_equal():
        return whole, s.call.unary("-", whole)
    one, two = s.broadcast()
    left = s.reduced(whole, one) if one[2] else whole
    return left, s.call.unary("-", s.reduced(whole, two) if two[2] else whole)


@gradient("MatMul")
def matmul(s: Step) -> Any:
    a, b = s.inputs[:2]
    ta, tb = s.attrs.get("transpose_a") is True, s.attrs.get("transpose_b") is True
    first = (b, s.grad) if ta else (s.grad, b)
    second = (s.grad, a) if tb else (a, s.grad)
    return (
        s.gen("MatMul", a=first[0], b=first[1], transpose_a=ta and tb, transpose_b=ta or not tb),
        s.gen("MatMul", a=second[0], b=second[1], transpose_a=not ta or tb, transpose_b=ta and tb),
    )


@gradient("BatchMatMul", "BatchMatMulV2")
def batch_matmul(s: Step) -> Any:
    x, y = s.inputs
    ax, ay = s.attrs.get("adj_x") is True, s.attrs.get("adj_y") is True
    first = (y, s.grad) if ax else (s.grad, y)
    second = (s.grad, x) if ay else (x, s.grad)
    made = [
        s.new("tf.matmul", *first, adjoint_a=ax and ay, adjoint_b=ax or not ay),
        s.new("tf.matmul", *second, adjoint_a=not ax or ay, adjoint_b=ax and ay),
    ]
    a, b = s.shape_or_none(x), s.shape_or_none(y)
    if s.type == "BatchMatMul" or (a is not None and a == b):
        return made
    sx, sy = s.new("tf.shape", x), s.new("tf.shape", y)
    batch = slice(None, -2, None)
    sizes = s.call.engine.get_item(sx, batch), s.call.engine.get_item(sy, batch)
    parts = s.axes_of(*sizes)
    return [
        s.new("tf.reshape", s.new("tf.reduce_sum", each, part[1]), shape)
        for each, part, shape in zip(made, parts, (sx, sy), strict=True)
    ]


@gradient("Neg")
def neg(s: Step) -> Any:
    return [s.call.unary("-", s.grad)]


@gradient("Square")
def square(s: Step) -> Any:
    def work() -> Any:
        two = operations.constant(s.call, 2.0, s.inputs[0].dtype)
        return s.new("tf.multiply", s.grad, s.new("tf.multiply", s.inputs[0], two))

    return [s.after_grad(work)]


def _of_output(kind: str, after: bool = False) -> Gradient:
    def made(s: Step) -> Any:
        def work() -> Any:
            return s.gen(kind, y=s.outputs[0], dy=s.grad)

        return [s.after_grad(work) if after else work()]

    return made


GRADIENTS.update(
    Sqrt=_of_output("SqrtGrad"), Rsqrt=_of_output("RsqrtGrad"), Tanh=_of_output("TanhGrad", True),
    Sigmoid=_of_output("SigmoidGrad", True),
)  # fmt: skip


@gradient("Exp")
def exp(s: Step) -> Any:
    return [s.after_grad(lambda: s.binary("*", s.grad, s.outputs[0]))]


@gradient("Log")
def log(s: Step) -> Any:
    return [s.after_grad(lambda: s.binary("*", s.grad, s.new("tf.math.reciprocal", s.inputs[0])))]


@gradient("Log1p")
def log1p(s: Step) -> Any:
    return [s.after_grad(lambda: s.binary("*", s.grad, s.new("tf.math.reciprocal", s.binary("+", 1, s.inputs[0]))))]


@gradient("Abs")
def absolute(s: Step) -> Any:
    return [s.binary("*", s.grad, s.new("tf.sign", s.inputs[0]))]


@gradient("Erf")
def erf(s: Step) -> Any:
    two = operations.constant(s.call, 1.1283791670955126, s.grad.dtype)

    def work() -> Any:
        power = s.new("tf.exp", s.call.unary("-", s.new("tf.square", s.inputs[0])))
        return s.binary("*", s.binary("*", s.grad, two), power)

    return [s.after_grad(work)]


@gradient("Pow")
def power(s: Step) -> Any:
    x, y = s.inputs
    one, two = s.broadcast()
    first = s.binary("*", s.binary("*", s.grad, y), s.new("tf.pow", x, s.binary("-", y, 1)))
    first = s.reduced(first, one) if one[2] else first
    mask = s.call.compare(">", x, 0)
    safe = s.new("tf.where", mask, x, s.new("tf.ones_like", x))
    logs = s.new("tf.where", mask, s.new("tf.log", safe), s.new("tf.zeros_like", x))
    second = s.binary("*", s.binary("*", s.grad, s.outputs[0]), logs)
    return first, s.reduced(second, two) if two[2] else second


@gradient("Select")
def select(s: Step) -> Any:
    zeros = s.new("tf.zeros_like", s.inputs[1])
    return None, s.new("tf.where", s.inputs[0], s.grad, zeros), s.new("tf.where", s.inputs[0], zeros, s.grad)


@gradient("Cast")
def cast(s: Step) -> Any:
    kinds = [each.dtype.base_dtype for each in (s.inputs[0], s.grad) if isinstance(each.dtype, DType)]
    floats = all(kind.is_floating or kind.is_complex for kind in kinds)
    return [s.new("tf.cast", s.grad, kinds[0]) if len(kinds) == 2 and floats else None]


@gradient("AddN")
def add_n(s: Step) -> Any:
    return [s.grad] * len(s.inputs)


@gradient("Sum")
def total(s: Step) -> Any:
    return [_spread(s), None]


def _spread(s: Step) -> Any:
    """TF: _SumGrad."""
    x, held = s.inputs[0], s.inputs[1].const
    shape = x.shape if isinstance(x.shape, tuple) else None
    axes = [held] if isinstance(held, int) else list(held) if isinstance(held, tuple) else None
    if shape is not None and axes is not None and all(isinstance(a, int) for a in axes):
        rank = len(shape)
        if axes == list(range(rank)):
            flat = s.new("tf.reshape", s.grad, ListValue([1] * rank))
            known = s.shape_or_none(x)
            sizes = operations.constant(s.call, known, DTYPES["int32"]) if known is not None else s.new("tf.shape", x)
            return s.new("tf.tile", flat, sizes)
        known = s.shape_or_none(x)
        if known is not None:
            gone = {a % rank for a in axes}
            kept = tuple(1 if i in gone else d for i, d in enumerate(known))
            drawing = s.call.graph.drawing
            assert drawing is not None
            if ("reduced", known, tuple(axes)) not in drawing.worked_out:
                drawing.worked_out.add(("reduced", known, tuple(axes)))
                _reduced_shape(s, known, tuple(axes))
                _safe_div(s, known, kept)
            scaling = tuple(d // max(k, 1) for d, k in zip(known, kept, strict=True))
            return s.new("tf.tile", s.new("tf.reshape", s.grad, ListValue(kept)), ListValue(scaling))
    sizes = s.new("tf.shape", x)
    kept_sizes = _reduced_shape(s, sizes, s.inputs[1])
    times = _safe_div(s, sizes, kept_sizes)
    return s.new("tf.tile", s.new("tf.reshape", s.grad, kept_sizes), times)


def _reduced_shape(s: Step, shape: Any, axes: Any) -> Any:
    """TF: math_ops.reduced_shape."""
    int32 = DTYPES["int32"]
    shape, axes = (s.new("tf.cast", ListValue(e) if isinstance(e, tuple) else e, int32) for e in (shape, axes))
    rank = s.new("tf.size", shape)
    axes = s.binary("%", s.binary("+", axes, rank), rank)
    sizes = s.new("tf.shape", axes)
    places = s.new("tf.range", rank)
    ones = s.new("tf.fill", sizes, 1)
    made = s.gen("DynamicStitch", indices=[places, axes], data=[shape, ones])
    if isinstance(s.inputs[0].shape, tuple):
        made.shape = (len(s.inputs[0].shape),)
    return made


def _safe_div(s: Step, x: Any, y: Any) -> Any:
    x, y = (ListValue(each) if isinstance(each, tuple) else each for each in (x, y))
    return s.binary("//", x, s.new("tf.maximum", y, 1))


@gradient("Mean")
def mean(s: Step) -> Any:
    spread = _spread(s)
    known = [s.shape_or_none(each) for each in (s.inputs[0], s.outputs[0])]
    if known[0] is not None and known[1] is not None:
        counts = []
        for shape in known:
            count = 1
            for size in shape or ():
                count *= size
            counts.append(count)
        factor: Any = operations.constant(s.call, counts[0] // max(counts[1], 1), spread.dtype)
    else:
        sizes = [s.new("tf.shape", each) for each in (s.inputs[0], s.outputs[0])]
        factor = _safe_div(s, *(s.new("tf.reduce_prod", each) for each in sizes))
    return s.new("tf.truediv", spread, s.new("tf.cast", factor, spread.dtype)), None


@gradient("Max", "Min")
def highest(s: Step) -> Any:
    x = s.inputs[0]
    sizes = s.new("tf.shape", x)
    kept = _reduced_shape(s, sizes, s.inputs[1])
    y, came = s.new("tf.reshape", s.outputs[0], kept), s.new("tf.reshape", s.grad, kept)
    hits = s.new("tf.cast", s.new("tf.equal", y, x), came.dtype)
    count = s.new("tf.reshape", s.new("tf.reduce_sum", hits, s.inputs[1]), kept)
    return s.binary("*", s.new("tf.divide", hits, count), came), None


@gradient("RsqrtGrad")
def rsqrt_grad(s: Step) -> Any:
    a, b = s.inputs

    def first() -> Any:
        return s.binary("*", s.binary("*", s.binary("*", -1.5, s.grad), b), s.new("tf.square", a))

    return s.after_grad(first), s.after_grad(lambda: s.gen("RsqrtGrad", y=a, dy=s.grad))


@gradient("TanhGrad")
def tanh_grad(s: Step) -> Any:
    a, b = s.inputs

    def first() -> Any:
        return s.binary("*", s.binary("*", s.binary("*", s.grad, -2.0), b), a)

    return s.after_grad(first), s.after_grad(lambda: s.gen("TanhGrad", y=a, dy=s.grad))
