"""absl.testing: test cases, and tests that are run once for each of some parameters, of which the first stands here."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.unittest import CASE, nothing
from scopelint.apis.registry import Namespace
from scopelint.values.base import Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import NativeFunction

absltest = Namespace("absl.testing.absltest")
parameterized = Namespace("absl.testing.parameterized")

absltest.type("TestCase", bases=(CASE.cls,))
parameterized.type("TestCase", bases=(CASE.cls,))
absltest.function(nothing, name="main", raw=True)


def given(call: Call, cases: tuple[Any, ...]) -> Any:
    """What the first of the cases gives a test: its arguments, by place or by name."""
    first: Any = cases[0] if cases else ()
    if len(cases) == 1 and isinstance(first, (ListValue, Unknown)):
        # One list of all cases.
        members = call.members(first)
        first = members[0] if isinstance(members, list) and members else call.unknown("the parameters of a test")
    return first


def with_first(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: parameterized.parameters, and named_parameters, whose cases begin with a name."""
    first = given(call, args)
    return NativeFunction("parameters", lambda call, args, kwargs: test_with(first, args[0], False), raw=True)


def with_first_named(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    first = given(call, args)
    return NativeFunction("parameters", lambda call, args, kwargs: test_with(first, args[0], True), raw=True)


def test_with(case: Any, test: Any, is_named: bool) -> Any:
    def run(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if isinstance(case, DictValue):
            named = {k: v for k, v in case.items.items() if isinstance(k, str) and k != "testcase_name"}
            return call.engine.invoke(test, args, named)
        members = call.members(case) if isinstance(case, (ListValue, tuple)) else [case]
        if isinstance(case, Unknown) or not isinstance(members, list):
            return None
        return call.engine.invoke(test, (*args, *members[1 if is_named else 0 :]), {})

    return NativeFunction("test", run, raw=True)


parameterized.function(with_first, name="parameters", raw=True)
parameterized.function(with_first_named, name="named_parameters", raw=True)
