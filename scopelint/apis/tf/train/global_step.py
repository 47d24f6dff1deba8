"""The global step: found, made once, and counted."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.conversion import is_set
from scopelint.apis.tf.framework.lookups import variable_behind
from scopelint.apis.tf.ops import variables
from scopelint.apis.tf.ops.assign import assign_to
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import INT64, DType, Tensor, Variable, shape_text

train = Namespace("tf.train")


def get_global_step(call: Call, graph: Any = None) -> Any:
    """TF: training_util.get_global_step."""
    graph = graph if is_set(graph) else call.graph
    if isinstance(graph, Unknown):
        return graph
    held = graph.get_collection("global_step")
    if len(held) == 1:
        assert_integer_scalar(call, held[0])
        return held[0]
    if held:
        return None
    variable = variable_behind(graph, "global_step")
    if variable is not None and held.rest is None:
        # Else one that nobody saw may have been listed, and then this one is never looked at.
        assert_integer_scalar(call, variable)
    return variable


def assert_integer_scalar(call: Call, step: AnyValue) -> None:
    """TF: training_util.assert_global_step."""
    if isinstance(step, Unknown):
        return
    if not isinstance(step, (Variable, Tensor)):
        call.raise_(
            "TypeError",
            f'Existing "global_step" must be a Variable or Tensor: {call.to_string(step)}.',
            kind="argument",
        )
    dtype = step.tf_dtype if isinstance(step, Variable) else step.dtype
    if isinstance(dtype, DType) and not dtype.base_dtype.is_integer:
        call.raise_(
            "TypeError", f'Existing "global_step" does not have integer type: {call.to_string(dtype)}', kind="argument"
        )
    if isinstance(step.shape, tuple) and step.shape and all(isinstance(d, int) for d in step.shape):
        call.raise_("TypeError", f'Existing "global_step" is not scalar: {shape_text(step.shape)}', kind="argument")


def create_global_step(call: Call, graph: Any = None) -> Any:
    """TF: training_util.create_global_step. It obeys the variable scope, not the name scope."""
    graph = graph if is_set(graph) else call.graph
    if isinstance(graph, Unknown):
        graph = call.graph
    if get_global_step(call, graph) is not None:
        call.raise_("ValueError", '"global_step" already exists.', kind="global_step")
    call.state.push_graph(graph)
    try:
        with graph.name_scope(None):
            return variables.get(
                call,
                "global_step",
                shape=(),
                dtype=INT64,
                trainable=False,
                initializer=call.new("tf.zeros_initializer"),
                collections=ListValue(["variables", "global_step"]),
            )
    finally:
        call.state.pop_graph()


def get_or_create_global_step(call: Call, graph: AnyValue = None) -> Any:
    found = get_global_step(call, graph)
    return create_global_step(call, graph) if found is None else found


def _declare_global_step() -> None:
    def step(implementation: Any) -> Any:
        return lambda call, graph: implementation(call, graph)

    for implementation in (get_global_step, create_global_step, get_or_create_global_step):
        name = implementation.__name__
        train.function(step(implementation), name=name)
        Namespace("tf.contrib.framework").function(step(implementation), name=name)


_declare_global_step()


@train.function
def global_step(call: Call, sess: AnyValue, global_step_tensor: AnyValue) -> Any:
    return call.unknown("the global step")


@train.function
def assert_global_step(call: Call, global_step_tensor: AnyValue) -> None:
    assert_integer_scalar(call, global_step_tensor)


@Namespace("tensorflow.python.training.training_util").function
def _increment_global_step(call: Call, increment: AnyValue) -> Any:
    step = get_global_step(call)
    return assign_to(call, step, increment, "AssignAdd", None) if step is not None else None
