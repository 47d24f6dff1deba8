"""argparse: a command line that is known, else the parser's defaults."""

from __future__ import annotations

from typing import Any

from scopelint import limits
from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.system import command_line
from scopelint.apis.python.support import derived, members
from scopelint.apis.python.third_party.flag_words import is_blank
from scopelint.apis.python.third_party.flag_words import parsed as parsed_flag
from scopelint.apis.registry import Namespace
from scopelint.values.base import AnyValue, Unknown, Why
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import ON_ESCAPE, InstanceValue, NativeFunction, NativeObject, PropertyValue

api = Namespace("argparse")

for _name, _value in {
    "SUPPRESS": "==SUPPRESS==",
    "OPTIONAL": "?",
    "ZERO_OR_MORE": "*",
    "ONE_OR_MORE": "+",
    "REMAINDER": "...",
    "PARSER": "A...",
}.items():
    api.constant(_name, _value)
for _name in (
    "HelpFormatter",
    "ArgumentDefaultsHelpFormatter",
    "RawTextHelpFormatter",
    "RawDescriptionHelpFormatter",
    "MetavarTypeHelpFormatter",
    "Action",
):
    api.type(_name, bases=("builtins.object",))
for _name in ("ArgumentError", "ArgumentTypeError"):
    api.type(_name, bases=("builtins.Exception",))

NAMESPACE = api.type("Namespace", bases=("builtins.object",))


@NAMESPACE.method(name="__init__", raw=True)
def namespace_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    for key, value in kwargs.items():
        args[0].set(key, value)


@NAMESPACE.method(name="__contains__")
def namespace_contains(call: Call, self: InstanceValue, key: AnyValue) -> Any:
    return key in self.attrs if isinstance(key, str) else derived(key)


PARSER = api.type("ArgumentParser", bases=("builtins.object",))


def _list(self: Any, name: str) -> ListValue:
    found = self.attrs.get(name)
    if not isinstance(found, ListValue):
        found = ListValue()
        self.set(name, found)
    return found


def _may_have_more(self: InstanceValue, why: Unknown) -> None:
    held = _list(self, "<arguments>")
    held.touch()
    held.rest = why.derive("")


PARSER.cls.attrs[ON_ESCAPE] = _may_have_more


def _add(self: InstanceValue, name: str, value: AnyValue) -> None:
    held = _list(self, name)
    held.touch()
    held.items.append(value)


@PARSER.method(name="__init__", raw=True)
def parser_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self = args[0]
    _list(self, "<arguments>")
    self.set("<defaults>", DictValue())
    self.set("description", kwargs.get("description"))
    self.set("prog", kwargs.get("prog", "main.py"))
    self.set("<files>", kwargs.get("fromfile_prefix_chars"))
    parents = kwargs.get("parents")
    found = members(call, parents) if parents is not None else []
    for parent in found if isinstance(found, list) else [found]:
        if isinstance(parent, InstanceValue):
            for argument in _list(parent, "<arguments>").items:
                _add(self, "<arguments>", argument)
            parent = _list(parent, "<arguments>").rest
        if isinstance(parent, Unknown):
            _may_have_more(self, parent)


def _arguments(parser: Any) -> list[Any]:
    """The arguments of which it is known what they are: one that was added in a branch is not."""
    return [a for a in _list(parser, "<arguments>").items if isinstance(a, NativeObject)]


