"""Input that would hang, fill memory or run code: every one ends within its bound, and the rest is not lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopelint.graph.events import NotKnown, VariableMade
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.syntax.source import SyntaxProblem

MAKES = "import tensorflow as tf\ntf.get_variable('first', [1])\n"

# CPython 3.12 itself reads no deeper than 2,938 links of a chain.
HOSTILE = {
    "many_terms": "x = " + "+".join(["1"] * 2_500),
    "long_attribute": "x = a" + ".b" * 2_500,
    "long_call": "x = a" + "()" * 2_500,
    "many_signs": "x = " + "-" * 2_500 + "1",
    "long_range": "for i in range(10**12):\n    x = i",
    "range_as_list": "x = list(range(10**12))",
    "long_string": "x = 'a' * 10**10",
    "tower_of_powers": "x = 9**9**9",
    "shift": "x = 1 << 10**10",
    "long_list": "x = [0] * 10**10",
    "wide_format": "x = '%10000000000d' % 3\ny = '{:>99999999999}'.format(1)\nz = f'{1:99999999999}'",
    "endless_recursion": "def f(n): return f(n + 1)\nf(0)",
    "branching_recursion": "def f(n): return [f(n + 1), f(n + 2)]\nf(0)",
    "endless_while": "while True: pass",
    "growing_integer": "x = 2\nwhile True: x = x * x",
    "growing_string": "x = 'a'\nwhile True: x = x + x",
    "growing_list": "x = [1]\nwhile True: x = x + x",
    "shared_lists": "x = []\nfor i in range(1000): x = [x, x]\nstr(x)\nx == x",
    "cyclic": "x = {}\nx['a'] = x\nrepr(x)\nx == {'a': x}",
    "endless_generator": "def g():\n    while True: yield 1\nlist(g())",
    "product": "import itertools\nlist(itertools.product(range(100), repeat=10))\nlist(itertools.count())",
    "regular_expression": "import re\nre.match('(a+)+b', 'a' * 40)",
    "nested_json": "import json\njson.loads('[' * 100000)",
    "own_call": "class M(type):\n    def __call__(c, *a): return c()\nclass A(metaclass=M): pass\nA()",
    "own_attribute": "class A:\n    def __getattr__(self, n): return getattr(self, n + 'x')\nA().b",
    "many_branches": "import unknown\n" + "".join(f"if unknown.a{i}: x = {i}\n" for i in range(500)),
    "branches_that_return": "import unknown\ndef f():\n"
    + "".join(f"    if unknown.a{i}: return {i}\n" for i in range(200))
    + "f()",
    "undecided_recursion": "import unknown\ndef f(n):\n    if unknown.a: return f(n + 1)\n    return f(n + 2)\nf(0)",
    "numpy": "import numpy as np\nnp.ones((10**9, 10**9)) ** 10**9\nnp.array(['a']) * 10**10\nnp.arange(10**12)",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_ends_and_keeps_what_came_before(name: str) -> None:
    outcome, *_ = analyse("hostile.py", (MAKES + HOSTILE[name] + "\n").encode(), Options(max_seconds=10))
    assert "first" in [v.name for v in outcome.of(VariableMade)]


@pytest.mark.parametrize("name", ["endless_recursion", "many_terms", "long_string", "long_range"])
def test_a_bound_is_told_with_its_place(name: str) -> None:
    outcome, *_ = analyse("hostile.py", (MAKES + HOSTILE[name] + "\n").encode(), Options())
    assert any(event.site.path == "hostile.py" and event.site.line >= 3 for event in outcome.of(NotKnown))


@pytest.mark.parametrize(
    "source", ["x = " + "(" * 10_000 + "1" + ")" * 10_000, "x = 1\0", "# coding: nonsense\nx = 1", "x = (", "\xff"]
)
def test_what_cannot_be_read_is_one_line(source: str) -> None:
    with pytest.raises(SyntaxProblem) as problem:
        analyse("broken.py", source.encode("latin-1"), Options())
    assert "\n" not in problem.value.message


def test_an_endless_training_loop_ends_soon() -> None:
    """What it builds each time is told from the first turns."""
    head = "import tensorflow as tf\nsession = tf.Session()\nx = tf.constant(1.0)\nwhile True:\n"
    outcome, *_ = analyse("train.py", (head + "    session.run(x + 1.0)\n").encode(), Options(record_ops=True))
    assert len(outcome.events) < 2000
    assert [event.may_make for event in outcome.of(NotKnown)] == [False]


def test_no_code_is_run(tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    code = (
        f"import os, subprocess\np = {str(proof)!r}\nopen(p, 'w').write('x')\nos.system('touch ' + p)\n"
        "subprocess.call(['touch', p])\neval('open(p, \"w\")')\nexec('open(p, \"w\")')\n"
        "__import__('os').mkdir(p)\n"
    )
    analyse(str(tmp_path / "evil.py"), code.encode(), Options())
    assert not proof.exists()
