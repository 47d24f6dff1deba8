"""TFS101 name-scope-without-effect."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Related, Rule, ScopeOpened, VariableMade


class NameScopeWithoutEffect(Rule):
    """## What it does
    Finds a `tf.get_variable`, or a layer, directly under a `tf.name_scope`, so that the scope's name is missing in
    the variable's.

    ## Why is this bad?
    `tf.get_variable` and `tf.layers` look at variable scopes alone. The operations are called `fc1/...`, the
    variable is not: the checkpoint and the summaries do not show where it belongs, and a second such block asks for
    the same name. Where a variable scope inside the name scope gives the name a prefix, nothing is said.
    """

    code = "TFS101"
    message = "variable {name} does not get the prefix of name_scope {scope}"
    fixes = ("variable_scope",)
    fix_safety = (
        "unsafe: `name_scope` becomes `variable_scope` where nothing but `get_variable` lives in it; the "
        "variables' names change and are shown."
    )
    bad = (
        Bad(
            """
with tf.name_scope("fc1"):
    tf.get_variable("w", [3])  # TFS101: name="w"
"""
        ),
        Bad(
            """
with tf.variable_scope("net"):
    with tf.name_scope("fc1"):
        tf.get_variable("w", [3])  # TFS101: name="net/w"
"""
        ),
        Bad(
            """
x = tf.placeholder(tf.float32, [8, 4])
with tf.name_scope("score"):
    x = tf.layers.dense(x, 4, name="fc1")  # TFS101: name="fc1/kernel"
    x = tf.layers.flatten(x)
    x = tf.layers.dense(x, 4, name="fc2")  # TFS101: name="fc2/kernel"
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("fc1"):
    tf.get_variable("w", [3])
"""
        ),
        Good(
            """
with tf.name_scope("tower"):
    with tf.variable_scope("fc1"):
        tf.get_variable("w", [3])
"""
        ),
        Good(
            """
with tf.name_scope("tower_0"):
    with tf.variable_scope(tf.get_variable_scope(), reuse=tf.AUTO_REUSE):
        tf.get_variable("w", [3])
"""
        ),
        Good(
            """
with tf.name_scope("optimizer"):
    tf.get_variable("global_step", [], trainable=False, initializer=tf.zeros_initializer())
"""
        ),
        Good(
            """
with tf.name_scope("fc1"):
    tf.Variable([1.0], name="w")
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for event in outcome.of(VariableMade):
            scope = _ignored(outcome, event)
            if scope is not None and event.site not in seen:
                seen.add(event.site)
                related = (Related(scope.site, "the name scope is opened here"),)
                yield self.finding(event, related=related, name=event.name, scope=scope.prefix.rstrip("/"))


def _ignored(outcome: Record, event: VariableMade) -> ScopeOpened | None:
    """The innermost scope that user code opened around the variable, if it is a name scope that the name lacks."""
    if event.by in ("Variable", "slot", "average", "global_step", "metric"):
        return None
    # A global step is looked for under its bare name; and `None`, as by a parameter's default, is no name at all.
    if event.name.rsplit("/", 1)[-1] == "global_step" or event.asked in ("", "None"):
        return None
    innermost = _innermost(_scopes(outcome), event)
    if innermost is None or innermost.kind != "name":
        return None
    prefix = innermost.prefix.rstrip("/")
    return None if (event.name + "/").startswith(prefix + "/") else innermost


def _innermost(scopes: Scopes, event: VariableMade) -> ScopeOpened | None:
    """Of the scopes around a variable that user code opened, the one whose name scope is longest, the latest of those.
    Only the name scopes that the variable's own lies in are looked at, so that a program's scopes may be many."""
    inner = event.name_scope.rstrip("/")
    while inner:
        for scope in reversed(scopes.get((event.graph, inner), ())):
            own = scope.prefix.rstrip("/")
            if scope.kind == "variable" and own and not (event.scope + "/").startswith(own + "/"):
                # It stands in the same name scope, opened by another layer for instance, but not around this variable.
                continue
            # A layer's own scopes are opened by the very call that makes the variable: they are not the user's.
            if scope.site != event.site:
                return scope
        inner = inner.rpartition("/")[0]
    return None


Scopes = dict[tuple[int, str], list[ScopeOpened]]
"""By graph and name scope."""


def _scopes(outcome: Record) -> Scopes:
    table: Scopes | None = outcome.notes.get("scopes")
    if table is None:
        table = outcome.notes["scopes"] = {}
        seen = set()
        for scope in outcome.of(ScopeOpened):
            key = (scope.graph, scope.kind, scope.prefix, scope.name_scope, scope.site)
            if key not in seen:
                seen.add(key)
                prefix = scope.prefix if scope.kind == "name" else scope.name_scope
                table.setdefault((scope.graph, prefix.rstrip("/")), []).append(scope)
    return table
