"""Shapes and dtypes of what the summaries made without a value: by variables, by inputs, by an operation's place."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.picture.wiring import Known
from scopelint.apis.tf.framework.node import Node
from scopelint.apis.tf.framework.op_defs import op_def
from scopelint.apis.tf.framework.shapes.table import shape_function
from scopelint.graph.events import VariableMade
from scopelint.graph.names import Graph
from scopelint.values.base import Undecided, Unknown
from scopelint.values.tensors import DTYPES, INT32, Tensor

_UNKNOWN = Unknown("an output that is not known")


class _Drawn(Node):
    """An operation that is made already. If TF refuses it, that was said; it has no outputs."""

    __slots__ = ()

    def refuse(self, message: str, computed: str = "", partial: str = "") -> None:
        raise ValueError(message)


SCALARS = frozenset({
    "axis", "dim", "dimension", "split_dim", "min", "max", "mean", "stddev", "x", "y", "rate", "keep_prob", "on_value",
    "value", "Rank", "off_value", "depth", "alpha", "epsilon", "decay", "delta", "start", "limit", "num", "Const",
})  # fmt: skip
"""Constants that TF's functions make below an operation and that are numbers."""

BY_RANK = {
    "shape": "out", "shape_as_tensor": "out", "dims": "out", "perm": "in", "multiples": "in", "begin": "in",
    "size": "in", "paddings": "in",
}  # fmt: skip
"""Constants of one number for each dimension of what the operation gives, or takes."""

LENGTHS = {"stack": (1,), "stack_1": (1,), "stack_2": (1,), "dilation_rate": (2,), "values_0": (2,)}
"""Constants that TF's functions make of that many numbers: corners of a slice of one axis, of an image's two axes."""

_INTS = frozenset({*LENGTHS, *BY_RANK, "axis", "dim", "dimension", "split_dim", "reduction_indices", "depth"})

_PLAIN = frozenset({
    "Add", "AddV2", "Sub", "Mul", "RealDiv", "Maximum", "Minimum", "SquaredDifference", "Pow", "FloorDiv",
    "FloorMod", "Less", "LessEqual", "Greater", "GreaterEqual", "Equal", "NotEqual", "LogicalAnd", "LogicalOr",
    "Rsqrt", "Sqrt", "Square", "Exp", "Log", "Neg", "Abs", "Floor", "StopGradient", "Identity", "Relu", "Sigmoid",
    "Tanh", "Softplus", "LogicalNot", "AddN", "BiasAdd", "Reciprocal", "Sign", "ZerosLike", "OnesLike", "Assign",
    "AssignAdd", "AssignSub", "ApplyAdam", "ApplyMomentum", "ApplyGradientDescent", "ApplyAdagrad", "ApplyRMSProp",
    "FusedBatchNormV3", "FusedBatchNorm", "MatMul", "L2Loss",
})  # fmt: skip
"""Types whose shapes follow from their inputs alone, whatever their attributes."""


_PASSING = frozenset({"Switch", "RefSwitch", "Merge", "Enter", "RefEnter", "Exit", "NextIteration", "LoopCond"})
"""What control flow hands on as it is."""


_WRITING = ("Apply", "SparseApply", "Scatter", "Assign")
"""How the types begin that give back the variable they write to."""


class Inferred:
    """The tensors of one graph by operation, those known by their values and those worked out."""

    def __init__(self, graph: Graph, variables: dict[str, VariableMade], known: Known) -> None:
        self.graph = graph
        self.variables = variables
        self.known = known
        self.found: dict[str, list[Tensor]] = {}
        self.alike: dict[str, str] = {}
        """Of what a loop for gradients takes from another one: the value that each has the shape of."""

    def tensor(self, said: str | None) -> Tensor | None:
        """What a node's input stands for."""
        if said is None:
            return None
        name, _, index = said.partition(":")
        at = int(index or 0)
        found = self.found.get(name, ())
        if at < len(found):
            return found[at]
        held: Tensor | None = self.graph.tensors.get(name, {}).get(at)
        return held


