"""Runs the programs that stand on stdin, a JSON string of source each line, in real TF 1.15, and answers in kind.

Python 3.7. An answer: the variables of all graphs in the order in which they were made, as [name, shape, dtype,
trainable], and the error that ended the program, as [line, type, first line of its message, lines that led to it].
"""

import functools
import gc
import json
import os
import re
import sys
import traceback
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.filterwarnings("ignore")

import tensorflow as tf  # noqa: E402
from tensorflow.python.eager import context  # noqa: E402
from tensorflow.python.framework import ops  # noqa: E402
from tensorflow.python.util import tf_inspect  # noqa: E402

tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.FATAL)

# TF reads the signature of a function again at each call of it.
tf_inspect._getfullargspec = functools.lru_cache(4096)(tf_inspect._getfullargspec)

KINDS = ("VariableV2", "VarHandleOp", "Variable")


graphs = []
made = {}


def keep_graphs():
    """Lets every graph that is not a function's be told, and every operation say when it was made."""
    init, add = ops.Graph.__init__, ops.Graph._add_op

    def new_init(self, *args, **kwargs):
        init(self, *args, **kwargs)
        if type(self) is ops.Graph:
            graphs.append(self)

    def new_add(self, op, *args, **kwargs):
        add(self, op, *args, **kwargs)
        if op.type in KINDS:
            made[op] = len(made)

    ops.Graph.__init__, ops.Graph._add_op = new_init, new_add


def answer(source):
    # A program may end with graphs and scopes of its own still open.
    gc.collect()
    ops._default_graph_stack.reset()
    del context.context().context_switches.stack[:]
    tf.keras.backend.clear_session()
    tf.compat.v1.reset_default_graph()
    graphs.clear()
    made.clear()
    tf.compat.v1.get_default_graph()
    error = None
    try:
        exec(compile(source, "<program>", "exec"), {"__name__": "__main__"})
    except Exception as problem:
        lines = [frame.lineno for frame in traceback.extract_tb(sys.exc_info()[2]) if frame.filename == "<program>"]
        told = str(problem).splitlines() or [""]
        if told[0] == "in converted code:":
            # AutoGraph tells the lines of the program in its message, and that of the error at its end.
            lines += [int(found) for found in re.findall(r"<program>:(\d+) ", str(problem))]
            told = [told[-1].strip().partition(": ")[2]]
        error = [lines[-1] if lines else 0, type(problem).__name__, told[0], lines]
    trainable = {v.op for graph in graphs for v in graph.get_collection("trainable_variables")}
    variables = []
    for op in sorted((op for op in made if op.graph in graphs), key=made.get):
        if op.type == "VariableV2" and not op.outputs[0].consumers():
            # Left by a constructor that refused its value after it made the operation.
            continue
        shape = op.get_attr("shape")
        dims = None if shape.unknown_rank else [None if d.size < 0 else d.size for d in shape.dim]
        variables.append([op.name, dims, tf.as_dtype(op.get_attr("dtype")).name, op in trainable])
    return {"variables": variables, "error": error}


def main():
    keep_graphs()
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    # What TF itself holds is looked through by no collection again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20000, 20, 20)
    for line in sys.stdin:
        out.write(json.dumps(answer(json.loads(line))) + "\n")
        out.flush()


main()
