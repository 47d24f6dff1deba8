"""How the graph layer's own values answer Python: graphs, variable scopes, variables. Their methods and properties
are those of native classes, whose modules are imported when one is asked for."""

from __future__ import annotations

from typing import Any

from scopelint.apis import tables
from scopelint.apis.call import Call
from scopelint.apis.registry import Behaviour, behaves, find
from scopelint.graph.names import Graph
from scopelint.graph.scopes import AUTO_REUSE, VariableScope
from scopelint.values.base import AnyValue, without_summary
from scopelint.values.objects import MISSING, BoundMethod, ClassValue, NativeFunction, PropertyValue


def class_member(call: Call, value: AnyValue, name: str, canonical: str) -> Any:
    """An attribute of a value that is found in its native class: a method bound to it, a property's value."""
    cls = find(canonical)
    found = cls.find(name) if isinstance(cls, ClassValue) else MISSING
    if isinstance(found, NativeFunction):
        return BoundMethod(found, value)
    if isinstance(found, PropertyValue):
        return call.invoke(found.getter, value)
    if found is MISSING:
        return not_summarized(canonical, name)
    return found


def not_summarized(canonical: str, name: str) -> Any:
    """What TF's class has but no summary tells is not known; what it has not is missing."""

    member = tables.member(canonical, name) if canonical.startswith("tf") else None
    return MISSING if member is None else without_summary(f"{canonical}.{name}", name)


class ClassBehaviour(Behaviour):
    """A behaviour that finds its attributes in the native class `python_class`."""

    def getattr(self, call: Call, value: AnyValue, name: str) -> Any:
        if name == "__class__":
            return find(self.python_class)
        return class_member(call, value, name, self.python_class)


@behaves(VariableScope)
class VariableScopeBehaviour(ClassBehaviour):
    python_class = "tf.VariableScope"


class ReuseBehaviour(ClassBehaviour):
    python_class = "builtins.object"


behaves(type(AUTO_REUSE))(ReuseBehaviour)


@behaves(Graph)
class GraphBehaviour(ClassBehaviour):
    python_class = "tf.Graph"

    def setattr(self, call: Call, value: AnyValue, name: str, new: AnyValue) -> bool:
        # Programs set `graph.seed` and private marks; nothing that is named depends on them.
        return True

    def compare(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        if sign == "==":
            return left is right
        return left is not right if sign == "!=" else NotImplemented
