"""Making one variable: its scope, its operations, its collections."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from scopelint.graph import refusals
from scopelint.graph.arguments import Flag, Given
from scopelint.graph.conditions import added
from scopelint.graph.function_graph import FunctionGraph, check_initial_value, lifted
from scopelint.graph.initial import Initializer, Ops, PartitionInfo
from scopelint.graph.scopes import graph_of
from scopelint.values.base import Unknown
from scopelint.values.tensors import (
    Dims,
    DType,
    Tensor,
    Variable,
    as_dtype,
    as_shape,
    is_fully_defined,
    shape_text,
    shapes_compatible,
)
from scopelint.values.truth import NO

if TYPE_CHECKING:
    from scopelint.graph.names import Graph
    from scopelint.graph.state import GraphState

GLOBAL, TRAINABLE = "variables", "trainable_variables"
_AFTER_REF: Ops = (("Assign", "Assign"), ("read", "Identity"))
_AFTER_RESOURCE: Ops = (
    ("IsInitialized/VarIsInitializedOp", "VarIsInitializedOp"),
    ("Assign", "AssignVariableOp"),
    ("Read/ReadVariableOp", "ReadVariableOp"),
)


def _collections(given: object, trainable: object) -> tuple[str, ...]:
    """TF: RefVariable._init_from_args. A trainable variable is in the trainable collection, whatever was asked."""
    if given is None or isinstance(given, Unknown):
        names: list[Any] = [GLOBAL]
    elif isinstance(given, (list, tuple, set)):
        names = list(given)
    else:
        raise refusals.collections_type(given)
    if trainable is not False and trainable is not None and TRAINABLE not in names:
        names.append(TRAINABLE)
    return tuple(dict.fromkeys(names))


def _below(graph: Graph, fresh: bool, inner: Ops) -> Ops:
    """The names of operations in the current scope. In a scope that is entered again, or that something of a longer
    name was made below before (`w/read`, then `w`), they may be taken."""
    scope = graph.get_name_scope().lower()
    used = graph.names_in_use.items
    prefix = scope + "/" if scope else ""
    if fresh:
        for relative, _ in inner:
            if prefix + relative.partition("/")[0].lower() in used:
                break
        else:
            return inner
    renamed: dict[str, str] = {}
    out = []
    for relative, type in inner:
        top, slash, rest = relative.partition("/")
        if top not in renamed:
            renamed[top] = graph.unique_name(top)[len(prefix) :]
        out.append((renamed[top] + slash + rest, type))
    return tuple(out)


class _Initial:
    """What the initial value turned out to be; `tensor`: where it was one."""

    __slots__ = ("dtype", "inner", "shape", "tensor", "text")

    def __init__(
        self, shape: Dims, dtype: object, inner: Ops = (), text: str = "", tensor: Tensor | None = None
    ) -> None:
        self.shape = shape
        self.dtype: Any = dtype
        self.inner = inner
        self.text = text
        self.tensor = tensor


def _convert(prefix: str, value: object, dtype: object) -> _Initial:
    """TF: convert_to_tensor(name="initial_value"). A tensor stays what it is, a value becomes a constant."""
    tensor = value if isinstance(value, Tensor) else value.tensor if isinstance(value, Initializer) else None
    if tensor is not None:
        found = tensor.dtype
        if isinstance(dtype, DType) and isinstance(found, DType) and not dtype.is_compatible_with(found):
            raise refusals.dtype_conversion(dtype, found, repr(tensor))
        return _Initial(tensor.shape, found, text=str(tensor), tensor=tensor)
    if isinstance(value, Unknown):
        return _Initial(value.derive(""), dtype if dtype is not None else value.derive(""))
    if isinstance(value, (Variable, Initializer)):
        inner: Ops = ((f"{prefix}initial_value", "Const"),) if isinstance(value, Initializer) else ()
        return _Initial(value.shape, dtype if dtype is not None else value.dtype, inner)
    unknown = Unknown("initial value is not known")
    return _Initial(unknown, unknown if dtype is None else dtype)


def _initial(
    graph: Graph,
    fresh: bool,
    initializer: Initializer,
    is_resource: bool,
    dtype: Given,
    shape: Dims,
    info: PartitionInfo | None,
) -> _Initial:
    if initializer.is_value:
        if is_resource and initializer.tensor is not None:
            # The scope is entered for a tensor too, which leaves nothing in it but the name.
            graph.unique_name("Initializer")
        return _convert("Initializer/" if is_resource else "", initializer, dtype)
    if initializer.ops is not None:
        if not initializer.takes_shape:
            shape = initializer.shape
        inner = initializer.ops(shape, dtype)
        return _Initial(shape, dtype, tuple((f"Initializer/{name}", type) for name, type in inner))
    assert initializer.call is not None
    with graph.name_scope("Initializer") as text:
        value = initializer.call(shape, dtype if shape is not None else None, info)
    # The scope was entered for real, so a constant made in it must not ask for the scope's name again.
    made = _convert("", value, dtype)
    if made.inner:
        made.inner = ()
        with graph.name_scope(text):
            made.tensor = Tensor(graph.op("Const", "initial_value"), 0, "Const", made.shape, made.dtype, graph)
    return made


def _draw(graph: Graph, full: str, initial: _Initial, inner: Ops) -> None:
    """Notes what the operations take that a variable is made with, and the shape of its initial value."""
    assert graph.drawing is not None
    value = initial.tensor
    if value is None and initial.inner:
        relative, kind = inner[len(initial.inner) - 1]
        value = Tensor(f"{full}/{relative}", 0, kind, initial.shape, initial.dtype, graph)
    for relative, kind in inner[len(initial.inner) :]:
        taken = (full, value) if kind in ("Assign", "AssignVariableOp") else (full,)
        graph.drawing.inputs[f"{full}/{relative}"] = taken


def make_variable(
    state: GraphState,
    initializer: Initializer,
    name: Given,
    key: str,
    trainable: Flag,
    collections: Given,
    dtype: Given = None,
    validate_shape: Flag = True,
    use_resource: Flag = False,
    shape: Given = None,
    initial_shape: Dims = None,
    partition_info: PartitionInfo | None = None,
) -> Variable:
    """TF: RefVariable._init_from_args and ResourceVariable._init_from_args. The copies of operations that an initial
    value made from other variables leaves (`cond`, `read_1`) are not restated."""
    if isinstance(state.default, FunctionGraph):
        check_initial_value(state, initializer.tensor)
        with lifted(state):
            return make_variable(
                state, initializer, name, key, trainable, collections, dtype, validate_shape, use_resource, shape,
                initial_shape, partition_info,
            )  # fmt: skip
    in_collections = _collections(collections, trainable)
    is_resource = use_resource if isinstance(use_resource, Unknown) else bool(use_resource)
    resource = is_resource is True
    graph = graph_of(state, (initializer.tensor,)) if initializer.tensor is not None else state.default
    if graph.name_stack and graph.name_stack[-1] == "/":
        # TF: init_scope enters the current scope again, and of a scope opened as "a//" that takes a slash away.
        with graph.name_scope(graph.name_stack):
            return make_variable(
                state, initializer, name, key, trainable, collections, dtype, validate_shape, use_resource, shape,
                initial_shape, partition_info,
            )  # fmt: skip
    scope_name = "Variable" if name is None else name
    lift = graph.drawing.outside() if graph.drawing is not None else nullcontext()
    with lift, graph.name_scope(scope_name) as text:
        full = text[:-1] if text else ""
        fresh = not (isinstance(scope_name, str) and scope_name.endswith("/"))
        state.user_depth += 1
        try:
            initial = _initial(graph, fresh, initializer, resource, dtype, initial_shape, partition_info)
        finally:
            state.user_depth -= 1
        if resource and shape is not None and shapes_compatible(initial.shape, as_shape(shape)) is NO:
            raise refusals.TFError(
                "ValueError",
                f"The initial value's shape ({shape_text(initial.shape)}) is not compatible with the explicitly "
                f"supplied `shape` argument ({shape_text(as_shape(shape))}).",
                "shape",
                full,
            )
        if shape is not None:
            final = as_shape(shape)
        else:
            final = initial.shape if validate_shape is not False or resource else None
            if isinstance(validate_shape, Unknown) and not resource:
                final = validate_shape.derive("")
        found = as_dtype(initial.dtype)
        final_dtype = found.base_dtype if isinstance(found, DType) else initial.dtype
        undefined = not resource and validate_shape is True and is_fully_defined(initial.shape) is NO
        refused = full in graph.ops.items and "{" not in full
        after = () if undefined or refused else _AFTER_RESOURCE if resource else _AFTER_REF
        inner = _below(graph, fresh, (*initial.inner, *after))
        try:
            graph.op("VarHandleOp" if resource else "VariableV2", text, inner=inner)
        except refusals.TFError:
            # What the initial value took was there before the variable's own name was refused.
            graph.take_inner(full, inner[: len(initial.inner)])
            raise
        if undefined:
            raise refusals.initial_value_shape(initial.text or scope_name)
        if graph.drawing is not None:
            _draw(graph, full, initial, inner)
    site, calls = state.where()
    variable = Variable(
        full,
        key,
        final,
        final_dtype,
        trainable,
        tuple(sorted(c for c in in_collections if isinstance(c, str))),
        graph,
        state.next_bit(),
        is_resource,
        initializer.label,
        initializer,
        site,
        calls,
        added(state.conditions, state.default.doubts_of(full, bool(key))),
    )
    # The graph of the initial value has the operations, the default one lists the variable.
    state.default.add_to_collections(in_collections, variable)
    if variable.when:
        graph.made_if[full] = variable.when
    if isinstance(collections, Unknown):
        state.default.doubt_member(in_collections, variable)
    elif isinstance(trainable, Unknown):
        state.default.doubt_member((TRAINABLE,), variable)
    return variable
