"""What the graph layer tells beside names: sites, templates, what is not known, what was caught."""

from __future__ import annotations

from typing import Any

import pytest

from scopelint.graph import initial, layers, scopes, slots, store
from scopelint.graph.events import Refused, ScopeOpened, VariableMade, VariableRefused, VariableReused
from scopelint.graph.refusals import TFError
from scopelint.graph.state import GraphState
from scopelint.site import CallSite, Site
from scopelint.values.base import Unknown
from scopelint.values.tensors import DTYPES, Tensor


class Clock:
    """A state whose source line goes on with each thing that is asked."""

    def __init__(self) -> None:
        self.line = 0

    def __call__(self) -> Any:
        site = Site("x.py", self.line)
        return site, (CallSite(site, "main"),)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(clock: Clock) -> GraphState:
    return GraphState(clock)


def of(state: GraphState, kind: Any) -> list[Any]:
    return [event for event in state.events.items if isinstance(event, kind)]


def test_prefix_sites_say_which_scope_gave_which_part(state: GraphState, clock: Clock) -> None:
    clock.line = 1
    with scopes.variable_scope(state, "a") as a:
        clock.line = 2
        with scopes.variable_scope(state, "b"):
            clock.line = 3
            store.get_variable(state, "w", [1])
    clock.line = 4
    with scopes.variable_scope(state, a):
        store.get_variable(state, "v", [1])
    first, second = of(state, VariableMade)
    assert [(part, site.line) for part, site in first.prefix_sites] == [("a", 1), ("b", 2)]
    assert [(part, site.line) for part, site in second.prefix_sites] == [("a", 1)]


def test_a_variable_gets_its_prefix_from_name_scopes(state: GraphState, clock: Clock) -> None:
    clock.line = 7
    with scopes.name_scope(state, "a"):
        clock.line = 8
        store.variable(state, initial.of_value((), DTYPES["int32"]), name="v")
        store.get_variable(state, "w", [1])
    plain, got = of(state, VariableMade)
    assert (plain.name, [(part, site.line) for part, site in plain.prefix_sites]) == ("a/v", [("a", 7)])
    assert (got.name, got.name_scope, got.prefix_sites) == ("w", "a", ())


def test_a_refusal_knows_the_first_definition(state: GraphState, clock: Clock) -> None:
    clock.line = 1
    store.get_variable(state, "w", [1])
    clock.line = 2
    with pytest.raises(TFError) as caught:
        store.get_variable(state, "w", [1])
    (event,) = of(state, VariableRefused)
    assert (event.reason, event.first_site.line, event.site.line) == ("exists", 1, 2)
    assert event.message.startswith("Variable w already exists, disallowed.")
    state.mark_caught(caught.value)
    assert of(state, VariableRefused)[0].caught


def test_refused_names_are_told_once(state: GraphState) -> None:
    with pytest.raises(TFError):
        scopes.name_scope(state, "a b").enter()
    (event,) = of(state, Refused)
    assert (event.reason, event.name, event.message) == ("scope_name", "a b", "'a b' is not a valid scope name")
    with pytest.raises(TFError):
        store.get_variable(state, "a b", [1])
    assert len(of(state, Refused)) == 2
    assert of(state, VariableRefused) == []


def test_names_with_unknown_parts(state: GraphState) -> None:
    with scopes.variable_scope(state, "layer_{i}"):
        store.get_variable(state, "w", [1])
    with scopes.variable_scope(state, "layer_{i}"):
        store.get_variable(state, "w", [1])
    assert [made.name for made in of(state, VariableMade)] == ["layer_{i}/w"]
    with scopes.variable_scope(state, "layer_0", reuse=True):
        assert store.get_variable(state, "w", [1]).name == "layer_{i}/w"
    assert of(state, VariableRefused) == []
    assert state.default.unique_name("layer_{i}") == "layer_{i}_2"


