"""What a new user meets first: folders without files, broken notebooks, wrong flags, the standard input, the shell."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from scopelint.cli import COMMANDS, main

TWICE = "import tensorflow as tf\ntf.get_variable('w', [2])\ntf.get_variable('w', [2])\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main([*arguments[:1], "--no-cache", *arguments[1:]])
    said = capsys.readouterr()
    return status, said.out, said.err


def notebook(folder: Path, *cells: object) -> None:
    rows = [{"cell_type": "code", "source": cell} for cell in cells]
    (folder / "n.ipynb").write_text(json.dumps({"cells": rows, "metadata": {}, "nbformat": 4, "nbformat_minor": 2}))


@pytest.mark.parametrize("command", ["check", "names", "tree"])
def test_a_folder_without_files(folder: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    status, _, said = run(capsys, command, ".")
    assert status == 0 and "no Python file and no notebook there" in said


def test_a_cell_as_one_string_and_cells_that_begin_with_blanks(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook(
        folder, "import tensorflow as tf\ntf.get_variable('w', [2])", ["  x = tf.get_variable('v', [1])\n", "  y = 1"]
    )
    status, out, _ = run(capsys, "names", "n.ipynb")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()[:2]] == ["w", "v"]
    assert "n.ipynb:cell 1:2" in out and "n.ipynb:cell 2:1" in out


def test_a_broken_cell_is_told_in_its_cell_and_the_others_are_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook(folder, "import tensorflow as tf", "def f(:\n  pass", TWICE, "x = = 1")
    status, out, _ = run(capsys, "check", "--format", "concise", "n.ipynb")
    assert status == 1
    assert [line.split(" ", 4)[:3] for line in out.splitlines()[:3]] == [
        ["n.ipynb:cell", "2:1:7:", "TFS901"],
        ["n.ipynb:cell", "3:3:1:", "TFS201"],
        ["n.ipynb:cell", "4:1:5:", "TFS901"],
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"cells": [ "import tensorflow"', "JSON expected"),
        ('["import tensorflow"]', "a JSON object expected"),
        ('{"cells": 3, "x": "import tensorflow"}', "its cells are no list of cells"),
        ('{"worksheets": [3], "x": "import tensorflow"}', "it has no cells"),
        ('{"x": "import tensorflow"}', "it has no cells"),
    ],
)
def test_what_is_no_notebook(folder: Path, capsys: pytest.CaptureFixture[str], text: str, said: str) -> None:
    (folder / "n.ipynb").write_text(text)
    status, out, _ = run(capsys, "check", "n.ipynb")
    assert status == 1 and "TFS901 cannot be parsed: no notebook: " + said in out


def test_a_path_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.py").write_text(TWICE)
    status, out, said = run(capsys, "check", "--path", "nonexistent", "a.py")
    assert (status, out) == (2, "") and "--path: " in said and "nonexistent: no such folder" in said


def test_names_of_a_program_that_stops(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.py").write_text(TWICE)
    status, out, said = run(capsys, "names", "a.py")
    assert status == 1 and out.startswith("w  [2]")
    assert said.rstrip().endswith("Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?")


def test_help_lists_the_formats_that_a_command_takes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["names", "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "--format {text,concise,json} " in shown and "Exit status: 0 all is well; 1 a program" in shown
    status, _, said = run(capsys, "names", "--format", "sarif", ".")
    assert status == 2 and "names knows text, concise, json; sarif is for `scopelint check`" in said


def test_a_format_of_the_settings_is_for_the_command_that_knows_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "pyproject.toml").write_text('[tool.scopelint]\nformat = "github"\n')
    (folder / "a.py").write_text(TWICE)
    assert run(capsys, "check", "a.py")[1].startswith("::error ")
    assert run(capsys, "names", "a.py")[1].startswith("w  [2]")


OLD = 'import tensorflow as tf\nwith tf.op_scope([], "net"):\n    pass\n'


def test_fixes_on_the_standard_input(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def given(*flags: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(OLD.encode())))
        return run(capsys, "check", "--extend-select", "TFS108", *flags, "-")

    status, out, said = given("--fix")
    assert status == 0 and out == OLD.replace('op_scope([], "net")', 'name_scope("net", values=[])')
    assert "no findings in 1 file" in said
    status, out, _ = given("--diff", "--stdin-filename", "net.py")
    assert status == 1 and out.startswith("--- a/net.py\n+++ b/net.py\n")


def test_a_second_error_behind_the_first_does_not_keep_it_from_being_mended(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scope = "with tf.variable_scope('a'):\n    tf.get_variable('w', [2])\n"
    (folder / "a.py").write_text(f"import tensorflow as tf\n{scope}{scope}{TWICE}")
    run(capsys, "check", "--fix", "--unsafe-fixes", "a.py")
    assert "reuse=tf.AUTO_REUSE" in (folder / "a.py").read_text()


def test_a_fix_that_is_taken_back_says_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = (
        "import tensorflow as tf\nwith tf.variable_scope('a'):\n    tf.get_variable('w', [2])\n"
        "with tf.variable_scope('a'):\n    tf.get_variable('w', [3])\n"
    )
    (folder / "a.py").write_text(source)
    _, _, said = run(capsys, "check", "--fix", "--unsafe-fixes", "a.py")
    assert (folder / "a.py").read_text() == source
    assert "a.py:5: TFS201 not mended: reuse=tf.AUTO_REUSE is added to the scope would bring TFS203" in said


def test_a_comment_at_the_call_that_leads_to_an_imported_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "lib.py").write_text("import tensorflow as tf\ndef f():\n    return tf.get_variable('w', [2])\n")
    (folder / "a.py").write_text("import tensorflow as tf\nfrom lib import f\nf()\nf()  # noqa: TFS210\n")
    status, out, _ = run(capsys, "check", ".")
    assert status == 0 and out == "no findings in 2 files, 1 suppressed\n"


def test_completion(folder: Path) -> None:
    pytest.importorskip("shtab")
    made = subprocess.run(
        [sys.executable, "-m", "scopelint", "completion", "bash"], capture_output=True, text=True, check=True
    ).stdout
    asked = (
        f"{made}\ncompopt() {{ :; }}\nCOMP_WORDS=(scopelint names --form)\nCOMP_CWORD=2\n_shtab_scopelint\n"
        'echo "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["--format"]


def test_rules_that_run_out_of_time_cost_no_names(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from scopelint import clock
    from scopelint.project import analysis

    (folder / "a.py").write_text("import tensorflow as tf\ntf.get_variable('w', [2])\n")
    real, asked = analysis.registry.run, []

    def run_once(*arguments: object, **options: object) -> object:
        asked.append(arguments)
        if len(asked) == 1:
            raise clock.OutOfTime("the rules took longer than their bound")
        return real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(analysis.registry, "run", run_once)
    status, out, _ = run(capsys, "names", "a.py")
    assert status == 0 and out.startswith("w  [2]") and len(asked) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "--format", "xml"), "--format: 'xml' is none of text, concise, json, sarif, github, gitlab, junit"),
        (("names", "--format", "xml"), "--format: 'xml' is none of text, concise, json"),
        (("check", "--jobs", "x"), "--jobs: a whole number expected, not 'x'"),
        (("check", "--select", "FOO"), "--select: 'FOO' is no code of scopelint"),
        (("check", "--select", "TFS2,TFS999"), "--select: 'TFS999' is no code of scopelint"),
        (("check", "--per-file-ignores", "a.py:TFS48"), "--per-file-ignores: 'TFS48' is no code of scopelint"),
    ],
)
def test_a_slip_is_told_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    (folder / "a.py").write_text(TWICE)
    status, out, told = run(capsys, *arguments, "a.py")
    assert (status, out, told) == (2, "", f"scopelint: {said}\n")


def test_every_command_says_what_its_exit_status_means(capsys: pytest.CaptureFixture[str]) -> None:
    for command in [*COMMANDS, "lsp", "mcp", "completion", "explain"]:
        assert main([command, "--help"]) == 0
        shown = " ".join(capsys.readouterr().out.split())
        assert "Exit status: 0 all is well; " in shown and "130 interrupted." in shown, command
