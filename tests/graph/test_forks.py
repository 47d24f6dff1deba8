"""Graph state over forks: undone, kept, joined."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scopelint.graph import scopes, store
from scopelint.graph.events import Event, OpMade, VariableMade, VariableRefused, VariableReused
from scopelint.graph.refusals import TFError
from scopelint.graph.state import GraphState
from scopelint.site import Site
from scopelint.values.base import Unknown
from scopelint.values.join import join_values
from scopelint.values.trail import TRAIL

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import graph_programs
from graph_here import Here


@pytest.fixture
def state() -> Iterator[GraphState]:
    TRAIL.reset()
    yield GraphState(lambda: (Site("x.py", 1), ()))
    TRAIL.reset()


def fork(state: GraphState, one: Callable[[], Any], two: Callable[[], Any]) -> None:
    """An undecided test, as the interpreter runs it."""
    sides = []
    outer = state.conditions
    for side, condition in ((one, "flag"), (two, "not (flag)")):
        state.conditions = (*outer, condition)
        sides.append(TRAIL.attempt(side, TFError))
    state.conditions = outer
    TRAIL.join(sides[0], sides[1], join_values)


def of(state: GraphState, kind: type[Event]) -> list[Any]:
    return [event for event in state.events.items if isinstance(event, kind)]


def test_a_fork_taken_back_leaves_nothing(state: GraphState) -> None:
    state.default.op("Add")

    def side() -> None:
        with scopes.variable_scope(state, "a"):
            store.get_variable(state, "w", [3])
        state.default.op("Add")

    TRAIL.attempt(side, TFError)
    assert [event.name for event in state.events.items if isinstance(event, OpMade)] == ["Add"]
    assert state.default.unique_name("Add") == "Add_1"
    assert state.default.get_collection("variables") == []
    store.get_variable(state, "a/w", [3])
    assert [event.name for event in of(state, VariableMade)] == ["a/w"]


def test_a_side_that_is_kept_is_as_if_it_had_run(state: GraphState) -> None:
    TRAIL.keep(TRAIL.attempt(lambda: store.get_variable(state, "w", [3]), TFError))
    assert [v.name for v in state.default.get_collection("variables")] == ["w"]
    with pytest.raises(TFError):
        store.get_variable(state, "w", [3])


def test_both_sides_make_one_variable(state: GraphState) -> None:
    fork(
        state,
        lambda: store.get_variable(state, "w", [3, 4]),
        lambda: store.get_variable(state, "w", [3, 5]),
    )
    (made,) = of(state, VariableMade)
    assert made.when == ()
    assert made.shape[0] == 3
    assert isinstance(made.shape[1], Unknown)
    assert len(state.default.get_collection("variables")) == 1
    with pytest.raises(TFError):
        store.get_variable(state, "w", [3, 4])


def test_each_side_makes_its_own(state: GraphState) -> None:
    fork(state, lambda: store.get_variable(state, "a", [1]), lambda: store.get_variable(state, "b", [1]))
    assert [(made.name, made.when) for made in of(state, VariableMade)] == [("a", ("flag",)), ("b", ("not (flag)",))]
    assert [v.name for v in state.default.get_collection("variables")] == ["a", "b"]


def test_a_variable_of_one_side_is_neither_there_nor_not(state: GraphState) -> None:
    fork(state, lambda: store.get_variable(state, "w", [1]), lambda: None)
    store.get_variable(state, "w", [1])
    assert [event.when for event in of(state, VariableRefused)] == [("flag",)]
    assert [event.when for event in of(state, VariableMade)] == [("flag",), ("not (flag)",)]
    with pytest.raises(TFError):
        store.get_variable(state, "w", [1])


def test_reuse_of_a_variable_of_one_side(state: GraphState) -> None:
    fork(state, lambda: store.get_variable(state, "w", [1]), lambda: None)
    with scopes.variable_scope(state, scopes.get_variable_scope(state), reuse=True):
        assert store.get_variable(state, "w", [1]).name == "w"
    assert [event.when for event in of(state, VariableReused)] == [("flag",)]
    assert [(event.reason, event.when) for event in of(state, VariableRefused)] == [("missing", ("not (flag)",))]


def test_a_name_of_one_side_makes_the_next_number_unknown(state: GraphState) -> None:
    fork(state, lambda: state.default.op("Add"), lambda: None)
    assert [state.default.unique_name("Add") for _ in range(2)] == ["Add{_n}", "Add{_n+1}"]


def test_the_same_names_on_both_sides_stay_known(state: GraphState) -> None:
    fork(state, lambda: state.default.op("Add"), lambda: state.default.op("Add"))
    assert state.default.unique_name("Add") == "Add_1"


def test_default_scope_names_after_a_fork(state: GraphState) -> None:
    def open_dense() -> None:
        with scopes.variable_scope(state, None, "dense"):
            pass

    open_dense()
    fork(state, open_dense, lambda: None)
    with scopes.variable_scope(state, None, "dense") as scope:
        assert scope.name == "dense_{n}"


def test_reuse_set_on_one_side_is_not_known(state: GraphState) -> None:
    store.get_variable(state, "w", [1])
    fork(state, lambda: scopes.get_variable_scope(state).reuse_variables(), lambda: None)
    assert store.get_variable(state, "w", [1]).name == "w"
    assert store.get_variable(state, "new", [1]).name == "new"
    assert of(state, VariableRefused) == []


def test_nested_forks(state: GraphState) -> None:
    def inner() -> None:
        store.get_variable(state, "x", [1])
        fork(state, lambda: store.get_variable(state, "y", [1]), lambda: state.default.op("Add"))

    fork(state, inner, lambda: store.get_variable(state, "x", [1]))
    assert {(made.name, made.when) for made in of(state, VariableMade)} == {("x", ()), ("y", ("flag", "flag"))}


def test_two_sides_never_share_a_bit(state: GraphState) -> None:
    fork(state, lambda: store.get_variable(state, "a", [1]), lambda: store.get_variable(state, "b", [1]))
    assert len({v.index for v in state.default.get_collection("variables")}) == 2


def run(state: GraphState, program: list[Any]) -> Any:
    return graph_programs.run(program, Here(state))


@pytest.mark.parametrize("number", range(60))
def test_random_programs_in_forks(number: int) -> None:
    """A side taken back is as if it had not run, a side kept as if it had, and two sides that do the same join to
    what one of them leaves."""
    before, side, after = (graph_programs.generate(random.Random(f"fork {number} {part}")) for part in range(3))
    records = {}
    for how in ("never", "taken back", "plain", "kept", "joined", "joined twice"):
        TRAIL.reset()
        state = GraphState(lambda: (Site("x.py", 1), ()))
        run(state, before)

        def one(state: GraphState = state) -> None:
            run(state, side)

        def two(state: GraphState = state, one: Callable[[], None] = one) -> None:
            TRAIL.join(TRAIL.attempt(one, TFError), TRAIL.attempt(one, TFError), join_values)

        if how == "taken back":
            TRAIL.attempt(one, TFError)
        elif how == "plain":
            one()
        elif how == "kept":
            TRAIL.keep(TRAIL.attempt(one, TFError))
        elif how == "joined":
            two()
        elif how == "joined twice":
            TRAIL.join(TRAIL.attempt(one, TFError), TRAIL.attempt(two, TFError), join_values)
        records[how] = run(state, after)
    TRAIL.reset()
    assert records["taken back"] == records["never"]
    assert records["kept"] == records["plain"]
    # Graphs and initializers made on two sides are two, so what depends on them is not known after a join.
    if any(word in str(side) for word in ("'graph'", "'reset'", "'set'")):
        return
    for how in ("joined", "joined twice"):
        assert records[how] == records["plain"], how
