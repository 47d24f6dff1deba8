"""Tables of numbers that a program makes again and again: computed once, and a list of its own each time."""

from __future__ import annotations

import threading

from scopelint.interp.entry import analyse
from scopelint.interp.options import Options

TABLE = """
import math
import numpy as np
import tensorflow as tf

def table(length, width):
    return [[p / math.pow(100, (i - i % 2) / width) for i in range(width)] for p in range(length)]
"""


def names(program: str) -> list[str]:
    (outcome,) = analyse("table.py", program.encode(), Options(max_seconds=300.0))
    return [variable.name for variable in outcome.variables]


def test_the_numbers_are_pythons() -> None:
    program = (
        TABLE + "for row in table(4, 6) + table(4, 5):\n    tf.get_variable('_'.join('%.6f' % x for x in row), [1])\n"
    )
    wanted = [
        "_".join(f"{p / (100 ** ((i - i % 2) / width)):.6f}" for i in range(width))
        for width in (6, 5)
        for p in range(4)
    ]
    assert names(program) == wanted


def test_each_list_is_its_own() -> None:
    program = TABLE + (
        "one = table(2, 2)\none[1][1] = 'changed'\none.append(3)\ntwo = table(2, 2)\n"
        "tf.get_variable('%s_%d_%s' % (two[1][1], len(two), one[1][1]), [1])\n"
    )
    assert names(program) == [f"{1 / 100**0.0}_2_changed"]


def test_one_is_not_one_point_nought() -> None:
    program = TABLE + (
        "def f(x, y):\n    return np.multiply(x, y)\n"
        "for x, y in ((2, 1), (2.0, 1), (2, True), (0.0, 1.0), (-0.0, 1.0), (0, 1), (False, 1)):\n"
        "    tf.get_variable('a%s_%s_%s' % (f(x, y), x, y), [1])\n"
    )
    # What numpy 1.18 writes.
    assert names(program) == [
        "a2_2_1",
        "a2.0_2.0_1",
        "a2_2_True",
        "a0.0_0.0_1.0",
        "a-0.0_-0.0_1.0",
        "a0_0_1",
        "a0_False_1",
    ]


def test_a_function_of_the_programs_own_is_called_each_time() -> None:
    program = TABLE + (
        "class np:\n    made = 0\n"
        "    @staticmethod\n    def power(a, b):\n        np.made += 1\n        return np.made\n"
        "for _ in range(3):\n    tf.get_variable('a%s' % [np.power(2, i) for i in range(2)][1], [1])\n"
    )
    assert names(program) == ["a2", "a4", "a6"]


def test_the_same_table_is_computed_once() -> None:
    def calls(tables: int) -> int:
        made = 0

        def count(frame: object, event: str, argument: object) -> None:
            nonlocal made
            made += event == "call" or event == "c_call"

        threading.setprofile(count)
        try:
            names(TABLE + f"for _ in range({tables}):\n    table(40, 64)\n")
        finally:
            threading.setprofile(None)  # type: ignore[arg-type]
        return made

    calls(1)
    one, two, three = calls(1), calls(2), calls(3)
    assert three - two < (two - one) * 1.1
    assert two - one < 0.2 * one
