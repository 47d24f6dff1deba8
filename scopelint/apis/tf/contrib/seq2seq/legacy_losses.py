"""Losses of sequences, and models with buckets, of tf.contrib.legacy_seq2seq."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.contrib.seq2seq.legacy import upto
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.conversion import is_set
from scopelint.apis.tf.framework.python_values import left_open
from scopelint.apis.tf.rnn.cells import inside, tf
from scopelint.apis.tf.rnn.lstm_and_gru import parts
from scopelint.apis.tf.rnn.static import sequence_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.truth import is_on

api = Namespace("tf.contrib.legacy_seq2seq")


def by_example(
    call: Call,
    logits: AnyValue,
    targets: AnyValue,
    weights: AnyValue,
    average: AnyValue,
    loss: AnyValue,
    name: AnyValue,
) -> Any:
    """TF: sequence_loss_by_example."""
    groups = [sequence_of(call, each) for each in (logits, targets, weights)]
    lengths = [len(group) for group in groups]
    if len(set(lengths)) > 1 and left_open(logits, targets, weights) is None:
        call.raise_(
            "ValueError",
            f"Lengths of logits, weights, and targets must be the same {lengths[0]}, {lengths[2]}, {lengths[1]}.",
            kind="argument",
        )
    with operations.scope(call, name, "sequence_loss_by_example"):
        losses = []
        for logit, target, weight in zip(*groups, strict=False):
            if is_set(loss):
                made = call.invoke(loss, labels=target, logits=logit)
            else:
                made = tf(
                    call,
                    "nn.sparse_softmax_cross_entropy_with_logits",
                    labels=tf(call, "reshape", target, ListValue([-1])),
                    logits=logit,
                )
            losses.append(call.binary("*", made, weight))
        total = tf(call, "add_n", ListValue(losses))
        if average is False:
            return total
        size = call.binary("+", tf(call, "add_n", ListValue(groups[2])), 1e-12)
        return call.binary("/", total, size)


def total_loss(
    call: Call,
    logits: AnyValue,
    targets: AnyValue,
    weights: AnyValue,
    over_time: AnyValue,
    over_batch: AnyValue,
    loss: AnyValue,
    name: AnyValue,
) -> Any:
    """TF: sequence_loss."""
    with operations.scope(call, name, "sequence_loss"):
        cost = tf(call, "reduce_sum", by_example(call, logits, targets, weights, over_time, loss, None))
        if over_batch is False:
            return cost
        batch = call.getitem(tf(call, "shape", sequence_of(call, targets)[0]), 0)
        return call.binary("/", cost, tf(call, "cast", batch, call.getattr(cost, "dtype")))


@api.function
def sequence_loss_by_example(
    call: Call,
    logits: AnyValue,
    targets: AnyValue,
    weights: AnyValue,
    average_across_timesteps: AnyValue,
    softmax_loss_function: AnyValue,
    name: AnyValue,
) -> Any:
    with inside(call):
        return by_example(call, logits, targets, weights, average_across_timesteps, softmax_loss_function, name)


@api.function
def sequence_loss(
    call: Call,
    logits: AnyValue,
    targets: AnyValue,
    weights: AnyValue,
    average_across_timesteps: AnyValue,
    average_across_batch: AnyValue,
    softmax_loss_function: AnyValue,
    name: AnyValue,
) -> Any:
    with inside(call):
        return total_loss(
            call, logits, targets, weights, average_across_timesteps, average_across_batch, softmax_loss_function, name
        )


@api.function
def model_with_buckets(
    call: Call,
    encoder_inputs: AnyValue,
    decoder_inputs: AnyValue,
    targets: AnyValue,
    weights: AnyValue,
    buckets: AnyValue,
    seq2seq: AnyValue,
    softmax_loss_function: AnyValue,
    per_example_loss: AnyValue,
    name: AnyValue,
) -> Any:
    sizes = call.members(buckets)
    others = sizes if isinstance(sizes, Unknown) else None
    if isinstance(sizes, Unknown):
        sizes = [(sizes, sizes)]
    outputs, losses = [], []
    with inside(call), operations.scope(call, name, "model_with_buckets"):
        for at, bucket in enumerate(sizes):
            source, target = (call.getitem(bucket, which) for which in (0, 1))
            with tools.variable_scope(call, call.new("tf.get_variable_scope"), reuse=True if at > 0 else None):
                made, _ = parts(
                    call,
                    call.invoke(seq2seq, upto(call, encoder_inputs, source), upto(call, decoder_inputs, target)),
                    2,
                )
                outputs.append(made)
                labels, shares = upto(call, targets, target), upto(call, weights, target)
                if is_on(per_example_loss):
                    losses.append(by_example(call, made, labels, shares, True, softmax_loss_function, None))
                else:
                    losses.append(total_loss(call, made, labels, shares, True, True, softmax_loss_function, None))
    return (ListValue(outputs, others), ListValue(losses, others))
