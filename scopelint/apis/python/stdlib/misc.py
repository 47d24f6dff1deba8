"""Smaller libraries that model code calls: hashes, encodings, heaps, horovod, gym's spaces and others."""

from __future__ import annotations

import ast
import base64
import bisect
import csv
import errno
import hashlib
import unicodedata
from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.formatting import represent
from scopelint.apis.python.builtins.sequences import sort_items
from scopelint.apis.python.numpy.array import shape_of
from scopelint.apis.python.numpy.dtypes import dtype_class, dtype_name
from scopelint.apis.python.stdlib.files import spoil
from scopelint.apis.python.stdlib.json_and_yaml import content
from scopelint.apis.python.stdlib.system import nothings, quiet, unknowns
from scopelint.apis.python.support import all_plain, derived, guarded, lift, members
from scopelint.apis.registry import Namespace, declare, find
from scopelint.values.base import AnyValue, Cause, Unknown, Why
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import (
    MISSING,
    InstanceValue,
    IteratorValue,
    NativeFunction,
    NativeObject,
)

LITERAL = 100_000
"""Characters of a literal in a string."""


@Namespace("ast").function
def literal_eval(call: Call, node_or_string: AnyValue) -> Any:
    if not isinstance(node_or_string, str) or len(node_or_string) > LITERAL:
        return derived(node_or_string, reason="a literal that is not known")
    try:
        return lift(ast.literal_eval(node_or_string))
    except (ValueError, SyntaxError, MemoryError, RecursionError) as problem:
        call.raise_(type(problem).__name__ if isinstance(problem, ValueError) else "SyntaxError", str(problem))


@Namespace("pprint").function
def pformat(call: Call, object: AnyValue, *args: Any, **kwargs: Any) -> Any:
    return represent(call, object)


@Namespace("termcolor").function
def colored(call: Call, text: AnyValue, *args: Any, **kwargs: Any) -> Any:
    return text


def _plain(module: str, name: str, function: Callable[..., Any]) -> None:
    def summary(call: Call, *args: Any, **kwargs: Any) -> Any:
        if not all_plain(args, kwargs):
            return derived(*args)
        return lift(guarded(call, function, *args, **kwargs))

    Namespace(module).function(summary, name=name)


for _name in ("b64encode", "b64decode", "urlsafe_b64encode", "urlsafe_b64decode"):
    _plain("base64", _name, getattr(base64, _name))
for _name in ("normalize", "category", "name", "combining", "bidirectional"):
    _plain("unicodedata", _name, getattr(unicodedata, _name))
for _name in ("ENOENT", "EEXIST", "EACCES", "EINTR", "EPIPE", "EAGAIN"):
    Namespace("errno").constant(_name, getattr(errno, _name))
for _name, _value in {"SIGINT": 2, "SIGTERM": 15, "SIGKILL": 9, "SIGUSR1": 10}.items():
    Namespace("signal").constant(_name, _value)
for _name, _value in {"PIPE": -1, "STDOUT": -2, "DEVNULL": -3}.items():
    Namespace("subprocess").constant(_name, _value)
Namespace("subprocess").type("CalledProcessError", bases=("builtins.Exception",))
Namespace("queue").type("Empty", bases=("builtins.Exception",))


# hashlib

HASH = Namespace("hashlib").type("<hash>", bases=("builtins.object",))


def _hasher(name: str) -> None:
    def summary(call: Call, data: AnyValue = b"", **kwargs: Any) -> Any:
        made = call.invoke(HASH.cls)
        made.set("name", name)
        made.set("<data>", data)
        return made

    Namespace("hashlib").function(summary, name=name)


for _name in ("md5", "sha1", "sha224", "sha256", "sha512"):
    _hasher(_name)


@HASH.method(name="update")
def update_hash(call: Call, self: InstanceValue, data: AnyValue) -> None:
    before = self.attrs["<data>"]
    known = isinstance(before, bytes) and isinstance(data, bytes)
    self.set("<data>", before + data if known else derived(before, data))


def _digest(name: str) -> None:
    def method(call: Call, self: InstanceValue) -> Any:
        data = self.attrs["<data>"]
        return getattr(hashlib.new(self.attrs["name"], data), name)() if isinstance(data, bytes) else derived(data)

    HASH.cls.attrs[name] = NativeFunction(name, method, f"hashlib.{name}")


