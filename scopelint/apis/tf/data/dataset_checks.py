"""What TF refuses of the elements and functions of a dataset. TF: dataset_ops.py."""

from __future__ import annotations

from scopelint.apis.call import Call
from scopelint.apis.tf.data.elements import Spec
from scopelint.values.base import AnyValue
from scopelint.values.containers import ListValue
from scopelint.values.tensors import DType, Tensor, TensorShape, Variable


def check_has_rows(call: Call, leaf: Spec) -> None:
    """TF: TensorSliceDataset.__init__: a scalar cannot be taken apart."""
    if leaf.shape == () and not leaf.sparse:
        dtype = leaf.dtype.name if isinstance(leaf.dtype, DType) else "{?}"
        tensor = f'Tensor("normalize_element/component_0:0", shape=(), dtype={dtype})'
        call.raise_("ValueError", f"Value {tensor} has insufficient rank for batching.", kind="shape")


def check_is_dataset(call: Call, found: AnyValue) -> None:
    """TF: FlatMapDataset.__init__: what a function gives has to be a dataset."""
    if isinstance(found, Tensor) and found.is_stand_in:
        return
    if isinstance(found, (Tensor, Variable, bool, int, float, str)):
        kind = "tensorflow.python.framework.tensor_spec.TensorSpec"
        said = f"`map_func` must return a `Dataset` object. Got <class '{kind}'>"
        call.raise_("TypeError", said, kind="argument")


def check_predicate(call: Call, found: AnyValue) -> None:
    """TF: FilterDataset.__init__."""
    if not isinstance(found, Tensor) or found.is_stand_in:
        return
    kind, shape = found.dtype, found.shape
    if (isinstance(kind, DType) and not kind.is_bool) or (isinstance(shape, tuple) and shape):
        dims = call.to_string(TensorShape(shape)) if isinstance(shape, tuple) else "{?}"
        named = kind.base_name if isinstance(kind, DType) else "{?}"
        spec = f"TensorSpec(shape={dims}, dtype=tf.{named}, name=None)"
        said = f"`predicate` return type must be convertible to a scalar boolean tensor. Was {spec}."
        call.raise_("ValueError", said, kind="argument")


def check_structure(call: Call, datasets: AnyValue) -> None:
    """TF: ZipDataset.__init__."""
    if isinstance(datasets, (bool, int, float, str, ListValue, Tensor)):
        said = "The argument to `Dataset.zip()` must be a nested structure of `Dataset` objects."
        if isinstance(datasets, ListValue):
            said += " Nested structures do not support Python lists; please use a tuple instead."
        call.raise_("TypeError", said, kind="argument")
