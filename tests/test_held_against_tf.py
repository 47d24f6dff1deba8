"""Each module of `apis/tf` is reached by a program whose expectations real TF wrote down."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

REACHED = """
import json, sys, threading
from pathlib import Path

sys.path[:0] = ["tools", "."]
import coverage_api
from scopelint.graph.releases import release
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options

ran = set()

def note(frame, event, argument):
    if event == "call" and frame.f_code.co_name != "<module>":
        ran.add(frame.f_code.co_filename)

# The analysis runs in a thread of its own, whose stack is large.
threading.setprofile(note)
for folder in ("names", "ops", "python"):
    for path in sorted(Path("fixtures", folder).glob("*.py")):
        analyse(str(path), path.read_bytes(), Options())
for path in sorted(Path("fixtures", "releases", "second").glob("*.py")):
    analyse(str(path), path.read_bytes(), Options(release=release("2.15.1")))
from tests.reports.test_pictures import PROGRAMS
for name, program in PROGRAMS.items():
    analyse(f"{name}.py", program.encode(), Options(draws=True))
for program in Path("tests", "interp", "hub.txt").read_text().split("# ---\\n"):
    analyse("hub.py", program.encode(), Options())
for row in Path("fixtures", "programs", "kinds.jsonl").read_text(encoding="utf-8").splitlines():
    analyse("program.py", json.loads(row)["source"].encode(), Options())
for use in coverage_api.uses():
    coverage_api.compare(use)
print("\\n".join(sorted(ran)))
"""


def functions(path: Path) -> bool:
    """Does the module hold any code that runs after its import?"""
    return any(line.lstrip().startswith(("def ", "lambda ")) for line in path.read_text().splitlines())


def test_every_module_of_tf_is_reached() -> None:
    done = subprocess.run([sys.executable, "-c", REACHED], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    reached = {Path(line).resolve() for line in done.stdout.splitlines() if line.startswith(("/", "\\")) or ":" in line}
    apis = ROOT / "scopelint" / "apis" / "tf"
    missed = [path.relative_to(apis).as_posix() for path in sorted(apis.rglob("*.py")) if path.resolve() not in reached]
    assert [name for name in missed if functions(apis / name)] == []
