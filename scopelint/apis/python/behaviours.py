"""Imports every module that registers how Python's own types behave; the interpreter imports this once."""

from __future__ import annotations

from scopelint.apis.python import constants, dictionaries, files, iterators, sequences, sets, strings

__all__ = ["constants", "dictionaries", "files", "iterators", "sequences", "sets", "strings"]
