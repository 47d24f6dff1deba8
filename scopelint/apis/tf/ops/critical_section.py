"""tf.CriticalSection: a function of which only one run at a time is under way."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.operations import scope
from scopelint.apis.tf.framework.structures import flatten, mapped
from scopelint.apis.tf.ops.array import identity_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import DTYPES, Operation

section = Namespace("tf").type("CriticalSection")


@section.method
def __init__(
    call: Call,
    self: InstanceValue,
    name: AnyValue,
    shared_name: AnyValue,
    critical_section_def: AnyValue,
    import_scope: AnyValue,
) -> None:
    """TF: CriticalSection.__init__."""
    if critical_section_def is not None:
        if name is not None:
            call.raise_("ValueError", "critical_section_def and shared_name are mutually exclusive.", kind="argument")
        call.raise_("NotImplementedError", "Not yet implemented", kind="argument")
    with scope(call, name, "CriticalSection") as inner:
        self.set("_handle", make(call, "MutexV2", inner, (), DTYPES["resource"]))
    call.graph.add_to_collection("critical_sections", self)


@section.property
def name(call: Call, self: InstanceValue) -> Any:
    return self.attrs["_handle"].op_name


@section.method
def execute(call: Call, self: InstanceValue, fn: Any, exclusive_resource_access: AnyValue, name: AnyValue) -> Any:
    """TF: CriticalSection.execute. What the function gives is gathered, and read again once the lock is given back."""
    with scope(call, name, "critical_section_execute"):
        make(call, "MutexLock", "MutexLock", (), DTYPES["variant"])
        found = call.invoke(fn)
        if isinstance(found, Unknown):
            return found.derive("")
        make(call, "NoOp", "group_deps")
        leaves = [leaf for leaf in flatten(found) if not isinstance(leaf, Operation)]
        held = iter([identity_of(call, leaf) for leaf in leaves])
        make(call, "ConsumeMutexLock", "ConsumeMutexLock")
        with scope(call, None, "tuple"):
            make(call, "NoOp", "group_deps")
            gated = iter([identity_of(call, each, "control_dependency") for each in held])
        return mapped(lambda each: each if isinstance(each, Operation) else identity_of(call, next(gated)), found)
