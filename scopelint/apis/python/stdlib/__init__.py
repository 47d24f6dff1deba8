"""Python's standard library, a module a file."""
