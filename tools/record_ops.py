"""Records which operations each of TF 1.15's functions leaves, by calling it in fresh graphs with small inputs.

    python3.7 tools/record_ops.py scopelint/apis/tables [canonical ...]

Each function is called once as a baseline (all that can be a tensor is one), then once per *mode*: one argument
changed at a time (a constant, a resource variable, a list, a shape that is not known, an option given). What a mode
changes is stored as edits to the baseline, so that modes can be combined. Arguments come from `api_examples.py` or
are guessed from the parameters' names. The format of a row is told in `scopelint/apis/tables/recorded.py`.
"""
# ruff: noqa: UP031, SIM905

import json
import os
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from api_examples import EXAMPLES, SKIP
from op_recorder import Recorder

SECONDS = 60

NAMESPACES = (
    "ROOT nn math image linalg strings sparse random losses metrics signal bitwise debugging summary train "
    "layers sets io manip quantization initializers ragged contrib.layers contrib.losses contrib.metrics "
    "contrib.framework contrib.nn contrib.crf contrib.seq2seq contrib.legacy_seq2seq contrib.rnn contrib.image "
    "contrib.distributions contrib.training contrib.slim contrib.opt contrib.resampler contrib.signal "
    "contrib.sparsemax contrib.deprecated contrib.lookup contrib.summary contrib.util "
    "contrib.periodic_resample contrib.tpu contrib.learn contrib.batching contrib.data contrib.factorization "
    "contrib.gan contrib.bayesflow contrib.solvers contrib.stateless contrib.text contrib.integrate "
    "contrib.cudnn_rnn contrib.kernel_methods contrib.quantize contrib.graph_editor contrib.model_pruning "
    "contrib.specs contrib.recurrent contrib.fused_conv keras.backend keras.losses keras.activations "
    "keras.layers keras.metrics keras.regularizers data feature_column audio distributions spectral graph_util "
    "config estimator user_ops"
).split()
PRIVATE = (
    "python.ops.math_ops python.ops.array_ops python.ops.nn_ops python.ops.nn_impl python.ops.clip_ops "
    "python.ops.random_ops python.ops.check_ops python.ops.control_flow_ops python.ops.state_ops "
    "python.ops.variables python.ops.init_ops python.ops.rnn python.ops.rnn_cell_impl python.ops.embedding_ops "
    "python.ops.sparse_ops python.ops.string_ops python.ops.image_ops_impl python.ops.linalg_ops "
    "python.ops.logging_ops python.ops.functional_ops python.ops.map_fn python.ops.data_flow_ops "
    "python.ops.gradients_impl python.ops.numerics python.ops.special_math_ops python.ops.confusion_matrix "
    "python.ops.weights_broadcast_ops python.ops.metrics_impl python.ops.losses.losses_impl "
    "python.ops.losses.util python.ops.ctc_ops python.ops.histogram_ops python.ops.batch_norm "
    "python.ops.nn_grad python.ops.math_grad python.training.moving_averages python.training.slot_creator "
    "python.training.training_util python.framework.ops"
).split()
OPERATORS = (
    "add sub mul truediv floordiv div mod pow matmul and or xor radd rsub rmul rtruediv rfloordiv rdiv rmod "
    "rpow rmatmul rand ror rxor lt le gt ge eq ne neg abs invert getitem"
).split()


def wanted(tables):
    names = []
    with open(os.path.join(tables, "callables.txt")) as stream:
        for line in stream:
            name, kind = line.rstrip("\n").split("\t")[:2]
            if kind != "function" or name in SKIP:
                continue
            space = name.rpartition(".")[0]
            public = name.startswith("tf.") and (space[3:] or "ROOT") in NAMESPACES
            if public or space[len("tensorflow.") :] in PRIVATE:
                names.append(name)
    for operator in OPERATORS:
        names.append("tf.Tensor.__%s__" % operator)
    for name in EXAMPLES:
        if name not in names:
            names.append(name)
    return names


def resolve(tf, name):
    bare = name.split("|")[0]
    parts = bare.split(".")
    if parts[0] == "tf":
        value, rest = tf, parts[1:]
    else:
        import importlib

        for cut in range(len(parts), 0, -1):
            try:
                value = importlib.import_module(".".join(parts[:cut]))
                rest = parts[cut:]
                break
            except ImportError:
                continue
    for part in rest:
        value = getattr(value, part)
    return value


def work():
    """A worker: names on stdin, one JSON line for each on stdout."""
    recorder = Recorder()
    real = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    os.chdir(tempfile.mkdtemp())
    for line in iter(sys.stdin.readline, ""):
        name = line.strip()
        try:
            row = recorder.record(name, resolve(recorder.tf, name))
        except Exception as error:
            row = {"failed": "%s: %s" % (type(error).__name__, str(error).split("\n")[0][:150])}
        real.write(json.dumps([name, row], separators=(",", ":"), sort_keys=True, default=str) + "\n")
        real.flush()


class Worker:
    def __init__(self):
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__), "--work"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            universal_newlines=True,
        )

    def ask(self, name):
        timer = threading.Timer(SECONDS, self.process.kill)
        timer.start()
        try:
            self.process.stdin.write(name + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except OSError:
            line = ""
        finally:
            timer.cancel()
        if not line:
            self.process.kill()
            self.process.wait()
            self.start()
            return {"failed": "crashed or timed out"}
        return json.loads(line)[1]


def main():
    if sys.argv[1] == "--work":
        work()
        return
    tables = sys.argv[1]
    asked = sys.argv[2:]
    worker = Worker()
    if asked:
        for name in asked:
            print(name, json.dumps(worker.ask(name), indent=None, sort_keys=True))
        worker.process.kill()
        return
    rows, failed = {}, {}
    for name in wanted(tables):
        row = worker.ask(name)
        print(".", end="", flush=True)
        if "failed" in row:
            failed[name] = row["failed"]
        else:
            rows[name] = row
    worker.process.kill()
    with open(os.path.join(tables, "ops.txt"), "w") as stream:
        for name in sorted(rows, key=lambda n: n + "\t"):
            stream.write("%s\t%s\n" % (name, json.dumps(rows[name], separators=(",", ":"), sort_keys=True)))
    for name, why in sorted(failed.items()):
        print("failed\t%s\t%s" % (name, why))
    print("recorded", len(rows), "failed", len(failed))


if __name__ == "__main__":
    main()
