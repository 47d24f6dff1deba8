"""json and yaml: configuration that decides names is read as data."""

from __future__ import annotations

import json
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.files import KIND, file_data, spoil
from scopelint.apis.python.stdlib.files import write as write_to
from scopelint.apis.python.support import ERRORS, NotPlain, derived, lower, reraise, too_large
from scopelint.apis.registry import Namespace, declare
from scopelint.limits import DATA_FILE_BYTES, ITEMS
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import ClassValue, InstanceValue, NativeFunction, NativeObject

api = Namespace("json")
DECODE_ERROR = api.type("JSONDecodeError", bases=("builtins.ValueError",))
declare("json.decoder.JSONDecodeError", DECODE_ERROR.cls)

YAML_BYTES = 1_000_000
"""PyYAML reads about 100 kB a second."""


class TooMany(Exception):
    """More members than the analysis holds."""


class Lift:
    """Plain data as values, its members counted: a few aliases of YAML can stand for billions."""

    def __init__(self) -> None:
        self.left = ITEMS

    def value(self, data: AnyValue) -> Any:
        self.left -= 1
        if self.left < 0:
            raise TooMany
        if isinstance(data, list):
            return ListValue([self.value(v) for v in data])
        if isinstance(data, dict):
            return DictValue({self.key(k): self.value(v) for k, v in data.items()})
        if isinstance(data, tuple):
            return tuple([self.value(v) for v in data])
        if data is None or isinstance(data, (str, int, float, bytes)):
            return data
        return Unknown(f"a {type(data).__name__} in a data file")

    def key(self, key: AnyValue) -> Any:
        return key if key is None or isinstance(key, (str, int, float, bytes, tuple)) else str(key)


def content(call: Call, given: AnyValue) -> Any:
    """The text of a string or of an open file; an Unknown where it is not known."""
    if isinstance(given, NativeObject) and given.kind == KIND:
        given = call.method(given, "read")
    if isinstance(given, InstanceValue):
        given = call.method(given, "read")
    if isinstance(given, (str, bytes)):
        return given if len(given) <= DATA_FILE_BYTES else too_large(call, "a data file")
    return derived(given, reason="data that is not known")


def _loaded(call: Call, given: AnyValue, hook: AnyValue) -> Any:
    text = content(call, given)
    if isinstance(text, Unknown):
        return text
    try:
        made = Lift().value(json.loads(text))
    except TooMany:
        return too_large(call, "a JSON file")
    except json.JSONDecodeError as problem:
        call.raise_("json.JSONDecodeError", str(problem))
    except ERRORS as problem:
        reraise(call, problem)
    return made if hook is None else _hooked(call, made, hook)


def _hooked(call: Call, value: AnyValue, hook: AnyValue) -> Any:
    if isinstance(value, DictValue):
        return call.invoke(hook, DictValue({k: _hooked(call, v, hook) for k, v in value.items.items()}))
    if isinstance(value, ListValue):
        return ListValue([_hooked(call, v, hook) for v in value.items])
    return value


@api.function
def loads(
    call: Call, s: AnyValue, object_hook: AnyValue = None, object_pairs_hook: AnyValue = None, **kwargs: Any
) -> Any:
    return _loaded(call, s, object_hook)


@api.function
def load(
    call: Call, fp: AnyValue, object_hook: AnyValue = None, object_pairs_hook: AnyValue = None, **kwargs: Any
) -> Any:
    return _loaded(call, fp, object_hook)


@api.function
def dumps(call: Call, obj: AnyValue, **kwargs: Any) -> Any:
    options = {k: v for k, v in kwargs.items() if k in ("indent", "sort_keys", "separators", "ensure_ascii")}
    try:
        return json.dumps(lower(obj), **{k: lower(v) for k, v in options.items()})
    except NotPlain as problem:
        return derived(problem.unknown, reason="the JSON text of a value that is not known")
    except ERRORS as problem:
        reraise(call, problem)


@api.function
def dump(call: Call, obj: AnyValue, fp: AnyValue = None, **kwargs: Any) -> None:
    if isinstance(fp, NativeObject) and "pieces" in fp.attrs:
        write_to(fp, dumps(call, obj, **kwargs))


# yaml

