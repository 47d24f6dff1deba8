"""Operations: how TF makes tensors of arguments and nodes of calls. What all summaries of operations stand on.

A summary restates TF's Python wrapper: `with scope(call, name, "MatMul") as name:` is `ops.name_scope`, `convert` is
`convert_to_tensor`, and `gen(call, "MatMul", name, a=a, b=b)` the function that TF generates for an operation: it
converts its inputs below the operation's own name, finds dtypes as the operation's definition says, and asks
`apis.shapes` for the shapes.
"""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.formatting import represent
from scopelint.apis.python.packages import is_no_tensor
from scopelint.apis.registry import Default
from scopelint.apis.tf.framework.constant_checks import check_constant, holds_nothing, kind_of, refused_member
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.node import Node
from scopelint.apis.tf.framework.op_defs import Argument, OpDef, op_def
from scopelint.apis.tf.framework.op_inputs import reference, snapshot
from scopelint.apis.tf.framework.op_outputs import outputs
from scopelint.apis.tf.framework.plain_ops import make_plain, number, plan_of
from scopelint.apis.tf.framework.python_values import (
    CONST_ELEMENTS,
    NESTING,
    array_parts,
    as_dtype,
    base,
    is_dense_tensor,
    is_empty,
    is_list,
    list_dtype,
    list_shape,
    members,
    nested,
    plain,
)
from scopelint.apis.tf.framework.unconvertible import refuse_unconvertible
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.numbers import NumpyScalar
from scopelint.values.objects import InstanceValue
from scopelint.values.seen import is_unseen
from scopelint.values.tensors import (
    BOOL,
    FLOAT32,
    INT32,
    NOT_CONSTANT,
    STRING,
    Dimension,
    DType,
    IndexedSlices,
    PartitionedVariable,
    SparseTensor,
    Tensor,
    TensorShape,
    Variable,
)
from scopelint.values.text import Text, hole


class scope:
    """TF: ops.name_scope(name, default_name), entered once. What is made inside is TF's doing, not the program's."""

    __slots__ = ("_graph", "_name", "_outer", "_state")

    def __init__(self, call: Call, name: Any, default: str | None = None) -> None:
        self._state = call.state
        self._graph = call.graph
        self._name = graph_name(default if name is None else name)

    def __enter__(self) -> str:
        graph = self._graph
        self._outer = graph.name_stack
        entered: str = graph.enter_scope(self._name)
        self._state.user_depth += 1
        return entered

    def __exit__(self, *error: object) -> None:
        self._state.user_depth -= 1
        self._graph.leave_scope(self._outer)


# Python values


# Tensors


def opaque_tensor(call: Call, value: AnyValue, shape: AnyValue = None, dtype: Any = None) -> Tensor:
    """A tensor of which nothing is known, in place of a value that is not: it may depend on any variable, unless it is
    made of data."""
    unknown = value if isinstance(value, Unknown) else Unknown("a tensor that is not known")
    if unknown.number is not None:
        shape = () if shape is None else shape
        dtype = (FLOAT32 if unknown.number is float else INT32) if dtype is None else dtype
    return Tensor(
        hole(unknown.label or "tensor"),
        0,
        "",
        unknown.derive("") if shape is None else shape,
        unknown.derive("") if dtype is None else dtype,
        call.graph,
        0 if is_no_tensor(unknown) or unknown.number is not None else -1,
        unknown.derive(""),
    )


def constant(call: Call, value: AnyValue, dtype: Any = None, shape: AnyValue = None, name: AnyValue = None) -> Tensor:
    """TF: constant_op.constant: one node `Const`. The dtype of an array is its own, of Python's numbers as they are."""
    data = array_parts(value)
    if data is not None:
        dims, own, held = data
        check_constant(call, value, shape, dtype)
        const = nested(held, dims)
    else:
        refuse_unconvertible(call, value, dtype)
        check_constant(call, value, shape, dtype)
        dims, own, const = list_shape(value), list_dtype(value) if dtype is None else dtype, plain(value)
    if shape is not None:
        dims = shape
        const = _filled(const, shape)
        if dtype is None and holds_nothing(value, shape):
            own = FLOAT32
    if const is NOT_CONSTANT:
        const = Unknown("a constant with many members")
    full = call.graph.op("Const", "Const" if name is None else graph_name(name))
    return Tensor(full, 0, "Const", dims, own if dtype is None else dtype, call.graph, 0, const)


