"""A notebook analysed: its cells as one program, what is found put back into them, cells run a second time."""

from __future__ import annotations

from scopelint.graph.outcome import Outcome
from scopelint.project.config import Config
from scopelint.project.loaded import loaded
from scopelint.project.notebooks import Notebook
from scopelint.project.work import Judged, Work, shown_as
from scopelint.rules import registry
from scopelint.rules.findings import Finding
from scopelint.site import CallSite, Site

_CELLS_RUN_AGAIN = 30
"""Cells of one notebook that are tried a second time: each costs an analysis of all cells above it."""
_CELLS_BROKEN = 20
"""Cells of one notebook that are left out because they do not parse: each costs a parse of all."""


def analyse_cells(work: Work, source: bytes, config: Config, kind: str, rules: frozenset[str]) -> Judged:
    """The findings of a notebook, its runs, and its names as that kind asks for them. `rules`: those that are asked."""
    path = work.path
    notebook = Notebook(path, source)
    broken, runs, starts = _outcomes(notebook, work)

    def put(site: Site) -> Site:
        return notebook.site(site, starts)

    def judge(outcomes: list[Outcome]) -> tuple[list[Finding], list[Outcome]]:
        if kind == "restores":
            return [], outcomes
        outcomes, checkpoints = loaded(outcomes, path, work.options)
        told = registry.run(outcomes, False, checkpoints, rules)
        return [in_cells(notebook, starts, found) for found in told], outcomes

    findings, outcomes, names = work.judged(runs, lambda made: shown_as(kind, path, made, config, put), judge)
    if kind == "restores":
        return [], outcomes, names
    refused = any(finding.certain and finding.severity == "error" for finding in findings)
    if kind != "names" and "TFS506" in rules and not refused:
        findings += _run_again(notebook, outcomes, work, starts, rules)
    return broken + findings, outcomes, names


def _outcomes(notebook: Notebook, work: Work) -> tuple[list[Finding], list[Outcome], list[tuple[int, int]]]:
    """The runs of all cells that parse, a TFS901 for each that does not: Jupyter too compiles each by itself."""
    from scopelint.syntax.source import SyntaxProblem  # with the engine

    broken: list[Finding] = []
    while True:
        program, starts = notebook.program()
        try:
            return broken, work.outcomes(program), starts
        except SyntaxProblem as problem:
            site = notebook.site(problem.site, starts)
            cell = notebook.cell_of(problem.site, starts)
            if not cell or not notebook.code[cell - 1].strip() or len(broken) == _CELLS_BROKEN or work.left < 0:
                raise SyntaxProblem(site, problem.message) from None
            broken.append(registry.rule("TFS901").about(site, said=problem.message))
            notebook.leave_out(cell)


def in_cells(notebook: Notebook, starts: list[tuple[int, int]], finding: Finding) -> Finding:
    """The finding with its places in cells."""

    def put(site: Site) -> Site:
        return notebook.site(site, starts)

    return finding._replace(
        parts=tuple((key, put(value) if isinstance(value, Site) else value) for key, value in finding.parts),
        site=put(finding.site),
        related=tuple(each._replace(site=put(each.site)) for each in finding.related),
        calls=tuple(CallSite(put(call.site), call.function) for call in finding.calls),
        scopes=tuple((part, put(site)) for part, site in finding.scopes),
    )


def _run_again(
    notebook: Notebook, outcomes: list[Outcome], work: Work, starts: list[tuple[int, int]], rules: frozenset[str]
) -> list[Finding]:
    """TFS506: each cell that makes variables is run a second time, after all up to it, while there is time for it."""
    makers = set()
    for outcome in outcomes:
        for made in outcome.variables:
            for call in made.calls[:1] or (CallSite(made.site, ""),):
                makers.add(notebook.cell_of(call.site, starts))
    rule = registry.rule("TFS506")
    findings = []
    for cell in sorted(makers - {0})[:_CELLS_RUN_AGAIN]:
        if work.left <= 0:
            break
        program, twice = notebook.program([*range(cell), cell - 1])
        second = twice[-1][1]
        found = registry.run(work.again(program), wanted=rules)
        for finding in found:
            start = finding.calls[0].site if finding.calls else finding.site
            if finding.certain and finding.severity == "error" and start.line >= second:
                again = in_cells(notebook, twice, finding)
                told = rule.about(again.site, cell=str(cell), said=again.message)
                findings.append(
                    again._replace(
                        code=told.code, name=told.name, template=told.template, parts=told.parts,
                        severity=told.severity, general="",
                    )
                )  # fmt: skip
                break
    return findings
