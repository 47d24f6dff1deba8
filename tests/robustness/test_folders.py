"""Files beside the sources that would take long: settings, globs, requirements. Each is read at once or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopelint.project.config import ConfigError, find_file
from scopelint.project.discover import Ignore, discover, glob_matches
from scopelint.project.pins import pinned
from tests.robustness.running import scopelint

TWICE = "import tensorflow as tf\ntf.get_variable('w', [2])\ntf.get_variable('w', [2])\n"


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("*a" * 40 + "b", "a" * 200, False),
        ("**/a/" * 30 + "b", "a/" * 200 + "c", False),
        ("/".join(["*a*a*a*"] * 6) + "b", "/".join(["a" * 60] * 7), False),
        ("*_test_*.py", "net/a_test_b.py", True),
        ("*/*/*/*/*/*.py", "a/b/c/d/e/f.py", True),
        ("**/data/**/*_of_*_*.py", "a/data/b/c/1_of_2_x.py", True),
    ],
)
def test_a_glob_takes_no_more_than_a_line_does(tmp_path: Path, glob: str, path: str, matches: bool) -> None:
    """Backtracking, the first three would take longer than there is."""
    assert glob_matches(glob, str(tmp_path / path), str(tmp_path)) is matches
    lines = [glob, "kept.py"]
    assert Ignore(str(tmp_path), lines).verdict(str(tmp_path / "kept.py"), False) is True


LONG = ("select = " + "[" * 100_000 + "]" * 100_000, ".".join(["a"] * 100_000) + " = 1", f"x = '{'y' * 2_000_000}'")


@pytest.mark.parametrize("text", LONG)
def test_settings_that_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.scopelint]\n{text}\n")
    with pytest.raises(ConfigError, match=r"nested too deeply|longer than"):
        find_file(str(tmp_path))
    (tmp_path / "a.py").write_text(TWICE)
    ran = scopelint(tmp_path, "check", "--no-cache", "a.py")
    assert ran.status == 2 and len(ran.err.splitlines()) == 1
    # Those of somebody else's tool say nothing of ours.
    (tmp_path / "pyproject.toml").write_text(f"[tool.other]\n{text}\n")
    assert pinned(str(tmp_path / "a.py")).release is None
    assert scopelint(tmp_path, "check", "--no-cache", "a.py").status == 1


def test_requirements_without_end(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    place = tmp_path / "requirements.txt"
    place.write_text("tensorflow==1.4\n" * 300_000)
    found = pinned(str(tmp_path / "a.py"))
    assert found.release is not None and found.release.key == (1, 4)
    place.write_text("tensorflow" + ">=1.0," * 300_000 + "<2\ntensorflow==" + "1" * 5_000 + "\n")
    assert pinned(str(tmp_path / "a.py")).release is None


def test_folders_within_each_other(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    place = tmp_path
    for _ in range(300):
        place = place / "d"
        place.mkdir()
        (place / "a.py").write_text("x = 1\n")
    found = list(discover([str(tmp_path)], [], str(tmp_path)))
    assert len(found) == 200 and str(tmp_path / "d" / "a.py") in found


IGNORED = ("[z-a]", "a[!z-a]b", "(" * 900_000, "\0" * 900_000, "a\n" * 500_000, "\ufffd" * 5_000)


@pytest.mark.parametrize("text", IGNORED)
def test_lines_to_ignore_that_are_none(tmp_path: Path, text: str) -> None:
    """Those of them that git could read hold; what is no pattern, or longer than any path, says nothing."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text(f"left_out.py\n{text}\n")
    for name in ("kept.py", "left_out.py"):
        (tmp_path / name).write_text("x = 1\n")
    assert list(discover([str(tmp_path)], [], str(tmp_path))) == [str(tmp_path / "kept.py")]


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.cfg", "names.lock", "known.json", "times.json"])
def test_a_file_of_ours_without_end(tmp_path: Path, name: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.py").write_text(TWICE)
    with (tmp_path / name).open("wb") as stream:
        stream.write(b"[scopelint]\n")
        stream.truncate(20 << 30)
    options = {"known.json": ("--baseline", name), "times.json": ("--shard", "1/1", "--shard-times", name)}.get(
        name, ()
    )
    ran = scopelint(tmp_path, "check", "--no-cache", *options, "a.py", address_space=2_000_000_000)
    assert (ran.status, len(ran.err.splitlines())) == (2, 1) and "larger than 20000000 bytes" in ran.err, ran


def test_a_state_file_of_empty_lines() -> None:
    from scopelint.checkpoints import state_file

    assert state_file.read(b"\n" * 4_000_000) is None
    assert state_file.read(b"\n" * 1_000 + b' model_checkpoint_path : "m"\n') == ("m", ())
    assert state_file.read(b'model_checkpoint_path:\n  "m"\n') == ("m", ())
