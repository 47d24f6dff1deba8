# ruff: noqa: E501
"""More kinds of statements for random programs: functions that TF traces, getters, partitioners, averages, shapes, Python.

Each takes the writer of `source_programs` and writes a few lines. They are small, so that a program holds many of them,
and each leaves something in a variable's name or shape that shows whether it was followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from source_programs import Writer

VEC, IMG, SEQ, IDS = "vec", "img", "seq", "ids"


def get(w: Writer, shape: str = "", extra: str = "") -> str:
    """A call of get_variable; the name and the shape are any."""
    shape = shape or w.r.choice(["[3]", "[2, 3]", "[4]", "[]", "(5, 2)"])
    return f"tf.get_variable({w.name()}, {shape}{extra})"


def made_in(w: Writer, x: str) -> str:
    """An expression that makes something out of the tensor `x` of rank 2."""
    n = w.n()
    return w.r.choice(
        [
            f"tf.layers.dense({x}, {n}{w.own_name()})",
            f"tf.layers.dense({x}, {n}{w.own_name()})",
            f"tf.contrib.layers.fully_connected({x}, {n}{w.own_name('scope')})",
            f"tf.keras.layers.Dense({n}{w.own_name()})({x})",
            f"{x} * tf.get_variable({w.name()}, [])",
            f"{x} + tf.Variable(1.0{w.own_name()})",
            f"tf.layers.batch_normalization({x}{w.own_name()})",
        ]
    )


# what TF traces


def dataset(w: Writer) -> None:
    d = w.fresh("d")
    w.line(f"{d} = tf.data.Dataset.from_tensor_slices(tf.zeros([8, {w.n()}]))")
    body = f"(lambda x: {made_in(w, 'x[None]')})"
    n = w.n()
    w.line(
        w.r.choice(
            [
                f"{d} = {d}.map({body}{w.options('num_parallel_calls=2')})",
                f"{d} = {d}.map(lambda x: (x, tf.get_variable({w.name()}, [{n}])))",
                f"{d} = {d}.filter(lambda x: tf.reduce_sum({made_in(w, 'x[None]')}) > 0)",
                f"{d} = {d}.flat_map(lambda x: tf.data.Dataset.from_tensors({made_in(w, 'x[None]')}))",
                f"{d} = {d}.interleave(lambda x: tf.data.Dataset.from_tensors({made_in(w, 'x[None]')}), cycle_length=2)",
                f"{d} = {d}.batch(2).map(lambda x: {made_in(w, 'x')})",
                f"{d} = {d}.reduce(0.0, lambda s, x: s + tf.reduce_sum({made_in(w, 'x[None]')}))",
                f"{d} = {d}.apply(tf.data.experimental.scan(tf.zeros([1, {n}]), lambda s, x: (s * tf.get_variable({w.name()}, []), x)))",
                f"{d} = {d}.apply(tf.data.experimental.group_by_window(lambda x: tf.cast(tf.reduce_sum({made_in(w, 'x[None]')}), tf.int64), lambda k, e: e.batch(2), window_size=2))",
                f"{d} = {d}.shuffle(4).repeat(2).batch({n}, drop_remainder=True).prefetch(1)",
            ]
        )
    )
    if w.chance(0.6):
        it = w.fresh("it")
        w.line(f"{it} = {d}.make_initializable_iterator()")
        w.line(f"{w.fresh('e')} = {it}.get_next()")


def traced(w: Writer) -> None:
    """tf.function and defun in graph mode."""
    f = w.fresh("f")
    x, _ = w.pick(VEC)
    decorator = w.r.choice(["tf.function", "tf.function", "tf.function(autograph=False)", "tf.contrib.eager.defun"])
    how = w.r.random()
    if how < 0.5:
        w.line(f"@{decorator}")
        w.line(f"def {f}(x):")
        w.line(f"    return {made_in(w, 'x')}")
    elif how < 0.75:
        w.line(f"{f} = {decorator.partition('(')[0]}(lambda x: {made_in(w, 'x')})")
    else:
        v = w.fresh("kept")
        w.line(f"{v} = []")
        w.line(f"@{decorator}")
        w.line(f"def {f}(x):")
        w.line(f"    if not {v}:")
        w.line(f"        {v}.append(tf.Variable(tf.zeros([6, {w.n()}]){w.own_name()}))")
        w.line(f"    return tf.matmul(x, {v}[0])")
    w.line(f"{w.fresh('r')} = {f}({x})")
    if w.chance(0.4):
        w.line(f"{w.fresh('r')} = {f}({w.r.choice([x, 'tf.zeros([3, 6])', 'tf.zeros([4, 6])'])})")


def conditional(w: Writer) -> None:
    p = w.fresh("p")
    w.line(f"{p} = tf.placeholder_with_default({w.r.choice(['True', 'False'])}, [])")
    one, two = get(w, "[3]"), w.r.choice([get(w, "[3]"), "tf.zeros([3])", "tf.Variable(tf.ones([3])).read_value()"])
    reusing = w.r.choice(["tf.AUTO_REUSE", "True"])
    text = w.r.choice(
        [
            f"tf.cond({p}, lambda: {one} + 0.0, lambda: {two} + 0.0{w.own_name()})",
            f"tf.case([({p}, lambda: {one} + 0.0)], default=lambda: {two} + 0.0{w.own_name()})",
            f"tf.case({{{p}: lambda: {one} + 0.0}}, default=lambda: {two} + 0.0, exclusive=True)",
            f"tf.switch_case(tf.constant(1), [lambda: {one} + 0.0, lambda: {get(w, '[3]')} + 0.0])",
            f"tf.contrib.framework.smart_cond({p}, lambda: {one} + 0.0, lambda: {two} + 0.0)",
            f"tf.cond(tf.constant(True), lambda: {one}, lambda: {one})",
            f"tf.cond({p}, lambda: tf.cond({p}, lambda: {one} + 0.0, lambda: {two} + 0.0), lambda: tf.zeros([3]))",
            f"tf.contrib.framework.smart_cond(tf.constant({w.r.choice(['True', 'False'])}), lambda: {one} + 0.0, lambda: {two} + 0.0)",
        ]
    )
    if w.chance(0.3):
        w.line(f"with tf.variable_scope({w.name()}, reuse={reusing}):")
        w.line(f"    {w.fresh('r')} = {text}")
    else:
        w.line(f"{w.fresh('r')} = {text}")


def loops(w: Writer) -> None:
    f = w.fresh("body")
    w.line(f"def {f}(i, h):")
    scoped = w.chance(0.5)
    if scoped:
        w.line(f"    with tf.{w.r.choice(['variable_scope', 'name_scope'])}({w.name()}{w.r.choice(['', '', ''])}):")
    pad = "        " if scoped else "    "
    w.line(
        f"{pad}v = {w.r.choice([get(w, '[6]'), 'tf.Variable(lambda: tf.zeros([6]))', 'tf.layers.dense(h, 6)', get(w, '[6]')])}"
    )
    w.line(f"{pad}return i + 1, h + v")
    given = w.options("parallel_iterations=1", "back_prop=False", "maximum_iterations=4") + w.own_name()
    w.line(f"{w.fresh('r')} = tf.while_loop(lambda i, h: i < 3, {f}, [0, tf.zeros([4, 6])]{given})")
    if w.chance(0.2):
        w.line(f"{w.fresh('r')} = tf.while_loop(lambda i, h: i < 3, {f}, [tf.constant(0), tf.zeros([4, 6])])")


# variables and who makes them


def getter(w: Writer) -> None:
    g = w.fresh("getter")
    w.line(f"def {g}(getter, name, *args, **kwargs):")
    for text in w.r.choice(
        [
            ["v = getter(name, *args, **kwargs)", "return tf.identity(v)"],
            ["v = getter(name + '_x', *args, **kwargs)", "return v"],
            ["kwargs['trainable'] = False", "return getter(name, *args, **kwargs)"],
            ["if name.endswith('kernel'):", "    kwargs['dtype'] = tf.float32", "return getter(name, *args, **kwargs)"],
            [
                "v = getter(name, *args, **kwargs)",
                "getter(name + '/extra', shape=v.shape, trainable=False)",
                "return v",
            ],
            ["return None"],
            ["return getter(name.replace('bias', 'beta'), *args, **kwargs)"],
            ["kwargs['initializer'] = tf.ones_initializer()", "return getter(name, *args, **kwargs)"],
            ["return getter(name, *args, **kwargs) * 2.0"],
            ["kwargs['reuse'] = tf.AUTO_REUSE", "return getter(name, *args, **kwargs)"],
            [
                "g = getter(name + '/g', shape=[], initializer=tf.ones_initializer())",
                "return getter(name, *args, **kwargs) * g",
            ],
        ]
    ):
        w.line("    " + text)
    x, _ = w.pick(VEC)
    reusing = w.options(f"reuse={w.reuse()}")
    w.line(f"with tf.variable_scope({w.name()}, custom_getter={g}{reusing}):")
    for _ in range(w.r.choice([1, 2])):
        inner = w.r.choice([made_in(w, x), get(w), f"tf.get_variable({w.name()}, [3], custom_getter={g})"])
        w.line(f"    {w.fresh()} = {inner}")
    if w.chance(0.3):
        w.line(
            "    ok = tf.train.AdamOptimizer().minimize(tf.reduce_sum(tf.trainable_variables()[0]), var_list=tf.trainable_variables()[:1])"
        )


def creator(w: Writer) -> None:
    c = w.fresh("creator")
    w.line(f"def {c}(next_creator, **kwargs):")
    for text in w.r.choice(
        [
            ["kwargs['trainable'] = False", "return next_creator(**kwargs)"],
            ["kwargs['name'] = 'made'", "return next_creator(**kwargs)"],
            ["kwargs['use_resource'] = True", "return next_creator(**kwargs)"],
            ["v = next_creator(**kwargs)", "seen.append(v)", "return v"],
        ]
    ):
        if "seen" in text:
            w.lines.insert(2, "seen = []")
        w.line("    " + text)
    w.line(f"with tf.variable_creator_scope({c}):")
    x, _ = "tf.zeros([4, 6])", 0
    w.line(f"    {w.fresh()} = {w.r.choice([made_in(w, x), get(w), 'tf.Variable(1.0)'])}")


def partitioned(w: Writer) -> None:
    p = w.r.choice(
        [
            f"tf.fixed_size_partitioner({w.r.choice([1, 2, 3, 5])}{w.options('axis=1')})",
            f"tf.variable_axis_size_partitioner({w.r.choice([16, 40, 64])}{w.options('axis=1', 'max_shards=3')})",
            f"tf.min_max_variable_partitioner(max_partitions={w.r.choice([2, 3])}, min_slice_size={w.r.choice([4, 16])})",
            "lambda shape, dtype: [1] * (shape.ndims - 1) + [2]",
            "lambda shape, **kwargs: [2] + [1] * (shape.ndims - 1)",
        ]
    )
    dtype = w.options("dtype=tf.float64", "dtype='float32'", "dtype=np.float32", "dtype=tf.int32", "dtype=tf.string")
    initializer = w.r.choice(["", "", ", initializer=tf.zeros_initializer()", ", initializer=tf.ones_initializer()"])
    shape = w.r.choice(["[6, 4]", "[5]", "[4, 3, 2]", "[7, 5]", "[2, 2]"])
    v = w.fresh("v")
    x, _ = w.pick(VEC)
    if w.chance(0.6):
        w.line(f"{v} = tf.get_variable({w.name()}, {shape}{dtype}{initializer}, partitioner={p})")
    else:
        w.line(f"with tf.variable_scope({w.name()}, partitioner={p}{w.options(f'reuse={w.reuse()}')}):")
        w.line(f"    {v} = tf.get_variable({w.name()}, {shape}{dtype}{initializer})")
        if w.chance(0.3):
            w.line(f"    {w.fresh()} = {made_in(w, x)}")
    if w.chance(0.4):
        w.line(
            w.r.choice(
                [
                    f"{w.fresh('n')} = tf.convert_to_tensor({v})",
                    f"for part in {v}: tf.Variable(tf.zeros(part.shape), name='copy')",
                    f"{w.fresh('n')} = tf.nn.embedding_lookup({v}, [0, 1])"
                    if "axis=1" not in p and "+ [2]" not in p
                    else "",
                    f"{w.fresh('n')} = tf.get_variable('as_' + {v}.name.replace('/', '_').split(':')[0], {v}.shape)",
                ]
            )
        )


def options_of_get(w: Writer) -> None:
    """The arguments of get_variable in all their forms, right and wrong."""
    shape = w.r.choice(
        [
            "[3]",
            "3",
            "(2, 3)",
            "tf.TensorShape([3, 2])",
            "[tf.Dimension(3), 2]",
            "np.array([2, 3])",
            "None",
            "[None, 3]",
            "[2.0]",
            "'3'",
            "[-1]",
            "[np.int64(4)]",
            "()",
            "[0]",
            "tf.constant([2])",
            "[[2]]",
            "True",
        ]
    )
    dtype = w.r.choice(
        [
            "tf.float32",
            "tf.float64",
            "'float32'",
            "np.float32",
            "tf.int32",
            "np.int64",
            "tf.bool",
            "tf.string",
            "float",
            "int",
            "tf.float16",
            "'half'",
            "tf.complex64",
            "tf.float32_ref",
        ]
    )
    initializer = w.r.choice(
        [
            "tf.zeros_initializer()",
            "tf.zeros_initializer",
            "tf.ones_initializer(dtype=tf.float32)",
            "tf.constant_initializer([1.0, 2.0, 3.0])",
            "tf.constant_initializer(2)",
            "tf.constant_initializer(np.zeros([2, 3]))",
            "tf.random_uniform_initializer(-1, 1)",
            "tf.uniform_unit_scaling_initializer()",
            "tf.initializers.identity()",
            "tf.initializers.he_normal()",
            "tf.keras.initializers.glorot_normal()",
            "'zeros'",
            "lambda shape, dtype, partition_info: tf.zeros(shape, dtype)",
            "lambda shape, dtype=None: tf.ones(shape)",
            "lambda: tf.zeros([3])",
            "tf.zeros([3])",
            "np.zeros([2, 3], np.float32)",
            "[1.0, 2.0, 3.0]",
            "1",
            "0.5",
            "'text'",
            "True",
            "None",
            "tf.random_normal",
            "tf.ones",
            "tf.contrib.layers.variance_scaling_initializer()",
        ]
    )
    chosen = [c for c in [f"shape={shape}", f"dtype={dtype}", f"initializer={initializer}"] if w.chance(0.55)]
    more = w.options(
        "trainable=False",
        "use_resource=True",
        "validate_shape=False",
        "constraint=lambda v: v",
        "caching_device='/cpu:0'",
        "synchronization=tf.VariableSynchronization.ON_READ",
        "aggregation=tf.VariableAggregation.MEAN",
        "collections=[]",
        "collections=['mine']",
        "regularizer=lambda v: tf.reduce_sum(v)",
    )
    function = w.r.choice(
        ["get_variable"] * 6
        + [
            "get_local_variable",
            "contrib.framework.variable",
            "contrib.framework.model_variable",
            "contrib.framework.local_variable",
        ]
    )
    if function.startswith("contrib"):
        more = w.options("trainable=False", "collections=['mine']")
        chosen = [c for c in chosen if "dtype" not in c] if function.endswith("local_variable") else chosen
    if function == "contrib.framework.local_variable":
        w.line(
            f"{w.fresh('v')} = tf.contrib.framework.local_variable({w.r.choice(['1.0', 'tf.zeros([2])', '[1, 2]'])}{w.own_name()}{w.options('use_resource=True')})"
        )
    else:
        w.line(f"{w.fresh('v')} = tf.{function}({', '.join([w.name(), *chosen])}{more})")


def options_of_variable(w: Writer) -> None:
    value = w.r.choice(
        [
            "1",
            "2.5",
            "[1, 2]",
            "[[1.0], [2.0]]",
            "'s'",
            "True",
            "np.zeros([2, 3])",
            "np.ones([2], np.int32)",
            "tf.zeros([3], tf.int64)",
            "tf.random_uniform([2, 2], maxval=3, dtype=tf.int32)",
            "tf.eye(3)",
            "tf.fill([2, 3], 1.0)",
            "tf.range(4)",
            "tf.linspace(0.0, 1.0, 5)",
            "lambda: 3",
            "tf.truncated_normal([2, 4], stddev=0.1)",
            "tf.one_hot([0, 2], 4)",
            "None",
            "[1, 'a']",
            "np.arange(3)",
            "tf.placeholder(tf.float32, [None, 2])",
            "tf.zeros_initializer()([2, 3])",
        ]
    )
    more = w.options(
        "dtype=tf.float64",
        "dtype=tf.int32",
        "trainable=False",
        "expected_shape=[2, 3]",
        "use_resource=True",
        "validate_shape=False",
        "shape=tf.TensorShape(None)",
        "collections=['mine']",
        "dtype='float32'",
    )
    v = w.fresh("v")
    w.line(f"{v} = tf.Variable({value}{w.own_name()}{more})")
    if w.chance(0.3):
        w.line(
            w.r.choice(
                [
                    f"{w.fresh('n')} = tf.Variable({v}.initialized_value(){w.own_name()})",
                    f"{w.fresh('n')} = tf.Variable(tf.zeros({v}.shape){w.own_name()})",
                    f"{w.fresh('n')} = tf.Variable({v}.initial_value * 2)",
                    f"{w.fresh('n')} = tf.assign({v}, {value})",
                    f"{w.fresh('n')} = {v}.assign_add({v})",
                ]
            )
        )


# averages, slots, optimizers


def averages(w: Writer) -> None:
    x, _ = w.pick(VEC)
    ema = w.fresh("ema")
    w.line(
        f"{ema} = tf.train.ExponentialMovingAverage(0.9{w.options('zero_debias=True', 'num_updates=tf.train.get_or_create_global_step()', 'name=' + w.name())})"
    )
    v = w.fresh("v")
    what = w.r.choice([x, f"tf.reduce_mean({x})", v, v, "tf.trainable_variables()"])
    w.line(f"{v} = {get(w, extra=w.options('use_resource=True', 'dtype=tf.float64', 'trainable=False'))}")
    lists = what if what.endswith(")") and what.startswith("tf.train") else f"[{what}]"
    reuse = w.chance(0.3)
    if reuse:
        w.line(f"with tf.variable_scope({w.r.choice(['tf.get_variable_scope()', w.name()])}, reuse={w.reuse()}):")
    w.line(("    " if reuse else "") + f"{w.fresh('o')} = {ema}.apply({lists})")
    if w.chance(0.5):
        w.line(f"{w.fresh('n')} = tf.Variable(0.0, name={ema}.average_name({v}).replace('/', '_'))")
    if w.chance(0.2):
        w.line(f"{w.fresh('o')} = {ema}.apply({lists})")
    if w.chance(0.2):
        w.line(f"for key in sorted({ema}.variables_to_restore()): tf.Variable(0.0, name='r_' + key.replace('/', '_'))")


def assign_average(w: Writer) -> None:
    v = w.fresh("v")
    w.line("from tensorflow.python.training import moving_averages, slot_creator")
    w.line(f"{v} = {get(w, '[3]', w.options('use_resource=True', 'trainable=False'))}")
    w.line(
        w.r.choice(
            [
                f"{w.fresh('o')} = moving_averages.assign_moving_average({v}, tf.zeros([3]), 0.9{w.options('zero_debias=False', 'name=' + w.name())})",
                f"{w.fresh('o')} = moving_averages.weighted_moving_average(tf.zeros([3]), 0.9, tf.constant(1.0){w.options('name=' + w.name())})",
                f"{w.fresh('o')} = slot_creator.create_slot({v}, tf.zeros([3]), {w.name()})",
                f"{w.fresh('o')} = slot_creator.create_zeros_slot({v}, {w.name()}{w.options('dtype=tf.float64', 'colocate_with_primary=False')})",
                f"{w.fresh('o')} = slot_creator.create_slot_with_initializer({v}, tf.ones_initializer(), tf.TensorShape([2]), tf.float32, {w.name()})",
            ]
        )
    )


def optimizers(w: Writer) -> None:
    """An optimizer within scopes, under reuse, on some of the variables, twice."""
    from source_programs import OPTIMIZERS  # a ring otherwise: the writer imports the kinds

    v = w.fresh("v")
    w.line(
        f"{v} = {get(w, w.r.choice(['[3]', '[2, 3]']), w.options('use_resource=True', 'partitioner=tf.fixed_size_partitioner(2)'))}"
    )
    loss = w.r.choice(
        [
            f"tf.reduce_sum({v})",
            f"tf.reduce_sum(tf.gather({v}, [0, 1]))",
            f"tf.nn.l2_loss({v})",
            f"tf.reduce_sum(tf.nn.embedding_lookup({v}, [0]))",
        ]
    )
    o = w.fresh("opt")
    w.line(f"{o} = {w.r.choice(OPTIMIZERS)}")
    scoped = w.chance(0.6)
    pad = ""
    if scoped:
        w.line(f"with {w.scope()}:")
        pad = "    "
    var_list = w.options(
        f"var_list=[{v}]",
        "var_list=tf.trainable_variables()",
        f"var_list=tf.trainable_variables({w.name()})",
        "colocate_gradients_with_ops=True",
        f"name={w.name()}",
    )
    w.line(f"{pad}{w.fresh('op')} = {o}.minimize({loss}{var_list})")
    if w.chance(0.35):
        w.line(
            pad
            + w.r.choice(
                [
                    f"{w.fresh('op')} = {o}.minimize({loss})",
                    f"for s in {o}.get_slot_names(): tf.Variable(0.0, name='slot_' + s)",
                    f"for u in {o}.variables(): tf.Variable(0.0, name='seen_' + u.op.name.replace('/', '_'))",
                    f"{w.fresh('op')} = {w.r.choice(OPTIMIZERS)}.minimize({loss})",
                    f"g = tf.gradients({loss}, tf.trainable_variables()); tf.Variable(len([1 for one in g if one is not None]))",
                ]
            )
        )


# scopes


def scopes(w: Writer) -> None:
    s = w.fresh("sc")
    one, two = get(w), get(w)
    how = w.r.randrange(14)
    if how == 12 and w.indent:
        # Scopes that are left in the wrong order end what is around them with an error of their own.
        how = 13
    n = w.name()
    if how == 0:
        w.line(f"with tf.variable_scope({n}) as {s}:")
        w.line(f"    {one}")
        w.line(f"with tf.variable_scope({w.name()}):")
        w.line(f"    with tf.variable_scope({s}{w.options(f'reuse={w.reuse()}', 'auxiliary_name_scope=False')}):")
        w.line(f"        {two}")
        w.line("        tf.Variable(1.0)")
    elif how == 1:
        w.line(f"{s} = tf.variable_scope({n})")
        w.line(f"{s}.__enter__()")
        w.line(one)
        w.line(f"{s}.__exit__(None, None, None)")
        w.line(two)
    elif how == 2:
        w.line(f"with tf.name_scope({n}) as {s}:")
        w.line("    tf.Variable(1.0)")
        w.line(f"with tf.name_scope({s}):")
        w.line("    tf.Variable(1.0)")
        w.line(f"with tf.variable_scope({w.name()}):")
        w.line(f"    with tf.name_scope({s}): tf.Variable(2.0)")
    elif how == 3:
        w.line(f"with tf.variable_scope({n}) as {s}:")
        w.line(f"    {one}")
        w.line(f"    {s}.reuse_variables()")
        w.line(f"    {w.r.choice([one, two])}")
        w.line(f"with tf.variable_scope({w.r.choice([s, n])}): {w.r.choice([one, two])}")
    elif how == 4:
        w.line(f"with tf.variable_scope({n}):")
        w.line(f"    with tf.variable_scope(tf.get_variable_scope(), reuse={w.reuse()}):")
        w.line(f"        {one}")
        w.line("    tf.Variable(1.0, name=tf.get_variable_scope().name + '_x')")
    elif how == 5:
        w.line(f"with tf.variable_scope({n}), tf.variable_scope({w.name()}), tf.name_scope({w.name()}):")
        w.line(f"    {one}")
        w.line("    tf.Variable(1.0)")
    elif how == 6:
        w.line(f"with tf.variable_scope({n}, default_name={w.name()}, values=[tf.zeros([1])]): {one}")
        w.line(f"with tf.variable_scope(None, default_name={w.name()}{w.options(f'reuse={w.reuse()}')}): {two}")
    elif how == 7:
        w.line("import contextlib")
        w.line("with contextlib.ExitStack() as stack:")
        w.line(f"    stack.enter_context(tf.variable_scope({n}))")
        w.line(f"    stack.enter_context(tf.name_scope({w.name()}))")
        w.line(f"    {one}")
        w.line("    tf.Variable(1.0)")
        w.line(two)
    elif how == 8:
        w.line("with tf.Graph().as_default():")
        w.line(f"    {one}")
        w.line("    tf.Variable(1.0)")
        w.line(two)
    elif how == 9:
        w.line(f"with tf.init_scope(): {one}")
        w.line(f"with tf.device('/cpu:0'), tf.name_scope({n}): tf.Variable(1.0)")
    elif how == 10:
        w.line(f"{s} = tf.get_variable_scope()")
        w.line(f"with tf.variable_scope({n}):")
        w.line(f"    with tf.variable_scope({s}): {one}")
        w.line(f"    with tf.variable_scope({s}, reuse=True): {w.r.choice([one, two])}")
    elif how == 11:
        w.line(f"with tf.variable_scope({n}) as {s}:")
        w.line(f"    tf.get_variable({s}.original_name_scope.strip('/').replace('/', '_') + '_o', [2])")
        w.line(f"    with tf.name_scope({s}.original_name_scope): tf.Variable(1.0)")
        w.line(f"with tf.variable_scope({s}, auxiliary_name_scope=False) as again:")
        w.line("    with tf.name_scope(again.original_name_scope): tf.Variable(1.0)")
    elif how == 12:
        a, b = w.fresh("one"), w.fresh("two")
        w.line(f"{a}, {b} = tf.variable_scope({n}), tf.variable_scope({w.name()})")
        w.line(f"{a}.__enter__()")
        w.line(f"{b}.__enter__()")
        w.line(one)
        w.line(f"{a}.__exit__(None, None, None)")
        w.line(two)
        w.line(f"{b}.__exit__(None, None, None)")
    else:
        w.line(
            f"with tf.variable_scope({n}, {w.r.choice(['initializer=tf.zeros_initializer()', 'dtype=tf.float64', 'constraint=lambda v: v', 'caching_device=chr(47)', 'use_resource=True'])}) as {s}:"
        )
        w.line(
            f"    {s}.set_{w.r.choice(['initializer(tf.ones_initializer())', 'regularizer(tf.nn.l2_loss)', 'dtype(tf.float32)', 'use_resource(True)', 'custom_getter(lambda g, n, *a, **k: g(n + str(1), *a, **k))', 'partitioner(tf.fixed_size_partitioner(2))'])}"
        )
        w.line(f"    {one}")
        w.line(f"    with tf.variable_scope({w.name()}): {two}")


def templates(w: Writer) -> None:
    f, g = w.fresh("f"), w.fresh("g")
    w.line(f"def {f}(x, n=6):")
    w.line(f"    return {made_in(w, 'x')}")
    w.line(
        f"{g} = tf.make_template({w.name()}, {f}{w.options('create_scope_now_=True', f'unique_name_={w.name()}', 'n=4')})"
    )
    x, _ = w.pick(VEC)
    w.line(f"{w.fresh()} = {g}({x})")
    if w.chance(0.5):
        w.line(f"with {w.scope()}: {w.fresh()} = {g}({x})")
    if w.chance(0.4):
        w.line(
            f"for one in {g}.{w.r.choice(['variables', 'trainable_variables', 'global_variables'])}: tf.Variable(0.0, name='t_' + one.op.name.replace('/', '_'))"
        )
    if w.chance(0.3):
        w.line(f"tf.Variable(0.0, name={g}.variable_scope.name.replace('/', '_') + '_scope')")


# what is asked of the graph


def asked(w: Writer) -> None:
    """What collections hold and how things are called, seen in the names of further variables."""
    key = w.r.choice(
        [
            "tf.GraphKeys.GLOBAL_VARIABLES",
            "tf.GraphKeys.TRAINABLE_VARIABLES",
            "'mine'",
            "tf.GraphKeys.LOCAL_VARIABLES",
            "tf.GraphKeys.MODEL_VARIABLES",
        ]
    )
    prefix = w.name().strip("'") or "a"
    w.line(
        w.r.choice(
            [
                f"for one in tf.get_collection({key}{w.options(f'scope={prefix!r}')}): tf.Variable(0.0, name='c_' + one.op.name.replace('/', '_'))",
                f"tf.Variable(0.0, name='n%d' % len(tf.global_variables({w.r.choice(['', repr(prefix)])})))",
                f"tf.Variable(0.0, name='n%d' % len(tf.get_collection(tf.GraphKeys.{w.r.choice(['REGULARIZATION_LOSSES', 'UPDATE_OPS', 'LOSSES', 'SUMMARIES', 'WEIGHTS', 'ACTIVATIONS', 'QUEUE_RUNNERS'])})))",
                f"for one in [v for v in tf.trainable_variables() if {prefix!r} in v.name]: tf.get_variable('f_' + one.op.name.replace('/', '_'), one.shape)",
                f"for one in slim.get_variables({w.r.choice(['', repr(prefix), f'suffix={prefix!r}'])}): tf.Variable(tf.zeros(one.shape), name='s_' + one.op.name.split('/')[-1])",
                f"for one in slim.get_variables_to_restore(exclude=[{prefix!r}]): tf.Variable(0.0, name='x_' + one.op.name.replace('/', '_'))",
                f"tf.get_default_graph().get_tensor_by_name({prefix + ':0'!r})",
                f"tf.Variable(0.0, name=tf.get_default_graph().unique_name({prefix!r}))",
                f"tf.add_to_collection('mine', tf.Variable(1.0{w.own_name()}))",
                f"tf.Variable(0.0, name='named_' + tf.no_op({w.own_name()[2:]}).name.replace('/', '_'))",
                f"tf.Variable(0.0, name=tf.constant(1.0{w.own_name()}).op.name.replace('/', '_'))",
                "tf.Variable(sum(int(np.prod(v.shape.as_list())) for v in tf.trainable_variables()), trainable=False)",
                "tf.get_variable('total', [1 + sum(v.shape.num_elements() for v in tf.trainable_variables())])",
            ]
        )
    )


SHAPED = [
    ("tf.reshape({x}, [-1, {n}])", 2),
    ("tf.reshape({x}, [{n}, -1])", 2),
    ("tf.transpose({x})", 2),
    ("tf.expand_dims({x}, {axis})", 3),
    ("tf.concat([{x}, {x}], {axis})", 2),
    ("tf.stack([{x}, {x}], {axis})", 3),
    ("tf.tile({x}, [1, {n}])", 2),
    ("tf.pad({x}, [[0, 0], [1, {n}]])", 2),
    ("{x}[:, {n}:]", 2),
    ("{x}[..., None]", 3),
    ("{x}[:, ::2]", 2),
    ("{x}[:, -2:]", 2),
    ("tf.split({x}, 2, 1)[0]", 2),
    ("tf.split({x}, [1, -1], 1)[1]", 2),
    ("tf.matmul({x}, {x}, transpose_b=True)", 2),
    ("tf.matmul({x}, tf.zeros([6, {n}]))", 2),
    ("tf.tensordot({x}, tf.zeros([6, {n}, 2]), 1)", 3),
    ("tf.einsum('bi,ij->bj', {x}, tf.zeros([6, {n}]))", 2),
    ("tf.gather({x}, [0, 1], axis=1)", 2),
    ("tf.gather({x}, tf.zeros([3, 2], tf.int32))", 3),
    ("tf.one_hot(tf.argmax({x}, 1), {n})", 2),
    ("tf.nn.top_k({x}, {n})[0]", 2),
    ("tf.reduce_sum({x}, {axis}, keepdims=True)", 2),
    ("tf.reduce_max({x}, axis=[0], keep_dims=True)", 2),
    ("tf.cumsum({x}, 1)", 2),
    ("tf.where({x} > 0, {x}, tf.zeros_like({x}))", 2),
    ("{x} + tf.zeros([{n}])", 2),
    ("{x} * tf.zeros([4, 1])", 2),
    ("tf.maximum({x}, tf.zeros([1, 6]))", 2),
    ("tf.broadcast_to({x}[0], [{n}, 6])", 2),
    ("tf.squeeze({x}[:, None], 1)", 2),
    ("tf.slice({x}, [0, 1], [-1, {n}])", 2),
    ("tf.strided_slice({x}, [0, 1], [4, 5], [1, 2])", 2),
    ("tf.boolean_mask({x}, [True, False, True, True])", 2),
    ("tf.space_to_depth(tf.zeros([2, 4, 4, {n}]), 2)", 4),
    ("tf.image.resize_images(tf.zeros([2, 4, 4, 3]), [{n}, 7])", 4),
    ("tf.nn.conv2d(tf.zeros([2, 8, 8, 3]), tf.zeros([3, 3, 3, {n}]), [1, 2, 2, 1], 'VALID')", 4),
    ("tf.nn.max_pool(tf.zeros([2, 8, 8, {n}]), [1, 3, 3, 1], [1, 2, 2, 1], 'SAME')", 4),
    ("tf.nn.conv1d(tf.zeros([2, 8, 3]), tf.zeros([3, 3, {n}]), 2, 'VALID')", 3),
    ("tf.nn.depthwise_conv2d(tf.zeros([2, 8, 8, 3]), tf.zeros([3, 3, 3, {n}]), [1, 1, 1, 1], 'SAME')", 4),
    ("tf.extract_image_patches(tf.zeros([2, 8, 8, {n}]), [1, 3, 3, 1], [1, 2, 2, 1], [1, 1, 1, 1], 'VALID')", 4),
    ("tf.sequence_mask([1, 2, 3], {n})", 2),
    ("tf.unstack({x}, axis=1)[0]", 1),
    ("tf.nn.moments({x}, [0])[0]", 1),
    ("tf.norm({x}, axis=1)", 1),
    ("tf.linalg.diag(tf.zeros([{n}]))", 2),
    ("tf.linalg.diag_part(tf.zeros([{n}, {n}]))", 1),
    ("tf.linalg.logdet(tf.zeros([5, {n}, {n}]))", 1),
    ("tf.roll({x}, 1, 0)", 2),
    ("tf.reverse({x}, [1])", 2),
    ("tf.meshgrid(tf.range({n}), tf.range(5))[0]", 2),
    ("tf.unsorted_segment_sum({x}, [0, 1, 0, 2], {n})", 2),
    ("tf.scatter_nd([[0], [1]], tf.zeros([2, 3]), [{n}, 3])", 2),
    ("tf.gather_nd({x}, [[0, 1], [1, 2], [2, 3]])", 1),
    ("tf.map_fn(lambda e: e[:{n}], {x})", 2),
    ("tf.scan(lambda a, e: a + e, {x})", 2),
    ("tf.cond(tf.constant(True), lambda: {x}, lambda: {x} + 1.0)", 2),
    ("tf.losses.huber_loss({x}, {x}, reduction='none')", 2),
    ("tf.losses.absolute_difference({x}, {x}, reduction='none')", 2),
    ("tf.nn.softmax_cross_entropy_with_logits_v2(labels={x}, logits={x})", 1),
    ("tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[0, 1, 0, 2], logits={x})", 1),
    ("tf.nn.sigmoid_cross_entropy_with_logits(labels={x}, logits={x})", 2),
    ("tf.nn.crelu({x})", 2),
    ("tf.contrib.layers.maxout({x}, 3)", 2),
    ("tf.random.categorical({x}, {n})", 2),
    ("tf.random_normal(tf.shape({x}))", 2),
    ("tf.zeros(tf.stack([tf.shape({x})[0], {n}]))", 2),
    ("tf.fill([{n}, tf.shape({x})[1]], 1.0)", 2),
    ("tf.reshape({x}, tf.concat([tf.shape({x})[:1], [2, 3]], 0))", 3),
    ("tf.reshape({x}, [tf.shape({x})[0], 3, 2])", 3),
    ("tf.bitcast({x}, tf.int32)", 2),
    ("tf.bitcast({x}, tf.uint8)", 3),
    ("tf.cast({x}, tf.float64)", 2),
    ("tf.py_func(lambda a: a, [{x}], tf.float32)", 2),
    ("tf.keras.backend.flatten({x})", 1),
    ("tf.keras.backend.reverse({x}, 1)", 2),
    ("tf.keras.backend.repeat({x}, {n})", 3),
    ("tf.keras.backend.concatenate([{x}, {x}])", 2),
    ("tf.stop_gradient({x})", 2),
    ("tf.gradients(tf.reduce_sum({x} * {x}), {x})[0]", 2),
    ("tf.layers.flatten({x}[:, :, None])", 2),
    ("tf.image.flip_left_right(tf.zeros([8, 6, 3]))", 3),
    ("tf.image.central_crop(tf.zeros([8, 6, 3]), 0.5)", 3),
    ("tf.linalg.band_part({x}, -1, 0)", 2),
    ("tf.nn.bias_add({x}, tf.zeros([6]))", 2),
    ("tf.nn.embedding_lookup(tf.zeros([9, {n}]), tf.zeros([2, 3], tf.int32))", 3),
    ("tf.dynamic_partition({x}, [0, 1, 0, 1], 2)[0]", 2),
    ("tf.nn.batch_normalization({x}, 0.0, 1.0, None, None, 0.1)", 2),
    ("tf.nn.dropout({x}, 0.5)", 2),
    ("tf.accumulate_n([{x}, {x}])", 2),
    ("tf.add_n([{x}, {x}])", 2),
    ("tf.repeat({x}, 2, axis=1)", 2),
    ("tf.searchsorted([1.0, 2.0], [0.5, {n}.0])", 1),
    ("tf.unravel_index([3, 4], [5, 6])", 2),
    ("tf.reduce_logsumexp({x}, 1)", 1),
    ("tf.count_nonzero({x}, 1)", 1),
    ("tf.confusion_matrix([0, 1], [1, 0], {n})", 2),
    ("tf.sparse_tensor_to_dense(tf.SparseTensor([[0, 1]], [1.0], [2, {n}]))", 2),
    ("tf.string_split(['a b']).values", 1),
    ("tf.batch_gather({x}, tf.zeros([4, {n}], tf.int32))", 2),
    ("tf.contrib.layers.bias_add({x})", 2),
    ("tf.contrib.layers.one_hot_encoding([0, 1], {n})", 2),
    ("tf.contrib.layers.unit_norm({x}, 1)", 2),
    ("tf.space_to_batch_nd(tf.zeros([2, 4, 4, 3]), [2, 2], [[0, 0], [0, 0]])", 4),
    ("tf.linalg.inv(tf.zeros([2, {n}, {n}]))", 3),
    ("tf.svd({x}, compute_uv=False)", 1),
    ("tf.linalg.trace(tf.zeros([5, {n}, {n}]))", 1),
    ("tf.nn.ctc_loss(tf.SparseTensor([[0, 0]], [1], [4, 2]), tf.zeros([7, 4, 5]), [7] * 4)", 1),
    ("tf.nn.log_softmax({x})", 2),
    ("tf.nn.in_top_k({x}, [0, 1, 2, 3], 2)", 1),
    ("tf.nn.lrn(tf.zeros([1, 4, 4, {n}]))", 4),
    (
        "tf.nn.separable_conv2d(tf.zeros([1, 8, 8, 2]), tf.zeros([3, 3, 2, 2]), tf.zeros([1, 1, 4, {n}]), [1, 1, 1, 1], 'SAME')",
        4,
    ),
    ("tf.nn.conv2d_transpose(tf.zeros([2, 4, 4, 3]), tf.zeros([3, 3, {n}, 3]), [2, 8, 8, {n}], [1, 2, 2, 1])", 4),
    ("tf.nn.pool(tf.zeros([2, 8, 8, {n}]), [2, 2], 'MAX', 'VALID', strides=[2, 2])", 4),
    ("tf.nn.dilation2d(tf.zeros([2, 8, 8, 3]), tf.zeros([3, 3, 3]), [1, 1, 1, 1], [1, 1, 1, 1], 'SAME')", 4),
    ("tf.signal.frame(tf.zeros([2, 30]), 8, {n})", 3),
    ("tf.signal.stft(tf.zeros([2, 30]), 8, {n})", 3),
    ("tf.image.crop_and_resize(tf.zeros([2, 8, 8, 3]), tf.zeros([5, 4]), [0] * 5, [{n}, 4])", 4),
    ("tf.image.pad_to_bounding_box(tf.zeros([4, 4, 3]), 1, 1, 8, 9)", 3),
    ("tf.image.rgb_to_grayscale(tf.zeros([2, 4, 4, 3]))", 4),
    ("tf.sparse.to_dense(tf.sparse.from_dense({x}))", 2),
    ("tf.nn.weighted_moments({x}, [0], tf.ones([4, 6]))[0]", 1),
    ("tf.foldl(lambda a, e: a + e, {x})", 1),
    ("tf.TensorArray(tf.float32, 3).unstack(tf.zeros([3, {n}])).stack()", 2),
    (
        "tf.while_loop(lambda h: True, lambda h: tf.concat([h, h], 0), [{x}], shape_invariants=[tf.TensorShape([None, 6])], maximum_iterations=2)",
        2,
    ),
    ("tf.keras.backend.dot({x}, tf.zeros([6, {n}]))", 2),
    ("tf.keras.backend.sum({x}, axis=1, keepdims=True)", 2),
    ("tf.keras.backend.permute_dimensions({x}, (1, 0))", 2),
    ("tf.keras.backend.one_hot(tf.zeros([4], tf.int32), {n})", 2),
]


def shaped(w: Writer) -> None:
    """What a function's result is shaped like, seen in a variable of that shape."""
    x = "tf.zeros([4, 6])" if w.chance(0.3) else ""
    if not x:
        x = w.fresh("x")
        w.line(
            f"{x} = tf.placeholder(tf.float32, {w.r.choice(['[4, 6]', '[4, 6]', '[None, 6]', '[4, None]', '(4, 6)', 'None'])})"
        )
    for _ in range(w.r.choice([1, 2])):
        text, _ = w.r.choice(SHAPED)
        y = w.fresh("y")
        w.line(f"{y} = {text.format(x=x, n=w.n(), axis=w.r.choice([0, 1, -1]))}")
        w.line(
            w.r.choice(
                [
                    f"{w.fresh('v')} = tf.get_variable('v_{y}', {y}.shape)",
                    f"{w.fresh('v')} = tf.get_variable('v_{y}', [d or 1 for d in {y}.get_shape().as_list()] + [7])",
                    f"{w.fresh('v')} = tf.Variable(tf.zeros({y}.shape[1:]), name='v_{y}')",
                    f"{w.fresh('v')} = tf.get_variable('v_{y}', [{y}.shape[-1].value or 9, len({y}.shape)])",
                    f"{w.fresh('v')} = tf.Variable(tf.zeros([{y}.shape.ndims or 8, 2]), name='v_{y}_' + {y}.dtype.name)",
                ]
            )
        )


