"""The other modes of a program: `check` runs it again with a flag at another value, and says what TF refuses there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from scopelint import limits
from scopelint.frozen import replace
from scopelint.graph.conditions import is_supposition
from scopelint.graph.events import ProgramRaised
from scopelint.graph.outcome import Outcome
from scopelint.interp.options import Options
from scopelint.rules import registry
from scopelint.rules.findings import MODE, Finding

if TYPE_CHECKING:
    from scopelint.syntax.source_cache import SourceCache


def other_modes(
    path: str,
    source: bytes,
    options: Options,
    outcomes: list[Outcome],
    findings: list[Finding],
    shelf: SourceCache | None,
    took: float,
    rules: frozenset[str],
) -> tuple[list[Finding], list[Outcome]]:
    """What TF refuses in modes that are not the default, and the runs that told it. `took`: the processor's seconds for
    the default one. `rules`: those that are asked."""
    import scopelint.interp.entry as entry  # the engine, as above all in project/

    chosen = {name for name, _ in options.settings}
    asked = [(mode.flag, value) for mode in outcomes[0].modes if mode.flag not in chosen for value in mode.others]
    tries: list[tuple[Options, tuple[str, ...]]] = [
        (replace(options, settings=(*options.settings, (flag, value))), (f"{MODE}{flag}={value}",))
        for flag, value in asked
    ]
    shown: tuple[str, ...] = ()
    if outcomes[0].ungiven and _stops(outcomes[0]):
        # Nobody starts it so: what it lacks is given, in each of the other modes too.
        shown = tuple(f"{MODE}{flag}=..." for flag in outcomes[0].ungiven[:_SHOWN])
        tries = [(options, ()), *tries]
        tries = [(replace(each, given=True), (*shown, *when)) for each, when in tries]
    # What hangs on a supposition is told of a mode rather.
    known = {finding.identity() for finding in findings if not any(map(is_supposition, finding.when))}
    found: list[Finding] = []
    runs: list[Outcome] = []
    started = time.process_time()
    left = min(limits.MODES_SECONDS + took, options.max_seconds - took)
    for tried, when in tries[: limits.MODES]:
        spent = time.process_time() - started
        if spent > left:
            break
        seconds = min(options.max_seconds, left - spent + 1.0)
        made = entry.analyse(path, source, replace(tried, max_seconds=seconds), shelf)
        runs += made
        told = registry.run(made, wanted=rules)
        if tried.given and not when[len(shown) :]:
            # An argument that is always given is no error of the program's where it is missing.
            still = {finding.identity() for finding in told}
            findings[:] = [each for each in findings if each.code != "TFS311" or each.identity() in still]
        for finding in told:
            if finding.severity == "error" and finding.certain and finding.identity() not in known:
                known.add(finding.identity())
                findings[:] = [each for each in findings if each.identity() != finding.identity()]
                found.append(finding._replace(certain=False, when=when))
    return found, runs


_SHOWN = 3
"""Flags that are named where several are taken to be given."""


def _stops(outcome: Outcome) -> bool:
    """May the program end, with its defaults, at what is not TensorFlow's affair: `--data_dir is needed`?"""
    return any(not event.by_tensorflow for event in outcome.of(ProgramRaised))
