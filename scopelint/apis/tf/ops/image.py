"""tf.image: the operations are as recorded from real calls; here is what shapes come out."""

from __future__ import annotations

import struct
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tables.recorded import ops
from scopelint.apis.tf.framework.conversion import none_if_default
from scopelint.apis.tf.framework.python_values import as_dtype, dtype_of, int_list, left_open
from scopelint.apis.tf.framework.recorded import bind, declare_shaped, replay
from scopelint.apis.tf.ops.image_checks import CHECKS, shape_of
from scopelint.graph.releases import CROPS_ARE_STATIC, STANDARDIZED_KEEPS_DTYPE
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import FLOAT32, Dimension, Tensor
from scopelint.values.truth import is_not_off, is_on

api = Namespace("tf.image")


def image_of(bound: dict[str, Any]) -> Any:
    return shape_of(
        next((bound[key] for key in ("image", "images", "value", "input", "img1", "contents") if key in bound), None)
    )


def _size(value: AnyValue) -> tuple[Any, Any]:
    """Height and width as a list or a tensor gives them: None where TF cannot know."""
    if not isinstance(value, Tensor) or isinstance(value.const, tuple):
        found = int_list(value)
        if found is not None and len(found) == 2:
            return found[0], found[1]
    return left_open(value), left_open(value)


def _number(value: AnyValue) -> Any:
    if isinstance(value, Dimension):
        return value.value
    return value if isinstance(value, (int, Unknown)) else None


def with_size(shape: Any, height: Any, width: Any) -> Any:
    """An image, or a batch of images, of another height and width."""
    if isinstance(shape, Unknown):
        return shape.derive("")
    if shape is None:
        return None
    if len(shape) == 3:
        return (height, width, shape[2])
    return (shape[0], height, width, shape[3]) if len(shape) == 4 else shape


def _resized(bound: dict[str, Any]) -> Any:
    height, width = _size(bound.get("size"))
    shape = image_of(bound)
    if is_on(bound.get("preserve_aspect_ratio")):
        height, width = _in_proportion(shape, height, width)
    return with_size(shape, height, width)


def _in_proportion(shape: AnyValue, height: AnyValue, width: AnyValue) -> tuple[Any, Any]:
    """TF: _resize_images_common. The size is computed in float32 by operations that C++ folds where all is known."""
    now = shape[-3:-1] if isinstance(shape, tuple) and len(shape) in (3, 4) else (None, None)
    sizes = (*now, height, width)
    if not all(isinstance(size, int) and size for size in sizes):
        return next(((size, size) for size in sizes if isinstance(size, Unknown)), (None, None))
    scale = min(_float32(height / now[0]), _float32(width / now[1]))
    return round(_float32(scale * now[0])), round(_float32(scale * now[1]))


def _float32(number: float) -> float:
    found: float = struct.unpack("f", struct.pack("f", number))[0]
    return found


def _to(height: str, width: str) -> Any:
    return lambda bound: with_size(image_of(bound), _number(bound.get(height)), _number(bound.get(width)))


def _central(bound: dict[str, Any]) -> Any:
    shape, part = image_of(bound), bound.get("central_fraction")
    if not isinstance(shape, tuple) or not isinstance(part, (int, float)):
        return shape if not isinstance(shape, tuple) else with_size(shape, left_open(part), left_open(part))

    def cropped(size: AnyValue) -> Any:
        return size - 2 * int((size - size * part) / 2) if isinstance(size, int) else size

    if len(shape) not in (3, 4):
        return shape
    places = (0, 1) if len(shape) == 3 else (1, 2)
    return with_size(shape, cropped(shape[places[0]]), cropped(shape[places[1]]))


def _cropped(call: Call, result: Tensor) -> None:
    if not CROPS_ARE_STATIC.at(call.state.release) and isinstance(result.shape, tuple):
        result.shape = with_size(result.shape, None, None)


def _standardized(call: Call, bound: dict[str, Any]) -> Any:
    """TF: image_ops_impl.per_image_standardization, which converts back to the dtype of the image in 1.15 alone."""
    return dtype_of(bound.get("image")) if STANDARDIZED_KEEPS_DTYPE.at(call.state.release) else FLOAT32


def _channels(count: AnyValue) -> Any:
    def shape(bound: dict[str, Any]) -> Any:
        found = image_of(bound)
        return (*found[:-1], count) if isinstance(found, tuple) and found else found

    return shape


