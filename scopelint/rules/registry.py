"""Finds the rules by their files' names and runs them. A rule is imported when it is asked for."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from scopelint.graph.outcome import Outcome
from scopelint.rules.base import Record, Rule
from scopelint.rules.findings import Finding
from scopelint.rules.reads import READS

if TYPE_CHECKING:
    from scopelint.checkpoints.records import Checkpoint


class DoubleCode(Exception):
    """Two rule files claim one code."""


@cache
def modules() -> dict[str, str]:
    """The name of each rule's module by code, in the order of the codes. Imports none of them."""
    found: dict[str, str] = {}
    for file in sorted(os.listdir(os.path.dirname(__file__))):
        match = re.fullmatch(r"((tfs\d{3})_\w+)\.py", file)
        if match:
            code = match[2].upper()
            if code in found:
                raise DoubleCode(f"{code}: {found[code]} and {match[1]}")
            found[code] = match[1]
    return found


@cache
def rule(code: str) -> Rule:
    """The rule of a code; KeyError where there is none."""
    module = import_module("scopelint.rules." + modules()[code])
    for member in vars(module).values():
        if isinstance(member, type) and issubclass(member, Rule) and member.code == code:
            return member()
    raise DoubleCode(f"{module.__name__} holds no rule with the code {code}")


def rules() -> Iterator[Rule]:
    for code in modules():
        yield rule(code)


def _may_find(code: str, kinds: set[str]) -> bool:
    """Is there an event that the rule reads? If not, it is not even imported."""
    needed = READS.get(code)
    return needed is None or not kinds.isdisjoint(needed)


def _is_entered(finding: Finding) -> bool:
    """Does it hang on nothing but that loops come round?"""
    return all(condition.startswith(("for ", "while ")) for condition in finding.when)


def run(
    outcomes: list[Outcome],
    asked_for: bool = False,
    checkpoints: Mapping[str, Checkpoint] | None = None,
    wanted: Container[str] | None = None,
) -> list[Finding]:
    """What the `wanted` rules, or all, find in these Outcomes, each thing once. `asked_for`: did the user name the
    entries?"""
    codes = [code for code in modules() if wanted is None or code in wanted]
    if not codes:
        return []
    findings: dict[tuple[object, ...], Finding] = {}
    for outcome in outcomes:
        record = Record(outcome, checkpoints)
        kinds = record.kinds()
        asked = [code for code in codes if rule(code).severity == "error"] if outcome.errors_only else codes
        for each in (rule(code) for code in asked if _may_find(code, kinds)):
            for finding in each.check(record):
                finding = finding._replace(entry=outcome.entry)
                if each.loops_are_entered and finding.when and not outcome.entry and _is_entered(finding):
                    finding = finding._replace(certain=True, when=())
                if outcome.entry and not asked_for and each.is_guess(finding, record):
                    finding = finding._replace(
                        certain=False,
                        when=(
                            *finding.when,
                            f"{outcome.entry} is called so",
                        ),
                    )
                former = findings.get(finding.identity())
                if former is None or (finding.certain and not former.certain):
                    findings[finding.identity()] = finding
    return list(findings.values())
