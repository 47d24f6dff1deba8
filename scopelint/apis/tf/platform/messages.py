"""Messages, options and writers around training: passed on, and never named."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import ENTRIES, Namespace
from scopelint.apis.tf.framework.sessions import bag, give_self, not_known, nothing
from scopelint.values.objects import ClassValue, InstanceValue
from scopelint.values.text import Text

top = Namespace("tf")
train = Namespace("tf.train")
compat = Namespace("tf.compat")

# Messages of protocol buffers, with those that stand inside of them.


def messages(namespace: Namespace, name: str, *inner: str) -> None:
    bag(namespace, name)

    made = ENTRIES[f"{namespace.path}.{name}"]
    for each in inner:
        held = ClassValue(each, (made,), {"__module__": namespace.path}, f"{namespace.path}.{name}.{each}")
        made.attrs[each] = held


messages(top, "Summary", "Value", "Image", "Audio")
for _name in (
    "Event",
    "SessionLog",
    "GraphDef",
    "NodeDef",
    "AttrValue",
    "MetaGraphDef",
    "HistogramProto",
    "LogMessage",
    "NameAttrList",
    "TensorInfo",
):
    messages(top, _name)


def record(namespace: Namespace, name: str, known: tuple[str, ...] = (), bases: tuple[Any, ...] = ()) -> Any:
    """A class whose fields may all be set; what was not set is not known."""
    made = namespace.type(name, bases=bases)

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        for field, value in zip(known, args[1:], strict=False):
            args[0].set(field, value)
        for field, value in kwargs.items():
            args[0].set(field, value)

    def missing(call: Call, self: InstanceValue, field: Any) -> Any:
        return call.unknown(f"{field} of {name}")

    made.method(init, name="__init__", raw=True)
    made.method(missing, name="__getattr__")
    return made


scaffold = record(
    train,
    "Scaffold",
    (
        "init_op",
        "init_feed_dict",
        "init_fn",
        "ready_op",
        "ready_for_local_init_op",
        "local_init_op",
        "summary_op",
        "saver",
        "copy_from_scaffold",
        "local_init_feed_dict",
    ),
)
scaffold.method(give_self, name="finalize", raw=True)
for _name in ("default_local_init_op", "get_or_default"):
    scaffold.staticmethod(lambda call, *args, **kwargs: call.unknown("an operation of a scaffold"))
    scaffold.cls.attrs[_name] = scaffold.cls.attrs.pop("<lambda>")

options = record(Namespace("tensorflow.python.data.util.options"), "OptionsBase")
record(Namespace("tf.data"), "Options", bases=(options.cls,))
for _name in (
    "ThreadingOptions",
    "OptimizationOptions",
    "DistributeOptions",
    "StatsOptions",
    "MapVectorizationOptions",
):
    record(Namespace("tf.data.experimental"), _name, bases=(options.cls,))

server = record(Namespace("tf.distribute"), "Server", ("server_or_cluster_def", "job_name", "task_index"))
for _name in ("start", "join"):
    server.method(nothing, name=_name, raw=True)
_resolvers = Namespace("tf.distribute.cluster_resolver")
for _name in ("TPUClusterResolver", "TFConfigClusterResolver", "SimpleClusterResolver", "ClusterResolver"):
    record(_resolvers, _name)

# Writers


def writer(namespace: Namespace, name: str) -> None:
    made = namespace.type(name)
    made.method(nothing, name="__init__", raw=True)
    for method in ("write", "flush", "close", "__exit__"):
        made.method(nothing, name=method, raw=True)
    made.method(give_self, name="__enter__", raw=True)


_io = Namespace("tf.io")
writer(_io, "TFRecordWriter")
record(_io, "TFRecordOptions")
_kinds = _io.type("TFRecordCompressionType")
for _at, _name in enumerate(("NONE", "ZLIB", "GZIP")):
    _kinds.constant(_name, _at)
_cache = Namespace("tf.summary").type("FileWriterCache")
for _name in ("get", "clear"):
    _cache.staticmethod(lambda call, *args, **kwargs: call.unknown("a summary writer"))
    _cache.cls.attrs[_name] = _cache.cls.attrs.pop("<lambda>")

# Strings


def as_string(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: compat.as_text and its kin. Bytes of a constant are read as UTF-8."""
    value = (*args, *kwargs.values())[0]
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return call.unknown("a string that is no UTF-8")
    if isinstance(value, (str, Text)):
        return value
    return call.to_string(value) if isinstance(value, (int, float)) else call.unknown("a string", "text")


def as_bytes(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    value = (*args, *kwargs.values())[0]
    return value.encode("utf-8") if isinstance(value, str) else value


for _name in ("as_text", "as_str_any", "path_to_str"):
    compat.function(as_string, name=_name, raw=True)
compat.function(as_bytes, name="as_bytes", raw=True)

# Devices

device = record(Namespace("tf.compat.v2"), "DeviceSpec", ("job", "replica", "task", "device_type", "device_index"))


def device_text(call: Call, self: InstanceValue) -> Any:
    """TF: DeviceSpec.to_string."""
    parts = []
    for field in ("job", "replica", "task"):
        value = self.attrs.get(field)
        if value is not None:
            parts.append(f"/{field}:{value}")
    kind = self.attrs.get("device_type")
    if kind is not None:
        index = self.attrs.get("device_index")
        parts.append(f"/device:{kind}:{'*' if index is None else index}")
    return "".join(parts)


device.method(device_text, name="to_string")
top.type("DeviceSpec", bases=(device.cls,))

# What is looked at while a program runs, and files that come with it.

for _path, _names in (
    ("tf.profiler", ("profile", "advise", "write_op_log")),
    (
        "tf.resource_loader",
        (
            "get_data_files_path",
            "get_path_to_datafile",
            "get_root_dir_with_all_resources",
            "load_resource",
            "readahead_file_path",
        ),
    ),
    (
        "tf.config",
        ("experimental_connect_to_cluster", "experimental_connect_to_host", "experimental_run_functions_eagerly"),
    ),
    ("tf.train", ("generate_checkpoint_state_proto", "get_checkpoint_mtimes", "basic_train_loop", "summary_iterator")),
    ("tf.errors", ("error_code_from_exception_type", "exception_type_from_error_code")),
):
    for _name in _names:
        Namespace(_path).function(not_known(f"{_path}.{_name}"), name=_name, raw=True)
Namespace("tf.io").function(not_known("path of a graph"), name="write_graph", raw=True)
for _name in ("ProfileOptionBuilder", "Profiler"):
    record(Namespace("tf.profiler"), _name)
