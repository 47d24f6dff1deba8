"""Operators, subscripts, iteration and truth: Python's dispatch over values."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

from scopelint import limits
from scopelint.apis.call import Raised
from scopelint.apis.python.builtins.dictionaries import forget_members
from scopelint.apis.python.builtins.sequences import extend
from scopelint.apis.python.builtins.sets import combine_into
from scopelint.apis.python.support import drain
from scopelint.interp.attributes import behaviour_of
from scopelint.interp.trials import OF_OPERATORS, is_number, is_open, may_raise
from scopelint.values.base import AnyValue, Undecided, Unknown, Value, first_doubt
from scopelint.values.containers import Container, DictValue, ListValue, SetValue, closed
from scopelint.values.objects import (
    MISSING,
    BoundMethod,
    ClassValue,
    FunctionValue,
    InstanceValue,
    IteratorValue,
    NativeFunction,
    NativeObject,
)
from scopelint.values.seen import add_behind
from scopelint.values.text import Text

DUNDERS = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "//": "floordiv",
    "%": "mod",
    "**": "pow",
    "@": "matmul",
    "<<": "lshift",
    ">>": "rshift",
    "&": "and",
    "|": "or",
    "^": "xor",
}
COMPARISONS = {"==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
SWAPPED = {"==": "__eq__", "!=": "__ne__", "<": "__gt__", "<=": "__ge__", ">": "__lt__", ">=": "__le__"}
UNARY = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}
_NUMBER = (int, float)
_PLAIN_COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class UnknownTurns(Exception):
    """An iterator of the program does not know how many members are still to come."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown)
        self.unknown = unknown


