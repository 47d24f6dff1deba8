"""Layers in a variable scope of their own: those of tf.layers always, Keras's before 1.9 too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.operations import scope
from scopelint.graph.releases import KERAS_UNDER_NAME_SCOPE
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import InstanceValue


def set_scope(call: Call, self: InstanceValue, scope: AnyValue = None) -> None:
    """TF: layers.base.Layer._set_scope."""
    if self.attrs.get("_scope") is not None:
        return
    base = graph_name(self.attrs.get("_base_name"))
    reuse = self.attrs.get("_reuse")
    if not isinstance(reuse, Unknown) and reuse:
        with tools.variable_scope(call, base if scope is None else scope) as captured:
            self.set("_scope", captured)
    else:
        with tools.variable_scope(call, scope, default_name=base) as captured:
            self.set("_scope", captured)


def has_own_scope(call: Call, self: InstanceValue) -> bool:
    """Is this layer of Keras's one whose variables lie in a variable scope?"""
    return not KERAS_UNDER_NAME_SCOPE.at(call.state.release) and not self.cls.derives_from("tf.layers.Layer")


@contextmanager
def within_own_scope(call: Call, self: InstanceValue) -> Iterator[Any]:
    """TF: layers.base.Layer.__call__ and add_variable, which Keras's layers inherited before 1.9."""
    set_scope(call, self)
    reuse = True if self.attrs.get("built") is True else self.attrs.get("_reuse")
    own = tools.variable_scope(call, self.attrs["_scope"], reuse=reuse, auxiliary_name_scope=False)
    with own as entered, scope(call, entered.original_name_scope):
        yield entered
