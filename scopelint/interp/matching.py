"""`match` statements: what each pattern says of a value, and the names that it binds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.registry import find
from scopelint.interp.blocks import visit_block
from scopelint.interp.control import run_if
from scopelint.interp.frame import Frame
from scopelint.interp.unit import Execute, Unit, statement
from scopelint.interp.variables import store
from scopelint.syntax import nodes as cst
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import MISSING, ClassValue, InstanceValue

Pattern = Callable[[Frame, Any], Any]
"""Does a value match? True, False, or an Unknown. Names are bound on the way, as Python may do too."""

ITSELF = ("bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple")
"""Classes whose one positional pattern is matched against the object itself."""


@statement(cst.Match)
def visit_match(unit: Unit, node: cst.Match) -> Execute:
    run = unit.run
    subject = unit.visit(node.subject)
    cases = []
    for case in node.cases:
        pattern = visit_pattern(unit, case.pattern)
        guard = unit.visit(case.guard) if case.guard is not None else None
        cases.append((pattern, guard, visit_block(unit, case.body), case))

    def attempt(frame: Frame, value: AnyValue, index: int) -> Any:
        if index == len(cases):
            return None
        pattern, guard, body, case = cases[index]

        def otherwise(frame: Frame) -> Any:
            return attempt(frame, value, index + 1)

        def guarded(frame: Frame) -> Any:
            if guard is None:
                return body(frame)
            return run_if(run, frame, guard(frame), body, otherwise, lambda: unit.code(case.guard))

        return run_if(
            run,
            frame,
            pattern(frame, value),
            guarded,
            otherwise,
            lambda: f"{unit.code(node.subject)} is a {unit.code(case.pattern)}",
        )

    return lambda frame: attempt(frame, subject(frame), 0)


def visit_pattern(unit: Unit, node: cst.CSTNode) -> Pattern:
    return _PATTERNS[type(node)](unit, node)


def _every(answers: list[Any]) -> Any:
    if any(answer is False for answer in answers):
        return False
    return next((answer for answer in answers if answer is not True), True)


def _value(unit: Unit, node: cst.MatchValue) -> Pattern:
    wanted = unit.visit(node.value)
    return lambda frame, value: unit.run.compare("==", value, wanted(frame))


def _singleton(unit: Unit, node: cst.MatchSingleton) -> Pattern:
    wanted = {"None": None, "True": True, "False": False}[node.value.value]

    def match(frame: Frame, value: AnyValue) -> Any:
        # What is not known was given, so it is not None (see values/base).
        return value.derive("") if isinstance(value, Unknown) and wanted is not None else value is wanted

    return match


def _as(unit: Unit, node: cst.MatchAs) -> Pattern:
    inner = visit_pattern(unit, node.pattern) if node.pattern is not None else None
    put = store(unit, unit.mangle(node.name.value)) if node.name is not None else None

    def match(frame: Frame, value: AnyValue) -> Any:
        answer = True if inner is None else inner(frame, value)
        if put is not None and answer is not False:
            put(frame, value)
        return answer

    return match


def _or(unit: Unit, node: cst.MatchOr) -> Pattern:
    inner = [visit_pattern(unit, element.pattern) for element in node.patterns]

    def match(frame: Frame, value: AnyValue) -> Any:
        open_: Any = False
        for pattern in inner:
            answer = pattern(frame, value)
            if answer is True:
                return True
            open_ = answer if open_ is False else open_
        return open_

    return match


def _sequence(unit: Unit, node: cst.MatchList | cst.MatchTuple) -> Pattern:
    parts: list[Pattern] = []
    star = -1
    put = None
    for at, element in enumerate(node.patterns):
        if isinstance(element, cst.MatchStar):
            star = at
            put = store(unit, unit.mangle(element.name.value)) if element.name is not None else None
        else:
            parts.append(visit_pattern(unit, element.value))

    def match(frame: Frame, value: AnyValue) -> Any:
        if isinstance(value, InstanceValue) and isinstance(value.payload, (tuple, ListValue)):
            value = value.payload
        unknown = value if isinstance(value, Unknown) else value.rest if isinstance(value, ListValue) else None
        if unknown is not None:
            if put is not None:
                put(frame, unknown.derive(""))
            answers = [part(frame, unknown.derive("")) for part in parts]
            return False if any(answer is False for answer in answers) else unknown.derive("")
        if not isinstance(value, (tuple, ListValue)):
            return False
        items = list(value if isinstance(value, tuple) else value.items)
        if len(items) < len(parts) or (star < 0 and len(items) != len(parts)):
            return False
        if star >= 0:
            last = len(items) - (len(parts) - star)
            if put is not None:
                put(frame, ListValue(items[star:last]))
            items = items[:star] + items[last:]
        return _every([part(frame, item) for part, item in zip(parts, items, strict=True)])

    return match


def _mapping(unit: Unit, node: cst.MatchMapping) -> Pattern:
    parts = [(unit.visit(element.key), visit_pattern(unit, element.pattern)) for element in node.elements]
    put = store(unit, unit.mangle(node.rest.value)) if node.rest is not None else None
    run = unit.run

    def match(frame: Frame, value: AnyValue) -> Any:
        if isinstance(value, InstanceValue) and isinstance(value.payload, DictValue):
            value = value.payload
        if not isinstance(value, (DictValue, Unknown)):
            return False
        answers: list[Any] = []
        for key, part in parts:
            wanted = key(frame)
            there = run.contains(value, wanted)
            if there is False:
                return False
            answers += [there, part(frame, run.get_item(value, wanted) if there is True else Unknown("not known"))]
        if put is not None:
            taken = [key(frame) for key, _ in parts]
            put(
                frame,
                value.derive("")
                if isinstance(value, Unknown)
                else DictValue({key: item for key, item in value.items.items() if key not in taken}, value.rest),
            )
        return _every([*answers, value.derive("") if isinstance(value, Unknown) else True])

    return match


def _class(unit: Unit, node: cst.MatchClass) -> Pattern:
    cls = unit.visit(node.cls)
    positional = [visit_pattern(unit, element.value) for element in node.patterns]
    named = [(element.key.value, visit_pattern(unit, element.pattern)) for element in node.kwds]
    run = unit.run

    def match(frame: Frame, value: AnyValue) -> Any:
        wanted = cls(frame)
        answer = run.invoke(find("builtins.isinstance"), (value, wanted), {})
        if answer is False:
            return False
        answers = [answer]
        canonical = wanted.canonical if isinstance(wanted, ClassValue) else ""
        if len(positional) == 1 and canonical.removeprefix("builtins.") in ITSELF:
            return _every([answer, positional[0](frame, value)])
        fields = run.get_attribute(wanted, "__match_args__", ()) if positional else ()
        listed = fields if isinstance(fields, tuple) else getattr(fields, "items", ())
        for name, part in [*zip(listed, positional, strict=False), *named]:
            found = run.get_attribute(value, name, MISSING)
            if found is MISSING:
                return False
            answers.append(part(frame, found))
        return _every(answers)

    return match


_PATTERNS: dict[type, Callable[[Unit, Any], Pattern]] = {
    cst.MatchValue: _value,
    cst.MatchSingleton: _singleton,
    cst.MatchAs: _as,
    cst.MatchOr: _or,
    cst.MatchList: _sequence,
    cst.MatchTuple: _sequence,
    cst.MatchMapping: _mapping,
    cst.MatchClass: _class,
}
