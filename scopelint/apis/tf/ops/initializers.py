"""Initializers: classes that programs make, call and derive from, and the operations that they leave."""

from __future__ import annotations

import math
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Default, Namespace
from scopelint.apis.tables import Opaque, signature
from scopelint.apis.tf.framework.constant_checks import check_constant, check_drawn
from scopelint.apis.tf.framework.conversion import graph_dtype, value_of
from scopelint.values.base import AnyValue, Unknown, is_known
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import ClassValue, InstanceValue
from scopelint.values.tensors import (
    FLOAT32,
    STRING,
    Dims,
    DType,
    Tensor,
    TensorShape,
    Variable,
    as_dtype,
    num_elements,
    shape_text,
)
from scopelint.values.truth import is_on

api = Namespace("tf")
keras = Namespace("tf.keras.initializers")
more = Namespace("tf.initializers")
contrib = Namespace("tf.contrib.layers")

Step = tuple[str, str, tuple[tuple[str, str], ...]]
"""One operation of a template: the name it asks for, its type, and what it leaves below itself."""


def _consts(names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, "Const") for name in names.split())


UNIFORM: tuple[Step, ...] = (
    ("random_uniform", "Add", (*_consts("shape min max"), ("RandomUniform", "RandomUniform"), ("sub", "Sub"),
                               ("mul", "Mul"))),
)  # fmt: skip
UNIFORM_INT: tuple[Step, ...] = (("random_uniform", "RandomUniformInt", _consts("shape min max")),)
NORMAL: tuple[Step, ...] = (
    ("random_normal", "Add", (*_consts("shape mean stddev"), ("RandomStandardNormal", "RandomStandardNormal"),
                              ("mul", "Mul"))),
)  # fmt: skip
TRUNCATED: tuple[Step, ...] = (
    ("truncated_normal", "Add", (*_consts("shape mean stddev"), ("TruncatedNormal", "TruncatedNormal"),
                                 ("mul", "Mul"))),
)  # fmt: skip
CONSTANT: tuple[Step, ...] = (("Const", "Const", ()),)


def filled(name: str, shape: Dims) -> tuple[Step, ...]:
    """TF: array_ops.zeros and ones: a constant below 1000 elements, else `Fill`."""
    size = num_elements(shape)
    if isinstance(size, int) and size >= 1000:
        return ((name, "Fill", _consts("shape_as_tensor Const")),)
    return ((name, "Const", ()),)


def orthogonal(shape: Dims) -> tuple[Step, ...]:
    """TF: init_ops.Orthogonal.__call__. A wide matrix is made tall and turned back."""
    rows: Any = 1
    wide = False
    if isinstance(shape, tuple):
        for dim in shape[:-1]:
            rows = rows * dim if dim is not None else None
        wide = isinstance(rows, int) and isinstance(shape[-1], int) and rows < shape[-1]
    turn = (("matrix_transpose", "", (("transpose/perm", "Const"), ("transpose", "Transpose"))),) if wide else ()
    return (*NORMAL, *_QR, *turn, ("Reshape", "Reshape", _consts("shape")), ("mul", "Mul", _consts("x")))


_QR: tuple[Step, ...] = (("Qr", "Qr", ()), ("DiagPart", "DiagPart", ()), ("Sign", "Sign", ()), ("mul", "Mul", ()))
_CORNER = ("strided_slice", "StridedSlice", _consts("stack stack_1 stack_2"))


def leave(call: Call, steps: tuple[Step, ...], shape: Dims, dtype: Any, deps: int = 0) -> Tensor:
    """Makes a template's operations in the current name scope; gives the last one's output."""
    graph = call.graph
    name = kind = ""
    for asked, kind, inner in steps:
        if kind:
            name = graph.op(kind, asked, inner=inner)
        else:
            # A scope that holds operations and is none itself.
            with graph.name_scope(asked):
                for below, its_kind in inner:
                    graph.op(its_kind, below)
    return Tensor(name, 0, kind, shape, dtype, graph, deps)


