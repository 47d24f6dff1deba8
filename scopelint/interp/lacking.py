"""Attributes that an object has not: Python's AttributeError, as far as we know all that the object has."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Raised
from scopelint.graph.events import NotKnown
from scopelint.graph.releases import DEFAULT
from scopelint.values.base import Unknown, Value, without_summary
from scopelint.values.objects import ClassValue, InstanceValue, ModuleValue
from scopelint.values.tensors import IndexedSlices, Tensor, Variable


def lacking(run: Any, value: Any, name: str) -> Any:
    """Raises the program's AttributeError, unsure where the object may have more than we see. An Unknown where what
    it has is not known at all."""
    kind = type(value)
    if kind is InstanceValue and value.cls.canonical and name.startswith("_") and not name.endswith("__"):
        return without_summary(f"{value.cls.canonical}.{name}")
    if kind is ModuleValue:
        if run.call.engine.modules.has_rival(value):
            return Unknown(f"which module {value.name} is, of several in the project", name)
        said = f"module '{value.name}'"
    elif kind is ClassValue:
        said = f"type object '{value.name}'"
    else:
        said = f"'{run.class_of(value).name}' object"
        release = run.call.state.release
        if release != DEFAULT and is_of_tensorflow(run, value):
            # What objects have was recorded of 1.15 alone.
            return Unknown(f"no record of {run.class_of(value).name}.{name} in TensorFlow {release}", name)
    try:
        run.call.raise_("AttributeError", f"{said} has no attribute '{name}'")
    except Raised as problem:
        if isinstance(value, Value) and not _is_seen_whole(run, value) and not _is_recorded(run, value, name):
            problem.value.attrs["<unsure>"] = True
        raise


def _is_seen_whole(run: Any, value: Any) -> bool:
    """Do we see all that this may have?"""
    if isinstance(value, ModuleValue):
        # A program that looks into its own folders takes from there what is written when it is installed, too.
        return not run.listed
    if isinstance(value, InstanceValue):
        # Of what others wrote we know what is documented; what their objects have besides, we may not.
        return all(each.canonical in ("", "builtins.object") for each in value.cls.mro)
    # A module that was not found may have given more to a class of TF's: names of collections, as a rule.
    return isinstance(value, ClassValue) and (not value.canonical or _none_unseen(run))


def _none_unseen(run: Any) -> bool:
    return not any(isinstance(event, NotKnown) and event.may_make for event in run.call.state.events.items)


def _is_recorded(run: Any, value: Any, name: str) -> bool:
    """Is it a tensor, all of whose attributes were recorded, and has nobody unseen left a mark on it?"""
    if name.startswith("_") or not isinstance(value, (Tensor, Variable, IndexedSlices)):
        return False
    if isinstance(value, Tensor) and value.is_stand_in:
        return False
    return _none_unseen(run)


def is_of_tensorflow(run: Any, value: Any) -> bool:
    """Is it an object of a class of TF's, or of one that a program derives from such a class?"""
    cls = run.class_of(value)
    return any(each.canonical.startswith(("tf.", "tensorflow")) for each in (cls, *cls.mro))
