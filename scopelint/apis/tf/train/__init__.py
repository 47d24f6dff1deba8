"""tf.train: optimizers, averages, sessions."""
