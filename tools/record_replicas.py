"""Records what TF makes of the programs of fixtures/replicas, in expected.json beside them. Run by TF's own Python.

    $SCOPELINT_TF_PYTHON tools/record_replicas.py [FOLDER]

Of each program: the operations that are variables, of either kind, in their order, and the line and the kind of the
error that ends it.
"""

import glob
import json
import os
import sys
import traceback

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf


def record(path):
    tf.reset_default_graph()
    held, error = {"__name__": "__main__"}, None
    with open(path) as stream:
        code = compile(stream.read(), path, "exec")
    try:
        exec(code, held)
    except Exception as problem:
        lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == path]
        error = [type(problem).__name__, lines[-1]]
    # A program whose graph is another one keeps the operations itself.
    operations = held.get("made") or tf.get_default_graph().get_operations()
    return {
        "variables": [each.name for each in operations if each.type in ("VarHandleOp", "VariableV2")],
        "error": error,
    }


def main():
    tf.get_logger().setLevel("ERROR")
    own = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fixtures", "replicas")
    folder = sys.argv[1] if len(sys.argv) > 1 else own
    found = {os.path.basename(path): record(path) for path in sorted(glob.glob(os.path.join(folder, "*.py")))}
    with open(os.path.join(folder, "expected.json"), "w") as stream:
        json.dump(found, stream, indent=1)
        stream.write("\n")


if __name__ == "__main__":
    main()
