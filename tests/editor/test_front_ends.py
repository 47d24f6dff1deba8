"""The same finding, at the same place, through the command line, flake8, pre-commit and the editor."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

pytest.importorskip("pygls")
pytest_lsp = pytest.importorskip("pytest_lsp")
from lsprotocol import types  # noqa: E402
from pytest_lsp import ClientServerConfig, LanguageClient  # noqa: E402

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from scopelint.cli import main; main(['lsp'])"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
Found = list[tuple[str, int, int, str]]


@pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND))  # type: ignore[untyped-decorator]
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    await lsp_client.initialize_session(types.InitializeParams(capabilities=types.ClientCapabilities()))
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "fixtures" / "models" / "towers.py", tmp_path / "towers.py")
    (tmp_path / "scopes.py").write_text(
        "import tensorflow as tf\n\nwith tf.name_scope('a'):\n    x = tf.get_variable('w', [3])\n"
        "y = tf.get_variable('w', [3])\n"
    )
    return tmp_path


def run(project: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=project, env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def by_command_line(project: Path) -> Found:
    out = json.loads(run(project, sys.executable, "-m", "scopelint", "check", "--format", "json", "."))
    return sorted((f["file"], f["line"], f["column"], f["code"]) for f in out["findings"])


def parsed(text: str) -> Found:
    rows = re.findall(r"^(?:\./)?([\w.]+\.py):(\d+):(\d+): (TFS\d+)", text, re.M)
    return sorted((file, int(line), int(column), code) for file, line, column, code in rows)


def by_flake8(project: Path) -> Found:
    return parsed(run(project, sys.executable, "-m", "flake8", "--extend-ignore", "C,E,F,W", "--isolated", "."))


def by_pre_commit(project: Path) -> Found:
    """The hook as .pre-commit-hooks.yaml declares it, run by pre-commit in a repository of its own."""
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text()
    entry = re.search(r"id: scopelint\n(?:.*\n)*?\s+entry: (.+)", hooks)
    assert entry
    words = f"{sys.executable} -m {entry[1]}"
    (project / ".pre-commit-config.yaml").write_text(
        "repos:\n- repo: local\n  hooks:\n"
        f"  - {{id: scopelint, name: scopelint, entry: '{words}', language: system, types_or: [python, jupyter],\n"
        "     require_serial: true}\n"
    )
    subprocess.run(["git", "init", "-q", "."], cwd=project, check=True)
    subprocess.run(["git", "add", "towers.py", "scopes.py"], cwd=project, check=True)
    return parsed(run(project, sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"))


@pytest.mark.asyncio
async def test_all_say_the_same(client: LanguageClient, project: Path) -> None:
    pytest.importorskip("flake8")
    pytest.importorskip("pre_commit")
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    found: Found = []
    for path in sorted(project.glob("*.py")):
        item = types.TextDocumentItem(path.as_uri(), "python", 1, path.read_text())
        client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        report = await client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(types.TextDocumentIdentifier(path.as_uri()))
        )
        for d in report.items:  # type: ignore[union-attr]
            found.append((path.name, d.range.start.line + 1, d.range.start.character + 1, str(d.code)))
    expected = by_command_line(project)
    assert [each[3] for each in expected] == ["TFS101", "TFS201", "TFS201"]
    assert sorted(found) == expected
    assert by_flake8(project) == expected
    assert by_pre_commit(project) == expected
