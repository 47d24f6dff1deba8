"""The interpreter's door: one file in, its Outcomes out.

A script is run as `__main__`. A file that makes nothing by itself is a library module: each function and class that
nothing in it calls is then entered, on trial, in a TF process of its own.
"""

from __future__ import annotations

import ast
import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from scopelint import clock, heap, limits
from scopelint.apis.call import Raised
from scopelint.digest import digest
from scopelint.frozen import replace
from scopelint.graph.conditions import added
from scopelint.graph.drawing import Node
from scopelint.graph.events import Event, Noted, NotKnown, OpMade, ProgramRaised, Refused, VariableMade, VariableRefused
from scopelint.graph.outcome import Outcome
from scopelint.interp.blocks import block, visit_statement
from scopelint.interp.decorated import take
from scopelint.interp.engine import Interpreter
from scopelint.interp.frame import Frame, Scope
from scopelint.interp.functions import bind_unknown
from scopelint.interp.modes import deciding
from scopelint.interp.modules import note_future
from scopelint.interp.operators import UnknownTurns
from scopelint.interp.options import Options
from scopelint.interp.stops import has_main_test
from scopelint.interp.supposed import Supposed
from scopelint.interp.unit import Unit
from scopelint.interp.unreached import (
    is_test_case,
    is_unread,
    public_methods,
    tests_of,
    uncalled,
)
from scopelint.interp.weighing import LimitReached
from scopelint.site import Site
from scopelint.syntax.positions import Sites, TooDeep
from scopelint.syntax.source import Source, SyntaxProblem, decode
from scopelint.syntax.source_cache import SourceCache
from scopelint.syntax.tree import parse_run
from scopelint.values.base import Undecided, Unknown, plain
from scopelint.values.objects import (
    MISSING,
    SUPPLIES,
    BoundMethod,
    ClassValue,
    FunctionValue,
    InstanceValue,
    IteratorValue,
    ModuleValue,
)
from scopelint.values.text import text
from scopelint.values.trail import TRAIL

_STACK = 512 * 1024 * 1024
"""Bytes of the thread that interprets: Python before 3.11 spends C stack on every nested call."""

_RECURSION = 60_000
"""Python frames: each nested call of the program takes about a dozen, each nested expression one."""

_FRAMES = 600_000
"""Slots, 8 bytes each, that the first frame claims: chunks double, so that about as much stays free for the others."""

_LOCK = threading.Lock()
"""One analysis at a time in a process: values/trail.py holds the fork under way."""


def end_here() -> None:
    """The analysis under way has come to its end, in a copy of the process that will not return from it: another may
    begin."""
    global _LOCK
    _LOCK = threading.Lock()


def analyse(path: str, source: bytes, options: Options, shelf: SourceCache | None = None) -> list[Outcome]:
    """Interprets one file. Raises SyntaxProblem where it is no Python; what else it raises is a defect of ours."""
    if shelf is not None and shelf.stops is not None:
        known: list[Outcome] | None = shelf.stops.resume(path, source, options)
        if known is not None:
            return known
    answer: list[Any] = []
    running: list[Interpreter | None] = [None]

    def work() -> None:
        try:
            answer.append(_analyse(path, source, options, shelf, running))
        except BaseException as problem:
            answer.append(problem)

    if sys.version_info >= (3, 11):
        # Python keeps its frames in chunks of 16 KB, asks the system for each that a call begins and gives it back at
        # the return; a program's loop that lies on such an edge costs a tenth of the run. One frame that claims a
        # large chunk, and leaves most of it free, spares that.
        work.__code__ = work.__code__.replace(co_stacksize=_FRAMES)
    with _LOCK:
        limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK)
        thresholds = gc.get_threshold()
        sys.setrecursionlimit(_RECURSION)
        gc.set_threshold(*limits.COLLECT)
        try:
            over = _Reading(options).over
            clock.bounded(
                work, lambda used: (_over(running[-1], used) if running[-1] else over(used)) if running else None
            )
        finally:
            gc.set_threshold(*thresholds)
            threading.stack_size(size)
            sys.setrecursionlimit(limit)
            TRAIL.reset()
    # An interruption may arrive when all is done, or where no run of the program is under way.
    result = answer[0] if answer else clock.OutOfTime()
    if isinstance(result, MemoryError):
        result = clock.OutOfMemory()
    if isinstance(result, clock.OutOfTime):
        event = NotKnown(Site(path, 1), (), (), 0, result.reason, True)
        return [Outcome(path, "", (event,), ((path, digest(source)),))]
    if isinstance(result, BaseException):
        raise result
    return result  # type: ignore[no-any-return]


