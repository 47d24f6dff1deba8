"""The cache: what makes a result stale, and what must not break it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scopelint.project.cache import Cache
from scopelint.project.check import check
from scopelint.project.config import Config
from scopelint.rules.findings import Finding
from scopelint.syntax.source import Source
from scopelint.syntax.source_cache import SourceCache


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "net.py").write_text("x = 1\n")
    (tmp_path / "main.py").write_text("import net\n")
    return tmp_path


def put(place: Path, settings: str = "s") -> tuple[Cache, str]:
    cache = Cache(str(place / "cache"), settings)
    main = str(place / "main.py")
    cache.put("check", main, b"import net\n", {"findings": []}, [str(place / "net.py")], ["gone.sub"])
    return cache, main


def get(place: Path, settings: str = "s", source: bytes = b"import net\n") -> object:
    return Cache(str(place / "cache"), settings).get("check", str(place / "main.py"), source)


def test_a_result_is_found_again(place: Path) -> None:
    put(place)
    assert get(place) == {"findings": []}


def test_it_is_stale_when_what_it_hangs_on_changes(place: Path) -> None:
    put(place)
    assert get(place, "other settings") is None
    assert get(place, source=b"import net  # edited\n") is None
    (place / "net.py").write_text("x = 2\n")
    assert get(place) is None


def test_it_is_stale_when_a_missing_module_appears(place: Path) -> None:
    put(place)
    (place / "gone").mkdir()
    (place / "gone" / "sub.py").write_text("")
    assert get(place) is None


def test_it_is_stale_when_a_data_file_appears(tmp_path: Path) -> None:
    program = tmp_path / "train.py"
    program.write_text(
        "import json\nimport tensorflow as tf\ntf.get_variable('w', [json.load(open('size.json'))['units']])\n"
    )
    config = Config({"cache_dir": str(tmp_path / "cache"), "jobs": 1}, str(tmp_path))

    def shape() -> object:
        return check([str(program)], config, "names").names[0][1]["variables"][0]["shape"]

    assert shape() == [None]
    (tmp_path / "size.json").write_text('{"units": 3}')
    assert shape() == [3]
    (tmp_path / "size.json").write_text('{"units": 4}')
    assert shape() == [4]


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"null", b"\x00\xff", b'{"read": 3, "missing": [], "result": {}}']
)
def test_damage_is_as_good_as_absence(place: Path, damage: bytes) -> None:
    put(place)
    for folder, _, files in os.walk(place / "cache"):
        for name in files:
            if name.endswith(".json"):
                Path(folder, name).write_bytes(damage)
    assert get(place) is None
    put(place)
    assert get(place) == {"findings": []}


def test_a_folder_that_cannot_be_written_is_no_error(place: Path) -> None:
    (place / "cache").write_text("in the way")
    put(place)
    assert get(place) is None


def test_the_folder_keeps_itself_out_of_repositories(place: Path) -> None:
    put(place)
    assert (place / "cache" / ".gitignore").read_text() == "*\n"
    assert not [name for _, _, files in os.walk(place / "cache") for name in files if name.endswith(str(os.getpid()))]


def test_what_json_cannot_hold_is_not_kept(place: Path) -> None:
    cache = Cache(str(place / "cache"), "s")
    cache.put("check", "a.py", b"", {"findings": [object()]}, [], [])
    assert cache.get("check", "a.py", b"") is None
    assert json.dumps({}) == "{}"


FAULTY = """import tensorflow as tf
import part
tf.get_variable("w", [3])
"""


def test_a_failure_of_ours_is_kept_until_something_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file with a failure made each run over a repository load the engine and try it again."""
    (tmp_path / "main.py").write_text(FAULTY)
    (tmp_path / "part.py").write_text("")
    config = Config({"cache-dir": str(tmp_path / "cache"), "jobs": 1})
    tried = []

    def fails(outcomes: object, *rest: object) -> list[Finding]:
        tried.append(outcomes)
        raise ValueError("a defect")

    monkeypatch.setattr("scopelint.rules.registry.run", fails)
    for _ in range(2):
        [finding] = check([str(tmp_path / "main.py")], config).findings
        assert finding.code == "TFS900" and len(tried) == 1
    (tmp_path / "part.py").write_text("x = 1\n")
    assert [finding.code for finding in check([str(tmp_path / "main.py")], config).findings] == ["TFS900"]
    assert len(tried) == 2


def test_what_is_due_to_the_machine_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.py").write_text(FAULTY)
    config = Config({"cache-dir": str(tmp_path / "cache"), "jobs": 1})

    def fails(*_: object) -> list[Finding]:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr("scopelint.rules.registry.run", fails)
        assert [finding.code for finding in check([str(tmp_path / "main.py")], config).findings] == ["TFS900"]
    assert check([str(tmp_path / "main.py")], config).findings == []


def test_files_read_for_one_analysis_serve_the_next_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scopelint.syntax.source_cache._KEPT_CHARACTERS", 25)
    shelf = SourceCache()
    for name in ("a", "b", "c"):
        shelf.put(name, "mark", Source(name, f"{name} = 'text'"))
    assert shelf.source("a", "mark") is None
    assert shelf.source("b", "mark") is not None
    shelf.put("d", "mark", Source("d", "d = 'text'"))
    # The longest unused goes first, and what was edited since is as good as not there.
    assert shelf.source("c", "mark") is None
    assert shelf.source("b", "other mark") is None
