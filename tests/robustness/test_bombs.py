"""Programs that would take all memory or all time stop within their bounds, say so, and the other files go on."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from scopelint import clock, heap
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.patterns import Endless, fits, guarded
from scopelint.project.config import Config
from scopelint.project.parallel import run_all
from scopelint.project.task import Task
from tests.robustness.running import benchmark, scopelint

KINDS = (
    "star_list", "add_list", "f_string", "join_bytes", "translate_squared", "list_of_texts", "repeated",
    "literal_lines",
    "many_statements", "partitions", "scope_regex", "filter_regex", "compare_tuples", "hash_tuples", "flatten_lists",
    "constant_lists", "inheritance", "many_cells", "loops", "rfind", "eval_deep", "optimizer", "nested_list", "width",
)  # fmt: skip


def test_all_kinds_in_one_process_of_little_memory(tmp_path: Path) -> None:
    """512 MB of the address space are the stack of the analysis, some 300 the interpreter and the engine."""
    made = benchmark("bombs")
    for name in KINDS:
        (tmp_path / f"{name}.py").write_text(made.source(name))
    (tmp_path / "zzz.py").write_text("import tensorflow as tf\ntf.get_variable('w', [2])\ntf.get_variable('w', [2])\n")
    arguments = (
        "--no-cache",
        "--jobs",
        "1",
        "--max-seconds",
        "1",
        "--max-memory",
        "200",
        "--verbose",
        "--format",
        "json",
    )
    ran = scopelint(tmp_path, "check", *arguments, ".", address_space=1_600_000_000, seconds=600)
    assert ran.status == 1, ran.err
    found = json.loads(ran.out)["findings"]
    assert [f["file"] for f in found if f["code"] == "TFS201"] == ["zzz.py"]
    assert not [f for f in found if f["code"] == "TFS900"]
    told = {f["file"] for f in found if f["code"] in ("TFS901", "TFS902")}
    # What ends by a bound of one value alone is no gap in the names.
    assert {f"{name}.py" for name in ("list_of_texts", "repeated", "many_cells", "loops", "literal_lines")} <= told


@pytest.mark.parametrize("name", ["list_of_texts", "repeated"])
def test_a_run_past_its_memory_says_so(name: str) -> None:
    [outcome] = analyse("bomb.py", benchmark("bombs").source(name).encode(), Options(max_memory=100))
    assert [v.name for v in outcome.variables] == ["first"]
    assert "took more memory than its bound" in outcome.unknowns[-1].reason


def test_a_run_past_its_time_says_so() -> None:
    started = time.thread_time()
    [outcome] = analyse("bomb.py", benchmark("bombs").source("loops").encode(), Options(max_seconds=0.3))
    assert "took longer than its bound" in outcome.unknowns[-1].reason
    assert time.thread_time() - started < 1


TURNS = "    while True:\n        [j for j in range(99)]\n"


@pytest.mark.parametrize(
    ("source", "line", "calls"),
    [
        ("\nif tf:\n" + TURNS, 4, 1),
        ("def f():\n" + TURNS + "\nf()\n", 3, 2),
        ("class A:\n    x = 1\n" + TURNS, 4, 2),
        ("def g():\n" + TURNS + "        yield 1\n\nfor i in g():\n    pass\n", 3, 2),
        ("x = [list(range(900000))]\nwhile True:\n    x.append(list(x[0]))\n", 3, 1),
    ],
)
def test_a_bound_is_told_where_the_program_stood(source: str, line: int, calls: int) -> None:
    [outcome] = analyse(
        "bomb.py", b"import tensorflow as tf\n" + source.encode(), Options(max_seconds=0.3, max_memory=200)
    )
    last = outcome.unknowns[-1]
    assert "than its bound" in last.reason
    # A bound may be met in the function or between two of its turns, as the clock will have it.
    end = source.count("\n") + 1
    assert line <= last.site.line <= end and (len(last.calls) == calls or last.site.line > line + 2)


def test_what_is_longer_than_is_read_at_once_is_told_at_its_line() -> None:
    """A function is read as a whole; the rest of the file goes on."""
    head, long = "import tensorflow as tf\n", "    x = [1, 2, 3]\n" * 12_000
    for before in ("def f():\n", "if tf:\n"):
        source = head + before + long + "tf.get_variable('w', [2])\n" + ("f()\n" if "f()" in before else "")
        [outcome] = analyse("long.py", source.encode(), Options())
        assert [v.name for v in outcome.variables] == ["w"]
        [gap] = outcome.unknowns
        assert gap.site.line == 2 and gap.reason.endswith("cannot be read: more words than are read at once")


def test_a_large_table_is_read_and_can_be_changed() -> None:
    table = ", ".join(f"'{n}'" for n in range(3000))
    source = f"import tensorflow as tf\nT = [{table}]\nT.append('last')\n"
    source += f"D = {{{', '.join(f'{n}: -{n}' for n in range(3000))}}}\n"
    source += "tf.get_variable('v' + T[2999] + T[-1], [len(T)])\ntf.get_variable('d%d' % D[7], [len(D)])\n"
    [outcome] = analyse("table.py", source.encode(), Options())
    assert [(v.name, v.shape) for v in outcome.variables] == [("v2999last", (3001,)), ("d-7", (3000,))]


def test_what_is_interrupted_is_over() -> None:
    def spin() -> None:
        while True:
            pass

    with pytest.raises(clock.OutOfTime):
        clock.within(0.2, 100, spin)

    def hoard() -> None:
        held = []
        while True:
            held.append(bytearray(1_000_000))

    before = heap.resident()
    with pytest.raises(clock.OutOfMemory):
        clock.within(20, 100, hoard)
    assert heap.resident() - before < 1_000_000_000
    assert clock.within(5, 100, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        clock.within(5, 100, lambda: 1 // 0)


def test_patterns() -> None:
    import re

    for pattern in ("(a*)*b", "(a|a)*b", "(a+)+b", "(a?){40}a{40}b", "a?" * 40 + "b", "(?:a|aa){30}b", "(.*?a){25}b"):
        with pytest.raises(Endless):
            guarded(re.compile(pattern), ["a" * 40])
    assert guarded(re.compile("(a*)*b"), ["aaa"]).match("aab")
    for pattern, name in ((r"(\d{1,3}\.){3}\d{1,3}", "192.168.100.001"), (r"^(.*)_(\d{1,2}|x)?:\d+$", "layer_12:0")):
        assert guarded(re.compile(pattern), [name]).match(name)
    for pieces, name in (
        (["a", "b"], "axxb"), (["a", "b"], "ab"), (["a", "b"], "axb/c"), (["", ""], "x"), (["a", "", "b"], "ab"),
        (["ab", "b"], "ab"),
        (["a", "x", "x", "b"], "axb"), (["a", "x", "x", "b"], "axxb"), (["abc"], "abc"), (["abc"], "abcd"),
    ):  # fmt: skip
        regex = re.compile(".*".join(map(re.escape, pieces)), re.DOTALL)
        assert fits(pieces, name) is bool(regex.fullmatch(name)), (pieces, name)


def test_a_process_that_has_grown_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a bound of nothing each process is; all answers come."""
    monkeypatch.setattr("scopelint.limits.PROCESS_BYTES", 1)
    source = b"import tensorflow as tf\ntf.get_variable('w', [2])\n"
    tasks = [Task(str(tmp_path / f"f{n}.py"), source, (), "names") for n in range(60)]
    answers = dict(run_all(tasks, Config({"jobs": 2, "cache": False})))
    assert sorted(answers) == list(range(60))
    assert all(answer[0]["names"]["variables"][0]["name"] == "w" for answer in answers.values())


