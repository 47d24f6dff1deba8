"""What the README counts: uses of TF's callables that make variables, against what real TF made there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from coverage_api import compare, uses  # noqa: E402

NOT_EXACT = {
    "tf.contrib.estimator.RNNClassifier",
    "tf.contrib.estimator.RNNEstimator",
    "tf.contrib.feature_column.sequence_input_layer",
    "tf.contrib.quantize.create_eval_graph",
    "tf.contrib.quantize.create_training_graph",
    "tf.contrib.quantize.experimental_create_training_graph",
    "tf.estimator.BoostedTreesClassifier",
    "tf.estimator.BoostedTreesRegressor",
    "tf.keras.applications.NASNetMobile",
    "tf.keras.mixed_precision.experimental.LossScaleOptimizer",
    "tf.wrap_function",
}
"""What is not summarized, or not in full. One that comes out exactly leaves the list, and README counts it."""

USES = uses()


@pytest.mark.parametrize("space", sorted({use["api"].rpartition(".")[0] for use in USES}))
def test_variables_are_those_that_tf_made(space: str) -> None:
    found = {use["api"]: compare(use) for use in USES if use["api"].rpartition(".")[0] == space}
    assert {api: problem for api, problem in found.items() if problem and api not in NOT_EXACT} == {}
    assert [api for api, problem in found.items() if not problem and api in NOT_EXACT] == []


def test_the_readme_counts_them() -> None:
    exact = len(USES) - len(NOT_EXACT)
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"Of {len(USES)} recorded uses of TF's callables that make variables {exact} come out exactly" in text
