"""tf.switch_case: its branches are functions of graphs of their own, whose variables lie outside of them."""

import tensorflow as tf


def _listed(branch_fns, default):
    pairs = branch_fns
    if isinstance(branch_fns, dict):
        pairs = sorted(branch_fns.items())
    elif not isinstance(branch_fns, (list, tuple)):
        raise TypeError("branch_fns must be a list, tuple, or dict")
    elif not pairs:
        raise ValueError("branch_fns must not be empty")
    elif callable(pairs[0]):
        pairs = list(enumerate(pairs))
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError("Each entry in branch_fns must be a 2-tuple")
        if not isinstance(pair[0], int):
            raise TypeError(f"key must be a Python `int`, got {type(pair[0])}")
        if not callable(pair[1]):
            raise TypeError(f"fn for key {pair[0]} must be callable.")
    keys = [key for key, _ in pairs]
    if min(keys) != 0 or max(keys) != len(pairs) - 1 or len(set(keys)) != len(keys):
        raise ValueError(
            "branch indices (keys) must form contiguous range of [0 to {}) but found {{{}}}".format(
                len(pairs), ",".join(map(str, sorted(keys)))
            )
        )
    return [fn for _, fn in sorted(pairs)] + ([] if default is None else [default])


def switch_case(branch_index, branch_fns, default=None, name="switch_case"):
    found = [fn() for fn in _listed(branch_fns, default)]

    def chosen(*parts):
        value = parts[-1]
        for i, part in reversed(list(enumerate(parts[:-1]))):
            value = tf.cond(tf.equal(branch_index, i), lambda: part, lambda: value)
        return value

    with tf.name_scope(name):
        return tf.contrib.framework.nest.map_structure(chosen, *found)
