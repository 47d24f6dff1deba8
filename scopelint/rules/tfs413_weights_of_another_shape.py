"""TFS413 weights-of-another-shape."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import RestoreSite
from scopelint.rules.base import Bad, Finding, Good, Record, Rule
from scopelint.rules.held import Wanted, file_name, wanted, with_checkpoint, written
from scopelint.rules.restores import makers

VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"


class WeightsOfAnotherShape(Rule):
    """## What it does
    Finds a `load_weights` that gives a variable a value of another shape, where the file lies in the project or
    `--checkpoint` says which it is. Keras files need `pip install scopelint[h5]`.

    ## Why is this bad?
    Weights are given in order, not by name, and in graph mode the assignment does not look at the shape: `w.shape`
    still says [5,7] while a run gives [5,4]. TF says nothing. A layer more in front shifts all that follow.
    """

    code = "TFS413"
    message = "{name} {shape} is given {key} {held} of {checkpoint}"
    bad = (
        Bad(
            """
model = tf.keras.Sequential([
    tf.keras.layers.Dense(7, input_shape=(5,), name="d1"), tf.keras.layers.Dense(2, name="d2"),
])
model.load_weights("weights.h5")  # TFS413: name="d1/kernel" shape="[5,7]"
"""
        ),
        Bad(
            """
model = tf.keras.Sequential([
    tf.keras.layers.Dense(5, input_shape=(5,), name="new"), tf.keras.layers.Dense(4, name="d1"),
    tf.keras.layers.Dense(2, name="d2"),
])
model.load_weights("weights/w")  # TFS413: name="new/kernel"
"""
        ),
    )
    good = (
        Good(
            """
model = tf.keras.Sequential([
    tf.keras.layers.Dense(4, input_shape=(5,), name="a"), tf.keras.layers.Dense(2, name="b"),
])
model.load_weights("weights.h5")
"""
        ),
        Good(
            """
model = tf.keras.Sequential([
    tf.keras.layers.Dense(4, input_shape=(5,), name="a"), tf.keras.layers.Dense(2, name="b"),
])
model.load_weights("weights/w")
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for site, checkpoint in with_checkpoint(outcome, "load_weights"):
            asked = wanted(outcome, site, checkpoint)
            if checkpoint.kind == "Keras HDF5" and "by_name" not in site.options:
                order = checkpoint.creation_order or ()
                got = [checkpoint.by_key.get(key) for key in order] if len(order) == len(asked) else []
            elif checkpoint.kind == "object-based":
                got = [checkpoint.by_key.get(key) for key in self._keys(site)]
            else:
                continue
            for each, tensor in zip(asked, got, strict=False):
                given = Wanted(tensor.key if tensor else "", each.name, each.shape, each.made, tensor)
                if given.differs and tensor is not None:
                    yield self.finding(
                        site, related=makers([each.made] if each.made else []), name=each.name,
                        shape=written(each.shape), key=tensor.name, held=written(tensor.shape),
                        checkpoint=file_name(checkpoint),
                    )  # fmt: skip
                    break

    def _keys(self, site: RestoreSite) -> list[str]:
        """TF: Network._layer_checkpoint_dependencies: layers that have weights are numbered through."""
        layers: dict[str, int] = {}
        keys = []
        for _, name in site.pairs:
            layer, _, leaf = name.rpartition("/")
            keys.append(f"layer_with_weights-{layers.setdefault(layer, len(layers))}/{leaf}{VALUE}")
        return keys
