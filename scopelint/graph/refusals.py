"""TF's refusals in TF's own wording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint.graph.reasons import Fact, Reason
from scopelint.values.tensors import DType, Variable, shape_text
from scopelint.values.text import unescaped

if TYPE_CHECKING:
    from scopelint.graph.events import Event


class TFError(Exception):
    """An exception that TF would raise. `kind` names its Python type; `reason` says why, with `facts` about it;
    `where` is what TF adds to the sentence about a place; `event` is the record that was made of it, if one was."""

    def __init__(
        self,
        kind: str,
        message: str,
        reason: Reason,
        name: str = "",
        first: Variable | None = None,
        *,
        where: str = "",
        facts: tuple[Fact, ...] = (),
    ) -> None:
        message, where = unescaped(message), unescaped(where)
        super().__init__(message + where)
        self.kind = kind
        self.sentence = message
        self.reason: Reason = reason
        self.name = unescaped(name) if name else name
        self.first = first
        self.where = where
        self.facts = facts
        self.event: Event | None = None

    @property
    def message(self) -> str:
        """All that the exception says."""
        return self.sentence + self.where


def _dtype(dtype: object) -> str:
    return dtype.name if isinstance(dtype, DType) else "{dtype}"


# names


def scope_name(name: str) -> TFError:
    """TF: Graph.name_scope."""
    return TFError("ValueError", f"'{name}' is not a valid scope name", "scope_name", name)


def scope_name_type(name: object) -> TFError:
    """TF: Graph.name_scope hands what is no string to `re`."""
    return TFError("TypeError", "expected string or bytes-like object", "scope_name", str(name))


def node_name(name: str) -> TFError:
    """TF: Operation.__init__."""
    return TFError("ValueError", f"'{name}' is not a valid node name", "op_name", name)


def duplicate_node(name: str) -> TFError:
    """TF: the C API, for a name with a trailing slash that is taken."""
    return TFError("ValueError", f"Duplicate node name in graph: '{name}'", "op_name", name)


# scopes


def default_name_type(kind: str) -> TFError:
    """TF: name_scope.__init__."""
    return TFError(
        "TypeError",
        f"`default_name` type (<class '{kind}'>) is not a string type. You likely meant to pass this into the "
        "`values` kwarg.",
        "argument",
    )


def name_required(name: object, default_name: object) -> TFError:
    """TF: name_scope.__enter__."""
    return TFError(
        "ValueError",
        f"At least one of name ({name}) and default_name ({default_name}) must be provided.",
        "argument",
    )


def scope_required() -> TFError:
    """TF: variable_scope.__init__."""
    return TFError("TypeError", "If default_name is None then name_or_scope is required", "scope_without_name")


def reuse_value() -> TFError:
    """TF: variable_scope.__init__."""
    return TFError("ValueError", "The reuse parameter must be True or False or None.", "argument")


def auxiliary_type(value: object) -> TFError:
    """TF: variable_scope.__init__."""
    return TFError("TypeError", f"The auxiliary_name_scope must be `True` or `False`, while get {value}", "argument")


def scope_type() -> TFError:
    """TF: variable_scope._enter_scope_uncached."""
    return TFError("TypeError", "VariableScope: name_or_scope must be a string or VariableScope.", "scope_type")


def reuse_without_name() -> TFError:
    """TF: variable_scope._enter_scope_uncached."""
    return TFError("ValueError", "reuse=True cannot be used without a name_or_scope", "reuse_without_name")


def scope_nesting() -> TFError:
    """TF: _pure_variable_scope.__exit__."""
    return TFError("RuntimeError", "Improper nesting of variable_scope.", "graph")


def reset_nested_graph() -> TFError:
    """TF: reset_default_graph."""
    return TFError(
        "AssertionError",
        "Do not use tf.reset_default_graph() to clear nested graphs. If you need a cleared graph, exit the nesting "
        "and create a new graph.",
        "graph",
    )


def finalized() -> TFError:
    """TF: Graph._check_not_finalized."""
    return TFError("RuntimeError", "Graph is finalized and cannot be modified.", "argument")


def other_graph(one: str, two: str) -> TFError:
    """TF: _assert_same_graph."""
    return TFError("ValueError", f"{one} must be from the same graph as {two}.", "graph")


# get_variable


def exists(name: str, first: Variable) -> TFError:
    """TF: _VariableStore._get_single_variable. The real one goes on with where it was made, for ref variables."""
    message = f"Variable {name} already exists, disallowed."
    message += " Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
    where = f" Originally defined at:\n\n  {first.first_site}\n" if first.is_resource is False else ""
    return TFError("ValueError", message, "exists", name, first, where=where)


def missing(name: str) -> TFError:
    """TF: _VariableStore._get_single_variable."""
    return TFError(
        "ValueError",
        f"Variable {name} does not exist, or was not created with tf.get_variable(). Did you mean to set "
        "reuse=tf.AUTO_REUSE in VarScope?",
        "missing",
        name,
    )


def shape_differs(name: str, asked: object, first: Variable) -> TFError:
    """TF: _VariableStore._get_single_variable."""
    return TFError(
        "ValueError",
        f"Trying to share variable {name}, but specified shape {shape_text(asked)} and found shape "
        f"{shape_text(first.shape)}.",
        "shape_differs",
        name,
        first,
        facts=(("asked", shape_text(asked)), ("found", shape_text(first.shape))),
    )


def dtype_differs(name: str, asked: object, first: Variable) -> TFError:
    """TF: _VariableStore._get_single_variable. The dtype found is named as a ref for ref variables."""
    return TFError(
        "ValueError",
        f"Trying to share variable {name}, but specified dtype {_dtype(asked)} and found dtype "
        f"{_dtype(first.tf_dtype)}.",
        "dtype_differs",
        name,
        first,
        facts=(("asked", _dtype(asked)), ("found", _dtype(first.tf_dtype))),
    )


def constant_with_shape(name: str) -> TFError:
    """TF: _VariableStore._get_single_variable."""
    return TFError("ValueError", "If initializer is a constant, do not specify shape.", "constant_with_shape", name)


def initializer_not_valid(name: str) -> TFError:
    """TF: _VariableStore._get_single_variable."""
    return TFError(
        "ValueError",
        "The initializer passed is not valid. It should be a callable with no arguments and the shape should not be "
        "provided or an instance of `tf.keras.initializers.*' and `shape` should be fully defined.",
        "shape_not_defined",
        name,
    )


def initializer_required(name: str, dtype: DType) -> TFError:
    """TF: _VariableStore._get_default_initializer."""
    return TFError(
        "ValueError", f"An initializer for variable {name} of {dtype.base_dtype} is required", "argument", name
    )


def initializer_type(name: str, found: DType, asked: DType) -> TFError:
    """TF: VariableScope.get_variable."""
    return TFError(
        "ValueError", f"Initializer type '{found}' and explicit dtype '{asked}' don't match.", "argument", name
    )


def initializer_identifier(name: str, value: object) -> TFError:
    """TF: keras initializers.get, which layers hand their initializers to."""
    return TFError("ValueError", f"Could not interpret initializer identifier: {value}", "argument", name)


def no_slice(name: str) -> TFError:
    """TF: slot_creator._create_slot_var, of a variable that is a part of another."""
    return TFError("AttributeError", "'Tensor' object has no attribute '_set_save_slice_info'", "argument", name)


def no_slot(name: str) -> TFError:
    """TF: slot_creator._create_slot_var, where a getter gives nothing for the slot of a part."""
    return TFError("AttributeError", "'NoneType' object has no attribute 'name'", "argument", name)


def getter_not_callable(name: str, getter: object) -> TFError:
    """TF: _VariableStore.get_variable."""
    return TFError("ValueError", f"Passed a custom_getter which is not callable: {getter}", "argument", name)


def name_not_string(name: object) -> TFError:
    """TF: VariableScope.get_variable adds what it is given to the scope's name."""
    kind = "NoneType" if name is None else type(name).__name__
    return TFError("TypeError", f'can only concatenate str (not "{kind}") to str', "argument", str(name))


