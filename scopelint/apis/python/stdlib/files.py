"""Files that the program opens: those that are known are read as data, nothing is ever written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.python.support import derived
from scopelint.apis.registry import Behaviour, object_behaves
from scopelint.limits import DATA_FILE_BYTES
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import MISSING, BoundMethod, NativeFunction, NativeObject

KIND = "python.file"


def file_data(call: Any, path: Any) -> bytes | Unknown:
    """The bytes of a file that is known and readable, else why not."""
    if isinstance(path, Unknown) or not isinstance(path, str):
        return derived(path, reason="a file whose path is not known")
    data: bytes | None = call.engine.read_file(path)
    if data is None:
        unknown: Unknown = call.unknown(f"what stands in {path}")
        return unknown
    if len(data) > DATA_FILE_BYTES:
        unknown = call.cannot_know(f"{path} is larger than the analysis allows")
        return unknown
    return data


def open_file(call: Any, path: Any, mode: Any = "r") -> Any:
    """A file object. One that is written, or that cannot be read here, has unknown contents."""
    content: Any
    if not isinstance(mode, str) or any(flag in mode for flag in "wax+"):
        content = Unknown("a file that the program writes")
    else:
        content = file_data(call, path)
        if isinstance(content, bytes) and "b" not in mode:
            content = content.decode("utf-8", "replace").replace("\r\n", "\n")
    return text_file(content, path)


def text_file(content: Any, path: Any = "") -> NativeObject:
    """A file object over known text, or over an Unknown. `at` is how far it has been read."""
    return NativeObject(KIND, content, {"at": 0, "name": path, "closed": False, "mode": "r"})


def _take(self: NativeObject, end: int) -> Any:
    at = self.attrs["at"]
    self.set("at", end)
    return self.payload[at:end]


def _read(call: Any, self: NativeObject, size: Any = -1) -> Any:
    if isinstance(self.payload, Unknown):
        return self.payload.derive("")
    at = self.attrs["at"]
    whole = size is None or not isinstance(size, int) or size < 0
    return _take(self, len(self.payload) if whole else min(len(self.payload), at + size))


def _readline(call: Any, self: NativeObject, *size: Any) -> Any:
    if isinstance(self.payload, Unknown):
        return self.payload.derive("")
    end = self.payload.find("\n" if isinstance(self.payload, str) else b"\n", self.attrs["at"])
    return _take(self, len(self.payload) if end < 0 else end + 1)


def _lines(self: NativeObject) -> list[Any]:
    rest = _take(self, len(self.payload))
    lines = rest.split("\n" if isinstance(rest, str) else b"\n")
    end = "\n" if isinstance(rest, str) else b"\n"
    return [line + end for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _readlines(call: Any, self: NativeObject, *hint: Any) -> Any:
    if isinstance(self.payload, Unknown):
        return ListValue([], self.payload)
    return ListValue(_lines(self))


def _close(call: Any, self: NativeObject) -> None:
    self.set("closed", True)


def _nothing(call: Any, self: NativeObject, *args: Any, **kwargs: Any) -> None:
    return None


def _itself(call: Any, self: NativeObject) -> NativeObject:
    return self


def _seek(call: Any, self: NativeObject, offset: Any, whence: Any = 0) -> Any:
    self.set("at", offset if isinstance(offset, int) and whence == 0 else 0)
    return offset


_METHODS: dict[str, Callable[..., Any]] = {
    "read": _read,
    "readline": _readline,
    "readlines": _readlines,
    "close": _close,
    "write": _nothing,
    "writelines": _nothing,
    "flush": _nothing,
    "truncate": _nothing,
    "__enter__": _itself,
    "__iter__": _itself,
    "__next__": _readline,
    "__exit__": _nothing,
    "seek": _seek,
    "tell": lambda call, self: self.attrs["at"],
    "size": lambda call, self: len(self.payload) if not isinstance(self.payload, Unknown) else derived(self.payload),
    "getvalue": lambda call, self: self.payload if not isinstance(self.payload, Unknown) else derived(self.payload),
    "readable": lambda call, self: True,
    "fileno": lambda call, self: Unknown("a file's number"),
}
_NATIVES = {name: NativeFunction(name, impl, f"io.{name}") for name, impl in _METHODS.items()}


@object_behaves(KIND)
class FileBehaviour(Behaviour):
    python_class = "builtins.object"

    def getattr(self, call: Any, value: Any, name: str) -> Any:
        if name in _NATIVES:
            return BoundMethod(_NATIVES[name], value)
        return value.attrs.get(name, MISSING)

    def iterate(self, call: Any, value: Any) -> Any:
        return value.payload if isinstance(value.payload, Unknown) else iter(_lines(value))

    def enter(self, call: Any, value: Any) -> Any:
        return value

    def exit(self, call: Any, value: Any, error: Any) -> Any:
        return False
