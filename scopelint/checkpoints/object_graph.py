"""The object graph of `tf.train.Checkpoint`: what each key's variable was called, and which are slots of which.

TF: protobuf/trackable_object_graph.proto; saver.py, object_graph_key_mapping, finds by these names."""

from __future__ import annotations

from dataclasses import replace

from scopelint.checkpoints.records import OBJECT_GRAPH_KEY, CheckpointTensor
from scopelint.checkpoints.wire import fields, text

_VALUE = "VARIABLE_VALUE"


def named(tensors: list[CheckpointTensor], graph: bytes | None) -> list[CheckpointTensor]:
    """The same tensors, with what the graph tells of them. Without one, still: which of them are no variables."""
    keys: dict[int, tuple[str, str]] = {}
    slots: list[tuple[int, str, int]] = []
    nodes = (blob for tag, _, blob in fields(graph or b"") if tag == 0x0A)
    for node, blob in enumerate(nodes):
        _read_node(node, blob, keys, slots)
    full_names = dict(keys.values())
    slot_of = {keys[slot][0]: (keys[owner][0], name) for owner, name, slot in slots if owner in keys and slot in keys}
    found = []
    for tensor in tensors:
        key = tensor.key
        owner, slot = slot_of.get(key, ("", ""))
        found.append(
            replace(
                tensor,
                full_name=full_names.get(key, ""),
                slot_of=owner,
                slot=slot,
                is_variable=key != OBJECT_GRAPH_KEY and (key.endswith(_VALUE) or key in full_names),
            )
        )
    return found


def _read_node(node: int, data: bytes, keys: dict[int, tuple[str, str]], slots: list[tuple[int, str, int]]) -> None:
    """TrackableObject: children=1, attributes=2 {name=1, full_name=2, checkpoint_key=3}, slot_variables=3
    {original_variable_node_id=1, slot_name=2, slot_variable_node_id=3}."""
    for tag, _, blob in fields(data):
        if tag == 0x12:
            parts = {inner: text(value) for inner, _, value in fields(blob)}
            if parts.get(0x0A) == _VALUE and parts.get(0x1A):
                keys[node] = (parts[0x1A], parts.get(0x12, ""))
        elif tag == 0x1A:
            owner = slot = 0
            name = ""
            for inner, number, value in fields(blob):
                if inner == 0x08:
                    owner = number
                elif inner == 0x12:
                    name = text(value)
                elif inner == 0x18:
                    slot = number
            slots.append((owner, name, slot))
