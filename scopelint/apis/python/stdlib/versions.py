"""Version numbers compared: distutils, packaging, pkg_resources, semantic_version."""

from __future__ import annotations

import re
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.numbers import COMPARE
from scopelint.apis.python.support import derived
from scopelint.apis.registry import Namespace, TypeBuilder, declare
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue, NativeFunction, PropertyValue

_PART = re.compile(r"(\d+|[a-z]+|\.)")
_RELEASE = re.compile(r"v?(\d+(?:\.\d+)*)(.*)", re.DOTALL)


def loose(text: str) -> list[Any]:
    """distutils: runs of digits as numbers, runs of letters as they are."""
    return [int(p) if p.isdigit() else p for p in _PART.split(text) if p and p != "."]


def ordered(text: str) -> tuple[Any, ...]:
    """PEP 440 nearly: a pre-release comes before its release, a local or post part after it."""
    match = _RELEASE.match(text.strip().lower())
    if match is None:
        return ((), 0, text)
    numbers = tuple(int(n) for n in match[1].split("."))
    while numbers and numbers[-1] == 0:
        numbers = numbers[:-1]
    rest = match[2]
    before = bool(re.match(r"[-_.]?(a|b|c|rc|alpha|beta|dev|pre)", rest))
    return (numbers, -1 if before else 1 if rest else 0, rest)


def _text_of(value: AnyValue) -> Any:
    return value.attrs.get("vstring") if isinstance(value, InstanceValue) else value


def compares(kind: TypeBuilder, key: Any) -> None:
    """Gives a class its `__init__`, its comparisons and its text."""

    def init(call: Call, self: InstanceValue, vstring: AnyValue = None, *args: Any, **kwargs: Any) -> None:
        self.set("vstring", kwargs.get("version", vstring))

    def comparison(sign: str) -> Any:
        def method(call: Call, self: InstanceValue, other: Any) -> Any:
            one, two = _text_of(self), _text_of(other)
            if not isinstance(one, str) or not isinstance(two, str):
                return derived(one, two, reason="a version that is not known")
            try:
                return COMPARE[sign](key(one), key(two))
            except TypeError as problem:
                call.raise_("TypeError", str(problem))

        return method

    attrs = kind.cls.attrs
    path = kind.cls.canonical
    attrs["__init__"] = NativeFunction("__init__", init, f"{path}.__init__")
    for name, sign in {
        "__eq__": "==",
        "__ne__": "!=",
        "__lt__": "<",
        "__le__": "<=",
        "__gt__": ">",
        "__ge__": ">=",
    }.items():
        attrs[name] = NativeFunction(name, comparison(sign), f"{path}.{name}")
    attrs["__str__"] = NativeFunction("__str__", lambda call, self: _text_of(self), f"{path}.__str__")


def _numbers(call: Call, self: InstanceValue) -> Any:
    text = _text_of(self)
    return ListValue(loose(text)) if isinstance(text, str) else derived(text)


def _release(part: int) -> Any:
    def read(call: Call, self: InstanceValue) -> Any:
        text = _text_of(self)
        match = _RELEASE.match(text) if isinstance(text, str) else None
        if match is None:
            return derived(text)
        numbers = [int(n) for n in match[1].split(".")]
        return tuple(numbers) if part < 0 else numbers[part] if part < len(numbers) else 0

    return read


_distutils = Namespace("distutils.version")
for _name in ("LooseVersion", "StrictVersion"):
    _cls = _distutils.type(_name, bases=("builtins.object",))
    compares(_cls, loose)
    _cls.cls.attrs["version"] = PropertyValue(NativeFunction("version", _numbers))

_packaging = Namespace("packaging.version")
_version = _packaging.type("Version", bases=("builtins.object",))
compares(_version, ordered)
for _name, _at in {"release": -1, "major": 0, "minor": 1, "micro": 2, "patch": 2}.items():
    _version.cls.attrs[_name] = PropertyValue(NativeFunction(_name, _release(_at)))
for _alias in (
    "packaging.version.parse",
    "packaging.version.LegacyVersion",
    "semantic_version.Version",
    "pkg_resources.parse_version",
):
    declare(_alias, _version.cls)


_SPEC = Namespace("semantic_version").type("Spec", bases=("builtins.object",))


@_SPEC.method(name="__init__", raw=True)
def spec_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    args[0].set("specs", tuple(args[1:]))


@_SPEC.method(name="match")
def spec_match(call: Call, self: InstanceValue, version: AnyValue) -> Any:
    """Does a version meet all of `>=1.2,<2`?"""
    found = _text_of(version)
    for spec in self.attrs["specs"]:
        if not isinstance(spec, str) or not isinstance(found, str):
            return derived(spec, found, reason="a version that is not known")
        for part in spec.split(","):
            match = re.match(r"\s*(==|!=|<=|>=|<|>)\s*(.+)", part)
            if match is None:
                return Unknown("a version specification that is not known")
            if not COMPARE[match[1]](ordered(found), ordered(match[2])):
                return False
    return True


@Namespace("pkg_resources").function
def get_distribution(call: Call, dist: AnyValue) -> Any:
    return call.unknown("which packages are installed")


for _name in ("resource_filename", "resource_string", "resource_stream", "iter_entry_points", "require"):
    Namespace("pkg_resources").function(
        lambda call, *args, **kwargs: Unknown("which packages are installed"), name=_name
    )
