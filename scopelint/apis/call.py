"""Call: all that a summary may do.

One `Call` serves a whole run; the interpreter is handed to it as an `Engine`. A summary has no effect but through it
(and through the values' own methods, which the trail sees).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NoReturn, Protocol

from scopelint.apis.registry import find, resolve
from scopelint.graph.events import Noted, NotKnown
from scopelint.graph.reasons import Reason
from scopelint.graph.refusals import TFError
from scopelint.graph.state import GraphState
from scopelint.site import Calls, Site
from scopelint.values.base import Unknown, Why
from scopelint.values.containers import ListValue
from scopelint.values.objects import Attributed, ClassValue, InstanceValue, ModuleValue
from scopelint.values.truth import Truth


class Raised(Exception):
    """The program under analysis raised: `value` is the exception object, `place` where, `when` what it hangs on that a
    context around it lets it out."""

    def __init__(self, value: Any, place: tuple[Site, Calls] | None = None) -> None:
        super().__init__(value)
        self.value = value
        self.place = place
        self.when: tuple[str, ...] = ()


class Engine(Protocol):
    """What the interpreter offers to summaries."""

    state: GraphState
    refusals: dict[int, Any]
    options: Any
    """`interp.options.Options`: the settings of the run."""
    modules: Any
    """`interp.modules.Modules`: what was imported, and where it lies."""
    frame: Any
    """`interp.frame.Frame`: the innermost call of the program."""
    defaults_of_none: bool
    """Has the program read an argument of the command line that is None because it was not given?"""
    any_flags: bool
    """Is an entry supposed to be called with any flags?"""
    ThreadLeft: Any
    """Raised to leave a thread of the program's where it stands."""
    UnknownTurns: Any
    """Raised with an Unknown where a summary comes to nothing better: that is what it gives."""
    open_keywords: Any
    """Makes keyword arguments beside which more may be given, and why."""

    def invoke(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any: ...
    def get_attribute(self, value: Any, name: str, default: Any = ...) -> Any: ...
    def plain_attribute(self, value: Any, name: str) -> Any: ...
    def set_attribute(self, value: Any, name: str, new: Any) -> None: ...
    def binary(self, sign: str, left: Any, right: Any) -> Any: ...
    def unary(self, sign: str, value: Any) -> Any: ...
    def compare(self, sign: str, left: Any, right: Any) -> Any: ...
    def contains(self, container: Any, member: Any) -> Any: ...
    def get_item(self, value: Any, key: Any) -> Any: ...
    def set_item(self, value: Any, key: Any, new: Any) -> None: ...
    def iterate(self, value: Any) -> Iterator[Any] | Unknown: ...
    def length(self, value: Any) -> Any: ...
    def truth(self, value: Any) -> bool: ...
    def to_string(self, value: Any) -> Any: ...
    def class_of(self, value: Any) -> ClassValue: ...
    def enter(self, manager: Any) -> Any: ...
    def exit(self, manager: Any, error: Any) -> bool | Unknown: ...
    def find_module(self, name: str) -> Any: ...
    def tensorflow_source(self, canonical: str) -> Any: ...
    def reload(self, module: Any) -> Any: ...
    def evaluate_text(self, text: str, names: Any, own: Any) -> Any: ...
    def execute_text(self, text: str, names: Any, own: Any) -> None: ...
    def read_file(self, path: str) -> bytes | None: ...
    def read_checkpoint(self, path: str) -> Any: ...
    def is_folder(self, path: str) -> bool: ...
    def list_folder(self, path: str) -> list[str] | None: ...
    def tick(self, cost: int = 1) -> None: ...
    def define_flag(self, name: str, value: Any, choices: Iterable[Any] = ()) -> None: ...
    def globals_(self) -> Any: ...
    def locals_(self) -> Any: ...
    def bare_super(self, frame: Any) -> Any: ...
    def delete_attribute(self, value: Any, name: str) -> None: ...
    def delete_name(self, holder: Attributed, name: str) -> None: ...
    def bind_attribute(self, found: Any, receiver: Any, cls: ClassValue) -> Any: ...
    def parameters(self, function: Any) -> tuple[list[str], bool]: ...
    def signature(self, function: Any) -> list[tuple[str, str, Any]]: ...
    def make_class(self, name: str, bases: Any, attrs: dict[str, Any]) -> Any: ...
    def build_class(self, name: str, bases: Any, attrs: dict[str, Any], metaclass: Any = None) -> Any: ...
    def import_relative(self, name: str, level: int, module: ModuleValue) -> Any: ...
    def native_module(self, name: str, locate: Any) -> Any: ...
    def native_members(self, module: ModuleValue) -> Any: ...
    def has_besides(self, value: Any, name: str) -> Truth: ...
    def cannot_know(self, reason: str, may_make: bool = False) -> Unknown: ...


class Call:
    """Handed to every summary as its first argument."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.state = engine.state
        # The engine's own operations, by the names that summaries read best.
        self.getattr = engine.get_attribute
        self.setattr = engine.set_attribute
        self.binary = engine.binary
        self.unary = engine.unary
        self.compare = engine.compare
        self.contains = engine.contains
        self.getitem = engine.get_item
        self.setitem = engine.set_item
        self.iterate = engine.iterate
        self.length = engine.length
        self.truth = engine.truth
        self.to_string = engine.to_string
        self.class_of = engine.class_of
        self.tick = engine.tick

    @property
    def graph(self) -> Any:
        """The default graph."""
        state = self.state
        stack = state._stack
        if stack:
            return stack[-1]
        implicit = state._the_default
        return implicit if implicit is not None else state.default

    def invoke(self, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Calls a value: a function of the program, a native one, a class, anything callable. What native code makes
        on behalf of native code is not the user's own (`user_depth`)."""
        state = self.state
        state.user_depth += 1
        try:
            return self.engine.invoke(function, args, kwargs)
        finally:
            state.user_depth -= 1

    def method(self, receiver: Any, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """`receiver.name(*args, **kwargs)`."""
        return self.invoke(self.engine.get_attribute(receiver, name), *args, **kwargs)

    def find(self, canonical: str) -> Any:
        """The native function, class or constant of a canonical name."""
        return resolve(canonical, self.engine)

    def new(self, canonical: str, /, *args: Any, **kwargs: Any) -> Any:
        """Calls the native class or function of that name as the program would."""
        return self.invoke(self.find(canonical), *args, **kwargs)

    def is_instance(self, value: Any, canonical: str) -> bool:
        """Is it an instance of that native class, or of a class derived from it?"""
        return isinstance(value, InstanceValue) and value.cls.derives_from(canonical)

    def members(self, value: Any) -> list[Any] | Unknown:
        """All members of an iterable at once; Unknown where they are not known, or not all of them."""
        rest = value.rest if isinstance(value, ListValue) else None
        if rest is not None and rest.cause.why not in (Why.UNSEEN, Why.HIDDEN):
            return rest.derive("")
        found = self.engine.iterate(value)
        return found if isinstance(found, Unknown) else list(found)

    def raise_(self, error: str, message: Any, kind: Reason | None = None, **facts: object) -> NoReturn:
        """Raises an exception of the program: `error` is a builtin's name or a canonical name
        (`tf.errors.NotFoundError`). With `kind` TF refuses something, and that is recorded,
        with `facts` about it."""
        refused = None
        if kind:
            refused = TFError(error.rpartition(".")[2], str(message), kind, facts=tuple(facts.items()))
            self.state.refuse(refused)
        cls = find(error if "." in error else "builtins." + error)
        value = InstanceValue(cls, {"args": (message,), "<by tensorflow>": bool(kind)})
        if refused is not None:
            # So that a handler of the program's can mark the record as caught.
            self.engine.refusals[id(value)] = (value, refused)
        raise Raised(value, self.state.where())

    def unknown(self, reason: str, label: str = "") -> Unknown:
        """A value that is not known, at this place."""
        return Unknown(reason, label, self.state.where()[0])

    def cannot_know(self, reason: str, may_make: bool = False, label: str = "") -> Unknown:
        """As `unknown`, and said in the report: for what may decide names."""
        self.state.emit(NotKnown, reason=reason, may_make=may_make)
        return self.unknown(reason, label)

    def sees_all(self) -> bool:
        """Only where nothing unknown was called is an empty collection certainly empty."""
        return not any(isinstance(event, NotKnown) and event.may_make for event in self.state.events.items)

    def note(self, kind: str, **facts: Any) -> None:
        """Leaves a `Noted` event for rules. What is not known is not told: rules take facts as Python's own values."""
        known = ((name, None if type(fact) is Unknown else fact) for name, fact in facts.items())
        self.state.emit(Noted, kind=kind, facts=tuple(known))
