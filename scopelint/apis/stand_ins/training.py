"""tf.contrib.training: resampling."""

import tensorflow as tf
from tensorflow.python.training import moving_averages


def weighted_resample(inputs, weights, overall_rate, scope=None, mean_decay=0.999, seed=None):
    with tf.name_scope(scope, "weighted_resample", inputs) as within:
        with tf.variable_scope(scope, "estimate_mean", inputs):
            estimated = tf.get_local_variable(
                "estimated_mean", initializer=tf.cast(0, weights.dtype), dtype=weights.dtype
            )
            mean = moving_averages.assign_moving_average(estimated, tf.reduce_mean(weights), mean_decay)
        rates = weights * overall_rate / mean
        results = tf.contrib.training.resample_at_rate(
            [rates] + inputs, rates, scope=within, seed=seed, back_prop=False
        )
    return results[1:], results[0]
