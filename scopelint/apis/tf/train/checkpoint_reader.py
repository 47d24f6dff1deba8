"""What reads a checkpoint without loading it: names and shapes, known where the file is there; values never."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.restoring import path_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue, NativeObject
from scopelint.values.tensors import as_dtype

train = Namespace("tf.train")
contrib = Namespace("tf.contrib.framework")
private = Namespace("tensorflow.python.pywrap_tensorflow")

NOT_KNOWN = "what a checkpoint holds"

reader = private.type("CheckpointReader")


def content(call: Call, path: AnyValue) -> Any:
    """The checkpoint at this path, a `checkpoints.records.Checkpoint`; None where that is not known."""
    held = call.engine.read_checkpoint(path_of(path))
    if held is None or held.kind.startswith("Keras"):
        return None
    call.note("checkpoint_listed", checkpoint=path_of(path))
    return held


def dims(shape: tuple[int, ...] | None) -> ListValue:
    return ListValue(shape or ())


@train.function
def list_variables(call: Call, ckpt_dir_or_file: AnyValue) -> Any:
    """TF: checkpoint_utils.list_variables: names and shapes, by name."""
    held = content(call, ckpt_dir_or_file)
    if held is None:
        return call.unknown(NOT_KNOWN)
    return ListValue([(tensor.key, dims(tensor.shape)) for tensor in sorted(held.tensors, key=lambda each: each.key)])


@contrib.function(name="list_variables")
def contrib_list_variables(call: Call, checkpoint_dir: AnyValue) -> Any:
    return list_variables(call, checkpoint_dir)


def opened(call: Call, path: AnyValue) -> Any:
    """TF: NewCheckpointReader."""
    held = content(call, path)
    if held is None:
        return call.unknown(NOT_KNOWN)
    return InstanceValue(reader.cls, {"_held": NativeObject("checkpoint", held)})


@train.function
def NewCheckpointReader(call: Call, filepattern: AnyValue) -> Any:
    return opened(call, filepattern)


@train.function
def load_checkpoint(call: Call, ckpt_dir_or_file: AnyValue) -> Any:
    return opened(call, ckpt_dir_or_file)


@contrib.function(name="load_checkpoint")
def contrib_load_checkpoint(call: Call, filepattern: AnyValue) -> Any:
    return opened(call, filepattern)


def tensors_of(self: InstanceValue) -> dict[str, Any]:
    found: dict[str, Any] = self.attrs["_held"].payload.by_key
    return found


@reader.method
def get_variable_to_shape_map(call: Call, self: InstanceValue) -> DictValue:
    return DictValue({key: dims(tensor.shape) for key, tensor in tensors_of(self).items()})


@reader.method
def get_variable_to_dtype_map(call: Call, self: InstanceValue) -> DictValue:
    return DictValue({key: as_dtype(tensor.dtype) for key, tensor in tensors_of(self).items()})


@reader.method(raw=True)
def has_tensor(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    name = args[1] if len(args) > 1 else kwargs.get("tensor_str", kwargs.get("name"))
    if not isinstance(name, str):
        return call.unknown(NOT_KNOWN)
    return name in tensors_of(args[0])


@reader.method(raw=True)
def get_tensor(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Unknown:
    return call.unknown(NOT_KNOWN)


@reader.method(raw=True)
def debug_string(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Unknown:
    return call.unknown(NOT_KNOWN)
