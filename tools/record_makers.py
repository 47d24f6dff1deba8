"""Finds, by using them, which of TF 1.15's public callables make variables, and records which ones.

    python3.7 tools/record_makers.py scopelint/apis/tables fixtures/makers [canonical ...]

Each callable gets one short use, as source text: from `api_uses.py`, from its family there, or from the arguments that
`record_ops.py` found. Real TF runs it in a fresh graph and its variables are written down: the names of the callables
to `makers.txt` in the tables, the uses with their variables to `uses.json`.
"""
# ruff: noqa: B905, UP031

import itertools
import json
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from api_examples import Build, V, X
from api_uses import ARGUMENTS, FAMILIES, USES
from op_recorder import Recorder
from record_ops import resolve

SKIPPED = (
    "tf.compat.v2.",
    "tf.raw_ops.",
    "tf.lite.",
    "tf.test.",
    "tf.flags.",
    "tf.errors.",
    "tf.gfile.",
    "tf.contrib.bigtable",
    "tf.contrib.labeled_tensor",
    "tf.contrib.quantization",
    "tf.contrib.keras.",
    "tf.contrib.tensor_forest.proto",
)
# What was not tried and may make variables all the same; of the rest that is known.
NOT_KNOWN = (
    "tf.contrib.",
    "tf.keras.applications.",
    "tf.keras.models.",
    "tf.keras.estimator.",
    "tf.estimator.",
    "tf.compat.v2.",
    "tf.train.import_meta_graph",
    "tf.import_graph_def",
    "tf.train.sdca",
    "tf.tpu.",
    "tf.xla.",
    "tf.distribute.",
)
NEVER = (
    "tf.contrib.distributions.",
    "tf.contrib.data.",
    "tf.contrib.summary.",
    "tf.contrib.lookup.",
    "tf.contrib.graph_editor.",
    "tf.contrib.image.",
    "tf.contrib.labeled_tensor.",
    "tf.contrib.tfprof.",
    "tf.contrib.util.",
    "tf.contrib.bigtable.",
    "tf.estimator.export.",
    "tf.estimator.inputs.",
)
SECONDS = 40


class TooLong(Exception):
    pass


def give_up(signum, frame):
    raise TooLong()


def read(tables, name):
    with open(os.path.join(tables, name)) as stream:
        return [line.rstrip("\n").split("\t") for line in stream]


def text_of(spec):
    """The source of an argument; None where it has none."""
    if isinstance(spec, V):
        return "tf.Variable(tf.zeros(%r, tf.%s))" % (list(spec.shape), spec.dtype)
    if isinstance(spec, X):
        return "tf.placeholder(tf.%s, %r)" % (spec.dtype, list(spec.shape))
    if isinstance(spec, Build):
        return spec.label[2:-1] if spec.label.startswith("=<") else None
    if isinstance(spec, (list, tuple)):
        members = [text_of(member) for member in spec]
        return None if None in members else "[%s]" % ", ".join(members)
    return repr(spec)


def constructions(name, parameters):
    """Texts that construct a class, from what its parameters are called."""
    needed = [p for p in parameters if "=" not in p and not p.startswith("*")]
    choices = [ARGUMENTS.get(p, ["7"]) for p in needed]
    for values in itertools.islice(itertools.product(*choices), 9):
        yield "%s(%s)" % (name, ", ".join("%s=%s" % pair for pair in zip(needed, values)))


def uses(recorder, name, kind, parameters, mro, rows):
    if name in USES:
        if USES[name]:
            yield USES[name]
        return
    if kind == "class":
        for family, templates in FAMILIES:
            if family in mro and name != family:
                for construction in constructions(name, parameters):
                    for template in templates:
                        yield template.replace("{{", "{").replace("}}", "}").replace("{C}", construction)
                return
        return
    if name not in rows or "v" not in rows[name]:
        return
    function = resolve(recorder.tf, name)
    order, params = recorder.parameters(function)
    from api_examples import EXAMPLES

    example = EXAMPLES.get(name)
    for specs in [example] if example else itertools.islice(recorder.guesses(name, order, params), 150):
        texts = {p: text_of(s) for p, s in specs.items()}
        if None in texts.values() or any(p.startswith("*") for p in texts):
            continue
        yield "%s(%s)" % (name, ", ".join("%s=%s" % pair for pair in texts.items()))