yaml_api = Namespace("yaml")
yaml_api.type("YAMLError", bases=("builtins.Exception",))
for _name in (
    "Loader",
    "SafeLoader",
    "FullLoader",
    "UnsafeLoader",
    "CLoader",
    "CSafeLoader",
    "BaseLoader",
    "Dumper",
    "SafeDumper",
):
    yaml_api.type(_name, bases=("builtins.object",))


def _read_yaml(call: Call, stream: AnyValue, loader: AnyValue = None) -> Any:
    text = content(call, stream)
    if isinstance(text, Unknown):
        return text
    if len(text) > YAML_BYTES:
        return too_large(call, "a YAML file")
    try:
        import yaml  # type: ignore[import-untyped]
    except ImportError:
        return call.cannot_know("a YAML file is read only where PyYAML is installed")
    try:
        kind = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        if isinstance(loader, ClassValue) and loader.derives_from("yaml.BaseLoader"):
            kind = yaml.BaseLoader
        return Lift().value(yaml.load(text, Loader=kind))
    except TooMany:
        return too_large(call, "a YAML file")
    except yaml.YAMLError as problem:
        if "could not determine a constructor" in str(problem):
            return call.cannot_know("a YAML file with tags of the program's own")
        call.raise_("yaml.YAMLError", str(problem))
    except ERRORS as problem:
        reraise(call, problem)


for _name in ("load", "safe_load", "full_load", "unsafe_load"):
    yaml_api.function(lambda call, stream, Loader=None: _read_yaml(call, stream, Loader), name=_name)


@yaml_api.function(also=("yaml.safe_dump",))
def dump_yaml(call: Call, data: AnyValue, stream: AnyValue = None, *args: Any, **kwargs: Any) -> Any:
    """JSON is YAML: a file that is only read back may hold it so."""
    spoiled = call.unknown("the YAML text of a value")
    try:
        text: Any = json.dumps(lower(data))
    except (NotPlain, *ERRORS):
        text = spoiled
    if isinstance(stream, NativeObject) and "pieces" in stream.attrs:
        write_to(stream, text if not stream.attrs["pieces"].items and isinstance(stream.payload, str) else spoiled)
        return None
    return spoiled


declare("yaml.dump", NativeFunction("dump", dump_yaml, "yaml.dump"))


# configparser

config_api = Namespace("configparser")
for _name, _base in {
    "Error": "builtins.Exception",
    "NoSectionError": "configparser.Error",
    "NoOptionError": "configparser.Error",
}.items():
    config_api.type(_name, bases=(_base,))
CONFIG = config_api.type("RawConfigParser", bases=("builtins.object",))
for _name in ("ConfigParser", "SafeConfigParser"):
    config_api.type(_name, bases=(CONFIG.cls,))


@CONFIG.method(name="__init__", raw=True)
def config_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    args[0].set("<sections>", DictValue())


def _fill(call: Call, self: InstanceValue, text: AnyValue, name: str) -> None:
    """Adds the sections of a file's text; an Unknown where that is not known."""
    held = self.attrs["<sections>"]
    held.touch()
    if not isinstance(text, str):
        if not held.items:
            held.rest = derived(text, reason="a configuration file that is not known")
        return
    held.rest = None
    import configparser  # 2 ms, and few programs read such files

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as problem:
        call.raise_("configparser.Error", str(problem))
    for section in (*parser.sections(), "DEFAULT"):
        before = held.items.get(section)
        pairs = dict(parser[section])
        held.items[section] = DictValue({**(before.items if isinstance(before, DictValue) else {}), **pairs})


@CONFIG.method
def read(call: Call, self: InstanceValue, filenames: AnyValue, encoding: AnyValue = None) -> Any:
    """The names of those that were read: programs try one folder after the other."""
    names = [filenames] if not isinstance(filenames, (ListValue, tuple)) else call.members(filenames)
    if not isinstance(names, list):
        names = [names]
    done = []
    for name in names:
        data = file_data(call, name)
        _fill(call, self, data.decode("utf-8", "replace") if isinstance(data, bytes) else data, str(name))
        if isinstance(data, (bytes, str)) or isinstance(name, Unknown):
            done.append(name)
    return ListValue(done)


@CONFIG.property
def _sections(call: Call, self: InstanceValue) -> Any:
    held = self.attrs["<sections>"]
    return DictValue({name: inner for name, inner in held.items.items() if name != "DEFAULT"}, held.rest)


@CONFIG.method
def read_string(call: Call, self: InstanceValue, string: AnyValue, source: AnyValue = "") -> None:
    _fill(call, self, string, "<string>")


