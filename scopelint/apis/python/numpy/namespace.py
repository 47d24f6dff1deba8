"""numpy as a calculator: its constants, what describes arrays, and the methods of arrays."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.numbers import COMPARE_DUNDERS, DUNDERS, binary_dunder, compare_dunder
from scopelint.apis.python.numpy import grids as grids
from scopelint.apis.python.numpy import reductions
from scopelint.apis.python.numpy.arithmetic import around, clip, nonzero
from scopelint.apis.python.numpy.array import (
    ArrayValue,
    as_array,
    elementwise,
    is_static,
    matmul,
    nested,
    operate,
    product,
    take,
)
from scopelint.apis.python.numpy.array_behaviour import ArrayBehaviour
from scopelint.apis.python.numpy.creation import array_or_unknown, filled, wanted
from scopelint.apis.python.numpy.dtypes import KINDS, api, cast, dtype_class, dtype_name, dtype_of
from scopelint.apis.python.numpy.reshaping import (
    axis_of,
    flattened,
    repeat,
    reshape_method,
    squeeze,
    swapaxes,
    transposed,
)
from scopelint.apis.python.numpy.scalars import scalar
from scopelint.apis.python.stdlib.system import quiet
from scopelint.apis.python.support import derived
from scopelint.apis.registry import BEHAVIOURS, declare
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import ListValue
from scopelint.values.objects import MISSING, NativeFunction, NativeObject

for _name, _constant in {
    "pi": math.pi,
    "e": math.e,
    "inf": math.inf,
    "nan": math.nan,
    "newaxis": None,
    "Inf": math.inf,
    "Infinity": math.inf,
    "NaN": math.nan,
    "NAN": math.nan,
    "NINF": -math.inf,
    "PINF": math.inf,
    "euler_gamma": 0.5772156649015329,
    "infty": math.inf,
}.items():
    api.constant(_name, _constant)

Method = Callable[..., Any]
METHODS: dict[str, Method] = {}


# What else there is


@api.function
def dtype(call: Call, dtype: AnyValue, *args: Any, **kwargs: Any) -> Any:
    name = dtype_name(call, dtype)
    return dtype_class(name) if name is not None else derived(dtype, reason="a dtype that is not known")


@api.function
def shape(call: Call, a: Any) -> Any:
    found = (
        call.getattr(a, "shape", MISSING)
        if isinstance(a, Value) and not isinstance(a, (ListValue, ArrayValue))
        else MISSING
    )
    if found is not MISSING:
        return found
    part = array_or_unknown(call, a)
    return part if isinstance(part, Unknown) else part.shape


@api.function
def ndim(call: Call, a: AnyValue) -> Any:
    part = array_or_unknown(call, a)
    return part if isinstance(part, Unknown) else len(part.shape)


@api.function
def size(call: Call, a: AnyValue, axis: AnyValue = None) -> Any:
    part = array_or_unknown(call, a)
    if isinstance(part, Unknown):
        return part
    if axis is None:
        return product(part.shape)
    if not part.shape:
        call.raise_("IndexError", "tuple index out of range")
    return part.shape[axis_of(call, axis, len(part.shape))]


_LIMITS = {
    "float16": (65504.0, 0.000977, 6.104e-05),
    "float32": (3.4028234663852886e38, 1.1920928955078125e-07, 1.1754943508222875e-38),
    "float64": (1.7976931348623157e308, 2.220446049250313e-16, 2.2250738585072014e-308),
}


@api.function
def finfo(call: Call, dtype: AnyValue) -> Any:
    name = dtype_name(call, dtype) or "float64"
    top, eps, tiny = _LIMITS.get(name, _LIMITS["float64"])
    return NativeObject(
        "numpy.info",
        None,
        {
            "max": top,
            "min": -top,
            "eps": eps,
            "tiny": tiny,
            "bits": 8 * KINDS[name][1],
            "dtype": dtype_class(name),
            "resolution": {"float16": 0.001, "float32": 1e-06}.get(name, 1e-15),
            "precision": {"float16": 3, "float32": 6}.get(name, 15),
        },
    )


@api.function
def iinfo(call: Call, type: AnyValue) -> Any:
    name = dtype_name(call, type) or "int64"
    kind, bytes_ = KINDS[name]
    top = (1 << (8 * bytes_ - (kind == "i"))) - 1
    return NativeObject(
        "numpy.info",
        None,
        {"max": top, "min": -top - 1 if kind == "i" else 0, "bits": 8 * bytes_, "dtype": dtype_class(name)},
    )


for _name in (
    "load",
    "loadtxt",
    "genfromtxt",
    "fromfile",
    "frombuffer",
    "fromstring",
    "fromiter",
    "memmap",
    "interp",
    "histogram",
    "polyfit",
    "polyval",
    "digitize",
    "convolve",
    "searchsorted",
    "diff",
    "einsum",
    "tensordot",
    "cross",
    "corrcoef",
    "cov",
    "bincount",
    "in1d",
    "isin",
    "intersect1d",
    "setdiff1d",
    "packbits",
    "unpackbits",
    "choose",
    "apply_along_axis",
    "lexsort",
    "trapz",
    "roll",
    "delete",
    "insert",
    "triu",
    "tril",
    "diag",
    "kron",
    "nditer",
    "ndenumerate",
    "ndindex",
    "unravel_index",
    "array2string",
    "array_str",
    "array_repr",
    "base_repr",
    "binary_repr",
):
    api.function(lambda call, *args, **kwargs: derived(*args, reason="what numpy makes of data"), name=_name)
for _name in (
    "save",
    "savez",
    "savez_compressed",
    "savetxt",
    "set_printoptions",
    "seterr",
    "copyto",
    "put",
    "fill_diagonal",
    "put_along_axis",
):
    api.function(lambda call, *args, **kwargs: None, name=_name)


@api.function
def errstate(call: Call, **kwargs: Any) -> Any:
    return quiet("errstate")


# Methods of arrays


def _astype(call: Call, self: ArrayValue, dtype: AnyValue, *args: Any, **kwargs: Any) -> Any:
    name = dtype_name(call, dtype)
    return ArrayValue(self.shape, self.dtype) if name is None else as_array(call, self, name)


def _item_of(call: Call, self: ArrayValue, *index: Any) -> Any:
    if index:
        # One number counts through all members.
        where = index[0] if len(index) == 1 else index
        return take(call, self if isinstance(where, tuple) else flattened(call, self), where)
    if self.data is not None and len(self.data) == 1:
        return self.data[0]
    if is_static(self.shape) and product(self.shape) != 1:
        call.raise_("ValueError", "can only convert an array of size 1 to a Python scalar")
    return Unknown("a member of an array")


def _fill(call: Call, self: ArrayValue, value: AnyValue) -> None:
    self.touch()
    self.data = None if self.data is None else [cast(value, self.dtype)] * len(self.data)


def _sort(call: Call, self: ArrayValue, axis: AnyValue = -1, **kwargs: Any) -> None:
    found = reductions.sorted_along(call, self, axis, False)
    self.touch()
    self.data = found.data if isinstance(found, ArrayValue) else None


def _through(function: Any) -> Method:
    def method(call: Call, self: ArrayValue, *args: Any, **kwargs: Any) -> Any:
        return function(call, self, *args, **kwargs)

    return method


METHODS.update(
    {
        "astype": _astype,
        "tolist": lambda call, self: nested(self),
        "flatten": flattened,
        "ravel": flattened,
        "reshape": reshape_method,
        "copy": lambda call, self, *args: ArrayValue(
            self.shape, self.dtype, None if self.data is None else self.data[:]
        ),
        "item": _item_of,
        "transpose": transposed,
        "swapaxes": _through(swapaxes),
        "squeeze": _through(squeeze),
        "dot": _through(matmul),
        "fill": _fill,
        "sort": _sort,
        "round": _through(around),
        "clip": _through(clip),
        "nonzero": _through(nonzero),
        "repeat": _through(repeat),
        "view": lambda call, self, *args: self,
        "take": lambda call, self, indices, axis=None: take(call, self, indices) if axis in (None, 0) else derived(),
        "__len__": lambda call, self: self.shape[0],
        "__array__": lambda call, self, *args: self,
        "conj": lambda call, self: self,
        "tobytes": lambda call, self, *args: Unknown("the bytes of an array"),
        "tostring": lambda call, self, *args: Unknown("the bytes of an array"),
        "setflags": lambda call, self, **kw: None,
        "resize": reshape_method,
    }
)
METHODS.update(reductions.METHODS)
METHODS.update({name: binary_dunder(sign) for name, sign in DUNDERS.items()})
METHODS.update({"__r" + name[2:]: binary_dunder(sign, swap=True) for name, sign in DUNDERS.items()})
METHODS.update({name: compare_dunder(sign) for name, sign in COMPARE_DUNDERS.items()})
METHODS["__abs__"] = lambda call, self: elementwise(call, abs, [self])
METHODS["__neg__"] = lambda call, self: elementwise(call, lambda v: -v, [self])
METHODS["__getitem__"] = take

BEHAVIOURS[ArrayValue] = ArrayBehaviour("numpy.ndarray", METHODS)


def _new_array(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return filled(
        call,
        args[1] if len(args) > 1 else kwargs.get("shape", ()),
        0,
        wanted(call, args[2] if len(args) > 2 else kwargs.get("dtype"), "float64"),
    )


_ndarray = api.type("ndarray", bases=("builtins.object",))
_ndarray.cls.attrs["__new__"] = NativeFunction("__new__", _new_array, "numpy.ndarray.__new__", raw=True)

declare(
    "numpy.<cast scalar>",
    NativeFunction(
        "astype", lambda call, value, dtype: scalar(call, value, dtype_name(call, dtype) or dtype_of(value))
    ),
)
declare("numpy.<operate>", NativeFunction("operate", operate))
declare(
    "numpy.<take scalar>",
    NativeFunction("__getitem__", lambda call, value, key: take(call, ArrayValue((), value.dtype, [value]), key)),
)
