"""tf.train.Optimizer: what it calls, in which order, and where its slots come from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.control_flow_contexts import waiting
from scopelint.apis.tf.framework.conversion import graph_name, is_blank
from scopelint.apis.tf.framework.graphs import hangs_on_test, shown
from scopelint.apis.tf.framework.helpers import add_to, ask
from scopelint.apis.tf.framework.op_inputs import op_name
from scopelint.apis.tf.framework.python_values import dtype_of, list_dtype
from scopelint.apis.tf.framework.replicas import MIRRORED, merge, place
from scopelint.apis.tf.framework.structures import flatten
from scopelint.apis.tf.ops.gradients import gradients_of
from scopelint.apis.tf.ops.slot_creator import make_slot, make_slot_from_tensor, make_variable, make_zeros_slot
from scopelint.graph.collected import Members
from scopelint.graph.names import Graph
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue, OwnDict, SetValue
from scopelint.values.join import join_values
from scopelint.values.objects import BoundMethod, FunctionValue, InstanceValue, NativeFunction
from scopelint.values.seen import is_hidden, is_unseen
from scopelint.values.tensors import (
    DTYPES,
    DType,
    IndexedSlices,
    Operation,
    PartitionedVariable,
    Tensor,
    Variable,
    shape_text,
)
from scopelint.values.text import hole

api = Namespace("tf.train")
optimizer = api.type("Optimizer")

FLOATS = ("float16", "bfloat16", "float32", "float64")


def is_callable(value: AnyValue) -> bool:
    return isinstance(value, (FunctionValue, NativeFunction, BoundMethod))


def to_tensor(call: Call, value: AnyValue, name: str) -> Any:
    """TF: ops.convert_to_tensor(value, name=name), for a hyper-parameter."""
    if isinstance(value, (bool, int, float)):
        return make(call, "Const", name, (), list_dtype(value), const=value)
    if isinstance(value, (Tensor, Operation)) or value is None:
        return value
    return ask(call, "tf.convert_to_tensor", value, name=name)


def call_if_callable(call: Call, value: AnyValue) -> Any:
    """TF: Optimizer._call_if_callable."""
    return call.invoke(value) if is_callable(value) else value


optimizer.constant("GATE_NONE", 0)
optimizer.constant("GATE_OP", 1)
optimizer.constant("GATE_GRAPH", 2)


@optimizer.method
def __init__(call: Call, self: InstanceValue, use_locking: AnyValue, name: AnyValue) -> None:
    if is_blank(name):
        call.raise_("ValueError", "Must specify the optimizer name", kind="argument")
    self.set("_use_locking", use_locking)
    self.set("_name", name)
    self.set("_slots", OwnDict())
    self.set("_non_slot_dict", OwnDict())
    self.set("_deferred_slot_restorations", DictValue())


@optimizer.method
def get_name(call: Call, self: InstanceValue) -> Any:
    return call.getattr(self, "_name")


def trainable_variables(call: Call) -> Members:
    graph = call.graph
    return graph.get_collection("trainable_variables") + graph.get_collection("trainable_resource_variables")  # type: ignore[no-any-return]


@optimizer.method
def compute_gradients(call: Any, self: AnyValue, loss: Any, var_list: Any, gate_gradients: Any, grad_loss: Any) -> Any:
    """TF: Optimizer.compute_gradients."""
    if is_callable(loss):
        loss = call.invoke(loss)
    elif gate_gradients not in (0, 1, 2) and isinstance(gate_gradients, int):
        call.raise_(
            "ValueError",
            "gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, "
            f"Optimizer.GATE_GRAPH.  Not {gate_gradients}",
            kind="argument",
        )
    call.method(self, "_assert_valid_dtypes", ListValue([loss]))
    rest = None
    variables: list[Any]
    if var_list is None:
        variables = listed = trainable_variables(call)
        rest = listed.rest
    elif isinstance(var_list, Unknown):
        variables, rest = [], var_list
    else:
        # Of a list known in part those that are known are trained for certain.
        as_it_is = isinstance(var_list, (Tensor, Variable, PartitionedVariable)) or getattr(var_list, "items", None)
        listed = var_list if as_it_is else call.members(var_list)
        if isinstance(listed, Unknown):
            variables, rest = [], listed
        else:
            variables = flatten(ListValue(listed) if isinstance(listed, list) else listed)
            for each in variables:
                if each is None or isinstance(each, (bool, int, float, str, PartitionedVariable)):
                    # TF: _get_processor.
                    kind = call.class_of(each).name
                    call.raise_("AttributeError", f"'{kind}' object has no attribute 'op'", kind="argument")
            rest = getattr(var_list, "rest", None)
    if rest is None and not variables and not call.sees_all():
        rest = Unknown("what was called before may have made variables")
    if rest is not None and not variables:
        if not is_hidden(rest):
            call.cannot_know("which variables are trained is not known", may_make=True)
        gradients_of(call, loss, [], None, grad_loss)
        return ListValue((), rest)
    if not variables:
        call.raise_("ValueError", "No variables to optimize.", kind="argument")
    where = place(call.state)
    if where is not None and where.index is None and any(v in call.graph.get_collection(MIRRORED) for v in variables):
        call.raise_(
            "ValueError",
            "`handle` is not available outside the replica context or a `tf.distribute.Strategy.update()` call.",
            kind="argument",
        )
    found = gradients_of(call, loss, variables, None, grad_loss, gated=gate_gradients == 1)
    if gate_gradients == 2:
        make(call, "NoOp", "tuple/group_deps")
    sure = [v for g, v in zip(found, variables, strict=True) if g is not None and not isinstance(g, Unknown)]
    call.method(self, "_assert_valid_dtypes", ListValue(sure))
    return ListValue(list(zip(found, variables, strict=True)), rest)


def pairs_of(call: Call, grads_and_vars: AnyValue) -> tuple[list[tuple[Any, Any]], Any]:
    """The (gradient, variable) pairs, and why there may be more."""
    held = grads_and_vars.items if isinstance(grads_and_vars, ListValue) else None
    members = held or (grads_and_vars if isinstance(grads_and_vars, Unknown) else call.members(grads_and_vars))
    if isinstance(members, Unknown):
        return [], members
    pairs = []
    rest = getattr(grads_and_vars, "rest", None)
    for member in members:
        pair = member if isinstance(member, Unknown) else call.members(member)
        if isinstance(pair, Unknown) or len(pair) != 2:
            rest = rest or (pair if isinstance(pair, Unknown) else call.unknown("no pair of gradient and variable"))
            continue
        pairs.append((pair[0], pair[1]))
    return pairs, rest


def as_text(value: AnyValue) -> str:
    """`str(v)` of a variable, as TF's messages have it."""
    if isinstance(value, Variable):
        dtype = value.tf_dtype
        name = getattr(dtype, "name", None) or hole("dtype")
        return f"<tf.Variable '{value.name}:0' shape={shape_text(value.shape)} dtype={name}>"
    return str(value)


