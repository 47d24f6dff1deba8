"""The settings for each open file: the project's files, and over them what the client says."""

from __future__ import annotations

import os
import re
from typing import Any

from scopelint.project import config as project


class Settings:
    """`wrong`: the last setting that could not be used, one line."""

    def __init__(self) -> None:
        self.hints = True
        self.debounce = 0.06
        self.wrong = ""
        self._said: dict[str, dict[str, Any]] = {}
        self._known: dict[str, project.Config] = {}

    def say(self, settings: object, folder: str = "") -> None:
        """What the client wants, for one folder of the workspace or for all. Keys as in the files, or in camelCase."""
        if not isinstance(settings, dict):
            return
        settings = settings.get("scopelint", settings)
        said = {}
        for key, value in settings.items() if isinstance(settings, dict) else ():
            name = re.sub(r"(?<=[a-z])([A-Z])", lambda match: "-" + match[1].lower(), key).replace("_", "-")
            if name == "hints":
                self.hints = bool(value)
            elif name == "debounce" and isinstance(value, (int, float)):
                self.debounce = max(0.0, value / 1000)
            elif name in project.BY_NAME and value is not None and value != []:
                said[name] = value
        self._said[folder] = said
        self.forget()

    def forget(self) -> None:
        """A settings file changed."""
        self._known = {}

    def of(self, path: str) -> project.Config:
        """Settings that cannot be used are left out, and told of in `wrong`."""
        folder = os.path.dirname(os.path.abspath(path))
        found = self._known.get(folder)
        if found is None:
            try:
                found = project.load([folder])
            except project.ConfigError as problem:
                self.wrong = str(problem)
                found = project.load([folder], isolated=True)
            near = max((each for each in self._said if _within(folder, each)), key=len, default="")
            for name, value in {**self._said.get("", {}), **self._said.get(near, {})}.items():
                option = project.BY_NAME[name]
                try:
                    found.put(name, project.read_value(option, value, "the client's settings", near or found.root),
                              "client")  # fmt: skip
                except project.ConfigError as problem:
                    self.wrong = str(problem)
            found.put("cache", False, "editor")
            found.put("jobs", 1, "editor")
            self._known[folder] = found
        return found


def _within(folder: str, root: str) -> bool:
    return not root or folder == root or folder.startswith(root.rstrip(os.sep) + os.sep)
