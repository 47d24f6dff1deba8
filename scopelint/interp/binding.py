"""How a call's arguments reach a summary: TF's recorded signature, cut down to what the summary reads."""

from __future__ import annotations

from typing import Any

from scopelint.apis import tables
from scopelint.apis.call import Call
from scopelint.apis.registry import DEFAULT, Default, find
from scopelint.graph.reasons import Reason
from scopelint.values.base import AnyValue
from scopelint.values.calling import too_many
from scopelint.values.containers import DictValue
from scopelint.values.objects import MISSING, InstanceValue, NativeFunction
from scopelint.values.tensors import DTYPES


class Keywords(dict[str, Any]):
    """The keywords of a call of which not all arguments are known: `f(**config)`. `rest` says why; `starred`: nor is
    the number of those without a keyword; `seen`: all of these, if there are no others than were seen."""

    __slots__ = ("rest", "seen", "starred")

    def __init__(self, known: dict[str, Any], rest: Any, starred: bool = False, seen: tuple[Any, ...] = ()) -> None:
        super().__init__(known)
        self.rest = rest
        self.starred = starred
        self.seen = seen


class Binder:
    """The plan for one summary, worked out at its first call."""

    __slots__ = (
        "args",
        "bound_self",
        "direct",
        "kwargs",
        "names",
        "needed",
        "positional",
        "star",
        "stars",
        "values",
        "wanted",
    )

    def __init__(self, native: NativeFunction) -> None:
        code = native.impl.__code__
        names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
        self.bound_self = bool(names) and names[0] in ("self", "cls")
        wanted = names[1:] if self.bound_self else names
        canonical = native.canonical.removesuffix(".__init__")
        signature = tables.signature(canonical) if canonical.startswith(("tf.", "tensorflow.")) else None
        self.direct = signature is None
        if signature is None:
            return
        self.names: dict[str, int] = {}
        self.values: list[Any] = []
        self.positional = 0
        self.star = self.stars = False
        for parameter in signature:
            if parameter.kind == "star":
                self.star = True
            elif parameter.kind == "stars":
                self.stars = True
            else:
                if parameter.kind == "plain":
                    self.positional += 1
                self.names[parameter.name] = len(self.values)
                self.values.append(default_value(parameter.default) if parameter.has_default else MISSING)
        self.wanted: list[int] = []
        self.args = self.kwargs = -1
        for at, name in enumerate(wanted):
            if name in self.names:
                self.wanted.append(self.names[name])
            elif name == "args" and self.star:
                self.args = at
                self.wanted.append(-1)
            elif name == "kwargs" and self.stars:
                self.kwargs = at
                self.wanted.append(-1)
            elif self.stars:
                # TF reads it from its **kwargs.
                self.names[name] = len(self.values)
                self.values.append(DEFAULT)
                self.wanted.append(self.names[name])
            else:
                raise ValueError(f"{native.canonical} has no parameter {name!r}")
        # Those without a default.
        self.needed = [at for at in self.wanted if at >= 0 and self.values[at] is MISSING]

    def bind(self, call: Call, native: NativeFunction, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """The arguments of `impl` after `call`. Raises the program's TypeError as Python would."""
        out: list[Any] = []
        if self.bound_self:
            if not args:
                self.refuse(call, native, f"{native.name}() missing 1 required positional argument: 'self'")
            out.append(args[0])
            args = args[1:]
        values = self.values[:]
        count = len(args)
        if count > self.positional:
            if not self.star:
                self.refuse(call, native, too_many(native.name, self.positional, count))
            values[: self.positional] = args[: self.positional]
            spread = args[self.positional :]
        else:
            values[:count] = args
            spread = ()
        extra: dict[Any, Any] | None = None
        if kwargs:
            names = self.names
            for key, value in kwargs.items():
                at = names.get(key, -1)
                if at >= 0:
                    if at < count and at < self.positional:
                        self.refuse(call, native, f"{native.name}() got multiple values for argument '{key}'")
                    values[at] = value
                elif self.stars:
                    extra = extra or {}
                    extra[key] = value
                else:
                    self.refuse(call, native, f"{native.name}() got an unexpected keyword argument '{key}'")
        for at in self.needed:
            if values[at] is MISSING:
                name = next(n for n, i in self.names.items() if i == at)
                self.refuse(call, native, f"{native.name}() missing 1 required positional argument: '{name}'")
        out += [values[at] if at >= 0 else None for at in self.wanted]
        shift = 1 if self.bound_self else 0
        if self.args >= 0:
            out[self.args + shift] = spread
        if self.kwargs >= 0:
            out[self.kwargs + shift] = extra or {}
        return out

    def refuse(self, call: Call, native: NativeFunction, message: str) -> None:
        """Python's TypeError. Of a function of TF's it is told as a refusal."""
        kind: Reason | None = "argument" if native.canonical.startswith(("tf.", "tensorflow.")) else None
        call.raise_("TypeError", message, kind)


def misfit(native: NativeFunction, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Why a call does not fit TF's recorded signature, in Python's words; "" where it fits, or there is none."""
    canonical = native.canonical.removesuffix(".__init__")
    signature = tables.signature(canonical)
    if signature is None:
        return ""
    count = len(args) - (tables.kind(canonical) in ("class", "method"))
    if count < 0:
        return f"{native.name}() missing 1 required positional argument: 'self'"
    plain = [p.name for p in signature if p.kind == "plain"]
    kinds = {p.kind for p in signature}
    if count > len(plain) and "star" not in kinds:
        return too_many(native.name, len(plain), count)
    given = {*plain[:count], *kwargs}
    unexpected = next((key for key in kwargs if all(key != p.name for p in signature)), None)
    if unexpected is not None and "stars" not in kinds:
        return f"{native.name}() got an unexpected keyword argument '{unexpected}'"
    for p in signature:
        if p.kind in ("plain", "named") and not p.has_default and p.name not in given:
            return f"{native.name}() missing 1 required positional argument: '{p.name}'"
    return ""


OPEN = frozenset({"name", "scope", "name_or_scope", "shape", "dtype", "initializer"})
"""Parameters that keywords which are not known are likely to hold, and that decide what a variable is."""


def left_open(
    native: NativeFunction, args: tuple[Any, ...], kwargs: Keywords, needed_only: bool = False
) -> dict[str, Any]:
    """For a summary of TF: all that was given nothing may be among the keywords that are not known; with `needed_only`
    what must be among them, or may well be, and all else is taken to be as by default."""
    canonical = native.canonical.removesuffix(".__init__").removesuffix(".__new__")
    has_stars = any(parameter.kind == "stars" for parameter in tables.signature(canonical) or ())
    given: dict[str, Any] = Keywords(kwargs, kwargs.rest) if has_stars else dict(kwargs)
    at = len(args) - (tables.kind(canonical) in ("class", "method"))
    for index, parameter in enumerate(tables.signature(canonical) or ()):
        if parameter.has_default and needed_only and parameter.name not in OPEN:
            continue
        if parameter.kind not in ("star", "stars") and index >= at and parameter.name not in given:
            given[parameter.name] = kwargs.rest.derive(parameter.name)
    self = args[0] if args and native.name == "__init__" else None
    if isinstance(self, InstanceValue) and self.cls.derives_from("tf.keras.layers.Layer") and has_stars:
        for name in OF_LAYERS[: 1 if needed_only else None]:
            given.setdefault(name, kwargs.rest.derive(name))
    return given


OF_LAYERS = ("name", "trainable", "dtype")
"""What a layer of keras hands on to the constructor of all layers, and its signature does not tell."""


def default_value(default: AnyValue) -> Any:
    """A recorded default as a value: constants are themselves, a dtype is one, the rest is a `Default`."""
    if not isinstance(default, tables.Opaque):
        if isinstance(default, list):
            return tuple(default)
        return DictValue(default) if isinstance(default, dict) else default
    name = default.name
    if name.removeprefix("tf.") in DTYPES:
        return DTYPES[name.removeprefix("tf.")]
    found = find(name) if name.startswith("tf.") and not name.endswith(")") else MISSING
    return Default(name) if found is MISSING else found
