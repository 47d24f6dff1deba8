"""TFS109 scope-object-drops-prefix."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, ScopeOpened
from scopelint.site import Site


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
        around = _Around()
        for event in outcome.of(ScopeOpened, kind="variable"):
            is_own = _has_own_name_scope(event)
            if event.how == "object" and event.site not in seen and is_own:
                outer = around.prefix_of(event)
                if outer:
                    seen.add(event.site)
                    yield self.finding(event, name=event.prefix.rstrip("/"), outer=outer)
            if is_own:
                around.put(event)


def _has_own_name_scope(event: ScopeOpened) -> bool:
    """Layers enter their scopes again by object, without a name scope of its own: none of the user's doing."""
    leaf = event.prefix.rstrip("/").rsplit("/", 1)[-1]
    own = event.name_scope.rstrip("/").rsplit("/", 1)[-1]
    # No pattern: one would be compiled for each scope of a program.
    return bool(leaf) and (own == leaf or (own.startswith(leaf + "_") and own[len(leaf) + 1 :].isdecimal()))


class _Around:
    """The variable scopes opened so far, by their name scopes: which of them a later one lies in."""

    def __init__(self) -> None:
        self._prefixes: dict[tuple[int, str], dict[str, tuple[int, set[Site]]]] = {}
        self._count = 0

    def put(self, scope: ScopeOpened) -> None:
        name_scope, prefix = scope.name_scope.rstrip("/"), scope.prefix.rstrip("/")
        if prefix and name_scope:
            self._count += 1
            held = self._prefixes.setdefault((scope.graph, name_scope), {})
            held.setdefault(prefix, (self._count, set()))[1].add(scope.site)

    def prefix_of(self, event: ScopeOpened) -> str:
        """The variable scope around it, read off the name scope that it was opened in; empty where there is none."""
        inner = event.prefix.rstrip("/")
        best = (0, 0, "")
        above = event.name_scope.rpartition("/")[0]
        while above:
            for prefix, (number, sites) in self._prefixes.get((event.graph, above), {}).items():
                if sites != {event.site}:
                    # The longest; of several, the one that was opened first.
                    best = max(best, (len(prefix), -number, prefix))
            above = above.rpartition("/")[0]
        found = best[2]
        return "" if not found or inner == found or inner.startswith(found + "/") else found
