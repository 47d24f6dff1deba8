"""Arrays: reshape, slices, concat, zeros, shapes, gathers and the rest of TF's array_ops that Python code shapes."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.conversion import graph_name, graph_shape, none_if_default
from scopelint.apis.tf.framework.operations import constant, convert, gen, scope
from scopelint.apis.tf.framework.python_values import (
    as_dtype,
    base,
    is_dense_tensor,
    is_list,
    left_open,
    list_dtype,
    list_shape,
    members,
    plain,
)
from scopelint.apis.tf.framework.shapes.common import from_const, from_vector, size_at
from scopelint.values.base import AnyValue, Unknown, is_known
from scopelint.values.containers import ListValue
from scopelint.values.numbers import NumpyScalar
from scopelint.values.tensors import (
    FLOAT32,
    INT32,
    INT64,
    Dimension,
    DType,
    Operation,
    SparseTensor,
    Tensor,
    TensorShape,
    broadcast_shapes,
    merge_shapes,
    num_elements,
    shape_text,
)
from scopelint.values.truth import is_on

api = Namespace("tf")

SMALL = 1000
"""TF: _constant_if_small. Below that many elements `tf.zeros` is a constant, from there on a Fill."""


def renamed_argument(call: Call, name: str, value: AnyValue, old_name: str, old: AnyValue) -> Any:
    """TF: deprecated_argument_lookup."""
    value, old = none_if_default(value), none_if_default(old)
    if old is None:
        return value
    if value is not None:
        call.raise_("ValueError", f"Cannot specify both '{old_name}' and '{name}'", kind="argument")
    return old


# Constants and placeholders


@api.function(name="constant")
def constant_(
    call: Call, value: AnyValue, dtype: AnyValue, shape: AnyValue, name: AnyValue, verify_shape: AnyValue
) -> Tensor:
    if isinstance(value, Unknown):
        made = constant(
            call, value, as_dtype(call, dtype) or list_dtype(value), graph_shape(call, none_if_default(shape)), name
        )
        return made
    if value is None:
        call.raise_("ValueError", "None values not supported.", kind="argument")
    if is_dense_tensor(value):
        call.raise_("TypeError", "List of Tensors when single Tensor expected", kind="argument")
    dims = graph_shape(call, none_if_default(shape))
    own = list_shape(value) if verify_shape is True else None
    if isinstance(dims, tuple) and isinstance(own, tuple) and dims != own and is_known((*dims, *own)):
        said = f"Expected Tensor's shape: {call.to_string(dims)}, got {call.to_string(own)}."
        call.raise_("TypeError", said, kind="argument")
    return constant(call, value, as_dtype(call, dtype), dims, name)


@api.function
def placeholder(call: Call, dtype: AnyValue, shape: AnyValue, name: AnyValue) -> Tensor:
    full = call.graph.op("Placeholder", graph_name(name))
    found = as_dtype(call, dtype)
    return Tensor(
        full,
        0,
        "Placeholder",
        graph_shape(call, none_if_default(shape)),
        FLOAT32 if found is None else found,
        call.graph,
    )


@api.function
def placeholder_with_default(call: Call, input: AnyValue, shape: AnyValue, name: AnyValue) -> Any:
    return gen(call, "PlaceholderWithDefault", name, input=input, shape=shape)


@api.function
def sparse_placeholder(call: Call, dtype: AnyValue, shape: AnyValue, name: AnyValue) -> SparseTensor:
    size = shape if isinstance(shape, Tensor) else None
    dims = from_vector(size) if size is not None else graph_shape(call, none_if_default(shape))
    prefix = "" if name is None else f"{graph_name(name)}/"
    graph = call.graph

    def below(leaf: str) -> Any:
        return prefix + leaf if prefix else None

    rank = len(dims) if isinstance(dims, tuple) else left_open(dims)
    if size is not None:
        # A tensor that holds the shape serves as it is.
        rank = size_at(size.shape, 0)
    elif dims is None or isinstance(dims, Unknown) or any(d is None for d in dims):
        size = Tensor(graph.op("Placeholder", below("shape")), 0, "Placeholder", (rank,), INT64, graph)
        if isinstance(dims, tuple):
            size.const = dims
    else:
        size = constant(call, dims, INT64, None, below("shape") or "Const")
    values = Tensor(graph.op("Placeholder", below("values")), 0, "Placeholder", (None,), as_dtype(call, dtype), graph)
    indices = Tensor(graph.op("Placeholder", below("indices")), 0, "Placeholder", (None, rank), INT64, graph)
    with scope(call, None, "SparseTensor"):
        pass
    return SparseTensor(indices, values, size, dims)


# Shapes


def shape_of(
    call: Call, value: AnyValue, name: AnyValue = None, out_type: AnyValue = INT32, optimize: bool = True
) -> Any:
    """TF: shape_internal. A shape that is known in full is a constant."""
    with scope(call, name, "Shape") as inner:
        if isinstance(value, SparseTensor):
            return gen(call, "Cast", None, x=value.dense_shape, DstT=out_type)
        tensor = convert(call, value)
        if optimize and _is_full(tensor.shape):
            made = constant(call, tensor.shape, out_type, (len(tensor.shape),), inner)
            made.const = tensor.shape
            return made
        return gen(call, "Shape", inner, input=tensor, out_type=out_type)


def _is_full(shape: AnyValue) -> bool:
    """TF: is_fully_defined. A dimension that only we do not know counts as defined."""
    return isinstance(shape, tuple) and all(d is not None for d in shape)


@api.function
def shape(call: Call, input: AnyValue, name: AnyValue, out_type: AnyValue) -> Any:
    return shape_of(call, input, name, as_dtype(call, out_type, INT32))


@api.function
def shape_n(call: Call, input: AnyValue, out_type: AnyValue, name: AnyValue) -> Any:
    return gen(call, "ShapeN", name, input=input, out_type=as_dtype(call, out_type, INT32))


@api.function
def size(call: Call, input: AnyValue, name: AnyValue, out_type: AnyValue) -> Any:
    dtype = as_dtype(call, out_type, INT32)
    with scope(call, name, "Size") as inner:
        if isinstance(input, SparseTensor):
            return gen(
                call, "Prod", inner, input=gen(call, "Cast", None, x=input.dense_shape, DstT=dtype), reduction_indices=0
            )
        tensor = convert(call, input)
        if _is_full(tensor.shape):
            return constant(call, num_elements(tensor.shape), dtype, (), inner)
        return gen(call, "Size", inner, input=tensor, out_type=dtype)


def rank_of(call: Call, value: AnyValue, name: AnyValue = None) -> Any:
    """TF: rank_internal."""
    with scope(call, name, "Rank") as inner:
        if isinstance(value, SparseTensor):
            return gen(call, "Size", inner, input=value.dense_shape)
        tensor = convert(call, value)
        if isinstance(tensor.shape, tuple):
            return constant(call, len(tensor.shape), INT32, (), inner)
        return gen(call, "Rank", inner, input=tensor)


@api.function
def rank(call: Call, input: AnyValue, name: AnyValue) -> Any:
    return rank_of(call, input, name)


def reshape_to(call: Call, tensor: AnyValue, shape: AnyValue, name: AnyValue = None) -> Any:
    """TF: array_ops.reshape."""
    result = gen(call, "Reshape", name, tensor=tensor, shape=shape)
    if isinstance(result.shape, tuple) and members(shape) is not None:
        _take_static(result, shape)
    return result


def _take_static(result: Tensor, shape: AnyValue) -> None:
    """TF: maybe_set_static_shape, of a list with tensors in it: C++ has that already, as the const of a Pack."""
    known = from_const(plain(shape))
    if isinstance(known, tuple) and len(known) == len(result.shape):
        result.shape = merge_shapes(result.shape, known)


@api.function
def reshape(call: Call, tensor: AnyValue, shape: AnyValue, name: AnyValue) -> Any:
    return reshape_to(call, tensor, shape, name)


@api.function
def fill(call: Call, dims: AnyValue, value: AnyValue, name: AnyValue) -> Any:
    return gen(call, "Fill", name, dims=dims, value=value)


@api.function
def expand_dims(call: Call, input: AnyValue, axis: AnyValue, name: AnyValue, dim: AnyValue) -> Any:
    axis = renamed_argument(call, "axis", axis, "dim", dim)
    if axis is None:
        call.raise_("ValueError", "Must specify an axis argument to tf.expand_dims()", kind="argument")
    return gen(call, "ExpandDims", name, input=input, dim=axis)


@api.function
def squeeze(call: Call, input: AnyValue, axis: AnyValue, name: AnyValue, squeeze_dims: AnyValue) -> Any:
    axis = renamed_argument(call, "axis", axis, "squeeze_dims", squeeze_dims)
    return gen(call, "Squeeze", name, input=input, squeeze_dims=ListValue([axis]) if isinstance(axis, int) else axis)


@api.function
def identity(call: Call, input: AnyValue, name: AnyValue) -> Any:
    return identity_of(call, input, name)


def identity_of(call: Call, value: AnyValue, name: AnyValue = None) -> Any:
    if isinstance(value, Unknown):
        # It may be any structure; a tensor of which nothing is known is the nearest.
        value = convert(call, value)
    if isinstance(value, SparseTensor):
        return value
    return gen(call, "Identity", name, input=value)


@api.function
def stop_gradient(call: Call, input: AnyValue, name: AnyValue) -> Any:
    return gen(call, "StopGradient", name, input=input)


# Joining and splitting


def stack_of(call: Call, values: AnyValue, axis: AnyValue = 0, name: AnyValue = "stack") -> Any:
    """TF: array_ops.stack. Along the first axis it is what a list becomes as a tensor."""
    if isinstance(values, Unknown) or (isinstance(values, ListValue) and values.rest is not None):
        found: Any = values.rest if isinstance(values, ListValue) else values
        first = convert(call, values.items[0]) if isinstance(values, ListValue) and values.items else None
        full = call.graph.op("Pack", graph_name(name))
        unknown = found.derive("")
        dims = unknown
        if first is not None and isinstance(first.shape, tuple) and isinstance(axis, int):
            place = axis % (len(first.shape) + 1)
            dims = (*first.shape[:place], unknown, *first.shape[place:])
        return Tensor(
            full,
            0,
            "Pack",
            dims,
            unknown if first is None else first.dtype,
            call.graph,
            0 if first is None else first.deps,
        )
    if axis == 0:
        held = members(values)
        sizes = [member for member in held or () if isinstance(member, Dimension)]
        if held and sizes and not any(is_dense_tensor(member) for member in held):
            # TF: no constant comes of a list with a Dimension in it, which is found out after the first is made.
            convert(call, held[0], None, name)
            return gen(call, "Pack", name, values=held, axis=axis)
        return convert(call, values, None, name)
    held = members(values)
    if held is None:
        return gen(call, "Pack", name, values=_unstacked(call, values), axis=axis)
    first = convert(call, held[0], None, name) if held else None
    if first is not None and isinstance(first.shape, tuple) and isinstance(axis, int):
        count = len(first.shape) + 1
        if not -count <= axis < count:
            call.raise_("ValueError", f"axis = {axis} not in [{-count}, {count})", kind="argument")
    return gen(call, "Pack", name, values=values, axis=axis)


def _unstacked(call: Call, values: AnyValue) -> Any:
    found = call.members(values)
    return [] if isinstance(found, Unknown) else ListValue(found)


@api.function
def stack(call: Call, values: AnyValue, axis: AnyValue, name: AnyValue) -> Any:
    return stack_of(call, values, axis, name)


@api.function
def parallel_stack(call: Call, values: AnyValue, name: AnyValue) -> Any:
    with scope(call, name):
        held = members(values) or []
        first = convert(call, held[0]) if held else None
        result = gen(
            call, "ParallelConcat", None, values=[gen(call, "ExpandDims", None, input=value, dim=0) for value in held]
        )
        if first is not None and isinstance(first.shape, tuple):
            result.shape = (len(held), *first.shape)
        return result


def unstack_of(
    call: Call, value: AnyValue, num: AnyValue = None, axis: AnyValue = 0, name: AnyValue = "unstack"
) -> Any:
    """TF: array_ops.unstack."""
    if num is None:
        value = convert(call, value)
        dims = value.shape
        if isinstance(dims, tuple) and isinstance(axis, int):
            if not -len(dims) <= axis < len(dims):
                call.raise_("ValueError", f"axis = {axis} not in [{-len(dims)}, {len(dims)})", kind="argument")
            num = dims[axis]
        elif not isinstance(dims, (tuple, Unknown)):
            num = None
        else:
            num = Unknown("the number of parts is not known", "n")
        if num is None:
            call.raise_("ValueError", f"Cannot infer num from shape {shape_text(dims)}", kind="shape")
    if isinstance(num, Dimension):
        num = num.value
    return gen(call, "Unpack", name, value=value, num=num, axis=axis)


@api.function
def unstack(call: Call, value: AnyValue, num: AnyValue, axis: AnyValue, name: AnyValue) -> Any:
    return unstack_of(call, value, num, axis, name)


def concat_of(call: Call, values: AnyValue, axis: AnyValue, name: AnyValue = "concat") -> Any:
    """TF: array_ops.concat. Of one tensor it is the identity."""
    if isinstance(values, ListValue) and values.rest is not None:
        result = gen(call, "ConcatV2", name, values=values, axis=axis)
        return result
    if not is_list(values):
        if isinstance(values, Unknown):
            return gen(call, "ConcatV2", name, values=ListValue([values], values), axis=axis)
        values = (values,)
    held = members(values) or []
    if len(held) == 1:
        with scope(call, name):
            convert(call, axis, INT32, "concat_dim")
            return identity_of(call, held[0], name)
    if not held:
        call.raise_(
            "ValueError",
            "List argument 'values' to 'ConcatV2' Op with length 0 shorter than minimum length 2.",
            kind="argument",
        )
    return gen(call, "ConcatV2", name, values=values, axis=axis)


@api.function
def concat(call: Call, values: AnyValue, axis: AnyValue, name: AnyValue) -> Any:
    if isinstance(values, int) and not isinstance(axis, int):
        call.raise_(
            "TypeError", "Expected int32, got list containing Tensors of type '_Message' instead.", kind="argument"
        )
    return concat_of(call, values, axis, name)


def split_of(
    call: Call, value: AnyValue, parts: AnyValue, axis: AnyValue = 0, num: AnyValue = None, name: AnyValue = "split"
) -> Any:
    """TF: array_ops.split. The number of parts becomes a constant of its own, which nothing uses."""
    sizes = convert(call, parts)
    if isinstance(parts, (int, Dimension)) and not isinstance(parts, (bool, NumpyScalar)):
        count = parts.value if isinstance(parts, Dimension) else parts
        return gen(call, "Split", name, split_dim=axis, value=value, num_split=count)
    if isinstance(parts, Unknown):
        return gen(call, "Split", name, split_dim=axis, value=value, num_split=parts)
    if sizes.shape == ():
        said = "Rank-0 tensors are not supported as the num_or_size_splits argument to split. Argument provided: "
        call.raise_("ValueError", f"{said}{call.to_string(parts)}", kind="argument")
    if num is None:
        num = sizes.shape[0] if isinstance(sizes.shape, tuple) and sizes.shape else Unknown("the number of parts")
    return gen(call, "SplitV", name, value=value, size_splits=sizes, split_dim=axis, num_split=num)


@api.function
def split(
    call: Call, value: AnyValue, num_or_size_splits: AnyValue, axis: AnyValue, num: AnyValue, name: AnyValue
) -> Any:
    return split_of(call, value, num_or_size_splits, axis, num, name)


# Transposes, pads, tiles


def transpose_of(
    call: Call, a: AnyValue, perm: AnyValue = None, name: AnyValue = "transpose", conjugate: AnyValue = False
) -> Any:
    """TF: array_ops.transpose."""
    kind = "ConjugateTranspose" if is_on(conjugate) and _is_complex(a) else "Transpose"
    with scope(call, name, "transpose") as inner:
        if perm is not None:
            return gen(call, kind, inner, x=a, perm=perm)
        a = convert(call, a, None, "a")
        if isinstance(a.shape, tuple) and a.shape:
            return gen(call, kind, inner, x=a, perm=tuple(reversed(range(len(a.shape)))))
        rank_tensor = gen(call, "Rank", None, input=a)
        order = call.binary(
            "-", call.binary("-", rank_tensor, 1), gen(call, "Range", None, start=0, limit=rank_tensor, delta=1)
        )
        return gen(call, kind, inner, x=a, perm=order)


def _is_complex(value: AnyValue) -> bool:
    dtype = list_dtype(value)
    return isinstance(dtype, DType) and dtype.is_complex


@api.function
def transpose(call: Call, a: AnyValue, perm: AnyValue, name: AnyValue, conjugate: AnyValue) -> Any:
    return transpose_of(call, a, none_if_default(perm), name, conjugate)


@api.function
def matrix_transpose(call: Call, a: AnyValue, name: AnyValue, conjugate: AnyValue) -> Any:
    with scope(call, name):
        a = convert(call, a, None, "a")
        if isinstance(a.shape, tuple):
            count = len(a.shape)
            perm: Any = (*range(count - 2), count - 1, count - 2)
        else:
            perm = Unknown("the order of dimensions is not known")
        return transpose_of(call, a, perm, "transpose", conjugate)


@api.function
def pad(
    call: Call, tensor: AnyValue, paddings: AnyValue, mode: AnyValue, name: AnyValue, constant_values: AnyValue
) -> Any:
    how = mode.upper() if isinstance(mode, str) else "CONSTANT"
    if how == "CONSTANT":
        if isinstance(constant_values, (int, float)) and constant_values == 0:
            return gen(call, "Pad", name, input=tensor, paddings=paddings)
        return gen(call, "PadV2", name, input=tensor, paddings=paddings, constant_values=constant_values)
    if how not in ("REFLECT", "SYMMETRIC"):
        call.raise_("ValueError", f"Unknown padding mode: {how}", kind="argument")
    return gen(call, "MirrorPad", name, input=tensor, paddings=paddings, mode=how)


@api.function
def one_hot(
    call: Call,
    indices: AnyValue,
    depth: AnyValue,
    on_value: AnyValue,
    off_value: AnyValue,
    axis: AnyValue,
    dtype: AnyValue,
    name: AnyValue,
) -> Any:
    wanted = as_dtype(call, dtype)
    with scope(call, name, "one_hot") as inner:
        on_value, off_value = none_if_default(on_value), none_if_default(off_value)
        kinds = []
        for value in (on_value, off_value):
            if value is not None:
                kinds.append(base(convert(call, value).dtype))
        if wanted is None:
            wanted = kinds[0] if kinds else FLOAT32
        on_value = convert(call, 1, wanted, "on_value") if on_value is None else on_value
        off_value = convert(call, 0, wanted, "off_value") if off_value is None else off_value
        return gen(
            call, "OneHot", inner, indices=indices, depth=depth, on_value=on_value, off_value=off_value, axis=axis
        )


# Zeros and ones


@api.function
def edit_distance(call: Call, hypothesis: AnyValue, truth: AnyValue, normalize: AnyValue, name: AnyValue) -> Any:
    if not isinstance(hypothesis, SparseTensor) or not isinstance(truth, SparseTensor):
        return call.unknown("an edit distance")
    return gen(
        call,
        "EditDistance",
        name,
        hypothesis_indices=hypothesis.indices,
        hypothesis_values=hypothesis.values,
        hypothesis_shape=hypothesis.dense_shape,
        truth_indices=truth.indices,
        truth_values=truth.values,
        truth_shape=truth.dense_shape,
        normalize=normalize,
    )


@api.function
def py_func(call: Call, func: AnyValue, inp: AnyValue, Tout: AnyValue, stateful: AnyValue, name: AnyValue) -> Any:
    """TF: script_ops.py_func. Python's function runs later, so nothing is known of shapes."""
    if isinstance(func, (bool, int, float, str, Tensor, type(None))):
        kind = call.engine.class_of(func).name
        call.raise_("ValueError", f"Expected func to be callable, got func of type <class '{kind}'>", kind="argument")
    return run_later(call, "PyFuncStateless" if stateful is False else "PyFunc", inp, Tout, name)


