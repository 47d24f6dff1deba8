"""TF's operation definitions, as recorded: which inputs, outputs and attributes a type of operation has."""

from __future__ import annotations

from functools import cache
from typing import Any

from scopelint.apis.tables.lines import Lines
from scopelint.tuples import NamedTuple
from scopelint.values.tensors import DTYPES, DType

_DEFS = Lines("op_defs.txt")
_FUNCTIONS = Lines("op_functions.txt")


class Argument(NamedTuple):
    """An input or output. `dtype` where it is fixed, else `type_attr`; `number_attr` for a list of one dtype,
    `list_attr` for a list of several."""

    name: str
    dtype: DType | None
    type_attr: str
    number_attr: str
    list_attr: str
    is_ref: bool


class Attribute(NamedTuple):
    name: str
    kind: str
    allowed: tuple[str, ...]
    has_default: bool
    default: Any


class OpDef(NamedTuple):
    """`gradient`: "none" (declared None), "missing" (asking raises) or "some"."""

    type: str
    inputs: tuple[Argument, ...]
    outputs: tuple[Argument, ...]
    attributes: dict[str, Attribute]
    gradient: str


class Generated(NamedTuple):
    """A function that TF generates for an operation; `renamed`: parameter -> input or attribute."""

    type: str
    renamed: dict[str, str]


@cache
def op_def(type_: str) -> OpDef | None:
    row = _DEFS.find(type_)
    if row is None:
        return None
    inputs, outputs, attributes, gradient = row
    return OpDef(type_, _arguments(inputs), _arguments(outputs), _attributes(attributes), gradient)


_REGISTERED_LATER = frozenset({"Batch", "GRUBlockCell", "LSTMBlockCell", "Unbatch"})
"""Types whose gradient is registered by a module of contrib's, when that is imported."""


@cache
def undefined_types() -> frozenset[str]:
    """Types that take something and whose gradient nobody registers: TF raises where it is asked for."""
    rows = _DEFS.rows()
    found = (type_ for type_, rest in rows if rest.endswith("\tmissing") and not rest.startswith("-\t"))
    return frozenset(found) - _REGISTERED_LATER


@cache
def generated(canonical: str) -> Generated | None:
    """The operation that the function of this canonical name makes and does nothing else."""
    row = _FUNCTIONS.find(canonical)
    return None if row is None else Generated(row[0], dict(cell.split("=") for cell in row[1:]))


def _arguments(text: str) -> tuple[Argument, ...]:
    out = []
    for cell in text.split(",") if text != "-" else ():
        name, _, kind = cell.partition(":")
        is_ref = kind.endswith("&")
        number, _star, kind = kind.rstrip("&").rpartition("*")
        if kind.startswith("="):
            out.append(Argument(name, DTYPES[kind[1:]], "", number, "", is_ref))
        elif kind.startswith("["):
            out.append(Argument(name, None, "", number, kind[1:-1], is_ref))
        else:
            out.append(Argument(name, None, kind, number, "", is_ref))
    return tuple(out)


def _attributes(text: str) -> dict[str, Attribute]:
    out = {}
    for cell in text.split(";") if text != "-" else ():
        described, equals, default = cell.partition("=")
        name, _, kind = described.partition(":")
        kind, brace, allowed = kind.partition("{")
        value = _default(kind, default) if equals else None
        out[name] = Attribute(name, kind, tuple(allowed.rstrip("}").split("|")) if brace else (), bool(equals), value)
    return out


def _default(kind: str, text: str) -> Any:
    if kind == "type":
        return DTYPES.get(text)
    if kind in ("int", "float"):
        return float(text) if kind == "float" else int(text)
    if kind == "bool":
        return text == "True"
    return text.strip("'") if kind == "string" else None
