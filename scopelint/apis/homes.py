"""Which modules below `scopelint.apis` declare the names under a prefix; each is imported when first asked for."""

from __future__ import annotations

HOMES: dict[str, tuple[str, ...]] = {
    "builtins": ("python.exceptions", "python.classes", "python.builtins", "python.typetests"),
    "python2": ("python.builtins",),
    "tf.train": ("train", "schedules", "moving_averages"),
    "tf.train.Optimizer": ("optimizers",),
    "tf.train.ExponentialMovingAverage": ("moving_averages",),
    "tensorflow.python.training.moving_averages": ("moving_averages",),
    "tf.keras.optimizers.schedules": ("schedules",),
    "tf.gradients": ("gradients",),
    "tf.hessians": ("gradients",),
    "tf.losses": ("losses",),
    "tf.metrics": ("metrics",),
    "tf.contrib.metrics": ("metrics_contrib",),
}
"""Canonical prefix -> home modules, asked in this order; the longest prefix of a name is asked first."""
