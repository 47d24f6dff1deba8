"""configparser: sections, defaults and what their values take from each other."""

from __future__ import annotations

import configparser
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.files import file_data, spoil
from scopelint.apis.python.stdlib.json_and_yaml import content
from scopelint.apis.python.support import NotPlain, derived, lower
from scopelint.apis.registry import Namespace
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import ClassValue, InstanceValue, NativeFunction

api = Namespace("configparser")
for _name, _bases in {
    "Error": "builtins.Exception",
    "NoSectionError": "configparser.Error",
    "NoOptionError": "configparser.Error",
    "DuplicateSectionError": "configparser.Error",
    "DuplicateOptionError": "configparser.Error",
    "ParsingError": "configparser.Error",
    "MissingSectionHeaderError": "configparser.ParsingError",
    "InterpolationError": "configparser.Error",
    "InterpolationMissingOptionError": "configparser.InterpolationError",
    "InterpolationSyntaxError": "configparser.InterpolationError",
    "InterpolationDepthError": "configparser.InterpolationError",
}.items():
    api.type(_name, bases=(_bases,))
api.constant("DEFAULTSECT", "DEFAULT")

_NONE = api.type("Interpolation", bases=("builtins.object",))
_BASIC = api.type("BasicInterpolation", bases=("configparser.Interpolation",))
_EXTENDED = api.type("ExtendedInterpolation", bases=("configparser.Interpolation",))
PARSER = api.type("RawConfigParser", bases=("builtins.object",))
for _name in ("ConfigParser", "SafeConfigParser"):
    api.type(_name, bases=(PARSER.cls,))
SECTION = api.type("SectionProxy", bases=("builtins.object",))

_SECTIONS = "<sections>"
_READING = "<reading>"
_INTERPOLATION = "<interpolation>"
_DEFAULT = "DEFAULT"
_NOTHING = "\0"
"""No section is called so: DEFAULT is then read as a section like others, and its values are not mixed into them."""

_TRUTHS = configparser.ConfigParser.BOOLEAN_STATES
_READING_OPTIONS = (
    "allow_no_value",
    "delimiters",
    "comment_prefixes",
    "inline_comment_prefixes",
    "strict",
    "empty_lines_in_values",
)


@PARSER.method(name="__init__", raw=True)
def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self = args[0]
    self.set(_SECTIONS, DictValue())
    reading = {}
    for name in _READING_OPTIONS:
        try:
            reading[name] = lower(kwargs[name])
        except (KeyError, NotPlain):
            continue
    self.set(_READING, tuple(reading.items()))
    given = kwargs.get("interpolation", _BASIC if _expands(self.cls) else None)
    own = getattr(given, "cls", None)
    self.set(_INTERPOLATION, None if own is None or own is _NONE.cls else own.name)
    defaults = args[1] if len(args) > 1 else kwargs.get("defaults")
    if defaults is not None:
        _take(call, self, _DEFAULT, defaults)


def _expands(cls: ClassValue) -> bool:
    """`RawConfigParser` leaves values as they are."""
    return any(each.canonical.endswith((".ConfigParser", ".SafeConfigParser")) for each in cls.mro)


def _fill(call: Call, self: InstanceValue, text: AnyValue) -> None:
    """Adds the sections of a file's text; an Unknown where that is not known."""
    held = self.attrs[_SECTIONS]
    held.touch()
    if not isinstance(text, str):
        if not held.items:
            held.rest = derived(text, reason="a configuration file that is not known")
        return
    held.rest = None
    parser = configparser.RawConfigParser(default_section=_NOTHING, **{"strict": True, **dict(self.attrs[_READING])})
    if _keeps_case(call, self):
        parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(text)
    except configparser.Error as problem:
        call.raise_(f"configparser.{type(problem).__name__}", str(problem))
    for section in parser.sections():
        _add(held, section, dict(parser[section]))


def _keeps_case(call: Call, self: InstanceValue) -> bool:
    hook = self.attrs.get("optionxform")
    return hook is not None and getattr(hook, "canonical", "") == "builtins.str"


def _add(held: DictValue, section: str, pairs: dict[Any, Any]) -> None:
    before = held.items.get(section)
    held.touch()
    held.items[section] = DictValue({**(before.items if isinstance(before, DictValue) else {}), **pairs})


def _key(call: Call, self: InstanceValue, option: AnyValue) -> Any:
    return option if not isinstance(option, str) or _keeps_case(call, self) else option.lower()


