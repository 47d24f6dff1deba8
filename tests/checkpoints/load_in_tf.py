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


def check(old, new, names):
    before, after = tf.train.load_checkpoint(old), tf.train.load_checkpoint(new)
    expected = {names[key]: before.get_tensor(key) for key in before.get_variable_to_shape_map() if names.get(key)}
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
