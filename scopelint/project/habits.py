"""A habit: the same hazard again and again in one file is told once."""

from __future__ import annotations

from collections.abc import Iterable

from scopelint.rules.findings import Finding, Related

OFTEN = 5
"""As many findings of one rule in one file are told one by one."""

_SHOWN = 3
"""Of the others so many places are named."""


def gather(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, those of a hazard (TFS1xx) that a file has more often than OFTEN times as one at the first place.
    What TensorFlow refuses is told each time."""
    listed = list(findings)
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in listed:
        if finding.code.startswith("TFS1") and finding.severity != "error":
            alike.setdefault((finding.site.path, finding.code), []).append(finding)
    habits = {key: group for key, group in alike.items() if len(group) > OFTEN}
    if not habits:
        return listed
    out = []
    for finding in listed:
        group = habits.get((finding.site.path, finding.code))
        if group is None:
            out.append(finding)
        elif finding is group[0]:
            out.append(_as_one(group))
    return out


def _as_one(group: list[Finding]) -> Finding:
    first, others = group[0], group[1:]
    return first._replace(
        template=first.template + ", and {more} times more in this file, up to line {last}",
        parts=(*first.parts, ("more", str(len(others))), ("last", str(others[-1].site.line))),
        related=(*first.related, *(Related(each.site, "so is this") for each in others[:_SHOWN])),
    )
