"""What decides names from outside: flags, command lines, configuration files, the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from engine import Ran

from scopelint.graph.events import ProgramRaised
from scopelint.graph.releases import release
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.values.base import Unknown

AGAIN = 'flags.DEFINE_string("log_dir", "x", "help")'
FLAGS = """
from absl import flags
flags.DEFINE_string("model", "vgg", "help")
flags.DEFINE_integer("units", 64, "help")
flags.DEFINE_float("rate", 1, "help")
flags.DEFINE_boolean("big", False, "help")
flags.DEFINE_list("sizes", "1,2", "help")
flags.DEFINE_enum("kind", "a", ["a", "b"], "help")
flags.DEFINE_string("data", None, "help")
flags.mark_flag_as_required("data")
FLAGS = flags.FLAGS
answer = (FLAGS.model, FLAGS.units, FLAGS.rate, FLAGS.big, FLAGS.sizes, FLAGS.kind, FLAGS["units"].value)
data = FLAGS.data
FLAGS.units = 5
changed = FLAGS.units
"""


def test_flags_have_their_defaults() -> None:
    ran = Ran(FLAGS)
    assert ran.names["answer"] == ("vgg", 64, 1.0, False, ["1", "2"], "a", 64)
    assert isinstance(ran.names["data"], Unknown)
    assert ran.names["data"].label == "data"
    assert ran.names["changed"] == 5


@pytest.mark.parametrize(
    "options",
    [
        {"settings": (("units", "7"), ("big", "true"), ("sizes", "4"))},
        {"argv": ("--units=7", "--big", "--sizes", "4")},
    ],
)
def test_flags_are_set_from_outside(options: dict[str, Any]) -> None:
    ran = Ran(FLAGS, **options)
    assert ran.names["answer"] == ("vgg", 7, 1.0, True, ["4"], "a", 7)


def test_tf_flags_are_the_same() -> None:
    ran = Ran(
        FLAGS.replace("from absl import flags", "import tensorflow as tf\nflags = tf.app.flags").replace(
            "flags.mark_flag_as_required", "tf.flags.mark_flag_as_required"
        )
    )
    assert ran.names["answer"] == ("vgg", 64, 1.0, False, ["1", "2"], "a", 64)


def test_app_run_calls_main() -> None:
    ran = Ran("from absl import app\nseen = []\ndef main(argv):\n    seen.append(len(argv))\napp.run(main)\n")
    assert ran.names["seen"] == [1]
    assert ran.error_name() == "SystemExit"


ARGPARSE = """
import argparse
parser = argparse.ArgumentParser(description="x")
parser.add_argument("--units", type=int, default=64)
parser.add_argument("--name", "-n", default="net")
parser.add_argument("--big", action="store_true")
parser.add_argument("--no-bias", dest="bias", action="store_false")
parser.add_argument("--sizes", nargs="+", type=int, default=[1, 2])
parser.add_argument("--rate", type=float, default="0.5")
group = parser.add_argument_group("g")
group.add_argument("--deep-net", default=3)
parser.add_argument("--data", required=True)
args, rest = parser.parse_known_args()
answer = (args.units, args.name, args.big, args.bias, args.sizes, args.rate, args.deep_net)
data = args.data
everything = sorted(vars(args))
"""


def test_argparse_has_its_defaults() -> None:
    ran = Ran(ARGPARSE)
    assert ran.error is None
    assert ran.names["answer"] == (64, "net", False, True, [1, 2], 0.5, 3)
    assert isinstance(ran.names["data"], Unknown)
    assert ran.names["everything"] == ["bias", "big", "data", "deep_net", "name", "rate", "sizes", "units"]


def test_argparse_reads_a_command_line() -> None:
    ran = Ran(ARGPARSE, argv=("--units", "5", "-n", "x", "--big", "--no-bias", "--sizes", "3", "4", "--data=d", "more"))
    assert ran.names["answer"] == (5, "x", True, False, [3, 4], 0.5, 3)
    assert ran.names["data"] == "d"
    assert ran.names["rest"] == ["more"]


def test_argparse_takes_settings() -> None:
    ran = Ran(ARGPARSE, settings=(("units", "9"), ("big", "1")))
    assert ran.names["answer"][:3] == (9, "net", True)


def test_subparsers() -> None:
    source = (
        "import argparse\np = argparse.ArgumentParser()\ns = p.add_subparsers(dest='cmd')\n"
        "a = s.add_parser('train')\na.add_argument('--n', type=int, default=1)\na.set_defaults(kind='t')\n"
        "args = p.parse_args(['train', '--n', '3'])\nanswer = (args.cmd, args.n, args.kind)\n"
    )
    assert Ran(source).names["answer"] == ("train", 3, "t")


SUBPARSERS = """
import argparse
p = argparse.ArgumentParser()
s = p.add_subparsers(dest='cmd')
a = s.add_parser('train')
a.add_argument('--n', type=int, default=1)
a.add_argument('--width', type=int, default=4)
b = s.add_parser('test')
b.add_argument('--n', type=int, default=1)
b.add_argument('--width', type=int, default=8)
"""


def test_subparsers_without_a_command() -> None:
    ran = Ran(SUBPARSERS + "args = p.parse_args([])\nanswer = (args.cmd, hasattr(args, 'n'))\n")
    assert ran.names["answer"] == (None, False)
    ran = Ran(SUBPARSERS + "args = p.parse_args()\nanswer = (args.cmd, args.n, args.width)\n")
    command, n, width = ran.names["answer"]
    assert isinstance(command, Unknown)
    assert n == 1
    assert isinstance(width, Unknown)
    ran = Ran(SUBPARSERS + "args = p.parse_args()\nanswer = (args.cmd, args.width)\n", settings=(("cmd", "test"),))
    assert ran.names["answer"] == ("test", 8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "conf.json").write_text('{"units": [8, 16], "name": "net", "deep": {"on": true}}', encoding="utf-8")
    (tmp_path / "conf.yml").write_text("units: [8, 16]\nname: net\ndeep:\n  'on': true\n", encoding="utf-8")
    (tmp_path / "bomb.yml").write_text(
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "\n".join(f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 10)}]" for i in range(9)),
        encoding="utf-8",
    )
    (tmp_path / "conf.ini").write_text("[net]\nunits = 8\nbig = yes\n", encoding="utf-8")
    (tmp_path / "words.txt").write_text("one\ntwo\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "source",
    [
        "import json\nwith open('conf.json') as f:\n    c = json.load(f)",
        "import json\nc = json.loads(open('conf.json', 'rb').read().decode('utf-8'))",
        "import yaml\nwith open('conf.yml') as f:\n    c = yaml.load(f, Loader=yaml.FullLoader)",
        "import yaml\nfrom easydict import EasyDict\nc = EasyDict(yaml.safe_load(open('conf.yml')))\nassert c.deep.on",
        "import json, pathlib\nc = json.loads((pathlib.Path('.') / 'conf.json').read_text())",
        "import json, tensorflow as tf\nc = json.load(tf.gfile.Open('conf.json'))",
    ],
)
def test_configuration_is_read(source: str, folder: Path) -> None:
    if "yaml" in source:
        pytest.importorskip("yaml")
    ran = Ran(source + "\nanswer = (c['units'], c['name'], c['deep']['on'])", search_path=(str(folder),))
    assert ran.error is None, ran.error.attrs
    assert not ran.failures
    assert ran.names["answer"] == ([8, 16], "net", True)


def test_other_files(folder: Path) -> None:
    ran = Ran(
        "lines = [l.strip() for l in open('words.txt')]\nimport configparser\nc = configparser.ConfigParser()\n"
        "c.read('conf.ini')\nanswer = (c.getint('net', 'units'), c.getboolean('net', 'big'), c['net']['units'])\n"
        "missing = open('nothing.txt').read()\nimport os\nthere = os.path.exists('words.txt')\n"
        "with open('out.txt', 'w') as f:\n    f.write('x')\n",
        search_path=(str(folder),),
    )
    assert ran.error is None
    assert ran.names["lines"] == ["one", "two"]
    assert ran.names["answer"] == (8, True, "8")
    assert isinstance(ran.names["missing"], Unknown)
    assert ran.names["there"] is True
    assert not (folder / "out.txt").exists()
    assert not Path("out.txt").exists()


def test_aliases_of_yaml_do_not_multiply(folder: Path) -> None:
    pytest.importorskip("yaml")
    ran = Ran("import yaml\nc = yaml.safe_load(open('bomb.yml'))", search_path=(str(folder),))
    assert isinstance(ran.names["c"], Unknown)
    assert ran.said


def test_the_environment_is_not_known() -> None:
    ran = Ran(
        "import os, sys\na = os.environ.get('X')\nb = os.environ.get('X', 'd')\nos.environ['X'] = '1'\n"
        "c = os.environ['X']\nd = os.getenv('HOME')\n"
        "e = sys.version_info[0] >= 3\nf = sys.version_info < (3, 8)\n"
        "g = sys.argv[1:]\nh = sys.version_info.major\n"
    )
    assert isinstance(ran.names["a"], Unknown)
    assert (ran.names["b"], ran.names["c"]) == ("d", "1")
    assert isinstance(ran.names["d"], Unknown)
    assert (ran.names["e"], ran.names["f"], ran.names["g"], ran.names["h"]) == (True, True, [], 3)


def test_versions_and_small_libraries() -> None:
    ran = Ran(
        "from distutils.version import LooseVersion\nfrom packaging import version\nimport ast, pydoc\n"
        "a = LooseVersion('1.15.5') >= LooseVersion('1.4')\n"
        "b = version.parse('1.15rc1') < version.parse('1.15')\n"
        "c = ast.literal_eval('[1, (2, 3)]')\nd = pydoc.locate('collections.OrderedDict') is not None\n"
        "e = pydoc.locate('no.such.thing')\nfrom gym import spaces\nf = spaces.Box(0, 1, shape=(2, 3)).shape\n"
    )
    assert ran.error is None
    assert [ran.names[n] for n in "abcdef"] == [True, True, [1, (2, 3)], True, None, (2, 3)]


def test_folders_that_the_program_adds(tmp_path: Path) -> None:
    """As scripts in a folder of their own do: what lies beside that folder is found, from where the script lies."""

    files = {"lib/helper_of_ours.py": "NAME = 'w'\n", "pkg/__init__.py": "", "pkg/names.py": "B = 'b'\n"}
    for place, text in files.items():
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text(text, encoding="utf-8")
    source = (
        "import os, sys\nimport tensorflow as tf\n"
        "if '../lib' not in sys.path:\n    sys.path.insert(0, '../lib')\n"
        "sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))\n"
        "import helper_of_ours\nfrom pkg.names import B\n"
        "tf.get_variable(helper_of_ours.NAME, [])\ntf.get_variable(B, [])\n"
    )
    (tmp_path / "scripts").mkdir()
    outcomes = analyse(str(tmp_path / "scripts" / "run.py"), source.encode(), Options())
    assert [v.name for v in outcomes[0].variables] == ["w", "b"]


ENVIRONMENT = """
import os
answer = (os.environ["UNITS"], os.getenv("MODE", "small"), "MODE" in os.environ, os.environ.get("OTHER", "none"))
mine = sorted(name for name in os.environ if name.startswith("NET_"))
os.environ["UNITS"] = "9"
changed = os.environ["UNITS"]
"""


def test_the_environment_is_what_the_settings_say() -> None:
    ran = Ran(ENVIRONMENT, environment=(("UNITS", "4"), ("MODE", "big"), ("NET_B", ""), ("NET_A", "")))
    assert ran.names["answer"] == ("4", "big", True, "none")
    assert ran.names["mine"] == ["NET_A", "NET_B"] and ran.names["changed"] == "9"


def test_the_environment_of_the_machine_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNITS", "7")
    monkeypatch.setenv("MODE", "big")
    ran = Ran(ENVIRONMENT)
    units, *rest = ran.names["answer"]
    assert isinstance(units, Unknown) and rest == ["small", False, "none"]
    assert ran.names["mine"] == []


def test_every_flag_of_absl_can_be_walked() -> None:
    ran = Ran(
        FLAGS + "held = {name: FLAGS[name].value for name in FLAGS}\nunits, verbosity = held['units'], held['v']\n"
    )
    assert (ran.names["units"], ran.names["verbosity"]) == (5, -1)


def test_a_program_that_is_named_from_its_own_folder_finds_what_lies_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").touch()
    (tmp_path / "pkg" / "names.py").write_text("B = 'b'\n", encoding="utf-8")
    (tmp_path / "scripts").mkdir()
    source = (
        "import os, sys\nimport tensorflow as tf\n"
        "sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))\n"
        "from pkg.names import B\ntf.get_variable(B, [])\n"
    )
    for folder, path in ((tmp_path / "scripts", "run.py"), (tmp_path, os.path.join("scripts", "run.py"))):
        monkeypatch.chdir(folder)
        outcomes = analyse(path, source.encode(), Options())
        assert [v.name for v in outcomes[0].variables] == ["b"]


ARGUMENTS = """import argparse
p = argparse.ArgumentParser(fromfile_prefix_chars='@')
p.add_argument('--n', type=int, default=1)
p.add_argument('--s', default='x')
a = p.parse_args(['--s', 'y', '@f.txt'])
tf.get_variable('v%d%s' % (a.n, a.s), [a.n])
"""


def test_words_of_a_command_line_that_stand_in_a_file(tmp_path: Path) -> None:
    """CPython: each line is a word, and may name another file."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "f.txt").write_text("--n=3\n@g.txt\n")
    (tmp_path / "g.txt").write_text("--s\nz\n")
    assert made(tmp_path, ARGUMENTS) == [("v3z", (3,))]
    (tmp_path / "g.txt").write_text("@f.txt\n")
    for problem in ("a ring", "not there"):
        [(name, shape)] = made(tmp_path, ARGUMENTS)
        assert str(name).startswith("v{") and isinstance(shape[0], Unknown), problem
        (tmp_path / "f.txt").unlink(missing_ok=True)


