"""Damaged and hostile files: one line that says what is wrong, no exception of another class, never much memory."""

from __future__ import annotations

import io
import random
import shutil
import tracemalloc
from pathlib import Path

import pytest

from scopelint.checkpoints import table
from scopelint.checkpoints.checksum import by_table, crc32c, masked
from scopelint.checkpoints.maps import read_map
from scopelint.checkpoints.reading import read_checkpoint
from scopelint.checkpoints.records import CheckpointError
from scopelint.checkpoints.snappy import decompress
from scopelint.checkpoints.tensor_values import open_values
from scopelint.checkpoints.wire import Malformed, write_varint
from tests.robustness.running import benchmark

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures" / "checkpoints"
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1234\n"
PAGE = b"\n<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    folder = tmp_path / "m"
    shutil.copytree(FIXTURES / "v2_plain", folder)
    return folder


def refused(path: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        read_checkpoint(str(path))
    line = str(caught.value)
    assert "\n" not in line and line.startswith(caught.value.path)
    return line.removeprefix(f"{caught.value.path}: ")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (LFS, "a Git LFS pointer: the file itself was never fetched, `git lfs pull` does"),
        (PAGE, "a web page, not a checkpoint: the download went wrong"),
        (b'<?xml version="1.0"?><Error/>', "a web page, not a checkpoint: the download went wrong"),
        (b"\x1f\x8b\x08" + bytes(range(1, 90)), "compressed by gzip: unpack it first"),
        (b"\0" * 4096, "nothing but zeros at its beginning: the copy or download broke off"),
        (b"abc", "cut off: 3 bytes are too few"),
        (b"text " * 20, "not a checkpoint, or cut off: it does not end as one"),
    ],
)  # fmt: skip
def test_what_is_no_checkpoint(data: bytes, said: str, plain: Path) -> None:
    (plain / "model.ckpt.index").write_bytes(data)
    assert refused(plain / "model.ckpt") == said
    single = plain / "single.ckpt"
    single.write_bytes(data)
    assert refused(single) == said


def test_a_flipped_byte_is_named_by_its_block(plain: Path) -> None:
    index = plain / "model.ckpt.index"
    data = bytearray(index.read_bytes())
    data[40] ^= 4
    index.write_bytes(data)
    said = refused(plain)
    assert said.startswith("damaged: the checksum of bytes 0 to ") and said.endswith(" does not agree")


def test_every_cut_of_an_index_is_refused(plain: Path) -> None:
    index = plain / "model.ckpt.index"
    data = index.read_bytes()
    for size in range(len(data)):
        index.write_bytes(data[:size])
        assert refused(plain)


def test_data_that_is_missing_short_or_another_file(plain: Path) -> None:
    shard = plain / "model.ckpt.data-00000-of-00001"
    data = shard.read_bytes()
    whole = read_checkpoint(str(plain))
    for content, said in [
        (data[:100], f"cut off, 100 bytes of {len(data)}: no values of "),
        (LFS, "a Git LFS pointer"),
        (b"", "empty: no values of 'net/bn1/beta' and 9 more"),
        (None, "missing: no values of 'net/bn1/beta' and 9 more"),
    ]:
        shard.unlink()
        if content is not None:
            shard.write_bytes(content)
        checkpoint = read_checkpoint(str(plain))
        assert checkpoint.tensors == whole.tensors
        [warning] = checkpoint.warnings
        assert warning.startswith(f"{shard}: {said}")
        with pytest.raises(CheckpointError):
            open_values(checkpoint).read(checkpoint.by_key["net/logits/kernel"])
        if content is None:
            shard.write_bytes(b"")


def test_a_flipped_byte_in_the_data(plain: Path) -> None:
    shard = plain / "model.ckpt.data-00000-of-00001"
    data = bytearray(shard.read_bytes())
    data[-1] ^= 1
    shard.write_bytes(data)
    checkpoint = read_checkpoint(str(plain))
    bad = []
    for tensor in checkpoint.tensors:
        try:
            open_values(checkpoint).read(tensor)
        except CheckpointError as problem:
            assert "checksum" in problem.reason
            bad.append(tensor.key)
    assert bad == [max(checkpoint.tensors, key=lambda tensor: tensor.stored.offset).key]  # type: ignore[union-attr]


