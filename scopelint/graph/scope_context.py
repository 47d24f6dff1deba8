"""What `with` asks of the scopes here: the interpreter calls `enter` and `exit`, summaries write `with`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType


class ScopeContext:
    """A scope that `with` may open, by its own `enter` and `exit`."""

    __slots__ = ()

    def enter(self) -> Any:
        raise NotImplementedError

    def exit(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Any:
        return self.enter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.exit()
