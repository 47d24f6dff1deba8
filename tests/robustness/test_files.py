"""Files: what is read, what is written, and what must be left alone."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scopelint import disk
from scopelint.project.cache import Cache
from tests.robustness.running import scopelint

FIXTURES = Path(__file__).parents[2] / "fixtures"
TWICE = 'import tensorflow as tf\ntf.get_variable("w", [3])\ntf.get_variable("w", [3])\n'
FIXABLE = 'import tensorflow as tf\nwith tf.name_scope("a"):\n    tf.get_variable("w", [3])\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository, with a secret beside it."""
    (tmp_path / "secret.txt").write_text("hunter2")
    (tmp_path / "secret.py").write_text("NAME = 'hunter2'\n")
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    return folder


def names(folder: Path, source: str, *arguments: str) -> str:
    (folder / "main.py").write_text("import os, sys\nimport tensorflow as tf\n" + source)
    ran = scopelint(folder, "names", "--no-cache", *arguments, "main.py")
    return ran.out + ran.err


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/proc/self/environ", "/proc/self/cmdline", "../secret.txt", "/dev/zero", "link.txt"]
)  # fmt: skip
def test_what_lies_outside_of_the_project_is_not_told(project: Path, path: str) -> None:
    (project / "link.txt").symlink_to(project.parent / "secret.txt")
    said = names(project, f"name = open({path!r}).read().split('\\n')[0][:40]\ntf.get_variable('v_' + name, [2])\n")
    assert "v_{" in said, said
    assert "hunter2" not in said and "root:" not in said and "PATH=" not in said


def test_what_lies_inside_is_read_and_more_on_demand(project: Path) -> None:
    (project / "here.txt").write_text("here")
    source = "for path in ('here.txt', '../secret.txt'):\n    tf.get_variable('v_' + open(path).read(), [2])\n"
    said = names(project, source)
    assert "v_here " in said and "hunter2" not in said
    assert "v_hunter2 " in names(project, source, "--allow-files", str(project.parent))
    said = names(project, "tf.get_variable(open('/proc/self/environ').read()[:4], [2])\n", "--allow-files", "/")
    assert "{" in said.splitlines()[0]


def test_modules_outside_of_the_project_are_not_read(project: Path) -> None:
    said = names(project, "sys.path.insert(0, '..')\nimport secret\ntf.get_variable(secret.NAME, [2])\n")
    assert "hunter2" not in said
    (project / "linked.py").symlink_to(project.parent / "secret.py")
    said = names(project, "import linked\ntf.get_variable(linked.NAME, [2])\n")
    assert "hunter2" not in said and "lies outside of the project" in said


def test_a_package_that_is_linked_on_the_search_path_is_read(project: Path, tmp_path: Path) -> None:
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / "__init__.py").write_text("NAME = 'theirs'\n")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "package").symlink_to(tmp_path / "checkout")
    source = "import package\ntf.get_variable('v_' + package.NAME, [2])\n"
    ours = str(Path(__file__).parents[2])
    (project / "main.py").write_text("import tensorflow as tf\n" + source)
    search = os.pathsep.join((ours, str(tmp_path / "links")))
    ran = scopelint(project, "names", "--no-cache", "main.py", PYTHONPATH=search)
    assert "v_theirs " in ran.out
    assert "v_theirs" not in names(project, "sys.path.insert(0, '../links')\n" + source)
    # Links may lie deeper, as build tools lay them; what a path leads to past its folder is not read.
    (tmp_path / "links" / "package").unlink()
    (tmp_path / "links" / "package").mkdir()
    (tmp_path / "links" / "package" / "__init__.py").symlink_to(tmp_path / "checkout" / "__init__.py")
    assert "v_theirs " in scopelint(project, "names", "--no-cache", "main.py", PYTHONPATH=search).out
    (project / "main.py").write_text(
        f"import tensorflow as tf\ntf.get_variable(open('{tmp_path}/links/../secret.txt').read().strip(), [2])\n"
    )
    assert "hunter2" not in scopelint(project, "names", "--no-cache", "main.py", PYTHONPATH=search).out


