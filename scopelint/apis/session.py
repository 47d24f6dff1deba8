"""Sessions, savers, hooks and what else runs a graph: little of it names anything, all of it must be passable."""

from __future__ import annotations

import contextlib
from typing import Any

from scopelint.apis.registry import DEFAULT, Namespace
from scopelint.graph.events import NotKnown, SessionRun
from scopelint.values.base import Unknown, Value
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import Operation, PartitionedVariable, Tensor, Variable

api = Namespace("tf")
train = Namespace("tf.train")


def nothing(call: Any, args: Any, kwargs: Any) -> None:
    """What a function does that neither names nor returns anything."""


def not_known(what: str) -> Any:
    """A function whose result only a run can tell."""
    return lambda call, args, kwargs: call.unknown(what)


def give_self(call: Any, args: Any, kwargs: Any) -> Any:
    return args[0]


# Messages of TF and of protocol buffers: any field may be set and read.

_MESSAGES = {
    "gpu_options", "graph_options", "optimizer_options", "rewrite_options", "experimental", "session_config",
    "cluster_def", "rpc_options", "thread_pool", "debug_options", "run_metadata", "tpu_config",
}  # fmt: skip


def bag(namespace: Namespace, name: str) -> None:
    """A protocol buffer message: keywords become fields, a field that was not set is made or not known."""
    made = namespace.type(name)

    def init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        for field, value in kwargs.items():
            args[0].set(field, value)

    def field_of(call: Any, self: InstanceValue, field: str) -> Any:
        if field in _MESSAGES:
            self.set(field, call.new("tf.ConfigProto"))
            return self.attrs[field]
        return call.unknown("a field of a message that the program did not set")

    made.method(init, name="__init__", raw=True)
    made.method(field_of, name="__getattr__")


for _name in ("ConfigProto", "GPUOptions", "GraphOptions", "OptimizerOptions", "RunOptions", "RunMetadata",
              "SummaryMetadata"):
    bag(api, _name)
for _name in ("ClusterDef", "JobDef", "ServerDef", "SaverDef", "Example", "Features", "Feature", "FeatureList",
              "FeatureLists", "SequenceExample", "BytesList", "FloatList", "Int64List"):
    bag(train, _name)


# Sessions


def fetched(call: Any, fetches: Any) -> Any:
    """TF: what `Session.run` gives for `fetches`: the same structure, None for operations, numbers for tensors."""
    if isinstance(fetches, tuple):
        return tuple(fetched(call, each) for each in fetches)
    if isinstance(fetches, ListValue):
        return ListValue([fetched(call, each) for each in fetches.items], fetches.rest)
    if isinstance(fetches, DictValue):
        return DictValue({key: fetched(call, each) for key, each in fetches.items.items()}, fetches.rest)
    if isinstance(fetches, Operation):
        return None
    return call.unknown("the result of a session's run")


def check_graph(call: Any, graph: Any, fetches: Any) -> None:
    """TF: Graph.as_graph_element, as a session uses it: what is fetched must be of the session's graph."""
    members: Any = fetches if isinstance(fetches, tuple) else ()
    if isinstance(fetches, ListValue):
        members = fetches.items
    elif isinstance(fetches, DictValue):
        members = fetches.items.values()
    for member in members:
        check_graph(call, graph, member)
    if not isinstance(fetches, (Tensor, Operation, Variable)) or graph is None or isinstance(graph, Unknown):
        return
    if fetches.graph is not None and fetches.graph is not graph:
        shown = f"<tf.Operation '{fetches.name}' type={fetches.type}>" if isinstance(fetches, Operation) else (
            str(fetches) if isinstance(fetches, Tensor) else f"<tf.Variable '{fetches.tf_name}'>")
        kind = "Operation" if isinstance(fetches, Operation) else "Tensor"
        call.raise_("ValueError", f"Fetch argument {shown} cannot be interpreted as a {kind}. ({kind} {shown} is not "
                                  "an element of this graph.)", kind="graph")


def ran(call: Any, what: str) -> None:
    call.state.emit(SessionRun, what=what)