class Operators:
    """Part of the interpreter: what happens between values."""

    call: Any
    trials: list[Any]
    UnknownTurns = UnknownTurns
    UNKNOWN_MEMBER: Any = Unknown("a member of an iterable that is not known")
    invoke: Any
    bind_attribute: Any
    class_of: Any
    weigh: Any

    def special(self, value: Any, name: str) -> Any:
        """A special method of an instance, bound; MISSING where its class has none."""
        found = value.cls.find(name)
        if found is MISSING:
            return MISSING
        if type(found) is FunctionValue or type(found) is NativeFunction:
            return BoundMethod(found, value)
        return found if isinstance(found, Unknown) else self.bind_attribute(found, value, value.cls)

    def binary(self, sign: str, left: Any, right: Any) -> Any:
        one, two = type(left), type(right)
        if one is int and two is int:
            if sign == "+":
                return left + right if -1 << 4000 < left < 1 << 4000 else self._behaviour_binary(sign, left, right)
            if sign == "-":
                return left - right
        if one is InstanceValue or two is InstanceValue:
            answer = self._instance_binary(sign, left, right)
            if answer is not NotImplemented:
                return answer
            left = left.payload if one is InstanceValue and left.payload is not None else left
            right = right.payload if two is InstanceValue and right.payload is not None else right
        return self.weigh(self._behaviour_binary(sign, left, right))

    def may_not_suit(self, what: str) -> None:
        """An operator is given what is not known: within a `try` its handler may be come to."""
        if self.trials:
            may_raise(self, None, f"{what} refuses what it is given", OF_OPERATORS)

    def _behaviour_binary(self, sign: str, left: AnyValue, right: AnyValue) -> Any:
        if (
            self.trials
            and (is_open(left) or is_open(right))
            and not (sign in ("+", "-", "*") and is_number(left) and is_number(right))
        ):
            self.may_not_suit(sign)
        behaviour = behaviour_of(left)
        other = behaviour_of(right)
        formats = sign == "%" and isinstance(left, (str, bytes, Text))
        if other is not None and other is not behaviour and getattr(other, "goes_first", False) and not formats:
            # TF's tensors answer before Python's numbers and sequences do, by `__array_priority__` or as the only one;
            # a text is formatted with whatever it is given.
            answer = other.binary(self.call, sign, left, right)
            if answer is not NotImplemented:
                return answer
        if behaviour is not None:
            answer = behaviour.binary(self.call, sign, left, right)
            if answer is not NotImplemented:
                return answer
        if other is not None and other is not behaviour:
            answer = other.binary(self.call, sign, left, right)
            if answer is not NotImplemented:
                return answer
        if isinstance(left, Unknown):
            return left._binary(right, sign)
        if isinstance(right, Unknown):
            return right._binary(left, sign, True)
        for side in (left, right):
            if isinstance(side, InstanceValue) and side.cls.unknown_base is not None:
                return side.cls.unknown_base.derive("")
        sides = (left, right)
        if any(type(s) in (int, float, bool) for s in sides) and any(isinstance(s, (ListValue, tuple)) for s in sides):
            return Unknown("whether a number comes out of an array of numpy's, which takes a list for one")
        self.call.raise_(
            "TypeError",
            f"unsupported operand type(s) for {sign}: '{self.class_of(left).name}' and '{self.class_of(right).name}'",
        )

    def _instance_binary(self, sign: str, left: AnyValue, right: AnyValue) -> Any:
        name = DUNDERS[sign]
        if type(left) is InstanceValue:
            method = self.special(left, f"__{name}__")
            if method is not MISSING:
                answer = self.invoke(method, (right,), {})
                if answer is not NotImplemented:
                    return answer
        if type(right) is InstanceValue:
            method = self.special(right, f"__r{name}__")
            if method is not MISSING:
                return self.invoke(method, (left,), {})
        return NotImplemented

    def augment(self, sign: str, left: AnyValue, right: AnyValue) -> Any:
        """`left sign= right`: lists, dicts and sets change in place."""
        if type(left) is ListValue and sign == "+":
            members = self.iterate(right)
            left.touch()
            if isinstance(members, Unknown):
                left.rest = first_doubt(left.rest, members)
            elif left.rest is None:
                extend(self.call, left, right)
            elif len(left.items) < limits.ITEMS:
                # Of a list that is open the known members are added; they are taken first, as it may be itself.
                added = drain(self.call, members)
                add_behind(left, added if isinstance(added, list) else ())
            return left
        if type(left) is SetValue and sign in "|&-^" and not left.frozen:
            return combine_into(left, self.binary(sign, left, right))
        if type(left) is InstanceValue:
            method = self.special(left, f"__i{DUNDERS[sign]}__")
            if method is not MISSING:
                answer = self.invoke(method, (right,), {})
                if answer is not NotImplemented:
                    return answer
        return self.binary(sign, left, right)

    def unary(self, sign: str, value: AnyValue) -> Any:
        if type(value) is InstanceValue:
            method = self.special(value, UNARY[sign])
            if method is not MISSING:
                return self.invoke(method, (), {})
            if value.payload is not None:
                value = value.payload
        behaviour = behaviour_of(value)
        if behaviour is not None:
            answer = behaviour.unary(self.call, sign, value)
            if answer is not NotImplemented:
                return answer
        if isinstance(value, Unknown):
            return value.derive("")
        if isinstance(value, InstanceValue) and value.cls.unknown_base is not None:
            return value.cls.unknown_base.derive("")
        self.call.raise_("TypeError", f"bad operand type for unary {sign}: '{self.class_of(value).name}'")

    # comparison

    def compare(self, sign: str, left: Any, right: Any) -> Any:
        one, two = type(left), type(right)
        if one is two and (one is int or one is str):
            return _PLAIN_COMPARE[sign](left, right)
        if one is two and one is Unknown and sign in ("==", "!=") and left.is_address and right.is_address:
            return (left is right) is (sign == "==")
        if one is InstanceValue or two is InstanceValue:
            if one is InstanceValue:
                method = self.special(left, COMPARISONS[sign])
                if method is not MISSING:
                    answer = self.invoke(method, (right,), {})
                    if answer is not NotImplemented:
                        return answer
                elif sign == "!=":
                    method = self.special(left, "__eq__")
                    if method is not MISSING:
                        return self.negation(self.invoke(method, (right,), {}))
            if two is InstanceValue:
                method = self.special(right, SWAPPED[sign])
                if method is not MISSING:
                    answer = self.invoke(method, (left,), {})
                    if answer is not NotImplemented:
                        return answer
            if one is InstanceValue and left.payload is not None:
                left, one = left.payload, type(left.payload)
            if two is InstanceValue and right.payload is not None:
                right, two = right.payload, type(right.payload)
        behaviour = behaviour_of(left)
        if behaviour is not None:
            answer = behaviour.compare(self.call, sign, left, right)
            if answer is not NotImplemented:
                return answer
        other = behaviour_of(right)
        if other is not None and other is not behaviour:
            swapped = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(sign, sign)
            answer = other.compare(self.call, swapped, right, left)
            if answer is not NotImplemented:
                return answer
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            unknown = left if isinstance(left, Unknown) else right
            return unknown._binary(right if unknown is left else left, sign)
        if sign == "==":
            if isinstance(left, BoundMethod):
                return bool(left == right)
            return left is right or (
                not isinstance(left, Value) and not isinstance(right, Value) and bool(left == right)
            )
        if sign == "!=":
            return self.negation(self.compare("==", left, right))
        for side in (left, right):
            if isinstance(side, InstanceValue) and side.cls.unknown_base is not None:
                return side.cls.unknown_base.derive("")
        self.call.raise_(
            "TypeError",
            f"'{sign}' not supported between instances of '{self.class_of(left).name}' and "
            f"'{self.class_of(right).name}'",
        )

    def identical(self, left: AnyValue, right: AnyValue) -> Any:
        """`is`. Small constants are one object in CPython, and programs compare with None, True and strings."""
        if left is right:
            return True
        if right is None and not isinstance(left, Value):
            return False
        if right is None and isinstance(left, Unknown) and left.likely is not None and not left.likely.assuming:
            return False
        if isinstance(left, Unknown):
            return left._binary(right, " is ")
        if isinstance(right, Unknown):
            return right._binary(left, " is ")
        if isinstance(left, Value) or isinstance(right, Value):
            return isinstance(left, BoundMethod) and left == right
        return type(left) is type(right) and left == right

    def negation(self, value: AnyValue) -> Any:
        """`not value`, an Unknown where it is not known."""
        if isinstance(value, Unknown):
            found = value.derive(f"not {value.label}" if value.label else "")
            found.fresh = None if value.fresh is None else not value.fresh
            return found
        try:
            return not self.truth(value)
        except Undecided as undecided:
            return Unknown(getattr(undecided.value, "reason", "not known"))

    def truth(self, value: Any) -> bool:
        """`bool(value)`. Raises Undecided where it is not known."""
        kind = type(value)
        if kind is bool:
            return value  # type: ignore[no-any-return]
        if not isinstance(value, Value):
            return bool(value) if kind is not tuple else len(value) > 0
        if kind is Unknown:
            return bool(value)
        if isinstance(value, InstanceValue):
            method = self.special(value, "__bool__")
            if method is MISSING:
                method = self.special(value, "__nonzero__")
            if method is not MISSING:
                return self.truth(self.invoke(method, (), {}))
            method = self.special(value, "__len__")
            if method is not MISSING:
                return self.truth(self.invoke(method, (), {}))
            if value.payload is not None:
                return self.truth(value.payload)
            return True
        behaviour = behaviour_of(value)
        if behaviour is None:
            return True
        answer = behaviour.truth(self.call, value)
        return bool(answer) if answer is not NotImplemented else True

    def contains(self, container: AnyValue, member: AnyValue) -> Any:
        if type(container) is InstanceValue:
            method = self.special(container, "__contains__")
            if method is not MISSING:
                answer = self.invoke(method, (member,), {})
                return answer if isinstance(answer, Unknown) else self.truth(answer)
            if container.payload is not None:
                container = container.payload
        behaviour = behaviour_of(container)
        if behaviour is not None:
            answer = behaviour.contains(self.call, container, member)
            if answer is not NotImplemented:
                return answer
        if isinstance(container, Unknown):
            return container.derive("")
        if container is None or type(container) in _NUMBER:
            self.call.raise_("TypeError", f"argument of type '{self.class_of(container).name}' is not iterable")
        members = self.iterate(container)
        if isinstance(members, Unknown):
            return members.derive("")
        unsure: Unknown | None = None
        for each in members:
            same = True if each is member else self.compare("==", each, member)
            if isinstance(same, Unknown):
                unsure = same
            elif self.truth(same):
                return True
        return unsure if unsure is not None else False

    # subscripts

    def get_item(self, value: Any, key: Any) -> Any:
        found = self._item(value, key)
        if self.trials and type(found) is Unknown:
            self.may_not_suit("a subscript")
        return found

    def _item(self, value: Any, key: Any) -> Any:
        kind = type(value)
        if kind is InstanceValue:
            method = self.special(value, "__getitem__")
            if method is not MISSING:
                return self.invoke(method, (key,), {})
            if value.payload is not None:
                answer = self._plain_item(value.payload, key)
                if answer is not MISSING:
                    return answer
                missing = self.special(value, "__missing__")
                if missing is not MISSING and isinstance(value.payload, DictValue):
                    return self.invoke(missing, (key,), {})
                value = value.payload
        elif kind is ClassValue:
            if value.metaclass is not None:
                method = value.metaclass.find("__getitem__")
                if method is not MISSING:
                    return self.invoke(method, (value, key), {})
            method = value.find("__class_getitem__")
            if method is not MISSING:
                return self.invoke(self.bind_attribute(method, None, value), (key,), {})
            return value
        elif kind is Unknown:
            return value.item(key)
        behaviour = behaviour_of(value)
        if behaviour is not None:
            answer = behaviour.getitem(self.call, value, key)
            if answer is not NotImplemented:
                return answer
        if isinstance(value, InstanceValue) and value.cls.unknown_base is not None:
            return value.cls.unknown_base.derive("")
        return self._no_collection(value, f"'{self.class_of(value).name}' object is not subscriptable")

    def _no_collection(self, value: AnyValue, said: str) -> Unknown:
        if type(value) is not bool:
            self.call.raise_("TypeError", said)
        return Unknown("whether it comes of comparing with a number of numpy's, which gives an array for a list")

    def _plain_item(self, payload: AnyValue, key: AnyValue) -> Any:
        """A key that a user's dict subclass certainly holds; MISSING asks `__missing__` or the payload itself."""
        if isinstance(payload, DictValue):
            try:
                return payload.items.get(key, MISSING)
            except Exception:
                return MISSING
        return MISSING

    def set_item(self, value: AnyValue, key: AnyValue, new: AnyValue) -> None:
        if type(value) is InstanceValue:
            method = self.special(value, "__setitem__")
            if method is not MISSING:
                self.invoke(method, (key, new), {})
                return
            if value.payload is not None:
                value = value.payload
        behaviour = behaviour_of(value)
        if behaviour is not None and behaviour.setitem(self.call, value, key, new):
            return
        if isinstance(value, Unknown) or (isinstance(value, InstanceValue) and value.cls.unknown_base is not None):
            return
        self.call.raise_("TypeError", f"'{self.class_of(value).name}' object does not support item assignment")

    def delete_item(self, value: AnyValue, key: AnyValue) -> None:
        if type(value) is InstanceValue:
            method = self.special(value, "__delitem__")
            if method is not MISSING:
                self.invoke(method, (key,), {})
                return
            if value.payload is not None:
                value = value.payload
        behaviour = behaviour_of(value)
        if behaviour is not None:
            behaviour.delitem(self.call, value, key)

    def dict_put(self, made: DictValue, key: AnyValue, value: AnyValue) -> None:
        key = closed(key)
        if isinstance(key, (Unknown, Text)):
            made.rest = first_doubt(made.rest, key if isinstance(key, Unknown) else key.unknown)
            if isinstance(key, Unknown):
                return
        if isinstance(key, (ListValue, DictValue)):
            self.call.raise_("TypeError", f"unhashable type: '{self.class_of(key).name}'")
        try:
            made.items[key] = value
        except Undecided:
            made.rest = first_doubt(made.rest, Unknown("a key is not known"))
        except TypeError:
            made.items[id(key)] = value

    def dict_update(self, made: DictValue, other: AnyValue) -> None:
        """`{**other}`."""
        if isinstance(other, InstanceValue) and isinstance(other.payload, DictValue):
            other = other.payload
        if isinstance(other, NativeObject) and self.call.getattr(other, "copy", None) is not None:
            other = self.call.method(other, "copy")
        if isinstance(other, DictValue):
            if other.rest is not None:
                forget_members(made, other.rest)
            made.items.update(other.items)
        elif isinstance(other, Unknown):
            forget_members(made, other)
        else:
            keys = self.call.method(other, "keys")
            members = self.iterate(keys)
            if isinstance(members, Unknown):
                forget_members(made, members)
                return
            for key in list(members):
                self.dict_put(made, key, self.get_item(other, key))

    # iteration

    def iterate(self, value: Any) -> Any:
        """An iterator over the members, or an Unknown. Raises the program's TypeError."""
        kind = type(value)
        if kind is ListValue:
            return iter(value.items) if value.rest is None or value.items else value.rest
        if kind is tuple or kind is range or kind is str:
            return iter(value)
        if kind is InstanceValue:
            method = self.special(value, "__iter__")
            if method is not MISSING:
                made = self.invoke(method, (), {})
                return self._by_next(value) if made is value else self.iterate(made)
            if value.payload is not None:
                return self.iterate(value.payload)
            if self.special(value, "__next__") is not MISSING:
                return self._by_next(value)
            if self.special(value, "__getitem__") is not MISSING:
                return self._by_index(value)
            if value.cls.unknown_base is not None:
                return value.cls.unknown_base.derive("")
        elif kind is IteratorValue:
            return value.members()
        elif kind is Unknown:
            return value
        elif kind is ClassValue and value.metaclass is not None:
            method = value.metaclass.find("__iter__")
            if method is not MISSING:
                return self.iterate(self.invoke(method, (value,), {}))
        behaviour = behaviour_of(value)
        if behaviour is not None:
            answer = behaviour.iterate(self.call, value)
            if answer is not NotImplemented:
                return answer if isinstance(answer, Unknown) else iter(answer)
        return self._no_collection(value, f"'{self.class_of(value).name}' object is not iterable")

    def _by_next(self, value: InstanceValue) -> Iterator[Any]:

        method = self.special(value, "__next__")
        if method is MISSING:
            method = self.special(value, "next")
        while True:
            self.call.tick()
            try:
                yield self.invoke(method, (), {})
            except Raised as stop:
                if isinstance(stop.value, InstanceValue) and stop.value.cls.derives_from("builtins.StopIteration"):
                    return
                raise

    def _by_index(self, value: InstanceValue) -> Iterator[Any]:

        index = 0
        while True:
            self.call.tick()
            try:
                yield self.get_item(value, index)
            except Raised as stop:
                if isinstance(stop.value, InstanceValue) and stop.value.cls.derives_from("builtins.IndexError"):
                    return
                raise
            index += 1

    def unpack(self, value: AnyValue, count: int, star: int | None) -> list[Any]:
        """The members for an unpacking of `count` targets, `star` the index of the starred one."""
        if type(value) is tuple and star is None and len(value) == count:
            return list(value)
        members = iter(value.placed) if type(value) is ListValue and value.rest is not None else self.iterate(value)
        if isinstance(members, Unknown):
            label = members.label
            out: list[Any] = [members.derive(f"{label}[{i}]" if label else "") for i in range(count)]
            if star is not None:
                out[star] = ListValue([], members)
            return out
        found: list[Any] = []
        for member in members:
            found.append(member)
            if star is None and len(found) > count:
                break
        if isinstance(value, Container) and value.rest is not None and len(found) < count:  # type: ignore[attr-defined]
            rest = value.rest  # type: ignore[attr-defined]
            found += [rest.derive("") for _ in range(count - len(found))]
        if star is None:
            if len(found) != count:
                if len(found) > count:
                    self.call.raise_("ValueError", f"too many values to unpack (expected {count})")
                self.call.raise_("ValueError", f"not enough values to unpack (expected {count}, got {len(found)})")
            return found
        after = count - star - 1
        if len(found) < count - 1:
            self.call.raise_(
                "ValueError", f"not enough values to unpack (expected at least {count - 1}, got {len(found)})"
            )
        if isinstance(value, Container) and value.rest is not None:  # type: ignore[attr-defined]
            rest = value.rest  # type: ignore[attr-defined]
            return [*found[:star], ListValue([], rest), *(rest.derive("") for _ in range(after))]
        middle = found[star : len(found) - after]
        return [*found[:star], ListValue(middle), *found[len(found) - after :]]

    def length(self, value: Any) -> Any:
        if type(value) is InstanceValue:
            method = self.special(value, "__len__")
            if method is not MISSING:
                return self.invoke(method, (), {})
            if value.payload is not None:
                return self.length(value.payload)
            if value.cls.unknown_base is not None:
                return value.cls.unknown_base.derive("")
        if type(value) is ClassValue and value.metaclass is not None:
            method = value.metaclass.find("__len__")
            if method is not MISSING:
                return self.invoke(method, (value,), {})
        behaviour = behaviour_of(value)
        if behaviour is not None:
            answer = behaviour.length(self.call, value)
            if answer is not NotImplemented:
                return answer
        if not isinstance(value, Value) and hasattr(value, "__len__"):
            return len(value)
        if isinstance(value, Unknown):
            return value.derive(f"len({value.label})" if value.label else "")
        return self._no_collection(value, f"object of type '{self.class_of(value).name}' has no len()")
