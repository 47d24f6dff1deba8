"""Decorators that TF offers to programs: most leave what they decorate as it is."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import structures
from scopelint.apis.tf.framework.conversion import graph_name, graph_shape
from scopelint.apis.tf.framework.op_gradients import REGISTERED
from scopelint.apis.tf.framework.operations import convert
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import BoundMethod, ClassValue, FunctionValue, InstanceValue, NativeFunction
from scopelint.values.tensors import UNKNOWN_TYPE, Operation, Tensor
from scopelint.values.text import Text, hole

tf = Namespace("tf")
defun = Namespace("tensorflow.python.framework.function")


def _identity(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[0]


IDENTITY = NativeFunction("decorator", _identity, "tf.<decorator>", raw=True)


def _factory(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Called with what concerns nobody, gives a decorator that changes nothing."""
    return IDENTITY


def _either(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Used bare, or called first."""
    function = args[0] if args else kwargs.get("func", kwargs.get("f"))
    return (
        function
        if isinstance(function, (FunctionValue, BoundMethod, NativeFunction, InstanceValue, ClassValue))
        else IDENTITY
    )


for _name in (
    "tf.contrib.framework.deprecated",
    "tf.contrib.framework.deprecated_args",
    "tf.contrib.framework.deprecated_arg_values",
    "tf.lite.experimental.tensorboard.ops_util.tf_export",
    "tensorflow.python.feature_column.dense_features.keras_export",
    "tensorflow.python.estimator.estimator.estimator_export",
    "tf.distributions.RegisterKL",
    "tensorflow.python.util.deprecation.deprecated_endpoints",
    "tensorflow.python.framework.ops.RegisterStatistics",
):
    Namespace(_name.rpartition(".")[0]).function(_factory, name=_name.rpartition(".")[2], raw=True)
for _name in (
    "tf.autograph.experimental.do_not_convert",
    "tf.autograph.to_graph",
    "tensorflow.python.util.dispatch.add_dispatch_support",
    "tensorflow.python.autograph.impl.api.do_not_convert",
):
    Namespace(_name.rpartition(".")[0]).function(_either, name=_name.rpartition(".")[2], raw=True)


@tf.function(name="RegisterGradient", raw=True)
def register_gradient(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: RegisterGradient: from here on operations of that type have this gradient."""
    name = args[0] if args else kwargs.get("op_type")
    held = call.state.shelf.get(REGISTERED, frozenset())
    known = isinstance(name, str) and held is not None
    call.state.shelf[REGISTERED] = held | {name} if known else held if isinstance(name, Text) else None
    return IDENTITY


tools = Namespace("tensorflow.python.util.tf_decorator")


@tools.function
def make_decorator(call: Call, target: AnyValue, decorator_func: AnyValue) -> Any:
    """TF: tf_decorator.make_decorator: the wrapper, under the name of what it wraps."""
    if isinstance(decorator_func, FunctionValue):
        for name in ("__name__", "__doc__"):
            decorator_func.set(name, call.getattr(target, name, None))
        decorator_func.set("__wrapped__", target)
    return decorator_func


@tools.function
def unwrap(call: Call, maybe_tf_decorator: AnyValue) -> Any:
    return (ListValue(), maybe_tf_decorator)


@Namespace("tensorflow.python.util.tf_contextlib").function
def contextmanager(call: Call, target: AnyValue) -> Any:
    return call.new("contextlib.contextmanager", target)


@Namespace("tensorflow.python.util.function_utils").function
def fn_args(call: Call, fn: AnyValue) -> Any:
    """TF: function_utils.fn_args: the names of a callable's parameters, without a bound `self`."""
    if isinstance(fn, Unknown):
        return fn.derive("")
    bound = isinstance(fn, BoundMethod)
    if isinstance(fn, InstanceValue):
        fn, bound = fn.cls.find("__call__"), True
    names, _ = call.engine.parameters(fn)
    return tuple(names[1:] if bound else names)


# Functions in a graph of their own


@defun.function(name="Defun", raw=True)
def defun_(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: function.Defun: the body is a graph of its own; a call leaves one operation, named after the function."""
    func_name, shape_func = kwargs.get("func_name"), kwargs.get("shape_func")

    def decorate(call: Call, function: AnyValue) -> Any:
        def called(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            given = [value if isinstance(value, Unknown) else convert(call, value) for value in args]
            state = call.state
            body = state.new_graph()
            body.building_function = True
            state.push_graph(body)
            try:
                result = call.invoke(function, *given)
                leaves = [] if result is None else list(result) if isinstance(result, tuple) else [result]
                if isinstance(result, ListValue) and result.rest is None:
                    leaves = list(result.items)
                leaves = [leaf if isinstance(leaf, Unknown) else convert(call, leaf) for leaf in leaves]
            finally:
                state.pop_graph()
            base = kwargs.get("name") or func_name
            if base is None:
                base = f"{call.getattr(function, '__name__', 'function')}_{hole('hash')}"
            name = call.graph.op("PartitionedCall", graph_name(base))
            # Of `*tensors` not all may be known.
            deps = 0 if getattr(kwargs, "rest", None) is None else -1
            for value in given:
                deps |= value.deps if isinstance(value, Tensor) else -1
            if not any(isinstance(value, Unknown) for value in given):
                call.graph.inputs[name] = tuple(given)
            # Its type is the function's name, its gradient the one given or one worked out when it runs.
            made = Operation(name, UNKNOWN_TYPE, call.graph)
            outputs = [
                Tensor(name, at, UNKNOWN_TYPE, None, leaf.dtype, call.graph, deps)
                if isinstance(leaf, Tensor)
                else Tensor(name, at, "", leaf.derive(""), leaf.derive(""), call.graph, deps)
                for at, leaf in enumerate(leaves)
            ]
            if shape_func is not None:
                shapes = call.invoke(shape_func, made)
                for tensor, shape in zip(outputs, structures.leaves(shapes), strict=False):
                    tensor.set_shape(graph_shape(call, shape))
            return made if not outputs else outputs[0] if len(outputs) == 1 else tuple(outputs)

        return NativeFunction("defun", called, "tf.<defun>", raw=True)

    return NativeFunction("Defun", decorate, "tf.<Defun>")
