"""tf.data: what an element of each dataset looks like, and the operations that datasets and iterators leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.data.dataset_checks import check_has_rows, check_is_dataset, check_predicate, check_structure
from scopelint.apis.tf.data.elements import SPEC, Spec, component, leaves, normalized, spec_of
from scopelint.apis.tf.framework import structures
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.framework.callables import call_program, call_with_some
from scopelint.apis.tf.framework.conversion import graph_dtype, graph_name, graph_shape
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.operations import convert
from scopelint.apis.tf.framework.python_values import dtype_of, left_open
from scopelint.apis.tf.framework.structures import flatten
from scopelint.graph.function_graph import traced
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import ClassValue, InstanceValue, NativeFunction, PropertyValue, StaticMethod
from scopelint.values.tensors import (
    DTYPES,
    INT64,
    STRING,
    Operation,
    SparseTensor,
    Tensor,
    TensorShape,
)

api = Namespace("tf.data")


dataset = api.type("Dataset")
iterator = api.type("Iterator")


def static(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A static method of Dataset whose name is a builtin's."""

    def declare(impl: Callable[..., Any]) -> Callable[..., Any]:
        dataset.cls.attrs[name] = StaticMethod(NativeFunction(name, impl, f"{dataset.cls.canonical}.{name}"))
        return impl

    return declare


def dataset_of(call: Call, spec: AnyValue, cls: ClassValue | None = None) -> InstanceValue:
    return InstanceValue(cls or dataset.cls, {SPEC: spec})


def each(call: Call, function: Callable[[Spec], Any], structure: AnyValue) -> Any:
    """`function` of each component; what is not known stays so."""
    return structures.mapped(lambda leaf: function(leaf) if isinstance(leaf, Spec) else leaf, structure)


def tensors_for(call: Call, structure: AnyValue, op_name: str, op_type: str) -> Any:
    """One tensor for each component, as the outputs of one operation in the order of their keys."""
    at = 0

    def one(leaf: AnyValue) -> Any:
        nonlocal at
        if not isinstance(leaf, Spec):
            return leaf
        if leaf.inner is not None:
            return dataset_of(call, leaf.inner)
        tensor = Tensor(op_name, at, op_type, leaf.shape, leaf.dtype, call.graph)
        at += 1
        if leaf.sparse:
            rank = len(leaf.shape) if isinstance(leaf.shape, tuple) else None
            indices = Tensor(op_name, at, op_type, (None, rank), INT64, call.graph)
            dense = Tensor(op_name, at, op_type, (rank,), INT64, call.graph)
            values = Tensor(op_name, at, op_type, (None,), leaf.dtype, call.graph)
            return SparseTensor(indices, values, dense, leaf.shape)
        return tensor

    return leaves(call, structure, one)


def in_function(call: Call, function: AnyValue, structure: AnyValue, unpack: bool = True) -> Any:
    """TF: StructuredFunctionWrapper. Runs a function of the program in a graph of its own; gives what it returns."""
    state = call.state
    state.user_depth += 1
    try:
        with traced(state):
            given = tensors_for(call, structure, "args_0", "Placeholder")
            if unpack and type(given) is tuple:
                return call_program(call, function, *given)
            if unpack and isinstance(given, Unknown):
                # It may be one component, or as many as the function takes.
                return call_with_some(call, function, given)
            return call_program(call, function, given)
    finally:
        state.user_depth -= 1


def mapped(call: Call, function: AnyValue, structure: AnyValue) -> Any:
    """The element structure of what a function makes of elements."""
    found = in_function(call, function, structure)
    if isinstance(found, ListValue):
        found = tuple(found.items)
    return leaves(call, found, lambda leaf: component(call, leaf))


def op(call: Call, type: str, *constants: tuple[str, Any]) -> None:
    """A dataset's operation, after a constant for each argument that is a number."""
    for name, value in constants:
        if isinstance(value, (bool, int, float, str)):
            make(call, "Const", name, const=value)
    make(call, type, type, (), DTYPES["variant"])


# sources


@dataset.method
def __init__(call: Call, self: InstanceValue) -> None:
    if SPEC not in self.attrs:
        self.set(SPEC, call.unknown("elements of a dataset of the program's own class"))


@dataset.staticmethod
def from_tensors(call: Call, tensors: AnyValue) -> Any:
    spec = normalized(call, tensors)
    op(call, "TensorDataset")
    return dataset_of(call, spec)


def _slice(leaf: Spec) -> Spec:
    return Spec(leaf.shape[1:] if isinstance(leaf.shape, tuple) else leaf.shape, leaf.dtype, leaf.sparse, leaf.inner)


