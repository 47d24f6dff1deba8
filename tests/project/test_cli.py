"""The command as users run it: formats, exit status, stdin, baseline, cache, processes, notebooks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scopelint.project import parallel
from scopelint.project.config import Config
from scopelint.project.task import Answer, Task, perform
from scopelint.syntax.source_cache import SourceCache

TWICE = 'import tensorflow as tf\ntf.get_variable("w", [3])\ntf.get_variable("w", [3])\n'
CLEAN = 'import tensorflow as tf\nwith tf.variable_scope("a"):\n    tf.get_variable("w", [3])\n'
HAZARD = 'import tensorflow as tf\nwith tf.name_scope("a"):\n    tf.get_variable("w", [3])\n'


class Ran:
    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def json(self) -> dict[str, object]:
        return json.loads(self.out)  # type: ignore[no-any-return]

    @property
    def codes(self) -> list[tuple[str, int]]:
        return [(f["code"], f["line"]) for f in self.json["findings"]]  # type: ignore[attr-defined]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "twice.py").write_text(TWICE)
    (tmp_path / "clean.py").write_text(CLEAN)
    return tmp_path


def scopelint(folder: Path, *arguments: str, stdin: str | None = None, **environment: str) -> Ran:
    env = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "PYTHONPATH")}
    env["PYTHONPATH"] = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-m", "scopelint", *arguments],
        cwd=folder, env={**env, **environment}, input=stdin, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done)


def test_status_and_places(folder: Path) -> None:
    assert scopelint(folder, "check", "clean.py").status == 0
    ran = scopelint(folder, "check", "--format", "json", "twice.py")
    assert ran.status == 1 and ran.codes == [("TFS201", 3)]
    assert scopelint(folder, "check", "--exit-zero", "twice.py").status == 0
    [line] = scopelint(folder, "check", "--format", "concise", "twice.py").out.splitlines()
    assert line == "twice.py:3:1: TFS201 variable w already exists, first made at twice.py:2"


@pytest.mark.parametrize(
    "arguments",
    [(), ("nonsense",), ("check", "gone.py"), ("check", "--format", "pdf"), ("check", "--select", "E1"),
     ("explain", "TFS999"), ("check", "--config", "gone.toml"), ("check", "--jobs", "many"),
     ("names", "--format", "sarif")],
)  # fmt: skip
def test_wrong_usage_is_two_and_no_traceback(folder: Path, arguments: tuple[str, ...]) -> None:
    ran = scopelint(folder, *arguments)
    assert ran.status == 2 and ran.err and not ran.out


def test_names_as_table_and_json(folder: Path) -> None:
    ran = scopelint(folder, "names", "clean.py")
    assert (ran.status, ran.out) == (
        0,
        "a/w  [3]  float32  clean.py:3\n1 variable, 1 trainable, 3 parameters: complete\n",
    )
    [variable] = scopelint(folder, "names", "--format", "json", "clean.py").json["variables"]  # type: ignore[misc]
    keys = ("name", "shape", "dtype", "trainable", "graph", "file", "line", "column")
    assert {key: variable[key] for key in keys} == {
        "name": "a/w", "shape": [3], "dtype": "float32", "trainable": True, "graph": 0,
        "file": "clean.py", "line": 3, "column": 5,
    }  # fmt: skip
    assert variable["certain"] is True and variable["when"] == []
    assert variable["collections"] == ["trainable_variables", "variables"]
    assert variable["calls"] == [{"file": "clean.py", "line": 3, "function": "<module>"}]


def test_names_with_accesses_and_operations(folder: Path) -> None:
    data = scopelint(folder, "names", "--format", "json", "--accesses", "--ops", "twice.py").json
    assert [a["outcome"] for a in data["accesses"]] == ["created", "raised"]  # type: ignore[attr-defined]
    assert data["findings"] and set(data) >= {"schema", "variables", "unknown", "findings", "accesses", "ops"}


def test_a_file_that_does_not_parse(folder: Path) -> None:
    (folder / "broken.py").write_text("import tensorflow as tf\ndef f(:\n")
    ran = scopelint(folder, "check", "--format", "json", ".")
    assert ran.status == 1 and ran.codes == [("TFS901", 2), ("TFS201", 3)]
    assert scopelint(folder, "names", "broken.py").status == 2


def test_stdin(folder: Path) -> None:
    ran = scopelint(folder, "check", "-", "--stdin-filename", "sub/x.py", "--format", "json", stdin=TWICE)
    assert ran.status == 1 and ran.json["findings"][0]["file"] == "sub/x.py"  # type: ignore[index]
    assert scopelint(folder, "names", "-", stdin=CLEAN).out.startswith("a/w")


def test_selecting(folder: Path) -> None:
    (folder / "h.py").write_text(HAZARD)

    def codes(*arguments: str) -> list[str]:
        return [
            code for code, _ in scopelint(folder, "check", "--format", "json", "h.py", "twice.py", *arguments).codes
        ]

    assert codes() == ["TFS101", "TFS201"]
    assert codes("--select", "TFS2") == ["TFS201"]
    assert codes("--ignore", "TFS1") == ["TFS201"]
    assert codes("--ignore", "TFS1", "--extend-select", "TFS101") == ["TFS101", "TFS201"]
    assert codes("--per-file-ignores", "h.py:TFS101") == ["TFS201"]
    assert codes("--select", "ALL", "--ignore", "TFS") == []


def test_suppressed_by_comments_and_unused_ones(folder: Path) -> None:
    (folder / "a.py").write_text(TWICE.rstrip("\n") + "  # noqa: TFS201\nx = 1  # noqa: TFS202\n")
    assert scopelint(folder, "check", "--format", "json", "a.py").codes == [("TFS910", 4)]


def test_baseline_survives_edits(folder: Path) -> None:
    assert scopelint(folder, "check", "--baseline", "b.json", "--update-baseline", ".").status == 0
    assert scopelint(folder, "check", "--baseline", "b.json", ".").status == 0
    (folder / "twice.py").write_text("# a line\n" + TWICE)
    assert scopelint(folder, "check", "--baseline", "b.json", ".").status == 0
    (folder / "new.py").write_text(TWICE)
    assert scopelint(folder, "check", "--baseline", "b.json", ".").status == 1
    assert scopelint(folder, "check", "--baseline", "gone.json", ".").status == 2


def test_output_file_and_statistics(folder: Path) -> None:
    ran = scopelint(folder, "check", "--format", "sarif", "--output-file", "out.sarif", ".")
    assert ran.status == 1 and not ran.out
    assert json.loads((folder / "out.sarif").read_text())["version"] == "2.1.0"
    assert scopelint(folder, "check", "--statistics", ".").out == "     1  TFS201  variable-already-exists\n"


def test_colours_only_where_wanted(folder: Path) -> None:
    assert "\x1b" not in scopelint(folder, "check", "twice.py").out
    assert "\x1b" in scopelint(folder, "check", "--color", "always", "twice.py").out
    assert "\x1b" not in scopelint(folder, "check", "twice.py", FORCE_COLOR="1", NO_COLOR="1").out


def test_a_warm_run_imports_no_libcst_and_says_the_same(folder: Path) -> None:
    cold = scopelint(folder, "check", "--format", "json", ".")
    code = (
        "import sys; from scopelint.cli import main; status = main(['check', '--format', 'concise', '.']); "
        "print(status, [m for m in sys.modules if m.startswith(('libcst', 'scopelint.interp'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True,
                          env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])})  # fmt: skip
    lines = done.stdout.splitlines()
    assert lines[-1] == "1 []"
    assert len(lines) - 1 == len(cold.codes)


def test_the_cache_sees_changes_in_imported_modules(folder: Path) -> None:
    (folder / "net.py").write_text("import tensorflow as tf\ndef net(name):\n    tf.get_variable(name, [3])\n")
    (folder / "main.py").write_text("import net\nnet.net('a')\nnet.net('b')\n")
    assert scopelint(folder, "check", "main.py").status == 0
    assert scopelint(folder, "check", "main.py").status == 0
    (folder / "net.py").write_text('import tensorflow as tf\ndef net(name):\n    tf.get_variable("w", [3])\n')
    assert scopelint(folder, "check", "main.py").status == 1


def test_processes_give_the_same_in_the_same_order(folder: Path) -> None:
    for number in range(6):
        (folder / f"m{number}.py").write_text(TWICE if number % 2 else HAZARD)
    one = scopelint(folder, "check", "--no-cache", "--jobs", "1", "--format", "concise", ".")
    two = scopelint(folder, "check", "--no-cache", "--jobs", "3", "--format", "concise", ".")
    assert one.out == two.out and len(one.out.splitlines()) == 7


def one_that_may_die(task: Task, config: Config, shelf: SourceCache | None = None) -> Answer:
    """What a worker does; a stand-in for the kernel's out-of-memory killer."""
    if task.path == "killer.py":
        os.kill(os.getpid(), signal.SIGKILL)
    return perform(task, config, shelf)


