"""click: commands are functions that whoever starts the program calls."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Behaviour, Namespace, object_behaves
from scopelint.values.base import AnyValue
from scopelint.values.objects import MISSING, NativeFunction, NativeObject

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


for _name in ("option", "argument", "version_option", "help_option", "password_option", "confirmation_option"):
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
        names, _ = call.engine.parameters(value.payload)
        return call.engine.invoke(
            value.payload, (), {n: call.unknown("an option of the command line", n) for n in names}
        )
