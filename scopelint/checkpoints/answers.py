"""The answer to one comparison: does it load, what would TF say, why, and which key is which variable."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from scopelint.checkpoints.case import Cause
from scopelint.checkpoints.causes import causes
from scopelint.checkpoints.companions import AVERAGE, without_number
from scopelint.checkpoints.comparing import Comparison, compare
from scopelint.checkpoints.demands import Demand, Place, Variable
from scopelint.checkpoints.first_error import TFError, first_error
from scopelint.checkpoints.matching import Pair
from scopelint.checkpoints.records import Checkpoint

_NOWHERE = Place()


@dataclass(frozen=True)
class Answer:
    """`loads`: TF says no error. `is_well`: nor does it leave anything of what the line is for at its start value."""

    found: Comparison
    released: tuple[tuple[str, str], ...] = ()
    """Keys and variables that are one and the same line of the program, named by the release of TensorFlow that saved
    the file and by the one that loads it."""

    @property
    def demand(self) -> Demand:
        return self.found.demand

    @cached_property
    def error(self) -> TFError | None:
        return first_error(self.found)

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        return tuple(causes(self.found))

    @property
    def loads(self) -> bool:
        return self.error is None

    @property
    def is_well(self) -> bool:
        return self.loads and not any(cause.serious for cause in self.causes)

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Keys and variables that belong together though their names differ; the keys as the file spells them."""
        if not self._is_asked and not self.released:
            return ()
        keys = {tensor.name: tensor.key for tensor in self.found.checkpoint.tensors}
        own = {(want.key, want.name) for want in self.found.wants}
        found = []
        for pair in self.found.matching.pairs:
            held = self._averages.get((pair.held, pair.wanted), pair.held)
            if (held, pair.wanted) not in own:
                found.append(Pair(keys.get(held, held), pair.wanted, pair.certain, pair.how, pair.rename))
        if not self.released:
            return tuple(found)
        by_release = {wanted: held for held, wanted in self.released}
        taken = set(by_release.values())
        kept = [pair for pair in found if pair.wanted not in by_release and pair.held not in taken]
        return (*kept, *(Pair(held, wanted, True, "order") for wanted, held in by_release.items()))

    @cached_property
    def _averages(self) -> dict[tuple[str, str], str]:
        """Where the loader asks for a variable's average: the average of what the file calls the variable."""
        asked = {w.name for w in self.found.wants if without_number(w.key.rpartition("/")[2]) == AVERAGE}
        pairs = ((pair.held, pair.wanted) for pair in self.found.matching.pairs if pair.wanted in asked)
        return {(h, w): f"{h}/{AVERAGE}" for h, w in pairs if f"{h}/{AVERAGE}" in self.found.keys}

    @property
    def _is_asked(self) -> bool:
        """Where all is read there is nothing to pair."""
        found = self.found
        return bool(found.missing or found.shapes or found.taken or not found.demand.certain or self._lacks_something)

    @property
    def _lacks_something(self) -> bool:
        """Of a line that loads a part on purpose: is a variable left whose name the file does not have?"""
        return any(variable.name not in self.found.keys for variable in self.found.silent)

    def map(self, uncertain: bool = False) -> dict[str, str]:
        """The whole map: each key with its variable, also where names agree; what does not fit is left out."""
        misfits = {want.key for want, _ in (*self.found.shapes, *self.found.dtypes, *self.found.taken)}
        named = {}
        by_wanted = {pair.wanted: pair for pair in self.pairs if pair.certain or uncertain}
        for variable in self._left_on_the_way:
            pair = by_wanted.get(variable.name)
            tensor = self.found.keys.get(variable.name)
            if pair is not None:
                named[pair.held] = variable.name
            elif tensor is not None:
                named[tensor.key] = variable.name
        for want in self.found.wants:
            pair = by_wanted.pop(want.name, None)
            tensor = self.found.keys.get(want.key)
            if pair is not None and (tensor is None or want.key in misfits or pair.how == "shift"):
                named[pair.held] = want.name
            elif tensor is not None and want.key not in misfits:
                named[tensor.key] = want.name
        return named

    @property
    def _left_on_the_way(self) -> tuple[Variable, ...]:
        """What an assignment map was meant to load and does not; a Saver's list is taken to be meant as it is."""
        return self.found.silent if self.demand.kind in ("init", "warm_start", "assign") else ()

    @property
    def partitioned(self) -> tuple[str, ...]:
        return tuple(want.name for want in self.found.wants if len(want.variables) > 1)


def answer(checkpoint: Checkpoint, demand: Demand, as_saved: Demand | None = None) -> Answer:
    """`as_saved`: the same line of the program under the release of TensorFlow that saved the file."""
    found = compare(checkpoint, demand)
    return Answer(found, () if as_saved is None else _renamed_by_release(found, as_saved))


def _renamed_by_release(found: Comparison, as_saved: Demand) -> tuple[tuple[str, str], ...]:
    """What one release calls otherwise than the other, where both make as many variables of the same shapes in one
    order, and the file has the saving one's names."""
    before = {variable.name: variable.shape for variable in as_saved.variables}
    after = {variable.name: variable.shape for variable in found.demand.variables}
    pairs = list(zip(as_saved.pairs, found.demand.pairs, strict=False))
    if len(as_saved.pairs) != len(found.demand.pairs) or any(
        before.get(old[1]) != after.get(new[1]) for old, new in pairs
    ):
        return ()
    renamed = tuple((old[0], new[1]) for old, new in pairs if old[0] != new[0])
    return renamed if all(key in found.keys for key, _ in renamed) else ()


def demand_of_file(checkpoint: Checkpoint) -> Demand:
    """Another checkpoint in the place of a program: as if one with its variables loaded."""
    order = checkpoint.creation_order
    tensors = [tensor for tensor in checkpoint.tensors if tensor.is_variable]
    if order is not None:
        places = {key: number for number, key in enumerate(order)}
        tensors.sort(key=lambda tensor: places.get(tensor.key, len(places)))
    trainable = checkpoint.trainable_keys
    variables = tuple(
        Variable(
            tensor.name,
            tensor.shape,
            tensor.dtype,
            None if trainable is None else tensor.key in trainable,
            bool(tensor.slot_of),
            _NOWHERE,
        )
        for tensor in tensors
    )
    pairs = tuple((variable.name, variable.name) for variable in variables)
    return Demand("all", checkpoint.prefix, _NOWHERE, pairs, variables, ordered=order is not None)