def flat(steps: tuple[Step, ...]) -> tuple[tuple[str, str], ...]:
    """A template as it stands in a scope of its own: `mul`, `mul_1`, what lies below first."""
    out: list[tuple[str, str]] = []
    used: dict[str, int] = {}
    for asked, kind, inner in steps:
        count = used.get(asked.lower(), 0)
        used[asked.lower()] = count + 1
        name = f"{asked}_{count}" if count else asked
        out += [(f"{name}/{below}", its_kind) for below, its_kind in inner]
        if kind:
            out.append((name, kind))
    return tuple(out)


# The classes


initializer = keras.type("Initializer")


@initializer.method(name="__init__", raw=True)
def plain_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """An initializer of the program's own need not have one."""


@initializer.method
def get_config(call: Call, self: InstanceValue) -> Any:
    return DictValue({key: value for key, value in self.attrs.items() if key != "partition_info"})


@initializer.method(name="__call__", raw=True)
def not_written(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.raise_("NotImplementedError", "")


@initializer.classmethod(raw=True)
def from_config(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    cls, config = args[0], args[1] if len(args) > 1 else kwargs.get("config")
    if isinstance(config, DictValue) and config.rest is None:
        return call.invoke(cls, **{str(key): value for key, value in config.items.items() if key != "dtype"})
    return call.unknown("an initializer made from a configuration")


def dims_of(call: Call, shape: AnyValue) -> Dims:
    """The dimensions that an initializer is asked for: as the store gives them, or as a program writes them."""
    if isinstance(shape, TensorShape):
        return shape.dims
    if isinstance(shape, Tensor):
        return Unknown("a shape that is a tensor")
    if isinstance(shape, Unknown) or shape is None:
        return shape
    members = call.members(shape)
    if isinstance(members, Unknown):
        return members
    return tuple(_dim(call, d) for d in members)


def _dim(call: Call, value: AnyValue) -> Any:
    if isinstance(value, Tensor):
        # Most initializers call an operation, to which a list with tensors is as good a shape.
        return value.const if isinstance(value.const, int) else Unknown("a dimension that is a tensor")
    return value if value is None or isinstance(value, (int, Unknown)) else call.getattr(value, "value")


def wanted_dtype(self: InstanceValue, dtype: AnyValue) -> Any:
    if dtype is None or isinstance(dtype, Default):
        dtype = self.attrs.get("dtype", FLOAT32)
    made = as_dtype(dtype)
    return made if made is not None else Unknown("a dtype that is not known")


def steps_of(call: Call, self: InstanceValue, shape: Dims, dtype: AnyValue) -> tuple[Step, ...] | None:
    """What one of TF's own initializers leaves for a variable of this shape; None for one of the program's."""
    for cls in self.cls.mro:
        if cls.canonical:
            made = _STEPS.get(cls.canonical)
            if made is not None:
                check_seed(call, self.attrs.get("seed"))
                steps: tuple[Step, ...] | None = made(call, self, shape, dtype)
                return steps
        elif "__call__" in cls.attrs:
            return None
    return None


def check_seed(call: Call, seed: AnyValue) -> None:
    """The attribute `seed2` of a random operation."""
    if isinstance(seed, (str, tuple, ListValue)):
        call.raise_("TypeError", f"Expected int for argument 'seed2' not {call.to_string(seed)}.", kind="argument")


def initialize(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: `__call__(shape, dtype, partition_info)` of the initializers, in whatever name scope it is called."""
    self, *rest = args
    bound = dict(zip(("shape", "dtype", "partition_info", "verify_shape"), rest, strict=False))
    bound.update(kwargs)
    dtype = wanted_dtype(self, bound.get("dtype"))
    if isinstance(bound.get("shape"), int) and self.cls.canonical in ("tf.zeros_initializer", "tf.ones_initializer"):
        # These two hand the shape on as it is, and a size alone is filled.
        return call.invoke(call.find(self.cls.canonical.removesuffix("_initializer")), bound["shape"], dtype=dtype)
    dims = dims_of(call, bound.get("shape"))
    steps = steps_of(call, self, dims, dtype) or ()
    return leave(call, steps, dims, dtype) if steps else call.unknown("what an initializer gives")


_STEPS: dict[str, Any] = {}
"""Canonical name of an initializer class -> the function that gives its template (read-only after import)."""


def declare(
    namespace: Namespace,
    name: str,
    fields: str,
    steps: Any,
    base: ClassValue = initializer.cls,
    *,
    floating: bool = True,
    **fixed: Any,
) -> ClassValue:
    """An initializer class: `fields` are the parameters kept as attributes, which `get_config` gives again;
    `floating`: it takes no other dtype."""
    made = namespace.type(name, bases=(base,))
    names = fields.split()

    def init(call: Call, args: Any, kwargs: Any) -> None:
        self = args[0]
        own = signature(f"{namespace.path}.{name}") or ()
        for parameter in own:
            default = parameter.default
            if isinstance(default, Opaque):
                default = as_dtype(default.name.removeprefix("tf."))
            self.set(parameter.name, default)
        for parameter, value in zip(own, args[1:], strict=False):
            self.set(parameter.name, value)
        for field, value in kwargs.items():
            if own and field not in names:
                call.raise_("TypeError", f"__init__() got an unexpected keyword argument '{field}'")
            self.set(field, value)
        for field, value in fixed.items():
            self.set(field, value)
        if "dtype" in self.attrs:
            if "mode" in fixed:
                # TF: GlorotUniform, GlorotNormal: a dtype that they are given has no effect.
                self.set("dtype", FLOAT32)
            else:
                self.set("dtype", graph_dtype(call, self.attrs["dtype"]))
            dtype = wanted_dtype(self, None)
            self.set("dtype", dtype)
            if floating and isinstance(dtype, DType) and not dtype.is_floating:
                call.raise_("ValueError", f"Expected floating point type, got {dtype!s}.", kind="argument")
        if steps is _constant and isinstance(self.attrs.get("value"), (Tensor, Variable)):
            kind = "framework.ops.Tensor" if isinstance(self.attrs["value"], Tensor) else "ops.variables.RefVariable"
            call.raise_(
                "TypeError",
                f"Invalid type for initial value: <class 'tensorflow.python.{kind}'> "
                "(expected Python scalar, list or tuple of values, or numpy.ndarray).",
                kind="argument",
            )
        if steps is _variance:
            check_variance(call, self)

    made.method(init, name="__init__", raw=True)
    made.method(initialize, name="__call__", raw=True)
    _STEPS[f"{namespace.path}.{name}"] = steps
    return made.cls


def check_number(call: Call, number: AnyValue, dtype: AnyValue) -> None:
    """A distribution's parameter becomes a tensor of the variable's dtype, if it can."""
    if is_known(number) and not isinstance(number, Default):
        check_constant(call, number, (), dtype)


def _random(kind: tuple[Step, ...], parameters: str) -> Any:
    """TF: RandomNormal and its kin, whose parameters are turned into tensors first."""

    def steps(call: Call, self: InstanceValue, shape: Dims, dtype: AnyValue) -> tuple[Step, ...]:
        for parameter in parameters.split():
            check_number(call, self.attrs.get(parameter), dtype)
        if isinstance(dtype, DType) and not dtype.is_floating:
            call.raise_(
                "TypeError",
                f"Value passed to parameter 'dtype' has DataType {dtype.name} not in list of "
                "allowed values: float16, bfloat16, float32, float64",
                kind="argument",
            )
        return kind

    return steps


def _uniform(call: Call, self: InstanceValue, shape: Dims, dtype: AnyValue) -> tuple[Step, ...]:
    """TF: RandomUniform.__call__, random_uniform."""
    check_drawn(call, dtype)
    if isinstance(dtype, DType) and dtype.is_integer and self.attrs.get("maxval") is None:
        call.raise_("ValueError", f"Must specify maxval for integer dtype {dtype!r}", kind="argument")
    for parameter in ("minval", "maxval"):
        if self.attrs.get(parameter) is not None:
            check_number(call, self.attrs[parameter], dtype)
    return UNIFORM_INT if isinstance(dtype, DType) and dtype.is_integer else UNIFORM


def check_variance(call: Call, self: InstanceValue) -> None:
    """TF: VarianceScaling.__init__."""
    scale, mode, distribution = (self.attrs.get(name) for name in ("scale", "mode", "distribution"))
    if isinstance(scale, (int, float)) and scale <= 0.0:
        call.raise_("ValueError", "`scale` must be positive float.", kind="argument")
    if isinstance(mode, str) and mode not in ("fan_in", "fan_out", "fan_avg"):
        call.raise_("ValueError", f"('Invalid `mode` argument:', {mode!r})", kind="argument")
    if isinstance(distribution, str) and distribution.lower() not in (
        "normal",
        "uniform",
        "truncated_normal",
        "untruncated_normal",
    ):
        call.raise_("ValueError", f"('Invalid `distribution` argument:', {distribution.lower()!r})", kind="argument")


def _variance(call: Call, self: InstanceValue, shape: Dims, dtype: AnyValue) -> tuple[Step, ...]:
    """TF: VarianceScaling.__call__."""
    distribution = self.attrs.get("distribution")
    if distribution == "uniform":
        check_drawn(call, dtype)
    if isinstance(dtype, DType) and not dtype.is_floating:
        check_number(call, -limit(self, shape) if distribution == "uniform" else 0.0, dtype)
    if distribution == "uniform":
        return UNIFORM
    return NORMAL if distribution == "untruncated_normal" else TRUNCATED


def limit(self: InstanceValue, shape: Dims) -> float:
    """TF: VarianceScaling.__call__, of the distribution "uniform"; 1.0 where it is not known."""
    scale = self.attrs.get("scale")
    if num_elements(shape) is None or isinstance(num_elements(shape), Unknown) or not isinstance(scale, (int, float)):
        return 1.0
    dims: tuple[Any, ...] = shape or (1,)
    area = math.prod(dims[:-2])
    fan_in, fan_out = (dims[0], dims[0]) if len(dims) == 1 else (dims[-2] * area, dims[-1] * area)
    fan = {"fan_in": fan_in, "fan_out": fan_out}.get(str(self.attrs.get("mode")), (fan_in + fan_out) / 2.0)
    return math.sqrt(3.0 * (scale / max(1.0, fan)))


def _constant(call: Call, self: InstanceValue, shape: Dims, dtype: AnyValue) -> tuple[Step, ...]:
    """TF: Constant.__call__, constant_op.constant with a shape."""
    value = self.attrs.get("value")
    check_constant(call, value, shape, dtype)
    if self.attrs.get("verify_shape") is True:
        verify_shape(call, value, shape)
    return CONSTANT


def verify_shape(call: Call, value: AnyValue, shape: Dims) -> None:
    """TF: constant_op.constant with `verify_shape`."""

    own, _ = value_of(call, value)
    if is_known(own) and is_known(shape) and own != shape:
        call.raise_("TypeError", f"Expected Tensor's shape: {shape_text(shape)}, got {shape_text(own)}.", kind="shape")


def _orthogonal(call: Call, self: InstanceValue, shape: Dims, dtype: AnyValue) -> tuple[Step, ...]:
    if isinstance(shape, tuple) and len(shape) < 2:
        call.raise_("ValueError", "The tensor to initialize must be at least two-dimensional", kind="argument")
    check_number(call, 0.0, dtype)
    return orthogonal(shape)


def _identity(call: Call, self: InstanceValue, shape: Dims, dtype: AnyValue) -> tuple[Step, ...]:
    """TF: Identity.__call__, linalg_ops.eye."""
    if isinstance(shape, tuple) and len(shape) != 2:
        call.raise_("ValueError", "Identity matrix initializer can only be used for 2D matrices.", kind="argument")
    check_number(call, self.attrs.get("gain"), dtype)
    size = num_elements(shape)
    zeros = [("zeros/shape_as_tensor", "Const"), ("zeros/Const", "Const"), ("zeros", "Fill")]
    if not (isinstance(size, int) and size >= 1000):
        zeros = [("zeros", "Const")]
    inner = (("ones", "Const"), *zeros, ("set_diag", "MatrixSetDiag"))
    return (("eye", "", inner), ("mul", "Mul", _consts("x")))


def _ones(call: Call, self: InstanceValue, shape: Dims, dtype: AnyValue) -> tuple[Step, ...]:
    if dtype is STRING:
        call.raise_("TypeError", "Expected string, got 1 of type 'int' instead.", kind="argument")
    return filled("ones", shape)


def _unit(call: Call, self: InstanceValue, shape: Dims, dtype: AnyValue) -> tuple[Step, ...]:
    """TF: UniformUnitScaling.__call__."""
    check_drawn(call, dtype)
    size = num_elements(shape)
    if isinstance(shape, tuple) and shape and isinstance(size, int):
        check_number(call, -math.sqrt(3.0 / max(1.0, size / max(1, shape[-1]))), dtype)
    return UNIFORM


def _delta(call: Call, self: InstanceValue, shape: Dims, dtype: AnyValue) -> tuple[Step, ...]:
    """TF: ConvolutionDeltaOrthogonal.__call__."""
    return (
        *NORMAL,
        *_QR,
        _CORNER,
        ("Cast/x", "Const", ()),
        ("mul", "Mul", ()),
        ("ExpandDims", "ExpandDims", _consts("dim")),
        ("ScatterNd", "ScatterNd", _consts("indices shape")),
    )


declare(api, "zeros_initializer", "dtype", lambda call, self, shape, dtype: filled("zeros", shape), floating=False)
declare(api, "ones_initializer", "dtype", _ones, floating=False)
declare(api, "constant_initializer", "value dtype verify_shape", _constant, floating=False)
uniform = declare(api, "random_uniform_initializer", "minval maxval seed dtype", _uniform, floating=False)
normal = declare(api, "random_normal_initializer", "mean stddev seed dtype", _random(NORMAL, "mean stddev"))
truncated = declare(api, "truncated_normal_initializer", "mean stddev seed dtype", _random(TRUNCATED, "mean stddev"))
declare(api, "uniform_unit_scaling_initializer", "factor seed dtype", _unit)
variance = declare(api, "variance_scaling_initializer", "scale mode distribution seed dtype", _variance)
declare(api, "orthogonal_initializer", "gain seed dtype", _orthogonal)
declare(more, "identity", "gain dtype", _identity)
declare(
    api,
    "glorot_uniform_initializer",
    "seed dtype",
    _variance,
    variance,
    scale=1.0,
    mode="fan_avg",
    distribution="uniform",
)
declare(
    api,
    "glorot_normal_initializer",
    "seed dtype",
    _variance,
    variance,
    scale=1.0,
    mode="fan_avg",
    distribution="truncated_normal",
)
declare(keras, "RandomUniform", "minval maxval seed dtype", _uniform, uniform, floating=False)
declare(keras, "RandomNormal", "mean stddev seed dtype", _random(NORMAL, "mean stddev"), normal)
declare(keras, "TruncatedNormal", "mean stddev seed dtype", _random(TRUNCATED, "mean stddev"), truncated)

framework = Namespace("tf.contrib.framework")
declare(framework, "convolutional_delta_orthogonal", "gain seed dtype", _delta)


def _scaled(scale: float, mode: str, distribution: str) -> Any:
    def make(call: Call, seed: AnyValue) -> Any:
        return call.new("tf.variance_scaling_initializer", scale=scale, mode=mode, distribution=distribution, seed=seed)

    return make


for _name, _scale, _mode, _distribution in (
    ("he_normal", 2.0, "fan_in", "truncated_normal"), ("he_uniform", 2.0, "fan_in", "uniform"),
    ("lecun_normal", 1.0, "fan_in", "truncated_normal"), ("lecun_uniform", 1.0, "fan_in", "uniform"),
):  # fmt: skip
    more.function(_scaled(_scale, _mode, _distribution), name=_name)


# tf.contrib.layers: functions that give a function


def _contrib(call: Call, self: InstanceValue, shape: Dims, dtype: AnyValue) -> tuple[Step, ...]:
    if isinstance(dtype, DType) and not dtype.is_floating:
        call.raise_("TypeError", "Cannot create initializer for non-floating point type.", kind="argument")
    if isinstance(shape, tuple) and all(isinstance(d, int) for d in shape):
        wide = [float(math.prod(shape[:-2]) * (shape[at] if shape else 1)) for at in (-min(len(shape), 2), -1)]
        fans = {"FAN_IN": wide[0], "FAN_OUT": wide[1], "FAN_AVG": sum(wide)}
        if fans.get(str(self.attrs.get("mode"))) == 0.0:
            call.raise_("ZeroDivisionError", "float division by zero")
    return UNIFORM if is_on(self.attrs["uniform"]) else TRUNCATED


made_by_function = declare(
    Namespace("scopelint"), "contrib_initializer", "mode uniform dtype", _contrib, ClassValue("function")
)


@contrib.function
def variance_scaling_initializer(call: Call, mode: AnyValue, uniform: AnyValue, dtype: AnyValue) -> Any:
    """TF: contrib.layers.variance_scaling_initializer. It gives a function, not an Initializer."""
    dtype = FLOAT32 if isinstance(dtype, Default) else as_dtype(dtype)
    if isinstance(dtype, DType) and not dtype.is_floating:
        call.raise_("TypeError", "Cannot create initializer for non-floating point type.", kind="argument")
    if isinstance(mode, str) and mode not in ("FAN_IN", "FAN_OUT", "FAN_AVG"):
        call.raise_("TypeError", f"('Unknown mode %s [FAN_IN, FAN_OUT, FAN_AVG]', {mode!r})", kind="argument")
    mode = "FAN_IN" if isinstance(mode, Default) else mode
    return InstanceValue(made_by_function, {"mode": mode, "uniform": uniform, "dtype": dtype})


@contrib.function(also=("tf.contrib.layers.xavier_initializer_conv2d",))
def xavier_initializer(call: Call, uniform: AnyValue, dtype: AnyValue) -> Any:
    return variance_scaling_initializer(call, "FAN_AVG", uniform, dtype)


# tf.keras.initializers.get

KERAS_NAMES = {
    "Zeros": "tf.zeros_initializer", "zeros": "tf.zeros_initializer", "zero": "tf.zeros_initializer",
    "Ones": "tf.ones_initializer", "ones": "tf.ones_initializer", "one": "tf.ones_initializer",
    "Constant": "tf.constant_initializer", "constant": "tf.constant_initializer",
    "RandomUniform": "tf.keras.initializers.RandomUniform", "uniform": "tf.keras.initializers.RandomUniform",
    "random_uniform": "tf.keras.initializers.RandomUniform",
    "RandomNormal": "tf.keras.initializers.RandomNormal", "normal": "tf.keras.initializers.RandomNormal",
    "random_normal": "tf.keras.initializers.RandomNormal",
    "TruncatedNormal": "tf.keras.initializers.TruncatedNormal",
    "truncated_normal": "tf.keras.initializers.TruncatedNormal",
    "VarianceScaling": "tf.variance_scaling_initializer", "Orthogonal": "tf.orthogonal_initializer",
    "orthogonal": "tf.orthogonal_initializer", "Identity": "tf.initializers.identity",
    "identity": "tf.initializers.identity", "glorot_uniform": "tf.glorot_uniform_initializer",
    "GlorotUniform": "tf.glorot_uniform_initializer", "glorot_normal": "tf.glorot_normal_initializer",
    "GlorotNormal": "tf.glorot_normal_initializer", "he_normal": "tf.initializers.he_normal",
    "he_uniform": "tf.initializers.he_uniform", "lecun_normal": "tf.initializers.lecun_normal",
    "lecun_uniform": "tf.initializers.lecun_uniform",
}  # fmt: skip


@keras.function
def get(call: Call, identifier: Any) -> Any:
    """TF: keras.initializers.get."""
    refuse_uncallable(call, identifier, "initializer")
    return by_name(call, identifier, KERAS_NAMES, "initializer")


_NO_FUNCTIONS = (bool, int, float, bytes, tuple, ListValue, Tensor, Variable, DType, TensorShape)


def refuse_uncallable(call: Call, value: AnyValue, kind: str) -> None:
    """TF: keras.initializers.get and its like, of what is no name, no configuration and no function."""
    if isinstance(value, _NO_FUNCTIONS) or type(value).__name__ == "ArrayValue":
        shown = call.to_string(value)
        shown = "..." if isinstance(shown, Unknown) else shown
        said = f"Could not interpret {kind} identifier: {shown}"
        if kind == "regularizer":
            said = f"('Could not interpret regularizer identifier:', {shown})"
        call.raise_("ValueError", said, "argument")


def improper(call: Call, config: DictValue) -> None:
    """TF: class_and_config_for_serialized_keras_object. What a configuration cannot do without."""
    if config.rest is None and ("class_name" not in config.items or "config" not in config.items):
        call.raise_("ValueError", f"Improper config format: {call.to_string(config)}", "argument")


def by_name(call: Call, identifier: AnyValue, names: dict[str, str], what: str) -> Any:
    """TF: deserialize_keras_object, for a name, a configuration, a class or an object."""
    if identifier is None:
        return None
    if isinstance(identifier, str):
        canonical = names.get(identifier)
        if canonical is None:
            return call.raise_("ValueError", f"Unknown {what}:{identifier}", kind="argument")
        return call.new(canonical)
    if isinstance(identifier, DictValue):
        improper(call, identifier)
    if isinstance(identifier, DictValue) and isinstance(identifier.items.get("class_name"), str):
        canonical = names.get(identifier.items["class_name"])
        config = identifier.items.get("config")
        if canonical is None:
            return call.raise_("ValueError", f"Unknown {what}: {identifier.items['class_name']}", kind="argument")
        given = {str(k): v for k, v in config.items.items() if k != "dtype"} if isinstance(config, DictValue) else {}
        return call.new(canonical, **given)
    if isinstance(identifier, ClassValue):
        return call.invoke(identifier)
    return identifier


@keras.function
def deserialize(call: Call, config: AnyValue) -> Any:
    return get(call, config)


@keras.function
def serialize(call: Call, initializer: AnyValue) -> Any:
    """TF: serialize_keras_object, by the name of the class that TF has there."""
    if isinstance(initializer, InstanceValue):
        config, cls = call.method(initializer, "get_config"), initializer.cls
        names = {canonical: name for name, canonical in KERAS_NAMES.items() if name[0].isupper()}
        scaled = cls.canonical.startswith(("tf.initializers.he_", "tf.initializers.lecun_"))
        name = "VarianceScaling" if scaled else names.get(cls.canonical, cls.name)
        return DictValue({"class_name": name, "config": config})
    return call.unknown("the configuration of an initializer")
