"""The recorded surface of TF 1.15: names, parameters, classes."""

import pytest

from scopelint.apis import tables
from scopelint.apis.tables import Opaque, Parameter


@pytest.mark.parametrize(
    ("module", "attribute", "expected"),
    [
        ("tensorflow", "get_variable", "tf.get_variable"),
        ("tensorflow.python.ops.variable_scope", "get_variable", "tf.get_variable"),
        ("tensorflow.compat.v1", "get_variable", "tf.get_variable"),
        ("tensorflow.contrib.slim", "conv2d", "tf.contrib.layers.conv2d"),
        ("tensorflow.contrib.layers", "convolution2d", "tf.contrib.layers.conv2d"),
        ("tensorflow.contrib.rnn", "BasicLSTMCell", "tf.nn.rnn_cell.BasicLSTMCell"),
        ("tensorflow.math", "reduce_mean", "tf.reduce_mean"),
        ("tensorflow.python.keras.layers", "Dense", "tf.keras.layers.Dense"),
        ("tensorflow", "nn", "module:tensorflow.nn"),
        ("tensorflow", "contrib", "module:tensorflow.contrib"),
        ("tensorflow.contrib.slim.nets", "resnet_v1", "module:tensorflow.contrib.slim.python.slim.nets.resnet_v1"),
        ("tensorflow", "float32", "dtype:float32"),
        ("tensorflow", "newaxis", "const:None"),
        ("tensorflow.python.ops.array_ops", "np", "module:numpy"),
        ("tensorflow", "no_such_name", None),
        ("no_such_module", "conv2d", None),
    ],
)
def test_canonical(module, attribute, expected):
    assert tables.canonical(module, attribute) == expected


def test_signature():
    found = tables.signature("tf.layers.dense")
    assert [p.name for p in found][:4] == ["inputs", "units", "activation", "use_bias"]
    assert found[0] == Parameter("inputs", "plain", False, None)
    assert found[3] == Parameter("use_bias", "plain", True, True)
    assert found[5].default == "<tf.zeros_initializer()>"
    assert isinstance(found[5].default, Opaque)
    assert found[5].default.name == "tf.zeros_initializer()"


def test_signature_of_class_and_inherited_method():
    assert tables.signature("tf.train.AdamOptimizer")[0] == Parameter("learning_rate", "plain", True, 0.001)
    assert [p.name for p in tables.signature("tf.train.AdamOptimizer.minimize")][:3] == [
        "loss",
        "global_step",
        "var_list",
    ]
    assert tables.signature("tf.no_such_name") is None


def test_signature_is_seen_through_decorators():
    assert [p.name for p in tables.signature("tf.contrib.layers.fully_connected")][:2] == ["inputs", "num_outputs"]
    assert tables.signature("tf.nn.softmax_cross_entropy_with_logits")[0].name == "_sentinel"


def test_classes():
    assert tables.bases("tf.layers.Dense") == ("tf.keras.layers.Dense", "tf.layers.Layer")
    assert tables.mro("tf.nn.rnn_cell.GRUCell")[2] == "tf.nn.rnn_cell.RNNCell"
    found = tables.member("tf.GraphKeys", "TRAINABLE_VARIABLES")
    assert tables.constant(found.value) == "trainable_variables"
    assert tables.member("tf.Tensor", "shape").kind == "property"
    assert tables.is_class("tf.layers.Dense") and not tables.is_class("tf.layers.dense")


def test_star_import():
    assert "get_variable" in tables.members("tensorflow")
    assert "lin_space" in tables.members("tensorflow")
    assert tables.members("tensorflow.python.ops.variable_scope").keys() == {
        "AUTO_REUSE",
        "VariableAggregation",
        "VariableScope",
        "VariableSynchronization",
        "get_local_variable",
        "get_variable",
        "get_variable_scope",
        "no_regularizer",
        "variable_op_scope",
        "variable_scope",
    }


@pytest.mark.parametrize("table", [tables._MODULES, tables._CALLABLES, tables._CLASSES])
def test_every_row_is_found(table):
    for key in list(table.keys()):
        assert table.find(key) is not None, key


def test_every_signature_parses():
    for key in list(tables._CALLABLES.keys()):
        assert tables.signature(key) is not None, key
