"""Control flow in the graph: tf.cond, tf.case, tf.while_loop, tf.map_fn and its kin, tf.group, TensorArray."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make as node
from scopelint.apis.tf.framework.callables import is_callable
from scopelint.apis.tf.framework.control_flow_contexts import within
from scopelint.apis.tf.framework.conversion import given, graph_name, graph_shape, is_set
from scopelint.apis.tf.framework.python_values import base
from scopelint.apis.tf.framework.restoring import initialized_by, remember_initializer
from scopelint.apis.tf.framework.structures import flatten, refill
from scopelint.apis.tf.ops.tensor_array import array_like, is_array
from scopelint.values.base import Unknown, Value
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import (
    BOOL,
    INT32,
    Dims,
    DType,
    IndexedSlices,
    Operation,
    SparseTensor,
    Tensor,
    Variable,
    shape_text,
)

api = Namespace("tf")


def like(call: Any, kind: str, source: Any, name: str | None = None, **changes: Any) -> Tensor:
    """An operation whose output is as its input."""
    fields = {"shape": source.shape, "dtype": base(source.dtype), "deps": source.deps, **changes}
    return node(call, kind, name, **fields)


def call_branch(call: Any, function: Any) -> Any:
    """A branch: a function of the program, or of a summary."""
    if isinstance(function, Value):
        return call.invoke(function)
    return function()


# cond


class Outside:
    """Which tensors lie outside of a control-flow context: what existed when it was entered."""

    __slots__ = ("graph", "names")

    def __init__(self, call: Any) -> None:
        self.graph = call.graph
        self.names = set(call.graph.ops.items)

    def has(self, tensor: Tensor) -> bool:
        # A variable is lifted out of the context that it is made in, and its snapshot with it.
        name = tensor.op_name
        return name in self.names or (
            name.endswith("/read") and self.graph.ops.items.get(name[:-5]) in ("VariableV2", "VarHandleOp")
        )


def branch_outputs(call: Any, result: Any, outside: Outside) -> list[Tensor]:
    """TF: CondContext._BuildCondTensor: an operation becomes an identity, what is from outside passes a Switch."""
    out = []
    seen: dict[int, Tensor] = {}
    for leaf in flatten(result):
        if isinstance(leaf, Operation):
            out.append(node(call, "Identity", "control_dependency", (), BOOL))
            continue
        if is_array(leaf):
            leaf = leaf.attrs["flow"]
        if isinstance(leaf, (IndexedSlices, SparseTensor)):
            leaf = leaf.values
        if isinstance(leaf, Unknown):
            out.append(operations.opaque_tensor(call, leaf))
            continue
        if id(leaf) in seen:
            out.append(seen[id(leaf)])
            continue
        tensor = operations.convert(call, leaf)
        if outside.has(tensor):
            tensor = seen[id(leaf)] = like(call, "Switch", tensor, "Switch")
        out.append(tensor)
    return out


def merged(call: Any, one: Tensor, two: Tensor) -> Tensor:
    """TF: merge. Where two shapes differ the output's is not known to TF."""
    return node(call, "Merge", "Merge", merged_shape(one.shape, two.shape), base(one.dtype), one.deps | two.deps)


def merged_shape(one: Dims, two: Dims) -> Dims:
    """The shape function of Merge in C++."""
    if isinstance(one, Unknown) or isinstance(two, Unknown):
        return one if isinstance(one, Unknown) else two
    if one is None or two is None or len(one) != len(two):
        return None
    out = []
    for a, b in zip(one, two, strict=True):
        if isinstance(a, Unknown) or isinstance(b, Unknown):
            out.append(a if a is b else Unknown("differs between the branches of a cond"))
        else:
            out.append(a if a == b else None)
    return tuple(out)


