"""tf.contrib.grid_rnn: a cell of cells, one for each dimension of a grid."""

import tensorflow as tf

rnn = tf.nn.rnn_cell


def _listed(dims, count):
    if dims is None:
        dims = []
    elif not isinstance(dims, (list, tuple)):
        dims = [dims]
    dims = sorted(set(dims))
    if any(d < 0 or d >= count for d in dims):
        raise ValueError(f"Invalid dims: {dims}. Must be in [0, {count})")
    return dims


class GridRNNCell(rnn.RNNCell):
    def __init__(
        self,
        num_units,
        num_dims=1,
        input_dims=None,
        output_dims=None,
        priority_dims=None,
        non_recurrent_dims=None,
        tied=False,
        cell_fn=None,
        non_recurrent_fn=None,
        state_is_tuple=True,
        output_is_tuple=True,
    ):
        if num_dims < 1:
            raise ValueError(f"dims must be >= 1: {num_dims}")
        self._num_units, self._count, self._tied = num_units, num_dims, tied
        self._inputs = _listed(input_dims, num_dims)
        self._outputs = _listed(output_dims, num_dims)
        self._priority = _listed(priority_dims, num_dims)
        self._plain = _listed(non_recurrent_dims, num_dims)
        self._recurrents = [d for d in range(num_dims) if d not in self._plain]
        self._non_recurrent_fn = non_recurrent_fn or tf.nn.relu
        self._state_is_tuple, self._output_is_tuple = state_is_tuple, output_is_tuple

        def make():
            if cell_fn is None:
                return rnn.LSTMCell(num_units=num_units, state_is_tuple=state_is_tuple)
            return cell_fn(num_units)

        self._cells = [make()] * num_dims if tied else [make() for _ in range(num_dims)]
        first = self._cells[0]
        if not isinstance(first, rnn.RNNCell):
            raise TypeError("cell_fn must return an RNNCell instance, saw: %s" % type(first))
        self._output_size = tuple(first.output_size for _ in self._outputs)
        if not output_is_tuple:
            self._output_size = first.output_size * len(self._outputs)
        self._state_size = tuple(first.state_size for _ in self._recurrents)
        if not state_is_tuple:
            self._state_size = self._width() * len(self._recurrents)

    @property
    def output_size(self):
        return self._output_size

    @property
    def state_size(self):
        return self._state_size

    def _width(self):
        sizes = self._cells[0].state_size
        return sum(sizes) if isinstance(sizes, tuple) else sizes

    def __call__(self, inputs, state, scope=None):
        c, m, with_c = self._split(state)
        outputs, states = [None] * self._count, [None] * self._count
        with tf.variable_scope(scope or type(self).__name__):
            self._project(inputs, c, m, with_c)
            self._propagate([d for d in range(self._count) if d not in self._priority], c, m, outputs, states, True)
            self._propagate(self._priority, c, m, outputs, states, False)
            given = [outputs[d] for d in self._outputs]
            kept = [states[d] for d in self._recurrents]
            if not self._output_is_tuple:
                given = tf.concat(given, 1) if given else tf.zeros([0, 0], inputs.dtype)
            if not self._state_is_tuple:
                parts = [part for held in kept for part in held]
                kept = tf.concat(parts, 1) if parts else tf.zeros([0, 0], inputs.dtype)
        return (tuple(given) if self._output_is_tuple else given), (tuple(kept) if self._state_is_tuple else kept)

    def _split(self, state):
        c, m = [None] * self._count, [None] * self._count
        own = self._width() - self._num_units
        if self._state_is_tuple and len(self._recurrents) != len(state):
            raise ValueError(f"Expected state as a tuple of {len(self._recurrents)} element")
        for at, d in enumerate(self._recurrents):
            if self._state_is_tuple:
                held = state[at]
                if own > 0:
                    c[d], m[d] = held
                else:
                    m[d] = held
            else:
                start = at * self._width()
                if own > 0:
                    c[d] = tf.slice(state, [0, start], [-1, self._num_units])
                    m[d] = tf.slice(state, [0, start + self._num_units], [-1, own])
                else:
                    m[d] = tf.slice(state, [0, start], [-1, self._num_units])
        return c, m, own > 0

    def _project(self, inputs, c, m, with_c):
        if inputs is None or not self._inputs or inputs.shape.with_rank(2)[1].value <= 0:
            return
        parts = inputs
        if not isinstance(inputs, tuple):
            parts = tf.split(value=inputs, num_or_size_splits=len(self._inputs), axis=1)
        width = parts[0].shape[1].value
        for at, d in enumerate(self._inputs):
            kernel = tf.get_variable(f"project_m_{d}", [width, self._num_units], dtype=inputs.dtype)
            m[d] = tf.matmul(parts[at], kernel)
            if with_c:
                kernel = tf.get_variable(f"project_c_{d}", [width, self._num_units], dtype=inputs.dtype)
                c[d] = tf.matmul(parts[at], kernel)

    def _propagate(self, dims, c, m, outputs, states, first):
        if not dims:
            return
        if self._count > 1:
            inputs = tf.concat([m[d] if outputs[d] is None else outputs[d] for d in range(self._count - 1)], 1)
        else:
            inputs = tf.zeros([m[0].get_shape().as_list()[0], 0], m[0].dtype)
        last = m[-1] if outputs[-1] is None else outputs[-1]
        for d in dims:
            kind = "non_recurrent" if d in self._plain else "recurrent"
            with tf.variable_scope(kind if self._tied else f"{kind}/cell_{d}") as scope:
                if self._tied and not (first and d == dims[0]):
                    scope.reuse_variables()
                if d in self._plain:
                    joined = tf.concat([inputs, last], 1) if self._count > 1 else last
                    outputs[d] = tf.contrib.layers.fully_connected(
                        joined,
                        num_outputs=self._num_units,
                        activation_fn=self._non_recurrent_fn,
                        weights_initializer=scope.initializer or tf.contrib.layers.initializers.xavier_initializer,
                        weights_regularizer=scope.regularizer,
                    )
                else:
                    held = last if c[d] is None else (c[d], last)
                    outputs[d], states[d] = self._cells[d](inputs, held)


