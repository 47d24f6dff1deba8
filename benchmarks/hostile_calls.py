"""Every summarised function and method, called with hostile values: no summary may fail.

    python benchmarks/hostile_calls.py [--calls 100000] [--seed 1] [--minutes 20] [--only REGEX] [--reports]

Four kinds of calls. A quarter are Python's own operations, functions and methods, of hostile values; a tenth classes
that derive from native ones (`hostile_classes.py`). Calls that TensorFlow takes (`tests/interp/hidden_*.txt`) have one
to three of their arguments exchanged for hostile values, a rank more or less, or a keyword more. Names of the table of
entries are called with what their parameters are named for, some of it exchanged likewise; of what a class makes,
methods and operators are asked, and what a function gives is used again. TOGETHER calls make one program, each within a
`try`; where one fails, takes longer than SECONDS or ends the run, they are run again apart. With `--reports` each
program is checked and written in every format, as in mutants.py.

Counted are failures of ours (TFS900), exceptions that came through and calls that are slow. Prints each kind once, with
its call; a call is found again by its number. Exit status 1 where something failed.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import contextlib
import random
import re
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from hostile_classes import derived
from mutants import Mutants
from mutations import HOSTILE

from scopelint.apis import tables
from scopelint.apis.registry import TABLE, find
from scopelint.apis.tables.lines import Lines
from scopelint.graph.events import Noted
from scopelint.graph.releases import DEFAULT, RELEASES, release
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.values.objects import ClassValue

CALLABLES = Lines("callables.txt")
PLACE = Path(__file__).parents[1] / "tests" / "interp"
TOGETHER = 20
APART = "\n#\n"
"""Between the parts of a call that are tried each by itself, though they have lines of their own."""
SECONDS = 2.0

HEAD = """import collections, contextlib, functools, itertools, json, math, os, random, re, sys
import numpy as np
import tensorflow as tf
import zoo
def f(*a, **k): return a, k
def P(*s): return tf.placeholder(tf.float32, list(s))
def I(*s): return tf.placeholder(tf.int32, list(s))
def L(*s): return tf.placeholder(tf.int64, list(s))
"""

MORE = (
    *HOSTILE, "P()", "P(3)", "P(3, 5)", "P(2, 3, 5)", "P(2, 8, 12, 3)", "P(2, 4, 8, 12, 3)", "P(None, None)", "I(3)",
    "L(3, 5)", "tf.placeholder(tf.string)", "[P(3, 5), P(3, 5)]", "(P(3, 5),)", "[P(3, 5), None]", "{'a': P(3, 5)}",
    "[1, 2]", "[[1, 2], [3]]", "[0.5]", "(None, None)", "(1, 2, 3, 4, 5, 6)", "[-5]", "-7", "10**6", "99", "1e-30",
    "float('inf')", "'same'", "'VALID'", "'NHWC'", "'NCHW'", "'channels_first'", "'float32'", "'relu'", "'mean'",
    "'%'", "'{}'", "'é'", "b''", "bytearray(3)", "NotImplemented", "slice(1, None)", "np.array([])",
    "np.zeros([2, 0])", "np.array('a')", "np.array([None])", "np.arange(6).reshape(2, 3)", "np.nan", "np.float32",
    "np.int64(3)", "frozenset('ab')", "collections.OrderedDict(a=1)", "(i for i in range(3))", "iter([1])",
    "map(len, ['a'])", "functools.partial(tf.zeros, [2])", "type", "object", "Exception", "ValueError('a')", "sys",
    "print", "zoo.thing", "[zoo.thing()]", "[1, zoo.thing()]", "(2, zoo.thing())", "{'a': zoo.thing()}",
    "dict(**zoo.things())", "[*zoo.things()]", "'a%s' % zoo.thing()", "zoo.thing() + 1", "zoo.thing()[0]",
    "tf.zeros(zoo.shape())", "P(zoo.size(), 3)", "tf.placeholder(zoo.dtype(), [2])", "tf.Variable(zoo.thing())",
    "tf.constant(zoo.thing())", "tf.TensorShape([])", "tf.TensorShape([2, None, None, 3])", "P(3).shape",
    "P(3, 5).shape[0]", "tf.shape(P(3, 5))", "tf.SparseTensor([[0, 0]], [1.], [2, 3])",
    "tf.sparse_placeholder(tf.float32)", "tf.RaggedTensor", "tf.ragged.constant([[1], [2, 3]])",
    "tf.IndexedSlices(P(3, 5), I(3))", "tf.TensorArray(tf.float32, 3)", "tf.complex64", "tf.qint8", "tf.resource",
    "tf.float32_ref", "tf.no_op()", "tf.get_default_graph()", "tf.Session()", "tf.name_scope('a')",
    "tf.variable_scope('a')", "tf.global_variables()", "tf.zeros([2]).op", "tf.data.Dataset.range(3)",
    "tf.keras.Input((5,))", "tf.keras.Sequential()", "tf.keras.Sequential", "tf.keras.layers.LSTM(3)",
    "tf.keras.layers.Layer()", "tf.Module()", "tf.keras.Model()", "tf.train.Saver", "tf.nn.relu",
    "tf.random_normal_initializer", "tf.contrib.layers.l2_regularizer(.1)", "tf.fixed_size_partitioner(2)",
    "tf.feature_column.numeric_column('a')", "tf.feature_column", "tf.estimator.RunConfig()",
    "tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.GRUCell(2)])", "tf.nn.rnn_cell.LSTMStateTuple(P(3, 5), P(3, 5))",
    "tf.distributions.Normal(0., 1.)", "tf.train.ExponentialMovingAverage(0.9)", "tf.keras.optimizers.Adam()",
    "lambda: None", "lambda x, y: x", "lambda x: zoo.thing()", "lambda x: 1 / 0", "lambda *a: a", "lambda x: (x, x)",
    "collections.deque([1, 2])", "collections.Counter('aab')", "collections.defaultdict(list)",
    "collections.namedtuple('N', 'a b')(1, 2)", "json.loads('[1]')", "os.environ", "tf.app.flags.FLAGS",
    "tf.GraphDef()", "tf.ConfigProto()", "tf.contrib.training.HParams(a=1)", "np.dtype('float32')", "np.random",
    "re.compile('a')", "re.match('a', 'ab')", "tf.linalg.LinearOperatorIdentity(3)", "zip([1], [2])", "enumerate([1])",
    "tf.GraphKeys.LOSSES", "tf.estimator.ModeKeys", "P(3).op", "tf.float32.as_numpy_dtype", "(lambda: (yield 1))()",
    "memoryview(b'ab')", "contextlib.suppress(ValueError)", "itertools.count()", "math.pi",
)  # fmt: skip

TENSORS = ("P(3, 5)", "P(2, 3, 5)", "P(2, 8, 12, 3)", "P(3)", "I(3, 5)")
GOOD: dict[str, tuple[str, ...]] = {
    "name": ("'a'", "None"), "scope": ("'a'", "None"), "default_name": ("'a'",),
    "shape": ("[3, 5]", "[None, 3]", "[]"), "dtype": ("tf.float32", "tf.int32", "None"),
    "axis": ("0", "1", "-1", "None", "[0, 1]"), "units": ("4",), "filters": ("4",), "kernel_size": ("3", "[3, 3]"),
    "strides": ("1", "2", "[1, 2, 2, 1]"), "pool_size": ("2",), "rate": ("0.5",), "perm": ("[1, 0]",),
    "num_units": ("4",), "num_outputs": ("4",), "padding": ("'same'", "'VALID'"),
    "data_format": ("'channels_last'", "'NHWC'", "None"), "activation": ("tf.nn.relu", "None", "'relu'"),
    "initializer": ("tf.zeros_initializer()", "None"), "cell": ("tf.nn.rnn_cell.GRUCell(4)",),
    "training": ("True", "tf.placeholder(tf.bool, [])"), "reuse": ("None", "True", "tf.AUTO_REUSE"),
    "learning_rate": ("0.1",), "fn": ("lambda x: x", "tf.identity"), "cond": ("lambda i: i < 3",),
    "body": ("lambda i: i + 1",), "loop_vars": ("[tf.constant(0)]",), "pred": ("True", "tf.placeholder(tf.bool, [])"),
    "true_fn": ("lambda: P(3)",), "false_fn": ("lambda: P(3)",), "loss": ("P()",),
    "var_list": ("None", "[tf.get_variable('w', [2])]"), "key": ("'a'",), "collections": ("None", "['a']"),
    "size": ("[4, 4]", "3"), "num": ("2", "None"), "depth": ("3",), "begin": ("[0, 0]",),
    "paddings": ("[[1, 1], [0, 2]]",), "multiples": ("[2, 2]",), "num_or_size_splits": ("1", "[2, 3]"),
    "values": ("[P(3, 5), P(3, 5)]",), "inputs": (*TENSORS, "[P(3, 5)]"), "layers": ("[tf.keras.layers.Dense(2)]",),
    "labels": ("P(3, 5)", "I(3)", "L(3)"), "logits": ("P(3, 5)",), "predictions": ("P(3, 5)",),
    "weights": ("1.0", "P(3)", "None"), "ids": ("I(3)",), "params": ("P(7, 5)", "tf.get_variable('w', [7, 5])"),
    "indices": ("I(3)", "[0, 1]"), "sequence_length": ("I(3)", "None"),
    "optimizer": ("'adam'", "tf.train.AdamOptimizer()"), "columns": ("[tf.feature_column.numeric_column('a')]",),
    "features": ("{'a': P(3)}", "P(3, 5)"), "dataset": ("tf.data.Dataset.range(3)",), "filenames": ("['a']",),
    "batch_size": ("2",), "session": ("tf.Session()",), "sess": ("tf.Session()",), "input_shape": ("(5,)",),
    "equation": ("'ab,bc->ac'",), "dtypes": ("[tf.float32]",), "shapes": ("[[3]]", "None"), "seed": ("None", "1"),
}  # fmt: skip
USES = (
    "r.shape", "r.name", "r + 1", "r[0]", "r[:, 1:]", "list(r)", "str(r)", "len(r)", "r()", "r(P(3, 5))", "r == r",
    "-r", "tf.gradients(r, P(3))", "tf.layers.dense(r, 2)", "tf.concat([r, r], -1)", "tf.identity(r)",
    "tf.Variable(r)", "r.get_shape().as_list()", "tf.get_variable('q', r)", "tf.get_variable('q', initializer=r)",
    "with r: tf.get_variable('q', [1])", "for each in r: pass", "tf.reshape(r, [-1])", "tf.Session().run(r)", "{r: 1}",
    "r in [r]", "tf.nest.flatten(r)", "np.array(r)", "tf.shape(r)", "tf.reduce_mean(r)", "tf.matmul(r, r)",
    "tf.train.AdamOptimizer().minimize(r)", "print(r)", "'%s' % (r,)", "bool(r)", "int(r)", "isinstance(r, r)",
    "r.x = 1", "tf.keras.Model(r, r)",
)  # fmt: skip


@cache
def written() -> list[str]:
    return [line for line in (PLACE / "hidden_calls.txt").read_text("utf-8").splitlines() if line]


@cache
def blocks() -> list[str]:
    found = (PLACE / "hidden_programs.txt").read_text("utf-8").split("\n\n")
    return [block.strip() for block in found if block.strip()]


@cache
def entries() -> list[str]:
    """Canonical names of functions and classes that a program can reach."""
    names = {name for name in sorted(TABLE.keys()) if name.replace(".", "").isidentifier()}
    names = {name for name in names if not name.startswith(("builtins.", "python2."))}
    recorded = [name for name in sorted(CALLABLES.keys()) if name.startswith("tf.")]
    return sorted(names.union(name for name in recorded if tables.kind(name) in ("function", "class")))


def hostile(chance: random.Random) -> str:
    return chance.choice(MORE if chance.random() < 0.8 else written())


def exchanged(text: str, chance: random.Random) -> str:
    """The call with some arguments exchanged, or one more."""
    tree = ast.parse(text)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        places: list[tuple[list[ast.expr], int] | ast.keyword] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                places += [(node.args, at) for at in range(len(node.args))] + list(node.keywords)
            elif isinstance(node, ast.List | ast.Tuple) and isinstance(node.ctx, ast.Load) and chance.random() < 0.5:
                places += [(node.elts, at) for at in range(len(node.elts))]
        new = ast.parse(hostile(chance), mode="eval").body
        kind = chance.random()
        ranks = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in "PIL"]
        if ranks and chance.random() < 0.25:
            # A rank more or less.
            sizes = chance.choice(ranks).args
            if sizes and chance.random() < 0.8:
                del sizes[chance.randrange(len(sizes)) if chance.random() < 0.5 else 0 :]
            else:
                sizes.insert(0, ast.Constant(chance.choice((None, 1, 2))))
            continue
        if calls and (kind < 0.2 or not places):
            call = chance.choice(calls)
            names = [p.name for p in tables.signature(ast.unparse(call.func)) or () if p.kind in ("plain", "named")]
            if names and (name := chance.choice(names)) not in [each.arg for each in call.keywords]:
                call.keywords.append(ast.keyword(name, new))
                continue
        if not places:
            continue
        place = chance.choice(places)
        if isinstance(place, ast.keyword):
            place.value = new
        elif kind < 0.3:
            del place[0][place[1]]
        else:
            place[0][place[1]] = new
    return ast.unparse(tree)


def given(canonical: str, chance: random.Random) -> str:
    """Arguments for a function or class by the names of its parameters; one in five is hostile."""
    parts = []
    signature = tables.signature(canonical)
    if signature is None:
        return ", ".join(hostile(chance) for _ in range(chance.choice((0, 1, 1, 2, 2, 3))))
    by_name = False
    for parameter in signature:
        if parameter.kind in ("star", "stars"):
            continue
        if parameter.has_default and chance.random() < 0.7:
            by_name = True
            continue
        bad = chance.random() < 0.2 or (parameter.has_default and chance.random() < 0.4)
        value = hostile(chance) if bad else chance.choice(GOOD.get(parameter.name, TENSORS))
        by_name = by_name or parameter.kind == "named"
        parts.append(f"{parameter.name}={value}" if by_name else value)
    if parts and chance.random() < 0.03:
        parts.pop(chance.randrange(len(parts)))
    return ", ".join(parts)


def reached(canonical: str) -> str:
    """The import that a name needs, and what it is called then."""
    if canonical.startswith("tf."):
        return ""
    module, _, name = canonical.rpartition(".")
    return f"from {module} import {name} as q\n"


def made(chance: random.Random, only: str) -> str:
    """One call of an entry and what is done with what it gives."""
    names = entries() if not only else [name for name in entries() if re.search(only, name)]
    canonical = chance.choice(names)
    ahead = reached(canonical)
    text = f"{ahead}r = {'q' if ahead else canonical}({given(canonical, chance)})\n"
    entry = find(canonical)
    if isinstance(entry, ClassValue):
        methods = sorted({name for cls in entry.mro for name in cls.attrs} | set(tables.own_members(canonical) or ()))
        for _ in range(min(3, len(methods))):
            method = chance.choice(methods)
            if method == "__init__" or not method.isidentifier():
                continue
            called = f"r.{method}" if chance.random() < 0.95 else f"{'q' if ahead else canonical}.{method}"
            text += f"{called}({given(f'{canonical}.{method}', chance)})\n" if chance.random() < 0.85 else f"{called}\n"
    if chance.random() < 0.4:
        text += chance.choice(USES) + "\n"
    return text


SIGNS = ("+", "-", "*", "/", "//", "%", "**", "@", "<<", "&", "|", "^", "==", "<", ">=", "in", "not in", "is", "and")
METHODS = sorted({
    name for kind in (str, bytes, list, tuple, dict, set, int, float, complex, type, object, Exception)
    for name in dir(kind) if name not in ("__new__", "__init_subclass__")
} | {
    "shape", "dtype", "name", "op", "graph", "ndims", "as_list", "reshape", "T", "sum", "mean", "astype", "get_shape",
    "set_shape", "eval", "assign", "initializer", "value", "read_value", "inputs", "outputs", "get_attr", "weights",
    "build", "call", "add", "compile", "apply", "minimize", "run", "close", "numpy", "tolist", "flatten",
})  # fmt: skip
FORMS = (
    "{a} {sign} {b}", "{a}[{b}]", "{a}[{b}:{c}]", "{a}[{b}, {c}]", "{a}.{method}({b})", "{a}.{method}()",
    "{a}.{method}", "{a}({b})", "[*{a}, {b}]", "{{**{a}}}", "f(*{a}, **{b})", "'%s %d' % {a}", "'{{}}'.format(*{a})",
    "{function}({a})", "{function}({a}, {b})", "x, y = {a}", "x = {a}; x {sign2}= {b}", "x = {a}; x[{b}] = {c}",
    "x = {a}; del x[{b}]", "x = {a}; x.a = {b}", "[x for x in {a}]", "{{x: y for x, y in {a}}}", "{a} if {b} else {c}",
    "{a} < {b} < {c}", "-{a}", "not {a}", "lambda x={a}: x", "raise {a}", "assert {a}, {b}", "setattr({a}, {b}, {c})",
    "getattr({a}, {b}, {c})", "print({a}, sep={b})", "type({a})({b})", "type('T', ({a},), {b})",
    "f'{{ {a} !r:>{{ {b} }} }}'", "~{a}", "{a}.__class__({b})",
)  # fmt: skip


def operated(chance: random.Random) -> str:
    """Python's own operations and methods, asked of anything."""
    function = chance.choice([name for name in dir(builtins) if name.islower()])
    while True:
        text = _filled(chance, function)
        with contextlib.suppress(SyntaxError):
            ast.parse(text)
            return text


