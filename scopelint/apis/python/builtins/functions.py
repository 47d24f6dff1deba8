"""Python's builtin functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.classes import CLASSES, to_list
from scopelint.apis.python.builtins.formatting import address_of, format_value, represent
from scopelint.apis.python.builtins.iteration import filter_, map_, zip_
from scopelint.apis.python.builtins.numbers import arithmetic
from scopelint.apis.python.stdlib import files
from scopelint.apis.python.support import (
    NUMBERS,
    all_plain,
    bare,
    class_name,
    derived,
    guarded,
    members,
)
from scopelint.apis.registry import ENTRIES, Namespace, declare
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import DictValue, ListValue, OpenTuple
from scopelint.values.objects import (
    MISSING,
    Attributed,
    ClassValue,
    InstanceValue,
    ModuleValue,
    NativeObject,
)
from scopelint.values.tensors import Tensor
from scopelint.values.text import Text
from scopelint.values.truth import MAYBE, NO, YES

api = Namespace("builtins")
python2 = Namespace("python2")

for _name, _constant in {
    "None": None,
    "True": True,
    "False": False,
    "Ellipsis": Ellipsis,
    "NotImplemented": NotImplemented,
    "__debug__": True,
    "copyright": "",
    "credits": "",
    "license": "",
}.items():
    api.constant(_name, _constant)


@api.function(name="len")
def len_(call: Call, value: AnyValue) -> Any:
    return call.length(value)


@api.function(name="abs")
def abs_(call: Call, value: Any) -> Any:
    if type(bare(value)) in NUMBERS:
        return guarded(call, abs, bare(value))
    if isinstance(value, Unknown):
        return value.derive("")
    method = call.getattr(value, "__abs__", MISSING)
    if method is MISSING:
        call.raise_("TypeError", f"bad operand type for abs(): '{class_name(call, value)}'")
    return call.invoke(method)


@api.function(name="round")
def round_(call: Call, number: AnyValue, ndigits: AnyValue = None) -> Any:
    number = bare(number)
    if not all_plain((number, ndigits)):
        return derived(number, ndigits)
    return guarded(call, round, number, ndigits)


@api.function(name="divmod")
def divmod_(call: Call, left: AnyValue, right: AnyValue) -> Any:
    return (call.binary("//", left, right), call.binary("%", left, right))


@api.function(name="pow")
def pow_(call: Call, base: AnyValue, exp: AnyValue, mod: AnyValue = None) -> Any:
    if mod is None:
        return call.binary("**", base, exp)
    if not all(type(v) is int for v in (base, exp, mod)):
        return derived(base, exp, mod)
    return guarded(call, pow, base, exp, mod)


def _constant_function(name: str, function: Callable[..., Any]) -> None:
    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        args = tuple([bare(a) for a in args])
        return guarded(call, function, *args, **kwargs) if all_plain(args, kwargs) else derived(*args)

    api.function(summary, name=name, raw=True)


for _function in (ord, chr, hex, oct, bin):
    _constant_function(_function.__name__, _function)


@api.function(name="repr", also=("builtins.ascii",))
def repr_(call: Call, value: AnyValue) -> Any:
    return represent(call, value)


@api.function(name="format")
def format_(call: Call, value: AnyValue, format_spec: AnyValue = "") -> Any:
    return format_value(call, value, "", format_spec)


@api.function(name="id")
def id_(call: Call, value: AnyValue) -> Any:
    return address_of(call, value)


@api.function(name="hash")
def hash_(call: Call, value: AnyValue) -> Any:
    if type(value) in NUMBERS:
        return hash(value)
    if isinstance(value, (ListValue, DictValue)) and not isinstance(value, OpenTuple):
        call.raise_("TypeError", f"unhashable type: '{class_name(call, value)}'")
    if isinstance(value, InstanceValue) and value.cls.find("__hash__") is not MISSING:
        return call.method(value, "__hash__")
    return call.unknown("a hash differs from run to run", "hash")


# Attributes


@api.function(name="getattr", raw=True)
def getattr_(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if not 2 <= len(args) <= 3:
        call.raise_("TypeError", f"getattr expected at least 2 arguments, got {len(args)}")
    name = bare(args[1])
    if not isinstance(name, str):
        if not isinstance(name, Value):
            call.raise_("TypeError", "getattr(): attribute name must be string")
        return derived(name, reason="an attribute whose name is not known")
    if len(args) == 3 and type(args[0]) in NUMBERS:
        there = call.engine.has_besides(args[0], name)
        if there is not YES:
            return args[2] if there is NO else derived(args[0], name, reason=_NUMPY)
    return call.getattr(args[0], name, *args[2:])


_NUMPY = "whether a number is one of numpy's"


@api.function(name="hasattr")
def hasattr_(call: Call, value: Any, name: Any) -> Any:
    name = bare(name)
    if not isinstance(name, str) or isinstance(value, Unknown):
        return derived(value, name)
    if isinstance(value, Tensor) and value.is_stand_in:
        return call.unknown("an attribute of a value that is not known")
    if type(value) in NUMBERS:
        there = call.engine.has_besides(value, name)
        return Unknown(_NUMPY) if there is MAYBE else there is YES
    found = call.getattr(value, name, MISSING)
    if isinstance(found, Unknown):
        if call.engine.has_besides(value, name) is YES:
            return True
        owned = isinstance(value, Attributed) and name in value.attrs and not isinstance(value, ModuleValue)
        if owned or (isinstance(value, InstanceValue) and value.cls.find(name) is not MISSING):
            return True
        return found.derive("")
    return found is not MISSING


@api.function(name="setattr")
def setattr_(call: Call, value: AnyValue, name: AnyValue, new: AnyValue) -> None:
    name = bare(name)
    if isinstance(name, str):
        call.setattr(value, name, new)
    elif isinstance(name, (Unknown, Text)):
        why = name if isinstance(name, Unknown) else name.unknown
        if isinstance(value, InstanceValue):
            value.open(why)
        elif isinstance(value, ModuleValue):
            value.set("<unknown star>", why)
    elif not isinstance(name, Value):
        call.raise_("TypeError", "attribute name must be string")


@api.function(name="delattr")
def delattr_(call: Call, value: AnyValue, name: AnyValue) -> None:
    if isinstance(value, NativeObject) and isinstance(name, str):
        call.engine.delete_attribute(value, name)
    elif isinstance(value, Attributed) and isinstance(name, str):
        if name in value.attrs:
            value.touch()
            del value.attrs[name]
        elif not isinstance(value, ModuleValue):
            call.raise_("AttributeError", name)


@api.function(name="vars", raw=True)
def vars_(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.getattr(args[0], "__dict__") if args else call.engine.locals_()


def _sorted_names(names: list[Any]) -> ListValue:
    doubt = next((name for name in names if not isinstance(name, str)), None)
    return ListValue([], derived(doubt)) if doubt is not None else ListValue(sorted(names))


@api.function(name="dir", raw=True)
def dir_(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if not args:
        names = call.engine.locals_()
        return (
            ListValue(sorted(k for k in names.items if isinstance(k, str)))
            if isinstance(names, DictValue)
            else derived(names)
        )
    value = args[0]
    if isinstance(value, ModuleValue) and value.load is not None:
        known = call.engine.native_members(value)
        return ListValue(
            sorted(known) if known else [], None if known else call.unknown(f"the names in module {value.name}")
        )
    if not isinstance(value, Attributed):
        return ListValue([], call.unknown("the attributes of a value"))
    if isinstance(value, NativeObject) or (
        isinstance(value, InstanceValue) and value.cls.find("__dir__") is not MISSING
    ):
        own = call.getattr(value, "__dir__", MISSING)
        if own is not MISSING:
            found = members(call, call.invoke(own))
            return found if isinstance(found, Unknown) else _sorted_names(found)
    names = set(value.attrs)
    classes = value.mro if isinstance(value, ClassValue) else value.cls.mro if isinstance(value, InstanceValue) else ()
    for cls in classes:
        names.update(cls.attrs)
    return ListValue(sorted(n for n in names if not n.startswith("<")))


@api.function(name="globals")
def globals_(call: Call) -> Any:
    return call.engine.globals_()


@api.function(name="locals")
def locals_(call: Call) -> Any:
    return call.engine.locals_()


# The world outside


@api.function(name="print", raw=True)
def print_(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """To a file of the program's own; what is shown to people matters to nobody."""
    stream = kwargs.get("file")
    if isinstance(stream, NativeObject) and "pieces" in stream.attrs:
        parts = [call.to_string(arg) for arg in args]
        apart, end = kwargs.get("sep", " "), kwargs.get("end", "\n")
        plain = all(type(part) is str for part in (*parts, apart, end))
        files.write(stream, apart.join(parts) + end if plain else derived(*parts, apart, end))


