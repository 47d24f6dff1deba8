"""Programs to be mutated, and the mutations: of lines, of tokens, and of the tree of the syntax."""

from __future__ import annotations

import ast
import contextlib
import io
import random
import re
import tokenize
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

HOSTILE = (
    "None", "True", "-1", "0", "1", "2", "3", "7", "1.5", "1e400", "-0.0", "10**12", "2**70", "''", "'a/b'", "'/'",
    "'\\x1b[31m'", "'w:0'", "b'x'", "[]", "[None]", "[-1]", "[0]", "()", "(1, 2)", "{}", "{'a': 1}", "set()",
    "object()", "int", "str", "len", "lambda *a, **k: None", "lambda x: x", "...", "1j", "float('nan')", "range(3)",
    "iter([])", "[[]]", "[1, 'a']", "tf", "tf.float32", "tf.string", "tf.int64", "tf.bool", "tf.zeros([2, 3])",
    "tf.zeros([])", "tf.constant('s')", "tf.get_variable_scope()", "tf.placeholder(tf.float32)",
    "tf.placeholder(tf.float32, [None, None])", "tf.placeholder(tf.int32, [None, 3, 4])", "zoo.thing()",
    "tf.TensorShape(None)", "tf.TensorShape([None, 2])", "tf.Dimension(None)", "tf.Graph()", "tf.Variable(1.0)",
    "tf.zeros_initializer()", "tf.AUTO_REUSE", "tf.get_variable('w', [2])", "type('T', (), {})()", "np.zeros([2])",
    "np.float32(2)", "tf.nn.rnn_cell.LSTMCell(3)", "tf.keras.layers.Dense(2)", "tf.layers.Dense(2)",
    "tf.train.AdamOptimizer()", "open('/etc/hostname').read()",
)  # fmt: skip
WORDS = (
    "name", "shape", "dtype", "initializer", "reuse", "trainable", "scope", "axis", "strides", "units", "activation",
    "use_bias", "regularizer", "partitioner", "collections", "data_format", "rate", "training", "num_units",
    "state_is_tuple",
)  # fmt: skip


class Program(NamedTuple):
    """The texts of a file's statements; `place`: a path beside it, from which its imports are found."""

    place: str
    parts: list[str]


def corpus(paths: Sequence[str]) -> list[list[Program]]:
    """The programs below each path: files that name TensorFlow."""
    return [found for path in paths if (found := programs_of(path))]


def programs_of(path: str) -> list[Program]:
    found = []
    files = [Path(path)] if path.endswith(".py") else sorted(Path(path).rglob("*.py"))
    for file in files:
        if not file.is_file() or file.stat().st_size > 200_000:
            continue
        text = file.read_text("utf-8", "replace")
        if "tensorflow" not in text:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        lines, parts = text.split("\n"), []
        for node in tree.body:
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
            parts.append("\n".join(lines[first - 1 : node.end_lineno]))
        found.append(Program(str(file.with_name("mutant.py")), parts))
    return found


def program(programs: list[list[Program]], chance: random.Random) -> tuple[str, str]:
    """A few statements of a program that follow each other, with what precedes them that they may need; and a path."""
    place, parts = chance.choice(chance.choice(programs))
    size = chance.choice((1, 2, 3, 5, 8, 13)) if chance.random() < 0.99 else len(parts)
    start = chance.randrange(max(1, len(parts) - size + 1))
    wanted = parts[start : start + size]
    names_ = set(re.findall(r"\w+", "\n".join(wanted)))
    before: list[str] = []
    for part in reversed(parts[:start]):
        made = re.match(r"(?:@.*\n)*\s*(?:def|class)\s+(\w+)|\s*(\w+)\s*=", part)
        if re.match(r"\s*(?:import|from)\s", part) or (made and (made[1] or made[2]) in names_):
            before.insert(0, part)
            names_ |= set(re.findall(r"\w+", part))
    whole = [*before, *wanted]
    ahead = [part for part in whole if part.startswith("from __future__")]
    return (
        "\n".join([*ahead, "import tensorflow as tf", "import numpy as np", "import zoo",
                   *(part for part in whole if part not in ahead)]) + "\n",
        place,
    )  # fmt: skip


_BESIDE = 0.04
"""How many mutants find the modules that their program imports: whole packages are analysed for each then, which takes
ten times as long."""


def mutant(programs: list[list[Program]], seed: str) -> tuple[str, str]:
    """The text of one mutant, and the path that it pretends to have."""
    chance = random.Random(seed)
    text, place = program(programs, chance)
    if chance.random() > _BESIDE:
        place = "/nowhere/mutant.py"
    return mutate(text, program(programs, chance)[0], chance), place


def mutate(text: str, other: str, chance: random.Random) -> str:
    """One to four mutations of any kind."""
    for _ in range(chance.choice((1, 1, 1, 2, 2, 4))):
        kind = chance.random()
        text = (_mutate_tree if kind < 0.45 else _mutate_lines if kind < 0.6 else _mutate_tokens)(text, other, chance)
    return text


class _Exchange(ast.NodeTransformer):
    """Puts another node where one stands."""

    def __init__(self, old: ast.AST, new: ast.AST | None) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST | None:
        return self.new if node is self.old else self.generic_visit(node)


