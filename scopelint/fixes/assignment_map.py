"""TFS312, TFS402: an entry of an assignment map gets its slashes, or its variable loses the `:0`, where written out."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from scopelint.fixes.edits import Candidate, Document, quoted
from scopelint.rules.findings import Finding


def candidates(document: Document, finding: Finding) -> Iterator[Candidate]:
    parts = dict(finding.parts)
    key, target = str(parts.get("key", "")), str(parts.get("target", ""))
    bare, colon, number = target.rpartition(":")
    if colon and number.isdigit():
        new_key, new_target = key, bare
        what = f"{target!r} becomes the variable's name {bare!r}"
    elif key.endswith("/") or target.endswith("/") or "lacks its slashes" in str(parts.get("why", "")):
        new_key, new_target = key.rstrip("/") + "/", target.rstrip("/") + "/"
        what = f"the entry maps scopes: {new_key!r}: {new_target!r}"
    else:
        return
    for entry in document.all(cst.DictElement):
        left, right = entry.key, entry.value
        if not isinstance(left, cst.SimpleString) or not isinstance(right, cst.SimpleString):
            continue
        if (left.evaluated_value, right.evaluated_value) == (key, target):
            new = entry.with_changes(key=quoted(left, new_key), value=quoted(right, new_target))
            yield Candidate(document.replaced(entry, new), what, safe=True)
