"""What one cause is, and what of a comparison no cause has accounted for yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from scopelint.checkpoints.companions import Companion
from scopelint.checkpoints.comparing import Comparison, Want
from scopelint.checkpoints.demands import Place
from scopelint.checkpoints.first_error import shape_text
from scopelint.checkpoints.matching import Pair

_SHOWN = 3
"""Names that a cause lists before it counts the rest."""
_NOWHERE = Place()


@dataclass(frozen=True)
class Cause:
    """`kind`: for machines. `word`: the first word of its line. `said`: what is so. `more`: further lines. `fix`: what
    to do about it. `serious`: it keeps the checkpoint from loading, or a variable at its start value; else a note."""

    kind: str
    word: str
    said: str
    names: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    place: Place = _NOWHERE
    certain: bool = True
    serious: bool = True
    more: tuple[str, ...] = ()
    fix: tuple[str, ...] = ()


@dataclass
class Case:
    """One comparison, and what of it no cause has accounted for yet."""

    found: Comparison
    missing: dict[str, Want] = field(default_factory=dict)
    is_other: bool = False
    """Is it another file, or a file of another kind? Then what it holds besides is not worth telling."""
    swapped: set[str] = field(default_factory=set)
    """Keys whose shapes differ because two variables changed places."""

    def __post_init__(self) -> None:
        self.missing = {want.key: want for want in self.found.missing}
        self.by_variable = {want.name: want for want in self.found.missing}
        self.partner = self.found.matching.partner()
        self.paired_keys: set[str] = set()

    def take(self, keys: Iterable[str]) -> list[Want]:
        return [self.missing.pop(key) for key in list(keys) if key in self.missing]


def several(names: Sequence[str], most: int = _SHOWN) -> str:
    """The first few, and how many more."""
    if len(names) <= most + 1:
        return ", ".join(names)
    return ", ".join(names[:most]) + f" and {len(names) - most} more"


def count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"


def with_shape(want: Want) -> str:
    return f"{want.key} {shape_text(want.shape)}" if want.shape is not None else want.key


def concerns(case: Case, pair: Pair) -> bool:
    """Does the pair explain something that would not load, or would be left out?"""
    want = case.by_variable.get(pair.wanted)
    if want is not None:
        # Another cause may have accounted for it.
        return want.key in case.missing
    if any(each.name == pair.wanted for each, _ in case.found.shapes):
        return True
    return any(variable.name == pair.wanted for variable in case.found.silent)


def settle(case: Case, pair: Pair) -> None:
    case.paired_keys.add(pair.held)
    want = case.by_variable.get(pair.wanted)
    if want is not None:
        case.missing.pop(want.key, None)


def place_of(case: Case, name: str) -> Place:
    for variable in case.found.demand.variables:
        if variable.name == name:
            return variable.place
    return Place()


def optimizers_of(companions: dict[str, Companion]) -> set[str]:
    return {c.optimizer for c in companions.values() if c.kind == "slot" and c.optimizer}
