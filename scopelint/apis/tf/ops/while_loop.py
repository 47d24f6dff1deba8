"""tf.while_loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make as node
from scopelint.apis.tf.framework.callables import is_callable
from scopelint.apis.tf.framework.control_flow_contexts import drawn, within
from scopelint.apis.tf.framework.conversion import graph_shape, is_set
from scopelint.apis.tf.framework.structures import differ, flatten, other_members, refill, standing_for, unsettled
from scopelint.apis.tf.ops.control_flow import _as_leaf, op_like
from scopelint.apis.tf.ops.tensor_array import is_array
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.dependences import of_variable, through
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import (
    BOOL,
    INT32,
    Dims,
    DType,
    IndexedSlices,
    SparseTensor,
    Tensor,
    TensorShape,
    shape_text,
)

api = Namespace("tf")


def loop_leaf(call: Call, value: Any) -> Any:
    """A loop variable as a tensor: a TensorArray is its flow."""
    if is_array(value):
        return value.attrs["flow"]
    if isinstance(value, (IndexedSlices, SparseTensor)):
        return operations.convert(call, value.values)
    return operations.convert(call, value)


def while_loop(
    call: Call,
    condition: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: AnyValue,
    shape_invariants: AnyValue = None,
) -> tuple[Any, list[Tensor]]:
    """TF: WhileContext.BuildLoop, in the current name scope. `condition` and `body` take the members of `loop_vars`;
    gives the structure that the body gave and the tensors that leave the loop."""
    leaves = flatten(loop_vars)
    tensors = [loop_leaf(call, leaf) for leaf in leaves]
    if shape_invariants is None:
        shapes: list[Any] = [tensor.shape for tensor in tensors]
    else:
        invariants = flatten_shapes(call, shape_invariants, len(tensors))
        if len(invariants) != len(tensors):
            call.raise_("ValueError", "The two structures don't have the same nested structure.", kind="argument")
        shapes = [
            tensor.shape if invariant is None else invariant[0]
            for tensor, invariant in zip(tensors, invariants, strict=True)
        ]
        for tensor, shape in zip(tensors, shapes, strict=True):
            if not as_specific(tensor.shape, shape):
                call.raise_(
                    "ValueError",
                    f"The shape invariant specified for {tensor.tf_name} is not compatible with "
                    "the initial shape of the loop variable. It enters the loop with shape "
                    f"{shape_text(tensor.shape)}, but the specified shape invariant is "
                    f"{shape_text(shape)}.",
                    kind="shape",
                )

    def each(kind: str, **changes: Any) -> list[Tensor]:
        return [
            op_like(call, kind, tensor, kind, shape=shape, **changes)
            for tensor, shape in zip(tensors, shapes, strict=True)
        ]

    def given(turn: list[Tensor]) -> list[Any]:
        """What a function of the loop is handed. Of what is not known it is not known whether it is one tensor."""
        parts = [
            leaf if type(leaf) is Unknown else standing_for(tensor, leaf)
            for leaf, tensor in zip(leaves, turn, strict=True)
        ]
        return members_of(repack(call, loop_vars, parts))

    enters = each("Enter")
    merges = each("Merge")
    members = given(merges)
    context = drawn(call, "while", merges[0].op_name) if merges else None
    with within(call, "while", context):
        tested = operations.convert(call, condition(*members))
    graph = call.graph
    test = graph.op("LoopCond", "LoopCond")
    switches = each("Switch")
    turns = each("Identity")
    bits = {at: call.state.next_bit() for at, turn in enumerate(turns) if len(turns) > 1 and _carries(turn)}
    for at, bit in bits.items():
        turns[at].deps |= of_variable(bit)
    members = given(turns)
    if context is not None:
        graph.draw(test, tested)
        assert graph.drawing is not None
        for name in (test, *(each.op_name for each in (*enters, *merges, *switches, *turns))):
            graph.drawing.put(name, context)
        context.pred = test
        context.pivot = turns[0].op_name
        for merge, switch, turn in zip(merges, switches, turns, strict=True):
            graph.draw(switch.op_name, merge, test)
            graph.draw(turn.op_name, f"{switch.op_name}:1")
    with within(call, "while", context):
        result = body(*members)
    if (
        not isinstance(result, (ListValue, tuple))
        and not (isinstance(result, InstanceValue) and isinstance(result.payload, tuple))
        and not isinstance(result, DictValue)
    ):
        result = ListValue([result])
    out = flatten(result)
    unknown = unsettled(result, loop_vars) if len(out) != len(tensors) else None
    if unknown is not None:
        out = [operations.opaque_tensor(call, unknown) for _ in tensors]
        result = repack(call, loop_vars, out)
    elif len(out) != len(tensors):
        unlike(call, "ValueError")
    # TF takes what is of another dtype, too.
    finals = [loop_leaf(call, leaf) for leaf in out]
    for tensor, final, shape in zip(tensors, finals, shapes, strict=True):
        check_invariant(call, tensor, final, shape)
    reach = _what_leaves(tensors, finals, bits)
    for enter, merge, final, back in zip(enters, merges, finals, each("NextIteration"), strict=True):
        graph.draw(back.op_name, final)
        graph.draw(merge.op_name, enter, back)
        if context is not None and graph.drawing is not None:
            graph.drawing.put(back.op_name, context)
    exits = []
    for tensor, shape, switch, deps in zip(tensors, shapes, switches, reach, strict=True):
        exits.append(op_like(call, "Exit", tensor, "Exit", shape=shape, deps=deps if _carries(tensor) else 0))
        graph.draw(exits[-1].op_name, switch.op_name)
    if context is not None and graph.drawing is not None:
        context.exits = [each.op_name for each in exits]
        context.enters = [each.op_name for each in enters]
        graph.drawing.loops.append(context)
    return result, exits


def _carries(tensor: Tensor) -> bool:
    """May a gradient pass through a loop variable?"""
    return not isinstance(tensor.dtype, DType) or tensor.dtype.is_floating


def _what_leaves(tensors: list[Tensor], finals: list[Tensor], bits: dict[int, int]) -> list[int]:
    """What each loop variable depends on when it leaves: on what it was when it entered, and on what the body makes it
    of, which may be others of them. `bits`: place -> the bits that stood for a loop variable in the body.

    TF: gradients_util._PendingCount, which follows each Exit back through its own Merge alone."""
    reach = [tensor.deps for tensor in tensors]
    if len(tensors) == 1:
        return [reach[0] | finals[0].deps]
    while True:
        carried = {bit: reach[at] for at, bit in bits.items()}
        now = [one | through(final.deps, carried) for one, final in zip(reach, finals, strict=True)]
        if now == reach:
            return now
        reach = now


def unlike(call: Call, error: str) -> None:
    """Raises what TF says of structures that are not alike; nothing where `error` is empty."""
    if error:
        call.raise_(error, "The two structures don't have the same nested structure.", kind="argument")


def flatten_shapes(call: Call, shapes: AnyValue, count: int) -> list[Any]:
    """`shape_invariants`: for each leaf (shape,), or None where it is not told; of `count` leaves where how many there
    are is not known."""
    if shapes is None:
        return [None] * count
    others = other_members(shapes)
    if others is not None:
        return [(others.derive(""),)] * count
    out = _shape_leaves(call, shapes)
    if None not in out and not any(isinstance(leaf[0], Unknown) for leaf in out):
        return out
    return out if len(out) == count else (out + [None] * count)[:count]


def _shape_leaves(call: Call, shapes: AnyValue) -> list[Any]:
    if isinstance(shapes, DictValue):
        shapes = ListValue([shapes.items[key] for key in sorted(shapes.items, key=str)], shapes.rest)
    if isinstance(shapes, (ListValue, tuple)):
        members = shapes.items if isinstance(shapes, ListValue) else list(shapes)
        if not all(isinstance(m, (int, Unknown)) or m is None for m in members) or not members:
            rest = [(shapes.rest,)] if isinstance(shapes, ListValue) and shapes.rest is not None else []
            return [leaf for member in members for leaf in _shape_leaves(call, member)] + rest
    if shapes is None:
        return [None]
    if isinstance(shapes, Unknown):
        return [(shapes.derive(""),)]
    return [(graph_shape(call, shapes),)]


def as_specific(found: Dims, shape: Dims) -> bool:
    """TF: _ShapeLessThanOrEqual. True as well where it cannot be told."""
    if shape is None or isinstance(shape, Unknown) or isinstance(found, Unknown):
        return True
    if found is None or len(found) != len(shape):
        return False
    return all(
        b is None or isinstance(a, Unknown) or isinstance(b, Unknown) or a == b
        for a, b in zip(found, shape, strict=True)
    )


def check_invariant(call: Call, entered: Tensor, final: Tensor, shape: Dims) -> None:
    """TF: _EnforceShapeInvariant."""
    found = final.shape
    if not as_specific(found, shape):
        call.raise_(
            "ValueError",
            f"Input tensor '{entered.tf_name}' enters the loop with shape "
            f"{shape_text(entered.shape)}, but has shape {shape_text(found)} after one iteration."
            " To allow the shape to vary across iterations, use the `shape_invariants` argument "
            "of tf.while_loop to specify a less-specific shape.",
            kind="shape",
        )


def repack(call: Call, structure: AnyValue, tensors: list[Any]) -> Any:
    return refill(
        structure, iter([_as_leaf(leaf, tensor) for leaf, tensor in zip(flatten(structure), tensors, strict=True)])
    )


def members_of(structure: AnyValue) -> list[Any]:
    if isinstance(structure, ListValue):
        return structure.items
    if isinstance(structure, tuple):
        return list(structure)
    payload = getattr(structure, "payload", None)
    return list(payload) if isinstance(payload, tuple) else [structure]


def bounded(
    call: Call, condition: Any, body: Any, loop_vars: Any, most: Any, shape_invariants: Any = None, pack: bool = False
) -> tuple[Any, list[Tensor]]:
    """TF: while_loop with `maximum_iterations`: a counter runs along."""
    if not isinstance(most, Tensor):
        most = operations.convert(call, most, None, "maximum_iterations")
    counter = node(call, "Const", "iteration_counter", (), INT32)

    def both(i: Any, *own: Any) -> Any:
        counts = node(call, "Less", "Less", (), BOOL)
        goes_on = condition(*own)
        both = node(call, "LogicalAnd", "LogicalAnd", (), BOOL)
        call.graph.draw(counts.op_name, i, most)
        call.graph.draw(both.op_name, counts, goes_on)
        return both

    def step(i: Any, *own: Any) -> Any:
        add = call.graph.op("AddV2", "add", inner=(("y", "Const"),))
        call.graph.draw(add, i, f"{add}/y")
        result = body(*own)
        if not isinstance(result, (ListValue, tuple)):
            result = (result,)
        members = result.items if isinstance(result, ListValue) else list(result)
        return (Tensor(add, 0, "AddV2", (), INT32, call.graph), *members)

    invariants = None
    if shape_invariants is not None:
        held = members_of(shape_invariants)
        invariants = (TensorShape(()), *held)
    result, exits = while_loop(call, both, step, (counter, *members_of(loop_vars)), invariants)
    members = members_of(result)[1:]
    return (ListValue(members) if isinstance(loop_vars, ListValue) else tuple(members)), exits[1:]


def turns_test(call: Call, kind: str, bound: AnyValue = 0) -> Callable[..., Any]:
    """The loop's test `i < n` or `i > 0`, as an operation; a bound that is no tensor is its constant."""
    inner = () if isinstance(bound, Tensor) else (("y", "Const"),)

    def test(i: AnyValue, *others: Any) -> Tensor:
        full = call.graph.op(kind, kind, inner=inner)
        call.graph.draw(full, i, f"{full}/y" if inner else bound)
        return Tensor(full, 0, kind, (), BOOL, call.graph)

    return test


