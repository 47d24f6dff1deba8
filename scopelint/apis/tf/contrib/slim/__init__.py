"""tf.contrib.slim: the networks that it ships."""
