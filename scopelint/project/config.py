"""The settings in force: read from files and flags, each value as its option wants it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scopelint import disk, limits
from scopelint.disk import project_of
from scopelint.graph.releases import release
from scopelint.project.options import BY_NAME, COMMAND_FORMATS, DEFAULT_EXCLUDE, FORMATS, OPTIONS, Option


class ConfigError(Exception):
    """A setting that cannot be used; its text is one line that names the file or the flag."""


class Config:
    """The settings in force. An option is an attribute (`config.extend_select`); `origin` tells who set it."""

    def __init__(self, values: Mapping[str, Any] | None = None, root: str = "") -> None:
        self.values: dict[str, Any] = {option.name: option.default for option in OPTIONS}
        self.origin: dict[str, str] = {}
        self.root = root or os.getcwd()
        """Folder of the file that settings came from: globs, cache and baseline are relative to it."""
        self.file = ""
        for name, value in (values or {}).items():
            self.put(name.replace("_", "-"), value, "caller")

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        try:
            return self.__dict__["values"][name.replace("_", "-")]
        except KeyError:
            raise AttributeError(name) from None

    def put(self, name: str, value: object, origin: str) -> None:
        self.values[name] = value
        self.origin[name] = origin

    def fingerprint(self) -> str:
        """What the cache must know of the settings."""
        return repr([(o.name, self.values[o.name]) for o in OPTIONS if o.affects])


def _at(option: Option, origin: str) -> str:
    """Who says it: a flag names the option already."""
    return origin if origin.endswith(option.name) else f"{origin}: {option.name}"


def _wrong(option: Option, value: object, origin: str, wanted: str) -> ConfigError:
    return ConfigError(f"{_at(option, origin)}: {wanted} expected, not {value!r}")


def _words(value: object, option: Option, origin: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(
            word for word in re.split(r"[,\s]+" if option.kind == "codes" else r"\s*[,\n]\s*", value.strip()) if word
        )
    if isinstance(value, (list, tuple)) and all(isinstance(word, str) for word in value):
        return tuple(value)
    raise _wrong(option, value, origin, "a list of strings")


def read_codes(value: object, option: Option, origin: str) -> tuple[str, ...]:
    codes = tuple(word.upper() for word in _words(value, option, origin))
    for code in codes:
        if not re.fullmatch(r"ALL|TFS\d{0,3}", code) or not _is_of_a_rule(code):
            raise ConfigError(f"{_at(option, origin)}: {code!r} is no code of scopelint")
    return codes


def _is_of_a_rule(code: str) -> bool:
    """A slip in a code would hide findings in silence."""
    if len(code) < 5:
        return True
    from scopelint.rules.registry import modules  # 1 ms, where whole codes are named

    return any(known.startswith(code) for known in modules())


def _read_table(value: object, option: Option, origin: str) -> dict[str, tuple[str, ...]]:
    if isinstance(value, str):
        # setup.cfg and the flag write `tests/*:TFS101,TFS102`, several on lines of their own or with blanks between.
        table: dict[str, Any] = {}
        for entry in re.split(r"\n|(?<=\d)\s+(?=\S+:)", value.strip()):
            if not entry.strip():
                continue
            glob, colon, codes = entry.strip().rpartition(":")
            if not colon:
                raise _wrong(option, entry, origin, "GLOB:CODES")
            table[glob.strip()] = codes
        value = table
    if not isinstance(value, dict):
        raise _wrong(option, value, origin, "a table of globs and codes")
    return {str(glob): read_codes(codes, option, origin) for glob, codes in value.items()}


def _read_bool(value: object, option: Option, origin: str) -> bool:
    if isinstance(value, str) and value.lower() in _TRUTHS:
        return _TRUTHS[value.lower()]
    if isinstance(value, bool):
        return value
    raise _wrong(option, value, origin, "true or false")


_TRUTHS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def _read_number(value: object, option: Option, origin: str) -> int | float:
    try:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise ValueError
        if option.kind == "int" and isinstance(value, float):
            raise ValueError
        number: int | float = int(value) if option.kind == "int" else float(value)
        if not 0 <= number < float("inf"):
            raise ValueError
        return number
    except ValueError:
        raise _wrong(option, value, origin, "a whole number" if option.kind == "int" else "a number") from None


def _read_pairs(value: object, option: Option, origin: str) -> tuple[tuple[str, str], ...]:
    if isinstance(value, dict):
        return tuple((str(name), str(setting)) for name, setting in value.items())
    pairs = []
    words = (
        [value]
        if isinstance(value, str) and option.name in ("set", "env") and "\n" not in value
        else _words(value, option, origin)
    )
    for word in words:
        name, sign, setting = word.partition("=")
        if not sign or not name:
            raise _wrong(option, word, origin, option.metavar)
        pairs.append((name.lstrip("-"), setting))
    return tuple(pairs)


def read_value(option: Option, value: object, origin: str, root: str) -> Any:  # noqa: ANN401
    """The value as the option's kind wants it; a ConfigError where it cannot be."""
    kind = option.kind
    if kind == "bool":
        return _read_bool(value, option, origin)
    if kind in ("int", "float"):
        return _read_number(value, option, origin)
    if kind == "release":
        # TOML's number 1.10 is 1.1.
        if not isinstance(value, str):
            raise _wrong(option, value, origin, 'a string such as "1.4" or "2.15"')
        try:
            return release(value).text if value else ""
        except ValueError as problem:
            raise ConfigError(f"{_at(option, origin)}: {problem}") from None
    if kind in ("string", "choice"):
        if not isinstance(value, str):
            raise _wrong(option, value, origin, "a string")
        if option.choices and value not in option.choices:
            raise _wrong(option, value, origin, "one of " + ", ".join(option.choices))
        return value
    if kind == "codes":
        return read_codes(value, option, origin)
    if kind == "words":
        return tuple(_words(value, option, origin))
    if kind == "table":
        return _read_table(value, option, origin)
    if kind == "pairs":
        return _read_pairs(value, option, origin)
    words = _words(value, option, origin)
    if kind == "paths":
        return tuple(os.path.normpath(os.path.join(root, os.path.expanduser(word))) for word in words)
    return words


