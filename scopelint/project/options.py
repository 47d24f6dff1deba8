"""Every option, declared once: flags, flake8 options, files and docs derive from it."""

from __future__ import annotations

from typing import Any

from scopelint import limits
from scopelint.tuples import NamedTuple

COMMAND_FORMATS = {
    "check": ("text", "concise", "json", "sarif", "github", "gitlab", "junit"),
    "names": ("text", "concise", "json"),
    "why": ("text", "json"),
    "lock": ("text", "json", "markdown"),
    "diff": ("text", "json", "markdown"),
    "checkpoint": ("text", "json", "sarif", "github"),
    "port": ("text", "json"),
    "tree": ("text", "html", "dot", "mermaid", "tensorboard"),
}
"""The forms of report that each command knows, the one without --format first."""

FORMATS = tuple(dict.fromkeys(form for forms in COMMAND_FORMATS.values() for form in forms))

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


class Option(NamedTuple):
    """One setting. `kind`: bool, int, float, string, choice, release, strings, codes, paths, globs, pairs, table,
    words (as many as its metavar has).

    `where` says who may set it: "file", "flag", "flake8". `commands`: which commands have the flag.
    `affects`: does another value give other Outcomes, so that the cache must know it?
    """

    name: str
    kind: str
    default: Any
    help: str
    where: tuple[str, ...] = ("file", "flag")
    commands: tuple[str, ...] = ("check", "names", "why", "tree", "lock", "diff", "checkpoint", "port")
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
        ("checkpoint", "diff", "port"),
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

_PORT = ("port",)

_PORT_OPTIONS = (
    Option("to", "words", (), "write the tensors to this new file; FORMAT is safetensors", _FLAG, _PORT, "FORMAT OUT"),
    Option("rules", "string", "", "which key becomes which tensor, in place of the conventions", _FLAG, _PORT, "FILE"),
    Option("against", "string", "", "safetensors of the target: its names and shapes", _FLAG, _PORT, "FILE"),
    Option("names", "choice", "torch", "whose names and layouts are given", _FLAG, _PORT, choices=("torch", "keras")),
    Option("averages", "bool", False, "take moving averages in place of their variables", _FLAG, _PORT),
    Option("whole", "bool", False, "list each key that is left out by itself", _FLAG, _PORT),
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
        "tf",
        "release",
        "",
        "TensorFlow whose names are predicted, 1.0 to 2.15; without it the one that the project pins, else 1.15",
        _ALL,
        metavar="VERSION",
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
        limits.SECONDS,
        "processor time after which the analysis of one file stops",
        _ALL,
        metavar="SECONDS",
        affects=True,
    ),
    Option(
        "max-memory",
        "int",
        limits.MEGABYTES,
        "megabytes that the analysis of one file may take before it stops",
        _ALL,
        metavar="MB",
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
    Option(
        "shard", "string", "", "check this part of the files alone: 2/5 is the second of five", _FLAG, _CHECK, "N/M"
    ),
    Option(
        "shard-times",
        "paths",
        (),
        "with --shard: what --write-times wrote, so that the parts take equally long; may be repeated",
        _FLAG,
        _CHECK,
        "FILE",
    ),
    Option("write-times", "string", "", "write the processor time of each file there", _FLAG, _CHECK, "FILE"),
    Option("statistics", "bool", False, "count the findings by code", ("flag",), _CHECK),
    Option(
        "exit-zero",
        "bool",
        False,
        "exit with status 0 even where there are findings",
        ("file", "flag"),
        ("check", "lock", "diff"),
    ),
    Option("show-settings", "bool", False, "print the settings in force and where they come from, and stop", _FLAG),
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
    Option(
        "cluster",
        "string",
        "",
        "analyse on the workers of this dask scheduler (tcp://host:8786), which see the same files",
        ("flag",),
        ("check", "names"),
        metavar="ADDRESS",
    ),
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
    *_PORT_OPTIONS,
    Option("accesses", "bool", False, "list every get_variable with its outcome", ("flag",), ("names",), affects=True),
    Option("versions", "bool", False, "show where the names part between releases of TensorFlow", _FLAG, ("names",)),
    Option("ops", "bool", False, "list every operation", ("flag",), ("names",), affects=True),
)

BY_NAME: dict[str, Option] = {option.name: option for option in OPTIONS}
