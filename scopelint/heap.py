"""Memory: how much of it this process holds."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def resident() -> int:
    """Bytes that this process has in memory now; where the system only tells the most it ever had, that; else 0."""
    try:
        number = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return _most()
    try:
        return int(os.read(number, 100).split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0
    finally:
        os.close(number)


def _most() -> int:
    try:
        import resource  # not there on Windows, and not needed on Linux
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def give_back() -> None:
    """What the C library holds and nothing uses goes back to the system, where it is glibc."""
    import ctypes  # 1 ms, where memory is given back

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
