"""tf.estimator and tf.feature_column."""
