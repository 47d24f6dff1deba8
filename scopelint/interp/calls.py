"""Calls: functions of the program, summaries, classes, and what is not known."""

from __future__ import annotations

import re
from typing import Any

from scopelint import limits
from scopelint.apis import tables
from scopelint.apis.call import Raised
from scopelint.apis.registry import ON_OPEN_STARS, find
from scopelint.apis.tf.framework.other_signatures import fitted
from scopelint.graph.conditions import added, assumption, negate
from scopelint.graph.events import NotKnown
from scopelint.graph.refusals import TFError
from scopelint.interp.attributes import behaviour_of
from scopelint.interp.binding import Binder, Keywords, left_open, misfit
from scopelint.interp.classes import construct
from scopelint.interp.control import assumed, condition, join_exits
from scopelint.interp.decorated import KEEPS_DECORATED, call_decorated, decorated, take
from scopelint.interp.effects import (
    WRAPPED,
    escape,
    escape_arrays,
    hands_code,
    makes_nothing,
    makes_something,
    opening,
    release_scope,
    root_of,
)
from scopelint.interp.frame import RESULT, ForkedExit, Frame
from scopelint.interp.functions import bind
from scopelint.interp.generators import generator_value
from scopelint.interp.known_in_part import settled
from scopelint.interp.trials import left_out, may_raise, takes_all
from scopelint.values.base import COMPUTED, AnyValue, Undecided, Unknown, Why, first_doubt
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import (
    MISSING,
    OPEN_KEYWORDS,
    SUPPLIES,
    BoundMethod,
    ClassMethod,
    ClassValue,
    FunctionValue,
    InstanceValue,
    NativeFunction,
    StaticMethod,
    SuperValue,
)
from scopelint.values.seen import is_unseen
from scopelint.values.tensors import Tensor, Variable
from scopelint.values.trail import TRAIL, Side

_HALF_MADE = "<half made>"
"""The attribute of an object one of whose native methods failed."""
_GIVEN_UP = "<given up>"
"""The attribute of an object whose native constructor hangs on more than is tried."""


class TooManyForks(Exception):
    """Undecided branches lie within each other deeper than limits.FORK_DEPTH; the innermost fork gives up."""


