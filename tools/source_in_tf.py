"""Runs the programs that stand on stdin, a JSON string of source each line, in real TF 1.15, and answers in kind.

Python 3.7. An answer: the variables in the order of their operations, as [name, shape, dtype, trainable], and the error
that ended the program, as [line, type, first line of its message].
"""

import json
import os
import re
import sys
import traceback
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.filterwarnings("ignore")

import tensorflow as tf  # noqa: E402

tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.FATAL)

KINDS = ("VariableV2", "VarHandleOp", "Variable")


def answer(source):
    tf.keras.backend.clear_session()
    tf.compat.v1.reset_default_graph()
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
        error = [lines[-1] if lines else 0, type(problem).__name__, told[0]]
    graph = tf.compat.v1.get_default_graph()
    trainable = {v.op.name for v in graph.get_collection("trainable_variables")}
    variables = []
    for op in graph.get_operations():
        if op.type in KINDS:
            shape = op.get_attr("shape")
            dims = None if shape.unknown_rank else [None if d.size < 0 else d.size for d in shape.dim]
            variables.append([op.name, dims, tf.as_dtype(op.get_attr("dtype")).name, op.name in trainable])
    return {"variables": variables, "error": error}


def main():
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        out.write(json.dumps(answer(json.loads(line))) + "\n")
        out.flush()


main()
