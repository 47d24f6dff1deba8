"""Layers and cells among the keys: which tensors of the target each makes, by TF's own words or by a rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scopelint.checkpoints.records import CheckpointTensor
from scopelint.porting import recipes
from scopelint.porting.left_out import Known, Reason
from scopelint.porting.naming import (
    Cell,
    Style,
    cell_kind,
    cell_of,
    dotted,
    is_own_word,
    joined,
    leaf_kind,
    translated,
)
from scopelint.porting.recipes import Recipe
from scopelint.porting.recurrent import Unfit, cell
from scopelint.porting.rules import Rule, Rules
from scopelint.porting.safetensors import can_hold

_PEEPHOLES = frozenset(("w_f_diag", "w_i_diag", "w_o_diag", "wci", "wcf", "wco"))
_DEPTHWISE = frozenset(("depthwise_kernel", "depthwise_weights"))
_POINTWISE = frozenset(("pointwise_kernel", "pointwise_weights"))


@dataclass
class Layers:
    """`recipes`: what is made. `unfit`: keys that cannot be carried, each with why. `left`: keys that a rule leaves
    out. `by_rule`: of the names of tensors, the line of the rule that names them."""

    recipes: list[Recipe] = field(default_factory=list)
    unfit: dict[str, str] = field(default_factory=dict)
    left: dict[str, Reason] = field(default_factory=dict)
    by_rule: dict[str, int] = field(default_factory=dict)


def layers(weights: Sequence[CheckpointTensor], style: Style, rules: Rules, known: Known) -> Layers:
    """What these tensors become. Each key is in a recipe, unfit, or left out by a rule."""
    found = Layers()
    names: dict[str, CheckpointTensor] = {}
    for tensor in weights:
        if not can_hold(tensor.dtype):
            found.unfit[tensor.key] = f"{tensor.dtype} has no place in safetensors"
        elif tensor.shape is None:
            found.unfit[tensor.key] = "its shape is not known"
        else:
            names[tensor.name] = tensor
    _by_rules(names, style, rules, found)
    _cells(names, style, rules, known, found)
    heads: dict[str, dict[str, CheckpointTensor]] = {}
    for name, tensor in names.items():
        head, _, leaf = name.rpartition("/")
        heads.setdefault(head, {})[leaf] = tensor
    for head, leaves in heads.items():
        _layer(rules.renamed(head), leaves, style, rules, known, found)
    _apart(found, style)
    return found


def _by_rules(names: dict[str, CheckpointTensor], style: Style, rules: Rules, found: Layers) -> None:
    for name, tensor in list(names.items()):
        hit = rules.of(name)
        if hit is None:
            continue
        del names[name]
        rule, groups = hit
        if not rule.target:
            found.left[tensor.key] = Reason(rule.reason or f"line {rule.line} of {rules.path} leaves it out", "rule")
            continue
        target = rule.expanded(groups, style == "torch")
        try:
            recipe = _laid_out(target, tensor, name.rpartition("/")[2], rule, style)
        except ValueError as problem:
            found.unfit[tensor.key] = f"line {rule.line} of {rules.path}: {problem}"
            continue
        found.by_rule[recipe.name] = rule.line
        found.recipes.append(recipe)


def _laid_out(target: str, tensor: CheckpointTensor, leaf: str, rule: Rule, style: Style) -> Recipe:
    shape = tensor.shape or ()
    if rule.image is not None:
        return recipes.flattened(target, tensor.key, shape, tensor.dtype, rule.image)
    if rule.layout == "T" or rule.layout == "conv":
        if len(shape) not in recipes.KERNELS:
            raise ValueError(f"{tensor.key} has {len(shape)} axes, which no kernel has")
        return recipes.kernel(target, tensor.key, shape, tensor.dtype)
    if rule.layout == "depthwise":
        if len(shape) != 4:
            raise ValueError(f"{tensor.key} has {len(shape)} axes, a depthwise kernel four")
        return recipes.depthwise(target, tensor.key, shape, tensor.dtype)
    if rule.layout == "same" or style == "keras":
        return recipes.plain(target, tensor.key, shape, tensor.dtype)
    return replace(_tensor("", leaf, tensor, style), name=target)


def _cells(names: dict[str, CheckpointTensor], style: Style, rules: Rules, known: Known, found: Layers) -> None:
    """Cells of RNNs, by a rule or by the scope that TF gives them, or by the parts that only they have."""
    heads: dict[str, None] = {}
    for name in names:
        head = name.rpartition("/")[0]
        # Scopes above, of a cell that keeps its gates in scopes of their own.
        for _ in range(3):
            heads.setdefault(head)
            head = head.rpartition("/")[0]
    places: dict[tuple[str, str], str] = {}
    for head in heads:
        hit = rules.of(head, cell=True)
        rule = hit[0] if hit is not None else None
        kind = rule.layout if rule is not None else _kind_by_parts(head, names) or cell_kind(head)
        if kind is None:
            continue
        own = _parts(head, names)
        if not kind:
            for tensor in own.values():
                found.unfit[tensor.key] = f"a {head.rpartition('/')[2]} has no counterpart"
                del names[tensor.name]
            continue
        place = cell_of(head)
        if hit is not None and rule is not None:
            layer = place.layer if rule.layer is None else rule.layer
            place = Cell(rule.expanded(hit[1], style == "torch"), layer, rule.backward)
        else:
            place = _side_of(head, place, heads)
            place = place._replace(module=rules.renamed(place.module))
        target = (place.module, place.suffix)
        if target in places and rule is None:
            # Two cells that the convention would give one place: each keeps its whole scope.
            place = Cell(head, 0, False)
        places.setdefault(target, head)
        _put_cell(kind, head, own, place, style, rule, known, names, found)


def _side_of(head: str, place: Cell, heads: Collection[str]) -> Cell:
    """TF: keras' Bidirectional calls its two layers `forward_lstm` and `backward_lstm`, in a scope of its own."""
    above, _, last = head.rpartition("/")
    side, _, name = last.partition("_")
    other = {"forward": "backward", "backward": "forward"}.get(side)
    if other is None or not above or f"{above}/{other}_{name}" not in heads:
        return place
    return Cell(above, 0, side == "backward")


