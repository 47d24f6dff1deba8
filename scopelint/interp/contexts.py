"""The program's context managers: entered, and left with or without an exception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.contextlib import enter_generator, exit_generator
from scopelint.interp.attributes import behaviour_of
from scopelint.interp.effects import enter_unknown, leave_unknown, makes_nothing
from scopelint.values.base import AnyValue, Undecided, Unknown
from scopelint.values.objects import MISSING, InstanceValue, IteratorValue


class Contexts:
    """Of the interpreter: what `with` does at its beginning and at its end."""

    call: Call
    special: Any
    invoke: Any
    not_followed: Any
    class_of: Any
    truth: Callable[[Any], bool]

    def enter(self, manager: AnyValue) -> Any:
        if isinstance(manager, InstanceValue):
            method = self.special(manager, "__enter__")
            if method is not MISSING:
                return self.invoke(method, (), {})

        if isinstance(manager, IteratorValue) and manager.decorated:
            return enter_generator(self.call, manager)
        if isinstance(manager, Unknown) and not makes_nothing(manager, []):
            self.not_followed(manager, f"with {manager.label or 'a context manager'}", manager.label or "a context")
            enter_unknown(self, manager)
        behaviour = behaviour_of(manager)
        if behaviour is not None:
            answer = behaviour.enter(self.call, manager)
            if answer is not NotImplemented:
                return answer
        if isinstance(manager, Unknown):
            return manager
        if isinstance(manager, InstanceValue) and manager.cls.unknown_base is not None:
            return manager
        self.call.raise_("AttributeError", "__enter__")

    def exit(self, manager: AnyValue, error: AnyValue) -> bool | Unknown:
        """Leaves a context. Does it end the exception? Unknown where that is not known."""
        if isinstance(manager, InstanceValue):
            method = self.special(manager, "__exit__")
            if method is not MISSING:
                args = (None, None, None) if error is None else (self.class_of(error), error, None)
                answer = self.invoke(method, args, {})
                if error is None:
                    return False
                try:
                    return self.truth(answer)
                except Undecided:
                    return Unknown("what __exit__ answers")

        if isinstance(manager, IteratorValue) and manager.decorated:
            return exit_generator(self.call, manager, error)
        leave_unknown(self, manager)
        behaviour = behaviour_of(manager)
        return behaviour is not None and behaviour.exit(self.call, manager, error) is True
