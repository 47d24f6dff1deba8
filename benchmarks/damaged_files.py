"""Every file that scopelint reads, each in every kind of damage: a tree for each pair.

A tree has a program whose first variable is called `first`, another with a finding, and the file; `Reading` says what
stands in the file where it is whole, what of the program asks for it, and the command that reads it.
"""

from __future__ import annotations

import io
import json
import os
import random
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
CHECKPOINTS = ROOT / "fixtures" / "checkpoints"
TWICE = "import tensorflow as tf\ntf.get_variable('twice', [2])\ntf.get_variable('twice', [2])\n"
OUTSIDE = "outside.txt"
SECRET = "hunter2"
"""What stands in a file beside the tree."""
CHECK = ("check", "--jobs", "1", "--no-cache", "--verbose", "--format", "concise", ".")
NAMES = ("names", "--jobs", "1", "--no-cache", "main.py")


class Reading(NamedTuple):
    """`program`: what asks for the file. `beside`: other files of the tree. `may_refuse`: is it the user's own, so that
    the command ends with one line of what is wrong with it?"""

    path: str
    whole: bytes
    program: str = ""
    command: tuple[str, ...] = CHECK
    beside: Mapping[str, bytes] = MappingProxyType({})
    may_refuse: bool = False


def _checkpoint(name: str) -> bytes:
    return (CHECKPOINTS / name).read_bytes()


