"""Small libraries that programs of this field use beside TensorFlow."""