class _Grid(GridRNNCell):
    """Grids whose first dimension takes the input and gives the output."""

    def __init__(self, num_units, count, cell_fn, tied, non_recurrent_fn, state_is_tuple, output_is_tuple):
        super().__init__(
            num_units=num_units,
            num_dims=count,
            input_dims=0,
            output_dims=0,
            priority_dims=0,
            tied=tied,
            non_recurrent_dims=None if non_recurrent_fn is None else 0,
            cell_fn=cell_fn,
            non_recurrent_fn=non_recurrent_fn,
            state_is_tuple=state_is_tuple,
            output_is_tuple=output_is_tuple,
        )


class Grid1BasicRNNCell(_Grid):
    def __init__(self, num_units, state_is_tuple=True, output_is_tuple=True):
        super().__init__(
            num_units, 1, lambda n: rnn.BasicRNNCell(num_units=n), False, None, state_is_tuple, output_is_tuple
        )


class Grid2BasicRNNCell(_Grid):
    def __init__(self, num_units, tied=False, non_recurrent_fn=None, state_is_tuple=True, output_is_tuple=True):
        super().__init__(
            num_units,
            2,
            lambda n: rnn.BasicRNNCell(num_units=n),
            tied,
            non_recurrent_fn,
            state_is_tuple,
            output_is_tuple,
        )


class Grid1BasicLSTMCell(_Grid):
    def __init__(self, num_units, forget_bias=1, state_is_tuple=True, output_is_tuple=True):
        super().__init__(
            num_units,
            1,
            lambda n: rnn.BasicLSTMCell(num_units=n, forget_bias=forget_bias),
            False,
            None,
            state_is_tuple,
            output_is_tuple,
        )


class Grid2BasicLSTMCell(_Grid):
    def __init__(
        self, num_units, tied=False, non_recurrent_fn=None, forget_bias=1, state_is_tuple=True, output_is_tuple=True
    ):
        super().__init__(
            num_units,
            2,
            lambda n: rnn.BasicLSTMCell(num_units=n, forget_bias=forget_bias),
            tied,
            non_recurrent_fn,
            state_is_tuple,
            output_is_tuple,
        )


def _lstm(use_peepholes, forget_bias):
    return lambda n: rnn.LSTMCell(num_units=n, forget_bias=forget_bias, use_peepholes=use_peepholes)


class Grid1LSTMCell(_Grid):
    def __init__(self, num_units, use_peepholes=False, forget_bias=1.0, state_is_tuple=True, output_is_tuple=True):
        super().__init__(num_units, 1, _lstm(use_peepholes, forget_bias), False, None, state_is_tuple, output_is_tuple)


class Grid2LSTMCell(_Grid):
    def __init__(
        self,
        num_units,
        tied=False,
        non_recurrent_fn=None,
        use_peepholes=False,
        forget_bias=1.0,
        state_is_tuple=True,
        output_is_tuple=True,
    ):
        super().__init__(
            num_units, 2, _lstm(use_peepholes, forget_bias), tied, non_recurrent_fn, state_is_tuple, output_is_tuple
        )


class Grid3LSTMCell(_Grid):
    def __init__(
        self,
        num_units,
        tied=False,
        non_recurrent_fn=None,
        use_peepholes=False,
        forget_bias=1.0,
        state_is_tuple=True,
        output_is_tuple=True,
    ):
        super().__init__(
            num_units, 3, _lstm(use_peepholes, forget_bias), tied, non_recurrent_fn, state_is_tuple, output_is_tuple
        )


class Grid2GRUCell(_Grid):
    def __init__(self, num_units, tied=False, non_recurrent_fn=None, state_is_tuple=True, output_is_tuple=True):
        super().__init__(
            num_units, 2, lambda n: rnn.GRUCell(num_units=n), tied, non_recurrent_fn, state_is_tuple, output_is_tuple
        )
