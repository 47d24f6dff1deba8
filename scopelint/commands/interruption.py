"""Interruption: Ctrl-C and SIGTERM end a run where it waits, so that what it has can be written whole."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Any

from scopelint.project.listening import Interrupted


class Interruption:
    """In force between `listen` and `stop`. As a context it is where the run waits; elsewhere the first
    signal only takes effect when the run waits next; the second one ends the command wherever it is."""

    def __init__(self) -> None:
        self._heard = False
        self._may = False
        self._former: dict[int, Any] = {}

    def listen(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            former: Callable[..., Any] | int | None = signal.getsignal(number)
            # Whoever started us may have said that we are not to hear it (`nohup`, a job in the background).
            if former is not None and former != signal.SIG_IGN:
                self._former[number] = former
                signal.signal(number, self._hear)

    def stop(self) -> None:
        for number, former in self._former.items():
            signal.signal(number, former)
        self._former.clear()

    def __enter__(self) -> None:
        # In this order: a signal between the two is not lost.
        self._may = True
        if self._heard:
            raise Interrupted

    def __exit__(self, *problem: object) -> None:
        self._may = False

    def _hear(self, number: int, frame: object) -> None:
        if self._heard:
            raise KeyboardInterrupt
        self._heard = True
        if self._may:
            raise Interrupted
