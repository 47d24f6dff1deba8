"""tf.keras.layers: pooling, padding, cropping, up-sampling, locally connected layers."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.bare_op import op_like
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.operations import check_allowed, scope
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.apis.tf.framework.structures import items_of
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras.base_layer import weight
from scopelint.apis.tf.keras.input_spec import spec
from scopelint.apis.tf.keras.layers.convolutional import (
    FLOATS,
    Dim,
    check_size,
    conv_length,
    is_first,
    join_shape,
    output_shape,
    split_shape,
)
from scopelint.apis.tf.keras.layers.core import method
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import Tensor

# pooling


def _pool_spec(call: Call, self: InstanceValue) -> None:
    rank = self.cls.find("<rank>")
    self.set("_input_spec", spec(ndim=rank + 2))


def _check_windows(call: Call, self: InstanceValue, type: str) -> None:
    """TF: nn_ops.max_pool, and the shape function of each pool."""
    if self.attrs["padding"] == "causal":
        said = f"Attr 'padding' of '{type}' Op passed string 'CAUSAL' not in: \"SAME\", \"VALID\"."
        call.raise_("ValueError", said, "argument")
    if type == "MaxPool" and 0 in self.attrs["pool_size"]:
        call.raise_("ValueError", "ksize cannot be zero.", "argument")
    wrong = next((step for step in self.attrs["strides"] if isinstance(step, int) and step <= 0), None)
    if wrong is not None:
        call.raise_("ValueError", f"Stride must be > 0, but got {wrong} for '{type}' (op: '{type}')", "argument")


def _pooling(rank: int, kind: str) -> None:
    name = f"{'Max' if kind == 'Max' else 'Average'}Pooling{rank}D"
    made = types.layer_type(name, rank=rank, prepare=_pool_spec)

    def shape_of(self: InstanceValue, shape: Any) -> Any:
        first = is_first(self)
        parts = split_shape(shape, rank, first)
        if parts is None:
            return shape if isinstance(shape, Unknown) else (None,) * (rank + 2)
        space = [
            conv_length(parts[1][i], self.attrs["pool_size"][i], self.attrs["padding"], self.attrs["strides"][i])
            for i in range(rank)
        ]
        return join_shape(parts[0], space, parts[2], first)

    def call_(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
        inputs = tools.as_tensor(call, inputs)
        found = dims_of(inputs)
        if isinstance(found, tuple) and len(found) != rank + 2:
            said = f"Shape must be rank {max(rank, 2) + 2} but is rank {len(found)}"
            call.raise_("ValueError", said, "shape")
        shape = shape_of(self, found)
        type = f"{kind}Pool3D" if rank == 3 else f"{kind}Pool"
        if kind == "Avg":
            check_allowed(call, "value" if rank < 3 else "input", dtype_of(inputs), FLOATS)
        _check_windows(call, self, type)
        check_size(call, shape, f"{kind}Pool")
        if rank == 1:
            call.graph.op("ExpandDims", inner=(("dim", "Const"),))
            call.graph.op(type)
            return op_like(call, inputs, "Squeeze", shape=shape)
        return op_like(call, inputs, type, shape=shape)

    method(made, "call", call_)
    output_shape(made, shape_of)


for _rank in (1, 2, 3):
    _pooling(_rank, "Max")
    _pooling(_rank, "Avg")


def _global_spec(call: Call, self: InstanceValue) -> None:
    self.set("_input_spec", spec(ndim=self.cls.find("<rank>") + 2))


def _global_pooling(rank: int, kind: str) -> None:
    made = types.layer_type(
        f"Global{'Max' if kind == 'Max' else 'Average'}Pooling{rank}D", rank=rank, prepare=_global_spec
    )

    def shape_of(self: InstanceValue, shape: Any) -> Any:
        parts = split_shape(shape, rank, is_first(self))
        if parts is None:
            return shape if isinstance(shape, Unknown) else (None, None)
        return (parts[0], parts[2])

    def masked(call: Call, self: InstanceValue, inputs: AnyValue, mask: AnyValue = None) -> Any:
        """TF: GlobalAveragePooling1D.call. What is masked counts for nothing."""
        if mask is None:
            return call_(call, self, inputs)
        inputs = tools.as_tensor(call, inputs)
        return op_like(call, inputs, "RealDiv", "truediv", shape=shape_of(self, dims_of(inputs)))

    def call_(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
        inputs = tools.as_tensor(call, inputs)
        return op_like(
            call,
            inputs,
            "Max" if kind == "Max" else "Mean",
            shape=shape_of(self, dims_of(inputs)),
            inner=(("reduction_indices", "Const"),),
        )

    method(made, "call", masked if rank == 1 and kind == "Avg" else call_)
    output_shape(made, shape_of)


for _rank in (1, 2, 3):
    _global_pooling(_rank, "Max")
    _global_pooling(_rank, "Avg")


# padding, cropping, up-sampling

_SIDES = {
    2: "a tuple of 2 ints (symmetric_height_{0}, symmetric_width_{0}), or a tuple of 2 tuples of 2 ints "
    "((top_{0}, bottom_{0}), (left_{0}, right_{0}))",
    3: "a tuple of 3 ints (symmetric_dim1_{0}, symmetric_dim2_{0}, symmetric_dim3_{0}), or a tuple of 3 tuples of 2 "
    "ints ((left_dim1_{0}, right_dim1_{0}), (left_dim2_{0}, right_dim2_{0}), (left_dim3_{0}, right_dim2_{0}))",
}


def _amounts(rank: int, name: str) -> Any:
    """TF: ZeroPadding2D.__init__, Cropping2D.__init__ and their like. A pair for each dimension."""

    def prepare(call: Call, self: InstanceValue) -> None:
        _global_spec(call, self)
        value = self.attrs.get(name)
        if rank == 1:
            self.set(name, tools.integers(call, value, 2, name))
        elif isinstance(value, int):
            self.set(name, ((int(value),) * 2,) * rank)
        elif value is None or isinstance(value, float):
            sides = _SIDES[rank].format("pad" if name == "padding" else "crop")
            said = f"`{name}` should be either an int, {sides}. Found: {value}"
            call.raise_("ValueError", said, "argument")
        elif isinstance(value, (tuple, ListValue, str)) and getattr(value, "rest", None) is None:
            entries = list(value) if isinstance(value, str) else items_of(value)
            if len(entries) != rank:
                count = "two" if rank == 2 else "3"
                said = f"`{name}` should have {count} elements. Found: {call.to_string(value)}"
                call.raise_("ValueError", said, "argument")
            nth = (f"{place} entry of {name}" for place in ("1st", "2nd", "3rd"))
            self.set(
                name, tuple(tools.integers(call, entry, 2, label) for entry, label in zip(entries, nth, strict=False))
            )

    return prepare


def pairs(value: AnyValue, rank: int) -> list[tuple[Dim, Dim]]:
    """What is added or cut on both sides of each dimension."""
    if isinstance(value, int):
        return [(value, value)] * rank
    if isinstance(value, Unknown):
        return [(value, value)] * rank
    members = items_of(value)
    if rank == 1 and len(members) == 2:
        return [(members[0], members[1])]
    out = []
    for member in members:
        two = (member, member) if isinstance(member, (int, Unknown)) else tuple(items_of(member))
        out.append((two[0], two[1]) if len(two) == 2 else (Unknown("padding is not known"),) * 2)
    return out if len(out) == rank else [(Unknown("padding is not known"),) * 2] * rank


def _resized(
    name: str, rank: int, type: str, resize: Any, op_name: str | None = None, prepare: Any = _global_spec
) -> None:
    made = types.layer_type(name, rank=rank, prepare=prepare)

    def shape_of(self: InstanceValue, shape: Any) -> Any:
        first = is_first(self)
        parts = split_shape(shape, rank, first)
        if parts is None:
            return shape if isinstance(shape, Unknown) else (None,) * (rank + 2)
        space = [None if size is None else resize(self, size, i) for i, size in enumerate(parts[1])]
        return join_shape(parts[0], space, parts[2], first)

    def call_(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
        inputs = tools.as_tensor(call, inputs)
        if type == "Resize":
            call.graph.op("Shape")
            call.graph.op(
                "StridedSlice", "strided_slice", inner=(("stack", "Const"), ("stack_1", "Const"), ("stack_2", "Const"))
            )
            call.graph.op("Const")
            call.graph.op("Mul", "mul")
            first = is_first(self)
            if first:
                call.graph.op("Transpose", "transpose", inner=(("perm", "Const"),))
            bilinear = self.attrs.get("interpolation") == "bilinear"
            with scope(call, "resize"):
                made = op_like(
                    call,
                    inputs,
                    "ResizeBilinear" if bilinear else "ResizeNearestNeighbor",
                    shape=shape_of(self, dims_of(inputs)),
                )
            if first:
                return op_like(call, made, "Transpose", "transpose", inner=(("perm", "Const"),))
            return made
        inner = (("paddings", "Const"),) if type == "Pad" else ()
        amounts = [n for pair in pairs(self.attrs.get("padding"), rank) for n in pair] if type == "Pad" else []
        if any(isinstance(n, int) and n < 0 for n in amounts):
            at = f"{call.graph.get_name_scope()}/Pad"
            call.raise_("ValueError", f"Paddings must be non-negative for '{at}' (op: 'Pad')", "argument")
        return op_like(call, inputs, type, op_name, shape=shape_of(self, dims_of(inputs)), inner=inner)

    method(made, "call", call_)
    output_shape(made, shape_of)


def _padded(rank: int) -> Any:
    return lambda self, size, i: (
        size + pairs(self.attrs.get("padding"), rank)[i][0] + pairs(self.attrs.get("padding"), rank)[i][1]
    )


def _cropped(rank: int) -> Any:
    def resize(self: InstanceValue, size: Dim, i: int) -> Dim:
        """What a slice leaves from the first amount up to the second, counted from the end."""
        before, behind = pairs(self.attrs.get("cropping"), rank)[i]
        if all(isinstance(n, int) for n in (size, before, behind)):
            return len(range(size)[before : -behind or None])
        return size - before - behind

    return resize


def _scaled(rank: int) -> Any:
    return lambda self, size, i: size * self.attrs["size"][i]


for _rank in (1, 2, 3):
    _resized(f"ZeroPadding{_rank}D", _rank, "Pad", _padded(_rank), prepare=_amounts(_rank, "padding"))
    _resized(
        f"Cropping{_rank}D",
        _rank,
        "StridedSlice",
        _cropped(_rank),
        "strided_slice",
        _amounts(_rank, "cropping"),
    )
_resized("UpSampling2D", 2, "Resize", _scaled(2))


def _repeated(name: str, rank: int, prepare: Any) -> None:
    """TF: UpSampling1D, UpSampling3D, through backend.repeat_elements along each dimension in turn. The latter sets its
    input_spec before its base's constructor, which forgets it."""
    made = types.layer_type(name, rank=rank, prepare=prepare)
    if prepare is None:
        made.cls.attrs["<first>"] = lambda name: True

    def axes_and_sizes(self: InstanceValue) -> list[tuple[int, Dim]]:
        size = self.attrs["size"]
        sizes = size if isinstance(size, tuple) else (size,)
        return list(enumerate(sizes, 2 if is_first(self) else 1))

    def shape_of(self: InstanceValue, shape: Any) -> Any:
        if not isinstance(shape, tuple):
            return shape if isinstance(shape, Unknown) else (None,) * (rank + 2)
        out = list(shape)
        for axis, size in axes_and_sizes(self):
            if axis < len(out) and out[axis] is not None:
                out[axis] = out[axis] * size
        return tuple(out)

    def call_(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
        inputs = tools.as_tensor(call, inputs)
        shape = dims_of(inputs)
        outputs = inputs
        for axis, size in axes_and_sizes(self):
            if isinstance(shape, tuple) and axis >= len(shape):
                call.raise_("IndexError", "list index out of range", "shape")
            if isinstance(size, int) and size < 1:
                said = "List argument 'indices' to 'SparseConcat' Op with length 0 shorter than minimum length 2."
                call.raise_("ValueError", said, "argument")
            call.graph.op("Split", "split", inner=(("split_dim", "Const"),))
            if isinstance(shape, tuple) and shape[axis] is not None:
                shape = (*shape[:axis], shape[axis] * size, *shape[axis + 1 :])
            outputs = op_like(call, outputs, "ConcatV2", "concat", shape=shape, inner=(("axis", "Const"),))
        return outputs

    method(made, "call", call_)
    output_shape(made, shape_of)


_repeated("UpSampling1D", 1, _global_spec)
_repeated("UpSampling3D", 3, None)


# locally connected


def _locally_connected(rank: int) -> None:
    def prepare(call: Call, self: InstanceValue) -> None:
        padding = self.attrs.get("padding")
        if isinstance(padding, str) and padding != "valid" and self.attrs.get("implementation") == 1:
            said = f"Invalid border mode for LocallyConnected{rank}D (only "
            said += f'"valid" is supported if implementation is 1): {padding}'
            call.raise_("ValueError", said, "argument")
        _global_spec(call, self)

    made = types.layer_type(f"LocallyConnected{rank}D", rank=rank, prepare=prepare)
    made.cls.attrs["<late activity>"] = True

    def shape_of(self: InstanceValue, shape: Any) -> Any:
        attrs, first = self.attrs, is_first(self)
        parts = split_shape(shape, rank, first)
        if parts is None:
            return Unknown("shape is not known")
        space = [
            conv_length(size, attrs["kernel_size"][i], attrs["padding"], attrs["strides"][i])
            for i, size in enumerate(parts[1])
        ]
        return join_shape(parts[0], space, attrs["filters"], first)

    def build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
        """TF: LocallyConnected1D.build, LocallyConnected2D.build, for each of their implementations."""
        attrs = self.attrs
        shape = dims_of(input_shape)
        parts = split_shape(shape, rank, is_first(self))
        if parts is None:
            weight(call, self, "kernel", Unknown("shape is not known"))
            weight(call, self, "bias", Unknown("shape is not known"), when=attrs["use_bias"])
        else:
            _, space, channels = parts
            if any(d is None for d in (*space, channels)):
                which = (
                    "Axis 2 of input should be fully-defined. Found shape:"
                    if rank == 1
                    else "The spatial dimensions of the inputs to  a LocallyConnected2D layer should be fully-defined, "
                    "but layer received the inputs shape "
                )
                call.raise_("ValueError", f"{which} {shape}", "shape")
            out = [
                conv_length(size, attrs["kernel_size"][i], attrs["padding"], attrs["strides"][i])
                for i, size in enumerate(space)
            ]
            # Here nothing is subtracted by an operation yet.
            out = [max(size, 0) if isinstance(size, int) else size for size in out]
            area: Any = 1
            for size in attrs["kernel_size"]:
                area = area * size
            count: Any = 1
            for size in out:
                count = count * size
            implementation = attrs.get("implementation")
            if implementation == 1:
                kernel: Any = (count, area * channels, attrs["filters"])
            elif implementation == 2:
                kernel = (
                    (channels, *space, attrs["filters"], *out)
                    if is_first(self)
                    else (*space, channels, *out, attrs["filters"])
                )
            else:
                kernel = Unknown("the shape of this implementation's kernel is not restated")
                if implementation == 3 and attrs["padding"] == "valid":
                    # One for each way from a pixel of the input to one of the output.
                    kernel = (count * area * channels * attrs["filters"],)
                elif isinstance(implementation, (int, float)) and implementation != 3:
                    call.raise_("ValueError", f"Unrecognized implementation mode: {implementation:d}.", "argument")
            weight(call, self, "kernel", kernel)
            weight(call, self, "bias", (*out, attrs["filters"]), when=attrs["use_bias"])
            axis = 1 if is_first(self) else -1
            self.set("_input_spec", spec(ndim=rank + 2, axes={axis: channels}))
            self.set("<out>", tuple(out))
        self.set("built", True)

    def call_(call: Call, self: InstanceValue, inputs: AnyValue) -> Tensor:
        attrs = self.attrs
        shape, out = shape_of(self, dims_of(inputs)), attrs.get("<out>")
        if isinstance(shape, tuple) and isinstance(out, tuple) and attrs.get("implementation") == 1:
            # As many as where it was built.
            shape = join_shape(shape[0], out, attrs["filters"], is_first(self))
        sizes = shape if isinstance(shape, tuple) and attrs.get("implementation") == 1 else ()
        if any(isinstance(size, int) and size < 1 for size in sizes[1:]):
            said = "List argument 'indices' to 'SparseConcat' Op with length 0 shorter than minimum length 2."
            call.raise_("ValueError", said, "argument")
        made = op_like(
            call,
            inputs,
            "Reshape",
            shape=shape,
            deps=deps_of(inputs, attrs.get("kernel")),
        )
        if attrs.get("bias") is not None:
            made = op_like(call, made, "AddV2", "add", deps=deps_of(made, attrs["bias"]))
        return tools.activate(call, attrs.get("activation"), made)  # type: ignore[no-any-return]

    method(made, "build", build)
    method(made, "call", call_)
    output_shape(made, shape_of)


_locally_connected(1)
_locally_connected(2)
