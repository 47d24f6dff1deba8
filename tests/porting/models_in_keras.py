"""TF's cells as layers of tf.keras: loads what was ported with Keras' names, runs it, tells the difference."""

import json
import os
import struct
import sys

import numpy as np
import tensorflow as tf

keras = tf.keras.layers


def lstm():
    return keras.LSTM(5, return_sequences=True, recurrent_activation="sigmoid")


LAYERS = {
    "lstm_block": ("rnn", lstm),
    "lstm_keras": ("recurrent", lstm),
    "gru": (
        "rnn",
        lambda: keras.GRU(5, return_sequences=True, recurrent_activation="sigmoid", reset_after=True),
    ),
    "gru_before": (
        "rnn",
        lambda: keras.GRU(5, return_sequences=True, recurrent_activation="sigmoid", reset_after=False),
    ),
    "simple_rnn": ("rnn", lambda: keras.SimpleRNN(5, return_sequences=True)),
}


def read(path):
    with open(path, "rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header, data = json.loads(stream.read(length).decode()), stream.read()
    out = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            out[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
    return out


def values(place, file):
    with open(os.path.join(place, file + ".json")) as stream:
        shape = json.load(stream)
    return np.fromfile(os.path.join(place, file + ".bin"), "<f4").reshape(shape)


def main(folder):
    told = {}
    for name, (scope, build) in sorted(LAYERS.items()):
        place = os.path.join(folder, name)
        held = read(os.path.join(place, "keras.safetensors"))
        given, result = values(place, "given"), values(place, "result")
        tf.keras.backend.clear_session()
        layer = build()
        out = layer(tf.constant(given))
        layer.set_weights([held[scope + "/" + leaf] for leaf in ("kernel", "recurrent_kernel", "bias")])
        told[name] = float(np.abs(tf.keras.backend.get_session().run(out) - result).max())
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
