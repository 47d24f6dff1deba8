"""What has no summary of its own: functions that TF generates for one operation, and functions whose operations were
recorded from real calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis import tables
from scopelint.apis.call import Call
from scopelint.apis.python.packages import is_no_tensor
from scopelint.apis.registry import DEFAULT, find
from scopelint.apis.tables import recorded as rows
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.gathers import rows_of
from scopelint.apis.tf.framework.op_defs import Generated, generated, op_def
from scopelint.apis.tf.framework.operations import convert, gen, scope
from scopelint.apis.tf.framework.python_values import (
    array_parts,
    as_dtype,
    base,
    int_list,
    is_dense_tensor,
    list_dtype,
    list_shape,
    members,
)
from scopelint.apis.tf.framework.shapes.table import shape_function
from scopelint.apis.tf.framework.structures import flatten
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.calling import too_many
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import MISSING, ClassValue, FunctionValue, InstanceValue, NativeFunction
from scopelint.values.tensors import (
    DTYPES,
    DType,
    IndexedSlices,
    Operation,
    PartitionedVariable,
    SparseTensor,
    Tensor,
    TensorShape,
    Variable,
    broadcast_shapes,
)
from scopelint.values.text import hole


def recorded(canonical: str) -> NativeFunction | None:
    """A summary made from the tables; None where they have nothing."""
    name = canonical.rpartition(".")[2]
    made = generated(canonical)
    if made is not None:
        return NativeFunction(name, _generated_call(made, canonical), canonical, raw=True)
    if canonical.startswith("tf.raw_ops.") and op_def(name) is not None:
        return NativeFunction(name, _generated_call(Generated(name, {}), canonical), canonical, raw=True)
    if tables.kind(canonical) == "function":
        row = rows.ops(canonical)
        if row is not None:
            return NativeFunction(name, _recorded_call(row, canonical), canonical, raw=True)
        if canonical.startswith("tf.compat.v2."):
            return _second_version(canonical)
    return None


def _second_version(canonical: str) -> NativeFunction | None:
    """A function of `tf.compat.v2`: in graph mode it makes what its namesake makes, which takes the same arguments
    and some more."""
    module, _, name = canonical.removeprefix("tf.compat.v2.").rpartition(".")
    path = f"tensorflow.{module}" if module else "tensorflow"
    first = tables.canonical(path, name + "_v2") or tables.canonical(path, name)
    if first is None or first == canonical or tables.kind(first) != "function":
        return None
    namesake = find(first)
    if namesake is MISSING:
        namesake = recorded(first)
    if namesake is None:
        return None
    taken = [p.name for p in tables.signature(first) or ()]
    order = [p.name for p in tables.signature(canonical) or ()]
    renamed = {new: old for new, old in zip(order, taken, strict=False) if new not in taken and old not in order}

    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = {**dict(zip(order, args, strict=False)), **kwargs}
        return call.engine.invoke(
            namesake,
            (),
            {renamed.get(key, key): value for key, value in given.items() if key in taken or key in renamed},
        )

    return NativeFunction(name, impl, canonical, raw=True)


def bind(call: Call, canonical: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Arguments by TF's recorded signature."""
    bound: dict[str, Any] = {}
    given = list(args)
    extra = dict(kwargs)
    name = canonical.rpartition(".")[2]
    stars = False
    for parameter in tables.signature(canonical) or ():
        if parameter.kind == "star":
            bound[parameter.name] = tuple(given)
            given = []
        elif parameter.kind == "stars":
            stars = True
        elif parameter.kind == "plain" and given:
            bound[parameter.name] = given.pop(0)
            if parameter.name in extra:
                call.raise_("TypeError", f"{name}() got multiple values for argument '{parameter.name}'", "argument")
        elif parameter.name in extra:
            bound[parameter.name] = extra.pop(parameter.name)
        elif parameter.has_default:
            default = parameter.default
            bound[parameter.name] = _default(default)
        else:
            call.raise_("TypeError", f"{name}() missing 1 required positional argument: '{parameter.name}'", "argument")
    if given:
        call.raise_(
            "TypeError",
            too_many(name, len(args) - len(given), len(args)),
            "argument",
        )
    if extra and not stars:
        call.raise_("TypeError", f"{name}() got an unexpected keyword argument '{next(iter(extra))}'", "argument")
    bound.update(extra)
    return bound


def _default(value: AnyValue) -> Any:
    if isinstance(value, tables.Opaque):
        return DTYPES.get(value.name.removeprefix("tf.").rpartition(":")[2], DEFAULT)
    return tuple(value) if isinstance(value, list) else value


