"""Functions of the program: `def`, `lambda`, their parameters, and the code that is read when first called."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from scopelint.interp.binding import Keywords
from scopelint.interp.blocks import block, visit_body
from scopelint.interp.frame import RESULT, RETURN, Frame, Scope
from scopelint.interp.generators import visit_generator_body
from scopelint.interp.lazy import why_not
from scopelint.interp.stops import stops_of, visit_in_stops
from scopelint.interp.unit import DEFINITIONS, Evaluate, Unit, expression, private_name, statement
from scopelint.interp.variables import constant, store
from scopelint.site import Site
from scopelint.syntax import nodes as cst
from scopelint.syntax.positions import Sites, TooDeep
from scopelint.syntax.source import SyntaxProblem
from scopelint.syntax.tree import parse_definition, parse_group, parse_header
from scopelint.values.base import PARAMETER, Unknown
from scopelint.values.calling import too_many
from scopelint.values.containers import DictValue, OpenTuple
from scopelint.values.objects import MISSING, FunctionValue

if TYPE_CHECKING:
    from scopelint.interp.engine import Interpreter

Defaults = list[tuple[str, bool, Evaluate]]

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Parameters:
    """The names of a function's parameters, as `ast` tells them before LibCST has read anything."""

    __slots__ = ("all_names", "named_only", "positional", "star", "stars")

    def __init__(self, a: ast.arguments, class_name: str) -> None:
        self.positional = [private_name(class_name, p.arg) for p in (*a.posonlyargs, *a.args)]
        self.named_only = [private_name(class_name, p.arg) for p in a.kwonlyargs]
        self.star = a.vararg.arg if a.vararg else ""
        self.stars = a.kwarg.arg if a.kwarg else ""
        self.all_names = {*self.positional, *self.named_only}
        if self.star:
            self.all_names.add(self.star)
        if self.stars:
            self.all_names.add(self.stars)


class Code:
    """One `def` or lambda: where it is, and, once it was called, the closures of its body."""

    __slots__ = (
        "body",
        "class_name",
        "definition",
        "is_generator",
        "module",
        "name",
        "node",
        "parameters",
        "run",
        "scope",
        "site",
        "source",
    )

    def __init__(
        self, run: Any, source: Any, module: Any, name: str, definition: Any, node: Any, scope: Scope, class_name: str
    ) -> None:
        self.run = run
        self.source = source
        self.module = module
        self.name = name
        self.definition = definition
        self.node = node
        self.scope = scope
        self.class_name = class_name
        self.parameters = Parameters(definition.args, class_name)
        self.is_generator = False
        self.body: Any = None
        offset = source.offset if isinstance(definition, _DEFINITIONS) else 0
        self.site = Site(source.path, definition.lineno + offset, definition.col_offset)

    def visit(self) -> Any:
        """Reads the body. What cannot be read is said, and the function gives an Unknown."""
        definition, source = self.definition, self.source
        try:
            sites = Sites(source.path, source.lines, definition.body, source.offset)
        except (TooDeep, SyntaxProblem) as problem:
            return self._unreadable(why_not(problem))
        binds, around, outer = [
            {private_name(self.class_name, name) for name in names}
            for names in (sites.binds, sites.globals, sites.nonlocals)
        ]
        scope = Scope("function", binds | self.parameters.all_names, self.scope, around, outer)
        unit = Unit(self.run, source, self.module, scope, sites, self.class_name)
        unit.function = self
        stops = None if sites.has_yield or self.node is not None else stops_of(unit, definition)
        try:
            if stops is not None:
                # Statement by statement, of which those that nobody touched were read before.
                self.body = visit_in_stops(unit, definition, parse_group(source, definition.body, True), stops)
                if self.body is not None:
                    return self.body
            if self.node is None:
                self.node = parse_definition(source, definition)
        except SyntaxProblem as problem:
            return self._unreadable(why_not(problem))
        if sites.has_yield:
            self.is_generator = True
            self.body = visit_generator_body(unit, self.node.body)
        else:
            self.body = block(self.run, visit_body(unit, self.node.body))
        return self.body

    def _unreadable(self, reason: str) -> Any:
        run, site = self.run, self.site

        def body(frame: Frame) -> Any:
            frame.site = site
            frame.set(RESULT, run.cannot_know(f"function {self.name} cannot be read: {reason}", may_make=True))
            return RETURN

        self.body = body
        return body


class LambdaCode(Code):
    """A lambda: its body was visited with the code around it, since it is one expression there."""

    __slots__ = ()


def _simple_default(node: ast.expr) -> Any:
    """A default that `ast` already holds as a constant."""
    if isinstance(node, ast.Constant):
        return node.value
    if (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and isinstance(node.operand, ast.Constant)
        and isinstance(node.operand.value, (int, float))
    ):
        return -node.operand.value
    return MISSING


