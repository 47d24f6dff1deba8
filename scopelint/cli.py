"""The command line: reads the flags and the settings, runs the command."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

from scopelint import __version__
from scopelint.escapes import printable_lines, say
from scopelint.project import config as settings
from scopelint.project.config import Config

CLEAN, FINDINGS, FAILURE, INTERRUPTED = 0, 1, 2, 130
COMMANDS = {
    "names": "print what every variable will be called",
    "check": "print what TensorFlow would refuse, and what it accepts in silence",
    "lock": "write the names to a file, or hold the program to it",
    "diff": "print what became of the names between two revisions, a lock file or the work tree",
    "why": "tell the line, the scopes and the calls that make a variable, by its name or an error's line",
    "tree": "draw the scopes and variables as a tree, a page or a diagram",
    "checkpoint": "list a checkpoint, hold it against a program or another one, write it under other names",
    "port": "tell the name and layout of each key in PyTorch or Keras, and write the tensors",
    "config": "print the settings in force and where they come from",
}
"""Those that read paths and settings, with their help. Each is `run` in its module of `commands`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command. Gives 0 where all is clean, 1 where there are findings, 2 on wrong usage or failure, 130 when
    it was interrupted."""
    with suppress(ValueError, AttributeError):  # not in the main thread; no such signal
        signal.signal(signal.SIGTERM, _terminated)
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except BrokenPipeError:
        # Whoever read us has gone, `| head` for one. Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return CLEAN
    except OSError as problem:
        # A full disk behind the standard output; what is read and written by name says so itself.
        say(f"{problem.filename or 'the standard output'}: {problem.strerror or problem}")
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return FAILURE
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    except Exception as problem:
        if type(problem).__name__ in ("ConfigError", "LockError"):
            for line in str(problem).split("\n"):
                say(line)
        elif os.environ.get("SCOPELINT_DEBUG"):
            raise
        else:
            said = str(problem).split("\n")[0]
            say(f"failed, please report it: {type(problem).__name__}: {said}")
        return FAILURE


def _terminated(number: int, frame: object) -> None:
    """What is being written is cleared away, as when the user interrupts."""
    raise KeyboardInterrupt


def _run(arguments: list[str]) -> int:
    if arguments in (["--version"], ["-V"]):
        sys.stdout.write(f"scopelint {__version__}\n")
        return CLEAN
    try:
        parsed = parser(arguments).parse_args(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else FAILURE
    if parsed.command == "lsp":
        return _lsp(parsed.tcp)
    if parsed.command == "mcp":
        return _mcp(parsed.root or ["."])
    if parsed.command == "completion":
        return _completion(parsed.shell)
    # One command's module is imported, not all: `check` would pay 40 ms for the pages and checkpoints of the others.
    command = import_module(f"scopelint.commands.{parsed.command}")
    if parsed.command == "explain":
        return int(command.run(parsed.code))
    config = _config(parsed)
    if config.show_settings:
        return int(import_module("scopelint.commands.config").run([], config))
    paths = parsed.paths if parsed.command in _WORDS else parsed.paths or ["."]
    if config.watch and parsed.command in _WATCHED:
        from scopelint.project.watch import watch  # 2 ms, for those who watch

        return watch(paths, config, command.run)
    return int(command.run(paths, config))


_FILES = {
    "bash": "_shtab_compgen_files", "zsh": "_files", "tcsh": "f", "fish": "(__fish_complete_path (commandline -ct))",
}  # fmt: skip
_WORDS = ("lock", "diff", "checkpoint", "port", "why")
"""Commands that take no path to mean something else than the working folder."""
_WATCHED = ("check", "names")


def _config(parsed: argparse.Namespace) -> Config:
    """The settings: flags, then the files beside the paths."""
    flags = {
        option.name: getattr(parsed, option.name.replace("-", "_"), None)
        for option in settings.OPTIONS
        if "flag" in option.where
    }
    for name, value in flags.items():
        if isinstance(value, list) and settings.BY_NAME[name].kind in ("codes", "globs", "table"):
            # Each use of these is a list itself; an expression or a folder may hold a comma.
            flags[name] = "\n".join(value)
    known = settings.COMMAND_FORMATS.get(parsed.command, settings.FORMATS)
    if flags.get("format") not in (None, *settings.FORMATS):
        raise settings.ConfigError(f"--format: {flags['format']!r} is none of {', '.join(known)}")
    sources = parsed.paths[1:] if parsed.command in ("checkpoint", "port", "why") else parsed.paths
    config = settings.load(sources or ["."], flags, parsed.config, parsed.isolated)
    settings.fit_format(config, parsed.command)
    return config


def parser(arguments: list[str]) -> argparse.ArgumentParser:
    """What reads the command line. Only the commands among the arguments have their options, and one that stands
    first is alone: to make them all costs more than to analyse a small file."""
    whole = _Parser(
        prog="scopelint",
        description="Knows what TensorFlow 1.x will call each variable, before anything runs.",
        formatter_class=_Formatter,
    )
    whole.add_argument("--version", "-V", action="version", version=f"scopelint {__version__}")
    # `prog` is given because argparse would else format a usage line for each command to find it out.
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND", prog="scopelint")
    named = [name for name in COMMANDS if name in arguments]
    alone = len(named) == 1 and named == arguments[:1]
    for name in named if alone else COMMANDS:
        command = _add_command(commands, name, COMMANDS[name])
        metavar, about = _TAKEN.get(name, ("PATH", "files and folders"))
        # As shtab.FILE, which is an extra.
        words: Any = command.add_argument("paths", nargs="*", metavar=metavar, help=about)
        words.complete = _FILES
        command.add_argument("--config", metavar="FILE", help="read the settings from this file")
        command.add_argument("--isolated", action="store_true", help="read no settings file")
        if name in arguments:
            _add_options(command, name)
    if not alone:
        _add_servers(commands)
    return whole


def _add_command(commands: Any, name: str, help_text: str, description: str = "") -> argparse.ArgumentParser:  # noqa: ANN401
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help_text,
        description=description or help_text,
        epilog=_statuses(name),
        formatter_class=_Formatter,
    )
    return made


class _Parser(argparse.ArgumentParser):
    """What it refuses it repeats, and that may be the name of somebody else's file."""

    def _print_message(self, message: str, file: Any = None) -> None:  # noqa: ANN401
        super()._print_message(printable_lines(message), file)


