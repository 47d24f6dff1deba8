"""What a column makes of the features that it is fed: of what rank, of which dtype, of how many values."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.feature_column.checks import check_string_or_int, refuse, shown, told
from scopelint.apis.tf.feature_column.columns import KINDS, categorical, is_column, name_of_column, no_attribute
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.layer_helpers import as_tensor
from scopelint.apis.tf.framework.python_values import dtype_of, left_open
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import FLOAT32, DType, SparseTensor, Tensor, Variable
from scopelint.values.text import Text

NO_DICT = (bool, int, float, str, tuple, ListValue, Tensor, SparseTensor, Variable, type(None))


class Fed:
    """TF: _LazyBuilder, FeatureTransformationCache. Each feature is taken up once, by the first column that asks."""

    def __init__(self, call: Call, features: AnyValue, reads: str = "_get_sparse_tensors") -> None:
        self.call = call
        self.features = features
        self.reads = reads
        self._raw: dict[Any, Any] = {}
        self._numbers: dict[int, Any] = {}

    def raw(self, key: AnyValue) -> Any:
        """TF: get, of the name of a feature."""
        features, call = self.features, self.call
        if not isinstance(key, (str, Text)):
            return Unknown("a feature whose name is not known")
        if isinstance(features, ListValue):
            refuse(call, "ValueError", f"Feature {key} is not in features dictionary.")
        if not isinstance(features, DictValue):
            return left_open(features)
        if key in self._raw:
            return self._raw[key]
        if key not in features.items:
            known = features.rest is None and isinstance(key, str) and "{" not in key
            if known and all(isinstance(given, str) and "{" not in given for given in features.items):
                refuse(call, "ValueError", f"Feature {key} is not in features dictionary.")
            return left_open(features.rest)
        self._raw[key] = self._taken_up(key, features.items[key])
        return self._raw[key]

    def _taken_up(self, key: str | Text, value: AnyValue) -> Any:
        """TF: _get_raw_feature_as_tensor. A row for each example, of one value where it had no second dimension."""
        call = self.call
        if isinstance(value, Unknown):
            return value
        value = value if isinstance(value, SparseTensor) else as_tensor(call, value)
        shape = dims_of(value)
        if isinstance(shape, tuple) and not shape:
            said = f"Feature (key: {key!s}) cannot have rank 0. Given: {shown(call, value)}"
            refuse(call, "ValueError", said)
        if isinstance(shape, tuple) and len(shape) == 1:
            if isinstance(value, SparseTensor):
                return SparseTensor(value.indices, value.values, value.dense_shape, (shape[0], 1))
            return call.new("tf.expand_dims", value, -1)
        return value

    def numbers(self, column: InstanceValue) -> Any:
        """TF: NumericColumn._transform_feature."""
        if id(column) in self._numbers:
            return self._numbers[id(column)]
        call = self.call
        value = self.raw(column.attrs.get("key"))
        if isinstance(value, SparseTensor):
            said = "The corresponding Tensor of numerical column must be a Tensor. SparseTensor is not supported. key: "
            refuse(call, "ValueError", said + name_of_column(column))
        function = column.attrs.get("normalizer_fn")
        if function is not None:
            value = call.invoke(function, value)
        made = value if isinstance(value, Unknown) else call.new("tf.cast", value, FLOAT32)
        self._numbers[id(column)] = made
        return made

    def rows(self, column: AnyValue) -> Any:
        """TF: _get_dense_tensor. The sizes of what a dense column gives, as far as they are known."""
        if not isinstance(column, InstanceValue):
            return Unknown("a column that is not known")
        held = column.attrs
        if column.cls is KINDS["NumericColumn"]:
            return dims_of(self.numbers(column))
        if column.cls is KINDS["BucketizedColumn"]:
            shape, width = self.of_source(column), held.get("each")
            return (*shape, width) if isinstance(shape, tuple) else shape
        if "categorical_column" in held:
            inner = held["categorical_column"]
            if isinstance(inner, InstanceValue) and inner.cls is KINDS["SequenceCategoricalColumn"]:
                kind = "indicator" if column.cls is KINDS["IndicatorColumn"] else "embedding"
                said = f"In {kind}_column: {name_of_column(column)}. categorical_column must not be of type "
                refuse(self.call, "ValueError", said + "_SequenceCategoricalColumn. ")
            return (self.ids(inner), held.get("width"))
        return Unknown("what a column gives")

    def of_source(self, column: InstanceValue) -> Any:
        source = column.attrs.get("source_column")
        return dims_of(self.numbers(source)) if isinstance(source, InstanceValue) else Unknown("a column")

    def ids(self, column: AnyValue) -> Any:
        """TF: _get_sparse_tensors. Looks at what a categorical column reads; gives its number of examples."""
        if isinstance(column, Unknown):
            return column
        if not isinstance(column, InstanceValue) or (
            is_column(column) and not column.cls.derives_from(categorical.cls)
        ):
            refuse(self.call, "AttributeError", no_attribute(self.call, column, self.reads))
            return None
        held, kind = column.attrs, column.cls
        if kind is KINDS["WeightedCategoricalColumn"]:
            self._weights(held)
            return self.ids(held["categorical_column"])
        if kind is KINDS["SequenceCategoricalColumn"]:
            return self.ids(held["categorical_column"])
        if kind is KINDS["BucketizedColumn"]:
            return first_size(self.of_source(column))
        if kind is KINDS["CrossedColumn"]:
            self._crossed(held["keys"])
            return None
        if "key" not in held:
            return Unknown("what a column reads")
        value = self.raw(held["key"])
        self._check_dtype(column, dtype_of(value) if not isinstance(value, Unknown) else value)
        return first_size(dims_of(value)) if not isinstance(value, Unknown) else value

    def _weights(self, held: dict[str, Any]) -> None:
        """TF: WeightedCategoricalColumn._transform_weight_tensor."""
        weights, wanted = self.raw(held["weight_feature_key"]), held["dtype"]
        found = None if isinstance(weights, Unknown) else dtype_of(weights)
        if isinstance(found, DType) and isinstance(wanted, DType) and found.base_name != wanted.base_name:
            refuse(self.call, "ValueError", f"Bad dtype, expected {told(wanted)}, but got {told(found)}.")

    def _crossed(self, keys: list[Any]) -> None:
        """TF: CrossedColumn._transform_feature."""
        for key in keys:
            if isinstance(key, InstanceValue) and key.cls is KINDS["CrossedColumn"]:
                self._crossed(key.attrs["keys"])
            elif isinstance(key, InstanceValue):
                self.ids(key)
                if key.cls is KINDS["WeightedCategoricalColumn"]:
                    said = (
                        "crossed_column does not support weight_tensor, but the given column populates weight_tensor."
                    )
                    refuse(self.call, "ValueError", f"{said} Given column: {name_of_column(key)}")
            else:
                self.raw(key)

    def _check_dtype(self, column: InstanceValue, found: AnyValue) -> None:
        """TF: _transform_input_tensor of columns of words, of hashes and of numbers as they are."""
        call, key, wanted = self.call, name_of_column(column), column.attrs.get("dtype")
        if not isinstance(found, DType):
            return
        if column.cls is KINDS["IdentityCategoricalColumn"]:
            if not found.is_integer:
                refuse(call, "ValueError", f"Invalid input, not integer. key: {key} dtype: {told(found)}")
            return
        told_first = column.cls is KINDS["HashedCategoricalColumn"]
        if told_first:
            check_string_or_int(call, found, f"column_name: {key} input_tensor")
        if isinstance(wanted, DType) and wanted.is_integer != found.is_integer:
            said = f"Column dtype and SparseTensors dtype must be compatible. key: {key}, column dtype: "
            refuse(call, "ValueError", f"{said}{told(wanted)}, tensor dtype: {told(found)}")
        check_string_or_int(call, found, f"column_name: {key} input_tensor")


def first_size(shape: Any) -> Any:
    """How many examples there are. Of a shape that TF knows in part only it does not always keep that."""
    if not isinstance(shape, tuple) or not shape:
        return shape if isinstance(shape, Unknown) else None
    whole = all(isinstance(size, int) for size in shape)
    return shape[0] if whole or not isinstance(shape[0], int) else Unknown("the number of examples", "batch")


def same_number(call: Call, names: list[str], sizes: list[Any]) -> Any:
    """TF: _verify_static_batch_size_equality. Gives the number of examples, as far as it is known."""
    found, at = None, 0
    for i, size in enumerate(sizes):
        if not isinstance(size, int):
            continue
        if found is not None and found != size:
            said = "Batch size (first dimension) of each feature must be same. Batch size of columns "
            refuse(call, "ValueError", f"{said}({names[at]}, {names[i]}): ({found}, {size})")
        if found is None:
            found, at = size, i
    if found is not None:
        return found
    return next((size for size in sizes if isinstance(size, Unknown)), None)


def check_combiner(call: Call, combiner: AnyValue) -> None:
    """TF: embedding_lookup_sparse."""
    if isinstance(combiner, str) and combiner not in ("mean", "sqrtn", "sum"):
        refuse(call, "ValueError", "combiner must be one of 'mean', 'sqrtn' or 'sum'")
