"""The server of `scopelint mcp`: the tools as agents see them, over the standard streams."""

from __future__ import annotations

import os
import pathlib
import shutil
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from scopelint import __version__
from scopelint.agents.roots import Fence, Roots

_INSTRUCTIONS = """\
Facts about TensorFlow 1.x source without running it: the full name of every variable, what TF 1.15 would refuse, why \
a checkpoint does not load. Each fact says whether it is certain, each list whether it is complete. Ask `what_if` \
before an edit that may rename variables: renamed variables no longer load from checkpoints. Places are file:line."""

_EXPECTED = ("ConfigError", "CheckpointError", "LockError", "Refused")
"""What is said in one line to whoever asked; all else is a defect of ours."""

_LATER = 0.3
"""Seconds after which the engine is imported if nobody has asked yet: the handshake does not share its time with it."""

Path = Annotated[str, Field(description="Python file or folder, seen from the first root")]
Call = Annotated[
    str,
    Field(description="expression that enters a module which makes nothing by itself: Model(784, is_training=False)"),
]
Limit = Annotated[int | None, Field(description="rows to give; without it as many as fit in 4 kB", ge=1, le=5_000)]
Offset = Annotated[int, Field(description="rows to pass over: `next_offset` of the answer before", ge=0)]


@dataclass
class Edit:
    """`old` stands exactly once in the file and is replaced by `new`. Without `old` the whole file becomes `new`."""

    new: str
    old: str = ""
    path: Annotated[str, Field(description="the file that is edited, if it is not the program asked about")] = ""


def serve(folders: Sequence[str]) -> int:
    """Serves until the standard input ends."""
    roots = Roots(folders)
    os.chdir(roots.folders[0])
    # What the repository's own settings would have git run, or write, is no business of a question.
    for number, (key, value) in enumerate((("core.fsmonitor", "false"), ("core.hooksPath", os.devnull))):
        os.environ[f"GIT_CONFIG_KEY_{number}"], os.environ[f"GIT_CONFIG_VALUE_{number}"] = key, value
    os.environ.update(GIT_CONFIG_COUNT="2", GIT_OPTIONAL_LOCKS="0", GIT_TERMINAL_PROMPT="0", GIT_NO_LAZY_FETCH="1")
    fence = Fence(roots)
    try:
        fence.stand()
        server(roots, fence.scratch).run()
    finally:
        shutil.rmtree(fence.scratch, ignore_errors=True)
    return 0


class _Desk:
    """Hands each question to the engine, which is imported once the client has introduced itself."""

    def __init__(self, roots: Roots, scratch: str) -> None:
        self._roots = roots
        self._scratch = scratch
        self._space: Any = None
        self._ready = threading.Lock()
        prepare = threading.Timer(_LATER, self._prepare)
        prepare.daemon = True
        prepare.start()

    def _prepare(self) -> None:
        with self._ready:
            if self._space is None:
                from scopelint.agents.workspace import (
                    Workspace,  # the engine, 150 ms: not in the handshake
                )

                self._space = Workspace(self._roots)
                with suppress(Exception):
                    _warm(self._scratch)

    def ask(self, work: Callable[[Any], dict[str, Any]]) -> str:
        from scopelint.agents.answers import text  # as above

        self._prepare()
        try:
            with self._space.lock:
                return text(work(self._space))
        except Exception as problem:
            said = str(problem).split("\n")[0].replace(self._roots.folders[0] + os.sep, "")
            if type(problem).__name__ not in _EXPECTED:
                said = f"scopelint failed, please report it: {type(problem).__name__}: {said}"
            raise ToolError(said) from None


def _warm(scratch: str) -> None:
    """A first run loads the tables and rules that the first question would else wait for."""
    import fissix  # type: ignore[import-untyped]

    import scopelint.agents.checking  # as above
    import scopelint.agents.comparing  # noqa: F401
    from scopelint.project.check import check_source
    from scopelint.project.config import Config  # as above

    # It keeps its grammar in the user's own cache, which is closed to us.
    fissix.CACHE_DIR = pathlib.Path(scratch)
    source = b"import tensorflow as tf\nwith tf.variable_scope('a'):\n    tf.layers.dense(tf.zeros([1, 1]), 1)\n"
    check_source(os.path.abspath("warm.py"), source, Config({"cache": False, "jobs": 1}), kind="names")


