"""A script that saved, a script that loads, and what TF 1.15.5 said: the comparison has to say the same."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from scopelint.checkpoints.answers import Answer, answer
from scopelint.checkpoints.reading import read_checkpoint
from scopelint.commands import comparing
from scopelint.project.check import check
from scopelint.project.config import COMMAND_FORMATS, Config

STORIES = Path(__file__).parents[2] / "fixtures" / "checkpoint_stories"
NAMES = sorted(path.name for path in STORIES.iterdir())

CAUSES = {
    # What a person has to be told, by the words of the causes; what is merely noted stands behind.
    "another_model": ["no-key-in-common"],
    "attention_words": ["renamed-part"] * 4,
    "averages_and_scope": ["scope-renamed"],
    "averages_wanted_and_there": [],
    "checkpoint_object_never_checked": ["name-based-for-object-restore"],
    "conv_inner_part_renamed": ["renamed-part"],
    "conv_numbers_moved": ["index-shift"],
    "conv_scope_under_model": ["scope-renamed", "missing"],
    "dict_of_the_old_names": [],
    "dict_with_colon_zero": ["colon-zero"],
    "discriminator_built_twice_unnamed": ["built-twice"],
    "equal_layers_numbers_moved_with_meta": ["index-shift"],
    "gan_only_generator_saved": ["missing"],
    "gan_scopes_renamed": ["scope-renamed", "scope-renamed"],
    "init_one_shape": ["shape"],
    "init_scope_shape": ["shape"],
    "lm_cell_of_tf_1_1": ["renamed-leaf", "renamed-leaf"],
    "lm_half_precision": ["dtype", "dtype"],
    "lm_one_layer_more": ["depth"],
    "lm_vocabulary_grown": ["shape", "shape"],
    "object_based_by_names": [],
    "object_based_by_names_one_more": ["missing"],
    "one_network_of_towers": ["many-to-one"],
    "partitions_in_scope": [],
    "partitions_more_rows": ["shape"],
    "resource_variables_shape": ["shape-in-silence"],
    "saver_after_rmsprop": ["slots-missing"],
    "saver_before_momentum": [],
    "several_errors_at_once": ["shape", "dtype", "missing"],
    "slim_exclude_head": [],
    "slim_exclude_mistyped": ["shape"],
    "slim_saver_of_scope": [],
    "slim_to_layers": ["renamed-leaf", "renamed-leaf"],
    "slim_to_layers_and_scope": ["scope-renamed"],
    "stripped_for_release_adam_to_evaluate": [],
    "table_keys": ["missing"],
    "towers_of_one_network": ["one-to-many"],
    "trainables_saver": ["silently-not-loaded"],
    "unnamed_against_named": ["likely"],
    "v1_file_dtype": ["dtype"],
    "v1_file_missing": ["missing"],
    "v1_file_shape": ["shape"],
    "warm_start_new_head": ["missing"],
    "warm_start_some": [],
    "whole_to_partitions": [],
    "batch_norm_contrib_to_layers": ["renamed-leaf", "renamed-part"],
    "bidirectional_scope": ["scope-added"],
    "dict_strip_scope": [],
    "dict_wrong_scope": ["scope-renamed"],
    "estimator_warm": [],
    "function_main": ["shape", "shape"],
    "ignore_missing": ["missing"],
    "import_order": ["swap"],
    "init_objects": [],
    "keras_named_again": ["scope-renamed", "likely"],
    "latest": [],
    "mts_dir": ["missing"],
    "multi_cell_wrapped": ["renamed-part"],
    "partition_scope_renamed": ["scope-renamed"],
    "restore_twice_parts": [],
    "saver_comprehension": [],
    "saver_of_scope_collection": [],
    "two_savers": ["missing"],
}


def answers(name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Answer], dict[str, Any]]:
    monkeypatch.chdir(STORIES / name)
    checkpoint = read_checkpoint("model.ckpt")
    report = check(["load.py"], Config({"cache": False, "checkpoint": ("model.ckpt",)}), "restores")
    found = [answer(checkpoint, demand) for demand in comparing.chosen(report, checkpoint, Config())]
    return found, json.loads(Path("truth.json").read_text())


def said(message: str) -> str:
    """The part of TF's message that is about the checkpoint."""
    text = message.partition("Original error:")[2] or message
    text = text.partition("[[node")[0].partition("checkpoint {")[0].strip()
    return " ".join(text.split())


@pytest.mark.parametrize("name", NAMES)
def test_it_loads_where_it_loads_in_tensorflow(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found, truth = answers(name, monkeypatch)
    error = truth["load"]["error"]
    assert found
    assert all(each.loads for each in found) == (error is None)
    if error is not None:
        first = next(each.error for each in found if each.error is not None)
        assert first.type == error["type"]
        if first.exact:
            assert said(first.message) in said(error["message"])
        # A function that slim returns is called elsewhere; without a line that loads there is none to compare.
        if first.place and not any(each.demand.kind in ("assign", "all") for each in found):
            assert first.place.line == error["line"]


@pytest.mark.parametrize("name", NAMES)
def test_every_pair_is_found_and_none_certain_is_wrong(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found, truth = answers(name, monkeypatch)
    pairs = {(pair.held, pair.wanted): pair.certain for each in found for pair in each.pairs}
    assert set(truth["maps"].items()) <= pairs.keys()
    if truth["maps"]:
        # A table of pieces cannot stand in the dictionary by which TF proved the map.
        whole = {("a/table", "b/table")} if name == "partition_scope_renamed" else set()
        assert {pair for pair, certain in pairs.items() if certain} - whole <= set(truth["maps"].items())


@pytest.mark.parametrize("name", sorted(CAUSES))
def test_the_causes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = answers(name, monkeypatch)
    assert [cause.kind for each in found for cause in each.causes if cause.serious] == CAUSES[name]


@pytest.mark.parametrize("form", COMMAND_FORMATS["checkpoint"])
@pytest.mark.parametrize(
    "name", ["several_errors_at_once", "init_scope_shape", "warm_start_some", "towers_of_one_network"]
)
def test_every_report_can_tell_it(name: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(STORIES / name)
    stream = io.StringIO()
    config = Config({"cache": False, "format": form})
    status = comparing.compare_with_sources(read_checkpoint("model.ckpt"), ["load.py"], config, stream)
    assert status == (comparing.LOADS if name == "warm_start_some" else comparing.WOULD_FAIL)
    if form in ("json", "sarif"):
        assert json.loads(stream.getvalue())
    elif form == "text":
        assert stream.getvalue().startswith("load.py:")
    else:
        assert stream.getvalue().startswith("::error") or not status
