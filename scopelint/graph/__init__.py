"""TensorFlow 1.15's naming, scopes and variable store, restated without TensorFlow."""
