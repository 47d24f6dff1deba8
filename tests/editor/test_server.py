"""The server as clients speak to it, through pytest-lsp."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")
pytest_lsp = pytest.importorskip("pytest_lsp")
from lsprotocol import types  # noqa: E402
from pytest_lsp import ClientServerConfig, LanguageClient  # noqa: E402

ROOT = Path(__file__).parents[2]
TOWERS = ROOT / "fixtures" / "models" / "towers.py"
COMMAND = [sys.executable, "-c", "from scopelint.cli import main; main(['lsp'])"]
EVERYWHERE = types.Range(types.Position(0, 0), types.Position(100_000, 0))


@pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND))  # type: ignore[untyped-decorator]
async def client(lsp_client: LanguageClient, tmp_path: Path) -> AsyncIterator[None]:
    await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(
                general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf16])
            ),
            initialization_options={"debounce": 10},
            workspace_folders=[types.WorkspaceFolder(tmp_path.as_uri(), "work")],
        )
    )
    yield
    await lsp_client.shutdown_session()


class File:
    """An open file."""

    def __init__(self, client: LanguageClient, path: Path, text: str) -> None:
        self.client, self.uri, self.text, self.version = client, path.as_uri(), text, 1
        path.write_text(text)
        client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(self.uri, "python", 1, text))
        )

    @property
    def id(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri)

    def line(self, text: str, nth: int = 0) -> int:
        return [n for n, line in enumerate(self.text.split("\n")) if text in line][nth]

    def replace(self, old: str, new: str) -> None:
        """As an editor sends it: the range and the new text."""
        start = self.text.index(old)
        end = start + len(old)

        def position(offset: int) -> types.Position:
            head = self.text[:offset]
            return types.Position(head.count("\n"), offset - (head.rfind("\n") + 1))

        where = types.Range(position(start), position(end))
        self.text = self.text[:start] + new + self.text[end:]
        self.version += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(uri=self.uri, version=self.version),
                [types.TextDocumentContentChangePartial(range=where, text=new)],
            )
        )

    async def diagnostics(self, **wanted: Any) -> list[types.Diagnostic]:
        """Those of the text as it is now, by asking for them: the answer waits for the analysis."""
        report = await self.client.text_document_diagnostic_async(types.DocumentDiagnosticParams(self.id))
        return list(report.items)  # type: ignore[union-attr]

    async def hints(self) -> dict[int, str]:
        found = await self.client.text_document_inlay_hint_async(types.InlayHintParams(self.id, EVERYWHERE))
        return {hint.position.line: label(hint) for hint in found or ()}


def label(hint: types.InlayHint) -> str:
    return hint.label if isinstance(hint.label, str) else "".join(part.value for part in hint.label)


def at(file: File, text: str, nth: int = 0) -> types.Position:
    return types.Position(file.line(text, nth), 6)


@pytest.mark.asyncio
async def test_diagnostics_are_pushed_with_all_that_belongs_to_them(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "towers.py", TOWERS.read_text())
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    [found] = client.diagnostics[file.uri]
    assert (found.code, found.severity, found.source) == ("TFS201", types.DiagnosticSeverity.Error, "scopelint")
    assert found.range.start.line == file.line('"output_bias"', 1)
    assert found.code_description and found.code_description.href.endswith("docs/rules/TFS201.md")
    assert (ROOT / "docs" / "rules" / "TFS201.md").exists()
    related = {each.location.range.start.line for each in found.related_information or ()}
    assert {file.line('"output_bias"'), file.line('"head"')} <= related
    assert [d.code for d in await file.diagnostics()] == ["TFS201"]


@pytest.mark.asyncio
async def test_hints_name_what_each_line_makes_and_shares(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "towers.py", TOWERS.read_text())
    hints = await file.hints()
    assert hints[file.line('"word_embeddings"')] == "bert/embeddings/word_embeddings [1000,64]"
    assert hints[file.line('"word_embeddings"', 1)] == "= bert/embeddings/word_embeddings shared"
    assert hints[file.line('name="query"')] == (
        "bert/encoder/layer_{0..2}/attention/query/{kernel,bias} \N{MULTIPLICATION SIGN}6"
    )
    assert hints[file.line("layer_norm(inputs")].startswith("bert/embeddings/LayerNorm/beta ... [64]")
    all_hints = await client.text_document_inlay_hint_async(types.InlayHintParams(file.id, EVERYWHERE))
    [hint] = [h for h in all_hints or () if h.position.line == file.line('"word_embeddings"')]
    parts = {p.value: p.location.range.start.line for p in hint.label if p.location}  # type: ignore[union-attr]
    assert parts["bert/"] == file.line('variable_scope("bert")')
    assert parts["embeddings/"] == file.line('variable_scope("embeddings")')
    [query] = [h for h in all_hints or () if h.position.line == file.line('name="query"')]
    assert "bert/encoder/layer_2/attention/query/kernel" in query.tooltip.value  # type: ignore[union-attr]


@pytest.mark.asyncio
async def test_hover_definition_and_references(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "towers.py", TOWERS.read_text())
    await file.diagnostics()
    hover = await client.text_document_hover_async(types.HoverParams(file.id, at(file, '"word_embeddings"')))
    text = hover.contents.value  # type: ignore[union-attr]
    for said in ("bert/embeddings/word_embeddings", "[1000,64]", "float32, trainable", "shared at", "scopes:"):
        assert said in text
    sharing, making = at(file, '"word_embeddings"', 1), at(file, '"word_embeddings"')
    [made] = await client.text_document_definition_async(types.DefinitionParams(file.id, sharing))  # type: ignore[misc]
    assert made.range.start.line == making.line
    context = types.ReferenceContext(include_declaration=False)
    [used] = await client.text_document_references_async(  # type: ignore[misc]
        types.ReferenceParams(context, file.id, making)
    )
    assert used.range.start.line == sharing.line


LOADING = """import tensorflow as tf
x = tf.layers.batch_normalization(tf.zeros([4, 2]), name="bn")
saver = tf.train.Saver(tf.trainable_variables())
late = tf.get_variable("late", [3])
with tf.Session() as session:
    saver.restore(session, "model.ckpt")
