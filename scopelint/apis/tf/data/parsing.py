"""tf.parse_example and its kin: which tensors a dictionary of features becomes."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.data.dataset import tensors_for
from scopelint.apis.tf.data.elements import Spec
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.conversion import graph_dtype, graph_name, graph_shape, none_if_default
from scopelint.apis.tf.framework.python_values import left_open, shape_of
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import STRING, DType

api = Namespace("tf")

for _name, _fields in (
    ("FixedLenFeature", ("shape", "dtype", "default_value")), ("VarLenFeature", ("dtype",)),
    ("FixedLenSequenceFeature", ("shape", "dtype", "allow_missing", "default_value")),
    ("SparseFeature", ("index_key", "value_key", "dtype", "size", "already_sorted")),
):  # fmt: skip
    _feature = api.type(_name)

    def _init(
        call: Call,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        canonical: str = f"tf.{_name}",
        fields: tuple[str, ...] = _fields,
    ) -> None:
        given = dict(zip(fields, args[1:], strict=False))
        given.update(kwargs)
        for field in fields:
            args[0].set(field, given.get(field))

    _feature.method(_init, name="__init__", raw=True)


def feature_spec(call: Call, feature: AnyValue) -> Any:
    """What one example's feature becomes."""
    if not isinstance(feature, InstanceValue):
        return feature if isinstance(feature, Unknown) else call.unknown("a feature that is not known")
    kind = feature.cls.canonical
    dtype = graph_dtype(call, feature.attrs.get("dtype"))
    if kind == "tf.FixedLenFeature":
        return Spec(graph_shape(call, feature.attrs.get("shape")), dtype)
    if kind == "tf.FixedLenSequenceFeature":
        shape = graph_shape(call, feature.attrs.get("shape"))
        return Spec((None, *shape) if isinstance(shape, tuple) else shape, dtype)
    if kind == "tf.VarLenFeature":
        return Spec((None,), dtype, True)
    if kind == "tf.SparseFeature":
        return Spec((None,), dtype, True)
    return call.unknown("a feature that is not known")


_PARSED = ("float32", "int64", "string")


def check_features(call: Call, features: DictValue, batch: bool) -> None:
    """TF: parsing_ops._features_to_raw_params, and the dtypes that ParseExample takes."""
    if features.rest is None and not features.items:
        said = "Missing: features was {}." if batch else "Missing features."
        call.raise_("ValueError", said, kind="argument")
    wrong: list[tuple[str, DType]] = []
    for key in sorted(key for key in features.items if isinstance(key, str)):
        value = features.items[key]
        if not isinstance(value, (Value, tuple)):
            call.raise_("ValueError", f"Invalid feature {key}:{call.to_string(value)}.", kind="argument")
        if not isinstance(value, InstanceValue):
            continue
        kind = value.cls.canonical
        if kind not in ("tf.FixedLenFeature", "tf.VarLenFeature", "tf.FixedLenSequenceFeature"):
            continue
        asked, shape = value.attrs.get("dtype"), value.attrs.get("shape")
        if asked is None:
            call.raise_("ValueError", f"Missing type for feature {key}.", kind="argument")
        if kind != "tf.VarLenFeature" and shape is None:
            call.raise_("ValueError", f"Missing shape for feature {key}.", kind="argument")
        dims = graph_shape(call, shape) if kind == "tf.FixedLenFeature" else ()
        if isinstance(dims, tuple) and None in dims:
            said = (
                f"First dimension of shape for feature {key} unknown. Consider using FixedLenSequenceFeature."
                if dims[0] is None
                else f"All dimensions of shape for feature {key} need to be known but received {call.to_string(shape)}."
            )
            call.raise_("ValueError", said, kind="argument")
        dtype = graph_dtype(call, asked)
        if isinstance(dtype, DType) and dtype.base_name not in _PARSED:
            wrong.append(("sparse_types" if kind == "tf.VarLenFeature" else "dense_defaults", dtype))
    # TF looks at the sparse ones last.
    for parameter, dtype in sorted(wrong, key=lambda each: each[0]):
        operations.check_allowed(call, parameter, dtype, _PARSED)


def parsed_specs(call: Call, features: AnyValue) -> Any:
    """What the features of one example become, by name."""
    if not isinstance(features, DictValue):
        return call.unknown("features that are not known")
    return DictValue({key: feature_spec(call, value) for key, value in features.items.items()}, features.rest)


def _parse(name: str, op: str, scope: str, batch: bool) -> None:
    canonical = f"tf.{name}"

    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = bind(call, canonical, args, kwargs)[0]
        if given.get("features") is None:
            call.raise_("ValueError", "Missing features.", kind="argument")
        if isinstance(given["features"], DictValue):
            check_features(call, given["features"], batch)
        specs = parsed_specs(call, given["features"])
        serialized = given.get("serialized")
        with operations.scope(call, given.get("name"), scope):
            full = call.graph.op(op, op)
        if batch and isinstance(specs, DictValue):
            shape = shape_of(serialized)
            first = shape[0] if isinstance(shape, tuple) and shape else left_open(shape)
            specs = DictValue(
                {
                    key: spec.batched(None if spec.sparse else first) if isinstance(spec, Spec) else spec
                    for key, spec in specs.items.items()
                },
                specs.rest,
            )
        return tensors_for(call, specs, full, op)

    api.function(summary, name=name, raw=True)


_parse("parse_example", "ParseExample", "ParseExample", True)
_parse("parse_single_example", "ParseSingleExample", "ParseSingleExample", False)


@Namespace("tf").function(also=("tf.io.decode_csv", "tf.compat.v2.io.decode_csv"))
def decode_csv(
    call: Call,
    records: AnyValue,
    record_defaults: AnyValue,
    field_delim: AnyValue,
    use_quote_delim: AnyValue,
    name: AnyValue,
    na_value: AnyValue,
    select_cols: AnyValue,
) -> Any:
    """TF: decode_csv. A tensor for each of the columns' defaults."""
    listed = call.members(record_defaults)
    if isinstance(listed, Unknown):
        return ListValue((), listed)
    return operations.gen(call, "DecodeCSV", none_if_default(name), records=records, record_defaults=ListValue(listed))


def _sequence(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: parse_single_sequence_example. Context and sequence, a dictionary each."""
    given = dict(
        zip(("serialized", "context_features", "sequence_features", "example_name", "name"), args, strict=False)
    )
    given.update(kwargs)
    with call.graph.name_scope(graph_name(given.get("name"), "ParseSingleSequenceExample")):
        full = call.graph.op("ParseSingleSequenceExample", "ParseSingleSequenceExample")
    out = []
    for which in ("context_features", "sequence_features"):
        features = given.get(which)
        specs: Any = DictValue() if features is None else parsed_specs(call, features)
        out.append(tensors_for(call, specs, full, "ParseSingleSequenceExample"))
    return tuple(out)


for _space in ("tf.io", "tf"):
    Namespace(_space).function(_sequence, name="parse_single_sequence_example", raw=True)

__all__ = ["STRING"]
