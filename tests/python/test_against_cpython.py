"""Expressions on constants give through the behaviours what CPython gives."""

from __future__ import annotations

import types

import pytest
from engine import Ran

EXPRESSIONS = """
1 + 2 * 3 - 4 // 3 % 2
7 / 2
-7 // 2
2 ** 10
2 ** -1
1 << 4 | 3
True + True
not 3
~5
3 == 3.0
1 < 2 <= 2
1 / 0
1 % 0
1 + "a"
"a" + 1
"a" * 3
3 * "ab"
"a" * 2.0
[1] + (2,)
(1,) + [2]
(1, 2) + (3,)
(1, 2) * 2
[1, 2] * 2
"layer_%d" % 3
"%s/%s" % ("a", 4)
"%(a)s-%(b)03d" % {"a": 1, "b": 2}
"%5.2f|%-5s|%x" % (3.14159, "ab", 255)
"%d" % "x"
"%s %s" % ("a",)
"%s" % ("a", "b")
"%s" % [1, 2]
"%r" % "a"
"%s" % None
"%d%%" % 5
"{}_{}".format("a", 1)
"{0}{1}{0}".format("a", "b")
"{a}{b[0]}".format(a=1, b=[2])
"{:03d}|{:>5}|{!r}".format(3, "a", "b")
"{:{}}".format("a", 5)
"{}".format()
"{x}".format()
"{:d}".format("a")
f"{3!r}{4:02d}{'a':>3}"
"a/b/c".split("/")
"a b  c".split()
"a/b/c".rsplit("/", 1)
"a/b/c".partition("/")
"abc"[1]
"abc"[-1]
"abc"[5]
"abc"[::-1]
"abc"[1:]
"abc".replace("b", "x")
"abc".startswith("ab")
"abc".startswith(("x", "a"))
"abc".endswith("bc")
",".join(["a", "b"])
",".join([1])
",".join("abc")
"Ab".lower() + "Ab".upper() + "ab".title()
" a ".strip()
"abc".find("c")
"abc".index("z")
"5".zfill(3)
"a".center(5, "*")
"ab" in "cabd"
1 in "a"
"abc".nope
"abc".encode("utf8").decode("ascii")
"a,b".split(",", maxsplit=1)
"abc".count("b")
"abc".isdigit()
"abc" < "abd"
"a" < 1
"x".join(reversed("abc"))
len("abc")
len([1, 2])
len(5)
[1, 2, 3][1]
[1, 2, 3][-1]
[1, 2, 3][3]
[1, 2, 3]["a"]
[1, 2, 3][1:]
[1, 2, 3][::2]
(1, 2, 3)[::-1]
[1, 2] == [1, 2]
[1, 2] == (1, 2)
[1, 2] < [1, 3]
(1, 2) < (1, 2, 3)
[1] < (1,)
2 in [1, 2]
[2] in [[1], [2]]
3 not in (1, 2)
{"a": 1}["a"]
{"a": 1}["b"]
{"a": 1}.get("b", 2)
{"a": 1} == {"a": 1}
{"a": 1}.items()
list({"a": 1}.keys())
sorted({"b": 1, "a": 2}.items())
sorted({"b": 1, "a": 2}, key=lambda k: {"b": 1, "a": 2}[k])
"a" in {"a": 1}
{[1]: 2}
dict(a=1, b=2)
dict([("a", 1), ("b", 2)])
dict([(1, 2, 3)])
dict({"a": 1}, b=2)
dict(zip("ab", range(2)))
{1, 2} | {3}
{1, 2} & {2}
{1, 2} - {2}
{1} <= {1, 2}
set([1, 1, 2])
frozenset([1])
len({1, 1})
list(range(5))
list(range(1, 10, 3))
range(3)[1]
range(5)[1:3]
len(range(0, 10, 3))
range(1.5)
3 in range(5)
range(3) == range(3)
list(zip([1, 2], "ab"))
list(enumerate("ab", 1))
list(map(lambda x: x + 1, [1, 2]))
list(map(str, [1, 2]))
list(filter(None, [0, 1, 2]))
list(filter(lambda x: x > 1, [0, 1, 2]))
sorted([3, 1, 2])
sorted([3, 1, 2], reverse=True)
sorted(["b", "a"], key=lambda s: s)
sorted([1, "a"])
sorted([(1, "b"), (1, "a")])
list(reversed([1, 2]))
list(reversed(range(3)))
min(1, 2)
max([1, 5, 2])
max([])
max([], default=3)
max("ab", "c", key=len)
min([3, 1], key=lambda x: -x)
sum([1, 2, 3])
sum([[1], [2]], [])
sum([1.5, 2])
sum(["a"], "")
abs(-3)
round(2.5)
round(3.14159, 2)
any([0, 1])
all([1, 0])
divmod(7, 2)
pow(2, 3)
pow(2, 3, 5)
ord("a")
chr(97)
hex(255)
bin(5)
oct(8)
int("12")
int("ff", 16)
int(3.9)
int("x")
int(None)
int([1])
float("1.5")
float("x")
float(3)
str(1.0)
str([1, "a", None, (1,), {"a": 2}])
repr("a")
str(True)
bool([])
bool("a")
tuple([1, 2])
list("abc")
list(5)
tuple()
isinstance(1, int)
isinstance(True, int)
isinstance(1.0, (int, float))
isinstance("a", str)
isinstance([], list)
isinstance({}, dict)
isinstance(None, type(None))
isinstance((), tuple)
isinstance(1, "a")
issubclass(bool, int)
issubclass(KeyError, LookupError)
type(1) is int
type([]) == list
type("a").__name__
callable(len)
callable(3)
getattr("abc", "upper")()
getattr(3, "nope", 5)
hasattr([], "append")
hasattr(3, "append")
str(ValueError("a"))
str(KeyError("a"))
repr(ValueError("a", 1))
next(iter([1, 2]))
next(iter([]), 5)
next(iter([]))
str.upper("abc")
list(map(str.strip, [" a", "b "]))
dict.fromkeys("ab", 0)
str.join("-", ["a", "b"])
int.from_bytes(b"ab", "big")
"abc".translate(str.maketrans("a", "b"))
(3).bit_length()
(1.0).is_integer()
1.5 .hex()
[1, 2, 3].index(2)
[1].index(5)
[1, 1].count(1)
(1, 2).index(2)
[3, 1].copy()
slice(1, 2).start
format(3.14159, ".2f")
format(5, "03d")
"a" if [] else "b"
[x for x in [1, 2, 3] if x > 1]
"abc".__len__()
[1, 2].__getitem__(0)
(5).__add__(3)
b"ab" + b"c"
b"ab"[0]
bytes(3)
complex(1, 2).real
1e400 * 0
int(float("inf"))
"%c" % 65
"%s" % (1,)
"%-10s|" % "ab"
"%+d" % 3
"%e" % 12345.678
"{:,}".format(1234567)
"{:.3g}".format(0.00012345)
"{:%}".format(0.25)
"{{}}".format()
"{".format()
"{0}{}".format(1, 2)
"a\\nb".splitlines()
"abc".rjust(5) + "|"
"a-b_c".replace("-", "").replace("_", "")
(lambda x, y=2: x + y)(1, y=3)
None == None
None == 0
None < 1
None.foo
() == []
"" == None
1 == "1"
[None] == [None]
1 in {1: 2}.keys()
{"a": 1}.keys() == {"a"}
{"a": 1}.pop("a")
{"a": 1}.pop("b", None)
{"a": 1}.pop("b")
hash(1)
"x" "y"
0.1 + 0.2
10 // 0.3
2 ** 0.5
-2 ** 2
(-8) ** (1/3) == 0
5 @ 3
""".strip().splitlines()


def expected(source: str) -> object:
    try:
        value = eval(source)
        if isinstance(value, (map, filter, zip, enumerate, types.GeneratorType)) or type(value).__name__ in (
            "dict_items",
            "dict_keys",
            "dict_values",
        ):
            value = list(value)
        return value
    except Exception as error:
        return ("raises", type(error).__name__)


@pytest.mark.parametrize("source", EXPRESSIONS)
def test_same_as_cpython(source: str) -> None:
    if source == '{"a": 1}.items()':
        source = "list(" + source + ")"
    want, ran = expected(source), Ran("answer = " + source)
    assert not ran.failures
    if isinstance(want, tuple) and want[:1] == ("raises",):
        assert ran.error_name() == want[1]
    else:
        assert not ran.error
        assert repr(ran.names["answer"]) == repr(want)
    assert not ran.said