def run_later(call: Call, kind: str, inp: AnyValue, Tout: AnyValue, name: AnyValue) -> Any:
    """TF: script_ops._internal_py_func."""
    many = is_list(Tout)
    kinds = members(Tout) if many else [Tout]
    if kinds is None:
        return call.unknown("the results of a function that runs later")
    made = gen(
        call,
        kind,
        name,
        input=inp,
        Tout=[as_dtype(call, kind, FLOAT32) for kind in kinds],
    )
    outputs = members(made) or []
    for tensor in outputs:
        if kind != "EagerPyFunc" and tensor.op_name not in call.graph.overridden:
            tensor.deps = 0
    if isinstance(made, Operation):
        return made
    return ListValue(outputs) if many else outputs[0].stands_for(Tout)


@api.function
def py_function(call: Call, func: AnyValue, inp: AnyValue, Tout: AnyValue, name: AnyValue) -> Any:
    """TF: script_ops.eager_py_func, whose gradient is what its own operations give."""
    return run_later(call, "EagerPyFunc", inp, Tout, name)


@api.function
def numpy_function(call: Call, func: AnyValue, inp: AnyValue, Tout: AnyValue, name: AnyValue) -> Any:
    return py_func(call, func, inp, Tout, True, name)


@api.function(name="Print")
def print_(
    call: Call,
    input_: AnyValue,
    data: AnyValue,
    message: AnyValue,
    first_n: AnyValue,
    summarize: AnyValue,
    name: AnyValue,
) -> Any:
    return gen(call, "Print", name, input=input_, data=data, message=message, first_n=first_n, summarize=summarize)


@api.function
def broadcast_static_shape(call: Call, shape_x: AnyValue, shape_y: AnyValue) -> Any:
    return TensorShape(broadcast_shapes(graph_shape(call, shape_x), graph_shape(call, shape_y))[0])


@api.function
def unique(call: Call, x: AnyValue, out_idx: AnyValue, name: AnyValue) -> Any:
    return gen(call, "Unique", name, x=x, out_idx=as_dtype(call, out_idx, INT32))


@api.function
def setdiff1d(call: Call, x: AnyValue, y: AnyValue, index_dtype: AnyValue, name: AnyValue) -> Any:
    return gen(call, "ListDiff", name, x=x, y=y, out_idx=as_dtype(call, index_dtype, INT32))
