"""Frames that a program looks at: which function it is in, where, and with which names."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import NativeObject

inspect_api = Namespace("inspect")
sys_api = Namespace("sys")

_OUTER = "a frame further out, where TensorFlow's own may stand between those of the program"


def _innermost(call: Call) -> NativeObject:
    frame = call.engine.frame
    path = getattr(frame.module, "path", "") or frame.site.file
    code = NativeObject("code", None, {"co_name": frame.name, "co_filename": path})
    names = {name: value for name, value in frame.attrs.items() if not name.startswith("<")}
    return NativeObject(
        "frame",
        None,
        {"f_code": code, "f_lineno": frame.site.line, "f_locals": DictValue(names), "f_back": Unknown(_OUTER)},
    )


@inspect_api.function(also=("tensorflow.python.util.tf_inspect.currentframe",))
def currentframe(call: Call) -> Any:
    return _innermost(call) if call.engine.frame is not None else call.unknown(_OUTER)


@sys_api.function
def _getframe(call: Call, depth: AnyValue = 0) -> Any:
    return currentframe(call) if depth == 0 and type(depth) is int else call.unknown(_OUTER)


@inspect_api.function(also=("tensorflow.python.util.tf_inspect.stack",))
def stack(call: Call, context: AnyValue = 1) -> Any:
    """The frames from the innermost outwards, of which that one is known."""
    if call.engine.frame is None:
        return call.unknown(_OUTER)
    frame = _innermost(call)
    code = frame.attrs["f_code"]
    parts = (frame, code.attrs["co_filename"], frame.attrs["f_lineno"], code.attrs["co_name"])
    info = call.new("collections.namedtuple", "FrameInfo", "frame filename lineno function code_context index")
    made = call.invoke(info, *parts, call.unknown("the text of a line"), 0)
    found = ListValue([made], Unknown(_OUTER))
    found.firm = 1
    return found