def _filled(const: AnyValue, shape: AnyValue) -> Any:
    """A number spread over a vector's shape; what has more dimensions is remembered by its shape only."""
    if isinstance(const, (int, float)) and isinstance(shape, tuple):
        if not shape:
            return const
        if len(shape) == 1 and isinstance(shape[0], int) and shape[0] <= CONST_ELEMENTS:
            return (const,) * shape[0]
        return NOT_CONSTANT
    return const if not isinstance(shape, tuple) or len(shape) <= 1 else NOT_CONSTANT


def read(call: Call, variable: Variable) -> Tensor:
    """TF: Variable._AsTensor. A ref variable has its snapshot, one of resource is read anew, where that happens."""
    graph = variable.graph or call.graph
    if variable.is_resource is True:
        name = graph.op("ReadVariableOp", "ReadVariableOp")
        graph.inputs[name] = (variable,)
        return Tensor(name, 0, "ReadVariableOp", variable.shape, variable.dtype, graph, variable.deps)
    return snapshot(call, variable)


def _join_parts(call: Call, variable: PartitionedVariable) -> Tensor:
    """TF: PartitionedVariable._concat. It asks for the variable's own name at the root, each time anew."""
    graph = call.graph
    with scope(call, None):
        if len(variable.parts) > 1:
            with scope(call, variable.name + "/ConcatPartitions/"):
                graph.op("ConcatV2", "concat", inner=(("axis", "Const"),))
        name = graph.op("Identity", variable.name)
    graph.inputs[name] = (variable,)
    return Tensor(name, 0, "Identity", variable.shape, base(variable.dtype), graph, variable.deps)


def convert(
    call: Call, value: Any, dtype: AnyValue = None, name: AnyValue = None, preferred: AnyValue = None
) -> Tensor:
    """TF: ops.convert_to_tensor. What is not known becomes a tensor of which nothing is known."""
    kind = type(value)
    if kind is Tensor:
        return value  # type: ignore[no-any-return]
    if kind is float or kind is int:
        wanted = preferred if dtype is None and preferred is not None and _may_become(value, preferred) else dtype
        made = number(call, value, wanted, name)
        if made is not None:
            return made
    if isinstance(value, Tensor):
        return value
    if isinstance(value, Variable):
        return read(call, value)
    if isinstance(value, PartitionedVariable):
        return _join_parts(call, value)
    if isinstance(value, Unknown):
        return opaque_tensor(call, value, None, dtype)
    if value is None:
        call.raise_("ValueError", "None values not supported.", kind="argument")
    if isinstance(value, IndexedSlices):
        return _dense(call, value, name)
    if isinstance(value, SparseTensor):
        return opaque_tensor(call, Unknown("a sparse tensor used as a dense one"), None, list_dtype(value))
    if isinstance(value, InstanceValue):
        if value.payload is not None:
            return convert(call, value.payload, dtype, name, preferred)
        return _convert_object(call, value, dtype, name)
    found = members(value)
    if found is not None and not isinstance(value, TensorShape) and _must_pack(found):
        if dtype is None and isinstance(preferred, DType) and _may_all_become(found, preferred):
            dtype = preferred
        return _pack(call, found, dtype, "packed" if name is None else graph_name(name))
    if (
        isinstance(value, (int, float, str, bytes, complex, Text, Dimension, TensorShape))
        or found is not None
        or (isinstance(value, ListValue) or array_parts(value) is not None)
    ):
        if isinstance(value, TensorShape):
            refuse_partial(call, value)
        if dtype is None and preferred is not None and _may_become(value, preferred):
            dtype = preferred
        return constant(call, value, dtype, None, "Const" if name is None else name)
    refuse_unconvertible(call, value, dtype)
    return opaque_tensor(call, Unknown("a value that is not known as a tensor"), None, dtype)