def visit_defaults(unit: Unit, arguments: ast.arguments, params: Any) -> tuple[list[Evaluate], dict[str, Evaluate]]:
    """The defaults of positional parameters, and of those by name only. `params` is None where `ast` holds them all."""
    if params is None:
        plain = [constant(_simple_default(d)) for d in arguments.defaults]
        named = {
            unit.mangle(p.arg): constant(_simple_default(d))
            for p, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if d is not None
        }
        return plain, named
    plain = [unit.visit(p.default) for p in (*params.posonly_params, *params.params) if p.default is not None]
    named = {unit.mangle(p.name.value): unit.visit(p.default) for p in params.kwonly_params if p.default is not None}
    return plain, named


def has_simple_header(definition: Any) -> bool:
    """May a `def` be executed without LibCST: no decorators, all defaults constant?"""
    a = definition.args
    return not definition.decorator_list and all(
        d is None or _simple_default(d) is not MISSING for d in (*a.defaults, *a.kw_defaults)
    )


@statement(cst.FunctionDef)
def visit_definition(unit: Unit, node: cst.FunctionDef) -> Any:
    """A `def` within code that LibCST has read. Its statement site has just been handed out."""
    return make_definition(unit, unit.last_statement, node, node)


def make_definition(unit: Unit, definition: Any, header: Any, node: Any) -> Any:
    """The closure that executes a `def`: decorators and defaults are evaluated, the body is left for later.

    `header`: a LibCST FunctionDef of which decorators and parameters count, or None where none is needed.
    """
    run = unit.run
    name = definition.name
    decorators = [unit.visit(d.decorator) for d in header.decorators] if header is not None else []
    params = header.params if header is not None else None
    plain, named = visit_defaults(unit, definition.args, params)
    scope = unit.scope.parent if unit.scope.kind == "class" else unit.scope
    # A method's names skip the class around it, Python's rule; what lies around the class is where they look.
    in_class = unit.scope.kind == "class"
    code = Code(run, unit.source, unit.module, name, definition, node, scope or unit.scope, unit.class_name)
    if run.shelf is not None and run.shelf.stops is not None and unit.source.path == run.modules.main:
        run.codes.append(code)
    put = store(unit, unit.mangle(name))
    module = unit.module
    decorator_sites = [unit.sites.site(d) for d in definition.decorator_list]

    def execute(frame: Frame) -> Any:
        wraps = [decorator(frame) for decorator in decorators]
        defaults = tuple([value(frame) for value in plain])
        keyword_defaults = {key: value(frame) for key, value in named.items()}
        closure = frame.closure if in_class else frame
        made: Any = FunctionValue(name, code, defaults, keyword_defaults, closure, module)
        made.owner = frame.cell if in_class else (frame.function.owner if frame.function is not None else None)
        made.attrs["__qualname__"] = f"{frame.name}.{name}" if in_class else name
        for wrap, site in zip(reversed(wraps), reversed(decorator_sites), strict=True):
            frame.site = site
            made = run.decorate(wrap, made)
        put(frame, made)

    return execute


def lazy_definition(unit: Unit, definition: Any) -> Any:
    """A `def` of a module or class body that only `ast` has read so far."""
    header = None if has_simple_header(definition) else parse_header(unit.source, definition)
    return make_definition(unit, definition, header, None)


@expression(cst.Lambda)
def lambda_value(unit: Unit, node: cst.Lambda) -> Evaluate:
    run = unit.run
    names = [p.name.value for p in (*node.params.posonly_params, *node.params.params)]
    star = node.params.star_arg.name.value if isinstance(node.params.star_arg, cst.Param) else ""
    stars = node.params.star_kwarg.name.value if node.params.star_kwarg is not None else ""
    named_only = [p.name.value for p in node.params.kwonly_params]
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(n) for n in names],
        vararg=ast.arg(star) if star else None,
        kwonlyargs=[ast.arg(n) for n in named_only],
        kw_defaults=[],
        kwarg=ast.arg(stars) if stars else None,
        defaults=[],
    )
    plain, named = visit_defaults(unit, arguments, node.params)
    definition = ast.Lambda(args=arguments, body=ast.Constant(None))
    site = unit.site
    definition.lineno, definition.col_offset = site.line, site.column
    own = {*names, *named_only, *([star] if star else []), *([stars] if stars else [])}
    outer = unit.scope.parent if unit.scope.kind == "class" else unit.scope
    in_class = unit.scope.kind == "class"
    scope = Scope("function", own, outer)
    inner = Unit(run, unit.source, unit.module, scope, unit.sites, unit.class_name)
    inner.site, inner.unsited = unit.site, unit.unsited
    # A comprehension's variables live in the frame around the lambda, under their other names.
    inner.outer_renames = {**unit.outer_renames, **{k: v for renames in unit.renames for k, v in renames.items()}}
    for name in own:
        inner.outer_renames.pop(name, None)
    value = inner.visit(node.body)
    code = LambdaCode(run, unit.source, unit.module, "<lambda>", definition, None, scope, unit.class_name)

    def body(frame: Frame) -> Any:
        frame.set(RESULT, value(frame))
        return RETURN

    code.body = body
    module = unit.module

    def evaluate(frame: Frame) -> Any:
        defaults = tuple([d(frame) for d in plain])
        keyword_defaults = {key: d(frame) for key, d in named.items()}
        made = FunctionValue("<lambda>", code, defaults, keyword_defaults, frame.closure if in_class else frame, module)
        made.owner = frame.cell if in_class else (frame.function.owner if frame.function is not None else None)
        return made

    return evaluate


