"""`match` statements against Python itself, and with a subject that is not known."""

from __future__ import annotations

import textwrap
import types
from typing import Any

from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from tests.interp.helpers import interpret

SOURCE = textwrap.dedent("""
    class Point:
        __match_args__ = ("x", "y")
        def __init__(self, x, y):
            self.x, self.y = x, y

    class Kind:
        RED = 5

    def tell(value):
        match value:
            case 0 | 1 as small:
                return ["small", small]
            case -2:
                return ["minus two"]
            case Kind.RED:
                return ["red"]
            case None | True:
                return ["single", value]
            case []:
                return ["empty"]
            case [1, *rest] if len(rest) > 1:
                return ["many", list(rest)]
            case [first, (second, third)]:
                return ["nested", first, second, third]
            case (*start, 9):
                return ["nine", list(start)]
            case {"kind": "dense", "units": int(units), **other}:
                return ["dense", units, sorted(other)]
            case {"kind": kind}:
                return ["kind", kind]
            case Point(0, y=found):
                return ["axis", found]
            case Point(x, y) if x == y:
                return ["diagonal", x]
            case Point():
                return ["point"]
            case str(text):
                return ["text", text]
            case float() | bool():
                return ["number"]
        return ["none"]

    result = [tell(value) for value in (
        0, 1, -2, 5, None, True, False, [], [1, 2, 3], [1, 2], [3, (4, 5)], (7, 8, 9),
        {"kind": "dense", "units": 3, "a": 1}, {"kind": "dense", "units": "3"}, {},
        Point(0, 4), Point(2, 2), Point(1, 2), "abc", 2.5, object)]
""")


def test_as_python_does() -> None:
    module = types.ModuleType("snippet")
    exec(SOURCE, module.__dict__)
    found: Any = interpret(SOURCE, "result")
    assert found == module.__dict__["result"]


def test_what_is_not_known_takes_each_case() -> None:
    source = textwrap.dedent("""
        import tensorflow as tf
        from absent import settings
        match settings.kind:
            case "a":
                tf.get_variable("a", [1])
            case [name, *_]:
                tf.get_variable("b", [1])
            case _:
                tf.get_variable("c", [1])
    """)
    outcome = analyse("snippet.py", source.encode(), Options())[0]
    assert [(variable.name, len(variable.when)) for variable in outcome.variables] == [("a", 1), ("b", 2), ("c", 2)]