def inferred(
    call: Call, known: Inferred, name: str, kind: str, owner: str, inputs: tuple[str | None, ...] | None
) -> list[Tensor]:
    """The outputs of an operation, as far as they are known; kept for those that take them."""
    out = _outputs(call, known, name, kind, owner, inputs)
    definition = op_def(kind)
    if definition is not None and not any(each.number_attr or each.list_attr for each in definition.outputs):
        count = len(definition.outputs)
        out = out[:count]
        for at in range(count):
            fixed = definition.outputs[at].dtype
            if at < len(out) and isinstance(out[at].dtype, Unknown) and fixed is not None:
                out[at] = Tensor(name, at, "", out[at].shape, fixed)
            elif at >= len(out):
                out.append(Tensor(name, at, "", _UNKNOWN, fixed or _UNKNOWN))
    known.found[name] = out
    return out


def _outputs(
    call: Call, known: Inferred, name: str, kind: str, owner: str, inputs: tuple[str | None, ...] | None
) -> list[Tensor]:
    held = known.graph.tensors.get(name)
    if held:
        out = []
        for at in range(max(held) + 1):
            out.append(held[at] if at in held else Tensor(name, at, "", _UNKNOWN, _UNKNOWN))
        if len(out) == 1 and kind in ("FusedBatchNormV3", "FusedBatchNorm"):
            return _normalized(name, out[0])
        if kind in _PASSING and out[0].index == 0 and isinstance(out[0].shape, tuple):
            return _whole(name, kind, out[0])
        if kind in ("TensorArrayV3", "TensorArrayGradV3") and len(out) == 1:
            out.append(Tensor(name, 1, "", (), DTYPES["float32"]))
        if kind == "FusedBatchNormV3" and len(out) == 6:
            out[5] = Tensor(name, 5, "", _UNKNOWN, out[0].dtype)
        if isinstance(out[0].shape, tuple) or len(out) > 1:
            return out
    variable = known.variables.get(name)
    if variable is not None:
        if kind == "VarHandleOp":
            return [Tensor(name, 0, "", (), DTYPES["resource"])]
        return [_of_variable(name, variable)]
    scope, _, leaf = name.rpartition("/")
    above = known.variables.get(scope)
    if above is not None and kind in ("Identity", "Assign"):
        return [_of_variable(name, above)]
    if above is not None and leaf == "ReadVariableOp":
        return [_of_variable(name, above)]
    if "/Initializer/" in f"/{name}":
        home = known.variables.get(name[: name.rfind("/Initializer/")])
        if home is not None:
            made = _initial(name, kind, leaf, home)
            if made is not None:
                return [made]
    if kind in ("Const", "Range"):
        shape = _constant(known, name, leaf, scope)
        if shape is not None:
            dtype: Any = INT32 if leaf in _INTS else _UNKNOWN
            return [Tensor(name, 0, "", shape, dtype)]
    if kind == "ReadVariableOp" and inputs and inputs[0] in known.variables:
        return [_of_variable(name, known.variables[inputs[0] or ""])]
    if kind.startswith(_WRITING) and inputs and inputs[0] in known.variables:
        return [_of_variable(name, known.variables[inputs[0] or ""])]
    if kind in ("IsVariableInitialized", "VarIsInitializedOp"):
        return [Tensor(name, 0, "", (), DTYPES["bool"])]
    if kind == "PlaceholderWithDefault" and leaf in ("filename", "Const"):
        return [Tensor(name, 0, "", (), DTYPES["string"])]
    if name in known.alike or (kind == "StackPushV2" and inputs):
        if known.alike.get(name) == "":
            return [Tensor(name, 0, "", (), INT32)]
        source = known.tensor(known.alike[name] if name in known.alike else inputs[1] if inputs else None)
        return [Tensor(name, 0, "", source.shape, source.dtype)] if source is not None else []
    if kind == "StackV2":
        return [Tensor(name, 0, "", (2,), DTYPES["resource"])]
    if kind in _PASSING and inputs:
        return _passed(known, name, kind, inputs[0])
    if kind in _PLAIN and inputs and None not in inputs:
        return _by_type(call, known, name, kind, inputs)
    return []


def _of_variable(name: str, variable: VariableMade) -> Tensor:
    dtype: Any = DTYPES.get(variable.dtype, _UNKNOWN)
    return Tensor(name, 0, "", variable.shape if variable.shape_known else _UNKNOWN, dtype)