def cond(call: Any, pred: Any, true_fn: Any, false_fn: Any, name: Any = None, strict: Any = False) -> Any:
    """TF: control_flow_ops.cond, version 1: both branches are traced, one after the other."""
    if isinstance(pred, bool):
        with operations.scope(call, name, "cond"):
            call.raise_("TypeError", "pred must not be a Python bool", kind="argument")
    with operations.scope(call, name, "cond"):
        graph = call.graph
        given_pred = operations.convert(call, pred) if not isinstance(pred, Tensor) else pred
        if isinstance(given_pred.dtype, DType) and not given_pred.dtype.is_bool:
            call.raise_(
                "TypeError",
                f"Input 'pred' of 'Switch' Op has type {given_pred.dtype.base_name} that does not "
                "match expected type of bool.",
                kind="argument",
            )
        graph.op("Switch", "Switch")
        for each in ("switch_t", "switch_f", "pred_id"):
            graph.op("Identity", each)
        results, tensors = [], []
        for function, label in ((true_fn, "true_fn"), (false_fn, "false_fn")):
            outside = Outside(call)
            with within(call, "cond"):
                result = call_branch(call, function)
            if result is None:
                call.raise_("ValueError", f"{label} must have a return value.", kind="argument")
            results.append(result)
            tensors.append(branch_outputs(call, result, outside))
        if len(tensors[0]) != len(tensors[1]):
            if any(isinstance(r, Unknown) for r in results):
                return next(r for r in results if isinstance(r, Unknown))
            call.raise_("ValueError", "The two structures don't have the same nested structure.", kind="argument")
        outputs = []
        for one, two in zip(*tensors, strict=True):
            check_types(call, one, two)
            outputs.append(merged(call, one, two))
    del given_pred
    return packed(call, results[0], iter(outputs), strict is not True)


def check_types(call: Any, one: Tensor, two: Tensor) -> None:
    a, b = one.dtype, two.dtype
    if isinstance(a, DType) and isinstance(b, DType) and a.base_dtype is not b.base_dtype:
        call.raise_(
            "ValueError",
            f"Outputs of true_fn and false_fn must have the same type: {a.name}, {b.name}",
            kind="argument",
        )


def _as_leaf(leaf: Any, tensor: Tensor) -> Any:
    if isinstance(leaf, IndexedSlices):
        return IndexedSlices(tensor, leaf.indices, leaf.dense_shape)
    if isinstance(leaf, SparseTensor):
        return SparseTensor(leaf.indices, tensor, leaf.dense_shape, leaf.shape)
    return array_like(leaf, tensor) if is_array(leaf) else tensor


def packed(call: Any, structure: Any, outputs: Iterator[Tensor], unpack: bool) -> Any:
    """TF: nest.pack_sequence_as; a list or tuple of one is given as that one."""

    made = refill(structure, iter([_as_leaf(leaf, next(outputs)) for leaf in flatten(structure)]))
    if unpack and isinstance(made, (ListValue, tuple)):
        members = made.items if isinstance(made, ListValue) else made
        if len(members) == 1:
            return members[0]
    return made


@api.function(name="cond")
def tf_cond(call: Any, pred: Any, true_fn: Any, false_fn: Any, strict: Any, name: Any, fn1: Any, fn2: Any) -> Any:
    for label, function, old, old_label in (("true_fn", true_fn, fn1, "fn1"), ("false_fn", false_fn, fn2, "fn2")):
        if not is_set(function) and not is_set(old):
            call.raise_("TypeError", f"cond(): {label} argument required", kind="argument")
        if is_set(function) and is_set(old):
            call.raise_("TypeError", f"cond(): {label} and {old_label} may not be set simultaneously.", kind="argument")
    true_fn, false_fn = true_fn if is_set(true_fn) else fn1, false_fn if is_set(false_fn) else fn2
    for label, function in (("true_fn", true_fn), ("false_fn", false_fn)):
        if not is_callable(function) and not isinstance(function, Unknown):
            call.raise_("TypeError", f"{label} must be callable.", kind="argument")
    return cond(call, pred, true_fn, false_fn, given(name), strict)


