"""Control flow in the graph: tf.cond, tf.case, tf.while_loop, tf.map_fn and its kin, tf.group, TensorArray."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make as node
from scopelint.apis.tf.framework.callables import is_callable
from scopelint.apis.tf.framework.control_flow_contexts import drawn, within
from scopelint.apis.tf.framework.conversion import graph_name, is_set, none_if_default
from scopelint.apis.tf.framework.node import Node
from scopelint.apis.tf.framework.op_inputs import op_name
from scopelint.apis.tf.framework.python_values import base
from scopelint.apis.tf.framework.ranks import check_ranks
from scopelint.apis.tf.framework.restoring import initialized_by, remember_initializer
from scopelint.apis.tf.framework.structures import flatten, parts, refill, standing_for, unsettled
from scopelint.apis.tf.ops.tensor_array import array_like, is_array
from scopelint.graph.drawing import Context
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.tensors import (
    BOOL,
    Dims,
    DType,
    IndexedSlices,
    Operation,
    SparseTensor,
    Tensor,
    Variable,
)

api = Namespace("tf")


def op_like(call: Call, kind: str, source: Any, name: str | None = None, **changes: Any) -> Tensor:
    """An operation whose output is as its input."""
    fields = {"shape": source.shape, "dtype": base(source.dtype), "deps": source.deps, **changes}
    made = node(call, kind, name, **fields)
    call.graph.draw(made.op_name, source)
    return made


def call_branch(call: Call, function: Any) -> Any:
    """A branch: a function of the program, or of a summary."""
    if isinstance(function, Value):
        return call.invoke(function)
    return function()


# cond


class Outside:
    """Which tensors lie outside of a control-flow context: what existed when it was entered. What was made since then
    is kept, for the rest of the graph may be large."""

    __slots__ = ("_inside", "_seen", "graph")

    def __init__(self, call: Call) -> None:
        self.graph = call.graph
        self._inside: set[str] = set()
        self._seen = len(call.graph.ops.items)

    def has(self, tensor: Tensor) -> bool:
        ops = self.graph.ops.items
        # A dict keeps the order in which operations were made, and nothing but a fork's end takes some away.
        self._inside.update(islice(reversed(ops), max(len(ops) - self._seen, 0)))
        self._seen = len(ops)
        name = tensor.op_name
        if name not in self._inside:
            return name in ops
        # A variable is lifted out of the context that it is made in, and its snapshot with it.
        return name.endswith("/read") and ops.get(name[:-5]) in ("VariableV2", "VarHandleOp")


def branch_outputs(call: Call, result: AnyValue, outside: Outside, context: Context | None = None) -> list[Tensor]:
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
            passed = op_like(call, "Switch", tensor, "Switch")
            if context is not None:
                call.graph.draw(passed.op_name, tensor, context.pred)
                if call.graph.drawing is not None:
                    call.graph.drawing.put(passed.op_name, context)
                    call.graph.drawing.under[passed.op_name] = call.graph.get_name_scope()
                passed = Tensor(
                    passed.op_name, context.branch, "Switch", passed.shape, passed.dtype, passed.graph, passed.deps
                )
            tensor = seen[id(leaf)] = passed
        out.append(tensor)
    return out


def merged(call: Call, one: Tensor, two: Tensor) -> Tensor:
    """TF: merge. Where two shapes differ the output's is not known to TF."""
    made = node(call, "Merge", "Merge", merged_shape(one.shape, two.shape), base(one.dtype), one.deps | two.deps)
    # What holds where the test fails comes first.
    call.graph.draw(made.op_name, two, one)
    return made


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


def cond(
    call: Call, pred: AnyValue, true_fn: Any, false_fn: Any, name: AnyValue = None, strict: AnyValue = False
) -> Any:
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
        switch = graph.op("Switch", "Switch")
        check_ranks(Node(call, "Switch", switch, {"data": given_pred, "pred": given_pred}, {}))
        named = [graph.op("Identity", each) for each in ("switch_t", "switch_f", "pred_id")]
        graph.draw(switch, given_pred, given_pred)
        for each, taken in zip(named, (f"{switch}:1", switch, given_pred), strict=True):
            graph.draw(each, taken)
        results, tensors = [], []
        for function, label in ((true_fn, "true_fn"), (false_fn, "false_fn")):
            outside = Outside(call)
            branch = int(label == "true_fn")
            context = drawn(call, "cond", named[1 - branch], named[2], branch)
            with within(call, "cond", context):
                result = call_branch(call, function)
            if result is None:
                call.raise_("ValueError", f"{label} must have a return value.", kind="argument")
            results.append(result)
            tensors.append(branch_outputs(call, result, outside, context))
        if len(tensors[0]) != len(tensors[1]) or (parts(results[0]) is None) != (parts(results[1]) is None):
            unknown = unsettled(*results)
            if unknown is not None:
                return unknown.derive("")
            call.raise_("ValueError", "The two structures don't have the same nested structure.", kind="argument")
        outputs = []
        for one, two in zip(*tensors, strict=True):
            check_types(call, one, two)
            made = merged(call, one, two)
            outputs.append(standing_for(made, one) if isinstance(two, Tensor) and two.is_stand_in else made)
    del given_pred
    return packed(call, results[0], iter(outputs), strict is not True)


