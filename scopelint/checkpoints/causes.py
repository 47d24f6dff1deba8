"""Why a checkpoint does not fit: a handful of causes, each with what it accounts for, not a list of keys."""

from __future__ import annotations

from collections.abc import Callable

from scopelint.checkpoints import absent, left_over, renamed, unfit
from scopelint.checkpoints.case import Case, Cause
from scopelint.checkpoints.comparing import Comparison

IN_ORDER: tuple[Callable[[Case], list[Cause]], ...] = (
    absent.another_kind,
    absent.another_file,
    absent.mistyped,
    renamed.towers,
    renamed.by_rules,
    renamed.averages,
    absent.slots,
    absent.built_twice,
    renamed.shifted,
    renamed.by_shape,
    absent.depth,
    unfit.shapes,
    unfit.dtypes,
    unfit.taken,
    absent.missing,
    left_over.left_out,
    left_over.unread,
)
"""What explains more stands first: a cause tells nothing of what one before it accounted for."""


def causes(found: Comparison) -> list[Cause]:
    """All causes of one comparison; none where all that is asked for is there, and all that is there is asked for."""
    if not (found.missing or found.shapes or found.dtypes or found.silent or found.unread or found.taken):
        return []
    case = Case(found)
    return [cause for look in IN_ORDER for cause in look(case)]