def _initial(name: str, kind: str, leaf: str, variable: VariableMade) -> Tensor | None:
    """An operation of an initializer: the numbers that it is made with, or a value of the variable's own shape."""
    rank = len(variable.shape) if variable.shape_known and variable.shape is not None else None
    below = name[name.rfind("/Initializer/") + len("/Initializer/") :]
    if kind == "Const" and "/" in below:
        if leaf in ("shape", "shape_as_tensor"):
            return Tensor(name, 0, "", (rank,), INT32) if rank is not None else None
        return Tensor(name, 0, "", (), DTYPES.get(variable.dtype, _UNKNOWN)) if leaf in SCALARS else None
    if kind == "Sub":
        return Tensor(name, 0, "", (), DTYPES.get(variable.dtype, _UNKNOWN))
    if kind in ("Const", "Fill", "Add", "Mul", "RandomUniform", "RandomStandardNormal", "TruncatedNormal"):
        return _of_variable(name, variable)
    return None


def _constant(known: Inferred, name: str, leaf: str, scope: str) -> Any:
    """The shape of a constant by what it is for."""
    whole = known.graph.tensors.get(scope, {}).get(0)
    owner = known.known.get(scope, "")
    if owner in ("Assert", "TensorArrayV3", "TensorArrayReadV3", "TensorArrayWriteV3"):
        return ()
    if leaf in BY_RANK and owner:
        taken = whole
        if BY_RANK[leaf] == "in" and owner not in ("Transpose", "Tile", "Slice", "Pad", "PadV2", "MirrorPad"):
            return None
        if taken is not None and isinstance(taken.shape, tuple):
            rank = len(taken.shape)
            return (rank, 2) if leaf == "paddings" else (rank,)
        return None
    if leaf in LENGTHS:
        return LENGTHS[leaf]
    return () if leaf in SCALARS else None


def _normalized(name: str, first: Tensor) -> list[Tensor]:
    """TF: FusedBatchNormV3 gives the batch's means and variances, each twice, and a workspace."""
    shape = first.shape
    channels: Any = (shape[-1],) if isinstance(shape, tuple) and len(shape) == 4 else _UNKNOWN
    return [first, *(Tensor(name, at, "", channels, first.dtype) for at in range(1, 5)),
            Tensor(name, 5, "", _UNKNOWN, first.dtype)]  # fmt: skip


def _whole(name: str, kind: str, first: Tensor) -> list[Tensor]:
    """All outputs of an operation that hands on what it takes, by the first of them."""
    if kind in ("Switch", "RefSwitch"):
        return [first, Tensor(name, 1, "", first.shape, first.dtype)]
    return [first, Tensor(name, 1, "", (), INT32)] if kind == "Merge" else [first]


def _passed(known: Inferred, name: str, kind: str, taken: str | None) -> list[Tensor]:
    source = known.tensor(taken)
    if source is None:
        return []
    return _whole(name, kind, Tensor(name, 0, "", source.shape, source.dtype))


def _by_type(call: Call, known: Inferred, name: str, kind: str, inputs: tuple[str | None, ...]) -> list[Tensor]:
    definition, function = op_def(kind), shape_function(kind)
    taken = [known.tensor(each) for each in inputs]
    if definition is None or function is None or any(each is None for each in taken):
        return []
    if kind == "AddN":
        ins: dict[str, Any] = {"inputs": taken}
    elif len(taken) == len(definition.inputs):
        ins = {a.name: t for a, t in zip(definition.inputs, taken, strict=True)}
    else:
        return []
    attrs = {key: a.default if a.has_default else Unknown("an attribute") for key, a in definition.attributes.items()}
    dtypes: dict[str, Any] = {}
    for argument, tensor in zip(definition.inputs, taken, strict=False):
        if tensor is not None and argument.type_attr and not isinstance(tensor.dtype, Unknown):
            dtypes.setdefault(argument.type_attr, tensor.dtype.base_dtype)
    try:
        shapes = function(_Drawn(call, kind, name, ins, attrs))
    except (Undecided, TypeError, ValueError, IndexError, ArithmeticError):
        return []
    listed = shapes if isinstance(shapes, list) else [shapes]
    return [
        Tensor(name, at, "", shape, definition.outputs[min(at, len(definition.outputs) - 1)].dtype
               or dtypes.get(definition.outputs[min(at, len(definition.outputs) - 1)].type_attr, _UNKNOWN))
        for at, shape in enumerate(listed)
    ]  # fmt: skip
