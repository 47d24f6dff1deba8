"""Rare parts of TF and of libraries, written as programs: the interpreter reads them as it reads a user's library.

A native summary is some thirty times faster; these are for what few programs use and what is made of layers, cells and
variables anyway. Each file is Python in our own words that is read and never imported: it asks for a TensorFlow that
need not be there.
"""

from __future__ import annotations

import os

FOLDER = os.path.join(os.path.dirname(__file__), "")

_FILES: dict[str, tuple[str, ...]] = {
    "bijectors": (
        "tensorflow.python.ops.distributions.bijector_impl.Bijector",
        "tensorflow.python.ops.distributions.identity_bijector.Identity",
        "tf.contrib.distributions.TransformedDistribution",
        "tensorflow.contrib.distributions.python.ops.bijectors.affine.Affine",
        "tensorflow.contrib.distributions.python.ops.bijectors.affine_scalar.AffineScalar",
        "tensorflow.contrib.distributions.python.ops.bijectors.batch_normalization.BatchNormalization",
        "tensorflow.contrib.distributions.python.ops.bijectors.chain.Chain",
        "tensorflow.contrib.distributions.python.ops.bijectors.exp.Exp",
        "tensorflow.contrib.distributions.python.ops.bijectors.invert.Invert",
        "tensorflow.contrib.distributions.python.ops.bijectors.masked_autoregressive.MaskedAutoregressiveFlow",
        "tensorflow.contrib.distributions.python.ops.bijectors.permute.Permute",
        "tensorflow.contrib.distributions.python.ops.bijectors.real_nvp.RealNVP",
        "tensorflow.contrib.distributions.python.ops.bijectors.sigmoid.Sigmoid",
        "tensorflow.contrib.distributions.python.ops.bijectors.softplus.Softplus",
    ),
    "control_flow": ("tf.switch_case",),
    "distributions": (
        "tensorflow.contrib.distributions.python.ops.bijectors.real_nvp.real_nvp_default_template",
        "tensorflow.contrib.distributions.python.ops.bijectors.masked_autoregressive.masked_",
        "tf.contrib.distributions.moving_mean_variance",
    ),
    "factorization": (
        "tf.contrib.factorization.KMeans", "tf.contrib.factorization.gmm", "tf.contrib.factorization.WALSModel",
    ),
    "frequency_rnn": (
        "tf.contrib.rnn.TimeFreqLSTMCell", "tf.contrib.rnn.GridLSTMCell", "tf.contrib.rnn.BidirectionalGridLSTMCell",
        "tf.contrib.rnn.CompiledWrapper",
    ),
    "grid_rnn": ("tf.contrib.grid_rnn.",),
    "keras_attention": ("tf.keras.layers.MultiHeadAttention",),
    "linear_operators": ("tf.linalg.LinearOperator",),
    "metrics": (
        "tf.contrib.metrics.auc_with_confidence_intervals", "tf.contrib.metrics.streaming_dynamic_auc",
        "tf.contrib.metrics.precision_recall_at_equal_thresholds", "tf.contrib.metrics.streaming_recall_at_k",
    ),
    "model_pruning": ("tf.contrib.model_pruning.", "tensorflow.contrib.model_pruning."),
    "recurrent": ("tensorflow.contrib.recurrent.python.ops.functional_rnn.functional_rnn",),
    "resources": ("tensorflow.python.ops.resources.",),
    "slim_data": (
        "tensorflow.contrib.slim.python.slim.data.tfexample_decoder.",
        "tensorflow.contrib.slim.python.slim.data.dataset.Dataset",
        "tensorflow.contrib.slim.python.slim.data.data_provider.DataProvider",
        "tensorflow.contrib.slim.python.slim.data.dataset_data_provider.DatasetDataProvider",
        "tensorflow.contrib.slim.python.slim.data.prefetch_queue.prefetch_queue",
        "tensorflow.contrib.slim.python.slim.data.parallel_reader.get_data_files",
    ),
    "tpu": ("tensorflow.python.tpu.tpu_function.get_tpu_context", "tf.tpu.bfloat16_scope"),
    "training": ("tf.contrib.training.weighted_resample",),
}  # fmt: skip
"""File -> the canonical names that are defined in it, or their beginnings."""


MODULES = {"mock": "mock", "mock.mock": "mock", "unittest.mock": "mock"}
"""Modules of Python's and of others -> the file that stands in for the whole of it."""


def module_place(name: str) -> str:
    """The file that stands in for a module; empty where none does."""
    file = MODULES.get(name)
    return os.path.join(os.path.dirname(__file__), f"{file}.py") if file else ""


def restates_tensorflow(path: str) -> bool:
    """Is this one of the files that stand for parts of TF? What they raise, TF raises."""
    return path.startswith(FOLDER) and os.path.basename(path)[:-3] in _FILES


def place_of(canonical: str) -> str:
    """The file that defines a canonical name; empty where none does."""
    for file, names in _FILES.items():
        if canonical.startswith(names):
            return os.path.join(os.path.dirname(__file__), f"{file}.py")
    return ""
