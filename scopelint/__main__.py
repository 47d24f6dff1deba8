"""python -m scopelint, and what the command of that name starts."""

from __future__ import annotations

import gc
import os
import sys

from scopelint import limits
from scopelint.cli import main


def run() -> None:
    """Ends the process with the status of the command.

    Taking apart what a run built would cost a tenth of a short one; the system does it at once.
    """
    gc.set_threshold(*limits.COLLECT)
    status = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        pass  # whoever read us has gone
    os._exit(status)


if __name__ == "__main__":
    run()
