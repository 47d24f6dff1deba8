"""Rename of a scope: all places that write its name and no others, or a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pygls")

from scopelint.editor.worker import rename
from scopelint.project.check import check_source
from scopelint.project.config import Config
from scopelint.project.renaming import Renaming
from scopelint.record.view import view_from
from scopelint.syntax.source_cache import SourceCache

HEAD = "import tensorflow as tf\n"


def renamed(folder: Path, text: str, mark: str, new: str, **others: str) -> tuple[dict[str, str], Renaming] | str:
    """The files after a renaming at the first place of `mark`, which says where the cursor stands with a bar."""
    paths = {name: folder / f"{name}.py" for name in ("main", *others)}
    sources = {"main": HEAD + text, **{name: HEAD + other for name, other in others.items()}}
    for name, path in paths.items():
        path.write_text(sources[name])
    before, _, after = mark.partition("|")
    lines = sources["main"].split("\n")
    line = next(n for n, each in enumerate(lines) if before + after in each)
    place = (str(paths["main"]), line + 1, lines[line].index(before + after) + len(before))
    texts = {str(paths["main"]): sources["main"].encode()}
    found = rename(SourceCache(), [str(paths["main"])], texts, Config({"cache": False}, str(folder)), place, new)
    if isinstance(found, str):
        return found
    for each in sorted(found.places, reverse=True):
        [name] = [name for name, path in paths.items() if str(path) == each.path]
        rows = sources[name].split("\n")
        rows[each.line - 1] = rows[each.line - 1][: each.column] + new + rows[each.line - 1][each.end :]
        sources[name] = "\n".join(rows)
    for name, path in paths.items():
        path.write_text(sources[name])
    return {name: source.removeprefix(HEAD) for name, source in sources.items()}, found


def names(folder: Path) -> list[str]:
    path = folder / "main.py"
    report = check_source(str(path), path.read_bytes(), Config({"cache": False}, str(folder)), kind="view")
    return [variable.name for variable in view_from(str(path), report.names[0][1]).variables]


def test_a_scope_that_is_opened_twice_is_renamed_in_both_places(tmp_path: Path) -> None:
    text = (
        "with tf.variable_scope('bert'):\n    tf.get_variable('w', [3])\n"
        "    tf.layers.dense(tf.zeros([1, 2]), 3, name='bert')\n"
        "print('bert is big')\n"
        "with tf.variable_scope('bert', reuse=True):\n    tf.get_variable('w', [3])\n"
        "with tf.variable_scope('bert/more'):\n    tf.get_variable('v', [3])\n"
        "key = {'bert': 1}\n"
    )
    found = renamed(tmp_path, text, "variable_scope('be|rt'):", "model")
    assert not isinstance(found, str), found
    sources, renaming = found
    assert sources["main"] == text.replace("scope('bert", "scope('model")
    assert names(tmp_path) == ["model/w", "model/bert/kernel", "model/bert/bias", "model/more/v"]
    assert [old for old, _ in renaming.names] == ["bert/w", "bert/bert/kernel", "bert/bert/bias", "bert/more/v"]
    assert sorted(site.line for site in renaming.left) == [4, 10]


def test_what_else_names_the_scope_is_found_by_what_would_be_lost(tmp_path: Path) -> None:
    text = (
        "with tf.variable_scope('gen'):\n    w = tf.get_variable('w', [3])\n"
        "with tf.variable_scope('dis'):\n    v = tf.get_variable('v', [3])\n"
        "mine = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope='gen')\n"
        "tf.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(w * v), var_list=mine)\n"
    )
    found = renamed(tmp_path, text, "variable_scope('gen|'):", "g")
    assert not isinstance(found, str), found
    assert found[0]["main"] == text.replace("'gen'", "'g'")
    assert {"g/w", "g/w/Adam", "g/w/Adam_1", "dis/v"} <= set(names(tmp_path))


def test_a_name_that_is_handed_on_is_renamed_where_it_is_written(tmp_path: Path) -> None:
    text = (
        "import net\nx = tf.zeros([1, 4])\nfor _ in range(2):\n"
        "    with tf.variable_scope('all', reuse=tf.AUTO_REUSE):\n        net.block(x, 'stem')\n"
    )
    net = "def block(x, name):\n    with tf.variable_scope(name):\n        return tf.layers.dense(x, 2, name='fc')\n"
    found = renamed(tmp_path, text, "'st|em'", "root", net=net)
    assert not isinstance(found, str), found
    assert found[0] == {"main": text.replace("stem", "root"), "net": net}
    assert names(tmp_path) == ["all/root/fc/kernel", "all/root/fc/bias"]


def test_a_scope_written_in_a_module_is_renamed_there(tmp_path: Path) -> None:
    text = "import net\nwith tf.variable_scope('tower'):\n    net.w()\n"
    text += "with tf.variable_scope('tower', reuse=True):\n    net.w()\n"
    net = (
        "def w():\n    return tf.get_variable('w', [3])\n\n\ndef again():\n"
        "    with tf.variable_scope('tower', reuse=True):\n        return w()\n"
    )
    text += "net.again()\n"
    found = renamed(tmp_path, text, "scope('tow|er'):", "pillar", net=net)
    assert not isinstance(found, str), found
    assert found[0] == {"main": text.replace("tower", "pillar"), "net": net.replace("tower", "pillar")}


def test_numbers_behind_a_default_name_follow(tmp_path: Path) -> None:
    text = "for _ in range(3):\n    with tf.variable_scope(None, 'block'):\n        tf.get_variable('w', [3])\n"
    assert not isinstance(renamed(tmp_path, text, "'blo|ck'", "unit"), str)
    assert names(tmp_path) == ["unit/w", "unit_1/w", "unit_2/w"]


@pytest.mark.parametrize(
    ("text", "mark", "new", "said"),
    [
        ("for i in range(2):\n    with tf.variable_scope('layer_%d' % i):\n        tf.get_variable('w', [3])\n",
         "'lay|er", "l", "computed"),
        ("for i in range(2):\n    with tf.variable_scope(f'layer_{i}'):\n        tf.get_variable('w', [3])\n",
         "f'lay|er", "l", "computed"),
        ("for i in range(2):\n    with tf.variable_scope('layer_{}'.format(i)):\n        tf.get_variable('w', [3])\n",
         "'lay|er", "l", "computed"),
        ("import nowhere\nwith tf.variable_scope('a'):\n    nowhere.net()\n", "'a|'", "b", "not followed whole"),
        ("with tf.variable_scope('a'):\n    tf.get_variable('w', [3])\nwith tf.variable_scope('b'):\n"
         "    tf.get_variable('w', [3])\n", "'a|'", "b", "b/w"),
        ("with tf.variable_scope('a'):\n    tf.get_variable('w', [3])\n", "'a|'", "b/c", "no name of a scope"),
        ("with tf.variable_scope('a'):\n    tf.get_variable('w', [3])\n", "'a|'", "a", "has that name"),
        ("with tf.variable_scope('a'):\n    tf.get_variable('w', [3])\nprint('b')\n", "'b|'", "c", "no scope"),
        ("with tf.variable_scope('a'):\n    tf.get_variable('w', [3])\n", "get_|variable", "c", "no text"),
        ("with tf.variable_scope('a'):\n    tf.get_variable('w', [3])\nwith tf.variable_scope('a' + '', reuse=True):\n"
         "    tf.get_variable('w', [3])\n", "'a|'):", "c", "a/w"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why(tmp_path: Path, text: str, mark: str, new: str, said: str) -> None:
    found = renamed(tmp_path, text, mark, new)
    assert isinstance(found, str) and said in found, found
