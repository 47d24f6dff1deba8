"""What a client shows while something lasts."""

from __future__ import annotations

import uuid
from typing import Any

from lsprotocol import types


class Progress:
    """Bars by what they are of. A client that shows none is not asked."""

    def __init__(self, server: Any) -> None:  # noqa: ANN401
        self._server = server
        self._tokens: dict[str, str] = {}

    async def begin(self, what: str, title: str) -> None:
        """Returns when the client has made the bar, or not."""
        server = self._server
        if not server.can("window", "work_done_progress") or what in self._tokens:
            return
        token = self._tokens[what] = f"scopelint {uuid.uuid4()}"
        await server.work_done_progress.create_async(token)
        if self._tokens.get(what) != token:
            # It has ended before the client answered.
            del server.work_done_progress.tokens[token]
            return
        server.work_done_progress.begin(token, types.WorkDoneProgressBegin(f"scopelint: {title}", cancellable=False))

    def report(self, what: str, message: str, percent: int) -> None:
        token = self._tokens.get(what)
        if token is not None and token in self._server.work_done_progress.tokens:
            self._server.work_done_progress.report(
                token, types.WorkDoneProgressReport(message=message, percentage=percent)
            )

    def end(self, what: str) -> None:
        token = self._tokens.pop(what, None)
        progress = self._server.work_done_progress
        if token is not None and progress.tokens.pop(token, None) is not None:
            progress.end(token, types.WorkDoneProgressEnd())
