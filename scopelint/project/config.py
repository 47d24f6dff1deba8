"""Every option, declared once (flags, flake8 options, files and docs derive from it), and what is in force."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from scopelint import disk
from scopelint.project.roots import project_of

FORMATS = (
    "text",
    "concise",
    "json",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "markdown",
    "html",
    "dot",
    "mermaid",
    "tensorboard",
)

DEFAULT_EXCLUDE = (
    ".git",
    ".hg",
    ".svn",
    ".tox",
    ".nox",
    ".venv",
    "venv",
    ".eggs",
    "__pycache__",
    "__pypackages__",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".scopelint_cache",
)


class ConfigError(Exception):
    """A setting that cannot be used; its text is one line that names the file or the flag."""


class Option(NamedTuple):
    """One setting. `kind`: bool, int, float, string, choice, strings, codes, paths, globs, pairs, table.

    `where` says who may set it: "file", "flag", "flake8". `commands`: which commands have the flag.
    `affects`: does another value give other Outcomes, so that the cache must know it?
    """

    name: str
    kind: str
    default: Any
    help: str
    where: tuple[str, ...] = ("file", "flag")
    commands: tuple[str, ...] = ("check", "names", "why", "tree", "lock", "diff", "checkpoint")
    metavar: str = ""
    choices: tuple[str, ...] = ()
    affects: bool = False


_ALL = ("file", "flag", "flake8")
_CHECK = ("check",)

_FLAG = ("flag",)
_CHECKPOINT = ("checkpoint",)

_CHECKPOINT_OPTIONS = (
    Option("at", "int", 0, "the line of the restore that is meant", _FLAG, _CHECKPOINT, "LINE"),
    Option("all", "bool", False, "take all global variables for what is restored", _FLAG, _CHECKPOINT),
    Option(
        "write-map",
        "choice",
        "",
        "write the pairs of keys and variables, as a program or --map takes them",
        _FLAG,
        ("checkpoint", "diff", "lock"),
        choices=("saver", "assignment_map", "json", "rename"),
    ),
    Option(
        "uncertain",
        "bool",
        False,
        "take pairs into the map that are likely, not certain",
        _FLAG,
        ("checkpoint", "diff"),
    ),
    Option(
        "rename-to", "string", "", "write the checkpoint under new names, to this prefix", _FLAG, _CHECKPOINT, "PREFIX"
    ),
    Option("map", "string", "", "with --rename-to: the new names of keys", _FLAG, _CHECKPOINT, "FILE"),
    Option("drop-slots", "bool", False, "with --rename-to: leave out what optimizers keep", _FLAG, _CHECKPOINT),
    Option("link", "bool", False, "with --rename-to: link the data, and fail where it cannot be", _FLAG, _CHECKPOINT),
    Option("copy", "bool", False, "with --rename-to: copy the data rather than linking it", _FLAG, _CHECKPOINT),
    Option("to-v2", "bool", False, "with --rename-to: write V1 or Keras values anew as V2", _FLAG, _CHECKPOINT),
    Option("state", "bool", False, "with --rename-to: write a `checkpoint` file beside it", _FLAG, _CHECKPOINT),
    Option("verify", "bool", False, "read the values too, and hold them against their checksums", _FLAG, _CHECKPOINT),
    Option(
        "error", "string", "", "file with what TensorFlow said; - is the standard input", _FLAG, _CHECKPOINT, "FILE"
    ),
)

OPTIONS: tuple[Option, ...] = (
    Option("select", "codes", None, "codes or prefixes to report instead of the defaults", _ALL[:2], _CHECK, "CODES"),
    Option("extend-select", "codes", (), "codes or prefixes to report besides the defaults", _ALL[:2], _CHECK, "CODES"),
    Option("ignore", "codes", (), "codes or prefixes not to report", _ALL[:2], _CHECK, "CODES"),
    Option(
        "per-file-ignores",
        "table",
        {},
        "codes not to report in the files that a glob matches",
        _ALL[:2],
        _CHECK,
        "GLOB:CODES",
    ),
    Option("possible", "bool", False, "report what may go wrong too, not only what is certain", _ALL, _CHECK),
    Option(
        "exclude", "globs", DEFAULT_EXCLUDE, "files and folders to leave out instead of the defaults", metavar="GLOB"
    ),
    Option("extend-exclude", "globs", (), "files and folders to leave out besides the defaults", metavar="GLOB"),
    Option(
        "path",
        "paths",
        (),
        "folder where imported modules are looked for; may be repeated",
        _ALL,
        metavar="DIR",
        affects=True,
    ),
    Option(
        "follow", "strings", (), "installed package whose source is followed", _ALL, metavar="PACKAGE", affects=True
    ),
    Option(
        "site-packages",
        "bool",
        False,
        "look for imported modules in this environment's site-packages too",
        _ALL,
        affects=True,
    ),
    Option(
        "entries", "strings", (), "where to enter a file: file.py::function", _ALL, metavar="FILE::NAME", affects=True
    ),
    Option(
        "call",
        "strings",
        (),
        "expression evaluated in the module as its entry",
        ("flag",),
        metavar="EXPR",
        affects=True,
    ),
    Option(
        "set",
        "pairs",
        (),
        "value of a flag of the program (absl, tf.app.flags, argparse)",
        ("file", "flag"),
        metavar="FLAG=VALUE",
        affects=True,
    ),
    Option(
        "env",
        "pairs",
        (),
        "variable of the environment that the program finds; the machine's own are never looked at",
        ("file", "flag"),
        metavar="NAME=VALUE",
        affects=True,
    ),
    Option(
        "argv",
        "strings",
        (),
        "command line of the program, one word at a time",
        ("file", "flag"),
        metavar="WORD",
        affects=True,
    ),
    Option("python2", "choice", "auto", "read sources as Python 2", _ALL, choices=("auto", "yes", "no"), affects=True),
    Option(
        "target-version",
        "choice",
        "1.15",
        "TensorFlow whose behaviour is predicted",
        _ALL,
        choices=("1.15",),
        affects=True,
    ),
    Option(
        "checkpoint",
        "paths",
        (),
        "checkpoint that a program loads where it does not say which, or the one that it names is not there",
        _ALL,
        metavar="CKPT",
        affects=True,
    ),
    Option(
        "allow-files",
        "paths",
        (),
        "folder outside of the project whose files a program may read; may be repeated",
        ("flag",),
        metavar="DIR",
        affects=True,
    ),
    Option(
        "max-seconds",
        "float",
        30.0,
        "time after which the analysis of one file stops",
        _ALL,
        metavar="SECONDS",
        affects=True,
    ),
    Option("format", "choice", "text", "form of the report", _ALL[:2], choices=FORMATS),
    Option(
        "output-file",
        "string",
        "",
        "write the report there instead of to the standard output",
        ("flag",),
        metavar="FILE",
    ),
    Option("verbose", "bool", False, "tell too where a program was not followed to its end", ("file", "flag"), _CHECK),
    Option(
        "coverage", "bool", False, "tell what share of TensorFlow's calls was reached", ("flag",), _CHECK, affects=True
    ),
    Option("statistics", "bool", False, "count the findings by code", ("flag",), _CHECK),
    Option(
        "exit-zero",
        "bool",
        False,
        "exit with status 0 even where there are findings",
        ("file", "flag"),
        ("check", "lock", "diff"),
    ),
    Option("color", "choice", "auto", "colours in the report", ("file", "flag"), choices=("auto", "always", "never")),
    Option("baseline", "string", "", "file of known findings that are not reported", ("file", "flag"), _CHECK, "FILE"),
    Option("update-baseline", "bool", False, "write today's findings into the baseline", ("flag",), _CHECK),
    Option("fix", "bool", False, "mend what can be mended without changing a name", ("flag",), _CHECK),
    Option(
        "unsafe-fixes",
        "bool",
        False,
        "with --fix or --diff: mend what changes names or sharing too",
        ("file", "flag"),
        _CHECK,
    ),
    Option(
        "diff",
        "bool",
        False,
        "show the fixes, or the changes of the lock, as a diff and write nothing",
        ("flag",),
        ("check", "lock"),
    ),
    Option("lock", "string", "names.lock", "file that holds the names of variables", metavar="FILE"),
    Option("check", "bool", False, "write nothing: say what changed and fail", ("flag",), ("lock",)),
    Option(
        "accept",
        "strings",
        (),
        "take this rename ('old/ -> new/') or the changes of this name or prefix; may be repeated",
        ("flag",),
        ("lock",),
        "RENAME",
    ),
    Option("accept-all", "bool", False, "take all changes of names", ("flag",), ("lock",)),
    Option("prune", "bool", False, "take out what the program no longer makes", ("flag",), ("lock",)),
    Option(
        "fail-on",
        "choice",
        "",
        "changes of names that give exit status 1: lock --check takes any where nothing is said, diff none",
        ("file", "flag"),
        ("lock", "diff"),
        choices=("breaking", "any"),
    ),
    Option("jobs", "int", 0, "number of processes; 0 means one per processor", ("file", "flag"), metavar="N"),
    Option("cache", "bool", True, "keep results between runs", ("file", "flag")),
    Option("cache-dir", "string", ".scopelint_cache", "where results are kept", ("file", "flag"), metavar="DIR"),
    Option(
        "stdin-filename",
        "string",
        "",
        "name of the file that the standard input (-) stands for",
        ("flag",),
        ("check", "names", "why", "tree"),
        metavar="FILE",
    ),
    Option("watch", "bool", False, "report again whenever a file that was read changes", ("flag",), ("check", "names")),
    *_CHECKPOINT_OPTIONS,
    Option("accesses", "bool", False, "list every get_variable with its outcome", ("flag",), ("names",), affects=True),
    Option("ops", "bool", False, "list every operation", ("flag",), ("names",), affects=True),
)

BY_NAME: dict[str, Option] = {option.name: option for option in OPTIONS}


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


def _wrong(option: Option, value: object, origin: str, wanted: str) -> ConfigError:
    return ConfigError(f"{origin}: {option.name}: {wanted} expected, not {value!r}")


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
        if not re.fullmatch(r"ALL|TFS\d{0,3}", code):
            raise ConfigError(f"{origin}: {option.name}: {code!r} is no code of scopelint")
    return codes


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
    if kind in ("string", "choice"):
        if not isinstance(value, str):
            raise _wrong(option, value, origin, "a string")
        if option.choices and value not in option.choices:
            raise _wrong(option, value, origin, "one of " + ", ".join(option.choices))
        return value
    if kind == "codes":
        return read_codes(value, option, origin)
    if kind == "table":
        return _read_table(value, option, origin)
    if kind == "pairs":
        return _read_pairs(value, option, origin)
    words = _words(value, option, origin)
    if kind == "paths":
        return tuple(os.path.normpath(os.path.join(root, os.path.expanduser(word))) for word in words)
    return words


def _settings_of(file: str) -> tuple[dict[str, Any], str] | None:
    """The settings that a file holds and the name of their section; None where it has no such section."""
    try:
        data = disk.read(file)
    except OSError as problem:
        raise ConfigError(f"{file}: {problem.strerror or problem}") from None
    if b"scopelint" not in data:
        return None
    if file.endswith(".toml"):
        try:
            import tomllib  # 6 ms, where there is a pyproject.toml
        except ModuleNotFoundError:  # Python 3.10
            import tomli as tomllib  # type: ignore[no-redef,import-not-found,unused-ignore]
        try:
            tool = tomllib.loads(data.decode()).get("tool", {})
        except (ValueError, UnicodeDecodeError) as problem:
            raise ConfigError(f"{file}: {str(problem).splitlines()[0]}") from None
        section = tool.get("scopelint") if isinstance(tool, dict) else None
        if section is None:
            return None
        if not isinstance(section, dict):
            raise ConfigError(f"{file}: tool.scopelint: a table expected")
        return section, "tool.scopelint"
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
    return config


def show(config: Config) -> list[str]:
    """One line per option: its value and who set it. What `scopelint config` prints."""
    lines = []
    for option in OPTIONS:
        if "file" not in option.where:
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