def _generated_call(made: Generated, canonical: str) -> Any:
    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound = bind(call, canonical, args, kwargs)
        name = bound.pop("name", None)
        renamed = made.renamed
        return gen(
            call,
            made.type,
            name,
            **{renamed.get(key, key): value for key, value in bound.items() if value is not DEFAULT},
        )

    return impl


def _recorded_call(row: Any, canonical: str) -> Any:
    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound = bind(call, canonical, args, kwargs)
        if row.variables:
            # Its operations are recorded, its variables' shapes are not.
            call.cannot_know(f"the variables of {canonical}", may_make=True)
        return replay(call, row, canonical, bound)

    return impl


def declare_shaped(
    namespace: Any,
    canonical: str,
    shape: Any,
    dtype: Any = None,
    later: Callable[[Call, Tensor], None] | None = None,
    gathers: str = "",
    check: Callable[[Call, dict[str, Any]], None] | None = None,
) -> None:
    """Declares a function whose operations are as recorded and whose result has the shape that `shape(bound)` says;
    `dtype(call, bound)` for its dtype. `later` makes of the result what another release gives; `gathers` is the
    argument of which rows alone are taken; `check` refuses."""

    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound = bind(call, canonical, args, kwargs)
        if check is not None:
            check(call, bound)
        row = rows.ops(canonical)
        result = replay(call, row, canonical, bound) if row is not None else call.unknown("an operation")
        if isinstance(result, Tensor):
            result.shape = shape(bound)
            if dtype is not None:
                result.dtype = dtype(call, bound)
            if later is not None:
                later(call, result)
            if gathers:
                result.deps = 0
                for each in flatten(bound[gathers]):
                    result.deps |= rows_of(each) if is_dense_tensor(each) else deps_of(each)
        return result

    namespace.function(impl, name=canonical.rpartition(".")[2], raw=True)


# Rows


def mode_of(value: AnyValue) -> str:
    """How an argument was given, in the words of the recording."""
    if isinstance(value, Variable):
        return "resource" if value.is_resource is True else "tensor"
    if isinstance(value, Tensor):
        if value.shape is None:
            return "norank"
        if isinstance(value.shape, tuple) and any(d is None for d in value.shape):
            return "dynamic"
        return "tensor"
    if isinstance(value, (PartitionedVariable, SparseTensor, IndexedSlices, Unknown)):
        return "tensor"
    if isinstance(value, (tuple, ListValue)):
        held = members(value) or []
        return "packed" if any(is_dense_tensor(member) for member in held) else "const"
    if isinstance(value, (FunctionValue, NativeFunction, ClassValue)):
        return "function"
    return "const"


def _modes(value: AnyValue) -> tuple[str, ...]:
    mode = mode_of(value)
    if isinstance(value, (bool, int, float, str)):
        return (f"={value!r}", mode)
    return (mode, "tensor") if mode in ("dynamic", "norank", "resource") else (mode,)


def replay(call: Call, row: Any, canonical: str, bound: dict[str, Any]) -> Any:
    """Leaves in the graph what a real call of this kind left, and gives what it gave."""
    name = bound.get("name")
    modes: dict[str, tuple[str, ...]] = {}
    defaults = {p.name: p.default for p in tables.signature(canonical) or () if p.has_default}
    for key, value in bound.items():
        if key == "name" or value is DEFAULT or (key in defaults and value is defaults[key]):
            continue
        modes[key] = _modes(value)
        default = defaults.get(key, DEFAULT)
        if isinstance(value, (bool, int, float, str)) and type(default) is type(value) and default == value:
            del modes[key]
    variant = row.variant(modes, name is not None)
    single = _single(variant, row, bound)
    if single is not None:
        kind, given = single
        return gen(call, kind, graph_name(name) if name is not None else variant.entries[0].name, **given)
    places: dict[int, tuple[str, int, str]] = {}
    for entry in variant.entries:
        full = leave(call, entry, graph_name(name) if entry.named and name is not None else entry.name)
        for leaf in range(len(row.outputs)):
            found = entry.find(leaf)
            if found is not None:
                below, index = found
                kind = entry.type if not below else dict(entry.below()).get(below, "")
                places[leaf] = (f"{full}/{below}" if below else full, index, kind)
    leaves = [_leaf(call, row, i, places.get(i), bound, modes, variant.not_recorded) for i in range(len(row.outputs))]
    return _structure(call, variant.structure, leaves, bound)


