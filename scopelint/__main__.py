"""python -m scopelint, and what the command of that name starts."""

from __future__ import annotations

import gc
import os
import sys

from scopelint.cli import main


def run() -> None:
    """Ends the process with the status of the command.

    What a run imports and builds lives to its end: collecting among it takes a tenth of a short run, and so does taking
    it apart at the end, which the system does at once.
    """
    gc.set_threshold(200_000, 20, 1_000)
    status = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        pass  # whoever read us has gone
    os._exit(status)


if __name__ == "__main__":
    run()
