"""What `benchmarks/mutants.py` found: programs on which the analysis failed, and what is right of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from scopelint.apis.call import Call
from scopelint.graph.events import Noted, ProgramRaised, Refused
from scopelint.graph.outcome import Outcome
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.values.base import Unknown
from tests.robustness.running import benchmark


def run(source: str) -> list[Outcome]:
    return analyse(
        "mutant.py", b"import tensorflow as tf\nimport numpy as np\nimport zoo\n" + source.encode(), Options()
    )


def names(source: str) -> list[tuple[str, tuple[str, ...]]]:
    """Names and what they hang on."""
    return [(variable.name, variable.when) for outcome in run(source) for variable in outcome.variables]


def refused(source: str) -> list[str]:
    return [str(event.message) for outcome in run(source) for event in outcome.of(Refused)]


def test_the_graph_of_a_session_that_is_not_known() -> None:
    """It may be the one that is open or another; two of them may both hold a name."""
    for opened in ("with tf.Session(graph=zoo.g()):", "with tf.Session(graph=zoo.g()) as session:"):
        block = f"{opened}\n    tf.get_variable('w', [2])\n"
        assert names(block + "tf.get_variable('v', [2])\n" + block) == [
            ("w", ("assuming zoo.g() is the graph that is open",)),
            ("v", ()),
        ]
    inside = "        tf.get_variable('w', [2])\n        s.run(tf.zeros([2]))\n"
    assert names("def f(graph):\n    with tf.Session(graph=graph) as s:\n" + inside) == [
        ("w", ("assuming graph is the graph that is open",))
    ]
    assert names("s = tf.InteractiveSession(graph=zoo.g())\ntf.get_variable('w', [2])\ns.close()\n")[0][0] == "w"


@pytest.mark.parametrize("graph", ["range(3)", "1", "'g'", "tf.zeros([2])", "tf.Graph"])
def test_what_is_no_graph_is_refused(graph: str) -> None:
    """TF: BaseSession.__init__."""
    [said] = refused(f"tf.Session(graph={graph})\n")
    assert said.startswith("graph must be a tf.Graph, but got <class '")


def test_a_small_share_of_the_mutants(monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmark makes 100,000; a failure of ours is one that it sees."""
    from scopelint.project import work

    monkeypatch.setattr(work, "outcomes_of", work.outcomes_of)
    made = benchmark("mutants")
    runner = made.Mutants()
    programs = made.corpus([str(made.FIXTURES / "names"), str(made.FIXTURES / "models")])
    for number in range(25):
        text, place = made.mutant(programs, f"test.{number}")
        assert runner.failures(text, place, f"test.{number}") == [], text
    from scopelint.apis.registry import find

    def broken(*args: object, **kwargs: object) -> None:
        raise KeyError("a defect")

    monkeypatch.setattr(find("tf.zeros"), "impl", broken)
    assert "a defect" in "".join(runner.failures("import tensorflow as tf\ntf.zeros([2])\n", "mutant.py", "0"))


def test_a_picture_of_an_operation_that_is_refused() -> None:
    """TF has made it when it finds that the shapes do not fit; its picture says nothing more."""
    source = "a, b = tf.zeros([6, 6]), tf.zeros([8])\ntf.add_n([tf.reduce_mean(a), b])\n"
    options = Options(record_ops=True, draws=True)
    [outcome] = analyse("mutant.py", b"import tensorflow as tf\n" + source.encode(), options)
    assert [event.reason for event in outcome.of(Refused)] == ["shape"]
    assert [node.name for node in outcome.nodes if node.type == "AddN"] == ["AddN"]


@pytest.mark.parametrize("layer", ["tf.layers.BatchNormalization()", "tf.keras.layers.BatchNormalization()"])
def test_a_picture_of_a_layer_that_is_not_built(layer: str) -> None:
    source = f"import tensorflow as tf\n{layer}(tf.nn.rnn_cell.LSTMCell(3))\ntf.get_variable('w', [2])\n"
    [outcome] = analyse("mutant.py", source.encode(), Options(record_ops=True, draws=True))
    assert [v.name for v in outcome.variables] == ["w"]
    assert not any(event.kind == "failure" for event in outcome.of(Noted))


def test_a_text_that_is_not_known_is_no_input_of_a_layer() -> None:
    """TF: base_layer's check of the rank asks for a shape, which no string has, whatever stands in it."""
    for text in ("'abc'", "'a' + zoo.read()"):
        [outcome] = run(f"t = {text}\ntf.keras.layers.Dense(2)(t)\n")
        assert [event.error for event in outcome.of(ProgramRaised)] == ["AttributeError"]


@pytest.mark.parametrize(("number", "said"), [("nan", "NaN"), ("inf", "infinity"), ("-inf", "infinity")])
def test_a_float_that_is_no_integer(number: str, said: str) -> None:
    """TF: `int(units)`, `Dimension(value)`."""
    for asked in (
        "tf.layers.dense(tf.zeros([2, 3]), N)",
        "tf.get_variable('q', [N])",
        "tf.layers.conv2d(tf.zeros([1, 4, 4, 3]), N, 3)",
    ):
        assert refused(asked.replace("N", f"float('{number}')") + "\n") == [f"cannot convert float {said} to integer"]


