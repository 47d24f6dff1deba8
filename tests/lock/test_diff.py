"""`scopelint diff` in small repositories: every kind of side, what is paired by lines and order, what is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import commit, git, scopelint

CHECKPOINTS = Path(__file__).parents[2] / "fixtures" / "checkpoints"
NET = """import tensorflow as tf

def net(x):
    with tf.variable_scope("classifier"):
        return tf.layers.dense(x, 10, name="fc")
"""
TRAIN = """import tensorflow as tf
from models.net import net

y = net(tf.placeholder(tf.float32, [None, 784]))
tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_sum(y))
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, "first", models____init__="", models__net=NET, train=TRAIN, other="print('nothing of TF')\n")
    return tmp_path


def changes(folder: Path, *arguments: str) -> list[tuple[str, str, str | None, str | None]]:
    ran = scopelint(folder, "diff", "--format", "json", *arguments)
    assert ran.status == 0, ran.err
    out = []
    for entry in json.loads(ran.out)["entries"]:
        for change in entry["changes"]:
            names = [change[side] and change[side]["name"] for side in ("old", "new")]
            if not (change["old"] or change["new"])["slot"]:
                out.append((f"{entry['file']} {entry['entry']}".strip(), change["kind"], *names))
    return out


def test_head_against_the_work_tree(repository: Path) -> None:
    ran = scopelint(repository, "diff")
    assert (ran.status, ran.out) == (0, "HEAD -> the work tree: nothing changed in 0 entries\n")
    (repository / "models" / "net.py").write_text(NET.replace("classifier", "head"))
    ran = scopelint(repository, "diff", "--fail-on", "breaking")
    # The script is not changed, but it reaches what is.
    assert ran.status == 1
    assert ran.out.splitlines()[0] == "models/net.py net: 2 breaking"
    assert ran.out.splitlines()[2] == "train.py: 2 breaking, 2 warnings"
    assert ran.out.splitlines()[3].split() == [
        "renamed",
        "classifier/",
        "->",
        "head/",
        "models/net.py:5",
        "2",
        "variables",
    ]
    assert ran.out.splitlines()[4].split()[:6] == ["slots", "2", "renamed", "with", "their", "variables"]
    assert scopelint(repository, "diff").status == 0


