"""Random programs of scopes, variables and ops, and one way to run them on two backends.

A program is a list of statements, each a JSON list whose first member names it. Python 3.7 has to read this file:
real TF 1.15 runs the same programs (`graph_in_tf.py`), and what both record must be equal.
"""

from __future__ import annotations

import json
import random

GOOD = ["a", "b", "c", "A", "w", "w_1", "a_1", "dense", "my_layer", "a/b", "w/read", "x.y", "Const", "kernel"]
ODD = ["", "_x", "/a", "a b", "a:0", "a/", "w/", "a//", ".x", "-x", "a>b", "/", "é", "_"]
REUSE = [None, None, None, None, False, True, True, "auto", "auto"]
SHAPES = [[3], [2, 3], [], [4], [2, 3], 3, [None, 3], "absent", [1200], [5, 2]]
DTYPES = [None, None, None, None, "float32", "float64", "int32", "bool", "string", "complex64"]
FLOATS = [None, None, "float32", "float64"]
# What an initializer's own operations say to a dtype is no concern of the store, so odd dtypes get these alone.
ANY_DTYPE = ["zeros", "function"]
OF_SCOPES = [None, "zeros", "function", "int", "floats", "tensor"]
INITIALIZERS = [
    None, None, None, None, "zeros", "ones", "constant", "normal", "uniform", "truncated", "int", "floats", "tensor",
    "lambda", "function", "python_lambda",
]  # fmt: skip
PARTITIONERS = [None] * 10 + ["two", "two", "last", "one", "short", "both", "zero"]
GETTERS = [None] * 12 + ["same", "rename", "untrained"]
REGULARIZERS = [None] * 8 + ["identity", "nothing"]
COLLECTIONS = [None] * 7 + [["mine"], ["local_variables"], ["variables", "mine"], []]


def _pick(rng, choices):
    return choices[rng.randrange(len(choices))]


def _name(rng, odd=0.06):
    return _pick(rng, ODD if rng.random() < odd else GOOD)


def _options(rng, table, chance):
    return {key: _pick(rng, values) for key, values in table.items() if rng.random() < chance}


def _get(rng):
    options = _options(
        rng,
        {"dtype": DTYPES, "initializer": INITIALIZERS, "partitioner": PARTITIONERS, "custom_getter": GETTERS,
         "regularizer": REGULARIZERS, "collections": COLLECTIONS, "trainable": [True, False],
         "use_resource": [None, True, False], "validate_shape": [True, False]},
        0.18,
    )  # fmt: skip
    if options.get("dtype") not in FLOATS and options.get("initializer") not in ("int", "floats", "tensor"):
        options["initializer"] = _pick(rng, ANY_DTYPE)
    shape = _pick(rng, SHAPES) if rng.random() < 0.6 else [3]
    if options.get("initializer") in ("int", "floats", "tensor", "lambda") and rng.random() < 0.8:
        shape = "absent"
    return ["get", None if rng.random() < 0.01 else _name(rng, 0.03), shape, options]


def _variable(rng):
    options = _options(
        rng,
        {"dtype": [None, "float32", "int32"], "collections": COLLECTIONS, "trainable": [True, False],
         "use_resource": [None, True, False], "validate_shape": [True, False]},
        0.15,
    )  # fmt: skip
    name = None if rng.random() < 0.2 else _name(rng, 0.05)
    value = _pick(rng, ["int", "floats", "tensor", "lambda", "placeholder", "python_lambda"])
    if value in ("floats", "python_lambda"):
        options.pop("dtype", None)
    return ["variable", name, value, options]


def _scope_options(rng):
    return _options(
        rng,
        {"initializer": OF_SCOPES, "partitioner": PARTITIONERS, "custom_getter": GETTERS, "dtype": FLOATS,
         "regularizer": REGULARIZERS, "use_resource": [None, True, False]},
        0.08,
    )  # fmt: skip


def _variable_scope(rng):
    """What is opened: ["name", s], ["default", s], ["both", s, d], ["current"], ["saved", n], ["prefix", n]."""
    kind = rng.random()
    if kind < 0.5:
        what = ["name", _name(rng)]
    elif kind < 0.68:
        what = ["default", _name(rng, 0.04)]
    elif kind < 0.72:
        what = ["both", _name(rng), _name(rng)]
    elif kind < 0.8:
        what = ["current"]
    elif kind < 0.93:
        what = ["saved", rng.randrange(4)]
    elif kind < 0.97:
        what = ["saved_name", rng.randrange(4)]
    elif kind < 0.985:
        what = ["op_scope", _pick(rng, [None, _name(rng)]), _name(rng)]
    else:
        what = ["nothing"]
    options = _scope_options(rng)
    if rng.random() < 0.35:
        options["reuse"] = _pick(rng, REUSE)
    if what[0] != "op_scope" and rng.random() < 0.12:
        options["auxiliary_name_scope"] = rng.random() < 0.2
    return what, options