def test_a_summary_that_fails_is_told_by_every_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scopelint.apis.registry import find
    from scopelint.cli import main

    def broken(*args: object, **kwargs: object) -> None:
        raise KeyError("a defect")

    native = find("tf.zeros")
    monkeypatch.setattr(native, "impl", broken)
    # How it takes its arguments is kept from the first call on; that of the broken one must not be.
    monkeypatch.setattr(native, "binder", None)
    (tmp_path / "a.py").write_text(
        "import tensorflow as tf\nimport zoo\nif zoo.asked():\n    tf.zeros([2])\ntf.get_variable('w', [2])\n"
    )
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--no-cache", "--jobs", "1", "a.py"]) == 1
    assert main(["names", "--no-cache", "--jobs", "1", "a.py"]) == 2
    assert main(["tree", "--no-cache", "--jobs", "1", "a.py"]) == 2


def test_an_interruption_that_is_lost_prints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a destructor nothing can be raised: Python prints a traceback and goes on."""
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: told.append(lost.exc_type))

    class Ends:
        def __init__(self, problem: type[BaseException]) -> None:
            self.problem = problem

        def __del__(self) -> None:
            raise self.problem

    def work() -> None:
        for problem in (clock.OutOfTime, clock.OutOfMemory, ValueError):
            Ends(problem)

    clock.bounded(work, lambda used: None)
    assert told == [ValueError]


def test_a_text_that_is_too_long_to_be_run_is_told() -> None:
    """It is no error of the program's, which goes on."""
    for call in ("exec('x = 1\\n' * 100000)", "y = eval('1 + ' * 200000 + '1')"):
        source = f"import tensorflow as tf\n{call}\ntf.get_variable('w', [2])\n"
        [outcome] = analyse("text.py", source.encode(), Options(max_seconds=0.5))
        assert [v.name for v in outcome.variables] == ["w"]
        [gap] = outcome.unknowns
        assert gap.site.line == 2 and gap.reason.startswith("a text that is run cannot be read: more than")


def test_what_comments_suppress_behind_a_bound_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "import tensorflow as tf\n" + "for i in range(9999):\n    i += 1\n" * 99 + "x = 1  # noqa: TFS201\n"
    )
    ran = scopelint(tmp_path, "check", "--no-cache", "--max-seconds", "0.2", "--verbose", "--format", "concise", "a.py")
    assert "than its bound" in ran.out and "TFS910" not in ran.out
    (tmp_path / "a.py").write_text("import tensorflow as tf\nx = 1  # noqa: TFS201\n")
    assert "TFS910" in scopelint(tmp_path, "check", "--no-cache", "--format", "concise", "a.py").out
