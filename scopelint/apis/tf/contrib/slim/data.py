"""tf.contrib.slim's datasets: what the items of a provider look like, by the handlers that decode them."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace, TypeBuilder
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.conversion import graph_dtype, graph_shape, none_if_default
from scopelint.apis.tf.framework.operations import scope
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import MISSING, InstanceValue
from scopelint.values.tensors import DTYPES, FLOAT32, STRING, Tensor
from scopelint.values.text import hole
from scopelint.values.truth import is_on

HOME = "tensorflow.contrib.slim.python.slim.data"
datasets = Namespace(f"{HOME}.dataset")
decoders = Namespace(f"{HOME}.tfexample_decoder")
providers = Namespace(f"{HOME}.dataset_data_provider")


def keeps(builder: TypeBuilder) -> None:
    """A constructor that keeps its arguments, under their names with an underscore before them."""

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        found, _ = bind(call, builder.cls.canonical, args[1:], kwargs)
        for key, value in found.items():
            args[0].set(f"_{key}", value)

    builder.method(init, name="__init__", raw=True)


dataset = datasets.type("Dataset")


@dataset.method(name="__init__", raw=True)
def dataset_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    found, more = bind(call, f"{HOME}.dataset.Dataset", args[1:], kwargs)
    for key, value in {**found, **more}.items():
        args[0].set(key, value)


handler = decoders.type("ItemHandler")
image = decoders.type("Image", bases=(handler.cls,))
tensor = decoders.type("Tensor", bases=(handler.cls,))
box = decoders.type("BoundingBox", bases=(handler.cls,))
decoder = decoders.type("TFExampleDecoder")
for _each in (image, tensor, box, decoder):
    keeps(_each)


def placed(call: Call, label: str, shape: Any, dtype: Any) -> Tensor:
    return Tensor(hole(label), 0, "ParseSingleExample", shape, dtype, call.graph)


def decoded(call: Call, item: AnyValue, features: AnyValue) -> Any:
    """TF: ItemHandler.tensors_to_item. What handlers of the program's own give is not known."""
    held = item.attrs if isinstance(item, InstanceValue) else {}
    if not isinstance(item, InstanceValue) or not item.cls.canonical:
        return call.unknown("an item that a handler of the program's decodes")
    if item.cls is image.cls:
        dtype = graph_dtype(call, none_if_default(held.get("_dtype"))) or DTYPES["uint8"]
        if held.get("_repeated") is True:
            return placed(call, "image", None, dtype)
        if held.get("_shape") is not None:
            return placed(call, "image", graph_shape(call, held["_shape"]), dtype)
        return placed(call, "image", (None, None, held.get("_channels")), dtype)
    if item.cls is box.cls:
        return placed(call, "boxes", (None, 4), FLOAT32)
    if item.cls is not tensor.cls:
        return call.unknown("an item that a handler decodes")
    key = held.get("_tensor_key")
    feature = features.items.get(key) if isinstance(features, DictValue) and isinstance(key, str) else None
    dtype = graph_dtype(call, call.getattr(feature, "dtype", None)) if feature is not None else None
    dtype = call.unknown("the dtype of an item") if dtype is None else dtype
    if held.get("_shape") is not None:
        return placed(call, "item", graph_shape(call, held["_shape"]), dtype)
    if held.get("_shape_keys"):
        keys = held["_shape_keys"]
        listed = call.members(keys) if isinstance(keys, (ListValue, tuple)) else [keys]
        return placed(call, "item", None if isinstance(listed, Unknown) else (None,) * len(listed), dtype)
    own = call.getattr(feature, "shape", MISSING) if feature is not None else call.unknown("the shape of an item")
    # What has no fixed length is made dense with a default.
    return placed(call, "item", (None,) if own is MISSING else graph_shape(call, own), dtype)


provider = providers.type("DatasetDataProvider")
keeps_arguments = f"{HOME}.dataset_data_provider.DatasetDataProvider"


@provider.method(name="__init__", raw=True)
def provider_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: DatasetDataProvider.__init__, parallel_reader.parallel_read. A bound on epochs is a local variable."""
    self = args[0]
    found, _ = bind(call, keeps_arguments, args[1:], kwargs)
    source = found["dataset"]
    with scope(call, found["scope"], "parallel_read"):
        files = call.unknown("the files of a dataset")
        call.new(
            "tf.train.string_input_producer",
            files,
            num_epochs=found["num_epochs"],
            shuffle=found["shuffle"],
            name="filenames",
        )
    self.set("_dataset", source)
    self.set("_record_key", found["record_key"])
    self.set("_num_samples", call.getattr(source, "num_samples", None) if source is not None else None)


@provider.method
def get(call: Call, self: InstanceValue, items: AnyValue) -> Any:
    listed = call.members(items)
    if isinstance(listed, Unknown):
        return ListValue((), listed)
    return ListValue([item_of(call, self, name) for name in listed])


def item_of(call: Call, self: InstanceValue, name: AnyValue) -> Any:
    if isinstance(name, str) and name == self.attrs.get("_record_key"):
        return placed(call, "key", None, STRING)
    own = call.getattr(self.attrs["_dataset"], "decoder", None)
    if isinstance(own, InstanceValue) and own.cls is decoder.cls:
        handlers = own.attrs.get("_items_to_handlers")
        if isinstance(handlers, DictValue) and isinstance(name, str) and name in handlers.items:
            return decoded(call, handlers.items[name], own.attrs.get("_keys_to_features"))
    return call.unknown("an item of a dataset")


@provider.method
def list_items(call: Call, self: InstanceValue) -> Any:
    own = call.getattr(self.attrs["_dataset"], "decoder", None)
    handlers = own.attrs.get("_items_to_handlers") if isinstance(own, InstanceValue) else None
    if not isinstance(handlers, DictValue):
        return call.unknown("the items of a dataset")
    return ListValue([*handlers.items, self.attrs["_record_key"]], handlers.rest)


@provider.method
def num_samples(call: Call, self: InstanceValue) -> Any:
    return self.attrs["_num_samples"]


@Namespace(f"{HOME}.prefetch_queue").function
def prefetch_queue(
    call: Call,
    tensors: AnyValue,
    capacity: AnyValue,
    num_threads: AnyValue,
    dynamic_pad: AnyValue,
    shared_name: AnyValue,
    name: AnyValue,
) -> Any:
    """TF: prefetch_queue. A queue of batches, and one thing to feed it."""
    if isinstance(tensors, DictValue):
        names: Any = ListValue(sorted(tensors.items, key=str))
        listed: Any = [tensors.items[key] for key in names.items]
    else:
        names, listed = None, call.members(tensors)
    if isinstance(listed, Unknown):
        return call.unknown("a queue of what is not known")
    with scope(call, name, "prefetch_queue"):
        kind = "tf.PaddingFIFOQueue" if is_on(dynamic_pad) else "tf.FIFOQueue"
        queue = call.new(
            kind,
            capacity=capacity,
            dtypes=ListValue([call.getattr(each, "dtype") for each in listed]),
            shapes=ListValue([call.getattr(each, "shape") for each in listed]),
            names=names,
        )
        call.method(queue, "enqueue", tensors if names is not None else ListValue(listed))
        size = call.new("tf.cast", call.method(queue, "size"), FLOAT32)
        share = 1.0 / capacity if isinstance(capacity, int) and capacity else 1.0
        text = f"fraction_of_{capacity}_full" if isinstance(capacity, int) else "fraction_full"
        call.new("tf.summary.scalar", text, call.binary("*", size, share))
    return queue
