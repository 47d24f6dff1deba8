"""How names are read and written where they stand, by Python's scoping."""

from __future__ import annotations

from typing import Any

from scopelint.interp.frame import Frame, Scope
from scopelint.interp.unit import Evaluate, Store, Unit
from scopelint.values.base import AnyValue
from scopelint.values.objects import MISSING
from scopelint.values.trail import TRAIL


def load(unit: Unit, name: str) -> Evaluate:
    """How a name is read where it stands, by Python's scoping."""
    run = unit.run
    for renames in reversed(unit.renames):
        if name in renames:
            name = renames[name]
            return lambda frame: frame.attrs[name] if name in frame.attrs else run.unbound(frame, name)
    scope: Scope | None = unit.scope
    assert scope is not None
    if name in unit.outer_renames and name not in scope.names:
        return load_outer(unit, unit.outer_renames[name], scope.parent, 1, True)
    if scope.kind == "class":
        if name in scope.names:
            outer = load_outer(unit, name, scope.parent, 1)

            def read_class(frame: Frame) -> Any:
                found = frame.attrs.get(name, MISSING)
                return outer(frame) if found is MISSING else found

            return read_class
        return load_outer(unit, name, scope.parent if name not in scope.globals else None, 1)
    if scope.kind == "function" and name in scope.names:

        def read_local(frame: Frame) -> Any:
            try:
                return frame.attrs[name]
            except KeyError:
                return run.unbound(frame, name)

        return read_local
    return load_outer(unit, name, None if name in scope.globals or scope.kind == "module" else scope.parent, 1)


def load_outer(unit: Unit, name: str, scope: Scope | None, depth: int, here: bool = False) -> Evaluate:
    """How a name of the code around is read; `here`: it is known to be the frame `depth` levels out."""
    run = unit.run
    while scope is not None and scope.kind != "module" and not here:
        if name in scope.names:
            break
        if name in scope.globals:
            scope = None
            break
        scope = scope.parent
        depth += 1
    if not here and (scope is None or scope.kind == "module"):
        attrs = unit.module.attrs
        builtin = run.builtin2 if unit.source.python2 else run.builtin

        def read_global(frame: Frame) -> Any:
            try:
                return attrs[name]
            except KeyError:
                return builtin(frame, name)

        return read_global

    def read_closure(frame: Frame) -> Any:
        there = frame
        for _ in range(depth):
            there = there.closure  # type: ignore[assignment]
        try:
            return there.attrs[name]
        except KeyError:
            return run.unbound(frame, name)

    return read_closure


def store(unit: Unit, name: str) -> Store:
    """How a name is bound where it stands."""
    for renames in reversed(unit.renames):
        if name in renames:
            name = renames[name]
            return lambda frame, value: frame.set(name, value)
    scope = unit.scope
    if name in scope.globals:
        module = unit.module
        return lambda frame, value: module.set(name, value)
    if name in scope.nonlocals:
        depth, outer = 1, scope.parent
        while outer is not None and name not in outer.names:
            outer = outer.parent
            depth += 1

        def write_closure(frame: Frame, value: AnyValue) -> None:
            there: Frame | None = frame
            for _ in range(depth):
                there = there.closure if there is not None else None
            if there is not None:
                there.set(name, value)

        return write_closure
    if scope.kind == "module":
        module = unit.module
        return lambda frame, value: module.set(name, value)

    def write_local(frame: Frame, value: AnyValue) -> None:
        # As `frame.set` does it.
        if frame.epoch != TRAIL.epoch:
            TRAIL.save(frame)
        frame.attrs[name] = value

    return write_local


def constant(value: AnyValue) -> Evaluate:
    def read(frame: Frame) -> Any:
        return value

    read.constant = (value,)  # type: ignore[attr-defined]
    return read
