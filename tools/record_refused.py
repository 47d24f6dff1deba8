"""Records what TF 1.15 says of each call in `fixtures/refused.txt`, one process for each.

Runs under TF 1.15's own Python (3.7):

    python3.7 tools/record_refused.py fixtures/refused.txt

A row is the call, TAB, and the first line of the exception as `Type: message`; empty where TF takes it. `~` before
it says that scopelint tells it in other words; the mark is kept where the call was there before.
"""

import os
import re
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")

import tensorflow as tf  # noqa: E402

tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.FATAL)


def said(call):
    """`Type: message` of what the call raises, in a process of its own."""
    there, here = os.pipe()
    child = os.fork()
    if not child:
        found = ""
        try:
            exec(compile(call, "call.py", "exec"), {"tf": tf, "__name__": "__main__"})
        except BaseException as problem:
            found = "{}: {}".format(type(problem).__name__, str(problem).split("\n")[0])
        with os.fdopen(here, "w") as stream:
            stream.write(re.sub(r"0x[0-9a-f]+", "{address}", found.replace("\t", " ")))
            stream.flush()
        os._exit(0)
    os.close(here)
    with os.fdopen(there) as stream:
        found = stream.read()
    os.waitpid(child, 0)
    return found


def main():
    path = sys.argv[1]
    with open(path) as stream:
        rows = [line.rstrip("\n").split("\t") for line in stream]
    with open(path, "w") as stream:
        for call, *former in rows:
            mark = "~" if former and former[0].startswith("~") else ""
            stream.write(f"{call}\t{mark}{said(call)}\n")


if __name__ == "__main__":
    main()
