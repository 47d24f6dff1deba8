"""tf.contrib.training.HParams: named numbers that are attributes."""

from __future__ import annotations

import json
import re
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.support import lift
from scopelint.apis.registry import Namespace
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import ON_ESCAPE, OPEN_KEYWORDS, InstanceValue

api = Namespace("tf.contrib.training")
hparams = api.type("HParams")

_PAIR = r"(?P<name>[a-zA-Z][\w\.]*)(\[\s*(?P<index>\d+)\s*\])?\s*=\s*((?P<val>[^,\[]*)|\[(?P<vals>[^\]]*)\])($|,\s*)"


def values_of(self: InstanceValue) -> DictValue:
    """The parameters in order, as one dictionary that the object keeps."""
    held = self.attrs.get("<values>")
    if not isinstance(held, DictValue):
        held = DictValue({})
        self.set("<values>", held)
    return held


def put(call: Call, self: InstanceValue, name: Any, value: AnyValue) -> None:
    if not isinstance(name, str):
        return
    held = values_of(self)
    held.touch()
    held.items[name] = value
    self.set(name, value)


@hparams.method(name="__init__", raw=True)
def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: HParams.__init__."""
    self = args[0]
    held = values_of(self)
    others = self.attrs.get(OPEN_KEYWORDS)
    if isinstance(others, Unknown):
        held.rest = self.rest = others
    for name, value in kwargs.items():
        if name not in ("hparam_def", "model_structure"):
            add(call, self, name, value)


def add(call: Call, self: InstanceValue, name: Any, value: AnyValue) -> None:
    """TF: HParams.add_hparam."""
    if isinstance(name, str) and name in self.attrs and self.attrs[name] is not None:
        call.raise_("ValueError", f"Hyperparameter name is reserved: {name}", kind="argument")
    if isinstance(value, ListValue) and not value.items and value.rest is None:
        call.raise_("ValueError", f"Multi-valued hyperparameters cannot be empty: {name}", kind="argument")
    if isinstance(value, tuple):
        value = ListValue(value)
    put(call, self, name, value)


@hparams.method
def add_hparam(call: Call, self: InstanceValue, name: AnyValue, value: AnyValue) -> None:
    add(call, self, name, value)


@hparams.method
def set_hparam(call: Call, self: InstanceValue, name: AnyValue, value: AnyValue) -> None:
    change(call, self, name, value)


def change(call: Call, self: InstanceValue, name: AnyValue, value: AnyValue) -> None:
    """TF: HParams.set_hparam. A float parameter turns an int into a float; None has no type yet."""
    held = values_of(self)
    if isinstance(name, str) and name not in held.items:
        if held.rest is None:
            call.raise_("KeyError", name, kind="argument")
        value = held.rest.derive(name)
    before = held.items.get(name)
    if isinstance(before, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    put(call, self, name, value)


@hparams.method
def del_hparam(call: Call, self: InstanceValue, name: AnyValue) -> None:
    held = values_of(self)
    if isinstance(name, str) and name in held.items:
        held.touch()
        del held.items[name]
        self.touch()
        self.attrs.pop(name, None)


@hparams.method
def get(call: Call, self: InstanceValue, key: Any, default: AnyValue) -> Any:
    held = values_of(self)
    if isinstance(key, str) and (key in held.items or held.rest is None):
        return held.items.get(key, default)
    return call.unknown("a hyperparameter")


@hparams.method(name="__contains__")
def contains(call: Call, self: InstanceValue, key: AnyValue) -> Any:
    held = values_of(self)
    if isinstance(key, str) and (key in held.items or held.rest is None):
        return key in held.items
    return call.unknown("a hyperparameter")


@hparams.method
def values(call: Call, self: InstanceValue) -> DictValue:
    """TF: HParams.values: what the attributes are now, a program may have set them itself."""
    held = values_of(self)
    return DictValue({name: self.attrs.get(name, value) for name, value in held.items.items()}, held.rest)


@hparams.method
def override_from_dict(call: Call, self: InstanceValue, values_dict: AnyValue) -> InstanceValue:
    if isinstance(values_dict, DictValue):
        for name, value in values_dict.items.items():
            change(call, self, name, value)
        if values_dict.rest is not None:
            forget(self, values_dict.rest)
    elif isinstance(values_dict, Unknown):
        forget(self, values_dict)
    return self


hparams.cls.attrs["set_from_map"] = hparams.cls.attrs["override_from_dict"]


def forget(self: InstanceValue, why: Unknown) -> None:
    """Any parameter may have been set to anything."""
    held = values_of(self)
    held.touch()
    for name in held.items:
        held.items[name] = why.derive(name)
        self.set(name, held.items[name])


def _may_be_changed(self: InstanceValue, why: Unknown) -> None:
    forget(self, why)
    values_of(self).rest = self.rest = why.derive("")


hparams.cls.attrs[ON_ESCAPE] = _may_be_changed


@hparams.method
def parse_json(call: Call, self: InstanceValue, values_json: AnyValue) -> Any:
    if isinstance(values_json, str):
        try:
            found = json.loads(values_json)
        except ValueError as problem:
            call.raise_("ValueError", str(problem))
        return override_from_dict(call, self, lift(found))
    if isinstance(values_json, Value):
        forget(self, values_json if isinstance(values_json, Unknown) else call.unknown("hyperparameters"))
    return self


@hparams.method
def parse(call: Call, self: InstanceValue, values: AnyValue) -> Any:
    """TF: HParams.parse, parse_values."""
    if not isinstance(values, str):
        forget(self, values if isinstance(values, Unknown) else call.unknown("hyperparameters"))
        return self
    held, others = values_of(self).items, values_of(self).rest
    position = 0
    while position < len(values):
        match = re.compile(_PAIR).match(values, position)
        if match is None:
            return call.raise_("ValueError", f"Malformed hyperparameter value: {values[position:]}", kind="argument")
        position = match.end()
        name = match["name"]
        if name not in held and others is not None:
            put(call, self, name, others.derive(name))
            continue
        if name not in held:
            call.raise_("ValueError", f"Unknown hyperparameter type for {name}", kind="argument")
        old = held[name]
        sample = old.items[0] if isinstance(old, ListValue) and old.items else old
        if match["vals"] is not None:
            parsed: Any = ListValue(
                [one(call, name, sample, piece, values) for piece in re.split("[ ,]", match["vals"]) if piece]
            )
        else:
            parsed = one(call, name, sample, match["val"], values)
            if match["index"] is not None and isinstance(old, ListValue):
                members = list(old.items)
                if int(match["index"]) < len(members):
                    members[int(match["index"])] = parsed
                parsed = ListValue(members)
            elif isinstance(old, ListValue):
                parsed = ListValue([parsed])
        put(call, self, name, parsed)
    return self


def one(call: Call, name: str, sample: AnyValue, text: str, values: str) -> Any:
    """One value of the type that the parameter has."""
    if isinstance(sample, Unknown):
        return sample.derive(name)
    try:
        if isinstance(sample, bool):
            return True if text in ("true", "True") else False if text in ("false", "False") else bool(int(text))
        if isinstance(sample, (int, float)):
            return type(sample)(text)
    except ValueError:
        call.raise_(
            "ValueError",
            f"Could not parse hparam '{name}' of type '{type(sample).__name__}' with value '{text}' in {values}",
            kind="argument",
        )
    return text


for _name in ("to_json", "to_proto", "get_model_structure", "set_model_structure"):
    hparams.method(lambda call, args, kwargs: call.unknown("hyperparameters written out"), name=_name, raw=True)
