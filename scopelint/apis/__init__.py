"""Native summaries: what TensorFlow and the Python library do when model code calls them."""
