"""The interpreter: one program's modules, frames and TF state."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from scopelint import clock, heap, later, limits
from scopelint.apis import python, stand_ins, tables
from scopelint.apis.call import Call, Raised
from scopelint.apis.python.builtins.formatting import to_string
from scopelint.apis.registry import BEHAVIOURS, find
from scopelint.apis.tf import modules
from scopelint.graph.collected import Collection
from scopelint.graph.conditions import added, assumption
from scopelint.graph.events import Event, NotKnown, VariableMade
from scopelint.graph.releases import DEFAULT
from scopelint.graph.state import GraphState
from scopelint.interp import comprehensions, expressions, functions, generators, matching, statements  # noqa: F401  (they register how each node is visited)
from scopelint.interp.attributes import UNKNOWN_STAR, Attributes, AttributesDict
from scopelint.interp.binding import default_value
from scopelint.interp.calls import Calls, TooManyForks
from scopelint.interp.classes import ANNOTATIONS, finish_class, make_class
from scopelint.interp.contexts import Contexts
from scopelint.interp.control import assumed, attempt, each_path, merge
from scopelint.interp.exceptions import Exceptions
from scopelint.interp.files import Files
from scopelint.interp.frame import ForkedExit, Frame
from scopelint.interp.modes import Flag
from scopelint.interp.modules import Modules
from scopelint.interp.object_defaults import OBJECT_DEFAULTS
from scopelint.interp.operators import Operators, UnknownTurns
from scopelint.interp.options import Options
from scopelint.interp.texts import evaluate, execute
from scopelint.interp.threads import ThreadLeft, Threads
from scopelint.interp.trials import Trial, may_raise
from scopelint.interp.weighing import LimitReached, Weighing
from scopelint.site import NOWHERE, Site
from scopelint.site import Calls as CallChain
from scopelint.syntax.source import SyntaxProblem
from scopelint.syntax.source_cache import SourceCache
from scopelint.values.base import AnyValue, Cause, Undecided, Unknown, Why, without_summary
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.join import join_values
from scopelint.values.objects import (
    MISSING,
    Attributed,
    ClassValue,
    InstanceValue,
    ModuleValue,
    NativeFunction,
    SuperValue,
)
from scopelint.values.text import Text, forget_holes

_NO_NUMBER = "cannot convert float NaN to integer"
"""A ValueError of Python's `int`, as an infinite float is its OverflowError."""

_OF_ARGUMENTS = (TypeError, AttributeError, OverflowError, ZeroDivisionError)
"""What a summary raises for arguments that do not have what it asks of them."""

_OWN_KINDS = later.pattern(r"\b(?:Instance|Function|Class|List|Dict|Set|Iterator|Module)Value\b")
"""Our names for kinds of values, which mean nothing to a user."""


_GIVEN_BY_IPYTHON = frozenset(
    ("get_ipython", "display", "exit", "quit", "In", "Out", "_", "__", "___", "_i", "_ii", "_dh")
)
"""Names that the cells of a notebook find without an import."""


