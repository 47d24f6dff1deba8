"""Control flow: blocks, and undecided branches.

An undecided `if` runs both sides from one state. Where both fall through they are joined on the spot. Where one
returned and the other goes on, the two stay apart (a ForkedExit) until the function ends: each block that receives one
runs its own rest on the side that goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scopelint.apis.call import Raised
from scopelint.graph.conditions import added, negate
from scopelint.graph.events import Refused, VariableRefused
from scopelint.graph.refusals import TFError
from scopelint.interp.frame import CONTINUE, RESULT, RETURN, ForkedExit, Frame, Path
from scopelint.interp.trials import ends_by_fault, is_caught, left_out, may_raise, without
from scopelint.values.base import AnyValue, Undecided
from scopelint.values.objects import Attributed, BoundMethod, ClassValue, FunctionValue, InstanceValue
from scopelint.values.trail import TRAIL, Side

if TYPE_CHECKING:
    from scopelint.interp.engine import Interpreter

Execute = Callable[[Frame], Any]


def run_block(run: Interpreter, frame: Frame, steps: list[Execute], start: int = 0) -> Any:
    count = len(steps)
    while start < count:
        try:
            for index in range(start, count):
                start = index + 1
                signal = steps[index](frame)
                if signal is not None:
                    if isinstance(signal, ForkedExit) and start < count:
                        rest = start
                        return resume(run, frame, signal, lambda: run_block(run, frame, steps, rest))  # noqa: B023
                    return signal
            return None
        except (run.UnknownTurns, Undecided) as problem:
            # A test that nothing above it answers both ways: its statement is given up, the next ones are not.
            run.frame = frame
            run.given_up(problem)
        except run.PASSING:
            raise
        except TFError as refused:
            # What an operator makes is refused without a call around it that says so.
            run.frame = frame
            raise run.raised(refused) from None
        except Exception as bug:
            run.frame = frame
            run.failed("a statement", bug)
    return None


# Forks


class condition:
    """Events within carry the condition in their `when`. A class, for forks are many and a generator costs thrice."""

    __slots__ = ("former", "state", "written")

    def __init__(self, run: Any, written: str) -> None:
        self.state = run.state
        self.written = written

    def __enter__(self) -> None:
        self.former = self.state.conditions
        if self.written:
            self.state.conditions = (*self.former, self.written)

    def __exit__(self, *problem: object) -> None:
        self.state.conditions = added(self.former, self.state.taken)


def attempt(run: Interpreter, frame: Frame, written: str, side: Callable[[], Any]) -> Side:
    """Runs one side of a fork and takes it back."""
    if run.is_deep():
        raise run.too_deep()
    if not run.forks:
        run.outermost = run.forked
    run.forks += 1
    run.forked += 1
    running, depth = run.frame, run.depth
    try:
        with condition(run, written):
            return TRAIL.attempt(side, (Raised, run.TooManyForks))
    finally:
        run.forks -= 1
        run.frame, run.depth = running, depth


def run_if(
    run: Any, frame: Frame, value: Any, body: Execute, orelse: Execute, written: Callable[[], str], narrow: Any = None
) -> Any:
    try:
        decided = run.truth(value)
    except Undecided as undecided:
        unknown = undecided.value
    else:
        return body(frame) if decided else orelse(frame)
    if run.is_deep():
        # Past the bound one side stands for both; what it makes is marked as hanging on the test.
        run.note_limit("too many undecided branches within each other")
        with condition(run, written()):
            return body(frame)
    test = written()
    sides = []
    fresh = ""
    for holds, execute, text in ((True, body, test), (False, orelse, negate(test))):
        if getattr(unknown, "fresh", None) is holds:
            fresh = text

        def side(holds: bool = holds, execute: Execute = execute) -> Any:
            if narrow is not None:
                narrow(frame, holds)
            with assumed(unknown, holds):
                return execute(frame)

        sides.append((text, attempt(run, frame, text, side)))
    if run.forks < _APART_DEPTH and all(side.error is None and side.result is None for _, side in sides):
        (_, one), (_, two) = sides
        if parts_ways(one, two):
            return ForkedExit([Path(text, None, side) for text, side in sides])
    return merge(run, frame, sides, fresh)


_APART_DEPTH = 2
"""Sides that go on alike are kept apart only as deep as this: the rest of the program is run for each."""


def parts_ways(one: Side, two: Side) -> bool:
    """Do two sides leave objects of different behaviour under one name: this optimizer or that, this one or what an
    absent package makes? Joined they would be nobody's; apart, the rest of the program says what it makes of each."""
    for key, change in one.changes.items():
        other = two.changes.get(key)
        if isinstance(change.thing, Attributed) and (other is not None or change.before is not None):
            a = change.after
            b = other.after if other is not None else change.before
            for name in a.keys() & b.keys():
                x, y = a[name], b[name]
                if x is not y and (_acts(x) or _acts(y)) and not (x is None or y is None or name.startswith("<")):
                    return True
    return False


def _acts(value: AnyValue) -> bool:
    """Is it what the program calls, or calls the methods of?"""
    return isinstance(value, (InstanceValue, FunctionValue, BoundMethod, ClassValue))


class assumed:
    """Within a side, the same unknown asked again gives the same answer."""

    __slots__ = ("former", "holds", "key")

    def __init__(self, unknown: Any, holds: bool) -> None:
        self.key = id(unknown)
        self.holds = holds

    def __enter__(self) -> None:
        self.former = TRAIL.assumed.get(self.key)
        TRAIL.assumed[self.key] = self.holds

    def __exit__(self, *problem: object) -> None:
        if self.former is None:
            del TRAIL.assumed[self.key]
        else:
            TRAIL.assumed[self.key] = self.former


