"""Every summary that is declared can be found, once, and reads parameters that TF really has."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest

from scopelint.apis import registry
from scopelint.apis.homes import HOMES
from scopelint.interp.binding import Binder
from scopelint.interp.engine import Interpreter
from scopelint.interp.options import Options
from scopelint.values.objects import ClassValue, NativeFunction

MODULES = sorted({module for modules in HOMES.values() for module in modules})


@pytest.fixture(scope="module", autouse=True)
def all_homes() -> None:
    Interpreter(Options(), [])
    for module in MODULES:
        registry.load_home(module)


@pytest.mark.parametrize("module", MODULES)
def test_home_exists(module: str) -> None:
    importlib.import_module("scopelint.apis." + module)


def summaries() -> Iterator[NativeFunction]:
    for entry in registry.ENTRIES.values():
        members = entry.attrs.values() if isinstance(entry, ClassValue) else (entry,)
        for member in members:
            function = getattr(member, "function", member)
            if isinstance(function, NativeFunction):
                yield function


def test_parameters_are_those_of_tf() -> None:
    wrong = []
    for summary in summaries():
        if not summary.raw:
            try:
                Binder(summary)
            except ValueError as problem:
                wrong.append(str(problem))
    assert not wrong


def test_every_entry_is_reached_by_its_name() -> None:
    lost = [name for name in registry.ENTRIES
            if not name.startswith("<") and not any(name == home or name.startswith(home + ".") for home in HOMES)]
    assert not lost