@PARSER.method
def read(call: Call, self: InstanceValue, filenames: AnyValue, encoding: AnyValue = None) -> Any:
    """The names of those that were read: programs try one folder after the other."""
    names = [filenames] if not isinstance(filenames, (ListValue, tuple)) else call.members(filenames)
    if not isinstance(names, list):
        names = [names]
    done = []
    for name in names:
        data = file_data(call, name)
        _fill(call, self, data.decode("utf-8", "replace") if isinstance(data, bytes) else data)
        if isinstance(data, (bytes, str)) or isinstance(name, Unknown):
            done.append(name)
    return ListValue(done)


@PARSER.method
def read_string(call: Call, self: InstanceValue, string: AnyValue, source: AnyValue = "") -> None:
    _fill(call, self, string)


def read_file(call: Call, self: InstanceValue, f: AnyValue, source: AnyValue = "") -> None:
    found = content(call, f)
    if isinstance(found, Unknown):
        lines = call.members(f)
        if isinstance(lines, list) and all(isinstance(line, str) for line in lines):
            found = "\n".join(line.rstrip("\n") for line in lines)
    _fill(call, self, found)


for _name in ("read_file", "readfp"):
    PARSER.method(read_file, name=_name)


@PARSER.method
def read_dict(call: Call, self: InstanceValue, dictionary: AnyValue, source: AnyValue = "") -> None:
    if not isinstance(dictionary, DictValue):
        held = self.attrs[_SECTIONS]
        held.touch()
        held.rest = derived(dictionary, reason="a configuration that is not known")
        return
    for section, pairs in dictionary.items.items():
        _take(call, self, str(section), pairs)


def _take(call: Call, self: InstanceValue, section: str, pairs: AnyValue) -> None:
    """Values of a dictionary, each as text."""
    if not isinstance(pairs, DictValue):
        pairs = pairs.attrs[_SECTIONS] if isinstance(pairs, InstanceValue) and _SECTIONS in pairs.attrs else DictValue()
    known = {_key(call, self, k): v if v is None else call.to_string(v) for k, v in pairs.items.items()}
    _add(self.attrs[_SECTIONS], section, known)


# Asking


def _section(self: InstanceValue, section: AnyValue) -> dict[Any, Any] | None:
    """The section's own options behind the defaults; None where there is no such section."""
    held = self.attrs[_SECTIONS].items
    own = held.get(section) if isinstance(section, str) else None
    if not isinstance(own, DictValue):
        return {} if section == _DEFAULT else None
    defaults = held.get(_DEFAULT)
    return {**(defaults.items if isinstance(defaults, DictValue) else {}), **own.items}


def _expanded(call: Call, self: InstanceValue, section: str, option: str, raw: AnyValue, more: AnyValue) -> Any:
    """A value with what it takes from others, as CPython's own parser puts it together."""
    own = _section(self, section) or {}
    extra = {_key(call, self, k): call.to_string(v) for k, v in more.items.items()} if type(more) is DictValue else {}
    value = extra.get(option, own.get(option))
    kind = self.attrs[_INTERPOLATION]
    if not isinstance(value, str) or raw is True or kind is None or ("$" if kind[0] == "E" else "%") not in value:
        return value
    made: configparser.Interpolation = (
        configparser.ExtendedInterpolation() if kind[0] == "E" else configparser.BasicInterpolation()
    )
    parser = configparser.RawConfigParser(allow_no_value=True)
    parser._interpolation = made  # type: ignore[attr-defined]
    if _keeps_case(call, self):
        parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_dict({name: lower(pairs) for name, pairs in self.attrs[_SECTIONS].items.items()})
        return parser.get(section, option, vars=extra)
    except NotPlain:
        return derived(value, *own.values(), reason="an interpolated value")
    except configparser.Error as problem:
        call.raise_(f"configparser.{type(problem).__name__}", str(problem))


