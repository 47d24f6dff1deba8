"""tf.Tensor, tf.Operation and tf.SparseTensor: their attributes, methods and operators."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import BEHAVIOURS, Namespace, behaves
from scopelint.apis.tf.framework import op_inputs, operations
from scopelint.apis.tf.framework.conversion import graph_shape
from scopelint.apis.tf.framework.graph_values import ClassBehaviour
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.node import unequal
from scopelint.apis.tf.framework.operations import convert, gen, read, scope
from scopelint.apis.tf.framework.python_values import as_dtype, base, is_dense_tensor
from scopelint.apis.tf.framework.restoring import initialized_by, note_values
from scopelint.apis.tf.framework.shapes.common import from_vector
from scopelint.apis.tf.framework.sparse_parts import check_parts
from scopelint.apis.tf.framework.structures import standing_for
from scopelint.apis.tf.ops.math import matmul_of, truediv
from scopelint.apis.tf.ops.slices import boolean_mask, slice_helper
from scopelint.graph.events import SessionRun
from scopelint.graph.names import Graph
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import ClassValue, InstanceValue
from scopelint.values.tensors import (
    BOOL,
    INT64,
    STRING,
    UNKNOWN_TYPE,
    DType,
    IndexedSlices,
    Operation,
    PartitionedVariable,
    SparseTensor,
    Tensor,
    TensorShape,
    Variable,
    shape_text,
)
from scopelint.values.text import from_template
from scopelint.values.truth import NO

api = Namespace("tf")

errors = Namespace("tensorflow.python.framework.errors_impl")
errors.type("OperatorNotAllowedInGraphError", bases=("builtins.TypeError",))
NOT_IN_GRAPH = "tensorflow.python.framework.errors_impl.OperatorNotAllowedInGraphError"

# tf.Tensor

tensor = api.type("Tensor")


def property_of(owner: Any, name: str, reader: Any) -> None:
    """Declares a property that is read of values of the graph's."""

    def impl(call: Call, self: InstanceValue) -> Any:
        if isinstance(self, InstanceValue):
            # Of a class of the program's, or made by calling TF's class itself.
            return Unknown(f"{name} of an object that is no {owner.cls.name} of a graph")
        return reader(call, self)

    impl.__name__ = name
    owner.property(impl)


def read_name(call: Call, self: Any) -> Any:
    """The name of a tensor or an operation; a variable's operation hangs on what the variable does."""
    name = self.op_name if isinstance(self, Tensor) else self.name
    if isinstance(self.graph, Graph):
        self.graph.note_read(name, self.graph.made_if.get(name, ()))
    return from_template(self.tf_name)


property_of(tensor, "name", read_name)
property_of(tensor, "op", lambda call, self: self.op)
property_of(tensor, "dtype", lambda call, self: self.dtype)
property_of(tensor, "graph", lambda call, self: self.graph)
property_of(tensor, "shape", lambda call, self: TensorShape(self.shape))
property_of(tensor, "device", lambda call, self: "")
property_of(tensor, "value_index", lambda call, self: self.index)
property_of(tensor, "_shape", lambda call, self: TensorShape(self.shape))
property_of(tensor, "_rank_value", lambda call, self: len(self.shape) if isinstance(self.shape, tuple) else self.shape)


@tensor.method
def get_shape(call: Call, self: Tensor) -> TensorShape:
    return TensorShape(self.shape)


@tensor.method(name="_shape_tuple")
def shape_tuple(call: Call, self: Tensor) -> Any:
    return self.shape


@tensor.method(name="_shape_as_list")
def shape_as_list(call: Call, self: Tensor) -> Any:
    return ListValue(self.shape) if isinstance(self.shape, tuple) else self.shape


@tensor.method(name="_rank")
def rank(call: Call, self: Tensor) -> Any:
    return len(self.shape) if isinstance(self.shape, tuple) else self.shape


@tensor.method
def set_shape(call: Call, self: Tensor, shape: AnyValue) -> None:
    dims = graph_shape(call, shape)
    before = self.shape
    if self.set_shape(dims) is NO:
        call.raise_("ValueError", unequal(before, dims), kind="shape")


@tensor.method
def consumers(call: Call, self: Tensor) -> Any:
    """TF: Tensor.consumers. Those that are noted count for all of them; where there is none, there may be others."""
    graph = self.graph
    found = op_inputs.consumers_of(graph, self)
    if not found:
        return ListValue([], call.unknown("the consumers of a tensor"))
    return ListValue([Operation(name, graph.ops.items[name], graph) for name in found])


