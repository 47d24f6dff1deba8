"""Where the imports of a file are looked for."""

from __future__ import annotations

import os

from scopelint.project.config import Config


def given_path(config: Config) -> tuple[str, ...]:
    """What of it the user said himself: settings may have come with a tree that somebody else wrote."""
    own = config.path if config.origin.get("path") == "command line" else ()
    return tuple(os.path.abspath(folder) for folder in (*own, *_environment()))


def _environment() -> list[str]:
    return [folder for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder]


def search_path(path: str, config: Config) -> tuple[str, ...]:
    """Where imports of this file are looked for, after its own folder."""
    folders = [*config.path, *_environment()]
    folder = os.path.dirname(os.path.abspath(path))
    if os.path.exists(os.path.join(folder, "__init__.py")):
        # A module of a package names its siblings from the package's root, as whoever imports it does.
        while os.path.exists(os.path.join(folder, "__init__.py")) and os.path.dirname(folder) != folder:
            folder = os.path.dirname(folder)
        folders.append(folder)
    if config.file and config.root != folder:
        folders.append(config.root)
    return tuple(dict.fromkeys(folders))
