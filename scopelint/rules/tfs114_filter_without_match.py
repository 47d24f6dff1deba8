"""TFS114 filter-without-match."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import Noted
from scopelint.rules.base import Bad, Finding, Good, Record, Rule
from scopelint.rules.restores import nearest, prefixes


class FilterWithoutMatch(Rule):
    """## What it does
    Finds a filter of variables that lets none pass though a scope is there that is called much the same:
    `get_collection(scope=)`, `trainable_variables(scope)`, `[v for v in tf.trainable_variables() if "generator" in
    v.name]`. (TFS401 tells it of what is restored.)

    ## Why is this bad?
    The list is empty, and nobody says so: the part of the network is not trained, not saved, not left out of what is
    restored.
    """

    code = "TFS114"
    message = "{what} lets none of {count} variables pass, did you mean {near}"
    bad = (
        Bad(
            """
with tf.variable_scope("generator"):
    tf.get_variable("w", [3])
chosen = [v for v in tf.trainable_variables() if "generatr" in v.name]  # TFS114: near="generator"
"""
        ),
        Bad(
            """
with tf.variable_scope("net"):
    with tf.variable_scope("discriminator"):
        tf.get_variable("w", [3])
tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="discriminator")  # TFS114: near="net/discriminator"
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("generator"):
    tf.get_variable("w", [3])
chosen = [v for v in tf.trainable_variables() if "generator" in v.name]
tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="generator")
"""
        ),
        Good(
            """
with tf.variable_scope("generator"):
    tf.get_variable("w", [3])
biases = [v for v in tf.trainable_variables() if "bias" in v.name and "generator" in v.name]
others = [v for v in tf.trainable_variables() if "generator" not in v.name]
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for event in outcome.of(Noted, kind="filter_without_match"):
            what = str(event.fact("what"))
            near = _near(event.fact("wanted"), event.fact("names"), not what.startswith("`"))
            if near and event.site not in seen:
                seen.add(event.site)
                yield self.finding(event, what=what, count=len(event.fact("names")), near=near)


def _near(wanted: tuple[str, ...], names: tuple[str, ...], from_the_start: bool) -> str:
    """The scope that a filter was meant for; empty where it may be meant as it is. `from_the_start`: are the
    beginnings of names compared?"""
    scopes = prefixes(names)
    parts = list(dict.fromkeys(part for scope in scopes for part in scope.split("/")))
    for each in wanted:
        text = each.strip("/:^.*$")
        if len(text) < 4:
            continue
        if text in scopes or text in parts:
            # The text is there: the test asks for something else besides, or for what is without it.
            inner = next((scope for scope in scopes if scope.endswith("/" + text)), "")
            if inner and text not in scopes and from_the_start:
                return inner
            continue
        found = nearest(text, [*scopes, *parts])
        if found and not found[len(text) :].isdigit():
            return found
    return ""
