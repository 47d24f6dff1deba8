"""numpy's scalar classes: `np.float32` is called to make a number, and names the dtype."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.classes import CLASSES
from scopelint.apis.python.numpy.array import ArrayValue, as_array
from scopelint.apis.python.numpy.dtypes import KINDS, ORDER, UNKNOWN_DTYPE, api, cast
from scopelint.apis.python.support import NUMBERS, bare, derived
from scopelint.apis.registry import ENTRIES
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.numbers import typed
from scopelint.values.objects import ClassValue, NativeFunction


def _abstract(name: str, base: ClassValue) -> ClassValue:
    cls = ClassValue(name, (base,), {"__module__": "numpy"}, "numpy." + name, "numpy")
    api.constant(name, cls)
    return cls


GENERIC = _abstract("generic", CLASSES["object"])
_number = _abstract("number", GENERIC)
_integer = _abstract("integer", _number)
_inexact = _abstract("inexact", _number)
_PARENTS = {
    "b": GENERIC,
    "i": _abstract("signedinteger", _integer),
    "u": _abstract("unsignedinteger", _integer),
    "f": _abstract("floating", _inexact),
    "c": _abstract("complexfloating", _inexact),
    "U": _abstract("character", GENERIC),
    "O": GENERIC,
}


def scalar(call: Call, value: AnyValue, dtype: str) -> Any:
    """`np.float32(value)`: a number, or an array of that dtype."""
    value = bare(value)
    if type(value) in NUMBERS or isinstance(value, (Unknown, str)):
        return typed(cast(value, dtype), dtype)
    part = as_array(call, value, dtype)
    if part is None:
        return derived(value, reason="a number that is not known")
    return typed(part.data[0], dtype) if isinstance(part, ArrayValue) and not part.shape and part.data else part


def _dtype_class(name: str) -> None:
    kind, size = KINDS[name]
    # In Python 3 only numpy's float64 is one of Python's own.
    parents = (_PARENTS[kind], CLASSES["float"]) if name == "float64" else (_PARENTS[kind],)
    cls = ClassValue(
        name,
        parents,
        {
            "__module__": "numpy",
            "name": name,
            "kind": kind,
            "itemsize": size,
            "shape": (),
            "char": kind,
            "str": f"<{kind}{size}",
            "num": ORDER[name],
            "names": None,
            "fields": None,
        },
        "numpy." + {"bool": "bool_", "object": "object_", "string": "str_"}.get(name, name),
        "numpy",
    )
    cls.attrs["type"] = cls
    cls.attrs["__new__"] = NativeFunction(
        "__new__",
        lambda call, args, kwargs: scalar(call, args[1] if len(args) > 1 else 0, name),
        f"{cls.canonical}.__new__",
        raw=True,
    )
    api.constant(cls.canonical.rpartition(".")[2], cls)


for _name in [each for each in KINDS if each != UNKNOWN_DTYPE]:
    _dtype_class(_name)
for _name, _of in {
    "float": "float",
    "int": "int",
    "bool": "bool",
    "object": "object",
    "str": "str",
    "complex": "complex",
    "long": "int",
    "unicode": "str",
}.items():
    api.constant(_name, CLASSES[_of])
for _name, _of in {
    "double": "float64",
    "single": "float32",
    "half": "float16",
    "int_": "int64",
    "intp": "int64",
    "intc": "int32",
    "uint": "uint64",
    "float_": "float64",
    "byte": "int8",
    "ubyte": "uint8",
    "short": "int16",
    "bool8": "bool_",
    "longlong": "int64",
    "string_": "str_",
    "unicode_": "str_",
    "cfloat": "complex128",
    "longdouble": "float64",
}.items():
    api.constant(_name, ENTRIES["numpy." + _of])
