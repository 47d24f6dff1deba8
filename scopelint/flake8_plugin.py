"""The flake8 plugin. Loaded at every start of flake8: it imports next to nothing until a file needs it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from scopelint import __version__
from scopelint.escapes import printable
from scopelint.graph.conditions import phrase
from scopelint.rules.off_by_default import OFF_BY_DEFAULT
from scopelint.syntax.prefilter import Reach

if TYPE_CHECKING:
    import ast

    from flake8.options.manager import OptionManager  # type: ignore[import-untyped]

    from scopelint.project.config import Config
    from scopelint.rules.findings import Finding

_PREFIX = "scopelint-"


class Plugin:
    """What flake8 makes for each file."""

    name = "scopelint"
    version = __version__
    _flags: ClassVar[dict[str, Any]] = {}
    _noqa: ClassVar[bool] = True
    # By folder: files of one folder share settings, and what was learnt of their imports.
    _configs: ClassVar[dict[str, Config]] = {}
    _reach: ClassVar[dict[tuple[str, ...], Reach]] = {}

    def __init__(self, tree: ast.AST, filename: str, lines: list[str]) -> None:
        self._filename = filename
        self._lines = lines

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        from scopelint.project.config import (
            OPTIONS,  # flake8 loads us for every file, TF or not: 9 ms with what it needs
        )

        manager.extend_default_ignore(list(OFF_BY_DEFAULT))
        for option in OPTIONS:
            if "flake8" not in option.where:
                continue
            how: dict[str, Any] = {"default": None, "help": f"scopelint: {option.help}", "parse_from_config": True}
            if option.kind == "bool":
                how["action"] = "store_true"
            elif option.kind in ("strings", "paths"):
                how["comma_separated_list"] = True
            if option.kind == "paths":
                how["normalize_paths"] = True
            manager.add_option(f"--{_PREFIX}{option.name}", **how)

    @classmethod
    def parse_options(cls, options: object) -> None:
        from scopelint.project.config import (
            OPTIONS,  # flake8 loads us for every file, TF or not: 9 ms with what it needs
        )

        cls._flags = {}
        cls._configs = {}
        cls._reach = {}
        cls._noqa = not getattr(options, "disable_noqa", False)
        for option in OPTIONS:
            value = getattr(options, (_PREFIX + option.name).replace("-", "_"), None)
            if "flake8" in option.where and value not in (None, []):
                cls._flags[option.name] = value

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        data = "".join(self._lines).encode("utf-8", "surrogatepass")
        if b"import" not in data and b"tensorflow" not in data:
            return
        from scopelint.project.config import (
            ConfigError,  # flake8 loads us for every file, TF or not: 9 ms with what it needs
        )

        path = self._filename
        try:
            config = self._config(path)
        except ConfigError as problem:
            yield 1, 0, f"TFS900 {problem}", type(self)
            return
        from scopelint.project.search import search_path  # as above

        folders = search_path(path, config)
        reach = self._reach.get(folders)
        if reach is None:
            reach = self._reach[folders] = Reach(folders)
        if not reach.touches(path, data):
            return
        from scopelint.project.check import check_source  # as above

        try:
            findings = check_source(path, _utf8(data), config, noqa=self._noqa).findings
        except ConfigError as problem:
            yield 1, 0, f"TFS900 {problem}", type(self)
            return
        except Exception as problem:
            # flake8 would end the run for all files.
            said = str(problem).split("\n")[0]
            yield 1, 0, f"TFS900 scopelint failed, please report it: {type(problem).__name__}: {said}", type(self)
            return
        for finding in findings:
            line, column, text = here(finding, path)
            yield line, column, text, type(self)

    # as above
    @classmethod
    def _config(cls, path: str) -> Config:
        folder = os.path.dirname(os.path.abspath(path))
        found = cls._configs.get(folder)
        if found is None:
            from scopelint.project import config as settings  # as above

            found = settings.load([folder], cls._flags)
            # Which codes to report is flake8's to say; what is off by default it was told to ignore.
            found.put("select", ("ALL",), "flake8")
            found.put("extend-select", (), "flake8")
            found.put("cache", False, "flake8")
            found.put("jobs", 1, "flake8")
            cls._configs[folder] = found
        return found


def _utf8(data: bytes) -> bytes:
    """flake8 has decoded the source: a coding line in it no longer holds."""
    return data if data.isascii() else b"\xef\xbb\xbf" + data if b"coding" not in data[:400] else _without_cookie(data)


def _without_cookie(data: bytes) -> bytes:
    head, rest = data[:400], data[400:]
    return b"\xef\xbb\xbf" + re.sub(rb"coding([:=])", rb"coding_\1", head, count=2) + rest


def here(finding: Finding, path: str) -> tuple[int, int, str]:
    """A finding as flake8 can show it. One in an imported module stands at the call that led there."""
    may = "" if finding.certain else "may: "
    hangs = f" ({phrase(finding.when)})" if finding.when else ""
    text = printable(f"{finding.code} {may}{finding.message}{hangs}")
    if os.path.normpath(finding.site.path) == os.path.normpath(path):
        return finding.site.line, finding.site.column, text
    for call in reversed(finding.calls):
        if os.path.normpath(call.site.path) == os.path.normpath(path):
            return call.site.line, call.site.column, f"{text} (in {finding.site.path}:{finding.site.line})"
    return 1, 0, f"{text} (in {finding.site.path}:{finding.site.line})"
