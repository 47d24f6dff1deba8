"""tf.data.experimental and tf.contrib.data: transformations for `Dataset.apply`, and further sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.data.dataset import (
    batch_size_of,
    dataset,
    dataset_of,
    each,
    in_function,
    inner_spec,
    map_elements,
    mapped,
    op,
    padded,
    tensors_for,
)
from scopelint.apis.tf.data.elements import SPEC, Spec, component, leaves, spec_of
from scopelint.apis.tf.data.parsing import parsed_specs
from scopelint.apis.tf.framework.arguments import bind
from scopelint.values.base import Unknown
from scopelint.values.containers import DictValue
from scopelint.values.objects import InstanceValue, NativeFunction
from scopelint.values.tensors import INT64, STRING

api = Namespace("tf.data.experimental")
contrib = Namespace("tf.contrib.data")

Apply = Callable[[Any, InstanceValue, dict[str, Any]], Any]


def transformation(name: str, apply: Apply, spaces: tuple[Namespace, ...] = (api, contrib)) -> None:
    """A function that gives a function for `apply`: what that does with a dataset and the arguments."""
    for space in spaces:
        canonical = f"{space.path}.{name}"

        def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], canonical: str = canonical) -> Any:
            given = bind(call, canonical, args, kwargs)[0]

            def run(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
                return apply(call, args[0], given)

            return NativeFunction("_apply_fn", run, raw=True)

        space.function(summary, name=name, raw=True)


def _same(type: str, *numbers: str) -> Apply:
    def apply(call: Call, of: InstanceValue, given: dict[str, Any]) -> Any:
        op(call, type, *((name, given.get(name)) for name in numbers))
        return dataset_of(call, spec_of(call, of))

    return apply


def _map_and_batch(call: Call, of: InstanceValue, given: dict[str, Any]) -> Any:
    size = batch_size_of(given["batch_size"], given["drop_remainder"])
    spec = mapped(call, given["map_func"], spec_of(call, of))
    op(
        call,
        "MapAndBatchDataset",
        ("batch_size", given["batch_size"]),
        ("num_parallel_calls", 1),
        ("drop_remainder", given["drop_remainder"]),
    )
    return dataset_of(call, each(call, lambda leaf: leaf.batched(size), spec))


def _parallel_interleave(call: Call, of: InstanceValue, given: dict[str, Any]) -> Any:
    spec = inner_spec(call, given["map_func"], spec_of(call, of))
    op(
        call,
        "ParallelInterleaveDataset",
        ("cycle_length", given["cycle_length"]),
        ("block_length", given.get("block_length", 1)),
        ("sloppy", False),
        ("buffer_output_elements", 0),
        ("prefetch_input_elements", 0),
    )
    return dataset_of(call, spec)


def _shuffle_and_repeat(call: Call, of: InstanceValue, given: dict[str, Any]) -> Any:
    op(call, "ShuffleAndRepeatDataset", ("buffer_size", given["buffer_size"]), ("seed", 0), ("seed2", 0), ("count", -1))
    return dataset_of(call, spec_of(call, of))


def _enumerate(call: Call, of: InstanceValue, given: dict[str, Any]) -> Any:
    return call.method(of, "enumerate")


def _unbatch(call: Call, of: InstanceValue, given: dict[str, Any]) -> Any:
    return call.method(of, "unbatch")


def _bucket(call: Call, of: InstanceValue, given: dict[str, Any]) -> Any:
    """TF: bucket_by_sequence_length. Padded batches whose size hangs on the bucket."""
    spec = spec_of(call, of)
    in_function(call, given["element_length_func"], spec)
    op(call, "GroupByWindowDataset")
    shapes = given.get("padded_shapes")
    if shapes is None:
        return dataset_of(
            call,
            each(
                call,
                lambda leaf: Spec(
                    (None, *(None for _ in leaf.shape)) if isinstance(leaf.shape, tuple) else leaf.shape, leaf.dtype
                ),
                spec,
            ),
        )
    return dataset_of(call, padded(call, spec, shapes, None))


def _group_by_window(call: Call, of: InstanceValue, given: dict[str, Any]) -> Any:
    spec = spec_of(call, of)
    in_function(call, given["key_func"], spec)
    found = in_function(call, given["reduce_func"], (Spec((), INT64), Spec((), INT64, inner=spec)))
    op(call, "GroupByWindowDataset")
    return dataset_of(call, spec_of(call, found))


def _scan(call: Call, of: InstanceValue, given: dict[str, Any]) -> Any:
    start = leaves(call, given["initial_state"], lambda leaf: component(call, leaf))
    found = in_function(call, given["scan_func"], (start, spec_of(call, of)))
    op(call, "ScanDataset")
    pair = found if isinstance(found, Unknown) else call.members(found)
    if isinstance(pair, Unknown) or len(pair) != 2:
        return dataset_of(call, call.unknown("elements of a scan"))
    return dataset_of(call, leaves(call, pair[1], lambda leaf: component(call, leaf)))


def _batched(type: str, drop: bool) -> Apply:
    def apply(call: Call, of: InstanceValue, given: dict[str, Any]) -> Any:
        size = batch_size_of(given["batch_size"], drop)
        spec = spec_of(call, of)
        op(call, type, ("batch_size", given["batch_size"]), ("drop_remainder", drop))
        if "padded_shapes" in given:
            return dataset_of(call, padded(call, spec, given["padded_shapes"], size))
        return dataset_of(call, each(call, lambda leaf: leaf.batched(size), spec))

    return apply


for _name, _apply in (
    ("map_and_batch", _map_and_batch), ("parallel_interleave", _parallel_interleave),
    ("shuffle_and_repeat", _shuffle_and_repeat),
    ("enumerate_dataset", _enumerate), ("unbatch", _unbatch), ("bucket_by_sequence_length", _bucket),
    ("group_by_window", _group_by_window), ("ignore_errors", _same("IgnoreErrorsDataset")), ("scan", _scan),
    ("unique", _same("UniqueDataset")), ("prefetch_to_device", _same("PrefetchDataset", "buffer_size")),
    ("copy_to_device", _same("CopyToDeviceDataset")), ("rejection_resample", _enumerate),
):  # fmt: skip
    transformation(_name, _apply)
for _name, _apply in (
    ("latency_stats", _same("LatencyStatsDataset")), ("bytes_produced_stats", _same("BytesProducedStatsDataset")),
    ("take_while", _same("TakeWhileDataset")), ("map_and_batch_with_legacy_function", _map_and_batch),
):  # fmt: skip
    transformation(_name, _apply, (api,))
for _name, _apply in (
    ("batch_and_drop_remainder", _batched("BatchDatasetV2", True)),
    ("padded_batch_and_drop_remainder", _batched("PaddedBatchDatasetV2", True)),
    ("sloppy_interleave", _parallel_interleave),
):  # fmt: skip
    transformation(_name, _apply, (contrib,))


def _sampled(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: sample_from_datasets, choose_from_datasets. Elements are those of any of them."""
    listed = args[0] if args else kwargs.get("datasets")
    members = call.members(listed)
    op(call, "ExperimentalDirectedInterleaveDataset")
    return dataset_of(
        call, call.unknown("datasets") if isinstance(members, Unknown) or not members else spec_of(call, members[0])
    )


