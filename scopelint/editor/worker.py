"""The process that analyses for the language server: requests and answers as pickles over its standard streams."""

from __future__ import annotations

import gc
import io
import os
import queue
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scopelint import disk
from scopelint.editor.copies import IS_POSSIBLE
from scopelint.editor.frames import read_frame, write_frame
from scopelint.editor.stopped import Resumed, StoppedRuns
from scopelint.project.config import Config
from scopelint.site import Site
from scopelint.syntax.source_cache import SourceCache

if TYPE_CHECKING:
    from scopelint.project.fixing import Offer
    from scopelint.record.view import View
    from scopelint.rules.findings import Finding

_SEARCHED = 5.0
"""Seconds for one file of the workspace that nobody has opened."""

_WHILE = 0.5
"""Seconds after which the files looked at so far are answered for."""

_WHOLE = 30
"""Collections after which all is looked at once more: what was kept then may be nobody's by now."""

_RUNS = 12
"""Analyses between two collections where nobody pauses: each of a large model leaves some ten megabytes in circles."""


def main() -> None:
    """Answers until the standard input ends. A `cancel` overtakes the request it speaks of."""
    # What a library prints must not end up between the frames.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _import_engine()
    shelf = SourceCache()
    shelf.parsed.by_statement = True
    shelf.alike = {}
    _warm(shelf)
    # Collected between answers alone; what is loaded by now stays for good and need not be looked at again.
    gc.collect()
    gc.freeze()
    gc.disable()
    runs = 0
    tidy = _Tidy()
    waiting: queue.Queue[tuple[int, str, tuple[Any, ...]] | None] = queue.Queue()
    cancelled: set[int] = set()

    def listen() -> None:
        while True:
            try:
                number, verb, arguments = read_frame(sys.stdin.buffer)
            except (EOFError, OSError):
                # Nobody is left to answer to.
                os._exit(0)
            if verb == "cancel":
                cancelled.add(number)
                if number == current:
                    shelf.cancel()
            else:
                waiting.put((number, verb, arguments))

    current = -1
    threading.Thread(target=listen, daemon=True).start()
    while True:
        try:
            request = waiting.get(timeout=0.2)
        except queue.Empty:
            if runs:
                runs = 0
                tidy()
            request = waiting.get()
        if request is None:
            return
        current, verb, arguments = request
        answer: Any = None
        shelf.cancelled = False
        if current not in cancelled:
            try:
                answer = VERBS[verb](shelf, *arguments)
            except Exception as problem:
                answer = (
                    problem
                    if type(problem).__name__ == "ConfigError"
                    else RuntimeError(f"{type(problem).__name__}: {problem}")
                )
        number, current = current, -1
        write_frame(out, (number, None if number in cancelled else answer, _memory()))
        cancelled.discard(number)
        runs += 1
        if runs >= _RUNS:
            runs = 0
            tidy()


class _Tidy:
    """Collects what an analysis left. What outlived that once is not looked at each time: the trees that are kept of a
    large project took 0.6 s of each pause."""

    def __init__(self) -> None:
        self._times = 0

    def __call__(self) -> None:
        self._times += 1
        if self._times % _WHOLE == 0:
            gc.unfreeze()
        gc.collect()
        gc.freeze()


def _import_engine() -> None:
    import scopelint.interp.entry  # the engine, 100 ms: the server that starts us reads this file too
    import scopelint.project.analysis  # as above
    import scopelint.project.check  # noqa: F401


def _warm(shelf: SourceCache) -> None:
    """A first run loads tables and rules, which the first file opened would else wait for."""
    source = b"import tensorflow as tf\nwith tf.variable_scope('a'):\n    tf.layers.dense(tf.zeros([1, 1]), 1)\n"
    with suppress(Exception):
        analyse(shelf, os.path.abspath("warm.py"), source, {}, Config({"cache": False, "jobs": 1}))


def _memory() -> int:
    """Bytes of this process in memory; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as stream:
            return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


Answer = tuple["list[Finding]", "View", tuple[str, ...]]


def typed(shelf: SourceCache, path: str, source: bytes, texts: dict[str, bytes], config: Config) -> Answer:
    """As `analyse`, of a file that somebody types in: from where its last run was stopped, where that serves."""

    def work(path: str, source: bytes) -> tuple[Answer, dict[Any, Any]]:
        return analyse(shelf, path, source, shelf.texts, config), shelf.alike or {}

    if not IS_POSSIBLE or not path.endswith(".py"):
        return analyse(shelf, path, source, texts, config)
    if shelf.stops is None:
        shelf.stops = StoppedRuns(shelf, work)
    shelf.stops.begin()
    try:
        return analyse(shelf, path, source, texts, config)
    except Resumed as resumed:
        answer, known = resumed.answer if resumed.answer is not None else (([], None, ()), {})
        if shelf.alike is not None:
            shelf.alike.update(known)
        return answer  # type: ignore[no-any-return]


def analyse(
    shelf: SourceCache, path: str, source: bytes, texts: dict[str, bytes], config: Config, kind: str = "view"
) -> Answer:
    """Findings and view of one file, with the texts that other editors' windows hold."""
    from scopelint.project.check import check_source  # as above
    from scopelint.record.view import View, view_from  # as above

    shelf.texts = texts
    report = check_source(path, source, config, kind=kind, shelf=shelf)
    view = view_from(path, report.names[0][1]) if report.names else View(path)
    return report.findings, view, report.read


