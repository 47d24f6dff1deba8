"""tf.linalg.LinearOperator and those of its kind that distributions are scaled with."""

import contextlib

import tensorflow as tf


def is_reference(value):
    return isinstance(value, (tf.Variable, tf.Module))


def as_kept(value, name):
    return value if is_reference(value) else tf.convert_to_tensor(value, name=name)


def sizes(shape, name=None):
    empty = isinstance(shape, (tuple, list)) and not shape
    return tf.convert_to_tensor(shape, dtype=tf.int32 if empty else None, name=name)


def told(attribute):
    """A property: what the operator was told when it was made."""
    return property(lambda self: getattr(self, attribute))


def answered(question, scope):
    """A method without arguments, answered in a scope of its own by a method that each operator has."""

    def ask(self, name=scope):
        with self._name_scope(name):
            return getattr(self, question)()

    return ask


class LinearOperator(tf.Module):
    def __init__(
        self,
        dtype,
        graph_parents=None,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name=None,
    ):
        if is_positive_definite:
            is_non_singular = True
        if is_non_singular or is_self_adjoint:
            if is_square is False:
                raise ValueError("A non-singular or self-adjoint matrix is always square.")
            is_square = True
        self._dtype = tf.as_dtype(dtype).base_dtype if dtype else dtype
        self._name, self._graph_parents, self._square = name or type(self).__name__, graph_parents or [], is_square
        known = (is_non_singular, is_self_adjoint, is_positive_definite)
        self._is_non_singular, self._is_self_adjoint, self._is_positive_definite = known

    # Those who derive from it call these two as they call what is public.

    @contextlib.contextmanager
    def _name_scope(self, name=None):
        with tf.name_scope(self.name if name is None else self.name + "/" + name) as scope:
            yield scope

    def _check_input_dtype(self, arg):
        if arg.dtype.base_dtype != self.dtype:
            raise TypeError("the argument has another dtype than the operator")

    dtype = told("_dtype")
    name = told("_name")
    graph_parents = told("_graph_parents")
    is_non_singular = told("_is_non_singular")
    is_self_adjoint = told("_is_self_adjoint")
    is_positive_definite = told("_is_positive_definite")

    @property
    def is_square(self):
        if self._square is None and self.domain_dimension.value and self.range_dimension.value:
            return self.domain_dimension.value == self.range_dimension.value
        return self._square

    @property
    def shape(self):
        return self._shape()

    @property
    def batch_shape(self):
        return self.shape[:-2]

    @property
    def tensor_rank(self):
        return self.shape.ndims

    @property
    def domain_dimension(self):
        return tf.Dimension(None) if self.shape.ndims is None else self.shape.dims[-1]

    @property
    def range_dimension(self):
        return tf.Dimension(None) if self.shape.ndims is None else self.shape.dims[-2]

    def shape_tensor(self, name="shape_tensor"):
        with self._name_scope(name):
            return sizes(self.shape.as_list()) if self.shape.is_fully_defined() else self._shape_tensor()

    def batch_shape_tensor(self, name="batch_shape_tensor"):
        with self._name_scope(name):
            known = self.batch_shape.is_fully_defined()
            return sizes(self.batch_shape.as_list(), name="batch_shape") if known else self.shape_tensor()[:-2]

    def domain_dimension_tensor(self, name="domain_dimension_tensor"):
        with self._name_scope(name):
            size = self.domain_dimension.value
            return self.shape_tensor()[-1] if size is None else tf.convert_to_tensor(size)

    def range_dimension_tensor(self, name="range_dimension_tensor"):
        with self._name_scope(name):
            size = self.range_dimension.value
            return self.shape_tensor()[-2] if size is None else tf.convert_to_tensor(size)

    def matmul(self, x, adjoint=False, adjoint_arg=False, name="matmul"):
        with self._name_scope(name):
            return self._matmul(tf.convert_to_tensor(x, name="x"), adjoint=adjoint, adjoint_arg=adjoint_arg)

    def matvec(self, x, adjoint=False, name="matvec"):
        with self._name_scope(name):
            return self._matvec(tf.convert_to_tensor(x, name="x"), adjoint=adjoint)

    def _matvec(self, x, adjoint=False):
        return tf.squeeze(self.matmul(tf.expand_dims(x, axis=-1), adjoint=adjoint), axis=-1)

    def solve(self, rhs, adjoint=False, adjoint_arg=False, name="solve"):
        with self._name_scope(name):
            return self._solve(tf.convert_to_tensor(rhs, name="rhs"), adjoint=adjoint, adjoint_arg=adjoint_arg)

    def solvevec(self, rhs, adjoint=False, name="solve"):
        with self._name_scope(name):
            return self._solvevec(tf.convert_to_tensor(rhs, name="rhs"), adjoint=adjoint)

    def _solvevec(self, rhs, adjoint=False):
        return tf.squeeze(self.solve(tf.expand_dims(rhs, axis=-1), adjoint=adjoint), axis=-1)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        rhs = tf.linalg.adjoint(rhs) if adjoint_arg else rhs
        if self.is_positive_definite and self.is_self_adjoint:
            factor = tf.linalg.cholesky(self.to_dense())
            with tf.name_scope("CholeskySolveWithBroadcast"):
                return tf.linalg.cholesky_solve(factor, rhs)
        dense = self.to_dense()
        with tf.name_scope("MatrixSolveWithBroadcast"):
            return tf.linalg.solve(dense, rhs, adjoint=adjoint)

    determinant = answered("_determinant", "det")

    def _determinant(self):
        if self.is_positive_definite and self.is_self_adjoint:
            return tf.exp(self.log_abs_determinant())
        return tf.linalg.det(self.to_dense())

    log_abs_determinant = answered("_log_abs_determinant", "log_abs_det")

    def _log_abs_determinant(self):
        if self.is_positive_definite and self.is_self_adjoint:
            diagonal = tf.linalg.diag_part(tf.linalg.cholesky(self.to_dense()))
            return 2 * tf.reduce_sum(tf.log(diagonal), axis=[-1])
        return tf.linalg.slogdet(self.to_dense())[1]

    to_dense = answered("_to_dense", "to_dense")

    def _to_dense(self):
        batch = self.batch_shape if self.batch_shape.is_fully_defined() else self.batch_shape_tensor()
        size = self.domain_dimension.value
        size = self.domain_dimension_tensor() if size is None else size
        return self.matmul(tf.eye(num_rows=size, batch_shape=batch, dtype=self.dtype))

    diag_part = answered("_diag_part", "diag_part")

    def _diag_part(self):
        return tf.linalg.diag_part(self.to_dense())

    trace = answered("_trace", "trace")

    def _trace(self):
        return tf.reduce_sum(self.diag_part(), axis=-1)

    def add_to_tensor(self, x, name="add_to_tensor"):
        with self._name_scope(name):
            return self._add_to_tensor(tf.convert_to_tensor(x, name="x"))

    def _add_to_tensor(self, x):
        return self.to_dense() + x


