"""The bytes of a target's tensors, made by their recipes without numpy: strided copies do the turning."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable
from math import prod

from scopelint.porting.recipes import Piece, Recipe, Shape, permuted

WIDTHS = {
    "float64": 8,
    "float32": 4,
    "float16": 2,
    "bfloat16": 2,
    "int64": 8,
    "int32": 4,
    "int16": 2,
    "int8": 1,
    "uint64": 8,
    "uint32": 4,
    "uint16": 2,
    "uint8": 1,
    "bool": 1,
}
_ITEMS = {1: "B", 2: "H", 4: "I", 8: "Q"}
_FLOATS = {"float64": "d", "float32": "f", "float16": "e"}

Read = Callable[[str], tuple[bytes, Shape]]
"""The values of a key, row by row, and its shape."""


def made(recipe: Recipe, read: Read) -> bytes:
    """The tensor's bytes, lowest byte first."""
    width = WIDTHS[recipe.dtype]
    parts = [_piece(piece, recipe, read, width) for piece in recipe.pieces]
    data = parts[0] if len(parts) == 1 else b"".join(parts)
    if recipe.turned:
        # Its pieces lie one below the other; side by side is the same the other way round.
        last, first = recipe.shape
        data = transposed(data, (first, last), (1, 0), width)
    return data


def _piece(piece: Piece, recipe: Recipe, read: Read, width: int) -> bytes:
    if not piece.key:
        return _packed(piece.fill, recipe.dtype) * piece.count
    data, shape = read(piece.key)
    data, shape = part(data, shape, piece.rows, piece.columns, width)
    if recipe.order:
        view = recipe.view or shape
        data = transposed(data, view, recipe.order, width)
    return added(data, piece.add, recipe.dtype) if piece.add else data


def part(
    data: bytes, shape: Shape, rows: tuple[int, int] | None, columns: tuple[int, int] | None, width: int
) -> tuple[bytes, Shape]:
    """Some rows of the first axis, some columns of the last."""
    if rows is not None:
        step = prod(shape[1:]) * width
        data = data[rows[0] * step : rows[1] * step]
        shape = (rows[1] - rows[0], *shape[1:])
    if columns is not None and columns != (0, shape[-1]):
        row, first, behind = shape[-1] * width, columns[0] * width, columns[1] * width
        data = b"".join(data[at + first : at + behind] for at in range(0, len(data), row))
        shape = (*shape[:-1], columns[1] - columns[0])
    return data, shape


def transposed(data: bytes, shape: Shape, order: Shape, width: int) -> bytes:
    """The axes in another order. Axes that stay beside each other are one; the last is copied in steps."""
    shape, order = _merged(shape, order)
    if order == tuple(range(len(order))):
        return data
    items = array(_ITEMS[width], data)
    strides = [0] * len(shape)
    step = 1
    for axis in range(len(shape) - 1, -1, -1):
        strides[axis] = step
        step *= shape[axis]
    sizes, steps = permuted(shape, order), permuted(tuple(strides), order)
    out = array(_ITEMS[width], bytes(len(data)))
    run, stride = sizes[-1], steps[-1]
    starts = [0]
    for size, outer in zip(sizes[:-1], steps[:-1], strict=True):
        starts = [start + index * outer for start in starts for index in range(size)]
    for number, start in enumerate(starts):
        out[number * run : (number + 1) * run] = items[start : start + (run - 1) * stride + 1 : stride]
    return out.tobytes()


def _merged(shape: Shape, order: Shape) -> tuple[Shape, Shape]:
    """The same with axes of length one left out, and neighbours that stay neighbours made one."""
    kept = [axis for axis in order if shape[axis] != 1]
    groups: list[list[int]] = []
    for axis in kept:
        # Between two axes only those of length one may lie.
        if groups and axis > groups[-1][-1] and all(shape[each] == 1 for each in range(groups[-1][-1] + 1, axis)):
            groups[-1].append(axis)
        else:
            groups.append([axis])
    ranked = sorted(groups)
    sizes = tuple(prod(shape[axis] for axis in group) for group in ranked)
    return sizes, tuple(ranked.index(group) for group in groups)


def added(data: bytes, number: float, dtype: str) -> bytes:
    if dtype == "bfloat16":
        wide = b"".join(b"\0\0" + data[at : at + 2] for at in range(0, len(data), 2))
        return _halved(added(wide, number, "float32"))
    letter = _FLOATS[dtype]
    count = len(data) // struct.calcsize(letter)
    values = struct.unpack(f"<{count}{letter}", data)
    return struct.pack(f"<{count}{letter}", *(value + number for value in values))


def _packed(number: float, dtype: str) -> bytes:
    if dtype == "bfloat16":
        return _halved(struct.pack("<f", number))
    letter = _FLOATS.get(dtype)
    return struct.pack(f"<{letter}", number) if letter else int(number).to_bytes(WIDTHS[dtype], "little")


def _halved(data: bytes) -> bytes:
    """float32 as bfloat16, to the nearest, to even where two are as near."""
    out = array("H")
    for number in struct.unpack(f"<{len(data) // 4}I", data):
        out.append((number + 0x7FFF + ((number >> 16) & 1)) >> 16 & 0xFFFF)
    return struct.pack(f"<{len(out)}H", *out)
