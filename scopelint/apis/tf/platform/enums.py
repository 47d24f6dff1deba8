"""Enumerations of TF's that programs hand on: each member stands as its own name."""

from __future__ import annotations

from scopelint.apis.registry import Namespace

for _path, _name, _members in (
    ("tf", "VariableSynchronization", "AUTO NONE ON_WRITE ON_READ"),
    ("tf", "VariableAggregation", "NONE SUM MEAN ONLY_FIRST_REPLICA"),
):
    _enum = Namespace(_path).type(_name)
    for _member in _members.split():
        _enum.constant(_member, _member)
