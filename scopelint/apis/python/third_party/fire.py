"""fire: a function becomes a command line; its parameters are the flags."""

from __future__ import annotations

import ast
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.inspect import shape_of
from scopelint.apis.python.stdlib.system import command_line
from scopelint.apis.python.support import lift, members
from scopelint.apis.registry import Namespace
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue
from scopelint.values.objects import ClassValue

api = Namespace("fire")


def _read(text: str) -> Any:
    """A word of the command line as fire takes it: a Python literal, else the word."""
    try:
        return lift(ast.literal_eval(text))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def _words(call: Call, command: AnyValue) -> list[str]:
    if isinstance(command, str):
        return command.split()
    found = members(call, command if command is not None else command_line(call))
    words = [] if isinstance(found, Unknown) else [word for word in found if isinstance(word, str)]
    return words if command is not None else words[1:]


def _given(words: list[str]) -> tuple[list[Any], dict[str, Any]]:
    """Positional words and flags: `--n=3`, `--n 3`, `--big`, `--nobig`."""
    placed: list[Any] = []
    named: dict[str, Any] = {}
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if not word.startswith("--"):
            placed.append(_read(word))
            continue
        name, equals, text = word[2:].replace("-", "_", word[2:].partition("=")[0].count("-")).partition("=")
        if equals:
            named[name] = _read(text)
        elif at < len(words) and not words[at].startswith("--"):
            named[name] = _read(words[at])
            at += 1
        else:
            named[name.removeprefix("no")] = not name.startswith("no")
    return placed, named


@api.function
def Fire(call: Call, component: AnyValue = None, command: AnyValue = None, name: AnyValue = None) -> Any:
    """A function is called. Of a dictionary, a class or an object the words say what; without any, help is shown."""
    placed, named = _given(_words(call, command))
    named = {**{key: _read(text) for key, text in call.engine.options.settings}, **named}
    while isinstance(component, DictValue) and placed and placed[0] in component.items:
        component = component.items[placed.pop(0)]
    shape = shape_of(call, component)
    if component is None or isinstance(component, (Unknown, DictValue, ClassValue)) or shape is None:
        return call.unknown("what a command line asks of a program")
    named = {key: value for key, value in named.items() if key in (*shape.positional, *shape.named_only) or shape.stars}
    without = len(shape.positional) - len(shape.defaults)
    for each in shape.positional[len(placed) : max(without, len(placed))]:
        named.setdefault(each, call.unknown(f"--{each} is given when the program is started", each))
    return call.invoke(component, *placed, **named)
