"""Protocol buffers from their own language: what the compiler would make of a `.proto` that has not been compiled."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from scopelint.apis.python.protobuf.schema import ENUM, GROUP, MESSAGE, EnumType, Field, File, MessageType

_SCALARS = {
    "double": 1, "float": 2, "int64": 3, "uint64": 4, "int32": 5, "fixed64": 6, "fixed32": 7, "bool": 8, "string": 9,
    "bytes": 12, "uint32": 13, "sfixed32": 15, "sfixed64": 16, "sint32": 17, "sint64": 18,
}  # fmt: skip
_WORD = re.compile(
    r"""\s+|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[-+]?[\w.]+(?:(?<=[eE])[-+]\d+)?|.""", re.DOTALL
)
_LABELS = ("optional", "required", "repeated")


class ProtoProblem(Exception):
    """The text is not that of a `.proto`."""


Known = Callable[[str], bool | None]
"""Of a full name of another file's: is it an enumeration (True), a message (False), or nothing (None)?"""


class Reader:
    """One file, read from its first word to its last."""

    def __init__(self, text: str) -> None:
        self.words = [w for w in _WORD.findall(text) if not (w.isspace() or w.startswith(("//", "/*")))]
        self.at = 0
        self.file = File()
        self.unresolved: list[tuple[Field, str]] = []

    def next(self) -> str:
        if self.at >= len(self.words):
            raise ProtoProblem("the file ends too early")
        self.at += 1
        return str(self.words[self.at - 1])

    def peek(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def take(self, wanted: str) -> None:
        found = self.next()
        if found != wanted:
            raise ProtoProblem(f"{wanted!r} expected, not {found!r}")

    def skip(self) -> None:
        """The rest of a statement, with the blocks in it."""
        depth = 0
        while True:
            word = self.next()
            depth += (word == "{") - (word == "}")
            if depth <= 0 and word in (";", "}"):
                return

    def read(self) -> File:
        while self.peek():
            word = self.next()
            if word == "package":
                self.file.package = self.next()
                self.take(";")
            elif word == "import":
                path = self.next()
                self.file.imports.append(ast.literal_eval(self.next() if path in ("public", "weak") else path))
                self.take(";")
            elif word == "message":
                self.file.messages.append(self.message(self.file.package))
            elif word == "enum":
                self.file.enums.append(self.enum(self.file.package))
            elif word == "extend":
                self.file.extensions += self.extensions(self.file.package)
            elif word != ";":
                self.skip()
        return self.file

    def message(self, package: str, name: str = "") -> MessageType:
        name = name or self.next()
        out = MessageType(f"{package}.{name}" if package else name)
        self.take("{")
        while self.peek() != "}":
            self.member(out, None)
        self.take("}")
        return out

    def extensions(self, scope: str) -> list[str]:
        """The names of the fields that an `extend` declares."""
        self.next()
        return list(self.message(scope, "{extended}").fields)

    def member(self, out: MessageType, oneof: int | None) -> None:
        word = self.next()
        if word == "message" and self.peek() not in _SCALARS and self.words[self.at + 1] == "{":
            out.messages.append(self.message(out.full_name))
        elif word == "enum" and self.words[self.at + 1] == "{":
            out.enums.append(self.enum(out.full_name))
        elif word == "oneof":
            out.oneofs.append(self.next())
            self.take("{")
            while self.peek() != "}":
                self.member(out, len(out.oneofs) - 1)
            self.take("}")
        elif word == "extend":
            out.extensions += self.extensions(out.full_name)
        elif word in ("option", "extensions", "reserved"):
            self.skip()
        elif word != ";":
            self.field(out, word, oneof)

    def field(self, out: MessageType, word: str, oneof: int | None) -> None:
        made = Field(repeated=word == "repeated", oneof=oneof)
        kind = self.next() if word in _LABELS else word
        if kind == "map" and self.peek() == "<":
            entry = MessageType("", is_map=True)
            self.take("<")
            key = self.next()
            self.take(",")
            value = self.next()
            self.take(">")
            made.name = self.next()
            camel = "".join(part.capitalize() for part in made.name.split("_"))
            entry.full_name = f"{out.full_name}.{camel}Entry"
            for number, (name, typed) in enumerate((("key", key), ("value", value)), 1):
                entry.fields[name] = Field(name, number)
                self.typed(entry.fields[name], typed, out.full_name)
            out.messages.append(entry)
            made.repeated, made.kind, made.type_name = True, MESSAGE, entry.full_name
        elif kind == "group":
            name = self.next()
            made.name = name.lower()
            self.take("=")
            made.number = int(self.next(), 0)
            out.messages.append(self.message(out.full_name, name))
            made.kind, made.type_name = GROUP, out.messages[-1].full_name
            out.fields[made.name] = made
            return
        else:
            self.typed(made, kind, out.full_name)
            made.name = self.next()
        self.take("=")
        made.number = int(self.next(), 0)
        if self.peek() == "[":
            self.options(made)
        self.take(";")
        out.fields[made.name] = made

    def typed(self, made: Field, kind: str, scope: str) -> None:
        made.kind = _SCALARS.get(kind, 0)
        if not made.kind:
            made.type_name = kind
            self.unresolved.append((made, scope))

    def options(self, made: Field) -> None:
        self.take("[")
        while self.peek() != "]":
            if self.next() == "default" and self.peek() == "=":
                self.take("=")
                value = self.next()
                while self.peek()[:1] in ("'", '"') and value[0] in "'\"":
                    value += self.next()
                made.default = str(ast.literal_eval(value)) if value[0] in "'\"" else value
        self.take("]")

    def enum(self, package: str) -> EnumType:
        name = self.next()
        out = EnumType(f"{package}.{name}" if package else name)
        self.take("{")
        while self.peek() != "}":
            word = self.next()
            if word in ("option", "reserved") and self.peek() != "=":
                self.skip()
            elif word != ";":
                self.take("=")
                out.values[word] = int(self.next(), 0)
                self.skip()
        self.take("}")
        return out


def read_source(text: str) -> tuple[File, list[tuple[Field, str]]]:
    """The file, and the fields whose types are names, each with the scope in which it stands. Raises ProtoProblem."""
    reader = Reader(text)
    try:
        return reader.read(), reader.unresolved
    except (ValueError, SyntaxError, IndexError, RecursionError) as problem:
        raise ProtoProblem(str(problem)) from None


def resolve(file: File, unresolved: list[tuple[Field, str]], known: Known) -> None:
    """Finds what the names of types mean: the innermost scope that has them."""
    own: dict[str, bool] = {}
    left: list[File | MessageType] = [file]
    while left:
        each = left.pop()
        own.update((enum.full_name, True) for enum in each.enums)
        own.update((message.full_name, False) for message in each.messages)
        left += each.messages
    for made, scope in unresolved:
        name = made.type_name
        places = [""] if name.startswith(".") else [scope, *_above(scope)]
        for place in places:
            full = f"{place}.{name}".strip(".")
            is_enum = own.get(full)
            if is_enum is None:
                is_enum = known(full)
            if is_enum is not None:
                made.type_name, made.kind = full, ENUM if is_enum else MESSAGE
                break
        else:
            # Of a file that was not found: a message, as most types are.
            made.type_name, made.kind = name.lstrip("."), MESSAGE


def _above(scope: str) -> list[str]:
    parts = scope.split(".")
    return [".".join(parts[:count]) for count in range(len(parts) - 1, -1, -1)]
