"""The lock file: one line a variable, read and written so that it merges well and a change of one name is one line.

    # Names of variables, locked. `scopelint lock --check` holds the program to them; `scopelint lock` writes them.
    @ train.py
    # renamed classifier/ -> head/ since 1f3c5d7
    head/bias [10] float32
    head/kernel [784,10] float32
    @ train.py slots
    beta1_power [] float32

Sections and lines are in natural order, so nothing in the file hangs on the order of the program. Two branches that add
lines at one place are merged by git's `union` driver: lines that stand twice, and sections that do, are read as one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scopelint.lock.order import natural
from scopelint.tuples import NamedTuple

HEADER = (
    "# Names of variables, locked. `scopelint lock --check` holds the program to them; `scopelint lock` writes them."
)
_VARIABLE = re.compile(r"(?P<name>.*\S) (?P<shape>\?|\[[0-9?,]*\]) (?P<dtype>\S+)")
_RENAMED = re.compile(r"# renamed (?P<old>.*\S) -> (?P<new>.*?\S)(?: since (?P<since>\S+))?")
_MARKER = re.compile(r"(?:<{7}|>{7}|\|{7})(?: .*)?|={7}")
_INCOMPLETE = "# incomplete"
_WORDS = frozenset(("slots", "graph"))

Shape = tuple[int | None, ...] | None
"""None for a dimension that is not known, None for a shape of which nothing is known."""


class LockError(Exception):
    """A lock file that cannot be read. Its text is one line that names the file and the line."""


class Form(NamedTuple):
    """What a name holds. `dtype`: empty where it is not known."""

    shape: Shape
    dtype: str

    def __str__(self) -> str:
        return f"{written_shape(self.shape)} {self.dtype or '?'}"

    def fits(self, other: Form) -> bool:
        """May the two be one and the same, whatever the parts are that are not known?"""
        if self.dtype and other.dtype and self.dtype != other.dtype:
            return False
        if self.shape is None or other.shape is None:
            return True
        return len(self.shape) == len(other.shape) and all(
            a is None or b is None or a == b for a, b in zip(self.shape, other.shape, strict=True)
        )


class Rename(NamedTuple):
    """What was renamed: a prefix (`a/ -> b/`, `/` alone for the empty one), a name (`a/w -> a/v`), or a part wherever
    it stands (`*/a/ -> */b/`, and `*/w -> */v` for the last). `since`: the last revision with the old one."""

    old: str
    new: str
    since: str = ""

    def __str__(self) -> str:
        return f"# renamed {self.old} -> {self.new}" + (f" since {self.since}" if self.since else "")

    def apply(self, name: str) -> str | None:
        """The new name; None where the rule does not speak of it."""
        if self.old.startswith("*/"):
            whole, part = f"/{name}", self.old[1:]
            at = whole.find(part) if part.endswith("/") else len(whole) - len(part) if whole.endswith(part) else -1
            return (whole[:at] + self.new[1:] + whole[at + len(part) :])[1:] if at >= 0 else None
        if not self.old.endswith("/"):
            return self.new if name == self.old else None
        old, new = (prefix if prefix != "/" else "" for prefix in (self.old, self.new))
        return new + name[len(old) :] if name.startswith(old) else None


class Entry(NamedTuple):
    """What a section is about. `file`: from the folder of the lock, with `/`. `entry`: as Outcomes name it, empty for
    a script. `graph`: 0 for the first graph of the entry that holds variables."""

    file: str
    entry: str = ""
    graph: int = 0

    def __str__(self) -> str:
        return " ".join(
            [_quoted(self.file), *([_quoted(self.entry)] if self.entry else [])]
            + ([f"graph {self.graph + 1}"] if self.graph else [])
        )

    def sort_key(self) -> tuple[object, ...]:
        return natural(self.file), natural(self.entry), self.graph


@dataclass
class Section:
    """The names of one entry. A merge may have left a name with two forms; as a rule there is one."""

    variables: dict[str, tuple[Form, ...]] = field(default_factory=dict)
    slots: dict[str, tuple[Form, ...]] = field(default_factory=dict)
    renames: list[Rename] = field(default_factory=list)
    incomplete: bool = False
    """Something that may make more names was not known when it was locked."""

    def put(self, name: str, form: Form, slot: bool = False) -> None:
        into = self.slots if slot else self.variables
        if form not in (known := into.get(name, ())):
            into[name] = (*known, form)


@dataclass
class Lock:
    """A lock file. `lines`: where each name stands, for those who point at it. `tidy`: is it as it would be written?"""

    sections: dict[Entry, Section] = field(default_factory=dict)
    lines: dict[tuple[Entry, str], int] = field(default_factory=dict)
    tidy: bool = True


def written_shape(shape: Shape) -> str:
    """`[784,10]`, `?` for each part that is not known, and for a shape of which nothing is known."""
    return "?" if shape is None else "[" + ",".join("?" if d is None else str(d) for d in shape) + "]"


def _quoted(word: str) -> str:
    if re.search(r"[\s\"]", word) or word in _WORDS:
        return json.dumps(word, ensure_ascii=False)
    return word


def _header_words(text: str) -> Iterator[tuple[str, bool]]:
    """The words of a section's line, and whether they stand in quotes."""
    decoder = json.JSONDecoder()
    at = 0
    while at < len(text):
        if text[at] == " ":
            at += 1
        elif text[at] == '"':
            word, at = decoder.raw_decode(text, at)
            yield word, True
        else:
            end = text.find(" ", at)
            end = len(text) if end < 0 else end
            yield text[at:end], False
            at = end


