"""The one door: every front end asks here for findings and names, and nothing else runs an analysis."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from scopelint import disk
from scopelint.disk import project_of
from scopelint.escapes import printable
from scopelint.project.cache import Cache
from scopelint.project.config import Config, ConfigError
from scopelint.project.discover import discover, glob_matches
from scopelint.project.holding import Keeper
from scopelint.project.search import search_path
from scopelint.project.sources import Sources
from scopelint.project.suppress import Suppression, apply, may_suppress, suppressions
from scopelint.record.release import told
from scopelint.reports.places import shown
from scopelint.rules.findings import Finding, from_data, is_finding
from scopelint.rules.off_by_default import OFF_BY_DEFAULT
from scopelint.site import CELL, Site, split_cell
from scopelint.syntax.prefilter import Reach

if TYPE_CHECKING:
    from scopelint.project.coverage import Coverage
    from scopelint.syntax.source_cache import SourceCache

Progress = Callable[[int, int, str], None]


class Report(NamedTuple):
    """`files`: how many were looked at. `hidden`: findings that a comment or the baseline suppressed. `names`: of each
    file, where names or a view were asked for. `failed`: files that could not be read. `read`: the files that the
    analyses depended on, `missing`: modules and files that they looked for in vain; neither is known of results from
    the cache."""

    findings: list[Finding]
    files: int
    seconds: float
    hidden: int
    names: list[tuple[str, dict[str, Any]]]
    failed: list[tuple[str, str]]
    sources: Sources
    read: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    incomplete: int = 0
    """How many files were not followed to their end."""
    coverage: Coverage | None = None
    told: tuple[str, ...] = ()
    """What is to be said of the releases of TensorFlow that were taken."""
    left: tuple[str, ...] = ()
    """Files for which there was no time, where whoever asks waits for so long only."""


def is_selected(finding: Finding, config: Config) -> bool:
    """By the longest prefix that speaks of it; by the rule's own default where none does."""

    def longest(prefixes: Iterable[str]) -> int:
        return max((0 if p == "ALL" else len(p) for p in prefixes if finding.is_of(p)), default=-1)

    if not finding.certain and not config.possible and not finding.in_mode:
        return False
    chosen = max(longest(config.select or ()), longest(config.extend_select))
    if config.verbose and finding.severity == "note":
        chosen = max(chosen, 0)
    if chosen < 0 and config.select is None and finding.default:
        chosen = 0
    dropped = longest(config.ignore)
    if chosen < 0 or dropped > chosen or (dropped == chosen and dropped >= 0):
        return False
    path = split_cell(finding.site.path)[0]
    for glob, codes in config.per_file_ignores.items():
        if any(finding.is_of(code) for code in codes) and glob_matches(glob, path, config.root):
            return False
    return True


