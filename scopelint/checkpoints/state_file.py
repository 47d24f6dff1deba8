"""The `checkpoint` file of a model folder: which checkpoint is the latest. A CheckpointState in protobuf's text form.

TF: checkpoint_management.py, get_checkpoint_state; training/checkpoint_state.proto."""

from __future__ import annotations

import re

from scopelint.tuples import NamedTuple

NAME = "checkpoint"
LARGEST = 10_000_000
"""Bytes: a state file names some hundred checkpoints."""
_LINE = re.compile(
    rb"""^[ \t\r\f\v]*(model_checkpoint_path|all_model_checkpoint_paths)\s*:\s*"""
    rb"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')""", re.M
)  # fmt: skip
"""A field begins a line: blanks before it may not run over lines, which would be tried anew from each empty one."""
_ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.S)
_LETTERS = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


class State(NamedTuple):
    """Paths as written: relative ones are to the folder of the file."""

    latest: str
    all: tuple[str, ...]


def is_state(head: bytes) -> bool:
    return _LINE.match(head) is not None


def read(data: bytes) -> State | None:
    """None where it names no checkpoint. The last line counts where a field stands twice, as in protobuf."""
    latest, every = "", []
    for field, value in _LINE.findall(data):
        path = _unescape(value[1:-1])
        if field == b"model_checkpoint_path":
            latest = path
        else:
            every.append(path)
    return State(latest, tuple(every)) if latest else None


def _unescape(value: bytes) -> str:
    def one(match: re.Match[bytes]) -> bytes:
        said = match[1]
        if said[:1] == b"x" and len(said) > 1:
            return bytes([int(said[1:], 16)])
        if said.isdigit():
            return bytes([int(said, 8) & 0xFF])
        return _LETTERS.get(said, said)

    return _ESCAPE.sub(one, value).decode("utf-8", "surrogateescape")


def write(path: str) -> str:
    """The file that names one checkpoint."""
    said = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'model_checkpoint_path: "{said}"\nall_model_checkpoint_paths: "{said}"\n'
