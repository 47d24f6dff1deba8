"""Records which ranks TF 1.15's shape functions take of each input of an operation.

Runs under TF 1.15's own Python (3.7) and writes one sorted text table, one row per line:

    python3.7 tools/record_ranks.py scopelint/apis/tables

`ranks.txt`   type TAB input=least..most ..., of the inputs whose rank is bounded; `most` is empty where any is taken

Each input in turn is given each rank, all others are of unknown shape. A bound is kept where it holds for every choice
of the attributes that are flags or words.
"""
# ruff: noqa: UP031

import os
import re
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")

import tensorflow as tf  # noqa: E402
from tensorflow.python.framework import op_def_registry, ops  # noqa: E402

MOST = 7
REFUSED = re.compile(r"Shape must be (?:at (?:least|most) )?rank \d+ but is rank \d+")
NUMBERS = ([1, 1, 1, 1], [1, 1], [1, 1, 1, 1, 1], [1, 1, 1], [1], [])


def type_of(attr):
    allowed = list(attr.allowed_values.list.type)
    if not allowed or tf.float32.as_datatype_enum in allowed:
        return tf.float32
    return tf.as_dtype(allowed[0])


def guess(attr, numbers):
    """A value for an attribute that must be given; KeyError where there is none to guess."""
    kind = attr.type
    if kind == "list(int)":
        return numbers
    if kind == "string" and attr.HasField("allowed_values"):
        return attr.allowed_values.list.s[0].decode()
    return {
        "int": max(attr.minimum, 1), "string": "x", "float": 0.5, "bool": False, "shape": tf.TensorShape(None),
        "list(shape)": [], "list(string)": ["x"], "list(float)": [0.5], "type": type_of(attr),
    }[kind]  # fmt: skip


def choices(op_def):
    """Each way of choosing the attributes that are flags or words, one at a time."""
    yield {}
    for attr in op_def.attr:
        if attr.type == "bool" and attr.HasField("default_value"):
            yield {attr.name: not attr.default_value.b}
        if attr.type == "string" and attr.HasField("allowed_values"):
            for word in attr.allowed_values.list.s:
                yield {attr.name: word.decode()}


def value_of(op_def, arg, types, rank):
    shape = tf.TensorShape(None if rank is None else [None] * rank)
    if arg.type_list_attr:
        return [tf.compat.v1.placeholder(tf.float32, shape)]
    dtype = tf.as_dtype(arg.type) if arg.type else types[arg.type_attr]
    if arg.is_ref:
        return tf.raw_ops.VariableV2(shape=shape, dtype=dtype)
    tensor = tf.compat.v1.placeholder(dtype, shape)
    return [tensor, tf.compat.v1.placeholder(dtype, None)] if arg.number_attr else tensor


def make(op_def, numbers, chosen, which=None, rank=None):
    """Makes the operation; what is raised says why not."""
    attrs = {attr.name: attr for attr in op_def.attr}
    types = {name: type_of(attr) for name, attr in attrs.items() if attr.type == "type"}
    given = {}
    for arg in op_def.input_arg:
        given[arg.name] = value_of(op_def, arg, types, rank if arg.name == which else None)
    inferred = set()
    for arg in op_def.input_arg:
        inferred.update((arg.type_attr, arg.number_attr, arg.type_list_attr))
    for name, attr in attrs.items():
        if name in chosen:
            given[name] = chosen[name]
        elif name not in inferred and not attr.HasField("default_value"):
            given[name] = guess(attr, numbers)
    getattr(tf.raw_ops, op_def.name)(**given)


def is_refused(*args):
    with ops.Graph().as_default():
        try:
            make(*args)
        except ValueError as problem:
            return bool(REFUSED.search(str(problem)))
        except Exception:
            return False
    return False


def works(op_def, numbers, chosen):
    with ops.Graph().as_default():
        try:
            make(op_def, numbers, chosen)
        except Exception:
            return False
    return True


def bounds(op_def, numbers, ways, name):
    taken = [
        rank for rank in range(MOST + 1) if not all(is_refused(op_def, numbers, chosen, name, rank) for chosen in ways)
    ]
    if not taken or len(taken) == MOST + 1 or taken != list(range(taken[0], taken[-1] + 1)):
        return ""
    return "%s=%d..%s" % (name, taken[0], "" if taken[-1] == MOST else taken[-1])


def row(op_def):
    if not op_def.input_arg or not hasattr(tf.raw_ops, op_def.name):
        return ""
    for numbers in NUMBERS:
        ways = [chosen for chosen in choices(op_def) if works(op_def, numbers, chosen)]
        if ways:
            break
    else:
        return ""
    found = [
        bounds(op_def, numbers, ways, arg.name)
        for arg in op_def.input_arg
        if not arg.number_attr and not arg.type_list_attr
    ]
    found = [each for each in found if each]
    return "%s\t%s" % (op_def.name, " ".join(found)) if found else ""


def apart(op_def):
    """The row, found in a process of its own: some of TF's shape functions end it."""
    there, here = os.pipe()
    child = os.fork()
    if not child:
        with os.fdopen(here, "w") as stream:
            stream.write(row(op_def))
            stream.flush()
        os._exit(0)
    os.close(here)
    with os.fdopen(there) as stream:
        found = stream.read()
    return found if os.waitpid(child, 0)[1] == 0 else ""


def main():
    tf.compat.v1.disable_eager_execution()
    registered = op_def_registry.get_registered_ops()
    rows = [apart(registered[name]) for name in sorted(registered)]
    with open(os.path.join(sys.argv[1], "ranks.txt"), "w") as stream:
        stream.write("".join(each + "\n" for each in rows if each))


if __name__ == "__main__":
    main()
