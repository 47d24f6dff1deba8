"""A run that is taken up again gives what a fresh one gives, whatever is typed behind the place where it stopped."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")

from scopelint.editor import copies, stopped
from scopelint.editor.worker import analyse, typed
from scopelint.project.config import Config
from scopelint.syntax.source_cache import SourceCache

ROOT = Path(__file__).parents[2]
CONFIG = Config({"cache": False, "jobs": 1, "possible": True})

pytestmark = pytest.mark.skipif(not copies.IS_POSSIBLE, reason="runs are stopped by fork, on Linux")

SCRIPT = """import tensorflow as tf
import helper
x = tf.zeros([4, 2])
with tf.variable_scope("a"):
    x = tf.layers.dense(x, 3)
def block(x, name="b"):
    with tf.variable_scope(name):
        return tf.layers.dense(x, 4)
x = block(x)
if x.shape[1] == 4:
    y = block(x, "c")
else:
    y = x
with tf.variable_scope("d", reuse=tf.AUTO_REUSE):
    for i in range(3):
        tf.get_variable("w_%d" % i, [i + 1])
helper.make("e")
z = block(y, "g"); w = tf.get_variable("last", [1])
class Net(object):
    def __init__(self):
        self.w = tf.get_variable("net", [2])
net = Net()
tf.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(z))
"""


WITHIN = """import tensorflow as tf
import helper
def block(x, name="b"):
    with tf.variable_scope(name):
        y = tf.layers.dense(x, 4)
        z = [k for k in range(2)]
    return y
class Net(object):
    def __init__(self, n):
        self.w = tf.get_variable("net", [n])
        helper.make("i")
        self.v = tf.get_variable("net_v", [n + 1])
    def build(self, x):
        x = block(x, "n1")
        x = block(x, "n2")
        total = sum([k for k in range(3)])
        with tf.variable_scope("n3"):
            w = tf.get_variable("w", [total])
            self.z = [tf.get_variable("z%d" % k, [4]) for k in range(2)]
        x = block(x, "n4")
        return x
def main():
    x = tf.zeros([4, 2])
    net = Net(5)
    with tf.variable_scope("a", reuse=tf.AUTO_REUSE):
        x = tf.layers.dense(x, 3)
    x = net.build(x)
    helper.make("e")
    def inner(y):
        y = tf.layers.dense(y, 2)
        return tf.layers.dense(y, 3)
    x = inner(x)
    if x.shape[1] == 3:
        x = inner(x)
    for i in range(2):
        tf.get_variable("w_%d" % i, [i + 1])
    again = Net(3) if x.shape[0] == 5 else net
    tf.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(x))
    return x
if __name__ == "__main__":
    main()
    tf.get_variable("last", [1])
"""


LOOKS = """import tensorflow as tf
import helper
FLAGS = tf.app.flags.FLAGS
tf.app.flags.DEFINE_bool("deep", True, "")
def tower(x, n):
    with tf.variable_scope("t%d" % n):
        h = tf.layers.dense(x, 4, name="up")
        h = tf.nn.relu(h) + tf.zeros([4])
        b = tf.get_variable("b", [4])
        return h + b
def first(x):
    k = [1, 2]
    h = tower(x, 1)
    w = tf.get_variable("w", [4, 4])
    h = tf.matmul(h, w)
    with tf.name_scope("n"):
        h = h + tf.ones([4])
        h = tf.identity(h, name="out")
    return h, k
def second(x):
    x = tower(x, 2)
    x = tower(x, 3)
    u = tf.zeros([1])
    for i in range(2):
        with tf.variable_scope("loop%d" % i):
            x = tf.layers.dense(x, 4)
            tf.summary.scalar("s", tf.reduce_sum(x))
    return x
def count():
    return len(tf.get_collection("mine")) + len(tf.get_default_graph().get_operations())
def main():
    x = tf.placeholder(tf.float32, [2, 4])
    h, k = first(x)
    if FLAGS.deep:
        h = second(h)
    with tf.variable_scope("end"):
        tf.layers.dense(h, len(k))
        h = tf.get_default_graph().get_tensor_by_name("n/out:0") if len(k) > 5 else h
        c = tf.zeros([1])
    total = tf.reduce_sum(h)
    tf.train.AdamOptimizer(0.1).minimize(total)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        print(sess.run(total))
