"""Classes of the program's that derive from native ones, with hostile members, and what is asked of their objects."""

from __future__ import annotations

import random
from collections.abc import Callable

from scopelint.apis import tables
from scopelint.apis.registry import find

BASES = (
    "tf.keras.layers.Layer", "tf.keras.layers.Dense", "tf.keras.layers.Conv2D", "tf.keras.layers.LSTM",
    "tf.keras.layers.RNN", "tf.keras.layers.Wrapper", "tf.keras.layers.BatchNormalization", "tf.keras.Model",
    "tf.keras.Sequential", "tf.layers.Layer", "tf.layers.Dense", "tf.nn.rnn_cell.RNNCell", "tf.nn.rnn_cell.LSTMCell",
    "tf.nn.rnn_cell.GRUCell", "tf.nn.rnn_cell.MultiRNNCell", "tf.contrib.rnn.LayerRNNCell", "tf.train.Optimizer",
    "tf.train.AdamOptimizer", "tf.train.GradientDescentOptimizer", "tf.keras.optimizers.Optimizer",
    "tf.keras.optimizers.Adam", "tf.keras.callbacks.Callback", "tf.train.SessionRunHook", "tf.estimator.Estimator",
    "tf.data.Dataset", "tf.Module", "tf.keras.initializers.Initializer", "tf.keras.regularizers.Regularizer",
    "tf.keras.constraints.Constraint", "tf.keras.metrics.Metric", "tf.keras.metrics.Mean", "tf.keras.losses.Loss",
    "tf.contrib.seq2seq.Decoder", "tf.contrib.seq2seq.BasicDecoder", "tf.contrib.seq2seq.Helper",
    "tf.contrib.seq2seq.TrainingHelper", "tf.contrib.seq2seq.AttentionMechanism", "tf.distributions.Distribution",
    "tf.distributions.Normal", "tf.contrib.distributions.bijectors.Bijector", "tf.train.Saver", "tf.train.Checkpoint",
    "tf.contrib.training.HParams", "tf.test.TestCase", "tf.Session", "tf.Graph", "tf.keras.utils.Sequence",
    "tf.random_normal_initializer", "tf.zeros_initializer", "tf.train.ExponentialMovingAverage",
    "tf.keras.layers.StackedRNNCells", "tf.keras.layers.LSTMCell", "tf.keras.layers.Bidirectional",
    "tf.keras.layers.TimeDistributed", "tf.keras.layers.Embedding", "tf.keras.layers.Lambda",
    "tf.nn.rnn_cell.DropoutWrapper", "tf.contrib.rnn.FusedRNNCell", "tf.feature_column.CategoricalColumn",
    "tf.estimator.SessionRunHook", "tf.contrib.checkpoint.Checkpointable", "dict", "list", "str", "int", "Exception",
    "object", "tuple",
)  # fmt: skip
BEGINNINGS = (
    "super(K, self).__init__()", "super(K, self).__init__(name='k')", "pass", "super(K, self).__init__(*a, **k)",
    "self.d = tf.keras.layers.Dense(2)", "super(K, self).__init__(3)", "tf.keras.layers.Layer.__init__(self)",
    "self.w = tf.get_variable('w', [2])", "self.x = {hostile}", "super(K, self).__init__({hostile})",
)  # fmt: skip
"""Statements of a constructor."""
USES = (
    "o(P(2, 3))", "o(P(2, 3), P(2, 3))", "o()", "o.build((2, 3))", "o.call(P(2, 3))",
    "tf.nn.dynamic_rnn(o, P(2, 3, 4), dtype=tf.float32)", "tf.keras.Sequential([o])(P(2, 3))",
    "tf.keras.layers.RNN(o)(P(2, 3, 4))", "o.minimize(tf.reduce_sum(tf.get_variable('w', [2])))",
    "tf.get_variable('q', [2], initializer=o)", "tf.get_variable('q2', [2], regularizer=o)",
    "tf.layers.dense(P(2, 3), 4, kernel_initializer=o)",
    "tf.keras.layers.Dense(3, kernel_regularizer=o, kernel_constraint=o)(P(2, 3))", "o.weights",
    "o.trainable_variables", "o.summary()", "tf.keras.Model(tf.keras.Input((3,)), o(tf.keras.Input((3,))))",
    "m = tf.keras.Sequential([tf.keras.layers.Dense(2)]); m.compile(o, 'mse')",
    "tf.keras.Sequential([tf.keras.layers.Dense(2)]).compile('adam', o, metrics=[o])",
    "tf.contrib.seq2seq.dynamic_decode(o)",
    "tf.contrib.seq2seq.BasicDecoder(tf.nn.rnn_cell.GRUCell(3), o, P(2, 3)).step(0, P(2, 3), P(2, 3))",
    "o.zero_state(2, tf.float32)", "o.apply(P(2, 3))", "o.train(lambda: (P(2, 3), P(2)))", "o.sample(3)",
    "o.log_prob(P(2))", "with o: tf.get_variable('z',[1])", "with o.as_default(): tf.get_variable('z',[1])",
    "for x in o: pass", "o.get_config()", "K.from_config({})", "K.from_config(o.get_config())",
    "o.add_weight('w', (2,))", "o.add_loss(P())", "o.compute_output_shape((2, 3))", "o.update_state(P(2), P(2))",
    "o.result()", "tf.nn.rnn_cell.MultiRNNCell([o, o])(P(2, 3), (P(2, 3), P(2, 3)))",
    "tf.nn.rnn_cell.DropoutWrapper(o, 0.5)(P(2, 3), P(2, 3))", "o + 1", "o[0]", "len(o)", "str(o)", "o == o", "o.x",
    "tf.convert_to_tensor(o)", "o.map(lambda x: x).batch(2)", "tf.train.MonitoredSession(hooks=[o])",
    "o.apply_gradients([(P(2), tf.get_variable('y', [2]))])", "o.compute_gradients(P())", "o.save('a')",
    "o.restore('a')", "o.setUp()", "o.run(P(2))", "super(K, o).build((2, 3))", "super(K, o).call(P(2, 3))",
    "super(K, o).__init__()", "tf.map_fn(o, P(2, 3))", "tf.cond(tf.placeholder(tf.bool, []), o, o)",
    "tf.while_loop(o, o, [0])", "tf.custom_gradient(o)(P(2))", "tf.keras.layers.Bidirectional(o)(P(2, 3, 4))",
    "tf.keras.layers.TimeDistributed(o)(P(2, 3, 4))", "tf.contrib.rnn.AttentionCellWrapper(o, 2)(P(2, 3), P(2, 3))",
)  # fmt: skip