base_session = Namespace("tensorflow.python.client.session").type("BaseSession")


@base_session.method
def __init__(call: Any, self: InstanceValue, target: Any, graph: Any, config: Any) -> None:
    own = call.graph if graph is None or graph is DEFAULT else graph
    self.set("graph", own)
    self.set("sess_str", target)
    self.set("_explicit", graph is not None and graph is not DEFAULT)


@base_session.method(name="run")
def session_run(call: Any, self: InstanceValue, fetches: Any) -> Any:
    check_graph(call, self.attrs.get("graph"), fetches)
    ran(call, "run")
    return fetched(call, fetches)


@base_session.method(raw=True)
def make_callable(call: Any, args: Any, kwargs: Any) -> Any:
    return call.unknown("the result of a session's run")


for _name in ("close", "reset"):
    base_session.method(nothing, name=_name, raw=True)
for _name in ("partial_run", "partial_run_setup", "list_devices"):
    base_session.method(not_known("the result of a session's run"), name=_name, raw=True)


@base_session.property
def graph_def(call: Any, self: InstanceValue) -> Any:
    return call.unknown("the definition of a graph")


@base_session.method
def as_default(call: Any, self: InstanceValue) -> InstanceValue:
    """TF: ops.default_session: does not touch the default graph."""
    return InstanceValue(call.find("scopelint.default_session"), {"session": self})


default_session = Namespace("scopelint").type("default_session")


@default_session.method
def __enter__(call: Any, self: InstanceValue) -> Any:
    push_session(call, self.attrs["session"])
    return self.attrs["session"]


@default_session.method
def __exit__(call: Any, self: InstanceValue, kind: Any = None, error: Any = None, trace: Any = None) -> None:
    pop_session(call)


def sessions(call: Any) -> ListValue:
    """The stack of default sessions of this run."""
    stack = call.state.shelf.get("sessions")
    if stack is None:
        stack = call.state.shelf["sessions"] = ListValue()
        # Made within a fork, it must be taken back with it all the same.
        stack.epoch = -1
    return stack  # type: ignore[no-any-return]


def push_session(call: Any, session: Any) -> None:
    stack = sessions(call)
    stack.touch()
    stack.items.append(session)


def pop_session(call: Any) -> None:
    stack = sessions(call)
    if stack.items:
        stack.touch()
        stack.items.pop()


@api.function
def get_default_session(call: Any) -> Any:
    stack = sessions(call).items
    # A library module's caller may well have opened one.
    return stack[-1] if stack else call.unknown("the default session")


session = api.type("Session", bases=(base_session.cls,))


@session.method(name="__enter__")
def session_enter(call: Any, self: InstanceValue) -> InstanceValue:
    """TF: Session.__enter__: the session's graph becomes the default one too."""
    call.state.push_graph(self.attrs["graph"])
    push_session(call, self)
    return self


@session.method(name="__exit__")
def session_exit(call: Any, self: InstanceValue, exec_type: Any = None, exec_value: Any = None,
                 exec_tb: Any = None) -> None:
    pop_session(call)
    call.state.pop_graph()


interactive = api.type("InteractiveSession", bases=(base_session.cls,))


@interactive.method(name="__init__")
def interactive_init(call: Any, self: InstanceValue, target: Any, graph: Any, config: Any) -> None:
    """TF: InteractiveSession.__init__: its graph stays the default one until `close`."""
    __init__(call, self, target, graph, config)
    push_session(call, self)
    if self.attrs["_explicit"]:
        call.state.push_graph(self.attrs["graph"])


@interactive.method(name="close")
def interactive_close(call: Any, self: InstanceValue) -> None:
    pop_session(call)
    if self.attrs["_explicit"]:
        call.state.pop_graph()


# Monitored sessions. TF finalizes the graph in them, after a Scaffold made its own operations.