def _filled(chance: random.Random, function: str) -> str:
    return chance.choice(FORMS).format(
        a=f"({hostile(chance)})", b=f"({hostile(chance)})", c=f"({hostile(chance)})", sign=chance.choice(SIGNS),
        sign2=chance.choice(SIGNS[:12]), method=chance.choice(METHODS), function=function,
    )  # fmt: skip


def call(number: int, seed: str, only: str = "") -> str:
    chance = random.Random(f"{seed}.{number}")
    kind = 1.0 if only else chance.random()
    if kind < 0.25:
        return operated(chance) + "\n"
    if kind < 0.35:
        return APART.join(derived(chance, lambda: hostile(chance), lambda name: given(name, chance)))
    if chance.random() < 0.5 and not only:
        text = f"r = {exchanged(chance.choice(written()), chance)}\n"
        if chance.random() < 0.1:
            text = exchanged(chance.choice(blocks()), chance) + "\n"
        return text + (chance.choice(USES) + "\n" if chance.random() < 0.4 else "")
    return made(chance, only)


def program(calls: list[str]) -> str:
    """Each line of a call within a `try` of its own, so that what follows is asked also where TF refuses."""
    out = [HEAD]
    for text in calls:
        out.append("r = None\n")
        parts = text.split(APART) if APART in text else [text] if "\n " in text else text.splitlines()
        for part in parts:
            out.append(f"try:\n{textwrap.indent(part, '    ')}\nexcept Exception: pass\n")
    return "".join(out) + "END = 1\n"


