"""Runs the programs of tests/interp/hidden with TensorFlow, for many values of what they do not show.

    record_hidden.py tests/interp/hidden/*.txt      (with a Python that has TensorFlow 1.15)

A file holds programs, `# ---` between two; each asks a module `_hidden_` for its values. What TF makes whatever they
are is written beside the file: the variables that every run made, with shape and dtype where all agree, and whether all
runs made the same. Values with which a program does not come to its end do not count for those; the lines at which they
end it are written, too.
"""

from __future__ import annotations

import json
import os
import re
import sys
import types
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


class Thing:
    """Takes any call, has any attribute, and is a context that does nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return args[0] if args else None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *problem: object) -> bool:
        return False


def around(tf: Any, times: int) -> Callable[..., Any]:
    """A decorator: what it makes calls the function so often, in a scope, and makes something itself."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            tf.layers.dense(tf.ones([2, 3]), 3)
            with tf.variable_scope("around", reuse=tf.AUTO_REUSE):
                return [None, *(function(*args, **kwargs) for _ in range(times))][-1]

        return call

    return decorate


def values(tf: Any) -> Iterator[Callable[[], Any]]:
    """What may be hidden, each made when it is asked for."""
    import numpy as np

    for plain in (True, False, None, 0, 3, 0.5, "s", [], [4, 5], [2, 3], ["p", "q"], {"a": 1, "w": 2}):
        yield lambda plain=plain: plain
    yield lambda: tf.ones([2, 3])
    yield lambda: tf.zeros([3])
    yield lambda: tf.constant(1.0)
    yield lambda: tf.constant(1)
    yield lambda: tf.constant(True)
    yield lambda: tf.placeholder(tf.float32)
    yield lambda: (tf.ones([2, 3]), tf.ones([2, 3]))
    yield lambda: np.ones([2, 3], np.float32)
    yield lambda: tf.get_variable("hidden_v", [3])
    yield lambda: tf.trainable_variables()[-1] if tf.trainable_variables() else None
    yield lambda: [(tf.zeros(v.shape), v) for v in tf.trainable_variables()]
    yield lambda: tf.float64
    yield lambda: tf.int32
    yield lambda: tf.AUTO_REUSE
    yield lambda: tf.variable_scope("hs")
    yield lambda: tf.fixed_size_partitioner(2)
    yield lambda: tf.zeros_initializer()
    yield lambda: tf.contrib.layers.l2_regularizer(0.1)
    yield lambda: tf.nn.rnn_cell.LSTMCell(3)
    yield lambda: tf.train.AdamOptimizer()
    yield lambda: lambda *args, **kwargs: args[0] if args else None
    yield lambda: lambda *args, **kwargs: tf.get_variable("w", [1], use_resource=False)
    yield lambda: lambda *args, **kwargs: tf.layers.dense(tf.ones([2, 3]), 3)
    yield Thing
    yield lambda: Thing
    for decorator in (around(tf, 1), around(tf, 2), around(tf, 0), property, lambda function: [function]):
        yield lambda decorator=decorator: decorator


def ended(problem: BaseException) -> int:
    """The line of the program that an exception came out of, the innermost."""
    line = 0
    trace = problem.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<program>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def made(tf: Any, code: Any, make: Callable[[], Any]) -> dict[str, list[str]] | int:
    """The variables of one run by name; where it does not come to its end, the line that it ends at."""

    class Hidden(types.ModuleType):
        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return make()

    sys.modules["_hidden_"] = Hidden("_hidden_")
    tf.reset_default_graph()
    tf.keras.backend.clear_session()
    graph = tf.Graph()
    try:
        with graph.as_default():
            exec(code, {"__name__": "__main__"})
    except BaseException as problem:
        return ended(problem)
    found = {}
    for variable in [*graph.get_collection("variables"), *graph.get_collection("local_variables")]:
        if hasattr(variable, "op"):
            shape = variable.shape.as_list() if variable.shape.dims is not None else None
            found[variable.op.name] = [shape, variable.dtype.base_dtype.name]
    return found


def apart(run: Callable[[], Any]) -> Any:
    """What `run` gives, in a process of its own: some values make TensorFlow itself crash."""
    there, here = os.pipe()
    child = os.fork()
    if not child:
        os.close(there)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        with os.fdopen(here, "w") as out:
            out.write(json.dumps(run()))
        os._exit(0)
    os.close(here)
    with os.fdopen(there) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else None


def record(tf: Any, path: str) -> None:
    with open(path) as stream:
        programs = re.split(r"^# ---\n", stream.read(), flags=re.MULTILINE)
    rows = []
    for program in programs:
        code = compile(program, "<program>", "exec")
        outcomes = [apart(partial(made, tf, code, make)) for make in values(tf)]
        runs = [run for run in outcomes if isinstance(run, dict)]
        ends = sorted({run for run in outcomes if isinstance(run, int)})
        always = {}
        for name, (shape, dtype) in (runs[0] if runs else {}).items():
            if all(name in run for run in runs):
                same = all(run[name][0] == shape for run in runs), all(run[name][1] == dtype for run in runs)
                always[name] = {"shape": shape if same[0] else "differs", "dtype": dtype if same[1] else "differs"}
        alike = all(run.keys() == runs[0].keys() for run in runs)
        rows.append({"runs": len(runs), "alike": alike, "always": always, "ends": ends})
    with open(os.path.splitext(path)[0] + ".json", "w") as out:
        out.write("[\n" + ",\n".join(json.dumps(row, sort_keys=True) for row in rows) + "\n]\n")


if __name__ == "__main__":
    import tensorflow

    tensorflow.compat.v1.logging.set_verbosity("ERROR")
    for each in sys.argv[1:]:
        record(tensorflow, each)
