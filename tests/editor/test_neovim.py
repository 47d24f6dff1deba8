"""A real editor: headless Neovim opens a fixture and edits it, and its diagnostics and hints are read back."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")

ROOT = Path(__file__).parents[2]
TOWERS = (ROOT / "fixtures" / "models" / "towers.py").read_text()
needs_neovim = pytest.mark.skipif(not shutil.which("nvim"), reason="neovim is not installed")
EDITS = int(os.environ.get("SCOPELINT_EDITS", "500"))


def neovim(folder: Path, text: str, steps: list[dict[str, Any]]) -> dict[str, Any]:
    """Runs the steps and gives what was seen at those that look."""
    file, answer = folder / "towers.py", folder / "answer.json"
    file.write_text(text)
    server = [sys.executable, "-c", "from scopelint.cli import main; main(['lsp'])"]
    job = {"file": str(file), "answer": str(answer), "command": server, "steps": steps}
    env = {
        **os.environ, "PYTHONPATH": str(ROOT), "SCOPELINT_TEST": json.dumps(job), "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder), "XDG_STATE_HOME": str(folder), "XDG_DATA_HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
    }  # fmt: skip
    command = ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-S", str(ROOT / "tests/editor/neovim.lua")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=600, cwd=folder)
    assert answer.exists(), done.stdout + done.stderr
    found: dict[str, Any] = json.loads(answer.read_text())
    assert found["errors"] == [], found["errors"]
    return found


@needs_neovim
def test_neovim_shows_diagnostics_and_hints(tmp_path: Path) -> None:
    lines = TOWERS.split("\n")
    last = next(n for n in reversed(range(len(lines))) if "output_bias" in lines[n])
    steps: list[dict[str, Any]] = [
        {"look": True, "wait": 20000, "count": 1},
        {"first": last, "last": last + 1, "lines": ['    tf.get_variable("output_'], "look": True},
        {"first": last, "last": last + 1, "lines": ['    tf.get_variable("output_scale", [2])'], "look": True,
         "wait": 20000, "count": 0},
    ]  # fmt: skip
    first, half, second = neovim(tmp_path, TOWERS, steps)["memory"]
    assert [(d["line"], d["code"]) for d in first["diagnostics"]] == [(last, "TFS201")]
    seen = {hint["text"].strip(): hint["label"] for hint in first["hints"]}
    assert seen['table = tf.get_variable("word_embeddings", [1000, HIDDEN])'] == (
        "bert/embeddings/word_embeddings [1000,64]"
    )
    assert {h["line"]: h["label"] for h in half["hints"]} == {h["line"]: h["label"] for h in first["hints"]}
    assert second["diagnostics"] == []
    assert {"line": last, "label": "head/output_scale [2]", "text": lines[last].replace("bias", "scale")} in (
        second["hints"]
    )


@needs_neovim
def test_the_snippet_of_the_page_starts_the_server(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "editors.md").read_text()
    [snippet] = re.findall(r"```lua\n(.*?)```", page, re.DOTALL)
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "pyproject.toml").write_text("")
    (folder / "towers.py").write_text(TOWERS)
    (folder / "again.py").write_text(TOWERS)
    command = tmp_path / "bin" / "scopelint"
    command.parent.mkdir()
    command.write_text(f"#!{sys.executable}\nimport sys\nsys.path[0] = {str(ROOT)!r}\n"
                       "from scopelint.cli import main\nmain()\n")  # fmt: skip
    command.chmod(0o755)
    script = tmp_path / "script.lua"
    script.write_text(snippet + """
vim.cmd('filetype on')
for _, name in ipairs({'towers.py', 'again.py'}) do
  vim.cmd('edit ' .. name)
  vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 20)
