"""After each edit the result is that of a fresh analysis, whether the text was analysed or only its lines had moved."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")

from scopelint.editor.worker import analyse
from scopelint.project import alike
from scopelint.project.alike import same_statements
from scopelint.project.config import Config
from scopelint.syntax.source_cache import SourceCache

ROOT = Path(__file__).parents[2]
CONFIG = Config({"cache": False, "jobs": 1, "possible": True})

UNKNOWN = """import tensorflow as tf
import nowhere

nowhere.make()
with tf.variable_scope("a"):
    w = tf.get_variable("w", [3])  # scopelint: ignore[TFS201]
    tf.get_variable(
        "w",
        [3],
    )
"""


def shelf() -> SourceCache:
    made = SourceCache()
    made.parsed.by_statement = True
    made.alike = {}
    return made


def edited(rng: random.Random, lines: list[str]) -> list[str]:
    """Half of them change no statement, or seem not to."""
    lines = list(lines)
    at = rng.randrange(len(lines) + 1)
    on = min(at, len(lines) - 1)
    kind = rng.choice(
        ["blank", "comment", "indented", "behind", "end", "gone", "twice", "cut", "word", "string", "drop"]
    )
    if kind == "blank":
        lines[at:at] = [""] * rng.randrange(1, 3)
    elif kind == "comment":
        lines[at:at] = ["# scopelint: ignore[TFS201]" if rng.random() < 0.3 else "# a comment"]
    elif kind == "indented":
        lines[at:at] = ["    # another"]
    elif kind == "behind":
        lines[on] += "  # noqa" if rng.random() < 0.3 else "  # behind"
    elif kind == "end":
        lines[on] += rng.choice([" ", "\t", "\\", ";"])
    elif kind == "gone":
        blank = [n for n, line in enumerate(lines) if not line.strip() or line.lstrip().startswith("#")]
        if blank:
            del lines[rng.choice(blank)]
    elif kind == "twice":
        lines[at:at] = [lines[on]]
    elif kind == "cut":
        lines[on] = lines[on][: len(lines[on]) // 2]
    elif kind == "word":
        lines[on] = lines[on].replace("2", "3") if "2" in lines[on] else lines[on].replace("a", "b", 1)
    elif kind == "string":
        lines[at:at] = ['"""', '"""'] if rng.random() < 0.5 else ['"""']
    elif len(lines) > 5:
        del lines[on]
    return lines


@pytest.mark.parametrize(
    "name",
    [
        "models/towers.py",
        "names/scopes.py",
        "rules/good_loading.py",
        "rules/tfs4_loading.py",
        "unknown",
        "rules/tfs2_conflicts_in_programs.py",
    ],
)
def test_random_edits_give_what_a_fresh_analysis_gives(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = UNKNOWN if name == "unknown" else (ROOT / "fixtures" / name).read_text()
    taken = [0]
    moved = alike._moved

    def count(*given: Any) -> Any:
        taken[0] += 1
        return moved(*given)

    monkeypatch.setattr(alike, "_moved", count)
    rng, kept, start = random.Random(len(name)), shelf(), text.split("\n")
    lines = list(start)
    for step in range(36):
        lines = list(start) if step % 6 == 0 else edited(rng, lines)
        source = "\n".join(lines).encode()
        one = analyse(kept, "/w/program.py", source, {"/w/program.py": source}, CONFIG)
        two = analyse(SourceCache(), "/w/program.py", source, {"/w/program.py": source}, CONFIG)
        assert one[:2] == two[:2], (step, "\n".join(lines))
    assert taken[0] >= 3


def test_a_module_that_changed_or_came_is_read_anew(tmp_path: Path) -> None:
    main, net = tmp_path / "main.py", tmp_path / "net.py"
    source = b"import tensorflow as tf\nimport net\nnet.net()\n"
    kept = shelf()

    def names(extra: bytes, texts: dict[str, bytes]) -> list[str]:
        _, view, _ = analyse(kept, str(main), source + extra, texts, CONFIG)
        return [variable.name for variable in view.variables]

    assert names(b"", {}) == []
    net.write_text("import tensorflow as tf\ndef net():\n    tf.get_variable('a', [1])\n")
    assert names(b"# one\n", {}) == ["a"]
    net.write_text(net.read_text().replace("'a'", "'b'"))
    assert names(b"# two\n", {}) == ["b"]
    assert names(b"# three\n", {str(net): net.read_bytes().replace(b"'b'", b"'c'")}) == ["c"]
    assert names(b"# three\n# four\n", {}) == ["b"]


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("x = 1\ny = 2", "x = 1\n\ny = 2", True),
        ("x = 1\ny = 2", "x = 1  # c\ny = 2", True),
        ("f(\n  a,\n  b)\ny = 2", "f(\n  a,  # c\n\n  b)\ny = 2", True),
        ("if x:\n    a\n    b", "if x:\n    a\n\n    # c\n    b", True),
        ("x = 1\ny = 2", "x = 1\nz = 2", False),
        ("x = '''\n'''\ny = 2", "x = '''\n\n'''\ny = 2", False),
        ("if x:\n    a\nb", "if x:\n    a\n    b", False),
        ("if x:\n    a\n\nb", "if x:\n    a\nelse:\nb", False),
        ("a; b", "a\nb", False),
        ("x = 1 \nz", "x = 1 \\\nz", False),
        ("def f():\n    pass", "@g\ndef f():\n    pass", False),
        ("x = 1\ny = True", "x = 1\ny = 1   ", False),
        ("# -*- coding: utf-8 -*-\nx", "# -*- coding: latin-1 -*-\nx", False),
        ("", "# c", True),
        ("x = 1", "", False),
    ],
)
def test_the_same_statements(old: str, new: str, same: bool) -> None:
    lines = old.split("\n")
    found = same_statements(lines, new.split("\n"), alike._statements(lines) or [])
    assert (found is not None) == same