@tensor.method
def experimental_ref(call: Call, self: Tensor) -> Any:
    return self


@tensor.method(name="_as_node_def_input")
def as_node_def_input(call: Call, self: Tensor) -> Any:
    return self.op_name if self.index == 0 else self.tf_name


@tensor.method(name="eval")
def evaluate(call: Call, self: Tensor) -> Any:
    call.state.emit(SessionRun, what="eval")
    return call.unknown("the value of a tensor")


DUNDER_SIGNS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "matmul": "@",
    "and": "&",
    "or": "|",
    "xor": "^",
}


def _declare_dunders() -> None:
    """`x.__add__(y)`, which programs call through `super()` or `functools`."""

    def dunder(sign: str, swapped: bool) -> Any:
        def apply(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            return operate(call, sign, args[1], args[0]) if swapped else operate(call, sign, args[0], args[1])

        return apply

    for name, sign in DUNDER_SIGNS.items():
        tensor.method(dunder(sign, False), name=f"__{name}__", raw=True)
        tensor.method(dunder(sign, True), name=f"__r{name}__", raw=True)
    tensor.method(dunder("/", False), name="__div__", raw=True)
    tensor.method(lambda call, args, kwargs: gen(call, "Neg", None, x=args[0]), name="__neg__", raw=True)
    tensor.method(lambda call, args, kwargs: call.new("tf.abs", args[0]), name="__abs__", raw=True)


_declare_dunders()


# Operators

NAMES = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "//": "floordiv",
    "%": "mod",
    "**": "pow",
    "@": "matmul",
    "&": "and",
    "|": "or",
    "^": "xor",
}
TYPES = {"-": "Sub", "*": "Mul", "//": "FloorDiv", "%": "FloorMod", "**": "Pow", "&": "LogicalAnd", "|": "LogicalOr"}


