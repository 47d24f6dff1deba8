"""Expressions: each LibCST node class has its row in a table, visited once, into a closure over frames.

A visit gives `evaluate(frame) -> value`. Visiting goes in source order, for that is how sites are handed out
(syntax/positions.py); evaluating goes in Python's order.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scopelint.apis.python.builtins.sequences import extend
from scopelint.interp.binding import Keywords
from scopelint.interp.frame import Frame
from scopelint.interp.numbers import keep_for_numbers
from scopelint.interp.targets import subscript_key
from scopelint.interp.unit import Evaluate, Unit, expression
from scopelint.interp.variables import constant, load, store
from scopelint.site import Site
from scopelint.syntax import nodes as cst
from scopelint.values.base import Undecided, Unknown, is_known
from scopelint.values.containers import DictValue, ListValue, OpenTuple, SetValue
from scopelint.values.objects import MISSING, ModuleValue
from scopelint.values.seen import add_behind, is_unseen
from scopelint.values.text import text

if TYPE_CHECKING:
    from scopelint.interp.engine import Interpreter

BINARY = {
    "Add": "+",
    "Subtract": "-",
    "Multiply": "*",
    "Divide": "/",
    "FloorDivide": "//",
    "Modulo": "%",
    "Power": "**",
    "MatrixMultiply": "@",
    "LeftShift": "<<",
    "RightShift": ">>",
    "BitAnd": "&",
    "BitOr": "|",
    "BitXor": "^",
}
COMPARE = {
    "Equal": "==",
    "NotEqual": "!=",
    "LessThan": "<",
    "LessThanEqual": "<=",
    "GreaterThan": ">",
    "GreaterThanEqual": ">=",
}


# Names


@expression(cst.Name)
def visit_name(unit: Unit, node: cst.Name) -> Evaluate:
    name = node.value
    if name in ("None", "True", "False"):
        return constant({"None": None, "True": True, "False": False}[name])
    return load(unit, unit.mangle(name))


# Constants


@expression(cst.Integer, cst.Float, cst.Imaginary)
def visit_number(unit: Unit, node: Any) -> Evaluate:
    # LibCST compiles each literal anew; that cost a third of the visit.
    written = node.value
    try:
        if type(node) is cst.Integer:
            return constant(int(written, 0) if not written.isdecimal() else int(written))
        return constant(float(written) if type(node) is cst.Float else node.evaluated_value)
    except ValueError:
        return constant(Unknown("a number of more digits than Python converts"))


@expression(cst.SimpleString)
def visit_string(unit: Unit, node: cst.SimpleString) -> Evaluate:
    return constant(string_of(node))


def string_of(node: cst.SimpleString) -> Any:
    """The value of a string literal; those without a prefix or an escape need no compiler."""
    written = node.value
    if "\\" not in written and written[0] in "'\"":
        width = 3 if len(written) >= 6 and written[:3] in ("'''", '"""') else 1
        return written[width:-width]
    return node.evaluated_value


@expression(cst.Ellipsis)
def visit_ellipsis(unit: Unit, node: cst.Ellipsis) -> Evaluate:
    return constant(...)


@expression(cst.ConcatenatedString)
def visit_concatenated(unit: Unit, node: cst.ConcatenatedString) -> Evaluate:
    pieces: list[Any] = []
    rest: Any = node
    while isinstance(rest, cst.ConcatenatedString):
        pieces.append(rest.left)
        rest = rest.right
    pieces.append(rest)
    if all(isinstance(p, cst.SimpleString) for p in pieces):
        values = [string_of(p) for p in pieces]
        whole = values[0]
        return constant(whole[:0].join(values))
    parts = [unit.visit(p) for p in pieces]
    return lambda frame: text([part(frame) for part in parts])


