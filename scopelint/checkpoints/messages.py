"""What TensorFlow said, read: which key, which shapes, which checkpoint and which line of the program it speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scopelint.checkpoints.demands import Place

_OUTPUT = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(r'^[ \t]*File "(?P<file>[^"]+)", line (?P<line>\d+)', re.M)
_OURS = re.compile(r"(?:site-packages|dist-packages|/tensorflow(?:_core|_estimator)?/|lib/python\d|<frozen|<string>)")
_KEY = (
    re.compile(r"Key (?P<key>\S+) not found in checkpoint"),
    re.compile(r'Tensor name "(?P<key>[^"]+)" not found in checkpoint files (?P<path>\S+)'),
    re.compile(r"Tensor (?P<key>\S+) \(\S+ in \S+\) is not found in (?P<path>\S+) checkpoint"),
    re.compile(r"Tensor (?P<key>\S+) is not found in (?P<path>\S+) checkpoint"),
)
_DTYPE = re.compile(
    r"tensor_name = (?P<key>\S+); expected dtype (?P<wanted>\w+) does not equal original dtype (?P<held>\w+)"
)
_DTYPE_V1 = re.compile(
    r"Expected to restore a tensor of type (?P<wanted>\w+), got a tensor of type (?P<held>\w+) instead: "
    r"tensor_name = (?P<key>\S+)"
)
_SLICE = re.compile(
    r"tensor_name = (?P<key>\S+); shape in shape_and_slice spec (?P<wanted>\[[\d,? ]*\]) does not match the shape "
    r"stored in checkpoint: (?P<held>\[[\d,? ]*\])"
)
_ASSIGN = re.compile(
    r"Assign requires shapes of both tensors to match\.\s*lhs shape= ?(?P<wanted>\[[\d,? ]*\]) "
    r"rhs shape= ?(?P<held>\[[\d,? ]*\])"
)
_NUMBER = re.compile(r"\bsave(?:_\d+)?/Assign(?:_(?P<number>\d+))?\b")
_SHAPE = re.compile(
    r"Shape of variable (?P<key>\S+?):0 \((?P<wanted>\([\d,? ]*\))\) doesn't match with shape of tensor (?P<other>\S+) "
    r"\((?P<held>\[[\d,? ]*\])\)"
)
_NAMES = re.compile(r"Existing variables not in the checkpoint: (?P<keys>[^\n]+)")
_PATH = (
    re.compile(r"Restoring parameters from (?P<path>\S+)"),
    re.compile(r"(?:restore|init_from_checkpoint|warm_start|latest_checkpoint)\([^\n]*?['\"](?P<path>[^'\"\n]+)['\"]"),
)


@dataclass(frozen=True)
class Said:
    """`kind`: "key", "dtype", "shape", "names", or empty where the text says nothing of a checkpoint. `keys`: those it
    names. `wanted`, `held`: shape or dtype in the program, in the file. `assign`: the number of the Assign that failed;
    a Saver makes them in the order of its keys. `frames`: lines of the program, outermost first."""

    kind: str
    keys: tuple[str, ...] = ()
    wanted: str = ""
    held: str = ""
    assign: int | None = None
    path: str = ""
    frames: tuple[Place, ...] = ()


def read_message(text: str) -> Said:
    """The first complaint about a checkpoint in a text, with or without its traceback."""
    text = _OUTPUT.sub("", text)
    frames = tuple(
        Place(found["file"], int(found["line"])) for found in _FRAME.finditer(text) if not _OURS.search(found["file"])
    )
    path = next((found["path"].rstrip(".,;") for pattern in _PATH for found in [pattern.search(text)] if found), "")
    for pattern in _KEY:
        found = pattern.search(text)
        if found is not None:
            named = found.groupdict().get("path") or path
            return Said("key", (found["key"],), path=named, frames=frames)
    for pattern in (_DTYPE, _DTYPE_V1):
        all_of_them = list(pattern.finditer(text))
        if all_of_them:
            first = all_of_them[0]
            keys = tuple(dict.fromkeys(each["key"] for each in all_of_them))
            return Said("dtype", keys, first["wanted"], first["held"], path=path, frames=frames)
    for pattern in (_SLICE, _SHAPE, _ASSIGN):
        found = pattern.search(text)
        if found is not None:
            key = found.groupdict().get("key")
            number = _NUMBER.search(text) if key is None else None
            assign = int(number["number"] or 0) if number else None
            return Said("shape", (key,) if key else (), found["wanted"], found["held"], assign, path, frames)
    found = _NAMES.search(text)
    if found is not None:
        return Said("names", tuple(found["keys"].strip().split(", ")), path=path, frames=frames)
    return Said("", path=path, frames=frames)


def explained(said: Said, keys_in_order: list[str]) -> str:
    """What the message is about, in one line: TF names no variable where an assignment fails. `keys_in_order`: the
    Saver's keys, sorted, for the number of the assignment."""
    if said.kind == "key":
        return f"the key {said.keys[0]} is not in the checkpoint; TF names the first of all that are missing"
    if said.kind == "names":
        return f"{', '.join(said.keys)}: no variable had this name when the checkpoint was written"
    if said.kind == "dtype":
        return f"{', '.join(said.keys)}: {said.wanted} in the program, {said.held} in the checkpoint"
    if said.kind == "shape":
        key = said.keys[0] if said.keys else ""
        if not key and said.assign is not None and said.assign < len(keys_in_order):
            key = keys_in_order[said.assign]
        what = f"{key}: " if key else ""
        return f"{what}{said.wanted} in the program, {said.held} in the checkpoint"
    return ""
