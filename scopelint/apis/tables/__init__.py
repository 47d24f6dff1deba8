"""What TF 1.15 was seen to offer: names, parameters, classes, recorded from the real one by `tools/record_api.py`.

A **canonical name** is the one name that an object goes by here, the shortest public one: `tf.layers.dense`,
`tf.nn.rnn_cell.BasicLSTMCell`, `tf.contrib.layers.conv2d`; for what has no public name the dotted path of its
module (`tensorflow.python.ops.rnn_cell_impl._Linear`). `canonical("tensorflow.contrib.slim", "conv2d")` finds it
for every other path by which a program may reach the same object.

The tables are sorted text, mapped and searched by halving: a look-up costs some microseconds and nothing is parsed
ahead of its use.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from scopelint.apis.tables.lines import Lines
from scopelint.apis.tables.recorded import Entry, Output, Row, Variant, initializer, minimized, ops, structure
from scopelint.tuples import NamedTuple

__all__ = [
    "Entry",
    "Member",
    "Opaque",
    "Output",
    "Parameter",
    "Row",
    "Variant",
    "attributes",
    "bases",
    "canonical",
    "constant",
    "initializer",
    "is_class",
    "is_module_name",
    "kind",
    "makes_variables",
    "member",
    "members",
    "minimized",
    "module",
    "mro",
    "ops",
    "own_members",
    "signature",
    "structure",
    "variable_makers",
]

_MODULES = Lines("modules.txt")
_MODULE_NAMES = Lines("module_names.txt")
_CALLABLES = Lines("callables.txt")
_CLASSES = Lines("classes.txt")
_MAKERS = Lines("makers.txt")
_ATTRIBUTES = Lines("attributes.txt")


class Opaque(str):
    """A recorded default that is no Python literal: `<tf.float32>`, `<tf.zeros_initializer()>`, `<tf.nn.relu>`.

    Without brackets, `name` is a dtype, a canonical name, an enum member or, ending in `()`, an instance."""

    __slots__ = ()

    @property
    def name(self) -> str:
        return self[1:-1]


class Parameter(NamedTuple):
    """`kind`: "plain" (by position or by name), "star" (`*args`), "named" (by name only), "stars" (`**kwargs`)."""

    name: str
    kind: str
    has_default: bool
    default: Any


class Member(NamedTuple):
    """What a class holds under a name. `kind`: "method", "static", "classmethod", "property", or "value", which
    `value` then describes as `canonical` does. `owner`: canonical name of the class that defines it."""

    kind: str
    owner: str
    value: str


def signature(name: str) -> tuple[Parameter, ...] | None:
    """The parameters of a function, of a class's construction, or of a method (`tf.Session.run`, inherited ones
    too), without `self`. None for what is not known."""
    row = _callable(name)
    return None if row is None else row[1]


def kind(name: str) -> str | None:
    """ "function", "class", "method", "static" or "classmethod"; None for what is not known."""
    row = _callable(name)
    return None if row is None else row[0]


@cache
def _callable(name: str) -> tuple[str, tuple[Parameter, ...]] | None:
    line = _CALLABLES.find(name)
    if line is None:
        owner, _, method = name.rpartition(".")
        found = member(owner, method) if owner else None
        if found is None or found.owner == owner:
            return None
        line = _CALLABLES.find(f"{found.owner}.{method}")
        if line is None:
            return None
    out: list[Parameter] = []
    kind_of = "plain"
    for cell in line[1:]:
        given, equals, default = cell.partition("=")
        if given.startswith("**"):
            out.append(Parameter(given[2:], "stars", False, None))
        elif given.startswith("*"):
            kind_of = "named"
            if given != "*":
                out.append(Parameter(given[1:], "star", False, None))
        else:
            out.append(Parameter(given, kind_of, bool(equals), _literal(default) if equals else None))
    return line[0], tuple(out)


_COMMON: dict[str, Any] = {"None": None, "True": True, "False": False}


def _literal(text: str) -> Any:
    if text in _COMMON:
        return _COMMON[text]
    if text.startswith("<"):
        return Opaque(text)
    import ast  # costs 3 ms and few need it

    return ast.literal_eval(text)


def constant(described: str) -> Any:
    """The Python value of a `const:...`."""
    return _literal(described.partition(":")[2])


@cache
def _module(dotted: str) -> dict[str, str] | None:
    line = _MODULES.find(dotted)
    if line is None:
        return None
    if line and line[0].startswith("@="):
        return _module(line[0][2:])
    return dict(cell.partition("=")[::2] for cell in line)


def module(dotted: str) -> str | None:
    """The canonical path of a TF module: `tensorflow.nn` for `tensorflow._api.v1.nn`; None if there is none."""
    line = _MODULES.find(dotted)
    if line is None:
        return None
    return line[0][2:] if line and line[0].startswith("@=") else dotted


def is_module_name(dotted: str) -> bool:
    """Has TF 1.15 a module of that name of which nothing more was recorded?"""
    return _MODULE_NAMES.find(dotted) is not None


def canonical(module_dotted: str, attribute: str) -> str | None:
    """What a module holds under a name; None if nothing.

    A canonical name for a function or a class (`kind` tells which); else one of
    `module:tensorflow.contrib.layers`, `dtype:float32`, `const:3.14` (see `constant`),
    `enum:tf.VariableAggregation.MEAN`, `object:tf.Graph` (an instance of it),
    `py:numpy.zeros` and `module:numpy` (not TF's)."""
    members_ = _module(module_dotted)
    found = None if members_ is None else members_.get(attribute)
    if found is None and _MODULES.find(f"{module_dotted}.{attribute}") is not None:
        return f"module:{module(f'{module_dotted}.{attribute}')}"
    return found


def members(module_dotted: str) -> dict[str, str]:
    """What a star import brings, name to what `canonical` says of it; empty for what is no TF module."""
    held = _module(module_dotted)
    if held is None:
        return {}
    star = held.get("*")
    if star is not None:
        return {name: held[name] for name in star.split(",") if name in held}
    return {name: what for name, what in held.items() if not name.startswith("_")}


def bases(name: str) -> tuple[str, ...]:
    """Canonical names of a class's direct bases; of those outside of TF `py:builtins.object`."""
    line = _CLASSES.find(name)
    return tuple(line[0].split(",")) if line else ()


@cache
def mro(name: str) -> tuple[str, ...]:
    """Python's order of look-up for a class, itself first; empty for what is no class."""
    line = _CLASSES.find(name)
    return (name, *line[1].split(",")) if line else ()


def is_class(name: str) -> bool:
    return _CLASSES.find(name) is not None


@cache
def own_members(name: str) -> dict[str, Member]:
    """What a class defines itself."""
    line = _CLASSES.find(name)
    out: dict[str, Member] = {}
    for cell in line[2:] if line else ():
        attribute, equals, value = cell.partition("=")
        if equals:
            out[attribute] = Member("value", name, value)
        else:
            attribute, _, kind_of = cell.partition(":")
            out[attribute] = Member(kind_of, name, "")
    return out


def member(name: str, attribute: str) -> Member | None:
    """What an attribute of a class is, inherited ones too; None if no class on its mro defines it."""
    for owner in mro(name):
        found = own_members(owner).get(attribute)
        if found is not None:
            return found
    return None


@cache
def attributes(name: str) -> frozenset[str] | None:
    """What objects of a class have besides what `member` tells; None for a class of which that was not recorded.

    Of a class of TF's what its own methods set; of Python's and numpy's all, `object`'s own left out. `*` among them:
    anything. `2:` before the name: what TF 2 has and 1.15 has not. For `*`: private names that TF sets on others'."""
    line = _ATTRIBUTES.find(name)
    return None if line is None else frozenset(line)


_MAKES_NONE = tuple(f"tensorflow.{part}." for part in (
    "contrib.learn.python.learn.datasets", "core", "examples.tutorials.mnist", "python.client",
    "python.eager.monitoring", "python.framework", "python.lib", "python.platform", "python.pywrap_tensorflow",
    "python.util",
))  # fmt: skip
"""Those of TF's packages that stand below the one that has variables (`python/ops`) and know nothing of them, and those
that read files of data into numpy's arrays or count what was done."""


def makes_variables(name: str) -> bool | None:
    """Does a use of this function or class make variables? Found by using it under TF; where that was not tried,
    by its namespace (`tf.linalg`: never); None where neither tells. A method answers as its class does."""
    line = _MAKERS.find(name)
    if line is None:
        row = ops(name)
        if row is not None:
            return bool(row.variables)
        if name.startswith(_MAKES_NONE):
            return False
        owner = name.rpartition(".")[0]
        return makes_variables(owner) if owner and is_class(owner) else None
    return line[0] not in ("0", "-")


def variable_makers() -> tuple[str, ...]:
    """All callables that made variables when they were used under TF."""
    return tuple(name for name, count in _MAKERS.rows() if count not in ("0", "-"))
