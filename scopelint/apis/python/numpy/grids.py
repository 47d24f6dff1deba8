"""numpy's `mgrid` and `ogrid`: grids of numbers that are asked for by slices."""

from __future__ import annotations

import math
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.numpy.array import KEPT, ArrayValue, array_of, broadcast_members, is_static, product
from scopelint.apis.python.numpy.dtypes import api, cast
from scopelint.apis.python.support import NUMBERS, bare, derived
from scopelint.apis.registry import Behaviour, object_behaves
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import NativeObject

OPEN, DENSE = "numpy.ogrid", "numpy.mgrid"

for _kind in (OPEN, DENSE):
    api.constant(_kind.rpartition(".")[2], NativeObject(_kind))


def _line(key: Any) -> Any:
    """The numbers of one slice. A complex step says how many there are, the stop among them."""
    ends: list[Any] = [bare(end) for end in (key.start, key.stop, key.step)]
    start, stop, step = 0 if ends[0] is None else ends[0], ends[1], 1 if ends[2] is None else ends[2]
    if isinstance(step, complex) and type(start) in NUMBERS and type(stop) in NUMBERS:
        count = int(abs(step))
        gap = (stop - start) / (count - 1) if count > 1 else 0.0
        kept = [float(start + at * gap) for at in range(count)] if count <= KEPT else None
        return array_of((count,), "float64", kept)
    if any(type(end) not in NUMBERS for end in (start, stop, step)) or step == 0:
        return ArrayValue((derived(start, stop, step, reason="the length of a grid"),), "int64")
    count = math.ceil((stop - start) / step)
    dtype = "float64" if any(isinstance(end, float) for end in (start, stop, step)) else "int64"
    kept = [cast(start + at * step, dtype) for at in range(count)] if count <= KEPT else None
    return array_of((count,), dtype, kept)


def _is_negative(line: ArrayValue) -> bool:
    return isinstance(line.shape[0], int) and line.shape[0] < 0


@object_behaves(OPEN, DENSE)
class GridBehaviour(Behaviour):
    """numpy: nd_grid.__getitem__."""

    python_class = "builtins.object"

    def getitem(self, call: Call, value: Any, key: Any) -> Any:
        keys = key if isinstance(key, tuple) else (key,)
        if any(isinstance(each, Unknown) for each in keys) or not all(isinstance(each, slice) for each in keys):
            return derived(*keys, reason="a grid of what is no slice")
        lines = [_line(each) for each in keys]
        if not isinstance(key, tuple):
            line = lines[0]
            return array_of((0,), line.dtype, []) if _is_negative(line) else line
        if any(map(_is_negative, lines)):
            call.raise_("ValueError", "negative dimensions are not allowed")
        dtype = "float64" if any(line.dtype == "float64" for line in lines) else "int64"
        dims = tuple(line.shape[0] for line in lines)
        apart = [
            array_of(
                tuple(dims[at] if axis == at else 1 for axis in range(len(dims))),
                dtype,
                None if line.data is None else [cast(member, dtype) for member in line.data],
            )
            for at, line in enumerate(lines)
        ]
        if value.kind == OPEN:
            return ListValue(apart)
        shape = (len(dims), *dims)
        if not is_static(shape) or product(shape) > KEPT or any(part.data is None for part in apart):
            return array_of(shape, dtype)
        return array_of(shape, dtype, [member for part in apart for member in broadcast_members(part, dims)])
