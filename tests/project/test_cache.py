"""The cache: what makes a result stale, and what must not break it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scopelint.project.cache import Cache


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
