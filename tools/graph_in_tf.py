"""Runs graph programs in real TF 1.15: JSON lines in, JSON lines out. For TF's own Python 3.7.

python3.7 graph_in_tf.py < programs.jsonl > records.jsonl
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
import warnings

warnings.filterwarnings("ignore")
import tensorflow as tf  # noqa: E402
from tensorflow.python.framework import ops  # noqa: E402
from tensorflow.python.ops import variable_scope as vs  # noqa: E402
from tensorflow.python.training import slot_creator  # noqa: E402

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import graph_programs  # noqa: E402
from graph_programs import Refusal  # noqa: E402

tf.compat.v1.logging.set_verbosity("ERROR")
GRAPHS = []
_init = ops.Graph.__init__


def _recording_init(self, *args, **kwargs):
    _init(self, *args, **kwargs)
    if type(self) is ops.Graph:
        GRAPHS.append(self)


ops.Graph.__init__ = _recording_init


def _two(shape, dtype):
    return [min(2, shape[0].value)] + [1] * (shape.ndims - 1)


def _last(shape, dtype):
    return [1] * (shape.ndims - 1) + [min(3, shape[-1].value)]


def _same(getter, *args, **kwargs):
    return getter(*args, **kwargs)


def _rename(getter, name, *args, **kwargs):
    return getter(name + "_r", *args, **kwargs)


def _untrained(getter, name, *args, **kwargs):
    kwargs["trainable"] = False
    return getter(name, *args, **kwargs)


def _function(shape, dtype=None, partition_info=None):
    tf.no_op(name="made")
    return tf.zeros(shape, dtype, name="mine")


INITIALIZERS = {
    "zeros": tf.zeros_initializer(), "ones": tf.ones_initializer(), "constant": tf.constant_initializer(0),
    "normal": tf.random_normal_initializer(), "uniform": tf.random_uniform_initializer(maxval=3),
    "truncated": tf.truncated_normal_initializer(), "int": 3, "floats": [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]],
    "function": _function,
}  # fmt: skip
PARTITIONERS = {
    "two": _two, "last": _last, "one": lambda shape, dtype: [1] * shape.ndims, "short": lambda shape, dtype: [1],
    "both": lambda shape, dtype: [2] * shape.ndims, "zero": lambda shape, dtype: [0] * shape.ndims,
}  # fmt: skip
GETTERS = {"same": _same, "rename": _rename, "untrained": _untrained}
REGULARIZERS = {"identity": lambda v: tf.identity(v, name="reg"), "nothing": lambda v: None}
TABLES = {"partitioner": PARTITIONERS, "custom_getter": GETTERS, "regularizer": REGULARIZERS}


class MyLayer(tf.layers.Layer):
    def __init__(self, regularizer=None, **kwargs):
        super().__init__(**kwargs)
        self.given = regularizer

    def build(self, shape):
        self.kernel = self.add_weight("kernel", [2, 3], regularizer=self.given)
        self.bias = self.add_weight("bias", [3], initializer=tf.zeros_initializer(), trainable=False)
        self.built = True

    def call(self, x):
        tf.no_op(name="Call")
        return x


class MyKeras(tf.keras.layers.Layer):
    def build(self, shape):
        self.kernel = self.add_weight("kernel", [2, 3])
        self.bias = self.add_weight("bias", [3], initializer="zeros", trainable=False)
        self.built = True

    def call(self, x):
        tf.no_op(name="Call")
        return x


def _value(kind):
    """An initializer, or an initial value, made where the program is."""
    if kind == "tensor":
        return tf.constant([1.0, 2.0, 3.0], name="given")
    if kind == "placeholder":
        return tf.placeholder(tf.float32, name="given")
    if kind == "lambda":
        return lambda: tf.zeros([2], name="mine")
    if kind == "python_lambda":
        return lambda: [1.0, 2.0]
    return INITIALIZERS[kind]


def _guarded(method):
    def wrapped(self, *args):
        try:
            return method(self, *args)
        except Refusal:
            raise
        except Exception as error:
            raise Refusal(type(error).__name__, str(error).split("\n")[0]) from error

    return wrapped


def _convert(options):
    out = {}
    for key, value in options.items():
        if key in TABLES and value is not None:
            value = TABLES[key][value]
        elif key == "initializer" and value is not None:
            value = _value(value)
        elif key == "dtype" and value is not None:
            value = getattr(tf, value)
        elif key == "reuse" and value == "auto":
            value = tf.AUTO_REUSE
        elif key == "collections" and value is not None:
            value = list(value)
        out[key] = value
    return out


class TFBackend:
    def __init__(self):
        ops._default_graph_stack._global_default_graph = None
        ops._default_graph_stack.stack = []
        del GRAPHS[:]
        self.layers = {}
        self.keras_layers = {}
        self.made_graphs = {}

    @_guarded
    def get_variable(self, name, shape, options):
        options = _convert(options)
        if shape != "absent":
            options["shape"] = shape
        return tf.get_variable(name, **options)

    @_guarded
    def get_local_variable(self, name, shape):
        return tf.get_local_variable(name, shape)

    @_guarded
    def variable(self, name, value, options):
        return tf.Variable(_value(value), name=name, **_convert(options))

    @_guarded
    def op(self, kind, name):
        if kind == "NoOp":
            return tf.no_op(name=name).name
        if kind == "Const":
            return (tf.constant(1.0) if name is None else tf.constant(1.0, name=name)).op.name
        return tf.placeholder(tf.float32, name=name).op.name

    @_guarded
    def use(self, variable):
        return tf.identity(variable, name="use").op.name

    def is_here(self, variable):
        first = variable if isinstance(variable, tf.Variable) else next(iter(variable))
        return first.graph is tf.get_default_graph()

    def has_shape(self, variable):
        first = variable if isinstance(variable, tf.Variable) else next(iter(variable))
        return first.shape.is_fully_defined()

    def unique_name(self, name, mark):
        return tf.get_default_graph().unique_name(name, mark)

    def collection(self, name, scope):
        return [item.name for item in tf.get_collection(name, scope)]

    def describe(self, variable):
        partitioned = not isinstance(variable, tf.Variable)
        name = variable.name if partitioned else variable.op.name
        shape = variable.get_shape()
        return [name, None if shape.ndims is None else shape.as_list(), variable.dtype.name, partitioned]

    def reuse_variables(self):
        tf.get_variable_scope().reuse_variables()

    def set_on_scope(self, field, value):
        getattr(tf.get_variable_scope(), "set_" + field)(_convert({field: value})[field])

    @_guarded
    def reset(self):
        tf.reset_default_graph()

    @_guarded
    def slot(self, variable, name):
        if not isinstance(variable, tf.Variable):
            variable = next(iter(variable))
        return slot_creator.create_zeros_slot(variable, name)

    @_guarded
    def layer(self, number, options):
        options = dict(options)
        new, scope = options.pop("new"), options.pop("scope", None)
        if new or number not in self.layers:
            self.layers[number] = MyLayer(**_convert(options))
        layer = self.layers[number]
        x = tf.zeros([2, 2], name="input")
        if scope is None:
            layer(x)
        else:
            layer(x, scope=scope)
        return [layer.name, layer.scope_name, layer.kernel.op.name if hasattr(layer.kernel, "op") else "parts"]

    @_guarded
    def keras(self, number, options):
        if number not in self.keras_layers:
            self.keras_layers[number] = MyKeras(**options)
        layer = self.keras_layers[number]
        layer(tf.zeros([2, 2], name="input"))
        return [layer.name, layer.kernel.op.name]

    def current_scope(self):
        return tf.get_variable_scope()

    def name_of_scope(self, scope):
        return scope.name

    @_guarded
    def variable_scope(self, name_or_scope, default, options):
        return tf.variable_scope(name_or_scope, default, **_convert(options))

    @_guarded
    def variable_op_scope(self, name_or_scope, default, options):
        return tf.variable_op_scope([], name_or_scope, default, **_convert(options))

    @_guarded
    def op_scope(self, name, default):
        return tf.op_scope([], name, default)

    def describe_scope(self, scope):
        return [scope.name, scope.original_name_scope, str(scope.reuse).replace("_ReuseMode.", ""), scope.dtype.name]

    @_guarded
    def name_scope(self, name, default, values):
        return tf.name_scope(name, default, [] if values else None)

    @_guarded
    def graph(self, number):
        if number not in self.made_graphs:
            self.made_graphs[number] = tf.Graph()
        return self.made_graphs[number].as_default()

    @_guarded
    def enter(self, context):
        return context.__enter__()

    def exit(self, context):
        context.__exit__(None, None, None)

    def record(self):
        graphs = []
        for graph in GRAPHS:
            found = {}
            for collection in graph.collections:
                for item in graph.get_collection_ref(collection):
                    if isinstance(item, tf.Variable):
                        found.setdefault(item.op.name, (item, []))[1].append(str(collection))
            order = {op.name: at for at, op in enumerate(graph.get_operations())}
            variables = []
            for name in sorted(found, key=lambda n: order.get(n, -1)):
                item, collections = found[name]
                shape = None if item.shape.ndims is None else item.shape.as_list()
                variables.append([name, shape, item.dtype.base_dtype.name, sorted(set(collections))])
            store = graph.get_collection_ref(vs._VARSTORE_KEY)
            keys = {str(key): var.op.name for key, var in store[0]._vars.items()} if store else {}
            graphs.append({
                "variables": variables, "keys": keys,
                "ops": sorted([op.name, op.type] for op in graph.get_operations()),
            })  # fmt: skip
        return {"graphs": graphs}


def main():
    for line in sys.stdin:
        print(json.dumps(graph_programs.run(json.loads(line), TFBackend())), flush=True)


if __name__ == "__main__":
    main()