@optimizer.method
def minimize(
    call: Call,
    self: InstanceValue,
    loss: Any,
    global_step: AnyValue,
    var_list: AnyValue,
    gate_gradients: AnyValue,
    aggregation_method: AnyValue,
    colocate_gradients_with_ops: AnyValue,
    name: AnyValue,
    grad_loss: AnyValue,
) -> Any:
    """TF: Optimizer.minimize."""
    grads_and_vars = call.method(
        self,
        "compute_gradients",
        loss,
        var_list=var_list,
        gate_gradients=gate_gradients,
        aggregation_method=aggregation_method,
        colocate_gradients_with_ops=colocate_gradients_with_ops,
        grad_loss=grad_loss,
    )
    pairs, rest = pairs_of(call, grads_and_vars)
    if pairs and rest is None and all(gradient is None for gradient, _ in pairs):
        listed = [as_text(variable) for _, variable in pairs]
        call.raise_(
            "ValueError",
            "No gradients provided for any variable, check your graph for ops that do not "
            f"support gradients, between variables {listed} and loss {loss}.",
            kind="argument",
        )
    return call.method(self, "apply_gradients", grads_and_vars, global_step=global_step, name=name)


@optimizer.method
def apply_gradients(
    call: Call, self: InstanceValue, grads_and_vars: AnyValue, global_step: AnyValue, name: AnyValue
) -> Any:
    """TF: Optimizer.apply_gradients. In a replica of a distribution strategy all gradients are applied in one merge."""
    where = place(call.state)
    if where is None:
        return applied(call, self, grads_and_vars, global_step, name)
    if where.index is None:
        call.raise_(
            "RuntimeError",
            "Use `_distributed_apply()` instead of `apply_gradients()` in a cross-replica context.",
            kind="argument",
        )
    return merge(call, lambda: applied(call, self, grads_and_vars, global_step, name))