def refuse_partial(call: Call, shape: TensorShape) -> None:
    """TF: _tensor_shape_tensor_conversion_function. A shape of which TF does not know every size is no tensor."""
    dims = shape.dims
    if dims is None or (isinstance(dims, tuple) and None in dims):
        told = "<unknown>" if dims is None else call.to_string(shape)
        call.raise_("ValueError", f"Cannot convert a partially known TensorShape to a Tensor: {told}", kind="shape")


def conversions(call: Call) -> ListValue:
    """What the program registered: (priority, class, function), in the order that TF asks them."""
    return call.state.stack("tensor conversions")


def _registered(call: Call, value: InstanceValue, dtype: AnyValue, name: AnyValue) -> Any:
    """TF: internal_convert_to_tensor: the functions for the classes that it is an instance of, one after the other."""
    for _, cls, function in conversions(call).items:
        if value.cls.derives_from(cls):
            made = call.invoke(function, value, dtype=dtype, name=name, as_ref=False)
            if made is not NotImplemented:
                return made
    return NotImplemented


def _convert_object(call: Call, value: InstanceValue, dtype: AnyValue, name: AnyValue = None) -> Tensor:
    """An object of a class of the program's that acts as a tensor through a function that it registered, or through
    one of TF's hooks."""
    made = _registered(call, value, dtype, name)
    if made is not NotImplemented:
        return made if isinstance(made, Tensor) else convert(call, made, dtype, name)
    hook = value.cls.find("_dense_var_to_tensor") or value.cls.find("_tensor") or None
    if hook is not None:
        found = call.getattr(value, "_tensor", None)
        if isinstance(found, Tensor):
            return found
    if not conversions(call).items:
        refuse_unconvertible(call, value, dtype)
    return opaque_tensor(call, Unknown("an object used as a tensor"), None, dtype)


def _may_become(value: AnyValue, dtype: AnyValue) -> bool:
    """TF: would make_tensor_proto take this Python value as that dtype?"""
    if not isinstance(dtype, DType):
        return True
    own = list_dtype(value)
    if isinstance(value, NumpyScalar):
        return dtype is not STRING
    if isinstance(own, Unknown) or array_parts(value) is not None or is_empty(value):
        return True
    if own is STRING or dtype is STRING:
        return own is dtype
    if own is BOOL or dtype is BOOL:
        return own is dtype
    if own.is_complex:
        return dtype.is_complex
    return dtype.is_floating or dtype.is_complex or not own.is_floating


def _may_all_become(found: list[Any], dtype: DType) -> bool:
    """Would these members that are no tensors be taken as that dtype? Tensors among them are cast to it."""
    for member in found:
        below = members(member) if is_list(member) else None
        if below is not None:
            if not _may_all_become(below, dtype):
                return False
        elif not is_dense_tensor(member) and not _may_become(member, dtype):
            return False
    return True


def _must_pack(found: list[Any], depth: int = 0) -> bool:
    """TF: _autopacking_conversion_function: is there a tensor in these nested lists?"""
    for member in found:
        if isinstance(member, (Tensor, Variable, PartitionedVariable)):
            return True
        inner = members(member) if is_list(member) else None
        if inner and depth < NESTING and _must_pack(inner, depth + 1):
            return True
    return False


def _pack(call: Call, found: list[Any], dtype: AnyValue, name: str) -> Tensor:
    """TF: _autopacking_helper."""
    own = _tensor_dtype(found)
    if dtype is None:
        dtype = own
    elif isinstance(dtype, DType) and isinstance(own, DType) and own is not dtype.base_dtype:
        found = _cast_members(call, found, dtype)
    with scope(call, name) as inner:
        parts: list[Any] = []
        for i, member in enumerate(found):
            below = members(member) if is_list(member) else None
            parts.append(_pack(call, below, dtype, str(i)) if below and _must_pack(below) else member)
        tensors = [
            part if isinstance(part, Tensor) else convert(call, part, dtype, str(i)) for i, part in enumerate(parts)
        ]
        return gen(call, "Pack", inner, values=tensors)  # type: ignore[no-any-return]


