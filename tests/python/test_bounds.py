"""What would take for ever or fill the memory is answered with an Unknown, and said; nothing raises in the tool."""

from __future__ import annotations

import time

import pytest
from engine import Ran

HUGE = """
"a" * 10 ** 10
"a" * 10 ** 5 * 10 ** 5
9 ** 9 ** 9
1 << 10 ** 9
[0] * 10 ** 9
(0,) * 10 ** 9
list(range(10 ** 12))
list(range(10 ** 30))
sum(range(10 ** 12))
"%10000000000d" % 5
"%*d" % (10 ** 9, 5)
"%.10000000000f" % 5.0
"{:>9999999999}".format(1)
"{:{}}".format(1, 10 ** 9)
f"{1:>9999999999}"
format(1, "9999999999")
"a".ljust(10 ** 10)
"a".center(10 ** 10)
"a".zfill(10 ** 10)
("a" * 10 ** 6).replace("a", "b" * 10 ** 5)
("b" * 10 ** 6).join(["a"] * 10 ** 5)
("\\t" * 10 ** 5).expandtabs(10 ** 6)
int("9" * 10 ** 6)
str(7 ** 4000) * 10 ** 7
bytes(10 ** 10)
(5).to_bytes(10 ** 10, "big")
list(__import__("itertools").product(range(10 ** 4), repeat=3))
list(__import__("itertools").permutations(range(100), 50))
list(__import__("itertools").combinations(range(100), 50))
list(__import__("itertools").count())
list(__import__("itertools").cycle([1]))
list(__import__("itertools").repeat(1, 10 ** 9))
__import__("math").factorial(10 ** 7)
__import__("re").match("(a+)+$", "a" * 60 + "b")
__import__("re").match("(a|aa)+$", "a" * 60 + "b")
__import__("re").sub(".*.*.*.*x", "", "a" * 5000)
set(range(10 ** 9))
dict.fromkeys(range(10 ** 9))
sorted(range(10 ** 9))
max(range(10 ** 9))
tuple(map(str, range(10 ** 9)))
",".join(map(str, range(10 ** 9)))
list(zip(range(10 ** 9), range(10 ** 9)))
[1, 2, 3][:10 ** 9] * 10 ** 9
"".join(["a" * 10 ** 5] * 10 ** 5)
__import__("json").dumps("a" * 10 ** 6) * 100
__import__("textwrap").fill("a b " * 10 ** 6, 2)
""".strip().splitlines()

QUICK = """
__import__("numpy").zeros((10 ** 6, 10 ** 6)).shape
__import__("numpy").arange(10 ** 12).shape
__import__("numpy").ones(10 ** 9) + __import__("numpy").ones(10 ** 9)
__import__("numpy").tile([1], 10 ** 9).shape
__import__("numpy").repeat([1], 10 ** 9).shape
__import__("numpy").eye(10 ** 6).shape
__import__("numpy").linspace(0, 1, 10 ** 9).shape
len(range(10 ** 12))
10 ** 12 in range(10 ** 13)
range(10 ** 12)[5]
min(5, 10 ** 100)
(2 ** 100) % 7
pow(3, 10 ** 6, 7)
round(1e300)
int(1e300) > 5
"ab" * 0
[0] * -5
""".strip().splitlines()


def ran(source: str) -> Ran:
    started = time.process_time()
    found = Ran("answer = " + source, max_seconds=5.0)
    assert time.process_time() - started < 8.0
    assert not found.failures, found.failures
    return found


@pytest.mark.parametrize("source", HUGE)
def test_huge_things_are_not_made(source: str) -> None:
    try:
        found = ran(source)
    except Exception as problem:  # pragma: no cover
        raise AssertionError(problem) from None
    if found.error is None and "answer" in found.names and isinstance(found.names["answer"], (str, list, tuple)):
        assert len(found.names["answer"]) <= 1_000_000
    assert found.error is not None or found.said


@pytest.mark.parametrize("source", QUICK)
def test_large_shapes_are_kept(source: str) -> None:
    found = ran(source)
    assert found.error is None
    assert not found.said
