"""Imports every module that registers how Python's own types behave; the interpreter imports this once."""

from __future__ import annotations

from scopelint.apis.python.builtins import dictionaries, iterators, numbers, sequences, sets, strings
from scopelint.apis.python.stdlib import files

__all__ = ["dictionaries", "files", "iterators", "numbers", "sequences", "sets", "strings"]
