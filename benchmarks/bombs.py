"""Programs that would take all memory or all time: each must stop within its bounds, and say so.

    python benchmarks/bombs.py [--seconds 2] [--megabytes 300] [--kind check] [NAME ...]

Here are those that grow by themselves; what else of Python and of TensorFlow takes long stands in bomb_programs.py.

Prints for each the processor time and the growth of memory of one process that analyses it, and what it said. Exit
status 1 where one takes more than a tenth and a second beyond its time, or more than a tenth beyond its memory, besides
what Python and the engine take for a program of two lines.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from bomb_programs import PROGRAMS as ASKED
from measuring import Measured, bounds, measure

HEAD = "import tensorflow as tf\ntf.get_variable('first', [2])\n"
DOUBLING = {
    "f_string": ("y = 'ab'", "y = f'{y}{y}'"),
    "format": ("y = 'ab'", "y = '{}{}'.format(y, y)"),
    "percent": ("y = 'ab'", "y = '%s%s' % (y, y)"),
    "percent_bytes": ("y = b'ab'", "y = b'%s%s' % (y, y)"),
    "join_paths": ("import os\ny = 'ab'", "y = os.path.join(y, y)"),
    "add_text": ("y = 'ab'", "y += y"),
    "add_bytes": ("y = b'ab'", "y += y"),
    "add_list": ("y = [1, 2]", "y += y"),
    "add_tuple": ("y = (1, 2)", "y += y"),
    "star_list": ("y = [1, 2]", "y = [*y, *y]"),
    "star_tuple": ("y = (1, 2)", "y = (*y, *y)"),
    "star_call": ("def f(*a):\n    return a\ny = (1, 2)", "y = f(*y, *y)"),
    "slice_assignment": ("y = [1, 2]", "y[len(y):] = y"),
    "translate": ("y = 'ab'", "y = y.translate({97: 'aaaaaaaaaaaaaaaa'})"),
    "translate_squared": ("y = 'a' * 1000", "y = y.translate({97: y})"),
    "join": ("y = 'ab'", "y = y.join([y, y, y])"),
    "join_bytes": ("y = b'ab'", "y = y.join([y, y, y])"),
    "replace": ("y = 'aa'", "y = y.replace('a', 'aa')"),
    "replace_squared": ("y = 'a' * 1000", "y = y.replace('a', y)"),
    "re_sub": ("import re\ny = 'aa'", "y = re.sub('a', 'aa', y)"),
    "re_sub_squared": ("import re\ny = 'a' * 1000", "y = re.sub('a', y, y)"),
    "numpy": ("import numpy as np\ny = np.zeros([2])", "y = np.concatenate([y, y])"),
    "numpy_tile": ("import numpy as np\ny = np.zeros([2])", "y = np.tile(y, 2)"),
    "numpy_tolist": ("import numpy as np\ny = [1.0]", "y = np.array(y + y).tolist()"),
    "dictionary": ("y = {0: 1}", "y.update({k + len(y): 1 for k in list(y)})"),
    "set_union": ("y = {0}", "y = y | {k + len(y) for k in y}"),
    "list_of_texts": ("y = []\nz = 'x' * 999000", "for i in range(100):\n        y.append(z + str(len(y)))"),
    "repeated": ("y = []\nz = [0] * 900000", "y.append(list(z))"),
    "nested_tuple": ("y = (1, 2)", "y = (y, y)"),
    "nested_list": ("y = [1, 2]", "y = [y, y]"),
    "encode": ("y = 'ab'", "y = (y.encode() * 2).decode()"),
    "repr": ("y = 'ab'", "y = repr([y, y])"),
    "zip_longest": ("y = [1]", "y = list(zip(y + y, y + y))"),
    "sum_lists": ("y = [1]", "y = sum([y, y], [])"),
    "itertools": ("import itertools\ny = [1]", "y = list(itertools.chain(y, y))"),
    "copy": ("import copy\ny = [[1]]", "y = copy.deepcopy(y + y)"),
    "dumps": ("import json\ny = 'ab\"'", "y = json.dumps([y, y])"),
    "class_attributes": (
        "class C: pass\ny = C()\nn = [0]",
        "for i in range(100000):\n        setattr(y, 'a%d' % (len(n) * 100000 + i), 1)\n    n.append(0)",
    ),
}  # fmt: skip
NESTED = "for _ in range(60):\n    x, y = (x, x), (y, y)\n"
PROGRAMS = {name: f"{before}\nfor _ in range(60):\n    {step}\n" for name, (before, step) in DOUBLING.items()}
PROGRAMS |= {
    "literal_list": "y = [" + "1.5, " * 700_000 + "]\n",
    "literal_dictionary": "y = {" + ", ".join(f"'k{i}': {i}" for i in range(250_000)) + "}\n",
    "literal_lines": "y = [\n" + "    [1, 2, 'three'],\n" * 200_000 + "]\n",
    "partitions": "tf.get_variable('p', [10**8], partitioner=tf.fixed_size_partitioner(10**7))\n",
    "many_variables": "for i in range(10**7):\n    tf.get_variable('v%d' % i, [2])\n",
    "many_statements": "x = 1\n" * 400_000,
    "large_source": "x = [1, 2]\n" * 1_750_000,
    "scope_regex": "tf.get_variable('a' * 40, [1])\ntf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, scope='(a*)*b')\n",
    "trainable_regex": "tf.get_variable('a' * 40, [1])\ntf.trainable_variables('(a|a)*b')\n",
    "get_variables_regex": "tf.get_variable('a' * 40, [1])\ntf.contrib.framework.get_variables(scope='(a+)+b')\n",
    "filter_regex": "tf.get_variable('a' * 40, [1])\ntf.contrib.framework.filter_variables("
    "tf.global_variables(), include_patterns=['(a+)+b'])\n",
    "fnmatch": "import fnmatch\nfnmatch.fnmatch('a' * 3000, '*a' * 30 + 'b')\n",
    "compare_tuples": f"x, y = (1,), (1,)\n{NESTED}x == y\n",
    "hash_tuples": f"x, y = (1,), (1,)\n{NESTED}hash(x)\nd = {{x: 1}}\ns = {{y}}\n",
    "sort_tuples": f"x, y = (1,), (1,)\n{NESTED}sorted([x, y])\n",
    "flatten_lists": "x = [1]\nfor _ in range(60):\n    x = [x, x]\ntf.contrib.framework.nest.flatten(x)\n",
    "constant_lists": "x = [1]\nfor _ in range(60):\n    x = [x, x]\ntf.constant(x)\n",
    "compare_lists": "x, y = [1], [1]\nfor _ in range(60):\n    x, y = [x, x], [y, y]\nx == y\n",
    "inheritance": "class C0: pass\n" + "".join(f"class C{i + 1}(C{i}): pass\n" for i in range(3000)) + "C3000()\n",
    "many_cells": "c = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.LSTMCell(3) for _ in range(100000)])\n"
    "c(tf.zeros([1, 3]), c.zero_state(1, tf.float32))\n",
    "loops": "".join(" " * i + f"for i{i} in range(10):\n" for i in range(19)) + " " * 19 + "pass\n",
    "comprehension": "x = [0 " + "for i in range(100) " * 6 + "]\n",
    "counter": "import collections\nc = collections.Counter()\n"
    "for i in range(100000):\n    c.update('word%d word%d' % (i, i + 1) for _ in range(100))\n",
    "recursion": "def f(n):\n    return f(n - 1) + f(n - 1)\nf(10**6)\n",
    "power": "x = 9\nfor _ in range(100):\n    x = x ** x\n",
    "shift": "x = 1 << 10**12\n",
    "width": "x = '%1000000000d' % 1\ny = f'{1:1000000000}'\nz = 'a'.ljust(10**12)\n",
    "rfind": "x = ('a' * 1000000).rfind('b' + 'a' * 500000)\n",
    "rsplit": "x = ('a' * 1000000).rsplit('b' + 'a' * 500000)\n",
    "eval_deep": "eval('(' * 5000 + '1' + ')' * 5000)\neval('1+' * 300000 + '1')\neval('-' * 300000 + '1')\n",
    "unknown_branches": "".join(f"if unknown{i % 7}():\n    x = {i}\n" for i in range(3000)),
    "generator": "def g():\n    while True:\n        yield 1\nlist(g())\n",
    "while_true": "while True:\n    x = 1\n",
    "range": "x = list(range(10**12))\ny = sum(range(10**9))\nz = max(range(10**9))\n",
    "product": "import itertools\nx = list(itertools.product(range(1000), repeat=4))\n",
    "permutations": "import itertools\nfor x in itertools.permutations(range(20)):\n    pass\n",
    "deep_expression": "x = " + "(" * 150 + "1" + ")" * 150 + "\ny = " + "+".join(["1"] * 50_000) + "\n",
    "long_chain": "x = tf.zeros([1])\nfor i in range(10**6):\n    x = x + 1\ntf.gradients(x, x)\n",
    "optimizer": "for i in range(3000):\n    tf.get_variable('v%d' % i, [2])\n"
    "x = tf.trainable_variables()[0]\n"
    "for i in range(3000):\n    tf.train.AdamOptimizer(name='a%d' % i).minimize(tf.reduce_sum(x))\n",
}


PROGRAMS |= ASKED


def notebook(cells: int = 20_000) -> str:
    sources = ["import tensorflow as tf\n", *(f"x{i} = tf.get_variable('v{i}', [2])\n" for i in range(cells))]
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": source} for source in sources]})


def source(name: str) -> str:
    return notebook() if name == "notebook" else HEAD + PROGRAMS[name]


def names() -> list[str]:
    return [*PROGRAMS, "notebook"]


def run(text: str, kind: str, seconds: float, megabytes: int) -> Measured:
    """One program, or notebook, by itself."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / ("bomb.ipynb" if text.startswith("{") else "bomb.py")
        place.write_text(text)
        limits = ("--max-seconds", str(seconds), "--max-memory", str(megabytes))
        verbose = ("--verbose",) if kind == "check" else ()
        arguments = (kind, "--no-cache", "--jobs", "1", *limits, *verbose, str(place))
        return measure(arguments, Path(folder), 20 * seconds + 100)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=names())
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--kind", default="check")
    chosen = parser.parse_args()
    # What Python, the engine and a program of two lines take themselves.
    base = min((run(HEAD, chosen.kind, 20, 1000) for _ in range(3)), key=lambda each: each.seconds)
    most = bounds(chosen.seconds, chosen.megabytes, base)
    print(f"{most}, {base.seconds:.1f} s and {base.megabytes:.0f} MB of them for nothing")
    wrong = 0
    for name in chosen.names:
        ran = run(source(name), chosen.kind, chosen.seconds, chosen.megabytes)
        bad = ran.seconds > most.seconds or ran.megabytes > most.megabytes or ran.status not in (0, 1) or ran.is_failure
        wrong += bad
        print(
            f"{'WRONG' if bad else 'ok   '} {name:22} {ran.seconds:6.1f} s {ran.megabytes:7.0f} MB  {ran.status}  "
            f"{ran.told[:110]}",
            flush=True,
        )
    print(f"{wrong} of {len(chosen.names)} beyond their bounds")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
