"""What is not known stays a hole in a string, a doubt in a comparison, and never raises in the tool."""

from __future__ import annotations

import pytest
from engine import Ran

from scopelint.values.base import Unknown
from scopelint.values.text import Text

HEAD = "def entry(scope, i):\n    pass\nimport random\ni = random.randint(0, 9)\nname = input()\n"

TEMPLATES = {
    '"layer_%d" % i': "layer_{random}",
    '"layer_%03d/%s" % (i, "w")': "layer_{random}/w",
    '"layer_" + str(i)': "layer_{random}",
    'str(i) + "_w"': "{random}_w",
    '"{}_{}".format("a", i)': "a_{random}",
    '"{x:>5}".format(x=i)': "{random}",
    'f"l{i}/w"': "l{random}/w",
    'f"l{i:03d}/w"': "l{random}/w",
    '"/".join(["a", name, "b"])': "a/{input}/b",
    'name + "/w"': "{input}/w",
    '("a_%d/b" % i).split("/")[-1]': "b",
    '("a_%d/b" % i).split("/")[0]': "a_{random}",
    '("a_%d/B" % i).lower()': "a_{random}/b",
    '("a_%d:0" % i).replace(":0", "")': "a_{random}",
    '("a_%d:0" % i)[:-2]': "a_{random}",
    '("a_%d:0" % i)[0]': "a",
    '("  a_%d " % i).strip()': "a_{random}",
    '("a/%d" % i).rpartition("/")[0]': "a",
    '"%s_%s" % ("x_%d" % i, 3)': "x_{random}_3",
    '__import__("os").path.join("a", name, "c")': "a/{input}/c",
    '__import__("os").path.basename("a/%d/c" % i)': "c",
    '__import__("re").sub(":0$", "", "a_%d:0" % i)': "a_{random}",
    '__import__("re").match("^(.*):[0-9]+$", "a_%d/w:0" % i).group(1)': "a_{random}/w",
    '__import__("string").Template("$a/w").substitute(a=name)': "{input}/w",
    '("%d" % i) * 2': "{random}{random}",
    '("{:<" + str(i) + "}/{}").format("x", "y")': "{?}/y",
    '("%" + str(i) + "d_%s") % (3, "w")': "{?}_w",
    '("{}_" + str(i)).format(5)': "5_{random}",
    '("%s_" + str(i)) % "w"': "w_{random}",
}

KNOWN = {
    '("a_%d" % i).startswith("a_")': True,
    '("a_%d" % i).startswith("b")': False,
    '("a_%d" % i).endswith("b")': None,
    '("a_%d/w" % i).endswith("/w")': True,
    '("a_%d" % i) == "b"': False,
    '("a_%d" % i) == "a_1"': None,
    '("a_%d" % i) != "b"': True,
    '"a_" in ("a_%d" % i)': True,
    '"z" in ("a_%d" % i)': None,
    "i in [1, 2]": None,
    "1 in [1, i]": True,
    "3 in [1, i]": None,
    "[1, i] == [2, i]": False,
    "[1, i] == [1, i]": True,
    "(1, i) == (1, 5)": None,
    "len([i, i])": 2,
    "max(i, 3)": None,
    "sum([i, 1])": None,
    "isinstance(i, int)": None,
    "any([i, True])": True,
    "all([i, False])": False,
    '{"a": i}["a"]': None,
    '{"a": 1}.get(name)': None,
    '{"a": 1}.get(name, 2)': None,
    "sorted([3, i])[0]": None,
    "list(range(i))": None,
    "i + 1": None,
    "bool([i])": True,
    "i.real": None,
    "abs(i)": None,
    "hasattr(i, 'x')": None,
    "dict([(name, 1)])": None,
    "[1, 2][i]": None,
    '"abc"[i]': None,
    "int(i)": None,
    "i is None": None,
    "__import__('math').ceil(i / 2)": None,
    "__import__('numpy').prod([i, 4])": None,
    "__import__('numpy').zeros([i, 4]).shape[1]": 4,
    "__import__('json').dumps({'a': i})": None,
    "__import__('copy').deepcopy([i])[0]": None,
    "next(iter([i]))": None,
    "(lambda o: str(o) == str(o))(object())": True,
    "(lambda o: {str(o): 1, str(o): 2}[str(o)])(object())": 2,
    "(lambda o: id(o) == id(o))(object())": True,
    "len({'a_%d' % random.randint(0, 9), 'a_%d' % i})": None,
    "'%s' % (i,) == ''": None,
}


@pytest.mark.parametrize("source", list(TEMPLATES))
def test_holes_are_kept(source: str) -> None:
    ran = Ran(HEAD + "answer = " + source)
    assert not ran.failures
    assert ran.error is None, ran.error.attrs
    answer = ran.names["answer"]
    shown = "{" + answer.label + "}" if isinstance(answer, Unknown) else str(answer)
    assert shown == TEMPLATES[source]
    assert isinstance(answer, (str, Text, Unknown))


@pytest.mark.parametrize("source", list(KNOWN))
def test_what_follows_is_known(source: str) -> None:
    ran = Ran(HEAD + "answer = " + source)
    assert not ran.failures
    assert ran.error is None, ran.error.attrs
    answer = ran.names["answer"]
    if KNOWN[source] is None:
        assert isinstance(answer, (Unknown, Text)) or not isinstance(answer, (bool, int, str)), answer
    else:
        assert answer == KNOWN[source]
