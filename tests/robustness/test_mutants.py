"""What `benchmarks/mutants.py` found: programs on which the analysis failed, and what is right of them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from scopelint.graph.events import Noted, ProgramRaised, Refused
from scopelint.graph.outcome import Outcome
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options

PLACE = Path(__file__).parents[2] / "benchmarks"


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


def mutants() -> Any:
    sys.path.insert(0, str(PLACE))
    try:
        spec = importlib.util.spec_from_file_location("mutants", PLACE / "mutants.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(PLACE))


def test_a_small_share_of_the_mutants(monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmark makes 100,000; a failure of ours is one that it sees."""
    from scopelint.project import work

    monkeypatch.setattr(work, "outcomes_of", work.outcomes_of)
    made = mutants()
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
