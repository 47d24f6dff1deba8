"""What a tensor is called in the target: PyTorch's dots and words, or Keras' own."""

from __future__ import annotations

import re
from typing import Literal

from scopelint.checkpoints.renames import leaf_class
from scopelint.tuples import NamedTuple

Style = Literal["torch", "keras"]

_TORCH = {0: "weight", 1: "bias", 2: "weight", 3: "bias", 4: "running_mean", 5: "running_var", 6: "weight"}
_KERAS = {0: "kernel", 1: "bias", 2: "gamma", 3: "beta", 4: "moving_mean", 5: "moving_variance", 6: "embeddings"}
"""By `renames.leaf_class`."""

_OWN = frozenset(
    ("kernel", "weights", "bias", "biases", "gamma", "beta", "moving_mean", "moving_variance", "embeddings")
)
"""The words of tf.layers, Keras, contrib and slim. Others are written by hand and may mean anything."""

CELLS = {
    # TF: what cells call their scopes where the program gives no name: rnn_cell_impl.py, rnn_cell.py, lstm_ops.py.
    "basic_lstm_cell": "lstm",
    "lstm_cell": "lstm",
    "coupled_input_forget_gate_lstm_cell": "",
    "layer_norm_basic_lstm_cell": "",
    "lstm_fused_cell": "lstm_block",
    "lstm_block_wrapper": "lstm_block",
    "cudnn_compatible_lstm_cell": "lstm_cudnn",
    "gru_cell": "gru",
    "gru_block_cell": "gru",
    "gru_block_cell_v2": "gru",
    "cudnn_compatible_gru_cell": "gru_cudnn",
    "basic_rnn_cell": "rnn",
    "rnn_cell": "rnn",
}
"""What kind of cell a scope of this name holds; empty for one that no target has."""

_MULTI = re.compile(r"(?:^|/)(?:multi_rnn_cell/)?cell_(\d+)(?=/|$)")
_SIDE = re.compile(r"(?:^|/)(fw|bw)(?=/|$)")
_NUMBER = re.compile(r"_\d+$")


class Cell(NamedTuple):
    """Where an RNN's cell belongs: the module, its layer and direction."""

    module: str
    layer: int
    backward: bool

    @property
    def suffix(self) -> str:
        return f"_l{self.layer}" + ("_reverse" if self.backward else "")


def is_own_word(leaf: str) -> bool:
    return leaf in _OWN


def leaf_kind(leaf: str) -> int | None:
    """0 for a kernel, 1 a bias, 2 and 3 scale and offset, 4 and 5 moving mean and variance, 6 an embedding."""
    found = leaf_class(leaf)
    if isinstance(found, int):
        return found
    return 6 if leaf.endswith(("_embedding", "_embeddings")) else None


def translated(head: str, leaf: str, style: Style) -> str:
    """The default name of a layer's tensor."""
    kind = leaf_kind(leaf)
    words = _TORCH if style == "torch" else _KERAS
    if kind == 6 and style == "torch" and leaf != "embeddings":
        # `word_embeddings` is the layer's name here, not the tensor's.
        return joined(f"{head}/{leaf}", "weight", style)
    return joined(head, leaf if kind is None else words[kind], style)


def joined(head: str, leaf: str, style: Style) -> str:
    whole = f"{head}/{leaf}" if head else leaf
    return dotted(whole) if style == "torch" else whole


def dotted(name: str) -> str:
    return name.strip("/").replace("/", ".")


def cell_kind(head: str) -> str | None:
    """The kind of cell by the last part of its scope; None where that is no cell's own name."""
    return CELLS.get(_NUMBER.sub("", head.rpartition("/")[2]))


def cell_of(head: str) -> Cell:
    """`rnn/multi_rnn_cell/cell_1/lstm_cell` is layer 1 of `rnn`; `bidirectional_rnn/bw/gru_cell` goes backward."""
    rest = head if cell_kind(head) is None else head.rpartition("/")[0]
    layer, backward = 0, False
    sides = list(_SIDE.finditer(rest))
    if sides:
        backward = sides[-1].group(1) == "bw"
        rest = rest[: sides[-1].start()] + rest[sides[-1].end() :]
    numbers = list(_MULTI.finditer(rest))
    if numbers:
        layer = int(numbers[-1].group(1))
        rest = rest[: numbers[-1].start()] + rest[numbers[-1].end() :]
    return Cell(rest.strip("/") or "rnn", layer, backward)