def _statement(rng, depth, room):
    roll = rng.random()
    if roll < 0.26 or depth > 4 or room[0] <= 0:
        return _get(rng) if rng.random() < 0.75 else _variable(rng)
    if roll < 0.33:
        return _variable(rng)
    if roll < 0.40:
        return ["op", _pick(rng, ["NoOp", "Const", "Placeholder"]), None if rng.random() < 0.3 else _name(rng)]
    if roll < 0.44:
        return ["reuse_variables"]
    if roll < 0.47:
        fields = ["initializer", "partitioner", "custom_getter", "dtype", "use_resource"]
        return ["set", _pick(rng, fields), rng.randrange(6)]
    if roll < 0.50:
        return ["layer", rng.randrange(3), _layer_options(rng)]
    if roll < 0.53:
        return ["keras", rng.randrange(3), {"name": _pick(rng, [None, None, "dense", "a"])}]
    if roll < 0.55:
        return ["slot", rng.randrange(6), _pick(rng, ["Adam", "Momentum", "m"])]
    if roll < 0.57:
        return ["context", rng.randrange(3), *_variable_scope(rng)]
    if roll < 0.58:
        return ["reset"]
    if roll < 0.59:
        return ["local", _name(rng, 0), [3]]
    if roll < 0.60:
        return ["use", rng.randrange(6)]
    if roll < 0.61:
        return ["unique", _name(rng, 0), rng.random() < 0.5]
    if roll < 0.62:
        collections = ["variables", "trainable_variables", "regularization_losses"]
        return ["collection", _pick(rng, collections), _pick(rng, ["a", "a/", "w"])]
    body = _body(rng, depth + 1, room)
    if roll < 0.74:
        kind = rng.random()
        if kind < 0.75:
            what = ["name", _name(rng)]
        elif kind < 0.8:
            what = ["none"]
        elif kind < 0.87:
            what = ["default", _pick(rng, [None, "a", "w"]), _name(rng), rng.random() < 0.5]
        elif kind < 0.93:
            what = ["saved", rng.randrange(4)]
        else:
            what = ["op_scope", _pick(rng, [None, "a", "w"]), _name(rng)]
        return ["name_scope", what, body]
    if roll < 0.95:
        what, options = _variable_scope(rng)
        return ["variable_scope", what, options, rng.randrange(4), body]
    if roll < 0.97:
        return ["enter", rng.randrange(3), body]
    if roll < 0.985:
        return ["graph", rng.randrange(2), body]
    return ["try", body]


def _layer_options(rng):
    options = {"name": _pick(rng, [None, None, "dense", "a"]), "new": rng.random() < 0.5}
    if rng.random() < 0.2:
        options["_reuse"] = _pick(rng, [True, False])
    if rng.random() < 0.15:
        options["_scope"] = _pick(rng, ["a", "s"])
    if rng.random() < 0.15:
        options["regularizer"] = "identity"
    if rng.random() < 0.1:
        options["scope"] = _pick(rng, ["a", "call"])
    return options


def _body(rng, depth, room):
    statements = []
    for _ in range(1 + rng.randrange(4 if depth else 7)):
        room[0] -= 1
        statements.append(_statement(rng, depth, room))
    return statements


def generate(rng):
    """A program out of a `random.Random`, or of hypothesis's, which can then shrink it."""
    return _body(rng, 0, [24])


