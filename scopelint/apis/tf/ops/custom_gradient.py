"""Functions with gradients of their own: tf.custom_gradient, and what runs again while gradients are taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import structures
from scopelint.apis.tf.framework.callables import is_callable
from scopelint.apis.tf.framework.operations import convert
from scopelint.graph.scopes import get_variable_scope
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import FunctionValue, NativeFunction
from scopelint.values.tensors import Tensor, Variable

tf = Namespace("tf")
contrib = Namespace("tf.contrib.layers")

_NOT_RESOURCES = (
    "All variables used by a function wrapped with @custom_gradient must be `ResourceVariable`s. "
    "Ensure that no `variable_scope` is created with `use_resource=False`."
)
_NOT_TAKEN = (
    "If using @custom_gradient with a function that uses variables, then grad_fn must accept a keyword argument "
    "'variables'."
)
_NO_RESOURCES = (
    "If using @custom_gradient with a function that uses variables, the enclosing variable scope must have "
    "use_resource=True."
)
_KEYWORDS = "The custom_gradient decorator currently supports keywords arguments only when eager execution is enabled."


def _variables(call: Call) -> list[Any]:
    prefix = get_variable_scope(call.state).name
    graph = call.graph
    return [*graph.get_collection("variables", prefix), *graph.get_collection("local_variables", prefix)]


def with_own_gradient(
    call: Call,
    function: Callable[[list[Any]], tuple[Any, bool | None]],
    args: Sequence[Any],
    kwargs: dict[str, Any],
) -> Any:
    """TF: custom_gradient._graph_mode_decorator: the function runs in place, its results pass through IdentityN.
    `function` gives its result, and whether its gradient takes `variables`; None where that is not known."""
    if kwargs:
        call.raise_("ValueError", _KEYWORDS, kind="argument")
    given = [value if isinstance(value, Unknown) else convert(call, value) for value in args]
    before = {id(variable) for variable in _variables(call)}
    result, takes_variables = function(given)
    made = [each for each in _variables(call) if id(each) not in before]
    if any(isinstance(each, Variable) and each.is_resource is False for each in made):
        call.raise_("TypeError", _NOT_RESOURCES, kind="argument")
    flat = list(structures.leaves(result))
    own, handed = _deps(flat), _deps(given)
    if not any(isinstance(value, Unknown) for value in (*flat, *given)):
        _check(call, takes_variables, own, handed, made)
    for leaf in flat:
        # TF: get_dependent_variables looks behind copies of the results.
        if isinstance(leaf, Tensor):
            call.graph.op("Identity", "Identity")
    name = call.graph.op("IdentityN", "IdentityN")
    taken = [value for value in (*flat, *given) if isinstance(value, Tensor)]
    if len(taken) == len(flat) + len(given):
        call.graph.inputs[name] = tuple(taken)
    passed: list[Any] = []
    for at, leaf in enumerate(flat):
        passed.append(
            Tensor(name, at, "IdentityN", leaf.shape, leaf.dtype, leaf.graph, own | handed)
            if isinstance(leaf, Tensor)
            else leaf
        )
    return structures.pack(result, passed)


def _deps(values: Sequence[Any]) -> int:
    bits = 0
    for value in values:
        bits |= value.deps if isinstance(value, Tensor) else 0
    return bits


def _check(call: Call, takes_variables: bool | None, own: int, handed: int, made: list[Any]) -> None:
    """What TF says of a gradient that takes `variables` where the function uses none, or the other way round. `own`:
    what the results depend on; `handed`: what the arguments do."""
    if takes_variables is None or own < 0 or handed < 0:
        return
    known = call.graph.get_collection("trainable_variables")
    if not takes_variables:
        # What lies behind an argument is not looked at.
        if any(isinstance(each, Variable) and own & ~handed & each.deps == each.deps for each in known):
            call.raise_("TypeError", _NOT_TAKEN, kind="argument")
        return
    resources = any(isinstance(each, Variable) and each.is_resource is not False for each in known)
    scope = get_variable_scope(call.state)
    if not own and not made and not resources and scope.use_resource in (None, False):
        call.raise_("TypeError", _NO_RESOURCES, kind="argument")


def _takes_variables(call: Call, function: AnyValue) -> bool | None:
    if not isinstance(function, FunctionValue):
        return None
    names, stars = call.engine.parameters(function)
    return "variables" in names or stars


@tf.function
def custom_gradient(call: Call, f: AnyValue) -> Any:
    """TF: custom_gradient.custom_gradient."""

    def decorated(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        def run(given: list[Any]) -> tuple[Any, bool | None]:
            found = call.invoke(f, *given)
            if not isinstance(found, tuple) or len(found) != 2:
                return found, None
            return found[0], _takes_variables(call, found[1])

        return with_own_gradient(call, run, args, kwargs)

    return NativeFunction("custom_gradient", decorated, "tf.custom_gradient.<decorated>", raw=True)


@tf.function
def recompute_grad(call: Call, f: AnyValue) -> Any:
    """TF: custom_gradient.recompute_grad, whose gradient takes variables."""

    def decorated(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return with_own_gradient(call, lambda given: (call.invoke(f, *given), True), args, kwargs)

    return NativeFunction("inner", decorated, "tf.recompute_grad.<decorated>", raw=True)


def _recomputed(call: Call, fn: AnyValue) -> Any:
    """TF: rev_block_lib.recompute_grad, which is strict about what it is called with."""
    if isinstance(fn, Unknown):
        return fn

    def wrapped(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if kwargs:
            name = next(iter(kwargs))
            call.raise_("TypeError", f"wrapped() got an unexpected keyword argument '{name}'", kind="argument")
        if any(not isinstance(each, (Tensor, Unknown)) for each in args):
            call.raise_("ValueError", "All inputs to function must be Tensors", kind="argument")
        more = {"is_recomputing": False} if "is_recomputing" in call.engine.parameters(fn)[0] else {}
        before = {id(variable) for variable in _variables(call)}

        def run(given: list[Any]) -> tuple[Any, bool | None]:
            result = call.invoke(fn, *given, **more)
            # Its gradient takes variables where those that TF watches were used, which are the resources.
            now = [each for each in _variables(call) if id(each) not in before]
            uses = all(isinstance(each, Variable) and each.is_resource is False for each in _variables(call))
            return result, False if uses and not now else None

        return with_own_gradient(call, run, args, {})

    return NativeFunction("wrapped", wrapped, "tf.contrib.layers.recompute_grad.<wrapped>", raw=True)


@contrib.function(name="recompute_grad", raw=True)
def contrib_recompute_grad(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: rev_block_lib.enable_with_args: used bare, with the function alone; or called first, with the rest."""
    if len(args) == 1 and not kwargs and (is_callable(args[0]) or isinstance(args[0], Unknown)):
        return _recomputed(call, args[0])

    def decorator(call: Call, given: tuple[Any, ...], more: dict[str, Any]) -> Any:
        function = given[0] if given else more.get("fn")
        names = ("fn", "use_data_dep", "tupleize_grads")
        for name in names[1 : 1 + len(args)]:
            if name in kwargs:
                call.raise_("TypeError", f"recompute_grad() got multiple values for argument '{name}'", kind="argument")
        for name in kwargs:
            if name not in names:
                call.raise_(
                    "TypeError", f"recompute_grad() got an unexpected keyword argument '{name}'", kind="argument"
                )
        if isinstance(function, Tensor):
            call.raise_("AttributeError", "'Tensor' object has no attribute '__code__'", kind="argument")
        return _recomputed(call, function)

    return NativeFunction("decorator", decorator, "tf.contrib.layers.recompute_grad.<decorator>", raw=True)


@tf.function
def grad_pass_through(call: Call, f: AnyValue) -> Any:
    return f