# Python


def python(w: Writer) -> None:
    how = w.r.randrange(22)
    f, n = w.fresh("f"), w.name()
    x, _ = w.pick(VEC)
    if how == 0:
        w.line("try:")
        w.line(f"    {get(w)}")
        w.line(
            f"except {w.r.choice(['ValueError', 'Exception', '(ValueError, TypeError)'])}{w.r.choice([' as e', ''])}:"
        )
        w.line(f"    {get(w)}")
        if w.chance(0.3):
            w.line("else:")
            w.line(f"    {get(w)}")
        if w.chance(0.3):
            w.line("finally:")
            w.line("    tf.Variable(1.0)")
    elif how == 1:
        g = w.fresh("gen")
        w.line(f"def {g}():")
        w.line(f"    with tf.variable_scope({n}):")
        w.line("        for i in range(3):")
        w.line(f"            yield tf.get_variable({w.r.choice([chr(39) + 'w%d' + chr(39) + ' % i', w.name()])}, [2])")
        if w.chance(0.5):
            w.line(f"for one in {g}():")
            w.line("    tf.Variable(1.0)")
            if w.chance(0.5):
                w.line("    break")
        else:
            w.line(f"held = {g}()")
            w.line("next(held)")
            w.line(get(w))
            w.line(w.r.choice(["del held", "held.close()", "list(held)", "held = None"]))
        w.line(get(w))
    elif how == 2:
        w.line("import functools")
        w.line(
            f"{f} = functools.partial({w.r.choice(['tf.layers.dense', 'tf.contrib.layers.fully_connected'])}, {w.r.choice(['activation=None', 'units=3', 'name=' + n])})"
            if w.chance(0.5)
            else f"{f} = functools.partial(tf.get_variable, shape=[3], dtype=tf.float32)"
        )
        w.line(
            f"{w.fresh()} = {f}({w.name()})"
            if "get_variable" in w.lines[-1]
            else f"{w.fresh()} = {f}({x}{w.r.choice([', 3', ', 4', '', ', units=2'])})"
        )
    elif how == 3:
        w.line(f"def {f}(fn):")
        w.line("    @functools.wraps(fn)")
        w.line("    def inner(*args, **kwargs):")
        w.line(f"        with tf.variable_scope({w.r.choice(['fn.__name__', n])}{w.options('reuse=tf.AUTO_REUSE')}):")
        w.line("            return fn(*args, **kwargs)")
        w.line("    return inner")
        w.lines.insert(0, "import functools")
        g = w.fresh("layer")
        w.line(f"@{f}")
        w.line(f"def {g}(x, n=3):")
        w.line(f"    return {made_in(w, 'x')}")
        w.line(f"{w.fresh()} = {g}({x})")
        w.line(f"{w.fresh()} = {g}({x}, n=3)")
    elif how == 4:
        w.line("import contextlib")
        w.line("@contextlib.contextmanager")
        w.line(f"def {f}(name):")
        w.line(f"    with tf.variable_scope(name{w.options(f'reuse={w.reuse()}')}) as scope:")
        w.line("        yield scope")
        w.line("    tf.Variable(1.0)" if w.chance(0.4) else "    pass")
        w.line(f"with {f}({n}) as scope:")
        w.line(f"    {get(w)}")
        w.line("    tf.Variable(0.0, name=scope.name.replace('/', '_'))")
    elif how == 5:
        w.line(f"sizes = {{'fc1': 3, 'fc2': 4, {n}: 2}}")
        w.line("h = " + x)
        w.line(
            f"for name, size in {w.r.choice(['sizes.items()', 'sorted(sizes.items())', 'zip(sizes, sizes.values())', 'reversed(sorted(sizes.items()))'])}:"
        )
        w.line("    h = tf.layers.dense(h, size, name=name)")
    elif how == 6:
        w.line(
            f"ws = [tf.get_variable({w.r.choice(['f' + chr(39) + 'w{i}' + chr(39), chr(39) + 'w_' + chr(39) + ' + str(i)', chr(39) + 'w{:02d}' + chr(39) + '.format(i)', chr(39) + 'w%03d' + chr(39) + ' % i'])}, [i + 1]) for i in range({w.n()}){w.r.choice(['', ' if i % 2', ' if i != 1'])}]"
        )
        w.line(
            "tf.Variable(tf.concat(ws, 0))"
            if w.chance(0.5)
            else "tf.get_variable('all', [sum(v.shape[0].value for v in ws)])"
        )
    elif how == 7:
        w.line(f"def {f}(depth):")
        w.line("    if depth == 0:")
        w.line(f"        return {get(w)}")
        w.line(f"    with tf.variable_scope({w.r.choice([chr(39) + 'd%d' + chr(39) + ' % depth', n])}):")
        w.line("        tf.get_variable('w', [depth])")
        w.line(f"        return {f}(depth - 1)")
        w.line(f"{f}({w.n()})")
    elif how == 8:
        cls = w.fresh("Base")
        w.line(f"class {cls}(object):")
        w.line(f"    scope = {n}")
        w.line("    def build(self, x):")
        w.line(f"        with tf.variable_scope(self.scope{w.options('reuse=tf.AUTO_REUSE')}):")
        w.line("            return self.body(x)")
        w.line("    def body(self, x):")
        w.line(f"        return {made_in(w, 'x')}")
        w.line(f"class Sub{cls}({cls}):")
        w.line(f"    scope = {w.name()}")
        if w.chance(0.6):
            w.line("    def body(self, x):")
            w.line(f"        x = super(Sub{cls}, self).body(x)" if w.chance(0.5) else "        x = x * 2")
            w.line("        return tf.layers.dense(x, 3)")
        w.line(f"for net in [{cls}(), Sub{cls}()]: net.build({x})")
        if w.chance(0.3):
            w.line(f"Sub{cls}().build({x})")
    elif how == 9:
        w.line("import collections")
        w.line("Config = collections.namedtuple('Config', 'size name')")
        w.line(f"for c in [Config(3, 'p'), Config(size=4, name={n}), Config(2, 'q')._replace(size=6)]:")
        w.line("    tf.get_variable(c.name, [c.size])")
    elif how == 10:
        w.line("import threading")
        w.line(f"def {f}(name):")
        w.line(f"    {get(w)}")
        w.line("    tf.Variable(1.0, name=name)")
        w.line(f"with tf.variable_scope({n}):")
        w.line(f"    t = threading.Thread(target={f}, args=({w.name()},))")
        w.line("    t.start()")
        w.line("    t.join()")
        w.line(f"    {get(w)}")
    elif how == 11:
        w.line("k = 0")
        w.line(f"while k < {w.n()}:")
        w.line("    k += 1")
        w.line(f"    if k == {w.n()}: {w.r.choice(['continue', 'break'])}")
        w.line("    tf.get_variable('k%d' % k, [k])")
        if w.chance(0.4):
            w.line("else:")
            w.line(f"    {get(w)}")
    elif how == 12:
        w.line(f"def {f}(*args, **kwargs):")
        w.line("    return tf.get_variable(*args, **kwargs)")
        w.line(f"{f}({n}, [3])")
        w.line(f"{f}(**{{'name': {w.name()}, 'shape': [2], 'trainable': {w.r.choice(['True', 'False'])}}})")
        w.line(f"{f}(*[{w.name()}, [2, 3]])")
    elif how == 13:
        w.line("def register(name):")
        w.line("    def keep(fn):")
        w.line("        NETS[name] = fn")
        w.line("        return fn")
        w.line("    return keep")
        w.lines.insert(2, "NETS = {}")
        w.line(f"@register({n})")
        w.line(f"def {f}(x):")
        w.line(f"    return {made_in(w, 'x')}")
        w.line(f"with tf.variable_scope({w.name()}): NETS[{n}]({x})")
    elif how == 14:
        w.line(f"def {f}():")
        w.line("    global counter")
        w.line("    counter += 1")
        w.line("    return tf.get_variable('g%d' % counter, [counter])")
        w.lines.insert(2, "counter = 0")
        w.line(f"[{f}() for _ in range({w.n()})]")
    elif how == 15:
        w.line(f"def {f}(size):")
        w.line(f"    w = {get(w)}")
        w.line("    def apply(x):")
        w.line("        nonlocal size")
        w.line("        size += 1")
        w.line(f"        return tf.layers.dense(x, size{w.own_name()})")
        w.line("    return apply")
        w.line(f"net = {f}(2)")
        w.line(f"net({x}); net({x})")
    elif how == 16:
        w.line(f"{f} = lambda x, n=4, *, name=None: tf.layers.dense(x, n, name=name)")
        w.line(f"{w.fresh()} = {f}({f}({x}), name={n})")
    elif how == 17:
        w.line(f"assert len(tf.global_variables()) {w.r.choice(['>', '<', '>='])} {w.r.choice([0, 3])}, 'counted'")
        w.line(get(w))
    elif how == 18:
        w.line("import enum")
        w.line("class Kind(enum.Enum):")
        w.line("    RED = 'red'")
        w.line(f"    BLUE = {n}")
        w.line("for kind in Kind: tf.get_variable(kind.value + '_' + kind.name, [1])")
    elif how == 19:
        w.line(
            f"if {w.r.choice(['x is not None', 'True', 'not []', '3 > 2', 'isinstance(3, int)', 'tf.__version__.startswith(chr(49))'])}:".replace(
                "x is", f"{x} is"
            )
        )
        w.line(f"    {get(w)}")
        w.line(f"elif {w.r.choice(['True', 'False'])}:")
        w.line(f"    {get(w)}")
        w.line("else:")
        w.line(f"    {get(w)}")
    elif how == 20:
        w.line(f"class {f}(tf.Module):")
        w.line("    def __init__(self, name=None):")
        w.line(f"        super({f}, self).__init__(name=name)")
        if w.chance(0.5):
            w.line("        with self.name_scope:")
            w.line("            self.w = tf.Variable(tf.zeros([3]), name='w')")
        else:
            w.line("        self.w = tf.Variable(tf.zeros([3]), name='w')")
        w.line("    @tf.Module.with_name_scope")
        w.line("    def __call__(self, x):")
        w.line(f"        return x * tf.Variable(1.0{w.own_name()})")
        w.line(f"m = {f}({w.r.choice(['', n])})")
        w.line(f"m({x})")
        w.line("for one in m.variables: tf.Variable(0.0, name='m_' + one.op.name.replace('/', '_'))")
    else:
        w.line("a, *rest = [2, 3, 4]")
        w.line("b, (c, d) = 1, (2, 3)")
        w.line(f"tf.get_variable({n}, [a, len(rest), b, c][:{w.r.choice([1, 2, 3])}])")
        w.line("i = 1; i <<= 2; i |= 3; i //= 2")
        w.line("tf.get_variable('i%d' % i, [i, d ** 2, -7 // 2 + 9, -7 % 4 + 1])")


