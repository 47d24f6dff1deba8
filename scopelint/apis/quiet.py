"""Logging, files and summary writers: what names nothing and is called everywhere."""

from __future__ import annotations

from typing import Any

from scopelint.apis.registry import Namespace
from scopelint.apis.session import give_self, not_known, nothing


@Namespace("tf.logging").function
def get_verbosity(call: Any) -> Any:
    return call.unknown("the verbosity")


for _name in ("debug", "error", "fatal", "flush", "info", "log", "log_every_n", "log_first_n", "log_if",
              "set_verbosity", "vlog", "warn", "warning", "TaskLevelStatusMessage"):
    Namespace("tf.logging").function(nothing, name=_name, raw=True)

for _name in ("MakeDirs", "MkDir", "Copy", "Remove", "Rename", "DeleteRecursively"):
    Namespace("tf.gfile").function(nothing, name=_name, raw=True)
for _name in ("Exists", "IsDirectory", "ListDirectory", "Glob", "Walk", "Stat"):
    Namespace("tf.gfile").function(not_known("what the file system holds"), name=_name, raw=True)


writer = Namespace("tf.summary").type("FileWriter")
writer.method(nothing, name="__init__", raw=True)
writer.method(give_self, name="__enter__", raw=True)
for _name in ("add_summary", "add_graph", "add_event", "add_meta_graph", "add_run_metadata", "add_session_log",
              "flush", "close", "reopen", "__exit__", "get_logdir"):
    writer.method(nothing, name=_name, raw=True)
