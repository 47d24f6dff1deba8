"""The protocol as pygls speaks it, with an answer to each request and nothing left behind by a notification."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol

_REQUEST_FAILED = -32803
"""LSP: the request was right, what it asks for cannot be done."""


def refusal(reason: str) -> JsonRpcException:
    """What a client shows to its user as the reason why nothing was done."""
    return JsonRpcException(reason, _REQUEST_FAILED)


class _Futures(dict[Any, Any]):
    """pygls goes over them at its shutdown while it ends them, by which they leave."""

    def items(self) -> Any:  # noqa: ANN401
        return list(super().items())


class Protocol(LanguageServerProtocol):
    """pygls logs a request whose parameters have another shape, and leaves the client waiting."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request_futures = _Futures()

    def structure_message(self, data: dict[str, Any]) -> Any:  # noqa: ANN401
        try:
            return super().structure_message(data)
        except (JsonRpcInvalidParams, JsonRpcInternalError) as problem:
            if "method" not in data or "id" not in data:
                raise
            cause = problem.__cause__
            said = f"Invalid Params: {data['method']}: {_first(cause) if cause is not None else problem}"
            self._refuse(data["id"], JsonRpcInvalidParams(said))
            return None

    def handle_message(self, message: Any) -> None:  # noqa: ANN401
        if message is None:
            return
        if getattr(message, "method", None) is not None and hasattr(message, "id"):
            if self._shutdown:
                self._refuse(message.id, JsonRpcInvalidRequest("the server is shutting down"))
                return
            if self._workspace is None and message.method != types.INITIALIZE:
                self._refuse(message.id, JsonRpcServerNotInitialized("initialize comes first"))
                return
        super().handle_message(message)

    def _refuse(self, number: object, problem: JsonRpcException) -> None:
        known = number if isinstance(number, (int, str)) and not isinstance(number, bool) else None
        self._result_types.pop(known, None)  # type: ignore[arg-type]
        self._send_response(known, error=problem.to_response_error())  # type: ignore[arg-type]

    def _execute_handler(
        self,
        msg_id: Any,  # noqa: ANN401
        handler: Callable[..., Any],
        callback: Callable[[Future[Any]], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        def done(future: Future[Any]) -> None:
            # pygls keeps the future of each notification for good: 2.5 KB for each key that is typed.
            self._request_futures.pop(msg_id, None)
            callback(future)

        super()._execute_handler(msg_id, handler, done, args, kwargs)


def _first(problem: BaseException) -> str:
    """The innermost reason of cattrs' groups, in one line."""
    while isinstance(getattr(problem, "exceptions", None), (tuple, list)) and problem.exceptions:  # type: ignore[attr-defined]
        problem = problem.exceptions[0]  # type: ignore[attr-defined]
    return f"{type(problem).__name__}: {problem}".split("\n")[0][:200]