@api.function(name="input", also=("builtins.breakpoint",))
def input_(call: Call, prompt: AnyValue = "") -> Any:
    return call.unknown("what the user types", "input")


@api.function(name="open", also=("io.open", "codecs.open"))
def open_(call: Call, file: AnyValue, mode: AnyValue = "r", *args: Any, **kwargs: Any) -> Any:
    return files.open_file(call, file, mode)


@api.function(name="exec")
def exec_(call: Call, source: AnyValue, globals: AnyValue = None, locals: AnyValue = None) -> Any:
    if not isinstance(source, str) or isinstance(globals, Unknown) or isinstance(locals, Unknown):
        return call.cannot_know("exec of what is not known", may_make=True)
    call.engine.execute_text(source, globals, locals)
    return None


@api.function(name="execfile", also=("python2.execfile",))
def execfile(call: Call, filename: AnyValue, globals: AnyValue = None, locals: AnyValue = None) -> Any:
    data = call.engine.read_file(filename) if isinstance(filename, str) else None
    if data is None:
        return call.cannot_know("a file that cannot be read is run", may_make=True)
    return exec_(call, data.decode("utf-8", "replace"), globals, locals)


@api.function(name="eval")
def eval_(call: Call, source: AnyValue, globals: AnyValue = None, locals: AnyValue = None) -> Any:
    if not isinstance(source, str) or isinstance(globals, Unknown) or isinstance(locals, Unknown):
        return call.cannot_know("eval of what is not known", may_make=True)
    return call.engine.evaluate_text(source, globals, locals)