@expression(cst.FormattedString)
def visit_formatted(unit: Unit, node: cst.FormattedString) -> Evaluate:
    run = unit.run
    unit.unsited += 1
    parts: list[Evaluate] = []
    raw = "r" in node.prefix.lower()
    for piece in node.parts:
        if isinstance(piece, cst.FormattedStringText):
            literal = piece.value.replace("{{", "{").replace("}}", "}")
            if not raw and "\\" in literal:
                quote = node.start.lstrip("fFrRbBuU")
                with suppress(ValueError, SyntaxError):
                    literal = ast.literal_eval(quote + literal + node.end)
            parts.append(constant(literal))
            continue
        assert isinstance(piece, cst.FormattedStringExpression)
        value = unit.visit(piece.expression)
        label = unit.code(piece.expression) if isinstance(piece.expression, cst.Name) else ""
        spec = None
        if piece.format_spec:
            spec = visit_formatted(unit, cst.FormattedString(parts=piece.format_spec, start='f"', end='"'))
        parts.append(run.formatter(value, piece.conversion or "", spec, label))
    unit.unsited -= 1
    return lambda frame: text([part(frame) for part in parts])


# Operators


@expression(cst.BinaryOperation)
def visit_binary(unit: Unit, node: cst.BinaryOperation) -> Evaluate:
    site = unit.next_site(unit.sites.operations)
    sign = BINARY[type(node.operator).__name__]
    left, right = unit.visit(node.left), unit.visit(node.right)
    binary = unit.run.binary
    if sign == "/" and unit.source.python2 and not unit.module.attrs.get("division"):

        def divide(frame: Frame) -> Any:
            a = left(frame)
            b = right(frame)
            frame.site = site
            return binary("//" if isinstance(a, int) and isinstance(b, int) else sign, a, b)

        return divide

    def evaluate(frame: Frame) -> Any:
        a = left(frame)
        b = right(frame)
        frame.site = site
        return binary(sign, a, b)

    return evaluate


@expression(cst.UnaryOperation)
def visit_unary(unit: Unit, node: cst.UnaryOperation) -> Evaluate:
    value = unit.visit(node.expression)
    run = unit.run
    if isinstance(node.operator, cst.Not):

        def negate(frame: Frame) -> Any:
            operand = value(frame)
            try:
                return not run.truth(operand)
            except Undecided as undecided:
                return run.negation(undecided.value)

        return negate
    sign = {"Minus": "-", "Plus": "+", "BitInvert": "~"}[type(node.operator).__name__]
    known = getattr(value, "constant", None)
    if known is not None and sign == "-" and isinstance(known[0], (int, float)):
        return constant(-known[0])
    return lambda frame: run.unary(sign, value(frame))


@expression(cst.BooleanOperation)
def visit_boolean(unit: Unit, node: cst.BooleanOperation) -> Evaluate:
    left, right = unit.visit(node.left), unit.visit(node.right)
    is_and = isinstance(node.operator, cst.And)
    run = unit.run

    def evaluate(frame: Frame) -> Any:
        a = left(frame)
        try:
            decided = run.truth(a)
        except Undecided:
            return run.undecided_boolean(frame, a, right, is_and, node)
        if decided is is_and:
            return right(frame)
        return a

    return evaluate


@expression(cst.Comparison)
def visit_comparison(unit: Unit, node: cst.Comparison) -> Evaluate:
    run = unit.run
    left = unit.visit(node.left)
    steps = []
    for target in node.comparisons:
        kind = type(target.operator).__name__
        steps.append((comparison(run, kind), unit.visit(target.comparator)))
    if len(steps) == 1:
        ask, right = steps[0]
        return lambda frame: ask(left(frame), right(frame))

    def evaluate(frame: Frame) -> Any:
        a = left(frame)
        answer: Any = True
        for ask, right in steps:
            b = right(frame)
            answer = ask(a, b)
            if answer is False:
                return False
            if isinstance(answer, Unknown):
                return answer
            if not (answer is True or run.truth(answer)):
                return answer
            a = b
        return answer

    return evaluate


