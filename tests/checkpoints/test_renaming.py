"""Renamed checkpoints: the same values under new names, by our reader and by TF's; and everything that is refused."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from scopelint.checkpoints import renaming, table
from scopelint.checkpoints.checksum import crc32c, masked
from scopelint.checkpoints.reading import read_checkpoint
from scopelint.checkpoints.records import CheckpointError
from scopelint.checkpoints.renaming import plan, rename
from scopelint.checkpoints.slice_keys import encode, join, split
from scopelint.checkpoints.tensor_values import open_values

FIXTURES = Path(__file__).parents[2] / "fixtures" / "checkpoints"
PYTHON = os.environ.get("SCOPELINT_TF_PYTHON", "")
FORMS = [
    "bert_module_scope/model.ckpt",
    "bert_trained/model.ckpt",
    "estimator_dir",
    "keras_save_weights_tf",
    "object_graph_mode",
    "savedmodel_v1/sm",
    "tf2_checkpoint_object",
    "tf2_save_weights",
    "tf_1.0.1/model.ckpt",
    "tf_1.2.1/model.ckpt",
    "tf_1.15.5/model.ckpt",
    "v2_adam_step",
    "v2_dtypes",
    "v2_ema_momentum",
    "v2_hashtable_string",
    "v2_many_keys",
    "v2_partitioned",
    "v2_plain",
    "v2_resource_vs_ref",
    "v2_sharded",
]


CONVERTED = ["v1_adam", "v1_dtypes/model.ckpt", "v1_sharded", "tf_1.0.1/model-v1.ckpt", "tf_1.15.5/model-v1.ckpt"]


def renamed(form: str, target: Path) -> tuple[str, dict[str, str | None]]:
    """Renames every variable, so that the order of keys turns round too; the old prefix and all new names."""
    checkpoint = read_checkpoint(str(FIXTURES / form))
    tensors = [tensor for tensor in checkpoint.tensors if tensor.is_variable or checkpoint.kind in ("V1", "V2")]
    names = {t.key: f"m/{len(tensors) - at:04d}/{t.name[::-1]}" for at, t in enumerate(tensors)}
    how = "copy" if form.startswith("v2_sh") else "either"
    rename(checkpoint, str(target), names, how=how, to_v2=True)  # type: ignore[arg-type]
    return checkpoint.prefix, {tensor.key: names.get(tensor.key) for tensor in checkpoint.tensors}


@pytest.mark.parametrize("form", FORMS)
def test_values_are_the_same_under_new_names(form: str, tmp_path: Path) -> None:
    before, names = renamed(form, tmp_path / "new.ckpt")
    old, new = read_checkpoint(before), read_checkpoint(str(tmp_path / "new.ckpt"))
    assert sorted(new.by_key) == sorted(name for name in names.values() if name)
    assert sorted(os.listdir(tmp_path)) == sorted(
        ["new.ckpt.index", *(f"new.ckpt{shard.removeprefix(before)}" for shard in old.shards)]
    )
    assert new.warnings == () and new.is_name_based
    for tensor in old.tensors:
        name = names[tensor.key]
        if name:
            other = new.by_key[name]
            assert (other.shape, other.dtype, other.slices) == (tensor.shape, tensor.dtype, tensor.slices)
            assert open_values(new).read(other) == open_values(old).read(tensor)


@pytest.mark.parametrize("form", CONVERTED)
def test_values_of_v1_become_v2(form: str, tmp_path: Path) -> None:
    before, names = renamed(form, tmp_path / "new.ckpt")
    old, new = read_checkpoint(before), read_checkpoint(str(tmp_path / "new.ckpt"))
    assert (old.kind, new.kind, len(new.shards), new.warnings) == ("V1", "V2", 1, ())
    assert sorted(new.by_key) == sorted(name for name in names.values() if name)
    for tensor in old.tensors:
        other = new.by_key[names[tensor.key] or ""]
        assert (other.shape, other.dtype, other.slices) == (tensor.shape, tensor.dtype, ())
        assert open_values(new).read(other) == open_values(old).read(tensor)


def test_weights_of_keras_become_v2(tmp_path: Path) -> None:
    pytest.importorskip("h5py")
    old = read_checkpoint(str(FIXTURES / "keras_h5" / "full.h5"))
    with pytest.raises(CheckpointError, match="--to-v2"):
        rename(old, str(tmp_path / "n"), {})
    rename(old, str(tmp_path / "n"), {}, to_v2=True)
    new = read_checkpoint(str(tmp_path / "n"))
    assert sorted(new.by_key) == sorted(tensor.full_name for tensor in old.tensors)
    for tensor in old.tensors:
        assert open_values(new).read(new.by_key[tensor.full_name]) == open_values(old).read(tensor)


def test_renamed_checkpoints_load_in_tf(tmp_path: Path) -> None:
    if not PYTHON:
        pytest.skip("SCOPELINT_TF_PYTHON does not name a Python that has TensorFlow 1.15")
    jobs = []
    for number, form in enumerate(FORMS + CONVERTED):
        before, names = renamed(form, tmp_path / f"new-{number}.ckpt")
        jobs.append(json.dumps([before, str(tmp_path / f"new-{number}.ckpt"), names]))
    done = subprocess.run(
        [PYTHON, str(Path(__file__).parent / "load_in_tf.py")],
        input="\n".join(jobs), capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers == [None] * len(FORMS + CONVERTED), done.stderr[-2000:]


def test_slots_follow_their_variable(tmp_path: Path) -> None:
    checkpoint = read_checkpoint(str(FIXTURES / "v2_adam_step"))
    planned = plan(checkpoint, {"net/fc1/kernel": "head/w"})
    assert planned["net/fc1/kernel/Adam"] == "head/w/Adam" and planned["net/fc1/kernel/Adam_1"] == "head/w/Adam_1"
    assert planned["net/fc1/bias/Adam"] == "net/fc1/bias/Adam"
    dropped = plan(checkpoint, {"net/fc1/kernel": "head/w"}, drop_slots=True)
    kept = {name for name in dropped.values() if name}
    assert kept == {"head/w"} | {key for key in checkpoint.by_key if "Adam" not in key and "_power" not in key} - {
        "net/fc1/kernel"
    }
    average = plan(read_checkpoint(str(FIXTURES / "v2_ema_momentum")), {}, drop_slots=True)
    assert not any(name and "Momentum" in name for name in average.values())
    assert any(name and name.endswith("ExponentialMovingAverage") for name in average.values())


def test_names_may_change_places() -> None:
    checkpoint = read_checkpoint(str(FIXTURES / "v2_sharded"))
    assert plan(checkpoint, {"a": "b", "b": "a"}) == {"a": "b", "b": "a"}


def test_an_object_based_one_becomes_name_based(tmp_path: Path) -> None:
    done = rename(read_checkpoint(str(FIXTURES / "object_graph_mode")), str(tmp_path / "n"), {})
    assert (done.renamed, done.kept, done.dropped) == (16, 0, 1)
    new = read_checkpoint(str(tmp_path / "n"))
    said = json.loads((FIXTURES / "object_graph_mode" / "truth.json").read_text())["full_names"]
    assert {key: list(tensor.shape or ()) for key, tensor in new.by_key.items()} == said


def test_data_is_linked_or_copied(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "v2_plain", tmp_path / "m")
    checkpoint = read_checkpoint(str(tmp_path / "m"))
    old = Path(checkpoint.shards[0])
    assert rename(checkpoint, str(tmp_path / "linked"), {}, how="link").linked
    assert os.path.samefile(old, tmp_path / "linked.data-00000-of-00001")
    assert not rename(checkpoint, str(tmp_path / "copied"), {}, how="copy", state=True).linked
    copied = tmp_path / "copied.data-00000-of-00001"
    assert not os.path.samefile(old, copied) and old.read_bytes() == copied.read_bytes()
    assert read_checkpoint(str(tmp_path)).prefix == str(tmp_path / "copied")


@pytest.mark.parametrize(
    ("form", "names", "said"),
    [
        ("v2_plain", {"nothing": "a"}, "no key 'nothing' in it, which the map names"),
        ("v2_sharded", {"a": "b"}, "'a' and 'b' would both become 'b'"),
        ("v2_sharded", {"a": "x", "b": "x"}, "'a' and 'b' would both become 'x'"),
        ("v2_sharded", {"a": ""}, "'' cannot be the new name of 'a'"),
        ("v2_sharded", {"a": None, "b": None}, "no key would be left"),
        ("v1_adam", {}, "a V1 file holds its values in the same table"),
    ],
)
def test_what_is_refused(form: str, names: dict[str, str | None], said: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError) as caught:
        rename(read_checkpoint(str(FIXTURES / form)), str(tmp_path / "new"), names)
    assert caught.value.reason.startswith(said) and os.listdir(tmp_path) == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    checkpoint = read_checkpoint(str(FIXTURES / "v2_plain"))
    for name, state in [("n.index", False), ("n.data-00000-of-00001", False), ("checkpoint", True)]:
        (tmp_path / name).write_text("mine")
        with pytest.raises(CheckpointError, match="exists already"):
            rename(checkpoint, str(tmp_path / "n"), {}, state=state)
        assert os.listdir(tmp_path) == [name] and (tmp_path / name).read_text() == "mine"
        (tmp_path / name).unlink()
    for target in (tmp_path / "no folder" / "n", f"{tmp_path}/"):
        with pytest.raises(CheckpointError):
            rename(checkpoint, str(target), {})


def test_what_fails_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(renaming.table, "write", full)
    with pytest.raises(CheckpointError, match="No space left on device"):
        rename(read_checkpoint(str(FIXTURES / "v2_sharded")), str(tmp_path / "n"), {})
    assert os.listdir(tmp_path) == []


def test_data_that_is_cut_off_is_not_renamed(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "v2_plain", tmp_path / "m")
    shard = tmp_path / "m" / "model.ckpt.data-00000-of-00001"
    shard.write_bytes(shard.read_bytes()[:-1])
    with pytest.raises(CheckpointError, match="values are missing"):
        rename(read_checkpoint(str(tmp_path / "m")), str(tmp_path / "n"), {})


def test_a_big_endian_one_is_read_but_not_renamed(tmp_path: Path) -> None:
    # No machine at hand writes one: the header says it, and the bytes of each number are turned round.
    source = FIXTURES / "v2_sharded"
    number = struct.Struct("<I")
    data = b"".join(number.pack(value) for value in range(17))
    turned = b"".join(data[at : at + 4][::-1] for at in range(0, len(data), 4))
    with open(source / "model.ckpt.index", "rb") as stream:
        entries = dict(table.Table(stream))
    entry = b"\x08\x03\x12\x04\x12\x02\x08\x11\x28\x44\x35" + number.pack(masked(crc32c(turned, 0)))
    with open(tmp_path / "m.index", "wb") as out:
        table.write([(b"", entries[b""].replace(b"\x08\x02", b"\x08\x01\x10\x01", 1)), (b"a", entry)], out)
    (tmp_path / "m.data-00000-of-00001").write_bytes(turned)
    checkpoint = read_checkpoint(str(tmp_path / "m"))
    assert checkpoint.big_endian and open_values(checkpoint).read(checkpoint.by_key["a"]) == data
    with pytest.raises(CheckpointError, match="big-endian"):
        rename(checkpoint, str(tmp_path / "n"), {})


def test_keys_of_slices() -> None:
    # Recorded from an index that TF wrote; the numbers beyond 63 by the rules of ordered_code.cc.
    index = (FIXTURES / "v2_partitioned" / "model.ckpt.index").read_bytes()
    assert encode(b"emb/table", [(0, 3), (0, -1)])[:12] in index
    for name in (b"a", b"a\0b", b"\xff\0\xff", b""):
        key = encode(name, [(0, 3), (1 << 40, -1)])
        old, rest = split(key)
        assert old == name and join(name, rest) == key
        assert split(join(b"other", rest)) == (b"other", rest)
    numbers = [-(1 << 63), -8193, -65, -64, -1, 0, 1, 63, 64, 8191, 8192, 1 << 34, (1 << 63) - 1]
    keys = [encode(b"", [(number, 0)]) for number in numbers]
    assert keys == sorted(keys)
    assert encode(b"", [(64, 0)])[5:7] == b"\xc0\x40" and encode(b"", [(-1, 63)])[5:] == b"\x7f\xbf"
