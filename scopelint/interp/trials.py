"""What may be raised within a `try` of the program: neither its own way on nor its handler's is certain then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint.apis.call import Raised
from scopelint.apis.registry import find
from scopelint.frozen import replace
from scopelint.graph.conditions import added, is_assumption, negate
from scopelint.graph.events import Event, OpMade, ProgramRaised, VariableMade
from scopelint.interp.frame import Frame
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import ClassValue, InstanceValue
from scopelint.values.tensors import Tensor
from scopelint.values.text import text
from scopelint.values.trail import Side

if TYPE_CHECKING:
    from scopelint.interp.engine import Interpreter


class Trial:
    """The body of a `try` that is running. `raised`: what may have been raised in it, None for an exception of a kind
    that is not known, and when."""

    __slots__ = ("asked", "conditions", "frame", "handlers", "mark", "raised", "taken")

    def __init__(self, run: Any, frame: Frame, handlers: list[Any]) -> None:
        self.frame = frame
        self.handlers = handlers
        self.asked = False
        self.raised: tuple[Raised | None, str] | None = None
        self.conditions = run.state.conditions
        self.taken = run.state.taken
        self.mark = len(run.state.events.items)

    def catches(self, run: Interpreter, problem: Raised | None, kinds: tuple[str, ...]) -> bool:
        if self.asked:
            # What a handler calls to say what it catches is caught by others.
            return False
        running = run.frame
        self.asked = True
        try:
            if problem is None:
                return any(kind is None or _may_be(kind(self.frame), kinds) for kind, _, _ in self.handlers)
            return any(kind is None or run._catches(kind(self.frame), problem.value) for kind, _, _ in self.handlers)
        finally:
            self.asked = False
            run.frame = running

    def end(self, run: Interpreter) -> None:
        """What is behind the `try` hangs on nothing in it, but for the numbers that TF gives there."""
        drift = [condition for condition in run.state.taken if is_assumption(condition)]
        run.state.conditions, run.state.taken = added(self.conditions, drift), added(self.taken, drift)
        if self.raised is not None and any(
            isinstance(event, (OpMade, VariableMade)) for event in run.state.events.items[self.mark :]
        ):
            run.cannot_know(f"what is raised in a try: {self.raised[1]}", may_make=True)


def is_open(value: AnyValue) -> bool:
    """May it be anything?"""
    return isinstance(value, Unknown) or (isinstance(value, Tensor) and value.is_stand_in)


def is_number(value: object) -> bool:
    """Is it for certain a number of Python's, known or not?"""
    return type(value) in (int, float, bool) or (type(value) is Unknown and value.number is not None)


def takes_all(canonical: str, args: tuple[Any, ...]) -> bool:
    """Does this function of Python's refuse nothing of the kind that it is given?"""
    if canonical in _TAKE_ALL:
        return True
    if canonical == "builtins.isinstance":
        kinds = args[1] if len(args) == 2 and type(args[1]) is tuple else args[1:]
        return len(args) == 2 and all(type(kind) is ClassValue for kind in kinds)
    if canonical == "builtins.str.format":
        # Without a specification a field takes what has a `str()`.
        return type(args[0]) is str and ":" not in args[0]
    return canonical in _TAKE_NUMBERS and all(is_number(arg) or type(arg) is ClassValue for arg in args)


_TAKE_ALL = frozenset(("builtins.callable", "builtins.id", "builtins.print", "builtins.repr", "builtins.type"))
_TAKE_NUMBERS = frozenset(
    ("builtins.abs", "builtins.float.__new__", "builtins.int.__new__", "builtins.max", "builtins.min")
)

OF_OPERATORS = ("TypeError", "ValueError", "ArithmeticError", "LookupError", "AttributeError")
"""What an operator raises on values that do not suit it."""


def _may_be(handled: AnyValue, kinds: tuple[str, ...]) -> bool:
    """May what a handler is for be an exception of one of these kinds, or of any that a call can raise? What a key on
    the keyboard raises, and what TF raises when a session runs, is none."""
    if isinstance(handled, tuple):
        return any(_may_be(each, kinds) for each in handled)
    if not isinstance(handled, ClassValue):
        return True
    if not kinds:
        return not any(handled.derives_from(name) for name in ("builtins.KeyboardInterrupt", "tf.errors.OpError"))
    raised = [find(f"builtins.{kind}") for kind in kinds]
    return any(each.derives_from(handled.canonical) or handled.derives_from(each.canonical) for each in raised)


def is_caught(run: Any, problem: Raised) -> bool:
    """Is there a handler around for it?"""
    return any(trial.catches(run, problem, ()) for trial in run.trials)


def may_raise(run: Any, problem: Raised | None, when: str, kinds: tuple[str, ...] = ()) -> None:
    """Something may be raised here, and the run goes on as if it were not. Where a handler would catch it, all that
    follows in its `try` hangs on that; else the program may end here, which is told. `kinds`: what an exception that
    is not known may be, where that much is known."""
    for trial in reversed(run.trials):
        if trial.catches(run, problem, kinds):
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
            when=added(run.state.conditions, (when,) if when else ()),
            graph=run.state.default.index if run.state.graphs else 0,
            error=value.cls.name if known else "Exception",
            message=said,
            by_tensorflow=known and bool(value.attrs.get("<by tensorflow>", False)),
            own=not known or "<by tensorflow>" not in value.attrs,
        )
    )


FAULTS = ("TypeError", "AttributeError", "NameError", "ZeroDivisionError")
"""What Python raises on a slip of the program's; other errors hang on the machine, as the lack of a file does."""


def ends_by_fault(run: Any, side: Side) -> bool:
    """Does TF end this side, or Python for a slip, and no handler of the program's own?"""
    value = side.error.value if isinstance(side.error, Raised) else None
    if run.trials or not isinstance(value, InstanceValue) or "<by tensorflow>" not in value.attrs:
        return False
    return bool(value.attrs["<by tensorflow>"]) or any(value.cls.derives_from(f"builtins.{each}") for each in FAULTS)


def without(run: Any, side: Side, when: str) -> Side:
    """The side, its events without this condition."""
    change = side.changes.get(id(run.state.events))
    if change is None:
        return side
    events = []
    for event in change.after:
        if isinstance(event, Event) and when in event.when:
            event = replace(event, when=tuple(each for each in event.when if each != when))
        events.append(event)
    return side._replace(changes={**side.changes, id(run.state.events): change._replace(after=events)})


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
