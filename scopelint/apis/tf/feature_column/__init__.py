"""tf.feature_column: columns of features, and the layers that they feed."""
