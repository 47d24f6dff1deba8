"""tf.contrib.recurrent: an unrolled network as one function."""

import tensorflow as tf


def functional_rnn(
    cell,
    inputs,
    sequence_length=None,
    initial_state=None,
    dtype=None,
    time_major=False,
    scope=None,
    use_tpu=False,
    reverse=False,
):
    return tf.nn.dynamic_rnn(
        cell, inputs, sequence_length, initial_state, dtype, time_major=time_major, scope=scope or "rnn"
    )
