"""What a file is that should be a checkpoint and is none: the usual accidents, by their first bytes."""

from __future__ import annotations

_LFS = "a Git LFS pointer: the file itself was never fetched, `git lfs pull` does"
_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"version https://git-lfs", _LFS),
    (b"\x1f\x8b", "compressed by gzip: unpack it first"),
    (b"BZh", "compressed by bzip2: unpack it first"),
    (b"\xfd7zXZ\0", "compressed by xz: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"PK\x03\x04", "a zip archive, and not one of Keras: unpack it first"),
    (b"\x80\x02", "a pickle (of PyTorch?), not a checkpoint of TensorFlow"),
    (b"\x93NUMPY", "an array of numpy, not a checkpoint"),
)
_PAGES = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<error")
HEAD = 512
"""Bytes that are enough to tell."""


def kind(head: bytes, size: int) -> str | None:
    """What a file with this beginning is; None where it may be a checkpoint."""
    if size == 0:
        return "empty"
    for magic, said in _KINDS:
        if head.startswith(magic):
            return said
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_PAGES):
        return "a web page, not a checkpoint: the download went wrong"
    if len(head) > 256 and head[257:262] == b"ustar":
        return "a tar archive: unpack it first"
    if not head.strip(b"\0"):
        return "nothing but zeros at its beginning: the copy or download broke off"
    return None
