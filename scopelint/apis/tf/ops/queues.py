"""Queues, readers and the input pipelines of tf.train that stand on them."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.framework.conversion import graph_dtype, graph_name, graph_shape
from scopelint.apis.tf.framework.operations import convert
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.apis.tf.ops.array import shape_of as shape_tensor
from scopelint.apis.tf.ops.slot_creator import make_variable
from scopelint.graph import initial, store
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import DTYPES, INT64, STRING, Operation, SparseTensor, Tensor
from scopelint.values.truth import is_on

api = Namespace("tf.train")
top = Namespace("tf")

queue_base = top.type("QueueBase")


def _all_defined(call: Call, shapes: list[Any]) -> None:
    """TF: _as_shape_list. A queue that does not pad takes no shape in which a dimension is left open."""
    known = [shape for shape in shapes if isinstance(shape, tuple) and not any(isinstance(d, Unknown) for d in shape)]
    if len(known) == len(shapes) and any(None in shape for shape in known):
        said = ", ".join(f"TensorShape([{', '.join(f'Dimension({d})' for d in shape)}])" for shape in known)
        call.raise_("ValueError", f"All shapes must be fully defined: [{said}]", kind="argument")


def set_up(
    call: Call, self: InstanceValue, type: str, dtypes: Any, shapes: AnyValue, names: AnyValue, name: AnyValue
) -> None:
    """What any queue keeps: the components' dtypes and shapes, its own operation's name."""
    full = call.graph.op(type, name)
    kinds = call.members(dtypes) if isinstance(dtypes, (ListValue, tuple, Unknown)) else [dtypes]
    self.set("<dtypes>", [] if isinstance(kinds, Unknown) else [graph_dtype(call, kind) for kind in kinds])
    count = len(self.attrs["<dtypes>"])
    listed: Any = None
    if shapes is not None and not isinstance(shapes, Unknown):
        listed = call.members(shapes) if isinstance(shapes, (ListValue, tuple)) else [shapes]
        if not isinstance(listed, Unknown) and (
            count == 1 and (len(listed) != 1 or isinstance(listed[0], int) or listed[0] is None)
        ):
            listed = [shapes]
    unknown = next((each for each in (shapes, listed) if isinstance(each, Unknown)), None)
    if unknown is not None or len(listed or ()) != count:
        listed = [None if unknown is None else unknown.derive("")] * count
    self.set("<shapes>", [graph_shape(call, shape) for shape in listed])
    self.set("<names>", names if isinstance(names, (ListValue, Unknown)) else None)
    self.set("<op>", full)


def queue_type(name: str, op: str, default: str) -> Any:
    made = top.type(name, bases=(queue_base.cls,))
    canonical = made.cls.canonical

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = bind(call, canonical, args[1:], kwargs)[0]
        set_up(
            call,
            args[0],
            op,
            given.get("dtypes"),
            given.get("shapes"),
            given.get("names"),
            graph_name(given.get("name"), default),
        )

    made.method(init, name="__init__", raw=True)
    return made


fifo = queue_type("FIFOQueue", "FIFOQueueV2", "fifo_queue")
padding = queue_type("PaddingFIFOQueue", "PaddingFIFOQueueV2", "padding_fifo_queue")
shuffling = queue_type("RandomShuffleQueue", "RandomShuffleQueueV2", "random_shuffle_queue")
priority = queue_type("PriorityQueue", "PriorityQueueV2", "priority_queue")


def leaf_of(self: InstanceValue) -> str:
    return str(self.attrs.get("<op>", "queue")).rpartition("/")[2]


def enqueued(many: bool) -> Any:
    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self = args[0]
        vals = args[1] if len(args) > 1 else kwargs.get("vals")
        name = args[2] if len(args) > 2 else kwargs.get("name")
        suffix, type = ("EnqueueMany", "QueueEnqueueManyV2") if many else ("enqueue", "QueueEnqueueV2")
        text = graph_name(name, f"{leaf_of(self)}_{suffix}")
        with call.graph.name_scope(text) as scope:
            for i, value in enumerate(members(call, vals)):
                convert(call, value, None, f"component_{i}")
            return Operation(call.graph.op(type, scope), type, call.graph)

    return summary


def members(call: Call, vals: AnyValue) -> list[Any]:
    if isinstance(vals, DictValue):
        return [vals.items[key] for key in sorted(vals.items, key=str)]
    if isinstance(vals, (ListValue, tuple)):
        return list(vals.items if isinstance(vals, ListValue) else vals)
    return [vals]


queue_base.method(enqueued(False), name="enqueue", raw=True)
queue_base.method(enqueued(True), name="enqueue_many", raw=True)


def dequeued_components(call: Call, self: InstanceValue, full: str, type: str, first: tuple[Any, ...]) -> Any:
    """The components that leave a queue: one alone, a list, or by name."""
    kinds, shapes = self.attrs.get("<dtypes>"), self.attrs.get("<shapes>")
    if not kinds or shapes is None:
        return call.unknown("components of a queue that is not known")
    out = [
        Tensor(full, i, type, (*first, *shape) if isinstance(shape, tuple) else shape, kind, call.graph)
        for i, (kind, shape) in enumerate(zip(kinds, shapes, strict=True))
    ]
    names = self.attrs.get("<names>")
    if isinstance(names, Unknown):
        return names.derive("")
    if names is not None:
        return DictValue(dict(zip(names.items, out, strict=False)))
    return out[0] if len(out) == 1 else ListValue(out)


def dequeued(suffix: str, type: str, many: bool, partial: bool = False) -> Any:
    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self, given = args[0], args[1:]
        count = (given[0] if given else kwargs.get("n")) if many else None
        at = 1 if many else 0
        name = given[at] if len(given) > at else kwargs.get("name")
        inner = (("n", "Const"),) if many and isinstance(count, int) else ()
        full = call.graph.op(type, graph_name(name, f"{leaf_of(self)}_{suffix}"), inner=inner)
        size = None if partial or not isinstance(count, (int, Unknown)) else count
        return dequeued_components(call, self, full, type, (size,) if many else ())

    return summary


queue_base.method(dequeued("Dequeue", "QueueDequeueV2", False), name="dequeue", raw=True)
queue_base.method(dequeued("DequeueMany", "QueueDequeueManyV2", True), name="dequeue_many", raw=True)
queue_base.method(dequeued("DequeueUpTo", "QueueDequeueUpToV2", True, True), name="dequeue_up_to", raw=True)


@queue_base.method
def size(call: Call, self: InstanceValue, name: AnyValue) -> Any:
    return make(call, "QueueSizeV2", graph_name(name, f"{leaf_of(self)}_Size"), (), DTYPES["int32"])


@queue_base.method
def close(call: Call, self: InstanceValue, name: AnyValue) -> Any:
    return make_op(call, "QueueCloseV2", graph_name(name, f"{leaf_of(self)}_Close"))


@queue_base.method
def is_closed(call: Call, self: InstanceValue, name: AnyValue) -> Any:
    return make(call, "QueueIsClosedV2", graph_name(name, f"{leaf_of(self)}_is_closed"), (), DTYPES["bool"])


@queue_base.property
def queue_ref(call: Call, self: InstanceValue) -> Any:
    return Tensor(self.attrs.get("<op>", "queue"), 0, "Queue", (), DTYPES["resource"], call.graph)


@queue_base.property
def name(call: Call, self: InstanceValue) -> Any:
    return self.attrs.get("<op>", "queue")


@queue_base.property
def dtypes(call: Call, self: InstanceValue) -> Any:
    return ListValue(self.attrs.get("<dtypes>") or ())


# readers

reader_base = top.type("ReaderBase")


def reader(name: str, op: str) -> None:
    made = top.type(name, bases=(reader_base.cls,))
    canonical = made.cls.canonical

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = bind(call, canonical, args[1:], kwargs)[0]
        args[0].set("<op>", call.graph.op(op, graph_name(given.get("name"), op)))

    made.method(init, name="__init__", raw=True)


for _name, _op in (
    ("TextLineReader", "TextLineReaderV2"), ("TFRecordReader", "TFRecordReaderV2"),
    ("WholeFileReader", "WholeFileReaderV2"), ("FixedLengthRecordReader", "FixedLengthRecordReaderV2"),
    ("IdentityReader", "IdentityReaderV2"), ("LMDBReader", "LMDBReader"),
):  # fmt: skip
    reader(_name, _op)


def _key_and_value(call: Call, type: str, name: AnyValue, shape: AnyValue) -> Any:
    full = call.graph.op(type, graph_name(name, type))
    return tuple(Tensor(full, i, type, shape, STRING, call.graph) for i in (0, 1))


@reader_base.method
def read(call: Call, self: InstanceValue, queue: AnyValue, name: AnyValue) -> Any:
    return _key_and_value(call, "ReaderReadV2", name, ())


@reader_base.method
def read_up_to(call: Call, self: InstanceValue, queue: AnyValue, num_records: AnyValue, name: AnyValue) -> Any:
    return _key_and_value(call, "ReaderReadUpToV2", name, (None,))


# pipelines


def count_epochs(call: Call, tensor: Tensor, num_epochs: AnyValue, name: AnyValue = None) -> Tensor:
    """TF: limit_epochs. Counts in a local variable."""
    if num_epochs is None or (isinstance(num_epochs, Unknown) and not num_epochs.derive("num_epochs is given")):
        return tensor
    if isinstance(num_epochs, int) and num_epochs <= 0:
        call.raise_("ValueError", f"num_epochs must be > 0 not {num_epochs}.", kind="argument")
    with operations.scope(call, name, "limit_epochs") as scope:
        zero = make(call, "Const", "Const", (), INT64, const=0)
        make_variable(call, zero, "epochs", collections=("local_variables",), by="Variable")
        make(call, "CountUpTo", "CountUpTo", (), INT64)
        return make(call, "Identity", scope, tensor.shape, tensor.dtype, tensor.deps)


@api.function
def limit_epochs(call: Call, tensor: AnyValue, num_epochs: AnyValue, name: AnyValue) -> Any:
    return count_epochs(call, convert(call, tensor), num_epochs, name)


def input_producer_queue(
    call: Call,
    tensor: AnyValue,
    num_epochs: AnyValue,
    shuffle: AnyValue,
    capacity: AnyValue,
    name: AnyValue,
    summary: bool,
) -> InstanceValue:
    """TF: input_producer. A queue, filled from a tensor that may be shuffled and counted."""
    with operations.scope(call, name, "input_producer"):
        source = convert(call, tensor, None, "input_tensor")
        if shuffle:
            source = make(call, "RandomShuffle", "RandomShuffle", source.shape, source.dtype)
        source = count_epochs(call, source, num_epochs)
        made = InstanceValue(fifo.cls)
        element = source.shape[1:] if isinstance(source.shape, tuple) else source.shape
        set_up(call, made, "FIFOQueueV2", [source.dtype], None, None, graph_name(name, "input_producer"))
        made.attrs["<dtypes>"], made.attrs["<shapes>"] = [source.dtype], [element]
        call.method(made, "enqueue_many", ListValue([source]))
        make_op(call, "QueueCloseV2", f"{leaf_of(made)}_Close")
        make_op(call, "QueueCloseV2", f"{leaf_of(made)}_Close")
        if summary:
            fraction(call, made, f"fraction_of_{graph_name(capacity)}_full")
        return made


def fraction(call: Call, queue: InstanceValue, tag: str, above: bool = False) -> None:
    """The summary that tells how full a queue is, or how much it holds `above` what always stays in it."""
    call.method(queue, "size")
    if above:
        make(call, "Sub", "sub", inner=(("y", "Const"),))
        make(call, "Maximum", "Maximum", inner=(("x", "Const"),))
    make(call, "Cast", "Cast")
    make(call, "Mul", "mul", inner=(("y", "Const"),))
    with call.graph.name_scope(tag) as scope:
        make(call, "Const", "tags", (), STRING)
        done = make(call, "ScalarSummary", scope, (), STRING)
        call.graph.add_to_collection("summaries", done)


@api.function
def input_producer(
    call: Call,
    input_tensor: AnyValue,
    num_epochs: AnyValue,
    shuffle: AnyValue,
    capacity: AnyValue,
    summary_name: AnyValue,
    name: AnyValue,
) -> Any:
    return input_producer_queue(call, input_tensor, num_epochs, shuffle, capacity, name, False)


@api.function
def string_input_producer(
    call: Call, string_tensor: AnyValue, num_epochs: AnyValue, shuffle: AnyValue, capacity: AnyValue, name: AnyValue
) -> Any:
    if isinstance(string_tensor, ListValue) and not string_tensor.items and string_tensor.rest is None:
        call.raise_("ValueError", "string_input_producer requires a non-null input tensor", kind="argument")
    with operations.scope(call, name, "input_producer") as scope:
        tensor = convert(call, string_tensor, STRING)
        make(call, "Const", "Size", (), DTYPES["int32"])
        make(call, "Greater", "Greater", inner=(("y", "Const"),))
        make_op(call, "Assert", "Assert/Assert")
        kept = make(call, "Identity", "Identity", tensor.shape, STRING)
        return input_producer_queue(call, kept, num_epochs, shuffle, capacity, scope, True)


@api.function
def range_input_producer(
    call: Call, limit: AnyValue, num_epochs: AnyValue, shuffle: AnyValue, capacity: AnyValue, name: AnyValue
) -> Any:
    with operations.scope(call, name, "input_producer") as scope:
        size_known = limit if isinstance(limit, int) else None
        inner = (("start", "Const"), ("delta", "Const"), *((("limit", "Const"),) if size_known is not None else ()))
        tensor = make(call, "Range", "range", (size_known,), DTYPES["int32"], inner=inner)
        return input_producer_queue(call, tensor, num_epochs, shuffle, capacity, scope, True)


@api.function
def slice_input_producer(
    call: Call, tensor_list: AnyValue, num_epochs: AnyValue, shuffle: AnyValue, capacity: AnyValue, name: AnyValue
) -> Any:
    listed = call.members(tensor_list)
    with operations.scope(call, name, "input_producer"):
        if isinstance(listed, Unknown):
            return ListValue((), listed)
        tensors = [convert(call, tensor) for tensor in listed]
        if not tensors:
            call.raise_("ValueError", "Expected at least one tensor in slice_input_producer().", "argument")
        shape_tensor(call, tensors[0])
        make(
            call,
            "StridedSlice",
            "strided_slice",
            inner=(("stack", "Const"), ("stack_1", "Const"), ("stack_2", "Const")),
        )
        queue = call.new(
            "tf.train.range_input_producer",
            call.unknown("number of slices"),
            num_epochs=num_epochs,
            shuffle=shuffle,
            capacity=capacity,
        )
        call.method(queue, "dequeue")
        return ListValue(
            [
                make(
                    call,
                    "GatherV2",
                    "GatherV2",
                    t.shape[1:] if isinstance(t.shape, tuple) else t.shape,
                    t.dtype,
                    inner=(("axis", "Const"),),
                )
                for t in tensors
            ]
        )


def batched(
    call: Call,
    scope_name: str,
    tensors: AnyValue,
    given: dict[str, Any],
    queue_kind: str,
    tag: str,
    first: AnyValue = None,
) -> Any:
    """TF: _batch and its kin: a queue fed with tensors, and a dequeue that takes the scope's own name."""
    many = given.get("enqueue_many")
    with operations.scope(call, given.get("name"), scope_name) as scope:
        listed = members(call, first if first is not None else tensors)
        found = [value if isinstance(value, (Tensor, SparseTensor)) else convert(call, value) for value in listed]
        make(call, "Const", "Const", (), DTYPES["bool"])
        shapes = [shape_of(value) for value in found]
        if many:
            shapes = [shape[1:] if isinstance(shape, tuple) else shape for shape in shapes]
        asked = given.get("shapes")
        if asked is not None and not isinstance(asked, Unknown):
            own = members(call, asked)
            shapes = [graph_shape(call, s) for s in own] if len(own) == len(shapes) else shapes
        kinds = [dtype_of(value) for value in found]
        queue = InstanceValue(call.find(f"tf.{queue_kind}"))
        if queue_kind != "PaddingFIFOQueue":
            _all_defined(call, shapes)
        op, leaf = {
            "FIFOQueue": ("FIFOQueueV2", "fifo_queue"),
            "PaddingFIFOQueue": ("PaddingFIFOQueueV2", "padding_fifo_queue"),
            "RandomShuffleQueue": ("RandomShuffleQueueV2", "random_shuffle_queue"),
        }[queue_kind]
        queue.attrs.update({"<dtypes>": kinds, "<shapes>": shapes, "<names>": None, "<op>": call.graph.op(op, leaf)})
        if many:
            make_op(call, "QueueEnqueueManyV2", f"{leaf}_EnqueueMany")
        else:
            make_op(call, "QueueEnqueueV2", f"{leaf}_enqueue")
        make_op(call, "QueueCloseV2", f"{leaf}_Close")
        make_op(call, "QueueCloseV2", f"{leaf}_Close")
        fraction(call, queue, tag, queue_kind == "RandomShuffleQueue")
        size = given.get("batch_size")
        smaller = given.get("allow_smaller_final_batch")
        type = "QueueDequeueUpToV2" if is_on(smaller) else "QueueDequeueManyV2"
        if isinstance(size, int):
            make(call, "Const", "n", (), DTYPES["int32"])
        full = call.graph.op(type, scope)
        lead = None if is_on(smaller) or not isinstance(size, (int, Unknown)) else size
        out: list[Any] = []
        for i, (value, shape, kind) in enumerate(zip(found, shapes, kinds, strict=True)):
            dims = (lead, *shape) if isinstance(shape, tuple) else shape
            if isinstance(value, SparseTensor):
                out.append(
                    SparseTensor(
                        make(call, "Identity", "SparseTensor", (None, None), INT64),
                        make(call, "Identity", "SparseTensor", (None,), kind),
                        make(call, "Identity", "SparseTensor", (None,), INT64),
                        dims,
                    )
                )
            else:
                out.append(Tensor(full, i, type, dims, kind, call.graph))
    source = first if first is not None else tensors
    if isinstance(source, DictValue):
        return DictValue(dict(zip(sorted(source.items, key=str), out, strict=True)), source.rest)
    if isinstance(source, ListValue) and source.rest is not None:
        return source.like(out) if len(out) > 1 else source.rest.derive("")
    if isinstance(source, Unknown):
        return source.derive("")
    return out[0] if len(out) == 1 else ListValue(out)


