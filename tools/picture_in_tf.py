"""Runs a script in TensorFlow 1.15 and writes all graphs that it built, as plain data, for `picture_against_tf.py`.

    python3.7 tools/picture_in_tf.py OUT [--stop-at-run] SCRIPT

Of each graph the nodes of `graph.as_graph_def(add_shapes=True)`: name, type, inputs, shapes of the outputs, device.
"""

import gzip
import json
import os
import runpy
import sys
import warnings


class Stop(BaseException):
    """The first Session.run, where the graph is all that is asked for."""


def shapes(node):
    if "_output_shapes" not in node.attr:
        return []
    return [
        None if shape.unknown_rank else [dim.size for dim in shape.dim]
        for shape in node.attr["_output_shapes"].list.shape
    ]


def main(out, script, stop_at_run):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    warnings.filterwarnings("ignore")
    import tensorflow as tf
    from tensorflow.python.client import session
    from tensorflow.python.framework import ops

    tf.compat.v1.logging.set_verbosity("ERROR")
    graphs = []
    init = ops.Graph.__init__

    def recording(self, *args, **kwargs):
        init(self, *args, **kwargs)
        if type(self) is ops.Graph:
            graphs.append(self)

    ops.Graph.__init__ = recording
    if stop_at_run:

        def stop(*_args, **_kwargs):
            raise Stop

        session.BaseSession.run = stop
    sys.argv = [script]
    sys.path.insert(0, os.path.dirname(os.path.abspath(script)))
    error = None
    try:
        runpy.run_path(script, run_name="__main__")
    except (Stop, SystemExit):
        pass
    except BaseException as problem:
        error = "%s: %s" % (type(problem).__name__, str(problem).split("\n")[0])  # noqa: UP031 (Python 3.7)
    made = []
    for graph in graphs:
        definition = graph.as_graph_def(add_shapes=True)
        nodes = [[n.name, n.op, list(n.input), shapes(n), n.device] for n in definition.node]
        if nodes:
            made.append(nodes)
    with gzip.open(out, "wt") as stream:
        json.dump({"error": error, "graphs": made}, stream)


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument != "--stop-at-run"]
    main(given[0], given[1], "--stop-at-run" in sys.argv)
