"""with and try: blocks whose ends are seen to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint.apis.call import Raised
from scopelint.graph.conditions import added, negate
from scopelint.interp.control import Execute, attempt, each_path, merge, resume
from scopelint.interp.effects import opening
from scopelint.interp.frame import RESULT, RETURN, ForkedExit, Frame
from scopelint.interp.trials import Trial, may_raise
from scopelint.values.base import AnyValue, Unknown

if TYPE_CHECKING:
    from scopelint.interp.engine import Interpreter


def run_with(run: Interpreter, frame: Frame, items: list[tuple[Any, Any]], body: Execute, index: int = 0) -> Any:
    if index == len(items):
        return body(frame)
    manager, put = items[index]
    opened = manager(frame)
    entered = run.enter(opened)
    # What is not known may be a scope, and give all names within it another beginning.
    opens = opening(opened) if isinstance(opened, Unknown) else ()
    if opens and any(opened is other for other in run.contexts):
        # Entered within itself it may leave its scopes in another order than it opened them.
        run.adrift(opened)
    run.contexts.append(opened)
    try:
        if put is not None:
            put(frame, entered)
        with run.state.under(opens):
            signal = run_with(run, frame, items, body, index + 1)
    except Raised as problem:
        run.contexts.pop()
        run.frame = frame
        # What is not known may also end the exception when it is left.
        problem.when = added(opens, problem.when)
        if ends_exception(run, opened, problem):
            return None
        raise
    except BaseException:
        run.contexts.pop()
        raise
    run.contexts.pop()
    if isinstance(signal, ForkedExit):

        def leave(inner: AnyValue) -> Any:
            run.exit(opened, None)
            return inner

        return each_path(run, frame, signal, leave)
    run.exit(opened, None)
    return signal


def ends_exception(run: Any, manager: AnyValue, problem: Raised) -> bool:
    """Leaves a context with an exception: does that go no further? Where it is not known what `__exit__` answers, the
    program may end here, which is told, and is taken to go on."""
    answer = run.exit(manager, problem.value)
    if isinstance(answer, Unknown):
        run.mark_caught(problem.value)
        may_raise(run, problem, "the context does not end the exception")
        return True
    if answer:
        run.mark_caught(problem.value)
    return bool(answer)


def run_try(
    run: Any, frame: Frame, body: Execute, handlers: list[Any], orelse: Execute | None, finalbody: Execute | None
) -> Any:
    def handle(handler: Any, value: Any) -> Any:
        put, execute = handler
        if put is not None:
            put(frame, value)
        frame.handling.append(value)
        try:
            return execute(frame)
        except Raised as later:
            run.not_handled(value, later.value)
            raise
        finally:
            frame.handling.pop()

    def go_on(signal: AnyValue) -> Any:
        if orelse is not None:
            if isinstance(signal, ForkedExit):
                return resume(run, frame, signal, lambda: orelse(frame))
            if signal is None:
                return orelse(frame)
        return signal

    def protected() -> Any:
        trial = Trial(run, frame, handlers)
        run.trials.append(trial)
        try:
            signal = body(frame)
        except Raised as problem:
            run.trials.pop()
            trial.end(run)
            run.frame = frame
            handler = run.find_handler(frame, handlers, problem)
            if handler is None:
                raise
            return handle(handler, problem.value)
        except BaseException:
            run.trials.pop()
            raise
        run.trials.pop()
        trial.end(run)
        if trial.raised is None or isinstance(signal, ForkedExit) or run.is_deep():
            return go_on(signal)
        caught, when = trial.raised
        if caught is None:
            handler, value = handlers[0][1:], Unknown(f"an exception: {when}")
        else:
            handler, value = run.find_handler(frame, handlers, caught), caught.value
        return merge(
            run,
            frame,
            [
                (negate(when), attempt(run, frame, negate(when), lambda: go_on(signal))),
                (when, attempt(run, frame, when, lambda: handle(handler, value))),
            ],
        )

    if finalbody is None:
        return protected()
    try:
        signal = protected()
    except Raised as problem:
        run.frame = frame
        try:
            last = finalbody(frame)
        except Raised as later:
            run.not_handled(problem.value, later.value)
            raise
        if last is not None and not isinstance(last, ForkedExit):
            run.mark_caught(problem.value)
            return last
        raise
    if isinstance(signal, ForkedExit):

        def finish(inner: AnyValue) -> Any:
            ended = finalbody(frame)
            return inner if ended is None else ended

        return each_path(run, frame, signal, finish)
    kept = frame.attrs.get(RESULT)
    ended = finalbody(frame)
    if ended is None:
        if signal is RETURN:
            frame.set(RESULT, kept)
        return signal
    return ended
