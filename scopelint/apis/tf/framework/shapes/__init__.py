"""TF's C++ shape functions."""
