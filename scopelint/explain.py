"""A rule's page: its docstring, TF's own message, its examples, the safety of its fix."""

from __future__ import annotations

from inspect import cleandoc

from scopelint.rules.base import Rule


def page(rule: Rule) -> str:
    """Markdown; what `scopelint explain CODE` prints and what docs/rules/ is made of."""
    parts = [f"# {rule.code} {rule.rule_name()}"]
    state = "on by default" if rule.default else "off by default"
    general = f"; a case of {rule.general}, whose code selects and suppresses it too" if rule.general else ""
    parts.append(f"Severity {rule.severity}, {state}{general}.")
    parts.append(cleandoc(rule.__doc__ or ""))
    if rule.tensorflow:
        parts.append(f"## TensorFlow's message\n```\n{rule.tensorflow}\n```")
    for heading, examples in (("Example", rule.bad), ("Use instead", rule.good)):
        if examples:
            parts.append(f"## {heading}\n" + "\n\n".join(f"```python\n{each.source.strip()}\n```" for each in examples))
    if rule.fix_safety:
        parts.append(f"## Fix safety\n{rule.fix_safety}")
    return "\n\n".join(parts) + "\n"


def index() -> str:
    """One line per rule."""
    from scopelint.rules.registry import rules

    lines = []
    for rule in rules():
        mark = "" if rule.default else " (off by default)"
        lines.append(f"{rule.code}  {rule.rule_name()}{mark}")
    return "\n".join(lines) + "\n"
