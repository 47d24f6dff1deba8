"""What Python does: statements, expressions, calls, classes and modules, walked over LibCST."""

from scopelint.syntax import library

__all__ = ["library"]
