"""What TF's graph is made of, as values: dtypes, shapes, tensors, operations, variables.

A dimension is an int, None where TF itself does not know it, or an `Unknown` where we do not. A shape is a tuple
of dimensions, None for TF's unknown rank, or an `Unknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scopelint.site import NOWHERE, Calls, Site
from scopelint.values.base import Unknown, Value
from scopelint.values.dependences import joined_deps, of_variable, of_variable_any
from scopelint.values.join import JOINERS
from scopelint.values.text import hole
from scopelint.values.trail import TRAIL, Mutable
from scopelint.values.truth import MAYBE, NO, YES, Truth, both

Dim = Any
"""int | None | Unknown."""

Dims = Any
"""tuple[Dim, ...] | None | Unknown."""


class DType(Value):
    """A `tf.DType`. One object per name, so identity is equality; TF also lets it equal its name."""

    __slots__ = ("base_dtype", "base_name", "enum", "kind", "limits", "name", "size")
    base_dtype: DType

    def __init__(self, name: str, number: int, kind: str, size: int, limits: tuple[Any, Any] | None = None) -> None:
        self.name = name
        self.base_name = name.removesuffix("_ref")
        self.enum = number
        self.kind = kind
        self.size = size
        self.limits = limits

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: '{self.name}'>"

    def __eq__(self, other: object) -> Any:
        if isinstance(other, Unknown):
            return other.derive("")
        return self is other or (isinstance(other, str) and ALIASES.get(other, other) == self.name)

    def __ne__(self, other: object) -> Any:
        same = self == other
        return (not same) if isinstance(same, bool) else same

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def ref(self) -> DType:
        """TF: DType._as_ref. What reading a `VariableV2` op itself has for a dtype."""
        return DTYPES[self.base_name + "_ref"]

    @property
    def is_ref(self) -> bool:
        return self.base_name != self.name

    @property
    def is_floating(self) -> bool:
        return self.kind == "f"

    @property
    def is_complex(self) -> bool:
        return self.kind == "c"

    @property
    def is_integer(self) -> bool:
        return self.kind in "iu"

    @property
    def is_unsigned(self) -> bool:
        return self.kind == "u"

    @property
    def is_quantized(self) -> bool:
        return self.kind == "q"

    @property
    def is_bool(self) -> bool:
        return self.kind == "b"

    @property
    def is_numpy_compatible(self) -> bool:
        return self.kind not in "rv"

    def is_compatible_with(self, other: DType) -> bool:
        """TF: DType.is_compatible_with. A base takes its ref in, a ref does not take its base."""
        return self.name in (other.name, other.base_name)


def _dtypes() -> dict[str, DType]:
    rows = (
        ("half float16", 19, "f", 2), ("float32", 1, "f", 4), ("float64", 2, "f", 8), ("bfloat16", 14, "f", 2),
        ("int8", 6, "i", 1), ("int16", 5, "i", 2), ("int32", 3, "i", 4), ("int64", 9, "i", 8),
        ("uint8", 4, "u", 1), ("uint16", 17, "u", 2), ("uint32", 22, "u", 4), ("uint64", 23, "u", 8),
        ("complex64", 8, "c", 8), ("complex128", 18, "c", 16), ("bool", 10, "b", 1), ("string", 7, "s", 0),
        ("qint8", 11, "q", 1), ("quint8", 12, "q", 1), ("qint16", 15, "q", 2), ("quint16", 16, "q", 2),
        ("qint32", 13, "q", 4), ("resource", 20, "r", 0), ("variant", 21, "v", 0),
    )  # fmt: skip
    made = {}
    for names, number, kind, size in rows:
        name = names.split()[-1]
        limits = None
        if kind in "iu":
            top = 1 << (8 * size)
            limits = (0, top - 1) if kind == "u" else (-top // 2, top // 2 - 1)
        own = made[name] = DType(name, number, kind, size, limits)
        ref = made[name + "_ref"] = DType(name + "_ref", number + 100, kind, size, limits)
        own.base_dtype = ref.base_dtype = own
    return made


DTYPES = _dtypes()
ALIASES = {
    "half": "float16", "float": "float32", "double": "float64", "int": "int64", "str": "string", "object": "string",
    "bytes": "string", "half_ref": "float16_ref", "float_ref": "float32_ref", "double_ref": "float64_ref",
}  # fmt: skip
FLOAT32, FLOAT64, INT32, INT64 = DTYPES["float32"], DTYPES["float64"], DTYPES["int32"], DTYPES["int64"]
BOOL, STRING, RESOURCE = DTYPES["bool"], DTYPES["string"], DTYPES["resource"]
_PYTHON_TYPES: dict[object, DType] = {float: FLOAT32, int: INT32, bool: BOOL, str: STRING, bytes: STRING}


def as_dtype(value: object) -> DType | Unknown | None:
    """TF: dtypes.as_dtype, for a DType, a name, a number or one of Python's types; None where TF would refuse."""
    if isinstance(value, (DType, Unknown)):
        return value
    if isinstance(value, str):
        return DTYPES.get(ALIASES.get(value, value))
    if isinstance(value, int) and not isinstance(value, bool):
        return next((dtype for dtype in DTYPES.values() if dtype.enum == value), None)
    return _PYTHON_TYPES.get(value) if isinstance(value, type) else None


