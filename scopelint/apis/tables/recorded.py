"""Recorded operations: what a call of a TF function leaves in the graph, and how to replay it.

A row of `ops.txt` is a canonical name and a JSON object, written by `tools/record_ops.py` from real calls:

`e`      the tree of names that the baseline call took, in preorder, one token each: `>` per level of depth, `@` where
         `name=` replaces the name, the name as it was asked for (before TF numbered it), `:`, the operation's type
         (none for a name scope without an operation of that name), then `#leaf.output` for what the call returns.
         `["Const:Const", "@Mean:Mean#0"]`: reduce_mean leaves `Const` and `Mean`, and returns output 0 of `Mean`.
`b`      the baseline: parameter -> mode, `tensor` or `const` or `=value`
`m`      parameter -> mode -> what it changes: edits `d` to the tree ([from, to, tokens]), another structure `r`
`p`      two modes at once (`x const y const`), where their edits together would not do
`s`      parameter -> modes that were tried and change nothing; with `~` in front: nothing at the caller's level
`r`      the result: `0` a tensor (leaf 0), `(0,1)` a tuple, `[0,1]`, `moments(0,1)` a named tuple, `op`, `None`,
         `0@x`: leaf 0 is the argument x itself, `=ref` the argument that is a variable
`o`      for each leaf: its dtype (`float32`, `=x` as that of x, `arg:dtype:float32` as the argument says, `?`), its
         shape (`=x`, `[]`, `[3]`, `x.0,y.1` dimensions of arguments, `broadcast:x:y`, `arg:shape` as that argument
         says, `reduce:x:axis` x without the axes given (all where none is; `reduce:x:axis:0`: that one then),
         `unknown`, `?`), the arguments that a gradient reaches (`?x`: TF raised), and the parameters that void the
         shape's rule where they are not as in the baseline
`v`      variables that it made, `^` in front where not below the caller's scope
`again`  what TF raised when it was called a second time in the same scope
`named`  edits where `name=` does more than replace names;  `x`: the tensor arguments

Modes: `tensor`, `const` (a Python number or list), `packed` (a list of tensors), `resource` (a resource variable),
`dynamic` (dimensions not known), `norank`, `function`, `=value` for one value; under the parameter `*` the dtype of
all tensors.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from scopelint.apis.tables.lines import Lines
from scopelint.tuples import NamedTuple

_OPS = Lines("ops.txt")
_INITIALIZERS = Lines("initializers.txt")
_MINIMIZE = Lines("minimize.txt")


class Entry(NamedTuple):
    """A name taken: an operation (`type`), or a scope alone (`type` is empty). `named`: `name=` replaces it.
    `returns`: (leaf of the result, index of the operation's output). `inner`: what lies below it."""

    name: str
    type: str
    named: bool
    returns: tuple[tuple[int, int], ...]
    inner: tuple[Entry, ...]

    def below(self) -> tuple[tuple[str, str], ...]:
        """The operations below, as (name relative to this entry, type), numbered as TF would."""
        out: list[tuple[str, str]] = []
        _spell(self.inner, "", out)
        return tuple(out)

    def find(self, leaf: int) -> tuple[str, int] | None:
        """Where a leaf of the result comes from: (name relative to this entry, "" for itself, output index)."""
        for got, index in self.returns:
            if got == leaf:
                return "", index
        counts: dict[str, int] = {}
        for entry in self.inner:
            name = _number(counts, entry.name)
            found = entry.find(leaf)
            if found is not None:
                return (f"{name}/{found[0]}" if found[0] else name), found[1]
        return None


def _number(counts: dict[str, int], name: str) -> str:
    """TF: Graph.unique_name, within one scope that is new."""
    key = name.lower()
    i = counts.get(key, 0)
    counts[key] = i + 1
    if not i:
        return name
    base = key
    while key in counts:
        key = f"{base}_{i}"
        i += 1
    counts[key] = 1
    return f"{name}_{i - 1}"


def _spell(entries: Iterable[Entry], prefix: str, out: list[tuple[str, str]]) -> None:
    counts: dict[str, int] = {}
    for entry in entries:
        name = prefix + _number(counts, entry.name)
        if entry.type:
            out.append((name, entry.type))
        _spell(entry.inner, name + "/", out)


class Output(NamedTuple):
    """A leaf of the result, by the rules told above."""

    dtype: str
    shape: str
    flows: tuple[str, ...]
    voided_by: tuple[str, ...]


class Variant(NamedTuple):
    """One way to call. `exact`: all of its modes were recorded. `structure`: as `r` above."""

    entries: tuple[Entry, ...]
    structure: str
    exact: bool
    not_recorded: tuple[str, ...]


class Row:
    """What was recorded of one function."""

    __slots__ = ("_variants", "again", "baseline", "outputs", "raw", "tensors", "variables")

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.tensors: tuple[str, ...] = tuple(raw.get("x", ()))
        self.baseline: dict[str, str] = raw.get("b", {})
        self.variables: tuple[str, ...] = tuple(raw.get("v", ()))
        self.again: str = raw.get("again", "")
        self.outputs = tuple(
            Output(dtype, shape, tuple(flows), tuple(*voided)) for dtype, shape, flows, *voided in raw.get("o", ())
        )
        self._variants: dict[Any, Variant] = {}

    def variant(self, modes: Mapping[str, tuple[str, ...]], named: bool = False) -> Variant:
        """The tree for a call whose arguments have these modes: parameter -> keys, the best first
        (`("=0", "const")`). Leave out what is not given, or given as its default. `*` for the dtype of all."""
        key = (tuple(sorted(modes.items())), named)
        found = self._variants.get(key)
        if found is None:
            found = self._variants[key] = self._build(modes, named)
        return found

    def _build(self, modes: Mapping[str, tuple[str, ...]], named: bool) -> Variant:
        raw = self.raw
        structure: str = raw.get("r", "None")
        chosen: dict[str, tuple[str, dict[str, Any]]] = {}
        missing: list[str] = []
        for parameter, keys in modes.items():
            changes = raw.get("m", {}).get(parameter, {})
            same = raw.get("s", {}).get(parameter, "").split(",")
            for mode in keys:
                if mode == self.baseline.get(parameter):
                    break
                if mode in changes:
                    chosen[parameter] = (mode, changes[mode])
                    break
                if mode in same or "~" + mode in same:
                    break
            else:
                missing.append(parameter)
        changed = self._together(chosen)
        edits: list[tuple[int, int, list[str]]] = [edit for change in changed for edit in change["d"]]
        for change in changed:
            structure = change.get("r", structure)
        if named and "named" in raw:
            edits.extend(raw["named"])
        tokens: list[str] = list(raw["e"])
        clash = False
        last = len(tokens) + 1
        # From the end; of two at one place the one that stands first goes first.
        for start, end, new in sorted(edits, key=lambda edit: (edit[0], edit[1]))[::-1]:
            if end > last:
                clash = True
                continue
            tokens[start:end] = new
            last = start
        return Variant(_tree(tokens), structure, not missing and not clash, tuple(missing))

    def _together(self, chosen: dict[str, tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
        """The changes of the modes chosen; those of a pair that was recorded stand for both of it."""
        pairs: dict[str, dict[str, Any]] = self.raw.get("p", {})
        tensors = self.tensors
        out = []
        left = sorted(chosen, key=lambda p: (tensors.index(p) if p in tensors else 99, p))
        while left:
            first = left.pop(0)
            mode, change = chosen[first]
            for second in left:
                pair = pairs.get(f"{first} {mode} {second} {chosen[second][0]}")
                if pair is not None:
                    left.remove(second)
                    change = pair
                    break
            out.append(change)
        return out


def _tree(tokens: list[str]) -> tuple[Entry, ...]:
    """Tokens in preorder to nested entries."""
    stack: list[list[Entry]] = [[]]
    pending: list[tuple[str, str, bool, tuple[tuple[int, int], ...]]] = []

    def close(depth: int) -> None:
        while len(pending) > depth:
            inner = tuple(stack.pop())
            stack[-1].append(Entry(*pending.pop(), inner))

    for token in tokens:
        bare = token.lstrip(">")
        close(min(len(token) - len(bare), len(pending)))
        head, *marks = bare.split("#")
        name, _, kind = head.rpartition(":")
        returns = []
        for mark in marks:
            leaf, _, index = mark.partition(".")
            if leaf != "op":
                returns.append((int(leaf), int(index or 0)))
        pending.append((name.lstrip("@"), kind, name.startswith("@"), tuple(returns)))
        stack.append([])
    close(0)
    return tuple(stack[0])


@cache
def ops(name: str) -> Row | None:
    """What calls of a function leave, under its canonical name; `tf.Tensor.__add__` for operators on tensors.
    Some functions have rows for quite different calls besides: `tf.cast|same`, `tf.nn.dropout|rate`."""
    line = _OPS.find(name)
    if line is None:
        return None
    return Row(json.loads(line[0]))


@cache
def initializer(name: str, mode: str = "small") -> tuple[Entry, ...] | None:
    """What an initializer leaves below `w/Initializer/`. `name`: canonical, with arguments where they matter
    (`tf.random_uniform_initializer(-1.0,1.0)`). `mode`: `small`, `large` (of more elements than TF writes out),
    `int32`, `float64`, `vector`, `scalar`, `image` (four dimensions), `resource`. None for what was not recorded."""
    line = _INITIALIZERS.find(name)
    if line is None:
        return None
    tokens = json.loads(line[0]).get(mode)
    return None if tokens is None else _tree(tokens)


@cache
def minimized(name: str, variables: int = 1) -> tuple[Entry, ...] | None:
    """What `Optimizer.minimize` of a sum of squares leaves at the root, two levels deep, slots included."""
    line = _MINIMIZE.find(name)
    if line is None:
        return None
    return _tree(json.loads(line[0])[str(variables)])


def structure(text: str) -> Any:
    """A result's structure parsed: an int is a leaf, a tuple (opening, members) a container, else the text itself:
    `("(", [0, 1])`, `("[", [0])`, `("SparseTensor", [0, 1, 2])`, `"None"`, `"op"`, `("@x", 0)` the argument itself."""
    value, _ = _parse(text, 0)
    return value


def _parse(text: str, at: int) -> tuple[Any, int]:
    start = at
    while at < len(text) and text[at] not in "([{,)]}":
        at += 1
    word = text[start:at]
    if at < len(text) and text[at] in "([{":
        close = {"(": ")", "[": "]", "{": "}"}[text[at]]
        opening = word or text[at]
        at += 1
        members = []
        while at < len(text) and text[at] != close:
            member, at = _parse(text, at)
            members.append(member)
            if at < len(text) and text[at] == ",":
                at += 1
        return (opening, members), at + 1
    if word.isdigit():
        return int(word), at
    leaf, mark, argument = word.partition("@")
    if mark and leaf.isdigit():
        return ("@" + argument, int(leaf)), at
    return word, at
