"""absl.flags, tf.app.flags and gflags, one implementation; absl.app.run."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.system import command_line
from scopelint.apis.python.support import derived, members, run_store
from scopelint.apis.python.third_party.flag_words import LOGGING, OWN, OWN_OF_RUN, is_blank, merged, parsed, read
from scopelint.apis.registry import ENTRIES, Behaviour, Default, Namespace, declare, object_behaves
from scopelint.graph.releases import ABSL_LOGGING
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import MISSING, BoundMethod, InstanceValue, NativeFunction, NativeObject

api = Namespace("absl.flags")

FLAGS = NativeObject("absl.flags.FLAGS")
api.constant("FLAGS", FLAGS)
STORE = "absl.flags"
for _name in (
    "Error",
    "IllegalFlagValueError",
    "DuplicateFlagError",
    "UnrecognizedFlagError",
    "ValidationError",
    "UnparsedFlagAccessError",
):
    api.type(_name, bases=("builtins.Exception",) if _name == "Error" else ("absl.flags.Error",))


def defined(call: Call) -> DictValue:
    """Flag name -> its default, and under `<kind>` names what it is parsed as."""
    return run_store(call, STORE)


def put(call: Call, name: str, value: Any) -> None:
    store = defined(call)
    store.touch()
    store.items[name] = value


def setting(call: Call, name: str) -> str | None:
    """What the user of scopelint says that a flag is."""
    found: str | None = None
    for key, value in getattr(call.engine.options, "settings", ()):
        if key == name:
            found = value
    return found


def _register(call: Call, name: str, short: AnyValue, said: AnyValue, overrides: bool) -> None:
    """absl: FlagValues.__setitem__. A name is defined once, unless the module that did is imported a second time."""
    if not name or " " in name:
        why = "cannot contain a space" if name else "cannot be empty"
        call.raise_("absl.flags.Error", f"Flag name {why}")
    store, module = defined(call), call.engine.frame.module
    where = call.state.site().path if module.name == "__main__" else module.name
    for each in dict.fromkeys((name, short)):
        if not isinstance(each, str):
            continue
        made = f"<made>{each}"
        if made not in store.items and each in LOGGING and f"<gone>{each}" not in store.items and _logs(call):
            first, by, help_ = "absl.logging", None, LOGGING[each]
        elif overrides or made not in store.items or made in store.maybe:
            put(call, made, (where, module, said))
            continue
        else:
            held: tuple[str, Any, Any] = store.items[made]
            first, by, help_ = held
        if overrides or (first == where and by is not module):
            return
        words = "(no help available)" if help_ is None else str(call.to_string(help_))
        call.raise_(
            "absl.flags.DuplicateFlagError",
            f"The flag '{each}' is defined twice. First from {first}, Second from {where}.  "
            f"Description from first occurrence: {words}",
        )


def _remove(call: Call, name: str) -> None:
    """absl: FlagValues.__delattr__."""
    store = defined(call)
    store.touch()
    for key in (name, f"<{name}>", f"<made>{name}"):
        store.items.pop(key, None)
    store.items[f"<gone>{name}"] = True


def _logs(call: Call) -> bool:
    """Has absl.logging defined its flags? absl.app imports it, and so does TensorFlow from 1.14 on."""
    loaded = call.engine.modules.loaded
    imported = "tensorflow" in loaded and ABSL_LOGGING.at(call.state.release)
    return imported or "absl.app" in loaded or "absl.logging" in loaded


def define(
    call: Call,
    kind: str,
    name: AnyValue,
    default: AnyValue,
    choices: AnyValue = (),
    short: AnyValue = None,
    said: AnyValue = None,
    overrides: bool = False,
) -> Any:
    """A flag: its default, unless the command line says more. `said`: its help."""
    if not isinstance(name, str):
        return derived(name)
    _register(call, name, short, said, overrides)
    if isinstance(short, str):
        put(call, f"<short>{short}", name)
    given = setting(call, name)
    words = [] if given is not None else read(call, command_line(call).items[1:], {name: kind}, True)[0]
    if given is not None:
        value = parsed(call, kind, given, name)
    elif words:
        value = merged(call, kind, name, [text for _, text in words])
    elif kind in ("list", "spaceseplist") and isinstance(default, str):
        value = parsed(call, kind, default, name)
    elif kind.startswith("multi_") and default is not None and not isinstance(default, (ListValue, Unknown)):
        value = ListValue([default]) if type(default) is not tuple else ListValue(default)
    elif kind == "float" and isinstance(default, int) and not isinstance(default, bool):
        value = float(default)
    elif isinstance(default, str) and kind in ("integer", "float", "boolean", "bool"):
        value = parsed(call, kind, default, name)
    else:
        value = default
    if call.engine.options.given and is_blank(value):
        value = call.unknown(f"--{name} is given when the program is started", str(name))
    put(call, name, value)
    put(call, f"<{name}>", kind)
    listed = members(call, choices)
    call.engine.define_flag(name, value, listed if isinstance(listed, list) else ())
    return NativeObject("absl.flags.holder", name)


def _definer(kind: str) -> None:
    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        # tf.app.flags takes its own older names for the parameters too.
        name = args[0] if args else kwargs.get("name", kwargs.get("flag_name"))
        default = args[1] if len(args) > 1 else kwargs.get("default", kwargs.get("default_value"))
        choices: Any = ()
        rest = args[2:]
        if kind in ("enum", "multi_enum", "enum_class", "multi_enum_class"):
            choices = rest[0] if rest else kwargs.get("enum_values", ())
            rest = rest[1:]
        made = define(
            call,
            kind,
            name,
            default,
            choices if kind == "enum" else (),
            kwargs.get("short_name"),
            rest[0] if rest else kwargs.get("help", kwargs.get("docstring")),
            # Flags of another holder, of which nothing is known here.
            "flag_values" in kwargs or "allow_override" in kwargs,
        )
        if kwargs.get("required") is True:
            mark_flag_as_required(call, name)
        return made

    api.function(summary, name="DEFINE_" + kind, raw=True)


for _name in (
    "string",
    "integer",
    "float",
    "boolean",
    "bool",
    "list",
    "spaceseplist",
    "enum",
    "multi_string",
    "multi_integer",
    "multi_float",
    "multi_enum",
    "enum_class",
    "multi_enum_class",
):
    _definer(_name)


@api.function(raw=True)
def DEFINE(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`DEFINE(parser, name, default, help)`."""
    name = args[1] if len(args) > 1 else kwargs.get("name")
    return define(call, "string", name, args[2] if len(args) > 2 else kwargs.get("default"))


