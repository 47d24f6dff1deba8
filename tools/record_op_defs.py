"""Records TF 1.15's operation definitions, and which function of its API makes which operation.

Runs under TF 1.15's own Python (3.7) and writes two sorted text tables, one row per line:

    python3.7 tools/record_op_defs.py scopelint/apis/tables

`op_defs.txt`       type TAB inputs TAB outputs TAB attributes TAB gradient, as `tables.op_def` explains
`op_functions.txt`  canonical name TAB type TAB parameter=argument ... where the two are not called the same
"""
# ruff: noqa: UP031, RUF005

import ast
import importlib
import inspect
import os
import pkgutil
import sys
import textwrap
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")

import tensorflow as tf  # noqa: E402
import tensorflow.python.ops  # noqa: E402
from tensorflow.python.framework import op_def_registry, ops  # noqa: E402
from tensorflow.python.util import tf_decorator  # noqa: E402

DTYPE_KINDS = ("type", "list(type)")


def dtype_name(number):
    return tf.as_dtype(number).name


def argument(arg):
    if arg.type_list_attr:
        kind = "[%s]" % arg.type_list_attr
    else:
        kind = arg.type_attr or "=" + dtype_name(arg.type)
    if arg.number_attr:
        kind = "%s*%s" % (arg.number_attr, kind)
    return "%s:%s%s" % (arg.name, kind, "&" if arg.is_ref else "")


def default(attr):
    value = attr.default_value
    field = value.WhichOneof("value")
    if field == "type":
        return dtype_name(value.type)
    if field in ("i", "b", "f"):
        return repr(getattr(value, field))
    if field == "s":
        return repr(value.s.decode("latin1"))
    return ""


def attribute(attr):
    text = "%s:%s" % (attr.name, attr.type)
    if attr.type in DTYPE_KINDS and attr.HasField("allowed_values"):
        text += "{%s}" % "|".join(dtype_name(t) for t in attr.allowed_values.list.type)
    if attr.HasField("default_value"):
        text += "=" + default(attr)
    return text


def gradient(type_):
    """What its inputs' gradients are: "none" (declared to be None), "missing" (asking raises), "some"."""
    try:
        found = ops._gradient_registry.lookup(type_)
    except LookupError:
        return "missing"
    return "none" if found is None else "some"


def cells(items):
    return ",".join(items) or "-"


def op_rows():
    for type_, op in sorted(op_def_registry.get_registered_ops().items()):
        yield "\t".join(
            (
                type_,
                cells(argument(a) for a in op.input_arg),
                cells(argument(a) for a in op.output_arg),
                ";".join(attribute(a) for a in op.attr) or "-",
                gradient(type_),
            )
        )


def generated_modules():
    for info in pkgutil.iter_modules(sys.modules["tensorflow.python.ops"].__path__):
        if info.name.startswith("gen_"):
            yield importlib.import_module("tensorflow.python.ops." + info.name)


def made_by(function):
    """The operation that a generated function makes, and how its parameters are called there."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError, TypeError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "_apply_op_helper":
            renamed = sorted(
                "%s=%s" % (k.value.id, k.arg)
                for k in node.keywords
                if isinstance(k.value, ast.Name) and k.value.id != k.arg
            )
            return node.args[0].s, renamed
    return None


def function_rows(tables):
    seen = set()
    for module in generated_modules():
        for name, function in sorted(vars(module).items()):
            if name.endswith(("_eager_fallback", "__")) or not inspect.isfunction(function):
                continue
            found = made_by(tf_decorator.unwrap(function)[1])
            canonical = tables.canonical(module.__name__, name)
            if found is None or canonical is None or canonical in seen:
                continue
            seen.add(canonical)
            yield "\t".join((canonical, found[0]) + tuple(found[1]))


def load_tables(folder):
    """The module look-up of the tables already written, without this project's own Python (3.10)."""
    rows = {}
    with open(os.path.join(folder, "modules.txt"), encoding="utf-8") as stream:
        for line in stream:
            cells_ = line.rstrip("\n").split("\t")
            rows[cells_[0]] = cells_[1:]

    class Tables:
        @staticmethod
        def canonical(module, attribute_):
            held = rows.get(module)
            while held and held[0].startswith("@="):
                held = rows.get(held[0][2:])
            for cell in held or ():
                name, _, what = cell.partition("=")
                if name == attribute_:
                    return what
            return None

    return Tables


def main():
    folder = sys.argv[1]
    for file, rows in (("op_defs.txt", op_rows()), ("op_functions.txt", function_rows(load_tables(folder)))):
        with open(os.path.join(folder, file), "w", encoding="utf-8") as stream:
            stream.write("\n".join(sorted(rows)) + "\n")


if __name__ == "__main__":
    main()
