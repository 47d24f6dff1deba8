"""The handwritten digits of the tutorials: the shapes of what is read. How many there are is left open."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.numpy.array import ArrayValue
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.python_values import as_dtype
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import DType

api = Namespace("tensorflow.contrib.learn.python.learn.datasets.mnist")
base = Namespace("tensorflow.contrib.learn.python.learn.datasets.base")
dataset = api.type("DataSet")
datasets = base.type("Datasets")


@dataset.method(name="__init__", raw=True)
def _init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """A program's own data set: what it gives is not known."""


@dataset.property
def images(call: Call, self: InstanceValue) -> Any:
    return self.attrs.get("_images", call.unknown("the images of a data set"))


@dataset.property
def labels(call: Call, self: InstanceValue) -> Any:
    return self.attrs.get("_labels", call.unknown("the labels of a data set"))


@dataset.property
def num_examples(call: Call, self: InstanceValue) -> Any:
    return _count(call)


@dataset.property
def epochs_completed(call: Call, self: InstanceValue) -> Any:
    return _count(call)


def _count(call: Call) -> Unknown:
    count = call.unknown("how many examples there are", "examples")
    count.number = int
    return count


@dataset.method
def next_batch(call: Call, self: InstanceValue, batch_size: AnyValue) -> Any:
    """TF: DataSet.next_batch."""
    batch = []
    for part in (images(call, self), labels(call, self)):
        shaped = isinstance(part, ArrayValue) and isinstance(batch_size, (int, Unknown))
        batch.append(ArrayValue((batch_size, *part.shape[1:]), part.dtype) if shaped else call.unknown("a batch"))
    return tuple(batch)


@api.function
def read_data_sets(call: Call, fake_data: AnyValue, one_hot: AnyValue, dtype: AnyValue, reshape: AnyValue) -> Any:
    """TF: mnist.read_data_sets, of what it downloads."""
    kind = as_dtype(call, dtype)
    if call.truth(fake_data) or not isinstance(kind, DType):
        return call.unknown("data that are not known")
    size: tuple[int, ...] = (784,) if call.truth(reshape) else (28, 28, 1)
    own = ((10,), "float64") if call.truth(one_hot) else ((), "uint8")
    made = {}
    for part in ("train", "validation", "test"):
        count = _count(call)
        arrays = {"_images": ArrayValue((count, *size), kind.name), "_labels": ArrayValue((count, *own[0]), own[1])}
        made[part] = InstanceValue(dataset.cls, arrays)
    return InstanceValue(datasets.cls, made)


@api.function
def load_mnist(call: Call, train_dir: AnyValue) -> Any:
    return call.invoke(read_data_sets, train_dir)
