"""Renames: the rules that tell many pairs at once, and the chain of them that a lock keeps for old checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from scopelint.lock.file import LockError, Rename

Pairs = list[tuple[str, str]]


def rename_rules(pairs: Iterable[tuple[str, str]], kept: Iterable[str] = ()) -> list[tuple[Rename, Pairs]]:
    """The fewest rules that give these pairs and touch none of the names `kept`: of prefixes first, then of one part
    wherever it stands, else name by name."""
    pairs, kept = list(pairs), set(kept)
    whole = dict(pairs)
    out: list[tuple[Rename, Pairs]] = []
    left: Pairs = []
    for rule, group in _grouped(pairs, _prefix_rule):
        # A part that changed in several scopes is one change, not one for each scope.
        if rule.old.endswith("/") and (len(group) > 1 or rule.old == "/") and _holds(rule, whole, kept):
            out.append((rule, group))
        else:
            left += group
    out, widened = _widened(out, whole, kept)
    for rule, group in _grouped(left, _part_rule):
        if len(group) > 1 and _holds(rule, whole, kept):
            widened.append((rule, group))
        else:
            for pair in group:
                narrow = _prefix_rule(*pair)
                fits = narrow.old.endswith("/") and _holds(narrow, whole, kept)
                out.append((narrow if fits else Rename(*pair), [pair]))
    return out + widened


def _widened(
    rules: list[tuple[Rename, Pairs]], whole: dict[str, str], kept: set[str]
) -> tuple[list[tuple[Rename, Pairs]], list[tuple[Rename, Pairs]]]:
    """Rules of prefixes that are the same part renamed in several scopes, told as one."""
    groups: dict[Rename, list[tuple[Rename, Pairs]]] = {}
    for rule, pairs in rules:
        groups.setdefault(_part_rule(rule.old + "x", rule.new + "x"), []).append((rule, pairs))
    stay: list[tuple[Rename, Pairs]] = []
    wide: list[tuple[Rename, Pairs]] = []
    for part, members in groups.items():
        if len(members) > 1 and part.old != "*/" and part.new != "*/" and _holds(part, whole, kept):
            wide.append((part, [pair for _, pairs in members for pair in pairs]))
        else:
            stay += members
    return stay, wide


def _grouped(pairs: Pairs, rule: Callable[[str, str], Rename]) -> list[tuple[Rename, Pairs]]:
    groups: dict[Rename, Pairs] = {}
    for pair in pairs:
        groups.setdefault(rule(*pair), []).append(pair)
    return list(groups.items())


def _holds(rule: Rename, whole: dict[str, str], kept: set[str]) -> bool:
    """Does it say nothing wrong of any name?"""
    if rule.old.startswith("*/") != rule.new.startswith("*/") or "*/" in (rule.old, rule.new):
        return False
    return not any(rule.apply(name) is not None for name in kept) and all(
        rule.apply(old) in (None, new) for old, new in whole.items()
    )


def _split(old: str, new: str) -> tuple[list[str], list[str], int]:
    a, b = old.split("/"), new.split("/")
    shared = 0
    while shared < min(len(a), len(b)) and a[-1 - shared] == b[-1 - shared]:
        shared += 1
    return a, b, shared


def _prefix_rule(old: str, new: str) -> Rename:
    """What is left of the two when their common last parts are taken off; the names where there are none."""
    a, b, shared = _split(old, new)
    if not shared:
        return Rename(old, new)
    return Rename("/".join(a[: len(a) - shared]) + "/", "/".join(b[: len(b) - shared]) + "/")


def _part_rule(old: str, new: str) -> Rename:
    """The same without what they have in common in front."""
    a, b, shared = _split(old, new)
    first = 0
    while first < min(len(a), len(b)) - shared and a[first] == b[first]:
        first += 1
    olds, news = a[first : len(a) - shared], b[first : len(b) - shared]
    tail = [""] if shared else []
    return Rename(*("/".join(["*", *parts, *(tail if parts else [""])]) for parts in (olds, news)))


def read_rule(text: str) -> Rename:
    """`classifier/ -> head/`, as it is given on the command line. `/` alone stands for no prefix."""
    old, arrow, new = (part.strip() for part in text.partition("->"))
    if not arrow or not old or not new:
        raise LockError(f"{text!r}: a rename is written 'old/ -> new/', or 'old/name -> new/name'")
    if old.endswith("/") != new.endswith("/"):
        raise LockError(f"{text!r}: a prefix ends in / on both sides, a name on neither")
    return Rename(old, new)


def _groups(renames: Sequence[Rename]) -> list[list[Rename]]:
    """Those that were accepted together count at the same time, so that two names may be swapped."""
    groups: dict[str, list[Rename]] = {}
    for rename in renames:
        groups.setdefault(rename.since, []).append(rename)
    return list(groups.values())


def _apply_all(group: Iterable[Rename], name: str) -> str:
    for rename in sorted(group, key=lambda each: -len(each.old)):
        became = rename.apply(name)
        if became is not None:
            return became
    return name


def became(renames: Sequence[Rename], name: str) -> str:
    """What a name of long ago is called today."""
    for group in _groups(renames):
        name = _apply_all(group, name)
    return name


def former_names(renames: Sequence[Rename], name: str) -> list[str]:
    """What a name of today was called before, oldest first, itself left out."""
    found = [name]
    for group in reversed(_groups(renames)):
        back = [Rename(each.new, each.old) for each in group]
        before = _apply_all(back, found[0])
        if before != found[0] and _apply_all(group, before) == found[0]:
            found.insert(0, before)
    return found[:-1]


def add(renames: list[Rename], new: Iterable[Rename]) -> list[Rename]:
    """The renames with more of them behind. One that goes on where another of the same time ended makes one of both."""
    out = list(renames)
    for rename in new:
        for at, before in enumerate(out):
            if before.since == rename.since and before.new == rename.old:
                out[at] = before._replace(new=rename.new)
                break
        else:
            if rename not in out:
                out.append(rename)
    return [each for each in out if each.old != each.new]
