"""The variable store: tf.get_variable, made, shared or refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from scopelint.graph import refusals
from scopelint.graph.access import Access, asked_by, assumed_by, emit_made, emit_refused, emit_reused
from scopelint.graph.arguments import Flag, Function, Given
from scopelint.graph.conditions import added, assumption, is_assumption, negate
from scopelint.graph.events import NotKnown
from scopelint.graph.initial import Initializer, PartitionInfo, default_initializer
from scopelint.graph.partitions import make_partitioned
from scopelint.graph.refusals import TFError
from scopelint.graph.scopes import ReuseMode, VariableScope, scope_store
from scopelint.graph.variable_creation import make_variable
from scopelint.graph.variable_store import MaybeEntry, VariableStore, variable_store
from scopelint.values.base import Unknown, Why
from scopelint.values.containers import ListValue
from scopelint.values.tensors import (
    DType,
    PartitionedVariable,
    Variable,
    as_dtype,
    as_shape,
    is_fully_defined,
    shapes_compatible,
)
from scopelint.values.truth import NO

if TYPE_CHECKING:
    from scopelint.graph.names import Graph
    from scopelint.graph.state import GraphState


def get_variable(
    state: GraphState,
    name: Given,
    shape: Given = None,
    dtype: Given = None,
    initializer: Initializer | Unknown | None = None,
    regularizer: Function = None,
    trainable: Flag = None,
    collections: Given = None,
    caching_device: Given = None,
    partitioner: Function = None,
    validate_shape: Flag = True,
    use_resource: Flag = None,
    custom_getter: Function = None,
    constraint: Function = None,
    synchronization: Given = None,
    aggregation: Given = None,
    *,
    reuse: Flag | ReuseMode = None,
    by: str = "get_variable",
    scope: VariableScope | None = None,
    dtype_given: Any = None,
) -> Variable | PartitionedVariable | Any:
    """TF: VariableScope.get_variable, called on the current scope. What it lacks comes from the scope. `dtype_given`:
    a dtype that is no DType yet, as the program gave it, which TF hands to partitioners so."""
    graph = state.default
    own = scope_store(graph).current if scope is None else scope
    if regularizer is None:
        regularizer = own.regularizer
    if partitioner is None:
        partitioner = own.partitioner
    if custom_getter is None:
        custom_getter = own.custom_getter
    if reuse is None:
        reuse = own.reuse
    access = Access(str(name), asked_by(state, by), own.name, graph.get_name_scope(), reuse, own.sites)
    access.initializer, access.trainable = initializer, trainable
    access.collections, access.use_resource, access.dtype_given = collections, use_resource, dtype_given
    if use_resource is None:
        use_resource = own.use_resource
    full_name: Any = name
    try:
        if own.name:
            if not isinstance(name, str):
                raise refusals.name_not_string(name)
            full_name = f"{own.name}/{name}"
        with graph.name_scope(None):
            if dtype is not None and isinstance(initializer, Initializer) and initializer.is_value:
                _check_value_dtype(graph, full_name, initializer, dtype)
            if initializer is None:
                initializer = own.initializer
            if constraint is None:
                constraint = own.constraint
            if dtype is None:
                dtype = own.dtype
            return _store_get(
                state, graph, access, full_name, custom_getter,
                {
                    "shape": shape, "dtype": dtype, "initializer": initializer, "regularizer": regularizer,
                    "reuse": reuse, "trainable": trainable, "collections": collections,
                    "caching_device": caching_device, "partitioner": partitioner, "validate_shape": validate_shape,
                    "use_resource": use_resource, "constraint": constraint, "synchronization": synchronization,
                    "aggregation": aggregation,
                },
            )  # fmt: skip
    except TFError as error:
        if error.event is None:
            emit_refused(state, access, error, error.name or str(full_name))
        raise


def get_by_key(
    state: GraphState, name: Given, *, reuse: Flag | ReuseMode = None, custom_getter: Function = None, **given: Any
) -> Variable | PartitionedVariable | Any:
    """TF: _VariableStore.get_variable, called by the program itself: no scope adds to the key, nor to the arguments."""
    graph = state.default
    access = Access(str(name), asked_by(state, "get_variable"), "", graph.get_name_scope(), reuse, ())
    access.initializer, access.trainable = given.get("initializer"), given.get("trainable")
    access.collections, access.use_resource = given.get("collections"), given.get("use_resource")
    names = (
        "shape", "initializer", "regularizer", "trainable", "collections", "caching_device", "partitioner",
        "use_resource", "constraint", "synchronization", "aggregation",
    )  # fmt: skip
    options = {"dtype": "float32", "validate_shape": True, **dict.fromkeys(names), **given, "reuse": reuse}
    try:
        return _store_get(state, graph, access, str(name), custom_getter, options)
    except TFError as error:
        if error.event is None:
            emit_refused(state, access, error, error.name or str(name))
        raise


def get_local_variable(state: GraphState, name: Given, *args: Any, **kwargs: Any) -> Any:
    """TF: get_local_variable. Never trainable, in the local collection."""
    names = ("shape", "dtype", "initializer", "regularizer", "trainable", "collections", "caching_device")
    kwargs.update(zip(names, args, strict=False))
    given = kwargs.get("collections")
    kwargs["collections"] = [*(given if isinstance(given, (list, tuple)) else ()), "local_variables"]
    kwargs["trainable"] = False
    return get_variable(state, name, **kwargs)


def _check_value_dtype(graph: Graph, name: str, initializer: Initializer, dtype: object) -> None:
    """TF: VariableScope.get_variable. A value is made a constant to see its dtype, and that constant stays."""
    if initializer.tensor is None:
        graph.op("Const", "Const")
    asked = as_dtype(dtype)
    if isinstance(asked, DType) and isinstance(initializer.dtype, DType) and asked is not initializer.dtype.base_dtype:
        raise refusals.initializer_type(name, initializer.dtype.base_dtype, asked)


def _store_get(
    state: GraphState, graph: Graph, access: Access, name: str, custom_getter: object, options: dict[str, Any]
) -> Any:
    """TF: _VariableStore.get_variable."""
    if custom_getter is not None and not callable(custom_getter) and not isinstance(custom_getter, Unknown):
        raise refusals.getter_not_callable(name, custom_getter)
    store = variable_store(graph)
    dtype = as_dtype(options["dtype"])
    options["dtype"] = dtype.base_dtype if isinstance(dtype, DType) else dtype
    if options["trainable"] is None:
        options["trainable"] = getattr(options["synchronization"], "name", options["synchronization"]) != "ON_READ"

    def true_getter(
        name: str,
        shape: object = None,
        dtype: object = None,
        initializer: object = None,
        regularizer: object = None,
        reuse: object = None,
        trainable: object = None,
        collections: object = None,
        caching_device: object = None,
        partitioner: object = None,
        validate_shape: object = True,
        use_resource: object = None,
        constraint: object = None,
        synchronization: object = None,
        aggregation: object = None,
    ) -> Any:
        found_dtype = as_dtype(dtype) if dtype is not None else as_dtype("float32")
        given = {
            "shape": shape, "dtype": found_dtype, "initializer": initializer, "regularizer": regularizer,
            "reuse": reuse, "trainable": trainable, "collections": collections, "validate_shape": validate_shape,
            "use_resource": use_resource,
        }  # fmt: skip
        try:
            return _true_get(state, store, access, name, partitioner, given)
        except TFError as error:
            if error.event is None:
                emit_refused(state, access, error, error.name or str(name))
            raise

    if callable(custom_getter):
        return custom_getter(getter=true_getter, name=name, **options)
    if isinstance(custom_getter, Unknown):
        # It may ask for another name, for several, or for none.
        state.emit(NotKnown, reason=f"a custom getter that is not known: {custom_getter.reason}", may_make=True)
        with state.under((f"{custom_getter.label or 'the custom getter'} is None",)):
            return true_getter(name, **options)
    return true_getter(name, **options)


def _true_get(
    state: GraphState, store: VariableStore, access: Access, name: str, partitioner: object, given: dict[str, Any]
) -> Any:
    """TF: _VariableStore.get_variable._true_getter."""
    shape = given["shape"]
    is_scalar = isinstance(shape, (tuple, list)) and not shape
    if partitioner is not None and not is_scalar and not isinstance(partitioner, Unknown):
        if not callable(partitioner):
            raise refusals.partitioner_not_callable(name, partitioner)
        with store.graph.name_scope(None):
            return make_partitioned(state, store, access, name, partitioner, given, get_single)
    if given["reuse"] is True and partitioner is None and name in store.partitioned:
        return make_partitioned(state, store, access, name, None, given, get_single)
    part = store.vars.get(f"{name}/part_0")
    if isinstance(partitioner, Unknown) and not is_scalar:
        if name in store.partitioned and given["reuse"] is not False:
            return make_partitioned(state, store, access, name, None, given, get_single)
        with state.under((f"{partitioner.label or 'the partitioner'} is None",)):
            return get_single(state, store, access, name, None, given)
    if isinstance(part, Variable):
        raise refusals.found_partitioned(name, part)
    return get_single(state, store, access, name, None, given)


def get_single(
    state: GraphState,
    store: VariableStore,
    access: Access,
    name: str,
    partition_info: PartitionInfo | None,
    given: dict[str, Any],
) -> Any:
    """TF: _VariableStore._get_single_variable."""
    initializer, reuse, dtype = given["initializer"], given["reuse"], given["dtype"]
    is_value = isinstance(initializer, Initializer) and initializer.is_value
    if given["shape"] is not None and is_value:
        raise refusals.constant_with_shape(name)
    shape = as_shape(given["shape"])
    is_template = isinstance(name, str) and "{" in name
    found: Any = store.vars.get(name)
    if isinstance(found, MaybeEntry):
        return _settle(state, store, access, name, reuse, found.variable)
    if found is None and reuse is True and (like := store.like(name)) is not None:
        emit_reused(state, access, like, name)
        return like
    if found is not None:
        if reuse is False and not is_template:
            raise refusals.exists(name, found)
        if shapes_compatible(shape, found.shape) is NO:
            if not is_template:
                raise refusals.shape_differs(name, shape, found)
        elif isinstance(dtype, DType) and isinstance(found.dtype, DType) and not dtype.is_compatible_with(found.dtype):
            if not is_template:
                raise refusals.dtype_differs(name, dtype, found)
        else:
            # Two keys with the same unknown part need not be the same key, so a template is never refused.
            if isinstance(reuse, Unknown) and not is_template:
                _take_as_shared(state, access)
            if reuse is not False:
                emit_reused(state, access, found, name)
            return found
    elif reuse is True and not is_template:
        if store.graph.doubts:
            return _presumed(state, store, access, name, shape, dtype)
        raise refusals.missing(name)
    elif reuse is False and isinstance(name, str):
        state.take_as_ended(store.graph)
        if (other := store.may_be(name)) is not None:
            state.take_as_two(name, other)
    return _create(state, store, access, name, shape, partition_info, given)


def _take_as_shared(state: GraphState, access: Access) -> None:
    """A variable is found where it is not known whether the scope shares: TF refuses it here or the program goes on, so
    that what TF would refuse later, it refuses only if the scope does share. As a rule it does, and nothing is told."""
    shares = assumption(f"{f'the scope {access.scope}' if access.scope else 'the root scope'} shares its variables")
    if shares not in state.reached_if:
        state.take_as_reached(shares)


def _presumed(
    state: GraphState, store: VariableStore, access: Access, name: str, shape: Given, dtype: DType | Unknown
) -> Variable:
    """A variable that nobody saw made is shared. What was not followed may have made it: else TF refuses, and there is
    nothing to go on with."""
    graph = store.graph
    emit_refused(state, access, refusals.missing(name), name, added(state.conditions, graph.assumed))
    site, calls = state.where()
    why = graph.others
    assert why is not None
    made = Variable(
        name, name, why.derive("") if shape is None else shape, dtype, why.derive("trainable"), (), graph,
        state.next_bit(), why.derive(""), first_site=site, first_calls=calls,
        when=added(state.conditions, (assumption(f"{name} was made by what is not followed"),)),
    )  # fmt: skip
    store.put(name, made)
    return made


def _settle(
    state: GraphState, store: VariableStore, access: Access, name: str, reuse: object, variable: Variable
) -> Variable:
    """A variable that an earlier branch may have made is asked for: nothing is certain until here, and it is there
    from here on."""
    own = state.conditions
    tests = tuple(condition for condition in variable.when if not is_assumption(condition))
    when = tests if len(tests) > len(own) else (*own, f"{name} was made by an earlier branch")
    otherwise = added((*when[:-1], negate(when[-1])), assumed_by(variable))
    when = added(when, assumed_by(variable))
    if reuse is False:
        emit_refused(state, access, refusals.exists(name, variable), name, when)
        emit_made(state, variable, access.fields(), otherwise)
    elif reuse is True:
        emit_reused(state, access, variable, name, when)
        emit_refused(state, access, refusals.missing(name), name, otherwise)
    else:
        emit_reused(state, access, variable, name, when)
        emit_made(state, variable, access.fields(), otherwise)
    store.put(name, variable)
    return variable


def creators(state: GraphState) -> ListValue:
    """The variable creators in force, outermost first: each a callable with the `graph` that it is for."""
    return state.stack("creators")


def _refuse_inner(state: GraphState, tensor: object, name: object) -> None:
    """TF: a variable is made outside of all loops and branches, so what is made within one cannot initialize it."""
    contexts = state.shelf.get("contexts")
    if (
        tensor is None
        or contexts is None
        or not any(context is not None and context.payload.holds(tensor) for context in contexts.items)
    ):
        return
    with state.default.name_scope("Variable" if name is None else name) as text:
        raise refusals.initializer_within(text)


def build(state: GraphState, access: Access, initial_value: object, left: object = True, **given: object) -> Any:
    """TF: VariableMetaclass._variable_v1_call: the creators in force are asked, the innermost first. `left`: is a
    variable trainable whose maker leaves that open?"""

    def make(value: Initializer, **changed: Any) -> Variable:
        if changed.get("trainable", False) is None:
            changed["trainable"] = left
        _refuse_inner(state, getattr(value, "tensor", None), changed.get("name"))
        variable = make_variable(state, value, **changed)
        emit_made(state, variable, access.fields())
        return variable

    creator: Callable[..., Any] = make
    for asked in creators(state).items:
        if asked.graph is state.default:
            creator = partial(asked, creator)
    return creator(initial_value, **given)


def _create(
    state: GraphState,
    store: VariableStore,
    access: Access,
    name: str,
    shape: object,
    partition_info: PartitionInfo | None,
    given: dict[str, Any],
) -> Any:
    """TF: _VariableStore._get_single_variable, from where the variable is known to be new."""
    initializer, dtype, regularizer = given["initializer"], given["dtype"], given["regularizer"]
    unsettled = (
        isinstance(initializer, Unknown)
        and initializer.number is None
        and given["shape"] is not None
        and initializer.cause.why not in (Why.LIBRARY, Why.TENSORFLOW)
    )
    if initializer is None:
        initializer = default_initializer(name, dtype)
    elif isinstance(initializer, Unknown):
        known = given["shape"] is not None
        initializer = (
            Initializer("unknown", lambda _s, _d: ())
            if known
            else Initializer("unknown", shape=_of_unknown(initializer)[0], dtype=_of_unknown(initializer)[1])
        )
    value_dtype = dtype
    if initializer.is_value:
        value_dtype = None
    elif is_fully_defined(shape) is NO:
        if initializer.takes_shape:
            raise refusals.initializer_not_valid(name)
        value_dtype, shape = None, None
    variable = build(
        state,
        access,
        initializer,
        name=name,
        key=name,
        trainable=given["trainable"],
        collections=given["collections"],
        dtype=value_dtype,
        validate_shape=given["validate_shape"],
        use_resource=state.use_resource_default if given["use_resource"] is None else given["use_resource"],
        initial_shape=shape,
        partition_info=partition_info,
    )
    if not isinstance(variable, Variable):
        # A creator gave something that is not known.
        return variable
    store.put(name, variable)
    if unsettled:
        # A variable is of the shape that its initializer gives, whatever that was asked for.
        state.forget_shape(variable.name)
    if callable(regularizer):
        graph = store.graph
        if not isinstance(name, str):
            raise refusals.name_for_regularizer(name)
        with graph.name_scope(f"{name}/Regularizer/"):
            loss = regularizer(variable)
        if loss is not None:
            graph.add_to_collection("regularization_losses", loss)
    return variable


def variable(
    state: GraphState,
    initial_value: Given,
    trainable: Flag = None,
    collections: Given = None,
    validate_shape: Flag = True,
    caching_device: Given = None,
    name: Given = None,
    variable_def: Given = None,
    dtype: DType | Unknown | None = None,
    expected_shape: Given = None,
    import_scope: Given = None,
    constraint: Function = None,
    use_resource: Flag = None,
    synchronization: Given = None,
    aggregation: Given = None,
    shape: Given = None,
    *,
    by: str = "Variable",
) -> Any:
    """TF: VariableV1, through default_variable_creator."""
    graph = state.default
    scope = scope_store(graph).current
    if use_resource is None:
        use_resource = scope.use_resource
    if use_resource is None:
        use_resource = state.use_resource_default
    left = getattr(synchronization, "name", synchronization) != "ON_READ"
    if trainable is None and not creators(state).items:
        trainable = left
    asked = "Variable" if name is None else str(name)
    own_scope = graph.get_name_scope()
    access = Access(asked, asked_by(state, by), scope.name, own_scope, scope.reuse, graph.scope_sites)
    try:
        if initial_value is None:
            raise refusals.initial_value_required()
        if isinstance(initial_value, Unknown):
            shape_of, dtype_of = _of_unknown(initial_value)
            initial_value = Initializer("unknown", shape=shape_of, dtype=dtype_of if dtype is None else dtype)
        made = build(
            state,
            access,
            initial_value,
            left,
            name=name,
            key="",
            trainable=trainable,
            collections=collections,
            dtype=as_dtype(dtype) if dtype is not None else None,
            validate_shape=validate_shape,
            use_resource=use_resource,
            shape=shape,
        )
    except TFError as error:
        if error.event is None:
            emit_refused(state, access, error, error.name or access.asked)
        raise
    return made


def _of_unknown(value: Unknown) -> tuple[Any, Any]:
    """Shape and dtype of an initial value that is not known; of a number they are TF's own for numbers."""
    if value.number is None:
        return value.derive(""), value.derive("")
    return (), as_dtype("float32" if value.number is float else "int32")


def as_tensor(state: GraphState, variable: PartitionedVariable) -> str:
    """TF: PartitionedVariable._concat. Each use as a tensor makes the operations anew; gives the last one's name."""
    graph = state.default
    reads: list[tuple[str, str]] = []
    for part in variable.parts:
        if part.is_resource is True:
            reads.append((f"ReadVariableOp_{len(reads)}" if reads else "ReadVariableOp", "ReadVariableOp"))
    if len(variable.parts) > 1:
        with graph.name_scope(f"{variable.name}/ConcatPartitions/"):
            graph.op("ConcatV2", "concat", inner=(*reads, ("axis", "Const")))
        reads = []
    with graph.name_scope(None):
        return graph.op("Identity", variable.name, inner=reads)