@PARSER.method(raw=True)
def add_argument(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, *names = args
    options = [n for n in names if isinstance(n, str) and n.startswith("-")]
    dest = kwargs.get("dest")
    if dest is None:
        named = next((o for o in options if o.startswith("--")), options[0] if options else names[0] if names else "")
        dest = named.lstrip("-").replace("-", "_") if isinstance(named, str) else named
    argument = NativeObject(
        "argparse.argument",
        None,
        {
            "dest": dest,
            "options": tuple(options),
            "action": kwargs.get("action", "store"),
            "nargs": kwargs.get("nargs"),
            "const": kwargs.get("const"),
            "default": kwargs.get("default"),
            "type": _registered(self, kwargs.get("type")),
            "required": kwargs.get("required", False),
            "choices": kwargs.get("choices"),
            "given": "default" in kwargs,
            "option_strings": ListValue(options),
            "help": kwargs.get("help"),
            "metavar": kwargs.get("metavar"),
        },
    )
    _add(self, "<arguments>", argument)
    if not all(isinstance(name, str) for name in (*names, dest)):
        _may_have_more(self, derived(*names, dest))
    return argument


def _registered(parser: Any, kind: AnyValue) -> Any:
    """What a parser calls by a name of its own: `register("type", "bool", str2bool)`."""
    held = parser.attrs.get("<types>")
    return held.items.get(kind, kind) if isinstance(kind, str) and isinstance(held, DictValue) else kind


@PARSER.method
def register(
    call: Call, self: InstanceValue, registry_name: AnyValue, value: AnyValue, object: AnyValue = None
) -> None:
    if registry_name == "type":
        held = self.attrs.get("<types>")
        self.set("<types>", DictValue({**(held.items if isinstance(held, DictValue) else {}), value: object}))


@PARSER.method(raw=True)
def add_argument_group(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A group adds to its parser."""
    return args[0]


@PARSER.method(raw=True)
def add_mutually_exclusive_group(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[0]


@PARSER.method(raw=True)
def set_defaults(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    held = args[0].attrs["<defaults>"]
    held.touch()
    held.items.update(kwargs)


@PARSER.method
def get_default(call: Call, self: InstanceValue, dest: AnyValue) -> Any:
    if isinstance(dest, str) and dest in self.attrs["<defaults>"].items:
        return self.attrs["<defaults>"].items[dest]
    return next((a.attrs["default"] for a in _arguments(self) if a.attrs["dest"] == dest), None)


@PARSER.method(raw=True)
def add_subparsers(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    made = InstanceValue(SUBPARSERS.cls, {"dest": kwargs.get("dest"), "<parsers>": DictValue()})
    self.set("<subparsers>", made)
    return made


SUBPARSERS = api.type("_SubParsersAction", bases=("builtins.object",))


@SUBPARSERS.method(raw=True)
def add_parser(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, name = args[:2]
    made = call.invoke(PARSER.cls, **{k: v for k, v in kwargs.items() if k != "aliases"})
    held = self.attrs["<parsers>"]
    held.touch()
    held.items[name] = made
    return made


for _name in ("print_help", "print_usage", "add_help"):
    PARSER.cls.attrs[_name] = NativeFunction(_name, lambda call, args, kwargs: None, f"argparse.{_name}", raw=True)


for _name, _slot in {"_actions": "<arguments>", "_defaults": "<defaults>"}.items():
    PARSER.cls.attrs[_name] = PropertyValue(NativeFunction(_name, lambda call, self, slot=_slot: self.attrs[slot]))


@PARSER.method
def format_help(call: Call, self: InstanceValue) -> Any:
    return call.unknown("the help text of a parser")


@PARSER.method
def error(call: Call, self: InstanceValue, message: AnyValue) -> Any:
    call.raise_("SystemExit", 2)


@PARSER.method(name="exit")
def exit_(call: Call, self: InstanceValue, status: AnyValue = 0, message: AnyValue = None) -> Any:
    call.raise_("SystemExit", status)


# Parsing


def convert(call: Call, argument: Any, word: Any) -> Any:
    kind = argument.attrs["type"]
    if kind is None or not isinstance(word, str):
        return word
    return call.invoke(kind, word)


def take(call: Call, argument: Any, words: list[Any], at: int) -> tuple[Any, int]:
    """The value of an option whose words begin at `at`, and where the next word stands."""
    action, nargs = argument.attrs["action"], argument.attrs["nargs"]
    if action in ("store_true", "store_false"):
        return action == "store_true", at
    if action in ("store_const", "append_const"):
        return argument.attrs["const"], at
    if action == "count":
        return 1, at
    end = at
    while end < len(words) and not (
        isinstance(words[end], str) and words[end].startswith("-") and not _is_negative(words[end])
    ):
        end += 1
    if nargs is None:
        if end == at:
            call.raise_("SystemExit", 2)
        return convert(call, argument, words[at]), at + 1
    if nargs == "?":
        return (convert(call, argument, words[at]), at + 1) if end > at else (argument.attrs["const"], at)
    if isinstance(nargs, int):
        end = min(end, at + nargs)
    return ListValue([convert(call, argument, w) for w in words[at:end]]), end


def _is_negative(word: str) -> bool:
    return word[1:2].isdigit() or word[1:2] == "."


def default_of(call: Call, parser: Any, argument: Any) -> Any:
    """What an argument is worth that the command line does not give."""
    dest, action = argument.attrs["dest"], argument.attrs["action"]
    set_later = parser.attrs["<defaults>"].items
    if dest in set_later:
        return noted(call, set_later[dest])
    if not argument.attrs["given"] and action in ("store_true", "store_false"):
        return action == "store_false"
    default = argument.attrs["default"]
    required = argument.attrs["required"] is True or (
        not argument.attrs["options"] and argument.attrs["nargs"] in (None, "+") and action == "store"
    )
    if (default is None and required) or (call.engine.options.given and is_blank(default)):
        return call.unknown(
            f"argument {dest} is given when the program is started", dest if isinstance(dest, str) else ""
        )
    if isinstance(default, str) and argument.attrs["type"] is not None:
        return convert(call, argument, default)
    if default is None and not argument.attrs["options"] and argument.attrs["nargs"] == "*":
        return ListValue()
    return noted(call, default)


def noted(call: Call, default: AnyValue) -> Any:
    """A default. Where it is None and no command line is known, whoever starts the program may well give another."""
    if default is None and not call.engine.options.given:
        call.engine.defaults_of_none = True
    return default


def parse(call: Call, parser: Any, words: list[Any] | Unknown, into: InstanceValue, told: bool = False) -> list[Any]:
    """Fills a Namespace; the words that nothing takes are given back. `told`: they are the program's own."""
    doubt = words if isinstance(words, Unknown) else None
    others = _list(parser, "<arguments>").rest
    if others is not None:
        # Arguments that may have been added, and are not seen.
        into.touch()
        into.rest = others.derive("args")
    words = [] if isinstance(words, Unknown) else words
    arguments = [a for a in _arguments(parser) if isinstance(a.attrs["dest"], str)]
    settings = dict(getattr(call.engine.options, "settings", ()))
    for argument in arguments:
        dest = argument.attrs["dest"]
        if argument.attrs["default"] == "==SUPPRESS==" or dest in into.attrs:
            continue
        value = default_of(call, parser, argument) if doubt is None else doubt.derive(dest)
        if dest in settings:
            flag = argument.attrs["action"] in ("store_true", "store_false")
            value = parsed_flag(call, "bool", settings[dest], dest) if flag else convert(call, argument, settings[dest])
        into.set(dest, value)
        choices = members(call, argument.attrs["choices"]) if argument.attrs["choices"] is not None else []
        call.engine.define_flag(dest, value, choices if isinstance(choices, list) else ())
    for key, value in parser.attrs["<defaults>"].items.items():
        if key not in into.attrs:
            into.set(key, value)
    positional = [a for a in arguments if not a.attrs["options"]]
    subparsers = parser.attrs.get("<subparsers>")
    left: list[Any] = []
    at = 0
    while at < len(words):
        call.engine.tick()
        word = words[at]
        if isinstance(word, str) and word.startswith("-") and len(word) > 1 and not _is_negative(word):
            name, equals, inline = word.partition("=")
            argument = next((a for a in arguments if name in a.attrs["options"]), None)
            if argument is None:
                matches = [a for a in arguments if any(o.startswith(name) for o in a.attrs["options"])]
                argument = matches[0] if len(matches) == 1 and name.startswith("--") else None
            if argument is None:
                left.append(word)
                at += 1
                continue
            if equals:
                value, at = take(call, argument, [inline], 0)[0], at + 1
            else:
                value, at = take(call, argument, words, at + 1)
            _store(call, into, argument, value)
        elif positional:
            argument = positional.pop(0)
            value, at = take(call, argument, words, at)
            _store(call, into, argument, value)
        elif isinstance(subparsers, InstanceValue) and word in subparsers.attrs["<parsers>"].items:
            if isinstance(subparsers.attrs["dest"], str):
                into.set(subparsers.attrs["dest"], word)
            return left + parse(call, subparsers.attrs["<parsers>"].items[word], words[at + 1 :], into)
        else:
            left.append(word)
            at += 1
    if isinstance(subparsers, InstanceValue):
        _without_command(call, subparsers, into, settings, told and doubt is None)
    return left


def _without_command(
    call: Call, subparsers: InstanceValue, into: InstanceValue, settings: dict[Any, Any], told: bool
) -> None:
    """No word is a command. Where the words are the program's own, none is given; where they come from whoever starts
    it, one may be: what is asked of the Namespace then is of the commands that have it."""
    dest, parsers = subparsers.attrs["dest"], subparsers.attrs["<parsers>"].items
    if isinstance(dest, str) and dest in into.attrs:
        return
    chosen = settings.get(dest, None if told else call.unknown("which command is given", "command"))
    if isinstance(dest, str):
        into.set(dest, chosen)
    if isinstance(chosen, str) and chosen in parsers:
        parse(call, parsers[chosen], [], into)
    elif isinstance(chosen, Unknown):
        held = [InstanceValue(NAMESPACE.cls) for _ in parsers]
        for below, made in zip(parsers.values(), held, strict=True):
            if isinstance(below, InstanceValue):
                parse(call, below, [], made)
        for name in dict.fromkeys(name for made in held for name in made.attrs if name not in into.attrs):
            values = [made.attrs[name] for made in held if name in made.attrs]
            same = all(each is values[0] or (type(each) is type(values[0]) and each == values[0]) for each in values)
            into.set(name, values[0] if same else call.unknown(f"argument {name} hangs on the command", name))


def _store(call: Call, into: InstanceValue, argument: Any, value: Any) -> None:
    dest, action = argument.attrs["dest"], argument.attrs["action"]
    if action in ("append", "append_const"):
        before = into.attrs.get(dest)
        value = ListValue([*(before.items if isinstance(before, ListValue) else []), value])
    elif action == "count":
        before = into.attrs.get(dest)
        value = (before if isinstance(before, int) else 0) + 1
    elif isinstance(action, Unknown) or not isinstance(action, str):
        value = derived(action, reason="what an argument's own action makes of it")
    into.set(dest, value)


def _words(call: Call, parser: Any, args: Any) -> list[Any] | Unknown:
    """The words to parse; of an entry that we chose ourselves none are given."""
    found = members(call, command_line(call) if args is None else args)
    if isinstance(found, Unknown):
        return [] if found.cause.why is Why.PARAMETER else found
    return _with_files(call, parser, found[1:] if args is None else found, 0)


_FILES_DEEP = 20
"""Files of words that name files of words: one may name itself."""


def _with_files(call: Call, parser: Any, words: list[Any], depth: int) -> list[Any] | Unknown:
    """`@file` stands for the lines of that file, each a word, where the parser was made so. CPython:
    ArgumentParser._read_args_from_files."""
    marks = parser.attrs.get("<files>")
    if marks is None:
        return words
    read: list[Any] = []
    for word in words:
        if not isinstance(word, str) or not word:
            read.append(word)
            continue
        if not isinstance(marks, str):
            return derived(marks, reason="which words name files of more of them")
        if word[0] not in marks:
            read.append(word)
            continue
        own = parser.cls.find("convert_arg_line_to_args")
        data = None if own not in (None, _ONE_WORD) or depth > _FILES_DEEP else call.engine.read_file(word[1:])
        if data is None:
            return call.unknown("words of a command line that stand in a file", word[1:])
        lines = _with_files(call, parser, data.decode("utf-8", "replace").splitlines(), depth + 1)
        if isinstance(lines, Unknown):
            return lines
        read += lines
        if len(read) > limits.ITEMS:
            return call.unknown("words of a command line that stand in a file", word[1:])
    return read


@PARSER.method
def convert_arg_line_to_args(call: Call, self: InstanceValue, arg_line: AnyValue) -> Any:
    return ListValue([arg_line])


_ONE_WORD = PARSER.cls.attrs["convert_arg_line_to_args"]


@PARSER.method
def parse_args(call: Call, self: InstanceValue, args: AnyValue = None, namespace: Any = None) -> Any:
    into = namespace if isinstance(namespace, InstanceValue) else InstanceValue(NAMESPACE.cls)
    if parse(call, self, _words(call, self, args), into, args is not None) and into.rest is None:
        call.raise_("SystemExit", 2)
    if call.engine.any_flags:
        for name in into.attrs:
            into.set(name, call.unknown("what arguments are given", name))
    return into


@PARSER.method
def parse_known_args(call: Call, self: InstanceValue, args: AnyValue = None, namespace: Any = None) -> Any:
    into = namespace if isinstance(namespace, InstanceValue) else InstanceValue(NAMESPACE.cls)
    return (into, ListValue(parse(call, self, _words(call, self, args), into, args is not None)))


@api.function
def FileType(call: Call, *args: Any, **kwargs: Any) -> Any:
    return call.find("builtins.open")