def monitored(name: str) -> Any:
    made = train.type(name)
    made.method(lambda call, args, kwargs: args[0].set("graph", call.graph), name="__init__", raw=True)
    made.method(give_self, name="__enter__", raw=True)
    made.method(nothing, name="__exit__", raw=True)
    made.method(nothing, name="close", raw=True)
    made.method(lambda call, self: call.unknown("whether a session should stop"), name="should_stop")

    def run(call: Any, args: Any, kwargs: Any) -> Any:
        ran(call, "run")
        return fetched(call, args[1] if len(args) > 1 else kwargs.get("fetches"))

    made.method(run, name="run", raw=True)

    def run_step_fn(call: Any, args: Any, kwargs: Any) -> Any:
        call.invoke(args[1], call.unknown("a step context"))
        return call.unknown("the result of a session's run")

    made.method(run_step_fn, name="run_step_fn", raw=True)
    made.method(lambda call, self: self, name="raw_session")
    made.method(lambda call, self: self, name="_tf_sess")
    return made


monitored("MonitoredSession")
monitored("SingularMonitoredSession")


@train.function(raw=True)
def MonitoredTrainingSession(call: Any, args: Any, kwargs: Any) -> Any:
    hooks = kwargs.get("hooks")
    begin_hooks(call, hooks)
    begin_hooks(call, kwargs.get("chief_only_hooks"))
    return call.new("tf.train.MonitoredSession")


def begin_hooks(call: Any, hooks: Any) -> None:
    """TF: MonitoredSession.__init__ calls `begin` of each hook while the graph may still grow."""
    if isinstance(hooks, (ListValue, tuple)):
        for hook in hooks.items if isinstance(hooks, ListValue) else hooks:
            if isinstance(hook, InstanceValue):
                call.method(hook, "begin")


supervisor = train.type("Supervisor")


@supervisor.method(name="__init__", raw=True)
def supervisor_init(call: Any, args: Any, kwargs: Any) -> None:
    self = args[0]
    self.set("graph", kwargs.get("graph") or call.graph)
    for field in ("saver", "global_step", "summary_op", "summary_writer", "logdir"):
        self.set(field, kwargs.get(field, call.unknown("what a supervisor made")))


@supervisor.method(raw=True)
def managed_session(call: Any, args: Any, kwargs: Any) -> Any:
    return call.new("tf.Session", graph=args[0].attrs["graph"])


for _name in ("prepare_or_wait_for_session", "PrepareSession"):
    supervisor.method(managed_session, name=_name, raw=True)
for _name in ("start_standard_services", "start_queue_runners", "stop", "summary_computed", "loop", "request_stop",
              "wait_for_stop", "StartQueueRunners"):
    supervisor.method(nothing, name=_name, raw=True)
for _name in ("should_stop", "ShouldStop"):
    supervisor.method(not_known("whether to stop"), name=_name, raw=True)


# Savers


saver = train.type("Saver")


def saved_names(call: Any, var_list: Any) -> dict[str, Any] | Unknown:
    """TF: saveable_object_util.op_list_to_dict: the checkpoint's names and what each is for."""
    if isinstance(var_list, DictValue):
        return var_list.rest or {str(key): value for key, value in var_list.items.items()}
    members = call.members(var_list)
    if isinstance(members, Unknown):
        return members
    out: dict[str, Any] = {}
    for member in members:
        if not isinstance(member, (Variable, PartitionedVariable)):
            if isinstance(member, Unknown):
                return member
            continue
        name = member.slice_info[0] if isinstance(member, Variable) and member.slice_info else member.name
        before = out.get(name)
        is_part = isinstance(member, Variable) and member.slice_info
        if before is not None and not is_part and "{" not in name and before.graph is member.graph:
            call.raise_("ValueError", f"At least two variables have the same name: {name}", kind="argument")
        out[name] = member
    return out


@saver.method(name="__init__")
def saver_init(call: Any, self: InstanceValue, var_list: Any, defer_build: Any, allow_empty: Any, name: Any,
               reshape: Any, sharded: Any, filename: Any, saver_def: Any) -> None:
    """TF: Saver.__init__ and _build."""
    self.set("_var_list", var_list)
    self.set("_name", name)
    self.set("_allow_empty", allow_empty)
    self.set("_built", False)
    self.set("last_checkpoints", ListValue())
    self.set("saver_def", saver_def if saver_def is not None else call.unknown("a saver's definition"))
    if defer_build is True or saver_def is not None:
        return
    saver_build(call, self)