main()
"""

NEW = [
    "y = tf.zeros([1])",
    "y = tf.ones([2])",
    "y = 3",
    "print(x)",
    "y = x",
    "x = x",
    "x = x + 1",
    "k = [1]",
    "k.append(3)",
    "del k",
    'tf.add_to_collection("mine", 3)',
    "tf.no_op(name='n1')",
    'tf.get_variable("v", [1])',
    "y = tower(x, 9)",
    "with tf.name_scope('q'): y = tf.zeros([1])",
    "tf.layers.dense(x, 2)",
    "def y(): return tower(x, 8)",
    "import os",
    "global y9; y9 = 3",
    "helper.q = 3",
    "helper.make('h')",
    "y = [tf.zeros([1]) for _ in range(2)]",
    "raise ValueError(3)",
    "tf.summary.scalar('t', tf.constant(1.))",
    "x.set_shape([2, 4])",
    "tf.identity(tf.zeros([1]), name='out')",
    "return x",
    "y = tf.zeros([1], name='zeros_1')",
    "tf.get_variable_scope().reuse_variables()",
    "y = lambda: tf.zeros([1])",
    "nowhere()",
    "tf.set_random_seed(3)",
    "y = locals()",
    "tower = None",
    "try: y = tf.zeros([1])",
    "h = tf.zeros([2, 4])",
    "y = helper",
    "tf.placeholder(tf.float32, [3, 3])",
    "tf.reset_default_graph()",
    "y = FLAGS.deep",
    "if FLAGS.deep: y = tf.zeros([3])",
]
"""Much of this changes nothing that the rest of a program looks at, some of it does."""


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes up what saves next to nothing."""
    monkeypatch.setattr(stopped, "_WORTH", 0.004)
    monkeypatch.setattr(stopped, "_FIRST", 0.0)


@pytest.fixture
def shelf() -> Iterator[SourceCache]:
    made = SourceCache()
    made.parsed.by_statement = True
    yield made
    if made.stops is not None:
        made.stops.forget()


