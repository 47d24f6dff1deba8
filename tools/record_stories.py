"""Runs the stories of `fixtures/checkpoint_stories` in real TF again, and writes down what it said.

usage: TF_PYTHON tools/record_stories.py [NAME...]     with the python of a TensorFlow 1.15

A story is `save.py`, which writes `model.ckpt`, and `load.py`, which loads it. `truth.json` keeps what no machine can
tell: `note`, and `maps`, which key of the file is which variable where names differ. The rest is written here, and each
map is loaded through `Saver(dict)` and its values compared.
"""

import contextlib
import io
import json
import os
import re
import sys
import traceback

import numpy as np
import tensorflow as tf

STORIES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fixtures", "checkpoint_stories")
OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"


def run(name):
    with open(name) as file:
        exec(compile(file.read(), name, "exec"), {"__name__": "__main__"})


def without_folders(text):
    return re.sub(r"(?:/[\w.+-]+)+/(site-packages/)", r"\1", text).replace(STORIES + "/", "")


def load():
    tf.keras.backend.clear_session()
    tf.compat.v1.reset_default_graph()
    said = io.StringIO()
    error = None
    try:
        with contextlib.redirect_stdout(said):
            run("load.py")
    except Exception as problem:
        lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == "load.py"]
        message = without_folders(str(problem))[:900]
        error = {"type": type(problem).__name__, "message": message, "line": lines[-1] if lines else None}
    variables = [
        {
            "name": v.op.name,
            "shape": v.shape.as_list(),
            "dtype": v.dtype.base_dtype.name,
            "trainable": bool(v.trainable),
        }
        for v in tf.compat.v1.global_variables()
    ]
    return {"variables": variables, "stdout": said.getvalue(), "error": error}


def prove(maps, reader):
    variables = {v.op.name: v for v in tf.compat.v1.global_variables()}
    with tf.compat.v1.Session() as session:
        session.run(tf.compat.v1.global_variables_initializer())
        saver = tf.compat.v1.train.Saver({key: variables[name] for key, name in maps.items()})
        saver.restore(session, "model.ckpt")
        for key, name in maps.items():
            assert np.array_equal(session.run(variables[name]), reader.get_tensor(key)), key


def record(folder):
    os.chdir(folder)
    with open("truth.json") as file:
        kept = json.load(file)
    for name in os.listdir("."):
        if name.startswith("model.ckpt"):
            os.remove(name)
    run("save.py")
    if os.path.exists("checkpoint"):
        os.remove("checkpoint")
    reader = tf.train.load_checkpoint("model.ckpt")
    dtypes = reader.get_variable_to_dtype_map()
    shapes = {key: shape for key, shape in reader.get_variable_to_shape_map().items() if key != OBJECT_GRAPH}
    truth = {
        "note": kept["note"],
        "maps": kept["maps"],
        "tf": tf.__version__,
        "checkpoint": {key: {"shape": shapes[key], "dtype": dtypes[key].name} for key in sorted(shapes)},
        "load": load(),
    }
    if kept["maps"]:
        prove(kept["maps"], reader)
    with open("truth.json", "w") as file:
        json.dump(truth, file, separators=(",", ":"))
        file.write("\n")


def main():
    for name in sorted(os.listdir(STORIES)):
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        # A process of its own, so that no story sees another's graph; TF is imported once.
        child = os.fork()
        if not child:
            status = 1
            try:
                record(os.path.join(STORIES, name))
                status = 0
            except Exception:
                traceback.print_exc()
            os._exit(status)
        print(name, "failed" if os.waitpid(child, 0)[1] else "recorded", flush=True)


if __name__ == "__main__":
    main()
