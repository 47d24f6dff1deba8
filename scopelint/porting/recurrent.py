"""Recurrent cells: kernels cut into those of input and state, gates in the target's order, the forget bias added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scopelint.checkpoints.records import CheckpointTensor
from scopelint.porting.naming import Cell, Style, joined
from scopelint.porting.recipes import Piece, Recipe, blocks, filled

BEFORE = "GRUCell applies the reset gate before the product, torch.nn.GRU after it: docs/porting.md has the cell"


class Unfit(Exception):
    """Shapes that the kind of cell cannot have; the text says why."""


def cell(
    kind: str, tensors: Mapping[str, CheckpointTensor], place: Cell, style: Style, forget_bias: float | None
) -> list[Recipe]:
    """The target's tensors of one cell. `tensors` by what they are: kernel, bias, gates_kernel, candidate_kernel,
    recurrent, projection, ... as `layers.py` finds them."""
    dtypes = {tensor.dtype for tensor in tensors.values()}
    if len(dtypes) > 1:
        raise Unfit(f"its tensors are {' and '.join(sorted(dtypes))}: one cell has one dtype")
    made = _KINDS[kind](kind, tensors, forget_bias)
    name = _torch_name if style == "torch" else _keras_name
    out = []
    for recipe in made if style == "torch" else _for_keras(kind, tensors, forget_bias):
        out.append(replace(recipe, name=name(recipe.name, place)))
    return out


def _torch_name(leaf: str, place: Cell) -> str:
    return joined(place.module, leaf + place.suffix, "torch")


def _keras_name(leaf: str, place: Cell) -> str:
    head = place.module + (f"/cell_{place.layer}" if place.layer else "") + ("/backward" if place.backward else "")
    return joined(head, leaf, "keras")


def _shape(tensor: CheckpointTensor, rank: int) -> tuple[int, ...]:
    if tensor.shape is None or len(tensor.shape) != rank:
        raise Unfit(f"{tensor.key} has shape {list(tensor.shape or ())}, {rank} axes are expected")
    return tensor.shape


def _sizes(kernel: CheckpointTensor, gates: int, state: int | None = None) -> tuple[int, int]:
    """Of the input and of the state, from a kernel that takes both one below the other."""
    rows, columns = _shape(kernel, 2)
    size = columns // gates
    below = size if state is None else state
    if columns % gates or rows <= below:
        raise Unfit(f"{kernel.key} {[rows, columns]} is no kernel of {gates} gates that takes input and state")
    return rows - below, size


_ORDERS = {"lstm": (0, 2, 1, 3), "lstm_block": (0, 2, 1, 3), "lstm_cudnn": (0, 2, 1, 3)}
"""TF: LSTMCell.call and LSTMBlockCell split into input, new input, forget, output; torch has i, f, g, o."""
_FORGET = 2
"""Which block of TF's is that of the forget gate."""


def _lstm(kind: str, tensors: Mapping[str, CheckpointTensor], forget_bias: float | None) -> list[Recipe]:
    kernel, bias, projection = tensors["kernel"], tensors["bias"], tensors.get("projection")
    state = _shape(projection, 2)[1] if projection is not None else None
    inputs, size = _sizes(kernel, 4, state)
    rows = _shape(kernel, 2)[0]
    if _shape(bias, 1)[0] != 4 * size:
        raise Unfit(f"{bias.key} {list(bias.shape or ())} does not belong to {kernel.key}")
    order = _ORDERS[kind]
    added = _forget(kind, forget_bias)
    dtype = kernel.dtype
    note = f"forget bias {added:g} is in it" if added else ""
    made = [
        Recipe("weight_ih", (4 * size, inputs), dtype, blocks(kernel.key, size, order, (0, inputs)), (), (1, 0),
               layout="lstm"),
        Recipe("weight_hh", (4 * size, rows - inputs), dtype, blocks(kernel.key, size, order, (inputs, rows)), (),
               (1, 0), layout="lstm"),
        Recipe("bias_ih", (4 * size,), dtype, blocks(bias.key, size, order, None, {_FORGET: added}), layout="lstm",
               note=note),
        filled("bias_hh", 4 * size, 0.0, dtype, "torch has two biases, TF one"),
    ]  # fmt: skip
    if projection is not None:
        shape = _shape(projection, 2)
        made.append(
            Recipe("weight_hr", shape[::-1], dtype, (Piece(projection.key),), (), (1, 0), layout="lstm")
        )  # fmt: skip
    return made