class TensorShape(Value):
    """A `tf.TensorShape`: what programs get from `x.shape`."""

    __slots__ = ("dims",)

    def __init__(self, dims: Dims) -> None:
        self.dims = dims

    def __repr__(self) -> str:
        return f"TensorShape({shape_text(self.dims)})"


class Dimension(Value):
    """A `tf.Dimension`: what a subscript of a `TensorShape` gives."""

    __slots__ = ("value",)

    def __init__(self, value: Dim) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Dimension({self.value})"


def as_shape(value: object) -> Dims:
    """TF: tensor_shape.as_shape. None, an int, a list of dimensions or a TensorShape becomes our shape."""
    if isinstance(value, TensorShape):
        return value.dims
    if value is None or isinstance(value, Unknown):
        return value
    if isinstance(value, (tuple, list)):
        members = (d.value if isinstance(d, Dimension) else d for d in value)
        return tuple(d if d is None or isinstance(d, (int, Unknown)) else Unknown("dimension", "") for d in members)
    if isinstance(value, int):
        return (value,)
    return Unknown("shape is not known")


def shape_text(shape: Dims) -> str:
    """TF: TensorShape.__str__."""
    if shape is None:
        return "<unknown>"
    if isinstance(shape, Unknown):
        return "{" + (shape.label or "shape") + "}"
    dims = [d if d is not None else "?" for d in shape]
    text = ["{" + (d.label or "?") + "}" if isinstance(d, Unknown) else str(d) for d in dims]
    return f"({text[0]},)" if len(text) == 1 else f"({', '.join(text)})"


def is_fully_defined(shape: Dims) -> Truth:
    """TF: TensorShape.is_fully_defined. A dimension that only we do not know is taken for defined."""
    if isinstance(shape, Unknown):
        return MAYBE
    if shape is None or any(d is None for d in shape):
        return NO
    return YES


def num_elements(shape: Dims) -> int | Unknown | None:
    """TF: TensorShape.num_elements; None where TF does not know, Unknown where we do not."""
    if shape is None or isinstance(shape, Unknown):
        return shape
    size: Any = 1
    for d in shape:
        if d is None:
            return None
        size = size * d
    return size  # type: ignore[no-any-return]


def dims_compatible(one: Dim, two: Dim) -> Truth:
    """TF: Dimension.is_compatible_with."""
    if one is None or two is None or one is two:
        return YES
    if isinstance(one, Unknown) or isinstance(two, Unknown):
        return MAYBE
    return YES if one == two else NO


def shapes_compatible(one: Dims, two: Dims) -> Truth:
    """TF: TensorShape.is_compatible_with."""
    if one is None or two is None or one is two:
        return YES
    if isinstance(one, Unknown) or isinstance(two, Unknown):
        return MAYBE
    if len(one) != len(two):
        return NO
    answer = YES
    for a, b in zip(one, two, strict=True):
        answer = both(answer, dims_compatible(a, b))
    return answer