def test_a_part_of_tensorflow_that_cannot_be_read_is_told(project: Path, tmp_path: Path) -> None:
    """TF's own library of models is read from where TF lies; where settings of the tree say so, no link is followed."""
    nets = project / "lib" / "tensorflow_core" / "contrib" / "slim" / "python" / "slim" / "nets"
    nets.mkdir(parents=True)
    (tmp_path / "away.py").write_text("")
    for name in ("__init__.py", "vgg.py"):
        (nets / name).symlink_to(tmp_path / "away.py")
    source = "from tensorflow.contrib.slim.nets import vgg\nvgg.vgg_a(tf.zeros([1, 224, 224, 3]))\n"
    (project / "main.py").write_text("import tensorflow as tf\n" + source)
    (project / "pyproject.toml").write_text("[tool.scopelint]\npath = ['lib']\n")
    ran = scopelint(project, "names", "--no-cache", "main.py")
    assert "TFS900" not in ran.err and "lies outside of the project" in ran.out


def test_a_walk_does_not_follow_links_out_of_the_project(project: Path) -> None:
    (project / "link.py").symlink_to(project.parent / "secret.py")
    (project.parent / "secret.py").write_text("import tensorflow\nhunter2 = (\n")
    ran = scopelint(project, "check", "--no-cache", ".")
    assert (ran.status, "hunter2" in ran.out) == (0, False)


def test_fix_does_not_write_through_a_link_out_of_the_project(project: Path) -> None:
    outside = project.parent / "net.py"
    outside.write_text(FIXABLE)
    (project / "link.py").symlink_to(outside)
    ran = scopelint(project, "check", "--no-cache", "--fix", "--unsafe-fixes", "link.py")
    assert ran.status == 2 and "outside of the project" in ran.err
    assert outside.read_text() == FIXABLE
    (project / "net.py").write_text(FIXABLE)
    (project / "inner.py").symlink_to("net.py")
    scopelint(project, "check", "--no-cache", "--fix", "--unsafe-fixes", "inner.py")
    assert "variable_scope" in (project / "net.py").read_text() and (project / "inner.py").is_symlink()


@pytest.mark.parametrize("option", ["cache-dir", "path", "checkpoint", "baseline", "lock"])
def test_settings_of_a_tree_stay_in_it(project: Path, option: str) -> None:
    (project / "main.py").write_text(TWICE)
    for place in (str(project.parent / "elsewhere"), "../elsewhere", "link"):
        if place == "link" and not (project / "link").is_symlink():
            (project / "link").symlink_to(project.parent)
        value = f'["{place}"]' if option in ("path", "checkpoint") else f'"{place}"'
        (project / "pyproject.toml").write_text(f"[tool.scopelint]\n{option} = {value}\n")
        ran = scopelint(project, "check", "main.py")
        assert ran.status == 2 and f"{option}: " in ran.err and "outside of the project" in ran.err
    assert sorted(path.name for path in project.parent.iterdir()) == ["project", "secret.py", "secret.txt"]


def test_the_cache_is_never_the_project(project: Path) -> None:
    (project / "main.py").write_text(TWICE)
    (project / "pyproject.toml").write_text('[tool.scopelint]\ncache-dir = "."\n')
    assert scopelint(project, "check", "main.py").status == 2
    (project / "pyproject.toml").write_text('[tool.scopelint]\ncache-dir = "docs"\n')
    (project / "docs").mkdir()
    assert scopelint(project, "check", "main.py").status == 1
    assert not (project / "docs" / ".gitignore").exists(), "a folder that was there is somebody's"


def test_a_link_as_cache_leads_nowhere(project: Path) -> None:
    (project / "main.py").write_text(TWICE)
    (project / ".scopelint_cache").symlink_to(project.parent)
    ran = scopelint(project, "check", "main.py")
    assert ran.status == 2 and "leads out of the project" in ran.err
    assert len(list(project.parent.iterdir())) == 3


def test_a_lock_that_leads_out_of_the_project_is_neither_told_nor_written(project: Path) -> None:
    """What stands in it would be told as no lock, by `check` too; where nothing is yet, a lock would be written."""
    (project / "main.py").write_text(TWICE)
    for target in ("secret.txt", "not_there_yet"):
        (project / "names.lock").unlink(missing_ok=True)
        (project / "names.lock").symlink_to(project.parent / target)
        for command in (("check", "."), ("lock", "main.py"), ("lock", "--check", "main.py"), ("diff",),
                        ("diff", "names.lock", "main.py")):  # fmt: skip
            ran = scopelint(project, *command)
            assert "hunter2" not in ran.out + ran.err and not (project.parent / "not_there_yet").exists()
            if target == "secret.txt" and command != ("diff",):
                assert ran.status == 2 and "names.lock: leads out of the project" in ran.err, ran
    assert scopelint(project, "check", "--lock", str(project.parent / "secret.txt"), ".").status == 2


