"""Least squares and the triangular systems that they are solved by."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.operations import convert, gen, scope
from scopelint.apis.tf.ops.math import matmul_of
from scopelint.values.base import AnyValue
from scopelint.values.tensors import DType, Tensor, num_elements

api = Namespace("tf")

_CACHE = 256000


@api.function
def cholesky_solve(call: Call, chol: AnyValue, rhs: AnyValue, name: AnyValue = None) -> Any:
    """TF: linalg_ops.cholesky_solve."""
    with scope(call, name, "cholesky_solve"):
        half = gen(call, "MatrixTriangularSolve", None, matrix=chol, rhs=rhs, adjoint=False, lower=True)
        return gen(call, "MatrixTriangularSolve", None, matrix=chol, rhs=half, adjoint=True, lower=True)


@api.function
def matrix_solve_ls(
    call: Call, matrix: AnyValue, rhs: AnyValue, l2_regularizer: AnyValue, fast: AnyValue, name: AnyValue
) -> Any:
    """TF: linalg_ops.matrix_solve_ls. Where the shape of the matrix is not known TF builds both ways; not restated."""
    matrix = convert(call, matrix, None, "matrix")
    if fast is False or _is_large(matrix):
        return gen(call, "MatrixSolveLs", name, matrix=matrix, rhs=rhs, l2_regularizer=l2_regularizer, fast=fast)
    with scope(call, name, "matrix_solve_ls"):
        shape = matrix.shape
        tall = not (
            isinstance(shape, tuple)
            and len(shape) > 1
            and all(isinstance(d, int) for d in shape[-2:])
            and shape[-2] < shape[-1]
        )
        rhs = convert(call, rhs, None, "rhs")
        gramian = matmul_of(call, matrix, matrix, None, adjoint_a=tall, adjoint_b=not tall)
        if l2_regularizer != 0:
            gramian = _regularized(call, gramian, matrix, l2_regularizer, tall)
        chol = gen(call, "Cholesky", None, input=gramian)
        if tall:
            return cholesky_solve(call, chol, matmul_of(call, matrix, rhs, None, adjoint_a=True))
        return matmul_of(call, matrix, cholesky_solve(call, chol, rhs), None, adjoint_a=True)


def _is_large(matrix: Tensor) -> bool:
    """TF: _use_composite_impl."""
    size, shape = num_elements(matrix.shape), matrix.shape
    if not isinstance(size, int) or not isinstance(shape, tuple) or not isinstance(matrix.dtype, DType):
        return False
    batch: Any = num_elements(shape[:-2])
    return size * matrix.dtype.size > _CACHE and batch > min(shape[-2:])


def _regularized(call: Call, gramian: AnyValue, matrix: Tensor, amount: AnyValue, tall: bool) -> Any:
    """TF: _RegularizedGramianCholesky."""
    shape = call.new("tf.shape", matrix)
    batch = call.getitem(shape, slice(None, -2, None))
    small = call.getitem(shape, -1 if tall else -2)
    identity = call.new("tf.eye", small, batch_shape=batch, dtype=matrix.dtype)
    if isinstance(identity, Tensor) and isinstance(matrix.shape, tuple):
        own = matrix.shape[-1 if tall else -2]
        identity.set_shape((*matrix.shape[:-2], own, own))
    return call.binary("+", gramian, call.binary("*", amount, identity))
