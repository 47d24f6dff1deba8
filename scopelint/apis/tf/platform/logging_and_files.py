"""Logging, files and summary writers: what names nothing and is called everywhere."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.files import is_there as there
from scopelint.apis.python.stdlib.files import open_file
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.sessions import give_self, not_known, nothing


@Namespace("tf.logging").function
def get_verbosity(call: Call) -> Any:
    return call.unknown("the verbosity")


for _name in (
    "debug",
    "error",
    "fatal",
    "flush",
    "info",
    "log",
    "log_every_n",
    "log_first_n",
    "log_if",
    "set_verbosity",
    "vlog",
    "warn",
    "warning",
    "TaskLevelStatusMessage",
):
    Namespace("tf.logging").function(nothing, name=_name, raw=True)

# Files: those of the program's own data are read, nothing is written.


def opened(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: GFile, FileIO: `open` under another name."""

    bound = {**dict(zip(("cls", "name", "mode"), args, strict=False)), **kwargs}
    return open_file(call, bound.get("name"), bound.get("mode", "r"))


for _path, _name in (("tf.gfile", "GFile"), ("tf.gfile", "FastGFile"), ("tensorflow.python.lib.io.file_io", "FileIO")):
    Namespace(_path).type(_name).method(opened, name="__new__", raw=True)


@Namespace("tensorflow.python.lib.io.file_io").function(raw=True)
def read_file_to_string(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.method(opened(call, (None, *args[:1]), {}), "read")


def is_there(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Whether a file exists: a data file of the program's that can be read does."""
    path = args[0] if args else next(iter(kwargs.values()), None)
    if there(call, path):
        return True
    return call.unknown("what the file system holds")


for _path, _names in (
    ("tf.gfile", "MakeDirs MkDir Copy Remove Rename DeleteRecursively"),
    ("tf.io.gfile", "makedirs mkdir copy remove rename rmtree"),
    (
        "tensorflow.python.lib.io.file_io",
        "recursive_create_dir create_dir copy delete_file rename delete_recursively write_string_to_file",
    ),
):
    for _name in _names.split():
        Namespace(_path).function(nothing, name=_name, raw=True)
for _path, _names in (
    ("tf.gfile", "IsDirectory ListDirectory Glob Walk Stat"),
    ("tf.io.gfile", "isdir listdir glob walk stat"),
    ("tensorflow.python.lib.io.file_io", "is_directory list_directory get_matching_files walk stat"),
):
    for _name in _names.split():
        Namespace(_path).function(not_known("what the file system holds"), name=_name, raw=True)
for _path, _name in (
    ("tf.gfile", "Exists"),
    ("tf.io.gfile", "exists"),
    ("tensorflow.python.lib.io.file_io", "file_exists"),
):
    Namespace(_path).function(is_there, name=_name, raw=True)


writer = Namespace("tf.summary").type("FileWriter")
writer.method(nothing, name="__init__", raw=True)
writer.method(give_self, name="__enter__", raw=True)
for _name in (
    "add_summary",
    "add_graph",
    "add_event",
    "add_meta_graph",
    "add_run_metadata",
    "add_session_log",
    "flush",
    "close",
    "reopen",
    "__exit__",
    "get_logdir",
):
    writer.method(nothing, name=_name, raw=True)
