"""The target's own tensors: which of them each made one is, by the matcher, and what does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from scopelint.checkpoints.matching import Entry, match
from scopelint.checkpoints.renames import likeness
from scopelint.porting.recipes import KERNELS, Recipe, permuted
from scopelint.porting.safetensors import Held

_LIKE, _NEAREST = 0.3, 3


@dataclass(frozen=True)
class Fitted:
    """`recipes`: those that have their place, under the target's names. `clashes`: with why they do not fit; `lost`:
    those that the target has no tensor for, with the nearest. `unsure`: names that are likely, not certain. `empty`:
    tensors of the target that nothing fills. `paired`: made name by the target's, where they differ."""

    recipes: list[Recipe] = field(default_factory=list)
    clashes: list[tuple[Recipe, str]] = field(default_factory=list)
    lost: list[tuple[Recipe, str]] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)
    empty: list[Held] = field(default_factory=list)
    paired: dict[str, str] = field(default_factory=dict)


def fit(made: Sequence[Recipe], target: Sequence[Held], fixed: Mapping[str, int]) -> Fitted:
    """`fixed`: names that a rule gave, which no matcher changes."""
    held = {each.name: each for each in target}
    out = Fitted()
    pairs = _pairs(made, held, fixed)
    goals = {name for name, _ in pairs.values()}
    taken: set[str] = set()
    for recipe in made:
        pair = pairs.get(recipe.name)
        if pair is None:
            if recipe.keys:
                out.lost.append((recipe, _nearest(recipe, [each for each in target if each.name not in goals])))
            continue
        goal, certain = held[pair[0]], pair[1]
        laid = _laid_out(replace(recipe, name=goal.name), goal)
        taken.add(goal.name)
        if laid is None:
            out.clashes.append((recipe, f"{list(recipe.shape)}, but {goal.name} has {list(goal.shape)}"))
            continue
        if recipe.name != goal.name:
            out.paired[goal.name] = recipe.name
        if not certain:
            out.unsure.add(goal.name)
        out.recipes.append(laid)
    out.empty.extend(each for each in target if each.name not in taken)
    return out


def _pairs(made: Sequence[Recipe], held: Mapping[str, Held], fixed: Mapping[str, int]) -> dict[str, tuple[str, bool]]:
    """By made name the target's and whether that is certain."""
    out = {recipe.name: (recipe.name, True) for recipe in made if recipe.name in held}
    free = [recipe for recipe in made if recipe.name not in out and recipe.name not in fixed]
    if not free:
        return out
    # Names as the matcher knows them, in parts; shapes up to the order of their axes, which the layout then decides.
    slashed = {_slashed(recipe.name): recipe.name for recipe in made if recipe.name not in fixed}
    goals = {_slashed(each.name): each.name for each in held.values()}
    found = match(
        [Entry(_slashed(r.name), _loose(r.shape)) for r in made if r.name not in fixed],
        [Entry(_slashed(each.name), _loose(each.shape)) for each in held.values()],
    )
    taken = {name for name, _ in out.values()}
    for pair in found.pairs:
        name, goal = slashed.get(pair.held), goals.get(pair.wanted)
        if name is not None and goal is not None and name not in out and goal not in taken:
            out[name] = goal, pair.certain
            taken.add(goal)
    return out


def _slashed(name: str) -> str:
    return name.replace(".", "/")


def _loose(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(shape))


def _laid_out(recipe: Recipe, goal: Held) -> Recipe | None:
    """The layout that gives the target's shape: the recipe's own where it does, else the one that does."""
    if recipe.shape == goal.shape:
        square = len(recipe.shape) > 1 and recipe.shape == recipe.shape[::-1]
        # Where the axes differ in length the target's shape confirms the layout.
        return recipe if recipe.certain or square else replace(recipe, certain=True)
    if len(recipe.pieces) != 1 or not recipe.keys or recipe.view:
        return None
    own = _before(recipe)
    if own == goal.shape:
        return replace(
            recipe, shape=own, order=(), layout="same", note="laid out as in TF, as the target's shape has it"
        )
    turned = KERNELS.get(len(own), ())
    if turned and permuted(own, turned) == goal.shape:
        layout = "T" if len(own) == 2 else "conv"
        return replace(
            recipe, shape=goal.shape, order=turned, layout=layout, note="turned, as the target's shape has it"
        )
    return None


def _before(recipe: Recipe) -> tuple[int, ...]:
    """TF's shape of a tensor that is turned alone."""
    if not recipe.order or len(recipe.order) != len(recipe.shape):
        return recipe.shape
    out = [0] * len(recipe.shape)
    for axis, source in enumerate(recipe.order):
        out[source] = recipe.shape[axis]
    return tuple(out)


def _nearest(recipe: Recipe, free: Sequence[Held]) -> str:
    same = [each for each in free if _loose(each.shape) == _loose(recipe.shape)]
    name = _slashed(recipe.name)
    ranked = sorted(same, key=lambda each: -likeness(_slashed(each.name), name))
    near = [each.name for each in ranked if likeness(_slashed(each.name), name) >= _LIKE][:_NEAREST]
    return f"nearest of its shape: {', '.join(near)}" if near else "none of its shape is free"
