"""Finding: what is said about one place. Plain data, so that it can be kept in the cache and sent between processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scopelint.site import Calls, CallSite, Site, split_cell
from scopelint.tuples import NamedTuple

MODE = "--"
"""What a finding's `when` begins with, where it names a flag of the program's: `--is_train=True`."""


class Related(NamedTuple):
    """Another place that belongs to a finding."""

    site: Site
    message: str


class Finding(NamedTuple):
    """`tensorflow`: TF's own message. `scopes`: for each part of the name the scope that gave it. `default`: is the
    rule on by default; `general`: the wider rule of which this is a case. `parts`: what the template is filled with to
    make the message; places stay places until then, so that they can be moved."""

    code: str
    name: str
    template: str
    severity: str
    site: Site
    related: tuple[Related, ...] = ()
    calls: Calls = ()
    full_name: str = ""
    tensorflow: str = ""
    scope: str = ""
    name_scope: str = ""
    reuse: str = ""
    scopes: tuple[tuple[str, Site], ...] = ()
    certain: bool = True
    when: tuple[str, ...] = ()
    entry: str = ""
    default: bool = True
    general: str = ""
    parts: tuple[tuple[str, str | Site], ...] = ()

    def places(self) -> Iterator[Site]:
        """Its own, and in each file that led there the innermost call: where whoever reads that file alone sees it."""
        yield self.site
        seen = {self.site.path}
        for call in reversed(self.calls):
            if call.site.path not in seen:
                seen.add(call.site.path)
                yield call.site

    @property
    def message(self) -> str:
        return self.template.format(
            **{key: place(value) if isinstance(value, Site) else value for key, value in self.parts}
        )

    @property
    def in_mode(self) -> bool:
        """Is it certain, once the program is started with other flags than its defaults?"""
        return not self.certain and bool(self.when) and all(each.startswith(MODE) for each in self.when)

    def is_of(self, prefix: str) -> bool:
        """Is it of the codes that begin so?"""
        return prefix == "ALL" or self.code.startswith(prefix) or bool(self.general and self.general.startswith(prefix))

    def identity(self) -> tuple[object, ...]:
        """Two findings with the same are one, found twice: by two entries, or from two scripts."""
        return (self.code, self.site.path, self.site.line, self.site.column, self.message)


def place(site: Site) -> str:
    """A site as messages write it: the file's name without its folders, or the cell, and the line."""
    path, cell = split_cell(site.path)
    return f"cell {cell}:{site.line}" if cell else f"{path.replace(chr(92), '/').rsplit('/', 1)[-1]}:{site.line}"


def to_data(finding: Finding) -> list[Any]:
    """As JSON can keep it."""
    return list(finding)


def is_finding(finding: Finding) -> bool:
    """Is each field of the kind that it should be? What was kept on a disk may be anything."""
    words = (
        finding.code, finding.name, finding.template, finding.severity, finding.full_name, finding.tensorflow,
        finding.scope, finding.name_scope, finding.reuse, finding.entry, finding.general, *finding.when,
        *(each.message for each in finding.related), *(part for part, _ in finding.scopes),
        *(call.function for call in finding.calls), *(key for key, _ in finding.parts),
    )  # fmt: skip
    sites = [finding.site, *(each.site for each in finding.related), *(site for _, site in finding.scopes)]
    sites += [call.site for call in finding.calls] + [value for _, value in finding.parts if isinstance(value, Site)]
    if not all(isinstance(word, str) for word in words):
        return False
    if not all(isinstance(site.path, str) and all(isinstance(number, int) for number in site[1:]) for site in sites):
        return False
    return isinstance(finding.message, str)


def from_data(data: list[Any]) -> Finding:
    fields = dict(zip(Finding._fields, data, strict=True))
    fields["site"] = Site(*fields["site"])
    fields["related"] = tuple(Related(Site(*site), message) for site, message in fields["related"])
    fields["calls"] = tuple(CallSite(Site(*site), function) for site, function in fields["calls"])
    fields["scopes"] = tuple((part, Site(*site)) for part, site in fields["scopes"])
    fields["when"] = tuple(fields["when"])
    fields["parts"] = tuple((key, value if isinstance(value, str) else Site(*value)) for key, value in fields["parts"])
    return Finding(**fields)
