"""How the graph layer's own values answer Python: graphs, variable scopes, variables. Their methods and properties
are those of native classes, whose modules are imported when one is asked for."""

from __future__ import annotations

from typing import Any

from scopelint.apis.registry import BEHAVIOURS, Behaviour, behaves, find
from scopelint.graph.names import Graph
from scopelint.graph.scopes import AUTO_REUSE, VariableScope
from scopelint.values.base import without_summary
from scopelint.values.objects import MISSING, BoundMethod, ClassValue, NativeFunction, PropertyValue
from scopelint.values.tensors import DType, PartitionedVariable, Tensor, Variable, shape_text
from scopelint.values.text import from_template


def class_member(call: Any, value: Any, name: str, canonical: str) -> Any:
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
    from scopelint.apis import tables

    member = tables.member(canonical, name) if canonical.startswith("tf") else None
    return MISSING if member is None else without_summary(f"{canonical}.{name}", name)


class ClassBehaviour(Behaviour):
    """A behaviour that finds its attributes in the native class `python_class`."""

    def getattr(self, call: Any, value: Any, name: str) -> Any:
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

    def setattr(self, call: Any, value: Any, name: str, new: Any) -> bool:
        # Programs set `graph.seed` and private marks; nothing that is named depends on them.
        return True

    def compare(self, call: Any, sign: str, left: Any, right: Any) -> Any:
        if sign == "==":
            return left is right
        return left is not right if sign == "!=" else NotImplemented


class Operand(ClassBehaviour):
    """Operators of a variable are those of the tensor that it is read as."""

    goes_first = True

    def _read(self, call: Any, value: Any) -> Any:
        from scopelint.apis.tf.framework import operations

        return operations.convert(call, value)

    def _tensors(self) -> Any:
        if Tensor not in BEHAVIOURS:
            find("tf.Tensor")
        return BEHAVIOURS[Tensor]

    def binary(self, call: Any, sign: str, left: Any, right: Any) -> Any:
        # TF: Variable._OverloadOperator: the variable whose operator it is is read before the operation's scope.
        if isinstance(left, (Variable, PartitionedVariable)):
            left = self._read(call, left)
        elif not isinstance(left, Tensor):
            right = self._read(call, right)
        return self._tensors().binary(call, sign, left, right)

    def unary(self, call: Any, sign: str, value: Any) -> Any:
        return self._tensors().unary(call, sign, self._read(call, value))

    def compare(self, call: Any, sign: str, left: Any, right: Any) -> Any:
        if sign in ("==", "!="):
            return (left is right) is (sign == "==")
        if isinstance(left, (Variable, PartitionedVariable)):
            left = self._read(call, left)
        elif not isinstance(left, Tensor):
            right = self._read(call, right)
        return self._tensors().compare(call, sign, left, right)

    def getitem(self, call: Any, value: Any, key: Any) -> Any:
        return self._tensors().getitem(call, self._read(call, value), key)

    def truth(self, call: Any, value: Any) -> Any:
        return True


@behaves(Variable)
class VariableBehaviour(Operand):
    python_class = "tf.Variable"

    def setattr(self, call: Any, value: Any, name: str, new: Any) -> bool:
        # Marks that programs and Keras leave on variables.
        return True

    def iterate(self, call: Any, value: Any) -> Any:
        return call.raise_("TypeError", "'Variable' object is not iterable.")

    def to_string(self, call: Any, value: Variable) -> Any:
        """TF: Variable.__repr__, which says the shape and the ref dtype."""
        dtype = value.tf_dtype
        shown = f"dtype={dtype.name}>" if isinstance(dtype, DType) else "dtype={dtype}>"
        return from_template(f"<tf.Variable '{value.tf_name}' shape={shape_text(value.shape)} {shown}")


@behaves(PartitionedVariable)
class PartitionedBehaviour(Operand):
    python_class = "tensorflow.python.ops.variables.PartitionedVariable"

    def iterate(self, call: Any, value: PartitionedVariable) -> Any:
        return list(value.parts)

    def length(self, call: Any, value: PartitionedVariable) -> int:
        return len(value.parts)
