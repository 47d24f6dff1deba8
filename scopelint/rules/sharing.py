"""What rules about shared variables have in common: what asked, what differs, what other variable there is."""

from __future__ import annotations

from typing import ClassVar

from scopelint.graph.events import VariableMade, VariableRefused
from scopelint.rules.base import Finding, Record, Related
from scopelint.rules.refusal import Refusal, RefusalRule


class MadeBy(RefusalRule):
    """Tells what one of the known makers of variables, `by`, is refused."""

    by: ClassVar[str] = ""

    def claims(self, outcome: Record, event: Refusal) -> bool:
        return isinstance(event, VariableRefused) and event.by == self.by


class DiffersOnSharing(RefusalRule):
    """The variable is there, but its `what` is another than is asked for."""

    what: ClassVar[str] = ""
    message = "variable {name} is asked for with {what} {asked} but has {what} {found}, first made at {first}"

    def tell(self, outcome: Record, event: Refusal) -> Finding:
        return self.refusal(event, what=self.what)


class OtherVariable(RefusalRule):
    """A variable is not found, but there is another that the program may have meant."""

    there: ClassVar[str] = ""
    """What is said at the other's place."""

    def other(self, outcome: Record, event: Refusal) -> VariableMade | None:
        raise NotImplementedError

    def claims(self, outcome: Record, event: Refusal) -> bool:
        return self.other(outcome, event) is not None

    def tell(self, outcome: Record, event: Refusal) -> Finding:
        other = self.other(outcome, event)
        if other is None:
            return self.refusal(event)
        related = (Related(other.site, self.there.format(other=other.name)),)
        return self.refusal(event, related=related, other=other.name, first=other.site)
