"""Why TF refused: which one of the TFS2xx and TFS3xx rules an event belongs to. Each refusal has exactly one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scopelint.graph.events import Event, Noted, Refused, Stopped, VariableMade, VariableRefused
from scopelint.rules.base import Record, Related
from scopelint.site import Calls

CELL = re.compile(r"(^|/)(\w*_cell(_\d+)?|(bidirectional_)?rnn(_\d+)?|attention_wrapper|lstm|gru)(/|$)")


def refused(outcome: Record, code: str) -> Iterator[Event]:
    """The refusals that are this rule's to tell."""
    table = outcome.notes.get("causes")
    if table is None:
        table = outcome.notes["causes"] = _sort(outcome)
    yield from table.get(code, ())


def _sort(outcome: Record) -> dict[str, list[Event]]:
    table: dict[str, list[Event]] = {}
    told: set[tuple[str, int]] = set()
    for event in outcome.events:
        code = ""
        if isinstance(event, VariableRefused):
            code = "" if event.caught else of_variable(outcome, event)
        elif isinstance(event, Refused):
            code = "" if event.caught else of_refusal(event)
        elif isinstance(event, Stopped) and event.by_tensorflow and not told:
            # Where a refusal was told, the end of the run only repeats it.
            code = "TFS307"
        if code:
            told.add((event.site.path, event.site.line))
            table.setdefault(code, []).append(event)
    return table


def of_variable(outcome: Record, event: VariableRefused) -> str:
    because = event.because
    if because == "exists":
        return _exists(outcome, event)
    if because == "missing":
        return _missing(outcome, event)
    if because in ("shape", "dtype"):
        if "initial_value must have a shape" in event.message:
            return "TFS305"
        return "TFS203" if because == "shape" else "TFS204"
    if because in ("name", "scope_name", "op_name"):
        return "TFS301"
    return _BECAUSE.get(because) or of_message(event.message) or "TFS307"


_BECAUSE = {
    "partitioner": "TFS205",
    "resource": "TFS206",
    "reuse_without_name": "TFS207",
}


def of_message(message: str) -> str:
    """The rule that a message of TF's belongs to; empty where it is none of the well-known ones."""
    for pattern, code in _MESSAGES:
        if re.search(pattern, message):
            return code
    return ""


_MESSAGES = (
    (r"cannot be used without a name_or_scope", "TFS207"),
    (r'"?global_step"? already exists', "TFS217"),
    (r"is not a valid (scope|op|root) name|is not a valid", "TFS301"),
    (r"default_name is None then name_or_scope is required", "TFS302"),
    (r"name_or_scope (must|can't|cannot)", "TFS303"),
    (r"initializer is a constant, do not specify shape", "TFS304"),
    (r"initializer passed is not valid|must be fully defined|initializer must be provided|initialisation", "TFS305"),
    (r"dimension.* should be defined|should be defined\. Found", "TFS306"),
    (r"is incompatible with the layer", "TFS310"),
    (r"must be from the same graph|is not an element of this graph|different graph", "TFS309"),
    (r"partition", "TFS205"),
)


def of_refusal(event: Refused) -> str:
    if "Dimension" in event.message and "must be equal" in event.message:
        return "TFS221" if CELL.search(event.name or event.message) else "TFS308"
    if event.kind in ("scope_name", "op_name"):
        # TF uses the same kind of check for the type of a scope argument.
        return of_message(event.message) or "TFS301"
    by_kind = {"shape": "TFS308", "graph": "TFS309", "layer": "TFS310"}
    return of_message(event.message) or by_kind.get(event.kind, "TFS307")


