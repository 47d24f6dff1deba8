"""What may be raised within a `try` of the program: neither its own way on nor its handler's is certain then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint.apis.call import Raised
from scopelint.graph.conditions import added, negate
from scopelint.graph.events import OpMade, ProgramRaised, VariableMade
from scopelint.interp.frame import Frame
from scopelint.values.objects import InstanceValue
from scopelint.values.text import text
from scopelint.values.trail import Side

if TYPE_CHECKING:
    from scopelint.interp.engine import Interpreter


class Trial:
    """The body of a `try` that is running. `raised`: what may have been raised in it, None for an exception of a kind
    that is not known, and when."""

    __slots__ = ("conditions", "frame", "handlers", "mark", "raised", "taken")

    def __init__(self, run: Any, frame: Frame, handlers: list[Any]) -> None:
        self.frame = frame
        self.handlers = handlers
        self.raised: tuple[Raised | None, str] | None = None
        self.conditions = run.state.conditions
        self.taken = run.state.taken
        self.mark = len(run.state.events.items)

    def catches(self, run: Interpreter, problem: Raised | None) -> bool:
        if problem is None:
            return bool(self.handlers)
        running = run.frame
        try:
            return any(kind is None or run._catches(kind(self.frame), problem.value) for kind, _, _ in self.handlers)
        finally:
            run.frame = running

    def end(self, run: Interpreter) -> None:
        """What is behind the `try` hangs on nothing in it, but for the numbers that TF gives there."""
        run.state.conditions, run.state.taken = self.conditions, self.taken
        if self.raised is not None and any(
            isinstance(event, (OpMade, VariableMade)) for event in run.state.events.items[self.mark :]
        ):
            run.cannot_know(f"what is raised in a try: {self.raised[1]}", may_make=True)


def may_raise(run: Any, problem: Raised | None, when: str) -> None:
    """Something may be raised here, and the run goes on as if it were not. Where a handler would catch it, all that
    follows in its `try` hangs on that; else the program may end here, which is told."""
    for trial in reversed(run.trials):
        if trial.catches(run, problem):
            if trial.raised is not None and problem is None:
                # One doubt of the kind is enough.
                return
            if trial.raised is None:
                trial.raised = problem, when
            fine = negate(when)
            run.state.taken = added(run.state.taken, (fine,))
            run.state.conditions = added(run.state.conditions, (fine,))
            return
    if problem is None:
        return
    site, calls = problem.place if problem.place is not None else run.where()
    value = problem.value
    args = value.attrs.get("args", ()) if isinstance(value, InstanceValue) else ()
    said = str(text([args[0]])).split("\n")[0] if isinstance(args, tuple) and len(args) == 1 else ""
    known = isinstance(value, InstanceValue)
    run.state.events.append(
        ProgramRaised(
            site=site,
            calls=calls,
            when=added(run.state.conditions, (when,)),
            graph=run.state.default.index if run.state.graphs else 0,
            error=value.cls.name if known else "Exception",
            message=said,
            by_tensorflow=known and bool(value.attrs.get("<by tensorflow>", False)),
            own=not known or "<by tensorflow>" not in value.attrs,
        )
    )


def left_out(run: Any, side: Side, when: str) -> None:
    """A side of a fork that raised is left out: what it made may be made, and what it raised may be raised."""
    change = side.changes.get(id(run.state.events))
    if change is not None:
        for event in change.after:
            if isinstance(event, VariableMade):
                run.state.events.append(event)
                run.state.of_sides_left.append(event)
    if isinstance(side.error, Raised):
        may_raise(run, side.error, when)
    else:
        run.note_limit("too many undecided branches within each other")