def smart_cond(call: Any, pred: Any, true_fn: Any, false_fn: Any, name: Any = None) -> Any:
    """TF: smart_cond: a Python bool, or a tensor of known value, picks its branch while the graph is built."""
    const = pred.const if isinstance(pred, Tensor) else pred
    if isinstance(const, (bool, int)):
        return call_branch(call, true_fn if const else false_fn)
    if isinstance(pred, (Tensor, Variable)):
        return cond(call, pred, true_fn, false_fn, name)
    return call_branch(call, true_fn if bool(pred) else false_fn)


for _namespace in ("tf.contrib.framework", "tensorflow.python.framework.smart_cond"):
    Namespace(_namespace).function(
        lambda call, pred, true_fn, false_fn, name: smart_cond(call, pred, true_fn, false_fn, given(name)),
        name="smart_cond",
    )


@Namespace("tensorflow.python.layers.utils").function(name="smart_cond")
def utils_smart_cond(call: Any, pred: Any, true_fn: Any, false_fn: Any, name: Any) -> Any:
    return smart_cond(call, pred, true_fn, false_fn, given(name))


def constant_value(call: Any, pred: Any) -> Any:
    """TF: smart_constant_value: True, False or None."""
    const = pred.const if isinstance(pred, Tensor) else pred
    if isinstance(const, (bool, int)):
        return bool(const)
    return call.unknown("whether a predicate is known") if isinstance(const, Unknown) else None


Namespace("tf.contrib.framework").function(lambda call, pred: constant_value(call, pred), name="smart_constant_value")
Namespace("tensorflow.python.framework.smart_cond").function(
    lambda call, pred: constant_value(call, pred), name="smart_constant_value"
)
Namespace("tensorflow.python.layers.utils").function(
    lambda call, pred: constant_value(call, pred), name="constant_value"
)


# case


def pairs_of(call: Any, pred_fn_pairs: Any) -> list[Any] | Unknown:
    """TF: _case_verify_and_canonicalize_args. A plain dictionary is sorted by its predicates' names."""
    if isinstance(pred_fn_pairs, DictValue):
        pairs = list(pred_fn_pairs.items.items())
        if pred_fn_pairs.factory is None:
            pairs.sort(key=lambda pair: getattr(pair[0], "op_name", ""))
        return [tuple(pair) for pair in pairs]
    members: list[Any] | Unknown = call.members(pred_fn_pairs)
    if isinstance(members, Unknown):
        return members
    for member in members:
        if not isinstance(member, (tuple, Unknown)) or (isinstance(member, tuple) and len(member) != 2):
            call.raise_("TypeError", "Each entry in pred_fn_pairs must be a 2-tuple", kind="argument")
        if isinstance(member, tuple) and isinstance(member[0], (bool, int, float, str)):
            call.raise_("TypeError", f"pred must be a Tensor, got: {member[0]}", kind="argument")
    return members


@api.function
def case(call: Any, pred_fn_pairs: Any, default: Any, exclusive: Any, strict: Any, name: Any) -> Any:
    """TF: _case_helper: conds within the false branches of conds."""
    pairs = pairs_of(call, pred_fn_pairs)
    if isinstance(pairs, Unknown) or any(not isinstance(pair, tuple) for pair in pairs):
        return call.cannot_know("a case over what is not known", may_make=True)
    with operations.scope(call, name, "case"):
        fn: Any = default
        if not is_set(default):
            last, action = pairs[-1]
            others = pairs[:-1]

            def default_action() -> Any:
                call.graph.op("Pack", "preds_c")
                at_most(call, 0)
                assertion(call, last, 1)
                return call_branch(call, action)

            fn, pairs = default_action, others
        for predicate, action in reversed(pairs):
            fn = _nested(call, predicate, action, fn, strict)
        if exclusive is True:
            at_most(call, 1)
        return call_branch(call, fn)


def _nested(call: Any, predicate: Any, action: Any, otherwise: Any, strict: Any) -> Callable[[], Any]:
    return lambda: cond(call, predicate, action, otherwise, None, strict)


