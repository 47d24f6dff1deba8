"""A checkpoint of TensorFlow 1 carried to another library: names, layouts, and what stays behind."""