def comparison(run: Interpreter, kind: str) -> Callable[[Any, Any], Any]:
    if kind in COMPARE:
        sign = COMPARE[kind]
        compare = run.compare
        return lambda a, b: compare(sign, a, b)
    if kind == "Is":
        return run.identical
    if kind == "IsNot":
        return lambda a, b: run.negation(run.identical(a, b))
    if kind == "In":
        return lambda a, b: run.contains(b, a)
    return lambda a, b: run.negation(run.contains(b, a))


@expression(cst.IfExp)
def visit_conditional(unit: Unit, node: cst.IfExp) -> Evaluate:
    body, test, orelse = unit.visit(node.body), unit.visit(node.test), unit.visit(node.orelse)
    run = unit.run

    def evaluate(frame: Frame) -> Any:
        try:
            decided = run.truth(test(frame))
        except Undecided as undecided:
            return run.fork_expression(
                frame, undecided.value, lambda: body(frame), lambda: orelse(frame), lambda: unit.code(node.test)
            )
        return body(frame) if decided else orelse(frame)

    return evaluate


@expression(cst.NamedExpr)
def visit_walrus(unit: Unit, node: cst.NamedExpr) -> Evaluate:
    assert isinstance(node.target, cst.Name)
    name = node.target.value
    renames, unit.renames = unit.renames, []
    put = store(unit, name)
    unit.renames = renames
    value = unit.visit(node.value)

    def evaluate(frame: Frame) -> Any:
        result = value(frame)
        put(frame, result)
        return result

    return evaluate


# Attributes, subscripts, calls


@expression(cst.Attribute)
def visit_attribute(unit: Unit, node: cst.Attribute) -> Evaluate:
    value = unit.visit(node.value)
    name = unit.mangle(node.attr.value)
    get = unit.run.get_attribute

    def evaluate(frame: Frame) -> Any:
        owner = value(frame)
        if type(owner) is ModuleValue and name in owner.attrs:
            # As `get` does it, for what most programs' attributes are: `tf.something`.
            return owner.attrs[name]
        return get(owner, name)

    return evaluate


@expression(cst.Subscript)
def visit_subscript(unit: Unit, node: cst.Subscript) -> Evaluate:
    site = unit.next_site(unit.sites.subscripts)
    value = unit.visit(node.value)
    key = subscript_key(unit, node)
    get = unit.run.get_item

    def evaluate(frame: Frame) -> Any:
        container = value(frame)
        index = key(frame)
        frame.site = site
        return get(container, index)

    return evaluate


@expression(cst.Call)
def visit_call(unit: Unit, node: cst.Call) -> Evaluate:
    site = unit.next_site(unit.sites.calls)
    evaluate = keep_for_numbers(unit, node, _visited_call(unit, node, site))
    if not unit.run.options.coverage and unit.source.path != unit.run.watched:
        return evaluate
    reached, place = unit.run.reached, (site.path, site.line)

    def call_noted(frame: Frame) -> Any:
        reached.add(place)
        return evaluate(frame)

    return call_noted


def _visited_call(unit: Unit, node: cst.Call, site: Site) -> Evaluate:
    run = unit.run
    if isinstance(node.func, cst.Name) and node.func.value == "super" and not node.args:
        return lambda frame: run.bare_super(frame)
    function = unit.visit(node.func)
    positional: list[tuple[bool, Evaluate]] = []
    named: list[tuple[str, Evaluate]] = []
    stars = False
    for argument in node.args:
        value = unit.visit(argument.value)
        if argument.keyword is not None:
            named.append((argument.keyword.value, value))
        elif argument.star == "**":
            named.append(("", value))
            stars = True
        else:
            starred = argument.star == "*"
            positional.append((starred, value))
            stars = stars or starred
    invoke = run.invoke
    if stars:

        def call_with_stars(frame: Frame) -> Any:
            callee = function(frame)
            args, kwargs = run.spread(frame, positional, named)
            frame.site = site
            if type(kwargs) is Keywords and kwargs.starred:
                return run.call_unknown_arguments(callee, args, kwargs)
            return invoke(callee, args, kwargs)

        return call_with_stars
    values = [value for _, value in positional]
    if not named:
        if len(values) == 1:
            only = values[0]

            def call_one(frame: Frame) -> Any:
                callee = function(frame)
                args = (only(frame),)
                frame.site = site
                return invoke(callee, args, {})

            return call_one

        if len(values) == 2:
            first, second = values

            def call_two(frame: Frame) -> Any:
                callee = function(frame)
                args = (first(frame), second(frame))
                frame.site = site
                return invoke(callee, args, {})

            return call_two

        def call_plain(frame: Frame) -> Any:
            callee = function(frame)
            args = tuple([value(frame) for value in values])
            frame.site = site
            return invoke(callee, args, {})

        return call_plain

    def call_named(frame: Frame) -> Any:
        callee = function(frame)
        args = tuple([value(frame) for value in values]) if values else ()
        kwargs = {}
        for name, value in named:  # a comprehension would cost a call of its own
            kwargs[name] = value(frame)
        frame.site = site
        return invoke(callee, args, kwargs)

    return call_named


