"""Shards: the files of a project parted among machines that do not know of each other, and who tells what."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from scopelint import disk, limits
from scopelint.project.config import Config, ConfigError
from scopelint.project.judging import Judge, is_selected, unused_findings
from scopelint.project.listening import Interrupted, Listener
from scopelint.project.search import search_path
from scopelint.project.suppress import Suppression
from scopelint.rules.findings import Finding
from scopelint.site import split_cell
from scopelint.syntax.prefilter import Reach
from scopelint.tuples import NamedTuple

_SCHEMA = 1
_MOST = 10_000
"""Machines; a number beyond is a slip."""


class Shard(NamedTuple):
    """The so many-th of so many parts, counted from 1."""

    number: int
    parts: int


def read_shard(config: Config) -> Shard | None:
    """What --shard says; ConfigError where it says nothing that can be done."""
    if not config.shard:
        return None
    found = re.fullmatch(r"(\d{1,9})/(\d{1,9})", config.shard, re.ASCII)
    shard = Shard(int(found[1]), int(found[2])) if found else Shard(0, 0)
    if not 1 <= shard.number <= shard.parts <= _MOST:
        raise ConfigError(f"--shard: {config.shard}: two numbers expected, such as 2/5 for the second of five")
    for name in ("fix", "diff", "update-baseline"):
        if config.values[name]:
            raise ConfigError(f"--shard: with --{name} the whole is needed, not a part")
    return shard


def parted(files: Sequence[str], config: Config, count: int) -> list[list[str]]:
    """The files of each shard, in order. It hangs on nothing but their paths in the project and what --shard-times
    holds, so that all machines part alike.

    Without times the hash of a path says where a file goes: another file moves none. With them the longest goes first,
    each where the least is to be done yet."""
    keys = {path: in_project(path, config) for path in files}
    hashes = {
        path: blake2b(key.encode("utf-8", "surrogateescape"), digest_size=8).digest() for path, key in keys.items()
    }
    times = _read_times(config.shard_times)
    if times:
        # A file that is new takes as long as others.
        usual = sum(times.values()) / len(times)
        loads = [0.0] * count
        chosen = {}
        for path in sorted(files, key=lambda path: (-times.get(keys[path], usual), hashes[path])):
            lightest = min(range(count), key=lambda shard: (loads[shard], shard))
            # Files that take no time at all are dealt out too.
            loads[lightest] += max(times.get(keys[path], usual), 1e-6)
            chosen[path] = lightest
    else:
        chosen = {path: int.from_bytes(hashes[path], "big") % count for path in files}
    return [[path for path in files if chosen[path] == shard] for shard in range(count)]


def in_project(path: str, config: Config) -> str:
    """A path as all machines write it: from the folder of the settings."""
    return os.path.relpath(os.path.abspath(path), config.root).replace(os.sep, "/")


def _read_times(places: Iterable[str]) -> dict[str, float]:
    times: dict[str, float] = {}
    for place in places:
        try:
            data = json.loads(disk.read_up_to(place, limits.OWN_FILE_BYTES))
            if data["schema"] != _SCHEMA:
                raise ValueError
            read = {str(path): float(seconds) for path, seconds in data["seconds"].items()}
            if not all(0 <= seconds < float("inf") for seconds in read.values()):
                raise ValueError
        except OSError as problem:
            raise ConfigError(f"--shard-times: {place}: {problem.strerror or problem}") from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise ConfigError(f"--shard-times: {place}: not what --write-times writes") from None
        times.update(read)
    return times


def write_times(place: str, looked_at: Iterable[str], took: Mapping[str, float], config: Config) -> None:
    """The processor time of each file that was looked at, for --shard-times of later runs."""
    seconds = {in_project(path, config): round(took.get(path, 0.0), 3) for path in looked_at}
    try:
        with disk.Whole(place) as whole:
            json.dump({"schema": _SCHEMA, "seconds": seconds}, whole.stream, indent=1, sort_keys=True)
            whole.stream.write("\n")
    except OSError as problem:
        raise ConfigError(f"--write-times: {place}: {problem.strerror or problem}") from None


class ShardJudge(Judge):
    """Of what the files of one shard find it tells what no file of another shard tells.

    In a run over all files a finding stands with the first file that finds it for certain; so before it is told here,
    the files of other shards that come before and import the place are asked, which costs their analysis. `results`
    gives that."""

    def __init__(
        self,
        mine: Sequence[str],
        results: Callable[[str], dict[str, Any] | None],
        listener: Listener,
        judge: Judge,
    ) -> None:
        super().__init__(judge.files, judge.config, judge.sources, judge.held, judge.kind)
        self._mine = frozenset(mine)
        self._results, self._listener = results, listener
        self._heard: set[str] = set()
        self._reaches: dict[tuple[str, ...], Reach] = {}
        self._imported: dict[str, frozenset[str]] = {}

    def add(self, path: str, result: dict[str, Any], last: bool = False) -> list[Finding]:
        wanted = [
            finding
            for finding in self.found(path, result)
            if finding.certain and finding.identity() not in self._told and is_selected(finding, self.config)
        ]
        before = self.files[: self._order[path]] if wanted else ()
        self._ask(before, wanted, lambda finding: finding.identity() in self._told and self._baseline is None)
        return super().add(path, result, last)

    def _ask(self, files: Iterable[str], wanted: Sequence[Finding], is_settled: Callable[[Finding], bool]) -> None:
        """Hears the files of other shards that import the places of findings, as long as these are not settled."""
        for file in files if wanted else ():
            left = {os.path.abspath(split_cell(each.site.path)[0]) for each in wanted if not is_settled(each)}
            if not left:
                return
            if file not in self._mine and file not in self._heard and left & self._reached(file):
                self._hear(file)

    def _hear(self, file: str) -> None:
        """Nobody is asked any more after an interruption: then what is found here is told here."""
        if self.interrupted:
            return
        self._heard.add(file)
        try:
            with self._listener.waiting():
                result = self._results(file)
        except Interrupted:
            self.interrupted = True
            return
        if result is not None:
            hidden = self.hidden
            self._kept(self._fresh(file, result))
            self.hidden = hidden

    def _reached(self, file: str) -> frozenset[str]:
        """The file itself and all that it imports, as far as its lines say."""
        found = self._imported.get(file)
        if found is None:
            folders = search_path(file, self.config)
            reach = self._reaches.get(folders)
            if reach is None:
                reach = self._reaches[folders] = Reach(folders)
            try:
                files = reach.imports_of(file, self.sources.data(file))
            except OSError:
                files = []
            found = self._imported[file] = frozenset(map(os.path.abspath, [file, *files]))
        return found

    def _waited(self) -> Iterator[Finding]:
        wanted = [each.finding for each in self._waiting.values() if is_selected(each.finding, self.config)]
        self._ask(self.files, wanted, lambda finding: finding.identity() in self._told)
        return (each.finding for each in self._waiting.values() if each.finder in self._mine)

    def _unused_comments(self) -> list[Suppression]:
        for comment in super()._unused_comments():
            if not unused_findings([comment], set(self._analysed), self.config):
                continue  # nobody would hear of it
            place = os.path.abspath(split_cell(comment.site.path)[0])
            for file in self.files:
                if comment.scope in self._used:
                    break
                if file not in self._mine and file not in self._heard and place in self._reached(file):
                    self._hear(file)
        return super()._unused_comments()