_LARGEST = 1_000_000
"""Bytes of a setup.cfg or a tox.ini with settings of ours, as of a pyproject.toml: their reader takes a microsecond for
each line, empty ones too."""


def _settings_of(file: str) -> tuple[dict[str, Any], str] | None:
    """The settings that a file holds and the name of their section; None where it has no such section."""
    try:
        data = disk.read_up_to(file, limits.OWN_FILE_BYTES)
    except OSError as problem:
        raise ConfigError(f"{file}: {problem.strerror or problem}") from None
    if b"scopelint" not in data:
        return None
    if file.endswith(".toml"):
        from scopelint.project import toml_file  # where there is a pyproject.toml

        try:
            tool = toml_file.read(data.decode()).get("tool", {})
        except ValueError as problem:
            raise ConfigError(f"{file}: {str(problem).splitlines()[0]}") from None
        section = tool.get("scopelint") if isinstance(tool, dict) else None
        if section is None:
            return None
        if not isinstance(section, dict):
            raise ConfigError(f"{file}: tool.scopelint: a table expected")
        return section, "tool.scopelint"
    if len(data) > _LARGEST:
        raise ConfigError(f"{file}: longer than {_LARGEST} characters")
    import configparser  # 2 ms, where setup.cfg or tox.ini hold the settings

    parser = configparser.RawConfigParser()
    try:
        parser.read_string(data.decode())
    except (configparser.Error, UnicodeDecodeError) as problem:
        raise ConfigError(f"{file}: {str(problem).splitlines()[0]}") from None
    if not parser.has_section("scopelint"):
        return None
    return dict(parser.items("scopelint")), "scopelint"


def _load(config: Config, file: str, settings: dict[str, Any], section: str) -> None:
    config.file = file
    config.root = os.path.dirname(os.path.abspath(file))
    for key, value in settings.items():
        name = key.replace("_", "-")
        option = BY_NAME.get(name)
        if option is None or "file" not in option.where:
            import difflib  # 1 ms, for the one message that needs it

            known = [o.name for o in OPTIONS if "file" in o.where]
            near = difflib.get_close_matches(name, known, 1)
            hint = f", did you mean {near[0]!r}?" if near else ""
            raise ConfigError(f"{file}: [{section}] {key}: unknown option{hint}")
        read = read_value(option, value, f"{file}: [{section}]", config.root)
        if name in _PLACES:
            _confine(name, read, f"{file}: [{section}]", config.root)
        config.put(name, read, file)


