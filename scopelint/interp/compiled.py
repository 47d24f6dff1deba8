"""Extension modules that were not built: what their sources, which lie in the project, have to do with TensorFlow."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterator

from scopelint.syntax.source import Source, SyntaxProblem, decode
from scopelint.values.base import Cause, Unknown, Why
from scopelint.values.objects import MISSING, ModuleValue

Read = Callable[[str], bytes | None]

_LANGUAGES = (".pyx", ".c", ".cc", ".cpp", ".cxx", ".cu", ".h", ".hpp", ".pxd", ".pxi")
_IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+)?c?import[ \t]+([.\w]+)", re.MULTILINE)
_PYTHON = re.compile(rb"PyImport_|pybind11|boost/python|py::module")
"""C++ that may import any module of Python's."""


def extension(name: str, folders: list[str], read: Read, is_library: Callable[[str], bool]) -> ModuleValue | None:
    """The extension module of this name, where the project has all its sources and they never reach TensorFlow; None
    otherwise. What it gives is not known, but it makes no variables."""
    sources = next(_sources(name, folders, read), None)
    if not sources or not all(_is_apart(path, text, is_library) for path, text in sources.items()):
        return None

    def member(attribute: str) -> Unknown | object:
        if attribute.startswith("__"):
            return MISSING
        cause = Cause(Why.LIBRARY, f"{name}.{attribute}")
        return Unknown(
            f"{name} is compiled from {' and '.join(map(os.path.basename, sources))}", attribute, cause=cause
        )

    return ModuleValue(name, "", member)


def _sources(name: str, folders: list[str], read: Read) -> Iterator[dict[str, bytes]]:
    """The sources that a module is built from, in turn: a Cython file of its name, what a `setup.py` says."""
    beside = name.replace(".", os.sep) + ".pyx"
    for folder in folders:
        text = read(os.path.join(folder, beside))
        if text is not None:
            yield {beside: text}
    seen = set()
    for folder in folders:
        for home in (folder, os.path.dirname(folder)):
            if home in seen:
                continue
            seen.add(home)
            place = os.path.join(home, "setup.py")
            script = read(place)
            for paths in _said_by(place, script, name) if script is not None else ():
                found = {path: read(os.path.join(home, path)) for path in paths}
                if found and None not in found.values():
                    yield {path: text for path, text in found.items() if text is not None}


def _said_by(place: str, script: bytes, name: str) -> Iterator[list[str]]:
    """`Extension("package.module", ["module.pyx", ...])`, as setuptools, distutils and Cython have it."""
    try:
        tree = Source(place, decode(place, script)).tree
    except SyntaxProblem:
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not _ends_in_extension(node.func):
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        called = node.args[0] if node.args else given.get("name")
        listed = node.args[1] if len(node.args) > 1 else given.get("sources")
        if not (isinstance(called, ast.Constant) and called.value == name):
            continue
        if isinstance(listed, (ast.List, ast.Tuple)):
            paths = [each.value for each in listed.elts if isinstance(each, ast.Constant)]
            texts = [path for path in paths if isinstance(path, str)]
            if len(texts) == len(listed.elts):
                yield texts


def _ends_in_extension(function: ast.expr) -> bool:
    leaf = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    return leaf.endswith("Extension")


def _is_apart(path: str, text: bytes, is_library: Callable[[str], bool]) -> bool:
    """Does this source have nothing to do with TensorFlow, nor with modules that might?"""
    if not path.endswith(_LANGUAGES) or b"tensorflow" in text.lower():
        return False
    if not path.endswith((".pyx", ".pxd", ".pxi")):
        return not _PYTHON.search(text)
    for outer, inner in _IMPORT.findall(text):
        root = (outer or inner).decode("ascii", "replace").partition(".")[0]
        if root not in ("libc", "libcpp", "cpython", "posix", "openmp") and not is_library(root):
            return False
    return True
