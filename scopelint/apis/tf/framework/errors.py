"""tf.errors: what a program catches around sessions and files."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace

top = Namespace("tf")
api = Namespace("tf.errors")

CODE = "<error code>"

base = top.type("OpError", bases=("builtins.Exception",))


@base.method(name="__init__", raw=True)
def _init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: OpError.__init__(node_def, op, message, error_code)."""
    self, given = args[0], dict(zip(("node_def", "op", "message", "error_code"), args[1:], strict=False))
    given.update(kwargs)
    if given.get("error_code") is None:
        given["error_code"] = self.cls.find(CODE) or None
    for field in ("node_def", "op", "message", "error_code"):
        self.set(field, given.get(field))
    self.set("args", (given.get("message"),) if "message" in given else tuple(args[1:]))


@base.method(name="__getattr__")
def _field(call: Call, self: Any, name: Any) -> Any:
    if name == "message":
        held = self.attrs.get("args")
        return held[0] if isinstance(held, tuple) and held else ""
    if name == "error_code" and self.cls.find(CODE):
        return self.cls.find(CODE)
    if name in ("node_def", "op", "error_code"):
        return call.unknown("what an operation that failed was")
    return call.raise_("AttributeError", f"'{self.cls.name}' object has no attribute '{name}'")


# TF: errors_impl and error_codes.proto: the code of each class, counted from 1.
for _code, _name in enumerate(
    (
        "Cancelled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied",
        "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable",
        "DataLoss", "Unauthenticated",
    ),
    1,
):  # fmt: skip
    api.type(f"{_name}Error", bases=(base.cls,)).cls.attrs[CODE] = _code
