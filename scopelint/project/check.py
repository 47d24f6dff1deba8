"""The one door: every front end asks here for findings and names, and nothing else runs an analysis."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from scopelint import disk
from scopelint.disk import project_of
from scopelint.project.cache import Cache
from scopelint.project.config import Config, ConfigError
from scopelint.project.discover import discover
from scopelint.project.holding import Keeper
from scopelint.project.judging import Judge, by_place
from scopelint.project.listening import Interrupted, Listener
from scopelint.project.search import search_path
from scopelint.project.sources import Sources
from scopelint.project.task import Answer, Task, Tasks, perform
from scopelint.project.wanted import only_failures, wanted
from scopelint.record.release import told
from scopelint.reports.places import shown
from scopelint.rules.findings import Finding, from_data, is_finding
from scopelint.site import Site
from scopelint.syntax.prefilter import Reach
from scopelint.tuples import NamedTuple

if TYPE_CHECKING:
    from scopelint.project.coverage import Coverage
    from scopelint.syntax.source_cache import SourceCache


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
    interrupted: int | None = None
    """How many files were done with when the run was interrupted; None where it was not."""
    took: tuple[tuple[str, float], ...] = ()
    """The processor time of each file that was analysed, now or when its result was put into the cache."""
    looked_at: tuple[str, ...] = ()


class Session:
    """One run over files: what is shared between them."""

    def __init__(self, config: Config, kind: str, shelf: SourceCache | None = None) -> None:
        self.config = config
        self.kind = kind
        self.shelf = shelf
        self.read: set[str] = set()
        self.missing: set[str] = set()
        self.left: list[str] = []
        self.failed: list[tuple[str, str]] = []
        self.done = 0
        self.interrupted = False
        self.sources = Sources()
        self.keeper = Keeper(config)
        self._rules: dict[bool, frozenset[str]] = {}
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

    def _wanted(self, path: str) -> frozenset[str]:
        """The rules that a result has to hold."""
        notebook = path.endswith(".ipynb")
        found = self._rules.get(notebook)
        if found is None:
            found = self._rules[notebook] = wanted(self.config, path)
        return found

    def held(self, path: str, names: dict[str, Any]) -> list[Finding]:
        """What a file's names differ in from the lock."""
        return self.keeper.findings(path, names, self.names_under(path))

    def names_under(self, path: str) -> Callable[[Config], dict[str, Any] | None]:
        """Runs one file of this session under other settings; gives its names, None where that failed."""

        def run(config: Config) -> dict[str, Any] | None:
            other = Session(only_failures(config), "names", self.shelf)
            other.sources = self.sources
            result = next((found for _, found, _ in other.results([path], Listener())), None)
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
        if self.shelf is not None and self.shelf.alike is not None:
            from scopelint.project.alike import Alike  # an editor has it; others do without

            known = self._caches.get(folders)
            if known is None:
                settings = self.config.fingerprint()
                known = self._caches[folders] = Alike(self.shelf.alike, settings, folders, self.shelf.texts)
            return known
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

    def results(self, files: list[str], listener: Listener) -> Iterator[tuple[str, dict[str, Any], bool]]:
        """Each file that can touch TensorFlow with its result, in order, as soon as it and those before it have one;
        and whether it is the last. A result is kept in the cache as soon as it is there, whatever comes before it.
        Where the run is interrupted, the other results that are there follow."""
        ready: dict[str, dict[str, Any]] = {}
        order: list[str] = []
        tasks = Tasks(self._data)
        answers: Iterator[tuple[int, Answer]] = iter(())
        try:
            for path in files:
                with listener.waiting():
                    self._look(path, ready, order, tasks)
                self.done += 1
            self.done -= len(tasks)
            if tasks:
                from scopelint.project.parallel import run_all  # 3 ms: results from the cache do without

                answers = run_all(tasks, self.config, self.shelf, listener.slow)
            yield from self._in_order(order, ready, tasks, answers, listener)
        except Interrupted:
            self.interrupted = True
            for path in order:
                if path in ready:
                    yield path, ready.pop(path), False
        finally:
            if isinstance(answers, Generator):
                answers.close()

    def _look(self, path: str, ready: dict[str, dict[str, Any]], order: list[str], tasks: Tasks) -> None:
        """Is there anything to be said of this file, and is it known already?"""
        try:
            data = self.sources.data(path)
        except OSError as problem:
            self.failed.append((path, problem.strerror or str(problem)))
            return
        folders = search_path(path, self.config)
        if not self.touches(path, data, folders):
            return
        kind = self.kind_of(path)
        cache = self.cache(folders)
        known = cache.get(kind, path, data) if cache else None
        order.append(path)
        if known is not None and self._wanted(path).issubset(known["rules"]):
            ready[path] = known
        else:
            tasks.append(path, folders, kind)

    def _data(self, path: str) -> bytes:
        """What is analysed; nothing, if the file has gone since it was looked at."""
        try:
            return self.sources.data(path)
        except OSError as problem:
            self.failed.append((path, problem.strerror or str(problem)))
            return b""

    def _in_order(
        self,
        order: list[str],
        ready: dict[str, dict[str, Any]],
        tasks: Tasks,
        answers: Iterator[tuple[int, Answer]],
        listener: Listener,
    ) -> Iterator[tuple[str, dict[str, Any], bool]]:
        at, number = 0, 0
        left = dict.fromkeys(tasks.paths())
        while True:
            while at < len(order) and order[at] in ready:
                at += 1
                yield order[at - 1], ready.pop(order[at - 1]), at == len(order)
            if not left:
                return
            if number and self.shelf is not None and self.shelf.is_late():
                self.left = list(left)
                return
            with listener.waiting():
                index, answer = next(answers)
            task = tasks[index]
            ready[task.path] = self._take(task, answer)
            tasks.done(index)
            del left[task.path]
            number, self.done = number + 1, self.done + 1
            listener.finished(number, len(tasks), task.path)

    def result_of(self, path: str) -> dict[str, Any] | None:
        """That of a file which is none of this run's, analysed in this process; None where it has none."""
        ready: dict[str, dict[str, Any]] = {}
        tasks = Tasks(self._data)
        failed = len(self.failed)
        self._look(path, ready, [], tasks)
        del self.failed[failed:]
        return self._take(tasks[0], perform(tasks[0], self.config)) if tasks else ready.get(path)

    def _take(self, task: Task, answer: Answer) -> dict[str, Any]:
        result, read, missing = answer
        self.read.update(read)
        self.missing.update(missing)
        if self.shelf is not None:
            self.shelf.read.update(read)
        cache = self.cache(task.folders)
        if cache is not None and result.get("lasting", True):
            cache.put(task.kind, task.path, task.data, result, read, missing)
        return result


