"""Attributes: Python's look-up through instances, classes, modules, and the types that have behaviours."""

from __future__ import annotations

import ast
from typing import Any

from scopelint.apis.call import Call, Raised
from scopelint.apis.python.builtins.descriptors import set_by_descriptor
from scopelint.apis.registry import BEHAVIOURS, OBJECT_BEHAVIOURS, Behaviour, find
from scopelint.apis.tables import signature
from scopelint.interp.decorated import bind_decorated, take
from scopelint.interp.lacking import is_of_tensorflow, lacking
from scopelint.interp.members import loaded
from scopelint.interp.object_defaults import OBJECT_DEFAULTS
from scopelint.interp.own_dict import delete_in_dict, in_own_dict, replace_dict, set_in_dict
from scopelint.interp.presence import presence
from scopelint.interp.trials import may_raise
from scopelint.values.base import AnyValue, Unknown, Value, plain, without_summary
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.join import join_values
from scopelint.values.objects import (
    MISSING,
    Attributed,
    BoundMethod,
    ClassMethod,
    ClassValue,
    FunctionValue,
    InstanceValue,
    ModuleValue,
    NativeFunction,
    NativeObject,
    PropertyValue,
    StaticMethod,
    SuperValue,
)
from scopelint.values.tensors import Operation
from scopelint.values.truth import NO, Truth

RAISE: Any = object()

UNKNOWN_STAR = "<unknown star>"
"""Where a module keeps why it may have names that nobody saw defined."""

_IN_CLASS = (FunctionValue, NativeFunction, PropertyValue, StaticMethod, ClassMethod)


_CALLED_LATER = {"ref": "experimental_ref", "deref": "experimental_ref"}
"""What TF 2 calls otherwise; a reference and what it refers to are one to naming."""


class AttributesDict(DictValue):
    """`x.__dict__`: the very attributes of the object, so that what is put there is an attribute."""

    __slots__ = ("owner",)
    of_names = True

    def __init__(self, owner: Attributed) -> None:
        self.owner = owner
        super().__init__(owner.attrs)

    def touch(self) -> None:
        self.owner.touch()

    @property
    def rest(self) -> Unknown | None:
        """Why there may be attributes that nobody saw set; of a module's, names."""
        owner = self.owner
        if isinstance(owner, InstanceValue):
            return owner.rest
        return owner.attrs.get(UNKNOWN_STAR) if isinstance(owner, ModuleValue) else None

    @rest.setter
    def rest(self, why: Unknown | None) -> None:
        owner = self.owner
        if why is not None and isinstance(owner, InstanceValue):
            owner.rest = why
        elif why is not None and isinstance(owner, ModuleValue):
            owner.attrs[UNKNOWN_STAR] = why


def mark_key(value: AnyValue) -> Any:
    """What tells a native value apart: each `t.op` is a new object for one operation."""
    return (value.name, id(value.graph)) if isinstance(value, Operation) else id(value)


def behaviour_of(value: Any) -> Behaviour | None:
    kind = type(value)
    if kind is NativeObject:
        return OBJECT_BEHAVIOURS.get(value.kind) or BEHAVIOURS[kind]
    found: Behaviour | None = BEHAVIOURS[kind]
    return found


