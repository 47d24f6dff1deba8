"""tf.random.experimental.Generator: random numbers whose state is a variable."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.operations import convert, gen, scope
from scopelint.apis.tf.framework.python_values import as_dtype, is_list, members
from scopelint.apis.tf.framework.shapes.common import from_const
from scopelint.graph import initial, store
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import ClassValue, InstanceValue
from scopelint.values.tensors import FLOAT32, INT64, DType, Tensor, merge_shapes

api = Namespace("tf.random.experimental")
generator = api.type("Generator")

PHILOX, THREEFRY = 1, 2
STATE_SIZES = {PHILOX: 3, THREEFRY: 2}
"""TF: _get_state_size, by the number of the algorithm."""


def keep_state(call: Call, self: InstanceValue, state: Tensor, alg: AnyValue) -> None:
    """TF: Generator.__init__. The state is a resource variable that nothing trains."""
    self.set("algorithm", alg)
    made = store.variable(call.state, initial.of_tensor(state), dtype=INT64, trainable=False, use_resource=True)
    self.set("state", made)


@generator.method(name="__init__")
def generator_init(call: Call, self: InstanceValue, copy_from: Any, state: AnyValue, alg: Any) -> None:
    if isinstance(copy_from, InstanceValue):
        state, alg = copy_from.attrs.get("state"), copy_from.attrs.get("algorithm")
    elif isinstance(copy_from, Unknown):
        state = alg = copy_from
    keep_state(call, self, convert(call, state, INT64), alg)


def made_of(call: Call, cls: Any, state: Any, alg: Any) -> InstanceValue:
    self = InstanceValue(cls)
    keep_state(call, self, state, alg)
    return self


def state_shape(alg: AnyValue) -> Any:
    size = STATE_SIZES.get(alg) if isinstance(alg, int) else None
    return (size,) if size else Unknown("the algorithm of a random generator", "algorithm")


@generator.classmethod
def from_seed(call: Call, cls: ClassValue, seed: AnyValue, alg: AnyValue) -> InstanceValue:
    """TF: Generator.from_seed. The seed becomes as many numbers as the algorithm's state has."""
    alg = PHILOX if alg is None else alg
    state = make(call, "Const", "Const", state_shape(alg), INT64)
    return made_of(call, cls, state, alg)


@generator.classmethod
def from_non_deterministic_state(call: Call, cls: AnyValue, alg: Any) -> InstanceValue:
    """TF: Generator.from_non_deterministic_state."""
    alg = PHILOX if alg is None else alg
    with scope(call, None, "non_deterministic_ints") as inner:
        sizes(call, state_shape(alg))
        state = make(call, "NonDeterministicInts", inner, state_shape(alg), INT64)
    return made_of(call, cls, state, alg)


def draw(call: Call, kind: str, shape: Any, dtype: Any) -> tuple[Tensor, Any]:
    """Numbers as the operation draws them, not scaled yet; and their shape."""
    dims = from_const(shape.const)
    return make(call, kind, kind, dims, dtype, inner=(("algorithm", "Const"),)), dims


def sizes(call: Call, shape: AnyValue) -> Tensor:
    """TF: _shape_tensor. An empty shape is one of int64."""
    return convert(call, shape, INT64 if is_list(shape) and not members(shape) else None, "shape")


def scaled(call: Call, kind: str, default: str, given: tuple[Any, ...]) -> Any:
    """TF: Generator.normal and truncated_normal."""
    shape, mean, stddev, dtype, name = given
    dtype = as_dtype(call, dtype, FLOAT32)
    with scope(call, name, default) as inner:
        shape = sizes(call, shape)
        mean, stddev = convert(call, mean, dtype, "mean"), convert(call, stddev, dtype, "stddev")
        drawn, dims = draw(call, kind, shape, dtype)
        result = gen(call, "Add", inner, x=call.binary("*", drawn, stddev), y=mean)
        result.shape = merge_shapes(result.shape, dims)
        return result


@generator.method
def normal(
    call: Call, self: InstanceValue, shape: AnyValue, mean: AnyValue, stddev: AnyValue, dtype: AnyValue, name: AnyValue
) -> Any:
    return scaled(call, "StatefulStandardNormalV2", "stateful_normal", (shape, mean, stddev, dtype, name))


@generator.method
def truncated_normal(
    call: Call, self: InstanceValue, shape: AnyValue, mean: AnyValue, stddev: AnyValue, dtype: AnyValue, name: AnyValue
) -> Any:
    return scaled(call, "StatefulTruncatedNormal", "truncated_normal", (shape, mean, stddev, dtype, name))


@generator.method
def uniform(
    call: Call,
    self: InstanceValue,
    shape: AnyValue,
    minval: AnyValue,
    maxval: AnyValue,
    dtype: AnyValue,
    name: AnyValue,
) -> Any:
    """TF: Generator.uniform. Whole numbers are drawn between the two, others scaled."""
    dtype = as_dtype(call, dtype, FLOAT32)
    whole = isinstance(dtype, DType) and dtype.is_integer
    if maxval is None:
        if whole:
            call.raise_("ValueError", f"Must specify maxval for integer dtype {dtype!r}", kind="argument")
        maxval = 1
    with scope(call, name, "stateful_uniform") as inner:
        shape = sizes(call, shape)
        low, high = convert(call, minval, dtype, "min"), convert(call, maxval, dtype, "max")
        if whole:
            dims = from_const(shape.const)
            return make(call, "StatefulUniformInt", inner, dims, dtype, inner=(("algorithm", "Const"),))
        drawn, dims = draw(call, "StatefulUniform", shape, dtype)
        result = gen(call, "Add", inner, x=call.binary("*", drawn, call.binary("-", high, low)), y=low)
        result.shape = merge_shapes(result.shape, dims)
        return result
