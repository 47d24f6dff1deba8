"""Python as the interpreter runs it against Python itself: each snippet leaves a `result`, and the two must agree."""

# ruff: noqa: E501 (a snippet says much in one list, so that it is compared at once)
from __future__ import annotations

import sys
import textwrap
import types

import pytest

from tests.interp.helpers import interpret

SNIPPETS = {
    "texts": """
        k = 3
        def f(a):
            b = a + 1
            exec("b = 100\\nc = 5")
            made = {"b": b}
            exec("def g(n):\\n    return n * b\\nclass C:\\n    x = 7", made)
            own = {}
            exec("for i in range(k): last = i", {"k": 4}, own)
            return [eval("a + b * k"), b, made["g"](2), made["C"].x, own["last"], eval("[j for j in (1, 2)]")]
        exec("d = k + 1\\ndef h(): return d + k")
        d = 10
        g = eval("lambda x, y=2: x * y + k")
        result = [f(1), d, h(), g(5), eval("x + y", {"x": 1}, {"y": 2}), eval(compile("k", "x", "eval")), eval("  k")]
        for wrong in ("def (", "missing + 1", "exec('k = 9'); k"):
            try:
                result.append(exec(wrong))
            except (SyntaxError, NameError) as e:
                result.append(type(e).__name__)
        result.append(k)
        exec("k = 1", globals())
        result.append(k)
    """,
    "defaults": """
        def f(a, b=2, *c, d=4, **e):
            return [a, b, list(c), d, sorted(e.items())]
        result = [f(1), f(1, 3, 5, 6, d=7, x=8), f(*[1, 2, 3], **{"z": 1}), f(b=1, a=0)]
    """,
    "keyword_only": """
        def f(*, a, b=1): return a + b
        result = [f(a=1), f(b=5, a=2)]
        try:
            f()
        except TypeError as e:
            result.append("TypeError")
    """,
    "closures": """
        def counter():
            n = 0
            def up(by=1):
                nonlocal n
                n += by
                return n
            return up
        c, d = counter(), counter()
        result = [c(), c(5), d(), [f() for f in [lambda: i for i in range(3)]], [f() for f in [lambda i=i: i for i in range(3)]]]
    """,
    "globals": """
        total = 0
        def add(x):
            global total
            total += x
        for i in range(4): add(i)
        result = total
    """,
    "classes": """
        class A(object):
            kind = "a"
            def __init__(self, x): self.x = x
            def get(self): return self.x
            @property
            def double(self): return self.x * 2
            @double.setter
            def double(self, v): self.x = v // 2
            @classmethod
            def make(cls, x): return cls(x + 1)
            @staticmethod
            def plain(x): return x * 10
            def __call__(self, y): return (self.x, y)
            def __eq__(self, other): return self.x == other.x
            def __len__(self): return 3
            def __getitem__(self, k): return k
            def __contains__(self, k): return k == 7
            def __iter__(self): return iter([1, 2])
            def __repr__(self): return "A(%r)" % self.x
            def __add__(self, o): return A(self.x + o.x)
            def __bool__(self): return self.x > 0
        class B(A):
            kind = "b"
            def __init__(self, x, y):
                super(B, self).__init__(x)
                self.y = y
            def get(self): return super().get() + self.y
        b = B(1, 2)
        b.double = 10
        result = [b.get(), b.x, b.double, A.make(4).x, B.plain(2), b(3), A(1) == A(1), len(b), b["k"], 7 in b, list(b),
                  repr(A(3)), (A(1) + A(2)).x, bool(A(0)), isinstance(b, A), B.__name__, B.kind, type(b).__name__,
                  [c.__name__ for c in B.__mro__], hasattr(b, "y"), getattr(b, "zz", 5), issubclass(B, A)]
    """,
    "diamond": """
        class Base(object):
            def go(self): return ["base"]
        class L(Base):
            def go(self): return ["l"] + super(L, self).go()
        class R(Base):
            def go(self): return ["r"] + super(R, self).go()
        class D(L, R):
            def go(self): return ["d"] + super().go()
        result = D().go()
    """,
    "getattr_hooks": """
        class Dots(object):
            def __init__(self): self.__dict__["store"] = {}
            def __getattr__(self, name):
                try: return self.__dict__["store"][name]
                except KeyError: raise AttributeError(name)
            def __setattr__(self, name, value): self.store[name] = value
        d = Dots()
        d.a = 3
        setattr(d, "b", 4)
        class Bag(dict):
            __getattr__ = dict.get
            __setattr__ = dict.__setitem__
        g = Bag(x=1)
        g.y = 2
        class Own(object):
            def __init__(self, **kw): self.__dict__.update(kw)
        o = Own(p=1, q=2)
        result = [d.a, d.b, hasattr(d, "zz"), g.x, g["y"], sorted(g), o.p + o.q, sorted(vars(o).items())]
    """,
    "descriptors": """
        class Lazy(object):
            def __init__(self, f): self.f = f; self.name = f.__name__
            def __get__(self, obj, cls):
                if obj is None: return self
                value = self.f(obj)
                setattr(obj, self.name, value)
                return value
        calls = []
        class Model(object):
            @Lazy
            def graph(self):
                calls.append(1)
                return 42
        m = Model()
        class Typed(object):
            def __set_name__(self, owner, name): self.n = "_" + name
            def __get__(self, o, c): return getattr(o, self.n)
            def __set__(self, o, v): setattr(o, self.n, v * 2)
        class T(object):
            a = Typed()
        t = T(); t.a = 4
        result = [m.graph, m.graph, len(calls), t.a, t._a]
    """,
    "lazy_property": """
        import functools
        def lazy(function):
            attribute = "_cache_" + function.__name__
            @property
            @functools.wraps(function)
            def decorator(self):
                if not hasattr(self, attribute):
                    setattr(self, attribute, function(self))
                return getattr(self, attribute)
            return decorator
        n = []
        class Model:
            @lazy
            def prediction(self):
                n.append(1)
                return "p"
            @lazy
            def loss(self): return self.prediction + "!"
        m = Model()
        result = [m.loss, m.prediction, len(n)]
    """,
    "registry": """
        REG = {}
        def register(name=None):
            def wrap(f):
                REG[name or f.__name__] = f
                return f
            return wrap
        @register()
        def one(): return 1
        @register("deux")
        class Two(object): pass
        result = [sorted(REG), REG["one"](), REG["deux"] is Two]
    """,
    "metaclass": """
        class Meta(type):
            made = []
            def __new__(mcs, name, bases, attrs):
                cls = super(Meta, mcs).__new__(mcs, name, bases, attrs)
                Meta.made.append(name)
                return cls
            def __init__(cls, name, bases, attrs):
                super(Meta, cls).__init__(name, bases, attrs)
                cls.tag = name.lower()
            def __call__(cls, *args, **kwargs):
                obj = super(Meta, cls).__call__(*args, **kwargs)
                obj.after = True
                return obj
        class A(metaclass=Meta):
            def __init__(self, x): self.x = x
        class B(A): pass
        b = B(4)
        result = [Meta.made, B.tag, b.x, b.after]
    """,
    "abc": """
        import abc, six
        @six.add_metaclass(abc.ABCMeta)
        class Shape(object):
            @abc.abstractmethod
            def area(self): pass
            def twice(self): return self.area() * 2
        class Square(Shape):
            def area(self): return 9
        class C(abc.ABC):
            @property
            @abc.abstractmethod
            def p(self): pass
        class D(C):
            p = 5
        result = [Square().twice(), D().p]
    """,
    "init_subclass": """
        class Base:
            subs = []
            def __init_subclass__(cls, tag=None, **kw):
                super().__init_subclass__(**kw)
                Base.subs.append((cls.__name__, tag))
        class A(Base, tag=1): pass
        class B(A): pass
        result = Base.subs
    """,
    "namedtuple": """
        import collections
        P = collections.namedtuple("P", "x y")
        class Q(collections.namedtuple("Q", ["a", "b"])):
            def total(self): return self.a + self.b
        p = P(1, y=2)
        x, y = p
        q = Q(3, 4)
        result = [p.x, p[1], x, y, p._replace(x=9).x, list(p._asdict().items()), P._fields, q.total(), len(q), p == (1, 2), isinstance(p, tuple)]
    """,
    "dataclass": """
        from dataclasses import dataclass, field
        @dataclass
        class Config:
            layers: int
            width: int = 8
            names: list = field(default_factory=list)
            def total(self): return self.layers * self.width
        c = Config(3)
        c.names.append("x")
        d = Config(1, width=2)
        result = [c.total(), d.total(), c.names, d.names, c == Config(3, 8, ["x"])]
    """,
    "enum": """
        import enum
        class Mode(enum.Enum):
            TRAIN = "train"
            EVAL = "eval"
        result = [Mode.TRAIN.value, Mode.TRAIN.name, Mode("eval") is Mode.EVAL, Mode["TRAIN"] is Mode.TRAIN, [m.name for m in Mode], Mode.TRAIN == Mode.EVAL]
    """,
    "generators": """
        log = []
        def gen(n):
            for i in range(n):
                log.append(i)
                got = yield i * i
                if got: log.append(got)
            return "done"
        def outer():
            r = yield from gen(3)
            yield r
        g = gen(5)
        a = next(g)
        b = g.send("hi")
        def countdown(n):
            while n:
                yield n
                n -= 1
            else:
                yield "end"
        result = [a, b, list(outer()), log, list(countdown(3)), sum(x for x in range(4)), next(x for x in [5, 6] if x > 5), max(len(w) for w in ["a", "bbb"])]
    """,
    "context_managers": """
        import contextlib
        log = []
        @contextlib.contextmanager
        def scope(name):
            log.append("in " + name)
            try:
                yield name.upper()
            finally:
                log.append("out " + name)
        class CM(object):
            def __init__(self, swallow): self.swallow = swallow
            def __enter__(self): log.append("enter"); return self
            def __exit__(self, kind, value, tb):
                log.append(kind.__name__ if kind else None)
                return self.swallow
        with scope("a") as a, CM(True) as c:
            log.append(a)
            raise ValueError("x")
        with contextlib.ExitStack() as stack:
            for n in "xy": stack.enter_context(scope(n))
            stack.callback(log.append, "cb")
        @scope("deco")
        def f(): log.append("f")
        f(); f()
        try:
            with scope("err"): raise KeyError("k")
        except KeyError as e: log.append("caught")
        with contextlib.suppress(IndexError): [][0]
        result = log
    """,
    "exceptions": """
        log = []
        def f(x):
            try:
                log.append("try")
                if x == 0: raise ValueError("zero")
                if x == 1: return "returned"
                if x == 2: {}["missing"]
                if x == 3: int("a")
            except (KeyError, IndexError) as e:
                log.append("key %s" % e)
                return "key"
            except ValueError as e:
                log.append(str(e)[:7])
                return "value"
            else:
                log.append("else")
            finally:
                log.append("finally")
            return "end"
        result = [f(i) for i in range(5)] + log
        class Mine(Exception):
            def __init__(self, code): super(Mine, self).__init__("code %d" % code); self.code = code
        try:
            try: raise Mine(3)
            except Mine: raise
        except Exception as e:
            result.append([type(e).__name__, e.code, str(e), e.args])
        for i in range(3):
            try: continue
            finally: result.append(i)
    """,
    "loops": """
        out = []
        for i in range(10):
            if i == 2: continue
            if i == 5: break
            out.append(i)
        else:
            out.append("no")
        for i in []: pass
        else: out.append("else")
        n = 0
        while True:
            n += 1
            if n > 3: break
        while n < 6: n += 1
        else: out.append("wend")
        for i, (a, b) in enumerate(zip("ab", [1, 2])): out.append((i, a, b))
        for k, v in sorted({"x": 1, "a": 2}.items()): out.append(k + str(v))
        for x in reversed([1, 2]): out.append(x)
        result = out + [n]
    """,
    "unpacking": """
        a, b = 1, 2
        a, b = b, a
        (c, d), e = (3, 4), 5
        first, *mid, last = range(5)
        x = y = [0]
        [p, q] = "pq"
        z = [*mid, *"ab"]
        w = {**{"a": 1}, "b": 2}
        t = (*mid, 9)
        result = [a, b, c, d, e, first, mid, last, x is y, p, q, z, w, list(t)]
    """,
    "comprehensions": """
        i = "outer"
        result = [[i * j for i in range(3) for j in range(i)], {k: v for k, v in [("a", 1)]}, sorted({x % 2 for x in range(5)}),
                  [x for x in range(10) if x % 2 if x > 3], i, [[y for y in range(x)] for x in range(3)],
                  list(map(lambda x: x + 1, [1, 2])), list(filter(None, [0, 1])), dict(zip("ab", [1, 2]))]
    """,
    "strings": """
        n, x = 3, 0.5
        result = ["layer_%d" % n, "%s_%02d_%.2f" % ("a", n, x), "{}-{:>4}-{name!r}".format(n, x, name="q"), f"{n}:{x:.3f}:{'z'!r}{n + 1}",
                  "a/b/c".split("/")[-1], "-".join(["x", "y"]), "AbC".lower(), "a" * 3, "abc"[::-1], "%(k)s" % {"k": 1},
                  "abc".replace("b", "_"), "x.y".rsplit(".", 1), " s ".strip(), "abc".find("c"), "abc".startswith(("x", "a")), u"u",
                  "con" "cat", "tab\\t".expandtabs(), "%r" % "q", "{0}{1}{0}".format("a", "b"), "a,b".partition(","), "abc".zfill(5), f"{{}}{n:03d}"]
    """,
    "containers": """
        l = [3, 1, 2]
        l.append(4); l.extend([5]); l.insert(0, 9); l.remove(1); l.sort(); p = l.pop()
        d = {"a": 1}; d.update(b=2); d.setdefault("c", []).append(1); d.pop("a"); del d["b"]
        import collections
        dd = collections.defaultdict(list); dd["x"].append(1)
        od = collections.OrderedDict([("z", 1), ("y", 2)]); od["x"] = 3
        c = collections.Counter("aab")
        s = set([1, 2]) | {3}; s.add(4)
        l2 = l[1:3]; l[0:1] = [0, 0]
        m = [[0] * 2 for _ in range(2)]; m[0][1] = 5
        result = [l, p, d, dict(dd), list(od.items()), c["a"], sorted(s), l2, m, l.index(3), 3 in l, l == list(l), sorted([3, 1], key=lambda v: -v),
                  list(range(5, 0, -2)), tuple([1, 2]) + (3,), [1, 2] < [1, 3], max(1, 5), min([4, 2]), sum([1, 2], 10), any([0, 1]), all([]),
                  list(enumerate("ab", 1)), [1] * 3, {1, 2} & {2}, collections.deque([1, 2], maxlen=2)[0]]
    """,
    "numbers": """
        import math
        result = [7 // 2, -7 // 2, 7 % 3, -7 % 3, 2 ** 10, 2 ** -1, 7 / 2, 1e3, 0x10, 1 << 4, 5 & 3, 5 ^ 1, ~5, round(2.5), round(2.567, 2), int(3.9), abs(-2),
                  divmod(7, 2), math.sqrt(16), math.ceil(2.1), math.log(1), float("1.5"), int("12"), 1 < 2 < 3, 3 > 2 > 5, not 0, 1 if 0 else 2, 0 or 5, 1 and 7, None or [],
                  bool([]), 10 // 3 * 2, math.pi > 3, int("ff", 16), complex(1, 2).real, True + True, isinstance(True, int)]
    """,
    "functools": """
        import functools, operator, itertools
        add = functools.partial(lambda a, b, c=0: a + b + c, 1, c=10)
        def deco(f):
            @functools.wraps(f)
            def inner(*a, **k): return f(*a, **k) + 1
            return inner
        @deco
        def g(x):
            "doc"
            return x
        @functools.lru_cache(maxsize=None)
        def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
        result = [add(2), g(1), g.__name__, g.__doc__, functools.reduce(operator.mul, [1, 2, 3, 4]), fib(15), list(itertools.chain([1], [2])),
                  list(itertools.product([0, 1], repeat=2)), list(itertools.islice(itertools.count(3), 2)), operator.itemgetter(1)([5, 6]),
                  [(k, list(v)) for k, v in itertools.groupby([1, 1, 2])], list(itertools.accumulate([1, 2, 3]))]
    """,
    "class_decorators": """
        def methods(cls):
            cls.extra = lambda self: self.x + 1
            return cls
        class Call(object):
            def __init__(self, f): self.f = f; self.n = 0
            def __call__(self, *a): self.n += 1; return self.f(*a)
        @methods
        class A(object):
            x = 1
            def m(self): return 2
        @Call
        def f(v): return v * 2
        A.added = lambda self, y: y
        a = A()
        bound = a.m
        result = [a.extra(), f(2), f(3), f.n, a.added(7), bound(), A.m(a), A.__dict__["x"], callable(a.m)]
    """,
    "mangling": """
        class A(object):
            def __init__(self): self.__x = 1
            def get(self): return self.__x
        class B(A):
            def __init__(self):
                super().__init__()
                self.__x = 2
        b = B()
        result = [b.get(), b._B__x, b._A__x]
    """,
    "scopes_of_names": """
        x = "global"
        class C:
            x = "class"
            y = x + "!"
            def m(self): return x
        def f():
            x = "local"
            class D:
                z = x
                def m(self): return x
            return D.z, D().m(), [x for _ in range(1)]
        def g():
            try: return yy
            except NameError: return "unbound"
        result = [C.y, C().m(), f(), g()]
    """,
    "new": """
        class Single(object):
            _one = None
            def __new__(cls, *a):
                if cls._one is None: cls._one = super(Single, cls).__new__(cls)
                return cls._one
            def __init__(self, v): self.v = v
        class Up(str):
            def __new__(cls, s): return super().__new__(cls, s.upper())
        class L(list):
            def total(self): return sum(self)
        a, b = Single(1), Single(2)
        l = L([1, 2]); l.append(3)
        result = [a is b, a.v, Up("x") + "y", l.total(), len(l), l[0], isinstance(l, list)]
    """,
    "type_call": """
        T = type("T", (object,), {"a": 1, "m": lambda self: self.a + 1})
        result = [T().m(), T.__name__, type(3) is int, type("s") == str]
    """,
    "augmented": """
        class V(object):
            def __init__(self): self.n = 1; self.l = [1]
        v = V(); v.n += 2; v.l += [2]
        d = {"a": 1}; d["a"] *= 5
        l = k = [1]; l += [2]
        s = "a"; s += "b"
        t = (1,); t += (2,)
        result = [v.n, v.l, d, k, s, t]
    """,
    "walrus": """
        if (n := len("abc")) > 2: pass
        result = [n, [y for x in range(3) if (y := x * 2)]]
    """,
    "copying": """
        import copy
        a = {"x": [1]}
        b, c = copy.copy(a), copy.deepcopy(a)
        a["x"].append(2)
        class O(object): pass
        o = O(); o.v = [1]
        p = copy.deepcopy(o); o.v.append(2)
        result = [b, c, p.v]
    """,
    "recursion": """
        def walk(t): return [t] if not isinstance(t, list) else sum((walk(x) for x in t), [])
        result = walk([1, [2, [3, 4]], 5])
    """,
    "six_moves": """
        import six
        from six.moves import range as r, zip as z
        result = [list(r(2)), list(z([1], [2])), isinstance("s", six.string_types), sorted(six.iteritems({"a": 1})), six.PY3]
    """,
    "json_re": """
        import json, re, os, string
        d = json.loads('{"a": [1, 2.5, null, true]}')
        result = [d["a"], json.dumps({"b": 1}), re.sub("[0-9]+", "#", "a12b"), re.match(r"(\\w+)_(\\d+)", "w_3").group(2), bool(re.search("x", "abc")),
                  os.path.join("a", "b"), os.path.basename("/x/y.z"), os.path.splitext("f.txt"), string.ascii_lowercase[:3]]
    """,
    "match_calls": """
        def f(*args, **kwargs): return args, sorted(kwargs.items())
        def g(a, *rest, **kw): return f(a, *rest, b=1, **kw)
        result = [g(1, 2, c=3), f(*"ab", *[1], **{"x": 1}, y=2)]
    """,
    "slices": """
        l = list(range(6))
        del l[1:3]
        s = slice(1, None, 2)
        result = [l, l[s], l[-2:], "abcdef"[1:4], (1, 2, 3)[:-1]]
    """,
    "numpy": """
        import numpy as np
        result = [int(np.prod([2, 3])), np.sqrt(16.0), list(np.arange(3)), np.zeros((2, 3)).shape, int(np.ceil(2.1)), float(np.mean([1, 2])),
                  np.array([[1, 2], [3, 4]]).T.tolist(), int(np.sum(np.ones([2, 2]))), np.floor(2.7), np.linspace(0, 1, 3).tolist(), int(np.array([1, 2, 3])[1])]
    """,
}


@pytest.mark.parametrize("name", sorted(SNIPPETS))
def test_agrees_with_python(name: str) -> None:
    code = textwrap.dedent(SNIPPETS[name])
    if "numpy" in code or "six" in code:
        pytest.importorskip("numpy" if "numpy" in code else "six")
    # dataclasses look the module of a class up, so there has to be one.
    module = types.ModuleType("snippet")
    sys.modules["snippet"] = module
    try:
        exec(compile(code, name, "exec"), module.__dict__)
    finally:
        del sys.modules["snippet"]
    assert interpret(code, "result") == module.result
