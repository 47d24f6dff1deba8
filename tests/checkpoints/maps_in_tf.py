"""Run by the Python of TF 1.15: executes the text of a map in a graph of other names and compares what was restored.

A job is a line of JSON: the prefix, the form of the map, its text, {key: variable}, variables in pieces. Answers null
or what is wrong."""

import json
import os
import sys
import traceback

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

tf.compat.v1.logging.set_verbosity("ERROR")


def check(prefix, form, text, names, in_pieces):
    reader = tf.train.load_checkpoint(prefix)
    with tf.Graph().as_default(), tf.Session() as session:
        variables = {}
        for key, name in names.items():
            value = reader.get_tensor(key)
            pieces = tf.fixed_size_partitioner(2) if name in in_pieces else None
            start = tf.ones_initializer()
            variables[key] = tf.get_variable(name, value.shape, value.dtype, start, partitioner=pieces)
        if form == "saver":
            exec(text, {"tf": tf, "session": session})
        else:
            exec(text, {"tf": tf})
            session.run(tf.global_variables_initializer())
        for key, variable in variables.items():
            whole = list(variable) if names[key] in in_pieces else [variable]
            read = [session.run(piece) for piece in whole]
            read = np.concatenate(read) if len(read) > 1 else read[0]
            assert read.tobytes() == reader.get_tensor(key).tobytes(), key


for line in sys.stdin:
    try:
        check(*json.loads(line))
        print("null", flush=True)
    except Exception:
        print(json.dumps(traceback.format_exc()), flush=True)
