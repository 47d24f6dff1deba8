"""The other modes of a program: `check` runs it again with a flag at another value, and says what TF refuses there."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from scopelint import limits
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
) -> tuple[list[Finding], list[Outcome]]:
    """What TF refuses in modes that are not the default, and the runs that told it. `took`: the processor's seconds for
    the default one."""
    import scopelint.interp.entry as entry  # the engine, as above all in project/

    chosen = {name for name, _ in options.settings}
    asked = [(mode.flag, value) for mode in outcomes[0].modes if mode.flag not in chosen for value in mode.others]
    known = {finding.identity() for finding in findings}
    found: list[Finding] = []
    runs: list[Outcome] = []
    started = time.process_time()
    left = min(limits.MODES_SECONDS + took, options.max_seconds - took)
    for flag, value in asked[: limits.MODES]:
        spent = time.process_time() - started
        if spent > left:
            break
        settings = (*options.settings, (flag, value))
        seconds = min(options.max_seconds, left - spent + 1.0)
        made = entry.analyse(path, source, replace(options, settings=settings, max_seconds=seconds), shelf)
        runs += made
        for finding in registry.run(made):
            if finding.severity == "error" and finding.certain and finding.identity() not in known:
                known.add(finding.identity())
                found.append(finding._replace(certain=False, when=(f"{MODE}{flag}={value}",)))
    return found, runs