def merge_dims(one: Dim, two: Dim) -> Dim:
    """TF: Dimension.merge_with, for dimensions that may be equal: the one that says more."""
    if one is None:
        return two
    if two is None or isinstance(two, Unknown):
        return one
    return two if isinstance(one, Unknown) else one


def merge_shapes(one: Dims, two: Dims) -> Dims:
    """TF: TensorShape.merge_with, for shapes that are not known to differ in rank."""
    if one is None or two is None or (isinstance(one, Unknown) and isinstance(two, Unknown)):
        return two if one is None or (two is not None and one.last is None) else one
    a = (one.derive(""),) * len(two) if isinstance(one, Unknown) else one
    b = (two.derive(""),) * len(one) if isinstance(two, Unknown) else two
    return tuple(merge_dims(x, y) for x, y in zip(a, b, strict=True)) if len(a) == len(b) else one


def broadcast_shapes(one: Dims, two: Dims) -> tuple[Dims, Truth]:
    """TF: common_shapes.broadcast_shape. The shape of an element-wise result, and whether the two may meet."""
    if type(one) is tuple and type(two) is tuple and (one is two or not two or not one):
        return one or two, YES
    for shape in (one, two):
        if shape is None:
            return None, YES
    for shape in (one, two):
        if isinstance(shape, Unknown):
            other = two if shape is one else one
            end: Any = other[-1] if isinstance(other, tuple) and other else 1
            keeps = isinstance(other, tuple) and (end is shape.last or (isinstance(end, int) and end == 1))
            return shape.ending(shape.last if keeps else None), MAYBE
    width = max(len(one), len(two))
    a, b = (1,) * (width - len(one)) + tuple(one), (1,) * (width - len(two)) + tuple(two)
    dims: list[Dim] = []
    fits = YES
    for x, y in zip(a, b, strict=True):
        if x is y or (isinstance(y, int) and y == 1):
            dims.append(x)
        elif isinstance(x, int) and x == 1:
            dims.append(y)
        elif isinstance(x, Unknown) or isinstance(y, Unknown):
            # An int above 1 wins over what is not known. Of two that are not known, or one that TF does not know
            # either, the other may be a 1: the result is neither of them for certain.
            known = [d for d in (x, y) if isinstance(d, int)]
            unknown = x if isinstance(x, Unknown) else y
            dims.append(known[0] if known else unknown.derive(""))
            fits = both(fits, MAYBE)
        elif x is None or y is None:
            dims.append(y if x is None else x)
        else:
            fits = both(fits, YES if x == y else NO)
            dims.append(x)
    return tuple(dims), fits


def join_dims(one: Dim, two: Dim, join: Callable[[Any, Any], Any] | None = None) -> Dim:
    """One dimension that stands for either."""
    if one is two or (isinstance(one, int) and isinstance(two, int) and one == two):
        return one
    return join(one, two) if join is not None else Unknown("differs between two branches", "")


def join_shapes(one: Dims, two: Dims, join: Callable[[Any, Any], Any] | None = None) -> Dims:
    """One shape that stands for either."""
    if one is two:
        return one
    if isinstance(one, tuple) and isinstance(two, tuple) and len(one) == len(two):
        return tuple(join_dims(a, b, join) for a, b in zip(one, two, strict=True))
    return Unknown("shape differs between two branches")


class _NotConstant:
    __slots__ = ()

    def __repr__(self) -> str:
        return "NOT_CONSTANT"


NOT_CONSTANT: Any = _NotConstant()
"""What `Tensor.const` holds where the tensor is no known constant; None would be a value."""


