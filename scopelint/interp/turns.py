"""Loops: their turns, known and unknown, and what is joined after them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scopelint.apis.call import Raised
from scopelint.graph.events import VariableMade
from scopelint.interp.control import (
    Execute,
    attempt,
    comes_round,
    condition,
    merge,
    refused_in,
    resume,
    retold,
)
from scopelint.interp.frame import BREAK, CONTINUE, RETURN, ForkedExit, Frame
from scopelint.interp.loops import NUMBERS, Loop, all_by_index, is_training
from scopelint.values.base import AnyValue, Undecided, Unknown, first_doubt
from scopelint.values.containers import Container, ListValue
from scopelint.values.objects import Attributed
from scopelint.values.seen import seen_members
from scopelint.values.trail import TRAIL, Side

if TYPE_CHECKING:
    from scopelint.interp.engine import Interpreter


def run_while(
    run: Interpreter, frame: Frame, test: Any, body: Execute, orelse: Execute | None, written: Callable[[], str]
) -> Any:
    return _turn_while(run, frame, test, body, orelse, written, Loop(run))


def _turn_while(
    run: Any, frame: Frame, test: Any, body: Execute, orelse: Execute | None, written: Callable[[], str], loop: Loop
) -> Any:
    while True:
        value = test(frame)
        try:
            decided = run.truth(value)
        except Undecided:
            return run_unknown_turns(run, frame, lambda turn: "", body, orelse, f"while {written()}")
        if not decided:
            return orelse(frame) if orelse is not None else None
        signal = body(frame)
        if signal is not None:
            if signal is BREAK:
                return None
            if isinstance(signal, ForkedExit):
                loop.turns += 1
                if written() in ("True", "1"):
                    if run.threads:
                        return retold(run, frame, signal, lambda s: s if s is RETURN else None)
                    comes_round(signal)
                return _resumed(run, frame, signal, lambda: _turn_while(run, frame, test, body, orelse, written, loop))
            if signal is not CONTINUE:
                return signal
        if not loop.goes_on():
            return run_unknown_turns(run, frame, lambda turn: "", body, orelse, f"while {written()}")
        if run.threads and loop.turns > _THREAD_TURNS and _waits(written(), loop.turns):
            raise run.ThreadLeft


def _waits(test: str, turns: int) -> bool:
    return test in ("True", "1") or (turns > _WAITING_TURNS and test.startswith("not "))


_THREAD_TURNS = 3
"""What an endless loop in a thread does is told by so many turns; then it waits for others."""

_WAITING_TURNS = 300
"""After so many turns `while not self.finished` in a thread waits for what another thread sets."""


def _resumed(run: Interpreter, frame: Frame, split: ForkedExit, rest: Callable[[], Any]) -> Any:
    """The further turns of a loop, on those paths of a split turn that go on with it."""
    return after_loop(run, frame, resume(run, frame, split, rest, (None, CONTINUE)))


def after_loop(run: Interpreter, frame: Frame, signal: Any) -> Any:
    """A loop swallows BREAK, on every path."""
    if signal is BREAK:
        return None
    if isinstance(signal, ForkedExit) and any(path.signal is BREAK for path in signal.paths):
        return retold(run, frame, signal, lambda s: None if s is BREAK else s)
    return signal


def run_for(
    run: Interpreter,
    frame: Frame,
    iterable: AnyValue,
    put: Any,
    body: Execute,
    orelse: Execute | None,
    label: str,
    written: Callable[[], str],
) -> Any:
    seen = seen_members(iterable)
    if seen is not None:
        known = run.iterate(iterable) if isinstance(iterable, ListValue) and seen.members else iter(seen.members)
        signal = _turn_for(run, frame, known, put, body, orelse, Loop(run), label, written)
        if signal is None:
            unseen_turn(run, frame, seen.rest, put, body, label, written())
        return signal
    members = run.iterate(iterable)
    if isinstance(members, Unknown):
        return run_unknown_for(run, frame, members, put, body, orelse, label, written)
    if isinstance(iterable, ListValue) and iterable.rest is not None and len(iterable.placed) < len(iterable.items):
        return _run_with_others_between(run, frame, iterable, put, body, label, written)
    # Python's own list iterator sees what the body appends, and so does the program's.
    signal = _turn_for(run, frame, iter(members), put, body, orelse, Loop(run), label, written)
    if signal is None and isinstance(iterable, ListValue) and iterable.rest is not None:
        for member in list(iterable.maybe):
            signal = _turn_perhaps(run, frame, member, put, body, f"there are more, {written()}")
            if signal is not None:
                return signal
        if iterable.is_bounded:
            return None
    if signal is None and isinstance(iterable, Container) and iterable.rest is not None:  # type: ignore[attr-defined]
        return run_unknown_for(run, frame, iterable.rest, put, body, None, label, written)  # type: ignore[attr-defined]
    return signal


def _run_with_others_between(
    run: Interpreter, frame: Frame, iterable: ListValue, put: Any, body: Execute, label: str, written: Any
) -> Any:
    """A loop over a list in the midst of which there may be others, so many turns of which come before the last."""
    firm = len(iterable.placed)
    assert iterable.rest is not None
    signal = _turn_for(run, frame, iter(iterable.items[:firm]), put, body, None, Loop(run), label, written)
    if signal is None:
        signal = run_unknown_for(run, frame, iterable.rest, put, body, None, label, written)
    if signal is None:
        signal = _turn_for(run, frame, iter(iterable.items[firm:]), put, body, None, Loop(run), label, written)
    return signal


def _turn_perhaps(run: Any, frame: Frame, member: AnyValue, put: Any, body: Execute, written: str) -> Any:
    """A turn for a member that one side of a branch put into the list."""
    if run.is_deep():
        return None

    def turn() -> Any:
        put(frame, member)
        return loop_end(run, frame, body(frame))

    one = attempt(run, frame, written, turn)
    if one.error is not None:
        run.keep_events(refused_in(run, one, written))
        return None
    return after_loop(run, frame, merge(run, frame, [(written, one), ("", Side(None, None, {}))]))


def _turn_for(
    run: Any,
    frame: Frame,
    members: Any,
    put: Any,
    body: Execute,
    orelse: Execute | None,
    loop: Loop,
    label: str,
    written: Callable[[], str],
) -> Any:
    try:
        for member in members:
            put(frame, member)
            signal = body(frame)
            if signal is not None:
                if signal is BREAK:
                    return None
                if isinstance(signal, ForkedExit):
                    loop.turns += 1
                    left = list(members)
                    return _resumed(
                        run,
                        frame,
                        signal,
                        lambda: _turn_for(run, frame, iter(left), put, body, orelse, loop, label, written),  # noqa: B023
                    )
                if signal is not CONTINUE:
                    return signal
            if not loop.goes_on(member):
                return run_unknown_for(run, frame, loop.rest, put, body, orelse, label, written)
    except run.UnknownTurns as more:
        return run_unknown_for(run, frame, more.unknown, put, body, None, "", written)
    return orelse(frame) if orelse is not None else None


def unseen_turn(
    run: Interpreter, frame: Frame, unseen: Unknown, put: Any, body: Execute, label: str, written: str
) -> None:
    """A turn for members that only something not followed can have made. While that is taken to have made nothing the
    loop is at its end, so the graph stays as it is; but lists that a turn adds to may hold more, of the same kind, and
    what else it changes is not known any more."""
    if run.is_deep():
        return

    def turn() -> Any:
        put(frame, unseen.derive(label))
        return body(frame)

    for change in attempt(run, frame, written, turn).changes.values():
        thing = change.thing
        if isinstance(thing, Container):
            items, rest, *more = change.before
            thing.touch()
            thing.restore((items, first_doubt(rest, unseen), *more))
        elif isinstance(thing, Attributed):
            thing.touch()
            thing.restore(
                {
                    name: _or_more(run, change.before.get(name, value), value, unseen)
                    for name, value in {**change.before, **change.after}.items()
                }
            )


def _or_more(run: Interpreter, before: AnyValue, after: AnyValue, unseen: Unknown) -> Any:
    if isinstance(before, ListValue) and isinstance(after, ListValue) and before is not after:
        return ListValue(before.items, first_doubt(before.rest, unseen))
    return run.join(before, after)


def run_unknown_for(
    run: Any,
    frame: Frame,
    unknown: Unknown,
    put: Any,
    body: Execute,
    orelse: Execute | None,
    label: str,
    written: Callable[[], str],
) -> Any:
    def begin(turn: int) -> str:
        name = f"{label}+1" if turn and label else label
        put(frame, unknown.derive(name))
        return name

    return run_unknown_turns(run, frame, begin, body, orelse, written(), label)


def run_unknown_turns(
    run: Interpreter,
    frame: Frame,
    begin: Callable[[int], str],
    body: Execute,
    orelse: Execute | None,
    written: str,
    label: str = "",
) -> Any:
    """A loop of which the number of turns is not known: none, one, or more. The second turn finds counters that
    differ from the first's, so its automatic names come out as templates; what it names by the loop's own index
    the first turn's templates stand for already. `begin(turn)` sets that index and gives its label."""
    if run.is_deep():
        run.note_limit("too many undecided branches within each other")
        with condition(run, written):
            once = TRAIL.attempt(lambda: (begin(0), loop_end(run, frame, body(frame)))[1], Raised)
        return merge(run, frame, [("", once), ("", Side(None, None, {}))]) if once.result is None else None
    trains, number = False, next(NUMBERS)
    ended: Any = None
    for turn in range(2):

        def side(turn: int = turn) -> Any:
            nonlocal trains, ended
            index = begin(turn)
            mark = len(run.state.events.items)
            ended = body(frame)
            signal = loop_end(run, frame, ended)
            if not isinstance(signal, ForkedExit):
                if turn and index:
                    run.forget_variables(mark, "{" + index)
                trains = is_training(run.state.events.items[mark:], label)
                if trains:
                    run.call.note("training_turn", loop=number, turn=turn + 1, symbolic=True)
            return signal

        one = attempt(run, frame, written if turn == 0 else written + ", a later turn", side)
        if one.error is not None:
            run.keep_events(refused_in(run, one, written))
            break
        none = Side(None, None, {})
        covered = turn == 0 and not trains and all_by_index(run, one, label)
        refused = (
            refused_again(run, frame, one, begin, body, written, label)
            if turn == 0 and not covered and (ended is None or ended is CONTINUE)
            else []
        )
        signal = merge(run, frame, [(written, one), ("", none)])
        if signal is not None:
            # A path that returns from within the loop: the loop's rest is done on the other.
            return after_loop(run, frame, signal)
        run.keep_events(refused)
        if covered or refused:
            break
    return orelse(frame) if orelse is not None else None


def refused_again(
    run: Interpreter, frame: Frame, one: Side, begin: Callable[[int], str], body: Execute, written: str, label: str
) -> list[Any]:
    """What TF refuses in a turn that comes after this one: it meets for certain the variables that this one made."""
    change = one.changes.get(id(run.state.events))
    hole = "{" + label
    if (
        change is None
        or run.is_deep()
        or not any(isinstance(event, VariableMade) and not (label and hole in event.name) for event in change.after)
    ):
        return []

    def again() -> Any:
        TRAIL.keep(one)
        begin(1)
        return body(frame)

    two = attempt(run, frame, written + ", a later turn", again)
    if two.error is None:
        return []
    return [event for event in refused_in(run, two, f"{written} comes round") if event not in change.after]


def loop_end(run: Interpreter, frame: Frame, signal: Any) -> Any:
    """The end of a symbolic turn: CONTINUE and BREAK both lead past it."""
    if signal is BREAK or signal is CONTINUE:
        return None
    if isinstance(signal, ForkedExit):
        return retold(run, frame, signal, lambda s: None if s in (BREAK, CONTINUE) else s)
    return signal


# with, try
