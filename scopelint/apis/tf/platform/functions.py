"""tf.function and defun in graph mode: functions that are traced, and where the variables go that they make."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call, Raised
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import structures
from scopelint.apis.tf.framework.conversion import graph_shape
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.operations import convert
from scopelint.graph.function_graph import FunctionGraph, traced
from scopelint.graph.initial import Initializer
from scopelint.graph.store import creators
from scopelint.site import Site
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import BoundMethod, ClassValue, FunctionValue, InstanceValue, NativeFunction
from scopelint.values.tensors import IndexedSlices, SparseTensor, Tensor, Variable

def_function = Namespace("tensorflow.python.eager.def_function")
eager_function = Namespace("tensorflow.python.eager.function")

CALLABLE = (FunctionValue, BoundMethod, NativeFunction, InstanceValue, ClassValue)

traced_class = def_function.type("Function")
defun_class = eager_function.type("Function")
"""A function of the program's that is traced. `<results>`: what each signature gave; `<bound>`: its methods' own."""


def _new(cls: ClassValue, function: AnyValue, signature: AnyValue = None) -> InstanceValue:
    return InstanceValue(
        cls,
        {
            "python_function": function,
            "_python_function": function,
            "input_signature": signature,
            "<results>": (),
            "<bound>": (),
            "<makes>": (),
        },
    )


def _declare(path: str, name: str, cls: ClassValue, first: str) -> None:
    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Used bare, or called with options first."""
        function = args[0] if args else kwargs.get(first)
        signature = args[1] if len(args) > 1 else kwargs.get("input_signature")
        if function is None:
            return NativeFunction("decorator", lambda call, args, kwargs: _made(cls, args[0], signature), raw=True)
        return _made(cls, function, signature)

    Namespace(path).function(summary, name=name, raw=True)


def _made(cls: ClassValue, function: AnyValue, signature: AnyValue) -> Any:
    return _new(cls, function, signature) if isinstance(function, CALLABLE) else function


_declare("tf", "function", traced_class.cls, "func")
_declare("tf.contrib.eager", "defun", defun_class.cls, "func")
_declare("tensorflow.python.eager.function", "defun", defun_class.cls, "func")


# Tracing

NON_FIRST = "tf.function-decorated function tried to create variables on non-first call."


def _key(value: AnyValue) -> Any:
    """What a signature keeps of an argument: of tensors dtype and shape, of all else the value itself."""
    if isinstance(value, Tensor):
        shape = value.shape if value.shape is None or isinstance(value.shape, tuple) else "?"
        return str(value.dtype), str(shape)
    return repr(value) if isinstance(value, (bool, int, float, str)) or value is None else id(value)


