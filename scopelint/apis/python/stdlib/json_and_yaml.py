"""json and yaml: configuration that decides names is read as data."""

from __future__ import annotations

import json
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.files import KIND
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