def edited(rng: random.Random, lines: list[str]) -> list[str]:
    lines = list(lines)
    # As one types: more often where one was, in the lower half.
    on = rng.randrange(len(lines) // 2, len(lines)) if rng.random() < 0.7 else rng.randrange(len(lines))
    kind = rng.choice(["number", "name", "twice", "gone", "new", "deeper", "else", "cut", "comment", "behind", "main"])
    text = lines[on]
    if kind == "number":
        lines[on] = "".join(str((int(c) + 1) % 10) if c.isdigit() else c for c in text)
    elif kind == "name":
        lines[on] = text.replace('"', '"n', 1)
    elif kind == "twice":
        lines[on:on] = [text]
    elif kind == "gone" and len(lines) > 8:
        del lines[on]
    elif kind == "new":
        lines[on:on] = [f'v = tf.get_variable("v{rng.randrange(100)}", [1])']
    elif kind == "deeper":
        # The statement above goes on.
        lines[on:on] = ['    tf.get_variable("deep", [1])']
    elif kind == "else":
        lines[on:on] = ["else:", "    pass"]
    elif kind == "cut":
        lines[on] = text[: len(text) // 2]
    elif kind == "comment":
        lines[on:on] = ["# scopelint: ignore"]
    elif kind == "main":
        lines[on:on] = ['if __name__ == "__main__":', '    tf.get_variable("main", [1])']
    else:
        lines[on] += "  # c"
    return lines


def test_random_edits(tmp_path: Path, shelf: SourceCache, eager: None) -> None:
    (tmp_path / "helper.py").write_text("import tensorflow as tf\ndef make(n):\n    tf.get_variable(n, [7])\n")
    path, rng = str(tmp_path / "script.py"), random.Random(3)
    start = SCRIPT.split("\n")
    lines = list(start)
    for step in range(100):
        lines = list(start) if step % 8 == 0 else edited(rng, lines)
        source = "\n".join(lines).encode()
        one = typed(shelf, path, source, {path: source}, CONFIG)
        two = analyse(SourceCache(), path, source, {path: source}, CONFIG)
        assert one == two, (step, "\n".join(lines))
    assert shelf.stops.taken >= 15


def typed_within(rng: random.Random, lines: list[str], on: int) -> list[str]:
    lines = list(lines)
    text = lines[on]
    blanks = len(text) - len(text.lstrip())
    kind = rng.choice(
        ["number", "name", "behind", "behind", "cut", "other", "dedent", "blank", "quotes", "yields", "binds"]
    )
    if kind == "number":
        lines[on] = "".join(str((int(c) + 1) % 10) if c.isdigit() else c for c in text)
    elif kind == "name":
        lines[on] = text.replace('"', '"n', 1)
    elif kind == "cut":
        lines[on] = text[: (len(text) + blanks) // 2 + 1]
    elif kind == "other":
        lines[on] = " " * blanks + f'v = tf.get_variable("v{rng.randrange(100)}", [1])'
    elif kind == "dedent":
        lines[on] = text[min(4, blanks) :]
    elif kind == "blank":
        lines[on] = rng.choice(["", "#", " " * blanks + "pass"])
    elif kind == "quotes":
        lines[on] += ' """' if rng.random() < 0.5 else " \\"
    elif kind == "yields":
        lines[on] = " " * blanks + rng.choice(["yield", "return", "global x", "super", "raise ValueError()"])
    elif kind == "binds":
        lines[on] = " " * blanks + "helper = block = None"
    else:
        lines[on] += rng.choice(["  # c", "; pass", "  # scopelint: ignore"])
    return lines


def typed_lines(rng: random.Random, lines: list[str], on: int) -> tuple[list[str], int]:
    """Lines more or fewer, and statements that others do not hang on; as somebody types at one place."""
    lines = list(lines)
    on = min(on, len(lines) - 2)
    text = lines[on]
    indent = " " * (len(text) - len(text.lstrip()))
    kind = rng.choice(["new", "new", "new", "other", "gone", "twice", "blank", "move"])
    if kind == "new":
        lines[on:on] = [indent + rng.choice(NEW)]
    elif kind == "other":
        lines[on] = indent + rng.choice(NEW)
    elif kind == "gone" and len(lines) > 20:
        del lines[on]
    elif kind == "twice":
        lines[on:on] = [text]
    elif kind == "blank":
        lines[on:on] = ["", indent + "# more"]
    else:
        on = min(max(3, on + rng.choice([-2, -1, 1, 2, 9])), len(lines) - 2)
    return lines, on


@pytest.mark.parametrize("program", ["looks", "within"])
def test_random_lines(tmp_path: Path, shelf: SourceCache, eager: None, program: str) -> None:
    (tmp_path / "helper.py").write_text("import tensorflow as tf\ndef make(n):\n    tf.get_variable(n, [7])\n")
    path, rng = str(tmp_path / "script.py"), random.Random(2)
    start = {"looks": LOOKS, "within": WITHIN}[program].split("\n")
    lines, on = list(start), 0
    for step in range(48):
        if step % 8 == 0:
            lines, on = list(start), rng.randrange(3, len(start) - 3)
        elif rng.random() < 0.65:
            lines, on = typed_lines(rng, lines, on)
        else:
            lines = typed_within(rng, lines, min(on, len(lines) - 1))
        source = "\n".join(lines).encode()
        one = typed(shelf, path, source, {path: source}, CONFIG)
        two = analyse(SourceCache(), path, source, {path: source}, CONFIG)
        assert one == two, (step, on, "\n".join(lines))
    assert shelf.stops.spliced >= 2, (shelf.stops.spliced, shelf.stops.taken)


@pytest.mark.parametrize("kind", ["functions", "with"])
def test_random_edits_within(tmp_path: Path, shelf: SourceCache, eager: None, kind: str) -> None:
    (tmp_path / "helper.py").write_text("import tensorflow as tf\ndef make(n):\n    tf.get_variable(n, [7])\n")
    path, rng = str(tmp_path / "script.py"), random.Random(5)
    start = WITHIN.split("\n")
    if kind == "with":
        # The body of `main` in a `with` of its own, and what calls it in another one.
        first, last = start.index("def main():") + 1, start.index('if __name__ == "__main__":')
        body = ["    " + line for line in start[first : last - 1]]
        end = [start[last], "    with tf.name_scope('s'):", *("    " + line for line in start[last + 1 : -1])]
        start = [*start[:first], "    with tf.variable_scope('whole'):", *body, "    return 1", *end, ""]
    lines, on = list(start), 0
    within = 0
    for step in range(104):
        if step % 8 == 0:
            # Somebody types at a place for a while.
            lines, on = list(start), rng.randrange(3, len(lines) - 3)
        else:
            lines = typed_within(rng, lines, on)
        source = "\n".join(lines).encode()
        one = typed(shelf, path, source, {path: source}, CONFIG)
        two = analyse(SourceCache(), path, source, {path: source}, CONFIG)
        assert one == two, (step, on, "\n".join(lines))
        within += any(each.end != float("inf") for each in shelf.stops._stopped)
    assert shelf.stops.taken >= 12 and within >= 30, (shelf.stops.taken, within)


def start(shelf: SourceCache, path: Path) -> None:
    """A run that has stopped where somebody types, at the end."""
    for number in (1, 2):
        names(shelf, path, SCRIPT.replace('"last"', f'"first{number}"'))
    assert shelf.stops._stopped


def names(shelf: SourceCache, path: Path, source: str, texts: dict[str, bytes] | None = None) -> list[str]:
    _, view, _ = typed(shelf, str(path), source.encode(), texts or {}, CONFIG)
    return [variable.name for variable in view.variables]


def test_a_module_that_changed_is_run_anew(tmp_path: Path, shelf: SourceCache, eager: None) -> None:
    helper = tmp_path / "helper.py"
    helper.write_text("import tensorflow as tf\ndef make(n):\n    tf.get_variable(n, [7])\n")
    path = tmp_path / "script.py"
    start(shelf, path)
    assert "enew" not in names(shelf, path, SCRIPT.replace('"last"', '"x1"'))
    taken = shelf.stops.taken
    assert taken
    helper.write_text(helper.read_text().replace("(n,", "(n + 'new',"))
    assert "enew" in names(shelf, path, SCRIPT.replace('"last"', '"x2"'))
    assert shelf.stops.taken == taken
    window = {str(helper): helper.read_bytes().replace(b"'new'", b"'window'")}
    assert "ewindow" in names(shelf, path, SCRIPT.replace('"last"', '"x3"'), window)


@pytest.mark.asyncio
async def test_nothing_is_left_when_the_worker_is_killed(tmp_path: Path) -> None:
    from scopelint.editor.analyser import Analyser

    layers = "".join(f"x = tf.layers.dense(x, 8, name='l{n}')\n" for n in range(400))
    text = "import tensorflow as tf\nx = tf.zeros([4, 8])\n" + layers
    analyser, path = Analyser(), str(tmp_path / "script.py")
    for number in range(3):
        source = (text + f"tf.get_variable('w{number}', [1])\n").encode()
        _, view, _ = await analyser.ask("analyse", path, source, {}, CONFIG)
        assert [each.name for each in view.variables][-1] == f"w{number}"
    assert analyser.pid
    tasks = Path(f"/proc/{analyser.pid}/task")
    waiting = [int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()]
    assert waiting
    analyser.stop()
    for _ in range(600):
        if not any(Path(f"/proc/{pid}").exists() and "Z" not in state(pid) for pid in waiting):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(waiting)


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"


def test_what_stopped_ends_where_it_is_forgotten(tmp_path: Path, shelf: SourceCache, eager: None) -> None:
    start(shelf, tmp_path / "script.py")
    waiting = [each.pid for each in shelf.stops._stopped]
    assert len(waiting) <= stopped._MOST
    shelf.stops.forget()
    for pid in waiting:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_one_that_is_gone_costs_an_analysis(tmp_path: Path, shelf: SourceCache, eager: None) -> None:
    path = tmp_path / "script.py"
    start(shelf, path)
    for each in shelf.stops._stopped:
        os.kill(each.pid, 9)
    assert "x1" in names(shelf, path, SCRIPT.replace('"last"', '"x1"'))


def test_one_that_waits_for_ever_costs_an_analysis(
    tmp_path: Path, shelf: SourceCache, eager: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "script.py"
    monkeypatch.setattr(copies, "_STILL", 0.3)
    # In the copy alone: the process that waits was forked with it.
    monkeypatch.setattr(stopped.StoppedRuns, "_watch_over", lambda *_: signal.raise_signal(signal.SIGSTOP))
    start(shelf, path)
    taken = shelf.stops.taken
    assert "x1" in names(shelf, path, SCRIPT.replace('"last"', '"x1"'))
    assert shelf.stops.taken == taken


def test_a_run_that_is_taken_up_can_be_cancelled(tmp_path: Path, shelf: SourceCache, eager: None) -> None:
    from threading import Timer

    path = tmp_path / "script.py"
    start(shelf, path)
    loop = "for i in range(10**9):\n    for j in range(10**9):\n        x = x + tf.zeros([4])\n"
    slow = SCRIPT.replace("tf.train.Adam", loop + "tf.train.Adam")
    given: list[Any] = []
    timer = Timer(1.0, shelf.cancel)
    timer.start()
    given.append(typed(shelf, str(path), slow.encode(), {}, CONFIG))
    timer.cancel()
    assert given == [([], None, ())]
    shelf.cancelled = False
    assert "x1" in names(shelf, path, SCRIPT.replace('"last"', '"x1"'))


def test_another_release_that_is_tried_is_run_in_the_copy(tmp_path: Path, shelf: SourceCache, eager: None) -> None:
    (tmp_path / "requirements.txt").write_text("tensorflow==1.7\n")
    path = tmp_path / "script.py"
    start(shelf, path)
    taken = shelf.stops.taken
    for last in ("tf.nowhere", "tf.zeros([1])"):
        source = SCRIPT.replace('tf.get_variable("last", [1])', last).encode()
        one = typed(shelf, str(path), source, {}, CONFIG)
        assert one == analyse(SourceCache(), str(path), source, {}, CONFIG)
    assert shelf.stops.taken == taken + 2


def test_a_statement_that_nothing_hangs_on_is_all_that_is_run(tmp_path: Path, shelf: SourceCache, eager: None) -> None:
    (tmp_path / "helper.py").write_text("import tensorflow as tf\n")
    path = tmp_path / "script.py"
    lines = LOOKS.split("\n")
    at = lines.index("    h = tower(x, 1)")
    typed(shelf, str(path), LOOKS.encode(), {}, CONFIG)
    said = {"y = tf.ones([3])": 1, "print(x)": 2, "tf.get_variable('more', [1])": 2, "h = 3": 2}
    for statement, spliced in said.items():
        source = "\n".join([*lines[:at], f"    {statement}", *lines[at:]]).encode()
        one = typed(shelf, str(path), source, {}, CONFIG)
        assert one == analyse(SourceCache(), str(path), source, {}, CONFIG)
        assert shelf.stops.spliced == spliced, statement


def test_a_stop_is_not_ended_while_it_is_asked(tmp_path: Path, shelf: SourceCache, eager: None) -> None:
    (tmp_path / "helper.py").write_text("import tensorflow as tf\n")
    path = tmp_path / "script.py"
    lines = LOOKS.split("\n")
    typed(shelf, str(path), LOOKS.encode(), {}, CONFIG)
    for name in ("h = tower(x, 1)", "k = [1, 2]", "u = tf.zeros([1])", "c = tf.zeros([1])", "x = tower(x, 3)") * 2:
        at = next(n for n, line in enumerate(lines) if line.strip() == name)
        source = "\n".join([*lines[:at], lines[at].replace(name, "1 + 1"), *lines[at:]]).encode()
        one = typed(shelf, str(path), source, {}, CONFIG)
        assert one == analyse(SourceCache(), str(path), source, {}, CONFIG), name
    assert sum(each.is_left for each in shelf.stops._stopped) <= copies._LEFT + 1
