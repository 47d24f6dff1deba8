"""Every form that real TF wrote, read without it: keys, shapes, dtypes, values, names and orders are TF's."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from scopelint.checkpoints.companions import companions
from scopelint.checkpoints.listing import companions_of
from scopelint.checkpoints.reading import read_checkpoint
from scopelint.checkpoints.records import Checkpoint, CheckpointError
from scopelint.checkpoints.tensor_values import open_values

FIXTURES = Path(__file__).parents[2] / "fixtures" / "checkpoints"


def truth(form: str) -> dict[str, Any]:
    return json.loads((FIXTURES / form / "truth.json").read_text())  # type: ignore[no-any-return]


FORMS = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())
WITH_TENSORS = [form for form in FORMS if "tensors" in truth(form)]


def shapes(checkpoint: Checkpoint) -> dict[str, list[int]]:
    return {tensor.name: list(tensor.shape or ()) for tensor in checkpoint.tensors}


def test_the_fixtures_are_there() -> None:
    assert len(WITH_TENSORS) == 18 and len(FORMS) == 25


@pytest.mark.parametrize("form", WITH_TENSORS)
def test_keys_shapes_dtypes_and_values(form: str) -> None:
    said = truth(form)
    checkpoint = read_checkpoint(str(FIXTURES / form / said["prefix"]))
    assert [tensor.key for tensor in checkpoint.tensors] == sorted(said["tensors"])
    assert checkpoint.warnings == ()
    values = open_values(checkpoint)
    for key, expected in said["tensors"].items():
        tensor = checkpoint.by_key[key]
        assert (list(tensor.shape or ()), tensor.dtype) == (expected["shape"], expected["dtype"]), key
        value = values.read(tensor)
        if expected["sha"] is not None:
            assert isinstance(value, bytes)
            assert hashlib.sha256(value).hexdigest()[:16] == expected["sha"], key


@pytest.mark.parametrize("form", [form for form in WITH_TENSORS if "full_names" in truth(form)])
def test_names_of_variables_from_the_object_graph(form: str) -> None:
    said = truth(form)
    checkpoint = read_checkpoint(str(FIXTURES / form / said["prefix"]))
    assert checkpoint.kind == "object-based" and not checkpoint.is_name_based
    named = {tensor.full_name: list(tensor.shape or ()) for tensor in checkpoint.tensors if tensor.full_name}
    assert said["full_names"].items() <= named.items()


def test_slots_of_an_object_based_checkpoint() -> None:
    checkpoint = read_checkpoint(str(FIXTURES / "object_graph_mode"))
    slot = next(tensor for tensor in checkpoint.tensors if tensor.full_name == "d1/kernel/Adam_1")
    assert checkpoint.by_key[slot.slot_of].full_name == "d1/kernel" and slot.slot == "v"
    of = companions_of(checkpoint)
    assert {name for name, each in of.items() if each.base == "d2/bias"} == {"d2/bias/Adam", "d2/bias/Adam_1"}
    assert not checkpoint.by_key["_CHECKPOINTABLE_OBJECT_GRAPH"].is_variable


@pytest.mark.parametrize("version", ["1.0.1", "1.2.1", "1.15.5"])
def test_a_meta_tells_the_version_the_order_and_what_is_trained(version: str) -> None:
    form = f"tf_{version}"
    order = [name for name, _ in truth(form)["variables"]]
    checkpoint = read_checkpoint(str(FIXTURES / form / "model.ckpt"))
    assert checkpoint.tensorflow_version == version
    assert checkpoint.creation_order == tuple(order)
    trained = {name for name in order if "Adam" not in name and "_power" not in name}
    assert checkpoint.trainable_keys == trained
    v1 = read_checkpoint(str(FIXTURES / form / "model-v1.ckpt"))
    assert (v1.kind, v1.creation_order, v1.tensorflow_version) == ("V1", None, None)
    assert shapes(v1) == shapes(checkpoint) == dict(truth(form)["variables"])
    for key, tensor in v1.by_key.items():
        assert open_values(v1).read(tensor) == open_values(checkpoint).read(checkpoint.by_key[key])


@pytest.mark.parametrize("form", ["bert_trained", "bert_module_scope"])
def test_bert(form: str) -> None:
    checkpoint = read_checkpoint(str(FIXTURES / form / "model.ckpt"))
    expected = {name: (shape, dtype) for name, shape, dtype in truth(form)["variables"]}
    assert {t.key: (list(t.shape or ()), t.dtype) for t in checkpoint.tensors} == expected
    of = companions_of(checkpoint)
    assert len(of) == (83 - 1 if form == "bert_trained" else 0)


def test_partitioned_variables_are_one_key_with_slices() -> None:
    checkpoint = read_checkpoint(str(FIXTURES / "v2_partitioned"))
    table = checkpoint.by_key["emb/table"]
    assert [(part.begin, part.shape) for part in table.slices] == [
        ((0, 0), (3, 4)),
        ((3, 0), (3, 4)),
        ((6, 0), (2, 4)),
        ((8, 0), (2, 4)),
    ]
    assert checkpoint.by_key["net/bn1/moving_mean"].slices == ()


def test_what_is_no_variable() -> None:
    checkpoint = read_checkpoint(str(FIXTURES / "v2_hashtable_string"))
    assert {tensor.key for tensor in checkpoint.tensors if not tensor.is_variable} == {"vocab-keys", "vocab-values"}
    assert open_values(checkpoint).read(checkpoint.by_key["vocab-keys"]) == [b"b", b"a"]


def test_a_saved_model_tells_version_and_order() -> None:
    checkpoint = read_checkpoint(str(FIXTURES / "savedmodel_v1" / "sm"))
    assert (checkpoint.kind, checkpoint.tensorflow_version) == ("SavedModel", "1.15.5")
    assert checkpoint.creation_order is not None and sorted(checkpoint.creation_order) == sorted(checkpoint.by_key)
    assert checkpoint.creation_order[0] == "net/fc1/kernel"
    trained = checkpoint.trainable_keys
    assert trained is not None and "net/bn1/moving_mean" not in trained and "net/bn1/gamma" in trained


@pytest.mark.parametrize(("form", "file"), [("keras_h5", "w.h5"), ("keras_h5", "full.h5"), ("tf2_keras_v3", "m.keras")])
def test_weights_of_keras(form: str, file: str) -> None:
    pytest.importorskip("h5py")
    checkpoint = read_checkpoint(str(FIXTURES / form / file))
    weights = {tensor.name: list(tensor.shape or ()) for tensor in checkpoint.tensors if tensor.layer}
    assert weights == truth(form)["weights"]
    assert {tensor.layer for tensor in checkpoint.tensors} - {""} == {"d1", "bn", "d2"}
    if file == "full.h5":
        rest = {tensor.name for tensor in checkpoint.tensors if not tensor.layer}
        assert rest == set(truth(form)["optimizer"])
        assert {each.base for each in companions_of(checkpoint).values()} >= {"d1/kernel", "bn/beta", "d2/bias"}
    order = [checkpoint.by_key[key].name for key in checkpoint.creation_order or ()]
    assert order[:8] == list(truth(form)["weights"]) and checkpoint.trainable_keys is None
    value = open_values(checkpoint).read(checkpoint.tensors[0])
    assert isinstance(value, bytes) and len(value) == 16


def test_weights_of_keras_that_have_numbers_for_names() -> None:
    pytest.importorskip("h5py")
    checkpoint = read_checkpoint(str(FIXTURES / "tf2_keras_v3" / "m.weights.h5"))
    assert checkpoint.kind == "Keras v3"
    assert checkpoint.by_key["layers/dense/vars/0"].shape == (5, 4)
    assert checkpoint.by_key["layers/dense/vars/0"].full_name == ""


def test_keras_without_h5py(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    with pytest.raises(CheckpointError, match=r"pip install 'scopelint\[h5\]'"):
        read_checkpoint(str(FIXTURES / "keras_h5" / "w.h5"))


@pytest.mark.parametrize(
    ("form", "named", "prefix"),
    [
        ("v2_sharded", "model.ckpt", "model.ckpt"),
        ("v2_sharded", "model.ckpt.index", "model.ckpt"),
        ("v2_sharded", "model.ckpt.data-00001-of-00002", "model.ckpt"),
        ("v2_sharded", "checkpoint", "model.ckpt"),
        ("v2_sharded", "", "model.ckpt"),
        ("tf_1.2.1", "model.ckpt.meta", "model.ckpt"),
        ("estimator_dir", "", "model.ckpt-4"),
        ("estimator_dir", "model.ckpt-2", "model.ckpt-2"),
        ("v1_adam", "", "model.ckpt-v1"),
        ("v1_sharded", "", "model.ckpt-v1-?????-of-00002"),
        ("v1_sharded", "model.ckpt-v1", "model.ckpt-v1-?????-of-00002"),
        ("v1_sharded", "model.ckpt-v1-00001-of-00002", "model.ckpt-v1-?????-of-00002"),
        ("v1_sharded", "model.ckpt-v1-?????-of-00002", "model.ckpt-v1-?????-of-00002"),
        ("savedmodel_v1", "sm", "sm/variables/variables"),
        ("savedmodel_v1", "sm/saved_model.pb", "sm/variables/variables"),
        ("savedmodel_v1", "sm/variables/variables", "sm/variables/variables"),
        ("savedmodel_v1", "sm/variables/variables.index", "sm/variables/variables"),
    ],
)
def test_ways_to_name_one(form: str, named: str, prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = read_checkpoint(str(FIXTURES / form / named))
    assert checkpoint.prefix == str(FIXTURES / form / prefix)
    monkeypatch.chdir(FIXTURES / form)
    near = read_checkpoint(named or ".")
    assert os.path.normpath(near.prefix) == prefix
    assert (near.kind, near.tensors, near.tensorflow_version) == (
        checkpoint.kind,
        checkpoint.tensors,
        checkpoint.tensorflow_version,
    )


def test_a_moved_folder_is_found_beside_its_state_file(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    shutil.copytree(FIXTURES / "v2_plain", folder)
    (folder / "checkpoint").write_text('model_checkpoint_path: "/gone/with it/model.ckpt"\n')
    checkpoint = read_checkpoint(str(folder))
    assert checkpoint.prefix == str(folder / "model.ckpt")
    assert checkpoint.notes == (
        f"{folder}/checkpoint names /gone/with it/model.ckpt, which is not there: took {folder}/model.ckpt; "
        "TF itself would not find it",
    )
    (folder / "checkpoint").write_text('model_checkpoint_path: "model\\056ckpt"\n')
    assert read_checkpoint(str(folder)).notes == ()
    (folder / "checkpoint").unlink()
    assert "the only one there" in read_checkpoint(str(folder)).notes[0]


def test_slots_of_bert_by_name() -> None:
    checkpoint = read_checkpoint(str(FIXTURES / "v2_adam_step"))
    named = {tensor.name: tensor.shape for tensor in checkpoint.tensors}
    assert companions_of(checkpoint) == companions(named, named)