def _alike_in_length(call: Call, spec: AnyValue) -> None:
    """TF: TensorSliceDataset.__init__. The first dimension of each is that of the first."""
    sizes: list[Any] = []

    def note(leaf: Any) -> Any:
        if isinstance(leaf, Spec):
            check_has_rows(call, leaf)
            sizes.append(leaf.shape[0] if isinstance(leaf.shape, tuple) and leaf.shape else None)
        return leaf

    each(call, note, spec)
    for size in sizes[1:]:
        if isinstance(size, int) and isinstance(sizes[0], int) and size != sizes[0]:
            call.raise_("ValueError", f"Dimensions {sizes[0]} and {size} are not compatible", kind="shape")


@dataset.staticmethod
def from_tensor_slices(call: Call, tensors: AnyValue) -> Any:
    spec = normalized(call, tensors)
    _alike_in_length(call, spec)
    op(call, "TensorSliceDataset")
    return dataset_of(call, each(call, _slice, spec))


@dataset.staticmethod
def from_sparse_tensor_slices(call: Call, sparse_tensor: AnyValue) -> Any:
    op(call, "SparseTensorSliceDataset")
    shape = dims_of(sparse_tensor)
    rest = shape[1:] if isinstance(shape, tuple) else shape
    return dataset_of(call, Spec(rest, dtype_of(sparse_tensor), True))


@dataset.staticmethod
def from_generator(call: Call, generator: AnyValue, output_types: AnyValue, output_shapes: AnyValue) -> Any:
    """TF: from_generator. The generator is not run: its types and shapes are said."""
    with call.graph.name_scope("normalize_element"):
        make(call, "Const", "component_0")
    op(call, "TensorDataset")
    op(call, "FlatMapDataset")
    return dataset_of(call, typed(call, output_types, output_shapes))


def typed(call: Call, types: AnyValue, shapes: AnyValue) -> Any:
    """The structure of components that dtypes and shapes, each a structure of their own, say together."""
    if isinstance(types, Unknown):
        return types
    if isinstance(types, tuple):
        below = shapes if isinstance(shapes, tuple) else tuple(shapes.items) if isinstance(shapes, ListValue) else None
        if below is None or len(below) != len(types):
            below = (left_open(shapes),) * len(types)
        return tuple(typed(call, t, s) for t, s in zip(types, below, strict=True))
    if isinstance(types, DictValue):
        given = shapes.items if isinstance(shapes, DictValue) else {}
        other = left_open(shapes)
        return DictValue({key: typed(call, t, given.get(key, other)) for key, t in types.items.items()}, types.rest)
    if isinstance(types, InstanceValue) and isinstance(types.payload, tuple):
        inner = getattr(shapes, "payload", shapes)
        return InstanceValue(types.cls, dict(types.attrs), typed(call, types.payload, inner))
    return Spec(graph_shape(call, shapes), graph_dtype(call, types))


@static("range")
def range_dataset(call: Call, args: tuple[Any, ...]) -> Any:
    for name in ("start", "stop", "step"):
        make(call, "Const", name, (), INT64)
    op(call, "RangeDataset")
    return dataset_of(call, Spec((), INT64))


@static("zip")
def zip_datasets(call: Call, datasets: AnyValue) -> Any:
    check_structure(call, datasets)
    op(call, "ZipDataset")
    return dataset_of(call, leaves(call, datasets, lambda leaf: spec_of(call, leaf)))


@dataset.staticmethod
def list_files(call: Call, file_pattern: AnyValue, shuffle: AnyValue) -> Any:
    with call.graph.name_scope("list_files"):
        convert(call, file_pattern, STRING, "file_pattern")
        make(call, "MatchingFiles", "MatchingFiles", (None,), STRING)
        op(call, "TensorSliceDataset")
        if shuffle is None or shuffle is True:
            op(call, "ShuffleDataset", ("seed", 0), ("seed2", 0))
    return dataset_of(call, Spec((), STRING))


def from_files(name: str, canonical: str, shape: AnyValue = (), types: Callable[[Any, Any], Any] | None = None) -> None:
    """A dataset that reads files: made of a dataset of their names."""
    builder = Namespace(canonical.rpartition(".")[0]).type(name, bases=(dataset.cls,))

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        files = args[1] if len(args) > 1 else kwargs.get("filenames")
        if not (isinstance(files, InstanceValue) and SPEC in files.attrs):
            if not isinstance(files, (Tensor, Unknown)):
                convert(call, files, STRING, "Const" if canonical.startswith("tf.data.") else "filenames")
            make(call, "Reshape", "flat_filenames", (None,), STRING, inner=(("shape", "Const"),))
            with call.graph.name_scope("normalize_element"):
                pass
            op(call, "TensorSliceDataset")
        op(call, "FlatMapDataset")
        args[0].set(SPEC, Spec(shape, STRING) if types is None else types(call, kwargs))

    builder.method(init, name="__init__", raw=True)