class Tensor(Value, Mutable):
    """A `tf.Tensor`: an output of an operation. `deps` tells of the variables that it depends on differentiably
    (values/dependences.py)."""

    __slots__ = ("const", "deps", "dtype", "graph", "index", "op_name", "op_type", "shape")

    def __init__(
        self,
        op_name: str,
        index: int = 0,
        op_type: str = "",
        shape: Dims = None,
        dtype: DType | Unknown = FLOAT32,
        graph: Any = None,
        deps: int = 0,
        const: object = NOT_CONSTANT,
    ) -> None:
        # As Mutable does; nothing else is made as often.
        self.epoch = TRAIL.epoch
        self.op_name = op_name
        self.index = index
        self.op_type = op_type
        self.shape = shape
        self.dtype = dtype
        self.graph = graph
        self.deps = deps
        self.const: Any = const
        if op_type and graph is not None:
            held = graph.tensors.setdefault(op_name, {})
            # A stand-in of which nothing is known does not hide the tensor itself.
            if index not in held or not isinstance(shape, Unknown):
                held[index] = self

    @property
    def tf_name(self) -> str:
        return f"{self.op_name}:{self.index}"

    @property
    def op(self) -> Operation:
        return Operation(self.op_name, self.op_type, self.graph)

    @property
    def is_stand_in(self) -> bool:
        """Does it stand for a value that is not known, which may be a whole structure of tensors, or none?"""
        return self.op_type == ""

    def stands_for(self, value: object) -> Tensor:
        """Itself; a stand-in where it is what came of a value that is none for certain."""
        if not isinstance(value, Unknown) and not (isinstance(value, Tensor) and value.is_stand_in):
            return self
        return Tensor(self.op_name, self.index, "", self.shape, self.dtype, self.graph, self.deps, self.const)

    def set_shape(self, shape: Dims) -> Truth:
        """TF: Tensor.set_shape. Says whether the two shapes agree; takes the new one in where they may."""
        agree = shapes_compatible(self.shape, shape)
        if agree is not NO:
            self.touch()
            self.shape = merge_shapes(self.shape, shape)
        return agree

    def save(self) -> Any:
        return self.shape

    def restore(self, state: object) -> None:
        self.shape = state

    def join_states(self, a: object, b: object, join: Callable[[Any, Any], Any]) -> Any:
        return join_shapes(a, b, join)

    def __repr__(self) -> str:
        """TF: Tensor.__repr__."""
        name = self.dtype.name if isinstance(self.dtype, DType) else "{dtype}"
        return f"<tf.Tensor '{self.tf_name}' shape={shape_text(self.shape)} dtype={name}>"

    def __str__(self) -> str:
        """TF: Tensor.__str__."""
        shape = f", shape={shape_text(self.shape)}" if self.shape is not None else ""
        name = self.dtype.name if isinstance(self.dtype, DType) else "{dtype}"
        return f'Tensor("{self.tf_name}"{shape}, dtype={name})'


class Operation(Value):
    """A `tf.Operation`. Equal to any other value for the same operation."""

    __slots__ = ("graph", "name", "type")

    def __init__(self, name: str, type: str, graph: object = None) -> None:
        self.name = name
        self.type = type
        self.graph: Any = graph

    @property
    def tf_name(self) -> str:
        return self.name

    def __eq__(self, other: object) -> Any:
        return isinstance(other, Operation) and (other.name, other.graph) == (self.name, self.graph)

    def __hash__(self) -> int:
        return hash(self.name)


class IndexedSlices(Value):
    """A `tf.IndexedSlices`: what the gradient of a gather is."""

    __slots__ = ("dense_shape", "indices", "values")

    def __init__(self, values: object, indices: object, dense_shape: object = None) -> None:
        self.values: Any = values
        self.indices: Any = indices
        self.dense_shape: Any = dense_shape


class SparseTensor(Value):
    """A `tf.SparseTensor`. `shape` is the static shape where it is known."""

    __slots__ = ("dense_shape", "indices", "shape", "values")

    def __init__(self, indices: object, values: object, dense_shape: object, shape: Dims = None) -> None:
        self.indices: Any = indices
        self.values: Any = values
        self.dense_shape: Any = dense_shape
        self.shape = shape


