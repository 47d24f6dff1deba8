"""Runs a script in TensorFlow 1.15 and prints, as JSON, what variables it made and on which of its lines.

Runs under TF 1.15's own Python 3.7: `python trace_names.py SCRIPT`. The last line of the output is the record.
"""

import json
import os
import runpy
import sys
import warnings

KINDS = ("VariableV2", "Variable", "VarHandleOp")


def main(script):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    warnings.filterwarnings("ignore")
    import tensorflow as tf
    from tensorflow.python.framework import ops

    tf.compat.v1.logging.set_verbosity("ERROR")
    script = os.path.abspath(script)
    graphs = []
    init = ops.Graph.__init__

    def recording(self, *args, **kwargs):
        init(self, *args, **kwargs)
        if type(self) is ops.Graph:
            graphs.append(self)

    ops.Graph.__init__ = recording
    error = None
    sys.argv = [script]
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit:
        # `tf.app.run` ends every program so.
        pass
    except Exception as problem:
        error = "%s: %s" % (type(problem).__name__, str(problem).split("\n")[0])  # noqa: UP031 (runs under Python 3.7, and older tools read it)

    made = []
    for graph in graphs:
        trainable = {v.op.name for v in graph.get_collection("trainable_variables")}
        local = {v.op.name for v in graph.get_collection("local_variables")}
        held = {
            v.op.name: v
            for key in graph.collections
            for v in graph.get_collection_ref(key)
            if isinstance(v, tf.Variable)
        }
        for op in graph.get_operations():
            if op.type not in KINDS or op.name not in held:
                continue
            lines = [frame[1] for frame in op.traceback if os.path.abspath(frame[0]) == script]
            shape = held[op.name].shape
            made.append(
                {
                    "line": lines[-1] if lines else 0,
                    "name": op.name,
                    "shape": None if shape.ndims is None else shape.as_list(),
                    "dtype": held[op.name].dtype.base_dtype.name,
                    "trainable": op.name in trainable,
                    "local": op.name in local,
                }
            )
    print(json.dumps({"variables": made, "error": error}))


if __name__ == "__main__":
    main(sys.argv[1])