def members(base: str) -> list[str]:
    """The names that a class has, of its own and of those before it."""
    entry = find(base if "." in base else f"builtins.{base}")
    names = {name for cls in getattr(entry, "mro", ()) for name in cls.attrs} | set(tables.own_members(base))
    return sorted(name for name in names if name.isidentifier() and name != "__init__") or ["call", "build"]


def derived(chance: random.Random, hostile: Callable[[], str], given: Callable[[str], str]) -> list[str]:
    """A class with an object `o`, and what is asked of that: each to be tried by itself."""
    base = chance.choice(BASES)
    lines = [f"class K({base}{', ' + chance.choice(BASES) if chance.random() < 0.1 else ''}):"]
    if chance.random() < 0.6:
        lines.append("    def __init__(self, *a, **k):")
        for _ in range(chance.choice((1, 1, 2))):
            lines.append("        " + chance.choice(BEGINNINGS).format(hostile=hostile()))
    names = members(base)
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        lines += member(chance, chance.choice(names), hostile)
    if len(lines) == 1:
        lines.append("    pass")
    arguments = chance.choice(
        ("", "", "", "3", "P(2, 3)", "tf.keras.layers.Dense(2)", "0.1", "name='a'", hostile(), given(base))
    )
    lines.append(f"o = K({arguments})")
    return ["\n".join(lines), *(chance.choice(USES) for _ in range(chance.choice((2, 3, 4))))]


def member(chance: random.Random, name: str, hostile: Callable[[], str]) -> list[str]:
    kind = chance.random()
    if kind < 0.5:
        gives = chance.choice((hostile(), hostile(), f"super(K, self).{name}(*a, **k)", "a", "self", "a[0]"))
        return [f"    def {name}(self, *a, **k):", f"        return {gives}"]
    if kind < 0.7:
        return ["    @property", f"    def {name}(self):", f"        return {hostile()}"]
    if kind < 0.8:
        return [f"    {name} = {hostile()}"]
    if kind < 0.9:
        return ["    @classmethod", f"    def {name}(cls, *a):", "        return cls"]
    return ["    @staticmethod", f"    def {name}(*a):", "        return a"]
