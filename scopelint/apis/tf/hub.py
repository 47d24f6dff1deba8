"""tensorflow_hub: models that nobody can look into, in scopes that are known.

A module's variables are read from a file when the program runs. Where they are put, and how a module's results are
named, is the library's own code (module.py, native_module.py, feature_column.py), which is restated here: what is made
elsewhere hangs on none of it.
"""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.feature_column.columns import dense, name_of_column
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.operations import convert
from scopelint.apis.tf.framework.python_values import is_dense_tensor
from scopelint.apis.tf.framework.structures import flatten
from scopelint.graph import scopes
from scopelint.graph.conditions import assumption
from scopelint.graph.events import NotKnown
from scopelint.graph.names import Graph
from scopelint.values.base import AnyValue, Cause, Unknown, Why
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.dependences import doubted_deps
from scopelint.values.objects import InstanceValue, NativeFunction
from scopelint.values.tensors import UNKNOWN_TYPE, Tensor
from scopelint.values.text import from_template, hole, text

api = Namespace("tensorflow_hub")
module = api.type("Module")
spec = api.type("ModuleSpec")

_LISTED = ("variables", "model_variables", "table_initializer", "asset_filepaths")
_TRAINED = ("trainable_variables", "regularization_losses")


@module.method(name="__init__")
def init(
    call: Call,
    self: InstanceValue,
    spec: AnyValue,
    trainable: AnyValue = False,
    name: AnyValue = "module",
    tags: AnyValue = None,
) -> None:
    """hub: Module.__init__, _ModuleImpl._create_state_graph."""
    graph = call.graph
    if isinstance(spec, str) and "://" not in spec and not call.engine.is_folder(spec):
        # What is downloaded is there; a folder that the project does not hold may not be: then the program ends here.
        call.state.take(assumption(f"there is a module at {spec}"))
    scope = _state_scope(call, str(graph_name(name, "module")))
    leaf = scope.rpartition("/")[2]
    with graph.name_scope(scope[: len(scope) - len(leaf)]):
        with graph.name_scope(leaf):
            pass
        with graph.name_scope("save"):
            pass
    reason = f"which variables {_said(spec)} has, in {scope}/"
    call.state.emit(NotKnown, reason=reason, may_make=True, elsewhere=True)
    why = Unknown(reason, "", call.state.where()[0], cause=Cause(Why.HIDDEN))
    for each in (*_LISTED, *(_TRAINED if trainable is not False else ())):
        graph.get_collection_ref(each).open(why)
    # Beside what was read TF may have to number what the program puts into the same scope.
    taken = (assumption(f"{_said(spec)} has no operation of that name"),)
    graph.doubtful_names.set(scope, taken)
    graph.doubtful_scopes.set(scope, taken)
    for key, value in (("_graph", graph), ("_name", from_template(leaf)), ("_trainable", trainable), ("_seen", why)):
        self.set(key, value)


def _said(spec: AnyValue) -> str:
    return f"hub.Module({spec!r})" if isinstance(spec, str) and len(spec) < 80 else "a hub.Module"


def _state_scope(call: Call, name: str) -> str:
    """hub: _try_get_state_scope. An unused variable scope, whose name scope must be free too."""
    state, graph = call.state, call.graph
    outer = scopes.get_variable_scope(state).name
    with graph.name_scope(f"{outer}/" if outer else ""):
        with scopes.variable_scope(state, None, name, auxiliary_name_scope=False) as opened:
            found = str(opened.name)
        unique = graph.unique_name(name, False)
    if unique != found and "{" not in unique + found and not graph.doubts:
        message = f"variable_scope {found}/ was unused but the corresponding name_scope was already taken."
        call.raise_("RuntimeError", message, kind="argument")
    return found


@module.method(name="__call__")
def apply(
    call: Call,
    self: InstanceValue,
    inputs: AnyValue = None,
    _sentinel: AnyValue = None,
    signature: AnyValue = None,
    as_dict: AnyValue = None,
) -> Any:
    """hub: Module.__call__, _ModuleImpl.create_apply_graph."""
    graph = call.graph
    if isinstance(self.attrs.get("_graph"), Graph) and self.attrs["_graph"] is not graph:
        message = "Module must be applied in the graph it was instantiated for."
        call.raise_("RuntimeError", message, kind="argument")
    for each in _values(inputs):
        if not is_dense_tensor(each) and not isinstance(each, Unknown):
            convert(call, each)
    name = "default" if signature is None else str(graph_name(signature, ""))
    with graph.name_scope(f"{graph_name(self.attrs.get('_name'), '')}_apply_{name.replace(':', '_')}") as scope:
        pass
    if self.attrs.get("_trainable") is not False:
        graph.get_collection_ref("update_ops").open(_doubt(self))
    deps = doubted_deps(deps_of(tuple(flatten(inputs))))

    def output(label: str) -> Tensor:
        what = call.unknown("what a hub.Module gives")
        return Tensor(f"{scope}{hole(label)}", 0, UNKNOWN_TYPE, what, what.derive(""), graph, deps)

    if as_dict is None or as_dict is False:
        return output("output")
    return InstanceValue(outputs.cls, {"_output": output}, DictValue({}, call.unknown("what a hub.Module gives")))


