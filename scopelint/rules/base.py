"""Rule, Finding, and the examples that stand in a rule's page and are its tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from scopelint.graph.events import (
    Event,
    Noted,
    OpMade,
    ProgramRaised,
    Refused,
    ScopeOpened,
    VariableMade,
    VariableRefused,
    VariableReused,
)
from scopelint.graph.outcome import Outcome
from scopelint.rules.findings import Finding, Related
from scopelint.site import Calls, Site
from scopelint.tuples import NamedTuple

if TYPE_CHECKING:
    from scopelint.checkpoints.records import Checkpoint

E = TypeVar("E", bound=Event)
PREAMBLE = "import tensorflow as tf\n"


class Bad(NamedTuple):
    """Source that has the finding. A line that must have it ends in `# TFS201: name="w"`; all others have none."""

    source: str


class Good(NamedTuple):
    """Source that does not have it."""

    source: str


class Record:
    """An Outcome as rules read it, with what several of them look up."""

    def __init__(self, outcome: Outcome, checkpoints: Mapping[str, Checkpoint] | None = None) -> None:
        self.outcome = outcome
        self.checkpoints = checkpoints or {}
        """Those that the program loads and that are there, by their paths as it writes them."""
        self.events = outcome.events
        self.notes: dict[str, Any] = {}
        """What is worked out once for all rules, by whoever works it out."""
        self._kinds: dict[type[Event], list[Any]] = {}
        for event in outcome.events:
            self._kinds.setdefault(type(event), []).append(event)

    def kinds(self) -> set[str]:
        """What it holds, in the words of `rules/reads.py`."""
        found = {kind.__name__ for kind in self._kinds}
        return found | {f"Noted {event.kind}" for event in self._kinds.get(Noted, ())}

    def of(self, kind: type[E], /, **wanted: object) -> Iterator[E]:
        for event in self._kinds.get(kind, ()):
            if all(getattr(event, key) == value for key, value in wanted.items()):
                yield event

    def has(self, kind: type[Event]) -> bool:
        return kind in self._kinds

    def in_order(self, *kinds: type[Event]) -> Iterator[Any]:
        """The events of several kinds, as they happened."""
        there = [self.has(kind) for kind in kinds]
        if any(there):
            yield from (event for event in self.events if type(event) in kinds)

    def made(self, graph: int, name: str) -> VariableMade | None:
        """The variable of that name, or of that key in the store."""
        table = self.notes.get("made")
        if table is None:
            table = self.notes["made"] = {}
            for event in self.of(VariableMade):
                table.setdefault((event.graph, event.name), event)
                if event.key:
                    table.setdefault((event.graph, event.key), event)
        found: VariableMade | None = table.get((graph, name))
        return found


class Rule:
    """One thing to find. The docstring is the rule's page; `bad` and `good` are run as tests.

    `general` is the code of the wider rule of which this is a case: selecting, ignoring or suppressing that one
    counts for this one too, so that `# noqa: TFS201` goes on working when a better explanation is found.
    """

    code: ClassVar[str] = ""
    message: ClassVar[str] = ""
    general: ClassVar[str] = ""
    tensorflow: ClassVar[str] = ""
    """What TF itself says, for the page."""
    severity: ClassVar[str] = "warning"
    """Or "error", of what TF refuses for certain."""
    default: ClassVar[bool] = True
    """Is it on by default?"""
    loops_are_entered: ClassVar[bool] = False
    """Is a finding certain that hangs on nothing but that loops come round? A program has its loops to go through."""
    fixes: ClassVar[tuple[str, ...]] = ()
    """The modules of `fixes/` that may mend it, the better first."""
    fix_safety: ClassVar[str] = ""
    """What the page says of them. Empty where there is no fix."""
    bad: ClassVar[tuple[Bad, ...]] = ()
    good: ClassVar[tuple[Good, ...]] = ()

    @classmethod
    def rule_name(cls) -> str:
        """variable-already-exists, from VariableAlreadyExists."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", cls.__name__).lower()

    def check(self, outcome: Record) -> Iterator[Finding]:
        raise NotImplementedError

    def is_guess(self, finding: Finding, outcome: Record) -> bool:
        """Does it hang on how we happened to enter a function that nothing calls? Its callers may never leave out what
        it has a default for."""
        return False

    def finding(self, event: Event, message: str = "", related: tuple[Related, ...] = (), **parts: object) -> Finding:
        """A finding at the event's place; the message is the rule's, filled with `parts`."""
        full_name = str(parts.get("name") or getattr(event, "name", ""))
        first = getattr(event, "first_site", None)
        if first is not None and not related:
            related = (Related(first, "first made here"),)
        template = message or self.message
        return Finding(
            code=self.code,
            name=self.rule_name(),
            template=template,
            severity=self.severity,
            site=event.site,
            related=related,
            calls=event.calls,
            full_name=full_name,
            tensorflow=getattr(event, "message", "") + getattr(event, "leads", ""),
            scope=getattr(event, "scope", ""),
            name_scope=getattr(event, "name_scope", ""),
            reuse=getattr(event, "reuse", ""),
            scopes=tuple(getattr(event, "prefix_sites", ())),
            certain=not event.when,
            when=event.when,
            default=self.default,
            general=self.general,
            parts=tuple((key, _part(value)) for key, value in parts.items()),
        )

    def about(self, site: Site, **parts: str) -> Finding:
        """A finding that no Outcome tells: about a file, a cell, a comment."""
        return Finding(
            self.code, self.rule_name(), self.message, self.severity, site, default=self.default, general=self.general,
            parts=tuple(parts.items()),
        )  # fmt: skip


def _part(value: object) -> str | Site:
    return value if isinstance(value, Site) else "an unknown place" if value is None else str(value)


def is_numbered(name: str, asked: str) -> bool:
    """Is it the name asked for with the number that TF gave to the second, `w_1` of `w`?"""
    return name.startswith(asked + "_") and name[len(asked) + 1 :].isdecimal()


def lower_first(message: str) -> str:
    """TF's sentence as the middle of ours."""
    line = message.strip().split("\n")[0].rstrip(". ")
    word = line.partition(" ")[0]
    # `Tensor("x:0", ...)` and `LSTMCell` are names.
    return line if "(" in word or word[1:] != word[1:].lower() else line[:1].lower() + line[1:]


__all__ = [
    "Bad",
    "Calls",
    "Event",
    "Finding",
    "Good",
    "OpMade",
    "ProgramRaised",
    "Record",
    "Refused",
    "Related",
    "Rule",
    "ScopeOpened",
    "VariableMade",
    "VariableRefused",
    "VariableReused",
    "is_numbered",
    "lower_first",
]
