"""Writes docs/rules/, docs/options.md, docs/man/ and rules/{off_by_default,reads,listed}.py from rules and options."""

from __future__ import annotations

from pathlib import Path

from man_page import manual

import scopelint.rules
from scopelint.commands.explain import page
from scopelint.project.config import OPTIONS
from scopelint.rules.reading import reads
from scopelint.rules.refusal import RefusalRule
from scopelint.rules.registry import modules, rules

DOCS = Path(__file__).parents[1] / "docs"
OFF_BY_DEFAULT = Path(scopelint.rules.__file__).parent / "off_by_default.py"
READS = OFF_BY_DEFAULT.with_name("reads.py")
LISTED = OFF_BY_DEFAULT.with_name("listed.py")


def main() -> None:
    folder = DOCS / "rules"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        if old.stem not in modules() and old.stem != "README":
            old.unlink()
    lines = ["# Rules", "", "| code | name | severity | default | fix |", "| --- | --- | --- | --- | --- |"]
    for rule in rules():
        (folder / f"{rule.code}.md").write_text(page(rule), encoding="utf-8")
        default = "on" if rule.default else "off"
        fix = rule.fix_safety.split(":")[0]
        lines.append(f"| [{rule.code}]({rule.code}.md) | {rule.rule_name()} | {rule.severity} | {default} | {fix} |")
    codes = ", ".join(f'"{rule.code}"' for rule in rules() if not rule.default)
    kept = OFF_BY_DEFAULT.read_text(encoding="utf-8").partition("OFF_BY_DEFAULT = ")[0]
    OFF_BY_DEFAULT.write_text(f"{kept}OFF_BY_DEFAULT = ({codes})\n", encoding="utf-8")
    table = {rule.code: reads(rule) for rule in rules()}
    rows = "".join(f'    "{code}": {_tuple(kinds)},\n' for code, kinds in table.items() if kinds is not None)
    kept = READS.read_text(encoding="utf-8").partition("READS = ")[0]
    READS.write_text(f"{kept}READS = {{\n{rows}}}\n", encoding="utf-8")
    LISTED.write_text(LISTED.read_text(encoding="utf-8").partition("RULES: ")[0] + listed(), encoding="utf-8")
    (folder / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (DOCS / "options.md").write_text(options(), encoding="utf-8")
    (DOCS / "man").mkdir(exist_ok=True)
    (DOCS / "man" / "scopelint.1").write_text(manual(), encoding="utf-8")


def listed() -> str:
    """The tables of rules/listed.py."""
    rows = "".join(
        f'    "{rule.code}": Listed("{rule.severity}", {rule.default}, "{rule.general}"),\n' for rule in rules()
    )
    tellers = sorted((rule for rule in rules() if isinstance(rule, RefusalRule)), key=lambda rule: -rule.rank)
    reasons = sorted({reason for rule in tellers for reason in rule.reasons})
    by_reason = "".join(
        f'    "{reason}": {_tuple(tuple(rule.code for rule in tellers if reason in rule.reasons))},\n'
        for reason in reasons
    )
    return (
        f"RULES: dict[str, Listed] = {{\n{rows}}}\n\n"
        f"TELLERS: dict[str, tuple[str, ...]] = {{\n{by_reason}}}\n"
        f'"""The rules that may tell a refusal for a reason, the one of the highest rank first."""\n'
    )


def _tuple(words: tuple[str, ...]) -> str:
    """As ruff would write it."""
    inside = ", ".join(f'"{word}"' for word in words)
    return f"({inside},)" if len(words) == 1 else f"({inside})"


def options() -> str:
    lines = [
        "# Options",
        "",
        "In `pyproject.toml` under `[tool.scopelint]`, in `setup.cfg` or `tox.ini` under `[scopelint]`, or as",
        "flags. The nearest file above the checked paths that has such a section counts, and flags win over it.",
        "flake8 takes those marked so as `--scopelint-NAME` and in its own configuration as `scopelint-NAME`.",
        "",
        "| option | default | where | what |",
        "| --- | --- | --- | --- |",
    ]
    for option in OPTIONS:
        default = option.default if not isinstance(option.default, tuple) or len(option.default) < 4 else "see config"
        choices = f" ({', '.join(option.choices)})" if option.choices else ""
        shown = (
            "" if default in (None, (), {}, "") else f"`{str(default).lower() if option.kind == 'bool' else default}`"
        )
        lines.append(f"| `{option.name}` | {shown} | {', '.join(option.where)} | {option.help}{choices} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
