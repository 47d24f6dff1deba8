"""TFS108: `op_scope` and `variable_op_scope` become what replaced them, with today's order of arguments."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from scopelint.fixes.edits import Candidate, Document, function_name, keyword, with_arguments
from scopelint.rules.findings import Finding

_TODAY = {
    "op_scope": ("name_scope", ("values", "name", "default_name"), "name"),
    "variable_op_scope": (
        "variable_scope",
        ("values", "name_or_scope", "default_name", "initializer"),
        "name_or_scope",
    ),
}


def candidates(document: Document, finding: Finding) -> Iterator[Candidate]:
    call = document.at(cst.Call, finding.site.line, finding.site.column)
    if call is None or function_name(call) not in _TODAY or any(arg.star for arg in call.args):
        return
    if not isinstance(call.func, cst.Attribute):
        return  # a name imported by `from`: the import would have to change too
    today, order, first = _TODAY[function_name(call)]
    given: dict[str, cst.Arg] = {}
    position = 0
    for arg in call.args:
        if arg.keyword is not None:
            given[arg.keyword.value] = arg
        elif position < len(order):
            given[order[position]] = arg
            position += 1
        else:
            return
    if first not in given or "values" not in given:
        return
    args = [cst.Arg(given.pop(first).value)]
    default, values = given.pop("default_name", None), given.pop("values")
    if default is not None:
        args.append(cst.Arg(default.value))
        args.append(cst.Arg(values.value))
    else:
        args.append(keyword("values", values.value))
    args += [keyword(name, arg.value) for name, arg in given.items()]
    func = call.func.with_changes(attr=cst.Name(today))
    new = with_arguments(call.with_changes(func=func), args)
    yield Candidate(document.replaced(call, new), f"{function_name(call)} becomes {today}", safe=True)