def server(roots: Roots, scratch: str) -> Any:  # noqa: ANN401
    """The `MCPServer`. `scratch`: a folder that may be written to."""
    desk = _Desk(roots, scratch)
    made: Any = MCPServer(
        "scopelint", version=__version__, instructions=_INSTRUCTIONS, log_level="ERROR", subscriptions=False
    )

    def tool(description: str) -> Callable[[Callable[..., str]], Callable[..., str]]:
        notes = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
        put: Callable[[Callable[..., str]], Callable[..., str]] = made.tool(
            description=description, annotations=notes, structured_output=False
        )
        return put

    @tool("The full name, shape, dtype and line of every variable that a TF 1.x program makes, in order of creation.")
    def variable_names(
        path: Path,
        call: Call = "",
        prefix: Annotated[str, Field(description="names that begin so: encoder/layer_0/")] = "",
        tf: Annotated[
            str, Field(description="the release whose names are asked for, such as 1.1; else as the project pins it")
        ] = "",
        limit: Limit = None,
        offset: Offset = 0,
    ) -> str:
        from scopelint.agents import naming  # as above

        return desk.ask(lambda space: naming.variable_names(space, path, call, prefix, tf, limit, offset))

    @tool(
        "What TF 1.15 would refuse in these files (a variable made twice, one that does not exist, shapes that "
        "differ), and what it accepts in silence though it loads nothing, with the chain of calls. `explain` has a "
        "code's page."
    )
    def check(
        paths: Annotated[list[str], Field(description="Python files and folders, seen from the first root")],
        call: Call = "",
        fixes: Annotated[bool, Field(description="try fixes; those that hold are given as edits, nothing is written")]
        = False,
        limit: Limit = None,
        offset: Offset = 0,
    ) -> str:  # fmt: skip
        from scopelint.agents import checking

        return desk.ask(lambda space: checking.check(space, paths, call, fixes, limit, offset))

    @tool("The page of a rule: what it finds, why that is bad, examples of bad and good code.")
    def explain(code: Annotated[str, Field(description="TFS201, or the rule's name")]) -> str:
        from scopelint.agents import checking  # as above

        return desk.ask(lambda space: checking.explain(space, code))

    @tool(
        "Where a variable's name comes from: the line, the scopes and the calls that make it, where it is shared, its "
        "slots or the variable it is a slot of. Where no variable has the name: what stands near it and why it differs."
    )
    def why(
        path: Path,
        name: Annotated[str, Field(description="full name, checkpoint key, or a line of TF's error that holds one")],
    ) -> str:
        from scopelint.agents import naming  # as above

        return desk.ask(lambda space: naming.why(space, path, name))

    @tool(
        "Would this checkpoint load into this program: TF's verdict for each line that restores, the causes, which key "
        "is which variable, and code that loads it."
    )
    def checkpoint_against_source(
        ckpt: Annotated[str, Field(description="prefix, .index, folder, SavedModel, .h5: seen from the first root")],
        path: Path,
        call: Call = "",
        at: Annotated[int, Field(description="the line that restores, where several do", ge=0)] = 0,
        limit: Limit = None,
    ) -> str:
        from scopelint.agents import comparing  # as above

        return desk.ask(lambda space: comparing.checkpoint_against_source(space, ckpt, path, call, at, limit))

    @tool("What became of the variable names between two git revisions, or a revision and the work tree.")
    def names_diff(
        rev1: Annotated[str, Field(description="revision, or lock file, of the old side")] = "HEAD",
        rev2: Annotated[str, Field(description="of the new side; empty: the work tree")] = "",
        path: Annotated[str, Field(description="file or folder to compare; empty: what changed")] = "",
        limit: Limit = None,
        offset: Offset = 0,
    ) -> str:
        from scopelint.agents import comparing  # as above

        return desk.ask(lambda space: comparing.names_diff(space, rev1, rev2, path, limit, offset))

    @tool(
        "The names that an edit would change, before it is written: renamed, gone, new, of another shape; and the "
        "findings that it would mend or bring."
    )
    def what_if(path: Path, edits: list[Edit], call: Call = "", limit: Limit = None) -> str:
        from scopelint.agents import naming  # as above

        given = [naming.Edit(edit.new, edit.old, edit.path) for edit in edits]
        return desk.ask(lambda space: naming.what_if(space, path, given, call, limit))

    return made
