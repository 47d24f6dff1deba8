"""tf.contrib.rnn: the cells that walk along the frequencies of a frame, and the one that asks for compilation."""

import collections

import tensorflow as tf


def _sharded(name, rows, columns, dtype, shards):
    """TF: _get_concat_variable. The rows divided among the shards, the first ones taking what is left over."""
    if shards > rows:
        raise ValueError("Too many shards: shape=%s, num_shards=%d" % ([rows, columns], shards))
    unit, over = rows // shards, rows % shards
    parts = [
        tf.get_variable(name + "_%d" % i, [unit + (1 if i < over else 0), columns], dtype=dtype) for i in range(shards)
    ]
    if len(parts) == 1:
        return parts[0]
    joined = name + "/concat"
    full = tf.get_variable_scope().name + "/" + joined + ":0"
    for value in tf.get_collection(tf.GraphKeys.CONCATENATED_VARIABLES):
        if value.name == full:
            return value
    whole = tf.concat(parts, 0, name=joined)
    tf.add_to_collection(tf.GraphKeys.CONCATENATED_VARIABLES, whole)
    return whole


def _windows(inputs, start, size, skip, count):
    return [tf.slice(inputs, [0, start + i * skip], [-1, size]) for i in range(count)]


class _Frequencies(tf.nn.rnn_cell.RNNCell):
    @property
    def output_size(self):
        return self._output_size

    @property
    def state_size(self):
        return self._state_size

    def _width(self, inputs):
        width = inputs.get_shape().with_rank(2).dims[-1].value
        if width is None:
            raise ValueError("Cannot infer input_size from static shape inference.")
        return width

    def _diagonal(self, name, dtype):
        return tf.get_variable(name, shape=[self._num_units], dtype=dtype)


class TimeFreqLSTMCell(_Frequencies):
    def __init__(
        self,
        num_units,
        use_peepholes=False,
        cell_clip=None,
        initializer=None,
        num_unit_shards=1,
        forget_bias=1.0,
        feature_size=None,
        frequency_skip=1,
        reuse=None,
    ):
        super().__init__(_reuse=reuse)
        self._num_units, self._use_peepholes, self._shards = num_units, use_peepholes, num_unit_shards
        self._feature_size, self._frequency_skip = feature_size, frequency_skip
        self._state_size, self._output_size = 2 * num_units, num_units

    def call(self, inputs, state):
        units = self._num_units
        count = int((self._width(inputs) - self._feature_size) / self._frequency_skip) + 1
        frames = _windows(inputs, 0, self._feature_size, self._frequency_skip, count)
        width = frames[0].get_shape().as_list()[1]
        kernel = _sharded("W", width + 2 * units, 4 * units, inputs.dtype, self._shards)
        bias = tf.get_variable("B", shape=[4 * units], initializer=tf.zeros_initializer(), dtype=inputs.dtype)
        gates = [0.0, 0.0, 0.0]
        if self._use_peepholes:
            gates = [self._diagonal("W_%s_diag" % gate, inputs.dtype) for gate in "FIO"]
        above = tf.zeros([inputs.shape[0].value or inputs.get_shape()[0], units], inputs.dtype)
        states, outputs = [], []
        for at, frame in enumerate(frames):
            c = tf.slice(state, [0, 2 * at * units], [-1, units])
            m = tf.slice(state, [0, (2 * at + 1) * units], [-1, units])
            whole = tf.nn.bias_add(tf.matmul(tf.concat([frame, m, above], 1), kernel), bias)
            i, j, f, o = tf.split(value=whole, num_or_size_splits=4, axis=1)
            c = tf.sigmoid(f + gates[0] * c) * c + tf.sigmoid(i + gates[1] * c) * tf.tanh(j)
            above = tf.sigmoid(o + gates[2] * c) * tf.tanh(c)
            states += [c, above]
            outputs.append(above)
        return tf.concat(outputs, 1), tf.concat(states, 1)