def failures(text: str, options: Options, reporter: Mutants | None = None) -> tuple[list[str], bool]:
    """What failed in a program, and whether it went to its end."""
    if reporter is not None:
        return reporter.failures(text, "calls.py", str(len(text))), True
    started = time.process_time()
    try:
        outcomes = analyse("calls.py", text.encode(), options)
    except Exception as problem:
        trace = problem.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
        return [f"raised: {type(problem).__name__}: {str(problem)[:160]} at {where}"], True
    took = time.process_time() - started
    found = [
        f"TFS900 {event.fact('summary')}: {event.fact('error')}"
        for outcome in outcomes
        for event in outcome.of(Noted, kind="failure")
    ]
    if took > SECONDS * 1.1 + 1:
        found.append(f"slow: {took:.1f} s")
    reasons = [each.reason for outcome in outcomes for each in outcome.unknowns]
    stopped = any("than its bound" in reason or "more than" in reason for reason in reasons)
    return found, not stopped


def settings(chance: random.Random) -> Options:
    plain = chance.random() < 0.5
    bounds = {"max_seconds": SECONDS, "max_memory": 800.0}
    chosen = release(chance.choice(RELEASES)) if chance.random() < 0.15 else DEFAULT
    return Options(**bounds, record_ops=not plain, record_accesses=not plain, draws=not plain, release=chosen)


