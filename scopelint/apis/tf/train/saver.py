"""Savers and what else is read from files or written there: which variables, under which keys."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.lookups import IMPORTED
from scopelint.apis.tf.framework.restoring import (
    SAVEABLES,
    Saved,
    flat,
    is_table,
    latest,
    made_since,
    note_values,
    path_of,
    restored_by_saver,
    saved,
)
from scopelint.apis.tf.framework.sessions import not_known, nothing
from scopelint.graph.events import Noted, SessionRun
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import Operation, PartitionedVariable, Tensor, Variable
from scopelint.values.text import Text

api = Namespace("tf")
train = Namespace("tf.train")

FRESH = "{tmp}"
"""The folder of an estimator that was given none: TF makes a new one."""


saver = train.type("Saver")


def saved_names(call: Call, var_list: AnyValue) -> dict[str, Any] | Unknown:
    """TF: saveable_object_util.op_list_to_dict: the checkpoint's names and what each is for."""
    if isinstance(var_list, DictValue):
        for value in var_list.items.values():
            check_saveable(call, value)
        return var_list.rest or {str(key): value for key, value in var_list.items.items()}
    if isinstance(var_list, (str, bool, int, float)):
        message = f"Variables to save should be passed in a dict or a list: {call.to_string(var_list)}"
        call.raise_("TypeError", message, kind="argument")
    members = call.members(var_list)
    if isinstance(members, Unknown):
        return members
    out: dict[str, Any] = {}
    for member in members:
        if is_table(member):
            out[member.attrs["_saved_as"]] = member
            continue
        if not isinstance(member, (Variable, PartitionedVariable)):
            if isinstance(member, Unknown):
                return member
            check_saveable(call, member, listed=True)
            continue
        name = member.slice_info[0] if isinstance(member, Variable) and member.slice_info else member.name
        before = out.get(name)
        is_part = isinstance(member, Variable) and member.slice_info
        if before is not None and not is_part and "{" not in name and before.graph is member.graph:
            call.raise_("ValueError", f"At least two variables have the same name: {name}", kind="argument")
        if is_part:
            out[name] = ListValue([*(before.items if isinstance(before, ListValue) else ()), member])
        else:
            out[name] = member
    return out


def check_saveable(call: Call, value: AnyValue, listed: bool = False) -> None:
    """TF: op_list_to_dict, saveable_objects_for_op: what is no variable is not saved."""
    made_of_one = ("VariableV2", "VarHandleOp", "ReadVariableOp", "Variable", "AutoReloadVariable")
    if isinstance(value, Tensor):
        if value.op_type and value.op_type not in made_of_one and "{" not in value.op_name:
            message = f"Variable to save is not a Variable: {value}"
            call.raise_("TypeError", message, kind="argument")
    elif value is None or isinstance(value, (bool, int, float, str)):
        if listed:
            # TF sorts a list by names.
            kind = call.class_of(value).name
            call.raise_("AttributeError", f"'{kind}' object has no attribute 'name'", kind="argument")
        message = (
            f"names_to_saveables must be a dict mapping string names to Tensors/Variables. Not a variable: {value}"
        )
        call.raise_("TypeError", message, kind="argument")


@saver.method(name="__init__")
def saver_init(
    call: Call,
    self: InstanceValue,
    var_list: AnyValue,
    defer_build: AnyValue,
    allow_empty: AnyValue,
    name: AnyValue,
    reshape: AnyValue,
    sharded: AnyValue,
    filename: AnyValue,
    saver_def: AnyValue,
) -> None:
    """TF: Saver.__init__ and _build."""
    self.set("_var_list", var_list)
    self.set("_name", name)
    self.set("_allow_empty", allow_empty)
    self.set("_reshape", reshape is True)
    self.set("_built", False)
    self.set("last_checkpoints", ListValue())
    self.set("saver_def", saver_def if saver_def is not None else call.unknown("a saver's definition"))
    if defer_build is True or saver_def is not None:
        return
    saver_build(call, self)


@saver.method(name="build")
def saver_build(call: Call, self: InstanceValue) -> None:
    """TF: Saver._build, BaseSaverBuilder._build_internal. One `Assign` for each variable, all below one scope."""
    if self.attrs["_built"] is True:
        return
    self.set("_built", True)
    chosen = self.attrs["_var_list"]
    graph = call.graph
    certain = call.sees_all()
    if chosen is None:
        chosen = ListValue([*graph.get_collection("variables"), *graph.get_collection(SAVEABLES)])
    if isinstance(chosen, (ListValue, DictValue)) and not chosen.items and chosen.rest is None:
        if self.attrs["_allow_empty"] is True:
            return
        if certain:
            call.raise_("ValueError", "No variables to save", kind="argument")
    names = saved_names(call, chosen)
    held = saved(
        call,
        names,
        certain and getattr(chosen, "rest", None) is None,
        given="" if self.attrs["_var_list"] is None else "{...}" if isinstance(chosen, DictValue) else "var_list",
        made_at=call.state.site(),
        reshape=self.attrs["_reshape"],
    )
    self.set("_saved", held)
    name = self.attrs["_name"]
    asked = str(name) if isinstance(name, (str, Value)) and not isinstance(name, Unknown) else "save"
    with graph.name_scope(asked):
        listed = ("tensor_names", "Const"), ("shape_and_slices", "Const")
        start = graph.op("PlaceholderWithDefault", "filename", inner=(("input", "Const"),))
        path = graph.op("PlaceholderWithDefault", "Const")
        save = graph.op("SaveV2", "SaveV2", inner=listed)
        last = graph.op("Identity", "control_dependency")
        restore = graph.op("RestoreV2", "RestoreV2", inner=listed)
        made: list[tuple[str, Any]] = []
        if not isinstance(names, Unknown):
            for _, value in sorted(names.items()):
                for variable in () if is_table(value) else flat(value):
                    made.append((graph.op("Assign", "Assign"), variable))
        done = graph.op("NoOp", "restore_all")
        if graph.drawing is not None:
            graph.draw(start, f"{start}/input")
            graph.draw(path, start)
            whats = [f"{save}/{name}" for name, _ in listed]
            graph.draw(save, path, *whats, *(getattr(v, "name", None) for _, v in made))
            graph.draw(last, path)
            graph.draw_after(last, [Operation(save, "SaveV2", graph)])
            graph.draw(restore, path, *(f"{restore}/{name}" for name, _ in listed))
            for at, (name, variable) in enumerate(made):
                graph.draw(name, variable, Tensor(restore, at, "RestoreV2", None, variable.dtype, graph))
            graph.draw_after(done, [Operation(name, "Assign", graph) for name, _ in made])
    call.note("saver", pairs=held.pairs, certain=held.certain, given=held.given)


