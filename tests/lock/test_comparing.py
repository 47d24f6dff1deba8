"""What became of each name, on lists written by hand: what is paired, what is told, and with which weight."""

from __future__ import annotations

import pytest

from scopelint.lock.comparing import compare
from scopelint.lock.file import Entry, Form, Rename
from scopelint.lock.leftovers import by_names
from scopelint.lock.pairing import meet
from scopelint.lock.variables import UNTOLD, Gap, Made, Variable

TRAIN = Entry("train.py")


def made(*names: str, gaps: tuple[Gap, ...] = (), ordered: bool = True, slots: tuple[str, ...] = ()) -> Made:
    """Names with shapes behind a blank: `a/w 3,2`."""
    variables = []
    for each in (*names, *slots):
        name, _, dims = each.partition(" ")
        shape = tuple(None if d == "?" else int(d) for d in dims.split(",")) if dims else (3,)
        variables.append(Variable(name, Form(shape, "float32"), each in slots))
    return Made(TRAIN, variables, gaps, ordered)


def told(old: Made, new: Made, **options: object) -> set[tuple[str, str, str, str]]:
    found = compare(old, new, rest=by_names, **options)  # type: ignore[arg-type]
    return {
        (change.level, change.kind, change.old.name if change.old else "", change.new.name if change.new else "")
        for change in found.changes
    }


def test_the_same_is_silent_in_whatever_order_a_lock_has_it() -> None:
    assert told(made("a/w", "b/w", slots=("a/w/Adam",)), made("a/w", "b/w", slots=("a/w/Adam",))) == set()
    assert told(made("b/w", "a/w", ordered=False), made("a/w", "b/w")) == set()


def test_order_is_a_note_and_names_the_fewest() -> None:
    old, new = made("a", "b", "c", "d"), made("b", "c", "d", "a")
    assert told(old, new) == {("note", "order", "a", "a")}


def test_what_is_not_known_fits_everything() -> None:
    assert told(made("w ?,3"), made("w 5,3")) == set()
    assert told(made("w ?,3"), made("w 5,4")) == {("breaking", "shape", "w", "w")}


def test_slots_weigh_less_and_follow() -> None:
    old = made("a/w", slots=("a/w/Adam", "a/a/v/Adam", "a/beta1_power"))
    new = made("b/w", slots=("b/w/Adam", "a/a/v/Adam", "b/beta1_power"))
    assert told(old, new) == {
        ("breaking", "renamed", "a/w", "b/w"),
        ("warning", "renamed", "a/w/Adam", "b/w/Adam"),
        ("warning", "renamed", "a/beta1_power", "b/beta1_power"),
    }
    assert told(made("w", slots=("w/Momentum",)), made("w", slots=("w/Adam",))) == {
        ("warning", "gone", "w/Momentum", ""),
        ("warning", "new", "", "w/Adam"),
    }


ZOO, NET = Gap("train.py:3", "module zoo was not found"), Gap("train.py:9", "call of net.get_shape: what net is")


@pytest.mark.parametrize(
    "before, now, kind",
    [
        ((), (), "gone"),
        ((), (ZOO,), "unsure"),
        ((ZOO,), (ZOO,), "gone"),
        # The same cause, come upon by another expression, is nothing new.
        ((NET,), (NET._replace(reason="call of x.get_shape: what net is"),), "gone"),
        ((NET,), (ZOO, NET), "unsure"),
        # A lock knows that something was not known, not what.
        ((Gap("", UNTOLD),), (ZOO,), "gone"),
    ],
)
def test_only_what_is_not_known_since_excuses(before: tuple[Gap, ...], now: tuple[Gap, ...], kind: str) -> None:
    [(_, found, *_)] = told(made("a", "b", gaps=before), made("a", gaps=now))
    assert found == kind


def test_new_names_of_a_list_that_was_cut_short_are_not_sure_to_be_new() -> None:
    cut = Gap("train.py:1", "it took too long", True)
    assert told(made("a", gaps=(cut,)), made("a", "b")) == {("note", "unsure", "", "b")}
    assert told(made("a", gaps=(ZOO,)), made("a", "b")) == {("warning", "new", "", "b")}


def test_lines_that_a_merge_brought_back_are_stale() -> None:
    old = made("a/w", "b/w", ordered=False)
    assert told(old, made("b/w"), renames=[Rename("a/", "b/", "1")]) == {("note", "stale", "a/w", "")}
    assert told(old, made("b/w")) == {("breaking", "gone", "a/w", "")}


def test_a_name_with_two_lines_is_held_to_the_one_that_fits() -> None:
    old = made("w 3", "w 4", ordered=False)
    assert told(old, made("w 4")) == {("note", "stale", "w", "")}


def test_history_turns_old_names_into_those_of_today() -> None:
    chain = [Rename("a/", "b/", "1"), Rename("b/", "c/", "2")]
    assert told(made("a/w", ordered=False), made("c/w"), history=chain) == {("breaking", "renamed", "a/w", "c/w")}


def test_a_conditional_name_is_neither_new_nor_gone() -> None:
    new = made("a")
    new.variables.append(Variable("b", Form((3,), "float32"), when=("is_training",)))
    assert told(made("a"), new) == set()
    assert told(made("a", "b"), new) == {("note", "unsure", "b", "b")}
    assumed = made("a")
    assumed.variables.append(Variable("b", Form((3,), "float32"), when=("assuming zoo makes no variable",)))
    assert told(made("a"), assumed) == {("warning", "new", "", "b")}


def test_graphs_are_known_by_what_they_hold() -> None:
    def graph(number: int, *names: str) -> Made:
        found = made(*names)
        found.entry = TRAIN._replace(graph=number)
        return found

    first, second = graph(0, "a", "b"), graph(1, "c")
    before = graph(0, "x")
    after = [before, graph(1, "a", "b"), graph(2, "c")]
    pairs = [(met.old and met.old.variables[0].name, met.new and met.new.variables[0].name, met.again)
             for met in meet([first, second], after)]  # fmt: skip
    assert ("a", "a", False) in pairs and ("c", "c", False) in pairs and len(pairs) == 3
    assert [met.old is None or met.again for met in meet([first, second], after) if met.new is before] == [True]
