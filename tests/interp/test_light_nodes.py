"""LibCST's parser makes our light nodes as it makes its own, and their text is that which LibCST writes."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any

import libcst
import pytest

from scopelint.syntax import nodes
from scopelint.syntax.parsing import light, parse_module
from scopelint.syntax.written import one_line

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "fixtures").rglob("*.py"))[::4] + sorted((ROOT / "tests").rglob("test_*.py"))[::8]

ODD = """
match a:
    case [1, *rest] | [ ]: pass
    case (1,  2, *_): pass
    case {"a": 1, ** rest , } | { "b" : 2 }: pass
    case Foo(1, x = 2) | foo.Bar ( ): pass
    case (1 as y) if  y > 1: pass
    case None | ( _ ): pass
x = a if (b  # why
  and c) else ( d )
f = lambda x, /, y=1, * , z: (yield), lambda *a, k=2, **kw : a, lambda: 0
y = [ * a, * ( b ), c ], { ** a, 'b' : 2 }, ( * a , )
w = f"{x!r:>{width}} {y=} {{}}" 'a' rf'{ z }'
q = a [ 1 : 2 , :: 3, ... ] (* b , c = d, ** e , )
r = x is   not y not   in z != 3 <= 4
async def f():
    await  x
    return [i async for i in y if a if b], {a for a in b for c in d}, {a: b for a in b}, (  a for a in b)
def g() -> int :
    x = yield
    yield from  a
    y = yield  b
s = ( yes := 3 ); m = not a or - b ** ~ c // d; m += + 1.5 @ 2j; del a, b
"""


def differences(theirs: Any, ours: Any, path: str = "") -> list[str]:
    if isinstance(theirs, (list, tuple)):
        if len(theirs) != len(ours or ()):
            return [f"{path}: {len(theirs)} members"]
        return [
            each
            for n, pair in enumerate(zip(theirs, ours or (), strict=True))
            for each in differences(*pair, f"{path}.{n}")
        ]
    if isinstance(theirs, libcst.MaybeSentinel):
        return [] if ours is None or ours == () else [f"{path}: left out, {ours!r}"]
    if not isinstance(theirs, libcst.CSTNode):
        return [] if (theirs or None) == (ours or None) else [f"{path}: {theirs!r}, {ours!r}"]
    if isinstance(ours, str):
        return []  # blanks, which `one_line` sees
    if type(theirs).__name__ != type(ours).__name__:
        return [f"{path}: {type(theirs)}, {type(ours)}"]
    found = []
    if isinstance(theirs, (libcst.BaseExpression, libcst.MatchPattern)):
        written = " ".join(libcst.Module([]).code_for_node(theirs).split())
        found = [] if written == one_line(ours) else [f"{path}: {written}, {one_line(ours)}"]
    for field in dataclasses.fields(theirs):
        value = getattr(theirs, field.name)
        inner = f"{path}.{field.name}"
        is_left_out = not value or isinstance(value, libcst.MaybeSentinel)
        found += differences(
            value, getattr(ours, field.name, None) if is_left_out else getattr(ours, field.name), inner
        )
    return found


@pytest.mark.parametrize("path", [None, *SOURCES], ids=lambda path: path.name if path else "odd")
def test_nodes_are_those_of_libcst(path: Path | None) -> None:
    text = path.read_text() if path else ODD
    try:
        theirs = libcst.parse_module(text)
    except libcst.ParserSyntaxError as problem:
        with pytest.raises(nodes.ParserSyntaxError) as caught:
            parse_module(text)
        assert (caught.value.message, caught.value.raw_line) == (problem.message, problem.raw_line)
        return
    ours = parse_module(text)
    assert type(ours) is nodes.Module
    assert differences(theirs, ours) == []
    assert differences(theirs, light(theirs)) == []


def test_whoever_imports_libcst_gets_libcst() -> None:
    code = (
        "import sys\n"
        "from scopelint.syntax.parsing import parse_module\n"
        "print('libcst' in sys.modules, type(parse_module('a = b')).__module__, 'libcst' in sys.modules)\n"
        "import libcst\n"
        "print(type(libcst.parse_module('a = b')).__module__, type(parse_module('a = b')).__module__)\n"
        "print(libcst.parse_module('a =  b').code, sys.modules['libcst'] is libcst)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.split() == [
        *("False", "scopelint.syntax.nodes", "False", "libcst._nodes.module", "scopelint.syntax.nodes"),
        *("a", "=", "b", "True"),
    ]


def test_names_are_told_without_libcst_itself(tmp_path: Path) -> None:
    """Its import took a quarter of a short run."""
    (tmp_path / "a.py").write_text(
        'import json\nimport tensorflow as tf\nif json.load(  open("a")):\n    tf.get_variable("w", [3])\n'
    )
    code = (
        "import sys\nfrom scopelint.cli import main\nmain(['names', '--no-cache', 'a.py'])\n"
        "print([m for m in sys.modules if m.startswith('libcst')])\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True).stdout
    assert 'json.load( open("a"))' in told
    assert told.splitlines()[-1] == "['libcst.native']"
