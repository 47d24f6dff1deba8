"""One file that is being analysed: what is asked of it, and the time and memory that all of it together has."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from scopelint import clock, heap, limits
from scopelint.frozen import replace
from scopelint.graph.events import NotKnown
from scopelint.graph.outcome import Outcome
from scopelint.interp.options import Options
from scopelint.project.chosen import Chosen, outcomes_of
from scopelint.project.config import Config
from scopelint.record.names import names_data, with_sites
from scopelint.rules.findings import Finding
from scopelint.site import Site

if TYPE_CHECKING:
    from scopelint.syntax.source_cache import SourceCache

Judged = tuple[list[Finding], list[Outcome], dict[str, Any] | None]
"""Findings, the runs that they come from, and the names or the view where they are asked for."""
Show = Callable[[list[Outcome]], dict[str, Any] | None]
Judge = Callable[[list[Outcome]], tuple[list[Finding], list[Outcome]]]


class Work:
    """`took` and `left` are in seconds of processor time."""

    def __init__(self, path: str, options: Options, shelf: SourceCache | None, chosen: Chosen) -> None:
        self.path, self.options, self.shelf, self.chosen = path, options, shelf, chosen
        self._begun = time.process_time()
        self._held = heap.resident()

    @property
    def took(self) -> float:
        return time.process_time() - self._begun

    @property
    def left(self) -> float:
        """What of the time is not used yet; may be negative."""
        return self.options.max_seconds - self.took

    @property
    def memory_left(self) -> float:
        """What of the memory is not used yet, in megabytes; a tenth at least, for what comes after the runs."""
        return max(self.options.max_memory / 10, self.options.max_memory - (heap.resident() - self._held) / 1e6)

    def outcomes(self, program: bytes) -> list[Outcome]:
        """The runs of a program in what time is left; `options` are those that it was run with then."""
        whole = self.options
        bounded = replace(whole, max_seconds=max(0.1, self.left), max_memory=self.memory_left)
        outcomes, ran = outcomes_of(self.path, program, bounded, self.shelf, self.chosen)
        self.options = replace(ran, max_seconds=whole.max_seconds, max_memory=whole.max_memory)
        return outcomes

    def again(self, program: bytes) -> list[Outcome]:
        """The runs of another program in what time is left."""
        import scopelint.interp.entry as entry  # the engine, 100 ms: results from the cache do without

        return entry.analyse(
            self.path, program, replace(self.options, max_seconds=max(0.1, self.left), max_memory=self.memory_left)
        )

    def judged(self, outcomes: list[Outcome], show: Show, judge: Judge) -> Judged:
        """What reports and rules make of runs, within what is left and a tenth. Rules that take longer cost no names;
        past that, that alone is told."""
        seconds = min(max(self.options.max_seconds / 10, self.left), limits.RULE_SECONDS)
        shown: list[dict[str, Any] | None] = []

        def both(outcomes: list[Outcome]) -> Judged:
            shown.append(show(outcomes))
            findings, runs = judge(outcomes)
            return findings, runs, shown[0]

        try:
            return clock.within(seconds, self.memory_left, lambda: both(outcomes))
        except clock.OutOfTime as problem:
            event = NotKnown(Site(self.path, 1), (), (), 0, problem.reason, True)
            return both([replace(outcomes[0], entry="", events=(event,), modes=(), nodes=())])


def shown_as(
    kind: str, path: str, outcomes: Sequence[Outcome], config: Config, put: Callable[[Site], Site] | None = None
) -> dict[str, Any] | None:
    """The names, the view or the restores of runs, as that kind asks for them; None where it asks for none. `put` moves
    sites, of a notebook's program into its cells."""
    if kind == "restores":
        from scopelint.record.restores import restores_data  # 3 ms, asked for by few

        return restores_data(outcomes, put) if put else restores_data(outcomes)
    if kind in ("view", "picture"):
        from scopelint.record.view import view_data  # 4 ms, for pictures and editors

        return view_data(path, outcomes, put) if put else view_data(path, outcomes)
    if kind not in ("names", "locked"):
        return None
    data = names_data(outcomes, config.ops, config.accesses)
    return with_sites(data, lambda file, line: put(Site(file, line))[:2]) if put else data
