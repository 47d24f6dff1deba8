"""Records what objects of each class have besides what `classes.txt` holds, and what those of Python's classes have.

Runs under TF 1.15's own Python (3.7), then under a TF 2, each adding its rows to one sorted table:

    python3.7 tools/record_attributes.py scopelint/apis/tables
    python tools/record_attributes.py scopelint/apis/tables --second
    python3.7 tools/record_attributes.py tests/interp/presence.txt

`attributes.txt`   canonical TAB name ...

- a class of TF's: what its own methods, not those of its bases, set on `self`; `*` where it has a `__getattr__`, or
  where its source is not there to be read;
- a class of Python's, of its library or numpy's: all that an object of it has, `object`'s own left out;
- `2:canonical`: what an object of the class has under TF 2 and not under 1.15, inherited names too;
- `*`: private names that TF sets on objects of others, such as `_keras_history` on a tensor.

Behind the program in `presence.txt` it writes what each of the program's values has.
"""
# ruff: noqa: RUF005

import ast
import importlib
import inspect
import os
import re
import sys
import textwrap
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

OF_OBJECT = set(dir(object)) | {"__dict__", "__weakref__", "__module__", "__doc__", "__annotations__"}
ROOTS = ("tensorflow", "tensorflow_core", "tensorflow_estimator", "keras", "tf_keras")
LEFT_OUT = ("_tf_api", "_keras_api", "_abc_", "_estimator_api", "__abstract")


def reach(dotted, start=None):
    """The object of a dotted name, or None."""
    parts = dotted.split(".")
    if start is not None:
        held, rest = start, parts
    else:
        for cut in range(len(parts) - 1, 0, -1):
            try:
                held = importlib.import_module(".".join(parts[:cut]))
            except BaseException:
                continue
            rest = parts[cut:]
            break
        else:
            return None
    for part in rest:
        try:
            held = getattr(held, part)
        except BaseException:
            return None
    return held


def is_of_tensorflow(cls):
    return getattr(cls, "__module__", "").split(".")[0] in ROOTS


_SET = {}


def set_by(cls):
    """The names that the methods a class defines set on their first parameter; None where there is no source."""
    if cls not in _SET:
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
        except (OSError, TypeError, SyntaxError, IndentationError):
            tree = None
        _SET[cls] = None if tree is None else {name for of_self, name in stored(tree) if of_self}
    return _SET[cls]


def stored(tree):
    """(on self?, name) of each attribute that source sets."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield isinstance(node.value, ast.Name) and node.value.id in ("self", "obj", "cls", "_cls"), node.attr
        elif isinstance(node, ast.Call) and len(node.args) == 3:
            name = node.args[1]
            text = getattr(name, "s", getattr(name, "value", None))
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called in ("setattr", "__setattr__", "_force_setattr") and isinstance(text, str):
                on = node.args[0]
                yield isinstance(on, ast.Name) and on.id in ("self", "obj"), text


def whole(cls):
    """All that an object of a class has, what `object` has left out."""
    found = set(dir(cls)) - OF_OBJECT
    for each in cls.__mro__:
        found |= set_by(each) or set()
        if "__getattr__" in vars(each) and each.__name__ != "Tensor":
            # That of TF 2's tensors merely says it better.
            found.add("*")
    return {name for name in found if not name.startswith(LEFT_OUT)}


def named(canonical):
    """The classes that go by a canonical name: in TF 2 there may be two."""
    if canonical.startswith("tf."):
        held = [reach(canonical[3:], tf)]
        if hasattr(tf, "compat") and hasattr(tf.compat, "v1"):
            held.append(reach(canonical[3:], tf.compat.v1))
    else:
        held = [reach(canonical)]
    return [each for each in held if isinstance(each, type)]


def of_tensorflow(canonical, seen):
    rows = set()
    for cls in named(canonical)[:1]:
        own = set_by(cls)
        rows |= {"*"} if own is None and is_of_tensorflow(cls) else own or set()
        rows |= set(vars(cls)) - OF_OBJECT - seen
        if "__getattr__" in vars(cls):
            rows.add("*")
        for base in cls.__mro__[1:]:
            if not is_of_tensorflow(base):
                # A base outside of TF has no row of its own in `classes.txt`.
                rows |= set(dir(base)) - OF_OBJECT
                rows |= set_by(base) or set()
    return {name for name in rows if not name.startswith(LEFT_OUT)}


def on_others():
    """Private names that TF's source sets on what is not `self`."""
    found = set()
    roots = [os.path.dirname(tf.__file__)]
    for root in ROOTS:
        module = sys.modules.get(root)
        roots += list(getattr(module, "__path__", ()))
    for root in sorted(set(roots)):
        for folder, _, files in os.walk(root):
            for file in files:
                if file.endswith(".py"):
                    with open(os.path.join(folder, file), encoding="utf-8") as stream:
                        try:
                            found |= {name for of_self, name in stored(ast.parse(stream.read())) if not of_self}
                        except SyntaxError:
                            continue
    return {name for name in found if re.match(r"_[a-z]", name)}


