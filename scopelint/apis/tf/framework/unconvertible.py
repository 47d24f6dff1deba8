"""What TF makes no tensor of: dictionaries, sets, functions and plain objects."""

from __future__ import annotations

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.formatting import represent
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue, SetValue
from scopelint.values.objects import FunctionValue, InstanceValue
from scopelint.values.tensors import DType, Tensor, Variable

_ARRAY_LIKE = (
    "__array__", "__array_interface__", "__complex__", "__float__", "__getattr__", "__getattribute__", "__getitem__",
    "__index__", "__int__", "__iter__", "__len__",
)  # fmt: skip
"""Methods by which numpy, or a conversion of TF's, takes an object for something else."""


def refuse_unconvertible(call: Call, value: AnyValue, dtype: AnyValue) -> None:
    """TF: make_tensor_proto of what is no number, text, list or array. Lets through what may be one."""
    if not _is_none_of_these(value):
        return
    kind = "function" if isinstance(value, FunctionValue) else call.class_of(value).name
    if isinstance(dtype, DType):
        call.raise_("TypeError", _of_dtype(call, value, dtype, kind), kind="argument")
    if isinstance(value, DictValue) and _holds_tensor(value):
        call.raise_("TypeError", "List of Tensors when single Tensor expected", kind="argument")
    shown = f"__main__.{kind}" if isinstance(value, InstanceValue) else kind
    call.raise_(
        "TypeError",
        f"Failed to convert object of type <class '{shown}'> to Tensor. Contents: {represent(call, value)}. "
        "Consider casting elements to a supported type.",
        kind="argument",
    )


def _of_dtype(call: Call, value: AnyValue, dtype: DType, kind: str) -> str:
    """TF: _AssertCompatible looks at the members of a dictionary; if they are fit, numpy does not take the whole."""
    if not isinstance(value, DictValue):
        return f"Expected {dtype.name}, got {represent(call, value)} of type '{kind}' instead."
    if dtype.name == "string" or dtype.is_bool:
        return f"Expected {dtype.name}, got {represent(call, value)} of type 'dict' instead."
    one = next((m for m in value.items.values() if isinstance(m, (Tensor, Variable, str))), None)
    if one is not None:
        named = type(one).__name__
        return f"Expected {dtype.name}, got {represent(call, one)} of type '{named}' instead."
    of_ints = "int() argument must be a string, a bytes-like object or a number"
    return f"{of_ints if dtype.is_integer else 'float() argument must be a string or a number'}, not 'dict'"


def _is_none_of_these(value: AnyValue) -> bool:
    if isinstance(value, DictValue):
        return value.rest is None and not any(isinstance(m, Unknown) for m in value.items.values())
    if isinstance(value, SetValue):
        return not isinstance(value.rest, Unknown)
    if isinstance(value, FunctionValue):
        return True
    return (
        isinstance(value, InstanceValue)
        and value.payload is None
        and value.rest is None
        and all(each.canonical in ("", "builtins.object") for each in value.cls.mro)
        and value.cls.unknown_base is None
        and not any(value.cls.find(name) for name in _ARRAY_LIKE)
        and not any(name in value.attrs for name in ("_tensor", "shape", "dtype"))
    )


def _holds_tensor(value: DictValue) -> bool:
    return any(
        isinstance(member, (Tensor, Variable))
        or (isinstance(member, ListValue) and any(isinstance(each, (Tensor, Variable)) for each in member.items))
        for member in value.items.values()
    )
