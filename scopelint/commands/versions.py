"""`scopelint names --versions`: where the names of a program part between releases of TensorFlow."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any, TextIO

from scopelint.commands import output
from scopelint.escapes import printable
from scopelint.graph.releases import RELEASES, release
from scopelint.project.check import check
from scopelint.project.config import Config
from scopelint.project.wanted import only_failures
from scopelint.reports import names as table
from scopelint.reports.to_json import SCHEMA
from scopelint.tuples import NamedTuple

Variables = tuple[tuple[str, str], ...]
"""Name and shape of each, in the order in which TF makes them."""


class Span(NamedTuple):
    """Releases in a row under which a file makes the same and ends alike. `stop`: empty where it goes on."""

    first: str
    last: str
    variables: Variables
    stop: str


def run(paths: Sequence[str], config: Config) -> int:
    """The command; its exit status."""
    found: dict[str, list[Span]] = {}
    stdin = output.standard_input(paths)
    report = None
    for each in RELEASES:
        report = check(list(paths), only_failures(_under(config, each)), "names", stdin)
        for path, data in report.names:
            if any(data.values()):
                _add(found.setdefault(path, []), each, data)
    with output.Output(config) as stream:
        if config.format == "json":
            _write_json(found, stream)
        else:
            for number, (path, spans) in enumerate(found.items()):
                if len(found) > 1:
                    stream.write(("\n" if number else "") + f"# {printable(path)}\n")
                _write(spans, stream)
    if report is not None:
        output.complain(report._replace(told=()))
    return output.FAILURE if report is None or report.failed or output.unread(report) else output.CLEAN


def _under(config: Config, each: str) -> Config:
    other = copy.copy(config)
    other.values = {**config.values, "tf": release(each).text}
    other.origin = {**config.origin, "tf": "--versions"}
    return other


def _add(spans: list[Span], each: str, data: dict[str, Any]) -> None:
    variables = tuple((row["name"], _shape(row["shape"])) for row in data["variables"])
    stop = table.summary(table.merged([data]))
    if spans and spans[-1].variables == variables and spans[-1].stop == stop:
        spans[-1] = spans[-1]._replace(last=each)
    else:
        spans.append(Span(each, each, variables, stop))


def _shape(shape: list[int | None] | None) -> str:
    return "[?]" if shape is None else "[" + ",".join("?" if d is None else str(d) for d in shape) + "]"


def _title(span: Span) -> str:
    return span.first if span.first == span.last else f"{span.first} to {span.last}"


def _write(spans: Sequence[Span], stream: TextIO) -> None:
    """Of each span what not all of them have; the order where that alone differs."""
    common = set(spans[0].variables).intersection(*(span.variables for span in spans))
    if len(spans) == 1:
        count = len(spans[0].variables)
        stream.write(f"{_title(spans[0])}: the same {count} variable{'s' * (count != 1)}\n")
        if spans[0].stop:
            stream.write(f"  {printable(spans[0].stop)}\n")
        return
    former: Span | None = None
    for span in spans:
        own = [variable for variable in span.variables if variable not in common]
        count = len(span.variables)
        line = f"{_title(span)}: {count} variable{'s' * (count != 1)}"
        if former is not None and not own and sorted(former.variables) == sorted(span.variables):
            line += ", as before" if former.variables == span.variables else ", as before in another order"
        stream.write(f"{line}\n")
        width = max((len(name) for name, _ in own), default=0)
        for name, shape in own:
            stream.write(f"  {printable(name):{width}}  {shape}\n")
        if span.stop:
            stream.write(f"  {printable(span.stop)}\n")
        former = span
    if common:
        stream.write(f"{len(common)} of them everywhere\n")


def _write_json(found: dict[str, list[Span]], stream: TextIO) -> None:
    data = {
        "schema": SCHEMA,
        "versions": [
            {
                "file": path,
                "first": span.first,
                "last": span.last,
                "variables": [{"name": name, "shape": shape} for name, shape in span.variables],
                "stopped": span.stop,
            }
            for path, spans in found.items()
            for span in spans
        ],
    }
    json.dump(data, stream, indent=1, ensure_ascii=False)
    stream.write("\n")
