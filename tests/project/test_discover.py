"""Which files of a folder are checked."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scopelint.project.config import DEFAULT_EXCLUDE
from scopelint.project.discover import Ignore, discover, glob_matches


def tree(root: Path, *files: str) -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def found(root: Path, *exclude: str) -> list[str]:
    files = discover([str(root)], [*DEFAULT_EXCLUDE, *exclude], str(root))
    return sorted(os.path.relpath(file, root).replace(os.sep, "/") for file in files)


def test_python_and_notebooks_are_found_and_hidden_tools_folders_are_not(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "b.ipynb", "c.txt", "d/e.pyw", ".venv/x.py", "build/y.py", "d/__pycache__/z.py")
    assert found(tmp_path) == ["a.py", "b.ipynb", "d/e.pyw"]


def test_gitignore_counts_also_in_deeper_folders_and_can_be_taken_back(tmp_path: Path) -> None:
    tree(
        tmp_path,
        ".git/HEAD",
        "a.py",
        "gen_x.py",
        "gen_keep.py",
        "out/b.py",
        "d/out/c.py",
        "d/e.py",
        "d/f.py",
        "r/s/t.py",
    )
    (tmp_path / ".gitignore").write_text("# generated\ngen_*.py\n!gen_keep.py\nout/\n/r/**\n")
    (tmp_path / "d" / ".gitignore").write_text("f.py\n")
    assert found(tmp_path) == ["a.py", "d/e.py", "gen_keep.py"]
    assert [os.path.basename(f) for f in discover([str(tmp_path / "d")], DEFAULT_EXCLUDE, str(tmp_path))] == ["e.py"]


def test_a_named_file_is_taken_though_it_is_ignored(tmp_path: Path) -> None:
    tree(tmp_path, ".git/HEAD", "gen.py")
    (tmp_path / ".gitignore").write_text("gen.py\n")
    file = str(tmp_path / "gen.py")
    assert list(discover([file, file, str(tmp_path)], (), str(tmp_path))) == [file]


def test_excludes_of_the_settings(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "legacy/b.py", "x/legacy/c.py", "x/d.py")
    assert found(tmp_path, "legacy") == ["a.py", "x/d.py"]
    assert found(tmp_path, "/legacy", "x/*.py") == ["a.py", "x/legacy/c.py"]


@pytest.mark.parametrize(
    ("line", "path", "folder", "ignored"),
    [
        ("*.py", "a/b.py", False, True),
        ("/*.py", "a/b.py", False, None),
        ("a/**/c.py", "a/c.py", False, True),
        ("a/**/c.py", "a/x/y/c.py", False, True),
        ("**/t", "x/t", True, True),
        ("t/", "x/t", False, None),
        ("[!a]b.py", "ab.py", False, None),
        ("[!a]b.py", "cb.py", False, True),
        ("f?o.py", "foo.py", False, True),
        ("a*b", "a/b", False, None),
        ("\\#x.py", "#x.py", False, True),
        ("b[.py", "b[.py", False, None),
        ("", "a.py", False, None),
    ],
)
def test_patterns_as_git_reads_them(tmp_path: Path, line: str, path: str, folder: bool, ignored: bool | None) -> None:
    assert Ignore(str(tmp_path), [line]).verdict(str(tmp_path / path), folder) is ignored


def test_globs_of_per_file_ignores(tmp_path: Path) -> None:
    root = str(tmp_path)
    assert glob_matches("tests/*", str(tmp_path / "tests/a.py"), root)
    assert glob_matches("tests", str(tmp_path / "tests/deep/a.py"), root)
    assert glob_matches("a.py", str(tmp_path / "x/a.py"), root)
    assert not glob_matches("/a.py", str(tmp_path / "x/a.py"), root)


def test_a_line_that_cannot_be_read_spoils_no_other(tmp_path: Path) -> None:
    tree(tmp_path, ".git/HEAD", "a.py", "b.py")
    (tmp_path / ".gitignore").write_text("!\n/\nb.py\n")
    assert found(tmp_path) == ["a.py"]


def test_a_ring_of_links_leads_nowhere(tmp_path: Path) -> None:
    tree(tmp_path, "a.py")
    (tmp_path / "ring.py").symlink_to("ring.py")
    (tmp_path / "gone.py").symlink_to("nowhere.py")
    assert found(tmp_path) == ["a.py"]


_GIT_IGNORES = [
    "*.py\n!keep.py",
    "/gen",
    "gen/\n!gen/keep.py",
    "d/**/x.py",
    "**/gen",
    "d/*\n!d/x.py",
    "k\\[1].py",
    "*[0-9].py",
    "a.py   ",
]


@pytest.mark.skipif(not shutil.which("git"), reason="git itself judges")
@pytest.mark.parametrize("lines", _GIT_IGNORES)
def test_files_are_those_that_git_does_not_ignore(tmp_path: Path, lines: str) -> None:
    files = ["a.py", "keep.py", "k[1].py", "d/x.py", "d/e/x.py", "gen/keep.py", "d/gen/y.py", "n1.py"]
    tree(tmp_path, *files)
    (tmp_path / ".gitignore").write_text(lines + "\n")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    command = ["git", "-C", str(tmp_path), "check-ignore", "--no-index", "--stdin"]
    asked = subprocess.run(command, input="\n".join(files), text=True, capture_output=True)
    assert found(tmp_path) == sorted(set(files) - set(asked.stdout.splitlines()))
