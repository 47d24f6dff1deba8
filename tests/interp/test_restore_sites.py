"""What each loader would read into which variable: keys that TF 1.15 asked a checkpoint for."""

from __future__ import annotations

import pytest

from scopelint.graph.events import RestoreSite
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options

HEAD = "import tensorflow as tf\nfrom tensorflow.contrib import slim\n"
NET = (
    "with tf.variable_scope('net'):\n"
    "    w = tf.get_variable('a/w', [2])\n"
    "    m = tf.get_variable('bn/moving_mean', [2], trainable=False)\n"
)
W, M = ("net/a/w", "net/a/w"), ("net/bn/moving_mean", "net/bn/moving_mean")


def sites(source: str) -> list[RestoreSite]:
    [outcome] = analyse("load.py", (HEAD + source).encode(), Options(), None)
    return list(outcome.of(RestoreSite))


CASES = {
    "saver": (NET + "tf.train.Saver().restore(tf.Session(), 'm')\n", "saver", (W, M)),
    "list": (NET + "tf.train.Saver(tf.trainable_variables()).restore(tf.Session(), 'm')\n", "saver", (W,)),
    "dict": (NET + "tf.train.Saver({'x': w}).restore(tf.Session(), 'm')\n", "saver", (("x", "net/a/w"),)),
    "averages": (
        NET + "e = tf.train.ExponentialMovingAverage(0.9)\n"
        "tf.train.Saver(e.variables_to_restore()).restore(tf.Session(), 'm')\n",
        "saver",
        (("net/a/w/ExponentialMovingAverage", "net/a/w"), M),
    ),
    "table": (
        "tf.contrib.lookup.MutableHashTable(tf.string, tf.int64, -1, name='t')\n"
        "tf.train.Saver().restore(tf.Session(), 'm')\n",
        "saver",
        (("t-keys", "t-keys"), ("t-values", "t-values")),
    ),
    "partitioned": (
        "tf.get_variable('t', [4, 2], partitioner=tf.fixed_size_partitioner(2))\n"
        "tf.train.Saver().restore(tf.Session(), 'm')\n",
        "saver",
        (("t", "t/part_0"), ("t", "t/part_1")),
    ),
    "scope to scope": (
        NET + "tf.train.init_from_checkpoint('m', {'old/': 'net/'})\n",
        "init",
        (("old/a/w", "net/a/w"), ("old/bn/moving_mean", "net/bn/moving_mean")),
    ),
    "root to scope": (
        NET + "tf.train.init_from_checkpoint('m', {'/': 'net/'})\n",
        "init",
        (("a/w", "net/a/w"), ("bn/moving_mean", "net/bn/moving_mean")),
    ),
    "slash forgotten": (
        "tf.get_variable('model/a/w', [2])\ntf.train.init_from_checkpoint('m', {'net/': 'model'})\n",
        "init",
        (("net/odel/a/w", "model/a/w"),),
    ),
    "one to one": (NET + "tf.train.init_from_checkpoint('m', {'q': 'net/a/w'})\n", "init", (("q", "net/a/w"),)),
    "variable": (NET + "tf.train.init_from_checkpoint('m', {'q': w})\n", "init", (("q", "net/a/w"),)),
    "mistyped": (NET + "tf.train.init_from_checkpoint('m', {'net/': 'nett/'})\n", "init", ()),
    "warm start": (NET + "tf.train.warm_start('m')\n", "warm_start", (W,)),
    "warm start of all": (NET + "tf.train.warm_start('m', ['net/.*'])\n", "warm_start", (W, M)),
    "renamed": (
        NET + "tf.train.warm_start('m', 'net/a', var_name_to_prev_var_name={'net/a/w': 'q'})\n",
        "warm_start",
        (("q", "net/a/w"),),
    ),
    "slim": (
        NET + "slim.assign_from_checkpoint_fn('m', slim.get_variables_to_restore(exclude=['net/bn']))\n",
        "assign",
        (W,),
    ),
    "monitored": (NET + "tf.train.MonitoredTrainingSession(checkpoint_dir='m')\n", "saver", (W, M)),
    "slim's evaluation": (
        NET + "slim.evaluation.evaluate_once('', 'm', 'logs', variables_to_restore=tf.trainable_variables())\n",
        "saver",
        (W,),
    ),
    "slim's training": (NET + "slim.learning.train(tf.no_op(), 'm')\n", "saver", (W, M)),
    "scaffold": (
        NET + "s = tf.train.Scaffold(saver=tf.train.Saver([w]))\n"
        "tf.train.MonitoredTrainingSession(scaffold=s, checkpoint_dir='m')\n",
        "saver",
        (W,),
    ),
    "objects": (
        NET + "tf.train.Checkpoint(x=w).restore('m')\n",
        "checkpoint",
        (("x/.ATTRIBUTES/VARIABLE_VALUE", "net/a/w"),),
    ),
    "keras": (
        "m = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=(3,), name='d')])\nm.load_weights('m')\n",
        "load_weights",
        (("d/kernel", "d/kernel"), ("d/bias", "d/bias")),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_loader_reads(name: str) -> None:
    source, kind, pairs = CASES[name]
    [site] = sites(source)
    assert (site.kind, site.path, site.certain) == (kind, "m", True)
    assert site.pairs == pairs
    assert site.site.line == (HEAD + source).count("\n")


def test_a_list_that_is_not_known_is_not_certain() -> None:
    [site] = sites(NET + "import other\ntf.train.Saver(other.variables()).restore(tf.Session(), 'm')\n")
    assert not site.certain
    [site] = sites("import other\nother.net(tf.zeros([2]))\n" + NET + "tf.train.Saver().restore(tf.Session(), 'm')\n")
    assert not site.certain and site.pairs == (W, M)


def test_the_folder_of_the_latest_checkpoint_is_its_path() -> None:
    source = NET + "tf.train.Saver().restore(tf.Session(), tf.train.{})\n"
    for call in ("latest_checkpoint('logs')", "get_checkpoint_state('logs').model_checkpoint_path"):
        assert [site.path for site in sites(source.format(call))] == ["logs"]


def test_variables_made_after_the_saver_are_named() -> None:
    source = NET + "s = tf.train.Saver()\ntf.get_variable('late', [2])\ns.restore(tf.Session(), 'm')\n"
    [site] = sites(source)
    assert site.after == ("late",) and site.made_at is not None and site.made_at.line == 6


def test_what_tensorflow_refuses_of_a_map_is_refused() -> None:
    from scopelint.graph.events import Refused

    for entry in ("'net': 'net/'", "'net/a/w': 'net/a/x'", "'net/a/w': 'net/a/w:0'"):
        source = (HEAD + NET + "tf.train.init_from_checkpoint('m', {" + entry + "})\n").encode()
        [outcome] = analyse("load.py", source, Options(), None)
        [refused] = outcome.of(Refused)
        assert refused.reason == "assignment_map" and refused.message.startswith("Assignment map with scope only name")