def kind_of(said: str) -> str:
    return re.sub(r"'[^']*'|\d+", "_", said)[:160]


def run(
    count: int, seed: str, minutes: float, only: str = "", reporter: Mutants | None = None
) -> Iterator[tuple[int, str, list[str]]]:
    """A call's number and text, and what failed in it; at the end of each program -1 and how many calls it had."""
    until = time.monotonic() + minutes * 60
    for start in range(0, count, TOGETHER):
        if time.monotonic() > until:
            return
        numbers = range(start, min(count, start + TOGETHER))
        texts = [call(number, seed, only) for number in numbers]
        options = settings(random.Random(f"{seed}.{start}"))
        found, whole = failures(program(texts), options, reporter)
        if found or not whole:
            each = [(number, text, failures(program([text]), options, reporter)[0]) for number, text in zip(
                numbers, texts, strict=True)]  # fmt: skip
            yield from [one for one in each if one[2]]
            if not any(one[2] for one in each):
                # Of a program that is only too long for its time no call is to blame.
                yield start, "\n".join(texts), [said for said in found if not said.startswith("slow")]
        yield -1, str(len(numbers)), []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--only", default="", help="entries whose name this regular expression finds")
    parser.add_argument("--reports", action="store_true", help="check each program and write it in every format")
    parser.add_argument("--show", type=int, help="print the call of this number instead")
    chosen = parser.parse_args()
    if chosen.show is not None:
        sys.stdout.write(program([call(chosen.show, chosen.seed, chosen.only)]))
        return 0
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    done = 0
    started = time.process_time()
    for number, text, found in run(
        chosen.calls, chosen.seed, chosen.minutes, chosen.only, Mutants() if chosen.reports else None
    ):
        done += int(text) if number < 0 else 0
        for said in found:
            kind = kind_of(said)
            counts[kind] += 1
            if kind not in first:
                first[kind] = said
                print(f"#{number}: {said}\n    " + text.replace("\n", "\n    ").rstrip(), flush=True)
    took = time.process_time() - started
    print(f"{done} calls, {sum(counts.values())} failures of {len(counts)} kinds, {took:.0f} s of the processor")
    return 1 if counts else 0


if __name__ == "__main__":
    sys.exit(main())