def at_most(call: Any, count: int) -> None:
    """TF: _assert_at_most_n_true."""
    graph = call.graph
    for kind, name in (
        ("Pack", "preds_c"),
        ("Cast", "Cast"),
        ("Const", "Const"),
        ("Sum", "num_true_conds"),
        ("Const", "n_true_conds"),
        ("LessEqual", "LessEqual"),
    ):
        graph.op(kind, name)
    assertion(call, None, 1)


def assertion(call: Any, condition: Any, constants: int) -> None:
    """TF: Assert, as far as names go: a cond of no_op and the assertion."""
    with operations.scope(call, "Assert"):
        for _ in range(constants):
            call.graph.op("Const", "Const")
        guard(call)


def guard(call: Any) -> Operation:
    with operations.scope(call, "AssertGuard"):
        graph = call.graph
        graph.op("Switch", "Switch")
        for name in ("switch_t", "switch_f", "pred_id"):
            graph.op("Identity", name)
        graph.op("NoOp", "NoOp")
        graph.op("Identity", "control_dependency")
        graph.op("Assert", "Assert")
        graph.op("Identity", "control_dependency")
        return Operation(graph.op("Merge", "Merge"), "Merge", graph)


@api.function(name="Assert")
def tf_assert(call: Any, condition: Any, data: Any, name: Any) -> Any:
    """TF: Assert. One on strings and int32 alone is a plain operation."""
    with operations.scope(call, name, "Assert"):
        members = call.members(data)
        found = [] if isinstance(members, Unknown) else members
        tensors = [operations.convert(call, member) for member in found]
        if all(isinstance(t.dtype, DType) and t.dtype.base_name in ("string", "int32") for t in tensors):
            return Operation(call.graph.op("Assert", "Assert"), "Assert", call.graph)
        if not isinstance(condition, (Tensor, Unknown)):
            operations.convert(call, condition, None, "Condition")
        return guard(call)


# while_loop


def loop_leaf(call: Any, value: Any, dtype: Any = None) -> Any:
    """A loop variable as a tensor: a TensorArray is its flow."""
    if is_array(value):
        return value.attrs["flow"]
    if isinstance(value, (IndexedSlices, SparseTensor)):
        return operations.convert(call, value.values)
    return operations.convert(call, value, dtype)


def while_loop(
    call: Any, condition: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, shape_invariants: Any = None
) -> tuple[Any, list[Tensor]]:
    """TF: WhileContext.BuildLoop, in the current name scope. `condition` and `body` take the members of `loop_vars`;
    gives the structure that the body gave and the tensors that leave the loop."""
    leaves = flatten(loop_vars)
    tensors = [loop_leaf(call, leaf) for leaf in leaves]
    if shape_invariants is None:
        shapes: list[Any] = [tensor.shape for tensor in tensors]
    else:
        invariants = flatten_shapes(call, shape_invariants, len(tensors))
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
            like(call, kind, tensor, kind, shape=shape, **changes)
            for tensor, shape in zip(tensors, shapes, strict=True)
        ]

    each("Enter")
    merges = each("Merge")
    members = members_of(repack(call, loop_vars, merges))
    with within(call, "while"):
        operations.convert(call, condition(*members))
    call.graph.op("LoopCond", "LoopCond")
    each("Switch")
    members = members_of(repack(call, loop_vars, each("Identity")))
    with within(call, "while"):
        result = body(*members)
    if (
        not isinstance(result, (ListValue, tuple))
        and not (isinstance(result, InstanceValue) and isinstance(result.payload, tuple))
        and not isinstance(result, DictValue)
    ):
        result = ListValue([result])
    out = flatten(result)
    if any(isinstance(leaf, Unknown) for leaf in out) and len(out) != len(tensors):
        unknown = next(leaf for leaf in out if isinstance(leaf, Unknown))
        out = [operations.opaque_tensor(call, unknown) for _ in tensors]
        result = repack(call, loop_vars, out)
    elif len(out) != len(tensors):
        call.raise_("ValueError", "The two structures don't have the same nested structure.", kind="argument")
    finals = [loop_leaf(call, leaf, base(tensor.dtype)) for leaf, tensor in zip(out, tensors, strict=True)]
    for tensor, final, shape in zip(tensors, finals, shapes, strict=True):
        check_invariant(call, tensor, final, shape)
    deps = 0
    for tensor in (*tensors, *finals):
        deps |= tensor.deps
    each("NextIteration")
    exits = []
    for tensor, shape in zip(tensors, shapes, strict=True):
        flows = not isinstance(tensor.dtype, DType) or tensor.dtype.is_floating
        exits.append(like(call, "Exit", tensor, "Exit", shape=shape, deps=deps if flows else 0))
    return result, exits


