"""Records TF 1.15's public surface: what each module holds, each callable's parameters, each class's bases.

Runs under TF 1.15's own Python (3.7) and writes three sorted text tables, one row per line:

    python3.7 tools/record_api.py scopelint/apis/tables

`modules.txt`    module TAB attr=what ...          what: see `Surface.describe`
`callables.txt`  canonical TAB kind TAB parameters  functions, classes (their `__init__`), methods at their owner
`classes.txt`    canonical TAB bases TAB mro TAB member:kind ...
"""
# ruff: noqa: UP031, RUF005, SIM105, PIE810

import __future__

import enum
import functools
import importlib
import inspect
import os
import pkgutil
import sys
import types
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")

import tensorflow as tf  # noqa: E402
from tensorflow.python.util import tf_decorator, tf_inspect  # noqa: E402

PACKAGES = ("tensorflow", "tensorflow_core", "tensorflow_estimator")
SKIPPED_IMPORTS = (
    "_test",
    ".testing",
    "test_util",
    "_main",
    ".tools.",
    ".debug.",
    "benchmark",
    "_gpu",
    ".tensorrt",
    ".examples.",
    "local_cli_wrapper",
    "session_debug_testlib",
    ".bigtable",
    ".kafka",
    ".ignite",
    ".kinesis",
)
DROPPED_ENDS = ("_eager_fallback", "_swigregister", "_swiginit", "_outputs", "__attrs")
KEPT_DUNDERS = ("__version__", "__git_version__", "__compiler_version__")
# Of TF's thousands of wrapped C functions those that programs import.
KEPT_WRAPPED = (
    "NewCheckpointReader",
    "CheckpointReader",
    "StatSummarizer",
    "NewStatSummarizer",
    "DeleteStatSummarizer",
    "TransformGraphWithStringInputs",
    "do_quantize_training_on_graphdef",
)
DROPPED_MODULES = (
    "tensorflow.python._pywrap",
    "tensorflow.python.pywrap_tensorflow_internal",
    "tensorflow.python.framework.test_ops",
    "tensorflow.contrib.quantization.",
    "tensorflow.compat.v1.compat",
    "tensorflow.compat.v2.compat",
)
WANTED_IMPORTS = (
    "tensorflow.python.debug",
    "tensorflow.python.tools.freeze_graph",
    "tensorflow.python.tools.optimize_for_inference_lib",
    "tensorflow.python.tools.inspect_checkpoint",
    "tensorflow.examples.tutorials.mnist.input_data",
    "tensorflow.examples.tutorials.mnist",
    "tensorflow.python.debug.lib.debug_utils",
    "tensorflow.tools.graph_transforms",
    "tensorflow.python.tools.strip_unused_lib",
    "tensorflow.python.platform.benchmark",
    "tensorflow.python.framework.test_util",
    "tensorflow.contrib.tensorrt",
)


def import_all():
    """Import each module under TF's Python and contrib packages, so that private paths are known too."""
    for root in ("tensorflow.python", "tensorflow.contrib", "tensorflow_estimator"):
        path = list(importlib.import_module(root).__path__)
        for info in pkgutil.walk_packages(path, root + ".", onerror=lambda name: None):
            if any(part in info.name for part in SKIPPED_IMPORTS):
                continue
            quietly_import(info.name)
    for name in WANTED_IMPORTS:
        quietly_import(name)


def quietly_import(name):
    try:
        importlib.import_module(name)
    except BaseException as error:  # a tool that reads sys.argv exits; an optional dependency is not there
        print("not imported:", name, type(error).__name__, str(error)[:80], file=sys.stderr)


def dotted(name):
    """TF's code lives in `tensorflow_core`; programs say `tensorflow`."""
    return "tensorflow" + name[len("tensorflow_core") :] if name.split(".")[0] == "tensorflow_core" else name


def real_module(module):
    """The module behind TF's lazy and deprecation wrappers."""
    try:
        dir(module)
    except BaseException:
        pass
    while True:
        inner = module.__dict__.get("_tfmw_wrapped_module")
        if inner is None:
            break
        module = inner
    if type(module) is not types.ModuleType:
        loaded = sys.modules.get(module.__name__)
        if isinstance(loaded, types.ModuleType) and loaded is not module:
            return real_module(loaded)
    return module


def is_tensorflow(module):
    return getattr(module, "__name__", "").split(".")[0] in PACKAGES


