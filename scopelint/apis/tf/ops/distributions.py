"""tf.distributions and tf.contrib.distributions: shapes of samples and of densities, and the scopes they stand in."""

from __future__ import annotations

import math
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tables.distributions import passes, reaches
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.conversion import graph_dtype, graph_name, graph_shape
from scopelint.apis.tf.framework.op_inputs import ALL_DEPS, deps_of
from scopelint.apis.tf.framework.operations import convert
from scopelint.apis.tf.framework.python_values import dtype_of, left_open, shape_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import MISSING, InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import (
    FLOAT32,
    INT32,
    NOT_CONSTANT,
    DType,
    Tensor,
    TensorShape,
    Variable,
    broadcast_shapes,
)

api = Namespace("tf.distributions")
contrib = Namespace("tf.contrib.distributions")
private = Namespace("tensorflow.python.ops.distributions.distribution")

_base = private.type("_BaseDistribution")
distribution = api.type("Distribution", bases=(_base.cls,))

BATCH, EVENT, DEPS, SCOPE, DTYPE, SAMPLED = "<batch>", "<event>", "<deps>", "<scope>", "<dtype>", "<sampled>"
KIND, PARTS = "<kind>", "<parts>"


def reach(call: Call, self: InstanceValue, method: str, otherwise: Any) -> Any:
    """What the result of a method depends on: of its parameters those to which TF passes a gradient."""
    recorded = passes(self.attrs.get(KIND, ""), method)
    if recorded is None:
        return otherwise
    if isinstance(recorded, str):
        if self.cls.canonical:
            call.raise_(recorded, f"{method} is not implemented", kind="argument")
        return otherwise
    return _of_parameters(self.attrs[PARTS], recorded)


def _of_parameters(parts: dict[str, int], recorded: frozenset[str]) -> int:
    """What those parameters depend on to which a gradient is passed. `parts`: what each depends on."""
    deps = 0
    for parameter, held in parts.items():
        deps |= held if reaches(parameter, recorded) else 0
    return deps


@distribution.method(name="__init__", raw=True)
def _init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: Distribution.__init__, which classes of the program's call."""
    given = bind(call, "tf.distributions.Distribution", args[1:], kwargs)[0]
    self = args[0]
    with call.graph.name_scope(graph_name(given.get("name"), self.cls.name)) as scope:
        self.set(SCOPE, scope)
    dtype = given.get("dtype")
    self.set(DTYPE, FLOAT32 if dtype is None else graph_dtype(call, dtype))
    self.set("_parameters", given.get("parameters"))
    self.set("_graph_parents", given.get("graph_parents"))


def scoped(call: Call, self: InstanceValue, name: AnyValue, default: str) -> Any:
    """TF: Distribution._name_scope: the object's own scope, entered again, and one for the method."""
    graph = call.graph
    own = self.attrs.get(SCOPE, "")
    if own:
        prefix = graph.name_scope(own)
        prefix.enter()
        return _Both(prefix, graph.name_scope(graph_name(name, default)))
    return graph.name_scope(graph_name(name, default))


class _Both:
    def __init__(self, outer: Any, inner: Any) -> None:
        self.outer = outer
        self.inner = inner

    def __enter__(self) -> Any:
        return self.inner.enter()

    def __exit__(self, *error: object) -> None:
        self.inner.exit()
        self.outer.exit()


def concat(*parts: Any) -> Any:
    out: tuple[Any, ...] = ()
    for part in parts:
        if not isinstance(part, tuple):
            return Unknown("shape of a distribution")
        out = out + part
    return out