from_files("TFRecordDataset", "tf.data.TFRecordDataset")
from_files("TextLineDataset", "tf.data.TextLineDataset")
from_files("FixedLengthRecordDataset", "tf.data.FixedLengthRecordDataset")


# one dataset into another


@dataset.method(name="map")
def map_elements(call: Call, self: InstanceValue, map_func: AnyValue, num_parallel_calls: AnyValue) -> Any:
    spec = mapped(call, map_func, spec_of(call, self))
    if num_parallel_calls is None:
        op(call, "MapDataset")
    else:
        op(call, "ParallelMapDataset", ("num_parallel_calls", num_parallel_calls))
    return dataset_of(call, spec)


dataset.method(
    lambda call, self, map_func, num_parallel_calls: map_elements(call, self, map_func, num_parallel_calls),
    name="map_with_legacy_function",
)


def inner_spec(call: Call, function: AnyValue, spec: AnyValue) -> Any:
    """The elements of the dataset that a function makes of each element."""
    found = in_function(call, function, spec)
    check_is_dataset(call, found)
    return spec_of(call, found)


@dataset.method
def flat_map(call: Call, self: InstanceValue, map_func: AnyValue) -> Any:
    spec = inner_spec(call, map_func, spec_of(call, self))
    op(call, "FlatMapDataset")
    return dataset_of(call, spec)


@dataset.method
def interleave(
    call: Call,
    self: InstanceValue,
    map_func: AnyValue,
    cycle_length: AnyValue,
    block_length: AnyValue,
    num_parallel_calls: AnyValue,
) -> Any:
    spec = inner_spec(call, map_func, spec_of(call, self))
    numbers = (("cycle_length", cycle_length), ("block_length", block_length))
    if num_parallel_calls is None:
        op(call, "InterleaveDataset", *numbers)
    else:
        op(call, "ParallelInterleaveDatasetV2", *numbers, ("num_parallel_calls", num_parallel_calls))
    return dataset_of(call, spec)


def batch_size_of(batch_size: AnyValue, drop_remainder: AnyValue) -> Any:
    """The static first dimension of a batch: known only where a last, shorter batch is dropped."""
    if isinstance(drop_remainder, Unknown):
        return drop_remainder.derive("batch")
    if drop_remainder is not True:
        return None
    if isinstance(batch_size, Tensor):
        return batch_size.const if isinstance(batch_size.const, (int, Unknown)) else None
    return batch_size if isinstance(batch_size, (int, Unknown)) else None


@dataset.method
def batch(call: Call, self: InstanceValue, batch_size: AnyValue, drop_remainder: AnyValue) -> Any:
    size = batch_size_of(batch_size, drop_remainder)
    spec = each(call, lambda leaf: leaf.batched(size), spec_of(call, self))
    op(call, "BatchDatasetV2", ("batch_size", batch_size), ("drop_remainder", drop_remainder))
    return dataset_of(call, spec)


def padded(call: Call, structure: AnyValue, shapes: AnyValue, size: AnyValue) -> Any:
    """Components under the shapes that they are padded to."""
    if isinstance(structure, Spec):
        if shapes is None:
            return Spec(None, structure.dtype)
        dims = graph_shape(call, shapes)
        if isinstance(dims, tuple):
            dims = tuple(None if d == -1 else d for d in dims)
            return Spec((size, *dims), structure.dtype)
        if isinstance(structure.shape, tuple):
            return Spec((size, *(left_open(shapes) for _ in structure.shape)), structure.dtype)
        return Spec(dims, structure.dtype)
    if isinstance(structure, tuple):
        below = call.members(shapes) if isinstance(shapes, (tuple, ListValue)) else []
        if isinstance(below, Unknown) or len(below) != len(structure):
            below = [call.unknown("padded shapes")] * len(structure)
        return tuple(padded(call, s, p, size) for s, p in zip(structure, below, strict=True))
    if isinstance(structure, DictValue):
        given = shapes.items if isinstance(shapes, DictValue) else {}
        unknown = call.unknown("padded shapes")
        return DictValue(
            {k: padded(call, s, given.get(k, unknown), size) for k, s in structure.items.items()}, structure.rest
        )
    return structure


