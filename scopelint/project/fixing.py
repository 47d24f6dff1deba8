"""Applies fixes and interprets the file again after each: one that does not hold what it promised is taken back."""

from __future__ import annotations

import difflib
import io
import time
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from scopelint import disk, limits
from scopelint.escapes import say
from scopelint.fixes.edits import candidates
from scopelint.project.check import Session
from scopelint.project.config import Config, ConfigError
from scopelint.project.discover import discover
from scopelint.project.judging import is_selected, unused_findings
from scopelint.project.roots import may_write
from scopelint.project.search import search_path
from scopelint.project.sources import decode
from scopelint.project.suppress import apply, suppressions
from scopelint.reports.places import shown
from scopelint.rules.findings import Finding, from_data
from scopelint.rules.registry import rule
from scopelint.tuples import NamedTuple

if TYPE_CHECKING:
    from scopelint.fixes.edits import Candidate

    Candidates = Callable[[str, Finding], Iterator[Candidate]]

_ROUNDS = 50
"""Fixes applied to one file in one run; a fix that brings its own finding back would else go on for ever."""

_OFFERS = 100
"""Findings of one report for which fixes are tried: each trial is an analysis."""


class _State(NamedTuple):
    """`is_cut`: did the analysis run out of time? What it says then cannot be compared."""

    findings: list[Finding]
    names: list[str]
    is_cut: bool = False


class _Trials:
    """The analyses of one file that is mended: all together take no longer than one file may (`max-seconds`).
    `is_over`: was there no time for one?"""

    def __init__(self, path: str, config: Config) -> None:
        self.path, self.config = path, config
        self.folders = search_path(path, config)
        self.is_over = False
        self._begun = time.process_time()
        self._longest = 0.0

    def state(self, source: str) -> _State | None:
        """What is found in a text of the file; None where there is no time for it."""
        started = time.process_time()
        left = self.config.max_seconds - (started - self._begun)
        if left < self._longest:
            self.is_over = True
            return None
        bounded = Config(self.config.values, self.config.root)
        bounded.origin, bounded.file = {**self.config.origin}, self.config.file
        bounded.values["max-seconds"] = left
        found = _state(self.path, source, bounded, self.folders)
        self._longest = max(self._longest, time.process_time() - started)
        self.is_over = found.is_cut
        return None if found.is_cut else found


class Offer(NamedTuple):
    """A fix that was tried and holds. `hunks`: first line, first line behind, new text. `safe`: no name changes."""

    what: str
    hunks: tuple[tuple[int, int, str], ...]
    safe: bool = False


class Fixed(NamedTuple):
    """The new text of a file, and what was done, one line each. `left`: fixes that were not tried, being unsafe.
    `refused`: fixes that were tried and taken back, each with the reason, one line each."""

    source: str
    done: list[str]
    left: int = 0
    refused: tuple[str, ...] = ()


def fix_files(paths: Iterable[str], config: Config, stream: TextIO) -> int:
    """Mends files, or shows how as a diff. Gives the number of files that change."""
    changed = left = 0
    failed: list[str] = []
    for path in discover(paths, [*config.exclude, *config.extend_exclude], config.root):
        if not path.endswith((".py", ".pyw")):
            continue
        try:
            data = disk.read(path, limits.SOURCE_BYTES + 1)
        except OSError:
            continue
        fixed = fix_source(path, data, config)
        left += fixed.left
        for line in fixed.refused:
            say(line)
        if not fixed.done:
            continue
        changed += 1
        if config.diff:
            _write_diff(path, decode(data), fixed.source, stream)
        else:
            newline = "\r\n" if b"\r\n" in data else "\n"
            encoding, mark = _encoding(data)
            if not may_write(path, config):
                failed.append(f"{path}: a link to a file outside of the project, --fix does not write there")
                continue
            try:
                disk.write(path, mark + fixed.source.replace("\n", newline).encode(encoding))
            except (OSError, UnicodeEncodeError) as problem:
                failed.append(f"{path}: not written: {getattr(problem, 'strerror', None) or problem}")
                continue
        for line in fixed.done:
            say(line)
    _tell_left(left)
    if failed:
        raise ConfigError("\n".join(failed))
    return changed