class GridLSTMCell(_Frequencies):
    directions = ("",)

    def __init__(
        self,
        num_units,
        use_peepholes=False,
        share_time_frequency_weights=False,
        cell_clip=None,
        initializer=None,
        num_unit_shards=1,
        forget_bias=1.0,
        feature_size=None,
        frequency_skip=None,
        num_frequency_blocks=None,
        start_freqindex_list=None,
        end_freqindex_list=None,
        couple_input_forget_gates=False,
        state_is_tuple=True,
        reuse=None,
    ):
        super().__init__(_reuse=reuse)
        self._num_units, self._use_peepholes, self._shards = num_units, use_peepholes, num_unit_shards
        self._shared, self._coupled = share_time_frequency_weights, couple_input_forget_gates
        self._feature_size, self._frequency_skip = feature_size, frequency_skip
        self._starts, self._ends = start_freqindex_list, end_freqindex_list
        self._blocks, self._state_is_tuple = num_frequency_blocks, state_is_tuple
        if self._blocks is None:
            raise ValueError("Must specify num_frequency_blocks")
        names = []
        for direction in self.directions:
            for block, count in enumerate(self._blocks):
                for at in range(count):
                    prefix = "%sstate_f%02d_b%02d" % (direction, at, block)
                    names += [prefix + "_c", prefix + "_m"]
        self._state_tuple_type = collections.namedtuple("GridLSTMStateTuple", names)
        total = sum(self._blocks) * len(self.directions)
        self._state_size = num_units * 2 * total
        if state_is_tuple:
            self._state_size = self._state_tuple_type(*([num_units, num_units] * total))
        self._output_size = 2 * num_units * total

    @property
    def state_tuple_type(self):
        return self._state_tuple_type

    def _frames(self, inputs, offset=0):
        width = self._width(inputs)
        if offset:
            pads = [[0, 0], [0, offset]] if offset > 0 else [[0, 0], [-offset, 0]]
            inputs = tf.pad(inputs, tf.constant(pads), "CONSTANT")
            offset = max(offset, 0)
        starts, ends = self._starts or [0], self._ends or [width]
        if len(starts) != len(ends) or len(self._blocks) != len(starts):
            raise ValueError("Length of num_frequency_blocks is not 1, but instead is %d" % len(self._blocks))
        found = []
        for block, (start, end) in enumerate(zip(starts, ends)):
            count = int((end - start - self._feature_size) / self._frequency_skip) + 1
            if count != self._blocks[block]:
                raise ValueError(
                    "Invalid num_frequency_blocks, requires %d but gets %d, please check the input size and "
                    "filter config are correct." % (self._blocks[block], count)
                )
            found.append(_windows(inputs, start + offset, self._feature_size, self._frequency_skip, count))
        return found

    def call(self, inputs, state):
        outputs, states = [], []
        for block, frames in enumerate(self._frames(inputs)):
            given, kept = self._compute(frames, block, state, inputs)
            outputs += given
            states += kept
        states = self._state_tuple_type(*states) if self._state_is_tuple else tf.concat(states, 1)
        return tf.concat(outputs, 1), states

    def _compute(self, frames, block, state, inputs, prefix="state"):
        units, dtype = self._num_units, frames[0].dtype
        gates = 3 if self._coupled else 4
        rows = frames[0].get_shape().as_list()[1] + 2 * units
        weights = []
        for kind in "f" if self._shared else "ft":
            kernel = _sharded("W_%s_%d" % (kind, block), rows, gates * units, dtype, self._shards)
            weights.append(
                (
                    kernel,
                    tf.get_variable(
                        "B_%s_%d" % (kind, block),
                        shape=[gates * units],
                        initializer=tf.zeros_initializer(),
                        dtype=dtype,
                    ),
                )
            )
        along = 0.0
        if self._use_peepholes:
            for kind in ("freq",) if self._shared else ("freq", "time"):
                for gate in "IO" if self._coupled else "FIO":
                    for axis in "ft":
                        along += self._diagonal("W_%s_diag_%s%s_%d" % (gate, kind, axis, block), dtype)
        batch = inputs.shape[0].value or tf.shape(inputs)[0]
        m_above, c_above = tf.zeros([batch, units], dtype), tf.zeros([batch, units], dtype)
        outputs, states = [], []
        for at, frame in enumerate(frames):
            if self._state_is_tuple:
                c = getattr(state, "%s_f%02d_b%02d_c" % (prefix, at, block))
                m = getattr(state, "%s_f%02d_b%02d_m" % (prefix, at, block))
            else:
                c = tf.slice(state, [0, 2 * at * units], [-1, units])
                m = tf.slice(state, [0, (2 * at + 1) * units], [-1, units])
            joined = tf.concat([frame, m, m_above], 1)
            made = []
            for (kernel, bias), before in zip(weights, (c_above, c)):
                parts = tf.split(
                    value=tf.nn.bias_add(tf.matmul(joined, kernel), bias), num_or_size_splits=gates, axis=1
                )
                made.append(tf.sigmoid(parts[0] + along * before) * before + tf.tanh(parts[1]))
                made.append(tf.sigmoid(parts[-1] + along * made[-1]) * tf.tanh(made[-1]))
            c_above, m_above = made[0], made[1]
            states += made[-2:]
            outputs += [made[-1], made[1]]
        return outputs, states


class BidirectionalGridLSTMCell(GridLSTMCell):
    directions = ("fwd_", "bwd_")

    def __init__(
        self,
        num_units,
        use_peepholes=False,
        share_time_frequency_weights=False,
        cell_clip=None,
        initializer=None,
        num_unit_shards=1,
        forget_bias=1.0,
        feature_size=None,
        frequency_skip=None,
        num_frequency_blocks=None,
        start_freqindex_list=None,
        end_freqindex_list=None,
        couple_input_forget_gates=False,
        backward_slice_offset=0,
        reuse=None,
    ):
        super().__init__(
            num_units,
            use_peepholes,
            share_time_frequency_weights,
            cell_clip,
            initializer,
            num_unit_shards,
            forget_bias,
            feature_size,
            frequency_skip,
            num_frequency_blocks,
            start_freqindex_list,
            end_freqindex_list,
            couple_input_forget_gates,
            True,
            reuse,
        )
        self._offset = int(backward_slice_offset)

    def call(self, inputs, state):
        ahead = self._frames(inputs)
        back = self._frames(inputs, self._offset) if self._offset else ahead
        outputs, states = [], []
        for direction, found in (("fwd", ahead), ("bwd", back)):
            with tf.variable_scope(direction):
                for block, frames in enumerate(found):
                    frames = frames if direction == "fwd" else frames[::-1]
                    given, kept = self._compute(frames, block, state, inputs, direction + "_state")
                    outputs += given
                    states += kept
        return tf.concat(outputs, 1), self._state_tuple_type(*states)


class CompiledWrapper(tf.nn.rnn_cell.RNNCell):
    def __init__(self, cell, compile_stateful=False):
        self._cell = cell

    @property
    def state_size(self):
        return self._cell.state_size

    @property
    def output_size(self):
        return self._cell.output_size

    def __call__(self, inputs, state, scope=None):
        return self._cell(inputs, state, scope=scope)
