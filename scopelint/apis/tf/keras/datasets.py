"""tf.keras.datasets: the shapes of what they load. How many examples there are is left open: files may be others."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.numpy.array import ArrayValue
from scopelint.apis.registry import Namespace

_LOADED: dict[str, tuple[tuple[int, ...], str, tuple[int, ...], str]] = {
    "mnist": ((28, 28), "uint8", (), "uint8"),
    "fashion_mnist": ((28, 28), "uint8", (), "uint8"),
    "cifar10": ((32, 32, 3), "uint8", (1,), "uint8"),
    "cifar100": ((32, 32, 3), "uint8", (1,), "int64"),
    "boston_housing": ((13,), "float64", (), "float64"),
}
"""The shape of one example and of its label, with their dtypes."""


def _declare(name: str, inputs: tuple[int, ...], dtype: str, labels: tuple[int, ...], label_dtype: str) -> None:
    def load_data(call: Call, *args: Any, **kwargs: Any) -> Any:
        def half() -> tuple[ArrayValue, ArrayValue]:
            count = call.unknown("how many examples there are", "examples")
            count.number = int
            return ArrayValue((count, *inputs), dtype), ArrayValue((count, *labels), label_dtype)

        return half(), half()

    Namespace(f"tf.keras.datasets.{name}").function(load_data, name="load_data")


for _name, _shapes in _LOADED.items():
    _declare(_name, *_shapes)
