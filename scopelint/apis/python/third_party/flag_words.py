"""How absl reads the words of a command line into flags, and what it has defined of its own."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.support import derived
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue

TRUE = ("true", "t", "1", "yes", "y")
FALSE = ("false", "f", "0", "no", "n")

OWN: dict[str, Any] = {
    "logtostderr": False,
    "alsologtostderr": False,
    "log_dir": "",
    "v": -1,
    "verbosity": -1,
    "logger_levels": DictValue(),
    "stderrthreshold": "fatal",
    "showprefixforinfo": True,
    "run_with_pdb": False,
    "pdb_post_mortem": False,
    "pdb": False,
    "run_with_profiling": False,
    "profile_file": None,
    "use_cprofile_for_profiling": True,
    "only_check_args": False,
    "op_conversion_fallback_to_while_loop": False,
    "test_srcdir": "",
    "test_tmpdir": "/tmp/absl_testing",
    "test_random_seed": 301,
    "test_randomize_ordering_seed": "",
    "xml_output_file": "",
}
"""Flags that TensorFlow and absl define when they are imported, in their order."""

LOGGING = {
    "logtostderr": "Should only log to stderr?",
    "alsologtostderr": "also log to stderr?",
    "log_dir": "directory to write logfiles into",
    "v": "Logging verbosity level.",
    "verbosity": "Logging verbosity level.",
    "stderrthreshold": "log messages at this level, or more severe, to stderr in addition to the logfile.",
    "showprefixforinfo": "If False, do not prepend prefix to info messages when it's logged to stderr",
}
"""Those of absl.logging in every release of absl that TensorFlow takes, and what they say, as far as it is the same."""

OWN_OF_RUN = ("?", "help", "helpshort", "helpfull", "helpxml")
"""Those that `app.run` defines besides."""


def is_blank(value: AnyValue) -> bool:
    """Is it what a flag has that waits to be given?"""
    return value is None or (isinstance(value, str) and not value)


_SWITCHES = ("boolean", "bool", "own switch")


def parsed(call: Call, kind: str, text: AnyValue, name: str = "") -> Any:
    """A flag's text as its value."""
    if not isinstance(text, str):
        return text
    if kind.endswith(("integer", "float")):
        number = _number(call, kind, text, name)
        return ListValue([number]) if kind.startswith("multi_") else number
    if kind in _SWITCHES:
        if text.lower() in TRUE:
            return True
        if text.lower() in FALSE:
            return False
        call.raise_("absl.flags.IllegalFlagValueError", f"flag --{name}={text}: Non-boolean argument to boolean flag")
    if kind in ("list", "spaceseplist"):
        parts = text.split(",") if kind == "list" else text.split()
        return ListValue([p.strip() for p in parts] if text else [])
    if kind.startswith("multi_"):
        return ListValue([text])
    return text


def _number(call: Call, kind: str, text: str, name: str) -> Any:
    """absl: IntegerParser.convert and FloatParser.convert."""
    try:
        if kind.endswith("float"):
            return float(text)
        return int(text, 0) if text[:2].lower() in ("0x", "0o", "0b") else int(text)
    except ValueError as error:
        call.raise_("absl.flags.IllegalFlagValueError", f"flag --{name}={text}: {error}")


def read(call: Call, words: list[Any], kinds: dict[str, str], known_only: bool) -> tuple[list[tuple[str, Any]], Any]:
    """absl: FlagValues._parse_args. What the words set, in order, as (flag, text), and the words that are left; an
    Unknown where the words are not all known. `kinds`: how each flag, by its long or short name, is parsed."""
    given: list[tuple[str, Any]] = []
    left: list[Any] = []
    refused: list[str] = []
    excused: set[str] = set()
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if not isinstance(word, str):
            return given, derived(word, reason="words of a command line that are not known")
        bare = word[2:] if word.startswith("--") else word[1:]
        if not word.startswith("-") or (not bare and word != "--"):
            left.append(word)
            continue
        if word == "--":
            if known_only:
                left.append(word)
            break
        name, equals, text = bare.partition("=")
        if name == "flagfile":
            return given, call.unknown("the flags of a file")
        value: Any = text if equals else None
        if name == "undefok" or (name in kinds and kinds[name] not in _SWITCHES):
            if value is None:
                if at == len(words):
                    call.raise_("absl.flags.Error", f"Missing value for flag {word}")
                value, at = words[at], at + 1
        elif name in kinds:
            value = "true" if value is None else value
        elif name.startswith("no") and kinds.get(name[2:]) in _SWITCHES:
            if value is not None:
                call.raise_("ValueError", f"{word} does not take an argument")
            name, value = name[2:], "false"
        elif known_only:
            left.append(word)
            continue
        else:
            refused.append(name)
            continue
        if name == "undefok":
            excused.update(part.strip() for part in str(value).split(","))
        else:
            given.append((name, value))
    for name in refused:
        if name not in excused and name.removeprefix("no") not in excused:
            call.raise_("absl.flags.UnrecognizedFlagError", f"Unknown command line flag '{name}'")
    return given, left + words[at:]


def merged(call: Call, kind: str, name: str, texts: list[Any]) -> Any:
    """The value of a flag from all that a command line gives for it: the last counts, of a `multi_` flag all."""
    if any(isinstance(text, Unknown) for text in texts):
        return derived(*texts, label=name)
    if not kind.startswith("multi_"):
        return parsed(call, kind, texts[-1], name)
    values = [parsed(call, kind, text, name) for text in texts]
    return ListValue([member for value in values for member in value.items])