def run(recorder, source):
    """The variables that a use makes: [name, shape, dtype, trainable], in order of creation."""
    tf = recorder.tf
    with tf.Graph().as_default() as graph:
        signal.alarm(SECONDS)
        try:
            exec(compile(source, "<use>", "exec"), {"tf": tf})
        finally:
            signal.alarm(0)
        trainable = {v.op.name for v in graph.get_collection("trainable_variables") if hasattr(v, "op")}
        out = []
        for op in graph.get_operations():
            if op.type not in ("Variable", "VariableV2", "VarHandleOp"):
                continue
            shape = tf.TensorShape(op.get_attr("shape"))
            out.append(
                [
                    op.name,
                    shape.as_list() if shape.ndims is not None else None,
                    tf.as_dtype(op.get_attr("dtype")).name,
                    op.name in trainable,
                ]
            )
        return out


def count(source, variables):
    """How many of the variables are the callable's own, and not of the program around it."""
    around = {
        name
        for name in ("w", "global_step", "embedding")
        if "get_variable('%s'" % name in source
        or ("get_or_create_" in source and name == "global_step" and not source.startswith("tf."))
    }
    return sum(variable[0] not in around for variable in variables)


def main():
    tables, fixtures = sys.argv[1:3]
    asked = set(sys.argv[3:])
    signal.signal(signal.SIGALRM, give_up)
    recorder = Recorder()
    classes = {row[0]: row[2].split(",") for row in read(tables, "classes.txt") if len(row) > 2}
    rows = {row[0]: json.loads(row[1]) for row in read(tables, "ops.txt")}
    names = [
        (row[0], row[1], row[2:])
        for row in read(tables, "callables.txt")
        if row[0].startswith("tf.") and row[1] in ("class", "function") and not row[0].startswith(SKIPPED)
    ]
    known = {name for name, _, _ in names}
    everything = [
        row[0]
        for row in read(tables, "callables.txt")
        if row[0].startswith("tf.") and row[1] in ("class", "function") and "Variable" not in row[0]
    ]
    names += [(name, "function", []) for name in USES if name not in known]
    made, tried = {}, {}
    for name, kind, parameters in names:
        if asked and name not in asked:
            continue
        why = ""
        for source in uses(recorder, name, kind, parameters, classes.get(name, ()), rows):
            try:
                variables = run(recorder, source)
            except BaseException as error:
                why = why or "%s: %s" % (type(error).__name__, str(error).split("\n")[0][:140])
                continue
            tried[name] = source
            if variables:
                made[name] = (source, variables)
                break
        if name not in tried and why:
            print("failed\t%s\t%s" % (name, why))
        elif asked:
            print(name, made.get(name) or tried.get(name))
    if asked:
        return
    os.makedirs(fixtures, exist_ok=True)
    with open(os.path.join(tables, "makers.txt"), "w") as stream:
        lines = ["%s\t%d" % (name, count(*made[name]) if name in made else 0) for name in tried]
        lines += [
            "%s\t-" % name
            for name in everything
            if name not in tried and name not in rows and (name.startswith(NEVER) or not name.startswith(NOT_KNOWN))
        ]
        stream.write("\n".join(sorted(lines)) + "\n")
    with open(os.path.join(fixtures, "uses.json"), "w") as stream:
        stream.write(
            "[\n"
            + ",\n".join(
                json.dumps({"api": name, "source": source, "variables": variables}, sort_keys=True)
                for name, (source, variables) in sorted(made.items())
            )
            + "\n]\n"
        )
    print("tried", len(tried), "made", len(made))


if __name__ == "__main__":
    main()
