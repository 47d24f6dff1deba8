"""tf.signal: frames of signals and their spectra."""

from __future__ import annotations

from typing import Any

from scopelint.apis import tables
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.python_values import left_open, shape_of
from scopelint.apis.tf.framework.recorded import declare_shaped
from scopelint.values.base import AnyValue


def frames_of(samples: Any, bound: dict[str, Any]) -> Any:
    """TF: shape_ops.frame: how many frames there are; those that only the padding fills count where it is asked for."""
    length, step, padded = bound.get("frame_length"), bound.get("frame_step"), bound.get("pad_end")
    if not isinstance(samples, int) or not isinstance(length, int) or not isinstance(step, int) or step <= 0:
        return None if samples is None else left_open(samples, length, step)
    if isinstance(padded, bool):
        return -(-samples // step) if padded else max(0, 1 + (samples - length) // step)
    return left_open(padded)


def _frame(bound: dict[str, Any]) -> Any:
    shape, axis, length = shape_of(bound.get("signal")), bound.get("axis", -1), bound.get("frame_length")
    if not isinstance(shape, tuple) or not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
        return left_open(shape, axis)
    at = axis % len(shape)
    size: AnyValue = length if isinstance(length, int) else left_open(length)
    return (*shape[:at], frames_of(shape[at], bound), size, *shape[at + 1 :])


def _spectrum(bound: dict[str, Any]) -> Any:
    """TF: stft: as many numbers as half of the next power of two, and one."""
    shape, length, asked = shape_of(bound.get("signals")), bound.get("frame_length"), bound.get("fft_length")
    if not isinstance(shape, tuple) or not shape:
        return left_open(shape)
    if asked is None and isinstance(length, int) and length > 0:
        asked = 1 << (length - 1).bit_length()
    bins = asked // 2 + 1 if isinstance(asked, int) else left_open(asked)
    return (*shape[:-1], frames_of(shape[-1], bound), bins)


for _leaf, _shape in (("frame", _frame), ("stft", _spectrum)):
    _path = tables.canonical("tensorflow.signal", _leaf)
    if _path is not None and tables.ops(_path) is not None:
        declare_shaped(Namespace(_path.rpartition(".")[0]), _path, _shape)