@api.function
def DEFINE_alias(call: Call, name: Any, original_name: Any, *args: Any, **kwargs: Any) -> Any:
    put(call, name, look(call, original_name))


@api.function
def mark_flag_as_required(call: Call, flag_name: AnyValue, flag_values: AnyValue = None) -> None:
    """Whoever starts the program must give it, so it is never None there."""
    name = flag_name.payload if isinstance(flag_name, NativeObject) else flag_name
    if isinstance(name, str) and look(call, name) is None:
        put(call, name, call.unknown(f"flag {name} is given when the program is started", name))


@api.function
def mark_flags_as_required(call: Call, flag_names: AnyValue, flag_values: AnyValue = None) -> None:
    found = members(call, flag_names)
    for name in found if isinstance(found, list) else []:
        mark_flag_as_required(call, name)


for _name in (
    "mark_flags_as_mutual_exclusive",
    "declare_key_flag",
    "adopt_module_key_flags",
    "disclaim_key_flags",
    "mark_bool_flags_as_mutual_exclusive",
):
    api.function(lambda call, *args, **kwargs: None, name=_name)


def _named(flag: Any) -> Any:
    return flag.payload if isinstance(flag, NativeObject) else flag


def _check(call: Call, names: list[Any], checker: AnyValue, message: AnyValue) -> None:
    if all(isinstance(name, str) for name in names):
        put(call, "<validators>", (*validators(call), (names, checker, message)))


@api.function
def register_validator(
    call: Call,
    flag_name: AnyValue,
    checker: AnyValue,
    message: AnyValue = "Flag validation failed",
    flag_values: AnyValue = None,
) -> None:
    _check(call, [_named(flag_name)], checker, message)


@api.function
def register_multi_flags_validator(
    call: Call,
    flag_names: AnyValue,
    multi_flags_checker: AnyValue,
    message: AnyValue = "Flags validation failed",
    flag_values: AnyValue = None,
) -> None:
    found = members(call, flag_names)
    if isinstance(found, list):
        _check(call, [_named(name) for name in found], multi_flags_checker, message)


@api.function
def validator(
    call: Call, flag_name: AnyValue, message: AnyValue = "Flag validation failed", flag_values: AnyValue = None
) -> Any:
    def keep(call: Call, function: AnyValue) -> Any:
        _check(call, [_named(flag_name)], function, message)
        return function

    return NativeFunction("validator", keep, static=True)


@api.function
def set_default(call: Call, flag_holder: AnyValue, value: AnyValue) -> None:
    if isinstance(flag_holder, NativeObject) and setting(call, flag_holder.payload) is None:
        put(call, flag_holder.payload, value)


def look(call: Call, name: str) -> Any:
    """`FLAGS.name`: MISSING where no flag is defined so."""
    found = defined(call).items.get(name, MISSING)
    if found is MISSING:
        return found
    # A flag without a default may be given any value when the program is started; None is what it has here.
    if found is None and not call.engine.options.given:
        call.engine.defaults_of_none = True
    return found