def check(
    paths: Iterable[str],
    config: Config,
    kind: str = "check",
    stdin: bytes | None = None,
    listener: Listener | None = None,
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
    judge = Judge(files, config, session.sources, session.held, kind)
    if config.shard and kind == "check":
        files, judge = _part(files, session, judge, listener or Listener())
    return _report(files, session, judge, listener or Listener(), started)


def _part(files: list[str], session: Session, judge: Judge, listener: Listener) -> tuple[list[str], Judge]:
    """The files of the shard that is asked for, and who judges what they find."""
    from scopelint.project.sharding import ShardJudge, parted, read_shard  # 4 ms, for those who have several machines

    shard = read_shard(session.config)
    if shard is None:
        return files, judge
    mine = parted(files, session.config, shard.parts)[shard.number - 1]
    return mine, ShardJudge(mine, session.result_of, listener, judge)


def _report(files: list[str], session: Session, judge: Judge, listener: Listener, started: float) -> Report:
    config = session.config
    findings: list[Finding] = []
    incomplete = 0
    names: dict[str, dict[str, Any]] = {}
    releases: list[Any] = []
    took: list[tuple[str, float]] = []
    covered: dict[str, dict[str, Any]] = {}

    def tell(some: list[Finding]) -> None:
        if some:
            findings.extend(some)
            listener.found(some, session.sources)

    for path, result, last in session.results(files, listener):
        tell(judge.add(path, result, last))
        incomplete += is_incomplete(result)
        releases.append(result.get("tensorflow"))
        took.append((path, float(result.get("seconds", 0.0))))
        if session.kind != "check":
            names[path] = result.get("names") or {}
        if config.coverage:
            covered[path] = result
    tell(judge.end(not session.interrupted))
    interrupted = session.interrupted or judge.interrupted
    nothing = _no_names(config) if session.kind == "names" else {}
    return Report(
        sorted(findings, key=by_place),
        len(files),
        time.perf_counter() - started,
        judge.hidden,
        [] if session.kind == "check" else [(path, names.get(path) or nothing) for path in files],
        session.failed,
        session.sources,
        tuple(sorted(session.read)),
        tuple(sorted(session.missing)),
        incomplete,
        _coverage(covered, session) if config.coverage else None,
        tuple(dict.fromkeys(filter(None, (told(row) for row in releases if row is not None)))),
        tuple(session.left),
        session.done if interrupted else None,
        tuple(took),
        tuple(files),
    )


def _coverage(results: dict[str, dict[str, Any]], session: Session) -> Coverage:
    from scopelint.project.coverage import combined, measure  # asked for by few runs

    texts = [(path, session.sources.text(path)) for path in results if not path.endswith(".ipynb")]
    return measure(texts, *combined(results.values()))


def is_result(data: Any) -> bool:  # noqa: ANN401
    """Has it the shape of what an analysis gives? A cache may hold anything."""
    if not isinstance(data, dict) or not isinstance(data.get("crashed"), bool):
        return False
    findings = [from_data(each) for each in data["findings"]]
    names, rules = data.get("names"), data.get("rules")
    if not isinstance(rules, list) or not all(isinstance(code, str) for code in rules):
        return False
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
    judge = Judge([path], config, session.sources, session.held, kind, noqa, alone=True)
    report = _report([path], session, judge, Listener(), started)
    # A file that cannot touch TensorFlow has no names, rather than none.
    return report if report.took else report._replace(names=[])


__all__ = ["Report", "Site", "check", "check_source", "failures"]
