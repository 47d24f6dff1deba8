"""What a strategy of several replicas makes of each variable: the variable itself, and a copy for each other device."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework.replicas import COPIES, MIRRORED, Place, enter, leave, place
from scopelint.graph.initial import Initializer, of_function
from scopelint.graph.names import Graph
from scopelint.graph.scopes import get_variable_scope, variable_scope
from scopelint.graph.store import creators
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import Tensor, Variable


class Mirroring:
    """TF: Strategy.scope's creator of resource variables, and MirroredExtended._create_variable where there are more
    replicas than one. `count` is 0 for a strategy that mirrors nothing."""

    __slots__ = ("count", "graph")

    def __init__(self, graph: Graph, count: int) -> None:
        self.graph = graph
        self.count = count

    def __call__(self, following: Any, initial_value: Any, **given: Any) -> Any:
        first = following(initial_value, **{**given, "use_resource": True})
        if not isinstance(first, Variable) or not self.count:
            return first
        self.graph.add_to_collection(MIRRORED, first)
        # TF takes the parts out of the trainable variables and puts the whole there, but where `trainable` is left to
        # its default it does neither.
        left = "trainable" in given and given["trainable"] is None
        for number in range(1, self.count):
            # The slash makes the name one that no scope is put before. The copy is in none of TF's collections.
            options = {
                **given,
                "name": f"{first.name}/replica_{number}/",
                "key": f"{first.name}/replica_{number}",
                "use_resource": True,
                "trainable": left,
                "collections": [COPIES],
            }
            following(_copied(first), **options)
        return first


def _copied(first: Variable) -> Initializer:
    """TF: _get_variable_creator_initial_value: an identity of the first one's initial value."""

    def read(shape: AnyValue, dtype: AnyValue, info: AnyValue) -> Tensor:
        name = first.graph.op("Identity", "Identity")
        return Tensor(name, 0, "Identity", first.shape, first.dtype, first.graph)

    return of_function(read, takes_shape=False)


class StrategyScope:
    """TF: Strategy.scope, entered. `count`: how many replicas mirror each variable, 0 where none does."""

    __slots__ = ("call", "count", "creator", "opened", "place", "strategy")

    def __init__(self, call: Call, strategy: InstanceValue, count: int) -> None:
        self.call = call
        self.strategy = strategy
        self.count = count
        self.creator: Mirroring | None = None
        self.opened: Any = None
        self.place: Place | None = None

    def enter(self) -> InstanceValue:
        state = self.call.state
        where = place(state)
        if where is not None:
            # TF: _SameScopeAgainContext.
            if where.index is not None:
                message = "Method requires being in cross-replica context, use get_replica_context().merge_call()"
                self.call.raise_("RuntimeError", message, kind="argument")
            return self.strategy
        # The scope that is open is entered again, for the sake of its getter, and with it its name scope.
        self.opened = variable_scope(state, get_variable_scope(state))
        self.opened.enter()
        self.creator = Mirroring(self.call.graph, self.count)
        held = creators(state)
        held.touch()
        held.items.append(self.creator)
        self.place = Place(self.strategy, self.call.graph)
        enter(state, self.place)
        return self.strategy

    def exit(self) -> None:
        if self.place is None:
            return
        state = self.call.state
        leave(state, self.place)
        held = creators(state)
        if self.creator in held.items:
            held.touch()
            held.items.remove(self.creator)
        self.opened.exit()
        self.place = None


def is_mirrored(strategy: InstanceValue) -> bool:
    return any(strategy.cls.derives_from(f"tf.{name}") for name in _MIRRORING)


_MIRRORING = (
    "distribute.MirroredStrategy",
    "distribute.experimental.MultiWorkerMirroredStrategy",
    "contrib.distribute.MirroredStrategy",
    "contrib.distribute.CollectiveAllReduceStrategy",
)


def replicas(self: InstanceValue) -> int:
    """How many replicas a program asks for itself. How many devices there are otherwise is a matter of the machine,
    and one is taken."""
    devices = self.attrs.get("<devices>")
    if isinstance(devices, (ListValue, tuple)):
        listed = devices.items if isinstance(devices, ListValue) else devices
        return max(1, len(listed))
    count = self.attrs.get("<count>")
    return count if isinstance(count, int) and not isinstance(count, bool) and count > 1 else 1


def keep_devices(self: InstanceValue, given: dict[str, Any]) -> None:
    devices = given.get("devices")
    self.set("<devices>", None if isinstance(devices, Unknown) else devices)
    self.set("<count>", given.get("num_gpus") or given.get("num_gpus_per_worker"))
