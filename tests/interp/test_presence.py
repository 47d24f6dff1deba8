"""No attribute that a real object has is called missing: `hasattr` is not False, and asking for it is no certain error.

What each value of the program has was recorded of TensorFlow (tools/record_attributes.py).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from scopelint.graph.events import ProgramRaised
from scopelint.graph.releases import release
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options

PROGRAM, _, ROWS = (Path(__file__).parent / "presence.txt").read_text().partition("# ---\n")
RECORDED = {name: names.split("\t") for name, _, names in (row.partition("\t") for row in ROWS.splitlines())}


def made_by(program: str) -> list[str]:
    outcome = analyse("program.py", program.encode(), Options(max_seconds=100.0))[0]
    assert not [event.message for event in outcome.of(ProgramRaised)]
    return [variable.name for variable in outcome.variables]


@pytest.mark.parametrize("value", RECORDED)
def test_hasattr_is_not_false(value: str) -> None:
    asked = [f'tf.get_variable("of.{name}.%s" % hasattr({value}, "{name}"), [1])' for name in RECORDED[value]]
    made = made_by("\n".join([PROGRAM, *asked]))
    assert len(made) >= len(asked)
    assert [name for name in made if name.endswith(".False")] == []


@pytest.mark.parametrize("value", ["tensor", "layer", "text", "raw", "scalar", "integer", "array", "keras_optimizer"])
def test_asking_is_no_error(value: str) -> None:
    made_by("\n".join([PROGRAM, *(f"{value}.{name}" for name in RECORDED[value])]))


@pytest.mark.parametrize(
    "value",
    ["own", "own_layer", "own_model", "tensor", "text", "raw", "items", "table", "pair", "interval", "function"],
)
def test_what_is_not_there_is_missing(value: str) -> None:
    assert "there_False" in made_by(f'{PROGRAM}tf.get_variable("there_%s" % hasattr({value}, "no_such_thing"), [1])')


def test_second_version_may_have_more() -> None:
    ref = 'tf.get_variable("ref_%s" % hasattr(tensor, "numpy_"), [1])\n'
    later = 'tf.get_variable("later_%s" % hasattr(own_model, "jit_compile"), [1])\n'
    outcome = analyse("program.py", (SECOND + ref + later).encode(), Options(release=release("2.10")))[0]
    names = [variable.name for variable in outcome.variables]
    assert "ref_False" in names
    assert "later_False" not in names


SECOND = """import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
class OwnModel(tf.keras.Model): pass
own_model = OwnModel()
tensor = tf.placeholder(tf.float32, [None, 8])
"""
