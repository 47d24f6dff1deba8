"""Protocol buffers as plain data: what a generated `_pb2` module describes, and messages written as text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MESSAGE, ENUM, GROUP, BOOL, STRING, BYTES = 11, 14, 10, 8, 9, 12
FLOATS = (1, 2)
MARK = b"enerated by the protocol buffer compiler"


@dataclass
class Field:
    name: str = ""
    number: int = 0
    repeated: bool = False
    kind: int = 0
    type_name: str = ""
    default: str | None = None
    oneof: int | None = None


@dataclass
class EnumType:
    full_name: str
    values: dict[str, int] = field(default_factory=dict)


@dataclass
class MessageType:
    full_name: str
    fields: dict[str, Field] = field(default_factory=dict)
    messages: list[MessageType] = field(default_factory=list)
    enums: list[EnumType] = field(default_factory=list)
    oneofs: list[str] = field(default_factory=list)
    extensions: list[str] = field(default_factory=list)
    """The names of fields that are declared here and extend messages elsewhere."""
    is_map: bool = False


@dataclass
class File:
    package: str = ""
    imports: list[str] = field(default_factory=list)
    messages: list[MessageType] = field(default_factory=list)
    enums: list[EnumType] = field(default_factory=list)
    extensions: list[str] = field(default_factory=list)


def serialized(tree: ast.Module) -> bytes | None:
    """The descriptor that a generated module holds: an argument in each version of the compiler."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        given: Any = next((k.value for k in node.keywords if k.arg == "serialized_pb"), None)
        if given is None and called == "AddSerializedFile" and node.args:
            given = node.args[0]
        if isinstance(given, ast.Call) and given.args:
            given = given.args[0]
        if isinstance(given, ast.Constant):
            if isinstance(given.value, bytes):
                return given.value
            if isinstance(given.value, str):
                return given.value.encode("latin1")
    return None


# the wire


def _varint(data: bytes, at: int) -> tuple[int, int]:
    out = shift = 0
    while True:
        byte = data[at]
        at += 1
        out |= (byte & 127) << shift
        if byte < 128:
            return out, at
        shift += 7