class _Reading:
    """The bounds of a file before its interpreter is there: what reads Python 2 may be interrupted."""

    def __init__(self, options: Options) -> None:
        self._seconds = options.max_seconds + limits.GRACE_SECONDS
        self._ceiling = heap.resident() + options.max_memory * 1e6

    def over(self, spent: float) -> type[clock.OutOfTime] | None:
        if spent > self._seconds:
            return clock.OutOfTime
        return clock.OutOfMemory if heap.resident() > self._ceiling else None


def _over(run: Interpreter, spent: float) -> type[clock.OutOfTime] | None:
    """What a run has used up. For its time it has a grace to find that out by itself, between two statements."""
    try:
        if spent > run.deadline + limits.GRACE_SECONDS:
            return clock.OutOfTime
        if heap.resident() > run.ceiling or len(run.state.events.items) > limits.EVENTS:
            return clock.OutOfMemory
    except AttributeError:
        # It has just been dismantled.
        return None
    return None


def _home(path: str) -> str:
    """The folder that Python looks into first: the script's own. A package is imported, from the folder it lies in."""
    folder = os.path.dirname(path)
    if os.path.basename(path) == "__init__.py":
        while os.path.isfile(os.path.join(folder, "__init__.py")):
            folder = os.path.dirname(folder)
    return folder


def _analyse(
    path: str, data: bytes, options: Options, shelf: SourceCache | None, running: list[Interpreter | None]
) -> list[Outcome]:
    TRAIL.reset()
    # What it takes to read the source is part of what the file may take.
    begun, held = clock.spent(), heap.resident()
    source = Source(path, decode(path, data), options.python2, options.most_words)
    folder = _home(os.path.abspath(path))
    search = [folder, *[p for p in options.search_path if p != folder]]
    run = Interpreter(options, search)
    run.bound(begun, held)
    running.append(run)
    if shelf is not None:
        run.shelf, source.kept = shelf, shelf.parsed
        shelf.begin(run)
    run.modules.main = os.path.abspath(path)
    run.modules.read[path] = digest(data)
    name = module_name(path, folder, run)
    run.modules.sources[path] = source
    run.watched = path if options.thorough else ""
    entries = _Entries(run, path, source, name)
    try:
        outcomes = entries.outcomes()
        if options.coverage:
            outcomes[-1] = replace(outcomes[-1], reached=tuple(sorted(run.reached)))
        if shelf is not None and shelf.stops is not None:
            shelf.stops.finish(outcomes)
        return outcomes
    finally:
        if shelf is not None:
            shelf.dependencies = [*run.modules.read], [*run.modules.missing]
        running.clear()
        run.dismantle(entries.module)


def module_name(path: str, folder: str, run: Interpreter) -> str:
    """The dotted name of a file within its packages, so that its relative imports can be followed; the folder that
    holds the top package joins the search path."""
    leaf = os.path.splitext(os.path.basename(path))[0]
    # A dot in a file's or folder's name makes no package of what stands before it.
    parts = [] if leaf == "__init__" else [leaf.replace(".", "_")]
    while os.path.exists(os.path.join(folder, "__init__.py")):
        above, package = os.path.split(folder)
        if not package or "." in package:
            break
        folder = above
        parts.insert(0, package)
        if folder not in run.modules.path:
            run.modules.path.append(folder)
    return ".".join(parts) or leaf.replace(".", "_")


