# ruff: noqa: E501
"""Random TF 1.x programs as source text: layers, cells, losses, optimizers, under scopes, in functions and loops.

`program(seed)` gives the lines of one. Most of what it writes is right; one choice in twenty is not, so that refusals
are compared as well.
"""

from __future__ import annotations

import random

import source_kinds

VEC, IMG, SEQ, IDS = "vec", "img", "seq", "ids"

INPUTS = {
    VEC: "tf.placeholder(tf.float32, [{b}, 6])",
    IMG: "tf.placeholder(tf.float32, [{b}, 16, 16, 3])",
    SEQ: "tf.placeholder(tf.float32, [{b}, 5, 4])",
    IDS: "tf.placeholder(tf.int32, [{b}, 5])",
}

NAMES = ["a", "b", "enc", "dec", "Layer", "net", "conv1", "fc"]

CELLS = [
    "tf.nn.rnn_cell.BasicRNNCell({n})",
    "tf.nn.rnn_cell.BasicLSTMCell({n})",
    "tf.nn.rnn_cell.LSTMCell({n})",
    "tf.nn.rnn_cell.LSTMCell({n}, use_peepholes=True, num_proj={m})",
    "tf.nn.rnn_cell.GRUCell({n})",
    "tf.contrib.rnn.LayerNormBasicLSTMCell({n})",
    "tf.contrib.rnn.LSTMBlockCell({n})",
    "tf.contrib.rnn.GRUBlockCellV2({n})",
    "tf.contrib.rnn.UGRNNCell({n})",
    "tf.contrib.rnn.NASCell({n})",
    "tf.contrib.rnn.IndRNNCell({n})",
    "tf.contrib.rnn.SRUCell({n})",
    "tf.contrib.rnn.CoupledInputForgetGateLSTMCell({n})",
    "tf.contrib.rnn.IntersectionRNNCell({n})",
    "tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell({n}), tf.nn.rnn_cell.GRUCell({m})])",
    "tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.GRUCell({n}) for _ in range(2)])",
    "tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.BasicLSTMCell({n}), output_keep_prob=0.5)",
    "tf.nn.rnn_cell.ResidualWrapper(tf.nn.rnn_cell.GRUCell(4))",
    "tf.contrib.rnn.AttentionCellWrapper(tf.nn.rnn_cell.GRUCell({n}), 3, state_is_tuple=True)",
    "tf.contrib.rnn.OutputProjectionWrapper(tf.nn.rnn_cell.GRUCell({n}), {m})",
    "tf.keras.layers.LSTMCell({n})",
    "tf.keras.layers.GRUCell({n})",
]

ACTIVATIONS = ["tf.nn.relu", "tf.tanh", "None", "tf.nn.elu", "tf.sigmoid"]

OPTIMIZERS = [
    "tf.train.GradientDescentOptimizer(0.1)",
    "tf.train.AdamOptimizer()",
    "tf.train.MomentumOptimizer(0.1, 0.9)",
    "tf.train.RMSPropOptimizer(0.1)",
    "tf.train.RMSPropOptimizer(0.1, centered=True)",
    "tf.train.AdagradOptimizer(0.1)",
    "tf.train.AdadeltaOptimizer(0.1)",
    "tf.train.FtrlOptimizer(0.1)",
    "tf.train.AdamOptimizer(name='Opt')",
    "tf.train.ProximalAdagradOptimizer(0.1)",
    "tf.contrib.opt.AdamWOptimizer(0.1)",
    "tf.contrib.opt.NadamOptimizer()",
    "tf.contrib.opt.LazyAdamOptimizer()",
    "tf.contrib.opt.MomentumWOptimizer(0.1, 0.1, 0.9)",
    "tf.contrib.opt.AdaMaxOptimizer()",
    "tf.train.AdagradDAOptimizer(0.1, tf.train.get_or_create_global_step())",
    "tf.contrib.opt.MovingAverageOptimizer(tf.train.AdamOptimizer())",
    "tf.train.AdamOptimizer(tf.train.exponential_decay(0.1, tf.train.get_or_create_global_step(), 10, 0.9))",
]