_PLACES = ("path", "checkpoint", "cache-dir", "baseline", "lock")
"""Options that name files. A settings file may come with a tree that somebody else wrote."""


def _confine(name: str, value: object, origin: str, root: str) -> None:
    """ConfigError where a settings file names a place outside of its project."""
    project = project_of(root)
    for place in value if isinstance(value, tuple) else (value,):
        if place and not disk.is_within(os.path.join(root, str(place)), (project,)):
            raise ConfigError(f"{origin}: {name}: {place} lies outside of the project, --{name} may name it")
    if name == "cache-dir" and disk.is_within(root, (os.path.realpath(os.path.join(root, str(value))),)):
        raise ConfigError(f"{origin}: {name}: {value} is the project itself, or holds it")


def find_file(
    start: str, within: Callable[[str], bool] = lambda folder: True
) -> tuple[str, dict[str, Any], str] | None:
    """The nearest file with settings of ours, in `start` or a folder above it for which `within` holds."""
    folder = os.path.abspath(start)
    if not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    while within(folder):
        for name in ("pyproject.toml", "setup.cfg", "tox.ini"):
            file = os.path.join(folder, name)
            if os.path.isfile(file):
                found = _settings_of(file)
                if found is not None:
                    return file, *found
        above = os.path.dirname(folder)
        if above == folder:
            break
        folder = above
    return None


def _common_folder(paths: Iterable[str]) -> str:
    folders = [os.path.abspath(path) for path in paths if path != "-"]
    if not folders:
        return os.getcwd()
    try:
        return os.path.commonpath(folders)
    except ValueError:  # two drives
        return folders[0]


def load(
    paths: Iterable[str] = (),
    flags: Mapping[str, Any] | None = None,
    file: str | None = None,
    isolated: bool = False,
    within: Callable[[str], bool] = lambda folder: True,
) -> Config:
    """The settings for these paths: defaults, then the nearest file, then the flags that were given. `within`: the
    folders in which a file is looked for."""
    config = Config()
    if file is not None:
        found = _settings_of(file)
        if found is None:
            raise ConfigError(f"{file}: no settings of scopelint in it")
        _load(config, file, *found)
    elif not isolated:
        near = find_file(_common_folder(paths), within)
        if near is not None:
            _load(config, *near)
    for key, value in (flags or {}).items():
        name = key.replace("_", "-")
        if value is not None:
            config.put(name, read_value(BY_NAME[name], value, f"--{name}", os.getcwd()), "command line")
    for folder in config.path if config.origin.get("path") == "command line" else ():
        # One that a settings file names may be there on some machines alone.
        if not os.path.isdir(folder):
            raise ConfigError(f"--path: {folder}: no such folder")
    return config


def fit_format(config: Config, command: str) -> None:
    """A --format that the command does not know is a ConfigError; one of a file, meant for another, is left aside."""
    known = COMMAND_FORMATS.get(command)
    if known is None or config.format in known:
        return
    if config.origin.get("format") == "command line":
        others = ", ".join(f"`scopelint {name}`" for name, forms in COMMAND_FORMATS.items() if config.format in forms)
        raise ConfigError(f"--format: {command} knows {', '.join(known)}; {config.format} is for {others}")
    config.put("format", known[0], "default")


def show(config: Config) -> list[str]:
    """One line per option: its value and who set it; of those that only a flag sets, the ones that were given. What
    `scopelint config` and --show-settings print."""
    lines = []
    for option in OPTIONS:
        if option.name == "show-settings" or ("file" not in option.where and option.name not in config.origin):
            continue
        value = config.values[option.name]
        lines.append(f"{option.name} = {_written(value)}  # {config.origin.get(option.name, 'default')}")
    return lines


def _written(value: object) -> str:
    if value is None:
        return '"the defaults"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_written(part) for part in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {_written(part)}' for key, part in value.items()) + "}"
    if isinstance(value, str):
        import json  # 2 ms, which flake8 would pay at each start

        return json.dumps(value, ensure_ascii=False)
    return str(value)


__all__ = [
    "BY_NAME",
    "COMMAND_FORMATS",
    "DEFAULT_EXCLUDE",
    "FORMATS",
    "OPTIONS",
    "Config",
    "ConfigError",
    "Option",
    "find_file",
    "fit_format",
    "load",
    "read_value",
    "show",
]