def picture(shelf: SourceCache, path: str, source: bytes, texts: dict[str, bytes], config: Config) -> Answer:
    """As `analyse`, with the whole graph."""
    return analyse(shelf, path, source, texts, config, "picture")


def files(shelf: SourceCache, folder: str, config: Config, most: int) -> dict[str, float]:
    """The Python files of a folder of the workspace, with the time when each was written."""
    from scopelint.project.discover import discover  # by now imported

    found = {}
    for path in discover([folder], [*config.exclude, *config.extend_exclude], config.root):
        with suppress(OSError):
            if path.endswith((".py", ".pyw")):
                found[path] = os.stat(path).st_mtime
        if len(found) >= most:
            break
    return found


def index(
    shelf: SourceCache, paths: list[str], texts: dict[str, bytes], config: Config
) -> list[tuple[str, tuple[tuple[object, ...], ...], tuple[str, ...]]]:
    """Of each file the variables and what it read, until there has been work for a while; one at least."""
    from scopelint.record.view import written  # as above

    quick = Config(config.values, config.root)
    quick.put("max-seconds", min(config.max_seconds, _SEARCHED), "index")
    until = time.monotonic() + _WHILE
    out = []
    for path in paths:
        rows: dict[tuple[str, Site], tuple[object, ...]] = {}
        read: tuple[str, ...] = ()
        with suppress(OSError):
            _, view, read = analyse(shelf, path, texts.get(path) or disk.read(path), texts, quick)
            for variable in view.variables:
                rows.setdefault((variable.name, variable.site), (variable.name, written(variable.shape), variable.site))
        out.append((path, tuple(rows.values()), read))
        if time.monotonic() > until:
            break
    return out


def offers(
    shelf: SourceCache, path: str, source: bytes, config: Config, findings: list[Finding]
) -> list[tuple[Finding, Offer]]:
    """The fixes that hold, for findings of one file."""
    from scopelint.project.fixing import offers as find  # 22 ms, when a fix is first asked for

    return list(find(findings, config, lambda _: source).items())


def fixed(shelf: SourceCache, path: str, source: bytes, config: Config) -> tuple[Any, ...]:
    """The text after all safe fixes, and what they did."""
    from scopelint.project.fixing import fix_source  # 22 ms, when a fix is first asked for

    return tuple(fix_source(path, source, config))


def rename(
    shelf: SourceCache, paths: list[str], texts: dict[str, bytes], config: Config, place: tuple[str, int, int], new: str
) -> Any:  # noqa: ANN401
    """Renames the scope at a place, in the first of the programs that can be renamed in. Without a new name: where the
    name stands. A text where nothing can be renamed: why."""
    from scopelint.project import renaming  # 6 ms, when something is first renamed

    reason = ""
    for path in paths:
        try:
            program = renaming.Program(path, texts, config, shelf, disk.read)
            if new:
                return renaming.rename(program, *place, new)
            literal, _ = renaming.scope_at(program, *place)
            return literal.place, literal.name
        except renaming.NotRenamed as problem:
            reason = reason or str(problem)
        except OSError as problem:
            reason = reason or str(problem)
    return reason


def names(shelf: SourceCache, path: str, source: bytes, config: Config) -> str:
    """The table of `scopelint names`."""
    from scopelint.project.check import check_source  # as above
    from scopelint.reports.names import merged, write_table  # when names are first asked for

    report = check_source(path, source, config, kind="names")
    stream = io.StringIO()
    if report.names:
        write_table(merged([report.names[0][1]]), stream)
    return stream.getvalue()


def accept(shelf: SourceCache, path: str, source: bytes, config: Config, word: str) -> str:
    """Takes a difference from the lock into it."""
    from scopelint.project.check import Session  # as above
    from scopelint.project.holding import take_one  # when a name is first accepted

    session = Session(config, "names", shelf)
    session.sources.put(path, source)
    return take_one(path, config, word, session.names_under(path))


VERBS: dict[str, Any] = {
    "analyse": typed, "files": files, "index": index, "offers": offers, "fixed": fixed, "names": names,
    "accept": accept, "rename": rename, "picture": picture,
}  # fmt: skip


if __name__ == "__main__":
    main()
