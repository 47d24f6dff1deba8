"""numpy.random: shapes are known, members are not."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.indices import index_of
from scopelint.apis.python.numpy.array import ArrayValue, array_of, as_array, shape_of
from scopelint.apis.registry import Behaviour, Namespace, object_behaves
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import MISSING, BoundMethod, NativeFunction, NativeObject

api = Namespace("numpy.random")
GENERATOR = "numpy.random.<generator>"
_METHODS: dict[str, NativeFunction] = {}


def drawn(call: Call, size: AnyValue, dtype: str = "float64") -> Any:
    """A random number, which numpy gives as one of Python's, or an array of them."""
    shape = () if size is None else shape_of(call, size)
    if isinstance(shape, Unknown):
        return shape
    if shape:
        return array_of(shape, dtype)
    number = call.unknown("a random number", "random")
    number.number = float if dtype.startswith("float") and size is None else int if size is None else None
    return number


def _declare(name: str, summary: Any) -> None:
    api.function(summary, name=name)
    _METHODS[name] = NativeFunction(
        name, lambda call, self, *args, **kwargs: summary(call, *args, **kwargs), f"numpy.random.RandomState.{name}"
    )


def _by_size(name: str, parameters: int, dtype: str = "float64") -> None:
    """A distribution of so many parameters, `size` after them."""

    def summary(call: Call, *args: Any, **kwargs: Any) -> Any:
        size = kwargs.get("size", args[parameters] if len(args) > parameters else None)
        if size is None:
            for given in (*args[:parameters], *kwargs.values()):
                part = as_array(call, given)
                if isinstance(part, ArrayValue) and part.shape:
                    return array_of(part.shape, dtype)
        return drawn(call, size, dtype)

    _declare(name, summary)


for _name, _count in {
    "uniform": 2,
    "normal": 2,
    "random_sample": 0,
    "random": 0,
    "ranf": 0,
    "sample": 0,
    "gamma": 2,
    "beta": 2,
    "exponential": 1,
    "laplace": 2,
    "lognormal": 2,
    "logistic": 2,
    "gumbel": 2,
    "chisquare": 1,
    "standard_normal": 0,
    "triangular": 3,
    "vonmises": 2,
    "rayleigh": 1,
    "weibull": 1,
    "power": 1,
    "pareto": 1,
    "standard_gamma": 1,
    "standard_cauchy": 0,
    "standard_exponential": 0,
    "truncated_normal": 2,
}.items():
    _by_size(_name, _count)
for _name, _count in {
    "randint": 2,
    "random_integers": 2,
    "binomial": 2,
    "poisson": 1,
    "geometric": 1,
    "negative_binomial": 2,
    "zipf": 1,
    "integers": 2,
}.items():
    _by_size(_name, _count, "int64")

for _name in ("rand", "randn"):
    _declare(_name, lambda call, *dims, **kwargs: drawn(call, dims if dims else None))


def _choice(
    call: Call, a: AnyValue, size: AnyValue = None, replace: AnyValue = True, p: AnyValue = None, **kwargs: Any
) -> Any:
    part = as_array(call, a)
    return drawn(call, size, part.dtype if isinstance(part, ArrayValue) and part.shape else "int64")


def _shuffle(call: Call, x: AnyValue) -> None:
    unknown = call.unknown("a random order")
    if isinstance(x, ListValue) and len(x.items) > 1:
        x.touch()
        x.items = [unknown.derive("") for _ in x.items]
    elif isinstance(x, ArrayValue):
        x.touch()
        x.data = None


def _permutation(call: Call, x: AnyValue) -> Any:
    count = index_of(call, x) if not isinstance(x, (ListValue, ArrayValue, tuple)) else MISSING
    if isinstance(count, int):
        return ArrayValue((count,), "int64")
    part = as_array(call, x)
    return array_of(part.shape, part.dtype) if isinstance(part, ArrayValue) else call.unknown("a random order")


def _multinomial(call: Call, n: AnyValue, pvals: AnyValue, size: AnyValue = None) -> Any:
    return call.unknown("a random number")


_declare("choice", _choice)
_declare("shuffle", _shuffle)
_declare("permutation", _permutation)
for _name in ("multinomial", "dirichlet", "multivariate_normal", "bytes", "get_state", "hypergeometric"):
    _declare(_name, lambda call, *args, **kwargs: call.unknown("a random number"))
for _name in ("seed", "set_state"):
    _declare(_name, lambda call, *args, **kwargs: None)


def _generator(call: Call, *args: Any, **kwargs: Any) -> Any:
    return NativeObject(GENERATOR)


for _name in ("RandomState", "default_rng", "Generator", "mtrand"):
    api.function(_generator, name=_name)


@object_behaves(GENERATOR)
class GeneratorBehaviour(Behaviour):
    python_class = "builtins.object"

    def getattr(self, call: Call, value: AnyValue, name: str) -> Any:
        native = _METHODS.get(name)
        return MISSING if native is None else BoundMethod(native, value)