def pipeline(name: str, scope: str, joined: bool, shuffled: bool) -> None:
    canonical = f"tf.train.{name}"

    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = bind(call, canonical, args, kwargs)[0]
        tensors = given.get("tensors_list" if joined else "tensors")
        if isinstance(tensors, Unknown) or getattr(tensors, "rest", None) is not None:
            return call.unknown("a batch of tensors that are not known")
        first = None
        if joined:
            lists = members(call, tensors)
            if not lists or isinstance(lists[0], Unknown):
                return call.unknown("a batch of tensors that are not known")
            first = lists[0]
        capacity = given.get("capacity")
        if shuffled:
            low = given.get("min_after_dequeue")
            more = call.binary("-", capacity, low)
            tag = f"fraction_over_{graph_name(low)}_of_{graph_name(more)}_full"
            return batched(call, scope, tensors, given, "RandomShuffleQueue", tag, first)
        kind = "PaddingFIFOQueue" if is_on(given.get("dynamic_pad")) else "FIFOQueue"
        return batched(call, scope, tensors, given, kind, f"fraction_of_{graph_name(capacity)}_full", first)

    api.function(summary, name=name, raw=True)


for _name in ("batch", "batch_join", "shuffle_batch", "shuffle_batch_join"):
    for _full in (_name, f"maybe_{_name}"):
        pipeline(_full, _name, "join" in _name, "shuffle" in _name)


@Namespace("tf.io").function
def match_filenames_once(call: Call, pattern: AnyValue, name: AnyValue) -> Any:
    """TF: match_filenames_once. A local variable whose length only a run can tell."""

    with operations.scope(call, name, "matching_filenames") as scope:
        convert(call, pattern, STRING, "MatchingFiles/pattern")
        found = make(call, "MatchingFiles", "MatchingFiles", (None,), STRING)
        return store.variable(
            call.state,
            initial.of_tensor(found),
            trainable=False,
            name=scope,
            validate_shape=False,
            collections=["local_variables"],
        )