class Attributes:
    """Part of the interpreter: reading, setting and deleting attributes."""

    call: Any
    trials: list[Any]
    marks: Any
    marked: list[Any]
    invoke: Any

    def get_attribute(self, value: AnyValue, name: str, default: Any = RAISE) -> Any:
        """`value.name`; with a default, what `getattr` gives where there is none. Raises the program's errors."""
        if default is RAISE:
            return self._get(value, name, default)
        running = self.call.engine.frame
        try:
            return self._get(value, name, default)
        except Raised as problem:
            # A property or a `__getattr__` of the program says AttributeError too.
            if isinstance(problem.value, InstanceValue) and problem.value.cls.derives_from("builtins.AttributeError"):
                self.call.engine.frame = running
                return default
            raise

    def _get(self, value: Any, name: str, default: Any) -> Any:
        kind = type(value)
        if kind is InstanceValue:
            found = self._of_instance(value, name)
        elif kind is ModuleValue:
            found = value.attrs.get(name, MISSING)
            if found is MISSING:
                found = self._of_module(value, name)
        elif kind is ClassValue:
            found = self._of_class(value, name)
        elif kind is Unknown:
            if self.trials and default is RAISE:
                may_raise(self, None, f"{name} is no attribute of it", ("AttributeError",))
            if value.likely is not None:
                return self._of_decorated(value, name)
            return value.member(name) if value.options is None else self._of_either(value, name)
        elif kind is FunctionValue or kind is NativeFunction:
            found = self._of_function(value, name)
        elif kind is BoundMethod:
            found = self._of_method(value, name)
        elif kind is SuperValue:
            found = self._of_super(value, name)
        elif kind is PropertyValue:
            found = self._of_property(value, name)
        elif (kind is StaticMethod or kind is ClassMethod) and name == "__func__":
            found = value.function
        else:
            behaviour = behaviour_of(value)
            found = MISSING if behaviour is None else behaviour.getattr(self.call, value, name)
            if found is MISSING and self.marks.attrs:
                found = self.marks.attrs.get((mark_key(value), name), MISSING)
            if found is MISSING:
                if kind is NativeObject:
                    found = value.attrs.get(name, MISSING)
                if found is MISSING and name == "__class__":
                    found = self.class_of(value)
                elif found is MISSING and name == "__doc__":
                    found = None
        if found is not MISSING:
            return found
        if name in _CALLED_LATER and self.call.state.release.is_second and is_of_tensorflow(self, value):
            return self._get(value, _CALLED_LATER[name], default)
        if self.has_besides(value, name) is not NO:
            if self.trials and default is RAISE:
                may_raise(self, None, f"{name} is no attribute of it", ("AttributeError",))
            return without_summary(f"{self.class_of(value).canonical or self.class_of(value).name}.{name}", name)
        if default is not RAISE:
            return default
        return lacking(self, value, name)

    def has_besides(self, value: AnyValue, name: str) -> Truth:
        """Has the real object an attribute that was not found here?"""
        cls = self.class_of(value)
        behaviour = behaviour_of(value) if cls.canonical == "builtins.object" else None
        native = "" if behaviour is None or isinstance(value, InstanceValue) else behaviour.python_class
        return presence(value, cls, name, self.call.state.release, native)

    def _of_decorated(self, value: Unknown, name: str) -> Any:
        """An attribute of what a decorator gives: that of what it decorates, if there is one."""
        found = self.get_attribute(plain(value), name, MISSING)
        if found is MISSING:
            return value.member(name)
        take(self, value)
        return found

    def _of_either(self, value: Unknown, name: str) -> Any:
        """An attribute of what is one of two values: one of two attributes. None has none, which ends the program:
        where it goes on, it is the other that is asked."""
        options = [each for each in value.options or () if each is not None or self.trials]
        if len(options) == 1:
            return self.get_attribute(options[0], name)
        # Whoever asks for it has, as a rule, the one that has it; that it may be the other makes it not known.
        found = (self.get_attribute(option, name, MISSING) for option in options)
        joined = join_values(*(value.derive("") if each is MISSING else each for each in found))
        if isinstance(joined, Unknown):
            joined.attribute = name
        return joined

    def class_of(self, value: Any) -> ClassValue:
        kind = type(value)
        if kind is InstanceValue:
            return value.cls  # type: ignore[no-any-return]
        name = {
            ClassValue: "builtins.type",
            FunctionValue: "types.FunctionType",
            NativeFunction: "types.FunctionType",
            BoundMethod: "types.MethodType",
            ModuleValue: "types.ModuleType",
        }.get(kind, "")
        if kind is ClassValue and value.metaclass is not None:
            return value.metaclass  # type: ignore[no-any-return]
        behaviour = behaviour_of(value)
        if not name and behaviour is not None:
            name = behaviour.python_class
        found = find(name) if name else MISSING
        return found if isinstance(found, ClassValue) else find("builtins.object")

    # reading

    def bind_attribute(self, found: Any, receiver: Any, cls: ClassValue) -> Any:
        """A class's attribute as it is read through an instance (or, `receiver` None, through the class)."""
        kind = type(found)
        if kind is FunctionValue or kind is NativeFunction:
            if receiver is None or (kind is NativeFunction and found.static):
                return found
            return BoundMethod(found, receiver)
        if kind is PropertyValue:
            if receiver is None:
                return found
            if found.getter is None:
                self.call.raise_("AttributeError", "unreadable attribute")
            return self.invoke(found.getter, (receiver,), {})
        if kind is ClassMethod:
            return BoundMethod(found.function, cls)
        if kind is StaticMethod:
            return found.function
        if kind is Unknown and found.likely is not None:
            return bind_decorated(self, found, found.likely, receiver, cls)
        if kind is InstanceValue:
            getter = found.cls.find("__get__")
            if getter is not MISSING:
                return self.invoke(getter, (found, receiver, cls), {})
        if kind is NativeObject:
            behaviour = OBJECT_BEHAVIOURS.get(found.kind)
            bind = getattr(behaviour, "bind", None)
            if bind is not None:
                return bind(self.call, found, receiver, cls)
        return found

    def bind(self, function: AnyValue, receiver: Any) -> Any:
        """A function found in a class, bound as Python binds it."""
        if isinstance(receiver, ClassValue):
            return BoundMethod(function, receiver)
        return self.bind_attribute(function, receiver, self.class_of(receiver))

    def plain_attribute(self, value: InstanceValue, name: str) -> Any:
        """Python: object.__getattribute__. MISSING where there is none: `__getattr__` is not its affair."""
        return self._of_instance(value, name, True)

    def _intercepted(self, value: InstanceValue, name: str) -> Any:
        running = self.call.engine.frame
        try:
            return self.invoke(value.cls.interceptor, (value, name), {})
        except Raised as problem:
            hook = value.cls.find("__getattr__")
            if hook is MISSING or not (
                isinstance(problem.value, InstanceValue) and problem.value.cls.derives_from("builtins.AttributeError")
            ):
                raise
            self.call.engine.frame = running
            return self.invoke(self.bind_attribute(hook, value, value.cls), (name,), {})

    def _of_instance(self, value: InstanceValue, name: str, plainly: bool = False) -> Any:
        cls = value.cls
        if cls.interceptor is not None and not plainly:
            return self._intercepted(value, name)
        if (
            value.rest is not None
            and name not in value.attrs
            and not (name.startswith("__") and name.endswith("__"))
            and not isinstance(plain(cls.find(name)), _IN_CLASS)
        ):
            return value.rest.member(name)
        in_class: Any = MISSING
        for c in cls.mro:
            if name in c.attrs:
                in_class = c.attrs[name]
                break
        kind = type(in_class)
        if kind is PropertyValue or (kind is InstanceValue and in_class.cls.find("__set__") is not MISSING):
            return self.bind_attribute(in_class, value, cls)
        own = value.attrs.get(name, MISSING)
        if own is MISSING and "__dict__" in value.attrs:
            own = in_own_dict(value, name)
        if own is not MISSING:
            return own
        if in_class is not MISSING:
            if kind is FunctionValue:
                return BoundMethod(in_class, value)
            if kind is Unknown and in_class.likely is None and in_class.options is None:
                return in_class.of(value)
            return self.bind_attribute(in_class, value, cls)
        if name == "__class__":
            return cls
        if name == "__dict__":
            return AttributesDict(value)
        if value.payload is not None:
            behaviour = behaviour_of(value.payload)
            found = MISSING if behaviour is None else behaviour.getattr(self.call, value.payload, name)
            if found is not MISSING:
                return found
        hook = MISSING if plainly else cls.find("__getattr__")
        if hook is not MISSING:
            found = self._by_hook(hook, value, name)
            if found is not MISSING:
                return found
        if name == "__doc__":
            return cls.find("__doc__") or None
        unknown = cls.unknown_base
        if unknown is not None and name != "__mro_entries__":
            return unknown.derive(name)
        return self.native_member(cls, name)

    def _by_hook(self, hook: AnyValue, value: InstanceValue, name: str) -> Any:
        """What a `__getattr__` gives. MISSING where one of ours knows of none, and the real class has it."""
        running = self.call.engine.frame
        try:
            return self.invoke(self.bind_attribute(hook, value, value.cls), (name,), {})
        except Raised as problem:
            kind = problem.value.cls if isinstance(problem.value, InstanceValue) else None
            if kind is None or not isinstance(hook, NativeFunction) or not kind.derives_from("builtins.AttributeError"):
                raise
            if self.has_besides(value, name) is NO:
                raise
            self.call.engine.frame = running
            return MISSING

    def native_member(self, cls: ClassValue, name: str) -> Any:
        """An attribute that TF's class has but no summary tells: Unknown, not an AttributeError."""
        return MISSING

    def _of_module(self, value: ModuleValue, name: str) -> Any:
        if value.load is not None:
            found = loaded(self, value, name)
            if found is not MISSING:
                return found
        hook = value.attrs.get("__getattr__")
        if hook is not None:
            return self.invoke(hook, (name,), {})
        if name == "__dict__":
            return AttributesDict(value)
        star = value.attrs.get(UNKNOWN_STAR)
        return MISSING if star is None else star.derive(name)

    def _of_class(self, value: ClassValue, name: str) -> Any:
        if value.metaclass is not None:
            in_meta = value.metaclass.find(name)
            if isinstance(in_meta, PropertyValue):
                return self.bind_attribute(in_meta, value, value.metaclass)
        else:
            in_meta = MISSING
        if name == "__dict__":
            # A descriptor of `type`, which comes before a property `__dict__` that the class has for its objects.
            return AttributesDict(value)
        for cls in value.mro:
            if name in cls.attrs:
                return self.bind_attribute(cls.attrs[name], None, value)
        if name == "__name__" or name == "__qualname__":
            return value.name
        if name == "__mro__":
            return value.mro
        if name == "__bases__":
            return value.bases
        if name == "__base__":
            return (
                None
                if value.canonical == "builtins.object"
                else value.bases[0]
                if value.bases
                else find("builtins.object")
            )
        if name == "__class__":
            return self.class_of(value)
        if name == "__module__":
            return value.module
        if name == "__doc__":
            return None
        if name == "__subclasses__":
            return NativeFunction(name, lambda call, args, kwargs: ListValue(value.subclasses), raw=True)
        if name == "mro":
            return NativeFunction("mro", lambda call, args, kwargs: ListValue(value.mro), raw=True)
        if in_meta is not MISSING and value.metaclass is not None:
            return self.bind_attribute(in_meta, value, value.metaclass)
        if value.metaclass is not None:
            hook = value.metaclass.find("__getattr__")
            if hook is not MISSING:
                return self.invoke(hook, (value, name), {})
        unknown = value.unknown_base
        if unknown is not None and name != "__mro_entries__":
            return unknown.derive(name)
        return self.native_member(value, name)

    def _native_code(self, value: NativeFunction) -> Any:
        """One object for each function: programs ask whether a method's code is still its parent's."""
        key = (mark_key(value), "__code__")
        if key not in self.marks.attrs:
            names = tuple(p.name for p in signature(value.canonical) or ())
            self.marks.set(
                key,
                NativeObject("code", None, {"co_name": value.name, "co_varnames": names, "co_argcount": len(names)}),
            )
        return self.marks.attrs[key]

    def _of_function(self, value: Any, name: str) -> Any:
        found = value.attrs.get(name, MISSING)
        if found is not MISSING:
            return found
        if name == "__name__" or name == "__qualname__":
            return value.name
        if name == "__dict__":
            return AttributesDict(value)
        if name == "__module__":
            return value.module.name if type(value) is FunctionValue else value.canonical.rpartition(".")[0]
        if name == "__doc__":
            return self.docstring(value)
        if name == "__get__":
            return NativeFunction(
                "__get__",
                lambda call, args, kwargs: BoundMethod(value, args[0]) if args and args[0] is not None else value,
                raw=True,
            )
        if name == "__call__":
            return value
        if type(value) is NativeFunction and name == "__code__" and value.canonical:
            return self._native_code(value)
        if type(value) is NativeFunction and name in OBJECT_DEFAULTS:
            # A native class that is declared as a function, asked for what every class has.
            return OBJECT_DEFAULTS[name]
        if type(value) is FunctionValue:
            if name == "__defaults__":
                return value.defaults or None
            if name == "__kwdefaults__":
                return DictValue(dict(value.keyword_defaults)) if value.keyword_defaults else None
            if name in ("__code__", "func_code"):
                p = value.code.parameters
                names = (*p.positional, *p.named_only, *filter(None, (p.star, p.stars)))
                return NativeObject(
                    "code",
                    value,
                    {
                        "co_varnames": names,
                        "co_argcount": len(p.positional),
                        "co_name": value.name,
                        "co_filename": value.code.source.path,
                        "co_kwonlyargcount": len(p.named_only),
                        "co_firstlineno": value.code.site.line,
                    },
                )
            if name == "__globals__":
                return AttributesDict(value.module)
            if name == "__closure__":
                return Unknown(f"the cells of {value.name}")
            if name == "__annotations__":
                return DictValue()
        return MISSING

    def docstring(self, value: AnyValue) -> Any:
        if type(value) is FunctionValue:
            definition = value.code.definition
            if isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return ast.get_docstring(definition, clean=False)
        return None

    def _of_method(self, value: BoundMethod, name: str) -> Any:
        if name in ("__self__", "im_self"):
            return value.receiver
        if name in ("__func__", "im_func"):
            return value.function
        if name == "__call__":
            return value
        return self.get_attribute(value.function, name, MISSING)

    def _of_super(self, value: SuperValue, name: str) -> Any:
        receiver = value.receiver
        cls = receiver if isinstance(receiver, ClassValue) else self.class_of(receiver)
        mro = cls.mro
        if isinstance(receiver, ClassValue) and value.cls not in mro and receiver.metaclass is not None:
            # Within a metaclass: the receiver is a class, its class the metaclass.
            cls, mro = receiver.metaclass, receiver.metaclass.mro
        start = mro.index(value.cls) + 1 if value.cls in mro else 0
        for c in mro[start:]:
            if name in c.attrs:
                found = c.attrs[name]
                if name == "__new__":
                    return getattr(found, "function", found) if isinstance(found, StaticMethod) else found
                if isinstance(receiver, ClassValue) and isinstance(found, (FunctionValue, NativeFunction)):
                    return BoundMethod(found, receiver) if value.cls.derives_from("builtins.type") else found
                return self.bind_attribute(found, None if isinstance(receiver, ClassValue) else receiver, cls)
        if isinstance(receiver, InstanceValue) and receiver.payload is not None:
            behaviour = behaviour_of(receiver.payload)
            found = MISSING if behaviour is None else behaviour.getattr(self.call, receiver.payload, name)
            if found is not MISSING:
                return found
        rest = mro[max(0, start - 1) :]
        unknown = next((c.attrs["<unknown base>"] for c in rest if "<unknown base>" in c.attrs), None)
        if unknown is not None:
            return unknown.derive(name)
        if name in OBJECT_DEFAULTS:
            return BoundMethod(OBJECT_DEFAULTS[name], receiver)
        return self.native_member(cls, name)

    def _of_property(self, value: PropertyValue, name: str) -> Any:
        def made(part: str) -> NativeFunction:
            def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
                parts = {"getter": value.getter, "setter": value.setter, "deleter": value.deleter, part: args[0]}
                return PropertyValue(parts["getter"], parts["setter"], parts["deleter"])

            return NativeFunction(part, impl, raw=True)

        if name in ("getter", "setter", "deleter"):
            return made(name)
        if name in ("fget", "fset", "fdel"):
            return {"fget": value.getter, "fset": value.setter, "fdel": value.deleter}[name]
        if name == "__get__":
            return NativeFunction("__get__", lambda call, args, kwargs: call.invoke(value.getter, args[0]), raw=True)
        if name == "__doc__":
            return None
        return MISSING

    # setting

    def set_attribute(self, value: Any, name: str, new: Any) -> None:
        kind = type(value)
        if kind is InstanceValue:
            cls = value.cls
            hook = cls.find("__setattr__")
            native = isinstance(hook, NativeFunction)
            if hook is not MISSING and not native:
                self.invoke(hook, (value, name, new), {})
                return
            in_class = cls.find(name)
            fixed = type(in_class) is PropertyValue and in_class.setter is None and cls.derives_from("tf.Module")
            if fixed and _is_that(self.get_attribute(value, name), new):
                return
            if set_by_descriptor(self.call, value, name, new, in_class):
                return
            if native and not hook.canonical.startswith("builtins.object."):
                self.invoke(hook, (value, name, new), {})
                return
            self._set_own(value, name, new)
        elif kind is Unknown:
            if value.likely is not None:
                self.set_attribute(value.likely.value, name, new)
        elif isinstance(value, Attributed) and kind is not NativeObject:
            value.set(name, new)
        else:
            behaviour = behaviour_of(value)
            if behaviour is not None and behaviour.setattr(self.call, value, name, new):
                if kind is not NativeObject:
                    # Programs leave marks on tensors, variables and graphs; those have no `__dict__` here.
                    self.marks.set((mark_key(value), name), new)
                    self.marked.append(value)
                return
            if kind is NativeObject:
                value.set(name, new)
            elif not isinstance(value, Value):
                self.call.raise_("AttributeError", f"'{self.class_of(value).name}' object has no attribute '{name}'")

    def _set_own(self, value: InstanceValue, name: str, new: AnyValue) -> None:
        if name == "__class__" and isinstance(new, ClassValue):
            # Not on the trail: a fork that changes an object's class changes it for good.
            value.cls = new
        elif name == "__dict__":
            replace_dict(value, new)
        elif "__dict__" in value.attrs:
            set_in_dict(self.call, value, name, new)
        else:
            value.set(name, new)

    def delete_attribute(self, value: AnyValue, name: str) -> None:
        if isinstance(value, InstanceValue):
            hook = value.cls.find("__delattr__")
            if isinstance(hook, FunctionValue):
                self.invoke(hook, (value, name), {})
                return
        behaviour = behaviour_of(value)
        gone = behaviour is not None and behaviour.delattr(self.call, value, name)
        if not gone and isinstance(value, Attributed):
            self.delete_name(value, name)

    def delete_name(self, holder: Attributed, name: str) -> None:
        if "__dict__" in holder.attrs and isinstance(holder, InstanceValue):
            delete_in_dict(holder, name)
        if name in holder.attrs:
            holder.touch()
            del holder.attrs[name]


def _is_that(held: AnyValue, new: AnyValue) -> bool:
    """TF: AutoTrackable.__setattr__ does nothing for what is there already. Each look at a shape makes one here."""
    dims = getattr(held, "dims", None)
    return held is new or (dims is not None and dims is getattr(new, "dims", None))
