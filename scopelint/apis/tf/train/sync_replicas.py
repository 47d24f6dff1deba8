"""SyncReplicasOptimizer."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import TypeBuilder
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.helpers import ask
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.apis.tf.ops.slot_creator import make_variable
from scopelint.apis.tf.train.optimizer import pairs_of
from scopelint.apis.tf.train.optimizers import init_base, subclass
from scopelint.values.base import AnyValue
from scopelint.values.containers import ListValue
from scopelint.values.objects import MISSING, InstanceValue
from scopelint.values.tensors import DTYPES, IndexedSlices, Operation

sync = subclass("SyncReplicasOptimizer")


@sync.method(name="__init__")
def _sync(
    call: Call,
    self: InstanceValue,
    opt: Any,
    replicas_to_aggregate: Any,
    total_num_replicas: Any,
    variable_averages: Any,
    variables_to_average: Any,
    use_locking: Any,
    name: Any,
) -> None:
    init_base(
        call,
        self,
        use_locking,
        name,
        None,
        opt=opt,
        replicas_to_aggregate=replicas_to_aggregate,
        total_num_replicas=replicas_to_aggregate if total_num_replicas is None else total_num_replicas,
        variable_averages=variable_averages,
        variables_to_average=variables_to_average,
        gradients_applied=False,
        global_step=None,
    )


def delegates(builder: TypeBuilder, attribute: str, *methods: str) -> None:
    """Methods that hand all to the optimizer inside."""
    for method in methods:

        def forward(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], method: str = method) -> Any:
            return call.method(call.getattr(args[0], attribute), method, *args[1:], **kwargs)

        builder.method(forward, name=method, raw=True)


delegates(sync, "_opt", "compute_gradients", "get_slot", "get_slot_names", "variables")


@sync.method(name="apply_gradients")
def _sync_apply(
    call: Call, self: InstanceValue, grads_and_vars: AnyValue, global_step: AnyValue, name: AnyValue
) -> Any:
    """TF: SyncReplicasOptimizer.apply_gradients."""

    pairs, rest = pairs_of(call, grads_and_vars)
    if not pairs and rest is None:
        call.raise_("ValueError", "Must supply at least one variable", kind="argument")
    if global_step is None:
        call.raise_("ValueError", "Global step is required to check staleness", kind="argument")
    self.set("_global_step", global_step)
    graph = call.graph
    make_op(call, "NoOp", "NoOp")
    step_dtype = dtype_of(global_step, DTYPES["int64"])
    local = make_variable(call, 0, "sync_rep_local_step", None, dtype=step_dtype, collections=("local_variables",))
    self.set("_local_step", local)
    make(call, "Assign")
    ask(call, "tf.report_uninitialized_variables")
    aggregated: list[tuple[Any, Any]] = []
    with graph.name_scope(None), graph.name_scope(graph_name(call.getattr(self, "_name"), "")):
        for gradient, variable in pairs:
            if gradient is None:
                aggregated.append((None, variable))
                continue
            sparse = isinstance(gradient, IndexedSlices)
            make_op(
                call,
                "SparseConditionalAccumulator" if sparse else "ConditionalAccumulator",
                "sparse_conditional_accumulator" if sparse else "conditional_accumulator",
            )
            make_op(call, "AccumulatorApplyGradient")
            taken = make(call, "AccumulatorTakeGradient", None, shape_of(variable), dtype_of(variable))
            aggregated.append((taken, variable))
        with graph.name_scope(None):
            own = call.getattr(self, "_opt")
            update = call.method(own, "apply_gradients", ListValue(aggregated, rest), global_step)
        with graph.name_scope(None):
            make_op(call, "FIFOQueueV2", "sync_token_q")
            make_op(call, "FIFOQueueV2", "dummy_queue")
        with graph.name_scope(None):
            make(call, "QueueDequeueV2", "sync_token_q_Dequeue")
            done = make(call, "Assign")
            make(call, "Fill", "Fill", (None,), step_dtype, inner=(("dims", "Const"),))
            make_op(call, "QueueEnqueueManyV2", "sync_token_q_EnqueueMany")
            averages = call.getattr(self, "_variable_averages")
            if averages is not None and update is not MISSING:
                call.method(averages, "apply", call.getattr(self, "_variables_to_average"))
        for _ in pairs:
            make_op(call, "AccumulatorSetGlobalStep", "SetGlobalStep")
        make_op(call, "NoOp", "group_deps")
    self.set("_gradients_applied", True)
    return done


@sync.method
def get_chief_queue_runner(call: Call, self: InstanceValue) -> Any:
    return call.unknown("a queue runner")


@sync.method
def get_init_tokens_op(call: Call, self: InstanceValue, num_tokens: AnyValue) -> Any:
    return Operation(call.graph.op("NoOp", "no_init_tokens"), "NoOp", call.graph)


@sync.method
def make_session_run_hook(call: Call, self: InstanceValue, is_chief: AnyValue) -> Any:
    return call.unknown("a session hook")
