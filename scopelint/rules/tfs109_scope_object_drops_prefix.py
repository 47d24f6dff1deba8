"""TFS109 scope-object-drops-prefix."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, ScopeOpened


class ScopeObjectDropsPrefix(Rule):
    """## What it does
    Finds a variable scope entered by its object inside another variable scope that it does not lie in. Off by
    default.

    ## Why is this bad?
    A scope object brings its whole name with it: the outer scope's prefix is dropped, unlike when the scope is
    entered by name.
    """

    code = "TFS109"
    message = "scope {name} entered by object drops the prefix of {outer}"
    bad = (
        Bad(
            """
with tf.variable_scope("a") as scope:
    pass
with tf.variable_scope("b"):
    with tf.variable_scope(scope):  # TFS109
        tf.get_variable("w", [3])
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("a") as scope:
    pass
with tf.variable_scope(scope):
    tf.get_variable("w", [3])
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for event in outcome.of(ScopeOpened, kind="variable", how="object"):
            outer = _outer(outcome, event)
            if outer and event.site not in seen:
                seen.add(event.site)
                yield self.finding(event, name=event.prefix.rstrip("/"), outer=outer)


def _outer(outcome: Record, event: ScopeOpened) -> str:
    """The variable scope around it, read off the name scope that it was opened in; empty where there is none."""
    inner = event.prefix.rstrip("/")
    best = ""
    for scope in outcome.of(ScopeOpened, kind="variable", graph=event.graph):
        around, prefix = scope.name_scope.rstrip("/"), scope.prefix.rstrip("/")
        if scope is event:
            break
        if prefix and around and event.name_scope.startswith(around + "/") and len(prefix) > len(best):
            best = prefix
    return "" if not best or inner == best or inner.startswith(best + "/") else best