def _entries(data: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        wire = key & 7
        value: Any
        if wire == 0:
            value, at = _varint(data, at)
        elif wire == 2:
            size, at = _varint(data, at)
            value, at = data[at : at + size], at + size
        else:
            size = 8 if wire == 1 else 4
            value, at = data[at : at + size], at + size
        yield key >> 3, value


def read_file(data: bytes) -> File:
    """A FileDescriptorProto. Raises IndexError, UnicodeDecodeError, AttributeError where it is damaged."""
    out = File()
    for number, value in _entries(data):
        if number == 2:
            out.package = value.decode()
    for number, value in _entries(data):
        if number == 3:
            out.imports.append(value.decode())
        elif number == 4:
            out.messages.append(_message(value, out.package))
        elif number == 5:
            out.enums.append(_enum(value, out.package))
        elif number == 7:
            out.extensions.append(_full("", value))
    return out


def _full(package: str, data: bytes) -> str:
    name = next(value for number, value in _entries(data) if number == 1).decode()
    return f"{package}.{name}" if package else name


def _message(data: bytes, package: str) -> MessageType:
    out = MessageType(_full(package, data))
    for number, value in _entries(data):
        if number == 2:
            made = _field(value)
            out.fields[made.name] = made
        elif number == 3:
            out.messages.append(_message(value, out.full_name))
        elif number == 4:
            out.enums.append(_enum(value, out.full_name))
        elif number == 6:
            out.extensions.append(_full("", value))
        elif number == 7:
            out.is_map = any(option == 7 and held for option, held in _entries(value))
        elif number == 8:
            out.oneofs.append(_full("", value))
    return out


def _field(data: bytes) -> Field:
    out = Field()
    for number, value in _entries(data):
        if number == 1:
            out.name = value.decode()
        elif number == 3:
            out.number = value
        elif number == 4:
            out.repeated = value == 3
        elif number == 5:
            out.kind = value
        elif number == 6:
            out.type_name = value.decode().lstrip(".")
        elif number == 7:
            out.default = value.decode()
        elif number == 9:
            out.oneof = value
    return out


def _enum(data: bytes, package: str) -> EnumType:
    out = EnumType(_full(package, data))
    for number, value in _entries(data):
        if number == 2:
            held = dict(_entries(value))
            out.values[held[1].decode()] = held.get(2, 0)
    return out


# text


class TextProblem(Exception):
    """The text is not that of a message."""


def _tokens(text: str) -> list[str]:
    out: list[str] = []
    at = 0
    pattern = re.compile(r"""\s+|\#[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[-+]?[A-Za-z0-9_.]+(?:[-+][0-9]+)?|.""")
    while at < len(text):
        found = pattern.match(text, at)
        if found is None:
            raise TextProblem(f"cannot be read at {text[at : at + 10]!r}")
        word = found.group()
        at = found.end()
        if word[0] not in "#" and not word.isspace():
            out.append(word)
    return out


def read_text(text: str) -> list[tuple[str, Any]]:
    """The fields of a message in order: a nested message is a list again, a scalar the word as it stands."""
    tokens = _tokens(text)
    fields, at = _fields(tokens, 0, "")
    if at < len(tokens):
        raise TextProblem(f"{tokens[at]!r} was not expected")
    return fields


def _fields(tokens: list[str], at: int, end: str) -> tuple[list[tuple[str, Any]], int]:
    out: list[tuple[str, Any]] = []
    while at < len(tokens):
        word = tokens[at]
        if word == end:
            return out, at + 1
        if word in ",;":
            at += 1
            continue
        if not (word[0].isalpha() or word[0] == "_"):
            raise TextProblem(f"{word!r} is no field")
        at += 1
        if at < len(tokens) and tokens[at] == ":":
            at += 1
        if at < len(tokens) and tokens[at] == "[":
            at += 1
            while at < len(tokens) and tokens[at] != "]":
                if tokens[at] == ",":
                    at += 1
                    continue
                value, at = _value(tokens, at)
                out.append((word, value))
            at += 1
            continue
        value, at = _value(tokens, at)
        out.append((word, value))
    if end:
        raise TextProblem(f"{end!r} is missing")
    return out, at


def _value(tokens: list[str], at: int) -> tuple[Any, int]:
    if at >= len(tokens):
        raise TextProblem("a value is missing")
    word = tokens[at]
    if word in "{<":
        return _fields(tokens, at + 1, "}" if word == "{" else ">")
    at += 1
    if word[0] in "\"'":
        while at < len(tokens) and tokens[at][0] in "\"'":
            word += " " + tokens[at]
            at += 1
    return word, at


def scalar(kind: int, word: str, enum: EnumType | None) -> Any:
    """The value of a field written in text, or of a default. Raises TextProblem."""
    try:
        if kind == BOOL:
            return {
                "true": True,
                "True": True,
                "t": True,
                "1": True,
                "false": False,
                "False": False,
                "f": False,
                "0": False,
            }[word]
        if kind in (STRING, BYTES):
            value = ast.literal_eval(word if kind == STRING else " ".join("b" + part for part in word.split(" ")))
            return value
        if kind == ENUM:
            return int(word) if word.lstrip("-").isdigit() or enum is None else enum.values[word]
        return float(word.rstrip("f") if word[-3:] != "inf" else word) if kind in FLOATS else int(word, 0)
    except (KeyError, ValueError, SyntaxError) as problem:
        raise TextProblem(f"{word!r} is no value of that field") from problem


def default(found: Field, enum: EnumType | None) -> Any:
    """What a field that is not set reads as."""
    if found.default is not None:
        return (
            found.default
            if found.kind == STRING
            else found.default.encode()
            if found.kind == BYTES
            else scalar(found.kind, found.default, enum)
        )
    if found.kind == ENUM:
        return next(iter(enum.values.values()), 0) if enum is not None else 0
    return {BOOL: False, STRING: "", BYTES: b"", 1: 0.0, 2: 0.0}.get(found.kind, 0)
