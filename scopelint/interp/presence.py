"""Has an object an attribute that no summary tells of? Asked of what was recorded of the real classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scopelint.apis.tables import attributes, is_class, member, mro
from scopelint.graph.releases import DEFAULT, Release
from scopelint.values.objects import ClassValue, InstanceValue, ModuleValue, NativeFunction
from scopelint.values.tensors import Tensor
from scopelint.values.truth import MAYBE, NO, YES, Truth

_OF_OBJECT = frozenset(dir(object))
_OF_TYPE = frozenset(dir(type))
_OF_INSTANCES = frozenset(
    ("__abstractmethods__", "__annotations__", "__dict__", "__module__", "__slots__", "__weakref__", "_fields_defaults")
)
_MARKS = ("_self_", "_obj_reference", "_tf_", "_keras_api", "_estimator_api", "_abc_")
"""How names begin that TF's decorators and metaclasses give to classes and what is tracked."""
_OF_NUMPY = {"builtins.int": "numpy.int64", "builtins.bool": "numpy.bool_", "builtins.float": "numpy.float64"}
"""What stands for numpy's scalars too: its integers are Python's here, as are the members of arrays."""


_MADE_AS = {
    "tf.Variable": (
        "tf.contrib.eager.Variable",
        *(f"tensorflow.python.ops.{name}" for name in (
            "variables.RefVariable", "variables.VariableV1", "resource_variable_ops.BaseResourceVariable",
            "resource_variable_ops.ResourceVariable",
        )),
    ),
    "tf.data.Dataset": ("tensorflow.python.data.ops.dataset_ops.DatasetV1Adapter",),
}  # fmt: skip
"""Classes of TF's whose objects are really of another, derived from them."""


def presence(value: Any, cls: ClassValue, name: str, release: Release, native: str = "") -> Truth:
    """Has the real object that attribute? Asked where no summary has it. `native` is the canonical name of a class of
    which there is no ClassValue.

    YES of what Python gives every object or this class of its own; MAYBE where TF's class has it or sets it somewhere,
    and where nothing was recorded of the class.
    """
    if isinstance(value, Tensor) and value.is_stand_in:
        return MAYBE
    if isinstance(value, ModuleValue):
        return MAYBE if name.startswith("__") else NO
    if isinstance(value, ClassValue):
        return YES if name in _OF_TYPE else MAYBE if name in _OF_INSTANCES else _in_class(value, name)
    if isinstance(value, NativeFunction) and (name.startswith("_") or is_class(value.canonical)):
        # TF leaves marks on its functions; what is a class in earnest may stand here as a function.
        return MAYBE
    if name in _OF_OBJECT or name == "__class__":
        return YES
    if name in _OF_INSTANCES:
        return MAYBE
    if cls.canonical == "builtins.object" and not isinstance(value, InstanceValue):
        names = attributes(native)
        # Or a native value that does not say of which class it is.
        return MAYBE if names is None or native == "builtins.object" else YES if name in names else NO
    found = NO
    of_tensorflow = False
    for canonical in real_classes(cls, *_MADE_AS.get(cls.canonical, ())):
        names = attributes(canonical)
        if names is None:
            return MAYBE
        if is_class(canonical):
            of_tensorflow = True
            if (
                name in names
                or "*" in names
                or member(canonical, name) is not None
                or _is_later(canonical, name, release)
            ):
                return MAYBE
        elif name in names:
            return YES
        elif "*" in names or is_numpy(canonical, name):
            found = MAYBE
    if of_tensorflow and (name.startswith(_MARKS) or name in (attributes("*") or ())):
        return MAYBE
    return found


def real_classes(cls: ClassValue, *others: str) -> Iterator[str]:
    """The canonical names of the classes that it derives from, as the real ones do; `object` left out."""
    seen = {"", "builtins.object"}
    for name in (*map(real_name, cls.mro), *others):
        for each in mro(name) or (name,):
            if each not in seen and not each.startswith("py:"):
                seen.add(each)
                yield each


def real_name(cls: ClassValue) -> str:
    """The canonical name of the class that it is or stands in for; empty for one of the program's own."""
    if cls.canonical or not isinstance(cls.module, str) or not cls.module.startswith(("tf.", "tensorflow.")):
        return cls.canonical
    name = f"{cls.module}.{cls.name}"
    return name if is_class(name) else ""


def is_numpy(canonical: str, name: str) -> bool:
    """Has a number that is Python's here that attribute, if it is one of numpy's in earnest?"""
    return name in (attributes(_OF_NUMPY.get(canonical, "")) or ())


_OF_TYPING = frozenset(("__args__", "__origin__", "__parameters__", "_name"))
"""What `Tuple[int]` has, which is the class `tuple` here."""


def _in_class(cls: ClassValue, name: str) -> Truth:
    if name in _OF_TYPING and cls.canonical:
        return MAYBE
    for canonical in real_classes(cls):
        names = attributes(canonical)
        if names is None or (is_class(canonical) and member(canonical, name) is not None):
            return MAYBE
        if not is_class(canonical) and name in names:
            # It may be that each object has one of its own.
            return MAYBE
        if name.startswith(_MARKS) or (canonical.startswith("numpy.") and name in (attributes("numpy.dtype") or ())):
            # `np.float32` stands for a dtype too.
            return MAYBE
    return NO


def _is_later(canonical: str, name: str, release: Release) -> bool:
    if release == DEFAULT or not release.is_second:
        return False
    names = attributes("2:" + canonical) or ()
    return name in names or "*" in names