def test_a_link_is_no_folder_for_graphs(project: Path) -> None:
    (project / "main.py").write_text(TWICE)
    (project.parent / "elsewhere").mkdir()
    (project / "scopelint-graph").symlink_to(project.parent / "elsewhere")
    ran = scopelint(project, "tree", "--format", "tensorboard", "main.py")
    assert ran.status == 2 and "scopelint-graph: leads out of this folder" in ran.err
    assert not list((project.parent / "elsewhere").iterdir())


@pytest.mark.parametrize("part", ["model.ckpt.index", "folder", "state"])
def test_a_checkpoint_outside_of_the_project_is_not_told(project: Path, part: str) -> None:
    """By a link to its file, to its folder, by a state file that names it. Allowed, it is."""
    outside = project.parent / "outside"
    shutil.copytree(Path(__file__).parents[2] / "fixtures" / "checkpoints" / "v2_plain", outside)
    asked = {"model.ckpt.index": "model.ckpt", "folder": "folder/model.ckpt", "state": "state"}[part]
    if part == "state":
        (project / part).mkdir()
        (project / part / "checkpoint").write_text(f'model_checkpoint_path: "{outside}/model.ckpt"\n')
    else:
        (project / part).symlink_to(outside if part == "folder" else outside / part)
    source = (
        f"for key, _ in tf.train.list_variables('{asked}'):\n    tf.get_variable('v_' + key.replace('/', '.'), [2])\n"
    )
    keys = json.loads((outside / "truth.json").read_text())["tensors"]
    said = names(project, source)
    assert not any("v_" + key.replace("/", ".") in said for key in keys), said
    if part == "model.ckpt.index":
        said = names(project, source, "--allow-files", str(outside))
        assert all("v_" + key.replace("/", ".") in said for key in keys), said


def test_a_link_within_the_cache_is_not_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    cache = Cache(str(tmp_path / "cache"), "")
    (tmp_path / "cache").mkdir()
    for number in range(256):
        (tmp_path / "cache" / f"{number:02x}").symlink_to(outside)
    cache.put("check", "main.py", b"", {"findings": []}, [], [])
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("what", ["fifo", "device", "folder"])
def test_only_regular_files_are_read(project: Path, what: str) -> None:
    place = project / "p.py"
    if what == "fifo":
        os.mkfifo(place)
    elif what == "folder":
        place.mkdir()
    else:
        place.symlink_to("/dev/zero")
    (project / "main.py").write_text("import tensorflow as tf\nimport p\ntf.get_variable('w', [2])\n")
    ran = scopelint(project, "names", "--no-cache", "main.py")
    assert "w " in ran.out and ran.status == 0
    ran = scopelint(project, "check", "--no-cache", "p.py")
    assert ran.status == (0 if what == "folder" else 2)
    assert what == "folder" or "p.py: not a regular file" in ran.err


def test_damage_in_the_cache_costs_a_fresh_analysis(project: Path) -> None:
    """Two thousand entries, each damaged somehow: none is taken for another result than was put, none raises."""
    chance = random.Random(7)
    main = str(project / "main.py")
    result = {"findings": [], "crashed": False, "names": {"variables": [["w", [3]]]}}
    hostile = (b"null", b"[]", b"1e999", b'{"read": 3}', b'{"read":[["/dev/zero","x"]],"missing":[],"result":{}}',
               b"[" * 100_000, b"\xff\xfe", b"")  # fmt: skip
    Cache(str(project / "cache"), "").put("check", main, b"x", result, [], [])
    [entry] = (project / "cache").rglob("*.json")
    whole = entry.read_bytes()
    assert Cache(str(project / "cache"), "").get("check", main, b"x") == result
    for turn in range(2000):
        data = bytearray(whole)
        kind = turn % 4
        if kind == 0:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(5)
        elif kind == 1:
            del data[chance.randrange(len(data)) :]
        elif kind == 2:
            data[chance.randrange(len(data)) :] = chance.choice(hostile)
        else:
            data[:] = chance.choice(hostile)
        entry.write_bytes(bytes(data))
        assert Cache(str(project / "cache"), "").get("check", main, b"x") is None


