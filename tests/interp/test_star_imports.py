"""What `from package import *` binds where the list of names is known in part."""

from __future__ import annotations

from pathlib import Path

from scopelint.interp.entry import analyse
from scopelint.interp.options import Options


def test_any_public_name_may_be_in_a_list_that_is_known_in_part(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(
        "import os\nclass A: pass\nclass B: pass\nnames = os.listdir('plugins')\n__all__ = ['A'] + list(names)\n"
    )
    main = tmp_path / "main.py"
    main.write_text("import tensorflow as tf\nfrom net import *\ntf.get_variable(A.__name__ + B.__name__, [1])\n")
    [outcome] = analyse(str(main), main.read_bytes(), Options(search_path=(str(tmp_path),)))
    assert [v.name for v in outcome.variables] == ["AB"]


def test_settings_in_the_users_home_count_as_absent(tmp_path: Path) -> None:
    main = tmp_path / "main.py"
    main.write_text(
        "import os\nimport tensorflow as tf\nplace = os.path.join(os.path.expanduser('~'), '.net.json')\n"
        "name = 'other' if os.path.exists(place) else 'w'\ntf.get_variable(name, [1])\n"
    )
    [outcome] = analyse(str(main), main.read_bytes(), Options(search_path=(str(tmp_path),)))
    assert [v.name for v in outcome.variables] == ["w"]