def is_public_api(name):
    return "._api." in name or ".api._v" in name


class Surface:
    """All modules, and one canonical name for each object."""

    def __init__(self):
        self.modules = {}  # id of real module -> canonical dotted name
        self.keep = []  # real modules and objects, kept alive so that ids stay theirs
        self.contents = {}  # canonical module -> {attr: object}
        self.aliases = {}  # other dotted name -> canonical module
        self.names = {}  # id of callable -> canonical name
        self.callables = {}  # canonical name -> object
        self.stars = {}

    # modules

    def walk(self):
        queue = [("tensorflow", tf)]
        seen = set()
        while queue:
            path, module = queue.pop(0)
            real = real_module(module)
            if id(real) in self.modules:
                self.aliases.setdefault(path, self.modules[id(real)])
                continue
            if path.startswith(DROPPED_MODULES):
                continue
            self.add_module(real, path)
            if id(real) in seen:
                continue
            seen.add(id(real))
            for attr, value in sorted(self.contents[path].items()):
                if isinstance(value, types.ModuleType) and not attr.startswith("__"):
                    inner = real_module(value)
                    if not is_tensorflow(inner):
                        continue
                    name = dotted(inner.__name__)
                    below_contrib = (
                        path.startswith("tensorflow.contrib") and ".contrib." in name and ".python" not in name
                    )
                    if path == "tensorflow" and attr == "flags":
                        queue.append((path + "." + attr, value))
                    if (
                        is_public_api(name)
                        or below_contrib
                        or name in ("tensorflow.contrib", "tensorflow.python.keras")
                    ):
                        queue.append((path + "." + attr, value))
        for name, module in sorted(sys.modules.items()):
            if module is None or not isinstance(module, types.ModuleType) or name.split(".")[0] not in PACKAGES:
                continue
            real = real_module(module)
            own = dotted(name)
            if not is_tensorflow(real) or own.startswith(DROPPED_MODULES):
                continue
            if id(real) in self.modules:
                if self.modules[id(real)] != own:
                    self.aliases.setdefault(own, self.modules[id(real)])
                continue
            if own in self.contents:
                print("two modules of one name", own, file=sys.stderr)
                continue
            self.add_module(real, own)

    def add_module(self, real, path):
        self.modules[id(real)] = path
        self.keep.append(real)
        contents = {}
        names = set(dir(real))
        wrapper = sys.modules.get(real.__name__)
        if wrapper is not None:
            # TF's deprecated names stand in `__all__` and are no longer found by dir() once they were used.
            names |= set(dir(wrapper)) | {str(name) for name in getattr(wrapper, "__all__", None) or ()}
        for attr in names:
            dropped = attr.startswith(("__", "_tfmw", "_op_def", "_kernel_", "_pywrap")) or attr.endswith(DROPPED_ENDS)
            if dropped and attr not in KEPT_DUNDERS:
                continue
            if path == "tensorflow.python.pywrap_tensorflow" and attr not in KEPT_WRAPPED:
                continue
            try:
                value = getattr(wrapper if wrapper is not None and hasattr(wrapper, attr) else real, attr)
            except BaseException:
                continue
            if not isinstance(value, __future__._Feature):
                contents[attr] = value
        self.contents[path] = contents
        self.stars[path] = getattr(wrapper if wrapper is not None else real, "__all__", None)

    # names

    def name_all(self):
        paths = {}
        for module, contents in self.contents.items():
            for attr, value in contents.items():
                if isinstance(value, types.ModuleType) or not is_named(value):
                    continue
                paths.setdefault(id(value), (value, []))[1].append((module, attr))
        for value, found in paths.values():
            name = self.choose(value, found)
            if name is None:
                continue
            while name in self.callables and self.callables[name] is not value:
                name += "_"
            self.names[id(value)] = name
            self.callables[name] = value
        for value in list(self.callables.values()):
            if inspect.isclass(value):
                for base in value.__mro__:
                    if id(base) not in self.names and base.__module__.split(".")[0] in PACKAGES:
                        name = dotted(base.__module__) + "." + base.__qualname__
                        self.names[id(base)] = name
                        self.callables.setdefault(name, base)
        self.keep.append(paths)

    def choose(self, value, found):
        """Shortest public path; in contrib the package that the code lives in; else where it was defined."""
        home = dotted(getattr(value, "__module__", None) or "")
        if not is_ours(value) and not any(is_public(module) for module, _ in found):
            return None

        def rank(place):
            module, attr = place
            parts = module.split(".")
            in_contrib = parts[1:2] == ["contrib"]
            near = in_contrib and home.startswith(".".join(parts[:3]) + ".")
            own = getattr(value, "__name__", attr)
            # conv2d and convolution2d are one function: programs know the short name
            other = len(attr) if module == "tensorflow.contrib.layers" else attr != own
            return (
                not is_public(module),
                "compat" in parts,
                attr.startswith("_"),
                in_contrib,
                "keras" in parts and "keras" not in home,
                in_contrib and not near,
                len(parts),
                other,
                module,
                attr,
            )

        module, attr = min(found, key=rank)
        if is_public(module):
            return "tf" + module[len("tensorflow") :] + "." + attr
        qualified = getattr(value, "__qualname__", attr)
        if (home, qualified) in found or (
            home
            and "." not in qualified
            and "<" not in qualified
            and self.contents.get(home, {}).get(qualified) is value
        ):
            return home + "." + qualified
        return module + "." + attr

    # descriptions

    def describe(self, value):
        """What a member is: `module:tensorflow.nn`, `dtype:float32`, `const:3`, ... as `tables.canonical` tells."""
        if isinstance(value, types.ModuleType):
            real = real_module(value)
            name = self.modules.get(id(real))
            return "module:" + (name or dotted(getattr(real, "__name__", "?")))
        if isinstance(value, tf.DType):
            return "dtype:" + value.name
        if isinstance(value, enum.Enum):
            return "enum:%s.%s" % (self.name_of(type(value)), value.name)
        if is_plain(value):
            text = repr(value)
            return "const:" + text if len(text) < 400 else "object:" + type(value).__name__
        if is_named(value):
            return self.name_of(value)
        return "object:" + self.name_of(type(value))

    def name_of(self, value):
        name = self.names.get(id(value))
        if name:
            return name
        module = getattr(value, "__module__", None) or "builtins"
        return "py:%s.%s" % (dotted(module), getattr(value, "__qualname__", getattr(value, "__name__", "?")))

    def default(self, value):
        if isinstance(value, tf.DType):
            return "<tf.%s>" % value.name
        if isinstance(value, enum.Enum):
            return "<%s.%s>" % (self.name_of(type(value)), value.name)
        if is_plain(value):
            text = repr(value)
            return text if len(text) < 400 else "<long>"
        if is_named(value):
            return "<%s>" % self.name_of(value)
        return "<%s()>" % self.name_of(type(value))

    # rows

    def parameters(self, function, bound=False):
        """The parameters as the user meets them, through TF's decorators; None where Python cannot tell."""
        try:
            spec = tf_inspect.getfullargspec(function)
        except (TypeError, ValueError, AttributeError):
            spec = None
        bare = tf_decorator.unwrap(function)[1]
        bare = inspect.unwrap(bare) if callable(bare) else bare
        if spec is None or (spec.varargs and spec.varkw and not spec.args):
            try:
                spec = inspect.getfullargspec(bare)
            except TypeError:
                if spec is None:
                    return None
        args = list(spec.args or [])
        defaults = list(spec.defaults or ())
        first = len(args) - len(defaults)
        out = []
        for i, arg in enumerate(args):
            out.append(arg if i < first else "%s=%s" % (arg, self.default(defaults[i - first])))
        if bound and out:
            out = out[1:]
        if spec.varargs:
            out.append("*" + spec.varargs)
        elif spec.kwonlyargs:
            out.append("*")
        for arg in spec.kwonlyargs or ():
            known = spec.kwonlydefaults or {}
            out.append("%s=%s" % (arg, self.default(known[arg])) if arg in known else arg)
        if spec.varkw:
            out.append("**" + spec.varkw)
        return out

    def rows(self):
        callables, classes = [], []
        for name, value in self.callables.items():
            if not inspect.isclass(value):
                params = self.parameters(value, bound=inspect.ismethod(value))
                if params is not None:
                    callables.append([name, "function"] + params)
                continue
            init, bound = value.__init__, True
            if init is object.__init__ and value.__new__ is not object.__new__:
                init = value.__new__
            if init is object.__init__:
                params = []
            elif issubclass(value, enum.Enum):
                params = ["value"]
            else:
                params = self.parameters(init, bound=bound)
                for base in value.__mro__[1:]:
                    # A mixin that hands all on (tf.nn.rnn_cell.DropoutWrapper): what it hands on to says the names.
                    if params != ["*args", "**kwargs"] or "__init__" not in vars(base):
                        continue
                    params = self.parameters(base.__init__, bound=True)
            if params is not None:
                callables.append([name, "class"] + params)
            members = []
            for attr, member in sorted(vars(value).items()):
                if attr in ("__doc__", "__module__", "__dict__", "__weakref__", "__slots__", "__abstractmethods__"):
                    continue
                if attr.startswith("_tf_api_") or attr.startswith("_estimator_api_"):
                    continue
                kind, function = member_kind(member)
                if kind in ("method", "static", "classmethod"):
                    params = self.parameters(function, bound=kind != "static")
                    if params is None:
                        continue
                    callables.append(["%s.%s" % (name, attr), kind] + params)
                    members.append("%s:%s" % (attr, kind))
                elif kind == "property":
                    members.append("%s:property" % attr)
                elif not attr.startswith("__") and not attr.startswith("_abc"):
                    members.append("%s=%s" % (attr, self.describe(member)))
            bases = ",".join(self.name_of(base) for base in value.__bases__)
            mro = ",".join(self.name_of(base) for base in value.__mro__[1:])
            classes.append([name, bases, mro] + members)
        modules = []
        for path, contents in self.contents.items():
            row = [path]
            star = self.stars.get(path)
            for attr, value in sorted(contents.items()):
                row.append("%s=%s" % (attr, self.describe(value)))
            if star is not None and set(star) != {a for a in contents if not a.startswith("_")}:
                row.insert(1, "*=" + ",".join(sorted(str(s) for s in star)))
            modules.append(row if len(row) > 1 else row + [""])
        first = {}
        for row in sorted(modules, key=lambda row: (len(row[0].split(".")), row[0])):
            twin = first.setdefault(tuple(row[1:]), row[0])
            if twin != row[0]:
                row[1:] = ["@=" + twin]
        for path, target in self.aliases.items():
            if path not in self.contents:
                modules.append([path, "@=" + target])
        return {"modules.txt": modules, "callables.txt": callables, "classes.txt": classes}


