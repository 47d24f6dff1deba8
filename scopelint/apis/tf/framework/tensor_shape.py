"""tf.TensorShape, tf.Dimension and tf.DType: what programs get from `x.shape` and `x.dtype` and do with them."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace, behaves
from scopelint.apis.tf.framework.conversion import graph_dtype, graph_shape
from scopelint.apis.tf.framework.graph_values import ClassBehaviour
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue, SetValue
from scopelint.values.objects import InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import (
    DTYPES,
    Dimension,
    DType,
    TensorShape,
    dims_compatible,
    join_shapes,
    merge_shapes,
    num_elements,
    shape_text,
    shapes_compatible,
)
from scopelint.values.tensors import as_dtype as dtype_named
from scopelint.values.text import from_template
from scopelint.values.truth import MAYBE, NO, YES, Truth

api = Namespace("tf")


def answer(truth: Truth, reason: str = "a shape that is not known") -> Any:
    """A truth as a value of the program."""
    return Unknown(reason) if truth is MAYBE else truth is YES


def size_of(call: Call, size: AnyValue) -> Any:
    """A size as the program gets it from a shape. TF: TensorShape.__getitem__; v2 behaviour gives plain values."""
    return size if call.state.plain_sizes else Dimension(size)


# tf.Dimension

dimension = api.type("Dimension")


@dimension.method(raw=True)
def __new__(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    given = args[1] if len(args) > 1 else kwargs.get("value")
    if isinstance(given, Dimension):
        return given
    shape = graph_shape(call, (given,))
    return Dimension(shape[0] if isinstance(shape, tuple) else shape)


@dimension.property
def value(call: Call, self: Dimension) -> Any:
    return self.value


@dimension.method(name="__int__")
def to_int(call: Call, self: Dimension) -> Any:
    if self.value is None:
        call.raise_("TypeError", "__int__ returned non-int (type NoneType)", kind="argument")
    return self.value


dimension.cls.attrs["__index__"] = dimension.cls.attrs["__int__"]


@dimension.method(name="is_compatible_with")
def dimension_is_compatible(call: Call, self: Dimension, other: AnyValue) -> Any:
    return answer(dims_compatible(self.value, dim_of(call, other)))


@dimension.method(name="assert_is_compatible_with")
def dimension_must_be_compatible(call: Call, self: Dimension, other: AnyValue) -> Any:
    dim = dim_of(call, other)
    if dims_compatible(self.value, dim) is NO:
        call.raise_("ValueError", f"Dimensions {self.value} and {dim} are not compatible", kind="shape")


@dimension.method(name="merge_with")
def dimension_merge_with(call: Call, self: Dimension, other: AnyValue) -> Any:
    dim = dim_of(call, other)
    if dims_compatible(self.value, dim) is NO:
        call.raise_("ValueError", f"Dimensions {self.value} and {dim} are not compatible", kind="shape")
    return Dimension(dim if self.value is None or (isinstance(self.value, Unknown) and dim is not None) else self.value)


def dim_of(call: Call, given: AnyValue) -> Any:
    """TF: as_dimension, as we write one."""
    if isinstance(given, Dimension):
        return given.value
    shape = graph_shape(call, (given,))
    return shape[0] if isinstance(shape, tuple) else shape


def is_dimension(given: AnyValue) -> bool:
    return isinstance(given, (Dimension, int, Unknown)) or given is None


@behaves(Dimension)
class DimensionBehaviour(ClassBehaviour):
    """Arithmetic with one that TF does not know gives one that TF does not know, and a comparison gives None."""

    python_class = "tf.Dimension"
    goes_first = True

    def as_number(self, call: Call, value: Dimension) -> Any:
        """TF: Dimension.__int__ and __index__: what `"%d" % dimension` and `range(dimension)` take."""
        if value.value is None:
            call.raise_("TypeError", "__int__ returned non-int (type NoneType)", kind="argument")
        return value.value

    def binary(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        if sign not in ("+", "-", "*", "//", "%", "/"):
            return NotImplemented
        if not is_dimension(left) or not is_dimension(right):
            return NotImplemented
        if sign == "/":
            one = "Dimension" if isinstance(left, Dimension) else type(left).__name__
            two = "Dimension" if isinstance(right, Dimension) else type(right).__name__
            call.raise_(
                "TypeError",
                f"unsupported operand type(s) for /: '{one}' and '{two}', please use // instead",
                kind="argument",
            )
        a, b = dim_of(call, left), dim_of(call, right)
        if a is None or b is None:
            return Dimension(None)
        if isinstance(a, Unknown) or isinstance(b, Unknown):
            unknown = a if isinstance(a, Unknown) else b
            return Dimension(unknown._binary(b if unknown is a else a, sign, unknown is not a))
        return Dimension(call.binary(sign, a, b))

    def compare(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        if not is_dimension(left) or not is_dimension(right):
            if sign in ("==", "!="):
                return NotImplemented
            call.raise_("TypeError", f"'{sign}' not supported between 'Dimension' and a value of another kind")
        a, b = dim_of(call, left), dim_of(call, right)
        if a is None or b is None:
            # `shape[0] == None` is None in TF too, hence false.
            return None
        if isinstance(a, Unknown) or isinstance(b, Unknown):
            if a is b:
                return sign in ("==", "<=", ">=")
            return (a if isinstance(a, Unknown) else b).derive("")
        return call.compare(sign, a, b)

    def unary(self, call: Call, sign: str, value: AnyValue) -> Any:
        return NotImplemented

    def truth(self, call: Call, value: Dimension) -> Any:
        # No __bool__ and no __len__: an object, hence true.
        return True

    def to_string(self, call: Call, value: Dimension) -> Any:
        if isinstance(value.value, Unknown):
            return value.value
        return "?" if value.value is None else str(value.value)


# tf.TensorShape

shape_class = api.type("TensorShape")


@shape_class.method(raw=True, name="__new__")
def new_shape(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    given = args[1] if len(args) > 1 else kwargs.get("dims")
    return TensorShape(graph_shape(call, given))


def other_shape(call: Call, given: AnyValue) -> Any:
    return graph_shape(call, given)


@shape_class.property
def dims(call: Call, self: TensorShape) -> Any:
    if not isinstance(self.dims, tuple):
        return self.dims
    return ListValue([Dimension(d) for d in self.dims])


@shape_class.property
def ndims(call: Call, self: TensorShape) -> Any:
    if isinstance(self.dims, Unknown):
        return self.dims.derive("rank")
    return None if self.dims is None else len(self.dims)


shape_class.cls.attrs["rank"] = shape_class.cls.attrs["ndims"]


@shape_class.method
def as_list(call: Call, self: TensorShape) -> Any:
    if self.dims is None:
        call.raise_("ValueError", "as_list() is not defined on an unknown TensorShape.", kind="shape")
    if isinstance(self.dims, Unknown):
        return self.dims.derive("shape") if self.dims.last is None else self.dims
    return ListValue(self.dims)


@shape_class.method(name="num_elements")
def shape_num_elements(call: Call, self: TensorShape) -> Any:
    return num_elements(self.dims)


@shape_class.method
def merge_with(call: Call, self: TensorShape, other: AnyValue) -> Any:
    two = other_shape(call, other)
    if shapes_compatible(self.dims, two) is NO:
        call.raise_(
            "ValueError", f"Shapes {shape_text(self.dims)} and {shape_text(two)} are not compatible", kind="shape"
        )
    return TensorShape(merge_shapes(self.dims, two))


@shape_class.method
def concatenate(call: Call, self: TensorShape, other: AnyValue) -> Any:
    return TensorShape(joined(self.dims, other_shape(call, other)))


def joined(one: Any, two: Any) -> Any:
    for shape in (one, two):
        if not isinstance(shape, tuple):
            return shape
    return (*one, *two)


@shape_class.method
def with_rank(call: Call, self: TensorShape, rank: AnyValue) -> Any:
    if isinstance(self.dims, tuple) and isinstance(rank, int) and len(self.dims) != rank:
        call.raise_("ValueError", f"Shape {shape_text(self.dims)} must have rank {rank}", kind="shape")
    if self.dims is None and isinstance(rank, int):
        return TensorShape((None,) * rank)
    if isinstance(self.dims, Unknown) and isinstance(rank, int):
        return TensorShape((self.dims.derive(""),) * rank)
    return self


@shape_class.method
def with_rank_at_least(call: Call, self: TensorShape, rank: AnyValue) -> Any:
    if isinstance(self.dims, tuple) and isinstance(rank, int) and len(self.dims) < rank:
        call.raise_("ValueError", f"Shape {shape_text(self.dims)} must have rank at least {rank}", kind="shape")
    return self


@shape_class.method
def with_rank_at_most(call: Call, self: TensorShape, rank: AnyValue) -> Any:
    if isinstance(self.dims, tuple) and isinstance(rank, int) and len(self.dims) > rank:
        call.raise_("ValueError", f"Shape {shape_text(self.dims)} must have rank at most {rank}", kind="shape")
    return self


@shape_class.method
def assert_has_rank(call: Call, self: TensorShape, rank: AnyValue) -> Any:
    with_rank(call, self, rank)


@shape_class.method
def assert_same_rank(call: Call, self: TensorShape, other: AnyValue) -> Any:
    two = other_shape(call, other)
    if isinstance(self.dims, tuple) and isinstance(two, tuple) and len(two) != len(self.dims):
        call.raise_(
            "ValueError", f"Shapes {shape_text(self.dims)} and {shape_text(two)} must have the same rank", kind="shape"
        )


@shape_class.method
def is_compatible_with(call: Call, self: TensorShape, other: AnyValue) -> Any:
    return answer(shapes_compatible(self.dims, other_shape(call, other)))


@shape_class.method
def assert_is_compatible_with(call: Call, self: TensorShape, other: AnyValue) -> Any:
    two = other_shape(call, other)
    if shapes_compatible(self.dims, two) is NO:
        call.raise_(
            "ValueError", f"Shapes {shape_text(self.dims)} and {shape_text(two)} are incompatible", kind="shape"
        )


@shape_class.method
def is_fully_defined(call: Call, self: TensorShape) -> Any:
    if isinstance(self.dims, Unknown):
        return self.dims.derive("")
    return self.dims is not None and all(d is not None for d in self.dims)


@shape_class.method
def assert_is_fully_defined(call: Call, self: TensorShape) -> Any:
    if is_fully_defined(call, self) is False:
        call.raise_("ValueError", f"Shape {shape_text(self.dims)} is not fully defined", kind="shape")


@shape_class.method
def most_specific_compatible_shape(call: Call, self: TensorShape, other: AnyValue) -> Any:
    two = other_shape(call, other)
    return TensorShape(join_shapes(self.dims, two, lambda a, b: None))


_SLICED = 1_000
"""Dimensions that a part of a shape of unknown rank may be said to have; a tensor of TF has 254."""


@behaves(TensorShape)
class ShapeBehaviour(ClassBehaviour):
    python_class = "tf.TensorShape"
    goes_first = True

    def binary(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        if sign != "+":
            return NotImplemented
        return TensorShape(joined(other_shape(call, left), other_shape(call, right)))

    def compare(self, call: Call, sign: str, left: Any, right: Any) -> Any:
        if sign not in ("==", "!="):
            return NotImplemented
        if not isinstance(left, TensorShape):
            left, right = right, left
        if not isinstance(right, (TensorShape, ListValue, tuple, int)) and right is not None:
            return right.derive("") if isinstance(right, Unknown) else sign == "!="
        two = other_shape(call, right)
        one = left.dims
        if one is two:
            return sign == "=="
        if isinstance(one, Unknown) or isinstance(two, Unknown):
            return (one if isinstance(one, Unknown) else two).derive("")
        if one is None or two is None:
            return sign == "!="
        if len(one) != len(two):
            return sign == "!="
        unknown = None
        for a, b in zip(one, two, strict=True):
            if isinstance(a, Unknown) or isinstance(b, Unknown):
                unknown = None if a is b else (a if isinstance(a, Unknown) else b)
            elif a is None or b is None or a != b:
                # Two dimensions that TF does not know compare as None, which is false.
                return sign == "!="
        return unknown.derive("") if unknown is not None else sign == "=="

    def getitem(self, call: Call, value: TensorShape, key: AnyValue) -> Any:
        shape = value.dims
        if isinstance(key, slice):
            if isinstance(shape, tuple):
                bounds = [getattr(b, "value", b) for b in (key.start, key.stop, key.step)]
                if any(isinstance(b, Unknown) for b in bounds):
                    return TensorShape(Unknown("a part of a shape that is not known"))
                if not all(b is None or isinstance(b, int) for b in bounds):
                    call.raise_("TypeError", "slice indices must be integers or None or have an __index__ method")
                if bounds[2] == 0:
                    call.raise_("ValueError", "slice step cannot be zero")
                return TensorShape(shape[slice(*bounds)])
            start = key.start or 0
            if isinstance(key.stop, int) and 0 <= key.stop <= _SLICED and isinstance(start, int):
                if shape is None:
                    return TensorShape((None,) * max(0, key.stop - start) if start >= 0 else None)
                if start >= 0:
                    return TensorShape(tuple(shape.derive("") for _ in range(key.stop - start)))
            if (
                isinstance(shape, Unknown)
                and shape.last is not None
                and (key.start, key.stop, key.step) == (-1, None, None)
            ):
                return TensorShape((shape.last,))
            return TensorShape(shape)
        if isinstance(key, Dimension):
            key = key.value
        if isinstance(shape, Unknown) and shape.last is not None and type(key) is int and key == -1:
            return size_of(call, shape.last)
        if isinstance(shape, tuple) and isinstance(key, int):
            if -len(shape) <= key < len(shape):
                return size_of(call, shape[key])
            return call.raise_("IndexError", "list index out of range", kind="shape")
        if isinstance(key, Unknown) and key.number is None:
            # A number takes one of its dimensions, a slice some of them.
            return key.derive("dim")
        if shape is None:
            return size_of(call, None)
        label = f"dim{key}" if isinstance(key, int) and key >= 0 else "dim"
        return size_of(call, Unknown("a dimension of a shape that is not known", label))

    def iterate(self, call: Call, value: TensorShape) -> Any:
        if value.dims is None:
            return call.raise_("ValueError", "Cannot iterate over a shape with unknown rank.", kind="shape")
        if isinstance(value.dims, Unknown):
            return value.dims
        return [size_of(call, d) for d in value.dims]

    def length(self, call: Call, value: TensorShape) -> Any:
        if value.dims is None:
            return call.raise_("ValueError", "Cannot take the length of shape with unknown rank.", kind="shape")
        return value.dims.derive("rank") if isinstance(value.dims, Unknown) else len(value.dims)

    def truth(self, call: Call, value: TensorShape) -> Any:
        return True if isinstance(value.dims, Unknown) else value.dims is not None

    def to_string(self, call: Call, value: TensorShape) -> Any:
        return from_template(shape_text(value.dims))


# tf.DType

dtype_class = api.type("DType")


def _dtype_property(name: str) -> None:
    def read(call: Call, self: DType) -> Any:
        return getattr(self, name)

    read.__name__ = name
    dtype_class.property(read)


for _name in (
    "name",
    "base_dtype",
    "is_floating",
    "is_complex",
    "is_integer",
    "is_unsigned",
    "is_quantized",
    "is_bool",
    "is_numpy_compatible",
    "size",
):
    _dtype_property(_name)


@dtype_class.property
def as_numpy_dtype(call: Call, self: DType) -> Any:
    # A class of numpy's, which TF and numpy's summaries take for the dtype that it is.
    found = call.engine.find_module("numpy")
    name = {"string": "object_", "bool": "bool_"}.get(self.base_name, self.base_name)
    return call.getattr(found, name, self) if found is not None else self


@dtype_class.property
def real_dtype(call: Call, self: DType) -> Any:
    return DTYPES[{"complex64": "float32", "complex128": "float64"}.get(self.base_name, self.base_name)]


@dtype_class.property
def as_datatype_enum(call: Call, self: DType) -> Any:
    return self.enum


@dtype_class.property
def limits(call: Call, self: DType) -> Any:
    return self.limits if self.limits is not None else call.unknown("limits of a dtype")


_FLOAT_MAX = {"float16": 65504.0, "float32": 3.4028234663852886e38, "float64": 1.7976931348623157e308}


def largest(call: Call, self: DType) -> Any:
    if self.limits is not None:
        return self.limits[1]
    return _FLOAT_MAX.get(self.base_name) or call.unknown("the largest value of a dtype")


def smallest(call: Call, self: DType) -> Any:
    if self.limits is not None:
        return self.limits[0]
    top = _FLOAT_MAX.get(self.base_name)
    return -top if top else call.unknown("the smallest value of a dtype")


# TF calls them by the names of Python's own functions.
for _name, _bound in (("max", largest), ("min", smallest)):
    dtype_class.cls.attrs[_name] = PropertyValue(NativeFunction(_name, _bound, f"tf.DType.{_name}"))


@dtype_class.method(name="is_compatible_with")
def dtype_is_compatible(call: Call, self: DType, other: AnyValue) -> Any:
    found = graph_dtype(call, other)
    return self.is_compatible_with(found) if isinstance(found, DType) else call.unknown("a dtype that is not known")


@behaves(DType)
class DTypeBehaviour(ClassBehaviour):
    python_class = "tf.DType"
    goes_first = True

    def compare(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        if sign not in ("==", "!="):
            return NotImplemented
        if not isinstance(left, DType):
            left, right = right, left
        if right is None:
            return sign == "!="
        if isinstance(right, Unknown):
            return right.derive("")
        if isinstance(right, InstanceValue):
            return call.unknown("a dtype that is not known")
        # TF: DType.__eq__ answers False for what is no dtype.
        if isinstance(right, (float, tuple, bytes, ListValue, DictValue, SetValue)):
            return sign == "!="
        if isinstance(right, (str, int)):
            found: Any = dtype_named(right)
            if found is None:
                return sign == "!="
        else:
            found = graph_dtype(call, right)
        if isinstance(found, Unknown):
            return found.derive("")
        return (left is found) is (sign == "==")

    def truth(self, call: Call, value: AnyValue) -> Any:
        return True

    def to_string(self, call: Call, value: DType) -> Any:
        return str(value)


# functions


@api.function
def as_dtype(call: Call, type_value: AnyValue) -> Any:
    return graph_dtype(call, type_value)


def _as_shape(call: Call, shape: AnyValue) -> TensorShape:
    return shape if isinstance(shape, TensorShape) else TensorShape(graph_shape(call, shape))


frame = Namespace("tensorflow.python.framework.tensor_shape")
frame.function(_as_shape, name="as_shape")


@frame.function
def unknown_shape(call: Call, rank: AnyValue) -> TensorShape:
    if isinstance(rank, int):
        return TensorShape((None,) * rank)
    return TensorShape(None)


@frame.function
def scalar(call: Call) -> TensorShape:
    return TensorShape(())


@api.function
def dimension_value(call: Call, dimension: AnyValue) -> Any:
    return dimension.value if isinstance(dimension, Dimension) else dimension


@api.function
def dimension_at_index(call: Call, shape: AnyValue, index: AnyValue) -> Any:
    return call.getitem(shape, index)
