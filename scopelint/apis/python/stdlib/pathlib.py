"""pathlib: paths as objects; what they say of the disk is not known."""

from __future__ import annotations

import posixpath
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.files import file_data, is_there, open_file
from scopelint.apis.python.stdlib.os import join, path_text
from scopelint.apis.python.support import derived
from scopelint.apis.registry import Namespace
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import ClassMethod, InstanceValue, NativeFunction, PropertyValue, StaticMethod
from scopelint.values.text import Text, text

api = Namespace("pathlib")
PURE = api.type("PurePath", bases=("builtins.object",))
PATH = api.type("Path", bases=(PURE.cls,))
for _name in ("PosixPath", "WindowsPath", "PurePosixPath"):
    api.type(_name, bases=(PATH.cls,))


def sibling_path(self: InstanceValue, path: AnyValue) -> Any:
    """Another path of the same class."""
    if isinstance(path, str) and path.endswith("/") and len(path) > 1:
        path = path.rstrip("/")
    return InstanceValue(self.cls, {"<path>": path})


def path_of(self: InstanceValue) -> Any:
    return self.attrs.get("<path>", ".")


@PURE.method(name="__init__", raw=True)
def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    parts = [path_of(a) if isinstance(a, InstanceValue) and "<path>" in a.attrs else a for a in args[1:]]
    found = join(call, tuple(parts), {}) if parts else "."
    args[0].set("<path>", posixpath.normpath(found) if isinstance(found, str) and ".." not in found else found)


def _joined(call: Call, self: InstanceValue, *others: Any) -> Any:
    return sibling_path(self, join(call, (path_of(self), *[path_text(call, o) for o in others]), {}))


def _rjoined(call: Call, self: InstanceValue, other: AnyValue) -> Any:
    return sibling_path(self, join(call, (path_text(call, other), path_of(self)), {}))


def _equal(call: Call, self: InstanceValue, other: AnyValue) -> Any:
    if not isinstance(other, InstanceValue) or "<path>" not in other.attrs:
        return False
    return call.compare("==", path_of(self), path_of(other))


_METHODS: dict[str, Any] = {
    "__truediv__": _joined,
    "joinpath": _joined,
    "__rtruediv__": _rjoined,
    "__str__": lambda call, self: path_of(self),
    "__fspath__": lambda call, self: path_of(self),
    "as_posix": lambda call, self: path_of(self),
    "__eq__": _equal,
    "__hash__": lambda call, self: 0,
}
for _name, _impl in _METHODS.items():
    PURE.cls.attrs[_name] = NativeFunction(_name, _impl, f"pathlib.PurePath.{_name}")


def _part(name: str) -> None:
    def read(call: Call, self: InstanceValue) -> Any:
        path = path_of(self)
        if isinstance(path, Text) and name in ("name", "parent", "suffix", "stem"):
            last = path.parts[-1]
            if isinstance(last, str) and "/" in last:
                head, _, tail = last.rpartition("/")
                if name == "parent":
                    return sibling_path(self, text([*path.parts[:-1], head]))
                path = tail
        if not isinstance(path, str):
            return derived(path)
        leaf = posixpath.basename(path)
        stem, suffix = posixpath.splitext(leaf)
        return {
            "name": leaf,
            "suffix": suffix,
            "stem": stem,
            "parent": sibling_path(self, posixpath.dirname(path) or "."),
            "parts": tuple(p for p in path.split("/") if p),
            "anchor": "/" if path.startswith("/") else "",
            "parents": ListValue(
                [sibling_path(self, "/".join(path.split("/")[:i]) or ".") for i in range(path.count("/"), 0, -1)]
            ),
            "suffixes": ListValue(["." + s for s in leaf.split(".")[1:]]),
        }[name]

    PURE.cls.attrs[name] = PropertyValue(NativeFunction(name, read, f"pathlib.PurePath.{name}"))


for _name in ("name", "suffix", "stem", "parent", "parts", "anchor", "parents", "suffixes"):
    _part(_name)


@PURE.method
def with_suffix(call: Call, self: InstanceValue, suffix: AnyValue) -> Any:
    path = path_of(self)
    return sibling_path(
        self,
        posixpath.splitext(path)[0] + suffix
        if isinstance(path, str) and isinstance(suffix, str)
        else derived(path, suffix),
    )


@PURE.method
def with_name(call: Call, self: InstanceValue, name: AnyValue) -> Any:
    path = path_of(self)
    return sibling_path(
        self, join(call, (posixpath.dirname(path), name), {}) if isinstance(path, str) else derived(path)
    )


@PURE.method
def is_absolute(call: Call, self: InstanceValue) -> Any:
    path = path_of(self)
    return path.startswith("/") if isinstance(path, str) else derived(path)


for _name in ("resolve", "absolute", "expanduser"):
    PATH.cls.attrs[_name] = NativeFunction(_name, lambda call, self, *args, **kwargs: self, f"pathlib.Path.{_name}")
for _name in ("mkdir", "unlink", "touch", "rmdir", "write_text", "write_bytes", "rename", "chmod"):
    PATH.cls.attrs[_name] = NativeFunction(_name, lambda call, self, *args, **kwargs: None, f"pathlib.Path.{_name}")
for _name in ("is_dir", "stat"):
    PATH.cls.attrs[_name] = NativeFunction(
        _name, lambda call, self: call.unknown("the machine's files"), f"pathlib.Path.{_name}"
    )
for _name in ("glob", "rglob", "iterdir"):
    PATH.cls.attrs[_name] = NativeFunction(
        _name,
        lambda call, self, *args: ListValue([], call.unknown("the files of a folder", "file")),
        f"pathlib.Path.{_name}",
    )


def _exists(call: Call, self: InstanceValue) -> Any:
    path = path_of(self)
    if is_there(call, path):
        return True
    return call.unknown(f"whether there is a file {path}")


def _text(call: Call, self: InstanceValue, *args: Any, **kwargs: Any) -> Any:
    data = file_data(call, path_of(self))
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else data


_OF_FILES: dict[str, Any] = {
    "exists": _exists,
    "is_file": _exists,
    "read_text": _text,
    "read_bytes": lambda call, self: call.method(open_file(call, path_of(self), "rb"), "read"),
    "write_text": lambda call, self, data, *args, **kwargs: call.method(
        open_file(call, path_of(self), "w"), "write", data
    ),
    "write_bytes": lambda call, self, data: call.method(open_file(call, path_of(self), "wb"), "write", data),
    "open": lambda call, self, mode="r", *args, **kwargs: open_file(call, path_of(self), mode),
}
for _name, _impl in _OF_FILES.items():
    PATH.cls.attrs[_name] = NativeFunction(_name, _impl, f"pathlib.Path.{_name}")
PATH.cls.attrs["home"] = StaticMethod(
    NativeFunction("home", lambda call: InstanceValue(PATH.cls, {"<path>": Unknown("the user's home", "HOME")}))
)
PATH.cls.attrs["cwd"] = ClassMethod(NativeFunction("cwd", lambda call, cls: InstanceValue(cls, {"<path>": "."})))
