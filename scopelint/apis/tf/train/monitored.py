"""Monitored sessions, supervisors, coordinators and hooks."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Default, Namespace
from scopelint.apis.tables import canonical
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.restoring import everything, initialized_by, note_values
from scopelint.apis.tf.framework.sessions import emit_session_run, fetched, give_self, not_known, nothing
from scopelint.graph.names import Graph
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import FunctionValue, InstanceValue

train = Namespace("tf.train")

# Monitored sessions. TF finalizes the graph in them, after a Scaffold made its own operations.


def monitored(name: str) -> Any:
    made = train.type(name)

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        args[0].set("graph", call.graph)
        call.graph.finalize()

    made.method(init, name="__init__", raw=True)
    made.method(give_self, name="__enter__", raw=True)
    made.method(nothing, name="__exit__", raw=True)
    made.method(nothing, name="close", raw=True)
    made.method(lambda call, self: call.unknown("whether a session should stop"), name="should_stop")

    def run(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        emit_session_run(call, "run")
        note_values(call, "values_initialized", args[0], initialized_by(call, args[1] if len(args) > 1 else None))
        return fetched(call, args[1] if len(args) > 1 else kwargs.get("fetches"))

    made.method(run, name="run", raw=True)

    def run_step_fn(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        call.invoke(args[1], call.unknown("a step context"))
        return call.unknown("the result of a session's run")

    made.method(run_step_fn, name="run_step_fn", raw=True)
    made.method(lambda call, self: self, name="raw_session")
    made.method(lambda call, self: self, name="_tf_sess")
    return made


monitored("MonitoredSession")
monitored("SingularMonitoredSession")


@train.function(raw=True)
def MonitoredTrainingSession(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    given = bind(call, "tf.train.MonitoredTrainingSession", args, kwargs)[0]
    begin_hooks(call, given.get("hooks"), given.get("chief_only_hooks"))
    scaffold_restores(call, given.get("scaffold"), given.get("checkpoint_dir"), "MonitoredTrainingSession")
    return call.new("tf.train.MonitoredSession")


def scaffold_restores(call: Call, scaffold: AnyValue, folder: AnyValue, what: str, filename: AnyValue = None) -> None:
    """TF: Scaffold.finalize makes the Saver, the session creator restores where there is a folder."""
    if folder is None and filename is None:
        return
    saver = None
    if isinstance(scaffold, InstanceValue):
        saver = scaffold.attrs.get("saver")
    elif scaffold is not None and not isinstance(scaffold, Default):
        saver = call.unknown("a scaffold's Saver")
    everything(call, what, folder if filename is None else filename, saver)


def begin_hooks(call: Call, *lists: AnyValue) -> None:
    """TF: MonitoredSession.__init__ calls `begin` of each hook while the graph may still grow."""
    for hooks in lists:
        if hooks is None or isinstance(hooks, Default):
            continue
        members = call.members(hooks) if not isinstance(hooks, Unknown) else hooks
        listed = [members] if isinstance(members, Unknown) else members
        for hook in listed:
            if isinstance(hook, (InstanceValue, Unknown)):
                call.method(hook, "begin")


_STEPS = ("after_create_session", "before_run", "after_run", "end")


def run_hooks(call: Call, *lists: AnyValue) -> None:
    """TF: what a MonitoredSession calls of each hook as it runs, here of those of the program's own, and for one run.
    What the run gives is not known."""
    hooks: list[InstanceValue] = []
    for given in lists:
        if given is None or isinstance(given, (Default, Unknown)):
            continue
        members = given.items if isinstance(given, ListValue) else call.members(given)
        if not isinstance(members, Unknown):
            hooks += [each for each in members if isinstance(each, InstanceValue)]
    if not any(isinstance(hook.cls.find(step), FunctionValue) for hook in hooks for step in _STEPS):
        return
    session = call.new("tf.train.MonitoredSession")
    context = call.new("tf.estimator.SessionRunContext", None, session)
    coordinator, values = call.unknown("a coordinator"), call.unknown("what a run gives")
    given_to = {
        "after_create_session": (session, coordinator),
        "before_run": (context,),
        "after_run": (context, values),
    }
    for step in _STEPS:
        for hook in hooks:
            if isinstance(hook.cls.find(step), FunctionValue):
                call.method(hook, step, *given_to.get(step, (session,)))


supervisor = train.type("Supervisor")


@supervisor.method(name="__init__", raw=True)
def supervisor_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self = args[0]
    self.set("graph", kwargs.get("graph") or call.graph)
    for field in ("saver", "global_step", "summary_op", "summary_writer", "logdir"):
        self.set(field, kwargs.get(field, call.unknown("what a supervisor made")))
    given = bind(call, "tf.train.Supervisor", args[1:], kwargs)[0]
    if given.get("logdir") is not None and given.get("saver") is not None:
        saver = given["saver"]
        default = isinstance(saver, (Default, int))
        everything(call, "Supervisor", given["logdir"], None if default else saver)
    if isinstance(self.attrs["graph"], Graph):
        self.attrs["graph"].finalize()


@supervisor.method(raw=True)
def managed_session(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.new("tf.Session", graph=args[0].attrs["graph"])


for _name in ("prepare_or_wait_for_session", "PrepareSession"):
    supervisor.method(managed_session, name=_name, raw=True)
for _name in (
    "start_standard_services",
    "start_queue_runners",
    "stop",
    "summary_computed",
    "loop",
    "request_stop",
    "wait_for_stop",
    "StartQueueRunners",
):
    supervisor.method(nothing, name=_name, raw=True)
for _name in ("should_stop", "ShouldStop"):
    supervisor.method(not_known("whether to stop"), name=_name, raw=True)


# Coordinators and queue runners


coordinator = train.type("Coordinator")
coordinator.method(nothing, name="__init__", raw=True)
coordinator.method(not_known("whether to stop"), name="should_stop", raw=True)
coordinator.method(give_self, name="stop_on_exception", raw=True)
coordinator.method(give_self, name="__enter__", raw=True)
for _name in (
    "request_stop",
    "join",
    "clear_stop",
    "wait_for_stop",
    "register_thread",
    "raise_requested_exception",
    "__exit__",
):
    coordinator.method(nothing, name=_name, raw=True)


def record_class(namespace: Namespace, name: str, fields: tuple[str, ...], **members: Any) -> Any:
    """A class whose construction only keeps its arguments."""
    made = namespace.type(name)

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self, *given = args
        for field in fields:
            self.set(field, None)
        for field, value in [*zip(fields, given, strict=False), *kwargs.items()]:
            self.set(field, value)

    made.method(init, name="__init__", raw=True)
    for key, impl in members.items():
        made.method(impl, name=key, raw=True)
    return made


record_class(train, "QueueRunner", ("queue", "enqueue_ops"), create_threads=not_known("threads"), to_proto=nothing)
record_class(
    train,
    "Server",
    ("server_def", "job_name", "task_index"),
    join=nothing,
    start=nothing,
    create_local_server=not_known("a server"),
)
record_class(
    train,
    "ClusterSpec",
    ("cluster",),
    as_dict=lambda call, args, kwargs: args[0].attrs["cluster"],
    num_tasks=not_known("a cluster"),
    job_tasks=not_known("a cluster"),
    as_cluster_def=not_known("a cluster"),
)
record_class(train, "CheckpointSaverListener", (), begin=nothing, before_save=nothing, after_save=nothing, end=nothing)
record_class(train, "ChiefSessionCreator", ("scaffold", "master"), create_session=not_known("a session"))
record_class(train, "SessionManager", (), prepare_session=lambda call, args, kwargs: call.new("tf.Session"))


@train.function
def replica_device_setter(call: Call) -> Any:
    return call.unknown("a device function")


# Hooks

hook = Namespace("tf.estimator").type("SessionRunHook")
for _name in ("__init__", "begin", "after_create_session", "before_run", "after_run", "end"):
    hook.method(nothing, name=_name, raw=True)

context = Namespace("tf.estimator").type("SessionRunContext")


@context.method(name="__init__")
def context_init(call: Call, self: InstanceValue, original_args: AnyValue, session: AnyValue) -> None:
    self.set("original_args", original_args)
    self.set("session", session)
    self.set("stop_requested", False)


@context.method
def request_stop(call: Call, self: InstanceValue) -> None:
    self.set("stop_requested", True)


timer = Namespace("tf.estimator").type("SecondOrStepTimer")
for _name in ("__init__", "reset"):
    timer.method(nothing, name=_name, raw=True)


def _of_the_clock(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("what a timer says")


for _name in ("should_trigger_for_step", "update_last_triggered_step", "last_triggered_step"):
    timer.method(_of_the_clock, name=_name, raw=True)

_HOOKS = (
    "LoggingTensorHook tensors every_n_iter", "StopAtStepHook num_steps last_step",
    "CheckpointSaverHook checkpoint_dir save_secs", "StepCounterHook every_n_steps every_n_secs",
    "NanTensorHook loss_tensor fail_on_nan_loss", "SummarySaverHook save_steps save_secs",
    "GlobalStepWaiterHook wait_until_step", "FinalOpsHook final_ops final_ops_feed_dict", "FeedFnHook feed_fn",
    "ProfilerHook save_steps save_secs",
)  # fmt: skip


def _declare_hooks() -> None:
    for line in _HOOKS:
        name, *fields = line.split()
        full = canonical("tensorflow.train", name) or f"tf.train.{name}"
        made = Namespace(full.rpartition(".")[0]).type(name, bases=(hook.cls,))

        def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], fields: list[str] = fields) -> None:
            for field, value in [*zip(fields, args[1:], strict=False), *kwargs.items()]:
                args[0].set("_" + field, value)

        made.method(init, name="__init__", raw=True)

    for name, given in (
        ("SessionRunArgs", ("fetches", "feed_dict", "options")),
        ("SessionRunValues", ("results", "options", "run_metadata")),
    ):
        full = canonical("tensorflow.train", name) or f"tf.train.{name}"
        record_class(Namespace(full.rpartition(".")[0]), name, given)


_declare_hooks()
