"""How keras's attributes are kept from being tracked."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Behaviour, Namespace, object_behaves
from scopelint.values.objects import InstanceValue, NativeObject

tracking = Namespace("tensorflow.python.training.tracking.base")


@tracking.function(raw=True)
def no_automatic_dependency_tracking(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A decorator of methods that set attributes of their own; what they set is no layer here."""
    return args[0] if args else kwargs.get("method")


@tracking.function(raw=True)
def no_automatic_dependency_tracking_scope(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> NativeObject:
    return NativeObject("untracked", args[0] if args else kwargs.get("obj"))


@object_behaves("untracked")
class Untracked(Behaviour):
    """`with no_automatic_dependency_tracking_scope(layer)`: attributes set meanwhile are not tracked."""

    def enter(self, call: Call, value: Any) -> Any:
        if isinstance(value.payload, InstanceValue):
            value.payload.set("_self_setattr_tracking", False)
        return value

    def exit(self, call: Call, value: Any, error: Any) -> bool:
        if isinstance(value.payload, InstanceValue):
            value.payload.set("_self_setattr_tracking", True)
        return False
