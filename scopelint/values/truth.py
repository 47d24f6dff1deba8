"""Three truths with names: what a test of values that are known in part may answer."""

from __future__ import annotations

import enum
from typing import Any

from scopelint.values.base import Unknown


class Truth(enum.Enum):
    """YES and NO are certain. MAYBE is neither true nor false in Python: ask for one of the three by `is`."""

    YES = 1
    NO = 2
    MAYBE = 3

    def __bool__(self) -> bool:
        raise TypeError("a Truth is asked for by `is YES`, `is NO`, `is MAYBE`")


YES, NO, MAYBE = Truth.YES, Truth.NO, Truth.MAYBE


def both(one: Truth, two: Truth) -> Truth:
    """YES where both are, NO where either is."""
    if one is NO or two is NO:
        return NO
    return YES if one is YES and two is YES else MAYBE


def is_on(flag: Any) -> bool:
    """Is it True? One that is not known is asked, so that the summary is replayed with either answer."""
    return flag is True or (isinstance(flag, Unknown) and bool(flag))


def is_not_off(flag: Any) -> bool:
    """Is it anything but False? One that is not known is asked."""
    return flag is not False and (not isinstance(flag, Unknown) or bool(flag))


def is_given(value: Any) -> bool:
    """Is it anything but None? One that is not known is asked."""
    return value is not None and (not isinstance(value, Unknown) or bool(value))