class _Formatter(argparse.HelpFormatter):
    """As wide as the terminal. argparse asks shutil, whose import takes 3 ms, for each option that is added."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    """As `shutil.get_terminal_size` has it."""
    with suppress(KeyError, ValueError):
        if int(os.environ["COLUMNS"]) > 0:
            return int(os.environ["COLUMNS"])
    with suppress(AttributeError, ValueError, OSError):
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    return 80


def _add_servers(commands: Any) -> None:  # noqa: ANN401
    """The commands that read no settings."""
    lsp = _add_command(commands, "lsp", "serve editors", "serve editors by the language server protocol")
    lsp.add_argument("--stdio", action="store_true", help="speak on the standard streams, as is the default")
    lsp.add_argument("--tcp", type=int, default=0, metavar="PORT", help="listen on this port of 127.0.0.1 instead")
    mcp = _add_command(commands, "mcp", "serve coding agents", "serve coding agents by the Model Context Protocol")
    mcp.add_argument(
        "--root", action="append", metavar="DIR", help="folder that may be looked into, the working folder by default"
    )
    completes = "print what completes commands and options in a shell"
    completion = _add_command(commands, "completion", completes, f"{completes}, for it to source")
    completion.add_argument("shell", choices=("bash", "zsh", "fish", "tcsh"))
    explain = _add_command(commands, "explain", "print the page of a rule")
    explain.add_argument("code", nargs="?", help="such as TFS201; without one the rules are listed")


_WORSE = {
    "lsp": "wrong usage, or its packages are not installed",
    "mcp": "wrong usage, or its packages are not installed",
    "completion": "wrong usage, or its package is not installed",
    "explain": "no such rule",
}

_WITH_INPUT = "files and folders; - is the standard input"
_TAKEN = {
    "check": ("PATH", _WITH_INPUT),
    "names": ("PATH", _WITH_INPUT),
    "tree": ("PATH", _WITH_INPUT),
    "diff": (
        "WHAT",
        "revisions (main...HEAD), lock files or checkpoints, one to hold the work tree against or two; then files",
    ),
    "checkpoint": ("CKPT", "a checkpoint, then the program that loads it or another checkpoint"),
    "port": ("CKPT", "a checkpoint, then the program whose variables it holds"),
    "why": ("NAME", "a variable's name or the line of an error that holds one, then files and folders"),
}
"""What a command takes besides options, and what that is."""

_STATUSES = {
    "check": "there are findings",
    "names": "a program is certain to stop before its end",
    "lock": "the names are not those of the lock",
    "diff": "with --fail-on: something broke",
    "why": "no variable has that name",
    "checkpoint": "loading would fail, or a checksum does not hold",
    "port": "a key has no counterpart and no reason to stay behind",
}


def _statuses(command: str) -> str:
    """What the exit status means, for the end of a command's help."""
    bad = f"1 {_STATUSES[command]}; " if command in _STATUSES else ""
    worse = _WORSE.get(command, "wrong usage, or a file could not be read")
    return f"Exit status: 0 all is well; {bad}2 {worse}; 130 interrupted."