_digest("hexdigest")
_digest("digest")


# heapq, bisect


def _urlretrieve(
    call: Call, url: AnyValue, filename: AnyValue = None, reporthook: AnyValue = None, data: AnyValue = None
) -> Any:
    """What is fetched lies in a file that nobody has here; `reporthook` is told of each block."""
    if reporthook is not None:
        call.invoke(
            reporthook, *(call.unknown(what) for what in ("blocks so far", "size of a block", "size of a file"))
        )
    return (call.unknown("a temporary file") if filename is None else filename, call.unknown("headers of an answer"))


for _module in ("urllib.request", "urllib"):
    Namespace(_module).function(_urlretrieve, name="urlretrieve")


heap = Namespace("heapq")


@heap.function
def heapify(call: Call, x: AnyValue) -> None:
    call.method(x, "sort")


@heap.function
def heappush(call: Call, heap: AnyValue, item: AnyValue) -> None:
    call.method(heap, "append", item)
    call.method(heap, "sort")


@heap.function
def heappop(call: Call, heap: AnyValue) -> Any:
    call.method(heap, "sort")
    return call.method(heap, "pop", 0)


def _largest(name: str, reverse: bool) -> None:
    def summary(call: Call, n: AnyValue, iterable: AnyValue, key: AnyValue = None) -> Any:
        found = members(call, iterable)
        ordered = found if isinstance(found, Unknown) else sort_items(call, found, key, reverse)
        if isinstance(ordered, Unknown) or not isinstance(n, int):
            return ListValue([], derived(ordered, n))
        return ListValue(ordered[:n])

    heap.function(summary, name=name)


_largest("nlargest", True)
_largest("nsmallest", False)


def _bisect(name: str) -> None:
    def summary(call: Call, a: AnyValue, x: AnyValue, *bounds: Any) -> Any:
        found = members(call, a)
        if isinstance(found, Unknown) or not all_plain((*found, x, *bounds)):
            return derived(found, x)
        return guarded(call, getattr(bisect, name), found, x, *bounds)

    Namespace("bisect").function(summary, name=name)


for _name in ("bisect", "bisect_left", "bisect_right"):
    _bisect(_name)


# csv: rows of a file that is known

table = Namespace("csv")
table.type("Error", bases=("builtins.Exception",))


@table.function
def reader(call: Call, csvfile: Any, dialect: Any = "excel", **kwargs: Any) -> Any:
    text = content(call, csvfile) if isinstance(csvfile, NativeObject) else derived(csvfile)
    options: dict[str, Any] = {}
    options.update((k, v) for k, v in kwargs.items() if k in ("delimiter", "quotechar") and isinstance(v, str))
    if not isinstance(text, str):
        return derived(text, reason="a table that is not known")
    try:
        rows = list(csv.reader(text.splitlines(), **options))
    except csv.Error as problem:
        call.raise_("csv.Error", str(problem))
    except TypeError as problem:
        call.raise_("TypeError", str(problem))
    return IteratorValue(iter([lift(row) for row in rows]))


@table.function
def DictReader(call: Call, f: AnyValue, fieldnames: AnyValue = None, **kwargs: Any) -> Any:
    rows = reader(call, f, **kwargs)
    if isinstance(rows, Unknown):
        return rows
    found = [row.items for row in rows.iterator]
    names = members(call, fieldnames) if fieldnames is not None else found.pop(0) if found else []
    if isinstance(names, Unknown):
        return names
    return IteratorValue(iter([DictValue(dict(zip(names, row, strict=False))) for row in found]))


def _writer(call: Call, f: AnyValue = None, *args: Any, **kwargs: Any) -> Any:
    """Its rows are not followed."""
    spoil(f)
    return quiet("writer")


for _name in ("writer", "DictWriter"):
    table.function(_writer, name=_name)


# horovod: what one process of several does

horovod = Namespace("horovod.tensorflow")
nothings("horovod.tensorflow", "init shutdown join")
unknowns(
    "horovod.tensorflow",
    "rank:rank size:size local_rank:local_rank local_size:local_size mpi_threads_supported",
    "which process of several this is",
)


