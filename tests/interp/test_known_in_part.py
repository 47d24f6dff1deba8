"""Values that are known in part: what is taken of them is what is certain."""

from __future__ import annotations

from scopelint.graph.events import VariableMade
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue, OpenTuple
from tests.python.engine import Ran

HEAD = "import tensorflow as tf\nfrom absent import given\n"


def made(source: str) -> dict[str, tuple[str, ...]]:
    """Each variable and what it hangs on of the program's own."""
    events = [event for event in Ran(HEAD + source).events if isinstance(event, VariableMade)]
    return {event.name: tuple(w for w in event.when if not w.startswith("assuming")) for event in events}


def test_two_flags_of_one_call_hang_on_themselves() -> None:
    found = made("tf.layers.BatchNormalization(scale=given.a, center=given.b, name='n')(tf.ones([2, 5]))\n")
    assert found["n/gamma"] == ("absent.given.a",)
    assert found["n/beta"] == ("absent.given.b",)
    assert found["n/moving_mean"] == ()


def test_what_stands_behind_a_star_has_no_place() -> None:
    names = Ran(HEAD + "a = [1, *given(), 2]\nfirst, second, last = a[0], a[1], a[-1]\nb = [*a, 3]\n").names
    assert names["first"] == 1
    assert isinstance(names["second"], Unknown)
    assert isinstance(names["last"], Unknown)
    assert isinstance(names["b"], ListValue)
    assert names["b"].items == [1, 2, 3]
    assert names["b"].firm == 1


def test_a_loop_comes_to_others_before_the_last() -> None:
    source = "made = []\nfor n in [1, *given(), 2]:\n    made.append(n)\nfirst, second = made[0], made[1]\n"
    names = Ran("from cv2 import given\n" + source).names
    assert names["first"] == 1
    assert isinstance(names["second"], Unknown)


def test_a_comprehension_keeps_what_has_no_place() -> None:
    names = Ran(HEAD + "a = [n for n in [1, *given(), 2]]\nfirst, second = a[0], a[1]\n").names
    assert names["first"] == 1
    assert isinstance(names["second"], Unknown)


def test_columns_of_pairs_are_tuples() -> None:
    names = Ran(HEAD + "given()\nw = tf.get_variable('w', [3])\n" + PAIRS).names
    assert isinstance(names["grads"], OpenTuple)
    assert names["is_tuple"] is True
    assert names["is_list"] is False


PAIRS = (
    "grads, variables = zip(*tf.train.GradientDescentOptimizer(0.1).compute_gradients(tf.reduce_sum(w)))\n"
    "is_tuple, is_list = isinstance(grads, tuple), isinstance(grads, list)\n"
)


def test_sizes_that_are_not_all_known_are_no_shape() -> None:
    names = Ran(HEAD + "x = tf.keras.layers.Reshape([3, *given()])(tf.placeholder(tf.float32, [2, 8, 3]))\n").names
    assert isinstance(names["x"].shape, Unknown) or all(isinstance(d, Unknown) for d in names["x"].shape[1:])


def test_what_a_model_may_hold_beside_its_layers() -> None:
    source = (
        "class Net(tf.keras.Model):\n    def __init__(self):\n        super().__init__()\n"
        "        self.own = tf.keras.layers.Dense(4, name='own')\n        self.other = given()\n"
        "    def call(self, x):\n        return self.other(self.own(x))\n"
        "net = Net()\nnet(tf.placeholder(tf.float32, [3, 5]))\nweights = net.weights\ncount = len(weights)\n"
    )
    names = Ran(HEAD + source).names
    assert [w.name for w in names["weights"].items] == ["net/own/kernel", "net/own/bias"]
    assert isinstance(names["count"], Unknown)


def test_a_parser_that_others_add_to() -> None:
    source = (
        "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--own', default='own')\n"
        "given(parser)\nargs = parser.parse_args()\nown, other = args.own, args.other\n"
    )
    ran = Ran(HEAD + source)
    assert ran.error is None
    assert ran.names["own"] == "own"
    assert isinstance(ran.names["other"], Unknown)


def test_a_template_that_may_have_been_called() -> None:
    source = "t = tf.make_template('t', lambda x: tf.layers.dense(x, 4, name='d'))\n"
    ran = Ran(HEAD + source + "if given():\n    t(tf.ones([3, 5]))\ny = t(tf.ones([3, 5]))\n")
    assert ran.error is None
    assert isinstance(ran.names["y"], Unknown)


def test_a_handler_that_is_asked_of_something_not_known() -> None:
    ran = Ran(HEAD + "try:\n    import zoo\nexcept given():\n    zoo = None\ny = tf.layers.dense(tf.ones([2, 3]), 4)\n")
    assert ran.error is None
    assert not ran.failures
    assert isinstance(ran.names["zoo"], Unknown)


def test_what_a_scope_of_arguments_may_set() -> None:
    source = "from tensorflow.contrib import slim\nwith slim.arg_scope(given()):\n"
    found = made(source + "    slim.conv2d(tf.ones([2, 8, 12, 3]), 4, 3, scope='c')\n")
    assert found == {"c/weights": (), "c/biases": ("not (normalizer_fn)",)}


def test_one_of_the_classes_of_a_dictionary() -> None:
    source = "w = tf.get_variable('w', [3])\nkinds = {'a': tf.train.AdamOptimizer, 'b': tf.train.MomentumOptimizer}\n"
    ran = Ran("import tensorflow as tf\nfrom cv2 import given\n" + source + "kinds[given()](0.1).minimize(w)\n")
    assert ran.error is None
    assert any("call of" in said for said in ran.said)


def test_a_list_of_layers_that_is_set_stays_a_list() -> None:
    source = (
        "class Net(tf.keras.Model):\n    def __init__(self):\n        super().__init__()\n"
        "        self.blocks = [tf.keras.layers.Dense(4) for _ in given()]\n"
        "net = Net()\nblocks, weights = net.blocks, net.weights\n"
    )
    names = Ran(HEAD + source).names
    assert isinstance(names["blocks"], ListValue)
    assert names["weights"].rest is not None


def test_a_shape_whose_rank_is_not_known_is_still_a_shape() -> None:
    """With and without a partitioner: the variable is made, and nothing before it is lost."""
    source = b"""
import tensorflow as tf
from cv2 import hidden

x = tf.identity(hidden())
tf.get_variable("v", x.shape[-1:])
with tf.variable_scope("a", partitioner=tf.fixed_size_partitioner(1)):
    tf.get_variable("w", x.shape[-1:])
tf.layers.dense(tf.zeros([2, 3]), 4)
"""
    [outcome] = analyse("program.py", source, Options())
    assert [made.name for made in outcome.variables][::2] == ["v", "dense/kernel"]
    assert not any("depends on" in event.reason for event in outcome.unknowns)