def _counter(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    op(call, "RangeDataset", ("start", 0), ("stop", 0), ("step", 1))
    return dataset_of(call, Spec((), INT64))


def _features(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: make_batched_features_dataset. Elements are what the features parse to."""

    given = bind(call, "tf.data.experimental.make_batched_features_dataset", args, kwargs)[0]
    specs = parsed_specs(call, given.get("features"))
    op(call, "ParseExampleDataset")
    batched = each(call, lambda leaf: leaf.batched(None), specs)
    label = given.get("label_key")
    if label is not None and isinstance(batched, DictValue) and label in batched.items:
        rest = DictValue({key: value for key, value in batched.items.items() if key != label}, batched.rest)
        return dataset_of(call, (rest, batched.items[label]))
    return dataset_of(call, batched)


def _single(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    full = call.graph.op("DatasetToSingleElement", "DatasetToSingleElement")
    return tensors_for(call, spec_of(call, args[0]), full, "DatasetToSingleElement")


def _unknown_elements(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return dataset_of(call, call.unknown("columns of a file"))


for _space in (api, contrib):
    for _name, _summary in (
        ("sample_from_datasets", _sampled), ("choose_from_datasets", _sampled), ("Counter", _counter),
        ("make_batched_features_dataset", _features), ("get_single_element", _single),
        ("make_csv_dataset", _unknown_elements),
    ):  # fmt: skip
        _space.function(_summary, name=_name, raw=True)
    for _name in ("CsvDataset", "SqlDataset", "RandomDataset"):
        _type = _space.type(_name, bases=(dataset.cls,))

        def _init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], name: str = _name) -> None:
            args[0].set(SPEC, Spec((), INT64) if name == "RandomDataset" else call.unknown("columns of a file"))

        _type.method(_init, name="__init__", raw=True)


def _nothing(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("tf.data.experimental")


for _name in ("make_saveable_from_iterator", "cardinality", "get_next_as_optional"):
    api.function(_nothing, name=_name, raw=True)

__all__ = ["STRING", "map_elements"]
