"""What the server keeps between calls: a second question analyses nothing again, and sees every change on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopelint.agents import checking, naming, workspace
from scopelint.agents.answers import SIZE, fitted, paged, size
from scopelint.agents.roots import Refused, Roots
from scopelint.agents.workspace import Workspace

MODEL = "import tensorflow as tf\n\ndef build():\n    tf.get_variable({name!r}, [3])\n"
TRAIN = "import tensorflow as tf\nimport model\n\nmodel.build()\n"


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(MODEL.format(name="w"))
    (tmp_path / "train.py").write_text(TRAIN)
    return Workspace(Roots([str(tmp_path)]))


def names(space: Workspace) -> list[str]:
    return [row["name"] for row in naming.variable_names(space, "train.py")["variables"]]


def analysed(space: Workspace, kind: str = "names") -> bool:
    """Files that were read tell of an analysis: of what was kept they are not known."""
    place = space.roots.existing("train.py")
    return bool(space.analyse([place], space.config([place]), kind).read)


def test_what_has_not_changed_is_not_analysed_again(space: Workspace, tmp_path: Path) -> None:
    assert analysed(space) and not analysed(space)
    assert analysed(space, "check") and not analysed(space, "check")
    (tmp_path / "model.py").write_text(MODEL.format(name="v"))
    assert names(space) == ["v"]
    (tmp_path / "train.py").write_text(TRAIN + "tf.get_variable('own', [1])\n")
    assert names(space) == ["v", "own"]
    assert not analysed(space)


def test_a_question_that_takes_too_long_is_answered_in_parts(
    space: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        (tmp_path / f"part_{number}.py").write_text(f"import tensorflow as tf\ntf.get_variable('v{number}', [1])\n")
    monkeypatch.setattr(workspace, "_PATIENCE", -1.0)
    counts = []
    for _ in range(6):
        answer = naming.variable_names(space, ".")
        counts.append((len(answer["variables"]), answer.get("not_looked_at", 0), answer["complete"]))
    # One more file each time, the model and the program that calls it last.
    assert [left for _, left, _ in counts] == [5, 4, 3, 2, 1, 0]
    assert counts[0][2] is False and counts[-1] == (6, 0, True)
    found = checking.check(space, ["."])
    assert found["not_looked_at"] == 5 and found["complete"] is False
    assert naming.why(space, ".", "v3")["variables"] == [] or naming.why(space, ".", "v3")["not_looked_at"] > 0


def test_a_module_that_appears_is_seen(space: Workspace, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import tensorflow as tf\nimport later\n\nlater.build()\n")
    assert naming.variable_names(space, "train.py")["complete"] is False
    (tmp_path / "later.py").write_text(MODEL.format(name="late"))
    assert names(space) == ["late"]


def test_an_edit_that_is_tried_leaves_nothing_behind(space: Workspace, tmp_path: Path) -> None:
    assert names(space) == ["w"]
    edit = naming.Edit("'x'", "'w'", "model.py")
    for _ in range(2):
        tried = naming.what_if(space, "train.py", [edit])
        assert [row["what"] for row in tried["changes"]] == ["w -> x"]
        assert names(space) == ["w"]
    assert not analysed(space)
    (tmp_path / "model.py").write_text(MODEL.format(name="x"))
    assert names(space) == ["x"]


def test_settings_of_the_project_count(space: Workspace, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import tensorflow as tf\nimport model\nmodel.build()\nmodel.build()\n")
    assert [row["code"] for row in checking.check(space, ["train.py"])["findings"]] == ["TFS210"]
    (tmp_path / "pyproject.toml").write_text('[tool.scopelint]\nignore = ["TFS2"]\n')
    assert checking.check(space, ["train.py"])["findings"] == []


def test_roots_are_compared_after_links(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "inside-but-not"
    inside.mkdir()
    outside.mkdir()
    (outside / "x.py").write_text("")
    (inside / "link").symlink_to(outside)
    (tmp_path / "way").symlink_to(inside)
    roots = Roots([str(tmp_path / "way")])
    assert roots.existing(".") == str(inside.resolve())
    assert roots.holds(str(tmp_path / "way" / "new.py"))
    for path in ("link/x.py", "../inside-but-not/x.py", str(outside), "link/../../inside-but-not", ""):
        with pytest.raises(Refused):
            roots.resolve(path)


def test_answers_are_cut_where_they_grow_too_long() -> None:
    rows = [{"name": "x" * 90, "number": number} for number in range(200)]
    page = paged({"complete": True}, "rows", rows, 0, None)
    assert size(page) <= SIZE and page["count"] == 200 and page["next_offset"] == len(page["rows"])
    assert paged({}, "rows", rows, 190, None)["rows"][-1]["number"] == 199
    assert len(paged({}, "rows", rows, 0, 150)["rows"]) == 150
    one = [{"text": "x" * 5_000}]
    assert len(paged({}, "rows", one, 0, None)["rows"]) == 1
    cut = fitted({"keep": 1, "long": rows, "short": rows[:2]}, ("long", "short"))
    assert size(cut) <= SIZE and cut["long_left_out"] + len(cut["long"]) == 200 and len(cut["short"]) == 2
