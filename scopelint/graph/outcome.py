"""Outcome: the whole record of one run, all that rules and reports read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from scopelint.frozen import frozen
from scopelint.graph.drawing import Node
from scopelint.graph.events import Event, NotKnown, VariableMade
from scopelint.graph.modes import Mode

E = TypeVar("E", bound=Event)


@frozen
class Outcome:
    """One run: of a script as `__main__`, or of one entry of a library module.

    `entry`: empty for a script, else the function, class or `--call` expression entered. `read`: the source and data
    files it depended on, with their content's hash. `missing`: modules that were looked for and not found.
    `modes`: flags of a script that decide what it builds; this run has them at the values that stand there.
    `reached`: where it was asked for, the files and lines of all calls that were evaluated, of all runs up to this one.
    `ungiven`: the flags of a script that have no value unless they are given. `nodes`: of its graphs, where the picture
    was asked for. `errors_only`: is it a test, whose names nobody keeps, or a supposition of ours?
    """

    path: str
    entry: str
    events: tuple[Event, ...]
    read: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    seconds: float = 0.0
    modes: tuple[Mode, ...] = ()
    reached: tuple[tuple[str, int], ...] = ()
    ungiven: tuple[str, ...] = ()
    nodes: tuple[Node, ...] = ()
    errors_only: bool = False

    def of(self, kind: type[E], /, **wanted: object) -> Iterator[E]:
        """The events of one kind, in order, whose fields equal those wanted."""
        for event in self.events:
            if isinstance(event, kind) and all(getattr(event, key) == value for key, value in wanted.items()):
                yield event

    @property
    def variables(self) -> list[VariableMade]:
        return list(self.of(VariableMade))

    @property
    def unknowns(self) -> list[NotKnown]:
        return list(self.of(NotKnown))
