"""What is said of a program with a hidden part, held against the program as it stands."""

from __future__ import annotations

import math
from typing import Any

from scopelint.apis.python.numpy.array import ArrayValue
from scopelint.apis.python.numpy.dtypes import UNKNOWN_DTYPE
from scopelint.graph.events import Refused, VariableMade, VariableRefused
from scopelint.graph.outcome import Outcome
from scopelint.record.completeness import gaps, is_template
from scopelint.values.base import Unknown
from scopelint.values.containers import DictValue, ListValue, OpenTuple, SetValue
from scopelint.values.numbers import NumpyScalar
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import (
    NOT_CONSTANT,
    Dimension,
    DType,
    Operation,
    SparseTensor,
    Tensor,
    TensorShape,
    Variable,
)
from scopelint.values.text import Text
from tests.python.engine import Ran

DEPTH = 6


def not_known(value: Any) -> bool:
    return isinstance(value, Unknown) or value is NOT_CONSTANT or (isinstance(value, Tensor) and value.is_stand_in)


def shapes(said: Any, real: Any) -> str:
    """Is a shape another than that which is so for certain?"""
    if isinstance(said, Unknown) or isinstance(real, Unknown):
        return ""
    if said is None or real is None:
        return "" if said is real else f"shape {said}, not {real}"
    held = [
        (a, b) for a, b in zip(said, real, strict=False) if not isinstance(a, Unknown) and not isinstance(b, Unknown)
    ]
    if len(said) != len(real) or any(a is not b if a is None or b is None else a != b for a, b in held):
        return f"shape {said}, not {real}"
    return ""


def sequence(value: Any) -> tuple[list[Any], bool, str] | None:
    """Members whose places are known, whether they are all, and what kind of sequence it is."""
    if isinstance(value, InstanceValue) and isinstance(value.payload, (tuple, ListValue)):
        value = value.payload
    if isinstance(value, ListValue):
        return value.placed, value.rest is None, "tuple" if isinstance(value, OpenTuple) else "list"
    if isinstance(value, (list, tuple)):
        return list(value), True, type(value).__name__
    return None


def mapping(value: Any) -> tuple[dict[Any, Any], bool] | None:
    if isinstance(value, DictValue):
        return value.items, value.rest is None and not value.maybe
    return (value, True) if isinstance(value, dict) else None


def values(said: Any, real: Any, depth: int = 0) -> str:
    """What is said of a value that is not so; empty where nothing is."""
    if not_known(said) or not_known(real) or said is real or depth > DEPTH:
        return ""
    if isinstance(said, Variable) and said.when:
        return ""
    if isinstance(said, (Text, str)) and isinstance(real, (Text, str)):
        if isinstance(said, str) and is_template(said):
            return ""
        fits = said == real if isinstance(said, str) and isinstance(real, str) else _may_be(said, real)
        return "" if fits else f"text {said!r}, not {real!r}"
    kind = sequence(said), sequence(real)
    if kind[0] is not None and kind[1] is not None:
        return _sequences(*kind, depth)  # type: ignore[arg-type]
    held = mapping(said), mapping(real)
    if held[0] is not None and held[1] is not None:
        return _mappings(*held, depth)  # type: ignore[arg-type]
    if type(said) is not type(real):
        kinds = {Tensor, Operation, Variable} | ({bool, int, float} if isinstance(real, Tensor) else set())
        if type(said) in kinds and type(real) in kinds:
            return ""
        return f"{type(said).__name__} {said!r}, not {type(real).__name__} {real!r}"
    if isinstance(said, Tensor):
        return shapes(said.shape, real.shape) or values(said.dtype, real.dtype) or constants(said.const, real.const)
    if isinstance(said, Variable):
        problem = "" if said.name == real.name or is_template(said.name) or is_template(real.name) else said.name
        return problem or shapes(said.shape, real.shape) or values(said.dtype, real.dtype)
    if isinstance(said, Operation):
        return ""
    if isinstance(said, SparseTensor):
        return shapes(said.shape, real.shape) or "".join(
            values(getattr(said, each), getattr(real, each), depth + 1) for each in ("indices", "values", "dense_shape")
        )
    if isinstance(said, TensorShape):
        return shapes(said.dims, real.dims)
    if isinstance(said, Dimension):
        return shapes((said.value,), (real.value,))
    if isinstance(said, ArrayValue):
        return (
            shapes(said.shape, real.shape)
            or ("" if said.dtype in (real.dtype, UNKNOWN_DTYPE) else f"array of {said.dtype}, not {real.dtype}")
            or (_sequences((said.data, True, ""), (real.data, True, ""), depth) if said.data and real.data else "")
        )
    if isinstance(said, DType):
        return "" if said is real else f"dtype {said}, not {real}"
    if isinstance(said, SetValue):
        if said.rest is None and real.rest is None and len(said.items) != len(real.items):
            return f"set {list(said.items)}, not {list(real.items)}"
        return ""
    if isinstance(said, InstanceValue):
        return _instances(said, real, depth)
    if isinstance(said, (int, float, complex, bytes, type(None), slice, range)):
        same = said == real or (isinstance(said, float) and math.isnan(said) and math.isnan(real))
        return "" if same else f"{said!r}, not {real!r}"
    return ""


