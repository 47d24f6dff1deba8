"""Writes down which operations real TF 1.15 makes of `fixtures/ops/*.py`.

Runs under TF 1.15's own Python (3.7):

    python3.7 tools/write_fixture_ops.py fixtures/ops/*.py

Next to `arrays.py` it writes `arrays.ops`: one operation per line, its name and its type, in the order of their making.
In those fixtures `show("a", x)` makes an operation whose name holds the shape and dtype of `x`, so shapes are
checked, too.
"""

import os
import runpy
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")

import tensorflow as tf  # noqa: E402

tf.logging.set_verbosity(tf.logging.ERROR)


def main():
    for path in sys.argv[1:]:
        tf.reset_default_graph()
        runpy.run_path(path, run_name="__main__")
        lines = ["%s %s" % (op.name, op.type) for op in tf.get_default_graph().get_operations()]  # noqa: UP031
        with open(os.path.splitext(path)[0] + ".ops", "w", encoding="utf-8") as stream:
            stream.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
