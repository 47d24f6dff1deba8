"""A name that is not as it is locked, in the editor: the diagnostic, and the action that accepts it."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pygls")
pytest_lsp = pytest.importorskip("pytest_lsp")
from lsprotocol import types  # noqa: E402
from pytest_lsp import LanguageClient  # noqa: E402
from test_server import EVERYWHERE, File, client  # noqa: E402, F401

PROGRAM = 'import tensorflow as tf\nwith tf.variable_scope("head"):\n    tf.get_variable("w", [3])\n'


@pytest.mark.asyncio
async def test_a_rename_is_shown_and_accepted(client: LanguageClient, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "names.lock").write_text("@ train.py\nclassifier/w [3] float32\n")
    (tmp_path / ".git").mkdir()
    file = File(client, tmp_path / "train.py", PROGRAM)
    [shown] = await file.diagnostics()
    assert shown.code == "TFS420" and shown.range.start.line == 2
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(file.id, EVERYWHERE, types.CodeActionContext([]))
    )
    # lsprotocol reads an action that holds a command as a command, whose arguments it does not see.
    assert "TFS420: accept classifier/ -> head/ into the lock" in [action.title for action in actions or ()]
    said = await client.workspace_execute_command_async(
        types.ExecuteCommandParams("scopelint.accept", [file.uri, "classifier/ -> head/"])
    )
    assert said.endswith("names.lock: classifier/ -> head/ taken")
    text = (tmp_path / "names.lock").read_text()
    assert "# renamed classifier/ -> head/\nhead/w [3] float32\n" in text
    assert await file.diagnostics() == []