class Variable(Value):
    """A `tf.Variable` of either kind. `name` is its operation's, without ":0"; `key` the one in the variable store,
    empty for a plain `tf.Variable`; `index` the number of its bits in `Tensor.deps`."""

    __slots__ = (
        "collections", "const", "dtype", "first_calls", "first_site", "graph", "index", "initial_value", "initializer",
        "is_resource", "key", "name", "shape", "slice_info", "trainable", "when",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        key: str,
        shape: Dims,
        dtype: DType | Unknown,
        trainable: object,
        collections: tuple[str, ...],
        graph: object,
        index: int,
        is_resource: object = False,
        initializer: str = "",
        initial_value: object = None,
        first_site: Site = NOWHERE,
        first_calls: Calls = (),
        when: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.key = key
        self.shape = shape
        self.dtype = dtype
        self.trainable: Any = trainable
        self.collections = collections
        self.graph: Any = graph
        self.index = index
        self.is_resource: Any = is_resource
        self.initializer = initializer
        self.initial_value: Any = initial_value
        self.first_site = first_site
        self.first_calls = first_calls
        self.when = when
        self.slice_info: tuple[str, tuple[int, ...]] | None = None

    @property
    def deps(self) -> int:
        return of_variable(self.index)

    @property
    def any_deps(self) -> int:
        """What depends on it in any way has one of these bits."""
        return of_variable_any(self.index)

    @property
    def tf_name(self) -> str:
        return self.name + ":0"

    @property
    def tf_dtype(self) -> DType | Unknown:
        """What `v.dtype` says: a ref for the kind that is one."""
        return self.dtype.ref if isinstance(self.dtype, DType) and self.is_resource is False else self.dtype

    def __repr__(self) -> str:
        return f"Variable({self.name!r}, {shape_text(self.shape)})"


class PartitionedVariable(Value):
    """What `get_variable` gives under a partitioner: its parts are the variables."""

    __slots__ = ("dtype", "graph", "name", "partitions", "parts", "shape")

    def __init__(
        self,
        name: str,
        shape: Dims,
        dtype: DType | Unknown,
        parts: Iterable[Variable],
        partitions: tuple[int, ...],
        graph: object,
    ) -> None:
        self.name = name
        self.shape = shape
        self.dtype = dtype
        self.parts = tuple(parts)
        self.partitions = partitions
        self.graph: Any = graph

    @property
    def deps(self) -> int:
        bits = 0
        for part in self.parts:
            bits |= part.deps
        return bits

    @property
    def any_deps(self) -> int:
        bits = 0
        for part in self.parts:
            bits |= part.any_deps
        return bits

    @property
    def tf_name(self) -> str:
        return self.name


def join_variables(one: Variable, two: Variable, join: Callable[[Any, Any], Any] | None = None) -> Variable:
    """One variable that stands for what two branches made under one name."""
    if one is two:
        return one
    same_dtype = one.dtype is two.dtype
    return Variable(
        one.name if one.name == two.name else one.key,
        one.key,
        join_shapes(one.shape, two.shape, join),
        one.dtype if same_dtype else Unknown("dtype differs between two branches"),
        one.trainable if one.trainable == two.trainable else Unknown("differs between two branches"),
        one.collections,
        one.graph,
        one.index,
        one.is_resource,
        one.initializer,
        one.initial_value,
        one.first_site,
        one.first_calls,
        # What only one of the branches hangs on, both hang on: the variable is there either way.
        tuple(a for a in one.when if a in two.when),
    )


UNKNOWN_TYPE = "{type}"  # Of an operation whose output is a tensor for certain.


def join_tensors(one: Tensor, two: Tensor) -> Tensor:
    """One tensor that stands for either: what the two agree in is known of it."""
    dtype = one.dtype if one.dtype is two.dtype else Unknown("dtype differs between two branches")
    same_name = one.op_name == two.op_name
    return Tensor(
        one.op_name if same_name else hole("tensor"),
        one.index if same_name else 0,
        one.op_type if one.op_type == two.op_type else "" if one.is_stand_in or two.is_stand_in else UNKNOWN_TYPE,
        join_shapes(one.shape, two.shape),
        dtype,
        one.graph,
        joined_deps(one.deps, two.deps),
    )


def _join_same_variable(one: Variable, two: Variable) -> Variable | None:
    if one.graph is two.graph and one.name == two.name:
        return join_variables(one, two)
    return None


JOINERS[Tensor] = join_tensors
JOINERS[Variable] = _join_same_variable