def fix_input(name: str, data: bytes, config: Config, stream: TextIO) -> tuple[bytes, bool]:
    """Mends the source that stands on the standard input: writes it whole, or the diff. Gives it, and whether it
    changed."""
    fixed = fix_source(name, data, config)
    if config.diff:
        _write_diff(name, decode(data), fixed.source, stream)
    else:
        stream.write(fixed.source)
    for line in (*fixed.refused, *fixed.done):
        say(line)
    _tell_left(fixed.left)
    return fixed.source.encode("utf-8", "surrogatepass"), bool(fixed.done)


def _write_diff(path: str, before: str, after: str, stream: TextIO) -> None:
    name = shown(path)
    for line in difflib.unified_diff(before.splitlines(True), after.splitlines(True), f"a/{name}", f"b/{name}"):
        stream.write(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")


def _tell_left(left: int) -> None:
    if left:
        say(f"--unsafe-fixes would try {left} more, which change names or sharing")


def _encoding(data: bytes) -> tuple[str, bytes]:
    mark = b"\xef\xbb\xbf"
    if data.startswith(mark):
        return "utf-8", mark
    try:
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0], b""
    except SyntaxError:
        return "utf-8", b""


def offers(findings: Iterable[Finding], config: Config, data: Callable[[str], bytes]) -> dict[Finding, Offer]:
    """For each finding the first fix that holds, unsafe ones included, not applied: for reports and editors."""
    states: dict[str, tuple[str, _State | None, _Trials]] = {}
    found: dict[Finding, Offer] = {}
    tried = 0
    willing = Config(config.values, config.root)
    willing.put("unsafe-fixes", True, "offer")
    for finding in findings:
        path = finding.site.path
        if not rule(finding.code).fixes or not path.endswith((".py", ".pyw")):
            continue
        tried += 1
        if tried > _OFFERS:
            break
        if path not in states:
            trials = _Trials(path, willing)
            source = decode(data(path))
            states[path] = source, trials.state(source), trials
        source, state, trials = states[path]
        if state is None or trials.is_over:
            continue
        step = _first_that_holds(source, state, finding, trials, candidates)
        if not isinstance(step, str):
            found[finding] = Offer(step[2], tuple(_hunks(source, step[0])), step[3])
    return found


def _hunks(before: str, after: str) -> Iterator[tuple[int, int, str]]:
    """The lines that differ: first line, first line behind, new text."""
    old, new = before.splitlines(True), after.splitlines(True)
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield a + 1, b + 1, "".join(new[c:d])


def fix_source(path: str, data: bytes, config: Config) -> Fixed:
    """Mends one file as far as it can be."""
    session = Session(config, "check")
    trials = _Trials(path, config)
    source = decode(data)
    if not session.touches(path, data, trials.folders):
        return Fixed(source, [])
    state = trials.state(source)
    done: list[str] = []
    refused: list[str] = []
    late = f"{shown(path)}: not every fix was tried, --max-seconds {config.max_seconds:g} is over"
    if state is None:
        return Fixed(source, [], refused=(late,))
    for _ in range(_ROUNDS):
        refused.clear()
        for finding in state.findings:
            if finding.site.path != path or not rule(finding.code).fixes:
                continue
            step = _first_that_holds(source, state, finding, trials, candidates)
            place = f"{shown(path)}:{finding.site.line}: {finding.code}"
            if not isinstance(step, str):
                source, state, what, _ = step
                done.append(f"{place} {what}")
                break
            if step:
                refused.append(f"{place} not mended: {step}")
            if trials.is_over:
                refused.append(late)
                break
        else:
            break
        if trials.is_over:
            break
    left = 0 if config.unsafe_fixes else _unsafe(path, source, state, candidates)
    return Fixed(source, done, left, tuple(refused))


