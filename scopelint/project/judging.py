"""Which findings stay: each once, selected by the settings, without those that a comment or the baseline knows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from scopelint.project.config import Config
from scopelint.project.discover import glob_matches
from scopelint.project.sources import Sources
from scopelint.project.suppress import Comments, Scope, Suppression, suppressions
from scopelint.project.wanted import is_chosen
from scopelint.rules.findings import Finding, from_data
from scopelint.rules.listed import RULES, Listed
from scopelint.rules.off_by_default import OFF_BY_DEFAULT
from scopelint.site import CELL, split_cell
from scopelint.tuples import NamedTuple

if TYPE_CHECKING:
    from scopelint.project.baseline import Known

Identity = tuple[object, ...]
Held = Callable[[str, dict[str, Any]], list[Finding]]
"""What the names of a file differ in from what is locked."""


def is_selected(finding: Finding, config: Config) -> bool:
    """By the settings for its rule, for what is not certain, and for its file."""
    if not finding.certain and not config.possible and not finding.in_mode:
        return False
    if not is_chosen(config, finding.code, Listed(finding.severity, finding.default, finding.general)):
        return False
    path = split_cell(finding.site.path)[0]
    for glob, codes in config.per_file_ignores.items():
        if any(finding.is_of(code) for code in codes) and glob_matches(glob, path, config.root):
            return False
    return True


def by_place(finding: Finding) -> tuple[object, ...]:
    """The order in which findings are told."""
    return (finding.site.path, finding.site.line, finding.site.column, finding.code, finding.message)


class _Waiting(NamedTuple):
    """A finding that is not certain, and may yet be found for certain through another file."""

    finding: Finding
    finder: str
    order: int

    @property
    def rank(self) -> tuple[bool, int]:
        """One that is certain under another flag says more; of those alike the first counts."""
        return self.finding.in_mode, -self.order


class Judge:
    """Takes the results of one file after the other, in order, and gives what each adds that stands whatever follows.

    What hangs on something waits for the end, for a later file may find it for certain; and so does TFS910, for a later
    file may have what a comment suppresses. `files`: those that are looked at. `noqa`: do comments count? `alone`: only
    one file of a project is seen, and what a function's comment suppresses may be met through another."""

    def __init__(
        self,
        files: Sequence[str],
        config: Config,
        sources: Sources,
        held: Held,
        kind: str = "check",
        noqa: bool = True,
        alone: bool = False,
    ) -> None:
        self.files, self.config, self.sources, self.held, self.kind = files, config, sources, held, kind
        self.hidden = 0
        """How many findings a comment or the baseline suppressed."""
        self.interrupted = False
        self._noqa, self._alone = noqa, alone
        # What is found in an imported file that is looked at too is told by the name that the user gave it.
        self._given = {os.path.abspath(path): path for path in files}
        self._order = {path: order for order, path in enumerate(files)}
        self._told: set[Identity] = set()
        self._waiting: dict[Identity, _Waiting] = {}
        self._comments: dict[str, Comments] = {}
        self._used: set[Scope] = set()
        self._analysed: dict[str, None] = {}
        self._baseline = _baseline(config)
        self._ended = False

    def add(self, path: str, result: dict[str, Any], last: bool = False) -> list[Finding]:
        """What this file adds; with all that waited, if it is the `last`."""
        for place in self._places(path, result):
            self._analysed[place] = None
            self._comments_of(place)
        fresh = self._fresh(path, result)
        return self._kept(fresh + self._rest()) if last else self._kept(fresh)

    def end(self, whole: bool = True) -> list[Finding]:
        """All that waited. What a comment suppresses may be met in a file that was not looked at, if not all were."""
        return self._kept(self._rest(whole))

    def _fresh(self, path: str, result: dict[str, Any]) -> list[Finding]:
        """What this file finds for certain, and none before it."""
        fresh = []
        for finding in self.found(path, result):
            identity = finding.identity()
            self._used.update(self._covering(finding))
            if identity in self._told:
                continue
            if finding.certain:
                # Two scripts that import one module find the same in it.
                self._told.add(identity)
                self._waiting.pop(identity, None)
                fresh.append(finding)
            else:
                waiting = _Waiting(finding, path, self._order[path])
                former = self._waiting.get(identity)
                if former is None or former.rank < waiting.rank:
                    self._waiting[identity] = waiting
        return fresh

    def _rest(self, whole: bool = True) -> list[Finding]:
        if self._ended:
            return []
        self._ended = True
        waited = list(self._waited())
        comments = self._unused_comments() if whole and not self.interrupted else []
        return waited + unused_findings(comments, set(self._analysed), self.config)

    def _waited(self) -> Iterable[Finding]:
        return (each.finding for each in self._waiting.values())

    def found(self, path: str, result: dict[str, Any]) -> list[Finding]:
        """All that a file's result says, by the paths that the user gave."""
        found = [from_data(data) for data in result["findings"]]
        return [_at_home(finding, self._given) for finding in [*found, *self._of_lock(path, result)]]

    def _of_lock(self, path: str, result: dict[str, Any]) -> list[Finding]:
        """What a file's names differ in from the lock."""
        names = result.get("names")
        if (
            names is None
            or self.kind not in ("check", "view", "picture")
            or any(data[0] in ("TFS900", "TFS901") for data in result["findings"])
        ):
            return []
        return self.held(path, names)

    def _covering(self, finding: Finding) -> list[Scope]:
        return [
            scope for site in finding.places() for scope in self._comments_of(site.path).covering(finding, site.line)
        ]

    def _comments_of(self, place: str) -> Comments:
        found = self._comments.get(place)
        if found is None:
            text = self.sources.text(place) if self._noqa else ""
            some = suppressions(place, text)
            found = self._comments[place] = Comments(some)
        return found

    def _kept(self, findings: list[Finding]) -> list[Finding]:
        kept = []
        for finding in sorted(findings, key=by_place):
            if not is_selected(finding, self.config):
                continue
            # That a comment suppresses nothing is not suppressed by that comment.
            covered = finding.code != "TFS910" and self._covering(finding)
            if covered or (self._baseline is not None and self._baseline.has(finding)):
                self.hidden += 1
            else:
                kept.append(finding)
        return kept

    def _unused_comments(self) -> list[Suppression]:
        return [
            comment
            for place, comments in self._comments.items()
            for comment in comments.all
            if place in self._analysed
            and comment.ours
            and comment.scope not in self._used
            and not (self._alone and self._is_indented(comment))
        ]

    def _is_indented(self, comment: Suppression) -> bool:
        return self.sources.line(comment.site.path, comment.first or 1)[:1].isspace()

    def _places(self, path: str, result: dict[str, Any]) -> Iterable[str]:
        """An analysed file as Sites name it: a notebook's cells apart. None of one whose analysis came to its bounds:
        what comments suppress behind that place nobody knows."""
        if result["crashed"]:
            return
        if path.endswith(".ipynb"):
            if result.get("cut_off"):
                return
            try:
                count = len(self.sources.cells(path, self.sources.data(path)))
            except OSError:
                count = 0
            yield from (f"{path}{CELL}{cell}" for cell in range(1, count + 1))
        elif not any(data[0] == "TFS901" for data in result["findings"]) and not result.get("cut_off"):
            yield path