# Binding


def bind(run: Any, function: FunctionValue, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """A call's arguments as the names of a new frame. Raises the program's TypeError as Python would."""
    p: Parameters = function.code.parameters
    positional = p.positional
    count = len(positional)
    given = len(args)
    if given == count and not kwargs and not p.named_only and not p.star and not p.stars:
        return dict(zip(positional, args, strict=True))
    attrs: dict[str, Any] = dict(zip(positional, args, strict=False))
    if given > count:
        if not p.star:
            run.call.raise_("TypeError", too_many(function.name, count, given))
        attrs[p.star] = args[count:]
    elif p.star:
        attrs[p.star] = ()
    if type(kwargs) is Keywords:
        return bind_open(run, function, attrs, kwargs)
    extra: dict[Any, Any] = {}
    for key, value in kwargs.items():
        if key in positional or key in p.named_only:
            if key in attrs:
                run.call.raise_("TypeError", f"{function.name}() got multiple values for argument '{key}'")
            attrs[key] = value
        elif p.stars:
            extra[key] = value
        else:
            run.call.raise_("TypeError", f"{function.name}() got an unexpected keyword argument '{key}'")
    if p.stars:
        attrs[p.stars] = DictValue(extra)
    defaults = function.defaults
    if defaults:
        first = count - len(defaults)
        for index in range(max(given, first), count):
            name = positional[index]
            if name not in attrs:
                attrs[name] = defaults[index - first]
    for name in p.named_only:
        if name not in attrs:
            if name in function.keyword_defaults:
                attrs[name] = function.keyword_defaults[name]
            else:
                run.call.raise_("TypeError", f"{function.name}() missing 1 required keyword-only argument: '{name}'")
    if len(attrs) < len(p.all_names):
        absent = [name for name in positional if name not in attrs]
        if absent:
            word = "argument" if len(absent) == 1 else "arguments"
            *most, last = [repr(n) for n in absent]
            names = ", ".join(most) + ("," if len(most) > 1 else "") + " and " + last if most else last
            run.call.raise_("TypeError", f"{function.name}() missing {len(absent)} required positional {word}: {names}")
    return attrs


def bind_open(run: Interpreter, function: FunctionValue, attrs: dict[str, Any], kwargs: Keywords) -> dict[str, Any]:
    """A call of which not all arguments are known: any parameter that was given nothing may have been given them."""
    p: Parameters = function.code.parameters
    rest = kwargs.rest
    extra: dict[Any, Any] = {}
    for key, value in kwargs.items():
        if key in attrs and key != p.star:
            run.call.raise_("TypeError", f"{function.name}() got multiple values for argument '{key}'")
        if key in p.positional or key in p.named_only:
            attrs[key] = value
        elif p.stars:
            extra[key] = value
        else:
            run.call.raise_("TypeError", f"{function.name}() got an unexpected keyword argument '{key}'")
    for name in (*p.positional, *p.named_only):
        if name not in attrs:
            attrs[name] = rest.derive(name)
    if p.stars:
        attrs[p.stars] = DictValue(extra, rest)
    if p.star and kwargs.starred:
        attrs[p.star] = OpenTuple(attrs[p.star], rest)
    return attrs


def bind_unknown(
    function: FunctionValue, args: tuple[Any, ...], kwargs: dict[str, Any], reason: str, every: bool = False
) -> dict[str, Any]:
    """For an entry of a library module: defaults where there are any, an Unknown named after each other parameter, or
    after `every` one."""
    p: Parameters = function.code.parameters
    attrs: dict[str, Any] = dict(zip(p.positional, args, strict=False))
    attrs.update(kwargs)
    first = len(p.positional) - len(function.defaults)
    for index, name in enumerate(p.positional):
        if name not in attrs:
            unknown = Unknown(reason, name, cause=PARAMETER)
            attrs[name] = unknown if every or index < first else function.defaults[index - first]
    for name in p.named_only:
        if name not in attrs:
            unknown = Unknown(reason, name, cause=PARAMETER)
            attrs[name] = unknown if every else function.keyword_defaults.get(name, unknown)
    if p.star:
        attrs[p.star] = ()
    if p.stars:
        attrs[p.stars] = DictValue()
    return attrs


DEFINITIONS[ast.FunctionDef] = DEFINITIONS[ast.AsyncFunctionDef] = lazy_definition
