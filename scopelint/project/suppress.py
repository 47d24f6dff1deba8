"""Comments that suppress findings: `# noqa`, `# noqa: TFS201`, `# scopelint: ignore[TFS201]`, and for whole files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from scopelint.project.comments import comments
from scopelint.rules.findings import Finding
from scopelint.site import Site
from scopelint.tuples import NamedTuple

_CODE = r"[A-Z][A-Z0-9]*\d+"


@cache
def _comment() -> re.Pattern[str]:
    """Compiled when first asked for: most files suppress nothing."""
    return re.compile(
        r"#\s*(?:"
        r"(?P<file>(?:flake8|scopelint)\s*[:=]\s*(?:noqa|ignore-file|skip-file))(?P<file_codes>\s*[:\[]\s*(?:CODE(?:[,\s]+)?)+)?"
        r"|scopelint\s*:\s*(?P<ignore>ignore)(?:\[(?P<ignore_codes>[^\]]*)\])?"
        r"|(?P<noqa>noqa)(?P<noqa_codes>\s*:\s*(?:CODE(?:\s*,\s*|\s+)?)+)?"
        r")".replace("CODE", _CODE),
        re.IGNORECASE,
    )


class Suppression(NamedTuple):
    """One comment. `codes`: empty means all. `first`, `last`: the lines of its statement; 0 means the whole file.

    `ours`: is it written for scopelint alone, so that it can be called unused?
    """

    site: Site
    text: str
    codes: tuple[str, ...]
    first: int
    last: int
    ours: bool

    @property
    def scope(self) -> Scope:
        return self.site.path, self.first, self.last, self.codes


Scope = tuple[str, int, int, tuple[str, ...]]
"""What a comment suppresses: of a file, from line to line, which codes. A file may say the same any number of times."""


class Comments:
    """The comments of one file, by the lines that they suppress findings of."""

    def __init__(self, comments: Iterable[Suppression]) -> None:
        self.all = list(comments)
        self._scopes: dict[int, list[Scope]] = {}
        for scope in dict.fromkeys(comment.scope for comment in self.all):
            for line in range(scope[1], scope[2] + 1) if scope[1] else (0,):
                self._scopes.setdefault(line, []).append(scope)

    def covering(self, finding: Finding, line: int) -> list[Scope]:
        """What suppresses a finding that is told at this line of the file."""
        scopes = [*self._scopes.get(0, ()), *(self._scopes.get(line, ()) if line else ())]
        return [scope for scope in scopes if not scope[3] or any(finding.is_of(code) for code in scope[3])]


def may_suppress(data: bytes) -> bool:
    lowered = data.lower()
    return b"noqa" in lowered or (b"scopelint" in lowered and re.search(rb"scopelint\s*[:=]", lowered) is not None)


def suppressions(path: str, source: str) -> list[Suppression]:
    """All suppressing comments of a file."""
    found: list[Suppression] = []
    if not may_suppress(source.encode("utf-8", "replace")):
        return found
    for line, column, text, first, last in comments(source):
        match = _comment().search(text)
        if match is None:
            continue
        whole_file = match["file"] is not None
        listed = match["file_codes"] or match["ignore_codes"] or match["noqa_codes"] or ""
        codes = tuple(code.upper() for code in re.findall(_CODE + r"|\bTFS\b", listed, re.IGNORECASE))
        if codes:
            # Codes of other linters are none of ours: an E501 says nothing about TFS findings.
            mine = tuple(code for code in codes if code.startswith("TFS"))
            if not mine:
                continue
        elif match["ignore_codes"]:
            continue
        else:
            mine = ()
        site = Site(path, line, column + match.start(), line, column + match.end())
        ours = bool(mine) or match["ignore"] is not None
        found.append(Suppression(site, match[0].strip(), mine, 0 if whole_file else first, last, ours))
    return found


def apply(
    findings: Iterable[Finding], comments: Iterable[Suppression]
) -> tuple[list[Finding], list[Finding], list[Suppression]]:
    """The findings that stay, those suppressed, and the comments of ours that suppressed nothing."""
    kept: list[Finding] = []
    hidden: list[Finding] = []
    used: set[Scope] = set()
    comments = list(comments)
    by_path: dict[str, list[Suppression]] = {}
    for comment in comments:
        by_path.setdefault(comment.site.path, []).append(comment)
    of = {path: Comments(found) for path, found in by_path.items()}
    for finding in findings:
        # In another file than its own it is flake8's noqa that acts, where flake8 shows the finding.
        covering = [
            scope
            for site in finding.places()
            if site.path in of
            for scope in of[site.path].covering(finding, site.line)
        ]
        used.update(covering)
        (hidden if covering else kept).append(finding)
    unused = [comment for comment in comments if comment.ours and comment.scope not in used]
    return kept, hidden, unused