class Session:
    """One run over files: what is shared between them."""

    def __init__(self, config: Config, kind: str, shelf: SourceCache | None = None) -> None:
        self.config = config
        self.kind = kind
        self.shelf = shelf
        self.read: set[str] = set()
        self.missing: set[str] = set()
        self.left: list[str] = []
        self.sources = Sources()
        self.keeper = Keeper(config)
        self._reach: dict[tuple[str, ...], Reach] = {}
        self._caches: dict[tuple[str, ...], Cache] = {}

    def touches(self, path: str, data: bytes, folders: tuple[str, ...]) -> bool:
        if self.config.call or self.keeper.covers(path):
            return True
        reach = self._reach.get(folders)
        if reach is None:
            reach = self._reach[folders] = Reach(folders)
        return reach.touches(path, data)

    def kind_of(self, path: str) -> str:
        """What is asked of a file: of one whose names are locked, its names too."""
        return "locked" if self.kind == "check" and self.keeper.covers(path) else self.kind

    def held(self, path: str, result: dict[str, Any]) -> list[Finding]:
        """What a file's names differ in from the lock."""
        names = result.get("names")
        if (
            names is None
            or self.kind not in ("check", "view", "picture")
            or any(data[0] in ("TFS900", "TFS901") for data in result["findings"])
        ):
            return []
        return self.keeper.findings(path, names, self.names_under(path))

    def names_under(self, path: str) -> Callable[[Config], dict[str, Any] | None]:
        """Runs one file of this session under other settings; gives its names, None where that failed."""

        def run(config: Config) -> dict[str, Any] | None:
            other = Session(config, "names", self.shelf)
            other.sources = self.sources
            result = other.run([path])[0].get(path)
            self.read |= other.read
            self.missing |= other.missing
            if result is None or any(data[0] in ("TFS900", "TFS901") for data in result["findings"]):
                return None
            return result.get("names")

        return run

    def cache(self, folders: tuple[str, ...]) -> Cache | None:
        if self.shelf is not None and self.shelf.results is not None and not self.shelf.texts:
            from scopelint.project.memory import Memory  # a front end that stays has it; others do without

            # One for each run: what it has seen of the disk is true for as long.
            memory = self._caches.get(folders)
            if memory is None:
                memory = self._caches[folders] = Memory(self.shelf.results, self.config.fingerprint(), folders)
            return memory
        if not self.config.cache:
            return None
        found = self._caches.get(folders)
        if found is None:
            folder = os.path.join(self.config.root, self.config.cache_dir)
            ours = self.config.origin.get("cache-dir", self.config.file) == self.config.file
            if ours and not disk.is_within(folder, (project_of(self.config.root),)):
                # A link that came with the tree.
                raise ConfigError(f"{folder}: leads out of the project, --cache-dir may name it")
            settings = self.config.fingerprint() + ("" if self.config.file else self.config.root)
            found = self._caches[folders] = Cache(folder, settings, folders, is_result)
        return found

    def run(
        self, files: list[str], progress: Progress | None = None
    ) -> tuple[dict[str, dict[str, Any]], list[tuple[str, str]]]:
        """The result of each file that can touch TensorFlow, and the files that cannot be read."""
        results: dict[str, dict[str, Any]] = {}
        failed: list[tuple[str, str]] = []
        todo: dict[str, list[tuple[str, bytes, tuple[str, ...]]]] = {}
        for path in files:
            try:
                data = self.sources.data(path)
            except OSError as problem:
                failed.append((path, problem.strerror or str(problem)))
                continue
            folders = search_path(path, self.config)
            if not self.touches(path, data, folders):
                continue
            kind = self.kind_of(path)
            cache = self.cache(folders)
            known = cache.get(kind, path, data) if cache else None
            if known is not None:
                results[path] = known
            else:
                todo.setdefault(kind, []).append((path, data, folders))
        total, number = sum(map(len, todo.values())), 0
        for kind, tasks in todo.items():
            if self.shelf is not None and number and self.shelf.is_late():
                self.left += [path for path, _, _ in tasks]
                continue
            from scopelint.project.parallel import run_all  # 3 ms: results from the cache do without

            done = 0
            for task, answer in run_all(tasks, self.config, kind, self.shelf):
                number, done = number + 1, done + 1
                path, data, folders = task
                result, read, missing = answer
                results[path] = result
                self.read.update(read)
                self.missing.update(missing)
                if self.shelf is not None:
                    self.shelf.read.update(read)
                cache = self.cache(folders)
                if cache is not None and result.get("lasting", True):
                    cache.put(kind, path, data, result, read, missing)
                if progress is not None:
                    progress(number, total, path)
                if self.shelf is not None and self.shelf.is_late():
                    break
            self.left += [path for path, _, _ in tasks[done:]]
        return results, failed


