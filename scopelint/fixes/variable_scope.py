"""TFS101: `tf.name_scope` becomes `tf.variable_scope`, so that the variables get the prefix that was meant."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from scopelint.fixes.edits import Candidate, Document, base_of, function_name
from scopelint.rules.findings import Finding


def candidates(document: Document, finding: Finding) -> Iterator[Candidate]:
    for related in finding.related:
        if related.site.path != finding.site.path:
            continue
        call = document.at(cst.Call, related.site.line, related.site.column)
        # A graph has a method name_scope too, and none for variable scopes.
        if call is None or function_name(call) != "name_scope" or not isinstance(base_of(call), cst.Name):
            continue
        if not _is_with_item(document, call) or _makes_plain_variables(document, call):
            continue
        assert isinstance(call.func, cst.Attribute)
        args = [
            arg.with_changes(keyword=cst.Name("name_or_scope")) if arg.keyword and arg.keyword.value == "name" else arg
            for arg in call.args
        ]
        new = call.with_changes(func=call.func.with_changes(attr=cst.Name("variable_scope")), args=args)
        yield Candidate(document.replaced(call, new), "name_scope becomes variable_scope", safe=False, renames=True)


def _is_with_item(document: Document, call: cst.Call) -> bool:
    """Only where nothing else is done with the scope: `as` would give the string of a name scope."""
    item = document.parent(call)
    return isinstance(item, cst.WithItem) and item.asname is None


def _makes_plain_variables(document: Document, call: cst.Call) -> bool:
    """Where `tf.Variable` stands in the block too, more changes than `get_variable`'s names."""
    block = document.parent(document.parent(call) or call)
    if not isinstance(block, cst.With):
        return True
    return any(function_name(inner) == "Variable" for inner in document.all(cst.Call, block.body))