def _add_options(command: argparse.ArgumentParser, name: str) -> None:
    for option in settings.OPTIONS:
        if "flag" not in option.where or (name != "config" and name not in option.commands):
            continue
        flag = f"--{option.name}"
        help_text = option.help.replace("%", "%%")
        if option.kind == "bool":
            kinds: dict[str, Any] = {"action": argparse.BooleanOptionalAction, "default": None}
            command.add_argument(flag, help=help_text, **kinds)
        elif option.kind == "words":
            names = tuple(option.metavar.split())
            command.add_argument(flag, nargs=len(names), default=None, metavar=names, help=help_text)
        elif option.kind in ("strings", "paths", "pairs", "codes", "globs", "table"):
            command.add_argument(flag, action="append", default=None, metavar=option.metavar or None, help=help_text)
        else:
            choices = settings.COMMAND_FORMATS.get(name, ()) if option.name == "format" else option.choices
            shown = option.metavar or ("{" + ",".join(choices) + "}" if choices else option.kind.upper())
            command.add_argument(flag, default=None, metavar=shown, help=help_text)


def _completion(shell: str) -> int:
    shtab = _extra("shtab", "completion", ("shtab",), "completion")
    if shtab is None:
        return FAILURE
    sys.stdout.write(shtab.complete(parser(list(COMMANDS)), shell) + "\n")
    return CLEAN


def _lsp(port: int) -> int:
    server = _extra("scopelint.lsp", "lsp", ("pygls", "lsprotocol"), "the language server")
    return FAILURE if server is None else int(server.serve(port))


def _mcp(roots: list[str]) -> int:
    for root in roots:
        if not os.path.isdir(root):
            say(f"--root {root}: no such folder")
            return FAILURE
    server = _extra("scopelint.agents.server", "mcp", ("mcp", "mcp_types", "pydantic"), "the server for agents")
    return FAILURE if server is None else int(server.serve(roots))


def _extra(module: str, extra: str, packages: tuple[str, ...], what: str) -> Any:  # noqa: ANN401
    """The module of an extra; None, and one line about how to get it, where one of its packages is not installed."""
    try:
        return import_module(module)
    except ModuleNotFoundError as problem:
        if (problem.name or "").partition(".")[0] not in packages:
            raise
        say(f"{what} needs {packages[0]}: pip install 'scopelint[{extra}]'")
        return None


if __name__ == "__main__":
    sys.exit(main())