def applied(call: Call, self: InstanceValue, grads_and_vars: AnyValue, global_step: AnyValue, name: AnyValue) -> Any:
    """TF: Optimizer.apply_gradients and _distributed_apply."""
    pairs, rest = pairs_of(call, grads_and_vars)
    if not pairs and rest is None:
        if call.sees_all():
            call.raise_("ValueError", "No variables provided.", kind="argument")
        rest = Unknown("what was called before may have made variables")
    trained = [v for g, v in pairs if g is not None]
    if not trained and rest is None:
        listed = [as_text(variable) for _, variable in pairs]
        call.raise_("ValueError", f"No gradients provided for any variable: {listed}.", kind="argument")
    # Where others were made by what was not followed, that is known already, and while it made none these are all.
    if rest is not None and not is_hidden(rest) and not (trained and is_unseen(rest)):
        if not is_unseen(rest):
            call.cannot_know("which variables are trained is not known", may_make=True)
        pairs += possibly_trained(call, trained)
        trained = [v for g, v in pairs if g is not None]
    graph = call.graph
    with trained_if(call.state, pairs):
        if trained:
            call.method(self, "_create_slots", ListValue(trained))
    own = call.getattr(self, "_name")
    updates: list[Any] = []
    with operations.scope(call, name, graph_name(own, "")) as scope:
        call.method(self, "_prepare")
        for gradient, variable in pairs:
            if gradient is None:
                continue
            with graph.name_scope("update_" + op_name(variable)):
                updates.append(update_op(call, self, gradient, variable))
        return finish_updates(call, self, updates, global_step, scope)


def possibly_trained(call: Call, trained: list[Any]) -> list[tuple[Any, Any]]:
    """Where it is not known which variables are trained, any that can be may be."""
    listed = {variable.index for variable in trained if isinstance(variable, Variable)}
    return [
        (call.unknown(f"whether {variable.name} is trained", f"gradient of {variable.name}"), variable)
        for variable in trainable_variables(call)
        if isinstance(variable, Variable) and variable.index not in listed
    ]


@contextmanager
def trained_if(state: Any, pairs: list[tuple[Any, Any]]) -> Iterator[None]:
    """Slots made within hang on it that their variable is trained, wherever its gradient may be None. What is made once
    for all, as Adam's powers are, is made where any is."""
    doubtful = {
        v.index: (f"{v.name} is trained",) for g, v in pairs if isinstance(g, Unknown) and isinstance(v, Variable)
    }
    former, state.trained_if = state.trained_if, doubtful
    none_sure = bool(pairs) and all(g is None or isinstance(g, Unknown) for g, _ in pairs)
    try:
        with state.under(("any variable is trained",) if none_sure and doubtful else ()):
            yield
    finally:
        state.trained_if = former


def update_op(call: Call, self: InstanceValue, gradient: AnyValue, variable: AnyValue) -> Any:
    """TF: the processors' update_op."""
    resource = isinstance(variable, Variable) and variable.is_resource is True
    if isinstance(gradient, IndexedSlices):
        if resource:
            return call.method(
                self, "_resource_apply_sparse_duplicate_indices", gradient.values, variable, gradient.indices
            )
        return call.method(self, "_apply_sparse_duplicate_indices", gradient, variable)
    return call.method(self, "_resource_apply_dense" if resource else "_apply_dense", gradient, variable)


def finish_updates(call: Call, self: InstanceValue, updates: list[Any], global_step: AnyValue, scope: str) -> Any:
    """The end of TF's apply_gradients: the step is counted and the operation put among the train operations."""
    if global_step is None:
        done = call.method(self, "_finish", ListValue(updates), scope)
    else:
        finished = call.method(self, "_finish", ListValue(updates), "update")
        with waiting(call, [finished] if isinstance(finished, (Operation, Tensor)) else ()):
            resource = isinstance(global_step, Variable) and global_step.is_resource is True
            one = make(call, "Const", "Const" if resource else "value", (), dtype_of(global_step))
            if resource:
                done = make(call, "AssignAddVariableOp", scope).op
            else:
                done = make(call, "AssignAdd", scope, (), dtype_of(global_step)).op
            call.graph.draw(done.name, global_step, one)
    if isinstance(done, Tensor):
        done = done.op
    if done not in call.graph.get_collection("train_op"):
        add_to(call, "train_op", done)
    return done


