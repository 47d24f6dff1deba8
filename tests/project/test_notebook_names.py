"""What IPython gives the cells of a notebook, and what is a magic in them."""

from __future__ import annotations

import json

from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.project.notebooks import Notebook, plain
from scopelint.rules import registry

CELL = '''print("actual: %s"
      % 3)
text = ("a(  # not a comment", # (
  % 4, """
  %no magic (
""", [1,
   !y
])
!ls
files = !ls
%matplotlib inline
text?
'''

PLAIN = '''print("actual: %s"
      % 3)
text = ("a(  # not a comment", # (
  % 4, """
  %no magic (
""", [1,
   !y
])
pass
files = get_ipython().getoutput()
pass
pass
'''


def test_a_line_within_brackets_is_no_magic() -> None:
    assert plain(CELL) == PLAIN


def test_names_of_ipython() -> None:
    cells = [
        "import tensorflow as tf",
        "get_ipython().system('ls')\ndisplay(1)\nprint(In, Out, _)",
        "tf.get_variable('w', [2])",
    ]
    content = {"cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    notebook = Notebook("n.ipynb", json.dumps(content).encode())
    source, _ = notebook.program()
    outcome = analyse("n.ipynb", source, Options())[0]
    assert [each.code for each in registry.run([outcome])] == []
    outcome = analyse("n.py", source, Options())[0]
    assert "TFS311" in [each.code for each in registry.run([outcome])]
