"""Renames a scope where the program writes its name: what is to be changed is tried out, and what names come of it.

The program is interpreted again with each place changed. A renaming holds where every variable below the scope gets the
name that it should, and no other variable and no finding changes. Nothing is taken for a place by its text alone.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from scopelint.disk import is_within
from scopelint.project.check import check_source
from scopelint.project.config import Config
from scopelint.project.roots import roots
from scopelint.project.sources import decode
from scopelint.record.view import View, view_from
from scopelint.rules.findings import Finding
from scopelint.site import Site
from scopelint.tuples import NamedTuple

if TYPE_CHECKING:
    from scopelint.syntax.source_cache import SourceCache

_PROBE = "scopelint0probe"
"""Stands for the new name while the places are looked for: no program has it, so that it meets nothing."""

_TRIALS = 40
"""Analyses for one renaming: each place whose part in it is not plain costs one."""

_ENDS = r"\Z"
_VALID = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\-]*" + _ENDS)
"""TF: _VALID_SCOPE_NAME_REGEX, at the root, without slashes."""

_PLAIN = re.compile(r"""[rRuU]?("|')(?P<body>.*)\1""" + _ENDS, re.DOTALL)


class NotRenamed(Exception):
    """Why not, in one line."""


class Place(NamedTuple):
    """A part of a text between two slashes, in characters; lines count from 1."""

    path: str
    line: int
    column: int
    end: int


class Renaming(NamedTuple):
    """`names`: each variable that changes, before and after. `left`: lines that hold the name and stay as they are."""

    places: tuple[Place, ...]
    names: tuple[tuple[str, str], ...]
    left: tuple[Site, ...]


class Literal(NamedTuple):
    """A text as the source writes it. `part`: which of its parts, divided by slashes, is spoken of."""

    path: str
    line: int
    column: int
    end: int
    body: int
    value: str
    part: int

    @property
    def name(self) -> str:
        return self.value.split("/")[self.part]

    @property
    def place(self) -> Place:
        start = self.column + self.body + sum(len(each) + 1 for each in self.value.split("/")[: self.part])
        return Place(self.path, self.line, start, start + len(self.name))


class Program:
    """A file with what it imports, and its view under changes that are tried."""

    def __init__(self, path: str, texts: Mapping[str, bytes], config: Config, shelf: SourceCache,
                 read: Callable[[str], bytes]) -> None:  # fmt: skip
        self.path, self.config, self.shelf = path, config, shelf
        self.roots = roots(path, config)
        self._read = read
        self._given = dict(texts)
        self.tried = 0
        self.view, self.findings, self.files = self._look(self._given)

    def text(self, path: str) -> bytes:
        found = self._given.get(path)
        if found is None:
            found = self._given[path] = self._read(path)
        return found

    def changed(self, places: Iterable[Place], new: str) -> tuple[View, list[Finding]]:
        """The view when all of these places hold another name."""
        self.tried += 1
        texts = dict(self._given)
        by_path: dict[str, list[Place]] = {}
        for place in places:
            by_path.setdefault(place.path, []).append(place)
        for path, found in by_path.items():
            lines = decode(self.text(path)).split("\n")
            for place in sorted(found, reverse=True):
                line = lines[place.line - 1]
                lines[place.line - 1] = line[: place.column] + new + line[place.end :]
            texts[path] = "\n".join(lines).encode("utf-8", "surrogatepass")
        view, findings, _ = self._look(texts)
        return view, findings

    def _look(self, texts: Mapping[str, bytes]) -> tuple[View, list[Finding], tuple[str, ...]]:
        self.shelf.texts = dict(texts)
        report = check_source(self.path, texts[self.path], self.config, kind="view", shelf=self.shelf)
        view = view_from(self.path, report.names[0][1]) if report.names else View(self.path)
        return view, report.findings, report.read


def rename(program: Program, path: str, line: int, column: int, new: str) -> Renaming:
    """Renames the scope whose name stands at a place of one of the program's files."""
    literal, prefixes = scope_at(program, path, line, column)
    if not _VALID.match(new):
        raise NotRenamed(f"{new!r} is no name of a scope: letters, digits, '_', '.', '-', and no slash")
    if new == literal.name:
        raise NotRenamed("the scope has that name")
    chosen = _places(program, literal, prefixes)
    places = tuple(dict.fromkeys(each.place for each in chosen))
    after, findings = program.changed(places, new)
    wanted = _items(program.view, prefixes, new)
    found = _items(after, {}, "")
    if wanted != found:
        raise NotRenamed(_differs(wanted, found, findings))
    known = {each.code for each in program.findings}
    if Counter(each.code for each in findings) != Counter(each.code for each in program.findings):
        fresh = [each for each in findings if each.code not in known]
        raise NotRenamed(
            f"would bring {fresh[0].code}: {fresh[0].message}" if fresh else "other findings would come of it"
        )
    names = tuple(
        dict.fromkeys(
            (variable.name, _renamed(variable.name, prefixes, new))
            for variable in program.view.variables
            if _renamed(variable.name, prefixes, new) != variable.name
        )
    )
    return Renaming(places, names, tuple(_left(program, chosen, prefixes)))


