"""numpy's arrays as values: shape and dtype, and the members while they are few; how they answer operators."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.indices import index_of, plain_slice
from scopelint.apis.python.numpy.dtypes import KINDS, RANK, cast, dtype_of, promote
from scopelint.apis.python.support import NUMBERS, bare, derived, guarded, members, too_large
from scopelint.apis.registry import BEHAVIOURS
from scopelint.limits import ITEMS
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import ListValue
from scopelint.values.join import JOINERS
from scopelint.values.numbers import typed
from scopelint.values.objects import MISSING
from scopelint.values.trail import TRAIL, Mutable

KEPT = 4096
"""Members of an array that are kept: shapes and schedules have tens, data has millions."""


class ArrayValue(Mutable, Value):
    """An array. `data` holds the members in order, flat, each a number or an Unknown; None where they are not kept.

    Arrays without dimensions do not occur: they are plain numbers, as numpy's scalars are here.
    """

    __slots__ = ("data", "dtype", "shape")

    def __init__(self, shape: tuple[Any, ...], dtype: str = "float64", data: list[Any] | None = None) -> None:
        self.epoch = TRAIL.epoch
        self.shape = shape
        self.dtype = dtype
        self.data = data

    def __repr__(self) -> str:
        return f"ArrayValue({self.shape!r}, {self.dtype!r}, {self.data!r})"

    def save(self) -> Any:
        return (self.shape, self.dtype, None if self.data is None else self.data[:])

    def restore(self, state: Any) -> None:
        self.shape, self.dtype, self.data = state[0], state[1], None if state[2] is None else state[2][:]

    def join_states(self, a: Any, b: Any, join: Callable[[Any, Any], Any]) -> Any:
        if same_shape(a[0], b[0]) and a[2] is not None and b[2] is not None:
            return (a[0], a[1], [join(x, y) for x, y in zip(a[2], b[2], strict=True)])
        return (
            (a[0], a[1], None)
            if same_shape(a[0], b[0])
            else (tuple([join(x, y) for x, y in zip(a[0], b[0], strict=False)]), a[1], None)
        )

    @property
    def size(self) -> Any:
        return product(self.shape)

    def lose_members(self) -> None:
        """Something that is not followed may have written into it."""
        if self.data is not None:
            self.touch()
            self.data = None


def same_shape(a: Sequence[Any], b: Sequence[Any]) -> bool:
    return len(a) == len(b) and all(
        x is y or (isinstance(x, int) and isinstance(y, int) and x == y) for x, y in zip(a, b, strict=True)
    )


def _join_arrays(a: ArrayValue, b: ArrayValue) -> Any:
    return ArrayValue(a.shape, a.dtype) if same_shape(a.shape, b.shape) and a.dtype == b.dtype else None


JOINERS[ArrayValue] = _join_arrays


def product(numbers: Sequence[Any]) -> Any:
    total: Any = 1
    for number in numbers:
        total = total * number
    return total


def is_static(shape: Sequence[Any]) -> bool:
    return all(isinstance(d, int) for d in shape)


def strides(shape: Sequence[int]) -> list[int]:
    out = [1] * len(shape)
    for at in range(len(shape) - 2, -1, -1):
        out[at] = out[at + 1] * shape[at + 1]
    return out


# Making


def array_of(shape: tuple[Any, ...], dtype: str, data: list[Any] | None = None) -> Any:
    """An array; where it has no dimensions, its one member."""
    if not shape:
        return Unknown("a number of numpy's") if data is None else typed(data[0], dtype)
    if data is not None and len(data) > KEPT:
        data = None
    return ArrayValue(shape, dtype, data)


def as_array(call: Call, value: AnyValue, dtype: str | None = None) -> ArrayValue | Unknown | None:
    """`np.asarray(value)`, also of a number, which gets no dimensions; None for what is no array."""
    value = bare(value)
    if isinstance(value, ArrayValue):
        return (
            value
            if dtype is None or dtype == value.dtype
            else ArrayValue(value.shape, dtype, None if value.data is None else [cast(v, dtype) for v in value.data])
        )
    if type(value) in NUMBERS or isinstance(value, (str, bytes)):
        return ArrayValue((), dtype or dtype_of(value), [value if dtype is None else cast(value, dtype)])
    if isinstance(value, Unknown):
        return value
    if isinstance(value, (ListValue, tuple, range)):
        return _from_nested(call, value, dtype)
    own = getattr(BEHAVIOURS[type(value)], "as_array", None)
    if own is not None:
        return own(call, value)  # type: ignore[no-any-return]
    return None


def _from_nested(call: Call, value: Any, dtype: str | None) -> ArrayValue | Unknown:
    if isinstance(value, ListValue) and value.rest is not None:
        return value.rest
    items = value.items if isinstance(value, ListValue) else value
    if len(items) > ITEMS:
        return too_large(call, "an array")
    doubt = next((v for v in items[:KEPT] if isinstance(v, Unknown)), None)
    if doubt is not None:
        # It may be a number as well as an array, of which the members then are.
        return doubt.derive("")
    if all(type(v) in NUMBERS or isinstance(v, Unknown) for v in (items if len(items) <= KEPT else items[:KEPT])):
        found = dtype or _common([dtype_of(v) for v in (items if len(items) <= KEPT else items[:KEPT])])
        data = [cast(v, found) for v in items] if len(items) <= KEPT else None
        return ArrayValue((len(items),), found, data)
    parts: list[ArrayValue] = []
    for item in items:
        part = as_array(call, item, dtype)
        if isinstance(part, Unknown):
            return part
        if part is None:
            return ArrayValue((len(items),), "object", None)
        parts.append(part)
    first = parts[0].shape
    if not all(same_shape(p.shape, first) for p in parts):
        return ArrayValue((len(items),), "object", None)
    found = dtype or _common([p.dtype for p in parts])
    data = None
    if all(p.data is not None for p in parts) and len(parts) * product(first) <= KEPT:
        data = [cast(v, found) for p in parts for v in p.data or ()]
    return ArrayValue((len(parts), *first), found, data)


def _common(names: list[str]) -> str:
    if not names:
        return "float64"
    out = names[0]
    for name in names[1:]:
        if name != out:
            out = promote(out, name)
    return out


def shape_of(call: Call, value: AnyValue) -> tuple[Any, ...] | Unknown:
    """A shape as programs give it: a number, a list, a tuple."""
    value = bare(value)
    if isinstance(value, int) and type(value) is not bool:
        return (int(value),)
    if isinstance(value, ArrayValue):
        return tuple(value.data) if value.data is not None else derived()
    if isinstance(value, (ListValue, tuple)):
        found = members(call, value)
        if isinstance(found, Unknown):
            return found
        out: list[Any] = []
        for one in found:
            number = one if isinstance(one, Unknown) else index_of(call, one)
            out.append(number if isinstance(number, (int, Unknown)) else Unknown("a dimension that is no integer"))
        return tuple(out)
    number = index_of(call, value)
    if isinstance(number, int):
        return (number,)
    return number if isinstance(number, Unknown) else derived(value, reason="a shape that is not known")


# Broadcasting


def broadcast(call: Call, shapes: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    """The common shape; ValueError of the program where there is none."""
    rank = max(len(s) for s in shapes)
    out: list[Any] = []
    for at in range(-rank, 0):
        found: Any = 1
        for shape in shapes:
            if -at > len(shape):
                continue
            dim = shape[at]
            if isinstance(dim, int) and dim == 1:
                continue
            if isinstance(found, int) and found == 1:
                found = dim
            elif isinstance(found, int) and isinstance(dim, int) and found != dim:
                written = " ".join("(" + ",".join(map(str, s)) + ("," if len(s) == 1 else "") + ")" for s in shapes)
                call.raise_("ValueError", f"operands could not be broadcast together with shapes {written} ")
            elif isinstance(found, Unknown) and isinstance(dim, int):
                found = dim
        out.append(found)
    return tuple(out)


def broadcast_members(value: ArrayValue, shape: tuple[int, ...]) -> list[Any]:
    """The members as they are repeated over a larger shape."""
    assert value.data is not None
    if value.shape == shape:
        return value.data
    if len(value.data) == 1:
        return [value.data[0]] * int(product(shape))
    own = [1] * (len(shape) - len(value.shape)) + list(value.shape)
    steps = strides(own)
    steps = [0 if own[at] == 1 else steps[at] for at in range(len(own))]
    out = [0]
    for dim, each in zip(shape, steps, strict=True):
        out = [base + each * at for base in out for at in range(dim)]
    return [value.data[at] for at in out]


def compute(function: Callable[..., Any], together: tuple[Any, ...], dtype: str) -> Any:
    """One member. What is no number is not computed: the members of an array of strings or objects may be anything,
    and a product of theirs of any size."""
    if not all(type(v) in NUMBERS for v in together):
        return derived(*together)
    try:
        return cast(function(*together), dtype)
    except (TypeError, ValueError, ArithmeticError):
        return derived(*together, reason="what numpy makes of this")


def elementwise(call: Call, function: Callable[..., Any], values: list[Any], result: str | None = None) -> Any:
    """`function` on the members of each, broadcast; `result` is the dtype if it is not the common one."""
    arrays: list[ArrayValue] = []
    for value in values:
        part = as_array(call, value)
        if part is None or isinstance(part, Unknown):
            return derived(part, value)
        arrays.append(part)
    shape = broadcast(call, [a.shape for a in arrays])
    dtype = result or weak_common(values, arrays)
    data = None
    if is_static(shape) and product(shape) <= KEPT and all(a.data is not None for a in arrays):
        lists = [broadcast_members(a, shape) for a in arrays]
        data = [compute(function, together, dtype) for together in zip(*lists, strict=True)]
    return array_of(shape, dtype, data)


def weak_common(values: list[Any], arrays: list[ArrayValue]) -> str:
    """The common dtype; a plain number does not widen an array of its own kind."""
    strong = [a.dtype for v, a in zip(values, arrays, strict=True) if a.shape]
    weak = [a.dtype for v, a in zip(values, arrays, strict=True) if not a.shape]
    if not strong:
        return _common(weak)
    out = _common(strong)
    for name in weak:
        if RANK[KINDS[name][0]] > RANK[KINDS[out][0]]:
            out = promote(out, "float16" if name == "float64" and KINDS[out][0] == "f" else name)
    return out


def safe(function: Callable[..., Any]) -> Callable[..., Any]:
    """numpy warns where Python raises: the answer is nan or infinite."""

    def called(*args: Any) -> Any:
        try:
            return function(*args)
        except ZeroDivisionError:
            top = args[0] if args and isinstance(args[0], (int, float)) else 1
            return math.nan if top == 0 or top != top else math.copysign(math.inf, top)
        except OverflowError:
            return math.inf
        except (ValueError, TypeError):
            return math.nan

    return called


def floor_divide(a: Any, b: Any) -> Any:
    if b == 0:
        return 0 if isinstance(a, int) and isinstance(b, int) else safe(lambda x, y: x / y)(a, b)
    return a // b


def power(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int) and abs(a) > 1 and b * a.bit_length() > 4096:
        return 0  # It wraps round in 64 bits.
    return a**b


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b if type(a) is not bool or type(b) is not bool else a or b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b if type(a) is not bool or type(b) is not bool else a and b,
    "/": safe(lambda a, b: a / b),
    "//": floor_divide,
    "%": safe(lambda a, b: a % b),
    "**": safe(power),
    "<<": lambda a, b: a << min(b, 64),
    ">>": lambda a, b: a >> b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
}
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def operate(call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
    if sign == "@":
        return matmul(call, left, right)
    result = None
    if sign == "/":
        parts = [as_array(call, v) for v in (left, right)]
        if not any(isinstance(p, ArrayValue) and KINDS[p.dtype][0] in "fcO" for p in parts):
            result = "float64"
    return elementwise(call, OPERATORS[sign], [left, right], result)


def matmul(call: Call, left: AnyValue, right: AnyValue) -> Any:
    """`a @ b` and `np.dot` of one or two dimensions; of more, their shape."""
    a, b = as_array(call, left), as_array(call, right)
    if not isinstance(a, ArrayValue) or not isinstance(b, ArrayValue):
        return derived(left, right)
    if not a.shape or not b.shape:
        return operate(call, "*", left, right)
    inner_a, inner_b = a.shape[-1], b.shape[-2] if len(b.shape) > 1 else b.shape[0]
    if isinstance(inner_a, int) and isinstance(inner_b, int) and inner_a != inner_b:
        call.raise_(
            "ValueError",
            f"shapes {a.shape} and {b.shape} not aligned: {inner_a} (dim {len(a.shape) - 1}) "
            f"!= {inner_b} (dim {max(0, len(b.shape) - 2)})",
        )
    batch = broadcast(call, [a.shape[:-2], b.shape[:-2]]) if len(a.shape) > 2 or len(b.shape) > 2 else ()
    shape = (*batch, *a.shape[-2:-1], *(b.shape[-1:] if len(b.shape) > 1 else ()))
    dtype = promote(a.dtype, b.dtype)
    if dtype == "string":
        call.raise_("TypeError", "ufunc 'matmul' did not contain a loop with signature matching types")
    data = None
    known = a.data is not None and b.data is not None and len(a.shape) <= 2 and len(b.shape) <= 2
    if (
        known
        and is_static(shape)
        and product(shape) * max(1, inner_a) <= 50_000
        and not any(isinstance(v, Value) for v in (*a.data, *b.data))  # type: ignore[misc]
    ):
        rows, columns = (a.shape[0] if len(a.shape) > 1 else 1), (b.shape[1] if len(b.shape) > 1 else 1)
        data = [
            sum(a.data[r * inner_a + k] * b.data[k * columns + c] for k in range(inner_a))  # type: ignore[index]
            for r in range(rows)
            for c in range(columns)
        ]
    return array_of(shape, dtype, data)


# Indexing


def select(call: Call, value: ArrayValue, key: AnyValue) -> tuple[tuple[Any, ...], list[int] | None] | Unknown:
    """The shape of `value[key]` and, where it is known, the flat positions that it takes."""
    keys = list(key) if type(key) is tuple else [key]
    keys = [bare(k) for k in keys]
    for at, one in enumerate(keys):
        if isinstance(one, ListValue):
            part = as_array(call, one)
            if not isinstance(part, ArrayValue):
                return derived(one)
            keys[at] = part
    if any(k is Ellipsis for k in keys):
        at = next(i for i, k in enumerate(keys) if k is Ellipsis)
        used = sum(1 for k in keys if k is not None and k is not Ellipsis)
        keys[at : at + 1] = [slice(None)] * (len(value.shape) - used)
    axes = sum(len(k.shape) if isinstance(k, ArrayValue) and k.dtype == "bool" else 1 for k in keys if k is not None)
    if any(isinstance(k, Unknown) for k in keys):
        # A number takes a dimension away, an array or a slice does not, None adds one.
        return derived(*[k for k in keys if isinstance(k, Unknown)])
    if axes > len(value.shape):
        call.raise_("IndexError", "too many indices for array")
    keys += [slice(None)] * (len(value.shape) - axes)
    if sum(isinstance(k, ArrayValue) for k in keys) > 1:
        return _by_several(value, keys)
    shape: list[Any] = []
    positions: list[int] | None = [0]
    steps = strides(value.shape) if is_static(value.shape) else None
    if steps is None or (value.data is None and product(value.shape) > KEPT):
        positions = None
    axis = 0
    for one in keys:
        if one is None:
            shape.append(1)
            continue
        dim = value.shape[axis]
        if type(one) is slice:
            bounds = plain_slice(call, one)
            if isinstance(bounds, Unknown) or not isinstance(dim, int):
                whole = not isinstance(bounds, Unknown) and bounds == slice(None)
                shape.append(dim if whole else derived(bounds, dim))
                positions = None
            else:
                chosen = range(*guarded(call, bounds.indices, dim))
                shape.append(len(chosen))
                positions = _extend(positions, chosen, steps, axis)
            axis += 1
            continue
        if isinstance(one, ArrayValue):
            if one.dtype == "bool":
                positions, count, used = _masked(value, one, positions, steps, axis)
                shape.append(count)
                axis += used
                continue
            shape += one.shape
            if one.data is None or any(not isinstance(v, int) for v in one.data) or not isinstance(dim, int):
                positions = None
            else:
                positions = _extend(
                    positions, [v % dim if -dim <= v < dim else _outside(call, v, dim) for v in one.data], steps, axis
                )
            axis += 1
            continue
        number = index_of(call, one)
        if number is MISSING:
            call.raise_(
                "IndexError",
                "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and "
                "integer or boolean arrays are valid indices",
            )
        if isinstance(number, Unknown) or not isinstance(dim, int):
            positions = None
        else:
            if not -dim <= number < dim:
                _outside(call, number, dim, axis)
            positions = _extend(positions, [number % dim if dim else 0], steps, axis)
        axis += 1
    return tuple(shape), positions


def _by_several(value: ArrayValue, keys: list[Any]) -> tuple[tuple[Any, ...], list[int] | None] | Unknown:
    """`x[:, rows, columns]`: arrays of one shape become one dimension, in front where they do not stand together."""
    arrays = [k for k in keys if isinstance(k, ArrayValue)]
    shared = arrays[0].shape
    plain = all(k is None or isinstance(k, ArrayValue) or (type(k) is slice and k == slice(None)) for k in keys)
    if not plain or any(k.dtype == "bool" or k.shape != shared for k in arrays):
        return derived(reason="an array indexed by several arrays")
    places = [at for at, k in enumerate(keys) if isinstance(k, ArrayValue)]
    shape: list[Any] = []
    axis = 0
    for one in keys:
        if not isinstance(one, ArrayValue):
            shape.append(1 if one is None else value.shape[axis])
        axis += one is not None
    first = places[0] if places[-1] - places[0] == len(places) - 1 else 0
    return (*shape[:first], *shared, *shape[first:]), None


def _outside(call: Call, index: int, dim: int, axis: int = 0) -> int:
    call.raise_("IndexError", f"index {index} is out of bounds for axis {axis} with size {dim}")
    raise AssertionError


def _extend(positions: list[int] | None, chosen: Sequence[int], steps: list[int] | None, axis: int) -> list[int] | None:
    if positions is None or steps is None or len(positions) * len(chosen) > 16 * KEPT:
        return None
    return [base + steps[axis] * at for base in positions for at in chosen]


def _masked(
    value: ArrayValue, mask: ArrayValue, positions: list[int] | None, steps: list[int] | None, axis: int
) -> tuple[list[int] | None, Any, int]:
    used = len(mask.shape)
    if mask.data is None or any(isinstance(v, Value) for v in mask.data) or steps is None or positions is None:
        return None, Unknown("how many members a mask leaves"), used
    own = strides(mask.shape)
    offsets = []
    for at, wanted in enumerate(mask.data):
        if wanted:
            offset = 0
            for a in range(used):
                offset += steps[axis + a] * (at // own[a] % mask.shape[a])
            offsets.append(offset)
    return [base + offset for base in positions for offset in offsets], len(offsets), used


def take(call: Call, value: ArrayValue, key: AnyValue) -> Any:
    """`value[key]`."""
    if isinstance(key, Unknown):
        # A number, a slice, a mask, None: each gives another rank.
        return key.derive("")
    found = select(call, value, key)
    if isinstance(found, Unknown):
        return found
    shape, positions = found
    if positions is None or value.data is None:
        return array_of(shape, value.dtype)
    return array_of(shape, value.dtype, [value.data[at] for at in positions])


def nested(value: ArrayValue) -> Any:
    """`value.tolist()`."""
    if value.data is None or not is_static(value.shape):
        if value.shape and isinstance(value.shape[0], int) and value.shape[0] <= KEPT:
            inner = array_of(value.shape[1:], value.dtype)
            return ListValue([nested(inner) if isinstance(inner, ArrayValue) else inner for _ in range(value.shape[0])])
        return ListValue([], Unknown("the members of a large array"))
    data: list[Any] = list(value.data)
    for dim in reversed(value.shape[1:]):
        data = (
            [ListValue(data[at : at + dim]) for at in range(0, len(data), dim)]
            if dim
            else [ListValue() for _ in range(product(value.shape[:-1]))]
        )
    return ListValue(data)


def transpose(value: ArrayValue, order: tuple[int, ...]) -> Any:
    shape = tuple([value.shape[axis] for axis in order])
    if value.data is None or not is_static(shape):
        return ArrayValue(shape, value.dtype)
    steps = strides(value.shape)
    out = [0]
    for axis in order:
        out = [base + steps[axis] * at for base in out for at in range(value.shape[axis])]
    return ArrayValue(shape, value.dtype, [value.data[at] for at in out])


def positions_along(shape: tuple[int, ...], axis: int) -> list[list[int]]:
    """For each place of the other axes, the flat positions along `axis`."""
    steps = strides(shape)
    others = [range(0, shape[a] * steps[a], steps[a]) if shape[a] else range(0) for a in range(len(shape)) if a != axis]
    return [[sum(base) + steps[axis] * at for at in range(shape[axis])] for base in itertools.product(*others)]