def _turned(bound: dict[str, Any]) -> Any:
    shape = image_of(bound)
    if not isinstance(shape, tuple) or len(shape) not in (3, 4):
        return shape
    times = none_if_default(bound.get("k"))
    if "k" in bound and isinstance(times, int) and times % 2 == 0:
        return shape
    if "k" in bound and shape[-3] != shape[-2]:
        return (None, None, shape[-1]) if len(shape) == 3 else (shape[0], None, None, shape[-1])
    return with_size(shape, shape[-2], shape[-3])


def _batch(bound: dict[str, Any]) -> Any:
    shape = shape_of(bound.get("img1", bound.get("a")))
    return shape[:-3] if isinstance(shape, tuple) else shape


def _decoded(bound: dict[str, Any]) -> Any:
    return None if is_not_off(bound.get("expand_animations")) else (None, None, bound.get("channels") or None)


def _float_or_own(call: Call, bound: dict[str, Any]) -> Any:
    return FLOAT32 if bound.get("method") in (None, 0, 2, 3) else dtype_of(bound.get("images", bound.get("image")))


def _declared(canonical: str, shape: Any, dtype: Any = None, later: Any = None) -> None:
    declare_shaped(api, canonical, shape, dtype, later, check=CHECKS.get(canonical.rpartition(".")[2]))


@api.function(raw=True)
def combined_non_max_suppression(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: CombinedNMSShapeFn: as many boxes as were asked for, or where classes are padded as many as they can hold."""
    path = "tf.image.combined_non_max_suppression"
    bound = bind(call, path, args, kwargs)
    found = replay(call, ops(path), path, bound)
    boxes, scores = shape_of(bound["boxes"]), shape_of(bound["scores"])
    most, each = (getattr(bound[key], "const", bound[key]) for key in ("max_total_size", "max_output_size_per_class"))
    size: Any = most if isinstance(most, int) and isinstance(each, int) else left_open(most, each)
    padded = bound.get("pad_per_class")
    if is_not_off(padded) and isinstance(size, int):
        classes = scores[2] if isinstance(scores, tuple) and len(scores) == 3 else None
        held = isinstance(each, int) and isinstance(classes, int) and is_on(padded)
        size = min(size, each * classes) if held else left_open(padded, scores, classes)
    batch = boxes[:1] if isinstance(boxes, tuple) else (left_open(boxes),)
    outputs = call.members(found)
    if not isinstance(outputs, Unknown):
        for made, shape in zip(outputs, ((*batch, size, 4), (*batch, size), (*batch, size), batch), strict=True):
            made.shape = shape
    return found


def _declare() -> None:
    for name in (
        "random_flip_left_right",
        "random_flip_up_down",
        "flip_left_right",
        "flip_up_down",
        "random_brightness",
        "random_contrast",
        "random_saturation",
        "random_hue",
        "adjust_brightness",
        "adjust_contrast",
        "adjust_saturation",
        "adjust_hue",
        "adjust_gamma",
        "rgb_to_yuv",
        "yuv_to_rgb",
        "rgb_to_yiq",
        "yiq_to_rgb",
        "random_jpeg_quality",
        "adjust_jpeg_quality",
    ):
        _declared(f"tf.image.{name}", image_of)
    _declared("tf.image.convert_image_dtype", image_of, lambda call, bound: as_dtype(call, bound.get("dtype"), FLOAT32))
    _declared("tf.image.resize_images", _resized, _float_or_own)
    _declared("tf.image.resize_image_with_crop_or_pad", _to("target_height", "target_width"))
    _declared("tf.image.resize_image_with_pad", _to("target_height", "target_width"), _float_or_own)
    _declared("tf.image.pad_to_bounding_box", _to("target_height", "target_width"))
    _declared("tf.image.crop_to_bounding_box", _to("target_height", "target_width"))
    _declared("tf.image.per_image_standardization", image_of, _standardized)
    _declared("tf.image.central_crop", _central, later=_cropped)
    _declared("tf.image.rgb_to_grayscale", _channels(1))
    _declared("tf.image.grayscale_to_rgb", _channels(3))
    _declared("tf.image.rot90", _turned)
    _declared("tf.image.transpose", _turned)
    _declared("tf.image.ssim", _batch)
    _declared("tf.image.psnr", _batch)
    _declared("tf.image.decode_image", _decoded)
    _declared(
        "tf.image.sobel_edges",
        lambda bound: (*image_of(bound), 2) if isinstance(image_of(bound), tuple) else image_of(bound),
    )
    methods = api.type("ResizeMethod")
    for number, name in enumerate(("BILINEAR", "NEAREST_NEIGHBOR", "BICUBIC", "AREA")):
        methods.constant(name, number)


_declare()
