"""One short use of each of TF's callables that may make variables: source text, as a program would write it."""
# ruff: noqa: E501, UP031

# Arguments of constructors by parameter name, as text; several where it depends.
ARGUMENTS = {
    "units": ["7"],
    "num_units": ["7"],
    "filters": ["4"],
    "kernel_size": ["3"],
    "pool_size": ["2"],
    "num_outputs": ["7"],
    "rate": ["0.5"],
    "stddev": ["0.1"],
    "dims": ["(1,)"],
    "target_shape": ["(-1,)"],
    "n": ["2"],
    "input_dim": ["11"],
    "output_dim": ["7"],
    "cell": ["tf.nn.rnn_cell.BasicLSTMCell(7)", "tf.keras.layers.LSTMCell(7)"],
    "cells": [
        "[tf.nn.rnn_cell.BasicLSTMCell(7), tf.nn.rnn_cell.BasicLSTMCell(6)]",
        "[tf.keras.layers.LSTMCell(7), tf.keras.layers.LSTMCell(6)]",
    ],
    "layer": ["tf.keras.layers.Dense(7)", "tf.keras.layers.LSTM(7)"],
    "learning_rate": ["0.1"],
    "momentum": ["0.9"],
    "opt": ["tf.train.GradientDescentOptimizer(0.1)"],
    "optimizer": ["tf.train.AdamOptimizer(0.1)"],
    "axes": ["1"],
    "function": ["lambda x: x * 2.0"],
    "activation": ["'relu'"],
    "num_layers": ["1"],
    "input_size": ["5"],
    "output_size": ["6"],
    "embedding_classes": ["11"],
    "embedding_size": ["7"],
    "attn_length": ["4"],
    "device": ["'/cpu:0'"],
    "input_shape": ["[8, 3]", "[8, 8, 3]", "[4, 8, 8, 3]"],
    "output_channels": ["4"],
    "kernel_shape": ["[3]", "[3, 3]", "[3, 3, 3]"],
    "conv_ndims": ["1"],
    "num_proj": ["5"],
    "feature_size": ["1"],
    "frequency_skip": ["1"],
    "num_frequency_blocks": ["[1]"],
    "num_shifts": ["1"],
    "number_of_groups": ["1"],
    "num_classes": ["5"],
    "specificity": ["0.5"],
    "sensitivity": ["0.5"],
    "normalizer": ["[1.0] * 5"],
    "num_in_and_out_units": ["5"],
    "weight_decay": ["0.01"],
    "global_step": ["tf.train.get_or_create_global_step()"],
    "replicas_to_aggregate": ["1"],
    "vars_to_clip_dims": ["{}"],
    "max_norm": ["1.0"],
    "staleness": ["1"],
    "initial_learning_rate": ["0.1"],
    "data_format": ["'channels_last'"],
    "rank": ["1"],
    "dim": ["1"],
    "alpha": ["0.1"],
    "theta": ["0.5"],
    "cropping": ["1"],
    "padding": ["1"],
    "l1": ["0.1"],
    "memory": ["tf.placeholder(tf.float32, [3, 5, 7])"],
    "feature_columns": ["[tf.feature_column.numeric_column('a')]"],
    "hidden_units": ["[6, 4]"],
    "dnn_hidden_units": ["[6]"],
    "linear_feature_columns": ["[tf.feature_column.numeric_column('a')]"],
    "dnn_feature_columns": ["[tf.feature_column.numeric_column('a')]"],
    "decay": ["0.9"],
    "num_splits": ["1"],
}

X2 = "tf.placeholder(tf.float32, [3, 5])"
X3 = "tf.placeholder(tf.float32, [2, 8, 3])"
X4 = "tf.placeholder(tf.float32, [2, 8, 8, 3])"
X5 = "tf.placeholder(tf.float32, [2, 4, 8, 8, 3])"
IDS = "tf.placeholder(tf.int32, [3, 5])"
TWO = "[%s, %s]" % (X2, X2)
CONV5 = "tf.placeholder(tf.float32, [2, 4, 8, 8, 3])"

# How an instance of a family is used: {C} stands for its construction. The first that TF accepts and that makes
# variables is kept; else the first that TF accepts.
FAMILIES = [
    (
        "tf.nn.rnn_cell.RNNCell",
        [
            "cell = {C}\ncell(%s, cell.zero_state(3, tf.float32))" % X2,
            "cell = {C}\ntf.nn.dynamic_rnn(cell, %s, dtype=tf.float32)" % X3,
            "cell = {C}\ntf.nn.static_rnn(cell, [%s], dtype=tf.float32)" % X2,
            "cell = {C}\ncell(tf.placeholder(tf.int32, [3, 1]), cell.zero_state(3, tf.float32))",
            "cell = {C}\ncell(tf.placeholder(tf.float32, [3, 7]), cell.zero_state(3, tf.float32))",
            "cell = {C}\ncell(%s, cell.zero_state(2, tf.float32))" % X3,
            "cell = {C}\ncell(%s, cell.zero_state(2, tf.float32))" % X4,
            "cell = {C}\ncell(%s, cell.zero_state(2, tf.float32))" % X5,
        ],
    ),
    ("tf.contrib.rnn.LSTMBlockWrapper", ["{C}(tf.placeholder(tf.float32, [4, 3, 5]), dtype=tf.float32)"]),
    ("tf.contrib.rnn.FusedRNNCell", ["{C}(tf.placeholder(tf.float32, [4, 3, 5]), dtype=tf.float32)"]),
    (
        "tf.keras.metrics.Metric",
        [
            "{C}(%s, %s)" % (X2, X2),
            "{C}(%s)" % X2,
            "{C}(tf.placeholder(tf.int32, [3]), %s)" % X2,
            "{C}(tf.placeholder(tf.int32, [3]), tf.placeholder(tf.int32, [3]))",
        ],
    ),
    (
        "tf.keras.layers.Layer",
        ["{C}(%s)" % x for x in (X2, X3, X4, X5, IDS, TWO, "[%s, %s]" % (X3, X3))]
        + [
            "layer = {C}\nlayer(%s, layer.get_initial_state(%s))" % (X2, X2),
            "layer = {C}\nlayer(%s, [tf.zeros([3, 7]), tf.zeros([3, 7])])" % X2,
            "layer = {C}\nlayer(%s, [tf.zeros([3, 7])])" % X2,
            "{C}({{'a': tf.placeholder(tf.float32, [3, 1])}})",
        ],
    ),
    (
        "tf.train.Optimizer",
        [
            "w = tf.get_variable('w', [5, 3])\n{C}.minimize(tf.reduce_sum(w * w))",
            "w = tf.get_variable('w', [5, 3])\nstep = tf.train.get_or_create_global_step()\n"
            "{C}.minimize(tf.reduce_sum(w * w), global_step=step)",
        ],
    ),
    (
        "tf.contrib.optimizer_v2.OptimizerV2",
        [
            "w = tf.get_variable('w', [5, 3])\n{C}.minimize(tf.reduce_sum(w * w))",
        ],
    ),
    (
        "tf.keras.optimizers.Optimizer",
        [
            "w = tf.get_variable('w', [5, 3], use_resource=True)\nopt = {C}\nopt.get_updates(tf.reduce_sum(w * w), [w])",
        ],
    ),
    (
        "tf.estimator.Estimator",
        [
            "estimator = {C}\nestimator.model_fn({{'a': tf.placeholder(tf.float32, [3, 1])}}, tf.placeholder(tf.float32, [3, 1]), "
            "'train', estimator.config)",
            "estimator = {C}\nestimator.model_fn({{'a': tf.placeholder(tf.float32, [3, 1])}}, tf.placeholder(tf.int32, [3, 1]), "
            "'train', estimator.config)",
        ],
    ),
    (
        "tf.contrib.seq2seq.AttentionMechanism",
        ["m = {C}\nm(tf.placeholder(tf.float32, [3, 7]), m.initial_state(3, tf.float32))"],
    ),
    ("tf.train.experimental.LossScale", ["{C}()"]),
]

