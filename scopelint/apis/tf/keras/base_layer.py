"""The classes that all layers derive from, whole: import them from here."""

from __future__ import annotations

from scopelint.apis.tf.keras.base_layer_attributes import gather, is_trainable, nested_layers, own
from scopelint.apis.tf.keras.base_layer_call import add_node, adopt, call_layer, call_parameters
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
    "DEFAULT_BUILDS",
    "LAYER",
    "add_node",
    "adopt",
    "call_layer",
    "call_parameters",
    "gather",
    "init_layer",
    "is_trainable",
    "keras_layers",
    "make_variable",
    "nested_layers",
    "own",
    "tf_layers",
    "weight",
]