@pytest.mark.parametrize(
    "result",
    [[], {}, {"findings": 3, "crashed": False}, {"findings": [[1, 2]], "crashed": False},
     {"findings": [["x"] * 19], "crashed": False},
     {"findings": [], "crashed": 0}, {"findings": [], "crashed": False, "names": []}],
)  # fmt: skip
def test_an_entry_of_another_shape_is_as_good_as_none(project: Path, result: object) -> None:
    """Its checksum is right: whoever wrote it knew how."""
    (project / "main.py").write_text(TWICE)
    (project / "pyproject.toml").write_text("[tool.scopelint]\n")
    assert scopelint(project, "check", "main.py").status == 1
    [entry] = (project / ".scopelint_cache").rglob("*.json")
    from scopelint.project.cache import digest

    body = json.dumps({"read": [], "missing": [], "result": result}).encode()
    entry.write_bytes(digest(body).encode() + b"\n" + body)
    assert scopelint(project, "check", "main.py").status == 1


def test_a_folder_that_cannot_be_written(project: Path) -> None:
    """As root too: the process gives up the right to write where the mode forbids it."""
    (project / "main.py").write_text(FIXABLE)
    if os.geteuid() == 0 and not sys.platform.startswith("linux"):
        pytest.skip("root may write anywhere")
    project.chmod(0o555)
    try:
        assert scopelint(project, "check", "main.py", bowing=True).status == 1
        ran = scopelint(project, "check", "--fix", "--unsafe-fixes", "main.py", bowing=True)
        assert ran.status == 2 and "main.py: not written" in ran.err
        for command in (
            ("check", "--output-file", "out.txt", "main.py"),
            ("check", "--baseline", "known.json", "--update-baseline", "main.py"),
            ("lock", "main.py"),
            ("tree", "--format", "html", "--output-file", "page.html", "main.py"),
            ("tree", "--format", "tensorboard", "main.py"),
        ):
            ran = scopelint(project, *command, bowing=True)
            assert (ran.status, len(ran.err.splitlines())) == (2, 1) and "Permission denied" in ran.err, (command, ran)
    finally:
        project.chmod(0o755)
    assert sorted(path.name for path in project.iterdir()) == [".git", "main.py"]
    assert (project / "main.py").read_text() == FIXABLE


@pytest.mark.parametrize("place", ["main.py", "other.py", "pyproject.toml", "table.json", "package"])
def test_what_cannot_be_read_is_told(project: Path, place: str) -> None:
    """A file, a module, settings, data, a folder without the right to read it."""
    (project / "main.py").write_text(
        "import json, other, package.inner\nimport tensorflow as tf\n"
        "tf.get_variable('v_' + json.load(open('table.json'))['name'], [2])\n"
    )
    (project / "other.py").write_text("")
    (project / "pyproject.toml").write_text("[tool.scopelint]\n")
    (project / "table.json").write_text('{"name": "known"}')
    (project / "package").mkdir()
    (project / "package" / "inner.py").write_text("")
    if os.geteuid() == 0 and not sys.platform.startswith("linux"):
        pytest.skip("root may read anything")
    (project / place).chmod(0)
    try:
        ran = scopelint(project, "names", "--no-cache", "main.py", bowing=True)
    finally:
        (project / place).chmod(0o755)
    if place in ("main.py", "pyproject.toml"):
        assert ran.status == 2 and place in ran.err and len(ran.err.splitlines()) == 1, ran
    else:
        assert "v_known " in ran.out or place == "table.json", ran
        assert {"other.py": "other", "table.json": "v_{", "package": "package"}[place] in ran.out + ran.err


def test_a_full_disk_is_told(project: Path) -> None:
    (project / "main.py").write_text(TWICE)
    for format in ("text", "json", "sarif", "junit"):
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "scopelint", "check", "--no-cache", "--format", format, "main.py"],
                cwd=project, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
                stdout=full, stderr=subprocess.PIPE, text=True, timeout=600,
            )  # fmt: skip
        assert done.returncode == 2 and done.stderr == "scopelint: the standard output: No space left on device\n"


