"""google.protobuf: the message classes of generated modules, and messages merged from text.

A generated module is not run: the descriptor that it holds says all that it would make.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.protobuf import schema, source
from scopelint.apis.python.protobuf.schema import EnumType, Field, File, MessageType
from scopelint.apis.registry import Namespace, find
from scopelint.values.base import AnyValue, Cause, Unknown, Why
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import ClassValue, InstanceValue, ModuleValue, NativeFunction, StaticMethod

base = Namespace("google.protobuf.message")
text_format = Namespace("google.protobuf.text_format")

MESSAGE = base.type("Message", bases=("builtins.object",))
REPEATED = Namespace("google.protobuf").type("<repeated>", bases=("builtins.list",))
for _path, _name in (
    ("google.protobuf.message", "Error"),
    ("google.protobuf.message", "DecodeError"),
    ("google.protobuf.text_format", "Error"),
    ("google.protobuf.text_format", "ParseError"),
):
    Namespace(_path).type(_name, bases=("builtins.ValueError",))

TYPE, SET, UNKNOWN = "<type>", "<set>", "<unknown>"


class Pool:
    """All types that one run has met, by their full names."""

    def __init__(self) -> None:
        self.classes: dict[str, ClassValue] = {}
        self.enums: dict[str, EnumType] = {}


def pool_of(call: Call) -> Pool:
    found: Pool = call.engine.__dict__.setdefault("protobuf", Pool())
    return found


# generated modules


def generated(call: Call, name: str, place: str, tree: ast.Module) -> ModuleValue | None:
    """The module that a generated file describes; None where its descriptor cannot be read."""
    data = schema.serialized(tree)
    try:
        found = None if data is None else schema.read_file(data)
    except (IndexError, UnicodeDecodeError, AttributeError, StopIteration):
        found = None
    if found is None:
        return None
    made = described(call, name, place, found, [])
    for other in _defined(tree.body):
        # What serves the messages over the net has nothing to do with TensorFlow.
        unseen = Unknown(f"{other} of {name}", other, cause=Cause(Why.LIBRARY, f"grpc.{other}"))
        made.attrs.setdefault(other, unseen)
    return made


def _defined(body: list[ast.stmt]) -> Iterator[str]:
    """The functions and classes that a file defines, those too that hang on an import."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Try, ast.If)):
            yield from _defined(node.body)


def uncompiled(call: Call, name: str, place: str, text: str) -> ModuleValue | None:
    """The module that the compiler would generate; None where the `.proto` cannot be read."""
    try:
        found, unresolved = source.read_source(text)
    except source.ProtoProblem:
        return None
    return described(call, name, place, found, unresolved)


def described(call: Call, name: str, place: str, found: File, unresolved: list[tuple[Field, str]]) -> ModuleValue:
    """The module of a file, whose imports come first, for its types may be theirs."""
    module = ModuleValue(name, place)
    module.attrs["__file__"] = place
    module.attrs["__package__"] = name.rpartition(".")[0]
    for imported in found.imports:
        if not imported.startswith("google/protobuf/"):
            call.engine.find_module(imported.removesuffix(".proto").replace("/", ".").replace("-", "_") + "_pb2")
    pool = pool_of(call)
    source.resolve(
        found, unresolved, lambda full: True if full in pool.enums else False if full in pool.classes else None
    )
    _fill(call, module.attrs, found, name)
    module.attrs["DESCRIPTOR"] = Unknown(f"the descriptor of {name}")
    return module


