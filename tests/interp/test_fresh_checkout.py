"""A test for a file that the project does not hold: what a fresh checkout does, where the other side does not fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopelint.graph.events import ProgramRaised
from tests.test_fixtures import outcome_of

PROGRAM = """
import os, sys
import tensorflow as tf

def prepare():
    tf.get_variable("w", [3])
    {last}

{test}:
    {call}
tf.get_variable("after", [1])
"""

ABSENT = 'if not os.path.isfile("done")'


@pytest.mark.parametrize("last", ["1 / 0", "missing", "tf.get_variable('w', [3])"])
@pytest.mark.parametrize("test", [ABSENT, 'if not os.path.exists("a/done")'])
def test_a_slip_where_the_file_is_missing_is_certain(tmp_path: Path, last: str, test: str) -> None:
    outcome = _run(tmp_path, last, test, "prepare()")
    assert [made.when for made in outcome.variables if made.name == "w"] == [()]
    assert [(event.site.line, event.when) for event in outcome.of(ProgramRaised)] == [(7, ())]


@pytest.mark.parametrize(
    ("last", "test", "call"),
    [
        # What the program raises itself is its way to say that something is missing.
        ("raise ValueError('no data')", ABSENT, "prepare()"),
        ("sys.exit(1)", ABSENT, "prepare()"),
        # With the file it may fail; a fresh checkout does not have it.
        ("1 / 0", 'if os.path.isfile("done")', "prepare()"),
        # Outside of the project nothing says whether it is there.
        ("1 / 0", 'if not os.path.isfile("/data/done")', "prepare()"),
        # A test of several things is none of the file alone.
        ("1 / 0", 'if os.path.isfile("done") == unknown', "prepare()"),
    ],
)
def test_all_else_hangs_on_the_test(tmp_path: Path, last: str, test: str, call: str) -> None:
    outcome = _run(tmp_path, last, test, call)
    assert all(made.when for made in outcome.variables if made.name == "w")
    assert any(made.name == "after" for made in outcome.variables)


def test_a_file_that_the_project_holds_is_there(tmp_path: Path) -> None:
    (tmp_path / "done").write_text("yes")
    outcome = _run(tmp_path, "1 / 0", ABSENT, "prepare()")
    assert [made.name for made in outcome.variables] == ["after"]


def _run(folder: Path, last: str, test: str, call: str):  # type: ignore[no-untyped-def]
    path = folder / "program.py"
    text = PROGRAM.format(last=last, test=test, call=call)
    path.write_text(
        text.replace("import os, sys", "import os, sys\nfrom elsewhere import unknown") if "unknown" in text else text
    )
    return outcome_of(path)


def test_what_is_a_folder_of_the_source_is_known(tmp_path: Path) -> None:
    package = tmp_path / "package"
    (package / "inner").mkdir(parents=True)
    for name in ("__init__.py", "a.py", "inner/__init__.py"):
        (package / name).write_text("")
    program = """
import os
import package
import tensorflow as tf

def listed(path):
    if os.path.isdir(path):
        return [each for name in sorted(os.listdir(path)) for each in listed(os.path.join(path, name))]
    return [path] if os.path.isfile(path) else []

tf.get_variable("w", [len(listed(package.__path__[0]))])
"""
    (tmp_path / "main.py").write_text(program)
    outcome = outcome_of(tmp_path / "main.py")
    assert [(made.name, made.shape, made.when) for made in outcome.variables] == [("w", (3,), ())]