def gaps(source: str) -> list[str]:
    return [unknown.reason for outcome in run(source) for unknown in outcome.unknowns]


@pytest.mark.parametrize("function", ["zeros", "ones"])
def test_a_size_that_no_int_is(function: str) -> None:
    """TF: NaN goes on to convert_to_tensor, an infinite float ends in Dimension.__init__."""
    assert refused(f"tf.{function}([2, float('nan')])\n") == ["Expected int32, got nan of type 'float' instead."]
    assert refused(f"tf.{function}([2, float('inf')])\n") == ["cannot convert float infinity to integer"]


@pytest.mark.parametrize("bound", ["tf.zeros([2])", "1.5", "'a'"])
def test_a_bound_of_a_shape_that_is_no_index(bound: str) -> None:
    [said] = [event.message for outcome in run(f"tf.zeros([2, 3]).shape[1:{bound}]\n") for event in outcome.events
              if isinstance(event, ProgramRaised | Refused)]  # fmt: skip
    assert said == "slice indices must be integers or None or have an __index__ method"


@pytest.mark.parametrize("call", ["tf.RegisterGradient('x')()", "ValueError.__init__()"])
def test_arguments_too_few_for_what_takes_them_as_written(call: str) -> None:
    said = [gap for gap in gaps(f"{call}\n") if not gap.startswith("module zoo")]
    assert len(said) == 1 and said[0].endswith("does not take these arguments"), said


def test_arguments_too_few_for_a_layer_are_refused_in_its_words() -> None:
    said = refused("tf.keras.layers.RNN(tf.keras.layers.SimpleRNNCell(2))()\n")
    assert said == ["__call__() missing 1 required positional argument: 'inputs'"]


def test_an_optimizer_whose_constructor_did_not_run() -> None:
    head = "class K(tf.keras.optimizers.Optimizer):\n    def __init__(self): pass\n    def get_config(self): pass\n"
    for used in ("K().iterations", "K()._set_hyper('a', 1)", "K().apply_gradients([(tf.zeros([1]), zoo.v())])"):
        said = gaps(f"{head}x = {used}\n")
        assert said and not [each for each in said if "itself failed" in each], said


ONE_OF_TWO = "with tf.variable_scope('a' if zoo.on() else 'b'):\n    c(x, s)\n"
TWO_SIDES = "if zoo.on():\n    with tf.variable_scope('a'):\n        c(x, s)\n"
TWO_SIDES += "else:\n    with tf.variable_scope('b'):\n        c(x, s)\n"


@pytest.mark.parametrize(("first", "notes"), [(ONE_OF_TWO, 1), (TWO_SIDES, 0)])
def test_where_a_cell_was_called_first_is_not_known(first: str, notes: int) -> None:
    """In one of two scopes, or on two sides of a branch; rules take only what is known."""
    source = "c = tf.nn.rnn_cell.LSTMCell(3)\nx = tf.zeros([1, 3])\ns = c.zero_state(1, tf.float32)\n"
    source += f"{first}with tf.variable_scope('d'):\n    c(x, s)\n"
    found = [event for outcome in run(source) for event in outcome.of(Noted, kind="layer_shared")]
    assert len(found) == notes
    for event in found:
        assert all(isinstance(event.fact(name), str | None) for name in ("scope", "first_scope"))


def test_rules_are_told_only_facts_that_are_known() -> None:
    told: list[object] = []
    state = SimpleNamespace(emit=lambda event_class, **fields: told.append(fields["facts"]))
    Call.note(cast("Call", SimpleNamespace(state=state)), "kind", scope=Unknown("a flag"), other="b")
    assert told == [(("scope", None), ("other", "b"))]


@pytest.mark.parametrize("shape", ["[-1]", "[2, -1]", "[-1, 2000]", "[-2]", "-1"])
def test_a_negative_size_is_refused_where_a_tensor_is_filled(shape: str) -> None:
    """TF: the shape function of Fill; a variable of such a shape was one that no lock could be read with."""
    for made in (f"tf.zeros({shape})", f"tf.ones({shape})", f"tf.fill({shape if '[' in shape else '[-3]'}, 0.)"):
        assert names(f"tf.Variable({made}, name='v')\n") == [], made
        [said] = refused(f"tf.Variable({made}, name='v')\n")
        below = "-2" in made or "-3" in made
        words = "Invalid value in tensor used for shape: -" if below else "Fill dimensions must be >= 0 for "
        assert said.startswith(words), made
    # In a list of multiples -1 stands for one that is not known: TF gives (?,).
    assert names(
        "x = tf.tile(tf.zeros([2]), [-1])\nassert x.shape.as_list() == [None]\ntf.get_variable('w', [1])\n"
    ) == [("w", ())]
