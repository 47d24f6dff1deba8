"""tf.lookup and tf.contrib.lookup: tables, which are no variables, and the operations that stand for them."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.operations import convert
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import ClassValue, InstanceValue
from scopelint.values.tensors import INT64, STRING, DType, SparseTensor

top = Namespace("tf.lookup")
api = Namespace("tf.contrib.lookup")

interface = api.type("LookupInterface")
initialized = api.type("InitializableLookupTableBase", bases=(interface.cls,))
initializer_base = api.type("TableInitializerBase")


def table(cls: ClassValue, name: str, keys: Any = STRING, values: AnyValue = INT64) -> InstanceValue:
    return InstanceValue(cls, {"name": name, "key_dtype": keys, "value_dtype": values})


def looked_up(call: Call, self: InstanceValue, keys: AnyValue, name: AnyValue) -> Any:
    leaf = str(self.attrs.get("name", "hash_table")).rpartition("/")[2]
    values = self.attrs.get("value_dtype", INT64)
    with call.graph.name_scope(graph_name(name, f"{leaf}_Lookup")):
        if isinstance(keys, SparseTensor):
            found = make(call, "LookupTableFindV2", "LookupTableFindV2", shape_of(keys.values), values)
            return SparseTensor(keys.indices, found, keys.dense_shape, keys.shape)
        tensor = convert(call, keys, None, "keys") if not isinstance(keys, SparseTensor) else keys
        return make(call, "LookupTableFindV2", "LookupTableFindV2", shape_of(tensor), values)


@interface.method
def lookup(call: Call, self: InstanceValue, keys: AnyValue, name: AnyValue = None) -> Any:
    return looked_up(call, self, keys, name)


@interface.method(raw=True)
def insert(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    leaf = str(args[0].attrs.get("name", "table")).rpartition("/")[2]
    with call.graph.name_scope(f"{leaf}_lookup_table_insert"):
        return make_op(call, "LookupTableInsertV2")


@interface.method(raw=True)
def size(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    leaf = str(args[0].attrs.get("name", "table")).rpartition("/")[2]
    with call.graph.name_scope(f"{leaf}_Size"):
        return make(call, "LookupTableSizeV2", "LookupTableSizeV2", (), INT64)


@interface.method(raw=True)
def export(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    full = make(
        call,
        "LookupTableExportV2",
        "lookup_table_export_values/LookupTableExportV2",
        (None,),
        self.attrs.get("key_dtype", STRING),
    )
    return full, full


@interface.property
def init(call: Call, self: InstanceValue) -> Any:
    return self.attrs.get("initializer")


def table_initializer(namespace: Namespace, name: str, keys: tuple[str, ...]) -> None:
    """What fills a table: its keys and values are converted where they are given."""
    made = namespace.type(name, bases=(initializer_base.cls,))
    canonical = made.cls.canonical

    def start(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = bind(call, canonical, args[1:], kwargs)[0]
        self = args[0]
        kinds: list[Any] = []
        for each in keys:
            tensor = convert(call, given[each], None, each)
            kinds.append(dtype_of(tensor))
        for attribute, default, at in (("key_dtype", STRING, 0), ("value_dtype", INT64, 1)):
            asked = given.get(attribute)
            own = kinds[at] if len(kinds) > at else default
            self.set(attribute, asked if isinstance(asked, (DType, Unknown)) else own)

    made.method(start, name="__init__", raw=True)


table_initializer(top, "KeyValueTensorInitializer", ("keys", "values"))
table_initializer(top, "TextFileInitializer", ())
table_initializer(api, "TextFileIdTableInitializer", ())
table_initializer(api, "TextFileStringTableInitializer", ())

indices = top.type("TextFileIndex")
indices.constant("WHOLE_LINE", -2)
indices.constant("LINE_NUMBER", -1)


def static_table(namespace: Namespace, name: str, default_needed: bool = True) -> None:
    made = namespace.type(name, bases=(initialized.cls,))
    canonical = made.cls.canonical

    def start(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = bind(call, canonical, args[1:], kwargs)[0]
        self, source = args[0], given.get("initializer")
        held = source.attrs if isinstance(source, InstanceValue) else {}
        if given.get("default_value") is not None:
            convert(call, given["default_value"])
        self.set("name", call.graph.op("HashTableV2", graph_name(given.get("name"), "hash_table")))
        why = source if isinstance(source, Unknown) else None
        self.set("key_dtype", held.get("key_dtype", STRING) if why is None else why.derive(""))
        self.set("value_dtype", held.get("value_dtype", INT64) if why is None else why.derive(""))
        with call.graph.name_scope("key_value_init"):
            self.set("initializer", make_op(call, "LookupTableImportV2"))
        call.graph.add_to_collection("table_initializer", self.attrs["initializer"])

    made.method(start, name="__init__", raw=True)


static_table(top, "StaticHashTable")
static_table(api, "HashTable")
static_table(top, "StaticVocabularyTable")
static_table(api, "IdTableWithHashBuckets")


def growing_table(name: str, op: str, canonical_space: Namespace = api) -> None:
    made = canonical_space.type(name, bases=(interface.cls,))
    canonical = made.cls.canonical

    def start(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = bind(call, canonical, args[1:], kwargs)[0]
        self = args[0]
        convert(call, given.get("default_value"), None, None if op == "MutableHashTableV2" else "default_value")
        if op != "MutableHashTableV2":
            make(call, "Const", "empty_key")
            make(call, "Const", "deleted_key")
        default = op.removesuffix("V2")
        self.set("name", call.graph.op(op, graph_name(given.get("name"), default)))
        self.set("key_dtype", given.get("key_dtype"))
        self.set("value_dtype", given.get("value_dtype"))
        if given.get("checkpoint") is not False:
            # What a Saver calls it: as it was asked for, without the scopes.
            self.set("_saved_as", graph_name(given.get("name"), default))
            call.graph.add_to_collection("saveable_objects", self)
        leaf = str(self.attrs["name"]).rpartition("/")[2]
        with call.graph.name_scope(f"{leaf}_lookup_table_export_values"):
            make_op(call, "LookupTableExportV2")

    made.method(start, name="__init__", raw=True)


growing_table("MutableHashTable", "MutableHashTableV2")
growing_table("DenseHashTable", "MutableDenseHashTableV2", Namespace("tf.lookup.experimental"))


INNER = "tensorflow.python.ops.lookup_ops"
"""Where contrib's functions of tensors lead, with parameters of other names."""


def _function(name: str, scope: str, values: DType, home: str = "tf.contrib.lookup") -> None:
    canonical = f"{home}.{name}"

    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = bind(call, canonical, args, kwargs)[0]
        with call.graph.name_scope(graph_name(given.get("name"), scope)):
            full = call.graph.op("HashTableV2", "hash_table")
            with call.graph.name_scope("table_init"):
                start = make_op(call, "LookupTableImportV2")
            call.graph.add_to_collection("table_initializer", start)
        made = table(call.find("tf.contrib.lookup.HashTable"), full, STRING if values is INT64 else INT64, values)
        made.attrs["initializer"] = start
        return made

    Namespace(home).function(summary, name=name, raw=True)


for _name in (
    "index_table_from_tensor",
    "index_table_from_file",
    "string_to_index_table_from_tensor",
    "string_to_index_table_from_file",
):
    _function(_name, "string_to_index", INT64)
for _name in ("index_to_string_table_from_tensor", "index_to_string_table_from_file"):
    _function(_name, "index_to_string", STRING)
_function("index_table_from_tensor", "string_to_index", INT64, INNER)
_function("index_to_string_table_from_tensor", "index_to_string", STRING, INNER)

static_table(Namespace(INNER), "HashTable")