def constants(said: Any, real: Any) -> str:
    """The values that two tensors are known to hold."""
    if not_known(said) or not_known(real):
        return ""
    if isinstance(said, tuple) and isinstance(real, tuple):
        if len(said) != len(real):
            return f"constant {said}, not {real}"
        return next((p for p in map(constants, said, real) if p), "")
    if isinstance(said, (Text, str, bytes, NumpyScalar)) or isinstance(real, NumpyScalar):
        return ""
    return "" if said == real else f"constant {said}, not {real}"


def _may_be(said: Any, real: Any) -> bool:
    return bool(said.may_equal(real)) if isinstance(said, Text) else bool(real.may_equal(said))


def _sequences(said: tuple[list[Any], bool, str], real: tuple[list[Any], bool, str], depth: int) -> str:
    if said[2] != real[2]:
        return f"{said[2]}, not {real[2]}"
    if said[1] and real[1] and len(said[0]) != len(real[0]):
        return f"{len(said[0])} members, not {len(real[0])}"
    if not said[1] and real[1] and len(said[0]) > len(real[0]):
        return f"{len(said[0])} members at least, not {len(real[0])}"
    return next((p for p in (values(a, b, depth + 1) for a, b in zip(said[0], real[0], strict=False)) if p), "")


def _mappings(said: tuple[dict[Any, Any], bool], real: tuple[dict[Any, Any], bool], depth: int) -> str:
    known = [key for key in said[0] if isinstance(key, (str, int, float, bool, type(None)))]
    if real[1]:
        missing = [key for key in known if key not in real[0]]
        if missing:
            return f"a key {missing[0]!r}, not of {list(real[0])}"
    if said[1] and real[1] and len(said[0]) != len(real[0]):
        return f"keys {list(said[0])}, not {list(real[0])}"
    both = (key for key in known if key in real[0])
    return next((p for p in (values(said[0][key], real[0][key], depth + 1) for key in both) if p), "")


def _instances(said: InstanceValue, real: InstanceValue, depth: int) -> str:
    if said.cls.name != real.cls.name:
        return f"a {said.cls.name}, not a {real.cls.name}"
    problem = values(said.payload, real.payload, depth + 1)
    if problem:
        return f"{said.cls.name}: {problem}"
    for name, value in said.attrs.items():
        is_begun = value is None or value is False
        if is_begun and said.cls.canonical:
            # What calls that were hidden would have made of it.
            continue
        if isinstance(name, str) and not name.startswith(("_", "<")) and name in real.attrs:
            problem = values(value, real.attrs[name], depth + 1)
            if problem:
                return f"{said.cls.name}.{name}: {problem}"
    return ""


def made(ran: Ran) -> dict[str, VariableMade]:
    return {event.name: event for event in ran.events if isinstance(event, VariableMade)}


def wrong(said: Ran, real: Ran) -> str:
    """What is said of a program with a hidden part that is not so; empty where nothing is."""
    if said.failures:
        return f"scopelint itself failed: {said.failures}"
    refusals = [event for event in said.events if isinstance(event, (Refused, VariableRefused)) and not event.caught]
    sure = next((event for event in refusals if not event.when), None)
    if sure is not None:
        return f"refused: {sure.message}"
    if said.error is not None and not refusals:
        return f"refused: {said.error_name()} {said.error.attrs.get('args', '')}"
    if said.error is not None:
        # It may end there, and what the names are worth by then was said before.
        return _variables(said, real)
    doubtful = [event.name for event in said.events if isinstance(event, VariableMade) and event.when]
    for name, value in said.names.items():
        if name in real.names and name != "hidden" and not name.startswith("<"):
            problem = values(value, real.names[name])
            if problem and not (problem.startswith("text ") and any(each in problem for each in doubtful)):
                return f"{name}: {problem}"
    return _variables(said, real)


def _variables(said: Ran, real: Ran) -> str:
    variables = made(real)
    for name, event in made(said).items():
        if event.when or is_template(name):
            continue
        if name not in variables:
            return f"makes {name}, not of {sorted(variables)}"
        theirs = variables[name]
        problem = shapes(event.shape, theirs.shape) if event.shape_known else ""
        if problem:
            return f"{name} of {problem}"
        if event.dtype and event.dtype != theirs.dtype:
            return f"{name} of dtype {event.dtype}, not {theirs.dtype}"
        if event.trainable is not None and event.trainable != theirs.trainable:
            return f"{name} trainable {event.trainable}"
    if not gaps(Outcome("main.py", "", tuple(said.events))):
        listed = [{e.name for e in made(ran).values() if e.collections} for ran in (said, real)]
        if listed[0] != listed[1]:
            return f"complete: {sorted(listed[0])}, not {sorted(listed[1])}"
    return ""