def _single(variant: Any, row: Any, bound: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The operation of a function that does no more than make it, and its arguments: shapes are known by type."""
    entries = variant.entries
    if len(entries) != 1 or not entries[0].type or any(inner.type != "Const" for inner in entries[0].inner):
        return None
    kind = entries[0].type
    definition = op_def(kind)
    if definition is None or shape_function(kind) is None or any(bound.get(a.name) is None for a in definition.inputs):
        return None
    count = len(definition.outputs)
    plainly = "0" if count == 1 else "(" + ",".join(map(str, range(count))) + ")"
    structure = variant.structure[variant.structure.find("(") :] if "(" in variant.structure else variant.structure
    if structure != plainly or entries[0].returns != tuple((i, i) for i in range(count)):
        return None
    return kind, {key: value for key, value in bound.items() if value is not DEFAULT and key != "name"}


def leave(call: Call, entry: Any, asked: str) -> str:
    """Makes the operations of an entry: one with what lies below it, or those in a scope."""
    graph = call.graph
    if entry.type:
        return graph.op(entry.type, asked, inner=entry.below())  # type: ignore[no-any-return]
    with scope(call, asked) as full:
        for inner in entry.inner:
            leave(call, inner, inner.name)
    return full.removesuffix("/")


def _is_complex(value: AnyValue) -> bool:
    return isinstance(value, Tensor) and isinstance(value.dtype, DType) and value.dtype.name.startswith("complex")


def _leaf(
    call: Call,
    row: Any,
    i: int,
    place: tuple[str, int, str] | None,
    bound: dict[str, Any],
    modes: dict[str, tuple[str, ...]],
    not_recorded: tuple[str, ...],
) -> Any:
    output = row.outputs[i]
    name, index, kind = place if place is not None else (hole("tensor"), 0, "Recorded")
    deps = 0
    flows = output.flows
    if not flows and (output.dtype.startswith("complex") or any(_is_complex(bound.get(key)) for key in row.tensors)):
        # Gradients were asked for of real results of real tensors alone.
        flows = row.tensors
    for key in flows:
        deps |= deps_of(bound.get(key.lstrip("?")))
    # The rule was learnt with these arguments as the recording had them.
    void = bool(not_recorded) or any(
        key in modes and not (row.baseline.get(key, "").startswith("=") and row.baseline[key] in modes[key])
        for key in output.voided_by
    )
    shape = Unknown("shape is not known") if void else _shape(call, output.shape, bound)
    dtype = _dtype(call, output.dtype, bound)
    sparse = [bound.get(key) for key in output.flows if key.startswith(("sp_", "sparse_"))]
    if output.dtype == "float32" and sparse:
        # Sparse tensors were recorded with floats alone: what comes of others is of their own dtype.
        dtype = base(sparse[0].values.dtype) if isinstance(sparse[0], SparseTensor) else Unknown("dtype is not known")
    return Tensor(name, index, kind or "Recorded", shape, dtype, call.graph, deps)


def deps_of(value: AnyValue) -> int:
    if isinstance(value, (Tensor, Variable, PartitionedVariable)):
        return value.deps
    if isinstance(value, (SparseTensor, IndexedSlices)):
        return deps_of(value.values)
    if isinstance(value, Unknown):
        # It may depend on any variable, unless it is data.
        return 0 if is_no_tensor(value) or value.number is not None else -1
    bits = 0
    for member in members(value) or ():
        bits |= deps_of(member)
    return bits


def _dtype(call: Call, rule: str, bound: dict[str, Any]) -> Any:
    if rule in DTYPES:
        return DTYPES[rule]
    if rule.startswith("arg:"):
        _, argument, default = rule.split(":")
        given = bound.get(argument)
        return (
            _dtype(call, default, bound)
            if given is None or given is DEFAULT
            else as_dtype(call, given, Unknown("dtype is not known"))
        )
    if rule.startswith("="):
        value = bound.get(rule[1:])
        if rule[1:] in ("dtype", "out_type", "output_dtype", "output_type", "Tout", "type") or isinstance(value, str):
            return as_dtype(call, value, Unknown("dtype is not known"))
        if isinstance(value, (tuple, ListValue)) and members(value):
            value = (members(value) or [None])[0]
        return base(list_dtype(value))
    return Unknown("dtype is not known")


def _shape(call: Call, rule: str, bound: dict[str, Any]) -> Any:
    if rule == "unknown":
        return None
    if rule == "[]":
        return ()
    if rule.startswith("["):
        try:
            sizes = [None if d.strip() in ("?", "None") else int(d) for d in rule[1:-1].split(",") if d.strip()]
            return tuple(Unknown("a dimension that is not known") if d is not None and d > 1 else d for d in sizes)
        except ValueError:
            return Unknown("shape is not known")
    if rule.startswith("="):
        return _shape_of(bound.get(rule[1:]))
    if rule.startswith("reduce:"):
        _, source, axis, *otherwise = rule.split(":")
        along = bound.get(axis)
        if axis == "axis" and along is None and bound.get("reduction_indices") is not None:
            along = bound["reduction_indices"]
        if along is None and otherwise:
            along = int(otherwise[0])
        return _reduced(_shape_of(bound.get(source)), along, bound)
    if rule.startswith("broadcast:"):
        shape = _shape_of(bound.get(rule.split(":")[1]))
        for source in rule.split(":")[2:]:
            shape = broadcast_shapes(shape, _shape_of(bound.get(source)))[0]
        return shape
    if rule.startswith("arg:"):
        said = members(bound.get(rule[4:]))
        if said is None or not all(d is None or isinstance(d, (int, Unknown)) for d in said):
            return Unknown("shape is not known")
        return tuple(said)
    highest: dict[str, int] = {}
    for part in rule.split(","):
        source, dot, place = part.partition(".")
        if dot and not place.isdigit():
            # A member of a list argument.
            return Unknown("shape is not known")
        if dot:
            highest[source] = max(highest.get(source, -1), int(place))
    if len(highest) > 1 or "," in rule:
        # Recorded at one rank; of another, the rule may say anything.
        for source, top in highest.items():
            shape = _shape_of(bound.get(source))
            if isinstance(shape, Unknown) or (isinstance(shape, tuple) and len(shape) != top + 1):
                return Unknown("shape is not known")
    out = []
    for part in rule.split(","):
        source, dot, place = part.partition(".")
        if not dot:
            try:
                size = None if part in ("?", "None") else int(part)
                # A number may be one that the recorded call itself was given.
                out.append(Unknown("a dimension that is not known") if size is not None and size > 1 else size)
                continue
            except ValueError:
                return Unknown("shape is not known")
        shape = _shape_of(bound.get(source))
        if not isinstance(shape, tuple):
            out.append(None if shape is None else Unknown("a dimension that is not known"))
            continue
        at = int(place)
        out.append(shape[at] if -len(shape) <= at < len(shape) else Unknown("a dimension that is not known"))
    return tuple(out)


def _shape_of(value: Any) -> Any:
    if isinstance(value, SparseTensor):
        return value.shape
    if is_dense_tensor(value):
        return value.shape
    if isinstance(value, (TensorShape, Unknown)):
        return value.dims if isinstance(value, TensorShape) else value
    if value is None or isinstance(value, (DictValue, InstanceValue)):
        return Unknown("shape is not known")
    if array_parts(value) is not None or isinstance(value, (int, float, bool, str, bytes, tuple, ListValue)):
        return list_shape(value)
    return Unknown("shape is not known")


def _reduced(shape: AnyValue, axis: AnyValue, bound: dict[str, Any]) -> Any:
    if axis is None:
        return ()
    axes = int_list(axis)
    if not isinstance(shape, tuple) or axes is None or not all(isinstance(a, int) for a in axes):
        return Unknown("shape is not known")
    gone = {a % len(shape) for a in axes if shape}
    if bound.get("keepdims") or bound.get("keep_dims"):
        return tuple(1 if i in gone else d for i, d in enumerate(shape))
    return tuple(d for i, d in enumerate(shape) if i not in gone)


def _structure(call: Call, text: str, leaves: list[Any], bound: dict[str, Any]) -> Any:
    """The result, put together as the recorded one was."""
    return _build(call, rows.structure(text), leaves, bound)


def _build(call: Call, shape: Any, leaves: list[Any], bound: dict[str, Any]) -> Any:
    if isinstance(shape, int):
        return leaves[shape] if shape < len(leaves) else call.unknown("a result that is not known")
    if isinstance(shape, tuple):
        opening, inner = shape
        if opening.startswith("@"):
            value = bound.get(opening[1:])
            return value if is_dense_tensor(value) else convert(call, value)
        built = [_build(call, member, leaves, bound) for member in inner] if isinstance(inner, list) else []
        if opening == "[":
            return ListValue(built)
        if opening == "SparseTensor" and len(built) == 3:
            return SparseTensor(*built)
        return tuple(built)
    if shape.startswith("="):
        return bound.get(shape[1:])
    if shape == "None":
        return None
    if shape == "op":
        return Operation(hole("operation"), "NoOp", call.graph)
    return call.unknown("a result that is not known")