def test_a_file_is_there_whole_or_as_it_was(tmp_path: Path) -> None:
    place = tmp_path / "f"
    disk.write(str(place), b"before")
    place.chmod(0o640)
    with pytest.raises(RuntimeError), disk.Whole(str(place)) as whole:
        whole.stream.write("half")
        raise RuntimeError
    assert place.read_bytes() == b"before" and [p.name for p in tmp_path.iterdir()] == ["f"]
    disk.write(str(place), b"after")
    assert place.read_bytes() == b"after" and stat.S_IMODE(place.stat().st_mode) == 0o640


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_no_half_written_file(project: Path, sign: signal.Signals) -> None:
    """Sent at many moments of a run that writes: the report is the old one or the new one, and nothing lies beside."""
    (project / "main.py").write_text(TWICE)
    (project / "out.json").write_text("before")
    command = [sys.executable, "-m", "scopelint", "check", "--format", "json", "--output-file", "out.json", "main.py"]
    statuses = set()
    for turn in range(5):
        running = subprocess.Popen(
            command,
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stderr=subprocess.PIPE,
        )
        time.sleep(0.05 + turn * 0.12)
        running.send_signal(sign)
        _, said = running.communicate(timeout=300)
        statuses.add(running.returncode)
        text = (project / "out.json").read_text()
        report = {} if text == "before" else json.loads(text)
        assert not report or (report["files"] == 1 and report.get("interrupted", False) is (running.returncode == 130))
        assert not list(project.rglob("*.part")), turn
        assert b"Traceback" not in said or running.returncode == -sign or b"site" in said
    assert statuses <= {1, 130, -sign}


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("m.json", ("checkpoint", "m.ckpt", "--map", "m.json", "--rename-to", "n")),
        ("e.txt", ("checkpoint", "--error", "e.txt", "m.ckpt")),
        ("r.txt", ("port", "m.ckpt", "main.py", "--rules", "r.txt")),
        ("t.safetensors", ("port", "m.ckpt", "main.py", "--against", "t.safetensors")),
    ],
)
def test_what_the_user_names_is_a_regular_file(project: Path, name: str, command: tuple[str, ...]) -> None:
    (project / "main.py").write_text(TWICE)
    for each in (FIXTURES / "checkpoints" / "v2_plain").glob("model.ckpt.*"):
        (project / each.name.replace("model", "m", 1)).write_bytes(each.read_bytes())
    os.mkfifo(project / name)
    ran = scopelint(project, *command, seconds=20)
    assert ran.status == 2 and ran.err.endswith(f"{name}: not a regular file\n") and len(ran.err.splitlines()) == 1


def test_what_takes_too_long_to_be_read_is_told_in_a_line(project: Path) -> None:
    """A graph of empty fields, rules without number, a lock of lines that stand twice; zeros are no graph at all."""
    (project / "main.py").write_text(TWICE)
    for each in (FIXTURES / "checkpoints" / "v2_plain").glob("model.ckpt.*"):
        (project / each.name.replace("model", "m", 1)).write_bytes(each.read_bytes())
    (project / "m.ckpt.meta").write_bytes(b"\x0a\x00" * 4_000_000)
    (project / "r.txt").write_text("w -> w\n" * 1_200_000)
    (project / "names.lock").write_text("@ main.py\nfirst [2] float32\n" * 500_000)
    few = ("--max-seconds", "0.2")
    for command, named in (
        (("checkpoint", *few, "m.ckpt"), "m.ckpt"),
        (("port", *few, "m.ckpt", "main.py", "--rules", "r.txt"), "m.ckpt"),
        (("lock", *few, "--check", "main.py"), "names.lock"),
        (("diff", *few, "names.lock", "main.py"), "names.lock"),
    ):
        ran = scopelint(project, *command)
        assert (ran.status, ran.err) == (2, f"scopelint: {named}: takes longer than --max-seconds 0.2\n"), command
    with open(project / "m.ckpt.meta", "wb") as stream:
        stream.write(b"\x0a\x00")
        stream.truncate(20 << 30)
    ran = scopelint(project, "checkpoint", *few, "m.ckpt")
    assert ran.status == 0 and "m.ckpt.meta: not a message" in ran.out
    ran = scopelint(project, "port", *few, "m.ckpt", "--rules", "r.txt")
    assert ran.err == "scopelint: r.txt: takes longer than --max-seconds 0.2\n"
    (project / "r.txt").write_text("w -> w\n" * 1_500_000)
    assert "r.txt: larger than 10000000 bytes" in scopelint(project, "port", "m.ckpt", "--rules", "r.txt").err
