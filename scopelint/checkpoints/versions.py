"""Names that a release of TensorFlow, or another library for layers, changed: what renamed it where a user did not."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """`before` and `after`: patterns of whole names on both sides of the change. `what`: as a reader is told."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    what: str
    first: str = ""
    """The first release with the new name, where a release made it."""


_CELLS = r"(?:basic_lstm|lstm|gru|basic_rnn|layer_norm_basic_lstm|lstm_block|ugrnn|intersection_rnn|phased_lstm)_cell"


def _row(before: str, after: str, what: str, first: str = "") -> Release:
    return Release(re.compile(before), re.compile(after), what, first)


RELEASES: tuple[Release, ...] = (
    # Measured under the releases from 1.0.1 to 2.15.1: the first that has the new name.
    _row(
        rf"(?:^|/){_CELLS}/(?:.*/)?(?:weights|biases)$",
        rf"(?:^|/){_CELLS}/(?:.*/)?(?:kernel|bias)$",
        "RNN cells: weights, biases -> kernel, bias",
        "1.2",
    ),
    _row(r"(?:^|/)nas_rnn/(?:recurrent_)?weights$", r"(?:^|/)nas_cell/(?:recurrent_)?kernel$", "NASCell", "1.2"),
    _row(
        r"^(?:.*/)?(?!.*output_projection_wrapper).*_cell/",
        r"output_projection_wrapper/.*_cell/",
        "OutputProjectionWrapper",
        "1.2",
    ),
    _row(r"^(?:.*/)?(?!.*embedding_wrapper).*_cell/", r"embedding_wrapper/.*_cell/", "EmbeddingWrapper", "1.2"),
    _row(
        r"(?:^|/)lstm_block_wrapper/weights$",
        r"(?:^|/)(?:lstm_block_wrapper|lstm_cell|lstm_fused_cell)/kernel$",
        "LSTMBlockFusedCell",
        "1.2",
    ),
    _row(r"(?:^|/)lstm_block_wrapper/", r"(?:^|/)lstm_cell/", "LSTMBlockFusedCell", "1.5"),
    _row(r"(?:^|/)(?:lstm_block_wrapper|lstm_cell)/", r"(?:^|/)lstm_fused_cell/", "LSTMBlockFusedCell", "1.6"),
    _row(r"/renorm_(?:mean|stddev)_weight$", r"/moving_stddev$", "batch_normalization(renorm=True)", "1.15"),
    _row(
        r"(?:^|/)batch_normalization_v1(?:_\d+)?/",
        r"(?:^|/)batch_normalization(?:_\d+)?/",
        "Keras BatchNormalization",
        "1.14",
    ),
    _row(
        r"(?:^|/)batch_normalization(?:_\d+)?/",
        r"(?:^|/)batch_normalization_v1(?:_\d+)?/",
        "Keras BatchNormalization, in 1.13 alone",
        "1.13",
    ),
    _row(
        r"(?:^|/)(lstm|gru|simple_rnn)(?:_\d+)?/(?:kernel|recurrent_kernel|bias)$",
        r"(?:^|/)(lstm|gru|simple_rnn)(?:_\d+)?/\w+_cell(?:_\d+)?/",
        "Keras recurrent layers name their cell in 1.5 to 1.8, and in 2.x",
        "",
    ),
    _row(
        r"(?:^|/)(lstm|gru|simple_rnn)(?:_\d+)?/\w+_cell(?:_\d+)?/",
        r"(?:^|/)(lstm|gru|simple_rnn)(?:_\d+)?/(?:kernel|recurrent_kernel|bias)$",
        "Keras recurrent layers do not name their cell",
        "1.9",
    ),
    _row(
        r"(?:^|/)bidirectional(?:_\d+)?/(?:lstm|gru)(?:_cell)?(?:_\d+)?/",
        r"(?:^|/)bidirectional(?:_\d+)?/(?:forward|backward)_",
        "Keras Bidirectional",
        "1.9",
    ),
    _row(r"^training/Adam/Variable(?:_\d+)?$", r"^(?:training/)?Adam/.*/(?:m|v|vhat)$", "Keras Adam", "1.14"),
    _row(r"^Adam/.*/(?:m|v|vhat)$", r"^training/Adam/.*/(?:m|v|vhat)$", "Keras Adam", "1.15"),
    _row(r"^RNN/(?:Multi)?", r"^rnn/", "RNN cells before 1.0: RNN/, CamelCase, Linear/Matrix", "1.0"),
    # Not a release but another library for the same layer.
    _row(r"/weights$", r"/kernel$", "slim and contrib.layers say weights, tf.layers and Keras kernel"),
    _row(r"/biases$", r"/bias$", "slim and contrib.layers say biases, tf.layers and Keras bias"),
    _row(r"/kernel$", r"/weights$", "tf.layers and Keras say kernel, slim and contrib.layers weights"),
    _row(r"/bias$", r"/biases$", "tf.layers and Keras say bias, slim and contrib.layers biases"),
    _row(r"/w$", r"/(?:kernel|weights)$", "Sonnet says w, tf.layers kernel, slim weights"),
    _row(r"/b$", r"/(?:bias|biases)$", "Sonnet says b, tf.layers bias, slim biases"),
)


def release_of(held: str, wanted: str) -> Release | None:
    """The change that would explain that what the file calls `held` is `wanted` in the program."""
    for release in RELEASES:
        if release.before.search(held) and release.after.search(wanted) and not release.after.search(held):
            return release
    return None


def told(release: Release, saved_by: str | None) -> str:
    """One line: what changed, since when, and by which release the file was saved where that is known."""
    since = f", since TF {release.first}" if release.first else ""
    saved = f"; the file was saved by TF {saved_by}" if saved_by and release.first else ""
    return f"{release.what}{since}{saved}"