# slim and contrib


def slim_scopes(w: Writer) -> None:
    x, _ = w.pick(VEC)
    how = w.r.randrange(7)
    if how == 0:
        s = w.fresh("sc")
        w.line(
            f"with slim.arg_scope([slim.fully_connected], activation_fn=None, {w.r.choice(['normalizer_fn=slim.batch_norm', 'biases_initializer=None', 'reuse=tf.AUTO_REUSE', 'scope=' + w.name()])}) as {s}:"
        )
        w.line(f"    {w.fresh()} = slim.fully_connected({x}, 3)")
        w.line(f"with slim.arg_scope({s}):")
        w.line(f"    {w.fresh()} = slim.fully_connected({x}, 3{w.own_name('scope')})")
    elif how == 1:
        f = w.fresh("f")
        w.line("@slim.add_arg_scope")
        w.line(f"def {f}(x, n=3, scope=None, reuse=None):")
        w.line(f"    with tf.variable_scope(scope, {w.name()}, [x], reuse=reuse): return {made_in(w, 'x')}")
        w.line(f"with slim.arg_scope([{f}], n=4{w.options('scope=' + w.name())}): {w.fresh()} = {f}({x})")
        w.line(f"{w.fresh()} = {f}({x}{w.own_name('scope')})")
    elif how == 2:
        w.line(
            f"{w.fresh()} = slim.stack({x}, slim.fully_connected, [{w.n()}, {w.n()}]{w.own_name('scope')}{w.options('activation_fn=None', 'normalizer_fn=slim.batch_norm')})"
        )
        w.line(f"{w.fresh()} = slim.repeat({x}, {w.n()}, slim.fully_connected, {w.n()}{w.own_name('scope')})")
    elif how == 3:
        w.line(
            f"{w.fresh()} = slim.repeat({x}, 2, {w.r.choice(['tf.layers.dense', 'lambda h, n: tf.layers.dense(h, n)', 'tf.contrib.layers.linear'])}, 3)"
        )
    elif how == 4:
        w.line(f"with tf.variable_scope({w.name()}, values=[{x}]) as sc:")
        w.line("    end = sc.original_name_scope + '_end'")
        w.line(
            f"    with slim.arg_scope([slim.fully_connected], outputs_collections='mine'): slim.fully_connected({x}, 3{w.own_name('scope')})"
        )
        w.line(
            "for alias in sorted(slim.utils.convert_collection_to_dict('mine')): tf.Variable(0.0, name='e_' + alias.replace('/', '_'))"
        )
    elif how == 5:
        w.line(
            w.r.choice(
                [
                    f"{w.fresh()} = slim.bias_add({x}{w.own_name('scope')})",
                    f"{w.fresh()} = slim.instance_norm({x}[:, None, None]{w.own_name('scope')}{w.options('center=False', 'scale=False')})",
                    f"{w.fresh()} = tf.contrib.layers.group_norm({x}[:, None, None], groups=2{w.own_name('scope')})",
                    f"{w.fresh()} = tf.contrib.layers.legacy_fully_connected({x}, 3)",
                    f"{w.fresh()} = tf.contrib.layers.conv1d({x}[:, :, None], 3, 2{w.own_name('scope')})",
                    f"{w.fresh()} = tf.contrib.layers.gdn(tf.zeros([2, 4, 4, 3]){w.own_name()})",
                    f"{w.fresh()} = tf.contrib.layers.spatial_softmax(tf.zeros([2, 4, 4, 3]){w.own_name()}{w.options('trainable=False')})",
                    f"{w.fresh()} = tf.contrib.layers.embed_sequence([[1, 2]], {w.n()}, 3{w.own_name('scope')}{w.options('unique=True')})",
                    f"{w.fresh()} = tf.contrib.layers.fully_connected({x}, 3, weights_normalizer=None)",
                    f"{w.fresh()} = slim.flatten({x})",
                    f"{w.fresh()} = slim.conv2d_in_plane(tf.zeros([2, 8, 8, 3]), 3{w.own_name('scope')})",
                    f"{w.fresh()} = slim.convolution2d_transpose(tf.zeros([2, 8, 8, 3]), 3, 2{w.own_name('scope')})",
                ]
            )
        )
    else:
        w.line(
            f"{w.fresh()} = slim.batch_norm({x}, {w.r.choice(['scope=' + w.name(), 'decay=0.9', 'is_training=False', 'reuse=True', 'param_initializers=dict(gamma=tf.zeros_initializer())', 'zero_debias_moving_mean=True', 'renorm=True', 'fused=True'])}{w.options('scale=True')})"
        )


