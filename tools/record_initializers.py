"""Records what each of TF 1.15's initializers leaves below `w/Initializer/`, and what optimizers leave at the top.

    python3.7 tools/record_initializers.py scopelint/apis/tables

`initializers.txt`: canonical name TAB JSON, mode -> tokens as in `ops.txt`. Modes: `small` (fewer elements than TF
writes out as a constant), `large`, `int32`, `float64`, `vector`, `scalar`, `image` (four dimensions), `resource`.
`minimize.txt`: optimizer TAB JSON: the tokens of `minimize`, two levels deep, with one and with two variables.
"""
# ruff: noqa: B023, UP004, UP031, SIM905

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from op_recorder import Log, Recorder

INITIALIZERS = """
zeros_initializer ones_initializer constant_initializer(0.5) random_uniform_initializer
random_uniform_initializer(-1.0,1.0) random_normal_initializer truncated_normal_initializer
uniform_unit_scaling_initializer variance_scaling_initializer orthogonal_initializer
glorot_uniform_initializer glorot_normal_initializer initializers.identity initializers.he_normal
initializers.he_uniform initializers.lecun_normal initializers.lecun_uniform contrib.layers.xavier_initializer
contrib.layers.variance_scaling_initializer keras.initializers.RandomNormal keras.initializers.RandomUniform
keras.initializers.TruncatedNormal keras.initializers.he_normal keras.initializers.glorot_uniform
contrib.framework.convolutional_delta_orthogonal contrib.framework.convolutional_orthogonal_2d
initializers.variance_scaling(distribution="uniform") initializers.variance_scaling(distribution="normal")
initializers.variance_scaling(distribution="untruncated_normal")
""".split()

MODES = {
    "small": ([3, 5], "float32", {}),
    "large": ([40, 40], "float32", {}),
    "int32": ([3, 5], "int32", {}),
    "float64": ([3, 5], "float64", {}),
    "vector": ([7], "float32", {}),
    "scalar": ([], "float32", {}),
    "image": ([3, 3, 4, 4], "float32", {}),
    "resource": ([3, 5], "float32", {"use_resource": True}),
}

OPTIMIZERS = {
    "tf.train.GradientDescentOptimizer": "(0.1)",
    "tf.train.MomentumOptimizer": "(0.1, 0.9)",
    "tf.train.AdamOptimizer": "(0.1)",
    "tf.train.AdagradOptimizer": "(0.1)",
    "tf.train.AdadeltaOptimizer": "(0.1)",
    "tf.train.RMSPropOptimizer": "(0.1)",
    "tf.train.FtrlOptimizer": "(0.1)",
    "tf.train.ProximalAdagradOptimizer": "(0.1)",
    "tf.train.ProximalGradientDescentOptimizer": "(0.1)",
    "tf.contrib.opt.AdaMaxOptimizer": "(0.1)",
    "tf.contrib.opt.NadamOptimizer": "(0.1)",
    "tf.contrib.opt.LazyAdamOptimizer": "(0.1)",
    "tf.contrib.opt.AdamWOptimizer": "(0.01)",
    "tf.contrib.opt.AddSignOptimizer": "(0.1)",
    "tf.contrib.opt.PowerSignOptimizer": "(0.1)",
}


def observe(recorder, prepare, act):
    """The names taken while `act` runs, below the scope `s` or, where there is none, from the root."""
    graph = recorder.tf.Graph()
    with graph.as_default():
        held = prepare()
        before = {op.name for op in graph.get_operations()}
        Log.graph, Log.taken = graph, []
        try:
            act(held)
        finally:
            Log.graph = None
        taken = [("s/" + got, leaf) for got, leaf in Log.taken]
        made = [Renamed(op) for op in graph.get_operations() if op.name not in before]
    return recorder.tree(taken, made, graph)


class Renamed(object):
    """An operation as if it stood below `s`, where Recorder.tree looks."""

    def __init__(self, op):
        self.name, self.type = "s/" + op.name, op.type


def initializers(recorder):
    tf = recorder.tf
    for text in INITIALIZERS:
        source = "tf." + text
        rows = {}
        for mode, (shape, dtype, options) in MODES.items():
            try:
                initializer = eval(source, {"tf": tf})
                if isinstance(initializer, type) or ("(" not in text and not hasattr(initializer, "get_config")):
                    initializer = initializer()

                def act(_held):
                    tf.get_variable("w", shape, dtype=dtype, initializer=initializer, **options)

                tree = observe(recorder, lambda: None, act)
            except Exception as error:
                print("failed", source, mode, str(error).split("\n")[0][:100])
                continue
            below = next((node for node in tree.children[0].children if node.leaf == "Initializer"), None)
            if below is None:
                below = tree.by_path.get("w/Initializer")
            rows[mode] = below.tokens() if below is not None else []
        yield source, rows


def optimizers(recorder):
    tf = recorder.tf
    for name, arguments in OPTIMIZERS.items():
        rows = {}
        for count in (1, 2):

            def prepare():
                held = [tf.get_variable("w%d" % i, [3, 5]) for i in range(count)]
                return tf.add_n([tf.reduce_sum(v * v) for v in held])

            def act(loss):
                eval(name + arguments, {"tf": tf}).minimize(loss)

            tree = observe(recorder, prepare, act)
            rows[str(count)] = [t for t in tree.tokens() if not t.startswith(">>")]
        yield name, rows


def write(path, rows):
    with open(path, "w") as stream:
        for name, row in sorted(rows, key=lambda pair: pair[0] + "\t"):
            stream.write("%s\t%s\n" % (name, json.dumps(row, separators=(",", ":"), sort_keys=True)))


if __name__ == "__main__":
    recorder = Recorder()
    write(os.path.join(sys.argv[1], "initializers.txt"), initializers(recorder))
    write(os.path.join(sys.argv[1], "minimize.txt"), optimizers(recorder))
