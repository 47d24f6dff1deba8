"""What TensorFlow would say first of a checkpoint that does not fit: its own words, where they can be foretold."""

from __future__ import annotations

from dataclasses import dataclass

from scopelint.checkpoints.comparing import Comparison, Want
from scopelint.checkpoints.demands import Demand, Place, Shape

_DTYPES = {
    # TF: DataTypeString, in types.cc.
    "float16": "half",
    "float32": "float",
    "float64": "double",
}


@dataclass(frozen=True, slots=True)
class TFError:
    """`place`: the line of the program in the traceback. `exact`: this one and no other comes first; else TF's threads
    decide which of several of its kind it is."""

    type: str
    message: str
    place: Place
    exact: bool = True

    def __str__(self) -> str:
        return f"{self.type}: {self.message}"


def first_error(found: Comparison) -> TFError | None:
    """None where it loads without an error, which is not to say that it loads everything."""
    demand = found.demand
    if demand.kind in ("init", "warm_start"):
        return _of_assignment_map(found)
    if demand.kind == "checkpoint":
        return _of_objects(found)
    if demand.kind == "load_weights":
        return None
    return _of_saver(found)


def _of_saver(found: Comparison) -> TFError | None:
    """TF: RestoreV2 sorts the keys, looks all up, then compares all dtypes, then reads; Assign compares shapes."""
    demand, kind = found.demand, found.checkpoint.kind
    place = demand.place
    missing = found.missing
    if missing and "ignore_missing" in demand.options:
        missing = ()
    if missing:
        if kind == "object-based":
            return TFError("NotFoundError", _object_based(found), place)
        keys = sorted((want.key for want in missing), key=lambda key: key.encode())
        if kind == "V1":
            text = f'Tensor name "{keys[0]}" not found in checkpoint files {demand.path or found.checkpoint.prefix}'
            return TFError("NotFoundError", text, place)
        return TFError("NotFoundError", f"Key {keys[0]} not found in checkpoint", place)
    if found.dtypes:
        return _dtypes(found)
    pieces = [(want, tensor) for want, tensor in found.shapes if want.wholes]
    if pieces:
        want, tensor = min(pieces, key=lambda each: each[0].key.encode())
        text = (
            f"tensor_name = {want.key}; shape in shape_and_slice spec {shape_text(want.shape)} does not match the "
            f"shape stored in checkpoint: {shape_text(tensor.shape)}"
        )
        return TFError("InvalidArgumentError", text, place, len(pieces) == 1)
    if found.shapes:
        want, tensor = found.shapes[0]
        return TFError("InvalidArgumentError", _assign(want, tensor.shape), place, len(found.shapes) == 1)
    return None


def _dtypes(found: Comparison) -> TFError:
    pairs = sorted(found.dtypes, key=lambda each: each[0].key.encode())
    if found.checkpoint.kind == "V1":
        want, tensor = pairs[0]
        text = (
            f"Expected to restore a tensor of type {_dtype(want.dtype)}, got a tensor of type {_dtype(tensor.dtype)} "
            f"instead: tensor_name = {want.key}"
        )
        return TFError("InvalidArgumentError", text, found.demand.place, len(pairs) == 1)
    lines = [
        f"tensor_name = {want.key}; expected dtype {_dtype(want.dtype)} does not equal original dtype "
        f"{_dtype(tensor.dtype)}"
        for want, tensor in pairs
    ]
    return TFError("InvalidArgumentError", "\n".join(lines), found.demand.place)


def _object_based(found: Comparison) -> str:
    """TF: saver_from_object_based_checkpoint."""
    wanted = {want.key for want in found.wants}
    held = {tensor.name for tensor in found.checkpoint.tensors if tensor.full_name}
    return (
        f"Existing variables not in the checkpoint: {', '.join(sorted(want.key for want in found.missing))}\n"
        f"Variables names when this checkpoint was written which don't exist now: {', '.join(sorted(held - wanted))}\n"
        f"({len(held & wanted)} variable name(s) did match)"
    )


def _of_assignment_map(found: Comparison) -> TFError | None:
    """TF: _init_from_checkpoint: entry by entry, each looked up, one that names a variable compared in shape."""
    demand = found.demand
    path = demand.path or found.checkpoint.path
    held = found.keys
    given = dict(demand.assignment_map)
    later: TFError | None = None
    # TF: warm_start maps names to names, and what it maps is sorted by the names in the file.
    wants = sorted(found.wants, key=lambda want: want.key) if demand.kind == "warm_start" else found.wants
    for want in wants:
        tensor = held.get(want.key)
        alone = (want.key in given and not want.key.endswith("/")) or demand.kind == "warm_start"
        if tensor is None or tensor.key != want.key:
            if alone:
                return TFError(
                    "ValueError", f"Tensor {want.key} is not found in {path} checkpoint {{...}}", demand.place
                )
            scope, rest = _scope_of(want, demand)
            text = f"Tensor {want.key} ({rest} in {scope}) is not found in {path} checkpoint"
            return TFError("ValueError", text, demand.place)
        if any(each is want for each, _ in found.shapes):
            if alone and not want.wholes:
                text = (
                    f"Shape of variable {want.name}:0 ({_python_shape(want.shape)}) doesn't match with shape of tensor "
                    f"{want.key} ({list(tensor.shape or ())}) from checkpoint reader."
                )
                return TFError("ValueError", text, demand.place)
            # Not before the initializer runs.
            later = later or TFError("InvalidArgumentError", _assign(want, tensor.shape), Place(), False)
    if demand.refused:
        return TFError("ValueError", demand.refused, demand.place)
    return later


def _scope_of(want: Want, demand: Demand) -> tuple[str, str]:
    """The entry of the map that a scope's variable came by, and the variable's name in the scope."""
    name = want.name
    for key, target in demand.assignment_map:
        scope = target.rpartition("/")[0]
        if key.endswith("/") and (not scope or name.startswith(scope + "/")):
            rest = name[len(scope) + 1 :] if scope else name
            if want.key.startswith(key) or key == "/":
                return key, rest
    return "", name


def _of_objects(found: Comparison) -> TFError | None:
    """TF: Checkpoint.restore looks names up where the program asks for it, and complains where it is told to."""
    demand = found.demand
    checked = [option for option in demand.options if option.startswith("assert_")]
    if found.checkpoint.is_name_based:
        if checked:
            return TFError(
                "AssertionError", "Object not restored: <tensorflow.python.training.tracking...>", demand.place
            )
        if "run_restore_ops" in demand.options:
            return TFError("NotFoundError", "Key save_counter not found in checkpoint", demand.place)
        return None
    if checked and demand.certain and found.missing:
        return TFError(
            "AssertionError", f"Object not assigned a value from checkpoint: {found.missing[0].name}", demand.place
        )
    return None


def _assign(want: Want, held: Shape) -> str:
    return (
        "Assign requires shapes of both tensors to match. "
        f"lhs shape= {shape_text(want.shape)} rhs shape= {shape_text(held)}"
    )


def _dtype(name: str) -> str:
    return _DTYPES.get(name, name)


def shape_text(shape: Shape) -> str:
    """As TF writes it: `[3,4]`."""
    if shape is None:
        return "[?]"
    return "[" + ",".join("?" if side is None else str(side) for side in shape) + "]"


def _python_shape(shape: Shape) -> str:
    if shape is None:
        return "<unknown>"
    sides = ["?" if side is None else str(side) for side in shape]
    return f"({', '.join(sides)}{',' if len(sides) == 1 else ''})"
