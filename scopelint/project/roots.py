"""What belongs to a project: the folders whose files may be read, written and shown."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scopelint import disk
from scopelint.disk import is_too_wide, project_of

if TYPE_CHECKING:
    from scopelint.project.config import Config


def roots(path: str, config: Config) -> tuple[str, ...]:
    """The folders whose files a program in the file `path` may read, besides those of its search path: the project that
    it lies in, that of the settings, where there are none the folder in which the user stands, and what is allowed."""
    found = [project_of(os.path.dirname(os.path.abspath(path)))]
    if config.file:
        found.append(project_of(config.root))
    elif not is_too_wide(os.path.realpath(config.root)):
        found.append(os.path.realpath(config.root))
    found += [os.path.realpath(folder) for folder in config.allow_files]
    return tuple(dict.fromkeys(found))


def may_write(path: str, config: Config) -> bool:
    """Does what is written to a file stay where the user sent us, its links followed?"""
    folder = os.path.dirname(os.path.abspath(path))
    return disk.is_within(path, (os.path.realpath(folder), *roots(path, config)))