class LinearOperatorDiag(LinearOperator):
    def __init__(
        self,
        diag,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorDiag",
    ):
        with tf.name_scope(name, values=[diag]):
            self._diag = as_kept(diag, "diag")
            if not self._diag.dtype.is_complex:
                is_self_adjoint = True
            super().__init__(
                self._diag.dtype, [self._diag], is_non_singular, is_self_adjoint, is_positive_definite, True, name
            )

    diag = told("_diag")

    def _shape(self):
        return self._diag.shape.concatenate(self._diag.shape[-1:])

    def _shape_tensor(self):
        shape = tf.shape(self._diag)
        return tf.concat((shape, [shape[-1]]), 0)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        term = tf.math.conj(self._diag) if adjoint else self._diag
        x = tf.linalg.adjoint(x) if adjoint_arg else x
        return tf.expand_dims(term, -1) * x

    def _matvec(self, x, adjoint=False):
        return (tf.math.conj(self._diag) if adjoint else self._diag) * x

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        term = tf.math.conj(self._diag) if adjoint else self._diag
        rhs = tf.linalg.adjoint(rhs) if adjoint_arg else rhs
        return rhs * tf.expand_dims(1.0 / term, -1)

    def _determinant(self):
        return tf.reduce_prod(self._diag, axis=[-1])

    def _log_abs_determinant(self):
        return tf.reduce_sum(tf.log(tf.abs(self._diag)), axis=[-1])

    def _to_dense(self):
        return tf.matrix_diag(self._diag)

    def _diag_part(self):
        return self.diag

    def _add_to_tensor(self, x):
        return tf.matrix_set_diag(x, self._diag + tf.matrix_diag_part(x))


