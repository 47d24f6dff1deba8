"""One function called under real TF in fresh graphs, one argument changed at a time: what that leaves."""
# ruff: noqa: B007, B905, UP031, SIM105, SIM401

import inspect
import itertools
import os
import time
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from api_examples import EXAMPLES, GUESS, UNIVERSES, VARY, Build, V, X
from op_trees import (
    Node,
    apply,
    baseline_mode,
    dtype_rule,
    edits,
    expected_shape,
    has_tensor,
    mark_named,
    meet,
    merge_constants,
    shape_rule,
    top,
)

REQUIRED = object()


class Log:
    """Which names the graph under observation hands out, in order."""

    graph = None
    taken = None


class Recorder:
    def __init__(self):
        warnings.simplefilter("ignore")
        import numpy as np
        import tensorflow as tf
        from tensorflow.python.framework import ops
        from tensorflow.python.util import nest, tf_inspect

        tf.logging.set_verbosity(tf.logging.FATAL)
        dir(tf.contrib)
        self.tf, self.np, self.nest, self.ops, self.inspect = tf, np, nest, ops, tf_inspect
        unique_name = ops.Graph.unique_name

        def logging_unique_name(graph, name, mark_as_used=True):
            got = unique_name(graph, name, mark_as_used)
            if graph is Log.graph and mark_as_used:
                Log.taken.append((got, name))
            return got

        ops.Graph.unique_name = logging_unique_name

    # one call

    def make(self, spec, name, mode="tensor"):
        """The argument that a spec stands for, in the default graph."""
        tf = self.tf
        if isinstance(spec, V):
            return tf.Variable(X(*spec.shape, dtype=spec.dtype).array(self.np), name=name)
        if isinstance(spec, X):
            if mode == "const":
                return spec.constant()
            if mode == "dynamic":
                return tf.placeholder(spec.dtype, [None] * len(spec.shape), name=name)
            if mode == "norank":
                return tf.placeholder(spec.dtype, None, name=name)
            if mode == "resource":
                return tf.Variable(spec.array(self.np), use_resource=True, name=name)
            if mode == "packed":
                return [tf.placeholder(spec.dtype, spec.shape[1:], name=name) for _ in range(spec.shape[0])]
            return tf.placeholder(spec.dtype, spec.shape, name=name)
        if isinstance(spec, Build):
            return spec.make(tf)
        if mode == "tensor":
            return tf.placeholder(tf.convert_to_tensor(spec).dtype, self.np.shape(spec), name=name)
        if isinstance(spec, (list, tuple)):
            return type(spec)(self.make(member, name, "tensor" if isinstance(member, X) else "") for member in spec)
        return spec

    def run(self, function, specs, order, modes=None, named=False, twice=False, gradients=False):
        tf = self.tf
        graph = tf.Graph()
        modes = modes or {}
        with graph.as_default():
            given = {}
            for param, spec in specs.items():
                mode = modes.get(param, "" if not isinstance(spec, X) else "tensor")
                given[param] = self.make(spec, "in_" + param.strip("_*"), mode)
            if named:
                given["name"] = "given"
            args, kwargs = [], dict(given)
            for param in order:
                if param.startswith("*"):
                    args.extend(kwargs.pop(param, ()))
                    break
                if param not in kwargs:
                    break
                args.append(kwargs.pop(param))
            before = {op.name for op in graph.get_operations()}
            variables = set(self.variables(graph))
            with tf.name_scope("s"):
                for _ in range(2 if twice else 1):
                    Log.graph, Log.taken = graph, []
                    try:
                        result = function(*args, **kwargs)
                    finally:
                        Log.graph = None
                    taken = Log.taken
                    if not twice or _ == 0:
                        first = taken
            made = [op for op in graph.get_operations() if op.name not in before]
            out = Observed()
            out.variables = [v for v in self.variables(graph) if v not in variables]
            out.tree, out.second = self.tree(taken, made, graph), None
            if twice:
                out.second = [leaf for _, leaf in taken] == [leaf for _, leaf in first]
            out.given = given
            self.describe(out, result, graph)
            if gradients:
                out.flows = self.flows(out, given)
            return out

    def variables(self, graph):
        return [
            op.name
            for op in graph.get_operations()
            if op.type in ("Variable", "VariableV2", "VarHandleOp", "AutoReloadVariable", "TemporaryVariable")
        ]

    def tree(self, taken, made, graph):
        """Nodes by path, in the order in which their names were taken."""
        types = {op.name: op.type for op in made}
        nodes = {"": Node("", "")}
        for got, leaf in taken:
            rel = got[2:] if got.startswith("s/") else "^" + got
            # The leaf of what was got may carry a number; its parent is what stands before as many parts.
            parts = rel.split("/")
            depth = leaf.count("/") + 1
            parent = "/".join(parts[:-depth])
            node = Node(leaf if not rel.startswith("^") or parent else rel, types.pop(got, ""))
            if parent not in nodes:
                node.leaf = rel if parent else node.leaf
                parent = ""
            nodes[parent].children.append(node)
            nodes[rel] = node
        for name, kind in types.items():  # made by the C++ side, or in a scope that was there before
            rel = name[2:] if name.startswith("s/") else "^" + name
            if rel in nodes:
                nodes[rel].type = kind
            else:
                parent, _, leaf = rel.rpartition("/")
                node = Node(leaf if parent in nodes and parent else rel, kind)
                nodes[parent if parent in nodes else ""].children.append(node)
                nodes[rel] = node
        nodes[""].by_path = nodes
        return nodes[""]

    def describe(self, out, result, graph):
        """The structure of the result as text; its tensors as leaves that are marked in the tree."""
        tf = self.tf
        out.leaves = []
        inputs = {}
        for param, value in out.given.items():
            for i, tensor in enumerate(self.flat(value)):
                if self.is_tensor(tensor):
                    inputs[id(tensor)] = param

        def leaf(tensor):
            i = len(out.leaves)
            out.leaves.append(tensor)
            if id(tensor) in inputs:
                return "%d@%s" % (i, inputs[id(tensor)])
            name = tensor.op.name
            rel = name[2:] if name.startswith("s/") else "^" + name
            node = out.tree.by_path.get(rel)
            if node is not None:
                node.marks.append("#%d" % i + (".%d" % tensor.value_index if tensor.value_index else ""))
            return str(i)

        def text(value):
            if isinstance(value, tf.Tensor):
                return leaf(value)
            if isinstance(value, tf.SparseTensor):
                return "SparseTensor(%s)" % ",".join(map(text, (value.indices, value.values, value.dense_shape)))
            if isinstance(value, tf.IndexedSlices):
                return "IndexedSlices(%s)" % ",".join(text(v) for v in (value.values, value.indices))
            if isinstance(value, tf.Operation):
                rel = value.name[2:] if value.name.startswith("s/") else "^" + value.name
                node = out.tree.by_path.get(rel)
                if node is not None:
                    node.marks.append("#op")
                return "op"
            if isinstance(value, tf.Variable):
                for param, given in out.given.items():
                    if given is value:
                        return "=" + param
                return "Variable"
            if value is None or isinstance(value, (bool, int, float)):
                return repr(value)
            if isinstance(value, tuple):
                inner = ",".join(map(text, value))
                if type(value) is tuple:
                    return "(%s)" % inner
                return "%s(%s)" % (type(value).__name__, inner)
            if isinstance(value, list):
                return "[%s]" % ",".join(map(text, value))
            if isinstance(value, dict):
                return "{%s}" % ",".join("%r:%s" % (k, text(value[k])) for k in sorted(value, key=str))
            return "?%s" % type(value).__name__

        out.structure = text(result)

    def flat(self, value):
        try:
            return list(self.nest.flatten(value, expand_composites=True))
        except Exception:
            return []

    def is_tensor(self, value):
        return isinstance(value, (self.tf.Tensor, self.tf.Variable))

    def flows(self, out, given):
        """leaf -> parameters that a gradient reaches."""
        flows = []
        for tensor in out.leaves:
            reached = []
            for param, value in given.items():
                xs = [v for v in self.flat(value) if self.is_tensor(v) and v.dtype.base_dtype.is_floating]
                if not xs or not tensor.dtype.base_dtype.is_floating:
                    continue
                try:
                    if any(g is not None for g in self.tf.gradients(tensor, xs)):
                        reached.append(param)
                except Exception:
                    reached.append("?" + param)
            flows.append(reached)
        return flows

    # one function

    def record(self, name, function):
        order, params = self.parameters(function)
        example = EXAMPLES.get(name)
        if example is None and name.rpartition(".")[0] in EXAMPLES:
            example = None
        errors = []
        base = specs = None
        candidates = [example] if isinstance(example, dict) else example or self.guesses(name, order, params)
        for specs in itertools.islice(candidates, 150 if name.startswith("tf.") else 40):
            try:
                base = self.run(function, specs, order, gradients=True)
                break
            except Exception as error:
                errors.append("%s: %s" % (type(error).__name__, str(error).split("\n")[0][:120]))
        if base is None:
            return {"failed": errors[-1] if errors else "no arguments could be guessed"}
        row = {}
        tokens = base.tree.tokens()
        named = None
        if "name" in params:
            try:
                named = self.run(function, specs, order, named=True)
            except Exception as error:
                errors.append("named %s" % error)
        if named is not None:
            tokens, ok = mark_named(tokens, named.tree.tokens())
            if not ok:
                row["named"] = edits(tokens, named.tree.tokens())
        row["e"] = tokens
        row["r"] = base.structure
        if base.variables:
            row["v"] = [v[2:] if v.startswith("s/") else "^" + v for v in base.variables]
        try:
            if not self.run(function, specs, order, twice=True).second:
                row["twice"] = 1
        except Exception as error:
            row["again"] = "%s: %s" % (type(error).__name__, str(error).split("\n")[0][:160])
        row["b"] = {p: baseline_mode(s) for p, s in specs.items() if baseline_mode(s)}
        row["x"] = [p for p, s in specs.items() if isinstance(s, X) or has_tensor(s)]
        self.modes(row, (function, specs, order), params, base)
        if base.leaves:
            row["o"] = self.outputs(function, specs, order, params, base)
        return row

    def parameters(self, function):
        try:
            spec = self.inspect.getfullargspec(function)
        except TypeError:
            spec = inspect.getfullargspec(function.__init__)
        args = [a for a in spec.args if a != "self" or not inspect.isclass(function)]
        defaults = dict(zip(args[len(args) - len(spec.defaults or ()) :], spec.defaults or ()))
        params = {a: defaults.get(a, REQUIRED) for a in args}
        for a in spec.kwonlyargs or ():
            params[a] = (spec.kwonlydefaults or {}).get(a, REQUIRED)
        return args + (["*" + spec.varargs] if spec.varargs else []), params

    def guesses(self, name, order, params):
        needed = [p for p, default in params.items() if default is REQUIRED and p != "self"]
        # Keyword-only in disguise: `labels=None, logits=None` after a sentinel.
        for p in params:
            if p in ("labels", "logits", "targets") and "_sentinel" in params:
                needed.append(p)
        fixed = [GUESS[p] if p in GUESS else None for p in needed]
        seen = 0
        for universe in UNIVERSES:
            choices = [f if f is not None else [universe] for f in fixed]
            combinations = list(itertools.islice(itertools.product(*choices), 2000))
            # Arguments of one kind and shape first, then what differs more and more.
            combinations.sort(key=lambda c: len({s for s in c if isinstance(s, X)}))
            for combination in combinations[: 14 if any(f is None for f in fixed) else 150]:
                yield dict(zip(needed, combination))
                seen += 1
            if all(f is not None for f in fixed):
                break

    def trials(self, specs, params):
        """One argument changed at a time: (parameter, mode, changed specs, how to make them)."""
        floats = [p for p, s in specs.items() if isinstance(s, X)]
        for param, spec in list(specs.items()):
            if isinstance(spec, X) and not isinstance(spec, V):
                for mode in ("const", "resource", "packed", "dynamic", "norank"):
                    if mode != "packed" or spec.shape:
                        yield param, mode, {}, {param: mode}
            elif isinstance(spec, (int, float, list, tuple)) and not isinstance(spec, bool) and not has_tensor(spec):
                yield param, "tensor", {}, {param: "tensor"}
        for dtype in ("int32", "float64", "float16", "bool"):
            if floats and all(specs[p].dtype != dtype for p in floats):
                alike = [p for p in floats if specs[p].dtype == specs[floats[0]].dtype]
                yield "*", dtype, {p: specs[p].of(dtype) for p in alike}, {}
        for param, default in params.items():
            if param in ("self", "name", "_sentinel") or (
                default is REQUIRED and not isinstance(specs.get(param), (int, list, str))
            ):
                continue
            if isinstance(default, bool):
                yield param, "=%r" % (not default), {param: not default}, {}
                continue
            for value in VARY.get(param, ()):
                if param in specs and specs[param] == value:
                    continue
                key = "=%r" % (value,)
                if isinstance(value, X):
                    key = "tensor"
                elif isinstance(value, Build):
                    key = value.label
                yield param, key, {param: value}, {}

    def seen(self, row, base, call, changes, modes):
        """What a call with these changes leaves, `@` where `name=` works; None where TF refuses it."""
        function, specs, order = call
        specs = dict(specs, **changes)
        try:
            seen = self.run(function, specs, order, modes=modes)
        except Exception:
            return None
        self.observed.append((specs, seen))
        new = seen.tree.tokens()
        if row["e"] != base.tree.tokens() and new != base.tree.tokens():
            try:
                new = mark_named(new, self.run(function, specs, order, modes=modes, named=True).tree.tokens())[0]
            except Exception:
                pass
        elif new == base.tree.tokens():
            new = row["e"]
        return new, seen.structure

    def modes(self, row, call, params, base):
        changed, same, trials = {}, {}, {}
        self.results = []
        for param, key, changes, modes in self.trials(call[1], params):
            self.observed = []
            seen = self.seen(row, base, call, changes, modes)
            if seen is None:
                continue
            if param != "*" and not modes:
                self.results.append((param, *self.observed[0]))
            tokens, structure = seen
            if tokens == row["e"] and structure == base.structure:
                same.setdefault(param, []).append(key)
                continue
            long = len(tokens) > len(row["e"]) + 30 and key in ("dynamic", "norank")
            if long and top(tokens) == top(row["e"]) and structure == base.structure:
                # Dozens of run-time checks: what matters to other names is that none of them is at the top.
                same.setdefault(param, []).append("~" + key)
                continue
            found = {"d": edits(row["e"], tokens)}
            if structure != base.structure:
                found["r"] = structure
            changed.setdefault(param, {})[key] = found
            trials[param, key] = (changes, modes)
        merge_constants(changed, same, call[1])
        if changed:
            row["m"] = changed
            pairs = self.pairs(row, call, base, changed, trials)
            if pairs:
                row["p"] = pairs
        if same:
            row["s"] = {param: ",".join(keys) for param, keys in same.items()}

    def pairs(self, row, call, base, changed, trials):
        """Two modes at once, where that is not what the edits of the two make together."""
        found = {}
        modes = []
        for param in sorted(changed, key=lambda p: (row["x"].index(p) if p in row["x"] else 99, p)):
            for key in sorted(changed[param]):
                trial = trials.get((param, key))
                if trial is None:  # constants that were merged: the first of them stands for all
                    trial = next(
                        (t for (p, k), t in sorted(trials.items(), key=str) if p == param and k[0] == "="), None
                    )
                if trial is not None:
                    modes.append((param, key, trial))
        limit = time.time() + 5
        for (p1, k1, (changes1, modes1)), (p2, k2, (changes2, modes2)) in itertools.combinations(modes, 2):
            if p1 == p2 or time.time() > limit or not meet(changed[p1][k1]["d"], changed[p2][k2]["d"]):
                continue
            seen = self.seen(row, base, call, dict(changes1, **changes2), dict(modes1, **modes2))
            if seen is None:
                continue
            tokens, structure = seen
            one, two = changed[p1][k1], changed[p2][k2]
            if apply(row["e"], one["d"] + two["d"]) == tokens:
                continue
            pair = {"d": edits(row["e"], tokens)}
            if structure != base.structure:
                pair["r"] = structure
            found["%s %s %s %s" % (p1, k1, p2, k2)] = pair
        return found

    def outputs(self, function, specs, order, params, base):
        """dtype and shape rules of each result leaf, fitted to some further calls."""
        runs = [(specs, base)]
        floats = {p: s for p, s in specs.items() if isinstance(s, X)}
        trials = []
        for shift in (1, 3):
            trials.append(dict(specs, **{p: s.resized(shift) for p, s in floats.items()}))
        trials.append(dict(specs, **{p: s.taller() for p, s in floats.items()}))
        for held in sorted({s.dtype for s in floats.values()}):
            for dtype in ("float64", "int32", "float16", "int64"):
                trials.append(dict(specs, **{p: s.of(dtype) for p, s in floats.items() if s.dtype == held}))
        for trial in trials:
            if trial == specs:
                continue
            try:
                runs.append((trial, self.run(function, trial, order)))
            except Exception:
                continue
        rules = []
        for i in range(len(base.leaves)):
            seen = [(s, r.leaves[i]) for s, r in runs if len(r.leaves) > i]
            shape = self.reduces(i, function, specs, order, params, base) or shape_rule(seen)
            shape = self.broadcasts(i, shape, function, specs, order) or shape
            dtype = self.dtype_argument(i, function, specs, order, params) + dtype_rule(seen)
            rules.append([dtype, shape, base.flows[i] if base.flows else [], self.voiding(i, shape, specs)])
        return rules

    def voiding(self, i, rule, specs):
        """Parameters that may change the shape in ways that the rule does not tell."""
        if rule in ("unknown", "?"):
            return []
        void = {p for p, s in specs.items() if isinstance(s, (int, str, list, tuple)) and not has_tensor(s)}
        held = set()
        for param, changed, seen in self.results:
            if len(seen.leaves) <= i or rule.startswith("reduce:"):
                continue
            shape = seen.leaves[i].shape
            got = tuple(shape.as_list()) if shape.ndims is not None else None
            if expected_shape(rule, changed) != got:
                void.add(param)
                held.add(param)
            elif param not in held:
                void.discard(param)
        named = {rule[4:]} if rule.startswith("arg:") else set()
        if rule.startswith("reduce:"):
            named = {rule.split(":")[2], "keepdims", "keep_dims", "reduction_indices"}
        return sorted(void - named)

    def broadcasts(self, i, rule, function, specs, order):
        """`broadcast:x:y` where two inputs of one shape were tried and smaller ones do as well."""
        inputs = [(p, s) for p, s in specs.items() if isinstance(s, X) and not isinstance(s, V)]
        if not rule.startswith("=") or len(inputs) < 2:
            return ""
        first = specs[rule[1:]] if rule[1:] in specs else None
        alike = [p for p, s in inputs if first is not None and s.shape == first.shape and len(s.shape) > 1]
        wide = []
        for param in alike:
            others = {p: X(*specs[p].shape[1:], dtype=specs[p].dtype) for p in alike if p != param}
            try:
                shape = self.run(function, dict(specs, **others), order).leaves[i].shape.as_list()
            except Exception:
                continue
            if shape == list(first.shape):
                wide.append(param)
        return "broadcast:" + ":".join(wide) if len(wide) > 1 else ""

    def dtype_argument(self, i, function, specs, order, params):
        """`arg:dtype:` where an argument says the type; what follows holds where it is absent."""
        for param in ("dtype", "out_type", "Tout", "output_type", "type"):
            agreed = 0
            for name in ("int32", "float64", "int64") if param in params else ():
                try:
                    seen = self.run(function, dict(specs, **{param: getattr(self.tf, name)}), order)
                    agreed += 1 if seen.leaves[i].dtype.base_dtype.name == name else -9
                except Exception:
                    continue
            if agreed > 1:
                return "arg:%s:" % param
        return ""

    def reduces(self, i, function, specs, order, params, base):
        """`reduce:x:axis`: x's shape without the axes given, without all where none is (`:0`: that one then)."""
        tensors = [p for p, s in specs.items() if isinstance(s, X) and len(s.shape) > 1]
        axes = [p for p in ("axis", "axes", "reduction_indices", "dimension", "dim") if p in params]
        if not tensors or not axes:
            return ""
        param, axis = tensors[0], axes[0]
        shape = specs[param].shape
        agreed = 0
        for given in (0, 1, [0], [1], [0, 1]):
            try:
                seen = self.run(function, dict(specs, **{axis: given}), order)
                got = seen.leaves[i].shape.as_list()
            except Exception:
                continue
            gone = [given] if isinstance(given, int) else given
            agreed += 1 if got == [d for j, d in enumerate(shape) if j not in gone] else -9
        if agreed < 2:
            return ""
        rule = "reduce:%s:%s" % (param, axis)
        if axis not in specs:
            got = base.leaves[i].shape.as_list()
            if got != []:
                gone = [j for j in range(len(shape)) if [d for k, d in enumerate(shape) if k != j] == got]
                if not gone:
                    return ""
                rule += ":%d" % gone[0]
        return rule


class Observed:
    flows = None