@saver.method(name="build")
def saver_build(call: Any, self: InstanceValue) -> None:
    """TF: Saver._build, BaseSaverBuilder._build_internal. One `Assign` for each variable, all below one scope."""
    if self.attrs["_built"] is True:
        return
    self.set("_built", True)
    chosen = self.attrs["_var_list"]
    graph = call.graph
    certain = True
    if chosen is None:
        chosen = ListValue([*graph.get_collection("variables"), *graph.get_collection("saveable_objects")])
        certain = all_is_seen(call)
    if isinstance(chosen, (ListValue, DictValue)) and not chosen.items and chosen.rest is None:
        if self.attrs["_allow_empty"] is True:
            return
        if certain:
            call.raise_("ValueError", "No variables to save", kind="argument")
    names = saved_names(call, chosen)
    name = self.attrs["_name"]
    asked = str(name) if isinstance(name, (str, Value)) and not isinstance(name, Unknown) else "save"
    with graph.name_scope(asked):
        inner = [("input", "Const")]
        graph.op("PlaceholderWithDefault", "filename", inner=inner)
        graph.op("PlaceholderWithDefault", "Const")
        graph.op("SaveV2", "SaveV2", inner=(("tensor_names", "Const"), ("shape_and_slices", "Const")))
        graph.op("Identity", "control_dependency")
        graph.op("RestoreV2", "RestoreV2", inner=(("tensor_names", "Const"), ("shape_and_slices", "Const")))
        if not isinstance(names, Unknown):
            for _ in names:
                graph.op("Assign", "Assign")
        graph.op("NoOp", "restore_all")
    if isinstance(names, Unknown):
        call.note("saver", names=(), known=False)
    else:
        call.note("saver", names=tuple((key, getattr(value, "name", "")) for key, value in names.items()),
                  known=True, given=self.attrs["_var_list"] is not None)


def all_is_seen(call: Any) -> bool:
    """Only where nothing unknown was called is an empty collection certainly empty."""
    return not any(isinstance(event, NotKnown) and event.may_make for event in call.state.events.items)


for _name in ("restore", "recover_last_checkpoints", "set_last_checkpoints", "set_last_checkpoints_with_time"):
    saver.method(nothing, name=_name, raw=True)
for _name in ("save", "export_meta_graph", "to_proto", "as_saver_def"):
    saver.method(not_known("the path of a checkpoint"), name=_name, raw=True)


@train.function(raw=True)
def import_meta_graph(call: Any, args: Any, kwargs: Any) -> Any:
    call.cannot_know("a graph is imported from a file", may_make=True)
    return InstanceValue(call.find("tf.train.Saver"), {"_built": True, "last_checkpoints": ListValue()})


@api.function(raw=True)
def import_graph_def(call: Any, args: Any, kwargs: Any) -> Any:
    """TF: importer.import_graph_def: all below a scope named `import` or `name`. A frozen graph has no variables."""
    name = kwargs.get("name", args[3] if len(args) > 3 else None)
    asked = "import" if name is None else name
    if isinstance(asked, str) and asked:
        with call.graph.name_scope(asked):
            pass
    wanted = kwargs.get("return_elements", args[2] if len(args) > 2 else None)
    if isinstance(wanted, ListValue):
        return ListValue([call.unknown("what an imported graph holds") for _ in wanted.items])
    return None if wanted is None else call.unknown("what an imported graph holds")


@train.function
def init_from_checkpoint(call: Any, ckpt_dir_or_file: Any, assignment_map: Any) -> None:
    """TF: checkpoint_utils.init_from_checkpoint: replaces initializers, names nothing at the user's level."""
    if isinstance(assignment_map, DictValue) and assignment_map.rest is None:
        pairs = tuple((str(key), getattr(value, "name", value if isinstance(value, str) else ""))
                      for key, value in assignment_map.items.items())
        call.note("init_from_checkpoint", pairs=pairs)


