"""`scopelint port` without TensorFlow or PyTorch: reasons, layouts, rules, the target's header, files, errors."""

from __future__ import annotations

import itertools
import json
import struct
from math import prod
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scopelint.checkpoints.records import OBJECT_GRAPH_KEY, Checkpoint, CheckpointError, CheckpointTensor, GraphVariable
from scopelint.cli import main
from scopelint.commands.port import as_saved
from scopelint.porting import layers as layering
from scopelint.porting.left_out import Known
from scopelint.porting.recipes import KERNELS, Recipe
from scopelint.porting.rules import Rules, parse
from scopelint.porting.safetensors import Held, read_header, write
from scopelint.porting.table import Table, table
from scopelint.porting.values import WIDTHS, made, part, transposed
from scopelint.project.config import Config
from scopelint.project.weights import known_of

STORIES = Path(__file__).parents[2] / "fixtures" / "checkpoint_stories"


def held(*tensors: tuple[str, list[int], str] | tuple[str, list[int]], **more: object) -> Checkpoint:
    found = tuple(
        CheckpointTensor(name, tuple(shape), dtype[0] if dtype else "float32") for name, shape, *dtype in tensors
    )
    return Checkpoint("model.ckpt", "model.ckpt", "V2", found, **more)  # type: ignore[arg-type]


def statuses(found: Table) -> dict[str, tuple[str, str, bool]]:
    return {row.name: (row.status, row.evidence, row.certain) for row in found.rows}


def tensors(found: Table) -> dict[str, tuple[int, ...]]:
    return {recipe.name: recipe.shape for recipe in found.made}


# what is left out


def test_slots_are_known_by_where_they_stand_not_by_their_words() -> None:
    found = statuses(
        table(
            held(
                ("a/w", [3, 4]), ("a/w/anything", [3, 4]), ("a/b", [4]), ("a/b/anything", [4]), ("a/a/w/inner", [3, 4]),
                ("e", [5, 2]), ("e/rows", [5]), ("e/columns", [2]), ("f", [5, 2]), ("f/bias", [2]),
                ("mine/adam_m", [7]), ("count", [], "int64"), ("rate", []),
                ("train/Opt/a/w/one", [3, 4]), ("train/Opt/a/b/one", [4]),
            )
        )
    )  # fmt: skip
    left = {name for name, row in found.items() if row[0] == "left out"}
    assert left == {
        "a/w/anything", "a/b/anything", "a/a/w/inner", "e/rows", "e/columns", "count", "train/Opt/a/w/one",
        "train/Opt/a/b/one", "mine/adam_m",
    }  # fmt: skip
    # What one of TF's names alone says is told so.
    assert [name for name in left if not found[name][2]] == ["mine/adam_m"]
    # One axis less is a factored optimizer's where both are there: the bias of a layer is a weight.
    assert found["f/bias"][0] == found["rate"][0] == "mapped"


def test_what_the_program_says_comes_first() -> None:
    checkpoint = held(("w", [3]), ("w/Adam", [3]), ("step", []), ("net/m", [3]), ("acc", []), ("odd/w", [3]))
    known = Known({"odd/w": "train.py:9"}, {"step": "train.py:3"}, {"acc": "train.py:5"}, {"w/Adam": "train.py:7"})
    found = statuses(table(checkpoint, known=known))
    assert found["w/Adam"][0] == "mapped"
    assert {name: row[1] for name, row in found.items() if row[0] == "left out"} == {
        "odd/w": "source", "step": "source", "acc": "source"
    }  # fmt: skip