def _exists(outcome: Record, event: VariableRefused) -> str:
    if event.name.rsplit("/", 1)[-1] == "global_step":
        return "TFS217"
    if _in_template(outcome, event):
        return "TFS220"
    step = divergence(event.calls, event.first_calls)
    if step is None:
        if not event.first_calls and event.first_site != event.site:
            return "TFS201"
        first = outcome.made(event.graph, event.name)
        return "TFS213" if first is not None and _are_towers(first.name_scope, event.name_scope) else "TFS211"
    if step < len(event.calls) - 1 and step < len(event.first_calls) - 1:
        entered, before = event.calls[step + 1].function, event.first_calls[step + 1].function
        if entered == before:
            if entered.rsplit(".", 1)[-1] == "__init__":
                return "TFS212"
            if entered not in ("<module>", ""):
                return "TFS210"
    if event.by in ("layer", "cell"):
        return "TFS215" if event.by == "cell" or CELL.search(event.name) else "TFS214"
    return "TFS201"


def divergence(one: Calls, two: Calls) -> int | None:
    """The first step at which two chains of calls stand at different places; None where they are the same."""
    for index, (a, b) in enumerate(zip(one, two, strict=False)):
        if a.site != b.site:
            return index
    return None if len(one) == len(two) else min(len(one), len(two)) - 1


_TOWER = re.compile(r"(tower|gpu|clone|replica|device|worker|shard)\w*?\d", re.IGNORECASE)


def _are_towers(one: str, two: str) -> bool:
    """`tower_0/` and `gpu_1/`: name scopes that the program itself numbered. `rnn/` and `rnn_1/` are TF's doing, and
    `conv-maxpool-3/` is one of several layers."""
    return one != two and bool(_TOWER.search(one)) and re.sub(r"\d+", "#", one) == re.sub(r"\d+", "#", two)


def _missing(outcome: Record, event: VariableRefused) -> str:
    leaf = event.name.rstrip("/").rsplit("/", 1)[-1]
    if leaf == "global_step":
        return "TFS217"
    if event.by == "average" or re.search(r"(^|/)(ExponentialMovingAverage|avg|biased|local_step)/?$", event.name):
        return "TFS209"
    if event.by == "slot":
        return "TFS208"
    twin = outcome.made(event.graph, event.name)
    if twin is not None and twin.by == "Variable":
        return "TFS218"
    if _in_template(outcome, event):
        return "TFS220"
    if event.by in ("layer", "cell") and numbered_twin(outcome, event) is not None:
        return "TFS216"
    if other_graph(outcome, event) is not None:
        return "TFS222"
    if reuse_call(outcome, event) is not None:
        return "TFS219"
    return "TFS202"


def numbered_twin(outcome: Record, event: VariableRefused) -> VariableMade | None:
    """The variable of the layer with the number before: `dense/kernel` for `dense_1/kernel`."""
    parts = event.name.split("/")
    for index in range(len(parts) - 2, -1, -1):
        match = re.fullmatch(r"(.+?)_(\d+)", parts[index])
        if match:
            number = int(match[2]) - 1
            former = match[1] + (f"_{number}" if number else "")
            return outcome.made(event.graph, "/".join([*parts[:index], former, *parts[index + 1 :]]))
    return None


def other_graph(outcome: Record, event: VariableRefused) -> VariableMade | None:
    """A variable of that name that stands in another graph."""
    for made in outcome.of(VariableMade):
        if made.graph != event.graph and event.name in (made.name, made.key):
            return made
    return None


def reuse_call(outcome: Record, event: VariableRefused) -> Event | None:
    """The call of reuse_variables() that reaches the scope of the refused access."""
    for noted in outcome.of(Noted, kind="reuse_variables"):
        scope = str(noted.fact("scope") or "")
        if noted.graph == event.graph and (not scope or event.scope == scope or event.scope.startswith(scope + "/")):
            return noted
    return None


def _in_template(outcome: Record, event: VariableRefused) -> bool:
    for noted in outcome.of(Noted, kind="template", graph=event.graph):
        prefix = str(noted.fact("scope") or "").rstrip("/")
        if prefix and event.name.startswith(prefix + "/"):
            return True
    return False


def first_made(event: Event) -> tuple[Related, ...]:
    """The place of the first definition, where it is known."""
    site = getattr(event, "first_site", None)
    return (Related(site, "first made here"),) if site is not None else ()
