"""Writes `scopelint/apis/tables/entries.txt`: which module below `scopelint.apis` declares each canonical name.

    python tools/record_entries.py            writes it
    python tools/record_entries.py --check    exit 1 where it is out of date

A row is a canonical name, the module that declares it, and those that add members to it or its bases if it is a class;
or, behind `type:`, a class of values and the module that says how they answer operators. Run it after a summary is
added, moved or dropped; a test holds the table against the code.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

from scopelint import apis
from scopelint.apis.registry import BEHAVIOURS, ENTRIES
from scopelint.values.objects import ClassValue

PREFIX = "scopelint.apis."
TABLE = Path(apis.__path__[0]) / "tables" / "entries.txt"


class Watch:
    """Notes what each module declares: between the starts and ends of modules, all that is new is the innermost's."""

    def __init__(self) -> None:
        self.running: list[str] = []
        self.declared: dict[str, str] = {}
        self.members: dict[str, int] = {}
        self.added: dict[str, set[str]] = {}
        self.native = SourceFileLoader.exec_module

    def exec_module(self, loader: SourceFileLoader, module: ModuleType) -> None:
        self.note()
        self.running.append(module.__name__.removeprefix(PREFIX))
        self.native(loader, module)
        self.note()
        self.running.pop()

    def note(self) -> None:
        module = self.running[-1] if self.running else ""
        for kind, behaviour in BEHAVIOURS.items():
            if behaviour is not None:
                self.declared.setdefault(f"type:{kind.__module__}.{kind.__qualname__}", module)
        for canonical, entry in ENTRIES.items():
            self.declared.setdefault(canonical, module)
            is_own = isinstance(entry, ClassValue) and entry.canonical == canonical
            if is_own and self.members.get(canonical, 0) != len(entry.attrs):
                self.members[canonical] = len(entry.attrs)
                self.added.setdefault(canonical, set()).add(module)

    def extended(self, canonical: str, module: str) -> set[str]:
        """The modules that add members to a class or to one of its bases, besides those that declare these."""
        entry = ENTRIES.get(canonical)
        if not isinstance(entry, ClassValue) or entry.canonical != canonical:
            return set()
        found: set[str] = set()
        for cls in entry.mro:
            found |= self.added.get(cls.canonical, set()) - {self.declared.get(cls.canonical, "")}
        return found - {module}


def rows() -> list[str]:
    """The rows as the code stands now, sorted by their bytes. Imports every module of `scopelint.apis`."""
    watch = Watch()
    SourceFileLoader.exec_module = lambda loader, module: watch.exec_module(loader, module)  # type: ignore[method-assign]
    try:
        for found in pkgutil.walk_packages(apis.__path__, PREFIX):
            if not found.name.startswith(PREFIX + "stand_ins."):
                importlib.import_module(found.name)
    finally:
        SourceFileLoader.exec_module = watch.native  # type: ignore[method-assign]
    lines = []
    for canonical, module in watch.declared.items():
        others = watch.extended(canonical, module)
        lines.append("\t".join([canonical, module, *sorted(others)]))
    return sorted(lines, key=lambda line: line.partition("\t")[0].encode() + b"\t")


def main() -> int:
    text = "".join(line + "\n" for line in rows())
    if "--check" in sys.argv:
        if TABLE.read_text(encoding="utf-8") == text:
            return 0
        print(f"{TABLE.name} is out of date: run tools/record_entries.py", file=sys.stderr)
        return 1
    # A process that runs holds the table mapped: it must not become shorter under it.
    beside = TABLE.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(TABLE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
