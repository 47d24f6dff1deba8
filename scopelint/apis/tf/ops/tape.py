"""tf.GradientTape, which in a graph is tf.gradients without its scope."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.sessions import give_self, nothing
from scopelint.apis.tf.framework.structures import flatten, mapped
from scopelint.apis.tf.ops.gradients import gradient_of
from scopelint.values.dependences import certain_deps
from scopelint.values.tensors import Variable

api = Namespace("tf")

tape = api.type("GradientTape")
tape.method(nothing, name="__init__", raw=True)
tape.method(give_self, name="__enter__", raw=True)
for _name in ("__exit__", "watch", "reset"):
    tape.method(nothing, name=_name, raw=True)
tape.method(give_self, name="stop_recording", raw=True)


def gradient(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    target = args[1] if len(args) > 1 else kwargs.get("target")
    sources = args[2] if len(args) > 2 else kwargs.get("sources")
    reach = 0
    for leaf in flatten(target):
        reach |= deps_of(leaf)
    for source in flatten(sources):
        if isinstance(source, Variable) and source.is_resource is False:
            call.raise_("AttributeError", "'RefVariable' object has no attribute '_id'", kind="argument")
    scope = call.graph.get_name_scope()
    prefix = scope + "/" if scope else ""
    # What the tape watched is what the target depends on, as far as that is known.
    return mapped(lambda source: gradient_of(call, [target], source, reach, certain_deps(reach), prefix), sources)


for _name in ("gradient", "jacobian", "batch_jacobian"):
    tape.method(gradient, name=_name, raw=True)
tape.method(lambda call, self: tuple(call.graph.get_collection("trainable_variables")), name="watched_variables")
