"""The release of TensorFlow that a project pins, in its requirements, its setup or its Dockerfile."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from scopelint import disk, later
from scopelint.graph.releases import NEWEST, Release, release
from scopelint.tuples import NamedTuple

_LONGEST = 1 << 18
"""Bytes of a file that are looked at: no requirements are as long."""

_STATEMENTS, _CLAUSES = 50, 400
"""What one file says of TensorFlow, and the characters of what one line says; no more is looked at."""

_LEVELS = 6
"""Folders above a file's own in which its project is looked for."""

_PACKAGES = later.pattern(
    r"(?:intel[-_.])?tensorflow(?:[-_.](?:gpu|cpu|intel|macos|rocm|cpu[-_.]aws|aarch64))?(?=[\s\[=<>!~;,@#'\"]|$)", re.I
)
_REQUIREMENT = later.pattern(r"\s*(?P<name>[A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*\(?(?P<clauses>[^;#)@]*)")
_CLAUSE = later.pattern(r"\s*(===|==|~=|!=|<=|>=|<|>)\s*v?(\d+(?:\.\d+)*)(\.\*)?\S*\s*$")
_KNOWN = [(0, 12), *((1, minor) for minor in range(16)), *((2, minor) for minor in range(30)), (3, 0)]
_MICRO = 6


class Statement(NamedTuple):
    """What one line says of TensorFlow. `releases`: those that it allows. `exact`: the version, where it says one."""

    file: str
    line: int
    releases: frozenset[tuple[int, int]]
    exact: str


class Pinned(NamedTuple):
    """`release`: the one that a project pins. `said`: why none was taken where TensorFlow is spoken of in another way.
    `read`: the files that this hangs on, `missing`: those that would have been asked."""

    release: Release | None = None
    file: str = ""
    line: int = 0
    said: str = ""
    read: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def pinned(path: str) -> Pinned:
    """What the project of a file pins: the nearest folder that speaks of TensorFlow decides."""
    read: list[str] = []
    missing: list[str] = []
    for folder in _folders(path):
        statements: list[Statement] = []
        for name, reader in _READERS.items():
            file = os.path.join(folder, name)
            text = _text(file)
            if text is None:
                missing.append(file)
                continue
            read.append(file)
            if "tensorflow" in text.lower():
                statements += islice(reader(file, text), _STATEMENTS)
        if statements:
            return _decided(statements)._replace(read=tuple(read), missing=tuple(missing))
    return Pinned(read=tuple(read), missing=tuple(missing))


def _folders(path: str) -> Iterator[str]:
    """From the file's own folder up to the repository's, or some way up where there is no repository."""
    folder = os.path.dirname(os.path.abspath(path))
    home = os.path.expanduser("~")
    for _ in range(_LEVELS):
        above = os.path.dirname(folder)
        if above == folder or folder == home:
            return
        yield folder
        if os.path.exists(os.path.join(folder, ".git")) or os.path.exists(os.path.join(folder, ".hg")):
            return
        folder = above


def _text(file: str) -> str | None:
    try:
        return disk.read(file, _LONGEST).decode("utf-8", "replace")
    except OSError:
        return None


def _decided(statements: list[Statement]) -> Pinned:
    """One release that all statements allow, and that one of them alone would name."""
    common = frozenset.intersection(*(each.releases for each in statements))
    naming = [each for each in statements if len(each.releases) == 1]
    if not naming:
        return _of_the_second(statements, common)
    first = naming[0]
    if len(common) != 1:
        other = next(each for each in statements if not each.releases >= first.releases)
        return Pinned(
            said=f"{_place(first)} and {_place(other)} disagree on TensorFlow, 1.15 is taken; --tf says which is meant"
        )
    (key,) = common
    exact = next((each for each in naming if each.exact), first)
    try:
        found = release(exact.exact or f"{key[0]}.{key[1]}")
    except ValueError:
        if key > NEWEST:
            found = release(f"{NEWEST[0]}.{NEWEST[1]}")
            return Pinned(found, exact.file, exact.line, f"{key[0]}.{key[1]} is not covered, {found} is the nearest")
        return Pinned(said=f"{_place(exact)} pins TensorFlow {key[0]}.{key[1]}, which is not covered; 1.15 is taken")
    return Pinned(found, exact.file, exact.line)


def _of_the_second(statements: list[Statement], common: frozenset[tuple[int, int]]) -> Pinned:
    """Of a range that leaves no TensorFlow 1 the newest is taken that is covered: 1.15 is what nobody asks for."""
    left = [key for key in common if key <= NEWEST]
    if not left or min(left) < (2, 0):
        return Pinned()
    first = next((each for each in statements if (1, 15) not in each.releases), statements[0])
    found = release(f"{max(left)[0]}.{max(left)[1]}")
    return Pinned(found, first.file, first.line, f"the newest that {_place(first)} leaves")


def _place(statement: Statement) -> str:
    return f"{os.path.relpath(statement.file)}:{statement.line}"


# what a requirement allows


def _allowed(clauses: str) -> tuple[frozenset[tuple[int, int]], str] | None:
    """The releases that `==1.4.1`, `~=1.4.0`, `>=1.15,<2` allow, and the one version that an `==` names."""
    parsed = []
    exact = ""
    if len(clauses) > _CLAUSES:
        return None
    for clause in filter(str.strip, clauses.strip().strip("()").split(",")):
        match = _CLAUSE.match(clause)
        if match is None:
            return None
        sign, version, star = match.groups()
        numbers = tuple(map(int, version.split(".")))
        if sign in ("==", "===") and not star and len(numbers) >= 2:
            exact = version
        parsed.append((sign, numbers, bool(star)))
    found = {key for key in _KNOWN if any(_meets((*key, micro), parsed) for micro in range(_MICRO))}
    return (frozenset(found), exact) if found else None


