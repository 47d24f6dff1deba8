"""Scopes and variables as a tree with sizes: what the terminal, the page and the diagrams draw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from scopelint.record.view import Gap, Opened, Operation, Refusal, Sharing, Variable, View
from scopelint.site import Site

_BYTES = {
    "float16": 2, "bfloat16": 2, "float32": 4, "float64": 8, "int8": 1, "uint8": 1, "bool": 1, "int16": 2, "uint16": 2,
    "int32": 4, "uint32": 4, "int64": 8, "uint64": 8, "complex64": 8, "complex128": 16, "qint8": 1, "quint8": 1,
    "qint32": 4,
}  # fmt: skip


class Size:
    """Parameters and bytes, and how many of them are an optimizer's slots. `open`: there are others whose shape is not
    known, so that these are at least."""

    __slots__ = ("bytes", "open", "parameters", "slot_parameters", "slots", "variables")

    def __init__(self) -> None:
        self.parameters = self.bytes = self.variables = self.slots = self.slot_parameters = 0
        self.open = False

    def add(self, other: Size) -> None:
        self.parameters += other.parameters
        self.bytes += other.bytes
        self.variables += other.variables
        self.slots += other.slots
        self.slot_parameters += other.slot_parameters
        self.open = self.open or other.open


def size_of(variable: Variable) -> Size:
    size = Size()
    size.variables = 1
    size.slots = int(variable.by == "slot")
    count = 1
    for dimension in variable.shape if variable.shape is not None else (None,):
        if dimension is None:
            size.open = True
            return size
        count *= dimension
    size.parameters = count
    size.slot_parameters = count if size.slots else 0
    size.bytes = count * _BYTES.get(variable.dtype, 0)
    # A resource or string variable has no size that can be told; so has one made in an unknown number of turns.
    size.open = variable.dtype not in _BYTES or "{" in variable.name
    return size


class Node:
    """A part of a name. It may be a scope and a variable both: a slot's name begins with its variable's."""

    def __init__(self, name: str, full: str) -> None:
        self.name = name
        self.full = full
        self.inner: dict[str, Node] = {}
        self.variable: Variable | None = None
        self.refusals: list[Refusal] = []
        self.sharings: list[Sharing] = []
        self.sites: list[Site] = []
        """Where the scope was opened."""
        self.kinds: set[str] = set()
        self.size = Size()

    @property
    def idle(self) -> bool:
        """A name scope that no variable sees."""
        return not self.size.variables and not self.refused and self.kinds == {"name"}

    @property
    def refused(self) -> bool:
        return bool(self.refusals) or any(node.refused for node in self.inner.values())

    def child(self, part: str) -> Node:
        full = f"{self.full}/{part}" if self.full else part
        found = self.inner.get(part)
        if found is None:
            found = self.inner[part] = Node(part, full)
        return found

    def under(self, path: str) -> Node:
        node = self
        for part in path.split("/"):
            node = node.child(part)
        return node

    def walk(self) -> Iterator[Node]:
        yield self
        for node in self.inner.values():
            yield from node.walk()

    def measure(self) -> Size:
        self.size = size_of(self.variable) if self.variable is not None else Size()
        for node in self.inner.values():
            self.size.add(node.measure())
        return self.size


class Tree(Node):
    """One graph of one run. `title`: the entry, empty for a script with one graph; `operations`: if kept."""

    def __init__(self, title: str) -> None:
        super().__init__("", "")
        self.title = title
        self.operations: list[Operation] = []


Key = tuple[str, int]
"""An entry, and the number of a graph in its run."""
Row = TypeVar("Row", Variable, Refusal, Sharing, Operation, Opened)


def _by_graph(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = {}
    for row in rows:
        found.setdefault((row.entry, row.graph), []).append(row)
    return found


def trees(view: View) -> list[Tree]:
    """A tree for each graph that has anything in it. A module's entries often build the same: that is told once."""
    variables, refusals = _by_graph(view.variables), _by_graph(view.refusals)
    sharings, scopes = _by_graph(view.sharings), _by_graph(view.scopes)
    operations = _by_graph(view.operations)
    keys = dict.fromkeys((*variables, *refusals, *sharings))
    keys.update(dict.fromkeys((scope.entry, scope.graph) for scope in view.scopes if scope.kind == "variable"))
    keys.update(dict.fromkeys(operations))
    found: dict[frozenset[object], Tree] = {}
    graphs_of: dict[str, int] = {}
    for entry, graph in sorted(keys, key=lambda key: key[1]):
        graphs_of[entry] = graphs_of.get(entry, 0) + 1
        key = (entry, graph)
        mine = operations.get(key, [])
        same: frozenset[object] = frozenset(
            [
                *((v.name, v.shape, v.site) for v in variables.get(key, ())),
                *((r.name, r.message, r.site) for r in refusals.get(key, ())),
                *((o.name, o.site) for o in mine if not view.variables),
            ]
        )
        if same in found:
            continue
        tree = _tree(entry, variables.get(key, []), sharings.get(key, []), refusals.get(key, []), scopes.get(key, []))
        tree.title = entry if graphs_of[entry] == 1 else f"{entry} graph {graphs_of[entry]}".strip()
        tree.operations = mine
        tree.measure()
        found[same] = tree
    return list(found.values())


def _tree(
    entry: str,
    variables: list[Variable],
    sharings: list[Sharing],
    refusals: list[Refusal],
    scopes: list[Opened],
) -> Tree:
    tree = Tree(entry)
    for variable in variables:
        tree.under(variable.name).variable = variable
    for sharing in sharings:
        tree.under(sharing.name).sharings.append(sharing)
    for refusal in refusals:
        if not refusal.caught and refusal.name:
            tree.under(refusal.name).refusals.append(refusal)
    for scope in scopes:
        prefix = scope.prefix.strip("/")
        if prefix:
            node = tree.under(prefix)
            node.kinds.add(scope.kind)
            if scope.site not in node.sites:
                node.sites.append(scope.site)
    return tree


def gaps(views: Sequence[View]) -> list[Gap]:
    """What is not known and may make variables first."""
    found = dict.fromkeys(gap for view in views for gap in view.gaps)
    return sorted(found, key=lambda gap: not gap.may_make)


def count(number: int) -> str:
    return f"{number:,}"


def human(number: int) -> str:
    """Bytes as `462.0 KiB`."""
    size = float(number)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":
            break
        size /= 1024
    return f"{number} B" if unit == "B" else f"{size:.1f} {unit}"