def keras_more(w: Writer) -> None:
    x, _ = w.pick(VEC)
    img = "tf.zeros([2, 8, 8, 3])"
    seq = "tf.zeros([2, 5, 4])"
    n = w.n()
    how = w.r.randrange(8)
    if how < 4:
        layer, on = w.r.choice(
            [
                (f"Dense({n}, use_bias=False", x),
                (f"Dense({n}, activation='relu', trainable=False", x),
                (f"Dense({n}, dtype='float64'", x),
                ("Embedding(9, 3", "tf.zeros([2, 5], tf.int32)"),
                (f"Conv3D({n}, 2", "tf.zeros([1, 4, 4, 4, 2])"),
                (f"Conv2D({n}, (3, 1), strides=(2, 1), dilation_rate=1", img),
                (
                    f"Conv2D({n}, 3, padding='causal'"
                    if w.chance(0.1)
                    else f"Conv2D({n}, 3, padding='valid', data_format='channels_last'",
                    img,
                ),
                (f"LocallyConnected1D({n}, 2", seq),
                (f"LocallyConnected2D({n}, 3", img),
                (f"SeparableConv1D({n}, 2", seq),
                (f"ConvLSTM2D({n}, 2", "tf.zeros([2, 3, 6, 6, 2])"),
                (f"GRU({n}, return_sequences=True, reset_after=True", seq),
                (f"LSTM({n}, stateful=False, unroll=True", seq),
                (f"RNN([tf.keras.layers.LSTMCell({n}), tf.keras.layers.GRUCell(3)]", seq),
                (f"RNN(tf.keras.layers.SimpleRNNCell({n}), return_sequences=True", seq),
                ("Flatten(", img),
                (
                    f"Bidirectional(tf.keras.layers.GRU({n}), merge_mode={w.r.choice(['None', repr('sum'), repr('concat')])}",
                    seq,
                ),
                (f"TimeDistributed(tf.keras.layers.Conv1D({n}, 2)", "tf.zeros([2, 3, 5, 4])"),
                ("BatchNormalization(axis=1, scale=False", img),
                ("BatchNormalization(fused=False, momentum=0.9", img),
                ("LayerNormalization(axis=[1, 2]", seq),
                ("PReLU(shared_axes=[1, 2]", img),
                ("Lambda(lambda t: t * tf.get_variable('lam', [])", x),
                ("Lambda(lambda t: tf.layers.dense(t, 3)", x),
                ("Attention(use_scale=True", f"[{seq}, {seq}]"),
                ("AdditiveAttention(", f"[{seq}, {seq}]"),
                (f"Wrapped{n}(" if w.chance(0.02) else "Dropout(0.5", x),
                ("DenseFeatures([tf.feature_column.numeric_column('a', shape=(6,))]", f"{{'a': {x}}}"),
                (f"CuDNNLSTM({n}", seq),
                (f"CuDNNGRU({n}", seq),
                (f"MaxPool2D(2, name={w.name()}", img),
            ]
        )
        comma = "" if layer.endswith("(") else ", "
        made = w.fresh("layer")
        name = f"{comma}name={w.name()}" if w.chance(0.3) and "name=" not in layer else ""
        w.line(f"{made} = tf.keras.layers.{layer}{name})")
        scoped = w.chance(0.4)
        if scoped:
            w.line(f"with {w.scope()}:")
        w.line(("    " if scoped else "") + f"{w.fresh()} = {made}({on})")
        if w.chance(0.3):
            w.line(f"{w.fresh()} = {made}({on})")
        if w.chance(0.3):
            w.line(
                f"for one in {made}.{w.r.choice(['weights', 'trainable_weights', 'non_trainable_weights', 'variables'])}: tf.Variable(tf.zeros(one.shape), name='w_' + one.name.split(':')[0].replace('/', '_'))"
            )
        if w.chance(0.2):
            w.line(f"tf.Variable({made}.count_params(), name={made}.name + '_count')")
    elif how < 6:
        a, b, m = w.fresh("a"), w.fresh("b"), w.fresh("model")
        w.line(f"{a} = tf.keras.Input(shape=({n},){w.own_name()})")
        w.line(f"{b} = tf.keras.layers.Dense(3{w.own_name()})({a})")
        merge = w.r.choice(["Add", "Multiply", "Average", "Maximum", "Concatenate", "Subtract", "Dot"])
        w.line(
            f"{b} = tf.keras.layers.{merge}({'axes=1' if merge == 'Dot' else ''})([{b}, tf.keras.layers.Dense(3)({a})])"
        )
        w.line(
            f"{m} = tf.keras.Model(inputs={w.r.choice([a, f'[{a}]'])}, outputs={w.r.choice([b, f'[{b}]'])}{w.own_name()})"
        )
        w.line(
            w.r.choice(
                [
                    f"{w.fresh()} = {m}(tf.zeros([2, {n}]))",
                    f"{w.fresh()} = tf.keras.models.clone_model({m})",
                    f"for one in {m}.weights: tf.Variable(0.0, name=one.op.name.replace('/', '_'))",
                    f"for one in {m}.layers: tf.Variable(0.0, name='l_' + one.name)",
                    f"{m}.compile({w.r.choice([repr('adam'), repr('sgd'), 'tf.keras.optimizers.RMSprop(0.1)'])}, 'mse'); tf.Variable({m}.count_params())",
                    f"tf.get_variable('o', {m}.output_shape[1:] if isinstance({m}.output_shape, tuple) else [2])",
                    f"tf.get_variable('p', [{m}.count_params()])",
                    f"tf.get_variable('q', tf.keras.models.Sequential([{m}, tf.keras.layers.Dense({n})]).layers[-1].kernel.shape)",
                ]
            )
        )
    elif how == 6:
        cls = w.fresh("Block")
        w.line(f"class {cls}(tf.keras.Model):")
        w.line("    def __init__(self, n):")
        w.line(f"        super({cls}, self).__init__({w.r.choice(['', 'name=' + w.name()])})")
        w.line(
            "        self.parts = [tf.keras.layers.Dense(n) for _ in range(2)]"
            if w.chance(0.5)
            else "        self.one = tf.keras.layers.Dense(n); self.norm = tf.keras.layers.BatchNormalization()"
        )
        w.line("    def call(self, x, training=False):")
        if "parts" in w.lines[-2]:
            w.line("        for part in self.parts: x = part(x)")
            w.line("        return x")
        else:
            w.line("        return self.norm(self.one(x), training=training)")
        m = w.fresh("model")
        w.line(f"{m} = {cls}({n})")
        w.line(w.r.choice([f"{m}({x})", f"{m}.build((None, 6))", f"{m}({x}, training=True)", f"{m}({x}); {m}({x})"]))
        w.line(
            f"for one in {m}.{w.r.choice(['weights', 'trainable_variables', 'layers'])}: tf.Variable(0.0, name='b_' + one.name.split(':')[0].replace('/', '_'))"
        )
    else:
        w.line(
            w.r.choice(
                [
                    *(["tf.keras.backend.clear_session()"] if not w.indent else []),
                    f"tf.keras.backend.variable(1.0{w.own_name()})",
                    f"with tf.keras.backend.name_scope({w.name()}): tf.keras.backend.zeros([3])",
                    f"tf.Variable(tf.keras.backend.get_uid({w.name()}))",
                    f"tf.keras.backend.placeholder([None, 3]{w.own_name()})",
                    f"tf.keras.backend.ones([2], name={w.name()})",
                    f"tf.keras.backend.random_uniform_variable([2, 3], 0, 1{w.own_name()})",
                ]
            )
        )
        w.line(f"{w.fresh()} = tf.keras.layers.Dense({n})({x if 'clear' not in w.lines[-1] else 'tf.zeros([2, 3])'})")
        if "clear" in w.lines[-2]:
            w.pool.clear()


