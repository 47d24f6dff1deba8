"""scopelint: names TensorFlow 1.x variables from source, without running it."""

__version__ = "0.1.0"
