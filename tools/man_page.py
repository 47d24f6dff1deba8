"""The manual page, made of what `--help` says, of commands, options and exit statuses, and of docs/index.md."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from scopelint import __version__
from scopelint.cli import COMMANDS, parser

INDEX = Path(__file__).parents[1] / "docs" / "index.md"

FILES = (
    ("pyproject.toml, setup.cfg, tox.ini", "settings: the nearest that has [tool.scopelint], or [scopelint]"),
    ("names.lock", "the names of variables that `scopelint lock` keeps"),
    (".scopelint_cache", "results of former runs; may be deleted at any time"),
    (".gitignore", "what it names is not looked at in folders"),
)
ENVIRONMENT = (
    ("NO_COLOR, FORCE_COLOR, TERM", "whether reports have colours, where --color does not say"),
    ("SCOPELINT_DEBUG", "show the traceback of a failure of scopelint itself"),
)


def manual() -> str:
    """In roff."""
    whole = parser(list(COMMANDS))
    commands = next(action for action in whole._actions if isinstance(action, argparse._SubParsersAction))
    helps = {action.dest: action.help or "" for action in commands._choices_actions}
    out = [
        f'.TH SCOPELINT 1 "" "scopelint {__version__}" "User Commands"',
        ".SH NAME",
        f"scopelint \\- {_text(_lower(whole.description))}",
        ".SH SYNOPSIS",
        ".B scopelint",
        ".I COMMAND",
        "[\\fIOPTION\\fR]... [\\fIPATH\\fR]...",
        ".SH DESCRIPTION",
        _text(
            "A linter for TensorFlow 1.x. It reads the source, follows it as Python would run it, and tells which "
            "variables come out, under which names, and which line TensorFlow would refuse. It never runs the source "
            "and needs no TensorFlow."
        ),
        ".SH COMMANDS",
    ]
    for name, command in commands.choices.items():
        words = [action for action in command._actions if not action.option_strings]
        usage = "".join(f" {_usage(each)}" for each in words)
        out += [".TP", f"\\fBscopelint {name}\\fR{usage}", _text(f"{helps[name]}.")]
        out += [_text(f"{each.metavar}: {each.help}.") for each in words if each.metavar]
        if command.epilog:
            out.append(_text(command.epilog))
    out += [".SH OPTIONS", "The commands that have an option stand behind it; each has those without any."]
    for (flags, metavar, help_text), having in _options(commands).items():
        shown = ", ".join(f"\\fB{_text(flag)}\\fR" for flag in flags) + (
            f" \\fI{_text(metavar)}\\fR" if metavar else ""
        )
        where = "" if len(having) >= len(COMMANDS) else f" ({', '.join(having)})"
        out += [".TP", shown, _text(help_text + where)]
    out += [".SH EXIT STATUS"]
    for number, meaning in (
        ("0", "all is well"),
        ("1", "what the command looks for was found: its own line under COMMANDS says what"),
        ("2", "wrong usage, or a file could not be read"),
        ("130", "interrupted; `check` has told what it had found"),
    ):
        out += [".TP", f".B {number}", _text(meaning)]
    for heading, rows in (("FILES", FILES), ("ENVIRONMENT", ENVIRONMENT)):
        out.append(f".SH {heading}")
        for name, meaning in rows:
            out += [".TP", f".B {_text(name)}", _text(meaning)]
    out.append(".SH EXAMPLES")
    for who, how in _quick_starts():
        out += [".TP", f".B {_text(who)}", _text(how)]
    out += [".SH SEE ALSO", _text("`scopelint explain` lists the rules and prints their pages.")]
    return "\n".join(out) + "\n"


def _usage(action: argparse.Action) -> str:
    name = f"\\fI{_text(str(action.metavar or action.dest).upper())}\\fR"
    return f"[{name}]..." if action.nargs == "*" else f"[{name}]" if action.nargs == "?" else name


def _options(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> dict[tuple[tuple[str, ...], str, str], list[str]]:
    """Each option once: its flags, what it takes, its help, and the commands that have it."""
    found: dict[tuple[tuple[str, ...], str, str], list[str]] = {}
    for name, command in commands.choices.items():
        for action in command._actions:
            if action.option_strings and action.dest != "help":
                taken = " ".join(action.metavar) if isinstance(action.metavar, tuple) else action.metavar or ""
                key = tuple(action.option_strings), taken, (action.help or "").replace("%%", "%")
                found.setdefault(key, []).append(name)
    return found


def _quick_starts() -> list[tuple[str, str]]:
    """Who, and what to do: the list of docs/index.md without its links."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", INDEX.read_text(encoding="utf-8"))
    items = re.findall(r"^- \*\*(.+?)\*\*(.+?)(?=^- |\Z)", text, re.DOTALL | re.MULTILINE)
    return [(who, " ".join(how.split())) for who, how in items]


def _lower(text: str | None) -> str:
    words = (text or "").rstrip(".")
    return words[:1].lower() + words[1:]


def _text(text: str) -> str:
    """As roff prints it: `code` in bold, nothing taken for a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = re.sub(r"`([^`]*)`", r"\\fB\1\\fR", text)
    return f"\\&{text}" if text[:1] in (".", "'") else text
