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
    _selected: ClassVar[tuple[str, ...]] = ()
    """What --select or --extend-select names of ours; empty where nothing."""
    # By folder: files of one folder share settings, and what was learnt of their imports.
    _configs: ClassVar[dict[str, tuple[Config, tuple[str, ...]]]] = {}
    _reach: ClassVar[dict[tuple[str, ...], Reach]] = {}

    def __init__(self, tree: ast.AST, filename: str, lines: list[str]) -> None:
        self._filename = filename
        self._lines = lines

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        from scopelint.project.config import OPTIONS  # 9 ms with all it needs, in every run of flake8

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
        from scopelint.project.config import OPTIONS  # 9 ms with all it needs, in every run of flake8

        cls._flags = {}
        cls._configs = {}
        cls._reach = {}
        cls._noqa = not getattr(options, "disable_noqa", False)
        asked = [*(getattr(options, "select", None) or ()), *(getattr(options, "extend_select", None) or ())]
        cls._selected = tuple(code for code in asked if code.startswith("TFS"))
        for option in OPTIONS:
            value = getattr(options, (_PREFIX + option.name).replace("-", "_"), None)
            if "flake8" in option.where and value not in (None, []):
                cls._flags[option.name] = value
        # What is off by default flake8 was told to ignore before it knew our settings.
        ignored = getattr(options, "extended_default_ignore", None)
        if isinstance(ignored, list):
            try:
                wanted = cls._config(os.path.join(os.getcwd(), "setup.py"))[1]
            except Exception:  # told with the first file that it concerns
                wanted = ()
            ignored[:] = [code for code in ignored if not code.startswith(tuple(wanted) or ("-",))]

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        data = "".join(self._lines).encode("utf-8", "surrogatepass")
        if b"import" not in data and b"tensorflow" not in data:
            return
        from scopelint.project.config import ConfigError  # 9 ms with all it needs, in every run of flake8

        path = self._filename
        try:
            config, _ = self._config(path)
        except ConfigError as problem:
            yield 1, 0, printable(f"TFS900 scopelint's settings cannot be used: {problem}"), type(self)
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
            yield 1, 0, printable(f"TFS900 scopelint's settings cannot be used: {problem}"), type(self)
            return
        except Exception as problem:
            # flake8 would end the run for all files.
            said = str(problem).split("\n")[0]
            yield 1, 0, f"TFS900 scopelint failed, please report it: {type(problem).__name__}: {said}", type(self)
            return
        for finding in findings:
            line, column, text = here(self._as_selected(finding), path)
            yield line, column, text, type(self)

    @classmethod
    def _as_selected(cls, finding: Finding) -> Finding:
        """Under the wider code where the user selects that one and not its own: flake8 goes by what the text begins
        with."""
        if not finding.general or not cls._selected or finding.code.startswith(cls._selected):
            return finding
        return finding._replace(code=finding.general) if finding.general.startswith(cls._selected) else finding

    @classmethod
    def _config(cls, path: str) -> tuple[Config, tuple[str, ...]]:
        """The settings for a file, and the codes that they select besides flake8's own."""
        folder = os.path.dirname(os.path.abspath(path))
        found = cls._configs.get(folder)
        if found is None:
            from scopelint.project import config as settings  # as above

            config = settings.load([folder], cls._flags)
            wanted = (*(config.select or ()), *config.extend_select)
            # Which codes to report is flake8's to say; what is off by default it was told to ignore.
            config.put("select", ("ALL",), "flake8")
            config.put("extend-select", (), "flake8")
            config.put("cache", False, "flake8")
            config.put("jobs", 1, "flake8")
            found = cls._configs[folder] = config, wanted
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
    for site in finding.places():
        if os.path.normpath(site.path) == os.path.normpath(path):
            elsewhere = "" if site is finding.site else f" (in {finding.site.path}:{finding.site.line})"
            return site.line, site.column, text + elsewhere
    return 1, 0, f"{text} (in {finding.site.path}:{finding.site.line})"
