"""tf.distribute: strategies open scopes in which each variable has a copy for every replica, and run functions once.

How many replicas there are is a matter of the machine where the program does not name its devices, so one is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.data.dataset import dataset, make_iterator
from scopelint.apis.tf.data.dataset import iterator as data_iterator
from scopelint.apis.tf.data.elements import spec_of
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.framework.context_managers import as_context, no_scope
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.apis.tf.framework.replicas import Place, at, each, merge, place
from scopelint.apis.tf.platform.mirrored import StrategyScope, is_mirrored, keep_devices, replicas
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import DTYPES

api = Namespace("tf.distribute")
experimental = Namespace("tf.distribute.experimental")
contrib = Namespace("tf.contrib.distribute")

strategy = api.type("Strategy")
extended = api.type("StrategyExtended")
context = api.type("ReplicaContext")
reduce_op = api.type("ReduceOp")
for _name in ("SUM", "MEAN"):
    reduce_op.constant(_name, _name)


def read_only(builder: Any, name: str, read: Any) -> None:
    builder.cls.attrs[name] = PropertyValue(NativeFunction(name, read, f"scopelint.{name}"))


@strategy.method(name="__init__", raw=True)
def _init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self = args[0]
    self.set("_given", ListValue(args[1:]))
    if "Mirrored" in self.cls.name:
        keep_devices(self, {**dict(zip(("devices", "num_gpus"), args[1:], strict=False)), **kwargs})


def strategy_scope(call: Call, self: InstanceValue) -> StrategyScope:
    return StrategyScope(call, self, replicas(self) if is_mirrored(self) else 0)


@strategy.method(raw=True)
def scope(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return as_context(strategy_scope(call, args[0]), lambda: strategy_scope(call, args[0]))


def run(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: Strategy.experimental_run_v2: in the strategy's scope, once in each replica."""
    fn = args[1] if len(args) > 1 else kwargs.get("fn")
    given = kwargs.get("args", args[2] if len(args) > 2 else ())
    named = kwargs.get("kwargs", args[3] if len(args) > 3 else None)
    members = call.members(given) if not isinstance(given, tuple) else list(given)
    more = {k: v for k, v in named.items.items() if isinstance(k, str)} if isinstance(named, DictValue) else {}
    if not isinstance(members, list):
        return call.unknown("arguments of a replica's function")
    self = args[0].attrs.get("<strategy>", args[0])
    return in_replicas(call, self, lambda: call.invoke(fn, *members, **more))


def in_replicas(call: Call, self: InstanceValue, work: Callable[[], Any]) -> Any:
    """What the first replica's run of `work` gives; the default strategy has but one, and no scope."""
    if self.cls is strategy.cls:
        return work()
    with Opened(strategy_scope(call, self)):
        if is_mirrored(self):
            return each(call, self, replicas(self), lambda index: work())
        number = make(call, "Const", "Const", (), DTYPES["int32"], const=0)
        with at(call.state, Place(self, call.graph, 0, None, number)):
            return work()


class Opened:
    """A scope of the graph's, in `with`."""

    __slots__ = ("scope",)

    def __init__(self, scope: Any) -> None:
        self.scope = scope

    def __enter__(self) -> Any:
        return self.scope.enter()

    def __exit__(self, *error: object) -> None:
        self.scope.exit()


for _name in ("experimental_run_v2", "run", "call_for_each_replica"):
    for _builder in (strategy, extended):
        _builder.method(run, name=_name, raw=True)