class _Entries(Supposed):
    """The runs of one file."""

    def __init__(self, run: Interpreter, path: str, source: Source, name: str) -> None:
        self.run = run
        self.path = path
        self.source = source
        self.name = name
        self.module: Any = None
        self.supposing = 0.0
        self.is_late = False
        """Has a run been told to have taken longer than the file may? There is no further one then."""

    def outcomes(self) -> list[Outcome]:
        options = self.run.options
        wants_entries = bool(options.calls or options.entries)
        main = has_main_test(self.source.tree) and not wants_entries
        out = self._run("", lambda: self._module(main))
        if self.run.flags and not wants_entries:
            modes = deciding(self.run.flags, list(self.run.modules.sources.values()))
            ungiven = tuple(name for name, flag in self.run.flags.items() if flag.lacks_value)
            out[0] = replace(out[0], modes=modes, ungiven=ungiven)
        first = out[0]
        if options.calls:
            out = self._said(first)
            for expression in options.calls:
                out += self._run(expression, partial(self._call, expression))
            return out
        if options.entries:
            for wanted in options.entries:
                out += self._run(wanted, partial(self._enter, wanted))
            return out
        if not isinstance(self.module, ModuleValue):
            return out
        if main or makes_something(first):
            return out + self._tests() + self._rest() if options.thorough else out
        if options.thorough:
            out += self._tests()
        for wanted, methods in uncalled(self.source.tree):
            out += self._run(wanted, partial(self._enter, wanted), methods)
            if self.is_late:
                break
        if options.thorough:
            out += self._left()
            out += self._rest()
        return out

    def _left(self) -> list[Outcome]:
        """What the module names, in a registry or a function that is not called, and none of the entries got to."""
        out: list[Outcome] = []
        for node, value in self._definitions():
            if isinstance(node, ast.FunctionDef):
                if is_unread(value):
                    out += self._run(node.name, partial(self._enter, node.name))
            elif isinstance(value, ClassValue):
                left = [m for m in public_methods(node) if is_unread(value.attrs.get(m))]
                if left:
                    out += self._run(node.name, partial(self._enter, node.name), tuple(left))
        return out

    def _definitions(self) -> Iterator[tuple[Any, Any]]:
        """The functions and classes of the module and what they are worth, as long as there is time."""
        for node in self.source.tree.body:
            if self.is_late:
                break
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                yield node, plain(self.module.attrs.get(node.name, MISSING))

    def _tests(self) -> list[Outcome]:
        """The tests of the module's test cases, each as their runner calls it: in a TF process of its own."""
        out: list[Outcome] = []
        late: list[Outcome] = []
        for node, value in self._definitions():
            if is_test_case(value):
                for test in tests_of(value):
                    name = f"{node.name}.{test}"
                    out += self._run(name, partial(self._test, node.name, test))
                    if self.is_late and not late:
                        late = [self._late(name)]
        return [*(replace(each, errors_only=True) for each in out), *late]

    def _test(self, name: str, test: str) -> Any:
        run = self.run
        run.frame = Frame("<module>", self.module.attrs, self.module, self._definition_site(name))
        cls = self.module.attrs[name]
        for step in ("setUpClass", "setUp", test, "tearDown"):
            if step == "setUp":
                made = run.invoke(cls, (), {})
            found = run.get_attribute(cls if step == "setUpClass" else made, step, MISSING)
            if found is not MISSING:
                run.invoke(found, (), {})

    def _said(self, first: Outcome) -> list[Outcome]:
        """The module's own run counts beside `--call` only where something went wrong in it."""
        return [first] if first.events else []

    def _run(
        self, entry: str, work: Callable[[], Any], methods: tuple[str, ...] = (), supposed: str = ""
    ) -> list[Outcome]:
        """One entry, run on trial, so that the next finds the modules as they were; of a class also what each of
        `methods` does with the object that was made, each from there anew. `supposed`: what all of it hangs on."""
        out: list[Outcome] = []
        if entry and not supposed and clock.spent() > self.run.deadline:
            return self._no_time(entry)

        def trial() -> None:
            # Made within the trial, the TF process is not taken back with it.
            self.run.begin()
            self.run.state.entered = bool(entry)
            if supposed:
                self.run.state.conditions = (supposed,)
            started = time.perf_counter()
            made = self._guarded(work)
            if self.run.options.thorough and entry and not self.is_late:
                self._guarded(partial(self._called_back, made))
            out.append(self._outcome(entry, started, 0))
            for method in methods if made is not None else ():
                if self.is_late:
                    break
                TRAIL.attempt(lambda: self._method(entry, made, method, out), ())  # noqa: B023

        if entry:
            TRAIL.attempt(trial, ())
            self.run.state.dismantle()
        else:
            trial()
        self.run.frame, self.run.depth, self.run.forks = None, 0, 0
        return out

    def _no_time(self, entry: str) -> list[Outcome]:
        """There is no time for an entry: that is told, once."""
        if self.is_late:
            return []
        self.is_late = True
        return [self._late(entry)]

    def _late(self, entry: str) -> Outcome:
        event = NotKnown(Site(self.path, 1), (), (), 0, limits.TOO_LONG, True)
        return Outcome(self.path, entry, (event,), tuple(sorted(self.run.modules.read.items())))

    def _method(self, entry: str, made: Any, method: str, out: list[Outcome]) -> None:
        """Calls a method of an entered class; its Outcome holds what the method itself did."""
        run = self.run
        run.frame = Frame("<module>", self.module.attrs, self.module, self._definition_site(entry))
        run.depth = run.forks = 0
        mark, started = len(run.state.events.items), time.perf_counter()

        def call() -> Any:
            found = run.get_attribute(made, method, MISSING)
            if found is not MISSING:
                self._draw(self._invoke_unknown(found))

        self._guarded(call)
        if len(run.state.events.items) > mark:
            out.append(self._outcome(f"{entry}.{method}", started, mark))

    def _called_back(self, made: Any) -> None:
        """What an entry gives back to be called, a model function or one of input: TF would call it."""
        for each in made if isinstance(made, tuple) else (made,):
            self._draw(each)
            if is_unread(each):
                self._draw(self._invoke_unknown(each))

    def _draw(self, made: Any) -> None:
        """What a generator does is done when somebody draws from it."""
        if isinstance(made, IteratorValue) and made.name == "generator":
            members = self.run.iterate(made)
            for _ in range(limits.DRAWN if not isinstance(members, Unknown) else 0):
                if next(members, MISSING) is MISSING:
                    break

    def _guarded(self, work: Callable[[], Any]) -> Any:
        """What `work` gives; None where the run ended early, which is then an event."""
        try:
            return work()
        except Raised as problem:
            self._stopped(problem)
        except (LimitReached, self.run.TooManyForks) as problem:
            self._ended(problem, str(problem) or "too many undecided branches")
        except clock.OutOfTime as problem:
            self._ended(problem, problem.reason)
        except MemoryError as problem:
            self._ended(problem, limits.TOO_LARGE)
        except UnknownTurns as problem:
            self._ended(problem, problem.unknown.reason)
        except Undecided as problem:
            self._ended(problem, getattr(problem.value, "reason", "a value that is not known"))
        except RecursionError as problem:
            self._ended(problem, "the program nests deeper than the analysis follows")
        except SyntaxProblem:
            raise
        except Exception as bug:
            # What came to be before it is not lost.
            self.run.failed("the interpreter", bug)
        return None

    def _outcome(self, entry: str, started: float, mark: int) -> Outcome:
        modules = self.run.modules
        events = self.run.state.settled(mark)
        told = {event for event in events if isinstance(event, Noted)} if self.run.defects else ()
        nodes: tuple[Node, ...] = ()
        if self.run.options.draws:
            try:
                nodes = self._nodes(events)
            except clock.OutOfTime as problem:
                # A picture that takes too long costs itself, and no names.
                events = (*events, NotKnown(Site(self.path, 1), (), (), 0, problem.reason, True))
        return Outcome(
            self.path,
            entry,
            (*events, *(event for event in self.run.defects if event not in told)) if self.run.defects else events,
            tuple(sorted(modules.read.items())),
            tuple(modules.missing),
            time.perf_counter() - started,
            nodes=nodes,
        )

    def _nodes(self, events: tuple[Event, ...]) -> tuple[Node, ...]:
        import scopelint.apis.picture.nodes as picture  # nothing but a picture needs it

        return picture.nodes_of(self.run.call, self.run.state.graphs, events)

    def _ended(self, problem: BaseException, reason: str) -> None:
        """The analysis goes no further; the program was at the place that the innermost frame noted."""
        self.is_late = self.is_late or clock.spent() > self.run.deadline
        place = getattr(problem, "place", None)
        self._emit(NotKnown, reason=reason, may_make=True, **({"place": place} if place and place[1] else {}))

    def _emit(self, kind: type[Event], **fields: Any) -> None:
        state = self.run.state
        if self.run.frame is None:
            self.run.frame = Frame("<module>", {}, self.module, Site(self.path, 1))
        state.emit(kind, **fields)

    def _stopped(self, problem: Raised) -> None:
        value = problem.value
        error, message = "Exception", ""
        by_tensorflow, own, sure = False, True, True
        if isinstance(value, InstanceValue):
            own = "<by tensorflow>" not in value.attrs
            sure = "<unsure>" not in value.attrs
            error = value.cls.name
            args = value.attrs.get("args", ())
            message = (
                str(text([args[0]])) if isinstance(args, tuple) and len(args) == 1 and isinstance(args[0], str) else ""
            )
            by_tensorflow = bool(value.attrs.get("<by tensorflow>", False))
            if value.cls.derives_from("builtins.SystemExit"):
                return
            if "NoneType" in message and self.run.defaults_of_none:
                # It may be an argument that whoever starts the program gives.
                sure = False
        message = message.split("\n")[0]
        if problem.place is None:
            with self.run.state.under(problem.when):
                self._emit(ProgramRaised, error=error, message=message, by_tensorflow=by_tensorflow, own=own, sure=sure)
            return
        state = self.run.state
        state.events.append(
            ProgramRaised(
                site=problem.place[0],
                calls=problem.place[1],
                when=added(added(state.conditions, problem.when), state.reached_if),
                graph=state.default.index,
                error=error,
                message=message,
                by_tensorflow=by_tensorflow,
                own=own,
                sure=sure,
            )
        )

    # what is run

    def _module(self, main: bool) -> None:
        run = self.run
        module = ModuleValue("__main__", self.path)
        is_package = os.path.basename(self.path) == "__init__.py"
        package = self.name if is_package else self.name.rpartition(".")[0]
        module.attrs.update(__file__=os.path.abspath(self.path), __package__=package or None)
        if not main:
            module.attrs["__name__"] = self.name
        docstring = ast.get_docstring(self.source.tree, clean=False)
        if docstring is not None:
            module.attrs["__doc__"] = docstring
        self.module = module
        note_future(module, self.source)
        if package:
            run.modules.load(package)
        run.modules.loaded[self.name] = module
        run.modules.loaded["__main__"] = module
        run.modules.execute(module, self.source)

    def _call(self, expression: str) -> None:
        """Evaluates `--call EXPR` in the module."""
        run = self.run
        try:
            source = Source("<call>", expression)
            sites = Sites("<call>", source.lines, source.tree.body)
        except (SyntaxProblem, TooDeep) as problem:
            reason = getattr(problem, "message", problem)
            raise SyntaxProblem(Site("<call>", 1), f"--call {expression}: {reason}") from None

        if "tf" not in self.module.attrs:
            self.module.attrs["tf"] = run.modules.load("tensorflow")
        unit = Unit(run, source, self.module, Scope("module", set(), None), sites)
        nodes = parse_run(source, 1, len(source.lines), False)
        steps = [step for node in nodes for step in visit_statement(unit, node)]
        frame = Frame("<module>", self.module.attrs, self.module, Site("<call>", 1))
        run.enter_frame(frame)
        block(run, steps)(frame)

    def _enter(self, wanted: str) -> Any:
        """Enters a function, a class, or a class's method, all parameters without a default unknown."""
        run = self.run
        run.frame = Frame("<module>", self.module.attrs, self.module, Site(self.path, 1))
        owner, _, method = wanted.partition(".")
        value = self.module.attrs.get(owner, MISSING)
        if value is MISSING:
            self._emit(NotKnown, reason=f"{wanted} is not defined in this file", may_make=True)
            return None
        run.frame.site = self._definition_site(owner)
        made = self._invoke_unknown(value)
        if method:
            found = run.get_attribute(made, method, MISSING)
            if found is not MISSING:
                self._invoke_unknown(found)
        return made

    def _definition_site(self, name: str) -> Site:
        for node in self.source.tree.body:
            if getattr(node, "name", None) == name:
                return Site(self.path, node.lineno, node.col_offset)
        return Site(self.path, 1)

    def _invoke_unknown(self, value: Any, every: bool = False) -> Any:
        """Calls a function with parameters that are not known; `every` one, or those that have no default."""
        run = self.run
        value = take(run, value)
        if isinstance(value, BoundMethod) and isinstance(value.function, Unknown):
            value = BoundMethod(take(run, value.function), value.receiver)
        function: Any = value
        receiver: tuple[Any, ...] = ()
        if isinstance(value, ClassValue):
            init = value.find("__init__")
            if not isinstance(init, FunctionValue):
                return run.invoke(value, (), {})
            attrs = bind_unknown(init, (None,), {}, "a parameter of an entry is not known", every)
            return run.invoke(value, *self._arguments(init, attrs, 1))
        if hasattr(value, "receiver"):
            function, receiver = value.function, (value.receiver,)
        if not isinstance(function, FunctionValue):
            return run.invoke(value, (), {})
        attrs = bind_unknown(function, receiver, {}, "a parameter of an entry is not known", every)
        return run.invoke(function, *self._arguments(function, {**attrs}, 0))

    def _arguments(
        self, function: FunctionValue, attrs: dict[str, Any], skip: int
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        p = function.code.parameters
        positional, named = p.positional, p.named_only
        if SUPPLIES in function.attrs:
            # What has a default is left out, for it may be supplied.
            positional = positional[: len(positional) - len(function.defaults)]
            named = [n for n in named if n not in function.keyword_defaults]
        return (tuple(attrs[n] for n in positional[skip:]), {n: attrs[n] for n in named})


def makes_something(outcome: Outcome) -> bool:
    """Did the module's own body build a graph, or try to?"""
    return any(isinstance(e, (VariableMade, OpMade, VariableRefused, Refused, ProgramRaised)) for e in outcome.events)
