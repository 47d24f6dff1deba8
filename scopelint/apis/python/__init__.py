"""Native summaries of Python's builtins, its standard library, numpy and six."""
