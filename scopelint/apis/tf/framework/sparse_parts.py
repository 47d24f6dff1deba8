"""What TF refuses of the parts of a sparse tensor."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.values.tensors import Tensor, TensorShape, dims_compatible
from scopelint.values.truth import NO


def check_parts(call: Call, *parts: Tensor) -> None:
    """TF: SparseTensor.__init__: a row of the first for each value, a column for each dimension."""
    indices, values, dense_shape = (part.shape for part in parts)
    for shape, rank in ((indices, 2), (values, 1), (dense_shape, 1)):
        if isinstance(shape, tuple) and len(shape) != rank:
            said = f"Shape {call.to_string(TensorShape(shape))} must have rank {rank}"
            call.raise_("ValueError", said, kind="shape")
    for at, other in enumerate((values, dense_shape)):
        one: Any = indices[at] if isinstance(indices, tuple) else None
        two: Any = other[0] if isinstance(other, tuple) else None
        if dims_compatible(one, two) is NO:
            call.raise_("ValueError", f"Dimensions {one} and {two} are not compatible", kind="shape")