def _section(text: str) -> tuple[Entry, bool] | None:
    try:
        words = list(_header_words(text))
    except ValueError:
        return None
    slots = len(words) > 1 and words[-1] == ("slots", False)
    if slots:
        words.pop()
    graph = 0
    if len(words) > 2 and words[-2] == ("graph", False) and words[-1][0].isdecimal():
        graph = int(words[-1][0]) - 1
        del words[-2:]
    if not 1 <= len(words) <= 2 or graph < 0:
        return None
    return Entry(words[0][0], words[1][0] if len(words) == 2 else "", graph), slots


def _variable(line: str) -> tuple[str, Form] | None:
    match = _VARIABLE.fullmatch(line)
    if match is None:
        return None
    text = match["shape"]
    shape: Shape = None
    if text != "?":
        inner = text[1:-1]
        pieces = inner.split(",") if inner else []
        if any(piece != "?" and not piece.isdecimal() for piece in pieces):
            return None
        shape = tuple(None if piece == "?" else int(piece) for piece in pieces)
    return match["name"], Form(shape, "" if match["dtype"] == "?" else match["dtype"])


def parse(text: str, path: str, merge: bool = False) -> Lock:
    """Reads a lock file. `merge`: conflict markers are passed over, so that both sides count, as with `merge=union`.
    LockError names the line that is none of ours."""
    lock = Lock()
    section: Section | None = None
    entry = Entry("")
    slots = False
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        line = raw.rstrip()
        if not line:
            continue
        if _MARKER.fullmatch(line):
            if merge:
                continue
            raise LockError(
                f"{path}:{number}: a merge conflict is left: run `scopelint lock`, which takes both sides "
                "(`*.lock merge=union` in .gitattributes spares it)"
            )
        if line.startswith("@ "):
            read = _section(line[2:])
            if read is None:
                raise LockError(f"{path}:{number}: not a section: {line}")
            entry, slots = read
            section = lock.sections.setdefault(entry, Section())
        elif line == _INCOMPLETE:
            if section is not None:
                section.incomplete = True
        elif line.startswith("#"):
            match = _RENAMED.fullmatch(line)
            if match is not None and section is not None:
                rename = Rename(match["old"], match["new"], match["since"] or "")
                if rename not in section.renames:
                    section.renames.append(rename)
        else:
            variable = _variable(line)
            if variable is None:
                raise LockError(f"{path}:{number}: not `name [shape] dtype`: {line}")
            if section is None:
                raise LockError(f"{path}:{number}: a name before the first section: {line}")
            section.put(*variable, slots)
            lock.lines.setdefault((entry, variable[0]), number)
    lock.tidy = text == write(lock)
    return lock


def write(lock: Lock) -> str:
    """The file's text; the same for every order in which its parts were found."""
    out = [HEADER]
    for entry in sorted(lock.sections, key=Entry.sort_key):
        section = lock.sections[entry]
        out.append(f"@ {entry}")
        out += [_INCOMPLETE] * section.incomplete
        out += map(str, section.renames)
        out += _lines(section.variables)
        if section.slots:
            out.append(f"@ {entry} slots")
            out += _lines(section.slots)
    return "\n".join(out) + "\n"


def _lines(variables: dict[str, tuple[Form, ...]]) -> Iterable[str]:
    for name in sorted(variables, key=natural):
        for form in sorted(variables[name], key=str):
            yield f"{name} {form}"