def _cast_members(call: Call, found: list[Any], dtype: DType) -> list[Any]:
    """TF: _cast_nested_seqs_to_dtype: where a dtype is asked for, the tensors of a list are cast to it."""
    out: list[Any] = []
    for member in found:
        below = members(member) if is_list(member) else None
        if below is not None:
            out.append(ListValue(_cast_members(call, below, dtype)))
        elif (
            is_dense_tensor(member)
            and isinstance(base(member.dtype), DType)
            and base(member.dtype) is not dtype.base_dtype
        ):
            out.append(gen(call, "Cast", x=member, DstT=dtype))
        else:
            out.append(member)
    return out


def _tensor_dtype(found: list[Any]) -> Any:
    for member in found:
        if is_dense_tensor(member):
            return base(member.dtype)
        below = members(member)
        dtype = _tensor_dtype(below) if below else None
        if dtype is not None:
            return dtype
    return None


def _dense(call: Call, value: IndexedSlices, name: AnyValue) -> Tensor:
    """TF: _IndexedSlicesToTensor."""
    values = value.values
    shape = plain(value.dense_shape)
    dims = shape if isinstance(shape, tuple) else None
    full = call.graph.op("UnsortedSegmentSum", graph_name(name))
    return Tensor(full, 0, "UnsortedSegmentSum", dims, list_dtype(values), call.graph, values.deps)


# Nodes


def gen(call: Call, type_: str, name: AnyValue = None, /, **given: Any) -> Any:
    """TF: op_def_library.apply_op, for the operation of this type: gives its Tensor, a tuple of them where it has
    several outputs, a list for an output that is one, or the Operation where there are none."""
    plan = plan_of(type_)
    if plan is not None:
        made = make_plain(call, plan, name, given)
        if made is not None:
            return made
    definition = op_def(type_)
    if definition is None:
        return opaque_tensor(call, Unknown(f"operation {type_} is not known"))
    home = call.graph if call.graph.building_function else _graph_of_inputs(call, given)
    if home is None or home is call.graph or home.building_function:
        return _apply(call, definition, name, given)
    call.state.push_graph(home)
    try:
        return _apply(call, definition, name, given)
    finally:
        call.state.pop_graph()


def _apply(call: Call, definition: OpDef, name: AnyValue, given: dict[str, Any]) -> Any:
    type_ = definition.type
    asked = type_ if name is None else graph_name(name)
    attrs: dict[str, Any] = {}
    ins: dict[str, Any] = {}
    for argument in definition.inputs:
        if not _is_ready(given.get(argument.name, given.get(argument.name + "_")), argument):
            ready = False
            break
    else:
        ready = True
    if ready:
        _take_inputs(call, definition, given, ins, attrs)
        full = _own(call, type_, asked)
    else:
        with scope(call, asked) as inner:
            _take_inputs(call, definition, given, ins, attrs)
            full = _own(call, type_, inner or asked)
    for key, attribute in definition.attributes.items():
        if key in attrs:
            continue
        value = given.get(key, given.get(key + "_"))
        if (value is None or isinstance(value, Default)) and attribute.has_default:
            value = attribute.default
        elif attribute.kind == "type":
            value = as_dtype(call, value)
        elif key == "padding" and isinstance(value, str) and value not in (allowed := _paddings(type_)):
            words = ", ".join(f'"{each}"' for each in allowed)
            said = f"Attr '{key}' of '{type_}' Op passed string '{value}' not in: {words}."
            call.raise_("ValueError", said, kind="argument")
        attrs[key] = value
    return outputs(call, definition, Node(call, type_, full, ins, attrs))


def _paddings(type_: str) -> tuple[str, ...]:
    """TF: GetPaddingAttrString, and that with explicit paddings."""
    return ("SAME", "VALID", "EXPLICIT") if type_.startswith("Conv2D") else ("SAME", "VALID")


_PLAIN = frozenset({bool, int, float, str, DType})


