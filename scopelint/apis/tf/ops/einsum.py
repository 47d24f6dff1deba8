"""tf.einsum: TF 1.15 builds it from transposes, reshapes and products."""

from __future__ import annotations

import string
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.dims import rank_of
from scopelint.apis.tf.framework.operations import convert, gen, opaque_tensor, scope
from scopelint.apis.tf.ops.array import reshape_to, shape_of, transpose_of
from scopelint.apis.tf.ops.math import matmul_of
from scopelint.apis.tf.ops.reductions import reduce_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import Tensor

api = Namespace("tf")


@api.function
def einsum(call: Call, equation: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: special_math_ops.einsum. Two inputs at a time are reduced to one."""
    with scope(call, kwargs.get("name"), "einsum"):
        inputs = [value if isinstance(value, Tensor) else convert(call, value) for value in args]
        labels, output = _parse(call, equation, inputs)
        wanted = equation.partition("->")[0].count(",") + 1 if isinstance(equation, str) else len(inputs)
        if wanted != len(inputs):
            said = f'Got {len(inputs)} arguments for equation "{equation}", expecting {wanted}'
            call.raise_("ValueError", said, kind="argument")
        if labels is None or any(isinstance(each.shape, Unknown) for each in inputs):
            return _opaque(call, inputs, output)
        temp, axes = inputs[0], labels[0]
        for other, letters in zip(inputs[1:], labels[1:], strict=True):
            if isinstance(temp.shape, Unknown):
                return _opaque(call, inputs, output)
            temp, axes = _reduce(call, temp, axes, other, letters, (set(axes) & set(letters)) - set(output))
        gone = [i for i, a in enumerate(axes) if a not in output]
        if gone:
            temp = reduce_of(call, "Sum", temp, tuple(gone))
            axes = "".join(a for a in axes if a in output)
        if sorted(axes) != sorted(output):
            call.raise_("ValueError", f"Invalid equation: {equation}", kind="argument")
        return _transposed(call, temp, [axes.index(a) for a in output])


def _opaque(call: Call, inputs: list[Tensor], output: str) -> Tensor:
    made = opaque_tensor(call, Unknown("an einsum of tensors that are not known"))
    made.dtype = inputs[0].dtype if inputs else made.dtype
    if output:
        made.shape = tuple(Unknown("a dimension of an einsum") for _ in output)
    for tensor in inputs:
        made.deps |= tensor.deps
    return made


def _parse(call: Call, equation: AnyValue, inputs: list[Tensor]) -> tuple[list[str] | None, str]:
    """TF: _einsum_parse_and_resolve_equation: the letters of each input, `...` spelled out, and of the output."""
    if not isinstance(equation, str):
        return None, ""
    left, arrow, right = equation.replace(" ", "").partition("->")
    labels = left.split(",")
    if len(labels) != len(inputs):
        return None, right
    around = ""
    if "..." in left:
        unused = "".join(c for c in string.ascii_letters if c not in "".join(labels))
        for i, axes in enumerate(labels):
            if "..." not in axes:
                continue
            shape = inputs[i].shape
            if shape is None:
                call.raise_("ValueError", "Unable to statically infer ellipsis axes.", kind="shape")
            if not isinstance(shape, tuple):
                return None, right.replace("...", "")
            count = len(shape) - len(axes.replace("...", ""))
            letters = unused[-count:] if count > 0 else ""
            labels[i] = axes.replace("...", letters)
            around = max(around, letters, key=len)
    if arrow:
        return labels, right.replace("...", around)
    joined = "".join(labels)
    return labels, around + "".join(sorted(a for a in set(joined) - set(around) if joined.count(a) == 1))


def _reduce(call: Call, t0: Tensor, axes0: str, t1: Tensor, axes1: str, summed: set[str]) -> tuple[Tensor, str]:
    """TF: _einsum_reduction."""
    for which, tensor, axes in (("t0", t0, axes0), ("t1", t1, axes1)):
        rank = rank_of(tensor)
        if rank is None:
            call.raise_("ValueError", "Cannot take the length of shape with unknown rank.", kind="shape")
        if rank != len(axes):
            said = f"Tensor {which} of rank {rank} does not match einsum reduction of length {len(axes)}"
            call.raise_("ValueError", said, kind="shape")
    kept = (set(axes0) & set(axes1)) - summed
    wide = [set(axes0) - kept - summed, set(axes1) - kept - summed]

    def key(side: int, a: str) -> tuple[int, str]:
        if a in kept:
            return -1, a
        return (0, a) if (side == 0 and a in wide[0]) or (side == 1 and a in summed) else (1, a)

    ordered = [sorted(axes, key=lambda a: key(side, a)) for side, axes in enumerate((axes0, axes1))]
    t0 = _transposed(call, t0, [axes0.find(a) for a in ordered[0]])
    t1 = _transposed(call, t1, [axes1.find(a) for a in ordered[1]])
    if not summed:
        for _ in wide[1]:
            t0 = gen(call, "ExpandDims", None, input=t0, dim=-1)
        for _ in wide[0]:
            t1 = gen(call, "ExpandDims", None, input=t1, dim=len(kept))
        return gen(call, "Mul", None, x=t0, y=t1), "".join(ordered[0] + ordered[1][len(kept) :])
    size0 = _sizes(call, t0)
    rows = _total(call, size0[len(kept) : -len(summed)])
    inner = _total(call, size0[-len(summed) :])
    t0 = _reshaped(call, t0, [*size0[: len(kept)], rows, inner])
    size1 = _sizes(call, t1)
    columns = _total(call, size1[len(kept) + len(summed) :])
    t1 = _reshaped(call, t1, [*size1[: len(kept)], inner, columns])
    product = matmul_of(call, t0, t1)
    full = [*size0[: len(kept) + len(wide[0])], *size1[len(size1) - len(wide[1]) :]]
    product = _reshaped(call, product, full)
    letters = ordered[0][: len(kept) + len(wide[0])] + ordered[1][len(ordered[1]) - len(wide[1]) :]
    return product, "".join(letters)


def _transposed(call: Call, tensor: Tensor, order: list[int]) -> Any:
    return tensor if order == list(range(len(order))) else transpose_of(call, tensor, tuple(order))


def _sizes(call: Call, tensor: Tensor) -> list[Any]:
    """TF: _get_shape. Sizes that TF does not know are asked of the tensor."""
    sizes = list(tensor.shape)
    places = [i for i, d in enumerate(sizes) if d is None]
    if places:
        asked = shape_of(call, tensor)
        for i in places:
            sizes[i] = call.getitem(asked, i)
    return sizes


def _total(call: Call, sizes: list[Any]) -> Any:
    total: Any = 1
    for size in sizes:
        total = call.binary("*", total, size)
    return total


def _reshaped(call: Call, tensor: Tensor, sizes: list[Any]) -> Any:
    """TF: _reshape_if_necessary."""
    shape = tensor.shape
    if (
        isinstance(shape, tuple)
        and len(shape) == len(sizes)
        and all(
            not isinstance(b, Tensor) and (a is b or (isinstance(a, int) and isinstance(b, int) and a == b))
            for a, b in zip(shape, sizes, strict=True)
        )
    ):
        return tensor
    return reshape_to(call, tensor, tuple(sizes))