def flatten_shapes(call: Any, shapes: Any, count: int) -> list[Any]:
    """`shape_invariants`: for each leaf (shape,), or None where it is not told."""
    if isinstance(shapes, (ListValue, tuple)):
        members = shapes.items if isinstance(shapes, ListValue) else list(shapes)
        if not all(isinstance(m, (int, Unknown)) or m is None for m in members) or not members:
            out: list[Any] = []
            for member in members:
                out += flatten_shapes(call, member, 1)
            return out if len(out) == count else (out + [None] * count)[:count]
    if shapes is None:
        return [None] * count
    if isinstance(shapes, DictValue):
        return flatten_shapes(call, ListValue([shapes.items[k] for k in sorted(shapes.items, key=str)]), count)
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


def check_invariant(call: Any, entered: Tensor, final: Tensor, shape: Dims) -> None:
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


def repack(call: Any, structure: Any, tensors: list[Any]) -> Any:
    return refill(
        structure, iter([_as_leaf(leaf, tensor) for leaf, tensor in zip(flatten(structure), tensors, strict=True)])
    )


def members_of(structure: Any) -> list[Any]:
    if isinstance(structure, ListValue):
        return structure.items
    if isinstance(structure, tuple):
        return list(structure)
    payload = getattr(structure, "payload", None)
    return list(payload) if isinstance(payload, tuple) else [structure]


def bounded(
    call: Any, condition: Any, body: Any, loop_vars: Any, most: Any, shape_invariants: Any = None, pack: bool = False
) -> tuple[Any, list[Tensor]]:
    """TF: while_loop with `maximum_iterations`: a counter runs along."""
    if not isinstance(most, Tensor):
        most = operations.convert(call, most, None, "maximum_iterations")
    counter = node(call, "Const", "iteration_counter", (), INT32)

    def both(i: Any, *own: Any) -> Any:
        node(call, "Less", "Less", (), BOOL)
        condition(*own)
        return node(call, "LogicalAnd", "LogicalAnd", (), BOOL)

    def step(i: Any, *own: Any) -> Any:
        add = call.graph.op("AddV2", "add", inner=(("y", "Const"),))
        result = body(*own)
        if not isinstance(result, (ListValue, tuple)):
            result = (result,)
        members = result.items if isinstance(result, ListValue) else list(result)
        return (Tensor(add, 0, "AddV2", (), INT32, call.graph), *members)

    invariants = None
    if shape_invariants is not None:
        held = members_of(shape_invariants)
        invariants = ((), *held)
    result, exits = while_loop(call, both, step, (counter, *members_of(loop_vars)), invariants)
    members = members_of(result)[1:]
    return (ListValue(members) if isinstance(loop_vars, ListValue) else tuple(members)), exits[1:]


def counted(call: Any, kind: str, bound: Any = 0) -> Callable[..., Any]:
    """The loop's test `i < n` or `i > 0`, as an operation; a bound that is no tensor is its constant."""
    inner = () if isinstance(bound, Tensor) else (("y", "Const"),)

    def test(i: Any, *others: Any) -> Tensor:
        return Tensor(call.graph.op(kind, kind, inner=inner), 0, kind, (), BOOL, call.graph)

    return test


