"""dotenv: variables of the environment that a file in the project sets."""

from __future__ import annotations

import posixpath
import re
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.files import file_data
from scopelint.apis.python.stdlib.json_and_yaml import content
from scopelint.apis.python.stdlib.os import path_text, written_variables
from scopelint.apis.python.support import derived
from scopelint.apis.registry import Namespace, declare, find
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue

api = Namespace("dotenv")

_BINDING = re.compile(
    r"""^[^\S\n]*(?:export[^\S\n]+)?(?:'([^']+)'|([^=\#\s]+))[^\S\n]*
        (?:=[^\S\n]*(?:'((?:\\'|[^'])*)'|"((?:\\"|[^"])*)"|([^\n]*)))?""",
    re.MULTILINE | re.VERBOSE,
)
_VARIABLE = re.compile(r"\$\{([^}:]*)(?::-([^}]*))?\}")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}
_FOLDERS_ABOVE = 4
"""Folders in which the file is looked for: the program's own and those above it."""


def parse(text: str) -> dict[str, str | None]:
    """dotenv: parse_stream. A name without `=` has no value."""
    out: dict[str, str | None] = {}
    for match in _BINDING.finditer(text):
        single, double, plain = match[3], match[4], match[5]
        value: str | None = None
        if single is not None:
            value = re.sub(r"\\(['\\])", r"\1", single)
        elif double is not None:
            value = re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[0]), double)
        elif plain is not None:
            value = re.sub(r"\s+#.*", "", plain).rstrip()
        out[match[1] or match[2]] = value
    return out


def _expanded(call: Call, found: dict[str, str | None], override: bool) -> dict[str, Any]:
    """dotenv: resolve_variables."""
    out: dict[str, Any] = {}
    held = written_variables(call).items
    for name, value in found.items():

        def known(match: re.Match[str]) -> str:
            first, second = (out, held) if override else (held, out)
            given = first.get(match[1], second.get(match[1], match[2]))
            return given if isinstance(given, str) else ""

        out[name] = value if value is None else _VARIABLE.sub(known, value)
    return out


def _values(call: Call, path: AnyValue, stream: AnyValue, override: bool) -> dict[str, Any] | Unknown:
    if stream is not None:
        text: Any = content(call, stream)
    else:
        path = path_text(call, path)
        text = file_data(call, find_dotenv(call) if path is None else path)
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return _expanded(call, parse(text), override) if isinstance(text, str) else derived(text)


@api.function
def find_dotenv(call: Call, filename: AnyValue = ".env", *args: Any, **kwargs: Any) -> Any:
    if not isinstance(filename, str):
        return call.unknown("where a file of settings lies")
    for above in range(_FOLDERS_ABOVE):
        place = posixpath.join(*[".."] * above, filename)
        if call.engine.read_file(place) is not None:
            return place
    return ""


@api.function
def load_dotenv(
    call: Call,
    dotenv_path: AnyValue = None,
    stream: AnyValue = None,
    verbose: AnyValue = False,
    override: AnyValue = False,
    **kwargs: Any,
) -> Any:
    """A file that is not there sets nothing: such files are kept out of repositories, like the environment itself."""
    found = _values(call, dotenv_path, stream, override is True)
    if isinstance(found, Unknown):
        return False
    held = written_variables(call)
    held.touch()
    for name, value in found.items():
        if value is not None and (override is True or name not in held.items):
            held.items[name] = value
    return bool(found)


@api.function
def dotenv_values(
    call: Call, dotenv_path: AnyValue = None, stream: AnyValue = None, verbose: AnyValue = False, **kwargs: Any
) -> Any:
    found = _values(call, dotenv_path, stream, True)
    return DictValue({}, found) if isinstance(found, Unknown) else DictValue(found)


@api.function
def get_key(call: Call, dotenv_path: AnyValue, key_to_get: AnyValue, **kwargs: Any) -> Any:
    found = _values(call, dotenv_path, None, True)
    return found.get(str(key_to_get)) if isinstance(found, dict) else found


for _name in ("find_dotenv", "load_dotenv", "dotenv_values"):
    declare(f"dotenv.main.{_name}", find(f"dotenv.{_name}"))
