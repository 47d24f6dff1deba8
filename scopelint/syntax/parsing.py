"""LibCST's parser, which makes the nodes of `syntax/nodes.py`."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import Any

from scopelint.syntax import nodes

_PARSER = "libcst.native"


def _native() -> Any:  # noqa: ANN401
    """The parser alone, without the package around it; with it where it cannot be found so."""
    if _PARSER in sys.modules:
        return sys.modules[_PARSER]
    package = PathFinder.find_spec("libcst")
    folders = None if package is None else package.submodule_search_locations
    found = None if folders is None else PathFinder.find_spec(_PARSER, folders)
    if found is None or found.loader is None:
        return import_module(_PARSER)
    # Under its own name, so that who imports LibCST later gets the same.
    made = sys.modules[_PARSER] = module_from_spec(found)
    found.loader.exec_module(made)
    return made


_parse = _native().parse_module


def parse_module(text: str) -> nodes.Module:
    """The nodes of a text. Raises ParserSyntaxError, and RecursionError where it is nested too deeply."""
    package = sys.modules.get("libcst")
    try:
        sys.modules["libcst"] = nodes
        made = _parse(text, "utf-8")
    finally:
        # LibCST itself is imported where something is to be mended, and by other plugins of one process.
        if package is None:
            sys.modules.pop("libcst", None)
        else:
            sys.modules["libcst"] = package
    return made if type(made) is nodes.Module else light(made)


def light(node: Any) -> Any:  # noqa: ANN401
    """A node of LibCST's own classes, as it would be made here: a parser may have its own way to find them."""
    if isinstance(node, (list, tuple)):
        return [light(each) for each in node]
    from dataclasses import fields, is_dataclass  # 3 ms, which nobody else needs here

    if not is_dataclass(node):
        return node
    given = {field.name: getattr(node, field.name) for field in fields(node)}
    kept = {name: light(value) for name, value in given.items() if type(value).__name__ != "MaybeSentinel"}
    return getattr(nodes, type(node).__name__)(**kept)
