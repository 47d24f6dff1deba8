"""Shards: together they are the whole run, and each finding is told by one of them."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from pathlib import Path

import pytest

from scopelint.cli import main
from scopelint.project import check as door
from scopelint.project import config as settings
from scopelint.project import parallel
from scopelint.project.config import Config
from scopelint.project.sharding import parted
from scopelint.project.task import Answer, Task, perform
from scopelint.syntax.source_cache import SourceCache

NET = "import tensorflow as tf\ndef net():\n    tf.get_variable('w', [2])\n    tf.get_variable('w', [2])\n"
TWICE = "import tensorflow as tf\ntf.get_variable('w', [2])\ntf.get_variable('w', [2])\n"
FLAG = "import tensorflow as tf\nimport {lib}\ntf.flags.DEFINE_boolean('big', False, '')\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.scopelint]\njobs = 1\n")
    return tmp_path


def findings(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    main(["check", "--format", "json", *arguments, "."])
    out = capsys.readouterr().out
    return [json.dumps(each, sort_keys=True) for each in json.loads(out)["findings"]]


def project(folder: Path) -> None:
    """Findings in modules that many files import: for certain, under a flag, suppressed here and there, in the module
    itself; comments that only another file needs, and some that none does."""
    (folder / "models").mkdir()
    (folder / "models" / "__init__.py").write_text("")
    (folder / "models" / "shared.py").write_text(NET)
    (folder / "models" / "quiet.py").write_text(NET.replace("'w', [2])\n", "'w', [2])  # noqa: TFS201\n"))
    (folder / "models" / "idle.py").write_text(
        NET.replace("    tf.get_variable('w', [2])\n", "", 1) + "x = 1  # noqa: TFS201\n"
    )
    for number in range(4):
        (folder / f"a{number}.py").write_text("from models import shared, idle\nshared.net()\nidle.net()\n")
        (folder / f"b{number}.py").write_text(
            FLAG.format(lib="models.shared") + "if tf.flags.FLAGS.big:\n    models.shared.net()\n"
        )
        (folder / f"c{number}.py").write_text("from models import quiet\nquiet.net()\n")
        (folder / f"d{number}.py").write_text(TWICE)
        (folder / f"e{number}.py").write_text(f"x = {number}\n")
        # By itself this one makes its variable once; the comment is for those that call it twice.
        (folder / f"g{number}.py").write_text(
            "import tensorflow as tf\ndef net():\n    tf.get_variable('w', [2])  # noqa: TFS201\n"
            "if __name__ == '__main__':\n    net()\n"
        )
        (folder / f"h{number}.py").write_text(f"import g{number}\ng{number}.net()\ng{number}.net()\n")
        (folder / f"f{number}.py").write_text("from models import shared\nshared.net()  # noqa: TFS201\n")


@pytest.mark.parametrize("more", [(), ("--possible",), ("--verbose",), ("--baseline", "known.json")])
@pytest.mark.parametrize("count", [1, 3, 7])
def test_shards_tell_together_what_one_run_tells(
    folder: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], count: int
) -> None:
    project(folder)
    (folder / "known.json").write_text(
        json.dumps({"schema": 1, "findings": {"d1.py": {"TFS201 w": 1}, "models/shared.py": {"TFS201 w": 1}}})
    )
    whole = findings(capsys, *more)
    assert whole
    parts = [findings(capsys, *more, "--shard", f"{number}/{count}") for number in range(1, count + 1)]
    assert Counter(each for part in parts for each in part) == Counter(whole)


def test_random_projects(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Modules that import each other and call, under flags or not, what makes a variable twice."""
    chance = random.Random(15)
    for turn in range(12):
        names = [f"m{turn}_{number}" for number in range(7)]
        for number, name in enumerate(names):
            lines = ["import tensorflow as tf", *(f"import {other}" for other in names[:number])]
            lines += [f"tf.flags.DEFINE_boolean('f{number}', False, '')", "def net():", "    tf.get_variable('w', [2])"]
            lines += ["    tf.get_variable('w', [2])" + chance.choice(["", "  # noqa: TFS201"])] * chance.randrange(2)
            for other in names[:number]:
                called = f"{other}.net()" + chance.choice(["", "  # noqa: TFS210", "  # scopelint: ignore[TFS2] why"])
                lines += chance.choice([[], [called], [f"if tf.flags.FLAGS.f{number}:", f"    {called}"], [called] * 2])
            (folder / f"{name}.py").write_text("\n".join(lines) + "\n")
        whole = findings(capsys, "--possible")
        parts = [findings(capsys, "--possible", "--shard", f"{number}/3") for number in (1, 2, 3)]
        assert Counter(each for part in parts for each in part) == Counter(whole), turn
        for name in names:
            (folder / f"{name}.py").unlink()


