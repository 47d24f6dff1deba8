"""Python 2 source as Python 3, line for line, through fissix; only what is syntax is rewritten.

What differs in meaning (integer division, what `range` gives) is left to the interpreter, which is told that the
source is Python 2.
"""

from __future__ import annotations

import io
import re
import tokenize

_FIXERS = ("print", "except", "raise", "exec", "repr", "ne", "tuple_params", "has_key")
_UNPACKED = re.compile(r"^[ \t]*(\(.*\) = xxx_todo_changeme\d*)$")
_OCTAL = re.compile(r"0+[0-7]+[lL]?$")
_PREFIX = re.compile(r"[uU][rR]")


_SIGNS = re.compile(
    r"^[ \t]*(print|exec)[ \t]+[^ \t=(.,:\[]|^[ \t]*print[ \t]*$|^[ \t]*print[ \t]*\(.*\)[ \t]*%|\bexcept\b[^:]*,"
    r"|^[ \t]*raise[^#]*,|<>|`|\b0[0-7]+\b|\b\d+[lL]\b|\b[uU][rR]['\"]|\bdef\b[^:]*\([^:]*\(|^[ ]*\t"
    r"|[:;][ \t]*print[ \t]",
    re.M,
)
"""What makes Python 3 refuse Python 2; a broken file without any of it is not worth fissix's time."""


def convert(text: str) -> str | None:
    """The source as Python 3; None where fissix cannot read it either."""
    if not _SIGNS.search(text):
        return None
    try:
        from fissix.pgen2.parse import ParseError  # type: ignore[import-untyped]
        from fissix.pgen2.tokenize import TokenError  # type: ignore[import-untyped]
        from fissix.refactor import RefactoringTool  # type: ignore[import-untyped]
    except ImportError:
        return None
    # `from __future__ import print_function` makes print a name; the tool has to be told before it parses.
    options = {"print_function": True} if re.search(r"^from __future__ import .*\bprint_function\b", text, re.M) else {}
    fixers = [name for name in _FIXERS if not (options and name == "print")]
    try:
        tool = RefactoringTool(["fissix.fixes.fix_" + name for name in fixers], options)
        converted = str(tool.refactor_string(_spell(_untab(text)) + "\n", "python2"))
    except (ParseError, TokenError, tokenize.TokenError, IndentationError, RecursionError, AttributeError, ValueError):
        return None
    return _fold(converted[:-1])


def _untab(text: str) -> str:
    """Python 2 counts a tab to the next multiple of eight; Python 3 refuses the mixture."""
    if "\t" not in text:
        return text
    lines = []
    for line in text.split("\n"):
        body = line.lstrip(" \t")
        lines.append(line[: len(line) - len(body)].expandtabs(8) + body)
    return "\n".join(lines)


def _spell(text: str) -> str:
    """`0777`, `10L` and `ur""`, which Python 3's own tokens do not have."""
    if not re.search(r"\b0[0-7]+[lL]?\b|\b\d+[lL]\b|\b0[xX][0-9a-fA-F]+[lL]\b|\b[uU][rR]['\"]", text):
        return text
    from fissix.pgen2 import tokenize as tokens  # type: ignore[import-untyped]

    lines = text.split("\n")
    found = []
    try:
        for kind, word, (line, column), _, _ in tokens.generate_tokens(io.StringIO(text).readline):
            if (kind == 2 and (word[-1] in "lL" or _OCTAL.match(word))) or (kind == 3 and _PREFIX.match(word)):
                found.append((line - 1, column, word))
    except Exception:  # the tokenizer's own errors are the parser's to report
        return text
    for line, column, word in reversed(found):
        new = word[1:] if _PREFIX.match(word) else word.rstrip("lL")
        if _OCTAL.match(word):
            new = "0o" + new.lstrip("0") if new.strip("0") else "0"
        lines[line] = lines[line][:column] + new + lines[line][column + len(word) :]
    return "\n".join(lines)


def _fold(text: str) -> str:
    """fissix unpacks a tuple parameter on a line of its own; it goes before the next one, so that lines keep their
    numbers."""
    if "xxx_todo_changeme" not in text:
        return text
    out: list[str] = []
    held: list[str] = []
    for line in text.split("\n"):
        found = _UNPACKED.match(line)
        if found:
            held.append(found.group(1))
            continue
        if held and line.strip():
            body = line.lstrip(" \t")
            if re.match(r"(if|for|while|with|try|def|class|@)\b", body):
                # A compound statement cannot follow on a line; the unpacking keeps a line of its own.
                out.extend(line[: len(line) - len(body)] + unpacking for unpacking in held)
            else:
                line = line[: len(line) - len(body)] + "; ".join([*held, body])
            held = []
        out.append(line)
    return "\n".join(out)