@optimizer.method
def get_slot(call: Call, self: InstanceValue, var: AnyValue, name: AnyValue) -> Any:
    slots = slots_of(call, self)
    named = slots.items.get(name) if isinstance(slots, DictValue) and isinstance(name, str) else None
    if not isinstance(named, DictValue):
        return None if isinstance(slots, DictValue) else call.unknown("slots that are not known")
    if isinstance(var, Unknown):
        return call.unknown("slot of a variable that is not known")
    found = named.items.get(var_key(var))
    # One that hangs on its variable's being trained may not be there.
    return found if not hangs_on_test(call, found) else join_values(found, None)


@optimizer.method
def get_slot_names(call: Call, self: InstanceValue) -> Any:
    return ListValue(sorted(slots_of(call, self).items))


@optimizer.method
def variables(call: Call, self: InstanceValue) -> Any:
    """TF: Optimizer.variables. Those in the current graph, by name."""
    graph = call.graph
    slots = slots_of(call, self)
    found = list(call.method(self, "_non_slot_variables").items)
    for named in slots.items.values():
        found += [slot for slot in named.items.values() if getattr(slot, "graph", graph) is graph]
    return shown(call, Members(sorted((v for v in found if getattr(v, "graph", graph) is graph), key=op_name)))


def var_key(var: AnyValue) -> Any:
    """TF: _var_key."""
    return getattr(var, "graph", None), op_name(var)


def slots_of(call: Call, self: InstanceValue) -> Any:
    """What Optimizer.__init__ begins. A class whose own constructor leaves that out has none."""
    held = self.attrs.get("_slots") if isinstance(self, InstanceValue) else None
    if held is None:
        message = f"'{call.class_of(self).name}' object has no attribute '_slots'"
        call.raise_("AttributeError", message, kind="argument")
    return held


def slot_dict(self: InstanceValue, call: Call, slot_name: AnyValue) -> DictValue:
    slots = slots_of(call, self)
    named = slots.items.get(slot_name)
    if named is None:
        named = OwnDict()
        slots.touch()
        slots.items[slot_name] = named
    return named  # type: ignore[no-any-return]


@optimizer.method
def _slot_dict(call: Call, self: InstanceValue, slot_name: AnyValue) -> Any:
    return slot_dict(self, call, slot_name)


def remember(call: Call, self: InstanceValue, var: Any, slot_name: Any, create: Any) -> Any:
    """The slot that is there, else the one that `create` gives."""
    named = slot_dict(self, call, slot_name)
    key = var_key(var)
    if key not in named.items:
        slot = create()
        named.touch()
        named.items[key] = slot
    return named.items[key]


@optimizer.method
def _get_or_make_slot(call: Call, self: InstanceValue, var: Any, val: Any, slot_name: Any, op_name: Any) -> Any:
    return remember(call, self, var, slot_name, lambda: make_slot_from_tensor(call, var, val, graph_name(op_name, "")))


@optimizer.method
def _get_or_make_slot_with_initializer(
    call: Call, self: InstanceValue, var: Any, initializer: Any, shape: Any, dtype: Any, slot_name: Any, op_name: Any
) -> Any:
    return remember(
        call, self, var, slot_name, lambda: make_slot(call, var, initializer, shape, dtype, graph_name(op_name, ""))
    )


@optimizer.method
def _zeros_slot(call: Call, self: InstanceValue, var: Any, slot_name: Any, op_name: Any) -> Any:
    return remember(call, self, var, slot_name, lambda: make_zeros_slot(call, var, graph_name(op_name, "")))


@optimizer.method
def _create_non_slot_variable(
    call: Call, self: InstanceValue, initial_value: AnyValue, name: AnyValue, colocate_with: AnyValue
) -> Any:
    """TF: Optimizer._create_non_slot_variable. One for each graph; of the kind of the variable it lies with."""
    held = call.getattr(self, "_non_slot_dict")
    key = (name, getattr(colocate_with, "graph", call.graph))
    if key not in held.items:
        made = make_variable(call, initial_value, graph_name(name, ""), getattr(colocate_with, "is_resource", False))
        held.touch()
        held.items[key] = made
    return held.items[key]


