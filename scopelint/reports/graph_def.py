"""A graph as TF's GraphDef, written without TensorFlow or protobuf."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import lru_cache

from scopelint.record.view import Operation, Variable

_TYPES = {
    "float32": 1, "float64": 2, "int32": 3, "uint8": 4, "int16": 5, "int8": 6, "string": 7, "complex64": 8,
    "int64": 9, "bool": 10, "bfloat16": 14, "uint16": 17, "complex128": 18, "float16": 19, "resource": 20,
    "uint32": 22, "uint64": 23,
}  # fmt: skip
"""DataType of tensorflow/core/framework/types.proto."""


def _varint(number: int) -> bytes:
    out = bytearray()
    number &= (1 << 64) - 1
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def message(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def text(field: int, value: str) -> bytes:
    return message(field, value.encode())


@lru_cache(10_000)
def _attribute(key: str, value: bytes) -> bytes:
    """One entry of NodeDef.attr, a map: a message of key 1 and value 2."""
    return message(5, text(1, key) + message(2, value))


@lru_cache(10_000)
def _shape(shape: tuple[int | None, ...] | None) -> bytes:
    """TensorShapeProto; an unknown dimension is -1."""
    if shape is None:
        return _number(3, 1)
    return b"".join(message(2, _number(1, -1 if size is None else size)) for size in shape)


def _dtype(name: str) -> int | None:
    """A reference's type is its value's and a hundred."""
    found = _TYPES.get(name.removesuffix("_ref"))
    return found + 100 if found is not None and name.endswith("_ref") else found


_DTYPE_KEYS = {
    "Const": "dtype", "Placeholder": "dtype", "PlaceholderWithDefault": "dtype", "Variable": "dtype",
    "VariableV2": "dtype", "VarHandleOp": "dtype", "ReadVariableOp": "dtype", "AssignVariableOp": "dtype",
    "RandomUniform": "dtype", "RandomStandardNormal": "dtype", "TruncatedNormal": "dtype", "RandomUniformInt": "Tout",
    "Cast": "DstT",
}  # fmt: skip
"""The attribute that tells the type of what an operation gives, where that is not `T`."""


@lru_cache(10_000)
def _place(site_path: str, line: int) -> bytes:
    return _attribute("_source", text(2, f"{os.path.basename(site_path)}:{line}"))


def _variable(variable: Variable) -> list[bytes]:
    """The attributes of what makes a variable."""
    parts = [_attribute("shape", message(7, _shape(variable.shape)))]
    if variable.dtype in _TYPES:
        parts.append(_attribute("dtype", _number(6, _TYPES[variable.dtype])))
    parts.append(_place(variable.site.path, variable.site.line))
    parts.append(_attribute("_trainable", _number(5, int(variable.trainable is not False))))
    return parts


def _node(operation: Operation, variable: Variable | None) -> bytes:
    """NodeDef. What is not known is left out: an input, a shape, a type. TensorBoard reads `_output_shapes`."""
    parts = [text(1, operation.name), text(2, operation.type)]
    parts += [text(3, each) for each in operation.inputs or () if each]
    if operation.device:
        parts.append(text(4, operation.device))
    if operation.shapes:
        listed = b"".join(message(7, _shape(shape)) for shape in operation.shapes)
        parts.append(_attribute("_output_shapes", message(1, listed)))
    if variable is not None:
        return b"".join((*parts, *_variable(variable)))
    dtype = _dtype(operation.dtypes[0]) if operation.dtypes else None
    if dtype is not None:
        parts.append(_attribute(_DTYPE_KEYS.get(operation.type, "T"), _number(6, dtype)))
    parts.append(_place(operation.site.path, operation.site.line))
    return b"".join(parts)


def graph_def(operations: Iterable[Operation], variables: Sequence[Variable]) -> bytes:
    """GraphDef of all operations; where there are none the variables alone, a node for each."""
    made = {variable.name: variable for variable in variables}
    nodes = [_node(operation, made.get(operation.name)) for operation in operations]
    if not nodes:
        nodes = [b"".join((text(1, v.name), text(2, "VariableV2"), *_variable(v))) for v in variables]
    return b"".join(message(1, node) for node in nodes) + message(4, _number(1, 134))  # versions.producer of TF 1.15
