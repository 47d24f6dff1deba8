"""A file of rules: which key becomes which tensor, what is renamed everywhere, what stays behind; its reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from scopelint import disk
from scopelint.checkpoints.records import CheckpointError
from scopelint.porting.recurrent import KINDS

LAYOUTS = frozenset(("same", "T", "conv", "depthwise", "flatten"))
_OPTIONS = frozenset(("forget_bias", "layer", "flatten"))
_LARGEST = 10_000_000


@dataclass(frozen=True)
class Rule:
    """`pattern` speaks of a whole name, of a key or, with the layout of a cell, of a cell's scope. `target`: empty for
    what is left out, `reason` then says why."""

    line: int
    pattern: re.Pattern[str]
    target: str
    layout: str = ""
    forget_bias: float | None = None
    layer: int | None = None
    backward: bool = False
    image: tuple[int, int, int] | None = None
    reason: str = ""

    @property
    def is_of_cell(self) -> bool:
        return self.layout in KINDS

    def expanded(self, found: re.Match[str], dots: bool) -> str:
        """The target with what its groups stand for."""

        def group(each: re.Match[str]) -> str:
            text = found.group(int(each.group(1))) or ""
            return text.replace("/", ".") if dots else text

        return re.sub(r"[$\\](\d+)", group, self.target)


@dataclass(frozen=True)
class Rules:
    """`renames`: what is replaced wherever it stands in a name, before the conventions name it."""

    path: str = ""
    rules: Sequence[Rule] = ()
    renames: Sequence[tuple[re.Pattern[str], str]] = ()
    used: dict[int, int] = field(default_factory=dict)
    """By line, how many keys each rule has spoken of."""

    def of(self, name: str, cell: bool = False) -> tuple[Rule, re.Match[str]] | None:
        """The first rule that speaks of a key, or of a cell's scope."""
        for rule in self.rules:
            if rule.is_of_cell == cell:
                found = rule.pattern.fullmatch(name)
                if found is not None:
                    self.used[rule.line] = self.used.get(rule.line, 0) + 1
                    return rule, found
        return None

    def renamed(self, name: str) -> str:
        for pattern, text in self.renames:
            name = pattern.sub(text, name)
        return name

    def idle(self) -> list[int]:
        """The lines of rules that spoke of nothing."""
        return [rule.line for rule in self.rules if rule.line not in self.used]


def read_rules(path: str) -> Rules:
    try:
        text = disk.read_up_to(path, _LARGEST).decode("utf-8-sig")
    except OSError as problem:
        raise CheckpointError(path, problem.strerror or str(problem)) from None
    except UnicodeDecodeError:
        raise CheckpointError(path, "not UTF-8") from None
    return parse(text, path)


def parse(text: str, path: str = "rules") -> Rules:
    """`PATTERN -> NAME [LAYOUT] [option=value ...]`, `PATTERN -> - [reason]`, `PATTERN => TEXT`, `# comment`."""
    rules: list[Rule] = []
    renames: list[tuple[re.Pattern[str], str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        line = re.sub(r"(^|\s)#.*$", "", line).strip()
        if not line:
            continue
        left, arrow, right = _cut(line)
        if not arrow or not left or (not right and arrow == "->"):
            raise _wrong(
                path, number, "`PATTERN -> NAME [LAYOUT]`, `PATTERN -> - [reason]` or `PATTERN => TEXT` expected"
            )
        try:
            pattern = re.compile(left)
        except re.error as problem:
            raise _wrong(path, number, f"{left!r} is no pattern: {problem}") from None
        for group in re.findall(r"[$\\](\d+)", right):
            if int(group) > pattern.groups:
                raise _wrong(path, number, f"${group}: the pattern has {pattern.groups} groups")
        if arrow == "=>":
            renames.append((pattern, re.sub(r"\$(\d+)", r"\\g<\1>", right)))
        else:
            rules.append(_rule(path, number, pattern, right))
    return Rules(path, rules, renames)


def _cut(line: str) -> tuple[str, str, str]:
    for arrow in ("=>", "->"):
        left, found, right = line.partition(arrow)
        if found:
            return left.strip(), arrow, right.strip()
    return line, "", ""


def _rule(path: str, number: int, pattern: re.Pattern[str], right: str) -> Rule:
    words = right.split()
    if words[0] == "-":
        return Rule(number, pattern, "", reason=" ".join(words[1:]))
    layout, backward = "", False
    options: dict[str, str] = {}
    for word in words[1:]:
        name, sign, value = word.partition("=")
        if sign and name in _OPTIONS:
            options[name] = value
        elif word == "reverse":
            backward = True
        elif word in LAYOUTS or word in KINDS:
            layout = word
        else:
            known = ", ".join(sorted(LAYOUTS - {"flatten"} | KINDS))
            raise _wrong(
                path, number, f"{word}: no layout; there are {known}, flatten=HxWxC, forget_bias=, layer=, reverse"
            )
    try:
        image = tuple(int(each) for each in options["flatten"].split("x")) if "flatten" in options else None
        bias = float(options["forget_bias"]) if "forget_bias" in options else None
        layer = int(options["layer"]) if "layer" in options else None
    except ValueError:
        raise _wrong(path, number, f"{right}: numbers are expected behind =") from None
    if image is not None and len(image) != 3:
        raise _wrong(path, number, "flatten=HxWxC: height, width and channels are expected")
    three = None if image is None else (image[0], image[1], image[2])
    if (bias is not None or layer is not None or backward) and layout not in KINDS:
        raise _wrong(path, number, "forget_bias, layer and reverse belong to a cell: say its layout, lstm for one")
    return Rule(number, pattern, words[0], layout, bias, layer, backward, three)


def _wrong(path: str, number: int, said: str) -> CheckpointError:
    return CheckpointError(path, f"line {number}: {said}")