def layers_wrong(w: Writer) -> None:
    """Arguments of layers that TF may refuse."""
    x, _ = w.pick(IMG)
    n = w.n()
    w.line(
        w.fresh()
        + " = "
        + w.r.choice(
            [
                f"tf.layers.conv2d({x}, {n}, {w.r.choice(['0', '[3]', '(3, 3, 3)', '2.0', repr('3'), '[1, 20]', '20', 'None', '-1'])})",
                f"tf.layers.conv2d({x}, {w.r.choice(['0', '-1', '2.5', 'None', repr('4')])}, 3)",
                f"tf.layers.conv2d({x}, {n}, 3, padding={w.r.choice([repr('Same'), repr('none'), '1', repr('VALID')])})",
                f"tf.layers.conv2d({x}, {n}, 3, strides={w.r.choice(['0', '[2]', '(1, 2)', '(1, 1, 1)'])})",
                f"tf.layers.conv2d({x}, {n}, 3, dilation_rate=2, strides=2)",
                f"tf.layers.conv2d({x}, {n}, 3, data_format={w.r.choice([repr('channels_first'), repr('NHWC'), repr('channels_last')])})",
                f"tf.layers.conv1d({x}, {n}, 3)",
                f"tf.layers.conv3d({x}, {n}, 3)",
                f"tf.layers.conv2d({x}, {n}, 3, activation={w.r.choice([repr('relu'), 'tf.nn.relu', 'tf.nn.relu()'])})",
                f"tf.layers.max_pooling2d({x}, {w.r.choice(['2', '(2, 2)', '[3]', '40'])}, {w.r.choice(['2', '(2, 1)', '0'])})",
                f"tf.layers.dense({x}, {w.r.choice(['3.0', '3.5', '[3]', repr('3'), 'None', '0', '-2', 'np.int64(3)', 'tf.Dimension(3)', 'True', 'tf.constant(3)'])})",
                f"tf.layers.batch_normalization({x}, axis={w.r.choice(['1', '[1, 2]', '5', '-1', '(3,)'])})",
                f"tf.layers.dropout({x}, rate={w.r.choice(['0.5', '1.5', '0'])}, training=True)",
                f"tf.layers.flatten({x}, name=3)",
                f"tf.layers.separable_conv2d({x}, {n}, 3, depth_multiplier=2)",
                f"tf.layers.conv2d({x}, {n}, 3, bias_initializer={w.r.choice(['tf.constant_initializer(1)', repr('zeros'), 'tf.random_normal_initializer'])})",
                f"tf.layers.dense({x}[:, 0, 0], {n}, kernel_constraint=lambda v: v, bias_regularizer=lambda v: 0.1 * tf.nn.l2_loss(v))",
                f"tf.layers.dense({x}, {n}, unit=3)",
                f"tf.layers.dense(inputs={x})",
                f"tf.layers.dense({x}, {n}, None, True, None, None, None, None, None, None, None, True, {w.name()}, None)",
                f"tf.layers.conv2d_transpose({x}, {n}, 3, strides=2, padding='same', use_bias=False)",
                f"slim.conv2d({x}, {n}, 3, padding={w.r.choice([repr('same'), repr('SAME'), repr('VALID'), '1'])})",
                f"slim.conv2d({x}, {n}, [3, 3], stride={w.r.choice(['[2, 1]', '0', '2'])}, rate={w.r.choice(['1', '2'])})",
                f"slim.max_pool2d({x}, {w.r.choice(['2', '[2, 2]', '[40, 40]'])})",
                f"tf.layers.average_pooling2d({x}, 3, 3, padding='same')",
                f"tf.layers.average_pooling1d({x}[:, :, 0], 2, 2)",
            ]
        )
    )