def merge(run: Interpreter, frame: Frame, sides: list[tuple[str, Side]], fresh: str = "") -> Any:
    """What the sides of a fork come to. Sides that ended alike are joined; a side that raised is left out, unless all
    did (code that checks its input raises where it is wrong, and a run that goes on has right input). What it made and
    what it raised is told with its condition, but where Python or TF end the side that a `fresh` checkout takes: that
    is what becomes of the program as it lies there."""
    paths: list[Path] = []
    raised: list[Side] = []
    texts: list[str] = []
    for text, side in sides:
        if side.error is not None:
            raised.append(side)
            texts.append(text)
        elif isinstance(side.result, ForkedExit):
            for inner in side.result.paths:
                # Relative to the fork's beginning, the inner path is the side's own changes and then its.
                whole = TRAIL.attempt(lambda: keep_all(side, inner.side), Raised)  # noqa: B023
                paths.append(Path(text, inner.signal, whole))
        else:
            paths.append(Path(text, side.result, side))
    if not paths:
        keep = raised[0]
        TRAIL.keep(keep)
        assert keep.error is not None
        raise keep.error
    by_signal: dict[Any, list[Path]] = {}
    for path in paths:
        by_signal.setdefault(path.signal, []).append(path)
    refusals: list[Any] = []
    for number, (text, side) in enumerate(zip(texts, raised, strict=True)):
        if fresh and text == fresh and ends_by_fault(run, side):
            raised[number], texts[number] = without(run, side, text), ""
        refusals += refused_in(run, raised[number])
    if len(by_signal) == 1:
        ((signal, alike),) = by_signal.items()
        last = alike.pop()
        if alike:
            TRAIL.join(_joined(run, alike).side, last.side, run.join)
        else:
            TRAIL.keep(last.side)
        run.keep_events(refusals)
        for text, side in zip(texts, raised, strict=True):
            left_out(run, side, text)
        return signal
    if refusals:
        run.keep_events(refusals)
    for text, side in zip(texts, raised, strict=True):
        left_out(run, side, text)
    return ForkedExit([_joined(run, alike) for alike in by_signal.values()])


def comes_round(split: ForkedExit) -> None:
    """Marks the one path on which an endless loop is not left: it hangs on nothing but that the loop comes round.
    (A loop that ends by itself may be a search, of which only one turn does more than look.)"""
    going = [path for path in split.paths if path.signal in (None, CONTINUE)]
    if len(going) == 1 < len(split.paths) and not going[0].condition.startswith(("for ", "while ")):
        going[0].condition = f"while {going[0].condition}"


def _joined(run: Interpreter, alike: list[Path]) -> Path:
    """Paths that ended alike, as one that waits to be gone on with."""
    whole = alike[0]
    for path in alike[1:]:
        side = TRAIL.attempt(lambda: TRAIL.join(whole.side, path.side, run.join), Raised)  # noqa: B023
        whole = Path("", path.signal, side)
    return whole


def keep_all(*sides: Side) -> None:
    for side in sides:
        TRAIL.keep(side)


def refused_in(run: Interpreter, side: Side, when: str = "") -> list[Any]:
    """The refusals by TF that a side which is left out had met: they may happen. `when`: unless they are caught."""
    if when and isinstance(side.error, Raised) and is_caught(run, side.error):
        may_raise(run, side.error, when)
        return []
    change = side.changes.get(id(run.state.events))
    if change is None:
        return []
    return [e for e in change.after if isinstance(e, (VariableRefused, Refused))]


def resume(
    run: Interpreter, frame: Frame, split: ForkedExit, rest: Callable[[], Any], goes_on: tuple[Any, ...] = (None,)
) -> Any:
    """Runs the rest of the program on those paths of a split that go on; the others wait."""
    sides: list[tuple[str, Side]] = []
    for path in split.paths:
        if path.signal in goes_on:

            def go(path: Path = path) -> Any:
                TRAIL.keep(path.side)
                return rest()

            sides.append((path.condition, attempt(run, frame, path.condition, go)))
        else:
            side = path.side
            sides.append((path.condition, Side(path.signal, None, side.changes)))
    return merge(run, frame, sides)


def each_path(run: Interpreter, frame: Frame, split: ForkedExit, do: Callable[[Any], Any]) -> Any:
    """Runs `do(signal) -> signal` on every path of a split: a `finally`, the exit of a `with`."""
    sides = []
    for path in split.paths:

        def go(path: Path = path) -> Any:
            TRAIL.keep(path.side)
            return do(path.signal)

        sides.append((path.condition, attempt(run, frame, path.condition, go)))
    return merge(run, frame, sides)


def retold(run: Interpreter, frame: Frame, split: ForkedExit, told: Callable[[Any], Any]) -> Any:
    """Every path of a split ends as `told(signal)` says: nothing is run, so what each changed stays as it is."""
    return merge(run, frame, [(p.condition, Side(told(p.signal), None, p.side.changes)) for p in split.paths])


def join_exits(run: Any, frame: Frame, split: ForkedExit) -> None:
    """Ends a function whose paths returned apart: all are joined, and so is what they returned."""

    def end(signal: Any) -> Any:
        if signal is not RETURN:
            frame.set(RESULT, None)
        return RETURN

    signal = each_path(run, frame, split, end)
    assert signal is RETURN


# Loops
