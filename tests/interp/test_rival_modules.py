"""A name of a module that several files of a project have: the one that was found may not be the one that is meant."""

from __future__ import annotations

from pathlib import Path

from scopelint.graph.events import ProgramRaised
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options

PROGRAM = b"import tensorflow as tf\nimport zoo\nzoo.build()\n"


def raised(place: Path, root: Path) -> list[str]:
    outcome = analyse(str(place), PROGRAM, Options(search_path=(str(root),)))[0]
    return [event.message for event in outcome.of(ProgramRaised)]


def test_package_at_the_root_and_module_below(tmp_path: Path) -> None:
    for folder in ("zoo", "zoo/src", "tools"):
        (tmp_path / folder).mkdir()
    (tmp_path / "zoo" / "__init__.py").write_text("")
    (tmp_path / "zoo" / "src" / "zoo.py").write_text("def build(): pass\n")
    assert raised(tmp_path / "tools" / "main.py", tmp_path) == []


def test_beside_the_script_there_is_no_doubt(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "zoo.py").write_text("def build(): pass\n")
    (tmp_path / "tools" / "zoo.py").write_text("")
    assert raised(tmp_path / "tools" / "main.py", tmp_path) == ["module 'zoo' has no attribute 'build'"]


def test_one_file_alone_has_the_name(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "zoo.py").write_text("")
    assert raised(tmp_path / "tools" / "main.py", tmp_path) == ["module 'zoo' has no attribute 'build'"]


def test_part_of_a_package_may_not_be_meant(tmp_path: Path) -> None:
    for folder in ("farm", "farm/zoo", "farm/tools"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text("")
    assert raised(tmp_path / "farm" / "tools" / "main.py", tmp_path) == []
