"""Comments that suppress, and those that suppress nothing."""

from __future__ import annotations

import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from scopelint.project.comments import comments
from scopelint.project.suppress import apply, suppressions
from scopelint.rules.findings import Finding
from scopelint.site import Site


def finding(code: str, line: int, general: str = "") -> Finding:
    return Finding(code, "x", "m", "error", Site("a.py", line, 0), general=general)


def left(source: str, *findings: Finding) -> tuple[list[str], list[int]]:
    kept, _, unused = apply(findings, suppressions("a.py", source))
    return [f"{each.code}:{each.site.line}" for each in kept], [comment.site.line for comment in unused]


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# NOQA",
        "#noqa:TFS201",
        "# noqa: E501, TFS201",
        "# noqa: E501 TFS201",
        "# noqa: TFS2",
        "# scopelint: ignore",
        "# scopelint: ignore[TFS201] it is meant",
        "# type: ignore # noqa: TFS201",
        "# scopelint: ignore[TFS101, TFS201]",
    ],
)
def test_comments_that_suppress(comment: str) -> None:
    assert left(f"x = 1  {comment}\n", finding("TFS201", 1)) == ([], [])


@pytest.mark.parametrize(
    "comment", ["# noqa: E501", "# noqa: TFS202", "# scopelint: ignore[TFS202]", "# noqa: E501,W291", "# nothing"]
)
def test_comments_that_do_not(comment: str) -> None:
    assert left(f"x = 1  {comment}\n", finding("TFS201", 1))[0] == ["TFS201:1"]


def test_a_comment_in_a_string_is_none() -> None:
    assert left('x = "# noqa"\n', finding("TFS201", 1))[0] == ["TFS201:1"]


def test_a_statement_of_many_lines_is_one() -> None:
    source = "y = 0\nx = f(\n    1,\n    2)  # noqa: TFS201\nz = 1\n"
    assert left(source, finding("TFS201", 2), finding("TFS201", 3), finding("TFS201", 5))[0] == ["TFS201:5"]


def test_a_comment_on_its_own_line_belongs_to_no_statement() -> None:
    assert left("# noqa\nx = 1\n", finding("TFS201", 2))[0] == ["TFS201:2"]


@pytest.mark.parametrize(
    "comment",
    ["# flake8: noqa", "# scopelint: ignore-file[TFS201] legacy", "# flake8: noqa: TFS201", "# scopelint: skip-file"],
)
def test_the_whole_file(comment: str) -> None:
    assert left(f"import x\n{comment}\nx = 1\n", finding("TFS201", 1), finding("TFS201", 3))[0] == []


def test_the_wider_rule_s_code_counts() -> None:
    assert left("x = 1  # noqa: TFS201\n", finding("TFS210", 1, "TFS201")) == ([], [])


def test_unused_ones_of_ours_are_told() -> None:
    source = "a = 1  # noqa: TFS201\nb = 1  # noqa\nc = 1  # noqa: E501\nd = 1  # scopelint: ignore\n"
    assert left(source) == ([], [1, 4])


def test_python_2_falls_back_to_lines() -> None:
    assert left("print 'a'  # noqa: TFS201\nx = `1`  # noqa\n", finding("TFS201", 1), finding("TFS201", 2)) == ([], [])


def test_a_finding_is_held_against_the_comments_of_its_line_alone() -> None:
    """A file may have any number of both; so may one statement of the same comment."""
    asked: list[str] = []

    class Counted(Finding):
        def is_of(self, code: str) -> bool:
            asked.append(code)
            return super().is_of(code)

    source = "x = 1  # noqa: TFS201\n" * 300 + "y = (\n" + "    1,  # noqa: TFS201\n" * 300 + ")\n"
    found = [Counted("TFS201", "x", "m", "error", Site("a.py", line, 0)) for line in range(1, 602)]
    kept, hidden, unused = apply(found, suppressions("a.py", source))
    assert (kept, len(hidden), unused) == ([], 601, [])
    assert len(asked) == 601


SOURCES = (
    "# a\nx = 1  # b\n\n# c\ny = (  # d\n    # e\n    2\n)  # f\n# g",
    "x = '#' + \"'#\" # a\ny = '''# no\n'# no\n''' + '''\\''' # no''' # b\n",
    "x = 'a\\\n# no'  # a\ny = r'\\'  # no' # b\nz = b'''\\\\'''# c\n",
    "if x:  # a\n    pass  # b\n    # c\nelse:\n\n    # d\n    y = [1,  # e\n\n         2] # f\n",
    "x = 1 + \\\n    2  # a\n# b \\\ny = 3  # c\n",
    "x = {  # a\n  'k': f(  # b\n    ')')  # c\n}; y = 1  # d\n",
    "x = 1\x0c  # a\n\x0c# b\n",
    "def f(  # a\n    x,  # b\n):  # c\n    '''d # no'''  # d\n    return x  # e\n",
    "x = f'{y:#x}'  # a\nz = f\"{y['#']}\"  # b\nw = f'''{y}\n# no {{ }} '''  # c\n",
    "x = rf'{y}\\'# no'  # a\nz = f'{y:{w}}'  # b\nv = F'{y!r:>{n}} # no'  # c\n",
    "@d  # a\nclass C:  # b\n    x = '\\'  # no'  # c\n",
    "",
    "# a",
    "x",
    "x = ''''''  # a\ny = ''  # b\nz = '' ''  # c\n",
)


@pytest.mark.parametrize("source", SOURCES)
def test_comments_stand_where_python_sees_them(source: str) -> None:
    assert sorted(comments(source)) == sorted(by_tokenize(source))


def test_the_comments_of_this_project_stand_where_python_sees_them() -> None:
    for place in sorted(Path(__file__).parents[2].glob("scopelint/*/*.py")):
        source = place.read_text("utf-8")
        assert sorted(comments(source)) == sorted(by_tokenize(source)), place


@pytest.mark.skipif(sys.version_info < (3, 12), reason="f-strings hold no quotes of their own before")
@pytest.mark.parametrize(
    "source",
    [
        "x = f'{y['# no']}'  # a\nz = f\"{f\"{'#'}\"}\"  # b\n",
        "x = f'''{\n    y  # in a field\n}'''  # a\nz = f'{y['}']:>{w['{']}} # no'  # b\n",
        "x = f'{(lambda: '#')()}'  # a\ny = rf'\\{z}'  # b\n",
    ],
)
def test_comments_behind_f_strings_that_hold_quotes(source: str) -> None:
    told = [text for *_, text, _, _ in sorted(comments(source)) if text != "# in a field"]
    assert told == [text for *_, text, _, _ in sorted(by_tokenize(source)) if text != "# in a field"] == ["# a", "# b"]


def by_tokenize(source: str) -> Iterator[tuple[int, int, str, int, int]]:
    """The same by Python's own tokens."""
    waiting: list[tuple[int, int, str]] = []
    first = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            waiting.append((*token.start, token.string))
        elif token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
            for line, column, text in waiting:
                alone = first == 0 or line < first
                yield line, column, text, line if alone else first, line if alone else token.start[0]
            waiting, first = [], 0
        elif first == 0 and token.type not in (tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
            first = token.start[0]
