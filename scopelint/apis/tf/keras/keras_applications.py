"""keras_applications: the package that tf.keras.applications wraps, called with modules of the program's own choice."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import ENTRIES, Namespace, declare
from scopelint.apis.tf.keras import applications  # noqa: F401  (declares the networks)
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue

package = Namespace("keras_applications")
imagenet = Namespace("keras_applications.imagenet_utils")

MODULES = {
    "vgg16": ("VGG16",),
    "vgg19": ("VGG19",),
    "xception": ("Xception",),
    "inception_v3": ("InceptionV3",),
    "inception_resnet_v2": ("InceptionResNetV2",),
    "mobilenet": ("MobileNet",),
    "mobilenet_v2": ("MobileNetV2",),
    "resnet": ("ResNet50", "ResNet101", "ResNet152"),
    "resnet_v2": ("ResNet50V2", "ResNet101V2", "ResNet152V2"),
    "densenet": ("DenseNet121", "DenseNet169", "DenseNet201"),
    "nasnet": ("NASNetLarge", "NASNetMobile"),
}
"""Module -> its networks that TF 1.15 has too. Its own resnet50 is an older one and stays out."""

for _module, _names in MODULES.items():
    for _name in _names:
        if f"tf.keras.applications.{_name}" in ENTRIES:
            declare(f"keras_applications.{_module}.{_name}", ENTRIES[f"tf.keras.applications.{_name}"])


@package.function
def get_submodules_from_kwargs(call: Call, kwargs: dict[str, Any]) -> Any:
    names = ("backend", "layers", "models", "utils")
    if not isinstance(kwargs, DictValue):
        return tuple(Unknown("the modules of Keras that were given", name) for name in names)
    for key in kwargs.items:
        if key not in names and kwargs.rest is None:
            call.raise_("TypeError", "Invalid keyword argument: %s")
    return tuple(kwargs.items.get(name, kwargs.rest) for name in names)


@package.function
def correct_pad(call: Call, backend: AnyValue, inputs: AnyValue, kernel_size: AnyValue) -> Any:
    """keras_applications.correct_pad. An odd input is padded on both sides, an even one less."""
    first = 2 if call.invoke(call.getattr(backend, "image_data_format")) == "channels_first" else 1
    sizes = call.members(call.invoke(call.getattr(backend, "int_shape"), inputs))
    kernel = (kernel_size, kernel_size) if isinstance(kernel_size, int) else call.members(kernel_size)
    if isinstance(sizes, Unknown) or isinstance(kernel, Unknown):
        return Unknown("the padding of an input whose shape is not known")
    sizes = sizes[first : first + 2]
    less = (1, 1) if sizes[0] is None else tuple(1 - size % 2 for size in sizes)
    return tuple((size // 2 - one, size // 2) for size, one in zip(kernel, less, strict=True))


@imagenet.function
def _obtain_input_shape(
    call: Call,
    input_shape: Any,
    default_size: Any,
    min_size: Any,
    data_format: Any,
    require_flatten: Any,
    weights: Any = None,
) -> Any:
    """keras_applications.imagenet_utils._obtain_input_shape; what it refuses is not restated."""
    if isinstance(input_shape, ListValue):
        input_shape = tuple(input_shape.items)
    if isinstance(input_shape, Unknown):
        return input_shape
    first = data_format == "channels_first"
    channels = 3
    if weights != "imagenet" and input_shape and len(input_shape) == 3:
        channels = input_shape[0 if first else -1]
    default = (channels, default_size, default_size) if first else (default_size, default_size, channels)
    if weights == "imagenet" and require_flatten:
        return default
    if input_shape:
        return input_shape
    if require_flatten:
        return default
    return (3, None, None) if first else (None, None, 3)


@imagenet.function
def preprocess_input(
    call: Call, x: AnyValue, data_format: AnyValue = None, mode: AnyValue = "caffe", **kwargs: Any
) -> Any:
    return x.derive("") if isinstance(x, Unknown) else Unknown("preprocessed images")
