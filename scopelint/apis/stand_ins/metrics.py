"""tf.contrib.metrics: what is computed of all values that were ever seen."""

import tensorflow as tf


def _kept(results, metrics_collections, updates_collections):
    value, update = results
    if updates_collections:
        tf.add_to_collections(updates_collections, update)
    if metrics_collections:
        tf.add_to_collections(metrics_collections, value)
    return value, update


def _concatenated(labels, predictions, weights):
    predictions = tf.reshape(tf.cast(predictions, tf.float64), [-1])
    labels = tf.reshape(tf.cast(labels, tf.int64), [-1])
    found = []
    for leaf, values in (("preds", predictions), ("labels", labels), ("weights", weights)):
        if values is not None:
            found.append(tf.contrib.metrics.streaming_concat(values, name="concat_" + leaf))
    value = tf.reduce_sum(found[0][0])
    return tf.cast(value, tf.float32), tf.group(*[update for _, update in found])


def streaming_dynamic_auc(
    labels, predictions, curve="ROC", metrics_collections=(), updates_collections=(), name=None, weights=None
):
    if curve not in ["PR", "ROC"]:
        raise ValueError("curve must be either ROC or PR, %s unknown" % curve)
    with tf.variable_scope(name, default_name="dynamic_auc"):
        labels.get_shape().assert_is_compatible_with(predictions.get_shape())
        if weights is not None:
            weights = tf.reshape(tf.cast(weights, tf.float64), [-1])
        return _kept(_concatenated(labels, predictions, weights), metrics_collections, updates_collections)


def auc_with_confidence_intervals(
    labels,
    predictions,
    weights=None,
    alpha=0.95,
    logit_transformation=True,
    metrics_collections=(),
    updates_collections=(),
    name=None,
):
    if not (alpha > 0 and alpha < 1):
        raise ValueError("alpha must be between 0 and 1; currently %.02f" % alpha)
    if weights is None:
        weights = tf.ones_like(predictions)
    with tf.variable_scope(name, default_name="auc_with_confidence_intervals", values=[labels, predictions, weights]):
        return _kept(
            _concatenated(labels, predictions, tf.reshape(weights, [-1])), metrics_collections, updates_collections
        )


def streaming_recall_at_k(
    predictions, labels, k, weights=None, metrics_collections=None, updates_collections=None, name=None
):
    hits = tf.cast(tf.nn.in_top_k(predictions, labels, k), tf.float32)
    return tf.contrib.metrics.streaming_mean(
        hits, weights, metrics_collections, updates_collections, name or "recall_at_%d" % k
    )