class Writer:
    """One program under way."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.lines: list[str] = []
        self.indent = 0
        self.count = 0
        self.pool: list[tuple[str, str]] = []

    def line(self, text: str) -> None:
        self.lines.append("    " * self.indent + text)

    def fresh(self, prefix: str = "t") -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def name(self) -> str:
        if self.r.random() < 0.03:
            return self.r.choice(["'_a'", "'a b'", "''", "'a/'", "'a//b'"])
        return repr(self.r.choice(NAMES))

    def chance(self, p: float) -> bool:
        return self.r.random() < p

    def pick(self, *kinds: str) -> tuple[str, str]:
        """A tensor of one of these kinds; now and then of another."""
        fits = [t for t in self.pool if t[1] in kinds] if not self.chance(0.02) else list(self.pool)
        if not fits:
            kind = kinds[0]
            name = self.fresh("x")
            batch = self.r.choice(["4", "None"])
            self.line(f"{name} = {INPUTS[kind].format(b=batch)}")
            self.pool.append((name, kind))
            return name, kind
        return self.r.choice(fits[-4:])

    def made(self, expression: str, kind: str) -> None:
        name = self.fresh()
        self.line(f"{name} = {expression}")
        self.pool.append((name, kind))

    # arguments

    def n(self) -> int:
        return self.r.choice([2, 3, 4, 6])

    def options(self, *choices: str) -> str:
        """Some of these, each with its comma before it, none twice."""
        chosen = {c.partition("=")[0]: c for c in choices if self.chance(0.25)}
        return "".join(", " + c for c in chosen.values())

    def own_name(self, parameter: str = "name") -> str:
        return f", {parameter}={self.name()}" if self.chance(0.4) else ""

    def reuse(self) -> str:
        return self.r.choice(["True", "tf.AUTO_REUSE", "None", "False"])

    def initializer(self) -> str:
        return self.r.choice(
            [
                "tf.zeros_initializer()",
                "tf.truncated_normal_initializer(stddev=0.1)",
                "tf.glorot_uniform_initializer()",
                "tf.constant_initializer(0.1)",
                "tf.random_normal_initializer()",
                "tf.contrib.layers.xavier_initializer()",
                "tf.variance_scaling_initializer()",
                "tf.orthogonal_initializer()",
            ]
        )

    # statements that make something

    def step(self) -> None:
        if self.chance(0.6):
            source_kinds.step(self)
        else:
            self.r.choice(STEPS)(self)

    def variable(self) -> None:
        shape = self.r.choice(["[3]", "[2, 3]", "[6, 4]", "[]"])
        initializer = self.initializer() if shape not in ("[3]", "[]") else "tf.zeros_initializer()"
        how = self.r.random()
        if how < 0.6:
            self.line(
                f"{self.fresh('v')} = tf.get_variable({self.name()}, {shape}"
                + self.options(
                    "dtype=tf.float64",
                    f"initializer={initializer}",
                    "trainable=False",
                    "collections=['mine', tf.GraphKeys.GLOBAL_VARIABLES]",
                    "regularizer=tf.contrib.layers.l2_regularizer(0.1)",
                    "use_resource=True",
                    "partitioner=tf.fixed_size_partitioner(2)",
                )
                + ")"
            )
        elif how < 0.7:
            self.line(
                f"{self.fresh('v')} = tf.get_variable({self.name()}, initializer="
                f"tf.{self.r.choice(['constant(1.0)', 'zeros([2, 3])', 'random_normal([3])'])})"
            )
        else:
            value = self.r.choice(
                ["1.0", "tf.zeros([2, 3])", "[1, 2]", "tf.random_normal([3, 2])", "lambda: tf.ones([2])"]
            )
            self.line(f"{self.fresh('v')} = tf.Variable({value}{self.own_name()}{self.options('trainable=False')})")

    def dense(self) -> None:
        x, kind = self.pick(VEC, SEQ)
        self.made(
            f"tf.layers.dense({x}, {self.n()}"
            + self.own_name()
            + self.options(
                f"activation={self.r.choice(ACTIVATIONS)}",
                "use_bias=False",
                f"kernel_initializer={self.initializer()}",
                f"reuse={self.reuse()}",
                "trainable=False",
                "kernel_regularizer=tf.contrib.layers.l2_regularizer(0.1)",
            )
            + ")",
            kind,
        )

    def conv(self) -> None:
        x, kind = self.pick(IMG)
        function = self.r.choice(["conv2d", "conv2d", "separable_conv2d", "conv2d_transpose"])
        size = self.r.choice(["3", "[3, 3]", "(1, 5)", "1"])
        self.made(
            f"tf.layers.{function}({x}, {self.n()}, {size}"
            + self.own_name()
            + self.options(
                "padding='same'",
                "strides=2",
                "strides=(1, 1)",
                f"activation={self.r.choice(ACTIVATIONS)}",
                "use_bias=False",
                "padding='SAME'",
            )
            + ")",
            kind,
        )

    def conv1d(self) -> None:
        x, kind = self.pick(SEQ)
        self.made(f"tf.layers.conv1d({x}, {self.n()}, 2, padding='same'" + self.own_name() + ")", kind)

    def pool2d(self) -> None:
        x, kind = self.pick(IMG)
        function = self.r.choice(["max_pooling2d", "average_pooling2d"])
        self.made(f"tf.layers.{function}({x}, 2, 1, padding='same'{self.own_name()})", kind)

    def normalization(self) -> None:
        x, kind = self.pick(IMG, VEC)
        self.made(
            self.r.choice(
                [
                    f"tf.layers.batch_normalization({x}{self.own_name()}{self.options('training=True', 'fused=False', 'scale=False', 'center=False', 'renorm=True')})",
                    f"tf.contrib.layers.batch_norm({x}{self.options('is_training=False', 'scale=True', 'updates_collections=None', 'center=False', 'fused=False')}{self.own_name('scope')})",
                    f"tf.contrib.layers.layer_norm({x}{self.own_name('scope')}{self.options('scale=False')})",
                    f"tf.layers.dropout({x}, 0.5{self.options('training=True')}{self.own_name()})",
                ]
            ),
            kind,
        )

    def flatten(self) -> None:
        x, _ = self.pick(IMG)
        self.made(
            self.r.choice(
                [
                    f"tf.layers.flatten({x}{self.own_name()})",
                    f"tf.contrib.layers.flatten({x})",
                    f"tf.reduce_mean({x}, [1, 2]{self.own_name()})",
                ]
            ),
            VEC,
        )

    def slim(self) -> None:
        if self.chance(0.5):
            x, kind = self.pick(IMG)
            self.made(
                self.r.choice(
                    [
                        f"slim.conv2d({x}, {self.n()}, [3, 3]{self.own_name('scope')}{self.options('stride=2', 'normalizer_fn=slim.batch_norm', 'activation_fn=None', 'rate=2')})",
                        f"slim.separable_conv2d({x}, {self.r.choice(['None', self.n()])}, [3, 3], 1{self.own_name('scope')})",
                        f"slim.repeat({x}, 2, slim.conv2d, {self.n()}, [3, 3]{self.own_name('scope')})",
                        f"slim.stack({x}, slim.conv2d, [(3, [1, 1]), (4, [3, 3])]{self.own_name('scope')})",
                        f"slim.max_pool2d({x}, [2, 2], stride=1, padding='SAME'{self.own_name('scope')})",
                        f"slim.conv2d_transpose({x}, {self.n()}, [3, 3], stride=2{self.own_name('scope')})",
                    ]
                ),
                kind,
            )
        else:
            x, kind = self.pick(VEC)
            self.made(
                self.r.choice(
                    [
                        f"slim.fully_connected({x}, {self.n()}{self.own_name('scope')}{self.options('normalizer_fn=slim.batch_norm', 'biases_initializer=None', 'activation_fn=None')})",
                        f"slim.stack({x}, slim.fully_connected, [3, 4]{self.own_name('scope')})",
                        f"slim.dropout({x}, 0.5{self.own_name('scope')})",
                        f"tf.contrib.layers.linear({x}, {self.n()}{self.own_name('scope')})",
                    ]
                ),
                kind,
            )

    def cell(self) -> str:
        return self.r.choice(CELLS).format(n=self.n(), m=self.n())

    def rnn(self) -> None:
        x, _ = self.pick(SEQ)
        how = self.r.random()
        cell = self.fresh("cell")
        self.line(f"{cell} = {self.cell()}")
        scope = self.own_name("scope")
        if how < 0.5:
            self.made(f"tf.nn.dynamic_rnn({cell}, {x}, dtype=tf.float32{scope})[0]", SEQ)
        elif how < 0.65:
            other = self.fresh("cell")
            self.line(f"{other} = {self.cell()}")
            self.made(
                f"tf.concat(tf.nn.bidirectional_dynamic_rnn({cell}, {other}, {x}, dtype=tf.float32{scope})[0], 2)", SEQ
            )
        elif how < 0.75:
            self.made(f"tf.nn.static_rnn({cell}, tf.unstack({x}, axis=1), dtype=tf.float32{scope})[0][-1]", VEC)
        elif how < 0.85:
            state = self.fresh("s")
            self.line(f"{state} = {cell}.zero_state(4, tf.float32)")
            self.line(f"for step in range({self.n()}):")
            self.line(f"    out, {state} = {cell}({x}[:, 0], {state})")
        else:
            self.made(f"tf.nn.dynamic_rnn({cell}, {x}, dtype=tf.float32{scope})[0]", SEQ)
            self.made(f"tf.nn.dynamic_rnn({cell}, {x}, dtype=tf.float32{scope})[0]", SEQ)

    def embedding(self) -> None:
        x, _ = self.pick(IDS)
        how = self.r.random()
        if how < 0.4:
            table = self.fresh("table")
            self.line(f"{table} = tf.get_variable({self.name()}, [11, 4])")
            self.made(f"tf.nn.embedding_lookup({table}, {x}{self.own_name()})", SEQ)
        elif how < 0.7:
            self.made(f"tf.contrib.layers.embed_sequence({x}, 11, 4{self.own_name('scope')})", SEQ)
        else:
            self.made(f"tf.keras.layers.Embedding(11, 4)({x})", SEQ)

    def keras(self) -> None:
        kind = self.r.choice([VEC, IMG, SEQ])
        x, kind = self.pick(kind)
        layer = {
            VEC: [
                f"tf.keras.layers.Dense({self.n()}",
                "tf.keras.layers.BatchNormalization(",
                "tf.keras.layers.PReLU(",
                "tf.keras.layers.LayerNormalization(",
            ],
            IMG: [
                f"tf.keras.layers.Conv2D({self.n()}, 3, padding='same'",
                "tf.keras.layers.DepthwiseConv2D(3, padding='same'",
                f"tf.keras.layers.SeparableConv2D({self.n()}, 3, padding='same'",
                "tf.keras.layers.BatchNormalization(",
                f"tf.keras.layers.Conv2DTranspose({self.n()}, 3, padding='same'",
            ],
            SEQ: [
                f"tf.keras.layers.LSTM({self.n()}, return_sequences=True",
                f"tf.keras.layers.GRU({self.n()}, return_sequences=True",
                f"tf.keras.layers.Conv1D({self.n()}, 2, padding='same'",
                f"tf.keras.layers.Dense({self.n()}",
                f"tf.keras.layers.SimpleRNN({self.n()}, return_sequences=True",
                f"tf.keras.layers.Bidirectional(tf.keras.layers.LSTM({self.n()}, return_sequences=True)",
                f"tf.keras.layers.TimeDistributed(tf.keras.layers.Dense({self.n()})",
            ],
        }[kind if kind in (VEC, IMG, SEQ) else VEC]
        text = self.r.choice(layer)
        name = f"{'' if text.endswith('(') else ', '}name={self.name()}" if self.chance(0.3) else ""
        self.made(f"{text}{name})({x})", kind)

    def layer_object(self) -> None:
        x, kind = self.pick(VEC)
        layer = self.fresh("layer")
        self.line(f"{layer} = tf.layers.Dense({self.n()}{self.own_name()})")
        self.made(f"{layer}({x})", kind)
        if self.chance(0.5):
            x, kind = self.pick(VEC)
            self.made(f"{layer}({x})", kind)

    def plain(self) -> None:
        x, kind = self.pick(VEC, IMG, SEQ)
        self.made(
            self.r.choice(
                [
                    f"tf.nn.relu({x}{self.own_name()})",
                    f"{x} * 2.0",
                    f"{x} + {x}",
                    f"tf.identity({x}{self.own_name()})",
                    f"tf.concat([{x}, {x}], -1{self.own_name()})",
                    f"tf.nn.dropout({x}, 0.5)",
                    f"tf.stop_gradient({x})",
                    f"tf.square({x}) - 1.0",
                    f"-{x}",
                    f"tf.maximum({x}, 0.1 * {x})",
                    f"tf.nn.leaky_relu({x})",
                    f"tf.nn.softmax({x})",
                    f"tf.clip_by_value({x}, -1.0, 1.0)",
                    f"tf.nn.l2_normalize({x}, -1)",
                ]
            ),
            kind,
        )

    def cond(self) -> None:
        x, kind = self.pick(VEC)
        flag = self.fresh("p")
        self.line(f"{flag} = tf.placeholder_with_default(True, [])")
        n = self.n()
        self.made(
            f"tf.cond({flag}, lambda: tf.layers.dense({x}, {n}{self.own_name()}), lambda: tf.layers.dense({x}, {n}{self.own_name()}))",
            kind,
        )

    def metric(self) -> None:
        x, _ = self.pick(VEC)
        self.line(
            self.r.choice(
                [
                    f"tf.metrics.mean({x}{self.own_name()})",
                    f"tf.metrics.accuracy(tf.zeros([4]), tf.ones([4]){self.own_name()})",
                    "tf.train.get_or_create_global_step()",
                    f"tf.summary.histogram('h', {x})",
                    f"tf.losses.mean_squared_error({x}, {x})",
                ]
            )
        )

    def reuse_variables(self) -> None:
        if self.chance(0.2):
            self.line("tf.get_variable_scope().reuse_variables()")
        else:
            self.plain()

    def keras_model(self) -> None:
        x, _ = self.pick(VEC)
        model = self.fresh("model")
        if self.chance(0.5):
            layers = ", ".join(
                self.r.choice(
                    [
                        f"tf.keras.layers.Dense({self.n()}{self.own_name()})",
                        "tf.keras.layers.BatchNormalization()",
                        "tf.keras.layers.Dropout(0.5)",
                        f"tf.keras.layers.Dense({self.n()}, activation='relu', kernel_regularizer='l2')",
                        "tf.keras.layers.Activation('tanh')",
                        f"tf.keras.layers.Dense({self.n()}, input_shape=(6,))",
                    ]
                )
                for _ in range(self.r.choice([1, 2, 3]))
            )
            self.line(f"{model} = tf.keras.Sequential([{layers}]{self.own_name()})")
        else:
            inner, out = self.fresh("i"), self.fresh("o")
            self.line(f"{inner} = tf.keras.Input((6,){self.own_name()})")
            self.line(f"{out} = tf.keras.layers.Dense({self.n()}{self.own_name()})({inner})")
            if self.chance(0.5):
                self.line(f"{out} = tf.keras.layers.Concatenate()([{out}, tf.keras.layers.Dense({self.n()})({inner})])")
            self.line(f"{model} = tf.keras.Model({inner}, {out}{self.own_name()})")
        if self.chance(0.7):
            self.made(f"{model}({x})", VEC)
        if self.chance(0.3):
            optimizer = self.r.choice(
                ["'adam'", "'sgd'", "'rmsprop'", "tf.train.AdamOptimizer()", "tf.keras.optimizers.Adagrad()"]
            )
            metrics = self.options("metrics=['mae']")
            self.line(f"{model}.compile({optimizer}, 'mse'{metrics})")
        if self.chance(0.3):
            self.line(f"{model}.summary()" if self.chance(0.3) else f"weights = {model}.trainable_weights")

    def own_layer(self) -> None:
        cls = self.fresh("Own")
        base = self.r.choice(["tf.keras.layers.Layer", "tf.layers.Layer", "tf.keras.Model"])
        x, _ = self.pick(VEC)
        self.line(f"class {cls}({base}):")
        if base == "tf.keras.Model" or self.chance(0.3):
            self.line("    def __init__(self, n, **kwargs):")
            self.line(f"        super({cls}, self).__init__(**kwargs)")
            self.line(
                f"        self.inner = {self.r.choice(['tf.keras.layers.Dense(n)', 'tf.layers.Dense(n)', '[tf.keras.layers.Dense(n) for _ in range(2)][0]'])}"
            )
            self.line("    def call(self, x):")
            self.line("        return self.inner(x)")
        else:
            self.line("    def __init__(self, n, **kwargs):")
            self.line(f"        super({cls}, self).__init__(**kwargs)")
            self.line("        self.n = n")
            self.line("    def build(self, shape):")
            self.line(
                "        self.w = self.add_weight('w', [int(shape[-1]), self.n])"
                if self.chance(0.7)
                else "        self.w = self.add_variable('w', shape=[int(shape[-1]), self.n], dtype=tf.float32)"
            )
            self.line(f"        super({cls}, self).build(shape)")
            self.line("    def call(self, x):")
            self.line("        return tf.matmul(x, self.w)")
        made = self.fresh("layer")
        self.line(f"{made} = {cls}({self.n()}{self.own_name()})")
        self.made(f"{made}({x})", VEC)
        if self.chance(0.4):
            self.made(f"{made}({x})", VEC)

    def net_class(self) -> None:
        cls = self.fresh("Net")
        x, kind = self.pick(VEC, IMG)
        self.line(f"class {cls}(object):")
        self.line("    def __init__(self, name, n=3):")
        self.line("        self.name, self.n = name, n")
        if self.chance(0.3):
            self.line(f"        self.w = tf.get_variable({self.name()}, [n])")
        self.line(
            f"    def __call__(self, x{self.options('reuse=False')}):"
            if self.chance(0.5)
            else "    def __call__(self, x, reuse=None):"
        )
        reuse = ", reuse=reuse" if "reuse" in self.lines[-1] else ""
        self.line(f"        with tf.variable_scope(self.name{reuse}) as scope:")
        body = (
            f"tf.layers.dense(x, self.n{self.own_name()})"
            if kind == VEC
            else f"tf.layers.conv2d(x, self.n, 3, padding='same'{self.own_name()})"
        )
        if self.chance(0.3):
            self.line("            for i in range(2):")
            self.line(
                "                x = tf.layers.dense(x, self.n, name='fc%d' % i)"
                if kind == VEC
                else "                x = tf.layers.conv2d(x, 3, 1, name='c{}'.format(i))"
            )
        self.line(f"            h = {body}")
        self.line("        return h")
        net = self.fresh("net")
        self.line(f"{net} = {cls}({self.name()}{self.options('n=4')})")
        self.made(f"{net}({x})", kind)
        if self.chance(0.6):
            self.made(f"{net}({x}" + (", reuse=True" if reuse and self.chance(0.7) else "") + ")", kind)

    def loop_op(self) -> None:
        x, _ = self.pick(VEC)
        n = self.n()
        how = self.r.random()
        if how < 0.35:
            self.line(
                f"i, {self.fresh('r')} = tf.while_loop(lambda i, h: i < 3, lambda i, h: (i + 1, tf.layers.dense(h, 6{self.own_name()})), [tf.constant(0), tf.zeros([4, 6])]{self.own_name()})"
            )
        elif how < 0.6:
            self.made(f"tf.map_fn(lambda e: tf.squeeze(tf.layers.dense(e[None], {n}{self.own_name()}), 0), {x})", VEC)
        elif how < 0.8:
            self.made(
                f"tf.scan(lambda a, e: tf.layers.dense(a, 6, name='scanned') + tf.reduce_sum(e), {x}, initializer=tf.zeros([4, 6]))[-1]",
                VEC,
            )
        else:
            self.made(
                f"tf.nn.xw_plus_b({x}, tf.get_variable({self.name()}, [6, {n}]), tf.Variable(tf.zeros([{n}])))", VEC
            )

    def decoder(self) -> None:
        x, _ = self.pick(SEQ)
        n, cell = self.n(), self.fresh("cell")
        self.line(
            f"{cell} = {self.r.choice(['tf.nn.rnn_cell.GRUCell', 'tf.nn.rnn_cell.BasicLSTMCell', 'tf.nn.rnn_cell.LSTMCell'])}({n})"
        )
        if self.chance(0.6):
            attention = self.fresh("att")
            kind = self.r.choice(["BahdanauAttention", "LuongAttention", "BahdanauMonotonicAttention"])
            self.line(
                f"{attention} = tf.contrib.seq2seq.{kind}({n}, {x}{self.options('normalize=True' if 'Bah' in kind else 'scale=True')})"
            )
            self.line(
                f"{cell} = tf.contrib.seq2seq.AttentionWrapper({cell}, {attention}{self.options(f'attention_layer_size={n}', 'alignment_history=True')})"
            )
        helper = f"tf.contrib.seq2seq.TrainingHelper({x}, [5] * 4)"
        layer = self.options(
            "output_layer=tf.layers.Dense(7)", "output_layer=tf.layers.Dense(7, use_bias=False, name='out')"
        )
        decoder = self.fresh("decoder")
        self.line(
            f"{decoder} = tf.contrib.seq2seq.BasicDecoder({cell}, {helper}, {cell}.zero_state(4, tf.float32){layer})"
        )
        self.line(f"{self.fresh('o')} = tf.contrib.seq2seq.dynamic_decode({decoder}{self.own_name('scope')})")

    def columns(self) -> None:
        names = self.r.sample(["age", "city", "word", "price"], self.r.choice([1, 2, 3]))
        text = {
            "age": self.r.choice(
                [
                    "tf.feature_column.numeric_column('age')",
                    "tf.feature_column.bucketized_column(tf.feature_column.numeric_column('age'), [10, 20])",
                ]
            ),
            "city": self.r.choice(
                [
                    "tf.feature_column.indicator_column(tf.feature_column.categorical_column_with_vocabulary_list('city', ['a', 'b']))",
                    "tf.feature_column.embedding_column(tf.feature_column.categorical_column_with_vocabulary_list('city', ['a', 'b']), 3)",
                ]
            ),
            "word": "tf.feature_column.embedding_column(tf.feature_column.categorical_column_with_hash_bucket('word', 50), 4)",
            "price": "tf.feature_column.numeric_column('price', shape=(2,))",
        }
        values = {
            "age": "tf.zeros([4, 1])",
            "city": "tf.constant([['a']] * 4)",
            "word": "tf.constant([['w']] * 4)",
            "price": "tf.zeros([4, 2])",
        }
        features = self.fresh("features")
        self.line(f"{features} = {{{', '.join(f'{n!r}: {values[n]}' for n in names)}}}")
        columns = ", ".join(text[n] for n in names)
        if self.chance(0.7):
            self.made(f"tf.feature_column.input_layer({features}, [{columns}])", VEC)
        else:
            self.made(f"tf.keras.layers.DenseFeatures([{columns}])({features})", VEC)

    # blocks

    def block(self, size: int) -> None:
        for _ in range(size):
            if self.indent < 3 and self.chance(0.28):
                self.nested(size)
            else:
                self.step()

    def scope(self) -> str:
        how = self.r.random()
        if how < 0.25:
            return f"tf.name_scope({self.name() if self.chance(0.9) else 'None'})"
        if how < 0.55:
            return f"tf.variable_scope({self.name()}{self.options(f'reuse={self.reuse()}')})"
        if how < 0.7:
            return f"tf.variable_scope(None, {self.name()})"
        if how < 0.8:
            return f"tf.variable_scope(tf.get_variable_scope(){self.options(f'reuse={self.reuse()}', 'auxiliary_name_scope=False')})"
        if how < 0.9:
            return (
                f"tf.variable_scope({self.name()}, "
                + self.r.choice(
                    [
                        f"initializer={self.initializer()}",
                        "dtype=tf.float64",
                        "use_resource=True",
                        "regularizer=tf.contrib.layers.l2_regularizer(0.1)",
                        "auxiliary_name_scope=False",
                        "partitioner=tf.fixed_size_partitioner(2)",
                        "custom_getter=lambda g, n, *a, **k: g(n, *a, **k)",
                    ]
                )
                + ")"
            )
        return f"tf.variable_scope({self.name()}, reuse=tf.AUTO_REUSE)"

    def nested(self, size: int) -> None:
        how = self.r.random()
        if how < 0.5:
            self.line(f"with {self.scope()}" + (f" as {self.fresh('sc')}" if self.chance(0.2) else "") + ":")
            self.inner(size)
        elif how < 0.62:
            self.line(f"for {self.fresh('i')} in range({self.r.choice([1, 2, 3])}):")
            self.inner(2)
        elif how < 0.72:
            options = self.r.choice(
                [
                    "[slim.conv2d, slim.fully_connected], normalizer_fn=slim.batch_norm",
                    "[slim.conv2d], padding='SAME', activation_fn=None",
                    "[slim.batch_norm], is_training=False, scale=True",
                    "[slim.conv2d, slim.fully_connected], weights_initializer=" + self.initializer(),
                    "[slim.dropout, slim.batch_norm], is_training=True",
                ]
            )
            self.line(f"with slim.arg_scope({options}):")
            self.inner(size)
        elif how < 0.92:
            function = self.fresh("f")
            x, kind = self.pick(VEC, IMG, SEQ)
            self.line(f"def {function}(x):")
            kept, self.pool = self.pool, [("x", kind)]
            self.indent += 1
            self.block(2)
            fits = [t for t, k in self.pool if k == kind]
            self.line(f"return {fits[-1]}")
            self.indent -= 1
            self.pool = kept
            if self.chance(0.3):
                template = self.fresh("g")
                self.line(f"{template} = tf.make_template({self.name()}, {function})")
                function = template
            self.made(f"{function}({x})", kind)
            if self.chance(0.6):
                if self.chance(0.5):
                    self.line(f"with tf.variable_scope(tf.get_variable_scope(), reuse={self.reuse()}):")
                    self.line(f"    {self.fresh()} = {function}({x})")
                else:
                    self.made(f"{function}({x})", kind)
        else:
            self.line("with tf.control_dependencies([tf.no_op()]):")
            self.inner(size)

    def inner(self, size: int) -> None:
        kept = list(self.pool)
        self.indent += 1
        self.block(max(1, size - 1))
        self.indent -= 1
        if self.chance(0.2):
            self.pool = kept

    def ending(self) -> None:
        if not self.chance(0.6) or not self.pool:
            return
        x, _ = self.pool[-1]
        loss = self.fresh("loss")
        self.line(f"{loss} = tf.reduce_mean({x})")
        if self.chance(0.3):
            self.line(f"{loss} = {loss} + tf.losses.get_total_loss()")
        optimizer = self.r.choice(OPTIMIZERS)
        how = self.r.random()
        if how < 0.6:
            self.line(
                f"train = {optimizer}.minimize({loss}{self.options('global_step=tf.train.get_or_create_global_step()')})"
            )
        elif how < 0.8:
            self.line(f"opt = {optimizer}")
            self.line(f"grads = opt.compute_gradients({loss})")
            self.line("train = opt.apply_gradients([(tf.clip_by_norm(g, 1.0), v) for g, v in grads if g is not None])")
        else:
            self.line(
                f"train = tf.contrib.layers.optimize_loss({loss}, tf.train.get_or_create_global_step(), 0.1, 'Adam')"
            )
        if self.chance(0.3):
            self.line("ema = tf.train.ExponentialMovingAverage(0.9)")
            self.line("averaged = ema.apply(tf.trainable_variables())")


STEPS = [
    Writer.variable,
    Writer.variable,
    Writer.dense,
    Writer.dense,
    Writer.conv,
    Writer.conv1d,
    Writer.pool2d,
    Writer.normalization,
    Writer.normalization,
    Writer.flatten,
    Writer.slim,
    Writer.slim,
    Writer.rnn,
    Writer.rnn,
    Writer.embedding,
    Writer.keras,
    Writer.keras,
    Writer.layer_object,
    Writer.plain,
    Writer.plain,
    Writer.cond,
    Writer.metric,
    Writer.reuse_variables,
    Writer.keras_model,
    Writer.own_layer,
    Writer.net_class,
    Writer.loop_op,
    Writer.decoder,
    Writer.columns,
]


def program(seed: int) -> list[str]:
    """The lines of one program."""
    writer = Writer(seed)
    writer.line("import tensorflow as tf")
    writer.line("from tensorflow.contrib import slim")
    writer.line("import numpy as np")
    writer.block(writer.r.choice([1, 2, 3, 4]))
    writer.ending()
    return writer.lines


if __name__ == "__main__":
    import sys

    print("\n".join(program(int(sys.argv[1]))))
