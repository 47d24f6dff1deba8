"""Entries that perhaps nobody has: what no run of a file got to, supposed to be called, so that its errors are seen."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from scopelint import clock, limits
from scopelint.frozen import replace
from scopelint.graph.conditions import supposition
from scopelint.graph.events import ProgramRaised
from scopelint.graph.outcome import Outcome
from scopelint.interp.decorated import take
from scopelint.interp.frame import Frame
from scopelint.interp.unreached import is_unread, methods_of
from scopelint.site import Site
from scopelint.syntax.source import Source
from scopelint.syntax.tf_calls import functions
from scopelint.values.base import PARAMETER, Unknown
from scopelint.values.objects import (
    MISSING,
    BoundMethod,
    ClassMethod,
    ClassValue,
    InstanceValue,
    NativeFunction,
    PropertyValue,
    StaticMethod,
)


class Supposed:
    """What the runs of a file do beside those that it surely has; a part of them."""

    run: Any
    path: str
    source: Source
    module: Any
    supposing: float

    def _definitions(self) -> Iterator[tuple[Any, Any]]:
        raise NotImplementedError

    def _run(
        self, entry: str, work: Callable[[], Any], methods: tuple[str, ...] = (), supposed: str = ""
    ) -> list[Outcome]:
        raise NotImplementedError

    def _enter(self, wanted: str) -> Any:
        raise NotImplementedError

    def _definition_site(self, name: str) -> Site:
        raise NotImplementedError

    def _invoke_unknown(self, value: Any, every: bool = False) -> Any:
        raise NotImplementedError

    def _rest(self) -> list[Outcome]:
        """What nothing got to in any of the runs, whoever may call it: methods of which each may need another before
        it, functions of a script on another way than the one it went. That they are called so is an assumption."""
        out: list[Outcome] = []
        self.supposing = 2 * clock.spent() + limits.SUPPOSED_SECONDS
        for node, value in self._definitions():
            if isinstance(node, ast.FunctionDef):
                if is_unread(value):
                    out += self._supposed(node.name, partial(self._enter, node.name))
            elif isinstance(value, ClassValue):
                for method in methods_of(node):
                    if is_unread(value.attrs.get(method)):
                        entry = f"{node.name}.{method}"
                        out += self._supposed(entry, partial(self._enter_method, node, value, method))
        return out + self._otherwise()

    def _otherwise(self) -> list[Outcome]:
        """Functions that were entered and went another way than to some of their calls of TensorFlow: whatever they are
        given, they may go there."""
        out: list[Outcome] = []
        left = set(self._left_out())
        for node, value in self._definitions() if left else ():
            if isinstance(node, ast.FunctionDef) and node.name in left and value is not MISSING:
                out += self._supposed(node.name, partial(self._enter_anyhow, node.name))
            elif isinstance(value, ClassValue):
                for method in methods_of(node):
                    entry = f"{node.name}.{method}"
                    if entry in left and method in value.attrs:
                        out += self._supposed(entry, partial(self._enter_method, node, value, method, every=True))
        return out

    def _left_out(self) -> Iterator[str]:
        """The functions, and the methods with their class, of whose calls of TensorFlow not all were got to."""
        here = {line for path, line in self.run.reached if path == self.path}
        for function in functions(self.source.tree):
            if function.tensorflow - here:
                words = function.name.split(".")
                yield words[0]
                yield ".".join(words[:2])

    def _enter_anyhow(self, name: str) -> Any:
        """A function that is given anything at all, under any flags."""
        self.run.frame = Frame("<module>", self.module.attrs, self.module, self._definition_site(name))
        self.run.any_flags = True
        try:
            return self._invoke_unknown(self.module.attrs[name], every=True)
        finally:
            self.run.any_flags = False

    def _supposed(self, entry: str, work: Callable[[], Any]) -> list[Outcome]:
        """An entry that perhaps nobody has: what it finds hangs on that, and what it did not follow is no matter."""
        if clock.spent() > min(self.run.deadline, self.supposing):
            return []
        deadline, self.run.deadline = self.run.deadline, min(self.run.deadline, self.supposing)
        try:
            made = self._run(entry, work, supposed=supposition(entry))
        finally:
            self.run.deadline = deadline
        return [
            replace(each, events=tuple(e for e in each.events if not isinstance(e, ProgramRaised)), errors_only=True)
            for each in made
        ]

    def _enter_method(self, node: ast.ClassDef, cls: ClassValue, method: str, every: bool = False) -> Any:
        """A method of an object of which nothing is known but what its class has."""
        run = self.run
        run.frame = Frame("<module>", self.module.attrs, self.module, self._definition_site(node.name))
        function = take(run, cls.attrs[method])
        if isinstance(function, NativeFunction):
            # A test that is skipped.
            function = function.attrs.get("__wrapped__", function)
        if isinstance(function, (StaticMethod, ClassMethod)):
            return self._invoke_unknown(run.get_attribute(cls, method, MISSING), every)
        made = InstanceValue(cls)
        made.rest = Unknown("an attribute that another method sets", cause=PARAMETER)
        own = function.getter if isinstance(function, PropertyValue) else function
        return self._invoke_unknown(BoundMethod(own, made), every)
