"""Runs programs under the TensorFlow 2 that is installed, each in a process of its own, and prints what they made.

    python tests/releases/run_in_tf2.py fixtures/releases/second

One line a program: its name, and as JSON its variables, global ones first, each with its shape.
"""

import json
import os
import runpy
import sys
import warnings
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""


def variables(path):
    """What the graph of a program holds that it made by the end."""
    import tensorflow as tf

    graphs = []
    init = tf.Graph.__init__

    def remember(self, *args, **kwargs):
        init(self, *args, **kwargs)
        graphs.append(self)

    tf.Graph.__init__ = remember
    runpy.run_path(str(path), run_name="__main__")
    found = {}
    # A function's graph shares its collections with the one around it.
    for key in ("variables", "local_variables"):
        for graph in [*graphs, tf.compat.v1.get_default_graph()]:
            found.update({id(variable): variable for variable in graph.get_collection(key)})
    return [[variable.name.partition(":")[0], variable.get_shape().as_list()] for variable in found.values()]


def main(folder):
    for path in sorted(Path(folder).glob("*.py")):
        child = os.fork()
        if child == 0:
            warnings.simplefilter("ignore")
            sys.stdout.write(f"{path.stem}\t{json.dumps(variables(path), separators=(',', ':'))}\n")
            sys.stdout.flush()
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    import tensorflow  # noqa: F401  (once for all children)

    main(sys.argv[1])
