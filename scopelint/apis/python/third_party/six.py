"""six, six.moves, future.utils."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call, Raised
from scopelint.apis.python.builtins.classes import CLASSES, TYPE
from scopelint.apis.python.support import derived
from scopelint.apis.registry import Namespace, declare, find
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import MISSING, ClassValue, NativeFunction

api = Namespace("six")

api.constant("PY2", False)
api.constant("PY3", True)
api.constant("PY34", True)
api.constant("string_types", (CLASSES["str"],))
api.constant("integer_types", (CLASSES["int"],))
api.constant("class_types", (TYPE.cls,))
api.constant("text_type", CLASSES["str"])
api.constant("binary_type", CLASSES["bytes"])
api.constant("MAXSIZE", 9223372036854775807)


def _through_method(name: str, method: str, wrapped: bool) -> None:
    def summary(call: Call, d: AnyValue, **kwargs: Any) -> Any:
        found = call.method(d, method, **kwargs)
        if not wrapped or isinstance(found, Unknown):
            return found
        return call.new("builtins.iter", found)

    api.function(summary, name=name, also=("future.utils." + name,))


for _kind in ("items", "keys", "values"):
    _through_method("iter" + _kind, _kind, True)
    _through_method("view" + _kind, _kind, False)


@api.function(also=("future.utils.with_metaclass",), raw=True)
def with_metaclass(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A temporary base: the class that derives from it gets the true bases, and the metaclass makes it."""
    meta, *bases = args
    if not isinstance(meta, ClassValue):
        return derived(meta, reason="a metaclass that is not known")
    known = tuple([b for b in bases if isinstance(b, ClassValue)])
    unknown = next((b for b in bases if isinstance(b, Unknown)), None)
    temporary = ClassValue("temporary_class", known or (CLASSES["object"],), {}, metaclass=None)
    temporary.metaclass = meta
    if unknown is not None:
        temporary.attrs["<unknown base>"] = unknown
    temporary.attrs["<true bases>"] = known
    return temporary


@api.function
def add_metaclass(call: Call, metaclass: AnyValue) -> Any:
    def decorate(call: Call, cls: ClassValue) -> Any:
        if not isinstance(cls, ClassValue) or not isinstance(metaclass, ClassValue):
            return cls
        attrs = {k: v for k, v in cls.attrs.items() if k not in ("__dict__", "__weakref__")}
        made = call.engine.build_class(cls.name, cls.bases, attrs, metaclass)
        return made if isinstance(made, ClassValue) else cls

    return NativeFunction("add_metaclass", decorate, static=True)


@api.function(also=("future.utils.python_2_unicode_compatible",))
def python_2_unicode_compatible(call: Call, cls: ClassValue) -> Any:
    return cls


@api.function
def raise_from(call: Call, value: AnyValue, from_value: AnyValue) -> Any:
    raise Raised(value)


@api.function
def reraise(call: Call, tp: AnyValue, value: AnyValue = None, tb: AnyValue = None) -> Any:
    raise Raised(value if value is not None else call.invoke(tp))


@api.function
def next_(call: Call, it: AnyValue, *default: Any) -> Any:
    return call.new("builtins.next", it, *default)


for _name, _of in {
    "advance_iterator": "builtins.next",
    "callable": "builtins.callable",
    "print_": "builtins.print",
    "unichr": "builtins.chr",
    "int2byte": "builtins.chr",
    "exec_": "builtins.exec",
}.items():
    declare("six." + _name, find(_of))


def _text(name: str) -> None:
    def summary(call: Call, s: AnyValue, encoding: AnyValue = "utf-8", errors: AnyValue = "strict") -> Any:
        if isinstance(s, bytes) and name != "ensure_binary":
            return s.decode("utf-8", "replace")
        if isinstance(s, str) and name == "ensure_binary":
            return s.encode("utf-8", "replace")
        return s

    api.function(summary, name=name)


for _name in ("ensure_str", "ensure_text", "ensure_binary", "u"):
    _text(_name)


@api.function
def b(call: Call, s: AnyValue) -> Any:
    return s.encode("latin-1", "replace") if isinstance(s, str) else s


MOVES = {
    "range": "builtins.range",
    "xrange": "builtins.range",
    "zip": "builtins.zip",
    "map": "builtins.map",
    "filter": "builtins.filter",
    "input": "builtins.input",
    "reduce": "functools.reduce",
    "zip_longest": "itertools.zip_longest",
    "filterfalse": "itertools.filterfalse",
    "intern": "builtins.str",
    "StringIO": "io.StringIO",
    "cStringIO": "io.StringIO",
    "UserDict": "collections.UserDict",
    "UserList": "collections.UserList",
    "getcwd": "os.getcwd",
}
"""six.moves: names of both Pythons, in the sense of the third."""

for _name, _of in MOVES.items():
    _found = find(_of)
    if _found is not MISSING:
        declare("six.moves." + _name, _found)

utils = Namespace("future.utils")
utils.constant("PY2", False)
utils.constant("PY3", True)
utils.constant("string_types", (CLASSES["str"],))
utils.constant("integer_types", (CLASSES["int"],))
