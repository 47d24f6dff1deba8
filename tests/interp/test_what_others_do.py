"""What libraries do with what they are handed: no certain error hangs on their not doing it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopelint.graph.outcome import Outcome
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.rules import registry

COMMAND = """
import click
import tensorflow as tf

def launch({name}):
    tf.get_variable("w", [3])

@click.command()
@click.option({declared})
def main(**kwargs):
    launch(**kwargs)

main()
"""
OPEN = """
import click
import tensorflow as tf

def launch(env_name, units):
    tf.get_variable("w", [3])

@click.command()
def main(**kwargs):
    launch(**kwargs)

main()
"""
BARS = """
import tensorflow as tf
import tqdm

with tqdm.trange(2, leave=True) as bar:
    for at in bar:
        tf.get_variable("w%d" % at, [1])
        bar.set_postfix(at=at)
with tqdm.tqdm(total=2) as bar:
    bar.update(len(tqdm.tqdm([1, 2])))
tf.get_variable("last", [1])
"""
WRITTEN = """
import numpy as np
import tensorflow as tf
from mpi4py import MPI

def total(values):
    values = np.asarray(values, dtype=np.float32)
    gathered = np.zeros_like(values)
    MPI.COMM_WORLD.Allreduce(values, gathered, op=MPI.SUM)
    return gathered

first, second = total([3, 4])
tf.get_variable("w", [int(first / second) + 1])
"""
MANAGED = """
import tensorflow as tf
from zoo import scoped

@scoped
def part(name):
    with tf.variable_scope(name):
        yield name

with part("a") as name:
    tf.get_variable("w_" + name, [1])
tf.get_variable("last", [1])
"""
UNIONS = """
import tensorflow as tf
from pathlib import Path

Either = str | Path | None
Other = tf.IndexedSlices | tf.SparseTensor
Nested = dict[str, list[float | list[float] | None]]
tf.get_variable("w_%s_%s_%s" % (isinstance("a", str | Path), isinstance(3, Either), isinstance(None, Either)), [1])
"""


def run(program: str, path: str = "program.py") -> Outcome:
    return analyse(path, program.encode(), Options())[0]


def refused(outcome: Outcome) -> list[int]:
    return [f.site.line for f in registry.run([outcome]) if f.code[:4] in ("TFS2", "TFS3") and f.certain]


@pytest.mark.parametrize(
    ("program", "names"),
    [
        (OPEN, ["w"]),
        (BARS, ["w0", "w1", "last"]),
        (WRITTEN, ["w"]),
        (UNIONS, ["w_True_False_True"]),
        (MANAGED, ["a/w_a", "last"]),
    ],
    ids=["command", "bars", "written", "unions", "managed"],
)
def test_no_certain_error(program: str, names: list[str]) -> None:
    outcome = run(program)
    assert refused(outcome) == []
    assert [variable.name for variable in outcome.variables] == names


@pytest.mark.parametrize(
    ("declared", "name"),
    [('"--env-name", "-e"', "env_name"), ('"-n", "number", "--count"', "number"), ('"--fast/--slow"', "fast")],
)
def test_options_are_handed_by_their_names(declared: str, name: str) -> None:
    """click gives each option by the name that is no flag, else by that of its long flag, and nothing else."""
    assert refused(run(COMMAND.format(declared=declared, name=name))) == []
    assert refused(run(COMMAND.format(declared=declared, name="other"))) == [11]


def test_a_package_does_not_find_what_lies_in_it(tmp_path: Path) -> None:
    """The library is meant, not the module of the same name that uses it."""
    package = tmp_path / "own" / "contrib"
    package.mkdir(parents=True)
    (tmp_path / "own" / "__init__.py").write_text("")
    (package / "__init__.py").write_text("import tensorflow as tf\nfrom .hyperdash import *\n")
    (package / "hyperdash.py").write_text("import hyperdash as hd\nclass Own(hd.Experiment):\n    pass\n")
    path = package / "__init__.py"
    assert refused(run(path.read_text(), str(path))) == []


def test_lists_that_hold_themselves_are_handed_on() -> None:
    """Also one list many times over: each is looked into once."""
    source = b"""
import matplotlib.pyplot as plt
import tensorflow as tf

ring = []
ring.append(ring)
plt.plot(ring)
shared = [1]
for _ in range(60):
    shared = [shared, shared]
plt.plot(shared)
tf.get_variable("w", [3])
"""
    [outcome] = analyse("script.py", source, Options())
    assert [made.name for made in outcome.variables] == ["w"]
