"""Classes of the program: their bodies, metaclasses, instances."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from scopelint.apis import registry
from scopelint.interp.binding import Keywords
from scopelint.interp.blocks import block, visit_body
from scopelint.interp.decorated import take
from scopelint.interp.frame import Frame, Scope
from scopelint.interp.lazy import visit_lazily
from scopelint.interp.unit import DEFINITIONS, Unit, private_name, statement
from scopelint.interp.variables import store
from scopelint.syntax import nodes as cst
from scopelint.syntax.positions import Sites
from scopelint.syntax.tree import parse_header
from scopelint.values.base import Unknown, first_doubt
from scopelint.values.containers import DictValue
from scopelint.values.objects import (
    MISSING,
    ClassMethod,
    ClassValue,
    FunctionValue,
    InstanceValue,
    NativeFunction,
)

if TYPE_CHECKING:
    from scopelint.interp.engine import Interpreter

ANNOTATIONS = "__annotations__"


@statement(cst.ClassDef)
def visit_class_definition(unit: Unit, node: cst.ClassDef) -> Any:
    """A class within code that LibCST has read."""
    definition = unit.last_statement
    return _definition(unit, definition, node, lambda inner: block(unit.run, visit_body(inner, node.body)))


def lazy_class(unit: Unit, definition: Any) -> Any:
    """A class of a module or class body that only `ast` has read so far: its header and plain statements are read
    now, its methods when they are called."""
    header = parse_header(unit.source, definition)

    def body(inner: Unit) -> Any:
        inner.sites = Sites(unit.source.path, unit.source.lines, [], unit.source.offset)
        return visit_lazily(inner, definition.body, True)

    return _definition(unit, definition, header, body)


def _definition(unit: Unit, definition: Any, header: Any, visit: Any) -> Any:
    run = unit.run
    name = definition.name
    decorators = [unit.visit(d.decorator) for d in header.decorators]
    bases = [(a.star, unit.visit(a.value)) for a in header.bases]
    keywords = [(a.keyword.value, unit.visit(a.value)) for a in header.keywords if a.keyword is not None]
    outer = unit.scope.parent if unit.scope.kind == "class" else unit.scope
    # Private names are kept and looked up by their long form.
    names = {private_name(name, each) for each in class_names(definition)}
    scope = Scope("class", names, outer)
    # The class's own statements bind in its namespace; `unit` hands out their sites where LibCST read them at once.
    inner = Unit(run, unit.source, unit.module, scope, unit.sites, name)
    inner.site = unit.site
    body = visit(inner)
    put = store(unit, unit.mangle(name))
    in_class = unit.scope.kind == "class"
    site = unit.sites.site(definition)

    def execute(frame: Frame) -> Any:
        wraps = [decorator(frame) for decorator in decorators]
        base_values: list[Any] = []
        for star, base in bases:
            value = base(frame)
            if star == "*":
                members = run.iterate(value)
                base_values.extend([members] if isinstance(members, Unknown) else members)
            else:
                base_values.append(value)
        named = {key: value(frame) for key, value in keywords}
        attrs: dict[str, Any] = {
            "__module__": frame.module.name,
            "__qualname__": f"{frame.name}.{name}" if in_class else name,
        }
        if definition.body and _is_docstring(definition.body[0]):
            attrs["__doc__"] = definition.body[0].value.value
        namespace = Frame(name, attrs, frame.module, site, frame, frame.closure if in_class else frame)
        namespace.cell = [None]
        run.enter_frame(namespace)
        try:
            body(namespace)
        except run.ENDINGS as problem:
            run.stood(problem)
            raise
        finally:
            run.leave_frame(frame)
        frame.site = site
        made = make_class(run, name, base_values, dict(namespace.attrs), named)
        namespace.cell[0] = made
        for wrap in reversed(wraps):
            made = run.decorate(wrap, made)
        put(frame, made)

    return execute


def _is_docstring(node: cst.CSTNode) -> bool:
    value = getattr(node, "value", None)
    return type(node).__name__ == "Expr" and isinstance(getattr(value, "value", None), str)


def class_names(definition: Any) -> set[str]:
    """The names that a class body binds."""
    return Sites("", [], definition.body).binds


def make_class(run: Interpreter, name: str, bases: list[Any], attrs: dict[str, Any], keywords: dict[str, Any]) -> Any:
    """`type(name, bases, attrs)`, through the metaclass that the bases or the keywords name."""
    classes: list[ClassValue] = []
    unknown: Unknown | None = None
    for base in bases:
        base = take(run, base)
        if isinstance(base, ClassValue):
            if "<true bases>" in base.attrs:
                # six.with_metaclass: a stand-in that no class keeps.
                keywords.setdefault("metaclass", base.metaclass)
                classes.extend(base.attrs["<true bases>"])
                unknown = first_doubt(unknown, base.attrs.get("<unknown base>"))
            elif base not in classes:
                classes.append(base)
            continue
        # PEP 560: an object may stand for the bases that it names (typing.Generic[T], NamedTuple).
        entries = run.mro_entries(base, bases)
        if entries is not None:
            classes.extend(entries)
        else:
            if not isinstance(base, Unknown):
                base = Unknown(f"base {base!r} of class {name} is no class")
            unknown = first_doubt(unknown, base.derive(""))
    metaclass = keywords.pop("metaclass", None)
    if metaclass is None:
        metaclass = next((c.metaclass for base in classes for c in base.mro if c.metaclass is not None), None)
    if isinstance(metaclass, ClassValue):
        if not metaclass.derives_from("builtins.type"):
            metaclass = None
    elif metaclass is not None and not isinstance(metaclass, Unknown):
        return run.invoke(metaclass, (name, tuple(classes), DictValue(attrs)), keywords)
    if unknown is not None:
        attrs["<unknown base>"] = unknown
    if isinstance(metaclass, ClassValue) and metaclass.canonical != "builtins.type":
        return construct_by_metaclass(run, metaclass, name, tuple(classes), attrs, keywords)
    return finish_class(run, name, tuple(classes), attrs, keywords, None)


def construct_by_metaclass(
    run: Interpreter,
    metaclass: ClassValue,
    name: str,
    bases: tuple[ClassValue, ...],
    attrs: dict[str, Any],
    keywords: dict[str, Any],
) -> Any:
    new = metaclass.find("__new__")
    namespace = DictValue(attrs)
    made: Any
    if isinstance(new, FunctionValue) or (hasattr(new, "function") and isinstance(new.function, FunctionValue)):
        made = run.invoke(
            getattr(new, "function", new) if not isinstance(new, FunctionValue) else new,
            (metaclass, name, bases, namespace),
            keywords,
        )
    else:
        made = finish_class(run, name, bases, attrs, keywords, metaclass)
    if isinstance(made, ClassValue):
        if made.metaclass is None:
            made.metaclass = metaclass
        init = metaclass.find("__init__")
        if isinstance(init, FunctionValue):
            run.invoke(init, (made, name, bases, namespace), keywords)
    return made


def finish_class(
    run: Interpreter,
    name: str,
    bases: tuple[ClassValue, ...],
    attrs: dict[str, Any],
    keywords: dict[str, Any],
    metaclass: ClassValue | None,
) -> ClassValue:
    """TF and Python agree: this is `type.__new__`, `__set_name__` and `__init_subclass__` included."""
    if not bases:
        bases = (registry.find("builtins.object"),)
    if metaclass is None:
        metaclass = next((c.metaclass for base in bases for c in base.mro if c.metaclass is not None), None)
    made = ClassValue(name, bases, attrs, "", attrs.get("__module__", ""), metaclass)
    for base in bases:
        # Native classes outlive a run, and nobody asks them for their subclasses.
        if not base.canonical:
            base.subclasses.append(made)
    for key, value in list(attrs.items()):
        if isinstance(value, InstanceValue):
            setter = value.cls.find("__set_name__")
            if setter is not MISSING:
                run.invoke(run.bind(setter, value), (made, key), {})
    for cls in made.mro[1:]:
        hook = cls.attrs.get("__init_subclass__", MISSING)
        if hook is not MISSING:
            function = hook.function if isinstance(hook, ClassMethod) else hook
            run.invoke(run.bind(function, made), (), keywords)
            break
    for cls in made.mro[1:]:
        native = cls.attrs.get("<class created>")
        if isinstance(native, NativeFunction):
            replaced = run.invoke(native, (made,), keywords)
            if isinstance(replaced, ClassValue):
                made = replaced
            break
    return made


def construct(run: Any, cls: ClassValue, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Calls a class: `__call__` of its metaclass, `__new__`, `__init__`."""
    if cls.metaclass is not None:
        call = cls.metaclass.find("__call__")
        if isinstance(call, FunctionValue):
            return run.invoke(call, (cls, *args), kwargs)
    return make_instance(run, cls, args, kwargs)