def _forget(kind: str, asked: float | None) -> float:
    """TF: forget_bias is 1.0 where the program says nothing; CudnnCompatibleLSTMCell has 0."""
    if asked is not None:
        return asked
    return 0.0 if kind == "lstm_cudnn" else 1.0


def _gru(kind: str, tensors: Mapping[str, CheckpointTensor], forget_bias: float | None) -> list[Recipe]:
    """TF: GRUCell splits its gates into reset and update; torch has r, z, n."""
    gates, gates_bias = tensors["gates_kernel"], tensors["gates_bias"]
    inputs, size = _sizes(gates, 2)
    rows = inputs + size
    dtype = gates.dtype
    if kind == "gru_cudnn":
        new_in, new_state = tensors["input_kernel"], tensors["hidden_kernel"]
        if _shape(new_in, 2) != (inputs, size) or _shape(new_state, 2) != (size, size):
            raise Unfit(f"{new_in.key} and {new_state.key} do not belong to {gates.key}")
        new = Piece(new_in.key), Piece(new_state.key)
        biases = Piece(tensors["input_bias"].key), Piece(tensors["hidden_bias"].key)
        note = alone = ""
    else:
        alone = "torch has two biases, TF one"
        candidate = tensors["candidate_kernel"]
        if _shape(candidate, 2) != (rows, size):
            raise Unfit(f"{candidate.key} {list(candidate.shape or ())} does not belong to {gates.key}")
        new = Piece(candidate.key, (0, inputs)), Piece(candidate.key, (inputs, rows))
        biases = Piece(tensors["candidate_bias"].key), Piece(fill=0.0, count=size)
        note = BEFORE
    zeros = Piece(fill=0.0, count=2 * size)
    return [
        Recipe("weight_ih", (3 * size, inputs), dtype, (*blocks(gates.key, size, (0, 1), (0, inputs)), new[0]), (),
               (1, 0), layout="gru", note=note),
        Recipe("weight_hh", (3 * size, size), dtype, (*blocks(gates.key, size, (0, 1), (inputs, rows)), new[1]), (),
               (1, 0), layout="gru", note=note),
        Recipe("bias_ih", (3 * size,), dtype, (Piece(gates_bias.key), biases[0]), layout="gru"),
        Recipe("bias_hh", (3 * size,), dtype, (zeros, biases[1]), layout="gru", note=alone),
    ]  # fmt: skip


def _rnn(kind: str, tensors: Mapping[str, CheckpointTensor], forget_bias: float | None) -> list[Recipe]:
    kernel, bias = tensors["kernel"], tensors["bias"]
    inputs, size = _sizes(kernel, 1)
    whole, dtype = (inputs, inputs + size), kernel.dtype
    return [
        Recipe("weight_ih", (size, inputs), dtype, (Piece(kernel.key, (0, inputs)),), (), (1, 0), layout="rnn"),
        Recipe("weight_hh", (size, size), dtype, (Piece(kernel.key, whole),), (), (1, 0), layout="rnn"),
        Recipe("bias_ih", (size,), dtype, (Piece(bias.key),), layout="rnn"),
        filled("bias_hh", size, 0.0, dtype, "torch has two biases, TF one"),
    ]


_KERAS_ORDERS = {4: (0, 1, 2, 3), 3: (1, 0, 2), 1: (0,)}
"""Keras has input, forget, cell, output for LSTM, which is torch's order, and update, reset, new for GRU."""