def _names(call: Call) -> list[str]:
    return [n for n in defined(call).items if isinstance(n, str) and not n.startswith("<")]


def _kinds(call: Call) -> dict[str, str]:
    """How each flag is parsed, by its name and by its short name; absl's own too."""
    store = defined(call).items
    found = {name: "own switch" if value is False else "own" for name, value in OWN.items()}
    found.update((name, store.get(f"<{name}>", "string")) for name in _names(call))
    for key, name in store.items():
        if isinstance(key, str) and key.startswith("<short>") and isinstance(name, str):
            found[key[len("<short>") :]] = found.get(name, "string")
    return found


def parse(call: Call, line: AnyValue, known_only: bool) -> Any:
    """absl: FlagValues.__call__. Sets the flags that a command line gives; the words that are left, program first."""
    words = members(call, line)
    if isinstance(words, Unknown):
        return words
    if not words:
        call.raise_(
            "ValueError", "argv cannot be an empty list, and must contain the program name as the first element."
        )
    store = defined(call).items
    kinds = _kinds(call)
    given, left = read(call, words[1:], kinds, known_only)
    texts: dict[str, list[Any]] = {}
    for name, text in given:
        texts.setdefault(store.get(f"<short>{name}", name), []).append(text)
    for name, found in texts.items():
        if setting(call, name) is None and name not in OWN:
            put(call, name, merged(call, kinds.get(name, "string"), name, found))
            put(call, f"<present>{name}", len(found))
    put(call, "<parsed>", True)
    return left if isinstance(left, Unknown) else ListValue([words[0], *left])


def _call_flags(call: Call, self: AnyValue, argv: AnyValue = None, known_only: AnyValue = False) -> Any:
    if argv is None:
        return derived(argv)
    left = parse(call, argv, known_only is True)
    for names, check, message in validators(call):
        held = [look(call, n) for n in names]
        given = held[0] if len(names) == 1 else DictValue(dict(zip(names, held, strict=True)))
        if call.invoke(check, given) is False:
            call.raise_("absl.flags.IllegalFlagValueError", f"flag --{names[0]}={held[0]}: {message}")
    return left


def validators(call: Call) -> list[Any]:
    return list(defined(call).items.get("<validators>", ()))


def _set_default(call: Call, self: InstanceValue, name: AnyValue, value: AnyValue) -> None:
    if isinstance(name, str) and setting(call, name) is None and not defined(call).items.get(f"<present>{name}"):
        put(call, name, parsed(call, defined(call).items.get(f"<{name}>", "string"), value, name))


def _values(call: Call, self: AnyValue) -> Any:
    return DictValue({**OWN, **{n: defined(call).items[n] for n in _names(call)}})


def _nothing(call: Call, self: InstanceValue, *args: Any) -> None:
    return None


def _value_or(call: Call, self: InstanceValue, name: AnyValue, default: AnyValue) -> Any:
    found = look(call, name) if isinstance(name, str) else derived(name)
    return default if found is MISSING or found is None else found


def _all_names(call: Call) -> list[str]:
    own = [name for name in OWN if f"<gone>{name}" not in defined(call).items]
    return [*own, *_names(call), *(OWN_OF_RUN if defined(call).items.get("<run>") else ())]


def _flags(call: Call, self: AnyValue) -> DictValue:
    return DictValue({name: flag_object(call, name) for name in _all_names(call)})


def _delete(call: Call, self: AnyValue, name: AnyValue) -> None:
    if isinstance(name, str):
        _remove(call, name)


def _remove_all(call: Call, self: AnyValue, names: AnyValue) -> None:
    found = members(call, names)
    for name in found if isinstance(found, list) else []:
        _delete(call, self, name)


_METHODS: dict[str, Any] = {
    "mark_as_parsed": _nothing,
    "_parse_flags": _nothing,
    "is_parsed": lambda call, self: defined(call).items.get("<parsed>", False),
    "__dir__": lambda call, self: ListValue(sorted(_all_names(call))),
    "flag_values_dict": _values,
    "set_default": _set_default,
    "unparse_flags": _nothing,
    "append_flags_into_file": _nothing,
    "parse_flags": _call_flags,
    "is_gnu_getopt": lambda call, self: True,
    "get_flag_value": _value_or,
    "__call__": _call_flags,
    "remove_flag_values": _remove_all,
    "__delattr__": _delete,
    "_flags": _flags,
    "_is_required": _nothing,
    "set_gnu_getopt": _nothing,
    "get_key_flags_for_module": lambda call, self, module: ListValue(),
    "key_flags_by_module_dict": lambda call, self: DictValue(),
    "flags_into_string": lambda call, self: Unknown("the flags as text"),
    "keys": lambda call, self: ListValue(_names(call)),
    "items": lambda call, self: ListValue([(n, look(call, n)) for n in _names(call)]),
}
_NATIVES = {name: NativeFunction(name, impl, f"absl.flags.FlagValues.{name}") for name, impl in _METHODS.items()}


