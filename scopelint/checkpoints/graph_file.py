"""What the graph beside a checkpoint tells: TF's version, and the variables in the order in which they were made.

`PREFIX.meta` is a MetaGraphDef, `saved_model.pb` holds several. The graph itself, the largest part, is stepped over."""

from __future__ import annotations

import itertools
import os
from typing import BinaryIO

from scopelint.checkpoints.records import GraphVariable
from scopelint.checkpoints.wire import Malformed, fields, spans, text

_LARGEST = 256_000_000
"""Bytes of one collection or of the list of operations: a graph has some hundred thousand variables at most."""

_COLLECTIONS = ("variables", "trainable_variables", "local_variables")
"""Those that hold variables, the global ones first."""

Told = tuple[str | None, tuple[GraphVariable, ...] | None]


def read_meta(stream: BinaryIO) -> Told:
    """Of a `.meta`."""
    return _meta_graph(stream, 0, stream.seek(0, os.SEEK_END))


def read_saved_model(stream: BinaryIO) -> Told:
    """Of a `saved_model.pb`: schema_version=1, meta_graphs=2. The first graph that has variables speaks for all."""
    told: Told = (None, None)
    for tag, start, end in spans(stream, 0, stream.seek(0, os.SEEK_END)):
        if tag == 0x12:
            version, variables = _meta_graph(stream, start, end)
            told = (version or told[0], variables)
            if variables:
                break
    return told


def _meta_graph(stream: BinaryIO, start: int, end: int) -> Told:
    """MetaGraphDef: meta_info_def=1 {tensorflow_version=5}, graph_def=2, collection_def=4 {key=1, value=2}."""
    version: str | None = None
    collections: dict[str, list[bytes]] = {}
    for tag, begin, after in spans(stream, start, end):
        if tag == 0x0A:
            for inner, first, last in spans(stream, begin, after):
                if inner == 0x2A:
                    version = text(_read(stream, first, last)) or None
        elif tag == 0x22:
            name, members = _collection(_read(stream, begin, after))
            collections[name] = members
    if not collections:
        return version, None
    return version, _variables(collections)


def _read(stream: BinaryIO, start: int, end: int) -> bytes:
    if end - start > _LARGEST:
        raise Malformed(f"a part of {end - start} bytes")
    stream.seek(start)
    return stream.read(end - start)


def _collection(data: bytes) -> tuple[str, list[bytes]]:
    """An entry of the map: key=1, value=2 CollectionDef {bytes_list=2 {value=1}}. Other kinds hold no variables."""
    name = ""
    members: list[bytes] = []
    for tag, _, blob in fields(data):
        if tag == 0x0A:
            name = text(blob)
        elif tag == 0x12:
            for inner, _, values in fields(blob):
                if inner == 0x12:
                    members += [value for deepest, _, value in fields(values) if deepest == 0x0A]
    return name, members


def _variables(collections: dict[str, list[bytes]]) -> tuple[GraphVariable, ...]:
    """Collections keep the order of creation. Other collections of variables follow what all of them name first."""
    known: dict[bytes, tuple[str, str]] = {}
    for data in itertools.chain.from_iterable(collections.get(each, ()) for each in _COLLECTIONS):
        if data not in known:
            known[data] = _variable(data)
    trainable = {known[data][0] for data in collections.get("trainable_variables", ())}
    found: dict[str, GraphVariable] = {}
    for collection in _COLLECTIONS:
        for data in collections.get(collection, ()):
            name, key = known[data]
            if name and name not in found:
                found[name] = GraphVariable(name, key or name, name in trainable, collection == "variables")
    return tuple(found.values())


def _variable(data: bytes) -> tuple[str, str]:
    """VariableDef: variable_name=1, save_slice_info_def=4 {full_name=1}."""
    name = key = ""
    for tag, _, blob in fields(data):
        if tag == 0x0A:
            name = text(blob).partition(":")[0]
        elif tag == 0x22:
            key = next((text(value) for inner, _, value in fields(blob) if inner == 0x0A), "")
    return name, key