def scope_at(program: Program, path: str, line: int, column: int) -> tuple[Literal, dict[str, str]]:
    """The text at a place, and the scopes that have their name from it: prefix without its slash -> name."""
    literal = _literal(path, decode(program.text(path)), line, column)
    gap = next((run for run in program.view.runs if not run.complete), None)
    if gap is not None:
        raise NotRenamed(f"the program is not followed whole: {gap.reason} ({gap.site})")
    opened = {
        scope.prefix.rstrip("/")
        for scope in program.view.scopes
        if scope.kind == "variable" and _covers(scope.site, literal)
    }
    prefixes = dict(filter(None, (_named(prefix, literal) for prefix in sorted(opened))))
    if not prefixes:
        # It may be handed on, and name a scope elsewhere: whatever takes the probe's name, and nothing else.
        view, _ = program.changed([literal.place], _PROBE)
        prefixes = _followed(program.view, view, literal.name)
    if not prefixes:
        raise NotRenamed("no scope of a variable has its name from this text alone")
    return literal, prefixes


def _literal(path: str, source: str, line: int, column: int) -> Literal:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        raise NotRenamed("the file cannot be read as it stands") from None
    lines = source.split("\n")
    found = list(_texts(path, tree, lines))
    for literal, whole in found:
        if (literal.line, literal.column) <= (line, column) and literal.line == line and column <= literal.end:
            if not whole:
                raise NotRenamed("the name is computed, or written in a way that is not mended")
            before = literal.value[: max(0, column - literal.column - literal.body)]
            return literal._replace(part=before.count("/"))
    raise NotRenamed("no text stands here that names a scope")


def _texts(path: str, tree: ast.AST, lines: list[str]) -> Iterator[tuple[Literal, bool]]:
    """The texts of a file; with False those that are a part of an expression, or not written as they read."""
    waiting: list[tuple[ast.AST, bool]] = [(tree, True)]
    while waiting:
        node, plain = waiting.pop()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = lines[node.lineno - 1]
            raw = text.encode("utf-8", "surrogatepass")
            start = len(raw[: node.col_offset].decode("utf-8", "surrogatepass"))
            end = len(raw[: node.end_col_offset].decode("utf-8", "surrogatepass"))
            if node.end_lineno != node.lineno:
                end = len(text)
            match = _PLAIN.match(text[start:end])
            whole = plain and match is not None and match["body"] == node.value and bool(node.value)
            body = match.start("body") if match is not None else 0
            yield Literal(path, node.lineno, start, end, body, node.value, 0), whole
            continue
        inner = plain and not isinstance(node, (ast.JoinedStr, ast.BinOp))
        for child in ast.iter_child_nodes(node):
            # `"layer_{}".format(i)`
            receiver = isinstance(node, ast.Attribute) and child is node.value
            waiting.append((child, inner and not receiver))


def _covers(site: Site, literal: Literal) -> bool:
    start = (site.line, site.column)
    end = (site.end_line, site.end_column) if site.end_line else (site.line, 10**9)
    return site.path == literal.path and start <= (literal.line, literal.column) <= end


def _named(prefix: str, literal: Literal) -> tuple[str, str] | None:
    """Does the end of a prefix come of the whole text? The prefix up to the part spoken of, and that part as written
    there, which may have a number behind."""
    parts, own = prefix.split("/"), literal.value.strip("/").split("/")
    if len(own) > len(parts) or literal.part >= len(own):
        return None
    tail = parts[len(parts) - len(own) :]
    if tail[:-1] != own[:-1] or _bare(tail[-1], own[-1]) != own[-1]:
        return None
    depth = len(parts) - len(own) + literal.part + 1
    return "/".join(parts[:depth]), literal.name


def _bare(part: str, name: str) -> str:
    """`dense` of `dense_1`, where the program wrote `dense`."""
    return name if re.fullmatch(re.escape(name) + r"(_[1-9]\d*)?", part) else part


def _renamed(name: str, prefixes: Mapping[str, str], new: str) -> str:
    """A name after the scopes are called otherwise."""
    for prefix, old in prefixes.items():
        if name == prefix or name.startswith(prefix + "/"):
            before, _, part = prefix.rpartition("/")
            return (before + "/" if before else "") + new + part[len(old) :] + name[len(prefix) :]
    return name