def test_reuse_that_is_not_known_is_never_refused(state: GraphState) -> None:
    store.get_variable(state, "a/w", [1])
    with scopes.variable_scope(state, "a", reuse=Unknown("a parameter", "reuse")) as scope:
        assert scope.reuse is not True
        store.get_variable(state, "w", [1])
        store.get_variable(state, "v", [1])
    assert [event.reuse for event in of(state, VariableReused)] == ["unknown"]
    assert [event.name for event in of(state, VariableMade)] == ["a/w", "a/v"]


def test_shapes_that_are_not_known_are_compatible(state: GraphState) -> None:
    store.get_variable(state, "w", [3, Unknown("size", "n")])
    scopes.get_variable_scope(state).reuse_variables()
    store.get_variable(state, "w", [3, 4])
    with pytest.raises(TFError):
        store.get_variable(state, "w", [4, 4])


def test_what_sharing_ignores_is_told(state: GraphState) -> None:
    store.get_variable(state, "w", [3])
    scopes.get_variable_scope(state).reuse_variables()
    store.get_variable(state, "w", [3], trainable=False, initializer=initial.ZEROS)
    assert of(state, VariableReused)[0].changed == ("trainable", "initializer")


def test_scope_entered_again_is_told(state: GraphState) -> None:
    for _ in range(2):
        with scopes.variable_scope(state, "a"):
            pass
    assert [event.reopened for event in of(state, ScopeOpened)] == [False, True]


def test_telling_brings_no_graph_into_being(state: GraphState) -> None:
    with pytest.raises(TFError):
        scopes.variable_scope(state, None)
    assert state.graphs == []
    graph = state.new_graph()
    state.push_graph(graph)
    with pytest.raises(TFError):
        state.reset_default_graph()
    state.pop_graph()
    assert state.default.index == 1


def test_values_choose_the_graph(state: GraphState) -> None:
    other = state.new_graph()
    tensor = Tensor("x", graph=other)
    with scopes.variable_scope(state, "a", values=[tensor]):
        assert store.get_variable(state, "w", [1]).graph is other
    mixed = [tensor, Tensor("y", graph=state.default)]
    with pytest.raises(TFError, match="must be from the same graph as"):
        scopes.name_scope(state, "a", values=mixed).enter()


def test_slots_double_the_scope(state: GraphState) -> None:
    with scopes.variable_scope(state, "ae"):
        w = store.get_variable(state, "w", [2])
        made = slots.create_zeros_slot(state, w, "Adam")
    assert made.name == "ae/ae/w/Adam"
    assert of(state, VariableMade)[-1].by == "slot"


def test_keras_layers_take_the_name_scope(state: GraphState) -> None:
    with scopes.name_scope(state, "ns"):
        layer = layers.KerasLayer(state, "Dense")
        with layer.open():
            assert layer.add_weight("kernel", [2, 3]).name == "ns/dense/kernel"
        assert layers.KerasLayer(state, "Dense").name == "dense_1"


def test_a_legacy_layer_keeps_its_first_scope(state: GraphState) -> None:
    layer = layers.LegacyLayer(state, "Dense")
    with scopes.variable_scope(state, "a"), layer.open():
        assert layer.add_weight("kernel", [2, 3]).name == "a/dense/kernel"
        layer.built = True
    with scopes.variable_scope(state, "b"), layer.open() as scope:
        assert scope.name == "a/dense"
        assert layer.add_weight("kernel", [2, 3]).name == "a/dense/kernel"


def test_snake_case() -> None:
    assert [layers.to_snake_case(name) for name in ("Dense", "Conv2DTranspose", "_My", "LSTMCell")] == [
        "dense", "conv2d_transpose", "private__my", "lstm_cell",
    ]  # fmt: skip


def test_conditions_are_told_as_sentences() -> None:
    from scopelint.graph.conditions import phrase

    assert phrase(["is_training", "for x in xs"]) == "if is_training and `for x in xs` comes round"
    assert phrase(["not (while n)", "assuming zoo makes no variable"]) == (
        "if `while n` does not come round, assuming zoo makes no variable"
    )
