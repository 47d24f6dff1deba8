"""What Python says of a call that gives a function too many arguments."""

from __future__ import annotations


def too_many(name: str, least: int, most: int, given: int) -> str:
    """CPython: too_many_positional in ceval.c, of functions without keyword-only arguments."""
    takes = f"{most}" if least >= most else f"from {least} to {most}"
    arguments = "argument" if takes == "1" else "arguments"
    return f"{name}() takes {takes} positional {arguments} but {given} {'was' if given == 1 else 'were'} given"
