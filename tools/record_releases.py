"""Records the public surface of the installed TensorFlow, any release from 1.0 on: each path's names and parameters.

    python tools/record_releases.py OUT.json          under each release's own Python
    python tools/record_releases.py --join FOLDER scopelint/apis/tables/releases.txt

The first writes {path of a module: {name: parameters or null}}; a parameter is `name`, `name=literal` or `name=...`,
stars as Python writes them. The second holds all of the folder against 1.15's and writes what differs, as
`apis/tables/surface.py` reads it.
"""
# ruff: noqa: UP031, SIM105

import inspect
import json
import os
import sys
import types

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

HOME = "1.15"
DEEPEST = 4
LITERALS = (bool, int, float, str, type(None))


def parameters(value):
    """The parameters of a function or of a class's construction, without `self`."""
    is_class = inspect.isclass(value)
    seen = set()
    while not is_class and id(value) not in seen:
        seen.add(id(value))
        inner = getattr(value, "_tf_decorator", None)
        inner = getattr(inner, "decorated_target", None) or getattr(value, "__wrapped__", None)
        if inner is None:
            break
        value = inner
    try:
        signature = inspect.signature(value.__init__ if is_class else value, follow_wrapped=not is_class)
    except (ValueError, TypeError):
        return None
    given = list(signature.parameters.values())[1 if is_class else 0 :]
    out = []
    for each in given:
        if each.kind is each.VAR_POSITIONAL:
            out.append("*" + each.name)
        elif each.kind is each.VAR_KEYWORD:
            out.append("**" + each.name)
        elif each.default is each.empty:
            out.append(each.name)
        elif isinstance(each.default, LITERALS):
            out.append("%s=%r" % (each.name, each.default))
        else:
            out.append(each.name + "=...")
    return out


def walk(module, path, out, seen):
    if path.count(".") > DEEPEST or id(module) in seen:
        return
    seen = seen | {id(module)}
    names = out.setdefault(path, {})
    for name in sorted(dir(module)):
        if name.startswith("_"):
            continue
        try:
            value = getattr(module, name)
        except Exception:  # a lazy module whose dependency is not there
            names[name] = None
            continue
        if isinstance(value, types.ModuleType):
            names[name] = None
            inner = getattr(value, "__name__", "")
            # Its own module, not one that it imports; at the top all are TF's own, whatever they are called.
            own = inner.endswith("." + name) or path in ("tensorflow", "tensorflow.compat.v1")
            if (
                own
                and inner.partition(".")[0].startswith(("tensorflow", "keras"))
                and name not in ("python", "core", "tools", "examples")
            ):
                walk(value, path + "." + name, out, seen)
        elif inspect.isclass(value) or inspect.isroutine(value) or callable(value):
            names[name] = parameters(value)
        else:
            names[name] = None


def record(target):
    import tensorflow as tf

    try:
        import tensorflow.contrib
    except ImportError:
        pass
    out = {}
    walk(tf, "tensorflow", out, frozenset())
    with open(target, "w") as stream:
        json.dump({"version": tf.__version__, "modules": out}, stream)
    print(tf.__version__, len(out), sum(map(len, out.values())))


def join(folder, target):
    """Writes what other releases have otherwise than 1.15. Runs with scopelint on its path, under any Python."""
    from scopelint.apis import tables

    recorded = {}
    for file in os.listdir(folder):
        with open(os.path.join(folder, file)) as stream:
            held = json.load(stream)
        recorded[tuple(int(part) for part in held["version"].split(".")[:2])] = held["modules"]
    second = recorded.pop((2, 15))
    order = sorted(recorded)
    home = recorded[tuple(map(int, HOME.split(".")))]
    v1 = {"tensorflow" + path[len("tensorflow.compat.v1") :]: names for path, names in second.items()
          if path.startswith("tensorflow.compat.v1") and ".compat.v1.compat" not in path}  # fmt: skip
    rows = {}
    everywhere = {**recorded, (2, 0): v1}
    sequence = [*order, (2, 0)]
    paths = {path for held in everywhere.values() for path in held if not path.startswith("tensorflow.compat")}
    for path in sorted(paths):
        if tables.module(path) is None:
            continue
        names = {name for held in everywhere.values() for name in held.get(path, ())}
        for name in sorted(names):
            # A module that a release lacks is missing in its parent: its names need no rows.
            there = [key for key in sequence if name in everywhere[key].get(path, ())]
            asked = [key for key in sequence if path in everywhere[key]]
            if there == asked:
                continue
            rows.setdefault(path, []).append("%s=%s" % (name, _ranges(there, sequence)))
            if name == "contrib" and path == "tensorflow":
                continue
    for path, names in home.items():
        if path.startswith("tensorflow.compat"):
            continue
        for name, ours in names.items():
            canonical = tables.canonical(path, name)
            if ours is None or canonical is None or ":" in canonical:
                continue
            forms = {}
            for key in sequence:
                theirs = everywhere[key].get(path, {}).get(name)
                if theirs is not None and theirs != ours and theirs != ["*args", "**kwargs"]:
                    forms.setdefault(json.dumps(theirs, separators=(",", ":")), []).append(key)
            cells = ["%s:%s" % (_ranges(keys, sequence), form) for form, keys in sorted(forms.items())]
            if cells:
                rows[canonical + "()"] = cells
    _second_rows(second, rows, tables)
    with open(target, "w") as stream:
        for key in sorted(rows, key=lambda each: (each + "\t").encode()):
            stream.write("\t".join([key] + rows[key]) + "\n")


def _second_rows(second, rows, tables):
    """TF 2's own names: what 1.15 has of them below `compat.v2` and 2.15 not, and the other way round."""
    for path, names in second.items():
        if path.startswith(("tensorflow.compat", "tensorflow.python")):
            continue
        ours = "tensorflow.compat.v2" + path[len("tensorflow") :]
        if tables.module(ours) is None:
            continue
        held = {name for name in tables.members(ours) if not name.startswith("_")}
        cells = ["%s=1.0-1.15" % name for name in sorted(held - set(names))]
        cells += ["%s=2.0" % name for name in sorted(set(names) - held)]
        if cells:
            rows[ours] = cells


def _ranges(keys, sequence):
    """`1.4`, `1.0-1.9`, `1.0,1.3-1.5`: the releases of the sequence."""
    parts = []
    at = 0
    while at < len(sequence):
        if sequence[at] not in keys:
            at += 1
            continue
        first = at
        while at + 1 < len(sequence) and sequence[at + 1] in keys:
            at += 1
        text = "%d.%d" % sequence[first]
        if at < len(sequence) - 1:
            text += "-%d.%d" % sequence[at]
        parts.append(text)
        at += 1
    return ",".join(parts)


if __name__ == "__main__":
    if sys.argv[1] == "--join":
        join(*sys.argv[2:])
    else:
        record(sys.argv[1])
