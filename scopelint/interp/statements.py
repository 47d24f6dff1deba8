"""Statements: each LibCST node class has its row in a table, visited once, into a closure over frames.

A visit gives `execute(frame) -> signal`: None where it fell through, BREAK, CONTINUE, RETURN, or a ForkedExit.
Undecided tests and loops are interp/control.py's, definitions interp/functions.py's and interp/classes.py's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.stand_ins import restates_tensorflow
from scopelint.graph.refusals import TFError
from scopelint.interp.blocks import visit_block, visit_one
from scopelint.interp.control import run_if
from scopelint.interp.expressions import BINARY
from scopelint.interp.frame import BREAK, CONTINUE, RESULT, RETURN, Frame
from scopelint.interp.guarded import run_try, run_with
from scopelint.interp.stops import stops_of, visit_in_stops
from scopelint.interp.targets import subscript_key, target_names, visit_target
from scopelint.interp.turns import run_for, run_while
from scopelint.interp.unit import Evaluate, Execute, Unit, statement
from scopelint.interp.variables import constant, store
from scopelint.syntax import nodes as cst
from scopelint.values.base import Undecided, Unknown

# Simple statements


@statement(cst.Pass, cst.Global, cst.Nonlocal)
def visit_nothing(unit: Unit, node: cst.CSTNode) -> Execute:
    return lambda frame: None


@statement(cst.Break)
def visit_break(unit: Unit, node: cst.CSTNode) -> Execute:
    return lambda frame: BREAK


@statement(cst.Continue)
def visit_continue(unit: Unit, node: cst.CSTNode) -> Execute:
    return lambda frame: CONTINUE


@statement(cst.Expr)
def visit_expression_statement(unit: Unit, node: cst.Expr) -> Execute:
    if isinstance(node.value, (cst.SimpleString, cst.ConcatenatedString)):
        return lambda frame: None
    value = unit.visit(node.value)

    def execute(frame: Frame) -> Any:
        value(frame)

    return execute


def settled(unit: Unit, value: Evaluate) -> Evaluate:
    """The value of a statement that keeps it. Where finding it is given up, it is not known, and that is what is kept:
    a name that stayed as it was, or unbound, would be a fact."""
    if hasattr(value, "constant"):
        return value
    run = unit.run

    def evaluate(frame: Frame) -> Any:
        try:
            return value(frame)
        except (run.UnknownTurns, Undecided) as problem:
            run.frame = frame
            return run.given_up(problem)
        except (*run.PASSING, TFError):
            raise
        except Exception as bug:
            run.frame = frame
            return run.failed("a statement", bug)

    return evaluate


@statement(cst.Assign)
def visit_assign(unit: Unit, node: cst.Assign) -> Execute:
    puts = [visit_target(unit, target.target) for target in node.targets]
    value = settled(unit, unit.visit(node.value))
    if len(puts) == 1:
        only = puts[0]

        def assign(frame: Frame) -> Any:
            only(frame, value(frame))

        return assign

    def assign_all(frame: Frame) -> Any:
        result = value(frame)
        for put in puts:
            put(frame, result)

    return assign_all


@statement(cst.AnnAssign)
def visit_annotated(unit: Unit, node: cst.AnnAssign) -> Execute:
    put = visit_target(unit, node.target)
    value = settled(unit, unit.visit(node.value)) if node.value is not None else None
    # Classes keep the order of their annotated names: dataclasses and NamedTuple make fields of them.
    if unit.scope.kind == "class" and isinstance(node.target, cst.Name):
        name, run = node.target.value, unit.run

        def annotate(frame: Frame) -> Any:
            run.annotate(frame, name)
            if value is not None:
                put(frame, value(frame))

        return annotate
    if value is None:
        return lambda frame: None

    def execute(frame: Frame) -> Any:
        put(frame, value(frame))

    return execute


@statement(cst.AugAssign)
def visit_augmented(unit: Unit, node: cst.AugAssign) -> Execute:
    run = unit.run
    sign = BINARY[type(node.operator).__name__.removesuffix("Assign")]
    target = node.target
    if isinstance(target, cst.Name):
        get = unit.visit(target)
        put = store(unit, unit.mangle(target.value))
        value = settled(unit, unit.visit(node.value))

        def on_name(frame: Frame) -> Any:
            former = get(frame)
            put(frame, run.augment(sign, former, value(frame)))

        return on_name
    if isinstance(target, cst.Attribute):
        holder = unit.visit(target.value)
        name = unit.mangle(target.attr.value)
        value = settled(unit, unit.visit(node.value))

        def on_attribute(frame: Frame) -> Any:
            receiver = holder(frame)
            former = run.get_attribute(receiver, name)
            run.set_attribute(receiver, name, run.augment(sign, former, value(frame)))

        return on_attribute
    assert isinstance(target, cst.Subscript)
    unit.next_site(unit.sites.subscripts)
    container = unit.visit(target.value)
    key = subscript_key(unit, target)
    value = settled(unit, unit.visit(node.value))

    def on_item(frame: Frame) -> Any:
        holder = container(frame)
        index = key(frame)
        former = run.get_item(holder, index)
        run.set_item(holder, index, run.augment(sign, former, value(frame)))

    return on_item


@statement(cst.Return)
def visit_return(unit: Unit, node: cst.Return) -> Execute:
    value: Evaluate = constant(None) if node.value is None else settled(unit, unit.visit(node.value))

    def execute(frame: Frame) -> Any:
        frame.set(RESULT, value(frame))
        return RETURN

    return execute


@statement(cst.Raise)
def visit_raise(unit: Unit, node: cst.Raise) -> Execute:
    run = unit.run
    if node.exc is None:
        return lambda frame: run.raise_again(frame)
    value = unit.visit(node.exc)
    if node.cause is not None:
        unit.visit(node.cause.item)
    if restates_tensorflow(unit.source.path):
        return lambda frame: run.refuse_with(value(frame))
    return lambda frame: run.raise_value(value(frame))


@statement(cst.Assert)
def visit_assert(unit: Unit, node: cst.Assert) -> Execute:
    test = unit.visit(node.test)
    message = unit.visit(node.msg) if node.msg is not None else None
    run = unit.run

    def execute(frame: Frame) -> Any:
        if run.holds(test(frame)) is False:
            run.call.raise_("AssertionError", message(frame) if message is not None else "")

    return execute


@statement(cst.Del)
def visit_delete(unit: Unit, node: cst.Del) -> Execute:
    run = unit.run
    several = isinstance(node.target, (cst.Tuple, cst.List))
    targets: list[Any] = [e.value for e in node.target.elements] if several else [node.target]
    module = unit.module
    steps: list[Callable[[Frame], Any]] = []
    for target in targets:
        if isinstance(target, cst.Name):
            name = unit.mangle(target.value)
            is_global = unit.scope.kind == "module" or name in unit.scope.globals
            steps.append(
                lambda frame, name=name, is_global=is_global: run.delete_name(  # type: ignore[misc]
                    module if is_global else frame, name
                )
            )
        elif isinstance(target, cst.Attribute):
            holder, attribute = unit.visit(target.value), unit.mangle(target.attr.value)
            steps.append(
                lambda frame, holder=holder, attribute=attribute: run.delete_attribute(  # type: ignore[misc]
                    holder(frame), attribute
                )
            )
        elif isinstance(target, cst.Subscript):
            unit.next_site(unit.sites.subscripts)
            container = unit.visit(target.value)
            key = subscript_key(unit, target)
            steps.append(
                lambda frame, container=container, key=key: run.delete_item(  # type: ignore[misc]
                    container(frame), key(frame)
                )
            )

    def execute(frame: Frame) -> Any:
        for step in steps:
            step(frame)

    return execute


# Imports


def dotted(node: Any) -> str:
    if node is None:
        return ""
    if isinstance(node, cst.Name):
        return str(node.value)
    return f"{dotted(node.value)}.{node.attr.value}"


@statement(cst.Import)
def visit_import(unit: Unit, node: cst.Import) -> Execute:
    run = unit.run
    steps = []
    for alias in node.names:
        name = dotted(alias.name)
        if alias.asname is not None:
            steps.append((name, True, store(unit, alias.asname.name.value)))
        else:
            steps.append((name, False, store(unit, name.partition(".")[0])))
    module = unit.module

    def execute(frame: Frame) -> Any:
        for name, deep, put in steps:
            put(frame, run.import_module(name, module, deep))

    return execute


@statement(cst.ImportFrom)
def visit_import_from(unit: Unit, node: cst.ImportFrom) -> Execute:
    run = unit.run
    level = len(node.relative)
    name = dotted(node.module)
    module = unit.module
    if isinstance(node.names, cst.ImportStar):

        def import_star(frame: Frame) -> Any:
            run.import_star(name, level, module, frame)

        return import_star
    steps = []
    for alias in node.names:
        wanted = dotted(alias.name)
        bound = alias.asname.name.value if alias.asname is not None else wanted
        steps.append((wanted, store(unit, bound)))

    def execute(frame: Frame) -> Any:
        found = run.import_relative(name, level, module)
        for wanted, put in steps:
            put(frame, run.import_name(found, wanted))

    return execute


# Compound statements


@statement(cst.If)
def visit_if(unit: Unit, node: cst.If) -> Execute:
    run = unit.run
    test = unit.visit(node.test)
    body = visit_block(unit, node.body)
    orelse: Execute | None = None
    if isinstance(node.orelse, cst.If):
        orelse = visit_one(unit, node.orelse)
    elif node.orelse is not None:
        orelse = visit_block(unit, node.orelse.body)
    narrow = narrowing(unit, node.test)
    if orelse is None:

        def orelse(frame: Frame) -> Any:
            return None

    other = orelse

    def execute(frame: Frame) -> Any:
        value = test(frame)
        if value is True:
            return body(frame)
        if value is False or value is None:
            return other(frame)
        return run_if(run, frame, value, body, other, lambda: unit.code(node.test), narrow)

    return execute


def narrowing(unit: Unit, test: Any) -> Any:
    """What a test on a name says about it on each side: `x is None` makes it None where it holds."""
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        inner = narrowing(unit, test.expression)
        return None if inner is None else (lambda frame, holds: inner(frame, not holds))
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1 or not isinstance(test.left, cst.Name):
        return None
    target = test.comparisons[0]
    kind = type(target.operator).__name__
    comparator = target.comparator
    value: Any
    if isinstance(comparator, cst.Name) and comparator.value in ("None", "True", "False"):
        value = {"None": None, "True": True, "False": False}[comparator.value]
    elif isinstance(comparator, (cst.Integer, cst.SimpleString)):
        value = comparator.evaluated_value
    else:
        return None
    if kind not in ("Is", "IsNot", "Equal", "NotEqual"):
        return None
    when = kind in ("Is", "Equal")
    put = store(unit, test.left.value)
    name = test.left.value

    def apply(frame: Frame, holds: bool) -> None:
        if holds is when and isinstance(frame.attrs.get(name), Unknown):
            put(frame, value)

    return apply


@statement(cst.While)
def visit_while(unit: Unit, node: cst.While) -> Execute:
    run = unit.run
    test = unit.visit(node.test)
    body = visit_block(unit, node.body)
    orelse = visit_block(unit, node.orelse.body) if node.orelse is not None else None
    return lambda frame: run_while(run, frame, test, body, orelse, lambda: unit.code(node.test))


@statement(cst.For)
def visit_for(unit: Unit, node: cst.For) -> Execute:
    run = unit.run
    put = visit_target(unit, node.target)
    iterable = unit.visit(node.iter)
    body = visit_block(unit, node.body)
    orelse = visit_block(unit, node.orelse.body) if node.orelse is not None else None
    label = next(iter(target_names(node.target)), "")

    def condition() -> str:
        return f"for {unit.code(node.target)} in {unit.code(node.iter)}"

    return lambda frame: run_for(run, frame, iterable(frame), put, body, orelse, label, condition)


@statement(cst.With)
def visit_with(unit: Unit, node: cst.With) -> Execute:
    run = unit.run
    site, written = unit.site, unit.last_statement
    items = []
    for item in node.items:
        manager = unit.visit(item.item)
        put = visit_target(unit, item.asname.name) if item.asname is not None else None
        items.append((manager, put))
    stops = stops_of(unit, written)
    in_stops = visit_in_stops(unit, written, node.body.body, stops) if stops is not None else None
    body = in_stops or visit_block(unit, node.body)

    def execute(frame: Frame) -> Any:
        frame.site = site
        return run_with(run, frame, items, body)

    return execute


@statement(cst.Try)
def visit_try(unit: Unit, node: cst.Try) -> Execute:
    run = unit.run
    body = visit_block(unit, node.body)
    handlers = []
    for handler in node.handlers:
        kind = unit.visit(handler.type) if handler.type is not None else None
        put = None
        if handler.name is not None:
            put = store(unit, handler.name.name.value)
        handlers.append((kind, put, visit_block(unit, handler.body)))
    orelse = visit_block(unit, node.orelse.body) if node.orelse is not None else None
    finalbody = visit_block(unit, node.finalbody.body) if node.finalbody is not None else None
    return lambda frame: run_try(run, frame, body, handlers, orelse, finalbody)