def cells(w: Writer) -> None:
    """Cells by themselves: their names, states, scopes."""
    c = w.fresh("cell")
    n = w.n()
    cell = w.r.choice(
        [
            f"tf.nn.rnn_cell.GRUCell({n}",
            f"tf.nn.rnn_cell.BasicLSTMCell({n}",
            f"tf.nn.rnn_cell.LSTMCell({n}",
            f"tf.nn.rnn_cell.BasicRNNCell({n}",
            f"tf.contrib.rnn.LSTMBlockCell({n}",
            f"tf.contrib.rnn.PhasedLSTMCell({n}"
            if w.chance(0.3)
            else f"tf.nn.rnn_cell.LSTMCell({n}, state_is_tuple=False",
        ]
    )
    w.line(
        f"{c} = {cell}{w.options('reuse=tf.AUTO_REUSE', 'name=' + w.name()) if 'Phased' not in cell and 'Block' not in cell else ''})"
    )
    s = w.fresh("s")
    w.line(f"{s} = {c}.zero_state({w.r.choice(['4', '[4]', 'tf.constant(4)', 'np.int32(4)'])}, tf.float32)")
    scoped = w.chance(0.5)
    pad = ""
    if scoped:
        w.line(f"with {w.scope()}:")
        pad = "    "
    w.line(f"{pad}o, {s} = {c}(tf.zeros([4, 3]), {s}{w.options('scope=' + w.name())})")
    if w.chance(0.5):
        w.line(f"{pad}o, {s} = {c}(tf.zeros([4, 3]), {s})")
    if w.chance(0.4):
        w.line(f"tf.get_variable('size', [{c}.output_size, int(o.shape[-1])])")
    if w.chance(0.3):
        w.line(f"for one in {c}.weights: tf.Variable(0.0, name='k_' + one.op.name.replace('/', '_'))")
    if w.chance(0.2):
        w.line(f"{w.fresh()} = tf.nn.dynamic_rnn({c}, tf.zeros([4, 5, 3]), dtype=tf.float32{w.own_name('scope')})")


