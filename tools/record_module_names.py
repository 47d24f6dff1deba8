#!/usr/bin/env python3
"""Records which modules TF 1.15 has beside those whose members `tools/record_api.py` recorded: rare ones, which nothing
imports until a program does, and which may fail to be imported where they were recorded.

    python3.7 tools/record_module_names.py scopelint/apis/tables      # under TF 1.15's own Python

`module_names.txt`   the dotted names, sorted, one a line, each before a TAB and a dot
"""
# ruff: noqa: UP031

import importlib.util
import os
import sys


def names_below(folder):
    """The dotted name of each module of Python in a folder, TF's own names for them."""
    for at, _, files in os.walk(folder):
        inner = os.path.relpath(at, folder)
        package = ".".join(["tensorflow"] + ([] if inner == "." else inner.split(os.sep)))
        for file in files:
            if file.endswith(".py"):
                yield package if file == "__init__.py" else "%s.%s" % (package, file[:-3])


def main():
    folder = sys.argv[1]
    with open(os.path.join(folder, "modules.txt")) as stream:
        recorded = {line.split("\t", 1)[0] for line in stream}
    root = os.path.dirname(importlib.util.find_spec("tensorflow_core").origin)
    names = sorted(set(names_below(root)) - recorded)
    with open(os.path.join(folder, "module_names.txt"), "w") as out:
        out.write("".join("%s\t.\n" % name for name in names))
    print("%d modules" % len(names))


if __name__ == "__main__":
    main()
