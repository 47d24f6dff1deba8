"""A small engine over the interpreter's own operators: evaluates expressions on constants through the behaviours."""

from __future__ import annotations

import ast
from typing import Any

import scopelint.apis.python.behaviours  # noqa: F401
from scopelint.apis.call import Call, Raised
from scopelint.apis.python.formatting import format_value, to_string
from scopelint.apis.python.support import lower
from scopelint.apis.registry import find
from scopelint.graph.state import GraphState

from scopelint.interp.attributes import Attributes
from scopelint.interp.operators import Operators
from scopelint.site import NOWHERE
from scopelint.values.base import Unknown
from scopelint.values.containers import DictValue, ListValue, SetValue
from scopelint.values.objects import MISSING, BoundMethod, ClassValue, InstanceValue, IteratorValue, NativeFunction
from scopelint.values.text import text
from scopelint.values.trail import TRAIL

BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
          ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.MatMult: "@"}
COMPARE = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
UNARY = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}


class Options:
    settings: tuple[tuple[str, str], ...] = ()
    argv: tuple[str, ...] = ()


class SmallEngine(Attributes, Operators):
    def __init__(self) -> None:
        TRAIL.reset()
        self.state = GraphState(lambda: (NOWHERE, ()))
        self.options = Options()
        self.files: dict[str, bytes] = {}
        self.call = Call(self)
        self.said: list[str] = []
        self.call.cannot_know = self.cannot_know  # type: ignore[method-assign]

    def cannot_know(self, reason: str, may_make: bool = False, label: str = "") -> Unknown:
        self.said.append(reason)
        return Unknown(reason, label)

    def tick(self, cost: int = 1) -> None:
        pass

    def read_file(self, path: str) -> bytes | None:
        return self.files.get(path)

    def find_module(self, name: str) -> Any:
        from scopelint.apis.python import module

        return module(name) or Unknown(f"no module {name}")

    def to_string(self, value: Any) -> Any:
        return to_string(self.call, value)

    def invoke(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if isinstance(function, BoundMethod):
            return self.invoke(function.function, (function.receiver, *args), kwargs)
        if isinstance(function, NativeFunction):
            if function.raw:
                return function.impl(self.call, args, kwargs)
            return function.impl(self.call, *args, **kwargs)
        if isinstance(function, ClassValue):
            made = self.invoke(function.find("__new__"), (function, *args), kwargs)
            if isinstance(made, InstanceValue) and function in made.cls.mro:
                init = made.cls.find("__init__")
                if init is not MISSING:
                    self.invoke(init, (made, *args), kwargs)
            return made
        if isinstance(function, InstanceValue):
            return self.invoke(function.cls.find("__call__"), (function, *args), kwargs)
        if callable(function):
            return function(*args, **kwargs)
        from scopelint.interp.attributes import behaviour_of

        behaviour = behaviour_of(function)
        if behaviour is not None:
            answer = behaviour.invoke(self.call, function, args, kwargs)
            if answer is not NotImplemented:
                return answer
        self.call.raise_("TypeError", f"'{type(function).__name__}' object is not callable")

    # expressions

    def run(self, source: str, names: dict[str, Any] | None = None) -> Any:
        return self.evaluate(ast.parse(source, mode="eval").body, names or {})

    def evaluate(self, node: Any, names: dict[str, Any]) -> Any:
        one = self.evaluate
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            if node.id in names:
                return names[node.id]
            found = find("builtins." + node.id)
            return found if found is not MISSING else self.find_module(node.id)
        if isinstance(node, ast.BinOp):
            return self.binary(BINARY[type(node.op)], one(node.left, names), one(node.right, names))
        if isinstance(node, ast.UnaryOp):
            value = one(node.operand, names)
            return self.negation(value) if isinstance(node.op, ast.Not) else self.unary(UNARY[type(node.op)], value)
        if isinstance(node, ast.BoolOp):
            value = None
            for each in node.values:
                value = one(each, names)
                if self.truth(value) is isinstance(node.op, ast.Or):
                    return value
            return value
        if isinstance(node, ast.IfExp):
            return one(node.body if self.truth(one(node.test, names)) else node.orelse, names)
        if isinstance(node, ast.Compare):
            left = one(node.left, names)
            for op, right_node in zip(node.ops, node.comparators, strict=True):
                right = one(right_node, names)
                if isinstance(op, (ast.In, ast.NotIn)):
                    answer = self.contains(right, left)
                    answer = self.negation(answer) if isinstance(op, ast.NotIn) else answer
                elif isinstance(op, (ast.Is, ast.IsNot)):
                    answer = self.identical(left, right) is isinstance(op, ast.Is)
                else:
                    answer = self.compare(COMPARE[type(op)], left, right)
                if isinstance(answer, Unknown) or not self.truth(answer):
                    return answer
                left = right
            return answer
        if isinstance(node, ast.Tuple):
            return tuple(self.spread(node.elts, names))
        if isinstance(node, ast.List):
            return ListValue(self.spread(node.elts, names))
        if isinstance(node, ast.Set):
            return SetValue(self.spread(node.elts, names))
        if isinstance(node, ast.Dict):
            made = DictValue()
            for key, value in zip(node.keys, node.values, strict=True):
                self.set_item(made, one(key, names), one(value, names))
            return made
        if isinstance(node, ast.Subscript):
            return self.get_item(one(node.value, names), one(node.slice, names))
        if isinstance(node, ast.Slice):
            return slice(*[None if e is None else one(e, names) for e in (node.lower, node.upper, node.step)])
        if isinstance(node, ast.Attribute):
            return self.get_attribute(one(node.value, names), node.attr)
        if isinstance(node, ast.Call):
            kwargs = {}
            for keyword in node.keywords:
                value = one(keyword.value, names)
                kwargs.update({keyword.arg: value} if keyword.arg else value.items)
            return self.invoke(one(node.func, names), tuple(self.spread(node.args, names)), kwargs)
        if isinstance(node, ast.Lambda):
            def function(call: Any, *args: Any, **kwargs: Any) -> Any:
                return one(node.body, {**names, **dict(zip([a.arg for a in node.args.args], args, strict=False)),
                                       **kwargs})
            return NativeFunction("<lambda>", function)
        if isinstance(node, ast.JoinedStr):
            return text([one(v, names) for v in node.values])
        if isinstance(node, ast.FormattedValue):
            spec = one(node.format_spec, names) if node.format_spec else ""
            return format_value(self.call, one(node.value, names),
                                chr(node.conversion) if node.conversion > 0 else "", spec)
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            gen = node.generators[0]
            members = [one(node.elt, {**names, gen.target.id: m}) for m in self.iterate(one(gen.iter, names))
                       if all(self.truth(one(t, {**names, gen.target.id: m})) for t in gen.ifs)]
            return ListValue(members) if isinstance(node, ast.ListComp) else IteratorValue(iter(members))
        raise NotImplementedError(ast.dump(node))

    def spread(self, nodes: list[Any], names: dict[str, Any]) -> list[Any]:
        out: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                out.extend(self.iterate(self.evaluate(node.value, names)))
            else:
                out.append(self.evaluate(node, names))
        return out

    def answer(self, source: str, names: dict[str, Any] | None = None) -> Any:
        """What an expression gives as a plain Python object; an exception as `("raises", name, message)`."""
        try:
            value = self.run(source, names)
            if isinstance(value, IteratorValue):
                value = ListValue(value.iterator)
            return lower(value)
        except Raised as problem:
            error = problem.value
            args = error.attrs["args"]
            return ("raises", error.cls.name, args[0] if args else "")