def shape_parameter(call: Call, value: AnyValue) -> Any:
    """`sample_shape`: a number, a list, a tensor."""
    if value is None:
        return ()
    if isinstance(value, Tensor):
        const = value.const
        if isinstance(const, tuple):
            return const
        if isinstance(const, int):
            return (const,)
        if isinstance(value.shape, tuple) and not value.is_stand_in:
            # TF: _set_sample_static_shape. How many dimensions it stands for is known even so.
            count = value.shape[0] if value.shape else 1
            if isinstance(count, int):
                return (None if const is NOT_CONSTANT else Unknown("shape of samples"),) * count
        return Unknown("shape of samples")
    if isinstance(value, (ListValue, tuple)):
        members = value if isinstance(value, tuple) else value.items
        if any(isinstance(member, Tensor) for member in members):
            # It becomes one tensor, packed of its members.
            return tuple(
                member.const
                if isinstance(member, Tensor) and isinstance(member.const, int)
                else member
                if isinstance(member, int)
                else Unknown("shape of samples")
                for member in members
            )
    return graph_shape(call, value)


@distribution.method
def sample(call: Call, self: InstanceValue, sample_shape: Any, seed: Any, name: Any) -> Any:
    shape = concat(shape_parameter(call, sample_shape), self.attrs.get(BATCH), self.attrs.get(EVENT))
    own = call.getattr(self, "_sample_n", MISSING)
    with scoped(call, self, name, "sample"):
        if own is not MISSING and not isinstance(own, Unknown) and BATCH not in self.attrs:
            found = call.invoke(own, call.unknown("number of samples"), seed)
            return make(call, "Reshape", "Reshape", Unknown("shape of samples"), dtype_of(found), deps_of(found))
        return make(
            call,
            "Reshape",
            "Reshape",
            shape,
            self.attrs.get(DTYPE, Unknown("dtype of a distribution")),
            reach(call, self, "sample", self.attrs.get(SAMPLED, 0)),
        )


def density(method: str, op: str) -> None:
    def summary(call: Call, self: InstanceValue, value: Any, name: Any) -> Any:
        with scoped(call, self, name, method):
            given = convert(call, value, None, "value")
            own = call.getattr(self, f"_{method}", MISSING)
            if own is MISSING and method == "prob":
                own = call.getattr(self, "_log_prob", MISSING)
            if own is not MISSING and not isinstance(own, Unknown) and BATCH not in self.attrs:
                return call.invoke(own, given)
            event = self.attrs.get(EVENT)
            shape = shape_of(given)
            if isinstance(event, tuple) and isinstance(shape, tuple):
                shape = shape[: len(shape) - len(event)] if event else shape
                shape, _ = broadcast_shapes(shape, self.attrs.get(BATCH))
            else:
                shape = Unknown("shape of a density")
            deps = deps_of(given) | reach(call, self, method, self.attrs.get(DEPS, ALL_DEPS))
            return make(call, op, op, shape, FLOAT32, deps)

    distribution.method(summary, name=method)


for _method, _op in (
    ("log_prob", "sub"),
    ("prob", "Exp"),
    ("log_cdf", "Log"),
    ("cdf", "Exp"),
    ("log_survival_function", "Log"),
    ("survival_function", "sub"),
    ("quantile", "add"),
):
    density(_method, {"sub": "Sub", "add": "AddV2"}.get(_op, _op))


def statistic(method: str, event: int) -> None:
    """`event`: how many times the event's shape stands behind that of the batch."""

    def summary(call: Call, self: InstanceValue, name: Any) -> Any:
        with scoped(call, self, name, method):
            own = call.getattr(self, f"_{method}", MISSING)
            if own is not MISSING and not isinstance(own, Unknown) and BATCH not in self.attrs:
                return call.invoke(own)
            own_shape = self.attrs.get(EVENT)
            parts = (self.attrs.get(BATCH), *(own_shape,) * event)
            dtype = self.attrs.get(DTYPE, Unknown("dtype of a distribution")) if method == "mode" else FLOAT32
            deps = reach(call, self, method, self.attrs.get(DEPS, ALL_DEPS) if method != "mode" else 0)
            return make(call, "Mul", "mul", concat(*parts), dtype, deps)

    distribution.method(summary, name=method)


for _method in ("mean", "mode", "variance", "stddev"):
    statistic(_method, 1)
statistic("covariance", 2)
statistic("entropy", 0)


