"""`tf.Module`: its name scope, its variables and submodules."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.structures import flatten, unsettled
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import OpenTuple
from scopelint.values.objects import MISSING, InstanceValue, NativeFunction
from scopelint.values.tensors import Variable

module = Namespace("tf").type("Module")

_IDENTIFIER = re.compile(r"^[a-zA-Z_]([a-zA-Z0-9_])*$")


@module.method
def _no_dependency(call: Call, self: InstanceValue, value: AnyValue) -> Any:
    """TF: Trackable._no_dependency: what is set so is only not saved."""
    return value


@module.method(name="__init__", raw=True)
def module_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self = args[0]
    name = kwargs.get("name", args[1] if len(args) > 1 else None)
    if name is None:
        name = tools.snake_case(self.cls.name)
    elif isinstance(name, str) and not _IDENTIFIER.match(name):
        said = "Module names must be valid Python identifiers (e.g. a valid class name)."
        call.raise_("ValueError", f"{name!r} is not a valid module name. {said}", kind="argument")
    self.set("_name", name)
    with operations.scope(call, name) as scope:
        self.set("_scope_name", scope)


@module.property
def name_scope(call: Call, self: InstanceValue) -> Any:
    return call.new("tf.name_scope", own(self, "_scope_name"))


def own(self: InstanceValue, name: str) -> Any:
    """What the constructor keeps in an object; not known where something else may have set it."""
    held = self.attrs.get(name, MISSING)
    return held if held is not MISSING else None if self.rest is None else self.rest.derive(name)


@module.classmethod
def with_name_scope(call: Call, cls: AnyValue, method: AnyValue) -> Any:
    """TF: Module.with_name_scope: a method that enters the name scope of its module."""

    def within(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with call.graph.name_scope(graph_name(args[0].attrs.get("_scope_name"), "")):
            return call.invoke(method, *args, **kwargs)

    made = NativeFunction(str(getattr(method, "name", "method")), within, raw=True)
    for name in ("__name__", "__doc__"):
        made.set(name, call.getattr(method, name, None))
    return made


def _is_module(value: AnyValue) -> bool:
    return isinstance(value, InstanceValue) and value.cls.derives_from("tf.Module")


def _found(self: InstanceValue, wanted: Callable[[Any], bool]) -> tuple[list[Any], Unknown | None]:
    """TF: Module._flatten. What stands in the attributes, by their names, through lists and dictionaries; then what
    stands in the modules there. Second, why there may be more."""
    found: list[Any] = []
    rest: Unknown | None = None
    seen, left = {id(self)}, [self]
    while left:
        owner = left.pop(0)
        inner = []
        rest = owner.rest if rest is None else rest
        for key in sorted(key for key in owner.attrs if isinstance(key, str) and not key.startswith("<")):
            value = owner.attrs[key]
            rest = unsettled(value) if rest is None else rest
            for leaf in flatten(value):
                if id(leaf) in seen:
                    continue
                seen.add(id(leaf))
                if wanted(leaf):
                    found.append(leaf)
                if _is_module(leaf):
                    inner.append(leaf)
        left[:0] = inner
    return found, rest


def _listed(self: InstanceValue, wanted: Callable[[Any], bool]) -> Any:
    found, rest = _found(self, wanted)
    if rest is None:
        return tuple(found)
    out = OpenTuple(found, rest)
    out.firm = 0
    return out


@module.property
def variables(call: Call, self: InstanceValue) -> Any:
    return _listed(self, lambda value: isinstance(value, Variable))


@module.property
def trainable_variables(call: Call, self: InstanceValue) -> Any:
    return _listed(self, lambda value: isinstance(value, Variable) and value.trainable is not False)


@module.property
def submodules(call: Call, self: InstanceValue) -> Any:
    return _listed(self, _is_module)


@module.property
def name(call: Call, self: InstanceValue) -> Any:
    return own(self, "_name")
