"""`eval` and `exec` of texts that are known: read as source, and interpreted where they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint.interp.attributes import AttributesDict
from scopelint.interp.frame import Frame, Scope
from scopelint.interp.lazy import visit_lazily, why_not
from scopelint.interp.unit import Unit
from scopelint.syntax.positions import Sites, TooDeep
from scopelint.syntax.source import Source, SyntaxProblem, words
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue
from scopelint.values.objects import MISSING, ModuleValue

if TYPE_CHECKING:
    from scopelint.interp.engine import Interpreter

_ANSWER = "__evaluated__"
"""The name that an expression's value is bound to."""


class TextModule(ModuleValue):
    """A module as the code of a text sees it: the names are the module's, the places those of who runs the text."""

    __slots__ = ("owner",)

    def __init__(self, owner: ModuleValue) -> None:
        super().__init__(owner.name, owner.path, owner.load)
        self.hidden = True
        self.owner = owner
        self.attrs = owner.attrs

    def set(self, name: str, value: Any) -> None:
        self.owner.set(name, value)

    def touch(self) -> None:
        self.owner.touch()


def evaluate(run: Interpreter, text: str, names: AnyValue = None, own: AnyValue = None) -> Any:
    """`eval(text, names, own)`."""
    attrs = _execute(run, f"{_ANSWER} = ({text.strip()}\n)", names, own, keeps=False)
    return attrs if isinstance(attrs, Unknown) else attrs.pop(_ANSWER, None)


def execute(run: Interpreter, text: str, names: AnyValue = None, own: AnyValue = None) -> None:
    """`exec(text, names, own)`."""
    import textwrap  # 1 ms, for the few programs that hold one in a text

    attrs = _execute(run, textwrap.dedent(text) if text[:1].isspace() else text, names, own, keeps=True)
    kept = own if own is not None else names
    if isinstance(kept, DictValue) and not isinstance(attrs, Unknown):
        _write_back(kept, attrs)


def _execute(run: Interpreter, text: str, names: AnyValue, own: AnyValue, keeps: bool) -> dict[str, Any] | Unknown:
    """The names of the text after it ran; unknown where it is more than the analysis reads, which is told."""
    most = run.words_left()
    if words(text) > most:
        return _unread(run, f"more than {int(most)} words")
    caller, state = run.frame, run.state
    owner, attrs = _names(caller, names, own, keeps)
    try:
        source = Source("<string>", text, most=most)
        sites = Sites("<string>", source.lines, source.tree.body)
    except SyntaxProblem as problem:
        run.call.raise_("SyntaxError", problem.message)
    except TooDeep as problem:
        return _unread(run, why_not(problem))
    at_top = attrs is owner.attrs
    scope = Scope("module" if at_top else "class", set() if at_top else {*attrs, *sites.binds}, None, sites.globals)
    module = TextModule(owner)
    unit = Unit(run, source, module, scope, sites)
    frame = Frame(caller.name, attrs, module, caller.site, caller)
    body = visit_lazily(unit, source.tree.body, False)
    run.enter_frame(frame)
    depth, state.user_depth = state.user_depth, 0
    try:
        body(frame)
    finally:
        state.user_depth = depth
        run.leave_frame(caller)
    return attrs


def _unread(run: Interpreter, why: str) -> Unknown:
    found: Unknown = run.cannot_know(f"a text that is run cannot be read: {why}", may_make=True)
    return found


def _names(caller: Frame, names: AnyValue, own: AnyValue, keeps: bool) -> tuple[ModuleValue, dict[str, Any]]:
    """The module whose names are the text's globals, and the dictionary of its own names."""
    module: ModuleValue = caller.module
    if isinstance(names, AttributesDict) and isinstance(names.owner, ModuleValue):
        module, names = names.owner, None
        if own is None:
            return module, module.attrs if keeps else dict(module.attrs)
    if names is None and own is None:
        if caller.attrs is module.attrs:
            return module, module.attrs if keeps else dict(module.attrs)
        # Python hands out a copy of a function's names too.
        return module, _names_in_sight(caller)
    if names is not None:
        module = ModuleValue(module.name, module.path)
        module.attrs.update(_items(names))
        if own is None:
            return module, module.attrs
    return module, _items(own)


def _names_in_sight(frame: Frame) -> dict[str, Any]:
    there: Frame | None = frame
    found: dict[str, Any] = {}
    while there is not None and there.function is not None:
        found = {**there.attrs, **found}
        there = there.closure
    return {name: value for name, value in found.items() if not name.startswith("<")}


def _items(held: AnyValue) -> dict[str, Any]:
    return {k: v for k, v in held.items.items() if isinstance(k, str)} if isinstance(held, DictValue) else {}


def _write_back(held: DictValue, attrs: dict[str, Any]) -> None:
    if held.items is attrs:
        return
    held.touch()
    for name, value in attrs.items():
        if name != "__name__" and held.items.get(name, MISSING) is not value:
            held.items[name] = value