class Interpreter(Weighing, Calls, Attributes, Operators, Exceptions, Contexts, Threads, Files):
    """Everything that one run of a program shares. `begin()` starts another run on the sources already read."""

    LimitReached = LimitReached
    PASSING = (Raised, LimitReached, TooManyForks, ThreadLeft, RecursionError, SyntaxProblem)
    """What goes up through the program's blocks: its own exceptions, and the ends of a run."""
    ENDINGS = (LimitReached, TooManyForks, UnknownTurns, Undecided, clock.OutOfTime, RecursionError, MemoryError)
    """What may end a run (interp/entry.py), which says then where it stood."""

    def __init__(self, options: Options, search_path: list[str]) -> None:
        forget_holes()
        self.options = options
        self.shelf: SourceCache | None = None
        self.modules = Modules(self, search_path)
        self.bodies: dict[Any, Any] = {}
        self.refusals: dict[int, Any] = {}
        self.replaced: dict[int, tuple[Any, Any]] = {}
        self.caught: dict[int, tuple[Any, Any]] = {}
        # Attributes that the program sets on native values; `marked` keeps those alive, so that no id is used again.
        self.marks: Any = Attributed()
        self.marked: list[Any] = []
        self.frame: Any = None
        self.depth = 0
        self.forks = 0
        self.trials: list[Trial] = []
        self.entered: list[Any] = []
        self.defaults_of_none = False
        # What the statements under way have entered, inner ones last.
        self.contexts: list[Any] = []
        self.threads = 0
        self.flags: dict[str, Flag] = {}
        self.quiet: dict[int, tuple[Any, int]] = {}
        self.forked = 0
        self.outermost = 0
        # The lines of calls that were evaluated: of all files where the share of them is asked for, else of this one.
        self.reached: set[tuple[str, int]] = set()
        self.watched = ""
        # Is an entry supposed to be called with any flags?
        self.any_flags = False
        self.steps = 0
        self.sizes = {}
        self.bottoms = 0
        self.defects: list[Event] = []
        self.bound(clock.spent(), heap.resident())
        self.is_other_release = options.release != DEFAULT
        # Of the file where somebody types (interp/stops.py): how many statements were come to, the code of its
        # functions, and the lines of statements that were come to more than once.
        self.turns = [0]
        self.codes: list[Any] = []
        self.again: set[int] = set()
        self.state = GraphState(self.where, options.release, options.draws)
        self.call = Call(self)
        # What `x.__dict__` gives behaves as a dict, and what a graph collects as a list.
        BEHAVIOURS[AttributesDict] = BEHAVIOURS[DictValue]
        BEHAVIOURS[Collection] = BEHAVIOURS[ListValue]
        self.join = join_values

    def begin(self) -> None:
        """A fresh TF process for the next entry; modules stay as they are."""
        self.state = GraphState(self.where, self.options.release, self.options.draws)
        if self.shelf is not None and self.shelf.stops is not None:
            self.state.turns = self.turns
        self.call.state = self.state
        self.steps = self.bottoms = 0
        self.sizes = {}
        self.defects = []

    def dismantle(self, main: AnyValue) -> None:
        """Ends the interpreter's life. Modules, closures and graphs refer to each other in circles; cut here, they are
        freed at once, and the next file finds their memory warm, where the collector took a tenth of a run."""
        for module in (main, *self.modules.loaded.values()):
            # Native modules and classes outlive the run.
            if isinstance(module, ModuleValue) and module.path:
                for value in module.attrs.values():
                    if isinstance(value, ClassValue) and not value.canonical:
                        value.attrs.clear()
                module.attrs.clear()
        self.state.dismantle()
        vars(self).clear()

    # where we are

    def where(self) -> tuple[Site, CallChain]:
        frame = self.frame
        if frame is None:
            return NOWHERE, ()
        site, outer, calls = frame.told
        if site is not frame.site or outer is not frame.outer_calls:
            calls = frame.calls()
        return calls[-1].site if frame.module.hidden and calls else frame.site, calls

    def tick(self, cost: int = 1) -> None:
        """Called at every call and loop turn; bounds the run in steps and time."""
        self.steps += cost
        if self.steps & 255 < cost and clock.spent() > self.deadline:
            raise LimitReached(limits.TOO_LONG)
        if self.steps > limits.STEPS:
            raise LimitReached(f"more than {limits.STEPS} calls and loop turns")

    def unknown(self, reason: str, label: str = "") -> Unknown:
        return Unknown(reason, label, self.frame.site if self.frame is not None else NOWHERE)

    def cannot_know(self, reason: str, may_make: bool = False) -> Unknown:
        self.state.emit(NotKnown, reason=reason, may_make=may_make and self._may_make_here())
        return self.unknown(reason)

    def given_up(self, problem: UnknownTurns | Undecided) -> Unknown:
        """A statement is given up: it depends on what is not known."""
        asked = problem.unknown if isinstance(problem, UnknownTurns) else problem.value
        return self.cannot_know(f"a statement depends on {getattr(asked, 'reason', 'a value that is not known')}", True)

    def note_limit(self, what: str) -> None:
        self.state.emit(NotKnown, reason=what, may_make=self._may_make_here())
        way = (assumption(f"one side of the test at line {self.where()[0].line} stands for both"),)
        state = self.state
        state.conditions, state.taken = added(state.conditions, way), added(state.taken, way)

    def _may_make_here(self) -> bool:
        """Can what is not followed at this place make variables? Not where neither the module that is running nor any
        that it imports has to do with TensorFlow."""
        module = self.frame.module if self.frame is not None else None
        source = self.modules.sources.get(module.path) if isinstance(module, ModuleValue) else None
        return source is None or self.modules.reaches_tensorflow(source)

    def keep_events(self, events: list[Event]) -> None:
        for event in events:
            self.state.events.append(event)

    def forget_variables(self, mark: int, hole: str) -> None:
        """Drops the variables made since `mark` whose names hold this hole: another turn's templates cover them."""
        log = self.state.events
        kept = [e for e in log.items[mark:] if not (isinstance(e, VariableMade) and hole in e.name)]
        if len(kept) < len(log.items) - mark:
            log.touch()
            log.items[mark:] = kept

    def too_deep(self) -> Exception:
        return self.TooManyForks()

    def summary_failed(self, native: NativeFunction, bug: Exception) -> Unknown:
        """What a summary raised itself. An operation that its arguments do not have, for their kind or for
        being zero, is theirs: TF's code would most likely raise too, but that is not known. All else is a defect of
        ours, reported as TFS900; the file's other names are not lost for it."""
        kind = type(bug)
        if kind in _OF_ARGUMENTS or str(bug) == _NO_NUMBER:
            said = _OWN_KINDS.sub("object", f"{kind.__name__}: {bug}").splitlines()[0]
            return self.cannot_know(f"{native.canonical} does not take these arguments ({said})", may_make=True)
        return self.failed(native.canonical, bug)

    def failed(self, where: str, bug: Exception) -> Unknown:
        error = f"{type(bug).__name__}: {bug}"
        self.call.note("failure", summary=where, error=error)
        # Kept for the end of the run: the fork in which it happened may be taken back with all that it told.
        self.defects.append(self.state.events.items[-1])
        return self.cannot_know(f"scopelint itself failed in {where}: {error}".splitlines()[0], may_make=True)

    def define_flag(self, name: str, value: AnyValue, choices: Iterable[Any] = ()) -> None:
        """The program defines a flag of its command line, which is worth this."""
        self.flags[name] = Flag(value, choices, self.where()[0])

    # names

    def builtin(self, frame: Frame, name: str) -> Any:
        if name == "super":
            return SUPER
        if name == "__class__" and frame.function is not None and frame.function.owner:
            return frame.function.owner[0]
        found = find("builtins." + name)
        if found is MISSING:
            found = find("python2." + name)
        if found is MISSING:
            if name in ("__name__", "__file__"):
                return self.unknown(name)
            if self.modules.main.endswith(".ipynb") and name in _GIVEN_BY_IPYTHON:
                return without_summary(f"IPython.{name}", name)
            if name in frame.module.attrs.get("<unknown names>", ()):
                return self.unknown("from a star import that is not known", name)
            if UNKNOWN_STAR in frame.module.attrs:
                return frame.module.attrs[UNKNOWN_STAR].derive(name)
            self.call.raise_("NameError", f"name '{name}' is not defined")
        return found

    def builtin2(self, frame: Frame, name: str) -> Any:
        """Python 2's: what gives an iterator in Python 3 gives a list there."""
        if name in ("map", "filter", "zip", "range"):
            found = find("builtins." + name)

            def listed(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
                return call.invoke(find("builtins.list"), call.engine.invoke(found, args, kwargs))

            return NativeFunction(name, listed, f"python2.{name}", raw=True)
        return self.builtin(frame, name)

    def unbound(self, frame: Frame, name: str) -> Any:
        if name == "__class__" and frame.function is not None and frame.function.owner:
            return frame.function.owner[0]
        self.call.raise_("UnboundLocalError", f"local variable '{name}' referenced before assignment")

    def annotate(self, frame: Frame, name: str) -> None:
        notes = frame.attrs.get(ANNOTATIONS)
        if notes is None:
            notes = DictValue()
            frame.set(ANNOTATIONS, notes)
        notes.touch()
        notes.items[name] = Unknown("annotations are not evaluated")

    def globals_(self) -> Any:
        return AttributesDict(self.frame.module)

    def locals_(self) -> Any:
        if self.frame.attrs is self.frame.module.attrs:
            # At the top `locals()` is the module's own dictionary: what is put there is a name.
            return AttributesDict(self.frame.module)
        found = {k: v for k, v in self.frame.attrs.items() if not k.startswith("<")}
        function = self.frame.function
        if (
            function is not None
            and function.owner
            and any(
                isinstance(node, ast.Name) and node.id in ("super", "__class__")
                for node in ast.walk(function.code.definition)
            )
        ):
            # A method that says `super` has its class as one of its names.
            found["__class__"] = function.owner[0]
        return DictValue(found)

    def evaluate_text(self, text: str, names: AnyValue, own: AnyValue) -> Any:
        """`eval(text, names, own)`."""

        return evaluate(self, text, names, own)

    def execute_text(self, text: str, names: AnyValue, own: AnyValue) -> None:
        """`exec(text, names, own)`."""

        execute(self, text, names, own)

    def bare_super(self, frame: Frame) -> Any:
        """`super()`: the class that the method was defined in, and its first argument."""
        there: Any = frame
        while there is not None and there.function is None:
            there = there.closure
        function = there.function if there is not None else None
        owner = function.owner[0] if function is not None and function.owner else None
        while (
            there is not None
            and there.function is not None
            and there.closure is not None
            and there.closure.function is not None
            and there.closure.function.owner is there.function.owner
        ):
            # A function within a method: the method's own first argument is meant.
            there = there.closure
        if owner is None or there is None:
            return self.unknown("super() outside of a class")
        names = there.function.code.parameters.positional
        receiver = there.attrs.get(names[0]) if names else None
        if receiver is None:
            return self.unknown("super() without a receiver")
        return receiver if isinstance(receiver, Unknown) else SuperValue(owner, receiver)

    def make_class(self, name: str, bases: Any, attrs: dict[str, Any]) -> Any:
        """`type.__new__`: no metaclass is asked, for it is a metaclass that calls this."""
        return finish_class(self, name, tuple(bases), attrs, {}, None)

    def build_class(self, name: str, bases: Any, attrs: dict[str, Any], metaclass: Any = None) -> Any:
        """`type(name, bases, attrs)` as a program says it: through the metaclass, its own or that of the bases."""
        return make_class(self, name, list(bases), attrs, {} if metaclass is None else {"metaclass": metaclass})

    def mro_entries(self, base: Any, bases: list[Any]) -> list[ClassValue] | None:
        hook = self.get_attribute(base, "__mro_entries__", MISSING) if not isinstance(base, Unknown) else MISSING
        if hook is MISSING:
            return None
        members = self.iterate(self.invoke(hook, (tuple(bases),), {}))
        return None if isinstance(members, Unknown) else [m for m in members if isinstance(m, ClassValue)]

    def native_member(self, cls: ClassValue, name: str) -> Any:
        for c in cls.mro:
            if c.canonical.startswith(("tf.", "tensorflow.")):
                if tables.member(c.canonical, name) is not None:
                    return without_summary(f"{c.canonical}.{name}", name)
                return MISSING
        always = ("__setattr__", "__init__", "__getattribute__")
        return OBJECT_DEFAULTS.get(name, MISSING) if name in always else MISSING

    # strings

    def formatter(self, value: Any, conversion: str, spec: Any, label: str) -> Any:
        """One `{...}` of an f-string, as a closure that gives a piece for `text`."""

        def piece(frame: Frame) -> Any:
            given = value(frame)
            if isinstance(given, Unknown):
                return given if given.label or not label else given.at(given.site, label)
            if conversion in ("r", "a"):
                given = self.invoke(find("builtins.repr"), (given,), {})
            if spec is None:
                return given if isinstance(given, (str, Text)) else self.to_string(given)
            return self.invoke(find("builtins.format"), (given, spec(frame)), {})

        return piece

    def to_string(self, value: AnyValue) -> Any:
        """`str(value)`."""
        if isinstance(value, (str, Unknown, Text)):
            return value

        return to_string(self.call, value)

    # tests

    def holds(self, value: Any) -> bool | None:
        """The truth of an assertion; None where it is not known, and then it is taken to hold."""
        try:
            return self.truth(value)
        except Undecided:
            return None

    def undecided_boolean(self, frame: Frame, left: Any, right: Any, is_and: bool, node: Any) -> Any:
        """`left and right` where the left is not known: the right may be evaluated or not."""

        def other() -> Any:
            return right(frame)

        unknown = left if isinstance(left, Unknown) else Unknown("not known")
        label = unknown.label or unknown.reason
        first, second = (other, lambda: left) if is_and else (lambda: left, other)
        result = self.fork_expression(frame, unknown, first, second, lambda: label)
        if isinstance(result, Unknown):
            return result.derive("")
        return result

    def is_deep(self) -> bool:
        """Do undecided branches lie within each other as deep as they may?"""
        return self.forks >= limits.FORK_DEPTH and (
            self.forks >= limits.FORK_DEPTH_OF_FEW or self.forked - self.outermost > limits.FORK_SIDES
        )

    def fork_expression(self, frame: Frame, unknown: Any, yes: Any, no: Any, written: Any) -> Any:
        """An undecided conditional expression: both are evaluated, and their values joined."""

        if self.is_deep():
            return unknown.derive("") if isinstance(unknown, Unknown) else Unknown("an undecided expression")
        key = "<expression>"
        sides = []
        text = written()
        for holds, answer, condition in ((True, yes, text), (False, no, f"not ({text})")):

            def side(holds: bool = holds, evaluate: Any = answer) -> Any:
                with assumed(unknown, holds):
                    frame.set(key, evaluate())

            sides.append((condition, attempt(self, frame, condition, side)))
        merge(self, frame, sides)
        result = frame.attrs.get(key)
        return result

    def join_paths(self, frame: Frame, split: ForkedExit) -> Any:
        """A split where paths cannot be kept apart (a generator's body): all go on together."""
        return each_path(self, frame, split, lambda signal: None)

    def symbolic_member(self, iterable: AnyValue, label: str) -> Any:
        return self.unknown("a member of an iterable that is not known", label)

    # modules and files

    def find_module(self, name: str) -> Any:
        """`importlib.import_module(name)`. Programs try one name after the other."""
        found = self.modules.load(name)
        if type(found) is Unknown and self.trials:
            may_raise(self, None, f"there is no module {name}")
        return found

    def reload(self, module: ModuleValue) -> Any:
        """`importlib.reload(module)`."""
        return self.modules.again(module)

    def import_module(self, name: str, module: ModuleValue, deep: bool) -> Any:
        found = self.modules.load(name)
        if deep:
            return found
        return self.modules.load(name.partition(".")[0])

    def import_relative(self, name: str, level: int, module: ModuleValue) -> Any:
        return self.modules.load(self.modules.absolute(name, level, module))

    def import_name(self, found: AnyValue, wanted: str) -> Any:
        return self.modules.import_name(found, wanted)

    def import_star(self, name: str, level: int, module: ModuleValue, frame: Frame) -> None:
        found = self.import_relative(name, level, module)
        if isinstance(found, Unknown):
            module.set(UNKNOWN_STAR, found)
            return
        for key, value in self.modules.star(found).items():
            frame.set(key, value)

    def native_module(self, name: str, locate: Any) -> Any:
        root = name.partition(".")[0]
        if root in ("tensorflow", "tf_slim", "tensorflow_core"):
            if name.startswith("tf_slim.nets") and locate(name) is not None:
                # tf_slim's networks take more than TF's own: where they are there to be read, they are read.
                return None
            place = self.tensorflow_place(name) if name.startswith(modules.NETWORKS) else None
            if place is not None:
                return self.modules.run_source(name, place)
            return modules.module(name, self)

        if not self.prefers_native(name, root, locate):
            return None
        place = stand_ins.module_place(name)
        return self.modules.stand_in(name, place) if place else python.module(name)

    def prefers_native(self, name: str, root: str, locate: Any) -> bool:
        """A package that stands on the search path is read, unless there are summaries of it."""

        place = locate(root)
        if place is None or (not place.endswith(".py") and python.is_library(root)):
            # A mere folder of that name is no package while there is one.
            return True
        return (python.has_summary(root) or bool(stand_ins.module_place(name))) and not self._beside_the_script(root)

    def _beside_the_script(self, root: str) -> bool:
        place = self.modules.locate(root)
        if place is None or not self.modules.path or not place.startswith(self.modules.path[0]):
            return False
        # Within a package a sibling is not imported by its bare name, and hides nothing.
        return "__init__.py" not in self.modules.listing(self.modules.path[0])

    def native_members(self, module: ModuleValue) -> Any:
        if module.load is None:
            return None
        root = module.name.partition(".")[0]
        if root in ("tensorflow", "tf_slim", "tensorflow_core"):
            return modules.members(module.name, self.state.release)

        return python.members(module.name) if hasattr(python, "members") else ()

    def tensorflow_place(self, name: str) -> str | None:
        """Where TF's own source of a module lies on the search path, if it does."""
        return self.modules.locate(name)

    def tensorflow_source(self, canonical: str) -> Any:
        """What stands in for a rare part of TF, or a function of a network that TF ships as source, where that lies on
        the search path; else MISSING."""

        module, _, name = canonical.rpartition(".")
        place = stand_ins.place_of(canonical)
        if place:
            return self.get_attribute(self.modules.stand_in(module, place), name, MISSING)
        if not module.startswith(modules.NETWORKS) or self.tensorflow_place(module) is None:
            return MISSING
        return self.get_attribute(self.modules.load(module), name, MISSING)

    def missing_module(self, name: str) -> Any:
        source = self.modules.sources.get(self.frame.module.path) if self.frame is not None else None

        if python.is_missing_in_python3(name) and not (source is not None and source.python2):
            self.call.raise_("ModuleNotFoundError", f"No module named '{name}'")
        if name.startswith(("tensorflow.", "tensorflow_core.")) and modules.is_absent(name, self.state.release):
            self.call.raise_("ModuleNotFoundError", f"No module named '{name}'")
        cause = Cause(Why.MODULE, name)
        found = Unknown(f"module {name} was not found", name.rpartition(".")[2], self.where()[0], cause)
        self.ask_missing(found)
        if self.trials:
            may_raise(self, None, f"module {name} is missing", ("ImportError",))
        return found

    def ask_missing(self, found: Unknown) -> None:
        """A module that was not found is imported: what it does then, in the graph that is open now, nobody knows."""
        about = self.modules.absent_part(found.cause.subject)
        if not self.state.doubts(about):
            self.state.emit(
                NotKnown,
                reason=found.reason,
                may_make=not python.makes_nothing_by_itself(about),
                about=about,
                assuming=assumption(f"{about} makes no variable"),
            )

    def parameters(self, function: AnyValue) -> tuple[list[str], bool]:
        """The names of a function's parameters, and whether it takes `**kwargs`: for summaries that look."""
        function = getattr(function, "function", function)
        code = getattr(function, "code", None)
        if code is None:
            signature = tables.signature(getattr(function, "canonical", "")) or ()
            names = [p.name for p in signature if p.kind in ("plain", "named")]
            return names, any(p.kind == "stars" for p in signature)
        p = code.parameters
        return [*p.positional, *p.named_only], bool(p.stars)

    def signature(self, function: AnyValue) -> list[tuple[str, str, Any]]:
        """The name, kind and default (MISSING where there is none) of each parameter of one of TF's functions."""

        return [
            (p.name, p.kind, default_value(p.default) if p.has_default else MISSING)
            for p in tables.signature(getattr(function, "canonical", "")) or ()
        ]


def _super(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if len(args) != 2:
        return call.engine.bare_super(call.engine.frame) if not args else call.unknown("super with one argument")
    cls, receiver = args
    if not isinstance(cls, ClassValue) or isinstance(receiver, Unknown):
        unknown: Unknown = call.unknown("super of a class that is not known")
        near = call.engine.bare_super(call.engine.frame)
        own = receiver if isinstance(receiver, InstanceValue) else getattr(near, "receiver", None)
        if isinstance(own, InstanceValue):
            # What is called through it sets attributes of the object.
            own.open(unknown)
        return unknown
    return SuperValue(cls, receiver)


SUPER = NativeFunction("super", _super, "builtins.super", raw=True)
