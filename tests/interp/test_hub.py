"""tensorflow_hub: what TF names beside a module's own variables, which nobody can see, and where it refuses one.

`hub.json` was recorded of `hub.txt` under TensorFlow 1.15.5 with tensorflow_hub 0.7.0 and three small modules: the
variables outside of the modules' scopes, those below them, and what ended the program.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scopelint.graph.events import ProgramRaised
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.record.completeness import entry_data, is_template

HERE = Path(__file__).parent
PROGRAMS = (HERE / "hub.txt").read_text(encoding="utf-8").split("# ---\n")
RECORDS: list[Any] = json.loads((HERE / "hub.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", range(len(PROGRAMS)))
def test_names_beside_a_module(number: int) -> None:
    record = RECORDS[number]
    outcome = analyse("prog.py", PROGRAMS[number].encode(), Options())[0]
    assert not any(v.when or is_template(v.name) for v in outcome.variables)
    assert [v.name for v in outcome.variables] == [name for name, _ in record["variables"]]
    for made, (_, shape) in zip(outcome.variables, record["variables"], strict=True):
        if made.shape_known and made.shape is not None:
            known = [(ours, theirs) for ours, theirs in zip(made.shape, shape, strict=True) if isinstance(ours, int)]
            assert all(ours == theirs for ours, theirs in known), made.name
    stopped = [(e.error, e.message, e.site.line) for e in outcome.of(ProgramRaised)]
    assert stopped == ([tuple(record["raises"])] if record["raises"] else [])
    if record["below"]:
        assert not entry_data(outcome)["complete"]
        assert any(name.startswith(record["below"][0].rpartition("/")[0]) for name in record["below"])


def test_what_is_below_a_module_hangs_on_it() -> None:
    source = b"""
import tensorflow as tf, tensorflow_hub as hub
hub.Module("https://tfhub.dev/a/text/1", name="net")
with tf.variable_scope("net"):
    tf.get_variable("w", [2])
tf.get_variable("w", [2])
"""
    outcome = analyse("prog.py", source, Options())[0]
    assert [(v.name, bool(v.when)) for v in outcome.variables] == [("net/w", True), ("w", False)]


def test_other_functions_of_the_library_may_make_anything() -> None:
    source = b"""
import tensorflow as tf, tensorflow_hub as hub
hub.load("https://tfhub.dev/a/text/1")
tf.layers.dense(tf.zeros([2, 3]), 4)
"""
    outcome = analyse("prog.py", source, Options())[0]
    assert outcome.variables and all(v.when for v in outcome.variables)


def test_a_list_that_holds_a_modules_variables_is_open() -> None:
    source = b"""
import tensorflow as tf, tensorflow_hub as hub
tf.get_variable("a", [1])
hub.Module("https://tfhub.dev/a/text/1", trainable=True)
tf.get_variable("n%d" % len(tf.trainable_variables()), [1])
hub.Module("https://tfhub.dev/a/text/1")
with tf.variable_scope("m"):
    tf.get_variable("b", [2])
"""
    outcome = analyse("prog.py", source, Options())[0]
    names = [v.name for v in outcome.variables]
    assert names[0] == "a" and is_template(names[1]) and names[2] == "m/b"
    assert not outcome.variables[2].when


def test_a_folder_that_the_project_does_not_hold_may_not_be_there() -> None:
    source = b"""
import tensorflow as tf, tensorflow_hub as hub
hub.Module("modules/text")
tf.get_variable("w", [2])
"""
    [made] = analyse("prog.py", source, Options())[0].variables
    assert made.when == ("assuming there is a module at modules/text",)