def _fill(call: Call, attrs: dict[str, Any], found: File | MessageType, module: str) -> None:
    """The classes, enumerations and their values, as attributes of a module or of a message's class."""
    pool = pool_of(call)
    for enum in found.enums:
        pool.enums[enum.full_name] = enum
        attrs[enum.full_name.rpartition(".")[2]] = _enumeration(enum)
        attrs.update(enum.values)
    for name in found.extensions:
        attrs[name] = Unknown(f"the extension {name}")
    for message in found.messages:
        inner: dict[str, Any] = {
            TYPE: message,
            "__module__": module,
            "DESCRIPTOR": Unknown(f"the descriptor of {message.full_name}"),
        }
        _fill(call, inner, message, module)
        for each in message.fields.values():
            inner[each.name.upper() + "_FIELD_NUMBER"] = each.number
        name = message.full_name.rpartition(".")[2]
        pool.classes[message.full_name] = attrs[name] = ClassValue(name, (MESSAGE.cls,), inner, module=module)


def _enumeration(enum: EnumType) -> InstanceValue:
    """What stands for an enumeration: EnumTypeWrapper."""
    names = {number: name for name, number in reversed(enum.values.items())}

    def value_of(call: Call, name: Any) -> Any:
        if not isinstance(name, str):
            return Unknown(f"a value of {enum.full_name}")
        if name not in enum.values:
            call.raise_("ValueError", f"Enum {enum.full_name} has no value defined for name {name!r}")
        return enum.values[name]

    def name_of(call: Call, number: AnyValue) -> Any:
        if not isinstance(number, int):
            return Unknown(f"a name of {enum.full_name}")
        if number not in names:
            call.raise_("ValueError", f"Enum {enum.full_name} has no name defined for value {number}")
        return names[number]

    methods: dict[str, Any] = {
        "Value": value_of,
        "Name": name_of,
        "keys": lambda call: ListValue(enum.values),
        "values": lambda call: ListValue(enum.values.values()),
        "items": lambda call: ListValue(enum.values.items()),
    }
    attrs = {name: StaticMethod(NativeFunction(name, impl, static=True)) for name, impl in methods.items()}
    return InstanceValue(ClassValue("EnumTypeWrapper", (find("builtins.object"),), {**enum.values, **attrs}))


# messages


def type_of(message: AnyValue) -> MessageType | None:
    found = message.cls.find(TYPE) if isinstance(message, InstanceValue) else None
    return found if isinstance(found, MessageType) else None


def _undescribed(message: Any, label: Any = "") -> Unknown:
    """Something of a message of TF's own, of which no descriptor is at hand."""
    return Unknown(f"what stands in a {message.cls.name}", label if isinstance(label, str) else "")


def fields_of(message: AnyValue) -> dict[str, Field]:
    kind = type_of(message)
    return {} if kind is None else kind.fields


def _class_of(call: Call, found: Field) -> ClassValue | None:
    return pool_of(call).classes.get(found.type_name)


def _enum_of(call: Call, found: Field) -> EnumType | None:
    return pool_of(call).enums.get(found.type_name)


def field_of(call: Call, message: Any, name: Any) -> Field:
    fields = fields_of(message)
    if not isinstance(name, str) or name not in fields:
        call.raise_("ValueError", f'Protocol message {message.cls.name} has no "{name}" field.')
    return fields[name]


def value_of(call: Call, message: InstanceValue, found: Field) -> Any:
    """A field as it reads. Messages and repeated fields are made when looked at, but not set so."""
    if found.name in message.attrs:
        return message.attrs[found.name]
    unknown = message.attrs.get(UNKNOWN)
    if unknown is not None:
        return unknown.derive(found.name)
    made: Any
    if found.repeated:
        made = InstanceValue(REPEATED.cls, {"<field>": found}, payload=ListValue())
        cls = _class_of(call, found)
        if cls is not None and cls.attrs[TYPE].is_map:
            made = DictValue()
    elif found.kind in (schema.MESSAGE, schema.GROUP):
        cls = _class_of(call, found)
        if cls is None:
            return Unknown(f"a message of type {found.type_name}", found.name)
        made = InstanceValue(cls)
    else:
        return schema.default(found, _enum_of(call, found))
    message.set(found.name, made)
    return made