def losses(w: Writer) -> None:
    x, _ = w.pick(VEC)
    reduction = w.options(
        "reduction=tf.losses.Reduction.NONE", "scope=" + w.name(), "weights=0.5", "loss_collection='mine'"
    )
    y = w.fresh("l")
    w.line(
        f"{y} = "
        + w.r.choice(
            [
                f"tf.losses.mean_squared_error({x}, {x}{reduction})",
                f"tf.losses.absolute_difference({x}, {x}{reduction})",
                f"tf.losses.huber_loss({x}, {x}{reduction})",
                f"tf.losses.log_loss({x}, {x}{reduction})",
                f"tf.losses.hinge_loss({x}, {x}{reduction})",
                f"tf.losses.sigmoid_cross_entropy({x}, {x}{reduction})",
                f"tf.losses.softmax_cross_entropy({x}, {x}{reduction})",
                f"tf.losses.cosine_distance({x}, {x}, 1{reduction})",
                f"tf.losses.mean_squared_error({x}, tf.zeros([3, 2]){reduction})",
            ]
        )
    )
    w.line(
        w.r.choice(
            [
                f"tf.get_variable('rank_{y}', [1 + len({y}.shape)])",
                f"tf.Variable(0.0, name='loss_' + {y}.op.name.replace('/', '_'))",
                "tf.Variable(len(tf.losses.get_losses()), name='n')",
                f"tf.get_variable('s_{y}', {y}.shape)",
            ]
        )
    )