@api.function(name="while_loop")
def tf_while_loop(
    call: Any,
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
        if isinstance(loop_vars, (ListValue, tuple)) and not members_of(loop_vars):
            call.raise_("ValueError", "No loop variables provided", kind="argument")
        for label, function in (("cond", cond), ("body", body)):
            if not is_callable(function) and not isinstance(function, Unknown):
                call.raise_("TypeError", f"{label} must be callable.", kind="argument")
        if isinstance(loop_vars, Unknown):
            return call.cannot_know("a while_loop over what is not known", may_make=True)
        if not isinstance(loop_vars, (ListValue, tuple, DictValue, InstanceValue)):
            loop_vars = ListValue([loop_vars])

        def test(*args: Any) -> Any:
            return call.invoke(cond, *args)

        def turn(*args: Any) -> Any:
            return call.invoke(body, *args)

        invariants = shape_invariants if is_set(shape_invariants) else None
        if is_set(maximum_iterations):
            result, exits = bounded(call, test, turn, loop_vars, maximum_iterations, invariants)
        else:
            result, exits = while_loop(call, test, turn, loop_vars, invariants)
    made = repack(call, result, exits)
    if return_same_structure is True:
        return made
    members = members_of(made)
    return members[0] if len(exits) == 1 and len(members) == 1 else made


# group, tuple


def group(call: Any, name: Any = None) -> Operation:
    full = call.graph.op("NoOp", "group_deps" if name is None else graph_name(name))
    return Operation(full, "NoOp", call.graph)


@api.function(name="group", raw=True)
def tf_group(call: Any, args: Any, kwargs: Any) -> Operation:
    """TF: group. One operation, whatever it groups; devices are not restated."""
    name = kwargs.get("name")
    if set(kwargs) - {"name"}:
        call.raise_(
            "ValueError", "Unknown keyword arguments: " + ", ".join(k for k in kwargs if k != "name"), kind="argument"
        )
    for value in flatten(tuple(args)):
        if value is None or isinstance(value, (int, float, str)):
            kind = "NoneType" if value is None else type(value).__name__
            call.raise_(
                "TypeError",
                f"Expected tf.group() expected Tensor arguments not '{value}' with type '<class '{kind}'>'",
                kind="argument",
            )
    if not args:
        return Operation(call.graph.op("NoOp", "group_deps" if name is None else graph_name(name)), "NoOp", call.graph)
    made = group(call, name)
    reset = initialized_by(call, tuple(flatten(tuple(args))))
    if reset:
        remember_initializer(call, made, reset)
    return made


@api.function(name="tuple")
def tf_tuple(call: Any, tensors: Any, name: Any) -> Any:
    members = call.members(tensors)
    if isinstance(members, Unknown):
        return members
    with operations.scope(call, name, "tuple"):
        if all(member is None for member in members):
            call.raise_("ValueError", f"Must have at least one Tensor: {call.to_string(tensors)}", kind="argument")
        held = [
            m
            if m is None or isinstance(m, (Operation, Tensor, IndexedSlices, Unknown))
            else operations.convert(call, m)
            for m in members
        ]
        group(call)
        out: list[Any] = []
        for member in held:
            if isinstance(member, Tensor):
                out.append(like(call, "Identity", member, "control_dependency"))
            elif isinstance(member, IndexedSlices):
                inner = operations.convert(call, member.values)
                out.append(
                    IndexedSlices(
                        like(call, "Identity", inner, "control_dependency"), member.indices, member.dense_shape
                    )
                )
            else:
                out.append(group(call) if isinstance(member, Operation) else member)
    return ListValue(out)


def with_dependencies(call: Any, output: Any, name: Any = None) -> Any:
    """TF: with_dependencies: an identity named `control_dependency`."""
    if isinstance(output, Unknown):
        return output
    return like(
        call, "Identity", operations.convert(call, output), "control_dependency" if name is None else graph_name(name)
    )


for _namespace in ("tensorflow.python.ops.control_flow_ops",):
    Namespace(_namespace).function(
        lambda call, dependencies, output_tensor, name: with_dependencies(call, output_tensor, given(name)),
        name="with_dependencies",
    )