for _name in ("list_variables", "load_variable", "load_checkpoint", "latest_checkpoint", "get_checkpoint_state",
              "checkpoint_exists", "NewCheckpointReader", "checkpoints_iterator"):
    train.function(not_known("what a checkpoint holds"), name=_name, raw=True)
for _name in ("update_checkpoint_state", "remove_checkpoint", "write_graph", "start_queue_runners",
              "add_queue_runner", "warm_start"):
    train.function(nothing, name=_name, raw=True)


@train.function(name="export_meta_graph", raw=True)
def export_meta_graph_(call: Any, args: Any, kwargs: Any) -> Any:
    return call.unknown("the definition of a graph")


# Coordinators and queue runners


coordinator = train.type("Coordinator")
coordinator.method(nothing, name="__init__", raw=True)
coordinator.method(not_known("whether to stop"), name="should_stop", raw=True)
coordinator.method(give_self, name="stop_on_exception", raw=True)
coordinator.method(give_self, name="__enter__", raw=True)
for _name in ("request_stop", "join", "clear_stop", "wait_for_stop", "register_thread", "raise_requested_exception",
              "__exit__"):
    coordinator.method(nothing, name=_name, raw=True)


def record_class(namespace: Namespace, name: str, fields: tuple[str, ...], **members: Any) -> Any:
    """A class whose construction only keeps its arguments."""
    made = namespace.type(name)

    def init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
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
record_class(train, "Server", ("server_def", "job_name", "task_index"), join=nothing, start=nothing,
             create_local_server=not_known("a server"))
record_class(train, "ClusterSpec", ("cluster",), as_dict=lambda call, args, kwargs: args[0].attrs["cluster"],
             num_tasks=not_known("a cluster"), job_tasks=not_known("a cluster"), as_cluster_def=not_known("a cluster"))
record_class(train, "CheckpointSaverListener", (), begin=nothing, before_save=nothing, after_save=nothing, end=nothing)
record_class(train, "Checkpoint", (), save=not_known("a path"), restore=not_known("a status"))
record_class(train, "CheckpointManager", ("checkpoint", "directory"), save=not_known("a path"),
             restore_or_initialize=not_known("a path"))
record_class(train, "ChiefSessionCreator", ("scaffold", "master"), create_session=not_known("a session"))
record_class(train, "SessionManager", (), prepare_session=lambda call, args, kwargs: call.new("tf.Session"))


@train.function
def replica_device_setter(call: Any) -> Any:
    return call.unknown("a device function")


# Hooks

hook = Namespace("tf.estimator").type("SessionRunHook")
for _name in ("__init__", "begin", "after_create_session", "before_run", "after_run", "end"):
    hook.method(nothing, name=_name, raw=True)

_HOOKS = (
    "LoggingTensorHook tensors every_n_iter", "StopAtStepHook num_steps last_step",
    "CheckpointSaverHook checkpoint_dir save_secs", "StepCounterHook every_n_steps every_n_secs",
    "NanTensorHook loss_tensor fail_on_nan_loss", "SummarySaverHook save_steps save_secs",
    "GlobalStepWaiterHook wait_until_step", "FinalOpsHook final_ops final_ops_feed_dict", "FeedFnHook feed_fn",
    "ProfilerHook save_steps save_secs",
)  # fmt: skip


def _declare_hooks() -> None:
    from scopelint.apis.tables import canonical

    for line in _HOOKS:
        name, *fields = line.split()
        full = canonical("tensorflow.train", name) or f"tf.train.{name}"
        made = Namespace(full.rpartition(".")[0]).type(name, bases=(hook.cls,))

        def init(call: Any, args: Any, kwargs: Any, fields: list[str] = fields) -> None:
            for field, value in [*zip(fields, args[1:], strict=False), *kwargs.items()]:
                args[0].set("_" + field, value)

        made.method(init, name="__init__", raw=True)

    for name, given in (("SessionRunArgs", ("fetches", "feed_dict", "options")),
                        ("SessionRunValues", ("results", "options", "run_metadata"))):
        full = canonical("tensorflow.train", name) or f"tf.train.{name}"
        record_class(Namespace(full.rpartition(".")[0]), name, given)


