"""string and textwrap."""

from __future__ import annotations

import string
import struct
import textwrap
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.formatting import to_string
from scopelint.apis.python.support import all_plain, derived, guarded, too_large
from scopelint.apis.registry import Namespace
from scopelint.limits import STRING
from scopelint.values.base import AnyValue
from scopelint.values.containers import DictValue
from scopelint.values.objects import InstanceValue
from scopelint.values.text import text

api = Namespace("string")

for _name in (
    "ascii_letters",
    "ascii_lowercase",
    "ascii_uppercase",
    "digits",
    "hexdigits",
    "octdigits",
    "punctuation",
    "printable",
    "whitespace",
):
    api.constant(_name, getattr(string, _name))


@api.function
def capwords(call: Call, s: AnyValue, sep: AnyValue = None) -> Any:
    return guarded(call, string.capwords, s, sep) if all_plain((s, sep)) else derived(s, sep)


TEMPLATE = api.type("Template", bases=("builtins.object",))


@TEMPLATE.method(name="__init__")
def template_init(call: Call, self: InstanceValue, template: AnyValue) -> None:
    self.set("template", template)


def _substituted(call: Call, self: InstanceValue, args: tuple[Any, ...], kwargs: dict[str, Any], safe: bool) -> Any:
    pattern = self.attrs.get("template")
    if not isinstance(pattern, str):
        return derived(pattern)
    values = {**(args[0].items if args and isinstance(args[0], DictValue) else {}), **kwargs}
    out: list[Any] = []
    end = 0
    for match in string.Template.pattern.finditer(pattern):
        out.append(pattern[end : match.start()])
        name = match["named"] or match["braced"]
        if name in values:
            out.append(to_string(call, values[name]))
        elif match["escaped"] is not None:
            out.append("$")
        elif safe or name is None:
            out.append(match.group())
        else:
            call.raise_("KeyError", name)
        end = match.end()
    return text([*out, pattern[end:]])


def _split(call: Call, args: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    if not args:
        call.raise_("TypeError", "descriptor 'substitute' of 'Template' object needs an argument")
    return args[0], args[1:]


@TEMPLATE.method(raw=True)
def substitute(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return _substituted(call, *_split(call, args), kwargs, False)


@TEMPLATE.method(raw=True)
def safe_substitute(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return _substituted(call, *_split(call, args), kwargs, True)


wrap_api = Namespace("textwrap")


def _wrapping(name: str) -> None:
    function = getattr(textwrap, name)

    def summary(call: Call, *args: Any, **kwargs: Any) -> Any:
        if not all_plain(args, kwargs):
            return derived(*args, *kwargs.values())
        if args and isinstance(args[0], str) and len(args[0]) > STRING // 20:
            return too_large(call, "a string")
        if any(isinstance(a, str) and len(a) > 1000 for a in (*args[1:], *kwargs.values())):
            return too_large(call, "a string")
        return guarded(call, function, *args, **kwargs)

    wrap_api.function(summary, name=name)


for _name in ("dedent", "indent", "fill", "shorten"):
    _wrapping(_name)


# struct


def _struct(name: str) -> None:
    function = getattr(struct, name)

    def summary(call: Call, *args: Any) -> Any:
        if not args:
            call.raise_("TypeError", f"{name}() takes at least 1 argument (0 given)")
        if not all_plain(args) or (isinstance(args[0], str) and len(args[0]) > 1000):
            return derived(*args)
        try:
            if struct.calcsize(args[0]) > STRING:
                return too_large(call, "a bytes object")
            return function(*args)
        except struct.error as problem:
            call.raise_("struct.error", str(problem))

    struct_api.function(summary, name=name)


struct_api = Namespace("struct")
struct_api.type("error", bases=("builtins.Exception",))
for _name in ("pack", "unpack", "calcsize"):
    _struct(_name)
