"""The programs of fixtures/rules and of the rules' examples, and what their comments promise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scopelint.rules.base import PREAMBLE
from scopelint.rules.registry import rules

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules"
_MARK = re.compile(r"(TFS\d{3})(?::\s*((?:\w+=\"[^\"]*\"\s*)+))?")


class Program(NamedTuple):
    """`code`: the rule whose example it is; empty for a fixture. `is_good`: nothing at all may be found of `code`."""

    name: str
    source: str
    code: str
    is_good: bool


def marks(source: str) -> set[tuple[int, str, str]]:
    """What the comments of a source promise: line, code, and the parts of the message."""
    found = set()
    for number, line in enumerate(source.split("\n"), 1):
        _, mark, comment = line.partition("  # TFS")
        if mark:
            for match in _MARK.finditer("TFS" + comment):
                found.add((number, match[1], (match[2] or "").strip()))
    return found


FILES = FIXTURES / "loading"
"""Checkpoints that TF wrote (run_loading_in_tf.py --save), beside which programs of loading are run."""
_WITH_FILES = ("TFS403", "TFS405", "TFS409", "TFS412", "TFS413", "TFS414")


def path_of(program: Program) -> str:
    """Where the program is said to lie: beside the checkpoints where a rule needs to see them."""
    beside = program.code in _WITH_FILES or "with_files" in program.name
    return str(FILES / "example.py") if beside else "example.py"


def needs_h5py(program: Program) -> bool:
    """Does a rule have to look into a file of Keras, which the extra [h5] reads?"""
    return "weights.h5" in program.source and not program.is_good


def is_of_loading(program: Program) -> bool:
    """Does it load a checkpoint, so that it runs only beside one?"""
    return program.code.startswith(("TFS312", "TFS4")) or program.name.startswith(
        ("tfs4_", "good_loading", "good_with_files")
    )


def programs() -> Iterator[Program]:
    for rule in rules():
        for kind, examples in (("bad", rule.bad), ("good", rule.good)):
            for number, example in enumerate(examples):
                source = PREAMBLE + example.source.lstrip("\n")
                yield Program(f"{rule.code}-{kind}-{number}", source, rule.code, kind == "good")
    for path in sorted(FIXTURES.glob("*.py")):
        for number, source in enumerate(path.read_text().split("# ---\n")):
            yield Program(f"{path.stem}-{number}", source, "", path.stem.startswith("good"))
