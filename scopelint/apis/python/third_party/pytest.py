"""pytest: marks and fixtures leave the function that they decorate as it is."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.values.base import AnyValue
from scopelint.values.objects import ClassValue, FunctionValue, NativeFunction

mark = Namespace("pytest.mark")


def _same(call: Call, function: AnyValue) -> Any:
    return function


def _mark(call: Call, *args: Any, **kwargs: Any) -> Any:
    """pytest: MarkDecorator.__call__: alone with a function it decorates, else it is a mark with arguments."""
    if len(args) == 1 and not kwargs and isinstance(args[0], (FunctionValue, ClassValue)):
        return args[0]
    return NativeFunction("mark", _same, static=True)


for _name in (
    "skip", "skipif", "xfail", "parametrize", "usefixtures", "filterwarnings", "timeout", "slow", "gpu", "run", "unit",
    "integration", "flaky", "asyncio", "django_db", "serial", "order", "benchmark", "tensorflow", "notebooks", "smoke",
):  # fmt: skip
    mark.function(_mark, name=_name)
Namespace("pytest").function(_mark, name="fixture")
