"""What comes into a cond's branch or a loop from outside: TF leaves a Switch or an Enter for it below who takes it."""

from __future__ import annotations

from scopelint.graph.drawing import Context, Place

Inputs = tuple["str | None", ...]
"""As a GraphDef names them; None for one that is not known."""

_REFS = frozenset({"VariableV2", "Variable", "RefSwitch", "RefEnter"})


class Contexts:
    """The contexts of one graph. `types`: of all operations, `places`: where those lie that the run told of."""

    def __init__(self, types: dict[str, str], places: dict[str, Place]) -> None:
        self.types = types
        self.places = places
        self.made: dict[str, tuple[str, Inputs, Context | None]] = {}
        self._externals: dict[tuple[Context, str], str] = {}
        self._turns: dict[str, int] = {}

    def entered(self, name: str, context: Context, pivot: str, inputs: Inputs | None) -> tuple[Inputs | None, str]:
        """TF: CondContext._AddOpInternal, WhileContext._AddOpInternal. What an operation takes within a context, and
        the control input that it gets there, which may be none."""
        if inputs is None:
            return None, ""
        if not inputs:
            return (), pivot
        taken = tuple(None if each is None else self._value(name, context, each) for each in inputs)
        if context.kind == "while" and all(each is not None and self._is_constant(each) for each in taken):
            return taken, pivot
        return taken, ""

    def _value(self, user: str, context: Context, value: str) -> str:
        """TF: AddValue."""
        if self._is_within(value, context):
            return value
        found = self._externals.get((context, value))
        if found is not None:
            return found
        result = value if context.outer is None else self._value(user, context.outer, value)
        source = result.partition(":")[0]
        is_ref = self.types.get(source) in _REFS
        if context.kind == "cond":
            made = self._make(user, "Switch", "RefSwitch" if is_ref else "Switch", (result, context.pred), context)
            entered = f"{made}:1" if context.branch else made
        else:
            entered = self._make(user, "Enter", "RefEnter" if is_ref else "Enter", (result,), context)
        self._externals[context, value] = entered
        return entered

    def _make(self, user: str, leaf: str, kind: str, inputs: Inputs, context: Context) -> str:
        name = f"{user}/{leaf}"
        while name in self.types:
            turn = self._turns[user + leaf] = self._turns.get(user + leaf, 0) + 1
            name = f"{user}/{leaf}_{turn}"
        self.types[name] = kind
        self.made[name] = kind, inputs, context
        return name

    def _is_within(self, value: str, context: Context) -> bool:
        name = value.partition(":")[0]
        own = self.made.get(name)
        at = own[2] if own is not None else self.places.get(name, Place()).context
        while at is not None:
            if at is context:
                return True
            at = at.outer
        return False

    def _is_constant(self, value: str) -> bool:
        """TF: IsLoopConstantEnter: it came in from outside and is the same in every turn."""
        own = self.made.get(value.partition(":")[0])
        return own is not None and own[0] in ("Enter", "RefEnter")
