"""The lock file: what is read is what was written, natural order, and what git's merges make of two branches."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scopelint.lock.file import Entry, Form, Lock, LockError, Rename, Section, parse, write
from scopelint.lock.order import natural

NAME = st.from_regex(r"\A[A-Za-z0-9.][A-Za-z0-9_./-]{0,12}\Z")
WORD = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" "), min_size=1)
SHAPE = st.none() | st.lists(st.none() | st.integers(0, 10**9), max_size=3).map(tuple)
FORM = st.builds(Form, SHAPE, st.sampled_from(["", "float32", "int64", "resource"]))
SECTION = st.builds(
    Section,
    st.dictionaries(NAME, FORM.map(lambda form: (form,)), min_size=1, max_size=4),
    st.dictionaries(NAME, FORM.map(lambda form: (form,)), max_size=4),
    st.lists(
        st.builds(Rename, NAME.map(lambda n: n + "/"), NAME.map(lambda n: n + "/"), st.sampled_from(["", "1f3c5d7"])),
        max_size=3,
        unique=True,
    ),
    st.booleans(),
)
ENTRY = st.builds(Entry, WORD, st.just("") | WORD, st.integers(0, 3))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(ENTRY, SECTION, max_size=4))
def test_what_is_written_is_read(sections: dict[Entry, Section]) -> None:
    text = write(Lock(sections))
    lock = parse(text, "names.lock")
    assert lock.sections == sections and lock.tidy
    # No line of it hangs on the order in which it was put together.
    assert write(Lock(dict(reversed(sections.items())))) == text


def test_natural_order() -> None:
    names = ["layer_10/w", "layer_2/w", "layer_2/b", "layer/w", "layer_2x/w", "a/b", "a", "w1", "w01", "A"]
    assert sorted(names, key=natural) == [
        "A", "a", "a/b", "layer/w", "layer_2/b", "layer_2/w", "layer_2x/w", "layer_10/w", "w01", "w1"
    ]  # fmt: skip


HEAD = "# Names of variables, locked.\n"


@pytest.mark.parametrize(
    "text, said",
    [
        ("@ train.py\nw [3]\n", "names.lock:2: not `name [shape] dtype`: w [3]"),
        ("@ train.py\nw [3,x] float32\n", "names.lock:2: not `name [shape] dtype`: w [3,x] float32"),
        ("w [3] float32\n", "names.lock:1: a name before the first section: w [3] float32"),
        ("@ a b c d\n", "names.lock:1: not a section: @ a b c d"),
        ('@ "a\n', 'names.lock:1: not a section: @ "a'),
        ("@ a\n<<<<<<< HEAD\n", "names.lock:2: a merge conflict is left: run `scopelint lock`, which takes both sides "
                                "(`*.lock merge=union` in .gitattributes spares it)"),
    ],
)  # fmt: skip
def test_what_is_none_of_ours(text: str, said: str) -> None:
    with pytest.raises(LockError) as caught:
        parse(text, "names.lock")
    assert str(caught.value) == said


def test_windows_line_ends_and_strange_headers() -> None:
    lock = parse("# something else\r\n\r\n@ a.py\r\nw [3] float32\r\n", "names.lock")
    assert lock.sections == {Entry("a.py"): Section({"w": (Form((3,), "float32"),)})}
    assert not lock.tidy


def merged(tmp_path: Path, base: Lock, ours: Lock, theirs: Lock, *how: str) -> str:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    for name, lock in (("base", base), ("ours", ours), ("theirs", theirs)):
        (tmp_path / name).write_text(write(lock))
    done = subprocess.run(
        ["git", "merge-file", "-p", *how, "ours", "base", "theirs"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode in (0, 1)
    return done.stdout


def lock_of(*names: str, slots: tuple[str, ...] = (), renames: tuple[Rename, ...] = ()) -> Lock:
    section = Section(renames=list(renames))
    for name in names:
        section.put(name, Form((3,), "float32"))
    for name in slots:
        section.put(name, Form((3,), "float32"), True)
    return Lock({Entry("train.py"): section})


def test_two_branches_add_at_one_place(tmp_path: Path) -> None:
    base = lock_of("a/w", "z/w")
    ours, theirs = lock_of("a/w", "b/w", "z/w"), lock_of("a/w", "c/w", "d/w", "z/w")
    both = lock_of("a/w", "b/w", "c/w", "d/w", "z/w")
    union = merged(tmp_path, base, ours, theirs, "--union")
    lock = parse(union, "names.lock")
    assert lock.sections == both.sections and write(lock) == write(both)
    # Without the driver git leaves its markers, and `scopelint lock` reads both sides all the same.
    conflict = merged(tmp_path, base, ours, theirs)
    assert "<<<<<<<" in conflict
    with pytest.raises(LockError, match="merge conflict"):
        parse(conflict, "names.lock")
    assert parse(conflict, "names.lock", merge=True).sections == both.sections


def test_two_branches_add_one_section_each_or_the_same(tmp_path: Path) -> None:
    base = lock_of("a/w")
    ours, theirs = lock_of("a/w"), lock_of("a/w")
    for side, names in ((ours, ("e/w", "f/w")), (theirs, ("e/w", "g/w"))):
        section = side.sections.setdefault(Entry("train.py", "export"), Section())
        for name in names:
            section.put(name, Form((1,), "float32"))
    theirs.sections[Entry("zoo.py")] = Section({"w": (Form((), "int32"),)})
    lock = parse(merged(tmp_path, base, ours, theirs, "--union"), "names.lock")
    assert sorted(lock.sections[Entry("train.py", "export")].variables) == ["e/w", "f/w", "g/w"]
    assert lock.sections[Entry("zoo.py")] == theirs.sections[Entry("zoo.py")]


def test_a_rename_beside_an_addition(tmp_path: Path) -> None:
    base = lock_of("a/b", "a/w")
    ours = lock_of("c/b", "c/w", renames=(Rename("a/", "c/", "1f3c5d7"),))
    theirs = lock_of("a/b", "a/w", "b/w")
    lock = parse(merged(tmp_path, base, ours, theirs, "--union"), "names.lock")
    section = lock.sections[Entry("train.py")]
    # The old names may come back; the rename that stands beside them says that they are stale.
    assert {"c/b", "c/w", "b/w"} <= set(section.variables)
    assert section.renames == [Rename("a/", "c/", "1f3c5d7")]
