"""Which tensor is which variable: rules, rivals, numbers, slots."""

from __future__ import annotations

from scopelint.checkpoints.matching import Entry, Matching, match

LAYERS = (("fc1", (5, 8)), ("fc2", (8, 8)), ("logits", (8, 3)))


def network(scope: str = "", classes: int = 3) -> list[Entry]:
    entries = []
    for layer, (rows, columns) in LAYERS:
        width = classes if layer == "logits" else columns
        entries.append(Entry(f"{scope}{layer}/kernel", (rows, width), "float32"))
        entries.append(Entry(f"{scope}{layer}/bias", (width,), "float32"))
    return entries


def told(matching: Matching) -> dict[str, tuple[str, bool]]:
    return {pair.held: (pair.wanted, pair.certain) for pair in matching.pairs}


def test_a_scope_that_was_added_is_one_rule() -> None:
    found = match(network(), network("model/"))
    assert told(found) == {e.name: (f"model/{e.name}", True) for e in network()}
    assert [rule.rename.shown() for rule in found.rules] == ["(nothing) -> model/"]


def test_two_scopes_of_equal_shapes_are_rivals_and_nothing_is_certain() -> None:
    found = match([*network("policy/"), *network("value/")], [*network("a/"), *network("b/")])
    assert found.pairs
    assert not any(pair.certain for pair in found.pairs)


def test_a_head_of_another_shape_tells_the_two_apart() -> None:
    found = match([*network("policy/"), *network("value/", 1)], [*network("a/"), *network("b/", 1)])
    assert told(found)["policy/fc1/kernel"] == ("a/fc1/kernel", True)
    assert told(found)["value/fc1/kernel"] == ("b/fc1/kernel", True)


def test_attention_of_equal_shapes_is_never_certain() -> None:
    held = [Entry(f"layer_{n}/{p}/kernel", (8, 8)) for n in range(3) for p in "qkv"]
    wanted = [Entry(f"layer_{n}/{p}/kernel", (8, 8)) for n in range(3) for p in ("query", "key", "value")]
    found = match(held, wanted)
    assert not any(pair.certain for pair in found.pairs)
    assert told(found)["layer_1/q/kernel"] == ("layer_1/query/kernel", False)


def test_the_leaf_of_another_library() -> None:
    held = [Entry("conv1/weights", (3, 3, 3, 8)), Entry("conv1/biases", (8,)), Entry("fc/weights", (20, 4))]
    wanted = [Entry("conv1/kernel", (3, 3, 3, 8)), Entry("conv1/bias", (8,)), Entry("fc/kernel", (20, 4))]
    assert told(match(held, wanted)) == {
        "conv1/weights": ("conv1/kernel", True),
        "conv1/biases": ("conv1/bias", True),
        "fc/weights": ("fc/kernel", True),
    }


def test_moved_numbers_are_told_and_never_certain_without_the_order() -> None:
    held = [Entry(f"conv{n}/kernel", (8, 8)) for n in (1, 2, 3)]
    wanted = [Entry(f"conv{n}/kernel", (8, 8)) for n in (0, 1, 2)]
    found = match(held, wanted)
    assert told(found)["conv3/kernel"] == ("conv2/kernel", False)
    assert [(s.family, s.by) for s in found.shifts] == [("conv{n}", -1)]


def test_moved_numbers_are_certain_where_the_order_of_creation_says_so() -> None:
    held = [Entry(f"conv{n}/kernel", (8, 8), order=n) for n in (1, 2, 3)]
    wanted = [Entry(f"conv{n}/kernel", (8, 8), order=n) for n in (0, 1, 2)]
    assert told(match(held, wanted))["conv3/kernel"] == ("conv2/kernel", True)


def test_slots_follow_their_variable_also_where_the_scope_stands_twice() -> None:
    held = [*network("a/"), *(Entry(f"a/a/{e.name}/Adam", e.shape, e.dtype) for e in network())]
    wanted = [*network("b/"), *(Entry(f"b/b/{e.name}/Adam", e.shape, e.dtype) for e in network())]
    assert told(match(held, wanted))["a/a/fc1/kernel/Adam"] == ("b/b/fc1/kernel/Adam", True)


def test_slots_of_another_optimizer_are_no_partners() -> None:
    held = [*network(), *(Entry(f"{e.name}/Momentum", e.shape, e.dtype) for e in network())]
    wanted = [*network(), *(Entry(f"{e.name}/Adam", e.shape, e.dtype) for e in network())]
    assert match(held, wanted).pairs == ()


def test_averages_alone_stand_in_for_their_variables() -> None:
    held = [Entry(f"{e.name}/ExponentialMovingAverage", e.shape, e.dtype) for e in network()]
    assert told(match(held, network()))["fc1/bias/ExponentialMovingAverage"] == ("fc1/bias", True)


def test_nothing_is_told_of_another_network() -> None:
    held = [Entry("discriminator/" + e.name, e.shape, e.dtype) for e in network()]
    gates = [Entry("rnn/gru_cell/gates/kernel", (8, 8), "float32"), Entry("rnn/gru_cell/gates/bias", (8,), "float32")]
    assert match(held, gates).pairs == ()


def test_swapped_shapes_of_unnamed_variables_are_a_guess() -> None:
    held = [Entry("Variable", (4, 4)), Entry("Variable_1", (4,)), Entry("Variable_2", (4, 2))]
    wanted = [Entry("Variable", (4,)), Entry("Variable_1", (4, 4)), Entry("Variable_2", (4, 2))]
    found = match(held, wanted)
    assert told(found) == {"Variable_1": ("Variable", False), "Variable": ("Variable_1", False)}
    assert set(found.misfits) == {"Variable", "Variable_1"}


def test_order_of_creation_pairs_what_has_no_name_in_common() -> None:
    held = [Entry(n, s, "float32", i) for i, (n, s) in enumerate((("w1", (4, 4)), ("b1", (4,)), ("w2", (4, 4))))]
    wanted = [Entry(n, s, "float32", i) for i, (n, s) in enumerate((("x/w", (4, 4)), ("x/b", (4,)), ("y/w", (4, 4))))]
    assert told(match(held, wanted)).keys() <= {"w1", "b1", "w2"}
