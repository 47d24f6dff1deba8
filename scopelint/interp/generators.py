"""Generator functions: the statements that hold a `yield` are visited into Python generators, all others as ever.

So a generator really stops at its yields, and a context manager made of one opens and closes its scopes in order.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator
from functools import partial
from typing import TYPE_CHECKING, Any

from scopelint.apis.call import Raised
from scopelint.apis.registry import find
from scopelint.graph.conditions import added, negate
from scopelint.interp.blocks import visit_one
from scopelint.interp.effects import opening
from scopelint.interp.frame import BREAK, CONTINUE, RESULT, ForkedExit, Frame
from scopelint.interp.guarded import ends_exception
from scopelint.interp.loops import Loop
from scopelint.interp.targets import target_names, visit_target
from scopelint.interp.unit import Evaluate, Unit, expression
from scopelint.interp.variables import constant, store
from scopelint.syntax import nodes as cst
from scopelint.values.base import Undecided, Unknown
from scopelint.values.containers import Container
from scopelint.values.objects import InstanceValue, IteratorValue
from scopelint.values.trail import TRAIL

if TYPE_CHECKING:
    from scopelint.interp.engine import Interpreter

Steps = Callable[[Frame], Generator[Any, Any, Any]]


def has_yield(node: Any, gives: bool = False) -> bool:
    """Is there a yield below a statement, functions within it aside? `gives`: one that gives a value."""
    if isinstance(node, (list, tuple)):
        return any(has_yield(each, gives) for each in node)
    if not isinstance(node, cst.CSTNode) or type(node) in _FUNCTIONS:
        return False
    if type(node) is cst.Yield and (node.value is not None or not gives):
        return True
    return any(has_yield(each, gives) for each in vars(node).values())


_FUNCTIONS = (cst.FunctionDef, cst.Lambda)


def visit_generator_body(unit: Unit, body: Any) -> Steps:
    nodes = body.body
    parts: list[tuple[bool, Any]] = []
    for node in nodes:
        smalls = node.body if isinstance(node, cst.SimpleStatementLine) else (node,)
        for small in smalls:
            if has_yield(small):
                parts.append((True, visit_yielding(unit, small)))
            else:
                parts.append((False, visit_one(unit, small)))
    run = unit.run

    def steps(frame: Frame) -> Generator[Any, Any, Any]:
        return (yield from go_on(frame, 0))

    def go_on(frame: Frame, start: int) -> Generator[Any, Any, Any]:
        for at in range(start, len(parts)):
            yields, part = parts[at]
            if yields:
                signal = yield from part(frame)
            else:
                signal = part(frame)
                if isinstance(signal, ForkedExit):
                    why, conditions = _may_end(run, frame, signal)
                    signal = run.join_paths(frame, signal)
                    if why is not None and signal is None:
                        frame.attrs.setdefault(UNSURE, why)
                        if any(each for each, _ in parts[at + 1 :]):
                            frame.attrs[HIDES] = True
                        with run.state.under(conditions):
                            return (yield from go_on(frame, at + 1))
            if signal is not None:
                return signal
        return None

    return steps


def _may_end(run: Interpreter, frame: Frame, split: ForkedExit) -> tuple[Unknown | None, tuple[str, ...]]:
    """Of sides that end differently: why it is not known whether the generator goes on, and what holds where it does.
    Both sides cannot be kept apart, so that is said."""
    ended = [path.condition for path in split.paths if path.signal is not None]
    if not ended or len(ended) == len(split.paths):
        return None, ()
    why = f"whether {ended[0]}, in a generator"
    run.cannot_know(why, may_make=True)
    return Unknown(why, site=frame.site), tuple(negate(each) for each in ended if each)


def visit_yielding(unit: Unit, node: cst.CSTNode) -> Steps:
    visit = _YIELDING.get(type(node))
    if visit is None:
        if isinstance(node, cst.BaseSmallStatement):
            return _small(unit, node)
        unit.next_statement()
        kind = type(node).__name__
        run = unit.run

        def unknown(frame: Frame) -> Generator[Any, Any, Any]:
            run.cannot_know(f"a yield within {kind} is not followed", may_make=True)
            return None
            yield

        return unknown
    site = unit.next_statement()
    steps = visit(unit, node)

    def placed(frame: Frame) -> Generator[Any, Any, Any]:
        frame.site = site
        return steps(frame)

    return placed


def yield_steps(unit: Unit, node: cst.Yield) -> Steps:
    """One yield. Gives what was sent in."""
    run = unit.run
    if isinstance(node.value, cst.From):
        inner = unit.visit(node.value.item)

        def delegate(frame: Frame) -> Generator[Any, Any, Any]:
            members = inner(frame)
            if isinstance(members, IteratorValue) and isinstance(members.iterator, Generator) and not members.made:
                return (yield from members.iterator)
            found = run.iterate(members)
            if isinstance(found, Unknown):
                raise run.UnknownTurns(found)
            yield from found
            if isinstance(members, Container) and members.rest is not None:  # type: ignore[attr-defined]
                raise run.UnknownTurns(members.rest)  # type: ignore[attr-defined]
            return None

        return delegate
    value = constant(None) if node.value is None else unit.visit(node.value)

    def give(frame: Frame) -> Generator[Any, Any, Any]:
        return (yield value(frame))

    return give


def with_yields(unit: Unit, visit: Callable[[], Any]) -> tuple[Any, Steps]:
    """What `visit` gives for an expression or a statement, and the steps of the yields within it, which come first."""
    outer, unit.yields = unit.yields, []
    try:
        visited = visit()
        yields = unit.yields
    finally:
        unit.yields = outer

    def steps(frame: Frame) -> Generator[Any, Any, Any]:
        for slot, give in yields:
            sent = yield from give(frame)
            frame.set(slot, sent)

    return visited, steps


def expression_steps(unit: Unit, node: cst.CSTNode) -> Steps:
    """An expression's value, after the yields within it."""
    value, first = with_yields(unit, lambda: unit.visit(node))

    def evaluate(frame: Frame) -> Generator[Any, Any, Any]:
        yield from first(frame)
        return value(frame)

    return evaluate