def _graph_of_inputs(call: Call, given: dict[str, Any]) -> Any:
    """TF: _get_graph_from_inputs. The graph that the operation goes to; None where no input has one."""
    first = None
    for value in given.values():
        kind = type(value)
        if value is None or kind in _PLAIN:
            continue
        if kind is Tensor and first is not None and value.graph is first.graph:
            continue
        for each in (value,) if isinstance(value, (Tensor, Variable)) else members(value) or ():
            # What stands for a tensor that we know nothing of belongs to no graph for certain.
            if not isinstance(each, (Tensor, Variable)) or (isinstance(each, Tensor) and "{" in each.op_name):
                continue
            if each.graph is None:
                continue
            if first is None:
                first = each
            elif each.graph is not first.graph:
                call.raise_("ValueError", f"{each!s} must be from the same graph as {first!s}.", kind="graph")
    return first.graph if first is not None else None


def _own(call: Call, type_: str, asked: str) -> str:
    """Makes the operation. One that has its scope's own name is what was asked for where the scope was opened."""
    state, graph = call.state, call.graph
    if not isinstance(asked, str) or not asked.endswith("/") or state.user_depth == 0:
        return graph.op(type_, asked)  # type: ignore[no-any-return]
    state.user_depth -= 1
    try:
        return graph.op(type_, asked)  # type: ignore[no-any-return]
    finally:
        state.user_depth += 1


def _is_ready(value: AnyValue, argument: Argument) -> bool:
    """Is this input a tensor already, that makes no node on its way in?"""
    if argument.number_attr or argument.list_attr:
        held = members(value)
        return held is not None and all(isinstance(member, Tensor) for member in held)
    if type(value) is Tensor:
        return True
    ready = isinstance(value, Variable) and value.is_resource is not True
    return ready or isinstance(value, Tensor) or argument.is_ref


def _take_inputs(
    call: Call, definition: OpDef, given: dict[str, Any], ins: dict[str, Any], attrs: dict[str, Any]
) -> None:
    """TF: the input half of _apply_op_helper: dtypes are found from left to right."""
    for argument in definition.inputs:
        value = given.get(argument.name, given.get(argument.name + "_"))
        if argument.number_attr or argument.list_attr:
            ins[argument.name] = _take_list(call, definition, argument, value, attrs)
            continue
        if argument.is_ref:
            tensor = _as_ref(call, value)
        else:
            dtype, preferred = attrs.get(argument.type_attr) if argument.dtype is None else argument.dtype, None
            if dtype is None and argument.type_attr:
                preferred = definition.attributes[argument.type_attr].default
            tensor = (
                value if type(value) is Tensor else convert_input(call, definition, argument, value, dtype, preferred)
            )
            if isinstance(tensor.dtype, DType) and isinstance(dtype, DType) and tensor.dtype.base_dtype is not dtype:
                _refuse_dtype(call, definition, argument, tensor, dtype, attrs)
        ins[argument.name] = tensor
        if argument.type_attr and (argument.type_attr not in attrs or isinstance(attrs[argument.type_attr], Unknown)):
            attrs[argument.type_attr] = base(tensor.dtype)
            check_allowed(
                call, argument.name, attrs[argument.type_attr], definition.attributes[argument.type_attr].allowed
            )


def convert_input(
    call: Call, definition: OpDef, argument: Argument, value: Any, dtype: Any, preferred: Any = None
) -> Tensor:
    """TF: _apply_op_helper says where a value that does not become a tensor stood."""
    kind = type(value)
    wrong = ""
    if isinstance(dtype, DType) and not (dtype.kind == "f" and (kind is float or kind is int)):
        wrong = refused_member(call, value, dtype)
    if wrong:
        call.raise_(
            "TypeError",
            f"Expected {dtype.name} passed to parameter '{argument.name}' of op "
            f"'{definition.type}', got {represent(call, value)} of type '{kind_of(value)}' "
            f"instead. Error: {wrong}",
            kind="argument",
        )
    return convert(call, value, dtype, argument.name, preferred)