def is_set(call: Call, message: InstanceValue, found: Field) -> Any:
    held = message.attrs.get(found.name)
    if found.name not in message.attrs:
        return message.attrs.get(UNKNOWN, False)
    if isinstance(held, DictValue):
        return bool(held.items)
    if isinstance(held, InstanceValue):
        if isinstance(held.payload, ListValue):
            return bool(held.payload.items) or held.payload.rest is not None
        return (
            SET in held.attrs
            or held.attrs.get(UNKNOWN)
            or any(is_set(call, held, each) for each in fields_of(held).values())
        )
    return True


@MESSAGE.method(name="__init__", raw=True)
def message_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self = args[0]
    if type_of(self) is None:
        self.set(UNKNOWN, _undescribed(self))
        return
    for name, value in kwargs.items():
        found = field_of(call, self, name)
        if value is not None:
            _assign(call, self, found, value)


def _assign(call: Call, message: InstanceValue, found: Field, value: AnyValue) -> None:
    if found.repeated:
        held = value_of(call, message, found)
        if isinstance(held, InstanceValue):
            members = call.members(value)
            held.payload.touch()
            if isinstance(members, Unknown):
                held.payload.rest = members
            else:
                held.payload.items.extend(members)
        else:
            message.set(found.name, value)
    elif found.kind == schema.MESSAGE and isinstance(value, InstanceValue) and type_of(value) is not None:
        held = value_of(call, message, found)
        held.set(SET, True)
        merge(call, held, value)
    else:
        message.set(found.name, value)


@MESSAGE.method(name="__getattr__")
def read_field(call: Call, self: Any, name: Any) -> Any:
    if type_of(self) is None:
        return _undescribed(self, name)
    fields = fields_of(self)
    if name not in fields:
        call.raise_("AttributeError", f"'{self.cls.name}' object has no attribute '{name}'")
    return value_of(call, self, fields[name])


@MESSAGE.method
def HasField(call: Call, self: InstanceValue, field_name: AnyValue) -> Any:
    kind = type_of(self)
    if kind is None:
        return _undescribed(self)
    if field_name in kind.oneofs:
        return call.method(self, "WhichOneof", field_name) is not None
    found = is_set(call, self, field_of(call, self, field_name))
    return found if isinstance(found, Unknown) else bool(found)


@MESSAGE.method
def WhichOneof(call: Call, self: InstanceValue, oneof_group: Any) -> Any:
    kind = type_of(self)
    if kind is None:
        return _undescribed(self, oneof_group)
    oneofs = kind.oneofs
    if oneof_group not in oneofs:
        call.raise_("ValueError", f'Protocol message has no oneof "{oneof_group}" field.')
    at = oneofs.index(oneof_group)
    for found in fields_of(self).values():
        if found.oneof == at:
            given = is_set(call, self, found)
            if isinstance(given, Unknown):
                return given.derive(oneof_group)
            if given:
                return found.name
    return None


@MESSAGE.method
def ListFields(call: Call, self: InstanceValue) -> Any:
    if type_of(self) is None:
        return _undescribed(self)
    out = []
    for found in sorted(fields_of(self).values(), key=lambda each: each.number):
        given = is_set(call, self, found)
        if isinstance(given, Unknown):
            return given.derive("")
        if given:
            described = InstanceValue(find("builtins.object"), {"name": found.name, "number": found.number})
            out.append((described, value_of(call, self, found)))
    return ListValue(out)


def merge(call: Call, into: InstanceValue, source: InstanceValue) -> None:
    if UNKNOWN in source.attrs:
        into.set(UNKNOWN, source.attrs[UNKNOWN])
    for found in fields_of(into).values():
        held = source.attrs.get(found.name)
        if found.name not in source.attrs or is_set(call, source, found) is False:
            continue
        if isinstance(held, InstanceValue) and isinstance(held.payload, ListValue):
            copies = [_copy(call, each) for each in held.payload.items]
            _assign(call, into, found, ListValue(copies, held.payload.rest))
        else:
            _assign(call, into, found, held)