def operate(call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
    """TF: _OverrideBinaryOperatorHelper: `add`, with the other operand as `add/y`."""
    if isinstance(left, SparseTensor) or isinstance(right, SparseTensor):
        return _sparse_operate(call, sign, left, right)
    with scope(call, NAMES.get(sign)) as name:
        if isinstance(left, Tensor):
            if not isinstance(right, Tensor):
                right = convert(call, right, None, "y", base(left.dtype))
        elif isinstance(right, Tensor):
            left = convert(call, left, base(right.dtype), "x")
        else:
            left, right = convert(call, left, None, "x"), convert(call, right, None, "y")
        return _apply(call, sign, left, right, name)


def _apply(call: Call, sign: str, x: Tensor, y: Tensor, name: str) -> Any:
    if sign == "+":
        return gen(call, "Add" if x.dtype is STRING else "AddV2", name, x=x, y=y)
    if sign == "/":
        return truediv(call, x, y, name)
    if sign == "@":
        return matmul_of(call, x, y, name)
    if sign == "^":
        both = gen(call, "LogicalAnd", None, x=x, y=y)
        return gen(
            call, "LogicalAnd", name, x=gen(call, "LogicalOr", None, x=x, y=y), y=gen(call, "LogicalNot", None, x=both)
        )
    return gen(call, TYPES[sign], name, x=x, y=y)


def _sparse_operate(call: Call, sign: str, left: Any, right: Any) -> Any:
    """TF: binary_op_wrapper_sparse, for the three operators that sparse tensors have."""
    types = {"*": "SparseDenseCwiseMul", "/": "SparseDenseCwiseDiv"}
    if sign not in types:
        return NotImplemented
    sparse, dense = (left, right) if isinstance(left, SparseTensor) else (right, left)
    with scope(call, NAMES.get(sign)) as name:
        dense = convert(call, dense, base(sparse.values.dtype), "y")
        values = gen(
            call,
            types[sign],
            name,
            sp_indices=sparse.indices,
            sp_values=sparse.values,
            sp_shape=sparse.dense_shape,
            dense=dense,
        )
    return SparseTensor(sparse.indices, values, sparse.dense_shape, sparse.shape)


COMPARES = {"<": "Less", "<=": "LessEqual", ">": "Greater", ">=": "GreaterEqual"}
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@behaves(Tensor)
class TensorBehaviour(ClassBehaviour):
    python_class = "tf.Tensor"
    goes_first = True

    def setattr(self, call: Call, value: AnyValue, name: str, new: AnyValue) -> bool:
        # Marks that programs and Keras leave on tensors (`_keras_history`, `_uses_learning_phase`).
        return True

    def binary(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        if sign not in NAMES:
            return NotImplemented
        if isinstance(left, Variable):
            # TF: Variable._OverloadOperator reads the variable before the operation's scope is entered.
            left = read(call, left)
        if isinstance(right, Variable) and not isinstance(left, Tensor):
            right = read(call, right)
        return operate(call, sign, left, right)

    def unary(self, call: Call, sign: str, value: Tensor) -> Any:
        if sign == "-":
            return standing_for(gen(call, "Neg", None, x=value), value)
        if sign == "~":
            return gen(call, "LogicalNot", None, x=value)
        return NotImplemented

    def compare(self, call: Call, sign: str, left: Any, right: Any) -> Any:
        if sign in ("==", "!="):
            same = left is right or (
                isinstance(left, Tensor)
                and isinstance(right, Tensor)
                and left.op_name == right.op_name
                and left.index == right.index
                and left.graph is right.graph
                and left.op_type != ""
            )
            if isinstance(left, Unknown) or isinstance(right, Unknown):
                return (left if isinstance(left, Unknown) else right).derive("")
            return same is (sign == "==")
        if not is_dense_tensor(left):
            left, right, sign = right, left, MIRRORED[sign]
        return gen(call, COMPARES[sign], None, x=left, y=right)

    def getitem(self, call: Call, value: Tensor, key: Any, variable: AnyValue = None) -> Any:
        if isinstance(key, bool) or (is_dense_tensor(key) and base(key.dtype) is BOOL):
            return boolean_mask(call, value, key, "boolean_mask", None)
        return slice_helper(call, value, key, variable)

    def iterate(self, call: Call, value: Tensor) -> Any:
        if value.is_stand_in:
            return Unknown("the members of a value that is not known")
        if _is_converted(call):
            return Unknown("the members of a tensor, over which AutoGraph makes a loop")
        return call.raise_(
            NOT_IN_GRAPH,
            "iterating over `tf.Tensor` is not allowed in Graph execution. Use Eager "
            "execution or decorate this function with @tf.function.",
            kind="argument",
        )

    def length(self, call: Call, value: Tensor) -> Any:
        if value.is_stand_in:
            return Unknown("the length of a value that is not known")
        return call.raise_(
            "TypeError",
            f"len is not well defined for symbolic Tensors. ({value.tf_name}) Please call `x.shape` rather than "
            "`len(x)` for shape information.",
            kind="argument",
        )

    def contains(self, call: Call, value: AnyValue, member: AnyValue) -> Any:
        return NotImplemented

    def truth(self, call: Call, value: Tensor) -> Any:
        if value.is_stand_in:
            # Stands for a value of which nothing is known, which may not be a tensor at all.
            return Unknown("a value that is not known")
        if _is_converted(call):
            return Unknown("the truth of a tensor, of which AutoGraph makes a condition")
        return call.raise_(
            NOT_IN_GRAPH,
            "using a `tf.Tensor` as a Python `bool` is not allowed in Graph execution. "
            "Use Eager execution or decorate this function with @tf.function.",
            kind="argument",
        )

    def to_string(self, call: Call, value: Tensor) -> Any:
        return from_template(str(value))


def _is_converted(call: Call) -> bool:
    """TF: what `call` of a program's layer does, and what tf.function traces, goes through AutoGraph."""
    return getattr(call.graph, "converts", False) or keras(call).get("in_call") is True


# tf.Operation

OP_DEF = ClassValue("OpDef", (), {}, "scopelint.OpDef")
operation = api.type("Operation")
property_of(operation, "name", read_name)
property_of(operation, "type", lambda call, self: from_template(self.type or UNKNOWN_TYPE))
property_of(operation, "graph", lambda call, self: self.graph)
property_of(operation, "device", lambda call, self: "")
property_of(operation, "control_inputs", lambda call, self: ListValue())
property_of(operation, "outputs", lambda call, self: outputs_of(call, self))
property_of(operation, "inputs", lambda call, self: op_inputs.as_list(call, self.graph, self.name, self.type))
property_of(operation, "node_def", lambda call, self: call.unknown("the definition of a node"))
property_of(
    operation,
    "op_def",
    lambda call, self: (
        InstanceValue(OP_DEF, {"name": self.type}) if self.type else (call.unknown("the definition of an operation"))
    ),
)
property_of(operation, "traceback", lambda call, self: call.unknown("a traceback"))


def outputs_of(call: Call, self: Operation) -> ListValue:
    held = self.graph.tensors.get(self.name) if self.graph is not None else None
    if held:
        return ListValue([held[i] if i in held else opaque_output(call, self) for i in range(max(held) + 1)])
    return ListValue([opaque_output(call, self)], Unknown("the outputs of an operation"))


def opaque_output(call: Call, self: Operation) -> Tensor:
    return Tensor(self.name, 0, self.type, Unknown("shape is not known"), Unknown("dtype is not known"), self.graph)


@operation.method
def run(call: Call, self: Operation) -> None:
    call.state.emit(SessionRun, what="run")
    sessions = call.state.stack("sessions").items
    note_values(call, "values_initialized", sessions[-1] if sessions else None, initialized_by(call, self))


@operation.method
def get_attr(call: Call, self: Operation, name: AnyValue) -> Any:
    return call.unknown("an attribute of an operation")


@operation.method(name="_set_attr", raw=True)
def set_attr(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """An attribute of a node names nothing."""


@operation.method(name="_add_control_input", raw=True)
def add_control_input(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Edges without data name nothing."""


@operation.method
def colocation_groups(call: Call, self: Operation) -> Any:
    return call.unknown("the colocation of an operation")


@behaves(Operation)
class OperationBehaviour(ClassBehaviour):
    python_class = "tf.Operation"

    def compare(self, call: Call, sign: str, left: Any, right: Any) -> Any:
        if sign not in ("==", "!="):
            return NotImplemented
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return (left if isinstance(left, Unknown) else right).derive("")
        return bool(left == right) is (sign == "==")

    def setattr(self, call: Call, value: AnyValue, name: str, new: AnyValue) -> bool:
        return True

    def to_string(self, call: Call, value: Operation) -> Any:
        return call.unknown("the text of an operation")


# tf.SparseTensor

sparse = api.type("SparseTensor")


@sparse.method(name="__new__", raw=True)
def new_sparse(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: SparseTensor.__init__."""
    given = dict(zip(("indices", "values", "dense_shape"), args[1:], strict=False), **kwargs)
    with scope(call, None, "SparseTensor"):
        indices = convert(call, given.get("indices"), INT64, "indices")
        values = convert(call, given.get("values"), None, "values")
        dense_shape = convert(call, given.get("dense_shape"), INT64, "dense_shape")
        check_parts(call, indices, values, dense_shape)
    return SparseTensor(indices, values, dense_shape, static_shape(dense_shape))


def shape_known(sparse: SparseTensor) -> TensorShape:
    """TF: SparseTensor.get_shape."""
    return TensorShape(sparse.shape if isinstance(sparse.shape, tuple) else static_shape(sparse.dense_shape))


def static_shape(dense_shape: AnyValue) -> Any:
    return from_vector(dense_shape) if isinstance(dense_shape, Tensor) else Unknown("shape is not known")


property_of(sparse, "indices", lambda call, self: self.indices)
property_of(sparse, "values", lambda call, self: self.values)
property_of(sparse, "dense_shape", lambda call, self: self.dense_shape)
property_of(sparse, "shape", lambda call, self: shape_known(self))
property_of(sparse, "dtype", lambda call, self: self.values.dtype)
property_of(sparse, "op", lambda call, self: self.values.op)
property_of(sparse, "graph", lambda call, self: self.values.graph)
property_of(sparse, "name", lambda call, self: from_template(self.values.tf_name))


@sparse.method(name="get_shape")
def sparse_get_shape(call: Call, self: SparseTensor) -> Any:
    return shape_known(self)


@sparse.method(name="eval")
def sparse_eval(call: Call, self: SparseTensor) -> Any:
    return evaluate(call, self.values)


@behaves(SparseTensor)
class SparseBehaviour(ClassBehaviour):
    python_class = "tf.SparseTensor"
    goes_first = True

    def binary(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        return _sparse_operate(call, sign, left, right)


# what programs ask of tensors


@api.function(name="is_tensor")
def asks_for_tensor(call: Call, x: AnyValue) -> Any:
    if isinstance(x, Unknown):
        return x.derive("")
    return isinstance(x, (Tensor, SparseTensor, IndexedSlices, Variable, PartitionedVariable))


@api.function
def convert_to_tensor(
    call: Call, value: AnyValue, dtype: AnyValue, name: AnyValue, preferred_dtype: AnyValue, dtype_hint: AnyValue
) -> Any:
    preferred = as_dtype(call, dtype_hint, as_dtype(call, preferred_dtype))
    wanted = as_dtype(call, dtype)
    if (
        isinstance(value, Tensor)
        and isinstance(wanted, DType)
        and isinstance(value.dtype, DType)
        and (value.dtype.base_dtype is not wanted)
    ):
        shape = shape_text(value.shape)
        call.raise_(
            "ValueError",
            f"Tensor conversion requested dtype {wanted.name} for Tensor with dtype "
            f"{value.dtype.name}: <tf.Tensor '{value.tf_name}' shape={shape} "
            f"dtype={value.dtype.name}>",
            kind="argument",
        )
    return convert(call, value, as_dtype(call, dtype), name, preferred)


@api.function
def convert_to_tensor_or_indexed_slices(call: Call, value: AnyValue, dtype: AnyValue, name: AnyValue) -> Any:
    return value if isinstance(value, IndexedSlices) else convert(call, value, as_dtype(call, dtype), name)


@api.function
def convert_to_tensor_or_sparse_tensor(call: Call, value: AnyValue, dtype: AnyValue, name: AnyValue) -> Any:
    return value if isinstance(value, SparseTensor) else convert(call, value, as_dtype(call, dtype), name)


@behaves(Variable)
class VariableBehaviour(ClassBehaviour):
    """Operators of a variable are those of the tensor that it is read as."""

    python_class = "tf.Variable"
    goes_first = True

    def _read(self, call: Call, value: AnyValue) -> Any:
        return operations.convert(call, value)

    def _tensors(self) -> Any:
        return BEHAVIOURS[Tensor]

    def binary(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        # TF: Variable._OverloadOperator: the variable whose operator it is is read before the operation's scope.
        if isinstance(left, (Variable, PartitionedVariable)):
            left = self._read(call, left)
        elif not isinstance(left, Tensor):
            right = self._read(call, right)
        return self._tensors().binary(call, sign, left, right)

    def unary(self, call: Call, sign: str, value: AnyValue) -> Any:
        return self._tensors().unary(call, sign, self._read(call, value))

    def compare(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        if sign in ("==", "!="):
            return (left is right) is (sign == "==")
        if isinstance(left, (Variable, PartitionedVariable)):
            left = self._read(call, left)
        elif not isinstance(left, Tensor):
            right = self._read(call, right)
        return self._tensors().compare(call, sign, left, right)

    def getitem(self, call: Call, value: AnyValue, key: AnyValue) -> Any:
        """TF: _SliceHelperVar."""
        return self._tensors().getitem(call, self._read(call, value), key, value)

    def truth(self, call: Call, value: AnyValue) -> Any:
        return True

    def setattr(self, call: Call, value: AnyValue, name: str, new: AnyValue) -> bool:
        # Marks that programs and Keras leave on variables.
        return True

    def iterate(self, call: Call, value: AnyValue) -> Any:
        return call.raise_("TypeError", "'Variable' object is not iterable.")

    def to_string(self, call: Call, value: Variable) -> Any:
        """TF: Variable.__repr__, which says the shape and the ref dtype."""
        dtype = value.tf_dtype
        shown = f"dtype={dtype.name}>" if isinstance(dtype, DType) else "dtype={dtype}>"
        return from_template(f"<tf.Variable '{value.tf_name}' shape={shape_text(value.shape)} {shown}")


@behaves(PartitionedVariable)
class PartitionedBehaviour(ClassBehaviour):
    """It has no operators of its own: beside a tensor or a variable it becomes one."""

    python_class = "tensorflow.python.ops.variables.PartitionedVariable"

    def compare(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        return (left is right) is (sign == "==") if sign in ("==", "!=") else NotImplemented

    def iterate(self, call: Call, value: PartitionedVariable) -> Any:
        return list(value.parts)

    def length(self, call: Call, value: PartitionedVariable) -> int:
        return len(value.parts)
