"""Frames, scopes of names, and the signals with which statements end."""

from __future__ import annotations

from typing import Any

from scopelint.site import Calls, CallSite, Site
from scopelint.values.objects import Attributed
from scopelint.values.trail import TRAIL, Side


class Signal:
    """How a statement ended, other than by falling through (which is None)."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


BREAK = Signal("BREAK")
CONTINUE = Signal("CONTINUE")
RETURN = Signal("RETURN")

RESULT = "<result>"
"""The key under which a frame holds what it returns; no name of a program can be this."""


class Path:
    """One side of a fork that ended in a signal of its own."""

    __slots__ = ("condition", "side", "signal")

    def __init__(self, condition: str, signal: Any, side: Side) -> None:
        self.condition = condition
        self.signal = signal
        self.side = side


class ForkedExit:
    """The signal of a statement whose sides ended differently: one returned, say, and one fell through. Nothing of
    either is done yet; whoever holds the rest of the program continues those that go on (interp/control.py)."""

    __slots__ = ("paths",)

    def __init__(self, paths: list[Path]) -> None:
        self.paths = paths


class Frame(Attributed):
    """A running function, class body or module. `attrs` are its names.

    `site` is the place that it is at, moved on before each call and statement. `closure` is the frame of the
    function around it, `caller` the frame that called it.
    """

    __slots__ = (
        "caller", "cell", "closure", "function", "handling", "module", "name", "outer_calls", "site", "told",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        attrs: dict[str, Any],
        module: Any,
        site: Site,
        caller: Frame | None = None,
        closure: Frame | None = None,
        function: Any = None,
    ) -> None:
        self.epoch = TRAIL.epoch
        self.attrs = attrs
        self.name = name
        self.module = module
        self.site = site
        self.caller = caller
        self.closure = closure
        self.function = function
        self.handling: list[Any] = []
        self.cell: list[Any] | None = None
        self.outer_calls: Calls | None = None
        # The chain as it was told last, with the place and the outer calls that it was told for.
        self.told: tuple[Any, Any, Calls] = (None, None, ())

    def calls(self) -> Calls:
        """The chain of calls that is under way here, outermost first, this frame's own place last."""
        if self.outer_calls is None:
            # A frame's caller stands still while the frame runs, so what lies outside is worked out once.
            self.outer_calls = self.caller.calls() if self.caller is not None else ()
        # One call makes several operations at one place.
        site, outer, told = self.told
        if site is self.site and outer is self.outer_calls:
            return told
        if self.module is not None and self.module.hidden:
            told = self.outer_calls
        else:
            told = (*self.outer_calls, CallSite(self.site, self.name))
        self.told = self.site, self.outer_calls, told
        return told


class Scope:
    """The names of one piece of code as the compiler knows them: which are its own, which lie outside."""

    __slots__ = ("globals", "kind", "names", "nonlocals", "parent")

    def __init__(
        self,
        kind: str,
        names: set[str],
        parent: Scope | None,
        globals_: set[str] | None = None,
        nonlocals: set[str] | None = None,
    ) -> None:
        self.kind = kind
        self.globals = globals_ or set()
        self.nonlocals = nonlocals or set()
        self.names = names - self.globals - self.nonlocals
        self.parent = parent