def _option(
    call: Call,
    self: InstanceValue,
    section: AnyValue,
    option: AnyValue,
    raw: AnyValue = False,
    vars: AnyValue = None,
    **fallback: Any,
) -> Any:
    held = self.attrs[_SECTIONS]
    inner = _section(self, section)
    key = _key(call, self, option)
    more = vars.items if isinstance(vars, DictValue) else {}
    if (
        isinstance(section, str)
        and isinstance(key, str)
        and ((inner is not None and key in inner) or key in {_key(call, self, k) for k in more})
    ):
        return _expanded(call, self, section, key, raw, vars)
    if held.rest is not None or not isinstance(section, str) or not isinstance(option, str):
        return derived(held.rest, section, option, label=option if isinstance(option, str) else "")
    if "fallback" in fallback:
        return fallback["fallback"]
    if inner is None:
        call.raise_("configparser.NoSectionError", f"No section: {section!r}")
    call.raise_("configparser.NoOptionError", f"No option {option!r} in section: {section!r}")


def _converted(call: Call, found: AnyValue, convert: str) -> Any:
    if not isinstance(found, str) or not convert:
        return found
    if convert == "bool":
        if found.lower() not in _TRUTHS:
            call.raise_("ValueError", f"Not a boolean: {found}")
        return _TRUTHS[found.lower()]
    return call.new("builtins." + convert, found)


def _getter(name: str, convert: str) -> None:
    def method(call: Call, self: InstanceValue, section: AnyValue, option: AnyValue, **kwargs: Any) -> Any:
        return _converted(call, _option(call, self, section, option, **kwargs), convert)

    def of_section(call: Call, self: InstanceValue, option: AnyValue, fallback: AnyValue = None, **kwargs: Any) -> Any:
        """Without a fallback a section gives None for what it does not have."""
        parser, section = self.attrs["parser"], self.attrs["name"]
        return _converted(call, _option(call, parser, section, option, fallback=fallback, **kwargs), convert)

    PARSER.method(method, name=name)
    SECTION.method(of_section, name=name)


for _name, _convert in {"get": "", "getint": "int", "getfloat": "float", "getboolean": "bool"}.items():
    _getter(_name, _convert)


@PARSER.property
def _sections(call: Call, self: InstanceValue) -> Any:
    held = self.attrs[_SECTIONS]
    return DictValue({name: inner for name, inner in held.items.items() if name != _DEFAULT}, held.rest)


def _names(self: InstanceValue) -> list[Any]:
    return [name for name in self.attrs[_SECTIONS].items if name != _DEFAULT]


@PARSER.method
def sections(call: Call, self: InstanceValue) -> Any:
    return ListValue(_names(self), self.attrs[_SECTIONS].rest)


@PARSER.method
def defaults(call: Call, self: InstanceValue) -> Any:
    return DictValue(_section(self, _DEFAULT) or {}, self.attrs[_SECTIONS].rest)


def _keys(call: Call, self: InstanceValue) -> Any:
    return ListValue([_DEFAULT, *_names(self)], self.attrs[_SECTIONS].rest)


for _name in ("keys", "__iter__"):
    PARSER.cls.attrs[_name] = NativeFunction(_name, _keys, f"configparser.RawConfigParser.{_name}")


def _proxy(self: InstanceValue, name: str) -> InstanceValue:
    return InstanceValue(SECTION.cls, {"parser": self, "name": name})


@PARSER.method(name="__getitem__")
def section_of(call: Call, self: InstanceValue, key: AnyValue) -> Any:
    held = self.attrs[_SECTIONS]
    if isinstance(key, str) and (key in held.items or key == _DEFAULT):
        return _proxy(self, key)
    if held.rest is not None or not isinstance(key, str):
        return derived(held.rest, key)
    call.raise_("KeyError", key)


def has_section(call: Call, self: InstanceValue, section: AnyValue) -> Any:
    held = self.attrs[_SECTIONS]
    if isinstance(section, str) and (section in held.items or held.rest is None):
        return section in held.items and section != _DEFAULT
    return derived(held.rest, section)


for _name in ("has_section", "__contains__"):
    PARSER.method(has_section, name=_name)


@PARSER.method
def has_option(call: Call, self: InstanceValue, section: AnyValue, option: AnyValue) -> Any:
    inner, key = _section(self, section), _key(call, self, option)
    if inner is not None and isinstance(key, str):
        return key in inner
    rest = self.attrs[_SECTIONS].rest
    return derived(rest, section, option) if rest is not None or isinstance(section, Unknown) else False


def _options(call: Call, self: InstanceValue, section: AnyValue) -> Any:
    inner = _section(self, section)
    if inner is not None:
        own = self.attrs[_SECTIONS].items.get(section)
        # Unlike items(), the section's own come first.
        return ListValue(list({**(own.items if isinstance(own, DictValue) else {}), **inner}))
    if self.attrs[_SECTIONS].rest is not None or not isinstance(section, str):
        return derived(self.attrs[_SECTIONS].rest, section)
    call.raise_("configparser.NoSectionError", f"No section: {section!r}")


