"""tf.device, for the picture: which device a program asks for. No name hangs on it."""

from __future__ import annotations

import re
from typing import Any

from scopelint import later
from scopelint.apis.call import Call
from scopelint.apis.tf.framework.context_managers import as_context, no_scope
from scopelint.graph.drawing import Drawing
from scopelint.values.base import AnyValue

_PARTS = later.pattern(
    r"/(?:(job):(\w[\w-]*)|(replica|task):(\d+)|(?:device:)?([A-Za-z_]\w*):(\d+|\*)|(cpu|gpu|tpu))", re.IGNORECASE
)
_FIELDS = ("job", "replica", "task", "device")


def parsed(name: str) -> dict[str, str] | None:
    """TF: DeviceSpec.from_string: what a name says of each field; None where it is no device's."""
    found: dict[str, str] = {}
    end = 0
    for part in _PARTS.finditer(name):
        if part.start() != end:
            return None
        end = part.end()
        is_job, job, where, number, kind, index, alone = part.groups()
        if is_job:
            found["job"] = job
        elif where:
            found[where.lower()] = number
        else:
            short = kind or alone
            spelt = short.upper() if short.lower() in ("cpu", "gpu", "tpu") else short
            found["device"] = f"{spelt}:{index or '*'}"
    return found if end == len(name) else None


def merged(outer: str, inner: str) -> str:
    """TF: DeviceSpec.make_merged_spec: the inner one where it says something, else the outer one."""
    fields = {**(parsed(outer) or {}), **(parsed(inner) or {})}
    return "".join(f"/{field}:{fields[field]}" for field in _FIELDS if field in fields)


class _Placed:
    """One `with tf.device(...)`."""

    __slots__ = ("device", "drawing", "former")

    def __init__(self, drawing: Drawing, device: str) -> None:
        self.drawing = drawing
        self.device = device
        self.former: list[str] = []

    def enter(self) -> None:
        self.former.append(self.drawing.device)
        self.drawing.device = self.device

    def exit(self) -> None:
        if self.former:
            self.drawing.device = self.former.pop()


def device(call: Call, asked: AnyValue) -> Any:
    """TF: Graph.device. A function may put each operation elsewhere, which is not followed."""
    drawing = call.graph.drawing
    if drawing is None:
        return no_scope()
    spelt = merged(drawing.device, asked) if isinstance(asked, str) else ""
    return as_context(_Placed(drawing, spelt), lambda: _Placed(drawing, spelt))
