"""A rule's page: its docstring, TF's own message, its examples, the safety of its fix."""

from __future__ import annotations

import sys
from inspect import cleandoc

from scopelint.escapes import say
from scopelint.rules.base import Rule
from scopelint.rules.registry import modules, rule, rules


def run(code: str | None) -> int:
    """The command; its exit status. The code of a rule or its name, in any case; without one the list."""
    if code is None:
        sys.stdout.write(index())
        return 0
    wanted = code.upper()
    if wanted not in modules():
        by_name = {module[7:].replace("_", "-"): each for each, module in modules().items()}
        if code.lower() not in by_name:
            say(f"{code}: no such rule, `scopelint explain` lists them")
            return 2
        wanted = by_name[code.lower()]
    sys.stdout.write(page(rule(wanted)))
    return 0


def page(shown: Rule) -> str:
    """Markdown; what `scopelint explain CODE` prints and what docs/rules/ is made of."""
    parts = [f"# {shown.code} {shown.rule_name()}"]
    state = "on by default" if shown.default else "off by default"
    general = f"; a case of {shown.general}, whose code selects and suppresses it too" if shown.general else ""
    parts.append(f"Severity {shown.severity}, {state}{general}.")
    parts.append(cleandoc(shown.__doc__ or ""))
    if shown.tensorflow:
        parts.append(f"## TensorFlow's message\n```\n{shown.tensorflow}\n```")
    for heading, examples in (("Example", shown.bad), ("Use instead", shown.good)):
        if examples:
            parts.append(f"## {heading}\n" + "\n\n".join(f"```python\n{each.source.strip()}\n```" for each in examples))
    if shown.fix_safety:
        parts.append(f"## Fix safety\n{shown.fix_safety}")
    return "\n\n".join(parts) + "\n"


def index() -> str:
    """One line per rule."""
    lines = []
    for each in rules():
        mark = "" if each.default else " (off by default)"
        lines.append(f"{each.code}  {each.rule_name()}{mark}")
    return "\n".join(lines) + "\n"
