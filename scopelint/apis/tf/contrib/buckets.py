"""tf.contrib.training.bucket and bucket_by_sequence_length: batches of what is about as long."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tables import recorded as rows
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.conversion import graph_shape
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.apis.tf.framework.recorded import bind, replay
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.tensors import INT32, Tensor
from scopelint.values.truth import is_on

api = Namespace("tf.contrib.training")


def _declare(name: str, first: str) -> None:
    canonical = f"{api.path}.{name}"

    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """TF: bucket_ops.bucket: a queue for each bucket, and one of their batches. `first`: what comes beside them."""
        given = bind(call, canonical, args, kwargs)
        tensors = given["tensors"]
        listed = (
            [tensors.items[key] for key in sorted(tensors.items, key=str)]
            if isinstance(tensors, DictValue)
            else [tensors]
            if isinstance(tensors, Tensor)
            else call.members(tensors)
        )
        if isinstance(listed, Unknown):
            return (call.unknown(first), listed)
        if not listed:
            call.raise_("ValueError", "Expected at least one tensor in bucket().", kind="argument")
        values = [value if isinstance(value, Unknown) else operations.convert(call, value) for value in listed]
        row = rows.ops(canonical)
        if row is not None:
            replay(call, row, canonical, {**given, "tensors": ListValue(values)})
        asked = given.get("shapes")
        shapes = [shape_of(value) for value in values]
        if asked is not None and not isinstance(asked, Unknown):
            own = call.members(asked)
            if not isinstance(own, Unknown) and len(own) == len(shapes):
                shapes = [graph_shape(call, shape) for shape in own]
        size = given.get("batch_size")
        lead: Any = size if isinstance(size, (int, Unknown)) else None
        if is_on(given.get("allow_smaller_final_batch")):
            lead = None
        top = f"{call.graph.get_name_scope() or ''}/{name}/dequeue_top".lstrip("/")

        def taken(at: int, shape: AnyValue, dtype: Any) -> Tensor:
            dims = (lead, *shape) if isinstance(shape, tuple) else shape
            return Tensor(top, at, "QueueDequeueV2", dims, dtype, call.graph)

        out = [taken(at + 1, shape, dtype_of(v)) for at, (shape, v) in enumerate(zip(shapes, values, strict=True))]
        beside = taken(0, (), INT32)
        if name == "bucket":
            beside.shape = ()
        alone = len(out) == 1
        if isinstance(tensors, DictValue):
            # TF: _as_original_type wraps the only member once more; by length it is a list already.
            members = [ListValue(out)] if alone and name != "bucket" else out
            return (beside, DictValue(dict(zip(sorted(tensors.items, key=str), members, strict=True))))
        return (beside, out[0] if alone and name == "bucket" else ListValue(out))

    api.function(summary, name=name, raw=True)


_declare("bucket", "which bucket")
_declare("bucket_by_sequence_length", "the lengths of a bucket")