@api.function(name="compile")
def compile_(call: Call, source: AnyValue, *args: Any, **kwargs: Any) -> Any:
    """What `eval` and `exec` take: the text itself."""
    return source if isinstance(source, str) else call.unknown("code compiled of what is not known")


@api.function(name="__import__")
def import_(
    call: Call,
    name: AnyValue,
    globals: AnyValue = None,
    locals: AnyValue = None,
    fromlist: AnyValue = (),
    level: AnyValue = 0,
) -> Any:
    if not isinstance(name, str):
        return call.cannot_know("an import whose name is not known", may_make=True)
    if isinstance(level, int) and level > 0:
        return call.engine.import_relative(name, level, call.engine.frame.module)
    found = call.engine.find_module(name)
    wanted = fromlist.items if isinstance(fromlist, ListValue) else fromlist
    if "." in name and not wanted:
        return call.engine.find_module(name.partition(".")[0])
    return found


@api.function(name="exit", also=("builtins.quit",))
def exit_(call: Call, code: AnyValue = None) -> Any:
    call.raise_("SystemExit", code)


@api.function(name="memoryview", also=("builtins.bytearray",))
def memoryview_(call: Call, *args: Any) -> Any:
    return args[0] if args and isinstance(args[0], bytes) else derived(*args)


# What Python 2 has under other names


@python2.function
def xrange(call: Call, *bounds: Any) -> Any:
    return call.invoke(CLASSES["range"], *bounds)


@python2.function(name="map", raw=True)
def map_to_list(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if args[0] is None:
        found = zip_(call, args[1:], {})
        return to_list(call, found)
    return to_list(call, map_(call, args, kwargs))


@python2.function(name="zip", raw=True)
def zip_to_list(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return to_list(call, zip_(call, args, kwargs))


@python2.function(name="filter")
def filter_to_list(call: Call, function: AnyValue, iterable: AnyValue) -> Any:
    return to_list(call, filter_(call, function, iterable))


@python2.function(name="range")
def range_to_list(call: Call, *bounds: Any) -> Any:
    made = call.invoke(CLASSES["range"], *bounds)
    return made if isinstance(made, Unknown) else to_list(call, made)


@python2.function(also=("functools.reduce",))
def reduce(call: Call, function: AnyValue, iterable: AnyValue, *initial: Any) -> Any:
    found = members(call, iterable)
    if isinstance(found, Unknown):
        return found.derive("")
    found = [*initial, *found]
    if not found:
        call.raise_("TypeError", "reduce() of empty sequence with no initial value")
    total = found[0]
    for member in found[1:]:
        total = call.invoke(function, total, member)
    return total


@python2.function
def cmp(call: Call, a: AnyValue, b: AnyValue) -> Any:
    greater, less = call.compare(">", a, b), call.compare("<", a, b)
    return (
        arithmetic(call, "-", greater, less)
        if isinstance(greater, bool) and isinstance(less, bool)
        else derived(greater, less)
    )


for _name, _same in {"unicode": "str", "basestring": "str", "long": "int"}.items():
    declare("python2." + _name, CLASSES[_same])
for _name, _same in {"unichr": "chr", "raw_input": "input"}.items():
    declare("python2." + _name, ENTRIES["builtins." + _same])
