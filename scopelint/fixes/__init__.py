"""LibCST edits that mend findings."""

from scopelint.fixes import library

__all__ = ["library"]
