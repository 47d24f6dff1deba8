"""The JSON reports of all fixtures are what the published schemas say, and hold nothing that these do not know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scopelint.cli import main

jsonschema = pytest.importorskip("jsonschema")
ROOT = Path(__file__).parents[2]
PROGRAMS = [
    *sorted((ROOT / "fixtures" / "models").glob("*.py")),
    *sorted((ROOT / "fixtures" / "rules").rglob("*.py")),
    *sorted((ROOT / "fixtures" / "names").rglob("*.py"))[::6],
]


def strict(schema: Any) -> Any:
    """The schema that takes no other keys."""
    if isinstance(schema, dict):
        made = {key: strict(value) for key, value in schema.items()}
        return {**made, "additionalProperties": False} if made.get("properties") else made
    return [strict(each) for each in schema] if isinstance(schema, list) else schema


@pytest.mark.parametrize(
    ("command", "flags"), [("names", []), ("names", ["--ops", "--accesses"]), ("check", ["--possible", "--verbose"])]
)
def test_all_that_is_written_is_in_the_schema(
    command: str, flags: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    files = [str(path.relative_to(ROOT)) for path in PROGRAMS]
    assert len(files) > 20
    assert main([command, "--no-cache", "--isolated", "--format", "json", *flags, *files]) in (0, 1)
    written = json.loads(capsys.readouterr().out)
    schema = json.loads((ROOT / "docs" / "schemas" / f"{command}.json").read_text())
    validator = jsonschema.Draft202012Validator
    validator.check_schema(schema)
    problems = [f"{error.json_path}: {error.message[:200]}" for error in validator(strict(schema)).iter_errors(written)]
    assert problems == []
    assert written["findings"]