@dataset.method
def padded_batch(
    call: Call,
    self: InstanceValue,
    batch_size: AnyValue,
    padded_shapes: AnyValue,
    padding_values: AnyValue,
    drop_remainder: AnyValue,
) -> Any:
    size = batch_size_of(batch_size, drop_remainder)
    spec = padded(call, spec_of(call, self), padded_shapes, size)
    count = len([leaf for leaf in flatten(spec) if isinstance(leaf, Spec)])
    if isinstance(batch_size, int):
        make(call, "Const", "batch_size", const=batch_size)
    for name in ("Const", "padding_value"):
        for _ in range(count):
            make(call, "Const", name)
    op(call, "PaddedBatchDatasetV2", ("drop_remainder", drop_remainder))
    return dataset_of(call, spec)


def same(type: str, *numbers: str) -> Callable[..., Any]:
    """A transformation that leaves elements as they are."""

    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = list(args[1:]) + [kwargs.get(name) for name in numbers[len(args) - 1 :]]
        constants = []
        for at, name in enumerate(numbers):
            value = given[at] if at < len(given) else None
            constants.append((name, -1 if value is None else value))
        op(call, type, *constants)
        return dataset_of(call, spec_of(call, args[0]))

    return summary


dataset.method(same("RepeatDataset", "count"), name="repeat", raw=True)
dataset.method(same("TakeDataset", "count"), name="take", raw=True)
dataset.method(same("SkipDataset", "count"), name="skip", raw=True)
dataset.method(same("PrefetchDataset", "buffer_size"), name="prefetch", raw=True)
dataset.method(same("ShardDataset", "num_shards", "index"), name="shard", raw=True)
dataset.method(same("ConcatenateDataset"), name="concatenate", raw=True)


@dataset.method
def shuffle(call: Call, self: InstanceValue, buffer_size: AnyValue) -> Any:
    op(call, "ShuffleDataset", ("buffer_size", buffer_size), ("seed", 0), ("seed2", 0))
    return dataset_of(call, spec_of(call, self))


@dataset.method
def cache(call: Call, self: InstanceValue, filename: AnyValue) -> Any:
    op(call, "CacheDataset", ("filename", filename if isinstance(filename, str) else ""))
    return dataset_of(call, spec_of(call, self))


@dataset.method(name="filter")
def filter_elements(call: Call, self: InstanceValue, predicate: AnyValue) -> Any:
    found = in_function(call, predicate, spec_of(call, self))
    check_predicate(call, found)
    op(call, "FilterDataset")
    return dataset_of(call, spec_of(call, self))


dataset.method(lambda call, self, predicate: filter_elements(call, self, predicate), name="filter_with_legacy_function")


@dataset.method(name="enumerate")
def enumerate_elements(call: Call, self: InstanceValue) -> Any:
    op(call, "RangeDataset", ("start", 0), ("stop", 0), ("step", 1))
    op(call, "ZipDataset")
    return dataset_of(call, (Spec((), INT64), spec_of(call, self)))


@dataset.method
def window(call: Call, self: InstanceValue, size: AnyValue) -> Any:
    op(call, "WindowDataset", ("size", size), ("shift", 0), ("stride", 1), ("drop_remainder", False))
    return dataset_of(call, each(call, lambda leaf: Spec((), DTYPES["variant"], inner=leaf), spec_of(call, self)))


@dataset.method
def unbatch(call: Call, self: InstanceValue) -> Any:
    op(call, "UnbatchDataset")
    return dataset_of(call, each(call, _slice, spec_of(call, self)))


@dataset.method
def with_options(call: Call, self: InstanceValue, options: AnyValue) -> Any:
    return dataset_of(call, spec_of(call, self))


@dataset.method
def options(call: Call, self: InstanceValue) -> Any:
    return call.unknown("options of a dataset")


@dataset.method
def apply(call: Call, self: InstanceValue, transformation_func: AnyValue) -> Any:
    found = call.invoke(transformation_func, self)
    return found if not isinstance(found, Unknown) else dataset_of(call, found)


@dataset.method
def reduce(call: Call, self: InstanceValue, initial_state: AnyValue, reduce_func: AnyValue) -> Any:
    start = leaves(call, initial_state, lambda leaf: component(call, leaf))
    in_function(call, reduce_func, (start, spec_of(call, self)))
    name = call.graph.op("ReduceDataset", "ReduceDataset")
    return tensors_for(call, start, name, "ReduceDataset")


# what a dataset tells of itself


def shapes_of(call: Call, structure: AnyValue) -> Any:
    return each(call, lambda leaf: TensorShape(leaf.shape), structure)


def types_of(call: Call, structure: AnyValue) -> Any:
    return each(call, lambda leaf: leaf.dtype, structure)