def test_parts_hang_on_paths_alone(folder: Path) -> None:
    files = [f"models/m{number}.py" for number in range(200)]
    config = Config(root=str(folder))
    parts = parted(files, config, 5)
    assert sorted(file for part in parts for file in part) == sorted(files)
    assert all(part == sorted(part, key=files.index) and 20 <= len(part) <= 60 for part in parts)
    # Seen from another place, under another name of the project, and with another file: the same files lie together.
    elsewhere = Config(root="/other/place")
    others = parted([f"/other/place/{file}" for file in [*files, "new.py"]], elsewhere, 5)
    kept = [[file[len("/other/place/") :] for file in part if not file.endswith("new.py")] for part in others]
    assert kept == parts


def test_times_make_parts_equally_long(folder: Path) -> None:
    files = [f"m{number}.py" for number in range(40)]
    seconds = {file: 10.0 if number < 4 else 1.0 for number, file in enumerate(files[:-2])}
    (folder / "one.json").write_text(json.dumps({"schema": 1, "seconds": dict(list(seconds.items())[:20])}))
    (folder / "two.json").write_text(json.dumps({"schema": 1, "seconds": dict(list(seconds.items())[20:])}))
    config = settings.load([str(folder)], {"shard-times": ["one.json", "two.json"]})
    parts = parted(files, config, 4)
    assert sorted(file for part in parts for file in part) == sorted(files)
    sums = [sum(seconds.get(file, 74 / 38) for file in part) for part in parts]
    assert max(sums) - min(sums) <= 2.0
    assert [sum(file in files[:4] for file in part) for part in parts] == [1, 1, 1, 1]


def test_times_are_written_and_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(folder)
    whole = findings(capsys, "--write-times", "times.json")
    written = json.loads((folder / "times.json").read_text())
    assert written["schema"] == 1 and len(written["seconds"]) == 36 and written["seconds"]["e1.py"] == 0
    assert written["seconds"]["models/shared.py"] > 0
    parts = [findings(capsys, "--shard-times", "times.json", "--shard", f"{number}/2") for number in (1, 2)]
    assert Counter(each for part in parts for each in part) == Counter(whole)
    # What the shards measure, together, is as good.
    for number in (1, 2):
        findings(capsys, "--shard", f"{number}/2", "--write-times", f"times{number}.json")
    both = [json.loads((folder / f"times{number}.json").read_text())["seconds"] for number in (1, 2)]
    assert {**both[0], **both[1]}.keys() == written["seconds"].keys() and not both[0].keys() & both[1].keys()


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--shard", "0/5"), "--shard: 0/5: two numbers expected, such as 2/5 for the second of five"),
        (("--shard", "6/5"), "--shard: 6/5: two numbers expected, such as 2/5 for the second of five"),
        (("--shard", "a/b"), "--shard: a/b: two numbers expected, such as 2/5 for the second of five"),
        (("--shard", "1"), "--shard: 1: two numbers expected"),
        (("--shard", "1/5", "--fix"), "--shard: with --fix the whole is needed, not a part"),
        (("--shard", "1/5", "--update-baseline"), "--shard: with --update-baseline the whole is needed"),
        (("--shard", "1/5", "--shard-times", "no.json"), "no.json: No such file or directory"),
        (("--shard", "1/5", "--shard-times", "bad.json"), "bad.json: not what --write-times writes"),
        (("--shard", "1/5", "--shard-times", "odd.json"), "odd.json: not what --write-times writes"),
        (("--write-times", "no/times.json"), "--write-times: no/times.json: No such file or directory"),
    ],
)
def test_what_is_no_shard(folder: Path, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...], said: str) -> None:
    (folder / "a.py").write_text("import tensorflow as tf\n")
    (folder / "bad.json").write_text("[1]")
    (folder / "odd.json").write_text('{"schema": 1, "seconds": {"a.py": -1}}')
    assert main(["check", "--no-cache", *flags, "."]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("scopelint: ") and said in line


def test_only_files_that_matter_are_asked_of_other_shards(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finding in a file that nobody imports costs nothing; one in a shared module the first file that has it."""
    project(folder)
    log = folder / "analysed"

    def counted(task: Task, config: Config, shelf: SourceCache | None = None) -> Answer:
        with log.open("a") as file:  # processes of their own write there too
            file.write(os.path.normpath(task.path) + "\n")
        return perform(task, config, shelf)

    monkeypatch.setattr(door, "perform", counted)
    monkeypatch.setattr(parallel, "perform", counted)
    for number in range(1, 6):
        door.check(["."], Config({"cache": False, "jobs": 1, "shard": f"{number}/5"}))
    analysed = Counter(log.read_text().split())
    assert all(analysed[f"d{number}.py"] == 1 for number in range(4))
    assert all(analysed[f"b{number}.py"] <= 2 for number in range(4))
    assert sum(analysed.values()) < 2 * 32