def test_a_killed_process_costs_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "perform", one_that_may_die)
    tasks = [Task(name, TWICE.encode(), (), "check") for name in ("a.py", "killer.py", "b.py", "c.py")]
    answers = dict(parallel.run_all(tasks, Config({"jobs": 2})))
    assert [answers[n][0]["findings"][0][0] for n in range(4)] == ["TFS201", "TFS900", "TFS201", "TFS201"]


def notebook(*cells: str) -> str:
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {},
         "cells": [{"cell_type": "markdown", "source": ["# title"]}]
         + [{"cell_type": "code", "source": cell.splitlines(True), "outputs": []} for cell in cells]}
    )  # fmt: skip


def test_notebooks(folder: Path) -> None:
    (folder / "n.ipynb").write_text(
        notebook("%matplotlib inline\nimport tensorflow as tf\n!pip install x", "%%bash\nls",
                 'tf.get_variable("w", [3])',
                 'x = 1\ntf.get_variable("w", [3])')
    )  # fmt: skip
    ran = scopelint(folder, "check", "--format", "json", "n.ipynb")
    ran_as_text = scopelint(folder, "check", "n.ipynb").out
    [finding] = ran.json["findings"]  # type: ignore[misc]
    assert (finding["code"], finding["file"], finding["cell"], finding["line"]) == ("TFS201", "n.ipynb", 4, 2)
    assert "n.ipynb:cell 4:2:1: TFS201 variable w already exists, first made at cell 3:1\n" in ran_as_text
    assert "    2 | tf.get_variable" in ran_as_text


