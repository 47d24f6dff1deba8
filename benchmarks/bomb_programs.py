"""Programs that would take all memory or all time, by what of Python, of its library or of TensorFlow they ask."""

from __future__ import annotations

PROGRAMS: dict[str, str] = {
    "f_string_deep": ("x = 1\ny = " + "f'{x:{x:{x}}}'" + "\nz = " + "f'{(" * 0 + "f'" + "{x}" * 100000 + "'\n"),
    "decorators": ("def d(f):\n    return f\n" + "@d\n" * 20000 + "def g():\n    pass\ng()\n"),
    "decorator_growth": (
        "def d(f):\n    def g(*a):\n        return f(*a), f(*a)\n    return g\n"
        + "@d\n" * 40
        + "def h():\n    return 1\nh()\n"
    ),
    "dict_comprehension": "x = {(a, b, c): 1 for a in range(10**4) for b in range(10**4) for c in range(10**4)}\n",
    "set_comprehension": "x = {a * 10**6 + b for a in range(10**6) for b in range(10**6)}\n",
    "huge_power": (
        "x = 10**10**8\ny = 10**(10**10)\nz = 2**2**2**2**2**2\nw = pow(3, 10**9)\nv = pow(7, 10**9, 10**9+7)\n"
    ),
    "float_power": "x = 10.0**10**3\n",
    "int_digits": "x = int('9' * 1000000)\ny = str(10**4000 ** 2)\nz = int('f' * 1000000, 16)\n",
    "factorial": (
        "import math\nx = math.factorial(10**7)\ny = math.factorial(10**5)\nimport math as m\n"
        "z = m.comb(10**6, 5*10**5)\nw=m.gcd(10**5000,3**5000)\n"
    ),
    "range_comprehension": (
        "x = [i for i in range(10**12)]\ny = sum(i for i in range(10**12))\nz = max(i for i in range(10**12))\n"
    ),
    "range_functions": (
        "x = sorted(range(10**12))\ny = min(range(10**12), key=lambda i: -i)\n"
        "z = list(map(str, range(10**12)))\nw = any(i < 0 for i in range(10**12))\n"
    ),
    "range_membership": (
        "x = [10**11.0 in range(10**12), 1.5 in range(10**12), 'a' in range(10**12), range(10**12)."
        "index(5.0), range(10**12).count('a')]\n"
    ),
    "reversed_zip": (
        "x = list(zip(reversed(range(10**12)), range(10**12)))\ny = dict(enumerate(range(10**12)))\n"
        "z = tuple(filter(None, range(10**12)))\n"
    ),
    "generator_endless": (
        "def g():\n    n = 0\n    while True:\n        yield n\n        n += 1\nsum(g())\nmax(g())\n"
        "sorted(g())\n'x'.join(str(i) for i in g())\n"
    ),
    "generator_chain": (
        "import itertools\nx = list(itertools.chain.from_iterable(itertools.repeat([1, 2])))\n"
        "y = list(itertools.count())\nz = list(itertools.cycle([1]))\nw = sum(itertools.repeat(1))\n"
    ),
    "deque_growth": "import collections\nd = collections.deque([1])\nfor _ in range(60):\n    d.extend(list(d))\n",
    "property_recursion": (
        "class A:\n    @property\n    def p(self):\n        return self.p\n    def __getattr__(self, name):\n"
        "        return getattr(self, name + 'x')\na = A()\na.p\na.q\n"
    ),
    "property_doubling": (
        "class A:\n    @property\n    def p(self):\n        return (self.p, self.p)\ntry:\n    A().p\n"
        "except RecursionError:\n    pass\n"
    ),
    "getattr_doubling": (
        "class A:\n    def __getattr__(self, name):\n        try:\n            getattr(self, name + 'a')\n"
        "        except Exception:\n            pass\n        return getattr(self, name + 'b')\nA().q\n"
    ),
    "getitem_iteration": (
        "class A:\n    def __getitem__(self, i):\n        return i\nlist(A())\nx = [*A()]\n1 in A()\n"
        "for i in A():\n    pass\n"
    ),
    "iter_self": (
        "class A:\n    def __iter__(self):\n        return self\n    def __next__(self):\n        return 1\n"
        "list(A())\nsum(A())\na, *b = A()\n"
    ),
    "call_recursion": "class A:\n    def __call__(self, *a):\n        return self(*a, *a)\nA()(1)\n",
    "bool_recursion": (
        "class A:\n    def __bool__(self):\n        return bool(self)\n    def __eq__(self, o):\n"
        "        return self == o\n    def __hash__(self):\n        return hash(self)\n    def __len__(self):\n"
        "        return len(self)\n    def __repr__(self):\n        return repr(self)\na = A()\nif a: pass\n"
        "a == a\nhash(a)\nlen(a)\nstr(a)\n"
    ),
    "compare_cost": (
        "class A:\n    def __lt__(self, o):\n        for i in range(1000): pass\n        return True\n"
        "sorted([A() for _ in range(10000)])\n"
    ),
    "metaclass": (
        "class M(type):\n    def __new__(m, n, b, d):\n        return M(n + 'x', b, d)\nclass A(metaclass=M):\n"
        "    pass\n"
    ),
    "init_subclass": "class A:\n    def __init_subclass__(cls):\n        class B(cls): pass\nclass C(A): pass\n",
    "mro_wide": (
        "".join(f"class C{i}: pass\n" for i in range(2000))
        + "class D("
        + ", ".join(f"C{i}" for i in range(2000))
        + "): pass\nD()\n"
    ),
    "mro_diamond": (
        "class A0: pass\nclass B0: pass\n"
        + "".join(
            f"class A{i}(A{i - 1}, B{i - 1}): pass\nclass B{i}(A{i - 1}, B{i - 1}): pass\n" for i in range(1, 400)
        )
        + "class D(A399, B399): pass\nD()\n"
    ),
    "dataclass_wide": (
        "import dataclasses\n@dataclasses.dataclass\nclass A:\n"
        + "".join(f"    f{i}: int = {i}\n" for i in range(20000))
        + "x = [A() for _ in range(10000)]\ndataclasses.asdict(x[0])\nx == x\n"
    ),
    "dataclass_nested": (
        "import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: object\n    y: object\na = A(1, 1)\n"
        "for _ in range(60):\n    a = A(a, a)\ndataclasses.asdict(a)\ndataclasses.astuple(a)\n"
        "a == dataclasses.replace(a)\nrepr(a)\nhash(a)\n"
    ),
    "namedtuple_wide": (
        "import collections\nT = collections.namedtuple('T', ['f%d' % i for i in range(100000)])\n"
        "x = T(*range(100000))\nx._asdict()\nx._replace(f1=2)\n"
    ),
    "namedtuple_nested": (
        "import collections\nT = collections.namedtuple('T', 'a b')\nx = T(1, 1)\nfor _ in range(60):\n"
        "    x = T(x, x)\nrepr(x)\nx == T(x, x)\nhash(x)\n"
    ),
    "enum_wide": (
        "import enum\nclass E(enum.Enum):\n"
        + "".join(f"    m{i} = {i}\n" for i in range(30000))
        + "for _ in range(1000):\n    list(E)\n"
    ),
    "enum_functional": (
        "import enum\nE = enum.Enum('E', ['m%d' % i for i in range(10**6)])\nF = enum.Enum('F', 'a ' * 10**6)\n"
    ),
    "re_callback": (
        "import re\nn = [0]\ndef f(m):\n    n.append(1)\n    return m.group() * 1000\ny = 'a' * 1000\n"
        "for _ in range(60):\n    y = re.sub('a', f, y)\n"
    ),
    "re_callback_lambda": (
        "import re\ny = re.sub('a', lambda m: re.sub('a', lambda m: re.sub('a', lambda m: 'a' * 1000, 'a' * 10"
        "00), 'a' * 1000), 'a' * 1000)\n"
    ),
    "re_backtrack": (
        "import re\nre.match('(a*)*b', 'a' * 50)\nre.findall('(x+x+)+y', 'x' * 50)\n"
        "re.split('(a|aa)+$', 'a' * 60 + 'b')\nre.sub('(.*?,){25}P', '', '1,' * 40)\n"
        "re.fullmatch(r'(\\w+\\s?)*', 'word ' * 40 + '!')\nre.compile('(?:a?){40}a{40}').match('a' * 40)\n"
    ),
    "re_compile_large": (
        "import re\nre.compile('a{1000000}')\nre.compile('(' * 5000 + ')' * 5000)\n"
        "re.compile('(?:(?:a{1000}){1000}){1000}')\nre.compile('|'.join('word%d' % i for i in range(100000)))\n"
        "re.compile('[' + ''.join(chr(i) for i in range(256, 60000)) + ']')\n"
    ),
    "re_split_many": (
        "import re\nx = 'a ' * 490000\nfor _ in range(100):\n    re.split(' ', x)\n    re.findall('a', x)\n"
        "    list(re.finditer('a', x))\n"
    ),
    "product_repeat": (
        "import itertools\nfor x in itertools.product([0, 1], repeat=10**7):\n    pass\n"
        "y = list(itertools.product(*[[0, 1]] * 1000))\n"
    ),
    "combinations": (
        "import itertools\nx = list(itertools.combinations(range(1000), 500))\n"
        "y = sum(1 for _ in itertools.permutations(range(100)))\n"
        "z = list(itertools.combinations_with_replacement(range(10**5), 3))\n"
    ),
    "groupby": (
        "import itertools\nx = [(k, list(g)) for k, g in itertools.groupby(itertools.count(), lambda n: n // 10)]\n"
    ),
    "tee": (
        "import itertools\na = itertools.count()\nfor _ in range(10000):\n    a, b = itertools.tee(a)\n"
        "list(itertools.islice(a, 10**9))\n"
    ),
    "accumulate": (
        "import itertools, functools\nx = list(itertools.accumulate(['ab'] * 100000))\n"
        "y = functools.reduce(lambda a, b: a + a, range(100), 'ab')\n"
        "z = functools.reduce(lambda a, b: (a, a), range(100), 1)\nhash(z)\n"
    ),
    "lru_cache": (
        "import functools\n@functools.lru_cache(None)\ndef f(n):\n    return f(n - 1), f(n - 2)\nf(10**5)\n"
        "for i in range(10**7):\n    f2 = functools.lru_cache()(lambda: i)\n"
    ),
    "numpy_giant": (
        "import numpy as np\nx = np.zeros([10**6, 10**6])\ny = x + x\nz = np.ones((10**12,)) * 2\nw = y.sum()\n"
        "v = np.arange(10**12)\nu = np.random.rand(10**5, 10**5)\nt = np.eye(10**6)\n"
        "tf.get_variable('v', initializer=x)\n"
    ),
    "numpy_arithmetic": (
        "import numpy as np\nx = np.arange(900000)\nfor _ in range(10000):\n    x = x * 2 + x\n"
        "    y = x.reshape([-1, 100]).T.tolist()\n"
    ),
    "numpy_outer": (
        "import numpy as np\nx = np.arange(1000)\nfor _ in range(10):\n    x = np.outer(x, x).ravel()\n"
        "y = np.repeat(x, 10**6)\nz = np.linspace(0, 1, 10**10)\nw = np.meshgrid(*[range(100)] * 10)\n"
        "v = np.broadcast_to(1, [10**9])\nu = np.full([10**9], 1)\nt = np.pad([1], 10**9, 'constant')\n"
        "s = np.indices([1000] * 5)\n"
    ),
    "numpy_text": (
        "import numpy as np\nx = np.array(['a' * 1000000] * 1000)\ny = np.array2string(np.zeros([1000, 900]))\n"
        "z = str(np.zeros([900000]))\nw = np.zeros([900000]).tobytes()\n"
    ),
    "tf_stack": "x = tf.stack([tf.zeros([2])] * 10**6)\n",
    "tf_stack_loop": (
        "x = tf.stack([tf.zeros([2]) for _ in range(10**6)])\ny = tf.unstack(tf.zeros([10**6, 2]))\n"
        "z = tf.split(tf.zeros([10**6]), 10**6)\n"
    ),
    "tf_unstack": (
        "z = tf.split(tf.zeros([10**6]), 10**6)\ny = tf.unstack(tf.zeros([10**6, 2]))\nx = tf.concat(y * 10, 0)\n"
    ),
    "tf_one_hot": (
        "x = tf.one_hot([1], 10**12)\ny = tf.tile(x, [10**6, 10**6])\nz = tf.zeros([10**9] * 1000)\n"
        "w = tf.reshape(z, [-1])\nv = tf.constant(0, shape=[10**6, 10**6])\nu = tf.fill([10**12], 1)\n"
        "t = tf.range(10**12)\n"
    ),
    "tf_high_rank": (
        "z = tf.zeros([1] * 10**6)\nw = z + z\nv = tf.transpose(z)\nu = tf.reduce_sum(z)\n"
        "for _ in range(100):\n    z = tf.expand_dims(z, 0)\n"
    ),
    "while_loop": "i = tf.while_loop(lambda *a: a[0] < 10, lambda *a: a, [tf.constant(0)] * 10**5)\n",
    "while_loop_nested": (
        "def body(d):\n    def b(i):\n        if d:\n"
        "            tf.while_loop(lambda i: i < 10, body(d - 1), [i])\n"
        "            tf.while_loop(lambda i: i < 10, body(d - 1), [i])\n        return i + 1\n    return b\n"
        "tf.while_loop(lambda i: i < 10, body(30), [tf.constant(0)])\n"
    ),
    "cond_nested": (
        "def b(d):\n    if not d: return tf.constant(1)\n"
        "    return tf.cond(tf.constant(True), lambda: b(d - 1), lambda: b(d - 1))\nb(40)\n"
    ),
    "map_fn_nested": (
        "def f(d):\n    return lambda x: tf.map_fn(f(d - 1), tf.zeros([2, 2])) if d else x\n"
        "tf.map_fn(f(100), tf.zeros([2, 2]))\n"
    ),
    "scan_large": (
        "x = tf.scan(lambda a, b: a, tf.zeros([10**9, 2]))\n"
        "c = tf.nn.static_rnn(tf.nn.rnn_cell.LSTMCell(3), [tf.zeros([2, 2])] * 10**5, dtype=tf.float32)\n"
    ),
    "keras_deep": "x = tf.keras.Input([2])\nfor i in range(10**5):\n    x = tf.keras.layers.Dense(2)(x)\n",
    "keras_sequential": (
        "m = tf.keras.Sequential([tf.keras.layers.Dense(2) for _ in range(10**5)])\nm.build([None, 2])\nm.summary()\n"
    ),
    "keras_nested": (
        "m = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=[2])])\nfor _ in range(60):\n"
        "    m = tf.keras.Sequential([m, m])\nm(tf.zeros([2, 2]))\nm.get_config()\n"
    ),
    "slim_repeat": (
        "import tensorflow.contrib.slim as slim\n"
        "x = slim.repeat(tf.zeros([1, 2, 2, 2]), 10**6, slim.conv2d, 2, [1, 1])\n"
    ),
    "slim_stack": (
        "import tensorflow.contrib.slim as slim\nx = slim.stack(tf.zeros([1, 2]), slim.fully_connected, [2] * 10**6)\n"
    ),
    "scope_deep": (
        "import contextlib\ndef f(n):\n    with tf.variable_scope('s'):\n        if n:\n            f(n - 1)\n"
        "        tf.get_variable('w', [2])\nf(10**6)\n"
    ),
    "scope_long": (
        "import contextlib\nwith contextlib.ExitStack() as s:\n    for i in range(10**5):\n"
        "        s.enter_context(tf.variable_scope('s' * 1000))\n        tf.get_variable('w', [2])\n"
    ),
    "names_long": "for i in range(10**5):\n    tf.get_variable('w' * 100000 + str(i), [2])\n",
    "collections_large": (
        "for i in range(10**6):\n    tf.add_to_collection('c' + str(i % 1000), i)\nfor i in range(10**5):\n"
        "    tf.get_collection('c1')\n    tf.get_collection_ref('c2')\n"
    ),
    "uniquify": "for i in range(10**6):\n    tf.zeros([2], name='x')\n",
    "placeholders_feed": (
        "d = {tf.placeholder(tf.float32): 1 for _ in range(10**6)}\ntf.Session().run([], feed_dict=d)\n"
    ),
    "feature_columns": (
        "c = [tf.feature_column.numeric_column('c%d' % i) for i in range(10**5)]\n"
        "tf.feature_column.input_layer({'c%d' % i: tf.zeros([2, 1]) for i in range(10**5)}, c)\n"
    ),
    "crossed": (
        "c = tf.feature_column.crossed_column(['k%d' % i for i in range(10**5)], 10**9)\n"
        "tf.feature_column.linear_model({'k%d' % i: tf.constant(['a']) for i in range(10**5)}, [c])\n"
    ),
    "hparams": (
        "h = tf.contrib.training.HParams(**{'k%d' % i: i for i in range(10**5)})\n"
        "h.parse(','.join('k%d=%d' % (i, i) for i in range(60000)))\nfor i in range(10**6):\n"
        "    h.add_hparam('n%d' % i, 1)\nstr(h)\n"
    ),
    "hparams_text": (
        "h = tf.contrib.training.HParams(a=1, b=[1])\nh.parse('b=[' + '1,' * 400000 + '1]')\n"
        "h.parse('a=' + '1' * 900000)\nh.parse('a=1,' * 200000)\n"
    ),
    "flags": "for i in range(10**6):\n    tf.app.flags.DEFINE_string('f%d' % i, 'x', 'y')\ntf.app.flags.FLAGS.f1\n",
    "flags_lines": (
        "".join(f"tf.app.flags.DEFINE_boolean('f{i}', True, 'x')\n" for i in range(8000))
        + "F = tf.app.flags.FLAGS\n"
        + "".join(f"if F.f{i}:\n    tf.get_variable('v{i}', [2])\n" for i in range(8000))
    ),
    "argparse": (
        "import argparse\np = argparse.ArgumentParser()\nfor i in range(10**5):\n"
        "    p.add_argument('--a%d' % i, default=i)\na = p.parse_args([])\n"
        "b = p.parse_args(['--a1', '2'] * 100000)\nvars(a)\n"
    ),
    "argparse_unknown": (
        "import argparse\np = argparse.ArgumentParser()\n"
        + "".join(f"p.add_argument('--a{i}', type=int)\n" for i in range(3000))
        + "a = p.parse_args()\n"
        + "".join(f"if a.a{i}:\n    tf.get_variable('v{i}', [2])\n" for i in range(3000))
    ),
    "json_deep": (
        "import json\nx = json.loads('[' * 100000 + ']' * 100000)\ny = json.loads('{\"a\":' * 100000)\n"
        "z = json.loads('1' * 900000)\nw = json.loads('[' + '1,' * 490000 + '1]')\nfor _ in range(100):\n"
        "    json.dumps(w)\n"
    ),
    "json_shared": (
        "import json\nx = [1]\nfor _ in range(60):\n    x = [x, x]\njson.dumps(x)\nstr(x)\nrepr(x)\nlen(str(x))\n"
    ),
    "pprint_shared": (
        "import pprint, copy, pickle\nx = [1]\nfor _ in range(60):\n    x = [x, x]\npprint.pformat(x)\n"
        "y = copy.deepcopy(x)\npickle.dumps(x)\n'%s' % x\n'{}'.format(x)\nf'{x}'\nprint(x)\n"
    ),
    "cyclic": (
        "x = []\nx.append(x)\nd = {}\nd['d'] = d\nx == x\nstr(x)\nimport json, copy\ncopy.deepcopy(d)\n"
        "json.dumps(d)\ntf.contrib.framework.nest.flatten(x)\ntf.constant(x)\nhash((1, tuple(x)))\nsorted(x)\n"
    ),
    "cyclic_pair": (
        "x, y = [], []\nfor _ in range(40):\n    x, y = [x, y], [y, x]\nx[0].append(x)\ny[0].append(y)\nx == y\nx < y\n"
    ),
    "yaml_text": (
        "import yaml\n"
        "t = 'a: &a [x, x]\\n' + ''.join('%s: &%s [*%s, *%s]\\n' % (chr(98 + i), chr(98 + i), chr(97 "
        "+ i), chr(97 + i)) for i in range(24))\ny = yaml.safe_load(t)\nstr(y)\ny == y\nyaml.dump(y)\n"
        "z = yaml.safe_load('[' * 10000)\nw = yaml.safe_load('- 1\\n' * 300000)\n"
    ),
    "csv_text": (
        "import csv, io\nr = list(csv.reader(io.StringIO('a,b\\n' * 240000)))\nfor _ in range(100):\n"
        "    list(csv.DictReader(io.StringIO('a,b\\n' * 240000)))\n"
    ),
    "config_parser": (
        "import configparser\nc = configparser.ConfigParser()\n"
        "c.read_string('[s]\\n' + ''.join('k%d = %%(k%d)s%%(k%d)s\\n' % (i, i + 1, i + 1) for i in ra"
        "nge(60)) + 'k60 = x\\n')\nc.get('s', 'k0')\n"
    ),
    "string_template": "import string\nt = string.Template('$a' * 300000)\ny = 'x' * 1000000\nz = t.substitute(a=y)\n",
    "textwrap": (
        "import textwrap, difflib\nx = 'word ' * 190000\nfor _ in range(100):\n    textwrap.wrap(x, 10)\n"
        "    textwrap.indent(x, 'a' * 10000)\ndifflib.SequenceMatcher(None, x, x[1:]).ratio()\n"
        "difflib.get_close_matches('a' * 1000, ['a' * 999 + str(i) for i in range(10000)])\n"
    ),
    "base64": (
        "import base64, hashlib, zlib, binascii\nx = b'a' * 1000000\nfor _ in range(100):\n"
        "    x = base64.b64encode(x)\nhashlib.pbkdf2_hmac('sha256', b'a', b'b', 10**9)\n"
        "zlib.decompress(zlib.compress(b'0' * 10**6))\n"
    ),
    "int_bytes": (
        "x = int.from_bytes(b'\\xff' * 1000000, 'big')\ny = (10**4000).to_bytes(10**9, 'big')\n"
        "z = bytes(10**10)\nw = bytearray(10**10)\nv = 'a' * 10**12\nu = [0] * 10**12\nt = (0,) * 10**12\n"
    ),
    "string_methods": (
        "x = 'ab' * 499999\nfor _ in range(10**4):\n"
        "    x.count('ab'); x.replace('ab', 'ba'); x.split('a'); x.upper(); x.partition('c'); x.cen"
        "ter(10**6); x.expandtabs(100); x.encode('utf-32'); x.zfill(10**6)\n"
    ),
    "expandtabs": (
        "x = ('\\t' * 1000).expandtabs(10**6)\ny = '\\t'.expandtabs(10**12)\nz = 'x'.zfill(10**12)\n"
        "w = 'x'.center(10**12)\nv = format(1, '1000000000d')\nu = '{:>1000000000}'.format(1)\n"
        "t = '%*d' % (10**9, 1)\ns = '%.1000000000f' % 1.0\nr = round(1.5, 10**12)\nq = f'{1.0:.1000000000f}'\n"
    ),
    "fraction": (
        "import fractions, decimal\nx = fractions.Fraction(1, 3)\nfor _ in range(1000):\n    x = x * x + 1\n"
        "d = decimal.Decimal(3) ** 10**9\n"
    ),
    "unpacking": (
        "x = list(range(900000))\nfor _ in range(1000):\n    a, *b = x\n    *c, d = x\n    print(*x)\n"
        "    dict(zip(x, x))\n"
    ),
    "kwargs": "d = {'k%d' % i: i for i in range(100000)}\ndef f(**k):\n    return f(**k)\nf(**d)\n",
    "closures": "def f(n):\n    def g():\n        return f(n + 1)\n    return g\nx = f(0)\nwhile True:\n    x = x()\n",
    "try_nested": (
        "".join(" " * i + "try:\n" for i in range(90))
        + " " * 90
        + "zoo()\n"
        + "".join(" " * i + f"except E{i}:\n" + " " * (i + 1) + "zoo()\n" for i in reversed(range(90)))
    ),
    "try_forks": (
        "import zoo\n"
        + "".join(f"try:\n    zoo.f{i}()\nexcept zoo.E:\n    tf.get_variable('v{i}', [2])\n" for i in range(2000))
    ),
    "match": (
        "x = unknown()\nmatch x:\n"
        + "".join(f"    case {i}:\n        tf.get_variable('v{i}', [2])\n" for i in range(5000))
    ),
    "if_chain": (
        "import zoo\nif zoo.a:\n    pass\n"
        + "".join(f"elif zoo.a{i}:\n    tf.get_variable('v{i}', [2])\n" for i in range(800))
    ),
    "if_expression": (
        "import zoo\nx = "
        + "".join(f"{i} if zoo.a{i} else " for i in range(150))
        + "0\ntf.get_variable('v%d' % x, [x])\n" * 20
    ),
    "bool_chain": (
        "import zoo\nx = "
        + " or ".join(f"zoo.a{i}" for i in range(20000))
        + "\ny = "
        + " and ".join(f"zoo.a{i}" for i in range(20000))
        + "\n"
    ),
    "compare_chain": ("import zoo\nx = " + " < ".join(f"zoo.a{i}" for i in range(20000)) + "\n"),
    "options_growth": (
        "import zoo\nx = 1\n"
        + "".join(f"x = x * 2 + 1 if zoo.a{i} else x * 2\n" for i in range(40))
        + "tf.get_variable('v%d' % x, [2])\n"
    ),
    "text_holes": "import zoo\nx = 'a'\nfor i in range(60):\n    x = x + zoo.f() + x\ntf.get_variable(x, [2])\n",
    "unknown_growth": "import zoo\nx = zoo.f()\nfor i in range(10**5):\n    x = x.a(x)[x] + x\n",
    "unknown_subject": "import zoo\nx = zoo.f\nfor i in range(10**5):\n    x = x.attribute\nx()\n",
    "star_import_deep": ("from tensorflow import *\n" * 3000),
    "global_table": "globals().update({'g%d' % i: i for i in range(10**6)})\nlocals()\nvars()\ndir()\n",
    "exec_growth": "exec('x = 1\\n' * 100000)\ns = 'exec(s)'\nexec(s)\n",
    "eval_growth": "s = '1'\nfor _ in range(60):\n    s = s + '+' + s\neval(s)\nf = 'eval(f)'\neval(f)\n",
    "lambda_deep": ("x = " + "lambda: " * 3000 + "1\n"),
    "attribute_deep": ("x = y" + ".a" * 30000 + "\n"),
    "call_deep": ("def f(*a):\n    return f\nx = f" + "()" * 30000 + "\n"),
    "subscript_deep": ("x = y" + "[0]" * 30000 + "\n"),
    "unary_deep": ("x = " + "not " * 30000 + "1\ny = " + "-" * 30000 + "1\n"),
    "line_long": ("x = 1; " * 100000 + "\n"),
    "comments": ("# x\n" * 400000),
    "strings_joined": ("x = (" + "'a' " * 200000 + ")\n"),
    "string_long": ("x = '" + "a" * 4000000 + "'\n"),
    "indent": ("".join(" " * i + "if 1:\n" for i in range(99)) + " " * 99 + "pass\n"),
    "indent_else": (
        "import zoo\n"
        + "".join(" " * i + f"if zoo.a{i}:\n" for i in range(90))
        + " " * 90
        + "pass\n"
        + "".join(" " * i + f"else:\n{' ' * (i + 1)}tf.get_variable('v{i}', [2])\n" for i in reversed(range(90)))
    ),
    "function_large": ("def f():\n" + "    x = [1, 2, 3]\n" * 20000 + "f()\n"),
    "functions_many": ("".join(f"def f{i}():\n    return f{i + 1}()\n" for i in range(20000)) + "f0()\n"),
    "classes_entered": (
        "".join(
            f"class M{i}:\n    def __init__(self, a):\n        for _ in range(a):\n"
            f"            tf.get_variable('w', [2])\n"
            for i in range(3000)
        )
    ),
    "suppressions": ("tf.get_variable('w', [2])  # noqa: TFS201\n" * 20000),
    "findings": ("tf.get_variable('first', [2])\n" * 20000),
    "findings_tried": (
        "".join("try:\n    tf.get_variable('first', [2])\nexcept ValueError:\n    pass\n" for i in range(10000))
    ),
    "optimizer_slots": (
        "for i in range(5000):\n    tf.get_variable('v%d' % i, [2])\n"
        "l = tf.add_n([tf.reduce_sum(v) for v in tf.trainable_variables()])\nfor i in range(100):\n"
        "    tf.train.AdamOptimizer().minimize(l)\n"
    ),
    "gradients_many": (
        "x = tf.get_variable('x', [2])\ny = x\nfor i in range(20000):\n    y = y * x + y\ntf.gradients(y, [x] * 1000)\n"
    ),
    "savers": (
        "for i in range(3000):\n    tf.get_variable('v%d' % i, [2])\nfor i in range(3000):\n"
        "    tf.train.Saver(tf.global_variables()).restore(None, 'x')\n"
    ),
    "initializers": (
        "for i in range(3000):\n    tf.get_variable('v%d' % i, [2])\n"
        "    tf.Session().run(tf.global_variables_initializer())\n"
    ),
    "assign_ema": (
        "e = tf.train.ExponentialMovingAverage(0.9)\nfor i in range(3000):\n"
        "    tf.get_variable('v%d' % i, [2])\n    e.apply(tf.trainable_variables())\n"
    ),
    "moments": (
        "x = tf.zeros([2, 2])\nfor i in range(10**5):\n    x = tf.layers.batch_normalization(x, training=True)\n"
    ),
    "templates": "t = tf.make_template('t', lambda: tf.get_variable('w', [2]))\nfor i in range(10**6):\n    t()\n",
    "arg_scope": (
        "import tensorflow.contrib.slim as slim\ndef f(n):\n"
        "    with slim.arg_scope([slim.conv2d], scope='a' * n):\n        f(n + 1)\nf(0)\n"
    ),
    "import_graph": (
        "g = tf.GraphDef()\nfor i in range(10**5):\n    g.node.add().name = 'n%d' % i\ntf.import_graph_def(g)\n"
    ),
    "distribute": (
        "s = tf.distribute.MirroredStrategy(['/gpu:%d' % i for i in range(10**5)])\nwith s.scope():\n"
        "    tf.get_variable('w', [2])\n"
    ),
    "replica": (
        "tf.get_variable('w', [2])\nwith tf.device(tf.train.replica_device_setter(10**9)):\n"
        "    for i in range(10**6):\n        tf.get_variable('v%d' % i, [2])\n"
    ),
    "partition_axis": (
        "with tf.variable_scope('p', partitioner=tf.min_max_variable_partitioner(10**7, 0, 1, 1)):\n"
        "    for i in range(100):\n        tf.get_variable('v%d' % i, [10**8, 2])\n"
    ),
    "estimator": (
        "def m(features, labels, mode):\n    for i in range(10**6):\n        tf.get_variable('v%d' % i, [2])\n"
        "e = tf.estimator.Estimator(m)\nfor i in range(1000):\n    e.train(lambda: tf.zeros([2]))\n"
    ),
    "dataset": (
        "d = tf.data.Dataset.range(10**12)\nfor i in range(10**5):\n    d = d.map(lambda x: x).batch(2)\nlist(d)\n"
    ),
    "threads": (
        "import threading\ndef f():\n    threading.Thread(target=f).start()\n"
        "    threading.Thread(target=f).start()\nf()\n"
    ),
    "time_sleep": "import time\nwhile True:\n    time.sleep(10**9)\n",
    "input_loop": "while True:\n    input()\n",
    "locals_growth": "n = 0\nwhile n < 10**7:\n    globals()['v%d' % n] = n\n    n += 1\n",
    "weak_closure_list": "fs = []\nfor i in range(10**6):\n    fs.append(lambda x=fs: x)\n",
    "objects_many": (
        "class C:\n    def __init__(self, n):\n        self.n, self.m = n, n\nx = [C(i) for i in range(10**6)]\n"
    ),
    "string_set": "x = {str(i) for i in range(10**7)}\ny = {i: [i] for i in range(10**7)}\n",
    "tuple_keys": "d = {}\nt = ()\nfor i in range(10**5):\n    t = t + (i,)\n    d[t] = t\n",
    "slices": "x = list(range(10**6))\nfor i in range(10**6):\n    y = x[i:]\n    z = x[::-1]\n",
    "sorted_key": (
        "x = list(range(900000))\nfor _ in range(1000):\n    sorted(x, key=lambda i: -i)\n    x.sort()\n"
        "    x.reverse()\n    min(x); max(x); sum(x)\n    5 in x\n    x.index(899999)\n    x.count(1)\n"
        "    x == list(x)\n"
    ),
    "insert_front": "x = []\nfor i in range(10**6):\n    x.insert(0, i)\n    x.pop(0)\n    x.insert(0, i)\n",
    "string_concat_unknown": (
        "import zoo\nn = zoo.n()\nfor i in range(n):\n    for j in range(n):\n        for k in range(n):\n"
        "            for l in range(n):\n                tf.get_variable('v%d%d%d%d' % (i, j, k, l), [2])\n"
    ),
}