PROGRAM = """\
import tensorflow as tf

x = tf.layers.dense(tf.zeros([2, 3]), 4, name="fc")
x = tf.layers.batch_normalization(x, name="bn", training=True)
cell = tf.nn.rnn_cell.LSTMCell(5, forget_bias=0.3)
out, _ = tf.nn.dynamic_rnn(cell, tf.zeros([2, 6, 3]), dtype=tf.float32)
step = tf.Variable(0, trainable=False, name="my_step", collections=["variables", "global_step"])
for v in tf.trainable_variables():
    tf.get_variable(v.op.name + "/mine", v.shape.as_list(), trainable=False, initializer=tf.zeros_initializer())
tf.metrics.mean(tf.reduce_mean(x), name="seen")
tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_sum(out) + tf.reduce_sum(x), global_step=step)
"""


def test_a_program_tells_slots_steps_and_a_forget_bias(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(PROGRAM)
    known, bad = known_of([str(tmp_path / "train.py")], Config({"cache": False}))
    assert bad == [] and set(known.steps) == {"my_step"} and "seen/total" in known.local
    weights = {
        "fc/kernel": [3, 4], "fc/bias": [4], "bn/gamma": [4], "bn/beta": [4], "rnn/lstm_cell/kernel": [8, 20],
        "rnn/lstm_cell/bias": [20],
    }  # fmt: skip
    assert set(known.weights) == set(weights)
    rest = {"bn/moving_mean": [4], "bn/moving_variance": [4]}
    keys = [("my_step", [], "int32"), *weights.items(), *rest.items()]
    for name, shape in weights.items():
        keys += [(f"{name}/mine", shape), (f"{name}/Momentum", shape)]
    found = table(held(*keys), known=known)
    rows = statuses(found)
    assert {name for name, row in rows.items() if row[0] == "mapped"} == {*weights, *rest}
    assert rows["fc/kernel/Momentum"][1] == "source" and rows["fc/kernel/mine"][1] == "structure"
    [row] = [row for row in found.rows if row.name == "rnn/lstm_cell/bias"]
    assert not row.certain and "train.py:5 speaks of one" in row.why


@pytest.mark.parametrize(
    ("saved_by", "asked", "taken"), [("1.1.0", "", "1.1.0"), ("1.1.0", "1.4.1", "1.4.1"), ("odd", "", "")]
)
def test_a_program_is_read_for_the_release_that_saved(saved_by: str, asked: str, taken: str) -> None:
    config = Config({"tf": asked})
    as_saved(held(("w", [3]), tensorflow_version=saved_by), config)
    assert config.tf == taken


def test_what_the_saved_graph_trains_is_a_weight() -> None:
    graph = (GraphVariable("w", "w", True), GraphVariable("w/again", "w/again", True))
    checkpoint = held(("w", [3]), ("w/again", [3]), graph_variables=graph)
    assert all(row.status == "mapped" for row in table(checkpoint).rows)


def test_averages_take_the_place_of_variables_that_are_not_there() -> None:
    checkpoint = held(("w", [3]), ("w/ExponentialMovingAverage", [3]), ("gone/kernel/ExponentialMovingAverage", [2, 3]))
    found = table(checkpoint)
    assert statuses(found)["w/ExponentialMovingAverage"][:2] == ("left out", "structure")
    assert tensors(found) == {"w": (3,), "gone.weight": (3, 2)}
    averaged = table(checkpoint, averaged=True)
    assert statuses(averaged)["w"][0] == "left out"
    assert averaged.made[0].keys == ("w/ExponentialMovingAverage",)


@pytest.mark.parametrize(
    "story", sorted(path.name for path in STORIES.iterdir() if (path / "model.ckpt.index").exists())
)
def test_every_key_of_every_story_is_accounted_for(story: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Against what TF said: the variables that trained are mapped, those that an optimizer made are not."""
    truth = json.loads((STORIES / story / "truth.json").read_text())
    status = main(["port", str(STORIES / story / "model.ckpt"), "--format", "json"])
    data = json.loads(capsys.readouterr().out)
    keys = [row["key"] for row in data["rows"]]
    assert sorted(set(keys) - {OBJECT_GRAPH_KEY}) == sorted(truth["checkpoint"]) and len(set(keys)) == len(keys)
    assert data["mapped"] + data["left_out"] + data["unmatched"] == len(data["rows"])
    assert status == (1 if data["unmatched"] else 0)
    made = {name for tensor in data["tensors"] for name in tensor["keys"]}
    assert made == {row["key"] for row in data["rows"] if row["status"] == "mapped"}
    # Of what the stories pair with a variable of the program no weight may be lost.
    lost = {row["key"] for row in data["rows"] if row["status"] != "mapped"}
    for key, variable in truth["maps"].items():
        companion = any(word in variable for word in ("Adam", "Momentum", "RMSProp", "power", "biased", "local_step"))
        averages = "ExponentialMovingAverage" in key or "global_step" in key or "step" in variable
        assert key not in lost or companion or averages or truth["checkpoint"][key]["dtype"].startswith(("int", "str"))


# layers and layouts


def test_layers_get_the_targets_names_and_layouts() -> None:
    found = table(
        held(
            ("fc/kernel", [3, 4]), ("fc/bias", [4]), ("old/weights", [3, 4]), ("old/biases", [4]),
            ("conv/kernel", [5, 6, 3, 8]), ("line/kernel", [5, 3, 8]), ("cube/kernel", [2, 5, 6, 3, 8]),
            ("sep/depthwise_kernel", [5, 6, 3, 2]), ("sep/pointwise_kernel", [1, 1, 6, 8]), ("sep/bias", [8]),
            ("dw/depthwise_kernel", [5, 6, 3, 2]), ("dw/bias", [6]),
            ("bn/gamma", [8]), ("bn/beta", [8]), ("bn/moving_mean", [8]), ("bn/moving_variance", [8]),
            ("plain/moving_mean", [8]), ("plain/moving_variance", [8]),
            ("ln/gamma", [8]), ("ln/beta", [8]), ("words/embeddings", [9, 4]), ("word_embeddings", [9, 4]),
        )
    )  # fmt: skip
    assert tensors(found) == {
        "fc.weight": (4, 3), "fc.bias": (4,), "old.weight": (4, 3), "old.bias": (4,),
        "conv.weight": (8, 3, 5, 6), "line.weight": (8, 3, 5), "cube.weight": (8, 3, 2, 5, 6),
        "sep.depthwise.weight": (6, 1, 5, 6), "sep.pointwise.weight": (8, 6, 1, 1), "sep.pointwise.bias": (8,),
        "dw.weight": (6, 1, 5, 6), "dw.bias": (6,),
        "bn.weight": (8,), "bn.bias": (8,), "bn.running_mean": (8,), "bn.running_var": (8,),
        "plain.weight": (8,), "plain.bias": (8,), "plain.running_mean": (8,), "plain.running_var": (8,),
        "ln.weight": (8,), "ln.bias": (8,), "words.weight": (9, 4), "word_embeddings.weight": (9, 4),
    }  # fmt: skip
    values = {recipe.name: recipe.pieces[0].fill for recipe in found.made if not recipe.keys}
    assert values == {"plain.weight": 1.0, "plain.bias": 0.0}


def test_keras_keeps_layouts_and_has_words_of_its_own() -> None:
    found = table(held(("old/weights", [3, 4]), ("conv/weights", [5, 5, 3, 8]), ("bn/moving_mean", [4])), "keras")
    assert tensors(found) == {"old/kernel": (3, 4), "conv/kernel": (5, 5, 3, 8), "bn/moving_mean": (4,)}


def test_words_by_hand_are_not_certain() -> None:
    found = statuses(table(held(("a/W", [3, 4]), ("a/odd", [3, 4]), ("a/odd_vector", [4]), ("b/kernel", [3, 4]))))
    assert {name: row[2] for name, row in found.items()} == {
        "a/W": False, "a/odd": False, "a/odd_vector": True, "b/kernel": True
    }  # fmt: skip


def test_two_tensors_of_one_name_keep_their_own() -> None:
    found = table(held(("fc/kernel", [3, 4]), ("fc/gamma", [4]), ("fc/beta", [4])))
    assert found.is_whole and not found.twice
    assert set(tensors(found)) == {"fc.kernel", "fc.gamma", "fc.bias"}


def test_what_has_no_place_is_said() -> None:
    found = table(
        held(
            ("s", [2], "string"), ("rnn/lstm_cell/kernel", [8, 20]), ("rnn/lstm_cell/bias", [20]),
            ("rnn/lstm_cell/w_f_diag", [5]), ("c/basic_lstm_cell/kernel", [4, 20]), ("c/basic_lstm_cell/bias", [20]),
            ("m/lstm_cell/kernel", [8, 20], "float16"), ("m/lstm_cell/bias", [20]),
            ("cudnn_lstm/opaque_kernel", [800]), ("n/layer_norm_basic_lstm_cell/kernel", [8, 20]),
        )
    )  # fmt: skip
    why = {row.name: row.why for row in found.of("unmatched")}
    assert "string has no place" in why["s"]
    assert "peephole" in why["rnn/lstm_cell/w_f_diag"]
    assert "no kernel of 4 gates" in why["c/basic_lstm_cell/kernel"]
    assert "packing" in why["cudnn_lstm/opaque_kernel"]
    assert "one cell has one dtype" in why["m/lstm_cell/kernel"] and "m/lstm_cell/bias" in why
    assert "no counterpart" in why["n/layer_norm_basic_lstm_cell/kernel"]
    assert not found.is_whole


# A machine that has other work is no reason to fail.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 4), min_size=1, max_size=5), st.data())
def test_turning_is_what_it_is_element_by_element(sizes: list[int], data: st.DataObject) -> None:
    shape = tuple(sizes)
    order = tuple(data.draw(st.permutations(range(len(shape)))))
    width = data.draw(st.sampled_from([1, 2, 4, 8]))
    numbers = list(range(prod(shape)))
    source = b"".join((number % 251).to_bytes(width, "little") for number in numbers)
    strides = [prod(shape[axis + 1 :]) for axis in range(len(shape))]
    wanted = [
        sum(index[order.index(axis)] * strides[axis] for axis in range(len(shape)))
        for index in itertools.product(*(range(shape[axis]) for axis in order))
    ]
    expected = b"".join((number % 251).to_bytes(width, "little") for number in wanted)
    assert transposed(source, shape, order, width) == expected


def test_parts_are_rows_and_columns() -> None:
    data = bytes(range(12))
    assert part(data, (3, 4), (1, 3), (1, 3), 1) == (bytes([5, 6, 9, 10]), (2, 2))
    assert part(data, (12,), None, (2, 4), 1) == (bytes([2, 3]), (2,))


def floats(values: list[float]) -> bytes:
    return struct.pack(f"<{len(values)}f", *values)


def numbers(data: bytes) -> list[float]:
    return list(struct.unpack(f"<{len(data) // 4}f", data))


def values_of(found: Table, held_values: dict[str, tuple[list[float], tuple[int, ...]]]) -> dict[str, list[float]]:
    def read(key: str) -> tuple[bytes, tuple[int, ...]]:
        values, shape = held_values[key]
        return floats(values), shape

    return {recipe.name: numbers(made(recipe, read)) for recipe in found.made}


def test_gates_are_put_in_order_and_the_forget_bias_is_added() -> None:
    """TF: i, j, f, o side by side, input above state. Torch: i, f, g, o one below the other."""
    checkpoint = held(("r/lstm_cell/kernel", [2, 4]), ("r/lstm_cell/bias", [4]))
    values = {"r/lstm_cell/kernel": ([1.0, 2, 3, 4, 5, 6, 7, 8], (2, 4)), "r/lstm_cell/bias": ([1.0, 2, 3, 4], (4,))}
    found = values_of(table(checkpoint), values)
    assert found == {
        "r.weight_ih_l0": [1, 3, 2, 4], "r.weight_hh_l0": [5, 7, 6, 8], "r.bias_ih_l0": [1, 4, 2, 4],
        "r.bias_hh_l0": [0, 0, 0, 0],
    }  # fmt: skip
    keras = values_of(table(checkpoint, "keras"), values)
    assert keras == {"r/kernel": [1, 3, 2, 4], "r/recurrent_kernel": [5, 7, 6, 8], "r/bias": [1, 4, 2, 4]}


def test_a_gru_for_keras_has_update_first() -> None:
    checkpoint = held(
        ("r/gru_cell/gates/kernel", [2, 2]), ("r/gru_cell/gates/bias", [2]), ("r/gru_cell/candidate/kernel", [2, 1]),
        ("r/gru_cell/candidate/bias", [1]),
    )  # fmt: skip
    values = {
        "r/gru_cell/gates/kernel": ([1.0, 2, 3, 4], (2, 2)), "r/gru_cell/gates/bias": ([5.0, 6], (2,)),
        "r/gru_cell/candidate/kernel": ([7.0, 8], (2, 1)), "r/gru_cell/candidate/bias": ([9.0], (1,)),
    }  # fmt: skip
    found = values_of(table(checkpoint), values)
    assert (found["r.weight_ih_l0"], found["r.weight_hh_l0"], found["r.bias_ih_l0"]) == (
        [1, 2, 7],
        [3, 4, 8],
        [5, 6, 9],
    )
    keras = values_of(table(checkpoint, "keras"), values)
    assert keras == {"r/kernel": [2, 1, 7], "r/recurrent_kernel": [4, 3, 8], "r/bias": [6, 5, 9]}


def test_layers_and_directions_of_stacked_cells() -> None:
    scopes = (
        "enc/multi_rnn_cell/cell_0/lstm_cell", "enc/multi_rnn_cell/cell_1/lstm_cell",
        "b/bidirectional_rnn/fw/multi_rnn_cell/cell_0/basic_lstm_cell",
        "b/bidirectional_rnn/bw/multi_rnn_cell/cell_0/basic_lstm_cell",
        "s/stack_bidirectional_rnn/cell_1/bidirectional_rnn/bw/lstm_cell",
    )  # fmt: skip
    keys = [row for scope in scopes for row in ((f"{scope}/kernel", [5, 8]), (f"{scope}/bias", [8]))]
    found = {name for name in tensors(table(held(*keys))) if "weight_ih" in name}
    assert found == {
        "enc.weight_ih_l0", "enc.weight_ih_l1", "b.bidirectional_rnn.weight_ih_l0",
        "b.bidirectional_rnn.weight_ih_l0_reverse", "s.stack_bidirectional_rnn.bidirectional_rnn.weight_ih_l1_reverse",
    }  # fmt: skip


def test_recurrent_layers_of_keras() -> None:
    shapes = {"kernel": [3, 8], "recurrent_kernel": [2, 8], "bias": [8]}
    keys = [(f"b/{side}_lstm/{leaf}", shape) for side in ("forward", "backward") for leaf, shape in shapes.items()]
    more = [("conv/kernel", [3, 3, 2, 8]), ("conv/recurrent_kernel", [3, 3, 2, 8]), ("conv/bias", [8])]
    odd = [("odd/kernel", [3, 7]), ("odd/recurrent_kernel", [2, 7]), ("odd/bias", [7])]
    found = table(held(*keys, *more, *odd))
    assert {name for name in tensors(found) if "weight_ih" in name} == {"b.weight_ih_l0", "b.weight_ih_l0_reverse"}
    assert {row.name.partition("/")[0] for row in found.of("unmatched")} == {"conv", "odd"}


_PARTS = (
    "a", "lstm_cell", "basic_lstm_cell", "gru_cell", "gates", "candidate", "input_projection", "hidden_projection",
    "bn",
    "multi_rnn_cell", "cell_0", "fw", "bw", "projection", "forward_lstm", "backward_lstm", "layer_1", "basic_rnn_cell",
)  # fmt: skip
_LEAVES = (
    "kernel", "bias", "weights", "biases", "w", "W", "gamma", "beta", "moving_mean", "moving_variance",
    "recurrent_kernel", "depthwise_kernel", "pointwise_kernel", "embeddings", "w_f_diag", "Adam", "Adam_1",
    "ExponentialMovingAverage", "beta1_power", "biased", "local_step", "opaque_kernel", "x",
)  # fmt: skip
_NAMES = st.lists(st.sampled_from(_PARTS), max_size=3).flatmap(
    lambda parts: st.lists(st.sampled_from(_LEAVES), min_size=1, max_size=2).map(
        lambda leaves: "/".join(parts + leaves)
    )
)
_TENSOR = st.tuples(
    _NAMES,
    st.lists(st.integers(0, 8), max_size=5) | st.sampled_from([[5, 8], [8], [2, 8], [3, 8], [4, 4], [4], [2], [2, 2]]),
    st.sampled_from(["float32", "float32", "float32", "float16", "bfloat16", "int64", "string"]),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(_TENSOR, max_size=14, unique_by=lambda each: each[0]), st.sampled_from(["torch", "keras"]), st.booleans()
)
def test_whatever_a_file_holds_every_key_is_told_once_and_tensors_have_their_sizes(
    rows: list[tuple[str, list[int], str]], style: str, averaged: bool
) -> None:
    checkpoint = held(*rows)
    found = table(checkpoint, style, averaged=averaged)  # type: ignore[arg-type]
    assert [row.key for row in found.rows] == [tensor.key for tensor in checkpoint.tensors]
    made_of = {key for recipe in found.made for key in recipe.keys}
    assert made_of == {row.key for row in found.of("mapped")}
    assert all(row.why for row in found.rows if row.status != "mapped")

    def read(key: str) -> tuple[bytes, tuple[int, ...]]:
        tensor = checkpoint.by_key[key]
        shape = tensor.shape or ()
        return bytes(prod(shape) * WIDTHS[tensor.dtype]), shape

    for recipe in found.made:
        assert len(made(recipe, read)) == prod(recipe.shape) * WIDTHS[recipe.dtype], recipe


# rules


def test_rules_name_turn_rename_and_leave_out() -> None:
    rules = parse(
        "# from the old names\n"
        r"bert/(.*)/kernel -> $1.weight T" + "\n"
        "emb/table -> emb.weight same  # as it is\n"
        "cls/(.*) -> - the head of pretraining\n"
        "spine/cell_2 -> spine lstm forget_bias=0 layer=1 reverse\n"
        r"layer_(\d+) => layer/$1" + "\n"
        "head/kernel -> head.weight flatten=2x2x3\n"
    )
    found = table(
        held(
            ("bert/a/b/kernel", [3, 4]), ("emb/table", [9, 4]), ("cls/w", [3]), ("spine/cell_2/kernel", [5, 8]),
            ("spine/cell_2/bias", [8]), ("net/layer_3/fc/kernel", [3, 4]), ("head/kernel", [12, 5]),
        ),
        rules=rules,
    )  # fmt: skip
    assert tensors(found) == {
        "a.b.weight": (4, 3), "emb.weight": (9, 4), "spine.weight_ih_l1_reverse": (8, 3),
        "spine.weight_hh_l1_reverse": (8, 2), "spine.bias_ih_l1_reverse": (8,), "spine.bias_hh_l1_reverse": (8,),
        "net.layer.3.fc.weight": (4, 3), "head.weight": (5, 12),
    }  # fmt: skip
    [left] = found.of("left out")
    assert (left.name, left.why, left.evidence) == ("cls/w", "the head of pretraining", "rule")
    assert all(row.certain for row in found.rows)


def test_a_flattened_image_has_channels_first() -> None:
    rules = parse("head/kernel -> head.weight flatten=1x2x2\n")
    found = values_of(table(held(("head/kernel", [4, 1])), rules=rules), {"head/kernel": ([0.0, 1, 2, 3], (4, 1))})
    assert found == {"head.weight": [0, 2, 1, 3]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a b c\n", "line 1: `PATTERN -> NAME"),
        ("\n(a -> b\n", "line 2: '(a' is no pattern"),
        ("a -> $1\n", "line 1: $1: the pattern has 0 groups"),
        ("a -> b sideways\n", "line 1: sideways: no layout; there are"),
        ("a -> b flatten=2x2\n", "line 1: flatten=HxWxC"),
        ("a -> b lstm forget_bias=much\n", "numbers are expected"),
        ("a -> b T forget_bias=1\n", "belong to a cell"),
    ],
)
def test_a_wrong_rule_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(CheckpointError) as problem:
        parse(text, "rules.txt")
    assert "rules.txt: " in str(problem.value) and said in str(problem.value)


def test_a_rule_that_speaks_of_nothing_is_told() -> None:
    found = table(held(("w", [3])), rules=parse("v -> x\nw -> y\n", "r"))
    assert found.notes == ("line 1 of r speaks of no key",)


# the target


def blocks(scope: str, leaves: tuple[str, str]) -> list[tuple[str, list[int]]]:
    return [
        (f"{scope.format(n)}{leaf}", shape)
        for n in range(3)
        for leaf, shape in zip(leaves, ([3, 4 + n], [4 + n]), strict=True)
    ]


def test_the_matcher_finds_the_targets_names_and_their_shapes_the_layout() -> None:
    goals = [Held(name, tuple(shape), "float32") for name, shape in blocks("net.block.{}.", ("weight", "bias"))]
    found = table(held(*blocks("net/block_{}/", ("w", "b"))), target=[*goals, Held("net.extra", (7,), "float32")])
    pairs = {row.name: row.targets[0].name for row in found.of("mapped")}
    assert pairs["net/block_2/w"] == "net.block.2.weight" and len(pairs) == 6
    # The target does not turn them.
    assert {recipe.layout for recipe in found.made} == {"same"}
    assert [each.name for each in found.empty] == ["net.extra"]
    assert r"net/block_(\d+)/w -> net.block.$1.weight same" in found.suggested


def test_likely_names_are_taken_when_that_is_asked_for() -> None:
    goals = [Held(name, tuple(shape), "float32") for name, shape in blocks("model.parts.{}.", ("weight", "bias"))]
    checkpoint = held(*blocks("net/block_{}/", ("w", "b")))
    found = table(checkpoint, target=goals)
    assert len(found.of("unmatched")) == 6
    assert found.rows[0].why == "likely model.parts.0.weight, not certain: --uncertain takes it, or a rule"
    taken = table(checkpoint, target=goals, uncertain=True)
    assert {row.name: row.targets[0].name for row in taken.rows} == {
        f"net/block_{n}/{old}": f"model.parts.{n}.{new}"
        for n in range(3)
        for old, new in (("w", "weight"), ("b", "bias"))
    }
    assert not any(row.certain for row in taken.rows)


def test_what_does_not_fit_the_target_is_unmatched() -> None:
    found = table(
        held(("fc/kernel", [3, 4]), ("fc/bias", [4]), ("far/away", [11])),
        target=[Held("fc.weight", (4, 3), "float32"), Held("fc.bias", (5,), "float32"), Held("z", (11,), "float32")],
    )
    why = {row.name: row.why for row in found.of("unmatched")}
    assert "[4], but fc.bias has [5]" in why["fc/bias"]
    assert "far.away" in why["far/away"]
    assert [row.name for row in found.of("mapped")] == ["fc/kernel"]


# files


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.safetensors"
    values = {"a": bytes(range(8)), "b": b"\1", "c": b""}
    rows = [("b", "bool", (1,)), ("a", "float32", (2, 1)), ("c", "int64", (0, 3))]
    assert write(str(path), rows, values.__getitem__, {"format": "pt"}) == path.stat().st_size
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    assert length % 8 == 0 and header["__metadata__"] == {"format": "pt"}
    begin, end = header["a"]["data_offsets"]
    assert data[8 + length :][begin:end] == values["a"]
    assert read_header(str(path)) == [
        Held("c", (0, 3), "int64"), Held("a", (2, 1), "float32"), Held("b", (1,), "bool")
    ]  # fmt: skip
    with pytest.raises(CheckpointError, match="is there already"):
        write(str(path), rows, values.__getitem__, {})
    with pytest.raises(CheckpointError, match="do not fit its shape"):
        write(str(tmp_path / "other"), [("a", "float32", (3,))], values.__getitem__, {})
    assert [each.name for each in tmp_path.iterdir()] == ["out.safetensors"]


def test_an_index_of_several_files_is_read(tmp_path: Path) -> None:
    write(str(tmp_path / "1.safetensors"), [("a", "bool", (1,))], lambda _: b"\0", {})
    write(str(tmp_path / "2.safetensors"), [("b", "bool", (1,))], lambda _: b"\0", {})
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "1.safetensors", "b": "2.safetensors"}}))
    assert [each.name for each in read_header(str(index))] == ["a", "b"]


DAMAGED = [
    b"", b"\1", b"\xff" * 16, struct.pack("<Q", 4) + b"nope", struct.pack("<Q", 2) + b"[]", b"{", b"{}",
    struct.pack("<Q", 14) + b'{"a":{"b":[]}}',
]  # fmt: skip


@pytest.mark.parametrize("data", DAMAGED)
def test_what_is_no_safetensors_is_one_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(data)
    with pytest.raises(CheckpointError) as problem:
        read_header(str(path))
    assert "\n" not in str(problem.value) and "x.safetensors" in str(problem.value)


def test_the_command_from_program_to_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The story was saved by TF 1.15 after a step of RMSProp."""
    story = STORIES / "saver_after_rmsprop"
    out = tmp_path / "model.safetensors"
    words = ["port", str(story / "model.ckpt"), str(story / "save.py"), "--no-cache"]
    assert main([*words, "--format", "json", "--to", "safetensors", str(out)]) == 0
    told = capsys.readouterr()
    data = json.loads(told.out)
    assert {row["evidence"] for row in data["rows"] if row["status"] == "left out"} <= {"source", "structure"}
    held_by = {each.name: each.shape for each in read_header(str(out))}
    assert held_by == {tensor["name"]: tuple(tensor["shape"]) for tensor in data["tensors"]}
    assert f"{len(held_by)} tensors" in told.err
    assert main([*words, "--to", "safetensors", str(out)]) == 2
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name a checkpoint"),
        (["absent.ckpt"], "no such checkpoint"),
        (["CKPT", "--to", "onnx", "x"], "safetensors is what is written"),
        (["CKPT", "--rules", "absent"], "absent: No such file"),
        (["CKPT", "--against", "absent"], "absent: No such file"),
        (["CKPT", "--format", "sarif"], "port knows text, json"),
        (["CKPT", "absent.py"], "absent.py: no such file"),
    ],
)
def test_wrong_usage_is_one_line(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    ckpt = str(STORIES / "saver_after_rmsprop" / "model.ckpt")
    assert main(["port", *(ckpt if word == "CKPT" else word for word in words)]) == 2
    told = capsys.readouterr()
    assert said in told.err and told.err.count("\n") == 1


def test_recipes_of_every_rank_have_their_order() -> None:
    for rank, order in KERNELS.items():
        assert sorted(order) == list(range(rank))


def test_rules_leave_no_key_behind() -> None:
    found = layering.layers([CheckpointTensor("a", (2,), "float32")], "torch", Rules(), Known())
    assert [recipe.keys for recipe in found.recipes] == [("a",)] and isinstance(found.recipes[0], Recipe)
