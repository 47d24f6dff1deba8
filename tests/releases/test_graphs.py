"""85 small graphs under 17 releases of TensorFlow: what `--tf` says against what each of them made."""

import ast
import json
from pathlib import Path

import pytest

from scopelint.graph.releases import release
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.record.names import names_data

FOLDER = Path(__file__).parents[2] / "fixtures" / "releases"
HELPERS = ("ph", "rc", "X", "K")
MODES = {"behaviour1": "tf.disable_v2_behavior()", "behaviour2": "tf.disable_eager_execution()"}


def _graphs() -> tuple[str, dict[str, str]]:
    """What stands above the graphs, and the source of each."""
    text = (FOLDER / "graphs.py").read_text(encoding="utf-8")
    nodes = ast.parse(text).body
    cases = {n.name: n for n in nodes if isinstance(n, ast.FunctionDef) and n.name not in HELPERS}
    head = [ast.get_source_segment(text, node) for node in nodes if node not in cases.values()]
    return "\n".join(map(str, head)), {name: str(ast.get_source_segment(text, node)) for name, node in cases.items()}


HEAD, GRAPHS = _graphs()


def _recorded() -> list[tuple[str, list[str], list[list[object]], str]]:
    rows = []
    for line in (FOLDER / "recorded.txt").read_text(encoding="utf-8").splitlines():
        name, versions, made = line.split("\t")
        variables, error = json.loads(made)
        rows.append((name, versions.split(), variables, error))
    return rows


RECORDED = _recorded()


def test_every_graph_has_a_record_under_every_release():
    found = {(name, version) for name, versions, _, _ in RECORDED for version in versions}
    assert len(GRAPHS) == 85
    assert len(found) == 85 * 18  # 16 releases of TF 1, and 2.15.1 in two modes


@pytest.mark.parametrize(
    ("name", "version", "variables", "error"),
    # Of releases in a row that made the same, the first and the last.
    [
        (name, version, variables, error)
        for name, versions, variables, error in RECORDED
        for version in dict.fromkeys((versions[0], versions[-1]))
    ],
)
def test_names_under_a_release(name, version, variables, error):
    asked, _, mode = version.partition("-")
    source = f"{HEAD}\nif two:\n    {MODES.get(mode, 'pass')}\n{GRAPHS[name]}\n{name}()\n"
    outcomes = analyse("graph.py", source.encode(), Options(release=release(asked)))
    data = names_data(outcomes)
    made = [[variable["name"], variable["shape"]] for variable in data["variables"]]
    # TF lists global variables first, then local ones; here they stand as they were made.
    assert sorted(map(repr, made)) == sorted(map(repr, variables))
    wanted = [name for name, _ in variables]
    if all("local_variables" not in variable["collections"] for variable in data["variables"]):
        assert [name for name, _ in made] == wanted
    assert all(variable["certain"] for variable in data["variables"])
    assert data["unknown"] == []
    # The kind of error differs where only TF's own words do.
    assert bool(data["stopped"]) == bool(error)
    if error in ("AttributeError", "TypeError"):
        assert [row["error"] for row in data["stopped"]] == [error]
