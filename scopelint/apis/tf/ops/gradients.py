"""tf.gradients and its relatives: which variables a gradient reaches, and the scope that its operations take."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.gradient_overrides import may_be_overridden
from scopelint.apis.tf.framework.lookups import variable_behind
from scopelint.apis.tf.framework.op_defs import undefined_types
from scopelint.apis.tf.framework.op_gradients import REGISTERED
from scopelint.apis.tf.framework.op_inputs import Walk, deps_of, gradient_deps, op_name
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.apis.tf.framework.structures import flatten, unsettled
from scopelint.apis.tf.ops.gradient_names import names
from scopelint.graph.names import Graph
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.dependences import certain_deps, comes_by_rows
from scopelint.values.tensors import (
    FLOAT32,
    INT32,
    NOT_CONSTANT,
    UNKNOWN_TYPE,
    IndexedSlices,
    PartitionedVariable,
    Tensor,
    Variable,
)
from scopelint.values.text import hole

api = Namespace("tf")


def _grad_ys(call: Call, ys: list[Any], given: list[Any]) -> list[Any]:
    """TF: _DefaultGradYs. What it leaves for each y whose gradient was not given; the gradients of all."""
    out = []
    for i, y in enumerate(ys):
        if i < len(given) and given[i] is not None:
            out.append(given[i])
            continue
        shape = shape_of(y)
        known = isinstance(shape, tuple) and None not in shape
        rank = (len(shape),) if isinstance(shape, tuple) else Unknown("rank is not known")
        sizes = make(call, "Const" if known else "Shape", "Shape", rank, INT32)
        one = make(call, "Const", f"grad_ys_{i}", (), dtype_of(y))
        filled = make(call, "Fill", "Fill", shape, dtype_of(y))
        call.graph.draw(sizes.op_name, y)
        call.graph.draw(filled.op_name, sizes, one)
        out.append(filled)
    return out


def gradient_of(
    call: Call,
    ys: list[Any],
    x: Any,
    reach: int,
    sure: int,
    scope: str,
    deps: int | None = None,
    named: dict[Any, Any] | None = None,
) -> Any:
    """The gradient for one x: a tensor, an `IndexedSlices` where rows of x were gathered and nothing else was done with
    it, None where no path leads from it to a y, Unknown where that is not known.
    `reach` and `sure`: what the ys may depend on, and do; `deps`: what the gradient depends on itself."""
    if isinstance(x, Unknown):
        return call.unknown("gradient for something that is not known")
    if isinstance(x, (Variable, PartitionedVariable)):
        if not x.any_deps & reach:
            return None
        if not x.any_deps & sure:
            return call.unknown(f"whether a path leads from {op_name(x)} to the loss", f"gradient of {op_name(x)}")
    by_rows: bool | None = False
    if isinstance(x, Variable):
        by_rows = comes_by_rows(x.any_deps, x.deps, reach)
    key = (op_name(x), x.index if isinstance(x, Tensor) else 0)
    # Where the name is not known it hangs on the last operation of the path, whose gradient is not restated.
    found = named.get(key) if named else None
    if isinstance(found, IndexedSlices):
        return found
    if by_rows:
        return _slices(call, x, scope, reach if deps is None else deps)
    name = scope + hole(f"gradient of {op_name(x)}") if found is None else found.op_name
    index = 0 if found is None else found.index
    kind = UNKNOWN_TYPE if found is None or not found.op_type else found.op_type
    if isinstance(x, Variable) and by_rows is None and sure & x.any_deps and not sure & x.deps:
        # A tensor or an IndexedSlices.
        kind = ""
    if reach < 0 and isinstance(x, Tensor):
        # Whether a path leads there is not known.
        kind = ""
    return Tensor(name, index, kind, shape_of(x), dtype_of(x), call.graph, reach if deps is None else deps)


def _slices(call: Call, x: Variable, scope: str, deps: int) -> IndexedSlices:
    """The gradient for what was gathered only, of whose operations nothing is known."""
    count = call.unknown("how many rows were gathered")
    shape = x.shape
    rank = len(shape) if isinstance(shape, tuple) else Unknown("rank is not known")
    rows = (count, *shape[1:]) if isinstance(shape, tuple) else Unknown("rows of what has an unknown rank")
    whole = shape if isinstance(shape, tuple) and all(isinstance(d, int) for d in shape) else NOT_CONSTANT
    name, kind, graph = scope + hole(f"gradient of {op_name(x)}"), UNKNOWN_TYPE, call.graph
    return IndexedSlices(
        Tensor(name, 0, kind, rows, dtype_of(x), graph, deps),
        Tensor(scope + hole(f"rows of {op_name(x)}"), 0, kind, (count,), call.unknown("dtype of indices"), graph),
        Tensor(scope + hole(f"shape of {op_name(x)}"), 0, kind, (rank,), INT32, graph, const=whole),
    )


def _names(ys: list[Any], xs: list[Any], scope: str, gated: bool, reach: int) -> dict[Any, Any]:
    if not all(isinstance(y, Tensor) for y in ys) or not all(isinstance(x, (Tensor, Variable)) for x in xs):
        return {}
    return names(ys, xs, scope, gated, reach)


def gradients_of(
    call: Call,
    ys: AnyValue,
    xs: list[Any],
    name: AnyValue = None,
    grad_ys: AnyValue = None,
    deep: bool = False,
    gated: bool = False,
) -> list[Any]:
    """TF: _GradientsHelper. One gradient for each x. `deep`: the program may well go on with them, so what they
    depend on matters."""
    leaves = flatten(ys)
    # A variable's own tensor, found by its name, is what TF makes of the variable here.
    xs = [_as_variable(x) for x in xs]
    given = flatten(grad_ys) if grad_ys is not None else []
    reach = 0
    for y in leaves:
        reach |= deps_of(y)
    sure = certain_deps(reach) if reach >= 0 else _certain(leaves)
    with operations.scope(call, name, "gradients") as scope:
        starts = _grad_ys(call, leaves, given)
        _refuse_undefined(call, leaves, xs)
        named = None
        if call.graph.drawing is not None:
            from scopelint.apis.picture.backprop import backprop  # a ring, and of use to pictures alone

            named = backprop(call, leaves, xs, starts, gated)
        if named is None:
            named = _names(leaves, xs, scope, gated, reach)
        if not deep:
            return [gradient_of(call, leaves, x, reach, sure, scope, None, named) for x in xs]
        of_given = deps_of(tuple(given))
        ways = Walk(leaves) if any(isinstance(x, Tensor) for x in xs) else None
        return [
            None
            if deps is None
            else _if_met(ways, leaves, x, gradient_of(call, leaves, x, reach, sure, scope, deps | of_given, named))
            for x, deps in zip(xs, gradient_deps(leaves, xs), strict=True)
        ]


def _as_variable(x: Any) -> Any:
    """The variable that a tensor is the own one of, or what all that takes the variable reads."""
    if not isinstance(x, Tensor) or not isinstance(x.graph, Graph):
        return x
    own = x.op_type in ("VariableV2", "VarHandleOp")
    found = variable_behind(x.graph, x.op_name.removesuffix("/read")) if own or x.op_name.endswith("/read") else None
    return found if found is not None and (own or found.is_resource is False) else x


def _if_met(ways: Walk | None, ys: list[Any], x: Any, made: Any) -> Any:
    """A gradient for a tensor is none for certain where a way to it may lead through what is not noted alone."""
    if not (isinstance(x, Tensor) and isinstance(made, Tensor) and made.op_type) or ways is None or ways.meets(ys, x):
        return made
    return made.stands_for(Unknown("whether a path leads to a tensor"))


def _refuse_undefined(call: Call, ys: list[Any], xs: list[Any]) -> None:
    """TF: _GradientsHelper asks each operation on the way for its gradient, and some have none registered."""
    registered: frozenset[str] | None = call.state.shelf.get(REGISTERED, frozenset())
    # Asked of the dict itself: that all are looked through is no reason to run this again where one of them changed,
    # for the names of gradients ask for those on the way.
    types = dict.values(call.graph.ops.items) if registered is not None else ()
    used = undefined_types().intersection(types)
    wanted = 0
    for x in xs:
        wanted |= x.any_deps if isinstance(x, (Variable, PartitionedVariable)) else 0
    if not used or not wanted or registered is None:
        return
    for tensor, _ in reversed(Walk([y for y in ys if isinstance(y, Tensor)]).order):
        if tensor.op_type not in used or tensor.op_type in registered:
            continue
        if tensor.graph is not call.graph or may_be_overridden(call.graph, tensor.op_name, tensor.op_type):
            continue
        if certain_deps(tensor.deps) & wanted:
            said = f"No gradient defined for operation '{tensor.op_name}' (op type: {tensor.op_type})"
            call.raise_("LookupError", said, kind="argument")


def _certain(ys: list[Any]) -> int:
    """What is certainly depended on though part of the way is not known: what lies on the rest of it."""
    bits = 0
    for y in ys:
        if isinstance(y, Variable):
            bits |= certain_deps(y.deps)
    return bits | Walk([y for y in ys if isinstance(y, Tensor)], whole=True).certain()


@api.function(also=("tf.compat.v2.gradients",))
def gradients(call: Call, ys: AnyValue, xs: AnyValue, grad_ys: AnyValue, name: AnyValue) -> Any:
    if isinstance(xs, Unknown) or (isinstance(xs, ListValue) and xs.rest is not None and not xs.items):
        gradients_of(call, ys, [], name, grad_ys)
        return ListValue((), call.unknown("gradients for a list that is not known"))
    leaves = flatten(xs)
    if any(isinstance(leaf, PartitionedVariable) for leaf in leaves):
        message = "PartitionedVariable doesn't support being used as a reference."
        call.raise_("NotImplementedError", message, kind="argument")
    found = gradients_of(call, ys, leaves, name, grad_ys, deep=True)
    return xs.like(found) if isinstance(xs, ListValue) else ListValue(found)


@api.function
def hessians(call: Call, ys: AnyValue, xs: AnyValue, name: AnyValue) -> Any:
    """TF: hessians. One tensor of twice the rank for each x; all of its operations lie in its own scopes."""
    leaves = flatten(xs)
    first = gradients_of(call, ys, leaves, name, deep=True)
    out: list[Any] = []
    for x, gradient in zip(leaves, first, strict=True):
        shape = shape_of(x)
        twice = shape + shape if isinstance(shape, tuple) else Unknown("shape of a hessian")
        make(call, "Reshape", "Reshape", Unknown("flat"))
        with call.graph.name_scope("while"):
            pass
        full = call.graph.op("Reshape", "Reshape")
        deps = deps_of(gradient) if gradient is not None else 0
        out.append(Tensor(full, 0, "Reshape", twice, dtype_of(x, FLOAT32), call.graph, deps))
    return ListValue(out, unsettled(xs))
