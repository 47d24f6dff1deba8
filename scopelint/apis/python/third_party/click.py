"""click: commands are functions that whoever starts the program calls."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Behaviour, Namespace, object_behaves
from scopelint.values.base import AnyValue
from scopelint.values.objects import MISSING, FunctionValue, NativeFunction, NativeObject

api = Namespace("click")

COMMAND = "click.command"


def _command(call: Call, function: AnyValue) -> NativeObject:
    return NativeObject(COMMAND, function, {"callback": function, "__wrapped__": function})


def _maker(call: Call, *args: Any, **kwargs: Any) -> Any:
    if args and not isinstance(args[0], str) and args[0] is not None:
        return _command(call, args[0])
    return NativeFunction("command", _command, static=True)


for _name in ("command", "group"):
    api.function(_maker, name=_name)


def _same(call: Call, function: AnyValue) -> Any:
    return function


OPTIONS = "<options>"


def _name_of(declared: Any) -> str:
    """click: Option._parse_decls. The name that is no flag, else the first of those with most dashes."""
    words = [word for word in declared if isinstance(word, str)]
    plain = [word for word in words if word.isidentifier()]
    if plain or not words:
        return plain[0] if plain else ""
    longest = max(len(word) - len(word.lstrip("-")) for word in words)
    flag = next(word for word in words if len(word) - len(word.lstrip("-")) == longest)
    return flag.partition("/")[0].strip().lstrip("-").replace("-", "_").lower()


def _option(call: Call, *declared: Any, **kwargs: Any) -> Any:
    """The function gets what is given for it by this name; what that is hangs on the command line."""
    name = _name_of(declared)

    def decorate(call: Call, function: Any) -> Any:
        own = function.payload if isinstance(function, NativeObject) else function
        if isinstance(own, FunctionValue):
            own.set(OPTIONS, (*own.attrs.get(OPTIONS, ()), name))
        return function

    return NativeFunction("decorate", decorate, static=True)


for _name in ("option", "argument", "password_option", "confirmation_option"):
    api.function(_option, name=_name)
for _name in ("version_option", "help_option"):
    api.function(lambda call, *args, **kwargs: NativeFunction("decorate", _same, static=True), name=_name)
for _name in ("pass_context", "pass_obj"):
    api.function(_same, name=_name)
for _name in ("echo", "secho", "clear", "pause", "style"):
    api.function(lambda call, *args, **kwargs: None, name=_name)
for _name in ("prompt", "confirm", "get_current_context", "Path", "Choice", "IntRange", "File", "DateTime"):
    api.function(lambda call, *args, **kwargs: call.unknown("what the user types"), name=_name)


@object_behaves(COMMAND)
class CommandBehaviour(Behaviour):
    """What `@click.command()` makes of a function."""

    python_class = "builtins.object"

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        if name in ("command", "group"):
            return NativeFunction(name, _maker, static=True)
        if name in ("add_command", "resultcallback", "result_callback"):
            return NativeFunction(name, lambda call, *args, **kwargs: None, static=True)
        found = value.attrs.get(name, MISSING)
        return call.getattr(value.payload, name, MISSING) if found is MISSING else found

    def invoke(self, call: Call, value: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Called as a function by `main()`: its options come from a command line that is not known."""
        names, takes_any = call.engine.parameters(value.payload)
        options = getattr(value.payload, "attrs", {}).get(OPTIONS, ())
        if takes_any:
            names = [*names, *(name for name in options if name and name not in names)]
        given: dict[str, Any] = {n: call.unknown("an option of the command line", n) for n in names}
        if takes_any and (not options or "" in options):
            given = call.engine.open_keywords(given, call.unknown("the options of a command"))
        return call.engine.invoke(value.payload, (), given)
