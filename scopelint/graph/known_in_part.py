"""Names that are known in part: which of them may be one."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint import later
from scopelint.patterns import fits

HOLE = later.pattern(r"\{[^{}]*\}")


def may_be_one(one: str, other: str) -> bool:
    """Could two names be the same, whatever their unknown parts are? Parts called alike are taken to be one."""
    holes, others = HOLE.findall(one), HOLE.findall(other)
    if holes == others:
        return one == other
    if not others:
        return fits(HOLE.split(one), other)
    if not holes:
        return fits(HOLE.split(other), one)
    a, b = HOLE.split(one), HOLE.split(other)
    return _one_begins(a[0], b[0]) and _one_begins(a[-1][::-1], b[-1][::-1])


def _one_begins(a: str, b: str) -> bool:
    return a.startswith(b) or b.startswith(a)


class KnownInPart:
    """The names with unknown parts that were taken. Those of a fork that was taken back stay: a doubt more."""

    __slots__ = ("names",)

    def __init__(self) -> None:
        self.names: dict[str, None] = {}

    def __bool__(self) -> bool:
        return bool(self.names)

    def take(self, name: str) -> None:
        self.names[name] = None

    def all(self, name: str) -> Iterator[str]:
        """Those that this name could be too."""
        return (other for other in self.names if may_be_one(other, name))

    def first(self, name: str) -> str | None:
        return next(self.all(name), None)
