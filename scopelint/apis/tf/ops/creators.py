"""tf.variable_creator_scope: functions of the program's that stand between it and each new variable."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.context_managers import as_context
from scopelint.apis.tf.ops.variable_options import Given, graph_initial_value, graph_options, program_value
from scopelint.graph.store import creators
from scopelint.values.base import Unknown
from scopelint.values.objects import NativeFunction
from scopelint.values.tensors import Variable

api = Namespace("tf")

_OTHERS = (
    "caching_device",
    "variable_def",
    "expected_shape",
    "import_scope",
    "constraint",
    "synchronization",
    "aggregation",
)
_PASSED = ("name", "trainable", "collections", "dtype", "validate_shape", "use_resource", "shape")


class Creator:
    """One creator that is in force in its graph."""

    __slots__ = ("call", "graph", "value")

    def __init__(self, call: Call, value: Any) -> None:
        self.call = call
        self.value = value
        self.graph = call.graph

    def __call__(self, following: Any, initial_value: Any, **given: Any) -> Any:
        """TF: _make_getter. `following` makes the variable, or asks the next creator."""
        made: list[Any] = []
        original = initial_value.original if isinstance(initial_value, Given) else None
        shown = NativeFunction("initial_value", _initial_value, raw=True) if original is None else original

        def next_creator(call: Call, args: Any, kwargs: Any) -> Any:
            value: Any = kwargs.get("initial_value", shown)
            changed = graph_options(call, {key: kwargs[key] for key in _PASSED if key in kwargs})
            made.append(
                following(initial_value if value is shown else graph_initial_value(call, value), **{**given, **changed})
            )
            return made[-1]

        options = {key: program_value(key, given.get(key)) for key in _PASSED}
        result = self.call.invoke(
            self.value,
            NativeFunction("next_creator", next_creator, raw=True),
            initial_value=shown,
            **dict.fromkeys(_OTHERS),
            **options,
        )
        if isinstance(result, (Variable, Unknown)) or not made:
            return result
        # An object of the program's that stands for the variable it holds.
        return made[-1]


def _initial_value(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("an initial value")


class CreatorScope:
    """TF: Graph._variable_creator_scope."""

    __slots__ = ("creator", "state")

    def __init__(self, call: Call, value: Any) -> None:
        self.state = call.state
        self.creator = Creator(call, value)

    def enter(self) -> None:
        held = creators(self.state)
        held.touch()
        held.items.append(self.creator)

    def exit(self) -> None:
        held = creators(self.state)
        held.touch()
        held.items.remove(self.creator)


@api.function
def variable_creator_scope(call: Call, variable_creator: Any) -> Any:
    return as_context(CreatorScope(call, variable_creator), lambda: CreatorScope(call, variable_creator))
