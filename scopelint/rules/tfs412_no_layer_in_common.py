"""TFS412 no-layer-in-common."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule
from scopelint.rules.held import file_name, with_checkpoint
from scopelint.rules.restores import listed


class NoLayerInCommon(Rule):
    """## What it does
    Finds a `load_weights(..., by_name=True)` of a Keras file none of whose layers is called as one of the model, where
    the file lies in the project or `--checkpoint` says which it is. Needs `pip install scopelint[h5]`.

    ## Why is this bad?
    Layers are looked for by their names, and those that are not found are passed over: nothing is loaded, and Keras
    says nothing. Automatic names (`dense_3`) count all layers that were made before.
    """

    code = "TFS412"
    message = "nothing is loaded: {checkpoint} has the layers {held}, the model has {own}"
    bad = (
        Bad(
            """
model = tf.keras.Sequential([tf.keras.layers.Dense(4, input_shape=(5,), name="x1")])
model.load_weights("weights.h5", by_name=True)  # TFS412: own="x1"
"""
        ),
    )
    good = (
        Good(
            """
model = tf.keras.Sequential([tf.keras.layers.Dense(4, input_shape=(5,), name="d1")])
model.load_weights("weights.h5", by_name=True)
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for site, checkpoint in with_checkpoint(outcome, "load_weights"):
            if "by_name" not in site.options or checkpoint.kind != "Keras HDF5":
                continue
            held = dict.fromkeys(tensor.layer for tensor in checkpoint.tensors if tensor.layer)
            own = dict.fromkeys(name.rpartition("/")[0] for _, name in site.pairs)
            parts = {part for scope in own for part in scope.split("/")} | set(own)
            if held and own and not parts & set(held):
                yield self.finding(site, checkpoint=file_name(checkpoint), held=listed(held), own=listed(own))