outputs = api.type("_Outputs", bases=("builtins.dict",))


@outputs.method(name="__getitem__")
def get_output(call: Call, self: InstanceValue, key: AnyValue) -> Any:
    """Whichever it is, it is a tensor of the module's."""
    held = self.payload
    found = held.items.get(key) if isinstance(key, str) else None
    if found is None:
        found = self.attrs["_output"](key if isinstance(key, str) else "output")
        if isinstance(key, str):
            held.touch()
            held.items[key] = found
    return found


def _values(inputs: AnyValue) -> list[Any]:
    if inputs is None:
        return []
    if isinstance(inputs, DictValue):
        return [inputs.items[key] for key in sorted(inputs.items, key=str)]
    return [inputs]


@module.property
def variables(call: Call, self: InstanceValue) -> Any:
    return ListValue((), _doubt(self))


@module.property
def variable_map(call: Call, self: InstanceValue) -> Any:
    return DictValue({}, _doubt(self))


def _doubt(self: InstanceValue) -> Unknown:
    held = self.attrs.get("_seen")
    return held if isinstance(held, Unknown) else Unknown("the variables of a hub.Module")


for _name in ("get_signature_names", "get_input_info_dict", "get_output_info_dict", "get_attached_message"):
    for _owner in (module, spec):
        _owner.method(lambda call, args, kwargs: call.unknown("what a module says of itself"), name=_name, raw=True)
module.method(lambda call, args, kwargs: None, name="export", raw=True)
spec.method(lambda call, args, kwargs: call.unknown("what a module says of itself"), name="get_tags", raw=True)
spec.method(lambda call, args, kwargs: None, name="export", raw=True)


@api.function
def load_module_spec(call: Call, path: AnyValue) -> Any:
    return InstanceValue(spec.cls)


@api.function
def create_module_spec(
    call: Call, module_fn: AnyValue, tags_and_args: AnyValue = None, drop_collections: AnyValue = None
) -> Any:
    """hub: create_module_spec. The function is called in a graph of its own, once for each variant."""
    listed = call.members(tags_and_args) if tags_and_args is not None else [(None, DictValue())]
    for each in [] if isinstance(listed, Unknown) else listed:
        given = each[1] if isinstance(each, tuple) and len(each) == 2 else None
        held = given.items if isinstance(given, DictValue) else {}
        named = {key: value for key, value in held.items() if isinstance(key, str)}
        call.state.push_graph(call.new("tf.Graph"))
        try:
            with scopes.variable_scope(call.state, "", use_resource=True):
                call.invoke(module_fn, **named)
        finally:
            call.state.pop_graph()
    return InstanceValue(spec.cls)


for _name in ("add_signature", "attach_message", "register_module_for_export"):
    api.function(lambda call, args, kwargs: None, name=_name, raw=True)

exporter = api.type("LatestModuleExporter")
exporter.method(lambda call, args, kwargs: None, name="__init__", raw=True)


def _number(call: Call, what: str) -> Unknown:
    found = call.unknown(f"{what} that a module takes", what)
    found.number = int
    return found


@api.function
def get_expected_image_size(
    call: Call, module_or_spec: AnyValue, signature: AnyValue = None, input_name: AnyValue = None
) -> Any:
    return _number(call, "height"), _number(call, "width")


@api.function
def get_num_image_channels(
    call: Call, module_or_spec: AnyValue, signature: AnyValue = None, input_name: AnyValue = None
) -> Any:
    return _number(call, "channels")


# Columns

_columns = Namespace("tensorflow_hub.feature_column")
_TEXT, _IMAGE = (
    _columns.type(name, bases=(dense.cls,)).cls for name in ("_TextEmbeddingColumn", "_ImageEmbeddingColumn")
)


def _column(call: Call, cls: Any, key: AnyValue, of: AnyValue, trained: AnyValue) -> InstanceValue:
    def state(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """hub: create_state, _get_dense_tensor. The module is made anew in the scope of the column."""
        may = args[0] if args else True
        return call.invoke(module.cls, of, trainable=False if trained is False or may is False else trained)

    name = key if not isinstance(key, InstanceValue) else from_template(name_of_column(key))
    made = {"name": text([name, "_hub_module_embedding"]), "key": key, "module_spec": InstanceValue(spec.cls)}
    made["width"] = call.unknown("the width of what a module gives", "width")
    return InstanceValue(cls, {**made, "state": NativeFunction("create_state", state, raw=True)})


@api.function
def text_embedding_column(call: Call, key: AnyValue, module_spec: AnyValue, trainable: AnyValue = False) -> Any:
    return _column(call, _TEXT, key, module_spec, trainable)


@api.function
def image_embedding_column(call: Call, key: AnyValue, module_spec: AnyValue) -> Any:
    return _column(call, _IMAGE, key, module_spec, False)