def classes_of(call: Call, structure: AnyValue) -> Any:
    return each(call, lambda leaf: call.find("tf.SparseTensor" if leaf.sparse else "tf.Tensor"), structure)


for _cls in (dataset, iterator):
    for _name, _read in (("output_shapes", shapes_of), ("output_types", types_of), ("output_classes", classes_of)):

        def _property(call: Call, self: InstanceValue, read: Any = _read) -> Any:
            return read(call, spec_of(call, self))

        _cls.cls.attrs[_name] = PropertyValue(NativeFunction(_name, _property, f"scopelint.{_name}"))

    def _element_spec(call: Call, self: InstanceValue) -> Any:
        return call.unknown("specification of elements")

    _cls.cls.attrs["element_spec"] = PropertyValue(NativeFunction("element_spec", _element_spec, "scopelint.spec"))


for _name, _read in (
    ("get_output_shapes", shapes_of),
    ("get_output_types", types_of),
    ("get_output_classes", classes_of),
):

    def _getter(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], read: Any = _read) -> Any:
        return read(call, spec_of(call, (*args, *kwargs.values())[0]))

    api.function(_getter, name=_name, raw=True)


# iterators


def make_iterator(call: Call, spec: AnyValue, one_shot: bool) -> InstanceValue:
    if one_shot:
        make_op(call, "OneShotIterator")
        make_op(call, "IteratorToStringHandle")
        return InstanceValue(iterator.cls, {SPEC: spec, "_initializer": None})
    make(call, "Const", "optimizations")
    make_op(call, "OptimizeDataset")
    make_op(call, "ModelDataset")
    make_op(call, "IteratorV2")
    start = make_op(call, "MakeIterator")
    make_op(call, "IteratorToStringHandle")
    return InstanceValue(iterator.cls, {SPEC: spec, "_initializer": start})


@dataset.method
def make_one_shot_iterator(call: Call, self: InstanceValue) -> Any:
    return make_iterator(call, spec_of(call, self), True)


@dataset.method
def make_initializable_iterator(call: Call, self: InstanceValue) -> Any:
    return make_iterator(call, spec_of(call, self), False)


@api.function(name="make_one_shot_iterator")
def make_one_shot(call: Call, dataset: AnyValue) -> Any:
    return make_iterator(call, spec_of(call, dataset), True)


@api.function(name="make_initializable_iterator")
def make_initializable(call: Call, dataset: AnyValue) -> Any:
    return make_iterator(call, spec_of(call, dataset), False)


@dataset.method(name="__iter__")
def iterate(call: Call, self: InstanceValue) -> Any:
    call.raise_(
        "RuntimeError",
        "__iter__() is only supported inside of tf.function or when eager execution is enabled.",
        kind="argument",
    )


@iterator.staticmethod
def from_structure(call: Call, output_types: AnyValue, output_shapes: AnyValue) -> Any:
    make_op(call, "IteratorV2")
    make_op(call, "IteratorToStringHandle")
    return InstanceValue(iterator.cls, {SPEC: typed(call, output_types, output_shapes), "_initializer": None})


@iterator.staticmethod
def from_string_handle(call: Call, string_handle: AnyValue, output_types: AnyValue, output_shapes: AnyValue) -> Any:
    if isinstance(string_handle, str):
        make(call, "Const", "Const")
    make_op(call, "IteratorFromStringHandleV2")
    make_op(call, "IteratorToStringHandle")
    return InstanceValue(iterator.cls, {SPEC: typed(call, output_types, output_shapes), "_initializer": None})


@iterator.method
def get_next(call: Call, self: InstanceValue, name: AnyValue) -> Any:
    made_name = call.graph.op("IteratorGetNext", graph_name(name, "IteratorGetNext"))
    return tensors_for(call, spec_of(call, self), made_name, "IteratorGetNext")


@iterator.method
def string_handle(call: Call, self: InstanceValue, name: AnyValue) -> Any:
    if name is None:
        return Tensor("IteratorToStringHandle", 0, "IteratorToStringHandle", (), STRING, call.graph)
    return make(call, "Identity", graph_name(name, ""), (), STRING)


@iterator.method
def make_initializer(call: Call, self: InstanceValue, dataset: AnyValue, name: AnyValue) -> Any:
    with call.graph.name_scope(graph_name(name, "make_initializer")) as scope:
        return Operation(call.graph.op("MakeIterator", scope), "MakeIterator", call.graph)


@iterator.property
def initializer(call: Call, self: InstanceValue) -> Any:
    start = self.attrs.get("_initializer")
    if start is None and "_initializer" in self.attrs:
        call.raise_("ValueError", "Iterator does not have an initializer.", kind="argument")
    return start