def check_allowed(call: Call, parameter: str, dtype: AnyValue, allowed: tuple[str, ...]) -> None:
    """TF: _SatisfiesTypeConstraint."""
    if allowed and isinstance(dtype, DType) and dtype.base_name not in allowed:
        call.raise_(
            "TypeError",
            f"Value passed to parameter '{parameter}' has DataType {dtype.base_name} not in list "
            f"of allowed values: {', '.join(allowed)}",
            kind="argument",
        )


def _as_ref(call: Call, value: AnyValue) -> Tensor:
    if isinstance(value, Variable):
        return reference(call, value)
    return value if isinstance(value, Tensor) else opaque_tensor(call, value)


_LENGTH = "the length of a list is not known"


def _take_list(call: Call, definition: OpDef, argument: Argument, value: Any, attrs: dict[str, Any]) -> list[Tensor]:
    held = members(value)
    if held is None:
        items = value.items if isinstance(value, ListValue) else [value]
        if isinstance(value, ListValue) and not is_unseen(value.rest):
            # Of those that are not known one stands for all: what they may add to a shape is not known either.
            items = [*items, value.rest]
        attrs[argument.number_attr or "N"] = Unknown(_LENGTH)
    else:
        items = held
        if argument.number_attr:
            attrs[argument.number_attr] = len(items)
    dtype = argument.dtype or attrs.get(argument.type_attr)
    if dtype is None and argument.number_attr:
        dtype = next((base(item.dtype) for item in items if is_dense_tensor(item)), None)
    tensors = [convert(call, item, dtype, f"{argument.name}_{i}") for i, item in enumerate(items)]
    if argument.number_attr and tensors:
        _refuse_mixture(
            call,
            definition,
            argument,
            tensors,
            base(tensors[0].dtype) if dtype is None else dtype,
            argument.type_attr in attrs,
        )
    if argument.type_attr and argument.type_attr not in attrs and tensors:
        attrs[argument.type_attr] = base(
            next((t.dtype for t in tensors if isinstance(t.dtype, DType)), tensors[0].dtype)
        )
    if argument.list_attr:
        attrs[argument.list_attr] = [base(t.dtype) for t in tensors] if held is not None else Unknown(_LENGTH)
    return tensors


def _refuse_mixture(
    call: Call, definition: OpDef, argument: Argument, tensors: list[Tensor], dtype: AnyValue, inferred: bool
) -> None:
    """TF: the TypeError of _apply_op_helper where the tensors of a list are not of one dtype."""
    kinds = [base(tensor.dtype) for tensor in tensors]
    if not isinstance(dtype, DType) or all(kind is dtype.base_dtype or not isinstance(kind, DType) for kind in kinds):
        return
    if not all(isinstance(kind, DType) for kind in kinds):
        shown = ""
    else:
        shown = f" have types [{', '.join(kind.name for kind in kinds)}]"
    prefix = f"Tensors in list passed to '{argument.name}' of '{definition.type}' Op{shown}"
    if argument.dtype is not None:
        call.raise_("TypeError", f"{prefix} that do not match expected type {dtype.name}.", kind="argument")
    if inferred:
        call.raise_(
            "TypeError",
            f"{prefix} that do not match type {dtype.name} inferred from earlier arguments.",
            kind="argument",
        )
    call.raise_("TypeError", f"{prefix} that don't all match.", kind="argument")


def _refuse_dtype(
    call: Call, definition: OpDef, argument: Argument, tensor: Tensor, dtype: DType, attrs: dict[str, Any]
) -> None:
    """TF: the TypeError of _apply_op_helper where two inputs do not agree."""
    observed = tensor.dtype.base_dtype.name if isinstance(tensor.dtype, DType) else ""
    prefix = f"Input '{argument.name}' of '{definition.type}' Op has type {observed} that does not match"
    if argument.dtype is not None:
        call.raise_("TypeError", f"{prefix} expected type of {argument.dtype.name}.", kind="argument")
    first = next((a.name for a in definition.inputs if a.type_attr == argument.type_attr), argument.name)
    call.raise_("TypeError", f"{prefix} type {dtype.name} of argument '{first}'.", kind="argument")
