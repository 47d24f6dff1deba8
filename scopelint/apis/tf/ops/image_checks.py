"""What functions of tf.image refuse of their arguments. TF: image_ops_impl."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework.python_values import dtype_of, list_shape
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue
from scopelint.values.tensors import DType, Tensor, TensorShape, Variable

Bound = dict[str, Any]
Check = Callable[[Call, Bound], None]


def refuse(call: Call, message: str) -> None:
    call.raise_("ValueError", message, kind="argument")


def shape_of(value: AnyValue) -> Any:
    return value.shape if isinstance(value, (Tensor, Variable)) else list_shape(value)


def _number(value: AnyValue) -> Any:
    return value if isinstance(value, (int, float)) else None


def _at_least_3d(call: Call, shape: AnyValue) -> None:
    """TF: _CheckAtLeast3DImage."""
    if not isinstance(shape, tuple):
        return
    if len(shape) < 3:
        refuse(call, "'image' must be at least three-dimensional.")
    if any(isinstance(size, int) and size == 0 for size in shape):
        refuse(call, f"all dims of 'image.shape' must be > 0: {call.to_string(TensorShape(shape))}")


def _three_or_four(call: Call, shape: AnyValue) -> None:
    if isinstance(shape, tuple) and len(shape) not in (3, 4):
        refuse(call, "'image' must have either 3 or 4 dimensions.")


def flips(call: Call, bound: Bound) -> None:
    shape = shape_of(bound.get("image"))
    _at_least_3d(call, shape)
    _three_or_four(call, shape)


def standardizes(call: Call, bound: Bound) -> None:
    _at_least_3d(call, shape_of(bound.get("image")))


def crops_in_the_middle(call: Call, bound: Bound) -> None:
    fraction = _number(bound.get("central_fraction"))
    if fraction is not None and (fraction <= 0.0 or fraction > 1.0):
        refuse(call, "central_fraction must be within (0, 1]")
    if fraction is None or fraction == 1.0:
        return
    shape = shape_of(bound.get("image"))
    _at_least_3d(call, shape)
    if isinstance(shape, tuple) and len(shape) > 4:
        refuse(call, f"`image` should either be a Tensor with rank = 3 or rank = 4. Had rank = {len(shape)}.")


def _sizes(bound: Bound) -> tuple[Any, Any]:
    """Height and width of the image, as far as they are numbers."""
    shape = shape_of(bound.get("image"))
    if not isinstance(shape, tuple) or len(shape) not in (3, 4):
        return None, None
    height, width = shape[-3], shape[-2]
    return _number(height), _number(width)


def _image(call: Call, bound: Bound) -> None:
    shape = shape_of(bound.get("image"))
    _three_or_four(call, shape)
    if isinstance(shape, tuple) and any(isinstance(size, int) and size == 0 for size in shape):
        whole = shape if len(shape) == 4 else (1, *shape)
        refuse(call, f"all dims of 'image.shape' must be > 0: {call.to_string(TensorShape(whole))}")


def crops(call: Call, bound: Bound) -> None:
    _image(call, bound)
    names = ("offset_width", "offset_height", "target_width", "target_height")
    left, top, width, height = (_number(bound.get(name)) for name in names)
    for name, value in zip(names, (left, top, width, height), strict=True):
        if value is not None and (value < 0 or (name.startswith("target") and value == 0)):
            refuse(call, f"{name} must be {'> 0' if name.startswith('target') else '>= 0'}.")
    high, wide = _sizes(bound)
    for what, size, target, offset in (("width", wide, width, left), ("height", high, height, top)):
        if size is not None and target is not None and offset is not None and size < target + offset:
            refuse(call, f"{what} must be >= target + offset.")


def pads(call: Call, bound: Bound) -> None:
    _image(call, bound)
    top, left = _number(bound.get("offset_height")), _number(bound.get("offset_width"))
    for name, value in (("offset_height", top), ("offset_width", left)):
        if value is not None and value < 0:
            refuse(call, f"{name} must be >= 0")
    height, width = _number(bound.get("target_height")), _number(bound.get("target_width"))
    high, wide = _sizes(bound)
    for what, size, target, offset in (("width", wide, width, left), ("height", high, height, top)):
        if size is not None and target is not None and offset is not None and target - offset - size < 0:
            refuse(call, f"{what} must be <= target - offset")


def crops_or_pads(call: Call, bound: Bound) -> None:
    _image(call, bound)
    for name in ("target_width", "target_height"):
        value = _number(bound.get(name))
        if value is not None and value <= 0:
            refuse(call, f"{name} must be > 0.")


def resizes(call: Call, bound: Bound) -> None:
    shape, size = shape_of(bound.get("images")), bound.get("size")
    if shape is None and isinstance(bound.get("images"), (Tensor, Variable)):
        refuse(call, "'images' contains no shape.")
    if isinstance(shape, tuple) and len(shape) not in (3, 4) and not isinstance(bound.get("images"), DictValue):
        refuse(call, "'images' must have either 3 or 4 dimensions.")
    if isinstance(size, Unknown):
        return
    given = shape_of(size)
    if isinstance(size, (Tensor, Variable)):
        kind = dtype_of(size)
        if isinstance(kind, DType) and kind.base_dtype.name != "int32":
            refuse(call, "'size' must be a 1-D int32 Tensor")
    else:
        kind = dtype_of(size)
        if isinstance(kind, DType) and (kind.is_floating or kind.name in ("string", "bool")):
            refuse(call, "'size' must be a 1-D int32 Tensor")
    if isinstance(given, tuple) and (len(given) != 1 or (isinstance(given[0], int) and given[0] != 2)):
        refuse(call, "'size' must be a 1-D Tensor of 2 elements: new_height, new_width")


def _within(high: float, message: str) -> Check:
    def check(call: Call, bound: Bound) -> None:
        delta = _number(bound.get("max_delta"))
        if delta is not None and delta > high:
            refuse(call, message)
        if delta is not None and delta < 0:
            refuse(call, "max_delta must be non-negative.")

    return check


def between(call: Call, bound: Bound) -> None:
    lower, upper = _number(bound.get("lower")), _number(bound.get("upper"))
    if lower is not None and upper is not None and upper <= lower:
        refuse(call, "upper must be > lower.")
    if lower is not None and lower < 0:
        refuse(call, "lower must be non-negative.")


def is_grayscale(call: Call, bound: Bound) -> None:
    """TF: _CheckGrayscaleImage."""
    shape = shape_of(bound.get("images"))
    if isinstance(shape, tuple) and len(shape) < 2:
        refuse(call, "A grayscale image must be at least two-dimensional.")
    if isinstance(shape, tuple) and isinstance(shape[-1], int) and shape[-1] != 1:
        refuse(call, "Last dimension of a grayscale image should be size 1.")


CHECKS: dict[str, Check] = {
    **dict.fromkeys(
        ("random_flip_left_right", "random_flip_up_down", "flip_left_right", "flip_up_down", "rot90", "transpose"),
        flips,
    ),
    "per_image_standardization": standardizes,
    "central_crop": crops_in_the_middle,
    "crop_to_bounding_box": crops,
    "pad_to_bounding_box": pads,
    "resize_image_with_crop_or_pad": crops_or_pads,
    "resize_images": resizes,
    "random_brightness": _within(float("inf"), ""),
    "random_hue": _within(0.5, "max_delta must be <= 0.5."),
    "random_contrast": between,
    "random_saturation": between,
    "grayscale_to_rgb": is_grayscale,
}
"""By the function's name: what it looks at before it makes anything."""