def metrics(w: Writer) -> None:
    x, _ = w.pick(VEC)
    more = w.own_name() + w.options("metrics_collections=['mine']", "updates_collections='mine'")
    w.line(
        w.fresh("m")
        + " = "
        + w.r.choice(
            [
                f"tf.metrics.mean({x}{more})",
                f"tf.metrics.accuracy(tf.zeros([4]), tf.ones([4]){more})",
                f"tf.metrics.auc([True, False], [0.1, 0.2], num_thresholds={w.r.choice([5, 200])}{more})",
                f"tf.metrics.precision([True], [True]{more})",
                f"tf.metrics.recall([1, 0], [1, 1]{more})",
                f"tf.metrics.mean_iou([0, 1], [1, 1], {w.n()}{more})",
                f"tf.metrics.root_mean_squared_error({x}, {x}{more})",
                f"tf.metrics.mean_squared_error({x}, {x}{more})",
                f"tf.metrics.mean_per_class_accuracy([0, 1], [1, 0], 3{more})",
                f"tf.metrics.false_negatives([True], [False]{more})",
                f"tf.metrics.precision_at_k(tf.zeros([4, 1], tf.int64), {x}, 2{more})",
                f"tf.metrics.percentage_below({x}, 0.5{more})",
                f"tf.metrics.mean_tensor({x}{more})",
                f"tf.contrib.metrics.streaming_accuracy(tf.zeros([4]), tf.ones([4]){w.own_name()})",
                f"tf.contrib.metrics.streaming_mean({x}{w.own_name()})",
            ]
        )
    )


def others(w: Writer) -> None:
    x, _ = w.pick(VEC)
    how = w.r.randrange(12)
    v = w.fresh("o")
    if how == 0:
        w.line("tf.set_random_seed(1)")
    elif how == 1:
        w.line(
            f"{v} = tf.feature_column.linear_model({{'a': tf.zeros([4, 2]), 'b': tf.constant([['x']] * 4)}}, [tf.feature_column.numeric_column('a', shape=(2,)), tf.feature_column.categorical_column_with_hash_bucket('b', {w.n()})]{w.options('units=3', 'sparse_combiner=' + repr('mean'), 'trainable=False')})"
        )
    elif how == 2:
        w.line(
            f"c = tf.feature_column.shared_embedding_columns([tf.feature_column.categorical_column_with_identity(k, 5) for k in ['p', 'q']], {w.n()}{w.options('shared_embedding_collection_name=' + w.name())})"
        )
        w.line(
            f"{v} = tf.feature_column.input_layer({{'p': tf.zeros([4, 1], tf.int32), 'q': tf.zeros([4, 1], tf.int32)}}, c)"
        )
    elif how == 3:
        # In a graph of its own: an optimizer outside of the strategy is refused such variables.
        w.line("with tf.Graph().as_default():")
        devices = w.r.choice(["['/cpu:0']", "['/cpu:0', '/cpu:1']"])
        w.line(f"    s = tf.distribute.MirroredStrategy({devices})")
        w.line("    with s.scope():")
        made = w.r.choice([get(w), "tf.Variable(1.0)", "tf.keras.layers.Dense(3)(tf.zeros([2, 3]))"])
        w.line(f"        {v} = {made}")
        if w.chance(0.5):
            w.line(f"        s.experimental_run_v2(lambda: {get(w)})")
    elif how == 4:
        w.line("@tf.custom_gradient")
        w.line(f"def {v}(x):")
        w.line("    return x * 2.0, lambda dy: dy")
        w.line(f"{w.fresh()} = {v}({x}) * tf.get_variable({w.name()}, [])")
    elif how == 5:
        w.line(f"it = tf.data.make_initializable_iterator(tf.data.Dataset.from_tensors(tf.zeros([3, 6])){w.options()})")
        w.line(f"{v} = tf.layers.dense(it.get_next(), {w.n()}{w.own_name()})")
    elif how == 6:
        w.line(
            f"{v} = tf.nn.{w.r.choice(['nce_loss', 'sampled_softmax_loss'])}({get(w, '[9, 6]')}, {get(w, '[9]')}, tf.zeros([4, 1], tf.int64), tf.zeros([4, 6]), 2, 9{w.options('partition_strategy=' + repr('div'))}{w.own_name()})"
        )
    elif how == 7:
        w.line(f"{v} = tf.contrib.crf.crf_log_likelihood(tf.zeros([2, 4, 3]), tf.zeros([2, 4], tf.int32), [4, 4])")
    elif how == 8:
        w.line(
            f"{v} = tf.train.Saver({w.r.choice(['', 'tf.trainable_variables()', '[]', 'max_to_keep=3', '{' + repr('w') + ': tf.Variable(1.0)}', 'tf.global_variables()' + ', name=' + repr('save')])})"
        )
    elif how == 9:
        w.line(f"{v} = tf.train.{w.r.choice(['create_global_step', 'get_or_create_global_step', 'get_global_step'])}()")
        w.line(
            f"lr = tf.train.{w.r.choice(['exponential_decay(0.1, ' + v + ', 10, 0.9)', 'polynomial_decay(0.1, ' + v + ', 10)', 'piecewise_constant(' + v + ', [10], [0.1, 0.2])', 'cosine_decay(0.1, ' + v + ', 9)'])}"
        )
    elif how == 10:
        w.line(f"{v} = tf.py_func(lambda a: a, [{x}], tf.float32)")
        w.line(f"{v}.set_shape([4, {w.n()}])")
        w.line(f"{w.fresh()} = tf.layers.dense({v}, 3{w.own_name()})")
    else:
        w.line(f"q = tf.FIFOQueue(10, [tf.float32], shapes=[[6]]{w.own_name()})")
        w.line(f"{v} = tf.layers.dense(q.dequeue_many({w.n()}), 2)")
        w.line(f"b = tf.train.batch([tf.zeros([6])], {w.n()}{w.own_name()})")
        w.line(f"{w.fresh()} = tf.layers.dense(b, 2)")


RISKY = (options_of_get, options_of_variable, layers_wrong, partitioned, getter, losses, shaped)


def step(w: Writer) -> None:
    """One of these; what may be refused now and then with a handler, so that the program goes on."""
    kind = w.r.choice(KINDS)
    if kind not in RISKY or w.chance(0.4):
        kind(w)
        return
    w.line("try:")
    w.indent += 1
    kind(w)
    w.indent -= 1
    w.line(f"except {w.r.choice(['Exception', 'Exception', '(ValueError, TypeError)'])} as problem:")
    w.line("    tf.Variable(0.0, name=type(problem).__name__)")


KINDS = [
    dataset,
    traced,
    conditional,
    loops,
    getter,
    getter,
    creator,
    partitioned,
    options_of_get,
    options_of_get,
    options_of_variable,
    averages,
    assign_average,
    optimizers,
    optimizers,
    scopes,
    scopes,
    scopes,
    templates,
    asked,
    asked,
    shaped,
    shaped,
    shaped,
    python,
    python,
    python,
    slim_scopes,
    slim_scopes,
    keras_more,
    keras_more,
    layers_wrong,
    cells,
    losses,
    metrics,
    others,
    others,
]