def _items(view: View, prefixes: Mapping[str, str], new: str) -> Counter[Any]:
    """What a view holds, without places: they move along their lines."""

    def to(name: str) -> str:
        return _renamed(name, prefixes, new)

    found: Counter[Any] = Counter()
    found.update(("variable", to(v.name), v.shape, v.dtype, v.trainable, v.graph, not v.when) for v in view.variables)
    found.update(("sharing", to(s.name), s.graph, not s.when) for s in view.sharings)
    found.update(("scope", to(o.prefix.rstrip("/")), o.graph) for o in view.scopes if o.kind == "variable")
    found.update(("refusal", to(r.name), r.error, r.caught) for r in view.refusals)
    found.update(("load", to(name), load.certain) for load in view.loads for _, name in load.pairs)
    found.update(("run", run.entry, run.complete) for run in view.runs)
    return found


def _followed(before: View, after: View, old: str) -> dict[str, str]:
    """The prefixes that became the probe's, one for one; none where anything else changed."""
    one = [each.name for each in before.variables] + [
        o.prefix.rstrip("/") for o in before.scopes if o.kind == "variable"
    ]
    two = [each.name for each in after.variables] + [o.prefix.rstrip("/") for o in after.scopes if o.kind == "variable"]
    found: dict[str, str] = {}
    if len(one) != len(two):
        return {}
    for name, changed in zip(one, two, strict=True):
        parts, others = name.split("/"), changed.split("/")
        if len(parts) != len(others):
            return {}
        for depth, (part, other) in enumerate(zip(parts, others, strict=True)):
            if part == other:
                continue
            if _bare(part, old) != old or other != _PROBE + part[len(old) :]:
                return {}
            if depth < len(parts) - 1:
                found["/".join(parts[: depth + 1])] = old
    return found


def _places(program: Program, literal: Literal, prefixes: Mapping[str, str]) -> list[Literal]:
    """All texts that write the name: the one at hand, those that open the same scopes, and then, one by one, those
    without which some variable would not follow."""
    wanted = _items(program.view, prefixes, _PROBE)
    chosen = [literal]

    def missing(texts: Iterable[Literal]) -> int:
        view, _ = program.changed(dict.fromkeys(each.place for each in texts), _PROBE)
        found = _items(view, {}, "")
        return sum((wanted - found).values()) + sum((found - wanted).values())

    off = missing(chosen)
    if not off:
        return chosen
    others = [each for each in _writing(program, prefixes) if each.place != literal.place]
    opening = [each for each in others if _opens(program.view, each, prefixes)]
    if opening:
        chosen += opening
        off = missing(chosen)
    for each in others:
        if not off or program.tried > _TRIALS:
            break
        if each not in chosen:
            left = missing([*chosen, each])
            if left < off:
                chosen, off = [*chosen, each], left
    return chosen


def _opens(view: View, literal: Literal, prefixes: Mapping[str, str]) -> bool:
    """Does this text name one of the scopes in the call that opens it?"""
    for scope in view.scopes:
        if scope.kind == "variable" and _covers(scope.site, literal):
            named = _named(scope.prefix.rstrip("/"), literal)
            if named is not None and named[0] in prefixes:
                return True
    return False


def _writing(program: Program, prefixes: Mapping[str, str]) -> Iterator[Literal]:
    """All plain texts of the program that have the scope's name as a part, one for each such part."""
    names = set(prefixes.values())
    for path in dict.fromkeys((program.path, *program.files)):
        if not path.endswith((".py", ".pyw")) or not (path == program.path or is_within(path, program.roots)):
            continue
        try:
            source = decode(program.text(path))
            tree = ast.parse(source)
        except (OSError, SyntaxError, ValueError, RecursionError):
            continue
        for literal, whole in _texts(path, tree, source.split("\n")):
            if whole:
                for part, each in enumerate(literal.value.split("/")):
                    if each in names:
                        yield literal._replace(part=part)


def _left(program: Program, chosen: Iterable[Literal], prefixes: Mapping[str, str]) -> Iterator[Site]:
    taken = {each.place for each in chosen}
    for each in _writing(program, prefixes):
        if each.place not in taken:
            yield Site(each.path, each.line, each.column, each.line, each.end)


def _differs(wanted: Counter[Any], found: Counter[Any], findings: list[Finding]) -> str:
    """Why the result is not that which was wanted."""
    errors = [each for each in findings if each.severity == "error"]
    brought = found - wanted
    refused = next((item for item in brought if item[0] == "refusal"), None)
    if refused is not None:
        return f"TensorFlow would refuse {refused[1]}" + (f": {errors[0].message}" if errors else "")
    kept = next((item[1] for item in wanted - found if item[0] in ("variable", "sharing", "scope")), "")
    now = next((item[1] for item in brought if item[0] in ("variable", "sharing", "scope")), "")
    if kept and now:
        return f"what should be {kept} would be {now}: its name is computed, or written where it was not found"
    return "other variables would be made, loaded or shared than now"