def _keras(kind: str, tensors: Mapping[str, CheckpointTensor], forget_bias: float | None) -> list[Recipe]:
    """Keras layers keep the kernels of input and state apart, and the forget bias within the bias."""
    kernel, recurrent, bias = tensors["kernel"], tensors["recurrent"], tensors.get("bias")
    gates = {"keras_lstm": 4, "keras_gru": 3, "keras_rnn": 1}[kind]
    inputs, columns = _shape(kernel, 2)
    size = columns // gates
    if columns % gates or _shape(recurrent, 2) != (size, columns):
        raise Unfit(f"{recurrent.key} {list(recurrent.shape or ())} does not belong to {kernel.key}")
    order, dtype = _KERAS_ORDERS[gates], kernel.dtype
    layout = kind.removeprefix("keras_")
    made = [
        Recipe("weight_ih", (columns, inputs), dtype, blocks(kernel.key, size, order), (), (1, 0), layout=layout),
        Recipe("weight_hh", (columns, size), dtype, blocks(recurrent.key, size, order), (), (1, 0), layout=layout),
    ]
    note = BEFORE.replace("GRUCell applies", "GRU with reset_after=False applies")
    if bias is None:
        # Built without: torch is told so too, bias=False.
        return [replace(each, note=note) for each in made] if gates == 3 else made
    shape = bias.shape or ()
    if shape == (columns,):
        if gates == 3:
            made = [replace(each, note=note) for each in made]
        return [
            *made,
            Recipe("bias_ih", (columns,), dtype, blocks(bias.key, size, order), layout=layout),
            filled("bias_hh", columns, 0.0, dtype, "torch has two biases, Keras one"),
        ]
    if shape == (2, columns):
        pair = [blocks(bias.key, size, order, (row, row + 1)) for row in (0, 1)]
    elif shape == (2 * columns,):
        # TF: CuDNNLSTM and CuDNNGRU keep both biases one behind the other.
        pair = [blocks(bias.key, size, tuple(gates * half + at for at in order)) for half in (0, 1)]
    else:
        raise Unfit(f"{bias.key} {list(shape)} does not belong to {kernel.key}")
    return [
        *made,
        Recipe("bias_ih", (columns,), dtype, pair[0], layout=layout),
        Recipe("bias_hh", (columns,), dtype, pair[1], layout=layout),
    ]


def _for_keras(kind: str, tensors: Mapping[str, CheckpointTensor], forget_bias: float | None) -> list[Recipe]:
    """The tensors of the Keras layer that computes the same: LSTM, GRU(reset_after=...), SimpleRNN."""
    if kind.startswith("keras_"):
        words = {"kernel": "kernel", "recurrent": "recurrent_kernel", "bias": "bias"}
        return [
            Recipe(words[role], tensor.shape or (), tensor.dtype, (Piece(tensor.key),))
            for role, tensor in tensors.items()
            if role in words
        ]
    made = {recipe.name: recipe for recipe in _KINDS[kind](kind, tensors, forget_bias)}
    if "weight_hr" in made:
        raise Unfit("Keras' LSTM has no projection")
    size = made["weight_hh"].shape[1]
    # Torch's i, f, g, o is Keras' order; its r, z, n is not.
    order = (1, 0, 2) if "gru" in kind else tuple(range(made["weight_hh"].shape[0] // size))
    out = []
    for leaf, name in (("weight_ih", "kernel"), ("weight_hh", "recurrent_kernel")):
        recipe = made[leaf]
        pieces = tuple(recipe.pieces[at] for at in order)
        out.append(replace(recipe, name=name, shape=recipe.shape[::-1], pieces=pieces, turned=True, note=""))
    bias = made["bias_ih"]
    if kind == "gru_cudnn":
        gates, new = tensors["gates_bias"].key, tensors["input_bias"].key
        zeros = Piece(fill=0.0, count=2 * size)
        pieces = (*blocks(gates, size, (1, 0)), Piece(new), zeros, Piece(tensors["hidden_bias"].key))
        out.append(replace(bias, name="bias", shape=(2, 3 * size), pieces=pieces, note="reset_after=True"))
    elif "gru" in kind:
        gates, new = tensors["gates_bias"].key, tensors["candidate_bias"].key
        pieces = (*blocks(gates, size, (1, 0)), Piece(new))
        out.append(replace(bias, name="bias", pieces=pieces, note="reset_after=False"))
    else:
        out.append(replace(bias, name="bias"))
    return out


_KINDS = {
    "lstm": _lstm,
    "lstm_block": _lstm,
    "lstm_cudnn": _lstm,
    "gru": _gru,
    "gru_cudnn": _gru,
    "rnn": _rnn,
    "keras_lstm": _keras,
    "keras_gru": _keras,
    "keras_rnn": _keras,
}
KINDS = frozenset(_KINDS)