end
local roots = {}
for _, client in pairs(vim.lsp.get_active_clients()) do table.insert(roots, client.config.root_dir) end
local seen = {roots = roots, codes = {}}
for _, d in ipairs(vim.diagnostic.get()) do table.insert(seen.codes, d.code or d.user_data.lsp.code) end
local line = vim.fn.search('"attention"')
vim.fn.search('attention', 'c')
vim.lsp.buf.rename('heads')
vim.wait(60000, function() return vim.fn.getline(line):find('heads') ~= nil end, 20)
seen.renamed = vim.trim(vim.fn.getline(line))
local stream = io.open('answer.json', 'w')
stream:write(vim.fn.json_encode(seen))
stream:close()
vim.cmd('qall!')
""")  # fmt: skip
    env = {**os.environ, "HOME": str(tmp_path), "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-S", str(script)], env=env, cwd=folder,
                   capture_output=True, timeout=600)  # fmt: skip
    seen = json.loads((folder / "answer.json").read_text())
    # One server for the project, for both files.
    assert seen == {
        "roots": [str(tmp_path)], "codes": ["TFS201", "TFS201"], "renamed": 'with tf.variable_scope("heads"):',
    }  # fmt: skip


@needs_neovim
def test_neovim_survives_random_edits(tmp_path: Path) -> None:
    """Lines are cut, pasted, halved, undone. A hint never stands on a line that is written otherwise than the one it
    was made for, and where the text can be read the hints are those of a fresh analysis."""
    rng = random.Random(20)
    lines = TOWERS.split("\n")
    steps: list[dict[str, Any]] = []
    for number in range(EDITS):
        first = rng.randrange(len(lines))
        kind = rng.choice(["cut", "paste", "half", "undo", "undo", "redo", "new", "comment"])
        step: dict[str, Any] = {
            "cut": {"first": first, "last": first + rng.randrange(1, 4), "lines": []},
            "paste": {"first": first, "last": first, "lines": lines[first : first + rng.randrange(1, 4)]},
            "half": {"first": first, "last": first + 1, "lines": [lines[first][: len(lines[first]) // 2]]},
            "undo": {"undo": True},
            "redo": {"redo": True},
            "new": {"first": first, "last": first, "lines": [f'v{number} = tf.get_variable("v{number}", [{number}])']},
            "comment": {"first": first, "last": first, "lines": [f"# {number}"]},
        }[kind]
        steps.append({**step, "look": number % 10 == 9})
    # Back to the text as it was: all is as at the start.
    steps.append({"first": 0, "last": 100_000, "lines": lines, "look": True, "wait": 20000, "count": 1})
    found = neovim(tmp_path, TOWERS, steps)
    assert found["memory_end"]
    for seen in found["memory"]:
        expected = fresh(seen["text"])
        if expected is not None:
            assert {h["line"]: h["label"] for h in seen["hints"]} == expected, seen["step"]
        makers = ("get_variable", "dense", "layer_norm", "encoder(", "attention(")
        for hint in seen["hints"]:
            assert any(word in hint["text"] for word in makers), hint
    assert len(found["memory"][-1]["diagnostics"]) == 1


def fresh(lines: list[str]) -> dict[int, str] | None:
    """The hints of a text analysed from nothing; None where it cannot be read."""
    from scopelint.editor.documents import Analysis, Document, Library
    from scopelint.editor.hints import hints
    from scopelint.editor.worker import analyse
    from scopelint.project.config import Config
    from scopelint.syntax.source_cache import SourceCache

    text = "\n".join(lines)
    findings, view, read = analyse(SourceCache(), "/towers.py", text.encode(), {}, Config({"cache": False, "jobs": 1}))
    if any(finding.code in ("TFS900", "TFS901") for finding in findings):
        return None
    library = Library()
    document = Document("file:///towers.py", "/towers.py", text)
    document.keep(text)
    library.put(document)
    analysis = library.analyses["/towers.py"] = Analysis()
    analysis.view, analysis.read = view, read
    return {
        hint.position.line: hint.label if isinstance(hint.label, str) else "".join(p.value for p in hint.label)
        for hint in hints(library, document, 0, 1_000_000)
    }


def test_memory_stays_flat() -> None:
    """The worker analyses one text after the other, each a little different."""
    from scopelint.editor.analyser import Analyser
    from scopelint.project.config import Config

    async def work() -> tuple[int, int]:
        analyser, config, early = Analyser(), Config({"cache": False, "jobs": 1}), 0
        for number in range(120):
            text = TOWERS.replace("[2]", f"[{number + 2}]") + "# " + "x" * number
            await analyser.ask("analyse", "/towers.py", text.encode(), {}, config)
            if number == 40:
                early = analyser.memory
        late = analyser.memory
        analyser.stop()
        return early, late

    early, late = asyncio.run(work())
    assert late < early * 1.3, (early, late)