def _small(unit: Unit, node: cst.CSTNode) -> Steps:
    """A statement without a body."""
    plain, first = with_yields(unit, lambda: visit_one(unit, node))
    run = unit.run

    def execute(frame: Frame) -> Generator[Any, Any, Any]:
        yield from first(frame)
        signal = plain(frame)
        return run.join_paths(frame, signal) if isinstance(signal, ForkedExit) else signal

    return execute


def _if(unit: Unit, node: cst.If) -> Steps:
    run = unit.run
    test = expression_steps(unit, node.test)
    body = visit_generator_body(unit, node.body)
    orelse: Steps | None = None
    if isinstance(node.orelse, cst.If):
        orelse = visit_yielding(unit, node.orelse)
    elif node.orelse is not None:
        orelse = visit_generator_body(unit, node.orelse.body)

    gives = has_yield(node, gives=True)

    def execute(frame: Frame) -> Generator[Any, Any, Any]:
        value = yield from test(frame)
        try:
            decided = run.truth(value)
        except Undecided:
            # A generator cannot be run on two sides at once: the first stands for both, and that is said. From here on
            # neither what it gives nor how often is known.
            why = f"whether {unit.code(node.test)}, in a generator"
            run.cannot_know(why, may_make=True)
            frame.attrs.setdefault(UNSURE, Unknown(why, site=frame.site))
            if gives:
                frame.attrs[HIDES] = True
            with run.state.under((unit.code(node.test),)):
                return (yield from body(frame))
        if decided:
            return (yield from body(frame))
        if orelse is not None:
            return (yield from orelse(frame))
        return None

    return execute