def check_types(call: Call, one: Tensor, two: Tensor) -> None:
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
    return array_like(leaf, tensor) if is_array(leaf) else standing_for(tensor, leaf)


def packed(call: Call, structure: AnyValue, outputs: Iterator[Tensor], unpack: bool) -> Any:
    """TF: nest.pack_sequence_as; a list or tuple of one is given as that one."""

    made = refill(structure, iter([_as_leaf(leaf, next(outputs)) for leaf in flatten(structure)]))
    if unpack and isinstance(made, (ListValue, tuple)):
        members = made.items if isinstance(made, ListValue) else made
        if len(members) == 1:
            return members[0]
    return made


@api.function(name="cond")
def tf_cond(
    call: Call,
    pred: AnyValue,
    true_fn: AnyValue,
    false_fn: AnyValue,
    strict: AnyValue,
    name: AnyValue,
    fn1: AnyValue,
    fn2: AnyValue,
) -> Any:
    for label, function, old, old_label in (("true_fn", true_fn, fn1, "fn1"), ("false_fn", false_fn, fn2, "fn2")):
        if not is_set(function) and not is_set(old):
            call.raise_("TypeError", f"cond(): {label} argument required", kind="argument")
        if is_set(function) and is_set(old):
            call.raise_("TypeError", f"cond(): {label} and {old_label} may not be set simultaneously.", kind="argument")
    true_fn, false_fn = true_fn if is_set(true_fn) else fn1, false_fn if is_set(false_fn) else fn2
    for label, function in (("true_fn", true_fn), ("false_fn", false_fn)):
        if not is_callable(function) and not isinstance(function, Unknown):
            call.raise_("TypeError", f"{label} must be callable.", kind="argument")
    return cond(call, pred, true_fn, false_fn, none_if_default(name), strict)


def smart_cond(call: Call, pred: AnyValue, true_fn: AnyValue, false_fn: AnyValue, name: AnyValue = None) -> Any:
    """TF: smart_cond: a Python bool, or a tensor of known value, picks its branch while the graph is built."""
    const = pred.const if isinstance(pred, Tensor) else pred
    if isinstance(const, (bool, int)):
        return call_branch(call, true_fn if const else false_fn)
    if isinstance(pred, (Tensor, Variable)):
        return cond(call, pred, true_fn, false_fn, name)
    return call_branch(call, true_fn if bool(pred) else false_fn)


for _namespace in ("tf.contrib.framework", "tensorflow.python.framework.smart_cond"):
    Namespace(_namespace).function(
        lambda call, pred, true_fn, false_fn, name: smart_cond(call, pred, true_fn, false_fn, none_if_default(name)),
        name="smart_cond",
    )


@Namespace("tensorflow.python.layers.utils").function(name="smart_cond")
def utils_smart_cond(call: Call, pred: AnyValue, true_fn: AnyValue, false_fn: AnyValue, name: AnyValue) -> Any:
    return smart_cond(call, pred, true_fn, false_fn, none_if_default(name))


def constant_value(call: Call, pred: AnyValue) -> Any:
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


def pairs_of(call: Call, pred_fn_pairs: AnyValue) -> list[Any] | Unknown:
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
def case(
    call: Call, pred_fn_pairs: AnyValue, default: AnyValue, exclusive: AnyValue, strict: AnyValue, name: AnyValue
) -> Any:
    """TF: _case_helper: conds within the false branches of conds."""
    pairs = pairs_of(call, pred_fn_pairs)
    if isinstance(pairs, Unknown) or any(not isinstance(pair, tuple) for pair in pairs):
        return call.cannot_know("a case over what is not known", may_make=True)
    if not pairs and not is_set(default):
        call.raise_("ValueError", "not enough values to unpack (expected 2, got 0)", kind="argument")
    for predicate, action in pairs:
        if isinstance(action, (bool, int, float, str, Tensor, Variable, type(None))):
            call.raise_("TypeError", f"fn for pred {op_name(predicate)}:0 must be callable.", kind="argument")
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


