"""tf.train.Checkpoint and CheckpointManager: objects whose variables are saved under the way that leads to them."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.restoring import flat, latest, path_of, restored, saved
from scopelint.apis.tf.ops.slot_creator import make_variable
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import MISSING, InstanceValue
from scopelint.values.tensors import INT64, PartitionedVariable, Variable

train = Namespace("tf.train")

VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
"""TF: tracking.base: how the key of a variable's own value ends."""

COUNTER = "save_counter"

checkpoint = train.type("Checkpoint")


@checkpoint.method(name="__init__", raw=True)
def checkpoint_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: Checkpoint.__init__: each keyword becomes an attribute."""
    for name, value in kwargs.items():
        args[0].set(name, value)
    args[0].set("_objects", tuple(kwargs))


def count(call: Call, self: InstanceValue) -> Any:
    """TF: Checkpoint._maybe_create_save_counter."""
    if COUNTER not in self.attrs:
        self.set(COUNTER, make_variable(call, 0, COUNTER, dtype=INT64))
    return self.attrs[COUNTER]


def keys(call: Call, self: InstanceValue) -> tuple[dict[str, Any], bool]:
    """TF: graph_view.ObjectGraphView: the key of each variable. Below a layer or a model they are called after the
    variables, which most of them are; so those are not certain."""
    out: dict[str, Any] = {}
    certain = True
    for name in self.attrs.get("_objects", ()):
        value = self.attrs.get(name)
        if isinstance(value, (Variable, PartitionedVariable)):
            out[f"{name}{VALUE}"] = value
            continue
        certain = False
        weights = MISSING
        for attribute in ("weights", "variables"):
            if isinstance(value, InstanceValue) and weights is MISSING:
                weights = call.getattr(value, attribute, MISSING)
        for weight in flat(weights) if isinstance(weights, ListValue) else ():
            if isinstance(weight, Variable):
                out[f"{name}/{weight.name.rpartition('/')[2]}{VALUE}"] = weight
    if COUNTER in self.attrs:
        out[f"{COUNTER}{VALUE}"] = self.attrs[COUNTER]
    return out, certain


status = Namespace("tensorflow.python.training.tracking.util").type("CheckpointLoadStatus")


@checkpoint.method
def restore(call: Call, self: InstanceValue, save_path: AnyValue) -> Any:
    """TF: Checkpoint.restore. Values are read when the status's operations run, or at once for what is made later."""
    names, certain = keys(call, self)
    held = saved(call, names, certain and call.sees_all())
    restored(call, "checkpoint", "Checkpoint.restore", held, save_path)
    count(call, self)
    return InstanceValue(status.cls, {"_checkpoint": self, "_restored_at": call.state.where()[0]})


for _name in ("save", "write"):

    def _save(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], counted: bool = _name == "save") -> Any:
        if counted:
            count(call, args[0])
        call.note("checkpoint_written", checkpoint=path_of(args[1] if len(args) > 1 else kwargs.get("file_prefix")))
        return call.unknown("the path of a checkpoint")

    checkpoint.method(_save, name=_name, raw=True)


@checkpoint.property
def save_counter(call: Call, self: InstanceValue) -> Any:
    return count(call, self)


def _check(how: str) -> Any:
    """What reads values, or checks that they were read: a name-based checkpoint is found out there, not before."""

    def run(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        call.note("restore_checked", how=how, made_at=args[0].attrs.get("_restored_at"))
        return args[0] if how.startswith("assert_") or how == "expect_partial" else None

    return run


for _name in (
    "assert_consumed",
    "assert_existing_objects_matched",
    "assert_nontrivial_match",
    "expect_partial",
    "initialize_or_restore",
    "run_restore_ops",
):
    status.method(_check(_name), name=_name, raw=True)

manager = train.type("CheckpointManager")


@manager.method(name="__init__")
def manager_init(call: Call, self: InstanceValue, checkpoint: AnyValue, directory: AnyValue) -> None:
    self.set("checkpoint", checkpoint)
    self.set("_directory", directory)


@manager.property
def latest_checkpoint(call: Call, self: InstanceValue) -> Unknown:
    return latest(call, self.attrs.get("_directory"))


@manager.property
def checkpoints(call: Call, self: InstanceValue) -> Any:
    return call.unknown("the checkpoints of a folder")


@manager.method(name="save", raw=True)
def manager_save(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    held = args[0].attrs.get("checkpoint")
    call.note("checkpoint_written", checkpoint=path_of(args[0].attrs.get("_directory")))
    if isinstance(held, InstanceValue) and held.cls.derives_from("tf.train.Checkpoint"):
        count(call, held)
    return call.unknown("the path of a checkpoint")