def test_parts_of_a_checkpoint_alone(plain: Path, tmp_path: Path) -> None:
    (plain / "model.ckpt.index").unlink()
    only_data = "only data: without the .index nothing can be read, neither by TF"
    assert refused(plain / "model.ckpt") == only_data
    assert refused(plain / "model.ckpt.data-00000-of-00001") == only_data
    assert refused(plain) == "names model.ckpt, which is not there"
    (plain / "checkpoint").unlink()
    assert refused(plain).startswith("only data in it")
    (plain / "model.ckpt.data-00000-of-00001").rename(plain / "model.ckpt.meta")
    assert refused(plain / "model.ckpt.meta") == "only the .meta: that is a graph, without values"
    assert refused(plain).startswith("only a .meta in it")
    (tmp_path / "none").mkdir()
    assert refused(tmp_path / "none") == "no checkpoint in this folder"
    assert refused(tmp_path / "nowhere" / "x") == "no such folder"


def test_near_misses_are_named() -> None:
    assert refused(FIXTURES / "estimator_dir" / "model.ckpt-3") == (
        "no such checkpoint; in that folder are model.ckpt-4, model.ckpt-2, model.ckpt-0"
    )


def test_state_files(plain: Path) -> None:
    state = plain / "checkpoint"
    for text, said in [
        ('model_checkpoint_path: "gone"\n', "names gone, which is not there"),
        (
            'model_checkpoint_path: "gone"\nall_model_checkpoint_paths: "model.ckpt"\n',
            "names gone, which is not there; of those that it lists model.ckpt is",
        ),
        ("", "empty"),
        ("what?", "names no checkpoint: no model_checkpoint_path in it"),
        ('model_checkpoint_path: "a\\000b"', "names a\\x00b, which is not there"),
        ('model_checkpoint_path: "checkpoint"', "names checkpoint, which is not there"),
    ]:
        state.write_text(text)
        assert refused(plain) == said


def test_small_files_take_little_memory(plain: Path) -> None:
    (plain / "map").write_text("a -> b")
    read_checkpoint(str(plain))
    tracemalloc.start()
    read_checkpoint(str(plain))
    read_map(str(plain / "map"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200_000


def test_a_shard_of_an_old_checkpoint_that_is_missing(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "v1_sharded", tmp_path / "m")
    (tmp_path / "m" / "model.ckpt-v1-00001-of-00002").unlink()
    assert refused(tmp_path / "m" / "model.ckpt-v1") == "missing: 1 of the 2 shards of model.ckpt-v1"


def test_a_damaged_meta_costs_only_what_it_tells(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "tf_1.2.1", tmp_path / "m")
    meta = tmp_path / "m" / "model.ckpt.meta"
    meta.write_bytes(meta.read_bytes()[:-7])
    checkpoint = read_checkpoint(str(tmp_path / "m" / "model.ckpt"))
    assert len(checkpoint.tensors) == 32 and checkpoint.warnings == ()
    assert (checkpoint.creation_order, checkpoint.tensorflow_version) == (None, None)
    assert checkpoint.notes[0].startswith(f"{meta}: ") and "not known" in checkpoint.notes[0]


def test_an_object_graph_that_cannot_be_read(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "keras_save_weights_tf", tmp_path / "m")
    for shard in (tmp_path / "m").glob("w.data*"):
        shard.unlink()
    checkpoint = read_checkpoint(str(tmp_path / "m"))
    assert checkpoint.kind == "object-based" and len(checkpoint.tensors) == 9
    assert any("names of variables not known" in warning for warning in checkpoint.warnings)


def written(entries: list[tuple[bytes, bytes]]) -> bytes:
    stream = io.BytesIO()
    table.write(entries, stream)
    return stream.getvalue()


HEADER = (b"", b"\x08\x01\x1a\x02\x08\x01")


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [(b"a", b"")],
        [(b"", b"\x08\x00")],
        [(b"", b"\x08" + write_varint(2**63))],
        [HEADER, (b"a", b"\x08" + b"\xff" * 20)],
        [HEADER, (b"a", b"\x12" + write_varint(2**62))],
        [HEADER, (b"a", b"\x12\x02\x12\x00\x18\x05")],
        [HEADER, (b"a", b"\x12\x0d\x12\x0b\x08" + write_varint(2**64 - 1))],
        [HEADER, (b"a", b"\x12" + write_varint(600) + b"\x12\x00" * 300)],
        [HEADER, (b"a", b"\x12\x04\x12\x02\x08\x04\x3a\x06\x0a\x04\x08\x00\x10\x09")],
        [HEADER, (b"a", b"\x12\x04\x12\x02\x08\x04\x3a\x06\x0a\x04\x08\x00\x10\x02")],
        [HEADER, (b"a", b"\x20" + write_varint(2**64 - 5))],
    ],
)
def test_hostile_entries(entries: list[tuple[bytes, bytes]], tmp_path: Path) -> None:
    (tmp_path / "m.index").write_bytes(written(entries))
    assert refused(tmp_path / "m")


