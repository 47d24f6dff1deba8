"""`scopelint config`: the settings in force and where they come from."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from scopelint.project.config import Config, show


def run(paths: Sequence[str], config: Config) -> int:
    """The command; its exit status."""
    sys.stdout.write("\n".join(show(config)) + "\n")
    return 0