def check(
    paths: Iterable[str],
    config: Config,
    kind: str = "check",
    stdin: bytes | None = None,
    progress: Progress | None = None,
    shelf: SourceCache | None = None,
) -> Report:
    """Checks files and folders; `-` stands for `stdin`. ConfigError where a path does not exist."""
    started = time.perf_counter()
    session = Session(config, kind, shelf)
    files: list[str] = []
    named = []
    for path in paths:
        if path == "-":
            name = config.stdin_filename or "<stdin>"
            session.sources.put(name, stdin or b"")
            files.append(name)
        elif not os.path.exists(path):
            raise ConfigError(f"{path}: no such file or folder")
        else:
            named.append(path)
    files += [
        file for file in discover(named, [*config.exclude, *config.extend_exclude], config.root) if file not in files
    ]
    results, failed = session.run(files, progress)
    findings, hidden = _judge(results, files, session)
    names = (
        [(path, results.get(path, {}).get("names") or (_no_names(config) if kind == "names" else {})) for path in files]
        if kind != "check"
        else []
    )
    elapsed = time.perf_counter() - started
    read, missing = tuple(sorted(session.read)), tuple(sorted(session.missing))
    incomplete = sum(is_incomplete(result) for result in results.values())
    coverage = _coverage(results, session) if config.coverage else None
    return Report(
        findings, len(files), elapsed, hidden, names, failed, session.sources, read, missing, incomplete, coverage,
        _told(results), tuple(session.left),
    )  # fmt: skip


