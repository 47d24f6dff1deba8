"""What comes into a cond's branch or a loop from outside: TF leaves a Switch or an Enter for it below who takes it.

Into a loop that runs back for gradients comes what the other loop had at that turn, which is kept on a stack."""

from __future__ import annotations

from collections.abc import Mapping

from scopelint.graph.drawing import Back, Context, Place

Inputs = tuple["str | None", ...]
"""As a GraphDef names them; None for one that is not known."""

_REFS = frozenset({"VariableV2", "Variable", "RefSwitch", "RefEnter"})
_HANDED_ON = frozenset({"Switch", "RefSwitch", "Identity", "RefIdentity"})
"""What is the same in every turn behind one of these is so before it."""

_OF_SHAPES = frozenset({"Shape", "Size", "Rank"})
"""Taken of a value of the other loop they belong to that loop: a shape is less to keep than the value."""


class Contexts:
    """The contexts of one graph. `types`: of all operations, `places`: where those lie that the run told of, `taken`:
    what each takes, as far as that is known yet; `under`: see Drawing."""

    def __init__(
        self,
        types: dict[str, str],
        places: dict[str, Place],
        taken: Mapping[str, Inputs | None],
        under: Mapping[str, str],
    ) -> None:
        self.types = types
        self.places = places
        self.taken = taken
        self.under = under
        self.made: dict[str, tuple[str, Inputs, Context | None]] = {}
        self.controls: dict[str, list[str]] = {}
        """What operations of both loops wait for, so that stacks are filled and emptied in order."""
        self.alike: dict[str, str] = {}
        """What is made of a value and has its shape: taken from a stack, or made anew. Of no value, numbers."""
        self._moved: dict[str, Context] = {}
        self._externals: dict[tuple[Context, str], str] = {}
        self._turns: dict[str, int] = {}
        self._syncs: dict[tuple[Context, str], str] = {}

    def entered(self, name: str, place: Place, inputs: Inputs | None) -> tuple[Inputs | None, str]:
        """TF: CondContext._AddOpInternal, WhileContext.AddOp and _AddOpInternal. What an operation takes within a
        context, and the control input that it gets there, which may be none."""
        context, pivot = place.context, place.pivot
        assert context is not None
        if inputs is None:
            return None, ""
        if not inputs:
            return (), pivot
        if context.kind == "cond" and self.types[name] in ("Switch", "RefSwitch") and inputs[-1] == context.pred:
            # It brings something into the branch: what it takes lies outside.
            outer, user = context.outer, self.under.get(name, name)
            return (inputs if outer is None else tuple(each and self._value(user, outer, each) for each in inputs)), ""
        back = self._back(context)
        if self.types[name] in _OF_SHAPES and back is not None and inputs[0] is not None:
            home = self.context_of(inputs[0])
            if home is not None and home.loop is back.forward:
                self._moved[name] = context = home
                pivot = home.pivot
        taken = tuple(None if each is None else self._value(name, context, each) for each in inputs)
        if context.kind == "while" and all(each is not None and self._is_constant(each) for each in taken):
            return taken, pivot
        return taken, ""

    def context_of(self, value: str) -> Context | None:
        """Where the operation of a value lies; of what leaves a loop, outside of it."""
        name = value.partition(":")[0]
        moved = self._moved.get(name)
        if moved is not None:
            return moved
        own = self.made.get(name)
        return own[2] if own is not None else self.places.get(name, Place()).context

    def is_constant_enter(self, name: str) -> bool:
        """TF: IsLoopConstantEnter."""
        own = self.made.get(name)
        return own is not None and own[0] in ("Enter", "RefEnter")

    def _back(self, context: Context) -> Back | None:
        loop = context.loop
        return loop.back if loop is not None else None

    def _value(self, user: str, context: Context, value: str) -> str:
        """TF: AddValue."""
        if self.is_within(value, context):
            return value
        found = self._externals.get((context, value))
        if found is not None:
            return found
        if context.kind == "while" and context.back is not None:
            home = self.context_of(value)
            if home is not None and home.loop is context.back.forward:
                entered = self._externals[context, value] = self._of_that_turn(user, context, context.back, value)
                return entered
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

    def _of_that_turn(self, user: str, context: Context, back: Back, value: str) -> str:
        """TF: _GradLoopState.GetRealValue. A value of the other loop, as it was at the turn that is gone back over."""
        user = self.under.get(user, user)
        outside = self._invariant(value)
        if outside is not None:
            return self._value(user, context, outside)
        if self.types.get(value.partition(":")[0]) == "Const":
            made = self._make(user, "Const", "Const", (), context)
            self._wait(made, context.pivot)
            self.alike[made] = value
            return made
        stack = self._pushed(user, back, value)
        return self._pop(user, context, back, stack, value)

    def _pushed(self, user: str, back: Back, value: str) -> str:
        """TF: AddForwardAccumulator: a stack, on which the value is put at each turn."""
        size = self._make(user, "Const", "Const", (), None)
        self.alike[size] = ""
        stack = self._make(user, "f_acc", "StackV2", (size,), None)
        inside = self._value(user, back.forward, stack)
        home = self.context_of(value)
        assert home is not None
        push = self._make(user, "StackPushV2", "StackPushV2", (), home)
        own = self._value(push, home, inside)
        self.made[push] = "StackPushV2", (own, value), home
        if home is back.forward:
            self._wait(back.next_turn, push)
        else:
            self._wait(self._sync(user, "f_sync", back.forward, back.next_turn), push)
        self._wait(push, back.turn)
        return stack

    def _pop(self, user: str, context: Context, back: Back, stack: str, value: str) -> str:
        """TF: AddBackpropAccumulatedValue."""
        home = self.context_of(value)
        if home is not None and home is not back.forward and home.kind == "cond":
            guard = self._make(user, "Switch", "Switch", (), context)
            pred = self._value(guard, context, home.pred)
            self.made[guard] = "Switch", (self._value(guard, context, stack), pred), context
            stack = f"{guard}:1" if home.branch else guard
        pop = self._make(user, "StackPopV2", "StackPopV2", (), context)
        taken = self._value(pop, context, stack)
        self.made[pop] = "StackPopV2", (taken,), context
        if self._is_constant(taken):
            self._wait(pop, context.pivot)
        self.alike[pop] = value
        self._wait(self._sync(user, "b_sync", context, back.next_back), pop)
        return pop

    def _sync(self, user: str, leaf: str, context: Context, index: str) -> str:
        """TF: forward_sync, grad_sync: made where it is first asked for."""
        found = self._syncs.get((context, leaf))
        if found is None:
            found = self._syncs[context, leaf] = self._make(user, leaf, "ControlTrigger", (), context)
            self._wait(index, found)
        return found

    def _wait(self, name: str, other: str) -> None:
        held = self.controls.setdefault(name, [])
        if other not in held:
            held.append(other)

    def _invariant(self, value: str) -> str | None:
        """TF: GetLoopConstantEnter: what a value is outside of its loop, where it is the same at every turn."""
        name = value.partition(":")[0]
        for _ in range(len(self.types)):
            own = self.made.get(name)
            if own is not None and own[0] in ("Enter", "RefEnter"):
                return own[1][0]
            inputs = own[1] if own is not None else self.taken.get(name)
            if self.types.get(name) not in _HANDED_ON or not inputs or inputs[0] is None:
                return None
            name = inputs[0].partition(":")[0]
        return None

    def _make(self, user: str, leaf: str, kind: str, inputs: Inputs, context: Context | None) -> str:
        name = f"{user}/{leaf}"
        while name in self.types:
            turn = self._turns[user + leaf] = self._turns.get(user + leaf, 0) + 1
            name = f"{user}/{leaf}_{turn}"
        self.types[name] = kind
        self.made[name] = kind, inputs, context
        return name

    def is_within(self, value: str, context: Context) -> bool:
        at = self.context_of(value)
        while at is not None:
            if at is context:
                return True
            at = at.outer
        return False

    def _is_constant(self, value: str) -> bool:
        return self.is_constant_enter(value.partition(":")[0])
