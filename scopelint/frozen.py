"""`frozen`: a class of fields that nobody changes. Type checkers hold that, so that no run pays for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

C = TypeVar("C")

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform

    @dataclass_transform(frozen_default=True, eq_default=False)
    def frozen(cls: type[C]) -> type[C]:
        """A dataclass of slots, equal to itself alone. `dataclass(frozen=True)` writes six functions for each class at
        import, ten times what this takes, and sets each field by a call."""
else:
    frozen = dataclass(slots=True, eq=False, repr=False, match_args=False)