def test_a_field_of_a_table_that_python_does_not_take(tmp_path: Path) -> None:
    """CPython: csv.field_size_limit() is 131,072."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "d.csv").write_text("a,b\n1," + "x" * 200_000 + "\n")
    asked = "try:\n    x = list(csv.DictReader(open('d.csv')))\nexcept csv.Error:\n    tf.get_variable('e', [1])\n"
    assert made(tmp_path, "import csv\n" + asked) == [("e", (1,))]


def made(folder: Path, source: str) -> list[tuple[str, Any]]:
    place = folder / "main.py"
    place.write_text("import tensorflow as tf\n" + source)
    outcomes = analyse(str(place), place.read_bytes(), Options(roots=(str(folder),)))
    return [(v.name, v.shape) for outcome in outcomes for v in outcome.variables]


@pytest.mark.parametrize(
    ("program", "line", "said"),
    [
        (AGAIN, 4, "The flag 'log_dir' is defined twice. First from absl.logging"),
        ('flags.DEFINE_integer("v", 3, "help")', 4, "The flag 'v' is defined twice. First from absl.logging"),
        ('flags.DEFINE_string("a", "x", "one")\ntf.flags.DEFINE_string("a", "y", "two")', 5, "occurrence: one"),
        ('flags.DEFINE_enum("a", "x", ["x"], "one")\nflags.DEFINE_enum("a", "x", ["x"], "two")', 5, "occurrence: one"),
        ('flags.DEFINE_string("name", "x", None, short_name="n")\nflags.DEFINE_string("n", "", "")', 5, "(no help"),
        ('flags.DEFINE_string("batch size", "x", "help")', 4, "Flag name cannot contain a space"),
        ('flags.DEFINE_string("", "x", "help")', 4, "Flag name cannot be empty"),
        # What lets a name be defined again.
        ("for each in list(tf.flags.FLAGS._flags()):\n    tf.flags.FLAGS.__delattr__(each)\n" + AGAIN, 0, ""),
        ('delattr(flags.FLAGS, "log_dir")\n' + AGAIN, 0, ""),
        ("del flags.FLAGS.log_dir\n" + AGAIN, 0, ""),
        ('flags.FLAGS.remove_flag_values(["log_dir"])\n' + AGAIN, 0, ""),
        ('flags.DEFINE_string("a", "", "")\nflags.DEFINE_string("a", "", "", allow_override=True)', 0, ""),
        ('flags.DEFINE_string("a", "", "")\nflags.DEFINE_string("a", "", "", flag_values=flags.FlagValues())', 0, ""),
    ],
)
def test_a_flag_is_defined_once(program: str, line: int, said: str) -> None:
    """Recorded with absl 2.1 and TensorFlow 1.15, which imports absl.logging from 1.14 on."""
    source = f"import tensorflow as tf\nfrom absl import flags\n\n{program}\n"
    [outcome] = analyse("program.py", source.encode(), Options())
    raised = [(event.site.line, event.message) for event in outcome.of(ProgramRaised)]
    assert [at for at, _ in raised] == [line] * bool(line)
    assert all(said in message for _, message in raised)
    [earlier] = analyse("program.py", source.encode(), Options(release=release("1.13")))
    assert list(earlier.of(ProgramRaised)) == [] or "absl.logging" not in said


def test_a_module_that_is_imported_anew_defines_its_flags_again(tmp_path: Path) -> None:
    (tmp_path / "config.py").write_text("from absl import flags\nflags.DEFINE_string('a', 'x', 'help')\n")
    (tmp_path / "other.py").write_text("from absl import flags\nflags.DEFINE_string('a', 'x', 'help')\n")
    path = tmp_path / "program.py"
    for words, count in (("del sys.modules['config']\nimport config\n", 0), ("import other\n", 1)):
        path.write_text("import sys\nimport config\n" + words)
        [outcome] = analyse(str(path), path.read_bytes(), Options())
        assert len(list(outcome.of(ProgramRaised))) == count


def test_what_is_fetched_reports_to_its_hook() -> None:
    """It makes nothing, and what the hook changes is not known afterwards."""
    source = b"""
from urllib.request import urlretrieve
import tensorflow as tf
from six.moves import urllib

class Progress:
    last = 0

    def hook(self, blocks=1, size=1, total=None):
        self.last = blocks

progress = Progress()
path, _ = urlretrieve("http://a", "first", progress.hook)
tf.layers.dense(tf.zeros([2, 3]), 4, name=path)
path, _ = urllib.request.urlretrieve("http://a", "second")
tf.layers.dense(tf.zeros([2, 3]), progress.last, name=path)
"""
    [outcome] = analyse("program.py", source, Options())
    made = [(v.name, isinstance(v.shape[-1], int)) for v in outcome.variables if v.name.endswith("kernel")]
    assert made == [("first/kernel", True), ("second/kernel", False)]
    assert outcome.unknowns == []


def test_the_time_is_asked_of_each_of_its_classes() -> None:
    ran = Ran(
        "import datetime\nfrom datetime import date, time\n"
        "found = [date.today(), date(2020, 1, 2).year, datetime.datetime.utcnow().date(), time(1, 2).isoformat(),\n"
        "         date.fromordinal(1) - datetime.timedelta(days=1), date.today().strftime('%Y')]\n"
    )
    assert all(isinstance(each, Unknown) for each in ran.names["found"].items)
