"""What Python says of a call that gives a function too many arguments."""

from __future__ import annotations


def too_many(name: str, most: int, given: int) -> str:
    """CPython: too_many_positional in ceval.c, of functions without defaults and keyword-only arguments."""
    arguments = "argument" if most == 1 else "arguments"
    return f"{name}() takes {most} positional {arguments} but {given} {'was' if given == 1 else 'were'} given"