_declare_hooks()


# Logging, files, writers


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


# tf.test


test_case = Namespace("tf.test").type("TestCase")
for _name in (
    "__init__", "setUp", "tearDown", "setUpClass", "assertEqual", "assertEquals", "assertNotEqual", "assertTrue",
    "assertFalse", "assertIs", "assertIsNot", "assertIsNone", "assertIsNotNone", "assertIn", "assertNotIn",
    "assertIsInstance", "assertNotIsInstance", "assertAlmostEqual", "assertAlmostEquals", "assertNotAlmostEqual",
    "assertGreater", "assertGreaterEqual", "assertLess", "assertLessEqual", "assertListEqual", "assertTupleEqual",
    "assertSequenceEqual", "assertDictEqual", "assertItemsEqual", "assertCountEqual", "assertSameElements",
    "assertSetEqual", "assertStartsWith", "assertRegexpMatches", "assertProtoEquals", "assertAllClose",
    "assertAllCloseAccordingToType", "assertAllEqual", "assertNotAllClose", "assertNotAllEqual", "assertAllGreater",
    "assertAllLess", "assertAllGreaterEqual", "assertAllLessEqual", "assertAllInRange", "assertNear",
    "assertNDArrayNear", "assertArrayNear", "assertShapeEqual", "assertDeviceEqual", "assertEmpty", "assertNotEmpty",
    "assertLen", "assertBetween", "skipTest", "fail", "addCleanup", "log",
):  # fmt: skip
    test_case.method(nothing, name=_name, raw=True)


@test_case.method(raw=True)
def evaluate(call: Any, args: Any, kwargs: Any) -> Any:
    return fetched(call, args[1] if len(args) > 1 else None)


@test_case.method(raw=True)
def get_temp_dir(call: Any, args: Any, kwargs: Any) -> Any:
    return call.unknown("a folder")


@test_case.method(raw=True)
def test_session(call: Any, args: Any, kwargs: Any) -> Any:
    """TF: TensorFlowTestCase.session. Each test starts in a graph of its own."""
    graph = kwargs.get("graph", args[1] if len(args) > 1 else None)
    return call.new("tf.Session", graph=graph) if graph is not None else call.new("tf.Session")


for _name in ("session", "cached_session"):
    test_case.method(test_session, name=_name, raw=True)



raises = Namespace("scopelint").type("assert_raises")
raises.method(give_self, name="__enter__", raw=True)


@raises.method(name="__exit__")
def raises_exit(call: Any, self: InstanceValue, kind: Any = None, error: Any = None, trace: Any = None) -> bool:
    self.set("exception", error)
    return True


def assert_raises(at: int) -> Any:
    def impl(call: Any, args: Any, kwargs: Any) -> Any:
        from scopelint.apis.call import Raised

        if len(args) <= at:
            return InstanceValue(call.find("scopelint.assert_raises"))
        with contextlib.suppress(Raised):
            call.engine.invoke(args[at], args[at + 1:], kwargs)
        return None

    return impl


for _name, _at in (("assertRaises", 2), ("assertRaisesRegexp", 3), ("assertRaisesRegex", 3),
                   ("assertRaisesOpError", 2), ("assertRaisesWithPredicateMatch", 3), ("assertWarns", 2)):
    test_case.method(assert_raises(_at), name=_name, raw=True)

for _name in ("main",):
    Namespace("tf.test").function(nothing, name=_name, raw=True)
for _name in ("is_gpu_available", "is_built_with_cuda", "gpu_device_name", "get_temp_dir", "test_src_dir_path",
              "create_local_cluster"):
    Namespace("tf.test").function(not_known("the machine that runs it"), name=_name, raw=True)
