"""Methods of the program that code which is not followed has wrapped: what they are called on may have been changed."""

from pathlib import Path

import pytest

from scopelint.cli import main
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options

ASSIGNED = """
import zork
import tensorflow as tf

class A(object):
    def __init__(self, n):
        self.n = n

A.__init__ = zork.wrap(A.__init__)
a = A(3)
tf.get_variable("w", [object.__getattribute__(a, "n")])
"""

METHOD = """
import zork
import tensorflow as tf

class A(object):
    def fill(self, n):
        self.n = n
    fill = zork.wrap(fill)

a = A()
a.fill(3)
tf.get_variable("w", [a.n])
"""

LIBRARY = """
import decorator
import tensorflow as tf

def caller(f, *args):
    return f(*args)

class Meta(type):
    def __new__(meta, name, bases, attrs):
        made = super().__new__(meta, name, bases, attrs)
        init = decorator.FunctionMaker.create(
            made.__init__, "return _call_(_func_, %(shortsignature)s)", dict(_call_=caller, _func_=made.__init__))
        setattr(made, "__init__", init)
        return made

class Base(metaclass=Meta):
    def __init__(self):
        self.kind = "base"

class A(Base):
    def __init__(self, n):
        self.n = n

tf.get_variable("w", [A(3).n])
"""


@pytest.mark.parametrize("program", [ASSIGNED, METHOD, LIBRARY])
def test_object_may_have_what_its_wrapped_method_set(program: str) -> None:
    outcome = analyse("program.py", program.encode(), Options())[0]
    (made,) = outcome.variables
    assert made.name == "w"
    assert isinstance(made.shape, tuple) and not isinstance(made.shape[0], int)
    assert not any(type(event).__name__ == "ProgramRaised" for event in outcome.events)


ENTERED = """
import tensorflow as tf
from tensorflow.contrib.estimator.python.estimator.early_stopping import _StopOnPredicateHook

class Hook(_StopOnPredicateHook):
    def __init__(self, size):
        super().__init__(self.stop, run_every_secs=None)
        self.size = size

    def stop(self):
        return self.size
"""


def test_method_of_an_object_that_others_were_handed_is_entered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hook.py").write_text(ENTERED)
    assert main(["check", "--no-cache", "--isolated", str(tmp_path / "hook.py")]) == 0
    assert "TFS900" not in capsys.readouterr().out


ON_ONE_SIDE = """
import zork
import tensorflow as tf
from tensorflow import keras

class Holder(object):
    model = None

held = Holder()
if zork.flag:
    start = keras.layers.Input((3,))
    held.model = keras.Model(start, keras.layers.Dense(4)(start))
model = keras.Model(held.model.inputs, keras.layers.Dense(2)(held.model.output))
model.summary()
tf.get_variable("end", [2])
"""


def test_constructor_given_up_on_one_side_leaves_an_object_that_is_not_known() -> None:
    outcome = analyse("program.py", ON_ONE_SIDE.encode(), Options())[0]
    assert outcome.variables[-1].name == "end"
    assert not any(type(event).__name__ in ("ProgramRaised", "Refused") for event in outcome.events)
