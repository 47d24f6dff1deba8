"""What all of TensorFlow stands on: tensors, operations, conversion, shapes, graphs, nests, errors."""