def _unsafe(path: str, source: str, state: _State, candidates: Candidates) -> int:
    """Findings for which there is an unsafe fix. It is not tried."""
    return sum(
        any(not candidate.safe and candidate.source != source for candidate in candidates(source, finding))
        for finding in state.findings
        if finding.site.path == path
    )


def _first_that_holds(
    source: str, before: _State, finding: Finding, trials: _Trials, candidates: Candidates
) -> tuple[str, _State, str, bool] | str:
    """The new source, what is found in it, what was done and whether that is safe; or why none holds, empty where there
    is none to try, or no time."""
    reason = ""
    for candidate in candidates(source, finding):
        if not candidate.safe and not trials.config.unsafe_fixes:
            continue
        if candidate.source == source:
            continue
        after = trials.state(candidate.source)
        if after is None:
            break
        renamed = _renamed(before.names, after.names)
        moved = ", ".join(f"{old} -> {new}" for old, new in renamed)
        against = _against(before, after, finding, candidate.source.count("\n") - source.count("\n"))
        if not against and renamed and not candidate.renames:
            against = f"would rename {moved}"
        if against:
            reason = reason or f"{candidate.what} {against}"
            continue
        said = candidate.what + (f": {moved}" if renamed else "")
        return candidate.source, after, said + ("" if candidate.safe else " (unsafe)"), candidate.safe
    return reason


def _against(before: _State, after: _State, finding: Finding, longer: int) -> str:
    """What speaks against a change: that the finding stays, or another comes. Lines shift, so that findings are counted
    by code and name. What lies behind an error that ended the program was there before: nobody saw it."""
    old = Counter((each.code, each.full_name) for each in before.findings)
    new = Counter((each.code, each.full_name) for each in after.findings)
    ended = finding.severity == "error" and finding.certain
    brought = new - old
    own = [each for each in after.findings if (each.code, each.full_name) == (finding.code, finding.full_name)]
    stays = new[finding.code, finding.full_name] >= old[finding.code, finding.full_name]
    if stays and not (ended and own and all(_is_behind(each, finding, longer) for each in own)):
        return "would not mend it"
    for each in after.findings:
        if (each.code, each.full_name) in brought and not (ended and _is_behind(each, finding, longer)):
            return f"would bring {each.code} {each.message} (line {each.site.line})"
    return ""


def _is_behind(later: Finding, finding: Finding, longer: int) -> bool:
    """Is it met after the finding, in a file that has grown by so many lines? Asked of the outermost lines, which run
    from the top."""
    one = (finding.calls[0].site if finding.calls else finding.site).line
    two = (later.calls[0].site if later.calls else later.site).line
    return later.entry == finding.entry and two > one + max(longer, 0)


def _renamed(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    """The variables that were there and have another name now, in order. What is new besides was refused before."""
    gone = list((Counter(before) - Counter(after)).elements())
    come = list((Counter(after) - Counter(before)).elements())
    pairs = []
    for name in gone:
        leaf = name.rsplit("/", 1)[-1]
        new = next((other for other in come if other.rsplit("/", 1)[-1] == leaf), "(none)")
        if new in come:
            come.remove(new)
        pairs.append((name, new))
    return pairs


def _state(path: str, source: str, config: Config, folders: tuple[str, ...]) -> _State:
    from scopelint.project.analysis import analyse  # 23 ms, when there is something to mend
    from scopelint.project.task import own_shelf  # as above

    data = source.encode("utf-8", "surrogatepass")
    result, _, _ = analyse(path, data, config, folders, "names", own_shelf())
    found = [from_data(each) for each in result["findings"]]
    kept, _, unused = apply(found, suppressions(path, source))
    if not result["crashed"]:
        kept += unused_findings(unused, {path}, config)
    kept = [finding for finding in kept if is_selected(finding, config)]
    is_cut = any(row["reason"] == limits.TOO_LONG for row in result["names"]["unknown"])
    return _State(kept, [row["name"] for row in result["names"]["variables"]], is_cut)