def _while(unit: Unit, node: cst.While) -> Steps:
    run = unit.run
    test = expression_steps(unit, node.test)
    body = visit_generator_body(unit, node.body)
    orelse = visit_generator_body(unit, node.orelse.body) if node.orelse is not None else None

    def execute(frame: Frame) -> Generator[Any, Any, Any]:
        loop = Loop(run, True)
        while True:
            value = yield from test(frame)
            try:
                if not run.truth(value):
                    break
            except Undecided as undecided:
                raise run.UnknownTurns(Unknown("a while loop in a generator", site=unit.site)) from undecided
            signal = yield from body(frame)
            if signal is BREAK:
                return None
            if signal is not None and signal is not CONTINUE:
                return signal
            if not loop.goes_on():
                raise run.UnknownTurns(loop.rest)
        return (yield from orelse(frame)) if orelse is not None else None

    return execute


def _for(unit: Unit, node: cst.For) -> Steps:
    run = unit.run
    put = visit_target(unit, node.target)
    iterable = expression_steps(unit, node.iter)
    body = visit_generator_body(unit, node.body)
    orelse = visit_generator_body(unit, node.orelse.body) if node.orelse is not None else None
    label = next(iter(target_names(node.target)), "")

    def execute(frame: Frame) -> Generator[Any, Any, Any]:
        source = yield from iterable(frame)
        members = run.iterate(source)

        def more(rest: Unknown) -> Generator[Any, Any, Any]:
            put(frame, rest.derive(label))
            with run.state.under((f"for {label} in {unit.code(node.iter)}",)):
                yield from body(frame)
            raise run.UnknownTurns(rest)

        if isinstance(members, Unknown):
            yield from more(members)
        loop = Loop(run, True)
        for member in members:
            put(frame, member)
            signal = yield from body(frame)
            if signal is BREAK:
                return None
            if signal is not None and signal is not CONTINUE:
                return signal
            if not loop.goes_on(member):
                yield from more(loop.rest)
        if isinstance(source, Container) and source.rest is not None:  # type: ignore[attr-defined]
            yield from more(source.rest)  # type: ignore[attr-defined]
        return (yield from orelse(frame)) if orelse is not None else None

    return execute


def _with(unit: Unit, node: cst.With) -> Steps:
    run = unit.run
    site = unit.site
    items = []
    for item in node.items:
        manager = expression_steps(unit, item.item)
        put = visit_target(unit, item.asname.name) if item.asname is not None else None
        items.append((manager, put))
    body = visit_generator_body(unit, node.body)

    def level(frame: Frame, index: int) -> Generator[Any, Any, Any]:
        if index == len(items):
            return (yield from body(frame))
        manager, put = items[index]
        opened = yield from manager(frame)
        frame.site = site
        entered = run.enter(opened)
        opens = opening(opened) if isinstance(opened, Unknown) else ()
        try:
            if put is not None:
                put(frame, entered)
            with run.state.under(opens):
                signal = yield from level(frame, index + 1)
        except Raised as problem:
            problem.when = added(opens, problem.when)
            if ends_exception(run, opened, problem):
                return None
            raise
        except GeneratorExit:
            if CLOSING in frame.attrs:
                run.exit(opened, frame.attrs[CLOSING])
            raise
        run.exit(opened, None)
        return signal

    return lambda frame: level(frame, 0)


def _try(unit: Unit, node: cst.Try) -> Steps:
    run = unit.run
    body = visit_generator_body(unit, node.body)
    handlers = []
    for handler in node.handlers:
        kind = unit.visit(handler.type) if handler.type is not None else None
        put = store(unit, handler.name.name.value) if handler.name is not None else None
        handlers.append((kind, put, visit_generator_body(unit, handler.body)))
    orelse = visit_generator_body(unit, node.orelse.body) if node.orelse is not None else None
    finalbody = visit_generator_body(unit, node.finalbody.body) if node.finalbody is not None else None

    def protected(frame: Frame) -> Generator[Any, Any, Any]:
        try:
            signal = yield from body(frame)
        except Raised as problem:
            handler = run.find_handler(frame, handlers, problem)
            if handler is None:
                raise
            put, execute = handler
            if put is not None:
                put(frame, problem.value)
            frame.handling.append(problem.value)
            try:
                return (yield from execute(frame))
            except Raised as later:
                run.not_handled(problem.value, later.value)
                raise
            finally:
                frame.handling.pop()
        if signal is None and orelse is not None:
            return (yield from orelse(frame))
        return signal

    def execute(frame: Frame) -> Generator[Any, Any, Any]:
        if finalbody is None:
            return (yield from protected(frame))
        try:
            signal = yield from protected(frame)
        except Raised:
            last = yield from finalbody(frame)
            if last is not None:
                return last
            raise
        except GeneratorExit:
            if CLOSING in frame.attrs:
                yield from finalbody(frame)
            raise
        last = yield from finalbody(frame)
        return signal if last is None else last

    return execute


