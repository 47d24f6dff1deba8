"""Files that the program opens: those that are known are read as data. Nothing is ever written to the disk; what the
program writes it reads again from here."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Any

from scopelint import limits
from scopelint.apis.call import Call
from scopelint.apis.python.support import derived, members, run_store
from scopelint.apis.registry import Behaviour, object_behaves
from scopelint.limits import DATA_FILE_BYTES, ITEMS
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import MISSING, BoundMethod, NativeFunction, NativeObject

KIND = "python.file"


STORE = "files"
"""Under this the run keeps the files that the program has written, by path."""


def written(call: Call, path: AnyValue) -> NativeObject | None:
    """The file that the program has written at a path, if it has."""
    found = run_store(call, STORE).items.get(posixpath.normpath(path)) if isinstance(path, str) and path else None
    return found if isinstance(found, NativeObject) else None


def is_there(call: Call, path: AnyValue) -> bool:
    """Is there certainly such a file: one that the program has written, or that we can read?"""
    if not isinstance(path, str) or not path:
        return False
    return written(call, path) is not None or call.engine.read_file(path) is not None


def file_data(call: Call, path: AnyValue) -> bytes | str | Unknown:
    """The contents of a file that is known and readable, else why not. Text where the program has written text."""
    if isinstance(path, Unknown) or not isinstance(path, str):
        return derived(path, reason="a file whose path is not known")
    made = written(call, path)
    if made is not None:
        return _content(made)  # type: ignore[no-any-return]
    data: bytes | None = call.engine.read_file(path)
    if data is None:
        unknown: Unknown = call.unknown(f"what stands in {path}")
        return unknown
    if len(data) > DATA_FILE_BYTES:
        unknown = call.cannot_know(f"{path} is larger than the analysis allows")
        return unknown
    return data


def _as_mode(data: AnyValue, mode: str) -> Any:
    """Contents as a file of this mode gives them."""
    if isinstance(data, bytes) and "b" not in mode:
        return data.decode("utf-8", "replace").replace("\r\n", "\n")
    return data.encode("utf-8") if isinstance(data, str) and "b" in mode else data


def open_file(call: Call, path: AnyValue, mode: AnyValue = "r") -> Any:
    """A file object. One that is written holds what the program writes; one that is not to be read here has unknown
    contents."""
    if not isinstance(mode, str) or ("r" in mode and "+" in mode):
        return _keep(call, path, text_file(Unknown("a file that the program writes"), path))
    if not any(flag in mode for flag in "wax"):
        return text_file(_as_mode(file_data(call, path), mode), path)
    before = _as_mode(file_data(call, path), mode) if "a" in mode else b"" if "b" in mode else ""
    return _keep(call, path, written_file(before, path))


def _keep(call: Call, path: AnyValue, made: NativeObject) -> NativeObject:
    if isinstance(path, str) and path:
        store = run_store(call, STORE)
        store.touch()
        store.items[posixpath.normpath(path)] = made
    return made


def text_file(content: AnyValue, path: AnyValue = "") -> NativeObject:
    """A file object over known text, or over an Unknown. `at` is how far it has been read."""
    return NativeObject(KIND, content, {"at": 0, "name": path, "closed": False, "mode": "r"})


def written_file(before: AnyValue, path: AnyValue = "") -> NativeObject:
    """A file object to write to, over what it holds already."""
    made = text_file(before, path)
    made.set("pieces", ListValue())
    return made


def write(self: NativeObject, piece: AnyValue) -> None:
    """Adds to what a file holds."""
    pieces = self.attrs.get("pieces")
    if isinstance(pieces, ListValue):
        pieces.touch()
        if type(piece) in (str, bytes) and len(pieces.items) < ITEMS:
            pieces.items.append(piece)
        else:
            pieces.items, pieces.rest = [], derived(piece, reason="what the program writes to a file")


def spoil(value: AnyValue) -> None:
    """Something that is not followed writes to a file, if this is one."""
    if isinstance(value, NativeObject) and value.kind == KIND:
        write(value, None)


def _content(self: NativeObject) -> Any:
    pieces = self.attrs.get("pieces")
    if not isinstance(pieces, ListValue) or isinstance(self.payload, Unknown):
        return self.payload
    if pieces.rest is not None:
        return pieces.rest.derive("")
    if any(type(piece) is not type(self.payload) for piece in pieces.items):
        return Unknown("a file that the program writes")
    return self.payload[:0].join([self.payload, *pieces.items])


def _take(self: NativeObject, content: Any, end: int) -> Any:
    at = self.attrs["at"]
    self.set("at", end)
    return content[at:end]


def _read(call: Call, self: NativeObject, size: AnyValue = -1) -> Any:
    content = _content(self)
    if isinstance(content, Unknown):
        return content.derive("")
    at = self.attrs["at"]
    whole = size is None or not isinstance(size, int) or size < 0
    return _take(self, content, len(content) if whole else min(len(content), at + size))


def _readline(call: Call, self: NativeObject, *size: Any) -> Any:
    content = _content(self)
    if isinstance(content, Unknown):
        return content.derive("")
    end = content.find("\n" if isinstance(content, str) else b"\n", self.attrs["at"])
    return _take(self, content, len(content) if end < 0 else end + 1)


def _lines(self: NativeObject, content: Any) -> list[Any] | Unknown:
    if isinstance(content, Unknown):
        return content
    rest = _take(self, content, len(content))
    end = "\n" if isinstance(rest, str) else b"\n"
    if rest.count(end) > limits.ITEMS:
        return Unknown("the lines of a file that has more of them than the analysis allows")
    lines = rest.split(end)
    return [line + end for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _readlines(call: Call, self: NativeObject, *hint: Any) -> Any:
    lines = _lines(self, _content(self))
    return ListValue([], lines) if isinstance(lines, Unknown) else ListValue(lines)


def _close(call: Call, self: NativeObject) -> None:
    self.set("closed", True)


def _nothing(call: Call, self: NativeObject, *args: Any, **kwargs: Any) -> None:
    return None


def _write(call: Call, self: NativeObject, text: AnyValue) -> Any:
    write(self, text)
    return len(text) if isinstance(text, (str, bytes)) else derived(text)


def _writelines(call: Call, self: NativeObject, lines: AnyValue) -> None:
    found = members(call, lines)
    for line in [None] if isinstance(found, Unknown) else found:
        write(self, line)


def _truncate(call: Call, self: NativeObject, *size: Any) -> None:
    spoil(self)


def _itself(call: Call, self: NativeObject) -> NativeObject:
    return self


def _seek(call: Call, self: NativeObject, offset: AnyValue, whence: AnyValue = 0) -> Any:
    if "pieces" in self.attrs and (offset != 0 or whence != 0):
        # What is written from here on stands somewhere else than at the end.
        spoil(self)
    self.set("at", offset if isinstance(offset, int) and whence == 0 else 0)
    return offset


def _size(call: Call, self: NativeObject) -> Any:
    content = _content(self)
    return len(content) if not isinstance(content, Unknown) else derived(content)


_METHODS: dict[str, Callable[..., Any]] = {
    "read": _read,
    "readline": _readline,
    "readlines": _readlines,
    "close": _close,
    "write": _write,
    "writelines": _writelines,
    "flush": _nothing,
    "truncate": _truncate,
    "__enter__": _itself,
    "__iter__": _itself,
    "__next__": _readline,
    "__exit__": _nothing,
    "seek": _seek,
    "tell": lambda call, self: self.attrs["at"],
    "size": _size,
    "getvalue": lambda call, self: _content(self),
    "readable": lambda call, self: True,
    "fileno": lambda call, self: Unknown("a file's number"),
}
_NATIVES = {name: NativeFunction(name, impl, f"io.{name}") for name, impl in _METHODS.items()}


@object_behaves(KIND)
class FileBehaviour(Behaviour):
    python_class = "builtins.object"

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        if name in _NATIVES:
            return BoundMethod(_NATIVES[name], value)
        return value.attrs.get(name, MISSING)

    def iterate(self, call: Call, value: Any) -> Any:
        lines = _lines(value, _content(value))
        return lines if isinstance(lines, Unknown) else iter(lines)

    def enter(self, call: Call, value: AnyValue) -> Any:
        return value

    def exit(self, call: Call, value: AnyValue, error: AnyValue) -> Any:
        return False