def test_revisions_ranges_files_and_paths(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    second = commit(repository, "wider", models__net=NET.replace("10", "20"))
    commit(repository, "renamed", models__net=NET.replace("10", "20").replace("classifier", "head"))
    shape = [("models/net.py net", "shape", "classifier/fc/kernel", "classifier/fc/kernel"),
             ("models/net.py net", "shape", "classifier/fc/bias", "classifier/fc/bias"),
             ("train.py", "shape", "classifier/fc/kernel", "classifier/fc/kernel"),
             ("train.py", "shape", "classifier/fc/bias", "classifier/fc/bias")]  # fmt: skip
    assert changes(repository, first, second) == shape
    assert changes(repository, f"{first}..{second}") == shape
    assert changes(repository, first[:8], "HEAD~1", "train.py") == shape[2:]
    assert changes(repository, f"{first}:models/net.py", f"{second}:models/net.py") == shape[:2]
    renamed = [
        ("models/net.py net", "renamed", f"classifier/fc/{leaf}", f"head/fc/{leaf}") for leaf in ("kernel", "bias")
    ]
    assert changes(repository, second, "HEAD", "models") == renamed
    git(repository, "checkout", "-q", "-b", "side", first)
    commit(repository, "more", other="print('else')\n")
    assert changes(repository, "main...HEAD") == []


def test_numbers_that_are_shifted_and_layers_put_in_front(repository: Path) -> None:
    head = "import tensorflow as tf\nx = tf.zeros([1, 8])\n"
    loop = head + "for i in range(1, 5):\n    x = tf.layers.dense(x, 8, name='conv%d' % i)\n"
    commit(repository, "loop", train=loop)
    commit(repository, "shifted", train=loop.replace("range(1, 5)", "range(0, 4)"))
    pairs = [(f"conv{i + 1}/{leaf}", f"conv{i}/{leaf}") for i in range(4) for leaf in ("kernel", "bias")]
    assert [each[2:] for each in changes(repository, "HEAD~1", "HEAD") if each[1] == "renamed"] == pairs
    unnamed = head + "x = tf.layers.dense(x, 8)\nx = tf.layers.dense(x, 9)\n"
    commit(repository, "unnamed", train=unnamed)
    commit(repository, "one more", train=unnamed.replace("8)\n", "8)\nx = tf.layers.dense(x, 8, use_bias=False)\n", 1))
    assert changes(repository, "HEAD~1", "HEAD") == [
        ("train.py", "new", None, "dense_1/kernel"),
        ("train.py", "renamed", "dense_1/kernel", "dense_2/kernel"),
        ("train.py", "renamed", "dense_1/bias", "dense_2/bias"),
    ]


def test_a_file_that_moved(repository: Path) -> None:
    git(repository, "mv", "models/net.py", "models/network.py")
    commit(repository, "moved", train=TRAIN.replace("models.net", "models.network"))
    assert changes(repository, "HEAD~1", "HEAD") == []


def test_a_lock_on_either_side(repository: Path) -> None:
    assert scopelint(repository, "lock", "train.py").status == 0
    commit(repository, "locked")
    (repository / "models" / "net.py").write_text(NET.replace("classifier", "head"))
    renamed = [("train.py", "renamed", f"classifier/fc/{leaf}", f"head/fc/{leaf}") for leaf in ("kernel", "bias")]
    assert changes(repository, "names.lock") == renamed
    assert changes(repository, "HEAD:names.lock") == renamed
    back = [("train.py", "renamed", new, old) for _, _, old, new in renamed]
    commit(repository, "renamed")
    assert sorted(changes(repository, "HEAD", "names.lock")) == sorted(back)
    assert changes(repository, "HEAD~1", "names.lock") == []


def test_a_checkpoint_and_the_map_for_it(tmp_path: Path) -> None:
    truth = json.loads((CHECKPOINTS / "bert_module_scope" / "truth.json").read_text())
    keys = sorted(row["name"] for row in truth["tensors"]) if isinstance(truth.get("tensors"), list) else None
    checkpoint = str(CHECKPOINTS / "bert_module_scope" / "model.ckpt")
    git(tmp_path, "init", "-q")
    listed = json.loads(scopelint(tmp_path, "checkpoint", "--format", "json", checkpoint).out)["tensors"]
    assert keys is None or keys == sorted(row["key"] for row in listed)
    lines = [
        f"tf.get_variable({row['key'].replace('module/', 'net/')!r}, {row['shape']}, tf.{row['dtype']})"
        for row in listed
    ]
    commit(tmp_path, "first", train="import tensorflow as tf\n" + "\n".join(lines) + "\n")
    found = changes(tmp_path, checkpoint, "HEAD", "train.py")
    assert {each[1] for each in found} == {"renamed"}
    ran = scopelint(tmp_path, "diff", checkpoint, "HEAD", "train.py", "--write-map", "json")
    assert json.loads(ran.out) == {row["key"]: row["key"].replace("module/", "net/") for row in listed}


def test_what_is_not_there_is_said_in_one_line(repository: Path) -> None:
    for arguments, said in (
        (("nowhere",), "nowhere: neither a revision, a lock file, a checkpoint nor a path"),
        (("HEAD:nothing.py",), "HEAD:nothing.py: no such file in HEAD"),
        (("HEAD", "HEAD", "HEAD"), "HEAD: neither side has sources there"),
        (("HEAD", "HEAD..HEAD"), "HEAD..HEAD: a third side; two are compared"),
        (
            ("--write-map", "saver"),
            "--write-map: nothing to map; name the files, for without them only changes are seen",
        ),
        (
            ("--format", "sarif"),
            "--format: diff knows text, json, markdown; sarif is for `scopelint check`, `scopelint checkpoint`",
        ),
    ):
        ran = scopelint(repository, "diff", *arguments)
        assert (ran.status, ran.err) == (2, f"scopelint: {said}\n")
    outside = repository.parent / f"{repository.name} outside"
    outside.mkdir()
    ran = scopelint(outside, "diff")
    assert ran.status == 2 and "not a git repository" in ran.err and ran.err.count("\n") == 1
    ran = scopelint(repository / ".git", "diff", "HEAD")
    assert (ran.status, ran.err) == (2, "scopelint: there is no work tree to compare with: name two revisions\n")


def test_a_partial_clone_reads_what_is_reached_alone(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = git(repository, "rev-parse", "HEAD")
    commit(repository, "renamed", models__net=NET.replace("classifier", "head"))
    # An object that no program asks for is lost, and one that is asked for.
    lost = git(repository, "rev-parse", "HEAD:other.py")
    (repository / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    assert len(changes(repository, first, "HEAD", "train.py")) == 2
    lost = git(repository, "rev-parse", "HEAD:models/net.py")
    (repository / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    ran = scopelint(repository, "diff", first, "HEAD", "train.py")
    assert ran.status == 2
    assert ran.err == "scopelint: models/net.py: the repository does not hold its content in HEAD\n"


def test_sources_come_from_the_revision_and_data_files_too(repository: Path) -> None:
    reader = "import json, sys\nsys.path.insert(0, 'lib')\nimport tensorflow as tf\nimport sizes\n" \
             "tf.get_variable('w', [json.load(open('size.json'))['units'], sizes.DEPTH])\n"  # fmt: skip
    (repository / "size.json").write_text('{"units": 3}')
    commit(repository, "data", train=reader, lib__sizes="DEPTH = 4\n")
    (repository / "size.json").write_text('{"units": 5}')
    git(repository, "commit", "-qam", "units")
    [change] = json.loads(scopelint(repository, "diff", "HEAD~1", "HEAD", "train.py", "--format", "json").out)[
        "entries"
    ][0]["changes"]
    assert (change["kind"], change["old"]["shape"], change["new"]["shape"]) == ("shape", [3, 4], [5, 4])


def test_markdown_and_exit_status(repository: Path) -> None:
    (repository / "train.py").write_text(TRAIN + "tf.get_variable('w|x', [1])\n")
    ran = scopelint(repository, "diff", "--format", "markdown", "--fail-on", "breaking")
    assert ran.status == 0 and ran.out.startswith("### Variable names: ")
    (repository / "train.py").write_text(TRAIN + "tf.get_variable('w', [1])\n")
    ran = scopelint(repository, "diff", "--format", "markdown", "--fail-on", "any")
    assert ran.status == 1
    assert "| new | `w [1] float32` | `train.py:6` |  |" in ran.out


def test_a_pin_that_changes(tmp_path: Path) -> None:
    """Each side is read for the release that its own tree pins; sources need not have changed."""
    (tmp_path / "requirements.txt").write_text("tensorflow==1.1.0\n")
    git(tmp_path, "init", "-q", "-b", "main")
    cell = "tf.contrib.rnn.static_rnn(tf.contrib.rnn.GRUCell(3), [tf.zeros([2, 4])], dtype=tf.float32)\n"
    commit(tmp_path, "old", train=f"import tensorflow as tf\n{cell}", other="print('nothing of TF')\n")
    (tmp_path / "requirements.txt").write_text("tensorflow==1.15.0\n")
    commit(tmp_path, "new")
    gates = ["rnn/gru_cell/gates/", "rnn/gru_cell/candidate/"]
    renamed = [("train.py", "renamed", f"{scope}{old}", f"{scope}{new}") for scope in gates
               for old, new in (("weights", "kernel"), ("biases", "bias"))]  # fmt: skip
    assert changes(tmp_path, "HEAD~1", "HEAD") == renamed
    assert changes(tmp_path, "HEAD~1") == renamed
    assert changes(tmp_path, "HEAD~1", "HEAD", "--tf", "1.15") == []
    said = scopelint(tmp_path, "diff", "HEAD~1").err
    assert "HEAD~1: TensorFlow 1.1.0, as requirements.txt:1 pins it" in said
    # What else changes in such a file is nothing to names.
    (tmp_path / "requirements.txt").write_text("tensorflow==1.15.0\nnumpy\n")
    assert scopelint(tmp_path, "diff").out == "HEAD -> the work tree: nothing changed in 0 entries\n"