def _zip(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


_SETTINGS = b'[tool.scopelint]\nselect = ["TFS"]\n'
_CELL = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": ["x = 1\n"]}
_NOTEBOOK = json.dumps({"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [_CELL]}).encode()
_LOCK = b"# scopelint names 1\n@ main.py\nfirst [2] float32\n"
_NPY = (
    b"\x93NUMPY\x01\x00\x76\x00"
    + b"{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }".ljust(117)
    + b"\n\0\0\0\0"
)
_PICKLE = b"cos\nsystem\n(S'touch run_by_the_analysis'\ntR."
_SAFETENSORS = struct.pack("<Q", 57) + b'{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   ' + b"\0" * 4
_INDEX = {"m.ckpt.index": _checkpoint("v2_plain/model.ckpt.index")}
_DATA = {"m.ckpt.data-00000-of-00001": _checkpoint("v2_plain/model.ckpt.data-00000-of-00001")}
_V2 = {**_INDEX, **_DATA}
_INIT = "tf.train.init_from_checkpoint('m.ckpt', {'/': '/'})\n"
_OPEN = "with open('{0}') as f:\n    x = f.read()\nfor line in open('{0}'):\n    print(line)\n"
LISTED = ("checkpoint",)
DIFFED = ("diff", "old.lock", "names.lock")
PORTED = ("port", "m.ckpt", "main.py")

READINGS = {
    "source": Reading("p.py", b"import tensorflow as tf\ntf.get_variable('p', [2])\n"),
    "named_source": Reading("p.py", b"import tensorflow\n", command=("check", "--no-cache", "p.py", "twice.py"),
                            may_refuse=True),
    "fixed_source": Reading("p.py", b"import tensorflow\n", command=("check", "--no-cache", "--fix", ".")),
    "module": Reading("p.py", b"x = 1\n", "import p\n", NAMES),
    "package": Reading("p/__init__.py", b"x = 1\n", "import p.q\n", NAMES),
    "notebook": Reading("n.ipynb", _NOTEBOOK),
    "pyproject": Reading("pyproject.toml", _SETTINGS, may_refuse=True),
    "setup_cfg": Reading("setup.cfg", b"[scopelint]\nselect = TFS\n", may_refuse=True),
    "tox": Reading("tox.ini", b"[scopelint]\nselect = TFS\n", may_refuse=True),
    "config": Reading("c.toml", _SETTINGS, command=("check", "--no-cache", "--config", "c.toml", "."), may_refuse=True),
    "requirements": Reading("requirements.txt", b"tensorflow==1.14\n"),
    "setup_py": Reading("setup.py", b"setup(install_requires=['tensorflow==1.14'])\n"),
    "dockerfile": Reading("Dockerfile", b"FROM tensorflow/tensorflow:1.14.0\n"),
    "gitignore": Reading(".gitignore", b"build/\n*.pyc\n!x\n"),
    "exclude": Reading(".git/info/exclude", b"build/\nkept_*.pyc\n"),
    "lock": Reading("names.lock", _LOCK, command=("lock", "--check", "--no-cache", "main.py"), may_refuse=True),
    "lock_in_check": Reading("names.lock", _LOCK, may_refuse=True),
    "diffed_lock": Reading("old.lock", _LOCK, command=DIFFED, beside={"names.lock": _LOCK}, may_refuse=True),
    "baseline": Reading("b.json", b'{"schema": 1, "findings": {}}',
                        beside={"pyproject.toml": b'[tool.scopelint]\nbaseline = "b.json"\n'}, may_refuse=True),
    "shard_times": Reading("t.json", b'{"schema": 1, "seconds": {"main.py": 1.0}}', may_refuse=True,
                           command=("check", "--no-cache", "--shard", "1/1", "--shard-times", "t.json", ".")),
    "cache": Reading(".scopelint_cache", b"", command=("check", "--verbose", "."), may_refuse=True),
    "json": Reading("d.json", b'{"a": [1, 2]}', "import json\nx = json.load(open('d.json'))\n", NAMES),
    "yaml": Reading("d.yaml", b"a: [1, 2]\n", "import yaml\nx = yaml.safe_load(open('d.yaml'))\n", NAMES),
    "ini": Reading("d.ini", b"[s]\nk = 1\n",
                   "import configparser\nc = configparser.ConfigParser()\nc.read('d.ini')\nx = dict(c['s'])\n", NAMES),
    "dotenv": Reading(".env", b"A=1\n", "import os, dotenv\ndotenv.load_dotenv()\nx = os.environ['A']\n", NAMES),
    "csv": Reading("d.csv", b"a,b\n1,2\n", "import csv\nx = list(csv.DictReader(open('d.csv')))\n", NAMES),
    "text": Reading("d.txt", b"word\n", _OPEN.format("d.txt"), NAMES),
    "binary": Reading("d.bin", b"word\n", "x = open('d.bin', 'rb').read()\ny = x.decode()\n", NAMES),
    "npy": Reading("d.npy", _NPY, "x = np.load('d.npy')\ntf.get_variable('v', initializer=x)\n", NAMES),
    "npz": Reading("d.npz", _zip(a=_NPY), "x = np.load('d.npz')\ntf.get_variable('v', initializer=x['a'])\n", NAMES),
    "pickle": Reading("d.pkl", _PICKLE, "import pickle\nx = pickle.load(open('d.pkl', 'rb'))\n"
                      "y = np.load('d.pkl', allow_pickle=True)\n", NAMES),
    "loadtxt": Reading("d.dat", b"1 2\n3 4\n", "x = np.loadtxt('d.dat')\ny = np.genfromtxt('d.dat')\n", NAMES),
    "gin": Reading("d.gin", b"f.x = 1\n", "import gin\n@gin.configurable\ndef f(x=1):\n    return x\n"
                   "gin.parse_config_file('d.gin')\nf()\n", NAMES),
    "proto": Reading("a.proto", b'syntax = "proto3";\nmessage A { int32 n = 1; }\n',
                     "import a_pb2\nx = a_pb2.A()\n", NAMES),
    "text_proto": Reading("x.txt", b"n: 1\n", "import a_pb2\nfrom google.protobuf import text_format\n"
                          "x = text_format.Merge(open('x.txt').read(), a_pb2.A())\n", NAMES,
                          {"a.proto": b'syntax = "proto3";\nmessage A { int32 n = 1; }\n'}),
    "vocabulary": Reading("v.txt", b"a\nb\n", "c = tf.feature_column.categorical_column_with_vocabulary_file("
                          "'k', 'v.txt')\n", NAMES),
    "flag_file": Reading("f.txt", b"--n=3\n", "import argparse\n"
                         "p = argparse.ArgumentParser(fromfile_prefix_chars='@')\n"
                         "p.add_argument('--n', type=int, default=1)\na = p.parse_args(['@f.txt'])\n", NAMES),
    "executed": Reading("e.py", b"x = 1\n", "exec(open('e.py').read())\nimport runpy\nrunpy.run_path('e.py')\n", NAMES),
    "state": Reading("checkpoint", b'model_checkpoint_path: "m.ckpt"\n',
                     "tf.train.init_from_checkpoint(tf.train.latest_checkpoint('.'), {'/': '/'})\n", CHECK, _V2),
    "listed_state": Reading("checkpoint", b'model_checkpoint_path: "m.ckpt"\n', "", (*LISTED, "."), _V2, True),
    "index": Reading("m.ckpt.index", _INDEX["m.ckpt.index"], _INIT, CHECK, _DATA),
    "listed_index": Reading("m.ckpt.index", _INDEX["m.ckpt.index"], "", (*LISTED, "m.ckpt"), _DATA, True),
    "data": Reading("m.ckpt.data-00000-of-00001", _DATA["m.ckpt.data-00000-of-00001"], _INIT, CHECK, _INDEX),
    "listed_data": Reading("m.ckpt.data-00000-of-00001", _DATA["m.ckpt.data-00000-of-00001"], "",
                           (*LISTED, "m.ckpt"), _INDEX, True),
    "meta": Reading("m.ckpt.meta", b"\x0a\x00", "tf.train.import_meta_graph('m.ckpt.meta')\n", CHECK, _V2),
    "listed_meta": Reading("m.ckpt.meta", b"\x0a\x00", "", (*LISTED, "m.ckpt"), _V2, True),
    "v1": Reading("m.ckpt", _checkpoint("v1_adam/model.ckpt-v1"), _INIT),
    "listed_v1": Reading("m.ckpt", _checkpoint("v1_adam/model.ckpt-v1"), "", (*LISTED, "m.ckpt"), may_refuse=True),
    "h5": Reading("m.h5", _checkpoint("keras_h5/w.h5"), "m = tf.keras.Sequential([tf.keras.layers.Dense(2)])\n"
                  "m.build((None, 2))\nm.load_weights('m.h5')\n"),
    "listed_h5": Reading("m.h5", _checkpoint("keras_h5/w.h5"), "", (*LISTED, "m.h5"), may_refuse=True),
    "listed_keras": Reading("m.keras", _checkpoint("tf2_keras_v3/m.keras"), "", (*LISTED, "m.keras"), may_refuse=True),
    "map": Reading("m.json", b'{"net/fc1/bias": "w"}', "",
                   (*LISTED, "m.ckpt", "--map", "m.json", "--rename-to", "n"), _V2, True),
    "error": Reading("e.txt", b"Key first not found in checkpoint\n", "", (*LISTED, "--error", "e.txt", "m.ckpt"), _V2,
                     True),
    "port_rules": Reading("r.txt", b"w -> w\n", "", (*PORTED, "--rules", "r.txt"), _V2, True),
    "safetensors": Reading("t.safetensors", _SAFETENSORS, "", (*PORTED, "--against", "t.safetensors"), _V2, True),
    "git": Reading(".git", b"gitdir: elsewhere\n"),
}  # fmt: skip


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


def _ringed(place: Path, whole: bytes) -> None:
    os.symlink("ring", place)
    os.symlink(place.name, place.with_name("ring"))


def _sparse(place: Path, whole: bytes) -> None:
    place.write_bytes(whole)
    with open(place, "r+b") as stream:
        stream.truncate(20 << 30)


def _outside(place: Path, whole: bytes) -> None:
    os.symlink(next(above / OUTSIDE for above in place.parents if (above / OUTSIDE).exists()), place)


def _of(data: Callable[[bytes], bytes]) -> Callable[[Path, bytes], None]:
    return lambda place, whole: _write(place, data(whole))


DAMAGES: dict[str, Callable[[Path, bytes], object]] = {
    "whole": _of(lambda whole: whole),
    "fifo": lambda place, whole: os.mkfifo(place),
    "device": lambda place, whole: os.symlink("/dev/zero", place),
    "terminal": lambda place, whole: os.symlink("/dev/tty", place),
    "process": lambda place, whole: os.symlink("/proc/self/environ", place),
    "folder": lambda place, whole: place.mkdir(),
    "dangling": lambda place, whole: os.symlink("nothing", place),
    "ring": _ringed,
    "outside": _outside,
    "sparse": _sparse,
    "empty": _of(lambda whole: b""),
    "cut": _of(lambda whole: whole[: len(whole) * 2 // 3]),
    "random": _of(lambda whole: random.Random(1).randbytes(300_000)),
    "random_end": _of(lambda whole: whole + random.Random(2).randbytes(300_000)),
    "zeros": _of(lambda whole: b"\0" * 3_000_000),
    "deep": _of(lambda whole: b"[" * 1_000_000),
    "deep_braces": _of(lambda whole: b'{"a":' * 500_000),
    "deep_folders": _of(lambda whole: whole + b"(" * 1_000_000),
    "line": _of(lambda whole: whole + b"#" + b"a" * 9_000_000),
    "word": _of(lambda whole: whole + b"a" * 4_000_000 + b"\n"),
    "lines": _of(lambda whole: whole + b"\n" * 4_000_000),
    "repeated": _of(lambda whole: whole * (9_000_000 // max(1, len(whole)))),
    "bom": _of(lambda whole: b"\xef\xbb\xbf" + whole),
    "utf16": _of(lambda whole: b"\xff\xfe" + b"".join(bytes((each, 0)) for each in whole)),
    "surrogates": _of(lambda whole: whole + b"\xed\xa0\x80\xff\xfe" * 10_000),
    "controls": _of(lambda whole: whole + bytes(range(32)) * 1_000),
    "returns": _of(lambda whole: whole.replace(b"\n", b"\r\n\r\r")),
}
"""Of a file that is whole: its place, and what would stand there."""


def plant(folder: Path, reading: Reading, damage: str) -> None:
    """The tree: the program, another with a finding, the damaged file."""
    (folder / ".git").mkdir()
    (folder / "main.py").write_text(
        "import tensorflow as tf\nimport numpy as np\ntf.get_variable('first', [2])\n" + reading.program
    )
    (folder / "twice.py").write_text(TWICE)
    for name, data in reading.beside.items():
        _write(folder / name, data)
    place = folder / reading.path
    if place == folder / ".git":
        place.rmdir()
    place.parent.mkdir(parents=True, exist_ok=True)
    (folder.parent / OUTSIDE).write_text(SECRET)
    DAMAGES[damage](place, reading.whole)