def _signature(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    leaves = [_key(leaf) for leaf in structures.leaves(args)]
    return tuple(leaves), tuple((key, _key(leaf)) for key in sorted(kwargs) for leaf in structures.leaves(kwargs[key]))


class _Made:
    """A creator of variables that is in force while a function is traced."""

    __slots__ = ("call", "forbids", "graph", "sites")

    def __init__(self, call: Call, graph: FunctionGraph, forbids: bool) -> None:
        self.call = call
        self.graph = graph
        self.forbids = forbids
        self.sites: list[Site] = []

    def __call__(self, following: Any, initial_value: Any, **given: Any) -> Any:
        """TF: UnliftedInitializerVariable: no matter what is asked, it is in no collection but that of all. A tensor of
        the function as initial value is made anew outside."""
        if self.forbids:
            # Told of at the call, which is what fails; the line that makes the variable was right the first time.
            self.call.raise_("ValueError", NON_FIRST)
        self.sites.append(self.call.state.where()[0])
        tensor = getattr(initial_value, "tensor", None)
        if isinstance(tensor, Tensor) and isinstance(tensor.graph, FunctionGraph):
            outside = Tensor(
                tensor.op_name, tensor.index, tensor.op_type, tensor.shape, tensor.dtype, tensor.graph.outermost
            )
            initial_value = Initializer("tensor", shape=tensor.shape, dtype=tensor.dtype, tensor=outside)
        return following(initial_value, **{**given, "trainable": False, "collections": None, "use_resource": True})


def _placed(call: Call, value: AnyValue, graph: FunctionGraph, spec: AnyValue) -> Any:
    """An argument as the function sees it: tensors are placeholders of its own graph."""
    if not isinstance(value, Tensor) or value.graph is graph:
        return value
    shape = value.shape if spec is None else spec
    name = graph.op("Placeholder", "args")
    return Tensor(name, 0, "Placeholder", shape, value.dtype, graph, value.deps)


def _specs(call: Call, self: InstanceValue) -> list[Any]:
    """The shapes that an `input_signature` asks for, in the order of the arguments."""
    listed = self.attrs.get("input_signature")
    if listed is None or isinstance(listed, Unknown):
        return []
    return [graph_shape(call, call.getattr(leaf, "shape", None)) for leaf in structures.leaves(listed)]


def _trace(
    call: Call,
    self: InstanceValue,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    makes: bool | None = None,
) -> tuple[Any, list[Site]]:
    """Runs the function in a graph of its own; gives what it returned as tensors of the graph outside, and where
    variables were made. `makes`: may it make them (None: as if it were not traced)?"""
    state = call.state
    outside = call.graph
    held = creators(state)
    specs = _specs(call, self)
    with traced(state, converts=True) as graph:
        creator = None if makes is None else _Made(call, graph, not makes)
        if creator is not None:
            held.touch()
            held.items.append(creator)
        try:
            shapes = iter(specs)
            placed = structures.mapped(lambda leaf: _placed(call, leaf, graph, next(shapes, None)), args)
            named = {
                key: structures.mapped(lambda leaf: _placed(call, leaf, graph, None), value)
                for key, value in kwargs.items()
            }
            result = call.invoke(self.attrs["python_function"], *placed, **named)
            result = structures.mapped(lambda leaf: _returned(call, leaf), result)
        finally:
            if creator is not None:
                held.touch()
                held.items.remove(creator)
    flat = [leaf for leaf in structures.leaves(result) if isinstance(leaf, Tensor)]
    if flat:
        deps = 0
        for leaf in flat:
            deps |= leaf.deps
        kind = "StatefulPartitionedCall" if deps else "PartitionedCall"
        name = outside.op(kind, kind)
        places = iter(range(len(flat)))
        result = structures.mapped(
            lambda leaf: (
                Tensor(name, next(places), kind, leaf.shape, leaf.dtype, outside, leaf.deps)
                if isinstance(leaf, Tensor)
                else leaf
            ),
            result,
        )
    return result, creator.sites if creator is not None else []


def _returned(call: Call, leaf: AnyValue) -> Any:
    """TF: func_graph_from_py_func.convert."""
    if leaf is None or isinstance(leaf, (Tensor, SparseTensor, IndexedSlices, Unknown)):
        return leaf
    if isinstance(leaf, (bool, int, float, str, Variable)):
        return convert(call, leaf)
    return leaf


def _known(self: InstanceValue, key: AnyValue) -> Any:
    return next((result for held, result in self.attrs["<results>"] if held == key), None)


def _again(call: Call, result: AnyValue) -> Any:
    """A trace that is there already leaves one more call of it."""
    flat = [leaf for leaf in structures.leaves(result) if isinstance(leaf, Tensor)]
    if not flat:
        return result
    kind = flat[0].op_type
    name = call.graph.op(kind, kind)
    return structures.mapped(
        lambda leaf: (
            Tensor(name, leaf.index, kind, leaf.shape, leaf.dtype, call.graph, deps_of(leaf))
            if isinstance(leaf, Tensor)
            else leaf
        ),
        result,
    )


def _remember(self: InstanceValue, key: AnyValue, result: AnyValue) -> Any:
    self.set("<results>", (*self.attrs["<results>"], (key, result)))
    return result


@traced_class.method(name="__call__", raw=True)
def call_function(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: def_function.Function.__call__. A function that makes variables is traced twice at its first call, and only
    the first time may it make them."""
    self, *rest = args
    given = tuple(rest)
    key = _signature(given, kwargs)
    known = _known(self, key)
    if known is not None:
        return _again(call, known)
    if self.attrs["<makes>"]:
        return _remember(self, key, _without(call, self, given, kwargs))
    first = not self.attrs["<results>"]
    result, sites = _trace(call, self, given, kwargs, makes=True)
    if not sites:
        return _remember(self, key, result)
    if not first:
        call.raise_(
            "ValueError",
            "Creating variables on a non-first call to a function decorated with tf.function.",
            kind="argument",
        )
    self.set("<makes>", tuple(sites))
    return _remember(self, key, _without(call, self, given, kwargs))


def _without(call: Call, self: InstanceValue, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The trace that may make no variables. What it is refused is told of at the call."""
    try:
        result, _ = _trace(call, self, args, kwargs, makes=False)
    except Raised as error:
        refusal = call.engine.refusals.get(id(error.value))
        if refusal is not None:
            call.state.mark_caught(refusal[1])
        elif getattr(error.value, "attrs", {}).get("args") != (NON_FIRST,):
            raise
        said = NON_FIRST if refusal is None else refusal[1].message
        first = self.attrs["<makes>"][0]
        call.raise_(
            "ValueError",
            f"tf.function traces what made variables at {first} a second time, which may make none: {said}",
            kind="argument",
        )
    return result


@defun_class.method(name="__call__", raw=True)
def call_defun(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: function.Function.__call__. Traced once for each signature."""
    self, *rest = args
    key = _signature(tuple(rest), kwargs)
    known = _known(self, key)
    if known is not None:
        return _again(call, known)
    result, _ = _trace(call, self, tuple(rest), kwargs)
    return _remember(self, key, result)


def _bound(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: Function.__get__. Each object has a traced function of its own."""
    self, receiver = args[0], args[1] if len(args) > 1 else None
    if receiver is None:
        return self
    for held, made in self.attrs["<bound>"]:
        if held is receiver:
            return made
    method = BoundMethod(self.attrs["python_function"], receiver)
    made = _new(self.cls, method, self.attrs["input_signature"])
    self.set("<bound>", (*self.attrs["<bound>"], (receiver, made)))
    return made


def _concrete(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.cannot_know("a concrete function, traced by hand", may_make=True)


for _cls in (traced_class, defun_class):
    _cls.method(_bound, name="__get__", raw=True)
    _cls.method(_concrete, name="get_concrete_function", raw=True)
