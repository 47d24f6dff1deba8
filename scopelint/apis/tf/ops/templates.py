"""tf.make_template: a function whose variables are made at its first call and shared after."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.conversion import graph_name, is_set, none_if_default
from scopelint.apis.tf.ops.variable_options import graph_getter
from scopelint.graph import scopes as graph_scopes
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import FLOAT32
from scopelint.values.text import from_template

api = Namespace("tf")
template = Namespace("tensorflow.python.ops.template").type("Template")


@api.function(raw=True)
def make_template(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: make_template. What is left of the keywords is given to the function at each call."""
    kwargs = dict(kwargs)
    bound = dict(zip(("name_", "func_", "create_scope_now_", "unique_name_", "custom_getter_"), args, strict=False))
    for key in ("name_", "func_", "create_scope_now_", "unique_name_", "custom_getter_"):
        if key in kwargs:
            bound[key] = kwargs.pop(key)
    for key in ("name_", "func_"):
        if key not in bound:
            call.raise_("TypeError", f"make_template() missing 1 required positional argument: '{key}'")
    return new_template(
        call,
        bound["name_"],
        bound["func_"],
        bound.get("create_scope_now_", False),
        bound.get("unique_name_"),
        bound.get("custom_getter_"),
        kwargs,
    )


def new_template(
    call: Call,
    name: AnyValue,
    function: AnyValue,
    now: AnyValue,
    unique_name: AnyValue,
    getter: AnyValue,
    kwargs: dict[str, Any],
) -> InstanceValue:
    """TF: Template.__init__."""
    if name is None:
        call.raise_("ValueError", "name cannot be None.", kind="argument")
    self = InstanceValue(
        template.cls,
        {
            "_name": name,
            "_func": function,
            "_unique_name": none_if_default(unique_name),
            "_custom_getter": none_if_default(getter),
            "_variable_scope": None,
            "_variables_created": False,
            "_first_call": True,
            "_kwargs": tuple(kwargs.items()),
        },
    )
    if now is not False and bool(now):
        store = graph_scopes.scope_store(call.graph)
        asked = (
            graph_name(unique_name)
            if is_set(unique_name)
            else store.unique_variable_scope(call.graph, graph_name(name))
        )
        # Unlike variable_scope it has a dtype of its own: what is around it does not count.
        options = {"custom_getter": graph_getter(call, none_if_default(getter)), "dtype": FLOAT32}
        pure = graph_scopes.PureScope(call.graph, asked, None, options, None, call.state.site())
        self.set("_variable_scope", pure.enter())
        pure.exit()
        call.note("template", scope=self.attrs["_variable_scope"].name)
    return self


@template.method(name="__init__")
def init(
    call: Call,
    self: InstanceValue,
    name: AnyValue,
    func: AnyValue,
    create_scope_now: AnyValue,
    unique_name: AnyValue,
    custom_getter: AnyValue,
) -> None:
    made = new_template(call, name, func, create_scope_now, unique_name, custom_getter, {})
    for key, value in made.attrs.items():
        self.set(key, value)


@template.method(name="__call__", raw=True)
def call_template(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: Template.__call__. The scope is taken where the first call is made."""
    self, *rest = args
    scope, first = self.attrs["_variable_scope"], self.attrs["_first_call"]
    if isinstance(scope, Unknown):
        return call.cannot_know("whether a template was called before is not known", may_make=True)
    if scope is not None:
        reuse = first.derive("") if isinstance(first, Unknown) else first is not True
        context = graph_scopes.variable_scope(call.state, scope, reuse=reuse)
    else:
        context = graph_scopes.variable_scope(
            call.state,
            graph_name(self.attrs["_unique_name"]),
            graph_name(self.attrs["_name"]),
            custom_getter=graph_getter(call, self.attrs["_custom_getter"]),
        )
    entered = context.enter()
    try:
        if scope is None:
            self.set("_variable_scope", entered)
            call.note("template", scope=entered.name)
        return run(call, self, tuple(rest), kwargs)
    finally:
        context.exit()


def run(call: Call, self: InstanceValue, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: Template._call_func."""
    function = self.attrs["_func"]
    given_kwargs = {**dict(self.attrs["_kwargs"]), **kwargs}
    if self.attrs["_variables_created"] is True:
        before = call.graph.get_collection("trainable_variables")
        result = call.engine.invoke(function, args, given_kwargs)
        after = call.graph.get_collection("trainable_variables")
        if len(before) != len(after):
            shown = ", ".join(str(call.to_string(v)) for v in after[len(before) :])
            call.raise_(
                "ValueError",
                "Trainable variable created when calling a template after the first time, "
                f"perhaps you used tf.Variable when you meant tf.get_variable: [{shown}]",
                kind="argument",
            )
        return result
    self.set("_first_call", False)
    try:
        result = call.engine.invoke(function, args, given_kwargs)
    except BaseException:
        self.set("_first_call", True)
        raise
    self.set("_variables_created", True)
    return result


def declare_property(name: str, read: Any) -> None:
    read.__name__ = name
    template.property(read)


declare_property("name", lambda call, self: self.attrs["_name"])
declare_property("func", lambda call, self: self.attrs["_func"])
declare_property("variable_scope", lambda call, self: self.attrs["_variable_scope"])
declare_property("var_scope", lambda call, self: self.attrs["_variable_scope"])
declare_property("variable_scope_name", lambda call, self: from_template(prefix(self)) if prefix(self) else None)


def prefix(self: InstanceValue) -> Any:
    """TF: Template.variable_scope_name."""
    scope = self.attrs["_variable_scope"]
    if scope is None:
        return None
    return scope.name if not scope.name or scope.name.endswith("/") else scope.name + "/"


def collected_variables(call: Call, self: InstanceValue, *keys: str) -> ListValue:
    if self.attrs["_variables_created"] is not True:
        return ListValue()
    return ListValue([v for key in keys for v in call.graph.get_collection(key, prefix(self))])


def _lister(keys: tuple[str, ...]) -> Any:
    return lambda call, self: collected_variables(call, self, *keys)


for _names, _keys in (
    (("variables", "weights"), ("variables", "local_variables")),
    (("trainable_variables", "trainable_weights"), ("trainable_variables",)),
    (("global_variables",), ("variables",)),
    (("local_variables",), ("local_variables",)),
):
    for _name in _names:
        declare_property(_name, _lister(_keys))


def _untrained(call: Call, self: InstanceValue) -> ListValue:
    trained = collected_variables(call, self, "trainable_variables").items
    return ListValue(
        [v for v in collected_variables(call, self, "variables").items if not any(v is t for t in trained)]
    )


for _name in ("non_trainable_variables", "non_trainable_weights"):
    declare_property(_name, lambda call, self: _untrained(call, self))