class Refusal(Exception):
    """How a backend says that TF raised."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind
        self.message = message


def run(program, backend):
    """Runs a program; gives its record, plain JSON."""
    machine = _Machine(backend)
    for statement in program:
        machine.attempt([statement])
    record = {"said": machine.said}
    record.update(backend.record())
    return json.loads(json.dumps(record))


class _Machine:
    def __init__(self, backend):
        self.backend = backend
        self.said = []
        self.scopes = {}
        self.names = {}
        self.contexts = {}
        self.entered = []
        self.variables = []

    def attempt(self, statements):
        try:
            self.body(statements)
        except Refusal as refusal:
            self.said.append(["raised", refusal.kind, refusal.message])

    def body(self, statements):
        for statement in statements:
            getattr(self, "do_" + statement[0])(*statement[1:])

    def do_try(self, body):
        self.attempt(body)

    def do_get(self, name, shape, options):
        made = self.backend.get_variable(name, shape, options)
        self.variables.append(made)
        self.said.append(["get", *self.backend.describe(made)])

    def do_local(self, name, shape):
        made = self.backend.get_local_variable(name, shape)
        self.said.append(["local", *self.backend.describe(made)])

    def do_variable(self, name, value, options):
        made = self.backend.variable(name, value, options)
        self.variables.append(made)
        self.said.append(["variable", *self.backend.describe(made)])

    def do_op(self, kind, name):
        self.said.append(["op", self.backend.op(kind, name)])

    def do_use(self, number):
        here = [v for v in self.variables if self.backend.is_here(v)]
        if here:
            self.said.append(["use", self.backend.use(here[number % len(here)])])

    def do_unique(self, name, mark):
        self.said.append(["unique", self.backend.unique_name(name, mark)])

    def do_collection(self, name, scope):
        self.said.append(["collection", self.backend.collection(name, scope)])

    def do_reuse_variables(self):
        self.backend.reuse_variables()

    def do_set(self, field, number):
        choices = {"initializer": OF_SCOPES, "partitioner": [None, "two", "last"], "custom_getter": GETTERS[-4:],
                   "dtype": ["float32", "float64"], "use_resource": [None, True, False]}[field]  # fmt: skip
        self.backend.set_on_scope(field, choices[number % len(choices)])

    def do_reset(self):
        self.backend.reset()

    def do_slot(self, number, name):
        # Slots of variables without a static shape copy the graph behind them, which is not restated; those of the
        # parts of a variable called None fail when all is done.
        here = [v for v in self.variables if self.backend.is_here(v)]
        known = [v for v in here if self.backend.has_shape(v) and self.backend.describe(v)[0]]
        if known:
            made = self.backend.slot(known[number % len(known)], name)
            self.said.append(["slot", *self.backend.describe(made)])

    def do_layer(self, number, options):
        self.said.append(["layer", *self.backend.layer(number, options)])

    def do_keras(self, number, options):
        self.said.append(["keras", *self.backend.keras(number, options)])

    def _what(self, what):
        """Arguments name_or_scope and default_name."""
        kind = what[0]
        if kind == "name":
            return what[1], None
        if kind == "default":
            return None, what[1]
        if kind in ("both", "op_scope"):
            return what[1], what[2]
        if kind == "current":
            return self.backend.current_scope(), None
        if kind == "saved":
            return self.scopes.get(what[1], f"s{what[1]}"), None
        if kind == "saved_name":
            scope = self.scopes.get(what[1])
            return ("s" if scope is None else self.backend.name_of_scope(scope)), None
        return None, None

    def do_variable_scope(self, what, options, save_as, body):
        name_or_scope, default = self._what(what)
        make = self.backend.variable_op_scope if what[0] == "op_scope" else self.backend.variable_scope
        self._in_scope(make(name_or_scope, default, options), save_as, body)

    def do_context(self, number, what, options):
        name_or_scope, default = self._what(what)
        self.contexts[number] = self.backend.variable_scope(name_or_scope, default, options)

    def do_enter(self, number, body):
        # A context entered inside of itself breaks TF's own bookkeeping; no program does that.
        context = self.contexts.get(number)
        if context is not None and context not in self.entered:
            self.entered.append(context)
            try:
                self._in_scope(context, number, body)
            finally:
                self.entered.pop()

    def _in_scope(self, context, save_as, body):
        scope = self.backend.enter(context)
        try:
            self.scopes[save_as] = scope
            self.said.append(["scope", *self.backend.describe_scope(scope)])
            self.body(body)
        finally:
            self.backend.exit(context)

    def do_name_scope(self, what, body):
        kind = what[0]
        if kind == "name":
            context = self.backend.name_scope(what[1], None, False)
        elif kind == "none":
            context = self.backend.name_scope(None, None, False)
        elif kind == "default":
            context = self.backend.name_scope(what[1], what[2], what[3])
        elif kind == "op_scope":
            context = self.backend.op_scope(what[1], what[2])
        else:
            context = self.backend.name_scope(self.names.get(what[1], "n"), None, False)
        name = self.backend.enter(context)
        try:
            self.names[len(self.names) % 4] = name
            self.said.append(["name_scope", name])
            self.body(body)
        finally:
            self.backend.exit(context)

    def do_graph(self, number, body):
        context = self.backend.graph(number)
        self.backend.enter(context)
        try:
            self.body(body)
        finally:
            self.backend.exit(context)


def programs(seed, count):
    """`count` programs; program n of a seed is always the same."""
    for number in range(count):
        yield generate(random.Random(f"{seed}/{number}"))