"""


@pytest.mark.asyncio
async def test_a_line_that_loads_says_what_it_restores_and_leads_to_what_it_leaves(
    client: LanguageClient, tmp_path: Path
) -> None:
    file = File(client, tmp_path / "load.py", LOADING)
    [found] = await file.diagnostics()
    assert (found.code, found.range.start.line) == ("TFS406", 5)
    assert [each.location.range.start.line for each in found.related_information or ()] == [1]
    hover = await client.text_document_hover_async(types.HoverParams(file.id, at(file, "restore")))
    text = hover.contents.value  # type: ignore[union-attr]
    for said in (
        "`Saver(var_list)`",
        "load.py:3",
        "restores 2 variables from `model.ckpt`",
        "`bn/gamma` `[2]`, load.py:2",
    ):
        assert said in text
    assert "moving_mean" not in text and "late" not in text


@pytest.mark.asyncio
async def test_symbols(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "towers.py", TOWERS.read_text())
    [bert, head] = await client.text_document_document_symbol_async(  # type: ignore[misc]
        types.DocumentSymbolParams(file.id)
    )
    assert (bert.name, head.name) == ("bert", "head")
    encoder = next(child for child in bert.children if child.name == "encoder")
    assert [child.name for child in encoder.children] == ["layer_0", "layer_1", "layer_2"]
    found = await client.workspace_symbol_async(types.WorkspaceSymbolParams("layer_0/query/ker"))
    [symbol] = found or ()
    assert symbol.name == "bert/encoder/layer_0/attention/query/kernel"
    assert symbol.location.range.start.line == file.line('name="query"')  # type: ignore[union-attr]


@pytest.mark.asyncio
async def test_symbols_of_files_that_nobody_opened(client: LanguageClient, tmp_path: Path) -> None:
    async def found(query: str, wanted: dict[str, str]) -> dict[str, str]:
        """What the server knows in the end: it answers with what it has where looking at the files takes long."""
        for _ in range(100):
            answer = await client.workspace_symbol_async(types.WorkspaceSymbolParams(query))
            names = {each.name: each.location.uri for each in answer or ()}
            if names == wanted:
                break
            await asyncio.sleep(0.1)
        return names

    (tmp_path / "inner").mkdir()
    net = tmp_path / "inner" / "net.py"
    net.write_text("import tensorflow as tf\nwith tf.variable_scope('tower'):\n    tf.get_variable('w', [3])\n")
    (tmp_path / "other.py").write_text("print(1)\n")
    named = {"tower/w": net.as_uri()}
    assert await found("tower/w", named) == named
    net.write_text(net.read_text().replace("'w'", "'weights'"))
    client.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams([types.FileEvent(net.as_uri(), types.FileChangeType.Changed)])
    )
    named = {"tower/weights": net.as_uri()}
    assert await found("tower", named) == named
    # What a window shows counts, not what is on the disk.
    file = File(client, net, net.read_text())
    file.replace("'weights'", "'bias'")
    await file.diagnostics()
    named = {"tower/bias": net.as_uri()}
    assert await found("tower", named) == named
    net.unlink()
    client.text_document_did_close(types.DidCloseTextDocumentParams(file.id))
    assert await found("tower", {}) == {}


@pytest.mark.asyncio
async def test_a_module_written_by_another_program_changes_those_who_import_it(
    client: LanguageClient, tmp_path: Path
) -> None:
    module = tmp_path / "net.py"
    module.write_text("import tensorflow as tf\ndef net(n):\n    tf.get_variable(n, [3])\n")
    main = File(client, tmp_path / "main.py", "import net\nnet.net('a')\nnet.net('b')\n")
    assert await main.hints() == {1: "a [3]", 2: "b [3]"}
    module.write_text(module.read_text().replace("[3]", "[5]"))
    client.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams([types.FileEvent(module.as_uri(), types.FileChangeType.Changed)])
    )
    await main.diagnostics()
    assert await main.hints() == {1: "a [5]", 2: "b [5]"}


@pytest.mark.asyncio
async def test_a_scope_is_renamed_with_the_names_that_change(client: LanguageClient, tmp_path: Path) -> None:
    from pygls.exceptions import JsonRpcException

    file = File(client, tmp_path / "towers.py", TOWERS.read_text())
    await file.diagnostics()
    line = file.line('variable_scope("attention")')
    where = types.Position(line, file.text.split("\n")[line].index("attention") + 3)
    may = await client.text_document_prepare_rename_async(types.PrepareRenameParams(file.id, where))
    assert (may.placeholder, may.range.start.line) == ("attention", line)  # type: ignore[union-attr]
    edit = await client.text_document_rename_async(types.RenameParams(file.id, where, "heads"))
    assert edit is not None
    # This client shows neither versions nor annotations: it is told in a message.
    [change] = (edit.changes or {})[file.uri]
    assert (change.new_text, change.range.start.line, change.range.start.character) == (
        "heads", line, may.range.start.character,  # type: ignore[union-attr]
    )  # fmt: skip
    assert "bert/encoder/layer_0/attention/query/kernel -> bert/encoder/layer_0/heads/query/kernel" in (
        client.messages[-1].message
    )
    with pytest.raises(JsonRpcException, match="no text stands here"):
        await client.text_document_prepare_rename_async(types.PrepareRenameParams(file.id, at(file, "HIDDEN = 64")))


@pytest.mark.asyncio
async def test_a_half_typed_line_costs_no_other_line_its_hint(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "towers.py", TOWERS.read_text())
    before = await file.hints()
    file.replace("HIDDEN = 64\n", "HIDDEN = 64\n\n\nx = tf.get_variable(\n")
    codes = [d.code for d in await file.diagnostics()]
    assert sorted(codes) == ["TFS201", "TFS901"]
    after = await file.hints()
    assert after == {line + 3: text for line, text in before.items()}
    file.replace("x = tf.get_variable(\n", 'x = tf.get_variable("x", [HIDDEN])\n')
    assert [d.code for d in await file.diagnostics()] == ["TFS201"]
    assert (await file.hints())[file.line('"x"')] == "x [64]"


@pytest.mark.asyncio
async def test_columns_are_counted_as_the_client_counts(client: LanguageClient, tmp_path: Path) -> None:
    text = 'import tensorflow as tf\na = tf.get_variable("w", [3])\ns = "\U0001d11e"; tf.get_variable("w", [3])\n'
    file = File(client, tmp_path / "music.py", text)
    [found] = await file.diagnostics()
    assert found.range.start == types.Position(2, 10)
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(file.id, EVERYWHERE))
    assert hints and hints[0].position == types.Position(1, 29)


@pytest.mark.asyncio
async def test_fixes_and_suppressions_are_offered(client: LanguageClient, tmp_path: Path) -> None:
    text = (
        "import tensorflow as tf\ndef net(x):\n    with tf.variable_scope('net'):\n"
        "        return tf.get_variable('w', [3])\nnet(1)\nnet(2)\n"
    )
    file = File(client, tmp_path / "net.py", text)
    await file.diagnostics()
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(file.id, EVERYWHERE, types.CodeActionContext([]))
    )
    titles = [action.title for action in actions or ()]
    assert any("AUTO_REUSE" in title for title in titles) and any("suppress" in title for title in titles)
    fix = next(action for action in actions or () if "AUTO_REUSE" in action.title)
    assert not fix.is_preferred, "an unsafe fix is not for an editor's fix-all"
    [edit] = fix.edit.changes[file.uri]  # type: ignore[union-attr]
    lines = file.text.split("\n")
    lines[edit.range.start.line : edit.range.end.line] = edit.new_text.rstrip("\n").split("\n")
    file.replace(file.text, "\n".join(lines))
    assert await file.diagnostics() == []


@pytest.mark.asyncio
async def test_a_fix_that_keeps_every_name_is_preferred(client: LanguageClient, tmp_path: Path) -> None:
    text = "import tensorflow as tf\ntf.get_variable('w', [3])  # scopelint: ignore[TFS201]\n"
    file = File(client, tmp_path / "net.py", text)
    await file.diagnostics()
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(file.id, EVERYWHERE, types.CodeActionContext([]))
    )
    [fix] = [action for action in actions or () if getattr(action, "is_preferred", False)]
    assert fix.title.startswith("TFS910: ") and "(unsafe)" not in fix.title


@pytest.mark.asyncio
async def test_a_module_is_read_as_its_window_shows_it(client: LanguageClient, tmp_path: Path) -> None:
    module = File(client, tmp_path / "net.py", "import tensorflow as tf\ndef net(n):\n    tf.get_variable(n, [3])\n")
    main = File(client, tmp_path / "main.py", "import net\nnet.net('a')\nnet.net('b')\n")
    assert await main.diagnostics() == []
    assert (await main.hints())[1] == "a [3]"
    module.replace("get_variable(n,", "get_variable('w',")
    await module.diagnostics()
    for _ in range(100):
        if await main.diagnostics():
            break
        await asyncio.sleep(0.05)
    hints = await module.hints()
    assert hints[2] == "w [3]"
    assert [d.code for d in await module.diagnostics()] == ["TFS210"]


@pytest.mark.asyncio
async def test_notebooks(client: LanguageClient, tmp_path: Path) -> None:
    uri = (tmp_path / "n.ipynb").as_uri()
    cells = ["import tensorflow as tf", 'tf.get_variable("w", [3])', 'x = 1\ntf.get_variable("w", [3])']
    uris = [f"vscode-notebook-cell:{uri[5:]}#{n}" for n in range(len(cells))]
    client.notebook_document_did_open(
        types.DidOpenNotebookDocumentParams(
            types.NotebookDocument(
                uri=uri, notebook_type="jupyter-notebook", version=1,
                cells=[types.NotebookCell(types.NotebookCellKind.Code, each) for each in uris],
            ),
            [types.TextDocumentItem(each, "python", 1, text) for each, text in zip(uris, cells, strict=True)],
        )
    )  # fmt: skip
    identifier = types.TextDocumentIdentifier(uris[2])
    report = await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(identifier))
    [found] = report.items  # type: ignore[union-attr]
    assert (found.code, found.range.start.line) == ("TFS201", 1)
    first = await client.text_document_inlay_hint_async(
        types.InlayHintParams(types.TextDocumentIdentifier(uris[1]), EVERYWHERE)
    )
    assert [label(hint) for hint in first or ()] == ["w [3]"]
    names = await client.workspace_execute_command_async(types.ExecuteCommandParams("scopelint.names", [uris[1]]))
    assert str(names).startswith("w  [3]")
    page = await client.workspace_execute_command_async(types.ExecuteCommandParams("scopelint.picture", [uris[1]]))
    assert '"name":"w"' in Path(str(page)).read_text()


@pytest.mark.asyncio
async def test_commands(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "towers.py", TOWERS.read_text())
    await file.diagnostics()
    names = await client.workspace_execute_command_async(types.ExecuteCommandParams("scopelint.names", [file.uri]))
    assert "bert/embeddings/word_embeddings" in str(names)
    page = await client.workspace_execute_command_async(types.ExecuteCommandParams("scopelint.picture", [file.uri]))
    written = Path(str(page)).read_text()
    assert "word_embeddings" in written
    # The data flow too, which no analysis while one types works out.
    assert '"flow":{"scopes":[[-1,""],' in written and '"MatMul"' in written


@pytest.mark.asyncio
async def test_settings_of_the_project_and_of_the_client(client: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.scopelint]\nignore = ["TFS2"]\n')
    file = File(client, tmp_path / "towers.py", TOWERS.read_text())
    assert await file.diagnostics() == []
    client.workspace_did_change_configuration(
        types.DidChangeConfigurationParams({"scopelint": {"ignore": [], "extendSelect": ["TFS201"]}})
    )
    await asyncio.sleep(0.1)
    assert [d.code for d in await file.diagnostics()] == ["TFS201"]


def test_json_of_the_cells_is_a_notebook() -> None:
    from scopelint.editor.scheduler import _notebook

    assert [cell["source"] for cell in json.loads(_notebook(["a", "b"]))["cells"]] == ["a", "b"]


def test_on_a_port_of_this_machine() -> None:
    """`--tcp`, for whoever wants to watch the protocol."""
    import socket
    import subprocess
    import time

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "scopelint", "lsp", "--tcp", str(port)], cwd=ROOT,
                               stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        for _ in range(100):
            try:
                connection = socket.create_connection(("127.0.0.1", port), timeout=5)
                break
            except OSError:
                time.sleep(0.1)
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}).encode()
        connection.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        assert connection.recv(16).startswith(b"Content-Length")
        connection.close()
    finally:
        process.kill()
        process.wait()


@pytest.mark.asyncio
async def test_a_killed_worker_is_replaced() -> None:
    from scopelint.editor.analyser import Analyser, WorkerDied
    from scopelint.project.config import Config

    analyser, config = Analyser(), Config({"cache": False, "jobs": 1})
    text = b'import tensorflow as tf\ntf.get_variable("w", [3])\n'
    assert await analyser.ask("analyse", "/a.py", text, {}, config)
    # Held, that it cannot have answered before it is killed.
    os.kill(analyser.pid, signal.SIGSTOP)
    pending = asyncio.create_task(analyser.ask("analyse", "/a.py", text, {}, config))
    await asyncio.sleep(0)
    os.kill(analyser.pid, signal.SIGKILL)
    with pytest.raises(WorkerDied):
        await pending
    _, view, _ = await analyser.ask("analyse", "/a.py", text, {}, config)
    assert [v.name for v in view.variables] == ["w"]
    analyser.stop()


def test_a_server_ends_while_a_worker_starts() -> None:
    """What the loop ends at its own end must not wait for the worker."""
    from scopelint.editor.analyser import Analyser
    from scopelint.project.config import Config

    async def main() -> Analyser:
        analyser = Analyser()
        asking = asyncio.create_task(analyser.ask("analyse", "/a.py", b"", {}, Config({"cache": False, "jobs": 1})))
        await asyncio.sleep(0)
        assert not asking.done() and analyser.pid
        return analyser

    for _ in range(3):
        analyser = asyncio.run(main())
        analyser.close()
        assert not analyser.pid


@pytest.mark.asyncio
async def test_none_is_started_after_the_end() -> None:
    from scopelint.editor.analyser import Analyser, WorkerDied

    analyser = Analyser()
    analyser.start()
    analyser.close()
    with pytest.raises(WorkerDied):
        await analyser.ask("files", "/nowhere")


@pytest.mark.asyncio
async def test_a_long_analysis_can_be_cancelled() -> None:
    from scopelint.editor.analyser import Analyser
    from scopelint.project.config import Config

    analyser, config = Analyser(), Config({"cache": False, "jobs": 1})
    slow = b"import tensorflow as tf\nx = tf.zeros([3])\nfor i in range(10**9):\n    for j in range(10**9):\n" \
           b"        x = x + tf.zeros([3])\n"  # fmt: skip
    analyser.start()
    number = analyser.new_number()
    pending = asyncio.create_task(analyser.ask("analyse", "/a.py", slow, {}, config, number=number))
    await asyncio.sleep(1.0)
    analyser.cancel(number)
    # One that goes on to its limit has an answer.
    assert await pending is None
    analyser.stop()