def _put_cell(
    kind: str,
    head: str,
    own: Mapping[str, CheckpointTensor],
    place: Cell,
    style: Style,
    rule: Rule | None,
    known: Known,
    names: dict[str, CheckpointTensor],
    found: Layers,
) -> None:
    for role, tensor in own.items():
        if role in _PEEPHOLES:
            found.unfit[tensor.key] = "a peephole: the target's LSTM looks at no cell's state"
    try:
        made = cell(kind, own, place, style, rule.forget_bias if rule is not None else None)
    except KeyError as problem:
        if rule is None and cell_kind(head) is None:
            return
        made, said = [], f"a {kind} without {problem.args[0]}"
    except Unfit as problem:
        made, said = [], str(problem)
    taken = {key for recipe in made for key in recipe.keys}
    for tensor in own.values():
        names.pop(tensor.name, None)
        if tensor.key not in taken and tensor.key not in found.unfit:
            found.unfit[tensor.key] = said if not made else f"a {kind} of the target has no such tensor"
    speaks = next((known.mentions[tensor.name] for tensor in own.values() if tensor.name in known.mentions), "")
    for recipe in made:
        if rule is not None:
            found.by_rule[recipe.name] = rule.line
        elif recipe.note.startswith("forget bias") and speaks:
            said = f"{recipe.note}, TF's default; {speaks} speaks of one: a rule's forget_bias= says otherwise"
            recipe = replace(recipe, note=said, certain=False)
        found.recipes.append(recipe)


