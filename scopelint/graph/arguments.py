"""What TF's functions are given: plain where it is known, Unknown where it is not, None where it was left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.values.base import Unknown

Flag = bool | Unknown | None

Function = Callable[..., Any] | Unknown | None
"""A regularizer, a constraint, a custom getter, a partitioner."""

Given = object
"""Whatever the program gave. What it may be is found out before it is used."""