def test_comments_in_cells(folder: Path) -> None:
    source = 'tf.reset_default_graph()\ntf.get_variable("w", [3])\ntf.get_variable("w", [3])  # noqa: TFS201'
    (folder / "n.ipynb").write_text(notebook("import tensorflow as tf  # noqa: TFS202", source))
    [finding] = scopelint(folder, "check", "--format", "json", "n.ipynb").json["findings"]  # type: ignore[misc]
    assert (finding["code"], finding["cell"], finding["line"]) == ("TFS910", 1, 1)


def test_a_cell_that_fails_when_it_is_run_again(folder: Path) -> None:
    (folder / "n.ipynb").write_text(notebook("import tensorflow as tf", 'x = 0\nw = tf.get_variable("w", [3])'))
    [finding] = scopelint(folder, "check", "--format", "json", "n.ipynb").json["findings"]  # type: ignore[misc]
    assert (finding["code"], finding["cell"], finding["line"]) == ("TFS506", 2, 2)
    assert finding["message"].endswith("first made at cell 2:2")
    (folder / "n.ipynb").write_text(
        notebook("import tensorflow as tf", 'tf.reset_default_graph()\nw = tf.get_variable("w", [3])')
    )
    assert scopelint(folder, "check", "n.ipynb").status == 0
    (folder / "n.ipynb").write_text("{")
    assert scopelint(folder, "check", "--format", "json", "n.ipynb").codes in ([], [("TFS901", 1)])


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    command = f"{sys.executable} -m scopelint explain | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True,
                          env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])})  # fmt: skip
    assert "Traceback" not in done.stderr and done.stdout.splitlines()[0].startswith("TFS101")
