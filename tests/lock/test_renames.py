"""Renames: few rules for many pairs, none that says something wrong, and the chain of them over the years."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scopelint.lock.file import LockError, Rename
from scopelint.lock.renames import add, became, former_names, read_rule, rename_rules


def rules(pairs: list[tuple[str, str]], kept: tuple[str, ...] = ()) -> list[str]:
    return [f"{rule.old} -> {rule.new}" for rule, _ in rename_rules(pairs, kept)]


@pytest.mark.parametrize(
    "pairs, kept, expected",
    [
        ([("c/w", "h/w"), ("c/b", "h/b")], ("d/w",), ["c/ -> h/"]),
        ([("c/w", "h/w"), ("c/b", "h/b")], ("c/x",), ["c/w -> h/w", "c/b -> h/b"]),
        ([("w", "n/w"), ("b", "n/b")], (), ["/ -> n/"]),
        ([("w", "n/w"), ("b", "n/b")], ("z",), ["w -> n/w", "b -> n/b"]),
        ([("n/w", "w"), ("n/m/b", "m/b")], ("z",), ["n/ -> /"]),
        ([(f"l{i}/weights", f"l{i}/kernel") for i in range(3)], ("z",), ["*/weights -> */kernel"]),
        ([(f"l{i}/att/{x}", f"l{i}/attn/{x}") for i in range(3) for x in "wb"], ("z",), ["*/att/ -> */attn/"]),
        ([("conv1/w", "conv0/w"), ("conv2/w", "conv1/w")], (), ["conv1/ -> conv0/", "conv2/ -> conv1/"]),
        ([("a/w", "b/w"), ("b/w", "a/w")], (), ["a/ -> b/", "b/ -> a/"]),
    ],
)
def test_rules(pairs: list[tuple[str, str]], kept: tuple[str, ...], expected: list[str]) -> None:
    assert rules(pairs, kept) == expected


PART = st.sampled_from(["a", "b", "c", "w", "w_1"])
NAMES = st.lists(st.lists(PART, min_size=1, max_size=4).map("/".join), unique=True, min_size=2, max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NAMES, NAMES, NAMES)
def test_no_rule_says_something_wrong(old: list[str], new: list[str], others: list[str]) -> None:
    pairs = [(a, b) for a, b in zip(old, new, strict=False) if a != b]
    renamed = {a for a, _ in pairs}
    kept = [name for name in others if name not in renamed]
    found = rename_rules(pairs, kept)
    assert sorted(pair for _, group in found for pair in group) == sorted(pairs)
    chain = [rule._replace(since="1") for rule, _ in found]
    assert [became(chain, a) for a, _ in pairs] == [b for _, b in pairs]
    assert [became(chain, name) for name in kept] == kept


def test_a_chain_of_years() -> None:
    chain = [Rename("a/", "b/", "1"), Rename("b/", "a/", "1"), Rename("a/", "z/", "2")]
    assert became(chain, "b/w") == "z/w" and became(chain, "a/w") == "b/w"
    assert former_names(chain, "z/w") == ["b/w", "a/w"]
    assert add([Rename("a/", "b/", "1")], [Rename("b/", "c/", "1")]) == [Rename("a/", "c/", "1")]
    assert add([Rename("a/", "b/", "1")], [Rename("b/", "a/", "1")]) == []
    assert add([Rename("a/", "b/", "1")], [Rename("b/", "c/", "2")]) == [
        Rename("a/", "b/", "1"),
        Rename("b/", "c/", "2"),
    ]


@pytest.mark.parametrize("text", ["a/", "a/ -> b", "-> b/", "a/ ->"])
def test_what_is_no_rename(text: str) -> None:
    with pytest.raises(LockError):
        read_rule(text)