# Displays


def spread_elements(unit: Unit, elements: Any) -> Callable[[Frame], ListValue]:
    """The members of a display, with `*x` spread."""
    parts = [(isinstance(e, cst.StarredElement), unit.visit(e.value)) for e in elements]
    run = unit.run

    def evaluate(frame: Frame) -> ListValue:
        out = ListValue()
        for starred, part in parts:
            value = part(frame)
            if starred:
                extend(run.call, out, value)
            elif out.rest is None:
                out.items.append(value)
            else:
                add_behind(out, [value])
        return out

    return evaluate


@expression(cst.Tuple)
def visit_tuple(unit: Unit, node: cst.Tuple) -> Evaluate:
    if not any(isinstance(e, cst.StarredElement) for e in node.elements):
        parts = [unit.visit(e.value) for e in node.elements]
        if all(hasattr(part, "constant") for part in parts):
            return constant(tuple(part.constant[0] for part in parts))  # type: ignore[attr-defined]
        run = unit.run
        return lambda frame: run.weigh_tuple(tuple([part(frame) for part in parts]))
    spread = spread_elements(unit, node.elements)

    def evaluate(frame: Frame) -> Any:
        out = spread(frame)
        if out.rest is None:
            return unit.run.weigh_tuple(tuple(out.items))
        if not is_unseen(out.rest):
            return out.rest.derive("")
        made = OpenTuple(out.items, out.rest)
        made.firm = out.firm
        return made

    return evaluate


@expression(cst.List)
def visit_list(unit: Unit, node: cst.List) -> Evaluate:
    if not any(isinstance(e, cst.StarredElement) for e in node.elements):
        parts = [unit.visit(e.value) for e in node.elements]
        return lambda frame: ListValue([part(frame) for part in parts])
    return spread_elements(unit, node.elements)


@expression(cst.Set)
def visit_set(unit: Unit, node: cst.Set) -> Evaluate:
    spread = spread_elements(unit, node.elements)

    def evaluate(frame: Frame) -> SetValue:
        out = spread(frame)
        return SetValue(out.items, out.rest)

    return evaluate


@expression(cst.Dict)
def visit_dict(unit: Unit, node: cst.Dict) -> Evaluate:
    parts: list[tuple[Evaluate | None, Evaluate]] = []
    for element in node.elements:
        if isinstance(element, cst.DictElement):
            key = unit.visit(element.key)
            parts.append((key, unit.visit(element.value)))
        else:
            parts.append((None, unit.visit(element.value)))
    run = unit.run

    def evaluate(frame: Frame) -> Any:
        made = DictValue()
        for key, value in parts:
            if key is None:
                run.dict_update(made, value(frame))
            else:
                run.dict_put(made, key(frame), value(frame))
        return made

    return evaluate


@expression(cst.Await)
def visit_await(unit: Unit, node: cst.Await) -> Evaluate:
    return unit.visit(node.expression)


# Targets


def constant_of(evaluate: Evaluate) -> Any:
    """The constant that a visited expression always gives, else MISSING."""
    found = getattr(evaluate, "constant", None)
    return found[0] if found is not None and is_known(found[0]) else MISSING