@strategy.method(raw=True)
def experimental_run(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    fn, iterator = args[1], args[2] if len(args) > 2 else kwargs.get("input_iterator")
    if iterator is None:
        return in_replicas(call, args[0], lambda: call.invoke(fn))
    found = call.method(iterator, "get_next") if isinstance(iterator, InstanceValue) else call.unknown("inputs")
    return in_replicas(call, args[0], lambda: call.invoke(fn, found))


distributed = Namespace("tensorflow.python.distribute.input_lib").type("DistributedDatasetV1", bases=(dataset.cls,))
iterator = Namespace("tensorflow.python.distribute.input_lib").type("DistributedIteratorV1", bases=(data_iterator.cls,))


@distributed.method(name="make_initializable_iterator")
def over_replicas(call: Call, self: InstanceValue) -> Any:
    """TF: DistributedDatasetV1. Its iterators are Python's, too."""
    made = make_iterator(call, spec_of(call, self), False)
    return InstanceValue(iterator.cls, dict(made.attrs))


for _name in ("__next__", "next"):
    iterator.method(lambda call, self: call.method(self, "get_next"), name=_name)
iterator.method(lambda call, self: self, name="__iter__")
distributed.method(over_replicas, name="make_one_shot_iterator")


def reduced(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return kwargs.get("value", args[2] if len(args) > 2 else call.unknown("a reduced value"))


for _name in (
    "experimental_distribute_dataset",
    "make_dataset_iterator",
    "make_input_fn_iterator",
    "experimental_make_numpy_dataset",
    "experimental_local_results",
    "unwrap",
    "broadcast",
):

    def _first(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], name: str = _name) -> Any:
        value = (*args[1:], *kwargs.values())[0]
        if name == "make_dataset_iterator" and isinstance(value, InstanceValue):
            return over_replicas(call, value)
        if name == "experimental_distribute_dataset" and isinstance(value, InstanceValue):
            return InstanceValue(distributed.cls, dict(value.attrs), value.payload)
        return (value,) if name in ("experimental_local_results", "unwrap") else value

    strategy.method(_first, name=_name, raw=True)
strategy.method(reduced, name="reduce", raw=True)
extended.method(reduced, name="reduce_to", raw=True)


def group(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return make_op(call, "NoOp", "group_deps")


strategy.method(group, name="group", raw=True)
read_only(strategy, "num_replicas_in_sync", lambda call, self: replicas(self))
read_only(strategy, "extended", lambda call, self: InstanceValue(extended.cls, {"<strategy>": self}))
read_only(extended, "worker_devices", lambda call, self: ("/job:localhost/replica:0/task:0/device:CPU:0",))
read_only(extended, "parameter_devices", lambda call, self: ("/job:localhost/replica:0/task:0/device:CPU:0",))


def nothing(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


for _name in ("configure", "initialize", "finalize"):
    strategy.method(nothing, name=_name, raw=True)
extended.method(lambda call, args, kwargs: no_scope(), name="colocate_vars_with", raw=True)


@context.method(raw=True)
def merge_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    fn = args[1] if len(args) > 1 else kwargs.get("merge_fn")
    given = kwargs.get("args", args[2] if len(args) > 2 else ())
    named = kwargs.get("kwargs", args[3] if len(args) > 3 else None)
    members = list(given) if isinstance(given, tuple) else call.members(given)
    more = {k: v for k, v in named.items.items() if isinstance(k, str)} if isinstance(named, DictValue) else {}
    if not isinstance(members, list):
        return call.unknown("merged values")
    return merge(call, lambda: call.invoke(fn, current(call), *members, **more))


def current(call: Call) -> InstanceValue:
    where = place(call.state)
    return InstanceValue(strategy.cls) if where is None else where.strategy


def number(call: Call, self: InstanceValue) -> Any:
    where = place(call.state)
    return 0 if where is None else where.number


context.method(reduced, name="all_reduce", raw=True)
read_only(context, "num_replicas_in_sync", lambda call, self: replicas(current(call)))
read_only(context, "replica_id_in_sync_group", number)
read_only(context, "strategy", lambda call, self: current(call))

for _space, _names in (
    (api, ("MirroredStrategy", "OneDeviceStrategy")),
    (experimental, ("MultiWorkerMirroredStrategy", "ParameterServerStrategy", "CentralStorageStrategy", "TPUStrategy")),
    (contrib, ("MirroredStrategy", "CollectiveAllReduceStrategy", "ParameterServerStrategy", "TPUStrategy")),
):
    for _name in _names:
        _space.type(_name, bases=(strategy.cls,))
for _space, _listed in (
    (
        api,
        "CrossDeviceOps HierarchicalCopyAllReduce NcclAllReduce ReductionToOneDevice InputContext InputReplicationMode",
    ),
    (contrib, "AllReduceCrossDeviceOps DistributeConfig Monitor MultiWorkerAllReduce"),
):
    for _name in _listed.split():
        _made = _space.type(_name)

        def _keep(
            call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], canonical: str = _made.cls.canonical
        ) -> None:
            for key, value in {**bind(call, canonical, args[1:], kwargs)[0], **kwargs}.items():
                args[0].set(key, value)

        _made.method(_keep, name="__init__", raw=True)


@api.function
def has_strategy(call: Call) -> Any:
    return place(call.state) is not None


@api.function
def in_cross_replica_context(call: Call) -> Any:
    where = place(call.state)
    return where is not None and where.index is None


@api.function
def get_strategy(call: Call) -> Any:
    return current(call)


@api.function
def get_replica_context(call: Call) -> Any:
    where = place(call.state)
    return None if where is not None and where.index is None else InstanceValue(context.cls)


@api.function
def get_loss_reduction(call: Call) -> Any:
    return "MEAN"


@api.function(name="experimental_set_strategy", raw=True)
def _set_strategy(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


# what runs on a TPU

tpu = Namespace("tf.tpu")


@tpu.function(raw=True)
def cross_replica_sum(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    value = args[0] if args else kwargs.get("x")
    return make(
        call,
        "CrossReplicaSum",
        graph_name(kwargs.get("name"), "CrossReplicaSum"),
        shape_of(value),
        dtype_of(value),
        deps_of(value),
    )


def computed(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A computation handed to the TPU, traced where it stands."""
    computation = args[0] if args else kwargs.get("computation")
    given = args[1] if len(args) > 1 else kwargs.get("inputs")
    members = call.members(given) if given is not None else []
    return call.invoke(computation, *members) if isinstance(members, list) else call.unknown("a TPU computation")


for _name in ("rewrite", "outside_compilation"):
    tpu.function(computed, name=_name, raw=True)
for _name in ("initialize_system", "shutdown_system", "core"):
    tpu.function(lambda call, args, kwargs: call.unknown("a TPU operation"), name=_name, raw=True)
