"""`names --versions`, `--tf` and what a project pins, as a user meets them."""

import json

import pytest

from scopelint.cli import main
from scopelint.project.pins import pinned

PROGRAM = """import tensorflow as tf
cell = tf.contrib.rnn.BasicLSTMCell(8)
tf.nn.dynamic_rnn(cell, tf.placeholder(tf.float32, [2, 3, 4]), dtype=tf.float32)
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(PROGRAM)
    (tmp_path / ".git").mkdir()
    return tmp_path


def names(capsys, *flags):
    assert main(["names", "model.py", "--format", "json", "--no-cache", *flags]) == 0
    data = json.loads(capsys.readouterr().out)
    return [variable["name"].rpartition("/")[2] for variable in data["variables"]], data["tensorflow"][0]


def test_the_setting(project, capsys):
    assert names(capsys, "--tf", "1.1")[0] == ["weights", "biases"]
    assert names(capsys, "--tf", "1.2")[0] == ["kernel", "bias"]
    (project / "pyproject.toml").write_text('[tool.scopelint]\ntf = "1.0"\n')
    assert names(capsys)[0] == ["weights", "biases"]


@pytest.mark.parametrize("wrong", ["1.16", "0.12", "2.16", "newest", "1"])
def test_a_release_that_is_not_covered(project, capsys, wrong):
    assert main(["names", "model.py", "--tf", wrong]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "--tf" in said


def test_a_number_in_toml_is_refused(project, capsys):
    (project / "pyproject.toml").write_text("[tool.scopelint]\ntf = 1.10\n")
    assert main(["names", "model.py"]) == 2
    assert "a string such as" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("requirements.txt", "numpy\ntensorflow==1.1.0  # as trained\n", 2),
        ("requirements.txt", "tensorflow-gpu ~= 1.1.0 ; python_version < '3.7'\n", 1),
        ("requirements.txt", "tensorflow>=1.1,<1.2\n", 1),
        ("setup.py", "from setuptools import setup\nsetup(install_requires=['numpy', 'tensorflow==1.1.0'])\n", 2),
        ("setup.cfg", "[options]\ninstall_requires =\n    numpy\n    tensorflow==1.1.0\n", 4),
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = ["tensorflow==1.1"]\n', 3),
        ("pyproject.toml", '[tool.poetry.dependencies]\ntensorflow = "1.1.0"\n', 2),
        ("Dockerfile", "FROM tensorflow/tensorflow:1.1.0-gpu-py3\nRUN pip install numpy\n", 1),
        ("Dockerfile", "FROM python:3.6\nRUN pip install numpy \\\n    tensorflow==1.1.0\n", 3),
    ],
)
def test_a_pin_is_taken_and_told(project, capsys, file, text, line):
    (project / file).write_text(text)
    made, said = names(capsys)
    assert made == ["weights", "biases"]
    assert (said["pinned"], said["file"], said["line"]) == (True, file, line)
    assert said["version"].startswith("1.1.")
    # A setting wins.
    assert names(capsys, "--tf", "1.15")[0] == ["kernel", "bias"]
    main(["names", "model.py", "--no-cache"])
    assert f"as {file}:{line} pins it" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        "tensorflow>=1.1\n",
        "tensorflow\n",
        "tensorflow<2\n",
        "tensorflow!=1.15\n",
        "tensorflow-datasets==1.1.0\n",
        "# tensorflow==1.1.0\n",
        "tensorflow @ https://example.org/tensorflow-1.1.0.whl\n",
    ],
)
def test_what_is_no_pin(project, capsys, text):
    (project / "requirements.txt").write_text(text)
    made, said = names(capsys)
    assert made == ["kernel", "bias"]
    assert (said["pinned"], said["version"], said["said"]) == (False, "1.15.5", "")


def test_two_that_disagree(project, capsys):
    (project / "requirements.txt").write_text("tensorflow==1.1.0\n")
    (project / "Dockerfile").write_text("FROM tensorflow/tensorflow:1.8.0\n")
    made, said = names(capsys)
    assert made == ["kernel", "bias"]
    assert "requirements.txt:1 and Dockerfile:1 disagree" in said["said"]


def test_a_pin_that_the_program_never_ran_under(project, capsys):
    (project / "requirements.txt").write_text("tensorflow==2.9.3\n")
    made, said = names(capsys)
    assert made == ["kernel", "bias"]
    assert "requirements.txt:1 pins TensorFlow 2.9.3, where the program stops at model.py:2" in said["said"]


def test_the_nearest_folder_decides_and_the_repository_ends_it(project):
    inner = project / "old" / "models"
    inner.mkdir(parents=True)
    (project / "requirements.txt").write_text("tensorflow==1.1.0\n")
    assert str(pinned(str(inner / "m.py")).release) == "1.1"
    (project / "old" / "requirements.txt").write_text("tensorflow==1.4.0\n")
    assert str(pinned(str(inner / "m.py")).release) == "1.4"
    (inner / ".git").mkdir()
    assert pinned(str(inner / "m.py")).release is None


def test_a_changed_pin_makes_the_cache_stale(project, capsys):
    (project / "requirements.txt").write_text("tensorflow==1.1.0\n")
    for text, leaf in (("tensorflow==1.1.0\n", "weights"), ("tensorflow==1.4.0\n", "kernel"), ("", "kernel")):
        (project / "requirements.txt").write_text(text)
        for _ in range(2):
            assert main(["names", "model.py"]) == 0
            assert f"rnn/basic_lstm_cell/{leaf}" in capsys.readouterr().out
    (project / "Dockerfile").write_text("FROM tensorflow/tensorflow:1.0.1\n")
    assert main(["names", "model.py"]) == 0
    assert "rnn/basic_lstm_cell/weights" in capsys.readouterr().out


def test_where_the_names_part(project, capsys):
    assert main(["names", "model.py", "--versions"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("1.0 to 1.1: 2 variables\n  rnn/basic_lstm_cell/weights  [12,32]\n")
    assert "\n1.2 to 1.15: 2 variables\n  rnn/basic_lstm_cell/kernel  [12,32]\n" in out
    assert "\n2.15: 0 variables\n  the program stops at model.py:2: AttributeError" in out
    assert main(["names", "model.py", "--versions", "--format", "json"]) == 0
    spans = json.loads(capsys.readouterr().out)["versions"]
    assert [(span["first"], span["last"]) for span in spans] == [("1.0", "1.1"), ("1.2", "1.15"), ("2.15", "2.15")]


@pytest.mark.parametrize(
    ("requirement", "taken"),
    [
        ("tensorflow>=2.4.0,<=2.15.0", "2.15"),
        ("tensorflow>=2.2", "2.15"),
        ("tensorflow>=2.0,<2.5", "2.4"),
        ("tensorflow>=1.15", "None"),
        ("tensorflow>=1.4,<2", "None"),
    ],
)
def test_a_range_without_tensorflow_1(tmp_path, requirement, taken):
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text(requirement + "\n")
    assert str(pinned(str(tmp_path / "model.py")).release) == taken
