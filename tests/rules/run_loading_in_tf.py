"""Runs programs (JSON on stdin) under TF 1.15's own Python, beside a checkpoint that they load, and says of each where
it was stopped and which of its global variables were loaded: all of them hold 7 in the checkpoint, and no variable
starts so. `--save FOLDER` writes the checkpoints."""

import json
import logging
import os
import shutil
import sys
import tempfile
import traceback
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import numpy as np
import tensorflow as tf
from tensorflow.python.keras import backend

warnings.filterwarnings("ignore")
tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.FATAL)
logging.getLogger("tensorflow").setLevel(logging.FATAL)
HELD = (
    ("net/a/w", [2]),
    ("net/a/b", [3]),
    ("net/head/w", [4]),
    ("net2/w", [2]),
    ("bn/moving_mean", [2]),
    ("emb", [6, 2]),
    ("net/bn/gamma", [2]),
    ("net/bn/beta", [2]),
    ("net/bn/moving_mean", [2]),
    ("net/bn/moving_variance", [2]),
)
SESSIONS = []


def save():
    with tf.Graph().as_default(), tf.Session() as session:
        for name, shape in HELD:
            variable = tf.get_variable(name, shape, initializer=tf.zeros_initializer())
            session.run(variable.initializer)
            session.run(variable.assign(tf.ones(shape) * 7))
        tf.train.Saver().save(session, "model.ckpt")
        model = tf.keras.Sequential(
            [
                tf.keras.layers.Dense(4, input_shape=(5,), name="d1"),
                tf.keras.layers.Dense(2, name="d2"),
            ]
        )
        tf.keras.backend.set_session(session)
        session.run(tf.global_variables_initializer())
        model.set_weights([np.ones(w.shape) * 7 for w in model.get_weights()])
        model.save_weights("weights.h5")
        model.save_weights("weights/w", save_format="tf")
    tf.keras.backend.clear_session()


class Kept(tf.Session):
    """A session that outlives its `with`, so that its variables can be looked at."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        SESSIONS.append(self)

    def close(self):
        pass

    def __exit__(self, kind, error, trace):
        self._default_graph_context_manager.__exit__(kind, error, trace)
        self._default_session_context_manager.__exit__(kind, error, trace)
        self._default_session_context_manager = None
        self._default_graph_context_manager = None


def left():
    """The global variables that do not hold what the checkpoint has, in the program's last session, else after the
    initializer."""
    # Keras makes its own.
    session = SESSIONS[-1] if SESSIONS else getattr(backend._SESSION, "session", None)
    if session is None or session.graph is not tf.get_default_graph():
        session = Kept()
        session.run(tf.global_variables_initializer())
    out = []
    for variable in tf.global_variables():
        try:
            value = session.run(variable)
            if not np.all(value == 7) or list(value.shape) != variable.shape.as_list():
                out.append(variable.op.name)
        except tf.errors.FailedPreconditionError:
            out.append(variable.op.name)
    return out


def loaded(source, number):
    # A program may write over what it loads: each has files of its own.
    os.chdir(shutil.copytree(BESIDE, os.path.join(folder, str(number))))
    tf.keras.backend.clear_session()
    tf.reset_default_graph()
    del SESSIONS[:]
    try:
        exec(compile(source, "<program>", "exec"), {"__name__": "program"})
        return {"stopped": None, "left": left()}
    except Exception as problem:
        lines = [frame.lineno for frame in traceback.extract_tb(sys.exc_info()[2]) if frame.filename == "<program>"]
        # Line 0: of the initializer, which reads what init_from_checkpoint was told to.
        return {"stopped": lines[-1] if lines else 0, "said": type(problem).__name__ + ": " + str(problem)[:200]}


if sys.argv[1:2] == ["--save"]:
    os.chdir(sys.argv[2])
    save()
    sys.exit()
BESIDE = os.path.abspath(sys.argv[1])
folder = tempfile.mkdtemp()
try:
    tf.Session = tf.compat.v1.Session = Kept
    answers = [loaded(source, number) for number, source in enumerate(json.load(sys.stdin))]
finally:
    os.chdir(os.path.dirname(folder))
    shutil.rmtree(folder)
sys.stdout.write("\n" + json.dumps(answers))