def _baseline(config: Config) -> Known | None:
    if not config.baseline or config.update_baseline:
        return None
    from scopelint.project.baseline import Known  # 2 ms, for those who have one

    return Known(os.path.join(config.root if config.origin.get("baseline") != "command line" else "", config.baseline))


def _at_home(finding: Finding, given: dict[str, str]) -> Finding:
    path = given.get(finding.site.path)
    return finding if path is None else finding._replace(site=finding.site._replace(path=path))


def unused_findings(unused: Iterable[Suppression], analysed: set[str], config: Config) -> list[Finding]:
    """TFS910 for the comments, in analysed files, that suppressed nothing."""
    judged: dict[tuple[str, tuple[str, ...]], bool] = {}
    found = []
    for comment in unused:
        kind = comment.site.path, comment.codes
        if kind not in judged:
            judged[kind] = comment.site.path in analysed and _is_judged(comment, config)
        if judged[kind]:
            found.append(_unused(comment))
    return found


def _is_judged(comment: Suppression, config: Config) -> bool:
    """Would this run report what the comment speaks of? If not, that it hides nothing says nothing."""
    if not comment.codes:
        return all(is_chosen(config, code, listed) for code, listed in RULES.items() if listed.default)
    from scopelint.rules.registry import modules  # 10 ms: results from the cache do without

    for code in modules():
        stand_in = Finding(code, "", "", "", comment.site, default=code not in OFF_BY_DEFAULT)
        if any(stand_in.is_of(prefix) for prefix in comment.codes) and is_selected(stand_in, config):
            return True
    return not any(code.startswith(prefix) for prefix in comment.codes for code in modules())


def _unused(comment: Suppression) -> Finding:
    from scopelint.rules.registry import rule  # 10 ms: results from the cache do without

    return rule("TFS910").about(comment.site, comment=comment.text)
