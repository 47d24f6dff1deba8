"""Trees of names that a recorded call took, what a change of arguments does to them, and rules fitted to results."""
# ruff: noqa: B905, UP031

import difflib
import json

from api_examples import Build, X


class Node:
    def __init__(self, leaf, kind):
        self.leaf, self.type, self.children, self.marks, self.by_path = leaf, kind, [], [], None

    def tokens(self, depth=-1, out=None):
        """Preorder, `>` once per level: `Mean:Mean#0`, `>reduction_indices:Const`."""
        out = [] if out is None else out
        if depth >= 0:
            out.append(">" * depth + self.leaf + ":" + self.type + "".join(self.marks))
        for child in self.children:
            child.tokens(depth + 1, out)
        return out


def edits(old, new):
    """[from, to, tokens]: what to put in place of old[from:to]."""
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    return [[i1, i2, new[j1:j2]] for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"]


def apply(tokens, changes):
    """The tokens with edits made; None where two of them clash."""
    out = list(tokens)
    last = len(out) + 1
    # From the end; of two at one place the one that stands first goes first.
    for start, end, new in sorted(changes, key=lambda edit: (edit[0], edit[1]))[::-1]:
        if end > last:
            return None
        out[start:end] = new
        last = start
    return out


def meet(one, two):
    """Do two lists of edits touch the same tokens? Where they do not, both may simply be made."""
    for start, end, _ in one:
        for other, last, _ in two:
            if (
                max(start, other) < min(end, last)
                or (start == end and other < start < last)
                or (other == last and start < other < end)
            ):
                return True
    return False


def mark_named(plain, named):
    """Marks with `@` what `name=` renames. Not ok where more changes than that."""
    if len(plain) != len(named):
        return plain, False
    out, ok = [], True
    for a, b in zip(plain, named):
        if a == b:
            out.append(a)
        elif b.lstrip(">").split(":")[0] == "given" and a.split(":")[1:] == b.split(":")[1:]:
            bare = a.lstrip(">")
            out.append(a[: len(a) - len(bare)] + "@" + bare)
        else:
            out.append(a)
            ok = False
    return out, ok


def merge_constants(changed, same, specs):
    """Constants that all act alike become the one mode `const`."""
    for param in set(changed) | set(same):
        if param == "*" or (param in changed and param in specs):
            continue
        ways = changed.get(param, {})
        keys = [
            k for k in ways if k.startswith("=") and k not in ("=True", "=False") and not k.startswith(("='", '="'))
        ]
        still = [k for k in same.get(param, []) if k.startswith("=") and k[1:2] not in "'\"TF"]
        if keys and not still and len({json.dumps(ways[k]) for k in keys}) == 1:
            kept = ways[keys[0]]
            for key in keys:
                del ways[key]
            ways["const"] = kept
        elif still and not keys:
            same[param] = [k for k in same[param] if k not in still] + ["const"]


def baseline_mode(spec):
    if isinstance(spec, X) or has_tensor(spec):
        return "tensor"
    if isinstance(spec, Build):
        return spec.label if spec.label != "built" else ""
    if isinstance(spec, (bool, str)) or spec is None:
        return "=%r" % (spec,)
    return "const"


def top(tokens):
    return [t.split("#")[0] for t in tokens if not t.startswith(">")]


def has_tensor(spec):
    return isinstance(spec, (list, tuple)) and any(isinstance(s, X) or has_tensor(s) for s in spec)


def inputs_of(specs):
    for param, spec in specs.items():
        if isinstance(spec, X):
            yield param, spec
        elif isinstance(spec, (list, tuple)):
            for i, member in enumerate(spec):
                if isinstance(member, X):
                    yield "%s.%d" % (param, i), member


def dtype_rule(seen):
    got = [leaf.dtype.base_dtype.name for _, leaf in seen]
    for param, _ in inputs_of(seen[0][0]):
        if all(dict(inputs_of(s))[param].dtype == d for (s, _), d in zip(seen, got)) and (
            len({dict(inputs_of(s))[param].dtype for s, _ in seen}) > 1
        ):
            return "=" + param
    return got[0] if len(set(got)) == 1 else "?"


def expected_shape(rule, specs):
    """The shape that a rule gives for a call; None where the rule does not say."""
    shapes = {param: spec.shape for param, spec in inputs_of(specs)}
    if rule.startswith("="):
        return shapes.get(rule[1:])
    if rule.startswith("["):
        return tuple(None if d == "None" else int(d) for d in rule[1:-1].split(",") if d)
    if rule.startswith("arg:"):
        return tuple(specs[rule[4:]]) if isinstance(specs.get(rule[4:]), list) else None
    if rule.startswith("broadcast:"):
        return shapes.get(rule.split(":")[1])
    if ":" in rule or "?" in rule or rule == "unknown":
        return None
    dims = []
    for part in rule.split(","):
        param, _, index = part.rpartition(".")
        if part == "None":
            dims.append(None)
            continue
        dims.append(int(part) if not param else shapes[param][int(index)] if param in shapes else None)
    return tuple(dims)


def shape_rule(seen):
    """`=x`: as x's; `[]`, `[3]`: always so; `x.0,y.1`: dimensions of inputs by place; `unknown`; `?`."""
    got = [tuple(leaf.shape.as_list()) if leaf.shape.ndims is not None else None for _, leaf in seen]
    if all(g is None for g in got):
        return "unknown"
    if any(g is None for g in got):
        return "?"
    tables = [{p: s.shape for p, s in inputs_of(specs)} for specs, _ in seen]
    for param in ("shape", "dims", "output_shape"):
        if all(
            isinstance(specs.get(param), list) and not has_tensor(specs[param]) and specs[param] == list(g)
            for (specs, _), g in zip(seen, got)
        ):
            return "arg:" + param
    varied = len({json.dumps(sorted(t.items())) for t in tables}) > 1
    for param in tables[0]:
        if all(t[param] == g for t, g in zip(tables, got)):
            return "=" + param
    if len(set(got)) == 1 and (varied or got[0] == ()):
        return "[%s]" % ",".join("None" if d is None else str(d) for d in got[0])
    if not varied:
        return "?"
    alike = [j for j, g in enumerate(got) if len(g) == len(got[0])]
    got, tables = [got[j] for j in alike], [tables[j] for j in alike]
    dims = []
    for axis in range(len(got[0])):
        column = [g[axis] for g in got]
        places = [
            (p, i)
            for p in tables[0]
            for i in range(len(tables[0][p]))
            if all(len(t[p]) == len(tables[0][p]) and t[p][i] == d for t, d in zip(tables, column))
        ]
        if len({len(t[p]) for t in tables for p in t}) > 9:
            return "?"
        if places:
            dims.append("%s.%d" % places[0])
        elif len(set(column)) == 1:
            dims.append(str(column[0]))
        else:
            dims.append("?")
    return ",".join(dims) or "[]"