def _copy(call: Call, value: Any) -> Any:
    if type_of(value) is None:
        return value
    made = InstanceValue(value.cls)
    merge(call, made, value)
    return made


@MESSAGE.method
def MergeFrom(call: Call, self: InstanceValue, other_msg: AnyValue) -> None:
    self.set(SET, True)
    if isinstance(other_msg, InstanceValue):
        merge(call, self, other_msg)
    else:
        self.set(UNKNOWN, Unknown("a message that is not known"))


@MESSAGE.method
def CopyFrom(call: Call, self: InstanceValue, other_msg: AnyValue) -> None:
    if other_msg is not self:
        Clear(call, self)
        MergeFrom(call, self, other_msg)


@MESSAGE.method
def Clear(call: Call, self: InstanceValue) -> None:
    self.touch()
    self.attrs.clear()


@MESSAGE.method
def ClearField(call: Call, self: Any, field_name: Any) -> None:
    self.touch()
    self.attrs.pop(field_name, None)


@MESSAGE.method
def SetInParent(call: Call, self: InstanceValue) -> None:
    self.set(SET, True)


@MESSAGE.method
def ParseFromString(call: Call, self: InstanceValue, serialized: AnyValue) -> Any:
    self.set(UNKNOWN, Unknown("a message out of bytes"))
    return Unknown("the size of a message")


MESSAGE.cls.attrs["MergeFromString"] = MESSAGE.cls.attrs["ParseFromString"]
for _name in ("SerializeToString", "ByteSize", "__str__", "SerializePartialToString"):
    MESSAGE.method(lambda call, self: Unknown("the text of a message"), name=_name)
for _name in ("IsInitialized", "__bool__"):
    MESSAGE.method(lambda call, self: True, name=_name)


@REPEATED.method(name="add", raw=True)
def add_message(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    cls = _class_of(call, self.attrs["<field>"])
    if cls is None:
        return Unknown("a message of a type that is not known")
    made = call.engine.invoke(cls, (), kwargs)
    self.payload.touch()
    self.payload.items.append(made)
    return made


# text_format


def _read_into(call: Call, message: InstanceValue, fields: list[tuple[str, Any]]) -> None:
    for name, value in fields:
        fields_here = fields_of(message)
        if name not in fields_here:
            raise schema.TextProblem(f'Message type "{message.cls.name}" has no field named "{name}".')
        found = fields_here[name]
        if isinstance(value, list):
            held = value_of(call, message, found)
            entry = _class_of(call, found)
            if isinstance(held, DictValue) and entry is not None:
                pair = InstanceValue(entry)
                _read_into(call, pair, value)
                of_entry = fields_of(pair)
                held.touch()
                held.items[value_of(call, pair, of_entry["key"])] = value_of(call, pair, of_entry["value"])
                continue
            if found.repeated and isinstance(held, InstanceValue):
                held = add_message(call, (held,), {})
            if isinstance(held, InstanceValue) and type_of(held) is not None:
                held.set(SET, True)
                _read_into(call, held, value)
            continue
        read = schema.scalar(found.kind, value, _enum_of(call, found))
        if found.repeated:
            _assign(call, message, found, ListValue([read]))
        else:
            message.set(name, read)


@text_format.function(also=("google.protobuf.text_format.Parse",))
def Merge(call: Call, text: Any, message: Any, *args: Any, **kwargs: Any) -> Any:
    if type_of(message) is None:
        return message
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    if not isinstance(text, str):
        message.set(UNKNOWN, Unknown("a message out of a text that is not known"))
        return message
    try:
        _read_into(call, message, schema.read_text(text))
    except schema.TextProblem as problem:
        call.raise_("google.protobuf.text_format.ParseError", str(problem))
    return message


@text_format.function
def MessageToString(call: Call, message: AnyValue, *args: Any, **kwargs: Any) -> Any:
    return Unknown("the text of a message")