def test_a_tensor_that_claims_much_takes_no_memory(tmp_path: Path) -> None:
    huge = b"\x12" + write_varint(22) + (b"\x12\x09\x08" + write_varint(2**50)) * 2
    entry = b"\x08\x01" + huge + b"\x20\x00\x28" + write_varint(2**60)
    (tmp_path / "m.index").write_bytes(written([HEADER, (b"a", entry)]))
    (tmp_path / "m.data-00000-of-00001").write_bytes(b"1234")
    tracemalloc.start()
    checkpoint = read_checkpoint(str(tmp_path / "m"))
    assert checkpoint.by_key["a"].shape == (2**50, 2**50) and len(checkpoint.warnings) == 1
    with pytest.raises(CheckpointError):
        open_values(checkpoint).read(checkpoint.by_key["a"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_keys_that_grow_without_end(tmp_path: Path) -> None:
    # Each entry takes all of the key before it and adds one byte: of 400 kB keys a hundred thousand would be 40 GB.
    key = b"k" * 200_000
    body = bytearray(write_varint(0) + write_varint(len(key)) + b"\0" + key)
    for number in range(60_000):
        body += write_varint(len(key) + number) + b"\x01\x00k"
    block = bytes(body) + b"\0\0\0\0" + b"\1\0\0\0" + b"\0"
    data = block + masked(crc32c(block, 0)).to_bytes(4, "little")
    index = b"\0\1" + bytes([len(write_varint(0) + write_varint(len(block) - 1))]) + b"z"
    index += write_varint(0) + write_varint(len(block) - 1) + b"\0\0\0\0\1\0\0\0\0"
    start = len(data)
    data += index + masked(crc32c(index, 0)).to_bytes(4, "little")
    footer = write_varint(0) + write_varint(0) + write_varint(start) + write_varint(len(index) - 1)
    data += footer.ljust(40, b"\0") + table.MAGIC
    (tmp_path / "m.index").write_bytes(data)
    tracemalloc.start()
    assert refused(tmp_path / "m") == "keys that are longer than their block allows"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 * len(data)


@pytest.mark.parametrize(
    "data",
    [
        write_varint(2**40) + b"\0a",
        b"\x04\x0cab",
        b"\x04\x01\x05",
        b"\x04\x00a\x0d\x00",
        b"\x08\x00a\xfe",
        b"\xff" * 11,
    ],
)
def test_hostile_snappy(data: bytes) -> None:
    with pytest.raises(Malformed):
        decompress(data)


def test_snappy() -> None:
    # Compressed by Google's library: literals, copies over themselves, a literal with its length in a byte of its own.
    compressed = bytes.fromhex(
        "c10278626572742f656e636f6465722f6c617965725f302f617474656e74696f6e2ffe1f00fe1f00fe1f00621f00f04878797a000102030405"
        "060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e"
        "3f404142434445"
    )
    assert decompress(compressed) == b"bert/encoder/layer_0/attention/" * 8 + b"xyz" + bytes(range(70))
    assert decompress(b"\x04\x0cabcd") == b"abcd"


def test_checksums() -> None:
    # RFC 3720, appendix B.4.
    assert by_table(b"\0" * 32) == 0x8A9136AA
    assert by_table(bytes(range(32))) == 0x46DD794E
    assert by_table(b"123456789") == crc32c(b"123456789", 0) == 0xE3069283
    for cut in range(10):
        assert by_table(b"123456789"[cut:], by_table(b"123456789"[:cut])) == 0xE3069283


def test_mutated_files(tmp_path: Path) -> None:
    """A small share of benchmarks/checkpoints_fuzz.py, which makes 100,000."""
    fuzz = benchmark("checkpoints_fuzz")
    chance = random.Random(2)
    came = set()
    forms = ("v2_partitioned", "v1_adam", "object_graph_mode", "tf_1.2.1", "savedmodel_v1")
    for form in forms:
        shutil.copytree(FIXTURES / form, tmp_path / form)
    files = fuzz.candidates(tmp_path, False)
    assert len(files) > 10
    for number in range(600):
        target = files[number % len(files)]
        original = target.read_bytes()
        mutated = fuzz.mutate(original, chance)
        if number % 2 and (target.suffix == ".index" or "-v1" in target.name):
            mutated = fuzz.mended(mutated)
        target.write_bytes(mutated)
        came.add(fuzz.read_all(target))
        target.write_bytes(original)
    assert came == {"read", "refused", "read, values refused"}
