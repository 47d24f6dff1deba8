"""tf.Module: the scope that it is made in, and what it finds below its attributes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.structures import flatten
from scopelint.values.base import AnyValue
from scopelint.values.objects import InstanceValue, NativeFunction
from scopelint.values.tensors import Variable

module = Namespace("tf").type("Module")

_IDENTIFIER = re.compile(r"^[a-zA-Z_]([a-zA-Z0-9_])*$")


@module.method
def _no_dependency(call: Call, self: InstanceValue, value: AnyValue) -> Any:
    """TF: Trackable._no_dependency: what is set so is only not saved."""
    return value


@module.method(name="__init__", raw=True)
def module_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: Module.__init__."""
    self = args[0]
    name = kwargs.get("name", args[1] if len(args) > 1 else None)
    if name is None:
        name = tools.snake_case(self.cls.name)
    elif isinstance(name, str) and not _IDENTIFIER.match(name):
        call.raise_(
            "ValueError",
            f"{name!r} is not a valid module name. Module names must be valid Python identifiers "
            "(e.g. a valid class name).",
            kind="argument",
        )
    self.set("_name", name)
    with operations.scope(call, name) as scope:
        self.set("_scope_name", scope)


@module.property
def name_scope(call: Call, self: InstanceValue) -> Any:
    return call.new("tf.name_scope", self.attrs.get("_scope_name"))


@module.classmethod
def with_name_scope(call: Call, cls: AnyValue, method: AnyValue) -> Any:
    """TF: Module.with_name_scope: the method within the module's own name scope."""

    def scoped(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        scope, error = call.getattr(args[0], "name_scope"), None
        call.engine.enter(scope)
        try:
            return call.invoke(method, *args, **kwargs)
        finally:
            call.engine.exit(scope, error)

    made = NativeFunction("method_with_name_scope", scoped, "tf.Module.<scoped>", raw=True)
    for name in ("__name__", "__doc__"):
        made.set(name, call.getattr(method, name, None))
    made.set("__wrapped__", method)
    return made


def _members(owner: InstanceValue, wanted: Callable[[Any], bool], seen: set[int]) -> Iterator[Any]:
    """TF: module._flatten_module. Attributes by name, through lists and dictionaries; then what modules below hold."""
    below: list[InstanceValue] = []
    for key in sorted(k for k in owner.attrs if isinstance(k, str)):
        for leaf in flatten(owner.attrs[key]):
            if not isinstance(leaf, (Variable, InstanceValue)) or id(leaf) in seen:
                continue
            seen.add(id(leaf))
            if wanted(leaf):
                yield leaf
            if isinstance(leaf, InstanceValue) and _is_module(leaf):
                below.append(leaf)
    for each in below:
        yield from _members(each, wanted, seen)


def _is_module(value: Any) -> bool:
    return isinstance(value, InstanceValue) and value.cls.derives_from("tf.Module")


def _is_variable(value: Any) -> bool:
    return isinstance(value, Variable)


def _all(self: InstanceValue, wanted: Callable[[Any], bool]) -> tuple[Any, ...]:
    return tuple(_members(self, wanted, {id(self)}))


@module.property
def variables(call: Call, self: InstanceValue) -> Any:
    return _all(self, _is_variable)


@module.property
def trainable_variables(call: Call, self: InstanceValue) -> Any:
    return _all(self, lambda leaf: _is_variable(leaf) and leaf.trainable is not False)


@module.property
def submodules(call: Call, self: InstanceValue) -> Any:
    return _all(self, _is_module)


@module.property
def name(call: Call, self: InstanceValue) -> Any:
    return self.attrs.get("_name")
