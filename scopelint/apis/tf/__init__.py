"""TensorFlow 1.15, laid out as its own source tree."""