def members(cells):
    """The names that a row of `classes.txt` holds."""
    return {cell.partition("=")[0].partition(":")[0] for cell in cells[2:]}


def read(path):
    with open(path, encoding="utf-8") as stream:
        return {line.rstrip("\n").split("\t")[0]: line.rstrip("\n").split("\t")[1:] for line in stream}


def record_presence(path):
    with open(path) as stream:
        program = stream.read().partition("# ---\n")[0]
    names = {}
    exec(compile(program, path, "exec"), names)
    rows = []
    for name in sorted(names):
        value = names[name]
        if name.startswith("__") or inspect.ismodule(value) or name[0].isupper() or name == "n":
            continue
        rows.append("\t".join([name] + [each for each in dir(value) if answers(value, each)]))
    with open(path, "w") as stream:
        stream.write(program + "# ---\n" + "\n".join(rows) + "\n")


def answers(value, name):
    try:
        return hasattr(value, name)
    except Exception:  # a property that raises something else
        return False


def main():
    folder = sys.argv[1]
    if folder.endswith(".txt"):
        record_presence(folder)
        return
    target = os.path.join(folder, "attributes.txt")
    classes = read(os.path.join(folder, "classes.txt"))
    classes = {key: cells for key, cells in classes.items() if "_pb2." not in key}
    entries = read(os.path.join(folder, "entries.txt"))
    if "--second" in sys.argv:
        rows = {key: set(names) for key, names in read(target).items() if not key.startswith("2:")}
        every = {}
        for canonical in classes:
            first = {
                cell.partition("=")[0].partition(":")[0]
                for each in [canonical] + classes[canonical][1].split(",")
                for cell in classes.get(each, ["", ""])[2:]
            }
            for each in [canonical] + classes[canonical][1].split(","):
                first |= rows.get(each, set())
            later = set()
            for cls in named(canonical):
                later |= whole(cls) - first
            every["2:" + canonical] = later
        for key, later in every.items():
            # Looked up through the bases, as 1.15 has them.
            inherited = set().union(*(every.get("2:" + each, ()) for each in classes[key[2:]][1].split(",")))
            if later - inherited:
                rows[key] = later - inherited
    else:
        rows = {canonical: of_tensorflow(canonical, members(classes[canonical])) for canonical in classes}
        rows["*"] = on_others()
        for canonical in entries:
            root = canonical.partition(".")[0]
            if root in ("tf", "tensorflow", "tf_slim") or root.startswith("type:"):
                continue
            cls = reach(canonical)
            if isinstance(cls, type) and cls is not object:
                rows[canonical] = whole(cls)
        for canonical, cls in PYTHON.items():
            rows[canonical] = whole(cls)
    with open(target, "w", encoding="utf-8") as stream:
        for key in sorted(rows, key=lambda key: key.encode()):
            stream.write(key + "\t" + "\t".join(sorted(rows[key])) + "\n")


PYTHON = {
    "types.FunctionType": type(main),
    "types.MethodType": type(tf.Graph().as_default),
    "types.ModuleType": type(os),
    "builtins.NoneType": type(None),
    "builtins.type": type,
    "numpy.ndarray": np.ndarray,
    "functools.<partial class>": importlib.import_module("functools").partial,
}

if __name__ == "__main__":
    main()
