"""Builds small models in TensorFlow 1.15, by its own Python, and saves each with what it gives for an input."""

import json
import os
import sys

import numpy as np
import tensorflow as tf

layers = tf.layers
norm = tf.layers.batch_normalization
rnn = tf.nn.rnn_cell


def dense_layer_norm(x):
    return tf.contrib.layers.layer_norm(x, begin_norm_axis=-1, begin_params_axis=-1, scope="LayerNorm")


def gelu(x):
    return 0.5 * x * (1.0 + tf.erf(x / np.sqrt(2.0).astype(np.float32)))


def heads(x, count):
    batch, length, size = x.shape.as_list()
    return tf.transpose(tf.reshape(x, [batch, length, count, size // count]), [0, 2, 1, 3])


def bert(images, size=16, count=2, depth=2):
    """An encoder with the scopes that published ones have."""
    tokens = tf.cast(images, tf.int32)
    batch, length = tokens.shape.as_list()
    with tf.variable_scope("bert"):
        with tf.variable_scope("embeddings"):
            words = tf.get_variable("word_embeddings", [30, size])
            places = tf.get_variable("position_embeddings", [12, size])
            x = tf.gather(words, tokens) + places[:length]
            x = dense_layer_norm(x)
        with tf.variable_scope("encoder"):
            for number in range(depth):
                with tf.variable_scope(f"layer_{number}"):
                    with tf.variable_scope("attention"):
                        with tf.variable_scope("self"):
                            query, key, value = [
                                heads(layers.dense(x, size, name=name), count) for name in ("query", "key", "value")
                            ]
                            scores = tf.matmul(query, key, transpose_b=True) / np.sqrt(size // count)
                            mixed = tf.transpose(tf.matmul(tf.nn.softmax(scores), value), [0, 2, 1, 3])
                            mixed = tf.reshape(mixed, [batch, length, size])
                        with tf.variable_scope("output"):
                            x = dense_layer_norm(layers.dense(mixed, size) + x)
                    with tf.variable_scope("intermediate"):
                        inner = gelu(layers.dense(x, 2 * size))
                    with tf.variable_scope("output"):
                        x = dense_layer_norm(layers.dense(inner, size) + x)
        with tf.variable_scope("pooler"):
            return layers.dense(x[:, 0], size, activation=tf.tanh)


def padded(x, width):
    return tf.pad(x, [[0, 0], [width, width], [width, width], [0, 0]])


def resnet(images):
    def conv(x, filters, kernel, stride, name):
        x = padded(x, kernel // 2)
        x = layers.conv2d(x, filters, kernel, stride, "valid", use_bias=False, name=name)
        return norm(x, name=name + "_bn", epsilon=1e-5)

    with tf.variable_scope("block"):
        short = conv(images, 6, 1, 2, "shortcut")
        x = tf.nn.relu(conv(images, 6, 3, 2, "conv1"))
        x = conv(x, 6, 3, 1, "conv2")
        x = tf.nn.relu(x + short)
    return layers.dense(tf.reduce_mean(x, [1, 2]), 4, name="logits")


def cnn(images):
    """Slim's words, a norm without its scale, a separable and a transposed convolution, a flattened image."""
    slim = tf.contrib.slim
    with slim.arg_scope([slim.batch_norm], is_training=False, epsilon=0.001):
        x = slim.conv2d(images, 4, 3, normalizer_fn=slim.batch_norm, scope="conv")
    x = slim.max_pool2d(x, 2, scope="pool")
    x = tf.layers.separable_conv2d(x, 5, 3, padding="same", depth_multiplier=2, name="separable")
    x = tf.layers.conv2d_transpose(x, 3, 2, 2, "valid", name="up")
    x = norm(x, scale=False, name="norm")
    x = layers.conv1d(tf.reshape(x, [2, 64, 3]), 3, 3, padding="same", name="line")
    x = layers.conv3d(tf.reshape(x, [2, 4, 4, 4, 3]), 2, 3, padding="same", name="volume")
    x = tf.reshape(x, [2, 8, 8, 2])
    return slim.fully_connected(slim.flatten(x), 6, activation_fn=None, scope="head")


def lstm(images):
    cell = rnn.MultiRNNCell([rnn.BasicLSTMCell(5), rnn.BasicLSTMCell(4)])
    return tf.nn.dynamic_rnn(cell, images, dtype=tf.float32)[0]


def lstm_sides(images):
    out, _ = tf.nn.bidirectional_dynamic_rnn(rnn.LSTMCell(5), rnn.LSTMCell(5), images, dtype=tf.float32)
    return tf.concat(out, 2)


def lstm_projected(images):
    with tf.variable_scope("decoder"):
        return tf.nn.dynamic_rnn(rnn.LSTMCell(6, num_proj=3, forget_bias=0.5), images, dtype=tf.float32)[0]


def lstm_block(images):
    return tf.nn.dynamic_rnn(tf.contrib.rnn.LSTMBlockCell(5), images, dtype=tf.float32)[0]


def lstm_keras(images):
    return tf.keras.layers.LSTM(5, return_sequences=True, name="recurrent", recurrent_activation="sigmoid")(images)


def gru(images):
    """The cell whose reset gate comes after the product, as in cuDNN and PyTorch."""
    return tf.nn.dynamic_rnn(tf.contrib.cudnn_rnn.CudnnCompatibleGRUCell(5), images, dtype=tf.float32)[0]


def gru_before(images):
    return tf.nn.dynamic_rnn(rnn.GRUCell(5), images, dtype=tf.float32)[0]


def gru_keras(images):
    layer = tf.keras.layers.GRU(
        5, return_sequences=True, name="recurrent", recurrent_activation="sigmoid", reset_after=True
    )
    return layer(images)


def simple_rnn(images):
    return tf.nn.dynamic_rnn(rnn.BasicRNNCell(5), images, dtype=tf.float32)[0]


MODELS = {
    "bert": (bert, [2, 7]),
    "resnet": (resnet, [2, 8, 8, 3]),
    "cnn": (cnn, [2, 8, 8, 3]),
    "lstm": (lstm, [2, 6, 3]),
    "lstm_sides": (lstm_sides, [2, 6, 3]),
    "lstm_projected": (lstm_projected, [2, 6, 3]),
    "lstm_block": (lstm_block, [2, 6, 3]),
    "lstm_keras": (lstm_keras, [2, 6, 3]),
    "gru": (gru, [2, 6, 3]),
    "gru_before": (gru_before, [2, 6, 3]),
    "gru_keras": (gru_keras, [2, 6, 3]),
    "simple_rnn": (simple_rnn, [2, 6, 3]),
}


def main(folder):
    random = np.random.RandomState(7)
    for name, (build, shape) in sorted(MODELS.items()):
        place = os.path.join(folder, name)
        os.makedirs(place)
        tf.keras.backend.clear_session()
        with tf.Graph().as_default(), tf.Session() as session:
            images = tf.placeholder(tf.float32, shape)
            out = build(images)
            weights = tf.global_variables()
            # Statistics and biases too are anything but their start values.
            scale = 0.2 if name == "cnn" else 0.5
            loads = []
            for variable in weights:
                value = random.randn(*variable.shape) * scale
                loads.append((variable, np.abs(value) + 0.5 if "variance" in variable.name else value))
            tf.train.AdamOptimizer().minimize(tf.reduce_sum(out), global_step=tf.train.get_or_create_global_step())
            session.run(tf.global_variables_initializer())
            for variable, value in loads:
                variable.load(value.astype(np.float32), session)
            given = random.randint(0, 30, shape) if name == "bert" else random.randn(*shape)
            given = given.astype(np.float32)
            result = session.run(out, {images: given})
            tf.train.Saver().save(session, os.path.join(place, "model.ckpt"))
        for file, value in (("given", given), ("result", result)):
            with open(os.path.join(place, file + ".bin"), "wb") as stream:
                stream.write(np.ascontiguousarray(value, "<f4").tobytes())
            with open(os.path.join(place, file + ".json"), "w") as stream:
                json.dump(list(value.shape), stream)
        print(name, "saved")


if __name__ == "__main__":
    main(sys.argv[1])
