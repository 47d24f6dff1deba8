"""Every summary that is declared can be found, once, and reads parameters that TF really has."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
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


DECLARED_WHERE = """
import importlib, json, os, sys
from scopelint.apis import registry
from scopelint.apis.homes import HOMES
where, loads = {}, {}
declare = registry.declare
def noted(canonical, entry):
    frame = sys._getframe(1)
    while frame and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    where.setdefault(canonical, frame.f_globals["__name__"].removeprefix("scopelint.apis."))
    declare(canonical, entry)
registry.declare = noted
modules = sorted({module for home in HOMES.values() for module in home})
for module in modules:
    out, into = os.pipe()
    if not os.fork():
        importlib.import_module("scopelint.apis." + module)
        os.write(into, json.dumps([name for name in sys.modules if name.startswith("scopelint.apis.")]).encode())
        os._exit(0)
    os.close(into)
    with os.fdopen(out) as told:
        loads[module] = {name.removeprefix("scopelint.apis.") for name in json.load(told)}
    os.wait()
for module in modules:
    importlib.import_module("scopelint.apis." + module)
for canonical, module in where.items():
    prefix, reached = canonical, set()
    while prefix:
        reached.update(*(loads[home] for home in HOMES.get(prefix, ())))
        prefix = prefix.rpartition(".")[0]
    if module not in reached and not canonical.startswith("<"):
        print(canonical, module)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each home is imported in a process of its own")
def test_every_entry_is_reached_whatever_was_imported_before() -> None:
    """tf.nn.softmax as the first of tf.nn was sought in a module that does not declare it."""
    done = subprocess.run([sys.executable, "-c", DECLARED_WHERE], capture_output=True, text=True, check=True)
    assert not done.stdout
