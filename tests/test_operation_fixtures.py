"""`fixtures/ops/*.py`: the operations are those that real TF 1.15 made, by name and type, shapes included."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopelint.graph.events import OpMade
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options

FIXTURES = sorted((Path(__file__).parent.parent / "fixtures" / "ops").glob("*.py"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_operations(path: Path) -> None:
    outcome = analyse(str(path), path.read_bytes(), Options())[0]
    made: dict[str, str] = {}
    for event in outcome.of(OpMade):
        made[event.name] = event.type
        made.update((f"{event.name}/{name}", kind) for name, kind in event.inner)
    wanted = dict(line.split(" ") for line in path.with_suffix(".ops").read_text(encoding="utf-8").splitlines())
    if path.stem.startswith("outer"):
        made, wanted = ({name: "" for name in names if "/" not in name} for names in (made, wanted))
    assert sorted(made.items() - wanted.items()) == []
    assert sorted(wanted.items() - made.items()) == []
