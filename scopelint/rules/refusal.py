"""RefusalRule: what the rules about TF's refusals share. Each refusal is told by one rule, the most telling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from scopelint.graph.events import Noted, ProgramRaised, Refused, VariableMade, VariableRefused
from scopelint.graph.reasons import Reason
from scopelint.rules.base import Finding, Record, Related, Rule, lower_first
from scopelint.rules.listed import TELLERS
from scopelint.site import Calls

Refusal = VariableRefused | Refused


class RefusalRule(Rule):
    """Tells refusals of TF's for one of `reasons`.

    Of the rules that name a reason and claim a refusal, the one of the highest `rank` tells it. `of_arguments`: may it
    be due to a parameter's default, or to the lack of one, where nobody has called the function?
    """

    severity = "error"
    loops_are_entered = True
    reasons: ClassVar[tuple[Reason, ...]] = ()
    rank: ClassVar[int] = 0
    of_arguments: ClassVar[bool] = False

    def claims(self, outcome: Record, event: Refusal) -> bool:
        """Is the refusal this rule's to tell, if no other of a higher rank claims it?"""
        return True

    def tell(self, outcome: Record, event: Refusal) -> Finding:
        """The finding about one refusal."""
        return self.refusal(event)

    def refusal(self, event: Refusal, message: str = "", related: tuple[Related, ...] = (), **parts: object) -> Finding:
        """A finding whose message may name the variable, what TF said, and where the variable was first made."""
        first = event.first_site if isinstance(event, VariableRefused) else None
        parts = {
            "name": event.name,
            "said": lower_first(event.message) or event.error,
            "first": first,
            **dict(event.facts),
            **parts,
        }
        return self.finding(event, message, related, **parts)

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            yield self.tell(outcome, event)

    def is_guess(self, finding: Finding, outcome: Record) -> bool:
        if self.of_arguments:
            return True
        if "exists" in self.reasons:
            # A method that we call after the constructor may be what the constructor calls, in a base class elsewhere.
            return not any(finding.full_name in (made.name, made.key) for made in outcome.of(VariableMade))
        if "missing" in self.reasons:
            # `reuse=True` by default: another call made the variables, one that is not part of this entry.
            first = finding.full_name.split("/", 1)[0]
            return not any(made.name.split("/", 1)[0] == first for made in outcome.of(VariableMade))
        return False


def refused(outcome: Record, code: str) -> tuple[Refusal, ...]:
    """The refusals, caught by no handler, that are this rule's to tell."""
    table: dict[str, list[Refusal]] | None = outcome.notes.get("refused")
    if table is None:
        table = outcome.notes["refused"] = _sort(outcome)
    return tuple(table.get(code, ()))


def is_told(outcome: Record, stopped: ProgramRaised) -> bool:
    """Has some rule a refusal to tell that ends the program wherever this does? One that hangs on a test that this does
    not hang on leaves the other side of it."""
    refused(outcome, "")
    table: dict[str, list[Refusal]] = outcome.notes["refused"]
    conditions = set(stopped.when)
    return any(conditions.issuperset(event.when) for events in table.values() for event in events)


def _sort(outcome: Record) -> dict[str, list[Refusal]]:
    from scopelint.rules.registry import rule  # the registry imports rules, and so this file

    table: dict[str, list[Refusal]] = {}
    for event in outcome.in_order(VariableRefused, Refused):
        if event.caught:
            continue
        for code in TELLERS.get(event.reason, ()):
            teller = rule(code)
            if isinstance(teller, RefusalRule) and teller.claims(outcome, event):
                table.setdefault(code, []).append(event)
                break
    return table


# what several rules ask


def leaf(event: Refusal) -> str:
    """The last part of the variable's name. A slot's key ends in a slash."""
    return (event.name or "").rstrip("/").rsplit("/", 1)[-1]


def divergence(one: Calls, two: Calls) -> int | None:
    """The first step at which two chains of calls stand at different places; None where they are the same."""
    for index, (a, b) in enumerate(zip(one, two, strict=False)):
        if a.site != b.site:
            return index
    return None if len(one) == len(two) else min(len(one), len(two)) - 1


def entered_twice(event: Refusal) -> str:
    """The function of the program's that two different places called, each making the variable; empty if none."""
    if not isinstance(event, VariableRefused):
        return ""
    step = divergence(event.calls, event.first_calls)
    if step is None or step >= len(event.calls) - 1 or step >= len(event.first_calls) - 1:
        return ""
    entered, before = event.calls[step + 1].function, event.first_calls[step + 1].function
    return entered if entered == before and entered != "<module>" else ""


def first_call(event: Refusal, message: str) -> tuple[Related, ...]:
    """The place where the function was called before, and that of the variable's first definition."""
    if not isinstance(event, VariableRefused):
        return ()
    step = divergence(event.calls, event.first_calls) or 0
    return Related(event.first_calls[step].site, message), *first_made(event)


def comes_round(event: Refusal) -> bool:
    """Has the very statement that made the variable been reached again, by the same calls?"""
    if not isinstance(event, VariableRefused) or divergence(event.calls, event.first_calls) is not None:
        return False
    return bool(event.first_calls) or event.first_site == event.site


def first_made(event: Refusal) -> tuple[Related, ...]:
    """The place of the first definition, where it is known."""
    site = event.first_site if isinstance(event, VariableRefused) else None
    return (Related(site, "first made here"),) if site is not None else ()


def in_template(outcome: Record, event: Refusal) -> bool:
    """Does the variable lie in the scope of a `tf.make_template`?"""
    for noted in outcome.of(Noted, kind="template", graph=event.graph):
        prefix = str(noted.fact("scope") or "").rstrip("/")
        if prefix and event.name.startswith(prefix + "/"):
            return True
    return False


def reuse_call(outcome: Record, event: Refusal) -> Noted | None:
    """The call of reuse_variables() that reaches the scope of the refused access."""
    own = event.scope if isinstance(event, VariableRefused) else ""
    for noted in outcome.of(Noted, kind="reuse_variables"):
        scope = str(noted.fact("scope") or "")
        if noted.graph == event.graph and (not scope or own == scope or own.startswith(scope + "/")):
            return noted
    return None
