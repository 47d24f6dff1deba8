# ruff: noqa: E501
"""Small programs over the standard library end with the same names in the interpreter as in CPython."""

from __future__ import annotations

import pytest
from engine import Ran

PROGRAMS = {
    "functools": """
import functools
from functools import partial, reduce, wraps
def f(a, b=2, *args, **kw):
    "doc"
    return (a, b, args, sorted(kw))
g = partial(f, 1, c=3)
r1 = g(); r2 = g(5, d=4); r3 = g.func is f; r4 = g.args; r5 = sorted(g.keywords)
r6 = reduce(lambda x, y: x * y, [1, 2, 3, 4])
def deco(fn):
    @wraps(fn)
    def inner(*a, **k):
        return fn(*a, **k) + ("wrapped",)
    return inner
h = deco(f)
r7 = h(1); r8 = h.__name__; r9 = h.__doc__
calls = []
@functools.lru_cache(maxsize=None)
def slow(x):
    calls.append(x)
    return x * 2
r10 = [slow(1), slow(1), slow(2)]; r11 = list(calls)
class P:
    @functools.lru_cache()
    def m(self, x):
        return x + 1
r12 = P().m(3)
del f, g, deco, h, slow, P, functools, partial, reduce, wraps
""",
    "classes": """
class D(dict):
    def __init__(self, *a, **k):
        super(D, self).__init__(*a, **k)
        self.extra = 1
    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name)
    def __setitem__(self, k, v):
        super().__setitem__(k, v * 2)
d = D(a=1)
d["b"] = 2
r1 = (d.a, d["b"], len(d), sorted(d), "a" in d, d.extra, list(d.items()))
try:
    d.zzz
except AttributeError as e:
    r2 = str(e)
class L(list):
    def first(self):
        return self[0]
l = L([3, 1, 2])
l.append(5)
l += [7]
r3 = (l.first(), len(l), sorted(l), l[1:], isinstance(l, list), list(reversed(l)), type(l).__name__)
class S(str):
    pass
s = S("abc")
r4 = (s.upper(), s + "d", len(s), s == "abc", "%s" % s, {"abc": 1}[s])
class T(tuple):
    def __new__(cls, a, b):
        return tuple.__new__(cls, (a, b))
t = T(1, 2)
r5 = (t[0], len(t), t == (1, 2), tuple(t))
class I(int):
    pass
r6 = (I(5) + 1, I(5) == 5, "%d" % I(7), [0, 1, 2][I(1)])
class M(dict):
    def __missing__(self, key):
        return key * 2
r7 = M()["ab"]
class E(ValueError):
    def __init__(self, msg, code):
        super().__init__(msg)
        self.code = code
try:
    raise E("bad", 3)
except ValueError as e:
    r8 = (str(e), e.code, e.args)
try:
    {}["k"]
except (KeyError, IndexError) as e:
    r9 = (repr(e), e.args)
class Meta(type):
    seen = []
    def __new__(mcs, name, bases, attrs):
        attrs["tag"] = name.lower()
        cls = super().__new__(mcs, name, bases, attrs)
        mcs.seen.append(name)
        return cls
class A(metaclass=Meta):
    pass
class B(A):
    pass
r10 = (A.tag, B.tag, Meta.seen)
Dyn = type("Dyn", (A,), {"x": 5})
r11 = (Dyn.x, Dyn.__name__, Dyn.tag)
class Desc:
    def __get__(self, obj, cls):
        return 42 if obj is not None else self
class Q:
    d = Desc()
    @property
    def p(self):
        return self._p
    @p.setter
    def p(self, v):
        self._p = v + 1
    @staticmethod
    def s(x):
        return x
    @classmethod
    def c(cls):
        return cls.__name__
q = Q()
q.p = 1
r12 = (q.d, q.p, Q.s(3), q.c(), Q.c(), getattr(q, "p"), hasattr(q, "zz"), vars(q))
setattr(q, "dyn", 5)
r13 = (q.dyn, callable(q), callable(Q), isinstance(q, (A, Q)), issubclass(B, A))
class lazy(property):
    pass
class R:
    @lazy
    def v(self):
        return 9
r14 = R().v
del D, d, L, l, S, s, T, t, I, M, E, Meta, A, B, Dyn, Desc, Q, q, lazy, R
""",
    "collections": """
import collections
from collections import OrderedDict, defaultdict, namedtuple, Counter, deque
od = OrderedDict([("b", 1), ("a", 2)])
od["c"] = 3
od.move_to_end("b")
r1 = (list(od), list(od.items()), isinstance(od, dict), isinstance(od, OrderedDict), od.popitem(last=False))
dd = defaultdict(list)
dd["x"].append(1)
r2 = (dict(dd), dd["y"], len(dd))
dn = defaultdict(lambda: 7, a=1)
r3 = (dn["a"], dn["z"])
P = namedtuple("P", "x y")
p = P(1, y=2)
a, b = p
r4 = (p.x, p[1], a, b, p._fields, dict(p._asdict()), p._replace(x=5).x, repr(p), p == (1, 2), len(p), tuple(p))
class Q(namedtuple("Q", ["u", "v"])):
    def total(self):
        return self.u + self.v
    def __new__(cls, u, v=3):
        return super(Q, cls).__new__(cls, u, v)
q = Q(1)
r5 = (q.total(), q.v, isinstance(q, tuple), q._asdict()["v"])
try:
    P(1)
except TypeError:
    r6 = "refused"
c = Counter("abracadabra")
r7 = (c["a"], c["zz"], c.most_common(1))
c.update("aa")
r8 = c["a"]
dq = deque([1, 2, 3], maxlen=3)
dq.append(4)
dq.appendleft(0)
r9 = (list(dq), dq.popleft(), len(dq))
W = namedtuple("W", "a b c")
W.__new__.__defaults__ = (None,) * 3
r10 = tuple(W(1))
r11 = isinstance({}, collections.abc.Mapping), isinstance([], collections.abc.Sequence), isinstance(3, collections.abc.Iterable)
Pt = namedtuple("Pt", "x,y", defaults=[5])
r12 = tuple(Pt(1))
r13 = P._make([3, 4]).y
del od, dd, dn, P, p, Q, q, c, dq, W, Pt, collections, OrderedDict, defaultdict, namedtuple, Counter, deque
""",
    "itertools": """
import itertools as it
r1 = list(it.chain([1], (2, 3))); r2 = list(it.chain.from_iterable([[1], [2]]))
r3 = list(it.product([1, 2], "ab")); r4 = list(it.product([0, 1], repeat=2))
r5 = list(it.islice(it.count(5, 2), 3)); r6 = list(it.zip_longest([1], [2, 3], fillvalue=0))
r7 = list(it.accumulate([1, 2, 3])); r8 = list(it.combinations([1, 2, 3], 2)); r9 = list(it.permutations([1, 2]))
r10 = [(k, list(g)) for k, g in it.groupby("aabb")]; r11 = list(it.repeat(1, 2)); r12 = list(it.starmap(pow, [(2, 3)]))
r13 = list(it.takewhile(lambda x: x < 2, [1, 2, 1])); r14 = list(it.dropwhile(lambda x: x < 2, [1, 2, 1]))
r15 = list(zip(it.count(), "ab")); r16 = list(it.islice(it.cycle([1, 2]), 5)); r17 = list(it.compress("abc", [1, 0, 1]))
del it
""",
    "operator_math": """
import operator, math
from operator import itemgetter, attrgetter, mul
r1 = itemgetter(1)([5, 6]); r2 = itemgetter(0, 1)([5, 6]); r3 = operator.add(1, 2); r4 = mul(3, 4)
r5 = sorted([("b", 1), ("a", 2)], key=itemgetter(1)); r6 = math.ceil(2.1); r7 = math.sqrt(16); r8 = math.floor(-1.5)
r9 = math.log(8, 2); r10 = math.pi; r11 = math.pow(2, 3); r12 = math.gcd(12, 18); r13 = math.prod([2, 3])
try:
    math.sqrt(-1)
except ValueError as e:
    r14 = "domain"
class X: pass
x = X(); x.a = X(); x.a.b = 4
r15 = attrgetter("a.b")(x)
r16 = operator.not_(0), operator.truth([1]), operator.and_(6, 3), operator.methodcaller("upper")("ab")
r17 = math.isnan(float("nan")), math.inf > 5, int(math.log2(1024)), math.exp(0)
del X, x, operator, math, itemgetter, attrgetter, mul
""",
    "paths": """
import os
import os.path as osp
r1 = os.path.join("a", "b", "/c", "d"); r2 = osp.basename("/x/y.txt"); r3 = osp.splitext("y.tar.gz")
r4 = osp.dirname("/x/y"); r5 = os.sep; r6 = osp.split("a/b"); r7 = osp.join("a/", "b"); r8 = osp.normpath("a/../b")
os.environ["MY_VAR"] = "5"
r9 = os.environ["MY_VAR"], os.environ.get("SURELY_UNSET_X", "d"), os.getenv("SURELY_UNSET_Y", 3)
held = dict(os.environ, MORE="6"); r10 = held["MY_VAR"], held["MORE"], {**os.environ, "MORE": 7}["MORE"]
r11 = dict(**os.environ)["MY_VAR"]; r12 = bool(os.environ)
del os, osp, held
""",
    "ranges": """
r = range(2, 100, 7)
r1 = [x in r for x in (9, 9.0, 9.5, "a", None, True, 9 + 0j, 9 + 1j, float("inf"), float("nan"), (), 3, 10**40)]
r2 = [r.count(x) for x in (9, 9.0, "a", 3)], r.index(16.0), True in range(2), range(2).index(True)
r3 = []
for x in ("a", 1, 9.5):
    try:
        r.index(x)
    except ValueError as problem:
        r3.append(str(problem))
del r, x
""",
    "re": """
import re
r1 = re.match("^(.*):\\\\d+$", "a/b:0").group(1); r2 = re.sub("[0-9]+", "N", "a1b22"); r3 = re.findall("[a-z]", "a1b")
r4 = re.split("[,;]", "a,b;c"); r5 = re.search("x", "abc") is None; r6 = re.compile("b+").sub(lambda m: m.group(0) * 2, "abb")
r12 = re.compile("b").match("abc", pos=1).start(); r13 = re.compile("[a-z]").findall("abcd", 1, 3)
r7 = re.match("(?P<n>a)(b)?", "ac").groupdict(); r8 = re.match("(a)(b)?", "ac").groups(); r9 = re.escape("a.b")
m = re.match("a(b)", "ab"); r10 = (m.start(), m.end(1), m.span(), m[1]); r11 = bool(re.fullmatch("a+", "aaa"))
r12 = re.findall("(a)(b)", "abab"); r13 = [x.group() for x in re.finditer("a", "aa")]
r14 = re.match("A", "a", re.IGNORECASE) is not None; r15 = re.sub("(a)", r"<\\\\1>", "a")
del re, m
""",
    "json_copy": """
import json, copy
d = json.loads('{"a": [1, 2.5, null, true], "b": {"c": "x"}}')
e = copy.deepcopy(d)
e["a"].append(3)
f = copy.copy(d)
f["z"] = 1
r1 = json.dumps(d, sort_keys=True); r2 = json.dumps({"b": 1, "a": [1]}, indent=2, sort_keys=True)
class C:
    def __init__(self):
        self.x = [1]
c = C(); g = copy.deepcopy(c); g.x.append(2); h = copy.copy(c); h.x.append(9)
r3 = (c.x, g.x)
try:
    json.loads("{")
except ValueError:
    r4 = "no"
a = [1]; a.append(a); b = copy.deepcopy(a); r5 = b[1] is b
a = b = c = g = h = C = json = copy = None
""",
    "strings": """
import string, textwrap
r1 = string.ascii_lowercase; r2 = string.Template("$a-${b}").substitute(a=1, b=2); r3 = textwrap.dedent("  a\\n  b")
r4 = string.digits; r5 = string.capwords("a b")
del string, textwrap
""",
    "contextlib": """
import contextlib
log = []
@contextlib.contextmanager
def cm(name):
    log.append("in " + name)
    try:
        yield name * 2
    except ValueError:
        log.append("caught")
    finally:
        log.append("out " + name)
with cm("a") as v, cm("b"):
    log.append(v)
with cm("c"):
    raise ValueError
with contextlib.suppress(KeyError):
    {}["x"]
    log.append("never")
with contextlib.ExitStack() as stack:
    stack.enter_context(cm("d"))
    stack.callback(log.append, "called")
@cm("e")
def f():
    log.append("f")
f(); f()
class K(contextlib.ContextDecorator):
    def __enter__(self):
        log.append("K in")
        return self
    def __exit__(self, *exc):
        log.append("K out")
        return False
@K()
def g():
    return 5
r1 = g()
class Close:
    def close(self):
        log.append("closed")
with contextlib.closing(Close()) as q:
    pass
del contextlib, cm, stack, f, K, g, Close, q
""",
    "enum": """
import enum
from enum import Enum, IntEnum, auto
class Color(Enum):
    RED = 1
    GREEN = "g"
    ALSO = 1
    @property
    def low(self):
        return self.name.lower()
r1 = (Color.RED.value, Color.GREEN.name, Color(1) is Color.RED, Color["GREEN"] is Color.GREEN, Color.ALSO is Color.RED)
r2 = ([c.name for c in Color], len(Color), str(Color.RED), repr(Color.RED), Color.RED == Color.GREEN, Color.RED.low)
r3 = (isinstance(Color.RED, Color), Color.RED in Color, {Color.RED: 1}[Color.RED], list(Color.__members__))
class N(IntEnum):
    A = auto()
    B = auto()
r4 = (N.A + 1, N.B == 2, [10, 20, 30][N.A], N(2).name, N.A < N.B)
class S(str, Enum):
    X = "x"
r5 = (S.X == "x", S.X.upper(), S("x") is S.X)
try:
    Color(99)
except ValueError:
    r6 = "refused"
F = Enum("F", "P Q")
r7 = F.P.value, F.Q.name
class Pl(Enum):
    E = (1, 2)
    def __init__(self, mass, radius):
        self.mass = mass
r8 = Pl.E.mass, Pl((1, 2)).name
del enum, Enum, IntEnum, auto, Color, N, S, F, Pl
""",
    "dataclasses": """
import dataclasses
from dataclasses import dataclass, field
@dataclass
class A:
    x: int
    y: int = 2
    z: list = field(default_factory=list)
    def total(self):
        return self.x + self.y
@dataclass
class B(A):
    w: str = "w"
    def __post_init__(self):
        self.post = self.w * 2
a = A(1); b = B(1, 2, w="q"); a.z.append(1)
r1 = (a.total(), a.z, A(1).z, repr(A(1)), A(1) == A(1), b.post, b.w, dataclasses.asdict(b), [f.name for f in dataclasses.fields(A)])
r2 = dataclasses.replace(a, x=9).x, dataclasses.is_dataclass(a), dataclasses.astuple(A(1))
try:
    A()
except TypeError:
    r3 = "refused"
del dataclasses, dataclass, field, A, B, a, b
""",
    "inspect_typing_abc": """
import inspect, abc
from typing import List, Dict, Optional, NamedTuple, TYPE_CHECKING, cast, Generic, TypeVar, Callable, Union
T = TypeVar("T")
def f(a, b=2, *args, c, d=4, **kw):
    pass
s = inspect.getfullargspec(f)
r1 = (s.args, s.varargs, s.varkw, s.defaults, s.kwonlyargs, s.kwonlydefaults)
r2 = list(inspect.signature(f).parameters); r3 = inspect.signature(f).parameters["b"].default
r4 = inspect.isclass(int), inspect.isfunction(f)
class Pt(NamedTuple):
    x: int
    y: int = 3
r5 = Pt(1).y, tuple(Pt(1, 2)), Pt._fields
class G(Generic[T]):
    def go(self, x: Optional[int] = None) -> List[int]:
        return [x]
r6 = G().go(1); r7 = cast(int, "x"); r8 = TYPE_CHECKING
class Base(abc.ABC):
    @abc.abstractmethod
    def m(self): ...
class Impl(Base):
    def m(self):
        return 1
r9 = Impl().m(), isinstance(Impl(), Base)
r10 = inspect.signature(f).bind(1, c=2).arguments["a"]
class L2(List[int]):
    pass
r11 = len(L2([1, 2]))
U = Union[int, str]
del inspect, abc, List, Dict, Optional, NamedTuple, TYPE_CHECKING, cast, Generic, TypeVar, Callable, Union, T, f, s, Pt, G, Base, Impl, L2, U
""",
    "singledispatch_and_total_ordering": """
import functools
@functools.singledispatch
def show(x):
    return "other"
@show.register(int)
def _(x):
    return "int"
@show.register(list)
def _(x):
    return "list"
r1 = [show(1), show([]), show("a")]
@functools.total_ordering
class V:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n
r2 = (V(1) <= V(2), V(2) > V(1), V(1) >= V(2), sorted([V(3), V(1)])[0].n, max(V(1), V(5)).n)
class W:
    @functools.cached_property
    def c(self):
        log.append(1)
        return 5
log = []
w = W(); w.c; w.c
r3 = log
r4 = sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a))
del functools, show, _, V, W, w
""",
    "generators": """
def gen(n):
    for i in range(n):
        got = yield i
        if got:
            yield got * 10
g = gen(3)
r1 = next(g), g.send(5), list(g)
def two():
    yield from gen(2)
    return 9
r2 = list(two()); r3 = sum(x for x in range(5)); r4 = next(iter([]), None); r5 = any(x > 2 for x in [1, 3])
r6 = dict((k, v) for k, v in zip("ab", [1, 2])); r7 = {k: v for k, v in [("a", 1)]}; r8 = sorted({3, 1}); r9 = [*range(2), *"ab"]
it = iter([1, 2, 3]); r10 = [next(it), list(it)]
del gen, g, two, it
""",
    "idioms": """
import threading, collections, contextlib, functools, types, weakref, warnings, logging, os, sys, time, random, uuid, enum, abc
tl = threading.local()
a = hasattr(tl, "stack")
tl.stack = [1]
b = tl.stack
class TL(threading.local):
    def __init__(self):
        super(TL, self).__init__()
        self.x = [3]
t = TL()
c = t.x
lock = threading.Lock()
with lock:
    d = 1
log = logging.getLogger(__name__)
log.info("x %s", 1); log.setLevel(logging.INFO)
class H(logging.Handler):
    def emit(self, record): pass
log.addHandler(H())
e = isinstance(log, logging.Logger)
f = weakref.ref(t)().x
g = types.SimpleNamespace(a=1).a
ns = types.SimpleNamespace(); ns.b = 2
h = vars(ns)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
class S(object):
    _i = None
    def __new__(cls, *a, **k):
        if cls._i is None:
            cls._i = super(S, cls).__new__(cls)
        return cls._i
i = S() is S()
class Reg(type):
    reg = {}
    def __init__(cls, name, bases, d):
        super(Reg, cls).__init__(name, bases, d)
        Reg.reg[name] = cls
class R1(metaclass=Reg): pass
j = sorted(Reg.reg)
class CM:
    def __enter__(self): return 7
    def __exit__(self, *a): return True
with CM() as k:
    raise ValueError
def deco(fn):
    @functools.wraps(fn)
    def w(self, *args, **kw):
        w.calls = getattr(w, "calls", 0) + 1
        return fn(self, *args, **kw)
    return w
class M:
    @deco
    def f(self, x): return x
    def __call__(self, y): return self.f(y)
    def __getitem__(self, i): return i * 2
    def __len__(self): return 3
    def __iter__(self): return iter([1, 2])
    def __contains__(self, x): return x == 5
    def __eq__(self, o): return True
    def __hash__(self): return 1
m = M()
l = (m(3), m.f.calls, m[4], len(m), list(m), 5 in m, 6 in m, m == 3, bool(m))
n = {m: 1}[m]
o = [x for x in map(m, [1, 2])]
p = dict(m=1, **{"n": 2})
q = "{0.__class__.__name__}".format(m)
r = type(m).__name__, m.__class__.__name__, M.__mro__[1] is object, M.__bases__ == (object,)
s = m.f.__name__, M.f.__name__
u = sorted(name for name in M.__dict__ if not name.startswith("__"))
def kw(*, a, b=2): return a + b
v = kw(a=1)
x, *y = [1, 2, 3]
z = (lambda *a, **k: (a, sorted(k.items())))(1, b=2)
class Slots:
    __slots__ = ("a", "b")
    def __init__(self): self.a = 1
aa = Slots().a
class Desc:
    def __init__(self, name): self.name = name
    def __get__(self, o, t): return o.__dict__.get(self.name, "none") if o else self
    def __set__(self, o, v): o.__dict__[self.name] = v
class UD:
    d = Desc("dd")
ud = UD(); bb = ud.d; ud.d = 4; cc = ud.d
try:
    raise KeyError("x") from None
except LookupError as err:
    dd = repr(err)
try:
    try: 1 / 0
    finally: ee = 1
except ZeroDivisionError as z0:
    ff = str(z0)
gg = "collections" in sys.modules
ii = "abc".__class__ is str, (5).__class__.__name__
jj = isinstance(M.f, types.FunctionType), isinstance(m.f, types.MethodType), callable(m)
kk = os.path.splitext(os.path.basename("/a/b.py"))[0]
ll = collections.namedtuple("P", ["x"])(3)._asdict()["x"]
mm = functools.reduce(lambda acc, e: acc + [e], [1, 2], [])
""",
}


def is_basic(value: object) -> bool:
    """Is this a value whose text is the same here and there?"""
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return all(is_basic(v) for v in value)
    if type(value) is dict:
        return all(is_basic(v) for pair in value.items() for v in pair)
    return type(value) in (int, float, str, bool, bytes, type(None), set, frozenset)


@pytest.mark.parametrize("name", list(PROGRAMS))
def test_same_names(name: str) -> None:
    source = PROGRAMS[name].replace("\\\\", "\\")
    want: dict[str, object] = {"__name__": "__main__"}
    exec(source, want)
    ran = Ran(source)
    assert not ran.failures
    assert ran.error is None, ran.error.attrs
    for key, value in want.items():
        if not key.startswith("__") and is_basic(value):
            assert repr(ran.names[key]) == repr(value), key