@api.function(name="while_loop")
def tf_while_loop(
    call: Call,
    cond: Any,
    body: Any,
    loop_vars: Any,
    shape_invariants: Any,
    name: Any,
    maximum_iterations: Any,
    return_same_structure: Any,
) -> Any:
    """TF: control_flow_ops.while_loop. The body is traced once."""
    with operations.scope(call, name, "while"):
        more = other_members(loop_vars)
        if isinstance(loop_vars, (ListValue, tuple)) and not members_of(loop_vars) and more is None:
            call.raise_("ValueError", "No loop variables provided", kind="argument")
        for label, function in (("cond", cond), ("body", body)):
            if not is_callable(function) and not isinstance(function, Unknown):
                call.raise_("TypeError", f"{label} must be callable.", kind="argument")
        if isinstance(loop_vars, Unknown) or more is not None:
            return call.cannot_know("a while_loop over what is not known", may_make=True)
        if not isinstance(loop_vars, (ListValue, tuple, DictValue, InstanceValue)):
            loop_vars = ListValue([loop_vars])

        def test(*args: Any) -> Any:
            return call.invoke(cond, *args)

        loose: list[Unknown] = []
        invariants = shape_invariants if is_set(shape_invariants) else None
        counted = is_set(maximum_iterations)
        alone = len(members_of(loop_vars)) == 1 and return_same_structure is not True
        # With a counter beside it, one variable stands by itself, and of several the list itself is compared.
        inside = members_of(loop_vars)[0] if alone else loop_vars
        if invariants is not None and isinstance(loop_vars, (ListValue, tuple)):
            unlike(call, differ(inside if counted else loop_vars, invariants))

        def turn(*args: Any) -> Any:
            result = call.invoke(body, *args)
            loose.extend([result] if isinstance(result, Unknown) else ())
            if counted:
                unlike(call, differ(inside, result))
            else:
                unlike(call, differ(ListValue(args), ListValue(members_of(result))))
            return result

        if counted:
            result, exits = bounded(call, test, turn, loop_vars, maximum_iterations, invariants)
        else:
            result, exits = while_loop(call, test, turn, loop_vars, invariants)
    made = repack(call, result, exits)
    if return_same_structure is True:
        return made
    if loose and len(exits) > 1:
        # As the body gives a list or a tuple, so does the loop.
        return loose[0].derive("")
    members = members_of(made)
    return members[0] if len(exits) == 1 and len(members) == 1 else made
