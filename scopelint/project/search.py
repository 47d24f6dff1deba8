"""Where the imports of a file are looked for."""

from __future__ import annotations

import os

from scopelint.project.config import Config


def search_path(path: str, config: Config) -> tuple[str, ...]:
    """Where imports of this file are looked for, after its own folder."""
    folders = [*config.path, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    folder = os.path.dirname(os.path.abspath(path))
    if os.path.exists(os.path.join(folder, "__init__.py")):
        # A module of a package names its siblings from the package's root, as whoever imports it does.
        while os.path.exists(os.path.join(folder, "__init__.py")) and os.path.dirname(folder) != folder:
            folder = os.path.dirname(folder)
        folders.append(folder)
    if config.file and config.root != folder:
        folders.append(config.root)
    return tuple(dict.fromkeys(folders))
