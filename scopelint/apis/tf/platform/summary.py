"""tf.summary and tf.contrib.summary: each summary is named by a scope that its tag asks for."""

from __future__ import annotations

import re
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.framework.context_managers import no_scope
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.helpers import add_to
from scopelint.apis.tf.framework.op_defs import op_def
from scopelint.apis.tf.framework.operations import check_allowed, convert
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import STRING, Tensor, Variable

api = Namespace("tf.summary")
contrib = Namespace("tf.contrib.summary")
projector = Namespace("tf.contrib.tensorboard.plugins.projector")
second = Namespace("tensorboard.summary._tf.summary")
"""TF 2's summaries, which TensorBoard hands on."""

_TAG = re.compile(r"[^-/\w\.{}]")


def clean_tag(value: AnyValue) -> str | None:
    """TF: summary_op_util.clean_tag. Braces stand for what is not known of a name."""
    if value is None:
        return None
    return _TAG.sub("_", graph_name(value, "")).lstrip("/")


def summarize(
    call: Call,
    type: str,
    tensor: AnyValue,
    tag: str,
    name: AnyValue,
    family: AnyValue,
    collections: AnyValue,
    default: str | None = None,
) -> Tensor:
    """TF: summary_scope, and the operation that takes the scope's own name."""
    if isinstance(name, (Tensor, Variable)):
        call.raise_("TypeError", "expected string or bytes-like object", kind="argument")
    leaf, prefix = clean_tag(name), clean_tag(family)
    asked = leaf if prefix is None else f"{prefix}/{leaf}"
    with call.graph.name_scope(default if asked is None else asked) as scope:
        label = make(call, "Const", tag, (), STRING)
        values = convert(call, tensor, None, "values" if type in ("ScalarSummary", "HistogramSummary") else "tensor")
        definition = op_def(type)
        if definition is not None and "T" in definition.attributes and type != "TensorSummaryV2":
            parameter = "tensor" if type in ("ImageSummary", "AudioSummaryV2") else "values"
            check_allowed(call, parameter, values.dtype, definition.attributes["T"].allowed)
        made = make(call, type, scope, (), STRING)
        if type in ("ScalarSummary", "HistogramSummary", "ImageSummary"):
            call.graph.draw(made.op_name, label, values)
        add_to(call, "summaries" if collections is None else collections, made)
        return made


@api.function
def scalar(call: Call, name: AnyValue, tensor: AnyValue, collections: AnyValue, family: AnyValue) -> Any:
    return summarize(call, "ScalarSummary", tensor, "tags", name, family, collections)


@api.function
def histogram(call: Call, name: AnyValue, values: AnyValue, collections: AnyValue, family: AnyValue) -> Any:
    return summarize(call, "HistogramSummary", values, "tag", name, family, collections, "HistogramSummary")


@api.function
def image(call: Call, name: AnyValue, tensor: AnyValue, collections: AnyValue, family: AnyValue) -> Any:
    return summarize(call, "ImageSummary", tensor, "tag", name, family, collections)


@api.function
def audio(call: Call, name: AnyValue, tensor: AnyValue, collections: AnyValue, family: AnyValue) -> Any:
    return summarize(call, "AudioSummaryV2", tensor, "tag", name, family, collections)


@api.function
def text(call: Call, name: AnyValue, tensor: AnyValue, collections: AnyValue) -> Any:
    return summarize(call, "TensorSummaryV2", tensor, "tag", name, None, collections)


@api.function
def tensor_summary(call: Call, name: AnyValue, tensor: AnyValue, collections: AnyValue, family: AnyValue) -> Any:
    return summarize(call, "TensorSummaryV2", tensor, "tag", name, family, collections)


def merged(call: Call, collections: AnyValue, name: AnyValue, inputs: list[Any] | None = None) -> Tensor:
    """TF: merge. Under a name of the program's own, the scope takes the name and the operation stands in it anew."""
    leaf = clean_tag(name)
    with call.graph.name_scope("Merge" if leaf is None else leaf):
        made = make(call, "MergeSummary", "MergeSummary" if leaf is None else leaf, (), STRING)
        if inputs is not None:
            call.graph.draw(made.op_name, *inputs)
        add_to(call, collections, made)
        return made


@api.function
def merge(call: Call, inputs: AnyValue, collections: Any, name: AnyValue) -> Any:
    listed = call.members(inputs)
    return merged(call, collections, name, None if isinstance(listed, Unknown) else listed)


@api.function
def merge_all(call: Call, key: AnyValue, scope: AnyValue, name: AnyValue) -> Any:
    """TF: merge_all. None where nothing was collected."""
    if isinstance(key, Unknown):
        return call.unknown("merged summaries of a collection that is not known")
    listed = call.graph.get_collection(key, graph_name(scope))
    if not listed:
        return None
    return merged(call, None, name, list(listed))


@api.function
def all_v2_summary_ops(call: Call) -> Any:
    # What TF 2's functions list there is not followed.
    return ListValue([], call.unknown("the summaries of TF 2"))


@api.function
def initialize(call: Call) -> None:
    return None


# tf.contrib.summary: a cond around each, which leaves its scope's name alone at the caller's level.


def _writes(name: str) -> None:
    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        asked = args[0] if args else kwargs.get("name")
        make_op(call, "NoOp", graph_name(asked, name))
        return call.unknown("a summary operation")

    contrib.function(summary, name=name, raw=True)


def _contexts() -> None:
    for name in ("always_record_summaries", "never_record_summaries"):
        contrib.function(lambda call, args, kwargs: no_scope(), name=name, raw=True)

    def every_n(call: Call, n: AnyValue, global_step: AnyValue) -> Any:
        if global_step is None:
            call.new("tf.train.get_or_create_global_step")
        return no_scope()

    contrib.function(every_n, name="record_summaries_every_n_global_steps")
    second.function(lambda call, args, kwargs: no_scope(), name="record_if", raw=True)
    writer = contrib.type("SummaryWriter")
    for name in ("as_default", "set_as_default", "init", "flush", "close"):
        writer.method(lambda call, args, kwargs: no_scope(), name=name, raw=True)
    for name in ("create_file_writer", "create_summary_file_writer", "create_db_writer"):
        contrib.function(lambda call, args, kwargs: call.new("tf.contrib.summary.SummaryWriter"), name=name, raw=True)
    for name in ("flush", "summary_writer_initializer_op", "graph", "import_event"):
        contrib.function(lambda call, args, kwargs: call.unknown("a summary operation"), name=name, raw=True)
    for name in ("eval_dir", "should_record_summaries"):
        contrib.function(lambda call, args, kwargs: call.unknown("a summary's setting"), name=name, raw=True)


for _name in ("scalar", "histogram", "image", "audio", "generic"):
    _writes(_name)
_contexts()


@projector.function
def visualize_embeddings(call: Call) -> None:
    """TF: projector.visualize_embeddings: writes a file beside the events."""