_YIELDING: dict[type, Callable[[Unit, Any], Steps]] = {
    cst.If: _if,
    cst.While: _while,
    cst.For: _for,
    cst.With: _with,
    cst.Try: _try,
}


CLOSING = "<closing>"
"""The key under which a frame holds the GeneratorExit that it is being closed with."""


UNSURE, HIDES = "<unsure>", "<hides>"
"""The keys under which a frame holds why it is not known how often it yields, and whether what it gives is neither."""


def generator_value(run: Any, frame: Frame, steps: Steps) -> IteratorValue:
    """The generator object of a call: each `next` runs the frame as far as its next yield."""
    iterator = _drive(run, frame, steps)
    made = IteratorValue(iterator, "generator", iterator.send)
    made.close = iterator.close
    return made


def _drive(run: Interpreter, frame: Frame, steps: Steps) -> Generator[Any, Any, Any]:
    body = steps(frame)
    advance: Callable[[], Any] = partial(next, body)
    while True:
        run.tick()
        caller, depth = run.frame, run.depth
        frame.caller, frame.outer_calls = caller, None
        run.enter_frame(frame)
        try:
            member = advance()
        except StopIteration:
            if UNSURE in frame.attrs:
                raise run.UnknownTurns(frame.attrs[UNSURE]) from None
            return frame.attrs.get(RESULT)
        except run.ENDINGS as problem:
            run.stood(problem)
            raise
        finally:
            # Stopped, it refers to its caller no more: a caller that holds it would never be freed.
            run.frame, run.depth, frame.caller = caller, depth, None
        del caller
        epoch = TRAIL.epoch
        try:
            sent = yield frame.attrs[UNSURE].derive("") if HIDES in frame.attrs else member
        except GeneratorExit:
            if TRAIL.is_of(epoch):
                _close(run, frame, body)
            raise
        except Raised as problem:
            advance = partial(body.throw, problem)
        else:
            advance = partial(next, body) if sent is None else partial(body.send, sent)


def _close(run: Interpreter, frame: Frame, body: Generator[Any, Any, Any]) -> None:
    """CPython closes a generator as soon as nothing refers to it: its scopes end there and then. Nothing refers to it
    here either then, for values are counted as CPython counts them. Not so where a fork has been taken back since it
    stopped, nor when the analysis is over or the collector is about: its scopes are not those that are open now."""
    caller, depth = vars(run).get("frame"), vars(run).get("depth", 0)
    if caller is None or COLLECTING:
        return
    frame.caller, frame.outer_calls = caller, None
    frame.attrs[CLOSING] = InstanceValue(find("builtins.GeneratorExit"))
    run.enter_frame(frame)
    try:
        body.close()
    except Raised:
        # What is raised while it is closed, CPython only prints.
        pass
    except Exception:
        run.frame = caller
        run.cannot_know("what a generator does that is closed before its end", may_make=True)
    finally:
        run.frame, run.depth = caller, depth


COLLECTING: list[bool] = []
"""Not empty while Python's collector of circles is at work: what it frees, CPython might have freed at another time."""


def _collector(phase: str, told: dict[str, int]) -> None:
    if phase == "start":
        COLLECTING.append(True)
    else:
        COLLECTING.clear()


gc.callbacks.append(_collector)


@expression(cst.Yield)
def visit_yield(unit: Unit, node: cst.Yield) -> Evaluate:
    # The statement around it yields first, and keeps here what was sent.
    give = yield_steps(unit, node)
    slot = f"<yield {len(unit.yields)}>"
    unit.yields.append((slot, give))
    return lambda frame: frame.attrs.get(slot)
