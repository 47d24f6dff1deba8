"""tf.keras.layers of TensorFlow 2 alone: MultiHeadAttention."""

import tensorflow as tf


class _Projection(tf.keras.layers.Layer):
    """A product over the last sizes of what it is given, `summed` of them. TF: EinsumDense as attention uses it."""

    def __init__(self, sizes, summed, use_bias, name):
        super().__init__(name=name)
        self.sizes, self.summed, self.use_bias = sizes, summed, use_bias

    def build(self, input_shape):
        given = input_shape.as_list()[-self.summed :]
        self.kernel = self.add_weight("kernel", shape=given + self.sizes)
        if self.use_bias:
            self.bias = self.add_weight("bias", shape=self.sizes, initializer="zeros")
        self.built = True

    def call(self, inputs):
        outputs = tf.tensordot(inputs, self.kernel, self.summed)
        return outputs + self.bias if self.use_bias else outputs


class MultiHeadAttention(tf.keras.layers.Layer):
    """TF: keras.layers.MultiHeadAttention over the axis before the last. The projections are made at the first call."""

    def __init__(
        self,
        num_heads,
        key_dim,
        value_dim=None,
        dropout=0.0,
        use_bias=True,
        output_shape=None,
        attention_axes=None,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.heads, self.key_size, self.value_size = num_heads, key_dim, value_dim if value_dim else key_dim
        self.rate, self.use_bias, self.sizes = dropout, use_bias, output_shape
        self.projections = None

    def _built_for(self, query):
        sizes = self.sizes
        if not sizes:
            sizes = query.shape.as_list()[-1:]
        elif isinstance(sizes, int):
            sizes = [sizes]
        heads, use_bias = self.heads, self.use_bias
        return (
            _Projection([heads, self.key_size], 1, use_bias, "query"),
            _Projection([heads, self.key_size], 1, use_bias, "key"),
            _Projection([heads, self.value_size], 1, use_bias, "value"),
            _Projection(list(sizes), 2, use_bias, "attention_output"),
        )

    def call(
        self,
        query,
        value,
        key=None,
        attention_mask=None,
        return_attention_scores=False,
        training=None,
        use_causal_mask=False,
    ):
        if self.projections is None:
            self.projections = self._built_for(query)
        of_query, of_key, of_value, of_output = self.projections
        # From here on heads stand before positions.
        query = tf.einsum("bqhd->bhqd", of_query(query))
        key = tf.einsum("bkhd->bhkd", of_key(value if key is None else key))
        value = tf.einsum("bkhd->bhkd", of_value(value))
        scores = tf.nn.softmax(tf.matmul(query, key, transpose_b=True))
        dropped = tf.keras.layers.Dropout(self.rate)(scores, training=training) if self.rate else scores
        outputs = of_output(tf.einsum("bhqd->bqhd", tf.matmul(dropped, value)))
        return (outputs, scores) if return_attention_scores else outputs
