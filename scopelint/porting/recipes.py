"""How a tensor of the target is made: of which keys, which parts of them, laid out how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

Shape = tuple[int, ...]

KERNELS: dict[int, Shape] = {2: (1, 0), 3: (2, 1, 0), 4: (3, 2, 0, 1), 5: (4, 3, 0, 1, 2)}
"""How the axes of a kernel are turned for PyTorch, by its rank: [in,out] becomes [out,in], HWIO becomes OIHW. That of a
transposed convolution, HWOI, becomes IOHW in the same way."""

DEPTHWISE: Shape = (2, 3, 0, 1)
"""HWCM becomes CMHW, whose first two axes are then one: channel c has its multipliers at c*M, c*M+1, ..."""


@dataclass(frozen=True)
class Piece:
    """A part of a key's tensor, or `count` times `fill` where the key is empty. `rows`: of its first axis, `columns`:
    of its last, each from and to. `add`: to every number."""

    key: str = ""
    rows: tuple[int, int] | None = None
    columns: tuple[int, int] | None = None
    add: float = 0.0
    fill: float = 0.0
    count: int = 0


@dataclass(frozen=True)
class Recipe:
    """A tensor of the target. Each piece is seen as `view`, its axes put into `order`; the pieces follow each other
    along the first axis, and the whole is seen as `shape` after its two axes were exchanged, if `turned`.

    `certain`: is the layout known, and not a convention taken for granted? `layout`: as a rules file names it."""

    name: str
    shape: Shape
    dtype: str
    pieces: tuple[Piece, ...]
    view: Shape = ()
    order: Shape = ()
    turned: bool = False
    layout: str = "same"
    certain: bool = True
    note: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(piece.key for piece in self.pieces if piece.key))


def permuted(shape: Shape, order: Shape) -> Shape:
    return tuple(shape[axis] for axis in order) if order else shape


def plain(name: str, key: str, shape: Shape, dtype: str, **more: object) -> Recipe:
    """The tensor as it is."""
    return Recipe(name, shape, dtype, (Piece(key),), **more)  # type: ignore[arg-type]


def kernel(name: str, key: str, shape: Shape, dtype: str, certain: bool = True, note: str = "") -> Recipe:
    """The kernel of a dense layer or of a convolution, turned as PyTorch has it."""
    order = KERNELS.get(len(shape), ())
    layout = "T" if len(shape) == 2 else "conv" if order else "same"
    return Recipe(name, permuted(shape, order), dtype, (Piece(key),), (), order, False, layout, certain, note)


def depthwise(name: str, key: str, shape: Shape, dtype: str, certain: bool = True) -> Recipe:
    height, width, channels, multiplier = shape
    out = (channels * multiplier, 1, height, width)
    return Recipe(name, out, dtype, (Piece(key),), (), DEPTHWISE, False, "depthwise", certain)


def flattened(name: str, key: str, shape: Shape, dtype: str, image: Shape) -> Recipe:
    """The kernel of a dense layer behind a flattened image: its rows stand in the order height, width, channels, and
    for PyTorch channels come first."""
    height, width, channels = image
    if prod(image) != shape[0]:
        raise ValueError(
            f"flatten={height}x{width}x{channels} is {prod(image)} numbers, the kernel has {shape[0]} rows"
        )
    view = (height, width, channels, shape[1])
    return Recipe(name, (shape[1], shape[0]), dtype, (Piece(key),), view, (3, 2, 0, 1), layout="T", certain=True)


def filled(name: str, count: int, value: float, dtype: str, note: str) -> Recipe:
    return Recipe(name, (count,), dtype, (Piece(fill=value, count=count),), layout="made", note=note)


def blocks(
    key: str,
    size: int,
    order: Sequence[int],
    rows: tuple[int, int] | None = None,
    add: Mapping[int, float] | None = None,
) -> tuple[Piece, ...]:
    """Blocks of columns of one tensor, `size` wide, in another order."""
    added = add or {}
    return tuple(Piece(key, rows, (at * size, (at + 1) * size), added.get(at, 0.0)) for at in order)