@horovod.function
def DistributedOptimizer(call: Call, optimizer: AnyValue, *args: Any, **kwargs: Any) -> Any:
    """It averages gradients and leaves the rest, slots included, to the optimizer that it wraps."""
    return optimizer


def _first(call: Call, tensor: AnyValue, *args: Any, **kwargs: Any) -> Any:
    return tensor


for _name in ("allreduce", "allgather", "broadcast"):
    horovod.function(_first, name=_name)
for _name in ("BroadcastGlobalVariablesHook", "broadcast_global_variables", "broadcast_variables"):
    horovod.function(lambda call, *args, **kwargs: quiet("horovod"), name=_name)


# tree: TF's nest by another name

for _name in ("map_structure", "flatten", "assert_same_structure"):
    if find("tf.nest." + _name) is not MISSING:
        declare("tree." + _name, find("tf.nest." + _name))


# gym's spaces, of which models read shapes; the environments themselves are not run

spaces = Namespace("gym.spaces")
SPACE = spaces.type("Space", bases=("builtins.object",))


@SPACE.method(name="__init__")
def space_init(call: Call, self: InstanceValue, shape: AnyValue = None, dtype: AnyValue = None) -> None:
    self.set("shape", None if shape is None else shape_of(call, shape))
    self.set("dtype", dtype)


for _name in ("sample", "contains", "seed"):
    SPACE.cls.attrs[_name] = NativeFunction(_name, lambda call, self, *args: call.unknown("a random member", "sample"))

BOX = spaces.type("Box", bases=(SPACE.cls,))


@BOX.method(name="__init__")
def box_init(
    call: Call, self: InstanceValue, low: Any = None, high: AnyValue = None, shape: Any = None, dtype: AnyValue = None
) -> None:
    found = shape_of(call, shape) if shape is not None else call.getattr(low, "shape", MISSING)
    self.set("shape", derived(low) if found is MISSING else found)
    self.set("low", low)
    self.set("high", high)
    name = dtype_name(call, dtype) if dtype is not None else None
    self.set("dtype", dtype_class(name or "float32"))


DISCRETE = spaces.type("Discrete", bases=(SPACE.cls,))


@DISCRETE.method(name="__init__")
def discrete_init(call: Call, self: InstanceValue, n: AnyValue) -> None:
    self.set("n", n)
    self.set("shape", ())
    self.set("dtype", dtype_class("int64"))


MULTI = spaces.type("MultiDiscrete", bases=(SPACE.cls,))


@MULTI.method(name="__init__")
def multi_init(call: Call, self: InstanceValue, nvec: AnyValue) -> None:
    self.set("nvec", call.new("numpy.array", nvec))
    self.set("shape", (call.length(nvec),))
    self.set("dtype", dtype_class("int64"))


BINARY = spaces.type("MultiBinary", bases=(SPACE.cls,))


@BINARY.method(name="__init__")
def binary_init(call: Call, self: InstanceValue, n: AnyValue) -> None:
    self.set("n", n)
    self.set("shape", shape_of(call, n))
    self.set("dtype", dtype_class("int8"))


for _name in ("Tuple", "Dict"):
    _several = spaces.type(_name, bases=(SPACE.cls,))

    def _several_init(call: Call, self: InstanceValue, given: AnyValue = None, **kwargs: Any) -> None:
        self.set("spaces", DictValue(dict(kwargs)) if given is None else given)
        self.set("shape", None)

    _several.cls.attrs["__init__"] = NativeFunction("__init__", _several_init)
    _several.cls.attrs["__getitem__"] = NativeFunction(
        "__getitem__", lambda call, self, key: call.getitem(self.attrs["spaces"], key)
    )


@Namespace("gym").function
def make(call: Call, *args: Any, **kwargs: Any) -> Unknown:
    found = call.unknown("an environment, never run")
    found.cause = Cause(Why.LIBRARY, "gym.make")
    return found


# json's encoder, which programs derive from

_ENCODER = Namespace("json").type("JSONEncoder", bases=("builtins.object",))
Namespace("json").type("JSONDecoder", bases=("builtins.object",))


@_ENCODER.method(name="__init__", raw=True)
def encoder_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


@_ENCODER.method
def default(call: Call, self: InstanceValue, o: AnyValue) -> Any:
    return call.unknown("what JSON makes of an object")
