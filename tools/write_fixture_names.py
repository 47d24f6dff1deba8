"""Writes what real TF 1.15 names into `fixtures/names/*.py`: `# var: NAME [SHAPE]; ...` at the end of each line.

    SCOPELINT_TF_PYTHON=/path/to/tf115/bin/python python tools/write_fixture_names.py [FILE ...]

A variable's dtype is told where it is not float32, `untrained` and `local` where it is so. What ends the script is
told on the first line: `# raises: ValueError: ...`. Comments are rewritten, never edited by hand. What scopelint is not
to find is in `fixtures/unseen`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = [str(ROOT / "fixtures" / "unseen"), *filter(None, [os.environ.get("PYTHONPATH")])]
"""Where fixtures find their modules; gin, mock, dotenv and fire come from PYTHONPATH."""
COMMENT = re.compile(r"\s*# (?:var|raises): .*$")


def shown(variable: dict[str, Any]) -> str:
    shape = variable["shape"]
    dims = "?" if shape is None else ",".join("?" if d is None else str(d) for d in shape)
    words = [variable["name"], f"[{dims}]"]
    if variable["dtype"] != "float32":
        words.append(variable["dtype"])
    if not variable["trainable"]:
        words.append("untrained")
    if variable["local"]:
        words.append("local")
    return " ".join(words)


def annotated(source: str, record: dict[str, Any]) -> str:
    """The fixture's text with TF's answers in place of those that were there."""
    lines = [COMMENT.sub("", line) for line in source.splitlines()]
    by_line: dict[int, list[str]] = {}
    for variable in record["variables"]:
        by_line.setdefault(variable["line"], []).append(shown(variable))
    for number, names in by_line.items():
        lines[number - 1] += "  # var: " + "; ".join(names)
    if record["error"]:
        lines[0] += f"  # raises: {record['error']}"
    return "\n".join(lines) + "\n"


def main(files: list[str]) -> int:
    python = os.environ.get("SCOPELINT_TF_PYTHON")
    if not python:
        print("set SCOPELINT_TF_PYTHON to the Python of a TensorFlow 1.15", file=sys.stderr)
        return 2
    for path in map(Path, files or sorted(map(str, (ROOT / "fixtures" / "names").glob("*.py")))):
        done = subprocess.run(
            [python, str(ROOT / "tools" / "trace_names.py"), str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(FOLDERS)},
        )
        record = json.loads(done.stdout.splitlines()[-1])
        path.write_text(annotated(path.read_text(encoding="utf-8"), record), encoding="utf-8")
        ended = f", {record['error']}" if record["error"] else ""
        print(f"{path.name}: {len(record['variables'])} variables{ended}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
