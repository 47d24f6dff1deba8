"""From one file's bytes to what is found in it: the engine is called, rules are run. Imported on need alone."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from scopelint import limits
from scopelint.frozen import replace
from scopelint.graph.events import ProgramRaised
from scopelint.graph.outcome import Outcome
from scopelint.interp.options import Options
from scopelint.project.cells import analyse_cells
from scopelint.project.chosen import Chosen
from scopelint.project.config import Config
from scopelint.project.loaded import loaded
from scopelint.project.modes import other_modes
from scopelint.project.notebooks import NotebookProblem
from scopelint.project.roots import roots
from scopelint.project.search import given_path
from scopelint.project.wanted import ERRORS, wanted
from scopelint.project.work import Judged, Work, shown_as
from scopelint.rules import registry
from scopelint.rules.findings import Finding, to_data
from scopelint.site import Site

if TYPE_CHECKING:
    from scopelint.syntax.source_cache import SourceCache


def options_for(path: str, config: Config, search_path: tuple[str, ...], record_ops: bool) -> Options:
    entries = []
    for entry in config.entries:
        file, mark, name = entry.rpartition("::")
        base = os.getcwd() if config.origin.get("entries") == "command line" else config.root
        if not mark or os.path.abspath(os.path.join(base, file)) == os.path.abspath(path):
            entries.append(name)
    return Options(
        search_path=search_path,
        follow=tuple(config.follow),
        site_packages=config.site_packages,
        calls=tuple(config.call),
        entries=tuple(entries),
        settings=tuple(config.set),
        environment=tuple(config.env),
        argv=tuple(config.argv),
        record_ops=record_ops,
        record_accesses=bool(config.accesses),
        max_seconds=config.max_seconds,
        max_memory=config.max_memory,
        checkpoint=config.checkpoint[0] if config.checkpoint else "",
        roots=roots(path, config),
        linked=given_path(config),
        coverage=bool(config.coverage) and not path.endswith(".ipynb"),
        python2={"yes": True, "no": False}.get(config.python2),
    )


def analyse(
    path: str, source: bytes, config: Config, search_path: tuple[str, ...], kind: str, shelf: SourceCache | None = None
) -> tuple[dict[str, Any], list[str], list[str]]:
    """One result as plain data, the files it read and the modules it missed.

    `kind`: "check", "names", "view", "picture", which is "view" with all operations, "locked", which is "check" with
    the names of "names", or "restores"."""
    started = time.process_time()
    read: list[str] = []
    missing: list[str] = []
    rules = wanted(config, path)
    result: dict[str, Any] = {"findings": [], "crashed": False, "rules": sorted(rules)}
    chosen = Chosen(path, config)
    if shelf is not None:
        shelf.dependencies = [], []
    try:
        findings, outcomes, names = _run(path, source, config, search_path, kind, shelf, chosen, rules)
        for outcome in outcomes:
            read += [file for file, _ in outcome.read]
            missing += outcome.missing
            if any(gap.reason in (limits.TOO_LONG, limits.TOO_LARGE) for gap in outcome.unknowns):
                result["cut_off"] = True
        if names is not None:
            result["names"] = names
        if config.coverage:
            result.update(reached_by(outcomes))
    except Exception as problem:
        findings = [_failure(path, problem)]
        result["crashed"] = findings[0].code == "TFS900"
        # What is due to the machine may go well next time; a defect of ours is kept until there is another version.
        result["lasting"] = not isinstance(problem, (MemoryError, OSError))
        if shelf is not None:
            read, missing = shelf.dependencies
        names = shown_as(kind, path, (), config)
        if names is not None:
            if "stopped" in names and findings[0].code == "TFS901":
                names["stopped"].append(_never_begun(findings[0]))
            result["names"] = names
    read += chosen.read
    missing += chosen.missing
    result["tensorflow"] = chosen.data()
    if kind in ("names", "locked") and "names" in result:
        result["names"]["tensorflow"] = [chosen.data()]
    result["findings"] = [to_data(finding) for finding in findings]
    result["seconds"] = round(time.process_time() - started, 6)
    return result, read, missing


def _run(
    path: str,
    source: bytes,
    config: Config,
    search_path: tuple[str, ...],
    kind: str,
    shelf: SourceCache | None,
    chosen: Chosen,
    rules: frozenset[str],
) -> Judged:
    # Operations are many: rules ask for them only to see a loop that runs a session and goes on building.
    asked = kind in ("names", "restores")
    ops = bool(config.ops) if asked else b".run(" in source or b".eval(" in source
    options = replace(options_for(path, config, search_path, ops), thorough=kind == "check", draws=kind == "picture")
    work = Work(path, options, shelf, chosen)
    if path.endswith(".ipynb"):
        return analyse_cells(work, source, config, kind, rules)

    def judge(outcomes: list[Outcome]) -> tuple[list[Finding], list[Outcome]]:
        if kind == "restores":
            return [], outcomes
        outcomes, checkpoints = loaded(outcomes, path, work.options)
        return registry.run(outcomes, bool(options.calls or options.entries), checkpoints, rules), outcomes

    findings, outcomes, names = work.judged(
        work.outcomes(source), lambda runs: shown_as(kind, path, runs, config), judge
    )
    asked_for = kind in ("check", "locked") and not ERRORS.isdisjoint(rules)
    if asked_for and (outcomes[0].modes or outcomes[0].ungiven):
        left = replace(work.options, max_memory=work.memory_left)
        more, runs = other_modes(path, source, left, outcomes, findings, shelf, work.took, rules)
        findings, outcomes = findings + more, outcomes + runs
    return findings, outcomes, names


def reached_by(outcomes: list[Outcome]) -> dict[str, Any]:
    """Of each file the lines of calls that were evaluated, and where programs end for certain."""
    reached: dict[str, set[int]] = {}
    for outcome in outcomes:
        for path, line in outcome.reached:
            reached.setdefault(os.path.abspath(path), set()).add(line)
    stops = {
        (os.path.abspath(site.path), site.line, f"{event.error}: {event.message}"[:120])
        for outcome in outcomes
        for event in outcome.events
        if isinstance(event, ProgramRaised) and not event.when
        for site in (event.site, *(call.site for call in event.calls))
    }
    return {"reached": {path: sorted(lines) for path, lines in reached.items()}, "stops": sorted(stops)}


def _never_begun(problem: Finding) -> dict[str, Any]:
    """A program that is no Python ends before its first line: what reads the JSON alone must not take it for whole."""
    place = {"file": problem.site.path, "line": problem.site.line}
    return {**place, "error": "SyntaxError", "message": problem.message, "entry": "", "when": []}


def _failure(path: str, problem: Exception) -> Finding:
    """TFS901 where the file is no Python, TFS900 where it is our own fault."""
    if type(problem).__name__ == "SyntaxProblem":
        rule = registry.rule("TFS901")
        site = getattr(problem, "site", None) or Site(path, 1)
        message = getattr(problem, "message", "") or str(problem)
    elif isinstance(problem, NotebookProblem):
        rule, site, message = registry.rule("TFS901"), Site(path, problem.line, problem.column), str(problem)
    else:
        rule, site = registry.rule("TFS900"), Site(path, 1)
        frame = problem.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        where = ""
        if frame is not None:
            where = f" at {os.path.basename(frame.tb_frame.f_code.co_filename)}:{frame.tb_lineno}"
        message = f"{type(problem).__name__}: {problem}".split("\n")[0][:200] + where
    return failure(rule.code, site, message)


def failure(code: str, site: Site, message: str) -> Finding:
    rule = registry.rule(code)
    return rule.about(site, said=message)
