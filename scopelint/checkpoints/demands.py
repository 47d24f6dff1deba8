"""What a program asks of a checkpoint: its variables, and at each line that loads which key is read into which."""

from __future__ import annotations

from typing import Literal

from scopelint.frozen import frozen
from scopelint.tuples import NamedTuple

Shape = tuple[int | None, ...] | None

Kind = Literal["saver", "init", "warm_start", "assign", "checkpoint", "load_weights", "all"]
"""As `RestoreSite.kind`. "all" stands for a program without such a line: all its global variables are taken."""


class Place(NamedTuple):
    """A line of source."""

    file: str = ""
    line: int = 0

    def __bool__(self) -> bool:
        return bool(self.line)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Variable(NamedTuple):
    """A variable of the program. `calls`: the lines that led to `place`, outermost first. `store`: it came from
    `get_variable`, under this key; empty for a plain `tf.Variable`."""

    name: str
    shape: Shape
    dtype: str
    trainable: bool | None
    is_slot: bool
    place: Place
    calls: tuple[Place, ...] = ()
    store: str = ""
    certain: bool = True
    is_resource: bool | None = None


class Part(NamedTuple):
    """A piece of a partitioned variable: the shape of the whole, and where in it the piece begins."""

    whole: Shape
    offset: tuple[int, ...]


@frozen
class Demand:
    """One line that loads. `pairs`: (key, variable) in the loader's order. `variables`: all global ones of the graph,
    in the order in which they are made. `after`: made too late for this loader. `refused`: what TF says of the
    assignment map alone."""

    kind: Kind
    what: str
    place: Place
    pairs: tuple[tuple[str, str], ...]
    variables: tuple[Variable, ...]
    certain: bool = True
    path: str = ""
    made_at: Place = Place()
    after: tuple[str, ...] = ()
    parts: dict[str, Part] | None = None
    assignment_map: tuple[tuple[str, str], ...] = ()
    options: tuple[str, ...] = ()
    refused: str = ""
    stops: tuple[str, ...] = ()
    """Where the program ends before, and what of it is not known: it may ask for more."""
    ordered: bool = True
    """Are the variables in the order in which they are made? Not where another checkpoint stands for the program."""


def demand_of_all(variables: tuple[Variable, ...], place: Place, stops: tuple[str, ...] = ()) -> Demand:
    """A program without a line that loads: as if a Saver of all global variables stood at its end."""
    pairs = tuple((variable.name, variable.name) for variable in variables)
    return Demand("all", "all global variables", place, pairs, variables, True, stops=stops)