@saver.method(name="restore")
def saver_restore(call: Call, self: InstanceValue, sess: AnyValue, save_path: AnyValue) -> None:
    """TF: Saver.restore."""
    restored_by_saver(call, self, save_path)
    held = self.attrs.get("_saved")
    if isinstance(held, Saved):
        note_values(call, "values_restored", sess, [name for _, name in held.pairs])


@saver.method(name="save")
def saver_save(call: Call, self: InstanceValue, sess: AnyValue, save_path: AnyValue) -> Any:
    """TF: Saver.save."""
    held = self.attrs.get("_saved")
    if isinstance(held, Saved):
        late = () if held.given else made_since(call, held)
        call.note("saver_saved", made_at=held.made_at, after=late, certain=held.certain)
    call.note("checkpoint_written", checkpoint=path_of(save_path))
    return call.unknown("the path of a checkpoint")


for _name in ("recover_last_checkpoints", "set_last_checkpoints", "set_last_checkpoints_with_time"):
    saver.method(nothing, name=_name, raw=True)


for _name in ("export_meta_graph", "to_proto", "as_saver_def"):
    saver.method(not_known("the path of a checkpoint"), name=_name, raw=True)


@train.function(raw=True)
def import_meta_graph(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    call.cannot_know("a graph is imported from a file", may_make=True)
    return InstanceValue(call.find("tf.train.Saver"), {"_built": True, "last_checkpoints": ListValue()})


def is_made_here(call: Call, message: Any) -> bool:
    """Is a message made in the very call that it is handed to, so that it is empty for certain?"""
    made = message.attrs.get("<made at>") if isinstance(message, InstanceValue) else None
    if made is None or len(message.attrs) > 1:
        return False
    here = call.state.where()[0]
    start, end = (here.line, here.column), (here.end_line, here.end_column)
    return bool(made.path == here.path and start <= (made.line, made.column) < end)


@api.function(raw=True)
def import_graph_def(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: importer.import_graph_def: all below a scope named `import` or `name`. A frozen graph has no variables."""
    name = kwargs.get("name", args[3] if len(args) > 3 else None)
    asked = "import" if name is None else name
    if isinstance(asked, str) and asked:
        with call.graph.name_scope(asked):
            pass
    else:
        call.graph.add_to_collection(IMPORTED, asked)
    wanted = kwargs.get("return_elements", args[2] if len(args) > 2 else None)
    given = args[0] if args else kwargs.get("graph_def")
    if isinstance(wanted, ListValue) and wanted.items and is_made_here(call, given):
        message = f"Requested return_element {call.to_string(wanted.items[0])!r} not found in graph_def."
        call.raise_("ValueError", message, kind="argument")
    if isinstance(wanted, ListValue):
        return ListValue([call.unknown("what an imported graph holds") for _ in wanted.items])
    return None if wanted is None else call.unknown("what an imported graph holds")


@train.function
def latest_checkpoint(call: Call, checkpoint_dir: AnyValue) -> Any:
    """TF: latest_checkpoint. None where an estimator's folder is still to be made; all else is for a run to tell."""
    events = call.state.events.items
    if isinstance(checkpoint_dir, (str, Text)) and not any(isinstance(event, SessionRun) for event in events):
        folder = str(checkpoint_dir)
        of_estimator = any(
            isinstance(event, Noted) and event.kind == "estimator" and event.fact("folder") == folder
            for event in events
        )
        if of_estimator and (folder == FRESH or not call.engine.is_folder(folder)):
            return None
    return latest(call, checkpoint_dir)


for _name in (
    "load_variable",
    "checkpoint_exists",
    "checkpoints_iterator",
):
    train.function(not_known("what a checkpoint holds"), name=_name, raw=True)


for _name in (
    "update_checkpoint_state",
    "remove_checkpoint",
    "write_graph",
    "start_queue_runners",
    "add_queue_runner",
):
    train.function(nothing, name=_name, raw=True)


@train.function
def get_checkpoint_state(call: Call, checkpoint_dir: AnyValue) -> Any:
    return latest(call, checkpoint_dir)


@train.function(name="export_meta_graph", raw=True)
def export_meta_graph_(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("the definition of a graph")