@optimizer.method
def _get_non_slot_variable(call: Call, self: InstanceValue, name: AnyValue, graph: Graph) -> Any:
    return call.getattr(self, "_non_slot_dict").items.get((name, graph))


@optimizer.method
def _non_slot_variables(call: Call, self: InstanceValue) -> Any:
    return ListValue(call.getattr(self, "_non_slot_dict").items.values())


@optimizer.method
def _assert_valid_dtypes(call: Call, self: InstanceValue, tensors: AnyValue) -> None:
    """TF: Optimizer._assert_valid_dtypes."""
    valid = call.method(self, "_valid_dtypes")
    if not isinstance(valid, (SetValue, ListValue)) or valid.rest is not None:
        return
    listed = list(valid.items)
    for tensor in flatten(tensors):
        dtype = dtype_of(tensor, None)
        if isinstance(dtype, DType) and dtype not in listed:
            name = getattr(tensor, "tf_name", "")
            call.raise_("ValueError", f"Invalid type {dtype!r} for {name}, expected: {listed}.", kind="argument")


@optimizer.method
def _valid_dtypes(call: Call, self: InstanceValue) -> Any:
    return SetValue([DTYPES[name] for name in FLOATS])


@optimizer.method
def _create_slots(call: Call, self: InstanceValue, var_list: AnyValue) -> None:
    return None


@optimizer.method
def _prepare(call: Call, self: InstanceValue) -> None:
    return None


def not_implemented(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    call.raise_("NotImplementedError", "", kind="argument")


for _name in ("_apply_dense", "_resource_apply_dense", "_apply_sparse", "_resource_apply_sparse"):
    optimizer.method(not_implemented, name=_name, raw=True)


@optimizer.method
def _apply_sparse_duplicate_indices(call: Call, self: InstanceValue, grad: Any, var: Any) -> Any:
    """TF: _deduplicate_indexed_slices, and what is left for the subclass."""
    return call.method(self, "_apply_sparse", deduplicated(call, grad), var)


@optimizer.method
def _resource_apply_sparse_duplicate_indices(
    call: Call, self: InstanceValue, grad: AnyValue, handle: AnyValue, indices: AnyValue
) -> Any:
    slices = deduplicated(call, IndexedSlices(grad, indices))
    return call.method(self, "_resource_apply_sparse", slices.values, handle, slices.indices)


def deduplicated(call: Call, grad: IndexedSlices) -> IndexedSlices:
    """TF: _deduplicate_indexed_slices."""
    unknown = call.unknown("shape of a sparse gradient")
    unique = make(call, "Unique", "Unique", (None,), dtype_of(grad.indices))
    shape = make(call, "Shape", "Shape", (1,), DTYPES["int32"])
    count = make(
        call,
        "StridedSlice",
        "strided_slice",
        (),
        DTYPES["int32"],
        inner=(("stack", "Const"), ("stack_1", "Const"), ("stack_2", "Const")),
    )
    values = make(call, "UnsortedSegmentSum", "UnsortedSegmentSum", unknown, dtype_of(grad.values))
    graph = call.graph
    graph.draw(unique.op_name, grad.indices)
    graph.draw(shape.op_name, unique)
    graph.draw(count.op_name, shape, *(f"{count.op_name}/{each}" for each in ("stack", "stack_1", "stack_2")))
    graph.draw(values.op_name, grad.values, f"{unique.op_name}:1", count)
    return IndexedSlices(values, unique, grad.dense_shape)


@optimizer.method
def _finish(call: Call, self: InstanceValue, update_ops: AnyValue, name_scope: AnyValue) -> Any:
    """TF: Optimizer._finish: a group."""
    made = Operation(call.graph.op("NoOp", graph_name(name_scope, "")), "NoOp", call.graph)
    call.graph.draw_after(made.name, update_ops.items if isinstance(update_ops, ListValue) else ())
    return made


@optimizer.method
def _call_if_callable(call: Call, self: InstanceValue, param: AnyValue) -> Any:
    return call_if_callable(call, param)


@optimizer.staticmethod
def _scale_loss(call: Call, loss_value: AnyValue) -> Any:
    return loss_value


@optimizer.method(raw=True)
def _restore_slot_variable(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None