class BaseLinearOperatorIdentity(LinearOperator):
    def _rows(self, num_rows):
        self._num_rows = sizes(num_rows, name="num_rows")
        self._num_rows_static = tf.get_static_value(self._num_rows)

    def _ones_diag(self):
        if self.shape.is_fully_defined():
            return tf.ones(shape=self.batch_shape.concatenate([self.domain_dimension.value]), dtype=self.dtype)
        least = tf.reduce_min(self.shape_tensor()[-2:])
        return tf.ones(shape=tf.concat([self.batch_shape_tensor(), [least]], axis=0), dtype=self.dtype)


class LinearOperatorIdentity(BaseLinearOperatorIdentity):
    def __init__(
        self,
        num_rows,
        batch_shape=None,
        dtype=None,
        is_non_singular=True,
        is_self_adjoint=True,
        is_positive_definite=True,
        is_square=True,
        assert_proper_shapes=False,
        name="LinearOperatorIdentity",
    ):
        with tf.name_scope(name):
            super().__init__(
                dtype or tf.float32, None, is_non_singular, is_self_adjoint, is_positive_definite, is_square, name
            )
            self._rows(num_rows)
            self._batch = None if batch_shape is None else sizes(batch_shape, name="batch_shape_arg")

    def _shape(self):
        own = tf.TensorShape((self._num_rows_static, self._num_rows_static))
        return own if self._batch is None else tf.TensorShape(tf.get_static_value(self._batch)).concatenate(own)

    def _shape_tensor(self):
        own = tf.stack((self._num_rows, self._num_rows), axis=0)
        return own if self._batch is None else tf.concat((self._batch, own), 0)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        x = tf.linalg.adjoint(x) if adjoint_arg else x
        if self._batch is None:
            return x
        wanted = self.batch_shape.concatenate([1, 1])
        if wanted.is_fully_defined():
            if tf.broadcast_static_shape(x.shape, wanted) == x.shape:
                return x
            return x + tf.zeros(shape=wanted, dtype=self.dtype)
        return x + tf.zeros(shape=tf.concat((self.batch_shape_tensor(), [1, 1]), 0), dtype=self.dtype)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._matmul(rhs, adjoint_arg=adjoint_arg)

    def _determinant(self):
        return tf.ones(shape=self.batch_shape_tensor(), dtype=self.dtype)

    def _log_abs_determinant(self):
        return tf.zeros(shape=self.batch_shape_tensor(), dtype=self.dtype)

    def _diag_part(self):
        return self._ones_diag()

    def add_to_tensor(self, mat, name="add_to_tensor"):
        with self._name_scope(name):
            mat = tf.convert_to_tensor(mat, name="mat")
            return tf.matrix_set_diag(mat, 1 + tf.matrix_diag_part(mat))