def _mutate_tree(text: str, other: str, chance: random.Random) -> str:
    """An expression or a statement becomes another one, of the same program, of the other, or a hostile value; what
    comes of it is Python again."""
    with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text)
        of_other = ast.parse(other) if chance.random() < 0.4 else tree
        if chance.random() < 0.7:
            places = [
                n for n in ast.walk(tree) if isinstance(n, ast.expr) and isinstance(getattr(n, "ctx", _LOAD), ast.Load)
            ]
            news: list[ast.AST] = [
                n for n in ast.walk(of_other) if isinstance(n, ast.expr) and not isinstance(n, _PARTS)
            ]
            if chance.random() < 0.4:
                news = [ast.parse(chance.choice(HOSTILE), mode="eval").body]
        else:
            places = [n for n in ast.walk(tree) if isinstance(n, ast.stmt)]
            news = [n for n in ast.walk(of_other) if isinstance(n, ast.stmt)]
        if places and news:
            new = chance.choice(news)
            # A copy, for it may hold the place where it goes.
            copied = ast.parse(ast.unparse(new)).body[0]
            if isinstance(new, ast.expr) and isinstance(copied, ast.Expr):
                return ast.unparse(_Exchange(chance.choice(places), copied.value).visit(tree)) + "\n"
            return ast.unparse(_Exchange(chance.choice(places), copied).visit(tree)) + "\n"
    return text


_LOAD = ast.Load()
_PARTS = (ast.Starred, ast.Slice, ast.JoinedStr, ast.FormattedValue)


def _mutate_lines(text: str, other: str, chance: random.Random) -> str:
    lines, others = text.split("\n"), other.split("\n")
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.randrange(6)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(to, lines[at])
    elif kind == 2:
        lines[at], lines[to] = lines[to], lines[at]
    elif kind == 3:
        lines[at] = "    " + lines[at] if chance.random() < 0.5 else lines[at][4:]
    elif kind == 4:
        lines.insert(at, chance.choice(others))
    else:
        lines.insert(
            at,
            chance.choice(("for i in range(3):", "while zoo.on():", "with tf.variable_scope('s'):", "if zoo.on():")),
        )
        lines[at + 1 : at + 2] = ["    " + line for line in lines[at + 1 : at + 2]]
    return "\n".join(lines)


def _mutate_tokens(text: str, other: str, chance: random.Random) -> str:
    tokens = _tokens(text)
    if len(tokens) < 3:
        return text
    kind = chance.randrange(10)
    if kind < 3:
        # An argument of a call becomes a hostile value.
        places = [i for i, t in enumerate(tokens) if t in ("(", ",", "=") and i + 1 < len(tokens)]
        if places:
            at = chance.choice(places) + 1
            end, depth = at, 0
            while end < len(tokens) and (depth or tokens[end] not in (",", ")", "]", "}", "\n")):
                depth += tokens[end] in "([{" if tokens[end] else 0
                depth -= tokens[end] in ")]}" if tokens[end] else 0
                end += 1
            if end < len(tokens) and re.match(r"\s*\w+\s*$", tokens[at]) and tokens[at + 1 : at + 2] == ["="]:
                at += 2
            tokens[at:end] = [chance.choice(HOSTILE)]
    elif kind == 3:
        places = [i for i, t in enumerate(tokens) if t == ")"]
        if places:
            tokens.insert(chance.choice(places), f", {chance.choice(WORDS)}={chance.choice(HOSTILE)}")
    elif kind == 4:
        del tokens[chance.randrange(len(tokens))]
    elif kind == 5:
        tokens.insert(chance.randrange(len(tokens)), chance.choice(tokens))
    elif kind == 6:
        a, b = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        tokens[a], tokens[b] = tokens[b], tokens[a]
    elif kind == 7:
        words = [i for i, t in enumerate(tokens) if re.fullmatch(r"[A-Za-z_]\w*", t)]
        theirs = [t for t in _tokens(other) if re.fullmatch(r"[A-Za-z_]\w*", t)]
        if words and theirs:
            tokens[chance.choice(words)] = chance.choice(theirs)
    elif kind == 8:
        values = [i for i, t in enumerate(tokens) if re.match(r"[\d'\"]", t)]
        if values:
            tokens[chance.choice(values)] = chance.choice(HOSTILE)
    else:
        numbers = [i for i, t in enumerate(tokens) if t.isdigit()]
        if numbers:
            tokens[chance.choice(numbers)] = str(chance.choice((0, 1, 2, 3, 5, 8, 1000, 10**6)))
    return "".join(tokens)


def _tokens(text: str) -> list[str]:
    """Tokens and what stands between them; all joined give the text again."""
    try:
        found = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return [t for t in re.split(r"(\W)", text) if t]
    lines, at, out = text.splitlines(keepends=True), (1, 0), []
    for token in found:
        if token.start > at:
            out.append(_between(lines, at, token.start))
        if token.string:
            out.append(token.string)
        at = max(at, token.end)
    return [t for t in out if t]


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]] if start[0] <= len(lines) else ""
    return "".join(
        [
            lines[start[0] - 1][start[1] :],
            *lines[start[0] : end[0] - 1],
            (lines[end[0] - 1] if end[0] <= len(lines) else "")[: end[1]],
        ]
    )
