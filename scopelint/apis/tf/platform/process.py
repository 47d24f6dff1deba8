"""What kind of TF process this is: graph mode, TF 1 behaviour, and switches that name nothing."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.sessions import not_known, nothing
from scopelint.values.base import AnyValue, Unknown, without_summary
from scopelint.values.objects import MISSING, ModuleValue

tf = Namespace("tf")


def always(value: AnyValue) -> Any:
    return lambda call, args, kwargs: value


for _name, _value in {
    "tf.control_flow_v2_enabled": False,
    "tf.compat.forward_compatible": True,
}.items():
    Namespace(_name.rpartition(".")[0]).function(always(_value), name=_name.rpartition(".")[2], raw=True)

for _name in (
    "disable_control_flow_v2",
    "disable_tensor_equality",
    "load_library",
    "load_file_system_library",
    "no_gradient",
    "NoGradient",
    "NotDifferentiable",
):
    tf.function(nothing, name=_name, raw=True)


@tf.function(raw=True)
def load_op_library(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: load_library.load_op_library. A module of the operations of a compiled library, which is not read."""
    return without_summary("tensorflow.python.framework.load_library.load_op_library")


@tf.function(also=("tensorflow.python.eager.context.in_eager_mode",), raw=True)
def executing_eagerly(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    return call.state.runs_eagerly


@Namespace("tensorflow.python.eager.context").function(raw=True)
def in_graph_mode(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    return not call.state.runs_eagerly


@Namespace("tensorflow.python.tf2").function(raw=True)
def enabled(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """TF: tf2.enabled: is TF 2's behaviour on, as it is until the program turns it off?"""
    return bool(call.state.second)


@tf.function(raw=True)
def disable_eager_execution(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF 2 builds graphs from here on, as 1.15 always does; its variables stay resource variables."""
    call.state.touch()
    call.state.eager = False


@tf.function(raw=True)
def disable_v2_behavior(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF 2 does as TF 1 from here on: graphs, and variables that are no resources."""
    state = call.state
    if state.second:
        state.touch()
        state.eager = state.second = state.use_resource_default = state.plain_sizes = False


def _set_sizes(plain: bool) -> Any:
    def switch(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        call.state.touch()
        call.state.plain_sizes = plain

    return switch


tf.function(_set_sizes(True), name="enable_v2_tensorshape", raw=True)
tf.function(_set_sizes(False), name="disable_v2_tensorshape", raw=True)


@tf.function(also=("tf.enable_v2_behavior",), raw=True)
def enable_eager_execution(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """From here on there is no graph, and nothing that names are given in: that is said once, and the program left."""
    graph = call.state.implicit
    if graph is not None and graph.names_in_use.items:
        call.raise_("ValueError", "tf.enable_eager_execution must be called at program startup.", kind="argument")
    call.cannot_know("eager execution, which names nothing as a graph does", may_make=True)
    call.raise_("SystemExit", None)


for _path, _names in {
    "tf.debugging": "set_log_device_placement",
    "tensorflow.python.util.all_util": "remove_undocumented",
    "tensorflow.python.client.session": "register_session_run_conversion_functions",
    "tensorflow.python.keras.utils.tf_utils": "register_symbolic_tensor_type",
    "tf.autograph": "set_verbosity trace",
    "tf.config": "set_visible_devices set_logical_device_configuration run_functions_eagerly",
    "tf.config.optimizer": "set_jit set_experimental_options",
    "tf.config.threading": "set_inter_op_parallelism_threads set_intra_op_parallelism_threads",
}.items():
    for _name in _names.split():
        Namespace(_path).function(nothing, name=_name, raw=True)

for _path, _names in {
    "tf.config": "list_physical_devices list_logical_devices get_visible_devices get_logical_device_configuration",
    "tf.config.experimental": "list_physical_devices list_logical_devices get_visible_devices",
    "tf.sysconfig": "get_include get_lib get_compile_flags get_link_flags",
}.items():
    for _name in _names.split():
        Namespace(_path).function(not_known("what the machine has"), name=_name, raw=True)


Namespace("tf.contrib.slim").function(not_known("the names that a module gives out"), name="make_all", raw=True)


@Namespace("tensorflow.python.util.lazy_loader").function(raw=True)
def LazyLoader(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A module that is imported when something of it is first asked for."""
    name = args[2] if len(args) > 2 else kwargs.get("name")
    if not isinstance(name, str):
        return Unknown("a module that is loaded later")

    def load(attribute: str) -> Any:
        return call.getattr(call.engine.find_module(name), attribute, MISSING)

    return ModuleValue(name, "", load)