def _kind_by_parts(head: str, names: Mapping[str, CheckpointTensor]) -> str | None:
    """Parts that TF gives to one kind of cell alone."""
    prefix = f"{head}/" if head else ""
    recurrent = names.get(prefix + "recurrent_kernel")
    if recurrent is not None and recurrent.shape is not None and len(recurrent.shape) == 2 and recurrent.shape[0]:
        return {4: "keras_lstm", 3: "keras_gru", 1: "keras_rnn"}.get(recurrent.shape[1] // recurrent.shape[0])
    if _find(names, prefix + "gates", 0) is not None:
        if prefix + "candidate/input_projection/kernel" in names:
            return "gru_cudnn"
        if _find(names, prefix + "candidate", 0) is not None:
            return "gru"
    return None


def _find(names: Mapping[str, CheckpointTensor], head: str, kind: int) -> CheckpointTensor | None:
    """The kernel (0) or the bias (1) of a scope, in the words of any release."""
    for leaf in ("kernel", "weights") if kind == 0 else ("bias", "biases"):
        tensor = names.get(f"{head}/{leaf}" if head else leaf)
        if tensor is not None:
            return tensor
    return None


def _parts(head: str, names: Mapping[str, CheckpointTensor]) -> dict[str, CheckpointTensor]:
    """What stands in a cell's scope, by what it is to the cell."""
    prefix = f"{head}/" if head else ""
    wanted = {
        "kernel": _find(names, head, 0),
        "bias": _find(names, head, 1),
        "recurrent": names.get(prefix + "recurrent_kernel"),
        "projection": _find(names, prefix + "projection", 0),
        "gates_kernel": _find(names, prefix + "gates", 0),
        "gates_bias": _find(names, prefix + "gates", 1),
        "candidate_kernel": _find(names, prefix + "candidate", 0),
        "candidate_bias": _find(names, prefix + "candidate", 1),
        "input_kernel": _find(names, prefix + "candidate/input_projection", 0),
        "input_bias": _find(names, prefix + "candidate/input_projection", 1),
        "hidden_kernel": _find(names, prefix + "candidate/hidden_projection", 0),
        "hidden_bias": _find(names, prefix + "candidate/hidden_projection", 1),
    }
    found = {role: tensor for role, tensor in wanted.items() if tensor is not None}
    taken = {tensor.name for tensor in found.values()}
    for name, tensor in names.items():
        if name.startswith(prefix) and "/" not in name[len(prefix) :] and name not in taken and prefix:
            found[name[len(prefix) :]] = tensor
    return found


def _layer(
    head: str, leaves: Mapping[str, CheckpointTensor], style: Style, rules: Rules, known: Known, found: Layers
) -> None:
    """A layer that is no cell: dense, convolution, normalization, embedding; else tensors as they are."""
    kinds = {leaf_kind(rules.renamed(leaf)): tensor for leaf, tensor in leaves.items()}
    normalizes = 4 in kinds and 5 in kinds
    splits = any(leaf in _POINTWISE for leaf in leaves)
    for leaf, tensor in leaves.items():
        word = rules.renamed(leaf)
        shape = tensor.shape or ()
        if "recurrent_kernel" in leaves:
            # What is a recurrent layer with two axes has been taken by now.
            found.unfit[tensor.key] = "a recurrent layer of convolutions has no counterpart"
        elif leaf == "opaque_kernel":
            found.unfit[tensor.key] = "cuDNN's own packing of all layers: save it through the layer's saveable instead"
        elif style == "torch" and leaf in _DEPTHWISE and len(shape) == 4:
            name = joined(f"{head}/depthwise" if splits else head, "weight", style)
            found.recipes.append(recipes.depthwise(name, tensor.key, shape, tensor.dtype))
        elif style == "torch" and leaf in _POINTWISE:
            name = joined(f"{head}/pointwise", "weight", style)
            found.recipes.append(recipes.kernel(name, tensor.key, shape, tensor.dtype))
        elif style == "torch" and splits and leaf_kind(word) == 1:
            name = joined(f"{head}/pointwise", "bias", style)
            found.recipes.append(recipes.plain(name, tensor.key, shape, tensor.dtype))
        elif leaf_kind(word) in (4, 5) and not normalizes:
            found.recipes.append(_raw(head, word, tensor, style))
        else:
            recipe = _tensor(head, word, tensor, style)
            if tensor.name in known.cells and leaf_kind(word) == 0:
                said = "an RNN's cell makes it under a name of its own: a rule says which, `scope -> name lstm`"
                recipe = replace(recipe, certain=False, note=said)
            found.recipes.append(recipe)
    if normalizes and style == "torch":
        size = (kinds[4].shape or (0,))[-1]
        dtype = kinds[4].dtype
        if 2 not in kinds:
            found.recipes.append(
                recipes.filled(joined(head, "weight", style), size, 1.0, dtype, "TF made no gamma: scale=False")
            )
        if 3 not in kinds:
            found.recipes.append(
                recipes.filled(joined(head, "bias", style), size, 0.0, dtype, "TF made no beta: center=False")
            )


def _tensor(head: str, leaf: str, tensor: CheckpointTensor, style: Style) -> Recipe:
    kind, shape = leaf_kind(leaf), tensor.shape or ()
    is_vector = kind in (1, 2, 3, 4, 5)
    if kind is None or (not is_own_word(leaf) and is_vector == (len(shape) > 1)):
        return _raw(head, leaf, tensor, style)
    name = translated(head, leaf, style)
    certain = is_own_word(leaf) or kind in (1, 2, 3, 4, 5)
    if kind == 0 and style == "torch":
        note = "" if certain else f"`{leaf}` is taken for a kernel"
        return recipes.kernel(name, tensor.key, shape, tensor.dtype, certain, note)
    return recipes.plain(name, tensor.key, shape, tensor.dtype, certain=certain)


def _raw(head: str, leaf: str, tensor: CheckpointTensor, style: Style) -> Recipe:
    """No layer's word: a parameter of its own, as it is. A vector has but one layout."""
    name = joined(head, leaf, style)
    shape = tensor.shape or ()
    certain = len(shape) < 2
    note = "" if certain else "no layer's own word: laid out as in TF"
    return recipes.plain(name, tensor.key, shape, tensor.dtype, certain=certain, note=note)


def _apart(found: Layers, style: Style) -> None:
    """Tensors of one scope that the target would call alike (a dense layer with its own normalization) keep TF's
    words."""
    counts: dict[str, int] = {}
    for recipe in found.recipes:
        counts[recipe.name] = counts.get(recipe.name, 0) + 1
    for number, recipe in enumerate(found.recipes):
        if counts[recipe.name] > 1 and len(recipe.keys) == 1 and recipe.name not in found.by_rule:
            name = dotted(recipe.keys[0]) if style == "torch" else recipe.keys[0]
            said = f"two tensors would be {recipe.name}"
            found.recipes[number] = replace(recipe, name=name, certain=False, note=said)
