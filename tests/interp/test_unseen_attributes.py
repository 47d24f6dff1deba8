"""What a module that was not found may have set on a class of TensorFlow's, and numpy's matrices."""

from __future__ import annotations

import pytest

from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.rules import registry

PROGRAM = """
{line}
import tensorflow as tf
tf.add_to_collection(tf.GraphKeys.LAYER_VARIABLES, 1)
"""


@pytest.mark.parametrize(
    ("line", "certain"), [("import tflearn_of_ours", []), ("import cv2", [True]), ("import os", [True])]
)
def test_a_name_of_a_collection(line: str, certain: list[bool]) -> None:
    outcome = analyse("train.py", PROGRAM.format(line=line).encode(), Options())[0]
    assert [each.certain for each in registry.run([outcome]) if each.code == "TFS311"] == certain


@pytest.mark.parametrize("name", ["matrix", "mat"])
def test_a_matrix_has_two_dimensions(name: str) -> None:
    program = f"""
import numpy as np
import tensorflow as tf
a = np.transpose(np.{name}([1.0, 2.0, 3.0]))
tf.matmul(tf.ones([2, 3], tf.float64), tf.constant(a))
"""
    outcome = analyse("train.py", program.encode(), Options())[0]
    assert not registry.run([outcome])


@pytest.mark.parametrize("name", ["__call__", "__len__", "__getstate__"])
def test_what_a_base_that_was_not_found_may_have(name: str) -> None:
    program = f"""
import tensorflow as tf
import networks_of_others
class Net(networks_of_others.Module):
    def _build(self, x):
        return tf.get_variable("w", [2])
print(Net().{name}, Net.{name})
tf.Variable(1.0, name="after")
"""
    outcome = analyse("train.py", program.encode(), Options())[0]
    assert [each.code for each in registry.run([outcome]) if each.code != "TFS902"] == []


STARS = """
import pickle
import tensorflow as tf
data = pickle.load(open("data.pkl", "rb"))

def parse(path, *label):
    return (path,) + label

def taken(*args):
    table = {args: 1}
    hash(args), args in table, "%s %s" % args, {args}
    return pair(*parse(*args))

def pair(image, label):
    return image, label

tf.data.Dataset.from_tensor_slices(data).map(taken).filter(lambda *some: tf.constant(True))
taken(*data)
tf.get_variable("after", [2])
"""


def test_a_star_may_take_any_number_of_arguments() -> None:
    outcome = analyse("train.py", STARS.encode(), Options())[0]
    assert [each.code for each in registry.run([outcome]) if each.code != "TFS902"] == []


def test_a_name_of_settings_that_are_read_from_a_file() -> None:
    program = """
import json
import tensorflow as tf
class Settings(object):
    def __init__(self, **entries):
        self.__dict__.update(entries)
print(Settings(**json.load(open("settings.json"))).__flags)
"""
    outcome = analyse("train.py", program.encode(), Options())[0]
    assert [each.code for each in registry.run([outcome]) if each.code != "TFS902"] == []


LOADED = """
import tensorflow as tf
session = tf.Session(graph=tf.Graph())
tf.saved_model.loader.load(session, ["serve"], "folder")
session.run("ArgMax:0", feed_dict={"x:0": 1})
"""


def test_a_model_is_loaded_into_the_graph_of_its_session() -> None:
    outcome = analyse("train.py", LOADED.encode(), Options())[0]
    assert [each.code for each in registry.run([outcome]) if each.code != "TFS902"] == []
    elsewhere = LOADED.replace("load(session,", "load(tf.Session(),")
    outcome = analyse("train.py", elsewhere.encode(), Options())[0]
    assert "TFS307" in [each.code for each in registry.run([outcome])]
