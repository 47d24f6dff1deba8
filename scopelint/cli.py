"""The command line: translates flags in, asks project.check, translates reports out."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

from scopelint import __version__

if TYPE_CHECKING:
    import argparse

    from scopelint.project.check import Report
    from scopelint.project.config import Config
    from scopelint.syntax.source_cache import SourceCache

CLEAN, FINDINGS, FAILURE = 0, 1, 2
_PICTURES = ("html", "dot", "mermaid", "tensorboard")
_FOR_OTHERS = {"markdown": "diff"}
_PROGRESS_FROM = 20
"""Files from which on a terminal shows a progress bar: fewer are done before one has read it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command. Gives 0 where all is clean, 1 where there are findings, 2 on wrong usage or failure."""
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except BrokenPipeError:
        # Whoever read us has gone, `| head` for one. Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return CLEAN
    except KeyboardInterrupt:
        sys.stderr.write("scopelint: interrupted\n")
        return FAILURE
    except Exception as problem:
        if type(problem).__name__ in ("ConfigError", "LockError"):
            sys.stderr.write(f"scopelint: {problem}\n")
        elif os.environ.get("SCOPELINT_DEBUG"):
            raise
        else:
            said = str(problem).split("\n")[0]
            sys.stderr.write(f"scopelint: failed, please report it: {type(problem).__name__}: {said}\n")
        return FAILURE


def _run(arguments: list[str]) -> int:
    if arguments in (["--version"], ["-V"]):
        sys.stdout.write(f"scopelint {__version__}\n")
        return CLEAN
    try:
        parsed = _parser(arguments).parse_args(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else FAILURE
    if parsed.command == "explain":
        return _explain(parsed.code)
    if parsed.command == "lsp":
        return _lsp(parsed.tcp)
    from scopelint.project import config as settings

    flags = {
        option.name: getattr(parsed, option.name.replace("-", "_"), None)
        for option in settings.OPTIONS
        if "flag" in option.where
    }
    for name, value in flags.items():
        if isinstance(value, list) and settings.BY_NAME[name].kind in ("codes", "globs", "table"):
            # Each use of these is a list itself; an expression or a folder may hold a comma.
            flags[name] = "\n".join(value)
    paths = parsed.paths or ["."]
    sources = paths[1:] or ["."] if parsed.command in ("checkpoint", "why") else paths
    config = settings.load(sources, flags, parsed.config, parsed.isolated)
    if parsed.command == "config":
        sys.stdout.write("\n".join(settings.show(config)) + "\n")
        return CLEAN
    if parsed.command in ("lock", "diff", "why"):
        from importlib import import_module

        command = import_module(f"scopelint.commands.{parsed.command}")
        with _Output(config) as stream:
            return int(command.run(parsed.paths, config, stream))
    stdin = sys.stdin.buffer.read() if "-" in paths else None
    if parsed.command == "tree":
        return _tree(paths, config, stdin)
    if parsed.command == "checkpoint":
        from scopelint.commands import checkpoint

        with _Output(config) as stream:
            return checkpoint.run(parsed.paths, config, stream)
    if config.watch:
        from scopelint.project.watch import watch

        return watch(paths, config, _names if parsed.command == "names" else _check)
    if parsed.command == "names":
        return _names(paths, config, stdin)
    return _check(paths, config, stdin)


def _parser(arguments: list[str]) -> argparse.ArgumentParser:
    import argparse

    parser = argparse.ArgumentParser(
        prog="scopelint", description="Knows what TensorFlow 1.x will call each variable, before anything runs."
    )
    parser.add_argument("--version", "-V", action="version", version=f"scopelint {__version__}")
    # `prog` is given because argparse would else format a usage line for each command to find it out.
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", prog="scopelint")
    for name, help_text in (
        ("names", "print what every variable will be called"),
        ("check", "print what TensorFlow would refuse, and what it accepts in silence"),
        ("lock", "write the names to a file, or hold the program to it"),
        ("diff", "print what became of the names between two revisions, a lock file or the work tree"),
        ("why", "tell the line, the scopes and the calls that make a variable, by its name or an error's line"),
        ("tree", "draw the scopes and variables as a tree, a page or a diagram"),
        ("checkpoint", "list a checkpoint, hold it against a program or another one, write it under other names"),
        ("config", "print the settings in force and where they come from"),
    ):
        command = commands.add_parser(name, help=help_text, description=help_text)
        if name == "checkpoint":
            metavar, about = "CKPT", "a checkpoint, then the program that loads it or another checkpoint"
        elif name == "why":
            metavar, about = "NAME", "a variable's name or the line of an error that holds one, then files and folders"
        else:
            metavar, about = "PATH", "files and folders; - is the standard input"
        command.add_argument("paths", nargs="*", metavar=metavar, help=about)
        command.add_argument("--config", metavar="FILE", help="read the settings from this file")
        command.add_argument("--isolated", action="store_true", help="read no settings file")
        if name in arguments:
            _add_options(command, name)
    lsp = commands.add_parser("lsp", help="serve editors", description="serve editors by the language server protocol")
    lsp.add_argument("--stdio", action="store_true", help="speak on the standard streams, as is the default")
    lsp.add_argument("--tcp", type=int, default=0, metavar="PORT", help="listen on this port of 127.0.0.1 instead")
    explain = commands.add_parser("explain", help="print the page of a rule", description="print the page of a rule")
    explain.add_argument("code", nargs="?", help="such as TFS201; without one the rules are listed")
    return parser


def _add_options(command: argparse.ArgumentParser, name: str) -> None:
    import argparse

    from scopelint.project.config import OPTIONS

    for option in OPTIONS:
        if "flag" not in option.where or (name != "config" and name not in option.commands):
            continue
        flag = f"--{option.name}"
        help_text = option.help.replace("%", "%%")
        if option.kind == "bool":
            kinds: dict[str, Any] = {"action": argparse.BooleanOptionalAction, "default": None}
            command.add_argument(flag, help=help_text, **kinds)
        elif option.kind in ("strings", "paths", "pairs", "codes", "globs", "table"):
            command.add_argument(flag, action="append", default=None, metavar=option.metavar or None, help=help_text)
        else:
            shown = option.metavar or ("{" + ",".join(option.choices) + "}" if option.choices else option.kind.upper())
            command.add_argument(flag, default=None, metavar=shown, help=help_text)


def _color(config: Config, stream: TextIO) -> bool:
    if config.color != "auto":
        return bool(config.color == "always")
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def _progress(config: Config) -> Any:  # noqa: ANN401
    from scopelint.project.check import show_progress

    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None

    def show(number: int, total: int, path: str) -> None:
        if total >= _PROGRESS_FROM:
            show_progress(number, total, path)

    return show


def _check(paths: list[str], config: Config, stdin: bytes | None, shelf: SourceCache | None = None) -> int:
    from scopelint.project.check import check

    if config.format in (*_PICTURES, *_FOR_OTHERS):
        from scopelint.project.config import ConfigError

        raise ConfigError(f"--format: {config.format} is for `scopelint {_FOR_OTHERS.get(config.format, 'tree')}`")
    if config.fix or config.diff:
        from scopelint.project.fixing import fix_files

        changed = fix_files(paths, config, sys.stdout)
        if config.diff:
            return FINDINGS if changed and not config.exit_zero else CLEAN
    report = check(paths, config, "check", stdin, _progress(config), shelf)
    if config.update_baseline:
        from scopelint.project import baseline
        from scopelint.project.config import ConfigError

        if not config.baseline:
            raise ConfigError("--update-baseline: --baseline FILE says where")
        written = baseline.write(report.findings, baseline_path(config))
        sys.stderr.write(f"scopelint: {written} findings in {config.baseline}\n")
        return CLEAN
    with _Output(config) as stream:
        _write(report, config, stream)
    for path, why in report.failed:
        sys.stderr.write(f"scopelint: {path}: {why}\n")
    if report.failed:
        return FAILURE
    found = any(finding.severity != "note" for finding in report.findings)
    return FINDINGS if found and not config.exit_zero else CLEAN


def baseline_path(config: Config) -> str:
    """A baseline that a file names lies beside that file; one that a flag names, in the working folder."""
    return os.path.join("" if config.origin.get("baseline") == "command line" else config.root, config.baseline)


def _as_run(report: Report, color: bool) -> Any:  # noqa: ANN401
    from scopelint.reports.base import Run

    return Run(
        report.findings, report.files, report.seconds, report.hidden, report.incomplete, report.sources.line, color
    )


def _write(report: Report, config: Config, stream: TextIO) -> None:
    run = _as_run(report, _color(config, stream))
    if config.statistics:
        from scopelint.reports.to_text import write_statistics

        if config.format in ("text", "concise"):
            write_statistics(run, stream)
            return
        write_statistics(run, sys.stderr)
    if config.format in ("text", "concise"):
        from scopelint.reports import to_text

        (to_text.write if config.format == "text" else to_text.write_concise)(run, stream)
    elif config.format == "json":
        from scopelint.reports import to_json

        to_json.write(run, stream)
    elif config.format == "sarif":
        from scopelint.project.fixing import offers
        from scopelint.reports import to_sarif

        mended = offers(report.findings, config, report.sources.data)
        to_sarif.write(run._replace(offers=mended), stream)
    else:
        from scopelint.reports import to_others

        getattr(to_others, f"write_{config.format}")(run, stream)


def _names(paths: list[str], config: Config, stdin: bytes | None, shelf: SourceCache | None = None) -> int:
    from scopelint.project.check import check
    from scopelint.project.config import ConfigError
    from scopelint.reports import names as table
    from scopelint.reports.to_text import headline

    if config.format not in ("text", "concise", "json"):
        raise ConfigError(f"--format: names knows text and json, not {config.format}")
    report = check(paths, config, "names", stdin, _progress(config), shelf)
    run = _as_run(report, False)
    with _Output(config) as stream:
        if config.format == "json":
            from scopelint.reports import to_json

            to_json.write_names(table.merged([data for _, data in report.names]), run, stream)
        else:
            touched = [(path, data) for path, data in report.names if any(data.values())]
            for number, (path, data) in enumerate(touched):
                if len(report.names) > 1:
                    stream.write(("\n" if number else "") + f"# {path}\n")
                table.write_table(table.merged([data]), stream, _color(config, stream))
    said = table.summary(table.merged([data for _, data in report.names]))
    if config.format != "json":
        for finding in report.findings:
            if finding.severity == "error":
                sys.stderr.write(f"scopelint: {headline(finding)}\n")
        if said:
            sys.stderr.write(f"scopelint: {said}\n")
    for path, why in report.failed:
        sys.stderr.write(f"scopelint: {path}: {why}\n")
    unread = any(finding.code in ("TFS900", "TFS901") for finding in report.findings)
    return FAILURE if report.failed or unread else CLEAN


def _tree(paths: list[str], config: Config, stdin: bytes | None) -> int:
    from scopelint.project.check import check
    from scopelint.project.config import ConfigError
    from scopelint.record.view import view_from

    if config.format not in ("text", *_PICTURES):
        raise ConfigError(f"--format: tree knows text, {', '.join(_PICTURES)}, not {config.format}")
    report = check(paths, config, "view", stdin, _progress(config))
    views = [view_from(path, data) for path, data in report.names if any(data.values())]
    if config.format == "tensorboard":
        from scopelint.reports import to_tensorboard

        for path in to_tensorboard.write(views, config.output_file or "scopelint-graph"):
            sys.stdout.write(path + "\n")
    else:
        with _Output(config) as stream:
            if config.format == "html":
                from scopelint.reports import to_html

                to_html.write(views, report.findings, report.sources.text, stream)
            elif config.format == "text":
                from scopelint.reports import to_tree

                to_tree.write(views, stream, _color(config, stream))
            else:
                from scopelint.reports import to_diagrams

                getattr(to_diagrams, f"write_{config.format}")(views, stream)
    for path, why in report.failed:
        sys.stderr.write(f"scopelint: {path}: {why}\n")
    unread = [finding for finding in report.findings if finding.code in ("TFS900", "TFS901")]
    for finding in unread:
        sys.stderr.write(f"scopelint: {finding.site}: {finding.message}\n")
    return FAILURE if report.failed or unread else CLEAN


def _lsp(port: int) -> int:
    try:
        from scopelint.lsp import serve
    except ModuleNotFoundError as problem:
        if (problem.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        sys.stderr.write("scopelint: the language server needs pygls: pip install 'scopelint[lsp]'\n")
        return FAILURE
    return serve(port)


def _explain(code: str | None) -> int:
    from scopelint.explain import index, page
    from scopelint.rules.registry import modules, rule

    if code is None:
        sys.stdout.write(index())
        return CLEAN
    wanted = code.upper()
    if wanted not in modules():
        by_name = {module[7:].replace("_", "-"): each for each, module in modules().items()}
        if code.lower() not in by_name:
            sys.stderr.write(f"scopelint: {code}: no such rule, `scopelint explain` lists them\n")
            return FAILURE
        wanted = by_name[code.lower()]
    sys.stdout.write(page(rule(wanted)))
    return CLEAN


class _Output:
    """The standard output, or the file asked for."""

    def __init__(self, config: Config) -> None:
        self._path: str = config.output_file
        self._stream: TextIO = sys.stdout

    def __enter__(self) -> TextIO:
        if self._path:
            try:
                self._stream = open(self._path, "w", encoding="utf-8")
            except OSError as problem:
                from scopelint.project.config import ConfigError

                raise ConfigError(f"{self._path}: {problem.strerror or problem}") from None
        elif hasattr(self._stream, "reconfigure"):
            # A terminal of another encoding must not end the run at the first accent.
            self._stream.reconfigure(errors="backslashreplace")
        return self._stream

    def __exit__(self, *problem: object) -> None:
        if self._path:
            self._stream.close()
        else:
            self._stream.flush()


if __name__ == "__main__":
    sys.exit(main())
