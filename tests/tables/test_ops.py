"""Recorded operations and their replay."""

from scopelint.apis.tables import initializer, makes_variables, minimized, ops, structure, variable_makers


def names(variant):
    return [(entry.name, entry.type) for entry in variant.entries]


def test_reduction_leaves_a_constant_unless_axes_are_given():
    row = ops("tf.reduce_mean")
    plain = row.variant({"input_tensor": ("tensor",)})
    assert names(plain) == [("Const", "Const"), ("Mean", "Mean")]
    assert [entry.named for entry in plain.entries] == [False, True]
    assert plain.entries[1].find(0) == ("", 0)
    along = row.variant({"input_tensor": ("tensor",), "axis": ("=1", "const")})
    assert names(along) == [("Mean", "Mean")]
    assert along.entries[0].below() == (("reduction_indices", "Const"),)
    assert along.exact
    assert row.outputs[0].dtype == "=input_tensor"
    assert row.outputs[0].shape == "reduce:input_tensor:axis"


def test_operator_with_a_number():
    row = ops("tf.Tensor.__add__")
    assert names(row.variant({"x": ("tensor",), "y": ("tensor",)})) == [("add", "AddV2")]
    number = row.variant({"x": ("tensor",), "y": ("=1", "const")})
    assert number.entries[0].below() == (("y", "Const"),)
    assert row.outputs[0].flows == ("x", "y")


def test_scope_with_inner_operations_is_numbered_as_tf_does():
    found = ops("tf.nn.moments").variant({"x": ("tensor",), "axes": ("const",)})
    assert names(found) == [("moments", "")]
    assert [name for name, _ in found.entries[0].below()] == [
        "mean",
        "mean/reduction_indices",
        "StopGradient",
        "SquaredDifference",
        "variance",
        "variance/reduction_indices",
        "Squeeze",
        "Squeeze_1",
    ]
    assert found.entries[0].find(1) == ("Squeeze_1", 0)
    assert structure(found.structure) == ("(", [0, 1])


def test_value_that_leaves_nothing():
    row = ops("tf.nn.dropout")
    kept = row.variant({"x": ("tensor",), "keep_prob": ("=1.0", "const")})
    assert names(kept) == [("dropout", "")]
    assert not kept.entries[0].inner
    assert structure(kept.structure) == ("@x", 0)


def test_mode_never_recorded_is_said():
    found = ops("tf.reduce_mean").variant({"input_tensor": ("tensor",), "no_such_parameter": ("const",)})
    assert not found.exact
    assert found.not_recorded == ("no_such_parameter",)


def test_cast_to_its_own_type_is_no_operation():
    row = ops("tf.cast|same")
    assert structure(row.variant({"x": ("tensor",)}).structure) == ("@x", 0)


def test_dimensions_come_from_arguments():
    assert ops("tf.matmul").outputs[0].shape == "a.0,b.1"
    assert ops("tf.zeros").outputs[0].shape == "arg:shape"


def test_unknown_function():
    assert ops("tf.no_such_name") is None


def test_initializers():
    small = [(entry.name, entry.type) for entry in initializer("tf.zeros_initializer")]
    assert small == [("zeros", "Const")]
    large = initializer("tf.zeros_initializer", "large")[0]
    assert (large.type, large.below()) == ("Fill", (("shape_as_tensor", "Const"), ("Const", "Const")))
    below = initializer("tf.truncated_normal_initializer")[0].below()
    assert [name for name, _ in below] == ["shape", "mean", "stddev", "TruncatedNormal", "mul"]
    assert initializer("tf.no_such_initializer") is None


def test_minimize_at_the_root():
    names = [entry.name for entry in minimized("tf.train.AdamOptimizer")]
    assert names[:3] == ["gradients", "beta1_power", "beta2_power"]
    assert names[-1] == "Adam"


def test_variable_makers():
    makers = variable_makers()
    assert len(makers) > 400
    assert {"tf.layers.dense", "tf.contrib.rnn.LSTMBlockCell", "tf.metrics.accuracy"} <= set(makers)
    assert makes_variables("tf.train.AdamOptimizer.minimize")
    assert makes_variables("tf.nn.relu") is False
    assert makes_variables("tf.linalg.LinearOperatorDiag") is False
    assert makes_variables("tf.no_such_name") is None
