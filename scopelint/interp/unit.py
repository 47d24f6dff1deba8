"""One piece of code being visited, and the tables of how each node is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.interp.frame import Frame, Scope
from scopelint.site import Site
from scopelint.syntax import nodes as cst
from scopelint.syntax.positions import Sites
from scopelint.syntax.written import one_line

Evaluate = Callable[[Frame], Any]


Store = Callable[[Frame, Any], None]


EXPRESSIONS: dict[type, Callable[[Any, Any], Evaluate]] = {}


def expression(*kinds: type) -> Callable[[Callable[[Any, Any], Evaluate]], Callable[[Any, Any], Evaluate]]:
    def register(visit: Callable[[Any, Any], Evaluate]) -> Callable[[Any, Any], Evaluate]:
        for kind in kinds:
            EXPRESSIONS[kind] = visit
        return visit

    return register


class Unit:
    """One piece of code being visited: where its nodes are, which names are its own, whose interpreter runs it."""

    def __init__(self, run: Any, source: Any, module: Any, scope: Scope, sites: Sites, class_name: str = "") -> None:
        self.run = run
        self.source = source
        self.module = module
        self.scope = scope
        self.sites = sites
        self.class_name = class_name
        self.function: Any = None
        """The code of the function that it is, if any."""
        self.site = Site(source.path, 1)
        self.unsited = 0
        self.renames: list[dict[str, str]] = []
        # Within a lambda in a comprehension: the comprehension's variables, which are the outer frame's.
        self.outer_renames: dict[str, str] = {}
        self.comprehensions = 0
        self.last_statement: Any = None
        # The yields within the statement that is visited now: where each one's answer is kept, and how it yields.
        self.yields: list[tuple[str, Any]] = []
        self._written: dict[int, tuple[Any, str]] = {}

    def visit(self, node: cst.CSTNode) -> Evaluate:
        try:
            visit = EXPRESSIONS[type(node)]
        except KeyError:
            kind = type(node).__name__
            return lambda frame: self.run.unknown(f"{kind} expressions are not interpreted")
        return visit(self, node)

    def next_site(self, nodes: list[Any]) -> Site:
        if self.unsited or not nodes:
            return self.site
        return self.sites.site(nodes.pop())

    def next_statement(self) -> Site:
        """The site of the statement that is visited now; `last_statement` is its `ast` node."""
        self.last_statement = self.sites.statements.pop() if self.sites.statements else None
        self.site = self.site if self.last_statement is None else self.sites.site(self.last_statement)
        return self.site

    def mangle(self, name: str) -> str:
        return private_name(self.class_name, name)

    def code(self, node: Any) -> str:
        """The source of a node in one line, for conditions and messages."""
        found = self._written.get(id(node))
        if found is None:
            text = one_line(node)
            # The node is kept beside its text, so that its id is not used again.
            found = self._written[id(node)] = (node, text if len(text) <= 80 else text[:77] + "...")
        return found[1]


def private_name(class_name: str, name: str) -> str:
    """Python's private names: `__x` inside class C is `_C__x`."""
    if class_name and name.startswith("__") and not name.endswith("__"):
        return "_" + class_name.lstrip("_") + name
    return name


Execute = Callable[[Frame], Any]


DEFINITIONS: dict[type, Callable[[Unit, Any], Execute]] = {}
"""`ast` node class -> how a definition is executed of which LibCST has read nothing yet."""

STATEMENTS: dict[type, Callable[[Unit, Any], Execute]] = {}


def statement(*kinds: type) -> Callable[[Callable[[Unit, Any], Execute]], Callable[[Unit, Any], Execute]]:
    def register(visit: Callable[[Unit, Any], Execute]) -> Callable[[Unit, Any], Execute]:
        for kind in kinds:
            STATEMENTS[kind] = visit
        return visit

    return register
