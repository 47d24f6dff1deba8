"""unittest: test cases, whose assertions say nothing of a graph. `interp.unreached` finds their tests."""

from __future__ import annotations

import contextlib
from typing import Any

from scopelint.apis.call import Call, Raised
from scopelint.apis.registry import Namespace
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import InstanceValue, NativeFunction

api = Namespace("unittest")
CASE = api.type("TestCase", bases=("builtins.object",))


def nothing(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """What a test says of a value."""


for _name in (
    "__init__", "setUp", "tearDown", "assertEqual", "assertEquals", "assertNotEqual", "assertTrue", "assertFalse",
    "assertIs", "assertIsNot", "assertIsNone", "assertIsNotNone", "assertIn", "assertNotIn", "assertIsInstance",
    "assertNotIsInstance", "assertAlmostEqual", "assertAlmostEquals", "assertNotAlmostEqual", "assertGreater",
    "assertGreaterEqual", "assertLess", "assertLessEqual", "assertListEqual", "assertTupleEqual",
    "assertSequenceEqual", "assertDictEqual", "assertItemsEqual", "assertCountEqual", "assertSameElements",
    "assertSetEqual", "assertRegexpMatches", "assertRegex", "assertMultiLineEqual", "assertEmpty", "assertNotEmpty",
    "assertLen", "assertBetween", "addCleanup", "doCleanups", "log",
):  # fmt: skip
    CASE.method(nothing, name=_name, raw=True)


@CASE.classmethod(raw=True)
def setUpClass(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


@CASE.classmethod(raw=True)
def tearDownClass(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


api.type("SkipTest", bases=("builtins.Exception",))


@CASE.method(raw=True)
def skipTest(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    call.engine.raise_value(call.new("unittest.SkipTest"))  # type: ignore[attr-defined]


@CASE.method(raw=True)
def fail(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    call.raise_("AssertionError", "")


raises = Namespace("scopelint").type("assert_raises")


@raises.method(raw=True)
def __enter__(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[0]


@raises.method(name="__exit__")
def raises_exit(
    call: Call, self: InstanceValue, kind: AnyValue = None, error: AnyValue = None, trace: AnyValue = None
) -> bool:
    self.set("exception", error)
    return self.attrs.get("<test>") is None


def assert_raises(at: int) -> Any:
    """An assertion whose `at` first arguments come before what is to raise; as a context without that."""

    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if len(args) <= at:
            return InstanceValue(raises.cls)
        with contextlib.suppress(Raised):
            call.engine.invoke(args[at], args[at + 1 :], kwargs)
        return None

    return impl


for _name, _at in (
    ("assertRaises", 2),
    ("assertRaisesRegexp", 3),
    ("assertRaisesRegex", 3),
    ("assertRaisesWithLiteralMatch", 3),
    ("assertWarns", 2),
):
    CASE.method(assert_raises(_at), name=_name, raw=True)


@CASE.method(raw=True)
def subTest(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return InstanceValue(raises.cls, {"<test>": True})


# What decorates tests


def skipped(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`unittest.skip(reason)`: the test is never run."""

    def skip(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        made = NativeFunction("skipped", nothing, raw=True)
        made.set("__wrapped__", args[0])
        return made

    return NativeFunction("skip", skip, raw=True)


def kept(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return NativeFunction("keep", lambda call, args, kwargs: args[0], raw=True)


def skipped_if(holds: bool) -> Any:
    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        test = args[0] if args else kwargs.get("condition")
        known = None if isinstance(test, Unknown) else call.truth(test)
        return (skipped if known is holds else kept)(call, args, kwargs)

    return impl


api.function(skipped, name="skip", raw=True)
api.function(skipped_if(True), name="skipIf", raw=True)
api.function(skipped_if(False), name="skipUnless", raw=True)
api.function(lambda call, args, kwargs: args[0], name="expectedFailure", raw=True)
api.function(nothing, name="main", raw=True)
for _name in ("TestSuite", "TextTestRunner", "TestLoader", "makeSuite", "defaultTestLoader"):
    api.function(lambda call, args, kwargs: call.unknown("what runs tests"), name=_name, raw=True)
