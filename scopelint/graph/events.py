"""What a run leaves behind: frozen records, each with its site and the calls that led there."""

from __future__ import annotations

from typing import Any

from scopelint.frozen import frozen
from scopelint.graph.reasons import Fact, Reason
from scopelint.site import Calls, Site

Shape = tuple[Any, ...] | None
"""Dimensions: an int, None where TF itself would say None, or a value that is not known; None for unknown rank."""


@frozen
class Event:
    """`site` is the innermost line of source that was running; `calls` the chain, outermost first, ending there.

    `when` holds the conditions of the undecided branches around it, outermost first; an event without conditions
    is certain. `graph` numbers the `tf.Graph` objects from 0 in the order of their creation.
    """

    site: Site
    calls: Calls
    when: tuple[str, ...]
    graph: int


@frozen
class VariableMade(Event):
    """A new variable. `name`: of its operation, unknown parts in braces. `key`: in the variable store, empty for a
    plain `tf.Variable`. `dtype`: TF's name (`float32`), empty where not known. `by`: "get_variable", "Variable",
    "layer", "slot". `prefix_sites`: for each part of the name's prefix the site of the scope that gave it.
    `is_resource`: None where that is not known."""

    name: str
    key: str
    shape: Shape
    shape_known: bool
    dtype: str
    trainable: bool | None
    collections: tuple[str, ...]
    by: str
    asked: str
    scope: str
    name_scope: str
    reuse: str
    prefix_sites: tuple[tuple[str, Site], ...]
    is_resource: bool | None = None


@frozen
class VariableReused(Event):
    """A variable that `get_variable` found and shared."""

    name: str
    key: str
    by: str
    asked: str
    scope: str
    name_scope: str
    reuse: str
    first_site: Site
    first_calls: Calls
    prefix_sites: tuple[tuple[str, Site], ...]
    changed: tuple[str, ...] = ()


@frozen
class VariableRefused(Event):
    """`get_variable` raised. `reason`: why, with `facts` about it; `message`: TF's own sentence, for people;
    `leads`: what its line ends with where a place follows; `error`: the exception's type."""

    name: str
    reason: Reason
    message: str
    error: str
    by: str
    asked: str
    scope: str
    name_scope: str
    reuse: str
    first_site: Site | None
    first_calls: Calls
    prefix_sites: tuple[tuple[str, Site], ...]
    facts: tuple[Fact, ...] = ()
    leads: str = ""
    caught: bool = False

    def fact(self, name: str) -> object:
        """A particular by its name, None where it is not told."""
        return dict(self.facts).get(name)


@frozen
class Refused(Event):
    """TF raised on something other than a variable access: a name, an argument, a shape. Fields as above."""

    reason: Reason
    name: str
    message: str
    error: str
    facts: tuple[Fact, ...] = ()
    caught: bool = False

    def fact(self, name: str) -> object:
        """A particular by its name, None where it is not told."""
        return dict(self.facts).get(name)


@frozen
class ScopeOpened(Event):
    """`kind`: "name" or "variable". `asked`: as the program wrote it; `prefix`: what it became. `reopened`: a
    scope object or a name with a trailing slash was given, or the variable scope was entered before."""

    kind: str
    asked: str
    prefix: str
    name_scope: str
    reuse: str
    reopened: bool
    how: str = ""


@frozen
class OpMade(Event):
    """An operation. `user`: made by a call that user code wrote itself, not inside of one. `renamed`: it asked for
    another name, which was taken. `inner`: operations made below it, as (name relative to it, type)."""

    name: str
    type: str
    user: bool
    asked: str = ""
    inner: tuple[tuple[str, str], ...] = ()


@frozen
class NotKnown(Event):
    """Something that decides names is not known. `may_make`: it may make variables, and what hangs on it that it makes
    none says so by the condition `assuming`; `about` is the module that all such assumptions are told under."""

    reason: str
    may_make: bool
    about: str = ""
    assuming: str = ""


@frozen
class ProgramRaised(Event):
    """The program ended in an exception that nothing caught; with conditions, it ends there where they hold. `own`: it
    raised the exception itself. `sure`: it is not for a gap in what we know that we take it to raise."""

    error: str
    message: str
    by_tensorflow: bool
    own: bool = False
    sure: bool = True


@frozen
class SessionRun(Event):
    """`Session.run` or `eval` was reached."""

    what: str


@frozen
class RestoreSite(Event):
    """A line that would load a checkpoint. `pairs`: (key in the checkpoint, full name of the variable) in the loader's
    order, for what it would load whatever the file holds; a part of a partitioned variable reads the whole's key.

    `kind`: "saver" (Saver.restore, the session's and the Estimator's too), "init" (init_from_checkpoint), "warm_start",
    "assign" (slim's assign_from_checkpoint), "checkpoint" (objects), "load_weights". `what`: the loader as a reader
    knows it, `Saver()`. `certain`: these pairs and no others. `path`: the checkpoint as the program spells it, empty
    where that is not known. `made_at`: where the Saver or the map was made. `after`: names of variables that come into
    the graph too late for it. `slices`: of parts (full name, shape of the whole, offset). `assignment_map`: of "init"
    and "warm_start" as given, (key or scope/, variable or scope/). `options`: "reshape", "ignore_missing",
    "assert_consumed", "by_name", where they are on."""

    kind: str
    what: str
    pairs: tuple[tuple[str, str], ...]
    certain: bool = True
    path: str = ""
    made_at: Site | None = None
    after: tuple[str, ...] = ()
    slices: tuple[tuple[str, Shape, tuple[int, ...]], ...] = ()
    assignment_map: tuple[tuple[str, str], ...] = ()
    options: tuple[str, ...] = ()


@frozen
class Noted(Event):
    """Anything else a rule asks about, named by `kind`, with its particulars."""

    kind: str
    facts: tuple[tuple[str, Any], ...]

    def fact(self, name: str) -> Any:
        return dict(self.facts).get(name)
