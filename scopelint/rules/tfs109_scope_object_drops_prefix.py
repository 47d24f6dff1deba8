"""TFS109 scope-object-drops-prefix."""

from __future__ import annotations

import re
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
    default = False
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
            if event.site in seen or not _has_own_name_scope(event):
                continue
            outer = _outer(outcome, event)
            if outer:
                seen.add(event.site)
                yield self.finding(event, name=event.prefix.rstrip("/"), outer=outer)


def _has_own_name_scope(event: ScopeOpened) -> bool:
    """Layers enter their scopes again by object, without a name scope of its own: none of the user's doing."""
    leaf = event.prefix.rstrip("/").rsplit("/", 1)[-1]
    return (
        bool(leaf)
        and re.fullmatch(re.escape(leaf) + r"(_\d+)?", event.name_scope.rstrip("/").rsplit("/", 1)[-1]) is not None
    )


def _outer(outcome: Record, event: ScopeOpened) -> str:
    """The variable scope around it, read off the name scope that it was opened in; empty where there is none."""
    inner = event.prefix.rstrip("/")
    best = ""
    for scope in outcome.of(ScopeOpened, kind="variable", graph=event.graph):
        around, prefix = scope.name_scope.rstrip("/"), scope.prefix.rstrip("/")
        if scope is event:
            break
        is_around = (
            event.name_scope.startswith(around + "/") and scope.site != event.site and _has_own_name_scope(scope)
        )
        if prefix and around and is_around and len(prefix) > len(best):
            best = prefix
    return "" if not best or inner == best or inner.startswith(best + "/") else best