def _told(results: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    rows = (result["tensorflow"] for result in results.values() if "tensorflow" in result)
    return tuple(dict.fromkeys(filter(None, map(told, rows))))


def _coverage(results: dict[str, dict[str, Any]], session: Session) -> Coverage:
    from scopelint.project.coverage import combined, measure  # asked for by few runs

    texts = [(path, session.sources.text(path)) for path in results if not path.endswith(".ipynb")]
    return measure(texts, *combined(results.values()))


def is_result(data: Any) -> bool:  # noqa: ANN401
    """Has it the shape of what an analysis gives? A cache may hold anything."""
    if not isinstance(data, dict) or not isinstance(data.get("crashed"), bool):
        return False
    findings = [from_data(each) for each in data["findings"]]
    names = data.get("names")
    return all(is_finding(each) for each in findings) and (names is None or isinstance(names, dict))


def is_incomplete(result: dict[str, Any]) -> bool:
    """Was the file not followed to its end? The rule that says so is asked whether or not it is shown."""
    return any(data[0] == "TFS902" for data in result["findings"])


def failures(report: Report) -> list[str]:
    """What could not be read or analysed, one line each."""
    bad = [finding for finding in report.findings if finding.code in ("TFS900", "TFS901")]
    said = [f"{shown(path)}: {why}" for path, why in report.failed]
    return [*said, *(f"{shown(finding.site.path)}:{finding.site.line}: {finding.message}" for finding in bad)]


def _no_names(config: Config) -> dict[str, Any]:
    data: dict[str, Any] = {"variables": [], "unknown": [], "stopped": [], "assumptions": [], "entries": []}
    if config.accesses:
        data["accesses"] = []
    if config.ops:
        data["ops"] = []
    return data


def _judge(
    results: dict[str, dict[str, Any]], files: list[str], session: Session, noqa: bool = True, alone: bool = False
) -> tuple[list[Finding], int]:
    """All findings, each once, without those suppressed or not selected; in the order of their places. `alone`: only
    one file of a project is seen, and what a function's comment suppresses may be met through another."""
    config, sources = session.config, session.sources
    # What is found in an imported file that is looked at too is told by the name that the user gave it.
    given = {os.path.abspath(path): path for path in files}
    found: dict[tuple[object, ...], Finding] = {}
    for path in files:
        for data in results.get(path, {}).get("findings", ()):
            finding = _at_home(from_data(data), given)
            # Two scripts that import one module find the same in it.
            former = found.get(finding.identity())
            if former is None or (finding.certain and not former.certain):
                found[finding.identity()] = finding
        for each in session.held(path, results[path]) if path in results else ():
            finding = _at_home(each, given)
            found.setdefault(finding.identity(), finding)
    comments: list[Suppression] = []
    met = [site.path for finding in found.values() for site in (finding.site, *(call.site for call in finding.calls))]
    for place in dict.fromkeys([*_places(results, files, sources), *met]):
        text = sources.text(place) if noqa else ""
        if may_suppress(text.encode("utf-8", "replace")):
            comments += suppressions(place, text)
    kept, hidden, unused = apply(found.values(), comments)
    if alone:
        unused = [comment for comment in unused if not _is_indented(comment, sources)]
    if unused:
        kept += unused_findings(unused, set(_places(results, files, sources)), config)
    kept = [finding for finding in kept if is_selected(finding, config)]
    count = sum(is_selected(finding, config) for finding in hidden)
    kept.sort(key=lambda f: (f.site.path, f.site.line, f.site.column, f.code, f.message))
    if config.baseline and not config.update_baseline:
        from scopelint.project import baseline  # 2 ms, for those who have one

        path = os.path.join(config.root if config.origin.get("baseline") != "command line" else "", config.baseline)
        fresh = baseline.subtract(kept, path)
        count += len(kept) - len(fresh)
        kept = fresh
    return kept, count


def _is_indented(comment: Suppression, sources: Sources) -> bool:
    return sources.line(comment.site.path, comment.first or 1)[:1].isspace()


def _at_home(finding: Finding, given: dict[str, str]) -> Finding:
    path = given.get(finding.site.path)
    return finding if path is None else finding._replace(site=finding.site._replace(path=path))


def _places(results: dict[str, dict[str, Any]], files: list[str], sources: Sources) -> Iterable[str]:
    """The analysed files as Sites name them: a notebook's cells apart."""
    for path in files:
        result = results.get(path)
        if result is None or result["crashed"]:
            continue
        if path.endswith(".ipynb"):
            try:
                count = len(sources.cells(path, sources.data(path)))
            except OSError:
                count = 0
            yield from (f"{path}{CELL}{cell}" for cell in range(1, count + 1))
        elif not any(data[0] == "TFS901" for data in result["findings"]):
            yield path


def unused_findings(unused: Iterable[Suppression], analysed: set[str], config: Config) -> list[Finding]:
    """TFS910 for the comments, in analysed files, that suppressed nothing."""
    return [_unused(comment) for comment in unused if comment.site.path in analysed and _is_judged(comment, config)]


def _is_judged(comment: Suppression, config: Config) -> bool:
    """Would this run report what the comment speaks of? If not, that it hides nothing says nothing."""
    if not comment.codes:
        return True
    from scopelint.rules.registry import modules  # 10 ms: results from the cache do without

    for code in modules():
        stand_in = Finding(code, "", "", "", comment.site, default=code not in OFF_BY_DEFAULT)
        if any(stand_in.is_of(prefix) for prefix in comment.codes) and is_selected(stand_in, config):
            return True
    return not any(code.startswith(prefix) for prefix in comment.codes for code in modules())


def _unused(comment: Suppression) -> Finding:
    from scopelint.rules.registry import rule  # 10 ms: results from the cache do without

    return rule("TFS910").about(comment.site, comment=comment.text)


def check_source(
    path: str,
    source: bytes,
    config: Config,
    noqa: bool = True,
    kind: str = "check",
    shelf: SourceCache | None = None,
) -> Report:
    """One file whose text is at hand: what flake8, an editor and the fixes ask for. `noqa`: do comments count?"""
    session = Session(config, kind, shelf)
    session.sources.put(path, source)
    for file, text in (shelf.texts if shelf is not None else {}).items():
        session.sources.put(file, text if file != path else source)
    started = time.perf_counter()
    results, failed = session.run([path])
    findings, hidden = _judge(results, [path], session, noqa, alone=True)
    names = [(path, results[path].get("names", {}))] if kind != "check" and path in results else []
    elapsed = time.perf_counter() - started
    read, missing = tuple(sorted(session.read)), tuple(sorted(session.missing))
    incomplete = sum(is_incomplete(result) for result in results.values())
    return Report(findings, 1, elapsed, hidden, names, failed, session.sources, read, missing, incomplete)


def show_progress(number: int, total: int, path: str) -> None:
    """A bar on the terminal, for runs that last."""
    width = 24
    done = number * width // total
    text = f"\r[{'=' * done}{' ' * (width - done)}] {number}/{total} {printable(os.path.basename(path)[:40]):40}"
    sys.stderr.write(text if number < total else "\r" + " " * (len(text) + 2) + "\r")
    sys.stderr.flush()


__all__ = ["Report", "Site", "check", "check_source", "failures", "is_selected", "show_progress"]