# Public callables whose use is not told by their family.
USES = {
    "tf.Variable": "tf.Variable(tf.zeros([3, 5]))",
    "tf.get_variable": "tf.get_variable('v', [3, 5])",
    "tf.get_local_variable": "tf.get_local_variable('v', [3, 5])",
    "tf.VariableScope": "with tf.variable_scope('s') as scope:\n    pass",
    "tf.make_template": "template = tf.make_template('t', lambda: tf.get_variable('v', [3, 5]))\ntemplate()\ntemplate()",
    "tf.VariableScope.get_variable": "with tf.variable_scope('a') as scope:\n    tf.get_variable('v', [3])",
    "tf.train.ExponentialMovingAverage": "w = tf.get_variable('w', [3, 5])\ntf.train.ExponentialMovingAverage(0.9).apply([w])",
    "tf.train.get_or_create_global_step": "tf.train.get_or_create_global_step()",
    "tf.train.create_global_step": "tf.train.create_global_step()",
    "tf.contrib.framework.get_or_create_global_step": "tf.contrib.framework.get_or_create_global_step()",
    "tf.contrib.framework.create_global_step": "tf.contrib.framework.create_global_step()",
    "tf.train.SyncReplicasOptimizer": "w = tf.get_variable('w', [3, 5])\nstep = tf.train.get_or_create_global_step()\n"
    "opt = tf.train.SyncReplicasOptimizer(tf.train.GradientDescentOptimizer(0.1), replicas_to_aggregate=1)\n"
    "opt.minimize(tf.reduce_sum(w * w), global_step=step)",
    "tf.train.AdagradDAOptimizer": "w = tf.get_variable('w', [3, 5])\nstep = tf.train.get_or_create_global_step()\n"
    "tf.train.AdagradDAOptimizer(0.1, step).minimize(tf.reduce_sum(w * w), global_step=step)",
    "tf.train.experimental.MixedPrecisionLossScaleOptimizer": "w = tf.get_variable('w', [3, 5])\n"
    "tf.train.experimental.MixedPrecisionLossScaleOptimizer(tf.train.AdamOptimizer(0.1), 'dynamic').minimize(tf.reduce_sum(w * w))",
    "tf.train.experimental.enable_mixed_precision_graph_rewrite": "w = tf.get_variable('w', [3, 5])\n"
    "tf.train.experimental.enable_mixed_precision_graph_rewrite(tf.train.AdamOptimizer(0.1)).minimize(tf.reduce_sum(w * w))",
    "tf.keras.mixed_precision.experimental.LossScaleOptimizer": "w = tf.get_variable('w', [3, 5], use_resource=True)\n"
    "opt = tf.keras.mixed_precision.experimental.LossScaleOptimizer(tf.keras.optimizers.SGD(0.1), 'dynamic')\n"
    "opt.get_updates(tf.reduce_sum(w * w), [w])",
    "tf.tpu.CrossShardOptimizer": "w = tf.get_variable('w', [3, 5])\n"
    "tf.tpu.CrossShardOptimizer(tf.train.AdamOptimizer(0.1)).minimize(tf.reduce_sum(w * w))",
    "tf.keras.Sequential": "model = tf.keras.Sequential([tf.keras.layers.Dense(7), tf.keras.layers.Dense(2)])\nmodel(%s)"
    % X2,
    "tf.keras.Model": "x = tf.keras.Input([5])\ny = tf.keras.layers.Dense(7)(x)\ntf.keras.Model(x, y)",
    "tf.keras.experimental.LinearModel": "tf.keras.experimental.LinearModel()(%s)" % X2,
    "tf.keras.experimental.WideDeepModel": "tf.keras.experimental.WideDeepModel(tf.keras.experimental.LinearModel(), "
    "tf.keras.Sequential([tf.keras.layers.Dense(1)]))([%s, %s])" % (X2, X2),
    "tf.keras.layers.TimeDistributed": "tf.keras.layers.TimeDistributed(tf.keras.layers.Dense(7))(%s)" % X3,
    "tf.keras.layers.Bidirectional": "tf.keras.layers.Bidirectional(tf.keras.layers.LSTM(7))(%s)" % X3,
    "tf.keras.layers.StackedRNNCells": "tf.keras.layers.RNN(tf.keras.layers.StackedRNNCells([tf.keras.layers.LSTMCell(7), "
    "tf.keras.layers.LSTMCell(6)]))(%s)" % X3,
    "tf.keras.layers.LSTMCell": "tf.keras.layers.RNN(tf.keras.layers.LSTMCell(7))(%s)" % X3,
    "tf.keras.layers.GRUCell": "tf.keras.layers.RNN(tf.keras.layers.GRUCell(7))(%s)" % X3,
    "tf.keras.layers.SimpleRNNCell": "tf.keras.layers.RNN(tf.keras.layers.SimpleRNNCell(7))(%s)" % X3,
    "tf.keras.experimental.PeepholeLSTMCell": "tf.keras.layers.RNN(tf.keras.experimental.PeepholeLSTMCell(7))(%s)" % X3,
    "tf.keras.layers.Attention": "tf.keras.layers.Attention(use_scale=True)([%s, %s])" % (X3, X3),
    "tf.keras.layers.ConvLSTM2D": "tf.keras.layers.ConvLSTM2D(4, 3)(%s)" % X5,
    "tf.keras.layers.DenseFeatures": "tf.keras.layers.DenseFeatures([tf.feature_column.embedding_column("
    "tf.feature_column.categorical_column_with_identity('a', 11), 7)])({'a': tf.placeholder(tf.int64, [3, 1])})",
    "tf.keras.experimental.SequenceFeatures": "",
    "tf.keras.backend.variable": "tf.keras.backend.variable([1.0, 2.0])",
    "tf.keras.backend.zeros": "tf.keras.backend.zeros([3, 5])",
    "tf.keras.backend.ones": "tf.keras.backend.ones([3, 5])",
    "tf.keras.backend.eye": "tf.keras.backend.eye(3)",
    "tf.keras.backend.zeros_like": "tf.keras.backend.zeros_like(%s)" % X2,
    "tf.keras.backend.random_uniform_variable": "tf.keras.backend.random_uniform_variable([3, 5], 0.0, 1.0)",
    "tf.keras.backend.random_normal_variable": "tf.keras.backend.random_normal_variable([3, 5], 0.0, 1.0)",
    "tf.layers.Flatten": "",
    "tf.nn.dynamic_rnn": "tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(7), %s, dtype=tf.float32)" % X3,
    "tf.nn.static_rnn": "tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(7), [%s, %s], dtype=tf.float32)" % (X2, X2),
    "tf.nn.bidirectional_dynamic_rnn": "tf.nn.bidirectional_dynamic_rnn(tf.nn.rnn_cell.GRUCell(7), tf.nn.rnn_cell.GRUCell(6), %s, dtype=tf.float32)"
    % X3,
    "tf.nn.static_bidirectional_rnn": "tf.nn.static_bidirectional_rnn(tf.nn.rnn_cell.GRUCell(7), tf.nn.rnn_cell.GRUCell(6), [%s], dtype=tf.float32)"
    % X2,
    "tf.nn.raw_rnn": "cell = tf.nn.rnn_cell.GRUCell(7)\nx = tf.placeholder(tf.float32, [3, 5])\n"
    "def loop_fn(time, output, state, loop_state):\n"
    "    new = cell.zero_state(3, tf.float32) if output is None else state\n"
    "    return time >= 4, x, new, output, loop_state\ntf.nn.raw_rnn(cell, loop_fn)",
    "tf.contrib.rnn.stack_bidirectional_dynamic_rnn": "tf.contrib.rnn.stack_bidirectional_dynamic_rnn([tf.nn.rnn_cell.GRUCell(7)], [tf.nn.rnn_cell.GRUCell(7)], %s, "
    "dtype=tf.float32)" % X3,
    "tf.contrib.rnn.stack_bidirectional_rnn": "tf.contrib.rnn.stack_bidirectional_rnn([tf.nn.rnn_cell.GRUCell(7)], [tf.nn.rnn_cell.GRUCell(7)], [%s], "
    "dtype=tf.float32)" % X2,
    "tf.contrib.recurrent.bidirectional_functional_rnn": "",
    "tf.contrib.recurrent.functional_rnn": "tf.contrib.recurrent.functional_rnn(tf.nn.rnn_cell.BasicLSTMCell(7), %s, dtype=tf.float32)"
    % X3,
    "tf.contrib.rnn.AttentionCellWrapper": "cell = tf.contrib.rnn.AttentionCellWrapper(tf.nn.rnn_cell.BasicLSTMCell(7), 4, state_is_tuple=True)\n"
    "cell(%s, cell.zero_state(3, tf.float32))" % X2,
    "tf.contrib.rnn.FusedRNNCellAdaptor": "tf.contrib.rnn.FusedRNNCellAdaptor(tf.nn.rnn_cell.BasicLSTMCell(7))(tf.placeholder(tf.float32, [4, 3, 5]), dtype=tf.float32)",
    "tf.contrib.rnn.TimeReversedFusedRNN": "tf.contrib.rnn.TimeReversedFusedRNN(tf.contrib.rnn.LSTMBlockFusedCell(7))(tf.placeholder(tf.float32, [4, 3, 5]), "
    "dtype=tf.float32)",
    "tf.contrib.rnn.EmbeddingWrapper": "cell = tf.contrib.rnn.EmbeddingWrapper(tf.nn.rnn_cell.GRUCell(7), 11, 6)\n"
    "cell(tf.placeholder(tf.int32, [3, 1]), cell.zero_state(3, tf.float32))",
    "tf.contrib.rnn.HighwayWrapper": "cell = tf.contrib.rnn.HighwayWrapper(tf.nn.rnn_cell.GRUCell(5))\n"
    "cell(%s, cell.zero_state(3, tf.float32))" % X2,
    "tf.nn.rnn_cell.ResidualWrapper": "cell = tf.nn.rnn_cell.ResidualWrapper(tf.nn.rnn_cell.GRUCell(5))\n"
    "cell(%s, cell.zero_state(3, tf.float32))" % X2,
    "tf.contrib.rnn.TimeFreqLSTMCell": "cell = tf.contrib.rnn.TimeFreqLSTMCell(7, feature_size=5, frequency_skip=1)\n"
    "cell(%s, cell.zero_state(3, tf.float32))" % X2,
    "tf.contrib.rnn.GridLSTMCell": "cell = tf.contrib.rnn.GridLSTMCell(7, feature_size=5, frequency_skip=1, num_frequency_blocks=[1])\n"
    "cell(%s, cell.zero_state(3, tf.float32))" % X2,
    "tf.contrib.rnn.BidirectionalGridLSTMCell": "cell = tf.contrib.rnn.BidirectionalGridLSTMCell(7, feature_size=5, frequency_skip=1, num_frequency_blocks=[1])\n"
    "cell(%s, cell.zero_state(3, tf.float32))" % X2,
    "tf.contrib.rnn.PhasedLSTMCell": "cell = tf.contrib.rnn.PhasedLSTMCell(7)\n"
    "cell((tf.placeholder(tf.float32, [3, 1]), %s), cell.zero_state(3, tf.float32))" % X2,
    "tf.contrib.rnn.ConvLSTMCell": "cell = tf.contrib.rnn.ConvLSTMCell(2, [8, 8, 3], 4, [3, 3])\n"
    "cell(%s, cell.zero_state(2, tf.float32))" % X4,
    "tf.contrib.rnn.GLSTMCell": "cell = tf.contrib.rnn.GLSTMCell(6, number_of_groups=2)\n"
    "cell(tf.placeholder(tf.float32, [3, 6]), cell.zero_state(3, tf.float32))",
    "tf.contrib.rnn.CompiledWrapper": "cell = tf.contrib.rnn.CompiledWrapper(tf.nn.rnn_cell.GRUCell(7))\n"
    "cell(%s, cell.zero_state(3, tf.float32))" % X2,
    "tf.contrib.rnn.LayerNormBasicLSTMCell": "cell = tf.contrib.rnn.LayerNormBasicLSTMCell(7)\n"
    "cell(%s, cell.zero_state(3, tf.float32))" % X2,
    "tf.contrib.rnn.NASCell": "cell = tf.contrib.rnn.NASCell(7, num_proj=4, use_bias=True)\n"
    "cell(%s, cell.zero_state(3, tf.float32))" % X2,
    "tf.contrib.seq2seq.AttentionWrapper": "attention = tf.contrib.seq2seq.BahdanauAttention(7, tf.placeholder(tf.float32, [3, 5, 6]))\n"
    "cell = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(7), attention, attention_layer_size=4)\n"
    "cell(%s, cell.zero_state(3, tf.float32))" % X2,
    "tf.contrib.seq2seq.dynamic_decode": "cell = tf.nn.rnn_cell.GRUCell(7)\nhelper = tf.contrib.seq2seq.TrainingHelper(%s, [8, 8])\n"
    "decoder = tf.contrib.seq2seq.BasicDecoder(cell, helper, cell.zero_state(2, tf.float32), tf.layers.Dense(11))\n"
    "tf.contrib.seq2seq.dynamic_decode(decoder)" % X3,
    "tf.contrib.seq2seq.BasicDecoder": "cell = tf.nn.rnn_cell.GRUCell(7)\nhelper = tf.contrib.seq2seq.TrainingHelper(%s, [8, 8])\n"
    "decoder = tf.contrib.seq2seq.BasicDecoder(cell, helper, cell.zero_state(2, tf.float32), tf.layers.Dense(11))\n"
    "tf.contrib.seq2seq.dynamic_decode(decoder)" % X3,
    "tf.contrib.seq2seq.BeamSearchDecoder": "cell = tf.nn.rnn_cell.GRUCell(7)\nembedding = tf.get_variable('embedding', [11, 5])\n"
    "state = tf.contrib.seq2seq.tile_batch(cell.zero_state(2, tf.float32), 3)\n"
    "decoder = tf.contrib.seq2seq.BeamSearchDecoder(cell, embedding, [1, 1], 2, state, 3, tf.layers.Dense(11))\n"
    "tf.contrib.seq2seq.dynamic_decode(decoder, maximum_iterations=4)",
    "tf.contrib.legacy_seq2seq.basic_rnn_seq2seq": "tf.contrib.legacy_seq2seq.basic_rnn_seq2seq([%s], [%s], tf.nn.rnn_cell.GRUCell(7))"
    % (X2, X2),
    "tf.contrib.legacy_seq2seq.tied_rnn_seq2seq": "tf.contrib.legacy_seq2seq.tied_rnn_seq2seq([%s], [%s], tf.nn.rnn_cell.GRUCell(7))"
    % (X2, X2),
    "tf.contrib.legacy_seq2seq.rnn_decoder": "cell = tf.nn.rnn_cell.GRUCell(7)\n"
    "tf.contrib.legacy_seq2seq.rnn_decoder([%s], cell.zero_state(3, tf.float32), cell)" % X2,
    "tf.contrib.legacy_seq2seq.embedding_rnn_seq2seq": "i = tf.placeholder(tf.int32, [3])\ntf.contrib.legacy_seq2seq.embedding_rnn_seq2seq([i], [i], "
    "tf.nn.rnn_cell.GRUCell(7), 11, 12, 6)",
    "tf.contrib.legacy_seq2seq.embedding_tied_rnn_seq2seq": "i = tf.placeholder(tf.int32, [3])\ntf.contrib.legacy_seq2seq.embedding_tied_rnn_seq2seq([i], [i], "
    "tf.nn.rnn_cell.GRUCell(7), 11, 6)",
    "tf.contrib.legacy_seq2seq.embedding_attention_seq2seq": "i = tf.placeholder(tf.int32, [3])\ntf.contrib.legacy_seq2seq.embedding_attention_seq2seq([i], [i], "
    "tf.nn.rnn_cell.GRUCell(7), 11, 12, 6)",
    "tf.contrib.legacy_seq2seq.embedding_rnn_decoder": "i = tf.placeholder(tf.int32, [3])\ncell = tf.nn.rnn_cell.GRUCell(7)\n"
    "tf.contrib.legacy_seq2seq.embedding_rnn_decoder([i], cell.zero_state(3, tf.float32), cell, 11, 6)",
    "tf.contrib.legacy_seq2seq.attention_decoder": "cell = tf.nn.rnn_cell.GRUCell(7)\ntf.contrib.legacy_seq2seq.attention_decoder([%s], cell.zero_state(3, tf.float32), "
    "tf.placeholder(tf.float32, [3, 4, 6]), cell)" % X2,
    "tf.contrib.legacy_seq2seq.embedding_attention_decoder": "i = tf.placeholder(tf.int32, [3])\ncell = tf.nn.rnn_cell.GRUCell(7)\n"
    "tf.contrib.legacy_seq2seq.embedding_attention_decoder([i], cell.zero_state(3, tf.float32), "
    "tf.placeholder(tf.float32, [3, 4, 6]), cell, 11, 5)",
    "tf.contrib.legacy_seq2seq.one2many_rnn_seq2seq": "i = tf.placeholder(tf.int32, [3])\ntf.contrib.legacy_seq2seq.one2many_rnn_seq2seq([i], {'a': [i]}, "
    "tf.nn.rnn_cell.GRUCell(7), {'a': tf.nn.rnn_cell.GRUCell(7)}, 11, {'a': 12}, 6)",
    "tf.contrib.cudnn_rnn.CudnnLSTM": "tf.contrib.cudnn_rnn.CudnnLSTM(1, 7)(tf.placeholder(tf.float32, [4, 3, 5]))",
    "tf.contrib.cudnn_rnn.CudnnGRU": "tf.contrib.cudnn_rnn.CudnnGRU(1, 7)(tf.placeholder(tf.float32, [4, 3, 5]))",
    "tf.contrib.cudnn_rnn.CudnnRNNRelu": "tf.contrib.cudnn_rnn.CudnnRNNRelu(1, 7)(tf.placeholder(tf.float32, [4, 3, 5]))",
    "tf.contrib.cudnn_rnn.CudnnRNNTanh": "tf.contrib.cudnn_rnn.CudnnRNNTanh(1, 7)(tf.placeholder(tf.float32, [4, 3, 5]))",
    "tf.contrib.layers.embed_sequence": "tf.contrib.layers.embed_sequence(%s, 11, 7)" % IDS,
    "tf.contrib.layers.conv2d": "tf.contrib.layers.conv2d(%s, 4, 3)" % X4,
    "tf.contrib.layers.conv1d": "tf.contrib.layers.conv1d(%s, 4, 3)" % X3,
    "tf.contrib.layers.conv3d": "tf.contrib.layers.conv3d(%s, 4, 3)" % X5,
    "tf.contrib.layers.convolution": "tf.contrib.layers.convolution(%s, 4, 3)" % X4,
    "tf.contrib.layers.conv2d_transpose": "tf.contrib.layers.conv2d_transpose(%s, 4, 3)" % X4,
    "tf.contrib.layers.conv3d_transpose": "tf.contrib.layers.conv3d_transpose(%s, 4, 3)" % X5,
    "tf.contrib.layers.conv2d_in_plane": "tf.contrib.layers.conv2d_in_plane(%s, 3)" % X4,
    "tf.contrib.layers.separable_conv2d": "tf.contrib.layers.separable_conv2d(%s, 4, 3, 2)" % X4,
    "tf.contrib.layers.fully_connected": "tf.contrib.layers.fully_connected(%s, 7)" % X2,
    "tf.contrib.layers.linear": "tf.contrib.layers.linear(%s, 7)" % X2,
    "tf.contrib.layers.relu": "tf.contrib.layers.relu(%s, 7)" % X2,
    "tf.contrib.layers.relu6": "tf.contrib.layers.relu6(%s, 7)" % X2,
    "tf.contrib.layers.elu": "tf.contrib.layers.elu(%s, 7)" % X2,
    "tf.contrib.layers.legacy_fully_connected": "tf.contrib.layers.legacy_fully_connected(%s, 7)" % X2,
    "tf.contrib.layers.legacy_linear": "tf.contrib.layers.legacy_linear(%s, 7)" % X2,
    "tf.contrib.layers.legacy_relu": "tf.contrib.layers.legacy_relu(%s, 7)" % X2,
    "tf.contrib.layers.batch_norm": "tf.contrib.layers.batch_norm(%s)" % X4,
    "tf.contrib.layers.layer_norm": "tf.contrib.layers.layer_norm(%s)" % X2,
    "tf.contrib.layers.instance_norm": "tf.contrib.layers.instance_norm(%s)" % X4,
    "tf.contrib.layers.group_norm": "tf.contrib.layers.group_norm(tf.placeholder(tf.float32, [2, 8, 8, 32]))",
    "tf.contrib.layers.bias_add": "tf.contrib.layers.bias_add(%s)" % X2,
    "tf.contrib.layers.gdn": "tf.contrib.layers.gdn(%s)" % X4,
    "tf.contrib.layers.GDN": "tf.contrib.layers.GDN()(%s)" % X4,
    "tf.contrib.layers.spatial_softmax": "tf.contrib.layers.spatial_softmax(%s)" % X4,
    "tf.contrib.layers.images_to_sequence": "",
    "tf.contrib.layers.repeat": "tf.contrib.layers.repeat(%s, 2, tf.contrib.layers.fully_connected, 7)" % X2,
    "tf.contrib.layers.stack": "tf.contrib.layers.stack(%s, tf.contrib.layers.fully_connected, [7, 6])" % X2,
    "tf.contrib.layers.rev_block": "x = tf.placeholder(tf.float32, [3, 5])\nf = lambda x: tf.layers.dense(x, 5)\n"
    "tf.contrib.layers.rev_block(x, x, f, f, num_layers=1)",
    "tf.contrib.layers.optimize_loss": "w = tf.get_variable('w', [3, 5])\ntf.contrib.layers.optimize_loss(tf.reduce_sum(w * w), "
    "tf.train.get_or_create_global_step(), 0.1, 'Adam')",
    "tf.contrib.layers.adaptive_clipping_fn": "w = tf.get_variable('w', [3, 5])\nstep = tf.train.get_or_create_global_step()\n"
    "tf.contrib.layers.optimize_loss(tf.reduce_sum(w * w), step, 0.1, 'SGD', "
    "clip_gradients=tf.contrib.layers.adaptive_clipping_fn())",
    "tf.contrib.layers.embedding_lookup_unique": "",
    "tf.contrib.layers.input_from_feature_columns": "column = tf.contrib.layers.embedding_column(tf.contrib.layers.sparse_column_with_hash_bucket('a', 11), 7)\n"
    "tf.contrib.layers.input_from_feature_columns({'a': tf.SparseTensor([[0, 0]], ['x'], [3, 1])}, [column])",
    "tf.contrib.layers.weighted_sum_from_feature_columns": "column = tf.contrib.layers.sparse_column_with_hash_bucket('a', 11)\n"
    "tf.contrib.layers.weighted_sum_from_feature_columns({'a': tf.SparseTensor([[0, 0]], ['x'], [3, 1])}, [column], 2)",
    "tf.contrib.layers.joint_weighted_sum_from_feature_columns": "column = tf.contrib.layers.sparse_column_with_hash_bucket('a', 11)\n"
    "tf.contrib.layers.joint_weighted_sum_from_feature_columns({'a': tf.SparseTensor([[0, 0]], ['x'], [3, 1])}, [column], 2)",
    "tf.contrib.layers.sequence_input_from_feature_columns": "",
    "tf.contrib.framework.variable": "tf.contrib.framework.variable('v', [3, 5])",
    "tf.contrib.framework.model_variable": "tf.contrib.framework.model_variable('v', [3, 5])",
    "tf.contrib.framework.local_variable": "tf.contrib.framework.local_variable(0.0, name='v')",
    "tf.contrib.framework.global_variable": "tf.contrib.framework.global_variable(0.0, name='v')",
    "tf.contrib.crf.crf_log_likelihood": "tf.contrib.crf.crf_log_likelihood(tf.placeholder(tf.float32, [3, 5, 7]), %s, tf.placeholder(tf.int32, [3]))"
    % IDS,
    "tf.contrib.training.create_train_op": "w = tf.get_variable('w', [3, 5])\n"
    "tf.contrib.training.create_train_op(tf.reduce_sum(w * w), tf.train.AdamOptimizer(0.1))",
    "tf.contrib.slim.learning.create_train_op": "w = tf.get_variable('w', [3, 5])\n"
    "tf.contrib.slim.learning.create_train_op(tf.reduce_sum(w * w), tf.train.AdamOptimizer(0.1))",
    "tf.contrib.training.stratified_sample": "tf.contrib.training.stratified_sample([%s], tf.placeholder(tf.int32, [3]), [0.5, 0.5], 2, init_probs=[0.5, 0.5], "
    "enqueue_many=True)" % X2,
    "tf.contrib.training.weighted_resample": "tf.contrib.training.weighted_resample([%s], tf.placeholder(tf.float32, [3]), 0.5)"
    % X2,
    "tf.feature_column.input_layer": "column = tf.feature_column.embedding_column(tf.feature_column.categorical_column_with_identity('a', 11), 7)\n"
    "tf.feature_column.input_layer({'a': tf.placeholder(tf.int64, [3, 1])}, [column])",
    "tf.feature_column.linear_model": "column = tf.feature_column.categorical_column_with_identity('a', 11)\n"
    "tf.feature_column.linear_model({'a': tf.placeholder(tf.int64, [3, 1])}, [column])",
    "tf.contrib.feature_column.sequence_input_layer": "column = tf.feature_column.embedding_column("
    "tf.contrib.feature_column.sequence_categorical_column_with_identity('a', 11), 7)\n"
    "tf.contrib.feature_column.sequence_input_layer("
    "{'a': tf.SparseTensor([[0, 0]], tf.constant([1], tf.int64), [3, 1])}, [column])",
    "tf.train.limit_epochs": "tf.train.limit_epochs(%s, 2)" % X2,
    "tf.train.string_input_producer": "tf.train.string_input_producer(['a', 'b'], num_epochs=2)",
    "tf.train.input_producer": "tf.train.input_producer(%s, num_epochs=2)" % X2,
    "tf.train.slice_input_producer": "tf.train.slice_input_producer([%s], num_epochs=2)" % X2,
    "tf.train.range_input_producer": "tf.train.range_input_producer(5, num_epochs=2)",
    "tf.contrib.opt.ModelAverageOptimizer": "",
    "tf.contrib.opt.ElasticAverageOptimizer": "",
    "tf.contrib.opt.AGNOptimizer": "",
    "tf.contrib.opt.MovingAverageOptimizer": "w = tf.get_variable('w', [3, 5])\n"
    "opt = tf.contrib.opt.MovingAverageOptimizer(tf.train.AdamOptimizer(0.1))\nopt.minimize(tf.reduce_sum(w * w))",
    "tf.contrib.opt.AdamWOptimizer": "w = tf.get_variable('w', [3, 5])\n"
    "tf.contrib.opt.AdamWOptimizer(0.01).minimize(tf.reduce_sum(w * w))",
    "tf.contrib.opt.MomentumWOptimizer": "w = tf.get_variable('w', [3, 5])\n"
    "tf.contrib.opt.MomentumWOptimizer(0.01, 0.1, 0.9).minimize(tf.reduce_sum(w * w))",
    "tf.contrib.opt.LARSOptimizer": "w = tf.get_variable('w', [3, 5])\n"
    "tf.contrib.opt.LARSOptimizer(0.1).minimize(tf.reduce_sum(w * w))",
    "tf.contrib.opt.ShampooOptimizer": "w = tf.get_variable('w', [3, 5])\n"
    "tf.contrib.opt.ShampooOptimizer().minimize(tf.reduce_sum(w * w))",
    "tf.contrib.opt.GGTOptimizer": "w = tf.get_variable('w', [3, 5], use_resource=True)\n"
    "tf.contrib.opt.GGTOptimizer().minimize(tf.reduce_sum(w * w))",
    "tf.contrib.opt.MultitaskOptimizerWrapper": "w = tf.get_variable('w', [3, 5])\n"
    "tf.contrib.opt.MultitaskOptimizerWrapper(tf.train.AdamOptimizer(0.1)).minimize(tf.reduce_sum(w * w))",
    "tf.contrib.opt.VariableClippingOptimizer": "w = tf.get_variable('w', [3, 5])\n"
    "tf.contrib.opt.VariableClippingOptimizer(tf.train.AdamOptimizer(0.1), {w: [0]}, 1.0).minimize(tf.reduce_sum(w * w))",
    "tf.contrib.opt.ExternalOptimizerInterface": "",
    "tf.contrib.opt.DropStaleGradientOptimizer": "",
    "tf.contrib.mixed_precision.LossScaleOptimizer": "w = tf.get_variable('w', [3, 5])\n"
    "manager = tf.contrib.mixed_precision.ExponentialUpdateLossScaleManager(128.0, 10)\n"
    "tf.contrib.mixed_precision.LossScaleOptimizer(tf.train.AdamOptimizer(0.1), manager).minimize(tf.reduce_sum(w * w))",
    "tf.contrib.mixed_precision.ExponentialUpdateLossScaleManager": "tf.contrib.mixed_precision.ExponentialUpdateLossScaleManager(128.0, 10)",
    "tf.contrib.model_pruning.apply_mask": "tf.contrib.model_pruning.apply_mask(tf.get_variable('w', [3, 5]))",
    "tf.contrib.model_pruning.masked_conv2d": "tf.contrib.model_pruning.masked_conv2d(%s, 4, 3)" % X4,
    "tf.contrib.model_pruning.masked_convolution": "tf.contrib.model_pruning.masked_convolution(%s, 4, 3)" % X4,
    "tf.contrib.model_pruning.masked_fully_connected": "tf.contrib.model_pruning.masked_fully_connected(%s, 7)" % X2,
    "tf.contrib.model_pruning.Pruning": "tf.contrib.model_pruning.apply_mask(tf.get_variable('w', [3, 5]))\n"
    "tf.contrib.model_pruning.Pruning(global_step=tf.train.get_or_create_global_step())",
    "tf.contrib.specs.create_net_fun": "",
    "tf.contrib.factorization.KMeans": "tf.contrib.factorization.KMeans(%s, 2).training_graph()" % X2,
    "tf.contrib.factorization.gmm": "tf.contrib.factorization.gmm(%s, 'random', 2, 1)" % X2,
    "tf.contrib.factorization.WALSModel": "tf.contrib.factorization.WALSModel(5, 7, 3)",
    "tf.contrib.bayesflow.monte_carlo.expectation": "",
    "tf.contrib.quantize.create_training_graph": "tf.layers.conv2d(%s, 4, 3, activation=tf.nn.relu)\ntf.contrib.quantize.create_training_graph()"
    % X4,
    "tf.contrib.quantize.create_eval_graph": "tf.layers.conv2d(%s, 4, 3, activation=tf.nn.relu)\ntf.contrib.quantize.create_eval_graph()"
    % X4,
    "tf.contrib.quantize.experimental_create_training_graph": "tf.layers.conv2d(%s, 4, 3, activation=tf.nn.relu)\ntf.contrib.quantize.experimental_create_training_graph()"
    % X4,
    "tf.contrib.kernel_methods.RandomFourierFeatureMapper": "",
    "tf.contrib.distributions.moving_mean_variance": "tf.contrib.distributions.moving_mean_variance(%s, 0.9)" % X2,
    "tf.contrib.distributions.masked_autoregressive_default_template": "tf.contrib.distributions.bijectors.masked_autoregressive_default_template([6])(%s)"
    % X2,
    "tf.contrib.distributions.bijectors.masked_autoregressive_default_template": "tf.contrib.distributions.bijectors.masked_autoregressive_default_template([6])(%s)"
    % X2,
    "tf.contrib.distributions.bijectors.masked_dense": "tf.contrib.distributions.bijectors.masked_dense(%s, 10, 5)"
    % X2,
    "tf.contrib.distributions.bijectors.real_nvp_default_template": "tf.contrib.distributions.bijectors.real_nvp_default_template([6])(%s, 2)"
    % X2,
    "tf.contrib.learn.models.linear_regression": "",
    "tf.contrib.learn.ops.embedding_lookup": "",
    "tf.contrib.grid_rnn.Grid1BasicRNNCell": "cell = tf.contrib.grid_rnn.Grid1BasicRNNCell(5)\n"
    "cell(%s, cell.zero_state(3, tf.float32))" % X2,
    "tf.contrib.timeseries.ARModel": "",
    "tf.contrib.summary.scalar": "",
    "tf.contrib.constrained_optimization.AdditiveExternalRegretOptimizer": "",
    "tf.contrib.cluster_resolver.TPUClusterResolver": "",
    "tf.contrib.checkpoint.NumpyState": "",
    "tf.contrib.eager.Variable": "tf.contrib.eager.Variable(1.0)",
    "tf.contrib.eager.get_optimizer_variables": "",
    "tf.data.experimental.RandomDataset": "",
    "tf.compat.v1.wrap_function": "",
    "tf.wrap_function": "tf.wrap_function(lambda x: tf.get_variable('v', [3]) * x, [tf.TensorSpec([3], tf.float32)])",
    "tf.CriticalSection": "tf.CriticalSection()",
    "tf.nn.fused_batch_norm": "",
    "tf.estimator.BaselineClassifier": "",
    "tf.nn.rnn_cell.DropoutWrapper": "cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(7), input_keep_prob=0.5)\n"
    "cell(%s, cell.zero_state(3, tf.float32))" % X2,
    "tf.nn.rnn_cell.DeviceWrapper": "cell = tf.nn.rnn_cell.DeviceWrapper(tf.nn.rnn_cell.GRUCell(7), '/cpu:0')\n"
    "cell(%s, cell.zero_state(3, tf.float32))" % X2,
    "tf.contrib.rnn.GRUBlockCell": "cell = tf.contrib.rnn.GRUBlockCell(num_units=7)\ncell(%s, tf.zeros([3, 7]))" % X2,
    "tf.contrib.rnn.GRUBlockCellV2": "cell = tf.contrib.rnn.GRUBlockCellV2(num_units=7)\ncell(%s, tf.zeros([3, 7]))"
    % X2,
    "tf.contrib.rnn.Conv1DLSTMCell": "cell = tf.contrib.rnn.Conv1DLSTMCell(input_shape=[8, 3], output_channels=4, kernel_shape=[3])\n"
    "cell(%s, cell.zero_state(2, tf.float32))" % X3,
    "tf.contrib.rnn.Conv2DLSTMCell": "cell = tf.contrib.rnn.Conv2DLSTMCell(input_shape=[8, 8, 3], output_channels=4, kernel_shape=[3, 3])\n"
    "cell(%s, cell.zero_state(2, tf.float32))" % X4,
    "tf.contrib.rnn.Conv3DLSTMCell": "cell = tf.contrib.rnn.Conv3DLSTMCell(input_shape=[4, 8, 8, 3], output_channels=4, kernel_shape=[3, 3, 3])\n"
    "cell(%s, cell.zero_state(2, tf.float32))" % X5,
    "tf.contrib.opt.extend_with_decoupled_weight_decay": "w = tf.get_variable('w', [3, 5])\n"
    "tf.contrib.opt.extend_with_decoupled_weight_decay(tf.train.AdamOptimizer)(weight_decay=0.01).minimize("
    "tf.reduce_sum(w * w))",
    "tf.contrib.opt.DecoupledWeightDecayExtension": "",
    "tf.contrib.slim.adaptive_clipping_fn": "w = tf.get_variable('w', [3, 5])\nstep = tf.train.get_or_create_global_step()\n"
    "tf.contrib.layers.optimize_loss(tf.reduce_sum(w * w), step, 0.1, 'SGD', "
    "clip_gradients=tf.contrib.slim.adaptive_clipping_fn())",
    "tf.keras.metrics.MeanRelativeError": "tf.keras.metrics.MeanRelativeError([1.0, 1.0, 1.0])([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])",
    "tf.random.experimental.Generator": "tf.random.experimental.Generator.from_seed(1) if hasattr(tf.random.experimental.Generator, 'from_seed') else None",
    "tf.keras.layers.Layer": "class Own(tf.keras.layers.Layer):\n    def build(self, shape):\n        self.kernel = self.add_weight('kernel', [5, 7])\n"
    "    def call(self, x):\n        return tf.matmul(x, self.kernel)\nOwn()(%s)" % X2,
    "tf.layers.Layer": "class Own(tf.layers.Layer):\n    def build(self, shape):\n        self.kernel = self.add_weight('kernel', [5, 7])\n"
    "    def call(self, x):\n        return tf.matmul(x, self.kernel)\nOwn()(%s)" % X2,
    "tf.keras.layers.RNN": "tf.keras.layers.RNN(tf.keras.layers.LSTMCell(7))(%s)" % X3,
    "tf.nn.rnn_cell.RNNCell": "tf.nn.static_rnn(tf.nn.rnn_cell.BasicRNNCell(7), [%s], dtype=tf.float32)" % X2,
    "tf.train.Optimizer": "w = tf.get_variable('w', [5, 3])\nopt = tf.train.MomentumOptimizer(0.1, 0.9)\n"
    "opt.apply_gradients(opt.compute_gradients(tf.reduce_sum(w * w)))",
    "tf.Module": "class Own(tf.Module):\n    def __init__(self):\n        super(Own, self).__init__()\n"
    "        with self.name_scope:\n            self.v = tf.Variable([1.0, 2.0])\nOwn()",
    "tf.estimator.DNNEstimator": "estimator = tf.estimator.DNNEstimator(head=tf.contrib.estimator.regression_head(), hidden_units=[6], feature_columns=[tf.feature_column.numeric_column('a')])\nestimator.model_fn({'a': tf.placeholder(tf.float32, [3, 1])}, tf.placeholder(tf.float32, [3, 1]), 'train', estimator.config)",
    "tf.estimator.LinearEstimator": "estimator = tf.estimator.LinearEstimator(head=tf.contrib.estimator.regression_head(), feature_columns=[tf.feature_column.numeric_column('a')])\nestimator.model_fn({'a': tf.placeholder(tf.float32, [3, 1])}, tf.placeholder(tf.float32, [3, 1]), 'train', estimator.config)",
    "tf.estimator.BaselineEstimator": "estimator = tf.estimator.BaselineEstimator(head=tf.contrib.estimator.regression_head())\nestimator.model_fn({'a': tf.placeholder(tf.float32, [3, 1])}, tf.placeholder(tf.float32, [3, 1]), 'train', estimator.config)",
    "tf.estimator.DNNLinearCombinedEstimator": "estimator = tf.estimator.DNNLinearCombinedEstimator(head=tf.contrib.estimator.regression_head(), linear_feature_columns=[tf.feature_column.numeric_column('a')], dnn_feature_columns=[tf.feature_column.numeric_column('a')], dnn_hidden_units=[6])\nestimator.model_fn({'a': tf.placeholder(tf.float32, [3, 1])}, tf.placeholder(tf.float32, [3, 1]), 'train', estimator.config)",
    "tf.estimator.DNNLinearCombinedRegressor": "estimator = tf.estimator.DNNLinearCombinedRegressor(linear_feature_columns=[tf.feature_column.numeric_column('a')], dnn_feature_columns=[tf.feature_column.numeric_column('a')], dnn_hidden_units=[6])\nestimator.model_fn({'a': tf.placeholder(tf.float32, [3, 1])}, tf.placeholder(tf.float32, [3, 1]), 'train', estimator.config)",
    "tf.estimator.DNNLinearCombinedClassifier": "estimator = tf.estimator.DNNLinearCombinedClassifier(linear_feature_columns=[tf.feature_column.numeric_column('a')], dnn_feature_columns=[tf.feature_column.numeric_column('a')], dnn_hidden_units=[6])\nestimator.model_fn({'a': tf.placeholder(tf.float32, [3, 1])}, tf.placeholder(tf.int32, [3, 1]), 'train', estimator.config)",
    "tf.estimator.experimental.KMeans": "estimator = tf.estimator.experimental.KMeans(num_clusters=2, feature_columns=[tf.feature_column.numeric_column('a')])\nestimator.model_fn({'a': tf.placeholder(tf.float32, [3, 1])}, None, 'train', estimator.config)",
    "tf.contrib.estimator.RNNClassifier": "estimator = tf.contrib.estimator.RNNClassifier(sequence_feature_columns=[tf.feature_column.embedding_column(tf.contrib.feature_column.sequence_categorical_column_with_identity('a', 11), 7)], num_units=[6])\nestimator.model_fn({'a': tf.SparseTensor([[0, 0]], tf.constant([1], tf.int64), [3, 1])}, tf.placeholder(tf.int32, [3, 1]), 'train', estimator.config)",
    "tf.contrib.estimator.RNNEstimator": "estimator = tf.contrib.estimator.RNNEstimator(head=tf.contrib.estimator.regression_head(), sequence_feature_columns=[tf.feature_column.embedding_column(tf.contrib.feature_column.sequence_categorical_column_with_identity('a', 11), 7)], num_units=[6])\nestimator.model_fn({'a': tf.SparseTensor([[0, 0]], tf.constant([1], tf.int64), [3, 1])}, tf.placeholder(tf.float32, [3, 1]), 'train', estimator.config)",
}
NETS = (
    "vgg.vgg_16",
    "vgg.vgg_a",
    "resnet_v1.resnet_v1_50",
    "resnet_v2.resnet_v2_50",
    "inception_v1.inception_v1",
    "inception_v2.inception_v2",
    "inception_v3.inception_v3",
    "alexnet.alexnet_v2",
    "overfeat.overfeat",
)
for net in NETS:
    module, function = net.split(".")
    size = {"inception_v3": 299, "overfeat": 231}.get(module, 224)
    USES["tensorflow.contrib.slim.python.slim.nets." + net] = (
        "from tensorflow.contrib.slim.python.slim.nets import %s\n%s(tf.placeholder(tf.float32, [2, %d, %d, 3]), 10)"
        % (module, net, size, size)
    )
for net, size in (
    ("VGG16", 32),
    ("VGG19", 32),
    ("ResNet50", 32),
    ("ResNet50V2", 32),
    ("MobileNet", 32),
    ("MobileNetV2", 32),
    ("InceptionV3", 75),
    ("Xception", 71),
    ("DenseNet121", 32),
    ("InceptionResNetV2", 75),
    ("NASNetMobile", 32),
):
    USES["tf.keras.applications." + net] = (
        "tf.keras.applications.%s(weights=None, input_shape=(%d, %d, 3), classes=10)" % (net, size, size)
    )
