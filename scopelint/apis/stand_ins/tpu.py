"""What TF says of TPUs where there are none, and their narrow floats."""

import contextlib

import tensorflow as tf


class TpuContext:
    number_of_shards = None

    def set_number_of_shards(self, number_of_shards):
        self.number_of_shards = number_of_shards


_context = TpuContext()


def get_tpu_context():
    return _context


def _wide(getter, *args, **kwargs):
    """A bfloat16 variable is kept as float32, and cast for whoever asked for it."""
    if kwargs["dtype"] != tf.bfloat16:
        return getter(*args, **kwargs)
    kwargs["dtype"] = tf.float32
    return tf.cast(getter(*args, **kwargs), tf.bfloat16)


@contextlib.contextmanager
def bfloat16_scope():
    with tf.variable_scope("", custom_getter=_wide) as scope:
        yield scope
