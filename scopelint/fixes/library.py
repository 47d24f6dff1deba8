"""LibCST, imported in little more than half of the time that its import takes by itself.

It declares its nodes as 170 frozen dataclasses. For each, `dataclass` writes and compiles what tells whether two are
equal and how one is shown, though LibCST has put functions of its own in their place, and what refuses to change one,
which nobody does. A short run spent more time on these than on the program that it was asked about.
"""

from __future__ import annotations

import dataclasses
import sys
from typing import Any

_UNUSED = {"eq": False, "repr": False, "frozen": False}


def _import() -> None:
    if "libcst" in sys.modules or "flake8" in sys.modules:
        # It is there already, or it will be shared with other plugins, that may want it as it is.
        return
    whole: Any = dataclasses.dataclass

    def plain(cls: type | None = None, /, **options: bool) -> Any:  # noqa: ANN401
        if cls is None:
            return lambda cls: plain(cls, **options)
        is_node = cls.__module__.startswith("libcst._nodes.") and "__eq__" in vars(cls)
        return whole(cls, **{**options, **_UNUSED} if is_node else options)

    dataclasses.dataclass = plain
    try:
        import libcst  # noqa: F401  here, while its nodes are declared so
    finally:
        dataclasses.dataclass = whole


_import()
