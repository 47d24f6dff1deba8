"""Python 2 sources: the names and lines of their Python 3 twins."""

from __future__ import annotations

import textwrap

import pytest

from scopelint.graph.events import VariableMade
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.syntax.python2 import convert
from scopelint.syntax.source import SyntaxProblem

PYTHON2 = """
import tensorflow as tf
import ConfigParser, cPickle
print "building", 3
def layer(name, (rows, cols), half=7 / 2):
    print >>log, name
    return tf.get_variable(name, [rows, cols * half])
for i in xrange(2):
    try:
        layer("w%d" % i, (i + 1, 010))
    except ValueError, error:
        raise RuntimeError, "no"
sizes = {"a": 1}
if sizes.has_key("a") and 1 <> 2:
\ttf.get_variable(`3` + "x", [10L, 9 / 2])
        # a comment whose indentation means nothing
kinds = map(str, range(2))
tf.get_variable(kinds[1] + u"y", [len(kinds), 9 // 2])
"""

PYTHON3 = """
import tensorflow as tf

print("building", 3)
def layer(name, shape, half=7 // 2):
    rows, cols = shape
    return tf.get_variable(name, [rows, cols * half])
for i in range(2):
    try:
        layer("w%d" % i, (i + 1, 8))
    except ValueError as error:
        raise RuntimeError("no")
sizes = {"a": 1}
if "a" in sizes and 1 != 2:
    tf.get_variable(repr(3) + "x", [10, 9 // 2])

kinds = list(map(str, range(2)))
tf.get_variable(kinds[1] + u"y", [len(kinds), 9 // 2])
"""


def made(source: str) -> list[tuple[str, object, int]]:
    outcome, *_ = analyse("model.py", source.encode(), Options())
    return [(v.name, v.shape, v.site.line) for v in outcome.of(VariableMade)]


def test_the_twins_agree() -> None:
    found = made(PYTHON2.replace("print >>log, name", "name = name"))
    assert found == made(PYTHON3)
    assert [name for name, _, _ in found] == ["w0", "w1", "3x", "1y"]


def test_true_division_where_it_is_imported() -> None:
    source = (
        "from __future__ import division\nimport tensorflow as tf\nprint 'x'\ntf.get_variable('v%s' % (7 / 2), [1])\n"
    )
    assert [name for name, _, _ in made(source)] == ["v3.5"]


@pytest.mark.parametrize(
    "source",
    [
        "print 'a'\n" * 3,
        "exec 'x = 1' in d\n",
        "try:\n    pass\nexcept (A, B), e:\n    raise\n",
        "x = ur'a'\ny = 0777\nz = 0\n",
        "def f(a, (b, c), d):\n    '''doc'''\n    return b\n",
    ],
)
def test_lines_stay_where_they_are(source: str) -> None:
    converted = convert(source)
    assert converted is not None
    assert converted.count("\n") == source.count("\n")
    compile(converted, "converted", "exec")


def test_what_neither_reads_is_told_as_python_3_tells_it() -> None:
    with pytest.raises(SyntaxProblem) as problem:
        analyse(
            "model.py",
            textwrap.dedent("""
            print "a"
            def f(:
        """).encode(),
            Options(),
        )
    assert problem.value.site.line == 2


LIBRARY = """
import itertools, sys
import tensorflow as tf
from contextlib import nested
from string import letters
from types import ListType
print "Python 2"
for a, b in itertools.izip([1, 2], itertools.imap(abs, [3, 4])):
    tf.get_variable("w%d" % (a * b), [sys.maxint > a])
with nested(tf.variable_scope("a"), tf.variable_scope("b")) as (outer, inner):
    tf.get_variable(letters[:2], [len(inner.name)])
if isinstance([], ListType):
    tf.get_variable("list", [2])
"""


def test_what_modules_had_in_python_2_alone() -> None:
    assert made(LIBRARY) == [("w3", (1,), 9), ("w8", (1,), 9), ("a/b/ab", (3,), 11), ("list", (2,), 13)]
    outcome, *_ = analyse("model.py", LIBRARY.replace('print "Python 2"', "").encode(), Options())
    assert not list(outcome.of(VariableMade))