def _nested(
    call: Call, predicate: AnyValue, action: AnyValue, otherwise: AnyValue, strict: AnyValue
) -> Callable[[], Any]:
    return lambda: cond(call, predicate, action, otherwise, None, strict)


def at_most(call: Call, count: int) -> None:
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


def assertion(call: Call, condition: AnyValue, constants: int) -> None:
    """TF: Assert, as far as names go: a cond of no_op and the assertion."""
    with operations.scope(call, "Assert"):
        for _ in range(constants):
            call.graph.op("Const", "Const")
        guard(call)


def guard(call: Call) -> Operation:
    with operations.scope(call, "AssertGuard"):
        graph = call.graph
        switch = graph.op("Switch", "Switch")
        passed, failed, _ = (graph.op("Identity", name) for name in ("switch_t", "switch_f", "pred_id"))
        nothing = graph.op("NoOp", "NoOp")
        good = graph.op("Identity", "control_dependency")
        asserted = graph.op("Assert", "Assert")
        bad = graph.op("Identity", "control_dependency")
        made = Operation(graph.op("Merge", "Merge"), "Merge", graph)
        if graph.drawing is not None:
            graph.draw(passed, f"{switch}:1")
            graph.draw(failed, switch)
            graph.draw_after(nothing, [passed])
            graph.draw(good, passed)
            graph.draw_after(good, [nothing])
            graph.draw(bad, failed)
            graph.draw_after(bad, [asserted])
            graph.draw(made.name, bad, good)
        return made


@api.function(name="Assert")
def tf_assert(call: Call, condition: AnyValue, data: AnyValue, name: AnyValue) -> Any:
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


# group, tuple


def group(call: Call, name: AnyValue = None, members: Iterable[Any] = ()) -> Operation:
    full = call.graph.op("NoOp", "group_deps" if name is None else graph_name(name))
    call.graph.draw_after(full, members)
    return Operation(full, "NoOp", call.graph)


@api.function(name="group", raw=True)
def tf_group(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Operation:
    """TF: group. One operation, whatever it groups; devices are not restated."""
    name = kwargs.get("name", getattr(kwargs, "rest", None))
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
    made = group(call, name, flatten(tuple(args)))
    reset = initialized_by(call, tuple(flatten(tuple(args))))
    if reset:
        remember_initializer(call, made, reset)
    return made


@api.function(name="tuple")
def tf_tuple(call: Call, tensors: AnyValue, name: AnyValue) -> Any:
    members = call.members(tensors)
    if isinstance(members, Unknown):
        return members
    with operations.scope(call, name, "tuple"):
        if all(member is None for member in members) and getattr(tensors, "rest", None) is None:
            call.raise_("ValueError", f"Must have at least one Tensor: {call.to_string(tensors)}", kind="argument")
        held = [
            m
            if m is None or isinstance(m, (Operation, Tensor, IndexedSlices, Unknown))
            else operations.convert(call, m)
            for m in members
        ]
        gate = group(call, None, [member for member in held if member is not None])
        out: list[Any] = []
        for member in held:
            if isinstance(member, Tensor):
                out.append(op_like(call, "Identity", member, "control_dependency"))
                call.graph.inputs[out[-1].op_name] = (member,)
                call.graph.draw_after(out[-1].op_name, [gate])
            elif isinstance(member, IndexedSlices):
                inner = operations.convert(call, member.values)
                out.append(
                    IndexedSlices(
                        op_like(call, "Identity", inner, "control_dependency"), member.indices, member.dense_shape
                    )
                )
            else:
                out.append(group(call) if isinstance(member, Operation) else member)
    return ListValue(out, tensors.rest if isinstance(tensors, ListValue) else None)


def with_dependencies(call: Call, output: AnyValue, name: AnyValue = None, waits: AnyValue = None) -> Any:
    """TF: with_dependencies: an identity named `control_dependency`."""
    if isinstance(output, Unknown):
        return output
    made = op_like(
        call, "Identity", operations.convert(call, output), "control_dependency" if name is None else graph_name(name)
    )
    members = call.members(waits) if waits is not None else []
    call.graph.draw_after(made.op_name, [] if isinstance(members, Unknown) else members)
    return made


for _namespace in ("tensorflow.python.ops.control_flow_ops",):
    Namespace(_namespace).function(
        lambda call, dependencies, output_tensor, name: with_dependencies(
            call, output_tensor, none_if_default(name), dependencies
        ),
        name="with_dependencies",
    )