def is_named(value):
    """Functions, classes and other callables that have a name of their own."""
    return isinstance(
        value, (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, functools.partial)
    ) or (callable(value) and (hasattr(value, "_tf_decorator") or isinstance(value, tf_decorator.TFDecorator)))


def is_ours(value):
    return (getattr(value, "__module__", None) or "").split(".")[0] in PACKAGES or isinstance(value, functools.partial)


def is_public(module):
    return (
        module.split(".")[0] == "tensorflow"
        and not module.startswith(
            (
                "tensorflow.python",
                "tensorflow.core",
                "tensorflow.examples",
                "tensorflow.compiler",
                "tensorflow.tools",
                "tensorflow._api",
            )
        )
        and ".python" not in module
        and "._" not in module
    )


def is_plain(value):
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return type(value) in (type(None), bool, int, float, str, bytes) and value == value and abs_ok(value)
    if type(value) in (tuple, list, set, frozenset):
        return all(is_plain(member) for member in value)
    if type(value) is dict:
        return all(is_plain(k) and is_plain(v) for k, v in value.items())
    return False


def abs_ok(value):
    """repr() of inf is no literal."""
    return not isinstance(value, float) or value not in (float("inf"), float("-inf"))


def member_kind(member):
    if isinstance(member, staticmethod):
        return "static", member.__func__
    if isinstance(member, classmethod):
        return "classmethod", member.__func__
    if isinstance(member, property):
        return "property", None
    if isinstance(member, types.FunctionType) or hasattr(member, "_tf_decorator"):
        return "method", member
    if inspect.isdatadescriptor(member):
        return "property", None
    return "other", None


def main():
    out = sys.argv[1]
    dir(tf.contrib)
    import_all()
    surface = Surface()
    surface.walk()
    surface.name_all()
    for name, rows in surface.rows().items():
        lines = sorted("\t".join(row) for row in rows)
        with open(os.path.join(out, name), "w") as stream:
            stream.write("\n".join(lines) + "\n")
        print(name, len(lines), sum(map(len, lines)))


if __name__ == "__main__":
    main()
