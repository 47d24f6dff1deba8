"""TFS201 and its like: `reuse=tf.AUTO_REUSE` in the variable scope around the access."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from scopelint.fixes.edits import Candidate, Document, argument, base_of, function_name, keyword, with_arguments
from scopelint.rules.findings import Finding


def candidates(document: Document, finding: Finding) -> Iterator[Candidate]:
    sites = [site for _, site in finding.scopes if site.path == finding.site.path]
    calls: list[cst.Call] = []
    for site in reversed(sites):
        call = document.at(cst.Call, site.line, site.column)
        if call is not None and function_name(call) == "variable_scope":
            calls.append(call)
    for block in document.around(cst.With, finding.site.line, finding.site.column):
        for item in reversed(block.items):
            if isinstance(item.item, cst.Call) and function_name(item.item) == "variable_scope":
                calls.append(item.item)
    for call in dict.fromkeys(calls):
        base = base_of(call)
        if not isinstance(base, (cst.Name, cst.Attribute)) or any(arg.star for arg in call.args):
            continue
        value = cst.Attribute(base.deep_clone(), cst.Name("AUTO_REUSE"))
        old = argument(call, "reuse", 8)
        if old is not None:
            new = call.with_changes(args=[arg.with_changes(value=value) if arg is old else arg for arg in call.args])
        else:
            new = with_arguments(call, [*call.args, keyword("reuse", value)])
        yield Candidate(document.replaced(call, new), "reuse=tf.AUTO_REUSE is added to the scope", safe=False)
