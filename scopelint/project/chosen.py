"""Which release of TensorFlow a file is analysed for, and why: what is set, what its project pins, else 1.15."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from scopelint.frozen import replace
from scopelint.graph.events import ProgramRaised
from scopelint.graph.outcome import Outcome
from scopelint.graph.releases import DEFAULT, Release, release
from scopelint.interp.options import Options
from scopelint.project.config import Config
from scopelint.project.pins import pinned

if TYPE_CHECKING:
    from scopelint.syntax.source_cache import SourceCache

_NOT_THERE = ("AttributeError", "ImportError", "ModuleNotFoundError", "TypeError")
"""What a program ends with that was written for another release: a name, a module or a parameter is not there."""


def _ends_without(outcomes: Iterable[Outcome]) -> Iterator[ProgramRaised]:
    for outcome in outcomes:
        for event in outcome.of(ProgramRaised):
            if event.error in _NOT_THERE and not event.own:
                yield event


def ends_alike(stop: ProgramRaised, outcomes: Iterable[Outcome]) -> bool:
    """Does the program end at the same place for the same reason under another release too?"""
    return any(each.site == stop.site and each.error == stop.error for each in _ends_without(outcomes))


def outcomes_of(
    path: str, source: bytes, options: Options, shelf: SourceCache | None, chosen: Chosen
) -> tuple[list[Outcome], Options]:
    """The runs of one file, and what they were run with; of a pinned release that lacks what the program uses, those
    under 1.15."""
    import scopelint.interp.entry as entry  # the engine, 100 ms: results from the cache do without

    begun = time.process_time()
    options = replace(options, release=chosen.release)
    outcomes = entry.analyse(path, source, options, shelf)
    stop = chosen.refuting(outcomes)
    if stop is not None:
        usual = replace(options, release=DEFAULT)
        left = replace(usual, max_seconds=max(0.1, options.max_seconds - (time.process_time() - begun)))
        others = entry.analyse(path, source, left, shelf)
        if not ends_alike(stop, others):
            chosen.refute(stop)
            return others, usual
    return outcomes, options


class Chosen:
    """`release`: the one. `said`: how it came about where it is not simply 1.15, for people."""

    def __init__(self, path: str, config: Config) -> None:
        self.release: Release = DEFAULT
        self.said = ""
        self.file, self.line = "", 0
        self.read: list[str] = []
        self.missing: list[str] = []
        self.is_guess = False
        if config.tf:
            self.release = release(config.tf)
            origin = config.origin.get("tf", "the caller")
            said = "--tf" if origin == "command line" else origin
            self.said = f"as {said} says" if self.release != DEFAULT else ""
            return
        found = pinned(path)
        self.read, self.missing = list(found.read), list(found.missing)
        self.said, self.file, self.line = found.said, found.file, found.line
        if found.release is not None:
            self.release = found.release
            # A pin within 1.15 changes nothing but what `tf.__version__` says.
            self.is_guess = found.release.key != DEFAULT.key

    def refuting(self, outcomes: Iterable[Outcome]) -> ProgramRaised | None:
        """Where the program stops for what the pinned release does not have."""
        if not self.is_guess:
            return None
        return next(_ends_without(outcomes), None)

    def refute(self, stop: ProgramRaised) -> None:
        """Pins are raised by those who never run the program again; then 1.15 is taken, and that is said."""
        self.said = (
            f"{os.path.relpath(self.file)}:{self.line} pins TensorFlow {self.release.text}, where the program stops at "
            f"{stop.site.path}:{stop.site.line}: {stop.message or stop.error}; 1.15 is taken"
        )
        self.release, self.is_guess = DEFAULT, False

    def data(self) -> dict[str, Any]:
        """As a row of the record."""
        return {
            "version": self.release.text,
            "said": self.said,
            "pinned": self.is_guess,
            "file": self.file,
            "line": self.line,
        }
