"""Modules that run once more."""

from __future__ import annotations

from pathlib import Path

from scopelint.graph.events import ProgramRaised
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options


def test_a_module_that_is_reloaded_makes_its_variables_again(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text('import tensorflow as tf\nw = tf.get_variable("w", [3])\n')
    main = tmp_path / "main.py"
    main.write_text(
        "import tensorflow as tf\nimport importlib\nimport net\n"
        'with tf.variable_scope("a"):\n    importlib.reload(net)\nimportlib.reload(net)\n'
    )
    [outcome] = analyse(str(main), main.read_bytes(), Options(search_path=(str(tmp_path),)))
    assert [v.name for v in outcome.variables] == ["w", "a/w"]
    [stopped] = outcome.of(ProgramRaised)
    assert stopped.message.startswith("Variable w already exists")
    assert (Path(stopped.site.path).name, stopped.site.line) == ("net.py", 2)