@CONFIG.method(name="read_file")
def read_file(call: Call, self: InstanceValue, f: AnyValue, source: AnyValue = "") -> None:
    _fill(call, self, content(call, f), "<file>")


@CONFIG.method
def sections(call: Call, self: InstanceValue) -> Any:
    held = self.attrs["<sections>"]
    return ListValue([s for s in held.items if s != "DEFAULT"], held.rest)


def _option(call: Call, self: InstanceValue, section: AnyValue, option: AnyValue, fallback: tuple[Any, ...]) -> Any:
    held = self.attrs["<sections>"]
    inner = held.items.get(section) if isinstance(section, str) else None
    if isinstance(inner, DictValue) and isinstance(option, str) and option.lower() in inner.items:
        return inner.items[option.lower()]
    if held.rest is not None or not isinstance(section, str) or not isinstance(option, str):
        return derived(held.rest, section, option, label=option if isinstance(option, str) else "")
    if fallback:
        return fallback[0]
    if inner is None:
        call.raise_("configparser.NoSectionError", f"No section: {section!r}")
    call.raise_("configparser.NoOptionError", f"No option {option!r} in section: {section!r}")


def _getter(name: str, convert: str) -> None:
    def method(call: Call, self: InstanceValue, section: Any, option: AnyValue, **kwargs: Any) -> Any:
        fallback = (kwargs["fallback"],) if "fallback" in kwargs else ()
        found = _option(call, self, section, option, fallback)
        if not isinstance(found, str) or not convert:
            return found
        if convert == "bool":
            return found.lower() in ("1", "yes", "true", "on")
        return call.new("builtins." + convert, found)

    CONFIG.cls.attrs[name] = NativeFunction(name, method, f"configparser.RawConfigParser.{name}")


for _name, _convert in {"get": "", "getint": "int", "getfloat": "float", "getboolean": "bool"}.items():
    _getter(_name, _convert)


@CONFIG.method(name="__getitem__")
def section_of(call: Call, self: InstanceValue, key: AnyValue) -> Any:
    return call.getitem(self.attrs["<sections>"], key)


@CONFIG.method(name="__contains__")
def has_section(call: Call, self: InstanceValue, section: AnyValue) -> Any:
    return call.contains(self.attrs["<sections>"], section)


CONFIG.cls.attrs["has_section"] = CONFIG.cls.attrs["__contains__"]


for _name in ("keys", "__iter__"):
    CONFIG.cls.attrs[_name] = NativeFunction(
        _name,
        lambda call, self: ListValue(list(self.attrs["<sections>"].items), self.attrs["<sections>"].rest),
        f"configparser.RawConfigParser.{_name}",
    )


@CONFIG.method
def has_option(call: Call, self: InstanceValue, section: AnyValue, option: AnyValue) -> Any:
    held = self.attrs["<sections>"]
    inner = held.items.get(section) if isinstance(section, str) else None
    if isinstance(inner, DictValue) and isinstance(option, str):
        return option.lower() in inner.items
    return derived(held.rest) if held.rest is not None else False


@CONFIG.method
def options(call: Call, self: InstanceValue, section: AnyValue) -> Any:
    found = call.getitem(self.attrs["<sections>"], section)
    return ListValue(list(found.items)) if isinstance(found, DictValue) else derived(found)


@CONFIG.method
def items(call: Call, self: InstanceValue, section: AnyValue = None, *args: Any, **kwargs: Any) -> Any:
    found = self.attrs["<sections>"] if section is None else call.getitem(self.attrs["<sections>"], section)
    return ListValue(list(found.items.items()), found.rest) if isinstance(found, DictValue) else derived(found)


@CONFIG.method(name="set")
def set_option(call: Call, self: InstanceValue, section: AnyValue, option: AnyValue, value: AnyValue = None) -> None:
    inner = self.attrs["<sections>"].items.get(section)
    if isinstance(inner, DictValue) and isinstance(option, str):
        inner.touch()
        inner.items[option.lower()] = value


@CONFIG.method
def add_section(call: Call, self: InstanceValue, section: AnyValue) -> None:
    held = self.attrs["<sections>"]
    held.touch()
    held.items.setdefault(section, DictValue())


@CONFIG.method
def write(call: Call, self: InstanceValue, fp: AnyValue = None, *args: Any, **kwargs: Any) -> None:
    spoil(fp)
