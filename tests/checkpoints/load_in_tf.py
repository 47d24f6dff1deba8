"""Run by the Python of TF 1.15: restores renamed checkpoints by Saver and compares every byte with the old ones.

A job is a line of JSON: the old prefix, the new one, {old key: new key}. Answers null or what is wrong."""

import json
import os
import sys
import traceback

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

if hasattr(tf, "compat"):
    tf.compat.v1.logging.set_verbosity("ERROR")


def same(left, right):
    if left.dtype == object:
        return bool(np.all(left == right))
    return left.dtype == right.dtype and left.tobytes() == right.tobytes()


def values(prefix, keys):
    """By RestoreV2, which reads what CheckpointReader.get_tensor cannot: slices and strings of V1."""
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    with tf.Graph().as_default(), tf.Session() as session:
        read = tf.raw_ops.RestoreV2(
            prefix=prefix, tensor_names=keys, shape_and_slices=[""] * len(keys), dtypes=[dtypes[key] for key in keys]
        )
        found = session.run(read)
    return {key: found[at] for at, key in enumerate(keys)}


def check(old, new, names):
    before, after = tf.train.load_checkpoint(old), tf.train.load_checkpoint(new)
    keys = [key for key in before.get_variable_to_shape_map() if names.get(key)]
    expected = {names[key]: value for key, value in values(old, keys).items()}
    assert set(after.get_variable_to_shape_map()) == set(expected), "keys"
    with tf.Graph().as_default(), tf.Session() as session:
        variables = {}
        for number, (name, value) in enumerate(sorted(expected.items())):
            start = tf.constant(np.full(value.shape, "", object)) if value.dtype == object else tf.zeros_like(value)
            if name == names.get("emb/table"):
                # Saved in four pieces, wanted in two.
                pieces = tf.fixed_size_partitioner(2)
                variable = tf.get_variable("whole", value.shape, partitioner=pieces)
                variables[name] = list(variable)
            else:
                variables[name] = tf.Variable(start, name="v" + str(number))
        tf.train.Saver(variables).restore(session, new)
        for name, variable in variables.items():
            read = np.concatenate(session.run(variable)) if isinstance(variable, list) else session.run(variable)
            assert same(read, expected[name]), name


for line in sys.stdin:
    try:
        check(*json.loads(line))
        print("null", flush=True)
    except Exception:
        print(json.dumps(traceback.format_exc()), flush=True)
