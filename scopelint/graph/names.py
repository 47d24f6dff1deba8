"""Graph: how TF makes names unique, and its name scopes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from scopelint import later
from scopelint.graph import refusals
from scopelint.graph.collected import Collection, Members, join_collections
from scopelint.graph.conditions import When, added
from scopelint.graph.drawing import Drawing
from scopelint.graph.events import OpMade
from scopelint.graph.known_in_part import HOLE, KnownInPart
from scopelint.graph.scope_context import ScopeContext
from scopelint.graph.scope_store import ScopeStore, VariableScope
from scopelint.graph.undo_dict import MISSING, Looked, UndoDict
from scopelint.graph.variable_store import VariableStore
from scopelint.patterns import guarded
from scopelint.site import Site
from scopelint.tuples import NamedTuple
from scopelint.values.base import Unknown, Value, first_doubt
from scopelint.values.text import hole
from scopelint.values.trail import TRAIL, Mutable

if TYPE_CHECKING:
    from scopelint.graph.state import GraphState

_OP_NAME = later.pattern(r"[A-Za-z0-9.][A-Za-z0-9_.\-/]*\n?\Z")
_SCOPE_NAME = later.pattern(r"[A-Za-z0-9_.\-/]*\n?\Z")
_RIGHT: set[str] = set()
_MOST_RIGHT = 10_000
"""Names that were found right for an operation, and so for a scope: a program asks for few, again and again."""
_NUMBERED = later.pattern(r"_\d+$")
_PLAIN_SCOPE = later.pattern(r"[\w/\-{}.]*\*?")
"""A scope that is looked for in no time: at most one repeat, at its end."""


class Used(NamedTuple):
    """How often a name was used where two branches differ: from `least` to `most`; `given` counts the names that
    were made from it since, none of which can be known in full."""

    least: int
    most: int
    given: int


def _range(count: int | Used) -> tuple[int, int]:
    if count is MISSING:
        return 0, 0
    return (count.least, count.most) if isinstance(count, Used) else (count, count)


def _join_uses(key: str, one: int | Used, two: int | Used, join: Callable[[Any, Any], Any]) -> Any:
    a, b = _range(one), _range(two)
    if a == b and a[0] == a[1]:
        return a[0]
    return Used(min(a[0], b[0]), max(a[1], b[1]), 0)


def _join_doubts(key: str, one: When, two: When, join: Callable[[Any, Any], Any]) -> Any:
    return added(() if one is MISSING else one, () if two is MISSING else two)


def _join_sole(key: str, one: object, two: object, join: Callable[[Any, Any], Any]) -> Any:
    """What only one branch has is left out: nobody may count on it."""
    return MISSING if one is MISSING or two is MISSING else one


class NameScope(ScopeContext):
    """TF: Graph.name_scope, as a context. Entering gives the scope's string. A context may be entered again; within
    itself that ends the entry before, whose generator Python closes when TF puts the new one in its place."""

    __slots__ = ("_graph", "_name", "_old")

    def __init__(self, graph: Graph, name: object) -> None:
        self._graph = graph
        self._name: Any = name
        self._old: list[str | None] = []

    def enter(self) -> str:
        if self._old:
            self.exit()
        graph = self._graph
        old = graph.name_stack
        entered = graph.enter_scope(self._name)
        self._old.append(old)
        return entered

    def exit(self) -> None:
        if self._old:
            self._graph.leave_scope(self._old.pop())


class Graph(Value, Mutable):
    """A `tf.Graph`: the names in use, the current name scope, the operations, the collections."""

    __slots__ = (
        "_in_part", "_numbers", "_texts", "building_function", "collections", "consumers", "doubtful_names",
        "doubtful_scopes", "doubts", "drawing", "finalized", "index", "inputs", "layer_names", "made_if", "name_stack",
        "names_in_use", "ops", "overridden", "overrides", "read", "scopes", "state", "store", "tensors", "unseen_in",
    )  # fmt: skip

    def __init__(self, state: GraphState, index: int) -> None:
        Mutable.__init__(self)
        self.state = state
        self.index = index
        self.name_stack: str | None = None
        # By types of operations: whose gradient those have that are made now; and those that were made so.
        self.overrides: dict[object, object] = {}
        self.overridden: set[str] = set()
        self.names_in_use = UndoDict(_join_uses)
        self.ops = UndoDict(_join_sole)
        self.collections = UndoDict(join_collections)
        self.layer_names = UndoDict(_join_uses)
        # What is assumed to have made nothing here: what it is about -> the assumption, and why it is one.
        self.doubts: dict[str, tuple[str, Unknown]] = {}
        # Variable scope -> how it was open when something was done in it last that may have made variables unseen.
        self.unseen_in: dict[str, tuple[VariableScope, str]] = {}
        # Names and variable scopes that TF numbered while there was a doubt, with what their number hangs on.
        self.doubtful_names = UndoDict(_join_doubts)
        self.doubtful_scopes = UndoDict(_join_doubts)
        self.scopes = ScopeStore()
        self.store = VariableStore(self)
        self._in_part = KnownInPart()
        self.building_function = False
        self.finalized = False
        # Operation's name -> its outputs by number, as far as they were made as values. What an undone branch made
        # stays and is replaced where the name comes up again, so no fork has to take it back.
        self.tensors: dict[str, dict[int, Any]] = {}
        # Operation's name -> what it takes, as far as that is recorded; taken back no more than its outputs are.
        self.inputs: dict[str, Any] = {}
        self.consumers: tuple[Any, dict[Any, list[str]]] = (None, {})
        # Where its picture is asked for, what only that shows.
        self.drawing = Drawing() if state.draws else None
        # Name scope -> the program's text that opened it first, where that stands, and the scope around it.
        self._texts: dict[str, tuple[str, Site, str | None]] = {}
        # The last parts of names that got a number while there was a doubt.
        self._numbers: set[str] = set()
        # Names that the program has read, as they may stand within others, and what they hang on.
        self.read: dict[str, When] = {}
        # What variables hang on, by name.
        self.made_if: dict[str, When] = {}
        if state.turns is not None:
            self._know_when(state.turns)

    def _know_when(self, turns: list[int]) -> None:
        """From here on it is known when each name was asked for last."""
        self.names_in_use.items, self.ops.items = Looked(turns), Looked(turns)
        self.tensors, self.inputs, self._texts = Looked(turns), Looked(turns), Looked(turns)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"Graph({self.index})"

    def save(self) -> Any:
        return self.name_stack, self.finalized, self.doubts

    def restore(self, state: tuple[Any, ...]) -> None:
        self.name_stack, self.finalized, self.doubts = state

    def join_states(self, a: tuple[Any, ...], b: tuple[Any, ...], join: Callable[[Any, Any], Any]) -> Any:
        return a[0], a[1] and b[1], {**b[2], **a[2]}

    # what may have happened here unseen

    def doubt(self, about: str, assuming: str, why: Unknown) -> None:
        """Something that is not known may have made variables and operations here, and listed them."""
        self.touch()
        self.doubts = {**self.doubts, about: (assuming, why)}
        for collection in self.collections.items.values():
            collection.open(why)

    @property
    def assumed(self) -> When:
        """What a number that TF gives now hangs on."""
        return tuple(assuming for assuming, _ in self.doubts.values())

    @property
    def others(self) -> Unknown | None:
        """What else a collection may hold, or None where nothing but what we saw can be in it."""
        return next((why for _, why in self.doubts.values()), None)

    def doubts_of(self, name: str, by_scope: bool) -> When:
        """What the numbers in a full name hang on. `by_scope`: it was put together of variable scopes."""
        table = (self.doubtful_scopes if by_scope else self.doubtful_names).items
        if not table and not self._numbers and not self.read:
            return ()
        # A number that TF gave may have been read, and put into a name by the program itself; so may a whole name.
        leaf = name.rpartition("/")[2]
        found: When = self.assumed if by_scope and any(each in leaf for each in self._numbers) else ()
        for each, when in self.read.items():
            if each in name and re.search(rf"(?<![0-9A-Za-z]){re.escape(each)}(?![0-9A-Za-z])", name):
                found = added(found, when)
        end = name.find("/")
        while end >= 0:
            found = added(found, table.get(name[:end], ()))
            end = name.find("/", end + 1)
        return added(found, table.get(name, ()))

    def note_read(self, name: str, when: When) -> None:
        """The program reads a name: what it makes of it hangs on what the name hangs on."""
        hangs_on = added(when, self.doubts_of(name, False))
        fresh = tuple(condition for condition in hangs_on if condition not in self.state.conditions)
        if fresh:
            for spelt in dict.fromkeys((name, *(name.replace("/", each) for each in "_-."))):
                self.read[spelt] = added(self.read.get(spelt, ()), fresh)

    def finalize(self, final: bool = True) -> None:
        """TF: Graph.finalize, Graph._unsafe_unfinalize."""
        self.touch()
        self.finalized = final

    def parts(self) -> tuple[Mutable, ...]:
        """All that changes of it."""
        return (
            self, self.names_in_use, self.ops, self.collections, self.layer_names, self.doubtful_names,
            self.doubtful_scopes, self.scopes, self.scopes.current, *self.scopes.counts.parts(), self.store.vars,
            self.store.partitioned,
        )  # fmt: skip

    def dismantle(self) -> None:
        """Drops what refers back to the graph."""
        self.tensors.clear()
        self.inputs.clear()
        for part in (
            self.names_in_use,
            self.ops,
            self.collections,
            self.layer_names,
            self.store.vars,
            self.store.partitioned,
        ):
            part.items.clear()

    # names

    def check_scope_name(self, name: object) -> None:
        """TF: Graph.name_scope. What may come first is checked outside of any scope only."""
        if type(name) is str and name in _RIGHT:
            return
        if not isinstance(name, str):
            raise self.state.refuse(refusals.scope_name_type(name))
        plain = HOLE.sub("x", name) if "{" in name else name
        if _OP_NAME.match(plain):
            if plain is name and len(_RIGHT) < _MOST_RIGHT:
                _RIGHT.add(name)
        elif not self.name_stack or not _SCOPE_NAME.match(plain):
            raise self.state.refuse(refusals.scope_name(name))

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """TF: Graph.unique_name. Names differ by more than case; the first use of a name is its own."""
        full = f"{self.name_stack}/{name}" if self.name_stack else name
        found = self._numbered(full, mark_as_used)
        if self.doubts:
            self.doubtful_names.set(found, self.assumed)
            if _NUMBERED.search(found):
                self._numbers.add(found.rpartition("/")[2])
        elif found in self.doubtful_names.items:
            self.doubtful_names.set(found, MISSING)
        if self._in_part.names or "{" in name:
            self._compare(self._in_part, self.doubtful_names, full, found)
            if mark_as_used and "{" in name:
                self._in_part.take(full)
        return found

    def compare_scope(self, asked: str, found: str) -> None:
        """A variable scope was numbered: may it be one of those that are known in part?"""
        self._compare(self.scopes.in_part, self.doubtful_scopes, asked, found)

    def _compare(self, in_part: KnownInPart, doubtful: UndoDict, asked: str, found: str) -> None:
        """The number in `found` hangs on it that no name which is known in part is what was asked for, or this."""
        like = in_part.first(asked) or (in_part.first(found) if found != asked else None)
        if like is not None and like != asked:
            doubtful.set(found, added(doubtful.get(found, ()), (self.state.as_two(asked, like),)))

    def _numbered(self, name: str, mark_as_used: bool) -> str:
        key = name.lower()
        names = self.names_in_use
        used = names.items
        count = used.get(key, 0)
        if type(count) is not int:
            return self._uncertain_name(name, key, count, mark_as_used)
        if mark_as_used:
            if TRAIL.forked:
                names.set(key, count + 1)
            else:
                used[key] = count + 1
        if count == 0:
            return name
        base = key
        while (taken := used.get(key)) is not None:
            if type(taken) is not int and taken.least == 0:
                return self._uncertain_name(name, base, Used(count, count, taken.given), mark_as_used)
            key = f"{base}_{count}"
            count += 1
        if mark_as_used:
            if TRAIL.forked:
                names.set(key, 1)
            else:
                used[key] = 1
        return f"{name}_{count - 1}"

    def _uncertain_name(self, name: str, key: str, count: Used, mark_as_used: bool) -> str:
        """A name that an earlier branch may or may not have taken: known but for its number."""
        number = "n" if count.given == 0 else f"n+{count.given}"
        if mark_as_used:
            self.names_in_use.set(key, count._replace(given=count.given + 1))
        return name + hole("_" + number) if count.least == 0 else f"{name}_{hole(number)}"

    def take(self, name: str) -> None:
        """Marks a full name as used once, as making it would; for what is named without being asked for."""
        key = name.lower()
        if key not in self.names_in_use.items:
            self.names_in_use.set(key, 1)

    def name_scope(self, name: object) -> NameScope:
        return NameScope(self, name)

    def enter_scope(self, name: Any) -> str:
        """TF: what entering Graph.name_scope does; gives the scope's string."""
        old = self.name_stack
        if not name:
            new = None
        else:
            self.check_scope_name(name)
            new = name[:-1] if name[-1] == "/" else self.unique_name(name)
            if new not in self._texts:
                self._texts[new] = name, self.state.where()[0], old
        if self.epoch != TRAIL.epoch:
            TRAIL.save(self)
        self.name_stack = new
        return "" if new is None else new + "/"

    def leave_scope(self, outer: str | None) -> None:
        if self.epoch != TRAIL.epoch:
            TRAIL.save(self)
        self.name_stack = outer

    def get_name_scope(self) -> str:
        """TF: get_name_scope."""
        return self.name_stack or ""

    @property
    def scope_sites(self) -> tuple[tuple[str, Site], ...]:
        """Which program text gave the parts of the current scope's name. A scope entered again keeps its first text."""
        found: list[tuple[str, Site]] = []
        scope = self.name_stack
        while scope:
            asked, site, outer = self._texts[scope]
            if asked[-1] == "/":
                found.append((asked[:-1], site))
                break
            found.append((asked, site))
            scope = outer
        return tuple(reversed(found))

    # operations

    def op(
        self,
        type: str,
        name: str | None = None,
        *,
        inner: Iterable[tuple[str, str]] = (),
        quiet: bool = False,
    ) -> str:
        """TF: Graph.create_op, after _apply_op_helper, which enters a name scope for it. A name that ends in "/" is
        taken as it is. `inner`: what it leaves below itself, as (name relative to it, type). Gives its name."""
        if self.finalized:
            raise self.state.refuse(refusals.finalized())
        asked = type if name is None else name
        if not asked:
            raise self.state.refuse(refusals.node_name(self._nameless()))
        self.check_scope_name(asked)
        if asked[-1] == "/":
            full = asked[:-1]
            self._check_node(full, full == self.name_stack)
        else:
            full = self.unique_name(asked)
            # Below a scope what is right for a scope is right for a node, but for the newline that TF lets end one.
            if full in self.ops.items or not self.name_stack or "{" in full or "\n" in full:
                self._check_node(full)
        if TRAIL.forked:
            self.ops.set(full, type)
        else:
            self.ops.items[full] = type
        if full in self.inputs:
            # Left by a branch that was undone.
            del self.inputs[full]
        inner = tuple(inner)
        if inner:
            self.take_inner(full, inner)
        if not quiet:
            self.made(type, full, asked, inner)
        return full

    def constant(self, name: str | None = None) -> str:
        """TF: constant_op.constant. Made without the name scope that other operations enter, so what is refused is
        the name of a node, and with all its scopes before it."""
        asked = "Const" if name is None else name
        full = asked[:-1] if asked[-1:] == "/" else self.unique_name(asked)
        if asked not in _RIGHT and _OP_NAME.match(asked) and len(_RIGHT) < _MOST_RIGHT:
            _RIGHT.add(asked)
        self._check_node(full, asked in _RIGHT)
        self.ops.set(full, "Const")
        self.made("Const", full, asked, ())
        return full

    def _check_node(self, full: str, right: bool = False) -> None:
        """TF: Operation.__init__ and the C API. A name given with a slash is not counted among the names in use, so
        it can be in the way, and be in the way of others, without being made unique. `right`: each part of it was found
        right for a scope, so that only where it begins, and what ends a scope, can be wrong of a node."""
        if "{" in full:
            if not _OP_NAME.match(HOLE.sub("x", full)):
                raise self.state.refuse(refusals.node_name(full))
        elif full in self.ops.items:
            raise self.state.refuse(refusals.duplicate_node(full))
        elif not (right and full[:1].isalnum() and "\n" not in full) and not _OP_NAME.match(full):
            raise self.state.refuse(refusals.node_name(full))

    def made(self, type: str, full: str, asked: str, inner: tuple[tuple[str, str], ...]) -> None:
        """Tells of an operation, where the run records that many."""
        state = self.state
        if self.drawing is not None:
            self.drawing.note(full)
        user = state.user_depth == 0
        if user or state.record_ops:
            # What `state.emit` does; nothing else is told of as often.
            site, calls = state.where()
            event = OpMade(site, calls, state.conditions, self.index, full, type, user, asked, inner)
            log = state.events
            if log.epoch != TRAIL.epoch:
                log.touch()
            log.items.append(event)

    def draw(self, name: str, *inputs: Any) -> None:
        """Notes for the picture alone what an operation takes: tensors, variables, or operations by name."""
        if self.drawing is not None:
            self.drawing.inputs[name] = inputs

    def draw_attrs(self, name: str, attrs: dict[str, Any]) -> None:
        """Keeps an operation's attributes for the picture alone."""
        if self.drawing is not None:
            self.drawing.attrs[name] = attrs

    def draw_after(self, name: str, waits: Iterable[Any]) -> None:
        """Notes for the picture alone what an operation waits for: operations, by name too, and tensors."""
        if self.drawing is not None:
            names = (
                each if isinstance(each, str) else getattr(each, "op_name", None) or getattr(each, "name", None)
                for each in waits
            )
            self.drawing.waits[name] = tuple(dict.fromkeys(each for each in names if each and "{" not in each))

    def take_inner(self, prefix: str, inner: tuple[tuple[str, str], ...]) -> None:
        """Registers operations below `prefix` that are recorded in one event with what they belong to."""
        prefix = prefix + "/" if prefix else ""
        base = prefix.lower()
        used, ops = self.names_in_use, self.ops
        set_used: Any = used.set
        set_op: Any = ops.set
        if not TRAIL.forked:
            set_used, set_op = used.items.__setitem__, ops.items.__setitem__
        scopes = set()
        for relative, type in inner:
            set_op(prefix + relative, type)
            set_used(base + relative.lower(), 1)
            at = relative.find("/")
            while at >= 0:
                scopes.add(base + relative[:at].lower())
                at = relative.find("/", at + 1)
        for scope in scopes:
            if scope not in used.items:
                used.set(scope, 1)

    def _nameless(self) -> str:
        """An operation asked to be called "" gets the bare number of its turn, which is refused."""
        with self.name_scope(None):
            return self.unique_name("")

    def has_op(self, name: str) -> bool:
        return name in self.ops.items

    # collections

    def add_to_collection(self, name: object, item: object) -> None:
        """TF: Graph.add_to_collection."""
        self.get_collection_ref(name).append(item)

    def add_to_collections(self, names: str | Iterable[object], item: object) -> None:
        """TF: Graph.add_to_collections. A name given twice counts once."""
        for name in (names,) if isinstance(names, str) else dict.fromkeys(names):
            self.add_to_collection(name, item)

    def doubt_member(self, names: Iterable[object], item: object) -> None:
        """Whether it is among these collections is not known."""
        for name in names:
            held = self.get_collection_ref(name)
            held.touch()
            held.unsure = (*held.unsure, item)

    def get_collection_ref(self, name: object) -> Collection:
        """TF: Graph.get_collection_ref."""
        found = self.collections.get(name)
        if found is None:
            found = Collection()
            if (others := self.others) is not None:
                found.open(others)
            self.collections.set(name, found)
        return found  # type: ignore[no-any-return]

    def get_collection(self, name: object, scope: str | None = None) -> Members:
        """TF: Graph.get_collection. The scope is a regular expression that the start of the name has to match."""
        found = self.collections.get(name)
        if found is None:
            return Members((), self.others)
        if scope is None:
            return Members(found.items, found.rest, found.firm, found.unsure)
        pattern = re.compile(scope if "{" not in scope else HOLE.sub(".*", scope))
        if not _PLAIN_SCOPE.fullmatch(scope) or scope.count("{") > 2:
            guarded(pattern, [item.tf_name for item in found.items if hasattr(item, "tf_name")])
        matching = [item for item in found.items if hasattr(item, "tf_name") and pattern.match(item.tf_name)]
        rest = found.rest
        firm = sum(item in matching for item in found.items[: found.firm]) if rest is not None else None
        in_part = next((item for item in found.items if "{" in getattr(item, "tf_name", "")), None)
        if in_part is not None and "{" not in scope:
            # One known in part may match as well, or not.
            matching = [item for item in matching if "{" not in item.tf_name]
            rest = first_doubt(rest, Unknown(f"whether {in_part.tf_name} matches {scope}"))
            firm = 0
        return Members(matching, rest, firm, found.unsure)