class Calls:
    """Part of the interpreter: invoking values."""

    call: Any
    state: Any
    frame: Any
    depth: int
    forks: int
    bottoms: int
    refusals: dict[int, Any]
    trials: list[Any]
    join: Any
    TooManyForks = TooManyForks
    open_keywords = Keywords
    LimitReached: Any
    ThreadLeft: Any
    UnknownTurns: Any
    ENDINGS: Any
    # What the interpreter's other parts have (interp/attributes.py, operators.py, engine.py).
    bind_attribute: Any
    bare_super: Any
    class_of: Any
    iterate: Any
    is_other_release: bool
    dict_update: Any
    cannot_know: Any
    fork_expression: Any
    is_deep: Any
    tick: Any
    where: Any
    summary_failed: Any
    weigh: Any

    def invoke(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        kind = type(function)
        if kind is FunctionValue:
            return self.call_function(function, args, kwargs)
        if kind is NativeFunction:
            return self.call_native(function, args, kwargs)
        if kind is BoundMethod:
            return self.invoke(function.function, (function.receiver, *args), kwargs)
        if kind is ClassValue:
            return construct(self, function, args, kwargs)
        if kind is Unknown:
            return self.call_unknown(function, args, kwargs)
        if kind is InstanceValue:
            method = function.cls.find("__call__")
            if method is not MISSING:
                if type(method) is FunctionValue or type(method) is NativeFunction:
                    return self.invoke(method, (function, *args), kwargs)
                return self.invoke(self.bind_attribute(method, function, function.cls), args, kwargs)
            if function.cls.unknown_base is not None:
                return self.call_unknown(function.cls.unknown_base, args, kwargs)
        elif kind is StaticMethod or kind is ClassMethod:
            return self.invoke(function.function, args, kwargs)
        behaviour = behaviour_of(function)
        if behaviour is not None:
            answer = behaviour.invoke(self.call, function, args, kwargs)
            if answer is not NotImplemented:
                return answer
        self.call.raise_("TypeError", f"'{self.class_of(function).name}' object is not callable")

    # functions of the program

    def call_function(self, function: FunctionValue, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        code = function.code
        body = code.body or code.visit()
        if function.attrs and SUPPLIES in function.attrs:
            args, kwargs = function.attrs[SUPPLIES](self.call, args, kwargs)
        attrs = bind(self, function, args, kwargs)
        frame = Frame(function.name, attrs, function.module, code.site, self.frame, function.closure, function)
        if code.is_generator:
            return generator_value(self, frame, body)
        return self.run_frame(frame, body)

    def run_frame(self, frame: Frame, body: Any) -> Any:
        if self.depth >= limits.CALL_DEPTH:
            self.bottoms += 1
            if self.bottoms > limits.BOTTOMS:
                raise self.LimitReached(f"calls nested deeper than {limits.CALL_DEPTH}, again and again")
            return self.cannot_know(f"calls nested deeper than {limits.CALL_DEPTH}", may_make=True)
        self.tick()
        state = self.state
        caller, depth = self.frame, state.user_depth
        self.frame = frame
        self.depth += 1
        state.user_depth = depth + 1 if frame.module.hidden else 0
        try:
            signal = body(frame)
            if isinstance(signal, ForkedExit):
                join_exits(self, frame, signal)
            return frame.attrs.get(RESULT)
        except self.ENDINGS as problem:
            self.stood(problem)
            raise
        finally:
            self.frame = caller
            self.depth -= 1
            state.user_depth = depth

    def stood(self, problem: Any) -> None:
        """What may end the run passes through a frame: the innermost says where the program was."""
        if not hasattr(problem, "place"):
            problem.place = self.where()

    def enter_frame(self, frame: Frame) -> None:
        if self.depth >= limits.CALL_DEPTH:
            raise self.LimitReached(f"imports and classes nested deeper than {limits.CALL_DEPTH}")
        self.frame = frame
        self.depth += 1

    def leave_frame(self, caller: AnyValue) -> None:
        self.frame = caller
        self.depth -= 1

    # summaries

    def call_native(self, native: NativeFunction, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.is_other_release and not self.state.user_depth and native.canonical.startswith("t"):
            args, kwargs = fitted(self.call, native, args, kwargs)
        if native.canonical.startswith(("tf.", "tensorflow.")):
            args, kwargs = settled(native, args, kwargs)
        if type(kwargs) is Keywords:
            return self._with_open_keywords(native, args, kwargs)
        for value in args:
            if type(value) is Unknown or (
                type(value) is InstanceValue and value.cls.canonical and _has_unknown(value.attrs)
            ):
                return self._replayed(native, args, kwargs)
        for value in kwargs.values():
            if type(value) is Unknown:
                return self._replayed(native, args, kwargs)
        try:
            return self._native(native, args, kwargs)
        except Undecided as undecided:
            # Asked after the summary had begun to act, so it cannot be replayed: what it gives is not known.
            reason = getattr(undecided.value, "reason", "a value that is not known")
            if native.name == "__init__" and args and type(args[0]) is InstanceValue:
                args[0].set(_GIVEN_UP, True)
            return self.cannot_know(f"{native.canonical} depends on {reason}", makes_something(native.canonical))

    def _with_open_keywords(self, native: NativeFunction, args: tuple[Any, ...], kwargs: Keywords) -> Any:
        """What such a call lacks, or is refused for, may be among the keywords that are not known: that is no error."""
        if native.canonical.startswith("numpy."):
            return kwargs.rest.derive("")
        try:
            known: dict[str, Any] = kwargs
            if native.canonical.startswith("t"):
                known = left_open(native, args, kwargs)
                if native.name == "__init__" and args and isinstance(args[0], InstanceValue):
                    args[0].set(OPEN_KEYWORDS, kwargs.rest)
                side = self._explore(native, args, known, {})
                if side.error is None:
                    TRAIL.keep(side)
                    return side.result
                # What it is refused for may be given otherwise.
                known = left_open(native, args, kwargs, needed_only=True)
            return self._replayed(native, args, known)
        except Raised as problem:
            value = problem.value
            if not isinstance(value, InstanceValue) or not any(
                value.cls.derives_from(f"builtins.{error}") for error in ("TypeError", "LookupError")
            ):
                raise
        return self.cannot_know(f"{native.canonical or native.name} with arguments that are not known")

    def _native(self, native: NativeFunction, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        frame, depth = self.frame, self.depth
        try:
            if args and type(args[0]) is InstanceValue:
                if native.name == "__init__":
                    # Noted first: what it calls are methods of the object that it begins.
                    args[0].begun = True
                elif _GIVEN_UP in args[0].attrs and native.name not in ("__setattr__", "__getattribute__"):
                    return self.cannot_know(
                        f"{native.canonical} of an object that was not followed", makes_something(native.canonical)
                    )
            if native.raw:
                return self.weigh(native.impl(self.call, args, kwargs))
            binder = native.binder
            if binder is None:
                binder = native.binder = Binder(native)
            if binder.direct:
                return self.weigh(native.impl(self.call, *args, **kwargs))
            return self.weigh(native.impl(self.call, *binder.bind(self.call, native, args, kwargs)))
        except TFError as refused:
            self.frame, self.depth = frame, depth
            raise self.raised(refused) from None
        except (Raised, Undecided, RecursionError, TooManyForks):
            self.frame, self.depth = frame, depth
            raise
        except (self.LimitReached, self.ThreadLeft):
            raise
        except self.UnknownTurns as more:
            return more.unknown.at(self.where()[0])
        except MemoryError:
            raise self.LimitReached(limits.TOO_LARGE) from None
        except Exception as bug:
            self.frame, self.depth = frame, depth
            if isinstance(bug, TypeError) and bug.__traceback__ is not None and bug.__traceback__.tb_next is None:
                # Raised by the call of the summary itself: the program's arguments do not fit Python's function.
                self.call.raise_("TypeError", str(bug).replace(native.impl.__name__, native.name))
            if native.raw:
                # It is handed the arguments as they were written.
                said = misfit(native, args, kwargs)
                if said:
                    self.call.raise_("TypeError", said, "argument")
                if _is_of_own_frame(bug) and tables.signature(native.canonical) is None:
                    return self.cannot_know(f"{native.canonical} does not take these arguments", may_make=True)
            return self._given_up(native, args, bug)

    def _given_up(self, native: NativeFunction, args: tuple[Any, ...], bug: Exception) -> Any:
        """A summary failed. The object whose method it is has not become what the method makes of it; what fails after
        that, for what it lacks, is no failure of its own. Nor is it where a class of the program does not run the
        constructor of TF's that it derives from, or where another release makes the object otherwise."""
        receiver = args[0] if args else None
        if isinstance(receiver, InstanceValue):
            if _HALF_MADE in receiver.attrs or self.is_other_release or _is_not_begun(receiver):
                return self.cannot_know(f"{native.canonical} of an object that was not followed", may_make=True)
            receiver.set(_HALF_MADE, True)
        if isinstance(bug, KeyError) and isinstance(bug.args[0], str):
            held = getattr(receiver, "attrs", None)
            if held is not None and bug.args[0] not in held:
                # As Python's AttributeError: it was made otherwise than by its summary, is not built yet, or no object
                # of the class at all.
                return self.cannot_know(f"{native.canonical} of an object that was not followed", may_make=True)
        return self.summary_failed(native, bug)

    def raised(self, refused: TFError) -> Raised:
        """A refusal of the graph layer as the program's exception."""
        cls = find("builtins." + refused.kind)
        if cls is MISSING:
            cls = find("tf.errors." + refused.kind)
        if cls is MISSING:
            cls = find("builtins.ValueError")
        value = InstanceValue(cls, {"args": (refused.message,), "<by tensorflow>": True})
        value.payload = None
        self.refusals[id(value)] = (value, refused)
        return Raised(value, self.where())

    def _replayed(self, native: NativeFunction, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A summary some of whose arguments are not known: it is run on trial, and once for each answer to each test
        that it makes on them."""
        if native.canonical not in KEEPS_DECORATED:
            args = tuple([take(self, value) for value in args])
            for key, value in kwargs.items():
                if type(value) is Unknown and value.likely is not None:
                    kwargs = {**kwargs, key: take(self, value)}
        if self.forks >= limits.FORK_DEPTH + limits.REPLAYS and self.is_deep():
            return self.cannot_know(
                f"{native.canonical} with arguments that are not known, within {self.forks} undecided branches",
                makes_something(native.canonical),
            )
        if self.trials and not takes_all(native.canonical, args):
            # What TF and Python take of this value is not known.
            may_raise(self, None, f"{native.canonical} refuses its arguments")
        side = self._explore(native, args, kwargs, {})
        TRAIL.keep(side)
        if side.error is not None:
            raise side.error
        return side.result

    def _explore(
        self, native: NativeFunction, args: tuple[Any, ...], kwargs: dict[str, Any], answers: dict[int, bool]
    ) -> Side:
        frame, depth = self.frame, self.depth
        asked, earlier = TRAIL.asked, TRAIL.answers
        TRAIL.asked, TRAIL.answers = 0, answers
        self.forks += 1
        try:
            side = TRAIL.attempt(lambda: self._native(native, args, kwargs), (Raised, Undecided))
        finally:
            self.forks -= 1
            self.frame, self.depth = frame, depth
            TRAIL.asked, TRAIL.answers = asked, earlier
        if not isinstance(side.error, Undecided):
            return side
        unknown, number = side.error.value, side.error.number
        if len(answers) >= limits.REPLAYS or number in answers or not isinstance(unknown, Unknown):
            reason = getattr(unknown, "reason", "a value that is not known")

            def give_up() -> Any:
                if native.name == "__init__" and args and type(args[0]) is InstanceValue:
                    # It has not become what the constructor makes of it.
                    args[0].set(_GIVEN_UP, True)
                return self.cannot_know(f"{native.canonical} depends on {reason}", makes_something(native.canonical))

            return TRAIL.attempt(give_up, Raised)

        label = unknown.label or unknown.reason
        with assumed(unknown, True), condition(self, label):
            yes = self._explore(native, args, kwargs, {**answers, number: True})
        with assumed(unknown, False), condition(self, negate(label)):
            no = self._explore(native, args, kwargs, {**answers, number: False})
        if yes.error is not None and no.error is not None:
            return yes
        if yes.error is not None or no.error is not None:
            kept, other, when = (no, yes, label) if yes.error is not None else (yes, no, negate(label))

            def left() -> Any:
                TRAIL.keep(kept)
                left_out(self, other, when)
                return kept.result

            return TRAIL.attempt(left, Raised)

        def both() -> Any:
            TRAIL.join(yes, no, self.join)
            given_up = isinstance(yes.result, Unknown) or isinstance(no.result, Unknown)
            if given_up and native.name == "__init__" and args and type(args[0]) is InstanceValue:
                # On one side: that mark is not the other's, and would not outlive the two.
                args[0].set(_GIVEN_UP, True)
            return self.join(yes.result, no.result)

        return TRAIL.attempt(both, Raised)

    # what is not known

    def call_unknown(self, function: Unknown, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if function.likely is not None:
            return call_decorated(self, function, function.likely, args, kwargs)
        if function.options is not None and self.frame is not None and not self.is_deep():
            one, two = function.options
            if isinstance(one, Unknown):
                # What is known gives the better condition.
                one, two = two, one
            return self.fork_expression(
                self.frame,
                function.derive(""),
                lambda: self.invoke(one, args, kwargs),
                lambda: self.invoke(two, args, kwargs),
                lambda: f"it is {described(one)}",
            )
        label = function.label
        if self.trials:
            may_raise(self, None, f"{label or 'what is called'} raises")
        if function.attribute in ("__enter__", "__exit__"):
            self.adrift(function.derive(label.rpartition(".")[0]))
        if function.attribute == "__init__" and self.frame is not None:
            # What gives it may be `super()`.
            held = self.bare_super(self.frame)
            if isinstance(held, SuperValue) and isinstance(held.receiver, InstanceValue):
                held.receiver.open(function.derive(""))
        arguments = [*args, *kwargs.values()]
        if function.of_object is not None:
            arguments.insert(0, function.of_object)
        result = function.at(
            self.frame.site if self.frame is not None else function.site, f"{label}()" if label else ""
        )
        if function.cause.why is Why.LIBRARY and any(isinstance(given, (Tensor, Variable)) for given in arguments):
            # What a library makes of data is data; of a tensor it may well make one, by operators.
            result.cause = COMPUTED
        if function.cause.why is Why.LIBRARY and hands_code(arguments):
            result.attribute = WRAPPED
        if not makes_nothing(function, arguments):
            self.not_followed(function, f"call of {label or 'a function'}", f"{label}()" if label else "")
            release_scope(self, result)
            escape(self, result, arguments)
        else:
            escape_arrays(arguments)
        return result

    def adrift(self, manager: Unknown) -> None:
        """A context that is not known was entered or left by hand: which scope is open from here on hangs on it."""
        when = opening(manager)
        self.state.conditions = added(self.state.conditions, when)
        self.state.taken = added(self.state.taken, when)

    def not_followed(self, callee: Unknown, what: str, subject: str) -> None:
        """Records that something was reached that may make variables, and that nobody can follow."""
        root = root_of(callee) if callee.cause.why is Why.MODULE else ""
        if not subject:
            subject = root or f"what is called at line {self.where()[0].line}"
        elif root and re.split(r"\W", subject, maxsplit=1)[0] != root:
            subject = f"{root}: {subject}"
        self.state.emit(
            NotKnown,
            reason=f"{what}: {callee.reason}",
            may_make=True,
            about=root or subject,
            assuming=assumption(f"{subject} makes no variable"),
        )

    def call_unknown_arguments(self, callee: AnyValue, args: tuple[Any, ...], kwargs: Keywords) -> Any:
        """`f(*args)` where the number of args is not known."""
        if isinstance(callee, Unknown):
            return self.call_unknown(callee, args, kwargs)
        target = callee.function if isinstance(callee, BoundMethod) else callee
        if isinstance(target, ClassValue):
            target = target.find("__init__")
        if isinstance(target, FunctionValue):
            return self.invoke(callee, args, kwargs)
        answer = ON_OPEN_STARS.get(getattr(target, "canonical", ""))
        if answer is not None and kwargs.rest is not None:
            return answer(self.call, args, kwargs.rest)
        if is_unseen(kwargs.rest):
            with self.state.under(self.state.assumed):
                return self.invoke(callee, kwargs.seen or args, dict(kwargs))
        return self.cannot_know("a call with a star argument whose members are not known", may_make=True)

    def spread(self, frame: Frame, positional: list[Any], named: list[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of a call with stars, as far as they are known (see Keywords)."""
        args: list[Any] = []
        seen: list[Any] = []
        more: Unknown | None = None
        for starred, value in positional:
            given = value(frame)
            if not starred:
                seen.append(given)
                if more is None:
                    args.append(given)
                continue
            members = self.iterate(given)
            if not isinstance(members, Unknown):
                try:
                    listed = list(given.placed if isinstance(given, ListValue) else members)
                    seen.extend(given.items if isinstance(given, ListValue) else listed)
                    args.extend(listed if more is None else ())
                except self.UnknownTurns as turns:
                    members = turns.unknown
                if len(args) > limits.ITEMS:
                    args, members = [], self.cannot_know("a call with more arguments than the analysis allows")
            rest = members if isinstance(members, Unknown) else getattr(given, "rest", None)
            more = rest if isinstance(rest, Unknown) and more is None else more
        kwargs: dict[str, Any] = {}
        others: Unknown | None = None
        for key, value in named:
            given = value(frame)
            if key:
                kwargs[key] = given
                continue
            made = DictValue()
            self.dict_update(made, given)
            others = first_doubt(others, made.rest)
            for name, item in made.items.items():
                if isinstance(name, str):
                    kwargs[name] = item
                elif isinstance(name, Unknown):
                    others = first_doubt(others, name)
        if more is not None or others is not None:
            kwargs = Keywords(kwargs, first_doubt(more, others), more is not None, tuple(seen))
        return tuple(args), kwargs

    def decorate(self, wrap: AnyValue, made: AnyValue) -> Any:
        """Applies a decorator. Of two that it may be, each is asked."""
        if isinstance(wrap, Unknown) and wrap.options is None and wrap.cause.why in (Why.LIBRARY, Why.TENSORFLOW):
            return decorated(self, wrap, made)
        result = self.invoke(wrap, (made,), {})
        if isinstance(result, Unknown) and result.options is None and result.likely is None:
            return decorated(self, result, made)
        return result


def _is_of_own_frame(bug: Exception) -> bool:
    """Does a summary fail in its own lines, where it takes its arguments apart, for one that is not there?"""
    trace = bug.__traceback__
    return (
        isinstance(bug, (LookupError, ValueError))
        and trace is not None
        and trace.tb_next is not None
        and trace.tb_next.tb_next is None
    )


def _is_not_begun(receiver: InstanceValue) -> bool:
    """Is it an object of a class of the program's that derives from one of TF's whose constructor did not run?"""
    return (
        not receiver.cls.canonical
        and not receiver.begun
        and any(each.canonical.startswith("t") and "__init__" in each.attrs for each in receiver.cls.mro)
    )


def described(value: AnyValue) -> str:
    """One of the things that a value may be, as a condition names it."""
    if isinstance(value, BoundMethod):
        return f"{described(value.receiver)}.{described(value.function)}"
    if isinstance(value, InstanceValue):
        return value.cls.name
    if isinstance(value, Unknown):
        return value.label or "what is not known"
    return getattr(value, "name", None) or str(value)


def _has_unknown(attrs: dict[str, Any]) -> bool:
    for value in attrs.values():  # noqa: SIM110  a generator takes thrice as long, for each object that is given
        if type(value) is Unknown:
            return True
    return False