class LinearOperatorScaledIdentity(BaseLinearOperatorIdentity):
    def __init__(
        self,
        num_rows,
        multiplier,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=True,
        assert_proper_shapes=False,
        name="LinearOperatorScaledIdentity",
    ):
        with tf.name_scope(name, values=[multiplier, num_rows]):
            self._multiplier = as_kept(multiplier, "multiplier")
            if not self._multiplier.dtype.is_complex:
                is_self_adjoint = True
            super().__init__(
                self._multiplier.dtype.base_dtype,
                None,
                is_non_singular,
                is_self_adjoint,
                is_positive_definite,
                is_square,
                name,
            )
            self._rows(num_rows)
            self._count = tf.cast(self._num_rows, self.dtype)
            self._real_count = tf.cast(self._num_rows, self.dtype.real_dtype)

    multiplier = told("_multiplier")

    def _shape(self):
        own = tf.TensorShape((self._num_rows_static, self._num_rows_static))
        return self.multiplier.shape.concatenate(own)

    def _shape_tensor(self):
        own = tf.stack((self._num_rows, self._num_rows), axis=0)
        return tf.concat((tf.shape(self.multiplier), own), 0)

    def _as_matrix(self, conjugate=False):
        matrix = tf.expand_dims(tf.expand_dims(self.multiplier, -1), -1)
        return tf.math.conj(matrix) if conjugate else matrix

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return (tf.linalg.adjoint(x) if adjoint_arg else x) * self._as_matrix(conjugate=adjoint)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return (tf.linalg.adjoint(rhs) if adjoint_arg else rhs) / self._as_matrix(conjugate=adjoint)

    def _determinant(self):
        return self.multiplier**self._count

    def _log_abs_determinant(self):
        return self._real_count * tf.log(tf.abs(self.multiplier))

    def _diag_part(self):
        return self._ones_diag() * self.multiplier[..., tf.newaxis]

    def add_to_tensor(self, mat, name="add_to_tensor"):
        with self._name_scope(name):
            vector = tf.expand_dims(self.multiplier, -1)
            mat = tf.convert_to_tensor(mat, name="mat")
            return tf.matrix_set_diag(mat, vector + tf.matrix_diag_part(mat))


class LinearOperatorLowerTriangular(LinearOperator):
    def __init__(
        self,
        tril,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorLowerTriangular",
    ):
        with tf.name_scope(name, values=[tril]):
            self._tril = as_kept(tril, "tril")
            super().__init__(
                self._tril.dtype, [self._tril], is_non_singular, is_self_adjoint, is_positive_definite, True, name
            )

    def _lower(self):
        return tf.linalg.band_part(self._tril, -1, 0)

    def _shape(self):
        return self._tril.shape

    def _shape_tensor(self):
        return tf.shape(self._tril)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return tf.matmul(self._lower(), x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        rhs = tf.linalg.adjoint(rhs) if adjoint_arg else rhs
        lower = self._lower()
        with tf.name_scope("MatrixTriangularSolve"):
            return tf.linalg.triangular_solve(lower, rhs, lower=True, adjoint=adjoint)

    def _determinant(self):
        return tf.reduce_prod(tf.matrix_diag_part(self._tril), axis=[-1])

    def _log_abs_determinant(self):
        return tf.reduce_sum(tf.log(tf.abs(tf.matrix_diag_part(self._tril))), axis=[-1])

    def _to_dense(self):
        return self._lower()


class LinearOperatorFullMatrix(LinearOperator):
    def __init__(
        self,
        matrix,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorFullMatrix",
    ):
        with tf.name_scope(name, values=[matrix]):
            self._matrix = as_kept(matrix, "matrix")
            tf.convert_to_tensor(self._matrix, name="matrix")
            super().__init__(
                self._matrix.dtype,
                [self._matrix],
                is_non_singular,
                is_self_adjoint,
                is_positive_definite,
                is_square,
                name,
            )

    def _shape(self):
        return self._matrix.shape

    def _shape_tensor(self):
        return tf.shape(self._matrix)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return tf.matmul(self._matrix, x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _to_dense(self):
        return self._matrix
