"""tf.contrib.metrics: what is computed of all values that were ever seen, and what is counted in buckets."""

import collections
import functools

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
    return tf.reduce_sum(found[0][0]), tf.group(*[update for _, update in found])


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
        AucData = collections.namedtuple("AucData", ["auc", "lower", "upper"])
        value, update = _concatenated(labels, predictions, tf.reshape(weights, [-1]))
        update = tf.cond(tf.greater_equal(tf.reduce_sum(weights), 1.0), lambda: update, tf.no_op)
        results = AucData(*[tf.cast(value, tf.float32) for _ in range(3)])
        return _kept((results, update), metrics_collections, updates_collections)


def precision_recall_at_equal_thresholds(
    labels, predictions, weights=None, num_thresholds=None, use_locking=None, name=None
):
    if num_thresholds is None:
        num_thresholds = 201
    fields = ["tp", "fp", "tn", "fn", "precision", "recall", "thresholds"]
    PrecisionRecallData = collections.namedtuple("PrecisionRecallData", fields)
    tf.debugging.assert_type(labels, tf.bool)
    with tf.variable_scope(name, "precision_recall_at_equal_thresholds", (labels, predictions, weights)):
        predictions.get_shape().assert_is_compatible_with(labels.get_shape())
        held, updates = [], []
        with tf.name_scope("variables"):
            for leaf in ("tp_buckets", "fp_buckets"):
                start = functools.partial(tf.zeros, [num_thresholds], tf.float64)
                kept = [tf.GraphKeys.LOCAL_VARIABLES, tf.GraphKeys.METRIC_VARIABLES]
                held.append(tf.Variable(start, trainable=False, collections=kept, name=leaf))
        with tf.name_scope("update_op"):
            indices = tf.cast(tf.reshape(predictions, [-1]), tf.int32)
            for each in held:
                updates.append(tf.scatter_add(each, indices, tf.cast(indices, tf.float64)))
        tp, fp = [tf.cumsum(each, reverse=True) for each in held]
        found = [tf.cast(each, predictions.dtype) for each in (tp, fp, fp, tp, tp, tp)]
        steps = tf.cast(tf.lin_space(0.0, 1.0, num_thresholds), predictions.dtype)
        return PrecisionRecallData(*(found + [steps])), tf.group(*updates)


def streaming_recall_at_k(
    predictions, labels, k, weights=None, metrics_collections=None, updates_collections=None, name=None
):
    hits = tf.cast(tf.nn.in_top_k(predictions, labels, k), tf.float32)
    return tf.contrib.metrics.streaming_mean(
        hits, weights, metrics_collections, updates_collections, name or "recall_at_%d" % k
    )