def flag_object(call: Call, name: str) -> NativeObject:
    value = look(call, name)
    if value is MISSING:
        value = OWN.get(name, False)
    present = defined(call).items.get(f"<present>{name}", 0)
    return NativeObject("absl.flags.holder", name, {"value": value, "name": name, "default": value, "present": present})


@object_behaves("absl.flags.FLAGS")
class FlagsBehaviour(Behaviour):
    python_class = "builtins.object"

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        found = look(call, name)
        if found is not MISSING:
            if not defined(call).items.get("<parsed>"):
                # Read for the first time: TensorFlow's own flags are parsed now, from the line as it stands.
                parse(call, command_line(call), True)
                found = look(call, name)
            return call.unknown("what flags are given", name) if call.engine.any_flags else found
        if name in OWN:
            return OWN[name]
        if name in ("__flags", "__wrapped", "__dict__"):
            return (
                DictValue({n: flag_object(call, n) for n in _names(call)})
                if name == "__flags"
                else (FLAGS if name == "__wrapped" else _values(call, value))
            )
        native = _NATIVES.get(name)
        if native is not None:
            return BoundMethod(native, value)
        given = setting(call, name)
        if given is not None:
            return given
        if name.startswith("__"):
            return MISSING
        # Defined in a module that could not be read, or only when the program is started.
        if getattr(getattr(call.engine, "modules", None), "missing", None):
            return call.unknown(f"flag {name} is not defined in what could be read", name)
        return MISSING

    def setattr(self, call: Call, value: Any, name: str, new: Any) -> bool:
        put(call, name, new)
        return True

    def delattr(self, call: Call, value: Any, name: str) -> bool:
        _remove(call, name)
        return True

    def getitem(self, call: Call, value: AnyValue, key: AnyValue) -> Any:
        if not isinstance(key, str):
            return derived(key)
        if key not in _all_names(call):
            if call.engine.modules.missing:
                return call.unknown(f"flag {key} is not defined in what could be read", key)
            call.raise_("KeyError", key)
        return flag_object(call, key)

    def contains(self, call: Call, value: AnyValue, member: AnyValue) -> Any:
        return member in _all_names(call) if isinstance(member, str) else derived(member)

    def iterate(self, call: Call, value: AnyValue) -> Any:
        return iter(_all_names(call))

    def length(self, call: Call, value: AnyValue) -> Any:
        return len(_all_names(call))

    def invoke(self, call: Call, value: AnyValue, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call.invoke(_NATIVES["__call__"], value, *args, **kwargs)


@object_behaves("absl.flags.holder")
class HolderBehaviour(Behaviour):
    python_class = "builtins.object"

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        if name == "value":
            return look(call, value.payload)
        if name in ("name", "default"):
            return value.payload if name == "name" else look(call, value.payload)
        return value.attrs.get(name, MISSING)

    def setattr(self, call: Call, value: Any, name: str, new: Any) -> bool:
        if name == "value":
            put(call, value.payload, new)
        return True


@api.function
def FlagValues(call: Call) -> Any:
    return NativeObject("absl.flags.FLAGS")


# absl.app

app = Namespace("absl.app")


@app.function
def run(call: Call, main: AnyValue = None, argv: AnyValue = None, flags_parser: AnyValue = None) -> Any:
    """Calls the program's `main` with its command line, flags taken out, and ends the program."""
    if main is None:
        main = call.getattr(call.engine.find_module("__main__"), "main")
    put(call, "<run>", True)
    line = command_line(call) if argv is None else argv
    parser = flags_parser if flags_parser is not None and not isinstance(flags_parser, Default) else None
    left = parse(call, line, True) if parser is None else call.invoke(parser, line)
    call.raise_("SystemExit", call.invoke(main, left))


@app.function
def parse_flags_with_usage(call: Call, args: tuple[Any, ...]) -> Any:
    return args


app.type("UsageError", bases=("builtins.Exception",))
for _name in ("define_help_flags", "register_and_parse_flags_with_usage", "call_after_init", "usage"):
    app.function(lambda call, *args, **kwargs: None, name=_name)

for _key, _entry in list(ENTRIES.items()):
    if _key.startswith("absl.flags."):
        for _prefix in ("tf.flags.", "tf.app.flags.", "gflags."):
            ENTRIES.setdefault(_prefix + _key[len("absl.flags.") :], _entry)
declare("tf.app.run", ENTRIES["absl.app.run"])
