"""Sparse tensors, sequences and other functions whose operations are as recorded: what shapes come out."""

from __future__ import annotations

from typing import Any

from scopelint.apis import tables
from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.python_values import base, int_list, is_dense_tensor, left_open, members
from scopelint.apis.tf.framework.recorded import bind, declare_shaped, replay
from scopelint.apis.tf.framework.structures import items_of
from scopelint.apis.tf.ops.image_checks import shape_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import SparseTensor
from scopelint.values.truth import is_on

api = Namespace("tf")
nn = Namespace("tf.nn")


def _dense(bound: dict[str, Any]) -> Any:
    value = bound.get("sp_input")
    return value.shape if isinstance(value, SparseTensor) else Unknown("the shape of a sparse tensor")


@Namespace("tf.sparse").function(raw=True)
def from_dense(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: dense_to_sparse_tensor. What it came from says how large it is."""
    path = "tf.sparse.from_dense"
    bound = bind(call, path, args, kwargs)
    result = replay(call, tables.ops(path), path, bound)
    if isinstance(result, SparseTensor):
        result.shape = shape_of(bound["tensor"])
    return result


def _product(bound: dict[str, Any]) -> Any:
    a, b = bound.get("sp_a"), shape_of(bound.get("b"))
    rows = (
        a.shape[1 if is_on(bound.get("adjoint_a")) else 0]
        if isinstance(a, SparseTensor) and isinstance(a.shape, tuple) and len(a.shape) == 2
        else left_open(a.shape if isinstance(a, SparseTensor) else a)
    )
    if not isinstance(b, tuple) or len(b) != 2:
        return b
    return (rows, b[0 if is_on(bound.get("adjoint_b")) else 1])


def _last_gone(bound: dict[str, Any]) -> Any:
    shape = shape_of(bound.get("x"))
    return shape[:-1] if isinstance(shape, tuple) else shape


def _pairs(value: AnyValue) -> list[Any]:
    """What goes before and behind of both sides of an image."""
    found = members(value)
    if found is None or len(found) != 2:
        return [left_open(value)] * 2
    return [left_open(pair) if int_list(pair) is None else int_list(pair) for pair in found]


def _spread(bound: dict[str, Any]) -> Any:
    """TF: batch_to_space, for images."""
    shape, block, crops = shape_of(bound.get("input")), bound.get("block_size"), bound.get("crops")
    if not isinstance(shape, tuple) or len(shape) != 4 or not isinstance(block, int):
        return shape if not isinstance(shape, tuple) else (left_open(block),) * 4
    out = [shape[0] // (block * block) if isinstance(shape[0], int) else shape[0]]
    for dim, pair in zip(shape[1:3], _pairs(crops), strict=True):
        known = isinstance(dim, int) and isinstance(pair, list) and all(isinstance(p, int) for p in pair)
        out.append(dim * block - sum(pair) if known else left_open(dim, pair))
    return (*out, shape[3])


def _gathered(bound: dict[str, Any]) -> Any:
    """TF: space_to_batch, for images."""
    shape, block, pads = shape_of(bound.get("input")), bound.get("block_size"), bound.get("paddings")
    if not isinstance(shape, tuple) or len(shape) != 4 or not isinstance(block, int):
        return shape if not isinstance(shape, tuple) else (left_open(block),) * 4
    out = [shape[0] * block * block if isinstance(shape[0], int) else shape[0]]
    for dim, pair in zip(shape[1:3], _pairs(pads), strict=True):
        known = isinstance(dim, int) and isinstance(pair, list) and all(isinstance(p, int) for p in pair)
        out.append((dim + sum(pair)) // block if known else left_open(dim, pair))
    return (*out, shape[3])


def _transformed(rank: int, inverse: bool) -> Any:
    """TF: rfft and irfft and those of more dimensions: the last dimension is about halved, or doubled."""

    def shape(bound: dict[str, Any]) -> Any:
        found, length = shape_of(bound.get("input_tensor")), bound.get("fft_length")
        if not isinstance(found, tuple) or len(found) < rank:
            return found if not isinstance(found, tuple) else Unknown("the shape of a transform")
        sizes = int_list(length) if length is not None else list(found[-rank:])
        if sizes is None or len(sizes) != rank:
            return (*found[:-rank], *(left_open(length),) * rank)
        last = sizes[-1]
        if inverse and length is None:
            last = None if last is None else (last - 1) * 2
        elif not inverse:
            last = None if last is None else last // 2 + 1
        return (*found[:-rank], *sizes[:-1], last)

    return shape


for _rank, _suffix in ((1, ""), (2, "2d"), (3, "3d")):
    for _prefix in ("rfft", "irfft"):
        _path = tables.canonical("tensorflow.signal", _prefix + _suffix)
        if _path is not None and tables.ops(_path) is not None:
            declare_shaped(Namespace(_path.rpartition(".")[0]), _path, _transformed(_rank, _prefix == "irfft"))
declare_shaped(api, "tf.sparse_tensor_to_dense", _dense)
declare_shaped(api, "tf.sparse_tensor_dense_matmul", _product)
declare_shaped(api, "tf.sparse_reduce_sum", lambda bound: None)
declare_shaped(api, "tf.sparse_reduce_max", lambda bound: None)
declare_shaped(api, "tf.lbeta", _last_gone)
declare_shaped(api, "tf.batch_to_space", _spread)
declare_shaped(api, "tf.space_to_batch", _gathered)


def _table(bound: dict[str, Any]) -> Any:
    """The embedding, or the first of its parts."""
    weights = bound["embedding_weights"]
    held = items_of(weights)
    return held[0] if held else weights


def _rows_of_table(bound: dict[str, Any]) -> Any:
    """TF: safe_embedding_lookup_sparse: one row for each of the ids' rows."""
    table = _table(bound)
    shape, ids = dims_of(table) if is_dense_tensor(table) else left_open(table), shape_of(bound["sparse_ids"])
    if not isinstance(shape, tuple):
        return shape
    return (*(None for _ in range(len(ids) - 1 if isinstance(ids, tuple) and ids else 1)), *shape[1:])


declare_shaped(
    nn,
    "tf.nn.safe_embedding_lookup_sparse",
    _rows_of_table,
    lambda call, bound: base(getattr(_table(bound), "dtype", Unknown("dtype is not known"))),
    gathers="embedding_weights",
)


def _resampled(bound: dict[str, Any]) -> Any:
    """TF: ResamplerShape: one value of `data` for each place in `warp`."""
    data, warp = shape_of(bound.get("data")), shape_of(bound.get("warp"))
    if not isinstance(warp, tuple) or not warp:
        return warp if warp is None else Unknown("the shape of a resampled image")
    if not isinstance(data, tuple) or not data:
        return (*warp[:-1], None if data is None else Unknown("channels"))
    return (*warp[:-1], data[-1])


declare_shaped(Namespace("tf.contrib.resampler"), "tf.contrib.resampler.resampler", _resampled)
