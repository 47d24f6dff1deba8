"""Attributes of modules of which there is no source here: Python's library, and others that have summaries."""

from __future__ import annotations

from typing import Any

from scopelint.apis import python
from scopelint.values.objects import MISSING, ModuleValue


def loaded(run: Any, value: ModuleValue, name: str) -> Any:
    """`value.name`, kept for the next time; MISSING where there is none. What Python 2 alone has is there for sources
    of Python 2."""
    if value.load is None:
        return MISSING
    if python.is_of_python2_alone(value.name, name):
        source = run.modules.sources.get(run.frame.module.path) if run.frame is not None else None
        return python.of_python2(value.name, name) if source is not None and source.python2 else MISSING
    found = value.load(name)
    if found is not MISSING:
        value.attrs[name] = found
    return found
