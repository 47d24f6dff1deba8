"""What other releases than 1.15 have of TF's surface: names and parameters, recorded by `tools/record_releases.py`.

A row of `releases.txt` is a module's path (`tensorflow.layers`) or a callable's canonical name with `()`:

`name=1.4`         the name is there from 1.4 on, in TF 2 below `compat.v1` too
`name=1.0-1.9`     the name was there from 1.0 to 1.9; several such with commas between
`1.0-1.3:[...]`    the parameters in these releases: `name`, `name=literal`, `name=...`, stars as Python writes them

Of what has no row, each release has what 1.15 has. Of TF 2 only 2.15 was recorded: what 1.15 has and it lacks may be
there before, but for `contrib`, which 2.0 dropped.
"""

from __future__ import annotations

from functools import cache

from scopelint.apis.tables.lines import Lines
from scopelint.graph.releases import Release
from scopelint.tuples import NamedTuple

_RELEASES = Lines("releases.txt")
_RECORDED_SECOND = (2, 15)
_NO_LITERALS = ("...", "inf", "-inf", "nan")


class Given(NamedTuple):
    """A parameter of another release. `default`: Python's text of it, empty where there is none or it is no literal."""

    name: str
    kind: str
    has_default: bool
    default: str


def _key(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    return int(major), int(minor)


def _covers(ranges: str, asked: tuple[int, int]) -> bool:
    for each in ranges.split(","):
        first, dash, last = each.partition("-")
        if _key(first) <= asked and (not dash or asked <= _key(last)):
            return True
    return False


@cache
def _names(path: str) -> dict[str, str]:
    return dict(cell.partition("=")[::2] for cell in _RELEASES.find(path) or ())


def has(path: str, name: str, asked: Release) -> bool | None:
    """Does a module of TF's hold a name in this release? None where all is as in 1.15."""
    ranges = _names(path).get(name)
    if ranges is None:
        return None
    found = _covers(ranges, asked.key)
    if not found and asked.is_second and asked.key < _RECORDED_SECOND and name != "contrib" and ranges.endswith("1.15"):
        return None
    return found


@cache
def _signatures(canonical: str) -> tuple[tuple[str, tuple[Given, ...]], ...]:
    import json  # 3 ms, and few releases differ

    found = []
    for cell in _RELEASES.find(canonical + "()") or ():
        ranges, _, given = cell.partition(":")
        found.append((ranges, tuple(_given(json.loads(given)))))
    return tuple(found)


def _given(texts: list[str]) -> list[Given]:
    out = []
    kind = "plain"
    for text in texts:
        name, equals, default = text.partition("=")
        if name.startswith("**"):
            out.append(Given(name[2:], "stars", False, ""))
        elif name.startswith("*"):
            out.append(Given(name[1:], "star", False, ""))
            kind = "named"
        else:
            out.append(Given(name, kind, bool(equals), "" if default in _NO_LITERALS else default))
    return out


def parameters(canonical: str, asked: Release) -> tuple[Given, ...] | None:
    """The parameters of a callable in this release; None where they are those of 1.15."""
    for ranges, given in _signatures(canonical):
        if _covers(ranges, asked.key):
            return given
    return None