@distribution.method(raw=True)
def kl_divergence(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return divergence(call, args[0], args[1] if len(args) > 1 else kwargs.get("other"), "kl_divergence", args[0])


@distribution.method(raw=True)
def cross_entropy(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return divergence(call, args[0], args[1] if len(args) > 1 else kwargs.get("other"), "cross_entropy", args[0])


def divergence(call: Call, one: AnyValue, two: AnyValue, name: str, own: Any = None) -> Tensor:
    held = [value.attrs for value in (one, two) if isinstance(value, InstanceValue)]
    shape: Any = held[0].get(BATCH) if held else None
    if len(held) == 2:
        shape, _ = broadcast_shapes(shape, held[1].get(BATCH))
    deps = 0
    for attrs in held:
        deps |= attrs.get(DEPS, ALL_DEPS)
    if len(held) == 2 and held[0].get(KIND) and held[0].get(KIND) == held[1].get(KIND):
        recorded = passes(held[0][KIND], "kl_divergence")
        if isinstance(recorded, frozenset):
            deps = _of_parameters(held[0][PARTS], recorded) | _of_parameters(held[1][PARTS], recorded)
    context = scoped(call, own, None, name) if own is not None else call.graph.name_scope(name)
    with context:
        return make(
            call,
            "AddV2",
            "add",
            shape if shape is not None else Unknown("shape of a divergence"),
            FLOAT32,
            deps if held else ALL_DEPS,
        )


@api.function(name="kl_divergence", also=("tf.contrib.distributions.kl_divergence",), raw=True)
def _kl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    given = (*args, *kwargs.values())
    return divergence(call, given[0], given[1], "KullbackLeibler")


for _field, _key in (("batch_shape", BATCH), ("event_shape", EVENT)):

    def _static(call: Call, self: InstanceValue, key: str = _key) -> Any:
        return TensorShape(self.attrs.get(key, None))

    def _tensor(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], key: str = _key, field: str = _field) -> Any:
        shape = args[0].attrs.get(key)
        rank = len(shape) if isinstance(shape, tuple) else left_open(shape)
        is_const = isinstance(shape, tuple) and all(isinstance(d, (int, Unknown)) for d in shape)
        const = shape if is_const or isinstance(shape, Unknown) else NOT_CONSTANT
        with scoped(call, args[0], kwargs.get("name"), f"{field}_tensor"):
            return make(call, "Const", "Const", (rank,), INT32, const=const)

    distribution.cls.attrs[_field] = PropertyValue(NativeFunction(_field, _static, f"scopelint.{_field}"))
    distribution.method(_tensor, name=f"{_field}_tensor", raw=True)


@distribution.property
def name(call: Call, self: InstanceValue) -> Any:
    return self.attrs.get(SCOPE, "")


@distribution.property
def dtype(call: Call, self: InstanceValue) -> Any:
    return self.attrs.get(DTYPE, Unknown("dtype of a distribution"))


@distribution.property
def parameters(call: Call, self: InstanceValue) -> Any:
    return call.unknown("parameters of a distribution")


for _flag in ("validate_args", "allow_nan_stats", "reparameterization_type"):
    distribution.cls.attrs[_flag] = PropertyValue(
        NativeFunction(_flag, lambda call, self: call.unknown("a flag of a distribution"), f"scopelint.{_flag}")
    )


_OF_FLOATS = frozenset({"Normal", "Laplace", "Uniform", "StudentT", "Gamma", "Beta", "Exponential", "Cauchy"})
"""Those whose parameters TF holds against each other."""


def _assert_float(call: Call, scope: str, kinds: dict[str, Any]) -> None:
    """TF: check_ops.assert_same_float_dtype."""
    if not kinds or not all(isinstance(kind, DType) for kind in kinds.values()):
        return
    (one, first), *others = kinds.items()
    for other, kind in others:
        if kind is not first:
            said = (
                f"{scope}{other}:0, type=<dtype: '{kind.name}'>, must be of the same type (<dtype: '{first.name}'>) as "
                f"{scope}{one}:0."
            )
            call.raise_("ValueError", said, kind="argument")
    if not first.is_floating:
        said = f"Expected floating point type, got <dtype: '{first.name}'>."
        call.raise_("ValueError", said, kind="argument")


_OF_ODDS = ("logits", "probs")
"""What two of the parameters of some distributions say the same by."""


def _check_odds(call: Call, given: dict[str, Any], kinds: dict[str, Any]) -> None:
    """TF: distributions.util.get_logits_and_probs."""
    here = [given.get(each) for each in _OF_ODDS]
    if (here[0] is None) == (here[1] is None) and not any(isinstance(each, Unknown) for each in here):
        call.raise_("ValueError", "Must pass probs or logits, but not both.", kind="argument")
    for each in _OF_ODDS:
        kind = kinds.get(each)
        if isinstance(kind, DType) and not kind.is_floating:
            call.raise_("TypeError", f"{each} must having floating type.", kind="argument")


def _check_rate(call: Call, given: dict[str, Any], kinds: dict[str, Any]) -> None:
    """TF: contrib's Poisson.__init__."""
    here = [given.get(each) for each in ("rate", "log_rate")]
    if (here[0] is None) == (here[1] is None) and not any(isinstance(each, Unknown) for each in here):
        call.raise_("ValueError", "Must specify exactly one of `rate` and `log_rate`.", kind="argument")
    for each, kind in kinds.items():
        if isinstance(kind, DType) and not kind.is_floating:
            said = f"{each}.dtype ({kind.name}) is a not a float-type."
            call.raise_("TypeError", said, kind="argument")


_BESIDES = ("temperature", "total_count")

_MATRICES: dict[str, int | None] = {
    "scale_tril": 1, "covariance_matrix": 1, "scale_identity_multiplier": None, "scale_perturb_factor": None,
    "scale_perturb_diag": None,
}  # fmt: skip
"""What else the scale of a multivariate normal is made of: how many last dimensions of it are no part of the shape."""


def declare(
    space: Namespace,
    name: str,
    params: tuple[str, ...],
    event: int = 0,
    sampled: bool = True,
    dtype: AnyValue = None,
    drop: int = 0,
    base: Any = None,
) -> None:
    """One distribution. `event`: how many last dimensions of its parameters are the event; `drop`: how many are
    neither batch nor event; `sampled`: do gradients pass its samples?"""
    made = space.type(name, bases=(base or distribution.cls,))
    canonical = made.cls.canonical

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = bind(call, canonical, args[1:], kwargs)[0]
        self = args[0]
        with call.graph.name_scope(graph_name(given.get("name"), name)) as scope:
            shape: Any = ()
            deps = 0
            kind: Any = None
            kinds_given: dict[str, Any] = {}
            held: dict[str, int] = {}
            for each in _BESIDES:
                # It is no part of the shape that is restated here.
                if each not in params and isinstance(given.get(each), (Tensor, Variable)):
                    held[each] = deps_of(convert(call, given[each], None, each))
                    deps |= held[each]
            for each in params:
                value = given.get(each)
                if value is None:
                    continue
                tensor = convert(call, value, None, each)
                self.set(f"_{each}", tensor)
                shape, _ = broadcast_shapes(shape, tensor.shape)
                deps |= deps_of(tensor)
                held[each] = deps_of(tensor)
                kind = dtype_of(tensor) if kind is None else kind
                kinds_given[each] = dtype_of(tensor)
            for each, drops in _MATRICES.items():
                if name.startswith("MultivariateNormal") and given.get(each) is not None:
                    tensor = convert(call, given[each], None, each)
                    deps |= deps_of(tensor)
                    held[each] = deps_of(tensor)
                    size = tensor.shape
                    if drops is not None:
                        size = size[: len(size) - drops] if isinstance(size, tuple) else left_open(size)
                        shape, _ = broadcast_shapes(shape, size)
                    kind = dtype_of(tensor) if kind is None else kind
            if name in _OF_FLOATS:
                _assert_float(call, scope, kinds_given)
            if params[-2:] == _OF_ODDS:
                _check_odds(call, given, kinds_given)
            elif name == "Poisson":
                _check_rate(call, given, kinds_given)
        if name.startswith("MultivariateNormal"):
            # TF makes the Normal that it transforms, and the transformation, beside its own scope.
            for leaf in ("zeros", "ones"):
                make(call, "Const", leaf)
            for inner in ("Normal", "affine_linear_operator"):
                with call.graph.name_scope(inner):
                    pass
        if isinstance(shape, tuple):
            rank = len(shape)
            if drop:
                batch, own = shape[: rank - drop], ()
            else:
                batch, own = (shape[: rank - event], shape[rank - event :]) if event else (shape, ())
        else:
            batch = own = shape
            if not event and not drop:
                own = ()
        asked = given.get("dtype")
        final = graph_dtype(call, asked) if asked is not None and not isinstance(asked, str) else None
        self.set(BATCH, batch)
        self.set(EVENT, own)
        self.set(DEPS, deps)
        self.set(SAMPLED, deps if sampled else 0)
        self.set(KIND, name)
        self.set(PARTS, held)
        self.set(SCOPE, scope)
        kinds = (dtype, final, kind, FLOAT32)
        self.set(DTYPE, next(each for each in kinds if each is not None))

    def parameter(each: str) -> Any:
        def read(call: Call, self: InstanceValue) -> Any:
            found = self.attrs.get(f"_{each}")
            return found if found is not None else call.unknown(f"{each} of a distribution")

        return read

    made.method(init, name="__init__", raw=True)
    for each in params:
        made.cls.attrs[each] = PropertyValue(NativeFunction(each, parameter(each), f"scopelint.{each}"))


for _space, _rows in (
    (api, (
        ("Normal", ("loc", "scale"), 0, True, None, 0), ("Bernoulli", ("logits", "probs"), 0, False, INT32, 0),
        ("Beta", ("concentration1", "concentration0"), 0, True, None, 0),
        ("Categorical", ("logits", "probs"), 0, False, INT32, 1),
        ("Dirichlet", ("concentration",), 1, True, None, 0),
        ("DirichletMultinomial", ("concentration",), 1, False, None, 0),
        ("Gamma", ("concentration", "rate"), 0, True, None, 0), ("Laplace", ("loc", "scale"), 0, True, None, 0),
        ("Multinomial", ("logits", "probs"), 1, False, None, 0), ("StudentT", ("df", "loc", "scale"), 0, True, None, 0),
        ("Uniform", ("low", "high"), 0, True, None, 0), ("Exponential", ("rate",), 0, True, None, 0),
    )),
    (contrib, (
        ("NormalWithSoftplusScale", ("loc", "scale"), 0, True, None, 0),
        ("LaplaceWithSoftplusScale", ("loc", "scale"), 0, True, None, 0),
        ("GammaWithSoftplusConcentrationRate", ("concentration", "rate"), 0, True, None, 0),
        ("ExponentialWithSoftplusRate", ("rate",), 0, True, None, 0),
        ("BetaWithSoftplusConcentration", ("concentration1", "concentration0"), 0, True, None, 0),
        ("StudentTWithAbsDfSoftplusScale", ("df", "loc", "scale"), 0, True, None, 0),
        ("Cauchy", ("loc", "scale"), 0, True, None, 0), ("Logistic", ("loc", "scale"), 0, True, None, 0),
        ("Poisson", ("rate", "log_rate"), 0, False, None, 0), ("Geometric", ("logits", "probs"), 0, False, None, 0),
        ("Binomial", ("total_count", "logits", "probs"), 0, False, None, 0),
        ("HalfNormal", ("scale",), 0, True, None, 0), ("InverseGamma", ("concentration", "rate"), 0, True, None, 0),
        ("Chi2", ("df",), 0, True, None, 0), ("Deterministic", ("loc",), 0, True, None, 0),
        ("VectorDeterministic", ("loc",), 1, True, None, 0), ("NegativeBinomial", ("total_count", "logits", "probs"),
                                                              0, False, None, 0),
        ("OneHotCategorical", ("logits", "probs"), 1, False, INT32, 0),
        ("RelaxedOneHotCategorical", ("logits", "probs"), 1, True, None, 0),
        ("ExpRelaxedOneHotCategorical", ("logits", "probs"), 1, True, None, 0),
        ("RelaxedBernoulli", ("logits", "probs"), 0, True, None, 0), ("Kumaraswamy", ("concentration1",
                                                                                      "concentration0"), 0, True, None,
                                                                      0),
        ("MultivariateNormalDiag", ("loc", "scale_diag"), 1, True, None, 0),
        ("MultivariateNormalDiagWithSoftplusScale", ("loc", "scale_diag"), 1, True, None, 0),
        ("MultivariateNormalDiagPlusLowRank", ("loc", "scale_diag"), 1, True, None, 0),
        ("MultivariateNormalTriL", ("loc",), 1, True, None, 0),
        ("MultivariateNormalFullCovariance", ("loc",), 1, True, None, 0),
        ("VectorLaplaceDiag", ("loc", "scale_diag"), 1, True, None, 0),
        ("VectorExponentialDiag", ("loc", "scale_diag"), 1, True, None, 0),
    )),
):  # fmt: skip
    for _name, _params, _event, _sampled, _dtype, _drop in _rows:
        declare(_space, _name, _params, _event, _sampled, _dtype, _drop)


def _wrapper(name: str) -> None:
    """Distributions made of others: their shapes are not restated."""
    made = contrib.type(name, bases=(distribution.cls,))

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self = args[0]
        inner = kwargs.get("distribution", args[1] if len(args) > 1 else None)
        held = inner.attrs if isinstance(inner, InstanceValue) else {}
        # TF puts the inner one's scope, slash and all, behind the word: a scope outside of any other.
        default = f"Independent{held.get(SCOPE, '')}" if name == "Independent" else name
        with call.graph.name_scope(graph_name(kwargs.get("name"), default)) as scope:
            self.set(SCOPE, scope)
        unknown = call.unknown(f"shape of {name}")
        for key in (BATCH, EVENT):
            self.set(key, unknown)
        if name == "Independent":
            whole = concat(held.get(BATCH), held.get(EVENT))
            count = kwargs.get("reinterpreted_batch_ndims", args[2] if len(args) > 2 else None)
            if isinstance(whole, tuple) and isinstance(held.get(BATCH), tuple):
                rank = len(held[BATCH])
                at = rank - count if isinstance(count, int) else min(rank, 1)
                self.set(BATCH, whole[:at])
                self.set(EVENT, whole[at:])
            self.set(DTYPE, held.get(DTYPE, FLOAT32))
        for key in (DEPS, SAMPLED):
            bits = 0
            for value in (*args[1:], *kwargs.values()):
                bits |= value.attrs.get(key, ALL_DEPS) if isinstance(value, InstanceValue) else deps_of(value)
            self.set(key, bits)

    made.method(init, name="__init__", raw=True)


for _name in (
    "Independent",
    "Mixture",
    "MixtureSameFamily",
    "ConditionalTransformedDistribution",
    "QuantizedDistribution",
    "Autoregressive",
    "BatchReshape",
):
    _wrapper(_name)
contrib.type("ConditionalDistribution", bases=(distribution.cls,))


@contrib.function(raw=True)
def softplus_inverse(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    value = convert(call, (*args, *kwargs.values())[0])
    return make(call, "SelectV2", "softplus_inverse", value.shape, value.dtype, value.deps)


@contrib.function(raw=True)
def fill_triangular(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: distributions.util.fill_triangular."""
    value = convert(call, (*args, *kwargs.values())[0])
    shape: Any = Unknown("shape of a triangle")
    if isinstance(value.shape, tuple) and value.shape:
        *batch, size = value.shape
        side = (math.isqrt(8 * size + 1) - 1) // 2 if isinstance(size, int) else size
        if isinstance(size, int) and isinstance(side, int) and side * (side + 1) // 2 != size:
            said = f"Input right-most shape ({size}) does not correspond to a triangular matrix."
            call.raise_("ValueError", said, kind="shape")
        shape = (*batch, side, side)
    return make(call, "MatrixBandPart", "fill_triangular", shape, value.dtype, value.deps)


kinds = api.type("ReparameterizationType")


@kinds.method(name="__init__", raw=True)
def _kind(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None