def name_for_regularizer(name: object) -> TFError:
    """TF: _VariableStore._get_single_variable adds to the name for the regularizer's scope, when all else is done."""
    kind = "NoneType" if name is None else type(name).__name__
    return TFError("TypeError", f"unsupported operand type(s) for +: '{kind}' and 'str'", "argument", str(name))


def collections_type(collections: object) -> TFError:
    """TF: RefVariable._init_from_args."""
    kind = type(collections)
    return TFError(
        "ValueError",
        f"collections argument to Variable constructor must be a list, tuple, or set. Got {collections} of type {kind}",
        "argument",
    )


def initializer_of_function() -> TFError:
    """TF: ResourceVariable._init_from_args."""
    return TFError(
        "ValueError",
        "Tensor-typed variable initializers must either be wrapped in an init_scope or callable (e.g., "
        "`tf.Variable(lambda : tf.truncated_normal([10, 40]))`) when building functions. Please file a feature request "
        "if this restriction inconveniences you.",
        "argument",
    )


def initializer_within(scope: str) -> TFError:
    """TF: RefVariable._init_from_args; `scope` ends with a slash."""
    return TFError(
        "ValueError",
        f"Initializer for variable {scope} is from inside a control-flow construct, such as a loop or conditional. "
        "When creating a variable inside a loop or conditional, use a lambda as the initializer.",
        "argument",
        scope.rstrip("/"),
    )


