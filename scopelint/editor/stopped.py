"""Runs of the file that is typed in, stopped before a statement: processes that wait to go on with another text.

A change leaves all that was run before it as it was. So a whole run leaves stops behind, some way from each other; a
run that stopped above the change is taken up again: its process forks, the copy reads the text that stands behind its
place now, and runs it from the same state. Two copies are asked. The first goes over the statements that differ as they
were, and leaves a stop before them; the second goes over them as they are. Where the rest of the program does not look
at what they left otherwise, it did what it did (splicing.py); else the second copy goes on, judges all, and sends the
answer. Where there is no fork, or no stop that serves, the file is analysed anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING, Any

from scopelint import clock, heap
from scopelint.digest import digest
from scopelint.editor.copies import Copies, Plan, Stopped
from scopelint.frozen import replace, values
from scopelint.interp.changed import Changed, changed_statements
from scopelint.project.cache import Dependencies
from scopelint.syntax.differences import Change, differing
from scopelint.syntax.source import Source, decode
from scopelint.tuples import NamedTuple

if TYPE_CHECKING:
    from scopelint.graph.outcome import Outcome
    from scopelint.interp.engine import Interpreter
    from scopelint.interp.options import Options
    from scopelint.interp.watching import Effect
    from scopelint.syntax.source_cache import SourceCache

    _Known = tuple[Stopped, Effect | None]

_MOST = 16
"""Stopped runs. Each keeps what its parent changes of their memory since: ten megabytes of a model of 1,700 variables,
25 of one of 10,000."""

_WORTH = 0.04
"""Seconds of work from one stop to the next at least: forking, sending, copying what is changed take half of that."""

_FIRST = 0.01
"""Seconds of work before the first of them."""

_MEMORY = 600_000_000
"""Bytes of a process that is not forked any more."""

_NEAR = 8
"""Lines from what somebody types to what differs besides."""

_TRIES = 3
"""Stops that are asked in turn, where one is refused: what has been entered is not always seen from here."""


class Resumed(BaseException):
    """The answer to the whole request came from a run that was taken up. Not an Exception: nothing between whoever asks
    for an analysis and whoever gives the outcomes takes it for a failure."""

    def __init__(self, answer: Any) -> None:  # noqa: ANN401
        super().__init__()
        self.answer = answer


class _Run(NamedTuple):
    """What stopped runs are of; `others`: what other windows hold."""

    path: str
    options: str
    others: str


class StoppedRuns(Copies):
    """Those of one file, the last that was run as a whole. `work` gives the answer to a request in a process that was
    taken up: to (path, source), once the outcomes are known."""

    _run: _Run | None = None
    _next: _Run | None = None
    _latest: list[str] | None = None
    _base: Any = None
    _entry: dict[str, Any] | None = None
    _search: tuple[str, ...] = ()
    _gap = 0.0
    _asked = 0
    _is_aside = False
    taken = 0
    """How often a run was taken up."""
    spliced = 0
    """How often its end was known."""

    def __init__(self, shelf: SourceCache, work: Callable[[str, bytes], Any]) -> None:
        super().__init__(shelf, work)
        self._arrivals: dict[int, tuple[int, float, float]] = {}
        """When the whole run first came to which statement, its turn, and where the function ends that it is in; of the
        end of a block below zero."""
        self._effects: dict[Any, _Known] = {}

    # asked by the interpreter

    def resume(self, path: str, source: bytes, options: Options) -> Any:  # noqa: ANN401
        # How much of the file's bounds is left differs each time, and is nothing that a run hangs on.
        whole = replace(options, max_seconds=0.0, max_memory=0.0)
        run = _Run(path, repr(values(whole)), self._others(path))
        if self.is_copy:
            self._is_aside = self._run != run or source != self._source
            return None if self._is_aside else self._outcomes
        self._asked += 1
        self._is_aside = self._asked > 1
        if self._is_aside:
            return None
        if self._base is not None and self._run == run and self._holds():
            # What is broken is refused here as it would be by a run.
            fresh = Source(path, decode(path, source), options.python2, options.most_words)
            former, self._latest = self._latest, fresh.lines
            found = self._continued(source, fresh, former)
            if found is not None:
                return found
        # What has stopped is kept until this text is run: it may be broken, as it is with every other key.
        self._next = run
        self._search = tuple(options.search_path)
        return None

    def before(self, run: Interpreter, source: Source, line: int, until: float, end: float) -> bytes | None:
        if self._is_aside:
            return None
        run.turns[0] += 1
        if self.is_copy:
            return self._watched(run, source, line, line, end)
        self._begin()
        spent = clock.spent()
        self._came(run, line, end, spent)
        if self._stopped and spent - self._stopped[-1].spent < max(_WORTH, self._gap):
            return None
        if spent < _FIRST or self._run is None or not self._may_fork(run):
            return None
        if source.path != self._run.path or heap.resident() > _MEMORY or self._shelf.cancelled:
            return None
        if run.modules.is_run_twice(source.path):
            # What stands below was run already, under the other name.
            return None
        while len(self._stopped) >= _MOST:
            # Each other one goes, but the first.
            self._gap = 2 * max(self._gap, _WORTH)
            for each in self._stopped[1:-1:2]:
                self._drop(each)
                self._stopped.remove(each)
        data = self._fork(run, source, line, end, spent, run.turns[0])
        return self._watched(run, source, line, line, end) if self.is_copy and data is None else data

    def behind(self, run: Interpreter, source: Source, line: int) -> None:
        if self._is_aside:
            return
        run.turns[0] += 1
        if self.is_copy:
            self._watched(run, source, 0, line, inf)
        else:
            self._came(run, -line, 0.0, clock.spent())

    def finish(self, outcomes: list[Outcome]) -> None:
        if self._is_aside:
            return
        from scopelint.editor.splicing import Base  # the engine, which is there by now

        if self.is_copy:
            self._finish(outcomes)
        self._begin()
        running = self._shelf.running
        if self._run is not None:
            read, missing = running.modules.read, running.modules.missing
            self._entry = self._dependencies().entry(self._run.path, {}, read, missing)
            self._told = [*read], [*missing]
            self._base = Base(self._run.path, running, outcomes)
            self._latest = self._base.source.lines

    # asked by the worker

    def begin(self) -> None:
        """Another request. What it asks for first is what stops are of; another release that is tried is not."""
        self._asked, self._is_aside = 0, False

    def forget(self) -> None:
        self._drop_all()
        self._run = self._base = None

    # inside

    def _begin(self) -> None:
        """A run of another text, from its start."""
        run, self._next = self._next, None
        if run is not None:
            self._drop_all()
            self._run, self._base, self._gap = run, None, 0.0
            self._arrivals, self._effects = {}, {}

    def _drop_all(self) -> None:
        for each in self._stopped:
            self._drop(each)
        self._stopped = []

    def _came(self, run: Interpreter, line: int, end: float, spent: float) -> None:
        if line in self._arrivals:
            run.again.add(line)
        else:
            self._arrivals[line] = run.turns[0], spent, end

    def _others(self, path: str) -> str:
        texts = sorted((name, digest(data)) for name, data in self._shelf.texts.items() if name != path)
        return repr((os.getcwd(), texts))

    def _dependencies(self) -> Dependencies:
        found = Dependencies(self._search)
        for path, data in self._shelf.texts.items():
            found.say(path, data)
        return found

    def _holds(self) -> bool:
        return self._run is not None and self._entry is not None and self._dependencies().holds(
            self._run.path, self._entry
        )  # fmt: skip

    def _continued(self, data: bytes, fresh: Source, former: list[str] | None) -> Any:  # noqa: ANN401
        """The outcomes where they are known from the last whole run; None where it must be run anew. Raises Resumed."""
        base = self._base
        change = differing(base.source.lines, fresh.lines)
        if fresh.python2 != base.source.python2:
            return None
        if change.last < change.first > change.former_last:
            self._shelf.dependencies = self._told
            return [base.outcome] if base.outcome is not None else None
        changed = changed_statements(base.source.tree, fresh.tree, change)
        if changed is None or self._has_moved_on(change, fresh, former):
            return None
        for stop in self._candidates(change, changed)[:_TRIES]:
            if stop not in self._stopped:
                # It gave way to one that was left for it.
                continue
            known = self._effects.get((changed.former, stop.turn))
            if known is None:
                came = self._ask(stop, b"", Plan(changed.former, True))
                if self._shelf.cancelled:
                    raise Resumed(None)
                if came.status:
                    continue
                near = came.stop or stop
                known = near, self._usable(changed, came.effect)
                self._effects[changed.former, near.turn] = known
            found = self._go_on(known, data, fresh, change, changed)
            if found is not None:
                return found
        return None

    def _go_on(self, known: _Known, data: bytes, fresh: Source, change: Change, changed: Changed) -> Any:  # noqa: ANN401
        stop, effect = known
        found: list[Any] = []

        def is_known(now: Effect | None) -> bool:
            if effect is None or now is None:
                return False
            outcome = self._base.spliced(data, fresh, change, changed, effect, now)
            if outcome is not None:
                found.append(outcome)
            return outcome is not None

        came = self._ask(stop, data, Plan(changed.now, False), is_known)
        if self._shelf.cancelled:
            raise Resumed(None)
        if found:
            self.taken += 1
            self.spliced += 1
            self._shelf.dependencies = self._told
            return found
        if came.answer is not None:
            self.taken += 1
            raise Resumed(came.answer)
        return None

    def _usable(self, changed: Changed, effect: Effect | None) -> Effect | None:
        """None where the statements were come to more than once."""
        span, again = changed.former, self._base.again
        lines = {span.begin or -span.holder, span.end or -span.holder}
        return effect if lines.isdisjoint(again) else None

    def _has_moved_on(self, change: Change, fresh: Source, former: list[str] | None) -> bool:
        """Is what differs from the last whole run more than somebody types at now? A run of all is a nearer one."""
        if former is None or former == self._base.source.lines:
            return False
        last = differing(former, fresh.lines)
        return change.first + _NEAR < last.first or change.last > last.last + _NEAR

    def _candidates(self, change: Change, changed: Changed) -> list[Stopped]:
        """The stops that may be taken up, the nearest first."""
        span = changed.former
        came = self._arrivals.get(span.begin or -span.holder)
        entered = []
        for first, last in changed.functions:
            turns = [turn for line, (turn, _, _) in self._arrivals.items() if first < line <= last]
            entered.append(min(turns, default=inf))
        found = []
        for stop in self._stopped:
            if came is not None and stop.turn > came[0]:
                continue
            if stop.end == inf:
                serves = stop.line <= change.first
            else:
                serves = stop.line <= change.first and change.former_last <= stop.end and change.first <= stop.end + 1
            if serves or any(stop.turn < turn for turn in entered):
                found.append(stop)
        return sorted(found, key=lambda stop: -stop.turn)

    def _drop(self, stopped: Stopped) -> None:
        super()._drop(stopped)
        self._effects = {key: known for key, known in self._effects.items() if known[0] is not stopped}