PARSER.method(_options, name="options")


@PARSER.method
def items(
    call: Call, self: InstanceValue, section: AnyValue = None, raw: AnyValue = False, vars: AnyValue = None
) -> Any:
    if section is None:
        return ListValue([(n, _proxy(self, n)) for n in (_DEFAULT, *_names(self))], self.attrs[_SECTIONS].rest)
    inner = _section(self, section)
    if inner is None or not isinstance(section, str):
        if self.attrs[_SECTIONS].rest is not None or not isinstance(section, str):
            return derived(self.attrs[_SECTIONS].rest, section)
        call.raise_("configparser.NoSectionError", f"No section: {section!r}")
    return ListValue([(key, _expanded(call, self, section, key, raw, vars)) for key in inner])


# Sections as mappings


@SECTION.method(name="__getitem__")
def option_of(call: Call, self: InstanceValue, key: AnyValue) -> Any:
    parser, section = self.attrs["parser"], self.attrs["name"]
    found = has_option(call, parser, section, key)
    if found is False:
        call.raise_("KeyError", key)
    return _option(call, parser, section, key)


@SECTION.method(name="__contains__")
def holds_option(call: Call, self: InstanceValue, key: AnyValue) -> Any:
    return has_option(call, self.attrs["parser"], self.attrs["name"], key)


@SECTION.method(name="__setitem__")
def put_option(call: Call, self: InstanceValue, key: AnyValue, value: AnyValue) -> None:
    set_option(call, self.attrs["parser"], self.attrs["name"], key, value)


def _section_keys(call: Call, self: InstanceValue) -> Any:
    return _options(call, self.attrs["parser"], self.attrs["name"])


for _name in ("keys", "__iter__"):
    SECTION.cls.attrs[_name] = NativeFunction(_name, _section_keys, f"configparser.SectionProxy.{_name}")


@SECTION.method(name="__len__")
def _count(call: Call, self: InstanceValue) -> Any:
    return call.length(_section_keys(call, self))


def _pairs(call: Call, self: InstanceValue) -> Any:
    names = call.members(_section_keys(call, self))
    if isinstance(names, Unknown):
        return names
    return ListValue([(name, option_of(call, self, name)) for name in names])


SECTION.method(_pairs, name="items")


@SECTION.method
def values(call: Call, self: InstanceValue) -> Any:
    found = _pairs(call, self)
    return found if isinstance(found, Unknown) else ListValue([value for _, value in found.items])


# Changing


@PARSER.method(name="set")
def set_option(call: Call, self: InstanceValue, section: AnyValue, option: AnyValue, value: AnyValue = None) -> None:
    if isinstance(section, str) and isinstance(option, str) and _section(self, section) is not None:
        _add(self.attrs[_SECTIONS], section, {_key(call, self, option): value})


@PARSER.method(name="__setitem__")
def put_section(call: Call, self: InstanceValue, key: AnyValue, value: AnyValue) -> None:
    if isinstance(key, str):
        held = self.attrs[_SECTIONS]
        held.touch()
        held.items.pop(key, None)
        _take(call, self, key, value)


@PARSER.method
def add_section(call: Call, self: InstanceValue, section: AnyValue) -> None:
    held = self.attrs[_SECTIONS]
    if isinstance(section, str) and section in held.items:
        call.raise_("configparser.DuplicateSectionError", f"Section {section!r} already exists")
    held.touch()
    held.items[section] = DictValue()


@PARSER.method
def remove_section(call: Call, self: InstanceValue, section: AnyValue) -> Any:
    held = self.attrs[_SECTIONS]
    held.touch()
    return held.items.pop(section, None) is not None


@PARSER.method
def remove_option(call: Call, self: InstanceValue, section: AnyValue, option: AnyValue) -> Any:
    inner = self.attrs[_SECTIONS].items.get(section)
    if not isinstance(inner, DictValue):
        return False
    inner.touch()
    return inner.items.pop(_key(call, self, option), None) is not None


@PARSER.method
def write(call: Call, self: InstanceValue, fp: AnyValue = None, *args: Any, **kwargs: Any) -> None:
    spoil(fp)
