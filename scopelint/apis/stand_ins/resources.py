"""tensorflow.python.ops.resources: what a graph has to initialize besides variables, such as the trees of a forest."""

from collections import namedtuple

import tensorflow as tf

_Resource = namedtuple("_Resource", ["handle", "create", "is_initialized"])


def register_resource(handle, create_op, is_initialized_op, is_shared=True):
    collection = "resources" if is_shared else "local_resources"
    tf.add_to_collection(collection, _Resource(handle, create_op, is_initialized_op))


def shared_resources():
    return tf.get_collection("resources")


def local_resources():
    return tf.get_collection("local_resources")


def report_uninitialized_resources(resource_list=None, name="report_uninitialized_resources"):
    if resource_list is None:
        resource_list = shared_resources() + local_resources()
    with tf.name_scope(name):
        if not resource_list:
            return tf.constant([], dtype=tf.string)
        missing = tf.logical_not(tf.stack([each.is_initialized for each in resource_list]))
        return tf.boolean_mask(tf.constant([each.handle.name for each in resource_list]), missing)


def initialize_resources(resource_list, name="init"):
    if resource_list:
        return tf.group(*[each.create for each in resource_list], name=name)
    return tf.no_op(name=name)
