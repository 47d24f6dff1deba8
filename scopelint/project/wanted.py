"""Which rules a run asks: those that its settings may select. One that is off does no work, and is not imported."""

from __future__ import annotations

import copy
from collections.abc import Iterable

from scopelint.project.config import Config
from scopelint.rules.listed import RULES, Listed

ALWAYS = ("TFS902",)
"""Reports say how many files were not followed to their end, whether or not the rule is shown."""

ERRORS = frozenset(code for code, listed in RULES.items() if listed.severity == "error")
"""What TensorFlow refuses for certain, and what cannot be analysed."""

_AGAIN = "TFS506"
"""A cell run a second time: what is refused then is told by the rules about refusals."""


def is_chosen(config: Config, code: str, listed: Listed) -> bool:
    """Do the settings select a rule? By the longest prefix that speaks of it, or of the wider rule of which it is a
    case; by its own default where none does. Settings for single files are not looked at."""

    def longest(prefixes: Iterable[str]) -> int:
        return max((0 if p == "ALL" else len(p) for p in prefixes if _is_of(code, listed.general, p)), default=-1)

    chosen = max(longest(config.select or ()), longest(config.extend_select))
    if config.verbose and listed.severity == "note":
        chosen = max(chosen, 0)
    if chosen < 0 and config.select is None and listed.default:
        chosen = 0
    return chosen >= 0 and longest(config.ignore) < chosen


def _is_of(code: str, general: str, prefix: str) -> bool:
    return prefix == "ALL" or code.startswith(prefix) or bool(general and general.startswith(prefix))


def wanted(config: Config, path: str = "") -> frozenset[str]:
    """The codes of the rules that are run over a file."""
    found = {code for code, listed in RULES.items() if is_chosen(config, code, listed)}
    if _AGAIN in found and path.endswith(".ipynb"):
        found |= ERRORS
    return frozenset(found.union(ALWAYS))


def only_errors(config: Config) -> Config:
    """The settings, of the rules chosen those alone that tell what is refused."""
    return _with_rules(config, (code for code in ERRORS if is_chosen(config, code, RULES[code])))


def only_failures(config: Config) -> Config:
    """The settings, for who asks for names alone: what cannot be read or analysed is told, no rule is asked."""
    return _with_rules(config, ("TFS900", "TFS901"))


def _with_rules(config: Config, codes: Iterable[str]) -> Config:
    other = copy.copy(config)
    other.values = {**config.values, "select": tuple(sorted(codes)), "extend-select": ()}
    return other