def _meets(version: tuple[int, ...], clauses: list[tuple[str, tuple[int, ...], bool]]) -> bool:
    return all(_holds(version, *clause) for clause in clauses)


def _holds(version: tuple[int, ...], sign: str, wanted: tuple[int, ...], star: bool) -> bool:
    if sign == "~=":
        head = wanted[:-1]
        return version[: len(head)] == head and version >= wanted
    if star or len(wanted) == 1:
        same = version[: len(wanted)] == wanted
        if sign in ("==", "==="):
            return same
        if sign == "!=":
            return not same
    full = (*wanted, 0, 0)[:3]
    # A patch that is not among the few tried is still of its release.
    if sign in ("==", "==="):
        return version[:2] == full[:2]
    if sign == "!=":
        return True
    return {"<": version < full, "<=": version <= full, ">": version > full, ">=": version >= full}[sign]


def _requirement(file: str, line: int, text: str) -> Iterator[Statement]:
    if not _PACKAGES.match(text.strip()):
        return
    match = _REQUIREMENT.match(text)
    allowed = _allowed(match["clauses"]) if match else None
    if allowed is not None:
        yield Statement(file, line, *allowed)


# where requirements stand


def _requirements(file: str, text: str) -> Iterator[Statement]:
    for number, line in enumerate(text.splitlines(), 1):
        yield from _requirement(file, number, line.partition("#")[0])


def _setup_py(file: str, text: str) -> Iterator[Statement]:
    """The strings that are requirements, wherever `setup.py` keeps its lists."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.List, ast.Tuple)):
            for each in node.elts:
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    yield from _requirement(file, each.lineno, each.value)


def _setup_cfg(file: str, text: str) -> Iterator[Statement]:
    wanted = False
    for number, line in enumerate(text.splitlines(), 1):
        if line and not line[0].isspace():
            key, equals, rest = line.partition("=")
            wanted = bool(equals) and key.strip() in ("install_requires", "requires")
            line = rest
        elif line.strip().startswith("["):
            wanted = False
        if wanted:
            yield from _requirement(file, number, line)


def _pyproject(file: str, text: str) -> Iterator[Statement]:
    from scopelint.project import toml_file  # where there is a pyproject.toml

    try:
        data = toml_file.read(text)
    except ValueError:
        return
    project = data.get("project")
    listed: Any = project.get("dependencies") if isinstance(project, dict) else None
    for requirement in listed if isinstance(listed, list) else ():
        if isinstance(requirement, str):
            yield from _requirement(file, _line_of(text, requirement), requirement)
    tool = data.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    table = poetry.get("dependencies") if isinstance(poetry, dict) else None
    for name, version in table.items() if isinstance(table, dict) else ():
        version = version.get("version") if isinstance(version, dict) else version
        if isinstance(version, str) and _PACKAGES.fullmatch(name):
            yield from _requirement(file, _line_of(text, name), f"{name}{_of_poetry(version)}")


def _of_poetry(version: str) -> str:
    """`1.15.0` is that version, `^1.4` all up to the next major one."""
    version = version.strip()
    if version[:1].isdigit():
        return f"=={version}"
    if version[:1] in "^~" and version[1:2].isdigit():
        numbers = [int(n) for n in re.findall(r"\d+", version)[:3]]
        major, minor = numbers[0], numbers[1] if len(numbers) > 1 else 0
        if version[0] == "^":
            return f">={version[1:]},<{major + 1}"
        return f">={version[1:]},<{major}.{minor + 1}"
    return version


def _line_of(text: str, word: str) -> int:
    return text[: text.find(word)].count("\n") + 1


def _dockerfile(file: str, text: str) -> Iterator[Statement]:
    for number, line in enumerate(text.splitlines(), 1):
        image = re.match(r"\s*FROM\s+(?:--\S+\s+)?tensorflow/tensorflow:v?(\d+\.\d+(?:\.\d+)?)", line, re.I)
        if image:
            yield from _requirement(file, number, f"tensorflow=={image[1]}")
        elif "pip" in line or line.strip().startswith(("tensorflow", "'tensorflow", '"tensorflow')):
            for word in re.findall(r"[^\s\\]+", line):
                yield from _requirement(file, number, word.strip("'\""))


Reader = Callable[[str, str], Iterable[Statement]]

_READERS: dict[str, Reader] = {
    "requirements.txt": _requirements,
    "setup.py": _setup_py,
    "setup.cfg": _setup_cfg,
    "pyproject.toml": _pyproject,
    "Dockerfile": _dockerfile,
}

PINNING = frozenset(_READERS)
"""The names of files that may pin a release."""


def said_in(path: str, data: bytes | None) -> list[tuple[frozenset[tuple[int, int]], str]]:
    """What one such file says of TensorFlow: the releases that it allows, and the version where it says one."""
    text = "" if data is None else data.decode("utf-8", "replace")
    statements = _READERS[os.path.basename(path)](path, text) if "tensorflow" in text.lower() else ()
    return [(each.releases, each.exact) for each in statements]