def make_instance(run: Interpreter, cls: ClassValue, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`type.__call__`."""
    if type(kwargs) is Keywords and cls.canonical == "builtins.dict":
        held = make_instance(run, cls, args, {})
        run.dict_update(held, DictValue(dict(kwargs), kwargs.rest))
        return held
    new = cls.find("__new__")
    made: Any
    if new is not MISSING and not (isinstance(new, NativeFunction) and new.canonical == "builtins.object.__new__"):
        function = new if isinstance(new, (FunctionValue, NativeFunction)) else getattr(new, "function", new)
        made = run.invoke(function, (cls, *args), kwargs)
        if not (isinstance(made, InstanceValue) and cls in made.cls.mro):
            return made
    else:
        made = InstanceValue(cls)
    init = cls.find("__init__")
    if init is not MISSING:
        if type(init) is FunctionValue or type(init) is NativeFunction:
            run.invoke(init, (made, *args), kwargs)
        elif type(init) is Unknown and init.likely is None and init.options is None:
            run.invoke(init.of(made), args, kwargs)
        else:
            run.invoke(run.bind_attribute(init, made, cls), args, kwargs)
    elif cls.unknown_base is not None:
        run.cannot_know(
            f"the constructor of {cls.name} is inherited from a class that is not known: {cls.unknown_base.reason}",
            may_make=True,
        )
    return made


DEFINITIONS[ast.ClassDef] = lazy_class
