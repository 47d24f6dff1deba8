"""The classes that all layers derive from, whole: import them from here."""

from __future__ import annotations

from scopelint.apis.tf.keras.base_layer_attributes import (
    BETWEEN,
    gather,
    is_trainable,
    more_layers,
    nested_layers,
    own,
    together,
)
from scopelint.apis.tf.keras.base_layer_call import call_layer, call_parameters
from scopelint.apis.tf.keras.base_layer_weights import (
    DEFAULT_BUILDS,
    LAYER,
    init_layer,
    keras_layers,
    make_variable,
    tf_layers,
    weight,
)

__all__ = [
    "BETWEEN",
    "DEFAULT_BUILDS",
    "LAYER",
    "call_layer",
    "call_parameters",
    "gather",
    "init_layer",
    "is_trainable",
    "keras_layers",
    "make_variable",
    "more_layers",
    "nested_layers",
    "own",
    "tf_layers",
    "together",
    "weight",
]