def initial_value_required() -> TFError:
    """TF: RefVariable._init_from_args."""
    return TFError("ValueError", "initial_value must be specified.", "argument")


def initial_value_shape(tensor: object) -> TFError:
    """TF: RefVariable._init_from_args, under validate_shape."""
    return TFError("ValueError", f"initial_value must have a shape specified: {tensor}", "shape_not_defined")


def dtype_conversion(asked: object, found: object, tensor: str) -> TFError:
    """TF: internal_convert_to_tensor."""
    return TFError(
        "ValueError",
        f"Tensor conversion requested dtype {_dtype(asked)} for Tensor with dtype {_dtype(found)}: {tensor}",
        "argument",
    )


# partitioned variables


def partitioner_not_callable(name: str, partitioner: object) -> TFError:
    """TF: _VariableStore.get_variable."""
    return TFError("ValueError", f"Partitioner must be callable, but received: {partitioner}", "partitioner", name)


def found_partitioned(name: str, first: Variable) -> TFError:
    """TF: _VariableStore.get_variable."""
    return TFError(
        "ValueError",
        f"No partitioner was provided, but a partitioned version of the variable was found: {name}/part_0. Perhaps a "
        "variable of the same name was already created with partitioning?",
        "partitioner",
        name,
        first,
    )


def found_unpartitioned(name: str, first: Variable) -> TFError:
    """TF: _VariableStore._get_partitioned_variable."""
    return TFError(
        "ValueError",
        f"A partitioner was provided, but an unpartitioned version of the variable was found: {name}.  Perhaps a "
        "variable of the same name was already created without partitioning?",
        "partitioner",
        name,
        first,
    )


def partitioned_exists(name: str, first: Variable) -> TFError:
    """TF: _VariableStore._get_partitioned_variable."""
    return TFError(
        "ValueError",
        f"Partitioned variable with name {name} already exists. Did you mean to set reuse=True or "
        "reuse=tf.AUTO_REUSE in VarScope?",
        "exists",
        name,
        first,
    )


def partitioned_missing(name: str) -> TFError:
    """TF: _VariableStore._get_partitioned_variable."""
    return TFError(
        "ValueError",
        f"PartitionedVariable {name} does not exist, or was not created with tf.get_variable(). Did you mean to set "
        "reuse=False or reuse=tf.AUTO_REUSE in VarScope?",
        "missing",
        name,
    )


_PARTITIONED: dict[str, Reason] = {"shape": "shape_differs", "dtype": "dtype_differs", "partitions": "partitioner"}


def partitioned_differs(what: str, name: str, asked: str, found: str, first: Variable) -> TFError:
    """TF: _VariableStore._get_partitioned_variable, for shape, dtype and partitions."""
    return TFError(
        "ValueError",
        f"Trying to reuse partitioned variable {name}, but specified {what} {asked} and found {what} {found}.",
        _PARTITIONED[what],
        name,
        first,
        facts=(("asked", asked), ("found", found)),
    )


def shapes_not_compatible(name: str, one: object, two: object) -> TFError:
    """TF: TensorShape.merge_with."""
    return TFError("ValueError", f"Shapes {shape_text(one)} and {shape_text(two)} are not compatible", "shape", name)


def slice_rank(name: str, whole: tuple[Any, ...], rank: int) -> TFError:
    """TF: the shape function of Slice, for a value of another rank than the partitioned variable's."""
    dims = ",".join("?" if d is None else str(d) for d in whole)
    return TFError(
        "ValueError",
        f"Shape must be rank {rank} but is rank {len(whole)} for '{name}' (op: 'Slice') with input shapes: [{dims}], "
        f"[{rank}], [{rank}].",
        "shape",
        name,
    )


def dtype_not_converted(name: str, dtype: Any, attribute: str) -> TFError:
    """TF: _VariableStore._get_partitioned_variable asks a dtype that is still text or a class of numpy's for what only
    a DType has."""
    called = getattr(dtype, "canonical", "") or getattr(dtype, "name", "")
    shown = f"type object '{called.removeprefix('builtins.')}'" if called else "'str' object"
    return TFError("AttributeError", f"{shown} has no attribute '{attribute}'", "argument", name)


def partitioner_refused(name: str, message: str) -> TFError:
    """TF: _call_partitioner and _get_partitioned_variable, whose many messages are written where they are raised."""
    return TFError("ValueError", message, "partitioner", name)
